//! Reads the actions that become Nicira's, or that several wire forms share.
//!
//! Which of them a word becomes follows Open vSwitch: on 1.0 nearly everything is Nicira's, on 1.3
//! what the specification has is said in its words, and from 1.5 on `load` and `move` are set-field
//! and copy-field.

use super::action_reader::{ActionReader, Inside};
use super::action_text::set_field_old;
use super::app_field;
use super::bits::Bits;
use super::controller_text::needs_extension;
use super::error::OvsTextErrorKind;
use super::field::OvsField;
use super::foreign;
use super::nx_text::{ANY_TYPE, BUNDLES, ENCAPS, HASH_FIELDS, MULTIPATHS, NSH, NSH_PROPS, OFPORT};
use super::token::{Item, Items, expected, number};
use super::{Parser, Result};
use crate::ofproto::action::has_nicira;
use crate::ofproto::oxm::{self, OxmTlv};
use crate::ofproto::{
    Action, NxAction, NxBundle, NxBundleLoad, NxCheckPktLarger, NxClone, NxConjunction, NxCtClear,
    NxDecMplsTtl, NxDecNshTtl, NxDecTtl, NxDecTtlCntIds, NxDecap, NxDeleteField, NxEncap,
    NxEncapProp, NxExit, NxFinTimeout, NxMultipath, NxNote, NxOutputReg, NxOutputReg2,
    NxOutputTrunc, NxPopMpls, NxPopQueue, NxPushMpls, NxRegLoad, NxRegLoad2, NxRegMove,
    NxResubmitTable, NxResubmitTableCt, NxSample, NxSample2, NxSample3, NxSetMplsLabel,
    NxSetMplsTc, NxSetMplsTtl, NxSetQueue, NxSetTunnel, NxSetTunnel64, NxStackPop, NxStackPush,
    OxmId, PortNo, V1_0, V1_1, V1_2, V1_3, V1_5,
};
use crate::wire::hex;

const SHORT: &str = "a number of 16 bits";
const LONG: &str = "a number of 32 bits";
const BYTES: &str = "bytes as 01.02.ff";

/// One of Nicira's actions.
fn nicira(action: impl Into<NxAction>) -> Vec<Action> {
    vec![Action::Nicira(Box::new(action.into()))]
}

impl<'p> ActionReader<'p> {
    /// The actions that this word and value become; `None` if the word is not read here.
    pub(super) fn extended(&mut self, key: &str, item: &Item<'p>) -> Result<Option<Vec<Action>>> {
        let p = self.p;
        let v1_0 = p.version == V1_0;
        let one = |action: Action| Ok(Some(vec![action]));
        let value = item.value.unwrap_or_default();
        // Those that are not Nicira's in every version.
        match key {
            "set_field" => return self.set_field(item).map(Some),
            "load" => return self.load(item).map(Some),
            "mod_nw_ttl" | "set_nw_ttl" if v1_0 => {
                let ttl: u8 =
                    p.int(self.value(item, "a number, 0 to 255")?, "a number, 0 to 255")?;
                return self.put("nw_ttl", ttl.into(), item.key).map(Some);
            }
            "mod_nw_ecn" if v1_0 => {
                let ecn = self.ranged(item, 3, "a number, 0 to 3")?;
                return self.put("ip_ecn", ecn.into(), item.key).map(Some);
            }
            "move" if p.version >= V1_5 => {
                let (src, dst) = self.two_sides(item)?;
                return one(Action::CopyField {
                    n_bits: src.n_bits,
                    src_offset: src.ofs,
                    dst_offset: dst.ofs,
                    oxm_ids: [src.row.id_in(p.version), dst.row.id_in(p.version)],
                });
            }
            "set_tunnel" | "set_tunnel64" if p.version >= V1_3 => {
                let id = p.int_64(self.value(item, "a number of 64 bits")?)?;
                return one(Action::set_field(oxm::TUNNEL_ID, id));
            }
            "enqueue" if p.version >= V1_3 => {
                let Action::Enqueue { port, queue_id } = self.enqueue(item)? else {
                    return Ok(None);
                };
                let mut list =
                    vec![Action::SetQueue(queue_id), Action::Output { port, max_len: 0 }];
                list.extend(nicira(NxPopQueue::default()));
                return Ok(Some(list));
            }
            "dec_ttl" | "dec_nw_ttl" if value.is_empty() && !v1_0 => return Ok(None),
            "set_queue" | "push_mpls" | "pop_mpls" | "set_mpls_ttl" | "dec_mpls_ttl"
            | "set_mpls_label" | "set_mpls_tc"
                if !v1_0 =>
            {
                return Ok(None);
            }
            "output" if !value.contains(['[', '=']) && OvsField::in_action(value).is_none() => {
                return Ok(None);
            }
            "controller" if !needs_extension(value) => return Ok(None),
            _ => {}
        }
        let Some(action) = self.nicira_action(key, item, value)? else { return Ok(None) };
        if !has_nicira(p.version) {
            return Err(p.error(item.key, OvsTextErrorKind::NotInVersion(p.version)));
        }
        Ok(Some(nicira(action)))
    }

