//! The network: the [fabric](super::fabric) driven by the hub, each switch with its own connection
//! to the controller.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use thiserror::Error;

use crate::hub::net::Stream;
use crate::hub::{self, HookId, Task};
use crate::ofproto::{Dpid, Encode, FlowStats, Message, Version, Xid};
use crate::session::{Datapath, FlushList, SendError};
use crate::sync::{Event, oneshot};

use super::channel;
use super::fabric::{Fabric, FabricOutput, StationId};
use super::host::{Host, PingId};
use super::random::Random;
use super::switch::TABLE_CAPACITY;
use super::topology::{Node, Topology};
use super::trace::Trace;

/// The least delay of a link in a network with loops and without a spanning tree: a frame that
/// circles for ever must not circle infinitely fast.
pub const LOOP_DELAY: Duration = Duration::from_millis(1);

/// With no message for this long, the start of a network counts as over.
const QUIET: Duration = Duration::from_millis(50);

/// How often it is looked whether the start is over.
const LOOK: Duration = Duration::from_millis(5);

/// How a network behaves.
#[derive(Clone, Debug)]
pub struct NetworkConfig {
    /// The OpenFlow versions that the switches offer, ascending, not empty.
    pub versions: Vec<Version>,
    /// How long a frame takes over a link; zero delivers it in the next turn of the hub.
    pub delay: Duration,
    /// What is drawn at random is drawn from this.
    pub seed: u64,
    /// Whether ports off a spanning tree are kept out of flooding. `None` does so if the topology
    /// has loops.
    pub spanning_tree: Option<bool>,
    /// How many entries fit into one flow table.
    pub table_capacity: usize,
    /// Whether all OpenFlow messages are recorded.
    pub trace: bool,
}

impl Default for NetworkConfig {
    fn default() -> Self {
        NetworkConfig {
            versions: vec![Version::V1_0, Version::V1_3],
            delay: Duration::ZERO,
            seed: 0,
            spanning_tree: None,
            table_capacity: TABLE_CAPACITY,
            trace: false,
        }
    }
}

/// How switches reach their controller.
#[derive(Clone)]
pub enum Uplink {
    /// Over TCP.
    Tcp(SocketAddr),
    /// In any other way: called for each attempt to connect.
    Dial(Rc<dyn Fn() -> io::Result<Rc<dyn Stream>>>),
}

impl fmt::Debug for Uplink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Uplink::Tcp(addr) => write!(f, "Tcp({addr})"),
            Uplink::Dial(_) => f.write_str("Dial(..)"),
        }
    }
}

/// Why something cannot be done with a network.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NetworkError {
    /// No node has this name.
    #[error("no {kind} {name:?} in topology {topology}")]
    NoSuchNode {
        /// `host` or `switch`.
        kind: &'static str,
        /// The name.
        name: String,
        /// The topology.
        topology: String,
    },
    /// The two are not wired to each other.
    #[error("no link between {0} and {1}")]
    NoSuchLink(String, String),
    /// Not all switches were taken by the controller in time.
    #[error("not connected to the controller: {}", first_of(.0))]
    NotConnected(Vec<String>),
}

/// A running network: a counted reference. It has to be made and used inside a hub.
///
/// Clones are of the same network. It runs until [`Network::stop`], or until its hub is dropped.
#[derive(Clone)]
pub struct Network(pub(super) Rc<Inner>);

pub(super) struct Inner {
    pub(super) config: NetworkConfig,
    pub(super) uplink: Uplink,
    pub(super) flush: FlushList,
    fabric: RefCell<Fabric>,
    trace: RefCell<Trace>,
    random: RefCell<Random>,
    started: Instant,
    /// Set when there is something for the task of the fabric to do.
    stirred: Event,
    channels: RefCell<Vec<Channel>>,
    streams: RefCell<BTreeMap<u64, Rc<dyn Stream>>>,
    last_connection: Cell<u64>,
    last_message: Cell<Instant>,
    pings: RefCell<BTreeMap<(StationId, PingId), RoundTrip>>,
    task: RefCell<Option<Task<()>>>,
    hook: Cell<Option<HookId>>,
}

/// Where the outcome of a ping is awaited: its round-trip time, or `None` if it was lost.
type RoundTrip = oneshot::Sender<Option<Duration>>;

