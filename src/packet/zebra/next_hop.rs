//! Next hops.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde_json::Value;

use crate::packet::EmitError;
use crate::packet::codec::{
    Chosen, Decoder, Encoder, Fields, In, Noun, Out, noun_from_json, noun_to_json, noun_to_text,
    wrapper,
};
use crate::wire::{DecodeError, JsonError};

use super::dialect::{Dialect, Else, Family, IfAny, Layout, There, count, layout};

/// Declares the kinds: the number in Quagga's versions, the one in FRRouting's (0: there is none).
macro_rules! kinds {
    ($( $(#[$meta:meta])* $kind:ident $class:literal $quagga:literal $frr:literal; )*) => {
        /// What a [`ZebraNextHop`](super::ZebraNextHop) says.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub enum ZebraNextHopKind {
            $( $(#[$meta])* $kind, )*
        }

        impl ZebraNextHopKind {
            pub(super) fn of(number: u8, at: Dialect) -> Option<Self> {
                match (at.is_frr(), number) {
                    (_, 0) => None,
                    $( (false, $quagga) => Some(Self::$kind), (true, $frr) => Some(Self::$kind), )*
                    _ => None,
                }
            }

            pub(super) fn number(self, at: Dialect) -> u8 {
                match self {
                    $( Self::$kind => if at.is_frr() { $frr } else { $quagga }, )*
                }
            }

            pub(super) fn class(self) -> &'static str {
                match self { $( Self::$kind => $class, )* }
            }

            pub(super) fn of_class(class: &str) -> Option<Self> {
                match class {
                    $( $class => Some(Self::$kind), )*
                    _ => None,
                }
            }
        }
    };
}

#[allow(unreachable_patterns, reason = "0 stands for no number, more than once")]
mod kinds {
    use super::Dialect;

    kinds! {
        /// Out of an interface.
        #[default]
        IfIndex "NextHopIFIndex" 1 1;
        /// Out of an interface that was given by name; the bytes have its index. Quagga only.
        IfName "NextHopIFName" 2 0;
        /// To an IPv4 address.
        Ipv4 "NextHopIPv4" 3 2;
        /// To an IPv4 address, out of an interface.
        Ipv4IfIndex "NextHopIPv4IFIndex" 4 3;
        /// To an IPv4 address, out of an interface that was given by name. Quagga only.
        Ipv4IfName "NextHopIPv4IFName" 5 0;
        /// To an IPv6 address.
        Ipv6 "NextHopIPv6" 6 4;
        /// To an IPv6 address, out of an interface.
        Ipv6IfIndex "NextHopIPv6IFIndex" 7 5;
        /// To an IPv6 address, out of an interface that was given by name. Quagga only.
        Ipv6IfName "NextHopIPv6IFName" 8 0;
        /// Nowhere: dropped.
        Blackhole "NextHopBlackhole" 9 6;
    }
}
pub use kinds::ZebraNextHopKind;

impl ZebraNextHopKind {
    fn family(self) -> Option<Family> {
        match self {
            Self::IfIndex | Self::IfName | Self::Blackhole => None,
            Self::Ipv4 | Self::Ipv4IfIndex | Self::Ipv4IfName => Some(Family::V4),
            Self::Ipv6 | Self::Ipv6IfIndex | Self::Ipv6IfName => Some(Family::V6),
        }
    }
}

/// Where packets of a route go next.
///
/// ```text
///  0       8
/// +-------+------------------------------+---------------------------+
/// | type  |   addr, 0, 4 or 16 bytes     |  ifindex, 0 or 4 bytes    |
/// +-------+------------------------------+---------------------------+
/// ```
///
/// Behind a plain address there is no interface index with Quagga; with FRRouting there is in what
/// Zebra says (`ifindex: Some`) and none in what it is told (`None`).
///
/// Ryu: `zebra.NextHopIFIndex` and its neighbours. Spec: `zebra/zserv.c` and `zebra/zebra_rnh.c` of
/// Quagga and FRRouting. See the example of [`ZebraMessage`](super::ZebraMessage).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ZebraNextHop {
    /// What it says.
    pub kind: ZebraNextHopKind,
    /// Number of the kind on the wire; `None`: that of the message's version.
    pub type_: Option<u8>,
    /// Interface.
    pub ifindex: Option<u32>,
    /// Address; zeros if there should be one and is none.
    pub addr: Option<IpAddr>,
}

impl ZebraNextHop {
    /// Out of an interface.
    pub fn if_index(ifindex: u32) -> Self {
        ZebraNextHop { ifindex: Some(ifindex), ..Self::default() }
    }

    /// To an IPv4 address.
    pub fn ipv4(addr: Ipv4Addr) -> Self {
        ZebraNextHop { kind: ZebraNextHopKind::Ipv4, addr: Some(addr.into()), ..Self::default() }
    }

    /// To an IPv6 address.
    pub fn ipv6(addr: Ipv6Addr) -> Self {
        ZebraNextHop { kind: ZebraNextHopKind::Ipv6, addr: Some(addr.into()), ..Self::default() }
    }

    /// Nowhere.
    pub fn blackhole() -> Self {
        ZebraNextHop { kind: ZebraNextHopKind::Blackhole, ..Self::default() }
    }
}

layout!(ZebraNextHop, |this, at, v| {
    use ZebraNextHopKind as Kind;
    let ZebraNextHop { kind, type_, ifindex, addr } = this;
    v.chosen("type", Else(kind.number(at)), type_)?;
    v.chosen("addr", kind.family(), addr)?;
    match kind {
        Kind::Ipv4 => v.chosen("ifindex", IfAny(at.has_index(Family::V4)), ifindex)?,
        Kind::Ipv6 => v.chosen("ifindex", IfAny(at.has_index(Family::V6)), ifindex)?,
        Kind::Blackhole => v.chosen("ifindex", There(false), ifindex)?,
        _ => v.chosen("ifindex", There(true), ifindex)?,
    }
    v.remark_none("ifname");
    Ok(())
});

impl<'a> Fields<'a> for ZebraNextHop {
    fn fill<V: In<'a>>(&mut self, v: &mut V) -> Result<(), V::Error> {
        self.fill_at(Dialect::default(), v)
    }
    fn tell<V: Out>(&self, v: &mut V) -> Result<(), V::Error> {
        self.tell_at(Dialect::default(), v)
    }
}

