//! The map: a function over an iterator, some elements at a time.

use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::Location;
use std::pin::Pin;

use super::green_pool::GreenPool;
use crate::hub::{self, JoinError, Task};
use crate::sync::{Queue, Semaphore};

/// The results of [`GreenPool::imap`] and [`GreenPool::starmap`], one by one and in order.
///
/// Memory is that of `size` tasks and `size` results, however long the iterator: it is asked for an
/// element when there is a slot for it. Dropping the map kills what is under way.
pub struct GreenMap<T> {
    results: Queue<Task<T>>,
    /// Spawns the tasks; dropped after the queue is.
    producer: Option<Task<()>>,
    /// Whose result is being waited for: kept here, so that a wait can be given up.
    head: Option<Task<T>>,
}

impl GreenPool {
    /// Calls `f` with each of `items`, at most [`size`](GreenPool::size) at a time, and gives the
    /// results in the order of the items. For several iterators, as eventlet takes them, use
    /// [`zip`](Iterator::zip).
    ///
    /// The tasks are the map's own, as in eventlet: they take no slots of the pool.
    ///
    /// ```
    /// use ryu_sdn::{clock::Clock, hub::Hub, pool::GreenPool};
    ///
    /// Hub::new(Clock::test()).unwrap().block_on(async {
    ///     let pairs = [2u32, 3, 10].into_iter().zip([5, 2, 3]);
    ///     let mut powers = GreenPool::new(2).imap(pairs, |(base, exponent)| async move {
    ///         base.pow(exponent)
    ///     });
    ///     for expected in [32, 9, 1000] {
    ///         assert_eq!(powers.next().await, Some(Ok(expected)));
    ///     }
    ///     assert_eq!(powers.next().await, None);
    /// });
    /// ```
    #[track_caller]
    pub fn imap<I, F, R>(&self, items: I, f: F) -> GreenMap<R::Output>
    where
        I: IntoIterator,
        I::IntoIter: 'static,
        F: FnMut(I::Item) -> R + 'static,
        R: Future + 'static,
        R::Output: 'static,
    {
        let (size, results) = (self.size(), Queue::bounded(self.size().max(1)));
        let items = items.into_iter().map(f);
        let body = produce(items, size, results.clone(), Location::caller());
        GreenMap { producer: Some(hub::spawn("imap", body)), results, head: None }
    }

    /// As [`imap`](GreenPool::imap), with a function of several arguments and an iterator of
    /// tuples.
    ///
    /// ```
    /// use ryu_sdn::{clock::Clock, hub::Hub, pool::GreenPool};
    ///
    /// async fn pow(base: u32, exponent: u32) -> u32 {
    ///     base.pow(exponent)
    /// }
    ///
    /// Hub::new(Clock::test()).unwrap().block_on(async {
    ///     let mut powers = GreenPool::new(2).starmap(pow, [(2, 5), (3, 2), (10, 3)]);
    ///     for expected in [32, 9, 1000] {
    ///         assert_eq!(powers.next().await, Some(Ok(expected)));
    ///     }
    ///     assert_eq!(powers.next().await, None);
    /// });
    /// ```
    #[track_caller]
    pub fn starmap<I, F>(&self, mut f: F, items: I) -> GreenMap<<F::Future as Future>::Output>
    where
        I: IntoIterator,
        I::IntoIter: 'static,
        F: StarFn<I::Item> + 'static,
        F::Future: 'static,
        <F::Future as Future>::Output: 'static,
    {
        self.imap(items, move |args| f.call(args))
    }
}

impl<T: 'static> GreenMap<T> {
    /// Waits for the next result; `None` at the end. Cancel-safe: what was not given is given by
    /// the next call.
    ///
    /// # Errors
    ///
    /// [`JoinError`] at the place of an element whose task panicked; the others are not touched. A
    /// panic of the iterator, or of the function before its future, is an error at the end.
    pub async fn next(&mut self) -> Option<Result<T, JoinError>> {
        if self.head.is_none() {
            self.head = self.results.get().await;
        }
        let Some(task) = &mut self.head else { return self.end().await };
        let result = poll_fn(|cx| Pin::new(&mut *task).poll(cx)).await;
        self.head = None;
        Some(result)
    }

    async fn end(&mut self) -> Option<Result<T, JoinError>> {
        let producer = self.producer.as_mut()?;
        let ended = producer.await;
        self.producer = None;
        ended.err().map(Err)
    }
}

/// Spawns a task for each of `futures`, at most `size` at a time.
async fn produce<R>(
    futures: impl Iterator<Item = R>,
    size: usize,
    results: Queue<Task<R::Output>>,
    place: &'static Location<'static>,
) where
    R: Future + 'static,
    R::Output: 'static,
{
    let hub = hub::current();
    let slots = Semaphore::new(size);
    let ending = CloseOnDrop(results);
    let mut futures = futures;
    loop {
        let permit = slots.acquire().await;
        let Some(future) = futures.next() else { break };
        let body = async move {
            let _permit = permit;
            future.await
        };
        let task = hub.spawn_at("imap".into(), body, place);
        if ending.0.put(task).await.is_err() {
            break;
        }
    }
}

/// Tells the map of the end, also when the iterator panics.
struct CloseOnDrop<T>(Queue<T>);

impl<T> Drop for CloseOnDrop<T> {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl<T> fmt::Debug for GreenMap<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GreenMap").field("waiting", &self.results.len()).finish_non_exhaustive()
    }
}

/// A function of as many arguments as a tuple has members; see [`GreenPool::starmap`].
///
/// It is there for `async fn`s and closures of up to six arguments.
pub trait StarFn<Args> {
    /// What it returns.
    type Future: Future;
    /// Calls it with the members of `args`.
    fn call(&mut self, args: Args) -> Self::Future;
}

macro_rules! star_fn {
    ($($arg:ident)+) => {
        impl<Fun, Fut, $($arg),+> StarFn<($($arg,)+)> for Fun
        where
            Fun: FnMut($($arg),+) -> Fut,
            Fut: Future,
        {
            type Future = Fut;

            #[expect(non_snake_case, reason = "the arguments are called by their types")]
            fn call(&mut self, ($($arg,)+): ($($arg,)+)) -> Fut {
                self($($arg),+)
            }
        }
    };
}

star_fn!(A);
star_fn!(A B);
star_fn!(A B C);
star_fn!(A B C D);
star_fn!(A B C D E);
star_fn!(A B C D E G);
