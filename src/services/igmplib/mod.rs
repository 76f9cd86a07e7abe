//! `igmplib`: IGMP, so that multicast reaches those who asked for it, and nobody else.
//!
//! Each switch is a snooper: it learns where a querier is and which ports asked for which group. One
//! switch can be the querier itself ([`IgmpLib::set_querier_mode`]). Frames that are not IGMP come as
//! [`PacketIn`].
//!
//! ```
//! use ryu_sdn::prelude::*;
//! use ryu_sdn::services::igmplib::{IgmpLib, MulticastGroupStateChanged};
//!
//! struct Television;
//!
//! #[app(name = "television")]
//! impl Television {
//!     #[init]
//!     fn new(igmp: Ctx<IgmpLib>) -> Self {
//!         igmp.set_querier_mode(Dpid(1), PortNo(2));
//!         Television
//!     }
//!
//!     #[set_ev_cls(MulticastGroupStateChanged)]
//!     fn changed(&mut self, ev: &MulticastGroupStateChanged) {
//!         println!("{}: {} to {:?}", ev.reason, ev.address, ev.dsts);
//!     }
//! }
//! ```
//!
//! | File | Holds |
//! |---|---|
//! | `membership.rs` | what a message asks for |
//! | `querier.rs`, `snooper.rs` | the two machines: messages and `now` in, [`Output`] out |

mod membership;
mod querier;
mod snooper;
#[cfg(test)]
mod tests;

pub use self::querier::{QUERY_INTERVAL, QUERY_RESPONSE_INTERVAL, Querier};
pub use self::snooper::{LAST_MEMBER_QUERY_INTERVAL, Snooper};

use std::cell::Cell;
use std::fmt;
use std::net::Ipv4Addr;
use std::time::Instant;

use crate::ofproto::PacketIn as PacketInMessage;
use crate::packet::{EmitError, Ethernet, Igmp, IgmpPlain, Ipv4, Packet, ethertype, ip_proto};
use crate::prelude::*;

use super::alarm::Alarm;
use super::local_address::local_address;

/// How many groups are followed at one switch; the hosts could invent them without end. Frames of
/// further groups are flooded, as if nobody had asked.
pub const GROUPS_MAX: usize = 4_096;

/// Where a query for all goes, and its Ethernet address.
const ALL_HOSTS: (Ipv4Addr, MacAddr) =
    (Ipv4Addr::new(224, 0, 0, 1), MacAddr([0x01, 0x00, 0x5e, 0, 0, 0x01]));

/// Priority of the entries, from 1.1 on; in 1.0 it is the usual one, as in Ryu.
const PRIORITY: u16 = 65535;

/// Who the querier is: a shared context. Ryu: `igmplib.IgmpLib`.
#[derive(Debug, Default)]
pub struct IgmpLib {
    querier: Cell<Option<(Dpid, PortNo)>>,
}

#[diagnostic::do_not_recommend]
impl Context for IgmpLib {
    const KEY: &'static str = "igmplib";
    const REQUIRES: &'static [&'static str] = &["igmplib"];

    fn build(_scope: &Scope<'_>) -> AppResult<Self> {
        Ok(IgmpLib::default())
    }
}

impl IgmpLib {
    /// Makes a switch the querier, from its next connection on; multicast comes in by
    /// `server_port`. There is one querier: the last one said.
    pub fn set_querier_mode(&self, dpid: Dpid, server_port: PortNo) {
        self.querier.set(Some((dpid, server_port)));
    }
}

/// What has happened to a group. The numbers are Ryu's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Reason {
    /// Somebody asks for it for the first time: Ryu's `MG_GROUP_ADDED`.
    GroupAdded = 1,
    /// Other ports than before ask for it: Ryu's `MG_MEMBER_CHANGED`.
    MemberChanged = 2,
    /// Nobody asks for it any more: Ryu's `MG_GROUP_REMOVED`.
    GroupRemoved = 3,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Reason::GroupAdded => "Multicast Group Added",
            Reason::MemberChanged => "Multicast Group Member Changed",
            Reason::GroupRemoved => "Multicast Group Removed",
        })
    }
}

