//! Where options come from besides a TOML file: Ryu's files, directories, the environment; and how
//! their names are spelt.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use super::spelling::OF_RYU;
use super::*;

static HOST: Opt<String> = kinds::text("listen-host").default("0.0.0.0").help("Where.");
static PORT: Opt<Option<u16>> = kinds::port("tcp-port", 1..=65535).help("Which port.");
static LOUD: Opt<bool> = kinds::flag("loud").help("Say more.");
static FILE: Opt<Option<PathBuf>> = kinds::path("log-file").help("Log.");
static FILE_MODE: Opt<u32> = kinds::mode("log-file-mode").default(0o644).help("Mode.");
static DIR: Opt<PathBuf> = kinds::path("log-dir").default("/var/log").help("Dir.");
static APPS: Opt<Vec<String>> = kinds::list("app-lists").help("Apps.");
static APP: Opt<Vec<String>> = kinds::list("app").several().file_only().help("Apps.");
static ZAPI_HOST: Opt<String> =
    kinds::text("server-host").group("zapi").default("::1").help("Zebra.");
static ZAPI_URL: Opt<Option<String>> =
    kinds::text("url").group("zapi").without_effect("there is no Zebra").help("URL.");

static BLOCK: Block = Block::new(
    "All",
    &[
        HOST.row(),
        PORT.row(),
        LOUD.row(),
        FILE.row(),
        FILE_MODE.row(),
        DIR.row(),
        APPS.row(),
        APP.row(),
        ZAPI_HOST.row(),
        ZAPI_URL.row(),
    ],
    "src/one.rs",
    1,
);

fn table() -> Table {
    Table::from_blocks([&BLOCK]).unwrap()
}

fn ini(text: &str) -> Result<Conf, ConfError> {
    let read = read_ini(&table(), "ryu.conf", text)?;
    Ok(Conf::from_layers([read.resolved(&table())?]))
}

fn problems(text: &str) -> String {
    ini(text).unwrap_err().to_string()
}

fn start(line: &[&str], surroundings: &Surroundings) -> Result<Invocation, Exit> {
    let line = ["ryu-manager"].iter().chain(line).map(OsString::from);
    parse_manager(&table(), line, surroundings)
}

fn conf(line: &[&str]) -> Conf {
    start(line, &Surroundings::default()).unwrap_or_else(|exit| panic!("{}", exit.stderr)).conf
}

fn refused(line: &[&str], code: u8) -> String {
    let exit = start(line, &Surroundings::default()).unwrap_err();
    assert_eq!(exit.code, code, "{}", exit.stderr);
    exit.stderr
}

/// A folder of this test's own, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("ryu-source-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

// ---- files in Ryu's form ----

#[test]
fn a_file_of_ryus_is_read() {
    let conf = ini("[DEFAULT]\n\
         # a comment\n; another\n\
         listen_host: 10.0.0.1\n\
         tcp_port=6633\n\
         loud = True\n\
         log_file_mode = 0600\n\
         app_lists = one,\n   two ,\n\tthree\n\
         \n\
         [zapi]\n\
         server_host = \"quoted = :\"\n")
    .unwrap();
    assert_eq!((conf.get(&HOST), conf.get(&PORT)), ("10.0.0.1".into(), Some(6633)));
    assert_eq!((conf.get(&LOUD), conf.get(&FILE_MODE)), (true, 0o600));
    assert_eq!(conf.get(&APPS), ["one", "two", "three"]);
    assert_eq!(conf.get(&ZAPI_HOST), "quoted = :");
    assert_eq!(conf.origin(PORT.row()).to_string(), "ryu.conf:5");
}

#[test]
fn of_several_lines_the_last_counts_except_for_what_takes_several() {
    let conf = ini("tcp_port = 1\ntcp_port = 2\napp_lists = a\napp_lists = b\napp = x\napp = y\n")
        .unwrap();
    assert_eq!(conf.get(&PORT), Some(2));
    assert_eq!(conf.get(&APPS), ["b"]);
    assert_eq!(conf.get(&APP), ["x", "y"]);
}

#[test]
fn a_value_refers_to_others() {
    for (value, expected) in [
        ("$log_dir/ryu.log", "/var/log/ryu.log"),
        ("${log_dir}ryu", "/var/logryu"),
        ("$zapi.server_host", "::1"),
        ("${DEFAULT.tcp_port}", "6633"),
        ("$$log_dir", "$log_dir"),
        ("\\$log_dir", "$log_dir"),
        ("a$", "a$"),
        ("$1$", "$1$"),
        ("[$listen_host]", "[6633]"),
        ("$zapi.url.", "."),
    ] {
        // A trailing dot would be part of the name.
        let value = value.replace("$zapi.url.", "${zapi.url}.");
        let text = format!("tcp_port = 6633\nlisten_host = $tcp_port\nlog_file = {value}\n");
        assert_eq!(ini(&text).unwrap().get(&FILE), Some(expected.into()), "{value}");
    }
    // A name is looked for in the group of the option first.
    let conf = ini("listen_host = top\n[zapi]\nurl = $listen_host $server_host\n").unwrap();
    assert_eq!(conf.get(&ZAPI_URL).as_deref(), Some("top ::1"));
}

