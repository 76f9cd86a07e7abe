//! Routes.

use std::net::IpAddr;

use serde_json::Value;

use crate::packet::EmitError;
use crate::packet::codec::{Chosen, Decoder, Encoder};
use crate::wire::{DecodeError, JsonError};

use super::dialect::{And, Bits, Counted, Dialect, Family, Known, There, count, layout};
use super::next_hop::{Hops, ZebraNextHop};
use super::prefix::{How, ZebraPrefix, decode_address};

/// A route that came or went.
///
/// ```text
///  0       1            3       7
/// +-------+------------+-------+--------+---------------------+--------------------------------
/// | type  |instance (4)| flags |message | safi, 2, to Zebra   | prefix: len, bytes that it needs
/// +-------+------------+-------+--------+---------------------+--------------------------------
///   src_prefix (4), if message has 0x40; nexthops, if it has 1; ifindexes, if it has 2;
///   distance, metric, mtu, tag (version 4: tag, mtu), if it has 4, 8, 0x10, 0x20
/// ```
///
/// | field | unit and range | meaning |
/// |---|---|---|
/// | `route_type` | 0 to 255 | which protocol's it is |
/// | `instance` | version 4 | which of its daemons'; else `None` |
/// | `flags` | 8 bits; version 4: 32 | internal, blackhole, ... |
/// | `message` | bits | what follows; bits are added for members that are `Some` or not empty |
/// | `safi` | to Zebra | 1: unicast; `None` from Zebra |
/// | `prefix`, `src_prefix` | | destination and, in version 4, source |
/// | `nexthops` | up to 255 | next hops to Zebra, addresses from it |
/// | `ifindexes` | up to 255 | from Zebra: their interfaces; `None` to it |
/// | `distance` | 0 to 255 | administrative distance |
/// | `metric`, `mtu`, `tag` | 32 bits | |
/// | `from_zebra` | | whether Zebra says it: another layout |
///
/// An address of the other family than the command's is written as it is, as by Ryu.
///
/// Ryu: `zebra.ZebraIPv4RouteAdd`, `ZebraIPv6RouteAdd`, `ZebraIPv4NexthopAdd`,
/// `ZebraRedistributeIPv4Add` and so on. Spec: `zapi_ipv4_route` of `lib/zclient.c` and
/// `zsend_redistribute_route` of `zebra/zserv.c`. See the example of
/// [`ZebraMessage`](super::ZebraMessage).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZebraRoute {
    /// Which protocol's it is.
    pub route_type: u8,
    /// Which of its daemons'.
    pub instance: Option<u16>,
    /// Flags.
    pub flags: u32,
    /// What follows: [`ZebraRoute::NEXTHOP`] and its neighbours.
    pub message: u8,
    /// What the route is for.
    pub safi: Option<u16>,
    /// Destination.
    pub prefix: ZebraPrefix,
    /// Source.
    pub src_prefix: Option<ZebraPrefix>,
    /// Where to.
    pub nexthops: ZebraRouteNexthops,
    /// Out of which interfaces.
    pub ifindexes: Option<Vec<u32>>,
    /// Administrative distance.
    pub distance: Option<u8>,
    /// Metric.
    pub metric: Option<u32>,
    /// Largest packet.
    pub mtu: Option<u32>,
    /// Tag.
    pub tag: Option<u32>,
    /// Whether Zebra says it.
    pub from_zebra: bool,
}

impl ZebraRoute {
    /// In `message`: there are `nexthops`.
    pub const NEXTHOP: u8 = 0x01;
    /// In `message`: there are `ifindexes`.
    pub const IFINDEX: u8 = 0x02;
    /// In `message`: there is a `distance`.
    pub const DISTANCE: u8 = 0x04;
    /// In `message`: there is a `metric`.
    pub const METRIC: u8 = 0x08;
    /// In `message` of Quagga: there is an `mtu`.
    pub const MTU: u8 = 0x10;
    /// In `message` of Quagga: there is a `tag`.
    pub const TAG: u8 = 0x20;
    /// In `message` of FRRouting: there is a `tag`.
    pub const FRR_TAG: u8 = 0x10;
    /// In `message` of FRRouting: there is an `mtu`.
    pub const FRR_MTU: u8 = 0x20;
    /// In `message` of FRRouting: there is a `src_prefix`.
    pub const FRR_SRCPFX: u8 = 0x40;

    /// Bits of `message` for what there is.
    fn given(&self, at: Dialect) -> u8 {
        let bit = |is_there: bool, bit: u8| if is_there { bit } else { 0 };
        let (tag, mtu) =
            if at.is_frr() { (Self::FRR_TAG, Self::FRR_MTU) } else { (Self::TAG, Self::MTU) };
        bit(!self.nexthops.is_empty(), Self::NEXTHOP)
            | bit(self.ifindexes.as_ref().is_some_and(|all| !all.is_empty()), Self::IFINDEX)
            | bit(self.distance.is_some(), Self::DISTANCE)
            | bit(self.metric.is_some(), Self::METRIC)
            | bit(self.mtu.is_some(), mtu)
            | bit(self.tag.is_some(), tag)
            | bit(at.is_frr() && self.src_prefix.is_some(), Self::FRR_SRCPFX)
    }
}

