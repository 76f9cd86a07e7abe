//! `ryu bench`: a load generator, with cbench's options and cbench's words.

use std::fmt::Display;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::json;

use crate::bench::{Generator, Load, MACS_MAX, Mode, Run, SWITCHES_MAX, Summary};
use crate::clock::Clock;
use crate::conf::Exit;
use crate::hub::{self, Hub, net};

/// The name of the subcommand.
pub(super) const NAME: &str = "bench";

/// Exit status of a command line that makes no sense.
const EXIT_USAGE: u8 = 2;

/// The most loops.
const LOOPS_MAX: u64 = 100_000;

/// An hour, in milliseconds: the most that anything takes.
const HOUR_MS: u64 = 3_600_000;

/// The subcommand.
pub(super) fn command() -> Command {
    let option = |short: char, name: &'static str, metavar: &'static str| {
        let arg = Arg::new(name).short(short).long(name).value_name(metavar).num_args(1);
        // So that the value is refused, and not taken for an option.
        arg.allow_negative_numbers(true)
    };
    let flag = |short: char, name: &'static str| {
        Arg::new(name).short(short).long(name).action(ArgAction::SetTrue)
    };
    Command::new(NAME)
        .about("Load a controller with packet-ins of fake switches and count its responses")
        .after_help(
            "Options and output are those of cbench. Latency is measured unless --throughput is \
             given. A response is a flow-mod or a packet-out. Any controller will do; it sees \
             switches that answer everything but know no flows. Times of day are UTC.\n\n\
             ryu bench -c 127.0.0.1 -p 6653 -s 16 -M 1000 -l 10 -m 1000 -t",
        )
        .arg(
            option('c', "controller", "ADDR")
                .default_value("localhost")
                .help("Controller: a name or address, or ADDR:PORT"),
        )
        .arg(option('p', "port", "PORT").default_value("6653").help("Port of the controller"))
        .arg(flag('t', "throughput").help(
            "As many packet-ins as the connections take, rather than one at a time (latency)",
        ))
        .arg(option('s', "switches", "NUMBER").default_value("16").help("Fake switches"))
        .arg(
            option('M', "mac-addresses", "NUMBER")
                .visible_alias("macs")
                .default_value("100000")
                .help("Different source MAC addresses per switch"),
        )
        .arg(option('l', "loops", "NUMBER").default_value("16").help("Loops per test"))
        .arg(
            option('m', "ms-per-test", "MS")
                .default_value("1000")
                .help("Length of a loop in milliseconds"),
        )
        .arg(
            option('w', "warmup", "NUMBER")
                .default_value("1")
                .help("Loops at the start that do not count"),
        )
        .arg(
            option('C', "cooldown", "NUMBER")
                .default_value("0")
                .help("Loops at the end that do not count"),
        )
        .arg(
            option('L', "learn-dst-macs", "on|off")
                .num_args(0..=1)
                .default_value("on")
                .default_missing_value("on")
                .help("Announce the address that all frames go to before the test"),
        )
        .arg(
            option('D', "delay", "MS")
                .default_value("0")
                .help("Wait between handshake and first packet-in, in milliseconds"),
        )
        .arg(
            option('i', "connect-delay", "MS")
                .default_value("0")
                .help("Wait between groups of connections, in milliseconds"),
        )
        .arg(
            option('I', "connect-group-size", "NUMBER")
                .default_value("1")
                .help("Connections of such a group"),
        )
        .arg(
            option('o', "dpid-offset", "NUMBER")
                .default_value("1")
                .help("Datapath id of the first switch"),
        )
        .arg(flag('r', "ranged-test").help("Test with 1, 2, ... up to --switches"))
        .arg(
            option('O', "ofp-version", "VERSION")
                .default_value("1.0")
                .help("OpenFlow version of the switches, 1.0 to 1.5"),
        )
        .arg(
            Arg::new("unbuffered")
                .long("unbuffered")
                .action(ArgAction::SetTrue)
                .help("Packet-ins name no buffer, as those of Open vSwitch; cbench's do"),
        )
        .arg(Arg::new("spin").long("spin").action(ArgAction::SetTrue).help(
            "Look for responses all the time rather than sleep until they come, as cbench does",
        ))
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("FORMAT")
                .num_args(1)
                .default_value("text")
                .help("text: lines as cbench prints them; json: one object at the end"),
        )
        .arg(flag('d', "debug").help("Print all messages of handshakes and requests"))
}

/// What the command line asks for.
#[derive(Debug)]
struct Request {
    load: Load,
    controller: String,
    switches: usize,
    is_ranged: bool,
    loops: usize,
    span: Duration,
    warmup: usize,
    cooldown: usize,
    delay: Duration,
    is_json: bool,
}

