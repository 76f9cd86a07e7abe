//! Flow specifications (RFC 8955, RFC 8956): rules about packets, handed on like routes.

mod component;
mod prefix;
mod rule;

pub use component::*;
pub use prefix::*;
pub use rule::*;

use serde_json::Value;

use super::RouteDistinguisher;
use super::rd_text::RdBase64;
use crate::packet::codec::{Chosen, Decoder, Encoder, Member, Out as _, fields, noun};
use crate::packet::{EmitError, List};
use crate::wire::{DecodeError, JsonError};

/// The length of a flow specification: one byte up to 239, else two that start with 0xf.
///
/// In JSON a number, 0 for one that is filled in.
///
/// Spec: RFC 8955 section 4.1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FlowSpecLength {
    /// Bytes behind it, at most 4,095; `None`: filled in.
    pub bytes: Option<u16>,
    /// Two bytes, though one would do.
    pub is_wide: bool,
}

/// Lengths from here on take two bytes.
const WIDE: u16 = 0xf0;

/// What a length counts: the least there is (read), and all there is (written).
struct Counted {
    least: usize,
    bytes: usize,
}

impl Chosen<'_, Counted> for FlowSpecLength {
    fn decode(by: Counted, d: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let is_wide = d.peek::<1>().is_some_and(|[first]| u16::from(first) >= WIDE);
        let bytes = match d.array()? {
            [high] if is_wide => u16::from_be_bytes([high & 0xf, d.array::<1>()?[0]]),
            [bytes] => bytes.into(),
        };
        let size = usize::from(bytes);
        let back = 1 + usize::from(is_wide);
        if size < by.least {
            let at = d.offset() - back;
            return Err(DecodeError::bad_length(d.what(), at, by.least, size, "length"));
        }
        if size > d.remaining() {
            let mut err = d.short(back + size, "length");
            (err.offset, err.available) = (err.offset - back, err.available + back);
            return Err(err);
        }
        Ok(FlowSpecLength { bytes: Some(bytes), is_wide: is_wide && bytes < WIDE })
    }
    fn encode(&self, by: Counted, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        let length = self.bytes.map_or(by.bytes, usize::from);
        let Some(bytes) = u16::try_from(length).ok().filter(|bytes| *bytes <= 0xfff) else {
            return Err(e.too_large("length", length as u64, 0xfff));
        };
        if bytes >= WIDE || self.is_wide {
            e.bits("length", 16, &(bytes | WIDE << 8))
        } else {
            e.bits("length", 8, &bytes)
        }
    }
    fn to_json(&self) -> Value {
        self.bytes.unwrap_or(0).into()
    }
    fn from_json(_: Counted, value: &Value) -> Result<Self, JsonError> {
        let bytes: Option<u16> = Member::from_json(value)?;
        Ok(FlowSpecLength { bytes, is_wide: false })
    }
    fn show(&self, out: &mut String) {
        out.push_str(&self.bytes.unwrap_or(0).to_string());
    }
}

/// Declares a flow specification.
macro_rules! flow_specs {
    ($(
        $(#[$meta:meta])*
        $noun:ident $class:literal, $rule:ident $(, $rd:ident behind $least:literal)?;
    )*) => { $(
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $noun<'a> {
            /// Bytes behind it.
            pub length: FlowSpecLength,
            $(
                /// Whose packets it is about.
                pub $rd: RouteDistinguisher,
            )?
            /// What a packet has to be, all of it; in the order of their types.
            pub rules: List<'a, $rule<'a>>,
        }

        impl<'a> $noun<'a> {
            /// A specification of these rules.
            pub fn new($($rd: RouteDistinguisher,)? rules: impl Into<List<'a, $rule<'a>>>) -> Self {
                $noun { length: FlowSpecLength::default(), $($rd,)? rules: rules.into() }
            }
        }

        fields!($noun<'a>, |this, v| {
            let $noun { length, $($rd,)? rules } = this;
            let least = 0 $(+ $least)?;
            // Who reads bytes learns the size from them.
            let bytes = if v.left().is_some() || length.bytes.is_some() {
                0
            } else {
                least + rules.to_bytes().map_or(0, |bytes| bytes.len())
            };
            v.chosen("length", Counted { least, bytes }, length)?;
            $( v.with::<RdBase64, _>(stringify!($rd), $rd)?; )?
            let size = length.bytes.map_or(0, usize::from).saturating_sub(least);
            v.sub("rules", size, "length", rules)
        });
        noun!($noun<'a>, $class);
    )* };
}

