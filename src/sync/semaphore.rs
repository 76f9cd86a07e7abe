//! A number of permits, of which each task may hold some.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::first;
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
    /// Permits that nobody holds and nobody was promised; below zero after more were taken away
    /// than were there.
    available: isize,
    waiters: WaitList,
}

/// Permits are counted below this, so that sums of them never overflow.
const PERMITS_MAX: usize = isize::MAX as usize / 2;

fn signed(permits: usize) -> isize {
    permits.min(PERMITS_MAX).cast_signed()
}

impl Semaphore {
    /// A semaphore with `permits` permits. With 0, every `acquire` waits for ever.
    pub fn new(permits: usize) -> Self {
        let state = State { available: signed(permits), waiters: WaitList::new() };
        Semaphore { shared: Rc::new(RefCell::new(state)) }
    }

    /// Takes a permit, waiting for one; cancel-safe.
    pub fn acquire(&self) -> Acquire<'_> {
        Acquire { semaphore: self, key: None }
    }

    /// Takes a permit, if there is one that nobody waits for.
    pub fn try_acquire(&self) -> Option<Permit> {
        let mut state = self.shared.borrow_mut();
        if state.available <= 0 {
            return None;
        }
        state.available -= 1;
        Some(self.permit())
    }

    /// Takes a permit, waiting for one no longer than `deadline` (a
    /// [`sleep`](crate::hub::sleep), say) takes: `None` if that is over first.
    ///
    /// ```
    /// use std::time::Duration;
    /// use ryu_sdn::{clock::Clock, hub::{self, Hub}, sync::Semaphore};
    ///
    /// Hub::new(Clock::test()).unwrap().block_on(async {
    ///     let semaphore = Semaphore::new(1);
    ///     let first = semaphore.acquire_before(hub::sleep(Duration::from_secs(1))).await;
    ///     assert!(first.is_some());
    ///     let second = semaphore.acquire_before(hub::sleep(Duration::from_secs(1))).await;
    ///     assert!(second.is_none());
    /// });
    /// ```
    pub async fn acquire_before(&self, deadline: impl Future<Output = ()>) -> Option<Permit> {
        first(self.acquire(), deadline).await
    }

    /// How many permits can be taken without waiting.
    pub fn available(&self) -> usize {
        self.shared.borrow().available.max(0).cast_unsigned()
    }

    /// The permits that can be taken, less those who wait for one; below zero, it tells how many
    /// wait.
    ///
    /// ```
    /// use ryu_sdn::sync::Semaphore;
    ///
    /// let semaphore = Semaphore::new(2);
    /// let _permit = semaphore.try_acquire();
    /// assert_eq!(semaphore.balance(), 1);
    /// ```
    pub fn balance(&self) -> isize {
        let state = self.shared.borrow();
        state.available.saturating_sub(signed(state.waiters.waiting()))
    }

    /// How many tasks wait for a permit.
    pub fn waiting(&self) -> usize {
        self.shared.borrow().waiters.waiting()
    }

    /// The permits that nobody holds; below zero if more were taken away than were there.
    pub(crate) fn counter(&self) -> isize {
        self.shared.borrow().available
    }

    /// How many have been given a permit and did not run since.
    pub(crate) fn promised(&self) -> usize {
        self.shared.borrow().waiters.granted()
    }

    /// Whether the next `acquire` waits.
    pub fn is_locked(&self) -> bool {
        self.available() == 0
    }

    /// Adds a permit that nobody held: the other side of [`Permit::forget`], or what one task
    /// grants another. A [`BoundedSemaphore`] refuses the one too many.
    ///
    /// ```
    /// use ryu_sdn::sync::Semaphore;
    ///
    /// let go = Semaphore::new(0);
    /// go.release();
    /// go.try_acquire().unwrap().forget();
    /// assert!(go.is_locked());
    /// ```
    pub fn release(&self) {
        self.adjust(1);
    }

    /// Adds permits, or takes some away; if those are held, they are missing when they come back.
    pub(crate) fn adjust(&self, by: isize) {
        let mut state = self.shared.borrow_mut();
        state.available = state.available.saturating_add(by);
        let mut wakers = Vec::new();
        while state.available > 0
            && let Some(next) = state.waiters.grant()
        {
            state.available -= 1;
            wakers.push(next);
        }
        drop(state);
        wakers.into_iter().for_each(Waker::wake);
    }

    fn permit(&self) -> Permit {
        Permit { semaphore: self.clone(), is_kept: false }
    }

    /// Gives a permit to the first in line, or back to the pool.
    fn give_back(&self) {
        let mut state = self.shared.borrow_mut();
        // A permit that was taken away while it was held is not handed on.
        let next = if state.available >= 0 { state.waiters.grant() } else { None };
        match next {
            Some(next) => {
                drop(state);
                next.wake();
            }
            None => state.available = state.available.saturating_add(1),
        }
    }
}

/// The right to be one of those let through; dropping it lets in the next.
#[derive(Debug)]
#[must_use = "a permit that is dropped at once permits nothing"]
pub struct Permit {
    semaphore: Semaphore,
    /// It is not given back.
    is_kept: bool,
}

impl Permit {
    /// Keeps the permit for good, or until somebody calls [`Semaphore::release`].
    pub fn forget(mut self) {
        self.is_kept = true;
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if !self.is_kept {
            self.semaphore.give_back();
        }
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
            self.semaphore.give_back();
        }
    }
}

/// A semaphore that never has more permits than at first: releasing one too many is an error, as
/// it tells of a slip in the program.
///
/// ```
/// use ryu_sdn::sync::{BoundedSemaphore, OverRelease};
///
/// let semaphore = BoundedSemaphore::new(1);
/// semaphore.try_acquire().unwrap().forget();
/// assert_eq!(semaphore.release(), Ok(()));
/// assert_eq!(semaphore.release(), Err(OverRelease));
/// ```
#[derive(Clone, Debug)]
pub struct BoundedSemaphore {
    semaphore: Semaphore,
    limit: isize,
}

impl BoundedSemaphore {
    /// A semaphore with `permits` permits, and never more.
    pub fn new(permits: usize) -> Self {
        BoundedSemaphore { semaphore: Semaphore::new(permits), limit: signed(permits) }
    }

    /// Adds a permit that nobody held.
    ///
    /// # Errors
    ///
    /// [`OverRelease`] if all permits are there.
    pub fn release(&self) -> Result<(), OverRelease> {
        if self.semaphore.shared.borrow().available >= self.limit {
            return Err(OverRelease);
        }
        self.semaphore.release();
        Ok(())
    }
}

/// All but the release is as ever.
impl std::ops::Deref for BoundedSemaphore {
    type Target = Semaphore;

    fn deref(&self) -> &Semaphore {
        &self.semaphore
    }
}

/// A [`BoundedSemaphore`] was released more often than acquired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the semaphore was released more often than acquired")]
pub struct OverRelease;
