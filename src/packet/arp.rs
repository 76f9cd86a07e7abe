//! ARP for IPv4 over Ethernet (RFC 826).

use std::net::Ipv4Addr;

use crate::wire::{DecodeError, MacAddr};

use super::{Ethernet, ethertype, header};

/// An ARP packet.
///
/// ```text
///  0      2      4    5    6      8          14       18         24       28
/// +------+------+----+----+------+----------+--------+----------+--------+
/// | hw=1 |0x0800| 6  | 4  |opcode| src mac  | src ip | dst mac  | dst ip |
/// +------+------+----+----+------+----------+--------+----------+--------+
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arp {
    /// [`Arp::REQUEST`], [`Arp::REPLY`] or another.
    pub opcode: u16,
    /// Ethernet address of the sender.
    pub src_mac: MacAddr,
    /// IP address of the sender.
    pub src_ip: Ipv4Addr,
    /// Ethernet address of the target; zero in a request.
    pub dst_mac: MacAddr,
    /// IP address of the target.
    pub dst_ip: Ipv4Addr,
}

const FORM: [u8; 6] = [0, 1, 8, 0, 6, 4];

impl Arp {
    /// Opcode of a request.
    pub const REQUEST: u16 = 1;
    /// Opcode of a reply.
    pub const REPLY: u16 = 2;

    /// Who has `dst_ip`?
    pub const fn request(src_mac: MacAddr, src_ip: Ipv4Addr, dst_ip: Ipv4Addr) -> Arp {
        Arp { opcode: Arp::REQUEST, src_mac, src_ip, dst_mac: MacAddr::ZERO, dst_ip }
    }

    /// The answer to this request: `mac` has it.
    pub const fn reply(&self, mac: MacAddr) -> Arp {
        Arp {
            opcode: Arp::REPLY,
            src_mac: mac,
            src_ip: self.dst_ip,
            dst_mac: self.src_mac,
            dst_ip: self.src_ip,
        }
    }

    /// Reads the packet; the rest is padding.
    ///
    /// # Errors
    /// If it is too short, or not about IPv4 over Ethernet.
    pub fn parse(bytes: &[u8]) -> Result<(Arp, &[u8]), DecodeError> {
        let (h, rest) = header::<28>("arp", bytes, 0)?;
        for (at, want) in FORM.iter().enumerate() {
            if h[at] != *want {
                let field = if at < 4 { "address types" } else { "address lengths" };
                return Err(DecodeError::bad_value("arp", at, h[at].into(), field));
            }
        }
        let mac =
            |at: usize| MacAddr([h[at], h[at + 1], h[at + 2], h[at + 3], h[at + 4], h[at + 5]]);
        let ip = |at: usize| Ipv4Addr::new(h[at], h[at + 1], h[at + 2], h[at + 3]);
        let arp = Arp {
            opcode: u16::from_be_bytes([h[6], h[7]]),
            src_mac: mac(8),
            src_ip: ip(14),
            dst_mac: mac(18),
            dst_ip: ip(24),
        };
        Ok((arp, rest))
    }

    /// Appends the packet.
    pub fn emit(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&FORM);
        out.extend_from_slice(&self.opcode.to_be_bytes());
        out.extend_from_slice(&self.src_mac.0);
        out.extend_from_slice(&self.src_ip.octets());
        out.extend_from_slice(&self.dst_mac.0);
        out.extend_from_slice(&self.dst_ip.octets());
    }

    /// A whole frame from the sender: to everyone if it is a request, else to the target.
    pub fn frame(&self) -> Vec<u8> {
        let to_all = self.opcode == Arp::REQUEST;
        let dst = if to_all { MacAddr::BROADCAST } else { self.dst_mac };
        let mut payload = Vec::with_capacity(28);
        self.emit(&mut payload);
        Ethernet::new(dst, self.src_mac, ethertype::ARP).frame(&payload)
    }
}
