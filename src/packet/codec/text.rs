//! Ryu's text: `name(field=value,...)`, the fields in the order of their names, values as Python's
//! `repr` writes them.

use std::convert::Infallible;
use std::fmt::Write as _;

use super::{Chosen, Form, Len, Noun, Number, Out, Visit};

/// Appends `name(field=value,...)`.
pub(crate) fn noun_to_text<'a, T: Noun<'a>>(noun: &T, out: &mut String) {
    let mut v = Shown { members: Vec::new() };
    let Ok(()) = noun.tell(&mut v);
    v.members.sort_unstable();
    out.push_str(noun.class());
    out.push('(');
    for (i, (name, value)) in v.members.iter().enumerate() {
        let comma = if i > 0 { "," } else { "" };
        out.extend([comma, name, "=", value]);
    }
    out.push(')');
}

/// Appends bytes as Python writes them: `b'\x00abc'`.
pub(crate) fn show_bytes(bytes: &[u8], out: &mut String) {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { b'"' } else { b'\'' };
    out.push('b');
    out.push(char::from(quote));
    for &byte in bytes {
        match byte {
            b'\t' => out.push_str("\\t"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\\' => out.push_str("\\\\"),
            _ if byte == quote => out.extend(['\\', char::from(byte)]),
            0x20..=0x7e => out.push(char::from(byte)),
            // Writing to a string cannot fail.
            _ => drop(write!(out, "\\x{byte:02x}")),
        }
    }
    out.push(char::from(quote));
}

/// Appends text as Python writes it, one character per byte: `'\x00abc'`.
pub(crate) fn show_text(bytes: &[u8], out: &mut String) {
    let at = out.len();
    show_bytes(bytes, out);
    // Python's text differs from its bytes in the letter in front.
    out.remove(at);
}

struct Shown {
    members: Vec<(&'static str, String)>,
}

impl Shown {
    fn push(&mut self, name: &'static str, show: impl FnOnce(&mut String)) {
        if !name.is_empty() {
            let mut value = String::new();
            show(&mut value);
            self.members.push((name, value));
        }
    }
}

impl Visit for Shown {
    type Error = Infallible;

    fn remark(&mut self, name: &'static str, value: u64) {
        self.push(name, |out| out.push_str(&value.to_string()));
    }

    fn remark_none(&mut self, name: &'static str) {
        self.push(name, |out| out.push_str("None"));
    }

    fn remark_bytes(&mut self, name: &'static str, value: impl FnOnce() -> Vec<u8>) {
        self.push(name, |out| show_bytes(&value(), out));
    }
}

impl Out for Shown {
    fn with<'a, F: Form<'a, T>, T>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Infallible> {
        self.push(name, |out| F::show(value, out));
        Ok(())
    }

    fn bits<N: Number>(&mut self, name: &'static str, _: u32, value: &N) -> Result<(), Infallible> {
        self.push(name, |out| out.push_str(&value.get().to_string()));
        Ok(())
    }

    fn sized<N: Number>(
        &mut self,
        name: &'static str,
        width: u32,
        _: Len,
        len: &Option<N>,
        f: impl FnOnce(&mut Self) -> Result<(), Infallible>,
    ) -> Result<(), Infallible> {
        self.bits(name, width, len)?;
        f(self)
    }

    fn flag(&mut self, name: &'static str, value: &bool) -> Result<(), Infallible> {
        self.push(name, |out| out.push_str(if *value { "True" } else { "False" }));
        Ok(())
    }

    fn chosen<'a, C, T: Chosen<'a, C>>(
        &mut self,
        name: &'static str,
        _: C,
        value: &T,
    ) -> Result<(), Infallible> {
        self.push(name, |out| value.show(out));
        Ok(())
    }
}
