//! The forms of single members: numbers, addresses, bytes, text, lists.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, Ipv6Addr};

use bytes::Bytes;
use serde_json::{Map, Value};

use super::codec::{Codec, Member};
use super::desc_stats::Text;
use super::encode::EncodeError;
use super::few::Few;
use super::ids::{BufferId, Dpid, GroupId, PortNo, Xid, is_v1_0};
use super::json::JsonError;
use super::port::Port;
use super::port_prop::OpticalFlags;
use super::version::Version;
use super::{
    ConfigFlags, FlowRemovedReason, MultipartFlags, PacketInReason, PortConfig, PortName,
    PortReason, PortState, Role,
};
use crate::wire::{DecodeError, MacAddr, Octets, Reader, Writer, base64, hex};

/// A number on the wire whose size and value the version decides; JSON has the same number.
pub(crate) trait Number: Copy + std::fmt::Display {
    /// The size in bytes: 1, 2, 4 or 8.
    fn size(version: Version) -> usize;
    /// From the number on the wire, which fits.
    fn from_wire(version: Version, number: u64) -> Self;
    /// The number on the wire, which must fit.
    fn to_wire(self, version: Version) -> Result<u64, EncodeError>;
}

/// Implements [`Member`] through [`Number`].
macro_rules! number_member {
    ($($ty:ty),* $(,)?) => { $(
        impl $crate::ofproto::codec::Member for $ty {
            const SIZE_MIN: usize = 1;
            #[inline]
            fn decode(version: Version, r: &mut Reader<'_>) -> Result<Self, DecodeError> {
                use $crate::ofproto::members::Number;
                let number = match <$ty as Number>::size(version) {
                    1 => r.u8()?.into(),
                    2 => r.u16()?.into(),
                    4 => r.u32()?.into(),
                    _ => r.u64()?,
                };
                Ok(<$ty as Number>::from_wire(version, number))
            }
            #[inline]
            fn encode(&self, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
                use $crate::ofproto::members::Number;
                let number = Number::to_wire(*self, version)?;
                match <$ty as Number>::size(version) {
                    1 => w.u8(number as u8),
                    2 => w.u16(number as u16),
                    4 => w.u32(number as u32),
                    _ => w.u64(number),
                }
                Ok(())
            }
            fn to_json(&self, version: Version, w: &mut Writer<'_>) -> Result<serde_json::Value, EncodeError> {
                self.encode(version, w)?;
                $crate::ofproto::members::Number::to_wire(*self, version).map(Into::into)
            }
            fn from_json(version: Version, value: &serde_json::Value) -> Result<Self, $crate::ofproto::JsonError> {
                use $crate::ofproto::members::Number;
                let bits = <$ty as Number>::size(version) * 8;
                match value.as_u64() {
                    Some(number) if bits == 64 || number >> bits == 0 => {
                        Ok(<$ty as Number>::from_wire(version, number))
                    }
                    _ => Err($crate::ofproto::JsonError::expected("a number in range", value)),
                }
            }
            fn show(&self, out: &mut String) -> bool {
                use std::fmt::Write as _;
                // Zero is not worth telling; what a version cannot say is.
                $crate::ofproto::members::Number::to_wire(*self, $crate::ofproto::V1_3) != Ok(0)
                    && write!(out, "{self}").is_ok()
            }
        }
    )* };
}
pub(crate) use number_member;

/// A number that is the same in every version: its integer, how to make it, how to look into it.
macro_rules! plain_numbers {
    ($($ty:ty: $int:ty, $make:expr, |$v:ident| $get:expr;)*) => { $(
        impl $crate::ofproto::members::Number for $ty {
            #[inline]
            fn size(_: Version) -> usize {
                size_of::<$int>()
            }
            #[inline]
            fn from_wire(_: Version, number: u64) -> $ty {
                $make(number as $int)
            }
            #[inline]
            fn to_wire(self, _: Version) -> Result<u64, EncodeError> {
                let $v = self;
                Ok($get.into())
            }
        }
        $crate::ofproto::members::number_member!($ty);
    )* };
}
pub(crate) use plain_numbers;

