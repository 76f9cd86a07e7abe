//! `ryu ofp` as its user meets it: the program, its input, its lines, its exit status. Captures
//! are made here, and by Wireshark's tools where they are installed.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use ryu_sdn::capture::{LinkType, PcapWriter, Precision};
use ryu_sdn::wire::hex;

/// Runs `ryu ofp` with `input` on standard input: exit status, standard output and error.
fn ofp(args: &[&str], input: &[u8]) -> (i32, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ryu"))
        .arg("ofp")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("ryu starts");
    // It may end without reading, with a wrong usage.
    let _ = child.stdin.take().expect("a pipe").write_all(input);
    let Output { status, stdout, stderr } = child.wait_with_output().expect("ryu ends");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (status.code().expect("no signal"), text(stdout), text(stderr))
}

/// The same, when nothing is to stand on standard error.
fn quiet(args: &[&str], input: &[u8]) -> (i32, String) {
    let (status, stdout, stderr) = ofp(args, input);
    assert_eq!(stderr, "", "{args:?}");
    (status, stdout)
}

fn bytes(text: &str) -> Vec<u8> {
    hex::decode(text).expect("hexadecimal")
}

/// A folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// One side of a connection over IPv4, as frames without a link header.
struct Side {
    from: (u8, u16),
    to: (u8, u16),
    seq: u32,
}

impl Side {
    fn segment(&mut self, flags: u8, payload: &[u8]) -> Vec<u8> {
        let len = (40 + payload.len() as u16).to_be_bytes();
        let mut out = vec![0x45, 0, len[0], len[1], 0, 0, 0, 0, 64, 6, 0, 0];
        out.extend([10, 0, 0, self.from.0, 10, 0, 0, self.to.0]);
        out.extend([self.from.1.to_be_bytes(), self.to.1.to_be_bytes()].concat());
        out.extend(self.seq.to_be_bytes());
        out.extend([0, 0, 0, 0, 0x50, flags, 0, 0, 0, 0, 0, 0]);
        out.extend(payload);
        self.seq = self.seq.wrapping_add(payload.len() as u32 + u32::from(flags & 3 != 0));
        out
    }
}

const SYN: u8 = 2;
const FIN: u8 = 1;

fn sides(port: u16) -> (Side, Side) {
    let (switch, controller) = ((1, 41_822), (2, port));
    (
        Side { from: switch, to: controller, seq: u32::MAX - 3 },
        Side { from: controller, to: switch, seq: 99 },
    )
}

fn pcap<'a>(frames: impl IntoIterator<Item = &'a Vec<u8>>) -> Vec<u8> {
    let mut writer =
        PcapWriter::new(Vec::new(), LinkType::RAW, Precision::Microseconds, 65_535).unwrap();
    for (number, frame) in frames.into_iter().enumerate() {
        writer.write(Duration::from_millis(number as u64), frame).unwrap();
    }
    writer.finish().unwrap()
}

const HELLO: &str = "04000010000000010001000800000010";
const FEATURES: &str = "0405000800000002";
const BARRIER: &str = "0414000800000003";

#[test]
fn hex_lines() {
    let text = "\n# a dump\n04 00 00 08 00 00 00 01 # hello\n0x0402000A000000026869\n\
                no hex\n04140008000000030415000800000003\n040e000800000007\n\
                041400080000000800\n";
    let (status, out) = quiet(&["decode"], text.as_bytes());
    assert_eq!(
        out,
        "xid=0x1 1.3 hello\n\
         xid=0x2 1.3 echo_request data=2B\n\
         error: line 5: not hexadecimal\n\
         xid=0x3 1.3 barrier_request\n\
         xid=0x3 1.3 barrier_reply\n\
         error: line 7: flow_mod: needed 8 bytes at offset 8, only 0 available (xid=0x7 1.3)\n\
         error: line 8: header: header length at offset 2 is 8, needed 9 (xid=0x8 1.3 type 20)\n"
    );
    assert_eq!(status, 1);
    assert_eq!(quiet(&["decode", "--format", "text", "-"], b"0402000800000001").0, 0);
    assert_eq!(quiet(&["decode"], b""), (0, String::new()));
}

