//! The hub room: the loop, its tasks, and the sockets they wait for.
//!
//! A [`Hub`] is an executor and a reactor in one struct, on one thread. What eventlet's green
//! threads were to Ryu, its [tasks](Task) are here: `async` blocks that run until they wait, and
//! are never interrupted in between.
//!
//! One turn of the loop is this list, and the function that does it
//! (`Core::turn` in `executor.rs`) reads the same:
//!
//! 1. take `now`;
//! 2. fire due timers;
//! 3. poll one batch: each task that was woken before the batch began, once, in the order of
//!    waking. Who is woken meanwhile waits for the next batch, so nobody can starve the rest. While
//!    work is left, go back to 1; after 64 polls, go on;
//! 4. run the [end-of-turn hooks](end_of_turn()) (connections with something to send, send it);
//! 5. if tasks wait [in the background](#the-background), poll some of those, and run the hooks again;
//! 6. find out how long to wait: not at all if work is queued, else until the next deadline, else
//!    for as long as it takes;
//! 7. wait;
//! 8. mark what became ready, collect wakers;
//! 9. wake.
//!
//! On a [test clock](crate::clock::Clock::test) a turn has one batch, so that a test can look at
//! what each has done.
//!
//! May touch: [`clock`](crate::clock), [`sync`](crate::sync), `mio`, `signal-hook`.
//! Never: OpenFlow, apps.
//!
//! # Example: two tasks and a clock that a test turns
//!
//! ```
//! use std::time::Duration;
//! use ryu_sdn::{clock::Clock, hub::{self, Hub}};
//!
//! let clock = Clock::test();
//! let start = clock.now();
//! let hub = Hub::new(clock.clone()).unwrap();
//! let heard = hub.block_on(async {
//!     let slow = hub::spawn("slow", async {
//!         hub::sleep(Duration::from_secs(3600)).await;
//!         "an hour later"
//!     });
//!     let impatient = hub::timeout(Duration::from_secs(1), async { slow.await }).await;
//!     assert_eq!(impatient, Err(hub::Elapsed));
//!     hub::spawn("quick", async { "at once" }).await.unwrap()
//! });
//! assert_eq!(heard, "at once");
//! assert_eq!(clock.now() - start, Duration::from_secs(1)); // and no real second has passed
//! ```
//!
//! # What an eventlet user finds here
//!
//! | Eventlet, Ryu | Here |
//! |---|---|
//! | `spawn`, `spawn_n`, `spawn_after`, `spawn_after_local` | [`spawn()`], [`spawn_n`], [`spawn_after`], [`spawn_after_local`] |
//! | `GreenThread.wait`, `joinall` | `.await` of the [`Task`], [`joinall`] |
//! | `kill`, `cancel`, `link`, `unlink`, `getcurrent` | [`kill`], [`cancel`], [`Task::link`], [`Task::unlink`], [`getcurrent`] |
//! | `sleep(0)`, `sleep(s)` | [`yield_now`], [`sleep()`] |
//! | `Timeout`, `with_timeout`, `is_timeout` | [`Timeout`], [`timeout()`], [`with_timeout`], [`is_timeout`] |
//! | `GreenPool`, `GreenPile`, `imap`, `starmap`, `DAGPool` | the room [`pool`](crate::pool) |
//! | `Queue`, `Event`, `Semaphore` and their kin | the room [`sync`](crate::sync) |
//! | `tpool.execute` | [`tpool::execute`] |
//! | `hub_blocking_detection` | [`Handle::watch_stalls`], [`Handle::report`] |
//! | `format_hub_listeners`, `format_hub_timers` | [`Handle::descriptors`], [`Handle::tasks`] |
//!
//! The schedule is the same, too: `tests/eventlet/` has scripts that print the same lines in the same
//! order in both. What differs: [`Task::kill`] and the drop of a [`Task`] wait for the next batch, so
//! that they are safe anywhere; a killed task cannot catch its end, it is dropped; and a [`Scope`] has
//! no counterpart there.
//!
//! # The background
//!
//! All tasks are of equal rank, but for those that were sent to the background with
//! [`Task::in_background`], as `nice` does it with processes: the connections of the REST service,
//! whose clients may ask without a pause while switches have to be answered.
//!
//! - In a gap, when nothing else wanted to run after a look at the sockets, they run for 50 us, then
//!   there is another look. So with nothing else to do they have the whole processor.
//! - While there is ordinary work, they have a sixteenth of the time, measured by what their polls take,
//!   after the ordinary tasks and hooks of a turn. What they do not use they may save up to 2 ms
//!   of; a poll that takes longer than they have is paid back before the next. So they never starve,
//!   and never take more for long.
//! - Among themselves they are of equal rank: each is polled once before one is polled again.
//! - Timers, timeouts, [`kill`], scopes and joining are the same for both. A task that was killed is ended
//!   in the next batch, wherever it was.
//! - On a test clock, time does not pass by running: they are polled in every turn, after the others,
//!   each once. A task that turns the clock itself pays for it.
//!
//! An ordinary task that waits for one in the background (for a permit it holds, for its result) waits for
//! its turn as well; nothing is inherited. A lock that both want is better held in no `.await`.
//!
//! # Rules
//!
//! - Nothing here blocks but step 7. A task that computes for long holds up everybody: it calls
//!   [`yield_now`] now and then. A socket that always has something to read never says `Pending`,
//!   so whoever reads in a loop needs a budget.
//! - A panic ends one task. It is logged with the task's name and the place where it was spawned,
//!   and whoever awaits the task gets [`JoinError::Panicked`].
//! - No `RefCell` borrow lasts across a poll, a waker or a hook.

