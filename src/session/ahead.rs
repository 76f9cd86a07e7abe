//! Reading ahead: what a peer says while an app keeps its events waiting.
//!
//! An app that is slow shall slow down the peer that feeds it, but not keep it from being answered,
//! nor from answering. So a driver that has to wait for an app goes on reading into a bounded store.
//! On the way, echo requests are answered and answers go to those who asked: these overtake the
//! events in the store. When the store is full, reading stops; or packet-ins are dropped, if that
//! was asked for, or if an app waits for an answer that may stand behind them.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;

use crate::ofproto::{Framing, Header, Message, MessageType, V1_0, Xid, frame, peek_header};
use crate::wire::Octets;

use super::machine::Session;
use super::phase::Phase;

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

/// What may be gone through before its turn.
impl Session {
    /// Goes through what was received while an app keeps the events waiting, in place of
    /// [`poll_output`](Session::poll_output): echo requests are answered and answers given to those
    /// who asked, the rest is kept, up to [`READ_AHEAD_BYTES`](super::READ_AHEAD_BYTES) and
    /// [`READ_AHEAD_MESSAGES`](super::READ_AHEAD_MESSAGES). An echo request that is answered so is
    /// no event.
    pub fn read_ahead(&mut self) {
        while self.may_read_ahead() && self.next_input() {
            let len = match frame(&self.input) {
                Framing::Message(len) => len,
                Framing::NeedMore(_) => {
                    self.partial.extend_from_slice(&self.input);
                    self.input = Octets::new();
                    return;
                }
                // What is wrong is found out in its turn.
                Framing::Fatal(_) => return,
            };
            let message = Bytes::from(self.input.slice(..len));
            let Some(header) = peek_header(&message) else { return };
            if !self.overtake(header, &message) {
                if self.ahead.has_room(len) {
                    self.ahead.push(header.xid, self.is_answer(&header), &message);
                } else if self.may_drop(&header) {
                    let dropped = self.datapath.drop_packet_in();
                    self.datapath.note().received(header.msg_type);
                    if dropped == 1 {
                        log::warn!("{}: packet-ins are dropped: apps are too slow", self.datapath);
                    }
                } else {
                    return;
                }
            }
            self.input.advance(len);
        }
    }

    /// Whether more can be read ahead: all that has come was gone through.
    pub fn can_read_ahead(&self) -> bool {
        self.may_read_ahead() && self.input.is_empty() && self.behind.is_empty()
    }

    fn may_read_ahead(&self) -> bool {
        matches!(self.phase(), Phase::Config | Phase::Main)
    }

    fn may_drop(&self, header: &Header) -> bool {
        let is_packet_in = Some(header.msg_type) == MessageType::PacketIn.wire(V1_0);
        let policy = self.config.packet_in_overflow;
        is_packet_in && (policy == Overflow::Drop || self.datapath.has_askers())
    }

    /// Whether a message may be an answer; of a packet-in, for instance, the transaction id says
    /// nothing.
    fn is_answer(&self, header: &Header) -> bool {
        use MessageType::{
            BarrierReply, BundleCtrlMsg, EchoReply, Error, Experimenter, GetAsyncReply,
            GetConfigReply, MultipartReply, QueueGetConfigReply, RoleReply,
        };
        let msg_type = MessageType::from_wire(self.datapath.version(), header.msg_type);
        matches!(
            msg_type,
            Some(
                BarrierReply
                    | BundleCtrlMsg
                    | EchoReply
                    | Error
                    | Experimenter
                    | GetAsyncReply
                    | GetConfigReply
                    | MultipartReply
                    | QueueGetConfigReply
                    | RoleReply
            )
        )
    }

    /// Deals with a message that need not wait for its turn; false if it has to.
    fn overtake(&mut self, header: Header, bytes: &Bytes) -> bool {
        let version = self.datapath.version();
        if header.version != version.wire() {
            return false;
        }
        let xid = header.xid;
        let is_echo = Some(header.msg_type) == MessageType::EchoRequest.wire(V1_0);
        let is_answer = self.is_answer(&header) && self.datapath.is_awaited(xid);
        if !is_echo && (!is_answer || self.ahead.has_answer(xid) || self.datapath.is_clogged(xid)) {
            return false;
        }
        // What cannot be decoded ends the session in its turn.
        let Ok((_, message)) = Message::decode(version, bytes) else { return false };
        let is_done = match &message {
            Message::EchoRequest(echo) => {
                self.say_as(xid, &echo.reply());
                true
            }
            Message::Error(error) => self.claim_error(xid, error),
            _ => self.claim(xid, message, bytes.len()).0.is_none(),
        };
        if is_done {
            self.datapath.note().received(header.msg_type);
        }
        is_done
    }
}