impl Default for ZebraRoute {
    fn default() -> Self {
        ZebraRoute {
            route_type: 0,
            instance: None,
            flags: 0,
            message: 0,
            safi: Some(1),
            prefix: ZebraPrefix::default(),
            src_prefix: None,
            nexthops: ZebraRouteNexthops::default(),
            ifindexes: None,
            distance: None,
            metric: None,
            mtu: None,
            tag: None,
            from_zebra: false,
        }
    }
}

layout!(ZebraRoute, |this, at, v| {
    // Before it is read nothing is given.
    let given = this.given(at);
    let ZebraRoute {
        route_type,
        instance,
        flags,
        message,
        safi,
        prefix,
        src_prefix,
        nexthops,
        ifindexes,
        distance,
        metric,
        mtu,
        tag,
        from_zebra,
    } = this;
    v.chosen("from_zebra", Known(at.from_zebra), from_zebra)?;
    v.field("route_type", route_type)?;
    v.chosen("instance", There(at.is_frr()), instance)?;
    v.chosen("flags", Bits(if at.is_frr() { 32 } else { 8 }, "flags"), flags)?;
    v.chosen("message", And(given), message)?;
    let has = |bit: u8| (*message | given) & bit != 0;
    v.chosen("safi", There(!*from_zebra), safi)?;
    v.chosen("prefix", How::Short(at.family), prefix)?;
    let source = at.is_frr() && has(ZebraRoute::FRR_SRCPFX);
    v.chosen("src_prefix", source.then_some(How::Short(at.family)), src_prefix)?;
    let hops = RouteHops { at, are_addresses: *from_zebra, there: has(ZebraRoute::NEXTHOP) };
    v.chosen("nexthops", hops, nexthops)?;
    let there = *from_zebra && has(ZebraRoute::IFINDEX);
    v.chosen("ifindexes", Counted { can: *from_zebra, there }, ifindexes)?;
    v.chosen("distance", There(has(ZebraRoute::DISTANCE)), distance)?;
    v.chosen("metric", There(has(ZebraRoute::METRIC)), metric)?;
    if at.is_frr() {
        v.chosen("tag", There(has(ZebraRoute::FRR_TAG)), tag)?;
        v.chosen("mtu", There(has(ZebraRoute::FRR_MTU)), mtu)
    } else {
        v.chosen("mtu", There(has(ZebraRoute::MTU)), mtu)?;
        v.chosen("tag", There(has(ZebraRoute::TAG)), tag)
    }
});

/// Where a [`ZebraRoute`] goes to: next hops when Zebra is told, addresses when it tells.
///
/// Ryu: `nexthops` of the routes. See the example of [`ZebraMessage`](super::ZebraMessage).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ZebraRouteNexthops {
    /// To Zebra.
    Hops(Vec<ZebraNextHop>),
    /// From Zebra.
    Addresses(Vec<IpAddr>),
}

impl ZebraRouteNexthops {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Hops(hops) => hops.is_empty(),
            Self::Addresses(addresses) => addresses.is_empty(),
        }
    }
}

impl Default for ZebraRouteNexthops {
    fn default() -> Self {
        Self::Hops(Vec::new())
    }
}

#[derive(Clone, Copy)]
struct RouteHops {
    at: Dialect,
    are_addresses: bool,
    there: bool,
}

impl<'a> Chosen<'a, RouteHops> for ZebraRouteNexthops {
    fn decode(by: RouteHops, d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        if !by.are_addresses {
            return Chosen::decode(Hops(by.at, by.there), d).map(Self::Hops);
        }
        let count = if by.there { d.array::<1>()?[0] } else { 0 };
        let addresses = (0..count).map(|_| decode_address(by.at.family, d));
        addresses.collect::<Result<_, _>>().map(Self::Addresses)
    }
    fn encode(&self, by: RouteHops, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        match self {
            Self::Hops(hops) => hops.encode(Hops(by.at, by.there), e),
            Self::Addresses(addresses) if by.there => {
                e.array(&[count(addresses, e)?]);
                addresses.iter().try_for_each(|addr| addr.encode(by.at.family, e))
            }
            Self::Addresses(_) => Ok(()),
        }
    }
    fn to_json(&self) -> Value {
        match self {
            Self::Hops(hops) => hops.to_json(),
            Self::Addresses(addresses) => {
                addresses.iter().map(<IpAddr as Chosen<Family>>::to_json).collect()
            }
        }
    }
    fn from_json(by: RouteHops, value: &Value) -> Result<Self, JsonError> {
        if !by.are_addresses {
            return Chosen::from_json(Hops(by.at, by.there), value).map(Self::Hops);
        }
        if value.is_null() {
            return Ok(Self::Addresses(Vec::new()));
        }
        let items = value.as_array().ok_or_else(|| JsonError::expected("a list", value))?;
        let each = items.iter().map(|item| Chosen::from_json(by.at.family, item));
        each.collect::<Result<_, _>>().map(Self::Addresses)
    }
    fn show(&self, out: &mut String) {
        match self {
            Self::Hops(hops) => hops.show(out),
            Self::Addresses(addresses) => {
                out.push('[');
                for (i, addr) in addresses.iter().enumerate() {
                    out.push_str(if i > 0 { ", " } else { "" });
                    <IpAddr as Chosen<Family>>::show(addr, out);
                }
                out.push(']');
            }
        }
    }
}
