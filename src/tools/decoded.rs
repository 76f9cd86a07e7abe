//! One message with where its bytes came from, or what is wrong with it.

use std::fmt;

use bytes::Bytes;

use crate::capture::CaptureError;
use crate::ofproto::{Header, Message, MessageType, V1_0, Version, Xid, peek_header};
use crate::wire::DecodeError;

/// A message and its bytes. Printed as `xid=0x1 1.3 hello versions=1.3`.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoded {
    /// The version number in the header. Only a hello may carry one that is not known.
    pub wire_version: u8,
    /// Its transaction.
    pub xid: Xid,
    /// What it says.
    pub message: Message,
    /// The whole of it, as it came.
    pub bytes: Bytes,
}

impl Decoded {
    /// The version that it is to be read in; 1.0 for a hello of an unknown version.
    pub fn version(&self) -> Version {
        Version::from_wire(self.wire_version).unwrap_or(V1_0)
    }
}

impl fmt::Display for Decoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "xid={} {} {}", self.xid, Shown(self.wire_version), self.message)
    }
}

/// A version by its number on the wire.
struct Shown(u8);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Version::from_wire(self.0) {
            Some(version) => write!(f, "{version}"),
            None => write!(f, "version {:#04x}", self.0),
        }
    }
}

/// Reads one whole message.
///
/// ```
/// use ryu_sdn::tools::decode;
///
/// let decoded = decode(&[4, 20, 0, 8, 0, 0, 0, 5][..].into()).unwrap();
/// assert_eq!(decoded.to_string(), "xid=0x5 1.3 barrier_request");
/// let fault = decode(&[4, 14, 0, 8, 0, 0, 0, 5][..].into()).unwrap_err();
/// assert!(fault.to_string().starts_with("flow_mod: needed 8 bytes at offset 8"));
/// ```
///
/// # Errors
/// If `bytes` is not exactly one message of a known version, or a hello.
pub fn decode(bytes: &Bytes) -> Result<Decoded, Fault> {
    let header = peek_header(bytes);
    let fault = |error| Fault::Message { error, header };
    let wire_version = header.map_or(0, |header| header.version);
    let version = Version::from_wire(wire_version).unwrap_or(V1_0);
    let (xid, message) = Message::decode(version, bytes).map_err(fault)?;
    Ok(Decoded { wire_version, xid, message, bytes: bytes.clone() })
}

/// What is wrong with a piece of the input.
#[derive(Debug)]
pub enum Fault {
    /// A message that cannot be read, or bytes that are none.
    Message {
        /// What is wrong; its offset counts from the start of the message.
        error: DecodeError,
        /// Its header, as far as there is one.
        header: Option<Header>,
    },
    /// Bytes that were left out to find the next message.
    Skipped(u64),
    /// Bytes that are missing in the capture.
    Missing(u64),
    /// A line that is not hexadecimal.
    NotHex,
    /// A line that is longer than any message.
    LineTooLong,
    /// The capture is damaged; its rest is lost.
    Capture(CaptureError),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Message { error, header } => {
                write!(f, "{error}")?;
                let Some(Header { version, msg_type, xid, .. }) = header else { return Ok(()) };
                // Where even the header makes no sense, its fields tell nothing.
                let Some(known) = Version::from_wire(*version) else { return Ok(()) };
                match MessageType::from_wire(known, *msg_type) {
                    Some(known) if known.name() == error.what => {
                        write!(f, " (xid={xid} {})", Shown(*version))
                    }
                    _ => write!(f, " (xid={xid} {} type {msg_type})", Shown(*version)),
                }
            }
            Fault::Skipped(1) => f.write_str("1 byte skipped up to the next message"),
            Fault::Skipped(len) => write!(f, "{len} bytes skipped up to the next message"),
            Fault::Missing(1) => f.write_str("1 byte is missing in the capture"),
            Fault::Missing(len) => write!(f, "{len} bytes are missing in the capture"),
            Fault::NotHex => f.write_str("not hexadecimal"),
            Fault::LineTooLong => f.write_str("the line is longer than any message"),
            Fault::Capture(error) => write!(f, "capture: {error}"),
        }
    }
}
