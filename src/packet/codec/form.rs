//! Forms that are not a type's own: addresses and texts as Ryu's JSON has them, what is in JSON only.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::Value;

use super::{Decoder, Encoder, Form, Member, Number, show_text};
use crate::packet::EmitError;
use crate::wire::{DecodeError, JsonError, base64};

/// An address of which Ryu's JSON has the text in base64: where Ryu does not declare it `ascii`.
/// JSON that has the text itself is read, too.
pub(crate) enum TextAddress {}

macro_rules! text_addresses {
    ($($address:ty),*) => { $(
        impl Form<'_, $address> for TextAddress {
            #[inline]
            fn decode(d: &mut Decoder<'_>) -> Result<$address, DecodeError> {
                Member::decode(d)
            }
            #[inline]
            fn encode(value: &$address, e: &mut Encoder<'_>) -> Result<(), EmitError> {
                value.encode(e)
            }
            fn to_json(value: &$address) -> Value {
                match value.to_json() {
                    Value::String(text) => base64::encode(text.as_bytes()).into(),
                    other => other,
                }
            }
            fn from_json(value: &Value) -> Result<$address, JsonError> {
                let bytes = value.as_str().and_then(base64::decode);
                let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
                match text.and_then(|text| text.parse().ok()) {
                    Some(address) => Ok(address),
                    None => Member::from_json(value),
                }
            }
            fn show(value: &$address, out: &mut String) {
                value.show(out);
            }
        }

        impl Form<'_, $address> for Unsent {
            fn decode(_: &mut Decoder<'_>) -> Result<$address, DecodeError> {
                Ok(<$address>::UNSPECIFIED)
            }
            #[inline]
            fn encode(_: &$address, _: &mut Encoder<'_>) -> Result<(), EmitError> {
                Ok(())
            }
            fn to_json(value: &$address) -> Value {
                TextAddress::to_json(value)
            }
            fn from_json(value: &Value) -> Result<$address, JsonError> {
                TextAddress::from_json(value)
            }
            fn show(value: &$address, out: &mut String) {
                value.show(out);
            }
        }
    )* };
}

text_addresses!(Ipv4Addr, Ipv6Addr);

/// A member that is in JSON and text only: the bytes have no room for it in this kind of message.
pub(crate) enum Unsent {}

impl<'a, N: Number + Member<'a>> Form<'a, N> for Unsent {
    #[inline]
    fn decode(_: &mut Decoder<'a>) -> Result<N, DecodeError> {
        Ok(N::of(0))
    }
    #[inline]
    fn encode(_: &N, _: &mut Encoder<'_>) -> Result<(), EmitError> {
        Ok(())
    }
    fn to_json(value: &N) -> Value {
        value.to_json()
    }
    fn from_json(value: &Value) -> Result<N, JsonError> {
        N::from_json(value)
    }
    fn show(value: &N, out: &mut String) {
        value.show(out);
    }
}

/// Text in a field of `N` bytes, filled up with zeros. JSON has one character per byte, the zeros
/// included, as Ryu has; bytes above 0x7f, over which Ryu raises, are U+0080 to U+00FF.
pub(crate) enum FixedText<const N: usize> {}

impl<const N: usize> FixedText<N> {
    /// The characters of `value` as bytes, at most `N`.
    pub(crate) fn bytes_of(value: &Value) -> Result<Vec<u8>, JsonError> {
        let text = value.as_str().unwrap_or_default();
        let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(c).ok()).collect();
        let bytes = bytes.filter(|bytes| value.is_string() && bytes.len() <= N);
        bytes.ok_or_else(|| JsonError::expected(&format!("text of at most {N} bytes"), value))
    }

    /// One character per byte.
    pub(crate) fn text_of(bytes: &[u8]) -> Value {
        bytes.iter().map(|byte| char::from(*byte)).collect::<String>().into()
    }
}

impl<'a, const N: usize> Form<'a, Cow<'a, [u8]>> for FixedText<N> {
    #[inline]
    fn decode(d: &mut Decoder<'a>) -> Result<Cow<'a, [u8]>, DecodeError> {
        d.take(N).map(Cow::Borrowed)
    }
    fn encode(value: &Cow<'a, [u8]>, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        let Some(zeros) = N.checked_sub(value.len()) else {
            return Err(e.too_large("size of a text", value.len() as u64, N as u64));
        };
        e.bytes(value);
        super::Visit::pad(e, zeros);
        Ok(())
    }
    fn to_json(value: &Cow<'a, [u8]>) -> Value {
        Self::text_of(value)
    }
    fn from_json(value: &Value) -> Result<Cow<'a, [u8]>, JsonError> {
        Self::bytes_of(value).map(Cow::Owned)
    }
    fn show(value: &Cow<'a, [u8]>, out: &mut String) {
        show_text(value, out);
    }
}
