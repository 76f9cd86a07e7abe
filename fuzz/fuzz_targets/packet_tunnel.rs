//! Frames of the family `tunnel`; see [`ryu_sdn_fuzz::frame`].

#![no_main]

use libfuzzer_sys::fuzz_target;
use ryu_sdn_fuzz::{TUNNEL, frame};

fuzz_target!(|input: &[u8]| frame(TUNNEL, input));
