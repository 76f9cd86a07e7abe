//! The pile: results in the order of spawning.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use super::green_pool::GreenPool;
use crate::hub::{JoinError, Task};
use crate::sync::{Queue, Semaphore};

/// Tasks whose results are taken in the order in which they were spawned, whoever ends first.
///
/// Several piles may share a pool, and with it the bound on how many tasks run at a time. Dropping
/// the pile kills the tasks whose results were not taken.
///
/// # Example: as in the eventlet tutorial
///
/// ```
/// use std::time::Duration;
/// use ryu_sdn::{clock::Clock, hub::{self, Hub}, pool::{GreenPile, GreenPool}};
///
/// Hub::new(Clock::test()).unwrap().block_on(async {
///     let pile = GreenPile::new(GreenPool::default());
///     for seconds in [3, 1, 2] {
///         pile.spawn("geturl", async move {
///             hub::sleep(Duration::from_secs(seconds)).await;
///             seconds
///         })
///         .await;
///     }
///     let mut seen = Vec::new();
///     while let Some(result) = pile.next().await {
///         seen.push(result.unwrap());
///     }
///     assert_eq!(seen, [3, 1, 2]);
/// });
/// ```
pub struct GreenPile<T> {
    pool: GreenPool,
    shared: Rc<Shared<T>>,
}

struct Shared<T> {
    /// In the order of spawning; `None` stands for a spawn that was given up.
    waiters: Queue<Option<Task<T>>>,
    /// The task whose result is being waited for: kept here, so that a wait can be given up.
    head: Cell<Option<Task<T>>>,
    /// Spawns that were begun, less results that were taken.
    count: Cell<usize>,
    /// One taker at a time: they are served in order.
    taking: Semaphore,
}

impl<T: 'static> GreenPile<T> {
    /// A pile on `pool`, or, if that is a number, on a pool of that size of its own.
    ///
    /// ```
    /// use ryu_sdn::{clock::Clock, hub::Hub, pool::GreenPile};
    ///
    /// Hub::new(Clock::test()).unwrap().block_on(async {
    ///     let pile = GreenPile::new(2);
    ///     pile.spawn("answer", async { 42 }).await;
    ///     assert_eq!((pile.next().await, pile.next().await), (Some(Ok(42)), None));
    /// });
    /// ```
    ///
    /// # Panics
    ///
    /// For a number, outside a hub.
    #[track_caller]
    pub fn new(pool: impl Into<GreenPool>) -> Self {
        let shared = Shared {
            // As many as were spawned and not taken: its bound is the caller's own loop.
            waiters: Queue::unbounded(),
            head: Cell::new(None),
            count: Cell::new(0),
            taking: Semaphore::new(1),
        };
        GreenPile { pool: pool.into(), shared: Rc::new(shared) }
    }

    /// Runs `future` in a task of the pool, once there is a slot for it; see
    /// [`GreenPool::spawn`].
    #[track_caller]
    pub fn spawn(
        &self,
        name: impl Into<Cow<'static, str>>,
        future: impl Future<Output = T> + 'static,
    ) -> impl Future<Output = ()> {
        let (pool, shared) = (self.pool.clone(), self.shared.clone());
        let (name, place) = (name.into(), Location::caller());
        async move {
            shared.count.set(shared.count.get() + 1);
            let mut place_in_line = PlaceInLine { shared: &shared, task: None };
            place_in_line.task = Some(pool.start(name, future, place).await);
        }
    }

    /// Waits for the next result, in the order of spawning; `None` if as many were taken as were
    /// spawned. Cancel-safe: what was not given is given by the next call.
    ///
    /// A task that panicked or was killed is an error at its place; those behind it are not
    /// touched.
    pub async fn next(&self) -> Option<Result<T, JoinError>> {
        let shared = &self.shared;
        if shared.count.get() == 0 {
            return None;
        }
        let _turn = shared.taking.acquire().await;
        let result = loop {
            let task = match shared.head.take() {
                Some(task) => Some(task),
                None if shared.count.get() == 0 => return None,
                None => shared.waiters.get().await.flatten(),
            };
            shared.head.set(task);
            if let Some(result) = poll_fn(|cx| shared.poll_head(cx)).await {
                break result;
            }
            shared.count.set(shared.count.get() - 1);
        };
        shared.count.set(shared.count.get() - 1);
        Some(result)
    }

    /// How many results were not taken yet.
    pub fn len(&self) -> usize {
        self.shared.count.get()
    }

    /// Whether all results were taken.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The pool that its tasks run in.
    pub fn pool(&self) -> &GreenPool {
        &self.pool
    }
}

impl<T: 'static> Default for GreenPile<T> {
    /// A pile on a pool of its own, of [`DEFAULT_SIZE`](super::DEFAULT_SIZE).
    ///
    /// # Panics
    ///
    /// Outside a hub.
    #[track_caller]
    fn default() -> Self {
        GreenPile::new(GreenPool::default())
    }
}

impl<T: 'static> Shared<T> {
    /// The result of the head, `None` without a wait if there is no head.
    fn poll_head(&self, cx: &mut Context<'_>) -> Poll<Option<Result<T, JoinError>>> {
        let Some(mut task) = self.head.take() else { return Poll::Ready(None) };
        match Pin::new(&mut task).poll(cx) {
            Poll::Ready(result) => Poll::Ready(Some(result)),
            Poll::Pending => {
                self.head.set(Some(task));
                Poll::Pending
            }
        }
    }
}

/// Enters what came of a spawn when it is dropped, a task or nothing.
struct PlaceInLine<'a, T> {
    shared: &'a Shared<T>,
    task: Option<Task<T>>,
}

impl<T> Drop for PlaceInLine<'_, T> {
    fn drop(&mut self) {
        // Unbounded and never closed: it takes it.
        _ = self.shared.waiters.try_put(self.task.take());
    }
}

impl<T: 'static> fmt::Debug for GreenPile<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GreenPile").field("pool", &self.pool).field("len", &self.len()).finish()
    }
}
