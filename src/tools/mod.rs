//! Room `tools`: subcommands of `ryu` that run no apps.
//!
//! `ryu ofp` is about messages, `ryu packet` about frames, `ryu new` makes a crate for an app.
//!
//! What lives here: `ryu ofp decode` and `ryu ofp check`, for whoever has bytes of OpenFlow (a hex
//! dump in a log, a capture, a file) and wants to read them, and `ryu ofp encode`, for whoever wants
//! to have them. [`Cutter`] finds the messages in a stream of bytes, also behind damage; [`feed`]
//! takes every form of input to messages; what prints them are [`Sink`]s. [`Assembler`] goes the
//! other way. For packets, that is [`feed_packets`], [`PacketListing`] and [`PacketBuilder`].
//!
//! Tools read from files and print; they touch `wire`, `packet`, `ofproto`, `capture` and `conf`,
//! never the hub, apps or sockets.
//!
//! # Example: messages in bytes, with damage between them
//!
//! ```
//! use ryu_sdn::tools::Cutter;
//!
//! let mut cutter = Cutter::default();
//! let mut found = Vec::new();
//! // A hello, a message that claims a length of 3, a barrier request.
//! let bytes = [1, 0, 0, 8, 0, 0, 0, 1, 1, 2, 0, 3, 9, 9, 1, 18, 0, 8, 0, 0, 0, 2];
//! cutter.push(&bytes, &mut |at, item| found.push((at, item)));
//! cutter.end(&mut |at, item| found.push((at, item)));
//!
//! let text: Vec<_> = found
//!     .iter()
//!     .map(|(at, item)| match item {
//!         Ok(decoded) => format!("{at}: {decoded}"),
//!         Err(fault) => format!("{at}: {fault}"),
//!     })
//!     .collect();
//! assert_eq!(
//!     text,
//!     [
//!         "0: xid=0x1 1.0 hello",
//!         "8: header: header length at offset 2 is 3, needed 8 (xid=0x9090112 1.0 type 2)",
//!         "8: 6 bytes skipped up to the next message",
//!         "14: xid=0x2 1.0 barrier_request",
//!     ]
//! );
//! ```

mod assembler;
mod check;
mod conversations;
mod cutter;
mod decoded;
mod frames;
mod input;
mod json_listing;
mod listing;
pub mod new;
pub mod ofp;
mod ovs_listing;
pub mod packet;
mod packet_builder;
mod packet_listing;
mod source;

#[cfg(test)]
mod tests;

pub use assembler::{Assembler, LineError};
pub use check::Check;
pub use conversations::{Conversations, Ports};
pub use cutter::Cutter;
pub use decoded::{Decoded, Fault, decode};
pub use frames::{Frame, FrameFault, feed_packets};
pub use input::{Form, Place, Sink, Stopped, feed};
pub use json_listing::JsonListing;
pub use listing::Listing;
pub use ovs_listing::OvsListing;
pub use packet_builder::{BuildError, PacketBuilder};
pub use packet_listing::{PacketFormat, PacketListing};
