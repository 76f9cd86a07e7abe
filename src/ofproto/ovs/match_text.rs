//! Matches as text: `tcp,in_port=1,nw_dst=10.0.0.0/8,tp_dst=80`.

use std::fmt::{self, Write};

use super::app_field;
use super::error::OvsTextErrorKind;
use super::field::OvsField;
use super::foreign;
use super::protocols::Protocols;
use super::token::{Item, Items, expected, number};
use super::tunnel_option;
use super::{Parser, Result};
use crate::ofproto::oxm::{self, Field, FieldInfo, OxmRef, OxmTlv, OxmValue};
use crate::ofproto::{Match, OxmId, V1_0, V1_1, Version};
use crate::wire::hex;

/// A [`Match`] the way `ovs-ofctl dump-flows` of this version shows it; nothing if it takes every
/// packet. [`parse_match`](super::parse_match) reads it back.
///
/// Fields that Open vSwitch's table here has no row for are shown as `field_CLASS_NUMBER=0x..`,
/// which is read back too (up to 16 bytes, experimenters' fields excepted).
///
/// | condition | form |
/// |---|---|
/// | Ethernet type and protocol that have a word | `arp`, `ip`, `tcp`, `udp6`, ... |
/// | a value | `in_port=1`, `nw_proto=6`, `dl_type=0x88cc` |
/// | an address under a prefix, any value under a mask | `nw_dst=10.0.0.0/8`, `metadata=0x1/0xff` |
/// | VLAN | `dl_vlan=5`, `dl_vlan_pcp=3`; under a mask `vlan_tci=0x1000/0x1000` |
///
/// In every version, with what differs between them: 1.0 and 1.1 show an untagged packet as
/// `vlan_tci=0x0000`.
///
/// Spec: ovs-fields(7) and ovs-ofctl(8).
///
/// ```
/// use ryu_sdn::ofproto::{Match, PortNo, V1_3, ovs::MatchText};
///
/// let m = Match::new().tcp_dst(80).ip_proto(6).eth_type(0x0800).in_port(PortNo::LOCAL);
/// assert_eq!(MatchText(V1_3, &m).to_string(), "tcp,in_port=LOCAL,tp_dst=80");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct MatchText<'a>(pub Version, pub &'a Match);

impl fmt::Display for MatchText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (_, piece)) in pieces(self.0, self.1)?.iter().enumerate() {
            if i > 0 {
                f.write_str(",")?;
            }
            f.write_str(piece)?;
        }
        Ok(())
    }
}

/// Place of the word for the protocol.
const RANK_SHORT: u8 = 19;
/// Place of the VLAN conditions.
const RANK_VLAN: u8 = 39;
/// Place of what has no row.
const RANK_RAW: u8 = u8::MAX;

