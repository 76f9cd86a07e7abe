//! The loop itself: who lives in a hub, and one turn of it.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::io;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::task::Waker;
use std::time::{Duration, Instant};

use slab::Slab;

use super::busy_poll::BusyPoll;
use super::gauge::Gauge;
// `net` knows it from here.
pub(super) use super::handle::Handle;
use super::header::{Header, State, TaskId, TaskInfo};
use super::hook::Hooks;
use super::pulse::{self, Pulse};
use super::reactor::Reactor;
use super::run_queue::{Bell, Key, Remote, RunQueue, WakeCell};
use super::share::{self, Share};
use super::task::{Runnable, Task, TaskCell, message_of};
use super::timer::Timers;
use crate::clock::Clock;

/// A turn goes on with batch after batch while work is queued, up to this many polls: a batch may
/// hold a single poll of 20 ns, an `epoll_wait` takes ten times that, and a write a hundred times.
/// With the few microseconds that a handler takes, an I/O event waits a few hundred of them at most.
pub(super) const POLLS_PER_LOOK: u32 = 64;

/// Everything in a hub, behind its handles.
pub(super) struct Core {
    pub(super) clock: Clock,
    /// The time of this turn, once somebody has asked for it.
    now: Cell<Option<Instant>>,
    pub(super) tasks: RefCell<Tasks>,
    pub(super) queue: RunQueue,
    share: Share,
    /// The wake-up side of the future given to `block_on`.
    root: Bell,
    remote: Arc<Remote>,
    pub(super) timers: RefCell<Timers>,
    pub(super) reactor: Reactor,
    pub(super) busy_poll: BusyPoll,
    pub(super) hooks: Hooks,
    /// Reused from turn to turn: the wakers collected in steps 2 and 8.
    wakers: Cell<Vec<Waker>>,
    polls_since_look: Cell<u32>,
    /// Who is being polled.
    pub(super) polling: Cell<Key>,
    /// The same for other threads to see.
    pub(super) pulse: Pulse,
    pub(super) gauge: Gauge,
    /// How many limits were made: the identity of the last.
    pub(super) timeouts: Cell<u64>,
    /// Work of other threads that tasks wait for: with some, a test clock stands still.
    pub(super) outside: Cell<usize>,
    /// Time may have passed: the last turn waited, or we come from outside.
    is_time_stale: Cell<bool>,
    is_running: Cell<bool>,
    is_closing: Cell<bool>,
}

thread_local! {
    /// The hub that runs on this thread, innermost first.
    static CURRENT: RefCell<Option<Rc<Core>>> = const { RefCell::new(None) };
}

/// What step 7 of a turn waits for when no work is queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Patience {
    /// Nothing: take what is ready, and go on.
    Look,
    /// I/O or the next deadline.
    UntilDeadline,
    /// I/O only: time stands still.
    UntilIo,
}

impl Core {
    pub(super) fn new(clock: Clock) -> io::Result<Rc<Self>> {
        let (reactor, doorbell) = Reactor::new()?;
        let remote = Remote::new(doorbell);
        Ok(Rc::new(Core {
            clock,
            now: Cell::new(None),
            tasks: RefCell::default(),
            queue: RunQueue::default(),
            share: Share::default(),
            root: Bell::new(Key::ROOT, remote.clone()),
            remote,
            timers: RefCell::default(),
            reactor,
            busy_poll: BusyPoll::default(),
            hooks: Hooks::default(),
            wakers: Cell::default(),
            polls_since_look: Cell::new(0),
            polling: Cell::new(Key::NONE),
            pulse: Pulse::default(),
            gauge: Gauge::default(),
            timeouts: Cell::new(0),
            outside: Cell::new(0),
            is_time_stale: Cell::new(true),
            is_running: Cell::new(false),
            is_closing: Cell::new(false),
        }))
    }

