//! A task: one future, its name, and what becomes of it.
//!
//! ```text
//!                 (1) spawn
//!                     │
//!                     ▼        (2) its turn in the batch
//!      ┌──────────▶ Waiting ─────────────────────────▶ Polling ────┐
//!      │              │   ▲                               │        │ (5) ready, or panicked
//!      │ (4) woken    │   └───────────────────────────────┘        │
//!      └──────────────┘              (3) pending                   ▼
//!                     │                                         Finished
//!                     │ (6) kill, or drop of the handle            ▲
//!                     ▼                                            │
//!                   Killed ────────────────────────────────────────┘
//!                              (7) the loop drops the future
//!
//!   1 Core::spawn     2, 3, 5 TaskCell::poll     4 WakeCell::wake
//!   6 Core::kill (from Polling too: then 7 follows when the poll returns)
//!   7 TaskCell::end
//! ```
//!
//! The future is in its cell, out of it only while it is polled; so no borrow lasts across a poll,
//! and nothing can drop it under its own feet.

use std::any::Any;
use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::executor::Handle;
use super::run_queue::Key;

/// A handle to a spawned task: await it for its result.
///
/// Dropping the handle kills the task; [`detach`](Task::detach) lets it run on by itself.
///
/// # Example: a panic is the joiner's news, not its end
///
/// ```
/// use ryu_sdn::{clock::Clock, hub::{self, Hub, JoinError}};
///
/// let hub = Hub::new(Clock::test()).unwrap();
/// hub.block_on(async {
///     let sum = hub::spawn("sum", async { 1 + 1 });
///     assert_eq!(sum.await, Ok(2));
///
///     let broken = hub::spawn("broken", async { panic!("no such port") });
///     assert_eq!(broken.await, Err::<(), _>(JoinError::Panicked("no such port".into())));
/// });
/// ```
#[must_use = "dropping a task kills it; await it, keep it, or call detach()"]
pub struct Task<T> {
    cell: Rc<TaskCell<T>>,
    hub: Handle,
    kills: bool,
}

impl<T: 'static> Task<T> {
    pub(super) fn new(cell: Rc<TaskCell<T>>, hub: Handle) -> Self {
        Task { cell, hub, kills: true }
    }

    /// Lets the task run to its end without anybody waiting for it.
    pub fn detach(mut self) {
        self.kills = false;
    }

    /// Ends the task before its time: the loop drops its future in the next batch, and never while
    /// it is being polled. Whoever awaits the task gets [`JoinError::Killed`]. A task that has
    /// finished, or finishes in the poll that is going on, stays as it is.
    pub fn kill(&self) {
        self.hub.kill(&self.cell.header);
    }

    /// Whether there is a result, or was one that has been taken.
    pub fn is_finished(&self) -> bool {
        self.cell.header.is_finished()
    }

    /// The name it was spawned with.
    pub fn name(&self) -> &str {
        &self.cell.header.name
    }

    /// Its number, unique within the hub.
    pub fn id(&self) -> TaskId {
        self.cell.header.id
    }
}

impl<T: 'static> Future for Task<T> {
    type Output = Result<T, JoinError>;

    /// # Panics
    ///
    /// If it is polled again after it gave its result.
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let cell = &self.cell;
        if let Some(result) = cell.result.take() {
            return Poll::Ready(result);
        }
        assert!(!cell.header.is_finished(), "task {} gave its result already", cell.header);
        let mut joiner = cell.joiner.take();
        match &mut joiner {
            Some(waker) => waker.clone_from(cx.waker()),
            empty => *empty = Some(cx.waker().clone()),
        }
        cell.joiner.set(joiner);
        Poll::Pending
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        if self.kills {
            self.hub.kill(&self.cell.header);
        }
    }
}

impl<T> fmt::Debug for Task<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let header = &self.cell.header;
        write!(f, "Task({header}, {:?})", header.state.get())
    }
}

/// The number of a task, counted from 1 in each hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId(pub(super) u64);

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// Why a task has no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// It was killed, or its hub has gone.
    #[error("the task was killed")]
    Killed,
    /// It panicked, with this message. The hub has logged it.
    #[error("the task panicked: {0}")]
    Panicked(String),
}

/// What the hub's list of tasks sees of one, whatever its result type.
pub(super) trait Runnable {
    /// Name and state.
    fn header(&self) -> &Header;
    /// Polls the future once, or drops it if it was killed; true when it has finished. A panic is
    /// caught here.
    fn poll(&self) -> bool;
    /// Drops the future, unless it is being polled. A panic is caught here.
    fn end(&self);
    /// Gives back the waker, which may serve another task.
    fn take_waker(&self) -> Option<Waker>;
}