/// The conditions in Open vSwitch's order.
fn pieces(version: Version, m: &Match) -> std::result::Result<Vec<(u8, String)>, fmt::Error> {
    let with = Protocols::of(m);
    let mut all = Vec::new();
    let short = shorthand(with);
    if let Some((word, _)) = short {
        all.push((RANK_SHORT, word.to_owned()));
    }
    let mut vid = None;
    let mut pcp = None;
    let mut registers = [(0u32, 0u32); 16];
    let mut options = Vec::new();
    for tlv in m.fields() {
        let tlv = tlv.as_oxm();
        if let Some(row) = tunnel_option::of_tlv(tlv) {
            options.push((row, tunnel_option::text(tlv)));
            continue;
        }
        let Some(row) = OvsField::of_tlv(tlv) else {
            all.push((RANK_RAW, raw_text(tlv)));
            continue;
        };
        let value = u128::read(tlv.value());
        let mask = tlv.mask().map(u128::read);
        match row.oxm {
            // No bit of it is looked at.
            _ if mask.is_some_and(|mask| mask & row.ones() == 0) => continue,
            "vlan_vid" => {
                vid = Some((value as u16, mask.unwrap_or(row.ones()) as u16));
                continue;
            }
            "vlan_pcp" if mask.is_none() => {
                pcp = Some(value as u16);
                continue;
            }
            // The whole word; part of the priority is shown as such.
            "vlan_tci" => {
                let mask = mask.unwrap_or(0xffff) as u16;
                all.push((RANK_VLAN, tci_piece(value as u16, mask)));
                continue;
            }
            "packet_type" if value == 0 && mask.is_none() => {
                all.push((row.rank, "eth".to_owned()));
                continue;
            }
            name if let Some((first, count)) = registers_of(name) => {
                let mask = mask.unwrap_or(row.ones());
                for (i, register) in registers[first..first + count].iter_mut().enumerate() {
                    let shift = 32 * (count - 1 - i);
                    register.0 |= (value >> shift) as u32;
                    register.1 |= (mask >> shift) as u32;
                }
                continue;
            }
            "eth_type" if short.is_some() => continue,
            "ip_proto" if short.is_some_and(|(_, proto)| proto.is_some()) => continue,
            _ => {}
        }
        let known = with.meets(row.needs);
        let mut piece = String::from(if known { row.shown } else { row.name });
        piece.push('=');
        // What is shown of the DSCP is the whole byte that it is a part of.
        let shift = if piece == "nw_tos=" { 2 } else { 0 };
        row.write(&mut piece, value << shift, mask, true)?;
        all.push((row.rank, piece));
    }
    for (i, (value, mask)) in registers.into_iter().enumerate().filter(|(_, (_, mask))| *mask != 0)
    {
        let Some(row) = OvsField::of_oxm(&format!("reg{i}")) else { continue };
        let mut piece = format!("reg{i}=");
        row.write(&mut piece, value.into(), Some(mask.into()), true)?;
        all.push((row.rank, piece));
    }
    vlan_pieces(version, vid, pcp, &mut all);
    options.sort_by_key(|(row, _)| row.codes[0].number);
    all.extend(options.into_iter().map(|(row, value)| match value {
        Some(value) => (row.rank, format!("{}={value}", row.name)),
        None => (row.rank, row.name.to_owned()),
    }));
    all.sort_by_key(|(rank, _)| *rank);
    Ok(all)
}

/// The registers of 32 bits that a register is made of: the first, and how many.
fn registers_of(name: &str) -> Option<(usize, usize)> {
    let (digits, count) = match name.strip_prefix("reg") {
        Some(digits) => (digits, 1),
        None => match name.strip_prefix("xreg") {
            Some(digits) => (digits, 2),
            None => (name.strip_prefix("xxreg")?, 4),
        },
    };
    let first = digits.parse::<usize>().ok()? * count;
    (first + count <= 16).then_some((first, count))
}

/// A tag control word of Nicira's form.
fn tci_piece(value: u16, mask: u16) -> String {
    let (vid, pcp) = (value & 0x0fff, value >> 13);
    match mask {
        0xffff if value == 0 => "vlan_tci=0x0000".to_owned(),
        0xffff if value & oxm::VID_PRESENT != 0 => format!("dl_vlan={vid},dl_vlan_pcp={pcp}"),
        0x1fff if value & oxm::VID_PRESENT != 0 => format!("dl_vlan={vid}"),
        0xf000 if value & oxm::VID_PRESENT != 0 => format!("dl_vlan_pcp={pcp}"),
        0xffff => format!("vlan_tci={value:#06x}"),
        mask => format!("vlan_tci={:#06x}/{mask:#06x}", value & mask),
    }
}

