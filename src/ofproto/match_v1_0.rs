//! The 40 fixed bytes of 1.0's `ofp_match`, from and to OXM.
//!
//! Spec: 1.0 section 5.2.3.
//!
//! ```text
//!  0          4        6         12        18    20   21   22     24   25   26  28     32     36     38
//! +----------+--------+---------+---------+-----+----+----+------+----+----+---+------+------+------+------+
//! | wildcards| in_port| dl_src  | dl_dst  |vlan | pcp| pad| type | tos|prot|pad|nw_src|nw_dst|tp_src|tp_dst|
//! +----------+--------+---------+---------+-----+----+----+------+----+----+---+------+------+------+------+
//! ```

use super::codec::fields;
use super::encode::EncodeError;
use super::ids::PortNo;
use super::match_fixed::{Ip, Tlvs, VLAN_ANY, VLAN_NONE, basic, ignored, vlan};
use super::oxm::{self, OxmRef, OxmValue};
use super::version::V1_0;
use crate::wire::MacAddr;
use std::net::Ipv4Addr;

/// Size of the fixed form, in bytes.
pub(super) const LEN: usize = 40;
/// Room for the OXM form of any fixed match (at most 91 bytes).
pub(super) const OXM_MAX: usize = 96;

mod at {
    use std::ops::Range;
    pub(super) const WILDCARDS: Range<usize> = 0..4;
    pub(super) const IN_PORT: Range<usize> = 4..6;
    pub(super) const DL_SRC: Range<usize> = 6..12;
    pub(super) const DL_DST: Range<usize> = 12..18;
    pub(super) const DL_VLAN: Range<usize> = 18..20;
    pub(super) const DL_VLAN_PCP: Range<usize> = 20..21;
    pub(super) const PAD1: Range<usize> = 21..22;
    pub(super) const DL_TYPE: Range<usize> = 22..24;
    pub(super) const NW_TOS: Range<usize> = 24..25;
    pub(super) const NW_PROTO: Range<usize> = 25..26;
    pub(super) const PAD2: Range<usize> = 26..28;
    pub(super) const NW_SRC: Range<usize> = 28..32;
    pub(super) const NW_DST: Range<usize> = 32..36;
    pub(super) const TP_SRC: Range<usize> = 36..38;
    pub(super) const TP_DST: Range<usize> = 38..40;
}

mod wild {
    pub(super) const IN_PORT: u32 = 1 << 0;
    pub(super) const DL_VLAN: u32 = 1 << 1;
    pub(super) const DL_SRC: u32 = 1 << 2;
    pub(super) const DL_DST: u32 = 1 << 3;
    pub(super) const DL_TYPE: u32 = 1 << 4;
    pub(super) const NW_PROTO: u32 = 1 << 5;
    pub(super) const TP_SRC: u32 = 1 << 6;
    pub(super) const TP_DST: u32 = 1 << 7;
    /// Number of low bits of `nw_src` that are ignored, 32 and up meaning all.
    pub(super) const NW_SRC_SHIFT: u32 = 8;
    pub(super) const NW_DST_SHIFT: u32 = 14;
    pub(super) const DL_VLAN_PCP: u32 = 1 << 20;
    pub(super) const NW_TOS: u32 = 1 << 21;
    pub(super) const ALL: u32 = (1 << 22) - 1;
    /// What means something in any frame.
    pub(super) const L2: u32 = IN_PORT | DL_VLAN | DL_SRC | DL_DST | DL_TYPE | DL_VLAN_PCP;
}

/// Takes the fixed form off the wire: as it came, padding cleared.
#[inline]
pub(super) fn read(mut fixed: [u8; LEN]) -> [u8; LEN] {
    fixed[at::PAD1].fill(0);
    fixed[at::PAD2].fill(0);
    fixed
}

