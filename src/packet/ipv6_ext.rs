//! Extension headers of IPv6 (RFC 8200 section 4, RFC 4302, RFC 6554).

use std::borrow::Cow;
use std::net::Ipv6Addr;

use serde_json::Value;

use super::codec::{Decoder, Encoder, Form, Len, Member as _, fields, noun, union};
use super::{EmitError, List, ip_proto};
use crate::wire::{DecodeError, JsonError};

union! {
    /// An extension header of an [`Ipv6`](super::Ipv6) packet. The `nxt` of what is in front says which
    /// one it is.
    ///
    /// Spec: RFC 8200 section 4. See the example of [`Ipv6Fragment`].
    pub enum Ipv6Ext<'a> by |d| d.peek::<3>().map(|[_, _, kind]| (d.said() as u8, kind)),
        else Routing(Ipv6Routing<'a>);
    /// Options for every hop.
    (ip_proto::HOP_OPTS, _) => HopOpts(Ipv6HopOpts<'a>);
    /// Options for the destination.
    (ip_proto::DST_OPTS, _) => DstOpts(Ipv6DstOpts<'a>);
    /// A part of a larger packet.
    (ip_proto::FRAGMENT, _) => Fragment(Ipv6Fragment);
    /// Authentication.
    (ip_proto::AUTH, _) => Auth(Ipv6Auth<'a>);
    /// The way through a network of low power.
    (ip_proto::ROUTING, 3) => RoutingType3(Ipv6RoutingType3<'a>);
}

/// 8 bytes each, the first 8 not counted.
const EIGHTS: Len = Len { before: 2, unit: 8, bias: 1 };

macro_rules! of_options {
    ($($(#[$meta:meta])* $noun:ident $class:literal;)*) => { $(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $noun<'a> {
            /// What follows; see [`ip_proto`].
            pub nxt: u8,
            /// Size in units of 8 bytes, the first 8 not counted.
            pub size: Option<u8>,
            /// The options; filled up with zeros, each of which is one, to a multiple of 8 bytes.
            pub data: List<'a, Ipv6Option<'a>>,
        }
        impl Default for $noun<'_> {
            fn default() -> Self {
                $noun { nxt: ip_proto::TCP, size: None, data: List::default() }
            }
        }
        fields!($noun<'a>, |this, v| {
            let $noun { nxt, size, data } = this;
            v.field("nxt", nxt)?;
            v.sized("size", 8, EIGHTS, size, |v| v.field("data", data))?;
            v.say(u32::from(*nxt));
            Ok(())
        });
        noun!($noun<'a>, $class);
    )* };
}

of_options! {
    /// Options that every hop looks at.
    ///
    /// Ryu counts `size` in bytes when it reads, and reads those of 8 bytes only; here it is what it is
    /// on the wire.
    ///
    /// Ryu: `ipv6.hop_opts`. Spec: RFC 8200 section 4.3. See the example of [`Ipv6Fragment`].
    Ipv6HopOpts "hop_opts";
    /// Options that the destination looks at.
    ///
    /// Ryu: `ipv6.dst_opts`; for `size` see [`Ipv6HopOpts`]. Spec: RFC 8200 section 4.6. See the
    /// example of [`Ipv6Fragment`].
    Ipv6DstOpts "dst_opts";
}

/// An option of [`Ipv6HopOpts`] and [`Ipv6DstOpts`].
///
/// Type 0 (Pad1) is that one byte: it has no length and no data. (Ryu's JSON has a `len` of -1.)
///
/// Ryu: `ipv6.option`. Spec: RFC 8200 section 4.2. See the example of [`Ipv6Fragment`].
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Ipv6Option<'a> {
    /// Its number.
    pub type_: u8,
    /// Bytes of the data.
    pub len: Option<u8>,
    /// What it says.
    pub data: Option<Cow<'a, [u8]>>,
}

fields!(Ipv6Option<'a>, |this, v| {
    let Ipv6Option { type_, len, data } = this;
    v.field("type_", type_)?;
    if *type_ == 0 {
        v.with::<Pad1, _>("len_", len)?;
        return v.with::<Pad1, _>("data", data);
    }
    v.sized("len_", 8, Len::BODY, len, |v| v.field("data", data))
});
noun!(Ipv6Option<'a>, "option");

/// What the option of one byte has not.
enum Pad1 {}

macro_rules! nothing {
    ($($ty:ty, $json:expr, $text:literal;)*) => { $(
        impl<'a> Form<'a, $ty> for Pad1 {
            fn decode(_: &mut Decoder<'a>) -> Result<$ty, DecodeError> {
                Ok(None)
            }
            fn encode(_: &$ty, _: &mut Encoder<'_>) -> Result<(), EmitError> {
                Ok(())
            }
            fn to_json(_: &$ty) -> Value {
                $json
            }
            fn from_json(_: &Value) -> Result<$ty, JsonError> {
                Ok(None)
            }
            fn show(_: &$ty, out: &mut String) {
                out.push_str($text);
            }
        }
    )* };
}

nothing! {
    Option<u8>, Value::from(-1), "-1";
    Option<Cow<'a, [u8]>>, Value::Null, "None";
}

/// A routing header of a type that Ryu has not.
///
/// Types 0 (RFC 5095 forbids it), 2 (Mobile IPv6) and 4 (segment routing) have 4 more bytes and then
/// addresses in `data`.
///
/// Ryu: none. Spec: RFC 8200 section 4.4. See the example of [`Ipv6Fragment`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ipv6Routing<'a> {
    /// What follows; see [`ip_proto`].
    pub nxt: u8,
    /// Size in units of 8 bytes, the first 8 not counted.
    pub size: Option<u8>,
    /// Its type.
    pub type_: u8,
    /// Addresses that are still to be visited.
    pub seg: u8,
    /// By the type.
    pub data: Cow<'a, [u8]>,
}

impl Default for Ipv6Routing<'_> {
    fn default() -> Self {
        let data = Cow::Borrowed(&[][..]);
        Ipv6Routing { nxt: ip_proto::TCP, size: None, type_: 0, seg: 0, data }
    }
}

fields!(Ipv6Routing<'a>, |this, v| {
    let Ipv6Routing { nxt, size, type_, seg, data } = this;
    v.field("nxt", nxt)?;
    v.sized("size", 8, EIGHTS, size, |v| {
        v.field("type_", type_)?;
        v.field("seg", seg)?;
        v.field("data", data)
    })?;
    v.say(u32::from(*nxt));
    Ok(())
});
noun!(Ipv6Routing<'a>, "routing");

/// The routing header of RPL: addresses without the bytes in front that all of them share.
///
/// In `adrs` these bytes are zero, as in Ryu.
///
/// Ryu: `ipv6.routing_type3`. Spec: RFC 6554 section 3. See the example of [`Ipv6Fragment`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ipv6RoutingType3<'a> {
    /// What follows; see [`ip_proto`].
    pub nxt: u8,
    /// Size in units of 8 bytes, the first 8 not counted.
    pub size: Option<u8>,
    /// 3.
    pub type_: u8,
    /// Addresses that are still to be visited.
    pub seg: u8,
    /// Bytes that are left out of each address but the last, 0 to 15.
    pub cmpi: u8,
    /// Bytes that are left out of the last address, 0 to 15.
    pub cmpe: u8,
    /// Not used, 20 bits.
    pub reserved: u32,
    /// The addresses.
    pub adrs: Vec<Ipv6Addr>,
    /// Padding, at most 15 bytes; empty: zeros up to a multiple of 8.
    pub padding: Cow<'a, [u8]>,
}

