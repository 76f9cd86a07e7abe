//! Blocking work: a few threads for what cannot be made to wait in the loop.
//!
//! [`execute`] runs a closure on a thread of a small, bounded pool, and the calling task waits for
//! it as for anything else. Threads are started as they are needed, [`DEFAULT_THREADS`] at most
//! unless [`set_num_threads`] says otherwise; who comes when all of them work waits in the loop, in
//! order of arrival. So nothing is queued between loop and threads, and a slow disk holds up those
//! who asked for it.
//!
//! ```
//! use ryu_sdn::{clock::Clock, hub::{Hub, tpool}};
//!
//! Hub::new(Clock::real()).unwrap().block_on(async {
//!     let sum = tpool::execute(|| (1..=1000u32).sum::<u32>()).await;
//!     assert_eq!(sum, Ok(500_500));
//! });
//! ```

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::mpsc::{Receiver, SendError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::thread;

use super::task::{JoinError, message_of};
use crate::sync::{Semaphore, oneshot};

/// How many threads there are at most, if nobody says otherwise: as many as eventlet has.
pub const DEFAULT_THREADS: usize = 20;

thread_local! {
    /// The pool of this thread's hubs.
    static POOL: Rc<Pool> = Rc::new(Pool::new(DEFAULT_THREADS));
}

struct Pool {
    /// Threads that may be started or are idle.
    free: Semaphore,
    size: Cell<usize>,
    /// Doors to the threads that have nothing to do, the one that was used last on top.
    idle: RefCell<Vec<Sender<Job>>>,
    started: Cell<usize>,
}

type Job = Box<dyn FnOnce() + Send>;

/// Runs `work` on another thread and waits for what it returns.
///
/// If the wait is dropped, work that has not begun never does; work that has begun goes on, as
/// nothing can stop it, and its result is dropped on its thread or here.
///
/// # Errors
///
/// [`JoinError::Panicked`] if `work` panicked, or the system has no thread to give.
///
/// # Panics
///
/// Outside a hub.
///
/// ```
/// use ryu_sdn::{clock::Clock, hub::{Hub, JoinError, tpool}};
///
/// Hub::new(Clock::test()).unwrap().block_on(async {
///     // The resolver of the C library blocks, for instance.
///     let home = tpool::execute(|| std::net::ToSocketAddrs::to_socket_addrs(&("127.0.0.1", 80)));
///     assert_eq!(home.await.unwrap().unwrap().count(), 1);
/// });
/// ```
pub async fn execute<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, JoinError> {
    let hub = super::current();
    let pool = POOL.with(Rc::clone);
    if pool.size.get() == 0 {
        return catch_unwind(AssertUnwindSafe(work)).map_err(panicked);
    }
    // From here on the clock of a test stands still until the work is done.
    let outside = hub.outside_work();
    let permit = pool.free.acquire().await;
    let (told, answer) = oneshot::channel();
    let body = async move {
        // The thread is busy until it says so, however long its caller waits.
        let (_permit, _outside) = (permit, outside);
        let result = pool.run(work).await;
        // Whoever asked may have gone.
        _ = told.send(result);
    };
    hub.spawn_at("tpool".into(), body, std::panic::Location::caller()).detach();
    answer.await.unwrap_or(Err(JoinError::Killed))
}

/// Sets how many threads work at most for the hubs of the calling thread; 0 runs the work in place,
/// in the loop. Threads that are too many end when they have done their work.
///
/// ```
/// use ryu_sdn::{clock::Clock, hub::{Hub, tpool}};
///
/// tpool::set_num_threads(0);
/// Hub::new(Clock::real()).unwrap().block_on(async {
///     let here = std::thread::current().id();
///     assert_eq!(tpool::execute(move || std::thread::current().id()).await, Ok(here));
/// });
/// ```
pub fn set_num_threads(threads: usize) {
    POOL.with(|pool| {
        let signed = |n: usize| isize::try_from(n).unwrap_or(isize::MAX);
        pool.free.adjust(signed(threads).saturating_sub(signed(pool.size.get())));
        pool.size.set(threads);
        let idle = std::mem::take(&mut *pool.idle.borrow_mut());
        // Their doors are closed: they end. Those that are needed are started again.
        pool.started.set(pool.started.get() - idle.len());
    });
}

/// What the pool of the calling thread does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// How many threads there may be.
    pub size: usize,
    /// How many there are.
    pub started: usize,
    /// How many of them have nothing to do.
    pub idle: usize,
    /// How many tasks wait for one.
    pub waiting: usize,
}

