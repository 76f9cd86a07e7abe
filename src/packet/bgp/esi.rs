//! Ethernet segment identifiers (RFC 7432 section 5): which group of links it is.

use std::net::Ipv4Addr;

use crate::packet::codec::{Base64, header, union};
use crate::wire::MacAddr;

union! {
    /// An Ethernet segment: the links by which a site is connected. 10 bytes.
    ///
    /// ```text
    ///  0       8                                                      80
    /// +-------+---------------------------------------------------------+
    /// | type  |                  value, by the type                     |
    /// +-------+---------------------------------------------------------+
    /// ```
    ///
    /// Type 0 with nine zeros is "a single link", type 255 is reserved.
    ///
    /// Ryu: `bgp.EvpnEsi`. Spec: RFC 7432 section 5.
    ///
    /// ```
    /// use ryu_sdn::packet::{EvpnEsi, EvpnLacpEsi};
    /// use ryu_sdn::wire::MacAddr;
    ///
    /// let mac_addr = MacAddr([0, 0, 0x5e, 0, 0x53, 1]);
    /// let esi = EvpnEsi::from(EvpnLacpEsi { mac_addr, port_key: 7, ..EvpnLacpEsi::default() });
    /// assert_eq!(esi.to_string(), "EvpnLACPEsi(mac_addr='00:00:5e:00:53:01',port_key=7,type=1)");
    /// ```
    #[derive(Copy)]
    pub enum EvpnEsi by |d| d.peek::<1>().map(|[kind]| kind), else Unknown(EvpnUnknownEsi);
    /// Set by hand.
    0 => Arbitrary(EvpnArbitraryEsi);
    /// Made of what LACP says.
    1 => Lacp(EvpnLacpEsi);
    /// Made of what the spanning tree says.
    2 => L2Bridge(EvpnL2BridgeEsi);
    /// Made of a MAC address.
    3 => MacBased(EvpnMacBasedEsi);
    /// Made of a router's number.
    4 => RouterId(EvpnRouterIdEsi);
    /// Made of an AS's number.
    5 => AsBased(EvpnAsBasedEsi);
}

impl Default for EvpnEsi {
    /// A single link.
    fn default() -> Self {
        EvpnEsi::Arbitrary(EvpnArbitraryEsi::default())
    }
}

header! {
    /// Nine bytes that the operator has set.
    ///
    /// Ryu: `bgp.EvpnArbitraryEsi`. Spec: RFC 7432 section 5. See the example of [`EvpnEsi`].
    #[derive(Copy)]
    pub struct EvpnArbitraryEsi "EvpnArbitraryEsi" {
        /// 0.
        type_["type"]: u8,
        /// Anything.
        value: [u8; 9] => Base64 = [0; 9],
    }
}

header! {
    /// What LACP says of the site's system.
    ///
    /// Ryu: `bgp.EvpnLACPEsi`. Spec: RFC 7432 section 5. See the example of [`EvpnEsi`].
    #[derive(Copy)]
    pub struct EvpnLacpEsi "EvpnLACPEsi" {
        /// 1.
        type_["type"]: u8 = 1,
        /// System MAC address of the site.
        mac_addr: MacAddr = MacAddr::ZERO,
        /// Its port key.
        port_key: u16,
        /// Not used.
        reserved[""]: u8,
    }
}

header! {
    /// What the spanning tree says of the site.
    ///
    /// Ryu: `bgp.EvpnL2BridgeEsi`. Spec: RFC 7432 section 5. See the example of [`EvpnEsi`].
    #[derive(Copy)]
    pub struct EvpnL2BridgeEsi "EvpnL2BridgeEsi" {
        /// 2.
        type_["type"]: u8 = 2,
        /// MAC address of the root bridge.
        mac_addr: MacAddr = MacAddr::ZERO,
        /// Its priority.
        priority: u16,
        /// Not used.
        reserved[""]: u8,
    }
}

header! {
    /// A MAC address and a number below it.
    ///
    /// Ryu: `bgp.EvpnMacBasedEsi`. Spec: RFC 7432 section 5. See the example of [`EvpnEsi`].
    #[derive(Copy)]
    pub struct EvpnMacBasedEsi "EvpnMacBasedEsi" {
        /// 3.
        type_["type"]: u8 = 3,
        /// System MAC address.
        mac_addr: MacAddr = MacAddr::ZERO,
        /// Which segment of that system, 24 bits.
        local_disc: u32 as 24,
    }
}

header! {
    /// A router's number and a number below it.
    ///
    /// Ryu: `bgp.EvpnRouterIDEsi`. Spec: RFC 7432 section 5. See the example of [`EvpnEsi`].
    #[derive(Copy)]
    pub struct EvpnRouterIdEsi "EvpnRouterIDEsi" {
        /// 4.
        type_["type"]: u8 = 4,
        /// The router.
        router_id: Ipv4Addr = Ipv4Addr::UNSPECIFIED,
        /// Which segment of that router.
        local_disc: u32,
        /// Not used.
        reserved[""]: u8,
    }
}

header! {
    /// An AS's number and a number below it.
    ///
    /// Ryu: `bgp.EvpnASBasedEsi`. Spec: RFC 7432 section 5. See the example of [`EvpnEsi`].
    #[derive(Copy)]
    pub struct EvpnAsBasedEsi "EvpnASBasedEsi" {
        /// 5.
        type_["type"]: u8 = 5,
        /// The AS.
        as_number: u32,
        /// Which segment of that AS.
        local_disc: u32,
        /// Not used.
        reserved[""]: u8,
    }
}

header! {
    /// An identifier of a type that has no type here. (Ryu raises.)
    ///
    /// Ryu: `bgp.EvpnUnknownEsi`. Spec: RFC 7432 section 5. See the example of [`EvpnEsi`].
    #[derive(Copy)]
    pub struct EvpnUnknownEsi "EvpnUnknownEsi" {
        /// Its number.
        type_["type"]: u8 = 255,
        /// What it says.
        value: [u8; 9] => Base64 = [0; 9],
    }
}