#[test]
fn a_reference_that_leads_nowhere_or_in_a_circle_is_an_error() {
    assert_eq!(problems("\nlog_file = $nosuch/x\n"), "ryu.conf:2: log_file: $nosuch is no option");
    let circle = problems("listen_host = $log_file\nlog_file = $listen_host\n");
    assert!(
        circle.contains("ryu.conf:1: listen_host: $") && circle.contains("in a circle"),
        "{circle}"
    );
}

#[test]
fn every_line_that_is_none_is_named() {
    assert_eq!(
        problems(" more\n[zapi\n[]\nnothing\n= 5\ntcp_port = abc\n"),
        "ryu.conf:1: a line that goes on with nothing: more\n\
         ryu.conf:2: a section does not end with ]: [zapi\n\
         ryu.conf:3: a section without a name: []\n\
         ryu.conf:4: neither = nor : in it: nothing\n\
         ryu.conf:5: a value without a key: = 5"
    );
    assert_eq!(
        problems("tcp_port = abc\n"),
        "ryu.conf:1: tcp_port: invalid integer value: abc (accepted: 1..=65535)"
    );
}

#[test]
fn unknown_keys_and_sections_are_warnings() {
    let read =
        read_ini(&table(), "f", "tcp_prot = 1\n[zpai]\nx = 1\n[zapi]\nserver_hots = 1\n").unwrap();
    assert_eq!(
        read.warnings,
        [
            "f:1: unknown key tcp_prot (nearest: tcp_port), ignored",
            "f:2: unknown section [zpai] (nearest: [zapi]), ignored",
            "f:5: unknown key server_hots in [zapi] (nearest: server_host), ignored",
        ]
    );
}

#[test]
fn any_bytes_are_read_or_refused() {
    let pieces =
        ["[", "]", "=", ":", "\n", " ", "$", "{", "}", "a", "\\", "tcp_port", "1", "\"", "#"];
    // A small generator of its own: every run tries the same.
    let mut state = 1u64;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..12 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            text.push_str(pieces[(state >> 33) as usize % pieces.len()]);
        }
        let _ = ini(&text);
    }
}

// ---- which files ----

#[test]
fn the_name_of_a_file_says_how_it_is_read() {
    let folder = Folder::new("forms");
    let [as_ini, as_toml] = ["loud = yes\n", "loud = true\n"];
    for (name, text, expected) in [
        ("a.conf", as_ini, Ok(true)),
        ("b.ini", as_ini, Ok(true)),
        ("c.toml", as_toml, Ok(true)),
        ("d", as_ini, Ok(true)),
        ("e", as_toml, Ok(true)),
        ("f.toml", as_ini, Err("f.toml:1:8: ")),
        ("g", "[zapi\n", Err("a section does not end with ]")),
    ] {
        let path = folder.file(name, text);
        match (start(&["--config-file", &path], &Surroundings::default()), expected) {
            (Ok(start), Ok(loud)) => assert_eq!(start.conf.get(&LOUD), loud, "{name}"),
            (Err(exit), Err(reason)) => assert!(exit.stderr.contains(reason), "{}", exit.stderr),
            (outcome, _) => panic!("{name}: {outcome:?}"),
        }
    }
}

#[test]
fn a_directory_is_read_by_name_in_its_place_among_the_files() {
    let folder = Folder::new("directory");
    folder.file("d/20-b.conf", "tcp_port = 20\nlog_file = b\n");
    folder.file("d/10-a.toml", "tcp_port = 10\nlisten_host = \"a\"\n");
    folder.file("d/30-c.txt", "tcp_port = 30\n");
    folder.file("d/.hidden.conf", "tcp_port = 40\n");
    let dir = folder.0.join("d").to_str().unwrap().to_owned();
    let file = folder.file("one.toml", "tcp_port = 1\n");
    let after = conf(&["--config-file", &file, "--config-dir", &dir]);
    assert_eq!(
        (after.get(&PORT), after.get(&HOST), after.get(&FILE)),
        (Some(20), "a".into(), Some("b".into()))
    );
    let before = conf(&["--config_dir", &dir, "--config-file", &file]);
    assert_eq!((before.get(&PORT), before.get(&HOST)), (Some(1), "a".into()));
    let missing = refused(&["--config-dir", "/nonexistent"], 1);
    assert!(missing.starts_with("cannot read config directory /nonexistent: "), "{missing}");
}

