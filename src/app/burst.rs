//! Events that travel together: what a switch has said in one breath goes into an inbox as one item.
//!
//! A switch that is busy sends packet-ins by the hundred in one read. One by one, each would take a
//! place in the heap, in each inbox's queue and in the line of those who wait for room, and the pumps
//! would take turns after every message, each finding its own state cold.

use std::fmt;

use super::event::{AnyEvent, Event};

/// The most events in a burst: half an inbox, so that one switch fills it while the app works off
/// what another has brought.
pub(crate) const BURST: usize = super::inbox::INBOX_CAPACITY / 2;

/// One or more events of one type, in order: what an inbox holds.
pub(crate) trait Events: fmt::Debug {
    /// How many there are.
    fn count(&self) -> usize;

    /// One of them.
    ///
    /// # Panics
    /// If `index` is not below [`count`](Events::count).
    fn at(&self, index: usize) -> &dyn AnyEvent;
}

/// A single event.
#[derive(Debug)]
pub(crate) struct One<E>(pub(crate) E);

impl<E: Event> Events for One<E> {
    fn count(&self) -> usize {
        1
    }

    fn at(&self, _: usize) -> &dyn AnyEvent {
        &self.0
    }
}

/// Several.
#[derive(Debug)]
pub(crate) struct Burst<E>(pub(crate) Vec<E>);

impl<E: Event> Events for Burst<E> {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn at(&self, index: usize) -> &dyn AnyEvent {
        &self.0[index]
    }
}
