//! `ryu packet` as its user meets it: the program, its input, its lines, its exit status. The packets
//! are those of `tests/vectors/packets/`, which Ryu and scapy made.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use ryu_sdn::capture::{LinkType, PcapWriter, Precision};
use ryu_sdn::packet::{Ethernet, Ipv4, Kind, LinuxCooked, Packet, Udp, ethertype, ip_proto};
use ryu_sdn::wire::hex;
use serde_json::{Value, json};

/// Runs `ryu packet` with `input` on standard input: exit status, standard output and error.
fn packet(args: &[&str], input: &[u8]) -> (i32, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ryu"))
        .arg("packet")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("ryu starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let Output { status, stdout, stderr } = thread::scope(|scope| {
        // It may end without reading, with a wrong usage.
        scope.spawn(move || drop(stdin.write_all(input)));
        child.wait_with_output().expect("ryu ends")
    });
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (status.code().expect("no signal"), text(stdout), text(stderr))
}

/// The same, when nothing is to stand on standard error.
fn quiet(args: &[&str], input: &[u8]) -> (i32, String) {
    let (status, stdout, stderr) = packet(args, input);
    assert_eq!(stderr, "", "{args:?}");
    (status, stdout)
}

fn bytes(text: &str) -> Vec<u8> {
    hex::decode(text).expect("hexadecimal")
}

fn value(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|err| panic!("{err}: {line}"))
}

// -- the vectors -------------------------------------------------------------------------------

/// The lines of all vectors, by the header that they begin with.
fn vectors() -> BTreeMap<String, Vec<Value>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/packets");
    let mut all = BTreeMap::<String, Vec<Value>>::new();
    for file in fs::read_dir(folder).expect("the vectors") {
        let text = fs::read_to_string(file.expect("a file").path()).expect("a file");
        for row in text.lines().map(value) {
            all.entry(row["first"].as_str().expect("a name").to_owned()).or_default().push(row);
        }
    }
    assert!(all.values().flatten().count() > 1000 && all.len() > 1, "{:?}", all.keys());
    all
}

fn text_of<'r>(row: &'r Value, key: &str) -> &'r str {
    row[key].as_str().expect("text")
}

/// The packets of these vectors, one on each line.
fn hex_lines(rows: &[Value]) -> String {
    rows.iter().map(|row| format!("{}\n", text_of(row, "hex"))).collect()
}

fn kind(name: &str) -> Kind {
    *Kind::ALL.iter().find(|kind| kind.name() == name).expect("a protocol")
}

/// Whether Ryu has no JSON of a vector with OpenFlow, or another one.
fn differs(row: &Value) -> bool {
    // Ryu reads half a message as one of version 0; what is no message here is a payload.
    text_of(row, "name").starts_with("scapy/tcp/openflow") || row["json"].is_null()
}

#[test]
fn json_of_all_vectors() {
    let (mut plain, mut openflow) = (0, 0);
    for (first, rows) in vectors() {
        let args = ["decode", "--format", "json", "--first", &first];
        let (_, out) = quiet(&args, hex_lines(&rows).as_bytes());
        assert_eq!(out.lines().count(), rows.len());
        for (line, row) in out.lines().map(value).zip(&rows) {
            let frame = bytes(text_of(row, "hex"));
            let pkt = Packet::parse_as(kind(&first), &frame);
            // What is an error to the room is one here.
            assert_eq!(line.get("error").is_some(), pkt.error().is_some(), "{row}");
            if !pkt.has(Kind::Openflow) {
                assert_eq!(line["Packet"], pkt.to_json()["Packet"], "{}", row["name"]);
                plain += 1;
            } else if !differs(row) {
                assert_eq!(line["Packet"], row["json"]["Packet"], "{}", row["name"]);
                openflow += 1;
            }
        }
    }
    assert!(plain > 1000 && openflow >= 6, "{plain} {openflow}");
}

