//! The table of hosts.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use crate::ofproto::{Dpid, PortNo};
use crate::wire::MacAddr;

use super::discovery::PortKey;
use super::host::Host;
use super::options::Settings;
use super::port::Port;
use super::sighting::Sighting;

/// Most hosts that are known.
pub const HOSTS_MAX: usize = 100_000;

/// Most hosts that are known at one port; then the one that came first is forgotten.
pub const HOSTS_PER_PORT: usize = 4096;

/// Hosts that are forgotten for their silence in one go.
const AGED_AT_ONCE: usize = 1000;

/// The hosts, by address, by port and by when to look whether they are silent.
#[derive(Debug, Default)]
pub(super) struct Hosts {
    known: BTreeMap<MacAddr, Known>,
    by_port: BTreeMap<PortKey, BTreeSet<(u64, MacAddr)>>,
    ages: BTreeSet<(Instant, MacAddr)>,
    last: u64,
}

#[derive(Debug)]
struct Known {
    host: Host,
    /// Its place among the hosts of its port.
    order: u64,
    seen: Instant,
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
    /// A host was seen at `port`.
    pub(super) fn see(
        &mut self,
        sighting: &Sighting,
        port: Port,
        now: Instant,
        settings: &Settings,
    ) -> Change {
        let key = PortKey::of(&port);
        let Some(known) = self.known.get_mut(&sighting.mac) else {
            return self.add(sighting, port, now, settings);
        };
        if known.host.port == port {
            known.seen = now;
            sighting.note(&mut known.host);
            return Change::None;
        }
        let is_too_soon =
            |moved: Instant| now.saturating_duration_since(moved) < settings.move_interval;
        if known.moved.is_some_and(is_too_soon) {
            return Change::TooFast;
        }
        let src = known.host.clone();
        let old = (known.order, sighting.mac);
        self.last += 1;
        (known.order, known.seen, known.moved) = (self.last, now, Some(now));
        known.host.port = port;
        sighting.note(&mut known.host);
        let dst = known.host.clone();
        self.leave_port(PortKey::of(&src.port), old);
        let forgotten = self.make_room(key);
        self.by_port.entry(key).or_default().insert((self.last, sighting.mac));
        Change::Moved { src, dst, forgotten }
    }

    fn add(
        &mut self,
        sighting: &Sighting,
        port: Port,
        now: Instant,
        settings: &Settings,
    ) -> Change {
        let (key, mac) = (PortKey::of(&port), sighting.mac);
        let forgotten = self.make_room(key);
        if self.known.len() >= HOSTS_MAX {
            return Change::TooMany;
        }
        let mut host = Host::new(mac, port);
        sighting.note(&mut host);
        self.last += 1;
        let due = settings.host_timeout.map(|timeout| now + timeout);
        self.ages.extend(due.map(|due| (due, mac)));
        self.by_port.entry(key).or_default().insert((self.last, mac));
        let added = Known { host: host.clone(), order: self.last, seen: now, due, moved: None };
        self.known.insert(mac, added);
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
        let Known { host, order, due, .. } = self.known.remove(&mac)?;
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
        self.known.get(&mac).is_some_and(|known| PortKey::of(&known.host.port) == key)
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
                known.due = Some(again);
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
            return self.known.values().map(|known| known.host.clone()).collect();
        };
        let (first, last) =
            (PortKey { dpid, port_no: PortNo(0) }, PortKey { dpid, port_no: PortNo::ANY });
        let there = self.by_port.range(first..=last).flat_map(|(_, hosts)| hosts);
        there.filter_map(|(_, mac)| self.known.get(mac)).map(|known| known.host.clone()).collect()
    }
}
