//! Two events for one handler.

use ryu_sdn::prelude::*;

#[derive(Default)]
struct Both;

#[app]
impl Both {
    #[set_ev_cls(ofp_event::PacketIn, CONFIG_DISPATCHER)]
    #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
    fn packet_in(&mut self, _ev: &ofp_event::PacketIn) {}
}

fn main() {}
