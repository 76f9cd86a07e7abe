//! Matches as dictionaries, both ways.

use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::{Map, Value, json};

use crate::app::{HttpError, ObjectSchema};
use crate::ofproto::{V1_0, V1_2, V1_3, V1_4, V1_5, Version};
use crate::wire::MacAddr;

use super::Reading;
use super::names::{PORT, no_number, number, to_int};

/// How a user writes the value of a field.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// A number.
    Number,
    /// A number, or two with a slash between.
    Masked,
    /// A port by number or name.
    Port,
    /// A MAC address, or two with a slash between.
    Eth,
    /// An IP address, with a mask or the length of a prefix behind a slash.
    Ip,
    /// A VLAN: see [`vlan`].
    Vlan,
    /// A number, or a name space and a type.
    PacketType,
}

/// The fields, in the order that they have on the wire: name, form, first version.
const FIELDS: &[(&str, Kind, Version)] = &[
    ("in_port", Kind::Port, V1_2),
    ("in_phy_port", Kind::Number, V1_2),
    ("metadata", Kind::Masked, V1_2),
    ("eth_dst", Kind::Eth, V1_2),
    ("eth_src", Kind::Eth, V1_2),
    ("eth_type", Kind::Number, V1_2),
    ("vlan_vid", Kind::Vlan, V1_2),
    ("vlan_pcp", Kind::Number, V1_2),
    ("ip_dscp", Kind::Number, V1_2),
    ("ip_ecn", Kind::Number, V1_2),
    ("ip_proto", Kind::Number, V1_2),
    ("ipv4_src", Kind::Ip, V1_2),
    ("ipv4_dst", Kind::Ip, V1_2),
    ("tcp_src", Kind::Number, V1_2),
    ("tcp_dst", Kind::Number, V1_2),
    ("udp_src", Kind::Number, V1_2),
    ("udp_dst", Kind::Number, V1_2),
    ("sctp_src", Kind::Number, V1_2),
    ("sctp_dst", Kind::Number, V1_2),
    ("icmpv4_type", Kind::Number, V1_2),
    ("icmpv4_code", Kind::Number, V1_2),
    ("arp_op", Kind::Number, V1_2),
    ("arp_spa", Kind::Ip, V1_2),
    ("arp_tpa", Kind::Ip, V1_2),
    ("arp_sha", Kind::Eth, V1_2),
    ("arp_tha", Kind::Eth, V1_2),
    ("ipv6_src", Kind::Ip, V1_2),
    ("ipv6_dst", Kind::Ip, V1_2),
    ("ipv6_flabel", Kind::Number, V1_2),
    ("icmpv6_type", Kind::Number, V1_2),
    ("icmpv6_code", Kind::Number, V1_2),
    ("ipv6_nd_target", Kind::Ip, V1_2),
    ("ipv6_nd_sll", Kind::Eth, V1_2),
    ("ipv6_nd_tll", Kind::Eth, V1_2),
    ("mpls_label", Kind::Number, V1_2),
    ("mpls_tc", Kind::Number, V1_2),
    ("mpls_bos", Kind::Number, V1_3),
    ("pbb_isid", Kind::Masked, V1_3),
    ("tunnel_id", Kind::Masked, V1_3),
    ("ipv6_exthdr", Kind::Masked, V1_3),
    ("pbb_uca", Kind::Number, V1_4),
    ("tcp_flags", Kind::Number, V1_5),
    ("actset_output", Kind::Number, V1_5),
    ("packet_type", Kind::PacketType, V1_5),
];

/// Names of 1.0 that every version takes, and what they are called since.
const OLD_NAMES: &[(&str, &str)] = &[
    ("dl_dst", "eth_dst"),
    ("dl_src", "eth_src"),
    ("dl_type", "eth_type"),
    ("dl_vlan", "vlan_vid"),
    ("nw_src", "ipv4_src"),
    ("nw_dst", "ipv4_dst"),
    ("nw_proto", "ip_proto"),
];

/// Names of 1.0 in which 1.2 and 1.3 answer.
const SHOWN_OLD: &[(&str, &str)] = &[
    ("eth_src", "dl_src"),
    ("eth_dst", "dl_dst"),
    ("eth_type", "dl_type"),
    ("vlan_vid", "dl_vlan"),
    ("ipv4_src", "nw_src"),
    ("ipv4_dst", "nw_dst"),
    ("ip_proto", "nw_proto"),
    ("tcp_src", "tp_src"),
    ("tcp_dst", "tp_dst"),
    ("udp_src", "tp_src"),
    ("udp_dst", "tp_dst"),
];