/// Writes the conditions as TLVs into `out`, in order of number; the size is returned. What the
/// specification tells a switch to ignore is left out.
pub(super) fn to_oxm(fixed: &[u8; LEN], out: &mut [u8; OXM_MAX]) -> usize {
    let wildcards = u32::read(&fixed[at::WILDCARDS]);
    let on = |bit: u32| wildcards & bit == 0;
    let mut w = Tlvs::new(out);

    if on(wild::IN_PORT) {
        w.put(oxm::IN_PORT, PortNo::from_v1_0(u16::read(&fixed[at::IN_PORT])));
    }
    if on(wild::DL_DST) {
        w.put(oxm::ETH_DST, MacAddr::read(&fixed[at::DL_DST]));
    }
    if on(wild::DL_SRC) {
        w.put(oxm::ETH_SRC, MacAddr::read(&fixed[at::DL_SRC]));
    }
    let dl_type = on(wild::DL_TYPE).then(|| u16::read(&fixed[at::DL_TYPE]));
    if let Some(dl_type) = dl_type {
        w.put(oxm::ETH_TYPE, dl_type);
    }
    if on(wild::DL_VLAN) {
        let vid = match u16::read(&fixed[at::DL_VLAN]) {
            VLAN_NONE => oxm::VID_NONE,
            id => oxm::VID_PRESENT | (id & 0x0fff),
        };
        w.put(oxm::VLAN_VID, vid);
    }
    if on(wild::DL_VLAN_PCP) {
        w.put(oxm::VLAN_PCP, u8::read(&fixed[at::DL_VLAN_PCP]) & 7);
    }
    w.put_ip(
        dl_type,
        &Ip {
            tos: on(wild::NW_TOS).then(|| u8::read(&fixed[at::NW_TOS])),
            proto: on(wild::NW_PROTO).then(|| u8::read(&fixed[at::NW_PROTO])),
            src: (u32::read(&fixed[at::NW_SRC]), prefix(wildcards >> wild::NW_SRC_SHIFT)),
            dst: (u32::read(&fixed[at::NW_DST]), prefix(wildcards >> wild::NW_DST_SHIFT)),
            tp_src: on(wild::TP_SRC).then(|| u16::read(&fixed[at::TP_SRC])),
            tp_dst: on(wild::TP_DST).then(|| u16::read(&fixed[at::TP_DST])),
        },
    );
    w.len()
}

/// The mask that ignores as many low bits as the lowest six bits of `ignored` say.
fn prefix(ignored: u32) -> u32 {
    u32::MAX.checked_shl(ignored & 63).unwrap_or(0)
}

/// Makes the fixed form of a row of TLVs.
///
/// # Errors
/// [`EncodeError::NotInVersion`] naming the first field that 1.0 cannot match, cannot match under
/// this mask, or would ignore without the type or protocol it belongs to.
pub(super) fn from_oxm(all: &[u8]) -> Result<[u8; LEN], EncodeError> {
    let mut fixed = [0; LEN];
    from_oxm_onto(all, &mut fixed)?;
    Ok(fixed)
}

