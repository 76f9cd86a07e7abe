//! Request bodies: JSON, or the Python literals that Ryu's users send.
//!
//! One grammar holds both: dictionaries, lists, tuples, text in either kind of quotes, numbers as
//! Python writes them, `True`, `False`, `None` and their JSON names, trailing commas, comments.
//! Nothing is evaluated.

use serde_json::{Map, Value};

use crate::app::HttpError;

/// How deep dictionaries and lists may stand in one another. The deepest body that means anything
/// has six levels.
pub const DEPTH_MAX: usize = 32;

/// Reads a body; an empty one is an empty dictionary.
///
/// Tuples become lists. Text with the prefix `b` becomes text of the same bytes. Integers of more
/// than 64 bits become decimal text, which is what numbers may be anyway. Keys that are numbers
/// become text.
///
/// # Errors
/// Status 400, with line and column and what was expected there.
///
/// # Example: what a Python script and `curl` send
/// ```
/// use ryu_sdn::services::ofctl::literal;
/// use serde_json::json;
///
/// let flow = literal(b"{'match': {'dl_type': 0x0800,}, 'vlan': None}")?;
/// assert_eq!(flow, json!({"match": {"dl_type": 2048}, "vlan": null}));
/// assert_eq!(literal(br#"{"a": [true, "\u00e9"]}"#)?, json!({"a": [true, "é"]}));
///
/// let error = literal(b"{'dpid': 1,\n 'match': }").unwrap_err();
/// assert_eq!(error.reason, "body, line 2, column 11: expected a value, found \"}\"");
/// # Ok::<(), ryu_sdn::app::HttpError>(())
/// ```
pub fn literal(body: &[u8]) -> Result<Value, HttpError> {
    let text = std::str::from_utf8(body).map_err(|err| {
        HttpError::bad_request(format!("body is not UTF-8 at byte {}", err.valid_up_to()))
    })?;
    let mut parser = Parser { text, at: 0 };
    parser.blank();
    if parser.peek().is_none() {
        return Ok(Value::Object(Map::new()));
    }
    let value = parser.value(0)?;
    parser.blank();
    match parser.peek() {
        None => Ok(value),
        Some(_) => Err(parser.expected("the end")),
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Takes `token` if it comes next.
    fn take(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    /// Skips white space and comments.
    fn blank(&mut self) {
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start_matches(char::is_whitespace).len();
            if self.peek() != Some('#') {
                return;
            }
            let rest = self.rest();
            self.at += rest.find('\n').unwrap_or(rest.len());
        }
    }

    /// The error that something else stands here.
    fn expected(&self, what: &str) -> HttpError {
        let found = match self.peek() {
            Some(found) => format!("{:?}", found.to_string()),
            None => "the end".to_owned(),
        };
        self.error(self.at, &format!("expected {what}, found {found}"))
    }

    fn error(&self, at: usize, reason: &str) -> HttpError {
        let before = &self.text[..at];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        HttpError::bad_request(format!("body, line {line}, column {column}: {reason}"))
    }

    fn value(&mut self, depth: usize) -> Result<Value, HttpError> {
        if depth > DEPTH_MAX {
            return Err(self.error(self.at, &format!("more than {DEPTH_MAX} levels")));
        }
        self.blank();
        match self.peek() {
            Some('{') => self.dictionary(depth),
            Some('[') => self.list('[', "]", depth).map(|(items, _)| items.into()),
            Some('(') => {
                // One thing in parentheses is that thing; with a comma it is a tuple.
                let (mut items, has_comma) = self.list('(', ")", depth)?;
                Ok(match items.len() {
                    1 if !has_comma => items.remove(0),
                    _ => items.into(),
                })
            }
            Some('"' | '\'') => self.texts(),
            Some('+' | '-' | '.' | '0'..='9') => self.number(),
            Some(c) if c.is_alphabetic() || c == '_' => self.word(),
            _ => Err(self.expected("a value")),
        }
    }

    fn dictionary(&mut self, depth: usize) -> Result<Value, HttpError> {
        let start = self.at;
        self.next();
        let mut members = Map::new();
        loop {
            self.blank();
            if self.take("}") {
                return Ok(members.into());
            }
            let at = self.at;
            let key = match self.value(depth + 1)? {
                Value::String(key) => key,
                Value::Number(key) => key.to_string(),
                _ => return Err(self.error(at, "a key is text or a number")),
            };
            self.blank();
            if !self.take(":") {
                return Err(self.expected("\":\""));
            }
            let value = self.value(depth + 1)?;
            members.insert(key, value);
            self.blank();
            if self.peek().is_none() {
                return Err(self.error(start, "this \"{\" is not closed"));
            }
            if !self.take(",") && self.peek() != Some('}') {
                return Err(self.expected("\",\" or \"}\""));
            }
        }
    }

    /// The items, and whether there was a comma among them.
    fn list(
        &mut self,
        open: char,
        close: &str,
        depth: usize,
    ) -> Result<(Vec<Value>, bool), HttpError> {
        let start = self.at;
        self.next();
        let (mut items, mut has_comma) = (Vec::new(), false);
        loop {
            self.blank();
            if self.take(close) {
                return Ok((items, has_comma));
            }
            items.push(self.value(depth + 1)?);
            self.blank();
            if self.peek().is_none() {
                return Err(self.error(start, &format!("this \"{open}\" is not closed")));
            }
            if self.take(",") {
                has_comma = true;
            } else if !self.rest().starts_with(close) {
                return Err(self.expected(&format!("\",\" or \"{close}\"")));
            }
        }
    }

    /// `True`, or the prefix of a text.
    fn word(&mut self) -> Result<Value, HttpError> {
        let rest = self.rest();
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let is_prefix = after.starts_with(['"', '\''])
            && matches!(&word.to_ascii_lowercase()[..], "b" | "r" | "u" | "br" | "rb");
        let value = match word {
            "True" | "true" => Value::Bool(true),
            "False" | "false" => Value::Bool(false),
            "None" | "null" => Value::Null,
            _ if is_prefix => return self.texts(),
            _ => {
                let reason = format!("{word:?} is no value; text stands in quotes");
                return Err(self.error(self.at, &reason));
            }
        };
        self.at += end;
        Ok(value)
    }

    /// A text; several in a row are one.
    fn texts(&mut self) -> Result<Value, HttpError> {
        let mut all = String::new();
        loop {
            let rest = self.rest();
            let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
            let prefix = rest[..end].to_ascii_lowercase();
            let has_quote = rest[end..].starts_with(['"', '\'']);
            if !has_quote || !matches!(&prefix[..], "" | "b" | "r" | "u" | "br" | "rb") {
                return Ok(all.into());
            }
            self.at += end;
            self.text_in_quotes(&mut all, prefix.contains('r'), prefix.contains('b'))?;
            self.blank();
        }
    }

    fn text_in_quotes(
        &mut self,
        all: &mut String,
        is_raw: bool,
        is_bytes: bool,
    ) -> Result<(), HttpError> {
        let start = self.at;
        let quote = if self.rest().starts_with('"') { "\"" } else { "'" };
        let triple = quote.repeat(3);
        let end = if self.rest().starts_with(&triple) { &triple[..] } else { quote };
        self.at += end.len();
        loop {
            if self.take(end) {
                return Ok(());
            }
            let at = self.at;
            match self.next() {
                None => return Err(self.error(start, "this text has no end")),
                Some('\n') if end.len() == 1 => {
                    return Err(self.error(start, "this text has no end on its line"));
                }
                Some('\\') if is_raw => {
                    all.push('\\');
                    all.extend(self.next());
                }
                Some('\\') => self.escape(all, at, is_bytes)?,
                Some(c) if is_bytes && !c.is_ascii() => {
                    return Err(self.error(at, "bytes are ASCII; others are written \\x.."));
                }
                Some(c) => all.push(c),
            }
        }
    }

    /// What stands behind a backslash at `at`.
    fn escape(&mut self, all: &mut String, at: usize, is_bytes: bool) -> Result<(), HttpError> {
        let Some(c) = self.next() else { return Ok(()) };
        let simple = match c {
            '\n' => return Ok(()),
            '\\' | '\'' | '"' | '/' => c,
            'a' => '\x07',
            'b' => '\x08',
            'f' => '\x0c',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\x0b',
            '0'..='7' => {
                let digits: String = self.rest().chars().take(2).collect();
                let len = digits.find(|c| !('0'..='7').contains(&c)).unwrap_or(digits.len());
                let number = u32::from_str_radix(&self.text[self.at - 1..self.at + len], 8);
                self.at += len;
                number.ok().and_then(char::from_u32).unwrap_or_default()
            }
            'x' => self.hex(2, at)?,
            'u' if !is_bytes => self.utf16(at)?,
            'U' if !is_bytes => self.hex(8, at)?,
            // Python keeps what it does not know.
            _ => {
                all.push('\\');
                c
            }
        };
        all.push(simple);
        Ok(())
    }

    fn digits(&mut self, len: usize, at: usize) -> Result<u32, HttpError> {
        let digits = self.rest().get(..len);
        let number = digits.filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let number = number.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        self.at += if number.is_some() { len } else { 0 };
        number.ok_or_else(|| self.error(at, &format!("{len} hexadecimal digits are expected here")))
    }

    fn hex(&mut self, len: usize, at: usize) -> Result<char, HttpError> {
        let number = self.digits(len, at)?;
        char::from_u32(number).ok_or_else(|| self.error(at, "there is no such character"))
    }

    /// `\uXXXX`, or the two that JSON makes of a character beyond 16 bits.
    fn utf16(&mut self, at: usize) -> Result<char, HttpError> {
        let first = self.digits(4, at)?;
        if (0xd800..0xdc00).contains(&first) && self.take("\\u") {
            let second = self.digits(4, at)?;
            let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400);
            let both = low.and_then(|low| char::from_u32(0x10000 + (first - 0xd800) * 0x400 + low));
            return both.ok_or_else(|| self.error(at, "there is no such character"));
        }
        char::from_u32(first).ok_or_else(|| self.error(at, "half of a character"))
    }

    fn number(&mut self) -> Result<Value, HttpError> {
        let start = self.at;
        let rest = self.rest();
        let sign = rest.len() - rest.trim_start_matches(['+', '-']).len();
        let is_negative = rest[..sign].matches('-').count() % 2 == 1;
        let mut end = sign;
        for c in rest[sign..].chars() {
            let before = rest[..end].chars().next_back();
            let is_decimal = !rest[sign..].starts_with("0x") && !rest[sign..].starts_with("0X");
            let is_exponent = is_decimal && matches!(before, Some('e' | 'E'));
            let belongs = c.is_alphanumeric() || matches!(c, '_' | '.');
            let is_sign = is_exponent && matches!(c, '+' | '-');
            if !belongs && !is_sign {
                break;
            }
            end += c.len_utf8();
        }
        let word = rest[sign..end].to_owned();
        let value = if word.contains('.') || is_exponential(&word) {
            let number = word.parse::<f64>().ok().filter(|number| number.is_finite());
            number.map(|number| Value::from(if is_negative { -number } else { number }))
        } else {
            integer(&word).map(|number| match (u64::try_from(number), i64::try_from(number)) {
                (Ok(number), _) if !is_negative => number.into(),
                (_, Ok(number)) if is_negative => (-number).into(),
                _ if is_negative => format!("-{number}").into(),
                _ => number.to_string().into(),
            })
        };
        self.at += end;
        value.ok_or_else(|| self.error(start, &format!("{word:?} is no number")))
    }
}

