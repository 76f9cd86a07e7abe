//! Values of the wrong kind, and a key twice.

use ryu_sdn::prelude::*;

#[derive(Default)]
struct Valued;

#[app(name = keyed, aliases = ["two words"], requires = [dpset], help = "a", help = "b")]
impl Valued {}

fn main() {}
