//! Room `capture`: files of captured packets, and the TCP streams in them.
//!
//! What lives here: [`CaptureReader`] (pcap and pcapng from anything that can be read, packet by
//! packet), [`PcapWriter`], [`dissect`] (from a captured frame to its TCP [`Segment`]) and
//! [`Reassembler`] (from segments to the bytes that each side sent). Files of another kind, of routing
//! tables and BGP sessions, are in [`mrt`]. It touches `wire` only. It opens no files and knows no
//! protocol above TCP.
//!
//! A capture is input from outside like any other: whatever stands in it, nothing panics, and
//! memory stays within [`MAX_PACKET`], [`MAX_INTERFACES`] and the [`Limits`] of the reassembly.
//!
//! # Example: what each side said
//!
//! ```
//! use std::time::Duration;
//! use ryu_sdn::capture::{
//!     CaptureReader, LinkType, PcapWriter, Precision, Reassembler, StreamEventKind, dissect,
//! };
//!
//! // An IPv4 packet without a link header, from 10.0.0.1:1024 to 10.0.0.2:6653, payload "hi".
//! let packet = [
//!     0x45, 0, 0, 42, 0, 0, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, //
//!     4, 0, 0x19, 0xfd, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 0, 0, 0, 0, 0, 0, 0, b'h', b'i',
//! ];
//! let mut writer = PcapWriter::new(Vec::new(), LinkType::RAW, Precision::Nanoseconds, 65_535)?;
//! writer.write(Duration::new(1, 5), &packet)?;
//! let file = writer.finish()?;
//!
//! let mut reassembler = Reassembler::default();
//! let mut events = Vec::new();
//! for packet in CaptureReader::new(&file[..])? {
//!     if let Ok(segment) = dissect(&packet?) {
//!         reassembler.push(segment, &mut events);
//!     }
//! }
//! reassembler.finish(&mut events);
//! assert_eq!(events[1].kind, StreamEventKind::Data("hi".into()));
//! assert_eq!(events[1].stream.to_string(), "10.0.0.1:1024 > 10.0.0.2:6653");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod conversation;
mod dissect;
mod error;
mod input;
mod link;
pub mod mrt;
mod pcap;
mod pcapng;
mod reader;
mod reassembly;
mod stream;
mod writer;

#[cfg(test)]
mod tests;

pub use conversation::{ConversationWriter, End};
pub use dissect::{NotTcp, Segment, dissect};
pub use error::CaptureError;
pub use link::LinkType;
pub use pcapng::MAX_INTERFACES;
pub use reader::{CaptureReader, MAGIC_LEN, MAX_PACKET, Packet, is_capture};
pub use reassembly::{Limits, Reassembler};
pub use stream::{StreamEvent, StreamEventKind, StreamId, StreamStart};
pub use writer::{PcapWriter, Precision};
