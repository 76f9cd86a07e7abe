//! Who made the switch; and text in fields of fixed size, of which that is made.
//!
//! Spec: 1.0 section 5.3.5, 1.3 section 7.3.5.1.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;

use super::codec::{fields, noun};
use super::encode::EncodeError;
use super::members::Fixed;
use crate::wire::{DecodeError, Reader, Writer};

/// Text in a field of fixed size, without the zeros behind it. Shares the receive buffer. Since
/// 1.0; the field says how many bytes there can be.
///
/// Spec: 1.0 section 5.3.5, 1.3 section 7.3.5.1 (`DESC_STR_LEN` and the like).
/// See the example of [`DescStats`].
///
/// ```
/// use ryu_sdn::ofproto::Text;
///
/// assert_eq!(Text::from("Nicira, Inc.").as_str(), "Nicira, Inc.");
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Text(Bytes);

impl Text {
    /// The text before the first zero byte; bytes that are no UTF-8 are replaced.
    pub fn as_str(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.0.split(|b| *b == 0).next().unwrap_or(&[]))
    }

    /// The bytes, up to the last that is not zero.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn decode(r: &mut Reader<'_>, size: usize) -> Result<Text, DecodeError> {
        let mut bytes = r.bytes(size)?;
        let used = bytes.iter().rposition(|b| *b != 0).map_or(0, |last| last + 1);
        bytes.truncate(used);
        Ok(Text(bytes))
    }

    pub(super) fn encode(
        &self,
        w: &mut Writer<'_>,
        size: usize,
        what: &'static str,
    ) -> Result<(), EncodeError> {
        if self.0.len() > size {
            return Err(EncodeError::TooLong { what, len: self.0.len() });
        }
        w.fixed(&self.0, size);
        Ok(())
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text(Bytes::copy_from_slice(text.trim_end_matches('\0').as_bytes()))
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A peer chose these bytes: what is not printable must not reach a terminal.
        write!(f, "{}", self.as_str().escape_debug())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

/// Who made the switch.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `mfr_desc`, `hw_desc`, `sw_desc` | 256 bytes of text each, zeros behind | 1.0 |
/// | `serial_num` | 32 bytes of text, zeros behind | 1.0 |
/// | `dp_desc` | 256 bytes of text, zeros behind | 1.0 |
///
/// Spec: 1.0 section 5.3.5, 1.3 section 7.3.5.1.
///
/// # Example: a description, 1,068 bytes in all
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{DescStats, Encode, MultipartReply, MultipartReplyBody, V1_0, Xid};
///
/// let desc = DescStats { serial_num: "7".into(), dp_desc: "s1".into(), ..DescStats::default() };
/// let mut buf = BytesMut::new();
/// MultipartReply::new(MultipartReplyBody::Desc(desc)).encode(V1_0, Xid(1), &mut buf)?;
/// assert_eq!(buf[..12], [1, 17, 0x04, 0x2c, 0, 0, 0, 1, 0, 0, 0, 0]);
/// assert_eq!((buf.len(), &buf[780..782], &buf[812..815]), (1068, &b"7\0"[..], &b"s1\0"[..]));
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescStats {
    /// Manufacturer; at most 256 bytes.
    pub mfr_desc: Text,
    /// Hardware; at most 256 bytes.
    pub hw_desc: Text,
    /// Software; at most 256 bytes.
    pub sw_desc: Text,
    /// Serial number; at most 32 bytes.
    pub serial_num: Text,
    /// The datapath, for people; at most 256 bytes.
    pub dp_desc: Text,
}

fields!(DescStats, |this, v| {
    let DescStats { mfr_desc, hw_desc, sw_desc, serial_num, dp_desc } = this;
    v.with::<Fixed<256>, _>("mfr_desc", mfr_desc)?;
    v.with::<Fixed<256>, _>("hw_desc", hw_desc)?;
    v.with::<Fixed<256>, _>("sw_desc", sw_desc)?;
    v.with::<Fixed<32>, _>("serial_num", serial_num)?;
    v.with::<Fixed<256>, _>("dp_desc", dp_desc)
});
noun!(DescStats, "desc", "OFPDescStats");

impl fmt::Display for DescStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "mfr={:?} hw={:?} sw={:?} serial={:?} dp={:?}",
            self.mfr_desc, self.hw_desc, self.sw_desc, self.serial_num, self.dp_desc
        )
    }
}
