//! `simple_switch_12`: a learning switch for OpenFlow 1.2, a face of
//! [`learning_switch`](super::learning_switch).
//!
//! A switch of 1.2 sends what no flow entry matches here without being told to.
//!
//! ```text
//! ryu-manager simple_switch_12
//! ```

use ryu_sdn::prelude::*;
use ryu_sdn::ryu_apps::learning_switch::{LearningSwitch, look_up};
use ryu_sdn::services::mac_to_port::MacToPort;

/// The state: where each address was seen.
#[derive(Debug, Default)]
pub struct SimpleSwitch12 {
    mac_to_port: MacToPort,
}

impl LearningSwitch for SimpleSwitch12 {
    const PRIORITY: u16 = 0;

    fn mac_to_port(&mut self) -> &mut MacToPort {
        &mut self.mac_to_port
    }
}

/// Learning switch for OpenFlow 1.2
#[app(name = "simple_switch_12", aliases = ["ryu.app.simple_switch_12"], ofp_versions = [V1_2])]
impl SimpleSwitch12 {
    #[look_ahead(ofp_event::PacketIn)]
    fn look_up(&self, ev: &ofp_event::PacketIn) {
        look_up(&self.mac_to_port, ev);
    }

    #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
    fn packet_in(&mut self, ev: &ofp_event::PacketIn) -> AppResult {
        self.forward(ev)
    }

    #[set_ev_cls(ofp_event::StateChange, DEAD_DISPATCHER)]
    fn gone(&mut self, ev: &ofp_event::StateChange) {
        self.forget(ev);
    }
}
