//! The events of the OpenFlow side, by Ryu's names without their `EventOFP`.
//!
//! Each is an [`OfpEvent`]: the message with its datapath. Handling any of them loads
//! `ofp_handler`, and with it the listening sockets.

use std::fmt;

use crate::ofproto::{self, Message, MultipartReply, MultipartReplyBody, PortNo, PortReason, Xid};
use crate::session::{Datapath, Phase};

use super::bus::Bus;
use super::event::Event;

/// The app that provides the events.
const PROVIDER: &str = "ofp_handler";

/// A message from a switch.
pub struct OfpEvent<M> {
    /// The switch.
    pub datapath: Datapath,
    /// The transaction id of the message.
    pub xid: Xid,
    /// The message; of a multipart reply, the body of this part.
    pub msg: M,
    /// Whether further parts of a multipart reply follow. Every part is an event of its own.
    pub more: bool,
}

impl<M: fmt::Debug> fmt::Debug for OfpEvent<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {:?}", self.datapath, self.xid, self.msg)
    }
}

macro_rules! messages {
    ($($(#[$doc:meta])* $event:ident($body:ty) = $name:literal;)*) => {$(
        $(#[$doc])*
        pub type $event = OfpEvent<$body>;

        #[diagnostic::do_not_recommend]
        impl Event for OfpEvent<$body> {
            const NAME: &'static str = $name;
            const PROVIDER: &'static str = PROVIDER;
        }
    )*};
}

messages! {
    /// A hello, in the handshake phase.
    Hello(ofproto::Hello) = "EventOFPHello";
    /// An error, in any phase.
    ErrorMsg(ofproto::ErrorMsg) = "EventOFPErrorMsg";
    /// An echo request; the session has answered it.
    EchoRequest(ofproto::EchoRequest) = "EventOFPEchoRequest";
    /// An echo reply.
    EchoReply(ofproto::EchoReply) = "EventOFPEchoReply";
    /// An experimenter message (1.0: vendor).
    Experimenter(ofproto::Experimenter) = "EventOFPExperimenter";
    /// The features reply, in the config phase: the moment to install first flow entries.
    SwitchFeatures(ofproto::SwitchFeatures) = "EventOFPSwitchFeatures";
    /// The answer to a get-config request.
    GetConfigReply(ofproto::GetConfigReply) = "EventOFPGetConfigReply";
    /// A frame that a switch sends to the controller.
    PacketIn(ofproto::PacketIn) = "EventOFPPacketIn";
    /// A flow entry has gone.
    FlowRemoved(ofproto::FlowRemoved) = "EventOFPFlowRemoved";
    /// A port was added, removed or changed.
    PortStatus(ofproto::PortStatus) = "EventOFPPortStatus";
    /// The answer to a barrier request.
    BarrierReply(ofproto::BarrierReply) = "EventOFPBarrierReply";
    /// The answer to a role request.
    RoleReply(ofproto::RoleReply) = "EventOFPRoleReply";
    /// A part of the description of the switch.
    DescStatsReply(ofproto::DescStats) = "EventOFPDescStatsReply";
    /// A part of the flow entries.
    FlowStatsReply(Vec<ofproto::FlowStats>) = "EventOFPFlowStatsReply";
    /// The sums over flow entries.
    AggregateStatsReply(ofproto::AggregateStats) = "EventOFPAggregateStatsReply";
    /// A part of the table counters.
    TableStatsReply(Vec<ofproto::TableStats>) = "EventOFPTableStatsReply";
    /// A part of the port counters.
    PortStatsReply(Vec<ofproto::PortStats>) = "EventOFPPortStatsReply";
    /// A part of the port descriptions (1.3 and later).
    PortDescStatsReply(Vec<ofproto::Port>) = "EventOFPPortDescStatsReply";
    /// A multipart reply of a type that has no event of its own; its body is kept as it is.
    StatsReply(ofproto::MultipartReply) = "EventOFPStatsReply";
}

/// The phase of a datapath has changed: Ryu's `EventOFPStateChange`. A handler's dispatchers are
/// compared with the new phase.
#[derive(Debug)]
pub struct StateChange {
    /// The switch.
    pub datapath: Datapath,
    /// Its new phase.
    pub phase: Phase,
}

#[diagnostic::do_not_recommend]
impl Event for StateChange {
    const NAME: &'static str = "EventOFPStateChange";
    const PROVIDER: &'static str = PROVIDER;
}

/// The port table of a datapath has changed: Ryu's `EventOFPPortStateChange`.
#[derive(Debug)]
pub struct PortStateChange {
    /// The switch.
    pub datapath: Datapath,
    /// Why.
    pub reason: PortReason,
    /// Which port.
    pub port_no: PortNo,
}

#[diagnostic::do_not_recommend]
impl Event for PortStateChange {
    const NAME: &'static str = "EventOFPPortStateChange";
    const PROVIDER: &'static str = PROVIDER;
}

/// Gives a message to the apps that observe its event in `phase`; waits where an inbox is full.
///
/// Messages that only a controller sends have no event; the session lets none of them through.
pub async fn publish(bus: &Bus, datapath: &Datapath, xid: Xid, phase: Phase, message: Message) {
    let at = To { bus, datapath, xid, phase };
    match message {
        Message::PacketIn(msg) => at.emit(msg, false).await,
        Message::Hello(msg) => at.emit(msg, false).await,
        Message::Error(msg) => at.emit(msg, false).await,
        Message::EchoRequest(msg) => at.emit(msg, false).await,
        Message::EchoReply(msg) => at.emit(msg, false).await,
        Message::Experimenter(msg) => at.emit(msg, false).await,
        Message::SwitchFeatures(msg) => at.emit(msg, false).await,
        Message::GetConfigReply(msg) => at.emit(msg, false).await,
        Message::FlowRemoved(msg) => at.emit(msg, false).await,
        Message::PortStatus(msg) => at.emit(msg, false).await,
        Message::BarrierReply(msg) => at.emit(msg, false).await,
        Message::RoleReply(msg) => at.emit(msg, false).await,
        Message::MultipartReply(msg) => at.emit_part(msg).await,
        Message::FeaturesRequest(_)
        | Message::GetConfigRequest(_)
        | Message::SetConfig(_)
        | Message::PacketOut(_)
        | Message::FlowMod(_)
        | Message::PortMod(_)
        | Message::MultipartRequest(_)
        | Message::BarrierRequest(_)
        | Message::RoleRequest(_)
        | Message::Unknown(_) => {}
    }
}

/// Where a message goes.
struct To<'a> {
    bus: &'a Bus,
    datapath: &'a Datapath,
    xid: Xid,
    phase: Phase,
}

impl To<'_> {
    async fn emit<M>(&self, msg: M, more: bool)
    where
        OfpEvent<M>: Event,
    {
        if self.bus.is_observed::<OfpEvent<M>>(Some(self.phase)) {
            let event = OfpEvent { datapath: self.datapath.clone(), xid: self.xid, msg, more };
            self.bus.publish(event, Some(self.phase)).await;
        }
    }

    async fn emit_part(&self, reply: MultipartReply) {
        let more = reply.has_more();
        let flags = reply.flags;
        match reply.body {
            MultipartReplyBody::Desc(body) => self.emit(body, more).await,
            MultipartReplyBody::Flow(body) => self.emit(body, more).await,
            MultipartReplyBody::Aggregate(body) => self.emit(body, more).await,
            MultipartReplyBody::Table(body) => self.emit(body, more).await,
            MultipartReplyBody::PortStats(body) => self.emit(body, more).await,
            MultipartReplyBody::PortDesc(body) => self.emit(body, more).await,
            body @ MultipartReplyBody::Unknown { .. } => {
                self.emit(MultipartReply { flags, body }, more).await;
            }
        }
    }
}
