//! The app: gives [discovery](super::discovery) what switches say and the time, sends its probes, and
//! tells what it finds.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Instant;

use crate::packet::{Ethernet, ethertype};
use crate::prelude::*;
use crate::session::Phase;
use crate::sync;

use super::announcer::Announcer;
use super::counters::{Counters, CountersRequest};
use super::discovery::{Discovery, Output, PortKey};
use super::event::{
    EventHostAdd, EventHostDelete, EventHostMove, EventHostReply, EventHostRequest, EventLinkAdd,
    EventLinkDelete, EventLinkReply, EventLinkRequest, EventPortAdd, EventPortDelete,
    EventPortModify, EventSwitchEnter, EventSwitchLeave, EventSwitchReconnected, EventSwitchReply,
    EventSwitchRequest,
};
use super::options::{self, Settings};
use super::seal::Seal;
use super::{Port, Switch};

/// The state of the app.
#[derive(Debug)]
pub struct Switches {
    state: Rc<State>,
    announcer: Announcer,
}

/// What handlers and the task that waits for the time have in common.
#[derive(Debug)]
struct State {
    discovery: RefCell<Discovery>,
    datapaths: RefCell<BTreeMap<Dpid, Datapath>>,
    /// Set when something is due sooner than it was.
    is_sooner: sync::Event,
    announcer: Announcer,
}

/// Finds switches, the links between them, and hosts
#[app(name = "switches", aliases = ["ryu.topology.switches"])]
impl Switches {
    #[init]
    fn new(app: AppHandle) -> AppResult<Self> {
        let seal = match options::key(app.conf())? {
            None => None,
            Some(key) => {
                let mut first = [0; 8];
                getrandom::getrandom(&mut first)?;
                Some(Seal::new(&key, u64::from_be_bytes(first)))
            }
        };
        let announcer = Announcer::new(&app);
        let state = Rc::new(State {
            discovery: RefCell::new(Discovery::new(Settings::of(app.conf()), seal)),
            datapaths: RefCell::default(),
            is_sooner: sync::Event::new(),
            announcer: announcer.clone(),
        });
        app.spawn("topology discovery", Rc::clone(&state).keep_time());
        Ok(Switches { state, announcer })
    }

    #[set_ev_cls(ofp_event::StateChange, [MAIN_DISPATCHER, DEAD_DISPATCHER])]
    fn state_change(&mut self, ev: &ofp_event::StateChange) {
        let dp = &ev.datapath;
        if ev.phase == Phase::Main {
            self.enter(dp);
        } else {
            self.leave(dp);
        }
    }

    #[set_ev_cls(ofp_event::PortStatus, MAIN_DISPATCHER)]
    fn port_status(&mut self, ev: &ofp_event::PortStatus) {
        use crate::ofproto::PortReason;

        let (dpid, reason, desc) = (ev.datapath.id(), ev.msg.reason, &ev.msg.desc);
        // What a connection says that another one has taken the place of is of no interest.
        if self.state.datapaths.borrow().get(&dpid) != Some(&ev.datapath) {
            return;
        }
        let says = |discovery: &mut Discovery, now| discovery.port_status(dpid, reason, desc, now);
        let is_news = self.state.with_discovery(says, |is_news| {
            let port = Port::new(dpid, desc);
            match reason {
                _ if !is_news => {}
                PortReason::ADD => self.announcer.tell(EventPortAdd { port }),
                PortReason::DELETE => self.announcer.tell(EventPortDelete { port }),
                _ => self.announcer.tell(EventPortModify { port }),
            }
        });
        if !is_news {
            debug!("{}: port status {reason} of port {} is none", ev.datapath, desc.port_no);
        }
    }

    #[look_ahead(ofp_event::PacketIn)]
    fn look_up(&self, ev: &ofp_event::PacketIn) {
        if let Some((eth, _)) = Ethernet::peek(&ev.msg.data) {
            self.state.discovery.borrow().look_up(eth.src);
        }
    }

    #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
    fn packet_in(&mut self, ev: &ofp_event::PacketIn) {
        let (dp, msg) = (&ev.datapath, &ev.msg);
        let (dpid, in_port) = (dp.id(), msg.in_port());
        let key = PortKey { dpid, port_no: in_port };
        if self.state.discovery.borrow_mut().hear_again(key, &msg.data, hub::now()) {
            return;
        }
        let takes = |discovery: &mut Discovery, now| {
            let is_probe = discovery.packet_in(dpid, in_port, &msg.data, now);
            is_probe && discovery.settings().explicit_drop
        };
        let is_to_drop = self.state.with_discovery(takes, |_| {});
        if is_to_drop && msg.buffer_id.is_buffered() {
            let drop = PacketOut { buffer_id: msg.buffer_id, in_port, ..PacketOut::default() };
            if let Err(cause) = dp.send(&drop) {
                debug!("{dp}: an LLDP frame stays in its buffer: {cause}");
            }
        }
    }

    #[set_ev_cls(Asked<EventSwitchRequest>)]
    fn switch_request(&mut self, asked: &Asked<EventSwitchRequest>) {
        let wanted = asked.request().dpid;
        let datapaths = self.state.datapaths.borrow();
        let found = datapaths.values().filter(|dp| wanted.is_none_or(|dpid| dp.id() == dpid));
        let switches = found.map(|dp| self.state.switch(dp)).collect();
        asked.reply(EventSwitchReply { switches });
    }