/// Runs the subcommand.
pub(super) fn run(matches: &ArgMatches) -> Result<ExitCode, Exit> {
    let request = Request::from_matches(matches)?;
    let hub = Hub::new(Clock::real()).map_err(Exit::failure)?;
    hub.block_on(measure(&request))?;
    Ok(ExitCode::SUCCESS)
}

fn usage(message: impl Display) -> Exit {
    Exit { code: EXIT_USAGE, ..Exit::failure(message) }
}

fn bad(option: &str, value: &str, accepted: &str) -> Exit {
    usage(format_args!("argument --{option}: invalid value: {value:?} (accepted: {accepted})"))
}

impl Request {
    fn from_matches(matches: &ArgMatches) -> Result<Request, Exit> {
        let text = |name: &str| matches.get_one::<String>(name).map_or("", String::as_str);
        let number = |name: &str, range: RangeInclusive<u64>| {
            let value = text(name).parse().ok().filter(|value| range.contains(value));
            let accepted = || format!("{}..={}", range.start(), range.end());
            value.ok_or_else(|| bad(name, text(name), &accepted()))
        };
        let ms = |name: &str, least| number(name, least..=HOUR_MS).map(Duration::from_millis);
        let port = number("port", 1..=65_535)? as u16;
        let controller = text("controller");
        let version = text("ofp-version");
        let load = Load {
            mode: if matches.get_flag("throughput") { Mode::Throughput } else { Mode::Latency },
            version: version
                .parse()
                .map_err(|_| bad("ofp-version", version, "1.0, 1.1, 1.2, 1.3, 1.4, 1.5"))?,
            macs: number("mac-addresses", 1..=u64::from(MACS_MAX))? as u32,
            learn: match text("learn-dst-macs") {
                "on" | "true" | "1" => true,
                "off" | "false" | "0" => false,
                other => return Err(bad("learn-dst-macs", other, "on, off")),
            },
            buffered: !matches.get_flag("unbuffered"),
            first_dpid: number("dpid-offset", 0..=u64::MAX - SWITCHES_MAX as u64)?,
            spin: matches.get_flag("spin"),
            connect_delay: ms("connect-delay", 0)?,
            connect_group: number("connect-group-size", 1..=SWITCHES_MAX as u64)? as usize,
            debug: matches.get_flag("debug"),
            ..Load::new(address(controller, port)?)
        };
        let request = Request {
            load,
            controller: controller.to_owned(),
            switches: number("switches", 1..=SWITCHES_MAX as u64)? as usize,
            is_ranged: matches.get_flag("ranged-test"),
            loops: number("loops", 1..=LOOPS_MAX)? as usize,
            span: ms("ms-per-test", 1)?,
            warmup: number("warmup", 0..=LOOPS_MAX)? as usize,
            cooldown: number("cooldown", 0..=LOOPS_MAX)? as usize,
            delay: ms("delay", 0)?,
            is_json: match text("format") {
                "text" => false,
                "json" => true,
                other => return Err(bad("format", other, "text, json")),
            },
        };
        if request.warmup + request.cooldown >= request.loops {
            return Err(usage(format_args!(
                "arguments --warmup {} and --cooldown {} leave nothing of --loops {}",
                request.warmup, request.cooldown, request.loops
            )));
        }
        Ok(request)
    }

    /// What is about to happen, for people who read logs.
    fn opening(&self) -> String {
        let Load { controller, mode, version, macs, learn, .. } = &self.load;
        let from = if self.is_ranged { "1 to " } else { "" };
        let known = if *learn { "announced" } else { "not announced" };
        format!(
            "ryu bench: {} mode, OpenFlow {version}, controller {} ({controller})\n    \
             {from}{} switches from dpid {}, {macs} source addresses each, destination {known}\n    \
             {} loops of {} ms; the first {} and the last {} do not count\n",
            mode.name(),
            self.controller,
            self.switches,
            self.load.first_dpid,
            self.loops,
            self.span.as_millis(),
            self.warmup,
            self.cooldown,
        )
    }
}

/// The address of a controller: `NAME`, `NAME:PORT`, `tcp:NAME:PORT`, `[ADDRESS]:PORT`.
fn address(controller: &str, port: u16) -> Result<SocketAddr, Exit> {
    let name = controller.strip_prefix("tcp:").unwrap_or(controller);
    let with_port = name.parse().ok().or_else(|| {
        let ip = name.trim_start_matches('[').trim_end_matches(']').parse().ok()?;
        Some(SocketAddr::new(ip, port))
    });
    if let Some(address) = with_port {
        return Ok(address);
    }
    // A name, which is looked up before anything else is to be done.
    let fail = |cause: &dyn Display| {
        Exit::failure(format_args!("argument --controller: {controller:?}: {cause}"))
    };
    let (host, port) = match name.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().map_err(|_| fail(&"not a port"))?),
        None => (name, port),
    };
    let hub = Hub::new(Clock::real()).map_err(|cause| fail(&cause))?;
    let found = hub.block_on(net::resolve(host)).map_err(|cause| fail(&cause))?;
    // Most controllers listen on 0.0.0.0.
    let ip = found.iter().find(|ip| ip.is_ipv4()).or(found.first());
    ip.map(|ip| SocketAddr::new(*ip, port)).ok_or_else(|| fail(&"has no address"))
}

