//! Bytes of a peer: decoded, they print, encode again in the same version, and decode to the same.
//!
//! Input: one byte that chooses the version, then a message.

#![no_main]

use bytes::{Bytes, BytesMut};
use libfuzzer_sys::fuzz_target;
use ryu_sdn::ofproto::{Encode, Message, Version};

fuzz_target!(|input: &[u8]| {
    let Some((version, bytes)) = input.split_first() else { return };
    let version = Version::ALL[usize::from(*version) % Version::ALL.len()];
    let mut bytes = bytes.to_vec();
    // A header that never fits would hide everything behind it.
    if let ([header, _, high, low, ..], Ok(len)) = (&mut bytes[..], u16::try_from(input.len() - 1))
    {
        [*high, *low] = len.to_be_bytes();
        *header = version.wire();
    }
    let Ok((xid, msg)) = Message::decode(version, &Bytes::from(bytes)) else { return };
    let _ = (msg.to_string(), format!("{msg:?}"));
    let mut again = BytesMut::new();
    msg.encode(version, xid, &mut again).expect("what was read can be written");
    let (_, second) = Message::decode(version, &again.freeze()).expect("own bytes are read");
    assert_eq!(msg, second);
    // Odd bytes may be no JSON that comes back, but they are never a panic.
    if let Ok(json) = msg.to_json(version) {
        let _ = Message::from_json(version, &json);
    }
});
