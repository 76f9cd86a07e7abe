//! `stplib`: the spanning tree protocol (IEEE 802.1D-1998), a bridge for each switch, for apps whose
//! networks have loops.
//!
//! An app asks for the context [`Stp`], handles [`PacketIn`] instead of the event of the same name in
//! [`ofp_event`], and forgets what it has learned at a [`TopologyChange`]:
//!
//! ```
//! use ryu_sdn::prelude::*;
//! use ryu_sdn::services::stplib;
//!
//! #[derive(Default)]
//! struct Looker;
//!
//! #[app(name = "looker")]
//! impl Looker {
//!     #[set_ev_cls(stplib::PacketIn)]
//!     fn packet_in(&mut self, ev: &stplib::PacketIn) {
//!         println!("{} bytes by port {}", ev.msg.data.len(), ev.msg.in_port());
//!     }
//!
//!     #[set_ev_cls(stplib::TopologyChange)]
//!     fn changed(&mut self, ev: &stplib::TopologyChange) {
//!         println!("forget what is known of {}", ev.dp.id());
//!     }
//! }
//! ```
//!
//! The switch is told of a port's state by a port-mod and, from 1.1 on, by entries: one of priority
//! 0xffff sends the bridges' messages here, and one of 0xfffe drops what else comes in by a port that
//! does not forward.
//!
//! | File | Holds |
//! |---|---|
//! | `bridge.rs` | the machine: messages and `now` in, messages, states and changes out |
//! | `procedures.rs` | what it does with them, by the sections of the standard |
//! | `ids.rs` | bridges, ports and ways to the root, in the order in which they win |
//! | `config.rs` | what can be set |
//! | `openflow.rs` | what a switch is told |

mod bridge;
mod config;
mod ids;
mod openflow;
mod procedures;
#[cfg(test)]
mod tests;

pub use self::bridge::{Bridge, BridgeOutput, PortRole, PortState, Times};
pub use self::config::{BridgeConfig, BridgePortConfig, StpConfigError};
pub use self::ids::BridgeId;

use std::cell::RefCell;

use crate::ofproto::{Port, PortReason};
use crate::packet::{Bpdu, Packet};
use crate::prelude::*;

use super::alarm::Alarm;
use super::local_address::local_address;

/// The highest number of a port that can take part: the protocol has 12 bits for it. Frames of
/// others are dropped, as they could be a way round.
pub const MAX_PORT_NO: u32 = 0xfff;

/// The spanning trees: a shared context. Ryu: `stplib.Stp`.
#[derive(Debug, Default)]
pub struct Stp {
    config: RefCell<BTreeMap<Dpid, BridgeConfig>>,
    members: RefCell<BTreeMap<Dpid, Member>>,
}

#[diagnostic::do_not_recommend]
impl Context for Stp {
    const KEY: &'static str = "stplib";
    const REQUIRES: &'static [&'static str] = &["stplib"];

    fn build(_scope: &Scope<'_>) -> AppResult<Self> {
        Ok(Stp::default())
    }
}

impl Stp {
    /// Says how the bridges are set, instead of what was said before. A bridge takes it when its
    /// switch connects; one that is not named is as any other.
    ///
    /// # Errors
    /// [`StpConfigError`]: a value that no message can carry.
    pub fn set_config(
        &self,
        config: impl IntoIterator<Item = (Dpid, BridgeConfig)>,
    ) -> Result<(), StpConfigError> {
        let config: BTreeMap<Dpid, BridgeConfig> = config.into_iter().collect();
        for (dpid, config) in &config {
            config.check()?;
            if !config.is_safe() {
                warn!(
                    "[STP][WARNING] dpid={dpid}: timers outside of 2 * (fwd_delay - 1) >= max_age >= \
                     2 * (hello_time + 1): there may be loops for a moment"
                );
            }
        }
        *self.config.borrow_mut() = config;
        Ok(())
    }

    /// The switches that are bridges now.
    pub fn bridges(&self) -> Vec<Dpid> {
        self.members.borrow().keys().copied().collect()
    }