/// What a machine wants done, or has to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Frames of a group that come in by a port go to these ports.
    SetFlow {
        /// Where they come in.
        in_port: PortNo,
        /// The group.
        group: Ipv4Addr,
        /// Where they go.
        to: Vec<PortNo>,
    },
    /// They have no entry of their own any more.
    DelFlow {
        /// Where they come in.
        in_port: PortNo,
        /// The group.
        group: Ipv4Addr,
    },
    /// A frame goes out.
    Send {
        /// Where it came in; [`PortNo::CONTROLLER`] for one of ours.
        in_port: PortNo,
        /// Where it goes.
        to: PortNo,
        /// The frame.
        frame: Octets,
    },
    /// A group has changed.
    Changed {
        /// How.
        reason: Reason,
        /// The group.
        address: Ipv4Addr,
        /// The port towards the querier, or the server's.
        src: Option<PortNo>,
        /// The ports that ask for it.
        dsts: Vec<PortNo>,
    },
}

packet_in! {
    /// A frame that is not IGMP: Ryu's `EventPacketIn`. It is the event of the OpenFlow side in all but
    /// its type.
    pub struct PacketIn;
}

/// A group has changed: Ryu's `EventMulticastGroupStateChanged`, which does not say at which switch.
#[derive(Debug)]
pub struct MulticastGroupStateChanged {
    /// The switch.
    pub dp: Datapath,
    /// How.
    pub reason: Reason,
    /// The group.
    pub address: Ipv4Addr,
    /// The port towards the querier, or the server's; `None` if no querier is known.
    pub src: Option<PortNo>,
    /// The ports that ask for it.
    pub dsts: Vec<PortNo>,
}

/// Something is due.
#[derive(Debug, Default)]
struct Due;

events! {
    of "igmplib";
    PacketIn = "EventPacketIn",
    MulticastGroupStateChanged = "EventMulticastGroupStateChanged",
    Due = "EventDue",
}

/// A switch and what it is.
#[derive(Debug)]
struct Member {
    dp: Datapath,
    machine: Machine,
}

#[derive(Debug)]
enum Machine {
    Querier(Querier),
    Snooper(Snooper),
}

/// The app that drives the machines.
#[derive(Debug)]
pub struct IgmpApp {
    app: AppHandle,
    igmp: Ctx<IgmpLib>,
    members: BTreeMap<Dpid, Member>,
    alarm: Alarm<Due>,
}

/// IGMP snooping, and a querier: multicast reaches those who asked for it
#[app(name = "igmplib", aliases = ["ryu.lib.igmplib"])]
impl IgmpApp {
    #[init]
    fn new(app: AppHandle, igmp: Ctx<IgmpLib>) -> Self {
        IgmpApp { alarm: Alarm::new(app.clone()), app, igmp, members: BTreeMap::new() }
    }

    #[set_ev_cls(ofp_event::StateChange, [MAIN_DISPATCHER, DEAD_DISPATCHER])]
    async fn state_change(&mut self, ev: &ofp_event::StateChange) -> AppResult {
        let (dp, dpid) = (&ev.datapath, ev.datapath.id());
        if ev.phase == Phase::Main {
            let machine = match self.igmp.querier.get() {
                Some((of, server_port)) if of == dpid => {
                    info!("[querier][INFO] started a querier.");
                    let query =
                        query(Ipv4Addr::UNSPECIFIED, Ipv4Addr::UNSPECIFIED, local_address(dp))?;
                    Machine::Querier(Querier::new(server_port, query, hub::now()))
                }
                _ => Machine::Snooper(Snooper::default()),
            };
            self.members.insert(dpid, Member { dp: dp.clone(), machine });
        } else if self.members.get(&dpid).is_some_and(|member| member.dp == *dp) {
            let gone = self.members.remove(&dpid);
            if gone.is_some_and(|member| matches!(member.machine, Machine::Querier(_))) {
                info!("[querier][INFO] stopped a querier.");
            }
        }
        self.drain(dpid).await;
        Ok(())
    }

    #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
    async fn packet_in(&mut self, ev: &ofp_event::PacketIn) {
        let dpid = ev.datapath.id();
        let packet = Packet::parse(&ev.msg.data);
        let heads = (packet.get::<Ethernet>(), packet.get::<Ipv4<'_>>(), packet.get::<Igmp<'_>>());
        if let (Some(eth), Some(ip), Some(igmp)) = heads {
            if let Some(member) = self.members.get_mut(&dpid) {
                member.handle(&eth, &ip, &igmp, &ev.msg, hub::now());
            }
            self.drain(dpid).await;
            return;
        }
        let (datapath, msg) = (ev.datapath.clone(), ev.msg.clone());
        let passed = ofp_event::PacketIn { datapath, xid: ev.xid, msg, more: ev.more };
        self.app.send_event_to_observers(PacketIn(passed)).await;
    }

