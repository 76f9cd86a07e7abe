//! `ryu sim`: apps on the embedded network, over real sockets on the loopback interface.

use std::fmt::Display;
use std::future::poll_fn;
use std::io::{self, IsTerminal, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::process::ExitCode;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Command};
use log::{LevelFilter, error, info, warn};
use signal_hook::consts::{SIGINT, SIGTERM};

use crate::app::Plan;
use crate::clock::Clock;
use crate::conf::{Conf, Exit, Invocation, Origin, Program, Table, with_arguments};
use crate::controller::options::{OFP_LISTEN_HOST, OFP_TCP_LISTEN_PORT};
use crate::controller::{Transport, TransportAddress};
use crate::hub::{Hub, Signals};
use crate::logging::{self, DEFAULT_LOG_LEVEL, VERBOSE};
use crate::ofproto::Version;
use crate::sim::{
    FORMS, FlowTrial, Latencies, Network, NetworkConfig, PingAll, Topology, Uplink, report,
};

use super::stack::Stack;

/// Exit status of a command line that makes no sense.
const EXIT_USAGE: u8 = 2;

/// The most flows of one trial: each has two addresses of its own in `10.128.0.0/9`.
const FLOWS_MAX: usize = 4_000_000;

/// One trial of `--test`.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Trial {
    PingAll,
    Flows(usize),
}

/// What the command line asks for.
#[derive(Debug)]
struct Request {
    topology: Topology,
    trials: Vec<Trial>,
    version: Option<Version>,
    network: NetworkConfig,
    at_once: usize,
    timeout: Duration,
    wait: Duration,
}

/// The subcommand, with the options of `ryu-manager` besides its own.
pub(super) fn command(table: &Table) -> Command {
    let option = |name: &'static str, metavar: &'static str| {
        let arg = Arg::new(name).long(name).value_name(metavar).num_args(1);
        // So that the value is refused, and not taken for an option.
        arg.allow_negative_numbers(true).help_heading("Network")
    };
    let command = Command::new("sim")
        .about("Run apps on an embedded network of switches and hosts, and try them")
        .after_help(
            "Switches are awaited on a free port of 127.0.0.1, unless --ofp-listen-host or \
             --ofp-tcp-listen-port is given. \
             Without --test it stays up until it is interrupted. With --test only warnings are \
             logged, unless --verbose or --default-log-level says otherwise; the exit status is 0 \
             if everything was reached, 1 if not, 2 if the command line is wrong.\n\n\
             ryu sim --topo linear,3 --test pingall simple_switch_13",
        )
        .arg(
            option("topo", "TOPOLOGY")
                .default_value("minimal")
                .help(format!("One of {FORMS}; names and addresses as in Mininet")),
        )
        .arg(
            option("test", "TEST")
                .action(ArgAction::Append)
                .help("pingall, or flows=N: set up N new flows; may be repeated"),
        )
        .arg(option("ofp-version", "VERSION").help(
            "OpenFlow version of the switches, 1.0 to 1.5 [default: the highest that the apps know]",
        ))
        .arg(
            option("seed", "NUMBER")
                .default_value("0")
                .help("Number that everything random is drawn from"),
        )
        .arg(
            option("delay-ms", "MS")
                .default_value("0")
                .help("Time a frame takes over a link, in milliseconds"),
        )
        .arg(
            option("timeout", "SECONDS")
                .default_value("1")
                .help("Time a ping, or the set-up of a flow, may take"),
        )
        .arg(
            option("wait", "SECONDS")
                .default_value("10")
                .help("Time the switches may take to connect"),
        )
        .arg(
            option("parallel", "NUMBER")
                .default_value("1")
                .help("Flows of --test flows=N that are set up at once"),
        )
        .arg(
            Arg::new("stp")
                .long("stp")
                .action(ArgAction::SetTrue)
                .overrides_with("nostp")
                .help_heading("Network")
                .help("Keep ports off a spanning tree out of flooding [default: if there are loops]"),
        )
        .arg(
            Arg::new("nostp")
                .long("nostp")
                .alias("no-stp")
                .action(ArgAction::SetTrue)
                .overrides_with("stp")
                .hide(true),
        )
        .arg(
            Arg::new("app")
                .num_args(0..)
                .help("Apps to run, such as simple_switch_13 or ryu.app.simple_switch_13"),
        );
    with_arguments(command, table)
}

/// Runs the subcommand.
pub(super) fn run(table: &Table, matches: &ArgMatches) -> Result<ExitCode, Exit> {
    let Invocation { conf, apps, .. } =
        Invocation::from_matches(Program::RyuRun, table, matches).map_err(usage)?;
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
    let plan = super::plan(&apps)?;
    request.check(&plan)?;
    super::write_pid_file(&conf)?;
    let hub = Hub::new(Clock::real()).map_err(Exit::failure)?;
    Ok(hub.block_on(serve(Rc::new(conf), plan, request)))
}

fn usage(message: impl Display) -> Exit {
    Exit { code: EXIT_USAGE, ..Exit::failure(message) }
}

