//! The controller: listens, accepts, calls, and runs one [pump](self) per connection.
//!
//! It may touch `hub`, `tls`, `session` and `app` (to publish on the bus). It knows no app by name.
//!
//! | File | Holds |
//! |---|---|
//! | `settings` | what the options mean |
//! | `accept_policy`, `cidr` | who may connect; no sockets |
//! | `listener`, `udp`, `dialer` | the ways in which a connection comes about |
//! | `link` | what it is made of |
//! | `identity` | who is who: one main connection for each datapath id, auxiliary ones beside it |
//! | `pump` | what is done with it |
//! | `watch`, `record`, `tap` | who looks on |
//! | `totals` | what is counted, and what apps are told of it |
//!
//! ```text
//!   socket --> pump --> Session --> ofp_event --> Bus --> inboxes
//!   socket <-- end-of-turn flush <-- Datapath's outbox <-- handlers
//! ```
//! What handlers send in one turn is written once per connection, at the end of the turn.

mod accept_policy;
mod cidr;
mod dialer;
mod identity;
mod link;
mod listener;
pub mod options;
mod pump;
mod read_buffer;
mod record;
mod settings;
mod tap;
#[cfg(test)]
mod tests;
mod totals;
mod transport;
mod turns;
mod udp;
mod watch;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::rc::Rc;
use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::app::Bus;
use crate::hub::net::Stream;
use crate::hub::{self, HookId, Task};
use crate::session::{CloseReason, Datapath, FlushList, Peer, Session, SessionConfig};
use crate::sync::Event;
use crate::tls::TlsContext;

pub use self::accept_policy::{
    AcceptCounters, AcceptGate, AcceptPolicy, HELD_ADDRESSES_MAX, Refusal, Refused,
};
pub use self::cidr::{BadCidr, Cidr};
use self::identity::Registry;
pub use self::identity::{AUXILIARIES_MAX, DuplicateDpid, PROBE_TIME};
pub use self::link::{Link, TlsLink, TransportCounters};
pub use self::listener::HANDSHAKES_MAX;
use self::pump::Pump;
use self::read_buffer::ReadBuffer;
pub use self::record::{RECORD_BUFFER, RECORD_WRITE};
pub use self::settings::{
    BadOption, OFP_PORTS, accept_policy, listening, switch_addresses, tls_settings,
};
pub use self::tap::{TAP_BYTES, TAPS_MAX};
use self::totals::Totals;
pub use self::transport::{BadTransportAddress, Transport, TransportAddress};
use self::turns::Turns;
pub use self::udp::{UDP_BACKLOG, UdpConfig};
use self::watch::Watch;

/// How the controller treats its connections.
#[derive(Clone, Debug)]
pub struct ControllerConfig {
    /// How each session behaves.
    pub session: SessionConfig,
    /// A peer that has taken nothing for this long while something waited for it is closed.
    pub write_timeout: Duration,
    /// Who may connect, until [`Controller::set_accept_policy`] says otherwise.
    pub accept: AcceptPolicy,
    /// Certificates for TLS, if it is to be had.
    pub tls: Option<TlsContext>,
    /// How switches on UDP are treated.
    pub udp: UdpConfig,
    /// What becomes of a second connection with the datapath id of a first.
    pub duplicate_dpid: DuplicateDpid,
}

impl Default for ControllerConfig {
    fn default() -> Self {
        ControllerConfig {
            session: SessionConfig::default(),
            write_timeout: Duration::from_secs(5),
            accept: AcceptPolicy::default(),
            tls: None,
            udp: UdpConfig::default(),
            duplicate_dpid: DuplicateDpid::default(),
        }
    }
}

/// All connections of one controller: a counted reference.
///
/// It has to be made inside a hub.
#[derive(Clone)]
pub struct Controller(Rc<Inner>);

struct Inner {
    bus: Bus,
    config: ControllerConfig,
    flush: FlushList,
    /// By number, so that whatever is done to all of them is done in the same order in every run.
    connections: RefCell<BTreeMap<u64, Connection>>,
    last_connection: Cell<u64>,
    registry: Registry,
    read_buffer: RefCell<ReadBuffer>,
    turns: Turns,
    listeners: RefCell<Vec<(TransportAddress, Task<()>)>>,
    dialers: RefCell<BTreeMap<TransportAddress, Task<()>>>,
    /// Those who are in the middle of a TLS handshake.
    guests: RefCell<BTreeMap<u64, Task<()>>>,
    last_guest: Cell<u64>,
    gate: RefCell<AcceptGate>,
    counters: Cell<TransportCounters>,
    totals: RefCell<Totals>,
    log_task: RefCell<Option<Task<()>>>,
    watch: Watch,
    /// The first transaction id of the next connection, if it is given.
    replayed_xid: Cell<Option<u32>>,
    hook: Cell<Option<HookId>>,
}

