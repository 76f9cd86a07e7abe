//! Packets of `tests/vectors/packets/monitor.jsonl`: all but BMP.

use super::check::{Differs, Family};

const FAMILY: Family = Family {
    rows: include_str!("../vectors/packets/monitor.jsonl"),
    takes: |name| !name.contains("/bmp"),
    json: JSON,
    bytes: BYTES,
};

/// Our JSON is another than Ryu's: beginning of the name, why.
const JSON: Differs = &[
    (
        "ryu/openflow/",
        "Ryu has the message's own JSON: the tool makes it, the room `packet` does not know OpenFlow",
    ),
    ("scapy/openflow/", "the same"),
];

/// JSON does not make these bytes again: beginning of the name, why.
const BYTES: Differs = &[];

super::check::tests!(FAMILY);
