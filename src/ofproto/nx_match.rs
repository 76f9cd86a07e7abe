//! The match in Nicira's messages: `nx_match`, a row of fields without a head.
//!
//! Spec: ovs-fields(7), "NXM Header Values"; Open vSwitch's `nicira-ext.h`. The form is that of
//! OXM; fields that 1.0 had, or that Nicira invented, are of the classes 0 and 1 (NXM), later ones
//! of OXM's. The length is announced in the fixed part of the message, and zeros follow the match
//! up to a multiple of eight.
//!
//! A match that was built of standard fields goes out with Nicira's in their place, in order of
//! class and number, so that the fields others depend on come first. A match that came in an
//! `nx_match` keeps what came and goes out as it came.

use bytes::Bytes;
use serde_json::{Value, json};

use super::codec::Codec;
use super::encode::EncodeError;
use super::ids::PortNo;
use super::json::{JsonError, unwrap_class};
use super::match_::{self, Match};
use super::oxm::{
    self, CLASS_BASIC, CLASS_NXM_0, CLASS_NXM_1, Field, OxmRef, OxmTlv, OxmValue as _, VID_PRESENT,
};
use super::oxm_json;
use super::version::Version;
use crate::wire::{DecodeError, Reader, Writer};

/// The cookie as a condition, in an `nx_match` only: modify and delete then concern only entries
/// with this cookie. It shares its number with `mpls_ttl` and differs in size.
///
/// ```
/// use ryu_sdn::ofproto::{Match, oxm};
///
/// let m = Match::new().with_masked(oxm::COOKIE_NXM, 0x12, 0xff);
/// assert_eq!(m.to_string(), "cookie=0x12/0xff");
/// assert_eq!(m.get(oxm::MPLS_TTL), None);
/// ```
pub const COOKIE_NXM: Field<u64> = Field::new(CLASS_NXM_1, 30, 8);

/// Whether a field is [`COOKIE_NXM`].
pub(super) fn is_cookie(oxm: OxmRef<'_>) -> bool {
    let size = usize::from(COOKIE_NXM.size) << usize::from(oxm.has_mask());
    oxm.key() == COOKIE_NXM.key() && oxm.payload().len() == size
}

/// A match as `nx_match`; all of the box.
pub(super) enum NxMatch {}

/// Zeros behind the `nx_match`.
pub(super) fn padding(value: &Match) -> usize {
    // What cannot be written has not been written before this is asked.
    with_nxm(value, |tlvs| tlvs.len().wrapping_neg() & 7).unwrap_or_default()
}

impl Codec<Match> for NxMatch {
    fn decode(_: Version, r: &mut Reader<'_>) -> Result<Match, DecodeError> {
        let offset = r.offset();
        let tlvs = r.rest_bytes();
        check(&tlvs, offset)?;
        Ok(read(tlvs))
    }

    fn encode(value: &Match, _: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        with_nxm(value, |tlvs| {
            // The length has 16 bits.
            if tlvs.len() > usize::from(u16::MAX) {
                return Err(EncodeError::TooLong { what: "match", len: tlvs.len() });
            }
            w.bytes(tlvs);
            Ok(())
        })?
    }

