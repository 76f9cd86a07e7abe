//! A queue between tasks: the inbox of every app, and the back-pressure behind it.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::first;
use super::wait_list::WaitList;

/// A queue that holds a bounded number of items, first in, first out.
///
/// Clones are handles to the same queue; any of them may put, get and close. Dropping the last
/// handle of one side does not close it, because the sides are not told apart: call
/// [`close`](Queue::close).
///
/// [`PriorityQueue`](super::PriorityQueue) and [`LifoQueue`](super::LifoQueue) are the same with
/// another [`Order`].
///
/// # Example: a full queue makes the producer wait
///
/// ```
/// use ryu_sdn::sync::{Queue, TryPutError};
///
/// let queue = Queue::bounded(1);
/// queue.try_put("first").unwrap();
/// assert_eq!(queue.try_put("second"), Err(TryPutError::Full("second")));
/// assert_eq!(queue.try_get(), Some("first"));
/// queue.close();
/// assert_eq!(queue.try_put("third"), Err(TryPutError::Closed("third")));
/// ```
pub struct Queue<T, O = Fifo<T>> {
    shared: Rc<RefCell<State<T, O>>>,
}

struct State<T, O> {
    items: O,
    capacity: usize,
    closed: bool,
    /// Nobody overtakes those in line; see [`Queue::in_line`].
    in_line: bool,
    /// Items that were put and not yet reported as done.
    unfinished: usize,
    /// A granted getter owns one of `items`, whichever is first when it runs.
    getters: WaitList,
    /// A granted putter owns one free place; or, of a rendezvous, has handed over its item.
    putters: WaitList,
    /// A rendezvous: what the putters in line offer, in their order, each with a number.
    offers: VecDeque<(u64, T)>,
    offered: u64,
    /// Granted putters whose offer was taken: they own no place.
    accepted: usize,
    /// Tasks in `ready_to_put`: they look, and own nothing.
    watchers: WaitList,
    /// Tasks in `join`.
    joiners: WaitList,
}

/// Eventlet's `LightQueue`, which Ryu's hub calls `Queue`: the same here, for
/// [`task_done`](Queue::task_done) and [`join`](Queue::join) cost a counter.
pub type LightQueue<T> = Queue<T>;

/// Which item of a [`Queue`] is the next.
pub trait Order<T> {
    /// Takes an item in.
    fn push(&mut self, item: T);
    /// Gives out the next.
    fn pop(&mut self) -> Option<T>;
    /// How many there are.
    fn len(&self) -> usize;
    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// How much of the capacity they take: one each, unless some are larger than others. An item is
    /// let in where there is room for 1, however much it takes itself.
    fn load(&self) -> usize {
        self.len()
    }
}

/// First in, first out: the [`Order`] of a plain [`Queue`].
#[derive(Clone, Debug)]
pub struct Fifo<T> {
    items: VecDeque<T>,
}

impl<T> Default for Fifo<T> {
    fn default() -> Self {
        Fifo { items: VecDeque::new() }
    }
}

impl<T> Order<T> for Fifo<T> {
    #[inline]
    fn push(&mut self, item: T) {
        self.items.push_back(item);
    }

    #[inline]
    fn pop(&mut self) -> Option<T> {
        self.items.pop_front()
    }

    #[inline]
    fn len(&self) -> usize {
        self.items.len()
    }
}

impl<T> Queue<T> {
    /// An empty queue that holds at most `capacity` items.
    ///
    /// Memory is taken as items arrive, so a generous bound costs nothing until it is used. With 0
    /// it is a rendezvous: a `put` waits until somebody gets, and hands the item over.
    ///
    /// ```
    /// use ryu_sdn::{clock::Clock, hub::{self, Hub}, sync::Queue};
    ///
    /// Hub::new(Clock::test()).unwrap().block_on(async {
    ///     let door = Queue::bounded(0);
    ///     let theirs = door.clone();
    ///     let postman = hub::spawn("postman", async move { theirs.put("a parcel").await });
    ///     hub::yield_now().await;
    ///     assert!(!postman.is_finished());
    ///     assert_eq!(door.get().await, Some("a parcel"));
    ///     assert!(postman.await.is_ok());
    /// });
    /// ```
    pub fn bounded(capacity: usize) -> Self {
        Queue::with_order(Fifo::default(), capacity)
    }