/// A task's future and its result, shared by the hub and the handle.
pub(super) struct TaskCell<T> {
    header: Header,
    /// This and the waker are taken out while the future is polled.
    future: Cell<Option<BoxFuture<T>>>,
    waker: Cell<Option<Waker>>,
    result: Cell<Option<Result<T, JoinError>>>,
    joiner: Cell<Option<Waker>>,
}

type BoxFuture<T> = Pin<Box<dyn Future<Output = T>>>;

impl<T: 'static> TaskCell<T> {
    pub(super) fn new(header: Header, future: BoxFuture<T>, waker: Option<Waker>) -> Rc<Self> {
        Rc::new(TaskCell {
            header,
            future: Cell::new(Some(future)),
            waker: Cell::new(waker),
            result: Cell::new(None),
            joiner: Cell::new(None),
        })
    }

    fn finish(&self, result: Result<T, JoinError>) {
        self.header.state.set(State::Finished);
        self.result.set(Some(result));
        if let Some(joiner) = self.joiner.take() {
            joiner.wake();
        }
    }

    fn panicked(&self, payload: Box<dyn Any + Send>) -> JoinError {
        let message = message_of(payload);
        log::error!("task {} panicked: {message}", self.header);
        JoinError::Panicked(message)
    }
}

impl<T: 'static> Runnable for TaskCell<T> {
    fn header(&self) -> &Header {
        &self.header
    }

    fn poll(&self) -> bool {
        if self.header.is_killed() {
            self.end();
            return true;
        }
        let Some(mut future) = self.future.take() else { return true };
        let Some(waker) = self.waker.take() else { return true };
        let mut cx = Context::from_waker(&waker);
        // Nobody sees a future again that has panicked: it is dropped below.
        let polled = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(&mut cx)));
        self.waker.set(Some(waker));
        match polled {
            Ok(Poll::Pending) => {
                self.future.set(Some(future));
                if self.header.state.get() == State::Alive {
                    return false;
                }
                // Killed by itself, or its hub has gone.
                self.end();
            }
            // The future goes before its result is told: a joiner finds its things dropped.
            Ok(Poll::Ready(value)) => match catch_unwind(AssertUnwindSafe(|| drop(future))) {
                Ok(()) => self.finish(Ok(value)),
                Err(payload) => self.finish(Err(self.panicked(payload))),
            },
            Err(payload) => {
                let error = self.panicked(payload);
                discard(&self.header, future);
                self.finish(Err(error));
            }
        }
        true
    }

    fn end(&self) {
        if let Some(future) = self.future.take() {
            discard(&self.header, future);
        }
        if !self.header.is_finished() {
            self.finish(Err(JoinError::Killed));
        }
    }

    fn take_waker(&self) -> Option<Waker> {
        self.waker.take()
    }
}

/// What is known of every task.
pub(super) struct Header {
    pub(super) id: TaskId,
    pub(super) name: Cow<'static, str>,
    pub(super) place: &'static Location<'static>,
    pub(super) key: Key,
    pub(super) state: Cell<State>,
}

impl Header {
    pub(super) fn is_finished(&self) -> bool {
        self.state.get() == State::Finished
    }

    pub(super) fn is_killed(&self) -> bool {
        self.state.get() == State::Killed
    }
}

impl fmt::Display for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' ({}, spawned at {})", self.name, self.id, self.place)
    }
}

/// See the drawing at the top of this file; whether it is being polled is known from the slab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It has a future that may be polled.
    Alive,
    /// It is to be ended at its next turn.
    Killed,
    /// It has no future any more.
    Finished,
}

/// Drops something of a task that may panic in its `drop`, and logs it if it does.
pub(super) fn discard<V>(header: &Header, value: V) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(value))) {
        log::error!("task {header} panicked while it was dropped: {}", message_of(payload));
    }
}

/// What the panic said.
pub(super) fn message_of(payload: Box<dyn Any + Send>) -> String {
    let message = match payload.downcast_ref::<&'static str>() {
        Some(text) => (*text).to_owned(),
        None => match payload.downcast_ref::<String>() {
            Some(text) => text.clone(),
            None => "a panic without a message".to_owned(),
        },
    };
    // A payload with a panicking drop must not bring the loop down after all.
    if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(second);
    }
    message
}
