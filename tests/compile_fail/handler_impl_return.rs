//! A handler that hides what it answers with.

use ryu_sdn::prelude::*;

#[derive(Default)]
struct Hiding;

#[app]
impl Hiding {
    #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
    fn packet_in(&mut self, _ev: &ofp_event::PacketIn) -> impl Future<Output = AppResult> {
        async { Ok(()) }
    }
}

fn main() {}
