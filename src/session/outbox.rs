//! Bytes on their way to a peer, and the list of sessions that have some.

use std::cell::RefCell;
use std::mem;
use std::rc::Rc;
use std::task::Waker;

use bytes::{Buf, BytesMut};
use thiserror::Error;

use crate::ofproto::{EncodeError, HEADER_LEN};

use super::datapath::Datapath;
use super::violation::CloseReason;

/// From this many waiting bytes on, a peer is not read from: what it asks for would only make the
/// heap grow.
pub const OUTBOX_HIGH_WATER: usize = 256 * 1024;

/// From this many waiting bytes on, nothing more is taken for a peer.
pub const OUTBOX_LIMIT: usize = 8 * 1024 * 1024;

/// From this many waiting messages on, nothing more is taken for a peer, however short they are.
pub const OUTBOX_MESSAGES: usize = 65_536;

/// An empty outbox keeps at most this much memory; a larger buffer goes to whoever has something to
/// send next, and is still in the processor's caches then.
const OUTBOX_KEPT: usize = 4 * 1024;

/// So many buffers wait for that, at most.
const SPARES: usize = 4;

/// A buffer larger than this is given back to the heap.
const SPARE_MAX: usize = 512 * 1024;

/// Why a message was not taken for sending. Nothing of it was queued.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SendError {
    /// The message cannot be said in the session's version, or is too long.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// [`OUTBOX_LIMIT`] bytes, [`OUTBOX_MESSAGES`] messages or
    /// [`PENDING_MAX`](super::PENDING_MAX) requests wait already: the switch does not read, or does
    /// not answer. [`Datapath::room`] waits for better times.
    #[error("outbox is full: the switch is not reading")]
    Full,
    /// The session has ended.
    #[error("the session has ended")]
    Closed,
}

/// The bytes that wait for one peer.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    bytes: BytesMut,
    /// How many messages they are, the first of which may have been written in part.
    messages: usize,
    /// How much of the first one is left, if part of it has been written; else 0.
    left: usize,
}

impl Outbox {
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn begun(&self) -> usize {
        self.left
    }

    pub(super) fn messages(&self) -> usize {
        self.messages
    }

    /// Whether nothing more is to be taken.
    pub(super) fn is_full(&self) -> bool {
        self.bytes.len() >= OUTBOX_LIMIT || self.messages >= OUTBOX_MESSAGES
    }

    /// Whether more waits than should, though more is taken.
    pub(super) fn is_crowded(&self) -> bool {
        self.bytes.len() > OUTBOX_HIGH_WATER || self.messages > OUTBOX_MESSAGES / 2
    }

    /// Appends the one message that `encode` writes; says where it starts.
    #[inline]
    pub(super) fn append(
        &mut self,
        encode: impl FnOnce(&mut BytesMut) -> Result<(), EncodeError>,
    ) -> Result<usize, EncodeError> {
        let start = self.bytes.len();
        encode(&mut self.bytes)?;
        self.messages += 1;
        Ok(start)
    }

    pub(super) fn waiting(&self) -> &[u8] {
        &self.bytes
    }

    /// Forgets the first `n` bytes: they have been written.
    pub(super) fn written(&mut self, n: usize) {
        if n < self.bytes.len() {
            self.count(n);
            self.bytes.advance(n);
        } else {
            // Not advanced: the next message goes where the first one stood.
            self.bytes.clear();
            (self.messages, self.left) = (0, 0);
        }
    }

    /// Takes away the buffer, if that is empty and too large to be kept.
    fn take_spare(&mut self) -> Option<BytesMut> {
        let is_spare = self.bytes.is_empty() && self.bytes.capacity() > OUTBOX_KEPT;
        is_spare.then(|| mem::take(&mut self.bytes))
    }

    /// Whether it has no buffer at all.
    #[inline]
    pub(super) fn lacks_buffer(&self) -> bool {
        self.bytes.capacity() == 0
    }

    /// Gives it a buffer, an empty one.
    pub(super) fn set_buffer(&mut self, spare: BytesMut) {
        self.bytes = spare;
    }

    /// Takes the messages off the count that end within the first `n` bytes.
    fn count(&mut self, n: usize) {
        let mut end = self.left;
        while end <= n {
            // At 0 no message ends: one begins.
            self.messages -= usize::from(end > 0);
            if end == n {
                self.left = 0;
                return;
            }
            let Some(&[_, _, high, low]) = self.bytes[end..].first_chunk::<4>() else { break };
            self.left = usize::from(u16::from_be_bytes([high, low])).max(HEADER_LEN);
            end += self.left;
        }
        self.left = end - n;
    }
}

