//! Tidiness as a test: reads every source file of the repository once and checks what no compiler
//! does: which room may touch which, who may read the clock, that nothing is left half done.
//!
//! A rule is a function from one file (or all of them) to [`Violation`]s. Each rule has a test
//! with a sample that breaks it, so that the checker itself can fail. When a room is added or may
//! touch another, [`ROOMS`] is the place to say so, together with ARCHITECTURE.md.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::path::Path;

#[path = "tidy/code.rs"]
mod code;
#[path = "tidy/shown_by.rs"]
mod shown_by;
#[path = "tidy/wire_docs.rs"]
mod wire_docs;

use code::{Token, is_word, paths, strip, tokens};

/// Which rooms of `src/` each room may name, from its row in ARCHITECTURE.md; itself is understood.
const ROOMS: &[(&str, &[&str])] = &[
    ("clock", &[]),
    ("wire", &[]),
    ("packet", &["wire"]),
    // `packet`: the frame of a packet-out may be given as headers.
    ("ofproto", &["wire", "packet"]),
    ("sync", &[]),
    ("session", &["ofproto", "wire", "sync"]),
    ("hub", &["clock", "sync"]),
    ("pool", &["sync", "hub"]),
    ("tls", &["wire", "sync", "hub"]),
    ("conf", &[]),
    ("logging", &["conf"]),
    ("app", &["clock", "wire", "packet", "ofproto", "sync", "session", "hub", "conf"]),
    // `conf`: an option's row stands where the option is used.
    ("http", &["wire", "ofproto", "sync", "hub", "tls", "conf", "app"]),
    // Apps of ours that are built in: what an outsider's app sees, and what is below it.
    (
        "services",
        &["prelude", "wire", "packet", "ofproto", "sync", "session", "hub", "conf", "app", "http"],
    ),
    (
        "controller",
        &["clock", "wire", "ofproto", "sync", "session", "hub", "tls", "conf", "app", "capture"],
    ),
    (
        "sim",
        &[
            "clock",
            "wire",
            "packet",
            "ofproto",
            "sync",
            "session",
            "hub",
            "conf",
            "app",
            "capture",
            "controller",
        ],
    ),
    ("capture", &["wire", "packet"]),
    ("bench", &["clock", "packet", "ofproto", "sync", "hub", "sim", "tools", "wire"]),
    ("tools", &["wire", "packet", "ofproto", "capture", "conf"]),
    // Composition root, what the macros' output names, and the two that only gather names:
    // nothing is closed to them.
    ("manager", ANY),
    ("expansion", ANY),
    ("prelude", ANY),
    ("lib", ANY),
    ("bin", &["manager", "ryu_apps"]),
];

/// Every room.
const ANY: &[&str] = &["*"];

/// Rooms that know neither sockets nor event loop.
const SANS_IO: &[&str] = &["wire", "packet", "ofproto", "session"];

/// Longest source file, in lines.
const MAX_LINES: usize = 1_000;

// -- files and violations ----------------------------------------------------------------------

/// One file: its path from the repository's root, with `/`, and its text.
struct Source {
    path: String,
    text: String,
    /// The text without comments and without what is inside literals; same lines. Rust only.
    code: String,
}

impl Source {
    fn new(path: &str, text: &str) -> Self {
        let code = if path.ends_with(".rs") { strip(text) } else { String::new() };
        Source { path: path.to_owned(), text: text.to_owned(), code }
    }

    fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// First folder or file below `src/`, without the extension.
    fn room(&self) -> Option<&str> {
        let first = self.path.strip_prefix("src/")?.split('/').next()?;
        Some(first.strip_suffix(".rs").unwrap_or(first))
    }

    /// Is it a file of tests? (Inline test modules are held to their room's rules.)
    fn is_test(&self) -> bool {
        self.path.ends_with("/tests.rs") || self.path.split('/').any(|part| part == "tests")
    }

    /// Wrong on purpose, or printed by a macro: the material of the macros' tests.
    fn is_fixture(&self) -> bool {
        self.path.contains("/compile_fail/") || self.path.contains("/golden/")
    }

