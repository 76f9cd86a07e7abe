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
//!   7 TaskCell::end (by the loop in the next batch, or at once by `hub::kill`)
//! ```
//!
//! A task that was never polled is `New`: that is all that [`cancel`](super::cancel) ends. Its links
//! run last of all, when the result is there.
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

use super::handle::Handle;
use super::header::{Header, LinkId, State, TaskId, call_link};

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

    /// Lets the task run in the background, from its next poll on: in the gaps of ordinary work, and
    /// while there are none, for a sixteenth of the time. For work that may come without end and that
    /// nobody must wait for: see [the room](super#the-background).
    ///
    /// Tasks that it spawns are ordinary ones, if they are not told otherwise. Its end is an ordinary
    /// affair as well: a task that is killed does not wait for its turn.
    ///
    /// ```
    /// use ryu_sdn::{clock::Clock, hub::{self, Hub}};
    ///
    /// Hub::new(Clock::test()).unwrap().block_on(async {
    ///     let where_it_runs = async { hub::getcurrent().unwrap().is_in_background };
    ///     assert_eq!(hub::spawn("report", where_it_runs).in_background().await, Ok(true));
    /// });
    /// ```
    pub fn in_background(self) -> Self {
        self.hub.demote(&self.cell.header);
        self
    }

    /// Ends the task before its time: the loop drops its future in the next batch, and never while
    /// it is being polled. Whoever awaits the task gets [`JoinError::Killed`]. A task that has
    /// finished, or finishes in the poll that is going on, stays as it is.
    pub fn kill(&self) {
        self.hub.kill(&self.cell.header);
    }

    /// As [`kill`](Task::kill), and says why: whoever awaits the task gets
    /// [`JoinError::KilledFor`].
    ///
    /// ```
    /// use ryu_sdn::{clock::Clock, hub::{self, Hub, JoinError}};
    ///
    /// Hub::new(Clock::test()).unwrap().block_on(async {
    ///     let task = hub::spawn("waits", std::future::pending::<()>());
    ///     task.kill_for("the switch has left");
    ///     assert_eq!(task.await, Err(JoinError::KilledFor("the switch has left".into())));
    /// });
    /// ```
    pub fn kill_for(&self, reason: impl Into<Cow<'static, str>>) {
        self.cell.header.give_reason(reason.into());
        self.hub.kill(&self.cell.header);
    }

    /// Has `f` called when the task ends, however it ends: with `Ok(())` if it returned (the value
    /// is for whoever awaits the task), else with the reason. At once, if it has ended already.
    ///
    /// Links run in the order in which they were made, in the loop, after those who await the task
    /// were woken and before any of them runs. One that panics is logged.
    ///
    /// ```
    /// use std::{cell::Cell, rc::Rc};
    /// use ryu_sdn::{clock::Clock, hub::{self, Hub}};
    ///
    /// Hub::new(Clock::test()).unwrap().block_on(async {
    ///     let ended = Rc::new(Cell::new(0));
    ///     let (task, count) = (hub::spawn("short", async {}), ended.clone());
    ///     task.link(move |exit| count.set(count.get() + i32::from(exit.is_ok())));
    ///     let (unlinked, count) = (ended.clone(), ended.clone());
    ///     let link = task.link(move |_| count.set(100));
    ///     assert!(task.unlink(link));
    ///     hub::yield_now().await;
    ///     assert_eq!(unlinked.get(), 1);
    ///     task.link(move |_| ended.set(2)); // at once
    ///     assert_eq!(unlinked.get(), 2);
    /// });
    /// ```
    pub fn link(&self, f: impl FnOnce(Result<(), JoinError>) + 'static) -> LinkId {
        let header = &self.cell.header;
        match header.exit() {
            Some(exit) => {
                call_link(header, Box::new(f), exit);
                LinkId(0)
            }
            None => header.add_link(Box::new(f)),
        }
    }

    /// Takes a link away; false if it has run, or was taken away before.
    pub fn unlink(&self, link: LinkId) -> bool {
        self.cell.header.remove_link(link)
    }

    /// Whether its body has begun. A task of [`spawn_after`](super::spawn_after) has not until its
    /// time has come.
    pub fn is_started(&self) -> bool {
        self.cell.header.is_started()
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

    /// Where it was spawned.
    pub fn place(&self) -> &'static Location<'static> {
        self.cell.header.place
    }

    /// A reference that can be kept beside the handle: to kill the task, not to await it.
    pub fn to_ref(&self) -> TaskRef {
        TaskRef { task: self.cell.clone(), hub: self.hub.clone() }
    }

    pub(super) fn runnable(&self) -> Rc<dyn Runnable> {
        self.cell.clone()
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

/// A reference to a task, whatever its result: it can be kept by others than who awaits the task,
/// and dropping it does nothing. From [`Task::to_ref`].
///
/// ```
/// use ryu_sdn::{clock::Clock, hub::{self, Hub, JoinError}};
///
/// Hub::new(Clock::test()).unwrap().block_on(async {
///     let task = hub::spawn("waits", std::future::pending::<()>());
///     let theirs = task.to_ref();
///     hub::spawn_n("other", async move { hub::kill(&theirs).await });
///     assert_eq!(task.await, Err(JoinError::Killed));
/// });
/// ```
#[derive(Clone)]
pub struct TaskRef {
    task: Rc<dyn Runnable>,
    hub: Handle,
}

impl TaskRef {
    /// As [`Task::kill`].
    pub fn kill(&self) {
        self.hub.kill(self.task.header());
    }

    /// As [`Task::kill_for`].
    pub fn kill_for(&self, reason: impl Into<Cow<'static, str>>) {
        self.task.header().give_reason(reason.into());
        self.kill();
    }

    /// As [`Task::is_started`].
    pub fn is_started(&self) -> bool {
        self.task.header().is_started()
    }

    /// As [`Task::is_finished`].
    pub fn is_finished(&self) -> bool {
        self.task.header().is_finished()
    }

    /// As [`Task::id`].
    pub fn id(&self) -> TaskId {
        self.task.header().id
    }

    /// Drops the future now, unless it is this very task that runs.
    pub(super) fn end_now(&self, reason: Option<Cow<'static, str>>) {
        if let Some(reason) = reason {
            self.task.header().give_reason(reason);
        }
        self.hub.end_now(self.task.clone());
    }
}

impl<T: 'static> From<&Task<T>> for TaskRef {
    fn from(task: &Task<T>) -> Self {
        task.to_ref()
    }
}

impl From<&TaskRef> for TaskRef {
    fn from(task: &TaskRef) -> Self {
        task.clone()
    }
}

impl fmt::Debug for TaskRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let header = self.task.header();
        write!(f, "TaskRef({header}, {:?})", header.state.get())
    }
}

