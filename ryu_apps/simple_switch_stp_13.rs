//! `simple_switch_stp_13`: a learning switch for OpenFlow 1.3 in networks with loops.
//!
//! The spanning tree of [`stplib`] says which ports forward; frames of
//! others do not come here. Of the switches 1, 2 and 3 the first becomes the root.
//!
//! ```text
//! ryu-manager simple_switch_stp_13
//! ```

use ryu_sdn::prelude::*;
use ryu_sdn::ryu_apps::learning_switch::{LearningSwitch, flush};
use ryu_sdn::services::mac_to_port::MacToPort;
use ryu_sdn::services::stplib::{self, BridgeConfig, Stp};

/// The state: where each address was seen.
#[derive(Debug)]
pub struct SimpleSwitchStp13 {
    mac_to_port: MacToPort,
}

impl LearningSwitch for SimpleSwitchStp13 {
    const MATCHES_SOURCE: bool = false;

    fn mac_to_port(&mut self) -> &mut MacToPort {
        &mut self.mac_to_port
    }
}

/// Learning switch for OpenFlow 1.3 in networks with loops (spanning tree)
#[app(
    name = "simple_switch_stp_13",
    aliases = ["ryu.app.simple_switch_stp_13"],
    ofp_versions = [V1_3],
)]
impl SimpleSwitchStp13 {
    #[init]
    fn new(stp: Ctx<Stp>) -> AppResult<Self> {
        let of = |priority| BridgeConfig { priority, ..BridgeConfig::default() };
        stp.set_config([(Dpid(1), of(0x8000)), (Dpid(2), of(0x9000)), (Dpid(3), of(0xa000))])?;
        Ok(SimpleSwitchStp13 { mac_to_port: MacToPort::default() })
    }

    #[set_ev_cls(ofp_event::SwitchFeatures, CONFIG_DISPATCHER)]
    fn switch_features(&mut self, ev: &ofp_event::SwitchFeatures) -> AppResult {
        self.add_table_miss(ev)
    }

    #[set_ev_cls(stplib::PacketIn)]
    fn packet_in(&mut self, ev: &stplib::PacketIn) -> AppResult {
        self.forward(ev)
    }

    /// What was learned may not be true any more.
    #[set_ev_cls(stplib::TopologyChange)]
    async fn topology_change(&mut self, ev: &stplib::TopologyChange) -> AppResult {
        debug!("[dpid={}] Receive topology change event. Flush MAC table.", ev.dp.id());
        flush(&mut self.mac_to_port, &ev.dp).await
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
