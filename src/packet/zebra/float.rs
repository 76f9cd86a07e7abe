//! Floating-point numbers of the wire.

use std::fmt;

use serde_json::Value;

use crate::packet::EmitError;
use crate::packet::codec::{Decoder, Encoder, Member};
use crate::wire::{DecodeError, JsonError};

/// A number of IEEE 754 in 32 bits: two are equal if their bits are.
///
/// In JSON a number; what is none there is `"NaN"`, `"Infinity"` or `"-Infinity"`, as Python names it.
///
/// ```
/// use ryu_sdn::packet::ZebraFloat;
///
/// let bandwidth = ZebraFloat::from(1.5);
/// assert_eq!((bandwidth.get(), bandwidth.to_string()), (1.5, "1.5".to_owned()));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ZebraFloat {
    /// As they stand on the wire.
    pub bits: u32,
}

impl ZebraFloat {
    /// The number.
    pub fn get(self) -> f32 {
        f32::from_bits(self.bits)
    }
}

impl From<f32> for ZebraFloat {
    fn from(number: f32) -> Self {
        ZebraFloat { bits: number.to_bits() }
    }
}

/// As Python's `repr` writes the same number in 64 bits.
impl fmt::Display for ZebraFloat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = f64::from(self.get());
        if number.is_nan() {
            return f.write_str("nan");
        }
        // Python writes small numbers in full down to 0.0001, Rust does to 0.00001; and an
        // exponent has a sign and two digits.
        let text = match number.abs() {
            small if small < 1e-4 && small != 0.0 => format!("{number:e}"),
            _ => format!("{number:?}"),
        };
        match text.split_once('e') {
            Some((digits, exponent)) => {
                let (sign, exponent) = match exponent.strip_prefix('-') {
                    Some(exponent) => ('-', exponent),
                    None => ('+', exponent),
                };
                write!(f, "{digits}e{sign}{exponent:0>2}")
            }
            None => f.write_str(&text),
        }
    }
}

impl Member<'_> for ZebraFloat {
    fn decode(d: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        <u32 as Member>::decode(d).map(|bits| ZebraFloat { bits })
    }
    fn encode(&self, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        self.bits.encode(e)
    }
    fn to_json(&self) -> Value {
        match f64::from(self.get()) {
            number if number.is_nan() => "NaN".into(),
            f64::INFINITY => "Infinity".into(),
            f64::NEG_INFINITY => "-Infinity".into(),
            number => number.into(),
        }
    }
    fn from_json(value: &Value) -> Result<Self, JsonError> {
        let number = match value.as_str() {
            Some("NaN") => Some(f32::NAN),
            Some("Infinity") => Some(f32::INFINITY),
            Some("-Infinity") => Some(f32::NEG_INFINITY),
            _ => value.as_f64().map(|number| number as f32),
        };
        number.map(ZebraFloat::from).ok_or_else(|| JsonError::expected("a number", value))
    }
    fn show(&self, out: &mut String) {
        out.push_str(&self.to_string());
    }
}

/// Eight of them behind their number: one for each class of traffic.
impl Member<'_> for [ZebraFloat; 8] {
    fn decode(d: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let count = <u32 as Member>::decode(d)?;
        if count != 8 {
            return Err(d.bad_value(4, count as usize, "bw_cls_num"));
        }
        let mut all = [ZebraFloat::default(); 8];
        for one in &mut all {
            *one = Member::decode(d)?;
        }
        Ok(all)
    }
    fn encode(&self, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        8u32.encode(e)?;
        self.iter().try_for_each(|one| one.encode(e))
    }
    fn to_json(&self) -> Value {
        super::dialect::list::to_json(self)
    }
    fn from_json(value: &Value) -> Result<Self, JsonError> {
        let all = super::dialect::list::from_json(value)?;
        all.try_into().map_err(|_| JsonError::expected("eight numbers", value))
    }
    fn show(&self, out: &mut String) {
        super::dialect::list::show(self, out);
    }
}

#[cfg(test)]
mod tests {
    use super::ZebraFloat;

    #[test]
    fn text_is_that_of_python() {
        // print(repr(struct.unpack("f", struct.pack("f", x))[0])) of Python 3.
        for (number, text) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (0.1, "0.10000000149011612"),
            (1e9, "1000000000.0"),
            (1e16, "1.0000000272564224e+16"),
            (1e-5, "9.999999747378752e-06"),
            (1e-4, "9.999999747378752e-05"),
            (0.00011, "0.00011000000085914508"),
            (f32::INFINITY, "inf"),
            (f32::NEG_INFINITY, "-inf"),
            (f32::NAN, "nan"),
        ] {
            assert_eq!(ZebraFloat::from(number).to_string(), text);
        }
    }
}
