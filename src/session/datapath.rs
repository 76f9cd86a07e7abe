//! The datapath: one connected switch, as apps see it.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;
use std::task::Waker;
use std::time::{Duration, Instant};

use crate::ofproto::{
    BarrierRequest, DescStats, Dpid, Encode, ErrorMsg, Message, MessageType, Port, PortNo,
    SwitchFeatures, Version, Xid,
};
use crate::sync;

use super::counters::{Counters, SessionCounters, add};
use super::identity::{ClaimedIdentity, Identity};
use super::outbox::{FlushList, Outbox, SendError};
use super::parts::Room;
use super::pending::{Claim, Pending};
use super::phase::Phase;
use super::request_error::RequestError;
use super::violation::CloseReason;

/// One connected switch: a counted reference that apps keep, ask and send with.
///
/// It outlives the connection: after that it is in the dead phase and takes nothing more.
///
/// # Example: a handler sends a packet back
/// ```
/// use ryu_sdn::prelude::*;
///
/// fn reflect(ev: &ofp_event::PacketIn) -> AppResult {
///     ev.datapath.send(&PacketOut {
///         in_port: PortNo::CONTROLLER,
///         actions: [Action::output(ev.msg.in_port())].into(),
///         data: ev.msg.data.clone(),
///         ..PacketOut::default()
///     })?;
///     Ok(())
/// }
/// ```
#[derive(Clone)]
pub struct Datapath(Rc<Shared>);

struct Shared {
    connection: u64,
    peer: String,
    id: Cell<Dpid>,
    version: Cell<Version>,
    phase: Cell<Phase>,
    next_xid: Cell<u32>,
    outbox: RefCell<Outbox>,
    /// Whether this session stands in the flush list.
    listed: Cell<bool>,
    /// Whether the last write left bytes behind: the socket would not take them.
    blocked: Cell<bool>,
    written: Cell<u64>,
    flush: FlushList,
    features: RefCell<Option<SwitchFeatures>>,
    description: RefCell<Option<DescStats>>,
    ports: RefCell<BTreeMap<PortNo, Port>>,
    close: RefCell<Option<CloseReason>>,
    pump: RefCell<Option<Waker>>,
    pending: RefCell<Pending>,
    /// Whether the table of pending requests has anything to compare with: kept beside it so that
    /// the usual message looks at nothing else.
    is_tracking: Cell<bool>,
    /// A barrier has to go out with the next flush.
    wants_fence: Cell<bool>,
    /// The peer will say nothing more, though what it has said is still being gone through.
    is_hung_up: Cell<bool>,
    /// Somebody waits for room in the outbox.
    wants_room: Cell<bool>,
    room: sync::Event,
    terms: Cell<Terms>,
    counters: Counters,
    /// Whether the main phase was ever reached.
    was_main: Cell<bool>,
    identity: Identity,
}

/// How requests are treated.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Terms {
    /// The time a request is given.
    pub(super) request_time: Duration,
    /// A barrier goes out after so many deliveries; 0: never.
    pub(super) fence_count: u32,
    /// A barrier goes out so long after a delivery; zero: never.
    pub(super) fence_interval: Duration,
}

impl Datapath {
    pub(super) fn new(
        connection: u64,
        peer: String,
        version: Version,
        first_xid: u32,
        flush: FlushList,
    ) -> Self {
        Datapath(Rc::new(Shared {
            connection,
            peer,
            id: Cell::new(Dpid(0)),
            version: Cell::new(version),
            phase: Cell::new(Phase::Handshake),
            next_xid: Cell::new(first_xid),
            outbox: RefCell::default(),
            listed: Cell::new(false),
            blocked: Cell::new(false),
            written: Cell::new(0),
            flush,
            features: RefCell::default(),
            description: RefCell::default(),
            ports: RefCell::default(),
            close: RefCell::default(),
            pump: RefCell::default(),
            pending: RefCell::default(),
            is_tracking: Cell::new(false),
            wants_fence: Cell::new(false),
            is_hung_up: Cell::new(false),
            wants_room: Cell::new(false),
            room: sync::Event::new(),
            terms: Cell::default(),
            counters: Counters::default(),
            was_main: Cell::new(false),
            identity: Identity::new(),
        }))
    }