impl Request {
    fn from_matches(matches: &ArgMatches) -> Result<Request, Exit> {
        let text = |name: &str| matches.get_one::<String>(name).map_or("", String::as_str);
        let topology: Topology = text("topo")
            .parse()
            .map_err(|error| usage(format_args!("argument --topo: {error}")))?;
        let trials = matches.get_many::<String>("test").into_iter().flatten();
        let trials = trials.map(|test| trial(test)).collect::<Result<_, _>>()?;
        let version = match text("ofp-version") {
            "" => None,
            text => match text.parse() {
                Ok(version) => Some(version),
                Err(_) => return Err(bad("ofp-version", text, "1.0, 1.1, 1.2, 1.3, 1.4, 1.5")),
            },
        };
        let spanning_tree = match (matches.get_flag("stp"), matches.get_flag("nostp")) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        };
        let network = NetworkConfig {
            versions: version.map_or(crate::sim::SPOKEN.to_vec(), |version| vec![version]),
            delay: seconds("delay-ms", text("delay-ms"), 1e-3, 0.0..=60_000.0)?,
            seed: number("seed", text("seed"), 0..=u64::MAX)?,
            spanning_tree,
            ..NetworkConfig::default()
        };
        let at_once = number("parallel", text("parallel"), 1..=1000)?;
        Ok(Request {
            topology,
            trials,
            version,
            network,
            at_once: at_once as usize,
            timeout: seconds("timeout", text("timeout"), 1.0, 0.001..=3600.0)?,
            wait: seconds("wait", text("wait"), 1.0, 0.001..=3600.0)?,
        })
    }

    /// What can be known to fail before anything is started.
    fn check(&self, plan: &Plan) -> Result<(), Exit> {
        if let Some(version) = self.version.filter(|version| !plan.versions.contains(version)) {
            let known: Vec<String> = plan.versions.iter().map(ToString::to_string).collect();
            return Err(bad("ofp-version", &version.to_string(), &known.join(" or ")));
        }
        let loops = self.topology.has_loops() && self.network.spanning_tree == Some(false);
        if loops && !self.trials.is_empty() {
            return Err(usage(format_args!(
                "argument --nostp: topology {} has loops, in which a flooded frame never ends; a \
                 --test needs the spanning tree",
                self.topology
            )));
        }
        Ok(())
    }
}

fn bad(option: &str, value: &str, accepted: &str) -> Exit {
    usage(format_args!("argument --{option}: invalid value: {value:?} (accepted: {accepted})"))
}

fn trial(text: &str) -> Result<Trial, Exit> {
    let accepted = "pingall, flows=N";
    match text.split_once('=') {
        None if text == "pingall" => Ok(Trial::PingAll),
        Some(("flows", count)) => {
            let count = count.parse().ok().filter(|count| (1..=FLOWS_MAX).contains(count));
            let expected = format!("{accepted} with N from 1 to {FLOWS_MAX}");
            count.map(Trial::Flows).ok_or_else(|| bad("test", text, &expected))
        }
        _ => Err(bad("test", text, accepted)),
    }
}

fn number(option: &str, text: &str, range: std::ops::RangeInclusive<u64>) -> Result<u64, Exit> {
    let value = text.parse().ok().filter(|value| range.contains(value));
    value.ok_or_else(|| bad(option, text, &format!("{}..={}", range.start(), range.end())))
}

fn seconds(
    option: &str,
    text: &str,
    unit: f64,
    range: std::ops::RangeInclusive<f64>,
) -> Result<Duration, Exit> {
    let value = text.parse().ok().filter(|value: &f64| range.contains(value));
    let value = value.map(|value| Duration::from_secs_f64(value * unit));
    value.ok_or_else(|| bad(option, text, &format!("{}..={}", range.start(), range.end())))
}

/// Starts controller and network, does what is asked, and takes both down.
async fn serve(conf: Rc<Conf>, plan: Plan, request: Request) -> ExitCode {
    let signals = match Signals::new(&[SIGTERM, SIGINT]) {
        Ok(signals) => signals,
        Err(cause) => {
            error!("cannot listen for signals: {cause}");
            return ExitCode::FAILURE;
        }
    };
    let addr = openflow_addr(&conf);
    let tcp = |addr| [TransportAddress { transport: Transport::Tcp, addr }];
    let stack = match addr.map(|addr| Stack::start_at(Rc::clone(&conf), &plan, &tcp(addr))) {
        Some(Ok(stack)) => stack,
        Some(Err(cause)) => {
            error!("{cause}");
            return ExitCode::FAILURE;
        }
        None => {
            let hosts = conf.get(&OFP_LISTEN_HOST).join(",");
            error!("option ofp-listen-host: {hosts:?} is no address");
            return ExitCode::FAILURE;
        }
    };
    let Some(&TransportAddress { addr, .. }) = stack.openflow_addrs().first() else {
        error!("none of the apps works with switches: there is nothing to try");
        stack.stop().await;
        return ExitCode::FAILURE;
    };
    let network = Network::start(
        request.topology.clone(),
        request.network.clone(),
        Uplink::Tcp(reachable(addr)),
    );
    say(&opening(&request, &plan, &stack, addr, &network));
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
    stack.stop().await;
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
        return std::future::pending().await;
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
fn opening(
    request: &Request,
    plan: &Plan,
    stack: &Stack,
    openflow: SocketAddr,
    network: &Network,
) -> String {
    let topology = &request.topology;
    let (hosts, switches, links) =
        (topology.hosts.len(), topology.switches.len(), topology.links.len());
    let apps: Vec<&str> = plan.apps.iter().map(|app| app.descriptor.name).collect();
    let mut text = format!(
        "*** Topology {topology}: {hosts} hosts, {switches} switches, {links} links\n\
         *** Controller: OpenFlow on {openflow}, apps {}\n",
        apps.join(" ")
    );
    if let Some(addr) = stack.http_addr() {
        text.push_str(&format!("*** REST: http://{addr}\n"));
        let routes = plan.routes().into_iter().map(|planned| planned.route);
        routes.for_each(|route| text.push_str(&format!("    {} {}\n", route.method, route.path)));
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
