//! Whose turn it is to read.
//!
//! What a switch has sent is best gone through to its end before the next switch is read from: its
//! bytes, its addresses and its answers are in the processor's caches then, and what nobody has read
//! waits in the kernel, not in the heap. So a pump takes a turn before it reads, and gives it back when
//! the apps have taken what it read. Turns go round in the order of asking.
//!
//! A turn is a courtesy, not a lock: who has waited for long reads all the same.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::task::Waker;
use std::time::{Duration, Instant};

use super::read_buffer::READ_CHUNK;

/// So much is read in one turn however many wait for theirs: less would be mostly system calls. Who has
/// had as much to say waits for a turn.
pub(super) const SMALL_CHUNK: usize = READ_CHUNK / 4;

/// The most that is read in one turn: the more one switch has gone through at a time, the more of what
/// belongs to it is still near. It is read in chunks, for more than one would not be near any more when
/// it is gone through.
const TURN_MAX: usize = 4 * READ_CHUNK;

/// How much all turns of a round read together, in bytes, as long as each has [`SMALL_CHUNK`]: what can be
/// gone through in some 150 milliseconds if it is packet-ins. So long a message may lie in the
/// kernel.
const ROUND: usize = 128 * 1024 * 1024;

/// How much is read in one turn while `others` wait for theirs, in bytes.
fn turn_beside(others: usize) -> usize {
    let share = (ROUND / (1 + others)).clamp(SMALL_CHUNK, TURN_MAX);
    1 << share.ilog2()
}

/// How long one waits for a turn while nobody else's begins: if an app is slow, those that it has nothing
/// to do with shall not wait for it.
const TURN_PATIENCE: Duration = Duration::from_millis(80);

/// How long one waits although the line moves. Longer than it takes thousands of switches to be served
/// one after the other: if many lost patience, all that they had to say would lie in the heap at once,
/// and everybody would be slower still.
const LINE_PATIENCE: Duration = Duration::from_secs(1);

/// The wait of one in the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wait {
    since: Instant,
    /// When it is looked whether the line has moved.
    until: Instant,
    /// How many turns had begun when that was last looked at.
    begun: u64,
}

impl Wait {
    /// One that starts `now`, when so many turns have begun.
    pub(super) fn new(now: Instant, begun: u64) -> Wait {
        Wait { since: now, until: now + TURN_PATIENCE, begun }
    }

    /// When to ask again whether it is over.
    pub(super) fn until(&self) -> Instant {
        self.until
    }

    /// Whether it has been too long: the line stands still, or it is a very long one.
    pub(super) fn is_over(&mut self, now: Instant, begun: u64) -> bool {
        if now < self.until {
            return false;
        }
        if begun == self.begun || now >= self.since + LINE_PATIENCE {
            return true;
        }
        (self.until, self.begun) = (now + TURN_PATIENCE, begun);
        false
    }
}

/// The turns of one controller.
#[derive(Debug, Default)]
pub(super) struct Turns {
    /// The connection whose turn it is.
    holder: Cell<Option<u64>>,
    /// How many turns have begun.
    begun: Cell<u64>,
    waiting: RefCell<VecDeque<(u64, Waker)>>,
}

impl Turns {
    /// Whether it is the turn of connection `who`, which is so from now on if it is nobody's; else it
    /// waits in line and is woken.
    #[inline]
    pub(super) fn take(&self, who: u64, waker: &Waker) -> bool {
        match self.holder.get() {
            Some(holder) if holder == who => true,
            None if self.waiting.borrow().is_empty() => {
                self.begin(who);
                true
            }
            holder => self.take_in_line(who, waker, holder.is_none()),
        }
    }

    fn take_in_line(&self, who: u64, waker: &Waker, is_free: bool) -> bool {
        let mut waiting = self.waiting.borrow_mut();
        if is_free && waiting.front().is_some_and(|(first, _)| *first == who) {
            waiting.pop_front();
            self.begin(who);
            return true;
        }
        match waiting.iter_mut().find(|(other, _)| *other == who) {
            Some((_, known)) => known.clone_from(waker),
            None => waiting.push_back((who, waker.clone())),
        }
        false
    }