    /// The datapath id; zero until the features reply, that is before the main phase. It stays zero
    /// for a connection that was not let in, and for an auxiliary one.
    pub fn id(&self) -> Dpid {
        self.0.id.get()
    }

    /// The number of the connection, counted from the start of the program: two connections of one
    /// switch differ in it.
    pub fn connection(&self) -> u64 {
        self.0.connection
    }

    /// The address of the switch, `address:port`.
    pub fn peer(&self) -> &str {
        &self.0.peer
    }

    /// The agreed version; before the hello, the highest that is offered.
    pub fn version(&self) -> Version {
        self.0.version.get()
    }

    /// The dispatcher phase at this moment.
    pub fn phase(&self) -> Phase {
        self.0.phase.get()
    }

    /// Whether messages can be sent.
    pub fn is_active(&self) -> bool {
        self.phase() != Phase::Dead && self.0.close.borrow().is_none()
    }

    /// The features reply, if it has arrived.
    pub fn features(&self) -> Option<SwitchFeatures> {
        self.0.features.borrow().clone()
    }

    /// Who made the switch: its answer to the description request that follows the handshake, if
    /// that has arrived. A switch may refuse it.
    pub fn description(&self) -> Option<DescStats> {
        self.0.description.borrow().clone()
    }

    /// The ports, ascending, kept up to date from port status messages.
    pub fn ports(&self) -> Vec<Port> {
        self.0.ports.borrow().values().cloned().collect()
    }

    /// One port.
    pub fn port(&self, number: PortNo) -> Option<Port> {
        self.0.ports.borrow().get(&number).cloned()
    }

    /// Encodes `message` into the outbox under a new transaction id, and returns that id.
    ///
    /// All that is sent to one switch in one turn of the hub goes out in one write.
    ///
    /// # Errors
    /// [`SendError::Encode`] if the version has no such thing or the message is too long,
    /// [`SendError::Full`] if the switch does not read, [`SendError::Closed`] after the end.
    pub fn send<M: Encode + ?Sized>(&self, message: &M) -> Result<Xid, SendError> {
        let xid = self.next_xid();
        self.send_as(xid, message)?;
        Ok(xid)
    }

    /// Like [`Datapath::send`], with a given transaction id: for answers.
    ///
    /// # Errors
    /// As [`Datapath::send`].
    pub fn send_as<M: Encode + ?Sized>(&self, xid: Xid, message: &M) -> Result<(), SendError> {
        let start = self.post(xid, message)?;
        if self.0.is_tracking.get() {
            let barrier = MessageType::BarrierRequest.wire(self.version());
            if Some(self.posted_type(start)) == barrier {
                self.with_pending(|pending| pending.note_barrier(xid, false));
            }
        }
        Ok(())
    }

    /// Encodes `message` into the outbox; says where it starts there.
    #[inline]
    pub(super) fn post<M: Encode + ?Sized>(
        &self,
        xid: Xid,
        message: &M,
    ) -> Result<usize, SendError> {
        if !self.is_active() {
            return Err(SendError::Closed);
        }
        let mut outbox = self.0.outbox.borrow_mut();
        if outbox.is_full() {
            add(&self.0.counters.full, 1);
            return Err(SendError::Full);
        }
        let start = match outbox.append(|buffer| message.encode(self.version(), xid, buffer)) {
            Ok(start) => start,
            Err(error) => {
                add(&self.0.counters.encode_failed, 1);
                return Err(error.into());
            }
        };
        if let Some(&msg_type) = outbox.waiting().get(start + 1) {
            self.0.counters.encoded(msg_type);
        }
        drop(outbox);
        self.list();
        Ok(start)
    }

    /// The type of the message that starts there in the outbox; nothing was written since.
    pub(super) fn posted_type(&self, start: usize) -> u8 {
        self.0.outbox.borrow().waiting().get(start + 1).copied().unwrap_or_default()
    }

