//! An app that nothing can make.

use ryu_sdn::prelude::*;

struct Unmade;

#[app]
impl Unmade {
    #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
    fn packet_in(&mut self, _ev: &ofp_event::PacketIn) {}
}

fn main() {}
