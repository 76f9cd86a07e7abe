//! Every option of Ryu's `ryu-manager`, row by row: its name, type and default, and all the ways in
//! which it can be given. The rows are Ryu's own (tests/vectors/ryu_options.txt).

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use ryu_sdn::conf::{
    Exit, Invocation, Kind, Origin, Row, Surroundings, Table, Value, parse_manager,
};

/// Where our default is not Ryu's: docs/ryu-compatibility.md says why.
const OTHER_DEFAULTS: [(&str, &str); 2] =
    [("maximum_unreplied_echo_requests", "3"), ("wsapi_host", "127.0.0.1")];

/// A row of Ryu's.
struct Theirs {
    on_line: bool,
    group: &'static str,
    key: &'static str,
    kind: &'static str,
    default: &'static str,
    long: &'static str,
}

impl Theirs {
    fn all() -> Vec<Theirs> {
        let lines = include_str!("vectors/ryu_options.txt").lines();
        let rows = lines.filter(|line| !line.starts_with('#')).map(|line| {
            let cells: Vec<&'static str> = line.split('\t').collect();
            let [place, group, key, kind, default, long] = cells[..] else { panic!("{line}") };
            Theirs { on_line: place == "line", group, key, kind, default, long }
        });
        // An argument of the programs, not a row: tested in `conf`.
        rows.filter(|row| row.key != "shell_completion").collect()
    }

    /// Those that are here, with our rows.
    fn here(table: &Table) -> Vec<(Theirs, &'static Row)> {
        let found = Theirs::all().into_iter().filter_map(|theirs| {
            let group = Some(theirs.group).filter(|group| *group != "DEFAULT");
            let mut rows = table.rows().map(|(_, row)| row);
            let ours = rows.find(|row| row.group() == group && row.key() == theirs.key);
            assert!(ours.is_some(), "no option {}", theirs.key);
            Some((theirs, ours?))
        });
        found.collect()
    }

    /// A value that is not the default, and what it is when it has been read.
    fn example(&self, ours: &Row) -> (&'static str, Value) {
        match (self.kind, ours.kind()) {
            (_, Kind::Mode) => ("0600", Value::Int(0o600)),
            (_, Kind::Int { .. }) => ("7", Value::Int(7)),
            (_, Kind::Float { .. }) => ("7", Value::Float(7.0)),
            (_, Kind::List) => ("one,two", Value::List(vec!["one".to_owned(), "two".to_owned()])),
            (_, Kind::Bool) => match self.default {
                "true" => ("false", Value::Bool(false)),
                _ => ("true", Value::Bool(true)),
            },
            _ => ("some-text", Value::Text("some-text".to_owned())),
        }
    }

    fn section(&self) -> String {
        format!("[{}]\n", self.group)
    }
}