    /// Applies `f` to the hub that runs on this thread, if one does.
    pub(super) fn with_current<R>(f: impl FnOnce(&Rc<Core>) -> R) -> Option<R> {
        // The thread may be ending, and its locals gone: then no hub runs on it.
        CURRENT.try_with(|current| current.borrow().as_ref().map(f)).ok().flatten()
    }

    /// One turn of the loop. True if `root`, the future given to `block_on`, has finished; then
    /// steps 5 to 9 are left out.
    pub(super) fn turn(&self, root: &mut dyn FnMut() -> bool, patience: Patience) -> bool {
        let is_root_done = loop {
            // 1. Take now. It is read when it is first asked for: a busy batch may never ask.
            self.now.set(None);
            // 2. Fire due timers.
            if self.is_time_stale.replace(self.clock.is_test()) {
                self.fire_timers();
            }
            // 3. Poll one batch, and on while that leaves work; tests want to look in between.
            let is_root_done = self.poll_batch(root);
            let is_test = self.clock.is_test();
            if is_root_done || is_test || !self.has_ordinary_work() || self.is_look_due() {
                break is_root_done;
            }
        };
        // 4. Run the end-of-turn hooks.
        self.run_hooks();
        if is_root_done {
            return true;
        }
        // 5. Let the background run, and the hooks once more if it did.
        if self.queue.background_len() > 0 && self.poll_background() {
            self.run_hooks();
        }
        // 6. Find out how long to wait.
        if let Some(limit) = self.time_to_wait(patience) {
            // 7, 8. Wait; mark readiness and collect wakers.
            let mut wakers = self.wakers.take();
            if self.gauge.is_on() {
                let polls = self.polls_since_look.get();
                self.gauge.waits(self.clock.now(), polls, || self.pulse.last());
            }
            self.pulse.rest();
            self.busy_poll.wait(&self.reactor, &self.clock, limit, &mut wakers);
            if self.gauge.is_on() {
                self.gauge.woke(self.clock.now());
            }
            self.polls_since_look.set(0);
            self.is_time_stale.set(true);
            // 9. Wake.
            self.wake(wakers);
        }
        false
    }

    fn run_hooks(&self) {
        if !self.hooks.is_empty() {
            self.pulse.beat(pulse::HOOKS);
            self.hooks.run();
        }
    }

    fn fire_timers(&self) {
        let mut timers = self.timers.borrow_mut();
        if timers.next_deadline().is_some() {
            let mut wakers = self.wakers.take();
            timers.fire(self.now(), &mut wakers);
            drop(timers);
            self.wake(wakers);
        }
    }

    fn poll_batch(&self, root: &mut dyn FnMut() -> bool) -> bool {
        self.remote.collect(|cell| self.enqueue(cell));
        self.queue.start_batch();
        let is_timing = self.gauge.is_timing();
        let mut polls = 0;
        let mut is_root_done = false;
        while let Some(key) = self.queue.next() {
            if key != Key::ROOT {
                match is_timing {
                    false => self.poll_task(key),
                    true => self.poll_task_timed(key),
                }
            } else if !is_root_done {
                self.root.cell.dequeue();
                self.polling.set(Key::ROOT);
                self.pulse.beat(pulse::ROOT);
                is_root_done = root();
            }
            polls += 1;
        }
        self.polling.set(Key::NONE);
        self.polls_since_look.set(self.polls_since_look.get().saturating_add(polls));
        is_root_done
    }

