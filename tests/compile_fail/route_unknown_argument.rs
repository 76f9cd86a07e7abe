//! Arguments that neither the path nor the request can give.

use ryu_sdn::prelude::*;

struct Colour;

#[derive(Default)]
struct Router;

#[app]
impl Router {
    #[route(GET, "/l2/{dpid}")]
    fn misspelt(&mut self, dpid: Dpid, prot: u16) {
        let _ = (dpid, prot);
    }

    #[route(GET, "/colours/{colour}")]
    async fn no_parameter_type(&mut self, colour: Colour) {
        let _ = colour;
    }
}

fn main() {}
