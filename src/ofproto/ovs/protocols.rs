//! What a match says about protocols: that decides what the short names of fields mean and which
//! fields mean something at all.

use crate::ofproto::Match;
use crate::ofproto::oxm;

/// What has to be matched for a field to mean something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needs {
    Nothing,
    Ip,
    Ipv4,
    Ipv6,
    Arp,
    Mpls,
    Pbb,
    Icmp,
    Tcp,
    Udp,
    Sctp,
    Icmp6,
    Nd,
    NdSolicit,
    NdAdvert,
    Nsh,
}

/// The protocols that a match fixes: what the short names depend on.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Protocols {
    pub(super) eth_type: Option<u16>,
    pub(super) ip_proto: Option<u8>,
    pub(super) icmpv6_type: Option<u8>,
    /// How many VLAN tags the packet has for sure, as far as Open vSwitch looks: up to two.
    pub(super) tags: u8,
}

impl Protocols {
    pub(super) fn of(m: &Match) -> Protocols {
        let vid = m.get_masked(oxm::VLAN_VID).map(|(vid, mask)| vid & mask.unwrap_or(0x1fff));
        let tci = m.get_masked(oxm::VLAN_TCI).map(|(tci, mask)| tci & mask.unwrap_or(0xffff));
        Protocols {
            eth_type: m.get(oxm::ETH_TYPE).or(m.get(oxm::ETH_TYPE_NXM)),
            ip_proto: m.get(oxm::IP_PROTO).or(m.get(oxm::IP_PROTO_NXM)),
            icmpv6_type: m.get(oxm::ICMPV6_TYPE).or(m.get(oxm::ICMPV6_TYPE_NXM)),
            tags: u8::from(
                vid.or(tci).is_some_and(|word| word & oxm::VID_PRESENT != 0)
                    || (vid.is_none() && m.contains(oxm::VLAN_PCP)),
            ),
        }
    }

    pub(super) fn is_ipv4(self) -> bool {
        self.eth_type == Some(0x0800)
    }

    pub(super) fn is_ipv6(self) -> bool {
        self.eth_type == Some(0x86dd)
    }

    /// ARP or RARP.
    pub(super) fn is_arp(self) -> bool {
        matches!(self.eth_type, Some(0x0806 | 0x8035))
    }

    fn has_proto(self, proto: u8) -> bool {
        (self.is_ipv4() || self.is_ipv6()) && self.ip_proto == Some(proto)
    }

    pub(super) fn meets(self, needs: Needs) -> bool {
        let icmpv6 = self.is_ipv6() && self.ip_proto == Some(58);
        match needs {
            Needs::Nothing => true,
            Needs::Ip => self.is_ipv4() || self.is_ipv6(),
            Needs::Ipv4 => self.is_ipv4(),
            Needs::Ipv6 => self.is_ipv6(),
            Needs::Arp => self.is_arp(),
            Needs::Mpls => matches!(self.eth_type, Some(0x8847 | 0x8848)),
            Needs::Pbb => self.eth_type == Some(0x88e7),
            Needs::Icmp => self.is_ipv4() && self.ip_proto == Some(1),
            Needs::Tcp => self.has_proto(6),
            Needs::Udp => self.has_proto(17),
            Needs::Sctp => self.has_proto(132),
            Needs::Icmp6 => icmpv6,
            Needs::Nd => icmpv6 && matches!(self.icmpv6_type, Some(135 | 136)),
            Needs::NdSolicit => icmpv6 && self.icmpv6_type == Some(135),
            Needs::NdAdvert => icmpv6 && self.icmpv6_type == Some(136),
            Needs::Nsh => self.eth_type == Some(0x894f),
        }
    }
}

impl Needs {
    /// The shorthand to add.
    pub(super) fn words(self) -> &'static str {
        match self {
            Needs::Nothing => "nothing",
            Needs::Ip => "ip or ipv6",
            Needs::Ipv4 => "ip",
            Needs::Ipv6 => "ipv6",
            Needs::Arp => "arp or rarp",
            Needs::Mpls => "mpls or mplsm",
            Needs::Pbb => "dl_type=0x88e7",
            Needs::Icmp => "icmp",
            Needs::Tcp => "tcp or tcp6",
            Needs::Udp => "udp or udp6",
            Needs::Sctp => "sctp or sctp6",
            Needs::Icmp6 => "icmp6",
            Needs::Nd => "icmp6 and icmp_type=135 or 136",
            Needs::NdSolicit => "icmp6 and icmp_type=135",
            Needs::NdAdvert => "icmp6 and icmp_type=136",
            Needs::Nsh => "dl_type=0x894f",
        }
    }
}
