//! What Zebra knows about the way to an address.

use std::net::{IpAddr, Ipv4Addr};

use super::dialect::{IfAny, layout};
use super::next_hop::{Hops, ZebraNextHop};
use super::prefix::{How, ZebraPrefix};

/// The way to an address: a question (the address alone) or its answer. Quagga only.
///
/// ```text
/// +---------------------+----------------------+-----------------------------
/// | addr, 4 or 16 bytes | answer: metric, 4    | their number, 1; nexthops
/// +---------------------+----------------------+-----------------------------
/// ```
///
/// Ryu: `zebra.ZebraIPv4NexthopLookup`, `ZebraIPv6NexthopLookup`. Spec: `zsend_ipv4_nexthop_lookup` of
/// Quagga's `zebra/zserv.c`. See the example of [`ZebraMessage`](super::ZebraMessage).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZebraNexthopLookup {
    /// Which address.
    pub addr: IpAddr,
    /// Metric of the route; `None` in a question.
    pub metric: Option<u32>,
    /// Its next hops.
    pub nexthops: Vec<ZebraNextHop>,
}

impl Default for ZebraNexthopLookup {
    fn default() -> Self {
        let addr = Ipv4Addr::UNSPECIFIED.into();
        ZebraNexthopLookup { addr, metric: None, nexthops: Vec::new() }
    }
}

layout!(ZebraNexthopLookup, |this, at, v| {
    let ZebraNexthopLookup { addr, metric, nexthops } = this;
    v.chosen("addr", at.family, addr)?;
    let left = v.left();
    v.chosen("metric", IfAny(left != Some(0)), metric)?;
    let answered = left.map_or(metric.is_some(), |left| left > 0);
    v.chosen("nexthops", Hops(at, answered), nexthops)
});

/// The way to an address by the routes of multicast: a question (the address alone) or its answer.
///
/// ```text
/// +---------------------+---------------------------------+-----------------------------
/// | addr, 4 bytes       | answer: distance, 1; metric, 4  | their number, 1; nexthops
/// +---------------------+---------------------------------+-----------------------------
/// ```
///
/// Ryu: `zebra.ZebraIPv4NexthopLookupMRib`. Spec: `zsend_ipv4_nexthop_lookup_mrib` of
/// `zebra/zserv.c`. See the example of [`ZebraMessage`](super::ZebraMessage).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZebraNexthopLookupMrib {
    /// Which address.
    pub addr: IpAddr,
    /// Distance of the route; `None` in a question.
    pub distance: Option<u8>,
    /// Metric of the route; `None` in a question.
    pub metric: Option<u32>,
    /// Its next hops.
    pub nexthops: Vec<ZebraNextHop>,
}

impl Default for ZebraNexthopLookupMrib {
    fn default() -> Self {
        let addr = Ipv4Addr::UNSPECIFIED.into();
        ZebraNexthopLookupMrib { addr, distance: None, metric: None, nexthops: Vec::new() }
    }
}

layout!(ZebraNexthopLookupMrib, |this, at, v| {
    let ZebraNexthopLookupMrib { addr, distance, metric, nexthops } = this;
    v.chosen("addr", at.family, addr)?;
    let left = v.left();
    // An answer has both: Ryu writes a question if one of them is missing.
    let answered = left.map_or(distance.is_some() && metric.is_some(), |left| left > 0);
    v.chosen("distance", IfAny(answered), distance)?;
    v.chosen("metric", IfAny(answered), metric)?;
    v.chosen("nexthops", Hops(at, answered), nexthops)
});

/// The way to a prefix that a daemon registered for changed; or, as `ImportCheckUpdate`, whether the
/// route is there.
///
/// ```text
///  0       2       3
/// +-------+-------+----------------------+--------------+-----------+----------------------
/// |family |  len  | bytes that it needs  | distance (4) | metric, 4 | their number; nexthops
/// +-------+-------+----------------------+--------------+-----------+----------------------
/// ```
///
/// Ryu: `zebra.ZebraNexthopUpdate`, `ZebraImportCheckUpdate`. Spec: `send_client` of
/// `zebra/zebra_rnh.c`. See the example of [`ZebraMessage`](super::ZebraMessage).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ZebraNexthopUpdate {
    /// What was registered.
    pub prefix: ZebraPrefix,
    /// Distance of the route, FRRouting 3.0; `None`: not said.
    pub distance: Option<u8>,
    /// Metric of the route.
    pub metric: u32,
    /// Its next hops; none: there is no route.
    pub nexthops: Vec<ZebraNextHop>,
}

layout!(ZebraNexthopUpdate, |this, at, v| {
    let ZebraNexthopUpdate { prefix, distance, metric, nexthops } = this;
    v.chosen("prefix", How::FamilyShort, prefix)?;
    v.remark("family", prefix.family() as u64);
    v.chosen("distance", IfAny(at.is_frr3()), distance)?;
    v.field("metric", metric)?;
    v.chosen("nexthops", Hops(at, true), nexthops)
});
