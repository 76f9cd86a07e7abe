//! The command line made from rows: clap arguments, and back from what clap matched.

use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint, parser::ValueSource};

use super::file::read_file;
use super::layers::{Conf, ConfError, Layer, Origin, Setting};
use super::manager_rows::APP_LISTS;
use super::option::{Kind, Row};
use super::table::Table;
use super::value::shown;

/// Id of the argument of `--config-file`.
const CONFIG_FILE: &str = "config-file";
/// Id of the positional argument.
const APP: &str = "app";

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
    /// commas. Empty if the user named none.
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
    ) -> Result<Self, ConfError> {
        let conf = Conf::from_matches(table, matches)?;
        let positionals = matches.get_many::<String>(APP).into_iter().flatten().cloned();
        let apps = conf
            .get(&APP_LISTS)
            .into_iter()
            .chain(positionals)
            .flat_map(|names| {
                names.split(',').map(|name| name.trim().to_owned()).collect::<Vec<_>>()
            })
            .filter(|name| !name.is_empty())
            .collect();
        Ok(Invocation { program, conf, apps })
    }
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
            Arg::new(APP)
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
                .help("TOML file with options; may be repeated, a later file wins"),
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
            let arg = named(&long).help(help(row)).help_heading(section);
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
    /// configuration files in their order, and the command line over them.
    ///
    /// # Errors
    ///
    /// [`ConfError`] listing every bad value, on the command line and in the files.
    pub fn from_matches(table: &Table, matches: &ArgMatches) -> Result<Conf, ConfError> {
        // Lowest priority first. The environment will stand between files and command line.
        let mut layers = Vec::new();
        let mut warnings = Vec::new();
        let mut problems = Vec::new();
        for path in matches.get_many::<String>(CONFIG_FILE).into_iter().flatten() {
            match read_file(table, path) {
                Ok(file) => {
                    layers.push(file.layer);
                    warnings.extend(file.warnings);
                }
                Err(err) => problems.extend(err.problems),
            }
        }
        layers.push(command_line_layer(table, matches, &mut problems));
        if !problems.is_empty() {
            return Err(ConfError { problems });
        }
        let mut conf = Conf::from_layers(layers);
        conf.warn(warnings);
        Ok(conf)
    }
}

fn command_line_layer(table: &Table, matches: &ArgMatches, problems: &mut Vec<String>) -> Layer {
    let given = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
    let mut layer = Layer::default();
    for (_, row) in table.rows().filter(|(_, row)| row.on_command_line()) {
        let long = row.long();
        let text = match row.kind() {
            Kind::Bool if given(&long) => "true",
            Kind::Bool if given(&format!("no{long}")) => "false",
            Kind::Bool => continue,
            _ if !given(&long) => continue,
            _ => matches.get_one::<String>(&long).map_or("", String::as_str),
        };
        match row.parse(text) {
            Ok(value) => {
                layer.settings.push(Setting { row, value, origin: Origin::CommandLine });
            }
            Err(bad) => problems.push(shown_problem(&long, &bad.to_string())),
        }
    }
    layer
}

fn shown_problem(long: &str, text: &str) -> String {
    format!("argument --{}: {text}", shown(long))
}
