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
    ("ryu/bgp/reach_ipv6", NOT_YET),
    ("ryu/bgp/unreach_ipv6", NOT_YET),
    ("ryu/bgp/reach_labelled", NOT_YET),
    ("ryu/bgp/unreach_labelled", NOT_YET),
    ("ryu/bgp/reach_vpn", NOT_YET),
    ("ryu/bgp/unreach_vpn", NOT_YET),
    ("ryu/bgp/reach_evpn", NOT_YET),
    ("ryu/bgp/unreach_evpn", NOT_YET),
    ("ryu/bgp/unreach_flowspec", NOT_YET),
];

const NOT_YET: &str = "NLRI of this family are bytes as yet";

/// JSON does not make these bytes again: beginning of the name, why.
const BYTES: Differs = &[
    ("ryu/bgp/attribute_as_path_two_octets", "JSON does not tell a set from a sequence"),
    ("ryu/bgp/attribute_pmsi_ingress", "JSON has no place for the label"),
    ("ryu/bgp/attribute_pmsi_unknown", "JSON has no place for the label"),
    ("ryu/bgp/attribute_extended_esi_label", "JSON has no place for the label"),
    ("ryu/bgp/reach_ipv6_two_next_hops", "JSON has no place for the second next hop"),
    (
        "scapy/bgp/open_two_capabilities_in_one",
        "JSON has no place for which parameter a capability is in",
    ),
];

super::check::tests!(FAMILY);
