//! The attribute on the type instead of its `impl` block.

use ryu_sdn::prelude::*;

#[app(name = "misplaced")]
#[derive(Default)]
struct Misplaced {
    ports: u32,
}

fn main() {
    let _ = Misplaced::default().ports;
}
