//! Whether the peer is there: echo requests, and how many of them were followed by silence.

use std::time::{Duration, Instant};

/// What has to be done about a peer that has not been heard of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Probe {
    /// Ask it.
    Ask,
    /// Give it up: this many requests were followed by silence.
    GiveUp(u32),
    /// Give it up: nothing has come for this long.
    Idle(Duration),
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
    /// Zero if silence alone ends nothing.
    idle_limit: Duration,
    idle_due: Option<Instant>,
    /// Something came since the time was last known.
    was_heard: bool,
}

impl Liveness {
    /// Probing from `now` on, unless one of the numbers is zero; and an end after so much silence,
    /// unless that is zero.
    pub(super) fn new(
        interval: Duration,
        max_unanswered: u32,
        idle_limit: Duration,
        now: Instant,
    ) -> Self {
        let probes = !interval.is_zero() && max_unanswered > 0;
        Liveness {
            interval,
            max_unanswered,
            due: probes.then(|| now + interval),
            unanswered: 0,
            is_reading: true,
            idle_limit,
            idle_due: (!idle_limit.is_zero()).then(|| now + idle_limit),
            was_heard: false,
        }
    }

    /// The peer has said something.
    pub(super) fn heard(&mut self) {
        self.unanswered = 0;
        self.was_heard = true;
    }

    /// Silence counts from here if the peer has said something.
    fn note(&mut self, now: Instant) {
        if std::mem::take(&mut self.was_heard) {
            self.idle_due = self.idle_due.map(|_| now + self.idle_limit);
        }
    }

    /// Whether what the peer says is read. Of one that is not read from, silence says nothing.
    pub(super) fn set_reading(&mut self, now: Instant, is_reading: bool) {
        self.note(now);
        if is_reading && !self.is_reading {
            self.unanswered = 0;
            self.due = self.due.map(|_| now + self.interval);
            self.idle_due = self.idle_due.map(|_| now + self.idle_limit);
        }
        self.is_reading = is_reading;
    }

    /// When [`Liveness::probe`] wants to be called, if ever.
    pub(super) fn deadline(&self) -> Option<Instant> {
        if !self.is_reading {
            return None;
        }
        [self.due, self.idle_due].into_iter().flatten().min()
    }

    /// What is due at `now`, if anything is.
    pub(super) fn probe(&mut self, now: Instant) -> Option<Probe> {
        self.note(now);
        if !self.is_reading {
            return None;
        }
        if self.idle_due.is_some_and(|due| now >= due) {
            return Some(Probe::Idle(self.idle_limit));
        }
        let due = self.due.filter(|due| now >= *due)?;
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