    /// Polls tasks in the background, each once at most, for as long as they are allowed to; false if
    /// they are not. Time is measured here and not elsewhere: where there is no background, it costs
    /// nothing.
    fn poll_background(&self) -> bool {
        let start = self.clock.now();
        // Nobody else had anything to do since the sockets were looked at.
        let is_gap = self.polls_since_look.get() == 0;
        let allowance = if is_gap { Some(share::GAP) } else { self.share.allowance(start) };
        let Some(allowance) = allowance else { return false };
        self.now.set(Some(start));
        let is_timing = self.gauge.is_timing();
        let mut took = Duration::ZERO;
        let mut polls = 0;
        for _ in 0..self.queue.background_len() {
            let Some(key) = self.queue.next_in_background() else { break };
            match is_timing {
                false => self.poll_task(key),
                true => self.poll_task_timed(key),
            }
            polls += 1;
            took = self.clock.now().saturating_duration_since(start);
            if took > allowance {
                break;
            }
        }
        self.polling.set(Key::NONE);
        self.polls_since_look.set(self.polls_since_look.get().saturating_add(polls));
        if !is_gap {
            self.share.pay(took);
        }
        true
    }

    fn poll_task_timed(&self, key: Key) {
        let start = self.clock.now();
        self.poll_task(key);
        let took = self.clock.now().saturating_duration_since(start);
        self.gauge.polled(took, || self.pulse.last());
    }

    fn poll_task(&self, key: Key) {
        let Some((task, label)) = self.tasks.borrow().start(key) else { return };
        self.polling.set(key);
        self.pulse.beat(label);
        if task.poll() {
            self.remove(key, &*task);
            drop_task(task);
        }
    }

    pub(super) fn has_outside_work(&self) -> bool {
        self.outside.get() > 0
    }

    /// Whether sockets have to be looked at even though work is queued.
    fn is_look_due(&self) -> bool {
        self.polls_since_look.get() >= POLLS_PER_LOOK
    }

    /// Step 6: `None` to go on at once, without looking; otherwise how long to wait (inside, `None`
    /// is as long as it takes).
    fn time_to_wait(&self, patience: Patience) -> Option<Option<Duration>> {
        if self.has_ordinary_work() {
            return self.is_look_due().then_some(Some(Duration::ZERO));
        }
        if self.queue.background_len() > 0 {
            // Whether this is a gap is known when the sockets have been looked at.
            return Some(Some(Duration::ZERO));
        }
        Some(match patience {
            Patience::Look => Some(Duration::ZERO),
            Patience::UntilDeadline => {
                // Not the time at the start of the turn: the batch may have taken long.
                let deadline = self.next_deadline();
                deadline.map(|deadline| deadline.saturating_duration_since(self.clock.now()))
            }
            Patience::UntilIo => None,
        })
    }

    fn wake(&self, mut wakers: Vec<Waker>) {
        wakers.drain(..).for_each(Waker::wake);
        self.wakers.set(wakers);
    }