#[test]
fn what_nobody_has_named_is_read_when_nothing_is_named() {
    let folder = Folder::new("surroundings");
    let surroundings = |home: &str| {
        let variables =
            vec![("HOME".to_owned(), home.to_owned()), ("OS_X".to_owned(), "1".to_owned())];
        Surroundings::below(&folder.0, "ryu-manager", variables)
    };
    let relative = |paths: &[PathBuf]| -> Vec<String> {
        let strip =
            |path: &PathBuf| path.strip_prefix(&folder.0).unwrap().to_str().unwrap().to_owned();
        paths.iter().map(strip).collect()
    };
    assert_eq!((surroundings("/root").files, surroundings("/root").directories), (vec![], vec![]));
    folder.file("etc/ryu.conf", "tcp_port = 1\n");
    folder.file("etc/ryu/ryu-manager.conf", "tcp_port = 2\n");
    folder.file("root/.ryu/ryu.conf", "tcp_port = 3\n");
    folder.file("root/ryu.conf.d/x.conf", "tcp_port = 4\n");
    let found = surroundings("/root");
    assert_eq!(relative(&found.files), ["root/.ryu/ryu.conf", "etc/ryu/ryu-manager.conf"]);
    assert_eq!(relative(&found.directories), ["root/ryu.conf.d"]);
    assert_eq!(
        relative(&surroundings("/home").files),
        ["etc/ryu.conf", "etc/ryu/ryu-manager.conf"]
    );
    assert_eq!(found.variables, [("OS_X".to_owned(), "1".to_owned())]);
    assert_eq!(start(&[], &found).unwrap().conf.get(&PORT), Some(4));

    // Ryu's own place goes before all others, but not before directories.
    let first = folder.file("usr/local/etc/ryu/ryu.conf", "tcp_port = 5\nlisten_host = first\n");
    let found = surroundings("/root");
    assert_eq!(found.files, [Path::new(&first)]);
    let conf = start(&[], &found).unwrap().conf;
    assert_eq!((conf.get(&PORT), conf.get(&HOST)), (Some(4), "first".into()));

    // Who names a file wants that one.
    let named = folder.file("named.conf", "log_file = x\n");
    let conf = start(&["--config-file", &named], &found).unwrap().conf;
    assert_eq!((conf.get(&HOST), conf.get(&PORT)), ("0.0.0.0".into(), Some(4)));
    let empty = folder.0.join("empty");
    fs::create_dir(&empty).unwrap();
    let conf = start(&["--config-dir", empty.to_str().unwrap()], &found).unwrap().conf;
    assert_eq!((conf.get(&HOST), conf.get(&PORT)), ("first".into(), Some(5)));
}

#[test]
fn apps_come_from_a_file_when_no_argument_names_one() {
    let folder = Folder::new("apps");
    let file = folder.file("ryu.conf", "[DEFAULT]\napp_lists = a,b\napp = c\napp = d,e\n");
    let named = |line: &[&str]| {
        let line = [&["--config-file", &file], line].concat();
        start(&line, &Surroundings::default()).unwrap().apps
    };
    assert_eq!(named(&[]), ["a", "b", "c", "d", "e"]);
    assert_eq!(named(&["f", "g,h"]), ["a", "b", "f", "g", "h"]);
    assert_eq!(named(&["--app-lists", "i"]), ["i", "c", "d", "e"]);
}

// ---- environment ----

fn environment(variables: &[(&str, &str)]) -> Surroundings {
    let owned = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Surroundings { variables: owned.collect(), ..Surroundings::default() }
}

#[test]
fn the_environment_goes_over_files_and_under_the_command_line() {
    let folder = Folder::new("environment");
    let file =
        folder.file("a.conf", "tcp_port = 1\nlisten_host = file\n[zapi]\nserver_host = file\n");
    let around = environment(&[
        ("OS_DEFAULT__TCP_PORT", "2"),
        ("OS_DEFAULT__LISTEN_HOST", "[$tcp_port]"),
        ("OS_ZAPI__SERVER_HOST", "around"),
        ("OS_DEFAULT__LOUD", "on"),
    ]);
    let conf = start(&["--config-file", &file, "--tcp-port", "3"], &around).unwrap().conf;
    assert_eq!((conf.get(&PORT), conf.get(&HOST)), (Some(3), "[3]".into()));
    assert_eq!((conf.get(&ZAPI_HOST), conf.get(&LOUD)), ("around".into(), true));
    assert_eq!(conf.origin(LOUD.row()).to_string(), "environment OS_DEFAULT__LOUD");
}