    /// An empty queue that holds whatever is put into it. Who fills it from a peer's input has to
    /// bound it in another way.
    ///
    /// ```
    /// use ryu_sdn::sync::Queue;
    ///
    /// let queue = Queue::unbounded();
    /// (0..1000).for_each(|n| queue.try_put(n).unwrap());
    /// assert_eq!(queue.len(), 1000);
    /// ```
    pub fn unbounded() -> Self {
        Queue::with_order(Fifo::default(), None)
    }
}

impl<T, O: Order<T>> Queue<T, O> {
    /// A queue in an order of one's own; `None` is unbounded, 0 a rendezvous.
    ///
    /// ```
    /// use ryu_sdn::sync::{Order, Queue};
    ///
    /// /// Remembers nothing but the sum.
    /// #[derive(Default)]
    /// struct Sum(Option<u32>);
    ///
    /// impl Order<u32> for Sum {
    ///     fn push(&mut self, item: u32) {
    ///         *self.0.get_or_insert(0) += item;
    ///     }
    ///     fn pop(&mut self) -> Option<u32> {
    ///         self.0.take()
    ///     }
    ///     fn len(&self) -> usize {
    ///         usize::from(self.0.is_some())
    ///     }
    /// }
    ///
    /// let queue = Queue::with_order(Sum::default(), 8);
    /// queue.try_put(1).unwrap();
    /// queue.try_put(2).unwrap();
    /// assert_eq!(queue.try_get(), Some(3));
    /// ```
    pub fn with_order(order: O, maxsize: impl Into<Option<usize>>) -> Self {
        Queue {
            shared: Rc::new(RefCell::new(State {
                items: order,
                capacity: maxsize.into().unwrap_or(usize::MAX),
                closed: false,
                in_line: false,
                unfinished: 0,
                getters: WaitList::new(),
                putters: WaitList::new(),
                offers: VecDeque::new(),
                offered: 0,
                accepted: 0,
                watchers: WaitList::new(),
                joiners: WaitList::new(),
            })),
        }
    }

    /// The same queue, in which nobody overtakes those in line: while somebody waits for room, or has
    /// been given it and has not run since, whoever comes waits behind. Without this, room for more
    /// than one lets a newcomer in before them.
    #[must_use]
    pub fn in_line(self) -> Self {
        self.shared.borrow_mut().in_line = true;
        self
    }

