//! The learning switch, written once. It is no app: `simple_switch` and its relatives are its faces.
//!
//! A switch without a matching flow entry sends the frame here. The app learns at which port the
//! sender is, and if it knows the receiver's port, installs a flow entry so that the next frame of
//! this kind stays in the switch; else the frame is flooded.

use ryu_sdn::logging;
use ryu_sdn::ofproto::{FlowModFlags, oxm};
use ryu_sdn::packet::Ethernet;
use ryu_sdn::prelude::*;
use ryu_sdn::services::mac_to_port::MacToPort;

/// An app that is a learning switch. A face says where its table is and how its flow entries look;
/// the constants cost nothing when it runs.
///
/// # Example: a learning switch whose entries go after ten minutes
/// ```
/// use ryu_sdn::prelude::*;
/// use ryu_sdn::ryu_apps::learning_switch::LearningSwitch;
/// use ryu_sdn::services::mac_to_port::MacToPort;
///
/// #[derive(Debug, Default)]
/// struct Forgetful {
///     mac_to_port: MacToPort,
/// }
///
/// impl LearningSwitch for Forgetful {
///     const HARD_TIMEOUT_S: u16 = 600;
///
///     fn mac_to_port(&mut self) -> &mut MacToPort {
///         &mut self.mac_to_port
///     }
/// }
///
/// #[app(name = "forgetful", ofp_versions = [V1_3])]
/// impl Forgetful {
///     #[set_ev_cls(ofp_event::SwitchFeatures, CONFIG_DISPATCHER)]
///     fn switch_features(&mut self, ev: &ofp_event::SwitchFeatures) -> AppResult {
///         self.add_table_miss(ev)
///     }
///
///     #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
///     fn packet_in(&mut self, ev: &ofp_event::PacketIn) -> AppResult {
///         self.forward(ev)
///     }
/// }
/// ```
pub trait LearningSwitch {
    /// The priority of the entries.
    const PRIORITY: u16 = 1;
    /// Their flags.
    const FLAGS: FlowModFlags = FlowModFlags(0);
    /// Seconds after which an entry goes; 0 for never.
    const HARD_TIMEOUT_S: u16 = 0;
    /// Whether an entry is for one sender only.
    const MATCHES_SOURCE: bool = true;
    /// Whether a frame that the switch has kept is sent on by the flow-mod, which names its buffer.
    const FLOW_MOD_SENDS: bool = false;
    /// To how many digits the datapath id is filled up with zeros in the log.
    const DPID_DIGITS: usize = 1;

    /// Where each address was seen.
    fn mac_to_port(&mut self) -> &mut MacToPort;

    /// Makes the switch known and installs the table-miss entry, which 1.3 and later need: whole
    /// frames to the controller, nothing kept in a buffer.
    ///
    /// # Errors
    /// As [`Datapath::send`].
    fn add_table_miss(&mut self, ev: &ofp_event::SwitchFeatures) -> AppResult {
        self.mac_to_port().add(ev.msg.datapath_id);
        add_flow(&ev.datapath, 0, Match::new(), Action::to_controller(), BufferId::NO_BUFFER)
    }

    /// Learns from a frame, installs an entry if the receiver is known, and sends the frame on.
    ///
    /// # Errors
    /// As [`Datapath::send`].
    #[inline]
    fn forward(&mut self, ev: &ofp_event::PacketIn) -> AppResult {
        let (dp, buffer_id) = (&ev.datapath, ev.msg.buffer_id);
        let Some(hop) = Hop::learn(self.mac_to_port(), ev) else { return Ok(()) };
        if logging::is_debugging() {
            log(ev, Self::DPID_DIGITS);
        }
        if hop.out_port != PortNo::FLOOD {
            let sends = Self::FLOW_MOD_SENDS;
            let mut entry = FlowMod {
                priority: Self::PRIORITY,
                flags: Self::FLAGS,
                hard_timeout: Self::HARD_TIMEOUT_S,
                buffer_id: if sends { buffer_id } else { BufferId::NO_BUFFER },
                ..FlowMod::entry(Match::new(), Instruction::apply(hop.action()))
            };
            // Where it stays: a match that is made elsewhere and copied at once is waited for.
            hop.match_onto(&mut entry.match_, Self::MATCHES_SOURCE);
            dp.send(&entry)?;
            if sends && buffer_id.is_buffered() {
                return Ok(());
            }
        }
        hop.send_on(ev)
    }

