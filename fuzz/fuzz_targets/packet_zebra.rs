//! Frames of the family `zebra`; see [`ryu_sdn_fuzz::frame`].

#![no_main]

use libfuzzer_sys::fuzz_target;
use ryu_sdn_fuzz::{ZEBRA, frame};

fuzz_target!(|input: &[u8]| frame(ZEBRA, input));