    /// Appends `item`, waiting for room; cancel-safe: an item that was not yet put is dropped
    /// with the future, and nobody else loses their turn.
    ///
    /// # Errors
    ///
    /// [`Closed`] with the item, if the queue is closed or gets closed meanwhile.
    pub fn put(&self, item: T) -> Put<'_, T, O> {
        Put { queue: self, item: Some(item), key: None, offer: None }
    }

    /// Appends `item` if there is room that nobody waits for.
    ///
    /// # Errors
    ///
    /// [`TryPutError`] with the item, if there is none or the queue is closed.
    pub fn try_put(&self, item: T) -> Result<(), TryPutError<T>> {
        let mut state = self.shared.borrow_mut();
        if state.closed {
            return Err(TryPutError::Closed(item));
        }
        if state.newcomers_room() == 0 {
            return Err(TryPutError::Full(item));
        }
        let getter = state.push(item);
        drop(state);
        wake(getter);
        Ok(())
    }

    /// Removes the oldest item, waiting for one; `None` means closed and empty. Cancel-safe: a
    /// dropped `get` takes nothing.
    pub fn get(&self) -> Get<'_, T, O> {
        Get { queue: self, key: None }
    }

    /// Removes the oldest item, if there is one that nobody waits for.
    pub fn try_get(&self) -> Option<T> {
        let mut state = self.shared.borrow_mut();
        if state.spare_items() == 0 {
            let (item, putter) = state.accept()?;
            state.unfinished = state.unfinished.saturating_add(1);
            drop(state);
            wake(putter);
            return Some(item);
        }
        let item = state.items.pop();
        let news = state.room_made();
        drop(state);
        news.wake();
        item
    }

    /// Waits until there is room that nobody waits for, or the queue is closed; cancel-safe.
    ///
    /// Nothing is reserved: a [`try_put`](Queue::try_put) before the next `.await` will find the
    /// room, one after it may not. This is for a producer that makes its next item only once there
    /// is a place for it (a pump that stops reading its socket).
    pub fn ready_to_put(&self) -> ReadyToPut<'_, T, O> {
        ReadyToPut { queue: self, key: None }
    }

    /// Refuses items from now on. Those inside can still be got; waiting putters get their item
    /// back as [`Closed`], and getters that find nothing get `None`.
    pub fn close(&self) {
        let mut state = self.shared.borrow_mut();
        if state.closed {
            return;
        }
        state.closed = true;
        // Who offers something is told as well, and owns no place.
        state.accepted += state.offers.len();
        let mut wakers = state.getters.grant_all();
        wakers.append(&mut state.putters.grant_all());
        wakers.append(&mut state.watchers.grant_all());
        drop(state);
        wakers.into_iter().for_each(Waker::wake);
    }

    /// Whether [`close`](Queue::close) was called.
    pub fn is_closed(&self) -> bool {
        self.shared.borrow().closed
    }

    /// As [`put`](Queue::put), waiting no longer than `deadline` (a
    /// [`sleep`](crate::hub::sleep), say) takes.
    ///
    /// # Errors
    ///
    /// [`TryPutError`] with the item: full until the deadline, or closed.
    ///
    /// ```
    /// use std::time::Duration;
    /// use ryu_sdn::{clock::Clock, hub::{self, Hub}, sync::{Queue, TryPutError}};
    ///
    /// Hub::new(Clock::test()).unwrap().block_on(async {
    ///     let queue = Queue::bounded(1);
    ///     queue.put(1).await.unwrap();
    ///     let second = queue.put_before(2, hub::sleep(Duration::from_secs(1))).await;
    ///     assert_eq!(second, Err(TryPutError::Full(2)));
    /// });
    /// ```
    pub async fn put_before(
        &self,
        item: T,
        deadline: impl Future<Output = ()>,
    ) -> Result<(), TryPutError<T>> {
        let mut put = self.put(item);
        match first(&mut put, deadline).await {
            Some(done) => done.map_err(|Closed(item)| TryPutError::Closed(item)),
            None => Err(TryPutError::Full(put.take_back().expect(POLLED_AGAIN))),
        }
    }

    /// As [`get`](Queue::get), waiting no longer than `deadline` (a [`sleep`](crate::hub::sleep),
    /// say) takes.
    ///
    /// # Errors
    ///
    /// [`TryGetError`]: empty until the deadline, or closed and empty.
    ///
    /// ```
    /// use std::time::Duration;
    /// use ryu_sdn::{clock::Clock, hub::{self, Hub}, sync::{Queue, TryGetError}};
    ///
    /// Hub::new(Clock::test()).unwrap().block_on(async {
    ///     let queue = Queue::<u32>::bounded(1);
    ///     let nothing = queue.get_before(hub::sleep(Duration::from_secs(1))).await;
    ///     assert_eq!(nothing, Err(TryGetError::Empty));
    /// });
    /// ```
    pub async fn get_before(&self, deadline: impl Future<Output = ()>) -> Result<T, TryGetError> {
        match first(self.get(), deadline).await {
            Some(got) => got.ok_or(TryGetError::Closed),
            None => Err(TryGetError::Empty),
        }
    }

    /// Reports that one of the items that were got is worked off; see [`join`](Queue::join).
    ///
    /// # Errors
    ///
    /// [`TooManyDone`] if as many were reported as were put.
    pub fn task_done(&self) -> Result<(), TooManyDone> {
        let mut state = self.shared.borrow_mut();
        state.unfinished = state.unfinished.checked_sub(1).ok_or(TooManyDone)?;
        let joiners = match state.unfinished {
            0 => state.joiners.grant_all(),
            _ => Vec::new(),
        };
        drop(state);
        joiners.into_iter().for_each(Waker::wake);
        Ok(())
    }

    /// Waits until every item that was put is [done](Queue::task_done); at once if none was put.
    /// Cancel-safe.
    ///
    /// ```
    /// use ryu_sdn::{clock::Clock, hub::{self, Hub}, sync::Queue};
    ///
    /// Hub::new(Clock::test()).unwrap().block_on(async {
    ///     let jobs = Queue::bounded(8);
    ///     let theirs = jobs.clone();
    ///     let worker = hub::spawn("worker", async move {
    ///         while let Some(job) = theirs.get().await {
    ///             let _: u32 = job;
    ///             theirs.task_done().unwrap();
    ///         }
    ///     });
    ///     jobs.put(1).await.unwrap();
    ///     jobs.put(2).await.unwrap();
    ///     jobs.join().await;
    ///     assert!(jobs.is_empty() && !worker.is_finished());
    /// });
    /// ```
    pub fn join(&self) -> Join<'_, T, O> {
        Join { queue: self, key: None }
    }

    /// How many were put and are not [done](Queue::task_done).
    pub fn unfinished(&self) -> usize {
        self.shared.borrow().unfinished
    }

    /// How many tasks wait in [`put`](Queue::put).
    pub fn putting(&self) -> usize {
        self.shared.borrow().putters.waiting()
    }

    /// How many tasks wait in [`get`](Queue::get).
    pub fn getting(&self) -> usize {
        self.shared.borrow().getters.waiting()
    }

    /// Changes how many items fit; `None` is unbounded. Putters that have room now go on; items
    /// that are inside stay, even if they are more.
    ///
    /// ```
    /// use ryu_sdn::sync::Queue;
    ///
    /// let queue = Queue::bounded(1);
    /// queue.try_put('a').unwrap();
    /// assert!(queue.is_full());
    /// queue.resize(2);
    /// assert!(queue.try_put('b').is_ok());
    /// ```
    pub fn resize(&self, maxsize: impl Into<Option<usize>>) {
        let mut state = self.shared.borrow_mut();
        state.capacity = maxsize.into().unwrap_or(usize::MAX);
        let mut all = Vec::new();
        loop {
            // With nobody in line, those who watch for room are told of it: once.
            let is_last = state.putters.is_empty() || state.room() == 0;
            let news = state.room_made();
            all.push(news);
            if is_last {
                break;
            }
        }
        drop(state);
        all.into_iter().for_each(News::wake);
    }

    /// Whether as many items are inside as fit. A rendezvous always is.
    pub fn is_full(&self) -> bool {
        let state = self.shared.borrow();
        state.items.load() >= state.capacity
    }

    /// How much of the capacity is taken: the [load](Order::load) of the items inside.
    pub fn load(&self) -> usize {
        self.shared.borrow().items.load()
    }

    /// How many items are inside.
    pub fn len(&self) -> usize {
        self.shared.borrow().items.len()
    }

    /// Whether no item is inside.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many items fit; `usize::MAX` if there is no bound.
    pub fn capacity(&self) -> usize {
        self.shared.borrow().capacity
    }
}

