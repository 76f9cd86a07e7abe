//! Who a daemon is, and whose routes it wants.

use super::dialect::{There, layout};

/// Whose routes a daemon is: 1 byte `route_type`; in version 4, 2 bytes `instance`.
///
/// Ryu: `zebra.ZebraHello`. Spec: `zebra_hello_send` of `lib/zclient.c`. See the example of
/// [`ZebraMessage`](super::ZebraMessage).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ZebraHello {
    /// Whose routes: 9 is BGP.
    pub route_type: u8,
    /// Which of its daemons, version 4; else `None`.
    pub instance: Option<u16>,
}

layout!(ZebraHello, |this, at, v| {
    let ZebraHello { route_type, instance } = this;
    v.field("route_type", route_type)?;
    v.chosen("instance", There(at.is_frr()), instance)
});

/// Whose routes a daemon wants, or no longer: 1 byte `route_type`; in version 4 behind 1 byte `afi` and
/// in front of 2 bytes `instance`.
///
/// Ryu: `zebra.ZebraRedistributeAdd`, `ZebraRedistributeDelete`, `ZebraRedistributeDefaultAdd`,
/// `ZebraRedistributeDefaultDelete`. Spec: `zebra_redistribute_send` of `lib/zclient.c`. See the
/// example of [`ZebraMessage`](super::ZebraMessage).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ZebraRedistribute {
    /// Family of the routes, version 4: 1 is IPv4, 2 is IPv6; else `None`.
    pub afi: Option<u8>,
    /// Whose routes.
    pub route_type: u8,
    /// Which of its daemons, version 4; else `None`.
    pub instance: Option<u16>,
}

layout!(ZebraRedistribute, |this, at, v| {
    let ZebraRedistribute { afi, route_type, instance } = this;
    v.chosen("afi", There(at.is_frr()), afi)?;
    v.field("route_type", route_type)?;
    v.chosen("instance", There(at.is_frr()), instance)
});