    /// How many modules deep the file's own module is below the crate's root.
    fn depth(&self) -> usize {
        let inside = self.path.split_once('/').map_or("", |(_, rest)| rest);
        let parts = inside.split('/').count();
        let is_root = matches!(inside, "lib.rs" | "main.rs");
        if is_root || inside.ends_with("/mod.rs") || inside == "mod.rs" { parts - 1 } else { parts }
    }

    fn violation(&self, line: usize, what: impl Into<String>) -> Violation {
        Violation { path: self.path.clone(), line, what: what.into() }
    }
}

/// What is wrong, and where.
#[derive(Debug)]
struct Violation {
    path: String,
    line: usize,
    what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.what)
    }
}

/// Every text file that somebody here wrote, in the order of their paths.
fn collect(root: &Path) -> Vec<Source> {
    fn walk(root: &Path, folder: &Path, sources: &mut Vec<Source>) {
        let entries = fs::read_dir(folder).expect("a folder of the repository is readable");
        let mut paths: Vec<_> =
            entries.map(|entry| entry.expect("a readable entry").path()).collect();
        paths.sort();
        for path in paths {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                let built = path.join("CACHEDIR.TAG").exists() || name == "target";
                let hidden = name.starts_with('.') && name != ".ci";
                if !built && !hidden && !path.ends_with("tests/tmp") && name != "__pycache__" {
                    walk(root, &path, sources);
                }
            } else if let Ok(text) = fs::read_to_string(&path) {
                let path = path.strip_prefix(root).expect("below the root").to_string_lossy();
                sources.push(Source::new(&path.replace('\\', "/"), &text));
            }
        }
    }
    let mut sources = Vec::new();
    walk(root, root, &mut sources);
    sources
}

// -- the rules ---------------------------------------------------------------------------------

/// Only `src/clock.rs` asks what time it is; files of tests and benches may.
fn only_the_clock_reads_the_clock(source: &Source) -> Vec<Violation> {
    let outside = source.is_test() || source.path.starts_with("benches/");
    if !source.is_rust() || outside || source.path == "src/clock.rs" {
        return Vec::new();
    }
    let reads = paths(&source.code).into_iter().filter(|named| {
        named.contains(&["Instant", "now"]) || named.contains(&["SystemTime", "now"])
    });
    reads
        .map(|named| {
            source.violation(named.line, format!("{named}: ask the Clock (or take `now` as input)"))
        })
        .collect()
}

/// `wire`, `packet`, `ofproto` and `session` know no socket. Addresses are only numbers.
fn sans_io_rooms_have_no_io(source: &Source) -> Vec<Violation> {
    const NUMBERS: &[&str] = &["IpAddr", "Ipv4Addr", "Ipv6Addr", "AddrParseError"];
    let Some(room) = source.room().filter(|room| SANS_IO.contains(room) && source.is_rust()) else {
        return Vec::new();
    };
    let bad = paths(&source.code).into_iter().filter(|named| {
        let net = named.starts_with(&["std", "net"])
            && !named.segments.get(2).is_some_and(|last| NUMBERS.contains(&last.as_str()));
        let io = named.starts_with(&["mio"])
            || named.starts_with(&["std", "fs"])
            || named.starts_with(&["std", "thread"]);
        net || io
    });
    bad.map(|named| source.violation(named.line, format!("room {room} does no I/O: {named}")))
        .collect()
}