    /// Looks at the bridge of a switch; `None` if there is none.
    pub fn bridge<T>(&self, dpid: Dpid, look: impl FnOnce(&Bridge) -> T) -> Option<T> {
        self.members.borrow().get(&dpid).map(|member| look(&member.bridge))
    }
}

/// A switch and its bridge.
#[derive(Debug)]
struct Member {
    dp: Datapath,
    bridge: Bridge,
    ports: BTreeMap<u16, MemberPort>,
    config: BridgeConfig,
    /// Whether the log says that it is the root.
    is_said_root: Option<bool>,
}

#[derive(Debug)]
struct MemberPort {
    hw_addr: MacAddr,
    is_up: bool,
    /// What the switch was told last.
    told: Option<PortState>,
}

packet_in! {
    /// A frame for the apps, of a port that forwards: Ryu's `EventPacketIn`. It is the event of the
    /// OpenFlow side in all but its type.
    pub struct PacketIn;
}

/// What was learned of where hosts are may not be true any more: Ryu's `EventTopologyChange`.
///
/// While a tree changes it comes more than once, so that what was learned meanwhile goes, too.
#[derive(Debug)]
pub struct TopologyChange {
    /// The switch.
    pub dp: Datapath,
}

/// The state of a port has changed: Ryu's `EventPortStateChange`.
#[derive(Debug)]
pub struct PortStateChange {
    /// The switch.
    pub dp: Datapath,
    /// The port.
    pub port_no: PortNo,
    /// Its state now.
    pub port_state: PortState,
}

/// Something is due.
#[derive(Debug, Default)]
struct Due;

events! {
    of "stplib";
    PacketIn = "EventPacketIn",
    TopologyChange = "EventTopologyChange",
    PortStateChange = "EventPortStateChange",
    Due = "EventDue",
}

/// What the apps are told.
enum News {
    Change(TopologyChange),
    State(PortStateChange),
}

/// The app that drives the bridges.
#[derive(Debug)]
pub struct StpApp {
    app: AppHandle,
    stp: Ctx<Stp>,
    alarm: Alarm<Due>,
}

/// Spanning tree protocol (IEEE 802.1D): networks with loops do not storm
#[app(name = "stplib", aliases = ["ryu.lib.stplib"])]
impl StpApp {
    #[init]
    fn new(app: AppHandle, stp: Ctx<Stp>) -> Self {
        StpApp { alarm: Alarm::new(app.clone()), app, stp }
    }

    #[set_ev_cls(ofp_event::StateChange, [MAIN_DISPATCHER, DEAD_DISPATCHER])]
    async fn state_change(&mut self, ev: &ofp_event::StateChange) {
        match ev.phase {
            Phase::Main => self.join(&ev.datapath),
            _ => self.leave(&ev.datapath),
        }
        self.drain(ev.datapath.id()).await;
    }

    #[set_ev_cls(ofp_event::PortStatus, MAIN_DISPATCHER)]
    async fn port_status(&mut self, ev: &ofp_event::PortStatus) {
        let (dpid, port) = (ev.datapath.id(), &ev.msg.desc);
        if let Some(member) = self.stp.members.borrow_mut().get_mut(&dpid) {
            match ev.msg.reason {
                PortReason::ADD => {
                    info!("[STP][INFO] dpid={dpid}: [port={}] Port add.", port.port_no);
                    member.add_port(port);
                }
                PortReason::DELETE => {
                    info!("[STP][INFO] dpid={dpid}: [port={}] Port delete.", port.port_no);
                    member.remove_port(port);
                }
                PortReason::MODIFY => member.change_port(port),
                unknown => warn!("{}: port status with unknown reason {unknown}", ev.datapath),
            }
        }
        self.drain(dpid).await;
    }

