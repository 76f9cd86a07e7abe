//! The 88 bytes of 1.1's `ofp_match` ("standard match"), from and to OXM.
//!
//! Spec: 1.1 section A.2.3.1. A set bit of a mask in it means "ignore", the other way round than in
//! OXM.
//!
//! ```text
//!  0      2        4         8           12       18       24       30       36     38    39    40
//! +------+--------+---------+-----------+--------+--------+--------+--------+------+-----+-----+
//! | type | length | in_port | wildcards | dl_src |  mask  | dl_dst |  mask  | vlan | pcp | pad |
//! +------+--------+---------+-----------+--------+--------+--------+--------+------+-----+-----+
//!  40     42     43      44       48     52       56     60       62       64      68   69   72     80
//! +------+------+-------+--------+------+--------+------+--------+--------+-------+----+----+------+------+
//! | type | tos  | proto | nw_src | mask | nw_dst | mask | tp_src | tp_dst | label | tc | pad| meta | mask |
//! +------+------+-------+--------+------+--------+------+--------+--------+-------+----+----+------+------+
//! ```

use std::net::Ipv4Addr;
use std::ops::Range;

use super::codec::fields;
use super::encode::EncodeError;
use super::ids::PortNo;
use super::match_fixed::{Ip, Tlvs, VLAN_ANY, VLAN_NONE, basic, ignored, vlan};
use super::oxm::{self, OxmRef, OxmValue};
use super::version::V1_1;
use crate::wire::{MacAddr, Padding};

/// Size of the standard match, in bytes, its type and length included.
pub(super) const LEN: usize = 88;
/// The match type of it.
pub(super) const STANDARD: u16 = 0;
/// Room for the OXM form of any standard match (at most 125 bytes).
pub(super) const OXM_MAX: usize = 128;

mod at {
    use std::ops::Range;
    pub(super) const TYPE: Range<usize> = 0..2;
    pub(super) const LENGTH: Range<usize> = 2..4;
    pub(super) const IN_PORT: Range<usize> = 4..8;
    pub(super) const WILDCARDS: Range<usize> = 8..12;
    pub(super) const DL_SRC: Range<usize> = 12..18;
    pub(super) const DL_SRC_MASK: Range<usize> = 18..24;
    pub(super) const DL_DST: Range<usize> = 24..30;
    pub(super) const DL_DST_MASK: Range<usize> = 30..36;
    pub(super) const DL_VLAN: Range<usize> = 36..38;
    pub(super) const DL_VLAN_PCP: Range<usize> = 38..39;
    pub(super) const PAD1: Range<usize> = 39..40;
    pub(super) const DL_TYPE: Range<usize> = 40..42;
    pub(super) const NW_TOS: Range<usize> = 42..43;
    pub(super) const NW_PROTO: Range<usize> = 43..44;
    pub(super) const NW_SRC: Range<usize> = 44..48;
    pub(super) const NW_SRC_MASK: Range<usize> = 48..52;
    pub(super) const NW_DST: Range<usize> = 52..56;
    pub(super) const NW_DST_MASK: Range<usize> = 56..60;
    pub(super) const TP_SRC: Range<usize> = 60..62;
    pub(super) const TP_DST: Range<usize> = 62..64;
    pub(super) const MPLS_LABEL: Range<usize> = 64..68;
    pub(super) const MPLS_TC: Range<usize> = 68..69;
    pub(super) const PAD2: Range<usize> = 69..72;
    pub(super) const METADATA: Range<usize> = 72..80;
    pub(super) const METADATA_MASK: Range<usize> = 80..88;
    /// Every mask: all bits set is a match that looks at none of them.
    pub(super) const MASKS: [Range<usize>; 5] =
        [DL_SRC_MASK, DL_DST_MASK, NW_SRC_MASK, NW_DST_MASK, METADATA_MASK];
}

