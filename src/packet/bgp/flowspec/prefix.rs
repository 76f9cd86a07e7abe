//! Components of flow specifications that hold an address: prefixes and MAC addresses.

use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::Value;

use super::super::rd_text::text_of;
use crate::packet::EmitError;
use crate::packet::codec::{Chosen, Decoder, Encoder, Form, Member, fields, noun};
use crate::wire::{DecodeError, JsonError, MacAddr, base64};

macro_rules! prefixes {
    ($($(#[$meta:meta])* $noun:ident $class:literal = $type:literal;)*) => { $(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $noun {
            /// Bits of the prefix, 0 to 32.
            pub length: u8,
            /// The address; on the wire as many bytes of it as the prefix needs.
            pub addr: Ipv4Addr,
        }

        impl $noun {
            /// Type of the component.
            pub const TYPE: u8 = $type;
        }

        impl Default for $noun {
            fn default() -> Self {
                $noun { length: 0, addr: Ipv4Addr::UNSPECIFIED }
            }
        }

        fields!($noun, |this, v| {
            v.remark("type", $type);
            let $noun { length, addr } = this;
            v.field("length", length)?;
            v.chosen("addr", *length, addr)
        });
        noun!($noun, $class);
    )* };
}

prefixes! {
    /// Where a packet goes, IPv4.
    ///
    /// Ryu: `bgp.FlowSpecDestPrefix`. Spec: RFC 8955 section 4.2.2.1. See the example of
    /// [`FlowSpecIpv4Nlri`](super::FlowSpecIpv4Nlri).
    FlowSpecDestPrefix "FlowSpecDestPrefix" = 1;
    /// Where a packet comes from, IPv4.
    ///
    /// Ryu: `bgp.FlowSpecSrcPrefix`. Spec: RFC 8955 section 4.2.2.2. See the example of
    /// [`FlowSpecIpv4Nlri`](super::FlowSpecIpv4Nlri).
    FlowSpecSrcPrefix "FlowSpecSrcPrefix" = 2;
}

/// The bits of an IPv6 address from `offset` to `length`, on the wire from the first bit of a byte on.
#[derive(Clone, Copy)]
struct Pattern {
    length: u8,
    offset: u8,
}

impl Pattern {
    /// Bytes on the wire; `None` if there is no such pattern.
    fn size(self) -> Option<usize> {
        let bits = self.length.checked_sub(self.offset)?;
        (self.length <= 128 && (bits > 0 || self.length == 0))
            .then_some(usize::from(bits).div_ceil(8))
    }
}

/// (Ryu writes the bits before `offset`, too, as an early draft said.)
impl Chosen<'_, Pattern> for Ipv6Addr {
    fn decode(by: Pattern, d: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let Some(size) = by.size() else {
            return Err(d.bad_value(2, by.length.into(), "length"));
        };
        let mut octets = [0; 16];
        octets[..size].copy_from_slice(d.take(size)?);
        let bits = u128::from_be_bytes(octets);
        let placed = bits.checked_shr(by.offset.into()).unwrap_or(0);
        // What stands behind the last bit of an address cannot be kept.
        if placed.checked_shl(by.offset.into()).unwrap_or(0) != bits {
            return Err(d.bad_value(1, octets[size.saturating_sub(1)].into(), "addr"));
        }
        Ok(placed.into())
    }
    fn encode(&self, by: Pattern, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        let Some(size) = by.size() else {
            return Err(e.too_large("offset", by.offset.into(), by.length.into()));
        };
        let bits = u128::from(*self).checked_shl(by.offset.into()).unwrap_or(0);
        e.bytes(&bits.to_be_bytes()[..size]);
        Ok(())
    }
    fn to_json(&self) -> Value {
        Member::to_json(self)
    }
    fn from_json(_: Pattern, value: &Value) -> Result<Self, JsonError> {
        Member::from_json(value)
    }
    fn show(&self, out: &mut String) {
        Member::show(self, out);
    }
}