/// The connection of one switch.
#[derive(Default)]
struct Channel {
    task: Option<Task<()>>,
    datapath: Option<Datapath>,
    /// Whether the switch has said who it is and which ports it has.
    is_known: bool,
}

impl Network {
    /// Builds the network and starts to connect its switches.
    ///
    /// # Panics
    /// Outside a hub.
    pub fn start(topology: Topology, mut config: NetworkConfig, uplink: Uplink) -> Network {
        let has_loops = topology.has_loops();
        let has_tree = config.spanning_tree.unwrap_or(has_loops);
        if has_loops && !has_tree {
            config.delay = config.delay.max(LOOP_DELAY);
        }
        let now = clock_now();
        let channels = topology.switches.iter().map(|_| Channel::default()).collect();
        let fabric = Fabric::new(topology, config.delay, has_tree, config.table_capacity, now);
        let network = Network(Rc::new(Inner {
            uplink,
            flush: FlushList::default(),
            fabric: RefCell::new(fabric),
            trace: RefCell::new(Trace::new(config.trace)),
            random: RefCell::new(Random::new(config.seed)),
            started: now,
            stirred: Event::new(),
            channels: RefCell::new(channels),
            streams: RefCell::default(),
            last_connection: Cell::new(0),
            last_message: Cell::new(now),
            pings: RefCell::default(),
            task: RefCell::default(),
            hook: Cell::new(None),
            config,
        }));
        network.hook_up();
        let task = hub::spawn("network", run(network.clone()));
        *network.0.task.borrow_mut() = Some(task);
        for switch in 0..network.switch_count() {
            network.open_channel(switch);
        }
        network
    }

    /// One write per connection at the end of a turn, however many messages there are.
    fn hook_up(&self) {
        let inner = Rc::downgrade(&self.0);
        let mut listed = Vec::new();
        let hook = hub::end_of_turn(move || {
            let Some(inner) = inner.upgrade() else { return };
            inner.flush.take(&mut listed);
            for datapath in listed.drain(..) {
                Network(Rc::clone(&inner)).flush(&datapath);
            }
        });
        self.0.hook.set(Some(hook));
    }

    /// The topology that it was built from.
    pub fn topology(&self) -> Topology {
        self.0.fabric.borrow().topology().clone()
    }

    /// How a frame's way is delayed, what is drawn at random: the configuration in force.
    pub fn config(&self) -> &NetworkConfig {
        &self.0.config
    }

    /// Waits until the controller knows every switch and nothing has been said for a moment, so
    /// that what apps install at first is installed.
    ///
    /// # Errors
    /// [`NetworkError::NotConnected`] with the names of the switches that are not known after
    /// `limit`.
    pub async fn ready(&self, limit: Duration) -> Result<(), NetworkError> {
        let deadline = clock_now() + limit;
        loop {
            let missing = self.missing();
            let now = clock_now();
            let silence = now.saturating_duration_since(self.0.last_message.get());
            if missing.is_empty() && silence >= QUIET {
                return Ok(());
            }
            if now >= deadline {
                return match missing.is_empty() {
                    true => Ok(()),
                    false => Err(NetworkError::NotConnected(missing)),
                };
            }
            hub::sleep(LOOK).await;
        }
    }

    /// How many switches the controller knows.
    pub fn connected_count(&self) -> usize {
        self.0.channels.borrow().iter().filter(|channel| channel.is_known).count()
    }

    fn missing(&self) -> Vec<String> {
        let fabric = self.0.fabric.borrow();
        let channels = self.0.channels.borrow();
        let switches = fabric.topology().switches.iter().zip(channels.iter()).enumerate();
        let missing = switches
            .filter(|(index, (_, channel))| fabric.switch(*index).is_some() && !channel.is_known);
        missing.map(|(_, (spec, _))| spec.name.clone()).collect()
    }

    /// The flow entries of a switch, by table, best first.
    ///
    /// # Errors
    /// [`NetworkError::NoSuchNode`]. A switch that is switched off has none.
    pub fn flows(&self, switch: &str) -> Result<Vec<FlowStats>, NetworkError> {
        let index = self.switch_index(switch)?;
        let fabric = self.0.fabric.borrow();
        Ok(fabric.switch(index).map(|switch| switch.flows(clock_now())).unwrap_or_default())
    }

