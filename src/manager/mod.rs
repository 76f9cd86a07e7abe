//! The composition root: the only room that knows all the others.
//!
//! It reads the command line, plans the apps, starts the [`Stack`] in a hub and waits for a signal.
//! It has no behaviour of its own.

mod bench;
mod doctor;
mod listing;
mod replay;
mod sim;
mod stack;
mod tap;
mod watch;
mod wsapi;

use std::env;
use std::ffi::OsString;
use std::fs;
use std::process::ExitCode;
use std::rc::Rc;

use log::{error, info, warn};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGUSR1};

use crate::app::{Catalog, Plan, PlanErrors};
use crate::clock::Clock;
use crate::conf::{
    Conf, Exit, Invocation, PID_FILE, Program, RyuInvocation, Surroundings, Table, parse_manager,
    parse_ryu,
};
use crate::hub::{self, Hub, Signals};
use crate::logging;
use crate::services::ofp_handler;
use crate::tools::{new, ofp, packet};

pub use self::stack::{Stack, StartError};
pub use self::wsapi::WsapiError;

/// The `main` of a program with apps of its own: `fn main() -> ExitCode { ryu_sdn::manager::main() }`.
///
/// It takes the command line of `ryu-manager` (options and app names), and the subcommands of `ryu`
/// as well (`run`, `apps`, `sim`, `bench`, ...). With no app named it runs the apps of the program's own
/// crate.
pub fn main() -> ExitCode {
    let args: Vec<OsString> = env::args_os().collect();
    let subcommand = args.get(1).and_then(|arg| arg.to_str());
    let status = if subcommand.is_some_and(|name| {
        [
            "run",
            "apps",
            "doctor",
            "sim",
            "bench",
            "new",
            "ofp",
            "packet",
            "replay",
            "tap",
            "completions",
            "man",
        ]
        .contains(&name)
    }) {
        ryu(args)
    } else {
        ryu_manager(args)
    };
    log::logger().flush();
    status
}

/// The `main` of the program `ryu-manager`.
pub fn ryu_manager(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    outcome(Table::collect().map_err(Exit::failure).and_then(|table| {
        let parse = || {
            let surroundings = Surroundings::of_process(Program::RyuManager.executable());
            parse_manager(&table, args.clone(), &surroundings)
        };
        run(parse()?, &|| Ok(parse()?.conf))
    }))
}

/// The `main` of the program `ryu`.
pub fn ryu(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    outcome(Table::collect().map_err(Exit::failure).and_then(|table| {
        let commands = || {
            let ours =
                [sim::command(&table), bench::command(), replay::command(&table), tap::command()];
            let ours = ours.into_iter().chain([new::command(), ofp::command(), packet::command()]);
            ours.chain([doctor::command(&table)])
        };
        let parse = || {
            let surroundings = Surroundings::of_process(Program::RyuRun.executable());
            parse_ryu(&table, commands(), args.iter().cloned(), &surroundings)
        };
        match parse()? {
            RyuInvocation::Run(invocation) => run(invocation, &|| match parse()? {
                RyuInvocation::Run(invocation) => Ok(invocation.conf),
                _ => unreachable!("the command line is the same as at the start"),
            }),
            RyuInvocation::Apps => {
                let catalog = Catalog::collect().map_err(Exit::failure)?;
                Err(Exit::output(listing::apps(&catalog)))
            }
            // The subcommands that were added above.
            RyuInvocation::Other(name, matches) if name == new::NAME => {
                let catalog = Catalog::collect().map_err(Exit::failure)?;
                new::run(&matches, |name| catalog.iter().any(|app| app.name == name))
            }
            RyuInvocation::Other(name, matches) if name == ofp::NAME => ofp::run(&matches),
            RyuInvocation::Other(name, matches) if name == packet::NAME => packet::run(&matches),
            RyuInvocation::Other(name, matches) if name == tap::NAME => tap::run(&matches),
            RyuInvocation::Other(name, matches) if name == bench::NAME => bench::run(&matches),
            RyuInvocation::Other(name, matches) if name == doctor::NAME => {
                doctor::run(&table, &matches)
            }
            RyuInvocation::Other(name, matches) if name == replay::NAME => {
                replay::run(&table, &matches)
            }
            RyuInvocation::Other(_, matches) => sim::run(&table, &matches),
        }
    }))
}