    /// The actions that are Nicira's if they are read here.
    fn nicira_action(
        &mut self,
        key: &str,
        item: &Item<'p>,
        text: &'p str,
    ) -> Result<Option<NxAction>> {
        let p = self.p;
        let nothing = || self.nothing(item);
        let short = || p.int::<u16>(self.value(item, SHORT)?, SHORT);
        let long = || p.int::<u32>(self.value(item, LONG)?, LONG);
        const MPLS: &str = "0x8847 or 0x8848";
        Ok(Some(match key {
            "resubmit" => self.resubmit(item)?,
            "set_tunnel" => {
                let id = p.int_64(self.value(item, "a number of 64 bits")?)?;
                match u32::try_from(id) {
                    Ok(tun_id) => NxSetTunnel { tun_id }.into(),
                    Err(_) => NxSetTunnel64 { tun_id: id }.into(),
                }
            }
            "set_tunnel64" => {
                NxSetTunnel64 { tun_id: p.int_64(self.value(item, "a number of 64 bits")?)? }.into()
            }
            "set_queue" => NxSetQueue { queue_id: long()? }.into(),
            "pop_queue" => {
                nothing()?;
                NxPopQueue::default().into()
            }
            "move" => {
                let (src, dst) = self.two_sides(item)?;
                NxRegMove {
                    n_bits: src.n_bits,
                    src_ofs: src.ofs,
                    dst_ofs: dst.ofs,
                    src_field: src.row.id(),
                    dst_field: dst.row.id(),
                }
                .into()
            }
            "note" => {
                let mut note = p.dotted(text)?;
                // The whole action is a multiple of eight, with ten bytes ahead.
                note.resize((10 + note.len()).next_multiple_of(8).max(16) - 10, 0);
                NxNote { note: note.into() }.into()
            }
            "multipath" => self.multipath(item)?,
            "bundle" => self.bundle(item, false)?,
            "bundle_load" => self.bundle(item, true)?,
            "output" if text.contains('=') => self.output_trunc(item)?,
            "output" | "output_reg" => {
                let text = self.value(item, "a field")?;
                let (src, ofs_nbits) = p.few_bits(text)?;
                let max_len = u16::MAX;
                if src.experimenter == 0 {
                    NxOutputReg { ofs_nbits, src, max_len }.into()
                } else {
                    NxOutputReg2 { ofs_nbits, src, max_len }.into()
                }
            }
            "learn" => self.learn(text)?,
            "exit" => {
                nothing()?;
                NxExit::default().into()
            }
            "dec_ttl" | "dec_nw_ttl" if text.is_empty() => NxDecTtl::default().into(),
            "dec_ttl" | "dec_nw_ttl" => {
                let ids = text.split(',').map(|id| p.int(id.trim(), "numbers of controllers"));
                NxDecTtlCntIds { cnt_ids: ids.collect::<Result<_>>()? }.into()
            }
            "fin_timeout" => {
                let mut action = NxFinTimeout::default();
                let mut items = Items::new(text);
                while let Some(item) = items.next(p)? {
                    let seconds = p.int(self.value(&item, SHORT)?, SHORT)?;
                    match item.key {
                        "idle_timeout" => action.fin_idle_timeout = seconds,
                        "hard_timeout" => action.fin_hard_timeout = seconds,
                        _ => {
                            let what = "idle_timeout or hard_timeout";
                            return Err(p.error(item.key, expected(what)));
                        }
                    }
                }
                action.into()
            }
            "controller" => self.nicira_controller(item)?,
            "push_mpls" => {
                let ethertype = short()?;
                if !matches!(ethertype, 0x8847 | 0x8848) {
                    return Err(p.error(text, expected(MPLS)));
                }
                NxPushMpls { ethertype }.into()
            }
            "pop_mpls" => NxPopMpls { ethertype: short()? }.into(),
            "set_mpls_ttl" => {
                let what = "a number, 0 to 255";
                NxSetMplsTtl { ttl: p.int(self.value(item, what)?, what)? }.into()
            }
            "dec_mpls_ttl" => {
                nothing()?;
                NxDecMplsTtl::default().into()
            }
            "set_mpls_label" => {
                let label = long()?;
                if label > 0xf_ffff {
                    return Err(p.error(text, expected("a number of 20 bits")));
                }
                NxSetMplsLabel { label }.into()
            }
            "set_mpls_tc" => NxSetMplsTc { tc: self.ranged(item, 7, "a number, 0 to 7")? }.into(),
            "push" => {
                let bits = p.bits(self.value(item, "a field")?)?;
                let (start, field, end) = (bits.ofs, bits.row.id(), bits.n_bits);
                NxStackPush { start, field, end }.into()
            }
            "pop" => {
                let bits = p.writable_bits(self.value(item, "a field")?)?;
                let (start, field, end) = (bits.ofs, bits.row.id(), bits.n_bits);
                NxStackPop { start, field, end }.into()
            }
            "sample" => self.sample(text)?,
            "conjunction" => self.conjunction(item)?,
            "ct" if self.inside == Inside::Ct => {
                return Err(p.error(item.key, expected("no ct inside of a ct")));
            }
            "ct" => self.ct(text)?,
            "ct_clear" => {
                nothing()?;
                NxCtClear::default().into()
            }
            "nat" if self.inside == Inside::Ct => self.nat(text)?,
            "nat" => return Err(p.error(item.key, expected("a ct around it"))),
            "clone" => {
                let depth = match self.inside {
                    Inside::Nothing => 1,
                    Inside::Clone(depth) if depth < NxClone::DEPTH_MAX => depth + 1,
                    Inside::Clone(_) => {
                        return Err(p.error(item.key, expected("no more than 16 clones in a row")));
                    }
                    Inside::Ct => {
                        return Err(p.error(item.key, expected("no clone inside of a ct")));
                    }
                };
                let mut inner = self.inside(Inside::Clone(depth));
                let mut items = Items::new(text);
                while let Some(item) = items.next(p)? {
                    inner.item(&item)?;
                }
                NxClone { actions: inner.list }.into()
            }
            "encap" => self.encap(text)?,
            "decap" => self.decap(text)?,
            "dec_nsh_ttl" => {
                nothing()?;
                NxDecNshTtl::default().into()
            }
            "check_pkt_larger" => self.check_pkt_larger(item)?,
            "delete_field" => {
                let text = self.value(item, "an option of tunnels, as tun_metadata0")?;
                let row = OvsField::by_word(text).filter(|row| row.is_option());
                let row = row.ok_or_else(|| {
                    p.error(text, expected("an option of tunnels, as tun_metadata0"))
                })?;
                NxDeleteField { field: row.id() }.into()
            }
            _ => match foreign::action(key) {
                Some(kind) => return Err(p.error(item.key, kind)),
                None => return Ok(None),
            },
        }))
    }

