//! Discovery as a machine: what switches say goes in, with the time; probes to send, links and hosts
//! that came and went come out. No clock, no socket, nothing random.

use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::ofproto::{self, Dpid, PortNo, PortReason};
use crate::session::MAX_PORTS;
use crate::wire::MacAddr;

use super::counters::{Counters, Refusal};
use super::host::Host;
use super::hosts::{Change, Hosts};
use super::link::Link;
use super::options::Settings;
use super::port::Port;
use super::port_entry::{Outward, PortEntry, Rate};
use super::probe::{self, Claim};
use super::schedule::Schedule;
use super::seal::Seal;
use super::sighting::Sighting;

/// Most links that begin at one port, or end there. More than one is several switches behind something
/// that no controller sees.
pub const LINKS_PER_PORT: usize = 256;

/// The shortest time between two looks at what is due: what is due in it goes out together, so that a
/// switch gets the probes of its ports in one write.
const TICK: Duration = Duration::from_millis(10);

/// Probes that may go out in a tick, however few ports there are.
const BURST: usize = 64;

/// Frames that are refused and told of, in a second: with another controller in the same network, each
/// port has some.
const REFUSALS_TOLD: u32 = 5;

/// Names a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PortKey {
    pub(super) dpid: Dpid,
    pub(super) port_no: PortNo,
}

impl PortKey {
    pub(super) fn of(port: &Port) -> PortKey {
        PortKey { dpid: port.dpid, port_no: port.port_no }
    }
}

/// What comes out.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Output {
    /// A frame to be sent out of a port. Who cannot says so with [`Discovery::unsent`].
    Probe {
        port: PortKey,
        frame: Bytes,
    },
    LinkAdd(Link),
    LinkDelete(Link),
    HostAdd(Host),
    HostDelete(Host),
    HostMove {
        src: Host,
        dst: Host,
    },
    /// A frame that came in by this port is not believed. Not said of each one.
    Refused {
        port: Port,
        why: Refusal,
    },
}

/// The machine.
///
/// Each live port has one entry in the [`Schedule`]. When it comes up, the links that begin there are
/// looked at, a probe is sent and the next one is asked for: there is no other work that grows with
/// the network.
#[derive(Debug)]
pub(super) struct Discovery {
    settings: Settings,
    seal: Option<Seal>,
    switches: BTreeMap<Dpid, BTreeMap<PortNo, PortEntry>>,
    port_count: usize,
    schedule: Schedule,
    looked: Option<Instant>,
    hosts: Hosts,
    counters: Counters,
    told: Rate,
    outputs: VecDeque<Output>,
}

