//! Configuration files: a layer of settings, or the list of what is wrong with the file.
//!
//! A file is TOML if its name ends with `.toml`, and in the syntax of Ryu's files
//! ([`read_ini`]) if it ends with `.conf` or `.ini`. Any other is TOML if it can be read as that.
//!
//! Options without a group stand at the top level or in `[DEFAULT]`, groups are tables; keys have
//! underscores (dashes are accepted). An unknown key is a warning, so that one file can serve
//! programs with different apps; a value that an option does not accept is an error.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::ini::read_ini;
use super::layers::{ConfError, Layer, Origin, Raw, Setting};
use super::nearest::nearest;
use super::option::Row;
use super::references::{Source, resolve};
use super::table::Table;
use super::value::shown;

/// Name of the table that means the top level, as in Ryu's files.
const DEFAULT_TABLE: &str = "DEFAULT";

/// What a file says.
#[derive(Clone, Debug, Default)]
pub struct FileLayer {
    /// The options it sets.
    pub layer: Layer,
    /// Those that refer to others, perhaps: of files in Ryu's form, all.
    pub(super) raw: Vec<Raw>,
    /// A line for each key that is no option, naming the file, the line and the nearest name.
    pub warnings: Vec<String>,
}

impl FileLayer {
    /// Its settings; a reference to another option is to one of the same file.
    ///
    /// # Errors
    ///
    /// [`ConfError`] if an option is given a value that it does not accept.
    pub fn resolved(self, table: &Table) -> Result<Layer, ConfError> {
        let mut problems = Vec::new();
        let source = Source { layer: self.layer, raw: self.raw };
        let layers = resolve(table, vec![source], &mut problems);
        match problems.is_empty() {
            true => Ok(layers.into_iter().next().unwrap_or_default()),
            false => Err(ConfError { problems }),
        }
    }
}

/// Reads a configuration file.
///
/// # Errors
///
/// [`ConfError`] with a line for each problem: the file cannot be read, is not TOML (with line and
/// column), or gives an option a value that it does not accept.
#[expect(
    clippy::disallowed_methods,
    reason = "at the start, and when SIGHUP asks for it: a few small files"
)]
pub fn read_file(table: &Table, path: &str) -> Result<FileLayer, ConfError> {
    let name = shown(path);
    let problem = |text: String| ConfError { problems: vec![text] };
    let bytes =
        fs::read(path).map_err(|err| problem(format!("cannot read config file {name}: {err}")))?;
    let text = String::from_utf8(bytes).map_err(|err| {
        let at = err.utf8_error().valid_up_to();
        let line = line_of(err.as_bytes(), at);
        problem(format!("{name}:{line}: config file is not UTF-8 text"))
    })?;
    let extension = Path::new(path).extension().and_then(|extension| extension.to_str());
    match extension {
        Some("toml") => read_text(table, &name, &text),
        Some("conf" | "ini") => read_ini(table, &name, &text),
        _ => match DeTable::parse(&text) {
            Ok(_) => read_text(table, &name, &text),
            Err(_) => read_ini(table, &name, &text).map_err(|mut ini| {
                // Which of the two it was to be, nobody knows: what is wrong with it as either.
                let toml = read_text(table, &name, &text).err();
                ini.problems.extend(toml.into_iter().flat_map(|toml| toml.problems));
                ini
            }),
        },
    }
}

/// The files of a directory that `--config-dir` names: `*.conf` and `*.toml`, by name.
///
/// # Errors
///
/// [`ConfError`] if it cannot be read.
#[expect(clippy::disallowed_methods, reason = "at the start, and when SIGHUP asks for it")]
pub(super) fn files_of(directory: &Path) -> Result<Vec<PathBuf>, ConfError> {
    let failed = |cause: std::io::Error| {
        let name = shown(&directory.to_string_lossy());
        ConfError { problems: vec![format!("cannot read config directory {name}: {cause}")] }
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        // As a shell's `*.conf` has it.
        if !name.starts_with('.') && (name.ends_with(".conf") || name.ends_with(".toml")) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// What is said of keys and sections that are none.
pub(super) struct Unknown<'a> {
    pub(super) table: &'a Table,
}

impl Unknown<'_> {
    pub(super) fn key(&self, group: Option<&'static str>, key: &str) -> String {
        let rows = self.table.rows().filter(|(_, row)| row.group() == group);
        let known: Vec<String> = rows.map(|(_, row)| row.key()).collect();
        let asked = key.replace('-', "_");
        let near = nearest(&asked, known.iter().map(String::as_str))
            .map_or(String::new(), |near| format!(" (nearest: {near})"));
        let place = group.map_or(String::new(), |group| format!(" in [{group}]"));
        format!("unknown key {}{place}{near}, ignored", shown(key))
    }

    pub(super) fn section(&self, name: &str) -> String {
        let groups = self.table.groups();
        let known = groups.iter().copied().chain([DEFAULT_TABLE]);
        let near = nearest(&name.replace('_', "-"), known)
            .map_or(String::new(), |near| format!(" (nearest: [{near}])"));
        format!("unknown section [{}]{near}, ignored", shown(name))
    }
}