    /// The next transaction id of this session: not one of a request that waits for its answer.
    pub fn next_xid(&self) -> Xid {
        loop {
            let xid = self.0.next_xid.get();
            self.0.next_xid.set(xid.wrapping_add(1));
            if !self.0.is_tracking.get() || !self.0.pending.borrow().holds(Xid(xid)) {
                return Xid(xid);
            }
        }
    }

    /// How many requests and deliveries wait for what becomes of them.
    pub fn pending_requests(&self) -> usize {
        self.0.pending.borrow().len()
    }

    /// How many packet-ins were dropped because no app took them in time and reading had to go on;
    /// see the option `packet-in-overflow`.
    pub fn dropped_packet_ins(&self) -> u64 {
        self.0.counters.dropped.get()
    }

    /// What the session has counted so far.
    pub fn counters(&self) -> SessionCounters {
        self.0.counters.read(self.version(), self.waiting_messages(), self.written_bytes())
    }

    /// Whether the main phase was reached, be it over by now or not.
    pub fn was_main(&self) -> bool {
        self.0.was_main.get()
    }

    /// Ends the connection after what waits in the outbox has been written.
    pub fn close(&self) {
        self.close_because(CloseReason::Local);
    }

    /// Like [`Datapath::close`], with the reason to log. Only the first reason counts.
    pub fn close_because(&self, reason: CloseReason) {
        self.0.close.borrow_mut().get_or_insert(reason);
        self.0.room.set();
        self.wake_pump();
    }
}

/// What the driver of a session needs: the way from the outbox to the socket.
impl Datapath {
    /// Writes waiting bytes with `write`, which is given them and says how many it took. Returns
    /// how many still wait.
    ///
    /// # Errors
    /// What `write` returned; the bytes still wait.
    pub fn flush_with<E>(&self, write: impl FnOnce(&[u8]) -> Result<usize, E>) -> Result<usize, E> {
        if self.0.wants_fence.get() {
            self.fence();
        }
        self.0.listed.set(false);
        let mut outbox = self.0.outbox.borrow_mut();
        self.0.blocked.set(outbox.len() > 0);
        if outbox.len() > 0 {
            let n = write(outbox.waiting())?;
            outbox.written(n);
            self.0.written.set(self.0.written.get() + n as u64);
            self.0.blocked.set(outbox.len() > 0);
        }
        let (waiting, is_crowded) = (outbox.len(), outbox.is_crowded());
        drop(outbox);
        if self.0.wants_room.get() && !is_crowded {
            self.0.wants_room.set(false);
            self.0.room.set();
        }
        Ok(waiting)
    }

    /// Whether the last flush left bytes behind, so that the socket has to become writable first.
    pub fn is_blocked(&self) -> bool {
        self.0.blocked.get()
    }

    /// How many bytes have been written since the connection was made.
    pub fn written_bytes(&self) -> u64 {
        self.0.written.get()
    }

    /// How many bytes are left of a message that has been written in part; 0 if none has.
    pub fn begun_message(&self) -> usize {
        self.0.outbox.borrow().begun()
    }

    /// How many bytes wait.
    pub fn waiting_bytes(&self) -> usize {
        self.0.outbox.borrow().len()
    }

    /// How many messages wait, one that has been written in part included.
    pub fn waiting_messages(&self) -> usize {
        self.0.outbox.borrow().messages()
    }

    /// Whether so much waits that the peer should not be read from.
    pub fn is_congested(&self) -> bool {
        self.0.outbox.borrow().is_crowded()
    }

    /// The reason to end the connection, if somebody asked for it.
    pub fn close_requested(&self) -> Option<CloseReason> {
        self.0.close.borrow().clone()
    }

    /// Keeps the waker of the task that drives the session.
    pub fn set_pump(&self, waker: &Waker) {
        let mut pump = self.0.pump.borrow_mut();
        match &mut *pump {
            Some(known) if known.will_wake(waker) => {}
            known => *known = Some(waker.clone()),
        }
    }

