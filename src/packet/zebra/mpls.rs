//! MPLS labels. Version 4 only.

use std::net::{IpAddr, Ipv4Addr};

use super::dialect::{IfAny, layout};
use super::prefix::{How, ZebraPrefix};

/// A label that is swapped for another on the way to a prefix.
///
/// ```text
///  0       1         5
/// +-------+---------+------------+-------+-----------+---------+----------+----------+----------+
/// | type  | family  |   addr     |  len  | gate_addr | ifindex | distance | in_label | out_label|
/// +-------+---------+------------+-------+-----------+---------+----------+----------+----------+
/// ```
///
/// | field | unit and range | meaning |
/// |---|---|---|
/// | `route_type` | 0 to 255 | which protocol's it is |
/// | `prefix` | | where to |
/// | `gate_addr` | of the family of `prefix` | next hop |
/// | `ifindex` | FRRouting 3.0 | interface; `None`: not said |
/// | `distance` | 0 to 255 | administrative distance |
/// | `in_label`, `out_label` | 20 bits of 32 | labels |
///
/// Ryu: `zebra.ZebraMplsLabelsAdd`, `ZebraMplsLabelsDelete`. Spec: `zread_mpls_labels` of FRRouting's
/// `zebra/zserv.c`. See the example of [`ZebraMessage`](super::ZebraMessage).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ZebraMplsLabels {
    /// Which protocol's it is.
    pub route_type: u8,
    /// Where to.
    pub prefix: ZebraPrefix,
    /// Next hop.
    pub gate_addr: IpAddr,
    /// Interface.
    pub ifindex: Option<u32>,
    /// Administrative distance.
    pub distance: u8,
    /// Label that comes in.
    pub in_label: u32,
    /// Label that goes out.
    pub out_label: u32,
}

impl Default for ZebraMplsLabels {
    fn default() -> Self {
        ZebraMplsLabels {
            route_type: 0,
            prefix: ZebraPrefix::default(),
            gate_addr: Ipv4Addr::UNSPECIFIED.into(),
            ifindex: None,
            distance: 0,
            in_label: 0,
            out_label: 0,
        }
    }
}

layout!(ZebraMplsLabels, |this, at, v| {
    let ZebraMplsLabels { route_type, prefix, gate_addr, ifindex, distance, in_label, out_label } =
        this;
    v.field("route_type", route_type)?;
    v.chosen("prefix", How::WideFamilyWhole, prefix)?;
    v.remark("family", prefix.family() as u64);
    v.chosen("gate_addr", prefix.family(), gate_addr)?;
    v.chosen("ifindex", IfAny(at.is_frr3()), ifindex)?;
    v.field("distance", distance)?;
    v.field("in_label", in_label)?;
    v.field("out_label", out_label)
});
