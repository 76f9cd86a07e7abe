//! What can be wrong with a file of captured packets.

use std::error::Error;
use std::fmt;
use std::io;

/// Why a capture cannot be read on. What was read before it stands.
///
/// Offsets count in bytes from the start of the file.
///
/// ```
/// use ryu_sdn::capture::CaptureReader;
///
/// let err = CaptureReader::new(&b"GIF89a"[..]).unwrap_err();
/// assert_eq!(err.to_string(), "neither pcap nor pcapng: starts with 47494638");
/// ```
#[derive(Debug)]
pub enum CaptureError {
    /// Reading failed.
    Io(io::Error),
    /// The first bytes belong to no format that is known here.
    UnknownFormat {
        /// The first four bytes, or fewer if there are no more.
        start: Vec<u8>,
        /// What they look like, for instance a compressed file.
        looks_like: Option<&'static str>,
    },
    /// The file ends in the middle of something.
    Truncated {
        /// What was cut, for instance `"pcap record"`.
        what: &'static str,
        /// Where it was to start.
        offset: u64,
        /// Its size in bytes.
        needed: u64,
        /// Bytes that were there.
        available: u64,
    },
    /// A field has a value that cannot be, so that the place of the next packet is not known.
    BadField {
        /// The field, for instance `"pcapng block length"`.
        what: &'static str,
        /// Where what it belongs to starts.
        offset: u64,
        /// The value.
        value: u64,
        /// What is accepted, for instance `"at most 262144"`.
        accepted: &'static str,
    },
}

impl fmt::Display for CaptureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CaptureError::Io(cause) => write!(f, "cannot read: {cause}"),
            CaptureError::UnknownFormat { start, looks_like } => {
                f.write_str("neither pcap nor pcapng: ")?;
                match looks_like {
                    Some(format) => write!(f, "this is {format}"),
                    None if start.is_empty() => f.write_str("the file is empty"),
                    None => write!(f, "starts with {}", crate::wire::hex::encode(start)),
                }
            }
            CaptureError::Truncated { what, offset, needed, available } => write!(
                f,
                "{what}: needed {needed} bytes at offset {offset}, only {available} available"
            ),
            CaptureError::BadField { what, offset, value, accepted } => {
                write!(f, "{what}: {value} at offset {offset}, accepted: {accepted}")
            }
        }
    }
}

impl Error for CaptureError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            CaptureError::Io(cause) => Some(cause),
            _ => None,
        }
    }
}

impl From<io::Error> for CaptureError {
    fn from(cause: io::Error) -> CaptureError {
        CaptureError::Io(cause)
    }
}