    /// Every switch with the number of its flow entries.
    pub fn flow_counts(&self) -> Vec<(String, Dpid, usize)> {
        let fabric = self.0.fabric.borrow();
        let specs = fabric.topology().switches.iter().enumerate();
        let counts = specs.map(|(index, spec)| {
            let count = fabric.switch(index).map_or(0, |switch| switch.flow_count());
            (spec.name.clone(), spec.dpid, count)
        });
        counts.collect()
    }

    /// The OpenFlow version of a switch's connection, if it has one.
    ///
    /// # Errors
    /// [`NetworkError::NoSuchNode`].
    pub fn version(&self, switch: &str) -> Result<Option<Version>, NetworkError> {
        let index = self.switch_index(switch)?;
        let channels = self.0.channels.borrow();
        Ok(channels[index].datapath.as_ref().map(Datapath::version))
    }

    /// Plugs in the cables between two nodes, or pulls them.
    ///
    /// # Errors
    /// [`NetworkError::NoSuchNode`], [`NetworkError::NoSuchLink`].
    pub fn set_link(&self, a: &str, b: &str, is_up: bool) -> Result<(), NetworkError> {
        for link in self.links_between(a, b)? {
            self.with_fabric(|fabric, now| fabric.set_link(link, is_up, now));
        }
        Ok(())
    }

    /// Makes the cables between two nodes lose every frame while the ports stay up, as a broken media
    /// converter does; until [`Network::set_link`].
    ///
    /// # Errors
    /// As [`Network::set_link`].
    pub fn silence_link(&self, a: &str, b: &str) -> Result<(), NetworkError> {
        for link in self.links_between(a, b)? {
            self.with_fabric(|fabric, _| fabric.silence_link(link));
        }
        Ok(())
    }

    /// The cables between two nodes, one at least.
    fn links_between(&self, a: &str, b: &str) -> Result<Vec<usize>, NetworkError> {
        let links = {
            let fabric = self.0.fabric.borrow();
            let topology = fabric.topology();
            let node =
                |name: &str| topology.node(name).ok_or_else(|| no_such("node", name, topology));
            let (a, b) = (node(a)?, node(b)?);
            let links = topology.links.iter().enumerate().filter(|(_, link)| {
                (link.a.node, link.b.node) == (a, b) || (link.a.node, link.b.node) == (b, a)
            });
            links.map(|(index, _)| index).collect::<Vec<_>>()
        };
        match links.is_empty() {
            true => Err(NetworkError::NoSuchLink(a.to_owned(), b.to_owned())),
            false => Ok(links),
        }
    }

    /// Switches a switch off: connection and entries are gone, its neighbours see their links go
    /// down.
    ///
    /// # Errors
    /// [`NetworkError::NoSuchNode`].
    pub fn stop_switch(&self, switch: &str) -> Result<(), NetworkError> {
        let index = self.switch_index(switch)?;
        let task = self.0.channels.borrow_mut()[index].task.take();
        // Dropping the task drops the session and the stream with it.
        drop(task);
        self.with_fabric(|fabric, now| fabric.power_off(index, now));
        Ok(())
    }

    /// Switches a switch on again, with empty tables; it connects by itself.
    ///
    /// # Errors
    /// [`NetworkError::NoSuchNode`].
    pub fn start_switch(&self, switch: &str) -> Result<(), NetworkError> {
        let index = self.switch_index(switch)?;
        if self.0.fabric.borrow().switch(index).is_none() {
            self.with_fabric(|fabric, now| fabric.power_on(index, now));
            self.open_channel(index);
        }
        Ok(())
    }

    /// Puts a frame, as it is, on the cable of a host.
    ///
    /// # Errors
    /// [`NetworkError::NoSuchNode`].
    pub fn inject(&self, host: &str, frame: impl Into<Bytes>) -> Result<(), NetworkError> {
        let index = self.host_index(host)?;
        self.with_fabric(|fabric, now| fabric.inject(index, frame.into(), now));
        Ok(())
    }

    /// Makes all hosts forget the addresses of the others, as if nobody had talked for long.
    pub fn forget_neighbours(&self) {
        self.with_fabric(|fabric, _| fabric.forget_neighbours());
    }

    /// The recorded messages, if [`NetworkConfig::trace`] is set: `seconds switch direction xid
    /// message`, where `<` is to the switch.
    pub fn trace(&self) -> Vec<String> {
        self.0.trace.borrow().lines().to_vec()
    }

