//! The sync room: how tasks of one thread wait for each other.
//!
//! | Type | One side | Other side |
//! |---|---|---|
//! | [`Queue`], [`PriorityQueue`], [`LifoQueue`] | `put` waits while it is full | `get` waits while it is empty |
//! | [`Event`] | `set` lets everybody through | `wait` until it is set |
//! | [`Promise`] | `send` gives everybody the value, once | `wait` for it |
//! | [`Semaphore`], [`BoundedSemaphore`] | a permit is dropped | `acquire` waits for one |
//! | [`CappedSemaphore`] | `release` waits at the limit | `acquire` waits at 0 |
//! | [`oneshot`] | one value is sent | it is awaited, once |
//!
//! Waits with a limit are those that end in `_before`: they take what ends the wait, mostly a
//! [`hub::sleep`](crate::hub::sleep), since nothing here knows the time.
//!
//! Only wakers are used, so these work on any executor; in this house that is
//! [`hub`](crate::hub). None is `Send`: they are `Rc` and `RefCell`, and cost accordingly little.
//!
//! Two promises hold for all of them. **First come, first served**: whoever waited longest goes
//! first, and a newcomer does not overtake. **Cancel-safe**: a wait may be dropped at any point
//! (by [`hub::timeout`](crate::hub::timeout), say); if its turn had come already, the turn passes
//! to the next in line.
//!
//! May touch: `std`. Never: the hub, I/O, the clock.
//!
//! ```
//! use ryu_sdn::{clock::Clock, hub::{self, Hub}, sync::Queue};
//!
//! let hub = Hub::new(Clock::test()).unwrap();
//! let sum: u32 = hub.block_on(async {
//!     let numbers = Queue::bounded(2);
//!     let source = numbers.clone();
//!     let producer = hub::spawn("producer", async move {
//!         for n in 1..=10 {
//!             source.put(n).await.expect("nobody closes it but us");
//!         }
//!         source.close();
//!     });
//!     let mut sum = 0;
//!     while let Some(n) = numbers.get().await {
//!         sum += n;
//!     }
//!     producer.await.expect("the producer neither panics nor is killed");
//!     sum
//! });
//! assert_eq!(sum, 55);
//! ```

mod capped_semaphore;
mod event;
pub mod oneshot;
mod order;
mod promise;
mod queue;
mod semaphore;
mod wait_list;

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

pub use capped_semaphore::CappedSemaphore;
pub use event::{Event, Wait};
pub use order::{Lifo, LifoQueue, LowestFirst, PriorityQueue};
pub use promise::{AlreadySent, Promise, WaitForValue};
pub use queue::{
    Closed, Fifo, Get, Join, LightQueue, Order, Put, Queue, ReadyToPut, TooManyDone, TryGetError,
    TryPutError,
};
pub use semaphore::{Acquire, BoundedSemaphore, OverRelease, Permit, Semaphore};

/// What `future` gives, if it does so before `deadline` is over; what comes together with the end
/// of the time is still taken.
async fn first<F: Future>(future: F, deadline: impl Future<Output = ()>) -> Option<F::Output> {
    let (mut future, mut deadline) = (pin!(future), pin!(deadline));
    poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => deadline.as_mut().poll(cx).map(|()| None),
    })
    .await
}

#[cfg(test)]
mod tests;