impl Default for Ipv6RoutingType3<'_> {
    fn default() -> Self {
        Ipv6RoutingType3 {
            nxt: ip_proto::TCP,
            size: None,
            type_: 3,
            seg: 0,
            cmpi: 0,
            cmpe: 0,
            reserved: 0,
            adrs: Vec::new(),
            padding: Cow::Borrowed(&[]),
        }
    }
}

impl Ipv6RoutingType3<'_> {
    /// Bytes of padding.
    fn pad(&self) -> u8 {
        let Some(others) = self.adrs.len().checked_sub(1) else {
            return self.padding.len().min(255) as u8;
        };
        let size = |left_out: u8| 16usize.saturating_sub(left_out.into());
        let size = others * size(self.cmpi) + size(self.cmpe);
        let padding = match self.padding.len() {
            0 => size.next_multiple_of(8) - size,
            given => given,
        };
        padding.min(255) as u8
    }
}

fields!(Ipv6RoutingType3<'a>, |this, v| {
    let mut pad = this.pad();
    let Ipv6RoutingType3 { nxt, size, type_, seg, cmpi, cmpe, reserved, adrs, padding } = this;
    v.field("nxt", nxt)?;
    v.sized("size", 8, EIGHTS, size, |v| {
        v.field("type_", type_)?;
        v.field("seg", seg)?;
        v.bits("cmpi", 4, cmpi)?;
        v.bits("cmpe", 4, cmpe)?;
        v.bits("", 4, &mut pad)?;
        v.bits("", 20, reserved)?;
        v.say(u32::from_be_bytes([0, *cmpi, *cmpe, pad]));
        v.with::<Compressed, _>("adrs", adrs)?;
        v.with::<Compressed, _>("", padding)
    })?;
    v.say(u32::from(*nxt));
    Ok(())
});
noun!(Ipv6RoutingType3<'a>, "routing_type3");

/// What was said: bytes that are left out of all addresses but the last and of the last, and bytes of
/// padding.
fn said(said: u32) -> [usize; 3] {
    let [_, cmpi, cmpe, pad] = said.to_be_bytes();
    [cmpi, cmpe, pad].map(usize::from)
}

/// Addresses without their first bytes, and the padding behind them.
enum Compressed {}

impl<'a> Form<'a, Vec<Ipv6Addr>> for Compressed {
    fn decode(d: &mut Decoder<'a>) -> Result<Vec<Ipv6Addr>, DecodeError> {
        let [cmpi, cmpe, pad] = said(d.said());
        let Some(size) = d.remaining().checked_sub(pad) else {
            return Err(d.bad_value(4, pad, "pad"));
        };
        if size == 0 {
            return Ok(Vec::new());
        }
        let others = size.checked_sub(16 - cmpe).filter(|size| size % (16 - cmpi) == 0);
        let Some(others) = others else {
            return Err(d.bad_value(4, pad, "pad"));
        };
        let count = others / (16 - cmpi);
        let mut addresses = Vec::with_capacity(count + 1);
        for at in 0..=count {
            let left_out = if at < count { cmpi } else { cmpe };
            let mut address = [0; 16];
            address[left_out..].copy_from_slice(d.take(16 - left_out)?);
            addresses.push(address.into());
        }
        Ok(addresses)
    }
    fn encode(value: &Vec<Ipv6Addr>, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        let [cmpi, cmpe, _] = said(e.said());
        for (at, address) in value.iter().enumerate() {
            let left_out = if at + 1 < value.len() { cmpi } else { cmpe };
            e.bytes(&address.octets()[left_out..]);
        }
        Ok(())
    }
    fn to_json(value: &Vec<Ipv6Addr>) -> Value {
        value.iter().map(Ipv6Addr::to_json).collect()
    }
    fn from_json(value: &Value) -> Result<Vec<Ipv6Addr>, JsonError> {
        let items = value.as_array().ok_or_else(|| JsonError::expected("a list", value))?;
        items.iter().map(Ipv6Addr::from_json).collect()
    }
    fn show(value: &Vec<Ipv6Addr>, out: &mut String) {
        List::from(value.clone()).show(out);
    }
}

impl<'a> Form<'a, Cow<'a, [u8]>> for Compressed {
    fn decode(d: &mut Decoder<'a>) -> Result<Cow<'a, [u8]>, DecodeError> {
        Ok(Cow::Borrowed(d.rest()))
    }
    fn encode(value: &Cow<'a, [u8]>, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        let [_, _, pad] = said(e.said());
        e.bytes(if value.is_empty() { &[0; 15][..pad.min(15)] } else { value });
        Ok(())
    }
    fn to_json(_: &Cow<'a, [u8]>) -> Value {
        Value::Null
    }
    fn from_json(_: &Value) -> Result<Cow<'a, [u8]>, JsonError> {
        Ok(Cow::Borrowed(&[]))
    }
    fn show(_: &Cow<'a, [u8]>, _: &mut String) {}
}

/// Says which part of a larger packet this is.
///
/// ```text
///  0       8       16                         29   31  32
/// +-------+--------+--------------------------+---+---+
/// |  nxt  |   -    |          offset          | - |more|
/// +-------+--------+--------------------------+---+---+
/// |                        id                         |
/// +---------------------------------------------------+
/// ```
///
/// | field | unit and range | meaning |
/// |---|---|---|
/// | `nxt` | 0 to 255 | what the whole packet has behind this header |
/// | `offset` | 8 bytes, 0 to 8,191 | place of the part |
/// | `more` | | whether more parts follow |
/// | `id` | 32 bits | same in all parts |
///
/// Ryu: `ipv6.fragment`. Spec: RFC 8200 section 4.5.
///
/// ```
/// use ryu_sdn::packet::{Ipv6, Ipv6Ext, Ipv6Fragment, ip_proto};
///
/// let part = Ipv6Fragment { nxt: 253, more: true, id: 0xcafebabe, ..Ipv6Fragment::default() };
/// let ip = Ipv6 { nxt: ip_proto::FRAGMENT, ext_hdrs: vec![part.into()].into(), ..Ipv6::default() };
/// let bytes = (ip / b"first piece").to_bytes()?;
/// assert_eq!(bytes[40..48], [0xfd, 0, 0, 1, 0xca, 0xfe, 0xba, 0xbe]);
///
/// let (back, payload) = Ipv6::parse(&bytes)?;
/// assert_eq!(payload, b"first piece");
/// let Some(Ok(Ipv6Ext::Fragment(part))) = back.ext_hdrs.iter().next() else { panic!() };
/// assert!(part.more && part.offset == 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ipv6Fragment {
    /// What the whole packet has behind this header; see [`ip_proto`].
    pub nxt: u8,
    /// Not used.
    pub reserved: u8,
    /// Where the part belongs, in units of 8 bytes (0 to 8,191).
    pub offset: u16,
    /// Not used, 2 bits.
    pub reserved2: u8,
    /// Whether more parts follow.
    pub more: bool,
    /// Same in all parts.
    pub id: u32,
}

