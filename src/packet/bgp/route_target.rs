//! Which route targets a speaker wants to hear of (RFC 4684).

use serde_json::Value;

use super::BgpExtendedCommunity;
use crate::packet::EmitError;
use crate::packet::codec::{Chosen, Decoder, Encoder, Member, fields, noun};
use crate::wire::{DecodeError, JsonError};

/// A route target, or the beginning of one, that a speaker wants to hear of.
///
/// ```text
///  0       8                40                                     104
/// +-------+----------------+----------------------------------------+
/// | length|   origin_as    | route_target, as far as length says    |
/// +-------+----------------+----------------------------------------+
/// ```
///
/// | field | unit, range | meaning |
/// |---|---|---|
/// | `length` | bits, 0 or 32 to 96 | what of the rest counts; 0 stands for all targets |
/// | `origin_as` | | who wants it |
/// | `route_target` | | the target; bits behind the length are kept |
///
/// (Ryu can neither read nor write it; its JSON would not have the length.)
///
/// Ryu: `bgp.RouteTargetMembershipNLRI`. Spec: RFC 4684 section 4.
///
/// ```
/// use ryu_sdn::packet::{
///     Bgp, BgpMpReachNlri, BgpTwoOctetAsCommunity, BgpUpdate, RouteFamily, RouteTargetMembershipNlri,
/// };
///
/// let target = BgpTwoOctetAsCommunity {
///     subtype: BgpTwoOctetAsCommunity::ROUTE_TARGET,
///     as_number: 65001,
///     local_administrator: 100,
///     ..BgpTwoOctetAsCommunity::default()
/// };
/// let wanted = RouteTargetMembershipNlri::new(65001, target);
/// let hop = std::net::Ipv4Addr::new(192, 0, 2, 11);
/// let reach = BgpMpReachNlri::new(RouteFamily::RTC_UC, hop, vec![wanted]);
/// let update = BgpUpdate { path_attributes: vec![reach.into()].into(), ..BgpUpdate::default() };
/// let bytes = (Bgp::from(update) / []).to_bytes()?;
/// assert_eq!(bytes[23..35], [128, 14, 22, 0, 1, 132, 4, 192, 0, 2, 11, 0]);
/// assert_eq!(bytes[35..], [96, 0, 0, 0xfd, 0xe9, 0, 2, 0xfd, 0xe9, 0, 0, 0, 100]);
/// assert_eq!(RouteTargetMembershipNlri::ALL.length, 0);
/// # Ok::<(), ryu_sdn::packet::EmitError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RouteTargetMembershipNlri {
    /// Bits that count: 0, or 32 to 96.
    pub length: u8,
    /// The AS that wants it.
    pub origin_as: u32,
    /// The target.
    pub route_target: BgpExtendedCommunity,
}

/// Bytes of a target.
const SIZE: usize = 8;

impl RouteTargetMembershipNlri {
    /// All targets: the default route target.
    pub const ALL: RouteTargetMembershipNlri =
        RouteTargetMembershipNlri { length: 0, origin_as: 0, route_target: NO_TARGET };

    /// `origin_as` wants this target.
    pub fn new(origin_as: u32, route_target: impl Into<BgpExtendedCommunity>) -> Self {
        RouteTargetMembershipNlri { length: 96, origin_as, route_target: route_target.into() }
    }
}

/// Eight zeros.
const NO_TARGET: BgpExtendedCommunity =
    BgpExtendedCommunity::TwoOctetAs(super::BgpTwoOctetAsCommunity {
        type_: 0,
        subtype: 0,
        as_number: 0,
        local_administrator: 0,
    });

impl Default for RouteTargetMembershipNlri {
    fn default() -> Self {
        Self::new(0, NO_TARGET)
    }
}

fields!(RouteTargetMembershipNlri, |this, v| {
    let RouteTargetMembershipNlri { length, origin_as, route_target } = this;
    v.field("length", length)?;
    if *length > 0 {
        v.field("origin_as", origin_as)?;
        v.chosen("route_target", Bits(*length), route_target)?;
    }
    Ok(())
});
noun!(RouteTargetMembershipNlri, "RouteTargetMembershipNLRI");

/// Bits of an AS and of what there is of a target.
struct Bits(u8);

impl Bits {
    /// Bytes of the target.
    fn size(&self) -> Option<usize> {
        (32..=96).contains(&self.0).then(|| usize::from(self.0 - 32).div_ceil(8))
    }
}

impl Chosen<'_, Bits> for BgpExtendedCommunity {
    fn decode(by: Bits, d: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        // The length stands before the AS.
        let size = by.size().ok_or_else(|| d.bad_value(5, by.0.into(), "length"))?;
        let mut octets = [0; SIZE];
        octets[..size].copy_from_slice(d.take(size)?);
        Member::decode(&mut Decoder::new(d.what(), &octets, d.offset() - size, Some("length")))
    }
    fn encode(&self, by: Bits, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        let size = by.size().ok_or_else(|| e.too_large("length", by.0.into(), 96))?;
        let mut octets = Vec::with_capacity(SIZE);
        let mut whole = Encoder::new("RouteTargetMembershipNLRI", &mut octets);
        Member::encode(self, &mut whole)?;
        whole.flush();
        e.bytes(&octets[..size.min(octets.len())]);
        Ok(())
    }
    fn to_json(&self) -> Value {
        Member::to_json(self)
    }
    fn from_json(_: Bits, value: &Value) -> Result<Self, JsonError> {
        Member::from_json(value)
    }
    fn show(&self, out: &mut String) {
        Member::show(self, out);
    }
}
