//! What it takes to be sent: the [`Encode`] trait and the two ways in which it fails.

use std::error::Error;
use std::fmt;

use bytes::BytesMut;

use super::codec::Noun;
use super::ids::Xid;
use super::message_type::MessageType;
use super::version::Version;
use super::wire_codec;
use crate::wire::{DecodeError, Reader, Writer};

/// Something that can be sent as one OpenFlow message: every noun here, and
/// [`Message`](super::Message).
///
/// # Example: bytes of a barrier request
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{BarrierRequest, Encode, V1_0, V1_3, Xid};
///
/// let mut buf = BytesMut::new();
/// BarrierRequest.encode(V1_3, Xid(7), &mut buf)?;
/// BarrierRequest.encode(V1_0, Xid(8), &mut buf)?;
/// assert_eq!(&buf[..], &[4, 20, 0, 8, 0, 0, 0, 7, 1, 18, 0, 8, 0, 0, 0, 8]);
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
pub trait Encode {
    /// The name of the message, for instance `"flow_mod"`.
    fn name(&self) -> &'static str;

    /// Appends the whole message, header included, to `buf`.
    ///
    /// # Errors
    /// [`EncodeError::NotInVersion`] if `version` cannot say it, [`EncodeError::TooLong`] if it
    /// does not fit in 65,535 bytes. `buf` is then as it was before.
    fn encode(&self, version: Version, xid: Xid, buf: &mut BytesMut) -> Result<(), EncodeError>;
}

/// Why a message cannot be sent. Nothing is left in the buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EncodeError {
    /// This version of the protocol has no such thing.
    NotInVersion {
        /// The thing, for instance `"goto_table instruction"`.
        what: &'static str,
        /// The version that lacks it.
        version: Version,
    },
    /// The message, or a field of fixed size in it, is too long.
    TooLong {
        /// The thing that does not fit.
        what: &'static str,
        /// Its size in bytes.
        len: usize,
    },
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EncodeError::NotInVersion { what, version } => {
                write!(f, "OpenFlow {version} has no {what}")
            }
            EncodeError::TooLong { what, len } => write!(f, "{what} of {len} bytes is too long"),
        }
    }
}

impl Error for EncodeError {}

/// A [`Noun`] that is the body of a message.
///
/// The `messages!` table in `message.rs` turns this into [`Encode`] and into a variant of
/// [`Message`](super::Message).
pub(crate) trait Body: Noun {
    /// The row in the table of message types.
    const TYPE: MessageType;

    /// The number on the wire; `None` if `version` has no such message. Not that of the row if an
    /// experimenter's message says the same in `version`.
    #[inline]
    fn number(version: Version) -> Option<u8> {
        Self::TYPE.wire(version)
    }

    /// Reads the body; `r` holds exactly what the header's length left.
    #[inline]
    fn decode_body(version: Version, r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        wire_codec::decode(version, r)
    }

    /// Writes the body.
    #[inline]
    fn encode_body(&self, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        wire_codec::encode(self, version, w)
    }
}

/// Writes header and body, fills in the length; takes everything back on an error.
#[inline]
pub(crate) fn encode_message<B: Body>(
    body: &B,
    version: Version,
    xid: Xid,
    buf: &mut BytesMut,
) -> Result<(), EncodeError> {
    let Some(number) = B::number(version) else {
        return Err(EncodeError::NotInVersion { what: <B as Noun>::NAME, version });
    };
    encode_framed(<B as Noun>::NAME, version, number, xid, buf, |w| body.encode_body(version, w))
}

/// [`encode_message`] for any message number.
#[inline]
pub(crate) fn encode_framed(
    name: &'static str,
    version: Version,
    number: u8,
    xid: Xid,
    buf: &mut BytesMut,
    body: impl FnOnce(&mut Writer<'_>) -> Result<(), EncodeError>,
) -> Result<(), EncodeError> {
    let start = buf.len();
    // Enough for the usual message; growing once is cheaper than growing by field.
    buf.reserve(128);
    let [x0, x1, x2, x3] = xid.0.to_be_bytes();
    Writer::new(buf).array([version.wire(), number, 0, 8, x0, x1, x2, x3]);
    let written = {
        let mut w = Writer::new(buf);
        body(&mut w)
    };
    if let Err(err) = written {
        buf.truncate(start);
        return Err(err);
    }
    let len = buf.len() - start;
    let Ok(short) = u16::try_from(len) else {
        buf.truncate(start);
        return Err(EncodeError::TooLong { what: name, len });
    };
    buf[start + 2..start + 4].copy_from_slice(&short.to_be_bytes());
    Ok(())
}