#[test]
fn json_is_that_of_ryu() {
    let text = format!("{HELLO}\n0402000c00000001686f6765\n040e000800000007\n");
    let (status, out) = quiet(&["decode", "--format", "json"], text.as_bytes());
    assert_eq!(status, 1);
    let lines: Vec<serde_json::Value> =
        out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert!(lines[0]["OFPHello"]["elements"].is_array(), "{out}");
    assert_eq!(lines[1], serde_json::json!({"OFPEchoRequest": {"data": "aG9nZQ=="}}));
    let error = serde_json::json!({"what": "flow_mod", "offset": 8, "needed": 8, "available": 0});
    assert_eq!(lines[2], serde_json::json!({ "error": error }));
}

#[test]
fn a_line_without_end() {
    let mut text = vec![b'0'; 3 << 20];
    text.extend(b"\n0402000800000001\n");
    let (status, out) = quiet(&["decode"], &text);
    assert_eq!(status, 1);
    assert_eq!(
        out,
        "error: line 1: the line is longer than any message\nxid=0x1 1.3 echo_request data=0B\n"
    );
}

#[test]
fn raw_bytes_and_damage() {
    // A hello of a version to come, an unknown version, a type nobody knows, a length of 4.
    let parts = [
        "0900000800000001",
        "0902000900000002ff",
        "0463000a00000003abcd",
        BARRIER,
        "0414000400000004ffffffff",
        BARRIER,
        "0414",
    ];
    let (status, out) = quiet(&["decode"], &bytes(&parts.concat()));
    assert_eq!(
        out,
        "xid=0x1 version 0x09 hello\n\
         error: byte 8: header: header version at offset 0 has impossible value 9\n\
         xid=0x3 1.3 unknown type=99 body=2B\n\
         xid=0x3 1.3 barrier_request\n\
         error: byte 35: header: header length at offset 2 is 4, needed 8 (xid=0x4 1.3 type 20)\n\
         error: byte 35: 12 bytes skipped up to the next message\n\
         xid=0x3 1.3 barrier_request\n\
         error: byte 55: header: needed 8 bytes at offset 0, only 2 available\n"
    );
    assert_eq!(status, 1);
}

#[test]
fn what_a_peer_wrote_stays_on_its_line() {
    // Port description with a name that would clear the screen and fake a line.
    let name = hex::encode(b"\x1b[2J\nxid=0x0");
    let body = format!("fffffffe000000000a00000000010000{name:0<32}{:048}", 0);
    let message = format!("04130050 00000001 000d0000 00000000 {body} 0000000000000000");
    let (status, out) = quiet(&["decode"], message.as_bytes());
    assert_eq!((status, out.lines().count()), (0, 1), "{out}");
    assert!(out.contains(r"\u{1b}[2J\nxid=0x0"), "{out}");
}

#[test]
fn check_tells_every_byte() {
    let text = format!("{BARRIER}\n041900180000000300000002aabb00cc0000000000000005\n04\n");
    let (status, out) = quiet(&["check"], text.as_bytes());
    assert_eq!(
        out,
        "differs: line 2: xid=0x3 1.3 role_reply: \
         offset 12: aabb, encoded 0000; offset 15: cc, encoded 00\n\
         error: line 3: header: needed 8 bytes at offset 0, only 1 available\n\
         1 ok, 1 differ, 1 bad\n"
    );
    assert_eq!(status, 1);
    let (status, out) = quiet(&["check"], &bytes(&[HELLO, BARRIER, "0900000800000001"].concat()));
    assert_eq!((status, out.as_str()), (0, "3 ok, 0 differ, 0 bad\n"));
    assert_eq!(quiet(&["check"], b""), (0, "0 ok, 0 differ, 0 bad\n".to_owned()));
}

