//! The querier: asks who wants what, and sends what comes from the server there.

use std::collections::{BTreeMap, VecDeque};
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use crate::ofproto::PortNo;
use crate::packet::Igmp;
use crate::prelude::Octets;

use super::membership::wishes;
use super::{GROUPS_MAX, Output, Reason};

/// Time between two queries. Ryu's; RFC 2236 section 8 has 125 s.
pub const QUERY_INTERVAL: Duration = Duration::from_secs(60);

/// Time in which a query is answered. RFC 2236 section 8.3.
pub const QUERY_RESPONSE_INTERVAL: Duration = Duration::from_secs(10);

/// A querier: after each call, poll outputs until `None`, then look at the deadline.
///
/// As simple as Ryu's: a port that leaves is out at once, without a question whether somebody else
/// is behind it.
#[derive(Debug)]
pub struct Querier {
    server_port: PortNo,
    query: Octets,
    /// The groups, their ports, and whether a port has answered since the last query.
    groups: BTreeMap<Ipv4Addr, BTreeMap<PortNo, bool>>,
    next: (Instant, Step),
    outputs: VecDeque<Output>,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    /// Ask.
    Query,
    /// Who has not answered is out.
    Check,
}

impl Querier {
    /// A querier that begins at once; `query` is the frame that asks.
    pub fn new(server_port: PortNo, query: Octets, now: Instant) -> Querier {
        let mut querier = Querier {
            server_port,
            query,
            groups: BTreeMap::new(),
            next: (now, Step::Query),
            outputs: VecDeque::new(),
        };
        querier.handle_timeout(now);
        querier
    }

    /// What to do next.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to call [`handle_timeout`](Querier::handle_timeout).
    pub fn deadline(&self) -> Instant {
        self.next.0
    }

    /// Takes a message. Queries of others are none of its business.
    pub fn handle(&mut self, igmp: &Igmp<'_>, in_port: PortNo) {
        for wish in wishes(igmp) {
            match wish.is_wanted {
                true => self.join(wish.group, in_port),
                false => self.leave(wish.group, in_port),
            }
        }
    }

    /// Does what is due.
    pub fn handle_timeout(&mut self, now: Instant) {
        let (at, step) = self.next;
        if at > now {
            return;
        }
        match step {
            Step::Query => {
                for answered in self.groups.values_mut().flat_map(BTreeMap::values_mut) {
                    *answered = false;
                }
                let (in_port, to) = (PortNo::CONTROLLER, PortNo::FLOOD);
                self.outputs.push_back(Output::Send { in_port, to, frame: self.query.clone() });
                self.next = (now + QUERY_RESPONSE_INTERVAL, Step::Check);
            }
            Step::Check => {
                self.check();
                self.next = (now + (QUERY_INTERVAL - QUERY_RESPONSE_INTERVAL), Step::Query);
            }
        }
    }

    fn join(&mut self, group: Ipv4Addr, in_port: PortNo) {
        let is_new = !self.groups.contains_key(&group);
        if is_new && self.groups.len() >= GROUPS_MAX {
            return;
        }
        let ports = self.groups.entry(group).or_default();
        if ports.insert(in_port, true).is_none() {
            if is_new {
                self.tell(Reason::GroupAdded, group);
            }
            self.serve(group);
            let to = vec![PortNo::CONTROLLER];
            self.outputs.push_back(Output::SetFlow { in_port, group, to });
        }
    }

    fn leave(&mut self, group: Ipv4Addr, in_port: PortNo) {
        let Some(ports) = self.groups.get_mut(&group) else { return };
        if ports.remove(&in_port).is_some() {
            self.outputs.push_back(Output::DelFlow { in_port, group });
            self.serve(group);
        }
    }

    fn check(&mut self) {
        let groups: Vec<Ipv4Addr> = self.groups.keys().copied().collect();
        for group in groups {
            let Some(ports) = self.groups.get_mut(&group) else { continue };
            let silent: Vec<PortNo> =
                ports.iter().filter(|(_, answered)| !**answered).map(|(port, _)| *port).collect();
            ports.retain(|_, answered| *answered);
            if silent.is_empty() {
                continue;
            }
            for in_port in silent {
                self.outputs.push_back(Output::DelFlow { in_port, group });
            }
            self.serve(group);
        }
    }

    /// The server's frames go to all ports of the group, and to nobody if there is none.
    fn serve(&mut self, group: Ipv4Addr) {
        let in_port = self.server_port;
        let to: Vec<PortNo> = self
            .groups
            .get(&group)
            .map(|ports| ports.keys().copied().collect())
            .unwrap_or_default();
        if to.is_empty() {
            self.groups.remove(&group);
            self.outputs.push_back(Output::DelFlow { in_port, group });
            self.tell(Reason::GroupRemoved, group);
        } else {
            self.tell(Reason::MemberChanged, group);
            self.outputs.push_back(Output::SetFlow { in_port, group, to });
        }
    }

    fn tell(&mut self, reason: Reason, address: Ipv4Addr) {
        let dsts = match (reason, self.groups.get(&address)) {
            (Reason::MemberChanged, Some(ports)) => ports.keys().copied().collect(),
            _ => Vec::new(),
        };
        let src = Some(self.server_port);
        self.outputs.push_back(Output::Changed { reason, address, src, dsts });
    }
}
