//! `ryu sim`: apps on the embedded network, over real sockets on the loopback interface.

mod commands;
mod request;

use std::future::poll_fn;
use std::io::{self, IsTerminal, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::process::ExitCode;
use std::rc::Rc;
use std::task::Poll;

use clap::ArgMatches;
use log::{LevelFilter, error, info, warn};
use signal_hook::consts::{SIGINT, SIGTERM};

use crate::app::Plan;
use crate::clock::Clock;
use crate::conf::{Conf, Exit, Invocation, Origin, Program, Surroundings, Table};
use crate::controller::options::{OFP_LISTEN_HOST, OFP_TCP_LISTEN_PORT};
use crate::controller::{Transport, TransportAddress};
use crate::hub::{Hub, Signals};
use crate::logging::{self, DEFAULT_LOG_LEVEL, VERBOSE};
use crate::sim::{FlowTrial, Latencies, Network, PingAll, Uplink, report};

use self::request::{Request, Trial, usage};
use super::stack::Stack;

pub(super) use self::request::command;

/// The controller that the switches connect to.
enum Home {
    /// One of this process, with the apps of the command line.
    Here { plan: Plan, stack: Box<Stack>, addr: SocketAddr },
    /// One that runs already.
    There(SocketAddr),
}

/// Runs the subcommand.
pub(super) fn run(table: &Table, matches: &ArgMatches) -> Result<ExitCode, Exit> {
    let Invocation { conf, apps, .. } =
        Invocation::from_matches(Program::RyuRun, table, matches, &Surroundings::default())
            .map_err(usage)?;
    let request = Request::from_matches(matches)?;
    logging::init(&conf, "ryu").map_err(Exit::failure)?;
    let is_default = |row| conf.origin(row) == Origin::Default;
    if !request.trials.is_empty() && is_default(DEFAULT_LOG_LEVEL.row()) && !conf.get(&VERBOSE) {
        // The result is what is wanted then, not how the apps came to it.
        log::set_max_level(LevelFilter::Warn.min(log::max_level()));
    }
    for warning in conf.warnings() {
        warn!("{warning}");
    }
    let plan = match request.controller {
        None => Some(super::plan(&apps)?),
        Some(_) if apps.is_empty() => None,
        Some(addr) => {
            return Err(usage(format_args!(
                "argument --controller: the apps are those of the controller at {addr}; name none \
                 (here: {})",
                apps.join(", ")
            )));
        }
    };
    request.check(plan.as_ref())?;
    super::write_pid_file(&conf)?;
    let hub = Hub::new(Clock::real()).map_err(Exit::failure)?;
    Ok(hub.block_on(serve(Rc::new(conf), plan, request)))
}

impl Home {
    /// Starts a controller with the apps of `plan`, or takes the one that was named.
    async fn open(conf: Rc<Conf>, plan: Option<Plan>, request: &Request) -> Result<Home, String> {
        let plan = match (plan, request.controller) {
            (_, Some(addr)) => return Ok(Home::There(addr)),
            (None, None) => return Err("there is neither a controller nor an app".to_owned()),
            (Some(plan), None) => plan,
        };
        let Some(addr) = openflow_addr(&conf) else {
            let hosts = conf.get(&OFP_LISTEN_HOST).join(",");
            return Err(format!("option ofp-listen-host: {hosts:?} is no address"));
        };
        let tcp = [TransportAddress { transport: Transport::Tcp, addr }];
        let stack = Stack::start_at(conf, &plan, &tcp).map_err(|cause| cause.to_string())?;
        let Some(&TransportAddress { addr, .. }) = stack.openflow_addrs().first() else {
            stack.stop().await;
            return Err("none of the apps works with switches: there is nothing to try".to_owned());
        };
        Ok(Home::Here { plan, stack: Box::new(stack), addr })
    }

    /// Where the switches connect to.
    fn addr(&self) -> SocketAddr {
        match self {
            Home::Here { addr, .. } => reachable(*addr),
            Home::There(addr) => *addr,
        }
    }

    async fn close(self) {
        if let Home::Here { stack, .. } = self {
            stack.stop().await;
        }
    }
}

/// Starts controller and network, does what is asked, and takes both down.
async fn serve(conf: Rc<Conf>, plan: Option<Plan>, request: Request) -> ExitCode {
    let signals = match Signals::new(&[SIGTERM, SIGINT]) {
        Ok(signals) => signals,
        Err(cause) => {
            error!("cannot listen for signals: {cause}");
            return ExitCode::FAILURE;
        }
    };
    let home = match Home::open(conf, plan, &request).await {
        Ok(home) => home,
        Err(cause) => {
            error!("{cause}");
            return ExitCode::FAILURE;
        }
    };
    let uplink = Uplink::Tcp(home.addr());
    let network = Network::start(request.topology.clone(), request.network.clone(), uplink);
    say(&opening(&request, &home, &network));
    let outcome = {
        let mut work = pin!(work(&network, &request));
        let mut signal = pin!(signals.recv());
        poll_fn(|cx| {
            if let Poll::Ready(signal) = signal.as_mut().poll(cx) {
                return Poll::Ready(Err(signal));
            }
            work.as_mut().poll(cx).map(Ok)
        })
        .await
    };
    network.stop();
    home.close().await;
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(signal) => {
            info!("stopping: {}", if signal == SIGINT { "interrupted" } else { "terminated" });
            // Being stopped is how a network that stays up ends; it is no result of a trial.
            if request.trials.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
    }
}

/// Where switches are awaited: a free port of the loopback interface, unless the options say more.
fn openflow_addr(conf: &Conf) -> Option<SocketAddr> {
    let host = match conf.origin(OFP_LISTEN_HOST.row()) {
        Origin::Default => Ipv4Addr::LOCALHOST.into(),
        _ => match conf.get(&OFP_LISTEN_HOST).first()?.as_str() {
            "localhost" => Ipv4Addr::LOCALHOST.into(),
            host => host.parse().ok()?,
        },
    };
    Some(SocketAddr::new(host, conf.get(&OFP_TCP_LISTEN_PORT).unwrap_or(0)))
}

/// The address by which one's own switches reach it.
fn reachable(addr: SocketAddr) -> SocketAddr {
    match addr {
        SocketAddr::V4(v4) if v4.ip().is_unspecified() => {
            SocketAddr::new(Ipv4Addr::LOCALHOST.into(), addr.port())
        }
        SocketAddr::V6(v6) if v6.ip().is_unspecified() => {
            SocketAddr::new(std::net::Ipv6Addr::LOCALHOST.into(), addr.port())
        }
        addr => addr,
    }
}

/// Waits for the switches, then does the trials, or stays up. Returns whether all went well.
async fn work(network: &Network, request: &Request) -> bool {
    let mut progress = Progress::new();
    progress.show("waiting for the switches");
    if let Err(cause) = network.ready(request.wait).await {
        progress.clear();
        say(&format!("*** {cause}\n"));
        return false;
    }
    progress.clear();
    say(&connected_line(network));
    if request.trials.is_empty() {
        say("*** Up; stop with Ctrl-C\n");
        match &request.commands {
            None => return std::future::pending().await,
            Some(file) => commands::obey(network, file, &say).await,
        }
        return true;
    }
    let mut is_good = true;
    let mut times = Vec::new();
    for trial in &request.trials {
        match trial {
            Trial::PingAll => {
                say("*** Ping: testing ping reachability\n");
                let show = |done, all| progress.show_count("ping", done, all);
                let pings = network.pingall(request.timeout, show).await;
                progress.clear();
                say(&format!("{pings}\n"));
                is_good &= pings.is_complete();
                times.push(ping_row(&pings));
            }
            Trial::Flows(count) => {
                say(&format!("*** Flows: setting up {count}, {} at a time\n", request.at_once));
                let show = |done, all| progress.show_count("flow", done, all);
                let flows =
                    network.set_up_flows(*count, request.at_once, request.timeout, show).await;
                progress.clear();
                say(&flows_result(&flows));
                is_good &= flows.lost == 0;
                times.push((format!("flows={count}"), flows.set_up));
            }
        }
    }
    say("*** Set-up latency in ms\n");
    say(&report::latencies(&times));
    say("*** Flow entries\n");
    say(&report::flow_entries(&network.flow_counts()));
    is_good
}

fn connected_line(network: &Network) -> String {
    let first = network.topology().switches.into_iter().next();
    let version = first.and_then(|switch| network.version(&switch.name).ok().flatten());
    let version = version.map_or(String::new(), |version| format!(", OpenFlow {version}"));
    format!("*** Connected: {} switches{version}\n", network.connected_count())
}

fn ping_row(pings: &PingAll) -> (String, Latencies) {
    ("pingall, first contact".to_owned(), pings.first_contacts())
}

fn flows_result(flows: &FlowTrial) -> String {
    let (done, lost) = (flows.set_up.len(), flows.lost);
    let (seconds, rate) = (flows.took.as_secs_f64(), flows.rate());
    format!("*** Results: {done} set up, {lost} lost, in {seconds:.2} s ({rate:.0} per second)\n")
}

/// What runs, and how to reach it.
fn opening(request: &Request, home: &Home, network: &Network) -> String {
    let topology = &request.topology;
    let (hosts, switches, links) =
        (topology.hosts.len(), topology.switches.len(), topology.links.len());
    let mut text =
        format!("*** Topology {topology}: {hosts} hosts, {switches} switches, {links} links\n");
    match home {
        Home::There(addr) => text.push_str(&format!("*** Controller: {addr}, its own apps\n")),
        Home::Here { plan, stack, addr } => {
            let apps: Vec<&str> = plan.apps.iter().map(|app| app.descriptor.name).collect();
            let apps = apps.join(" ");
            text.push_str(&format!("*** Controller: OpenFlow on {addr}, apps {apps}\n"));
            if let Some(addr) = stack.http_addr() {
                text.push_str(&format!("*** REST: http://{addr}\n"));
                for route in plan.routes().into_iter().map(|planned| planned.route) {
                    text.push_str(&format!("    {} {}\n", route.method, route.path));
                }
            }
        }
    }
    if topology.has_loops() {
        text.push_str(&loops_line(request, network));
    }
    if request.trials.is_empty() {
        text.push_str("*** Hosts\n");
        for host in &topology.hosts {
            text.push_str(&format!("    {} {} {}\n", host.name, host.ip, host.mac));
        }
        text.push_str("*** Switches\n");
        for switch in &topology.switches {
            text.push_str(&format!("    {} dpid {}\n", switch.name, switch.dpid));
        }
    }
    text
}

fn loops_line(request: &Request, network: &Network) -> String {
    match request.network.spanning_tree {
        Some(false) => format!(
            "*** Loops: no spanning tree, links delay by {} ms: flooded frames never end\n",
            network.config().delay.as_millis()
        ),
        _ => {
            let blocked = request.topology.blocked(|_| true).len();
            format!(
                "*** Loops: {blocked} ports off the spanning tree do not flood (--nostp lets them)\n"
            )
        }
    }
}

/// Prints a piece of the result. A reader that has gone away is no reason to stop.
fn say(text: &str) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}

/// One line on standard error that says how far it is, if that is a terminal.
struct Progress {
    is_shown: bool,
    percent: Option<usize>,
}

impl Progress {
    fn new() -> Self {
        Progress { is_shown: io::stderr().is_terminal(), percent: None }
    }

    fn show_count(&mut self, what: &str, done: usize, all: usize) {
        let percent = done * 100 / all.max(1);
        if self.percent.replace(percent) != Some(percent) {
            self.show(&format!("{what} {done}/{all} ({percent}%)"));
        }
    }

    fn show(&self, text: &str) {
        if self.is_shown {
            let _ = write!(io::stderr(), "\r{text}\x1b[K");
        }
    }

    fn clear(&mut self) {
        self.percent = None;
        if self.is_shown {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
