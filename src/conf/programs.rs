//! The command lines of the two programs: parsing, and what a user who erred gets to read.

use std::error::Error as _;
use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;
use std::str::FromStr;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgMatches, Command};
use clap_complete::Shell;

use super::cli::{Invocation, Program, SHELL_COMPLETION, command};
use super::nearest::nearest;
use super::spelling::spell_out;
use super::surroundings::Surroundings;
use super::table::Table;
use super::value::shown;

/// An option or file has a bad value, a name is unknown, a port is taken ...
const EXIT_FAILURE: u8 = 1;
/// The command line itself is wrong.
const EXIT_USAGE: u8 = 2;

/// The end of a program before it began: after `--help`, or with an error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exit {
    /// Exit status: 0, 1 (bad value, unknown subcommand) or 2 (usage).
    pub code: u8,
    /// Text for standard output.
    pub stdout: String,
    /// Text for standard error.
    pub stderr: String,
}

impl Exit {
    /// An end with this message on standard error and status 1.
    pub fn failure(message: impl std::fmt::Display) -> Self {
        Exit { code: EXIT_FAILURE, stdout: String::new(), stderr: format!("{message}\n") }
    }

    /// A good end with this text on standard output.
    pub fn output(text: impl Into<String>) -> Self {
        Exit { code: 0, stdout: text.into(), stderr: String::new() }
    }

    /// Prints both texts and gives the status to return from `main`.
    pub fn report(&self) -> ExitCode {
        // A reader that has gone away (`ryu --help | head -1`) is no reason to complain.
        let _ = io::stdout().write_all(self.stdout.as_bytes());
        let _ = io::stdout().flush();
        let _ = io::stderr().write_all(self.stderr.as_bytes());
        ExitCode::from(self.code)
    }
}

/// Parses the command line of `ryu-manager` (the program's name first).
///
/// # Errors
///
/// The [`Exit`] to report: help or version asked for, or something is wrong.
pub fn parse_manager(
    table: &Table,
    args: impl IntoIterator<Item = OsString>,
    surroundings: &Surroundings,
) -> Result<Invocation, Exit> {
    let mut manager = command(Program::RyuManager, table);
    let args = spell_out(&manager, args)
        .map_err(|err| usage_error(&manager.render_usage().to_string(), &err.to_string()))?;
    let matches = manager
        .try_get_matches_from_mut(args)
        .map_err(|err| exit_of(&err, &manager.render_usage().to_string()))?;
    if let Some(shell) = matches.get_one::<String>(SHELL_COMPLETION) {
        return Err(completions(Command::new("ryu"), table, shell, "ryu-manager"));
    }
    Invocation::from_matches(Program::RyuManager, table, &matches, surroundings)
        .map_err(Exit::failure)
}

/// What a command line of `ryu` asks for.
#[derive(Clone, Debug)]
pub enum RyuInvocation {
    /// `ryu run`: run apps, as `ryu-manager` does.
    Run(Invocation),
    /// `ryu apps`: list what is compiled in.
    Apps,
    /// A subcommand that the caller of [`parse_ryu`] added, with what clap matched for it.
    Other(String, ArgMatches),
}

/// The command line of `ryu`, with the caller's own subcommands after `run` and `apps`.
pub fn ryu_command(table: &Table, extra: impl IntoIterator<Item = Command>) -> Command {
    Command::new("ryu")
        .version(env!("CARGO_PKG_VERSION"))
        .about("The Ryu SDN framework: run, list and try OpenFlow applications")
        .subcommand_required(true)
        .disable_help_subcommand(true)
        .subcommand(command(Program::RyuRun, table))
        .subcommand(Command::new("apps").about("List the apps that are compiled in"))
        .subcommands(extra)
        .subcommand(
            Command::new("completions")
                .about("Print a shell completion script")
                .arg(Arg::new("shell").required(true).help(format!("One of {}", shells())))
                .arg(program_argument()),
        )
        .subcommand(
            Command::new("man")
                .about("Print a manual page (roff): ryu man ryu-manager | man -l -")
                .arg(
                    Arg::new("page")
                        .default_value("ryu")
                        .help("ryu, ryu-manager, or a subcommand of ryu"),
                ),
        )
}