struct Connection {
    stream: Rc<dyn Stream>,
    datapath: Datapath,
    link: Rc<Link>,
    since: Instant,
    /// Set when it is over.
    ended: Event,
    task: Option<Task<()>>,
}

/// A connection, for those who want to know about it.
#[derive(Clone, Debug)]
pub struct ConnectionInfo {
    /// The session's handle.
    pub datapath: Datapath,
    /// How the switch is connected.
    pub link: Rc<Link>,
}

impl Controller {
    /// A controller without connections, whose events go to `bus`.
    pub fn new(bus: Bus, config: ControllerConfig) -> Self {
        let gate = AcceptGate::new(config.accept.clone(), hub::now());
        let controller = Controller(Rc::new(Inner {
            bus,
            config,
            flush: FlushList::default(),
            connections: RefCell::default(),
            last_connection: Cell::new(0),
            registry: Registry::default(),
            read_buffer: RefCell::new(ReadBuffer::new()),
            turns: Turns::default(),
            listeners: RefCell::default(),
            dialers: RefCell::default(),
            guests: RefCell::default(),
            last_guest: Cell::new(0),
            gate: RefCell::new(gate),
            counters: Cell::default(),
            totals: RefCell::default(),
            log_task: RefCell::default(),
            watch: Watch::default(),
            replayed_xid: Cell::default(),
            hook: Cell::new(None),
        }));
        let inner = Rc::downgrade(&controller.0);
        let mut listed = Vec::new();
        let hook = hub::end_of_turn(move || {
            let Some(inner) = inner.upgrade() else { return };
            let controller = Controller(inner);
            controller.0.flush.take(&mut listed);
            for datapath in listed.drain(..) {
                controller.flush(&datapath);
            }
        });
        controller.0.hook.set(Some(hook));
        controller
    }

    /// Serves a connection that somebody has made, for instance in memory.
    pub fn attach(&self, stream: Rc<dyn Stream>) {
        self.attach_linked(stream, Link::default());
    }

    /// Serves a connection of a recording, whose transaction ids begin where they did then.
    pub fn attach_replayed(&self, stream: Rc<dyn Stream>, first_xid: Option<u32>) {
        self.0.replayed_xid.set(first_xid);
        self.attach(stream);
    }

    /// Serves a connection that was made in any way; returns its number.
    fn attach_linked(&self, stream: Rc<dyn Stream>, link: Link) -> u64 {
        let number = self.0.last_connection.get() + 1;
        self.0.last_connection.set(number);
        if self.0.watch.is_on() {
            self.0.watch.opened(number, &*stream);
        }
        let peer = Peer {
            connection: number,
            address: stream.peer(),
            first_xid: self.first_xid(number),
            flush: self.0.flush.clone(),
        };
        let session = Session::new(self.0.config.session.clone(), peer, hub::now());
        let datapath = session.datapath().clone();
        let name = format!("pump {}", datapath.peer());
        let stream_of_ours = Rc::clone(&stream);
        let (link, since, ended) = (Rc::new(link), hub::now(), Event::new());
        let connection =
            Connection { stream: stream_of_ours, datapath, link, since, ended, task: None };
        self.0.connections.borrow_mut().insert(number, connection);
        let pump = Pump::new(self.clone(), stream, session);
        // Made here and not by the task, which may be killed before its first turn.
        let gone = Gone { controller: self.clone(), number };
        let task = hub::spawn(name, async move {
            pump.run().await;
            drop(gone);
        });
        if let Some(connection) = self.0.connections.borrow_mut().get_mut(&number) {
            connection.task = Some(task);
        }
        number
    }

    /// Waits until the connection of that number is over.
    async fn ended(&self, number: u64) {
        let ended = self.0.connections.borrow().get(&number).map(|c| c.ended.clone());
        if let Some(ended) = ended {
            ended.wait().await;
        }
    }

    /// The connections of this moment, by number: those in their handshake and auxiliary ones
    /// included.
    pub fn datapaths(&self) -> Vec<Datapath> {
        self.0.connections.borrow().values().map(|c| c.datapath.clone()).collect()
    }

    /// The connections of this moment, by number.
    pub fn connections(&self) -> Vec<ConnectionInfo> {
        let info = |connection: &Connection| ConnectionInfo {
            datapath: connection.datapath.clone(),
            link: Rc::clone(&connection.link),
        };
        self.0.connections.borrow().values().map(info).collect()
    }