/// A room names only the rooms that its row in [`ROOMS`] lists.
fn rooms_touch_only_what_they_may(source: &Source) -> Vec<Violation> {
    let Some(room) = source.room().filter(|_| source.is_rust()) else { return Vec::new() };
    let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
        return vec![
            source.violation(1, format!("room {room} has no row in ROOMS (tests/tidy.rs)")),
        ];
    };
    let mut violations = Vec::new();
    for named in paths(&source.code) {
        if named.supers() > 0 && allowed != &ANY {
            // One `super` leaves each inline module, then each module down to the room's own.
            if named.supers() >= named.inline_mods + source.depth() {
                let what = format!("{named} leaves room {room}: name the other room by `crate::`");
                violations.push(source.violation(named.line, what));
            }
            continue;
        }
        let ours = named.starts_with(&["crate"]) || named.starts_with(&["ryu_sdn"]);
        let Some(other) = named.segments.get(1).filter(|_| ours) else { continue };
        // What stands at the root itself (a macro) belongs to no room.
        let is_room = other == "ryu_apps" || ROOMS.iter().any(|(name, _)| name == other);
        // A test needs a clock to turn; of the rooms that know a loop, also the loop.
        let in_test = source.is_test() && (other == "clock" || !SANS_IO.contains(&room));
        let may = allowed == &ANY || in_test || other == room || allowed.contains(&other.as_str());
        if is_room && !may {
            let what = format!("room {room} may not touch {other}: {named}");
            violations.push(source.violation(named.line, what));
        }
    }
    violations
}

/// Bundled apps are written as an outsider's: public names of `ryu_sdn` and std, nothing else.
fn apps_use_only_public_names(source: &Source, dependencies: &BTreeSet<String>) -> Vec<Violation> {
    if !source.path.starts_with("ryu_apps/") || !source.is_rust() {
        return Vec::new();
    }
    let all = paths(&source.code);
    let imported: BTreeSet<_> = all
        .iter()
        .filter(|named| named.starts_with(&["ryu_sdn"]))
        .filter_map(|named| named.segments.last().cloned())
        .collect();
    let mut violations = Vec::new();
    for named in &all {
        let first = named.segments[0].as_str();
        let what = if first == "crate" {
            "an app names only `ryu_sdn::`"
        } else if named.supers() > named.inline_mods {
            "an app is one file and knows no other"
        } else if dependencies.contains(first) && !imported.contains(first) {
            "an app uses no crate but ryu_sdn and std"
        } else {
            continue;
        };
        violations.push(source.violation(named.line, format!("{what}: {named}")));
    }
    violations
}

/// Nothing is left for later without an issue.
fn no_leftover_markers(source: &Source) -> Vec<Violation> {
    // The rule itself has to spell them.
    if source.path.starts_with("tests/tidy") {
        return Vec::new();
    }
    let mut violations = Vec::new();
    for (number, line) in source.code.lines().enumerate() {
        for marker in ["todo!", "unimplemented!"] {
            let found = line.match_indices(marker);
            if found.into_iter().any(|(at, _)| at == 0 || !is_word(line.as_bytes()[at - 1])) {
                violations.push(source.violation(number + 1, format!("leftover {marker}")));
            }
        }
    }
    for (number, line) in source.text.lines().enumerate() {
        let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
        if let Some(marker) = words.find(|word| ["FIXME", "XXX"].contains(word)) {
            violations.push(source.violation(number + 1, format!("leftover {marker}")));
        }
    }
    violations
}

/// A file that is too long wants to be two.
fn no_file_is_too_long(source: &Source) -> Vec<Violation> {
    let is_source = [".rs", ".sh", ".py"].iter().any(|end| source.path.ends_with(end))
        || source.path == "tests/run";
    let lines = source.text.lines().count();
    if is_source && lines > MAX_LINES {
        vec![source.violation(lines, format!("{lines} lines; the most is {MAX_LINES}"))]
    } else {
        Vec::new()
    }
}

/// Whoever silences a lint or a test says why: a comment on the line or above it, or `reason`.
fn exceptions_are_explained(source: &Source) -> Vec<Violation> {
    let code: Vec<_> = source.code.lines().collect();
    let text: Vec<_> = source.text.lines().collect();
    let mut violations = Vec::new();
    for (number, line) in code.iter().enumerate() {
        let attribute = ["#[allow(", "#![allow(", "#[expect(", "#![expect(", "#[ignore"]
            .into_iter()
            .find(|attribute| line.contains(attribute));
        let Some(attribute) = attribute else { continue };
        // An attribute of several lines may carry its reason in any of them.
        let end = (number..code.len()).find(|&at| code[at].contains(']')).unwrap_or(number);
        let reason = (number..=end).any(|at| {
            let has_reason = code[at].contains("reason =") || code[at].contains("#[ignore =");
            has_reason || is_comment(text[at], code[at])
        });
        let above = number.checked_sub(1).is_some_and(|at| is_comment(text[at], code[at]));
        if !reason && !above {
            violations.push(source.violation(number + 1, format!("{attribute} without a reason")));
        }
    }
    violations
}

