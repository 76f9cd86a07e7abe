//! Limits on time: a block that is left when its time is over, and whose limit it was.

use std::cell::{Cell, RefCell};
use std::error::Error;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::task::{Poll, Waker};
use std::time::{Duration, Instant};

use super::handle::Handle;
use super::timer::{self, Elapsed, Sleep};

/// A limit that runs from the moment it is made: eventlet's `Timeout`.
///
/// What is [`run`](Timeout::run) under it is dropped when the time is over. Limits nest; each has an
/// identity, so that an error of an inner one that comes out of an outer block is told from the
/// outer's own.
///
/// For one future and no questions, [`timeout`](super::timeout) and
/// [`with_timeout`](super::with_timeout) are shorter.
///
/// # Example: two limits, and which of them it was
///
/// ```
/// use std::time::Duration;
/// use ryu_sdn::{clock::Clock, hub::{self, Hub, TimedOut, Timeout}};
///
/// Hub::new(Clock::test()).unwrap().block_on(async {
///     let day = Timeout::after(Duration::from_secs(86_400));
///     let hour = Timeout::after(Duration::from_secs(3600));
///     let outcome = day
///         .run(async {
///             hour.run(std::future::pending::<()>()).await?;
///             Ok::<_, TimedOut>("in time")
///         })
///         .await;
///     let error = outcome.expect("the day is not over").unwrap_err();
///     assert!(hour.is(&error) && !day.is(&error));
/// });
/// ```
#[derive(Debug)]
pub struct Timeout {
    hub: Handle,
    id: u64,
    limit: Option<Duration>,
    deadline: Cell<Option<Instant>>,
    /// Who runs without a limit, since it was cancelled: started again, it counts for them.
    unlimited: RefCell<Vec<Waker>>,
}

impl Timeout {
    /// Starts a limit of `limit` from now.
    ///
    /// # Panics
    ///
    /// Outside a hub.
    #[track_caller]
    pub fn after(limit: Duration) -> Timeout {
        let hub = super::current();
        let deadline = timer::after(hub.now(), limit);
        Timeout {
            id: hub.next_timeout(),
            hub,
            limit: Some(limit),
            deadline: Cell::new(Some(deadline)),
            unlimited: RefCell::default(),
        }
    }

    /// A limit that is never reached: eventlet's `Timeout(None)`.
    ///
    /// # Panics
    ///
    /// Outside a hub.
    #[track_caller]
    pub fn never() -> Timeout {
        let hub = super::current();
        Timeout {
            id: hub.next_timeout(),
            hub,
            limit: None,
            deadline: Cell::new(None),
            unlimited: RefCell::default(),
        }
    }

    /// Starts the limit anew, from now, after it was cancelled or its time was over: what runs under
    /// it has all of its time again. A limit that is [never](Timeout::never) reached stays so.
    ///
    /// ```
    /// use std::time::Duration;
    /// use ryu_sdn::{clock::Clock, hub::{self, Hub, Timeout}};
    ///
    /// Hub::new(Clock::test()).unwrap().block_on(async {
    ///     let limit = Timeout::after(Duration::from_secs(5));
    ///     hub::sleep(Duration::from_secs(4)).await;
    ///     limit.cancel();
    ///     limit.start();
    ///     assert!(limit.run(hub::sleep(Duration::from_secs(4))).await.is_ok());
    /// });
    /// ```
    ///
    /// # Panics
    ///
    /// If the time is running: cancel it first.
    #[track_caller]
    pub fn start(&self) {
        assert!(!self.is_pending(), "the limit runs already: to start it again, cancel it first");
        self.deadline.set(self.limit.map(|limit| timer::after(self.hub.now(), limit)));
        self.unlimited.take().into_iter().for_each(Waker::wake);
    }

    /// Runs `future` until the time is over; then drops it.
    ///
    /// # Errors
    ///
    /// [`TimedOut`] with this limit's identity. What comes in the same turn as the end of the time
    /// is still taken.
    pub async fn run<F: Future>(&self, future: F) -> Result<F::Output, TimedOut> {
        let mut future = pin!(future);
        let mut sleep = pin!(None::<Sleep>);
        std::future::poll_fn(|cx| {
            if let Poll::Ready(output) = future.as_mut().poll(cx) {
                return Poll::Ready(Ok(output));
            }
            let Some(deadline) = self.deadline.get() else {
                // Never, or cancelled meanwhile: the future goes on without a limit.
                sleep.set(None);
                let mut unlimited = self.unlimited.borrow_mut();
                if !unlimited.iter().any(|waker| waker.will_wake(cx.waker())) {
                    unlimited.push(cx.waker().clone());
                }
                return Poll::Pending;
            };
            if sleep.as_ref().as_pin_ref().is_none_or(|sleep| sleep.deadline() != deadline) {
                sleep.set(Some(Sleep::new(self.hub.clone(), deadline)));
            }
            match sleep.as_mut().as_pin_mut() {
                Some(sleep) => sleep.poll(cx).map(|()| Err(self.error())),
                None => Poll::Pending,
            }
        })
        .await
    }

