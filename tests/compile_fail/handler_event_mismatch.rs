//! The mark names one event, the argument another.

use ryu_sdn::prelude::*;

#[derive(Debug, Event)]
#[event(provider = "confused")]
struct HostMoved;

#[derive(Debug, Event)]
#[event(provider = "confused")]
struct HostLost;

#[derive(Default)]
struct Confused;

#[app]
impl Confused {
    #[set_ev_cls(HostMoved)]
    fn moved(&mut self, _ev: &HostLost) {}
}

fn main() {}
