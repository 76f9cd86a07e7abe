//! The learn action as text: `learn(table=1,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],output:NXM_OF_IN_PORT[])`.

use super::action_reader::ActionReader;
use super::bits::Bits;
use super::field::OvsField;
use super::nx_text::hexadecimal;
use super::protocols::Protocols;
use super::token::{Item, Items, expected, number};
use super::{Parser, Result};
use crate::ofproto::oxm::OxmValue;
use crate::ofproto::{FlowSpec, NxAction, NxLearn, NxLearn2, OxmId, SpecSource, SpecTarget};

/// Words for flags and their bits.
const FLAGS: &[(&str, u16)] = &[("send_flow_rem", 1), ("delete_learned", 2)];
/// Bit of the flags: there is a field for the result.
const WRITE_RESULT: u16 = 4;
/// Priority of entries without a word.
const PRIORITY: u16 = 0x8000;
/// Table of entries without a word.
const TABLE: u8 = 1;

/// `learn(...)`; `None` if there is something that the text cannot say.
pub(super) fn learn_text(learn: &NxLearn, limit: u32, result: Option<Bits>) -> Option<String> {
    let known = FLAGS.iter().fold(0, |all, row| all | row.1);
    let has_result = learn.flags & WRITE_RESULT != 0;
    if learn.flags & !(known | WRITE_RESULT) != 0 || has_result != result.is_some() {
        return None;
    }
    let mut given = vec![format!("table={}", learn.table_id)];
    let timeouts = [
        ("idle_timeout", learn.idle_timeout),
        ("hard_timeout", learn.hard_timeout),
        ("fin_idle_timeout", learn.fin_idle_timeout),
        ("fin_hard_timeout", learn.fin_hard_timeout),
    ];
    let set = timeouts.into_iter().filter(|(_, seconds)| *seconds != 0);
    given.extend(set.map(|(name, seconds)| format!("{name}={seconds}")));
    if learn.priority != PRIORITY {
        given.push(format!("priority={}", learn.priority));
    }
    let words = FLAGS.iter().filter(|row| learn.flags & row.1 != 0);
    given.extend(words.map(|row| row.0.to_owned()));
    if learn.cookie != 0 {
        given.push(format!("cookie={:#x}", learn.cookie));
    }
    if limit != 0 {
        given.push(format!("limit={limit}"));
    }
    if let Some(result) = result {
        given.push(format!("result_dst={}", result.text()));
    }
    for spec in &learn.specs {
        given.push(spec_text(spec)?);
    }
    Some(format!("learn({})", given.join(",")))
}

fn spec_text(spec: &FlowSpec) -> Option<String> {
    let bits = |(id, ofs): (OxmId, u16)| Bits::of(id, ofs, spec.n_bits);
    let value = |bytes: &[u8]| {
        let (ahead, last) = bytes.split_at(bytes.len().saturating_sub(16));
        let fits = bytes.len() == usize::from(spec.n_bits).div_ceil(16) * 2;
        let value = (fits && ahead.iter().all(|b| *b == 0)).then(|| u128::read(last))?;
        (value & !super::field::ones(spec.n_bits) == 0).then_some(value)
    };
    Some(match (&spec.src, spec.dst) {
        (SpecSource::Value(bytes), SpecTarget::Match(id, ofs)) => {
            let dst = bits((id, ofs))?;
            let value = value(bytes)?;
            if dst.is_all() {
                let mut text = format!("{}=", dst.row.name);
                dst.row.write(&mut text, value, None, false).ok()?;
                text
            } else {
                format!("{}={}", dst.text(), hexadecimal(value))
            }
        }
        (SpecSource::Value(bytes), SpecTarget::Load(id, ofs)) => {
            format!("load:{}->{}", hexadecimal(value(bytes)?), bits((id, ofs))?.text())
        }
        (SpecSource::Field(src, from), SpecTarget::Match(id, ofs))
            if *src == id && *from == ofs =>
        {
            bits((id, ofs))?.text()
        }
        (SpecSource::Field(src, from), SpecTarget::Match(id, ofs)) => {
            format!("{}={}", bits((id, ofs))?.text(), bits((*src, *from))?.text())
        }
        (SpecSource::Field(src, from), SpecTarget::Load(id, ofs)) => {
            format!("load:{}->{}", bits((*src, *from))?.text(), bits((id, ofs))?.text())
        }
        (SpecSource::Field(src, from), SpecTarget::Output) => {
            format!("output:{}", bits((*src, *from))?.text())
        }
        (SpecSource::Value(_), SpecTarget::Output) => return None,
    })
}

