//! The table of what is under way to a switch and not answered yet.
//!
//! Each entry has a place in the order of sending. A reply finds its entry by transaction id; a
//! barrier reply, besides, confirms every delivery that was sent before its barrier. Nothing here
//! wakes anybody: what has ended is handed out, and its owner is told when the table is free again.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use crate::ofproto::{ErrorMsg, Message, MessageType, MultipartReply, Version, Xid, peek_header};
use crate::sync::oneshot;

use super::answered::Expected;
use super::parts::Parts;
use super::request_error::{Refusal, RequestError};

/// So many messages of one session may wait for their answers or confirmations.
pub const PENDING_MAX: usize = 65_536;

/// The most bytes of joined parts that are kept for one request.
pub const ANSWER_BYTES: usize = 16 * 1024 * 1024;

/// The most parts that are joined for one request.
pub const ANSWER_PARTS: usize = 16_384;

/// The most bytes of joined parts that are kept for all requests of a session together.
pub const ANSWERS_BYTES: usize = 64 * 1024 * 1024;

/// So many requests are remembered that were given up: their late answers are nobody's.
const GIVEN_UP_MAX: usize = 256;

/// A place in the order of sending.
pub(super) type Place = u64;

/// What the owner of an entry waits at.
pub(super) enum Waiter {
    /// For the answer, whole.
    Answer(oneshot::Sender<Result<Message, RequestError>>),
    /// For its parts.
    Parts(Parts),
    /// For the confirmation.
    Delivery(oneshot::Sender<Result<(), RequestError>>),
}

/// What was sent, and who waits for what.
pub(super) struct Entry {
    pub(super) xid: Xid,
    pub(super) name: &'static str,
    /// The type byte of the message.
    pub(super) msg_type: u8,
    /// `None` for a delivery.
    pub(super) expected: Option<Expected>,
    pub(super) waiter: Waiter,
    pub(super) time: Duration,
    /// When it expires; `None` until the session learns what time it is.
    pub(super) deadline: Option<Instant>,
    /// The parts that have come.
    pub(super) joined: Option<Box<MultipartReply>>,
    pub(super) bytes: usize,
    pub(super) parts: usize,
}

/// An entry that has ended, and how. It is for [`Ended::tell`].
#[must_use = "the owner waits until it is told"]
pub(super) struct Ended {
    waiter: Waiter,
    end: Result<Option<Message>, RequestError>,
}

impl Ended {
    /// Tells the owner, outside of any borrow.
    pub(super) fn tell(self) {
        // An owner that has gone meanwhile is told nothing.
        match (self.waiter, self.end) {
            (Waiter::Answer(owner), Ok(Some(message))) => drop(owner.send(Ok(message))),
            (Waiter::Answer(owner), Err(error)) => drop(owner.send(Err(error))),
            (Waiter::Answer(_), Ok(None)) => {}
            (Waiter::Delivery(owner), end) => drop(owner.send(end.map(|_| ()))),
            (Waiter::Parts(parts), end) => parts.end(end.map(|_| ())),
        }
    }
}

/// What became of a message that came.
#[allow(clippy::large_enum_variant)] // It lives for one call; a box would be an allocation.
pub(super) enum Claim {
    /// Nobody waits for it: it is for the apps.
    Nobody(Message),
    /// It was waited for.
    Taken,
    /// The same, and no more may be read before its owner has taken some.
    Full(Parts),
}

#[derive(Default)]
pub(super) struct Pending {
    next: Place,
    entries: BTreeMap<Place, Entry>,
    /// The entries that the next barrier reply confirms.
    deliveries: BTreeSet<Place>,
    by_xid: BTreeMap<u32, Place>,
    /// Barriers under way. Those of the session itself and those of plain sends have no entry.
    barriers: BTreeMap<Place, Barrier>,
    by_expiry: BTreeSet<(Instant, Place)>,
    /// Entries whose time has not been started.
    untimed: BTreeSet<Place>,
    /// Deliveries since the last barrier.
    unfenced: usize,
    /// When the session has to send a barrier by itself.
    fence_due: Option<Instant>,
    given_up: VecDeque<(Xid, Expected)>,
    joined_bytes: usize,
    pub(super) ended: Vec<Ended>,
}

