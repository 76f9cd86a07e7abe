//! The session: one OpenFlow channel as a machine without a socket and without a clock.

use std::collections::{BTreeMap, VecDeque};
use std::mem;
use std::time::Instant;

use bytes::{Bytes, BytesMut};

use crate::ofproto::{
    BarrierRequest, Dpid, EchoRequest, Encode, ErrorKind, ErrorMsg, Framing, Header, Message,
    MessageType, MultipartReply, MultipartReplyBody, MultipartRequest, PacketIn, PeekedPacketIn,
    Port, PortNo, SwitchFeatures, V1_0, Xid, frame, peek_header,
};
use crate::wire::{DecodeError, Octets};

use super::ahead::Ahead;
use super::config::SessionConfig;
use super::counters::add;
use super::datapath::Datapath;
use super::ledger::Terms;
use super::liveness::{Liveness, Probe};
use super::negotiation;
use super::outbox::FlushList;
use super::output::Output;
use super::parts::Room;
use super::phase::Phase;
use super::table::{Cell, Kind, Side, cell};
use super::violation::{CloseReason, Violation};

/// A handshake that is held up at this end may take this many times as long.
const HANDSHAKE_STRETCH: u32 = 10;

/// How much of what the peer sends is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// All of it.
    All,
    /// All of it, but an app keeps the events waiting: see [`Session::read_ahead`].
    Ahead,
    /// Nothing.
    Nothing,
}

/// Who is at the other end, and where what is sent to it is announced.
#[derive(Clone, Debug)]
pub struct Peer {
    /// The number of the connection.
    pub connection: u64,
    /// Its address, for logs.
    pub address: String,
    /// The first transaction id; drawn at random by whoever has a source of that.
    pub first_xid: u32,
    /// Where the session lists itself when it has something to send.
    pub flush: FlushList,
}

/// One OpenFlow channel.
///
/// - *world to machine*: [`handle_bytes`](Session::handle_bytes),
///   [`handle_timeout`](Session::handle_timeout), [`handle_end`](Session::handle_end),
///   [`set_reading`](Session::set_reading), [`read_ahead`](Session::read_ahead);
/// - *machine to world*: [`poll_output`](Session::poll_output), until it has nothing more;
///   [`deadline`](Session::deadline); the bytes to write are in the outbox of
///   [`datapath`](Session::datapath).
///
/// After each call of a `handle_` method, poll until `None`, then look at the deadline. Messages
/// are decoded as they are polled, so a driver that stops polling stops the work.
#[derive(Debug)]
pub struct Session {
    pub(super) config: SessionConfig,
    pub(super) datapath: Datapath,
    /// Received and not yet decoded; starts at a message.
    pub(super) input: Octets,
    /// What was received behind `input`, which is one whole message then: it came in two parts.
    pub(super) behind: Octets,
    /// The beginning of a message whose end has not arrived; `input` is empty then.
    pub(super) partial: BytesMut,
    /// Whole messages that were received before those in `input`, while an app was slow.
    pub(super) ahead: Ahead,
    pub(super) outputs: VecDeque<Output>,
    hello_deadline: Instant,
    handshake_deadline: Instant,
    /// The handshake is over by then, however often it was held up.
    handshake_end: Instant,
    /// Since when the driver does not read.
    paused: Option<Instant>,
    liveness: Liveness,
    /// The request for the port description, and the ports that came so far.
    pub(super) describing: Option<(Xid, BTreeMap<PortNo, Port>)>,
    /// The barrier that the main phase waits for.
    pub(super) sweeping: Option<Xid>,
    /// The request for the description of the switch.
    pub(super) introducing: Option<Xid>,
    /// Whom the messages are of: the handle itself, or that of the main connection.
    pub(super) face: Datapath,
    /// Who the switch is, once it has been let in.
    pub(super) known: Option<Dpid>,
    /// Whether somebody has to let the switch in.
    pub(super) has_doorkeeper: bool,
    /// The features reply of a switch that waits to be let in.
    pub(super) claimed: Option<(Header, SwitchFeatures)>,
    /// Nothing of the input is gone through: the session is over, or waits to be let in.
    pub(super) is_halted: bool,
}

