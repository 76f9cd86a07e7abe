//! Packets of `tests/vectors/packets/routing.jsonl`: bgp.

use super::check::{Differs, Family};

const FAMILY: Family = Family {
    rows: include_str!("../vectors/packets/routing.jsonl"),
    takes: |name| name.contains("/bgp"),
    json: JSON,
    bytes: BYTES,
};

/// Our JSON is another than Ryu's: beginning of the name, why.
const JSON: Differs = &[
    ("ryu/bgp/attribute_originator_id", "Ryu takes the text of the address apart"),
    (
        "scapy/bgp/two_messages",
        "a keep-alive of 38 bytes is none (RFC 4271 6.1); Ryu drops the rest",
    ),
    ("scapy/bgp/open_extended_parameters", "Ryu does not know them"),
    ("scapy/bgp/open_two_capabilities_in_one", "Ryu's lengths are those that it would write"),
];

/// JSON does not make these bytes again: beginning of the name, why.
const BYTES: Differs = &[
    ("ryu/bgp/attribute_as_path_two_octets", "JSON does not tell a set from a sequence"),
    ("ryu/bgp/attribute_pmsi_ingress", "JSON has no place for the label"),
    ("ryu/bgp/attribute_pmsi_unknown", "JSON has no place for the label"),
    ("ryu/bgp/attribute_extended_esi_label", "JSON has no place for the label"),
    ("ryu/bgp/reach_ipv6_two_next_hops", "JSON has no place for the second next hop"),
    ("ryu/bgp/reach_evpn_auto_discovery", NO_LABEL),
    ("ryu/bgp/unreach_evpn_auto_discovery", NO_LABEL),
    ("ryu/bgp/reach_evpn_mac", NO_LABEL),
    ("ryu/bgp/unreach_evpn_mac", NO_LABEL),
    ("ryu/bgp/reach_evpn_ip_prefix", "JSON has no place for the prefix and the label"),
    ("ryu/bgp/unreach_evpn_ip_prefix", "JSON has no place for the prefix and the label"),
    (
        "scapy/bgp/open_two_capabilities_in_one",
        "JSON has no place for which parameter a capability is in",
    ),
];

const NO_LABEL: &str = "JSON has no place for the label";

super::check::tests!(FAMILY);