const ETH_TYPE_ARP: i128 = 0x0806;

/// The bit of `vlan_vid` that says that there is a tag.
const PRESENT: u64 = 0x1000;

fn renamed<'a>(names: &[(&'a str, &'a str)], name: &'a str) -> &'a str {
    names.iter().find(|(old, _)| *old == name).map_or(name, |(_, new)| new)
}

/// Reads a match; the JSON of `OFPMatch`.
pub(super) fn to_match(reading: &mut Reading, attrs: &Value) -> Result<Value, HttpError> {
    let attrs = attrs.as_object().ok_or_else(|| {
        HttpError::bad_request(format!("match is {attrs}, expected a dictionary"))
    })?;
    if reading.version == V1_0 {
        return to_match_v1_0(reading, attrs);
    }
    let version = reading.version;
    let given = |names: [&str; 2]| names.iter().find_map(|name| attrs.get(*name)).and_then(to_int);
    let is_arp = given(["dl_type", "eth_type"]) == Some(ETH_TYPE_ARP);
    let proto = given(["nw_proto", "ip_proto"]);
    let mut found: Vec<(usize, Value)> = Vec::new();
    for (key, value) in attrs {
        let mut name = renamed(OLD_NAMES, key);
        // The addresses of an ARP packet go by those of IP, unless they are given themselves.
        name = match name {
            "ipv4_src" if is_arp && !attrs.contains_key("arp_spa") => "arp_spa",
            "ipv4_dst" if is_arp && !attrs.contains_key("arp_tpa") => "arp_tpa",
            "tp_src" | "tp_dst" if version <= V1_3 => match (proto, name) {
                (Some(6), "tp_src") => "tcp_src",
                (Some(6), _) => "tcp_dst",
                (Some(17), "tp_src") => "udp_src",
                (Some(17), _) => "udp_dst",
                _ => {
                    let reason = format!("match: {key} needs nw_proto 6 or 17 beside it");
                    return Err(HttpError::bad_request(reason));
                }
            },
            name => name,
        };
        let has = |(field, _, since): &(&str, Kind, Version)| *field == name && *since <= version;
        let Some(place) = FIELDS.iter().position(has) else {
            reading.ignore(format!("match field {key}"));
            continue;
        };
        let key = format!("match: {key}");
        let (value, mask) = field_value(version, FIELDS[place].1, &key, value)?;
        let tlv = json!({ "OXMTlv": { "field": name, "mask": mask, "value": value } });
        found.retain(|(other, _)| *other != place);
        found.push((place, tlv));
    }
    found.sort_by_key(|(place, _)| *place);
    let fields: Vec<Value> = found.into_iter().map(|(_, tlv)| tlv).collect();
    Ok(json!({ "OFPMatch": { "oxm_fields": fields } }))
}

/// Value and mask.
fn field_value(
    version: Version,
    kind: Kind,
    key: &str,
    value: &Value,
) -> Result<(Value, Value), HttpError> {
    let halves = value.as_str().and_then(|text| text.split_once('/'));
    let plain = |value: Value| (value, Value::Null);
    Ok(match (kind, halves) {
        (Kind::Port, _) => plain(PORT.read(version, key, value)?.into()),
        (Kind::Masked | Kind::Vlan, Some((value, mask))) => {
            (number(key, &value.into())?, number(key, &mask.into())?)
        }
        (Kind::Number | Kind::Masked, _) => plain(number(key, value)?),
        (Kind::Vlan, None) => plain(vlan(key, value)?),
        (Kind::Eth, Some((value, mask))) => {
            (mac(key, &value.into())?.into(), mac(key, &mask.into())?.into())
        }
        (Kind::Eth, None) => plain(mac(key, value)?.into()),
        (Kind::Ip, Some((address, mask))) => {
            let mask = match mask.parse::<u32>() {
                Ok(len) => prefix_mask(address, len).ok_or_else(|| no_address(key, value))?,
                Err(_) => mask.trim().to_owned(),
            };
            (address.trim().into(), mask.into())
        }
        (Kind::Ip, None) => match value {
            Value::String(_) => plain(value.clone()),
            _ => return Err(no_address(key, value)),
        },
        (Kind::PacketType, _) => match value.as_array().map(Vec::as_slice) {
            Some([space, ns_type]) => {
                let (space, ns_type) = (to_int(space), to_int(ns_type));
                let both = space.zip(ns_type).map(|(space, ns_type)| space << 16 | ns_type);
                let both = both.and_then(|both| u32::try_from(both).ok());
                plain(both.ok_or_else(|| no_number(key, value))?.into())
            }
            _ => plain(number(key, value)?),
        },
    })
}