    fn ranged(&self, item: &Item<'p>, max: u8, what: &'static str) -> Result<u8> {
        let text = self.value(item, what)?;
        let fits = self.p.int(text, what).ok().filter(|v: &u8| *v <= max);
        fits.ok_or_else(|| self.p.error(text, expected(what)))
    }

    /// The two sides of a `move`.
    fn two_sides(&self, item: &Item<'p>) -> Result<(Bits, Bits)> {
        const FORM: &str = "FIELD[..]->FIELD[..]";
        let p = self.p;
        let text = self.value(item, FORM)?;
        let (from, to) = text.split_once("->").ok_or_else(|| p.error(text, expected(FORM)))?;
        let (src, dst) = (p.bits(from)?, p.writable_bits(to)?);
        if src.n_bits != dst.n_bits {
            return Err(p.error(text, expected("as many bits on either side")));
        }
        Ok((src, dst))
    }

    fn load(&self, item: &Item<'p>) -> Result<Vec<Action>> {
        const FORM: &str = "VALUE->FIELD[..]";
        let p = self.p;
        let text = self.value(item, FORM)?;
        let (value, to) = text.split_once("->").ok_or_else(|| p.error(text, expected(FORM)))?;
        let dst = p.writable_bits(to)?;
        if dst.row.is_option() {
            let tlv = dst.row.option_bits(p, value, dst.ofs, dst.n_bits)?;
            return self.set_option(tlv, item.key, p.version >= V1_5);
        }
        let fits = number(value).filter(|v| dst.fits(*v));
        let number =
            fits.ok_or_else(|| p.error(value, expected("a number that fits into the bits")))?;
        if p.version >= V1_5 {
            // All the bits that an action can change are all bits there are.
            if let ("in_port_nxm", Some(row)) = (dst.row.oxm, OvsField::of_oxm("in_port"))
                && dst.is_all()
            {
                let port = PortNo::from_v1_0(number as u16).0;
                return self.set(row, port.into(), row.ones(), item.key);
            }
            let mask = if dst.is_all() { dst.row.ones() } else { dst.mask() };
            return self.set(dst.row, number << dst.ofs, mask, item.key);
        }
        self.loads(dst.row, number << dst.ofs, dst.mask(), item.key)
    }

