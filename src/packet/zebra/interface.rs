//! Interfaces, their addresses, and what they are told.

use std::net::{IpAddr, Ipv4Addr};

use crate::packet::codec::Len;

use super::dialect::{IfAny, Known, There, layout};
use super::link_params::{Announced, InterfaceLinkParams};
use super::name::{Hardware, Padded};
use super::prefix::{How, ZebraPrefix};

/// An interface that came, went, or changed.
///
/// ```text
///  0                                 20           24     25        33
/// +---------------------------------+------------+------+---------+--------------------------------
/// |      ifname, 20 bytes           |  ifindex   |status|if_flags | ptm_enable, ptm_status (4), metric,
/// +---------------------------------+------------+------+---------+--------------------------------
///   speed (4), ifmtu, ifmtu6, bandwidth, ll_type (3, 4), hw_addr_len: 4 bytes each; hw_addr; a byte
///   that says whether link_params follow (3, 4); link_params
/// ```
///
/// | field | unit and range | meaning |
/// |---|---|---|
/// | `ifname` | up to 20 bytes | name |
/// | `ifindex` | 32 bits | index |
/// | `status` | bits | 1: active, 2: a sub-interface, 4: link detection |
/// | `if_flags` | bits | those of the kernel |
/// | `ptm_enable`, `ptm_status` | version 4 | of the topology manager; else `None` |
/// | `metric` | | |
/// | `speed` | Mbit/s, FRRouting 3.0 | `None`: not said |
/// | `ifmtu`, `ifmtu6` | bytes | largest packet of IPv4 and IPv6 |
/// | `bandwidth` | kbit/s | |
/// | `ll_type` | versions 3 and 4 | kind of link |
/// | `hw_addr` | bytes | hardware address; its length as `hw_addr_len`, `None`: filled in |
/// | `link_params` | versions 3 and 4 | parameters of the link |
///
/// Ryu: `zebra.ZebraInterfaceAdd`, `ZebraInterfaceDelete`, `ZebraInterfaceUp`, `ZebraInterfaceDown`;
/// `hw_addr_len` is `hw_addr_lenght` there. Spec: `zserv_encode_interface` of `zebra/zserv.c`. See the
/// example of [`ZebraMessage`](super::ZebraMessage).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ZebraInterface {
    /// Name.
    pub ifname: Vec<u8>,
    /// Index.
    pub ifindex: u32,
    /// How it is.
    pub status: u8,
    /// Flags of the kernel.
    pub if_flags: u64,
    /// Whether the topology manager checks it.
    pub ptm_enable: Option<u8>,
    /// What that found.
    pub ptm_status: Option<u8>,
    /// Metric.
    pub metric: u32,
    /// Mbit/s; `None`: as FRRouting 2.0 has it.
    pub speed: Option<u32>,
    /// Largest packet of IPv4.
    pub ifmtu: u32,
    /// Largest packet of IPv6.
    pub ifmtu6: u32,
    /// kbit/s.
    pub bandwidth: u32,
    /// Kind of link.
    pub ll_type: Option<u32>,
    /// Bytes of `hw_addr`.
    pub hw_addr_len: Option<u32>,
    /// Hardware address.
    pub hw_addr: Vec<u8>,
    /// Parameters of the link.
    pub link_params: Option<InterfaceLinkParams>,
    /// Whether the message of version 3 or 4 ends before it says whether there are `link_params`, as
    /// that of an older Quagga does. Not in JSON.
    pub is_short: bool,
}

layout!(ZebraInterface, |this, at, v| {
    let ZebraInterface {
        ifname,
        ifindex,
        status,
        if_flags,
        ptm_enable,
        ptm_status,
        metric,
        speed,
        ifmtu,
        ifmtu6,
        bandwidth,
        ll_type,
        hw_addr_len,
        hw_addr,
        link_params,
        is_short,
    } = this;
    v.with::<Padded<20>, _>("ifname", ifname)?;
    v.field("ifindex", ifindex)?;
    v.field("status", status)?;
    v.field("if_flags", if_flags)?;
    v.chosen("ptm_enable", There(at.is_frr()), ptm_enable)?;
    v.chosen("ptm_status", There(at.is_frr()), ptm_status)?;
    v.field("metric", metric)?;
    v.chosen("speed", IfAny(at.is_frr3()), speed)?;
    v.field("ifmtu", ifmtu)?;
    v.field("ifmtu6", ifmtu6)?;
    v.field("bandwidth", bandwidth)?;
    v.chosen("ll_type", There(at.version >= 3), ll_type)?;
    v.sized("hw_addr_lenght", 32, Len::BODY, hw_addr_len, |v| {
        v.with::<Hardware, _>("hw_addr", hw_addr)
    })?;
    let left = v.left();
    v.chosen("", Known(at.version >= 3 && left == Some(0)), is_short)?;
    let said = !*is_short && (at.version >= 3 || link_params.is_some());
    v.chosen("link_params", Announced(left.map_or(said, |left| left > 0)), link_params)
});

