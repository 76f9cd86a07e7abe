//! A request that cannot be answered.

use ryu_sdn::prelude::*;

#[derive(Debug, Request)]
#[request(provider = "host_tracker")]
struct Lookup(u32);

fn main() {
    let _ = Lookup(1).0;
}
