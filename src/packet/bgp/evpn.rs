//! Routes of Ethernet VPNs (RFC 7432, RFC 9136).

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde_json::Value;

use super::rd_text::RdText;
use super::{EvpnEsi, EvpnLabel, RouteDistinguisher};
use crate::packet::codec::{Chosen, Decoder, Encoder, Form, Len, Member, fields, noun, union};
use crate::packet::{EmitError, List};
use crate::wire::{DecodeError, JsonError, MacAddr};

union! {
    /// A route of an Ethernet VPN: type, length, and what the type says.
    ///
    /// ```text
    ///  0       8       16
    /// +-------+-------+------------------- - -
    /// | type  | length| route distinguisher, ...
    /// +-------+-------+------------------- - -
    /// ```
    ///
    /// | field | unit, range | meaning |
    /// |---|---|---|
    /// | `type_` | 0 to 255 | by it the variant |
    /// | `length` | bytes, 0 to 255 | of what is behind it; `None`: filled in |
    /// | `route_dist` | | whose it is; in all but unknown ones |
    ///
    /// Labels are not in JSON, as in Ryu; what Ryu's constructors take (`mpls_label`, `mpls_labels`,
    /// `vni`) is read.
    ///
    /// Ryu: `bgp.EvpnNLRI`. Spec: RFC 7432 section 7.
    ///
    /// ```
    /// use std::net::Ipv4Addr;
    /// use ryu_sdn::packet::{
    ///     Bgp, BgpMpUnreachNlri, BgpPathAttribute, BgpUpdate, EvpnInclusiveMulticastEthernetTagNlri,
    ///     EvpnNlri, MpNlri, RouteFamily,
    /// };
    ///
    /// let route = EvpnNlri::from(EvpnInclusiveMulticastEthernetTagNlri {
    ///     route_dist: "65001:10".parse()?,
    ///     ethernet_tag_id: 3,
    ///     ip_addr: Ipv4Addr::new(192, 0, 2, 1).into(),
    ///     ..Default::default()
    /// });
    /// let gone = BgpMpUnreachNlri::new(RouteFamily::L2_EVPN, vec![route]);
    /// let update = BgpUpdate { path_attributes: vec![gone.into()].into(), ..BgpUpdate::default() };
    /// let bytes = (Bgp::from(update) / []).to_bytes()?;
    /// assert_eq!(bytes[23..31], [128, 15, 22, 0, 25, 70, 3, 17]);
    /// assert_eq!(bytes[31..], [0, 0, 0xfd, 0xe9, 0, 0, 0, 10, 0, 0, 0, 3, 32, 192, 0, 2, 1]);
    ///
    /// let (back, _) = Bgp::parse(&bytes)?;
    /// let attributes = back.as_update().expect("it is one").path_attributes.items()?;
    /// let BgpPathAttribute::MpUnreachNlri(gone) = &attributes[0] else { panic!("it is one") };
    /// let MpNlri::Evpn(routes) = &gone.withdrawn_routes else { panic!("of this family") };
    /// assert_eq!(
    ///     routes.items()?[0].to_string(),
    ///     "EvpnInclusiveMulticastEthernetTagNLRI(ethernet_tag_id=3,ip_addr='192.0.2.1',\
    ///      ip_addr_len=32,length=17,route_dist='65001:10',type=3)",
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub enum EvpnNlri<'a> by |d| d.peek::<1>().map(|[kind]| kind), else Unknown(EvpnUnknownNlri<'a>);
    /// Ethernet auto-discovery.
    1 => EthernetAutoDiscovery(EvpnEthernetAutoDiscoveryNlri);
    /// Where a MAC address is.
    2 => MacIpAdvertisement(EvpnMacIpAdvertisementNlri<'a>);
    /// Who wants what goes to many.
    3 => InclusiveMulticastEthernetTag(EvpnInclusiveMulticastEthernetTagNlri);
    /// Who is connected to a segment.
    4 => EthernetSegment(EvpnEthernetSegmentNlri);
    /// A prefix of IP.
    5 => IpPrefix(EvpnIpPrefixNlri);
}

