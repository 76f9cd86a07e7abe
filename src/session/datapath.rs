//! The datapath: one connected switch, as apps see it.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;
use std::task::Waker;

use crate::ofproto::{Dpid, Encode, Port, PortNo, SwitchFeatures, Version, Xid};

use super::outbox::{FlushList, OUTBOX_HIGH_WATER, OUTBOX_LIMIT, Outbox, SendError};
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
    ports: RefCell<BTreeMap<PortNo, Port>>,
    close: RefCell<Option<CloseReason>>,
    pump: RefCell<Option<Waker>>,
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
            ports: RefCell::default(),
            close: RefCell::default(),
            pump: RefCell::default(),
        }))
    }

    /// The datapath id; zero until the features reply, that is before the main phase.
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
        if !self.is_active() {
            return Err(SendError::Closed);
        }
        let mut outbox = self.0.outbox.borrow_mut();
        if outbox.len() >= OUTBOX_LIMIT {
            return Err(SendError::Full);
        }
        message.encode(self.version(), xid, outbox.buffer())?;
        drop(outbox);
        self.list();
        Ok(())
    }

    /// The next transaction id of this session.
    pub fn next_xid(&self) -> Xid {
        let xid = self.0.next_xid.get();
        self.0.next_xid.set(xid.wrapping_add(1));
        Xid(xid)
    }

    /// Ends the connection after what waits in the outbox has been written.
    pub fn close(&self) {
        self.close_because(CloseReason::Local);
    }

    /// Like [`Datapath::close`], with the reason to log. Only the first reason counts.
    pub fn close_because(&self, reason: CloseReason) {
        self.0.close.borrow_mut().get_or_insert(reason);
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
        self.0.listed.set(false);
        let mut outbox = self.0.outbox.borrow_mut();
        self.0.blocked.set(outbox.len() > 0);
        if outbox.len() > 0 {
            let n = write(outbox.waiting())?;
            outbox.written(n);
            self.0.written.set(self.0.written.get() + n as u64);
            self.0.blocked.set(outbox.len() > 0);
        }
        Ok(outbox.len())
    }

    /// Whether the last flush left bytes behind, so that the socket has to become writable first.
    pub fn is_blocked(&self) -> bool {
        self.0.blocked.get()
    }

    /// How many bytes have been written since the connection was made.
    pub fn written_bytes(&self) -> u64 {
        self.0.written.get()
    }

    /// How many bytes wait.
    pub fn waiting_bytes(&self) -> usize {
        self.0.outbox.borrow().len()
    }

    /// Whether so many bytes wait that the peer should not be read from.
    pub fn is_congested(&self) -> bool {
        self.waiting_bytes() > OUTBOX_HIGH_WATER
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

/// What only the session machine does.
impl Datapath {
    pub(super) fn set_phase(&self, phase: Phase) {
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
        *self.0.outbox.borrow_mut() = Outbox::default();
        self.0.pump.borrow_mut().take();
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
        write!(f, "dpid={} addr={}", self.id(), self.peer())
    }
}

impl fmt::Debug for Datapath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Datapath({self} {} {})", self.version(), self.phase())
    }
}
