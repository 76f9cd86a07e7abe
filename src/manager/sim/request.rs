//! What the command line of `ryu sim` asks for.

use std::fmt::Display;
use std::net::SocketAddr;
use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::commands::FORMS as COMMANDS;
use crate::app::Plan;
use crate::conf::{Exit, Table, with_arguments};
use crate::ofproto::Version;
use crate::sim::{FORMS, NetworkConfig, Topology};

/// Exit status of a command line that makes no sense.
const EXIT_USAGE: u8 = 2;

/// The most flows of one trial: each has two addresses of its own in `10.128.0.0/9`.
const FLOWS_MAX: usize = 4_000_000;

/// One trial of `--test`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trial {
    PingAll,
    Flows(usize),
}

/// What the command line asks for.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) topology: Topology,
    pub(super) trials: Vec<Trial>,
    pub(super) version: Option<Version>,
    pub(super) network: NetworkConfig,
    /// The controller, if it is not to be one of this process.
    pub(super) controller: Option<SocketAddr>,
    /// Where commands come from while it is up.
    pub(super) commands: Option<String>,
    pub(super) at_once: usize,
    pub(super) timeout: Duration,
    pub(super) wait: Duration,
}

/// The subcommand, with the options of `ryu-manager` besides its own.
pub(in crate::manager) fn command(table: &Table) -> Command {
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
             ryu sim --topo linear,3 --test pingall simple_switch_13\n\n\
             With --controller the switches connect to a controller that runs already, and the apps \
             are its own.\n\n\
             ryu sim --controller 127.0.0.1:6653 --topo linear,1000\n\n\
             With --commands links are cut and switches stopped while it is up; what is done is said \
             with the time, in seconds since 1970. A link that is silent loses every frame, and no port \
             goes down.\n\n\
             echo 'link s1 s2 down' | ryu sim --commands - --topo torus,3,3 --observe-links rest_topology",
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
        .arg(option("controller", "ADDRESS:PORT").help(
            "Controller that the switches connect to over TCP [default: one of this process]",
        ))
        .arg(
            option("commands", "FILE")
                .conflicts_with("test")
                .allow_hyphen_values(true)
                .help(format!("Commands to follow while it is up, a line each; `-` for standard input, or a named pipe: {COMMANDS}")),
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

pub(super) fn usage(message: impl Display) -> Exit {
    Exit { code: EXIT_USAGE, ..Exit::failure(message) }
}

impl Request {
    pub(super) fn from_matches(matches: &ArgMatches) -> Result<Request, Exit> {
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
        let controller = match text("controller") {
            "" => None,
            text => {
                Some(text.parse().ok().filter(|addr: &SocketAddr| addr.port() != 0).ok_or_else(
                    || {
                        bad(
                            "controller",
                            text,
                            "ADDRESS:PORT, such as 127.0.0.1:6653 or [::1]:6653",
                        )
                    },
                )?)
            }
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
            controller,
            commands: matches.get_one::<String>("commands").cloned(),
            at_once: at_once as usize,
            timeout: seconds("timeout", text("timeout"), 1.0, 0.001..=3600.0)?,
            wait: seconds("wait", text("wait"), 1.0, 0.001..=3600.0)?,
        })
    }

    /// What can be known to fail before anything is started. There is no plan for the apps of a
    /// controller elsewhere.
    pub(super) fn check(&self, plan: Option<&Plan>) -> Result<(), Exit> {
        if let (Some(plan), Some(version)) = (plan, self.version)
            && !plan.versions.contains(&version)
        {
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
