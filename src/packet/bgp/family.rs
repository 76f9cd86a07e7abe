//! Which routes a BGP speaker means: address family and what they are for.

/// An address family and a subsequent one.
///
/// Spec: RFC 4760 section 3; the numbers are IANA's. Ryu: `bgp.RouteFamily`, and `RF_IPv4_UC` and
/// its neighbours for the constants.
///
/// ```
/// use ryu_sdn::packet::RouteFamily;
///
/// assert_eq!(RouteFamily::L2_EVPN, RouteFamily { afi: 25, safi: 70 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RouteFamily {
    /// Address family: [`RouteFamily::IP`] and its neighbours.
    pub afi: u16,
    /// What the routes are for: 1 is unicast.
    pub safi: u8,
}

impl RouteFamily {
    /// Address family of IPv4.
    pub const IP: u16 = 1;
    /// Address family of IPv6.
    pub const IP6: u16 = 2;
    /// Address family of layer 2 VPNs.
    pub const L2VPN: u16 = 25;

    /// IPv4.
    pub const IPV4_UC: RouteFamily = RouteFamily { afi: 1, safi: 1 };
    /// IPv6.
    pub const IPV6_UC: RouteFamily = RouteFamily { afi: 2, safi: 1 };
    /// IPv4 with MPLS labels (RFC 8277).
    pub const IPV4_MPLS: RouteFamily = RouteFamily { afi: 1, safi: 4 };
    /// IPv6 with MPLS labels (RFC 8277).
    pub const IPV6_MPLS: RouteFamily = RouteFamily { afi: 2, safi: 4 };
    /// IPv4 in VPNs (RFC 4364).
    pub const IPV4_VPN: RouteFamily = RouteFamily { afi: 1, safi: 128 };
    /// IPv6 in VPNs (RFC 4659).
    pub const IPV6_VPN: RouteFamily = RouteFamily { afi: 2, safi: 128 };
    /// Ethernet in VPNs (RFC 7432).
    pub const L2_EVPN: RouteFamily = RouteFamily { afi: 25, safi: 70 };
    /// Flow specifications of IPv4 (RFC 8955).
    pub const IPV4_FLOWSPEC: RouteFamily = RouteFamily { afi: 1, safi: 133 };
    /// Flow specifications of IPv6 (RFC 8956).
    pub const IPV6_FLOWSPEC: RouteFamily = RouteFamily { afi: 2, safi: 133 };
    /// Flow specifications of IPv4 in VPNs (RFC 8955).
    pub const VPNV4_FLOWSPEC: RouteFamily = RouteFamily { afi: 1, safi: 134 };
    /// Flow specifications of IPv6 in VPNs (RFC 8956).
    pub const VPNV6_FLOWSPEC: RouteFamily = RouteFamily { afi: 2, safi: 134 };
    /// Flow specifications of layer 2 VPNs (draft-ietf-idr-flowspec-l2vpn).
    pub const L2VPN_FLOWSPEC: RouteFamily = RouteFamily { afi: 25, safi: 134 };
    /// Route targets that are wanted (RFC 4684).
    pub const RTC_UC: RouteFamily = RouteFamily { afi: 1, safi: 132 };
}
