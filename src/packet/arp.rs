//! ARP for IPv4 over Ethernet (RFC 826).

use std::net::Ipv4Addr;

use super::codec::{Noun, header};
use super::span::{Span, Window, Wire};
use super::{Ethernet, Over, ethertype};
use crate::wire::{DecodeError, MacAddr};

header! {
    /// An ARP packet.
    ///
    /// ```text
    ///  0      2      4    5    6      8          14       18         24       28
    /// +------+------+----+----+------+----------+--------+----------+--------+
    /// |hwtype|proto |hlen|plen|opcode| src mac  | src ip | dst mac  | dst ip |
    /// +------+------+----+----+------+----------+--------+----------+--------+
    /// ```
    ///
    /// | field | range | meaning |
    /// |---|---|---|
    /// | `hwtype` | 0 to 65,535 | 1 is Ethernet |
    /// | `proto` | 0 to 65,535 | 0x0800 is IPv4 |
    /// | `hlen`, `plen` | 6, 4 | sizes of the addresses in bytes |
    /// | `opcode` | 0 to 65,535 | [`Arp::REQUEST`], [`Arp::REPLY`] or another |
    /// | `src_mac`, `src_ip` | | the sender |
    /// | `dst_mac`, `dst_ip` | | the target |
    ///
    /// Packets about addresses of other sizes are refused.
    ///
    /// Ryu: `arp.arp`. Spec: RFC 826.
    ///
    /// ```
    /// use ryu_sdn::packet::Arp;
    /// use ryu_sdn::wire::MacAddr;
    ///
    /// let arp = Arp::request(MacAddr([2, 0, 0, 0, 0, 1]), [10, 0, 0, 1].into(), [10, 0, 0, 2].into());
    /// let bytes = (arp.clone() / []).to_bytes()?;
    /// assert_eq!(bytes[..14], [0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1]);
    /// assert_eq!(Arp::parse(&bytes)?.0, arp);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[derive(Copy)]
    pub struct Arp "arp" {
        /// Kind of link; 1 is Ethernet.
        hwtype: u16 = 1,
        /// Kind of address; an Ethernet type.
        proto: u16 = ethertype::IPV4,
        /// Size of a link's address.
        hlen: u8 = 6,
        /// Size of a protocol's address.
        plen: u8 = 4,
        /// [`Arp::REQUEST`], [`Arp::REPLY`] or another.
        opcode: u16 = Arp::REQUEST,
        /// Ethernet address of the sender.
        src_mac: MacAddr = MacAddr::BROADCAST,
        /// IP address of the sender.
        src_ip: Ipv4Addr = Ipv4Addr::UNSPECIFIED,
        /// Ethernet address of the target; zero in a request.
        dst_mac: MacAddr = MacAddr::BROADCAST,
        /// IP address of the target.
        dst_ip: Ipv4Addr = Ipv4Addr::UNSPECIFIED,
    }
}

impl Arp {
    /// Opcode of a request.
    pub const REQUEST: u16 = 1;
    /// Opcode of a reply.
    pub const REPLY: u16 = 2;
    /// Opcode of a reverse request.
    pub const REV_REQUEST: u16 = 3;
    /// Opcode of a reverse reply.
    pub const REV_REPLY: u16 = 4;

    /// Who has `dst_ip`?
    pub fn request(src_mac: MacAddr, src_ip: Ipv4Addr, dst_ip: Ipv4Addr) -> Arp {
        Arp { src_mac, src_ip, dst_mac: MacAddr::ZERO, dst_ip, ..Arp::default() }
    }

    /// The answer to this request: `mac` has it.
    pub fn reply(&self, mac: MacAddr) -> Arp {
        Arp {
            opcode: Arp::REPLY,
            src_mac: mac,
            src_ip: self.dst_ip,
            dst_mac: self.src_mac,
            dst_ip: self.src_ip,
            ..Arp::default()
        }
    }

    /// With the Ethernet header: from the sender to everyone if it is a request, else to the
    /// target.
    pub fn over_ethernet(self) -> Over<Ethernet, Arp> {
        let to_all = self.opcode == Arp::REQUEST;
        let dst = if to_all { MacAddr::BROADCAST } else { self.dst_mac };
        Ethernet::new(dst, self.src_mac, ethertype::ARP) / self
    }
}

impl<'a> Wire<'a> for Arp {
    const MIN: usize = 28;

    fn span(w: &Window<'a>) -> Result<Span, DecodeError> {
        let head = w.head::<28>(Self::CLASS)?;
        let size = 8 + 2 * (usize::from(head[4]) + usize::from(head[5]));
        if size > w.bytes.len() {
            let mut err = w.truncated(Self::CLASS, size);
            err.imposed_by = Some("hlen");
            return Err(err);
        }
        for (at, want, field) in [(4, 6, "hlen"), (5, 4, "plen")] {
            if head[at] != want {
                let found = head[at].into();
                return Err(DecodeError::bad_value(Self::CLASS, w.offset + at, found, field));
            }
        }
        Ok(Span::new(28, None))
    }
}
