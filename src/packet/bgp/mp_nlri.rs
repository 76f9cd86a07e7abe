//! Routes of any family as path attributes (RFC 4760).

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde_json::Value;

use super::attribute::EXTENDED_LENGTH;
use super::{BgpTwoOctetAsRd, MpNlri, RouteDistinguisher, RouteFamily};
use crate::packet::codec::{Chosen, Decoder, Encoder, Len, Member, fields, noun};
use crate::packet::{EmitError, List};
use crate::wire::{DecodeError, JsonError, base64};

/// Routes of any family: `MP_REACH_NLRI`.
///
/// ```text
///  0               16      24      32
/// +---------------+-------+-------+--------------
/// |      afi      | safi  |  len  | next_hop
/// +-------+-------+-------+-------+--------------
/// |reserved|  nlri, by afi and safi
/// +-------+--------------------------------------
/// ```
///
/// | field | range | meaning |
/// |---|---|---|
/// | `flags`, `type_`, `length` | | as of any [`BgpPathAttribute`](super::BgpPathAttribute) |
/// | `afi`, `safi` | | a [`RouteFamily`] |
/// | `next_hop_len` | bytes | of the next hops; `None`: filled in |
/// | `next_hop` | none, one or two | [`MpNextHop`]s |
/// | `nlri` | | [`MpNlri`] of that family |
///
/// JSON has the first next hop only, without its route distinguisher, as Ryu's has; null if there
/// is none.
///
/// Ryu: `bgp.BGPPathAttributeMpReachNLRI`. Spec: RFC 4760 section 3.
///
/// ```
/// use ryu_sdn::packet::{Bgp, BgpMpReachNlri, BgpUpdate, IpAddrPrefix, RouteFamily};
///
/// let routes = vec![IpAddrPrefix::new([10, 0, 1, 0].into(), 24), IpAddrPrefix::default()];
/// let hop = std::net::Ipv4Addr::new(192, 0, 2, 1);
/// let reach = BgpMpReachNlri::new(RouteFamily::IPV4_UC, hop, routes);
/// let update = BgpUpdate { path_attributes: vec![reach.into()].into(), ..BgpUpdate::default() };
/// let bytes = (Bgp::from(update) / []).to_bytes()?;
/// assert_eq!(bytes[23..], [128, 14, 14, 0, 1, 1, 4, 192, 0, 2, 1, 0, 24, 10, 0, 1, 0]);
/// # Ok::<(), ryu_sdn::packet::EmitError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BgpMpReachNlri<'a> {
    /// Flags of the attribute.
    pub flags: u8,
    /// 14.
    pub type_: u8,
    /// Bytes of the value; `None`: filled in.
    pub length: Option<u16>,
    /// Address family.
    pub afi: u16,
    /// What the routes are for.
    pub safi: u8,
    /// Bytes of the next hops; `None`: filled in.
    pub next_hop_len: Option<u8>,
    /// Where to send packets; a link-local address may come second.
    pub next_hop: List<'a, MpNextHop<'a>>,
    /// Not used.
    pub reserved: u8,
    /// The routes.
    pub nlri: MpNlri<'a>,
}

impl Default for BgpMpReachNlri<'_> {
    fn default() -> Self {
        BgpMpReachNlri {
            flags: 0x80,
            type_: 14,
            length: None,
            afi: 0,
            safi: 0,
            next_hop_len: None,
            next_hop: List::default(),
            reserved: 0,
            nlri: MpNlri::default(),
        }
    }
}

