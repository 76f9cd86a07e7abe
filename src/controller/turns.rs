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

use super::read_buffer::READ_CHUNK;

/// So much is read at once however many wait for their turn: less would be mostly system calls. Who has
/// had as much to say waits for a turn.
pub(super) const SMALL_CHUNK: usize = READ_CHUNK / 4;

/// While so many wait, half as much is read at once; while twice as many do, a third.
const MANY: usize = 32;

/// How many chunks a turn has, unless many wait: the more one switch has gone through at a time, the more
/// of what belongs to it is still near.
const CHUNKS_OF_A_TURN: usize = 4;

/// How much is read at once while `others` wait for their turn, in bytes.
fn chunk_beside(others: usize) -> usize {
    (READ_CHUNK / (1 + others / MANY)).max(SMALL_CHUNK)
}

/// How much is read in one turn while `others` wait for theirs, in bytes.
fn turn_beside(others: usize) -> usize {
    let chunks = if others < MANY { CHUNKS_OF_A_TURN } else { 1 };
    chunks * chunk_beside(others)
}

/// The turns of one controller.
#[derive(Debug, Default)]
pub(super) struct Turns {
    /// The connection whose turn it is.
    holder: Cell<Option<u64>>,
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
                self.holder.set(Some(who));
                true
            }
            holder => self.take_in_line(who, waker, holder.is_none()),
        }
    }

    fn take_in_line(&self, who: u64, waker: &Waker, is_free: bool) -> bool {
        let mut waiting = self.waiting.borrow_mut();
        if is_free && waiting.front().is_some_and(|(first, _)| *first == who) {
            waiting.pop_front();
            self.holder.set(Some(who));
            return true;
        }
        match waiting.iter_mut().find(|(other, _)| *other == who) {
            Some((_, known)) => known.clone_from(waker),
            None => waiting.push_back((who, waker.clone())),
        }
        false
    }

    /// The most that is read at once, as many as wait now.
    pub(super) fn chunk(&self) -> usize {
        chunk_beside(self.waiting.borrow().len())
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
        let sizes = [0, MANY - 1, MANY, 3 * MANY, 1000, 100_000].map(chunk_beside);
        assert_eq!(sizes.map(|size| size / 1024), [64, 64, 32, 16, 16, 16]);
        let turns = [0, MANY - 1, MANY, 3 * MANY, 1000].map(turn_beside);
        assert_eq!(turns.map(|size| size / 1024), [256, 256, 32, 16, 16]);
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
