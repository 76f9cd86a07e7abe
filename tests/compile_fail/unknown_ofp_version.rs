//! An OpenFlow version that there is not.

use ryu_sdn::prelude::*;

#[derive(Default)]
struct Futuristic;

#[app(ofp_versions = [V1_3, V1_6])]
impl Futuristic {}

fn main() {}
