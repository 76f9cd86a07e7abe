//! An event that a log could not show.

use ryu_sdn::prelude::*;

#[derive(Event)]
#[event(provider = "host_tracker")]
struct Moved;

fn main() {}
