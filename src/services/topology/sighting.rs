//! What a frame tells about the host that sent it.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::packet::{Ethernet, ethertype};
use crate::wire::MacAddr;

use super::host::Host;

/// VLAN tags that are looked behind.
const TAGS_MAX: usize = 2;

/// A host was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sighting {
    /// Its Ethernet address.
    pub(super) mac: MacAddr,
    /// What it said of itself.
    pub(super) said: Said,
}

/// The IP addresses that a host used, one of each kind at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    ipv4: Option<Ipv4Addr>,
    ipv6: Option<Ipv6Addr>,
}

impl Sighting {
    /// Reads a frame; `None` if no host sends such.
    #[inline(always)] // A call would hand it back in pieces that are waited for.
    pub(super) fn read(frame: &[u8]) -> Option<Sighting> {
        // Done for every packet-in, and nobody here asks whether the length of a frame is right.
        let (eth, mut payload) = Ethernet::peek(frame)?;
        let (mac, mut kind) = (eth.src, eth.ethertype);
        if mac.is_multicast() || mac == MacAddr::ZERO {
            return None;
        }
        if kind == ethertype::LLDP || kind == ethertype::CFM {
            return None;
        }
        for _ in 0..TAGS_MAX {
            if kind != ethertype::VLAN && kind != ethertype::SVLAN {
                break;
            }
            let Some((tag, rest)) = payload.split_first_chunk::<4>() else { break };
            (kind, payload) = (u16::from_be_bytes([tag[2], tag[3]]), rest);
        }
        let (mut ipv4, mut ipv6) = (None, None);
        match kind {
            ethertype::ARP if payload.starts_with(&[0, 1, 8, 0, 6, 4]) => {
                ipv4 = array(payload, 14).map(|octets: [u8; 4]| Ipv4Addr::from(octets));
            }
            ethertype::IPV4 => {
                ipv4 = array(payload, 12).map(|octets: [u8; 4]| Ipv4Addr::from(octets))
            }
            ethertype::IPV6 => {
                ipv6 = array(payload, 8).map(|octets: [u8; 16]| Ipv6Addr::from(octets))
            }
            _ => {}
        }
        // A host that has no address yet says so with zeros.
        let ipv4 = ipv4.filter(|address| !address.is_unspecified());
        let ipv6 = ipv6.filter(|address| !address.is_unspecified());
        Some(Sighting { mac, said: Said { ipv4, ipv6 } })
    }
}

impl Said {
    /// Adds what a later frame of the same host says: one of IPv6 does not take back what ARP said.
    pub(super) fn add(&mut self, later: Said) {
        self.ipv4 = later.ipv4.or(self.ipv4);
        self.ipv6 = later.ipv6.or(self.ipv6);
    }

    /// Whether a later frame says nothing that was not said last.
    #[inline]
    pub(super) fn covers(&self, later: Said) -> bool {
        (later.ipv4.is_none() || later.ipv4 == self.ipv4)
            && (later.ipv6.is_none() || later.ipv6 == self.ipv6)
    }

    /// Notes in `host` what is new.
    pub(super) fn note(self, host: &mut Host) {
        self.ipv4.into_iter().for_each(|address| host.saw_ipv4(address));
        self.ipv6.into_iter().for_each(|address| host.saw_ipv6(address));
    }
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at + N)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use crate::packet::{Arp, Ethernet, Ipv4, Ipv6, Vlan, ip_proto};

    use super::*;

    const MAC: MacAddr = MacAddr([2, 0, 0, 0, 0, 1]);

    fn host(frame: &[u8]) -> Option<Host> {
        let sighting = Sighting::read(frame)?;
        let mut host = Host::new(sighting.mac, Default::default());
        sighting.said.note(&mut host);
        Some(host)
    }

    #[test]
    fn addresses_come_from_arp_and_ip() {
        let one = Ipv4Addr::new(10, 0, 0, 1);
        let arp = Arp::request(MAC, one, [10, 0, 0, 2].into()).over_ethernet().to_frame().unwrap();
        assert_eq!(host(&arp).unwrap().ipv4, [one]);
        let eth = Ethernet::new(MacAddr::BROADCAST, MAC, ethertype::VLAN);
        let tagged = eth
            / Vlan { ethertype: ethertype::IPV4, ..Vlan::default() }
            / Ipv4::new(one, [10, 0, 0, 2].into(), ip_proto::UDP)
            / [0; 8];
        assert_eq!(host(&tagged.to_frame().unwrap()).unwrap().ipv4, [one]);
        let six = Ipv6 { src: "fe80::1".parse().unwrap(), ..Ipv6::default() };
        let six = Ethernet::new(MacAddr::BROADCAST, MAC, ethertype::IPV6) / six / [0; 8];
        let seen = host(&six.to_frame().unwrap()).unwrap();
        assert_eq!((seen.ipv4.len(), seen.ipv6), (0, vec!["fe80::1".parse().unwrap()]));
        // Asking whether an address is free is having none.
        let asks =
            Arp::request(MAC, Ipv4Addr::UNSPECIFIED, one).over_ethernet().to_frame().unwrap();
        assert_eq!(host(&asks).unwrap().ipv4.len(), 0);
        for end in 0..arp.len() {
            assert_eq!(host(&arp[..end]).is_some(), end >= 14);
        }
    }

    #[test]
    fn what_no_host_sends_is_no_host() {
        for src in [MacAddr::BROADCAST, MacAddr::ZERO, MacAddr::LLDP_NEAREST_BRIDGE] {
            let frame = Ethernet::new(MAC, src, ethertype::IPV4) / [0; 46];
            assert_eq!(host(&frame.to_frame().unwrap()), None);
        }
        for kind in [ethertype::LLDP, ethertype::CFM] {
            let frame = Ethernet::new(MAC, MAC, kind) / [0; 46];
            assert_eq!(host(&frame.to_frame().unwrap()), None);
        }
    }

    /// A host at a port whose first probes are under way says ARP, then what IPv6 says by itself.
    #[test]
    fn a_later_frame_adds_to_an_earlier_one() {
        let (v4, v6) = (Ipv4Addr::new(10, 0, 0, 1), Ipv6Addr::LOCALHOST);
        let arp = Said { ipv4: Some(v4), ipv6: None };
        let mut both = arp;
        both.add(Said { ipv4: None, ipv6: Some(v6) });
        assert_eq!(both, Said { ipv6: Some(v6), ..arp });
        let moved = Ipv4Addr::new(10, 0, 0, 2);
        both.add(Said { ipv4: Some(moved), ipv6: None });
        assert_eq!((both.ipv4, both.ipv6), (Some(moved), Some(v6)));
    }

    #[test]
    fn only_what_was_said_last_is_no_news() {
        let (v4, v6) = (Some(Ipv4Addr::new(10, 0, 0, 1)), Some(Ipv6Addr::LOCALHOST));
        let both = Said { ipv4: v4, ipv6: v6 };
        let four = Said { ipv4: v4, ipv6: None };
        let six = Said { ipv4: None, ipv6: v6 };
        assert!(both.covers(both) && both.covers(four) && both.covers(six));
        assert!(four.covers(four) && !four.covers(six) && !six.covers(four) && !four.covers(both));
        let other = Said { ipv4: Some(Ipv4Addr::new(10, 0, 0, 2)), ipv6: None };
        assert!(!both.covers(other) && !other.covers(four));
        assert!([both, four, six, Said::default()].iter().all(|said| said.covers(Said::default())));
        assert!(!Said::default().covers(four));
    }
}
