//! Packets of `tests/vectors/packets/l3.jsonl`.

use super::check::{Differs, Family};

const FAMILY: Family = Family {
    rows: include_str!("../vectors/packets/l3.jsonl"),
    takes: |_| true,
    json: JSON,
    bytes: BYTES,
};

/// Our JSON is another than Ryu's: beginning of the name, why.
const JSON: Differs = &[(
    "ryu/icmpv6/router_advert",
    "Ryu takes the options behind a link-layer address for the rest of that address",
)];

/// JSON does not make these bytes again: beginning of the name, why.
const BYTES: Differs = &[
    ("scapy/ipv4/frame_padding_not_zero", "UDP without a checksum: 0 in JSON asks for one; padding"),
    ("scapy/ipv4/fragment_first", "UDP without a checksum: 0 in JSON asks for one"),
    ("scapy/ipv6/frame_padding_not_zero", "padding behind the IPv6 packet is not in JSON"),
];

super::check::tests!(FAMILY);

#[test]
fn checksums_are_right() {
    FAMILY.verified(&[]);
}
