//! Packets of `tests/vectors/packets/l2.jsonl`.

use super::check::{Differs, Family};

const FAMILY: Family = Family {
    rows: include_str!("../vectors/packets/l2.jsonl"),
    takes: |_| true,
    json: JSON,
    bytes: BYTES,
};

/// Our JSON is another than Ryu's: beginning of the name, why.
const JSON: Differs = &[
    ("ryu/llc/snap", NO_SNAP),
    ("scapy/llc/snap_", NO_SNAP),
    ("scapy/bpdu/in_snap_pvst", NO_SNAP),
    ("scapy/llc/padding_not_zero", PADDING),
    ("scapy/bpdu/configuration_trailer_not_zero", PADDING),
    ("scapy/mpls/multicast_8848", "Ryu does not know the type of MPLS to many"),
];

const NO_SNAP: &str = "Ryu has no SNAP header: it is a payload there";
const PADDING: &str = "Ryu takes what is behind the length of 802.3 for payload";

/// JSON does not make these bytes again: beginning of the name, why.
const BYTES: Differs = &[
    ("scapy/llc/padding_not_zero", NO_PLACE),
    ("scapy/bpdu/configuration_trailer_not_zero", NO_PLACE),
];

const NO_PLACE: &str = "JSON has no place for padding";

super::check::tests!(FAMILY);
