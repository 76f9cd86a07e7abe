//! Forms of bytes that only connectivity fault management has.

use std::borrow::Cow;

use serde_json::Value;

use crate::packet::EmitError;
use crate::packet::codec::{Decoder, Encoder, Form, Member};
use crate::wire::{DecodeError, JsonError};

/// All that is left in the box, which Ryu has as a tuple of octets.
pub(super) enum Octets {}

impl<'a> Form<'a, Cow<'a, [u8]>> for Octets {
    fn decode(d: &mut Decoder<'a>) -> Result<Cow<'a, [u8]>, DecodeError> {
        Member::decode(d)
    }
    fn encode(value: &Cow<'a, [u8]>, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        value.encode(e)
    }
    fn to_json(value: &Cow<'a, [u8]>) -> Value {
        value.iter().copied().collect()
    }
    fn from_json(value: &Value) -> Result<Cow<'a, [u8]>, JsonError> {
        match value.as_array() {
            Some(octets) => octets.iter().map(u8::from_json).collect(),
            None => Member::from_json(value),
        }
    }
    fn show(value: &Cow<'a, [u8]>, out: &mut String) {
        let octets: Vec<String> = value.iter().map(u8::to_string).collect();
        // Python's tuple of one.
        let comma = if octets.len() == 1 { "," } else { "" };
        out.extend(["(", &octets.join(", "), comma, ")"]);
    }
}

/// All that is left in the box without the zeros at its end: `fill_up` writes those.
pub(super) enum Trimmed {}

impl<'a> Form<'a, Cow<'a, [u8]>> for Trimmed {
    fn decode(d: &mut Decoder<'a>) -> Result<Cow<'a, [u8]>, DecodeError> {
        let bytes = d.rest();
        let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        Ok(Cow::Borrowed(&bytes[..end]))
    }
    fn encode(value: &Cow<'a, [u8]>, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        value.encode(e)
    }
    fn to_json(value: &Cow<'a, [u8]>) -> Value {
        value.to_json()
    }
    fn from_json(value: &Value) -> Result<Cow<'a, [u8]>, JsonError> {
        Member::from_json(value)
    }
    fn show(value: &Cow<'a, [u8]>, out: &mut String) {
        value.show(out);
    }
}

/// Bytes that are not on the wire.
pub(super) enum Absent {}

impl<'a> Form<'a, Cow<'a, [u8]>> for Absent {
    fn decode(_: &mut Decoder<'a>) -> Result<Cow<'a, [u8]>, DecodeError> {
        Ok(Cow::default())
    }
    fn encode(_: &Cow<'a, [u8]>, _: &mut Encoder<'_>) -> Result<(), EmitError> {
        Ok(())
    }
    fn to_json(value: &Cow<'a, [u8]>) -> Value {
        value.to_json()
    }
    fn from_json(value: &Value) -> Result<Cow<'a, [u8]>, JsonError> {
        Member::from_json(value)
    }
    fn show(value: &Cow<'a, [u8]>, out: &mut String) {
        value.show(out);
    }
}
