//! `simple_switch_rest_13`: `simple_switch_13` whose address table can be read and added to.
//!
//! ```text
//! ryu sim --topo single,3 simple_switch_rest_13 &
//! curl http://127.0.0.1:8080/simpleswitch/mactable/0000000000000001
//! curl -X PUT -d '{"mac": "00:00:00:00:00:01", "port": 1}' \
//!      http://127.0.0.1:8080/simpleswitch/mactable/0000000000000001
//! ```

use ryu_sdn::prelude::*;
use ryu_sdn::ryu_apps::simple_switch_13::{SimpleSwitch13, add_flow};

/// A learning switch and the switches that it serves.
#[derive(Debug, Default)]
pub struct SimpleSwitchRest13 {
    switch: SimpleSwitch13,
    switches: HashMap<Dpid, Datapath>,
}

/// An entry to add: the body of the PUT request.
#[derive(Debug, Deserialize)]
#[serde(crate = "ryu_sdn::serde", deny_unknown_fields)]
pub struct Entry {
    mac: MacAddr,
    port: u32,
}

/// Learning switch for OpenFlow 1.3 with its address table on REST
#[app(
    name = "simple_switch_rest_13",
    aliases = ["ryu.app.simple_switch_rest_13"],
    ofp_versions = [V1_3],
)]
impl SimpleSwitchRest13 {
    #[set_ev_cls(ofp_event::SwitchFeatures, CONFIG_DISPATCHER)]
    fn switch_features(&mut self, ev: &ofp_event::SwitchFeatures) -> AppResult {
        self.switches.insert(ev.msg.datapath_id, ev.datapath.clone());
        self.switch.switch_features(ev)
    }

    #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
    fn packet_in(&mut self, ev: &ofp_event::PacketIn) -> AppResult {
        self.switch.packet_in(ev)
    }

    #[set_ev_cls(ofp_event::StateChange, DEAD_DISPATCHER)]
    fn gone(&mut self, ev: &ofp_event::StateChange) {
        // A switch that has connected again keeps what its new connection has learned.
        if self.switches.get(&ev.datapath.id()) == Some(&ev.datapath) {
            self.switches.remove(&ev.datapath.id());
            self.switch.gone(ev);
        }
    }

    #[route(GET, "/simpleswitch/mactable/{dpid}")]
    fn list_mac_table(&mut self, dpid: Dpid) -> AppResult<Json<BTreeMap<String, u32>>> {
        self.mac_table(dpid).map(Json)
    }

    #[route(PUT, "/simpleswitch/mactable/{dpid}")]
    fn put_mac_table(
        &mut self,
        dpid: Dpid,
        entry: Json<Entry>,
    ) -> AppResult<Json<BTreeMap<String, u32>>> {
        self.mac_table(dpid)?;
        self.set_mac_to_port(dpid, entry.0.mac, PortNo(entry.0.port))?;
        self.mac_table(dpid).map(Json)
    }
}

impl SimpleSwitchRest13 {
    fn mac_table(&self, dpid: Dpid) -> AppResult<BTreeMap<String, u32>> {
        let table = self.switch.mac_to_port.table(dpid);
        let table = table.ok_or_else(|| HttpError::not_found(format!("no switch {dpid}")))?;
        Ok(table.into_iter().map(|(mac, port)| (mac.to_string(), port.0)).collect())
    }

    /// Adds an address at a port where none is known yet, with the flow entries between it and
    /// each known one, both ways.
    fn set_mac_to_port(&mut self, dpid: Dpid, mac: MacAddr, port: PortNo) -> AppResult {
        let known = self.switch.mac_to_port.table(dpid).unwrap_or_default();
        let Some(dp) = self.switches.get(&dpid) else { return Ok(()) };
        if known.iter().any(|(_, known_port)| *known_port == port) {
            return Ok(());
        }
        for (known_mac, known_port) in known {
            let there = Match::new().in_port(known_port).eth_dst(mac);
            add_flow(dp, 1, there, Action::output(port), BufferId::NO_BUFFER)?;
            let back = Match::new().in_port(port).eth_dst(known_mac);
            add_flow(dp, 1, back, Action::output(known_port), BufferId::NO_BUFFER)?;
        }
        self.switch.mac_to_port.learn(dpid, mac, port);
        Ok(())
    }
}
