//! Handlers that answer with something that the bus has no use for.

use ryu_sdn::prelude::*;

#[derive(Default)]
struct Talkative;

#[app]
impl Talkative {
    #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
    fn counting(&mut self, _ev: &ofp_event::PacketIn) -> u32 {
        7
    }

    #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
    async fn failing(&mut self, _ev: &ofp_event::PacketIn) -> Result<(), std::fmt::Error> {
        Ok(())
    }

    #[every(seconds = 1)]
    fn ticking(&mut self) -> Option<()> {
        None
    }
}

fn main() {}