/// [`from_oxm`] over zeros.
///
/// # Errors
/// As [`from_oxm`]; something may have been written by then.
#[inline]
pub(super) fn from_oxm_onto(all: &[u8], fixed: &mut [u8; LEN]) -> Result<(), EncodeError> {
    let mut tlvs = all;
    let mut wildcards = wild::ALL;
    // The fields of a learning switch in their order: that is most of what is ever said.
    if let Some(([a, b, c, d], rest)) = value_of(IN_PORT, tlvs) {
        let port = PortNo(u32::from_be_bytes([a, b, c, d])).encode_v1_0()?;
        fixed[at::IN_PORT].copy_from_slice(&port.to_be_bytes());
        wildcards &= !wild::IN_PORT;
        tlvs = rest;
    }
    if let Some((mac, rest)) = value_of::<6>(ETH_DST, tlvs) {
        fixed[at::DL_DST].copy_from_slice(&mac);
        wildcards &= !wild::DL_DST;
        tlvs = rest;
    }
    if let Some((mac, rest)) = value_of::<6>(ETH_SRC, tlvs) {
        fixed[at::DL_SRC].copy_from_slice(&mac);
        wildcards &= !wild::DL_SRC;
        tlvs = rest;
    }
    while let Some((oxm, rest)) = OxmRef::split_first(tlvs) {
        tlvs = rest;
        put_field(oxm, fixed, &mut wildcards)?;
    }
    let on = |bit: u32| wildcards & bit == 0;
    if on(wild::DL_VLAN_PCP) && on(wild::DL_VLAN) && fixed[at::DL_VLAN] == VLAN_NONE.to_be_bytes() {
        return Err(lacks("vlan_pcp match without a tag"));
    }
    wildcards.write(&mut fixed[at::WILDCARDS]);
    // Most entries look at addresses of Ethernet only.
    if wildcards | wild::L2 == wild::ALL {
        return Ok(());
    }
    let dl_type = on(wild::DL_TYPE).then(|| u16::read(&fixed[at::DL_TYPE]));
    let proto = on(wild::NW_PROTO).then(|| u8::read(&fixed[at::NW_PROTO]));
    ignored(all, dl_type, proto).map_or(Ok(()), |what| Err(lacks(what)))
}

/// The headers of the fields that are seen to first, without a mask.
const IN_PORT: u32 = oxm::IN_PORT.header(false);
const ETH_DST: u32 = oxm::ETH_DST.header(false);
const ETH_SRC: u32 = oxm::ETH_SRC.header(false);

/// The value of the first field, if that is under this header, and what follows.
#[inline(always)] // The header is a constant, and so is then how long the value is.
fn value_of<const N: usize>(header: u32, tlvs: &[u8]) -> Option<([u8; N], &[u8])> {
    let (found, rest) = tlvs.split_first_chunk::<4>()?;
    let (value, rest) = rest.split_first_chunk::<N>()?;
    (*found == header.to_be_bytes()).then_some((*value, rest))
}

fn put_field(
    oxm: OxmRef<'_>,
    fixed: &mut [u8; LEN],
    wildcards: &mut u32,
) -> Result<(), EncodeError> {
    let Some((info, value, mask)) = basic(oxm).map_err(lacks)? else { return Ok(()) };
    // Row numbers of the field table; see `oxm::FIELDS` and its column `v1_0`.
    match info.number {
        11 | 22 => {
            let bits = ignored_bits(mask).ok_or(lacks("source address match under this mask"))?;
            fixed[at::NW_SRC].copy_from_slice(value);
            *wildcards &= !(63 << wild::NW_SRC_SHIFT);
            *wildcards |= bits << wild::NW_SRC_SHIFT;
            return Ok(());
        }
        12 | 23 => {
            let bits =
                ignored_bits(mask).ok_or(lacks("destination address match under this mask"))?;
            fixed[at::NW_DST].copy_from_slice(value);
            *wildcards &= !(63 << wild::NW_DST_SHIFT);
            *wildcards |= bits << wild::NW_DST_SHIFT;
            return Ok(());
        }
        _ => {}
    }
    if info.number != 6 && mask.iter().any(|b| *b != 0xff) {
        return Err(lacks("match under this mask"));
    }
    let mut set = |bit: u32, place: std::ops::Range<usize>, bytes: &[u8]| {
        *wildcards &= !bit;
        let skip = place.len() - bytes.len();
        fixed[place][skip..].copy_from_slice(bytes);
    };
    match info.number {
        0 => set(wild::IN_PORT, at::IN_PORT, &PortNo::read(value).encode_v1_0()?.to_be_bytes()),
        3 => set(wild::DL_DST, at::DL_DST, value),
        4 => set(wild::DL_SRC, at::DL_SRC, value),
        5 => set(wild::DL_TYPE, at::DL_TYPE, value),
        6 => {
            let mask = if mask.is_empty() { 0x1fff } else { u16::read(mask) & 0x1fff };
            match vlan(u16::read(value), mask) {
                None | Some(VLAN_ANY) => return Err(lacks("vlan_vid match under this mask")),
                Some(id) => set(wild::DL_VLAN, at::DL_VLAN, &id.to_be_bytes()),
            }
        }
        7 => set(wild::DL_VLAN_PCP, at::DL_VLAN_PCP, value),
        8 => set(wild::NW_TOS, at::NW_TOS, &[u8::read(value) << 2]),
        10 => set(wild::NW_PROTO, at::NW_PROTO, value),
        13 | 15 | 17 | 19 => set(wild::TP_SRC, at::TP_SRC, value),
        14 | 16 | 18 | 20 => set(wild::TP_DST, at::TP_DST, value),
        21 => match u8::try_from(u16::read(value)) {
            Ok(op) => set(wild::NW_PROTO, at::NW_PROTO, &[op]),
            Err(_) => return Err(lacks("arp_op above 255")),
        },
        _ => return Err(lacks(info.name)),
    }
    Ok(())
}

