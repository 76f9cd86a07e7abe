//! The fabric: all hosts, switches and links together, as one machine without I/O.
//!
//! Everything that goes on inside happens in one order that depends on nothing but the calls and
//! their times: frames are delivered in the order in which they were sent, links and nodes are
//! gone through by index.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::ofproto::{Message, PortNo, Version, Xid};

use super::host::{Host, HostOutput, PingId};
use super::switch::{Switch, SwitchConfig, SwitchOutput};
use super::topology::{Endpoint, Node, Topology};

/// How many frames may be under way on a link in one direction; more are dropped.
pub const LINK_QUEUE: usize = 1024;

/// A host of a station: 0 is the host of the topology, others are guests on its cable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct StationId {
    pub(super) host: usize,
    pub(super) guest: u32,
}

/// What the fabric wants done, or has learned.
#[derive(Debug)]
pub(super) enum FabricOutput {
    /// A message to the controller of a switch: an answer if it has a transaction id.
    ToController { switch: usize, xid: Option<Xid>, message: Message },
    /// A ping is over, with its round-trip time if it was answered.
    Pinged { station: StationId, ping: PingId, round_trip: Option<Duration> },
}

/// All hosts, switches and links.
#[derive(Debug)]
pub(super) struct Fabric {
    topology: Topology,
    delay: Duration,
    /// Whether ports off the spanning tree are kept out of flooding.
    has_tree: bool,
    blocked: BTreeSet<Endpoint>,
    /// `None` where a switch is switched off.
    switches: Vec<Option<Switch>>,
    stations: Vec<BTreeMap<u32, Host>>,
    cables: BTreeMap<Endpoint, (usize, usize, Endpoint)>,
    links: Vec<Link>,
    flights: BTreeMap<(Instant, u64), Flight>,
    last_flight: u64,
    outputs: VecDeque<FabricOutput>,
    table_capacity: usize,
}

#[derive(Debug)]
struct Link {
    is_up: bool,
    /// Frames get lost on it, and no port says so.
    is_silent: bool,
    /// Frames under way, by direction.
    in_flight: [usize; 2],
}

#[derive(Debug)]
struct Flight {
    link: usize,
    direction: usize,
    to: Endpoint,
    frame: Bytes,
}

impl Fabric {
    pub(super) fn new(
        topology: Topology,
        delay: Duration,
        has_tree: bool,
        table_capacity: usize,
        now: Instant,
    ) -> Self {
        let mut cables = BTreeMap::new();
        for (index, link) in topology.links.iter().enumerate() {
            cables.insert(link.a, (index, 0, link.b));
            cables.insert(link.b, (index, 1, link.a));
        }
        let stations = topology.hosts.iter();
        let stations = stations.map(|host| BTreeMap::from([(0, Host::new(host.mac, host.ip))]));
        let links = topology.links.iter().map(|_| Link {
            is_up: true,
            is_silent: false,
            in_flight: [0; 2],
        });
        let mut fabric = Fabric {
            delay,
            has_tree,
            blocked: BTreeSet::new(),
            switches: topology.switches.iter().map(|_| None).collect(),
            stations: stations.collect(),
            cables,
            links: links.collect(),
            flights: BTreeMap::new(),
            last_flight: 0,
            outputs: VecDeque::new(),
            table_capacity,
            topology,
        };
        let made = (0..fabric.switches.len()).map(|index| Some(fabric.make_switch(index, now)));
        fabric.switches = made.collect();
        fabric.renew_tree(now);
        fabric
    }

    pub(super) fn topology(&self) -> &Topology {
        &self.topology
    }

    /// The switch of this index, unless it is switched off.
    pub(super) fn switch(&self, index: usize) -> Option<&Switch> {
        self.switches.get(index)?.as_ref()
    }

    pub(super) fn poll_output(&mut self) -> Option<FabricOutput> {
        self.outputs.pop_front()
    }