    /// Ends all connections and stops everything.
    pub fn stop(&self) {
        let tasks: Vec<_> =
            self.0.channels.borrow_mut().iter_mut().map(|channel| channel.task.take()).collect();
        drop(tasks);
        drop(self.0.task.take());
        if let Some(hook) = self.0.hook.take() {
            hub::remove_end_of_turn(hook);
        }
    }
}

/// What the trials and the connections of the switches need.
impl Network {
    pub(super) fn switch_count(&self) -> usize {
        self.0.channels.borrow().len()
    }

    pub(super) fn host_index(&self, name: &str) -> Result<usize, NetworkError> {
        let fabric = self.0.fabric.borrow();
        match fabric.topology().node(name) {
            Some(Node::Host(index)) => Ok(index),
            _ => Err(no_such("host", name, fabric.topology())),
        }
    }

    fn switch_index(&self, name: &str) -> Result<usize, NetworkError> {
        let fabric = self.0.fabric.borrow();
        match fabric.topology().node(name) {
            Some(Node::Switch(index)) => Ok(index),
            _ => Err(no_such("switch", name, fabric.topology())),
        }
    }

    /// A number below `n`, from the seed.
    pub(super) fn draw(&self, n: usize) -> usize {
        self.0.random.borrow_mut().below(n)
    }

    /// The number and the first transaction id of a new connection.
    pub(super) fn next_connection(&self) -> (u64, u32) {
        let number = self.0.last_connection.get() + 1;
        self.0.last_connection.set(number);
        (number, self.0.random.borrow_mut().next_u32())
    }

    /// Sends a ping; what comes out is its round-trip time, or `None` if it was lost.
    pub(super) fn send_ping(
        &self,
        station: StationId,
        to: std::net::Ipv4Addr,
        timeout: Duration,
    ) -> oneshot::Receiver<Option<Duration>> {
        let (sender, receiver) = oneshot::channel();
        let mut fabric = self.0.fabric.borrow_mut();
        let sent = fabric.ping(station, to, timeout, clock_now());
        drop(fabric);
        if let Some(ping) = sent {
            self.0.pings.borrow_mut().insert((station, ping), sender);
        }
        self.settle();
        receiver
    }

    pub(super) fn add_guest(&self, station: StationId, host: Host) {
        self.0.fabric.borrow_mut().add_guest(station, host);
    }

    pub(super) fn remove_guest(&self, station: StationId) {
        self.0.fabric.borrow_mut().remove_guest(station);
    }

    /// A switch and its controller have agreed on a version.
    pub(super) fn channel_up(&self, switch: usize, datapath: &Datapath) {
        self.0.channels.borrow_mut()[switch].datapath = Some(datapath.clone());
        let version = datapath.version();
        self.with_fabric(|fabric, now| fabric.controller_connected(switch, version, now));
    }

    /// The connection of a switch has ended.
    pub(super) fn channel_down(&self, switch: usize, connection: u64) {
        let stream = self.0.streams.borrow_mut().remove(&connection);
        drop(stream);
        let mut channels = self.0.channels.borrow_mut();
        let channel = &mut channels[switch];
        let is_current =
            channel.datapath.as_ref().is_some_and(|datapath| datapath.connection() == connection);
        if is_current {
            channel.datapath = None;
            channel.is_known = false;
            drop(channels);
            self.with_fabric(|fabric, now| fabric.controller_gone(switch, now));
        }
    }

    pub(super) fn keep_stream(&self, connection: u64, stream: Rc<dyn Stream>) {
        self.0.streams.borrow_mut().insert(connection, stream);
    }

    /// A switch has received a message.
    pub(super) fn receive(&self, switch: usize, xid: Xid, message: Message) {
        self.record(switch, '<', xid, &message);
        self.with_fabric(|fabric, now| fabric.handle_message(switch, xid, message, now));
    }

    /// One write of what waits for the controller of a switch.
    pub(super) fn flush(&self, datapath: &Datapath) {
        let stream = self.0.streams.borrow().get(&datapath.connection()).map(Rc::clone);
        let Some(stream) = stream else { return };
        match datapath.flush_with(|bytes| stream.try_write(bytes)) {
            Ok(0) => {}
            Ok(_) => datapath.wake_pump(),
            Err(cause) if cause.kind() == io::ErrorKind::WouldBlock => datapath.wake_pump(),
            Err(_) => datapath.close(),
        }
    }

