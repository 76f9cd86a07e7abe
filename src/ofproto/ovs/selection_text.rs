//! How a select group selects, as text: `selection_method=hash,fields(ip_src,ip_dst)`.

use std::fmt;

use super::error::OvsTextErrorKind;
use super::field::OvsField;
use super::foreign;
use super::protocols::Protocols;
use super::token::{Items, expected};
use super::{Parser, Result};
use crate::ofproto::SelectionMethod;
use crate::ofproto::oxm::{OxmTlv, OxmValue};

/// Writes it, with the comma in front; `false` and nothing if there are no words for it.
pub(super) fn write_selection(
    f: &mut fmt::Formatter<'_>,
    selection: &SelectionMethod,
) -> std::result::Result<bool, fmt::Error> {
    let SelectionMethod { method, param, fields } = selection;
    let method = method.as_str();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let known = !method.is_empty() && method.len() <= 15 && method.chars().all(plain);
    if !known || method != "hash" && !fields.is_empty() {
        return Ok(false);
    }
    let mut names = Vec::new();
    for field in fields {
        let tlv = field.as_oxm();
        let Some(row) = OvsField::of_tlv(tlv) else { return Ok(false) };
        // For Open vSwitch the plain name is the field of NXM, which has 16 bits.
        let name = if row.oxm == "in_port" { "in_port_oxm" } else { row.name };
        let mut name = name.to_owned();
        let twice = fields.iter().filter(|other| other.as_oxm().key() == tlv.key()).count() > 1;
        if twice || tlv.value().iter().all(|b| *b == 0) {
            return Ok(false);
        }
        if !tlv.value().iter().all(|b| *b == 0xff) {
            let bits = u128::read(tlv.value());
            if !row.mask || bits > row.ones() {
                return Ok(false);
            }
            name.push('=');
            row.write(&mut name, bits, None, false)?;
        }
        names.push(name);
    }
    write!(f, ",selection_method={method}")?;
    if *param != 0 {
        write!(f, ",selection_method_param={param}")?;
    }
    match &names[..] {
        [] => {}
        [one] => write!(f, ",fields={one}")?,
        more => write!(f, ",fields({})", more.join(","))?,
    }
    Ok(true)
}

impl Parser<'_> {
    /// Reads what stands in `fields(..)`: names, each with the bits that count if not all do.
    pub(super) fn selection_fields(&self, text: &str) -> Result<Vec<OxmTlv>> {
        let mut fields: Vec<OxmTlv> = Vec::new();
        let mut items = Items::new(text);
        while let Some(item) = items.next(self)? {
            let row = match OvsField::named(item.key, Protocols::default()) {
                Some(Ok(row)) => row,
                Some(Err(needs)) => {
                    return Err(self.error(item.key, OvsTextErrorKind::Needs(needs)));
                }
                None => {
                    let kind = foreign::field(item.key).unwrap_or(OvsTextErrorKind::UnknownField);
                    return Err(self.error(item.key, kind));
                }
            };
            let mut bits = u128::MAX;
            if let Some(text) = item.value.filter(|text| !text.is_empty()) {
                if !row.mask {
                    return Err(self.error(text, expected("no mask of this field")));
                }
                if text.contains('/') {
                    return Err(self.error(text, expected("the bits that count, as 255.255.0.0")));
                }
                let (value, _) = row.parse(self, text)?;
                if value == 0 {
                    return Err(self.error(text, expected("a mask that is not zero")));
                }
                bits = value;
            }
            let nothing = || self.error(item.key, expected("a mask that is not zero"));
            let code = row.code(self.version, true);
            let tlv = row.tlv(code, bits, row.ones()).ok_or_else(nothing)?;
            if fields.iter().any(|old| old.as_oxm().key() == tlv.as_oxm().key()) {
                return Err(self.error(item.key, OvsTextErrorKind::Contradiction));
            }
            fields.push(tlv);
        }
        Ok(fields)
    }
}
