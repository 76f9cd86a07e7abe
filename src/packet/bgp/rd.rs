//! Route distinguishers (RFC 4364 section 4.2): which VPN's address it is.

use std::net::Ipv4Addr;

use crate::packet::codec::{Base64, header, union};

union! {
    /// What makes the addresses of one VPN different from those of the others: 8 bytes.
    ///
    /// ```text
    ///  0               16                                              64
    /// +---------------+------------------------------------------------+
    /// |     type      |        admin and assigned, by the type         |
    /// +---------------+------------------------------------------------+
    /// ```
    ///
    /// Ryu: `bgp._RouteDistinguisher`. Spec: RFC 4364 section 4.2.
    ///
    /// ```
    /// use ryu_sdn::packet::{BgpTwoOctetAsRd, RouteDistinguisher};
    ///
    /// let rd = BgpTwoOctetAsRd { admin: 65001, assigned: 1, ..BgpTwoOctetAsRd::default() };
    /// assert_eq!(RouteDistinguisher::from(rd).to_string(), "BGPTwoOctetAsRD(admin=65001,assigned=1,type=0)");
    /// ```
    #[derive(Copy)]
    pub enum RouteDistinguisher by |d| d.peek::<2>().map(u16::from_be_bytes), else Unknown(BgpUnknownRd);
    /// Of an AS with a number of two octets.
    0 => TwoOctetAs(BgpTwoOctetAsRd);
    /// Of an IPv4 address.
    1 => Ipv4Address(BgpIpv4AddressRd);
    /// Of an AS with a number of four octets.
    2 => FourOctetAs(BgpFourOctetAsRd);
}

header! {
    /// Of an AS with a number of two octets.
    ///
    /// Ryu: `bgp.BGPTwoOctetAsRD`. Spec: RFC 4364 section 4.2. See the example of
    /// [`RouteDistinguisher`].
    #[derive(Copy)]
    pub struct BgpTwoOctetAsRd "BGPTwoOctetAsRD" {
        /// 0.
        type_["type"]: u16 = 0,
        /// Number of the AS.
        admin: u16,
        /// What it assigned.
        assigned: u32,
    }
}

header! {
    /// Of an IPv4 address.
    ///
    /// Ryu: `bgp.BGPIPv4AddressRD`. Spec: RFC 4364 section 4.2. See the example of
    /// [`RouteDistinguisher`].
    #[derive(Copy)]
    pub struct BgpIpv4AddressRd "BGPIPv4AddressRD" {
        /// 1.
        type_["type"]: u16 = 1,
        /// The address.
        admin: Ipv4Addr = Ipv4Addr::UNSPECIFIED,
        /// What its owner assigned.
        assigned: u16,
    }
}

header! {
    /// Of an AS with a number of four octets.
    ///
    /// Ryu: `bgp.BGPFourOctetAsRD`. Spec: RFC 4364 section 4.2. See the example of
    /// [`RouteDistinguisher`].
    #[derive(Copy)]
    pub struct BgpFourOctetAsRd "BGPFourOctetAsRD" {
        /// 2.
        type_["type"]: u16 = 2,
        /// Number of the AS.
        admin: u32,
        /// What it assigned.
        assigned: u16,
    }
}

header! {
    /// Of a type that has no type here. (Ryu raises.)
    ///
    /// Spec: RFC 4364 section 4.2. See the example of [`RouteDistinguisher`].
    #[derive(Copy)]
    pub struct BgpUnknownRd "BGPUnknownRD" {
        /// Its number.
        type_["type"]: u16 = 0xffff,
        /// What it says.
        value: [u8; 6] => Base64 = [0; 6],
    }
}
