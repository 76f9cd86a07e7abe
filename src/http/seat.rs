//! What the gate, the answering side and the table of connections know of one connection.

use std::cell::{Cell, RefCell};
use std::task::Waker;
use std::time::Instant;

use crate::app::HttpError;

use super::websocket::{Client, Closing};

/// One connection's shared state. hyper stands between the gate, which reads, and the service, which
/// answers; this is what they tell each other past it.
pub(super) struct Seat {
    /// A request has been handed on and has no answer yet.
    is_serving: Cell<bool>,
    /// An answer waits for the client to take it.
    is_stalled: Cell<bool>,
    /// The client has finished, or has been silent for too long: nothing will be read any more.
    has_ended: Cell<bool>,
    /// Since when the client has owed us a request, the rest of one, or the reading of an answer;
    /// `None` while an app works on the answer.
    owing_since: Cell<Option<Instant>>,
    /// What is wrong with the request that the gate handed on last.
    refusal: Cell<Option<Refusal>>,
    /// Wakes hyper when the next request may come.
    parked: Cell<Option<Waker>>,
    /// The connection is a WebSocket, or is about to be one.
    websocket: RefCell<Option<Client>>,
}

/// A request that is refused without having been understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// The request line as far as there is one, for the log.
    pub(super) line: String,
    /// The answer. The connection is closed after it.
    pub(super) error: HttpError,
}

impl Seat {
    pub(super) fn new(now: Instant) -> Self {
        Seat {
            is_serving: Cell::new(false),
            is_stalled: Cell::new(false),
            has_ended: Cell::new(false),
            owing_since: Cell::new(Some(now)),
            refusal: Cell::new(None),
            parked: Cell::new(None),
            websocket: RefCell::default(),
        }
    }

    /// A request head is handed on, and what is to be answered if it is refused.
    pub(super) fn begin(&self, refusal: Option<Refusal>) {
        self.is_serving.set(true);
        self.refusal.set(refusal);
    }

    pub(super) fn take_refusal(&self) -> Option<Refusal> {
        self.refusal.take()
    }

    /// The request is whole: from now on it is not the client who is waited for.
    pub(super) fn work(&self) {
        self.owing_since.set(None);
    }

    /// The answer is made.
    pub(super) fn finish(&self, now: Instant) {
        self.is_serving.set(false);
        self.owing_since.set(Some(now));
        self.unpark();
    }

    pub(super) fn is_serving(&self) -> bool {
        self.is_serving.get()
    }

    /// Whether an answer waits to be taken.
    pub(super) fn is_stalled(&self) -> bool {
        self.is_stalled.get()
    }

    /// Whether an answer is being made or waits to be taken.
    pub(super) fn is_busy(&self) -> bool {
        self.is_serving.get() || self.is_stalled.get()
    }

    /// The client takes nothing of an answer for now, or has taken something again at `now`.
    pub(super) fn set_stalled(&self, is_stalled: bool, now: Instant) {
        if self.is_stalled.replace(is_stalled) && !is_stalled {
            self.owing_since.set(self.owing_since.get().map(|_| now));
            self.unpark();
        }
    }

    pub(super) fn owing_since(&self) -> Option<Instant> {
        self.owing_since.get()
    }

    /// Calls `waker` when the connection is no longer busy.
    pub(super) fn park(&self, waker: &Waker) {
        self.parked.set(Some(waker.clone()));
    }

    fn unpark(&self) {
        if let Some(waker) = self.parked.take() {
            waker.wake();
        }
    }

    pub(super) fn end(&self) {
        self.has_ended.set(true);
    }

    pub(super) fn has_ended(&self) -> bool {
        self.has_ended.get()
    }

    /// The connection goes on as a WebSocket after the answer that is made now.
    pub(super) fn upgrade(&self, client: Client) {
        self.websocket.replace(Some(client));
    }

    pub(super) fn websocket(&self) -> Option<Client> {
        self.websocket.borrow().clone()
    }

    /// The connection is to be closed as soon as that can be done properly.
    pub(super) fn go_away(&self) {
        if let Some(client) = self.websocket() {
            client.close(Closing::new(Closing::GOING_AWAY, "the service ends"));
        }
    }
}
