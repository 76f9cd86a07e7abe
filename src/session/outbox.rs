//! Bytes on their way to a peer, and the list of sessions that have some.

use std::cell::RefCell;
use std::mem;
use std::rc::Rc;

use bytes::{Buf, BytesMut};
use thiserror::Error;

use crate::ofproto::{EncodeError, HEADER_LEN};

use super::datapath::Datapath;

/// From this many waiting bytes on, a peer is not read from: what it asks for would only make the
/// heap grow.
pub const OUTBOX_HIGH_WATER: usize = 256 * 1024;

/// From this many waiting bytes on, nothing more is taken for a peer.
pub const OUTBOX_LIMIT: usize = 8 * 1024 * 1024;

/// From this many waiting messages on, nothing more is taken for a peer, however short they are.
pub const OUTBOX_MESSAGES: usize = 65_536;

/// An empty outbox keeps at most this much memory.
const OUTBOX_KEPT: usize = 64 * 1024;

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
        }
        self.bytes.advance(n);
        if self.bytes.is_empty() {
            (self.messages, self.left) = (0, 0);
            if self.bytes.capacity() > OUTBOX_KEPT {
                self.bytes = BytesMut::new();
            } else {
                // With nothing shared, this makes the whole allocation usable again.
                self.bytes.clear();
            }
        }
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
pub struct FlushList(Rc<RefCell<Vec<Datapath>>>);

impl FlushList {
    /// Swaps the waiting sessions into `empty`, which gives its memory to the next turn.
    pub fn take(&self, empty: &mut Vec<Datapath>) {
        empty.clear();
        mem::swap(empty, &mut self.0.borrow_mut());
    }

    /// Whether no session waits.
    pub fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    pub(super) fn push(&self, datapath: Datapath) {
        self.0.borrow_mut().push(datapath);
    }
}