    /// Sets a field that has this key.
    fn put(&self, oxm: &str, value: u128, token: &'p str) -> Result<Vec<Action>> {
        match OvsField::of_oxm(oxm) {
            Some(row) => self.loads(row, value, row.ones(), token),
            None => Err(self.p.error(token, OvsTextErrorKind::UnknownField)),
        }
    }

    /// A set-field of the specification.
    fn set(
        &self,
        row: &'static OvsField,
        value: u128,
        mask: u128,
        token: &'p str,
    ) -> Result<Vec<Action>> {
        let p = self.p;
        if p.version < V1_2 || !row.in_oxm(p.version) {
            return Err(p.error(token, OvsTextErrorKind::NotInVersion(p.version)));
        }
        let tlv = row.tlv(row.code(p.version, true), value, mask);
        let tlv = tlv.ok_or_else(|| p.error(token, expected("a mask that is not zero")))?;
        Ok(vec![Action::SetField(tlv)])
    }

    /// An option of a tunnel: by a set-field of the specification, or Nicira's load of a whole field.
    fn set_option(&self, tlv: OxmTlv, token: &'p str, standard: bool) -> Result<Vec<Action>> {
        let p = self.p;
        match standard {
            true => Ok(vec![Action::SetField(tlv)]),
            false if has_nicira(p.version) => Ok(nicira(NxRegLoad2 { field: tlv })),
            false => Err(p.error(token, OvsTextErrorKind::NotInVersion(p.version))),
        }
    }

    /// Nicira's loads: one for each run of bits, of 64 at most.
    fn loads(
        &self,
        row: &'static OvsField,
        value: u128,
        mask: u128,
        token: &'p str,
    ) -> Result<Vec<Action>> {
        let p = self.p;
        if !has_nicira(p.version) {
            return Err(p.error(token, OvsTextErrorKind::NotInVersion(p.version)));
        }
        let nothing = || p.error(token, expected("a mask that is not zero"));
        let dst = row.id();
        if dst.experimenter != 0 {
            let field = row.tlv(&row.codes[0], value, mask).ok_or_else(nothing)?;
            return Ok(nicira(NxRegLoad2 { field }));
        }
        let mut list = Vec::new();
        let mut rest = mask & row.ones();
        while rest != 0 {
            let ofs = rest.trailing_zeros();
            let n_bits = (rest >> ofs).trailing_ones().min(64);
            let ones = super::field::ones(n_bits as u16);
            list.extend(nicira(NxRegLoad {
                ofs_nbits: (ofs << 6 | (n_bits - 1)) as u16,
                dst,
                value: (value >> ofs & ones) as u64,
            }));
            rest &= !(ones << ofs);
        }
        if list.is_empty() { Err(nothing()) } else { Ok(list) }
    }

