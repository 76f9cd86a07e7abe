//! Values that refer to other options: `$log_dir/ryu.log`.

use super::layers::{Layer, Raw, Setting};
use super::option::Row;
use super::table::Table;

/// So many references lead from one to the next, at most.
const DEPTH_MAX: usize = 16;

/// What one source says: values that have been read, and texts that may refer to other options.
#[derive(Clone, Debug, Default)]
pub(super) struct Source {
    pub(super) layer: Layer,
    pub(super) raw: Vec<Raw>,
}

/// Reads the texts of all sources (lowest priority first) and gives their layers.
pub(super) fn resolve(
    table: &Table,
    sources: Vec<Source>,
    problems: &mut Vec<String>,
) -> Vec<Layer> {
    let layers = sources.iter().map(|source| {
        let mut layer = source.layer.clone();
        let mut several: Vec<&Raw> = Vec::new();
        for raw in &source.raw {
            let names = Names { table, sources: &sources };
            match names.text(&raw.text, raw.row, 0).map(|text| raw.row.parse(&text)) {
                Ok(Ok(value)) => {
                    let value = match several.iter().any(|other| std::ptr::eq(other.row, raw.row)) {
                        true => value.after(layer.settings.iter().rev().find_map(|setting| {
                            std::ptr::eq(setting.row, raw.row).then_some(&setting.value)
                        })),
                        false => value,
                    };
                    if raw.row.takes_several() {
                        several.push(raw);
                    }
                    let origin = raw.origin.clone();
                    layer.settings.push(Setting { row: raw.row, value, origin });
                }
                Ok(Err(bad)) => problems.push(raw.problem(&bad.to_string())),
                Err(reason) => problems.push(raw.problem(&reason)),
            }
        }
        layer
    });
    layers.collect()
}

/// What the names in a value stand for.
struct Names<'a> {
    table: &'a Table,
    sources: &'a [Source],
}

impl Names<'_> {
    /// `text`, which is said of `row`, with the values of the options that it refers to.
    fn text(&self, text: &str, row: &Row, depth: usize) -> Result<String, String> {
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            let (before, after) = (&rest[..at], &rest[at + 1..]);
            if let Some(before) = before.strip_suffix('\\') {
                out.push_str(before);
                out.push('$');
                rest = after;
                continue;
            }
            out.push_str(before);
            if let Some(after) = after.strip_prefix('$') {
                out.push('$');
                rest = after;
                continue;
            }
            let (name, after) =
                match after.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
                    Some((name, after)) => (name, after),
                    None => {
                        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
                        after.split_at(after.find(|c| !is_name(c)).unwrap_or(after.len()))
                    }
                };
            // As Python's templates: what is no name stays as it is.
            if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
                out.push('$');
                rest = &rest[at + 1..];
                continue;
            }
            out.push_str(&self.value(name, row, depth)?);
            rest = after;
        }
        out.push_str(rest);
        Ok(out)
    }

    /// The value of the option `name`, as a row of the group of `asking` sees it.
    fn value(&self, name: &str, asking: &Row, depth: usize) -> Result<String, String> {
        if depth == DEPTH_MAX {
            return Err(format!("${name} leads in a circle"));
        }
        let found = match name.split_once('.') {
            Some((group, key)) => self.table.find(Some(group).filter(|g| *g != "DEFAULT"), key),
            None => self.table.find(asking.group(), name).or_else(|| self.table.find(None, name)),
        };
        let row = found.ok_or_else(|| format!("${name} is no option"))?;
        for source in self.sources.iter().rev() {
            let said = source.layer.settings.iter().rev().find(|s| std::ptr::eq(s.row, row));
            if let Some(setting) = said {
                return Ok(row.shown_on_command_line(&setting.value));
            }
            if let Some(raw) = source.raw.iter().rev().find(|raw| std::ptr::eq(raw.row, row)) {
                return self.text(&raw.text, row, depth + 1);
            }
        }
        Ok(row.default_value().map_or(String::new(), |value| row.shown_on_command_line(&value)))
    }
}
