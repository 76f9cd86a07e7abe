//! Arguments that are borrowed from nowhere.

use ryu_sdn::prelude::*;

#[derive(Default)]
struct Router;

#[app]
impl Router {
    #[route(GET, "/names/{name}")]
    fn text(&mut self, name: &str) {
        let _ = name;
    }

    #[route(GET, "/all")]
    fn exclusive(&mut self, request: &mut RouteRequest) {
        let _ = request;
    }
}

fn main() {}
