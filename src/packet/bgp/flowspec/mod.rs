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
    /// use ryu_sdn::packet::{FlowSpecDestPort, FlowSpecIpv4Nlri, FlowSpecIpv4Rule};
    ///
    /// let rules: Vec<FlowSpecIpv4Rule> = vec![
    ///     FlowSpecDestPort { operator: FlowSpecDestPort::EQ, value: 80 }.into(),
    ///     FlowSpecDestPort { operator: FlowSpecDestPort::EQ, value: 443 }.into(),
    /// ];
    /// let spec = FlowSpecIpv4Nlri::new(rules);
    /// assert_eq!(
    ///     spec.to_string(),
    ///     "FlowSpecIPv4NLRI(length=0,rules=[FlowSpecDestPort(operator=1,type=5,value=80), \
    ///      FlowSpecDestPort(operator=1,type=5,value=443)])",
    /// );
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