    fn to_json(value: &Match, version: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError> {
        NxMatch::encode(value, version, w)?;
        with_nxm(value, |tlvs| match_::iter(tlvs).map(|oxm| field_to_json(version, oxm)).collect())
    }

    fn from_json(version: Version, value: &Value) -> Result<Match, JsonError> {
        let Some(items) = value.as_array() else {
            return Err(JsonError::expected("a list of fields", value));
        };
        let mut tlvs = Vec::new();
        for (i, item) in items.iter().enumerate() {
            let tlv =
                field_from_json(version, item).map_err(|e| e.within(format_args!("[{i}]")))?;
            tlvs.extend_from_slice(tlv.as_bytes());
        }
        check(&tlvs, 0).map_err(|err| JsonError::new(err.to_string()))?;
        Ok(read(tlvs.into()))
    }

    fn show(value: &Match, out: &mut String) -> bool {
        out.push_str(&value.to_string());
        !value.is_empty()
    }
}

/// Checks a row of fields as [`oxm::check_tlvs`] does, and knows the cookie.
fn check(tlvs: &[u8], offset: usize) -> Result<(), DecodeError> {
    let mut rest = tlvs;
    while let Some((oxm, after)) = OxmRef::split_first(rest) {
        if !is_cookie(oxm) {
            let one = &rest[..rest.len() - after.len()];
            oxm::check_tlvs(one, offset + tlvs.len() - rest.len())?;
        }
        rest = after;
    }
    // What is left is no whole field.
    oxm::check_tlvs(rest, offset + tlvs.len() - rest.len())
}

/// A match of checked fields that came in an `nx_match`.
fn read(tlvs: Bytes) -> Match {
    if has_standard(&tlvs) { Match::as_is(tlvs) } else { Match::from_tlvs(&tlvs) }
}

/// Whether a standard field is there that Nicira has too.
fn has_standard(tlvs: &[u8]) -> bool {
    match_::iter(tlvs).any(|oxm| counterpart(oxm).is_some())
}

/// Runs `f` on the fields as they go out.
fn with_nxm<R>(value: &Match, f: impl FnOnce(&[u8]) -> R) -> Result<R, EncodeError> {
    if value.is_as_is() || !value.with_tlvs(has_standard) {
        return Ok(value.with_tlvs(f));
    }
    value.with_tlvs(|tlvs| Ok(f(&translate(tlvs)?)))
}

/// The row of Nicira's that means the same as a standard field: its class and number. VLAN fields
/// become parts of one.
fn counterpart(oxm: OxmRef<'_>) -> Option<(u16, u8)> {
    if oxm.class() != CLASS_BASIC {
        return None;
    }
    Some(match oxm.number() {
        0 if oxm.has_mask() => return None,
        0 => (CLASS_NXM_0, 0),
        3 => (CLASS_NXM_0, 1),
        4 => (CLASS_NXM_0, 2),
        5 => (CLASS_NXM_0, 3),
        VLAN_VID | VLAN_PCP => (CLASS_NXM_0, 4),
        8 => (CLASS_NXM_0, 5),
        9 => (CLASS_NXM_1, 28),
        // ip_proto, IPv4 addresses, ports of TCP and UDP.
        n @ 10..=16 => (CLASS_NXM_0, n - 4),
        // ICMP, ARP.
        n @ 19..=23 => (CLASS_NXM_0, n - 6),
        // ARP hardware addresses, IPv6 addresses.
        n @ 24..=27 => (CLASS_NXM_1, n - 7),
        28 => (CLASS_NXM_1, 27),
        // ICMPv6, neighbour discovery.
        n @ 29..=33 => (CLASS_NXM_1, n - 8),
        38 => (CLASS_NXM_1, 16),
        42 => (CLASS_NXM_1, 34),
        _ => return None,
    })
}

const VLAN_VID: u8 = 6;
const VLAN_PCP: u8 = 7;

/// Standard fields as Nicira's, in order.
fn translate(tlvs: &[u8]) -> Result<Vec<u8>, EncodeError> {
    let mut all: Vec<OxmTlv> = Vec::new();
    let mut tci = None;
    for oxm in match_::iter(tlvs) {
        let Some((class, number)) = counterpart(oxm) else {
            all.push(OxmTlv::from_ref(oxm));
            continue;
        };
        match oxm.number() {
            0 => {
                let port = PortNo::read(oxm.value()).encode_v1_0()?;
                all.push(OxmTlv::new(oxm::IN_PORT_NXM, port));
            }
            VLAN_VID => {
                let (value, mask) = tci.get_or_insert((0, 0));
                let all_bits = VID_PRESENT | 0x0fff;
                let given = oxm.mask().map_or(all_bits, u16::read) & all_bits;
                *value |= u16::read(oxm.value()) & given;
                *mask |= given;
            }
            VLAN_PCP => {
                let (value, mask) = tci.get_or_insert((0, 0));
                *value |= u16::read(oxm.value()) << 13 | VID_PRESENT;
                *mask |= 0xe000 | VID_PRESENT;
            }
            8 => {
                let shifted: Vec<u8> = oxm.payload().iter().map(|b| b << 2).collect();
                all.push(OxmTlv::raw(class, number, oxm.has_mask(), &shifted));
            }
            _ => all.push(OxmTlv::raw(class, number, oxm.has_mask(), oxm.payload())),
        }
    }
    match tci {
        Some((value, u16::MAX)) => all.push(OxmTlv::new(oxm::VLAN_TCI, value)),
        Some((value, mask)) => all.push(OxmTlv::masked(oxm::VLAN_TCI, value, mask)),
        None => {}
    }
    all.sort_by_key(|tlv| tlv.as_oxm().key());
    Ok(all.iter().flat_map(|tlv| tlv.as_bytes().iter().copied()).collect())
}

fn field_to_json(version: Version, oxm: OxmRef<'_>) -> Value {
    if !is_cookie(oxm) {
        return oxm_json::to_json(version, oxm);
    }
    json!({ "OXMTlv": {
        "field": COOKIE, "mask": oxm.mask().map(u64::read), "value": u64::read(oxm.value())
    } })
}

const COOKIE: &str = "cookie";

fn field_from_json(version: Version, item: &Value) -> Result<OxmTlv, JsonError> {
    let members = unwrap_class(item, "OXMTlv")?;
    if members.get("field").and_then(Value::as_str) != Some(COOKIE) {
        return oxm_json::from_json(version, item);
    }
    let number = |name: &str| match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(given) => match given.as_u64() {
            Some(number) => Ok(Some(number)),
            None => Err(JsonError::expected("a number in range", given).within(name)),
        },
    };
    let value = number("value")?.unwrap_or_default();
    Ok(match number("mask")? {
        Some(mask) => OxmTlv::masked(COOKIE_NXM, value, mask),
        None => OxmTlv::new(COOKIE_NXM, value),
    })
}

/// Fields as they are, Nicira's or standard ones, all of the box: the metadata of a packet-in.
pub(super) enum Tlvs {}

