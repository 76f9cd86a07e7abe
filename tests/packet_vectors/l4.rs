//! Packets of `tests/vectors/packets/l4.jsonl`.

use super::check::{Differs, Family};

const FAMILY: Family = Family {
    rows: include_str!("../vectors/packets/l4.jsonl"),
    takes: |_| true,
    json: JSON,
    bytes: BYTES,
};

/// Our JSON is another than Ryu's: beginning of the name, why.
const JSON: Differs = &[
    ("scapy/tcp/reserved_bits", "Ryu keeps six of the twelve bits"),
    ("scapy/tcp/openflow_second_half", "no OpenFlow message starts there: a payload"),
    ("scapy/sctp/data", "Ryu leaves a packet with padding behind a data chunk unread"),
    ("scapy/sctp/two_data", "Ryu leaves a packet with padding behind a data chunk unread"),
    ("ryu/gre/key", "Ryu's JSON has no key, which it takes"),
    ("ryu/gre/nvgre", "Ryu's JSON has no key, which it takes"),
    ("scapy/gre/key", "Ryu's JSON has no key, which it takes"),
    ("scapy/gre/checksum_key", "Ryu's JSON has no key, which it takes"),
    ("scapy/gre/bridged_key", "Ryu's JSON has no key, which it takes"),
];

/// JSON does not make these bytes again: beginning of the name, why.
const BYTES: Differs = &[
    ("ryu/sctp/data", "Ryu writes no padding behind the last data chunk; RFC 9260 section 3.2"),
    ("ryu/sctp/cookie_ack_and_data", "Ryu writes no padding behind the last data chunk"),
    ("scapy/udp/checksum_zero", "UDP without a checksum: 0 in JSON asks for one"),
    ("scapy/udp/ipv4_longer_than_udp", "UDP without a checksum: 0 in JSON asks for one; padding"),
    ("scapy/vxlan/4789", "UDP without a checksum: 0 in JSON asks for one"),
    ("scapy/vxlan/reserved_bits_set", "bits that are not used are not in JSON"),
    ("scapy/geneve/bridged", "UDP without a checksum: 0 in JSON asks for one"),
];

super::check::tests!(FAMILY);

#[test]
fn checksums_are_right() {
    FAMILY.verified(&[]);
}
