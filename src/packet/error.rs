//! What can be wrong with a packet that is emitted or verified.

use std::error::Error;
use std::fmt;

use crate::wire::DecodeError;

/// A value that its field on the wire cannot hold.
///
/// ```
/// use ryu_sdn::packet::Vlan;
///
/// let err = (Vlan { vid: 5000, ..Vlan::default() } / []).to_bytes().unwrap_err();
/// assert_eq!(err.to_string(), "vlan: vid is 5000, at most 4095");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmitError {
    /// The header.
    pub what: &'static str,
    /// The field; a length if what it counts is too long.
    pub field: &'static str,
    /// What it would have to hold.
    pub value: u64,
    /// The most that it can hold.
    pub max: u64,
}

impl fmt::Display for EmitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let EmitError { what, field, value, max } = self;
        let field = if field.is_empty() { "a field" } else { field };
        write!(f, "{what}: {field} is {value}, at most {max}")
    }
}

impl Error for EmitError {}

/// Why a packet is not as it should be; see [`Packet::verify`](super::Packet::verify).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifyError {
    /// It cannot be read to its end.
    Unreadable(DecodeError),
    /// A checksum is wrong.
    Wrong {
        /// The header.
        what: &'static str,
        /// The field.
        field: &'static str,
        /// Where it stands, in bytes from the start of the frame.
        offset: usize,
        /// What it holds.
        found: u64,
        /// What it should hold.
        right: u64,
    },
}

impl From<DecodeError> for VerifyError {
    fn from(err: DecodeError) -> VerifyError {
        VerifyError::Unreadable(err)
    }
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            VerifyError::Unreadable(err) => err.fmt(f),
            VerifyError::Wrong { what, field, offset, found, right } => {
                write!(
                    f,
                    "{what}: {field} at offset {offset} is {found:#06x}, should be {right:#06x}"
                )
            }
        }
    }
}

impl Error for VerifyError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            VerifyError::Unreadable(err) => Some(err),
            VerifyError::Wrong { .. } => None,
        }
    }
}