/// What the pool of the calling thread does at this moment.
///
/// ```
/// let usage = ryu_sdn::hub::tpool::usage();
/// assert_eq!((usage.size, usage.started), (ryu_sdn::hub::tpool::DEFAULT_THREADS, 0));
/// ```
pub fn usage() -> Usage {
    POOL.with(|pool| Usage {
        size: pool.size.get(),
        started: pool.started.get(),
        idle: pool.idle.borrow().len(),
        waiting: pool.free.balance().min(0).unsigned_abs(),
    })
}

impl Pool {
    fn new(size: usize) -> Self {
        Pool {
            free: Semaphore::new(size),
            size: Cell::new(size),
            idle: RefCell::default(),
            started: Cell::new(0),
        }
    }

    /// Has a thread do `work`, which the caller has a permit for.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, JoinError> {
        let door = match self.door() {
            Ok(door) => door,
            Err(cause) => return Err(JoinError::Panicked(format!("no thread for it: {cause}"))),
        };
        let report = Arc::new(Mutex::new(Report { result: None, waker: None }));
        let theirs = report.clone();
        let job = move || {
            let result = catch_unwind(AssertUnwindSafe(work)).map_err(panicked);
            let mut report = lock(&theirs);
            report.result = Some(result);
            let waker = report.waker.take();
            drop(report);
            // The job must not keep the result alive beyond the loop's look at it.
            drop(theirs);
            waker.into_iter().for_each(Waker::wake);
        };
        if door.send(Box::new(job)).is_err() {
            return Err(JoinError::Panicked("its thread has gone".to_owned()));
        }
        let result = poll_fn(|cx| {
            let mut report = lock(&report);
            match report.result.take() {
                Some(result) => Poll::Ready(result),
                None => {
                    report.waker = Some(cx.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await;
        // Else there are fewer threads now than when it was started.
        if self.started.get() <= self.size.get() {
            door.put_back();
        }
        result
    }

    /// A thread that has nothing to do.
    #[expect(clippy::disallowed_methods, reason = "the threads that blocking work is for")]
    fn door(&self) -> std::io::Result<Door<'_>> {
        if let Some(door) = self.idle.borrow_mut().pop() {
            return Ok(Door { pool: self, door: Some(door) });
        }
        let (door, jobs) = channel();
        let name = format!("ryu tpool {}", self.started.get());
        thread::Builder::new().name(name).spawn(move || serve(&jobs))?;
        self.started.set(self.started.get() + 1);
        Ok(Door { pool: self, door: Some(door) })
    }
}

/// The door to a thread that works; dropping it closes it, and the thread ends after its work.
struct Door<'a> {
    pool: &'a Pool,
    door: Option<Sender<Job>>,
}

impl Door<'_> {
    fn send(&self, job: Job) -> Result<(), SendError<Job>> {
        match &self.door {
            Some(door) => door.send(job),
            None => Err(SendError(job)),
        }
    }

    fn put_back(mut self) {
        self.pool.idle.borrow_mut().extend(self.door.take());
    }
}

impl Drop for Door<'_> {
    fn drop(&mut self) {
        if self.door.is_some() {
            self.pool.started.set(self.pool.started.get() - 1);
        }
    }
}

struct Report<T> {
    result: Option<Result<T, JoinError>>,
    waker: Option<Waker>,
}

/// The life of a thread: job after job, until its door is closed.
#[expect(clippy::disallowed_methods, reason = "on a thread of its own, which is there to wait")]
fn serve(jobs: &Receiver<Job>) {
    while let Ok(job) = jobs.recv() {
        // What a job catches is its work; a waker or a result may panic as well, when dropped.
        if let Err(payload) = catch_unwind(AssertUnwindSafe(job)) {
            log::error!("a thread of the pool panicked: {}", message_of(payload));
        }
    }
}

fn panicked(payload: Box<dyn Any + Send>) -> JoinError {
    JoinError::Panicked(message_of(payload))
}

fn lock<T>(report: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing that can panic runs under the lock.
    report.lock().unwrap_or_else(PoisonError::into_inner)
}