    pub(super) fn spawn<T: 'static>(
        self: &Rc<Self>,
        name: Cow<'static, str>,
        future: impl Future<Output = T> + 'static,
        place: &'static Location<'static>,
    ) -> Task<T> {
        self.spawn_with(name, None, future, place)
    }

    pub(super) fn spawn_with<T: 'static>(
        self: &Rc<Self>,
        name: Cow<'static, str>,
        delay: Option<Rc<Cell<bool>>>,
        future: impl Future<Output = T> + 'static,
        place: &'static Location<'static>,
    ) -> Task<T> {
        let future = Box::pin(future);
        let mut tasks = self.tasks.borrow_mut();
        let (id, key) = tasks.next_key();
        let label = self.pulse.label(&name, place);
        let mut header = Header::new(id, key, name, place);
        header.delay = delay;
        if self.is_closing.get() {
            // Spawned by the drop of a task of a hub that is going down.
            drop(tasks);
            let task = TaskCell::new(header, future, None);
            task.end();
            return Task::new(task, Handle::new(self.clone()));
        }
        let Bell { cell, waker } = tasks.bell(key, &self.remote);
        let task = TaskCell::new(header, future, Some(waker));
        self.enqueue(&cell);
        tasks.slots.insert(Slot { key, cell, label, task: task.clone() });
        drop(tasks);
        Task::new(task, Handle::new(self.clone()))
    }

    pub(super) fn kill(&self, header: &Header) {
        if !matches!(header.state.get(), State::New | State::Alive) {
            return;
        }
        header.state.set(State::Killed);
        if let Some(cell) = self.tasks.borrow().cell(header.key) {
            if cell.is_in_background() {
                // Its end is for those who want it, and does not wait for its turn. The key that it
                // may have in line there opens nothing then.
                cell.set_in_background(false);
                cell.dequeue();
            }
            self.enqueue(cell);
        }
    }

    /// See [`Task::in_background`].
    pub(super) fn demote(&self, header: &Header) {
        if !matches!(header.state.get(), State::New | State::Alive) {
            return;
        }
        if let Some(cell) = self.tasks.borrow().cell(header.key) {
            cell.set_in_background(true);
            if cell.is_queued() {
                self.queue.demote(header.key);
            }
        }
    }

    /// Ends a task at once; one that is being polled ends when its poll returns.
    pub(super) fn end_now(&self, task: Rc<dyn Runnable>) {
        let header = task.header();
        if header.is_finished() {
            return;
        }
        header.state.set(State::Killed);
        if task.is_being_polled() {
            return;
        }
        let key = header.key;
        task.end();
        self.remove(key, &*task);
        drop_task(task);
    }

    /// Takes a finished task off the list.
    fn remove(&self, key: Key, task: &dyn Runnable) {
        let label = self.tasks.borrow_mut().remove(key, task.take_waker());
        if let Some(label) = label {
            self.pulse.forget(label);
        }
    }

    pub(super) fn enqueue(&self, cell: &WakeCell) {
        if cell.enqueue() {
            self.queue.push(cell);
        }
    }

    /// Makes the root future runnable and lends out its waker.
    pub(super) fn start_root(&self) -> Waker {
        self.enqueue(&self.root.cell);
        self.root.waker.clone()
    }

    pub(super) fn is_served_by(&self, remote: &Arc<Remote>) -> bool {
        Arc::ptr_eq(&self.remote, remote)
    }

    /// Whether a task could be polled now.
    pub(super) fn has_work(&self) -> bool {
        self.has_ordinary_work() || self.queue.background_len() > 0
    }

    /// The same, without the background.
    fn has_ordinary_work(&self) -> bool {
        !self.queue.is_empty() || self.remote.is_pending()
    }

    pub(super) fn next_deadline(&self) -> Option<Instant> {
        self.timers.borrow().next_deadline()
    }

    pub(super) fn now(&self) -> Instant {
        if !self.is_running.get() || self.clock.is_test() {
            return self.clock.now();
        }
        self.now.get().unwrap_or_else(|| {
            let now = self.clock.now();
            self.now.set(Some(now));
            now
        })
    }

    pub(super) fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(super) fn reactor(&self) -> &Reactor {
        &self.reactor
    }

    /// The tasks that have not finished, in the order of spawning.
    pub(super) fn task_names(&self) -> Vec<String> {
        let tasks = self.tasks.borrow();
        let mut tasks: Vec<_> = tasks.slots.iter().map(|(_, slot)| &slot.task).collect();
        tasks.sort_by_key(|task| task.header().id);
        tasks.iter().map(|task| task.header().to_string()).collect()
    }

    /// Drops all tasks, in the order of spawning, and everything that could wake one.
    pub(super) fn shut_down(self: &Rc<Self>) {
        let _current = Current::set(self);
        self.is_closing.set(true);
        let slots = std::mem::take(&mut self.tasks.borrow_mut().slots);
        let mut tasks: Vec<_> = slots.into_iter().map(|(_, slot)| slot.task).collect();
        tasks.sort_by_key(|task| task.header().id);
        for task in tasks {
            task.end();
            drop_task(task);
        }
        self.remote.close();
        self.hooks.clear();
        let wakers = (self.timers.borrow_mut().silence(), self.reactor.silence());
        drop(wakers);
    }
}

/// Lets go of a finished task; if nobody else holds it, its result is dropped, which is user code.
fn drop_task(task: Rc<dyn Runnable>) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(task))) {
        log::error!("the result of a task panicked while it was dropped: {}", message_of(payload));
    }
}

