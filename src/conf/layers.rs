//! Layers of settings, and the resolved values that the rest of the program reads.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use super::option::{Opt, Row};
use super::table::Table;
use super::value::{OptValue, Value};

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The row's own default.
    Default,
    /// A line of a configuration file (counted from 1).
    File {
        /// The file as it was named.
        path: Arc<str>,
        /// The line of the key.
        line: usize,
    },
    /// An environment variable.
    Environment {
        /// Its name.
        variable: Arc<str>,
    },
    /// The command line.
    CommandLine,
    /// [`Conf::set`]: a test, or a program that fixes a value.
    Program,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Default => f.write_str("default"),
            Origin::File { path, line } => write!(f, "{path}:{line}"),
            Origin::Environment { variable } => write!(f, "environment {variable}"),
            Origin::CommandLine => f.write_str("command line"),
            Origin::Program => f.write_str("program"),
        }
    }
}

/// One option set by one source.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The option.
    pub row: &'static Row,
    /// Its value, already checked against the row.
    pub value: Value,
    /// Who set it.
    pub origin: Origin,
}

/// One option set by one source, as a text that may refer to other options.
#[derive(Clone, Debug)]
pub(super) struct Raw {
    pub(super) row: &'static Row,
    pub(super) text: String,
    pub(super) origin: Origin,
}

impl Raw {
    /// A line that says what is wrong with it.
    pub(super) fn problem(&self, reason: &str) -> String {
        match &self.origin {
            Origin::CommandLine => format!("argument --{}: {reason}", self.row.long()),
            Origin::Environment { variable } => format!("environment {variable}: {reason}"),
            origin => format!("{origin}: {}: {reason}", self.row.full_key()),
        }
    }
}

/// What one source sets.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    /// In the order of the source; a later setting of the same option wins.
    pub settings: Vec<Setting>,
}

/// What is wrong with the options of this start: one line per problem, all of them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", problems.join("\n"))]
pub struct ConfError {
    /// Each names the option or file, the value and what is accepted.
    pub problems: Vec<String>,
}

/// The group and name of a row: what makes it this option and no other.
type Key = (Option<&'static str>, &'static str);

fn key(row: &Row) -> Key {
    (row.group(), row.name())
}

/// Resolved options. Cheap to make, read by the statics that [`options!`](crate::options) makes.
#[derive(Clone, Debug, Default)]
pub struct Conf {
    values: HashMap<Key, (Option<Value>, Origin)>,
    warnings: Vec<String>,
}

impl Conf {
    /// Every option at its default.
    pub fn new() -> Self {
        Self::default()
    }

    /// The values of several layers, lowest priority first, over the defaults.
    pub fn from_layers(layers: impl IntoIterator<Item = Layer>) -> Self {
        let mut conf = Self::new();
        for setting in layers.into_iter().flat_map(|layer| layer.settings) {
            conf.values.insert(key(setting.row), (Some(setting.value), setting.origin));
        }
        conf
    }

    /// Sets one option from the program, above all layers: for tests and fixed choices.
    ///
    /// # Panics
    ///
    /// If the value lies outside the row's range.
    pub fn set<T: OptValue>(&mut self, opt: &Opt<T>, value: T) -> &mut Self {
        let value = value.encode();
        if let Some(value) = &value {
            let row = opt.row();
            assert!(row.admits(value), "option {} does not accept {value}", row.full_key());
        }
        self.values.insert(key(opt.row()), (value, Origin::Program));
        self
    }

    /// Keeps lines that the program should log once logging is set up.
    pub(super) fn warn(&mut self, warnings: impl IntoIterator<Item = String>) {
        self.warnings.extend(warnings);
    }

    /// The value of an option: as the highest layer says, else its default.
    pub fn get<T: OptValue>(&self, opt: &Opt<T>) -> T {
        // Every way in checks against the row, and a row's kind and default fit its Rust type
        // because only the functions of `kinds` make rows.
        T::decode(self.value(opt.row()).as_ref())
            .unwrap_or_else(|| unreachable!("row {} does not fit its type", opt.row().full_key()))
    }

    /// The value of a row without its Rust type; `None` if it has neither value nor default.
    pub fn value(&self, row: &Row) -> Option<Value> {
        match self.values.get(&key(row)) {
            Some((value, _)) => value.clone(),
            None => row.default_value(),
        }
    }

    /// Who set the option.
    pub fn origin(&self, row: &Row) -> Origin {
        self.values.get(&key(row)).map_or(Origin::Default, |(_, origin)| origin.clone())
    }

    /// Lines to log at warning level once logging is set up (unknown keys of files).
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// A line for each option that somebody has set and that has no effect here.
    pub(super) fn without_effect(&self, table: &Table) -> Vec<String> {
        let said = table.rows().filter_map(|(_, row)| {
            let reason = row.no_effect()?;
            let (value, origin) = self.values.get(&key(row))?;
            if *value == row.default_value() {
                return None;
            }
            Some(match origin {
                Origin::CommandLine => format!("option --{} has no effect: {reason}", row.long()),
                origin => format!("{origin}: option {} has no effect: {reason}", row.full_key()),
            })
        });
        said.collect()
    }

    /// All options of a table with their values and origins, a line each, for a debug log.
    ///
    /// ```text
    /// wsapi_port = 8081  # command line
    /// ```
    pub fn dump(&self, table: &Table) -> Vec<String> {
        table
            .rows()
            .map(|(_, row)| {
                let value = self.value(row);
                let value = value.map_or("(none)".to_owned(), |value| row.shown_in_file(&value));
                format!("{} = {value}  # {}", row.full_key(), self.origin(row))
            })
            .collect()
    }
}