impl Session {
    /// A session on a connection that was made at `now`. It says hello at once.
    pub fn new(config: SessionConfig, peer: Peer, now: Instant) -> Self {
        let highest = config.versions.last().copied().unwrap_or(V1_0);
        let datapath =
            Datapath::new(peer.connection, peer.address, highest, peer.first_xid, peer.flush);
        datapath.set_terms(Terms {
            request_time: config.request_timeout,
            fence_count: config.barrier_count,
            fence_interval: config.barrier_interval,
        });
        let (interval, max_unanswered) = (config.echo_interval, config.echo_max_unanswered);
        let mut session = Session {
            face: datapath.clone(),
            datapath,
            input: Octets::new(),
            behind: Octets::new(),
            partial: BytesMut::new(),
            ahead: Ahead::default(),
            outputs: VecDeque::from([Output::Phase(Phase::Handshake)]),
            hello_deadline: now + config.hello_timeout,
            handshake_deadline: now + config.handshake_timeout,
            handshake_end: now + config.handshake_timeout * HANDSHAKE_STRETCH,
            paused: None,
            liveness: Liveness::new(interval, max_unanswered, config.idle_timeout, now),
            describing: None,
            sweeping: None,
            introducing: None,
            known: None,
            has_doorkeeper: false,
            claimed: None,
            is_halted: false,
            config,
        };
        let hello = negotiation::offer(&session.config.versions);
        session.say(&hello);
        session
    }

    /// The handle that apps use, with the outbox that the driver writes from.
    pub fn datapath(&self) -> &Datapath {
        &self.datapath
    }

    /// The phase at this moment.
    pub fn phase(&self) -> Phase {
        self.datapath.phase()
    }

    /// When [`Session::handle_timeout`] wants to be called, if ever.
    pub fn deadline(&self) -> Option<Instant> {
        let (handshake, requests) = (self.handshake_deadline(), self.datapath.request_deadline());
        let deadlines = match self.phase() {
            // There is no version yet to send an echo request in.
            Phase::Handshake => [Some(handshake), None, requests],
            Phase::Config => [Some(handshake), self.liveness.deadline(), requests],
            Phase::Main => [None, self.liveness.deadline(), requests],
            Phase::Dead => [None; 3],
        };
        deadlines.into_iter().flatten().min()
    }

    fn handshake_deadline(&self) -> Instant {
        match self.phase() {
            _ if self.paused.is_some() => self.handshake_end,
            Phase::Handshake => self.hello_deadline.min(self.handshake_deadline),
            _ => self.handshake_deadline,
        }
    }

    /// Takes what time it is, and how much of what the peer sends is read: [`Reading::All`] at
    /// first. A peer that is not read from (it does not take its answers, or an app is slow) is not
    /// to blame for its silence: no echo request is sent to it. The time in which its messages are
    /// not gone through in their order does not count towards the handshake. The time of the requests
    /// that were sent since the last call starts here.
    pub fn set_reading(&mut self, now: Instant, reading: Reading) {
        self.datapath.start_requests(now);
        self.liveness.set_reading(now, reading != Reading::Nothing);
        self.datapath.identity().set_read(reading != Reading::Nothing);
        if reading != Reading::All {
            self.paused.get_or_insert(now);
        } else if let Some(since) = self.paused.take() {
            let pause = now.duration_since(since);
            self.hello_deadline = (self.hello_deadline + pause).min(self.handshake_end);
            self.handshake_deadline = (self.handshake_deadline + pause).min(self.handshake_end);
        }
    }

    /// Takes what was received. Poll all outputs before the next call.
    pub fn handle_bytes(&mut self, bytes: Bytes) {
        if self.phase() == Phase::Dead || bytes.is_empty() {
            return;
        }
        add(&self.datapath.note().received_bytes, bytes.len() as u64);
        // Any byte is a sign of life, whether it answers an echo request or not.
        self.liveness.heard();
        self.datapath.identity().heard();
        if self.next_input() {
            // The driver did not poll to the end; nothing that was accepted may be lost.
            let all = [&self.input[..], &self.behind, &bytes].concat();
            self.input = Octets::to_be_parted(all.into());
            self.behind = Octets::new();
            return;
        }
        if self.partial.is_empty() {
            self.input = Octets::to_be_parted(bytes);
            return;
        }
        // Only what is missing of the message that has begun is put together, not all that came.
        let mut rest = bytes;
        while let Framing::NeedMore(n) = frame(&self.partial) {
            if rest.is_empty() {
                return;
            }
            self.partial.extend_from_slice(&rest.split_to(n.min(rest.len())));
        }
        if let Framing::Fatal(_) = frame(&self.partial) {
            // All of it goes into the complaint.
            self.partial.extend_from_slice(&mem::take(&mut rest));
        }
        // Taken, not split off: an idle session shall not hold on to the memory.
        self.input = mem::take(&mut self.partial).freeze().into();
        self.behind = Octets::to_be_parted(rest);
    }