    fn set_field(&self, item: &Item<'p>) -> Result<Vec<Action>> {
        const FORM: &str = "VALUE->FIELD";
        let p = self.p;
        let text = self.value(item, FORM)?;
        let (value, name) = text.split_once("->").ok_or_else(|| p.error(text, expected(FORM)))?;
        let not_here = |at| p.error(at, OvsTextErrorKind::NotInVersion(p.version));
        if name.starts_with("field_") {
            let tlv = p.raw_field(name, value)?;
            if tlv.as_oxm().has_mask() && p.version < V1_5 {
                return Err(not_here(name));
            }
            return Ok(vec![Action::SetField(tlv)]);
        }
        let row = match OvsField::named(name, self.with) {
            Some(Ok(row)) if !row.writable => {
                return Err(p.error(name, expected("a field that can be set")));
            }
            Some(Ok(row)) => row,
            Some(Err(needs)) => return Err(p.error(name, OvsTextErrorKind::Needs(needs))),
            None if name == "dl_vlan" => {
                return Err(p.error(name, expected("vlan_vid in a set_field")));
            }
            None => {
                let Some(info) = app_field::named(p.version, name) else {
                    let kind = foreign::field(name).unwrap_or(OvsTextErrorKind::UnknownField);
                    return Err(p.error(name, kind));
                };
                let tlv = app_field::parse(p, info, name, value)?;
                if p.version < V1_2 || (tlv.as_oxm().has_mask() && p.version < V1_5) {
                    return Err(not_here(value));
                }
                return Ok(vec![Action::SetField(tlv)]);
            }
        };
        if row.is_option() {
            let tlv = row.option_to_set(p, value)?;
            let exact = !tlv.as_oxm().has_mask();
            return self.set_option(tlv, name, p.version >= if exact { V1_2 } else { V1_5 });
        }
        let (number, mask) = row.parse(p, value)?;
        if row.oxm == "nw_tos" && number & 3 != 0 {
            return Err(p.error(value, expected("a number, 0 to 252, divisible by 4")));
        }
        let exact = mask == row.ones();
        if mask == 0 {
            return Err(p.error(value, expected("a mask that is not zero")));
        }
        if p.version <= V1_1 {
            return match row.oxm {
                "in_port" if p.version == V1_1 => Err(not_here(name)),
                "nw_tos" => Ok(vec![Action::SetNwTos(number as u8)]),
                "in_port" => {
                    let port = PortNo(number as u32).encode_v1_0();
                    self.put("in_port_nxm", port.map_err(|_| not_here(value))?.into(), value)
                }
                _ => {
                    let tlv = row.tlv(row.code(V1_0, false), number, mask);
                    match tlv.filter(|_| exact).and_then(|tlv| set_field_old(p.version, &tlv)) {
                        Some(action) => Ok(vec![action]),
                        None if row.oxm == "vlan_vid" => Err(not_here(value)),
                        None if p.version == V1_1 => {
                            Err(not_here(if exact { name } else { value }))
                        }
                        None => self.loads(row, number, mask, value),
                    }
                }
            };
        }
        // The standard field may not be set (Open vSwitch answers BAD_SET_ARGUMENT), and Nicira's may.
        if let ("in_port", Some(nxm)) = (row.oxm, OvsField::of_oxm("in_port_nxm"))
            && name == "in_port"
        {
            let port = PortNo(number as u32).encode_v1_0().map_err(|_| not_here(value))?;
            return self.set(nxm, port.into(), nxm.ones(), name);
        }
        if exact || p.version >= V1_5 {
            return self.set(row, number, mask, if exact { name } else { value });
        }
        self.loads(row, number, mask, value)
    }

    fn resubmit(&self, item: &Item<'p>) -> Result<NxAction> {
        const FORM: &str = "PORT, or ([PORT],[TABLE][,ct])";
        let p = self.p;
        let text = self.value(item, FORM)?;
        let mut parts = text.split(',').map(str::trim);
        let port = match parts.next() {
            None | Some("") => PortNo::IN_PORT,
            Some(port) => p.port(port)?,
        };
        let in_port = port.encode_v1_0().map_err(|_| {
            p.error(text, expected("a port of 16 bits, 0 to 65279, or a reserved one"))
        })?;
        let table_id = match parts.next() {
            None | Some("") => 255,
            Some(table) => p.int(table, "a table, 0 to 255")?,
        };
        let ct = match (parts.next(), parts.next()) {
            (None, None) => false,
            (Some("ct"), None) => true,
            _ => return Err(p.error(text, expected(FORM))),
        };
        if table_id == 255 && port == PortNo::IN_PORT {
            return Err(p.error(text, expected("a port or a table")));
        }
        Ok(match ct {
            true => NxResubmitTableCt { in_port, table_id }.into(),
            false => NxResubmitTable { in_port, table_id }.into(),
        })
    }

