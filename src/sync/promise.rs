//! A value that is sent once, to any number of waiters: eventlet's `Event`.

use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::first;
use super::wait_list::WaitList;

/// A value that somebody will send, once; everybody who waits gets a clone of it, also who comes
/// later. Clones share the value.
///
/// This is what eventlet calls an event; the name [`Event`](super::Event) is taken, as in Ryu, by
/// the flag. With a `Result` inside, [`send_exception`](Promise::send_exception) sends an error.
///
/// ```
/// use ryu_sdn::{clock::Clock, hub::{self, Hub}, sync::Promise};
///
/// Hub::new(Clock::test()).unwrap().block_on(async {
///     let answer = Promise::new();
///     let theirs = answer.clone();
///     let waiter = hub::spawn("waiter", async move { theirs.wait().await });
///     hub::yield_now().await;
///     assert!(!answer.is_ready());
///     answer.send(42).unwrap();
///     assert_eq!(waiter.await, Ok(42));
///     assert_eq!(answer.poll(), Some(42));
///     assert!(answer.send(43).is_err());
/// });
/// ```
pub struct Promise<T> {
    shared: Rc<RefCell<State<T>>>,
}

struct State<T> {
    value: Option<T>,
    waiters: WaitList,
}

impl<T: Clone> Promise<T> {
    /// A promise of which nothing has been sent.
    pub fn new() -> Self {
        let state = State { value: None, waiters: WaitList::new() };
        Promise { shared: Rc::new(RefCell::new(state)) }
    }

    /// Sends the value. Those who wait run in the next batch; the sender goes on.
    ///
    /// # Errors
    ///
    /// [`AlreadySent`] if there is one.
    pub fn send(&self, value: T) -> Result<(), AlreadySent> {
        let mut state = self.shared.borrow_mut();
        if state.value.is_some() {
            return Err(AlreadySent);
        }
        state.value = Some(value);
        let wakers = state.waiters.grant_all();
        drop(state);
        wakers.into_iter().for_each(Waker::wake);
        Ok(())
    }

    /// Whether it was sent.
    pub fn is_ready(&self) -> bool {
        self.shared.borrow().value.is_some()
    }

    /// The value, if it was sent; does not wait.
    pub fn poll(&self) -> Option<T> {
        self.shared.borrow().value.clone()
    }

    /// Waits for the value; at once if it is there. Cancel-safe.
    pub fn wait(&self) -> WaitForValue<'_, T> {
        WaitForValue { promise: self, key: None }
    }

    /// Waits for the value no longer than `deadline` (a [`sleep`](crate::hub::sleep), say) takes.
    ///
    /// ```
    /// use std::time::Duration;
    /// use ryu_sdn::{clock::Clock, hub::{self, Hub}, sync::Promise};
    ///
    /// Hub::new(Clock::test()).unwrap().block_on(async {
    ///     let never = Promise::<u32>::new();
    ///     assert_eq!(never.wait_before(hub::sleep(Duration::from_secs(1))).await, None);
    /// });
    /// ```
    pub async fn wait_before(&self, deadline: impl Future<Output = ()>) -> Option<T> {
        first(self.wait(), deadline).await
    }
}

impl<T: Clone, E: Clone> Promise<Result<T, E>> {
    /// Sends an error in place of the value.
    ///
    /// # Errors
    ///
    /// [`AlreadySent`] if value or error were sent before.
    ///
    /// ```
    /// use ryu_sdn::sync::Promise;
    ///
    /// let answer = Promise::<Result<u32, &str>>::new();
    /// answer.send_exception("no such port").unwrap();
    /// assert_eq!(answer.poll(), Some(Err("no such port")));
    /// ```
    pub fn send_exception(&self, error: E) -> Result<(), AlreadySent> {
        self.send(Err(error))
    }
}

impl<T: Clone> Default for Promise<T> {
    fn default() -> Self {
        Promise::new()
    }
}

impl<T> Clone for Promise<T> {
    fn clone(&self) -> Self {
        Promise { shared: self.shared.clone() }
    }
}

impl<T> fmt::Debug for Promise<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Promise").field("sent", &self.shared.borrow().value.is_some()).finish()
    }
}

/// The future of [`Promise::wait`].
#[must_use = "this waits only when it is awaited"]
pub struct WaitForValue<'a, T> {
    promise: &'a Promise<T>,
    key: Option<usize>,
}

impl<T: Clone> Future for WaitForValue<'_, T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let this = self.get_mut();
        let mut state = this.promise.shared.borrow_mut();
        if let Some(value) = state.value.clone() {
            if let Some(key) = this.key.take() {
                state.waiters.remove(key);
            }
            return Poll::Ready(value);
        }
        match this.key {
            Some(key) => _ = state.waiters.is_granted(key, cx),
            None => this.key = Some(state.waiters.push(cx.waker().clone())),
        }
        Poll::Pending
    }
}

impl<T> Drop for WaitForValue<'_, T> {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            // All are woken at once and own nothing.
            self.promise.shared.borrow_mut().waiters.remove(key);
        }
    }
}

/// A [`Promise`] is sent once, and was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the value was sent already")]
pub struct AlreadySent;
