//! Tasks that begin later.

use std::borrow::Cow;
use std::cell::Cell;
use std::future::Future;
use std::panic::Location;
use std::rc::Rc;
use std::time::Duration;

use super::handle::Handle;
use super::run_queue::Key;
use super::task::{Task, TaskRef};
use super::timer::{self, Sleep};

/// Starts a task whose body begins after `span`, whatever becomes of the caller. Until then it can
/// be [cancelled](super::cancel).
///
/// ```
/// use std::time::Duration;
/// use ryu_sdn::{clock::Clock, hub::{self, Hub}};
///
/// let clock = Clock::test();
/// let start = clock.now();
/// Hub::new(clock.clone()).unwrap().block_on(async {
///     let later = hub::spawn_after(Duration::from_secs(5), "later", async { "done" });
///     hub::sleep(Duration::from_secs(1)).await;
///     assert!(!later.is_started());
///     assert_eq!(later.await, Ok("done"));
/// });
/// assert_eq!(clock.now() - start, Duration::from_secs(5));
/// ```
///
/// # Panics
///
/// Outside a hub.
#[track_caller]
pub fn spawn_after<T: 'static>(
    span: Duration,
    name: impl Into<Cow<'static, str>>,
    future: impl Future<Output = T> + 'static,
) -> Task<T> {
    start(span, name.into(), None, future, Location::caller())
}

/// As [`spawn_after`], but the task is killed, unbegun, if the calling task has ended when its time
/// comes. (To end a task that has begun with its spawner, use a [`Scope`](super::Scope).)
///
/// ```
/// use std::time::Duration;
/// use ryu_sdn::{clock::Clock, hub::{self, Hub, JoinError}};
///
/// Hub::new(Clock::test()).unwrap().block_on(async {
///     let spawner = hub::spawn("spawner", async {
///         hub::spawn_after_local(Duration::from_secs(5), "reminder", async { "wake up" })
///     });
///     let reminder = spawner.await.unwrap();
///     assert_eq!(reminder.await, Err(JoinError::Killed));
/// });
/// ```
///
/// # Panics
///
/// Outside a hub.
#[track_caller]
pub fn spawn_after_local<T: 'static>(
    span: Duration,
    name: impl Into<Cow<'static, str>>,
    future: impl Future<Output = T> + 'static,
) -> Task<T> {
    let spawner = super::current().polling_key();
    start(span, name.into(), Some(spawner), future, Location::caller())
}

fn start<T: 'static>(
    span: Duration,
    name: Cow<'static, str>,
    spawner: Option<Key>,
    future: impl Future<Output = T> + 'static,
    place: &'static Location<'static>,
) -> Task<T> {
    let hub = super::current();
    let has_begun = Rc::new(Cell::new(false));
    let sleep = Sleep::new(hub.clone(), timer::after(hub.now(), span));
    let body = run(hub.clone(), sleep, spawner, has_begun.clone(), future);
    hub.spawn_delayed(name, has_begun, body, place)
}

async fn run<T>(
    hub: Handle,
    sleep: Sleep,
    spawner: Option<Key>,
    has_begun: Rc<Cell<bool>>,
    future: impl Future<Output = T>,
) -> T {
    if sleep.deadline() > hub.now() {
        sleep.await;
    }
    if spawner.is_some_and(|spawner| !hub.is_alive(spawner)) {
        hub.end_polling();
        std::future::pending::<()>().await;
    }
    has_begun.set(true);
    // It may keep a task and its hub alive no longer than it runs.
    drop(hub);
    future.await
}

/// Ends `task` at once: its future is dropped before this returns control to the loop, and the
/// caller goes on in the next batch. Eventlet's `kill`. [`Task::kill`] is the same without a wait:
/// the loop drops the future in the next batch.
///
/// A task that has ended stays as it is, and nothing is waited for. A task that kills itself does
/// not come back from this.
///
/// ```
/// use ryu_sdn::{clock::Clock, hub::{self, Hub, JoinError}};
///
/// Hub::new(Clock::test()).unwrap().block_on(async {
///     let task = hub::spawn("waits", std::future::pending::<()>());
///     hub::kill(&task).await;
///     assert_eq!(task.await, Err(JoinError::Killed));
/// });
/// ```
pub async fn kill(task: impl Into<TaskRef>) {
    end(task.into(), None).await;
}

/// As [`kill`], with a reason: whoever awaits the task gets
/// [`JoinError::KilledFor`](super::JoinError::KilledFor).
///
/// ```
/// use ryu_sdn::{clock::Clock, hub::{self, Hub, JoinError}};
///
/// Hub::new(Clock::test()).unwrap().block_on(async {
///     let task = hub::spawn("waits", std::future::pending::<()>());
///     hub::kill_for(&task, "enough").await;
///     assert_eq!(task.await.unwrap_err().to_string(), "the task was killed: enough");
/// });
/// ```
pub async fn kill_for(task: impl Into<TaskRef>, reason: impl Into<Cow<'static, str>>) {
    end(task.into(), Some(reason.into())).await;
}

/// As [`kill`], but only if the task's body has not begun; true if so.
///
/// ```
/// use ryu_sdn::{clock::Clock, hub::{self, Hub}};
///
/// Hub::new(Clock::test()).unwrap().block_on(async {
///     let begun = hub::spawn("begun", std::future::pending::<()>());
///     hub::yield_now().await;
///     assert!(!hub::cancel(&begun).await);
///     let unborn = hub::spawn("unborn", async {});
///     assert!(hub::cancel(&unborn).await);
/// });
/// ```
pub async fn cancel(task: impl Into<TaskRef>) -> bool {
    let task = task.into();
    if task.is_started() || task.is_finished() {
        return false;
    }
    end(task, None).await;
    true
}

async fn end(task: TaskRef, reason: Option<Cow<'static, str>>) {
    if task.is_finished() {
        return;
    }
    let mut reason = Some(reason);
    std::future::poll_fn(|cx| match reason.take() {
        Some(reason) => {
            // Before those who are woken by the end: the caller was here first.
            cx.waker().wake_by_ref();
            task.end_now(reason);
            std::task::Poll::Pending
        }
        None => std::task::Poll::Ready(()),
    })
    .await;
}