#[derive(Clone, Copy)]
struct Barrier {
    xid: Xid,
    /// Sent by the session, not by an app.
    is_ours: bool,
}

impl Pending {
    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether anything that comes or goes has to be compared with the table.
    pub(super) fn is_idle(&self) -> bool {
        self.by_xid.is_empty() && self.given_up.is_empty()
    }

    /// Whether somebody waits for more than that something is confirmed.
    pub(super) fn has_askers(&self) -> bool {
        self.entries.len() > self.deliveries.len()
    }

    pub(super) fn is_full(&self) -> bool {
        self.entries.len() >= PENDING_MAX
    }

    /// Whether an answer to `xid` is under way.
    pub(super) fn holds(&self, xid: Xid) -> bool {
        self.by_xid.contains_key(&xid.0) || self.given_up.iter().any(|(known, _)| *known == xid)
    }

    pub(super) fn insert(&mut self, entry: Entry) -> Place {
        let place = self.take_place();
        self.by_xid.insert(entry.xid.0, place);
        self.untimed.insert(place);
        match (&entry.waiter, entry.expected) {
            (Waiter::Delivery(_), _) => {
                self.deliveries.insert(place);
                self.unfenced += 1;
            }
            (_, Some(Expected::Type(MessageType::BarrierReply))) => {
                self.barriers.insert(place, Barrier { xid: entry.xid, is_ours: false });
                self.fenced();
            }
            _ => {}
        }
        self.entries.insert(place, entry);
        place
    }

    fn take_place(&mut self) -> Place {
        self.next += 1;
        self.next
    }

    /// A barrier without an entry was sent.
    pub(super) fn note_barrier(&mut self, xid: Xid, is_ours: bool) {
        // One that confirms nothing more than the one before it need not be known.
        if self.unfenced == 0 || self.by_xid.contains_key(&xid.0) {
            return;
        }
        let place = self.take_place();
        self.by_xid.insert(xid.0, place);
        self.barriers.insert(place, Barrier { xid, is_ours });
        self.fenced();
    }

    fn fenced(&mut self) {
        self.unfenced = 0;
        self.fence_due = None;
    }

    /// Deliveries that no barrier has been sent after.
    pub(super) fn unfenced(&self) -> usize {
        self.unfenced
    }

    // -- time ----------------------------------------------------------------------------------

    /// The time of what was sent since the last call starts here.
    pub(super) fn start(&mut self, now: Instant, fence_interval: Duration) {
        for place in std::mem::take(&mut self.untimed) {
            if let Some(entry) = self.entries.get_mut(&place) {
                let deadline = now + entry.time;
                entry.deadline = Some(deadline);
                self.by_expiry.insert((deadline, place));
            }
        }
        if self.unfenced > 0 && !fence_interval.is_zero() {
            self.fence_due.get_or_insert(now + fence_interval);
        }
    }

    /// Gives an entry another time, from the next [`Pending::start`] on.
    pub(super) fn restart(&mut self, place: Place, time: Option<Duration>) {
        let Some(entry) = self.entries.get_mut(&place) else { return };
        entry.time = time.unwrap_or(entry.time);
        if let Some(deadline) = entry.deadline.take() {
            self.by_expiry.remove(&(deadline, place));
        }
        self.untimed.insert(place);
    }

    pub(super) fn has_untimed(&self) -> bool {
        !self.untimed.is_empty()
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        let expiry = self.by_expiry.first().map(|(deadline, _)| *deadline);
        [expiry, self.fence_due].into_iter().flatten().min()
    }

    /// Ends what has expired by `now`. Returns whether a barrier is due.
    pub(super) fn expire(&mut self, now: Instant) -> bool {
        while let Some((_, place)) = self.by_expiry.first().copied().filter(|(at, _)| *at <= now) {
            if let Some(entry) = self.remove(place) {
                self.give_up(&entry);
                let Entry { name: request, xid, time: after, .. } = entry;
                self.end(entry.waiter, Err(RequestError::Expired { request, xid, after }));
            }
        }
        self.fence_due.is_some_and(|due| due <= now)
    }

    // -- what comes ----------------------------------------------------------------------------

    /// Whether somebody waits for a message with this transaction id.
    pub(super) fn is_awaited(&self, xid: Xid) -> bool {
        self.by_xid.contains_key(&xid.0)
    }

