//! A handler for any event there may be.

use ryu_sdn::prelude::*;

#[derive(Default)]
struct Anything;

#[app]
impl Anything {
    #[set_ev_cls(ofp_event::PacketIn)]
    fn any<E: Event>(&mut self, _ev: &E) {}
}

fn main() {}