    #[set_ev_cls(Due)]
    async fn due(&mut self, _ev: &Due) {
        let now = hub::now();
        for dpid in self.alarm.due(now) {
            if let Some(member) = self.members.get_mut(&dpid) {
                member.handle_timeout(now);
            }
            self.drain(dpid).await;
        }
    }
}

impl IgmpApp {
    /// Does what a machine wants done.
    async fn drain(&mut self, dpid: Dpid) {
        let mut news = Vec::new();
        if let Some(member) = self.members.get_mut(&dpid) {
            while let Some(output) = member.poll_output() {
                match member.carry_out(output) {
                    Ok(None) => {}
                    Ok(Some(event)) => news.push(event),
                    // The connection is ending.
                    Err(cause) => debug!("{}: igmplib: {cause}", member.dp),
                }
            }
        }
        self.alarm.set(dpid, self.members.get(&dpid).and_then(Member::deadline));
        for event in news {
            self.app.send_event_to_observers(event).await;
        }
    }
}

impl Member {
    fn handle(
        &mut self,
        eth: &Ethernet,
        ip: &Ipv4<'_>,
        igmp: &Igmp<'_>,
        msg: &PacketInMessage,
        now: Instant,
    ) {
        let in_port = msg.in_port();
        debug!("[IGMP][DEBUG] SW={} PORT={in_port} IGMP received. {igmp}", self.dp.id());
        match &mut self.machine {
            Machine::Querier(querier) => querier.handle(igmp, in_port),
            Machine::Snooper(snooper) => snooper.handle(eth, ip, igmp, in_port, &msg.data, now),
        }
    }

    fn handle_timeout(&mut self, now: Instant) {
        match &mut self.machine {
            Machine::Querier(querier) => querier.handle_timeout(now),
            Machine::Snooper(snooper) => snooper.handle_timeout(now),
        }
    }

    fn deadline(&self) -> Option<Instant> {
        match &self.machine {
            Machine::Querier(querier) => Some(querier.deadline()),
            Machine::Snooper(snooper) => snooper.deadline(),
        }
    }

    fn poll_output(&mut self) -> Option<Output> {
        match &mut self.machine {
            Machine::Querier(querier) => querier.poll_output(),
            Machine::Snooper(snooper) => snooper.poll_output(),
        }
    }

    fn carry_out(&self, output: Output) -> Result<Option<MulticastGroupStateChanged>, SendError> {
        let dp = &self.dp;
        let entry = |in_port: PortNo, group: Ipv4Addr| {
            Match::new().in_port(in_port).eth_type(ethertype::IPV4).ipv4_dst(group)
        };
        match output {
            Output::SetFlow { in_port, group, to } => {
                let priority =
                    if dp.version() == V1_0 { FlowMod::DEFAULT_PRIORITY } else { PRIORITY };
                let actions: Vec<Action> = to.into_iter().map(output_to).collect();
                let instructions = Instruction::apply(actions);
                let match_ = entry(in_port, group);
                dp.send(&FlowMod { priority, match_, instructions, ..FlowMod::add() })?;
            }
            Output::DelFlow { in_port, group } => {
                dp.send(&FlowMod { match_: entry(in_port, group), ..FlowMod::delete() })?;
            }
            Output::Send { in_port, to, frame } => {
                let actions = [Action::output(to)].into();
                dp.send(&PacketOut { in_port, actions, data: frame, ..PacketOut::default() })?;
            }
            Output::Changed { reason, address, src, dsts } => {
                let dp = dp.clone();
                return Ok(Some(MulticastGroupStateChanged { dp, reason, address, src, dsts }));
            }
        }
        Ok(None)
    }
}

fn output_to(port: PortNo) -> Action {
    if port == PortNo::CONTROLLER { Action::to_controller() } else { Action::output(port) }
}

/// A query of version 2 for one group, or for all (0.0.0.0).
fn query(group: Ipv4Addr, src: Ipv4Addr, mac: MacAddr) -> Result<Octets, EmitError> {
    let time = match group.is_unspecified() {
        true => QUERY_RESPONSE_INTERVAL,
        false => LAST_MEMBER_QUERY_INTERVAL,
    };
    let maxresp = (time.as_millis() / 100) as u8;
    let igmp = Igmp::from(IgmpPlain { msgtype: Igmp::QUERY, maxresp, csum: None, address: group });
    // A router does not pass it on.
    let ip = Ipv4 { ttl: 1, ..Ipv4::new(src, ALL_HOSTS.0, ip_proto::IGMP) };
    let eth = Ethernet::new(ALL_HOSTS.1, mac, ethertype::IPV4);
    Ok((eth / ip / igmp).to_frame()?.into())
}
