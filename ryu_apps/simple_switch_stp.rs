//! `simple_switch_stp`: a learning switch for OpenFlow 1.0 in networks with loops.
//!
//! The spanning tree of [`stplib`] says which ports forward; frames of
//! others do not come here.
//!
//! ```text
//! ryu-manager simple_switch_stp
//! ```

use ryu_sdn::ofproto::FlowModFlags;
use ryu_sdn::prelude::*;
use ryu_sdn::ryu_apps::learning_switch::LearningSwitch;
use ryu_sdn::services::mac_to_port::MacToPort;
use ryu_sdn::services::stplib;

/// The state: where each address was seen.
#[derive(Debug)]
pub struct SimpleSwitchStp {
    mac_to_port: MacToPort,
}

impl LearningSwitch for SimpleSwitchStp {
    const PRIORITY: u16 = FlowMod::DEFAULT_PRIORITY;
    const FLAGS: FlowModFlags = FlowModFlags::SEND_FLOW_REM;
    const MATCHES_SOURCE: bool = false;

    fn mac_to_port(&mut self) -> &mut MacToPort {
        &mut self.mac_to_port
    }
}

/// Learning switch for OpenFlow 1.0 in networks with loops (spanning tree)
#[app(name = "simple_switch_stp", aliases = ["ryu.app.simple_switch_stp"], ofp_versions = [V1_0])]
impl SimpleSwitchStp {
    /// To set priorities, ask for `Ctx<stplib::Stp>` here and say [`stplib::Stp::set_config`].
    #[init]
    fn new(_stp: Ctx<stplib::Stp>) -> Self {
        SimpleSwitchStp { mac_to_port: MacToPort::default() }
    }

    #[set_ev_cls(stplib::PacketIn)]
    fn packet_in(&mut self, ev: &stplib::PacketIn) -> AppResult {
        self.forward(ev)
    }

    /// What was learned may not be true any more: everything goes, entries and table.
    #[set_ev_cls(stplib::TopologyChange)]
    fn topology_change(&mut self, ev: &stplib::TopologyChange) -> AppResult {
        debug!("[dpid={}] Receive topology change event. Flush MAC table.", ev.dp.id());
        self.mac_to_port.forget(ev.dp.id());
        ev.dp.send(&FlowMod::delete())?;
        Ok(())
    }

    #[set_ev_cls(stplib::PortStateChange)]
    fn port_state_change(&mut self, ev: &stplib::PortStateChange) {
        debug!("[dpid={}][port={}] state={}", ev.dp.id(), ev.port_no, ev.port_state);
    }

    #[set_ev_cls(ofp_event::StateChange, DEAD_DISPATCHER)]
    fn gone(&mut self, ev: &ofp_event::StateChange) {
        self.forget(ev);
    }
}
