//! A handler in an `impl` block that is no app.

use ryu_sdn::prelude::*;

struct Lonely;

impl Lonely {
    #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
    fn packet_in(&mut self, _ev: &ofp_event::PacketIn) {}

    #[route(GET, "/lonely")]
    fn list(&mut self) {}
}

fn main() {}