impl Discovery {
    pub(super) fn new(settings: Settings, seal: Option<Seal>) -> Discovery {
        Discovery {
            settings,
            seal,
            switches: BTreeMap::new(),
            port_count: 0,
            schedule: Schedule::default(),
            looked: None,
            hosts: Hosts::default(),
            counters: Counters::default(),
            told: Rate::default(),
            outputs: VecDeque::new(),
        }
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(super) fn counters(&self) -> Counters {
        self.counters
    }

    pub(super) fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    // -- what switches say -----------------------------------------------------------------------

    /// A switch is there, with these ports.
    pub(super) fn enter(&mut self, dpid: Dpid, ports: &[ofproto::Port], now: Instant) {
        self.leave(dpid);
        self.switches.insert(dpid, BTreeMap::new());
        for desc in ports {
            self.put_port(dpid, desc, now);
        }
    }

    /// A switch has gone.
    pub(super) fn leave(&mut self, dpid: Dpid) {
        for port in self.ports(dpid) {
            self.remove_port(PortKey::of(&port));
        }
        self.switches.remove(&dpid);
    }

    /// What a switch says of a port. False if it says nothing: the port cannot be, or was not there.
    pub(super) fn port_status(
        &mut self,
        dpid: Dpid,
        reason: PortReason,
        desc: &ofproto::Port,
        now: Instant,
    ) -> bool {
        let port_no = desc.port_no;
        if port_no == PortNo(0) || port_no.is_reserved() && port_no != PortNo::LOCAL {
            return false;
        }
        let Some(ports) = self.switches.get(&dpid) else { return false };
        let is_local = port_no == PortNo::LOCAL;
        match reason {
            PortReason::ADD | PortReason::MODIFY => {
                self.put_port(dpid, desc, now);
                true
            }
            PortReason::DELETE if is_local || ports.contains_key(&port_no) => {
                self.remove_port(PortKey { dpid, port_no });
                true
            }
            _ => false,
        }
    }

    /// As [`Hosts::look_up`].
    #[inline]
    pub(super) fn look_up(&self, mac: MacAddr) {
        self.hosts.look_up(mac);
    }

    /// The short way for a packet-in: true if it is a frame of a host that is known at this port and
    /// says nothing new, which is all that had to be found out.
    ///
    /// That changes no [`deadline`](Discovery::deadline) and makes no output.
    #[inline]
    pub(super) fn hear_again(&mut self, key: PortKey, frame: &[u8], now: Instant) -> bool {
        Sighting::read(frame).is_some_and(|sighting| self.hosts.hear_again(&sighting, key, now))
    }

    /// A packet-in. True if it is a probe, which is for nobody else.
    pub(super) fn packet_in(
        &mut self,
        dpid: Dpid,
        in_port: PortNo,
        frame: &[u8],
        now: Instant,
    ) -> bool {
        let key = PortKey { dpid, port_no: in_port };
        if probe::is_lldp(frame) {
            return self.settings.observe_links && self.lldp(key, frame, now);
        }
        self.frame_of_host(key, frame, now);
        false
    }

    /// A probe could not be sent: nobody is to miss it.
    pub(super) fn unsent(&mut self, key: PortKey) {
        self.counters.lldp_sent -= 1;
        self.counters.lldp_unsent += 1;
        if let Some(entry) = self.entry(key) {
            entry.probes.take_back();
        }
    }

    // -- what is asked -----------------------------------------------------------------------------

    /// The ports of a switch, ascending.
    pub(super) fn ports(&self, dpid: Dpid) -> Vec<Port> {
        let ports = self.switches.get(&dpid).into_iter().flat_map(BTreeMap::values);
        ports.map(|entry| entry.port).collect()
    }

    /// The links, by source; with a switch, those that begin there.
    pub(super) fn links(&self, dpid: Option<Dpid>) -> Vec<Link> {
        let all = dpid.is_none().then_some(&self.switches).into_iter().flat_map(BTreeMap::values);
        let one = dpid.and_then(|dpid| self.switches.get(&dpid));
        let entries = all.chain(one).flat_map(BTreeMap::values);
        let links = entries.flat_map(|entry| entry.out.iter().map(|out| (entry.port, out)));
        links.filter_map(|(src, out)| self.link(src, out)).collect()
    }

    pub(super) fn hosts(&self, dpid: Option<Dpid>) -> Vec<Host> {
        self.hosts.list(dpid)
    }

    fn link(&self, src: Port, out: &Outward) -> Option<Link> {
        let dst = self.get(out.dst)?.port;
        Some(Link { src, dst, is_doubtful: out.is_doubtful })
    }

    fn get(&self, key: PortKey) -> Option<&PortEntry> {
        self.switches.get(&key.dpid)?.get(&key.port_no)
    }

    /// A port, to be changed; so its [`Edge`](super::edge::Edge) is closed.
    fn entry(&mut self, key: PortKey) -> Option<&mut PortEntry> {
        let entry = self.switches.get_mut(&key.dpid)?.get_mut(&key.port_no)?;
        entry.edge.close();
        Some(entry)
    }

    // -- ports -------------------------------------------------------------------------------------

    fn put_port(&mut self, dpid: Dpid, desc: &ofproto::Port, now: Instant) {
        let port = Port::new(dpid, desc);
        if port.is_reserved() || port.port_no == PortNo(0) {
            return;
        }
        let Some(ports) = self.switches.get_mut(&dpid) else { return };
        let has_room = ports.len() < MAX_PORTS;
        let was_live = match ports.get_mut(&port.port_no) {
            Some(entry) => {
                entry.edge.close();
                std::mem::replace(&mut entry.port, port).is_live()
            }
            None if !has_room => return,
            None => {
                ports.insert(port.port_no, PortEntry::new(port));
                self.port_count += 1;
                false
            }
        };
        let key = PortKey::of(&port);
        match (was_live, port.is_live()) {
            (true, false) => self.port_down(key),
            (false, true) => self.port_up(key, now),
            _ => {}
        }
    }

    fn remove_port(&mut self, key: PortKey) {
        self.port_down(key);
        let Some(ports) = self.switches.get_mut(&key.dpid) else { return };
        if ports.remove(&key.port_no).is_some() {
            self.port_count -= 1;
            self.forget_hosts(key);
        }
    }

    fn port_up(&mut self, key: PortKey, now: Instant) {
        if self.settings.observe_links {
            self.probe_soon(key, now);
        }
    }

    fn port_down(&mut self, key: PortKey) {
        let Some(entry) = self.entry(key) else { return };
        entry.rest();
        let outward: Vec<PortKey> = entry.out.iter().map(|out| out.dst).collect();
        let inward = entry.inward.clone();
        outward.into_iter().for_each(|dst| self.cut(key, dst));
        inward.into_iter().for_each(|src| self.cut(src, key));
    }

    // -- probes ------------------------------------------------------------------------------------

    /// When [`handle_timeout`](Discovery::handle_timeout) is wanted.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let due = [self.schedule.next(), self.hosts.deadline()].into_iter().flatten().min()?;
        Some(self.looked.map_or(due, |looked| due.max(looked + TICK)))
    }