mod busy_poll;
mod delay;
mod executor;
mod gauge;
mod handle;
mod header;
mod hook;
mod identity;
pub mod net;
mod pulse;
mod reactor;
mod run_queue;
mod scope;
mod share;
mod signal;
mod stall;
mod task;
mod timeout;
mod timer;
pub mod tpool;

use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::io;
use std::panic::Location;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use self::executor::{Core, Patience, Running};
use crate::clock::Clock;

pub use self::delay::{cancel, kill, kill_for, spawn_after, spawn_after_local};
pub use self::gauge::{Longest, Report};
pub use self::handle::Handle;
pub use self::header::{LinkId, TaskId, TaskInfo};
pub use self::hook::HookId;
pub use self::identity::Identity;
pub use self::reactor::Descriptor;
pub use self::scope::Scope;
pub use self::signal::Signals;
pub use self::stall::{STALL_LIMIT, Stall, StallWatch};
pub use self::task::{JoinError, Task, TaskRef};
pub use self::timeout::{TimedOut, Timeout, is_timeout, with_timeout};
pub use self::timer::{Elapsed, Interval, Sleep};

/// A loop, the tasks that run in it, and their timers and sockets.
///
/// Dropping it drops its tasks, in the order of spawning; who holds a [`Task`] of it learns
/// [`JoinError::Killed`].
pub struct Hub {
    core: Rc<Core>,
}

impl Hub {
    /// A hub with nothing in it.
    ///
    /// # Errors
    ///
    /// What `epoll_create` and `eventfd` may say: no descriptors left, or no memory.
    pub fn new(clock: Clock) -> io::Result<Hub> {
        Ok(Hub { core: Core::new(clock)? })
    }

