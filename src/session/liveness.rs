//! Whether the peer is there: echo requests, and how many of them were followed by silence.

use std::time::{Duration, Instant};

/// What has to be done about a peer that has not been heard of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Probe {
    /// Ask it.
    Ask,
    /// Give it up: this many requests were followed by silence.
    GiveUp(u32),
}

/// The clockwork of echo requests.
#[derive(Debug)]
pub(super) struct Liveness {
    interval: Duration,
    max_unanswered: u32,
    /// `None` if there is no probing.
    due: Option<Instant>,
    unanswered: u32,
    is_reading: bool,
}

impl Liveness {
    /// Probing from `now` on, unless one of the numbers is zero.
    pub(super) fn new(interval: Duration, max_unanswered: u32, now: Instant) -> Self {
        let probes = !interval.is_zero() && max_unanswered > 0;
        let due = probes.then(|| now + interval);
        Liveness { interval, max_unanswered, due, unanswered: 0, is_reading: true }
    }

    /// The peer has said something.
    pub(super) fn heard(&mut self) {
        self.unanswered = 0;
    }

    /// Whether what the peer says is read. Of one that is not read from, silence says nothing.
    pub(super) fn set_reading(&mut self, now: Instant, is_reading: bool) {
        if is_reading && !self.is_reading {
            self.unanswered = 0;
            self.due = self.due.map(|_| now + self.interval);
        }
        self.is_reading = is_reading;
    }

    /// When [`Liveness::probe`] wants to be called, if ever.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.due.filter(|_| self.is_reading)
    }

    /// What is due at `now`, if anything is.
    pub(super) fn probe(&mut self, now: Instant) -> Option<Probe> {
        let due = self.deadline().filter(|due| now >= *due)?;
        if self.unanswered >= self.max_unanswered {
            return Some(Probe::GiveUp(self.unanswered));
        }
        self.unanswered += 1;
        // From the last due time, so that the period does not drift; from now if that has passed.
        let next = due + self.interval;
        self.due = Some(if next > now { next } else { now + self.interval });
        Some(Probe::Ask)
    }
}