    /// The stream that takes the parts with this transaction id, if it has no room.
    pub(super) fn is_clogged(&self, xid: Xid) -> bool {
        let entry = self.by_xid.get(&xid.0).and_then(|place| self.entries.get(place));
        entry.is_some_and(|entry| matches!(&entry.waiter, Waiter::Parts(p) if !p.has_room()))
    }

    /// Gives a message of `len` bytes to whoever waits for it.
    pub(super) fn claim(&mut self, xid: Xid, message: Message, len: usize) -> Claim {
        let Some(place) = self.by_xid.get(&xid.0).copied() else {
            return self.claim_late(xid, message);
        };
        let is_barrier = matches!(message, Message::BarrierReply(_));
        if is_barrier && let Some(barrier) = self.barriers.get(&place).copied() {
            self.confirm_before(place);
            if !self.entries.contains_key(&place) {
                // Its own place has gone with the confirmation.
                return if barrier.is_ours { Claim::Taken } else { Claim::Nobody(message) };
            }
        }
        let Some(entry) = self.entries.get_mut(&place) else { return Claim::Nobody(message) };
        let Some(expected) = entry.expected else {
            // The answer to something that was delivered: done, and the apps' as ever.
            let has_more = matches!(&message, Message::MultipartReply(reply) if reply.has_more());
            if !has_more && let Some(entry) = self.remove(place) {
                self.end(entry.waiter, Ok(None));
            }
            return Claim::Nobody(message);
        };
        if !expected.accepts(&message) {
            return Claim::Nobody(message);
        }
        match message {
            Message::MultipartReply(part) => self.take_part(place, part, len),
            message => {
                if let Some(entry) = self.remove(place) {
                    self.end(entry.waiter, Ok(Some(message)));
                }
                Claim::Taken
            }
        }
    }

    /// A part of an answer.
    fn take_part(&mut self, place: Place, part: MultipartReply, len: usize) -> Claim {
        let Some(entry) = self.entries.get_mut(&place) else { return Claim::Taken };
        let is_last = !part.has_more();
        if let Waiter::Parts(parts) = &entry.waiter {
            let parts = parts.clone();
            parts.push(part.body);
            if !is_last {
                // The time counts from part to part.
                self.restart(place, None);
            } else if let Some(entry) = self.remove(place) {
                self.end(entry.waiter, Ok(None));
            }
            return if parts.has_room() { Claim::Taken } else { Claim::Full(parts) };
        }
        let (request, xid) = (entry.name, entry.xid);
        entry.bytes += len;
        entry.parts += 1;
        self.joined_bytes += len;
        let (bytes, parts) = (entry.bytes, entry.parts);
        let is_too_long =
            bytes > ANSWER_BYTES || parts > ANSWER_PARTS || self.joined_bytes > ANSWERS_BYTES;
        let fits = match &mut entry.joined {
            _ if is_too_long => false,
            Some(joined) => joined.body.join(part.body).is_ok(),
            empty => {
                *empty = Some(Box::new(part));
                true
            }
        };
        if fits && !is_last {
            return Claim::Taken;
        }
        let Some(mut entry) = self.remove(place) else { return Claim::Taken };
        let end = match entry.joined.take() {
            Some(mut joined) if fits => {
                joined.flags = Default::default();
                Ok(Some(Message::MultipartReply(*joined)))
            }
            _ if is_too_long => Err(RequestError::TooLong { request, xid, bytes, parts }),
            _ => Err(RequestError::Parts { request, xid }),
        };
        if !is_last {
            self.give_up(&entry);
        }
        self.end(entry.waiter, end);
        Claim::Taken
    }

    /// The answer to something that was given up is dropped: half of an answer is no news.
    fn claim_late(&mut self, xid: Xid, message: Message) -> Claim {
        let late = self
            .given_up
            .iter()
            .position(|(known, expected)| *known == xid && expected.accepts(&message));
        let Some(late) = late else { return Claim::Nobody(message) };
        if !matches!(&message, Message::MultipartReply(reply) if reply.has_more()) {
            self.given_up.remove(late);
        }
        Claim::Taken
    }

