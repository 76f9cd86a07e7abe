//! A bounded queue between tasks: the inbox of every app, and the back-pressure behind it.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::wait_list::WaitList;

/// A first-in, first-out queue that holds a bounded number of items.
///
/// Clones are handles to the same queue; any of them may put, get and close. Dropping the last
/// handle of one side does not close it, because the sides are not told apart: call
/// [`close`](Queue::close).
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
pub struct Queue<T> {
    shared: Rc<RefCell<State<T>>>,
}

struct State<T> {
    items: VecDeque<T>,
    capacity: usize,
    closed: bool,
    /// A granted getter owns one of `items`, whichever is first when it runs.
    getters: WaitList,
    /// A granted putter owns one free place.
    putters: WaitList,
    /// Tasks in `ready_to_put`: they look, and own nothing.
    watchers: WaitList,
}

impl<T> Queue<T> {
    /// An empty queue that holds at most `capacity` items.
    ///
    /// Memory is taken as items arrive, so a generous bound costs nothing until it is used.
    ///
    /// # Panics
    ///
    /// If `capacity` is 0.
    pub fn bounded(capacity: usize) -> Self {
        assert!(capacity > 0, "a queue needs room for at least one item");
        Queue {
            shared: Rc::new(RefCell::new(State {
                items: VecDeque::new(),
                capacity,
                closed: false,
                getters: WaitList::new(),
                putters: WaitList::new(),
                watchers: WaitList::new(),
            })),
        }
    }

    /// Appends `item`, waiting for room; cancel-safe: an item that was not yet put is dropped
    /// with the future, and nobody else loses their turn.
    ///
    /// # Errors
    ///
    /// [`Closed`] with the item, if the queue is closed or gets closed meanwhile.
    pub fn put(&self, item: T) -> Put<'_, T> {
        Put { queue: self, item: Some(item), key: None }
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
        if state.room() == 0 {
            return Err(TryPutError::Full(item));
        }
        let getter = state.push(item);
        drop(state);
        wake(getter);
        Ok(())
    }

    /// Removes the oldest item, waiting for one; `None` means closed and empty. Cancel-safe: a
    /// dropped `get` takes nothing.
    pub fn get(&self) -> Get<'_, T> {
        Get { queue: self, key: None }
    }

    /// Removes the oldest item, if there is one that nobody waits for.
    pub fn try_get(&self) -> Option<T> {
        let mut state = self.shared.borrow_mut();
        if state.spare_items() == 0 {
            return None;
        }
        let item = state.items.pop_front();
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
    pub fn ready_to_put(&self) -> ReadyToPut<'_, T> {
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

    /// How many items are inside.
    pub fn len(&self) -> usize {
        self.shared.borrow().items.len()
    }

    /// Whether no item is inside.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many items fit.
    pub fn capacity(&self) -> usize {
        self.shared.borrow().capacity
    }
}

impl<T> State<T> {
    /// Free places that no waiting putter was promised.
    fn room(&self) -> usize {
        self.capacity.saturating_sub(self.items.len() + self.putters.granted())
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
        self.items.push_back(item);
        self.getters.grant()
    }

    /// To be called when a place became free: whom that concerns.
    #[must_use]
    fn room_made(&mut self) -> News {
        if self.closed || self.room() == 0 {
            return News::default();
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
pub struct Put<'a, T> {
    queue: &'a Queue<T>,
    item: Option<T>,
    key: Option<usize>,
}

// The item is moved, never pinned.
impl<T> Unpin for Put<'_, T> {}

impl<T> Future for Put<'_, T> {
    type Output = Result<(), Closed<T>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let mut state = this.queue.shared.borrow_mut();
        let granted = match this.key {
            Some(key) if !state.putters.is_granted(key, cx) => return Poll::Pending,
            Some(key) => {
                this.key = None;
                state.putters.remove(key)
            }
            None => false,
        };
        if state.closed {
            drop(state);
            return Poll::Ready(Err(Closed(this.item.take().expect(POLLED_AGAIN))));
        }
        if !granted && state.room() == 0 {
            this.key = Some(state.putters.push(cx.waker().clone()));
            return Poll::Pending;
        }
        let getter = state.push(this.item.take().expect(POLLED_AGAIN));
        drop(state);
        wake(getter);
        Poll::Ready(Ok(()))
    }
}

impl<T> Drop for Put<'_, T> {
    fn drop(&mut self) {
        let Some(key) = self.key else { return };
        let mut state = self.queue.shared.borrow_mut();
        if state.putters.remove(key) {
            let news = state.room_made();
            drop(state);
            news.wake();
        }
    }
}

/// The future of [`Queue::get`].
#[must_use = "nothing is got until this is awaited"]
pub struct Get<'a, T> {
    queue: &'a Queue<T>,
    key: Option<usize>,
}

impl<T> Future for Get<'_, T> {
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
            this.key = Some(state.getters.push(cx.waker().clone()));
            return Poll::Pending;
        }
        // Empty is possible only once it is closed: until then a grant stands for an item.
        let item = state.items.pop_front();
        let news = state.room_made();
        drop(state);
        news.wake();
        Poll::Ready(item)
    }
}

impl<T> Drop for Get<'_, T> {
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
pub struct ReadyToPut<'a, T> {
    queue: &'a Queue<T>,
    key: Option<usize>,
}

impl<T> Future for ReadyToPut<'_, T> {
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

impl<T> Drop for ReadyToPut<'_, T> {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            // All watchers are woken at once and own nothing, so there is nothing to pass on.
            self.queue.shared.borrow_mut().watchers.remove(key);
        }
    }
}

impl<T> Clone for Queue<T> {
    fn clone(&self) -> Self {
        Queue { shared: self.shared.clone() }
    }
}

impl<T> fmt::Debug for Queue<T> {
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

const POLLED_AGAIN: &str = "a finished put was polled again";
