//! Reading ahead: what a peer says while an app keeps its events waiting.
//!
//! An app that is slow shall slow down the peer that feeds it, but not keep it from being answered,
//! nor from answering. So a driver that has to wait for an app goes on reading into a bounded store.
//! On the way, echo requests are answered and answers go to those who asked: these overtake the
//! events in the store. When the store is full, reading stops; or packet-ins are dropped, if that
//! was asked for, or if an app waits for an answer that may stand behind them.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;

use crate::ofproto::Xid;

/// The most bytes that are read ahead of a slow app, for one connection.
pub const READ_AHEAD_BYTES: usize = 256 * 1024;

/// The most messages that are read ahead of a slow app, for one connection.
pub const READ_AHEAD_MESSAGES: usize = 4096;

/// What becomes of packet-ins that the apps cannot keep up with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overflow {
    /// They wait, and at last the switch does, too: nothing is read from it. While an app waits for
    /// an answer from the switch, they are dropped nevertheless: it may stand behind them.
    #[default]
    Wait,
    /// They are dropped and counted; everything else still waits. Echo requests are answered however
    /// many there are.
    Drop,
}

/// Whole messages that wait for their turn.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    /// With the transaction id, if it may be an answer.
    messages: VecDeque<(Option<Xid>, Bytes)>,
    bytes: usize,
    /// How many answers have this transaction id: no part of one may overtake another.
    answers: BTreeMap<u32, usize>,
}

impl Ahead {
    /// Whether a message of `len` bytes fits.
    pub(super) fn has_room(&self, len: usize) -> bool {
        self.bytes + len <= READ_AHEAD_BYTES && self.messages.len() < READ_AHEAD_MESSAGES
    }

    /// Keeps a message. It is copied: a short one shall not hold on to all that was read with it.
    pub(super) fn push(&mut self, xid: Xid, is_answer: bool, message: &[u8]) {
        self.bytes += message.len();
        let answers = is_answer.then_some(xid);
        self.messages.push_back((answers, Bytes::copy_from_slice(message)));
        if is_answer {
            *self.answers.entry(xid.0).or_default() += 1;
        }
    }

    pub(super) fn pop(&mut self) -> Option<Bytes> {
        let (xid, message) = self.messages.pop_front()?;
        self.bytes -= message.len();
        if let Some(xid) = xid
            && let Some(n) = self.answers.get_mut(&xid.0)
        {
            *n -= 1;
            if *n == 0 {
                self.answers.remove(&xid.0);
            }
        }
        Some(message)
    }

    /// Whether an answer with this transaction id waits here.
    pub(super) fn has_answer(&self, xid: Xid) -> bool {
        self.answers.contains_key(&xid.0)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }
}