impl<T, O: Order<T>> State<T, O> {
    /// Takes what the first putter of a rendezvous offers; the waker is that putter's. (While there
    /// are offers, the first in line is who made the first of them, or one who will put by itself.)
    fn accept(&mut self) -> Option<(T, Option<Waker>)> {
        if self.closed {
            return None;
        }
        let (_, item) = self.offers.pop_front()?;
        self.accepted += 1;
        Some((item, self.putters.grant()))
    }

    /// Accepts an offer and puts it.
    fn put_offer(&mut self) -> Option<News> {
        let (item, putter) = self.accept()?;
        Some(News { turn: self.push(item), look: putter.into_iter().collect() })
    }

    /// Leaves the putters' line; true if the turn of that putter had come.
    fn remove_putter(&mut self, key: usize, offer: Option<u64>) -> bool {
        let granted = self.putters.remove(key);
        if granted && offer.is_some() {
            self.accepted -= 1;
        }
        granted
    }

    /// Free places that no waiting putter was promised.
    fn room(&self) -> usize {
        if self.capacity == 0 {
            // Each getter in line has room for one.
            return self.getters.waiting().saturating_sub(self.putters_promised());
        }
        if self.in_line && self.putters.granted() > 0 {
            return 0;
        }
        self.capacity.saturating_sub(self.items.load() + self.putters_promised())
    }

    /// The same for one who is not in line.
    fn newcomers_room(&self) -> usize {
        if self.in_line && !self.putters.is_empty() { 0 } else { self.room() }
    }

    /// Putters that were promised a place.
    fn putters_promised(&self) -> usize {
        self.putters.granted() - self.accepted
    }

    /// Items that no waiting getter was promised. After closing, promises are void: what is left
    /// goes to whoever asks, and then everybody learns that there is no more.
    fn spare_items(&self) -> usize {
        match self.closed {
            true => self.items.len(),
            false => self.items.len().saturating_sub(self.getters.granted()),
        }
    }

    #[must_use]
    fn push(&mut self, item: T) -> Option<Waker> {
        self.unfinished = self.unfinished.saturating_add(1);
        self.items.push(item);
        self.getters.grant()
    }