#[test]
fn text_of_all_vectors() {
    for (first, rows) in vectors() {
        let (_, out) = quiet(&["decode", "--first", &first], hex_lines(&rows).as_bytes());
        assert_eq!(out.lines().count(), rows.len());
        for (i, (line, row)) in out.lines().zip(&rows).enumerate() {
            let frame = bytes(text_of(row, "hex"));
            let pkt = Packet::parse_as(kind(&first), &frame);
            if pkt.has(Kind::Openflow) {
                let left = line.contains("OFPUnparseableMsg");
                assert!(line.contains(" openflow(xid=0x") && !left, "{line}");
                continue;
            }
            let wanted = match pkt.error() {
                None => pkt.to_string(),
                Some(error) => format!("error: line {}: {error}; {pkt}", i + 1),
            };
            assert_eq!(line, wanted, "{}", row["name"]);
        }
    }
}

#[test]
fn what_decode_prints_build_makes_again() {
    let (mut same, mut all) = (0, 0);
    for (first, rows) in vectors() {
        // Of one version, as the lines of Ryu's JSON are.
        let openflow = |row: &Value| text_of(row, "name").contains("openflow");
        let rows: Vec<_> = rows.into_iter().filter(|row| !openflow(row)).collect();
        let (_, json) =
            quiet(&["decode", "--format", "json", "--first", &first], hex_lines(&rows).as_bytes());
        let (_, made, errors) = packet(&["build"], json.as_bytes());
        let (mut made, mut errors) = (made.lines(), errors.lines());
        for (i, row) in rows.iter().enumerate() {
            all += 1;
            let frame = bytes(text_of(row, "hex"));
            let pkt = Packet::parse_as(kind(&first), &frame);
            match Packet::from_json(&pkt.to_json()).expect("its own JSON").to_bytes() {
                Ok(by_room) => {
                    let line = made.next().expect("a line");
                    assert_eq!(bytes(line), by_room, "{}", row["name"]);
                    let rest = text_of(row, "hex").strip_prefix(line);
                    // Padding of zeros is not in JSON.
                    let is_padding = |rest: &str| rest.bytes().all(|digit| digit == b'0');
                    same += usize::from(rest.is_some_and(is_padding));
                }
                Err(error) => {
                    let wanted = format!("error: line {}: {error}", i + 1);
                    assert_eq!(errors.next(), Some(&*wanted), "{}", row["name"]);
                }
            }
        }
        assert_eq!((made.next(), errors.next()), (None, None), "{first}");
    }
    // The lists of `tests/packet_vectors/` say which do not, and why.
    assert!(same * 20 > all * 19, "{same} of {all}");
}

#[test]
fn ryus_json_with_openflow_in_it_is_built() {
    let rows = vectors().remove("ethernet").expect("Ethernet");
    for (name, version) in [
        ("ryu/openflow/hello_1_0_6653", "1.0"),
        ("ryu/openflow/echo_request_1_3_6653", "1.3"),
        ("ryu/openflow/flow_mod_1_3_6653", "1.3"),
    ] {
        let row = rows.iter().find(|row| text_of(row, "name") == name).expect("the vector");
        let line = row["json"].to_string();
        let (status, made) = quiet(&["build", "--ofp-version", version], line.as_bytes());
        assert_eq!(status, 0, "{name}");
        // The transaction is not in Ryu's JSON of a message.
        let wanted = text_of(row, "hex").replace("00001234", "00000000");
        assert_eq!(made, format!("{wanted}\n"), "{name}");
        let (status, _, err) = packet(&["build"], line.as_bytes());
        assert_eq!(status, 1);
        assert!(err.contains("error: line 1: Packet.protocols[3].openflow.msg: OFP"), "{err}");
        assert!(err.contains("has a version, which is to be told (--ofp-version)"), "{err}");
    }
}

// -- decode ------------------------------------------------------------------------------------

/// `payload` in UDP and IPv4.
fn ip(payload: &[u8]) -> Vec<u8> {
    let ip = Ipv4::new([10, 0, 0, 1].into(), [10, 0, 0, 2].into(), ip_proto::UDP);
    let udp = Udp { src_port: 5000, dst_port: 5001, ..Udp::default() };
    (ip / udp / payload).to_bytes().expect("it fits")
}

/// The same in Ethernet.
fn frame(payload: &[u8]) -> Vec<u8> {
    let eth = Ethernet { ethertype: ethertype::IPV4, ..Ethernet::default() };
    (eth / ip(payload)).to_bytes().expect("it fits")
}

