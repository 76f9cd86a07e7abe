//! Events that travel together: what a switch has said in one breath goes into an inbox as one item.
//!
//! A switch that is busy sends packet-ins by the hundred in one read. One by one, each would take a
//! place in the heap, in each inbox's queue and in the line of those who wait for room, and the pumps
//! would take turns after every message, each finding its own state cold.

use std::any::Any;
use std::fmt;
use std::ops::Range;
use std::slice;

use super::error::AppResult;
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

    /// All of them, for [`Given`].
    fn all(&self) -> &dyn Any;
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

    fn all(&self) -> &dyn Any {
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

    fn all(&self) -> &dyn Any {
        &self.0
    }
}

/// The events that a method is called with: one, or what is left of a burst.
///
/// A descriptor's function is called once for all of them, so that it finds out once of what types
/// they and its app are, not for every packet-in. See the example of
/// [`AppDescriptor`](super::AppDescriptor).
#[derive(Debug)]
pub struct Given<'a> {
    /// One event, or a vector of them.
    events: &'a dyn Any,
    /// Those that are left.
    left: Range<usize>,
}

impl<'a> Given<'a> {
    /// A single event.
    pub fn one<E: Event>(event: &'a E) -> Given<'a> {
        Given { events: event, left: 0..1 }
    }

    /// Some of those that came together.
    pub(crate) fn of(events: &'a dyn Events, left: Range<usize>) -> Given<'a> {
        Given { events: events.all(), left }
    }

    /// Runs `call` on one event after the other.
    ///
    /// # Errors
    /// The first of `call`; the event it was called with is then the next.
    ///
    /// # Panics
    /// If the events are not `E`s: the bus gives a descriptor's function what the descriptor names.
    #[inline]
    pub fn each<E: Event>(&mut self, mut call: impl FnMut(&'a E) -> AppResult) -> AppResult {
        let events: &[E] = match self.events.downcast_ref::<Vec<E>>() {
            Some(events) => events,
            None => slice::from_ref(
                self.events.downcast_ref().expect("a handler is called with what it observes"),
            ),
        };
        for event in &events[self.left.clone()] {
            call(event)?;
            self.left.start += 1;
        }
        Ok(())
    }

    /// Which event is the next.
    pub(crate) fn next(&self) -> usize {
        self.left.start
    }

    /// Leaves the next out. Returns whether there are any behind it.
    pub(crate) fn skip(&mut self) -> bool {
        self.left.next();
        !self.left.is_empty()
    }
}
