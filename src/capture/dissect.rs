//! From a captured packet to its TCP segment: link header, IPv4 or IPv6, TCP.
//!
//! Spec: RFC 791 section 3.1, RFC 8200 sections 3 and 4, RFC 4302 section 2.2, RFC 9293 section
//! 3.1. Checksums are not looked at: a capture on the sending machine is taken before the network
//! card has filled them in.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use bytes::Bytes;

use super::reader::Packet;
use super::stream::StreamId;

/// Why there is no TCP segment in a captured packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotTcp {
    /// A part of a fragmented IP packet, TCP inside. Fragments are not put together.
    Fragment,
    /// The headers are cut short or contradict themselves.
    Malformed,
    /// Something else than TCP over IP.
    Other,
    /// A link type that is not known here (see [`LinkType::is_known`](super::LinkType::is_known)).
    UnknownLink,
}

/// One TCP segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Who sent it to whom.
    pub stream: StreamId,
    /// When it was captured, since 1970; `None` if the file does not say.
    pub time: Option<Duration>,
    /// Sequence number of the SYN, or else of the first payload byte.
    pub seq: u32,
    /// The next sequence number that the sender expects, if the segment says so.
    pub ack: Option<u32>,
    /// Opens the sender's stream.
    pub syn: bool,
    /// Ends the sender's stream behind the payload.
    pub fin: bool,
    /// Ends both streams at once.
    pub rst: bool,
    /// The payload as far as it was captured; a slice of the packet.
    pub payload: Bytes,
    /// Bytes of payload that were sent behind `payload` and not captured (snap length).
    pub cut_off: usize,
}

/// Looks for a TCP segment in a captured packet. Copies nothing.
///
/// See the [room](super) for an example.
///
/// # Errors
/// If there is none, or its headers are not whole.
pub fn dissect(packet: &Packet) -> Result<Segment, NotTcp> {
    if !packet.link.is_known() {
        return Err(NotTcp::UnknownLink);
    }
    let original = (packet.original_len as usize).max(packet.data.len());
    let mut cut = Cut { bytes: &packet.data, cut_off: original - packet.data.len() };
    if packet.link.strip(&mut cut).is_none() {
        return Err(NotTcp::Other);
    }
    let (from, to) = ip(&mut cut)?;
    tcp(&packet.data, packet.time, &mut cut, from, to).ok_or(NotTcp::Malformed)
}

/// What is left of a packet: the bytes that were captured, and how many more were sent.
pub(super) struct Cut<'a> {
    bytes: &'a [u8],
    cut_off: usize,
}

impl<'a> Cut<'a> {
    /// Takes a header of `N` bytes off the front.
    pub(super) fn take<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        let (head, rest) = self.bytes.split_first_chunk()?;
        self.bytes = rest;
        Some(head)
    }

    fn skip(&mut self, len: usize) -> Option<()> {
        self.bytes = self.bytes.get(len..)?;
        Some(())
    }

    /// Leaves out what stands behind the next `len` bytes. `false` if so many were never sent.
    fn limit(&mut self, len: usize) -> bool {
        if len > self.bytes.len() + self.cut_off {
            return false;
        }
        self.bytes = &self.bytes[..self.bytes.len().min(len)];
        self.cut_off = len - self.bytes.len();
        true
    }
}

const TCP: u8 = 6;

/// Takes the IP header off; gives the addresses.
fn ip(cut: &mut Cut<'_>) -> Result<(IpAddr, IpAddr), NotTcp> {
    match cut.bytes.first().map(|first| first >> 4) {
        Some(4) => ipv4(cut),
        Some(6) => ipv6(cut),
        _ => Err(NotTcp::Malformed),
    }
}

