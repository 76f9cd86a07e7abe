//! Two functions for the start.

use ryu_sdn::prelude::*;

#[derive(Default)]
struct Twice;

#[app]
impl Twice {
    #[start]
    fn first(&mut self) {}

    #[start]
    async fn second(&mut self) {}
}

fn main() {}
