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
        (&["bogus"], "unknown subcommand \"bogus\" (accepted: decode, encode, check)"),
        (&["encode"], "--ofp-version"),
        (&["encode", "--ofp-version", "1.6"], "invalid choice value: \"1.6\" (accepted: 1.0, "),
        (
            &["encode", "--ofp-version", "1.3", "--xid", "0x"],
            "argument --xid: invalid value: \"0x\"",
        ),
        (
            &["encode", "--ofp-version", "1.3", "--xid", "4294967296"],
            "invalid value: \"4294967296\" (accepted: 0 to 4294967295)",
        ),
        (&["encode", "--ofp-version", "1.3", "--pcap", "a"], "unrecognized arguments: --pcap"),
        (
            &["decode", "--format", "xml"],
            "invalid choice value: \"xml\" (accepted: text, json, ovs)",
        ),
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

/// The numbers are of 128 bits, and stand there as numbers, as Ryu has them.
const WIDE: &str = r#"{"OFPFlowMod":{"match":{"OFPMatch":{"oxm_fields":[
{"OXMTlv":{"field":"ct_label","mask":340282366920938463463374607431768211455,"value":5}},
{"OXMTlv":{"field":"xxreg0","mask":null,"value":1267650600228229401496703205376}}]}}}}"#;

#[test]
fn lines_become_messages() {
    let lines = [
        "# Ryu's JSON",
        r#"{"OFPBarrierRequest": {}}"#,
        r#"  {"OFPEchoRequest": {"data": "aG9nZQ==", "xid": 9}}"#,
        "",
        "   # flows",
        "priority=10,ip,nw_dst=10.0.0.0/8,actions=output:2 # the last word",
        "flow delete_strict table=1,arp",
        "cookie=0x0, duration=3.250s, table=0, n_packets=7, n_bytes=420, arp actions=NORMAL",
        "group_id=1,type=all,bucket=output:1",
        "group delete group_id=7",
        "meter modify meter=1,kbps,bands=type=drop,rate=100",
        "meter=1 kbps bands=type=drop rate=100",
    ];
    let text = lines.join("\n");
    let (status, hex) = quiet(&["encode", "--ofp-version", "1.3"], text.as_bytes());
    assert_eq!(status, 0);
    assert!(hex.starts_with("0414000800000000\n0402000c00000009686f6765\n"), "{hex}");
    let (status, shown) = quiet(&["decode", "--format", "ovs"], hex.as_bytes());
    let wanted = "# xid=0x0 1.3 barrier_request\n\
                  # xid=0x9 1.3 echo_request data=4B\n\
                  priority=10,ip,nw_dst=10.0.0.0/8 actions=output:2\n\
                  delete_strict table=1, arp\n\
                  arp actions=NORMAL\n\
                  group add group_id=1,type=all,bucket=actions=output:1\n\
                  group delete group_id=7\n\
                  meter modify meter=1 kbps bands=type=drop rate=100\n\
                  meter add meter=1 kbps bands=type=drop rate=100\n";
    assert_eq!((status, shown.as_str()), (0, wanted));
    // What was printed is read again, and --xid is for all.
    let args = ["encode", "--ofp-version", "1.3", "--xid", "0x10"];
    let (status, again) = quiet(&args, shown.as_bytes());
    let with_xid = |line: &str| format!("{}00000010{}\n", &line[..8], &line[16..]);
    let wanted: String = hex.lines().skip(2).map(with_xid).collect();
    assert_eq!((status, again), (0, wanted));
    assert_eq!(quiet(&["encode", "--ofp-version", "1.0", "-"], b""), (0, String::new()));
}

#[test]
fn numbers_of_128_bits_are_numbers() {
    let line = WIDE.replace('\n', "");
    let (status, hex) = quiet(&["encode", "--ofp-version", "1.3"], line.as_bytes());
    assert_eq!(status, 0);
    let (status, json) = quiet(&["decode", "--format", "json"], hex.as_bytes());
    assert_eq!(status, 0);
    let field = r#""field":"ct_label","mask":340282366920938463463374607431768211455,"value":5}"#;
    assert!(json.contains(field), "{json}");
    let field = r#""field":"xxreg0","mask":null,"value":1267650600228229401496703205376}"#;
    assert!(json.contains(field), "{json}");
    assert_eq!(quiet(&["encode", "--ofp-version", "1.3"], json.as_bytes()), (0, hex));
}

