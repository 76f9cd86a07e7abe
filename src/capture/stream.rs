//! One direction of a TCP connection: segments in any order in, its bytes in order out.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;

/// One direction of a TCP connection. Printed as `10.0.0.1:1024 > 10.0.0.2:6653`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId {
    /// Who sends.
    pub from: SocketAddr,
    /// Who receives.
    pub to: SocketAddr,
}

impl StreamId {
    /// The other direction of the same connection.
    pub fn reverse(self) -> StreamId {
        StreamId { from: self.to, to: self.from }
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} > {}", self.from, self.to)
    }
}

/// Something that became known about a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamEvent {
    /// Which one.
    pub stream: StreamId,
    /// When the segment was captured that made it known, since 1970.
    pub time: Option<Duration>,
    /// What.
    pub kind: StreamEventKind,
}

/// What became known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StreamEventKind {
    /// The stream begins.
    Start(StreamStart),
    /// The next bytes; never empty.
    Data(Bytes),
    /// This many bytes are not in the capture; what comes next stands behind them.
    Gap(u64),
    /// Nothing more comes: closed, reset, forgotten to bound memory, or the capture ends.
    End,
}

/// Where a stream was when the capture began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamStart {
    /// Its opening was captured: the first byte is the first that was sent.
    Opening,
    /// The capture began later; bytes came before.
    Midway,
}

/// What waiting bytes cost besides themselves; a rough figure of a map's entry and an allocation.
const PIECE_COST: usize = 128;

/// The farthest that a segment may be from what is expected: the largest TCP window. What is
/// farther belongs to another time, or is wrong.
const WINDOW_MAX: i64 = 1 << 30;

/// One direction of a connection.
///
/// Positions count bytes from the first one, so that they do not wrap as sequence numbers do.
#[derive(Debug)]
pub(super) struct Half {
    pub(super) start: StreamStart,
    /// The sequence number of position 0.
    pub(super) first_seq: u32,
    /// The position that is to be handed on next.
    next: u64,
    /// The position where the sender said that it ends.
    fin: Option<u64>,
    /// What came too early. Pieces do not overlap, and none begins before `next`.
    waiting: BTreeMap<u64, Piece>,
    /// What `waiting` takes of memory, in bytes.
    cost: usize,
    pub(super) ended: bool,
    /// Counts the streams, for an order that does not depend on hashes.
    pub(super) number: u64,
    /// The count of segments when this was last touched.
    pub(super) last_used: u64,
    pub(super) time: Option<Duration>,
}

/// Some bytes of a stream.
#[derive(Debug)]
enum Piece {
    Captured(Bytes),
    /// So many that the snap length cut off.
    CutOff(u64),
}

impl Piece {
    fn len(&self) -> u64 {
        match self {
            Piece::Captured(bytes) => bytes.len() as u64,
            Piece::CutOff(len) => *len,
        }
    }

    /// Takes the first `len` bytes (at most all) off.
    fn split_to(&mut self, len: u64) -> Piece {
        match self {
            Piece::Captured(bytes) => {
                // At most the length of a slice, which fits.
                Piece::Captured(bytes.split_to(len.min(bytes.len() as u64) as usize))
            }
            Piece::CutOff(rest) => {
                let len = len.min(*rest);
                *rest -= len;
                Piece::CutOff(len)
            }
        }
    }

    /// Memory that it keeps.
    fn cost(&self) -> usize {
        match self {
            Piece::Captured(bytes) => bytes.len() + PIECE_COST,
            Piece::CutOff(_) => PIECE_COST,
        }
    }
}

impl Half {
    pub(super) fn new(start: StreamStart, first_seq: u32, number: u64) -> Half {
        Half {
            start,
            first_seq,
            next: 0,
            fin: None,
            waiting: BTreeMap::new(),
            cost: 0,
            ended: false,
            number,
            last_used: 0,
            time: None,
        }
    }

    /// What waits takes so many bytes of memory.
    pub(super) fn cost(&self) -> usize {
        self.cost
    }

