//! What can stand as a member: numbers, addresses, bytes, optional things, and two more forms.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::Value;

use super::{Decoder, Encoder, Form, In as _, Member, Number, Out as _, show_bytes};
use crate::packet::EmitError;
use crate::wire::{DecodeError, JsonError, MacAddr, base64};

macro_rules! numbers {
    ($($number:ty)*) => { $(
        impl Member<'_> for $number {
            #[inline(always)]
            fn decode(d: &mut Decoder<'_>) -> Result<Self, DecodeError> {
                let mut value = <$number>::default();
                d.bits("", <$number as Number>::BITS, &mut value)?;
                Ok(value)
            }
            #[inline(always)]
            fn encode(&self, e: &mut Encoder<'_>) -> Result<(), EmitError> {
                e.bits("", <$number as Number>::BITS, self)
            }
            fn to_json(&self) -> Value {
                self.get().into()
            }
            fn from_json(value: &Value) -> Result<Self, JsonError> {
                <$number>::given(value, <$number as Number>::BITS)
            }
            fn show(&self, out: &mut String) {
                out.push_str(&self.get().to_string());
            }
        }
    )* };
}

numbers!(u8 u16 u32 u64 Option<u8> Option<u16> Option<u32>);

/// Addresses: on the wire their octets, in JSON and text their text.
macro_rules! addresses {
    ($($address:ty, $expected:literal, $text:expr;)*) => { $(
        impl Member<'_> for $address {
            #[inline(always)]
            fn decode(d: &mut Decoder<'_>) -> Result<Self, DecodeError> {
                d.array().map(<$address>::from)
            }
            #[inline(always)]
            fn encode(&self, e: &mut Encoder<'_>) -> Result<(), EmitError> {
                e.array(&self.octets());
                Ok(())
            }
            fn to_json(&self) -> Value {
                $text(self).into()
            }
            fn from_json(value: &Value) -> Result<Self, JsonError> {
                let address = value.as_str().and_then(|text| text.parse().ok());
                address.ok_or_else(|| JsonError::expected($expected, value))
            }
            fn show(&self, out: &mut String) {
                out.extend(["'", &$text(self), "'"]);
            }
        }
    )* };
}

addresses! {
    MacAddr, "an Ethernet address", MacAddr::to_string;
    Ipv4Addr, "an IPv4 address", Ipv4Addr::to_string;
    Ipv6Addr, "an IPv6 address", ipv6_text;
}

/// As C's `inet_ntop` writes it, and with it Python: an address whose first 96 bits are zero ends in
/// the form of IPv4, which Rust writes for mapped ones only.
fn ipv6_text(address: &Ipv6Addr) -> String {
    match u128::from(*address) {
        low @ 0x1_0000..=0xffff_ffff => format!("::{}", Ipv4Addr::from(low as u32)),
        _ => address.to_string(),
    }
}

/// All that is left in the box; base64 in JSON.
impl<'a> Member<'a> for Cow<'a, [u8]> {
    #[inline]
    fn decode(d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        Ok(Cow::Borrowed(d.rest()))
    }
    #[inline]
    fn encode(&self, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        e.bytes(self);
        Ok(())
    }
    fn to_json(&self) -> Value {
        base64::encode(self).into()
    }
    fn from_json(value: &Value) -> Result<Self, JsonError> {
        let bytes = value.as_str().and_then(base64::decode);
        bytes.map(Cow::Owned).ok_or_else(|| JsonError::expected("bytes in base64", value))
    }
    fn show(&self, out: &mut String) {
        show_bytes(self, out);
    }
}

