//! Values of match fields as text: numbers, addresses, names of flags, each perhaps under a mask.

use std::fmt::{self, Write};

use super::field::{Form, OvsField};
use super::token::{self, expected, number, number_64};
use super::{Parser, Result};
use crate::ofproto::PortNo;

/// What fragments are called: the two bits say "a fragment" and "not the first one".
const FRAGMENTS: &[(&str, u128, u128)] =
    &[("no", 0, 3), ("yes", 1, 1), ("first", 1, 3), ("later", 3, 3), ("not_later", 0, 2)];

const TCP_FLAGS: &[&str] =
    &["fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ns", "[200]", "[400]", "[800]"];
const CT_STATES: &[&str] = &["new", "est", "rel", "rpl", "inv", "trk", "snat", "dnat"];
const TUN_FLAGS: &[&str] = &["oam"];

impl OvsField {
    /// The names of its bits, from the lowest; none if it is no set of flags.
    fn flags(&self) -> &'static [&'static str] {
        match self.form {
            Form::TcpFlags => TCP_FLAGS,
            Form::CtState => CT_STATES,
            Form::TunFlags => TUN_FLAGS,
            _ => &[],
        }
    }

    /// What a value of this field looks like.
    fn expectation(&self) -> &'static str {
        match (self.form, self.mask, self.bits) {
            (Form::Ipv4, ..) => "an IPv4 address, or one with /PREFIX or /MASK",
            (Form::Ipv6, ..) => "an IPv6 address, or one with /PREFIX or /MASK",
            (Form::Mac, ..) => "an Ethernet address, or one with /MASK",
            (Form::Port, ..) => "a port",
            (Form::Frag, ..) => "no, yes, first, later or not_later",
            (Form::TcpFlags, ..) => "flags as +syn-ack or syn|ack, or a number of 12 bits",
            (Form::CtState, ..) => "flags as +trk-new or trk|est, or a number of 8 bits",
            (Form::TunFlags, ..) => "flags as +oam, or a number of 1 bit",
            (Form::PacketType, ..) => "(NAMESPACE,TYPE)",
            (_, true, 8) => "a number, 0 to 255, or one with /MASK",
            (_, true, 13) => "a number of 13 bits, or one with /MASK",
            (_, true, 16) => "a number of 16 bits, or one with /MASK",
            (_, true, 20) => "a number of 20 bits, or one with /MASK",
            (_, true, 32) => "a number of 32 bits, or one with /MASK",
            (_, true, 64) => "a number of 64 bits, or one with /MASK",
            (_, true, 128) => "a number of 128 bits, or one with /MASK",
            (_, true, _) => "a number in range, or one with /MASK",
            (_, false, 1) => "0 or 1",
            (_, false, 2) => "a number, 0 to 3",
            (_, false, 3) => "a number, 0 to 7",
            (_, false, 6) => "a number, 0 to 63",
            (_, false, 8) => "a number, 0 to 255",
            (_, false, 16) => "a number, 0 to 65535",
            (_, false, 20) => "a number, 0 to 1048575",
            (_, false, _) => "a number in range",
        }
    }

    /// Reads `value` or `value/mask`.
    pub(super) fn parse(&self, p: &Parser<'_>, text: &str) -> Result<(u128, u128)> {
        let fail = || p.error(text, expected(self.expectation()));
        match self.form {
            Form::Frag => {
                let row = FRAGMENTS.iter().find(|row| row.0 == text);
                return row.map(|row| (row.1, row.2)).ok_or_else(fail);
            }
            Form::PacketType => return self.packet_type(text).ok_or_else(fail),
            Form::TcpFlags | Form::CtState | Form::TunFlags
                if !text.starts_with(|c: char| c.is_ascii_digit()) =>
            {
                return self.named_flags(text).ok_or_else(fail);
            }
            _ => {}
        }
        let (value, mask) = match text.split_once('/') {
            Some((value, mask)) if self.mask => (value, Some(mask)),
            Some(_) => return Err(fail()),
            None => (text, None),
        };
        let bits = u32::from(self.bits);
        let one = |text: &str| match self.form {
            Form::Mac => token::mac(text),
            Form::Ipv4 => token::ipv4(text),
            Form::Ipv6 => token::ipv6(text),
            _ if bits == 64 => number_64(text).map(u128::from),
            _ => number(text),
        };
        let prefix = |text: &str| match number(text) {
            Some(0) => Some(0),
            Some(len) if len <= u128::from(bits) => {
                let free = bits - len as u32;
                Some(self.ones() >> free << free)
            }
            _ => None,
        };
        if self.form == Form::Port {
            return Ok((p.port(value)?.0.into(), self.ones()));
        }
        let value = one(value).filter(|v| *v <= self.ones()).ok_or_else(fail)?;
        let mask = match mask {
            None => self.ones(),
            Some(mask) => {
                let mask = match self.form {
                    Form::Ipv4 | Form::Ipv6 => one(mask).or_else(|| prefix(mask)),
                    _ => one(mask),
                };
                mask.filter(|m| *m <= self.ones()).ok_or_else(fail)?
            }
        };
        Ok((value, mask))
    }

    /// Reads `+syn-ack` (these are looked at) or `syn|ack` (these are set, the others are not).
    fn named_flags(&self, text: &str) -> Option<(u128, u128)> {
        let bit = |name: &str| {
            let place = self.flags().iter().position(|flag| *flag == name)?;
            Some(1u128 << place)
        };
        let (mut value, mut mask) = (0, 0);
        if !text.starts_with(['+', '-']) {
            for name in text.split('|') {
                value |= bit(name)?;
            }
            return Some((value, self.ones()));
        }
        let mut rest = text;
        while let Some(sign) = rest.chars().next() {
            let name = &rest[1..];
            let end = name.find(['+', '-']).unwrap_or(name.len());
            let flag = bit(&name[..end])?;
            if mask & flag != 0 {
                return None;
            }
            mask |= flag;
            value |= if sign == '+' { flag } else { 0 };
            rest = &name[end..];
        }
        Some((value, mask))
    }

    /// Reads `(1,0x894f)`.
    fn packet_type(&self, text: &str) -> Option<(u128, u128)> {
        let (space, number_in_it) = text.strip_prefix('(')?.strip_suffix(')')?.split_once(',')?;
        let short = |text: &str| number(text.trim()).filter(|v| *v <= 0xffff);
        Some((short(space)? << 16 | short(number_in_it)?, self.ones()))
    }

    /// Writes `value` or `value/mask`, as a match shows it or a set-field.
    pub(super) fn write(
        &self,
        out: &mut impl Write,
        value: u128,
        mask: Option<u128>,
        in_match: bool,
    ) -> fmt::Result {
        if self.form == Form::TunFlags {
            return self.write_flags(out, value, mask.or(Some(self.ones())));
        }
        let mask = mask.filter(|mask| *mask != self.ones());
        match self.form {
            Form::Frag => {
                let same = |row: &&(&str, u128, u128)| {
                    row.2 == mask.unwrap_or(3) && row.1 == value & row.2
                };
                return match FRAGMENTS.iter().find(same) {
                    Some(row) => out.write_str(row.0),
                    // One bit is looked at, alone; it is read back with the other.
                    None => out.write_str(match (value & 3, mask.unwrap_or(3) & 3) {
                        (0, 1) => "no",
                        (2, 2) => "later",
                        _ => "<error>",
                    }),
                };
            }
            Form::TcpFlags | Form::CtState => {
                return self.write_flags(out, value, mask);
            }
            Form::PacketType => return write!(out, "({},{:#x})", value >> 16, value & 0xffff),
            _ => {}
        }
        // Open vSwitch writes these by hand.
        let nsh = in_match && self.oxm.starts_with("nsh_");
        let hex = |out: &mut dyn Write, v: u128| match v {
            0 if nsh => write!(out, "0x0"),
            0 => write!(out, "0"),
            _ => write!(out, "{v:#x}"),
        };
        let one = |out: &mut dyn Write, v: u128, is_mask: bool| match self.form {
            Form::Decimal | Form::L4Port if mask.is_none() || !(in_match || is_mask) => {
                write!(out, "{v}")
            }
            // Two digits, as Open vSwitch has it for bytes.
            Form::Decimal if self.bits == 8 && in_match => write!(out, "{v:#04x}"),
            Form::Decimal | Form::L4Port => write!(out, "{v:#x}"),
            Form::EthType if in_match => write!(out, "{v:#06x}"),
            Form::Label if in_match => write!(out, "{v:#07x}"),
            Form::Port => write!(out, "{}", PortNo(v as u32)),
            Form::Mac => {
                let [.., a, b, c, d, e, g] = v.to_be_bytes();
                write!(out, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}")
            }
            Form::Ipv4 => write!(out, "{}", std::net::Ipv4Addr::from(v as u32)),
            Form::Ipv6 => out.write_str(&token::ipv6_text(v)),
            _ => hex(out, v),
        };
        one(out, value, false)?;
        let Some(mask) = mask else { return Ok(()) };
        out.write_str("/")?;
        if matches!(self.form, Form::Ipv4 | Form::Ipv6) {
            let bits = u32::from(self.bits);
            let set = mask.count_ones();
            if set > 0 && mask == self.ones() >> (bits - set) << (bits - set) {
                return write!(out, "{set}");
            }
        }
        one(out, mask, true)
    }

    fn write_flags(&self, out: &mut impl Write, value: u128, mask: Option<u128>) -> fmt::Result {
        let names = || self.flags().iter().enumerate();
        match mask {
            Some(mask) => {
                for (i, name) in names().filter(|(i, _)| mask >> i & 1 != 0) {
                    out.write_char(if value >> i & 1 != 0 { '+' } else { '-' })?;
                    out.write_str(name)?;
                }
                Ok(())
            }
            None if value & self.ones() == 0 => out.write_str("0"),
            None => {
                let mut first = true;
                for (_, name) in names().filter(|(i, _)| value >> i & 1 != 0) {
                    if !first {
                        out.write_char('|')?;
                    }
                    first = false;
                    out.write_str(name)?;
                }
                Ok(())
            }
        }
    }
}
