//! Nicira's actions in the replies of 1.3.

use serde_json::{Map, Value};

use crate::ofproto::Version;

use super::actions::action_to_str as ofctl_action_to_str;
use super::fields::plain;

/// What every one of them has and nobody needs to see.
const HEADER: [&str; 5] = ["type", "len", "experimenter", "subtype", "length"];

/// One of Nicira's actions as text.
///
/// The forms are Ryu's where it has one that works. It has none for resubmit and most others: there
/// the whole request fails. Here these are their name and their members.
pub(super) fn action_to_str(version: Version, class: &str, members: &Map<String, Value>) -> String {
    let value = |name: &str| members.get(name).unwrap_or(&Value::Null);
    let text = |name: &str| plain(value(name));
    let number = |name: &str| value(name).as_u64().unwrap_or_default();
    match class {
        "NXActionResubmit" => format!("NX_RESUBMIT: {{port: {}, table: 255}}", text("in_port")),
        "NXActionResubmitTable" => {
            format!("NX_RESUBMIT: {{port: {}, table: {}}}", text("in_port"), text("table_id"))
        }
        "NXActionRegMove" => {
            let range = |start: u64| format!("[{start}..{}]", start + number("n_bits"));
            format!(
                "NX_MOVE: {{{}{}: {}{}}}",
                text("dst_field"),
                range(number("dst_ofs")),
                text("src_field"),
                range(number("src_ofs"))
            )
        }
        "NXActionRegLoad" => {
            let (start, bits) = (number("ofs_nbits") >> 6, (number("ofs_nbits") & 0x3f) + 1);
            format!(
                "NX_LOAD: {{{}[{start}..{}]: {:x}}}",
                text("dst"),
                start + bits,
                number("value")
            )
        }
        "NXActionConjunction" => format!(
            "NX_CONJUNCTION: {{clause: {}, number_of_clauses: {}, id: {}}}",
            text("clause"),
            text("n_clauses"),
            text("id")
        ),
        "NXActionCT" => {
            let source = value("zone_src").as_str().unwrap_or_default();
            let zone = match number("zone_ofs_nbits") {
                0 => source.to_owned(),
                start => format!("{source}[{start}..{}]", start + 16),
            };
            let actions = value("actions").as_array().into_iter().flatten();
            let actions: Vec<String> = actions
                .map(|action| format!("'{}'", ofctl_action_to_str(version, action)))
                .collect();
            format!(
                "NX_CT: {{flags: {}, zone: {zone}, table: {}, alg: {}, actions: [{}]}}",
                text("flags"),
                text("recirc_table"),
                text("alg"),
                actions.join(", ")
            )
        }
        "NXActionNAT" => {
            let address = |name: &str| value(name).as_str().unwrap_or_default();
            format!(
                "NX_NAT: {{flags: {}, range_ipv4_min: {}, range_ipv4_max: {}, range_ipv6_min: {}, \
                 range_ipv6_max: {}, range_proto_min: {}, range_proto_max: {}}}",
                text("flags"),
                address("range_ipv4_min"),
                address("range_ipv4_max"),
                address("range_ipv6_min"),
                address("range_ipv6_max"),
                text("range_proto_min"),
                text("range_proto_max")
            )
        }
        "NXActionUnknown" => {
            format!("NX_UNKNOWN: {{subtype: {}, data: {}}}", text("subtype"), text("data"))
        }
        _ => {
            let name = snake(class.strip_prefix("NXAction").unwrap_or(class));
            let members = members.iter().filter(|(name, _)| !HEADER.contains(&&name[..]));
            let members = members.map(|(name, value)| format!("{name}: {}", plain(value)));
            format!("NX_{name}: {{{}}}", members.collect::<Vec<_>>().join(", "))
        }
    }
}

/// `RegMove` as `REG_MOVE`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    let mut was_lower = false;
    for c in name.chars() {
        if c.is_uppercase() && was_lower {
            out.push('_');
        }
        was_lower = c.is_lowercase();
        out.push(c.to_ascii_uppercase());
    }
    out
}
