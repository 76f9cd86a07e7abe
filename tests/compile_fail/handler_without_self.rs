//! Handlers that do not borrow their app.

use ryu_sdn::prelude::*;

#[derive(Default)]
struct Selfless;

#[app]
impl Selfless {
    #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
    fn free(_ev: &ofp_event::PacketIn) {}

    #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
    fn consuming(self, _ev: &ofp_event::PacketIn) {}
}

fn main() {}