    /// Takes a segment in: `payload` at `seq`, `cut_off` bytes behind it that were not captured,
    /// and perhaps the end behind those. Hands on what is in order now.
    pub(super) fn push(
        &mut self,
        seq: u32,
        payload: Bytes,
        cut_off: usize,
        fin: bool,
        hand_on: &mut dyn FnMut(StreamEventKind),
    ) {
        let expected = self.first_seq.wrapping_add(self.next as u32);
        let ahead = i64::from(seq.wrapping_sub(expected).cast_signed());
        if self.ended || ahead.abs() > WINDOW_MAX {
            return;
        }
        let len = payload.len() as u64 + cut_off as u64;
        let untouched = self.next == 0 && self.waiting.is_empty();
        if self.start == StreamStart::Midway && untouched && ahead == 1 && len > 0 {
            // The capture began with a keep-alive probe, which repeats a byte sent before.
            self.first_seq = seq;
            return self.push(seq, payload, cut_off, fin, hand_on);
        }
        let end = (self.next + len).checked_add_signed(ahead);
        if fin && self.fin.is_none() {
            // An end before the beginning is none.
            self.fin = end.filter(|end| *end >= self.next);
        }
        let captured_len = payload.len() as u64;
        self.place(ahead, Piece::Captured(payload), hand_on);
        if cut_off > 0 {
            // Counted from where `next` was, and it may have moved meanwhile.
            let expected = self.first_seq.wrapping_add(self.next as u32);
            let seq = seq.wrapping_add(captured_len as u32);
            let ahead = i64::from(seq.wrapping_sub(expected).cast_signed());
            self.place(ahead, Piece::CutOff(cut_off as u64), hand_on);
        }
        self.drain(hand_on);
    }

    /// Gives up the bytes in front of what waits. `false` if nothing waits.
    pub(super) fn skip_hole(&mut self, hand_on: &mut dyn FnMut(StreamEventKind)) -> bool {
        let Some((&first, _)) = self.waiting.first_key_value() else { return false };
        if first > self.next {
            hand_on(StreamEventKind::Gap(first - self.next));
            self.next = first;
        }
        self.drain(hand_on);
        true
    }

    /// Hands on all that waits, with its gaps, and ends.
    pub(super) fn end(&mut self, hand_on: &mut dyn FnMut(StreamEventKind)) {
        while self.skip_hole(hand_on) {}
        if self.ended {
            return;
        }
        if let Some(fin) = self.fin.filter(|fin| *fin > self.next) {
            hand_on(StreamEventKind::Gap(fin - self.next));
            self.next = fin;
        }
        self.ended = true;
        hand_on(StreamEventKind::End);
    }

    /// Puts the parts of `piece` that are new where they belong. It starts `ahead` bytes behind
    /// `next` (before it, if negative). What came first stays.
    fn place(&mut self, ahead: i64, mut piece: Piece, hand_on: &mut dyn FnMut(StreamEventKind)) {
        if ahead < 0 {
            piece.split_to(ahead.unsigned_abs());
        }
        let mut at = self.next.saturating_add_signed(ahead.max(0));
        if at == self.next && self.waiting.is_empty() {
            // The usual case: nothing is copied.
            self.hand_on(piece, hand_on);
            return;
        }
        while piece.len() > 0 {
            if let Some((start, before)) = self.waiting.range(..=at).next_back() {
                let end = start + before.len();
                if end > at {
                    at += piece.split_to(end - at).len();
                    continue;
                }
            }
            let room = self.waiting.range(at..).next().map_or(u64::MAX, |(start, _)| start - at);
            let part = match piece.split_to(room) {
                // A copy: a slice would keep the whole packet, which is not in the account.
                Piece::Captured(bytes) => Piece::Captured(Bytes::copy_from_slice(&bytes)),
                cut_off => cut_off,
            };
            self.cost += part.cost();
            let len = part.len();
            self.waiting.insert(at, part);
            at += len;
        }
    }

    /// Hands on what waits for nothing any more, and the end if that is reached.
    fn drain(&mut self, hand_on: &mut dyn FnMut(StreamEventKind)) {
        while let Some(first) = self.waiting.first_entry() {
            if *first.key() > self.next {
                break;
            }
            let piece = first.remove();
            self.cost -= piece.cost();
            self.hand_on(piece, hand_on);
        }
        if self.fin.is_some_and(|fin| fin <= self.next) && !self.ended {
            self.ended = true;
            self.waiting.clear();
            self.cost = 0;
            hand_on(StreamEventKind::End);
        }
    }

    /// Hands on a piece that starts at `next`.
    fn hand_on(&mut self, piece: Piece, hand_on: &mut dyn FnMut(StreamEventKind)) {
        self.next += piece.len();
        match piece {
            Piece::Captured(bytes) if bytes.is_empty() => {}
            Piece::Captured(bytes) => hand_on(StreamEventKind::Data(bytes)),
            Piece::CutOff(0) => {}
            Piece::CutOff(len) => hand_on(StreamEventKind::Gap(len)),
        }
    }
}