fn pcap(link: LinkType, frames: &[Vec<u8>]) -> Vec<u8> {
    let mut writer = PcapWriter::new(Vec::new(), link, Precision::Microseconds, 65_535).unwrap();
    for (number, frame) in frames.iter().enumerate() {
        writer.write(Duration::from_millis(number as u64), frame).unwrap();
    }
    writer.finish().unwrap()
}

/// The names of the layers of each line, a payload as its text, and `error` with its layer.
fn names(json: &str) -> Vec<String> {
    let of = |layer: &Value| match layer.as_object() {
        Some(members) => members.keys().next().expect("a class").clone(),
        None => "payload".to_owned(),
    };
    let line = |line: Value| {
        let layers = line["Packet"]["protocols"].as_array().cloned().unwrap_or_default();
        let mut names: Vec<_> = layers.iter().map(of).collect();
        if let Some(error) = line.get("error") {
            names.push(format!("error {}", error["layer"]));
        }
        names.join(" ")
    };
    json.lines().map(value).map(line).collect()
}

#[test]
fn a_bad_packet_has_the_layers_that_can_be_read() {
    let good = hex::encode(&frame(b"hi"));
    let cut = hex::encode(&frame(b"hi")[..38]);
    let text = format!("# a dump\n0x{good}\n{cut} # cut\nno hex\n\n{good}\n");
    let (status, out) = quiet(&["decode"], text.as_bytes());
    let lines: Vec<_> = out.lines().collect();
    assert_eq!((status, lines.len()), (1, 4), "{out}");
    assert_eq!(lines[0], Packet::parse(&frame(b"hi")).to_string());
    let error = "error: line 3: udp: needed 8 bytes at offset 34, only 4 available; ethernet(";
    assert!(lines[1].starts_with(error), "{out}");
    assert!(lines[1].ends_with(r"version=4), b'\x13\x88\x13\x89'"), "{out}");
    assert_eq!(lines[2], "error: line 4: not hexadecimal");
    assert_eq!(lines[3], lines[0]);

    let (status, out) = quiet(&["decode", "--format", "json"], text.as_bytes());
    assert_eq!(status, 1);
    let lines: Vec<_> = out.lines().map(value).collect();
    assert_eq!(lines[0], Packet::parse(&frame(b"hi")).to_json());
    let error = json!({"what": "udp", "layer": "udp", "offset": 34, "needed": 8, "available": 4,
        "imposed_by": null});
    assert_eq!(lines[1]["error"], error);
    assert_eq!(names(&out)[1], "ethernet ipv4 payload error \"udp\"");
    let error = json!({"what": "line 4: not hexadecimal", "layer": null, "offset": null,
        "needed": null, "available": null, "imposed_by": null});
    assert_eq!(lines[2], json!({ "error": error }));
    assert_eq!(quiet(&["decode"], b""), (0, String::new()));
}

#[test]
fn an_item_of_a_list_is_told_with_its_header() {
    // TCP with an option that is longer than the room for it.
    let mut segment = bytes("0050138800000000000000006000000000000000");
    segment.extend([2, 9, 0, 0]);
    let text = hex::encode(&segment);
    let args = ["decode", "--format", "json", "--first", "tcp"];
    let (status, out) = quiet(&args, text.as_bytes());
    assert_eq!((status, names(&out)), (1, vec!["tcp error \"tcp\"".to_owned()]), "{out}");
}

#[test]
fn checksums_are_looked_at_on_request() {
    let mut wrong = frame(b"hi");
    let right = u64::from(u16::from_be_bytes([wrong[24], wrong[25]]));
    wrong[24] ^= 0xff;
    let found = right ^ 0xff00;
    let text = hex::encode(&wrong);
    assert_eq!(quiet(&["decode"], text.as_bytes()).0, 0);
    let (status, out) = quiet(&["decode", "--verify"], text.as_bytes());
    let error =
        format!("error: line 1: ipv4: csum at offset 24 is {found:#06x}, should be {right:#06x}; ");
    assert_eq!((status, out), (1, format!("{error}{}\n", Packet::parse(&wrong))));
    let (_, out) = quiet(&["decode", "--verify", "--format", "json"], text.as_bytes());
    let error =
        json!({"what": "csum", "layer": "ipv4", "offset": 24, "found": found, "right": right});
    assert_eq!(value(&out)["error"], error);
    let text = hex::encode(&frame(b"hi"));
    assert_eq!(quiet(&["decode", "--verify"], text.as_bytes()).0, 0);
}

