//! The attribute on the `impl` of a trait.

use ryu_sdn::prelude::*;

#[derive(Default)]
struct Misplaced;

#[app]
impl Clone for Misplaced {
    fn clone(&self) -> Self {
        Misplaced
    }
}

fn main() {}