    /// Goes on to what stands behind the input, if that is used up. Whether there is any.
    pub(super) fn next_input(&mut self) -> bool {
        if self.input.is_empty() {
            self.input = mem::take(&mut self.behind);
        }
        !self.input.is_empty()
    }

    /// What was received of a message that is not whole yet.
    pub fn unfinished(&self) -> &[u8] {
        let received = [&self.behind[..], &self.input, &self.partial];
        let mut rest = received.into_iter().find(|bytes| !bytes.is_empty()).unwrap_or_default();
        while let Framing::Message(len) = frame(rest) {
            rest = &rest[len..];
        }
        rest
    }

    /// Takes that time has passed.
    pub fn handle_timeout(&mut self, now: Instant) {
        let phase = self.phase();
        if phase == Phase::Dead {
            return;
        }
        if phase < Phase::Main && now >= self.handshake_deadline() {
            return self.close(CloseReason::HandshakeTimeout { phase });
        }
        self.datapath.start_requests(now);
        self.datapath.expire_requests(now);
        if phase == Phase::Handshake {
            return;
        }
        match self.liveness.probe(now) {
            None => {}
            Some(Probe::GiveUp(unanswered)) => self.close(CloseReason::Silent { unanswered }),
            Some(Probe::Idle(time)) => self.close(CloseReason::Idle { time }),
            Some(Probe::Ask) => {
                self.say(&EchoRequest::default());
            }
        }
    }

    /// Takes that the connection has ended.
    pub fn handle_end(&mut self, reason: CloseReason) {
        self.close(reason);
    }

    /// Takes that the peer will say nothing more, though what it has said waits for an app: nobody
    /// will be answered. The session goes on until [`handle_end`](Session::handle_end).
    pub fn hang_up(&mut self) {
        self.datapath.hang_up();
    }

    /// The next thing to tell the apps, if there is one.
    pub fn poll_output(&mut self) -> Option<Output> {
        loop {
            if let Some(output) = self.outputs.pop_front() {
                return Some(output);
            }
            if self.is_halted {
                return None;
            }
            if !self.ahead.is_empty()
                && let Some(message) = self.ahead.pop()
            {
                if let Some(output) = self.handle_message(message) {
                    return Some(output);
                }
                continue;
            }
            if !self.next_input() {
                return None;
            }
            match frame(&self.input) {
                Framing::Message(len) => {
                    let message = self.input.split_to(len).into();
                    if let Some(output) = self.handle_message(message) {
                        return Some(output);
                    }
                }
                Framing::NeedMore(_) => {
                    self.partial.extend_from_slice(&self.input);
                    self.input = Octets::new();
                }
                Framing::Fatal(error) => {
                    let bytes = Bytes::from(self.input.clone());
                    let msg_type = bytes.get(1).copied().unwrap_or(0);
                    self.datapath.note().received(msg_type);
                    add(&self.datapath.note().failed, 1);
                    self.complain(Xid(0), ErrorKind::BadRequestBadLen, &bytes);
                    self.close(CloseReason::Framing { msg_type, phase: self.phase(), error });
                }
            }
        }
    }