#[test]
fn raw_bytes_are_one_packet() {
    let (status, out) = quiet(&["decode"], &frame(b"hi"));
    assert_eq!((status, out), (0, format!("{}\n", Packet::parse(&frame(b"hi")))));
    let (status, out) = quiet(&["decode", "--format", "json"], &vec![0; 262_145]);
    assert_eq!(status, 1);
    assert_eq!(value(&out)["error"]["what"], "input: longer than any packet");
}

#[test]
fn a_capture_says_what_packets_begin_with() {
    let v6 = {
        let mut packet = bytes("6000000000083a40");
        packet.extend([0; 32]);
        packet.extend(bytes("8000000000000000"));
        packet
    };
    let behind = |head: &str, packet: &[u8]| [bytes(head), packet.to_vec()].concat();
    let cooked = LinuxCooked { proto_type: ethertype::IPV4, ..LinuxCooked::default() };
    let cooked = (cooked / ip(b"hi")).to_bytes().expect("it fits");
    let v2 = |kind: &str| format!("{kind}0000000000010001000600005e0053010000");
    let udp = "ipv4 udp payload";
    for (link, frame, wanted) in [
        (LinkType::ETHERNET, frame(b"hi"), "ethernet ipv4 udp payload"),
        (LinkType::LINUX_SLL, cooked, "linuxcooked ipv4 udp payload"),
        (LinkType::RAW, ip(b"hi"), udp),
        (LinkType::RAW, v6.clone(), "ipv6 icmpv6"),
        (LinkType::RAW, vec![0x55, 1], "payload error \"ip\""),
        (LinkType::RAW, vec![], "error \"link\""),
        (LinkType::IPV4, ip(b"hi"), udp),
        (LinkType::IPV6, v6.clone(), "ipv6 icmpv6"),
        (LinkType::NULL, behind("02000000", &ip(b"hi")), udp),
        (LinkType::LOOP, behind("00000018", &v6), "ipv6 icmpv6"),
        (LinkType::LINUX_SLL2, behind(&v2("0800"), &ip(b"hi")), udp),
        (LinkType::LINUX_SLL2, behind(&v2("0001"), b"hi"), "payload"),
        (LinkType::LINUX_SLL2, vec![8, 0], "payload error \"link\""),
        (LinkType(195), ip(b"hi"), "payload error null"),
    ] {
        let file = pcap(link, &[frame]);
        let (status, out) = quiet(&["decode", "--format", "json"], &file);
        assert_eq!(names(&out), [wanted], "{link} {out}");
        assert_eq!(status, i32::from(wanted.contains("error")));
    }
    // Offsets count from the start of the frame, and a packet is told by its number.
    let file = pcap(
        LinkType::LOOP,
        &[behind("00000002", &ip(b"hi")), behind("00000002", &ip(b"hi")[..22])],
    );
    let (status, out) = quiet(&["decode"], &file);
    let error = "error: packet 2: udp: needed 8 bytes at offset 24, only 2 available; ipv4(";
    assert_eq!(
        (status, out.lines().nth(1).map(|line| line.starts_with(error))),
        (1, Some(true)),
        "{out}"
    );
    // Or it is told by the user.
    let file = pcap(LinkType(195), &[ip(b"hi")]);
    let (status, out) = quiet(&["decode", "--first", "ipv4"], &file);
    assert_eq!((status, out), (0, format!("{}\n", Packet::parse_as(Kind::Ipv4, &ip(b"hi")))));
}