/// Declares a route: fields behind type and length, and how they stand on the wire.
macro_rules! route {
    (
        $(#[$meta:meta])*
        pub struct $noun:ident $(<$lt:lifetime>)? $class:literal = $type:literal {
            $( $(#[$fmeta:meta])* $field:ident: $ty:ty = $value:expr, )*
        }
        |$v:ident| $body:block
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $noun $(<$lt>)? {
            /// Its number.
            pub type_: u8,
            /// Bytes behind it; `None`: filled in.
            pub length: Option<u8>,
            $( $(#[$fmeta])* pub $field: $ty, )*
        }
        impl $(<$lt>)? Default for $noun $(<$lt>)? {
            fn default() -> Self {
                $noun { type_: $type, length: None, $( $field: $value, )* }
            }
        }
        fields!($noun $(<$lt>)?, |this, $v| {
            let $noun { type_, length, $($field),* } = this;
            $v.field("type", type_)?;
            $v.sized("length", 8, Len::BODY, length, |$v| $body)
        });
        noun!($noun $(<$lt>)?, $class);
    };
}

route! {
    /// By which segment a speaker can be reached.
    ///
    /// Ryu: `bgp.EvpnEthernetAutoDiscoveryNLRI`. Spec: RFC 7432 section 7.1. See the example of
    /// [`EvpnNlri`].
    pub struct EvpnEthernetAutoDiscoveryNlri "EvpnEthernetAutoDiscoveryNLRI" = 1 {
        /// Whose it is.
        route_dist: RouteDistinguisher = RouteDistinguisher::default(),
        /// The segment.
        esi: EvpnEsi = EvpnEsi::default(),
        /// The broadcast domain; 0xffff_ffff stands for all of the segment.
        ethernet_tag_id: u32 = 0,
        /// Label or VNI. Not in JSON.
        label: EvpnLabel = EvpnLabel::default(),
    }
    |v| {
        v.with::<RdText, _>("route_dist", route_dist)?;
        v.field("esi", esi)?;
        v.field("ethernet_tag_id", ethernet_tag_id)?;
        v.argument("mpls_label", label, EvpnLabel::of_mpls_json)?;
        v.argument("vni", label, EvpnLabel::of_vni_json)?;
        v.field("", label)
    }
}

route! {
    /// Where a MAC address is, and maybe which IP address it has.
    ///
    /// Ryu: `bgp.EvpnMacIPAdvertisementNLRI`. Spec: RFC 7432 section 7.2. See the example of
    /// [`EvpnNlri`].
    pub struct EvpnMacIpAdvertisementNlri<'a> "EvpnMacIPAdvertisementNLRI" = 2 {
        /// Whose it is.
        route_dist: RouteDistinguisher = RouteDistinguisher::default(),
        /// The segment.
        esi: EvpnEsi = EvpnEsi::default(),
        /// The broadcast domain.
        ethernet_tag_id: u32 = 0,
        /// The address; on the wire with its size in bits, 48.
        mac_addr: MacAddr = MacAddr::ZERO,
        /// The IP address; on the wire with its size in bits, 0, 32 or 128.
        ip_addr: Option<IpAddr> = None,
        /// One or two labels, or a VNI. Not in JSON.
        labels: List<'a, EvpnLabel> = vec![EvpnLabel::default()].into(),
    }
    |v| {
        v.with::<RdText, _>("route_dist", route_dist)?;
        v.field("esi", esi)?;
        v.field("ethernet_tag_id", ethernet_tag_id)?;
        v.remark("mac_addr_len", 48);
        v.with::<SizedAddr, _>("mac_addr", mac_addr)?;
        v.remark("ip_addr_len", ip_addr.map_or(0, |addr| bits(addr).into()));
        v.with::<SizedAddr, _>("ip_addr", ip_addr)?;
        v.argument("mpls_labels", labels, EvpnLabel::of_mpls_list)?;
        v.argument("vni", labels, |vni| EvpnLabel::of_vni_json(vni).map(|vni| vec![vni].into()))?;
        v.field("", labels)
    }
}

route! {
    /// Who wants what goes to many.
    ///
    /// Ryu: `bgp.EvpnInclusiveMulticastEthernetTagNLRI`. Spec: RFC 7432 section 7.3. See the example
    /// of [`EvpnNlri`].
    pub struct EvpnInclusiveMulticastEthernetTagNlri "EvpnInclusiveMulticastEthernetTagNLRI" = 3 {
        /// Whose it is.
        route_dist: RouteDistinguisher = RouteDistinguisher::default(),
        /// The broadcast domain.
        ethernet_tag_id: u32 = 0,
        /// Address of the router; on the wire with its size in bits.
        ip_addr: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED),
    }
    |v| {
        v.with::<RdText, _>("route_dist", route_dist)?;
        v.field("ethernet_tag_id", ethernet_tag_id)?;
        v.remark("ip_addr_len", bits(*ip_addr).into());
        v.with::<SizedAddr, _>("ip_addr", ip_addr)
    }
}

route! {
    /// Who is connected to a segment.
    ///
    /// Ryu: `bgp.EvpnEthernetSegmentNLRI`. Spec: RFC 7432 section 7.4. See the example of
    /// [`EvpnNlri`].
    pub struct EvpnEthernetSegmentNlri "EvpnEthernetSegmentNLRI" = 4 {
        /// Whose it is.
        route_dist: RouteDistinguisher = RouteDistinguisher::default(),
        /// The segment.
        esi: EvpnEsi = EvpnEsi::default(),
        /// Address of the router; on the wire with its size in bits.
        ip_addr: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED),
    }
    |v| {
        v.with::<RdText, _>("route_dist", route_dist)?;
        v.field("esi", esi)?;
        v.remark("ip_addr_len", bits(*ip_addr).into());
        v.with::<SizedAddr, _>("ip_addr", ip_addr)
    }
}

route! {
    /// A prefix of IP behind an Ethernet VPN.
    ///
    /// The prefix is not in JSON, as in Ryu; `ip_prefix` is read, which Ryu's constructor takes.
    ///
    /// Ryu: `bgp.EvpnIpPrefixNLRI`. Spec: RFC 9136 section 3.1. See the example of [`EvpnNlri`].
    #[derive(Copy)]
    pub struct EvpnIpPrefixNlri "EvpnIpPrefixNLRI" = 5 {
        /// Whose it is.
        route_dist: RouteDistinguisher = RouteDistinguisher::default(),
        /// The segment.
        esi: EvpnEsi = EvpnEsi::default(),
        /// The broadcast domain.
        ethernet_tag_id: u32 = 0,
        /// The prefix. Not in JSON.
        ip_prefix: EvpnPrefix = EvpnPrefix { length: 0, addr: IpAddr::V4(Ipv4Addr::UNSPECIFIED) },
        /// The gateway, of the same family; `None` is 0.0.0.0 or ::.
        gw_ip_addr: Option<IpAddr> = None,
        /// Label or VNI. Not in JSON.
        label: EvpnLabel = EvpnLabel::default(),
    }
    |v| {
        v.with::<RdText, _>("route_dist", route_dist)?;
        v.field("esi", esi)?;
        v.field("ethernet_tag_id", ethernet_tag_id)?;
        v.argument("ip_prefix", ip_prefix, EvpnPrefix::of_json)?;
        v.chosen("", (), ip_prefix)?;
        v.chosen("gw_ip_addr", ip_prefix.addr, gw_ip_addr)?;
        v.argument("mpls_label", label, EvpnLabel::of_mpls_json)?;
        v.argument("vni", label, EvpnLabel::of_vni_json)?;
        v.field("", label)
    }
}

route! {
    /// A route of a type that has no type here.
    ///
    /// Ryu: `bgp.EvpnUnknownNLRI`. Spec: RFC 7432 section 7. See the example of [`EvpnNlri`].
    pub struct EvpnUnknownNlri<'a> "EvpnUnknownNLRI" = 255 {
        /// What it says.
        value: Cow<'a, [u8]> = Cow::Borrowed(&[]),
    }
    |v| {
        v.with::<Nothing, _>("route_dist", &mut ())?;
        v.field("value", value)
    }
}

/// What Ryu has as `None`, always.
enum Nothing {}

impl Form<'_, ()> for Nothing {
    fn decode(_: &mut Decoder<'_>) -> Result<(), DecodeError> {
        Ok(())
    }
    fn encode(_: &(), _: &mut Encoder<'_>) -> Result<(), EmitError> {
        Ok(())
    }
    fn to_json(_: &()) -> Value {
        Value::Null
    }
    fn from_json(value: &Value) -> Result<(), JsonError> {
        if value.is_null() { Ok(()) } else { Err(JsonError::expected("null", value)) }
    }
    fn show(_: &(), out: &mut String) {
        out.push_str("None");
    }
}

