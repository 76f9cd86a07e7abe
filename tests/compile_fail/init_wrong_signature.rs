//! A constructor that looks like a method.

use ryu_sdn::prelude::*;

struct Methodical;

#[app]
impl Methodical {
    #[init]
    async fn new(&self, _app: &AppHandle) {}
}

fn main() {}