/// Reads the text of a configuration file; `path` is its name in messages and origins.
///
/// # Errors
///
/// As [`read_file`].
pub fn read_text(table: &Table, path: &str, text: &str) -> Result<FileLayer, ConfError> {
    let document = DeTable::parse(text).map_err(|err| {
        let at = err.span().map_or(0, |span| span.start).min(text.len());
        let line = line_of(text.as_bytes(), at);
        let column = text[..at].chars().rev().take_while(|c| *c != '\n').count() + 1;
        let message = err.message().lines().collect::<Vec<_>>().join("; ");
        ConfError { problems: vec![format!("{path}:{line}:{column}: {message}")] }
    })?;
    let mut reader = FileReader {
        table,
        path: path.into(),
        text,
        read: FileLayer::default(),
        problems: Vec::new(),
    };
    reader.read_top(document.get_ref());
    let FileReader { mut read, problems, .. } = reader;
    read.layer.settings.sort_by_key(|setting| line_in(&setting.origin));
    if problems.is_empty() { Ok(read) } else { Err(ConfError { problems }) }
}

/// Walks one file.
struct FileReader<'a> {
    table: &'a Table,
    path: Arc<str>,
    text: &'a str,
    read: FileLayer,
    problems: Vec<String>,
}

impl FileReader<'_> {
    fn read_top(&mut self, top: &DeTable<'_>) {
        for (name, value) in in_file_order(top) {
            let name_text: &str = name.get_ref();
            let inner = value.get_ref().as_table();
            let group = self.group_named(name_text);
            match (inner, group) {
                (Some(inner), _) if name_text == DEFAULT_TABLE => self.read_keys(None, inner),
                (Some(inner), Some(group)) => self.read_keys(Some(group), inner),
                (Some(_), None) if self.table.find(None, name_text).is_none() => {
                    self.unknown_section(name_text, name.span());
                }
                _ => self.read_key(None, name, value),
            }
        }
    }

    fn read_keys(&mut self, group: Option<&'static str>, keys: &DeTable<'_>) {
        for (key, value) in in_file_order(keys) {
            self.read_key(group, key, value);
        }
    }

    fn read_key(
        &mut self,
        group: Option<&'static str>,
        key: &Spanned<std::borrow::Cow<'_, str>>,
        value: &Spanned<DeValue<'_>>,
    ) {
        let Some(row) = self.table.find(group, key.get_ref()) else {
            self.unknown_key(group, key.get_ref(), key.span());
            return;
        };
        let line = self.line(key.span());
        if let Some(first) = self.line_already_setting(row) {
            let key = row.full_key();
            self.problem(line, &format!("{key}: already given in line {first}"));
            return;
        }
        match row.parse_toml(value.get_ref()) {
            Ok(value) => {
                let origin = Origin::File { path: self.path.clone(), line };
                self.read.layer.settings.push(Setting { row, value, origin });
            }
            Err(bad) => self.problem(line, &format!("{}: {bad}", row.full_key())),
        }
    }

    /// TOML itself refuses a repeated key, but not the same option in its two spellings, nor at
    /// the top level and in `[DEFAULT]`.
    fn line_already_setting(&self, row: &Row) -> Option<usize> {
        let same = |setting: &&Setting| std::ptr::eq(setting.row, row);
        self.read.layer.settings.iter().find(same).map(|setting| line_in(&setting.origin))
    }

    fn unknown_key(&mut self, group: Option<&'static str>, key: &str, span: Range<usize>) {
        let text = Unknown { table: self.table }.key(group, key);
        self.warning(span, &text);
    }

    fn unknown_section(&mut self, name: &str, span: Range<usize>) {
        let text = Unknown { table: self.table }.section(name);
        self.warning(span, &text);
    }

    fn group_named(&self, name: &str) -> Option<&'static str> {
        let name = name.replace('_', "-");
        self.table.groups().into_iter().find(|group| *group == name)
    }

    fn warning(&mut self, span: Range<usize>, text: &str) {
        let line = self.line(span);
        self.read.warnings.push(format!("{}:{line}: {text}", self.path));
    }

    fn problem(&mut self, line: usize, text: &str) {
        self.problems.push(format!("{}:{line}: {text}", self.path));
    }

    fn line(&self, span: Range<usize>) -> usize {
        line_of(self.text.as_bytes(), span.start)
    }
}

/// A TOML table sorts its keys by name; messages should follow the file.
fn in_file_order<'t, 'i>(
    keys: &'t DeTable<'i>,
) -> Vec<(&'t Spanned<std::borrow::Cow<'i, str>>, &'t Spanned<DeValue<'i>>)> {
    let mut keys: Vec<_> = keys.iter().collect();
    keys.sort_by_key(|(key, _)| key.span().start);
    keys
}

/// The line (from 1) on which the byte at `at` stands.
fn line_of(text: &[u8], at: usize) -> usize {
    text.iter().take(at).filter(|byte| **byte == b'\n').count() + 1
}

fn line_in(origin: &Origin) -> usize {
    match origin {
        Origin::File { line, .. } => *line,
        _ => 0,
    }
}