/// An address of an interface that came or went.
///
/// ```text
///  0          4      5      6
/// +----------+------+------+------------------+-----------+-----------------
/// | ifindex  |flags |family| addr of prefix   | its len   | dest, an address
/// +----------+------+------+------------------+-----------+-----------------
/// ```
///
/// Ryu: `zebra.ZebraInterfaceAddressAdd`, `ZebraInterfaceAddressDelete`. Spec:
/// `zsend_interface_address` of `zebra/zserv.c`. See the example of
/// [`ZebraMessage`](super::ZebraMessage).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ZebraInterfaceAddress {
    /// Interface.
    pub ifindex: u32,
    /// 1: secondary, 2: of a peer, 4: unnumbered.
    pub ifc_flags: u8,
    /// Address and its prefix.
    pub prefix: ZebraPrefix,
    /// Broadcast address or that of the peer; of the family of `prefix`.
    pub dest: IpAddr,
}

impl Default for ZebraInterfaceAddress {
    fn default() -> Self {
        let dest = Ipv4Addr::UNSPECIFIED.into();
        ZebraInterfaceAddress { ifindex: 0, ifc_flags: 0, prefix: ZebraPrefix::default(), dest }
    }
}

layout!(ZebraInterfaceAddress, |this, at, v| {
    let ZebraInterfaceAddress { ifindex, ifc_flags, prefix, dest } = this;
    v.field("ifindex", ifindex)?;
    v.field("ifc_flags", ifc_flags)?;
    v.chosen("prefix", How::FamilyWhole, prefix)?;
    v.remark("family", prefix.family() as u64);
    v.chosen("dest", prefix.family(), dest)
});

/// A neighbour's address that came or went on an interface.
///
/// ```text
///  0          4      5
/// +----------+------+------------------+-----------+
/// | ifindex  |family| addr of prefix   | its len   |
/// +----------+------+------------------+-----------+
/// ```
///
/// Ryu: `zebra.ZebraInterfaceNbrAddressAdd`, `ZebraInterfaceNbrAddressDelete`. Spec:
/// `zsend_interface_nbr_address` of FRRouting's `zebra/zserv.c`. See the example of
/// [`ZebraMessage`](super::ZebraMessage).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ZebraInterfaceNbrAddress {
    /// Interface.
    pub ifindex: u32,
    /// Address of the neighbour.
    pub prefix: ZebraPrefix,
}

layout!(ZebraInterfaceNbrAddress, |this, at, v| {
    let ZebraInterfaceNbrAddress { ifindex, prefix } = this;
    v.field("ifindex", ifindex)?;
    v.chosen("prefix", How::FamilyWhole, prefix)?;
    v.remark("family", prefix.family() as u64);
    Ok(())
});

/// An interface that moved into another VRF: 4 bytes `ifindex`, 2 bytes `vrf_id`.
///
/// Ryu: `zebra.ZebraInterfaceVrfUpdate`. Spec: `zsend_interface_vrf_update` of FRRouting's
/// `zebra/zserv.c`. See the example of [`ZebraMessage`](super::ZebraMessage).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ZebraInterfaceVrfUpdate {
    /// Interface.
    pub ifindex: u32,
    /// VRF that it is in now.
    pub vrf_id: u16,
}

layout!(ZebraInterfaceVrfUpdate, |this, at, v| {
    let ZebraInterfaceVrfUpdate { ifindex, vrf_id } = this;
    v.field("ifindex", ifindex)?;
    v.field("vrf_id", vrf_id)
});

/// Router advertisements are to be sent on an interface, or no longer: 4 bytes each.
///
/// Ryu: `zebra.ZebraInterfaceEnableRadv`, `ZebraInterfaceDisableRadv`. Spec:
/// `zclient_send_interface_radv_req` of FRRouting's `lib/zclient.c`. See the example of
/// [`ZebraMessage`](super::ZebraMessage).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ZebraInterfaceRadv {
    /// Interface.
    pub ifindex: u32,
    /// Seconds from one to the next.
    pub interval: u32,
}

layout!(ZebraInterfaceRadv, |this, at, v| {
    let ZebraInterfaceRadv { ifindex, interval } = this;
    v.field("ifindex", ifindex)?;
    v.field("interval", interval)
});
