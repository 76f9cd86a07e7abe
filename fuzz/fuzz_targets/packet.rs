//! A frame from outside of any protocol; see [`ryu_sdn_fuzz::judge`].
//!
//! Input: one byte that chooses the protocol that it starts with, then the bytes.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ryu_sdn::packet::Kind;
use ryu_sdn_fuzz::judge;

fuzz_target!(|input: &[u8]| {
    let Some((first, bytes)) = input.split_first() else { return };
    judge(Kind::ALL[usize::from(*first) % Kind::ALL.len()], bytes);
});