mod wild {
    pub(super) const IN_PORT: u32 = 1 << 0;
    pub(super) const DL_VLAN: u32 = 1 << 1;
    pub(super) const DL_VLAN_PCP: u32 = 1 << 2;
    pub(super) const DL_TYPE: u32 = 1 << 3;
    pub(super) const NW_TOS: u32 = 1 << 4;
    pub(super) const NW_PROTO: u32 = 1 << 5;
    pub(super) const TP_SRC: u32 = 1 << 6;
    pub(super) const TP_DST: u32 = 1 << 7;
    pub(super) const MPLS_LABEL: u32 = 1 << 8;
    pub(super) const MPLS_TC: u32 = 1 << 9;
    pub(super) const ALL: u32 = (1 << 10) - 1;
}

/// As it goes out: as it came, padding cleared.
pub(super) fn clean(mut fixed: [u8; LEN]) -> [u8; LEN] {
    fixed[at::PAD1].fill(0);
    fixed[at::PAD2].fill(0);
    fixed
}

/// Writes the conditions as TLVs into `out`, in order of number; the size is returned. What the
/// specification tells a switch to ignore is left out.
pub(super) fn to_oxm(fixed: &[u8; LEN], out: &mut [u8; OXM_MAX]) -> usize {
    let number = |place: Range<usize>| u64::read(&fixed[place]);
    let short = |place: Range<usize>| number(place) as u16;
    let byte = |place: Range<usize>| number(place) as u8;
    let wildcards = number(at::WILDCARDS) as u32;
    let on = |bit: u32| wildcards & bit == 0;
    let mut w = Tlvs::new(out);

    w.put_some(oxm::IN_PORT, on(wild::IN_PORT).then(|| PortNo(number(at::IN_PORT) as u32)));
    w.put_masked(oxm::METADATA, number(at::METADATA), !number(at::METADATA_MASK));
    w.put_masked(oxm::ETH_DST, number(at::DL_DST), !number(at::DL_DST_MASK));
    w.put_masked(oxm::ETH_SRC, number(at::DL_SRC), !number(at::DL_SRC_MASK));
    let dl_type = on(wild::DL_TYPE).then(|| short(at::DL_TYPE));
    w.put_some(oxm::ETH_TYPE, dl_type);
    if on(wild::DL_VLAN) {
        let vid = short(at::DL_VLAN);
        match vid {
            VLAN_NONE => w.put(oxm::VLAN_VID, oxm::VID_NONE),
            VLAN_ANY => {
                let present = oxm::VID_PRESENT.into();
                w.put_masked(oxm::VLAN_VID, present, present);
            }
            id => w.put(oxm::VLAN_VID, oxm::VID_PRESENT | (id & 0x0fff)),
        }
        if vid != VLAN_NONE && on(wild::DL_VLAN_PCP) {
            w.put(oxm::VLAN_PCP, byte(at::DL_VLAN_PCP) & 7);
        }
    }
    w.put_ip(
        dl_type,
        &Ip {
            tos: on(wild::NW_TOS).then(|| byte(at::NW_TOS)),
            proto: on(wild::NW_PROTO).then(|| byte(at::NW_PROTO)),
            src: (number(at::NW_SRC) as u32, !number(at::NW_SRC_MASK) as u32),
            dst: (number(at::NW_DST) as u32, !number(at::NW_DST_MASK) as u32),
            tp_src: on(wild::TP_SRC).then(|| short(at::TP_SRC)),
            tp_dst: on(wild::TP_DST).then(|| short(at::TP_DST)),
        },
    );
    if let Some(0x8847 | 0x8848) = dl_type {
        let label = on(wild::MPLS_LABEL).then(|| number(at::MPLS_LABEL) as u32);
        w.put_some(oxm::MPLS_LABEL, label);
        w.put_some(oxm::MPLS_TC, on(wild::MPLS_TC).then(|| byte(at::MPLS_TC)));
    }
    w.len()
}

