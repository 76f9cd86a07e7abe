//! IPv6 (RFC 8200).

use std::borrow::Cow;
use std::net::Ipv6Addr;

use super::codec::{Noun, fields, noun};
use super::span::{Place, Span, Window, Wire};
use super::{EmitError, Kind, checksum, ip_proto};
use crate::wire::DecodeError;

/// An IPv6 header, with the extension headers behind it.
///
/// ```text
///  0       4               12                       32
/// +-------+---------------+-------------------------+
/// |version| traffic_class |       flow_label        |
/// +-------+---------------+--+------------+---------+
/// |      payload_length      |    nxt     |hop_limit|
/// +--------------------------+------------+---------+
/// |                  src, 16 bytes                  |
/// +-------------------------------------------------+
/// |                  dst, 16 bytes                  |
/// +-------------------------------------------------+
/// |                    ext_hdrs                     |
/// +-------------------------------------------------+
/// ```
///
/// | field | unit and range | meaning |
/// |---|---|---|
/// | `version` | 6 | others are refused |
/// | `traffic_class` | 0 to 255 | DSCP in the upper six bits, ECN below |
/// | `flow_label` | 20 bits | flow |
/// | `payload_length` | bytes | extension headers and payload; `None`: filled in |
/// | `nxt` | 0 to 255 | what is behind the header, see [`ip_proto`] |
/// | `hop_limit` | 0 to 255 | hops left |
/// | `src`, `dst` | | addresses |
/// | `ext_hdrs` | | extension headers as they are on the wire |
///
/// A hop-by-hop, routing, fragment, destination or authentication header belongs to `ext_hdrs`; what
/// they lead to is the next layer. Behind the fragment header of a fragment that is not the first
/// there is a payload. (Ryu reads it as the header that the first one begins with.)
///
/// Ryu: `ipv6.ipv6`. Spec: RFC 8200 section 3.
///
/// ```
/// use ryu_sdn::packet::{Ipv6, ip_proto};
///
/// let ip = Ipv6 { nxt: ip_proto::UDP, hop_limit: 64, ..Ipv6::default() };
/// let bytes = (ip / b"x").to_bytes()?;
/// assert_eq!(bytes[..8], [0x60, 0, 0, 0, 0, 1, 17, 64]);
/// let (back, payload) = Ipv6::parse(&bytes)?;
/// assert_eq!((back.payload_length, payload), (Some(1), &b"x"[..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ipv6<'a> {
    /// 6.
    pub version: u8,
    /// DSCP in the upper six bits, ECN below.
    pub traffic_class: u8,
    /// Flow, 20 bits.
    pub flow_label: u32,
    /// Bytes behind the first 40.
    pub payload_length: Option<u16>,
    /// What is behind the first 40 bytes.
    pub nxt: u8,
    /// Hops left.
    pub hop_limit: u8,
    /// Source.
    pub src: Ipv6Addr,
    /// Destination.
    pub dst: Ipv6Addr,
    /// Extension headers.
    pub ext_hdrs: Cow<'a, [u8]>,
}

impl Default for Ipv6<'_> {
    fn default() -> Self {
        Ipv6 {
            version: 6,
            traffic_class: 0,
            flow_label: 0,
            payload_length: None,
            nxt: ip_proto::TCP,
            hop_limit: 255,
            src: Ipv6Addr::new(0x10, 0, 0, 0, 0, 0, 0, 0x10),
            dst: Ipv6Addr::new(0x20, 0, 0, 0, 0, 0, 0, 0x20),
            ext_hdrs: Cow::Borrowed(&[]),
        }
    }
}

