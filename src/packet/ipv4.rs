//! IPv4 (RFC 791).

use std::borrow::Cow;
use std::net::Ipv4Addr;

use super::codec::{Noun, fields, noun};
use super::span::{Place, Span, Sums, Window, Wire};
use super::{EmitError, Kind, VerifyError, checksum};
use crate::wire::DecodeError;

/// An IPv4 header.
///
/// ```text
///  0       4       8               16    19                         32
/// +-------+-------+---------------+-----+----------------------------+
/// |version|  ihl  |      tos      |          total_length            |
/// +-------+-------+---------------+-----+----------------------------+
/// |        identification         |flags|          offset            |
/// +---------------+---------------+-----+----------------------------+
/// |      ttl      |     proto     |              csum                |
/// +---------------+---------------+----------------------------------+
/// |                               src                                |
/// +------------------------------------------------------------------+
/// |                               dst                                |
/// +------------------------------------------------------------------+
/// |                 option, (ihl - 5) times 4 bytes                  |
/// +------------------------------------------------------------------+
/// ```
///
/// | field | unit and range | meaning |
/// |---|---|---|
/// | `version` | 4 | others are refused |
/// | `header_length` | 4 bytes, 5 to 15 | size of the header; `None`: filled in |
/// | `tos` | 0 to 255 | DSCP in the upper six bits, ECN below |
/// | `total_length` | bytes | header and payload; `None`: filled in |
/// | `identification` | 0 to 65,535 | same in all fragments |
/// | `flags` | 3 bits | [`Ipv4::DONT_FRAGMENT`], [`Ipv4::MORE_FRAGMENTS`] |
/// | `offset` | 8 bytes, 0 to 8,191 | place of the fragment |
/// | `ttl` | 0 to 255 | hops left |
/// | `proto` | 0 to 255 | what is behind the header, see [`ip_proto`](super::ip_proto) |
/// | `csum` | 16 bits | of the header; `None`: filled in |
/// | `src`, `dst` | | addresses |
/// | `option` | up to 40 bytes | options as they are on the wire; filled up with zeros to 4 |
///
/// What is behind the header of a fragment that is not the first is a payload. (Ryu reads it as the
/// header that the first one begins with.)
///
/// Ryu: `ipv4.ipv4`. Spec: RFC 791 section 3.1.
///
/// ```
/// use ryu_sdn::packet::Ipv4;
///
/// let ip = Ipv4 { ttl: 64, proto: 17, ..Ipv4::default() };
/// let bytes = (ip / b"x").to_bytes()?;
/// assert_eq!(bytes[..12], [0x45, 0, 0, 21, 0, 0, 0, 0, 64, 17, 0x66, 0xd6]);
/// let (back, payload) = Ipv4::parse(&bytes)?;
/// assert_eq!((back.csum, payload), (Some(0x66d6), &b"x"[..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ipv4<'a> {
    /// 4.
    pub version: u8,
    /// Size of the header in units of 4 bytes.
    pub header_length: Option<u8>,
    /// Type of service: DSCP in the upper six bits, ECN below.
    pub tos: u8,
    /// Bytes of header and payload.
    pub total_length: Option<u16>,
    /// Identification.
    pub identification: u16,
    /// [`Ipv4::DONT_FRAGMENT`] and [`Ipv4::MORE_FRAGMENTS`].
    pub flags: u8,
    /// Where the fragment belongs, in units of 8 bytes (0 to 8,191).
    pub offset: u16,
    /// Hops left.
    pub ttl: u8,
    /// Protocol of the payload; see [`ip_proto`](super::ip_proto).
    pub proto: u8,
    /// Checksum of the header.
    pub csum: Option<u16>,
    /// Source.
    pub src: Ipv4Addr,
    /// Destination.
    pub dst: Ipv4Addr,
    /// Options; `None` if there are none.
    pub option: Option<Cow<'a, [u8]>>,
}

impl Default for Ipv4<'_> {
    fn default() -> Self {
        Ipv4 {
            version: 4,
            header_length: None,
            tos: 0,
            total_length: None,
            identification: 0,
            flags: 0,
            offset: 0,
            ttl: 255,
            proto: 0,
            csum: None,
            src: Ipv4Addr::new(10, 0, 0, 1),
            dst: Ipv4Addr::new(10, 0, 0, 2),
            option: None,
        }
    }
}

