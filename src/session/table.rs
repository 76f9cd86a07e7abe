//! What a session does with a message, by phase, side and kind: the one table.

use crate::ofproto::Message;

use super::phase::Phase;

/// Which end of the channel a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The controller: after hello it asks the switch who it is.
    Controller,
    /// The switch: after hello it answers; the phase goes straight to main.
    Switch,
}

/// The kinds of messages that the table tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Hello.
    Hello,
    /// Error.
    Error,
    /// Echo request.
    EchoRequest,
    /// Echo reply.
    EchoReply,
    /// Experimenter (1.0: vendor), in either direction.
    Experimenter,
    /// Features reply.
    Features,
    /// What else a switch says: replies, packet-in, flow-removed, port-status.
    FromSwitch,
    /// What a controller says: requests and commands.
    FromController,
    /// A type that this version does not have or that is not known here.
    Unknown,
}

/// What is done with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// The session acts on it, then it is an event.
    Act,
    /// It is an event.
    Deliver,
    /// It is dropped.
    Ignore,
    /// It is dropped and answered with `OFPET_BAD_REQUEST`/`OFPBRC_BAD_TYPE`.
    Refuse,
    /// It ends the session.
    Close,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 9] = [
        Kind::Hello,
        Kind::Error,
        Kind::EchoRequest,
        Kind::EchoReply,
        Kind::Experimenter,
        Kind::Features,
        Kind::FromSwitch,
        Kind::FromController,
        Kind::Unknown,
    ];

    /// The kind of a message.
    pub fn of(message: &Message) -> Kind {
        match message {
            Message::Hello(_) => Kind::Hello,
            Message::Error(_) => Kind::Error,
            Message::EchoRequest(_) => Kind::EchoRequest,
            Message::EchoReply(_) => Kind::EchoReply,
            // Both directions, as a vendor's messages.
            Message::Experimenter(_)
            | Message::Registered(_)
            | Message::Nicira(_)
            | Message::BundleCtrlMsg(_) => Kind::Experimenter,
            Message::SwitchFeatures(_) => Kind::Features,
            Message::GetConfigReply(_)
            | Message::PacketIn(_)
            | Message::FlowRemoved(_)
            | Message::PortStatus(_)
            | Message::MultipartReply(_)
            | Message::BarrierReply(_)
            | Message::QueueGetConfigReply(_)
            | Message::GetAsyncReply(_)
            | Message::RoleStatus(_)
            | Message::TableStatus(_)
            | Message::RequestForward(_)
            | Message::ControllerStatus(_)
            | Message::RoleReply(_) => Kind::FromSwitch,
            Message::FeaturesRequest(_)
            | Message::GetConfigRequest(_)
            | Message::SetConfig(_)
            | Message::PacketOut(_)
            | Message::FlowMod(_)
            | Message::PortMod(_)
            | Message::MultipartRequest(_)
            | Message::BarrierRequest(_)
            | Message::GroupMod(_)
            | Message::TableMod(_)
            | Message::MeterMod(_)
            | Message::QueueGetConfigRequest(_)
            | Message::GetAsyncRequest(_)
            | Message::SetAsync(_)
            | Message::BundleAddMsg(_)
            | Message::RoleRequest(_) => Kind::FromController,
            Message::Unknown(_) => Kind::Unknown,
        }
    }
}

/// The table.
///
/// | kind            | handshake | config  | main    | dead   |
/// |-----------------|-----------|---------|---------|--------|
/// | hello           | act       | ignore  | ignore  | ignore |
/// | error           | act       | deliver | deliver | ignore |
/// | echo request    | act       | act     | act     | ignore |
/// | echo reply      | act       | act     | act     | ignore |
/// | experimenter    | close     | deliver | deliver | ignore |
/// | features reply  | close     | act     | act     | ignore |
/// | from the switch | close     | act     | act     | ignore |
/// | from controller | close     | refuse  | refuse  | ignore |
/// | unknown         | close     | refuse  | refuse  | ignore |
///
/// For [`Side::Switch`] the rows of the two directions change places, and a features reply is one
/// of the messages from a switch.
pub fn cell(side: Side, phase: Phase, kind: Kind) -> Cell {
    use Cell::{Act, Close, Deliver, Ignore, Refuse};
    let row = match (side, kind) {
        (_, Kind::Hello) => [Act, Ignore, Ignore],
        (_, Kind::Error) => [Act, Deliver, Deliver],
        (_, Kind::EchoRequest | Kind::EchoReply) => [Act, Act, Act],
        (_, Kind::Experimenter) => [Close, Deliver, Deliver],
        (Side::Controller, Kind::Features | Kind::FromSwitch) => [Close, Act, Act],
        (Side::Controller, Kind::FromController) => [Close, Refuse, Refuse],
        (Side::Switch, Kind::FromController) => [Close, Deliver, Deliver],
        (Side::Switch, Kind::Features | Kind::FromSwitch) => [Close, Refuse, Refuse],
        (_, Kind::Unknown) => [Close, Refuse, Refuse],
    };
    match phase {
        Phase::Handshake => row[0],
        Phase::Config => row[1],
        Phase::Main => row[2],
        Phase::Dead => Ignore,
    }
}