#[test]
fn variables_of_others_are_none_of_ours() {
    let around =
        environment(&[("OS_AUTH_URL", "x"), ("OS_NOVA__KEY", "x"), ("OS_DEFAULT__TCP_PROT", "1")]);
    let conf = start(&[], &around).unwrap().conf;
    assert_eq!(
        conf.warnings(),
        ["environment OS_DEFAULT__TCP_PROT: no such option (nearest: tcp_port), ignored"]
    );
    let exit = start(&[], &environment(&[("OS_DEFAULT__TCP_PORT", "x")])).unwrap_err();
    assert_eq!(
        (exit.code, exit.stderr.as_str()),
        (1, "environment OS_DEFAULT__TCP_PORT: invalid integer value: x (accepted: 1..=65535)\n")
    );
}

// ---- spelling ----

#[test]
fn as_much_of_a_name_is_enough_as_tells_it_from_the_others() {
    assert!(conf(&["--lou"]).get(&LOUD));
    assert!(!conf(&["--loud", "--nol"]).get(&LOUD));
    assert_eq!(conf(&["--tcp_p=7"]).get(&PORT), Some(7));
    assert_eq!(conf(&["--zapi_server-h", "x"]).get(&ZAPI_HOST), "x");
    // A whole name is no abbreviation.
    assert_eq!(conf(&["--log-file", "x"]).get(&FILE), Some("x".into()));
    // What follows two dashes is no option.
    assert_eq!(start(&["--", "--lou"], &Surroundings::default()).unwrap().apps, ["--lou"]);
    let ambiguous = refused(&["--log_=x"], 2);
    assert_eq!(
        ambiguous,
        "Usage: ryu-manager [OPTIONS] [app]...\n\
         error: ambiguous option: --log_ could match --log-dir, --log-file, --log-file-mode\n"
    );
    assert!(refused(&["--nosuch"], 2).contains("error: unrecognized arguments: --nosuch"));
}

#[test]
fn the_names_of_ryu_are_those_that_it_has() {
    let file = include_str!("../../tests/vectors/ryu_options.txt");
    let longs = file
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split('\t').nth(5));
    let longs = longs.filter(|long| *long != "-").map(|long| long.replace('_', "-"));
    let built_in = ["config-dir", "config-file", "help", "version"].map(str::to_owned);
    let expected: BTreeSet<String> = longs.chain(built_in).collect();
    let known: BTreeSet<String> = OF_RYU.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(known, expected);
}

#[test]
fn what_was_enough_of_a_name_in_ryu_is_enough_here() {
    // `--ofp-listen` is an option of ours, `--ofp-l` was enough of Ryu's `--ofp-listen-host`.
    let line =
        ["ryu-manager", "--ofp-l", "127.0.0.1", "--wsapi-h", "127.0.0.2"].map(OsString::from);
    let start = parse_manager(&Table::collect().unwrap(), line, &Surroundings::default()).unwrap();
    let value = |key: &str| {
        let table = Table::collect().unwrap();
        let row = table.rows().map(|(_, row)| row).find(|row| row.key() == key).unwrap();
        start.conf.value(row).unwrap().to_string()
    };
    assert_eq!(value("ofp_listen_host"), "[\"127.0.0.1\"]");
    assert_eq!(value("wsapi_host"), "\"127.0.0.2\"");
}

// ---- what has no effect, completion, the page ----

#[test]
fn an_option_without_effect_is_spoken_of_once() {
    let said = conf(&["--zapi-url", "x"]).warnings().to_vec();
    assert_eq!(said, ["option --zapi-url has no effect: there is no Zebra"]);
    let around = environment(&[("OS_ZAPI__URL", "x")]);
    let said = start(&[], &around).unwrap().conf.warnings().to_vec();
    assert_eq!(
        said,
        ["environment OS_ZAPI__URL: option zapi.url has no effect: there is no Zebra"]
    );
    assert!(!sample(&table()).contains("url"));
    let help = start(&["--help"], &Surroundings::default()).unwrap_err().stdout;
    assert!(!help.contains("--zapi-url") && help.contains("--zapi-server-host"), "{help}");
}

#[test]
fn completion_can_be_asked_for_as_in_ryu() {
    for name in ["--shell_completion", "--shell-completion"] {
        let exit = start(&[name, "bash"], &Surroundings::default()).unwrap_err();
        assert_eq!(exit.code, 0);
        assert!(exit.stdout.contains("--tcp-port"), "{}", exit.stdout);
    }
    assert!(refused(&["--shell_completion", "dos"], 1).contains("invalid choice value: dos"));
}

#[test]
fn the_committed_page_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/options.md");
    let expected = page(&Table::collect().unwrap());
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(path, &expected).unwrap();
    }
    let found = fs::read_to_string(path).unwrap_or_default();
    assert!(
        found == expected,
        "docs/options.md is not current: run UPDATE_EXPECT=1 cargo test --lib conf"
    );
}