#[test]
fn bad_lines_are_told_and_the_rest_goes_on() {
    let long = format!("{{\"{}\"}}\n", "x".repeat(17 << 20));
    let lines = [
        r#"{"OFPBarrierRequest": {}}"#,
        "ip,nw_dst=10.0.0.0/33,actions=drop",
        r#"{"OFPFlowMod": {"priority": "high"}}"#,
        r#"{"OFPFlowMod": {"importance": 1}}"#,
        r#"{"OFPFlowMod": {"match": {"OFPMatch": {"oxm_fields": [{"OXMTlv": {"field": "x"}}]}}}}"#,
        r#"{"OFPNoSuch": {}}"#,
        r#"{"OFPFlowMod": }"#,
        r#"{"OFPFlowMod": 123456789012345678901234567890, "x"}"#,
        "group_id=1,type=any",
        "meter=1,mbps",
        r#"{"OFPFlowMod": {"priority": 340282366920938463463374607431768211456}}"#,
        "importance=1,actions=drop",
        "é\u{1b}[2J",
    ];
    let mut text = lines.join("\n").into_bytes();
    text.extend(b"\n\xff\xfe\n");
    text.extend(long.as_bytes());
    text.extend(br#"{"OFPBarrierRequest": {"xid": 2}}"#);
    let (status, out, err) = ofp(&["encode", "--ofp-version", "1.3"], &text);
    assert_eq!((status, out.as_str()), (1, "0414000800000000\n0414000800000002\n"), "{err}");
    let wanted = [
        "error: line 2: column 11: \"10.0.0.0/33\": expected an IPv4 address, or one with /PREFIX \
         or /MASK",
        "error: line 3: OFPFlowMod.priority: expected a number in range, found \"high\"",
        "error: line 4: OFPFlowMod.importance: there is no such member",
        "error: line 5: OFPFlowMod.match.OFPMatch.oxm_fields[0]: unknown OXM field: x",
        "error: line 6: OFPNoSuch: no such message in OpenFlow 1.3",
        "error: line 7: no JSON: expected value at line 1 column 16",
        "error: line 8: no JSON: expected `:` at line 1 column 51",
        "error: line 9: column 17: \"any\": expected all, select, indirect or ff",
        "error: line 10: column 9: \"mbps\": expected meter=, kbps, pktps, burst, stats or bands=",
        "error: line 11: OFPFlowMod.priority: expected a number in range, found \
         \"340282366920938463463374607431768211456\"",
        "error: line 12: column 1: \"importance\": OpenFlow 1.3 without extensions cannot say this",
        "error: line 13: column 1: \"é\\u{1b}[2J\": no match field and no attribute of a flow \
         (they are named as in ovs-fields(7))",
        "error: line 14: not UTF-8 text",
        "error: line 15: the line is longer than any message",
    ];
    assert_eq!(err.lines().collect::<Vec<_>>(), wanted);
    let (status, out, err) = ofp(&["encode", "--ofp-version", "1.3", "/no/such/file"], b"");
    assert_eq!((status, out.as_str()), (1, ""));
    assert!(err.starts_with("cannot open /no/such/file: "), "{err}");
}

#[test]
fn what_switches_tell_is_text_of_ovs_ofctl() {
    // A group, its counters, a meter, its counters, a flow entry, damage.
    let lines = "\
        0413003800000001000700000000000000280100000000010020000500000002ffffffff0000000000000010\
        000000010000000000000000\n\
        0413004800000001000600000000000000380000000000010000000200000000000000000000000300000000\
        00000004000000050000000600000000000000070000000000000008\n\
        041300280000000a000a00000000000000180001000000010001001000000064000000000000 0000\n\
        0413003800000001000900000000000000000001002800000000000000000002000000000000000300000000\
        000000040000000500000006\n\
        04\n";
    let (status, out) = quiet(&["decode", "--format", "ovs"], lines.as_bytes());
    let wanted = "group_id=1,type=select,bucket=weight:5,watch_port:2,actions=output:1\n\
                  # group_id=1,duration=5.000000006s,ref_count=2,packet_count=3,byte_count=4,\
                  bucket0:packet_count=7,byte_count=8\n\
                  meter=1 kbps bands=type=drop rate=100\n\
                  # meter:1 flow_count:2 packet_in_count:3 byte_in_count:4 \
                  duration:5.000000006s bands:\n\
                  # error: line 5: header: needed 8 bytes at offset 0, only 1 available\n";
    assert_eq!((status, out.as_str()), (1, wanted));
    let (status, hex) = quiet(&["encode", "--ofp-version", "1.3"], out.as_bytes());
    assert_eq!((status, hex.lines().count()), (0, 2), "{hex}");
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
