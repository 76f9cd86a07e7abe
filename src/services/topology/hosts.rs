//! The table of hosts.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hint::black_box;
use std::rc::Rc;
use std::time::Instant;

use foldhash::quality::RandomState;

use crate::ofproto::{Dpid, PortNo};
use crate::wire::MacAddr;

use super::discovery::PortKey;
use super::edge::Edge;
use super::host::Host;
use super::options::Settings;
use super::port::Port;
use super::sighting::{Said, Sighting};

/// Most hosts that are known.
pub const HOSTS_MAX: usize = 100_000;

/// Most hosts that are known at one port; then the one that came first is forgotten.
pub const HOSTS_PER_PORT: usize = 4096;

/// Hosts that are forgotten for their silence in one go.
const AGED_AT_ONCE: usize = 1000;

/// The hosts, by address, by port and by when to look whether they are silent.
#[derive(Debug, Default)]
pub(super) struct Hosts {
    /// The hash has a key drawn at random: the addresses are the hosts' to choose.
    known: HashMap<MacAddr, Known, RandomState>,
    by_port: BTreeMap<PortKey, BTreeSet<(u64, MacAddr)>>,
    ages: BTreeSet<(Instant, MacAddr)>,
    last: u64,
}

/// What each frame of a host is compared with. The rest stands apart, so that the table is small: a look
/// into it costs as much as it misses the caches.
#[derive(Debug)]
struct Known {
    /// What it said last: the ends of the lists in its record.
    said: Said,
    seen: Instant,
    /// Of the port where it is.
    edge: Rc<Edge>,
    record: Box<Record>,
}

#[derive(Debug)]
struct Record {
    host: Host,
    /// Its place among the hosts of its port.
    order: u64,
    /// When its age is looked at.
    due: Option<Instant>,
    moved: Option<Instant>,
}

/// What a sighting brought about.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// Nothing that anybody is told of.
    None,
    /// A new host, and the one that made room for it.
    Added { host: Host, forgotten: Option<Host> },
    /// It is somewhere else.
    Moved { src: Host, dst: Host, forgotten: Option<Host> },
    /// It moves too fast to be believed.
    TooFast,
    /// There are as many hosts as there may be.
    TooMany,
}

impl Hosts {
    /// Whether it is of a host that is known at that port, while its edge is open, and says nothing new;
    /// that host was heard again then.
    #[inline]
    pub(super) fn hear_again(&mut self, sighting: &Sighting, key: PortKey, now: Instant) -> bool {
        match self.known.get_mut(&sighting.mac) {
            Some(known) if known.edge.is_open_at(key) && known.said.covers(sighting.said) => {
                known.seen = now;
                known.edge.hear(now);
                true
            }
            _ => false,
        }
    }

    /// Looks where this address stands, and tells nothing: whoever sees a frame of that host next is
    /// answered sooner.
    #[inline]
    pub(super) fn look_up(&self, mac: MacAddr) {
        black_box(self.known.get(&mac).map(|known| known.seen));
    }

    /// A host was seen at `port`, which has that edge.
    pub(super) fn see(
        &mut self,
        sighting: &Sighting,
        (port, edge): (Port, &Rc<Edge>),
        now: Instant,
        settings: &Settings,
    ) -> Change {
        let key = PortKey::of(&port);
        let Some(known) = self.known.get_mut(&sighting.mac) else {
            return self.add(sighting, (port, edge), now, settings);
        };
        let record = &mut *known.record;
        if record.host.port == port {
            known.seen = now;
            known.said.add(sighting.said);
            sighting.said.note(&mut record.host);
            return Change::None;
        }
        let is_too_soon =
            |moved: Instant| now.saturating_duration_since(moved) < settings.move_interval;
        if record.moved.is_some_and(is_too_soon) {
            return Change::TooFast;
        }
        let src = record.host.clone();
        let old = (record.order, sighting.mac);
        self.last += 1;
        (record.order, known.seen, record.moved) = (self.last, now, Some(now));
        (record.host.port, known.edge) = (port, Rc::clone(edge));
        known.said.add(sighting.said);
        sighting.said.note(&mut record.host);
        let dst = record.host.clone();
        self.leave_port(PortKey::of(&src.port), old);
        let forgotten = self.make_room(key);
        self.by_port.entry(key).or_default().insert((self.last, sighting.mac));
        Change::Moved { src, dst, forgotten }
    }