flow_specs! {
    /// A flow specification of IPv4.
    ///
    /// ```text
    ///  0       8       (16)
    /// +-------+-------+-------+------------------- - -
    /// | length        | type  | prefix, or operators and values ...
    /// +-------+-------+-------+------------------- - -
    /// ```
    ///
    /// | field | unit, range | meaning |
    /// |---|---|---|
    /// | `length` | bytes, 0 to 4,095 | what is behind it |
    /// | `rules` | | [`FlowSpecIpv4Rule`]s |
    ///
    /// Ryu: `bgp.FlowSpecIPv4NLRI`. Spec: RFC 8955 section 4.
    ///
    /// ```
    /// use ryu_sdn::packet::{
    ///     Bgp, BgpMpUnreachNlri, BgpPathAttribute, BgpUpdate, FlowSpecDestPort, FlowSpecDestPrefix,
    ///     FlowSpecIpv4Nlri, FlowSpecIpv4Rule, MpNlri, RouteFamily,
    /// };
    ///
    /// let rules: Vec<FlowSpecIpv4Rule> = vec![
    ///     FlowSpecDestPrefix { addr: [192, 0, 2, 0].into(), length: 24 }.into(),
    ///     FlowSpecDestPort { operator: FlowSpecDestPort::EQ, value: 80 }.into(),
    ///     FlowSpecDestPort { operator: FlowSpecDestPort::EQ, value: 443 }.into(),
    /// ];
    /// let gone = vec![FlowSpecIpv4Nlri::new(rules)];
    /// let gone = BgpMpUnreachNlri::new(RouteFamily::IPV4_FLOWSPEC, gone);
    /// let update = BgpUpdate { path_attributes: vec![gone.into()].into(), ..BgpUpdate::default() };
    /// let bytes = (Bgp::from(update) / []).to_bytes()?;
    /// assert_eq!(bytes[23..30], [128, 15, 15, 0, 1, 133, 11]);
    /// // Sizes and the end of the list are filled in.
    /// assert_eq!(bytes[30..], [1, 24, 192, 0, 2, 5, 0x01, 80, 0x91, 0x01, 0xbb]);
    ///
    /// let (back, _) = Bgp::parse(&bytes)?;
    /// let attributes = back.as_update().expect("it is one").path_attributes.items()?;
    /// let BgpPathAttribute::MpUnreachNlri(gone) = &attributes[0] else { panic!("it is one") };
    /// let MpNlri::FlowSpecIpv4(specs) = &gone.withdrawn_routes else { panic!("of this family") };
    /// let rules = specs.items()?[0].rules.items()?;
    /// assert_eq!(rules.len(), 3);
    /// assert_eq!(rules[2].to_string(), "FlowSpecDestPort(operator=145,type=5,value=443)");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    FlowSpecIpv4Nlri "FlowSpecIPv4NLRI", FlowSpecIpv4Rule;
    /// A flow specification of IPv6.
    ///
    /// Ryu: `bgp.FlowSpecIPv6NLRI`. Spec: RFC 8956 section 3. See the example of
    /// [`FlowSpecIpv4Nlri`].
    FlowSpecIpv6Nlri "FlowSpecIPv6NLRI", FlowSpecIpv6Rule;
    /// A flow specification of IPv4 in a VPN: a route distinguisher before the rules.
    ///
    /// Ryu: `bgp.FlowSpecVPNv4NLRI`. Spec: RFC 8955 section 8. See the example of
    /// [`FlowSpecIpv4Nlri`].
    FlowSpecVpnv4Nlri "FlowSpecVPNv4NLRI", FlowSpecIpv4Rule, route_dist behind 8;
    /// A flow specification of IPv6 in a VPN: a route distinguisher before the rules.
    ///
    /// Ryu: `bgp.FlowSpecVPNv6NLRI`. Spec: RFC 8956 section 3. See the example of
    /// [`FlowSpecIpv4Nlri`].
    FlowSpecVpnv6Nlri "FlowSpecVPNv6NLRI", FlowSpecIpv6Rule, route_dist behind 8;
    /// A flow specification of a layer 2 VPN: a route distinguisher before the rules.
    ///
    /// Ryu: `bgp.FlowSpecL2VPNNLRI`. Spec: draft-ietf-idr-flowspec-l2vpn-05. See the example of
    /// [`FlowSpecIpv4Nlri`].
    FlowSpecL2VpnNlri "FlowSpecL2VPNNLRI", FlowSpecL2VpnRule, route_dist behind 8;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes<'a>(spec: &impl Member<'a>) -> Vec<u8> {
        let mut out = Vec::new();
        spec.encode(&mut Encoder::new("bgp", &mut out)).expect("it fits");
        out
    }

    fn read(bytes: &[u8]) -> Result<FlowSpecIpv4Nlri<'_>, DecodeError> {
        let mut d = Decoder::new("bgp", bytes, 0, None);
        let spec = Member::decode(&mut d)?;
        d.finish().map(|()| spec)
    }

    #[test]
    fn components_are_made_of_rules() {
        let port = |operator, value| FlowSpecIpv4Rule::from(FlowSpecPort { operator, value });
        let end = FlowSpecPort::END_OF_LIST;
        // Two of one type are one component, unless the first says that it ends.
        let one = FlowSpecIpv4Nlri::new(vec![port(1, 1), port(1, 2)]);
        assert_eq!(bytes(&one), [5, 4, 1, 1, 0x81, 2]);
        let two = FlowSpecIpv4Nlri::new(vec![port(1 | end, 1), port(1, 2)]);
        assert_eq!(bytes(&two), [6, 4, 0x81, 1, 4, 0x81, 2]);
        // The size is the operator's if the value fits, else what it needs.
        let sizes = [(0x11, 1), (1, 0x100), (1, 0x1_0000), (1, 1 << 32), (0x21, 0x100)];
        let spec = FlowSpecIpv4Nlri::new(sizes.map(|(op, value)| port(op | end, value)).to_vec());
        let made = bytes(&spec);
        assert_eq!(made[1..6], [4, 0x91, 0, 1, 4]);
        assert_eq!(usize::from(made[0]), 5 * 2 + 2 + 2 + 4 + 8 + 4);
        let back: Vec<_> = read(&made).and_then(|spec| spec.rules.items()).expect("it can be read");
        let values: Vec<_> = back.iter().map(|rule| rule.to_string()).collect();
        assert_eq!(values[3], "FlowSpecPort(operator=177,type=4,value=4294967296)");
    }

    #[test]
    fn a_component_has_an_end() {
        let spec = read(&[3, 4, 0x01, 80]).expect("the rules are read later");
        let rules: Vec<_> = spec.rules.iter().collect();
        assert_eq!(rules.len(), 2);
        assert!(rules[0].is_ok() && rules[1].is_err());
    }

    #[test]
    fn lengths_take_one_byte_or_two() {
        assert_eq!(read(&[0]).map(|spec| spec.length.bytes), Ok(Some(0)));
        let wide = read(&[0xf0, 3, 4, 0x81, 80]).expect("one byte would do");
        assert_eq!(wide.length, FlowSpecLength { bytes: Some(3), is_wide: true });
        assert_eq!(bytes(&wide), [0xf0, 3, 4, 0x81, 80]);
        for (cut, needed, available) in
            [(&[0xf0u8][..], 2, 1), (&[0xf0, 2, 0], 4, 3), (&[2, 0], 3, 2)]
        {
            let err = read(cut).unwrap_err();
            assert_eq!((err.needed, err.available), (needed, available), "{cut:?}");
        }
        let long = vec![FlowSpecPort { operator: 0x31, value: 0 }.into(); 500];
        let err = FlowSpecIpv4Nlri::new(long).encode(&mut Encoder::new("bgp", &mut Vec::new()));
        assert_eq!(err.map_err(|err| (err.value, err.max)), Err((4501, 0xfff)));
        let vpn =
            FlowSpecVpnv4Nlri::decode(&mut Decoder::new("bgp", &[7; 8], 40, None)).unwrap_err();
        assert_eq!((vpn.offset, vpn.needed, vpn.available), (40, 8, 7));
    }

    #[test]
    fn bits_behind_an_offset() {
        // RFC 8956 section 3.8.2, and what BIRD makes of ::1:1234:5678:9800:0/60-104.
        for (wire, addr) in [
            (&[2, 104, 64, 0x12, 0x34, 0x56, 0x78, 0x9a][..], "::1234:5678:9a00:0"),
            (&[2, 104, 65, 0x24, 0x68, 0xac, 0xf1, 0x34], "::1234:5678:9a00:0"),
            (&[2, 104, 60, 0x11, 0x23, 0x45, 0x67, 0x89, 0x80], "::1:1234:5678:9800:0"),
            (&[2, 0, 0], "::"),
            (&[2, 128, 127, 0x80], "::1"),
        ] {
            let mut d = Decoder::new("bgp", wire, 0, None);
            let rule = FlowSpecIpv6Rule::decode(&mut d).expect("it can be read");
            let FlowSpecIpv6Rule::SrcPrefix(prefix) = rule else { panic!("{rule}") };
            assert_eq!(prefix.addr.to_string(), addr);
            assert_eq!(bytes(&rule), wire);
        }
        // No bits, no such bits, a bit that no address has.
        for bad in [&[2u8, 64, 64][..], &[2, 64, 65, 0], &[2, 129, 0], &[2, 128, 127, 0x40]] {
            let rule = FlowSpecIpv6Rule::decode(&mut Decoder::new("bgp", bad, 0, None));
            assert!(rule.is_err(), "{bad:?}");
        }
    }
}