    /// Runs the loop until `future` has finished. Spawned tasks run meanwhile; those that are not
    /// done stay in the hub, and go on when it is turned again.
    ///
    /// On a test clock the loop never waits for time: when nothing can run, the clock jumps to the
    /// next deadline.
    ///
    /// # Panics
    ///
    /// With the panic of `future`. If called from one of the hub's own tasks. On a test clock, if
    /// nothing could ever run again: no task is runnable, no timer is armed and no socket is
    /// waited for. The message names the tasks that are stuck.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let place = Location::caller();
        // Before the future, so that it is dropped after it: a drop may want to spawn.
        let _running = Running::enter(&self.core);
        let mut future = pin!(future);
        let waker = self.core.start_root();
        let mut output = None;
        let mut root = || match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => {
                output = Some(value);
                true
            }
            Poll::Pending => false,
        };
        let is_test = self.core.clock().is_test();
        let mut patience = if is_test { Patience::Look } else { Patience::UntilDeadline };
        while !self.core.turn(&mut root, patience) {
            if is_test {
                patience = self.pass_time(place);
            }
        }
        output.expect("a turn says that the root is done when there is an output")
    }

    /// One turn of the loop, as listed [above](self). On a real clock it may wait in step 7; on a
    /// test clock it only looks.
    #[track_caller]
    pub fn turn(&self) {
        let patience = match self.core.clock().is_test() {
            true => Patience::Look,
            false => Patience::UntilDeadline,
        };
        let _running = Running::enter(&self.core);
        self.core.turn(&mut || false, patience);
    }

    /// Turns until nothing is runnable and no socket is ready, without waiting and without moving
    /// the clock.
    #[track_caller]
    pub fn run_until_idle(&self) {
        let _running = Running::enter(&self.core);
        self.turn_until_idle();
    }

    /// Lets `span` pass on a test clock: jumps from deadline to deadline, and at each runs until
    /// idle.
    ///
    /// # Panics
    ///
    /// On a real clock.
    #[track_caller]
    pub fn advance(&self, span: Duration) {
        let _running = Running::enter(&self.core);
        let clock = self.core.clock();
        let end = clock.now() + span;
        self.turn_until_idle();
        while let Some(deadline) = self.core.next_deadline().filter(|&deadline| deadline <= end) {
            clock.advance_to(deadline);
            self.turn_until_idle();
        }
        clock.advance_to(end);
        self.turn_until_idle();
    }

    /// A reference that can be kept.
    pub fn handle(&self) -> Handle {
        Handle::new(self.core.clone())
    }

    /// The clock it runs by.
    pub fn clock(&self) -> &Clock {
        self.core.clock()
    }

    /// The last turn of these has found no work, fired no timer and heard of no socket.
    fn turn_until_idle(&self) {
        loop {
            self.core.turn(&mut || false, Patience::Look);
            let now = self.core.clock().now();
            let is_timer_due = self.core.next_deadline().is_some_and(|deadline| deadline <= now);
            if !self.core.has_work() && !is_timer_due {
                break;
            }
        }
    }

    /// On a test clock, after a turn that did not wait: what to do if nothing is left to run.
    fn pass_time(&self, place: &Location<'_>) -> Patience {
        if self.core.has_work() {
            return Patience::Look;
        }
        if self.core.has_outside_work() {
            // What a thread does takes no time by this clock.
            return Patience::UntilIo;
        }
        if let Some(deadline) = self.core.next_deadline() {
            self.core.clock().advance_to(deadline);
            return Patience::Look;
        }
        if self.core.reactor().is_awaited() {
            return Patience::UntilIo;
        }
        let mut stuck = vec![format!("the future of block_on at {place}")];
        stuck.extend(self.core.task_names());
        panic!(
            "the test would hang: nothing is runnable, no timer is armed, no socket is waited for; \
             stuck: {}",
            stuck.join(", ")
        );
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.core.shut_down();
    }
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Hub").field(&self.handle()).finish()
    }
}

/// The hub that runs the calling task.
///
/// # Panics
///
/// Outside a hub, as do all free functions of this room.
#[track_caller]
pub fn current() -> Handle {
    match Core::with_current(Rc::clone) {
        Some(core) => Handle::new(core),
        None => panic!("no hub runs here: call this from a task, or inside Hub::block_on"),
    }
}

/// Starts a task, which runs from the next batch on, beside the caller.
///
/// The `name` is what logs and panics call it by; the place of this call is kept, too. The future
/// need not be `Send`, and may keep `Rc`s across `.await`.
///
/// While the hub is being dropped nothing can be started: the future is dropped at once, and the
/// task reports [`JoinError::Killed`].
///
/// # Panics
///
/// Outside a hub; there, use [`Handle::spawn`].
#[track_caller]
pub fn spawn<T: 'static>(
    name: impl Into<Cow<'static, str>>,
    future: impl Future<Output = T> + 'static,
) -> Task<T> {
    let (name, place) = (name.into(), Location::caller());
    match Core::with_current(Rc::clone) {
        Some(core) => core.spawn(name, future, place),
        None => panic!("no hub runs here: spawn from a task, or with Handle::spawn"),
    }
}

