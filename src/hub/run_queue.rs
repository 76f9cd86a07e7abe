//! Who is to be polled next, and how a waker says so, from this thread or another.
//!
//! ```text
//!                    same thread, hub running                any other place
//!   Waker::wake ──▶ not queued yet? ──▶ incoming        not sent yet? ──▶ Remote (mutex)
//!                                          │                                │  and mio::Waker
//!                                          │ swapped when a batch is done   │
//!                                          ▼                                │
//!                                        batch ──▶ poll each once           │
//!                                          ▲                                │
//!                                          └── collected before each batch ─┘
//! ```
//!
//! What is woken while a batch runs goes to the **next** batch, so a task that wakes itself cannot
//! starve the others: fairness comes from the shape of the queue, not from a counter. Tasks in the
//! [background](super::Task::in_background) have a line of their own in place of `incoming`; when it
//! is their turn, and for how long, is for the loop to say.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Wake, Waker};

use super::executor::Core;

/// Names a task in the run queue: its place in the slab (low half) and part of its id (high half),
/// so that an entry left behind by a finished task never polls its successor in that place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key(u64);

impl Key {
    /// The future given to `block_on`, which is not in the slab.
    pub(super) const ROOT: Key = Key(u64::MAX);

    /// No task has this key: no place in a slab of fewer than 2^32 - 1.
    pub(super) const NONE: Key = Key(u64::MAX - 1);

    pub(super) fn new(place: usize, id: u64) -> Self {
        let place = u32::try_from(place).expect("fewer than 2^32 tasks live at a time");
        // The shift drops the upper half of the id, on purpose.
        Key((id << 32) | u64::from(place))
    }

    pub(super) fn place(self) -> usize {
        (self.0 & 0xffff_ffff) as usize
    }
}

/// The lists of keys, in the order of polling.
#[derive(Default)]
pub(super) struct RunQueue {
    incoming: RefCell<Vec<Key>>,
    batch: RefCell<Vec<Key>>,
    /// How many of `batch` have been handed out. Kept here, not in a local variable, so that a
    /// panic that leaves `block_on` in mid-batch loses nobody's turn.
    done: Cell<usize>,
    background: RefCell<VecDeque<Key>>,
}

impl RunQueue {
    pub(super) fn push(&self, cell: &WakeCell) {
        match cell.is_in_background() {
            false => self.incoming.borrow_mut().push(cell.key()),
            true => self.background.borrow_mut().push_back(cell.key()),
        }
    }

    /// Moves a task that waits for the next batch to the background.
    pub(super) fn demote(&self, key: Key) {
        let mut incoming = self.incoming.borrow_mut();
        // Mostly it has just been spawned, and is the last.
        if let Some(place) = incoming.iter().rposition(|&other| other == key) {
            incoming.remove(place);
            self.background.borrow_mut().push_back(key);
        }
    }

    /// Makes what has arrived the batch to poll.
    pub(super) fn start_batch(&self) {
        let mut batch = self.batch.borrow_mut();
        if self.done.get() == batch.len() {
            batch.clear();
            self.done.set(0);
            std::mem::swap(&mut *batch, &mut *self.incoming.borrow_mut());
        }
    }

    /// The next of the batch.
    pub(super) fn next(&self) -> Option<Key> {
        let key = self.batch.borrow().get(self.done.get()).copied()?;
        self.done.set(self.done.get() + 1);
        Some(key)
    }

    /// The next of the background.
    pub(super) fn next_in_background(&self) -> Option<Key> {
        self.background.borrow_mut().pop_front()
    }

    /// How many wait in the background.
    pub(super) fn background_len(&self) -> usize {
        self.background.borrow().len()
    }

    /// How many are to be polled, in this batch and the next. Without the background, as below.
    pub(super) fn len(&self) -> usize {
        self.incoming.borrow().len() + self.batch.borrow().len() - self.done.get()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.incoming.borrow().is_empty() && self.done.get() == self.batch.borrow().len()
    }
}

/// What stands behind a task's `Waker`.
///
/// The two flags keep a task from being queued twice. `queued` is touched by the hub's thread
/// alone, so a plain load and store do: the wake that matters for speed costs no locked
/// instruction. `sent` is the one for all others.
#[derive(Debug)]
pub(super) struct WakeCell {
    key: AtomicU64,
    queued: AtomicBool,
    sent: AtomicBool,
    /// Which line it joins. Hub's thread only.
    in_background: AtomicBool,
    remote: Arc<Remote>,
}

impl WakeCell {
    pub(super) fn new(key: Key, remote: Arc<Remote>) -> Arc<Self> {
        Arc::new(WakeCell {
            key: AtomicU64::new(key.0),
            queued: AtomicBool::new(false),
            sent: AtomicBool::new(false),
            in_background: AtomicBool::new(false),
            remote,
        })
    }

