//! Ryu's JSON from outside: what is accepted can be written, read back and printed as JSON again.
//!
//! Input: one byte that chooses the version, then text.

#![no_main]

use bytes::BytesMut;
use libfuzzer_sys::fuzz_target;
use ryu_sdn::ofproto::{Encode, Message, Version};

fuzz_target!(|input: &[u8]| {
    let Some((version, text)) = input.split_first() else { return };
    let version = Version::ALL[usize::from(*version) % Version::ALL.len()];
    let Ok(json) = serde_json::from_slice(text) else { return };
    let Ok((xid, msg)) = Message::from_json(version, &json) else { return };
    let mut bytes = BytesMut::new();
    // JSON may say what the version has no form for, or what is too long.
    if msg.encode(version, xid, &mut bytes).is_err() {
        assert!(bytes.is_empty(), "an error leaves nothing in the buffer");
        return;
    }
    let bytes = bytes.freeze();
    let (xid, back) = Message::decode(version, &bytes).expect("own bytes are read");
    let mut again = BytesMut::new();
    back.encode(version, xid, &mut again).expect("what was read can be written");
    assert_eq!(bytes, again, "{msg}");
});