fields!(hot Ipv4<'a>, |this, v| {
    let Ipv4 {
        version,
        header_length,
        tos,
        total_length,
        identification,
        flags,
        offset,
        ttl,
        proto,
        csum,
        src,
        dst,
        option,
    } = this;
    v.bits("version", 4, version)?;
    v.bits("header_length", 4, header_length)?;
    v.field("tos", tos)?;
    v.field("total_length", total_length)?;
    v.field("identification", identification)?;
    v.bits("flags", 3, flags)?;
    v.bits("offset", 13, offset)?;
    v.field("ttl", ttl)?;
    v.field("proto", proto)?;
    v.field("csum", csum)?;
    v.field("src", src)?;
    v.field("dst", dst)?;
    v.field("option", option)?;
    v.fill_up(header_length.map_or(0, |words| usize::from(words) * 4), 4);
    Ok(())
});
noun!(Ipv4<'a>, "ipv4");

impl Ipv4<'_> {
    /// Flag: must not be fragmented.
    pub const DONT_FRAGMENT: u8 = 2;
    /// Flag: more fragments follow.
    pub const MORE_FRAGMENTS: u8 = 1;

    /// A header with TTL 64, not fragmented.
    pub fn new(src: Ipv4Addr, dst: Ipv4Addr, proto: u8) -> Self {
        Ipv4 { ttl: 64, proto, src, dst, ..Ipv4::default() }
    }

    /// Whether this is a part of a larger packet.
    pub const fn is_fragment(&self) -> bool {
        self.flags & Self::MORE_FRAGMENTS != 0 || self.offset != 0
    }
}

impl<'a> Wire<'a> for Ipv4<'a> {
    const MIN: usize = 20;

    #[inline(always)] // On the way to almost every header.
    fn span(w: &Window<'a>) -> Result<Span, DecodeError> {
        let head = w.head::<20>(Self::CLASS)?;
        if head[0] >> 4 != 4 {
            let version = (head[0] >> 4).into();
            return Err(DecodeError::bad_value(Self::CLASS, w.offset, version, "version"));
        }
        let len = usize::from(head[0] & 15) * 4;
        let total = usize::from(u16::from_be_bytes([head[2], head[3]]));
        if total < len {
            let field = "total_length";
            return Err(DecodeError::bad_length(Self::CLASS, w.offset, len, total, field));
        }
        let fragment = u16::from_be_bytes([head[6], head[7]]) & 0x3fff;
        let next = if fragment & 0x1fff == 0 { Kind::of_ip(head[9]) } else { None };
        let span = w.span(Self::CLASS, len, 20, "header_length", next)?;
        Ok(span.until(total, "total_length").fragment(fragment != 0))
    }

    #[inline]
    fn complete(&self, frame: &mut [u8], at: &Place) -> Result<(), EmitError> {
        if self.header_length.is_none() {
            let words = (at.head_end - at.start).div_ceil(4);
            if words > 15 {
                let (what, field) = (Self::CLASS, "header_length");
                return Err(EmitError { what, field, value: words as u64, max: 15 });
            }
            frame[at.start] |= words as u8;
        }
        if self.total_length.is_none() {
            let total = at.end - at.start;
            checksum::fill_u16(frame, at, 2, total, Self::CLASS, "total_length")?;
        }
        if self.csum.is_none() {
            // The header only.
            checksum::fill(frame, &Place { end: at.head_end, ..*at }, 10, None, 0);
        }
        Ok(())
    }

    fn verify(frame: &Sums<'_>, at: &Place) -> Result<(), VerifyError> {
        checksum::verify(frame, &Place { end: at.head_end, ..*at }, 10, None, Self::CLASS)
    }
}

/// The destination that the checksums of TCP and UDP are about: the end of a source route (RFC 1122
/// sections 4.1.3.4 and 4.2.3.8) on whose way the packet is, else `dst`. `packet` starts with the
/// IPv4 header.
pub(super) fn last_hop(packet: &[u8]) -> Option<[u8; 4]> {
    let dst = *packet.get(16..)?.first_chunk()?;
    let len = usize::from(packet[0] & 15) * 4;
    let mut options = packet.get(20..len).unwrap_or_default();
    loop {
        let (kind, len) = match *options {
            [] | [0, ..] | [_] => return Some(dst),
            [1, ..] => (1, 1),
            [kind, len, ..] => (kind, usize::from(len)),
        };
        let Some(option) = options.get(..len).filter(|option| !option.is_empty()) else {
            return Some(dst);
        };
        // Loose and strict source route; the pointer counts from 1.
        if matches!(kind, 131 | 137) && len >= 7 && usize::from(option[2]) <= len {
            return option.last_chunk().copied();
        }
        options = &options[len..];
    }
}
