//! Frames of the family `ip`; see [`ryu_sdn_fuzz::frame`].

#![no_main]

use libfuzzer_sys::fuzz_target;
use ryu_sdn_fuzz::{IP, frame};

fuzz_target!(|input: &[u8]| frame(IP, input));
