//! `simple_switch_13`: a learning switch for OpenFlow 1.3.
//!
//! Like `simple_switch`, with one difference that 1.3 brings: a switch drops what no flow entry
//! matches, so a table-miss entry that sends it here has to be installed first.
//!
//! ```text
//! ryu sim --topo linear,3 --test pingall simple_switch_13
//! ```

use ryu_sdn::prelude::*;
use ryu_sdn::ryu_apps::simple_switch::Hop;
use ryu_sdn::services::mac_to_port::MacToPort;

/// The state: where each address was seen. Other apps have one of these inside and add to it.
#[derive(Debug, Default)]
pub struct SimpleSwitch13 {
    /// What has been learned.
    pub mac_to_port: MacToPort,
}

/// Learning switch for OpenFlow 1.3
#[app(name = "simple_switch_13", aliases = ["ryu.app.simple_switch_13"], ofp_versions = [V1_3])]
impl SimpleSwitch13 {
    /// Installs the table-miss entry: whole frames to the controller, nothing kept in a buffer.
    #[set_ev_cls(ofp_event::SwitchFeatures, CONFIG_DISPATCHER)]
    pub fn switch_features(&mut self, ev: &ofp_event::SwitchFeatures) -> AppResult {
        self.mac_to_port.add(ev.msg.datapath_id);
        add_flow(&ev.datapath, 0, Match::new(), Action::to_controller(), BufferId::NO_BUFFER)
    }

    /// Learns from a frame, installs an entry if the receiver is known, and sends the frame on.
    #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
    pub fn packet_in(&mut self, ev: &ofp_event::PacketIn) -> AppResult {
        let (dp, buffer_id) = (&ev.datapath, ev.msg.buffer_id);
        let Some(hop) = Hop::learn(&mut self.mac_to_port, ev) else { return Ok(()) };
        debug!("packet in {:016} {} {} {}", dp.id().0, hop.eth.src, hop.eth.dst, hop.in_port);
        if hop.out_port != PortNo::FLOOD {
            add_flow(dp, 1, hop.matching(), hop.action(), buffer_id)?;
            // A frame that the switch has kept is sent on by the flow-mod that names its buffer.
            if buffer_id.is_buffered() {
                return Ok(());
            }
        }
        hop.send_on(ev)
    }

    /// Forgets what was learned from a switch that has gone.
    #[set_ev_cls(ofp_event::StateChange, DEAD_DISPATCHER)]
    pub fn gone(&mut self, ev: &ofp_event::StateChange) {
        self.mac_to_port.forget(ev.datapath.id());
    }
}

/// Installs one entry with one action.
///
/// # Errors
/// As [`Datapath::send`].
pub fn add_flow(
    dp: &Datapath,
    priority: u16,
    match_: Match,
    action: Action,
    buffer_id: BufferId,
) -> AppResult {
    let instructions = Instruction::apply([action]);
    dp.send(&FlowMod { priority, match_, instructions, buffer_id, ..FlowMod::add() })?;
    Ok(())
}
