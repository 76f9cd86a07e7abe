//! The commented sample file, generated from the rows.

use super::option::{Kind, Row};
use super::table::Table;
use super::value::Value;

const HEAD: &str = "\
# Options of ryu-manager and ryu run, with their defaults.
# Uncomment what you change, and start with: ryu-manager --config-file ryu.toml
# The command line goes over this file. Generated from the option table; a test keeps it current
# (UPDATE_EXPECT=1 cargo test rewrites it).
";

/// A TOML file with every option of the table, commented out, with help, range and default.
///
/// Options without a group come first, under the headings of their sections, because in TOML
/// whatever follows a table's header belongs to that table.
pub fn sample(table: &Table) -> String {
    let mut out = HEAD.to_owned();
    let mut heading = "";
    let rows = || table.rows().filter(|(_, row)| row.no_effect().is_none());
    for (section, row) in rows().filter(|(_, row)| row.group().is_none()) {
        if heading != section {
            heading = section;
            out.push_str(&format!("\n\n# ---- {section} ----\n"));
        }
        out.push_str(&entry(row));
    }
    for group in table.groups() {
        let mut rows = rows().filter(|(_, row)| row.group() == Some(group)).peekable();
        if rows.peek().is_none() {
            continue;
        }
        let section = rows.peek().map_or("", |(section, _)| *section);
        // The header is no comment: a key uncommented below it must not land in another table.
        out.push_str(&format!("\n\n# ---- {section} ----\n\n[{group}]\n"));
        out.extend(rows.map(|(_, row)| entry(row)));
    }
    out
}

fn entry(row: &Row) -> String {
    let mut out = String::from("\n");
    for (n, paragraph) in row.help().iter().enumerate() {
        if n > 0 {
            out.push_str("#\n");
        }
        for line in wrapped(paragraph) {
            out.push_str(&format!("# {line}\n"));
        }
    }
    let mut facts = Vec::new();
    if row.kind().is_limited() {
        facts.push(format!("accepted: {}", row.kind().accepted()));
    }
    if let Some(unit) = row.unit() {
        facts.push(format!("unit: {unit}"));
    }
    match row.default_value() {
        None => facts.push("default: not set".to_owned()),
        Some(Value::List(items)) if items.is_empty() => facts.push("default: none".to_owned()),
        Some(_) => {}
    }
    let long = row.long();
    facts.push(match row.kind() {
        _ if !row.on_command_line() => "file only".to_owned(),
        Kind::Bool => format!("command line: --{long}, --no{long}"),
        _ => format!("command line: --{long} {}", row.metavar()),
    });
    for line in wrapped(&facts.join("; ")) {
        out.push_str(&format!("# {line}\n"));
    }
    let value = row.sample_value().map_or_else(|| empty(row), |value| row.shown_in_file(&value));
    out.push_str(&format!("#{} = {value}\n", row.key()));
    out
}

/// A placeholder for an option with neither default nor example.
fn empty(row: &Row) -> String {
    match row.kind() {
        Kind::Int { min, .. } => min.to_string(),
        Kind::Float { min, .. } => format!("{min:?}"),
        Kind::Bool => "false".to_owned(),
        Kind::Mode => "0o644".to_owned(),
        Kind::List => "[]".to_owned(),
        Kind::Choice(words) => format!("{:?}", words.first().copied().unwrap_or_default()),
        Kind::Text => "\"\"".to_owned(),
        Kind::Path => "\"file\"".to_owned(),
    }
}

/// Lines of at most 96 characters (100 with the comment sign and some air).
fn wrapped(text: &str) -> Vec<String> {
    const WIDTH: usize = 96;
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
