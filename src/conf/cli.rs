//! The command line made from rows: clap arguments, and back from what clap matched.

use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint, parser::ValueSource};

use super::environment;
use super::file::{files_of, read_file};
use super::layers::{Conf, ConfError, Origin, Raw};
use super::manager_rows::{APP, APP_LISTS};
use super::option::{Kind, Row};
use super::references::{Source, resolve};
use super::surroundings::Surroundings;
use super::table::Table;

/// Id of the argument of `--config-file`.
const CONFIG_FILE: &str = "config-file";
/// Id of the argument of `--config-dir`.
const CONFIG_DIR: &str = "config-dir";
/// Id of the argument of `--shell-completion`.
pub(super) const SHELL_COMPLETION: &str = "shell-completion";
/// Id of the positional argument.
const APPS: &str = "app";

/// A program that runs apps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// `ryu-manager [options] [app ...]`
    RyuManager,
    /// `ryu run [options] [app ...]`, the same thing.
    RyuRun,
}

impl Program {
    /// As users call it, for messages.
    pub const fn name(self) -> &'static str {
        match self {
            Program::RyuManager => "ryu-manager",
            Program::RyuRun => "ryu run",
        }
    }

    /// The name of the executable, which also names the log file in `--log-dir`.
    pub const fn executable(self) -> &'static str {
        match self {
            Program::RyuManager => "ryu-manager",
            Program::RyuRun => "ryu",
        }
    }
}

/// What a command line asks a program that runs apps to do.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// Which program.
    pub program: Program,
    /// Its options.
    pub conf: Conf,
    /// Names of the apps to run: those of `--app-lists`, then the arguments, each split at
    /// commas; without arguments those that a file names with `app`. Empty if the user named none.
    pub apps: Vec<String>,
}

impl Invocation {
    /// Reads what clap matched for [`command`].
    ///
    /// # Errors
    ///
    /// [`ConfError`] listing every bad value, on the command line and in the files.
    pub fn from_matches(
        program: Program,
        table: &Table,
        matches: &ArgMatches,
        surroundings: &Surroundings,
    ) -> Result<Self, ConfError> {
        let conf = Conf::from_matches(table, matches, surroundings)?;
        let apps = named_apps(&conf, matches);
        Ok(Invocation { program, conf, apps })
    }
}

/// The apps that a command line made by [`with_apps`] and its options name.
pub fn named_apps(conf: &Conf, matches: &ArgMatches) -> Vec<String> {
    let arguments: Vec<String> =
        matches.get_many::<String>(APPS).into_iter().flatten().cloned().collect();
    let arguments = if arguments.is_empty() { conf.get(&APP) } else { arguments };
    let names = conf.get(&APP_LISTS).into_iter().chain(arguments);
    names
        .flat_map(|names| names.split(',').map(|name| name.trim().to_owned()).collect::<Vec<_>>())
        .filter(|name| !name.is_empty())
        .collect()
}

/// The command line of `ryu-manager` or `ryu run`: all options of the table and the apps.
pub fn command(program: Program, table: &Table) -> Command {
    let name = match program {
        Program::RyuManager => "ryu-manager",
        Program::RyuRun => "run",
    };
    let command = Command::new(name)
        .version(env!("CARGO_PKG_VERSION"))
        .about("Run OpenFlow applications until they end or are interrupted")
        .arg(
            // Ryu's way to ask for what `ryu completions` prints.
            Arg::new(SHELL_COMPLETION)
                .long(SHELL_COMPLETION)
                .value_name("SHELL")
                .num_args(1)
                .hide(true),
        );
    with_apps(command, table)
}

/// Adds the apps, `--config-file` and the options of a table to a command.
pub fn with_apps(command: Command, table: &Table) -> Command {
    let command = command.arg(
        Arg::new(APPS)
            .num_args(0..)
            .value_hint(ValueHint::Other)
            .help("Apps to run, such as simple_switch_13 or ryu.app.simple_switch_13"),
    );
    with_arguments(command, table)
}

/// Adds `--config-file` and the options of a table to a command of the caller's own, whose
/// matches [`Conf::from_matches`] then reads.
pub fn with_arguments(command: Command, table: &Table) -> Command {
    command
        // As with argparse, the last of several occurrences counts.
        .args_override_self(true)
        .arg(
            Arg::new(CONFIG_FILE)
                .long(CONFIG_FILE)
                .alias("config_file")
                .value_name("FILE")
                .value_hint(ValueHint::FilePath)
                .action(ArgAction::Append)
                .help(
                    "File with options, TOML or in the form of Ryu's; may be repeated, a later \
                     file wins [default: /usr/local/etc/ryu/ryu.conf, if it is there]",
                ),
        )
        .arg(
            Arg::new(CONFIG_DIR)
                .long(CONFIG_DIR)
                .alias("config_dir")
                .value_name("DIR")
                .value_hint(ValueHint::DirPath)
                .action(ArgAction::Append)
                .help(
                    "Directory whose files *.conf and *.toml are read in the order of their names",
                ),
        )
        .args(arguments(table))
}

/// The clap arguments of a table's rows: `--name VALUE`, or `--name` and a hidden `--noname` for a
/// switch; underscores are accepted for dashes.
pub fn arguments(table: &Table) -> Vec<Arg> {
    table
        .rows()
        .filter(|(_, row)| row.on_command_line())
        .flat_map(|(section, row)| {
            let long = row.long().into_owned();
            let arg =
                named(&long).help(help(row)).help_heading(section).hide(row.no_effect().is_some());
            if row.kind() != Kind::Bool {
                let arg = arg.value_name(row.metavar()).value_hint(hint(row)).num_args(1);
                return vec![arg.allow_negative_numbers(true)];
            }
            let off = format!("no{long}");
            let off_arg = named(&off).hide(true).action(ArgAction::SetTrue).overrides_with(&long);
            vec![arg.action(ArgAction::SetTrue).overrides_with(&off), off_arg]
        })
        .collect()
}

