//! Frames of the family `bgp`; see [`ryu_sdn_fuzz::frame`].

#![no_main]

use libfuzzer_sys::fuzz_target;
use ryu_sdn_fuzz::{BGP, frame};

fuzz_target!(|input: &[u8]| frame(BGP, input));