    fn open_channel(&self, switch: usize) {
        let name = self.0.fabric.borrow().topology().switches[switch].name.clone();
        let task = hub::spawn(format!("switch {name}"), channel::run(self.clone(), switch, name));
        self.0.channels.borrow_mut()[switch].task = Some(task);
    }

    /// Does something with the fabric, then all that comes of it.
    fn with_fabric(&self, act: impl FnOnce(&mut Fabric, Instant)) {
        act(&mut self.0.fabric.borrow_mut(), clock_now());
        self.settle();
    }

    /// Passes on what the fabric has to say, and wakes its task.
    fn settle(&self) {
        loop {
            let output = self.0.fabric.borrow_mut().poll_output();
            match output {
                None => break,
                Some(FabricOutput::ToController { switch, xid, message }) => {
                    self.tell_controller(switch, xid, &message);
                }
                Some(FabricOutput::Pinged { station, ping, round_trip }) => {
                    let waiting = self.0.pings.borrow_mut().remove(&(station, ping));
                    if let Some(waiting) = waiting {
                        // Whoever asked may have gone.
                        let _ = waiting.send(round_trip);
                    }
                }
            }
        }
        self.0.stirred.set();
    }

    fn tell_controller(&self, switch: usize, xid: Option<Xid>, message: &Message) {
        let datapath = self.0.channels.borrow()[switch].datapath.clone();
        let Some(datapath) = datapath else { return };
        // A controller that does not read is not told of frames, as with a real switch.
        if matches!(message, Message::PacketIn(_)) && datapath.is_congested() {
            return;
        }
        let (is_answer, xid) = (xid.is_some(), xid.unwrap_or_else(|| datapath.next_xid()));
        match datapath.send_as(xid, message) {
            Ok(()) => self.record(switch, '>', xid, message),
            Err(SendError::Full) => datapath.close(),
            Err(SendError::Closed) => {}
            Err(SendError::Encode(cause)) => {
                let fabric = self.0.fabric.borrow();
                let name = &fabric.topology().switches[switch].name;
                log::warn!("switch {name}: a {} is not sent: {cause}", message.name());
                drop(fabric);
                if is_answer {
                    self.0.fabric.borrow_mut().answer_unsaid(switch, xid, clock_now());
                }
            }
        }
        let is_last = match message {
            Message::SwitchFeatures(_) => datapath.version() < Version::V1_3,
            Message::MultipartReply(reply) => {
                matches!(reply.body, crate::ofproto::MultipartReplyBody::PortDesc(_))
                    && !reply.has_more()
            }
            _ => false,
        };
        if is_last {
            self.0.channels.borrow_mut()[switch].is_known = true;
        }
    }

    fn record(&self, switch: usize, direction: char, xid: Xid, message: &Message) {
        let now = clock_now();
        self.0.last_message.set(now);
        let at = now.saturating_duration_since(self.0.started);
        let fabric = self.0.fabric.borrow();
        let name = &fabric.topology().switches[switch].name;
        self.0.trace.borrow_mut().record(at, name, direction, || format!("{xid} {message}"));
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Network({}, {:?})", self.0.fabric.borrow().topology(), self.0.uplink)
    }
}

/// The task of the fabric: delivers frames and fires timers.
async fn run(network: Network) {
    loop {
        network.0.stirred.clear();
        let has_more = network.0.fabric.borrow_mut().tick(clock_now());
        network.settle();
        network.0.stirred.clear();
        let deadline = network.0.fabric.borrow().deadline();
        let now = clock_now();
        match deadline {
            _ if has_more => hub::yield_now().await,
            Some(at) if at <= now => hub::yield_now().await,
            Some(at) => {
                let _ = hub::timeout(at - now, network.0.stirred.wait()).await;
            }
            None => network.0.stirred.wait().await,
        }
    }
}

/// The first names of a list, which may be of a thousand.
fn first_of(names: &[String]) -> String {
    const SHOWN: usize = 10;
    let shown = names[..names.len().min(SHOWN)].join(", ");
    match names.len() {
        ..=SHOWN => shown,
        all => format!("{shown} and {} more", all - SHOWN),
    }
}

fn no_such(kind: &'static str, name: &str, topology: &Topology) -> NetworkError {
    NetworkError::NoSuchNode { kind, name: name.to_owned(), topology: topology.name.clone() }
}

/// The time at this moment, not that of the turn: latencies are measured with it.
pub(super) fn clock_now() -> Instant {
    hub::current().clock().now()
}
