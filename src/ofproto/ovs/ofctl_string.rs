//! Ryu's reading of action strings: the few words of `ofp_instruction_from_str`, as JSON.
//!
//! This is the form that Ryu's users know from `ryu.lib.ofctl_string`; [`super::parse_instructions`]
//! reads far more and makes values of it.

use std::error::Error;
use std::fmt;

use serde_json::{Map, Value, json};

use super::MAX_TEXT;
use crate::ofproto::{PortNo, V1_0, Version};

/// An action string that Ryu's words do not cover: its `OFPInvalidActionString`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidActionString {
    /// The action, or what is left of the string from there on.
    pub action_str: String,
}

impl fmt::Display for InvalidActionString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: String = self.action_str.chars().take(60).collect();
        write!(f, "unable to parse: {}", shown.escape_debug())
    }
}

impl Error for InvalidActionString {}

type Result<T> = std::result::Result<T, InvalidActionString>;

/// Reads an action string as Ryu's `ofp_instruction_from_str` does: a list of actions and
/// instructions in Ryu's JSON, nothing for `drop` and for the empty string. The words are `output`,
/// `normal`, `goto_table`, `pop_vlan`, `set_field`, `resubmit`, `conjunction`, `ct` and `ct_clear`;
/// numbers are as Python writes them. A number above 64 bits is a JSON string.
///
/// # Errors
/// [`InvalidActionString`] for any other word and for whatever Ryu stumbles over; also for a range of
/// bits that ends before it begins, where Ryu gives a number that means another one.
///
/// ```
/// use ryu_sdn::ofproto::{V1_3, ovs};
///
/// let list = ovs::ofp_instruction_from_str(V1_3, "resubmit(,10),output:2")?;
/// let wanted = serde_json::json!([
///     {"NXActionResubmitTable": {"table_id": 10}},
///     {"OFPActionOutput": {"port": 2}},
/// ]);
/// assert_eq!(list, wanted);
/// # Ok::<(), ovs::InvalidActionString>(())
/// ```
pub fn ofp_instruction_from_str(version: Version, action_str: &str) -> Result<Value> {
    if action_str.len() > MAX_TEXT {
        return Err(invalid(action_str));
    }
    instructions(version, action_str, 0).map(Value::from)
}

/// How deep `ct(exec(ct(exec(...))))` may go.
const DEPTH: usize = 8;

fn invalid(action_str: &str) -> InvalidActionString {
    InvalidActionString { action_str: action_str.to_owned() }
}

fn instructions(version: Version, text: &str, depth: usize) -> Result<Vec<Value>> {
    let mut list = Vec::new();
    let mut left = text;
    while !left.is_empty() {
        let (name, action, rest) = first_action(left).ok_or_else(|| invalid(left))?;
        if name == "drop" {
            return match (action, &list[..], rest) {
                ("drop", [], "") => Ok(list),
                _ => Err(invalid(left)),
            };
        }
        let read = match name {
            "goto_table" => goto_table(action),
            "normal" | "output" => output(version, action),
            "pop_vlan" => Some(json!({ "OFPActionPopVlan": {} })),
            "set_field" => set_field(action),
            "resubmit" => resubmit(action),
            "conjunction" => conjunction(action),
            "ct" => ct(version, action, depth)?,
            "ct_clear" => Some(json!({ "NXActionCTClear": {} })),
            _ => return Err(invalid(name)),
        };
        list.push(read.ok_or_else(|| invalid(action))?);
        left = rest;
    }
    Ok(list)
}

/// The name of the first action, all of it, and what stands behind the comma after it.
fn first_action(text: &str) -> Option<(&str, &str, &str)> {
    let is_name = |c: char| c.is_ascii_lowercase() || c == '_';
    let end = text.find(|c| !is_name(c)).unwrap_or(text.len());
    if end == 0 {
        return None;
    }
    // Up to the comma outside of parentheses.
    let close = outside(text, end)?;
    let (action, rest) = text.split_at(close);
    let rest = match rest.strip_prefix(',') {
        Some(rest) => rest,
        None if rest.is_empty() => "",
        None => return None,
    };
    Some((&text[..end], action, rest))
}

/// Where the first comma or closing parenthesis outside of parentheses stands, or the end; `None`
/// if one stays open.
fn outside(text: &str, from: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (at, c) in text[from..].char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return Some(from + at),
            ')' => depth -= 1,
            ',' if depth == 0 => return Some(from + at),
            _ => {}
        }
    }
    (depth == 0).then_some(text.len())
}

