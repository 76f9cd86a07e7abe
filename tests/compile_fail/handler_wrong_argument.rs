//! Handlers that do not take exactly one event by reference.

use ryu_sdn::prelude::*;

#[derive(Default)]
struct Greedy;

#[app]
impl Greedy {
    #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
    fn nothing(&mut self) -> AppResult {
        Ok(())
    }

    #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
    fn by_value(&mut self, _ev: ofp_event::PacketIn) {}

    #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
    fn exclusive(&mut self, _ev: &mut ofp_event::PacketIn) {}

    #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
    async fn two(&mut self, _ev: &ofp_event::PacketIn, _dpid: Dpid) {}
}

fn main() {}
