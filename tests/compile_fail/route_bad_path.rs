//! Paths that are not well-formed.

use ryu_sdn::prelude::*;

#[derive(Default)]
struct Router;

#[app]
impl Router {
    #[route(GET, "l2")]
    fn relative(&mut self) {}

    #[route(GET, "/l2/{dpid")]
    fn unbalanced(&mut self) {}

    #[route(GET, "/l2/{}")]
    fn nameless(&mut self) {}

    #[route(GET, "/{a}/{a}")]
    fn twice(&mut self, a: String) {
        let _ = a;
    }

    #[route(GET, "/{*rest}/more")]
    fn rest_first(&mut self, rest: String) {
        let _ = rest;
    }

    #[route(GET, "/port{no}")]
    fn part_of_a_segment(&mut self, no: PortNo) {
        let _ = no;
    }

    #[route(GET, "/l2?all")]
    fn query(&mut self) {}
}

fn main() {}