fn program_argument() -> Arg {
    Arg::new("program").default_value("ryu").help("Program to complete: ryu or ryu-manager")
}

/// Parses the command line of `ryu` (the program's name first). `completions` and `man` are
/// answered here: their text comes back as an [`Exit`].
///
/// # Errors
///
/// The [`Exit`] to report: a text was asked for, or something is wrong.
pub fn parse_ryu(
    table: &Table,
    extra: impl IntoIterator<Item = Command>,
    args: impl IntoIterator<Item = OsString>,
    surroundings: &Surroundings,
) -> Result<RyuInvocation, Exit> {
    let mut ryu = ryu_command(table, extra);
    let args: Vec<OsString> = args.into_iter().collect();
    let args = spell_out(&ryu, args.clone())
        .map_err(|err| usage_error(&ryu_usage(&mut ryu, &args), &err.to_string()))?;
    let matches = match ryu.try_get_matches_from_mut(&args) {
        Ok(matches) => matches,
        Err(err) if err.kind() == ErrorKind::InvalidSubcommand => {
            // As Ryu says it, word for word.
            let name = context(&err, ContextKind::InvalidSubcommand);
            let stdout = ryu.render_help().to_string();
            let stderr = format!("Unknown subcommand {}\n", shown(&name));
            return Err(Exit { code: EXIT_FAILURE, stdout, stderr });
        }
        Err(err) => return Err(exit_of(&err, &ryu_usage(&mut ryu, &args))),
    };
    let text = |matches: &ArgMatches, id: &str| {
        matches.get_one::<String>(id).map_or(String::new(), String::clone)
    };
    match matches.subcommand() {
        Some(("run", matches)) => {
            if let Some(shell) = matches.get_one::<String>(SHELL_COMPLETION).cloned() {
                return Err(completions(ryu, table, &shell, "ryu"));
            }
            Invocation::from_matches(Program::RyuRun, table, matches, surroundings)
                .map(RyuInvocation::Run)
                .map_err(Exit::failure)
        }
        Some(("apps", _)) => Ok(RyuInvocation::Apps),
        Some(("completions", matches)) => {
            Err(completions(ryu, table, &text(matches, "shell"), &text(matches, "program")))
        }
        Some(("man", matches)) => Err(man_page(ryu, table, &text(matches, "page"))),
        Some((name, matches)) => Ok(RyuInvocation::Other(name.to_owned(), matches.clone())),
        None => Err(Exit { code: EXIT_USAGE, ..Exit::failure(ryu.render_usage()) }),
    }
}

/// The usage line of the subcommand that a command line names, else of `ryu` itself.
fn ryu_usage(ryu: &mut Command, args: &[OsString]) -> String {
    let name = args.iter().skip(1).find_map(|arg| arg.to_str().filter(|arg| !arg.starts_with('-')));
    let command = match name.filter(|name| ryu.find_subcommand(name).is_some()) {
        Some(name) => ryu.find_subcommand_mut(name),
        None => Some(ryu),
    };
    command.map_or(String::new(), |command| command.render_usage().to_string())
}

fn shells() -> String {
    let names = <Shell as clap::ValueEnum>::value_variants().iter().map(Shell::to_string);
    names.collect::<Vec<_>>().join(", ")
}

fn completions(ryu: Command, table: &Table, shell: &str, program: &str) -> Exit {
    let Ok(shell) = Shell::from_str(shell) else {
        let shell = shown(shell);
        return Exit::failure(format_args!(
            "argument shell: invalid choice value: {shell} (accepted: {})",
            shells()
        ));
    };
    let mut command = match program {
        "ryu" => ryu,
        "ryu-manager" => command(Program::RyuManager, table),
        other => {
            let other = shown(other);
            return Exit::failure(format_args!(
                "argument program: invalid choice value: {other} (accepted: ryu, ryu-manager)"
            ));
        }
    };
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, program, &mut script);
    Exit::output(String::from_utf8_lossy(&script))
}

