//! MRT files: what BGP speakers and collectors write down about sessions and routing tables.
//!
//! What lives here: [`MrtReader`] (frames out of anything that can be read), [`MrtFrame`] and
//! what it [decodes](MrtFrame::decode) to, an [`MrtRecord`] with one [`MrtBody`] per layout, and
//! [`MrtWriter`]. Type numbers that are not known, and sub-types that are not known of those that
//! are, stay whole as [`MrtBody::Unknown`]: what is read is written again byte for byte.
//!
//! BGP messages, path attributes and OSPF packets inside are bytes, which stay as they are, and are
//! read when they are asked for: [`Bgp4mpMessage::bgp`], [`RibEntry::path_attributes`],
//! [`TableDump::path_attributes`], [`RibGeneric::route`], [`MrtOspf2::ospf`]. OSPFv3 and IS-IS have no types.
//!
//! Like a capture, a file is input from outside: nothing in it panics, and memory stays within
//! [`MAX_RECORD`] and a small multiple of what the record really holds. A record that is wrong
//! inside does not end the file.
//!
//! Spec: RFC 6396 (MRT), RFC 8050 (additional paths).
//!
//! # Example: a table with one route, written and read
//!
//! ```
//! use ryu_sdn::capture::mrt::{MrtBody, MrtReader, MrtRecord, MrtWriter, Rib, RibEntry};
//!
//! let entry = RibEntry {
//!     peer_index: 0,
//!     originated: 1_700_000_000,
//!     path_id: None,
//!     attributes: (&[0x40, 1, 1, 0][..]).into(), // ORIGIN: IGP
//! };
//! let rib = Rib {
//!     sequence: 7,
//!     prefix: "10.0.0.0/8".parse()?,
//!     multicast: false,
//!     add_path: false,
//!     entries: vec![entry],
//! };
//! let record = MrtRecord { seconds: 1_700_000_001, microseconds: None, body: MrtBody::Rib(rib) };
//! let mut writer = MrtWriter::new(Vec::new());
//! writer.write(&record)?;
//! let file = writer.finish()?;
//! assert_eq!(file[4..12], [0, 13, 0, 2, 0, 0, 0, 20]); // TABLE_DUMP_V2, RIB_IPV4_UNICAST, 20 bytes
//! assert_eq!(file[16..18], [8, 10]); // the prefix
//!
//! for frame in MrtReader::new(&file[..]) {
//!     assert_eq!(frame?.decode()?, record);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bgp4mp;
mod file;
mod igp;
mod record;
mod table_dump;
mod table_dump_v2;

pub use bgp4mp::{Bgp4mpMessage, Bgp4mpSession, Bgp4mpStateChange, BgpState};
pub use file::{MAX_RECORD, MrtFrame, MrtReader, MrtWriter};
pub use igp::{MrtIsis, MrtOspf2, MrtOspf3};
pub use record::{MrtBody, MrtEncodeError, MrtRecord, MrtType};
pub use table_dump::TableDump;
pub use table_dump_v2::{Peer, PeerFlags, PeerIndexTable, Rib, RibEntry, RibGeneric};
