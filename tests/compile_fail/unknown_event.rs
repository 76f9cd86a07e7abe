//! An event that nobody has made, and a type that is no event.

use ryu_sdn::prelude::*;

#[derive(Debug)]
struct NotAnEvent;

#[derive(Default)]
struct Unknowing;

#[app]
impl Unknowing {
    #[set_ev_cls(ofp_event::Thunderstorm, MAIN_DISPATCHER)]
    fn invented(&mut self, _ev: &ofp_event::Thunderstorm) {}

    #[set_ev_cls(NotAnEvent)]
    fn not_derived(&mut self, _ev: &NotAnEvent) {}
}

fn main() {}