#[test]
fn a_capture_of_both_ways() {
    let folder = folder("both_ways");
    let (mut switch, mut controller) = sides(6653);
    let hello = bytes(HELLO);
    let requests = bytes(&[FEATURES, BARRIER].concat());
    let frames = [
        switch.segment(SYN, b""),
        controller.segment(SYN | 0x10, b""),
        switch.segment(0, &hello[..5]),
        controller.segment(0, &hello),
        switch.segment(0, &hello[5..]),
        controller.segment(0, &requests),
        switch.segment(FIN, b""),
        controller.segment(FIN, b""),
    ];
    let (there, back) = ("10.0.0.1:41822 > 10.0.0.2:6653", "10.0.0.2:6653 > 10.0.0.1:41822");
    let lines = [
        format!("{back} xid=0x1 1.3 hello versions=1.3\n"),
        format!("{there} xid=0x1 1.3 hello versions=1.3\n"),
        format!("{back} xid=0x2 1.3 features_request\n"),
        format!("{back} xid=0x3 1.3 barrier_request\n"),
    ];
    let file = folder.join("c.pcap");
    fs::write(&file, pcap(&frames)).unwrap();
    let name = file.to_str().unwrap();
    for args in [&["decode", name][..], &["decode", "--pcap", name]] {
        assert_eq!(quiet(args, b""), (0, lines.concat()));
    }
    assert_eq!(quiet(&["decode", "--pcap", "-"], &pcap(&frames)), (0, lines.concat()));
    let (status, out) = quiet(&["check", name], b"");
    assert_eq!((status, out.as_str()), (0, "4 ok, 0 differ, 0 bad\n"));

    // Packets repeated and out of order: the same.
    let shuffled = [0, 1, 4, 2, 2, 5, 3, 4, 7, 6].map(|at: usize| &frames[at]);
    let (status, out) = quiet(&["decode"], &pcap(shuffled));
    let mut sorted = [out.lines().collect::<Vec<_>>(), Vec::new()].concat();
    sorted.sort_unstable();
    let mut wanted: Vec<_> = lines.iter().map(|line| line.trim_end()).collect();
    wanted.sort_unstable();
    assert_eq!((status, sorted), (0, wanted));

    // A packet is missing: told, and what follows is found again.
    let some = [0, 1, 2, 3, 5, 6, 7].map(|at: usize| &frames[at]);
    let (status, out) = quiet(&["decode"], &pcap(some));
    assert_eq!(status, 1);
    assert!(
        out.contains(&format!("error: {there}: 11 bytes are missing in the capture\n")),
        "{out}"
    );
    assert!(out.contains("header: needed 8 bytes at offset 0, only 5 available"), "{out}");
    assert!(out.contains(&lines[3]), "{out}");

    // Captured from the middle of a message on.
    let (status, out) = quiet(&["decode"], &pcap(&frames[4..]));
    assert_eq!((status, out), (0, lines[2..].concat()));

    // The file is cut: what was read before stands.
    let whole = pcap(&frames);
    let (status, out) = quiet(&["decode"], &whole[..whole.len() - 20]);
    assert_eq!(status, 1);
    assert!(out.starts_with(&lines.concat()), "{out}");
    assert!(out.contains("error: input: capture: pcap record: needed 40 bytes at offset"), "{out}");
}

#[test]
fn which_connections_are_openflow() {
    let conversation = |port, start: &[u8]| {
        let (mut switch, _) = sides(port);
        pcap(&[switch.segment(SYN, b""), switch.segment(0, start), switch.segment(FIN, b"")])
    };
    let hello = conversation(16_653, &bytes(HELLO));
    let web = conversation(80, b"GET / HTTP/1.1\r\n\r\n");
    let count = |args: &[&str], file: &[u8]| {
        let (_, out, err) = ofp(&[&["decode"], args].concat(), file);
        (out.lines().count(), err)
    };
    assert_eq!(count(&[], &hello), (1, String::new()));
    assert_eq!(count(&["--port", "16653"], &hello), (1, String::new()));
    assert_eq!(count(&["--port", "1", "--port", "41822"], &hello), (1, String::new()));
    let note = "note: none of 1 TCP streams is OpenFlow; --port names the controller's port\n";
    assert_eq!(count(&["--port", "7000"], &hello), (0, note.to_owned()));
    assert_eq!(count(&[], &web), (0, note.to_owned()));
    let nothing = "note: no TCP stream in 0 packets\n";
    assert_eq!(count(&[], &pcap([])), (0, nothing.to_owned()));
    // No hello, but the port.
    assert_eq!(count(&[], &conversation(6633, &bytes(BARRIER))), (1, String::new()));
}

#[test]
fn wrong_usage_is_status_2_and_one_line() {
    for (args, text) in [
        (&[][..], "a subcommand is required"),
        (&["bogus"], "unknown subcommand \"bogus\" (accepted: decode, check)"),
        (&["encode"], "cannot be done yet"),
        (&["decode", "--format", "ovs"], "ovs cannot be written yet (accepted: text, json)"),
        (&["decode", "--format", "xml"], "invalid choice value: \"xml\" (accepted: text, json)"),
        (&["decode", "--port", "0"], "argument --port: invalid value: \"0\""),
        (&["decode", "--port", "-1"], "argument --port: invalid value: \"-1\""),
        (&["decode", "--pcap", "a", "b"], "cannot be used with"),
        (&["check", "--no-such"], "unrecognized arguments: --no-such"),
    ] {
        let (status, out, err) = ofp(args, b"");
        assert_eq!((status, out.as_str()), (2, ""), "{args:?}: {err}");
        assert!(err.starts_with("Usage: ") && err.contains(text), "{args:?}: {err}");
    }
    let (status, out, err) = ofp(&["decode", "/no/such/file"], b"");
    assert_eq!((status, out.as_str()), (1, ""));
    assert!(err.starts_with("cannot open /no/such/file: "), "{err}");
    let (status, _, err) = ofp(&["decode", "--pcap", "-"], b"GIF89a");
    assert_eq!(status, 1);
    assert_eq!(err, "standard input: neither pcap nor pcapng: starts with 47494638\n");
}