    fn add(
        &mut self,
        sighting: &Sighting,
        (port, edge): (Port, &Rc<Edge>),
        now: Instant,
        settings: &Settings,
    ) -> Change {
        let (key, mac) = (PortKey::of(&port), sighting.mac);
        let forgotten = self.make_room(key);
        if self.known.len() >= HOSTS_MAX {
            return Change::TooMany;
        }
        let mut host = Host::new(mac, port);
        sighting.said.note(&mut host);
        self.last += 1;
        let due = settings.host_timeout.map(|timeout| now + timeout);
        self.ages.extend(due.map(|due| (due, mac)));
        self.by_port.entry(key).or_default().insert((self.last, mac));
        let record = Record { host: host.clone(), order: self.last, due, moved: None };
        let (said, edge) = (sighting.said, Rc::clone(edge));
        self.known.insert(mac, Known { said, seen: now, edge, record: Box::new(record) });
        Change::Added { host, forgotten }
    }

    /// Forgets the first host of a port that has as many as it may have.
    fn make_room(&mut self, key: PortKey) -> Option<Host> {
        let hosts = self.by_port.get(&key).filter(|hosts| hosts.len() >= HOSTS_PER_PORT)?;
        let &(_, mac) = hosts.first()?;
        self.forget(mac)
    }

    fn leave_port(&mut self, key: PortKey, host: (u64, MacAddr)) {
        if let Some(hosts) = self.by_port.get_mut(&key) {
            hosts.remove(&host);
            if hosts.is_empty() {
                self.by_port.remove(&key);
            }
        }
    }

    fn forget(&mut self, mac: MacAddr) -> Option<Host> {
        let Record { host, order, due, .. } = *self.known.remove(&mac)?.record;
        if let Some(due) = due {
            self.ages.remove(&(due, mac));
        }
        self.leave_port(PortKey::of(&host.port), (order, mac));
        Some(host)
    }

    /// Forgets the hosts of a port; says which they were.
    pub(super) fn forget_port(&mut self, key: PortKey) -> Vec<Host> {
        let there = self.by_port.remove(&key).unwrap_or_default();
        there.into_iter().filter_map(|(_, mac)| self.forget(mac)).collect()
    }

    /// Whether a host is known to be at that port.
    pub(super) fn is_at(&self, mac: MacAddr, key: PortKey) -> bool {
        self.known.get(&mac).is_some_and(|known| PortKey::of(&known.record.host.port) == key)
    }

    /// When to look for silent hosts.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.ages.first().map(|(due, _)| *due)
    }

    /// Forgets hosts that have been silent for too long; says which they were.
    pub(super) fn age(&mut self, now: Instant, settings: &Settings) -> Vec<Host> {
        let mut silent = Vec::new();
        let Some(timeout) = settings.host_timeout else { return silent };
        for _ in 0..AGED_AT_ONCE {
            let Some(&(due, mac)) = self.ages.first().filter(|(due, _)| *due <= now) else { break };
            self.ages.remove(&(due, mac));
            let Some(known) = self.known.get_mut(&mac) else { continue };
            let again = known.seen + timeout;
            if again > now {
                known.record.due = Some(again);
                self.ages.insert((again, mac));
            } else {
                silent.extend(self.forget(mac));
            }
        }
        silent
    }

    /// The hosts, by address; those of one switch, by port.
    pub(super) fn list(&self, dpid: Option<Dpid>) -> Vec<Host> {
        let Some(dpid) = dpid else {
            let mut all: Vec<_> = self.known.values().map(Known::host).collect();
            all.sort_unstable_by_key(|host| host.mac);
            return all.into_iter().cloned().collect();
        };
        let (first, last) =
            (PortKey { dpid, port_no: PortNo(0) }, PortKey { dpid, port_no: PortNo::ANY });
        let there = self.by_port.range(first..=last).flat_map(|(_, hosts)| hosts);
        there.filter_map(|(_, mac)| self.known.get(mac)).map(Known::host).cloned().collect()
    }
}

impl Known {
    fn host(&self) -> &Host {
        &self.record.host
    }
}
