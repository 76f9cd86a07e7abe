//! `example_switch_13`: the learning switch of the tutorial, with as little as possible.
//!
//! ```text
//! ryu sim --topo single,3 --test pingall example_switch_13
//! ```

use ryu_sdn::packet::Ethernet;
use ryu_sdn::prelude::*;
use ryu_sdn::services::mac_to_port::MacToPort;

/// The table of learned addresses.
#[derive(Debug, Default)]
pub struct ExampleSwitch13 {
    mac_to_port: MacToPort,
}

/// Learning switch of the tutorial, for OpenFlow 1.3
#[app(name = "example_switch_13", aliases = ["ryu.app.example_switch_13"], ofp_versions = [V1_3])]
impl ExampleSwitch13 {
    #[set_ev_cls(ofp_event::SwitchFeatures, CONFIG_DISPATCHER)]
    fn switch_features(&mut self, ev: &ofp_event::SwitchFeatures) -> AppResult {
        // What no other entry matches comes to the controller.
        add_flow(&ev.datapath, 0, Match::new(), Action::to_controller())
    }

    #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
    fn packet_in(&mut self, ev: &ofp_event::PacketIn) -> AppResult {
        let (dp, msg) = (&ev.datapath, &ev.msg);
        let (eth, _) = Ethernet::parse(&msg.data)?;
        if eth.is_lldp() {
            return Ok(());
        }
        let (dpid, in_port) = (dp.id(), msg.in_port());
        info!("packet in {} {} {} {in_port}", dpid.0, eth.src, eth.dst);

        // Learn where the sender is, so that frames to it need not be flooded.
        self.mac_to_port.learn(dpid, eth.src, in_port);
        let out_port = self.mac_to_port.port(dpid, eth.dst).unwrap_or(PortNo::FLOOD);
        let action = Action::output(out_port);

        // With the receiver known, the next frame need not come here.
        if out_port != PortNo::FLOOD {
            add_flow(dp, 1, Match::new().in_port(in_port).eth_dst(eth.dst), action.clone())?;
        }
        let buffer_id = BufferId::NO_BUFFER;
        let data = msg.data.clone();
        dp.send(&PacketOut {
            buffer_id,
            in_port,
            actions: [action].into(),
            data,
            ..PacketOut::default()
        })?;
        Ok(())
    }

    #[set_ev_cls(ofp_event::StateChange, DEAD_DISPATCHER)]
    fn gone(&mut self, ev: &ofp_event::StateChange) {
        self.mac_to_port.forget(ev.datapath.id());
    }
}

fn add_flow(dp: &Datapath, priority: u16, match_: Match, action: Action) -> AppResult {
    let instructions = Instruction::apply([action]);
    dp.send(&FlowMod { priority, match_, instructions, ..FlowMod::add() })?;
    Ok(())
}
