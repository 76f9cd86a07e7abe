//! Routes of BGP, by family: what `MP_REACH_NLRI` and `MP_UNREACH_NLRI` carry, and the plain IPv4
//! ones of an update.
//!
//! [`MpNlri`] is the one place where a family chooses a layout. A family more is:
//!
//! 1. its item, a noun (`header!`, `tlv!`, `fields!`), with [`Frame`] where items are of various
//!    sizes: how many bytes the next one takes, looked at only;
//! 2. a row in [`mp_nlri!`] at the end of this file: `(afi, safi) => Variant(Item);`.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::Value;

use crate::packet::codec::{Chosen, Decoder, Encoder, Form, Member, fields, noun};
use crate::packet::{EmitError, List};
use crate::wire::{DecodeError, JsonError};

use super::{
    EvpnNlri, FlowSpecIpv4Nlri, FlowSpecIpv6Nlri, FlowSpecL2VpnNlri, FlowSpecVpnv4Nlri,
    FlowSpecVpnv6Nlri, Ip6AddrPrefix, LabelledIp6AddrPrefix, LabelledIpAddrPrefix,
    LabelledVpnIp6AddrPrefix, LabelledVpnIpAddrPrefix, RouteFamily, RouteTargetMembershipNlri,
};

/// An item whose size its first bytes say.
pub(crate) trait Frame {
    /// Bytes of the item that `d` stands at; at least one, and not more than there are.
    ///
    /// # Errors
    /// If there are fewer: at the item, with the field that says so.
    fn frame(d: &Decoder<'_>) -> Result<usize, DecodeError>;
}

/// A list of items of which each fits: the error for one that does not comes when the header is
/// read. What is inside of an item is still read when it is asked for.
pub(crate) enum Framed {}

impl<'a, T: Member<'a> + Clone + Frame> Form<'a, List<'a, T>> for Framed {
    #[inline]
    fn decode(d: &mut Decoder<'a>) -> Result<List<'a, T>, DecodeError> {
        let mut walk = d.clone();
        while walk.remaining() > 0 {
            let size = T::frame(&walk)?;
            walk.take(size)?;
        }
        Member::decode(d)
    }
    #[inline]
    fn encode(value: &List<'a, T>, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        value.encode(e)
    }
    fn to_json(value: &List<'a, T>) -> Value {
        value.to_json()
    }
    fn from_json(value: &Value) -> Result<List<'a, T>, JsonError> {
        Member::from_json(value)
    }
    fn show(value: &List<'a, T>, out: &mut String) {
        value.show(out);
    }
}

/// The address of a prefix: as many whole bytes as its length in bits needs, `by`. Bits behind the
/// length are kept.
macro_rules! prefix_addresses {
    ($($addr:ident $bits:literal;)*) => { $(
        impl<'a> Chosen<'a, u8> for $addr {
            fn decode(by: u8, d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
                if by > $bits {
                    return Err(d.bad_value(1, by.into(), "length"));
                }
                let mut octets = [0; $bits / 8];
                let used = usize::from(by).div_ceil(8);
                octets[..used].copy_from_slice(d.take(used)?);
                Ok(octets.into())
            }
            fn encode(&self, by: u8, e: &mut Encoder<'_>) -> Result<(), EmitError> {
                if by > $bits {
                    return Err(e.too_large("length", by.into(), $bits));
                }
                e.bytes(&self.octets()[..usize::from(by).div_ceil(8)]);
                Ok(())
            }
            fn to_json(&self) -> Value {
                Member::to_json(self)
            }
            fn from_json(_: u8, value: &Value) -> Result<Self, JsonError> {
                Member::from_json(value)
            }
            fn show(&self, out: &mut String) {
                Member::show(self, out);
            }
        }
    )* };
}

prefix_addresses! {
    Ipv4Addr 32;
    Ipv6Addr 128;
}

/// Prefixes of IPv4, which Ryu has three classes of.
macro_rules! ip_prefixes {
    ($($(#[$meta:meta])* $noun:ident $class:literal;)*) => { $(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $noun {
            /// Bits of the prefix, 0 to 32.
            pub length: u8,
            /// The address; on the wire as many bytes of it as the prefix needs.
            pub addr: Ipv4Addr,
        }

        impl $noun {
            /// The first `length` bits of `addr`.
            pub fn new(addr: Ipv4Addr, length: u8) -> Self {
                $noun { length, addr }
            }
        }

        impl Default for $noun {
            fn default() -> Self {
                $noun { length: 0, addr: Ipv4Addr::UNSPECIFIED }
            }
        }

        fields!($noun, |this, v| {
            let $noun { length, addr } = this;
            v.field("length", length)?;
            v.chosen("addr", *length, addr)
        });
        noun!($noun, $class);

        impl Frame for $noun {
            fn frame(d: &Decoder<'_>) -> Result<usize, DecodeError> {
                let length = d.peek::<1>().map_or(0, |[length]| length);
                if length > 32 {
                    return Err(d.bad_value(0, length.into(), "length"));
                }
                let size = 1 + usize::from(length).div_ceil(8);
                if size > d.remaining() { Err(d.short(size, "length")) } else { Ok(size) }
            }
        }
    )* };
}

ip_prefixes! {
    /// A prefix of IPv4 in `MP_REACH_NLRI` and `MP_UNREACH_NLRI`.
    ///
    /// Ryu: `bgp.IPAddrPrefix`. Spec: RFC 4760 section 5. See the example of [`BgpUpdate`](super::BgpUpdate).
    IpAddrPrefix "IPAddrPrefix";
    /// A route that an update announces.
    ///
    /// Ryu: `bgp.BGPNLRI`. Spec: RFC 4271 section 4.3. See the example of [`BgpUpdate`](super::BgpUpdate).
    BgpNlri "BGPNLRI";
    /// A route that an update withdraws.
    ///
    /// Ryu: `bgp.BGPWithdrawnRoute`. Spec: RFC 4271 section 4.3. See the example of
    /// [`BgpUpdate`](super::BgpUpdate).
    BgpWithdrawnRoute "BGPWithdrawnRoute";
}

/// Declares [`MpNlri`]: which family has which items.
macro_rules! mp_nlri {
    ($( $(#[$meta:meta])* ($afi:pat, $safi:pat) => $variant:ident($item:ty); )*) => {
        /// Routes of one family, as `MP_REACH_NLRI` and `MP_UNREACH_NLRI` carry them: the list that
        /// goes with `afi` and `safi`, which are fields beside it.
        ///
        /// Spec: RFC 4760 section 5. See the example of [`BgpUpdate`](super::BgpUpdate).
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum MpNlri<'a> {
            $( $(#[$meta])* $variant(List<'a, $item>), )*
            /// Of a family that has no type here.
            Unknown(Cow<'a, [u8]>),
        }

        $( impl<'a> From<Vec<$item>> for MpNlri<'a> {
            fn from(items: Vec<$item>) -> Self {
                MpNlri::$variant(items.into())
            }
        } )*

        impl<'a> Chosen<'a, RouteFamily> for MpNlri<'a> {
            fn decode(by: RouteFamily, d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
                match (by.afi, by.safi) {
                    $( ($afi, $safi) => Member::decode(d).map(MpNlri::$variant), )*
                    _ => Member::decode(d).map(MpNlri::Unknown),
                }
            }
            fn encode(&self, _: RouteFamily, e: &mut Encoder<'_>) -> Result<(), EmitError> {
                match self {
                    $( MpNlri::$variant(list) => list.encode(e), )*
                    MpNlri::Unknown(bytes) => bytes.encode(e),
                }
            }
            fn to_json(&self) -> Value {
                match self {
                    $( MpNlri::$variant(list) => list.to_json(), )*
                    MpNlri::Unknown(bytes) => bytes.to_json(),
                }
            }
            fn from_json(by: RouteFamily, value: &Value) -> Result<Self, JsonError> {
                match (by.afi, by.safi) {
                    $( ($afi, $safi) => Member::from_json(value).map(MpNlri::$variant), )*
                    _ => Member::from_json(value).map(MpNlri::Unknown),
                }
            }
            fn show(&self, out: &mut String) {
                match self {
                    $( MpNlri::$variant(list) => list.show(out), )*
                    MpNlri::Unknown(bytes) => bytes.show(out),
                }
            }
        }
    };
}

impl Default for MpNlri<'_> {
    fn default() -> Self {
        MpNlri::Unknown(Cow::Borrowed(&[]))
    }
}

mp_nlri! {
    /// IPv4.
    (1, 1 | 2) => Ipv4(IpAddrPrefix);
    /// IPv6.
    (2, 1 | 2) => Ipv6(Ip6AddrPrefix);
    /// IPv4 with labels.
    (1, 4) => LabelledIpv4(LabelledIpAddrPrefix<'a>);
    /// IPv6 with labels.
    (2, 4) => LabelledIpv6(LabelledIp6AddrPrefix<'a>);
    /// IPv4 in VPNs.
    (1, 128) => VpnIpv4(LabelledVpnIpAddrPrefix<'a>);
    /// IPv6 in VPNs.
    (2, 128) => VpnIpv6(LabelledVpnIp6AddrPrefix<'a>);
    /// Route targets that are wanted.
    (1, 132) => RouteTargets(RouteTargetMembershipNlri);
    /// Ethernet in VPNs.
    (25, 70) => Evpn(EvpnNlri<'a>);
    /// Flow specifications of IPv4.
    (1, 133) => FlowSpecIpv4(FlowSpecIpv4Nlri<'a>);
    /// Flow specifications of IPv6.
    (2, 133) => FlowSpecIpv6(FlowSpecIpv6Nlri<'a>);
    /// Flow specifications of IPv4 in VPNs.
    (1, 134) => FlowSpecVpnv4(FlowSpecVpnv4Nlri<'a>);
    /// Flow specifications of IPv6 in VPNs.
    (2, 134) => FlowSpecVpnv6(FlowSpecVpnv6Nlri<'a>);
    /// Flow specifications of layer 2 VPNs.
    (25, 134) => FlowSpecL2Vpn(FlowSpecL2VpnNlri<'a>);
}