/// Makes the standard match of a row of TLVs.
///
/// # Errors
/// [`EncodeError::NotInVersion`] naming the first field that 1.1 cannot match, cannot match under
/// this mask, or would ignore without the type or protocol it belongs to.
pub(super) fn from_oxm(all: &[u8]) -> Result<[u8; LEN], EncodeError> {
    let mut fixed = empty();
    let mut tlvs = all;
    let mut wildcards = wild::ALL;
    while let Some((oxm, rest)) = OxmRef::split_first(tlvs) {
        tlvs = rest;
        put_field(oxm, &mut fixed, &mut wildcards)?;
    }
    if wildcards & wild::DL_VLAN_PCP == 0 {
        if wildcards & wild::DL_VLAN != 0 {
            // A priority alone is looked at only if some tag is.
            wildcards &= !wild::DL_VLAN;
            VLAN_ANY.write(&mut fixed[at::DL_VLAN]);
        } else if u16::read(&fixed[at::DL_VLAN]) == VLAN_NONE {
            return Err(lacks("vlan_pcp match without a tag"));
        }
    }
    wildcards.write(&mut fixed[at::WILDCARDS]);
    let on = |bit: u32| wildcards & bit == 0;
    let dl_type = on(wild::DL_TYPE).then(|| u16::read(&fixed[at::DL_TYPE]));
    let proto = on(wild::NW_PROTO).then(|| u8::read(&fixed[at::NW_PROTO]));
    ignored(all, dl_type, proto).map_or(Ok(fixed), |what| Err(lacks(what)))
}

/// The match of everything, but for the wildcards.
fn empty() -> [u8; LEN] {
    let mut fixed = [0; LEN];
    STANDARD.write(&mut fixed[at::TYPE]);
    (LEN as u16).write(&mut fixed[at::LENGTH]);
    for mask in at::MASKS {
        fixed[mask].fill(0xff);
    }
    fixed
}

fn put_field(
    oxm: OxmRef<'_>,
    fixed: &mut [u8; LEN],
    wildcards: &mut u32,
) -> Result<(), EncodeError> {
    let Some((info, value, mask)) = basic(oxm).map_err(lacks)? else { return Ok(()) };
    // Row numbers of the field table; see `oxm::FIELDS`.
    let maskable = match info.number {
        2 => Some((at::METADATA, at::METADATA_MASK)),
        3 => Some((at::DL_DST, at::DL_DST_MASK)),
        4 => Some((at::DL_SRC, at::DL_SRC_MASK)),
        11 | 22 => Some((at::NW_SRC, at::NW_SRC_MASK)),
        12 | 23 => Some((at::NW_DST, at::NW_DST_MASK)),
        _ => None,
    };
    if let Some((place, mask_place)) = maskable {
        fixed[place].copy_from_slice(value);
        let ignored = &mut fixed[mask_place];
        ignored.fill(0);
        ignored.iter_mut().zip(mask).for_each(|(ignored, looked_at)| *ignored = !looked_at);
        return Ok(());
    }
    let mut set = |bit: u32, place: Range<usize>, bytes: &[u8]| {
        *wildcards &= !bit;
        let skip = place.len() - bytes.len();
        fixed[place][skip..].copy_from_slice(bytes);
    };
    if info.number == 6 {
        let mask = if mask.is_empty() { 0x1fff } else { u16::read(mask) & 0x1fff };
        let vlan = vlan(u16::read(value), mask).ok_or(lacks("vlan_vid match under this mask"))?;
        set(wild::DL_VLAN, at::DL_VLAN, &vlan.to_be_bytes());
        return Ok(());
    }
    if !mask.iter().all(|b| *b == 0xff) {
        return Err(lacks("match under this mask"));
    }
    match info.number {
        0 => set(wild::IN_PORT, at::IN_PORT, value),
        5 => set(wild::DL_TYPE, at::DL_TYPE, value),
        7 => set(wild::DL_VLAN_PCP, at::DL_VLAN_PCP, value),
        8 => set(wild::NW_TOS, at::NW_TOS, &[u8::read(value) << 2]),
        10 => set(wild::NW_PROTO, at::NW_PROTO, value),
        13 | 15 | 17 | 19 => set(wild::TP_SRC, at::TP_SRC, value),
        14 | 16 | 18 | 20 => set(wild::TP_DST, at::TP_DST, value),
        21 => match u8::try_from(u16::read(value)) {
            Ok(op) => set(wild::NW_PROTO, at::NW_PROTO, &[op]),
            Err(_) => return Err(lacks("arp_op above 255")),
        },
        34 => set(wild::MPLS_LABEL, at::MPLS_LABEL, value),
        35 => set(wild::MPLS_TC, at::MPLS_TC, value),
        _ => return Err(lacks(info.name)),
    }
    Ok(())
}

