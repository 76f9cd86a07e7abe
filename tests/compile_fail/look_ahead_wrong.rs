//! A look ahead shows an event to an app that does not change by it.

use ryu_sdn::prelude::*;

#[derive(Default)]
struct Eager;

#[app(name = "eager")]
impl Eager {
    #[look_ahead(ofp_event::PacketIn)]
    fn changes(&mut self, ev: &ofp_event::PacketIn) {
        let _ = ev;
    }

    #[look_ahead(ofp_event::PacketIn)]
    async fn waits(&self, ev: &ofp_event::PacketIn) -> AppResult {
        let _ = ev;
        Ok(())
    }

    #[look_ahead(ofp_event::PacketIn)]
    fn blind(&self) {}

    #[set_ev_cls(ofp_event::PortStatus)]
    fn port_status(&mut self, _ev: &ofp_event::PortStatus) {}

    #[look_ahead(ofp_event::PortStatus)]
    fn once(&self, _ev: &ofp_event::PortStatus) {}

    #[look_ahead(ofp_event::PortStatus)]
    fn twice(&self, _ev: &ofp_event::PortStatus) {}

    #[look_ahead(ofp_event::FlowRemoved)]
    fn in_vain(&self, _ev: &ofp_event::FlowRemoved) {}
}

fn main() {}