impl Default for Ipv6Fragment {
    fn default() -> Self {
        let nxt = ip_proto::TCP;
        Ipv6Fragment { nxt, reserved: 0, offset: 0, reserved2: 0, more: false, id: 0 }
    }
}

fields!(Ipv6Fragment, |this, v| {
    let Ipv6Fragment { nxt, reserved, offset, reserved2, more, id } = this;
    v.field("nxt", nxt)?;
    v.field("", reserved)?;
    v.bits("offset", 13, offset)?;
    v.bits("", 2, reserved2)?;
    v.bits("more", 1, more)?;
    v.field("id_", id)?;
    v.say(u32::from(*nxt));
    Ok(())
});
noun!(Ipv6Fragment, "fragment");

/// An authentication header.
///
/// Ryu: `ipv6.auth`. Spec: RFC 4302 section 2. See the example of [`Ipv6Fragment`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ipv6Auth<'a> {
    /// What follows; see [`ip_proto`].
    pub nxt: u8,
    /// Size in units of 4 bytes, less 2; at least 1.
    pub size: Option<u8>,
    /// Not used.
    pub reserved: u16,
    /// Security association.
    pub spi: u32,
    /// Sequence number.
    pub seq: u32,
    /// Integrity check value.
    pub data: Cow<'a, [u8]>,
}

impl Default for Ipv6Auth<'_> {
    fn default() -> Self {
        let data = Cow::Borrowed(&[0; 4][..]);
        Ipv6Auth { nxt: ip_proto::TCP, size: None, reserved: 0, spi: 0, seq: 0, data }
    }
}

fields!(Ipv6Auth<'a>, |this, v| {
    let Ipv6Auth { nxt, size, reserved, spi, seq, data } = this;
    v.field("nxt", nxt)?;
    v.sized("size", 8, Len { before: 2, unit: 4, bias: 2 }, size, |v| {
        v.field("", reserved)?;
        v.field("spi", spi)?;
        v.field("seq", seq)?;
        v.field("data", data)
    })?;
    v.say(u32::from(*nxt));
    Ok(())
});
noun!(Ipv6Auth<'a>, "auth");
