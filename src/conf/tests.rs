//! The rules of the room, each with its error text; over rows of the tests' own.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use super::*;

static HOST: Opt<String> = kinds::text("listen-host").default("0.0.0.0").help("Where to listen.");
static PORT: Opt<Option<u16>> = kinds::port("tcp-port", 1..=65535).help("Which port.");
static PERIOD: Opt<Duration> =
    kinds::seconds("echo-interval", 0.5..=60.0).default(15.0).file_only().help("How often.");
static LOUD: Opt<bool> = kinds::flag("loud").help("Say more.");
static QUIET: Opt<bool> = kinds::flag("use-bell").default(true).help("Ring.");
static APPS: Opt<Vec<String>> = kinds::list("app-lists").help("Apps to run.");
static MODE: Opt<u32> = kinds::mode("file-mode").default(0o644).help("Permissions.");
static PID: Opt<Option<PathBuf>> = kinds::path("pid-file").help("Where the pid goes.");
static LEVEL: Opt<i64> = kinds::int("level", -5..=50).default(20).help("Level.");
static RATIO: Opt<Option<f64>> = kinds::float("ratio", 0.0..=1.0).help("Ratio.");
static ZAPI_HOST: Opt<String> =
    kinds::text("server-host").group("zapi").default("::1").help("Where Zebra is.");
static ZAPI_ROUTE: Opt<Option<String>> =
    kinds::choice("route-type", &["BGP", "OSPF"]).group("zapi").help("Which routes.");

static ONE: Block = Block::new(
    "OpenFlow",
    &[HOST.row(), PORT.row(), PERIOD.row(), LOUD.row(), QUIET.row(), APPS.row()],
    "src/one.rs",
    10,
);
static TWO: Block =
    Block::new("Files", &[MODE.row(), PID.row(), LEVEL.row(), RATIO.row()], "src/two.rs", 4);
static THREE: Block = Block::new("Zebra", &[ZAPI_HOST.row(), ZAPI_ROUTE.row()], "src/zapi.rs", 7);

fn table() -> Table {
    Table::from_blocks([&ONE, &TWO, &THREE]).unwrap()
}

/// Parses a `ryu-manager` command line, without the program's name.
fn manager(line: &[&str]) -> Result<Invocation, Exit> {
    let line = ["ryu-manager"].iter().chain(line).map(OsString::from);
    parse_manager(&table(), line, &Surroundings::default())
}

fn conf(line: &[&str]) -> Conf {
    manager(line).unwrap().conf
}

fn ryu(line: &[&str]) -> Result<RyuInvocation, Exit> {
    let sim = clap::Command::new("sim")
        .about("Embedded network")
        .arg(clap::Arg::new("topo").long("topo").value_parser(clap::value_parser!(u8)));
    parse_ryu(
        &table(),
        [sim],
        ["ryu"].iter().chain(line).map(OsString::from),
        &Surroundings::default(),
    )
}

/// The text on standard error of a start that must fail with status 1.
fn refused(line: &[&str]) -> String {
    let exit = manager(line).unwrap_err();
    assert_eq!((exit.code, exit.stdout.as_str()), (1, ""));
    exit.stderr
}

/// The problems of a file.
fn file_problems(text: &str) -> String {
    read_text(&table(), "ryu.toml", text).unwrap_err().to_string()
}

fn file_conf(text: &str) -> Conf {
    Conf::from_layers([read_text(&table(), "ryu.toml", text).unwrap().layer])
}

fn file_warnings(text: &str) -> Vec<String> {
    read_text(&table(), "ryu.toml", text).unwrap().warnings
}

