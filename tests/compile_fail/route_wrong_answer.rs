//! A route that answers with something no client could read.

use ryu_sdn::prelude::*;

#[derive(Default)]
struct Router;

#[app]
impl Router {
    #[route(GET, "/count")]
    fn count(&mut self) -> u64 {
        7
    }
}

fn main() {}