/// Has the line a comment that is no documentation?
fn is_comment(text: &str, code: &str) -> bool {
    let Some((at, _)) = text.match_indices("//").find(|(at, _)| {
        // In the code there is a blank where a comment (or a literal) was.
        code.as_bytes().get(*at) == Some(&b' ')
    }) else {
        return false;
    };
    let comment = &text[at..];
    !comment.starts_with("///") && !comment.starts_with("//!") && comment.len() > 4
}

/// No unsafe code, and no thread that sleeps: a waiting thing is a task or a turned clock.
fn no_unsafe_and_no_sleep(source: &Source) -> Vec<Violation> {
    let mut violations = Vec::new();
    let tokens = tokens(&source.code);
    for pair in tokens.windows(2) {
        // The word alone, as in a macro that refuses it, is none.
        let next = match &pair[1].1 {
            Token::Word(word) => ["fn", "impl", "trait", "extern"].contains(&word.as_str()),
            Token::Sign(sign) => *sign == '{',
            Token::Sep => false,
        };
        if pair[0].1 == Token::Word("unsafe".to_owned()) && next {
            violations.push(source.violation(pair[0].0, "unsafe code"));
        }
    }
    for named in paths(&source.code) {
        if named.contains(&["thread", "sleep"]) {
            violations.push(source.violation(named.line, "a thread sleeps"));
        }
    }
    violations
}

/// Every vector file and every example is used by a test, or README tells what it is for.
fn nothing_lies_about(sources: &[Source]) -> Vec<Violation> {
    let is_user = |source: &&Source| {
        let in_tests =
            source.path.starts_with("tests/") && !source.path.starts_with("tests/vectors/");
        in_tests || source.path.starts_with("src/") || source.path == "README.md"
    };
    let users: Vec<_> = sources.iter().filter(is_user).collect();
    // A test that reads a whole folder uses all that is in it.
    let reads_folder = |folder: &str| {
        users.iter().any(|user| user.text.contains(folder) && user.text.contains("read_dir"))
            && folder != "tests"
    };
    let mut violations = Vec::new();
    for source in sources {
        let name = source.path.rsplit('/').next().unwrap_or_default();
        let used = if source.path.starts_with("tests/vectors/") {
            let folders = source.path.match_indices('/').map(|(at, _)| &source.path[..at]);
            users
                .iter()
                .filter(|user| !user.path.starts_with("tests/tidy"))
                .any(|user| user.text.contains(name))
                || folders.skip(1).any(&reads_folder)
        } else if let Some(rest) = source.path.strip_prefix("examples/") {
            let example = rest.split('/').next().unwrap_or_default();
            let example = example.strip_suffix(".rs").unwrap_or(example);
            users
                .iter()
                .filter(|user| !user.path.starts_with("tests/tidy"))
                .any(|user| user.text.contains(example))
        } else {
            true
        };
        if !used {
            violations.push(source.violation(1, "no test and no README mentions it"));
        }
    }
    violations
}

/// `unsafe_code` is forbidden for the workspace, and every member takes over its lints.
fn unsafe_code_is_forbidden(sources: &[Source]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for source in sources.iter().filter(|source| source.path.ends_with("Cargo.toml")) {
        let is_root = source.path == "Cargo.toml";
        if is_root
            && value(&source.text, "workspace.lints.rust", "unsafe_code") != Some("\"forbid\"")
        {
            violations.push(source.violation(1, "workspace.lints.rust: unsafe_code = \"forbid\""));
        }
        // An example is a user's crate, to be copied out of this workspace with nothing to inherit;
        // that it has no unsafe code is checked in its text.
        let is_example = source.path.starts_with("examples/");
        // The fuzzer's macro writes unsafe code; its crate is a workspace of its own.
        let is_fuzz = source.path.starts_with("fuzz/");
        if !is_example && !is_fuzz && value(&source.text, "lints", "workspace") != Some("true") {
            violations.push(source.violation(1, "[lints] workspace = true is missing"));
        }
    }
    violations
}