fn lacks(what: &'static str) -> EncodeError {
    EncodeError::NotInVersion { what, version: V1_1 }
}

/// The members of `OFPMatch` of 1.1, in the order of the wire and with the names of its
/// specification; the padding is left out.
pub(super) struct Attributes {
    pub(super) in_port: PortNo,
    pub(super) wildcards: u32,
    pub(super) dl_src: MacAddr,
    pub(super) dl_src_mask: MacAddr,
    pub(super) dl_dst: MacAddr,
    pub(super) dl_dst_mask: MacAddr,
    pub(super) dl_vlan: u16,
    pub(super) dl_vlan_pcp: u8,
    pub(super) dl_type: u16,
    pub(super) nw_tos: u8,
    pub(super) nw_proto: u8,
    pub(super) nw_src: Ipv4Addr,
    pub(super) nw_src_mask: Ipv4Addr,
    pub(super) nw_dst: Ipv4Addr,
    pub(super) nw_dst_mask: Ipv4Addr,
    pub(super) tp_src: u16,
    pub(super) tp_dst: u16,
    pub(super) mpls_label: u32,
    pub(super) mpls_tc: u8,
    pub(super) metadata: u64,
    pub(super) metadata_mask: u64,
}

fields!(Attributes, |this, v| {
    let Attributes {
        in_port,
        wildcards,
        dl_src,
        dl_src_mask,
        dl_dst,
        dl_dst_mask,
        dl_vlan,
        dl_vlan_pcp,
        dl_type,
        nw_tos,
        nw_proto,
        nw_src,
        nw_src_mask,
        nw_dst,
        nw_dst_mask,
        tp_src,
        tp_dst,
        mpls_label,
        mpls_tc,
        metadata,
        metadata_mask,
    } = this;
    v.boxed(Padding::None, |v| {
        v.number("type", Some(STANDARD), "match")?;
        v.len("length")?;
        v.field("in_port", in_port)?;
        v.field("wildcards", wildcards)?;
        v.field("dl_src", dl_src)?;
        v.field("dl_src_mask", dl_src_mask)?;
        v.field("dl_dst", dl_dst)?;
        v.field("dl_dst_mask", dl_dst_mask)?;
        v.field("dl_vlan", dl_vlan)?;
        v.field("dl_vlan_pcp", dl_vlan_pcp)?;
        v.pad(1)?;
        v.field("dl_type", dl_type)?;
        v.field("nw_tos", nw_tos)?;
        v.field("nw_proto", nw_proto)?;
        v.field("nw_src", nw_src)?;
        v.field("nw_src_mask", nw_src_mask)?;
        v.field("nw_dst", nw_dst)?;
        v.field("nw_dst_mask", nw_dst_mask)?;
        v.field("tp_src", tp_src)?;
        v.field("tp_dst", tp_dst)?;
        v.field("mpls_label", mpls_label)?;
        v.field("mpls_tc", mpls_tc)?;
        v.pad(3)?;
        v.field("metadata", metadata)?;
        v.field("metadata_mask", metadata_mask)
    })
});

impl Default for Attributes {
    fn default() -> Attributes {
        Attributes {
            in_port: PortNo(0),
            wildcards: wild::ALL,
            dl_src: MacAddr::ZERO,
            dl_src_mask: MacAddr::BROADCAST,
            dl_dst: MacAddr::ZERO,
            dl_dst_mask: MacAddr::BROADCAST,
            dl_vlan: 0,
            dl_vlan_pcp: 0,
            dl_type: 0,
            nw_tos: 0,
            nw_proto: 0,
            nw_src: Ipv4Addr::UNSPECIFIED,
            nw_src_mask: Ipv4Addr::BROADCAST,
            nw_dst: Ipv4Addr::UNSPECIFIED,
            nw_dst_mask: Ipv4Addr::BROADCAST,
            tp_src: 0,
            tp_dst: 0,
            mpls_label: 0,
            mpls_tc: 0,
            metadata: 0,
            metadata_mask: u64::MAX,
        }
    }
}

