//! The mark names one event, the argument another.

use ryu_sdn::prelude::*;

#[derive(Default)]
struct Confused;

#[app]
impl Confused {
    #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
    fn packet_in(&mut self, _ev: &ofp_event::SwitchFeatures) {}
}

fn main() {}