    /// Wakes the task that drives the session.
    pub fn wake_pump(&self) {
        if let Some(waker) = &*self.0.pump.borrow() {
            waker.wake_by_ref();
        }
    }

    fn list(&self) {
        if !self.0.listed.replace(true) {
            self.0.flush.push(self.clone());
        }
    }
}

/// What requests and the session machine share: the table of what is pending.
impl Datapath {
    /// Works on the table, then tells the owners of what has ended.
    pub(super) fn with_pending<T>(&self, work: impl FnOnce(&mut Pending) -> T) -> T {
        let mut pending = self.0.pending.borrow_mut();
        let result = work(&mut pending);
        self.0.is_tracking.set(!pending.is_idle());
        let ended = std::mem::take(&mut pending.ended);
        drop(pending);
        for one in ended {
            one.tell();
        }
        result
    }

    /// Whether another request can be taken.
    pub(super) fn check_room_for_request(&self) -> Result<(), RequestError> {
        if self.0.is_hung_up.get() {
            return Err(SendError::Closed.into());
        }
        if self.0.pending.borrow().is_full() {
            return Err(SendError::Full.into());
        }
        Ok(())
    }

    pub(super) fn request_time(&self) -> Duration {
        self.0.terms.get().request_time
    }

    pub(super) fn set_terms(&self, terms: Terms) {
        self.0.terms.set(terms);
    }

    /// The driver has to say what time it is, so that the time of a new request starts.
    pub(super) fn want_time(&self) {
        self.wake_pump();
    }

    /// Whether more waits than should.
    pub(super) fn is_crowded(&self) -> bool {
        let is_crowded = self.is_congested();
        if is_crowded {
            self.0.wants_room.set(true);
            self.0.room.clear();
        }
        is_crowded
    }

    pub(super) fn room_event(&self) -> sync::Event {
        self.0.room.clone()
    }

    /// A barrier has to go out at the end of the turn.
    pub(super) fn want_fence(&self) {
        self.0.wants_fence.set(true);
    }

    /// Sends a barrier if so many deliveries wait for one.
    pub(super) fn fence_by_count(&self) {
        let count = self.0.terms.get().fence_count as usize;
        if count > 0 && self.0.pending.borrow().unfenced() >= count {
            self.fence();
        }
    }

    /// Sends a barrier of the session's own, if anything waits for one. It is taken even where the
    /// outbox is full: it is what the rest waits for.
    fn fence(&self) {
        self.0.wants_fence.set(false);
        if !self.is_active() || self.0.pending.borrow().unfenced() == 0 {
            return;
        }
        let (version, xid) = (self.version(), self.next_xid());
        let sent =
            self.0.outbox.borrow_mut().append(|buffer| BarrierRequest.encode(version, xid, buffer));
        if sent.is_ok() {
            self.0.counters.encoded(MessageType::BarrierRequest.wire(version).unwrap_or(u8::MAX));
            self.with_pending(|pending| pending.note_barrier(xid, true));
            self.list();
        }
    }

    /// The time of new requests starts at `now`.
    pub(super) fn start_requests(&self, now: Instant) {
        let is_new = self.0.is_tracking.get() && self.0.pending.borrow().has_untimed();
        if is_new {
            let interval = self.0.terms.get().fence_interval;
            self.with_pending(|pending| pending.start(now, interval));
        }
    }

    pub(super) fn request_deadline(&self) -> Option<Instant> {
        self.0.is_tracking.get().then(|| self.0.pending.borrow().deadline()).flatten()
    }

    /// Ends the requests whose time is over, and sends the barrier that is due.
    pub(super) fn expire_requests(&self, now: Instant) {
        if self.0.is_tracking.get() && self.with_pending(|pending| pending.expire(now)) {
            self.fence();
        }
    }

    /// Whether a message with this transaction id is somebody's answer.
    pub(super) fn is_awaited(&self, xid: Xid) -> bool {
        self.0.is_tracking.get() && self.0.pending.borrow().is_awaited(xid)
    }

