//! The number that names a datapath.

use std::fmt;
use std::str::FromStr;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::wire::TextError;

/// A datapath id, 64 bits: the switch's MAC address in the lower 48 bits, the rest up to the
/// implementer. Every version, in the features reply.
///
/// Text form: 16 hexadecimal digits, in JSON the same text. Ryu has three ways of reading one, and
/// they do not agree; each has its own method here:
///
/// | read by | `10` | `0x10` | `000000000000000A` | as in Ryu |
/// |---|---|---|---|---|
/// | [`FromStr`], routes, options | 16 | 16 | 10 | `int(text, 16)` |
/// | [`Dpid::from_digits`] | refused | refused | 10 | `dpid_lib.str_to_dpid` |
/// | [`Dpid::from_integer`] | 10 | 16 | refused | `ofctl_rest`: `int(text, 0)` |
///
/// Out of JSON comes a number as itself, and text by the first row.
///
/// Spec: 1.0 section 5.3.1, 1.3 section 7.3.1; `datapath_id` of `ofp_switch_features`.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Dpid, Encode, SwitchFeatures, V1_3, Xid};
///
/// assert_eq!(Dpid(0xa1).to_string(), "00000000000000a1");
/// assert_eq!("0xA1".parse(), Ok(Dpid(0xa1)));
/// assert!("switch".parse::<Dpid>().is_err());
/// let features = SwitchFeatures { datapath_id: Dpid(0xa1), ..SwitchFeatures::default() };
/// let mut buf = BytesMut::new();
/// features.encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(buf[8..16], [0, 0, 0, 0, 0, 0, 0, 0xa1]);
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dpid(pub u64);

impl Dpid {
    /// Reads exactly 16 hexadecimal digits, as Ryu's `dpid_lib.str_to_dpid` and the paths of its
    /// REST interfaces (those in lower case only, as [`Display`](fmt::Display) writes them).
    ///
    /// ```
    /// use ryu_sdn::ofproto::Dpid;
    ///
    /// assert_eq!(Dpid::from_digits("00000000000000a1"), Ok(Dpid(0xa1)));
    /// let err = Dpid::from_digits("a1").unwrap_err();
    /// assert_eq!(err.to_string(), "datapath id: expected 16 hexadecimal digits at byte 2");
    /// ```
    ///
    /// # Errors
    /// If it is anything else.
    pub fn from_digits(text: &str) -> Result<Dpid, TextError> {
        const EXPECTED: &str = "16 hexadecimal digits";
        if text.len() < 16 {
            let offset = text.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(text.len());
            return Err(wrong(offset, EXPECTED));
        }
        hexadecimal(text, 0, EXPECTED)
    }

    /// Reads an integer as Python writes it: decimal, or with `0x`, `0o` or `0b` in front. This is
    /// how the paths and bodies of Ryu's `ofctl_rest` name a datapath. A leading zero before other
    /// digits is refused, as Python does, because it once meant octal.
    ///
    /// ```
    /// use ryu_sdn::ofproto::Dpid;
    ///
    /// assert_eq!(Dpid::from_integer("16"), Ok(Dpid(16)));
    /// assert_eq!(Dpid::from_integer("0x10"), Ok(Dpid(16)));
    /// assert!(Dpid::from_integer("0000000000000010").is_err());
    /// ```
    ///
    /// # Errors
    /// If it is anything else, or does not fit 64 bits.
    pub fn from_integer(text: &str) -> Result<Dpid, TextError> {
        const EXPECTED: &str = "an integer of 64 bits: decimal, or behind 0x, 0o or 0b";
        python_integer(text).map(Dpid).map_err(|offset| wrong(offset, EXPECTED))
    }
}

/// An integer as Python's `int(text, 0)` takes it, without sign, blanks and underscores. Or else
/// where it goes wrong.
pub(super) fn python_integer(text: &str) -> Result<u64, usize> {
    let (radix, digits) = match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &text[2..]),
        [b'0', b'o' | b'O', ..] => (8, &text[2..]),
        [b'0', b'b' | b'B', ..] => (2, &text[2..]),
        _ => (10, text),
    };
    let offset = text.len() - digits.len();
    if let Some(at) = digits.find(|c: char| !c.is_digit(radix)) {
        return Err(offset + at);
    }
    if radix == 10 && digits.starts_with('0') && digits.bytes().any(|b| b != b'0') {
        return Err(0);
    }
    u64::from_str_radix(digits, radix).map_err(|_| offset)
}

fn wrong(offset: usize, expected: &'static str) -> TextError {
    TextError { what: "datapath id", offset, expected }
}

/// Reads `digits`, which stand at `offset` of the text.
fn hexadecimal(digits: &str, offset: usize, expected: &'static str) -> Result<Dpid, TextError> {
    if let Some(at) = digits.find(|c: char| !c.is_ascii_hexdigit()) {
        return Err(wrong(offset + at, expected));
    }
    if digits.len() > 16 {
        return Err(wrong(offset + 16, expected));
    }
    u64::from_str_radix(digits, 16).map(Dpid).map_err(|_| wrong(offset, expected))
}

impl fmt::Display for Dpid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for Dpid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Dpid {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Dpid, TextError> {
        let digits = text.strip_prefix("0x").or(text.strip_prefix("0X")).unwrap_or(text);
        hexadecimal(digits, text.len() - digits.len(), "up to 16 hexadecimal digits")
    }
}

impl Serialize for Dpid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Dpid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Dpid, D::Error> {
        struct NumberOrText;

        impl Visitor<'_> for NumberOrText {
            type Value = Dpid;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a datapath id: a number, or text of up to 16 hexadecimal digits")
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Dpid, E> {
                Ok(Dpid(number))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Dpid, E> {
                let unexpected = de::Unexpected::Signed(number);
                let number = u64::try_from(number);
                number.map(Dpid).map_err(|_| E::invalid_value(unexpected, &self))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Dpid, E> {
                text.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_any(NumberOrText)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text() {
        assert_eq!("1".parse(), Ok(Dpid(1)));
        for (bad, offset) in [
            ("", 0),
            ("0x", 2),
            ("+1", 0),
            ("00000000000000001", 16),
            ("0x00000000000000001", 18),
            ("g", 0),
            ("0xag", 3),
        ] {
            assert_eq!(bad.parse::<Dpid>().unwrap_err().offset, offset, "{bad}");
        }
        for (bad, offset) in [("", 0), ("0x00000000000001", 1), ("00000000000000001", 16)] {
            assert_eq!(Dpid::from_digits(bad).unwrap_err().offset, offset, "{bad}");
        }
    }

    #[test]
    fn json() {
        for good in ["10", "\"a\"", "\"000000000000000a\""] {
            assert_eq!(serde_json::from_str::<Dpid>(good).unwrap(), Dpid(10), "{good}");
        }
        assert_eq!(serde_json::to_string(&Dpid(u64::MAX)).unwrap(), "\"ffffffffffffffff\"");
        for bad in ["-1", "1.5", "null", "18446744073709551616", "\"x\""] {
            assert!(serde_json::from_str::<Dpid>(bad).is_err(), "{bad}");
        }
    }
}