impl EvpnNlri<'_> {
    /// Stands for all broadcast domains of a segment.
    pub const MAX_ET: u32 = 0xffff_ffff;
}

/// A prefix of IP: the address has its size, whatever the length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EvpnPrefix {
    /// Bits of the prefix, 0 to 32 or 128; more is kept.
    pub length: u8,
    /// The address, 4 or 16 bytes.
    pub addr: IpAddr,
}

impl EvpnPrefix {
    fn of_json(value: &Value) -> Result<Self, JsonError> {
        let prefix = value.as_str().and_then(|text| {
            let (addr, length) = text.split_once('/')?;
            Some(EvpnPrefix { length: length.parse().ok()?, addr: addr.parse().ok()? })
        });
        prefix.ok_or_else(|| JsonError::expected("a prefix", value))
    }
}

/// Bytes of label behind the two addresses of an IP prefix route.
const LABEL: usize = 3;

/// The family is in the size of the route: one of 4 or 16 bytes, another one, and a label.
impl Chosen<'_, ()> for EvpnPrefix {
    fn decode(_: (), d: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let [length] = d.array()?;
        let addr = match d.remaining() {
            size if size == 2 * 4 + LABEL => Ipv4Addr::from(d.array()?).into(),
            size if size == 2 * 16 + LABEL => Ipv6Addr::from(d.array()?).into(),
            size => return Err(d.bad_value(0, size, "length")),
        };
        Ok(EvpnPrefix { length, addr })
    }
    fn encode(&self, _: (), e: &mut Encoder<'_>) -> Result<(), EmitError> {
        e.bytes(&[self.length]);
        put(self.addr, e);
        Ok(())
    }
    fn to_json(&self) -> Value {
        format!("{}/{}", self.addr, self.length).into()
    }
    fn from_json(_: (), value: &Value) -> Result<Self, JsonError> {
        Self::of_json(value)
    }
    fn show(&self, out: &mut String) {
        out.extend(["'", &self.addr.to_string(), "/", &self.length.to_string(), "'"]);
    }
}

