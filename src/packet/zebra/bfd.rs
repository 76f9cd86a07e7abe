//! Sessions of BFD that daemons want. Version 4 only.

use std::net::IpAddr;

use super::dialect::{Bits, Known, There, layout};
use super::name::Sized;
use super::prefix::{FamilyAddress, How, ZebraPrefix, family_of};

/// A neighbour that a daemon wants a BFD session with; as `BfdDestinationUpdate` one that changed.
///
/// ```text
///  0       4       6
/// +-------+-------+-------+--------------+--------------+-------------+-----------+
/// |  pid  |family | dst   | min_rx_timer | min_tx_timer | detect_mult | multi_hop |
/// +-------+-------+-------+--------------+--------------+-------------+-----------+
///   family, 2, and src; multi_hop_count, 1, if it is multi-hop, else ifname behind its size, 1
/// ```
///
/// | field | unit and range | meaning |
/// |---|---|---|
/// | `pid` | | process of the daemon |
/// | `dst_prefix`, `src_prefix` | | addresses; FRRouting sends no source of IPv4 over one hop |
/// | `min_rx_timer`, `min_tx_timer` | milliseconds | least times between messages |
/// | `detect_mult` | 1 to 255 | messages that may be lost |
/// | `multi_hop` | 0, 1 | whether there are routers between |
/// | `multi_hop_count` | | how many; `None` over one hop |
/// | `ifname` | up to 255 bytes | interface; `None` over more hops |
///
/// Ryu: `zebra.ZebraBfdDestinationRegister`, `ZebraBfdDestinationUpdate`. Spec: `bfd_peer_sendmsg` of
/// FRRouting's `lib/bfd.c`. See the example of [`ZebraMessage`](super::ZebraMessage).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ZebraBfdDestination {
    /// Process of the daemon.
    pub pid: u32,
    /// The neighbour.
    pub dst_prefix: Option<IpAddr>,
    /// Least time between messages that are received, milliseconds.
    pub min_rx_timer: u32,
    /// Least time between messages that are sent, milliseconds.
    pub min_tx_timer: u32,
    /// Messages that may be lost.
    pub detect_mult: u8,
    /// Whether there are routers between.
    pub multi_hop: u8,
    /// Our side.
    pub src_prefix: Option<IpAddr>,
    /// How many.
    pub multi_hop_count: Option<u8>,
    /// Interface.
    pub ifname: Option<Vec<u8>>,
}

layout!(ZebraBfdDestination, |this, at, v| {
    let ZebraBfdDestination {
        pid,
        dst_prefix,
        min_rx_timer,
        min_tx_timer,
        detect_mult,
        multi_hop,
        src_prefix,
        multi_hop_count,
        ifname,
    } = this;
    v.field("pid", pid)?;
    v.chosen("dst_prefix", FamilyAddress(true), dst_prefix)?;
    v.remark("dst_family", family(dst_prefix));
    v.field("min_rx_timer", min_rx_timer)?;
    v.field("min_tx_timer", min_tx_timer)?;
    v.field("detect_mult", detect_mult)?;
    v.field("multi_hop", multi_hop)?;
    let source = FamilyAddress(v.left().is_none() || !at.is_lib_bfd());
    v.chosen("src_prefix", source, src_prefix)?;
    v.remark("src_family", family(src_prefix));
    v.chosen("multi_hop_count", There(*multi_hop != 0), multi_hop_count)?;
    v.chosen("ifname", Sized(*multi_hop == 0), ifname)
});

/// A neighbour that a daemon wants no BFD session with any longer: as [`ZebraBfdDestination`], without
/// timers and multiplier.
///
/// Ryu: `zebra.ZebraBfdDestinationDeregister`. Spec: `bfd_peer_sendmsg` of FRRouting's `lib/bfd.c`. See
/// the example of [`ZebraMessage`](super::ZebraMessage).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ZebraBfdDeregister {
    /// Process of the daemon.
    pub pid: u32,
    /// The neighbour.
    pub dst_prefix: Option<IpAddr>,
    /// Whether there are routers between.
    pub multi_hop: u8,
    /// Our side.
    pub src_prefix: Option<IpAddr>,
    /// How many.
    pub multi_hop_count: Option<u8>,
    /// Interface.
    pub ifname: Option<Vec<u8>>,
}

layout!(ZebraBfdDeregister, |this, at, v| {
    let ZebraBfdDeregister { pid, dst_prefix, multi_hop, src_prefix, multi_hop_count, ifname } =
        this;
    v.field("pid", pid)?;
    v.chosen("dst_prefix", FamilyAddress(true), dst_prefix)?;
    v.remark("dst_family", family(dst_prefix));
    v.field("multi_hop", multi_hop)?;
    let source = FamilyAddress(v.left().is_none() || !at.is_lib_bfd());
    v.chosen("src_prefix", source, src_prefix)?;
    v.remark("src_family", family(src_prefix));
    v.chosen("multi_hop_count", There(*multi_hop != 0), multi_hop_count)?;
    v.chosen("ifname", Sized(*multi_hop == 0), ifname)
});

/// The family of an address; 0 of none.
fn family(addr: &Option<IpAddr>) -> u64 {
    addr.as_ref().map_or(0, |addr| family_of(addr) as u64)
}

/// A session of BFD that came up or went down.
///
/// ```text
///  0          4
/// +----------+-----------------------+--------+-----------------------+
/// | ifindex  | dst: family, addr, len| status | src: family, addr, len|
/// +----------+-----------------------+--------+-----------------------+
/// ```
///
/// Ryu: `zebra.ZebraInterfaceBfdDestinationUpdate`. Spec: `bfd_get_peer_info` of FRRouting's
/// `lib/bfd.c`, where the status has 4 bytes; Ryu has 1. See the example of
/// [`ZebraMessage`](super::ZebraMessage).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ZebraBfdUpdate {
    /// Interface; 0 if it is not said.
    pub ifindex: u32,
    /// The neighbour.
    pub dst_prefix: ZebraPrefix,
    /// 1: unknown, 2: down, 4: up.
    pub status: u32,
    /// Our side.
    pub src_prefix: ZebraPrefix,
    /// Whether the status has 4 bytes. Not in JSON.
    pub is_wide: bool,
}

layout!(ZebraBfdUpdate, |this, at, v| {
    let ZebraBfdUpdate { ifindex, dst_prefix, status, src_prefix, is_wide } = this;
    v.field("ifindex", ifindex)?;
    v.chosen("dst_prefix", How::FamilyWhole, dst_prefix)?;
    v.remark("dst_family", dst_prefix.family() as u64);
    v.chosen("", Known(at.is_lib_bfd()), is_wide)?;
    v.chosen("status", Bits(if *is_wide { 32 } else { 8 }, "status"), status)?;
    v.chosen("src_prefix", How::FamilyWhole, src_prefix)?;
    v.remark("src_family", src_prefix.family() as u64);
    Ok(())
});

/// A daemon that wants to hear of BFD: 4 bytes `pid`.
///
/// Ryu: `zebra.ZebraBfdClientRegister`. Spec: `bfd_client_sendmsg` of FRRouting's `lib/bfd.c`. See the
/// example of [`ZebraMessage`](super::ZebraMessage).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ZebraBfdClient {
    /// Process of the daemon.
    pub pid: u32,
}

layout!(ZebraBfdClient, |this, at, v| {
    let ZebraBfdClient { pid } = this;
    v.field("pid", pid)
});