// -- files of others ---------------------------------------------------------------------------

/// Runs a tool; `None`, with the reason printed, if it is not installed.
fn tool(name: &str, args: &[&str]) -> Option<String> {
    match Command::new(name).args(args).output() {
        Ok(output) => {
            let err = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{name} {args:?}: {err}");
            Some(String::from_utf8_lossy(&output.stdout).into_owned())
        }
        Err(cause) => {
            eprintln!("skipped: {name} does not start: {cause}");
            None
        }
    }
}

/// The messages of this file, as text2pcap takes them: one packet each.
fn dump(messages: &[Vec<u8>]) -> String {
    let spaced = |bytes: &[u8]| bytes.iter().map(|byte| format!(" {byte:02x}")).collect::<String>();
    messages.iter().map(|message| format!("000000{}\n", spaced(message))).collect()
}

#[test]
fn captures_of_text2pcap_and_editcap() {
    let folder = folder("others");
    let path = |name: &str| folder.join(name).to_str().expect("UTF-8").to_owned();
    let messages: Vec<_> = (0..40_u8)
        .map(|number| {
            let mut message = bytes("0402001c000000ff");
            message[7] = number;
            message.extend([number; 20]);
            message
        })
        .collect();
    fs::write(path("dump"), dump(&messages)).unwrap();
    let wanted: Vec<_> =
        (0..40).map(|number| format!("xid={number:#x} 1.3 echo_request data=20B")).collect();
    let decoded = |file: &str| {
        let (status, out) = quiet(&["decode", "--pcap", file], b"");
        let lines = out.lines().map(|line| line.splitn(4, ' ').nth(3).unwrap_or(line).to_owned());
        (status, lines.collect::<Vec<_>>())
    };

    let ng = path("ng");
    for ip in ["-4", "-6"] {
        let addresses = if ip == "-4" { "10.0.0.1,10.0.0.2" } else { "fe80::1,fe80::2" };
        let args = [ip, addresses, "-T", "40000,6653", &path("dump"), &ng];
        if tool("text2pcap", &args).is_none() {
            return;
        }
        assert_eq!(decoded(&ng), (0, wanted.clone()), "{ip}");
        for format in ["pcap", "nsecpcap", "modpcap", "pcapng"] {
            let file = path(format);
            if tool("editcap", &["-F", format, &ng, &file]).is_none() {
                return;
            }
            assert_eq!(decoded(&file), (0, wanted.clone()), "{ip} {format}");
        }
        // Ethernet, IP and TCP headers and 4 bytes: of each message 24 are missing.
        let snap = if ip == "-4" { "58" } else { "78" };
        tool("editcap", &["-s", snap, &ng, &path("cut")]);
        let (status, out) = quiet(&["decode", &path("cut")], b"");
        assert_eq!(status, 1);
        assert_eq!(out.matches("24 bytes are missing in the capture").count(), 40, "{out}");
    }
}

#[test]
fn tshark_reads_what_is_written_here() {
    let folder = folder("tshark");
    let file = folder.join("c.pcap").to_str().expect("UTF-8").to_owned();
    let (mut switch, _) = sides(6653);
    let frames = [switch.segment(SYN, b""), switch.segment(0, &bytes(&[HELLO, BARRIER].concat()))];
    fs::write(&file, pcap(&frames)).unwrap();
    let args = ["-r", &file, "-Y", "openflow_v4", "-T", "fields", "-e", "openflow_v4.type"];
    let times = ["-e", "frame.time_epoch", "-e", "ip.src"];
    let Some(out) = tool("tshark", &[&args[..], &times].concat()) else { return };
    assert_eq!(out.trim(), "0,20\t0.001000000\t10.0.0.1");
}
