//! Frames of the family `control`; see [`ryu_sdn_fuzz::frame`].

#![no_main]

use libfuzzer_sys::fuzz_target;
use ryu_sdn_fuzz::{CONTROL, frame};

fuzz_target!(|input: &[u8]| frame(CONTROL, input));
