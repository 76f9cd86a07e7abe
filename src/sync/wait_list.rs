//! Who waits, in order of arrival, and whose turn has come.
//!
//! A waiter is in one of two states: *waiting*, with a waker, in line; or *granted*, out of line,
//! holding what it waited for until it is polled again. Whoever drops a granted waiter learns so
//! from [`WaitList::remove`] and must pass the grant on.

use std::task::{Context, Waker};

use slab::Slab;

/// The end of the line: no waiter has this key.
const NONE: usize = usize::MAX;

/// A first-in, first-out line of wakers; joining, leaving and granting are all O(1).
#[derive(Debug)]
pub(super) struct WaitList {
    waiters: Slab<Waiter>,
    first: usize,
    last: usize,
    granted: usize,
}

#[derive(Debug)]
struct Waiter {
    /// `None` once granted.
    waker: Option<Waker>,
    before: usize,
    after: usize,
}

impl WaitList {
    pub(super) const fn new() -> Self {
        WaitList { waiters: Slab::new(), first: NONE, last: NONE, granted: 0 }
    }

    /// Joins the end of the line.
    pub(super) fn push(&mut self, waker: Waker) -> usize {
        let waiter = Waiter { waker: Some(waker), before: self.last, after: NONE };
        let key = self.waiters.insert(waiter);
        match self.last {
            NONE => self.first = key,
            last => self.waiters[last].after = key,
        }
        self.last = key;
        key
    }

    /// Gives the first in line its turn. The caller wakes it, once its own borrows are over.
    #[must_use]
    pub(super) fn grant(&mut self) -> Option<Waker> {
        let key = self.first;
        if key == NONE {
            return None;
        }
        self.unlink(key);
        self.granted += 1;
        self.waiters[key].waker.take()
    }

    /// Gives everybody in line their turn.
    #[must_use]
    pub(super) fn grant_all(&mut self) -> Vec<Waker> {
        std::iter::from_fn(|| self.grant()).collect()
    }

    /// Everybody in line, without moving anybody.
    #[must_use]
    pub(super) fn wakers(&self) -> Vec<Waker> {
        let mut wakers = Vec::new();
        let mut key = self.first;
        while key != NONE {
            let waiter = &self.waiters[key];
            wakers.extend(waiter.waker.clone());
            key = waiter.after;
        }
        wakers
    }

    /// Whether the turn of `key` has come; if not, notes whom to wake when it does.
    pub(super) fn is_granted(&mut self, key: usize, cx: &Context<'_>) -> bool {
        match &mut self.waiters[key].waker {
            None => true,
            Some(waker) => {
                waker.clone_from(cx.waker());
                false
            }
        }
    }

    /// Leaves. True if the turn of `key` had come: the caller uses the grant or passes it on.
    pub(super) fn remove(&mut self, key: usize) -> bool {
        let granted = self.waiters[key].waker.is_none();
        if granted {
            self.granted -= 1;
        } else {
            self.unlink(key);
        }
        self.waiters.remove(key);
        granted
    }

    /// How many are in line.
    pub(super) fn waiting(&self) -> usize {
        self.waiters.len() - self.granted
    }

    /// How many hold a grant that they have not used yet.
    pub(super) fn granted(&self) -> usize {
        self.granted
    }

    /// Whether nobody is in line (holders of grants are not).
    pub(super) fn is_empty(&self) -> bool {
        self.first == NONE
    }

    fn unlink(&mut self, key: usize) {
        let Waiter { before, after, .. } = self.waiters[key];
        match before {
            NONE => self.first = after,
            before => self.waiters[before].after = after,
        }
        match after {
            NONE => self.last = before,
            after => self.waiters[after].before = before,
        }
    }
}
