//! Why a request has no answer.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use thiserror::Error;

use crate::ofproto::{
    ErrorKind, ErrorMsg, Framing, Header, Message, Version, Xid, frame, peek_header,
};

use super::outbox::SendError;

/// Why a request has no answer, or a message is not known to have been done.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RequestError {
    /// It was not sent.
    #[error(transparent)]
    Send(#[from] SendError),
    /// The switch answered with an error.
    #[error("{0}")]
    Refused(Box<Refusal>),
    /// The answer did not come, or did not go on, in time. One that still comes is dropped.
    #[error("{request} {xid} was not answered within {after:?}")]
    Expired {
        /// The name of what was sent.
        request: &'static str,
        /// Its transaction id.
        xid: Xid,
        /// The time it was given.
        after: Duration,
    },
    /// The session ended first.
    #[error("{request} {xid} was not answered before the session ended")]
    Disconnected {
        /// The name of what was sent.
        request: &'static str,
        /// Its transaction id.
        xid: Xid,
    },
    /// The parts of the answer are more than is kept for one request
    /// ([`ANSWER_BYTES`](super::ANSWER_BYTES), [`ANSWER_PARTS`](super::ANSWER_PARTS)), or for all
    /// of a session ([`ANSWERS_BYTES`](super::ANSWERS_BYTES)). The rest of it is dropped.
    #[error("the answer to {request} {xid} has more than {bytes} bytes in {parts} parts")]
    TooLong {
        /// The name of what was sent.
        request: &'static str,
        /// Its transaction id.
        xid: Xid,
        /// Bytes that had come.
        bytes: usize,
        /// Parts that had come.
        parts: usize,
    },
    /// The parts are not such as make one answer: a description, for instance, has one.
    #[error("the parts of the answer to {request} {xid} do not join")]
    Parts {
        /// The name of what was sent.
        request: &'static str,
        /// Its transaction id.
        xid: Xid,
    },
    /// Nothing answers such a message; it was not sent. [`Datapath::deliver`](super::Datapath::deliver)
    /// is for it.
    #[error("no switch answers a {request}")]
    Unanswered {
        /// The name of the message.
        request: &'static str,
    },
}

/// A switch's error about a message of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The name of what was sent, for instance `"flow_mod"`.
    pub request: &'static str,
    /// Its transaction id.
    pub xid: Xid,
    /// The version that the session speaks.
    pub version: Version,
    /// What the switch said.
    pub error: ErrorMsg,
}

impl Refusal {
    /// What the error means; `None` for an experimenter's, or one that the version does not have.
    pub fn kind(&self) -> Option<ErrorKind> {
        self.error.kind(self.version)
    }

    /// The message that was refused, as the switch quotes it. `None` if it quotes less than all of
    /// it: 64 bytes are all that it must.
    pub fn message(&self) -> Option<Message> {
        let quoted = &self.error.data;
        let Framing::Message(len) = frame(quoted) else { return None };
        let bytes: Bytes = quoted.slice(..len);
        Message::decode(self.version, &bytes).ok().map(|(_, message)| message)
    }

    /// The header of the message that was refused, if that much of it is quoted.
    pub fn header(&self) -> Option<Header> {
        peek_header(&self.error.data)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Refusal { request, xid, version, error } = self;
        write!(f, "{request} {xid} refused: {}", error.describe(*version))
    }
}
