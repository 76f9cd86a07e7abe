//! What Open vSwitch has and our types do not express: refused by name, never passed over.

use super::error::OvsTextErrorKind;

/// Fields of Open vSwitch that our types have no row for, and what they belong to.
const FIELDS: &[(&str, &str)] = &[
    ("actset_output", "fields of OpenFlow 1.5"),
    ("conj_id", "Nicira's fields"),
    ("dp_hash", "Nicira's fields"),
    ("eth", "fields of packet types"),
    ("ip_frag", "Nicira's fields"),
    ("mpls_ttl", "Nicira's fields"),
    ("nd_options_type", "Nicira's fields"),
    ("nd_reserved", "Nicira's fields"),
    ("nw_frag", "Nicira's fields"),
    ("nw_ttl", "Nicira's fields"),
    ("packet_type", "fields of OpenFlow 1.5"),
    ("pkt_mark", "Nicira's fields"),
    ("recirc_id", "Nicira's fields"),
    ("skb_priority", "Nicira's fields"),
    ("tcp_flags", "fields of OpenFlow 1.5 and their extension forms"),
];

/// First letters of fields of Open vSwitch that our types have no row for.
const FAMILIES: &[(&str, &str)] = &[
    ("NXM_", "fields by their NXM name"),
    ("NXOXM_", "fields by their NXM name"),
    ("OXM_", "fields by their OXM name"),
    ("ERICOXM_", "fields by their OXM name"),
    ("ct_", "connection tracking and its fields"),
    ("nsh_", "fields of network service headers"),
    ("reg", "Nicira's registers"),
    ("tun_", "Nicira's tunnel fields"),
    ("vlan_tci", "parts of a vlan_tci that OXM cannot match"),
    ("xreg", "Nicira's registers"),
    ("xxreg", "Nicira's registers"),
];

/// Whether Open vSwitch has a field of this name that our types cannot express.
pub(super) fn field(name: &str) -> Option<OvsTextErrorKind> {
    let family = |(prefix, what)| name.starts_with(prefix).then_some(what);
    let exact = FIELDS.iter().find(|(foreign, _)| *foreign == name).map(|(_, what)| *what);
    let what = exact.or_else(|| FAMILIES.iter().copied().find_map(family))?;
    Some(OvsTextErrorKind::NotSupported(what))
}

/// Actions of Open vSwitch that our types do not express.
pub(super) const ACTIONS: &[&str] = &[
    "bundle",
    "bundle_load",
    "check_pkt_larger",
    "clone",
    "conjunction",
    "ct",
    "ct_clear",
    "debug_recirc",
    "debug_slow",
    "dec_nsh_ttl",
    "decap",
    "delete_field",
    "encap",
    "exit",
    "fin_timeout",
    "learn",
    "load",
    "move",
    "multipath",
    "nat",
    "note",
    "output_reg",
    "pop",
    "pop_queue",
    "push",
    "resubmit",
    "sample",
    "set_tunnel",
    "set_tunnel64",
    "unroll_xlate",
];
