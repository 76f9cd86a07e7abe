//! An app that says it emits what is no event.

use ryu_sdn::prelude::*;

struct Noise;

#[derive(Default)]
struct Emitter;

#[app(emits = [Noise])]
impl Emitter {}

fn main() {}
