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
        let dp = &ev.datapath;
        let Some(hop) = Hop::learn(&mut self.mac_to_port, ev) else { return Ok(()) };
        debug!("packet in {} {} {} {}", dp.id().0, hop.eth.src, hop.eth.dst, hop.in_port);
        if hop.out_port != PortNo::FLOOD {
            dp.send(&FlowMod {
                match_: hop.matching(),
                flags: FlowModFlags::SEND_FLOW_REM,
                instructions: Instruction::apply(hop.action()),
                ..FlowMod::add()
            })?;
        }
        hop.send_on(ev)
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

/// Where a frame came from and where it goes: what the learning switches of every version have in
/// common.
#[derive(Clone, Copy, Debug)]
pub struct Hop {
    /// The frame's header.
    pub eth: Ethernet,
    /// Where it came in.
    pub in_port: PortNo,
    /// Where its receiver is; [`PortNo::FLOOD`] if nobody knows.
    pub out_port: PortNo,
}

impl Hop {
    /// Learns where the sender is and looks up the receiver; `None` for what is not to be sent on.
    pub fn learn(mac_to_port: &mut MacToPort, ev: &ofp_event::PacketIn) -> Option<Hop> {
        let (dpid, in_port) = (ev.datapath.id(), ev.msg.in_port());
        let Ok((eth, _)) = Ethernet::parse(&ev.msg.data) else {
            debug!("{}: packet in without an Ethernet header", ev.datapath);
            return None;
        };
        // Link discovery is between neighbours: passing it on would join what is not joined.
        if eth.is_lldp() {
            return None;
        }
        let mut addresses = mac_to_port.of(dpid);
        if !eth.src.is_multicast() {
            addresses.learn(eth.src, in_port);
        }
        let out_port = addresses.port(eth.dst).unwrap_or(PortNo::FLOOD);
        Some(Hop { eth, in_port, out_port })
    }

    /// A match for frames of this kind.
    pub fn matching(&self) -> Match {
        Match::new().in_port(self.in_port).eth_dst(self.eth.dst).eth_src(self.eth.src)
    }

    /// What is done with such frames.
    pub fn action(&self) -> Action {
        Action::output(self.out_port)
    }

    /// Sends the frame on.
    ///
    /// # Errors
    /// As [`Datapath::send`].
    pub fn send_on(&self, ev: &ofp_event::PacketIn) -> AppResult {
        let msg = &ev.msg;
        // A frame that the switch has kept is named by its buffer; only others are sent back whole.
        let data = if msg.buffer_id.is_buffered() { Bytes::new() } else { msg.data.clone() };
        ev.datapath.send(&PacketOut {
            buffer_id: msg.buffer_id,
            in_port: self.in_port,
            actions: self.action().into(),
            data,
            ..PacketOut::default()
        })?;
        Ok(())
    }
}
