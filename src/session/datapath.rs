//! The datapath: one connected switch, as apps see it.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;
use std::task::Waker;

use crate::ofproto::{
    DescStats, Dpid, Encode, MessageType, Port, PortNo, SwitchFeatures, Version, Xid,
};
use crate::sync;

use super::counters::{Counters, SessionCounters, add};
use super::identity::{ClaimedIdentity, Identity};
use super::ledger::Terms;
use super::outbox::{FlushList, Outbox, SendError};
use super::pending::Pending;
use super::phase::Phase;
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
pub struct Datapath(pub(super) Rc<Shared>);

pub(super) struct Shared {
    pub(super) connection: u64,
    pub(super) peer: String,
    pub(super) id: Cell<Dpid>,
    pub(super) version: Cell<Version>,
    pub(super) phase: Cell<Phase>,
    /// Whether messages are taken: not after the end, nor once somebody has asked for it. Kept beside
    /// the two that say so, for every message asks.
    is_open: Cell<bool>,
    pub(super) next_xid: Cell<u32>,
    pub(super) outbox: RefCell<Outbox>,
    /// Whether this session stands in the flush list.
    pub(super) listed: Cell<bool>,
    /// Whether the last write left bytes behind: the socket would not take them.
    pub(super) blocked: Cell<bool>,
    pub(super) written: Cell<u64>,
    pub(super) flush: FlushList,
    pub(super) features: RefCell<Option<SwitchFeatures>>,
    pub(super) description: RefCell<Option<DescStats>>,
    pub(super) ports: RefCell<BTreeMap<PortNo, Port>>,
    pub(super) close: RefCell<Option<CloseReason>>,
    pub(super) pump: RefCell<Option<Waker>>,
    pub(super) pending: RefCell<Pending>,
    /// Whether the table of pending requests has anything to compare with: kept beside it so that
    /// the usual message looks at nothing else.
    pub(super) is_tracking: Cell<bool>,
    /// A barrier has to go out with the next flush.
    pub(super) wants_fence: Cell<bool>,
    /// The peer will say nothing more, though what it has said is still being gone through.
    pub(super) is_hung_up: Cell<bool>,
    /// Somebody waits for room in the outbox.
    pub(super) wants_room: Cell<bool>,
    pub(super) room: sync::Event,
    pub(super) terms: Cell<Terms>,
    pub(super) counters: Counters,
    /// Whether the main phase was ever reached.
    pub(super) was_main: Cell<bool>,
    pub(super) identity: Identity,
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
            is_open: Cell::new(true),
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
    #[inline]
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
    #[inline]
    pub fn version(&self) -> Version {
        self.0.version.get()
    }

    /// The dispatcher phase at this moment.
    pub fn phase(&self) -> Phase {
        self.0.phase.get()
    }

    /// Whether messages can be sent.
    #[inline]
    pub fn is_active(&self) -> bool {
        self.0.is_open.get()
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
        if outbox.lacks_buffer()
            && let Some(spare) = self.0.flush.spare()
        {
            outbox.set_buffer(spare);
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
    #[inline]
    pub fn next_xid(&self) -> Xid {
        let xid = self.0.next_xid.get();
        self.0.next_xid.set(xid.wrapping_add(1));
        match self.0.is_tracking.get() {
            false => Xid(xid),
            true => self.unless_pending(xid),
        }
    }

    /// This id, or the next that no request waits under.
    fn unless_pending(&self, mut xid: u32) -> Xid {
        while self.0.pending.borrow().holds(Xid(xid)) {
            xid = self.0.next_xid.get();
            self.0.next_xid.set(xid.wrapping_add(1));
        }
        Xid(xid)
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
        self.0.is_open.set(false);
        self.0.room.set();
        self.wake_pump();
    }
}

/// What only the session machine does.
impl Datapath {
    pub(super) fn identity(&self) -> &Identity {
        &self.0.identity
    }

    pub(super) fn drop_packet_in(&self) -> u64 {
        add(&self.0.counters.dropped, 1);
        self.dropped_packet_ins()
    }

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
        if phase == Phase::Dead {
            self.0.is_open.set(false);
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
