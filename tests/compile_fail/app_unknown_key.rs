//! Keys that `#[app]` does not have.

use ryu_sdn::prelude::*;

#[derive(Default)]
struct Keyed;

#[app(nmae = "keyed", versions = [V1_3], colour = "red")]
impl Keyed {}

fn main() {}
