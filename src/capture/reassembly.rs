//! All TCP streams of a capture, within bounds.

use std::collections::HashMap;
use std::time::Duration;

use super::dissect::Segment;
use super::stream::{Half, StreamEvent, StreamEventKind, StreamId, StreamStart};

/// What a [`Reassembler`] may keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one direction that wait for earlier ones; with more, the earlier ones are given
    /// up. The default is 1 MiB: more than a usual receive window, so that whatever was lost
    /// would have been sent again by then.
    pub waiting_bytes: usize,
    /// The same for all streams together. The default is 64 MiB.
    pub total_waiting_bytes: usize,
    /// Directions that are known at a time; of more, those that were silent for longest are
    /// ended. The default is 65,536 (about 200 bytes each).
    pub streams: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { waiting_bytes: 1 << 20, total_waiting_bytes: 64 << 20, streams: 65_536 }
    }
}

/// Puts the TCP segments of a capture in order: out come the bytes of each direction, once.
///
/// Segments may come in any order, repeated, overlapping (what came first counts) or not at all;
/// bytes that are missing are reported as a gap as soon as more than [`Limits`] allow wait
/// behind them, or the stream ends. A connection whose opening was not captured starts with its
/// first segment. A new opening between the same addresses is a new stream.
///
/// See the [room](super) for an example.
#[derive(Debug, Default)]
pub struct Reassembler {
    limits: Limits,
    halves: HashMap<StreamId, Half>,
    /// Sum of the halves' cost.
    waiting: usize,
    /// Segments so far.
    segments: u64,
    /// Streams so far.
    streams: u64,
}

impl Reassembler {
    /// One that keeps within `limits`.
    pub fn new(limits: Limits) -> Reassembler {
        Reassembler { limits, ..Reassembler::default() }
    }

    /// Bytes that wait for earlier ones, with what it takes to keep them.
    pub fn waiting_bytes(&self) -> usize {
        self.waiting
    }

    /// Directions that are known now, ended ones included until they are forgotten.
    pub fn streams(&self) -> usize {
        self.halves.len()
    }

    /// Takes a segment in and appends what is known now to `events`.
    pub fn push(&mut self, segment: Segment, events: &mut Vec<StreamEvent>) {
        let Segment { stream, time, seq, ack, syn, fin, rst, payload, cut_off } = segment;
        self.segments += 1;
        if rst {
            for id in [stream, stream.reverse()] {
                self.change(id, time, events, |half, hand_on| half.end(hand_on));
            }
            return;
        }
        let start = if syn { StreamStart::Opening } else { StreamStart::Midway };
        // What the one side expects next tells where the other side is.
        if let Some(ack) = ack.filter(|_| !self.halves.contains_key(&stream.reverse())) {
            self.open(stream.reverse(), start, ack, time, events);
        }
        let first_seq = if syn { seq.wrapping_add(1) } else { seq };
        match self.halves.get(&stream) {
            Some(half) if syn && half.first_seq != first_seq => {
                self.change(stream, time, events, |half, hand_on| half.end(hand_on));
                self.halves.remove(&stream);
                self.open(stream, start, first_seq, time, events);
            }
            Some(_) => {}
            None => self.open(stream, start, first_seq, time, events),
        }
        let allowed = self.limits.waiting_bytes;
        self.change(stream, time, events, |half, hand_on| {
            half.push(first_seq, payload, cut_off, fin, hand_on);
            while half.cost() > allowed && half.skip_hole(hand_on) {}
        });
        if self.waiting > self.limits.total_waiting_bytes {
            self.give_up_holes(events);
        }
    }

    /// The capture is at its end: hands on what waits, with its gaps, and ends every stream.
    pub fn finish(&mut self, events: &mut Vec<StreamEvent>) {
        for id in self.sorted_by(|half| half.number) {
            self.end(id, events);
        }
        self.halves.clear();
    }

    fn open(
        &mut self,
        id: StreamId,
        start: StreamStart,
        first_seq: u32,
        time: Option<Duration>,
        events: &mut Vec<StreamEvent>,
    ) {
        if self.halves.len() >= self.limits.streams {
            self.forget(events);
        }
        self.streams += 1;
        let mut half = Half::new(start, first_seq, self.streams);
        half.last_used = self.segments;
        self.halves.insert(id, half);
        events.push(StreamEvent { stream: id, time, kind: StreamEventKind::Start(start) });
    }

    /// Does something to a stream, if it is known, and keeps the account of memory.
    fn change(
        &mut self,
        id: StreamId,
        time: Option<Duration>,
        events: &mut Vec<StreamEvent>,
        action: impl FnOnce(&mut Half, &mut dyn FnMut(StreamEventKind)),
    ) {
        let Some(half) = self.halves.get_mut(&id) else { return };
        half.last_used = self.segments;
        half.time = time;
        let before = half.cost();
        action(half, &mut |kind| events.push(StreamEvent { stream: id, time, kind }));
        self.waiting = self.waiting - before + half.cost();
    }

    fn end(&mut self, id: StreamId, events: &mut Vec<StreamEvent>) {
        let time = self.halves.get(&id).and_then(|half| half.time);
        self.change(id, time, events, |half, hand_on| half.end(hand_on));
    }

    /// Ends the quarter of the streams that was silent for longest; a quarter, so that the
    /// sorting is paid for by many openings.
    fn forget(&mut self, events: &mut Vec<StreamEvent>) {
        let mut oldest = self.sorted_by(|half| (half.last_used, half.number));
        oldest.truncate((self.limits.streams / 4).max(1));
        for id in oldest {
            self.end(id, events);
            self.halves.remove(&id);
        }
    }

    /// Gives up what the streams wait for, the longest silent first, until half of what is
    /// allowed is free; half, so that the sorting is paid for by many segments.
    fn give_up_holes(&mut self, events: &mut Vec<StreamEvent>) {
        for id in self.sorted_by(|half| (half.last_used, half.number)) {
            if self.waiting <= self.limits.total_waiting_bytes / 2 {
                break;
            }
            let Some(half) = self.halves.get(&id) else { continue };
            let (time, last_used) = (half.time, half.last_used);
            self.change(id, time, events, |half, hand_on| {
                while half.skip_hole(hand_on) {}
                // It was not the stream that did something.
                half.last_used = last_used;
            });
        }
    }

    fn sorted_by<K: Ord>(&self, key: impl Fn(&Half) -> K) -> Vec<StreamId> {
        let mut ids: Vec<_> = self.halves.iter().map(|(id, half)| (key(half), *id)).collect();
        ids.sort();
        ids.into_iter().map(|(_, id)| id).collect()
    }
}
