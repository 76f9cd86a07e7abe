//! `lacplib`: the passive side of link aggregation (LACP, IEEE 802.1AX), so that hosts with several
//! cables to a switch can use them as one.
//!
//! The context [`LacpLib`] is told which ports are one group. Messages of hosts by these ports are
//! answered; everything else comes as [`PacketIn`]. A flow entry with an idle timeout watches each
//! port: when messages stay away, the switch says so, and [`SlaveStateChanged`] comes.
//!
//! ```
//! use ryu_sdn::prelude::*;
//! use ryu_sdn::services::lacplib::{LacpLib, SlaveStateChanged};
//!
//! struct Bonds;
//!
//! #[app(name = "bonds")]
//! impl Bonds {
//!     #[init]
//!     fn new(lacp: Ctx<LacpLib>) -> AppResult<Self> {
//!         lacp.add(Dpid(1), [PortNo(1), PortNo(2)])?;
//!         Ok(Bonds)
//!     }
//!
//!     #[set_ev_cls(SlaveStateChanged)]
//!     fn changed(&mut self, ev: &SlaveStateChanged) {
//!         println!("port {} may be used: {}", ev.port, ev.enabled);
//!     }
//! }
//! ```

#[cfg(test)]
mod tests;

use std::cell::RefCell;

use thiserror::Error;

use crate::ofproto::{FlowModFlags, oxm};
use crate::packet::{Ethernet, Lacp, Packet, ethertype};
use crate::prelude::*;

use super::local_address::local_address;

/// Seconds without a message after which a port is out, where the host wants messages each second.
pub const SHORT_TIMEOUT_S: u16 = 3;

/// The same where it wants them each 30 seconds.
pub const LONG_TIMEOUT_S: u16 = 90;

/// Priority of the entries that watch ports.
const PRIORITY: u16 = 65535;

/// The groups of ports: a shared context. Ryu: `lacplib.LacpLib`.
#[derive(Debug, Default)]
pub struct LacpLib {
    slaves: RefCell<BTreeMap<(Dpid, PortNo), Slave>>,
}

#[diagnostic::do_not_recommend]
impl Context for LacpLib {
    const KEY: &'static str = "lacplib";
    const REQUIRES: &'static [&'static str] = &["lacplib"];

    fn build(_scope: &Scope<'_>) -> AppResult<Self> {
        Ok(LacpLib::default())
    }
}

/// One port of a group.
#[derive(Clone, Copy, Debug, Default)]
struct Slave {
    is_enabled: bool,
    /// The idle timeout of the entry that watches the port, in seconds; 0 if there is none.
    timeout_s: u16,
}

/// A group that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BondError {
    /// Fewer than two ports.
    #[error("lacplib: a bond of datapath {0} has fewer than two ports")]
    TooFew(Dpid),
    /// A port is named twice.
    #[error("lacplib: port {1} of datapath {0} is in a bond already")]
    Taken(Dpid, PortNo),
}

impl LacpLib {
    /// Makes ports of a switch one group; once for each group.
    ///
    /// # Errors
    /// [`BondError`]: fewer than two ports, or one that has a group.
    pub fn add(
        &self,
        dpid: Dpid,
        ports: impl IntoIterator<Item = PortNo>,
    ) -> Result<(), BondError> {
        let mut new = BTreeMap::new();
        for port in ports {
            let is_known = self.slaves.borrow().contains_key(&(dpid, port));
            if is_known || new.insert((dpid, port), Slave::default()).is_some() {
                return Err(BondError::Taken(dpid, port));
            }
        }
        if new.len() < 2 {
            return Err(BondError::TooFew(dpid));
        }
        self.slaves.borrow_mut().extend(new);
        Ok(())
    }

    /// Whether the host behind a port takes part; `None` if the port is in no group.
    pub fn is_enabled(&self, dpid: Dpid, port: PortNo) -> Option<bool> {
        Some(self.slaves.borrow().get(&(dpid, port))?.is_enabled)
    }

    /// Changes a slave; the slave as it was, or `None` if the port is in no group.
    fn replace(&self, dpid: Dpid, port: PortNo, slave: Slave) -> Option<Slave> {
        Some(std::mem::replace(self.slaves.borrow_mut().get_mut(&(dpid, port))?, slave))
    }
}

packet_in! {
    /// A frame that is no message of LACP: Ryu's `EventPacketIn`. It is the event of the OpenFlow side
    /// in all but its type.
    pub struct PacketIn;
}

/// A host behind a port of a group takes part, or does not any more: Ryu's `EventSlaveStateChanged`.
#[derive(Debug)]
pub struct SlaveStateChanged {
    /// The switch.
    pub datapath: Datapath,
    /// The port.
    pub port: PortNo,
    /// Whether it takes part.
    pub enabled: bool,
}

events! {
    of "lacplib";
    PacketIn = "EventPacketIn",
    SlaveStateChanged = "EventSlaveStateChanged",
}

/// The app that answers.
#[derive(Debug)]
pub struct LacpApp {
    app: AppHandle,
    lacp: Ctx<LacpLib>,
}

/// Link aggregation (LACP, passive): hosts may use several cables as one
#[app(name = "lacplib", aliases = ["ryu.lib.lacplib"])]
impl LacpApp {
    #[init]
    fn new(app: AppHandle, lacp: Ctx<LacpLib>) -> Self {
        LacpApp { app, lacp }
    }

