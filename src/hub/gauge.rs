//! The gauge: how busy the loop is, and which task takes longest.
//!
//! It reads the clock twice per look at the sockets, not per poll. When what lay between two looks
//! took suspiciously long, the polls that follow are timed one by one, so that a task that takes
//! long more than once gets its name into the report; one that took long all by itself gets there
//! at once.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

/// What makes it suspicious: a loop that handles packets has turns of microseconds.
const SUSPICIOUS: Duration = Duration::from_millis(1);
/// How many polls are timed one by one then.
const TIMED_POLLS: u32 = 4096;

#[derive(Default)]
pub(super) struct Gauge {
    is_on: Cell<bool>,
    /// When the loop came back from its last wait.
    start: Cell<Option<Instant>>,
    looks: Cell<u64>,
    busy: Cell<Duration>,
    waited: Cell<Duration>,
    /// When the loop began to wait.
    pause: Cell<Option<Instant>>,
    longest_turn: Cell<Duration>,
    timed: Cell<u32>,
    longest: RefCell<Option<Longest>>,
}

/// The poll that took longest of those that were timed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Longest {
    /// Name and place of spawning of the task.
    pub who: String,
    /// For how long it ran without a wait.
    pub took: Duration,
}

/// What the loop has been doing since it is measured; see
/// [`Handle::report`](super::Handle::report).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How often tasks were polled since the hub was made (modulo 2^32).
    pub polls: u32,
    /// How often the loop looked at its sockets and timers.
    pub looks: u64,
    /// Time spent in tasks and hooks.
    pub busy: Duration,
    /// Time spent waiting for sockets and timers.
    pub waited: Duration,
    /// The longest time between two looks: for so long, sockets and timers had to wait.
    pub longest_turn: Duration,
    /// The longest poll of those that were timed, and whose it was.
    pub longest_poll: Option<Longest>,
    /// How often the [stall watch](super::Handle::watch_stalls) found the loop stuck.
    pub stalls: u64,
    /// The longest of these.
    pub longest_stall: Duration,
    /// Tasks that have not finished.
    pub tasks: usize,
    /// Tasks that will be polled in the next batch: the length of the run queue.
    pub runnable: usize,
    /// Tasks that wait for the background's turn.
    pub runnable_in_background: usize,
    /// Armed timers.
    pub timers: usize,
    /// The time until the next timer fires.
    pub next_timer: Option<Duration>,
    /// Registered sockets and other descriptors.
    pub sources: usize,
}

impl Gauge {
    pub(super) fn set(&self, is_on: bool) {
        self.is_on.set(is_on);
        self.start.set(None);
        self.pause.set(None);
    }

    #[inline]
    pub(super) fn is_on(&self) -> bool {
        self.is_on.get()
    }

    /// Whether the polls to come are timed one by one.
    #[inline]
    pub(super) fn is_timing(&self) -> bool {
        self.timed.get() > 0
    }

    /// The loop is back from a wait.
    pub(super) fn woke(&self, now: Instant) {
        self.looks.set(self.looks.get() + 1);
        if let Some(pause) = self.pause.take() {
            self.waited.set(self.waited.get() + now.saturating_duration_since(pause));
        }
        self.start.set(Some(now));
    }

    /// The loop is about to wait; `polls` since it came back. `who` names the last one polled.
    pub(super) fn waits(&self, now: Instant, polls: u32, who: impl FnOnce() -> String) {
        self.pause.set(Some(now));
        let Some(start) = self.start.take() else { return };
        let took = now.saturating_duration_since(start);
        self.busy.set(self.busy.get() + took);
        self.longest_turn.set(self.longest_turn.get().max(took));
        if took >= SUSPICIOUS {
            self.timed.set(TIMED_POLLS);
            if polls == 1 {
                self.offer(took, who);
            }
        }
    }

    /// One poll took that long.
    pub(super) fn polled(&self, took: Duration, who: impl FnOnce() -> String) {
        self.timed.set(self.timed.get().saturating_sub(1));
        if took >= SUSPICIOUS {
            self.offer(took, who);
        }
    }

    fn offer(&self, took: Duration, who: impl FnOnce() -> String) {
        let mut longest = self.longest.borrow_mut();
        if longest.as_ref().is_none_or(|longest| took > longest.took) {
            *longest = Some(Longest { who: who(), took });
        }
    }

    /// What is known of time.
    pub(super) fn fill(&self, report: &mut Report) {
        report.looks = self.looks.get();
        report.busy = self.busy.get();
        report.waited = self.waited.get();
        report.longest_turn = self.longest_turn.get();
        report.longest_poll = self.longest.borrow().clone();
    }
}