/// A member that is there if bytes are left; JSON has null, text `None`, where it is not.
///
/// (Numbers are not among those: an optional number is one that is filled in.)
macro_rules! optional {
    ($($inner:ty),*) => { $(
        impl<'a> $crate::packet::codec::Member<'a> for Option<$inner> {
            #[inline]
            fn decode(
                d: &mut $crate::packet::codec::Decoder<'a>,
            ) -> Result<Self, $crate::wire::DecodeError> {
                use $crate::packet::codec::Member;
                if d.remaining() == 0 { Ok(None) } else { Member::decode(d).map(Some) }
            }
            #[inline]
            fn encode(
                &self,
                e: &mut $crate::packet::codec::Encoder<'_>,
            ) -> Result<(), $crate::packet::EmitError> {
                self.as_ref().map_or(Ok(()), |inner| inner.encode(e))
            }
            fn to_json(&self) -> serde_json::Value {
                self.as_ref().map_or(serde_json::Value::Null, |inner| inner.to_json())
            }
            fn from_json(value: &serde_json::Value) -> Result<Self, $crate::wire::JsonError> {
                use $crate::packet::codec::Member;
                if value.is_null() { Ok(None) } else { Member::from_json(value).map(Some) }
            }
            fn show(&self, out: &mut String) {
                match self {
                    Some(inner) => inner.show(out),
                    None => out.push_str("None"),
                }
            }
        }
    )* };
}
pub(crate) use optional;

optional!(Cow<'a, [u8]>);

impl<'a, T: Member<'a>> Member<'a> for Box<T> {
    #[inline]
    fn decode(d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        T::decode(d).map(Box::new)
    }
    fn encode(&self, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        (**self).encode(e)
    }
    fn to_json(&self) -> Value {
        (**self).to_json()
    }
    fn from_json(value: &Value) -> Result<Self, JsonError> {
        T::from_json(value).map(Box::new)
    }
    fn show(&self, out: &mut String) {
        (**self).show(out);
    }
}

/// Two numbers that Ryu has as a tuple: a list in JSON, parentheses in text.
impl Member<'_> for (u32, u32) {
    fn decode(d: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        Ok((u32::decode(d)?, u32::decode(d)?))
    }
    fn encode(&self, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        self.0.encode(e)?;
        self.1.encode(e)
    }
    fn to_json(&self) -> Value {
        vec![self.0, self.1].into()
    }
    fn from_json(value: &Value) -> Result<Self, JsonError> {
        match value.as_array().map(Vec::as_slice) {
            Some([a, b]) => Ok((u32::from_json(a)?, u32::from_json(b)?)),
            _ => Err(JsonError::expected("two numbers", value)),
        }
    }
    fn show(&self, out: &mut String) {
        // Writing to a string cannot fail.
        let _ = write!(out, "({}, {})", self.0, self.1);
    }
}

/// Bytes of a fixed number; base64 in JSON.
pub(crate) enum Base64 {}

impl<const N: usize> Form<'_, [u8; N]> for Base64 {
    #[inline]
    fn decode(d: &mut Decoder<'_>) -> Result<[u8; N], DecodeError> {
        d.array()
    }
    #[inline]
    fn encode(value: &[u8; N], e: &mut Encoder<'_>) -> Result<(), EmitError> {
        e.array(value);
        Ok(())
    }
    fn to_json(value: &[u8; N]) -> Value {
        base64::encode(value).into()
    }
    fn from_json(value: &Value) -> Result<[u8; N], JsonError> {
        let bytes = value.as_str().and_then(base64::decode);
        bytes
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or_else(|| JsonError::expected(&format!("{N} bytes in base64"), value))
    }
    fn show(value: &[u8; N], out: &mut String) {
        show_bytes(value, out);
    }
}

/// All that is left in the box, which Ryu's JSON has as text (its `ascii` and `utf-8`). Bytes that
/// are no UTF-8, over which Ryu raises, are shown with U+FFFD.
pub(crate) enum Text {}

impl<'a> Form<'a, Cow<'a, [u8]>> for Text {
    #[inline]
    fn decode(d: &mut Decoder<'a>) -> Result<Cow<'a, [u8]>, DecodeError> {
        Member::decode(d)
    }
    #[inline]
    fn encode(value: &Cow<'a, [u8]>, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        value.encode(e)
    }
    fn to_json(value: &Cow<'a, [u8]>) -> Value {
        String::from_utf8_lossy(value).into()
    }
    fn from_json(value: &Value) -> Result<Cow<'a, [u8]>, JsonError> {
        let text = value.as_str().map(|text| text.as_bytes().to_vec());
        text.map(Cow::Owned).ok_or_else(|| JsonError::expected("text", value))
    }
    fn show(value: &Cow<'a, [u8]>, out: &mut String) {
        out.extend(["'", &String::from_utf8_lossy(value).escape_default().to_string(), "'"]);
    }
}