/// Why a task has no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// It was killed, or its hub has gone.
    #[error("the task was killed")]
    Killed,
    /// It was killed, for this reason.
    #[error("the task was killed: {0}")]
    KilledFor(Cow<'static, str>),
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
    /// Whether the future is out of its cell because it is being polled.
    fn is_being_polled(&self) -> bool;
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

    /// A task that has run elsewhere: its result is here from the start.
    pub(super) fn finished(header: Header, result: Result<T, JoinError>) -> Rc<Self> {
        let cell = Rc::new(TaskCell {
            header,
            future: Cell::new(None),
            waker: Cell::new(None),
            result: Cell::new(None),
            joiner: Cell::new(None),
        });
        cell.finish(result);
        cell
    }

    fn finish(&self, result: Result<T, JoinError>) {
        let extras = self.header.finish(result.as_ref().err());
        self.result.set(Some(result));
        if let Some(joiner) = self.joiner.take() {
            joiner.wake();
        }
        if let Some(extras) = extras {
            self.header.run_links(*extras);
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
        match self.header.state.get() {
            State::Alive => {}
            State::New => self.header.state.set(State::Alive),
            State::Killed | State::Finished(_) => {
                self.end();
                return true;
            }
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
            let error = match self.header.take_reason() {
                Some(reason) => JoinError::KilledFor(reason),
                None => JoinError::Killed,
            };
            self.finish(Err(error));
        }
    }

    fn is_being_polled(&self) -> bool {
        let future = self.future.take();
        let is_out = future.is_none();
        self.future.set(future);
        is_out && !self.header.is_finished()
    }

    fn take_waker(&self) -> Option<Waker> {
        self.waker.take()
    }
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