/// How many low bits a prefix mask ignores; `None` if it is no prefix. No mask ignores none.
fn ignored_bits(mask: &[u8]) -> Option<u32> {
    if mask.is_empty() {
        return Some(0);
    }
    let mask = u32::read(mask);
    let bits = mask.trailing_zeros();
    (mask.leading_ones() + bits == 32).then_some(bits)
}

/// The members of Ryu's `OFPMatch` of 1.0, in the order of the wire; the padding is left out.
pub(super) struct Attributes {
    pub(super) wildcards: u32,
    pub(super) in_port: u16,
    pub(super) dl_src: MacAddr,
    pub(super) dl_dst: MacAddr,
    pub(super) dl_vlan: u16,
    pub(super) dl_vlan_pcp: u8,
    pub(super) dl_type: u16,
    pub(super) nw_tos: u8,
    pub(super) nw_proto: u8,
    pub(super) nw_src: Ipv4Addr,
    pub(super) nw_dst: Ipv4Addr,
    pub(super) tp_src: u16,
    pub(super) tp_dst: u16,
}

fields!(Attributes, |this, v| {
    let Attributes {
        wildcards,
        in_port,
        dl_src,
        dl_dst,
        dl_vlan,
        dl_vlan_pcp,
        dl_type,
        nw_tos,
        nw_proto,
        nw_src,
        nw_dst,
        tp_src,
        tp_dst,
    } = this;
    v.field("wildcards", wildcards)?;
    v.field("in_port", in_port)?;
    v.field("dl_src", dl_src)?;
    v.field("dl_dst", dl_dst)?;
    v.field("dl_vlan", dl_vlan)?;
    v.field("dl_vlan_pcp", dl_vlan_pcp)?;
    v.pad(1)?;
    v.field("dl_type", dl_type)?;
    v.field("nw_tos", nw_tos)?;
    v.field("nw_proto", nw_proto)?;
    v.pad(2)?;
    v.field("nw_src", nw_src)?;
    v.field("nw_dst", nw_dst)?;
    v.field("tp_src", tp_src)?;
    v.field("tp_dst", tp_dst)
});

impl Default for Attributes {
    fn default() -> Attributes {
        Attributes {
            wildcards: wild::ALL,
            in_port: 0,
            dl_src: MacAddr::ZERO,
            dl_dst: MacAddr::ZERO,
            dl_vlan: 0,
            dl_vlan_pcp: 0,
            dl_type: 0,
            nw_tos: 0,
            nw_proto: 0,
            nw_src: Ipv4Addr::UNSPECIFIED,
            nw_dst: Ipv4Addr::UNSPECIFIED,
            tp_src: 0,
            tp_dst: 0,
        }
    }
}

