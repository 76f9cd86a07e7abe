//! Packets of `tests/vectors/packets/routing.jsonl`: ospf.

use super::check::{Differs, Family};

const FAMILY: Family = Family {
    rows: include_str!("../vectors/packets/routing.jsonl"),
    takes: |name| name.contains("/ospf"),
    json: JSON,
    bytes: BYTES,
};

/// Our JSON is another than Ryu's: beginning of the name, why.
const JSON: Differs =
    &[("scapy/ospf/update_opaque_extended_link", "Ryu cannot read it and has a payload there")];

/// JSON does not make these bytes again: beginning of the name, why.
const BYTES: Differs = &[];

super::check::tests!(FAMILY);

#[test]
fn checksums_are_right() {
    FAMILY.verified(&[]);
}