    /// Does what is due.
    pub(super) fn handle_timeout(&mut self, now: Instant) {
        self.looked = Some(now);
        let silent = self.hosts.age(now, &self.settings);
        self.outputs.extend(silent.into_iter().map(Output::HostDelete));
        let mut left = self.allowance();
        while left > 0 {
            let Some((key, stamp)) = self.schedule.pop(now) else { break };
            if self.entry(key).is_some_and(|entry| entry.stamp == Some(stamp)) {
                left -= 1;
                self.look_at_port(key, now);
            }
        }
    }

    /// Probes that may go out now: a quarter more than is needed for each port to have its turn.
    fn allowance(&self) -> usize {
        let share = TICK.as_secs_f64() / self.settings.interval.as_secs_f64();
        let needed = self.port_count as f64 * share * 1.25;
        BURST.max(needed.ceil() as usize)
    }

    /// The turn of a port: which links are missed, which hosts may be taken for some, a probe.
    fn look_at_port(&mut self, key: PortKey, now: Instant) {
        self.drop_missed(key, now);
        self.take_waiting(key, now);
        let interval = self.settings.interval;
        let Discovery { switches, seal, schedule, counters, outputs, .. } = self;
        let ports = switches.get_mut(&key.dpid);
        let Some(entry) = ports.and_then(|ports| ports.get_mut(&key.port_no)) else { return };
        let (frame, number) = probe::write(&entry.port, seal.as_mut());
        entry.probes.sent(number, now);
        entry.settles.get_or_insert(now + interval + interval / 2);
        entry.stamp = Some(schedule.ask(key, now + interval));
        counters.lldp_sent += 1;
        outputs.push_back(Output::Probe { port: key, frame });
    }

    /// Sends a probe as soon as may be: not sooner than a ninth of the interval after the last one, so
    /// that a port that flaps costs no more than others.
    fn probe_soon(&mut self, key: PortKey, now: Instant) {
        let gap = self.settings.interval / 9;
        let Some(entry) = self.entry(key) else { return };
        let at = entry.probes.last().map_or(now, |last| now.max(last + gap));
        let stamp = self.schedule.ask(key, at);
        if let Some(entry) = self.entry(key) {
            entry.stamp = Some(stamp);
        }
        if self.schedule.is_littered(self.port_count) {
            let switches = &self.switches;
            self.schedule.clear(|PortKey { dpid, port_no }, stamp| {
                let entry = switches.get(&dpid).and_then(|ports| ports.get(&port_no));
                entry.is_some_and(|entry| entry.stamp == Some(stamp))
            });
        }
    }

