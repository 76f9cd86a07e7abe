//! `simple_switch_lacp`: a learning switch for OpenFlow 1.0 whose hosts may use several cables as one.
//!
//! Ports 1 and 2 of switch 1 lead to one host, ports 3, 4 and 5 to another; so do ports 1 and 2 of
//! switch 2.
//! [`lacplib`] answers them.
//!
//! ```text
//! ryu-manager simple_switch_lacp
//! ```

use ryu_sdn::prelude::*;
use ryu_sdn::ryu_apps::learning_switch::{LearningSwitch, flush};
use ryu_sdn::services::lacplib::{self, LacpLib};
use ryu_sdn::services::mac_to_port::MacToPort;

/// The state: where each address was seen.
#[derive(Debug)]
pub struct SimpleSwitchLacp {
    mac_to_port: MacToPort,
}

impl LearningSwitch for SimpleSwitchLacp {
    const PRIORITY: u16 = FlowMod::DEFAULT_PRIORITY;
    const MATCHES_SOURCE: bool = false;

    fn mac_to_port(&mut self) -> &mut MacToPort {
        &mut self.mac_to_port
    }
}

/// Learning switch for OpenFlow 1.0 for hosts with bonds (LACP)
#[app(
    name = "simple_switch_lacp",
    aliases = ["ryu.app.simple_switch_lacp"],
    ofp_versions = [V1_0],
)]
impl SimpleSwitchLacp {
    #[init]
    fn new(lacp: Ctx<LacpLib>) -> AppResult<Self> {
        lacp.add(Dpid(1), [PortNo(1), PortNo(2)])?;
        lacp.add(Dpid(1), [PortNo(3), PortNo(4), PortNo(5)])?;
        lacp.add(Dpid(2), [PortNo(1), PortNo(2)])?;
        Ok(SimpleSwitchLacp { mac_to_port: MacToPort::default() })
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