fn named(long: &str) -> Arg {
    let arg = Arg::new(long.to_owned()).long(long.to_owned());
    let underscored = long.replace('-', "_");
    if underscored == long { arg } else { arg.alias(underscored) }
}

fn hint(row: &Row) -> ValueHint {
    match row.kind() {
        Kind::Path => ValueHint::AnyPath,
        _ => ValueHint::Other,
    }
}

/// `Text of the help [default: 5.0 s] [accepted: 0.1..=3600.0]`; what is said after the first
/// paragraph is left to the sample.
fn help(row: &Row) -> String {
    let mut help = row.help().into_iter().next().unwrap_or_default();
    if row.kind() == Kind::Bool {
        if row.default_value() == Some(super::value::Value::Bool(true)) {
            help.push_str(&format!(" [default: on; --no{} turns it off]", row.long()));
        }
        return help;
    }
    let unit = row.unit().map_or(String::new(), |unit| format!(" {unit}"));
    let default = row.default_value().map(|value| row.shown_on_command_line(&value));
    if let Some(default) = default.filter(|default| !default.is_empty()) {
        help.push_str(&format!(" [default: {default}{unit}]"));
    }
    if row.kind().is_limited() {
        help.push_str(&format!(" [accepted: {}]", row.kind().accepted()));
    }
    help
}

impl Conf {
    /// Reads what clap matched for a command made by [`command`] or [`with_arguments`]: the
    /// configuration files and directories in their order, the environment over them, and over
    /// that the command line.
    ///
    /// # Errors
    ///
    /// [`ConfError`] listing every bad value, on the command line and in the files.
    pub fn from_matches(
        table: &Table,
        matches: &ArgMatches,
        surroundings: &Surroundings,
    ) -> Result<Conf, ConfError> {
        let (conf, problems) = Conf::as_far_as_possible(table, matches, surroundings);
        if problems.is_empty() { Ok(conf) } else { Err(ConfError { problems }) }
    }

    /// As [`from_matches`](Conf::from_matches), without what is wrong, and a line for each such
    /// thing.
    pub fn as_far_as_possible(
        table: &Table,
        matches: &ArgMatches,
        surroundings: &Surroundings,
    ) -> (Conf, Vec<String>) {
        // Lowest priority first.
        let mut sources = Vec::new();
        let mut warnings = Vec::new();
        let mut problems = Vec::new();
        for path in config_files(matches, surroundings, &mut problems) {
            match read_file(table, &path) {
                Ok(file) => {
                    sources.push(Source { layer: file.layer, raw: file.raw });
                    warnings.extend(file.warnings);
                }
                Err(err) => problems.extend(err.problems),
            }
        }
        let (source, unknown) = environment::source(table, &surroundings.variables);
        sources.push(source);
        warnings.extend(unknown);
        sources.push(command_line(table, matches));
        let mut conf = Conf::from_layers(resolve(table, sources, &mut problems));
        warnings.extend(conf.without_effect(table));
        conf.warn(warnings);
        (conf, problems)
    }
}

/// The files to read, in their order.
fn config_files(
    matches: &ArgMatches,
    surroundings: &Surroundings,
    problems: &mut Vec<String>,
) -> Vec<String> {
    let given = |id: &str| -> Vec<(usize, String)> {
        let places = matches.indices_of(id).into_iter().flatten();
        places.zip(matches.get_many::<String>(id).into_iter().flatten().cloned()).collect()
    };
    let of_surroundings = |paths: &[std::path::PathBuf], place: usize| -> Vec<(usize, String)> {
        paths.iter().map(|path| (place, path.to_string_lossy().into_owned())).collect()
    };
    let (mut files, mut directories) = (given(CONFIG_FILE), given(CONFIG_DIR));
    // What nobody has named comes before what somebody has, and directories come after files.
    if files.is_empty() {
        files = of_surroundings(&surroundings.files, 0);
    }
    if directories.is_empty() {
        directories = of_surroundings(&surroundings.directories, usize::MAX);
    }
    let mut named: Vec<(usize, Vec<String>)> =
        files.into_iter().map(|(place, file)| (place, vec![file])).collect();
    for (place, directory) in directories {
        match files_of(std::path::Path::new(&directory)) {
            Ok(files) => {
                let files = files.iter().map(|file| file.to_string_lossy().into_owned());
                named.push((place, files.collect()));
            }
            Err(err) => problems.extend(err.problems),
        }
    }
    named.sort_by_key(|(place, _)| *place);
    named.into_iter().flat_map(|(_, files)| files).collect()
}

fn command_line(table: &Table, matches: &ArgMatches) -> Source {
    let given = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
    let mut source = Source::default();
    for (_, row) in table.rows().filter(|(_, row)| row.on_command_line()) {
        let long = row.long();
        let text = match row.kind() {
            Kind::Bool if given(&long) => "true",
            Kind::Bool if given(&format!("no{long}")) => "false",
            Kind::Bool => continue,
            _ if !given(&long) => continue,
            _ => matches.get_one::<String>(&long).map_or("", String::as_str),
        };
        let raw = Raw { row, text: text.to_owned(), origin: Origin::CommandLine };
        source.raw.push(raw);
    }
    source
}
