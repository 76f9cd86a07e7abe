//! Room `packet`: the headers of Ethernet frames, one file per protocol.
//!
//! Every header has `parse`, which reads it from the front of a slice and gives the rest, and
//! `emit`, which appends it to a vector. Lengths read from a frame never lead outside of it; what
//! is wrong is told as a [`DecodeError`]. It touches [`wire`](crate::wire) only.
//!
//! # Example: who asks for whom?
//!
//! ```
//! use std::net::Ipv4Addr;
//! use ryu_sdn::packet::{Arp, Ethernet, ethertype};
//! use ryu_sdn::wire::MacAddr;
//!
//! let asker = MacAddr([2, 0, 0, 0, 0, 1]);
//! let frame = Arp::request(asker, Ipv4Addr::new(10, 0, 0, 1), Ipv4Addr::new(10, 0, 0, 2)).frame();
//!
//! let (eth, payload) = Ethernet::parse(&frame)?;
//! assert_eq!((eth.src, eth.ethertype), (asker, ethertype::ARP));
//! let (arp, _) = Arp::parse(payload)?;
//! assert_eq!(arp.dst_ip, Ipv4Addr::new(10, 0, 0, 2));
//! # Ok::<(), ryu_sdn::wire::DecodeError>(())
//! ```

mod arp;
mod checksum;
mod ethernet;
mod icmp;
mod ipv4;
mod lldp;

pub use arp::Arp;
pub use checksum::internet_checksum;
pub use ethernet::{Ethernet, VlanTag, ethertype};
pub use icmp::{Icmp, IcmpEcho};
pub use ipv4::{Ipv4, ip_proto};
pub use lldp::{Lldp, LldpTlv};

use crate::wire::{DecodeError, DecodeErrorKind};

/// Cuts `N` bytes of header `what` off the front of `bytes`; `offset` is where they stand.
fn header<'a, const N: usize>(
    what: &'static str,
    bytes: &'a [u8],
    offset: usize,
) -> Result<(&'a [u8; N], &'a [u8]), DecodeError> {
    bytes.split_first_chunk().ok_or(DecodeError {
        what,
        offset,
        needed: N,
        available: bytes.len(),
        imposed_by: None,
        kind: DecodeErrorKind::Truncated,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::MacAddr;
    use std::net::Ipv4Addr;

    const A: MacAddr = MacAddr([2, 0, 0, 0, 0, 1]);
    const B: MacAddr = MacAddr([2, 0, 0, 0, 0, 2]);

    fn ping() -> Vec<u8> {
        let mut icmp = Vec::new();
        Icmp::EchoRequest(IcmpEcho { id: 1, seq: 2, data: b"abcde" }).emit(&mut icmp);
        let mut ip = Vec::new();
        let (src, dst) = (Ipv4Addr::new(10, 0, 0, 1), Ipv4Addr::new(10, 0, 0, 2));
        Ipv4::new(src, dst, ip_proto::ICMP).emit(&icmp, &mut ip);
        let tag = VlanTag { tpid: ethertype::VLAN, pcp: 5, dei: true, vid: 100 };
        Ethernet { vlan: Some(tag), ..Ethernet::new(B, A, ethertype::IPV4) }.frame(&ip)
    }

    /// Parses as far as it goes.
    fn walk(frame: &[u8]) -> Result<(), DecodeError> {
        let (eth, payload) = Ethernet::parse(frame)?;
        match eth.ethertype {
            ethertype::ARP => drop(Arp::parse(payload)?),
            ethertype::LLDP => drop(Lldp::parse(payload)?),
            _ => {
                let (_, payload) = Ipv4::parse(payload)?;
                Icmp::parse(payload)?;
            }
        }
        Ok(())
    }

    #[test]
    fn a_ping_there_and_back() {
        let frame = ping();
        assert_eq!(frame.len(), Ethernet::MIN_FRAME);
        let (eth, payload) = Ethernet::parse(&frame).unwrap();
        assert_eq!(eth.vlan, Some(VlanTag { tpid: 0x8100, pcp: 5, dei: true, vid: 100 }));
        let (ip, payload) = Ipv4::parse(payload).unwrap();
        assert_eq!((ip.ttl, ip.is_fragment()), (64, false));
        let Icmp::EchoRequest(echo) = Icmp::parse(payload).unwrap() else { panic!() };
        assert_eq!((echo.id, echo.seq, echo.data), (1, 2, &b"abcde"[..]));
    }

    #[test]
    fn an_arp_reply_answers() {
        let ask = Arp::request(A, Ipv4Addr::new(10, 0, 0, 1), Ipv4Addr::new(10, 0, 0, 2));
        let frame = ask.reply(B).frame();
        let (eth, payload) = Ethernet::parse(&frame).unwrap();
        assert_eq!((eth.dst, eth.src), (A, B));
        assert_eq!(Arp::parse(payload).unwrap().0, ask.reply(B));
    }

    #[test]
    fn frames_of_strangers_cut_and_twisted() {
        let arp = Arp::request(A, Ipv4Addr::new(10, 0, 0, 1), Ipv4Addr::new(10, 0, 0, 2)).frame();
        let lldp = Lldp::new(b"chassis", b"port", 1).frame(A);
        for frame in [ping(), arp, lldp] {
            assert!(walk(&frame).is_ok());
            for len in 0..frame.len() {
                let _ = walk(&frame[..len]);
            }
            for at in 0..frame.len() {
                for value in [0, 1, 0x7f, 0x80, 0xff] {
                    let mut twisted = frame.clone();
                    twisted[at] = value;
                    let _ = walk(&twisted);
                }
            }
        }
    }

    #[test]
    fn errors_name_the_header_and_the_byte() {
        let err = Ethernet::parse(&[0; 13]).unwrap_err();
        assert_eq!(err.to_string(), "ethernet: needed 14 bytes at offset 0, only 13 available");
        let mut frame = ping();
        frame[18 + 8] = 1; // the TTL: the checksum is wrong now
        assert_eq!(walk(&frame).unwrap_err().imposed_by, Some("checksum"));
    }
}
