//! What was wrong with bytes from outside, told so that a person can find the byte.

use std::error::Error;
use std::fmt;

/// Why some bytes could not be decoded.
///
/// Offsets count from the start of the message or frame that was being read.
///
/// ```
/// use bytes::Bytes;
/// use ryu_sdn::wire::Reader;
///
/// let bytes = Bytes::from_static(&[0, 1, 2]);
/// let err = Reader::new(&bytes, "echo").u32().unwrap_err();
/// assert_eq!(err.to_string(), "echo: needed 4 bytes at offset 0, only 3 available");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// The thing being decoded, for instance `"flow_mod"`.
    pub what: &'static str,
    /// Where it went wrong, in bytes from the start of the message.
    pub offset: usize,
    /// Bytes that were needed (for [`DecodeErrorKind::BadValue`]: the offending value).
    pub needed: usize,
    /// Bytes that were there.
    pub available: usize,
    /// The field that imposed the limit, if it was not the end of the input.
    pub imposed_by: Option<&'static str>,
    /// What kind of mistake it is.
    pub kind: DecodeErrorKind,
}

/// The kinds of mistake a [`DecodeError`] reports.
///
/// ```
/// use bytes::Bytes;
/// use ryu_sdn::wire::{DecodeErrorKind, Reader};
///
/// let bytes = Bytes::from_static(&[0, 1, 2]);
/// let mut r = Reader::new(&bytes, "echo");
/// assert_eq!(r.u32().unwrap_err().kind, DecodeErrorKind::Truncated);
/// r.u16().unwrap();
/// assert_eq!(r.finish().unwrap_err().kind, DecodeErrorKind::Trailing);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeErrorKind {
    /// The input, or the box a length field drew, ended too early.
    Truncated,
    /// There were bytes left where there must be none.
    Trailing,
    /// A length field says something impossible (too small, or not what the type has).
    BadLength,
    /// A field that selects a layout has a value this layout cannot have.
    BadValue,
}

impl DecodeError {
    /// An impossible length: the field `imposed_by` at `offset` says `available` bytes where at
    /// least (or exactly) `needed` are required.
    #[cold]
    pub fn bad_length(
        what: &'static str,
        offset: usize,
        needed: usize,
        available: usize,
        imposed_by: &'static str,
    ) -> DecodeError {
        DecodeError {
            what,
            offset,
            needed,
            available,
            imposed_by: Some(imposed_by),
            kind: DecodeErrorKind::BadLength,
        }
    }

    /// A value that selects no layout: the field `imposed_by` at `offset` holds `value`.
    #[cold]
    pub fn bad_value(
        what: &'static str,
        offset: usize,
        value: usize,
        imposed_by: &'static str,
    ) -> DecodeError {
        DecodeError {
            what,
            offset,
            needed: value,
            available: 0,
            imposed_by: Some(imposed_by),
            kind: DecodeErrorKind::BadValue,
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let DecodeError { what, offset, needed, available, imposed_by, kind } = *self;
        match kind {
            DecodeErrorKind::Truncated => {
                write!(
                    f,
                    "{what}: needed {needed} bytes at offset {offset}, only {available} available"
                )?;
                match imposed_by {
                    Some(field) => write!(f, " (limit set by {field})"),
                    None => Ok(()),
                }
            }
            DecodeErrorKind::Trailing => {
                write!(f, "{what}: {available} bytes left over at offset {offset}")?;
                match imposed_by {
                    Some(field) => write!(f, " (limit set by {field})"),
                    None => Ok(()),
                }
            }
            DecodeErrorKind::BadLength => {
                let field = imposed_by.unwrap_or("length");
                write!(f, "{what}: {field} at offset {offset} is {available}, needed {needed}")
            }
            DecodeErrorKind::BadValue => {
                let field = imposed_by.unwrap_or("value");
                write!(f, "{what}: {field} at offset {offset} has impossible value {needed}")
            }
        }
    }
}

impl Error for DecodeError {}