/// A file of this test's own, removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str, text: impl AsRef<[u8]>) -> Self {
        let path = std::env::temp_dir().join(format!("ryu-conf-{}-{name}", std::process::id()));
        std::fs::write(&path, text).unwrap();
        Scratch(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

// ---- values and layers ----

#[test]
fn every_option_has_its_default() {
    let conf = Conf::new();
    assert_eq!(conf.get(&HOST), "0.0.0.0");
    assert_eq!(conf.get(&PORT), None);
    assert_eq!(conf.get(&PERIOD), Duration::from_secs(15));
    assert_eq!((conf.get(&LOUD), conf.get(&QUIET)), (false, true));
    assert_eq!(conf.get(&APPS), Vec::<String>::new());
    assert_eq!(conf.get(&MODE), 0o644);
    assert_eq!(conf.get(&RATIO), None);
    assert_eq!(conf.origin(HOST.row()), Origin::Default);
}

#[test]
fn the_command_line_goes_over_files_and_a_later_file_over_an_earlier() {
    let one = Scratch::new("one", "listen_host = \"h1\"\ntcp_port = 1\nlevel = 1\n");
    let two = Scratch::new("two", "\ntcp_port = 2\nlevel = 2\n");
    let files = ["--config-file", one.path(), "--config-file", two.path()];
    let conf = conf(&[&files[..], &["--level", "3"]].concat());
    assert_eq!((conf.get(&HOST), conf.get(&PORT), conf.get(&LEVEL)), ("h1".into(), Some(2), 3));
    assert_eq!(conf.get(&MODE), 0o644);
    let origins = [&HOST.row(), &PORT.row(), &LEVEL.row(), &MODE.row()]
        .map(|row| conf.origin(row).to_string());
    let [one, two] = [one.path(), two.path()];
    assert_eq!(
        origins,
        [format!("{one}:1"), format!("{two}:2"), "command line".into(), "default".into()]
    );
}

#[test]
fn a_program_sets_values_above_all_layers() {
    let mut conf = conf(&["--level", "3"]);
    conf.set(&LEVEL, 4).set(&PORT, Some(7));
    assert_eq!((conf.get(&LEVEL), conf.get(&PORT)), (4, Some(7)));
    assert_eq!(conf.set(&PORT, None).get(&PORT), None);
}

#[test]
#[should_panic(expected = "option tcp_port does not accept 0")]
fn a_program_cannot_set_a_value_out_of_range() {
    Conf::new().set(&PORT, Some(0));
}

#[test]
fn the_dump_names_value_and_origin() {
    let dump = conf(&["--tcp-port", "7", "--app-lists", "a,b"]).dump(&table());
    assert_eq!(dump[0], "file_mode = 0o644  # default");
    assert!(dump.contains(&"tcp_port = 7  # command line".to_owned()));
    assert!(dump.contains(&"app_lists = [\"a\", \"b\"]  # command line".to_owned()));
    assert!(dump.contains(&"pid_file = (none)  # default".to_owned()));
    assert!(dump.contains(&"zapi.server_host = \"::1\"  # default".to_owned()));
}

// ---- table ----

#[test]
fn the_order_of_registration_does_not_matter() {
    let names = |blocks: [&'static Block; 3]| -> Vec<_> {
        let table = Table::from_blocks(blocks).unwrap();
        table.rows().map(|(section, row)| (section, row.long())).collect()
    };
    let expected = names([&ONE, &TWO, &THREE]);
    assert_eq!(names([&THREE, &ONE, &TWO]), expected);
    assert_eq!(expected[0], ("Files", "file-mode".into()));
    assert_eq!(expected[4], ("OpenFlow", "listen-host".into()));
    assert_eq!(expected[10], ("Zebra", "zapi-server-host".into()));
}

#[test]
fn duplicate_names_are_all_listed() {
    static FLAT: Opt<Option<String>> = kinds::text("zapi-server-host");
    static AGAIN: Opt<bool> = kinds::flag("loud");
    static OFF: Opt<Option<String>> = kinds::text("nouse-bell");
    static HELP: Opt<bool> = kinds::flag("help");
    static MORE: Block =
        Block::new("More", &[FLAT.row(), AGAIN.row(), OFF.row(), HELP.row()], "more.rs", 3);
    let err = Table::from_blocks([&ONE, &THREE, &MORE]).unwrap_err();
    assert_eq!(
        err.to_string(),
        "option --help is declared more than once: built in, more.rs:3\n\
         option --loud is declared more than once: more.rs:3, src/one.rs:10\n\
         option --noloud is declared more than once: more.rs:3 (the off form of --loud), \
         src/one.rs:10 (the off form of --loud)\n\
         option --nouse-bell is declared more than once: more.rs:3, \
         src/one.rs:10 (the off form of --use-bell)\n\
         option --zapi-server-host is declared more than once: more.rs:3, src/zapi.rs:7"
    );
}

#[test]
fn the_rows_of_this_crate_have_no_duplicates() {
    let table = Table::collect().unwrap();
    let names: Vec<_> = table.rows().map(|(_, row)| row.long()).collect();
    for name in ["app-lists", "verbose", "ofp-tcp-listen-port", "wsapi-port"] {
        assert!(names.iter().any(|long| long == name), "{name} is missing");
    }
}

#[test]
fn a_program_may_take_some_sections_only() {
    let part = table().only_sections(&["Files"]);
    assert_eq!(part.rows().count(), 4);
}

// ---- TOML ----

#[test]
fn keys_stand_at_the_top_or_in_default_and_groups_are_tables() {
    let conf =
        file_conf("tcp_port = 7\n[DEFAULT]\nlisten-host = \"::\"\n[zapi]\nserver_host = 'x'");
    assert_eq!((conf.get(&PORT), conf.get(&HOST)), (Some(7), "::".into()));
    assert_eq!(conf.get(&ZAPI_HOST), "x");
    let origin = Origin::File { path: "ryu.toml".into(), line: 5 };
    assert_eq!(conf.origin(ZAPI_HOST.row()), origin);
}

#[test]
fn every_kind_is_read_from_toml() {
    let conf = file_conf(
        "loud = true\nuse_bell = false\nratio = 1\necho_interval = 2.5\nlevel = 0x10\n\
         pid_file = \"/run/x\"\napp_lists = [\"a\", \"b\"]\nfile_mode = 0o600\n\
         [zapi]\nroute_type = \"OSPF\"",
    );
    assert_eq!((conf.get(&LOUD), conf.get(&QUIET)), (true, false));
    assert_eq!((conf.get(&RATIO), conf.get(&LEVEL)), (Some(1.0), 16));
    assert_eq!(conf.get(&PERIOD), Duration::from_millis(2500));
    assert_eq!(conf.get(&PID), Some("/run/x".into()));
    assert_eq!(conf.get(&APPS), ["a", "b"]);
    assert_eq!(conf.get(&MODE), 0o600);
    assert_eq!(conf.get(&ZAPI_ROUTE).as_deref(), Some("OSPF"));
    assert_eq!(file_conf("app_lists = 'a, b'").get(&APPS), ["a", "b"]);
    assert_eq!(file_conf("file_mode = '0640'").get(&MODE), 0o640);
}

#[test]
fn a_bad_value_names_file_line_key_value_and_what_is_accepted() {
    for (text, expected) in [
        ("tcp_port = 0", "tcp_port: invalid integer value: 0 (accepted: 1..=65535)"),
        ("tcp_port = \"80\"", "tcp_port: invalid integer value: \"80\" (accepted: 1..=65535)"),
        ("tcp_port = 0x1ffff", "tcp_port: invalid integer value: 0x1ffff (accepted: 1..=65535)"),
        ("tcp_port = true", "tcp_port: invalid integer value: true (accepted: 1..=65535)"),
        ("tcp_port = 1.5", "tcp_port: invalid integer value: 1.5 (accepted: 1..=65535)"),
        (
            "tcp_port = 99999999999999999999999",
            "tcp_port: invalid integer value: 99999999999999999999999 (accepted: 1..=65535)",
        ),
        ("loud = 1", "loud: invalid boolean value: 1 (accepted: true, false)"),
        ("echo_interval = nan", "echo_interval: invalid number value: nan (accepted: 0.5..=60.0)"),
        ("echo_interval = 0.1", "echo_interval: invalid number value: 0.1 (accepted: 0.5..=60.0)"),
        ("listen_host = 7", "listen_host: invalid text value: 7 (accepted: text)"),
        (
            "pid_file = ''",
            "pid_file: invalid path value: \"\" (accepted: a path that is not empty)",
        ),
        (
            "file_mode = 644",
            "file_mode: invalid file mode value: 644 (accepted: octal 0000..=0777, such as \"0644\")",
        ),
        (
            "app_lists = [1]",
            "app_lists: invalid list value: [1] (accepted: texts separated by commas, or an array \
             of texts)",
        ),
        (
            "zapi.route_type = 'RIP'",
            "zapi.route_type: invalid choice value: \"RIP\" (accepted: BGP, OSPF)",
        ),
        ("[tcp_port]", "tcp_port: invalid integer value: a table (accepted: 1..=65535)"),
        ("level = 1979-05-27", "level: invalid integer value: 1979-05-27 (accepted: -5..=50)"),
    ] {
        assert_eq!(file_problems(&format!("\n{text}\n")), format!("ryu.toml:2: {expected}"));
    }
}

#[test]
fn all_problems_of_a_file_are_reported_in_its_order() {
    assert_eq!(
        file_problems("tcp_port = 0\nloud = 2\n[DEFAULT]\nlevel = 99"),
        "ryu.toml:1: tcp_port: invalid integer value: 0 (accepted: 1..=65535)\n\
         ryu.toml:2: loud: invalid boolean value: 2 (accepted: true, false)\n\
         ryu.toml:4: level: invalid integer value: 99 (accepted: -5..=50)"
    );
}

#[test]
fn an_option_given_twice_in_one_file_is_refused() {
    assert_eq!(
        file_problems("tcp_port = 1\n\ntcp-port = 2"),
        "ryu.toml:3: tcp_port: already given in line 1"
    );
    assert_eq!(
        file_problems("level = 1\n[DEFAULT]\nlevel = 2"),
        "ryu.toml:3: level: already given in line 1"
    );
}

#[test]
fn unknown_keys_are_warnings_with_the_nearest_name() {
    let text = "tcp_prot = 7\nlevel = 3\nunheard-of = 1\n[zapi]\nserver_hots = 'x'\n[zappi]\na = 1\n\
                [default]\nlevel = 4\n[elsewhere]";
    assert_eq!(
        file_warnings(text),
        [
            "ryu.toml:1: unknown key tcp_prot (nearest: tcp_port), ignored",
            "ryu.toml:3: unknown key unheard-of, ignored",
            "ryu.toml:5: unknown key server_hots in [zapi] (nearest: server_host), ignored",
            "ryu.toml:6: unknown section [zappi] (nearest: [zapi]), ignored",
            "ryu.toml:8: unknown section [default] (nearest: [DEFAULT]), ignored",
            "ryu.toml:10: unknown section [elsewhere], ignored",
        ]
    );
    assert_eq!(file_conf(text).get(&LEVEL), 3);
}

#[test]
fn the_warnings_of_files_reach_the_program() {
    let file = Scratch::new("warn", "tcp_prot = 7");
    let conf = conf(&["--config-file", file.path()]);
    let line = format!("{}:1: unknown key tcp_prot (nearest: tcp_port), ignored", file.path());
    assert_eq!(conf.warnings(), [line]);
}

#[test]
fn a_file_that_is_no_toml_is_refused_with_line_and_column() {
    let problems = file_problems("level = 1\ntcp_port = = 7\n");
    assert!(problems.starts_with("ryu.toml:2:12: "), "{problems}");
    assert_eq!(problems.lines().count(), 1, "{problems}");
    let problems = file_problems("level = 1\nlevel = 2\n");
    assert!(problems.starts_with("ryu.toml:2:1: duplicate key"), "{problems}");
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    assert_eq!(
        refused(&["--config-file", "/nonexistent/ryu.toml"]),
        "cannot read config file /nonexistent/ryu.toml: No such file or directory (os error 2)\n"
    );
    let file = Scratch::new("latin1", b"level = 1\nlisten_host = \"caf\xe9\"\n");
    let expected = format!("{}:2: config file is not UTF-8 text\n", file.path());
    assert_eq!(refused(&["--config-file", file.path()]), expected);
}

// ---- command line ----

#[test]
fn every_kind_is_read_from_the_command_line() {
    let conf = conf(&[
        "--loud",
        "--nouse-bell",
        "--ratio",
        "0.25",
        "--level",
        "-5",
        "--pid-file=/run/x",
        "--app-lists",
        "a, b,,c",
        "--file-mode",
        "0600",
        "--zapi-route-type",
        "BGP",
        "--zapi-server-host",
        "::2",
        "--tcp-port=80",
    ]);
    assert_eq!((conf.get(&LOUD), conf.get(&QUIET)), (true, false));
    assert_eq!((conf.get(&RATIO), conf.get(&LEVEL)), (Some(0.25), -5));
    assert_eq!(conf.get(&PID), Some("/run/x".into()));
    assert_eq!(conf.get(&APPS), ["a", "b", "c"]);
    assert_eq!(conf.get(&MODE), 0o600);
    assert_eq!(conf.get(&ZAPI_ROUTE).as_deref(), Some("BGP"));
    assert_eq!((conf.get(&ZAPI_HOST), conf.get(&PORT)), ("::2".into(), Some(80)));
}

#[test]
fn underscores_are_accepted_for_dashes() {
    let conf = conf(&["--tcp_port", "7", "--nouse_bell", "--zapi_server_host", "h"]);
    assert_eq!((conf.get(&PORT), conf.get(&QUIET)), (Some(7), false));
    assert_eq!(conf.get(&ZAPI_HOST), "h");
}

#[test]
fn the_last_of_several_occurrences_counts() {
    assert_eq!(conf(&["--level", "1", "--level", "2"]).get(&LEVEL), 2);
    assert!(conf(&["--noloud", "--loud"]).get(&LOUD));
    assert!(!conf(&["--loud", "--noloud"]).get(&LOUD));
    assert!(conf(&["--loud", "--loud"]).get(&LOUD));
}

#[test]
fn apps_are_those_of_the_list_and_then_the_arguments_split_at_commas() {
    let apps = manager(&["c,d", "--loud", "e", "--app-lists", "a,b"]).unwrap().apps;
    // `--app-lists` here is the row of these tests, under the same name as the programs' own.
    assert_eq!(apps, ["a", "b", "c", "d", "e"]);
    assert_eq!(manager(&[]).unwrap().apps, Vec::<String>::new());
    assert_eq!(manager(&[" a ,, "]).unwrap().apps, ["a"]);
}

#[test]
fn a_bad_value_names_the_argument_the_value_and_what_is_accepted() {
    assert_eq!(
        refused(&["--tcp-port", "abc"]),
        "argument --tcp-port: invalid integer value: abc (accepted: 1..=65535)\n"
    );
    assert_eq!(
        refused(&["--tcp_port", "65536"]),
        "argument --tcp-port: invalid integer value: 65536 (accepted: 1..=65535)\n"
    );
    assert_eq!(
        refused(&["--ratio", "inf", "--zapi-route-type", "RIP\x1b[2J", "--file-mode", "+7"]),
        "argument --file-mode: invalid file mode value: +7 \
         (accepted: octal 0000..=0777, such as \"0644\")\n\
         argument --ratio: invalid number value: inf (accepted: 0.0..=1.0)\n\
         argument --zapi-route-type: invalid choice value: RIP\\u{1b}[2J (accepted: BGP, OSPF)\n"
    );
}

#[test]
fn a_wrong_command_line_gets_usage_and_status_2() {
    for (line, expected) in [
        (&["--bogus-thing"][..], "unrecognized arguments: --bogus-thing"),
        (&["--tcp-prot", "7"], "unrecognized arguments: --tcp-prot (nearest: --tcp-port)"),
        (&["--echo-interval", "7"], "unrecognized arguments: --echo-interval"),
        (&["-x"], "unrecognized arguments: -x"),
        (&["--tcp-port"], "argument --tcp-port: expected one argument"),
        (&["--config-file"], "argument --config-file: expected one argument"),
        (&["--loud=1"], "unexpected value '1' for '--loud' found; no more were expected"),
    ] {
        let exit = manager(line).unwrap_err();
        assert_eq!((exit.code, exit.stdout.as_str()), (2, ""), "{line:?}");
        assert_eq!(
            exit.stderr,
            format!("Usage: ryu-manager [OPTIONS] [app]...\nerror: {expected}\n")
        );
    }
}

#[test]
fn an_argument_that_is_not_utf_8_is_refused() {
    use std::os::unix::ffi::OsStringExt;
    let line = ["ryu-manager".into(), OsString::from_vec(b"caf\xe9".to_vec())];
    let exit = parse_manager(&table(), line, &Surroundings::default()).unwrap_err();
    assert_eq!(exit.code, 2);
    assert!(exit.stderr.contains("error: invalid UTF-8"), "{}", exit.stderr);
}

#[test]
fn help_shows_the_first_paragraph_only() {
    static TALKATIVE: Opt<bool> = kinds::flag("talkative").help("Short.\n\nLong.");
    static BLOCK: Block = Block::new("More", &[TALKATIVE.row()], "more.rs", 3);
    let table = Table::from_blocks([&BLOCK]).unwrap();
    let help = command(Program::RyuManager, &table).render_help().to_string();
    assert!(help.contains("Short.") && !help.contains("Long."), "{help}");
    assert!(sample(&table).contains("# Short.\n#\n# Long.\n# command line: --talkative"));
}

#[test]
fn help_and_version_are_good_ends() {
    let version = concat!(" ", env!("CARGO_PKG_VERSION"), "\n");
    let exit = manager(&["--version"]).unwrap_err();
    assert_eq!(exit, Exit::output(format!("ryu-manager{version}")));
    assert_eq!(ryu(&["--version"]).unwrap_err(), Exit::output(format!("ryu{version}")));
    let exit = manager(&["--help"]).unwrap_err();
    assert_eq!((exit.code, exit.stderr.as_str()), (0, ""));
    for expected in [
        "Usage: ryu-manager [OPTIONS] [app]...",
        "\nOpenFlow:\n",
        "--listen-host <TEXT>",
        "Where to listen. [default: 0.0.0.0]",
        "Which port. [accepted: 1..=65535]",
        "Permissions. [default: 0644]",
        "Ring. [default: on; --nouse-bell turns it off]",
        "--zapi-route-type <WORD>",
    ] {
        assert!(exit.stdout.contains(expected), "{expected:?} is missing in\n{}", exit.stdout);
    }
    assert!(!exit.stdout.contains("echo-interval"), "file only");
    assert!(!exit.stdout.contains("--noloud"), "hidden");
}

// ---- ryu and its subcommands ----

#[test]
fn ryu_run_is_ryu_manager() {
    let Ok(RyuInvocation::Run(run)) = ryu(&["run", "--level", "3", "a"]) else {
        panic!("not run");
    };
    assert_eq!((run.program, run.conf.get(&LEVEL)), (Program::RyuRun, 3));
    assert_eq!(run.apps, ["a"]);
    let exit = ryu(&["run", "--bogus-thing"]).unwrap_err();
    assert_eq!(exit.code, 2);
    assert_eq!(
        exit.stderr,
        "Usage: ryu run [OPTIONS] [app]...\nerror: unrecognized arguments: --bogus-thing\n"
    );
    let exit = ryu(&["run", "--tcp-port", "x"]).unwrap_err();
    assert_eq!(exit.code, 1);
    assert_eq!(
        exit.stderr,
        "argument --tcp-port: invalid integer value: x (accepted: 1..=65535)\n"
    );
}

#[test]
fn the_caller_adds_subcommands() {
    let Ok(RyuInvocation::Other(name, matches)) = ryu(&["sim", "--topo", "3"]) else {
        panic!("not sim");
    };
    assert_eq!((name.as_str(), matches.get_one::<u8>("topo")), ("sim", Some(&3)));
    let exit = ryu(&["sim", "--topo", "x"]).unwrap_err();
    assert_eq!(exit.code, 1);
    assert_eq!(exit.stderr, "argument --topo: invalid value: x (invalid digit found in string)\n");
    assert!(matches!(ryu(&["apps"]), Ok(RyuInvocation::Apps)));
}

#[test]
fn a_command_of_the_callers_own_takes_the_options_too() {
    let command = with_arguments(clap::Command::new("sim"), &table());
    let matches = command.try_get_matches_from(["sim", "--level", "9"]).unwrap();
    assert_eq!(
        Conf::from_matches(&table(), &matches, &Surroundings::default()).unwrap().get(&LEVEL),
        9
    );
}

#[test]
fn an_unknown_subcommand_gets_help_and_status_1() {
    let exit = ryu(&["fly"]).unwrap_err();
    assert_eq!((exit.code, exit.stderr.as_str()), (1, "Unknown subcommand fly\n"));
    assert!(exit.stdout.contains("Commands:\n"), "{}", exit.stdout);
}

#[test]
fn ryu_alone_gets_usage_and_status_2() {
    let exit = ryu(&[]).unwrap_err();
    assert_eq!((exit.code, exit.stdout.as_str()), (2, ""));
    assert_eq!(exit.stderr, "Usage: ryu <COMMAND>\nerror: a subcommand is required\n");
}

#[test]
fn completions_are_printed_for_both_programs() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let exit = ryu(&["completions", shell]).unwrap_err();
        assert_eq!(exit.code, 0, "{shell}");
        assert!(exit.stdout.contains("tcp-port"), "{shell}");
    }
    let exit = ryu(&["completions", "bash", "ryu-manager"]).unwrap_err();
    assert!(exit.stdout.contains("-o default ryu-manager"), "{}", exit.stdout);
    let exit = ryu(&["completions", "tcsh"]).unwrap_err();
    assert_eq!(exit.code, 1);
    assert_eq!(
        exit.stderr,
        "argument shell: invalid choice value: tcsh \
         (accepted: bash, elvish, fish, powershell, zsh)\n"
    );
    let exit = ryu(&["completions", "bash", "vi"]).unwrap_err();
    assert_eq!(
        exit.stderr,
        "argument program: invalid choice value: vi (accepted: ryu, ryu-manager)\n"
    );
}