async fn measure(request: &Request) -> Result<(), Exit> {
    if !request.is_json {
        let _ = io::stderr().write_all(request.opening().as_bytes());
    }
    let generator = Generator::new(request.load.clone());
    let first = if request.is_ranged { 1 } else { request.switches };
    let mut tests = Vec::new();
    for switches in first..=request.switches {
        generator.connect(switches).await.map_err(Exit::failure)?;
        if tests.is_empty() && !request.delay.is_zero() {
            hub::sleep(request.delay).await;
        }
        let mut runs: Vec<Run> = Vec::new();
        for _ in 0..request.loops {
            let run = generator.take(request.span).await.map_err(Exit::failure)?;
            if !request.is_json {
                say(&format!("{run}\n"));
            }
            runs.push(run);
        }
        let counted = &runs[request.warmup..request.loops - request.cooldown];
        let Some(summary) = Summary::of(counted) else { continue };
        if request.is_json {
            let loops: Vec<_> = runs.iter().map(Run::to_json).collect();
            tests.push(json!({ "result": summary.to_json(), "loops": loops }));
        } else {
            say(&format!("{summary}\n"));
            tests.push(serde_json::Value::Null);
        }
    }
    if request.is_json {
        let Load { controller, mode, version, macs, learn, buffered, spin, .. } = &request.load;
        let result = json!({
            "controller": controller.to_string(),
            "mode": mode.name(),
            "ofp_version": version.to_string(),
            "macs": macs,
            "learn_dst_macs": learn,
            "unbuffered": !buffered,
            "spin": spin,
            "ms_per_test": request.span.as_millis() as u64,
            "warmup": request.warmup,
            "cooldown": request.cooldown,
            "tests": tests,
        });
        say(&format!("{result}\n"));
    }
    Ok(())
}

/// Prints a piece of the result. A reader that has gone away is no reason to stop.
fn say(text: &str) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(args: &[&str]) -> Result<Request, Exit> {
        let args = ["bench"].iter().chain(args);
        Request::from_matches(&command().try_get_matches_from(args).unwrap())
    }

    #[test]
    fn cbenchs_letters_mean_what_they_mean_there() {
        let given = ["-c", "127.0.0.1", "-p", "6633", "-s", "3", "-M", "7", "-l", "5", "-m", "20"];
        let more = ["-w", "2", "-C", "1", "-D", "9", "-i", "8", "-I", "4", "-o", "77", "-t", "-r"];
        let request = request(&[&given[..], &more[..]].concat()).unwrap();
        let load = &request.load;
        assert_eq!(load.controller, "127.0.0.1:6633".parse().unwrap());
        assert_eq!((load.mode, load.macs, load.learn), (Mode::Throughput, 7, true));
        assert_eq!((load.first_dpid, load.connect_group), (77, 4));
        assert_eq!(load.connect_delay, Duration::from_millis(8));
        assert_eq!((request.switches, request.loops, request.is_ranged), (3, 5, true));
        assert_eq!((request.warmup, request.cooldown), (2, 1));
        assert_eq!((request.span.as_millis(), request.delay.as_millis()), (20, 9));
    }

    #[test]
    fn a_controller_is_named_in_several_ways() {
        for (name, expected) in [
            ("10.0.0.1", "10.0.0.1:6653"),
            ("10.0.0.1:1234", "10.0.0.1:1234"),
            ("tcp:10.0.0.1:1234", "10.0.0.1:1234"),
            ("::1", "[::1]:6653"),
            ("[::1]:5", "[::1]:5"),
            ("localhost", "127.0.0.1:6653"),
        ] {
            assert_eq!(address(name, 6653).unwrap(), expected.parse().unwrap(), "{name}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused_and_named() {
        for (args, named) in [
            (&["-s", "0"][..], "--switches"),
            (&["-s", "70000"], "1..=65535"),
            (&["-M", "-3"], "--mac-addresses"),
            (&["-O", "2.0"], "--ofp-version"),
            (&["-L", "perhaps"], "--learn-dst-macs"),
            (&["-p", "0"], "--port"),
            (&["--format", "xml"], "text, json"),
            (&["-l", "3", "-w", "2", "-C", "1"], "leave nothing"),
        ] {
            let exit = request(args).unwrap_err();
            assert_eq!(exit.code, EXIT_USAGE);
            assert!(exit.stderr.contains(named), "{args:?}: {}", exit.stderr);
        }
    }
}
