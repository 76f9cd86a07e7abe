//! `ported_switch.py`, ported.

use ryu_sdn::packet::{Ethernet, Packet};
use ryu_sdn::prelude::*;

#[derive(Default)]
pub struct PortedSwitch {
    ports: HashMap<(Dpid, MacAddr), PortNo>,
}

/// Learning switch, as ported_switch.py
#[app(name = "ported_switch", ofp_versions = [V1_3])]
impl PortedSwitch {
    #[set_ev_cls(ofp_event::SwitchFeatures, CONFIG_DISPATCHER)]
    fn on_features(&mut self, ev: &ofp_event::SwitchFeatures) -> AppResult {
        let dp = &ev.datapath;
        let to_controller = Action::to_controller();
        self.add_flow(dp, 0, Match::new(), to_controller)
    }

    #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
    fn on_packet_in(&mut self, ev: &ofp_event::PacketIn) -> AppResult {
        let (msg, dp) = (&ev.msg, &ev.datapath);
        let in_port = msg.in_port();
        let Some(eth) = Packet::parse(&msg.data).get::<Ethernet>() else { return Ok(()) };

        self.ports.insert((dp.id(), eth.src), in_port);
        let known = self.ports.get(&(dp.id(), eth.dst)).copied();
        let out_port = known.unwrap_or(PortNo::FLOOD);
        let out = Action::output(out_port);
        if out_port != PortNo::FLOOD {
            let match_ = Match::new().in_port(in_port).eth_dst(eth.dst);
            self.add_flow(dp, 1, match_, out.clone())?;
        }
        dp.send(&PacketOut {
            buffer_id: BufferId::NO_BUFFER,
            in_port,
            actions: [out].into(),
            data: msg.data.clone(),
            ..PacketOut::default()
        })?;
        Ok(())
    }
}

impl PortedSwitch {
    fn add_flow(&self, dp: &Datapath, priority: u16, match_: Match, action: Action) -> AppResult {
        let instructions = Instruction::apply([action]);
        dp.send(&FlowMod { priority, match_, instructions, ..FlowMod::add() })?;
        Ok(())
    }
}