/// A number as Python's `int(text, 0)` reads it.
fn int(text: &str) -> Option<Value> {
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = digits.to_ascii_lowercase();
    let (digits, radix) = match lower.get(..2) {
        Some("0x") => (&lower[2..], 16),
        Some("0o") => (&lower[2..], 8),
        Some("0b") => (&lower[2..], 2),
        // No leading zeros, but any number of zeros.
        _ if lower.starts_with('0') && !lower.trim_matches(['0', '_']).is_empty() => return None,
        _ => (&lower[..], 10),
    };
    // Underscores stand between digits, or behind the prefix.
    let grouped = radix != 10 && digits.starts_with('_');
    let plain = digits.strip_prefix('_').filter(|_| grouped).unwrap_or(digits);
    let bad = plain.is_empty()
        || plain.starts_with(['_', '+', '-'])
        || plain.ends_with('_')
        || plain.contains("__");
    let number = u128::from_str_radix(&plain.replace('_', ""), radix).ok().filter(|_| !bad)?;
    Some(match (negative, u64::try_from(number), i64::try_from(number)) {
        (false, Ok(number), _) => number.into(),
        (true, _, Ok(number)) => (-number).into(),
        (false, ..) => number.to_string().into(),
        (true, ..) => format!("-{number}").into(),
    })
}

fn goto_table(action: &str) -> Option<Value> {
    let table = int(action.strip_prefix("goto_table:")?)?;
    Some(json!({ "OFPInstructionGotoTable": { "table_id": table } }))
}

fn output(version: Version, action: &str) -> Option<Value> {
    let port = match action {
        "normal" if version == V1_0 => PortNo::NORMAL.encode_v1_0().ok()?.into(),
        "normal" => PortNo::NORMAL.0.into(),
        _ => int(action.strip_prefix("output:")?)?,
    };
    Some(json!({ "OFPActionOutput": { "port": port } }))
}

fn set_field(action: &str) -> Option<Value> {
    let (value, field) = action.strip_prefix("set_field:")?.split_once("->")?;
    let mut tlv = Map::new();
    tlv.insert("field".to_owned(), field_name(field).into());
    match value.split_once('/') {
        Some((value, mask)) => {
            tlv.insert("value".to_owned(), int(value)?);
            tlv.insert("mask".to_owned(), int(mask)?);
        }
        None => {
            tlv.insert("value".to_owned(), int(value)?);
        }
    }
    Some(json!({ "OFPActionSetField": { "field": { "OXMTlv": tlv } } }))
}

fn resubmit(action: &str) -> Option<Value> {
    let arg = action.strip_prefix("resubmit")?;
    let mut members = Map::new();
    if let Some(port) = arg.strip_prefix(':') {
        members.insert("in_port".to_owned(), int(port)?);
    } else {
        let (port, table) = arg.strip_prefix('(')?.strip_suffix(')')?.split_once(',')?;
        if table.contains(',') {
            return None;
        }
        if !port.is_empty() {
            members.insert("in_port".to_owned(), int(port)?);
        }
        if !table.is_empty() {
            members.insert("table_id".to_owned(), int(table)?);
        }
    }
    Some(json!({ "NXActionResubmitTable": members }))
}

fn conjunction(action: &str) -> Option<Value> {
    let args = action.strip_prefix("conjunction(")?.strip_suffix(')')?;
    let (id, clauses) = args.split_once(',')?;
    let (clause, n_clauses) = clauses.split_once('/')?;
    if clauses.contains(',') {
        return None;
    }
    let clause = int(clause)?.as_i64()?.checked_sub(1)?;
    Some(json!({ "NXActionConjunction": {
        "clause": clause, "n_clauses": int(n_clauses)?, "id": int(id)?
    } }))
}

/// Helpers by name, and the port of their protocol.
const HELPERS: &[(&str, u16)] = &[("ftp", 21), ("tftp", 69)];

