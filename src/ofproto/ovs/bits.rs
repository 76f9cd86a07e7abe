//! Bits of fields in actions: `NXM_NX_REG0[0..15]`.

use super::error::OvsTextErrorKind;
use super::field::OvsField;
use super::foreign;
use super::token::expected;
use super::{Parser, Result};
use crate::ofproto::OxmId;

/// Some bits of a field.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bits {
    pub(super) row: &'static OvsField,
    /// The first, counted from the lowest.
    pub(super) ofs: u16,
    /// How many, at least one.
    pub(super) n_bits: u16,
}

impl Bits {
    /// All bits of a field.
    pub(super) fn all(row: &'static OvsField) -> Bits {
        Bits { row, ofs: 0, n_bits: row.action_bits() }
    }

    /// Bits that are there; `None` if the field has no row or not so many of them.
    pub(super) fn of(id: OxmId, ofs: u16, n_bits: u16) -> Option<Bits> {
        let row = OvsField::of_id(id)?;
        let end = ofs.checked_add(n_bits)?;
        (n_bits > 0 && end <= row.action_bits()).then_some(Bits { row, ofs, n_bits })
    }

    /// Bits in the form of one number, as most actions have them.
    pub(super) fn of_packed(id: OxmId, ofs_nbits: u16) -> Option<Bits> {
        Bits::of(id, ofs_nbits >> 6, (ofs_nbits & 0x3f) + 1)
    }

    /// The one number; `None` if it has no room for more than 64 bits.
    pub(super) fn packed(self) -> Option<u16> {
        (self.n_bits <= 64).then_some(self.ofs << 6 | (self.n_bits - 1))
    }

    /// Whether this is the whole field.
    pub(super) fn is_all(self) -> bool {
        self.ofs == 0 && self.n_bits == self.row.action_bits()
    }

    /// Whether they have room for this number.
    pub(super) fn fits(self, value: u128) -> bool {
        value & !super::field::ones(self.n_bits) == 0
    }

    /// The bits in their place, as far as a number goes.
    pub(super) fn mask(self) -> u128 {
        super::field::ones(self.n_bits).checked_shl(self.ofs.into()).unwrap_or(0)
    }

    /// `NXM_NX_REG0[0..15]`.
    pub(super) fn text(self) -> String {
        let name = self.row.codes[0].name;
        match (self.ofs, self.n_bits) {
            _ if self.is_all() => format!("{name}[]"),
            (ofs, 1) => format!("{name}[{ofs}]"),
            (ofs, n_bits) => format!("{name}[{ofs}..{}]", ofs + n_bits - 1),
        }
    }
}

impl Parser<'_> {
    /// Reads `NAME[]`, `NAME[BIT]`, `NAME[FIRST..LAST]` or `NAME`.
    pub(super) fn bits(&self, text: &str) -> Result<Bits> {
        const FORM: &str = "FIELD[FIRST..LAST], FIELD[BIT] or FIELD[]";
        let fail = || self.error(text, expected(FORM));
        let (name, range) = match text.split_once('[') {
            Some((name, range)) => (name, range.strip_suffix(']').ok_or_else(fail)?),
            None => (text, ""),
        };
        let Some(row) = OvsField::in_action(name) else {
            let kind = foreign::field(name).unwrap_or(OvsTextErrorKind::UnknownField);
            return Err(self.error(name, kind));
        };
        if range.is_empty() {
            return Ok(Bits::all(row));
        }
        let one = |text: &str| text.trim().parse::<u16>().map_err(|_| fail());
        let (first, last) = match range.split_once("..") {
            Some((first, last)) => (one(first)?, one(last)?),
            None => (one(range)?, one(range)?),
        };
        if last < first || last >= row.action_bits() {
            return Err(self.error(range, expected("bits that the field has, the lower one first")));
        }
        Ok(Bits { row, ofs: first, n_bits: last - first + 1 })
    }

    /// [`bits`](Self::bits) of a field that actions may change.
    pub(super) fn writable_bits(&self, text: &str) -> Result<Bits> {
        let bits = self.bits(text)?;
        if !bits.row.writable {
            return Err(self.error(text, expected("a field that can be set")));
        }
        Ok(bits)
    }

    /// [`bits`](Self::bits) of which there are 64 at most.
    pub(super) fn few_bits(&self, text: &str) -> Result<(OxmId, u16)> {
        let bits = self.bits(text)?;
        let packed = bits.packed().ok_or_else(|| self.error(text, expected("64 bits at most")))?;
        Ok((bits.row.id(), packed))
    }
}
