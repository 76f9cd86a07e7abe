//! A number of permits, of which each task may hold some.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use super::wait_list::WaitList;

/// Lets a bounded number of tasks through at a time, in order of arrival; clones share the permits.
///
/// ```
/// use ryu_sdn::sync::Semaphore;
///
/// let at_most_two = Semaphore::new(2);
/// let first = at_most_two.try_acquire().unwrap();
/// let _second = at_most_two.try_acquire().unwrap();
/// assert!(at_most_two.try_acquire().is_none());
/// drop(first);
/// assert_eq!(at_most_two.available(), 1);
/// ```
#[derive(Clone, Debug)]
pub struct Semaphore {
    shared: Rc<RefCell<State>>,
}

#[derive(Debug)]
struct State {
    /// Permits that nobody holds and nobody was promised.
    available: usize,
    waiters: WaitList,
}

impl Semaphore {
    /// A semaphore with `permits` permits. With 0, every `acquire` waits for ever.
    pub fn new(permits: usize) -> Self {
        let state = State { available: permits, waiters: WaitList::new() };
        Semaphore { shared: Rc::new(RefCell::new(state)) }
    }

    /// Takes a permit, waiting for one; cancel-safe.
    pub fn acquire(&self) -> Acquire<'_> {
        Acquire { semaphore: self, key: None }
    }

    /// Takes a permit, if there is one that nobody waits for.
    pub fn try_acquire(&self) -> Option<Permit> {
        let mut state = self.shared.borrow_mut();
        state.available = state.available.checked_sub(1)?;
        Some(self.permit())
    }

    /// How many permits can be taken without waiting.
    pub fn available(&self) -> usize {
        self.shared.borrow().available
    }

    fn permit(&self) -> Permit {
        Permit { semaphore: self.clone() }
    }

    /// Gives a permit to the first in line, or back to the pool.
    fn release(&self) {
        let mut state = self.shared.borrow_mut();
        match state.waiters.grant() {
            Some(next) => {
                drop(state);
                next.wake();
            }
            None => state.available += 1,
        }
    }
}

/// The right to be one of those let through; dropping it lets in the next.
#[derive(Debug)]
#[must_use = "a permit that is dropped at once permits nothing"]
pub struct Permit {
    semaphore: Semaphore,
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.semaphore.release();
    }
}

/// The future of [`Semaphore::acquire`].
#[derive(Debug)]
#[must_use = "nothing is acquired until this is awaited"]
pub struct Acquire<'a> {
    semaphore: &'a Semaphore,
    key: Option<usize>,
}

impl Future for Acquire<'_> {
    type Output = Permit;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Permit> {
        let this = self.get_mut();
        let mut state = this.semaphore.shared.borrow_mut();
        match this.key {
            Some(key) if !state.waiters.is_granted(key, cx) => return Poll::Pending,
            Some(key) => {
                state.waiters.remove(key);
                this.key = None;
            }
            None if state.available > 0 => state.available -= 1,
            None => {
                this.key = Some(state.waiters.push(cx.waker().clone()));
                return Poll::Pending;
            }
        }
        Poll::Ready(this.semaphore.permit())
    }
}

impl Drop for Acquire<'_> {
    fn drop(&mut self) {
        let Some(key) = self.key else { return };
        let granted = self.semaphore.shared.borrow_mut().waiters.remove(key);
        if granted {
            self.semaphore.release();
        }
    }
}