#[test]
fn manual_pages_are_printed_for_programs_and_subcommands() {
    let page = |name: &str| {
        let exit = ryu(&["man", name]).unwrap_err();
        assert_eq!(exit.code, 0, "{}", exit.stderr);
        exit.stdout
    };
    assert!(page("ryu").contains("ryu\\-completions(1)"));
    assert!(page("ryu-manager").contains("\\-\\-tcp\\-port"));
    assert!(page("run").contains("\\-\\-tcp\\-port"));
    assert_eq!(ryu(&["man"]).unwrap_err().stdout, page("ryu"));
    let exit = ryu(&["man", "woman"]).unwrap_err();
    assert_eq!(
        exit.stderr,
        "argument page: invalid choice value: woman \
         (accepted: ryu, ryu-manager, run, apps, sim, completions, man)\n"
    );
}

// ---- sample ----

/// The sample with every setting uncommented.
fn uncommented(sample: &str) -> String {
    let setting =
        |line: &str| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).is_some();
    sample
        .lines()
        .map(|line| if setting(line) { &line[1..] } else { line })
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn the_sample_is_a_file_that_changes_nothing() {
    for table in [table(), Table::collect().unwrap()] {
        let text = sample(&table);
        let as_it_is = read_text(&table, "sample", &text).unwrap();
        assert_eq!((as_it_is.layer.settings.len(), as_it_is.warnings.len()), (0, 0));
        let read = read_text(&table, "sample", &uncommented(&text)).unwrap();
        assert_eq!(read.warnings, Vec::<String>::new());
        let in_sample = table.rows().filter(|(_, row)| row.no_effect().is_none());
        assert_eq!(read.layer.settings.len(), in_sample.count());
        for setting in read.layer.settings {
            let default = setting.row.default_value().filter(|v| *v != Value::List(Vec::new()));
            if let Some(default) = default {
                assert_eq!(setting.value, default, "{}", setting.row.full_key());
            }
        }
    }
}

#[test]
fn an_entry_of_the_sample_says_what_the_row_says() {
    let text = sample(&table());
    let period =
        "\n# How often.\n# accepted: 0.5..=60.0; unit: s; file only\n#echo_interval = 15.0\n";
    assert!(text.contains(period), "{text}");
    let port = "\n# Which port.\n# accepted: 1..=65535; default: not set; \
                command line: --tcp-port PORT\n#tcp_port = 1\n";
    assert!(text.contains(port), "{text}");
    assert!(text.contains("\n# ---- Zebra ----\n\n[zapi]\n"), "{text}");
}

#[test]
fn the_committed_sample_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/conf/ryu.toml");
    let expected = sample(&Table::collect().unwrap());
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(path, &expected).unwrap();
    }
    let found = std::fs::read_to_string(path).unwrap_or_default();
    assert!(found == expected, "conf/ryu.toml is not current: run UPDATE_EXPECT=1 cargo test conf");
}
