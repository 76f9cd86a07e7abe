//! A semaphore that is full at some count: who releases then waits, too.

use std::rc::Rc;

use super::semaphore::Semaphore;

/// Counts between 0 and a limit: [`acquire`](CappedSemaphore::acquire) waits at 0,
/// [`release`](CappedSemaphore::release) waits at the limit, first come, first served on both sides.
/// Clones share the count.
///
/// Whoever waits on one side makes room on the other: with `n` tasks in `acquire`, `n` may release
/// without a wait, whatever the limit. There are no permits that are given back when they are dropped,
/// for a drop cannot wait.
///
/// ```
/// use ryu_sdn::{clock::Clock, hub::{self, Hub}, sync::CappedSemaphore};
///
/// Hub::new(Clock::test()).unwrap().block_on(async {
///     let places = CappedSemaphore::new(1, 2);
///     places.release().await;
///     assert!(places.is_bounded() && !places.try_release());
///     let theirs = places.clone();
///     let waits = hub::spawn("release", async move { theirs.release().await });
///     hub::yield_now().await;
///     assert!(!waits.is_finished());
///     places.acquire().await;
///     waits.await.unwrap();
///     assert_eq!(places.balance(), 2);
/// });
/// ```
#[derive(Clone, Debug)]
pub struct CappedSemaphore {
    bounds: Rc<Bounds>,
}

#[derive(Debug)]
struct Bounds {
    /// What can be acquired.
    lower: Semaphore,
    /// What can be released.
    upper: Semaphore,
}

impl CappedSemaphore {
    /// A semaphore that starts at `count`.
    ///
    /// # Panics
    ///
    /// If `count` is above `limit`.
    #[track_caller]
    pub fn new(count: usize, limit: usize) -> Self {
        assert!(count <= limit, "a count of {count} is above its limit, {limit}");
        let bounds = Bounds { lower: Semaphore::new(count), upper: Semaphore::new(limit - count) };
        CappedSemaphore { bounds: Rc::new(bounds) }
    }

    /// Takes one, waiting while there is none. Cancel-safe.
    pub async fn acquire(&self) {
        move_one(&self.bounds.lower, &self.bounds.upper).await;
    }

    /// Takes one, if there is one; false if not.
    pub fn try_acquire(&self) -> bool {
        try_move_one(&self.bounds.lower, &self.bounds.upper)
    }

    /// Gives one, waiting while there are as many as the limit allows. Cancel-safe.
    pub async fn release(&self) {
        move_one(&self.bounds.upper, &self.bounds.lower).await;
    }

    /// Gives one, unless there are as many as the limit allows; false then.
    pub fn try_release(&self) -> bool {
        try_move_one(&self.bounds.upper, &self.bounds.lower)
    }

    /// Whether the next `acquire` waits.
    pub fn is_locked(&self) -> bool {
        self.bounds.lower.is_locked()
    }

    /// Whether the next `release` waits.
    pub fn is_bounded(&self) -> bool {
        self.bounds.upper.is_locked()
    }

    /// What can be acquired less what can be released, less those who wait to acquire, and more by
    /// those who wait to release: eventlet's figure.
    pub fn balance(&self) -> isize {
        self.bounds.lower.balance() - self.bounds.upper.balance()
    }
}

/// The other side has one more at once, even if this one has to wait.
async fn move_one(from: &Semaphore, to: &Semaphore) {
    to.release();
    let taken_back = TakeBack(to);
    from.acquire().await.forget();
    std::mem::forget(taken_back);
}

fn try_move_one(from: &Semaphore, to: &Semaphore) -> bool {
    let Some(permit) = from.try_acquire() else { return false };
    permit.forget();
    to.release();
    true
}

/// A wait that is given up has moved nothing.
struct TakeBack<'a>(&'a Semaphore);

impl Drop for TakeBack<'_> {
    fn drop(&mut self) {
        self.0.adjust(-1);
    }
}
