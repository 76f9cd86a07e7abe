//! The pool room: many tasks, but not too many at a time.
//!
//! | Type | What it bounds | Results |
//! |---|---|---|
//! | [`GreenPool`] | how many tasks run at a time | by the handle of each |
//! | [`GreenPile`] | the same, on a pool of its own or a shared one | in the order of spawning |
//! | [`DagPool`] | who waits for whose result | by key, as they come |
//! | [`GreenMap`], from [`GreenPool::imap`] and [`starmap`](GreenPool::starmap) | how many elements of an iterator are under way | in the order of the iterator |
//!
//! They are what eventlet's users know by these names, and behave alike; where a name differs or a
//! detail cannot be the same, the item says so.
//!
//! May touch: [`hub`](crate::hub), [`sync`](crate::sync). Never: sockets, apps.
//!
//! # Example: a crawl, as in the eventlet tutorial
//!
//! ```
//! use std::{cell::RefCell, collections::BTreeSet, rc::Rc, time::Duration};
//! use ryu_sdn::{clock::Clock, hub::{self, Hub}, pool::GreenPool};
//!
//! /// The pages that page `n` links to.
//! fn links(n: u32) -> impl Iterator<Item = u32> {
//!     [n * 2, n * 3].into_iter().filter(|&n| n < 20)
//! }
//!
//! async fn fetch(n: u32, seen: Rc<RefCell<BTreeSet<u32>>>, pool: GreenPool) {
//!     hub::sleep(Duration::from_millis(10)).await;
//!     for link in links(n) {
//!         if seen.borrow_mut().insert(link) {
//!             // From inside the pool: in place if there is no slot, so this cannot lock up.
//!             pool.spawn_n("fetch", Box::pin(fetch(link, seen.clone(), pool.clone()))).await;
//!         }
//!     }
//! }
//!
//! Hub::new(Clock::test()).unwrap().block_on(async {
//!     let (pool, seen) = (GreenPool::new(2), Rc::new(RefCell::new(BTreeSet::from([1]))));
//!     pool.spawn_n("fetch", fetch(1, seen.clone(), pool.clone())).await;
//!     pool.waitall().await;
//!     let seen: Vec<_> = seen.borrow().iter().copied().collect();
//!     assert_eq!(seen, [1, 2, 3, 4, 6, 8, 9, 12, 16, 18]);
//! });
//! ```

mod dag_pool;
mod green_map;
mod green_pile;
mod green_pool;

pub use self::dag_pool::{Collision, DagPool, DagResults, DagValue, PropagateError};
pub use self::green_map::{GreenMap, StarFn};
pub use self::green_pile::GreenPile;
pub use self::green_pool::{DEFAULT_SIZE, GreenPool};

#[cfg(test)]
mod tests;