impl Codec<Match> for Tlvs {
    fn decode(_: Version, r: &mut Reader<'_>) -> Result<Match, DecodeError> {
        Match::decode_tlvs(r)
    }

    fn encode(value: &Match, _: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        value.with_tlvs(|tlvs| w.bytes(tlvs));
        Ok(())
    }

    fn to_json(value: &Match, version: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError> {
        Tlvs::encode(value, version, w)?;
        Ok(value.with_tlvs(|tlvs| {
            match_::iter(tlvs).map(|oxm| oxm_json::to_json(version, oxm)).collect()
        }))
    }

    fn from_json(version: Version, value: &Value) -> Result<Match, JsonError> {
        let tlvs: Vec<OxmTlv> = super::codec::Member::from_json(version, value)?;
        let bytes: Vec<u8> = tlvs.iter().flat_map(|tlv| tlv.as_bytes().iter().copied()).collect();
        Ok(Match::from_tlvs(&bytes))
    }

    fn show(value: &Match, out: &mut String) -> bool {
        NxMatch::show(value, out)
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use bytes::BytesMut;

    use super::*;
    use crate::ofproto::V1_0;
    use crate::wire::hex;

    fn nxm(m: &Match) -> Result<String, EncodeError> {
        with_nxm(m, hex::encode)
    }

    fn back(text: &str) -> Match {
        let bytes = Bytes::from(hex::decode(text).unwrap());
        NxMatch::decode(V1_0, &mut Reader::new(&bytes, "match")).unwrap()
    }

    #[test]
    fn standard_fields_become_nicira_s() {
        // The rows are those of `ovs-ofctl parse-nx-match`.
        let ip = Match::new().in_port(PortNo::LOCAL).eth_type(0x0800).vlan_vid(0x1007);
        let tcp = ip.ip_proto(6).ip_dscp(46).tcp_dst(80).ipv4_dst(Ipv4Addr::new(10, 0, 0, 1));
        assert_eq!(
            nxm(&tcp).unwrap(),
            "00000002fffe0000060208000000090410071fff00000a01b800000c01060000100\
             40a000001000014020050"
        );
        let tag = Match::new().vlan_vid(0x1007).vlan_pcp(5);
        assert_eq!(nxm(&tag).unwrap(), "00000802b007");
        assert_eq!(nxm(&Match::new().vlan_vid(0)).unwrap(), "0000090400001fff");
        let v6 =
            Match::new().eth_type(0x86dd).ipv6_src_masked(Ipv6Addr::LOCALHOST, Ipv6Addr::from(1));
        assert_eq!(&nxm(&v6).unwrap()[12..20], "00012720");
        // What has no counterpart stays, behind.
        let meta = Match::new().metadata(9).tunnel_id(7).mpls_label(3);
        assert_eq!(
            nxm(&meta).unwrap(),
            "000120080000000000000007800004080000000000000009800044040000\
             0003"
        );
        assert!(nxm(&Match::new().in_port(PortNo(0x1_0000))).is_err());
    }

    #[test]
    fn every_counterpart_is_the_row_of_the_same_meaning() {
        for info in oxm::FIELDS {
            let value = vec![0; usize::from(info.size)];
            let tlv = OxmTlv::of_row(info, &value, None);
            let Some((class, number)) = counterpart(tlv.as_oxm()) else { continue };
            let row = oxm::FieldInfo::lookup(class, number).unwrap();
            let name = row.name.trim_end_matches("_nxm");
            let same = match info.name {
                "vlan_vid" | "vlan_pcp" => "vlan_tci",
                "ip_dscp" => "nw_tos",
                "ipv6_flabel" => "ipv6_label",
                other => other.trim_start_matches("ipv6_nd").trim_start_matches('_'),
            };
            assert!(name == same || name == format!("nd_{same}"), "{} is not {name}", info.name);
            let fits = row.size == info.size || matches!(info.name, "in_port" | "vlan_pcp");
            assert!(fits, "{}", info.name);
        }
    }

    #[test]
    fn what_came_goes_out_as_it_came() {
        for text in [
            // Not in order; a standard field that Nicira has too; a cookie; a field nobody knows.
            "0000060208000000000200010001000400000005",
            "8000000400000001",
            "00013c08000000000000001200013d100000000000000012ffffffffffffffff",
            "0009020155",
        ] {
            let m = back(text);
            assert_eq!(nxm(&m).unwrap(), text);
            let again = back(&nxm(&m).unwrap());
            assert_eq!(again, m);
            let mut buf = BytesMut::new();
            let json = NxMatch::to_json(&m, V1_0, &mut Writer::new(&mut buf)).unwrap();
            let from = NxMatch::from_json(V1_0, &json).unwrap();
            assert_eq!(nxm(&from).unwrap(), text, "{json}");
        }
        let cut = Bytes::from_static(&[0, 0, 6, 2, 8]);
        assert!(NxMatch::decode(V1_0, &mut Reader::new(&cut, "match")).is_err());
        let wrong = Bytes::from_static(&[0, 0, 6, 1, 8]);
        assert!(NxMatch::decode(V1_0, &mut Reader::new(&wrong, "match")).is_err());
    }
}
