//! The eight bytes in front of every message, and how a stream is cut into messages.
//!
//! Spec: 1.0 section 5.1, 1.3 section 7.1; the same in every version.

use super::ids::Xid;
use crate::wire::DecodeError;

/// Size of the header, in bytes.
pub const HEADER_LEN: usize = 8;

/// The header of a message; the same in every version.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `version` | 1 to 6 for 1.0 to 1.5 | 1.0 |
/// | `msg_type` | a row of [`MessageType`](super::MessageType) | 1.0 |
/// | `length` | bytes, 8 to 65,535 | 1.0 |
/// | `xid` | 32 bits | 1.0 |
///
/// ```text
///  0        1        2                 4                                   8
/// +--------+--------+-----------------+-----------------------------------+
/// | version|  type  |     length      |                xid                |
/// +--------+--------+-----------------+-----------------------------------+
/// ```
///
/// Spec: 1.0 section 5.1, 1.3 section 7.1; `ofp_header`.
///
/// ```
/// use ryu_sdn::ofproto::{Header, Xid, peek_header};
///
/// let header = Header { version: 4, msg_type: 20, length: 8, xid: Xid(7) };
/// assert_eq!(peek_header(&[4, 20, 0, 8, 0, 0, 0, 7]), Some(header));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Version number on the wire, 1 to 6 for 1.0 to 1.5; any value. The highest bit marks an
    /// experiment.
    pub version: u8,
    /// Message type in that version; any value.
    pub msg_type: u8,
    /// Size of the whole message in bytes, this header included.
    pub length: u16,
    /// Transaction id.
    pub xid: Xid,
}

/// Reads the header at the start of `bytes`; `None` if there are fewer than eight bytes.
///
/// ```
/// use ryu_sdn::ofproto::{Xid, peek_header};
///
/// let header = peek_header(&[4, 0, 0, 8, 0, 0, 0, 9]).unwrap();
/// assert_eq!((header.version, header.length, header.xid), (4, 8, Xid(9)));
/// ```
#[inline]
pub fn peek_header(bytes: &[u8]) -> Option<Header> {
    let &[version, msg_type, l0, l1, x0, x1, x2, x3] = bytes.first_chunk::<HEADER_LEN>()?;
    Some(Header {
        version,
        msg_type,
        length: u16::from_be_bytes([l0, l1]),
        xid: Xid(u32::from_be_bytes([x0, x1, x2, x3])),
    })
}

/// What stands at the start of a stream of bytes; the answer of [`frame`].
///
/// Spec: 1.0 section 5.1, 1.3 section 7.1: the length is that of the whole message.
///
/// ```
/// use ryu_sdn::ofproto::{Framing, frame};
///
/// // An echo request of ten bytes and the start of the next message.
/// let stream = [4, 2, 0, 10, 0, 0, 0, 1, 0x68, 0x69, 4];
/// assert_eq!(frame(&stream), Framing::Message(10));
/// assert_eq!(frame(&stream[10..]), Framing::NeedMore(7));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// At least this many more bytes must come before anything can be said.
    NeedMore(usize),
    /// One whole message of this many bytes.
    Message(usize),
    /// The stream can never be cut again: the announced length is below eight.
    Fatal(DecodeError),
}

/// Finds the first message in `bytes`.
///
/// ```
/// use ryu_sdn::ofproto::{Framing, frame};
///
/// assert_eq!(frame(&[4, 0, 0, 8, 0, 0, 0, 1, 4]), Framing::Message(8));
/// assert_eq!(frame(&[4, 0, 0, 16, 0, 0, 0, 1]), Framing::NeedMore(8));
/// assert_eq!(frame(&[]), Framing::NeedMore(8));
/// assert!(matches!(frame(&[4, 0, 0, 7]), Framing::Fatal(_)));
/// ```
#[inline]
pub fn frame(bytes: &[u8]) -> Framing {
    let Some(&[_, _, l0, l1]) = bytes.first_chunk::<4>() else {
        return Framing::NeedMore(HEADER_LEN - bytes.len());
    };
    let len = usize::from(u16::from_be_bytes([l0, l1]));
    if len < HEADER_LEN {
        Framing::Fatal(DecodeError::bad_length("header", 2, HEADER_LEN, len, "header length"))
    } else if bytes.len() < HEADER_LEN {
        Framing::NeedMore(HEADER_LEN - bytes.len())
    } else if bytes.len() < len {
        Framing::NeedMore(len - bytes.len())
    } else {
        Framing::Message(len)
    }
}