/// The VLAN conditions, from value and mask of the id and the priority.
fn vlan_pieces(
    version: Version,
    vid: Option<(u16, u16)>,
    pcp: Option<u16>,
    all: &mut Vec<(u8, String)>,
) {
    let none = matches!(vid, Some((0, 0x1fff)));
    if none && version <= V1_1 {
        // There the priority of an untagged packet is ignored.
        all.push((RANK_VLAN, "vlan_tci=0x0000".to_owned()));
        return;
    }
    let (value, mask) = match (vid, pcp) {
        (None, None) => return,
        (None, Some(_)) => (oxm::VID_PRESENT, oxm::VID_PRESENT),
        (Some((value, mask)), _) => (value, mask),
    };
    let present = value & mask & oxm::VID_PRESENT != 0;
    let whole_or_none = matches!(mask & 0x0fff, 0 | 0x0fff);
    if present && whole_or_none && (mask & 0x0fff != 0 || pcp.is_some()) {
        if mask & 0x0fff != 0 {
            all.push((RANK_VLAN, format!("dl_vlan={}", value & 0x0fff)));
        }
        if let Some(pcp) = pcp {
            all.push((RANK_VLAN, format!("dl_vlan_pcp={pcp}")));
        }
        return;
    }
    let value = value | pcp.unwrap_or(0) << 13;
    match mask | pcp.map_or(0, |_| 0xe000) {
        0xffff => all.push((RANK_VLAN, format!("vlan_tci={value:#06x}"))),
        mask => all.push((RANK_VLAN, format!("vlan_tci={value:#06x}/{mask:#06x}"))),
    }
}

/// Words that stand for an Ethernet type and perhaps a protocol. Of several with the same meaning
/// the first is shown.
const SHORTHANDS: &[(&str, u16, Option<u8>)] = &[
    ("ip", 0x0800, None),
    ("icmp", 0x0800, Some(1)),
    ("tcp", 0x0800, Some(6)),
    ("udp", 0x0800, Some(17)),
    ("sctp", 0x0800, Some(132)),
    ("ipv6", 0x86dd, None),
    ("icmp6", 0x86dd, Some(58)),
    ("tcp6", 0x86dd, Some(6)),
    ("udp6", 0x86dd, Some(17)),
    ("sctp6", 0x86dd, Some(132)),
    ("arp", 0x0806, None),
    ("rarp", 0x8035, None),
    ("mpls", 0x8847, None),
    ("mplsm", 0x8848, None),
    ("ipv4", 0x0800, None),
    ("ip4", 0x0800, None),
    ("ip6", 0x86dd, None),
];

/// Whether the text form of matches has this word already.
pub(in crate::ofproto) fn is_word(word: &str) -> bool {
    SHORTHANDS.iter().any(|row| row.0 == word)
        || matches!(word, "dl_vlan" | "nw_tos" | "vlan_tci" | "tp_src" | "tp_dst")
        || OvsField::named(word, Protocols::default()).is_some()
        || foreign::field(word).is_some()
}

/// The word for these protocols, and the IP protocol if it says that too.
fn shorthand(with: Protocols) -> Option<(&'static str, Option<u8>)> {
    let find = |proto: Option<u8>| {
        let same = |row: &&(_, u16, Option<u8>)| Some(row.1) == with.eth_type && row.2 == proto;
        SHORTHANDS.iter().find(same).map(|row| (row.0, row.2))
    };
    with.ip_proto.and_then(|proto| find(Some(proto))).or_else(|| find(None))
}

/// A field without a row, by its numbers.
fn raw_text(tlv: OxmRef<'_>) -> String {
    format!("{}={}", raw_name(tlv), raw_value(tlv))
}

pub(super) fn raw_name(tlv: OxmRef<'_>) -> String {
    if let Some(info) = app_field::of_tlv(tlv) {
        return info.name.to_owned();
    }
    match tlv.experimenter() {
        Some(id) => format!("field_{id:#010x}_{}", tlv.number()),
        None => format!("field_{:#06x}_{}", tlv.class(), tlv.number()),
    }
}

