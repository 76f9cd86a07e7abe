//! Statistics and information of BMP: type, length, value.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::packet::EmitError;
use crate::packet::bgp::Frame;
use crate::packet::codec::{Decoder, Encoder, Fields, Form as _, Len, Member, Text, fields};
use crate::wire::{DecodeError, JsonError};

/// Items of type, length and value. Of the types for which `$width` has a number of bytes, JSON has
/// the value as a number, of all others in base64. Of the type `$text`, Ryu's text has it as text.
macro_rules! tlvs {
    ($($(#[$meta:meta])* $noun:ident $text:expr, $width:expr;)*) => { $(
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $noun<'a> {
            /// Its number.
            pub type_: u16,
            /// Bytes of the value; `None`: filled in.
            pub len: Option<u16>,
            /// What it says.
            pub value: Cow<'a, [u8]>,
        }

        impl<'a> $noun<'a> {
            /// The item of this type.
            pub fn new(type_: u16, value: impl Into<Cow<'a, [u8]>>) -> Self {
                $noun { type_, len: None, value: value.into() }
            }

            /// The value as a number, if it has one to eight bytes.
            pub fn number(&self) -> Option<u64> {
                let size = self.value.len();
                let number = || self.value.iter().fold(0, |n, byte| n << 8 | u64::from(*byte));
                (1..=8).contains(&size).then(number)
            }

            /// The number, if JSON has it as one.
            fn shown(&self) -> Option<u64> {
                let width: fn(u16) -> usize = $width;
                self.number().filter(|_| width(self.type_) == self.value.len())
            }
        }

        fields!($noun<'a>, |this, v| {
            let $noun { type_, len, value } = this;
            v.field("type", type_)?;
            v.sized("len", 16, Len::BODY, len, |v| v.field("value", value))
        });

        /// In JSON it has no class.
        impl<'a> Member<'a> for $noun<'a> {
            fn decode(d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
                let mut item = Self::default();
                item.fill(d)?;
                Ok(item)
            }
            fn encode(&self, e: &mut Encoder<'_>) -> Result<(), EmitError> {
                self.tell(e)
            }
            fn to_json(&self) -> Value {
                let value = self.shown().map_or_else(|| self.value.to_json(), Value::from);
                let members = [
                    ("type".to_owned(), self.type_.into()),
                    ("len".to_owned(), self.len.unwrap_or(0).into()),
                    ("value".to_owned(), value),
                ];
                Value::Object(Map::from_iter(members))
            }
            fn from_json(value: &Value) -> Result<Self, JsonError> {
                let width: fn(u16) -> usize = $width;
                let type_: u16 = Member::from_json(&value["type"]).map_err(|err| err.within("type"))?;
                let len: Option<u16> = Member::from_json(&value["len"]).map_err(|err| err.within("len"))?;
                let value = match value["value"].as_u64() {
                    Some(number) => {
                        let width = match (width(type_), len) {
                            (0, Some(len)) => usize::from(len).min(8),
                            (0, None) => 8,
                            (width, _) => width,
                        };
                        let bytes = number.to_be_bytes();
                        let (zeros, bytes) = bytes.split_at(8 - width);
                        if zeros.iter().any(|byte| *byte != 0) {
                            let expected = format!("a number of {width} bytes");
                            return Err(JsonError::expected(&expected, &value["value"]));
                        }
                        Cow::Owned(bytes.to_vec())
                    }
                    None => Member::from_json(&value["value"]).map_err(|err| err.within("value"))?,
                };
                Ok($noun { type_, len, value })
            }
            fn show(&self, out: &mut String) {
                out.push_str(&format!("{{'type': {}, 'len': {}, 'value': ", self.type_, self.len.unwrap_or(0)));
                match self.shown() {
                    Some(number) => out.push_str(&number.to_string()),
                    None if Some(self.type_) == $text => Text::show(&self.value, out),
                    None => self.value.show(out),
                }
                out.push('}');
            }
        }

        impl Frame for $noun<'_> {
            fn frame(d: &Decoder<'_>) -> Result<usize, DecodeError> {
                let Some([_, _, high, low]) = d.peek::<4>() else {
                    return Err(d.missing(4));
                };
                let size = 4 + usize::from(u16::from_be_bytes([high, low]));
                if size > d.remaining() { Err(d.short(size, "len")) } else { Ok(size) }
            }
        }
    )* };
}

tlvs! {
    /// A count of a [`BmpStatisticsReport`](super::BmpStatisticsReport): how many there were, or
    /// how many there are now.
    ///
    /// Spec: RFC 7854 section 4.8, RFC 8671 section 6.2. See the example of [`Bmp`](super::Bmp).
    BmpStat None, |type_| match type_ {
        0..=6 => 4,
        7 | 8 | 14 | 15 => 8,
        _ => 0,
    };
    /// What a router says of itself in a [`BmpInitiation`](super::BmpInitiation) or
    /// [`BmpPeerUpNotification`](super::BmpPeerUpNotification): 0 is a text, 1 what it is, 2 its
    /// name.
    ///
    /// Spec: RFC 7854 section 4.4. See the example of [`Bmp`](super::Bmp).
    BmpInfo Some(0), |_| 0;
    /// Why a router closes the connection: 0 is a text, 1 a number.
    ///
    /// Spec: RFC 7854 section 4.5. See the example of [`Bmp`](super::Bmp).
    BmpTerminationInfo Some(0), |type_| if type_ == 1 { 2 } else { 0 };
}