fn man_page(mut ryu: Command, table: &Table, page: &str) -> Exit {
    // Building gives the subcommands their full names and usage lines.
    ryu.build();
    let command = match page {
        "ryu" => ryu,
        "ryu-manager" => command(Program::RyuManager, table),
        page => match ryu.find_subcommand(page) {
            Some(subcommand) => subcommand.clone(),
            None => {
                let names: Vec<_> = ["ryu", "ryu-manager"]
                    .into_iter()
                    .chain(ryu.get_subcommands().map(Command::get_name))
                    .collect();
                return Exit::failure(format_args!(
                    "argument page: invalid choice value: {} (accepted: {})",
                    shown(page),
                    names.join(", ")
                ));
            }
        },
    };
    let mut roff = Vec::new();
    match clap_mangen::Man::new(command).manual("Ryu manual").render(&mut roff) {
        Ok(()) => Exit::output(String::from_utf8_lossy(&roff)),
        Err(err) => Exit::failure(format_args!("cannot render the manual page: {err}")),
    }
}

/// What clap refused (or was asked to print), in the words of this house. clap's own errors carry
/// a usage line only sometimes, and then one narrowed down to what it suggests.
fn exit_of(err: &clap::Error, usage: &str) -> Exit {
    let argument = context(err, ContextKind::InvalidArg);
    // clap names an option with its placeholder, `--wsapi-port <PORT>`.
    let argument = shown(argument.split(' ').next().unwrap_or_default());
    let value = context(err, ContextKind::InvalidValue);
    let message = match err.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            return Exit::output(err.render().to_string());
        }
        ErrorKind::UnknownArgument => {
            let near = suggestion(err, &argument);
            let near = near.map_or(String::new(), |near| format!(" (nearest: {near})"));
            format!("unrecognized arguments: {argument}{near}")
        }
        ErrorKind::InvalidValue | ErrorKind::WrongNumberOfValues if value.is_empty() => {
            format!("argument {argument}: expected one argument")
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let accepted = context(err, ContextKind::ValidValue);
            let reason = match err.source() {
                Some(source) => format!(" ({source})"),
                None if accepted.is_empty() => String::new(),
                None => format!(" (accepted: {accepted})"),
            };
            let value = shown(&value);
            return Exit::failure(format_args!(
                "argument {argument}: invalid value: {value}{reason}"
            ));
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "a subcommand is required".to_owned()
        }
        _ => {
            // `error: text` and then tips and usage, which we print our own way.
            let text = err.render().to_string();
            let first = text.lines().take_while(|line| !line.is_empty());
            let first = first.map(str::trim).collect::<Vec<_>>().join(" ");
            first.trim_start_matches("error: ").to_owned()
        }
    };
    usage_error(usage, &message)
}

fn usage_error(usage: &str, message: &str) -> Exit {
    let usage = usage.trim_end();
    Exit { code: EXIT_USAGE, stdout: String::new(), stderr: format!("{usage}\nerror: {message}\n") }
}

/// The option that an unknown one was perhaps meant to be.
fn suggestion(err: &clap::Error, asked: &str) -> Option<String> {
    let found = context(err, ContextKind::SuggestedArg);
    let found = found.split(' ').next().unwrap_or_default();
    // clap's own measure is generous; keep only what the rest of the house would suggest.
    nearest(asked, [found]).filter(|found| !found.is_empty()).map(str::to_owned)
}

/// A piece of clap's error as text; empty if it has no such piece.
fn context(err: &clap::Error, kind: ContextKind) -> String {
    match err.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        _ => String::new(),
    }
}
