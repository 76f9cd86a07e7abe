//! `simple_switch_13`: a learning switch for OpenFlow 1.3, a face of
//! [`learning_switch`](super::learning_switch).
//!
//! Like `simple_switch`, with one difference that 1.3 brings: a switch drops what no flow entry
//! matches, so a table-miss entry that sends it here has to be installed first.
//!
//! ```text
//! ryu sim --topo linear,3 --test pingall simple_switch_13
//! ```

use ryu_sdn::prelude::*;
use ryu_sdn::ryu_apps::learning_switch::{LearningSwitch, look_up};
use ryu_sdn::services::mac_to_port::MacToPort;

pub use ryu_sdn::ryu_apps::learning_switch::add_flow;

/// The state: where each address was seen. Other apps have one of these inside and add to it.
#[derive(Debug, Default)]
pub struct SimpleSwitch13 {
    /// What has been learned.
    pub mac_to_port: MacToPort,
}

impl LearningSwitch for SimpleSwitch13 {
    const FLOW_MOD_SENDS: bool = true;
    const DPID_DIGITS: usize = 16;

    fn mac_to_port(&mut self) -> &mut MacToPort {
        &mut self.mac_to_port
    }
}

/// Learning switch for OpenFlow 1.3
#[app(name = "simple_switch_13", aliases = ["ryu.app.simple_switch_13"], ofp_versions = [V1_3])]
impl SimpleSwitch13 {
    /// Installs the table-miss entry: whole frames to the controller, nothing kept in a buffer.
    #[set_ev_cls(ofp_event::SwitchFeatures, CONFIG_DISPATCHER)]
    pub fn switch_features(&mut self, ev: &ofp_event::SwitchFeatures) -> AppResult {
        self.add_table_miss(ev)
    }

    #[look_ahead(ofp_event::PacketIn)]
    fn look_up(&self, ev: &ofp_event::PacketIn) {
        look_up(&self.mac_to_port, ev);
    }

    /// Learns from a frame, installs an entry if the receiver is known, and sends the frame on.
    #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
    pub fn packet_in(&mut self, ev: &ofp_event::PacketIn) -> AppResult {
        self.forward(ev)
    }

    /// Forgets what was learned from a switch that has gone.
    #[set_ev_cls(ofp_event::StateChange, DEAD_DISPATCHER)]
    pub fn gone(&mut self, ev: &ofp_event::StateChange) {
        self.forget(ev);
    }
}