impl Attributes {
    /// What is meant where JSON has these members and no wildcards: each of them counts, whole
    /// unless its mask says otherwise.
    pub(super) fn looking_at(given: impl Iterator<Item = impl AsRef<str>>) -> Attributes {
        let mut all = Attributes::default();
        for name in given {
            all.wildcards &= !match name.as_ref() {
                "in_port" => wild::IN_PORT,
                "dl_vlan" => wild::DL_VLAN,
                "dl_vlan_pcp" => wild::DL_VLAN_PCP,
                "dl_type" => wild::DL_TYPE,
                "nw_tos" => wild::NW_TOS,
                "nw_proto" => wild::NW_PROTO,
                "tp_src" => wild::TP_SRC,
                "tp_dst" => wild::TP_DST,
                "mpls_label" => wild::MPLS_LABEL,
                "mpls_tc" => wild::MPLS_TC,
                _ => 0,
            };
            match name.as_ref() {
                "dl_src" => all.dl_src_mask = MacAddr::ZERO,
                "dl_dst" => all.dl_dst_mask = MacAddr::ZERO,
                "nw_src" => all.nw_src_mask = Ipv4Addr::UNSPECIFIED,
                "nw_dst" => all.nw_dst_mask = Ipv4Addr::UNSPECIFIED,
                "metadata" => all.metadata_mask = 0,
                _ => {}
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ofproto::Match;

    #[test]
    fn the_longest_standard_match_fits() {
        let mut fixed = [0; LEN];
        fixed[at::DL_TYPE].copy_from_slice(&[8, 0]);
        fixed[at::NW_PROTO].copy_from_slice(&[6]);
        fixed[at::DL_VLAN].copy_from_slice(&VLAN_ANY.to_be_bytes());
        for mask in at::MASKS {
            fixed[mask][0] = 1;
        }
        let mut out = [0; OXM_MAX];
        let len = to_oxm(&fixed, &mut out);
        assert_eq!(len, 125);
        let again = from_oxm(&out[..len]).unwrap();
        assert_eq!(again[at::MASKS[4].clone()], fixed[at::MASKS[4].clone()]);
        // The label is not looked at under IP.
        let unseen = wild::MPLS_LABEL | wild::MPLS_TC;
        assert_eq!(u32::read(&again[at::WILDCARDS]), unseen);
    }

    #[test]
    fn what_it_cannot_say_is_refused_by_name() {
        let refused = |m: Match| m.with_tlvs(from_oxm).unwrap_err().to_string();
        let vid = oxm::VID_PRESENT | 1;
        for (m, what) in [
            (Match::new().ipv6_flabel(1), "ipv6_flabel"),
            (Match::new().tunnel_id(1), "tunnel_id"),
            (Match::new().in_phy_port(PortNo(1)), "in_phy_port"),
            (Match::new().ip_ecn(1), "ip_ecn"),
            (Match::new().arp_sha(MacAddr::ZERO), "arp_sha"),
            (Match::new().vlan_vid_masked(vid, vid), "vlan_vid match under this mask"),
            (Match::new().with_masked(oxm::TCP_SRC, 1, 1), "match under this mask"),
            (Match::new().with(oxm::Field::new(1, 0, 4), 7u32), "match on an extension field"),
            (Match::new().arp_op(256), "arp_op above 255"),
            (Match::new().eth_type(0x86dd).ip_proto(6), "ip_proto match outside IPv4"),
            (Match::new().ipv4_dst(Ipv4Addr::LOCALHOST), "ipv4_dst match outside IPv4"),
            (
                Match::new().eth_type(0x0800).ip_proto(17).tcp_src(1),
                "tcp_src match outside TCP over IPv4",
            ),
            (Match::new().vlan_vid(0).vlan_pcp(1), "vlan_pcp match without a tag"),
        ] {
            assert_eq!(refused(m), format!("OpenFlow 1.1 has no {what}"));
        }
    }
}
