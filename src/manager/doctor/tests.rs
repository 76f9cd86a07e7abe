//! The doctor on machines of paper: a process file system in a folder, and an `ovs-vsctl` that says
//! what it is told.

use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;

use super::*;
use crate::controller::options::{OFP_LISTEN_HOST, OFP_TCP_LISTEN_PORT};
use crate::http::options::{WSAPI_HOST, WSAPI_TOKEN_FILE};
use crate::logging::LOG_FILE;

/// A machine, gone at the end.
struct Paper {
    folder: PathBuf,
    machine: Machine,
}

impl Paper {
    fn new(name: &str) -> Paper {
        let folder = std::env::temp_dir().join(format!("ryu-doctor-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("proc/net")).unwrap();
        fs::create_dir_all(folder.join("run")).unwrap();
        let machine = Machine {
            proc: folder.join("proc"),
            ovs_vsctl: folder.join("ovs-vsctl"),
            ovs_run: folder.join("run"),
        };
        Paper { folder, machine }
    }

    /// A line in a table of sockets, in the order of this machine's bytes.
    fn socket(&self, file: &str, addr: &str, state: &str, inode: u64) {
        let addr: SocketAddr = addr.parse().unwrap();
        let bytes: Vec<u8> = match addr.ip() {
            IpAddr::V4(ip) => ip.octets().to_vec(),
            IpAddr::V6(ip) => ip.octets().to_vec(),
        };
        let words = bytes
            .chunks(4)
            .map(|word| format!("{:08X}", u32::from_ne_bytes(word.try_into().unwrap())));
        let local = words.collect::<String>();
        let path = self.machine.proc.join("net").join(file);
        let head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
        let mut text = fs::read_to_string(&path).unwrap_or_else(|_| head.to_owned());
        text += &format!(
            "   0: {local}:{:04X} 00000000:0000 {state} 00000000:00000000 00:00000000 00000000  1000        0 {inode} 1 0 100 0 0 10 0\n",
            addr.port()
        );
        fs::write(path, text).unwrap();
    }

    fn process(&self, pid: u32, comm: &str, command: &str, inode: u64) {
        let folder = self.machine.proc.join(pid.to_string());
        fs::create_dir_all(folder.join("fd")).unwrap();
        fs::write(folder.join("comm"), format!("{comm}\n")).unwrap();
        fs::write(folder.join("cmdline"), command.replace(' ', "\0")).unwrap();
        symlink(format!("socket:[{inode}]"), folder.join("fd/7")).unwrap();
        symlink("/dev/null", folder.join("fd/0")).unwrap();
    }

    /// An `ovs-vsctl` that prints the first text for bridges, the second for controllers.
    fn ovs(&self, bridges: &str, controllers: &str) {
        let script = format!(
            "#!/bin/sh\ncase \"$*\" in\n*'list Bridge') cat <<'X'\n{bridges}\nX\n;;\n\
             *'list Controller') cat <<'X'\n{controllers}\nX\n;;\n*) exit 9 ;;\nesac\n"
        );
        self.program(&script);
    }

    fn program(&self, script: &str) {
        fs::write(&self.machine.ovs_vsctl, script).unwrap();
        fs::set_permissions(&self.machine.ovs_vsctl, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn report(&self, conf: &Conf, apps: &[&str]) -> Report {
        let mut report = Report::default();
        let apps: Vec<String> = apps.iter().map(|app| (*app).to_owned()).collect();
        let catalog = Catalog::collect().unwrap();
        examine(&self.machine, &Table::collect().unwrap(), conf, &catalog, &apps, &mut report);
        report
    }
}

impl Drop for Paper {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The texts of a level and a check.
fn texts(report: &Report, level: Level, check: &str) -> Vec<String> {
    let found = report.findings().iter().filter(|f| f.level == level && f.check == check);
    found.map(|finding| finding.text.clone()).collect()
}

fn advice(report: &Report, level: Level, check: &str) -> Vec<String> {
    let found = report.findings().iter().filter(|f| f.level == level && f.check == check);
    found.map(|finding| finding.advice.clone()).collect()
}

#[test]
fn nothing_is_wrong_where_nothing_is() {
    let paper = Paper::new("nothing");
    let report = paper.report(&Conf::new(), &["simple_switch_13"]);
    assert!(!report.has_problem(), "{report}");
    assert_eq!(
        texts(&report, Level::Ok, "ports"),
        ["TCP 0.0.0.0:6653 for OpenFlow is free", "TCP 0.0.0.0:6633 for OpenFlow is free"]
    );
    assert_eq!(texts(&report, Level::Note, "rest"), ["no app has routes: REST is not opened"]);
    assert!(texts(&report, Level::Note, "ovs")[0].starts_with("no ovs-vsctl in PATH"));
    assert!(report.to_string().ends_with("0 problems, 0 warnings\n"), "{report}");
}

#[test]
fn a_port_that_is_taken_is_told_with_who_has_it() {
    let paper = Paper::new("taken");
    paper.socket("tcp", "0.0.0.0:6653", "0A", 4711);
    paper.socket("tcp", "127.0.0.1:8080", "0A", 4712);
    // A connection is no listener.
    paper.socket("tcp", "127.0.0.1:6633", "01", 4713);
    paper.process(99, "ovs-testcontrol", "ovs-testcontroller ptcp:6653", 4711);
    let report = paper.report(&Conf::new(), &["ofctl_rest"]);
    assert_eq!(
        texts(&report, Level::Problem, "ports"),
        [
            "TCP 0.0.0.0:6653 for OpenFlow is taken: 0.0.0.0:6653 by process 99 (ovs-testcontrol): ovs-testcontroller ptcp:6653",
            "TCP 127.0.0.1:8080 for REST is taken: 127.0.0.1:8080 by a process of user 1000 that cannot be seen",
        ]
    );
    assert_eq!(
        advice(&report, Level::Problem, "ports")[0],
        "end that process (kill 99), or choose another port"
    );
    assert_eq!(texts(&report, Level::Ok, "ports"), ["TCP 0.0.0.0:6633 for OpenFlow is free"]);
    assert_eq!(report.json()["problems"], 2);
    assert_eq!(report.json()["ok"], false);
}

#[test]
fn addresses_collide_as_they_do_in_the_kernel() {
    for (wanted, taken, collides) in [
        ("0.0.0.0", "127.0.0.1", true),
        ("127.0.0.1", "0.0.0.0", true),
        ("127.0.0.1", "127.0.0.2", false),
        ("127.0.0.1", "::", true),
        ("0.0.0.0", "::1", false),
        ("::1", "::1", true),
        ("::", "10.0.0.1", true),
        ("127.0.0.1", "::ffff:127.0.0.1", true),
    ] {
        let paper =
            Paper::new(&format!("collide-{}", format!("{wanted}-{taken}").replace(':', "_")));
        let file = if taken.contains(':') { "tcp6" } else { "tcp" };
        let taken_addr = SocketAddr::new(taken.parse().unwrap(), 7000);
        paper.socket(file, &taken_addr.to_string(), "0A", 1);
        let wanted_addr = SocketAddr::new(wanted.parse().unwrap(), 7000);
        let found = ports::examine(&paper.machine, "X", wanted_addr, false);
        assert_eq!(found.level == Level::Problem, collides, "{wanted} {taken}");
        let other_port = SocketAddr::new(wanted.parse().unwrap(), 7001);
        assert_eq!(ports::examine(&paper.machine, "X", other_port, false).level, Level::Ok);
        assert_eq!(ports::examine(&paper.machine, "X", wanted_addr, true).level, Level::Ok);
    }
}

const BRIDGES: &str = r#"{"data":[
  ["br0",["set",[]],["set",[]],["set",[]]],
  ["br1",["uuid","u1"],"OpenFlow10","secure"],
  ["br2",["set",[["uuid","u2"],["uuid","u3"]]],["set",["OpenFlow10","OpenFlow13"]],"standalone"],
  ["br3",["set",[["uuid","u4"],["uuid","u5"],["uuid","u6"]]],["set",[]],["set",[]]]
],"headings":["name","controller","protocols","fail_mode"]}"#;

const CONTROLLERS: &str = r#"{"data":[
  [["uuid","u1"],"tcp:127.0.0.1:6653",false,["map",[["last_error","Connection refused"],["state","BACKOFF"]]]],
  [["uuid","u2"],"tcp:127.0.0.1:6653",true,["map",[["state","ACTIVE"]]]],
  [["uuid","u3"],"tcp:192.0.2.1:6653",false,["map",[]]],
  [["uuid","u4"],"tcp:127.0.0.1:6655",false,["map",[]]],
  [["uuid","u5"],"ssl:127.0.0.1:6653",false,["map",[]]],
  [["uuid","u6"],"ptcp:6654",false,["map",[]]]
],"headings":["_uuid","target","is_connected","status"]}"#;

#[test]
fn bridges_are_told_with_whom_they_call_and_what_they_speak() {
    let paper = Paper::new("ovs");
    paper.ovs(BRIDGES, CONTROLLERS);
    let conf = Conf::new();
    let report = paper.report(&conf, &["simple_switch_13"]);
    assert_eq!(
        texts(&report, Level::Problem, "ovs"),
        ["bridge br1 speaks OpenFlow10, the apps OpenFlow13: they do not meet"]
    );
    assert_eq!(
        advice(&report, Level::Problem, "ovs"),
        ["ovs-vsctl set bridge br1 protocols=OpenFlow10,OpenFlow13"]
    );
    assert_eq!(
        texts(&report, Level::Ok, "ovs"),
        [
            "bridge br1 calls tcp:127.0.0.1:6653; its last attempt: Connection refused",
            "bridge br2 calls tcp:127.0.0.1:6653 and is connected",
            "bridge br2 and the apps meet in OpenFlow13",
        ]
    );
    assert_eq!(
        texts(&report, Level::Warning, "ovs"),
        [
            "bridge br3 calls tcp:127.0.0.1:6655, and we would be at tcp:0.0.0.0:6653 and tcp:0.0.0.0:6633",
            "bridge br3 calls ssl:127.0.0.1:6653, where no TLS is spoken",
        ]
    );
    let notes = texts(&report, Level::Note, "ovs");
    assert_eq!(notes[0], "bridge br0 has no controller");
    assert_eq!(
        advice(&report, Level::Note, "ovs")[0],
        "ovs-vsctl set-controller br0 tcp:127.0.0.1:6653"
    );
    assert!(
        notes[1].starts_with(
            "bridge br1 has fail mode secure: without a controller it keeps its flows"
        )
    );
    assert!(
        notes.iter().any(|note| note == "bridge br2 calls tcp:192.0.2.1:6653, another machine")
    );
    assert!(notes.iter().any(|note| note == "bridge br3 waits for calls at ptcp:6654"));
    assert!(notes.iter().any(|note| note.starts_with("bridge br3 has fail mode standalone: ")));
}

#[test]
fn an_open_vswitch_that_does_not_answer_is_told() {
    let paper = Paper::new("ovs-down");
    paper.program(
        "#!/bin/sh\necho 'ovs-vsctl: unix:db.sock: database connection failed' >&2\nexit 1\n",
    );
    let report = paper.report(&Conf::new(), &["simple_switch_13"]);
    let warning = &texts(&report, Level::Warning, "ovs")[0];
    assert!(warning.starts_with("Open vSwitch is installed and does not run: no "), "{warning}");
    fs::write(paper.machine.ovs_run.join("db.sock"), "").unwrap();
    let report = paper.report(&Conf::new(), &["simple_switch_13"]);
    let warning = &texts(&report, Level::Warning, "ovs")[0];
    assert!(warning.ends_with("database connection failed"), "{warning}");
    for nonsense in [
        "",
        "{}",
        "[1]",
        "{\"headings\":[],\"data\":[1]}",
        "{\"headings\":[\"name\"],\"data\":[[]]}",
    ] {
        paper.ovs(nonsense, nonsense);
        paper.report(&Conf::new(), &["simple_switch_13"]);
    }
}

#[test]
fn apps_options_and_addresses_that_are_none_are_problems() {
    let paper = Paper::new("wrong");
    let report = paper.report(&Conf::new(), &["simple_swich_13"]);
    assert!(texts(&report, Level::Problem, "apps")[0].contains("simple_swich_13"), "{report}");
    let mut conf = Conf::new();
    conf.set(&OFP_LISTEN_HOST, vec!["nowhere".to_owned()]);
    conf.set(&WSAPI_HOST, "nowhere".to_owned());
    let report = paper.report(&conf, &["ofctl_rest"]);
    assert_eq!(texts(&report, Level::Problem, "openflow").len(), 1, "{report}");
    assert_eq!(texts(&report, Level::Problem, "rest").len(), 1, "{report}");
}

#[test]
fn a_rest_service_that_would_be_open_is_a_problem_and_a_warning_if_meant() {
    let paper = Paper::new("rest");
    let mut conf = Conf::new();
    conf.set(&WSAPI_HOST, "0.0.0.0".to_owned());
    let report = paper.report(&conf, &["ofctl_rest"]);
    assert!(texts(&report, Level::Problem, "rest")[0].contains("--wsapi-token-file"), "{report}");
    conf.set(&WSAPI_INSECURE, true);
    let report = paper.report(&conf, &["ofctl_rest"]);
    assert!(!report.has_problem() && texts(&report, Level::Warning, "rest").len() == 1, "{report}");
    let tokens = paper.folder.join("tokens");
    fs::write(&tokens, "0123456789abcdef\n").unwrap();
    fs::set_permissions(&tokens, fs::Permissions::from_mode(0o644)).unwrap();
    let mut conf = Conf::new();
    conf.set(&WSAPI_TOKEN_FILE, Some(tokens.clone()));
    let report = paper.report(&conf, &["ofctl_rest"]);
    assert!(texts(&report, Level::Warning, "rest")[0].contains("chmod 600"), "{report}");
    conf.set(&WSAPI_TOKEN_FILE, Some(paper.folder.join("absent")));
    let report = paper.report(&conf, &["ofctl_rest"]);
    assert!(
        texts(&report, Level::Problem, "rest")[0].starts_with("cannot read token file "),
        "{report}"
    );
}

#[test]
fn files_are_tried_and_left_as_they_were() {
    let paper = Paper::new("files");
    let (absent, there) = (paper.folder.join("absent.log"), paper.folder.join("there.log"));
    fs::write(&there, "text").unwrap();
    for (path, is_good) in
        [(absent.clone(), true), (there.clone(), true), ("/nonexistent/x".into(), false)]
    {
        let mut conf = Conf::new();
        conf.set(&LOG_FILE, Some(path)).set(&OFP_TCP_LISTEN_PORT, Some(7000));
        let report = paper.report(&conf, &["simple_switch_13"]);
        let level = if is_good { Level::Ok } else { Level::Problem };
        assert_eq!(texts(&report, level, "files").len(), 1, "{report}");
    }
    assert!(!absent.exists());
    assert_eq!(fs::read_to_string(&there).unwrap(), "text");
}

#[test]
fn names_of_others_cannot_steer_the_terminal() {
    let paper = Paper::new("escapes");
    paper.socket("tcp", "127.0.0.1:6653", "0A", 5);
    paper.process(7, "\u{1b}[2Jevil", "x", 5);
    let report = paper.report(&Conf::new(), &["simple_switch_13"]);
    assert!(report.to_string().contains("(\\u{1b}[2Jevil)"), "{report}");
}
