//! A shared object of a type that is no context.

use ryu_sdn::prelude::*;

struct HostNames;

struct Namer {
    _names: Ctx<HostNames>,
}

#[app]
impl Namer {
    #[init]
    fn new(names: Ctx<HostNames>) -> Self {
        Namer { _names: names }
    }
}

fn main() {}
