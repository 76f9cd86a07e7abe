//! Events that do not say who emits them.

use ryu_sdn::prelude::*;

#[derive(Debug, Event)]
struct Moved;

#[derive(Debug, Event)]
#[event(name = "gone")]
struct Gone;

fn main() {}
