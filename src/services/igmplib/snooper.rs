//! The snooper: learns where a querier is, and passes on to it what it wants to know.
//!
//! Spec: RFC 2236; RFC 4541 section 2.

use std::collections::{BTreeMap, VecDeque};
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use crate::ofproto::PortNo;
use crate::packet::{Ethernet, Igmp, Ipv4};
use crate::prelude::{MacAddr, Octets};

use super::membership::wishes;
use super::{GROUPS_MAX, Output, QUERY_RESPONSE_INTERVAL, Reason, query};

/// Time in which a question whether anybody is left is answered. RFC 2236 section 8.8.
pub const LAST_MEMBER_QUERY_INTERVAL: Duration = Duration::from_secs(1);

/// A snooper: after each call, poll outputs until `None`, then look at the deadline.
#[derive(Debug, Default)]
pub struct Snooper {
    querier: Option<Neighbour>,
    groups: BTreeMap<Ipv4Addr, Group>,
    timers: BTreeMap<Timer, Instant>,
    outputs: VecDeque<Output>,
}

/// The querier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Neighbour {
    port: PortNo,
    ip: Ipv4Addr,
    mac: MacAddr,
}

#[derive(Debug, Default)]
struct Group {
    /// Somebody has answered since the last query, so that the querier knows.
    is_reported: bool,
    /// The message of the last one that left, for the querier.
    leave: Option<(PortNo, Octets)>,
    ports: BTreeMap<PortNo, Listener>,
}

/// A port that asked for a group.
#[derive(Clone, Copy, Debug, Default)]
struct Listener {
    /// It has not been heard to leave.
    is_wanted: bool,
    /// The entry that sends it the group's frames is there.
    is_served: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Timer {
    /// A query has had its time; `None`: one for all groups.
    Query(Option<Ipv4Addr>),
    /// Our question whether anybody is left at a port has.
    Leave(Ipv4Addr, PortNo),
}

impl Snooper {
    /// What to do next.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to call [`handle_timeout`](Snooper::handle_timeout).
    pub fn deadline(&self) -> Option<Instant> {
        self.timers.values().min().copied()
    }

    /// Takes a message that came in by a port, with its frame.
    pub fn handle(
        &mut self,
        eth: &Ethernet,
        ip: &Ipv4<'_>,
        igmp: &Igmp<'_>,
        in_port: PortNo,
        frame: &Octets,
        now: Instant,
    ) {
        let asked = match igmp {
            Igmp::Plain(message) if message.msgtype == Igmp::QUERY => {
                Some((message.address, tenths(message.maxresp)))
            }
            Igmp::V3Query(message) => Some((message.address, floating(message.maxresp))),
            _ => None,
        };
        if let Some((group, time)) = asked {
            let neighbour = Neighbour { port: in_port, ip: ip.src, mac: eth.src };
            self.handle_query(group, time, neighbour, frame, now);
            return;
        }
        match igmp {
            Igmp::Plain(message)
                if matches!(message.msgtype, Igmp::REPORT_V1 | Igmp::REPORT_V2 | Igmp::LEAVE) =>
            {
                let wishes = wishes(igmp);
                if wishes.is_empty() {
                    return self.pass_on(in_port, frame);
                }
                for wish in wishes {
                    match wish.is_wanted {
                        true => self.handle_report(wish.group, in_port, Some(frame)),
                        false => self.handle_leave(wish.group, in_port, frame, now),
                    }
                }
            }
            Igmp::V3Report(_) => {
                for wish in wishes(igmp) {
                    match wish.is_wanted {
                        true => self.handle_report(wish.group, in_port, None),
                        false => self.handle_leave(wish.group, in_port, &Octets::new(), now),
                    }
                }
                // One message for several groups, and no host is silent because it heard another's.
                self.pass_on(in_port, frame);
            }
            _ => self.send(in_port, PortNo::FLOOD, frame),
        }
    }

    /// Does what is due.
    pub fn handle_timeout(&mut self, now: Instant) {
        let due = self.timers.iter().filter(|(_, at)| **at <= now);
        let due: Vec<Timer> = due.map(|(timer, _)| *timer).collect();
        for timer in due {
            self.timers.remove(&timer);
            match timer {
                Timer::Query(asked) => self.end_query(asked),
                Timer::Leave(group, port) => self.end_leave(group, port),
            }
        }
    }

    fn handle_query(
        &mut self,
        group: Ipv4Addr,
        time: Duration,
        neighbour: Neighbour,
        frame: &Octets,
        now: Instant,
    ) {
        let before = self.querier.replace(neighbour).map(|before| before.port);
        if before != Some(neighbour.port) {
            self.move_querier(before);
        }
        let asked = (!group.is_unspecified()).then_some(group);
        for (address, group) in &mut self.groups {
            if asked.is_none_or(|asked| asked == *address) {
                group.is_reported = false;
                group.leave = None;
            }
        }
        self.send(neighbour.port, PortNo::FLOOD, frame);
        if asked.is_none_or(|asked| self.groups.contains_key(&asked)) {
            self.timers.insert(Timer::Query(asked), now + time);
        }
    }

    /// The querier is behind another port now: so is what comes from there.
    fn move_querier(&mut self, before: Option<PortNo>) {
        let groups: Vec<Ipv4Addr> = self.groups.keys().copied().collect();
        for group in groups {
            if let Some(in_port) = before {
                self.outputs.push_back(Output::DelFlow { in_port, group });
            }
            self.serve(group);
        }
    }