    /// Who may connect.
    pub fn accept_policy(&self) -> AcceptPolicy {
        self.0.gate.borrow().policy().clone()
    }

    /// Changes who may connect; those connected stay.
    pub fn set_accept_policy(&self, policy: AcceptPolicy) {
        self.0.gate.borrow_mut().set_policy(policy, hub::current().now());
    }

    /// How many were let in, and how many refused for each reason.
    pub fn accept_counters(&self) -> AcceptCounters {
        self.0.gate.borrow().counters()
    }

    /// What was counted of TLS handshakes and of datagrams.
    pub fn transport_counters(&self) -> TransportCounters {
        self.0.counters.get()
    }

    fn count(&self, add: impl FnOnce(&mut TransportCounters)) {
        let mut counters = self.0.counters.get();
        add(&mut counters);
        self.0.counters.set(counters);
    }

    /// Stops accepting and calling switches; those connected stay, but what comes over UDP is not
    /// received any more.
    pub fn stop_listening(&self) {
        let listeners = self.0.listeners.take();
        let dialers = self.0.dialers.take();
        let guests = self.0.guests.take();
        drop((listeners, dialers, guests));
    }

    /// Closes all connections after what waits for them has been written, and waits for that, but
    /// not for longer than `limit`.
    pub async fn shutdown(&self, limit: Duration) {
        self.stop_listening();
        let mut tasks = Vec::new();
        for connection in self.0.connections.borrow_mut().values_mut() {
            connection.datapath.close_because(CloseReason::Local);
            tasks.extend(connection.task.take());
        }
        let _ = hub::timeout(limit, hub::joinall(tasks)).await;
        drop(self.0.log_task.take());
        self.0.watch.finish();
        if let Some(hook) = self.0.hook.take() {
            hub::remove_end_of_turn(hook);
        }
    }

    fn bus(&self) -> &Bus {
        &self.0.bus
    }

    fn write_timeout(&self) -> Duration {
        self.0.config.write_timeout
    }

    /// One read of what a switch has sent, `size` bytes at most; nothing at its end.
    fn read(&self, stream: &dyn Stream, size: usize) -> io::Result<Bytes> {
        self.0.read_buffer.borrow_mut().read(size, |buffer| stream.try_read(buffer))
    }

    fn turns(&self) -> &Turns {
        &self.0.turns
    }

    /// One write of what waits for a switch. What the socket does not take is left to the pump.
    fn flush(&self, datapath: &Datapath) {
        let stream = {
            let connections = self.0.connections.borrow();
            connections.get(&datapath.connection()).map(|c| Rc::clone(&c.stream))
        };
        let Some(stream) = stream else { return };
        // The pump reads and keeps time by these two: it has to look again when they change.
        let was_waiting = datapath.is_blocked() || datapath.is_congested();
        match self.write(datapath, &*stream) {
            Ok(0) if !was_waiting => {}
            Ok(_) => datapath.wake_pump(),
            Err(cause) if cause.kind() == io::ErrorKind::WouldBlock => datapath.wake_pump(),
            Err(cause) => datapath.close_because(CloseReason::Lost(cause.to_string())),
        }
    }

    /// A transaction id that a peer cannot foresee; on a test clock, one that never changes.
    fn first_xid(&self, connection: u64) -> u32 {
        if let Some(xid) = self.0.replayed_xid.take() {
            return xid;
        }
        if hub::current().clock().is_test() {
            return connection as u32;
        }
        // The standard library's hash keys are the one source of random bits at hand.
        RandomState::new().hash_one(connection) as u32
    }
}

impl fmt::Debug for Controller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.datapaths()).finish()
    }
}

/// Takes a connection off the table however its task ends.
struct Gone {
    controller: Controller,
    number: u64,
}

impl Drop for Gone {
    fn drop(&mut self) {
        let connection = self.controller.0.connections.borrow_mut().remove(&self.number);
        let Some(connection) = connection else { return };
        self.controller.0.totals.borrow_mut().note_gone(&connection.datapath);
        self.controller.0.watch.closed(self.number);
        self.controller.leave(&connection.datapath);
        connection.ended.set();
        if let Some(task) = connection.task {
            // The task is ending by itself; its handle must not kill it half way.
            task.detach();
        }
    }
}

/// Takes a handshake off the table however its task ends.
struct Guest {
    controller: Controller,
    number: u64,
}

impl Guest {
    fn new(controller: &Controller) -> Guest {
        let number = controller.0.last_guest.get() + 1;
        controller.0.last_guest.set(number);
        Guest { controller: controller.clone(), number }
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let task = self.controller.0.guests.borrow_mut().remove(&self.number);
        if let Some(task) = task {
            task.detach();
        }
    }
}
