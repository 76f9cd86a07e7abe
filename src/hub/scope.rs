//! Scopes: tasks that end with whoever holds their scope.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::rc::Rc;

use slab::Slab;

use super::handle::Handle;
use super::task::{Runnable, Task};
use crate::sync::Event;

/// A nursery: the tasks that are spawned in it are killed when it is dropped. So a task that keeps
/// a scope takes its children with it, however it ends.
///
/// # Example: children do not outlive the scope
///
/// ```
/// use std::time::Duration;
/// use ryu_sdn::{clock::Clock, hub::{self, Hub, Scope}};
///
/// Hub::new(Clock::test()).unwrap().block_on(async {
///     let scope = Scope::new();
///     let short = scope.spawn("short", async { 5 });
///     scope.spawn_n("endless", std::future::pending::<()>());
///     assert_eq!(short.await, Ok(5));
///     assert_eq!(scope.running(), 1);
///     drop(scope);
///     hub::yield_now().await;
///     assert_eq!(hub::current().task_count(), 0);
/// });
/// ```
pub struct Scope {
    hub: Handle,
    nursery: Rc<Nursery>,
}

struct Nursery {
    children: RefCell<Slab<Rc<dyn Runnable>>>,
    /// Set while there is no child.
    is_empty: Event,
}

impl Scope {
    /// A scope without tasks, in the hub that runs.
    ///
    /// # Panics
    ///
    /// Outside a hub.
    #[track_caller]
    #[expect(clippy::new_without_default, reason = "it may panic, which a default does not")]
    pub fn new() -> Scope {
        let is_empty = Event::new();
        is_empty.set();
        let nursery = Nursery { children: RefCell::default(), is_empty };
        Scope { hub: super::current(), nursery: Rc::new(nursery) }
    }

    /// Spawns a task that ends with the scope, if not before. Dropping or detaching the handle is
    /// as ever; a detached task is the scope's all the same.
    #[track_caller]
    pub fn spawn<T: 'static>(
        &self,
        name: impl Into<Cow<'static, str>>,
        future: impl Future<Output = T> + 'static,
    ) -> Task<T> {
        let task = self.hub.spawn_at(name.into(), future, Location::caller());
        if task.is_finished() {
            return task;
        }
        let key = self.nursery.children.borrow_mut().insert(task.runnable());
        self.nursery.is_empty.clear();
        let nursery = Rc::downgrade(&self.nursery);
        task.link(move |_| {
            if let Some(nursery) = nursery.upgrade() {
                nursery.forget(key);
            }
        });
        task
    }

    /// As [`spawn`](Scope::spawn), without a handle.
    #[track_caller]
    pub fn spawn_n(
        &self,
        name: impl Into<Cow<'static, str>>,
        future: impl Future<Output = ()> + 'static,
    ) {
        self.spawn(name, future).detach();
    }

    /// Waits until no task of the scope is left, also of those spawned meanwhile; cancel-safe.
    pub async fn waitall(&self) {
        while self.running() > 0 {
            self.nursery.is_empty.wait().await;
        }
    }

    /// Kills the tasks of the scope: the loop drops them in the next batch, in the order in which
    /// they were spawned. The scope can be used on.
    pub fn kill(&self) {
        let mut children: Vec<_> =
            self.nursery.children.borrow().iter().map(|(_, child)| child.clone()).collect();
        children.sort_by_key(|child| child.header().id);
        for child in children {
            self.hub.kill(child.header());
        }
    }

    /// How many tasks of it have not ended.
    pub fn running(&self) -> usize {
        self.nursery.children.borrow().len()
    }
}

impl Nursery {
    fn forget(&self, key: usize) {
        let mut children = self.children.borrow_mut();
        let child = children.try_remove(key);
        let is_empty = children.is_empty();
        drop(children);
        drop(child);
        if is_empty {
            self.is_empty.set();
        }
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        self.kill();
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope").field("running", &self.running()).finish()
    }
}