    /// A list of arguments, so many and not fewer.
    fn arguments<const N: usize>(
        &self,
        item: &Item<'p>,
        form: &'static str,
    ) -> Result<([&'p str; N], &'p str)> {
        let mut rest = self.value(item, form)?;
        let mut all = [""; N];
        for one in &mut all {
            let (first, behind) = rest.split_once([',', ' ']).unwrap_or((rest, ""));
            let first = first.trim();
            if first.is_empty() {
                return Err(self.p.error(rest, expected(form)));
            }
            (*one, rest) = (first, behind.trim_start());
        }
        Ok((all, rest))
    }

    fn multipath(&self, item: &Item<'p>) -> Result<NxAction> {
        const FORM: &str = "FIELDS,BASIS,ALGORITHM,LINKS,ARGUMENT,FIELD[..]";
        const LINKS: &str = "a number of links, 1 to 65536";
        let p = self.p;
        let ([fields, basis, algorithm, links, arg, dst], rest) = self.arguments(item, FORM)?;
        if !rest.is_empty() {
            return Err(p.error(rest, expected("nothing more")));
        }
        let max_link = p.int::<u32>(links, LINKS)?.checked_sub(1);
        let max_link = max_link.and_then(|max| u16::try_from(max).ok());
        let max_link = max_link.ok_or_else(|| p.error(links, expected(LINKS)))?;
        let bits = p.writable_bits(dst)?;
        if bits.n_bits < 16 && u32::from(max_link) >> bits.n_bits != 0 {
            return Err(p.error(dst, expected("a field with room for the number of a link")));
        }
        let (dst, ofs_nbits) = p.few_bits(dst)?;
        Ok(NxMultipath {
            fields: p.number_of(HASH_FIELDS, fields, "what is hashed, as symmetric_l4")?,
            basis: p.int(basis, SHORT)?,
            algorithm: p.number_of(
                MULTIPATHS,
                algorithm,
                "modulo_n, hash_threshold, hrw or iter_hash",
            )?,
            max_link,
            arg: p.int(arg, LONG)?,
            ofs_nbits,
            dst,
        }
        .into())
    }

    fn bundle(&self, item: &Item<'p>, load: bool) -> Result<NxAction> {
        const FORM: &str = "FIELDS,BASIS,ALGORITHM,ofport,[FIELD[..],]members:PORT,PORT,..";
        let p = self.p;
        let ([fields, basis, algorithm, kind], mut rest) = self.arguments(item, FORM)?;
        if kind != "ofport" {
            return Err(p.error(kind, expected("ofport")));
        }
        let mut dst = (OxmId::default(), 0);
        if load {
            let (field, behind) =
                rest.split_once([',', ' ']).ok_or_else(|| p.error(rest, expected(FORM)))?;
            p.writable_bits(field.trim())?;
            dst = p.few_bits(field.trim())?;
            rest = behind.trim_start();
        }
        // The word was another one before Open vSwitch 2.16.
        let members = rest.strip_prefix("members").or(rest.strip_prefix("slaves"));
        let members = members.and_then(|rest| rest.strip_prefix([':', '=']));
        let members = members.ok_or_else(|| p.error(rest, expected("members:PORT,PORT,..")))?;
        let members = members.trim_matches(['[', ']']).split([',', ' ']).map(str::trim);
        let port = |text| {
            p.port(text)?.encode_v1_0().map_err(|_| p.error(text, expected("a port of 16 bits")))
        };
        let slaves = members.filter(|m| !m.is_empty()).map(port).collect::<Result<Vec<_>>>()?;
        let bundle = NxBundle {
            algorithm: p.number_of(BUNDLES, algorithm, "active_backup or hrw")?,
            fields: p.number_of(HASH_FIELDS, fields, "what is hashed, as symmetric_l4")?,
            basis: p.int(basis, SHORT)?,
            slave_type: OFPORT,
            ofs_nbits: dst.1,
            dst: dst.0,
            slaves,
        };
        if !load {
            return Ok(bundle.into());
        }
        let NxBundle { algorithm, fields, basis, slave_type, ofs_nbits, dst, slaves } = bundle;
        Ok(NxBundleLoad { algorithm, fields, basis, slave_type, ofs_nbits, dst, slaves }.into())
    }

    fn output_trunc(&self, item: &Item<'p>) -> Result<NxAction> {
        let p = self.p;
        let (mut port, mut max_len) = (None, None);
        let mut items = Items::new(item.value.unwrap_or_default());
        while let Some(item) = items.next(p)? {
            let value = self.value(&item, "a value")?;
            match item.key {
                "port" => {
                    let number = self.usable(value)?.encode_v1_0();
                    port = Some(number.map_err(|_| p.error(value, expected("a port of 16 bits")))?);
                }
                "max_len" => {
                    const LEN: &str = "a number of bytes, at least 14";
                    let len = p.int::<u32>(value, LEN)?;
                    if len < 14 {
                        return Err(p.error(value, expected(LEN)));
                    }
                    max_len = Some(len);
                }
                _ => return Err(p.error(item.key, expected("port or max_len"))),
            }
        }
        match (port, max_len) {
            (Some(port), Some(max_len)) => Ok(NxOutputTrunc { port, max_len }.into()),
            _ => Err(p.error(item.key, expected("port=PORT,max_len=BYTES"))),
        }
    }

    fn sample(&self, text: &'p str) -> Result<NxAction> {
        const PROBABILITY: &str = "a probability, 1 to 65535";
        let p = self.p;
        let mut all = NxSample3 { sampling_port: u16::MAX, ..NxSample3::default() };
        let mut items = Items::new(text);
        while let Some(item) = items.next(p)? {
            let long = || p.int::<u32>(self.value(&item, LONG)?, LONG);
            match item.key {
                "probability" => {
                    all.probability = p.int(self.value(&item, PROBABILITY)?, PROBABILITY)?;
                }
                "collector_set_id" => all.collector_set_id = long()?,
                "obs_domain_id" => all.obs_domain_id = long()?,
                "obs_point_id" => all.obs_point_id = long()?,
                "sampling_port" => {
                    let text = self.value(&item, "a port")?;
                    let port = p.port(text)?.encode_v1_0();
                    all.sampling_port =
                        port.map_err(|_| p.error(text, expected("a port of 16 bits")))?;
                }
                "ingress" => all.direction = 1,
                "egress" => all.direction = 2,
                _ => {
                    let what = "probability, collector_set_id, obs_domain_id, obs_point_id, \
                                sampling_port, ingress or egress";
                    return Err(p.error(item.key, expected(what)));
                }
            }
        }
        if all.probability == 0 {
            return Err(p.error(text, expected("probability=1 to 65535")));
        }
        let NxSample3 { probability, collector_set_id, obs_domain_id, obs_point_id, .. } = all;
        Ok(match all {
            NxSample3 { sampling_port: u16::MAX, direction: 0, .. } => {
                NxSample { probability, collector_set_id, obs_domain_id, obs_point_id }.into()
            }
            NxSample3 { sampling_port, direction: 0, .. } => NxSample2 {
                probability,
                collector_set_id,
                obs_domain_id,
                obs_point_id,
                sampling_port,
            }
            .into(),
            all => all.into(),
        })
    }

    fn conjunction(&self, item: &Item<'p>) -> Result<NxAction> {
        const FORM: &str = "ID,K/N with 1 to N for K and 2 to 64 for N";
        let p = self.p;
        let text = self.value(item, FORM)?;
        let fail = || p.error(text, expected(FORM));
        let (id, clauses) = text.split_once(',').ok_or_else(fail)?;
        let (k, n) = clauses.trim().split_once('/').ok_or_else(fail)?;
        let (k, n) = (p.int::<u8>(k, FORM)?, p.int::<u8>(n, FORM)?);
        if !(2..=64).contains(&n) || !(1..=n).contains(&k) {
            return Err(fail());
        }
        Ok(NxConjunction { clause: k - 1, n_clauses: n, id: p.int(id.trim(), LONG)? }.into())
    }

    fn encap(&self, text: &'p str) -> Result<NxAction> {
        const WHAT: &str = "ethernet, mpls, mpls_mc or nsh(..)";
        let p = self.p;
        let mut items = Items::new(text);
        let Some(item) = items.next(p)? else { return Err(p.error(text, expected(WHAT))) };
        if let Some(more) = items.next(p)? {
            return Err(p.error(more.key, expected("one header")));
        }
        if item.key != "nsh" {
            self.nothing(&item)?;
            let row = ENCAPS.iter().find(|row| row.0 == item.key);
            let row = row.ok_or_else(|| p.error(item.key, expected(WHAT)))?;
            return Ok(NxEncap { new_pkt_type: row.1, ..NxEncap::default() }.into());
        }
        let mut properties = Vec::new();
        let mut items = Items::new(item.value.unwrap_or_default());
        while let Some(item) = items.next(p)? {
            let (prop_type, data): (u8, Vec<u8>) = match item.key {
                "md_type" => {
                    let md_type = self.value(&item, "1 or 2")?;
                    match number(md_type) {
                        Some(1) => (1, vec![1]),
                        Some(2) => (1, vec![2]),
                        _ => return Err(p.error(md_type, expected("1 or 2"))),
                    }
                }
                "tlv" => (2, self.tlv(&item)?),
                _ => return Err(p.error(item.key, expected("md_type or tlv"))),
            };
            properties.push(NxEncapProp { class: NSH_PROPS, prop_type, data: data.into() });
        }
        Ok(NxEncap { new_pkt_type: NSH, properties, ..NxEncap::default() }.into())
    }

    /// A piece of metadata: class, type, size, bytes.
    fn tlv(&self, item: &Item<'p>) -> Result<Vec<u8>> {
        const FORM: &str = "CLASS,TYPE,0xBYTES with 1 to 240 bytes";
        let p = self.p;
        let ([class, kind, value], rest) = self.arguments(item, FORM)?;
        let fail = || p.error(item.value.unwrap_or_default(), expected(FORM));
        let digits = value.strip_prefix("0x").ok_or_else(fail)?;
        let odd = if digits.len() % 2 == 1 { "0" } else { "" };
        let data = hex::decode(&format!("{odd}{digits}")).ok_or_else(fail)?;
        if !rest.is_empty() || data.is_empty() || data.len() > 240 {
            return Err(fail());
        }
        let mut all = p.int::<u16>(class, FORM)?.to_be_bytes().to_vec();
        all.push(p.int(kind, FORM)?);
        all.push(data.len() as u8);
        all.extend_from_slice(&data);
        all.resize((4 + all.len()).next_multiple_of(8) - 4, 0);
        Ok(all)
    }

    fn decap(&self, text: &'p str) -> Result<NxAction> {
        const FORM: &str = "packet_type(ns=NUMBER,type=NUMBER)";
        let p = self.p;
        let mut items = Items::new(text);
        let Some(item) = items.next(p)? else {
            return Ok(NxDecap { new_pkt_type: ANY_TYPE }.into());
        };
        let (mut space, mut kind) = (None, None);
        let mut parts = Items::new(item.value.unwrap_or_default());
        while let Some(part) = parts.next(p)? {
            let number = p.int::<u16>(self.value(&part, SHORT)?, SHORT)?;
            match part.key {
                "ns" => space = Some(number),
                "type" => kind = Some(number),
                _ => return Err(p.error(part.key, expected("ns or type"))),
            }
        }
        match (item.key, space, kind, items.next(p)?) {
            ("packet_type", Some(space), Some(kind), None) => {
                Ok(NxDecap { new_pkt_type: u32::from(space) << 16 | u32::from(kind) }.into())
            }
            _ => Err(p.error(text, expected(FORM))),
        }
    }

    fn check_pkt_larger(&self, item: &Item<'p>) -> Result<NxAction> {
        const FORM: &str = "(BYTES)->FIELD[BIT]";
        let p = self.p;
        let text = self.value(item, FORM)?;
        let (len, dst) = text.split_once(")->").ok_or_else(|| p.error(text, expected(FORM)))?;
        let bits = p.writable_bits(dst)?;
        if bits.n_bits != 1 {
            return Err(p.error(dst, expected("one bit of a field")));
        }
        Ok(NxCheckPktLarger { pkt_len: p.int(len, SHORT)?, offset: bits.ofs, dst: bits.row.id() }
            .into())
    }
}

impl Parser<'_> {
    /// Reads `01.02.ff`.
    pub(super) fn dotted(&self, text: &str) -> Result<Vec<u8>> {
        if text.is_empty() {
            return Ok(Vec::new());
        }
        let digits: String = text.split('.').collect();
        let even = text.split('.').all(|pair| pair.len().is_multiple_of(2));
        let bytes = hex::decode(&digits).filter(|bytes| even && bytes.len() <= 0x8000);
        bytes.ok_or_else(|| self.error(text, expected(BYTES)))
    }
}
