//! One fake switch as a machine: counts what answers packet-ins, answers the rest as a switch does.

use std::fmt;
use std::time::{Duration, Instant};

use bytes::{Buf, Bytes, BytesMut};

use crate::ofproto::{
    BufferId, Dpid, Encode, Framing, HEADER_LEN, Hello, Message, MultipartRequestBody, Version,
    Xid, frame,
};
use crate::sim::{Switch, SwitchConfig, SwitchOutput};
use crate::tools::decode;

use super::histogram::Histogram;
use super::load::{Load, Mode};
use super::packet_ins::buffer_id;

/// Bytes of answers that may wait for a controller that does not read them; then it is not read
/// either.
pub const ANSWERS_MAX: usize = 1 << 20;

/// Type numbers that are the same in every version.
const HELLO: u8 = 0;
const PACKET_OUT: u8 = 13;
const FLOW_MOD: u8 = 14;

/// Ports of each switch, as cbench has it.
const PORTS: u32 = 4;

/// A packet-in that nobody answered for so long is counted as lost, and another is sent.
pub(super) const PROBE_LOST: Duration = Duration::from_secs(1);

/// What was counted since the connection was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) flow_mods: u64,
    pub(super) packet_outs: u64,
    pub(super) lost: u64,
}

/// How far the handshake has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// Nobody has asked for the features.
    Strange,
    /// The features were told.
    Known,
    /// The ports were told, too: as far as a handshake goes.
    Ready,
}

/// A controller that does not speak OpenFlow.
#[derive(Debug)]
pub(super) struct NotOpenFlow(pub(super) String);

/// Bytes of the message that `bytes` begins with, if it is there whole.
fn message_len(bytes: &[u8]) -> Result<Option<usize>, NotOpenFlow> {
    if let [version, kind, ..] = *bytes {
        // Who says hello may speak a version that nobody here knows.
        if kind != HELLO && Version::from_wire(version).is_none() {
            return Err(NotOpenFlow(format!("a message of version {version:#04x}")));
        }
    }
    match frame(bytes) {
        Framing::Message(len) => Ok(Some(len)),
        Framing::NeedMore(_) => Ok(None),
        Framing::Fatal(error) => Err(NotOpenFlow(error.to_string())),
    }
}

/// A switch that has no frames and no flows, only packet-ins.
pub(super) struct FakeSwitch {
    switch: Switch,
    version: Version,
    is_latency: bool,
    debug: bool,
    pub(super) counts: Counts,
    pub(super) standing: Standing,
    /// What is to be written before the next packet-in.
    pub(super) answers: BytesMut,
    /// A message that is not whole yet, and is wanted whole.
    held: Vec<u8>,
    /// Bytes still to come of a message that was counted.
    skip: usize,
    /// The number and the time of the packet-in that waits for an answer.
    probe: Option<(u64, Instant)>,
    pub(super) times: Histogram,
    /// The last error that the controller sent.
    pub(super) error: Option<String>,
}

impl FakeSwitch {
    /// Switch number `number` of a load; it begins by saying hello.
    pub(super) fn new(load: &Load, number: u16, now: Instant) -> FakeSwitch {
        let dpid = Dpid(load.first_dpid + u64::from(number));
        let config = SwitchConfig::new(format!("b{}", dpid.0), dpid, 1..=PORTS);
        let mut switch = Switch::new(config, now);
        switch.connected(load.version);
        let mut fake = FakeSwitch {
            switch,
            version: load.version,
            is_latency: load.mode == Mode::Latency,
            debug: load.debug,
            counts: Counts::default(),
            standing: Standing::Strange,
            answers: BytesMut::new(),
            held: Vec::new(),
            skip: 0,
            probe: None,
            times: Histogram::default(),
            error: None,
        };
        fake.say(Xid(0), &Hello::new(&[load.version]).into());
        fake
    }

    /// Takes bytes of the controller's.
    pub(super) fn take(&mut self, bytes: &[u8], now: Instant) -> Result<(), NotOpenFlow> {
        let mut rest = bytes;
        self.skip_some(&mut rest);
        if !self.held.is_empty() && !self.complete(&mut rest, now)? {
            return Ok(());
        }
        while let Some(&[_, kind, l0, l1]) = rest.first_chunk::<4>() {
            let len = usize::from(u16::from_be_bytes([l0, l1]));
            let is_counted = matches!(kind, PACKET_OUT | FLOW_MOD) && !self.is_latency;
            if is_counted && len >= HEADER_LEN {
                self.count(kind);
                if len > rest.len() {
                    self.skip = len - rest.len();
                    return Ok(());
                }
                rest = &rest[len..];
                continue;
            }
            let Some(len) = message_len(rest)? else { break };
            self.whole(&rest[..len], now);
            rest = &rest[len..];
        }
        self.held.extend_from_slice(rest);
        Ok(())
    }

