//! Frames of the family `routing`; see [`ryu_sdn_fuzz::frame`].

#![no_main]

use libfuzzer_sys::fuzz_target;
use ryu_sdn_fuzz::{ROUTING, frame};

fuzz_target!(|input: &[u8]| frame(ROUTING, input));