pub(super) fn raw_value(tlv: OxmRef<'_>) -> String {
    if app_field::of_tlv(tlv).is_some() {
        return app_field::text(tlv);
    }
    let mut text = format!("0x{}", hex::encode(tlv.value()));
    if let Some(mask) = tlv.mask() {
        // Writing to a string does not fail.
        let _ = write!(text, "/0x{}", hex::encode(mask));
    }
    text
}

impl Parser<'_> {
    /// Reads a whole text as a match.
    pub(super) fn match_(&self) -> Result<Match> {
        let mut items = Items::new(self.text);
        let mut all = Vec::new();
        while let Some(item) = items.next(self)? {
            all.push(item);
        }
        self.build_match(&all)
    }

    /// Puts the conditions together: first those that say what the names of others mean.
    pub(super) fn build_match(&self, items: &[Item<'_>]) -> Result<Match> {
        let mut b = Builder { p: self, m: Match::new(), given: Vec::new() };
        let round = |item: &Item<'_>| match item.key {
            "dl_type" | "eth_type" => 0,
            _ if item.value.is_none() => 0,
            "nw_proto" | "ip_proto" => 1,
            _ => 2,
        };
        for now in 0..3 {
            let with = Protocols::of(&b.m);
            for item in items.iter().filter(|item| round(item) == now) {
                b.item(item, with)?;
            }
        }
        b.finish()
    }

    /// A field by its numbers: `field_0x0001_0` and `0x00000007` or that with a mask.
    pub(super) fn raw_field(&self, key: &str, text: &str) -> Result<OxmTlv> {
        let p = self;
        let numbers = key["field_".len()..].split_once('_');
        // The id of an experimenter has more digits than a class.
        let long = numbers.is_some_and(|(class, _)| class.len() > "0x0000".len());
        let class = numbers.and_then(|(class, _)| number(class));
        let numbered = numbers.and_then(|(_, n)| number(n)).filter(|n| *n < 128);
        let (Some(class), Some(numbered)) = (class, numbered) else {
            return Err(p.error(key, expected("field_CLASS_NUMBER")));
        };
        let Some(class) =
            u16::try_from(class).ok().filter(|c| !long && *c != oxm::CLASS_EXPERIMENTER)
        else {
            return Err(p.error(key, OvsTextErrorKind::NotSupported("experimenters' fields")));
        };
        let numbered = numbered as u8;
        if OvsField::of_id(OxmId::of(Field::<u8>::new(class, numbered, 1))).is_some()
            || FieldInfo::lookup(class, numbered).is_some()
        {
            return Err(p.error(key, expected("the field by its name")));
        }
        if p.version == V1_1 || (p.version == V1_0 && !p.nxm) {
            return Err(p.error(key, OvsTextErrorKind::NotInVersion(p.version)));
        }
        let fail = || {
            p.error(text, expected("0x and the bytes of the value, 1 to 16, or that with /MASK"))
        };
        let bytes = |part: &str| {
            let digits = part.strip_prefix("0x")?;
            let size = digits.len() / 2;
            let even = digits.len() % 2 == 0 && (1..=16).contains(&size);
            Some((number(part).filter(|_| even)?, size as u8))
        };
        let (value, mask) = match text.split_once('/') {
            Some((value, mask)) => (value, Some(bytes(mask).ok_or_else(fail)?)),
            None => (text, None),
        };
        let (value, size) = bytes(value).ok_or_else(fail)?;
        if mask.is_some_and(|(_, mask_size)| mask_size != size) {
            return Err(fail());
        }
        let field = Field::<u128>::new(class, numbered, size);
        Ok(match mask {
            Some((mask, _)) => OxmTlv::masked(field, value & mask, mask),
            None => OxmTlv::new(field, value),
        })
    }
}

struct Builder<'p> {
    p: &'p Parser<'p>,
    m: Match,
    /// What was given, and by which word.
    given: Vec<(&'static OvsField, &'p str)>,
}

