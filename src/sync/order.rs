//! Queues in another order than that of arrival.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::queue::{Order, Queue};

/// A [`Queue`] that gives out the lowest item first; of equal ones, the one that came first.
///
/// ```
/// use ryu_sdn::sync::PriorityQueue;
///
/// let queue = PriorityQueue::with_maxsize(None);
/// for item in [(2, "b"), (1, "a"), (3, "c")] {
///     queue.try_put(item).unwrap();
/// }
/// assert_eq!(queue.try_get(), Some((1, "a")));
/// assert_eq!(queue.try_get(), Some((2, "b")));
/// ```
pub type PriorityQueue<T> = Queue<T, LowestFirst<T>>;

/// A [`Queue`] that gives out the newest item first.
///
/// ```
/// use ryu_sdn::sync::LifoQueue;
///
/// let queue = LifoQueue::with_maxsize(2);
/// queue.try_put("older").unwrap();
/// queue.try_put("newer").unwrap();
/// assert!(queue.is_full());
/// assert_eq!(queue.try_get(), Some("newer"));
/// ```
pub type LifoQueue<T> = Queue<T, Lifo<T>>;

impl<T: Ord> PriorityQueue<T> {
    /// An empty queue that holds at most `maxsize` items; `None` is unbounded, 0 a rendezvous.
    pub fn with_maxsize(maxsize: impl Into<Option<usize>>) -> Self {
        Queue::with_order(LowestFirst::default(), maxsize)
    }
}

impl<T> LifoQueue<T> {
    /// An empty queue that holds at most `maxsize` items; `None` is unbounded, 0 a rendezvous.
    pub fn with_maxsize(maxsize: impl Into<Option<usize>>) -> Self {
        Queue::with_order(Lifo::default(), maxsize)
    }
}

/// The [`Order`] of a [`PriorityQueue`].
#[derive(Clone, Debug)]
pub struct LowestFirst<T> {
    heap: BinaryHeap<Entry<T>>,
    pushed: u64,
}

impl<T: Ord> Default for LowestFirst<T> {
    fn default() -> Self {
        LowestFirst { heap: BinaryHeap::new(), pushed: 0 }
    }
}

impl<T: Ord> Order<T> for LowestFirst<T> {
    fn push(&mut self, item: T) {
        self.pushed += 1;
        self.heap.push(Entry { item, turn: self.pushed });
    }

    fn pop(&mut self) -> Option<T> {
        self.heap.pop().map(|entry| entry.item)
    }

    fn len(&self) -> usize {
        self.heap.len()
    }
}

/// The heap of std gives out the greatest: so the lowest item is the greatest entry.
#[derive(Clone, Debug)]
struct Entry<T> {
    item: T,
    turn: u64,
}

impl<T: Ord> Ord for Entry<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        other.item.cmp(&self.item).then(other.turn.cmp(&self.turn))
    }
}

impl<T: Ord> PartialOrd for Entry<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T: Ord> PartialEq for Entry<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<T: Ord> Eq for Entry<T> {}

/// The [`Order`] of a [`LifoQueue`].
#[derive(Clone, Debug)]
pub struct Lifo<T> {
    items: Vec<T>,
}

impl<T> Default for Lifo<T> {
    fn default() -> Self {
        Lifo { items: Vec::new() }
    }
}

impl<T> Order<T> for Lifo<T> {
    fn push(&mut self, item: T) {
        self.items.push(item);
    }

    fn pop(&mut self) -> Option<T> {
        self.items.pop()
    }

    fn len(&self) -> usize {
        self.items.len()
    }
}