    fn begin(&self, who: u64) {
        self.holder.set(Some(who));
        self.begun.set(self.begun.get() + 1);
    }

    /// How many turns have begun so far: who has waited for long sees whether the line moves.
    pub(super) fn begun(&self) -> u64 {
        self.begun.get()
    }

    /// The most that is read at once, as many as wait now.
    pub(super) fn chunk(&self) -> usize {
        self.turn().min(READ_CHUNK)
    }

    /// The most that is read in one turn, as many as wait now.
    pub(super) fn turn(&self) -> usize {
        turn_beside(self.waiting.borrow().len())
    }

    /// Gives back the turn of `who`, or its place in the line; of one that has neither this is nothing.
    pub(super) fn leave(&self, who: u64) {
        let mut waiting = self.waiting.borrow_mut();
        if self.holder.get() == Some(who) {
            self.holder.set(None);
        } else {
            waiting.retain(|(other, _)| *other != who);
        }
        if self.holder.get().is_none()
            && let Some((_, first)) = waiting.front()
        {
            first.wake_by_ref();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::Wake;

    use super::*;
    use crate::clock::Clock;

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn counted() -> (Arc<Count>, Waker) {
        let count = Arc::new(Count::default());
        (count.clone(), count.into())
    }

    #[test]
    fn the_more_wait_the_less_is_read() {
        let turns = [0, 511, 512, 999, 1023, 1024, 4000, 9000, 100_000].map(turn_beside);
        assert_eq!(turns.map(|size| size / 1024), [256, 256, 128, 128, 128, 64, 32, 16, 16]);
    }

    #[test]
    fn a_wait_is_over_when_the_line_stands_still_or_is_endless() {
        let (start, step) = (Clock::test().now(), TURN_PATIENCE);
        let mut wait = Wait::new(start, 7);
        assert!(!wait.is_over(start + step - Duration::from_nanos(1), 7));
        assert!(wait.is_over(start + step, 7));
        // Another turn has begun meanwhile: on to the next look.
        assert!(!wait.is_over(start + step, 8));
        assert_eq!(wait.until(), start + 2 * step);
        assert!(!wait.is_over(start + 2 * step, 9));
        assert!(wait.is_over(start + 3 * step, 9));
        let mut wait = Wait::new(start, 0);
        let looks = (1..).find(|n| wait.is_over(start + *n * step, u64::from(*n))).unwrap();
        assert_eq!(looks, 13, "the first look after a second");
    }

    #[test]
    fn turns_go_round() {
        let (turns, waker) = (Turns::default(), Waker::noop());
        assert!(turns.take(1, waker) && turns.take(1, waker));
        assert!(!turns.take(2, waker) && !turns.take(3, waker) && !turns.take(2, waker));
        assert_eq!(turns.waiting.borrow().len(), 2);
        turns.leave(1);
        // Who has just had one is behind those who wait, be they slow to come.
        assert!(!turns.take(1, waker) && !turns.take(3, waker) && turns.take(2, waker));
        turns.leave(2);
        assert!(turns.take(3, waker));
        turns.leave(3);
        assert_eq!(turns.begun(), 3);
        assert!(turns.take(1, waker));
        turns.leave(1);
        assert_eq!(turns.waiting.borrow().len(), 0);
    }

    #[test]
    fn the_next_is_woken_whoever_goes() {
        let turns = Turns::default();
        let [(count_2, two), (count_3, three)] = [counted(), counted()];
        assert!(turns.take(1, Waker::noop()));
        assert!(!turns.take(2, &two) && !turns.take(3, &three));
        turns.leave(1);
        assert_eq!((count_2.0.load(Ordering::Relaxed), count_3.0.load(Ordering::Relaxed)), (1, 0));
        // It went away instead of taking its turn.
        turns.leave(2);
        assert_eq!(count_3.0.load(Ordering::Relaxed), 1);
        assert!(turns.take(3, &three));
        turns.leave(9);
        assert!(turns.take(3, &three) && !turns.take(1, Waker::noop()));
    }
}