    /// To be called when a place became free: whom that concerns.
    #[must_use]
    fn room_made(&mut self) -> News {
        if self.closed || self.room() == 0 {
            return News::default();
        }
        if let Some(news) = self.put_offer() {
            return news;
        }
        match self.putters.grant() {
            Some(putter) => News { turn: Some(putter), look: Vec::new() },
            None if self.watchers.is_empty() => News::default(),
            None => News { turn: None, look: self.watchers.wakers() },
        }
    }
}

/// Whom to wake when the borrow is over.
#[derive(Default)]
struct News {
    turn: Option<Waker>,
    look: Vec<Waker>,
}

impl News {
    fn wake(self) {
        wake(self.turn);
        self.look.into_iter().for_each(Waker::wake);
    }
}

fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}

/// The future of [`Queue::put`].
#[must_use = "nothing is put until this is awaited"]
pub struct Put<'a, T, O: Order<T> = Fifo<T>> {
    queue: &'a Queue<T, O>,
    item: Option<T>,
    key: Option<usize>,
    /// The number of its offer, if the item is with the queue.
    offer: Option<u64>,
}

impl<T, O: Order<T>> Put<'_, T, O> {
    /// The item, if nobody has got it yet.
    fn take_back(&mut self) -> Option<T> {
        self.item.take().or_else(|| {
            let number = self.offer?;
            let mut state = self.queue.shared.borrow_mut();
            let at = state.offers.iter().position(|(other, _)| *other == number)?;
            state.offers.remove(at).map(|(_, item)| item)
        })
    }
}

// The item is moved, never pinned.
impl<T, O: Order<T>> Unpin for Put<'_, T, O> {}

impl<T, O: Order<T>> Future for Put<'_, T, O> {
    type Output = Result<(), Closed<T>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let mut state = this.queue.shared.borrow_mut();
        let granted = match this.key {
            Some(key) if !state.putters.is_granted(key, cx) => return Poll::Pending,
            Some(key) => {
                this.key = None;
                state.remove_putter(key, this.offer)
            }
            None => false,
        };
        if state.closed {
            drop(state);
            // What was offered may have been taken just before.
            return Poll::Ready(match this.take_back() {
                Some(item) => Err(Closed(item)),
                None => Ok(()),
            });
        }
        if granted && this.offer.is_some() {
            return Poll::Ready(Ok(()));
        }
        if !granted && state.newcomers_room() == 0 {
            this.key = Some(state.putters.push(cx.waker().clone()));
            if state.capacity == 0 {
                state.offered += 1;
                this.offer = Some(state.offered);
                let offer = (state.offered, this.item.take().expect(POLLED_AGAIN));
                state.offers.push_back(offer);
            }
            return Poll::Pending;
        }
        let getter = state.push(this.item.take().expect(POLLED_AGAIN));
        // The next in line was not let in before.
        let next = if granted && state.in_line { state.room_made() } else { News::default() };
        drop(state);
        wake(getter);
        next.wake();
        Poll::Ready(Ok(()))
    }
}

impl<T, O: Order<T>> Drop for Put<'_, T, O> {
    fn drop(&mut self) {
        let Some(key) = self.key else { return };
        let item = self.take_back();
        let mut state = self.queue.shared.borrow_mut();
        let granted = state.remove_putter(key, self.offer);
        // An offer that was accepted holds no place.
        if granted && self.offer.is_none() {
            let news = state.room_made();
            drop(state);
            news.wake();
        } else {
            drop(state);
        }
        // User code, so after the borrow.
        drop(item);
    }
}

/// The future of [`Queue::get`].
#[must_use = "nothing is got until this is awaited"]
pub struct Get<'a, T, O: Order<T> = Fifo<T>> {
    queue: &'a Queue<T, O>,
    key: Option<usize>,
}

impl<T, O: Order<T>> Future for Get<'_, T, O> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let this = self.get_mut();
        let mut state = this.queue.shared.borrow_mut();
        let granted = match this.key {
            Some(key) if !state.getters.is_granted(key, cx) => return Poll::Pending,
            Some(key) => {
                this.key = None;
                state.getters.remove(key)
            }
            None => false,
        };
        if !granted && !state.closed && state.spare_items() == 0 {
            if let Some((item, putter)) = state.accept() {
                state.unfinished = state.unfinished.saturating_add(1);
                drop(state);
                wake(putter);
                return Poll::Ready(Some(item));
            }
            this.key = Some(state.getters.push(cx.waker().clone()));
            if state.capacity == 0 {
                let news = state.room_made();
                drop(state);
                news.wake();
            }
            return Poll::Pending;
        }
        // Empty is possible only once it is closed: until then a grant stands for an item.
        let item = state.items.pop();
        let news = state.room_made();
        drop(state);
        news.wake();
        Poll::Ready(item)
    }
}