    #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
    async fn packet_in(&mut self, ev: &ofp_event::PacketIn) {
        let (dpid, in_port) = (ev.datapath.id(), ev.msg.in_port());
        let is_bpdu = ev.msg.data.starts_with(&Bpdu::BRIDGE_GROUP.octets());
        let is_for_apps = match self.stp.members.borrow_mut().get_mut(&dpid) {
            None => false,
            Some(member) if is_bpdu => {
                member.handle_bpdu(in_port, &ev.msg.data);
                false
            }
            Some(member) => member.forwards(in_port),
        };
        if is_for_apps {
            let (datapath, msg) = (ev.datapath.clone(), ev.msg.clone());
            let passed = ofp_event::PacketIn { datapath, xid: ev.xid, msg, more: ev.more };
            self.app.send_event_to_observers(PacketIn(passed)).await;
        } else if is_bpdu {
            self.drain(dpid).await;
        }
    }

    #[set_ev_cls(Due)]
    async fn due(&mut self, _ev: &Due) {
        let now = hub::now();
        for dpid in self.alarm.due(now) {
            if let Some(member) = self.stp.members.borrow_mut().get_mut(&dpid) {
                member.bridge.handle_timeout(now);
            }
            self.drain(dpid).await;
        }
    }
}

impl StpApp {
    fn join(&mut self, dp: &Datapath) {
        let dpid = dp.id();
        info!("[STP][INFO] dpid={dpid}: Join as stp bridge.");
        let config = self.stp.config.borrow().get(&dpid).cloned().unwrap_or_default();
        let member = Member::new(dp.clone(), config);
        self.stp.members.borrow_mut().insert(dpid, member);
    }

    fn leave(&mut self, dp: &Datapath) {
        let mut members = self.stp.members.borrow_mut();
        // Not if another connection has taken its place.
        if members.get(&dp.id()).is_some_and(|member| member.dp == *dp) {
            members.remove(&dp.id());
            info!("[STP][INFO] dpid={}: Leave stp bridge.", dp.id());
        }
    }

    /// Does what a bridge wants done.
    async fn drain(&mut self, dpid: Dpid) {
        let mut news = Vec::new();
        let mut deadline = None;
        if let Some(member) = self.stp.members.borrow_mut().get_mut(&dpid) {
            member.drain(&mut news);
            deadline = member.bridge.deadline();
        }
        self.alarm.set(dpid, deadline);
        for news in news {
            match news {
                News::Change(event) => self.app.send_event_to_observers(event).await,
                News::State(event) => self.app.send_event_to_observers(event).await,
            }
        }
    }
}

impl Member {
    fn new(dp: Datapath, config: BridgeConfig) -> Self {
        let ports = dp.ports();
        let id = BridgeId::new(config.priority, config.sys_ext_id, system_address(&dp, &ports));
        let bridge = Bridge::new(id, &config, hub::now());
        let mut member = Member { dp, bridge, ports: BTreeMap::new(), config, is_said_root: None };
        member.note(openflow::ask_for_bpdus(&member.dp));
        for port in &ports {
            member.add_port(port);
        }
        member
    }

    /// What was not sent is not worth more than a line: the connection is ending.
    fn note<E: std::fmt::Display>(&self, sent: Result<(), E>) {
        if let Err(cause) = sent {
            debug!("{}: stplib: {cause}", self.dp);
        }
    }

    fn add_port(&mut self, port: &Port) {
        let Some(number) = number(port.port_no) else {
            if !port.port_no.is_reserved() {
                let dpid = self.dp.id();
                let no = port.port_no;
                warn!("[STP][WARNING] dpid={dpid}: [port={no}] is above {MAX_PORT_NO}: not used.");
            }
            return;
        };
        let settings = self.config.ports.get(&port.port_no).cloned().unwrap_or_default();
        let cost = settings.path_cost.map_or_else(|| openflow::path_cost(port), u32::from);
        let known = MemberPort { hw_addr: port.hw_addr, is_up: port.is_up(), told: None };
        self.ports.insert(number, known);
        let is_enabled = settings.enable && port.is_up();
        self.bridge.add_port(number, settings.priority, cost, is_enabled, hub::now());
    }

    fn remove_port(&mut self, port: &Port) {
        let Some(number) = number(port.port_no) else { return };
        self.bridge.remove_port(number, hub::now());
        if self.ports.remove(&number).is_some() {
            self.note(openflow::forget_port(&self.dp, port.port_no));
        }
    }