plain_numbers! {
    u8: u8, |v| v, |v| v;
    u16: u16, |v| v, |v| v;
    u32: u32, |v| v, |v| v;
    u64: u64, |v| v, |v| v;
    Xid: u32, Xid, |v| v.0;
    Dpid: u64, Dpid, |v| v.0;
    BufferId: u32, BufferId, |v| v.0;
    GroupId: u32, GroupId, |v| v.0;
    ConfigFlags: u16, ConfigFlags, |v| v.0;
    FlowRemovedReason: u8, FlowRemovedReason, |v| v.0;
    PacketInReason: u8, PacketInReason, |v| v.0;
    PortReason: u8, PortReason, |v| v.0;
    PortConfig: u32, PortConfig, |v| v.0;
    PortState: u32, PortState, |v| v.0;
    OpticalFlags: u32, OpticalFlags, |v| v.0;
    MultipartFlags: u16, MultipartFlags, |v| v.0;
    Role: u32, Role, |v| v.0;
}

impl Number for PortNo {
    #[inline]
    fn size(version: Version) -> usize {
        if is_v1_0(version) { 2 } else { 4 }
    }
    #[inline]
    fn from_wire(version: Version, number: u64) -> PortNo {
        if is_v1_0(version) { PortNo::from_v1_0(number as u16) } else { PortNo(number as u32) }
    }
    #[inline]
    fn to_wire(self, version: Version) -> Result<u64, EncodeError> {
        if is_v1_0(version) { self.encode_v1_0().map(u64::from) } else { Ok(self.0.into()) }
    }
}
number_member!(PortNo);

