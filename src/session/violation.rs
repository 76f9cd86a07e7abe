//! What a peer did wrong, and why a session ended.

use std::time::Duration;

use thiserror::Error;

use crate::ofproto::{Dpid, Xid};
use crate::wire::DecodeError;

use super::phase::Phase;

/// Something the peer did that it should not have done, and that does not end the session.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Violation {
    /// A message in another version than the one agreed on; answered with
    /// `OFPBRC_BAD_VERSION`.
    #[error(
        "message of type {msg_type} in version 0x{version:02x} ({xid}) is not of the agreed version"
    )]
    Version {
        /// The version byte.
        version: u8,
        /// The type byte.
        msg_type: u8,
        /// Its transaction.
        xid: Xid,
    },
    /// A type that this end does not take; answered with `OFPBRC_BAD_TYPE`.
    #[error("message of type {msg_type} ({xid}) is not one for this end")]
    Type {
        /// The type byte.
        msg_type: u8,
        /// Its transaction.
        xid: Xid,
    },
    /// A features reply with another datapath id than the session's; dropped.
    #[error("features reply claims datapath id {claimed}, the session is of {known}")]
    Identity {
        /// What the message says.
        claimed: Dpid,
        /// What the session knows.
        known: Dpid,
    },
}

/// Why a session ended. Its text is the one log line about it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CloseReason {
    /// The peer closed, or the connection was lost: nothing is wrong.
    #[error("closed by the peer")]
    Peer,
    /// The socket said so.
    #[error("connection lost: {0}")]
    Lost(String),
    /// This end asked for it: an app, or the shutdown.
    #[error("closed by the controller")]
    Local,
    /// A message that cannot be decoded; answered with an OpenFlow error.
    #[error("malformed message of type {msg_type} ({xid}) in the {phase} phase: {error}")]
    Malformed {
        /// The type byte.
        msg_type: u8,
        /// Its transaction.
        xid: Xid,
        /// Where the session stood.
        phase: Phase,
        /// What is wrong, and at which offset of the message.
        error: DecodeError,
    },
    /// A header that cannot be one: there is no way to find the next message.
    #[error("not OpenFlow in the {phase} phase, message of type {msg_type}: {error}")]
    Framing {
        /// The type byte.
        msg_type: u8,
        /// Where the session stood.
        phase: Phase,
        /// What is wrong with it.
        error: DecodeError,
    },
    /// The versions do not meet; the text has been sent to the peer.
    #[error("{0}")]
    Versions(String),
    /// The peer said that the versions do not meet.
    #[error("peer refused the hello: {0}")]
    HelloRefused(String),
    /// A message of another type came before the hello.
    #[error("message of type {msg_type} before the hello")]
    BeforeHello {
        /// The type byte.
        msg_type: u8,
    },
    /// The handshake took too long.
    #[error("handshake not finished in time, still in the {phase} phase")]
    HandshakeTimeout {
        /// Where it stood.
        phase: Phase,
    },
    /// An error in answer to the barrier that the handshake was to end with.
    #[error("switch refused the barrier at the end of the handshake")]
    BarrierRefused,
    /// Echo requests were not answered.
    #[error("no sign of life after {unanswered} echo requests")]
    Silent {
        /// How many.
        unanswered: u32,
    },
    /// Nothing came for longer than a switch may be silent.
    #[error("nothing received for {time:?}")]
    Idle {
        /// How long that is.
        time: Duration,
    },
    /// A features reply without a datapath id: zero stands for none.
    #[error("switch has no datapath id")]
    NoDatapathId,
    /// The peer does not read what is sent to it.
    #[error("peer has not read anything for {time:?} while {waiting} bytes waited for it")]
    NotReading {
        /// For how long.
        time: Duration,
        /// The bytes in the outbox.
        waiting: usize,
    },
    /// More ports than any switch has.
    #[error("more than {limit} ports described")]
    TooManyPorts {
        /// The bound.
        limit: usize,
    },
    /// An auxiliary connection that cannot be one.
    #[error("auxiliary connection {auxiliary_id} of datapath {dpid} refused: {why}")]
    Auxiliary {
        /// The datapath.
        dpid: Dpid,
        /// Its id, from 1.
        auxiliary_id: u8,
        /// What stands against it.
        why: &'static str,
    },
    /// Another connection has this datapath id, and it is alive.
    #[error("datapath id {dpid} refused: it is connected from {holder}, and answers")]
    Duplicate {
        /// The datapath id that was claimed.
        dpid: Dpid,
        /// The address of the one that has it.
        holder: String,
    },
    /// The switch has connected again, or another one says that it is this one.
    #[error("given up for a newer connection of the same switch, from {by}")]
    Replaced {
        /// The address of the newer one.
        by: String,
    },
    /// The main connection of this auxiliary one has ended.
    #[error("the main connection has ended")]
    MainGone,
}

impl CloseReason {
    /// Its name in counters: `peer`, `malformed`, `handshake_timeout` ...
    pub fn name(&self) -> &'static str {
        match self {
            CloseReason::Peer => "peer",
            CloseReason::Lost(_) => "lost",
            CloseReason::Local => "local",
            CloseReason::Malformed { .. } => "malformed",
            CloseReason::Framing { .. } => "framing",
            CloseReason::Versions(_) => "versions",
            CloseReason::HelloRefused(_) => "hello_refused",
            CloseReason::BeforeHello { .. } => "before_hello",
            CloseReason::HandshakeTimeout { .. } => "handshake_timeout",
            CloseReason::BarrierRefused => "barrier_refused",
            CloseReason::Silent { .. } => "silent",
            CloseReason::Idle { .. } => "idle",
            CloseReason::NoDatapathId => "no_datapath_id",
            CloseReason::NotReading { .. } => "not_reading",
            CloseReason::TooManyPorts { .. } => "too_many_ports",
            CloseReason::Auxiliary { .. } => "auxiliary",
            CloseReason::Duplicate { .. } => "duplicate",
            CloseReason::Replaced { .. } => "replaced",
            CloseReason::MainGone => "main_gone",
        }
    }

    /// What a switch is told that is not let in: nothing about others.
    pub(super) fn told(&self) -> &'static str {
        match self {
            CloseReason::Auxiliary { why, .. } => why,
            CloseReason::Duplicate { .. } => "this datapath id is connected already",
            _ => "not let in",
        }
    }

    /// The level of the log line: the peer's faults are warnings, what is part of life is not.
    pub fn level(&self) -> log::Level {
        match self {
            CloseReason::Peer | CloseReason::Local | CloseReason::MainGone => log::Level::Debug,
            CloseReason::Versions(_) | CloseReason::HelloRefused(_) => log::Level::Error,
            _ => log::Level::Warn,
        }
    }
}
