//! Packets of `tests/vectors/packets/services.jsonl`.

use super::check::{Differs, Family};

const FAMILY: Family = Family {
    rows: include_str!("../vectors/packets/services.jsonl"),
    takes: |_| true,
    json: JSON,
    bytes: BYTES,
};

/// Our JSON is another than Ryu's: beginning of the name, why.
const JSON: Differs = &[(
    "scapy/dhcp/pads_between",
    "Ryu takes the first pad for the end and loses the options behind it",
)];

/// JSON does not make these bytes again: beginning of the name, why.
const BYTES: Differs = &[];

super::check::tests!(FAMILY);

#[test]
fn checksums_are_right() {
    FAMILY.verified(&[]);
}