fields!(BgpMpReachNlri<'a>, |this, v| {
    let BgpMpReachNlri { flags, type_, length, afi, safi, next_hop_len, next_hop, reserved, nlri } =
        this;
    v.field("flags", flags)?;
    v.field("type", type_)?;
    let is_wide = *flags & EXTENDED_LENGTH != 0;
    v.sized_wide("length", is_wide, EXTENDED_LENGTH, length, |v, _| {
        v.field("afi", afi)?;
        v.field("safi", safi)?;
        let family = RouteFamily { afi: *afi, safi: *safi };
        v.sized("", 8, Len::BODY, next_hop_len, |v| v.chosen("next_hop", family, next_hop))?;
        v.field("", reserved)?;
        v.chosen("nlri", family, nlri)
    })
});
noun!(BgpMpReachNlri<'a>, "BGPPathAttributeMpReachNLRI");

impl<'a> BgpMpReachNlri<'a> {
    /// Routes of a family, which packets reach by way of `next_hop`.
    pub fn new(
        family: RouteFamily,
        next_hop: impl Into<IpAddr>,
        nlri: impl Into<MpNlri<'a>>,
    ) -> Self {
        let RouteFamily { afi, safi } = family;
        let next_hop = vec![MpNextHop::of_family(family, next_hop.into())].into();
        BgpMpReachNlri { afi, safi, next_hop, nlri: nlri.into(), ..Self::default() }
    }

    /// The family of the routes.
    pub fn family(&self) -> RouteFamily {
        RouteFamily { afi: self.afi, safi: self.safi }
    }
}

/// Where routes of any family are reached: what is left of `MP_REACH_NLRI` in a table of MRT, where the
/// routes and their family stand elsewhere. It is read by [`BgpDialect::Rib`](super::BgpDialect) only.
///
/// | field | range | meaning |
/// |---|---|---|
/// | `flags`, `type_`, `length` | | as of any [`BgpPathAttribute`](super::BgpPathAttribute) |
/// | `next_hop_len` | bytes | of the next hops; `None`: filled in |
/// | `next_hop` | none, one or two | [`MpNextHop`]s |
///
/// Ryu takes it for a whole one and raises. Spec: RFC 6396 section 4.3.4.
///
/// ```
/// use ryu_sdn::packet::{BgpDialect, BgpPathAttribute, MpNextHop};
///
/// let bytes = [0x80, 14, 5, 4, 192, 0, 2, 1];
/// let attributes = BgpPathAttribute::list_in(&bytes, BgpDialect::Rib).items()?;
/// let [BgpPathAttribute::MpReachNextHop(reach)] = &attributes[..] else { panic!("one") };
/// assert_eq!(reach.next_hop.items()?, [MpNextHop::Ipv4([192, 0, 2, 1].into())]);
/// # Ok::<(), ryu_sdn::wire::DecodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BgpMpReachNextHop<'a> {
    /// Flags of the attribute.
    pub flags: u8,
    /// 14.
    pub type_: u8,
    /// Bytes of the value; `None`: filled in.
    pub length: Option<u16>,
    /// Bytes of the next hops; `None`: filled in.
    pub next_hop_len: Option<u8>,
    /// Where to send packets; a link-local address may come second.
    pub next_hop: List<'a, MpNextHop<'a>>,
}

impl Default for BgpMpReachNextHop<'_> {
    fn default() -> Self {
        let (flags, type_, next_hop) = (0x80, 14, List::default());
        BgpMpReachNextHop { flags, type_, length: None, next_hop_len: None, next_hop }
    }
}

fields!(BgpMpReachNextHop<'a>, |this, v| {
    let BgpMpReachNextHop { flags, type_, length, next_hop_len, next_hop } = this;
    v.field("flags", flags)?;
    v.field("type", type_)?;
    let is_wide = *flags & EXTENDED_LENGTH != 0;
    v.sized_wide("length", is_wide, EXTENDED_LENGTH, length, |v, _| {
        v.sized("", 8, Len::BODY, next_hop_len, |v| v.field("next_hop", next_hop))
    })
});
noun!(BgpMpReachNextHop<'a>, "BGPPathAttributeMpReachNextHop");

/// Routes of any family that are no more: `MP_UNREACH_NLRI`.
///
/// | field | range | meaning |
/// |---|---|---|
/// | `flags`, `type_`, `length` | | as of any [`BgpPathAttribute`](super::BgpPathAttribute) |
/// | `afi`, `safi` | | a [`RouteFamily`] |
/// | `withdrawn_routes` | | [`MpNlri`] of that family |
///
/// Ryu: `bgp.BGPPathAttributeMpUnreachNLRI`. Spec: RFC 4760 section 4. See the example of
/// [`BgpMpReachNlri`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BgpMpUnreachNlri<'a> {
    /// Flags of the attribute.
    pub flags: u8,
    /// 15.
    pub type_: u8,
    /// Bytes of the value; `None`: filled in.
    pub length: Option<u16>,
    /// Address family.
    pub afi: u16,
    /// What the routes are for.
    pub safi: u8,
    /// The routes.
    pub withdrawn_routes: MpNlri<'a>,
}

