//! Two constructors.

use ryu_sdn::prelude::*;

struct Twice;

#[app]
impl Twice {
    #[init]
    fn new() -> Self {
        Twice
    }

    #[init]
    fn with_handle(_app: AppHandle) -> Self {
        Twice
    }
}

fn main() {}
