//! Recording and replaying: the same output every time, and another app shows.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use ryu_sdn::ofproto::{MessageType, V1_3};

/// A file of this test's own, gone when the test is.
struct Temp(PathBuf);

impl Temp {
    fn new(name: &str) -> Temp {
        let name = format!("ryu-sdn-{}-{name}", std::process::id());
        Temp(std::env::temp_dir().join(name))
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Temp {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn ryu(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ryu")).args(args).output().unwrap()
}

#[track_caller]
fn good(args: &[&str]) -> String {
    let output = ryu(args);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

/// The messages of a replay without their times and connections.
fn messages(lines: &str) -> Vec<String> {
    let rest = |line: &str| line.splitn(3, ' ').nth(2).unwrap().to_owned();
    let mut messages: Vec<String> = lines.lines().map(rest).collect();
    messages.sort_unstable();
    messages
}

#[test]
fn a_recorded_run_is_played_the_same_every_time() {
    let file = Temp::new("run.pcap");
    let sim = ["sim", "--record", file.path(), "--topo", "linear,3", "--test", "pingall"];
    let said = good(&[&sim[..], &["simple_switch_13"]].concat());
    assert!(said.contains("0% dropped"), "{said}");

    let first = good(&["replay", file.path(), "simple_switch_13"]);
    assert_eq!(good(&["replay", file.path(), "simple_switch_13"]), first);
    assert!(first.contains(" flow_mod "), "{first}");

    // What is played is what the same app said then: from the recording, by other means.
    let decoded = good(&["ofp", "decode", file.path()]);
    let (mut recorded, mut hello) = (Vec::new(), 0);
    for line in decoded.lines() {
        let (_, message) = line.split_once(" xid=").unwrap();
        let from_controller =
            ["flow_mod ", "packet_out ", "features_request", "multipart_request "];
        hello += usize::from(message.contains(" hello "));
        if from_controller.iter().any(|name| message.contains(&format!(" {name}"))) {
            recorded.push(format!("xid={message}"));
        }
    }
    assert_eq!(hello, 6, "{decoded}");
    recorded.sort_unstable();
    let mut played = messages(&first);
    played.retain(|message| !message.contains(" hello "));
    assert_eq!(played, recorded);

    // Another app says something else.
    let other = good(&["replay", file.path(), "example_switch_13"]);
    assert_ne!(other, first);
    assert_eq!(good(&["replay", file.path(), "example_switch_13"]), other);
}

#[test]
fn what_is_no_recording_is_refused() {
    let file = Temp::new("empty.pcap");
    let refused = |what: &str| {
        let output = ryu(&["replay", file.path(), "simple_switch_13"]);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{error}");
        assert!(error.contains(what) && error.contains(file.path()), "{error}");
    };
    refused("No such file");
    fs::write(file.path(), "no capture at all, whatever it is").unwrap();
    refused("neither pcap nor pcapng");
}

#[test]
fn a_recording_is_for_its_owner() {
    use std::os::unix::fs::PermissionsExt;
    let file = Temp::new("owner.pcap");
    good(&["sim", "--record", file.path(), "--test", "pingall", "simple_switch"]);
    assert_eq!(fs::metadata(file.path()).unwrap().permissions().mode() & 0o777, 0o600);
}

/// The numbers of the types of all messages in a capture, as tshark reads it; `None` without tshark.
fn types_by_tshark(file: &str) -> Option<BTreeMap<String, usize>> {
    let tshark = |args: &[&str]| {
        let output = Command::new("tshark").args(["-r", file]).args(args).output().ok()?;
        Some(String::from_utf8(output.stdout).unwrap())
    };
    let calls = ["-Y", "tcp.flags.syn==1 && tcp.flags.ack==0", "-T", "fields", "-e", "tcp.dstport"];
    let port = tshark(&calls)?.lines().next()?.to_owned();
    let openflow = format!("tcp.port=={port},openflow");
    let damage = tshark(&["-d", &openflow, "-Y", "_ws.malformed || tcp.analysis.flags"])?;
    assert_eq!(damage, "");
    // The hellos of the switches are of the highest version.
    let types = ["-e", "openflow_v4.type", "-e", "openflow_v6.type"];
    let fields = [&["-T", "fields", "-E", "aggregator=,"][..], &types].concat();
    let wanted = ["-d", openflow.as_str(), "-Y", "openflow_v4 || openflow_v6"];
    let lines = tshark(&[&wanted[..], &fields].concat())?;
    let mut counts = BTreeMap::new();
    let numbers = lines.lines().flat_map(|line| line.split([',', '\t']));
    for number in numbers.filter(|number| !number.is_empty()) {
        *counts.entry(number.to_owned()).or_default() += 1;
    }
    Some(counts)
}

#[test]
fn tshark_counts_the_messages_of_a_recording_as_we_do() {
    let file = Temp::new("tshark.pcap");
    let sim = ["sim", "--record", file.path(), "--topo", "linear,3", "--test", "pingall"];
    good(&[&sim[..], &["simple_switch_13"]].concat());
    let Some(theirs) = types_by_tshark(file.path()) else {
        println!("skipped: there is no tshark");
        return;
    };
    let mut ours = BTreeMap::new();
    for line in good(&["ofp", "decode", file.path()]).lines() {
        let (_, message) = line.split_once(" xid=").unwrap();
        let name = message.split(' ').nth(2).unwrap();
        let msg_type = MessageType::ALL.iter().find(|msg_type| msg_type.name() == name).unwrap();
        *ours.entry(msg_type.wire(V1_3).unwrap().to_string()).or_default() += 1;
    }
    assert_eq!(theirs, ours);
}
