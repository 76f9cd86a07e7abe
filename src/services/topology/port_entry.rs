//! What discovery knows of one port.

use std::rc::Rc;
use std::time::{Duration, Instant};

use super::discovery::PortKey;
use super::edge::Edge;
use super::port::Port;
use super::schedule::Stamp;
use super::sighting::Sighting;

/// Hosts that wait at one port until it is known whether it has a link.
const WAITING_MAX: usize = 64;

/// Time between two log lines about frames that were refused at one port.
const WARN_INTERVAL: Duration = Duration::from_secs(60);

/// A port.
#[derive(Debug)]
pub(super) struct PortEntry {
    pub(super) port: Port,
    /// Where probes from here have come in.
    pub(super) out: Vec<Outward>,
    /// Where the probes were sent that have come in here.
    pub(super) inward: Vec<PortKey>,
    pub(super) probes: Probes,
    /// The entry of the schedule that counts.
    pub(super) stamp: Option<Stamp>,
    /// From when on what comes in is of a host, unless there is a link; `None` until a probe was sent.
    pub(super) settles: Option<Instant>,
    pub(super) waiting: Vec<Sighting>,
    /// What its hosts have of it.
    pub(super) edge: Rc<Edge>,
    pub(super) rate: Rate,
    /// When a frame that was refused was told of last.
    pub(super) warned: Option<Instant>,
}

/// The other end of a link.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outward {
    pub(super) dst: PortKey,
    /// The count of the last probe that came through.
    pub(super) heard: u64,
    pub(super) is_doubtful: bool,
}

impl PortEntry {
    pub(super) fn new(port: Port) -> PortEntry {
        PortEntry {
            port,
            out: Vec::new(),
            inward: Vec::new(),
            probes: Probes::default(),
            stamp: None,
            settles: None,
            waiting: Vec::new(),
            edge: Rc::new(Edge::new(PortKey::of(&port))),
            rate: Rate::default(),
            warned: None,
        }
    }

    /// Whether the port is an end of a link.
    pub(super) fn is_link_end(&self) -> bool {
        !self.out.is_empty() || !self.inward.is_empty()
    }

    pub(super) fn is_settled(&self, now: Instant) -> bool {
        self.settles.is_some_and(|settles| settles <= now)
    }

    /// The port has gone down.
    pub(super) fn rest(&mut self) {
        (self.stamp, self.settles) = (None, None);
        self.waiting = Vec::new();
    }

    /// Keeps a sighting for later; false if there is no room.
    pub(super) fn wait(&mut self, sighting: Sighting) -> bool {
        let has_room = self.waiting.len() < WAITING_MAX;
        match self.waiting.iter_mut().find(|waiting| waiting.mac == sighting.mac) {
            Some(waiting) => waiting.said.add(sighting.said),
            None if !has_room => return false,
            None => self.waiting.push(sighting),
        }
        true
    }

    /// Whether it is time for a log line about a frame that was refused.
    pub(super) fn is_warning_due(&self, now: Instant) -> bool {
        let is_soon = |last: Instant| now.saturating_duration_since(last) < WARN_INTERVAL;
        !self.warned.is_some_and(is_soon)
    }
}

/// Probes that may come in late and still count.
const REMEMBERED: usize = 4;

/// The probes that were sent from a port.
#[derive(Debug, Default)]
pub(super) struct Probes {
    count: u64,
    /// Number and time of the last ones; probe n has place n modulo their number.
    last: [Option<(u64, Instant)>; REMEMBERED],
}

impl Probes {
    /// How many were sent.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// When the last one was sent.
    pub(super) fn last(&self) -> Option<Instant> {
        self.last[self.place()].map(|(_, at)| at)
    }

    pub(super) fn sent(&mut self, number: u64, now: Instant) {
        self.count += 1;
        let place = self.place();
        self.last[place] = Some((number, now));
    }

    /// The last one was not sent after all.
    pub(super) fn take_back(&mut self) {
        let place = self.place();
        self.last[place] = None;
        self.count = self.count.saturating_sub(1);
    }

    /// Which one has this number, if it was sent less than `freshness` ago.
    pub(super) fn find(&self, number: u64, now: Instant, freshness: Duration) -> Option<u64> {
        let back = (0..REMEMBERED as u64).take_while(|back| *back < self.count);
        let mut found = back.map(|back| self.count - back).filter(|count| {
            let sent = self.last[*count as usize % REMEMBERED];
            sent.is_some_and(|(known, at)| {
                known == number && now.saturating_duration_since(at) <= freshness
            })
        });
        found.next()
    }

    fn place(&self) -> usize {
        self.count as usize % REMEMBERED
    }
}

/// How much came in lately: the time until which what was taken lasts.
#[derive(Debug, Default)]
pub(super) struct Rate {
    until: Option<Instant>,
}

impl Rate {
    /// What may come at once.
    const BURST: Duration = Duration::from_secs(1);

    /// Whether one more may be taken, of `per_second`.
    pub(super) fn take(&mut self, now: Instant, per_second: u32) -> bool {
        let until =
            self.until.map_or(now, |until| until.max(now)) + Self::BURST / per_second.max(1);
        if until > now + Self::BURST {
            return false;
        }
        self.until = Some(until);
        true
    }
}
