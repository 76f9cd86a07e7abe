//! Words, numbers and addresses: what the forms are made of.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::error::{OvsTextError, OvsTextErrorKind};
use super::{Parser, Result};
use crate::ofproto::{PortNo, V1_0};

/// What separates items.
const SEPARATORS: [char; 5] = [',', ' ', '\t', '\r', '\n'];

/// One item of a list: `key`, `key=value`, `key:value` or `key(value)`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item<'t> {
    pub(super) key: &'t str,
    /// `Some("")` for `key=` and `key()`.
    pub(super) value: Option<&'t str>,
}

/// Cuts a text into items. Parentheses are counted, not descended into, so that depth costs
/// nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Items<'t> {
    pub(super) rest: &'t str,
}

impl<'t> Items<'t> {
    pub(super) fn new(text: &'t str) -> Items<'t> {
        Items { rest: text }
    }

    /// The next key, without its value; `None` at the end.
    pub(super) fn key(&mut self) -> Option<&'t str> {
        self.rest = self.rest.trim_start_matches(SEPARATORS);
        if self.rest.is_empty() {
            return None;
        }
        let is_end = |c: char| SEPARATORS.contains(&c) || matches!(c, ':' | '=' | '(');
        let end = self.rest.find(is_end).unwrap_or(self.rest.len());
        let (key, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(key)
    }

    /// The value that belongs to the key just read.
    pub(super) fn value(&mut self, p: &Parser<'_>) -> Result<Option<&'t str>> {
        let Some(first) = self.rest.chars().next() else { return Ok(None) };
        let (value, rest) = match first {
            '(' => {
                let inside = &self.rest[1..];
                let mut depth = 1usize;
                let close = inside.find(|c: char| {
                    depth = match c {
                        '(' => depth + 1,
                        ')' => depth - 1,
                        _ => depth,
                    };
                    depth == 0
                });
                let Some(close) = close else {
                    return Err(p.error(&self.rest[..1], expected("a closing parenthesis")));
                };
                let behind = &inside[close + 1..];
                if behind.starts_with("->") {
                    // A place for the answer: it belongs to the value, as `BYTES)->PLACE`.
                    let end = behind.find(SEPARATORS).unwrap_or(behind.len());
                    inside.split_at(close + 1 + end)
                } else {
                    (&inside[..close], behind)
                }
            }
            ':' | '=' => {
                let inside = &self.rest[1..];
                let mut depth = 0usize;
                let end = inside.find(|c: char| {
                    depth = match c {
                        '(' => depth + 1,
                        ')' => depth.saturating_sub(1),
                        _ => depth,
                    };
                    depth == 0 && SEPARATORS.contains(&c)
                });
                inside.split_at(end.unwrap_or(inside.len()))
            }
            _ => return Ok(None),
        };
        if !rest.is_empty() && !rest.starts_with(SEPARATORS) {
            let end = rest.find(SEPARATORS).unwrap_or(rest.len());
            return Err(p.error(&rest[..end], expected("a comma")));
        }
        self.rest = rest;
        Ok(Some(value))
    }

    /// The next item.
    pub(super) fn next(&mut self, p: &Parser<'_>) -> Result<Option<Item<'t>>> {
        let Some(key) = self.key() else { return Ok(None) };
        let value = self.value(p)?;
        if key.is_empty() {
            return Err(p.error(value.unwrap_or(self.rest), expected("a name before the value")));
        }
        Ok(Some(Item { key, value }))
    }
}

/// Short for the commonest kind of error.
pub(super) const fn expected(what: &'static str) -> OvsTextErrorKind {
    OvsTextErrorKind::Expected(what)
}

/// A number as C reads it: decimal, `0x` and hexadecimal, `0` and octal.
pub(super) fn number(text: &str) -> Option<u128> {
    let (digits, radix) = match text.strip_prefix("0x").or(text.strip_prefix("0X")) {
        Some(digits) => (digits, 16),
        None if text.len() > 1 && text.starts_with('0') => (&text[1..], 8),
        None => (text, 10),
    };
    // `from_str_radix` would take a sign.
    if digits.starts_with(['+', '-']) {
        return None;
    }
    u128::from_str_radix(digits, radix).ok()
}

/// [`number`] of 64 bits, where `-1` stands for all ones.
pub(super) fn number_64(text: &str) -> Option<u64> {
    match text {
        "-1" => Some(u64::MAX),
        _ => number(text)?.try_into().ok(),
    }
}

/// An Ethernet address as a number; one digit will do for two.
pub(super) fn mac(text: &str) -> Option<u128> {
    let mut parts = text.split(':');
    let mut value = 0;
    for _ in 0..6 {
        let part = parts.next()?;
        if part.len() > 2 || part.starts_with('+') {
            return None;
        }
        value = value << 8 | u128::from_str_radix(part, 16).ok()?;
    }
    parts.next().is_none().then_some(value)
}

pub(super) fn ipv4(text: &str) -> Option<u128> {
    text.parse::<Ipv4Addr>().ok().map(|ip| u32::from(ip).into())
}

pub(super) fn ipv6(text: &str) -> Option<u128> {
    text.parse::<Ipv6Addr>().ok().map(u128::from)
}

/// An IPv6 address as the C library writes it: Rust writes those of the form `::1.2.3.4` without
/// dots.
pub(super) fn ipv6_text(value: u128) -> String {
    if value >> 32 == 0 && value >> 16 != 0 {
        return format!("::{}", Ipv4Addr::from(value as u32));
    }
    Ipv6Addr::from(value).to_string()
}

const PORT: &str = "a port number, LOCAL, IN_PORT or another reserved port";

impl Parser<'_> {
    /// A port: a decimal number, a reserved name or one that the caller knows.
    pub(super) fn port(&self, token: &str) -> Result<PortNo> {
        let fail = || Err(self.error(token, expected(PORT)));
        if token.starts_with(|c: char| c.is_ascii_digit()) {
            let Ok(number) = token.parse::<u32>() else { return fail() };
            return match number {
                // 1.0's own numbers of the reserved ports. Later versions have ports there, but
                // Open vSwitch goes on reading them as reserved: too easy to get wrong.
                0xff00..=0xffff if self.version == V1_0 => Ok(PortNo::from_v1_0(number as u16)),
                0xff00..=0xffff => {
                    Err(self.error(token, expected("the name of a reserved port, as LOCAL")))
                }
                _ => Ok(PortNo(number)),
            };
        }
        if let Some(port) = self.port_names.and_then(|names| names(token)) {
            return Ok(port);
        }
        token.parse().or_else(|_| fail())
    }

    /// An error about a part of the text that is being read.
    pub(super) fn error(&self, token: &str, kind: OvsTextErrorKind) -> OvsTextError {
        OvsTextError::new(self.text, token, kind)
    }

    /// A number of an attribute or action.
    pub(super) fn int<T: TryFrom<u128>>(&self, token: &str, what: &'static str) -> Result<T> {
        number(token)
            .and_then(|n| n.try_into().ok())
            .ok_or_else(|| self.error(token, expected(what)))
    }

    /// A number of 64 bits, `-1` for all ones.
    pub(super) fn int_64(&self, token: &str) -> Result<u64> {
        number_64(token).ok_or_else(|| self.error(token, expected("a number of 64 bits")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_c_reads_them() {
        for (text, value) in [("0", 0), ("10", 10), ("010", 8), ("0x1f", 31), ("0Xf", 15)] {
            assert_eq!(number(text), Some(value), "{text}");
        }
        for bad in ["", "0x", "08", "1s", "-1", "+1", "0x+1", "1_0", "0-1"] {
            assert_eq!(number(bad), None, "{bad}");
        }
        assert_eq!(number_64("-1"), Some(u64::MAX));
    }

    #[test]
    fn addresses() {
        assert_eq!(mac("0:1:2:3:4:ff"), Some(0x0001020304ff));
        for bad in ["", "0:1:2:3:4", "0:1:2:3:4:5:6", "0:1:2:3:4:+5", "0:1:2:3:4:005", ":::::"] {
            assert_eq!(mac(bad), None, "{bad}");
        }
        assert_eq!(ipv6_text(0x0102_0304), "::1.2.3.4");
        assert_eq!(ipv6_text(1), "::1");
    }
}