impl Default for BgpMpUnreachNlri<'_> {
    fn default() -> Self {
        let withdrawn_routes = MpNlri::default();
        BgpMpUnreachNlri { flags: 0x80, type_: 15, length: None, afi: 0, safi: 0, withdrawn_routes }
    }
}

fields!(BgpMpUnreachNlri<'a>, |this, v| {
    let BgpMpUnreachNlri { flags, type_, length, afi, safi, withdrawn_routes } = this;
    v.field("flags", flags)?;
    v.field("type", type_)?;
    let is_wide = *flags & EXTENDED_LENGTH != 0;
    v.sized_wide("length", is_wide, EXTENDED_LENGTH, length, |v, _| {
        v.field("afi", afi)?;
        v.field("safi", safi)?;
        v.chosen("withdrawn_routes", RouteFamily { afi: *afi, safi: *safi }, withdrawn_routes)
    })
});
noun!(BgpMpUnreachNlri<'a>, "BGPPathAttributeMpUnreachNLRI");

impl<'a> BgpMpUnreachNlri<'a> {
    /// Routes of a family that are no more.
    pub fn new(family: RouteFamily, withdrawn_routes: impl Into<MpNlri<'a>>) -> Self {
        let RouteFamily { afi, safi } = family;
        let withdrawn_routes = withdrawn_routes.into();
        BgpMpUnreachNlri { afi, safi, withdrawn_routes, ..Self::default() }
    }

    /// The family of the routes.
    pub fn family(&self) -> RouteFamily {
        RouteFamily { afi: self.afi, safi: self.safi }
    }
}

/// Where to send packets to, in `MP_REACH_NLRI`. Its size says what it is, so that routes of IPv4 may
/// have a next hop of IPv6 (RFC 8950). (Ryu cuts that into four addresses.)
///
/// Spec: RFC 4760 section 3, RFC 4364 section 4.3.2, RFC 2545 section 3. See the example of
/// [`BgpMpReachNlri`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MpNextHop<'a> {
    /// An address of IPv4.
    Ipv4(Ipv4Addr),
    /// An address of IPv6.
    Ipv6(Ipv6Addr),
    /// Of IPv4, in a VPN.
    VpnIpv4(RouteDistinguisher, Ipv4Addr),
    /// Of IPv6, in a VPN.
    VpnIpv6(RouteDistinguisher, Ipv6Addr),
    /// Any other.
    Other(Cow<'a, [u8]>),
}

impl MpNextHop<'_> {
    /// The next hop `address` for routes of a family: with a route distinguisher of zero in VPNs,
    /// and mapped to IPv6 for routes of that.
    pub fn of_family(family: RouteFamily, address: IpAddr) -> Self {
        let rd = RouteDistinguisher::from(BgpTwoOctetAsRd::default());
        let is_vpn = matches!(family, RouteFamily::IPV4_VPN | RouteFamily::IPV6_VPN);
        let address = match address {
            IpAddr::V4(v4) if family.afi == RouteFamily::IP6 => v4.to_ipv6_mapped().into(),
            address => address,
        };
        match address {
            IpAddr::V4(v4) if is_vpn => MpNextHop::VpnIpv4(rd, v4),
            IpAddr::V6(v6) if is_vpn => MpNextHop::VpnIpv6(rd, v6),
            IpAddr::V4(v4) => MpNextHop::Ipv4(v4),
            IpAddr::V6(v6) => MpNextHop::Ipv6(v6),
        }
    }

    /// The address.
    pub fn address(&self) -> Option<IpAddr> {
        match self {
            MpNextHop::Ipv4(v4) | MpNextHop::VpnIpv4(_, v4) => Some((*v4).into()),
            MpNextHop::Ipv6(v6) | MpNextHop::VpnIpv6(_, v6) => Some((*v6).into()),
            MpNextHop::Other(_) => None,
        }
    }
}