    /// Ends the links that too many probes in a row have not come through.
    fn drop_missed(&mut self, key: PortKey, now: Instant) {
        let limit = self.settings.miss_limit;
        let Some(entry) = self.entry(key) else { return };
        let count = entry.probes.count();
        let missed = entry.out.iter().filter(|out| count.saturating_sub(out.heard) >= limit);
        let missed: Vec<PortKey> = missed.map(|out| out.dst).collect();
        for dst in missed {
            self.cut(key, dst);
            // It is likely that nothing comes through in the other direction either.
            if let Some(entry) = self.entry(dst) {
                let last_chance = (entry.probes.count() + 1).saturating_sub(limit);
                if let Some(back) = entry.out.iter_mut().find(|out| out.dst == key) {
                    back.heard = back.heard.min(last_chance);
                    self.probe_soon(dst, now);
                }
            }
            // What comes by this port now need not be of a host.
            let settles = now + self.settings.interval.saturating_mul(3);
            for end in [key, dst] {
                if let Some(entry) = self.entry(end).filter(|entry| !entry.is_link_end()) {
                    entry.settles = Some(settles);
                }
            }
        }
    }

    // -- links -------------------------------------------------------------------------------------

    /// An LLDP frame came in. False if it is of somebody else.
    fn lldp(&mut self, dst: PortKey, frame: &[u8], now: Instant) -> bool {
        self.counters.lldp_received += 1;
        let rate_limit = self.settings.rate_limit;
        let Some(entry) = self.entry(dst) else {
            self.counters.lldp_refused.count(Refusal::NoPort);
            return false;
        };
        if !entry.rate.take(now, rate_limit) {
            self.counters.lldp_limited += 1;
            return false;
        }
        let Some(claim) = probe::read(frame) else {
            self.counters.lldp_foreign += 1;
            return false;
        };
        if let Err(why) = self.believe(dst, &claim, now) {
            self.refuse(dst, why, now);
        }
        true
    }

    fn believe(&mut self, dst: PortKey, claim: &Claim<'_>, now: Instant) -> Result<(), Refusal> {
        let src = PortKey { dpid: claim.dpid, port_no: claim.port_no };
        let number = match (&self.seal, claim.signature) {
            (None, _) => None,
            (Some(_), None) => return Err(Refusal::Unsigned),
            (Some(seal), Some(signature)) => {
                if !seal.verify(signature.message, signature.tag) {
                    return Err(Refusal::Forged);
                }
                Some(signature.number)
            }
        };
        let live = |entry: &&PortEntry| entry.port.is_live();
        let from = self.get(src).filter(live).ok_or(Refusal::NoPort)?;
        let heard = match number {
            None => from.probes.count(),
            Some(number) => {
                let freshness = self.settings.freshness();
                from.probes.find(number, now, freshness).ok_or(Refusal::Stale)?
            }
        };
        if src.dpid == dst.dpid {
            self.counters.lldp_same_switch += 1;
            return Ok(());
        }
        let to = self.get(dst).filter(live).ok_or(Refusal::NoPort)?;
        let has_host = !to.is_link_end() && to.edge.had_host(now, self.settings.host_hold);
        if has_host && self.seal.is_some() {
            return Err(Refusal::HostPort);
        }
        self.found(src, dst, heard, has_host, now)?;
        self.counters.lldp_accepted += 1;
        Ok(())
    }

    /// A probe went from `src` to `dst`.
    fn found(
        &mut self,
        src: PortKey,
        dst: PortKey,
        heard: u64,
        is_doubtful: bool,
        now: Instant,
    ) -> Result<(), Refusal> {
        let Some(from) = self.entry(src) else { return Err(Refusal::NoPort) };
        if let Some(known) = from.out.iter_mut().find(|out| out.dst == dst) {
            known.heard = known.heard.max(heard);
            return Ok(());
        }
        let is_full = from.out.len() >= LINKS_PER_PORT;
        let (is_back_known, src_port) = (from.inward.contains(&dst), from.port);
        let Some(to) = self.entry(dst) else { return Err(Refusal::NoPort) };
        if is_full || to.inward.len() >= LINKS_PER_PORT {
            return Err(Refusal::TooMany);
        }
        to.inward.push(src);
        let link = Link { src: src_port, dst: to.port, is_doubtful };
        if let Some(from) = self.entry(src) {
            from.out.push(Outward { dst, heard, is_doubtful });
        }
        self.outputs.push_back(Output::LinkAdd(link));
        for end in [src, dst] {
            self.forget_hosts(end);
            if let Some(entry) = self.entry(end) {
                entry.waiting = Vec::new();
                if !is_doubtful {
                    entry.edge.forget();
                }
            }
        }
        if !is_back_known {
            // It is likely that the other direction is there, too.
            self.probe_soon(dst, now);
        }
        Ok(())
    }

