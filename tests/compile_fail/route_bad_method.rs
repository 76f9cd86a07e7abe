//! HTTP methods that a route cannot have.

use ryu_sdn::prelude::*;

#[derive(Default)]
struct Router;

#[app]
impl Router {
    #[route(get, "/a")]
    fn lower_case(&mut self) {}

    #[route(BREW, "/b")]
    fn invented(&mut self) {}

    #[route("GET", "/c")]
    fn quoted(&mut self) {}

    #[route("/d")]
    fn missing(&mut self) {}
}

fn main() {}
