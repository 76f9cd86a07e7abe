//! What waits for an app: one bounded queue for events, routes and timers, served in order.

use std::collections::VecDeque;
use std::rc::Rc;

use crate::session::Phase;
use crate::sync::{Order, Queue, oneshot};

use super::burst::Events;
use super::error::AppResult;
use super::route::{Response, RouteRequest};

/// How many events, calls and ticks an app may have waiting before whoever feeds it has to wait:
/// Ryu's 128.
pub const INBOX_CAPACITY: usize = 128;

/// An app's inbox.
pub(crate) type Inbox = Queue<Item, Waiting>;

/// An inbox with nothing in it.
pub(crate) fn inbox() -> Inbox {
    Queue::with_order(Waiting::default(), INBOX_CAPACITY).in_line()
}

/// First in, first out; each event of a burst takes a place of its own.
#[derive(Default)]
pub(crate) struct Waiting {
    items: VecDeque<Item>,
    load: usize,
}

impl Order<Item> for Waiting {
    #[inline]
    fn push(&mut self, item: Item) {
        self.load += item.count();
        self.items.push_back(item);
    }

    #[inline]
    fn pop(&mut self) -> Option<Item> {
        let item = self.items.pop_front()?;
        self.load -= item.count();
        Some(item)
    }

    #[inline]
    fn len(&self) -> usize {
        self.items.len()
    }

    #[inline]
    fn load(&self) -> usize {
        self.load
    }
}

/// One thing for an app to do.
///
/// A `slot` is the row of the app's own table that is meant; the sender has looked it up once, when
/// it subscribed, so that serving an item is an index and not a search.
pub(crate) enum Item {
    /// Run the handlers of event type `slot` that want `phase`, for one event after the other.
    Events { events: Rc<dyn Events>, phase: Option<Phase>, slot: usize },
    /// Run route `slot`, give the answer to the HTTP service. The request is boxed so that the far
    /// more frequent events stay small.
    Route { request: Box<RouteRequest>, slot: usize, answer: oneshot::Sender<AppResult<Response>> },
    /// Run timer `slot`.
    Timer { slot: usize },
    /// Run the stop hook and end.
    Stop,
}

impl Item {
    /// How many calls of the app it stands for.
    pub(crate) fn count(&self) -> usize {
        match self {
            Item::Events { events, .. } => events.count(),
            Item::Route { .. } | Item::Timer { .. } | Item::Stop => 1,
        }
    }
}
