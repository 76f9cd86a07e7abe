//! Two methods for one route.

use ryu_sdn::prelude::*;

#[derive(Default)]
struct Router;

#[app]
impl Router {
    #[route(GET, "/l2")]
    fn first(&mut self) {}

    #[route(GET, "/l2")]
    fn second(&mut self) {}
}

fn main() {}
