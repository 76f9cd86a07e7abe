//! A flag that tasks can wait for.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::first;
use super::wait_list::WaitList;

/// A flag, at first not set; clones share it.
///
/// ```
/// use ryu_sdn::sync::Event;
///
/// let stopping = Event::new();
/// assert!(!stopping.is_set());
/// stopping.clone().set();
/// assert!(stopping.is_set());
/// ```
#[derive(Clone, Debug)]
pub struct Event {
    shared: Rc<RefCell<State>>,
}

#[derive(Debug)]
struct State {
    set: bool,
    waiters: WaitList,
}

impl Event {
    /// An event that is not set.
    pub fn new() -> Self {
        Event { shared: Rc::new(RefCell::new(State { set: false, waiters: WaitList::new() })) }
    }

    /// Sets it: everybody who waits now, or comes before it is cleared, goes through.
    pub fn set(&self) {
        let mut state = self.shared.borrow_mut();
        state.set = true;
        let wakers = state.waiters.grant_all();
        drop(state);
        wakers.into_iter().for_each(Waker::wake);
    }

    /// Makes those wait who come from now on. Whoever waited when it was set still goes through,
    /// even if their task has not run since.
    pub fn clear(&self) {
        self.shared.borrow_mut().set = false;
    }

    /// Whether it is set.
    pub fn is_set(&self) -> bool {
        self.shared.borrow().set
    }

    /// Waits until it is set; at once if it is. Cancel-safe.
    pub fn wait(&self) -> Wait<'_> {
        Wait { event: self, key: None }
    }

    /// Waits until it is set, no longer than `deadline` (a [`sleep`](crate::hub::sleep), say)
    /// takes; false if that was over first.
    ///
    /// ```
    /// use std::time::Duration;
    /// use ryu_sdn::{clock::Clock, hub::{self, Hub}, sync::Event};
    ///
    /// Hub::new(Clock::test()).unwrap().block_on(async {
    ///     let event = Event::new();
    ///     assert!(!event.wait_before(hub::sleep(Duration::from_secs(1))).await);
    ///     event.set();
    ///     assert!(event.wait_before(hub::sleep(Duration::from_secs(1))).await);
    /// });
    /// ```
    pub async fn wait_before(&self, deadline: impl Future<Output = ()>) -> bool {
        first(self.wait(), deadline).await.is_some()
    }
}

impl Default for Event {
    fn default() -> Self {
        Event::new()
    }
}

/// The future of [`Event::wait`].
#[derive(Debug)]
#[must_use = "this waits only when it is awaited"]
pub struct Wait<'a> {
    event: &'a Event,
    key: Option<usize>,
}

impl Future for Wait<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        let mut state = this.event.shared.borrow_mut();
        match this.key {
            Some(key) if !state.waiters.is_granted(key, cx) => Poll::Pending,
            Some(key) => {
                state.waiters.remove(key);
                this.key = None;
                Poll::Ready(())
            }
            None if state.set => Poll::Ready(()),
            None => {
                this.key = Some(state.waiters.push(cx.waker().clone()));
                Poll::Pending
            }
        }
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            self.event.shared.borrow_mut().waiters.remove(key);
        }
    }
}
