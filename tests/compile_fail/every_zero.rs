//! A timer without a pause.

use ryu_sdn::prelude::*;

#[derive(Default)]
struct Busy;

#[app]
impl Busy {
    #[every(seconds = 0)]
    fn spin(&mut self) {}
}

fn main() {}
