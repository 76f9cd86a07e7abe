//! What waits for an app: one bounded queue for events, routes and timers, served in order.

use std::rc::Rc;

use crate::session::Phase;
use crate::sync::{Queue, oneshot};

use super::error::AppResult;
use super::event::AnyEvent;
use super::route::{Response, RouteRequest};

/// How many items an app may have waiting before whoever feeds it has to wait: Ryu's 128.
pub const INBOX_CAPACITY: usize = 128;

/// An app's inbox.
pub(crate) type Inbox = Queue<Item>;

/// One thing for an app to do.
///
/// A `slot` is the row of the app's own table that is meant; the sender has looked it up once, when
/// it subscribed, so that serving an item is an index and not a search.
pub(crate) enum Item {
    /// Run the handlers of event type `slot` that want `phase`.
    Event { event: Rc<dyn AnyEvent>, phase: Option<Phase>, slot: usize },
    /// Run route `slot`, give the answer to the HTTP service. The request is boxed so that the far
    /// more frequent events stay small.
    Route { request: Box<RouteRequest>, slot: usize, answer: oneshot::Sender<AppResult<Response>> },
    /// Run timer `slot`.
    Timer { slot: usize },
    /// Run the stop hook and end.
    Stop,
}
