//! Numbers by which a header says what it carries.

/// Ethernet types.
pub mod ethertype {
    /// Up to this it is no type but the length of what follows, which starts with LLC (IEEE 802.3
    /// section 3.2.6).
    pub const MAX_LENGTH: u16 = 1500;
    /// IPv4.
    pub const IPV4: u16 = 0x0800;
    /// ARP.
    pub const ARP: u16 = 0x0806;
    /// Ethernet inside of GRE or Geneve.
    pub const TRANSPARENT_ETHERNET: u16 = 0x6558;
    /// An 802.1Q tag.
    pub const VLAN: u16 = 0x8100;
    /// IPv6.
    pub const IPV6: u16 = 0x86dd;
    /// Slow protocols, LACP among them.
    pub const SLOW: u16 = 0x8809;
    /// MPLS.
    pub const MPLS: u16 = 0x8847;
    /// MPLS to many.
    pub const MPLS_MULTICAST: u16 = 0x8848;
    /// An 802.1ad service tag.
    pub const SVLAN: u16 = 0x88a8;
    /// LLDP.
    pub const LLDP: u16 = 0x88cc;
    /// An 802.1ah instance tag.
    pub const ITAG: u16 = 0x88e7;
    /// Connectivity fault management.
    pub const CFM: u16 = 0x8902;
}

/// Service access points of LLC.
pub mod sap {
    /// Spanning tree.
    pub const BPDU: u8 = 0x42;
    /// An Ethernet type follows.
    pub const SNAP: u8 = 0xaa;
}

/// Protocol numbers of IP.
pub mod ip_proto {
    /// Options for every hop of IPv6.
    pub const HOP_OPTS: u8 = 0;
    /// ICMP.
    pub const ICMP: u8 = 1;
    /// IGMP.
    pub const IGMP: u8 = 2;
    /// TCP.
    pub const TCP: u8 = 6;
    /// UDP.
    pub const UDP: u8 = 17;
    /// Routing header of IPv6.
    pub const ROUTING: u8 = 43;
    /// Fragment header of IPv6.
    pub const FRAGMENT: u8 = 44;
    /// GRE.
    pub const GRE: u8 = 47;
    /// Authentication header.
    pub const AUTH: u8 = 51;
    /// ICMPv6.
    pub const ICMPV6: u8 = 58;
    /// No next header.
    pub const NONE: u8 = 59;
    /// Options for the destination of IPv6.
    pub const DST_OPTS: u8 = 60;
    /// OSPF.
    pub const OSPF: u8 = 89;
    /// VRRP.
    pub const VRRP: u8 = 112;
    /// SCTP.
    pub const SCTP: u8 = 132;
}