    /// Gives `take` the next thing to tell the apps if that is a packet-in of the usual form and needs
    /// nothing of the session: what [`poll_output`](Session::poll_output) would say in many more words.
    /// `None` says nothing about what else there is.
    #[inline]
    pub fn poll_packet_in<R>(&mut self, take: impl FnOnce(PeekedPacketIn<'_>) -> R) -> Option<R> {
        if self.phase() != Phase::Main
            || self.config.side != Side::Controller
            || self.is_halted
            || !self.outputs.is_empty()
            || !self.ahead.is_empty()
        {
            return None;
        }
        let first = PacketIn::peek(self.datapath.version(), &self.input)?;
        let (len, taken) = (first.len(), take(first));
        self.input.advance(len);
        let note = self.datapath.note();
        note.received(PacketIn::NUMBER);
        add(&note.events, 1);
        Some(taken)
    }

    /// One whole message. Changes of phase happen here and in what this calls, nowhere else.
    fn handle_message(&mut self, bytes: Bytes) -> Option<Output> {
        let header = peek_header(&bytes)?;
        self.datapath.note().received(header.msg_type);
        let phase = self.phase();
        if phase == Phase::Handshake {
            self.handle_first(header, bytes);
            return None;
        }
        // A hello may be of any version, whenever it comes.
        let is_hello = negotiation::type_before_version(&header) == Some(MessageType::Hello);
        if header.version != self.datapath.version().wire() && !is_hello {
            add(&self.datapath.note().refused, 1);
            self.complain(header.xid, ErrorKind::BadRequestBadVersion, &bytes);
            let Header { version, msg_type, xid, .. } = header;
            return Some(Output::Violation(Violation::Version { version, msg_type, xid }));
        }
        let message = match Message::decode(self.datapath.version(), &bytes) {
            Ok((_, message)) => message,
            Err(error) => {
                self.malformed(header, error, bytes);
                return None;
            }
        };
        match cell(self.config.side, phase, Kind::of(&message)) {
            Cell::Ignore => None,
            Cell::Deliver => self.give(header, phase, message),
            Cell::Act => self.act(header, phase, message),
            Cell::Refuse => {
                self.complain(header.xid, ErrorKind::BadRequestBadType, &bytes);
                let Header { msg_type, xid, .. } = header;
                Some(Output::Violation(Violation::Type { msg_type, xid }))
            }
            Cell::Close => {
                self.close(CloseReason::BeforeHello { msg_type: header.msg_type });
                None
            }
        }
    }

    /// What the session does by itself with a message that is also an event.
    fn act(&mut self, header: Header, phase: Phase, message: Message) -> Option<Output> {
        let xid = header.xid;
        match &message {
            // Nobody asks for these.
            Message::PacketIn(_) | Message::FlowRemoved(_) => {
                return Some(self.event(xid, phase, message));
            }
            Message::EchoRequest(echo) => {
                self.say_as(xid, &echo.reply());
            }
            Message::SwitchFeatures(features) => {
                if let Some(output) = self.features(header, features) {
                    return Some(output);
                }
            }
            Message::MultipartReply(reply) => {
                if self.introduction(xid, reply) {
                    return None;
                }
                self.description(xid, reply);
            }
            Message::PortStatus(status) => self.port_status(status),
            Message::BarrierReply(_) if self.sweeping.take_if(|asked| *asked == xid).is_some() => {
                self.enter_main();
                return None;
            }
            _ => {}
        }
        // What ended the session is no news for the apps: they would take it for a switch.
        if self.phase() == Phase::Dead {
            return None;
        }
        self.give(header, phase, message)
    }

    /// Gives a message to the app that asked for it, else to all that observe it.
    pub(super) fn give(
        &mut self,
        header: Header,
        phase: Phase,
        message: Message,
    ) -> Option<Output> {
        let xid = header.xid;
        if let Message::Error(_) = message
            && self.introducing.take_if(|asked| *asked == xid).is_some()
        {
            return None;
        }
        if let Message::Error(_) = message
            && self.sweeping == Some(xid)
        {
            self.close(CloseReason::BarrierRefused);
            return None;
        }
        if !self.datapath.is_tracking() {
            return Some(self.event(xid, phase, message));
        }
        if let Message::Error(error) = &message {
            let is_nobodys = !self.claim_error(xid, error);
            return is_nobodys.then(|| self.event(xid, phase, message));
        }
        let (message, room) = self.claim(xid, message, usize::from(header.length));
        match message {
            Some(message) => Some(self.event(xid, phase, message)),
            None => room.map(Output::Wait),
        }
    }

    /// A message for all that observe it.
    #[inline]
    pub(super) fn event(&self, xid: Xid, phase: Phase, message: Message) -> Output {
        add(&self.datapath.note().events, 1);
        Output::Message { xid, phase, message }
    }

    pub(super) fn claim(
        &self,
        xid: Xid,
        message: Message,
        len: usize,
    ) -> (Option<Message>, Option<Room>) {
        let claimed = self.datapath.claim(xid, message, len);
        add(&self.datapath.note().answers, claimed.0.is_none().into());
        claimed
    }

    pub(super) fn claim_error(&self, xid: Xid, error: &ErrorMsg) -> bool {
        let is_claimed = self.datapath.claim_error(xid, error);
        add(&self.datapath.note().answers, is_claimed.into());
        is_claimed
    }

    /// The answer to the session's own question who made the switch. It is no event: no app asked.
    fn introduction(&mut self, xid: Xid, reply: &MultipartReply) -> bool {
        let MultipartReplyBody::Desc(description) = &reply.body else { return false };
        let is_it = self.introducing.take_if(|asked| *asked == xid).is_some();
        if is_it {
            self.datapath.set_description(description.clone());
        }
        is_it
    }

    pub(super) fn malformed(&mut self, header: Header, error: DecodeError, bytes: Bytes) {
        add(&self.datapath.note().failed, 1);
        if self.introducing == Some(header.xid) {
            // Nobody asked for it but this session. A switch that has no proper one is a switch still.
            self.introducing = None;
            return;
        }
        self.complain(header.xid, ErrorKind::BadRequestBadLen, &bytes);
        let (phase, Header { msg_type, xid, .. }) = (self.phase(), header);
        self.close(CloseReason::Malformed { msg_type, xid, phase, error });
    }

    /// The switch is known.
    pub(super) fn settle(&mut self) {
        match self.config.handshake_barrier {
            true => self.sweeping = Some(self.say(&BarrierRequest)),
            false => self.enter_main(),
        }
    }

    /// The switch is there. Who made it is of interest, but nothing waits for that.
    fn enter_main(&mut self) {
        self.enter(Phase::Main);
        self.introducing = Some(self.say(&MultipartRequest::desc()));
    }

    pub(super) fn enter(&mut self, phase: Phase) {
        self.datapath.set_phase(phase);
        self.outputs.push_back(Output::Phase(phase));
    }

    /// Ends the session. The outbox is left for the driver to write, then to let go of.
    pub(super) fn close(&mut self, reason: CloseReason) {
        if self.phase() == Phase::Dead {
            return;
        }
        (self.input, self.behind) = (Octets::new(), Octets::new());
        self.partial = BytesMut::new();
        self.ahead = Ahead::default();
        self.describing = None;
        self.claimed = None;
        self.is_halted = true;
        self.enter(Phase::Dead);
        self.datapath.hang_up();
        self.outputs.push_back(Output::Close(reason));
    }

    /// Sends what the protocol itself asks for. A peer so far behind that its outbox is full will
    /// be closed for that; there is no more that could be said to it.
    pub(super) fn say<M: Encode>(&mut self, message: &M) -> Xid {
        let xid = self.datapath.next_xid();
        self.say_as(xid, message);
        xid
    }

    pub(super) fn say_as<M: Encode>(&mut self, xid: Xid, message: &M) {
        if let Err(error) = self.datapath.send_as(xid, message) {
            log::debug!("{}: {} was not sent: {error}", self.datapath, message.name());
        }
    }

    /// Answers a message with an error that quotes it. An error is never answered with one: two ends
    /// that do not understand each other would go on for ever.
    fn complain(&mut self, xid: Xid, kind: ErrorKind, bytes: &Bytes) {
        if bytes.get(1).is_some_and(|msg_type| Some(*msg_type) == MessageType::Error.wire(V1_0)) {
            return;
        }
        self.say_error(xid, kind, bytes.slice(..bytes.len().min(ErrorMsg::DATA_LEN)));
    }

    /// Sends an error; every version has those that are used here.
    pub(super) fn say_error(&mut self, xid: Xid, kind: ErrorKind, data: Bytes) {
        if let Some(error) = ErrorMsg::new(self.datapath.version(), kind, data) {
            self.say_as(xid, &error);
        }
    }
}

impl Drop for Session {
    /// The handles that apps keep outlive the session: they are dead from here on.
    fn drop(&mut self) {
        self.datapath.die();
    }
}