macro_rules! patterns {
    ($($(#[$meta:meta])* $noun:ident $class:literal = $type:literal;)*) => { $(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $noun {
            /// Where the pattern ends, in bits, 0 to 128.
            pub length: u8,
            /// Where it begins; less than `length`, or both are 0.
            pub offset: u8,
            /// The address; on the wire the bytes from `offset` to `length`.
            pub addr: Ipv6Addr,
        }

        impl $noun {
            /// Type of the component.
            pub const TYPE: u8 = $type;
        }

        impl Default for $noun {
            fn default() -> Self {
                $noun { length: 0, offset: 0, addr: Ipv6Addr::UNSPECIFIED }
            }
        }

        fields!($noun, |this, v| {
            v.remark("type", $type);
            let $noun { length, offset, addr } = this;
            v.field("length", length)?;
            v.field("offset", offset)?;
            v.chosen("addr", Pattern { length: *length, offset: *offset }, addr)
        });
        noun!($noun, $class);
    )* };
}

patterns! {
    /// Where a packet goes, IPv6.
    ///
    /// Ryu: `bgp.FlowSpecIPv6DestPrefix`. Spec: RFC 8956 section 3.1. See the example of
    /// [`FlowSpecIpv4Nlri`](super::FlowSpecIpv4Nlri).
    FlowSpecIpv6DestPrefix "FlowSpecIPv6DestPrefix" = 1;
    /// Where a packet comes from, IPv6.
    ///
    /// Ryu: `bgp.FlowSpecIPv6SrcPrefix`. Spec: RFC 8956 section 3.2. See the example of
    /// [`FlowSpecIpv4Nlri`](super::FlowSpecIpv4Nlri).
    FlowSpecIpv6SrcPrefix "FlowSpecIPv6SrcPrefix" = 2;
}

/// A MAC address that JSON has as base64 of its text, as Ryu does it here.
enum MacBase64 {}

impl Form<'_, MacAddr> for MacBase64 {
    fn decode(d: &mut Decoder<'_>) -> Result<MacAddr, DecodeError> {
        Member::decode(d)
    }
    fn encode(value: &MacAddr, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        value.encode(e)
    }
    fn to_json(value: &MacAddr) -> Value {
        base64::encode(value.to_string().as_bytes()).into()
    }
    fn from_json(value: &Value) -> Result<MacAddr, JsonError> {
        let addr = value.as_str().and_then(text_of).and_then(|text| text.parse().ok());
        addr.ok_or_else(|| JsonError::expected("an Ethernet address", value))
    }
    fn show(value: &MacAddr, out: &mut String) {
        value.show(out);
    }
}

macro_rules! macs {
    ($($(#[$meta:meta])* $noun:ident $class:literal = $type:literal;)*) => { $(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $noun {
            /// 6, bytes of the address. Whatever it says, 6 bytes follow, as in Ryu.
            pub length: u8,
            /// The address.
            pub addr: MacAddr,
        }

        impl $noun {
            /// Type of the component.
            pub const TYPE: u8 = $type;
        }

        impl Default for $noun {
            fn default() -> Self {
                $noun { length: 6, addr: MacAddr::ZERO }
            }
        }

        fields!($noun, |this, v| {
            v.remark("type", $type);
            let $noun { length, addr } = this;
            v.field("length", length)?;
            v.with::<MacBase64, _>("addr", addr)
        });
        noun!($noun, $class);
    )* };
}

macs! {
    /// From which station a frame comes.
    ///
    /// Ryu: `bgp.FlowSpecSourceMac`. Spec: draft-ietf-idr-flowspec-l2vpn-05 section 3. See the
    /// example of [`FlowSpecIpv4Nlri`](super::FlowSpecIpv4Nlri).
    FlowSpecSourceMac "FlowSpecSourceMac" = 15;
    /// To which station a frame goes.
    ///
    /// Ryu: `bgp.FlowSpecDestinationMac`. Spec: draft-ietf-idr-flowspec-l2vpn-05 section 3. See the
    /// example of [`FlowSpecIpv4Nlri`](super::FlowSpecIpv4Nlri).
    FlowSpecDestinationMac "FlowSpecDestinationMac" = 16;
}