impl<'p> Builder<'p> {
    fn item(&mut self, item: &Item<'p>, with: Protocols) -> Result<()> {
        let Item { key, value } = *item;
        let Some(value) = value else { return self.shorthand(key) };
        match key {
            "dl_vlan" => return self.dl_vlan(key, value),
            "vlan_tci" | "NXM_OF_VLAN_TCI" => return self.vlan_tci(key, value),
            "NXM_OF_IN_PORT" => {
                let port = self.p.port(value)?;
                return self.named("in_port", key, (port.0.into(), 0xffff_ffff), with);
            }
            "nw_tos" | "NXM_OF_IP_TOS" => {
                let tos = number(value).filter(|tos| *tos <= 0xff && tos & 3 == 0);
                let error = || self.p.error(value, expected("a number, 0 to 252, divisible by 4"));
                return self.named("ip_dscp", key, (tos.ok_or_else(error)? >> 2, 0x3f), with);
            }
            _ if key.starts_with("field_") => {
                let tlv = self.p.raw_field(key, value)?;
                return self.add(key, &tlv);
            }
            _ => {}
        }
        match OvsField::named(key, with) {
            Some(Ok(row)) if row.is_option() => self.option(row, key, value),
            Some(Ok(row)) => {
                let value = row.parse(self.p, value)?;
                self.put(row, key, value, with)
            }
            Some(Err(needs)) => Err(self.p.error(key, OvsTextErrorKind::Needs(needs))),
            None => {
                if let Some(info) = app_field::named(self.p.version, key) {
                    let tlv = app_field::parse(self.p, info, key, value)?;
                    return self.add(key, &tlv);
                }
                if key == "eth" || SHORTHANDS.iter().any(|row| row.0 == key) {
                    return Err(self.p.error(value, expected("no value of this word")));
                }
                let kind = foreign::field(key).unwrap_or(OvsTextErrorKind::UnknownField);
                Err(self.p.error(key, kind))
            }
        }
    }

    fn shorthand(&mut self, word: &'p str) -> Result<()> {
        if word == "eth" {
            return self.named("packet_type", word, (0, u32::MAX.into()), Protocols::default());
        }
        let Some((_, eth_type, proto)) = SHORTHANDS.iter().find(|row| row.0 == word) else {
            if let Some(row) = OvsField::by_word(word).filter(|row| row.is_option()) {
                return self.option(row, word, "");
            }
            let known = OvsField::named(word, Protocols::default()).is_some()
                || matches!(word, "dl_vlan" | "nw_tos");
            let kind = match foreign::field(word) {
                _ if known => expected("= and a value"),
                Some(foreign) => foreign,
                None => OvsTextErrorKind::UnknownField,
            };
            return Err(self.p.error(word, kind));
        };
        let with = Protocols { eth_type: Some(*eth_type), ..Protocols::default() };
        self.named("eth_type", word, (u128::from(*eth_type), 0xffff), with)?;
        match proto {
            Some(proto) => self.named("ip_proto", word, (u128::from(*proto), 0xff), with),
            None => Ok(()),
        }
    }

    fn option(&mut self, row: &'static OvsField, key: &'p str, value: &'p str) -> Result<()> {
        row.check_option(self.p, key)?;
        self.add(key, &row.option(self.p, value)?)
    }

    fn dl_vlan(&mut self, key: &'p str, text: &'p str) -> Result<()> {
        let vid = match number(text) {
            Some(0xffff) => 0,
            Some(vid) if vid <= 0x0fff => vid | u128::from(oxm::VID_PRESENT),
            _ => {
                return Err(self
                    .p
                    .error(text, expected("a VLAN id, 0 to 4095, or 0xffff for none")));
            }
        };
        self.named("vlan_vid", key, (vid, 0x1fff), Protocols::default())
    }