/// A gateway has the family of its prefix.
impl Chosen<'_, IpAddr> for Option<IpAddr> {
    fn decode(by: IpAddr, d: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        Ok(Some(match by {
            IpAddr::V4(_) => Ipv4Addr::from(d.array()?).into(),
            IpAddr::V6(_) => Ipv6Addr::from(d.array()?).into(),
        }))
    }
    fn encode(&self, by: IpAddr, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        let none: IpAddr = match by {
            IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
            IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
        };
        let gateway = self.unwrap_or(none);
        if gateway.is_ipv4() != by.is_ipv4() {
            return Err(e.too_large("gw_ip_addr", bits(gateway).into(), bits(by).into()));
        }
        put(gateway, e);
        Ok(())
    }
    fn to_json(&self) -> Value {
        <SizedAddr as Form<'_, _>>::to_json(self)
    }
    fn from_json(_: IpAddr, value: &Value) -> Result<Self, JsonError> {
        <SizedAddr as Form<'_, _>>::from_json(value)
    }
    fn show(&self, out: &mut String) {
        <SizedAddr as Form<'_, _>>::show(self, out);
    }
}

/// An address behind a byte with its size in bits.
enum SizedAddr {}

fn bits(addr: IpAddr) -> u8 {
    if addr.is_ipv4() { 32 } else { 128 }
}

fn put(addr: IpAddr, e: &mut Encoder<'_>) {
    match addr {
        IpAddr::V4(addr) => e.bytes(&addr.octets()),
        IpAddr::V6(addr) => e.bytes(&addr.octets()),
    }
}

impl Form<'_, MacAddr> for SizedAddr {
    fn decode(d: &mut Decoder<'_>) -> Result<MacAddr, DecodeError> {
        match d.array()? {
            [48] => Member::decode(d),
            [other] => Err(d.bad_value(1, other.into(), "mac_addr_len")),
        }
    }
    fn encode(value: &MacAddr, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        e.bytes(&[48]);
        value.encode(e)
    }
    fn to_json(value: &MacAddr) -> Value {
        Member::to_json(value)
    }
    fn from_json(value: &Value) -> Result<MacAddr, JsonError> {
        Member::from_json(value)
    }
    fn show(value: &MacAddr, out: &mut String) {
        Member::show(value, out);
    }
}