/// A VLAN id as a number or decimal text is that of a tag; hexadecimal text is the field as it is
/// on the wire, where bit 0x1000 says that there is a tag.
fn vlan(key: &str, value: &Value) -> Result<Value, HttpError> {
    let is_decimal = match value {
        Value::String(text) => !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()),
        _ => true,
    };
    let id = match value {
        Value::String(text) if is_decimal => text.parse().map_err(|_| no_number(key, value))?,
        _ => number(key, value)?.as_u64().ok_or_else(|| no_number(key, value))?,
    };
    Ok(if is_decimal { id | PRESENT } else { id }.into())
}

fn no_address(key: &str, value: &Value) -> HttpError {
    HttpError::bad_request(format!("{key} is {value}, expected an IP address"))
}

fn prefix_mask(address: &str, len: u32) -> Option<String> {
    if address.contains(':') {
        let shift = 128_u32.checked_sub(len)?;
        return Some(Ipv6Addr::from(u128::MAX.checked_shl(shift).unwrap_or(0)).to_string());
    }
    let shift = 32_u32.checked_sub(len)?;
    Some(Ipv4Addr::from(u32::MAX.checked_shl(shift).unwrap_or(0)).to_string())
}

/// A MAC address, in any form that [`MacAddr`] reads.
pub(super) fn mac(key: &str, value: &Value) -> Result<String, HttpError> {
    let mac = value.as_str().and_then(|text| text.trim().parse::<MacAddr>().ok());
    let wrong = || HttpError::bad_request(format!("{key} is {value}, expected a MAC address"));
    mac.map(|mac| mac.to_string()).ok_or_else(wrong)
}

/// An IPv4 address.
pub(super) fn ipv4(key: &str, value: &Value) -> Result<String, HttpError> {
    let address = value.as_str().and_then(|text| text.trim().parse::<Ipv4Addr>().ok());
    address.map(|address| address.to_string()).ok_or_else(|| no_address(key, value))
}

/// The attributes of 1.0 that have a bit among the wildcards.
const BITS_V1_0: &[(&str, u32)] = &[
    ("in_port", 0x1),
    ("dl_src", 0x4),
    ("dl_dst", 0x8),
    ("dl_vlan", 0x2),
    ("dl_vlan_pcp", 0x10_0000),
    ("dl_type", 0x10),
    ("nw_tos", 0x20_0000),
    ("nw_proto", 0x20),
    ("tp_src", 0x40),
    ("tp_dst", 0x80),
];

/// Those that have six bits, the length of what does not count; and where these begin.
const SHIFTS_V1_0: &[(&str, u32)] = &[("nw_src", 8), ("nw_dst", 14)];

/// All bits of the wildcards.
const ALL_V1_0: u32 = 0x3f_ffff;

fn to_match_v1_0(reading: &mut Reading, attrs: &Map<String, Value>) -> Result<Value, HttpError> {
    let mut wildcards = ALL_V1_0;
    let mut members = Map::new();
    for (name, value) in attrs {
        let key = format!("match: {name}");
        let shift = SHIFTS_V1_0.iter().find(|(shifted, _)| shifted == name);
        if let Some((_, shift)) = shift {
            let text = value.as_str().ok_or_else(|| no_address(&key, value))?;
            let (address, len) = match text.split_once('/') {
                None => (text, 32),
                Some((address, len)) => (address, len.parse().unwrap_or(0)),
            };
            if !(1..=32).contains(&len) {
                let reason = format!("{key} is {value}, expected a prefix of 1 to 32 bits");
                return Err(HttpError::bad_request(reason));
            }
            wildcards &= !(0x3f << shift);
            wildcards |= (32 - len) << shift;
            members.insert(name.clone(), ipv4(&key, &address.into())?.into());
            continue;
        }
        let Some((_, bit)) = BITS_V1_0.iter().find(|(attr, _)| attr == name) else {
            reading.ignore(format!("match field {name}"));
            continue;
        };
        wildcards &= !bit;
        let value = match &name[..] {
            "in_port" => PORT.read(V1_0, &key, value)?.into(),
            "dl_src" | "dl_dst" => mac(&key, value)?.into(),
            _ => number(&key, value)?,
        };
        members.insert(name.clone(), value);
    }
    members.insert("wildcards".to_owned(), wildcards.into());
    Ok(json!({ "OFPMatch": members }))
}

