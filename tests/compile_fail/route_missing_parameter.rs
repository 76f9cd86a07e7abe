//! A path parameter that no argument takes.

use ryu_sdn::prelude::*;

#[derive(Default)]
struct Router;

#[app]
impl Router {
    #[route(GET, "/l2/{dpid}/{port}")]
    fn table(&mut self, port: PortNo) -> String {
        format!("{port:?}")
    }
}

fn main() {}