/// The value of `key` in `[section]` of a TOML text, as written (single-line values).
fn value<'a>(toml: &'a str, section: &str, key: &str) -> Option<&'a str> {
    let lines = toml.lines().map(str::trim);
    let mut inside = lines.skip_while(|line| *line != format!("[{section}]")).skip(1);
    inside.by_ref().take_while(|line| !line.starts_with('[')).find_map(|line| {
        let (name, value) = line.split_once('=')?;
        (name.trim() == key).then(|| value.split('#').next().unwrap_or_default().trim())
    })
}

/// The crates that a manifest depends on, spelled as in code; ours is not among them.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut inside = false;
    for line in manifest.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[') {
            inside = section.trim_end_matches(']').ends_with("dependencies");
        } else if inside && !line.starts_with('#') {
            let name = line.split(['=', '.']).next().unwrap_or_default().trim();
            if !name.is_empty() {
                names.insert(name.replace('-', "_"));
            }
        }
    }
    names.remove("ryu_sdn");
    names
}

// -- the tree as it is -------------------------------------------------------------------------

#[test]
fn the_tree_is_tidy() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = collect(root);
    let manifest = sources.iter().find(|source| source.path == "Cargo.toml").expect("Cargo.toml");
    let dependencies = dependencies(&manifest.text);

    let mut violations = Vec::new();
    for source in &sources {
        if source.is_fixture() {
            continue;
        }
        violations.extend(only_the_clock_reads_the_clock(source));
        violations.extend(sans_io_rooms_have_no_io(source));
        violations.extend(rooms_touch_only_what_they_may(source));
        violations.extend(apps_use_only_public_names(source, &dependencies));
        violations.extend(no_leftover_markers(source));
        violations.extend(no_file_is_too_long(source));
        violations.extend(exceptions_are_explained(source));
        violations.extend(no_unsafe_and_no_sleep(source));
    }
    violations.extend(nothing_lies_about(&sources));
    violations.extend(unsafe_code_is_forbidden(&sources));
    violations.extend(wire_docs::wire_types_are_documented(&sources));
    violations.extend(shown_by::what_is_named_is_there(&sources));

    let list: Vec<_> = violations.iter().map(Violation::to_string).collect();
    assert!(list.is_empty(), "{} things are not tidy:\n{}", list.len(), list.join("\n"));
}

#[test]
fn every_room_of_the_table_is_real_or_reserved() {
    // A row that names a room which nobody has a row for is a slip of the pen.
    let names: BTreeSet<_> = ROOMS.iter().map(|(name, _)| *name).collect();
    assert_eq!(names.len(), ROOMS.len(), "a room has two rows");
    for (room, allowed) in ROOMS {
        for other in allowed.iter().filter(|other| !["*", "ryu_apps"].contains(other)) {
            assert!(names.contains(other), "{room} may touch {other}, which has no row");
        }
    }
}

// -- the checker can fail ----------------------------------------------------------------------

#[cfg(test)]
mod checker {
    use super::*;

    fn lines(violations: &[Violation]) -> Vec<usize> {
        violations.iter().map(|violation| violation.line).collect()
    }

    #[test]
    fn the_clock_is_read_in_one_place() {
        let text =
            "use std::time::Instant;\nfn f() { let now = Instant::now(); }\n// Instant::now()\n";
        let rule = only_the_clock_reads_the_clock;
        assert_eq!(lines(&rule(&Source::new("src/hub/timer.rs", text))), [2]);
        assert_eq!(
            lines(&rule(&Source::new("ryu_apps/x.rs", "std::time::SystemTime::now()"))),
            [1]
        );
        assert!(rule(&Source::new("src/clock.rs", text)).is_empty());
        assert!(rule(&Source::new("benches/x.rs", text)).is_empty());
        assert!(rule(&Source::new("src/hub/tests/timers.rs", text)).is_empty());
        assert!(rule(&Source::new("src/hub/timer.rs", "f(Instant::from(x))")).is_empty());
    }