/// The wildcards of a match for which JSON has `given` members but no `wildcards`: Ryu clears the
/// bit of each.
pub(super) fn wildcards_of(given: impl Iterator<Item = impl AsRef<str>>) -> u32 {
    given.fold(wild::ALL, |bits, name| {
        bits & !match name.as_ref() {
            "in_port" => wild::IN_PORT,
            "dl_src" => wild::DL_SRC,
            "dl_dst" => wild::DL_DST,
            "dl_vlan" => wild::DL_VLAN,
            "dl_vlan_pcp" => wild::DL_VLAN_PCP,
            "dl_type" => wild::DL_TYPE,
            "nw_tos" => wild::NW_TOS,
            "nw_proto" => wild::NW_PROTO,
            "nw_src" => 63 << wild::NW_SRC_SHIFT,
            "nw_dst" => 63 << wild::NW_DST_SHIFT,
            "tp_src" => wild::TP_SRC,
            "tp_dst" => wild::TP_DST,
            _ => 0,
        }
    })
}

fn lacks(what: &'static str) -> EncodeError {
    EncodeError::NotInVersion { what, version: V1_0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ofproto::Match;

    #[test]
    fn the_longest_fixed_match_fits() {
        let mut fixed = [0; LEN];
        fixed[at::DL_TYPE].copy_from_slice(&[8, 0]);
        fixed[at::NW_PROTO].copy_from_slice(&[6]);
        (1u32 << wild::NW_SRC_SHIFT | 31 << wild::NW_DST_SHIFT).write(&mut fixed[at::WILDCARDS]);
        let mut out = [0; OXM_MAX];
        let len = to_oxm(&fixed, &mut out);
        assert_eq!(len, 91);
        assert_eq!(from_oxm(&out[..len]).unwrap()[at::WILDCARDS], fixed[at::WILDCARDS]);
    }

    #[test]
    fn what_it_cannot_say_is_refused_by_name() {
        let refused = |m: Match| m.with_tlvs(from_oxm).unwrap_err().to_string();
        let (v6, v4) = (Match::new().eth_type(0x86dd), Match::new().eth_type(0x0800));
        let any_tag = Match::new().vlan_vid_masked(oxm::VID_PRESENT, oxm::VID_PRESENT);
        for (m, what) in [
            (Match::new().metadata(1), "metadata"),
            (v4.clone().ip_ecn(1), "ip_ecn"),
            (Match::new().ipv4_dst(Ipv4Addr::LOCALHOST), "ipv4_dst match outside IPv4"),
            (Match::new().ip_dscp(1), "ip_dscp match outside IPv4"),
            (v6.clone().ip_proto(6), "ip_proto match outside IPv4"),
            (v6.ip_proto(6).tcp_dst(80), "ip_proto match outside IPv4"),
            (v4.clone().tcp_dst(80), "tcp_dst match outside TCP over IPv4"),
            (v4.clone().ip_proto(17).tcp_src(80), "tcp_src match outside TCP over IPv4"),
            (v4.clone().icmpv4_type(8), "icmpv4_type match outside ICMP over IPv4"),
            (v4.arp_op(1), "arp_op match outside ARP"),
            (Match::new().arp_spa(Ipv4Addr::LOCALHOST), "arp_spa match outside ARP"),
            (Match::new().vlan_vid(0).vlan_pcp(1), "vlan_pcp match without a tag"),
            (Match::new().vlan_vid(5), "vlan_vid match under this mask"),
            (any_tag, "vlan_vid match under this mask"),
        ] {
            assert_eq!(refused(m), format!("OpenFlow 1.0 has no {what}"));
        }
    }

    #[test]
    fn what_ignores_everything_asks_for_nothing() {
        let m = Match::new().ipv4_dst_masked(Ipv4Addr::LOCALHOST, Ipv4Addr::UNSPECIFIED);
        assert_eq!(m.with_tlvs(from_oxm), Match::new().with_tlvs(from_oxm));
    }

    #[test]
    fn masks_that_are_no_prefix_are_refused() {
        assert_eq!(ignored_bits(&[255, 255, 255, 0]), Some(8));
        assert_eq!(ignored_bits(&[255, 255, 255, 255]), Some(0));
        assert_eq!(ignored_bits(&[255, 0, 255, 0]), None);
    }
}