fn ipv4(cut: &mut Cut<'_>) -> Result<(IpAddr, IpAddr), NotTcp> {
    let available = cut.bytes.len() + cut.cut_off;
    let header = *cut.take::<20>().ok_or(NotTcp::Malformed)?;
    let [first, _, l0, l1, _, _, f0, f1, _, protocol, _, _, addresses @ ..] = header;
    let header_len = usize::from(first & 15) * 4;
    let total_len = match usize::from(u16::from_be_bytes([l0, l1])) {
        // The network card is to cut this packet into smaller ones (segmentation offload).
        0 => available,
        len => len,
    };
    if header_len < 20 || total_len < header_len || !cut.limit(total_len - 20) {
        return Err(NotTcp::Malformed);
    }
    if protocol != TCP {
        return Err(NotTcp::Other);
    }
    // More fragments, or not the first one.
    if u16::from_be_bytes([f0, f1]) & 0x3fff != 0 {
        return Err(NotTcp::Fragment);
    }
    cut.skip(header_len - 20).ok_or(NotTcp::Malformed)?;
    let [s0, s1, s2, s3, d0, d1, d2, d3] = addresses;
    Ok((Ipv4Addr::new(s0, s1, s2, s3).into(), Ipv4Addr::new(d0, d1, d2, d3).into()))
}

fn ipv6(cut: &mut Cut<'_>) -> Result<(IpAddr, IpAddr), NotTcp> {
    const HOP_BY_HOP: u8 = 0;
    const ROUTING: u8 = 43;
    const FRAGMENT: u8 = 44;
    const AUTHENTICATION: u8 = 51;
    const DESTINATION: u8 = 60;

    let header = cut.take::<40>().ok_or(NotTcp::Malformed)?;
    let payload_len = usize::from(u16::from_be_bytes([header[4], header[5]]));
    // 0: a jumbogram, or a packet that the network card is to cut.
    if payload_len != 0 && !cut.limit(payload_len) {
        return Err(NotTcp::Malformed);
    }
    let address = |at: usize| {
        let bytes = header.get(at..).and_then(|rest| rest.first_chunk::<16>());
        bytes.map(|bytes| IpAddr::V6(Ipv6Addr::from(*bytes))).ok_or(NotTcp::Malformed)
    };
    let (from, to) = (address(8)?, address(24)?);
    let mut next = header[6];
    // Ends: each turn takes at least eight bytes.
    loop {
        match next {
            TCP => return Ok((from, to)),
            HOP_BY_HOP | ROUTING | DESTINATION | AUTHENTICATION => {
                let &[following, len] = cut.take::<2>().ok_or(NotTcp::Malformed)?;
                // The authentication header counts words of four bytes, and leaves out two.
                let unit = if next == AUTHENTICATION { 4 } else { 8 };
                let rest = usize::from(len) * unit + 6;
                cut.skip(rest).ok_or(NotTcp::Malformed)?;
                next = following;
            }
            FRAGMENT => {
                let header = cut.take::<8>().ok_or(NotTcp::Malformed)?;
                // Offset and the more-fragments bit; with neither, the packet is whole.
                if u16::from_be_bytes([header[2], header[3]]) & 0xfff9 != 0 {
                    return Err(NotTcp::Fragment);
                }
                next = header[0];
            }
            _ => return Err(NotTcp::Other),
        }
    }
}

fn tcp(
    packet: &Bytes,
    time: Option<Duration>,
    cut: &mut Cut<'_>,
    from: IpAddr,
    to: IpAddr,
) -> Option<Segment> {
    let &[s0, s1, d0, d1, q0, q1, q2, q3, a0, a1, a2, a3, words, flags, ..] = cut.take::<20>()?;
    let header_len = usize::from(words >> 4) * 4;
    // Options that were not captured would make the payload's start a guess.
    cut.skip(header_len.checked_sub(20)?)?;
    Some(Segment {
        stream: StreamId {
            from: SocketAddr::new(from, u16::from_be_bytes([s0, s1])),
            to: SocketAddr::new(to, u16::from_be_bytes([d0, d1])),
        },
        time,
        seq: u32::from_be_bytes([q0, q1, q2, q3]),
        ack: (flags & 0x10 != 0).then(|| u32::from_be_bytes([a0, a1, a2, a3])),
        syn: flags & 0x02 != 0,
        fin: flags & 0x01 != 0,
        rst: flags & 0x04 != 0,
        payload: packet.slice_ref(cut.bytes),
        cut_off: cut.cut_off,
    })
}