    #[test]
    fn the_inner_rooms_do_no_io() {
        let rule = sans_io_rooms_have_no_io;
        for bad in
            ["use std::net::TcpStream;", "use std::net::{Ipv4Addr, UdpSocket};", "mio::Poll::new()"]
        {
            assert_eq!(lines(&rule(&Source::new("src/session/mod.rs", bad))), [1], "{bad}");
            assert!(rule(&Source::new("src/hub/net.rs", bad)).is_empty(), "{bad}");
        }
        assert!(
            rule(&Source::new("src/wire/mod.rs", "use std::net::{Ipv4Addr, Ipv6Addr};")).is_empty()
        );
    }

    #[test]
    fn rooms_keep_to_their_row() {
        let rule = |path: &str, code: &str| {
            lines(&rooms_touch_only_what_they_may(&Source::new(path, code)))
        };
        assert_eq!(rule("src/session/mod.rs", "use crate::wire::Reader;\nuse crate::hub;"), [2]);
        assert_eq!(rule("src/ofproto/hello.rs", "use crate::{wire::{Reader}, app::App};"), [1]);
        assert_eq!(rule("src/clock.rs", "fn f() { ryu_sdn::hub::now() }"), [1]);
        assert_eq!(rule("src/wire/mod.rs", "macro_rules! m { () => { $crate::app::x() } }"), [1]);
        assert_eq!(rule("src/kitchen.rs", ""), [1], "a room without a row");
        assert_eq!(rule("src/bin/ryu.rs", "fn main() { ryu_sdn::controller::run() }"), [1]);
        assert_eq!(rule("src/session/tests.rs", "use crate::clock::Clock;\nuse crate::hub;"), [2]);
        assert!(rule("src/sync/tests.rs", "use crate::{clock, hub};").is_empty());
        assert!(rule("src/bin/ryu.rs", "fn main() { ryu_sdn::manager::main() }").is_empty());
        assert!(rule("src/manager.rs", "use crate::controller;").is_empty());
        assert!(rule("src/hub/mod.rs", "use crate::hub::task; use crate::some_macro;").is_empty());
    }

    #[test]
    fn super_does_not_leave_a_room() {
        let rule = |path: &str, code: &str| {
            lines(&rooms_touch_only_what_they_may(&Source::new(path, code)))
        };
        assert_eq!(rule("src/clock.rs", "use super::hub;"), [1]);
        assert_eq!(rule("src/wire/mod.rs", "use super::hub;"), [1]);
        assert_eq!(rule("src/wire/hex.rs", "use super::super::hub;"), [1]);
        assert!(rule("src/wire/hex.rs", "use super::Reader;").is_empty());
        assert!(rule("src/clock.rs", "mod tests { use super::*; }").is_empty());
        assert_eq!(rule("src/clock.rs", "mod tests { use super::super::hub; }"), [1]);
    }

    #[test]
    fn apps_are_outsiders() {
        let dependencies = dependencies(
            "[dependencies]\nmio = \"1\"\nserde = { version = \"1\" }\nhttp = \"1\"\n",
        );
        let rule = |code: &str| {
            lines(&apps_use_only_public_names(&Source::new("ryu_apps/a.rs", code), &dependencies))
        };
        assert_eq!(rule("use ryu_sdn::prelude::*;\nuse crate::hub;"), [2]);
        assert_eq!(rule("use super::other_app;"), [1]);
        assert_eq!(rule("use serde::Serialize;"), [1]);
        assert_eq!(rule("fn f() { mio::Poll::new(); }"), [1]);
        assert!(rule("use ryu_sdn::http;\nfn f() { http::get() }").is_empty());
        assert!(rule("use std::fmt;\nmod tests { use super::*; }").is_empty());
    }

