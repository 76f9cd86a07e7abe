//! Configuration files as Ryu's are written, in the syntax of oslo.config.
//!
//! | Line | Meaning |
//! |---|---|
//! | `[group]` | what follows is of that group; `[DEFAULT]`, or nothing before, for options without one |
//! | `key = value`, `key: value` | sets an option; a later line of the same key wins, or adds to it if the option takes several |
//! | begins with a space or a tab | goes on with the value above |
//! | `# text`, `; text`, empty | nothing; an empty line ends a value |
//! | `$key`, `${group.key}` in a value | the value of that option; `$$` and `\$` stand for `$` |
//!
//! One pair of quotes around a value is taken off.

use std::sync::Arc;

use super::file::{FileLayer, Unknown};
use super::layers::{ConfError, Origin, Raw};
use super::table::Table;
use super::value::shown;

/// Reads the text of a file; `path` is its name in messages and origins. The values are read later:
/// they may refer to other options.
///
/// # Errors
///
/// [`ConfError`] with a line for each line that is none.
pub fn read_ini(table: &Table, path: &str, text: &str) -> Result<FileLayer, ConfError> {
    let mut reader = Reader {
        table,
        path: path.into(),
        section: None,
        under_way: None,
        read: FileLayer::default(),
        problems: Vec::new(),
    };
    for (n, line) in text.lines().enumerate() {
        reader.line(n + 1, line.trim_end());
    }
    reader.finish();
    let Reader { read, problems, .. } = reader;
    if problems.is_empty() { Ok(read) } else { Err(ConfError { problems }) }
}

struct Reader<'a> {
    table: &'a Table,
    path: Arc<str>,
    /// The section that the lines are in; `None` is `[DEFAULT]`.
    section: Option<String>,
    /// A key with its line, and the lines of its value.
    under_way: Option<(usize, String, Vec<String>)>,
    read: FileLayer,
    problems: Vec<String>,
}

impl Reader<'_> {
    fn line(&mut self, number: usize, line: &str) {
        if let Some(more) = line.strip_prefix([' ', '\t']) {
            match &mut self.under_way {
                Some((_, _, value)) => value.push(more.trim_start().to_owned()),
                None => self.problem(number, "a line that goes on with nothing", line),
            }
            return;
        }
        self.finish();
        if line.is_empty() || line.starts_with(['#', ';']) {
            return;
        }
        if let Some(section) = line.strip_prefix('[') {
            match section.strip_suffix(']') {
                Some("") => self.problem(number, "a section without a name", line),
                Some(name) => self.begin(number, name),
                None => self.problem(number, "a section does not end with ]", line),
            }
            return;
        }
        let Some((key, value)) = line.split_once(['=', ':']) else {
            self.problem(number, "neither = nor : in it", line);
            return;
        };
        let (key, value) = (key.trim(), value.trim());
        if key.is_empty() {
            self.problem(number, "a value without a key", line);
            return;
        }
        self.under_way = Some((number, key.to_owned(), vec![unquoted(value).to_owned()]));
    }

    fn begin(&mut self, number: usize, name: &str) {
        self.section = (name != "DEFAULT").then(|| name.replace('_', "-").to_ascii_lowercase());
        let known = |section: &String| self.table.groups().iter().any(|group| group == section);
        if self.section.as_ref().is_some_and(|section| !known(section)) {
            let text = Unknown { table: self.table }.section(name);
            self.read.warnings.push(format!("{}:{number}: {text}", self.path));
        }
    }

    /// The key that is under way has its value.
    fn finish(&mut self) {
        let Some((line, key, value)) = self.under_way.take() else { return };
        let group = self.section.as_deref();
        let Some(row) = self.table.find(group, &key) else {
            // The keys of a section that nobody knows have been spoken of.
            let groups = self.table.groups();
            if let Some(group) = group.map(|group| groups.iter().find(|known| **known == group))
                && group.is_none()
            {
                return;
            }
            let text = Unknown { table: self.table }.key(row_group(&groups, group), &key);
            self.read.warnings.push(format!("{}:{line}: {text}", self.path));
            return;
        };
        let origin = Origin::File { path: self.path.clone(), line };
        self.read.raw.push(Raw { row, text: value.join("\n"), origin });
    }

    fn problem(&mut self, number: usize, what: &str, line: &str) {
        self.problems.push(format!("{}:{number}: {what}: {}", self.path, shown(line.trim())));
    }
}

/// The name of the group as the rows have it.
fn row_group(groups: &[&'static str], group: Option<&str>) -> Option<&'static str> {
    groups.iter().find(|known| Some(**known) == group).copied()
}

fn unquoted(value: &str) -> &str {
    for quote in ['"', '\''] {
        let inner = value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
        if let Some(inner) = inner {
            return inner;
        }
    }
    value
}
