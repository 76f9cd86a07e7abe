//! The lab: a network, a controller and apps on a clock that the test turns, in one thread and
//! without a socket.

use std::cell::RefCell;
use std::fmt;
use std::io;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use thiserror::Error;

use crate::app::{
    AppError, AppManager, AppResult, Bus, Catalog, CatalogError, HttpError, Plan, PlanErrors,
    Response, RouteRequest, Sessions,
};
use crate::clock::Clock;
use crate::conf::Conf;
use crate::controller::{Controller, ControllerConfig};
use crate::hub::net::{Stream, pipe};
use crate::hub::{Hub, net};
use crate::ofproto::{FlowStats, Version};
use crate::session::{Datapath, SessionConfig};

use super::network::{Network, NetworkConfig, NetworkError, Uplink};
use super::topology::{Topology, TopologyError};
use super::trials::{FlowTrial, PingAll};

/// How many bytes are under way between a switch and the controller, at most, in each direction.
const PIPE_CAPACITY: usize = 64 * 1024;

/// How long the switches may take to connect, on the lab's clock.
const START_LIMIT: Duration = Duration::from_secs(10);

/// How long a ping may take.
const PING_TIMEOUT: Duration = Duration::from_secs(1);

/// How long the connections may take over what still waits for them when the controller stops.
const FLUSH_GRACE: Duration = Duration::from_millis(200);

