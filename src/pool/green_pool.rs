//! The pool: at most so many tasks at a time.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::rc::Rc;

use crate::hub::{self, Handle, Task, TaskId};
use crate::sync::{Event, Semaphore};

/// The size of a pool for which nobody has named one.
pub const DEFAULT_SIZE: usize = 1000;

/// Runs tasks, at most `size` at a time. Clones are handles to the same pool.
///
/// Tasks of a pool are tasks like others: they have a handle, they can be killed, awaited and
/// linked. Dropping the pool leaves them alone.
///
/// # Example: who comes third waits
///
/// ```
/// use std::time::Duration;
/// use ryu_sdn::{clock::Clock, hub::{self, Hub}, pool::GreenPool};
///
/// let clock = Clock::test();
/// let start = clock.now();
/// Hub::new(clock.clone()).unwrap().block_on(async {
///     let pool = GreenPool::new(2);
///     for _ in 0..4 {
///         pool.spawn_n("nap", hub::sleep(Duration::from_secs(1))).await;
///     }
///     assert_eq!((pool.running(), pool.free()), (2, 0));
///     pool.waitall().await;
///     assert_eq!((pool.running(), pool.free()), (0, 2));
/// });
/// assert_eq!(clock.now() - start, Duration::from_secs(2));
/// ```
#[derive(Clone)]
pub struct GreenPool {
    shared: Rc<Shared>,
}

struct Shared {
    hub: Handle,
    size: Cell<usize>,
    slots: Semaphore,
    running: RefCell<BTreeSet<TaskId>>,
    /// Set while no task of the pool runs or waits for a slot.
    is_idle: Event,
}

impl GreenPool {
    /// A pool for `size` tasks at a time; with 0, nothing runs until it is
    /// [resized](GreenPool::resize).
    ///
    /// # Panics
    ///
    /// Outside a hub.
    #[track_caller]
    pub fn new(size: usize) -> GreenPool {
        let is_idle = Event::new();
        is_idle.set();
        let shared = Shared {
            hub: hub::current(),
            size: Cell::new(size),
            slots: Semaphore::new(size),
            running: RefCell::default(),
            is_idle,
        };
        GreenPool { shared: Rc::new(shared) }
    }

