//! `ryu replay`: a recording, played to apps on a clock that is turned.

use std::fs::File;
use std::io::{self, BufReader, Write};
use std::process::ExitCode;
use std::rc::Rc;

use clap::{Arg, ArgMatches, Command, ValueHint};
use log::{LevelFilter, warn};

use crate::conf::{Exit, Invocation, Origin, Program, Surroundings, Table, with_arguments};
use crate::logging::{self, DEFAULT_LOG_LEVEL, VERBOSE};
use crate::sim::Replay;

use super::stack::controller_config;

/// The name of the subcommand.
pub(super) const NAME: &str = "replay";

/// The subcommand, with the options of `ryu-manager` besides its own.
pub(super) fn command(table: &Table) -> Command {
    let command = Command::new(NAME)
        .about("Play a recording to apps and print what they send")
        .after_help(
            "The recording is a file of --record, or a capture of OpenFlow in the clear in which \
             the connections begin. Time is the recording's, on a clock that is turned, so it \
             takes no time, and two runs print the same. A line is printed for each message to a \
             switch: seconds since the start, number of the connection, transaction, message.\n\n\
             ryu sim --record run.pcap --test pingall simple_switch_13\n\
             ryu replay run.pcap simple_switch_13",
        )
        .arg(
            Arg::new("file")
                .value_name("FILE")
                .required(true)
                .value_hint(ValueHint::FilePath)
                .help("The recording"),
        )
        .arg(Arg::new("app").num_args(0..).help("Apps to play it to"));
    with_arguments(command, table)
}

/// Runs the subcommand.
#[expect(
    clippy::disallowed_methods,
    reason = "a command with no one to hold up: the loop does not run yet"
)]
pub(super) fn run(table: &Table, matches: &ArgMatches) -> Result<ExitCode, Exit> {
    let Invocation { conf, apps, .. } =
        Invocation::from_matches(Program::RyuRun, table, matches, &Surroundings::default())
            .map_err(Exit::failure)?;
    logging::init(&conf, "ryu").map_err(Exit::failure)?;
    if conf.origin(DEFAULT_LOG_LEVEL.row()) == Origin::Default && !conf.get(&VERBOSE) {
        // What is wanted is what the apps send, not how they came to it.
        log::set_max_level(LevelFilter::Warn.min(log::max_level()));
    }
    for warning in conf.warnings() {
        warn!("{warning}");
    }
    let plan = super::plan(&apps)?;
    let name = matches.get_one::<String>("file").map_or("", String::as_str);
    let failed = |cause: &dyn std::fmt::Display| Exit::failure(format_args!("{name}: {cause}"));
    let file = File::open(name).map_err(|cause| failed(&cause))?;
    let replay = Replay::read(BufReader::new(file)).map_err(|cause| failed(&cause))?;
    let config = controller_config(&conf, &plan).map_err(Exit::failure)?;
    let replayed = replay.run(&plan, Rc::new(conf), config).map_err(Exit::failure)?;
    if replayed.skipped > 0 {
        warn!("{} connections were left out: not OpenFlow, or begun before", replayed.skipped);
    }
    // A reader that has gone away (`| head`) is no reason to complain.
    let _ = write!(io::stdout().lock(), "{replayed}");
    Ok(ExitCode::SUCCESS)
}
