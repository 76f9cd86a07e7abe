//! When the next probe of each port is due: a heap, so that a probe costs the same however many ports
//! there are, but for the logarithm.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Instant;

use super::discovery::PortKey;

/// What is due, earliest first; of what is due at the same time, what was asked for first.
///
/// A port that is asked for again has two entries, of which the older one is found to be out of date
/// when it comes up. So that they do not pile up, [`Schedule::is_littered`] tells when to clear.
#[derive(Debug, Default)]
pub(super) struct Schedule {
    heap: BinaryHeap<Reverse<(Instant, Stamp, PortKey)>>,
    last: u64,
}

/// The number of an entry; a port knows the one that counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stamp(u64);

impl Schedule {
    /// Asks for `port` at `at`.
    pub(super) fn ask(&mut self, port: PortKey, at: Instant) -> Stamp {
        self.last += 1;
        let stamp = Stamp(self.last);
        self.heap.push(Reverse((at, stamp, port)));
        stamp
    }

    /// The next entry that is due, be it out of date or not.
    pub(super) fn pop(&mut self, now: Instant) -> Option<(PortKey, Stamp)> {
        let &Reverse((at, stamp, port)) = self.heap.peek()?;
        (at <= now).then(|| {
            self.heap.pop();
            (port, stamp)
        })
    }

    /// When something may be due.
    pub(super) fn next(&self) -> Option<Instant> {
        self.heap.peek().map(|Reverse((at, ..))| *at)
    }

    /// Whether most entries have to be out of date, if there are `ports`.
    pub(super) fn is_littered(&self, ports: usize) -> bool {
        self.heap.len() > 4 * ports + 64
    }

    /// Keeps what `is_wanted`.
    pub(super) fn clear(&mut self, is_wanted: impl Fn(PortKey, Stamp) -> bool) {
        self.heap.retain(|Reverse((_, stamp, port))| is_wanted(*port, *stamp));
    }
}
