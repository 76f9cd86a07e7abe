//! Names of interfaces and VRFs.

use serde_json::Value;

use crate::packet::EmitError;
use crate::packet::codec::{Chosen, Decoder, Encoder, Form, Member, show_bytes, show_text};
use crate::wire::{DecodeError, JsonError, MacAddr, base64};

/// The bytes of a name. In JSON their base64, as in Ryu.
fn to_json(name: &[u8]) -> Value {
    base64::encode(name).into()
}

fn from_json(value: &Value) -> Result<Vec<u8>, JsonError> {
    let bytes = value.as_str().and_then(base64::decode);
    bytes.ok_or_else(|| JsonError::expected("a name in base64", value))
}

/// A name in a field of `N` bytes, filled up with zeros.
pub(super) enum Padded<const N: usize> {}

impl<const N: usize> Form<'_, Vec<u8>> for Padded<N> {
    fn decode(d: &mut Decoder<'_>) -> Result<Vec<u8>, DecodeError> {
        let field = d.take(N)?;
        let used = field.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        Ok(field[..used].to_vec())
    }
    fn encode(value: &Vec<u8>, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        let mut field = [0; N];
        let Some(used) = field.get_mut(..value.len()) else {
            return Err(e.too_large("size of a name", value.len() as u64, N as u64));
        };
        used.copy_from_slice(value);
        e.bytes(&field);
        Ok(())
    }
    fn to_json(value: &Vec<u8>) -> Value {
        to_json(value)
    }
    fn from_json(value: &Value) -> Result<Vec<u8>, JsonError> {
        from_json(value)
    }
    fn show(value: &Vec<u8>, out: &mut String) {
        show_text(value, out);
    }
}

/// A name behind its size, one byte; there or not.
#[derive(Clone, Copy)]
pub(super) struct Sized(pub(super) bool);

impl<'a> Chosen<'a, Sized> for Option<Vec<u8>> {
    fn decode(by: Sized, d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        if !by.0 {
            return Ok(None);
        }
        let size = <u8 as Member>::decode(d)?;
        Ok(Some(d.take(size.into())?.to_vec()))
    }
    fn encode(&self, by: Sized, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        if !by.0 {
            return Ok(());
        }
        let name = self.as_deref().unwrap_or_default();
        Member::encode(&super::dialect::count(name, e)?, e)?;
        e.bytes(name);
        Ok(())
    }
    fn to_json(&self) -> Value {
        self.as_deref().map_or(Value::Null, to_json)
    }
    fn from_json(_: Sized, value: &Value) -> Result<Self, JsonError> {
        if value.is_null() { Ok(None) } else { from_json(value).map(Some) }
    }
    fn show(&self, out: &mut String) {
        match self {
            Some(name) => show_text(name, out),
            None => out.push_str("None"),
        }
    }
}

/// Bytes to the end of the body; base64 in JSON, bytes in text.
pub(super) enum Rest {}

impl Form<'_, Vec<u8>> for Rest {
    fn decode(d: &mut Decoder<'_>) -> Result<Vec<u8>, DecodeError> {
        Ok(d.rest().to_vec())
    }
    fn encode(value: &Vec<u8>, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        e.bytes(value);
        Ok(())
    }
    fn to_json(value: &Vec<u8>) -> Value {
        to_json(value)
    }
    fn from_json(value: &Value) -> Result<Vec<u8>, JsonError> {
        from_json(value)
    }
    fn show(value: &Vec<u8>, out: &mut String) {
        show_bytes(value, out);
    }
}

/// A hardware address: of 1 to 6 bytes it is an Ethernet address in JSON and text, filled up with
/// zeros, as in Ryu.
pub(super) enum Hardware {}

fn ethernet(address: &[u8]) -> Option<String> {
    let mut octets = [0; 6];
    octets.get_mut(..address.len()).filter(|used| !used.is_empty())?.copy_from_slice(address);
    Some(MacAddr(octets).to_string())
}

impl Form<'_, Vec<u8>> for Hardware {
    fn decode(d: &mut Decoder<'_>) -> Result<Vec<u8>, DecodeError> {
        Rest::decode(d)
    }
    fn encode(value: &Vec<u8>, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        Rest::encode(value, e)
    }
    fn to_json(value: &Vec<u8>) -> Value {
        ethernet(value).map_or_else(|| to_json(value), |text| to_json(text.as_bytes()))
    }
    fn from_json(value: &Value) -> Result<Vec<u8>, JsonError> {
        let bytes = from_json(value)?;
        let mac = std::str::from_utf8(&bytes).ok().and_then(|text| text.parse::<MacAddr>().ok());
        Ok(mac.map_or(bytes, |mac| mac.0.to_vec()))
    }
    fn show(value: &Vec<u8>, out: &mut String) {
        match ethernet(value) {
            Some(text) => out.extend(["'", &text, "'"]),
            None => show_bytes(value, out),
        }
    }
}