    fn skip_some(&mut self, rest: &mut &[u8]) {
        let skipped = self.skip.min(rest.len());
        self.skip -= skipped;
        rest.advance(skipped);
    }

    /// Moves bytes to the message that is held; false if it is not whole for all that.
    fn complete(&mut self, rest: &mut &[u8], now: Instant) -> Result<bool, NotOpenFlow> {
        while message_len(&self.held)?.is_none() {
            let Framing::NeedMore(more) = frame(&self.held) else { break };
            if rest.is_empty() {
                return Ok(false);
            }
            let (piece, behind) = rest.split_at(more.min(rest.len()));
            self.held.extend_from_slice(piece);
            *rest = behind;
        }
        let mut held = std::mem::take(&mut self.held);
        self.whole(&held, now);
        held.clear();
        self.held = held;
        Ok(true)
    }

    fn count(&mut self, kind: u8) {
        match kind {
            FLOW_MOD => self.counts.flow_mods += 1,
            _ => self.counts.packet_outs += 1,
        }
    }

    /// Takes one whole message.
    fn whole(&mut self, bytes: &[u8], now: Instant) {
        match bytes[1] {
            kind @ (FLOW_MOD | PACKET_OUT) => {
                self.count(kind);
                let end = self.probe.filter(|(number, _)| {
                    let named = self.named_buffer(bytes);
                    named == BufferId::NO_BUFFER.0 || named == buffer_id(*number)
                });
                if let Some((_, sent)) = end {
                    self.times.add(now.saturating_duration_since(sent));
                    self.probe = None;
                }
            }
            _ => self.answer(Bytes::copy_from_slice(bytes), now),
        }
    }

    /// The buffer that a flow-mod or packet-out names.
    fn named_buffer(&self, bytes: &[u8]) -> u32 {
        let at = match (bytes[1], self.version) {
            (PACKET_OUT, _) => HEADER_LEN,
            // Behind match, cookie and four numbers of 16 bits.
            (_, crate::ofproto::V1_0) => HEADER_LEN + 40 + 8 + 8,
            // Behind cookie and mask, table and command, and three numbers of 16 bits.
            _ => HEADER_LEN + 16 + 2 + 6,
        };
        let field = bytes.get(at..).and_then(|rest| rest.first_chunk::<4>());
        field.map_or(BufferId::NO_BUFFER.0, |field| u32::from_be_bytes(*field))
    }

    /// Answers as a switch does.
    fn answer(&mut self, bytes: Bytes, now: Instant) {
        let message = match decode(&bytes) {
            Ok(decoded) => decoded,
            Err(fault) => {
                self.show('<', &fault);
                return;
            }
        };
        self.show('<', &message);
        let asks_ports = match &message.message {
            Message::Error(error) => {
                self.error = Some(error.describe(message.version()));
                false
            }
            Message::FeaturesRequest(_) => {
                self.standing = self.standing.max(Standing::Known);
                // Before 1.3 they tell the ports.
                self.version < crate::ofproto::V1_3
            }
            Message::MultipartRequest(request) => {
                use MultipartRequestBody::{PortDesc, PortDescOf};
                matches!(request.body, PortDesc | PortDescOf { .. })
            }
            _ => false,
        };
        self.switch.handle_message(message.xid, message.message, now);
        while let Some(output) = self.switch.poll_output() {
            match output {
                SwitchOutput::Answer { xid, message } => self.say(xid, &message),
                SwitchOutput::Notice(message) => self.say(Xid(0), &message),
                // It is sent no frames.
                SwitchOutput::Frame { .. } => {}
            }
        }
        if asks_ports {
            self.standing = Standing::Ready;
        }
    }

    fn say(&mut self, xid: Xid, message: &Message) {
        self.show('>', message);
        // What this version cannot say the switch does not say.
        let _ = message.encode(self.version, xid, &mut self.answers);
    }

    fn show(&self, direction: char, what: &dyn fmt::Display) {
        if self.debug {
            eprintln!("{} {direction} {what}", self.switch.config().dpid);
        }
    }

    /// Whether another packet-in may be sent in latency mode.
    pub(super) fn is_idle(&self) -> bool {
        self.probe.is_none()
    }

    /// Packet-in number `number` goes out at `now`.
    pub(super) fn probe(&mut self, number: u64, now: Instant) {
        self.probe = Some((number, now));
    }

    /// Gives up a packet-in that has waited for too long. True if there was one.
    pub(super) fn give_up(&mut self, now: Instant) -> bool {
        let is_lost =
            self.probe.is_some_and(|(_, sent)| now.saturating_duration_since(sent) >= PROBE_LOST);
        if is_lost {
            self.probe = None;
            self.counts.lost += 1;
        }
        is_lost
    }
}
