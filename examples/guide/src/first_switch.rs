//! The tutorial's second app, with the route of its third step.

use ryu_sdn::packet::Ethernet;
use ryu_sdn::prelude::*;
use ryu_sdn::services::mac_to_port::MacToPort;

#[derive(Default)]
pub struct FirstSwitch {
    mac_to_port: MacToPort,
}

/// Learns where hosts are
#[app(name = "first_switch", ofp_versions = [V1_3])]
impl FirstSwitch {
    #[set_ev_cls(ofp_event::SwitchFeatures, CONFIG_DISPATCHER)]
    fn switch_features(&mut self, ev: &ofp_event::SwitchFeatures) -> AppResult {
        // What no other entry matches comes here.
        add_flow(&ev.datapath, 0, Match::new(), Action::to_controller())
    }

    #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
    fn packet_in(&mut self, ev: &ofp_event::PacketIn) -> AppResult {
        let (dp, msg) = (&ev.datapath, &ev.msg);
        let (eth, _) = Ethernet::parse(&msg.data)?;
        self.mac_to_port.learn(dp.id(), eth.src, msg.in_port());

        let out_port = self.mac_to_port.port(dp.id(), eth.dst).unwrap_or(PortNo::FLOOD);
        info!("packet in {} {} {} {}", dp.id(), eth.src, eth.dst, msg.in_port());
        if out_port != PortNo::FLOOD {
            let known = Match::new().in_port(msg.in_port()).eth_dst(eth.dst);
            add_flow(dp, 1, known, Action::output(out_port))?;
        }
        dp.send(&PacketOut {
            in_port: msg.in_port(),
            actions: [Action::output(out_port)].into(),
            data: msg.data.clone(),
            ..PacketOut::default()
        })?;
        Ok(())
    }

    #[route(GET, "/first_switch/{dpid}")]
    fn table(&mut self, dpid: Dpid) -> AppResult<Json<BTreeMap<String, u32>>> {
        let table = self.mac_to_port.table(dpid);
        let table = table.ok_or_else(|| HttpError::not_found(format!("no switch {dpid}")))?;
        Ok(Json(table.into_iter().map(|(mac, port)| (mac.to_string(), port.0)).collect()))
    }
}

fn add_flow(dp: &Datapath, priority: u16, match_: Match, action: Action) -> AppResult {
    let instructions = Instruction::apply([action]);
    dp.send(&FlowMod { priority, match_, instructions, ..FlowMod::add() })?;
    Ok(())
}