impl Form<'_, Option<IpAddr>> for SizedAddr {
    fn decode(d: &mut Decoder<'_>) -> Result<Option<IpAddr>, DecodeError> {
        match d.array()? {
            [0] => Ok(None),
            [32] => Ok(Some(Ipv4Addr::from(d.array()?).into())),
            [128] => Ok(Some(Ipv6Addr::from(d.array()?).into())),
            [other] => Err(d.bad_value(1, other.into(), "ip_addr_len")),
        }
    }
    fn encode(value: &Option<IpAddr>, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        e.bytes(&[value.map_or(0, bits)]);
        if let Some(addr) = *value {
            put(addr, e);
        }
        Ok(())
    }
    fn to_json(value: &Option<IpAddr>) -> Value {
        match value {
            None => Value::Null,
            Some(IpAddr::V4(addr)) => Member::to_json(addr),
            Some(IpAddr::V6(addr)) => Member::to_json(addr),
        }
    }
    fn from_json(value: &Value) -> Result<Option<IpAddr>, JsonError> {
        if value.is_null() {
            return Ok(None);
        }
        let addr = value.as_str().and_then(|text| text.parse().ok());
        addr.map(Some).ok_or_else(|| JsonError::expected("an IP address", value))
    }
    fn show(value: &Option<IpAddr>, out: &mut String) {
        match value {
            None => out.push_str("None"),
            Some(IpAddr::V4(addr)) => Member::show(addr, out),
            Some(IpAddr::V6(addr)) => Member::show(addr, out),
        }
    }
}

/// As an optional one, and there has to be one.
impl Form<'_, IpAddr> for SizedAddr {
    fn decode(d: &mut Decoder<'_>) -> Result<IpAddr, DecodeError> {
        let addr: Option<IpAddr> = SizedAddr::decode(d)?;
        addr.ok_or_else(|| d.bad_value(1, 0, "ip_addr_len"))
    }
    fn encode(value: &IpAddr, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        SizedAddr::encode(&Some(*value), e)
    }
    fn to_json(value: &IpAddr) -> Value {
        SizedAddr::to_json(&Some(*value))
    }
    fn from_json(value: &Value) -> Result<IpAddr, JsonError> {
        let addr: Option<IpAddr> = SizedAddr::from_json(value)?;
        addr.ok_or_else(|| JsonError::expected("an IP address", value))
    }
    fn show(value: &IpAddr, out: &mut String) {
        SizedAddr::show(&Some(*value), out);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn bytes(route: &EvpnNlri<'_>) -> Vec<u8> {
        let mut out = Vec::new();
        route.encode(&mut Encoder::new("bgp", &mut out)).expect("it fits");
        out
    }

    #[test]
    fn what_json_does_not_show_is_read() {
        let route = EvpnNlri::from_json(&json!({"EvpnMacIPAdvertisementNLRI": {
            "route_dist": "65001:10", "mac_addr": "00:00:5e:00:53:01", "ip_addr": "192.0.2.1",
            "mpls_labels": [100, 200],
        }}));
        let made = bytes(&route.expect("it is one"));
        assert_eq!(made[..2], [2, 40]);
        assert!(made.ends_with(&[32, 192, 0, 2, 1, 0x00, 0x06, 0x40, 0x00, 0x0c, 0x81]));

        let route = EvpnNlri::from_json(&json!({"EvpnIpPrefixNLRI": {
            "route_dist": "65001:10", "ethernet_tag_id": 4, "ip_prefix": "2001:db8:9::/48",
            "vni": 5000,
        }}));
        let made = bytes(&route.expect("it is one"));
        assert_eq!((made.len(), made[1], &made[24..28]), (60, 58, &[48, 0x20, 0x01, 0x0d][..]));
        // No gateway is one of zeros, of the family of the prefix.
        assert!(made.ends_with(&[[0; 16].as_slice(), &[0x00, 0x13, 0x88]].concat()));
    }

    #[test]
    fn a_gateway_of_another_family_does_not_go_out() {
        let gw_ip_addr = Some(Ipv6Addr::LOCALHOST.into());
        let route = EvpnNlri::from(EvpnIpPrefixNlri { gw_ip_addr, ..EvpnIpPrefixNlri::default() });
        let err = route.encode(&mut Encoder::new("bgp", &mut Vec::new())).unwrap_err();
        assert_eq!(err.field, "gw_ip_addr");
    }

    #[test]
    fn sizes_of_addresses_are_known_ones() {
        let route = EvpnNlri::from(EvpnEthernetSegmentNlri::default());
        let made = bytes(&route);
        let read = |bytes: &[u8]| {
            EvpnNlri::decode(&mut Decoder::new("bgp", bytes, 0, None)).map(drop).unwrap_err()
        };
        for bad in [0, 24, 33, 64, 129, 255] {
            let mut turned = made.clone();
            turned[20] = bad;
            let err = read(&turned);
            assert_eq!((err.offset, err.imposed_by), (20, Some("ip_addr_len")), "{bad}");
        }
    }
}