    /// Forgets what was learned from a switch that has gone.
    fn forget(&mut self, ev: &ofp_event::StateChange) {
        self.mac_to_port().forget(ev.datapath.id());
    }
}

/// Looks at what is known of the two hosts of a frame; the handler of the packet-in, which comes next,
/// has it near then. A face calls it in its `#[look_ahead]`.
#[inline]
pub fn look_up(mac_to_port: &MacToPort, ev: &ofp_event::PacketIn) {
    if let Some((eth, _)) = Ethernet::peek(&ev.msg.data) {
        mac_to_port.look_up(ev.datapath.id(), &[eth.src, eth.dst]);
    }
}

/// Tells what came in, as Ryu's switches do. It looks at the frame again: what is known of it would
/// have to stand in memory for everybody, only to be shown here.
#[cold]
fn log(ev: &ofp_event::PacketIn, digits: usize) {
    if let Some((eth, _)) = Ethernet::peek(&ev.msg.data) {
        let (dpid, in_port) = (ev.datapath.id().0, ev.msg.in_port());
        debug!("packet in {dpid:0digits$} {} {} {in_port}", eth.src, eth.dst);
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
    #[inline(always)] // A call would hand the fields back in pieces that are loaded as one.
    pub fn learn(mac_to_port: &mut MacToPort, ev: &ofp_event::PacketIn) -> Option<Hop> {
        let (dpid, in_port) = (ev.datapath.id(), ev.msg.in_port());
        let Some((eth, _)) = Ethernet::peek(&ev.msg.data) else {
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

    /// Narrows a match down to frames of this kind, of this sender or any.
    #[inline(always)] // So that the fields go from the frame to the match without a stop.
    fn match_onto(&self, match_: &mut Match, of_source: bool) {
        match_.set(oxm::IN_PORT, self.in_port);
        match_.set(oxm::ETH_DST, self.eth.dst);
        if of_source {
            match_.set(oxm::ETH_SRC, self.eth.src);
        }
    }

    /// What is done with such frames.
    #[inline]
    pub fn action(&self) -> Action {
        Action::output(self.out_port)
    }

    /// Sends the frame on.
    ///
    /// # Errors
    /// As [`Datapath::send`].
    #[inline]
    pub fn send_on(&self, ev: &ofp_event::PacketIn) -> AppResult {
        let msg = &ev.msg;
        // A frame that the switch has kept is named by its buffer; only others are sent back whole.
        let data = if msg.buffer_id.is_buffered() { Octets::new() } else { msg.data.clone() };
        ev.datapath.send(&PacketOut {
            buffer_id: msg.buffer_id,
            in_port: self.in_port,
            actions: self.action().into(),
            data,
            match_: Match::new(),
        })?;
        Ok(())
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

/// Deletes all entries for receivers that are known at a switch, and forgets where they are.
///
/// # Errors
/// As [`Datapath::send_when_ready`], for which it waits: there may be many of them.
pub async fn flush(mac_to_port: &mut MacToPort, dp: &Datapath) -> AppResult {
    let table = mac_to_port.table(dp.id()).unwrap_or_default();
    mac_to_port.forget(dp.id());
    for (mac, _) in table {
        dp.send_when_ready(&FlowMod { match_: Match::new().eth_dst(mac), ..FlowMod::delete() })
            .await?;
    }
    Ok(())
}
