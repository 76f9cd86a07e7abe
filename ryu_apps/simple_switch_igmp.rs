//! `simple_switch_igmp`: a learning switch for OpenFlow 1.0 that sends multicast to those who asked for it.
//!
//! Switch 1 is the querier of [`igmplib`], and multicast comes in by its
//! port 2; all others are snoopers.
//!
//! ```text
//! ryu-manager simple_switch_igmp
//! ```

use ryu_sdn::prelude::*;
use ryu_sdn::ryu_apps::learning_switch::LearningSwitch;
use ryu_sdn::services::igmplib::{self, IgmpLib};
use ryu_sdn::services::mac_to_port::MacToPort;

/// The state: where each address was seen.
#[derive(Debug)]
pub struct SimpleSwitchIgmp {
    mac_to_port: MacToPort,
}

impl LearningSwitch for SimpleSwitchIgmp {
    const PRIORITY: u16 = FlowMod::DEFAULT_PRIORITY;
    const MATCHES_SOURCE: bool = false;

    fn mac_to_port(&mut self) -> &mut MacToPort {
        &mut self.mac_to_port
    }
}

/// Learning switch for OpenFlow 1.0 with IGMP snooping
#[app(
    name = "simple_switch_igmp",
    aliases = ["ryu.app.simple_switch_igmp"],
    ofp_versions = [V1_0],
)]
impl SimpleSwitchIgmp {
    #[init]
    fn new(igmp: Ctx<IgmpLib>) -> Self {
        igmp.set_querier_mode(Dpid(1), PortNo(2));
        SimpleSwitchIgmp { mac_to_port: MacToPort::default() }
    }

    #[set_ev_cls(igmplib::PacketIn)]
    fn packet_in(&mut self, ev: &igmplib::PacketIn) -> AppResult {
        self.forward(ev)
    }

    #[set_ev_cls(igmplib::MulticastGroupStateChanged)]
    fn status_changed(&mut self, ev: &igmplib::MulticastGroupStateChanged) {
        let querier = ev.src.map_or("None".to_owned(), |port| port.to_string());
        let hosts: Vec<u32> = ev.dsts.iter().map(|port| port.0).collect();
        info!("{}: [{}] querier:[{querier}] hosts:{hosts:?}", ev.reason, ev.address);
    }

    #[set_ev_cls(ofp_event::StateChange, DEAD_DISPATCHER)]
    fn gone(&mut self, ev: &ofp_event::StateChange) {
        self.forget(ev);
    }
}
