//! A constructor that makes something else.

use ryu_sdn::prelude::*;

struct Maker;

#[app]
impl Maker {
    #[init]
    fn new() -> Option<Self> {
        Some(Maker)
    }
}

fn main() {}
