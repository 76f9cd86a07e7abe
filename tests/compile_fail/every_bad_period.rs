//! Periods that are none.

use ryu_sdn::prelude::*;

#[derive(Default)]
struct Clockmaker;

#[app]
impl Clockmaker {
    #[every(10)]
    fn unitless(&mut self) {}

    #[every(second = 1)]
    fn misspelt(&mut self) {}

    #[every(seconds = 0.5)]
    fn fraction(&mut self) {}

    #[every]
    fn bare(&mut self) {}
}

fn main() {}
