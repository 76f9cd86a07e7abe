//! Frames of the family `dhcp`; see [`ryu_sdn_fuzz::frame`].

#![no_main]

use libfuzzer_sys::fuzz_target;
use ryu_sdn_fuzz::{DHCP, frame};

fuzz_target!(|input: &[u8]| frame(DHCP, input));
