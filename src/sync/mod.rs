//! The sync room: how tasks of one thread wait for each other.
//!
//! | Type | One side | Other side |
//! |---|---|---|
//! | [`Queue`] | `put` waits while it is full | `get` waits while it is empty |
//! | [`Event`] | `set` lets everybody through | `wait` until it is set |
//! | [`Semaphore`] | a permit is dropped | `acquire` waits for one |
//! | [`oneshot`] | one value is sent | it is awaited, once |
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

mod event;
pub mod oneshot;
mod queue;
mod semaphore;
mod wait_list;

pub use event::{Event, Wait};
pub use queue::{Closed, Get, Put, Queue, ReadyToPut, TryPutError};
pub use semaphore::{Acquire, Permit, Semaphore};

#[cfg(test)]
mod tests;
