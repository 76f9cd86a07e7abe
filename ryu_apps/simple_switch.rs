//! `simple_switch`: a learning switch for OpenFlow 1.0, a face of
//! [`learning_switch`](super::learning_switch).
//!
//! ```text
//! ryu sim --topo linear,3 --test pingall simple_switch
//! ```

use ryu_sdn::ofproto::{FlowModFlags, PortReason};
use ryu_sdn::prelude::*;
use ryu_sdn::ryu_apps::learning_switch::{LearningSwitch, look_up};
use ryu_sdn::services::mac_to_port::MacToPort;

/// The state: where each address was seen.
#[derive(Debug, Default)]
pub struct SimpleSwitch {
    mac_to_port: MacToPort,
}

impl LearningSwitch for SimpleSwitch {
    const PRIORITY: u16 = FlowMod::DEFAULT_PRIORITY;
    const FLAGS: FlowModFlags = FlowModFlags::SEND_FLOW_REM;

    fn mac_to_port(&mut self) -> &mut MacToPort {
        &mut self.mac_to_port
    }
}

/// Learning switch for OpenFlow 1.0
#[app(name = "simple_switch", aliases = ["ryu.app.simple_switch"], ofp_versions = [V1_0])]
impl SimpleSwitch {
    #[look_ahead(ofp_event::PacketIn)]
    fn look_up(&self, ev: &ofp_event::PacketIn) {
        look_up(&self.mac_to_port, ev);
    }

    #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
    fn packet_in(&mut self, ev: &ofp_event::PacketIn) -> AppResult {
        self.forward(ev)
    }

    #[set_ev_cls(ofp_event::PortStatus, MAIN_DISPATCHER)]
    fn port_status(&mut self, ev: &ofp_event::PortStatus) {
        let port_no = ev.msg.desc.port_no;
        match ev.msg.reason {
            PortReason::ADD => info!("port added {port_no}"),
            PortReason::DELETE => info!("port deleted {port_no}"),
            PortReason::MODIFY => info!("port modified {port_no}"),
            reason => warn!("illegal port state {port_no} {reason}"),
        }
    }

    #[set_ev_cls(ofp_event::StateChange, DEAD_DISPATCHER)]
    fn gone(&mut self, ev: &ofp_event::StateChange) {
        self.forget(ev);
    }
}