fn ct(version: Version, action: &str, depth: usize) -> Result<Option<Value>> {
    let bad = || invalid(action);
    let mut rest = match action {
        "ct" => "",
        _ => action.strip_prefix("ct(").and_then(|a| a.strip_suffix(')')).ok_or_else(bad)?,
    };
    let (mut flags, mut zone_src, mut recirc_table) = (0, String::new(), Value::from(255));
    let (mut zone, mut alg, mut actions) = (Value::from(0), 0, Vec::new());
    while !rest.is_empty() {
        let end = outside(rest, 0).ok_or_else(bad)?;
        let (arg, behind) = rest.split_at(end);
        rest = match behind.strip_prefix(',') {
            Some(rest) => rest,
            None if behind.is_empty() => "",
            None => return Err(bad()),
        };
        if arg == "commit" {
            flags |= 1;
        } else if arg == "force" {
            flags |= 2;
        } else if let Some(inside) = arg.strip_prefix("exec(") {
            if depth == DEPTH {
                return Err(bad());
            }
            let inside = inside.strip_suffix(')').ok_or_else(bad)?;
            actions = instructions(version, inside, depth + 1)?;
        } else {
            let (key, value) = arg.split_once('=').ok_or_else(bad)?;
            match key {
                "table" => recirc_table = int(value).ok_or_else(bad)?,
                "zone" => match bits(value) {
                    Some((name, first, last)) => {
                        zone_src = nxm_field_name(name).ok_or_else(bad)?;
                        zone = (first << 6 | last.checked_sub(first).ok_or_else(bad)?).into();
                    }
                    None => zone = int(value).ok_or_else(bad)?,
                },
                "alg" => {
                    let helper = HELPERS.iter().find(|row| row.0 == value);
                    alg = helper.ok_or_else(bad)?.1;
                }
                // Ryu passes over what it does not know.
                _ => {}
            }
        }
    }
    Ok(Some(json!({ "NXActionCT": {
        "flags": flags, "zone_src": zone_src, "zone_ofs_nbits": zone,
        "recirc_table": recirc_table, "alg": alg, "actions": actions
    } })))
}

/// `NAME[FIRST..LAST]`.
fn bits(text: &str) -> Option<(&str, u32, u32)> {
    let (name, range) = text.split_once('[')?;
    let (first, last) = range.split_once(']')?.0.split_once("..")?;
    let small = |text: &str| text.parse::<u32>().ok().filter(|v| *v < 1024);
    Some((name, small(first)?, small(last)?))
}

/// ovs-ofctl's names of fields and Ryu's, where they differ; those that end in `src` stand for `dst`
/// too.
const ALIASES: &[(&str, &str)] = &[
    ("tun_id", "tunnel_id"),
    ("in_port", "in_port_nxm"),
    ("in_port_oxm", "in_port"),
    ("dl_src", "eth_src"),
    ("dl_type", "eth_type"),
    ("nw_src", "ipv4_src"),
    ("ip_src", "ipv4_src"),
    ("nw_proto", "ip_proto"),
    ("nw_ecn", "ip_ecn"),
    ("tp_src", "tcp_src"),
    ("icmp_type", "icmpv4_type"),
    ("icmp_code", "icmpv4_code"),
    ("nd_target", "ipv6_nd_target"),
    ("nd_sll", "ipv6_nd_sll"),
    ("nd_tll", "ipv6_nd_tll"),
    ("tun_src", "tun_ipv4_src"),
];

fn field_name(field: &str) -> String {
    let find = |name: &str| ALIASES.iter().find(|row| row.0 == name).map(|row| row.1);
    let pair = || {
        let source = find(&format!("{}_src", field.strip_suffix("_dst")?))?;
        Some(format!("{}_dst", source.strip_suffix("_src")?))
    };
    find(field).map(str::to_owned).or_else(pair).unwrap_or_else(|| field.to_owned())
}

/// Ryu's name for a field by its NXM or OXM name.
fn nxm_field_name(name: &str) -> Option<String> {
    const NX: &[&str] = &[
        "arp_sha",
        "arp_tha",
        "ipv6_src",
        "ipv6_dst",
        "icmpv6_type",
        "icmpv6_code",
        "ip_ecn",
        "tcp_flags",
    ];
    const OF: &[&str] = &[
        "in_port", "eth_dst", "eth_src", "eth_type", "ip_proto", "tcp_src", "tcp_dst", "udp_src",
        "udp_dst", "arp_op", "arp_spa", "arp_tpa",
    ];
    let name = name.strip_suffix("_W").unwrap_or(name);
    let (prefix, field) = name.split_at_checked(7)?;
    let field = field.to_ascii_lowercase();
    Some(match (prefix, field.as_str()) {
        ("NXM_NX_", "tun_id") => "tunnel_id_nxm".to_owned(),
        ("NXM_NX_", "ip_ttl") => "nw_ttl".to_owned(),
        ("NXM_NX_", name) if NX.contains(&name) => format!("{name}_nxm"),
        ("NXM_OF_", "ip_src") => "ipv4_src_nxm".to_owned(),
        ("NXM_OF_", "ip_dst") => "ipv4_dst_nxm".to_owned(),
        ("NXM_OF_", "icmp_type") => "icmpv4_type_nxm".to_owned(),
        ("NXM_OF_", "icmp_code") => "icmpv4_code_nxm".to_owned(),
        ("NXM_OF_", name) if OF.contains(&name) => format!("{name}_nxm"),
        ("NXM_NX_" | "NXM_OF_" | "OXM_OF_", _) => field,
        _ => return None,
    })
}
