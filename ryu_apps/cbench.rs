//! `cbench`: answers each packet-in with an empty flow-mod, to measure how fast that can be done.
//!
//! ```text
//! ryu-manager cbench &
//! cbench -c 127.0.0.1 -p 6653 -s 16 -M 1000 -t
//! ```

use ryu_sdn::prelude::*;

/// The responder; it remembers nothing.
#[derive(Debug, Default)]
pub struct Cbench;

/// Answers each packet-in with an empty flow-mod: a benchmark responder
#[app(name = "cbench", aliases = ["ryu.app.cbench"], ofp_versions = [V1_0])]
impl Cbench {
    #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
    fn packet_in(&mut self, ev: &ofp_event::PacketIn) -> AppResult {
        ev.datapath.send(&FlowMod { priority: 0, ..FlowMod::add() })?;
        Ok(())
    }
}
