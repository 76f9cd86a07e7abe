//! `ryu tap` at a running controller: `ryu sim` with frequent echo requests, on ports of their own.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

/// A program that is stopped with the test.
struct Running(Child, BufReader<ChildStdout>);

impl Running {
    fn start(args: &[&str]) -> Running {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ryu"));
        command.args(args).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        Running(child, stdout)
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        assert!(self.1.read_line(&mut line).unwrap() > 0, "it has ended");
        line.trim_end().to_owned()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A network with the app, and the address of its REST service.
fn network() -> (Running, String) {
    let mut sim = Running::start(&[
        "sim",
        "--wsapi-port",
        "0",
        "--echo-request-interval",
        "0.1",
        "simple_switch_13",
        "sessions",
    ]);
    loop {
        if let Some(url) = sim.line().strip_prefix("*** REST: ") {
            let url = url.to_owned();
            return (sim, url);
        }
    }
}

#[test]
fn messages_are_shown_as_they_come() {
    let (mut sim, url) = network();
    let filter = ["--type", "echo_request,echo_reply", "--connect", &url];
    let mut text = Running::start(&[&["tap"][..], &filter].concat());
    let mut json = Running::start(&[&["tap", "--format", "json"][..], &filter].concat());
    let mut ovs = Running::start(&[&["tap", "--format", "ovs"][..], &filter].concat());
    let lines = [text.line(), text.line()];
    assert!(lines.iter().any(|line| line.contains(" < xid=") && line.contains(" echo_request")));
    assert!(lines.iter().any(|line| line.contains(" > xid=") && line.contains(" echo_reply")));
    assert!(lines[0].contains(" 0000000000000001 #1 "), "{lines:?}");
    let line: serde_json::Value = serde_json::from_str(&json.line()).unwrap();
    let names = ["OFPEchoRequest", "OFPEchoReply"];
    assert!(names.iter().any(|name| line["message"].get(name).is_some()), "{line}");
    assert!(ovs.line().starts_with("# xid="));

    // The end of the controller is the end of the tap.
    let _ = sim.0.kill();
    while text.1.read_line(&mut String::new()).unwrap() > 0 {}
    assert!(text.0.wait().unwrap().code().is_some());
}

#[test]
fn what_cannot_be_tapped_is_said() {
    let (_sim, url) = network();
    for (args, code, what) in [
        (&["--type", "packet_inn"][..], 1, "no message type \"packet_inn\""),
        (&["--dpid", "one"], 1, "dpid \"one\" is no datapath id"),
        (&["--format", "xml"], 2, "accepted: text, json, ovs"),
        (&["--type", "a&b"], 2, "invalid value"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_ryu"))
            .args([&["tap", "--connect", &url][..], args].concat())
            .output()
            .unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains(what), "{args:?}: {error}");
        assert_eq!(output.status.code(), Some(code), "{args:?}: {error}");
    }
}
