//! Packets of `tests/vectors/packets/zebra.jsonl`: what those of `monitor` do not have of Zebra.

use super::check::{Differs, Family};

const FAMILY: Family = Family {
    rows: include_str!("../vectors/packets/zebra.jsonl"),
    takes: |_| true,
    json: JSON,
    bytes: BYTES,
};

/// Our JSON is another than Ryu's: beginning of the name, why.
const JSON: Differs = &[];

/// JSON does not make these bytes again: beginning of the name, why.
const BYTES: Differs = &[
    ("scapy/zebra/v4/interface_bfd_update", "JSON has no place for the width of the status"),
    ("scapy/zebra/v3/marker_of_frr", "JSON has no place for the marker"),
];

super::check::tests!(FAMILY);