    fn change_port(&mut self, port: &Port) {
        let dpid = self.dp.id();
        let Some(number) = number(port.port_no) else { return };
        let Some(known) = self.ports.get_mut(&number) else { return };
        known.hw_addr = port.hw_addr;
        if std::mem::replace(&mut known.is_up, port.is_up()) == port.is_up() {
            return;
        }
        let what = if port.is_up() { "up" } else { "down" };
        info!("[STP][INFO] dpid={dpid}: [port={number}] Link {what}.");
        let is_wanted = self.config.ports.get(&port.port_no).is_none_or(|port| port.enable);
        self.bridge.set_enabled(number, is_wanted && port.is_up(), hub::now());
    }

    fn handle_bpdu(&mut self, in_port: PortNo, frame: &[u8]) {
        let Some(number) = number(in_port) else { return };
        match Packet::parse(frame).get::<Bpdu>() {
            Some(bpdu) => {
                trace!("{}: [port={number}] receive {:?}.", self.dp, bpdu.kind);
                self.bridge.handle_bpdu(number, &bpdu, hub::now());
            }
            None => debug!("{}: [port={number}] what is no message of a bridge.", self.dp),
        }
    }

    /// Whether the apps may have the frames of a port. The switch's own is no part of the tree.
    fn forwards(&self, in_port: PortNo) -> bool {
        match number(in_port) {
            Some(number) => self.bridge.port_state(number) == Some(PortState::Forward),
            None => in_port == PortNo::LOCAL,
        }
    }

    fn drain(&mut self, news: &mut Vec<News>) {
        let is_root = self.bridge.is_root();
        if self.is_said_root.replace(is_root) != Some(is_root) {
            let what = if is_root { "Root bridge." } else { "Non root bridge." };
            info!("[STP][INFO] dpid={}: {what}", self.dp.id());
        }
        while let Some(output) = self.bridge.poll_output() {
            match output {
                BridgeOutput::Send { port, bpdu } => {
                    let Some(known) = self.ports.get(&port) else { continue };
                    let port_no = PortNo(port.into());
                    self.note(openflow::send_bpdu(&self.dp, port_no, known.hw_addr, bpdu));
                }
                BridgeOutput::State { port, state } => {
                    self.show(port, state);
                    let port_no = PortNo(port.into());
                    let dp = self.dp.clone();
                    news.push(News::State(PortStateChange { dp, port_no, port_state: state }));
                }
                BridgeOutput::TopologyChange => {
                    // Twice in a row is once.
                    if !matches!(news.last(), Some(News::Change(_))) {
                        news.push(News::Change(TopologyChange { dp: self.dp.clone() }));
                    }
                }
            }
        }
    }

    /// Tells the switch, and the log.
    fn show(&mut self, port: u16, state: PortState) {
        let Some(known) = self.ports.get_mut(&port) else { return };
        let dpid = self.dp.id();
        if let Some(role) = self.bridge.port_role(port) {
            info!("[STP][INFO] dpid={dpid}: [port={port}] {role:<19} / {state}");
        }
        // A port without a link needs to be told nothing; one that is not to be used does.
        if state == PortState::Disable && !known.is_up {
            return;
        }
        let (port_no, hw_addr) = (PortNo(port.into()), known.hw_addr);
        let before = known.told.replace(state);
        self.note(openflow::set_port(&self.dp, port_no, hw_addr, before, state));
    }
}

/// The number of a port that can take part.
fn number(port_no: PortNo) -> Option<u16> {
    let number = (1..=MAX_PORT_NO).contains(&port_no.0).then_some(port_no.0)?;
    u16::try_from(number).ok()
}

/// The address in a bridge's id: the lowest of its ports', as bridges do; without one, from the
/// datapath id.
fn system_address(dp: &Datapath, ports: &[Port]) -> MacAddr {
    let addresses = ports.iter().map(|port| port.hw_addr);
    let lowest = addresses.filter(|address| *address != MacAddr::ZERO).min();
    lowest.unwrap_or_else(|| local_address(dp))
}
