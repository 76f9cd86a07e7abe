//! The handle: what is to be known and asked of a hub from anywhere on its thread.

use std::borrow::Cow;
use std::cell::{Cell, RefMut};
use std::fmt;
use std::future::Future;
use std::io;
use std::panic::Location;
use std::rc::Rc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::executor::{Core, Slot};
use super::gauge::Report;
use super::header::{Header, State, TaskId, TaskInfo};
use super::hook::HookId;
use super::reactor::{Descriptor, Reactor};
use super::run_queue::Key;
use super::stall::{Stall, StallWatch};
use super::task::{JoinError, Runnable, Task, TaskCell};
use super::timer::{Sleep, Timers};
use crate::clock::Clock;

/// A reference to a hub, for those who keep one; tasks mostly use the free functions instead.
///
/// A handle outlives its hub without harm: what is spawned on it then is dropped at once, and its
/// timers never fire.
#[derive(Clone)]
pub struct Handle {
    core: Rc<Core>,
}

impl Handle {
    pub(super) fn new(core: Rc<Core>) -> Self {
        Handle { core }
    }

    /// As [`hub::spawn`](super::spawn), for use outside a task.
    #[track_caller]
    pub fn spawn<T: 'static>(
        &self,
        name: impl Into<Cow<'static, str>>,
        future: impl Future<Output = T> + 'static,
    ) -> Task<T> {
        self.core.spawn(name.into(), future, Location::caller())
    }

    /// As [`hub::sleep_until`](super::sleep_until).
    pub fn sleep_until(&self, deadline: Instant) -> Sleep {
        Sleep::new(self.clone(), deadline)
    }

    /// As [`hub::end_of_turn`](super::end_of_turn()).
    pub fn end_of_turn(&self, hook: impl FnMut() + 'static) -> HookId {
        self.core.hooks.add(Box::new(hook))
    }

    /// Takes a hook off the list; false if it was not there. It may remove itself.
    pub fn remove_end_of_turn(&self, hook: HookId) -> bool {
        self.core.hooks.remove(hook)
    }

    /// The time of the current turn.
    pub fn now(&self) -> Instant {
        self.core.now()
    }

    /// The hub's clock.
    pub fn clock(&self) -> Clock {
        self.core.clock.clone()
    }

    /// The tasks that have not finished, in the order of spawning.
    pub fn tasks(&self) -> Vec<TaskInfo> {
        let tasks = self.core.tasks.borrow();
        let mut infos: Vec<_> = tasks.slots.iter().map(|(_, slot)| slot.info()).collect();
        infos.sort_by_key(|info| info.id);
        infos
    }

    /// The task that is being polled.
    pub(super) fn polling(&self) -> Option<TaskInfo> {
        let key = self.core.polling.get();
        let tasks = self.core.tasks.borrow();
        tasks.slots.get(key.place()).filter(|slot| slot.key == key).map(Slot::info)
    }

    /// The number of the task that is being polled.
    pub(crate) fn polling_id(&self) -> Option<TaskId> {
        let key = self.core.polling.get();
        let tasks = self.core.tasks.borrow();
        let slot = tasks.slots.get(key.place()).filter(|slot| slot.key == key)?;
        Some(slot.task.header().id)
    }

    /// The key of the task that is being polled; the future of `block_on` has one, too.
    pub(super) fn polling_key(&self) -> Key {
        self.core.polling.get()
    }

    /// Whether the task of that key has not finished; the future of `block_on` never does.
    pub(super) fn is_alive(&self, key: Key) -> bool {
        let tasks = self.core.tasks.borrow();
        let is_alive = |slot: &Slot| slot.key == key && !slot.task.header().is_finished();
        key == Key::ROOT || tasks.slots.get(key.place()).is_some_and(is_alive)
    }

    /// Ends the task that is being polled, once its poll returns.
    pub(super) fn end_polling(&self) {
        let key = self.core.polling.get();
        if let Some(slot) = self.core.tasks.borrow().slots.get(key.place())
            && slot.key == key
        {
            slot.task.header().state.set(State::Killed);
        }
    }

    pub(super) fn end_now(&self, task: Rc<dyn Runnable>) {
        self.core.end_now(task);
    }

    /// A task that has run already, inside of another one.
    pub(crate) fn finished_task<T: 'static>(
        &self,
        name: Cow<'static, str>,
        result: Result<T, JoinError>,
        place: &'static Location<'static>,
    ) -> Task<T> {
        let (id, _) = self.core.tasks.borrow_mut().next_key();
        let header = Header::new(id, Key::NONE, name, place);
        Task::new(TaskCell::finished(header, result), self.clone())
    }

    /// A task with a body that begins later than its first poll, when `has_begun` is set.
    pub(super) fn spawn_delayed<T: 'static>(
        &self,
        name: Cow<'static, str>,
        has_begun: Rc<Cell<bool>>,
        future: impl Future<Output = T> + 'static,
        place: &'static Location<'static>,
    ) -> Task<T> {
        self.core.spawn_with(name, Some(has_begun), future, place)
    }

    /// Notes that a thread works for this hub's tasks, until the guard is dropped.
    pub(super) fn outside_work(&self) -> OutsideWork {
        self.core.outside.set(self.core.outside.get() + 1);
        OutsideWork { core: self.core.clone() }
    }

    /// How many tasks have not finished.
    pub fn task_count(&self) -> usize {
        self.core.tasks.borrow().slots.len()
    }

    /// How many timers are armed.
    pub fn timer_count(&self) -> usize {
        self.core.timers.borrow().len()
    }

    /// How many sockets are registered.
    pub fn source_count(&self) -> usize {
        self.core.reactor.len()
    }

    pub(super) fn kill(&self, header: &Header) {
        self.core.kill(header);
    }

    pub(super) fn demote(&self, header: &Header) {
        self.core.demote(header);
    }

    pub(crate) fn spawn_at<T: 'static>(
        &self,
        name: Cow<'static, str>,
        future: impl Future<Output = T> + 'static,
        place: &'static Location<'static>,
    ) -> Task<T> {
        self.core.spawn(name, future, place)
    }

    /// The number of a new [`Timeout`](super::Timeout).
    pub(super) fn next_timeout(&self) -> u64 {
        self.core.timeouts.set(self.core.timeouts.get() + 1);
        self.core.timeouts.get()
    }

    /// What the loop has been doing. Times are there if it is [measured](Handle::measure).
    ///
    /// ```
    /// use ryu_sdn::{clock::Clock, hub::{self, Hub}};
    ///
    /// Hub::new(Clock::test()).unwrap().block_on(async {
    ///     hub::spawn_n("other", std::future::pending());
    ///     let report = hub::current().report();
    ///     assert_eq!((report.tasks, report.runnable, report.timers), (1, 1, 0));
    /// });
    /// ```
    pub fn report(&self) -> Report {
        let core = &self.core;
        let shared = core.pulse.shared();
        let ms = shared.longest_stall_ms.load(Ordering::Relaxed);
        let now = core.clock.now();
        let until = |deadline: Instant| deadline.saturating_duration_since(now);
        let mut report = Report {
            polls: core.pulse.polls(),
            stalls: shared.stalls.load(Ordering::Relaxed),
            longest_stall: Duration::from_millis(ms),
            tasks: self.task_count(),
            runnable: core.queue.len(),
            runnable_in_background: core.queue.background_len(),
            timers: self.timer_count(),
            next_timer: core.next_deadline().map(until),
            sources: self.source_count(),
            ..Report::default()
        };
        core.gauge.fill(&mut report);
        report
    }

    /// Has the loop's time measured from now on, or no more: two readings of the clock per look at
    /// the sockets. On a test clock nothing takes time.
    pub fn measure(&self, is_on: bool) {
        self.core.gauge.set(is_on);
    }

    /// Starts a thread that watches the loop: when one task has been running for `limit`
    /// ([`STALL_LIMIT`](super::STALL_LIMIT) is the usual one) without letting others run, it logs
    /// a warning with that task's name and where it was spawned, and another one when it is over,
    /// with the time it took. The loop pays one plain store per poll, watched or not.
    ///
    /// # Errors
    ///
    /// If the system has no thread to give.
    ///
    /// ```
    /// use ryu_sdn::{clock::Clock, hub::{Hub, STALL_LIMIT}};
    ///
    /// let hub = Hub::new(Clock::real()).unwrap();
    /// let _watch = hub.handle().watch_stalls(STALL_LIMIT).unwrap();
    /// hub.block_on(async { /* what is not to be held up */ });
    /// ```
    pub fn watch_stalls(&self, limit: Duration) -> io::Result<StallWatch> {
        self.watch_stalls_with(limit, |stall| log::warn!("{stall}"))
    }

    /// As [`watch_stalls`](Handle::watch_stalls); `tell` is called in place of the log, on the
    /// watching thread.
    ///
    /// # Errors
    ///
    /// If the system has no thread to give.
    pub fn watch_stalls_with(
        &self,
        limit: Duration,
        tell: impl FnMut(Stall) + Send + 'static,
    ) -> io::Result<StallWatch> {
        if self.core.pulse.watch() {
            for (_, slot) in &mut self.core.tasks.borrow_mut().slots {
                let header = slot.task.header();
                slot.label = self.core.pulse.label(&header.name, header.place);
            }
        }
        StallWatch::start(self.core.pulse.shared().clone(), limit, tell)
    }

    /// Looks at the sockets again and again, for so long, before the loop goes to sleep: the next
    /// message is served sooner if it comes within that time, and costs the processor's. Only while
    /// messages do come so soon; an idle loop sleeps. Zero, as at first, is not at all.
    ///
    /// ```
    /// use std::time::Duration;
    /// use ryu_sdn::{clock::Clock, hub::Hub};
    ///
    /// let hub = Hub::new(Clock::real()).unwrap();
    /// hub.handle().busy_poll(Duration::from_micros(50));
    /// hub.block_on(async { /* what has to be quick */ });
    /// ```
    pub fn busy_poll(&self, limit: Duration) {
        self.core.busy_poll.set(limit);
    }

    /// The sockets and other descriptors that are registered.
    pub fn descriptors(&self) -> Vec<Descriptor> {
        self.core.reactor.descriptors()
    }

    pub(super) fn timers(&self) -> RefMut<'_, Timers> {
        self.core.timers.borrow_mut()
    }

    pub(super) fn reactor(&self) -> &Reactor {
        self.core.reactor()
    }
}

/// While it lives, a hub on a test clock waits for other threads before it lets time pass.
pub(super) struct OutsideWork {
    core: Rc<Core>,
}

impl Drop for OutsideWork {
    fn drop(&mut self) {
        self.core.outside.set(self.core.outside.get() - 1);
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle")
            .field("tasks", &self.task_count())
            .field("timers", &self.timer_count())
            .field("sources", &self.source_count())
            .finish()
    }
}