    /// As [`run`](Timeout::run), silently: `None` if the time was over. Eventlet's
    /// `Timeout(5, False)`.
    ///
    /// ```
    /// use std::time::Duration;
    /// use ryu_sdn::{clock::Clock, hub::{self, Hub, Timeout}};
    ///
    /// Hub::new(Clock::test()).unwrap().block_on(async {
    ///     let limit = Timeout::after(Duration::from_secs(5));
    ///     let page = limit.run_silently(async {
    ///         hub::sleep(Duration::from_secs(6)).await;
    ///         "a slow page"
    ///     });
    ///     assert_eq!(page.await.unwrap_or_default(), "");
    /// });
    /// ```
    pub async fn run_silently<F: Future>(&self, future: F) -> Option<F::Output> {
        self.run(future).await.ok()
    }

    /// As [`run`](Timeout::run), with an error of one's own: what `error` makes when the time is
    /// over. Eventlet's `Timeout(5, error)`.
    ///
    /// # Errors
    ///
    /// That error, or the one of `future`.
    ///
    /// ```
    /// use std::time::Duration;
    /// use ryu_sdn::{clock::Clock, hub::{Hub, Timeout}};
    ///
    /// Hub::new(Clock::test()).unwrap().block_on(async {
    ///     let limit = Timeout::after(Duration::from_secs(5));
    ///     let answer = limit.run_or(|| "the switch is silent", std::future::pending());
    ///     assert_eq!(answer.await, Err::<(), _>("the switch is silent"));
    /// });
    /// ```
    pub async fn run_or<T, E>(
        &self,
        error: impl FnOnce() -> E,
        future: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        self.run(future).await.unwrap_or_else(|_| Err(error()))
    }

    /// Stops the limit: what runs under it goes on without.
    pub fn cancel(&self) {
        self.deadline.set(None);
    }

    /// Whether the time is running: it is neither over nor was the limit cancelled.
    pub fn is_pending(&self) -> bool {
        self.deadline.get().is_some_and(|deadline| self.hub.now() < deadline)
    }

    /// Whether `error` came from this limit, and not from another one.
    pub fn is(&self, error: &TimedOut) -> bool {
        self.id == error.id
    }

    fn error(&self) -> TimedOut {
        TimedOut { id: self.id, limit: self.limit.unwrap_or_default() }
    }
}

/// The time of a [`Timeout`] is over; [`Timeout::is`] says of which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("timed out after {limit:?}")]
pub struct TimedOut {
    id: u64,
    limit: Duration,
}

impl TimedOut {
    /// How much time there was.
    pub fn limit(&self) -> Duration {
        self.limit
    }
}

/// Waits for `future`, but no longer than `limit`; then drops it and gives `timeout_value`.
/// [`timeout`](super::timeout) gives an error instead.
///
/// ```
/// use std::time::Duration;
/// use ryu_sdn::{clock::Clock, hub::{self, Hub}};
///
/// Hub::new(Clock::test()).unwrap().block_on(async {
///     let slow = async {
///         hub::sleep(Duration::from_secs(2)).await;
///         "an answer"
///     };
///     assert_eq!(hub::with_timeout(Duration::from_secs(1), slow, "nothing").await, "nothing");
/// });
/// ```
///
/// # Panics
///
/// Outside a hub.
#[track_caller]
pub fn with_timeout<F: Future>(
    limit: Duration,
    future: F,
    timeout_value: F::Output,
) -> impl Future<Output = F::Output> {
    let timeout = super::timeout(limit, future);
    async move { timeout.await.unwrap_or(timeout_value) }
}

/// Whether an error says that a time was over: [`TimedOut`], [`Elapsed`], or an I/O error of the
/// kind [`TimedOut`](io::ErrorKind::TimedOut); also as the cause of another error.
///
/// ```
/// use std::io;
/// use ryu_sdn::hub::{Elapsed, is_timeout};
///
/// assert!(is_timeout(&Elapsed));
/// assert!(is_timeout(&io::Error::from(io::ErrorKind::TimedOut)));
/// assert!(is_timeout(&io::Error::other(Elapsed)));
/// assert!(!is_timeout(&io::Error::other("no such port")));
/// ```
pub fn is_timeout(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.is::<TimedOut>() || error.is::<Elapsed>() {
            return true;
        }
        if let Some(error) = error.downcast_ref::<io::Error>() {
            // What an I/O error wraps is not its source, but its inside.
            let inside = error.get_ref().map(|inside| inside as &(dyn Error + 'static));
            if error.kind() == io::ErrorKind::TimedOut || inside.is_some_and(is_timeout) {
                return true;
            }
        }
        next = error.source();
    }
    false
}