#[test]
fn a_file_that_is_cut_and_one_of_the_newer_form() {
    let file = pcap(LinkType::ETHERNET, &[frame(b"1"), frame(b"2")]);
    let name = Path::new(env!("CARGO_TARGET_TMPDIR")).join("packet_tool_cut.pcap");
    fs::write(&name, &file[..file.len() - 5]).expect("a file");
    let (status, out) = quiet(&["decode", name.to_str().expect("UTF-8")], b"");
    let lines: Vec<_> = out.lines().collect();
    assert_eq!((status, lines.len()), (1, 2), "{out}");
    assert_eq!(lines[0], Packet::parse(&frame(b"1")).to_string());
    assert!(lines[1].starts_with("error: input: capture: pcap record: needed "), "{out}");

    // A section, an interface of Ethernet, a packet.
    let block = |kind: u32, body: &[u8]| {
        let mut body = body.to_vec();
        body.resize(body.len().next_multiple_of(4), 0);
        let len = (body.len() as u32 + 12).to_le_bytes();
        [&kind.to_le_bytes()[..], &len, &body, &len].concat()
    };
    let frame = frame(b"hi");
    let len = (frame.len() as u32).to_le_bytes();
    let file = [
        block(0x0a0d_0d0a, &bytes("4d3c2b1a01000000ffffffffffffffff")),
        block(1, &bytes("0100000000000000")),
        block(6, &[&[0; 12][..], &len, &len, &frame].concat()),
    ];
    let (status, out) = quiet(&["decode", "-"], &file.concat());
    assert_eq!((status, out), (0, format!("{}\n", Packet::parse(&frame))));
}

#[test]
fn openflow_that_cannot_be_read_stays_as_it_is() {
    // An echo request; a flow-mod that is cut in itself, though whole for its header.
    let text = "0402000a00000001686904 0e000a000000020000";
    let (status, out) = quiet(&["decode", "--first", "openflow"], text.as_bytes());
    let wanted = r"openflow(xid=0x1 1.3 echo_request data=2B), openflow(msg=OFPUnparseableMsg(body=b'\x00\x00',buf=None,datapath=None,msg_len=10,msg_type=14,version=4,xid=2))";
    assert_eq!((status, out), (0, format!("{wanted}\n")));
    let args = ["decode", "--format", "json", "--first", "openflow"];
    let (status, out) = quiet(&args, text.as_bytes());
    assert_eq!(status, 0);
    let layers = &value(&out)["Packet"]["protocols"];
    assert_eq!(layers[0], json!({"openflow": {"msg": {"OFPEchoRequest": {"data": "aGk="}}}}));
    let left = &layers[1]["openflow"]["msg"]["OFPUnparseableMsg"];
    assert_eq!((&left["msg_type"], &left["body"]), (&json!(14), &json!("AAA=")));
    let (status, made) = quiet(&["build", "--ofp-version", "1.3"], out.as_bytes());
    // The transaction of a message that Ryu reads is not in its JSON.
    let wanted = text.replace(' ', "").replace("00000001", "00000000");
    assert_eq!((status, made), (0, format!("{wanted}\n")));
}