    /// The whole tag control word, split as Open vSwitch splits it for OXM.
    fn vlan_tci(&mut self, key: &'p str, text: &'p str) -> Result<()> {
        let (value, mask) = text.split_once('/').unwrap_or((text, "0xffff"));
        let word = |part| {
            let error = || self.p.error(text, expected("a number of 16 bits, or one with /MASK"));
            number(part).filter(|v| *v <= 0xffff).ok_or_else(error)
        };
        let (value, mask) = (word(value)?, word(mask)?);
        let value = value & mask;
        let (vid, vid_mask) = (value & 0x1fff, mask & 0x1fff);
        let (pcp, pcp_mask) = (value >> 13, mask >> 13);
        // No tag is no priority either.
        let pcp_mask = if vid == 0 && vid_mask == 0x1fff && pcp == 0 { 0 } else { pcp_mask };
        let present = u128::from(oxm::VID_PRESENT);
        if !matches!(pcp_mask, 0 | 7) || (pcp_mask == 7 && vid & present == 0) {
            let kind = OvsTextErrorKind::NotSupported("parts of a vlan_tci that OXM cannot match");
            return Err(self.p.error(text, kind));
        }
        let only_pcp = vid_mask == present && pcp_mask == 7;
        if !(only_pcp && self.p.version == V1_0) {
            self.named("vlan_vid", key, (vid, vid_mask), Protocols::default())?;
        }
        self.named("vlan_pcp", key, (pcp, pcp_mask), Protocols::default())
    }

    fn named(
        &mut self,
        oxm: &str,
        token: &'p str,
        value: (u128, u128),
        with: Protocols,
    ) -> Result<()> {
        match OvsField::of_oxm(oxm) {
            Some(row) => self.put(row, token, value, with),
            None => Err(self.p.error(token, OvsTextErrorKind::UnknownField)),
        }
    }

    fn put(
        &mut self,
        row: &'static OvsField,
        token: &'p str,
        (value, mask): (u128, u128),
        with: Protocols,
    ) -> Result<()> {
        if let Some((first, count @ 2..)) = registers_of(row.oxm) {
            for i in 0..count {
                let shift = 32 * (count - 1 - i);
                let part = |all: u128| all >> shift & 0xffff_ffff;
                let name = format!("reg{}", first + i);
                self.named(&name, token, (part(value), part(mask)), with)?;
            }
            return Ok(());
        }
        let code = row.code(self.p.version, self.p.nxm);
        let Some(tlv) = row.tlv(code, value, mask) else { return Ok(()) };
        // What is missing is the better answer when both are true.
        if with.meets(row.needs) {
            row.check_version(self.p, token, with, value, mask)?;
        }
        self.given.push((row, token));
        self.add(token, &tlv)
    }

    fn add(&mut self, token: &str, tlv: &OxmTlv) -> Result<()> {
        let new = tlv.as_oxm();
        for old in self.m.fields() {
            let old = old.as_oxm();
            let same =
                (old.class(), old.number(), old.lead()) == (new.class(), new.number(), new.lead());
            if same && old != new {
                return Err(self.p.error(token, OvsTextErrorKind::Contradiction));
            }
        }
        self.m = std::mem::take(&mut self.m).with_tlv(tlv);
        Ok(())
    }

    /// Checks what depends on the whole.
    fn finish(mut self) -> Result<Match> {
        let with = Protocols::of(&self.m);
        for (row, token) in &self.given {
            if !with.meets(row.needs) {
                return Err(self.p.error(token, OvsTextErrorKind::Needs(row.needs.words())));
            }
            if row.oxm == "vlan_pcp" && with.tags == 0 {
                return Err(self.p.error(token, OvsTextErrorKind::Needs("a VLAN tag")));
            }
        }
        if self.p.version != V1_0
            && self.m.contains(oxm::VLAN_PCP)
            && !self.m.contains(oxm::VLAN_VID)
        {
            self.m = self.m.vlan_vid_masked(oxm::VID_PRESENT, oxm::VID_PRESENT);
        }
        Ok(self.m)
    }
}