    #[test]
    fn markers_are_found() {
        let rule = |path: &str, text: &str| lines(&no_leftover_markers(&Source::new(path, text)));
        assert_eq!(rule("src/a.rs", "fn f() {\n    todo!()\n}\n// FIXME: later\n"), [2, 4]);
        assert_eq!(rule("README.md", "see XXX\n"), [1]);
        assert!(rule("tests/real/a.sh", "mktemp ryu.XXXXXX").is_empty());
        assert!(rule("src/a.rs", "let s = \"todo!\"; my_todo!();").is_empty());
    }

    #[test]
    fn long_files_are_found() {
        let long = "x\n".repeat(MAX_LINES + 1);
        assert_eq!(lines(&no_file_is_too_long(&Source::new("src/a.rs", &long))), [MAX_LINES + 1]);
        assert!(no_file_is_too_long(&Source::new("Cargo.lock", &long)).is_empty());
        assert!(no_file_is_too_long(&Source::new("src/a.rs", &long[2..])).is_empty());
    }

    #[test]
    fn exceptions_need_a_reason() {
        let rule = |text: &str| lines(&exceptions_are_explained(&Source::new("src/a.rs", text)));
        assert_eq!(rule("#[allow(dead_code)]\nfn f() {}"), [1]);
        assert_eq!(rule("/// Documentation is no reason.\n#[allow(dead_code)]\nfn f() {}"), [2]);
        assert_eq!(rule("#[ignore]\n#[test]\nfn f() {}"), [1]);
        assert!(rule("#[allow(dead_code)] // kept for the next version\nfn f() {}").is_empty());
        assert!(rule("// kept for the next version\n#[allow(dead_code)]\nfn f() {}").is_empty());
        assert!(rule("#[expect(dead_code, reason = \"for later\")]\nfn f() {}").is_empty());
        assert!(rule("#[ignore = \"needs an hour\"]\nfn f() {}").is_empty());
        assert!(rule("let s = \"#[allow(x)]\";").is_empty());
    }

    #[test]
    fn unsafe_and_sleep_are_found() {
        let rule = |text: &str| lines(&no_unsafe_and_no_sleep(&Source::new("src/a.rs", text)));
        assert_eq!(rule("fn f() { unsafe { g() } }"), [1]);
        assert_eq!(rule("unsafe impl Send for X {}"), [1]);
        assert!(rule("input.peek(Token![unsafe])").is_empty());
        assert_eq!(rule("use std::time;\nfn f() { std::thread::sleep(d); }"), [2]);
        assert!(
            rule("// unsafe\n#![forbid(unsafe_code)]\nasync fn f() { hub::sleep(d).await }")
                .is_empty()
        );
    }

    #[test]
    fn forgotten_files_are_found() {
        let tree = |test: &str| {
            nothing_lies_about(&[
                Source::new("tests/vectors/hello.txt", ""),
                Source::new("tests/vectors/of13/match.txt", ""),
                Source::new("examples/l2/src/main.rs", ""),
                Source::new("tests/vectors.rs", test),
            ])
        };
        assert_eq!(tree("").len(), 3);
        assert_eq!(tree("hello.txt l2").len(), 1);
        assert!(tree("read_dir(\"tests/vectors\") l2").is_empty());
    }

    #[test]
    fn lints_are_found_in_manifests() {
        let rule =
            |path: &str, text: &str| unsafe_code_is_forbidden(&[Source::new(path, text)]).len();
        let good = "[workspace.lints.rust]\nunsafe_code = \"forbid\" # always\n[lints]\nworkspace = true\n";
        assert_eq!(rule("Cargo.toml", good), 0);
        assert_eq!(rule("Cargo.toml", &good.replace("forbid", "deny")), 1);
        assert_eq!(rule("Cargo.toml", &good.replace("true", "false")), 1);
        assert_eq!(rule("macros/Cargo.toml", "[package]\n"), 1);
        assert_eq!(rule("examples/l2/Cargo.toml", "[package]\n"), 0);
        assert_eq!(rule("fuzz/Cargo.toml", "[package]\n"), 0);
        assert_eq!(value("[a]\nx = 1\n[b]\ny = 2\n", "a", "y"), None);
    }
}