/// A match as a dictionary, from its JSON.
pub(super) fn match_to_str(version: Version, json: &Value) -> Value {
    let members = &json["OFPMatch"];
    if version == V1_0 {
        return match_to_str_v1_0(members);
    }
    let mut shown = Map::new();
    for field in members["oxm_fields"].as_array().into_iter().flatten() {
        let tlv = &field["OXMTlv"];
        let (name, value, mask) = (tlv["field"].as_str(), &tlv["value"], &tlv["mask"]);
        let name = name.unwrap_or_default();
        let key = if version <= V1_3 { renamed(SHOWN_OLD, name) } else { name };
        let number = value.as_u64().unwrap_or_default();
        let value = match name {
            "vlan_vid" if !mask.is_null() => {
                let mask = mask.as_u64().unwrap_or_default();
                format!("0x{number:04x}/0x{mask:04x}").into()
            }
            "vlan_vid" if number & PRESENT != 0 => (number & !PRESENT).to_string().into(),
            "vlan_vid" => format!("0x{number:04x}").into(),
            "in_port" => PORT.show(version, value),
            "packet_type" if version >= V1_5 => json!([number >> 16, number & 0xffff]),
            _ if !mask.is_null() => format!("{}/{}", plain(value), plain(mask)).into(),
            _ => value.clone(),
        };
        shown.entry(key).or_insert(value);
    }
    shown.into()
}

/// What [`match_to_str`] makes of matches.
pub(super) fn match_schema(version: Version) -> Value {
    let names: Vec<&str> = PORT.all(version).collect();
    let number = || json!({ "type": "integer", "minimum": 0 });
    let port = || json!({ "anyOf": [number(), { "type": "string", "enum": names }] });
    // With a mask, as text: `value/mask`.
    let masked = || json!({ "type": ["integer", "string"] });
    let text = || json!({ "type": "string" });
    let mut shown = ObjectSchema::new("only what the entry asks for");
    if version == V1_0 {
        for (name, _) in BITS_V1_0 {
            let schema = match *name {
                "in_port" => port(),
                "dl_src" | "dl_dst" => text(),
                _ => number(),
            };
            shown.member(name, false, "", schema);
        }
        for (name, _) in SHIFTS_V1_0 {
            shown.member(name, false, "", text());
        }
        let mut schema = shown.finish();
        schema["additionalProperties"] = false.into();
        return schema;
    }
    for (name, kind, first) in FIELDS {
        let key = if version <= V1_3 { renamed(SHOWN_OLD, name) } else { name };
        let schema = match kind {
            _ if *first > version => continue,
            Kind::Port => port(),
            Kind::Eth | Kind::Ip | Kind::Vlan => text(),
            Kind::PacketType => {
                json!({ "type": "array", "items": number(), "minItems": 2, "maxItems": 2 })
            }
            Kind::Number | Kind::Masked => masked(),
        };
        shown.member(key, false, "", schema);
    }
    let mut schema = shown.finish();
    // Nicira's fields and those that apps register, by their names.
    schema["additionalProperties"] = masked();
    schema
}

fn match_to_str_v1_0(members: &Value) -> Value {
    let wildcards = members["wildcards"].as_u64().unwrap_or_default();
    let mut shown = Map::new();
    for (name, bit) in BITS_V1_0 {
        if wildcards & u64::from(*bit) == 0 {
            let value = &members[*name];
            let value = if *name == "in_port" { PORT.show(V1_0, value) } else { value.clone() };
            shown.insert((*name).to_owned(), value);
        }
    }
    for (name, shift) in SHIFTS_V1_0 {
        let ignored = wildcards >> shift & 0x3f;
        if ignored < 32 {
            let len = 32 - ignored;
            let suffix = if len < 32 { format!("/{len}") } else { String::new() };
            shown.insert((*name).to_owned(), (plain(&members[*name]) + &suffix).into());
        }
    }
    shown.into()
}

/// A value as Python's `str` has it.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        other => other.to_string(),
    }
}