fn is_exponential(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
        && !word.starts_with("0x")
        && !word.starts_with("0X")
        && word.contains(['e', 'E'])
}

/// An integer as Python writes it, without its sign: `10`, `0x0a`, `0o12`, `0b1010`, `1_000`.
///
/// `010` is none: nobody knows whether it is meant to be 8.
pub(super) fn integer(text: &str) -> Option<u128> {
    let lower = text.to_ascii_lowercase();
    let (digits, radix) = match lower.get(..2) {
        Some("0x") => (&lower[2..], 16),
        Some("0o") => (&lower[2..], 8),
        Some("0b") => (&lower[2..], 2),
        _ => (&lower[..], 10),
    };
    // Python has an underscore between digits, and behind the prefix.
    let inner = if radix == 10 { digits } else { digits.strip_prefix('_').unwrap_or(digits) };
    if inner.is_empty() || inner.starts_with('_') || inner.ends_with('_') || inner.contains("__") {
        return None;
    }
    let plain: String = inner.chars().filter(|c| *c != '_').collect();
    if !plain.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    if radix == 10 && plain.starts_with('0') && !plain.trim_start_matches('0').is_empty() {
        return None;
    }
    u128::from_str_radix(&plain, radix).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(text: &str, expected: Value) {
        assert_eq!(literal(text.as_bytes()), Ok(expected), "{text}");
    }

    fn refused(text: &str, reason: &str) {
        let error = literal(text.as_bytes()).unwrap_err();
        assert_eq!((error.status.as_u16(), &error.reason[..]), (400, reason), "{text}");
    }

    #[test]
    fn json_is_read() {
        let text =
            r#" {"a": [1, -2, 3.5, 1e3, true, false, null, "x\n\u00e9\ud83d\ude00\/"], "b": {}} "#;
        check(text, serde_json::from_str(text).unwrap());
    }

    #[test]
    fn python_is_read() {
        check("{'a': 0x0800, 'b': (1, 2,), 'c': (3), 'd': ()}", {
            json!({"a": 2048, "b": [1, 2], "c": 3, "d": []})
        });
        check("[True, False, None, 0b101, 0o17, 1_000, +5, --5, 00]", {
            json!([true, false, null, 5, 15, 1000, 5, 5, 0])
        });
        check(r#"['it''s', "it's", u'x' r'\d', b'\x00\377', '\'', '\q']"#, {
            json!(["its", "it's", "x\\d", "\u{0}\u{ff}", "'", "\\q"])
        });
        check("'''a\n'b'''", json!("a\n'b"));
        check("{ # who\n 1: 'one', # what\n}", json!({"1": "one"}));
        check("18446744073709551616", json!("18446744073709551616"));
        check("-9223372036854775808", json!("-9223372036854775808"));
        check("", json!({}));
        check(" \n", json!({}));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        refused("{'a': 1", "body, line 1, column 1: this \"{\" is not closed");
        refused("[1, 2", "body, line 1, column 1: this \"[\" is not closed");
        refused("{'a' 1}", "body, line 1, column 6: expected \":\", found \"1\"");
        refused("{'a': 1 'b': 2}", "body, line 1, column 9: expected \",\" or \"}\", found \"'\"");
        refused(
            "{'a': LOCAL}",
            "body, line 1, column 7: \"LOCAL\" is no value; text stands in quotes",
        );
        refused("{'a': 'x}", "body, line 1, column 7: this text has no end");
        refused("{'a': 'x\n'}", "body, line 1, column 7: this text has no end on its line");
        refused("{'a': 010}", "body, line 1, column 7: \"010\" is no number");
        refused("{'a': 1e999}", "body, line 1, column 7: \"1e999\" is no number");
        refused("{'a': 0xg}", "body, line 1, column 7: \"0xg\" is no number");
        refused("{[]: 1}", "body, line 1, column 2: a key is text or a number");
        refused("{} {}", "body, line 1, column 4: expected the end, found \"{\"");
        refused("'\\xg1'", "body, line 1, column 2: 2 hexadecimal digits are expected here");
        refused("'\\ud800'", "body, line 1, column 2: half of a character");
        refused("__import__('os')", {
            "body, line 1, column 1: \"__import__\" is no value; text stands in quotes"
        });
    }

    #[test]
    fn depth_has_an_end() {
        let nested = |n: usize| "[".repeat(n) + &"]".repeat(n);
        assert!(literal(nested(DEPTH_MAX).as_bytes()).is_ok());
        assert!(literal(nested(100_000).as_bytes()).is_err());
        assert!(literal("(".repeat(100_000).as_bytes()).is_err());
        assert!(literal("{'a':".repeat(100_000).as_bytes()).is_err());
        assert!(literal(b"\xff").is_err());
    }

    /// Every beginning of a text that has everything, and every byte of it changed: an answer, and
    /// no panic.
    #[test]
    fn cut_and_bent_bodies_are_survived() {
        let text = "{'a': [0x1f, -2.5e+3, b'\\x00\\377', u'\\u00e9\\U0001F600', r'\\'], \"b\": (True,), # c\n}";
        for end in 0..text.len() {
            let _ = literal(&text.as_bytes()[..end]);
            for byte in [b'\\', b'\'', b'(', b'_', 0xc3, b'0'] {
                let mut bent = text.as_bytes().to_vec();
                bent[end] = byte;
                let _ = literal(&bent);
            }
        }
    }
}