    /// `frame` is what the querier is to hear, if it goes to it by itself.
    fn handle_report(&mut self, group: Ipv4Addr, in_port: PortNo, frame: Option<&Octets>) {
        let querier = self.querier.map(|querier| querier.port);
        if !self.groups.contains_key(&group) {
            if self.groups.len() >= GROUPS_MAX {
                return;
            }
            self.tell(Reason::GroupAdded, group, Vec::new());
        }
        let entry = self.groups.entry(group).or_default();
        let is_new = !entry.ports.contains_key(&in_port);
        let listener = entry.ports.entry(in_port).or_default();
        listener.is_wanted = true;
        let is_served = listener.is_served;
        if is_new {
            let to = vec![PortNo::CONTROLLER];
            self.outputs.push_back(Output::SetFlow { in_port, group, to });
        }
        let Some(querier) = querier else { return };
        if !is_served {
            self.serve(group);
        }
        let Some(entry) = self.groups.get_mut(&group) else { return };
        if !std::mem::replace(&mut entry.is_reported, true)
            && let Some(frame) = frame
        {
            self.send(in_port, querier, frame);
        }
    }

    fn handle_leave(&mut self, group: Ipv4Addr, in_port: PortNo, frame: &Octets, now: Instant) {
        let Some(querier) = self.querier else { return };
        let entry = self.groups.get_mut(&group);
        let Some(entry) = entry.filter(|entry| entry.ports.contains_key(&in_port)) else {
            // It was not heard to join; the querier may have been.
            if !frame.is_empty() {
                self.pass_on(in_port, frame);
            }
            return;
        };
        if !frame.is_empty() {
            entry.leave = Some((in_port, frame.clone()));
        }
        entry.ports.insert(in_port, Listener::default());
        // Is anybody else behind that port?
        match query(group, querier.ip, querier.mac) {
            Ok(question) => self.send(in_port, PortNo::IN_PORT, &question),
            Err(cause) => log::warn!("igmplib: {cause}"),
        }
        self.timers.insert(Timer::Leave(group, in_port), now + LAST_MEMBER_QUERY_INTERVAL);
    }

    fn end_query(&mut self, asked: Option<Ipv4Addr>) {
        let silent = self.groups.iter().filter(|(address, group)| {
            !group.is_reported && asked.is_none_or(|asked| asked == **address)
        });
        let silent: Vec<Ipv4Addr> = silent.map(|(address, _)| *address).collect();
        for group in silent {
            self.remove(group);
        }
    }

    fn end_leave(&mut self, group: Ipv4Addr, in_port: PortNo) {
        let Some(entry) = self.groups.get_mut(&group) else { return };
        if entry.ports.get(&in_port).is_none_or(|listener| listener.is_wanted) {
            return;
        }
        if entry.ports.len() == 1 {
            return self.remove(group);
        }
        entry.ports.remove(&in_port);
        entry.leave = None;
        self.outputs.push_back(Output::DelFlow { in_port, group });
        self.serve(group);
    }

    /// The frames that come from the querier's side go to all ports of the group.
    fn serve(&mut self, group: Ipv4Addr) {
        let Some(querier) = self.querier else { return };
        let Some(entry) = self.groups.get_mut(&group) else { return };
        for listener in entry.ports.values_mut() {
            listener.is_served = true;
        }
        let to: Vec<PortNo> = entry.ports.keys().copied().collect();
        self.tell(Reason::MemberChanged, group, to.clone());
        self.outputs.push_back(Output::SetFlow { in_port: querier.port, group, to });
    }

    /// Nobody wants the group any more.
    fn remove(&mut self, group: Ipv4Addr) {
        let Some(entry) = self.groups.remove(&group) else { return };
        self.timers.retain(|timer, _| match timer {
            Timer::Query(asked) => *asked != Some(group),
            Timer::Leave(of, _) => *of != group,
        });
        self.tell(Reason::GroupRemoved, group, Vec::new());
        let querier = self.querier.map(|querier| querier.port);
        for in_port in querier.into_iter().chain(entry.ports.into_keys()) {
            self.outputs.push_back(Output::DelFlow { in_port, group });
        }
        if let (Some(querier), Some((in_port, frame))) = (querier, entry.leave) {
            self.send(in_port, querier, &frame);
        }
    }

    /// To the querier; to everybody if nobody knows where it is.
    fn pass_on(&mut self, in_port: PortNo, frame: &Octets) {
        let to = self.querier.map_or(PortNo::FLOOD, |querier| querier.port);
        if to != in_port {
            self.send(in_port, to, frame);
        }
    }

    fn send(&mut self, in_port: PortNo, to: PortNo, frame: &Octets) {
        self.outputs.push_back(Output::Send { in_port, to, frame: frame.clone() });
    }

    fn tell(&mut self, reason: Reason, address: Ipv4Addr, dsts: Vec<PortNo>) {
        let src = self.querier.map(|querier| querier.port);
        self.outputs.push_back(Output::Changed { reason, address, src, dsts });
    }
}

/// The time of a query of version 2; one of version 1 says nothing and means ten seconds.
fn tenths(maxresp: u8) -> Duration {
    match maxresp {
        0 => QUERY_RESPONSE_INTERVAL,
        tenths => Duration::from_millis(u64::from(tenths) * 100),
    }
}

/// The time of a query of version 3: from 128 on a number with an exponent. RFC 3376 section 4.1.1.
fn floating(maxresp: u8) -> Duration {
    if maxresp < 128 {
        return tenths(maxresp);
    }
    let (exponent, mantissa) = (u64::from(maxresp >> 4 & 7), u64::from(maxresp & 15));
    Duration::from_millis(((mantissa | 16) << (exponent + 3)) * 100)
}
