//! Looking again before sleeping: what it takes to be woken up is often longer than the wait.
//!
//! A thread that sleeps in `epoll_wait` has to be scheduled again, and on a virtual machine its core
//! has to be woken, too: some ten microseconds. Where the next message comes sooner than that, it is
//! quicker to look again. Only where it does come: after a look in vain the loop sleeps at once,
//! until a wait turns out to have been short. So an idle loop looks no more often than without.

use std::cell::Cell;
use std::task::Waker;
use std::time::{Duration, Instant};

use super::reactor::Reactor;
use crate::clock::Clock;

#[derive(Default)]
pub(super) struct BusyPoll {
    /// For how long to look again; zero is not at all.
    limit: Cell<Duration>,
    /// The last wait was shorter than that.
    is_worth_it: Cell<bool>,
}

impl BusyPoll {
    pub(super) fn set(&self, limit: Duration) {
        self.limit.set(limit);
        self.is_worth_it.set(false);
    }

    /// As [`Reactor::wait`], for a wait of `patience`.
    #[inline]
    pub(super) fn wait(
        &self,
        reactor: &Reactor,
        clock: &Clock,
        patience: Option<Duration>,
        wakers: &mut Vec<Waker>,
    ) {
        let is_wait = patience != Some(Duration::ZERO);
        match self.limit.get() {
            limit if is_wait && !limit.is_zero() && !clock.is_test() => {
                self.wait_busily(limit, reactor, clock, patience, wakers);
            }
            // Without a socket there is nothing to look at.
            _ if !is_wait && reactor.len() == 0 => {}
            _ => {
                reactor.wait(patience, wakers);
            }
        }
    }

    fn wait_busily(
        &self,
        limit: Duration,
        reactor: &Reactor,
        clock: &Clock,
        patience: Option<Duration>,
        wakers: &mut Vec<Waker>,
    ) {
        let start = clock.now();
        let end = start + patience.unwrap_or(limit).min(limit);
        let mut now = start;
        while self.is_worth_it.get() && now < end {
            if reactor.wait(Some(Duration::ZERO), wakers) {
                return;
            }
            now = clock.now();
        }
        let left = patience.map(|patience| patience.saturating_sub(since(start, now)));
        let is_news = reactor.wait(left, wakers);
        self.is_worth_it.set(is_news && since(start, clock.now()) < limit);
    }
}

fn since(start: Instant, now: Instant) -> Duration {
    now.saturating_duration_since(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_looks_again_only_after_a_wait_that_was_short() {
        let (reactor, doorbell) = Reactor::new().unwrap();
        let (busy, clock, mut wakers) = (BusyPoll::default(), Clock::real(), Vec::new());
        let hour = Duration::from_secs(3600);
        let mut wait = |patience| {
            busy.wait(&reactor, &clock, patience, &mut wakers);
            busy.is_worth_it.get()
        };
        doorbell.wake().unwrap();
        assert!(!wait(Some(hour)), "it is off");
        busy.set(hour);
        assert!(!wait(Some(Duration::from_micros(1))), "nothing came");
        for _ in 0..3 {
            doorbell.wake().unwrap();
            assert!(wait(Some(hour)), "it was there at once");
        }
        // What is looked for in vain until a deadline is not looked for again.
        assert!(!wait(Some(Duration::from_micros(1))));
        doorbell.wake().unwrap();
        assert!(wait(None));
    }
}
