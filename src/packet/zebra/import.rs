//! Whether Zebra has a route.

use super::dialect::{IfAny, Known, layout};
use super::next_hop::{Hops, ZebraNextHop};
use super::prefix::{How, Whole, ZebraPrefix};

/// Whether there is a route for exactly a prefix: a question to Zebra or its answer. Quagga only.
///
/// ```text
/// +----------------+----------------------+
/// | len, to Zebra  | addr, 4 or 16 bytes  |  from Zebra: metric, 4; number of nexthops, 1; nexthops
/// +----------------+----------------------+
/// ```
///
/// From Zebra JSON and text have the address alone; `prefix.len` is then that of all its bits.
///
/// Ryu: `zebra.ZebraIPv4ImportLookup`, `ZebraIPv6ImportLookup`. Spec: `zread_ipv4_import_lookup` and
/// `zsend_ipv4_import_lookup` of Quagga's `zebra/zserv.c`; the command for IPv6 has a number there and
/// nothing else, it is read in the same way. See the example of [`ZebraMessage`](super::ZebraMessage).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ZebraImportLookup {
    /// Which route.
    pub prefix: ZebraPrefix,
    /// Metric of the route; `None` in a question.
    pub metric: Option<u32>,
    /// Its next hops.
    pub nexthops: Vec<ZebraNextHop>,
    /// Whether Zebra says it: another layout.
    pub from_zebra: bool,
}

layout!(ZebraImportLookup, |this, at, v| {
    let ZebraImportLookup { prefix, metric, nexthops, from_zebra } = this;
    v.chosen("from_zebra", Known(at.from_zebra), from_zebra)?;
    if *from_zebra {
        v.chosen("prefix", Whole(at.family), prefix)?;
    } else {
        v.chosen("prefix", How::LengthWhole(at.family), prefix)?;
    }
    v.chosen("metric", IfAny(*from_zebra), metric)?;
    v.chosen("nexthops", Hops(at, *from_zebra), nexthops)
});
