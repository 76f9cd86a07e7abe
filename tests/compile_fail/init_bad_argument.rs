//! A constructor that asks for what the manager does not have.

use ryu_sdn::prelude::*;

struct Demanding {
    port: u16,
}

#[app]
impl Demanding {
    #[init]
    fn new(_app: AppHandle, port: u16) -> Self {
        Demanding { port }
    }
}

fn main() {
    let _ = Demanding { port: 1 }.port;
}
