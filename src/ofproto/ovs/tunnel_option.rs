//! Options of tunnels as text: `tun_metadata0=0x1234`, `tun_metadata0=0x12/0xff`, `tun_metadata0`.
//!
//! How long an option is, the switch decides (a table of its own says so, see
//! [`NxTlvTableMod`](crate::ofproto::NxTlvTableMod)), and a shorter value on the wire is one with
//! zeros ahead. So there is no size to read a number into: it gets as many bytes as it needs, and
//! under a mask as many as that.

use super::error::OvsTextErrorKind;
use super::field::{Code, Form, OvsField};
use super::protocols::Needs;
use super::token::{expected, number};
use super::{Parser, Result};
use crate::ofproto::oxm::{CLASS_NXM_1, OxmRef, OxmTlv};
use crate::ofproto::{V1_0, V1_1};
use crate::wire::hex;

/// Bytes of an option at most.
const SIZE_MAX: usize = 124;

macro_rules! options {
    ($($n:literal)*) => { &[ $( OvsField {
        oxm: concat!("tun_metadata", $n),
        name: concat!("tun_metadata", $n),
        shown: concat!("tun_metadata", $n),
        alias: "",
        form: Form::Option,
        bits: 8 * SIZE_MAX as u16,
        mask: true,
        writable: true,
        needs: Needs::Nothing,
        // Behind the other fields of tunnels.
        rank: 36,
        codes: &[Code {
            name: concat!("NXM_NX_TUN_METADATA", $n),
            class: CLASS_NXM_1,
            experimenter: 0,
            number: 40 + $n,
            since: V1_0,
        }],
    } ),* ] };
}

/// The rows of the options.
#[rustfmt::skip]
pub(super) static OPTIONS: &[OvsField] = options! {
     0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31
    32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63
};

/// The row of an option on the wire, whatever its size.
pub(super) fn of_tlv(tlv: OxmRef<'_>) -> Option<&'static OvsField> {
    let halves = !tlv.has_mask() || tlv.payload().len().is_multiple_of(2);
    let row = |row: &&OvsField| row.codes[0].number == tlv.number();
    (tlv.is_tunnel_option() && halves).then(|| OPTIONS.iter().find(row))?
}

/// The value as it is read back, `value/mask` if there is a mask; `None` if all that is asked is
/// whether the option is there.
pub(super) fn text(tlv: OxmRef<'_>) -> Option<String> {
    let one = |bytes: &[u8]| match hex::encode(bytes).trim_start_matches('0') {
        "" => "0".to_owned(),
        digits => format!("0x{digits}"),
    };
    match tlv.mask() {
        Some(mask) if mask.iter().all(|byte| *byte == 0) => None,
        Some(mask) => Some(format!("{}/{}", one(tlv.value()), one(mask))),
        None => Some(one(tlv.value())),
    }
}

impl OvsField {
    /// Whether it is an option of tunnels.
    pub(super) fn is_option(&self) -> bool {
        self.form == Form::Option
    }

    /// Reads an option's `value` or `value/mask`; nothing asks whether the option is there.
    pub(super) fn option(&self, p: &Parser<'_>, text: &str) -> Result<OxmTlv> {
        let fail = || p.error(text, expected("a number of 992 bits, or one with /MASK"));
        if text.is_empty() {
            return Ok(self.option_tlv(&[], Some(&[])));
        }
        let Some((value, mask)) = text.split_once('/') else {
            return Ok(self.option_tlv(&bytes(text).ok_or_else(fail)?, None));
        };
        let (mut value, mask) = (bytes(value).ok_or_else(fail)?, bytes(mask).ok_or_else(fail)?);
        if mask.is_empty() {
            return Ok(self.option_tlv(&[], Some(&[])));
        }
        // No bit ahead of the mask counts.
        value.drain(..value.len().saturating_sub(mask.len()));
        value.splice(0..0, vec![0; mask.len() - value.len()]);
        value.iter_mut().zip(&mask).for_each(|(v, m)| *v &= *m);
        Ok(self.option_tlv(&value, Some(&mask)))
    }

    /// [`option`](Self::option) as something to set, which is not nothing.
    pub(super) fn option_to_set(&self, p: &Parser<'_>, text: &str) -> Result<OxmTlv> {
        let tlv = self.option(p, text)?;
        match tlv.as_oxm().mask() {
            Some(mask) if mask.iter().all(|byte| *byte == 0) => {
                Err(p.error(text, expected("a mask that is not zero")))
            }
            _ => Ok(tlv),
        }
    }

    /// Reads the number that `n_bits` of an option from `ofs` on are set to.
    pub(super) fn option_bits(
        &self,
        p: &Parser<'_>,
        text: &str,
        ofs: u16,
        n_bits: u16,
    ) -> Result<OxmTlv> {
        let fail = || p.error(text, expected("a number that fits into the bits"));
        let number = bytes(text).ok_or_else(fail)?;
        let bit = |i: usize| number.iter().rev().nth(i / 8).is_some_and(|b| b >> (i % 8) & 1 != 0);
        let (ofs, n_bits) = (usize::from(ofs), usize::from(n_bits));
        if (n_bits..8 * SIZE_MAX).any(bit) {
            return Err(fail());
        }
        if n_bits == 8 * SIZE_MAX {
            return Ok(self.option_tlv(&number, None));
        }
        let size = (ofs + n_bits).div_ceil(8);
        let (mut value, mut mask) = (vec![0; size], vec![0; size]);
        for i in 0..n_bits {
            let (byte, place) = (size - 1 - (ofs + i) / 8, (ofs + i) % 8);
            mask[byte] |= 1 << place;
            value[byte] |= u8::from(bit(i)) << place;
        }
        Ok(self.option_tlv(&value, Some(&mask)))
    }

    fn option_tlv(&self, value: &[u8], mask: Option<&[u8]>) -> OxmTlv {
        let Code { class, number, .. } = self.codes[0];
        OxmTlv::raw(class, number, mask.is_some(), &[value, mask.unwrap_or_default()].concat())
    }

    /// Refuses an option where the version has no place for it.
    pub(super) fn check_option(&self, p: &Parser<'_>, token: &str) -> Result<()> {
        if p.version == V1_1 || (p.version == V1_0 && !p.nxm) {
            return Err(p.error(token, OvsTextErrorKind::NotInVersion(p.version)));
        }
        Ok(())
    }
}

/// The bytes of a number, without zeros ahead.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let all = match text.strip_prefix("0x").or(text.strip_prefix("0X")) {
        None => number(text)?.to_be_bytes().to_vec(),
        Some(digits) if !digits.is_empty() && digits.chars().all(|c| c.is_ascii_hexdigit()) => {
            let odd = if digits.len() % 2 == 1 { "0" } else { "" };
            hex::decode(&format!("{odd}{digits}"))?
        }
        Some(_) => return None,
    };
    let zeros = all.iter().take_while(|byte| **byte == 0).count();
    Some(all[zeros..].to_vec()).filter(|bytes| bytes.len() <= SIZE_MAX)
}