impl<'p> ActionReader<'p> {
    /// Reads what is in the parentheses of a `learn`.
    pub(super) fn learn(&self, text: &'p str) -> Result<NxAction> {
        const SHORT: &str = "a number of 16 bits";
        let p = self.p;
        let mut learn = NxLearn { priority: PRIORITY, table_id: TABLE, ..NxLearn::default() };
        let mut limit = 0;
        let mut result = None;
        // What the entries match decides what the short names of fields mean.
        let mut with = Protocols::default();
        let mut items = Items::new(text);
        while let Some(item) = items.next(p)? {
            let value = |what| self.value(&item, what);
            match item.key {
                "table" => {
                    learn.table_id = p.int(value("a table, 0 to 254")?, "a table, 0 to 254")?;
                    if learn.table_id == 255 {
                        return Err(p.error(item.key, expected("a table, 0 to 254")));
                    }
                }
                "priority" => learn.priority = p.int(value(SHORT)?, SHORT)?,
                "idle_timeout" => learn.idle_timeout = p.int(value(SHORT)?, SHORT)?,
                "hard_timeout" => learn.hard_timeout = p.int(value(SHORT)?, SHORT)?,
                "fin_idle_timeout" => learn.fin_idle_timeout = p.int(value(SHORT)?, SHORT)?,
                "fin_hard_timeout" => learn.fin_hard_timeout = p.int(value(SHORT)?, SHORT)?,
                "cookie" => learn.cookie = p.int_64(value("a number of 64 bits")?)?,
                "limit" => limit = p.int(value("a number of 32 bits")?, "a number of 32 bits")?,
                "result_dst" => {
                    let text = value("one bit of a field")?;
                    let bits = p.writable_bits(text)?;
                    if bits.n_bits != 1 {
                        return Err(p.error(text, expected("one bit of a field")));
                    }
                    learn.flags |= WRITE_RESULT;
                    result = Some(bits);
                }
                word => match FLAGS.iter().find(|row| row.0 == word) {
                    Some((_, bit)) => {
                        self.nothing(&item)?;
                        learn.flags |= bit;
                    }
                    None => {
                        let spec = p.spec(&item, with)?;
                        with = learned(with, &spec);
                        learn.specs.push(spec);
                    }
                },
            }
        }
        if limit == 0 && result.is_none() {
            return Ok(learn.into());
        }
        let (result_dst, result_dst_ofs) =
            result.map_or((OxmId::default(), 0), |bits| (bits.row.id(), bits.ofs));
        Ok(NxLearn2 { learn, limit, result_dst_ofs, result_dst }.into())
    }
}

/// What is known of the packets of a learned entry with one more spec.
fn learned(with: Protocols, spec: &FlowSpec) -> Protocols {
    let (SpecSource::Value(bytes), SpecTarget::Match(id, 0)) = (&spec.src, spec.dst) else {
        return with;
    };
    let value = u128::read(bytes);
    match OvsField::of_id(id).map(|row| row.oxm) {
        Some("eth_type") => Protocols { eth_type: Some(value as u16), ..with },
        Some("ip_proto") => Protocols { ip_proto: Some(value as u8), ..with },
        Some("icmpv6_type") => Protocols { icmpv6_type: Some(value as u8), ..with },
        _ => with,
    }
}

/// A value in as many 16-bit words as its bits need.
fn immediate(value: u128, n_bits: u16) -> SpecSource {
    let size = usize::from(n_bits).div_ceil(16) * 2;
    let mut bytes = vec![0; size.max(16)];
    value.write(&mut bytes);
    SpecSource::Value(bytes.split_off(bytes.len() - size))
}

impl Parser<'_> {
    /// Reads one match or action of a learned entry.
    fn spec(&self, item: &Item<'_>, with: Protocols) -> Result<FlowSpec> {
        match (item.key, item.value) {
            ("load", Some(value)) => self.load_spec(value),
            ("output", Some(value)) => {
                let src = self.bits(value)?;
                let source = SpecSource::Field(src.row.id(), src.ofs);
                Ok(FlowSpec { n_bits: src.n_bits, src: source, dst: SpecTarget::Output })
            }
            (key, value) => self.match_spec(key, value, with),
        }
    }

    fn load_spec(&self, text: &str) -> Result<FlowSpec> {
        const FORM: &str = "VALUE->FIELD or FIELD->FIELD";
        let Some((from, to)) = text.split_once("->") else {
            return Err(self.error(text, expected(FORM)));
        };
        let dst = self.writable_bits(to)?;
        let src = self.spec_source(from, dst)?;
        let target = SpecTarget::Load(dst.row.id(), dst.ofs);
        Ok(FlowSpec { n_bits: dst.n_bits, src, dst: target })
    }

    /// A number that fits, or as many bits of a field.
    fn spec_source(&self, text: &str, dst: Bits) -> Result<SpecSource> {
        if text.starts_with(|c: char| c.is_ascii_digit()) {
            let fits = number(text).filter(|v| dst.fits(*v));
            let value =
                fits.ok_or_else(|| self.error(text, expected("a number that fits into the bits")))?;
            return Ok(immediate(value, dst.n_bits));
        }
        let src = self.bits(text)?;
        if src.n_bits != dst.n_bits {
            return Err(self.error(text, expected("as many bits on either side")));
        }
        Ok(SpecSource::Field(src.row.id(), src.ofs))
    }

    fn match_spec(&self, key: &str, value: Option<&str>, with: Protocols) -> Result<FlowSpec> {
        let whole = (!key.contains('[')).then(|| OvsField::named(key, with)).flatten();
        let dst = match whole {
            Some(Ok(row)) if row.oxm == "in_port" => self.bits("in_port")?,
            Some(Ok(row)) => Bits::all(row),
            Some(Err(_)) | None => self.bits(key)?,
        };
        let target = SpecTarget::Match(dst.row.id(), dst.ofs);
        let src = match value {
            None | Some("") => SpecSource::Field(dst.row.id(), dst.ofs),
            Some(value) if dst.is_all() && !value.contains('[') => match dst.row.parse(self, value)
            {
                Ok((number, mask)) if mask == dst.row.ones() => {
                    if !dst.fits(number) {
                        return Err(self.error(value, expected("a value that fits")));
                    }
                    immediate(number, dst.n_bits)
                }
                Ok(_) => return Err(self.error(value, expected("a value without a mask"))),
                Err(err) if OvsField::in_action(value).is_none() => return Err(err),
                Err(_) => self.spec_source(value, dst)?,
            },
            Some(value) => self.spec_source(value, dst)?,
        };
        Ok(FlowSpec { n_bits: dst.n_bits, src, dst: target })
    }
}