    /// Whether the stream that this is a part of has no room for it.
    pub(super) fn is_clogged(&self, xid: Xid) -> bool {
        self.0.pending.borrow().is_clogged(xid)
    }

    /// Whether an app waits for an answer of the switch.
    pub(super) fn has_askers(&self) -> bool {
        self.0.is_tracking.get() && self.0.pending.borrow().has_askers()
    }

    /// Gives a message to whoever waits for it. What nobody waits for comes back.
    pub(super) fn claim(
        &self,
        xid: Xid,
        message: Message,
        len: usize,
    ) -> (Option<Message>, Option<Room>) {
        match self.with_pending(|pending| pending.claim(xid, message, len)) {
            Claim::Nobody(message) => (Some(message), None),
            Claim::Taken => (None, None),
            Claim::Full(parts) => (None, Some(Room(parts))),
        }
    }

    /// Gives an error to whoever sent its cause; false if that is nobody.
    pub(super) fn claim_error(&self, xid: Xid, error: &ErrorMsg) -> bool {
        self.with_pending(|pending| pending.claim_error(self.version(), xid, error))
    }

    /// Whether a message has to be shown to the table at all.
    pub(super) fn is_tracking(&self) -> bool {
        self.0.is_tracking.get()
    }

    /// The peer says nothing more: whoever waits for an answer waits in vain.
    pub(super) fn hang_up(&self) {
        self.0.is_hung_up.set(true);
        self.with_pending(Pending::disconnect);
    }

    pub(super) fn identity(&self) -> &Identity {
        &self.0.identity
    }

    pub(super) fn drop_packet_in(&self) -> u64 {
        add(&self.0.counters.dropped, 1);
        self.dropped_packet_ins()
    }
}

/// What only the session machine does.
impl Datapath {
    /// A test that would otherwise have to send 2^32 messages.
    #[cfg(test)]
    pub(super) fn set_next_xid(&self, xid: u32) {
        self.0.next_xid.set(xid);
    }

    pub(super) fn set_description(&self, description: DescStats) {
        *self.0.description.borrow_mut() = Some(description);
    }

    pub(super) fn note(&self) -> &Counters {
        &self.0.counters
    }

    pub(super) fn set_phase(&self, phase: Phase) {
        if phase == Phase::Main {
            self.0.was_main.set(true);
        }
        self.0.phase.set(phase);
    }

    pub(super) fn set_version(&self, version: Version) {
        self.0.version.set(version);
    }

    pub(super) fn set_features(&self, features: SwitchFeatures) {
        self.0.id.set(features.datapath_id);
        *self.0.features.borrow_mut() = Some(features);
    }

    pub(super) fn set_ports(&self, ports: BTreeMap<PortNo, Port>) {
        *self.0.ports.borrow_mut() = ports;
    }

    pub(super) fn put_port(&self, port: Port, limit: usize) {
        let mut ports = self.0.ports.borrow_mut();
        if ports.len() < limit || ports.contains_key(&port.port_no) {
            ports.insert(port.port_no, port);
        }
    }

    pub(super) fn remove_port(&self, number: PortNo) {
        self.0.ports.borrow_mut().remove(&number);
    }

    /// Ends the session's life: what still waits is dropped.
    pub(super) fn die(&self) {
        self.set_phase(Phase::Dead);
        add(&self.0.counters.unsent, self.waiting_messages() as u64);
        *self.0.outbox.borrow_mut() = Outbox::default();
        self.0.pump.borrow_mut().take();
        self.0.room.set();
        self.hang_up();
    }
}

impl PartialEq for Datapath {
    /// Two handles are equal if they are of the same connection.
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Datapath {}

impl fmt::Display for Datapath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(ClaimedIdentity { dpid, auxiliary_id }) = self.auxiliary_of() {
            return write!(f, "dpid={dpid} aux={auxiliary_id} addr={}", self.peer());
        }
        write!(f, "dpid={} addr={}", self.id(), self.peer())
    }
}

impl fmt::Debug for Datapath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Datapath({self} {} {})", self.version(), self.phase())
    }
}