    /// A link has gone.
    fn cut(&mut self, src: PortKey, dst: PortKey) {
        let Some(from) = self.entry(src) else { return };
        let Some(at) = from.out.iter().position(|out| out.dst == dst) else { return };
        let out = from.out.remove(at);
        let src_port = from.port;
        let link = self.link(src_port, &out);
        self.outputs.extend(link.map(Output::LinkDelete));
        if let Some(to) = self.entry(dst) {
            to.inward.retain(|other| *other != src);
        }
    }

    fn refuse(&mut self, dst: PortKey, why: Refusal, now: Instant) {
        self.counters.lldp_refused.count(why);
        if why == Refusal::NoPort {
            // A switch that is on its way in or out, mostly.
            return;
        }
        let Some(entry) = self.entry(dst).filter(|entry| entry.is_warning_due(now)) else { return };
        let port = entry.port;
        if self.told.take(now, REFUSALS_TOLD) {
            self.outputs.push_back(Output::Refused { port, why });
            if let Some(entry) = self.entry(dst) {
                entry.warned = Some(now);
            }
        }
    }

    // -- hosts -------------------------------------------------------------------------------------

    /// A frame that is no LLDP came in.
    fn frame_of_host(&mut self, key: PortKey, frame: &[u8], now: Instant) {
        let is_observing = self.settings.observe_links;
        let Some(entry) = self.get(key) else { return };
        if entry.is_link_end() || !entry.port.is_live() {
            return;
        }
        let is_settled = !is_observing || entry.is_settled(now);
        let has_waiting = !entry.waiting.is_empty();
        let Some(sighting) = Sighting::read(frame) else { return };
        if is_settled && has_waiting {
            self.take_waiting(key, now);
        }
        if is_settled || self.hosts.is_at(sighting.mac, key) {
            self.see(key, &sighting, now);
            if is_settled && let Some(entry) = self.get(key) {
                entry.edge.open();
            }
        } else if let Some(entry) = self.entry(key)
            && !entry.wait(sighting)
        {
            self.counters.hosts_dropped += 1;
        }
    }

    /// Those that were seen before it was known whether the port has a link.
    fn take_waiting(&mut self, key: PortKey, now: Instant) {
        let Some(entry) = self.entry(key).filter(|entry| entry.is_settled(now)) else { return };
        for sighting in std::mem::take(&mut entry.waiting) {
            self.see(key, &sighting, now);
        }
    }

    fn see(&mut self, key: PortKey, sighting: &Sighting, now: Instant) {
        let Some(entry) = self.get(key) else { return };
        let (port, edge) = (entry.port, Rc::clone(&entry.edge));
        edge.hear(now);
        let seen = self.hosts.see(sighting, (port, &edge), now, &self.settings);
        let (output, forgotten) = match seen {
            Change::None => return,
            Change::Added { host, forgotten } => (Output::HostAdd(host), forgotten),
            Change::Moved { src, dst, forgotten } => (Output::HostMove { src, dst }, forgotten),
            Change::TooFast => {
                self.counters.host_moves_limited += 1;
                return;
            }
            Change::TooMany => {
                self.counters.hosts_dropped += 1;
                return;
            }
        };
        if let Some(host) = forgotten {
            self.counters.hosts_dropped += 1;
            self.outputs.push_back(Output::HostDelete(host));
        }
        self.outputs.push_back(output);
    }

    fn forget_hosts(&mut self, key: PortKey) {
        let gone = self.hosts.forget_port(key);
        self.outputs.extend(gone.into_iter().map(Output::HostDelete));
    }
}
