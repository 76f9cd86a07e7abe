//! One value, sent once and awaited once: the reply to a request.

use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// A pair of ends: what is sent into one comes out of the other.
///
/// ```
/// use ryu_sdn::{clock::Clock, hub::Hub, sync::oneshot};
///
/// let hub = Hub::new(Clock::test()).unwrap();
/// let (sender, receiver) = oneshot::channel();
/// sender.send(42).unwrap();
/// assert_eq!(hub.block_on(receiver), Ok(42));
///
/// let (sender, receiver) = oneshot::channel::<u32>();
/// drop(sender);
/// assert_eq!(hub.block_on(receiver), Err(oneshot::Canceled));
/// ```
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let state = State { value: None, waker: None, sender: true, receiver: true };
    let shared = Rc::new(RefCell::new(state));
    (Sender { shared: shared.clone() }, Receiver { shared })
}

struct State<T> {
    value: Option<T>,
    waker: Option<Waker>,
    /// Whether the end still exists, and has not done its one thing.
    sender: bool,
    receiver: bool,
}

/// The end that sends; dropping it unused cancels the other end.
pub struct Sender<T> {
    shared: Rc<RefCell<State<T>>>,
}

impl<T> Sender<T> {
    /// Sends the value.
    ///
    /// # Errors
    ///
    /// The value itself, if the receiver has gone.
    pub fn send(self, value: T) -> Result<(), T> {
        let mut state = self.shared.borrow_mut();
        if !state.receiver {
            return Err(value);
        }
        state.value = Some(value);
        // The drop of `self` wakes the receiver.
        Ok(())
    }

    /// Whether the receiver has gone, so that there is no point in working on the answer.
    pub fn is_closed(&self) -> bool {
        !self.shared.borrow().receiver
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        let mut state = self.shared.borrow_mut();
        state.sender = false;
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// The end that is awaited; cancel-safe when it is awaited by reference.
#[must_use = "the value is lost unless this is awaited"]
pub struct Receiver<T> {
    shared: Rc<RefCell<State<T>>>,
}

impl<T> Future for Receiver<T> {
    type Output = Result<T, Canceled>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.shared.borrow_mut();
        if let Some(value) = state.value.take() {
            return Poll::Ready(Ok(value));
        }
        if !state.sender {
            return Poll::Ready(Err(Canceled));
        }
        match &mut state.waker {
            Some(waker) => waker.clone_from(cx.waker()),
            empty => *empty = Some(cx.waker().clone()),
        }
        Poll::Pending
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let mut state = self.shared.borrow_mut();
        state.receiver = false;
        // Taken out first: a value may look at its channel while it is dropped.
        let unread = (state.value.take(), state.waker.take());
        drop(state);
        drop(unread);
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").field("closed", &self.is_closed()).finish()
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").field("sent", &self.shared.borrow().value.is_some()).finish()
    }
}

/// The sender was dropped without sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sender was dropped without sending")]
pub struct Canceled;