/// Why a lab could not be started.
#[derive(Debug, Error)]
pub enum LabError {
    /// The text names no topology.
    #[error(transparent)]
    Topology(#[from] TopologyError),
    /// The apps that are compiled in contradict each other.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The apps cannot be run together, or are not known.
    #[error(transparent)]
    Plan(#[from] PlanErrors),
    /// An app could not be built.
    #[error("{0}")]
    App(AppError),
    /// The switches were not taken.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The system has no resources for a hub.
    #[error("cannot make a hub: {0}")]
    Hub(#[from] io::Error),
}

/// What a [`Lab`] is started from.
#[derive(Clone, Debug)]
pub struct LabBuilder {
    topology: Result<Topology, TopologyError>,
    apps: Vec<String>,
    network: NetworkConfig,
    conf: Rc<Conf>,
}

impl LabBuilder {
    /// The number that everything random is drawn from; 0 unless given.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.network.seed = seed;
        self
    }

    /// How long a frame takes over a link; no time at all unless given.
    #[must_use]
    pub fn delay(mut self, delay: Duration) -> Self {
        self.network.delay = delay;
        self
    }

    /// The OpenFlow versions that the switches offer, ascending; 1.0 and 1.3 unless given.
    #[must_use]
    pub fn versions(mut self, versions: impl Into<Vec<Version>>) -> Self {
        self.network.versions = versions.into();
        self
    }

    /// Whether switches keep ports off a spanning tree out of flooding; they do if the topology
    /// has loops, unless given.
    #[must_use]
    pub fn spanning_tree(mut self, is_wanted: bool) -> Self {
        self.network.spanning_tree = Some(is_wanted);
        self
    }

    /// How many entries fit into one flow table of a switch.
    #[must_use]
    pub fn table_capacity(mut self, entries: usize) -> Self {
        self.network.table_capacity = entries;
        self
    }

    /// The options that the apps read.
    #[must_use]
    pub fn conf(mut self, conf: Conf) -> Self {
        self.conf = Rc::new(conf);
        self
    }

    /// A topology of the caller's own.
    #[must_use]
    pub fn topology(mut self, topology: Topology) -> Self {
        self.topology = Ok(topology);
        self
    }

    /// Starts apps, controller and network, and waits until the controller knows every switch.
    ///
    /// # Errors
    /// [`LabError`].
    pub fn start(self) -> Result<Lab, LabError> {
        let topology = self.topology?;
        let catalog = Catalog::collect()?;
        let plan = Plan::new(&catalog, self.apps.iter().map(String::as_str))?;
        let hub = Hub::new(Clock::test())?;
        let controller = Rc::new(RefCell::new(None));
        let (conf, uplink) = (Rc::clone(&self.conf), dial_in(Rc::clone(&controller)));
        let config = NetworkConfig { trace: true, ..self.network };
        let (apps, network) = hub.block_on(async {
            let apps = bring_up(&plan, conf, &controller)?;
            let network = Network::start(topology, config, uplink);
            network.ready(START_LIMIT).await?;
            Ok::<_, LabError>((Some(apps), network))
        })?;
        Ok(Lab { network, apps, controller, plan, conf: self.conf, hub })
    }
}

/// A whole SDN in a test: apps, a controller, switches and hosts, with a clock that stands still
/// until something waits for it.
///
/// The same code runs as in a real controller; only the sockets are in memory and the clock jumps.
/// Two labs with the same arguments exchange the same messages in the same order
/// ([`Lab::trace`]).
///
/// # Example: an app on three switches
/// ```
/// use std::time::Duration;
/// use ryu_sdn::sim::Lab;
///
/// let mut lab = Lab::new("linear,3", &["simple_switch_13"]).seed(1).start()?;
/// let pings = lab.pingall();
/// assert_eq!(pings.to_string(), "\
/// h1 -> h2 h3
/// h2 -> h1 h3
/// h3 -> h1 h2
/// *** Results: 0% dropped (6/6 received)");
/// // The table-miss entry, and one for each direction between each pair.
/// assert_eq!(lab.flows("s2").len(), 7);
///
/// lab.link_down("s1", "s2");
/// assert_eq!(lab.ping("h1", "h3"), None);
/// lab.link_up("s1", "s2");
/// lab.advance(Duration::from_secs(1));
/// assert!(lab.ping("h1", "h3").is_some());
/// # Ok::<(), ryu_sdn::sim::LabError>(())
/// ```
pub struct Lab {
    network: Network,
    /// `None` while the controller is stopped.
    apps: Option<AppManager>,
    controller: Rc<RefCell<Option<Controller>>>,
    plan: Plan,
    conf: Rc<Conf>,
    /// The last to be dropped.
    hub: Hub,
}

impl Lab {
    /// What to start: a topology by [name](Topology) and apps by name.
    #[allow(clippy::new_ret_no_self)] // `Lab::new(..).seed(1).start()?` reads as what it does.
    pub fn new(topology: &str, apps: &[&str]) -> LabBuilder {
        LabBuilder {
            topology: topology.parse(),
            apps: apps.iter().map(|app| (*app).to_owned()).collect(),
            network: NetworkConfig::default(),
            conf: Rc::new(Conf::new()),
        }
    }

    /// Lets every host ping every other, one after the other.
    pub fn pingall(&mut self) -> PingAll {
        self.hub.block_on(self.network.pingall(PING_TIMEOUT, |_, _| {}))
    }

    /// One ping: its round-trip time, or `None` if it was not answered within a second.
    ///
    /// # Panics
    /// If there is no such host.
    #[track_caller]
    pub fn ping(&mut self, from: &str, to: &str) -> Option<Duration> {
        done(self.hub.block_on(self.network.ping(from, to, PING_TIMEOUT)))
    }

    /// Sets up new flows between hosts chosen at random; see [`Network::set_up_flows`].
    pub fn set_up_flows(&mut self, count: usize, at_once: usize) -> FlowTrial {
        self.hub.block_on(self.network.set_up_flows(count, at_once, PING_TIMEOUT, |_, _| {}))
    }

    /// Puts a frame on the cable of a host, and waits until it has done what it does.
    ///
    /// # Panics
    /// If there is no such host.
    #[track_caller]
    pub fn inject(&mut self, host: &str, frame: impl Into<Bytes>) {
        let frame = frame.into();
        done(self.hub.block_on(async { self.network.inject(host, frame) }));
        self.hub.run_until_idle();
    }

    /// The flow entries of a switch, by table, best first.
    ///
    /// # Panics
    /// If there is no such switch.
    #[track_caller]
    pub fn flows(&self, switch: &str) -> Vec<FlowStats> {
        done(self.hub.block_on(async { self.network.flows(switch) }))
    }

    /// Pulls the cables between two nodes.
    ///
    /// # Panics
    /// If there is no such node or link.
    #[track_caller]
    pub fn link_down(&mut self, a: &str, b: &str) {
        self.change(|network| network.set_link(a, b, false));
    }

    /// Makes the cables between two nodes lose every frame while the ports stay up, until
    /// [`Lab::link_up`] or [`Lab::link_down`].
    ///
    /// # Panics
    /// If there is no such node or link.
    #[track_caller]
    pub fn link_silent(&mut self, a: &str, b: &str) {
        self.change(|network| network.silence_link(a, b));
    }

    /// Plugs in the cables between two nodes.
    ///
    /// # Panics
    /// If there is no such node or link.
    #[track_caller]
    pub fn link_up(&mut self, a: &str, b: &str) {
        self.change(|network| network.set_link(a, b, true));
    }

    /// Switches a switch off.
    ///
    /// # Panics
    /// If there is no such switch.
    #[track_caller]
    pub fn stop_switch(&mut self, switch: &str) {
        self.change(|network| network.stop_switch(switch));
    }

    /// Switches a switch on, with empty tables, and waits until the controller knows it.
    ///
    /// # Panics
    /// If there is no such switch, or it is not taken.
    #[track_caller]
    pub fn start_switch(&mut self, switch: &str) {
        self.change(|network| network.start_switch(switch));
        self.wait_for_switches();
    }

    /// Stops apps and controller, as the end of their program does. The switches go on with what
    /// they have, and try to connect.
    pub fn stop_controller(&mut self) {
        let (apps, controller) = (self.apps.take(), self.controller.take());
        self.hub.block_on(async {
            if let Some(mut apps) = apps {
                apps.stop().await;
            }
            if let Some(controller) = controller {
                controller.shutdown(FLUSH_GRACE).await;
            }
        });
        self.hub.run_until_idle();
    }

    /// Starts apps and controller again, from nothing, and waits until all switches are there.
    ///
    /// # Panics
    /// If an app cannot be built this time, or not all switches come.
    #[track_caller]
    pub fn start_controller(&mut self) {
        if self.apps.is_some() {
            return;
        }
        let conf = Rc::clone(&self.conf);
        let apps = self.hub.block_on(async { bring_up(&self.plan, conf, &self.controller) });
        self.apps = Some(done(apps));
        self.wait_for_switches();
    }

    /// Waits until the controller knows every switch that is on, and all has become quiet.
    ///
    /// # Panics
    /// If that takes more than ten seconds of the lab's clock.
    #[track_caller]
    pub fn wait_for_switches(&mut self) {
        done(self.hub.block_on(self.network.ready(START_LIMIT)));
    }

    /// Lets time pass: timers fire in their order, and all that they cause happens.
    pub fn advance(&mut self, span: Duration) {
        self.hub.advance(span);
    }

    /// Runs a future among the apps: to send requests or events over [`Lab::bus`].
    #[track_caller]
    pub fn run<F: Future>(&mut self, future: F) -> F::Output {
        self.hub.block_on(future)
    }

    /// Calls a route of an app, as the REST service would.
    ///
    /// # Errors
    /// What the app answered with; status 404 if no app has the route.
    pub fn request(
        &mut self,
        method: &str,
        path: &str,
        body: impl Into<Bytes>,
    ) -> AppResult<Response> {
        self.request_with(method, path, http::HeaderMap::new(), body.into())
    }

    /// Connects to a WebSocket of an app, as a client would. The client's end is in the answer:
    /// [`websocket::Client::of`](crate::http::websocket::Client::of).
    ///
    /// # Errors
    /// As [`Lab::request`].
    pub fn connect(&mut self, path: &str) -> AppResult<Response> {
        let mut headers = http::HeaderMap::new();
        for (name, value) in [
            ("connection", "Upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ] {
            headers.insert(name, http::HeaderValue::from_static(value));
        }
        self.request_with("GET", path, headers, Bytes::new())
    }

    fn request_with(
        &mut self,
        method: &str,
        path: &str,
        headers: http::HeaderMap,
        body: Bytes,
    ) -> AppResult<Response> {
        let unknown = || AppError::from(HttpError::not_found(format!("no route {method} {path}")));
        let (path, query) = match path.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (path, None),
        };
        // As in the service, what is spelled out goes before a parameter.
        let mut found: Option<(_, Vec<(String, String)>)> = None;
        for planned in
            self.plan.routes().into_iter().filter(|planned| planned.route.method == method)
        {
            let mut router = matchit::Router::new();
            if router.insert(planned.route.path, ()).is_ok()
                && let Ok(matched) = router.at(path)
                && found.as_ref().is_none_or(|(_, params)| matched.params.len() < params.len())
            {
                let pairs = matched.params.iter();
                let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
                found = Some((planned, pairs.collect()));
            }
        }
        let (planned, params) = found.ok_or_else(unknown)?;
        let request = RouteRequest {
            method: method.to_owned(),
            path: path.to_owned(),
            params,
            query,
            headers,
            body,
            peer: "lab".to_owned(),
            answer: Default::default(),
        };
        let bus = self.bus();
        self.hub.block_on(async { bus.call_route(planned.app, planned.slot, request).await })
    }

    /// All OpenFlow messages so far, one line each: seconds since the start, switch, direction
    /// (`<` to the switch), transaction id, message.
    pub fn trace(&self) -> Vec<String> {
        self.network.trace()
    }

    /// The network.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The bus that the apps are on; an empty one while the controller is stopped.
    pub fn bus(&self) -> Bus {
        self.apps.as_ref().map(|apps| apps.bus().clone()).unwrap_or_default()
    }

    /// The switches as the controller sees them, in the order of their connections.
    pub fn datapaths(&self) -> Vec<Datapath> {
        self.controller.borrow().as_ref().map(Controller::datapaths).unwrap_or_default()
    }

    /// The hub that all of it runs in.
    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    #[track_caller]
    fn change(&mut self, act: impl FnOnce(&Network) -> Result<(), NetworkError>) {
        done(self.hub.block_on(async { act(&self.network) }));
        self.hub.run_until_idle();
    }
}

impl fmt::Debug for Lab {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lab").field("network", &self.network).field("hub", &self.hub).finish()
    }
}

/// Builds and starts the apps, and opens the controller.
fn bring_up(
    plan: &Plan,
    conf: Rc<Conf>,
    controller: &RefCell<Option<Controller>>,
) -> Result<AppManager, LabError> {
    let mut apps = AppManager::new(conf);
    let session = SessionConfig { versions: plan.versions.clone(), ..SessionConfig::default() };
    let config = ControllerConfig { session, ..ControllerConfig::default() };
    let ours = Controller::new(apps.bus().clone(), config);
    apps.provide(Sessions::of(Rc::new(ours.clone())));
    apps.start(plan).map_err(LabError::App)?;
    *controller.borrow_mut() = Some(ours);
    Ok(apps)
}

/// Connections in memory, refused while the controller is stopped.
fn dial_in(controller: Rc<RefCell<Option<Controller>>>) -> Uplink {
    Uplink::Dial(Rc::new(move || {
        let controller = controller.borrow().clone();
        let controller = controller.ok_or(io::ErrorKind::ConnectionRefused)?;
        let (theirs, ours): (net::Pipe, net::Pipe) = pipe(PIPE_CAPACITY);
        controller.attach(Rc::new(theirs));
        Ok(Rc::new(ours) as Rc<dyn Stream>)
    }))
}

/// In a test, what is misspelt should end the test and say so.
#[track_caller]
fn done<T, E: fmt::Display>(result: Result<T, E>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{error}"),
    }
}