/// As [`spawn`], for a task that nobody waits for: it runs to its end by itself.
///
/// # Panics
///
/// Outside a hub.
#[track_caller]
pub fn spawn_n(name: impl Into<Cow<'static, str>>, future: impl Future<Output = ()> + 'static) {
    spawn(name, future).detach();
}

/// The task that runs, or `None` in the future of [`Hub::block_on`] and in hooks.
///
/// ```
/// use ryu_sdn::{clock::Clock, hub::{self, Hub}};
///
/// Hub::new(Clock::test()).unwrap().block_on(async {
///     assert_eq!(hub::getcurrent(), None);
///     let task = hub::spawn("asks", async { hub::getcurrent().unwrap().name });
///     assert_eq!(task.await.unwrap(), "asks");
/// });
/// ```
///
/// # Panics
///
/// Outside a hub.
#[track_caller]
pub fn getcurrent() -> Option<TaskInfo> {
    current().polling()
}

/// Waits for `span`; cancel-safe. Others run at least once meanwhile, even if `span` is zero.
///
/// On a real clock it may take up to a millisecond longer, the granularity of `epoll`, but never
/// less.
///
/// # Panics
///
/// Outside a hub.
#[track_caller]
pub fn sleep(span: Duration) -> Sleep {
    let hub = current();
    let deadline = timer::after(hub.now(), span);
    Sleep::new(hub, deadline)
}

/// Waits until `deadline`; cancel-safe. Others run at least once meanwhile, even if it has passed.
///
/// # Panics
///
/// Outside a hub.
#[track_caller]
pub fn sleep_until(deadline: Instant) -> Sleep {
    Sleep::new(current(), deadline)
}

/// Lets all others that are runnable run once before the caller goes on. Works on any executor.
pub fn yield_now() -> impl Future<Output = ()> {
    let mut has_yielded = false;
    std::future::poll_fn(move |cx| {
        if std::mem::replace(&mut has_yielded, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
}

/// Waits for `future`, but no longer than `limit` from now; then drops it.
///
/// # Errors
///
/// [`Elapsed`] if the time was over first. What comes in the same turn as the end of the time is
/// still taken.
///
/// # Panics
///
/// Outside a hub.
#[track_caller]
pub fn timeout<F: Future>(
    limit: Duration,
    future: F,
) -> impl Future<Output = Result<F::Output, Elapsed>> {
    timer::give_up_at(sleep(limit), future)
}

/// Ticks every `period`, for the first time after one `period`.
///
/// # Panics
///
/// Outside a hub, or if `period` is zero.
#[track_caller]
pub fn interval(period: Duration) -> Interval {
    Interval::new(current(), period)
}

/// Waits for all `tasks`; their results come in the order given. If the wait is dropped, those
/// that are still running are killed.
pub async fn joinall<T: 'static>(
    tasks: impl IntoIterator<Item = Task<T>>,
) -> Vec<Result<T, JoinError>> {
    let tasks: Vec<_> = tasks.into_iter().collect();
    let mut results = Vec::with_capacity(tasks.len());
    for task in tasks {
        results.push(task.await);
    }
    results
}

/// The time of the current turn: read once, and the same for every task in it.
///
/// # Panics
///
/// Outside a hub.
#[track_caller]
pub fn now() -> Instant {
    match Core::with_current(|core| core.now()) {
        Some(now) => now,
        None => panic!("no hub runs here: only a task has the time of its turn"),
    }
}

/// Runs `hook` at the end of every turn, after the batch and before the wait; hooks run in the
/// order in which they were added. What a hook wakes is polled in the next turn.
///
/// # Panics
///
/// Outside a hub; there, use [`Handle::end_of_turn`].
#[track_caller]
pub fn end_of_turn(hook: impl FnMut() + 'static) -> HookId {
    current().end_of_turn(hook)
}

/// Takes a hook off the list; false if it was not there. A hook may remove itself.
///
/// # Panics
///
/// Outside a hub; there, use [`Handle::remove_end_of_turn`].
#[track_caller]
pub fn remove_end_of_turn(hook: HookId) -> bool {
    current().remove_end_of_turn(hook)
}

#[cfg(test)]
mod tests;
