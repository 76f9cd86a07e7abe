//! Optional parameters of an open message, and the capabilities among them (RFC 5492).

use std::borrow::Cow;

use serde_json::Value;

use super::dialect::EXTENDED;
use super::nlri::Frame;
use crate::packet::codec::{Decoder, Encoder, Form, Len, Member, fields, noun, show_bytes, union};
use crate::packet::{EmitError, List};
use crate::wire::{DecodeError, JsonError, base64};

union! {
    /// An optional parameter of a [`BgpOpen`](super::BgpOpen).
    ///
    /// Ryu: `bgp._OptParam`. Spec: RFC 4271 section 4.2. See the example of
    /// [`BgpOpen`](super::BgpOpen).
    pub enum BgpOptParam<'a> by
        |d| d.peek::<1>().map(|[kind]| kind),
        else Unknown(BgpOptParamUnknown<'a>);
    /// Capabilities.
    2 => Capability(BgpOptParamCapability<'a>);
}

impl<'a> BgpOptParam<'a> {
    /// The parameter that has one capability.
    pub fn capability(capability: impl Into<BgpCapability<'a>>) -> Self {
        let capabilities = vec![capability.into()].into();
        BgpOptParam::from(BgpOptParamCapability {
            capabilities,
            ..BgpOptParamCapability::default()
        })
    }
}

impl Frame for BgpOptParam<'_> {
    fn frame(d: &Decoder<'_>) -> Result<usize, DecodeError> {
        let size = if d.said() & EXTENDED == 0 {
            let Some([_, length]) = d.peek::<2>() else { return Err(d.missing(2)) };
            2 + usize::from(length)
        } else {
            let Some([_, high, low]) = d.peek::<3>() else { return Err(d.missing(3)) };
            3 + usize::from(u16::from_be_bytes([high, low]))
        };
        if size > d.remaining() { Err(d.short(size, "length")) } else { Ok(size) }
    }
}

/// Declares a parameter. Its length has 8 bits, or 16 in an extended list (RFC 9072 section 2).
macro_rules! parameter {
    (
        $(#[$meta:meta])*
        pub struct $noun:ident<$lt:lifetime> $class:literal = $type:literal {
            $(#[$fmeta:meta])*
            $field:ident: $ty:ty,
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $noun<$lt> {
            /// Its number.
            pub type_: u8,
            /// Bytes of the value; `None`: filled in.
            pub length: Option<u16>,
            $(#[$fmeta])*
            pub $field: $ty,
        }
        impl Default for $noun<'_> {
            fn default() -> Self {
                $noun { type_: $type, length: None, $field: Default::default() }
            }
        }
        fields!($noun<$lt>, |this, v| {
            let $noun { type_, length, $field } = this;
            v.field("type", type_)?;
            let is_short = v.is_bytes() && v.said() & EXTENDED == 0;
            v.sized("length", if is_short { 8 } else { 16 }, Len::BODY, length, |v| {
                v.field(stringify!($field), $field)
            })
        });
        noun!($noun<$lt>, $class);
    };
}

parameter! {
    /// Capabilities: most speakers put each into a parameter of its own.
    ///
    /// Ryu: `bgp._OptParamCapability`. Spec: RFC 5492 section 4. See the example of
    /// [`BgpOpen`](super::BgpOpen).
    pub struct BgpOptParamCapability<'a> "BGPOptParamCapability" = 2 {
        /// The capabilities.
        capabilities: List<'a, BgpCapability<'a>>,
    }
}

parameter! {
    /// A parameter that has no type here.
    ///
    /// Ryu: `bgp.BGPOptParamUnknown`. Spec: RFC 4271 section 4.2. See the example of
    /// [`BgpOpen`](super::BgpOpen).
    pub struct BgpOptParamUnknown<'a> "BGPOptParamUnknown" = 255 {
        /// What it says.
        value: Cow<'a, [u8]>,
    }
}

union! {
    /// What a speaker can do.
    ///
    /// Ryu: `bgp._OptParamCapability`. Spec: RFC 5492 section 4. See the example of
    /// [`BgpOpen`](super::BgpOpen).
    pub enum BgpCapability<'a> by
        |d| d.peek::<1>().map(|[code]| code),
        else Unknown(BgpCapabilityUnknown<'a>);
    /// Routes of another family.
    1 => Multiprotocol(BgpCapabilityMultiprotocol);
    /// Routes can be asked for again.
    2 => RouteRefresh(BgpCapabilityRouteRefresh);
    /// Labels go with routes.
    4 => CarryingLabelInfo(BgpCapabilityCarryingLabelInfo);
    /// Packets are forwarded while BGP starts anew.
    64 => GracefulRestart(BgpCapabilityGracefulRestart<'a>);
    /// AS numbers of four octets.
    65 => FourOctetAsNumber(BgpCapabilityFourOctetAsNumber);
    /// Begin and end are marked when routes are sent again.
    70 => EnhancedRouteRefresh(BgpCapabilityEnhancedRouteRefresh);
    /// The same as `RouteRefresh`, before there was a standard.
    128 => CiscoRouteRefresh(BgpCapabilityCiscoRouteRefresh);
}

/// Declares a capability. JSON has it as if it were a parameter of its own, as Ryu reads it.
macro_rules! capability {
    (
        $(#[$meta:meta])*
        pub struct $noun:ident $(<$lt:lifetime>)? $class:literal = $code:literal {
            $( $(#[$fmeta:meta])* $field:ident: $ty:ty $(as $bits:literal)? ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $noun $(<$lt>)? {
            #[doc = concat!(stringify!($code), ".")]
            pub cap_code: u8,
            /// Bytes of the value; `None`: filled in.
            pub cap_length: Option<u8>,
            $( $(#[$fmeta])* pub $field: $ty, )*
        }
        impl $(<$lt>)? Default for $noun $(<$lt>)? {
            fn default() -> Self {
                $noun { cap_code: $code, cap_length: None, $( $field: Default::default(), )* }
            }
        }
        fields!($noun $(<$lt>)?, |this, v| {
            let $noun { cap_code, cap_length, $($field),* } = this;
            v.remark("type", 2);
            v.remark("length", cap_length.map_or(0, |length| u64::from(length) + 2));
            v.field("cap_code", cap_code)?;
            v.sized("cap_length", 8, Len::BODY, cap_length, |v| {
                $(
                    $crate::packet::codec::header!(
                        @field v, stringify!($field), $field, [$($bits)?] []
                    );
                )*
                Ok(())
            })
        });
        noun!($noun $(<$lt>)?, $class);
    };
}

capability! {
    /// Routes of another family.
    ///
    /// Ryu: `bgp.BGPOptParamCapabilityMultiprotocol`. Spec: RFC 4760 section 8. See the example of
    /// [`BgpOpen`](super::BgpOpen).
    #[derive(Copy)]
    pub struct BgpCapabilityMultiprotocol "BGPOptParamCapabilityMultiprotocol" = 1 {
        /// Address family.
        afi: u16,
        /// Not used.
        reserved: u8,
        /// What the routes are for.
        safi: u8,
    }
}

capability! {
    /// Routes can be asked for again.
    ///
    /// Ryu: `bgp.BGPOptParamCapabilityRouteRefresh`. Spec: RFC 2918 section 2. See the example of
    /// [`BgpOpen`](super::BgpOpen).
    #[derive(Copy)]
    pub struct BgpCapabilityRouteRefresh "BGPOptParamCapabilityRouteRefresh" = 2 {}
}

capability! {
    /// Labels go with routes.
    ///
    /// Ryu: `bgp.BGPOptParamCapabilityCarryingLabelInfo`. Spec: RFC 3107 section 5 (historic). See
    /// the example of [`BgpOpen`](super::BgpOpen).
    #[derive(Copy)]
    pub struct BgpCapabilityCarryingLabelInfo "BGPOptParamCapabilityCarryingLabelInfo" = 4 {}
}

capability! {
    /// Packets are forwarded while BGP starts anew.
    ///
    /// Ryu: `bgp.BGPOptParamCapabilityGracefulRestart`. Spec: RFC 4724 section 3. See the example
    /// of [`BgpOpen`](super::BgpOpen).
    pub struct BgpCapabilityGracefulRestart<'a> "BGPOptParamCapabilityGracefulRestart" = 64 {
        /// 8: BGP has just started anew.
        flags: u8 as 4,
        /// Seconds that it takes at most, 0 to 4,095.
        time: u16 as 12,
        /// Of which families.
        tuples: List<'a, BgpRestartFamily>,
    }
}

capability! {
    /// AS numbers of four octets.
    ///
    /// Ryu: `bgp.BGPOptParamCapabilityFourOctetAsNumber`. Spec: RFC 6793 section 3. See the
    /// example of [`BgpOpen`](super::BgpOpen).
    #[derive(Copy)]
    pub struct BgpCapabilityFourOctetAsNumber "BGPOptParamCapabilityFourOctetAsNumber" = 65 {
        /// The speaker's.
        as_number: u32,
    }
}

capability! {
    /// Begin and end are marked when routes are sent again.
    ///
    /// Ryu: `bgp.BGPOptParamCapabilityEnhancedRouteRefresh`. Spec: RFC 7313 section 3.1. See the
    /// example of [`BgpOpen`](super::BgpOpen).
    #[derive(Copy)]
    pub struct BgpCapabilityEnhancedRouteRefresh "BGPOptParamCapabilityEnhancedRouteRefresh" = 70 {}
}

capability! {
    /// Routes can be asked for again, before there was a standard.
    ///
    /// Ryu: `bgp.BGPOptParamCapabilityCiscoRouteRefresh`. Spec: IANA's "Capability Codes", 128. See
    /// the example of [`BgpOpen`](super::BgpOpen).
    #[derive(Copy)]
    pub struct BgpCapabilityCiscoRouteRefresh "BGPOptParamCapabilityCiscoRouteRefresh" = 128 {}
}

capability! {
    /// A capability that has no type here.
    ///
    /// Ryu: `bgp.BGPOptParamCapabilityUnknown`. Spec: RFC 5492 section 4. See the example of
    /// [`BgpOpen`](super::BgpOpen).
    pub struct BgpCapabilityUnknown<'a> "BGPOptParamCapabilityUnknown" = 255 {
        /// What it says.
        cap_value: Cow<'a, [u8]>,
    }
}

/// A family whose packets are forwarded while BGP starts anew. In JSON three numbers.
///
/// Spec: RFC 4724 section 3. See the example of [`BgpOpen`](super::BgpOpen).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BgpRestartFamily {
    /// Address family.
    pub afi: u16,
    /// What the routes are for.
    pub safi: u8,
    /// 0x80: forwarding went on.
    pub flags: u8,
}

impl Member<'_> for BgpRestartFamily {
    fn decode(d: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let [high, low, safi, flags] = d.array()?;
        Ok(BgpRestartFamily { afi: u16::from_be_bytes([high, low]), safi, flags })
    }
    fn encode(&self, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        let [high, low] = self.afi.to_be_bytes();
        e.bytes(&[high, low, self.safi, self.flags]);
        Ok(())
    }
    fn to_json(&self) -> Value {
        vec![self.afi, self.safi.into(), self.flags.into()].into()
    }
    fn from_json(value: &Value) -> Result<Self, JsonError> {
        match value.as_array().map(Vec::as_slice) {
            Some([afi, safi, flags]) => Ok(BgpRestartFamily {
                afi: Member::from_json(afi)?,
                safi: Member::from_json(safi)?,
                flags: Member::from_json(flags)?,
            }),
            _ => Err(JsonError::expected("three numbers", value)),
        }
    }
    fn show(&self, out: &mut String) {
        out.push_str(&format!("({}, {}, {})", self.afi, self.safi, self.flags));
    }
}

/// The parameters of an open message: Ryu's JSON has a capability as if it were a parameter of its
/// own. Base64 of all, if one cannot be read.
pub(crate) enum Flat {}

impl<'a> Form<'a, List<'a, BgpOptParam<'a>>> for Flat {
    fn decode(d: &mut Decoder<'a>) -> Result<List<'a, BgpOptParam<'a>>, DecodeError> {
        <super::nlri::Framed as Form<'a, List<'a, BgpOptParam<'a>>>>::decode(d)
    }
    fn encode(value: &List<'a, BgpOptParam<'a>>, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        value.encode(e)
    }
    fn to_json(value: &List<'a, BgpOptParam<'a>>) -> Value {
        let mut all = Vec::new();
        let done = each(value, |param| {
            all.push(match param {
                Ok(capability) => capability.to_json(),
                Err(param) => param.to_json(),
            });
        });
        match done {
            Ok(()) => all.into(),
            Err(_) => base64::encode(value.as_bytes().unwrap_or_default()).into(),
        }
    }
    fn from_json(value: &Value) -> Result<List<'a, BgpOptParam<'a>>, JsonError> {
        let Some(params) = value.as_array() else {
            return Member::from_json(value);
        };
        let is_capability = |param: &Value| {
            let class = param.as_object().and_then(|param| param.keys().next());
            class.is_some_and(|class| class.starts_with("BGPOptParamCapability"))
        };
        params
            .iter()
            .enumerate()
            .map(|(i, param)| {
                let param = if is_capability(param) {
                    BgpCapability::from_json(param).map(BgpOptParam::capability)
                } else {
                    BgpOptParamUnknown::from_json(param).map(BgpOptParam::Unknown)
                };
                param.map_err(|err| err.within(format!("[{i}]")))
            })
            .collect()
    }
    fn show(value: &List<'a, BgpOptParam<'a>>, out: &mut String) {
        let from = out.len();
        out.push('[');
        let done = each(value, |param| {
            out.push_str(if out.len() > from + 1 { ", " } else { "" });
            match param {
                Ok(capability) => capability.show(out),
                Err(param) => param.show(out),
            }
        });
        out.push(']');
        if done.is_err() {
            out.truncate(from);
            show_bytes(value.as_bytes().unwrap_or_default(), out);
        }
    }
}

/// Each capability, and each parameter that has none.
fn each<'a>(
    params: &List<'a, BgpOptParam<'a>>,
    mut f: impl FnMut(Result<BgpCapability<'a>, BgpOptParamUnknown<'a>>),
) -> Result<(), DecodeError> {
    for param in params.iter() {
        match param? {
            BgpOptParam::Capability(param) => {
                for capability in param.capabilities.iter() {
                    f(Ok(capability?));
                }
            }
            BgpOptParam::Unknown(param) => f(Err(param)),
        }
    }
    Ok(())
}