/// A member whose JSON is its text, of a fixed number of bytes.
macro_rules! text_member {
    ($ty:ty, $bytes:literal, |$a:ident| $from:expr, |$v:ident| $to:expr, $what:literal) => {
        impl Member for $ty {
            const SIZE_MIN: usize = $bytes;
            #[inline]
            fn decode(_: Version, r: &mut Reader<'_>) -> Result<$ty, DecodeError> {
                let $a: [u8; $bytes] = r.array()?;
                Ok($from)
            }
            #[inline]
            fn encode(&self, _: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
                let $v = self;
                let bytes: [u8; $bytes] = $to;
                w.bytes(&bytes);
                Ok(())
            }
            fn to_json(&self, version: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError> {
                self.encode(version, w)?;
                Ok(self.to_string().into())
            }
            fn from_json(_: Version, value: &Value) -> Result<$ty, JsonError> {
                let parsed = value.as_str().and_then(|text| text.parse().ok());
                parsed.ok_or_else(|| JsonError::expected($what, value))
            }
            fn show(&self, out: &mut String) -> bool {
                write!(out, "{self}").is_ok()
            }
        }
    };
}

text_member!(MacAddr, 6, |a| MacAddr(a), |v| v.0, "an Ethernet address");
text_member!(Ipv4Addr, 4, |a| Ipv4Addr::from(a), |v| v.octets(), "an IPv4 address");
text_member!(Ipv6Addr, 16, |a| Ipv6Addr::from(a), |v| v.octets(), "an IPv6 address");

impl Member for PortName {
    #[inline]
    fn decode(_: Version, r: &mut Reader<'_>) -> Result<PortName, DecodeError> {
        r.array().map(PortName)
    }
    #[inline]
    fn encode(&self, _: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        w.bytes(&self.0);
        Ok(())
    }
    fn to_json(&self, version: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError> {
        self.encode(version, w)?;
        Ok(self.as_str().into())
    }
    fn from_json(_: Version, value: &Value) -> Result<PortName, JsonError> {
        let mut name = PortName::default();
        match value.as_str() {
            Some(text) if text.len() <= name.0.len() => {
                name.0[..text.len()].copy_from_slice(text.as_bytes());
                Ok(name)
            }
            _ => Err(JsonError::expected("a name of at most 16 bytes", value)),
        }
    }
    fn show(&self, out: &mut String) -> bool {
        write!(out, "{self}").is_ok()
    }
}

/// Everything up to the end of the box.
impl Member for Bytes {
    #[inline]
    fn decode(_: Version, r: &mut Reader<'_>) -> Result<Bytes, DecodeError> {
        Ok(r.rest_bytes())
    }
    #[inline]
    fn encode(&self, _: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        w.bytes(self);
        Ok(())
    }
    fn to_json(&self, _: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError> {
        w.bytes(self);
        Ok(base64::encode(self).into())
    }
    fn from_json(_: Version, value: &Value) -> Result<Bytes, JsonError> {
        let bytes = value.as_str().and_then(base64::decode);
        bytes.map(Bytes::from).ok_or_else(|| JsonError::expected("base64 text", value))
    }
    fn show(&self, out: &mut String) -> bool {
        if self.len() > 16 {
            let _ = write!(out, "{}B", self.len());
        } else {
            out.push_str(&hex::encode(self));
        }
        !self.is_empty()
    }
}

impl Member for Octets {
    #[inline]
    fn decode(version: Version, r: &mut Reader<'_>) -> Result<Octets, DecodeError> {
        Bytes::decode(version, r).map(Octets::from)
    }
    #[inline]
    fn encode(&self, _: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        w.bytes(self);
        Ok(())
    }
    fn to_json(&self, version: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError> {
        Bytes::from(self.clone()).to_json(version, w)
    }
    fn from_json(version: Version, value: &Value) -> Result<Octets, JsonError> {
        Bytes::from_json(version, value).map(Octets::from)
    }
    fn show(&self, out: &mut String) -> bool {
        Bytes::from(self.clone()).show(out)
    }
}

/// [`Text`] in a field of `N` bytes, filled up with zeros.
pub(crate) enum Fixed<const N: usize> {}

impl<const N: usize> Codec<Text> for Fixed<N> {
    #[inline]
    fn decode(_: Version, r: &mut Reader<'_>) -> Result<Text, DecodeError> {
        Text::decode(r, N)
    }
    fn encode(value: &Text, _: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        value.encode(w, N, "text")
    }
    fn to_json(value: &Text, version: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError> {
        <Fixed<N> as Codec<Text>>::encode(value, version, w)?;
        Ok(value.as_str().into())
    }
    fn from_json(_: Version, value: &Value) -> Result<Text, JsonError> {
        match value.as_str() {
            Some(text) if text.len() <= N => Ok(Text::from(text)),
            _ => Err(JsonError::expected(&format!("text of at most {N} bytes"), value)),
        }
    }
    fn show(value: &Text, out: &mut String) -> bool {
        write!(out, "{value:?}").is_ok() && !value.as_bytes().is_empty()
    }
}

/// The items of a list that fills the rest of its box.
pub(crate) trait Items: Default {
    /// What is in the list.
    type Item: Member;
    /// An empty list with room for what the next `bytes` may hold.
    fn sized(bytes: usize) -> Self;
    /// Adds one; it is now there.
    fn add(&mut self, item: Self::Item) -> &mut Self::Item;
    /// All of them.
    fn all(&self) -> &[Self::Item];
}

impl<T: Member> Items for Vec<T> {
    type Item = T;
    #[inline]
    fn sized(bytes: usize) -> Vec<T> {
        match T::SIZE_MIN {
            0 => Vec::new(),
            min => Vec::with_capacity(bytes / min),
        }
    }
    #[inline]
    fn add(&mut self, item: T) -> &mut T {
        let at = self.len();
        self.push(item);
        &mut self[at]
    }
    fn all(&self) -> &[T] {
        self
    }
}

impl<T: Member> Items for Few<T> {
    type Item = T;
    #[inline]
    fn sized(_: usize) -> Few<T> {
        Few::None
    }
    #[inline]
    fn add(&mut self, item: T) -> &mut T {
        self.push(item)
    }
    #[inline]
    fn all(&self) -> &[T] {
        self
    }
}

/// Implements [`Member`] through [`Items`].
macro_rules! list_member {
    ([$($generics:tt)*] $list:ty) => {
        impl<$($generics)*> $crate::ofproto::codec::Member for $list {
            #[inline]
            fn decode(version: Version, r: &mut Reader<'_>) -> Result<Self, DecodeError> {
                use $crate::ofproto::members::Items;
                let mut list = <$list as Items>::sized(0);
                list.refill(version, r)?;
                Ok(list)
            }
            #[inline]
            fn refill(&mut self, version: Version, r: &mut Reader<'_>) -> Result<(), DecodeError> {
                use $crate::ofproto::members::Items;
                *self = <$list as Items>::sized(r.remaining());
                while !r.is_empty() {
                    let before = r.offset();
                    <$list as Items>::Item::decode_onto(self, version, r)?;
                    // Every item is there: else a list of nothing would have no end.
                    if r.offset() == before {
                        return Err(r.bad_length(0, 1, 0, "item size"));
                    }
                }
                Ok(())
            }
            #[inline]
            fn encode(&self, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
                use $crate::ofproto::members::Items;
                self.all().iter().try_for_each(|item| $crate::ofproto::codec::Member::encode(item, version, w))
            }
            fn to_json(&self, version: Version, w: &mut Writer<'_>) -> Result<serde_json::Value, EncodeError> {
                use $crate::ofproto::members::Items;
                self.all().iter().map(|item| $crate::ofproto::codec::Member::to_json(item, version, w)).collect()
            }
            fn from_json(version: Version, value: &serde_json::Value) -> Result<Self, $crate::ofproto::JsonError> {
                use $crate::ofproto::members::Items;
                let Some(items) = value.as_array() else {
                    return Err($crate::ofproto::JsonError::expected("a list", value));
                };
                let mut list = <$list>::default();
                for (i, item) in items.iter().enumerate() {
                    let item = $crate::ofproto::codec::Member::from_json(version, item);
                    list.add(item.map_err(|err: $crate::ofproto::JsonError| err.within(format_args!("[{i}]")))?);
                }
                Ok(list)
            }
            fn show(&self, out: &mut String) -> bool {
                use $crate::ofproto::members::Items;
                for (i, item) in self.all().iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    if !$crate::ofproto::codec::Member::show(item, out) {
                        out.push('0');
                    }
                }
                !self.all().is_empty()
            }
        }
    };
}
pub(crate) use list_member;

list_member!([T: Member] Vec<T>);
list_member!([T: Member] Few<T>);

/// `N` numbers in a row.
impl<T: Member + Copy + Default, const N: usize> Member for [T; N] {
    #[inline]
    fn decode(version: Version, r: &mut Reader<'_>) -> Result<[T; N], DecodeError> {
        let mut all = [T::default(); N];
        for one in &mut all {
            *one = T::decode(version, r)?;
        }
        Ok(all)
    }
    fn encode(&self, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        self.iter().try_for_each(|one| one.encode(version, w))
    }
    fn to_json(&self, version: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError> {
        self.iter().map(|one| one.to_json(version, w)).collect()
    }
    fn from_json(version: Version, value: &Value) -> Result<[T; N], JsonError> {
        let list = Vec::<T>::from_json(version, value)?;
        let exact = <[T; N]>::try_from(list);
        exact.map_err(|_| JsonError::expected(&format!("{N} numbers"), value))
    }
    fn show(&self, out: &mut String) -> bool {
        let before = out.len();
        let mut any = false;
        for (i, one) in self.iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            if one.show(out) {
                any = true;
            } else {
                out.push('0');
            }
        }
        if !any {
            out.truncate(before);
        }
        any
    }
}

/// The rest of a box that is text, in JSON too; what is no UTF-8 is replaced there.
pub(crate) enum Ascii {}

impl Codec<Bytes> for Ascii {
    fn decode(version: Version, r: &mut Reader<'_>) -> Result<Bytes, DecodeError> {
        Bytes::decode(version, r)
    }
    fn encode(value: &Bytes, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        value.encode(version, w)
    }
    fn to_json(value: &Bytes, _: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError> {
        w.bytes(value);
        Ok(String::from_utf8_lossy(value).into())
    }
    fn from_json(_: Version, value: &Value) -> Result<Bytes, JsonError> {
        let text = value.as_str().ok_or_else(|| JsonError::expected("text", value))?;
        Ok(Bytes::copy_from_slice(text.as_bytes()))
    }
    fn show(value: &Bytes, out: &mut String) -> bool {
        // A peer chose these bytes: what is not printable must not reach a terminal.
        write!(out, "\"{}\"", value.escape_ascii()).is_ok() && !value.is_empty()
    }
}

/// A number of which a version has only the low 32 bits.
pub(crate) enum Low32 {}

impl Codec<u64> for Low32 {
    fn decode(_: Version, r: &mut Reader<'_>) -> Result<u64, DecodeError> {
        r.u32().map(u64::from)
    }
    fn encode(value: &u64, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        match u32::try_from(*value) {
            Ok(low) => w.u32(low),
            Err(_) => return Err(EncodeError::NotInVersion { what: "bits above 31", version }),
        }
        Ok(())
    }
    fn to_json(value: &u64, version: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError> {
        Low32::encode(value, version, w)?;
        Ok((*value).into())
    }
    fn from_json(version: Version, value: &Value) -> Result<u64, JsonError> {
        u32::from_json(version, value).map(u64::from)
    }
    fn show(value: &u64, out: &mut String) -> bool {
        value.show(out)
    }
}

/// An `Option` that is always there on the wire; `None` is sent as zero.
pub(crate) enum Always {}

impl<T: Member + Copy + Default> Codec<Option<T>> for Always {
    #[inline]
    fn decode(version: Version, r: &mut Reader<'_>) -> Result<Option<T>, DecodeError> {
        T::decode(version, r).map(Some)
    }
    #[inline]
    fn encode(v: &Option<T>, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        v.unwrap_or_default().encode(version, w)
    }
    fn to_json(v: &Option<T>, version: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError> {
        v.unwrap_or_default().to_json(version, w)
    }
    fn from_json(version: Version, value: &Value) -> Result<Option<T>, JsonError> {
        T::from_json(version, value).map(Some)
    }
    fn show(v: &Option<T>, out: &mut String) -> bool {
        v.is_some_and(|v| v.show(out))
    }
}

/// An `Option` that reading leaves alone: it is `None` off the wire, and nothing is sent for that.
pub(crate) enum IfGiven {}

impl<T: Member + Copy> Codec<Option<T>> for IfGiven {
    #[inline]
    fn decode(_: Version, _: &mut Reader<'_>) -> Result<Option<T>, DecodeError> {
        Ok(None)
    }
    #[inline]
    fn encode(v: &Option<T>, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        v.iter().try_for_each(|v| v.encode(version, w))
    }
    fn to_json(v: &Option<T>, version: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError> {
        v.as_ref().map_or(Ok(Value::Null), |v| v.to_json(version, w))
    }
    fn from_json(version: Version, value: &Value) -> Result<Option<T>, JsonError> {
        T::from_json(version, value).map(Some)
    }
    fn show(v: &Option<T>, out: &mut String) -> bool {
        v.is_some_and(|v| v.show(out))
    }
}

/// The rest of a box where Ryu knows of none: in JSON only if there is something.
pub(crate) enum Rest {}

impl Codec<Bytes> for Rest {
    fn decode(version: Version, r: &mut Reader<'_>) -> Result<Bytes, DecodeError> {
        Bytes::decode(version, r)
    }
    fn encode(value: &Bytes, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        value.encode(version, w)
    }
    fn to_json(value: &Bytes, version: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError> {
        if value.is_empty() { Ok(Value::Null) } else { value.to_json(version, w) }
    }
    fn from_json(version: Version, value: &Value) -> Result<Bytes, JsonError> {
        Bytes::from_json(version, value)
    }
    fn show(value: &Bytes, out: &mut String) -> bool {
        value.show(out)
    }
}

/// Ports as Ryu has them in the features reply: an object by port number.
pub(crate) enum ByNumber {}

impl Codec<Vec<Port>> for ByNumber {
    fn decode(version: Version, r: &mut Reader<'_>) -> Result<Vec<Port>, DecodeError> {
        Vec::decode(version, r)
    }
    fn encode(v: &Vec<Port>, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        v.encode(version, w)
    }
    fn to_json(v: &Vec<Port>, version: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError> {
        let mut ports = Map::new();
        for port in v {
            let number = port.port_no.to_wire(version)?.to_string();
            ports.insert(number, port.to_json(version, w)?);
        }
        Ok(Value::Object(ports))
    }
    fn from_json(version: Version, value: &Value) -> Result<Vec<Port>, JsonError> {
        let Some(ports) = value.as_object() else {
            return Err(JsonError::expected("an object of ports", value));
        };
        let one = |(number, port)| {
            Port::from_json(version, port).map_err(|err: JsonError| err.within(number))
        };
        let mut ports: Vec<Port> = ports.iter().map(one).collect::<Result<_, _>>()?;
        ports.sort_by_key(|port| port.port_no);
        Ok(ports)
    }
    fn show(value: &Vec<Port>, out: &mut String) -> bool {
        value.show(out)
    }
}