fn outcome(result: Result<ExitCode, Exit>) -> ExitCode {
    result.unwrap_or_else(|exit| exit.report())
}

/// Reads command line and configuration files again.
type Reread<'a> = &'a dyn Fn() -> Result<Conf, Exit>;

/// `ryu-manager` and `ryu run`, from the parsed command line to the end.
fn run(invocation: Invocation, reread: Reread<'_>) -> Result<ExitCode, Exit> {
    let Invocation { program, conf, apps } = invocation;
    logging::init(&conf, program.executable()).map_err(Exit::failure)?;
    for warning in conf.warnings() {
        warn!("{warning}");
    }
    let plan = plan(&apps)?;
    write_pid_file(&conf)?;
    let hub = Hub::new(Clock::real()).map_err(Exit::failure)?;
    let _watch = watch::start(&hub.handle(), &conf);
    Ok(hub.block_on(serve(Rc::new(conf), plan, reread)))
}

/// Plans the named apps; with no name, those of the program's own crate, or else `ofp_handler`.
fn plan(names: &[String]) -> Result<Plan, Exit> {
    let catalog = Catalog::collect().map_err(Exit::failure)?;
    plan_of(&catalog, names).map_err(Exit::failure)
}

fn plan_of(catalog: &Catalog, names: &[String]) -> Result<Plan, PlanErrors> {
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    if names.is_empty() {
        let ours = |module: &str| module.split("::").next() == Some(env!("CARGO_CRATE_NAME"));
        names = catalog.iter().filter(|app| !ours(app.module)).map(|app| app.name).collect();
    }
    if names.is_empty() {
        names.push(ofp_handler::NAME);
    }
    Plan::new(catalog, names)
}

/// The decimal process id without a newline, as Ryu writes it.
#[expect(clippy::disallowed_methods, reason = "at the start: the loop does not run yet")]
fn write_pid_file(conf: &Conf) -> Result<(), Exit> {
    let Some(path) = conf.get(&PID_FILE) else { return Ok(()) };
    fs::write(&path, std::process::id().to_string()).map_err(|cause| {
        Exit::failure(format_args!("cannot write pid file {}: {cause}", path.display()))
    })
}

/// Runs the stack until a signal asks for its end. `SIGHUP` has files read again, `SIGUSR1` has the
/// state of the loop logged.
async fn serve(conf: Rc<Conf>, plan: Plan, reread: Reread<'_>) -> ExitCode {
    let signals = match Signals::new(&[SIGTERM, SIGINT, SIGHUP, SIGUSR1]) {
        Ok(signals) => signals,
        Err(cause) => {
            error!("cannot listen for signals: {cause}");
            return ExitCode::FAILURE;
        }
    };
    let stack = match Stack::start(conf, &plan) {
        Ok(stack) => stack,
        Err(cause) => {
            error!("{cause}");
            return ExitCode::FAILURE;
        }
    };
    let _log_watch = hub::spawn("log file", watch::watch_log());
    let signal = loop {
        match signals.recv().await {
            // A few small files of this machine's: the loop can spare the time.
            SIGHUP => {
                watch::reopen_log().await;
                match reread() {
                    Ok(conf) => stack.reload(&conf),
                    Err(exit) => error!("{}; all stays as it was", exit.stderr.trim_end()),
                }
            }
            SIGUSR1 => watch::dump(stack.bus()),
            signal => break signal,
        }
    };
    info!("stopping: {}", if signal == SIGINT { "interrupted" } else { "terminated" });
    stack.stop().await;
    ExitCode::SUCCESS
}
