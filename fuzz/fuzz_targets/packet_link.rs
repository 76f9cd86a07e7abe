//! Frames of the family `link`; see [`ryu_sdn_fuzz::frame`].

#![no_main]

use libfuzzer_sys::fuzz_target;
use ryu_sdn_fuzz::{LINK, frame};

fuzz_target!(|input: &[u8]| frame(LINK, input));
