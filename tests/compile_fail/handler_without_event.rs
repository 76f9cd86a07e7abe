//! Marks that do not say which event, or not in the right place.

use ryu_sdn::prelude::*;

#[derive(Default)]
struct Vague;

#[app]
impl Vague {
    #[set_ev_cls]
    fn bare(&mut self, _ev: &ofp_event::PacketIn) {}

    #[set_ev_cls(MAIN_DISPATCHER, ofp_event::PacketIn)]
    fn swapped(&mut self, _ev: &ofp_event::PacketIn) {}

    #[set_ev_cls("PacketIn")]
    fn quoted(&mut self, _ev: &ofp_event::PacketIn) {}
}

fn main() {}