/// The sessions that have something to send since the list was last taken.
///
/// Whoever drives the sessions takes it once per turn and writes once for each: many messages, one
/// system call.
#[derive(Clone, Debug, Default)]
pub struct FlushList(Rc<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    sessions: RefCell<Vec<Datapath>>,
    /// Buffers of outboxes that have been emptied, the last of them last.
    spares: RefCell<Vec<BytesMut>>,
}

impl FlushList {
    /// Swaps the waiting sessions into `empty`, which gives its memory to the next turn.
    pub fn take(&self, empty: &mut Vec<Datapath>) {
        empty.clear();
        mem::swap(empty, &mut self.0.sessions.borrow_mut());
    }

    /// Whether no session waits.
    pub fn is_empty(&self) -> bool {
        self.0.sessions.borrow().is_empty()
    }

    pub(super) fn push(&self, datapath: Datapath) {
        self.0.sessions.borrow_mut().push(datapath);
    }

    /// A buffer for an outbox that has none.
    pub(super) fn spare(&self) -> Option<BytesMut> {
        self.0.spares.borrow_mut().pop()
    }

    /// Keeps an empty buffer for the next, if there is room for one.
    fn keep(&self, spare: BytesMut) {
        let mut spares = self.0.spares.borrow_mut();
        if spares.len() < SPARES && spare.capacity() <= SPARE_MAX {
            spares.push(spare);
        }
    }
}

/// What the driver of a session needs: the way from the outbox to the socket.
impl Datapath {
    /// Writes waiting bytes with `write`, which is given them and says how many it took. Returns
    /// how many still wait.
    ///
    /// # Errors
    /// What `write` returned; the bytes still wait.
    pub fn flush_with<E>(&self, write: impl FnOnce(&[u8]) -> Result<usize, E>) -> Result<usize, E> {
        if self.0.wants_fence.get() {
            self.fence();
        }
        self.0.listed.set(false);
        let mut outbox = self.0.outbox.borrow_mut();
        self.0.blocked.set(outbox.len() > 0);
        if outbox.len() > 0 {
            let n = write(outbox.waiting())?;
            outbox.written(n);
            self.0.written.set(self.0.written.get() + n as u64);
            self.0.blocked.set(outbox.len() > 0);
        }
        let (waiting, is_crowded) = (outbox.len(), outbox.is_crowded());
        if let Some(spare) = outbox.take_spare() {
            self.0.flush.keep(spare);
        }
        drop(outbox);
        if self.0.wants_room.get() && !is_crowded {
            self.0.wants_room.set(false);
            self.0.room.set();
        }
        Ok(waiting)
    }

    /// Whether the last flush left bytes behind, so that the socket has to become writable first.
    pub fn is_blocked(&self) -> bool {
        self.0.blocked.get()
    }

    /// How many bytes have been written since the connection was made.
    pub fn written_bytes(&self) -> u64 {
        self.0.written.get()
    }

    /// How many bytes are left of a message that has been written in part; 0 if none has.
    pub fn begun_message(&self) -> usize {
        self.0.outbox.borrow().begun()
    }

    /// How many bytes wait.
    pub fn waiting_bytes(&self) -> usize {
        self.0.outbox.borrow().len()
    }

    /// How many messages wait, one that has been written in part included.
    pub fn waiting_messages(&self) -> usize {
        self.0.outbox.borrow().messages()
    }

    /// Whether so much waits that the peer should not be read from.
    pub fn is_congested(&self) -> bool {
        self.0.outbox.borrow().is_crowded()
    }

    /// The reason to end the connection, if somebody asked for it.
    pub fn close_requested(&self) -> Option<CloseReason> {
        self.0.close.borrow().clone()
    }

    /// Keeps the waker of the task that drives the session.
    pub fn set_pump(&self, waker: &Waker) {
        let mut pump = self.0.pump.borrow_mut();
        match &mut *pump {
            Some(known) if known.will_wake(waker) => {}
            known => *known = Some(waker.clone()),
        }
    }

    /// Wakes the task that drives the session.
    pub fn wake_pump(&self) {
        if let Some(waker) = &*self.0.pump.borrow() {
            waker.wake_by_ref();
        }
    }

    #[inline]
    pub(super) fn list(&self) {
        if !self.0.listed.replace(true) {
            self.0.flush.push(self.clone());
        }
    }
}
