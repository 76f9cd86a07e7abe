//! What one session has counted of its messages.

use std::array;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::AddAssign;

use ryu_sdn_macros::Describe;
use serde::Serialize;

use crate::ofproto::{MessageType, Version};

/// Numbers of message types that any version has (0 to 35), and one place for all others.
const TYPES: usize = 37;

/// What messages of an unknown number are counted under.
const UNKNOWN: &str = "unknown";

/// One direction, by the number of the message type: the same row for all of them means that a
/// message costs one addition and no look at the version.
#[derive(Debug)]
struct ByType([Cell<u64>; TYPES]);

impl Default for ByType {
    fn default() -> Self {
        ByType(array::from_fn(|_| Cell::new(0)))
    }
}

impl ByType {
    #[inline]
    fn count(&self, msg_type: u8) {
        add(&self.0[usize::from(msg_type).min(TYPES - 1)], 1);
    }

    fn total(&self) -> u64 {
        self.0.iter().map(Cell::get).sum()
    }

    fn named(&self, version: Version) -> BTreeMap<&'static str, u64> {
        let mut named = BTreeMap::new();
        for (number, count) in self.0.iter().enumerate().filter(|(_, count)| count.get() > 0) {
            let msg_type = MessageType::from_wire(version, number as u8);
            let name = msg_type.map_or(UNKNOWN, MessageType::name);
            *named.entry(name).or_default() += count.get();
        }
        named
    }
}

/// The plain integers behind [`SessionCounters`]. What follows from others is not counted.
#[derive(Debug, Default)]
pub(super) struct Counters {
    received: ByType,
    encoded: ByType,
    pub(super) received_bytes: Cell<u64>,
    pub(super) failed: Cell<u64>,
    pub(super) refused: Cell<u64>,
    pub(super) events: Cell<u64>,
    pub(super) answers: Cell<u64>,
    pub(super) dropped: Cell<u64>,
    pub(super) encode_failed: Cell<u64>,
    pub(super) full: Cell<u64>,
    /// Messages that waited when the session ended.
    pub(super) unsent: Cell<u64>,
}

impl Counters {
    #[inline]
    pub(super) fn received(&self, msg_type: u8) {
        self.received.count(msg_type);
    }

    #[inline]
    pub(super) fn encoded(&self, msg_type: u8) {
        self.encoded.count(msg_type);
    }

    /// What has been counted, when so many messages wait and so many bytes have been written.
    pub(super) fn read(
        &self,
        version: Version,
        waiting: usize,
        sent_bytes: u64,
    ) -> SessionCounters {
        let (received, encoded) = (self.received.total(), self.encoded.total());
        let undecoded = self.failed.get() + self.refused.get() + self.dropped.get();
        SessionCounters {
            received,
            decoded: received.saturating_sub(undecoded),
            failed: self.failed.get(),
            refused: self.refused.get(),
            events: self.events.get(),
            answers: self.answers.get(),
            dropped: self.dropped.get(),
            received_bytes: self.received_bytes.get(),
            encoded,
            encode_failed: self.encode_failed.get(),
            full: self.full.get(),
            sent: encoded.saturating_sub(waiting as u64 + self.unsent.get()),
            unsent: self.unsent.get(),
            sent_bytes,
            received_by_type: self.received.named(version),
            encoded_by_type: self.encoded.named(version),
        }
    }
}

#[inline]
pub(super) fn add(counter: &Cell<u64>, n: u64) {
    counter.set(counter.get() + n);
}

/// What a session has counted since it began; of several sessions, the sums.
///
/// ```text
/// received = decoded + failed + refused + dropped
/// decoded  = events + answers + what the session kept to itself
/// encoded  = sent + unsent + what waits in the outbox
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Describe)]
pub struct SessionCounters {
    /// Whole messages that came; one that waits for a slow app counts when its turn comes.
    pub received: u64,
    /// Of these, those that could be decoded.
    pub decoded: u64,
    /// That could not: malformed.
    pub failed: u64,
    /// That were not looked at, being of another version than the agreed one.
    pub refused: u64,
    /// Messages that were handed on as events, whether an app observes them or not.
    pub events: u64,
    /// Messages that were given to the app that had asked for them.
    pub answers: u64,
    /// Packet-ins that were dropped because the apps were too slow.
    pub dropped: u64,
    /// Bytes that came.
    pub received_bytes: u64,
    /// Messages that were encoded into the outbox.
    pub encoded: u64,
    /// That the version cannot say, or that are too long.
    pub encode_failed: u64,
    /// That were not taken since too much waited already.
    pub full: u64,
    /// Messages that were written to the connection, whole.
    pub sent: u64,
    /// That waited when the session ended, and never were.
    pub unsent: u64,
    /// Bytes that were written.
    pub sent_bytes: u64,
    /// `received`, by the name of the message type; of a number without a name, `unknown`.
    pub received_by_type: BTreeMap<&'static str, u64>,
    /// `encoded`, in the same way.
    pub encoded_by_type: BTreeMap<&'static str, u64>,
}

impl AddAssign<&SessionCounters> for SessionCounters {
    fn add_assign(&mut self, other: &SessionCounters) {
        self.received += other.received;
        self.decoded += other.decoded;
        self.failed += other.failed;
        self.refused += other.refused;
        self.events += other.events;
        self.answers += other.answers;
        self.dropped += other.dropped;
        self.received_bytes += other.received_bytes;
        self.encoded += other.encoded;
        self.encode_failed += other.encode_failed;
        self.full += other.full;
        self.sent += other.sent;
        self.unsent += other.unsent;
        self.sent_bytes += other.sent_bytes;
        for (name, count) in &other.received_by_type {
            *self.received_by_type.entry(name).or_default() += count;
        }
        for (name, count) in &other.encoded_by_type {
            *self.encoded_by_type.entry(name).or_default() += count;
        }
    }
}
