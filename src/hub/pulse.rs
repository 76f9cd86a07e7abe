//! The pulse: what the loop tells other threads of itself, at the cost of one plain store per poll.
//!
//! ```text
//!   loop:      beat(label) before each poll ──▶ one atomic word: count of polls, label
//!              rest() before each wait ───────▶ the same word: resting
//!   watcher:   reads the word now and then; twice the same, and not resting: somebody is stuck,
//!              and the label says who
//! ```
//!
//! A label stands for a name and a place of spawning. Tasks with a fixed name share the label of
//! their place, which a small cache finds without a lock; a name that was put together at run time
//! gets a label of its own, as long as its task lives. While nobody watches there are no labels.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::panic::Location;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use slab::Slab;

/// The label of the future given to `block_on`.
pub(super) const ROOT: u32 = 0;
/// The label of the end-of-turn hooks.
pub(super) const HOOKS: u32 = 1;
/// The label of tasks that nobody has named yet.
const UNKNOWN: u32 = 2;
/// Labels from here on are places in the table.
const FIRST: u32 = 3;
/// Marks a label that goes with its one task.
const OWN: u32 = 1 << 31;

/// The word while the loop waits in `epoll`, or does not run.
const RESTING: u64 = u64::MAX;

/// Names that share labels, at most: they are literals in the program, so this is never reached by
/// one that does not leak strings.
const SHARED_MAX: usize = 10_000;

/// The loop's side.
#[derive(Default)]
pub(super) struct Pulse {
    shared: Arc<Shared>,
    polls: Cell<u32>,
    is_watched: Cell<bool>,
    /// The labels of fixed names that were used last, by the addresses of place and name.
    cache: RefCell<Vec<Cached>>,
}

/// What both sides see.
pub(super) struct Shared {
    word: AtomicU64,
    table: Mutex<Table>,
    /// How often a watcher found the loop stuck, and how long at most, in milliseconds.
    pub(super) stalls: AtomicU64,
    pub(super) longest_stall_ms: AtomicU64,
}

#[derive(Default)]
struct Table {
    labels: Slab<Label>,
    shared: HashMap<Literal, u32>,
}

struct Label {
    name: Cow<'static, str>,
    place: &'static Location<'static>,
}

/// A fixed name at a place, known by their addresses.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
struct Literal {
    place: usize,
    name: usize,
    len: usize,
}

#[derive(Clone, Copy, Default)]
struct Cached {
    literal: Literal,
    label: u32,
}

/// Places in the cache of fixed names; a power of two.
const CACHED: usize = 256;

impl Default for Shared {
    fn default() -> Self {
        Shared {
            word: AtomicU64::new(RESTING),
            table: Mutex::default(),
            stalls: AtomicU64::new(0),
            longest_stall_ms: AtomicU64::new(0),
        }
    }
}

impl Pulse {
    /// Somebody's poll begins.
    #[inline]
    pub(super) fn beat(&self, label: u32) {
        let polls = self.polls.get().wrapping_add(1);
        self.polls.set(polls);
        let word = (u64::from(polls) << 32) | u64::from(label);
        self.shared.word.store(word, Ordering::Relaxed);
    }

    /// Nobody is being polled.
    #[inline]
    pub(super) fn rest(&self) {
        self.shared.word.store(RESTING, Ordering::Relaxed);
    }

    /// The label of a new task.
    #[inline]
    #[expect(clippy::ptr_arg, reason = "a literal and a text made at run time are told apart")]
    pub(super) fn label(&self, name: &Cow<'static, str>, place: &'static Location<'static>) -> u32 {
        match self.is_watched.get() {
            false => UNKNOWN,
            true => self.find(name, place),
        }
    }

    #[expect(clippy::ptr_arg, reason = "a literal and a text made at run time are told apart")]
    fn find(&self, name: &Cow<'static, str>, place: &'static Location<'static>) -> u32 {
        let Cow::Borrowed(fixed) = name else {
            return self.shared.table().add(Label { name: name.clone(), place }) | OWN;
        };
        let literal = Literal {
            place: std::ptr::from_ref(place).addr(),
            name: fixed.as_ptr().addr(),
            len: fixed.len(),
        };
        let at = ((literal.place >> 3) ^ literal.name) % CACHED;
        let cached = self.cache.borrow()[at];
        if cached.literal == literal {
            return cached.label;
        }
        let label = self.shared.table().shared_label(literal, Label { name: name.clone(), place });
        self.cache.borrow_mut()[at] = Cached { literal, label };
        label
    }

    /// A task has gone.
    #[inline]
    pub(super) fn forget(&self, label: u32) {
        if label & OWN != 0 {
            self.shared.table().forget(label);
        }
    }

    /// From now on tasks have labels; false if they had before.
    pub(super) fn watch(&self) -> bool {
        let is_new = !self.is_watched.replace(true);
        if is_new {
            *self.cache.borrow_mut() = vec![Cached::default(); CACHED];
        }
        is_new
    }

    /// The other threads' side.
    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// How many polls there were, modulo 2^32.
    pub(super) fn polls(&self) -> u32 {
        self.polls.get()
    }

    /// Who was polled last.
    pub(super) fn last(&self) -> String {
        self.shared.word().map_or_else(String::new, |word| self.shared.who(word))
    }
}

impl Shared {
    /// The word: changes with each poll, and is [`RESTING`] while nobody is polled.
    pub(super) fn word(&self) -> Option<u64> {
        Some(self.word.load(Ordering::Relaxed)).filter(|&word| word != RESTING)
    }

    /// Who is meant by a word.
    pub(super) fn who(&self, word: u64) -> String {
        match (word & 0xffff_ffff) as u32 {
            ROOT => "the future of block_on".to_owned(),
            HOOKS => "an end-of-turn hook".to_owned(),
            UNKNOWN => "a task without a label".to_owned(),
            label => match self.table().labels.get(place_of(label)) {
                Some(Label { name, place }) => format!("task '{name}' (spawned at {place})"),
                None => "a task that has gone".to_owned(),
            },
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        // Nothing that can panic runs under the lock.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn add(&mut self, label: Label) -> u32 {
        let at = u32::try_from(self.labels.insert(label)).unwrap_or(u32::MAX);
        // So many tasks do not live at a time.
        if at < OWN - FIRST { at + FIRST } else { UNKNOWN }
    }

    fn shared_label(&mut self, literal: Literal, label: Label) -> u32 {
        if let Some(&label) = self.shared.get(&literal) {
            return label;
        }
        if self.shared.len() >= SHARED_MAX {
            return UNKNOWN;
        }
        let label = self.add(label);
        self.shared.insert(literal, label);
        label
    }

    fn forget(&mut self, label: u32) {
        self.labels.try_remove(place_of(label));
    }
}

fn place_of(label: u32) -> usize {
    ((label & !OWN) - FIRST) as usize
}
