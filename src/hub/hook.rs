//! What runs at the end of each turn: the place to write out what a batch of tasks has gathered.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::task::message_of;

/// Names a hook, to take it off the list with
/// [`remove_end_of_turn`](super::remove_end_of_turn).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HookId(u64);

/// The hooks, in the order in which they were added.
#[derive(Default)]
pub(super) struct Hooks {
    list: RefCell<Vec<Hook>>,
    added: Cell<u64>,
}

struct Hook {
    id: HookId,
    /// Taken out while it runs, so that it may add and remove hooks.
    run: Option<Box<dyn FnMut()>>,
}

impl Hooks {
    pub(super) fn add(&self, run: Box<dyn FnMut()>) -> HookId {
        self.added.set(self.added.get() + 1);
        let id = HookId(self.added.get());
        self.list.borrow_mut().push(Hook { id, run: Some(run) });
        id
    }

    pub(super) fn remove(&self, id: HookId) -> bool {
        let mut list = self.list.borrow_mut();
        let Some(index) = list.iter().position(|hook| hook.id == id) else { return false };
        let hook = list.remove(index);
        drop(list);
        // What the closure had captured is dropped here, and may come back to this list.
        drop(hook);
        true
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.borrow().is_empty()
    }

    /// Runs each once. One that panics is logged and taken off: a broken hook would panic in every
    /// turn from now on.
    pub(super) fn run(&self) {
        let mut index = 0;
        while let Some((id, mut run)) = self.take(index) {
            let result = catch_unwind(AssertUnwindSafe(&mut run));
            index = match result {
                Ok(()) => self.put_back(id, run, index),
                Err(payload) => {
                    log::error!("an end-of-turn hook panicked: {}", message_of(payload));
                    self.remove(id);
                    index
                }
            };
        }
    }

    pub(super) fn clear(&self) {
        let hooks = std::mem::take(&mut *self.list.borrow_mut());
        drop(hooks);
    }

    fn take(&self, index: usize) -> Option<(HookId, Box<dyn FnMut()>)> {
        let mut list = self.list.borrow_mut();
        let hook = list.get_mut(index)?;
        Some((hook.id, hook.run.take()?))
    }

    /// Returns the index of the next hook: hooks may have gone meanwhile, this one among them.
    fn put_back(&self, id: HookId, run: Box<dyn FnMut()>, index: usize) -> usize {
        let mut list = self.list.borrow_mut();
        // Ids grow along the list.
        match list[..list.len().min(index + 1)].binary_search_by_key(&id.0, |hook| hook.id.0) {
            Ok(found) => {
                list[found].run = Some(run);
                found + 1
            }
            Err(next) => {
                drop(list);
                drop(run);
                next
            }
        }
    }
}
