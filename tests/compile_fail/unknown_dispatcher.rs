//! Dispatchers that do not exist, or are not listed as they should be.

use ryu_sdn::prelude::*;

#[derive(Default)]
struct Lost;

#[app]
impl Lost {
    #[set_ev_cls(ofp_event::PacketIn, MIAN_DISPATCHER)]
    fn misspelt(&mut self, _ev: &ofp_event::PacketIn) {}

    #[set_ev_cls(ofp_event::PacketIn, [MAIN_DISPATCHER, Phase::Ready])]
    fn invented(&mut self, _ev: &ofp_event::PacketIn) {}

    #[set_ev_cls(ofp_event::PacketIn, CONFIG_DISPATCHER, MAIN_DISPATCHER)]
    fn not_in_brackets(&mut self, _ev: &ofp_event::PacketIn) {}

    #[set_ev_cls(ofp_event::PacketIn, [])]
    fn empty(&mut self, _ev: &ofp_event::PacketIn) {}
}

fn main() {}
