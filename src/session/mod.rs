//! One OpenFlow channel, without its socket.
//!
//! [`Session`] is the machine: bytes and time go in, events and bytes come out. [`Datapath`] is the
//! handle that apps keep. The room may touch `ofproto`, `wire` and `sync`; it never reads a clock,
//! never opens a socket and never draws a random number: `now` and the first transaction id are
//! handed in.
//!
//! # Example: a handshake, byte for byte
//! ```
//! use std::time::Instant;
//! use bytes::Bytes;
//! use ryu_sdn::session::{FlushList, Output, Peer, Phase, Session, SessionConfig};
//!
//! let peer = Peer {
//!     connection: 1,
//!     address: "192.0.2.1:41822".to_owned(),
//!     first_xid: 7,
//!     flush: FlushList::default(),
//! };
//! let mut session = Session::new(SessionConfig::default(), peer, Instant::now());
//! assert!(matches!(session.poll_output(), Some(Output::Phase(Phase::Handshake))));
//!
//! // A switch that speaks 1.0 only says hello ...
//! session.handle_bytes(Bytes::from_static(b"\x01\x00\x00\x08\x00\x00\x00\x01"));
//! assert!(matches!(session.poll_output(), Some(Output::Message { phase: Phase::Handshake, .. })));
//! assert!(matches!(session.poll_output(), Some(Output::Phase(Phase::Config))));
//! assert!(session.poll_output().is_none());
//! // ... and is asked for its features.
//! session.datapath().flush_with(|bytes| {
//!     assert!(bytes.ends_with(b"\x01\x05\x00\x08\x00\x00\x00\x08"));
//!     Ok::<_, ()>(bytes.len())
//! }).unwrap();
//! ```

mod admission;
mod ahead;
mod answered;
mod config;
mod counters;
mod datapath;
mod identity;
mod ledger;
mod liveness;
mod machine;
mod negotiation;
mod outbox;
mod output;
mod parts;
mod pending;
mod phase;
mod ports;
mod request;
mod request_error;
mod table;
#[cfg(test)]
mod tests;
mod violation;

pub use self::ahead::{Overflow, READ_AHEAD_BYTES, READ_AHEAD_MESSAGES};
pub use self::answered::{Answered, Expected};
pub use self::config::SessionConfig;
pub use self::counters::SessionCounters;
pub use self::datapath::Datapath;
pub use self::identity::ClaimedIdentity;
pub use self::machine::{Peer, Reading, Session};
pub use self::outbox::{FlushList, OUTBOX_HIGH_WATER, OUTBOX_LIMIT, OUTBOX_MESSAGES, SendError};
pub use self::output::Output;
pub use self::parts::{Room, STREAM_PARTS};
pub use self::pending::{ANSWER_BYTES, ANSWER_PARTS, ANSWERS_BYTES, PENDING_MAX};
pub use self::phase::{
    CONFIG_DISPATCHER, DEAD_DISPATCHER, HANDSHAKE_DISPATCHER, MAIN_DISPATCHER, Phase,
};
pub use self::ports::MAX_PORTS;
pub use self::request::{Answer, AnswerParts, Delivery};
pub use self::request_error::{Refusal, RequestError};
pub use self::table::{Cell, Kind, Side, cell};
pub use self::violation::{CloseReason, Violation};