impl<T, O: Order<T>> Drop for Get<'_, T, O> {
    fn drop(&mut self) {
        let Some(key) = self.key else { return };
        let mut state = self.queue.shared.borrow_mut();
        if state.getters.remove(key) && !state.closed {
            let next = state.getters.grant();
            drop(state);
            wake(next);
        }
    }
}

/// The future of [`Queue::ready_to_put`].
#[must_use = "this waits only when it is awaited"]
pub struct ReadyToPut<'a, T, O: Order<T> = Fifo<T>> {
    queue: &'a Queue<T, O>,
    key: Option<usize>,
}

impl<T, O: Order<T>> Future for ReadyToPut<'_, T, O> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        let mut state = this.queue.shared.borrow_mut();
        if state.closed || state.room() > 0 {
            if let Some(key) = this.key.take() {
                state.watchers.remove(key);
            }
            return Poll::Ready(());
        }
        // A watcher that came too late keeps its place in line.
        match this.key {
            Some(key) => {
                state.watchers.is_granted(key, cx);
            }
            None => this.key = Some(state.watchers.push(cx.waker().clone())),
        }
        Poll::Pending
    }
}

impl<T, O: Order<T>> Drop for ReadyToPut<'_, T, O> {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            // All watchers are woken at once and own nothing, so there is nothing to pass on.
            self.queue.shared.borrow_mut().watchers.remove(key);
        }
    }
}

/// The future of [`Queue::join`].
#[must_use = "this waits only when it is awaited"]
pub struct Join<'a, T, O: Order<T> = Fifo<T>> {
    queue: &'a Queue<T, O>,
    key: Option<usize>,
}

impl<T, O: Order<T>> Future for Join<'_, T, O> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        let mut state = this.queue.shared.borrow_mut();
        match this.key {
            Some(key) if !state.joiners.is_granted(key, cx) => return Poll::Pending,
            Some(key) => {
                this.key = None;
                state.joiners.remove(key);
            }
            None if state.unfinished == 0 => {}
            None => {
                this.key = Some(state.joiners.push(cx.waker().clone()));
                return Poll::Pending;
            }
        }
        Poll::Ready(())
    }
}

impl<T, O: Order<T>> Drop for Join<'_, T, O> {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            // All are woken at once and own nothing.
            self.queue.shared.borrow_mut().joiners.remove(key);
        }
    }
}

impl<T, O> Clone for Queue<T, O> {
    fn clone(&self) -> Self {
        Queue { shared: self.shared.clone() }
    }
}

impl<T, O: Order<T>> fmt::Debug for Queue<T, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.shared.borrow();
        f.debug_struct("Queue")
            .field("len", &state.items.len())
            .field("capacity", &state.capacity)
            .field("closed", &state.closed)
            .finish()
    }
}

/// The queue is closed; here is the item back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Closed<T>(pub T);

impl<T> fmt::Debug for Closed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Closed(..)")
    }
}

impl<T> fmt::Display for Closed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the queue is closed")
    }
}

impl<T> std::error::Error for Closed<T> {}

/// Why [`Queue::try_put`] gave the item back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum TryPutError<T> {
    /// There is no room, or what room there is was promised to a waiting putter.
    Full(T),
    /// The queue is closed.
    Closed(T),
}

impl<T> TryPutError<T> {
    /// The item that was not put.
    pub fn into_item(self) -> T {
        match self {
            TryPutError::Full(item) | TryPutError::Closed(item) => item,
        }
    }

    /// Whether trying again later may succeed.
    pub fn is_full(&self) -> bool {
        matches!(self, TryPutError::Full(_))
    }
}

impl<T> fmt::Debug for TryPutError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_full() { "Full(..)" } else { "Closed(..)" })
    }
}

impl<T> fmt::Display for TryPutError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_full() { "the queue is full" } else { "the queue is closed" })
    }
}

impl<T> std::error::Error for TryPutError<T> {}

/// Why [`Queue::get_before`] has no item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TryGetError {
    /// Nobody put one in time.
    #[error("the queue is empty")]
    Empty,
    /// The queue is closed, and nothing is left in it.
    #[error("the queue is closed")]
    Closed,
}

/// [`Queue::task_done`] was called more often than items were put.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("task_done was called too many times")]
pub struct TooManyDone;

const POLLED_AGAIN: &str = "a finished put was polled again";