fields!(Ipv6<'a>, |this, v| {
    let Ipv6 {
        version,
        traffic_class,
        flow_label,
        payload_length,
        nxt,
        hop_limit,
        src,
        dst,
        ext_hdrs,
    } = this;
    v.bits("version", 4, version)?;
    v.bits("traffic_class", 8, traffic_class)?;
    v.bits("flow_label", 20, flow_label)?;
    v.field("payload_length", payload_length)?;
    v.field("nxt", nxt)?;
    v.field("hop_limit", hop_limit)?;
    v.field("src", src)?;
    v.field("dst", dst)?;
    v.with::<Extensions, _>("ext_hdrs", ext_hdrs)
});
noun!(Ipv6<'a>, "ipv6");

/// Extension headers in JSON: an empty list where there are none, as in Ryu; else base64.
enum Extensions {}

impl<'a> super::codec::Form<'a, Cow<'a, [u8]>> for Extensions {
    #[inline]
    fn decode(d: &mut super::codec::Decoder<'a>) -> Result<Cow<'a, [u8]>, DecodeError> {
        super::codec::Member::decode(d)
    }
    #[inline]
    fn encode(value: &Cow<'a, [u8]>, e: &mut super::codec::Encoder<'_>) -> Result<(), EmitError> {
        super::codec::Member::encode(value, e)
    }
    fn to_json(value: &Cow<'a, [u8]>) -> serde_json::Value {
        if value.is_empty() {
            return serde_json::Value::Array(Vec::new());
        }
        super::codec::Member::to_json(value)
    }
    fn from_json(value: &serde_json::Value) -> Result<Cow<'a, [u8]>, crate::wire::JsonError> {
        let is_none = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
        if is_none { Ok(Cow::Borrowed(&[])) } else { super::codec::Member::from_json(value) }
    }
    fn show(value: &Cow<'a, [u8]>, out: &mut String) {
        if value.is_empty() { out.push_str("[]") } else { super::codec::Member::show(value, out) }
    }
}

impl<'a> Wire<'a> for Ipv6<'a> {
    const MIN: usize = 40;

    #[inline]
    fn span(w: &Window<'a>) -> Result<Span, DecodeError> {
        let head = w.head::<40>(Self::CLASS)?;
        if head[0] >> 4 != 6 {
            let version = (head[0] >> 4).into();
            return Err(DecodeError::bad_value(Self::CLASS, w.offset, version, "version"));
        }
        let total = 40 + usize::from(u16::from_be_bytes([head[4], head[5]]));
        let span = match head[6] {
            ip_proto::HOP_OPTS
            | ip_proto::ROUTING
            | ip_proto::FRAGMENT
            | ip_proto::AUTH
            | ip_proto::DST_OPTS => extensions(w, head[6], total)?,
            nxt => Span::new(40, Kind::of_ip(nxt)),
        };
        Ok(span.until(total, "payload_length"))
    }

    #[inline]
    fn complete(&self, frame: &mut [u8], at: &Place) -> Result<(), EmitError> {
        if self.payload_length.is_none() {
            let length = at.end - at.start - 40;
            checksum::fill_u16(frame, at, 4, length, Self::CLASS, "payload_length")?;
        }
        Ok(())
    }
}

/// Passes extension headers. Each takes eight bytes or more, so that their number is bounded by the
/// bytes.
#[cold]
fn extensions(w: &Window<'_>, mut nxt: u8, total: usize) -> Result<Span, DecodeError> {
    let bytes = w.bytes.get(..total).unwrap_or(w.bytes);
    let mut len = 40;
    let mut fragment = 0;
    loop {
        let size = |first: &[u8; 8]| match nxt {
            ip_proto::HOP_OPTS | ip_proto::ROUTING | ip_proto::DST_OPTS => {
                Some(8 + usize::from(first[1]) * 8)
            }
            ip_proto::FRAGMENT => Some(8),
            // At least its fixed part, whatever it says.
            ip_proto::AUTH => Some((8 + usize::from(first[1]) * 4).max(12)),
            _ => None,
        };
        let rest = &bytes[len..];
        let first = rest.first_chunk();
        // Without eight bytes, whether it is an extension header is still to be told.
        let Some(size) = size(first.unwrap_or(&[0; 8])) else { break };
        let (Some(first), true) = (first, size <= rest.len()) else {
            let here = Window { bytes: rest, offset: w.offset + len, imposed_by: w.imposed_by };
            return Err(here.truncated("ipv6 extension header", size));
        };
        if nxt == ip_proto::FRAGMENT {
            fragment = u16::from_be_bytes([first[2], first[3]]) & 0xfff9;
        }
        nxt = first[0];
        len += size;
        // What is behind the beginning of a fragment that is not the first is no header.
        if fragment & 0xfff8 != 0 {
            return Ok(Span::new(len, None).fragment(true));
        }
    }
    Ok(Span::new(len, Kind::of_ip(nxt)).fragment(fragment != 0))
}