    /// Gives an error to whoever sent its cause. The transaction id says who that is; where it does
    /// not, the quoted message does.
    pub(super) fn claim_error(&mut self, version: Version, xid: Xid, error: &ErrorMsg) -> bool {
        let quoted = || {
            let header = peek_header(&error.data)?;
            let place = *self.by_xid.get(&header.xid.0)?;
            let entry = self.entries.get(&place)?;
            let is_it = (header.version, header.msg_type) == (version.wire(), entry.msg_type);
            is_it.then_some(place)
        };
        let Some(place) = self.by_xid.get(&xid.0).copied().or_else(quoted) else { return false };
        let Some(entry) = self.remove(place) else {
            // A barrier that nobody waits at; it will confirm nothing.
            self.forget_barrier(place);
            return false;
        };
        let Entry { name: request, xid, waiter, .. } = entry;
        let error = error.clone();
        let refusal = Refusal { request, xid, version, error };
        self.end(waiter, Err(RequestError::Refused(Box::new(refusal))));
        true
    }

    /// What was sent before the barrier at `place` has been done.
    fn confirm_before(&mut self, place: Place) {
        // An earlier barrier has nothing left to confirm.
        let later = self.barriers.split_off(&(place + 1));
        for (place, barrier) in std::mem::replace(&mut self.barriers, later) {
            if !self.entries.contains_key(&place) {
                self.by_xid.remove(&barrier.xid.0);
            }
        }
        let later = self.deliveries.split_off(&place);
        for place in std::mem::replace(&mut self.deliveries, later) {
            if let Some(entry) = self.remove(place) {
                self.end(entry.waiter, Ok(None));
            }
        }
    }

    fn forget_barrier(&mut self, place: Place) {
        if let Some(barrier) = self.barriers.remove(&place) {
            self.by_xid.remove(&barrier.xid.0);
        }
    }

    // -- ends ----------------------------------------------------------------------------------

    /// Its owner does not wait any more.
    pub(super) fn cancel(&mut self, place: Place) -> Option<Entry> {
        let entry = self.remove(place)?;
        self.give_up(&entry);
        Some(entry)
    }

    /// The session has ended, and with it everything that is under way.
    pub(super) fn disconnect(&mut self) {
        for (_, entry) in std::mem::take(&mut self.entries) {
            self.give_up(&entry);
            let Entry { name: request, xid, waiter, .. } = entry;
            self.end(waiter, Err(RequestError::Disconnected { request, xid }));
        }
        let Pending { next, given_up, ended, .. } = std::mem::take(self);
        *self = Pending { next, given_up, ended, ..Pending::default() };
    }

    fn end(&mut self, waiter: Waiter, end: Result<Option<Message>, RequestError>) {
        self.ended.push(Ended { waiter, end });
    }

    /// Late answers to `entry` are nobody's.
    fn give_up(&mut self, entry: &Entry) {
        let Some(expected) = entry.expected else { return };
        if self.given_up.len() == GIVEN_UP_MAX {
            self.given_up.pop_front();
        }
        self.given_up.push_back((entry.xid, expected));
    }

    /// Takes an entry out of every list.
    fn remove(&mut self, place: Place) -> Option<Entry> {
        let entry = self.entries.remove(&place)?;
        self.by_xid.remove(&entry.xid.0);
        self.untimed.remove(&place);
        if let Some(deadline) = entry.deadline {
            self.by_expiry.remove(&(deadline, place));
        }
        self.joined_bytes -= entry.bytes;
        if matches!(entry.waiter, Waiter::Delivery(_)) {
            self.deliveries.remove(&place);
            if self.deliveries.is_empty() {
                self.unfenced = 0;
                self.fence_due = None;
                self.forget_idle_barriers();
            }
        } else {
            self.barriers.remove(&place);
        }
        Some(entry)
    }

    /// With nothing left to confirm, a barrier without an owner is as any other message; the reply
    /// to one of the session's own is still nobody's.
    fn forget_idle_barriers(&mut self) {
        let Pending { barriers, entries, by_xid, given_up, .. } = self;
        barriers.retain(|place, barrier| {
            if entries.contains_key(place) {
                return true;
            }
            by_xid.remove(&barrier.xid.0);
            if barrier.is_ours {
                if given_up.len() == GIVEN_UP_MAX {
                    given_up.pop_front();
                }
                given_up.push_back((barrier.xid, Expected::Type(MessageType::BarrierReply)));
            }
            false
        });
    }
}