    /// When [`Fabric::tick`] wants to be called, if ever.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let frame = self.flights.first_key_value().map(|((at, _), _)| *at);
        let switches = self.switches.iter().flatten().filter_map(Switch::deadline).min();
        let hosts = self.stations.iter().flat_map(BTreeMap::values);
        [frame, switches, hosts.filter_map(Host::deadline).min()].into_iter().flatten().min()
    }

    /// Delivers the frames that are due and fires what has timed out. A frame that is sent
    /// meanwhile waits for the next call, so that one call always ends. Returns whether there is
    /// one already.
    pub(super) fn tick(&mut self, now: Instant) -> bool {
        let sent_before = self.last_flight;
        let mut waiting = Vec::new();
        while let Some(entry) = self.flights.first_entry().filter(|entry| entry.key().0 <= now) {
            let (key, flight) = entry.remove_entry();
            if key.1 > sent_before {
                waiting.push((key, flight));
            } else {
                self.deliver(flight, now);
            }
        }
        let has_more = !waiting.is_empty();
        self.flights.extend(waiting);
        for index in 0..self.switches.len() {
            let is_due = |switch: &Switch| switch.deadline().is_some_and(|at| at <= now);
            if self.switches[index].as_ref().is_some_and(is_due) {
                self.with_switch(index, now, |switch| switch.handle_timeout(now));
            }
        }
        for host in 0..self.stations.len() {
            let due = self.stations[host].iter();
            let due = due.filter(|(_, host)| host.deadline().is_some_and(|at| at <= now));
            let due: Vec<u32> = due.map(|(guest, _)| *guest).collect();
            for guest in due {
                let station = StationId { host, guest };
                self.with_host(station, now, |host| host.handle_timeout(now));
            }
        }
        has_more
    }

    /// Takes a message that the controller of a switch has sent.
    pub(super) fn handle_message(
        &mut self,
        switch: usize,
        xid: Xid,
        message: Message,
        now: Instant,
    ) {
        self.with_switch(switch, now, |switch| switch.handle_message(xid, message, now));
    }

    pub(super) fn answer_unsaid(&mut self, switch: usize, xid: Xid, now: Instant) {
        self.with_switch(switch, now, |switch| switch.answer_unsaid(xid));
    }

    pub(super) fn controller_connected(&mut self, switch: usize, version: Version, now: Instant) {
        self.with_switch(switch, now, |switch| switch.connected(version));
    }

    pub(super) fn controller_gone(&mut self, switch: usize, now: Instant) {
        self.with_switch(switch, now, Switch::disconnected);
    }

    /// Sends a ping. `None` if there is no such station.
    pub(super) fn ping(
        &mut self,
        station: StationId,
        to: Ipv4Addr,
        timeout: Duration,
        now: Instant,
    ) -> Option<PingId> {
        let mut sent = None;
        self.with_host(station, now, |host| sent = Some(host.ping(to, timeout, now)));
        sent
    }

    /// Puts another host on the cable of a host.
    pub(super) fn add_guest(&mut self, station: StationId, host: Host) {
        self.stations[station.host].insert(station.guest, host);
    }

    pub(super) fn remove_guest(&mut self, station: StationId) {
        self.stations[station.host].remove(&station.guest);
    }

    /// Makes all hosts forget the addresses of the others.
    pub(super) fn forget_neighbours(&mut self) {
        self.stations.iter_mut().flat_map(BTreeMap::values_mut).for_each(Host::forget_neighbours);
    }

    /// A frame from a host, as it is.
    pub(super) fn inject(&mut self, host: usize, frame: Bytes, now: Instant) {
        self.send_from_host(host, frame, now);
    }

    /// A cable loses all frames from now on, though it is plugged in; until [`Fabric::set_link`].
    pub(super) fn silence_link(&mut self, link: usize) {
        self.flights.retain(|_, flight| flight.link != link);
        self.links[link].in_flight = [0; 2];
        self.links[link].is_silent = true;
    }

    /// Plugs in or pulls a cable. What is under way on a pulled one is lost.
    pub(super) fn set_link(&mut self, link: usize, is_up: bool, now: Instant) {
        self.links[link].is_silent = false;
        if self.links[link].is_up == is_up {
            return;
        }
        self.links[link].is_up = is_up;
        self.flights.retain(|_, flight| flight.link != link);
        self.links[link].in_flight = [0; 2];
        let spec = &self.topology.links[link];
        let ends = [spec.a, spec.b];
        let is_live = self.is_live(link);
        for end in ends {
            self.tell_end(end, is_live, now);
        }
        // A cut that the tree leaves out does not change it: with thousands of links that is most of them. (Its
        // ends stay left out until the tree is grown anew, which is at once when it is plugged in.)
        if is_up || !ends.iter().any(|end| self.blocked.contains(end)) {
            self.renew_tree(now);
        }
    }

    /// Switches a switch off: its entries, buffers and frames are gone, its neighbours lose their
    /// links.
    pub(super) fn power_off(&mut self, switch: usize, now: Instant) {
        self.switches[switch] = None;
        self.renew_links(now);
        self.renew_tree(now);
    }

    /// Switches a switch on, with empty tables.
    pub(super) fn power_on(&mut self, switch: usize, now: Instant) {
        self.switches[switch] = Some(self.make_switch(switch, now));
        // The new one starts with all links up and nothing blocked.
        self.blocked.retain(|end| end.node != Node::Switch(switch));
        self.renew_links(now);
        self.renew_tree(now);
    }

    fn make_switch(&self, index: usize, now: Instant) -> Switch {
        let node = Node::Switch(index);
        let ends = self.cables.range(Endpoint { node, port: 0 }..);
        let ports =
            ends.map(|(end, _)| *end).take_while(|end| end.node == node).map(|end| end.port);
        let spec = &self.topology.switches[index];
        let config = SwitchConfig {
            table_capacity: self.table_capacity,
            ..SwitchConfig::new(spec.name.clone(), spec.dpid, ports)
        };
        Switch::new(config, now)
    }

    /// Whether a link carries frames: it is plugged in, and both ends are switched on.
    fn is_live(&self, link: usize) -> bool {
        let spec = &self.topology.links[link];
        self.links[link].is_up && self.is_powered(spec.a.node) && self.is_powered(spec.b.node)
    }

    fn is_powered(&self, node: Node) -> bool {
        match node {
            Node::Host(_) => true,
            Node::Switch(index) => self.switches[index].is_some(),
        }
    }

    /// Tells every switch which of its ports have a link.
    fn renew_links(&mut self, now: Instant) {
        let ends = self.cables.iter().map(|(end, (link, ..))| (*end, *link));
        let ends: Vec<_> = ends.map(|(end, link)| (end, self.is_live(link))).collect();
        for (end, is_up) in ends {
            self.tell_end(end, is_up, now);
        }
    }

    fn tell_end(&mut self, end: Endpoint, is_up: bool, now: Instant) {
        if let Node::Switch(index) = end.node {
            self.with_switch(index, now, |switch| switch.set_link(PortNo(end.port), is_up));
        }
    }

    /// Grows the spanning tree anew, and tells the switches what has changed.
    fn renew_tree(&mut self, now: Instant) {
        if !self.has_tree {
            return;
        }
        let blocked = self.topology.blocked(|link| self.is_live(link)).into_iter().collect();
        let before = std::mem::replace(&mut self.blocked, blocked);
        let changed: Vec<Endpoint> = before.symmetric_difference(&self.blocked).copied().collect();
        for end in changed {
            let is_blocked = self.blocked.contains(&end);
            if let Node::Switch(index) = end.node {
                self.with_switch(index, now, |switch| {
                    switch.set_blocked(PortNo(end.port), is_blocked);
                });
            }
        }
    }

    fn deliver(&mut self, flight: Flight, now: Instant) {
        let Flight { link, direction, to, frame } = flight;
        let in_flight = &mut self.links[link].in_flight[direction];
        *in_flight = in_flight.saturating_sub(1);
        if !self.is_live(link) {
            return;
        }
        match to.node {
            Node::Switch(index) => {
                let port = PortNo(to.port);
                self.with_switch(index, now, |switch| switch.handle_frame(port, frame, now));
            }
            Node::Host(host) => {
                let guests: Vec<u32> = self.stations[host].keys().copied().collect();
                for guest in guests {
                    let station = StationId { host, guest };
                    self.with_host(station, now, |host| host.handle_frame(&frame, now));
                }
            }
        }
    }

    /// Puts a frame on the cable of a port. Returns whether there was room.
    fn send(&mut self, from: Endpoint, frame: Bytes, now: Instant) -> bool {
        let Some(&(link, direction, to)) = self.cables.get(&from) else { return true };
        let is_live = self.is_live(link);
        if !is_live || self.links[link].in_flight[direction] >= LINK_QUEUE {
            return false;
        }
        if self.links[link].is_silent {
            return true;
        }
        self.links[link].in_flight[direction] += 1;
        self.last_flight += 1;
        let flight = Flight { link, direction, to, frame };
        self.flights.insert((now + self.delay, self.last_flight), flight);
        true
    }

    /// Does something with a switch, then all that comes of it.
    fn with_switch(&mut self, index: usize, now: Instant, act: impl FnOnce(&mut Switch)) {
        let Some(switch) = &mut self.switches[index] else { return };
        act(switch);
        let outputs: Vec<SwitchOutput> = std::iter::from_fn(|| switch.poll_output()).collect();
        for output in outputs {
            let (xid, message) = match output {
                SwitchOutput::Answer { xid, message } => (Some(xid), message),
                SwitchOutput::Notice(message) => (None, message),
                SwitchOutput::Frame { port, frame } => {
                    let from = Endpoint { node: Node::Switch(index), port: port.0 };
                    if !self.send(from, frame, now)
                        && let Some(switch) = &mut self.switches[index]
                    {
                        switch.frame_lost(port);
                    }
                    continue;
                }
            };
            self.outputs.push_back(FabricOutput::ToController { switch: index, xid, message });
        }
    }

    /// Does something with a host, then all that comes of it.
    fn with_host(&mut self, station: StationId, now: Instant, act: impl FnOnce(&mut Host)) {
        let Some(host) = self.stations[station.host].get_mut(&station.guest) else { return };
        act(host);
        let mut frames = Vec::new();
        while let Some(output) = host.poll_output() {
            let (ping, round_trip) = match output {
                HostOutput::Frame(frame) => {
                    frames.push(frame);
                    continue;
                }
                HostOutput::Answered { ping, started } => {
                    (ping, Some(now.saturating_duration_since(started)))
                }
                HostOutput::Lost { ping } => (ping, None),
            };
            self.outputs.push_back(FabricOutput::Pinged { station, ping, round_trip });
        }
        for frame in frames {
            self.send_from_host(station.host, frame, now);
        }
    }

    /// A host sends by its first port.
    fn send_from_host(&mut self, host: usize, frame: Bytes, now: Instant) {
        let node = Node::Host(host);
        let first = Endpoint { node, port: 0 };
        let port = self.cables.range(first..).next().map(|(end, _)| *end);
        if let Some(from) = port.filter(|end| end.node == node) {
            self.send(from, frame, now);
        }
    }
}