impl Noun<'_> for ZebraNextHop {
    const CLASS: &'static str = "NextHop";
    fn class(&self) -> &'static str {
        self.kind.class()
    }
    fn blank(class: &str) -> Option<Self> {
        let kind = ZebraNextHopKind::of_class(class)?;
        Some(ZebraNextHop { kind, ..Self::default() })
    }
}

/// Next hops behind a byte that counts them, if `.1`; else none.
#[derive(Clone, Copy)]
pub(super) struct Hops(pub(super) Dialect, pub(super) bool);

impl<'a> Chosen<'a, Hops> for Vec<ZebraNextHop> {
    fn decode(by: Hops, d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        let Hops(at, there) = by;
        let mut hops = Vec::new();
        let count = if there { d.array::<1>()?[0] } else { 0 };
        for _ in 0..count {
            let number = d.peek::<1>().map_or(0, |[number]| number);
            let Some(kind) = ZebraNextHopKind::of(number, at) else {
                return Err(d.bad_value(0, number.into(), "type"));
            };
            let mut hop = ZebraNextHop { kind, ..ZebraNextHop::default() };
            hop.fill_at(at, d)?;
            hops.push(hop);
        }
        Ok(hops)
    }
    fn encode(&self, by: Hops, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        let Hops(at, there) = by;
        if !there {
            return Ok(());
        }
        e.array(&[count(self, e)?]);
        self.iter().try_for_each(|hop| hop.tell_at(at, e))
    }
    fn to_json(&self) -> Value {
        self.iter().map(noun_to_json).collect()
    }
    fn from_json(_: Hops, value: &Value) -> Result<Self, JsonError> {
        if value.is_null() {
            return Ok(Vec::new());
        }
        let items = value.as_array().ok_or_else(|| JsonError::expected("a list", value))?;
        let read = |item| {
            let (class, members) = wrapper(item)?;
            noun_from_json(class, members)
        };
        let each = items.iter().enumerate();
        each.map(|(i, item)| read(item).map_err(|err| err.within(format!("[{i}]")))).collect()
    }
    fn show(&self, out: &mut String) {
        out.push('[');
        for (i, hop) in self.iter().enumerate() {
            out.push_str(if i > 0 { ", " } else { "" });
            noun_to_text(hop, out);
        }
        out.push(']');
    }
}
