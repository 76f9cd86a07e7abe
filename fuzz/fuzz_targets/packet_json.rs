//! Ryu's JSON of packets from outside: what is accepted and fits into its fields is a frame, which
//! is read again, and written as it is.
//!
//! Input: text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ryu_sdn::packet::{Kind, Packet};

fuzz_target!(|text: &[u8]| {
    let Ok(json) = serde_json::from_slice(text) else { return };
    let Ok(packet) = Packet::from_json(&json) else { return };
    let _ = (packet.to_string(), packet.error(), packet.verify());
    // What was built is JSON of its own, which may differ from what people wrote.
    let own = packet.to_json();
    if let Err(err) = Packet::from_json(&own) {
        panic!("our own JSON cannot be read: {err}: {own}");
    }
    // JSON may say what a field has no room for.
    let Ok(bytes) = packet.to_bytes() else { return };
    let first = packet.iter().next().and_then(|layer| layer.kind());
    let mut back = Packet::parse_as(first.unwrap_or(Kind::Ethernet), &bytes);
    let _ = (back.to_string(), back.error(), back.verify());
    let read = back.to_json();
    if let Err(err) = Packet::from_json(&read) {
        panic!("our own JSON cannot be read: {err}: {read}");
    }
    back.layers_mut();
    assert_eq!(back.to_bytes().expect("what was read can be written"), bytes);
});
