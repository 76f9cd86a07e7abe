//! Frames of the family `transport`; see [`ryu_sdn_fuzz::frame`].

#![no_main]

use libfuzzer_sys::fuzz_target;
use ryu_sdn_fuzz::{TRANSPORT, frame};

fuzz_target!(|input: &[u8]| frame(TRANSPORT, input));
