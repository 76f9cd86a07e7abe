//! `simple_switch`: a learning switch for OpenFlow 1.0.
//!
//! A switch without a matching flow entry sends the frame here. The app learns at which port the
//! sender is, and if it knows the receiver's port, installs a flow entry so that the next frame of
//! this kind stays in the switch; else the frame is flooded.
//!
//! ```text
//! ryu sim --topo linear,3 --test pingall simple_switch
//! ```

use ryu_sdn::ofproto::{FlowModFlags, PortReason};
use ryu_sdn::packet::Ethernet;
use ryu_sdn::prelude::*;
use ryu_sdn::services::mac_to_port::MacToPort;

/// The state: where each address was seen.
#[derive(Debug, Default)]
pub struct SimpleSwitch {
    mac_to_port: MacToPort,
}

/// Learning switch for OpenFlow 1.0
#[app(name = "simple_switch", aliases = ["ryu.app.simple_switch"], ofp_versions = [V1_0])]
impl SimpleSwitch {
    #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
    fn packet_in(&mut self, ev: &ofp_event::PacketIn) -> AppResult {
        let (dp, msg) = (&ev.datapath, &ev.msg);
        let Ok((eth, _)) = Ethernet::parse(&msg.data) else {
            debug!("{dp}: packet in without an Ethernet header");
            return Ok(());
        };
        // Link discovery is between neighbours: passing it on would join what is not joined.
        if eth.is_lldp() {
            return Ok(());
        }
        let (dpid, in_port) = (dp.id(), msg.in_port());
        debug!("packet in {} {} {} {in_port}", dpid.0, eth.src, eth.dst);

        if !eth.src.is_multicast() {
            self.mac_to_port.learn(dpid, eth.src, in_port);
        }
        let out_port = self.mac_to_port.port(dpid, eth.dst).unwrap_or(PortNo::FLOOD);
        let actions = [Action::output(out_port)];
        if out_port != PortNo::FLOOD {
            dp.send(&FlowMod {
                match_: Match::new().in_port(in_port).eth_dst(eth.dst).eth_src(eth.src),
                flags: FlowModFlags::SEND_FLOW_REM,
                instructions: Instruction::apply(actions.clone()),
                ..FlowMod::add()
            })?;
        }
        // A frame that the switch has kept is named by its buffer; only others are sent back whole.
        let data = if msg.buffer_id.is_buffered() { Bytes::new() } else { msg.data.clone() };
        dp.send(&PacketOut {
            buffer_id: msg.buffer_id,
            in_port,
            actions: actions.into(),
            data,
            ..PacketOut::default()
        })?;
        Ok(())
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
        self.mac_to_port.forget(ev.datapath.id());
    }
}