    /// Runs `future` in a task of its own, once there is a slot for it: this waits for one, first
    /// come, first served. Dropping the handle that it gives kills the task.
    ///
    /// A task of the pool that spawns another one while there is no slot free does not wait, which
    /// could be for ever: it runs `future` in place, and gets the handle of a task that has ended.
    /// A panic of `future` is the caller's then.
    ///
    /// ```
    /// use ryu_sdn::{clock::Clock, hub::{self, Hub}, pool::GreenPool};
    ///
    /// Hub::new(Clock::test()).unwrap().block_on(async {
    ///     let pool = GreenPool::new(1);
    ///     let inner = pool.clone();
    ///     let outer = pool.spawn("outer", async move {
    ///         let task = inner.spawn("inner", async { hub::getcurrent().unwrap().name }).await;
    ///         assert!(task.is_finished());
    ///         task.await.unwrap()
    ///     });
    ///     assert_eq!(outer.await.await.unwrap(), "outer");
    /// });
    /// ```
    #[track_caller]
    pub fn spawn<T: 'static>(
        &self,
        name: impl Into<Cow<'static, str>>,
        future: impl Future<Output = T> + 'static,
    ) -> impl Future<Output = Task<T>> {
        self.clone().start(name.into(), future, Location::caller())
    }

    /// As [`spawn`](GreenPool::spawn), for a task that nobody waits for.
    #[track_caller]
    pub fn spawn_n(
        &self,
        name: impl Into<Cow<'static, str>>,
        future: impl Future<Output = ()> + 'static,
    ) -> impl Future<Output = ()> {
        let task = self.spawn(name, future);
        async move { task.await.detach() }
    }

    pub(super) async fn start<T: 'static>(
        self,
        name: Cow<'static, str>,
        future: impl Future<Output = T> + 'static,
        place: &'static Location<'static>,
    ) -> Task<T> {
        let shared = self.shared;
        if shared.slots.is_locked() && shared.is_inside() {
            let value = future.await;
            return shared.hub.finished_task(name, Ok(value), place);
        }
        shared.is_idle.clear();
        let _idle = CheckIdle(&shared);
        shared.slots.acquire().await.forget();
        let task = shared.hub.spawn_at(name, future, place);
        shared.running.borrow_mut().insert(task.id());
        let (theirs, id) = (shared.clone(), task.id());
        task.link(move |_| theirs.ended(id));
        task
    }

    /// Waits until no task of the pool runs and nobody waits to start one, also of those that come
    /// meanwhile. Cancel-safe.
    ///
    /// # Panics
    ///
    /// If it is called from a task of the pool, which would wait for itself.
    pub async fn waitall(&self) {
        assert!(
            !self.shared.is_inside(),
            "a task of the pool calls waitall: it would wait for itself"
        );
        while !self.shared.is_idle.is_set() {
            self.shared.is_idle.wait().await;
        }
    }

    /// Changes the size. Those who wait for a slot get the new ones; tasks that run, run on, even
    /// if they are too many.
    ///
    /// ```
    /// use ryu_sdn::{clock::Clock, hub::Hub, pool::GreenPool};
    ///
    /// Hub::new(Clock::test()).unwrap().block_on(async {
    ///     let pool = GreenPool::new(2);
    ///     let first = pool.spawn("first", std::future::pending::<()>()).await;
    ///     let second = pool.spawn("second", std::future::pending::<()>()).await;
    ///     pool.resize(1);
    ///     assert_eq!((pool.running(), pool.free()), (2, -1));
    ///     drop((first, second));
    ///     pool.waitall().await;
    ///     assert_eq!(pool.free(), 1);
    /// });
    /// ```
    pub fn resize(&self, size: usize) {
        let signed = |n: usize| isize::try_from(n).unwrap_or(isize::MAX);
        let before = self.shared.size.replace(size);
        self.shared.slots.adjust(signed(size).saturating_sub(signed(before)));
        self.shared.check_idle();
    }

    /// How many tasks may run at a time.
    pub fn size(&self) -> usize {
        self.shared.size.get()
    }

    /// How many tasks run.
    pub fn running(&self) -> usize {
        self.shared.running.borrow().len()
    }

    /// How many slots are left: with 0 or less, the next spawn waits. It is below 0 after the pool
    /// was made smaller than the number of its tasks.
    pub fn free(&self) -> isize {
        self.shared.slots.counter()
    }

    /// How many tasks wait in [`spawn`](GreenPool::spawn) for a slot.
    pub fn waiting(&self) -> usize {
        self.shared.slots.waiting()
    }
}

impl Default for GreenPool {
    /// A pool of [`DEFAULT_SIZE`].
    ///
    /// # Panics
    ///
    /// Outside a hub.
    #[track_caller]
    fn default() -> Self {
        GreenPool::new(DEFAULT_SIZE)
    }
}

impl From<usize> for GreenPool {
    /// A pool of that size.
    ///
    /// # Panics
    ///
    /// Outside a hub.
    #[track_caller]
    fn from(size: usize) -> Self {
        GreenPool::new(size)
    }
}

impl Shared {
    /// Whether a task of this pool is asking.
    fn is_inside(&self) -> bool {
        let current = self.hub.polling_id();
        current.is_some_and(|id| self.running.borrow().contains(&id))
    }

    fn ended(&self, id: TaskId) {
        self.running.borrow_mut().remove(&id);
        self.slots.release();
        self.check_idle();
    }

    fn check_idle(&self) {
        let nobody_runs = self.running.borrow().is_empty();
        if nobody_runs && self.slots.waiting() == 0 && self.slots.promised() == 0 {
            self.is_idle.set();
        }
    }
}

/// A spawn that was given up may have been the last.
struct CheckIdle<'a>(&'a Rc<Shared>);

impl Drop for CheckIdle<'_> {
    fn drop(&mut self) {
        self.0.check_idle();
    }
}

impl fmt::Debug for GreenPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GreenPool")
            .field("size", &self.size())
            .field("running", &self.running())
            .field("waiting", &self.waiting())
            .finish()
    }
}
