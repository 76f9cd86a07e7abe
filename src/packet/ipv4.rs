//! IPv4 (RFC 791).

use std::net::Ipv4Addr;

use crate::wire::DecodeError;

use super::{header, internet_checksum};

/// IP protocol numbers.
pub mod ip_proto {
    /// ICMP.
    pub const ICMP: u8 = 1;
    /// TCP.
    pub const TCP: u8 = 6;
    /// UDP.
    pub const UDP: u8 = 17;
}

/// An IPv4 header; options are skipped coming in and not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ipv4 {
    /// Type of service: DSCP in the upper six bits, ECN below.
    pub tos: u8,
    /// Identification.
    pub identification: u16,
    /// Don't fragment.
    pub dont_fragment: bool,
    /// More fragments follow.
    pub more_fragments: bool,
    /// Where the fragment belongs, in units of 8 bytes (0 to 8,191).
    pub fragment_offset: u16,
    /// Hops left.
    pub ttl: u8,
    /// Protocol of the payload; see [`ip_proto`].
    pub proto: u8,
    /// Source.
    pub src: Ipv4Addr,
    /// Destination.
    pub dst: Ipv4Addr,
}

impl Ipv4 {
    /// A header with TTL 64, not fragmented.
    pub const fn new(src: Ipv4Addr, dst: Ipv4Addr, proto: u8) -> Ipv4 {
        Ipv4 {
            tos: 0,
            identification: 0,
            dont_fragment: false,
            more_fragments: false,
            fragment_offset: 0,
            ttl: 64,
            proto,
            src,
            dst,
        }
    }

    /// Whether this is a part of a larger packet.
    pub const fn is_fragment(&self) -> bool {
        self.more_fragments || self.fragment_offset != 0
    }

    /// Reads the header; the payload is cut at the total length, so frame padding is left out.
    ///
    /// # Errors
    /// If it is too short, is no IPv4, its lengths contradict each other, or its checksum is wrong.
    pub fn parse(bytes: &[u8]) -> Result<(Ipv4, &[u8]), DecodeError> {
        let (h, _) = header::<20>("ipv4", bytes, 0)?;
        if h[0] >> 4 != 4 {
            return Err(DecodeError::bad_value("ipv4", 0, (h[0] >> 4).into(), "version"));
        }
        let header_len = usize::from(h[0] & 15) * 4;
        if header_len < 20 {
            return Err(DecodeError::bad_length("ipv4", 0, 20, header_len, "header length"));
        }
        let total_len = usize::from(u16::from_be_bytes([h[2], h[3]]));
        if total_len < header_len {
            return Err(DecodeError::bad_length("ipv4", 2, header_len, total_len, "total length"));
        }
        let Some(packet) = bytes.get(..total_len) else {
            return Err(DecodeError::bad_length("ipv4", 2, total_len, bytes.len(), "total length"));
        };
        let (head, payload) = packet.split_at(header_len);
        if internet_checksum(head) != 0 {
            let found = u16::from_be_bytes([h[10], h[11]]);
            return Err(DecodeError::bad_value("ipv4", 10, found.into(), "checksum"));
        }
        let fragment = u16::from_be_bytes([h[6], h[7]]);
        let ip = Ipv4 {
            tos: h[1],
            identification: u16::from_be_bytes([h[4], h[5]]),
            dont_fragment: fragment & 0x4000 != 0,
            more_fragments: fragment & 0x2000 != 0,
            fragment_offset: fragment & 0x1fff,
            ttl: h[8],
            proto: h[9],
            src: Ipv4Addr::new(h[12], h[13], h[14], h[15]),
            dst: Ipv4Addr::new(h[16], h[17], h[18], h[19]),
        };
        Ok((ip, payload))
    }

    /// Appends header and payload, with length and checksum. A payload beyond 65,515 bytes is cut
    /// off: IPv4 cannot carry it.
    pub fn emit(&self, payload: &[u8], out: &mut Vec<u8>) {
        let payload = &payload[..payload.len().min(usize::from(u16::MAX) - 20)];
        let total_len = (20 + payload.len()) as u16;
        let fragment = u16::from(self.dont_fragment) << 14
            | u16::from(self.more_fragments) << 13
            | self.fragment_offset & 0x1fff;
        let mut h = [0; 20];
        h[0] = 0x45;
        h[1] = self.tos;
        h[2..4].copy_from_slice(&total_len.to_be_bytes());
        h[4..6].copy_from_slice(&self.identification.to_be_bytes());
        h[6..8].copy_from_slice(&fragment.to_be_bytes());
        h[8] = self.ttl;
        h[9] = self.proto;
        h[12..16].copy_from_slice(&self.src.octets());
        h[16..20].copy_from_slice(&self.dst.octets());
        let sum = internet_checksum(&h);
        h[10..12].copy_from_slice(&sum.to_be_bytes());
        out.extend_from_slice(&h);
        out.extend_from_slice(payload);
    }
}