    pub(super) fn key(&self) -> Key {
        Key(self.key.load(Ordering::Relaxed))
    }

    /// Notes that the task is in the queue; true if it was not. Hub's thread only.
    pub(super) fn enqueue(&self) -> bool {
        let was_queued = self.queued.load(Ordering::Relaxed);
        self.queued.store(true, Ordering::Relaxed);
        !was_queued
    }

    pub(super) fn is_queued(&self) -> bool {
        self.queued.load(Ordering::Relaxed)
    }

    /// Notes that the task has left the queue: a wake from now on counts. Hub's thread only.
    pub(super) fn dequeue(&self) {
        self.queued.store(false, Ordering::Relaxed);
    }

    pub(super) fn is_in_background(&self) -> bool {
        self.in_background.load(Ordering::Relaxed)
    }

    pub(super) fn set_in_background(&self, in_background: bool) {
        self.in_background.store(in_background, Ordering::Relaxed);
    }

    /// Gives the cell to another task, if no clone of its waker is left that could wake the wrong
    /// one (`own` references are the caller's) and no wake is on its way.
    pub(super) fn is_unused(self: &Arc<Self>, own: usize) -> bool {
        Arc::strong_count(self) == own && !self.queued.load(Ordering::Relaxed)
    }

    /// See [`is_unused`](Self::is_unused).
    pub(super) fn assign(&self, key: Key) {
        self.key.store(key.0, Ordering::Relaxed);
        self.set_in_background(false);
    }
}

impl Wake for WakeCell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let is_local = Core::with_current(|core| {
            let is_ours = core.is_served_by(&self.remote);
            if is_ours {
                core.enqueue(self);
            }
            is_ours
        });
        if is_local != Some(true) {
            self.remote.send(self);
        }
    }
}

/// The door for wakes that do not come from inside the running hub: another thread's, or this
/// thread's between two turns.
#[derive(Debug)]
pub(super) struct Remote {
    /// Whether `sent` holds anything; read once per turn, without taking the mutex.
    pending: AtomicBool,
    sent: Mutex<Sent>,
    /// Ends the hub's wait.
    doorbell: mio::Waker,
}

#[derive(Debug, Default)]
struct Sent {
    cells: Vec<Arc<WakeCell>>,
    /// The hub has gone.
    closed: bool,
}

impl Remote {
    pub(super) fn new(doorbell: mio::Waker) -> Arc<Self> {
        Arc::new(Remote {
            pending: AtomicBool::new(false),
            sent: Mutex::new(Sent::default()),
            doorbell,
        })
    }

    fn send(&self, cell: &Arc<WakeCell>) {
        // Paired with the swap in `collect`: either the hub sees this wake in the list, or it
        // has cleared the flag before we looked and we put it there.
        if cell.sent.swap(true, Ordering::AcqRel) {
            return;
        }
        let mut sent = self.lock();
        if sent.closed {
            return;
        }
        sent.cells.push(cell.clone());
        let is_first = !self.pending.swap(true, Ordering::Release);
        drop(sent);
        if is_first && let Err(error) = self.doorbell.wake() {
            // An eventfd write fails only if its counter is full, and then the bell is ringing.
            log::debug!("could not ring the hub's doorbell: {error}");
        }
    }

    /// Hands over what was sent, in the order of sending.
    pub(super) fn collect(&self, mut accept: impl FnMut(&Arc<WakeCell>)) {
        if !self.pending.load(Ordering::Acquire) {
            return;
        }
        let mut sent = self.lock();
        self.pending.store(false, Ordering::Release);
        let cells = std::mem::take(&mut sent.cells);
        drop(sent);
        for cell in &cells {
            // Before the task is polled, so that a wake during the poll is not lost.
            cell.sent.swap(false, Ordering::AcqRel);
            accept(cell);
        }
    }

    pub(super) fn is_pending(&self) -> bool {
        self.pending.load(Ordering::Acquire)
    }

    /// Wakes lead nowhere from now on.
    pub(super) fn close(&self) {
        let mut sent = self.lock();
        sent.closed = true;
        let cells = std::mem::take(&mut sent.cells);
        drop(sent);
        drop(cells);
    }

    fn lock(&self) -> MutexGuard<'_, Sent> {
        // Nothing that can panic runs under the lock.
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A cell together with the waker made from it; making one costs an allocation, so they are reused.
pub(super) struct Bell {
    pub(super) cell: Arc<WakeCell>,
    pub(super) waker: Waker,
}

impl Bell {
    pub(super) fn new(key: Key, remote: Arc<Remote>) -> Self {
        let cell = WakeCell::new(key, remote);
        Bell { waker: Waker::from(cell.clone()), cell }
    }
}