/// A file of this test's own, removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str, text: &str) -> Scratch {
        let path = std::env::temp_dir().join(format!("ryu-options-{}-{name}", std::process::id()));
        fs::write(&path, text).unwrap();
        Scratch(path)
    }

    fn argument(&self) -> String {
        format!("--config-file={}", self.0.display())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn parse(line: &[&str], variables: &[(&str, &str)]) -> Result<Invocation, Exit> {
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let surroundings = Surroundings { variables: variables.collect(), ..Surroundings::default() };
    let line = ["ryu-manager"].iter().chain(line).map(OsString::from);
    parse_manager(&Table::collect().unwrap(), line, &surroundings)
}

/// The value that an option has then, and who set it.
fn value(row: &Row, line: &[&str], variables: &[(&str, &str)]) -> (Option<Value>, Origin) {
    let conf =
        parse(line, variables).unwrap_or_else(|exit| panic!("{line:?}: {}", exit.stderr)).conf;
    (conf.value(row), conf.origin(row))
}

#[test]
fn names_types_and_defaults_are_ryus() {
    let table = Table::collect().unwrap();
    for (theirs, ours) in Theirs::here(&table) {
        let key = theirs.key;
        let same_type = match (theirs.kind, ours.kind()) {
            ("bool", Kind::Bool) | ("int", Kind::Int { .. }) | ("float", Kind::Float { .. }) => {
                true
            }
            // A whole number is one of those, too.
            ("int", Kind::Float { .. }) => true,
            ("text", Kind::Text | Kind::Path | Kind::Mode) => true,
            // One address is a list of one.
            ("text", Kind::List) => key == "ofp_listen_host",
            ("list", Kind::List) => true,
            ("multi", Kind::List) => ours.takes_several(),
            _ => false,
        };
        assert!(same_type, "{key} is {} in Ryu, {:?} here", theirs.kind, ours.kind());
        if theirs.long != "-" {
            assert!(ours.on_command_line(), "{key}");
            assert_eq!(ours.long(), theirs.long.replace('_', "-"));
        }
        let other = OTHER_DEFAULTS.iter().find(|(known, _)| *known == key).map(|(_, value)| *value);
        let expected = match other.unwrap_or(theirs.default) {
            "-" => None,
            text => Some(ours.parse(text).unwrap()),
        };
        let default = ours.default_value().filter(|value| *value != Value::List(Vec::new()));
        assert_eq!(default, expected, "{key}");
    }
}

#[test]
fn every_option_can_be_given_in_every_way_of_ryus() {
    let table = Table::collect().unwrap();
    let all = Theirs::all();
    for (theirs, ours) in Theirs::here(&table) {
        let (text, expected) = theirs.example(ours);
        let set = |line: &[&str], variables: &[(&str, &str)]| {
            let (value, origin) = value(ours, line, variables);
            assert_eq!(value.as_ref(), Some(&expected), "{line:?} {variables:?}");
            origin
        };

        // In files of both forms, and in the environment.
        let name = theirs.key;
        let ini = format!("{}# a comment\n{name} = {text}\n", theirs.section());
        let ini = Scratch::new(&format!("{}-{name}.conf", theirs.group), &ini);
        assert!(matches!(set(&[&ini.argument()], &[]), Origin::File { line: 3, .. }));
        let in_toml = match &expected {
            Value::Int(mode) if ours.kind() == Kind::Mode => format!("0o{mode:o}"),
            value => value.to_string(),
        };
        let toml = format!("{}{name} = {in_toml}\n", theirs.section());
        let toml = Scratch::new(&format!("{}-{name}.toml", theirs.group), &toml);
        assert!(matches!(set(&[&toml.argument()], &[]), Origin::File { line: 2, .. }));
        let variable = format!("OS_{}__{}", theirs.group, theirs.key).to_uppercase();
        let environment = [(variable.as_str(), text)];
        assert!(matches!(set(&[], &environment), Origin::Environment { .. }));
        assert!(matches!(set(&[&ini.argument()], &environment), Origin::Environment { .. }));

        // On the command line, over all the others.
        if !theirs.on_line || theirs.long == "-" {
            continue;
        }
        let on = if text == "false" { "no" } else { "" };
        let long = |name: &str| match ours.kind() {
            Kind::Bool => vec![format!("--{on}{name}")],
            _ => vec![format!("--{name}"), text.to_owned()],
        };
        for name in
            [theirs.long.to_owned(), theirs.long.replace('-', "_"), ours.long().into_owned()]
        {
            let line = long(&name);
            let line: Vec<&str> = line.iter().map(String::as_str).collect();
            assert_eq!(set(&line, &[]), Origin::CommandLine);
            let wrong = [(variable.as_str(), theirs.default)];
            if theirs.default != "-" {
                assert_eq!(set(&line, &wrong), Origin::CommandLine);
            }
        }
        if ours.kind() != Kind::Bool {
            assert_eq!(set(&[&format!("--{}={text}", theirs.long)], &[]), Origin::CommandLine);
        }

        // The shortest beginning that nothing else in Ryu begins with.
        let built_in = ["help", "version", "config-file", "config-dir", "shell_completion"];
        let spelt = |name: &str| name.replace('_', "-");
        let others: Vec<String> =
            all.iter().map(|row| row.long).chain(built_in).map(spelt).collect();
        let is_enough = |size: &usize| {
            let part = spelt(&theirs.long[..*size]);
            let negative = |name: &String| format!("no{name}").starts_with(&part);
            others.iter().filter(|name| name.starts_with(&part)).count() == 1
                && !others.iter().any(negative)
        };
        let Some(size) = (1..theirs.long.len()).find(is_enough) else { continue };
        let line = long(&theirs.long[..size]);
        let line: Vec<&str> = line.iter().map(String::as_str).collect();
        if on.is_empty() {
            assert_eq!(set(&line, &[]), Origin::CommandLine, "{line:?}");
        }
    }
}

#[test]
fn a_value_that_is_none_ends_with_status_1_and_names_the_option() {
    let table = Table::collect().unwrap();
    for (theirs, ours) in Theirs::here(&table) {
        if !matches!(theirs.kind, "int" | "float") {
            continue;
        }
        let variable = format!("OS_{}__{}", theirs.group, theirs.key).to_uppercase();
        let exit = parse(&[], &[(&variable, "abc")]).unwrap_err();
        assert_eq!(exit.code, 1);
        assert!(
            exit.stderr.starts_with(&format!("environment {variable}: invalid ")),
            "{}",
            exit.stderr
        );
        if theirs.on_line {
            let exit = parse(&[&format!("--{}", theirs.long), "abc"], &[]).unwrap_err();
            assert_eq!(exit.code, 1);
            let expected = format!("argument --{}: invalid ", ours.long());
            assert!(exit.stderr.starts_with(&expected), "{}", exit.stderr);
        }
    }
}

#[test]
fn what_has_no_meaning_here_is_said_in_one_line_and_passed_over() {
    let table = Table::collect().unwrap();
    for (theirs, ours) in
        Theirs::here(&table).into_iter().filter(|(_, row)| row.no_effect().is_some())
    {
        let (text, _) = theirs.example(ours);
        let variable = format!("OS_{}__{}", theirs.group, theirs.key).to_uppercase();
        let said = parse(&[], &[(&variable, text)]).unwrap().conf.warnings().to_vec();
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].contains(" has no effect: "), "{said:?}");
    }
    let line = [
        "--enable-debugger",
        "--user-flags",
        "flags.py",
        "--zapi-server-port=2601",
        "simple_switch",
    ];
    let start = parse(&line, &[]).unwrap();
    assert_eq!(start.apps, ["simple_switch"]);
    assert_eq!(start.conf.warnings().len(), 3);
    // Saying what is so anyway needs no answer.
    let start = parse(&["--noenable-debugger", "--zapi-server-port=2600"], &[]).unwrap();
    assert_eq!(start.conf.warnings(), [""; 0]);
}
