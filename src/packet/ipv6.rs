//! IPv6 (RFC 8200).

use std::net::Ipv6Addr;

use super::codec::{Noun, fields, noun};
use super::span::{Place, Span, Window, Wire};
use super::{EmitError, Ipv6Ext, Kind, List, checksum, ip_proto};
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
/// | `payload_length` | bytes | extension headers and payload; 0 and an option for more than 65,535 (RFC 2675); `None`: filled in |
/// | `nxt` | 0 to 255 | what is behind the header, see [`ip_proto`] |
/// | `hop_limit` | 0 to 255 | hops left |
/// | `src`, `dst` | | addresses |
/// | `ext_hdrs` | | [`Ipv6Ext`]s: the extension headers |
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
    pub ext_hdrs: List<'a, Ipv6Ext<'a>>,
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
            ext_hdrs: List::default(),
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
    v.say(u32::from(*nxt));
    v.field("ext_hdrs", ext_hdrs)
});
noun!(Ipv6<'a>, "ipv6");

impl<'a> Wire<'a> for Ipv6<'a> {
    const MIN: usize = 40;

    #[inline]
    fn span(w: &Window<'a>) -> Result<Span, DecodeError> {
        let head = w.head::<40>(Self::CLASS)?;
        if head[0] >> 4 != 6 {
            let version = (head[0] >> 4).into();
            return Err(DecodeError::bad_value(Self::CLASS, w.offset, version, "version"));
        }
        let mut total = 40 + usize::from(u16::from_be_bytes([head[4], head[5]]));
        let span = match head[6] {
            ip_proto::HOP_OPTS
            | ip_proto::ROUTING
            | ip_proto::FRAGMENT
            | ip_proto::AUTH
            | ip_proto::DST_OPTS => {
                if total == 40 && head[6] == ip_proto::HOP_OPTS {
                    total = jumbo(w).unwrap_or(total);
                }
                extensions(w, head[6], total)?
            }
            nxt => Span::new(40, Kind::of_ip(nxt)),
        };
        Ok(Span { is_of_body: true, ..span.until(total, "payload_length") })
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

/// Bytes of a packet that is too long for `payload_length`, by the option that says so (RFC 2675
/// section 2): then there are more than 65,535 behind the header.
#[cold]
fn jumbo(w: &Window<'_>) -> Option<usize> {
    const JUMBO_PAYLOAD: u8 = 0xc2;
    let first = w.bytes.get(40..)?;
    let (size, _) = size_of_extension(ip_proto::HOP_OPTS, *first.get(1)?);
    let mut options = first.get(2..size)?;
    loop {
        options = match *options {
            [JUMBO_PAYLOAD, 4, a, b, c, d, ..] => {
                let length = u32::from_be_bytes([a, b, c, d]);
                return (length > 0xffff).then_some(40usize.saturating_add(length as usize));
            }
            [0, ref rest @ ..] => rest,
            [_, len, ref rest @ ..] => rest.get(usize::from(len)..)?,
            _ => return None,
        };
    }
}

/// Passes extension headers. Each takes eight bytes or more, so that their number is bounded by the
/// bytes.
#[cold]
fn extensions(w: &Window<'_>, mut nxt: u8, total: usize) -> Result<Span, DecodeError> {
    let bytes = w.bytes.get(..total).unwrap_or(w.bytes);
    let what = Ipv6::CLASS;
    let mut len = 40;
    let mut fragment = 0;
    while is_extension(nxt) {
        let rest = &bytes[len..];
        let here = Window { bytes: rest, offset: w.offset + len, imposed_by: w.imposed_by };
        let first = here.head::<8>(what)?;
        let (size, least) = size_of_extension(nxt, first[1]);
        len += here.span(what, size, least, "size", None)?.head;
        if nxt == ip_proto::FRAGMENT {
            fragment = u16::from_be_bytes([first[2], first[3]]) & 0xfff9;
        }
        nxt = first[0];
        // What is behind the beginning of a fragment that is not the first is no header.
        if fragment & 0xfff8 != 0 {
            return Ok(Span::new(len, None).fragment(true));
        }
    }
    Ok(Span::new(len, Kind::of_ip(nxt)).fragment(fragment != 0))
}

fn is_extension(nxt: u8) -> bool {
    use ip_proto::{AUTH, DST_OPTS, FRAGMENT, HOP_OPTS, ROUTING};
    matches!(nxt, HOP_OPTS | ROUTING | FRAGMENT | AUTH | DST_OPTS)
}

/// Bytes of an extension header by its second byte, and the fewest that it may have.
fn size_of_extension(nxt: u8, size: u8) -> (usize, usize) {
    match nxt {
        ip_proto::FRAGMENT => (8, 8),
        ip_proto::AUTH => (8 + usize::from(size) * 4, 12),
        _ => (8 + usize::from(size) * 8, 8),
    }
}

/// Source and destination that the checksums of TCP, UDP and ICMPv6 are about: the home address of a
/// mobile node (RFC 6275 section 6.3), the last hop of a routing header on whose way the packet is
/// (RFC 8200 section 8.1). `packet` starts with the IPv6 header.
pub(super) fn ends(packet: &[u8]) -> Option<[[u8; 16]; 2]> {
    let mut src = *packet.get(8..)?.first_chunk::<16>()?;
    let mut dst = *packet.get(24..)?.first_chunk::<16>()?;
    let (mut nxt, mut at) = (*packet.get(6)?, 40);
    while is_extension(nxt) {
        let Some(first) = packet.get(at..).and_then(|rest| rest.first_chunk::<8>()) else { break };
        let (size, _) = size_of_extension(nxt, first[1]);
        let Some(header) = packet.get(at..at + size) else { break };
        match nxt {
            ip_proto::ROUTING if first[3] > 0 => last_hop(header, &mut dst),
            ip_proto::DST_OPTS => home_address(&header[2..], &mut src),
            _ => {}
        }
        (nxt, at) = (first[0], at + size);
    }
    Some([src, dst])
}

/// Makes the last hop of a routing header of `dst`.
fn last_hop(header: &[u8], dst: &mut [u8; 16]) {
    let last = match header[2] {
        // The way is told backwards.
        4 => header.get(8..24),
        0 | 2 => header.len().checked_sub(16).filter(|at| *at >= 8).map(|at| &header[at..]),
        3 => {
            let (left_out, pad) = (usize::from(header[4] & 15), usize::from(header[5] >> 4));
            let end = header.len().saturating_sub(pad);
            let last = (end + left_out).checked_sub(16).and_then(|from| header.get(from..end));
            if let Some(last) = last {
                dst[left_out..].copy_from_slice(last);
            }
            return;
        }
        _ => None,
    };
    if let Some(last) = last.and_then(|last| last.first_chunk()) {
        *dst = *last;
    }
}

/// Makes the home address among options of `src`.
fn home_address(mut options: &[u8], src: &mut [u8; 16]) {
    while let [kind, rest @ ..] = options {
        let size = match (*kind, rest.first()) {
            (0, _) => 0,
            (201, Some(16)) => {
                if let Some(home) = rest[1..].first_chunk() {
                    *src = *home;
                }
                return;
            }
            (_, len) => 1 + len.map_or(0, |len| usize::from(*len)),
        };
        options = rest.get(size..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::super::Packet;
    use super::*;

    /// A packet with `len` bytes behind the header, of which the option says `said`.
    fn packet(len: usize, said: u32) -> Vec<u8> {
        let mut bytes = vec![0u8; 40 + len];
        (bytes[0], bytes[6]) = (0x60, ip_proto::HOP_OPTS);
        bytes[40..48].copy_from_slice(&[59, 0, 0xc2, 4, 0, 0, 0, 0]);
        bytes[44..48].copy_from_slice(&said.to_be_bytes());
        bytes[48..].fill(7);
        bytes
    }

    #[test]
    fn more_than_payload_length_can_say() {
        let bytes = packet(70_000, 69_990);
        let mut read = Packet::parse_as(Kind::Ipv6, &bytes);
        assert_eq!((read.payload().len(), read.error()), (69_982, None));
        read.layers_mut();
        assert_eq!(read.to_bytes().expect("what was read"), bytes);
        let bytes = packet(70_000, 70_001);
        let err = Packet::parse_as(Kind::Ipv6, &bytes).error().expect("a byte is missing");
        assert_eq!((err.needed, err.available), (69_993, 69_992));
        // What payload_length can say, it has to say.
        for said in [0, 8, 65_535] {
            let bytes = packet(65_535, said);
            assert!(Packet::parse_as(Kind::Ipv6, &bytes).error().is_some(), "{said}");
        }
        for len in 0..60 {
            let bytes = packet(70, u32::MAX);
            let _ = Packet::parse_as(Kind::Ipv6, &bytes[..len]).error();
        }
    }
}