impl<'a> Member<'a> for MpNextHop<'a> {
    fn decode(d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        match d.remaining() {
            4 | 8 => Member::decode(d).map(MpNextHop::Ipv4),
            16 | 32 => Member::decode(d).map(MpNextHop::Ipv6),
            12 => Ok(MpNextHop::VpnIpv4(Member::decode(d)?, Member::decode(d)?)),
            24 | 48 => Ok(MpNextHop::VpnIpv6(Member::decode(d)?, Member::decode(d)?)),
            _ => Ok(MpNextHop::Other(Cow::Borrowed(d.rest()))),
        }
    }
    fn encode(&self, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        match self {
            MpNextHop::Ipv4(v4) => Member::encode(v4, e),
            MpNextHop::Ipv6(v6) => Member::encode(v6, e),
            MpNextHop::VpnIpv4(rd, v4) => rd.encode(e).and_then(|()| Member::encode(v4, e)),
            MpNextHop::VpnIpv6(rd, v6) => rd.encode(e).and_then(|()| Member::encode(v6, e)),
            MpNextHop::Other(bytes) => bytes.encode(e),
        }
    }
    fn to_json(&self) -> Value {
        match self {
            MpNextHop::Ipv4(v4) | MpNextHop::VpnIpv4(_, v4) => Member::to_json(v4),
            MpNextHop::Ipv6(v6) | MpNextHop::VpnIpv6(_, v6) => Member::to_json(v6),
            MpNextHop::Other(bytes) => bytes.to_json(),
        }
    }
    fn from_json(value: &Value) -> Result<Self, JsonError> {
        Chosen::from_json(RouteFamily::IPV4_UC, value)
    }
    fn show(&self, out: &mut String) {
        match self {
            MpNextHop::Ipv4(v4) | MpNextHop::VpnIpv4(_, v4) => Member::show(v4, out),
            MpNextHop::Ipv6(v6) | MpNextHop::VpnIpv6(_, v6) => Member::show(v6, out),
            MpNextHop::Other(bytes) => Member::show(bytes, out),
        }
    }
}

/// `by` is the family of the routes.
impl<'a> Chosen<'a, RouteFamily> for MpNextHop<'a> {
    fn decode(_: RouteFamily, d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        Member::decode(d)
    }
    fn encode(&self, _: RouteFamily, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        Member::encode(self, e)
    }
    fn to_json(&self) -> Value {
        Member::to_json(self)
    }
    fn from_json(by: RouteFamily, value: &Value) -> Result<Self, JsonError> {
        let text = value.as_str().ok_or_else(|| JsonError::expected("an IP address", value))?;
        if let Ok(address) = text.parse() {
            return Ok(MpNextHop::of_family(by, address));
        }
        let bytes = base64::decode(text).map(|bytes| MpNextHop::Other(bytes.into()));
        bytes.ok_or_else(|| JsonError::expected("an IP address", value))
    }
    fn show(&self, out: &mut String) {
        Member::show(self, out);
    }
}

/// In JSON the first one. A list of several is read, too: Ryu's constructor takes it.
impl<'a> Chosen<'a, RouteFamily> for List<'a, MpNextHop<'a>> {
    fn decode(_: RouteFamily, d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        Member::decode(d)
    }
    fn encode(&self, _: RouteFamily, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        Member::encode(self, e)
    }
    fn to_json(&self) -> Value {
        match self.iter().next() {
            Some(Ok(hop)) => Member::to_json(&hop),
            _ => Value::Null,
        }
    }
    fn from_json(by: RouteFamily, value: &Value) -> Result<Self, JsonError> {
        match value {
            Value::Null => Ok(List::default()),
            Value::Array(hops) => hops.iter().map(|hop| Chosen::from_json(by, hop)).collect(),
            hop => Ok(vec![Chosen::from_json(by, hop)?].into()),
        }
    }
    fn show(&self, out: &mut String) {
        match self.iter().next() {
            Some(Ok(hop)) => Member::show(&hop, out),
            _ => out.push_str("None"),
        }
    }
}
