//! The ledger of a connection: what was asked and sent and is not answered or confirmed yet, as
//! requests and the session machine see it, with the barriers that confirm.

use std::time::{Duration, Instant};

use crate::ofproto::{BarrierRequest, Encode, ErrorMsg, Message, MessageType, Xid};
use crate::sync;

use super::datapath::Datapath;
use super::outbox::SendError;
use super::parts::Room;
use super::pending::{Claim, Pending};
use super::request_error::RequestError;

/// How requests are treated.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Terms {
    /// The time a request is given.
    pub(super) request_time: Duration,
    /// A barrier goes out after so many deliveries; 0: never.
    pub(super) fence_count: u32,
    /// A barrier goes out so long after a delivery; zero: never.
    pub(super) fence_interval: Duration,
}

/// What requests and the session machine share: the table of what is pending.
impl Datapath {
    /// Works on the table, then tells the owners of what has ended.
    pub(super) fn with_pending<T>(&self, work: impl FnOnce(&mut Pending) -> T) -> T {
        let mut pending = self.0.pending.borrow_mut();
        let result = work(&mut pending);
        self.0.is_tracking.set(!pending.is_idle());
        let ended = std::mem::take(&mut pending.ended);
        drop(pending);
        for one in ended {
            one.tell();
        }
        result
    }

    /// Whether another request can be taken.
    pub(super) fn check_room_for_request(&self) -> Result<(), RequestError> {
        if self.0.is_hung_up.get() {
            return Err(SendError::Closed.into());
        }
        if self.0.pending.borrow().is_full() {
            return Err(SendError::Full.into());
        }
        Ok(())
    }

    pub(super) fn request_time(&self) -> Duration {
        self.0.terms.get().request_time
    }

    pub(super) fn set_terms(&self, terms: Terms) {
        self.0.terms.set(terms);
    }

    /// The driver has to say what time it is, so that the time of a new request starts.
    pub(super) fn want_time(&self) {
        self.wake_pump();
    }

    /// Whether more waits than should.
    pub(super) fn is_crowded(&self) -> bool {
        let is_crowded = self.is_congested();
        if is_crowded {
            self.0.wants_room.set(true);
            self.0.room.clear();
        }
        is_crowded
    }

    pub(super) fn room_event(&self) -> sync::Event {
        self.0.room.clone()
    }

    /// A barrier has to go out at the end of the turn.
    pub(super) fn want_fence(&self) {
        self.0.wants_fence.set(true);
    }

    /// Sends a barrier if so many deliveries wait for one.
    pub(super) fn fence_by_count(&self) {
        let count = self.0.terms.get().fence_count as usize;
        if count > 0 && self.0.pending.borrow().unfenced() >= count {
            self.fence();
        }
    }

    /// Sends a barrier of the session's own, if anything waits for one. It is taken even where the
    /// outbox is full: it is what the rest waits for.
    pub(super) fn fence(&self) {
        self.0.wants_fence.set(false);
        if !self.is_active() || self.0.pending.borrow().unfenced() == 0 {
            return;
        }
        let (version, xid) = (self.version(), self.next_xid());
        let sent =
            self.0.outbox.borrow_mut().append(|buffer| BarrierRequest.encode(version, xid, buffer));
        if sent.is_ok() {
            self.0.counters.encoded(MessageType::BarrierRequest.wire(version).unwrap_or(u8::MAX));
            self.with_pending(|pending| pending.note_barrier(xid, true));
            self.list();
        }
    }

    /// The time of new requests starts at `now`.
    pub(super) fn start_requests(&self, now: Instant) {
        let is_new = self.0.is_tracking.get() && self.0.pending.borrow().has_untimed();
        if is_new {
            let interval = self.0.terms.get().fence_interval;
            self.with_pending(|pending| pending.start(now, interval));
        }
    }

    pub(super) fn request_deadline(&self) -> Option<Instant> {
        self.0.is_tracking.get().then(|| self.0.pending.borrow().deadline()).flatten()
    }

    /// Ends the requests whose time is over, and sends the barrier that is due.
    pub(super) fn expire_requests(&self, now: Instant) {
        if self.0.is_tracking.get() && self.with_pending(|pending| pending.expire(now)) {
            self.fence();
        }
    }

    /// Whether a message with this transaction id is somebody's answer.
    pub(super) fn is_awaited(&self, xid: Xid) -> bool {
        self.0.is_tracking.get() && self.0.pending.borrow().is_awaited(xid)
    }

    /// Whether the stream that this is a part of has no room for it.
    pub(super) fn is_clogged(&self, xid: Xid) -> bool {
        self.0.pending.borrow().is_clogged(xid)
    }

    /// Whether an app waits for an answer of the switch.
    pub(crate) fn has_askers(&self) -> bool {
        self.0.is_tracking.get() && self.0.pending.borrow().has_askers()
    }

    /// Gives a message to whoever waits for it. What nobody waits for comes back.
    pub(super) fn claim(
        &self,
        xid: Xid,
        message: Message,
        len: usize,
    ) -> (Option<Message>, Option<Room>) {
        match self.with_pending(|pending| pending.claim(xid, message, len)) {
            Claim::Nobody(message) => (Some(message), None),
            Claim::Taken => (None, None),
            Claim::Full(parts) => (None, Some(Room(parts))),
        }
    }

    /// Gives an error to whoever sent its cause; false if that is nobody.
    pub(super) fn claim_error(&self, xid: Xid, error: &ErrorMsg) -> bool {
        self.with_pending(|pending| pending.claim_error(self.version(), xid, error))
    }

    /// Whether a message has to be shown to the table at all.
    pub(super) fn is_tracking(&self) -> bool {
        self.0.is_tracking.get()
    }

    /// The peer says nothing more: whoever waits for an answer waits in vain.
    pub(super) fn hang_up(&self) {
        self.0.is_hung_up.set(true);
        self.with_pending(Pending::disconnect);
    }
}