/// The tasks that have not finished, and wakers for those to come.
#[derive(Default)]
pub(super) struct Tasks {
    pub(super) slots: Slab<Slot>,
    spare: Vec<Bell>,
    spawned: u64,
}

pub(super) struct Slot {
    pub(super) key: Key,
    cell: Arc<WakeCell>,
    /// What it is called by in the pulse.
    pub(super) label: u32,
    pub(super) task: Rc<dyn Runnable>,
}

impl Slot {
    pub(super) fn info(&self) -> TaskInfo {
        let header = self.task.header();
        TaskInfo {
            id: header.id,
            name: header.name.clone(),
            place: header.place,
            is_started: header.is_started(),
            is_runnable: self.cell.is_queued(),
            is_in_background: self.cell.is_in_background(),
        }
    }
}

/// Wakers kept for reuse: as many as there are short-lived tasks in a busy turn.
const SPARE_BELLS: usize = 256;

impl Tasks {
    pub(super) fn next_key(&mut self) -> (TaskId, Key) {
        self.spawned += 1;
        (TaskId(self.spawned), Key::new(self.slots.vacant_key(), self.spawned))
    }

    /// A waker for the task with the key just given out.
    fn bell(&mut self, key: Key, remote: &Arc<Remote>) -> Bell {
        match self.spare.pop() {
            Some(bell) => {
                bell.cell.assign(key);
                bell
            }
            None => Bell::new(key, remote.clone()),
        }
    }

    /// The task whose turn it is, off the queue: a wake from now on counts.
    fn start(&self, key: Key) -> Option<(Rc<dyn Runnable>, u32)> {
        let slot = self.slots.get(key.place()).filter(|slot| slot.key == key)?;
        slot.cell.dequeue();
        Some((slot.task.clone(), slot.label))
    }

    /// Forgets a finished task, and gives out its label. It may be forgotten already, if it took
    /// the hub down with it.
    fn remove(&mut self, key: Key, waker: Option<Waker>) -> Option<u32> {
        self.cell(key)?;
        let Slot { cell, label, .. } = self.slots.remove(key.place());
        match waker {
            // Two references are ours: `cell`, and the one inside `waker`.
            Some(waker) if self.spare.len() < SPARE_BELLS && cell.is_unused(2) => {
                self.spare.push(Bell { cell, waker });
            }
            // Whoever still has the waker wakes nobody.
            _ => drop(cell.enqueue()),
        }
        Some(label)
    }

    fn cell(&self, key: Key) -> Option<&Arc<WakeCell>> {
        self.slots.get(key.place()).filter(|slot| slot.key == key).map(|slot| &slot.cell)
    }
}

/// Makes a hub the current one of this thread, until it is dropped.
struct Current {
    previous: Option<Rc<Core>>,
}

impl Current {
    fn set(core: &Rc<Core>) -> Self {
        let core = Some(core.clone());
        let previous = CURRENT.try_with(|current| current.replace(core)).ok().flatten();
        Current { previous }
    }
}

impl Drop for Current {
    fn drop(&mut self) {
        let previous = self.previous.take();
        // The core that was current is dropped after the borrow; it may be the last reference.
        let last = CURRENT.try_with(|current| current.replace(previous));
        drop(last);
    }
}

/// A hub that is running on this thread: the only one that may take turns.
pub(super) struct Running<'a> {
    core: &'a Rc<Core>,
    _current: Current,
}

impl<'a> Running<'a> {
    #[track_caller]
    pub(super) fn enter(core: &'a Rc<Core>) -> Self {
        let was_running = core.is_running.replace(true);
        assert!(!was_running, "the hub is running already: a task cannot turn its own loop");
        core.is_time_stale.set(true);
        Running { core, _current: Current::set(core) }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.core.is_running.set(false);
        self.core.pulse.rest();
    }
}