#[test]
fn numbers_of_128_bits_are_numbers() {
    let json = r#"{"Packet":{"protocols":[{"openflow":{"msg":{"OFPFlowMod":{"match":{"OFPMatch":{"oxm_fields":[{"OXMTlv":{"field":"xxreg0","mask":null,"value":1267650600228229401496703205376}}]}}}}}}]}}"#;
    let (status, made) = quiet(&["build", "--ofp-version", "1.3"], json.as_bytes());
    assert_eq!(status, 0);
    let args = ["decode", "--format", "json", "--first", "openflow"];
    let (status, out) = quiet(&args, made.as_bytes());
    assert!(out.contains(r#""value":1267650600228229401496703205376}"#), "{out}");
    assert_eq!((status, quiet(&["build", "--ofp-version", "1.3"], out.as_bytes()).1), (0, made));
}

// -- build -------------------------------------------------------------------------------------

#[test]
fn lengths_and_checksums_are_filled_in() {
    let eth = json!({"ethernet": {"dst": "ff:ff:ff:ff:ff:ff", "src": "00:00:00:00:00:00"}});
    let ip = |csum: Value| json!({"ipv4": {"src": "10.0.0.1", "dst": "10.0.0.2", "proto": 17, "csum": csum}});
    let udp =
        |len: Value| json!({"udp": {"src_port": 5000, "dst_port": 5001, "total_length": len}});
    let line = |layers: Value| format!("{}\n", json!({"Packet": {"protocols": layers}}));
    let text = [
        "# three times the same\n".to_owned(),
        line(json!([eth, ip(json!(0)), udp(json!(0)), "aGk="])),
        line(json!([eth, ip(json!(null)), udp(json!(null)), "aGk="])),
        line(json!([eth, {"ipv4": {"src": "10.0.0.1", "dst": "10.0.0.2", "proto": 17}},
            {"udp": {"src_port": 5000, "dst_port": 5001}}, "aGk="])),
        "\n".to_owned(),
    ];
    let (status, out) = quiet(&["build"], text.concat().as_bytes());
    let lines: Vec<_> = out.lines().collect();
    assert_eq!((status, lines.len()), (0, 3), "{out}");
    assert!(lines.iter().all(|line| *line == lines[0]), "{out}");
    let made = bytes(lines[0]);
    assert!(Packet::parse(&made).verify().is_ok());
    let udp = Packet::parse(&made).get::<Udp>().expect("UDP");
    assert_eq!((udp.total_length, made.len()), (Some(10), 14 + 20 + 10));
    // As Ryu sends it.
    let (status, padded) = quiet(&["build", "--pad"], text[1].as_bytes());
    assert_eq!((status, padded), (0, format!("{}{}\n", lines[0], "00".repeat(16))));
    let (_, not) = quiet(&["build", "--pad"], line(json!([{"vlan": {"vid": 7}}])).as_bytes());
    assert_eq!(not, "00070800\n");
}

#[test]
fn bad_lines_are_told_and_the_rest_goes_on() {
    let good = r#"{"Packet": {"protocols": [{"vlan": {"vid": 7}}]}}"#;
    let long = json!({"Packet": {"protocols": [{"ipv4": {}}, "AAAA".repeat(21_846)]}}).to_string();
    let lines = [
        good,
        &long,
        r#"{"Packet": {"protocols": [{"vlan": {"vid": "x"}}]}}"#,
        r#"{"Packet": {"protocols": [{"vlan": {"no": 1}}]}}"#,
        r#"{"Packet": {"protocols": [{"nosuch": {}}]}}"#,
        r#"{"Packet": }"#,
        r#"{"OFPHello": {}}"#,
        "zz",
        good,
    ];
    let mut text = lines.join("\n").into_bytes();
    text.extend(b"\n\xff\xfe\n");
    let (status, out, err) = packet(&["build"], &text);
    assert_eq!((status, out.as_str()), (1, "00070800\n00070800\n"), "{err}");
    let starts = [
        "error: line 2: ipv4: total_length is 65558, at most 65535",
        "error: line 3: Packet.protocols[0]",
        "error: line 4: Packet.protocols[0]",
        "error: line 5: Packet.protocols[0]: unknown protocol name nosuch",
        "error: line 6: no JSON: expected value at line 1 column 12",
        "error: line 7: expected {\"Packet\": ",
        "error: line 8: no JSON: ",
        "error: line 10: not UTF-8 text",
    ];
    assert_eq!(err.lines().count(), starts.len(), "{err}");
    for (line, start) in err.lines().zip(starts) {
        assert!(line.starts_with(start), "{line}\n{start}");
    }
}

#[test]
fn wrong_usage_is_status_2_and_one_line() {
    for (args, text) in [
        (&[][..], "a subcommand is required"),
        (&["bogus"], "unknown subcommand \"bogus\" (accepted: decode, build)"),
        (&["decode", "--format", "ovs"], "invalid choice value: \"ovs\" (accepted: text, json)"),
        (&["decode", "--first", "x"], "invalid choice value: \"x\" (accepted: ethernet, vlan, "),
        (&["build", "--ofp-version", "1.6"], "invalid choice value: \"1.6\" (accepted: 1.0, "),
        (&["build", "--verify"], "unrecognized arguments: --verify"),
    ] {
        let (status, out, err) = packet(args, b"");
        assert_eq!((status, out.as_str()), (2, ""), "{args:?}: {err}");
        assert!(err.starts_with("Usage: ") && err.contains(text), "{args:?}: {err}");
    }
    let (status, out, err) = packet(&["decode", "/no/such/file"], b"");
    assert_eq!((status, out.as_str()), (1, ""));
    assert!(err.starts_with("cannot open /no/such/file: "), "{err}");
}
