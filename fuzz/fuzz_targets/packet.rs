//! A frame from outside: it is read, printed and judged, and what was read is written as it came.
//!
//! Input: one byte that chooses the protocol that it starts with, then the bytes.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ryu_sdn::packet::{Kind, Packet};

fuzz_target!(|input: &[u8]| {
    let Some((first, bytes)) = input.split_first() else { return };
    let first = Kind::ALL[usize::from(*first) % Kind::ALL.len()];
    let mut packet = Packet::parse_as(first, bytes);
    let _ = (packet.to_string(), format!("{packet:?}"), packet.error(), packet.verify());
    for kind in packet.iter().filter_map(|layer| layer.kind()) {
        assert!(packet.has(kind), "{kind:?} is there and not found");
    }
    let json = packet.to_json();
    if let Err(err) = Packet::from_json(&json) {
        panic!("our own JSON cannot be read: {err}: {json}");
    }
    packet.layers_mut();
    assert_eq!(packet.to_bytes().expect("what was read can be written"), bytes);
});