    #[set_ev_cls(Asked<EventLinkRequest>)]
    fn link_request(&mut self, asked: &Asked<EventLinkRequest>) {
        let links = self.state.discovery.borrow().links(asked.request().dpid);
        asked.reply(EventLinkReply { links });
    }

    #[set_ev_cls(Asked<EventHostRequest>)]
    fn host_request(&mut self, asked: &Asked<EventHostRequest>) {
        let hosts = self.state.discovery.borrow().hosts(asked.request().dpid);
        asked.reply(EventHostReply { hosts });
    }

    #[set_ev_cls(Asked<CountersRequest>)]
    fn counters_request(&mut self, asked: &Asked<CountersRequest>) {
        let counters: Counters = self.state.discovery.borrow().counters();
        asked.reply(counters);
    }
}

impl Switches {
    fn enter(&mut self, dp: &Datapath) {
        let before = self.state.datapaths.borrow_mut().insert(dp.id(), dp.clone());
        if let Some(before) = &before {
            warn!("{before}: the datapath has connected again from {}", dp.peer());
        }
        let (dpid, ports) = (dp.id(), dp.ports());
        let enters = |discovery: &mut Discovery, now| {
            discovery.enter(dpid, &ports, now);
            discovery.settings().observe_links && discovery.settings().install_lldp_flow
        };
        let wants_flow = self.state.with_discovery(enters, |_| {
            let switch = self.state.switch(dp);
            match before {
                None => self.announcer.tell(EventSwitchEnter { switch }),
                Some(_) => self.announcer.tell(EventSwitchReconnected { switch }),
            }
        });
        if wants_flow && let Err(cause) = dp.send(&lldp_flow()) {
            debug!("{dp}: no flow entry for LLDP: {cause}");
        }
    }

    fn leave(&mut self, dp: &Datapath) {
        // A connection that never got to the main phase, or whose place another has taken.
        if self.state.datapaths.borrow().get(&dp.id()) != Some(dp) {
            return;
        }
        let switch = self.state.switch(dp);
        self.state.datapaths.borrow_mut().remove(&dp.id());
        let leaves = |discovery: &mut Discovery, _| discovery.leave(dp.id());
        self.state.with_discovery(leaves, |()| self.announcer.tell(EventSwitchLeave { switch }));
    }
}

impl State {
    /// Lets discovery do something: first `tell` says what that was, then come its consequences.
    fn with_discovery<T>(
        &self,
        act: impl FnOnce(&mut Discovery, Instant) -> T,
        tell: impl FnOnce(T),
    ) -> T
    where
        T: Copy,
    {
        let (done, is_sooner) = {
            let mut discovery = self.discovery.borrow_mut();
            let before = discovery.deadline();
            let done = act(&mut discovery, hub::now());
            let after = discovery.deadline();
            (done, after.is_some_and(|after| before.is_none_or(|before| after < before)))
        };
        tell(done);
        self.follow();
        if is_sooner {
            self.is_sooner.set();
        }
        done
    }

    /// Sends and tells what discovery wants sent and told.
    fn follow(&self) {
        loop {
            // No borrow is held while others are told.
            let Some(output) = self.discovery.borrow_mut().poll_output() else { return };
            match output {
                Output::Probe { port, frame } => {
                    if !self.send(port, frame) {
                        self.discovery.borrow_mut().unsent(port);
                    }
                }
                Output::LinkAdd(link) => self.announcer.tell(EventLinkAdd { link }),
                Output::LinkDelete(link) => self.announcer.tell(EventLinkDelete { link }),
                Output::HostAdd(host) => self.announcer.tell(EventHostAdd { host }),
                Output::HostDelete(host) => self.announcer.tell(EventHostDelete { host }),
                Output::HostMove { src, dst } => self.announcer.tell(EventHostMove { src, dst }),
                Output::Refused { port, why } => {
                    let Port { dpid, port_no, .. } = port;
                    warn!("dpid={dpid}: LLDP that came in by port {port_no} is refused: {why}");
                }
            }
        }
    }

    fn send(&self, port: PortKey, frame: Bytes) -> bool {
        let datapaths = self.datapaths.borrow();
        let Some(dp) = datapaths.get(&port.dpid) else { return false };
        let actions = [Action::output(port.port_no)].into();
        dp.send(&PacketOut { actions, data: frame.into(), ..PacketOut::default() }).is_ok()
    }

    /// A switch with its ports of now.
    fn switch(&self, dp: &Datapath) -> Switch {
        Switch { dp: dp.clone(), ports: self.discovery.borrow().ports(dp.id()) }
    }

    /// Gives discovery the time, whenever it has asked for that.
    async fn keep_time(self: Rc<Self>) {
        loop {
            let deadline = self.discovery.borrow().deadline();
            let is_sooner = match deadline {
                None => {
                    self.is_sooner.wait().await;
                    true
                }
                Some(deadline) => self.is_sooner.wait_before(hub::sleep_until(deadline)).await,
            };
            self.is_sooner.clear();
            if !is_sooner {
                self.discovery.borrow_mut().handle_timeout(hub::now());
                self.follow();
            }
        }
    }
}

/// The flow entry that sends probes here.
fn lldp_flow() -> FlowMod {
    let match_ = Match::new().eth_type(ethertype::LLDP).eth_dst(MacAddr::LLDP_NEAREST_BRIDGE);
    let instructions = Instruction::apply([Action::to_controller()]);
    FlowMod { priority: u16::MAX, match_, instructions, ..FlowMod::add() }
}
