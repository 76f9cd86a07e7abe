//! `simple_switch_lacp_13`: a learning switch for OpenFlow 1.3 whose hosts may use several cables as one.
//!
//! Ports 1 and 2 of switch 1 lead to one host.
//! [`lacplib`] answers them.
//!
//! ```text
//! ryu-manager simple_switch_lacp_13
//! ```

use ryu_sdn::prelude::*;
use ryu_sdn::ryu_apps::learning_switch::{LearningSwitch, flush};
use ryu_sdn::services::lacplib::{self, LacpLib};
use ryu_sdn::services::mac_to_port::MacToPort;

/// The state: where each address was seen.
#[derive(Debug)]
pub struct SimpleSwitchLacp13 {
    mac_to_port: MacToPort,
}

impl LearningSwitch for SimpleSwitchLacp13 {
    const MATCHES_SOURCE: bool = false;

    fn mac_to_port(&mut self) -> &mut MacToPort {
        &mut self.mac_to_port
    }
}

/// Learning switch for OpenFlow 1.3 for hosts with bonds (LACP)
#[app(
    name = "simple_switch_lacp_13",
    aliases = ["ryu.app.simple_switch_lacp_13"],
    ofp_versions = [V1_3],
)]
impl SimpleSwitchLacp13 {
    #[init]
    fn new(lacp: Ctx<LacpLib>) -> AppResult<Self> {
        lacp.add(Dpid(1), [PortNo(1), PortNo(2)])?;
        Ok(SimpleSwitchLacp13 { mac_to_port: MacToPort::default() })
    }

    #[set_ev_cls(ofp_event::SwitchFeatures, CONFIG_DISPATCHER)]
    fn switch_features(&mut self, ev: &ofp_event::SwitchFeatures) -> AppResult {
        self.add_table_miss(ev)
    }

    #[set_ev_cls(lacplib::PacketIn)]
    fn packet_in(&mut self, ev: &lacplib::PacketIn) -> AppResult {
        self.forward(ev)
    }

    /// Who was behind that port may be behind another now.
    #[set_ev_cls(lacplib::SlaveStateChanged)]
    async fn slave_state_changed(&mut self, ev: &lacplib::SlaveStateChanged) -> AppResult {
        info!("slave state changed port: {} enabled: {}", ev.port, ev.enabled);
        flush(&mut self.mac_to_port, &ev.datapath).await
    }

    #[set_ev_cls(ofp_event::StateChange, DEAD_DISPATCHER)]
    fn gone(&mut self, ev: &ofp_event::StateChange) {
        self.forget(ev);
    }
}
