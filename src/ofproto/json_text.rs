//! Ryu's JSON as text, where integers have as many bits as they need.
//!
//! Python's integers have no end, and Ryu writes fields of 128 bits (`xxreg0`, `ct_label`) as
//! plain numbers. A [`Value`] holds numbers of 64 bits; in it, larger ones are decimal text. So it
//! is the text where the two forms are made the same: here larger numbers lose their quotes on
//! the way out and get them on the way in, and nothing is rounded. (`serde_json` could hold them
//! with its feature `arbitrary_precision`, but that changes how numbers are read in every crate
//! that shares it.)

use serde_json::{Map, Value};

use super::encode::EncodeError;
use super::ids::Xid;
use super::json::JsonError;
use super::message::Message;
use super::version::Version;

impl Message {
    /// [`to_json`](Message::to_json) as text on one line, exactly as Ryu has it: numbers of more
    /// than 64 bits are numbers too.
    ///
    /// ```
    /// use ryu_sdn::ofproto::{FlowMod, Match, Message, V1_3, Xid};
    ///
    /// let flow = FlowMod { match_: Match::new().xxreg0(1 << 100), ..FlowMod::add() };
    /// let text = Message::from(flow.clone()).to_json_text(V1_3)?;
    /// assert!(text.contains(r#""field":"xxreg0","mask":null,"value":1267650600228229401496703205376}"#));
    /// assert_eq!(Message::from_json_text(V1_3, &text)?, (Xid(0), flow.into()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`to_json`](Message::to_json).
    pub fn to_json_text(&self, version: Version) -> Result<String, EncodeError> {
        let mut out = String::new();
        write(&self.to_json(version)?, &mut out);
        Ok(out)
    }

    /// [`from_json`](Message::from_json) of a text; numbers of more than 64 bits may stand in it.
    ///
    /// # Errors
    /// If the text is no JSON, or not a message as [`from_json`](Message::from_json) reads it.
    pub fn from_json_text(version: Version, text: &str) -> Result<(Xid, Message), JsonError> {
        Message::from_json(version, &value_of_text(text)?)
    }
}

/// A text that is JSON; numbers of more than 64 bits are decimal text in it.
///
/// # Errors
/// If it is no JSON; says where.
pub(crate) fn value_of_text(text: &str) -> Result<Value, JsonError> {
    let value = match quoted(text) {
        Some(quoted) => serde_json::from_str(&quoted),
        None => serde_json::from_str(text),
    };
    // Its place is in the text as it was given: quotes are added without a line's end.
    value.map_err(|_| match serde_json::from_str::<Value>(text) {
        Err(err) => JsonError::new(format!("no JSON: {err}")),
        Ok(_) => JsonError::new("no JSON: number out of range"),
    })
}

/// Appends `value` as text; see the top of this file.
fn write(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                out.push_str(if i > 0 { "," } else { "" });
                write(item, out);
            }
            out.push(']');
        }
        Value::Object(members) => {
            out.push('{');
            for (i, (key, value)) in members.iter().enumerate() {
                out.push_str(if i > 0 { "," } else { "" });
                out.push_str(&Value::from(key.as_str()).to_string());
                out.push(':');
                match value {
                    Value::Object(inner) if has_numbers(key, inner) => write_wide(inner, out),
                    _ => write(value, out),
                }
            }
            out.push('}');
        }
        _ => out.push_str(&value.to_string()),
    }
}

/// Whether text of digits in this object is a number: a field with a name has a value of its
/// type, and the specs of a learn action have numbers; bytes in base64 are digits by chance.
fn has_numbers(class: &str, members: &Map<String, Value>) -> bool {
    let field = members.get("field").and_then(Value::as_str);
    let named = class == "OXMTlv" && field.is_some_and(|name| !name.starts_with("field_"));
    let bits = members.get("n_bits").and_then(Value::as_u64);
    named || class.starts_with("NXFlowSpec") && bits.is_some_and(|bits| bits <= 128)
}

/// An object whose text of digits are numbers.
fn write_wide(members: &Map<String, Value>, out: &mut String) {
    out.push('{');
    for (i, (key, value)) in members.iter().enumerate() {
        out.push_str(if i > 0 { "," } else { "" });
        out.push_str(&Value::from(key.as_str()).to_string());
        out.push(':');
        match value.as_str() {
            Some(digits) if is_wide(digits) && matches!(&key[..], "value" | "mask" | "src") => {
                out.push_str(digits);
            }
            _ => write(value, out),
        }
    }
    out.push('}');
}

/// Whether these are the digits of a number that needs more than 64 bits.
fn is_wide(digits: &str) -> bool {
    let plain = digits.bytes().all(|b| b.is_ascii_digit());
    plain && !digits.starts_with('0') && digits.parse::<u64>().is_err() && !digits.is_empty()
}

/// The text with quotes around numbers of more than 64 bits; `None` if there are none.
fn quoted(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut copied = 0;
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                // To the quote that ends this text, over those behind a backslash.
                at += 1;
                while let Some(byte) = bytes.get(at).filter(|byte| **byte != b'"') {
                    at += if *byte == b'\\' { 2 } else { 1 };
                }
                at += 1;
            }
            b'-' | b'0'..=b'9' => {
                let rest = &text[at..];
                let is_end = |c: char| !matches!(c, '-' | '+' | '.' | 'e' | 'E' | '0'..='9');
                let number = &rest[..rest.find(is_end).unwrap_or(rest.len())];
                if is_wide(number) {
                    out.push_str(&text[copied..at]);
                    out.extend(["\"", number, "\""]);
                    copied = at + number.len();
                }
                at += number.len();
            }
            _ => at += 1,
        }
    }
    if copied == 0 {
        return None;
    }
    out.push_str(&text[copied..]);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_beyond_64_bits_are_quoted() {
        let wide = "340282366920938463463374607431768211455";
        let text = format!(r#"{{"a":{wide},"b":[18446744073709551615,{wide} ],"c":-{wide}}}"#);
        let same = format!(r#"{{"a":"{wide}","b":[18446744073709551615,"{wide}" ],"c":-{wide}}}"#);
        assert_eq!(quoted(&text), Some(same));
        for text in [
            r#"{"a":"340282366920938463463374607431768211455"}"#,
            r#"["\"340282366920938463463374607431768211455"]"#,
            "[99999999999999999999.5]",
            "[1e40]",
            "\"\\",
            "\"",
            "é5",
            "-",
        ] {
            assert_eq!(quoted(text), None, "{text}");
        }
    }

    #[test]
    fn base64_that_looks_like_a_number_keeps_its_quotes() {
        let digits = "123456789012345678901234";
        let tlv = |field: &str| {
            let value = serde_json::json!({"OXMTlv": {"field": field, "value": digits}});
            let mut out = String::new();
            write(&value, &mut out);
            out
        };
        assert!(tlv("field_4").contains(&format!(r#":"{digits}"}}"#)), "{}", tlv("field_4"));
        assert!(tlv("xxreg1").contains(&format!(":{digits}}}")), "{}", tlv("xxreg1"));
    }
}
