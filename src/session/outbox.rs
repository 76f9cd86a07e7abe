//! Bytes on their way to a peer, and the list of sessions that have some.

use std::cell::RefCell;
use std::mem;
use std::rc::Rc;

use bytes::{Buf, BytesMut};
use thiserror::Error;

use crate::ofproto::EncodeError;

use super::datapath::Datapath;

/// From this many waiting bytes on, a peer is not read from: what it asks for would only make the
/// heap grow.
pub const OUTBOX_HIGH_WATER: usize = 256 * 1024;

/// From this many waiting bytes on, nothing more is taken for a peer.
pub const OUTBOX_LIMIT: usize = 8 * 1024 * 1024;

/// An empty outbox keeps at most this much memory.
const OUTBOX_KEPT: usize = 64 * 1024;

/// Why a message was not taken for sending. Nothing of it was queued.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SendError {
    /// The message cannot be said in the session's version, or is too long.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// [`OUTBOX_LIMIT`] bytes wait already: the switch does not read.
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
}

impl Outbox {
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The buffer to append whole messages to.
    pub(super) fn buffer(&mut self) -> &mut BytesMut {
        &mut self.bytes
    }

    pub(super) fn waiting(&self) -> &[u8] {
        &self.bytes
    }

    /// Forgets the first `n` bytes: they have been written.
    pub(super) fn written(&mut self, n: usize) {
        self.bytes.advance(n);
        if self.bytes.is_empty() {
            if self.bytes.capacity() > OUTBOX_KEPT {
                self.bytes = BytesMut::new();
            } else {
                // With nothing shared, this makes the whole allocation usable again.
                self.bytes.clear();
            }
        }
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