    #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
    async fn packet_in(&mut self, ev: &ofp_event::PacketIn) -> AppResult {
        let packet = Packet::parse(&ev.msg.data);
        let (eth, lacp) = (packet.get::<Ethernet>(), packet.get::<Lacp>());
        if let (Some(eth), Some(lacp)) = (eth, lacp) {
            return self.answer(ev, eth.src, &lacp).await;
        }
        let (datapath, msg) = (ev.datapath.clone(), ev.msg.clone());
        let passed = ofp_event::PacketIn { datapath, xid: ev.xid, msg, more: ev.more };
        self.app.send_event_to_observers(PacketIn(passed)).await;
        Ok(())
    }

    #[set_ev_cls(ofp_event::FlowRemoved, MAIN_DISPATCHER)]
    async fn flow_removed(&mut self, ev: &ofp_event::FlowRemoved) {
        let (dp, match_) = (ev.datapath.clone(), &ev.msg.match_);
        if match_.get(oxm::ETH_TYPE) != Some(ethertype::SLOW) {
            return;
        }
        let Some(port) = match_.get(oxm::IN_PORT) else { return };
        if self.lacp.replace(dp.id(), port, Slave::default()).is_some_and(|was| was.is_enabled) {
            let dpid = dp.id();
            info!("[LACP][INFO] SW={dpid} PORT={port} LACP exchange timeout has occurred.");
            self.tell(dp, port, false).await;
        }
    }

    /// A switch that comes back may have no entries any more.
    #[set_ev_cls(ofp_event::StateChange, DEAD_DISPATCHER)]
    fn gone(&mut self, ev: &ofp_event::StateChange) {
        let dpid = ev.datapath.id();
        for ((of, _), slave) in self.lacp.slaves.borrow_mut().iter_mut() {
            if *of == dpid {
                *slave = Slave::default();
            }
        }
    }
}

impl LacpApp {
    async fn answer(&mut self, ev: &ofp_event::PacketIn, src: MacAddr, asked: &Lacp) -> AppResult {
        let (dp, port) = (&ev.datapath, ev.msg.in_port());
        let dpid = dp.id();
        let timeout_s = if asked.actor_state_timeout { SHORT_TIMEOUT_S } else { LONG_TIMEOUT_S };
        let slave = Slave { is_enabled: true, timeout_s };
        let Some(before) = self.lacp.replace(dpid, port, slave) else {
            // Who is answered puts its cables together; this port has nothing that belongs to it.
            debug!("[LACP][DEBUG] SW={dpid} PORT={port} LACP received, but the port has no bond.");
            return Ok(());
        };
        debug!("[LACP][DEBUG] SW={dpid} PORT={port} LACP received.");
        if !before.is_enabled {
            info!("[LACP][INFO] SW={dpid} PORT={port} the slave i/f has just been up.");
            self.tell(dp.clone(), port, true).await;
        }
        if before.timeout_s != timeout_s {
            info!("[LACP][INFO] SW={dpid} PORT={port} the timeout time has changed.");
            watch(dp, port, src, timeout_s)?;
        }
        let hw_addr = dp.port(port).map_or_else(|| local_address(dp), |port| port.hw_addr);
        let eth = Ethernet::new(Lacp::GROUP, hw_addr, ethertype::SLOW);
        let frame = (eth / answer_to(asked, port, local_address(dp))).to_frame()?;
        dp.send(&PacketOut {
            in_port: port,
            actions: [Action::output(PortNo::IN_PORT)].into(),
            data: frame.into(),
            ..PacketOut::default()
        })?;
        debug!("[LACP][DEBUG] SW={dpid} PORT={port} LACP sent.");
        Ok(())
    }

    async fn tell(&self, datapath: Datapath, port: PortNo, enabled: bool) {
        self.app.send_event_to_observers(SlaveStateChanged { datapath, port, enabled }).await;
    }
}

/// The entry that goes when messages of a host stay away.
fn watch(dp: &Datapath, port: PortNo, src: MacAddr, timeout_s: u16) -> Result<(), SendError> {
    dp.send(&FlowMod {
        priority: PRIORITY,
        idle_timeout: timeout_s,
        flags: FlowModFlags::SEND_FLOW_REM,
        match_: Match::new().in_port(port).eth_src(src).eth_type(ethertype::SLOW),
        instructions: Instruction::apply([Action::to_controller()]),
        ..FlowMod::add()
    })?;
    Ok(())
}

/// What a host is answered: that we are as ready as it is, and never speak first.
fn answer_to(asked: &Lacp, port: PortNo, system: MacAddr) -> Lacp {
    Lacp {
        actor_system_priority: 0xffff,
        actor_system: system,
        actor_key: asked.actor_key,
        actor_port_priority: 0xff,
        actor_port: port.0 as u16,
        actor_state_expired: false,
        actor_state_defaulted: false,
        actor_state_distributing: asked.actor_state_distributing,
        actor_state_collecting: asked.actor_state_collecting,
        actor_state_synchronization: asked.actor_state_synchronization,
        actor_state_aggregation: asked.actor_state_aggregation,
        actor_state_timeout: asked.actor_state_timeout,
        actor_state_activity: false,
        partner_system_priority: asked.actor_system_priority,
        partner_system: asked.actor_system,
        partner_key: asked.actor_key,
        partner_port_priority: asked.actor_port_priority,
        partner_port: asked.actor_port,
        partner_state_expired: asked.actor_state_expired,
        partner_state_defaulted: asked.actor_state_defaulted,
        partner_state_distributing: asked.actor_state_distributing,
        partner_state_collecting: asked.actor_state_collecting,
        partner_state_synchronization: asked.actor_state_synchronization,
        partner_state_aggregation: asked.actor_state_aggregation,
        partner_state_timeout: asked.actor_state_timeout,
        partner_state_activity: asked.actor_state_activity,
        ..Lacp::default()
    }
}
