//! Taps: the messages of all connections, live, for whoever listens.
//!
//! A tap sees what goes over the sockets, cut into messages, as lines of JSON. It is bounded by
//! [`TAP_BYTES`]; a listener that is slower than that loses messages, is told how many, and keeps
//! nobody waiting. Decoding is left to the listener.

use std::collections::BTreeMap;
use std::time::SystemTime;

use bytes::{Buf, BytesMut};
use serde::Serialize;

use crate::app::{LiveBody, TapFilter, TapLine, TapLost};
use crate::capture::End;
use crate::hub;
use crate::ofproto::{Framing, MessageType, frame};
use crate::session::Datapath;
use crate::wire::hex;

/// The most bytes that wait for one listener.
pub const TAP_BYTES: usize = 1 << 20;

/// The most listeners at a time.
pub const TAPS_MAX: usize = 8;

/// All that listen.
#[derive(Default)]
pub(super) struct Taps {
    listeners: Vec<Listener>,
    /// Each direction of a connection, by its number and whether the switch is the one who speaks.
    streams: BTreeMap<(u64, bool), Stream>,
}

struct Listener {
    body: LiveBody,
    filter: TapFilter,
    lost: u64,
}

/// A direction of which less than a message is kept.
#[derive(Default)]
struct Stream {
    /// The rest of a message whose beginning nobody saw.
    skip: usize,
    begun: BytesMut,
    /// There was no telling where the next message begins.
    is_lost: bool,
}

impl Taps {
    pub(super) fn is_empty(&self) -> bool {
        self.listeners.is_empty()
    }

    /// One more listener; `None` if there are as many as there may be.
    pub(super) fn add(&mut self, filter: TapFilter) -> Option<LiveBody> {
        self.listeners.retain(|listener| !listener.body.is_gone());
        if self.listeners.len() >= TAPS_MAX {
            return None;
        }
        let body = LiveBody::bounded(TAP_BYTES);
        self.listeners.push(Listener { body: body.clone(), filter, lost: 0 });
        Some(body)
    }

    /// Takes bytes of one direction. Of a direction that is new here, `begun` is what came before of a
    /// message that is not whole yet, and `skip` how much is left of one that has begun unseen.
    pub(super) fn take(
        &mut self,
        datapath: &Datapath,
        from: End,
        (begun, skip): (&[u8], usize),
        bytes: &[u8],
    ) {
        self.listeners.retain(|listener| !listener.body.is_gone());
        if self.listeners.is_empty() {
            self.streams.clear();
            return;
        }
        let is_up = from == End::Caller;
        let new = || Stream { skip, begun: BytesMut::from(begun), is_lost: false };
        let stream = self.streams.entry((datapath.connection(), is_up)).or_insert_with(new);
        let skipped = stream.skip.min(bytes.len());
        stream.skip -= skipped;
        if stream.is_lost {
            return;
        }
        stream.begun.extend_from_slice(&bytes[skipped..]);
        loop {
            match frame(&stream.begun) {
                Framing::Message(len) => {
                    show(&mut self.listeners, datapath, is_up, &stream.begun[..len]);
                    stream.begun.advance(len);
                }
                Framing::NeedMore(_) => break,
                Framing::Fatal(_) => {
                    stream.is_lost = true;
                    stream.begun.clear();
                    break;
                }
            }
        }
        if stream.begun.is_empty() {
            // An idle direction holds no memory.
            stream.begun = BytesMut::new();
        }
    }

    pub(super) fn closed(&mut self, number: u64) {
        self.streams.remove(&(number, true));
        self.streams.remove(&(number, false));
    }

    pub(super) fn finish(&mut self) {
        self.listeners.drain(..).for_each(|listener| listener.body.end());
        self.streams.clear();
    }
}

fn show(listeners: &mut [Listener], datapath: &Datapath, is_up: bool, message: &[u8]) {
    let msg_type = MessageType::from_wire(datapath.version(), message[1]);
    let mut line = None;
    for Listener { body, filter, lost } in listeners {
        let is_wanted = filter.dpid.is_none_or(|dpid| dpid == datapath.id())
            && (filter.types.is_empty() || msg_type.is_some_and(|it| filter.types.contains(&it)));
        if !is_wanted {
            continue;
        }
        let line = line.get_or_insert_with(|| self::line(datapath, is_up, message));
        if *lost > 0 && body.push(as_line(&TapLost { lost: *lost })) {
            *lost = 0;
        }
        if *lost > 0 || !body.push(line.clone()) {
            *lost += 1;
        }
    }
}

fn line(datapath: &Datapath, is_up: bool, message: &[u8]) -> bytes::Bytes {
    let wall = hub::current().clock().wall();
    let time = wall.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    as_line(&TapLine {
        time,
        connection: datapath.connection(),
        dpid: datapath.id(),
        from_switch: is_up,
        bytes: hex::encode(message),
    })
}

fn as_line(said: &impl Serialize) -> bytes::Bytes {
    // Numbers, text and no map: it has a JSON.
    let mut line = serde_json::to_vec(said).unwrap_or_default();
    line.push(b'\n');
    line.into()
}
