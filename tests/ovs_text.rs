//! The text form of ovs-ofctl: vectors, errors, properties, and Open vSwitch itself as the judge.
//!
//! Vectors are in `tests/vectors/ovs_flows.txt` and `ovs_errors.txt`. The tests named `ovs_*` run
//! the real `ovs-ofctl`, which needs no switch to parse and print; without it they say so and
//! pass.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use bytes::{Bytes, BytesMut};
use proptest::prelude::*;
use ryu_sdn::ofproto::ovs::{
    self, ActionsText, FlowStatsText, FlowText, InstructionsText, MatchText, OvsTextErrorKind,
};
use ryu_sdn::ofproto::{
    Encode, FlowMod, FlowModFlags, FlowStats, Message, MultipartFlags, MultipartReply,
    MultipartReplyBody, PortNo, V1_0, V1_1, V1_3, V1_5, Version, Xid,
};

fn version(word: &str) -> Version {
    word.parse().unwrap_or_else(|_| panic!("{word:?} is no version"))
}

/// Lines of a vector file that are not empty and no comment, cut at ` | `.
fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|line| line.split(" | ").map(str::trim).collect())
}

#[test]
fn vectors_are_read_and_written() {
    let mut count = 0;
    for row in rows(include_str!("vectors/ovs_flows.txt")) {
        let [versions, text, canonical] = row[..] else { panic!("{row:?}") };
        for version in versions.split(' ').map(version) {
            let flow = ovs::parse_flow(version, text).unwrap_or_else(|e| panic!("{text}: {e}"));
            let wanted = if canonical == "=" { text } else { canonical };
            assert_eq!(FlowText(version, &flow).to_string(), wanted, "{version}: {text}");
            assert_eq!(ovs::parse_flow(version, wanted), Ok(flow.clone()), "{version}: {wanted}");
            let mut buf = BytesMut::new();
            flow.encode(version, Xid(1), &mut buf).unwrap_or_else(|e| panic!("{text}: {e}"));
            let (_, decoded) = Message::decode(version, &buf.freeze()).expect("our own bytes");
            assert_eq!(decoded, Message::FlowMod(flow), "{version}: {text}");
            count += 1;
        }
    }
    assert!(count > 140, "{count}");
}

#[test]
fn errors_name_column_and_word() {
    let mut count = 0;
    for row in rows(include_str!("vectors/ovs_errors.txt")) {
        let [versions, text, wanted] = row[..] else { panic!("{row:?}") };
        for version in versions.split(' ').map(version) {
            let text = text.trim_matches('`');
            match ovs::parse_flow(version, text) {
                Ok(flow) => panic!("{version}: {text}: read as {}", FlowText(version, &flow)),
                Err(error) => assert_eq!(error.to_string(), wanted, "{version}: {text}"),
            }
            count += 1;
        }
    }
    assert!(count > 60, "{count}");
}

#[test]
fn lists_by_themselves() {
    let list = ovs::parse_actions(V1_3, "push_vlan:0x8100,set_field:4101->vlan_vid,2").unwrap();
    assert_eq!(
        ActionsText(V1_3, &list).to_string(),
        "push_vlan:0x8100,set_field:4101->vlan_vid,output:2"
    );
    assert!(ovs::parse_actions(V1_3, "output:1,goto_table:2").is_err());
    assert!(ovs::parse_actions(V1_3, "").unwrap().is_empty());
    let masked = ovs::parse_actions(V1_5, "set_field:0x5/0xf->metadata").unwrap();
    assert_eq!(ActionsText(V1_5, &masked).to_string(), "set_field:0x5/0xf->metadata");
    let list = ovs::parse_instructions(V1_3, "write_actions(group:1),write_metadata:1/3").unwrap();
    assert_eq!(
        InstructionsText(V1_3, &list).to_string(),
        "write_actions(group:1),write_metadata:0x1/0x3"
    );
}

#[test]
fn depth_and_length_are_bounded() {
    let deep = format!("actions={}", "write_actions(".repeat(10_000));
    assert!(ovs::parse_flow(V1_3, &deep).is_err());
    let deep = format!("actions={}{}", "write_actions(".repeat(2_000), ")".repeat(2_000));
    assert!(ovs::parse_flow(V1_3, &deep).is_err());
    let long = "ip,".repeat(50_000);
    let error = ovs::parse_match(V1_3, &long).unwrap_err();
    assert_eq!(error.kind, OvsTextErrorKind::Expected("at most 65536 bytes of text"));
    let many = format!("actions={}", "output:1,".repeat(7_000));
    let flow = ovs::parse_flow(V1_3, &many).unwrap();
    assert_eq!(flow.instructions.applied().count(), 7_000);
}

#[test]
fn every_cut_of_every_vector_is_read_or_refused() {
    for row in rows(include_str!("vectors/ovs_flows.txt")) {
        for (end, _) in row[1].char_indices() {
            for version in [V1_0, V1_3] {
                if let Err(error) = ovs::parse_flow(version, &row[1][..end]) {
                    assert!(error.column <= end + 1, "{}: {error}", row[1]);
                }
                let _ = ovs::parse_flow_stats(version, &row[1][end..]);
            }
        }
    }
}

// -- flows made up -------------------------------------------------------------------------------

/// A small generator of its own, so that a failing line can be found again by its number.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.roll(of.len() as u64) as usize]
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.roll(n) == 0
    }

    fn mac(&mut self) -> String {
        let masks = ["", "", "/ff:ff:ff:00:00:00", "/01:00:00:00:00:00", "/ff:ff:ff:ff:ff:ff"];
        let mask = self.pick(&masks);
        format!("{}{mask}", self.plain_mac())
    }

    fn plain_mac(&mut self) -> String {
        format!("00:{:02x}:02:03:04:{:02x}", self.roll(256), self.roll(256))
    }

    fn plain_ipv4(&mut self) -> String {
        format!("10.{}.{}.{}", self.roll(256), self.roll(256), self.roll(256))
    }

    /// Prefixes only, for 1.0.
    fn ipv4(&mut self, prefix: bool) -> String {
        let masks = ["", "/8", "/24", "/31", "/32", "/255.255.0.0", "/255.0.255.0", "/0.0.0.1"];
        let mask = self.pick(if prefix { &masks[..6] } else { &masks });
        format!("{}{mask}", self.plain_ipv4())
    }

    fn plain_ipv6(&mut self) -> String {
        let ends = ["::", "::1", ":1:2:3:4:5:6", ":0:0:7::", "::ffff:9"];
        let end = self.pick(&ends);
        format!("2001:db{}{end}", self.roll(10))
    }

    fn ipv6(&mut self) -> String {
        let masks = ["", "", "/32", "/64", "/127", "/128", "/ffff:0:ffff::", "/::1"];
        let mask = self.pick(&masks);
        format!("{}{mask}", self.plain_ipv6())
    }

    fn l4_port(&mut self, mask: bool) -> String {
        let masks = ["", "", "/0xff00", "/0xffff", "/1"];
        let mask = if mask { self.pick(&masks) } else { "" };
        format!("{}{mask}", self.roll(65_536))
    }

    fn hex_64(&mut self) -> String {
        let masks = ["", "", "/0xff", "/0xffffffff00000000", "/-1"];
        let mask = self.pick(&masks);
        format!("{:#x}{mask}", self.roll(1 << 31) << self.roll(32))
    }

    /// A line that both Open vSwitch and we can express without extensions.
    fn flow(&mut self, v: Version) -> String {
        let new = v != V1_0;
        let mut line = String::new();
        let mut add = |text: String| {
            line.push_str(&text);
            line.push(',');
        };
        if self.one_in(3) {
            add(format!("priority={}", self.roll(65_536)));
        }
        if self.one_in(4) {
            add(format!("cookie={:#x}", self.roll(1 << 31) << 32));
        }
        if new && self.one_in(3) {
            add(format!("table={}", self.roll(255)));
        }
        if self.one_in(5) {
            add(format!("idle_timeout={}", self.roll(65_536)));
        }
        if self.one_in(5) {
            add(format!("hard_timeout={}", self.roll(65_536)));
        }
        let flags = [
            "send_flow_rem",
            "check_overlap",
            "reset_counts",
            "no_packet_counts",
            "no_byte_counts",
        ];
        for flag in &flags[..if new { 5 } else { 2 }] {
            if self.one_in(8) {
                add((*flag).to_owned());
            }
        }
        if self.one_in(3) {
            add(format!("in_port={}", self.pick(&["1", "17", "65279", "LOCAL", "controller"])));
        }
        if self.one_in(5) {
            let mac = if new { self.mac() } else { self.plain_mac() };
            add(format!("{}={mac}", self.pick(&["dl_src", "eth_src"])));
        }
        if self.one_in(5) {
            let mac = if new { self.mac() } else { self.plain_mac() };
            add(format!("{}={mac}", self.pick(&["dl_dst", "eth_dst"])));
        }
        let vlans: &[&str] = &[
            "dl_vlan=5",
            "dl_vlan=0,dl_vlan_pcp=3",
            "dl_vlan_pcp=7",
            "dl_vlan=0xffff",
            "vlan_tci=0",
            "vlan_tci=0x3123",
            "vlan_tci=0x1123/0x1fff",
            "vlan_vid=0x1005,vlan_pcp=2",
            "vlan_tci=0x1000/0x1000",
            "vlan_vid=0x1001/0x1001",
            "vlan_vid=0/0x1000",
            "vlan_tci=0xb000/0xf000",
            "vlan_tci=0x300f/0xf00f",
        ];
        if self.one_in(4) {
            add(self.pick(&vlans[..if new { vlans.len() } else { 6 }]).to_owned());
        }
        if new && self.one_in(5) {
            add(format!("metadata={}", self.hex_64()));
        }
        if new && self.one_in(5) {
            add(format!("{}={}", self.pick(&["tun_id", "tunnel_id"]), self.hex_64()));
        }
        let protocols = [
            "",
            "ip",
            "tcp",
            "udp",
            "icmp",
            "sctp",
            "arp",
            "rarp",
            "mpls",
            "mplsm",
            "dl_type=0x88cc",
            "ip,nw_proto=47",
            "dl_type=0x800,nw_proto=6",
            "ip,nw_proto=17",
            "ipv6",
            "tcp6",
            "udp6",
            "sctp6",
            "icmp6",
            "ipv6,nw_proto=59",
            "ip6,ip_proto=6",
            "eth_type=0x86dd",
        ];
        let protocol = loop {
            let protocol = self.pick(&protocols);
            // What 1.0 by itself cannot say, or Open vSwitch says by its extensions.
            let foreign =
                protocol.contains('6') && !protocol.contains("0x800") || protocol == "sctp";
            if new || !foreign || protocol.is_empty() {
                break protocol;
            }
        };
        if !protocol.is_empty() {
            add(protocol.to_owned());
        }
        let v6 = protocol.contains("v6")
            || protocol.ends_with('6') && !protocol.contains("0x800")
            || protocol.contains("ip6")
            || protocol.contains("86dd");
        let v6 = v6 && !protocol.contains("dl_type=0x800");
        let v4 = !v6
            && (["ip", "tcp", "udp", "icmp", "sctp"].contains(&protocol)
                || protocol.contains("nw_proto"));
        if v4 {
            if self.one_in(2) {
                add(format!("{}={}", self.pick(&["nw_src", "ip_src"]), self.ipv4(!new)));
            }
            if self.one_in(2) {
                add(format!("{}={}", self.pick(&["nw_dst", "ip_dst"]), self.ipv4(!new)));
            }
        }
        if v6 {
            if self.one_in(2) {
                add(format!("ipv6_src={}", self.ipv6()));
            }
            if self.one_in(2) {
                add(format!("ipv6_dst={}", self.ipv6()));
            }
            if self.one_in(3) {
                add(format!("ipv6_label={}", self.pick(&["0", "0x12345", "7/0xff", "5/0xfffff"])));
            }
        }
        if v4 || v6 {
            if self.one_in(4) {
                add(self.pick(&["nw_tos=32", "ip_dscp=9", "nw_tos=0", "ip_dscp=63"]).to_owned());
            }
            if new && self.one_in(4) {
                add(self.pick(&["nw_ecn=0", "ip_ecn=3"]).to_owned());
            }
        }
        if protocol == "arp" || protocol == "rarp" && new {
            if self.one_in(2) {
                add(format!("{}={}", self.pick(&["arp_spa", "nw_src"]), self.ipv4(!new)));
            }
            if self.one_in(2) {
                add(format!("{}={}", self.pick(&["arp_tpa", "nw_dst"]), self.ipv4(!new)));
            }
            if self.one_in(2) {
                add(self.pick(&["arp_op=1", "nw_proto=2"]).to_owned());
            }
            if new && self.one_in(3) {
                add(format!("arp_sha={}", self.mac()));
                add(format!("arp_tha={}", self.mac()));
            }
        }
        if protocol.starts_with("mpls") && new && self.one_in(2) {
            add(format!("mpls_label={}", self.roll(1 << 20)));
            add(format!("mpls_tc={},mpls_bos={}", self.roll(8), self.roll(2)));
        }
        let transport = match protocol {
            _ if protocol.contains("tcp") || protocol.contains("proto=6") => "tcp",
            _ if protocol.contains("udp") || protocol.contains("proto=17") => "udp",
            _ if protocol.contains("sctp") => "sctp",
            _ => "",
        };
        if !transport.is_empty() {
            if self.one_in(2) {
                add(format!("{}_src={}", self.pick(&["tp", transport]), self.l4_port(new)));
            }
            if self.one_in(2) {
                add(format!("{}_dst={}", self.pick(&["tp", transport]), self.l4_port(new)));
            }
        }
        match protocol {
            "icmp" if self.one_in(2) => add("icmp_type=8,icmp_code=0".to_owned()),
            "icmp" => add("icmp_type=3".to_owned()),
            "icmp6" if self.one_in(2) => {
                add(format!("icmp_type=135,icmp_code=0,nd_target={}", self.ipv6()));
                if self.one_in(2) {
                    add(format!("nd_sll={}", self.mac()));
                }
            }
            "icmp6" if self.one_in(2) => add(format!("icmpv6_type=136,nd_tll={}", self.mac())),
            _ => {}
        }
        let ip_ok = v4 || v6;
        let kind = Packet {
            v4,
            v6,
            ip: ip_ok,
            mpls: protocol.starts_with("mpls"),
            transport,
            arp: protocol == "arp",
        };
        let actions = if new { self.instructions(&kind) } else { self.actions_v1_0(&kind) };
        let _ = write!(line, "actions={actions}");
        line
    }

    fn output(&mut self) -> String {
        let ports = [
            "output:1",
            "2",
            "output:65279",
            "LOCAL",
            "local",
            "IN_PORT",
            "in_port",
            "flood",
            "all",
            "NORMAL",
            "output:LOCAL",
            "controller",
            "CONTROLLER:65535",
            "controller:100",
            "controller(max_len=128)",
            "output(7)",
            "output:CONTROLLER",
            "controller()",
            "TABLE",
        ];
        self.pick(&ports).to_owned()
    }

    fn actions_v1_0(&mut self, packet: &Packet) -> String {
        let mut list = Vec::new();
        for _ in 0..self.roll(5) {
            let action = match self.roll(8) {
                0 => format!("mod_dl_src:{}", self.plain_mac()),
                1 => format!("set_field:{}->eth_dst", self.plain_mac()),
                2 if packet.v4 => format!("mod_nw_src:{}", self.plain_ipv4()),
                2 => "mod_vlan_vid:9".to_owned(),
                3 if packet.v4 => "mod_nw_tos:32,set_field:10.9.8.7->nw_dst".to_owned(),
                3 => "strip_vlan".to_owned(),
                4 if !packet.transport.is_empty() => "mod_tp_dst:80,mod_tp_src:0x51".to_owned(),
                4 => "mod_vlan_pcp:3".to_owned(),
                5 => "enqueue:4:7".to_owned(),
                _ => self.output(),
            };
            list.push(action);
        }
        if list.is_empty() { "drop".to_owned() } else { list.join(",") }
    }

    fn actions(&mut self, packet: &Packet) -> Vec<String> {
        let mut list = Vec::new();
        for _ in 0..self.roll(4) {
            let action = match self.roll(16) {
                0 => format!("mod_dl_src:{}", self.plain_mac()),
                1 => format!("set_field:{}->eth_dst", self.plain_mac()),
                2 if packet.v4 => {
                    format!("mod_nw_src:{},set_field:1.2.3.4->nw_dst", self.plain_ipv4())
                }
                2 if packet.v6 => format!("set_field:{}->ipv6_src", self.plain_ipv6()),
                2 if packet.arp => "set_field:2->arp_op,set_field:1.1.1.1->arp_spa".to_owned(),
                3 if packet.ip => "set_field:5->ip_dscp,mod_nw_ecn:2".to_owned(),
                3 => "push_vlan:0x88a8,mod_vlan_vid:6,strip_vlan".to_owned(),
                4 if packet.v4 => "mod_nw_tos:32".to_owned(),
                4 => "mod_vlan_vid:9,mod_vlan_pcp:1".to_owned(),
                5 if !packet.transport.is_empty() => "mod_tp_dst:80,mod_tp_src:0x51".to_owned(),
                5 => "push_vlan:0x8100,set_field:4097->vlan_vid,pop_vlan".to_owned(),
                6 if packet.ip => "dec_ttl,mod_nw_ttl:9".to_owned(),
                6 => "set_queue:5".to_owned(),
                7 if packet.mpls => {
                    "set_mpls_label:5,set_mpls_tc:3,set_mpls_ttl(9),dec_mpls_ttl".to_owned()
                }
                7 => format!("group:{}", self.roll(100)),
                8 => format!("set_field:{:#x}->tun_id", self.roll(1 << 30)),
                9 => "set_field:0->metadata".to_owned(),
                10 if packet.v6 => "set_field:0x77->ipv6_label".to_owned(),
                _ => self.output(),
            };
            list.push(action);
        }
        list
    }

    fn instructions(&mut self, packet: &Packet) -> String {
        let mut list = Vec::new();
        if self.one_in(6) {
            list.push(format!("meter:{}", 1 + self.roll(50)));
        }
        list.extend(self.actions(packet));
        if packet.mpls && self.one_in(3) {
            list.push("pop_mpls:0x800".to_owned());
        } else if self.one_in(12) {
            list.push("push_mpls:0x8847".to_owned());
        }
        if self.one_in(8) {
            list.push("clear_actions".to_owned());
        }
        if self.one_in(6) {
            list.push(format!("write_actions({},{})", self.output(), self.output()));
        }
        if self.one_in(6) {
            let masks = ["", "/0xff", "/-1", "/0"];
            let mask = self.pick(&masks);
            list.push(format!("write_metadata:{:#x}{mask}", self.roll(1 << 30)));
        }
        if self.one_in(6) {
            list.push("goto_table:254".to_owned());
        }
        if list.is_empty() { "drop".to_owned() } else { list.join(",") }
    }
}

/// What the actions of a made-up flow may touch.
struct Packet<'a> {
    v4: bool,
    v6: bool,
    ip: bool,
    mpls: bool,
    arp: bool,
    transport: &'a str,
}

fn made_up(version: Version, count: usize) -> Vec<String> {
    let mut dice = Dice(u64::from(version.wire()));
    if version == V1_1 {
        // Those of 1.3 that it can express too.
        return std::iter::repeat_with(|| dice.flow(V1_3))
            .filter(|line| in_v1_1(line))
            .take(count)
            .collect();
    }
    (0..count).map(|_| dice.flow(version)).collect()
}

/// Whether 1.1 can say it, and ovs-ofctl knows that: of tags it gives it those without a mask only.
fn in_v1_1(line: &str) -> bool {
    let masked = ["vlan_tci=0x1000/", "vlan_tci=0x1123/", "vlan_tci=0xb000/", "vlan_vid=0/"];
    ovs::parse_flow(V1_1, line).is_ok() && !masked.iter().any(|words| line.contains(words))
}

// -- Open vSwitch as the judge -------------------------------------------------------------------

/// Runs ovs-ofctl; `None` (with the reason printed) if it is not there.
fn ofctl(version: Version, arguments: &[&str], input: &[u8]) -> Option<String> {
    let number = format!("OpenFlow1{}", version.wire() - 1);
    let child = Command::new("ovs-ofctl")
        .args(["-O", &number, "-vconsole:off"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => {
            println!("skipped: ovs-ofctl does not run: {error}");
            return None;
        }
    };
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().expect("ovs-ofctl ends");
    let _ = writer.join();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "ovs-ofctl {arguments:?}: {errors}");
    Some(String::from_utf8(output.stdout).expect("ovs-ofctl writes text"))
}

/// Open vSwitch's own bytes of these flows, out of its hexadecimal dumps.
fn ovs_bytes(version: Version, lines: &[String]) -> Option<Vec<(String, Bytes)>> {
    let input = lines.join("\n") + "\n";
    let mut arguments = vec!["-mmmmmmmmmm", "parse-flows", "-"];
    arguments.splice(0..0, without_extensions(version).iter().copied());
    let text = ofctl(version, &arguments, input.as_bytes())?;
    let mut all: Vec<(String, Vec<u8>)> = Vec::new();
    for line in text.lines() {
        if line.contains("FLOW_MOD") {
            all.push((line.to_owned(), Vec::new()));
        } else if let (Some((_, bytes)), Some(dump)) = (all.last_mut(), line.get(10..57)) {
            let digits = dump.split([' ', '-']).filter(|digits| !digits.is_empty());
            bytes.extend(digits.map(|d| u8::from_str_radix(d, 16).expect("a dump")));
        }
    }
    Some(all.into_iter().map(|(line, bytes)| (line, bytes.into())).collect())
}

/// Keeps ovs-ofctl from falling back on Nicira's form of a flow-mod.
fn without_extensions(version: Version) -> &'static [&'static str] {
    match version {
        V1_0 => &["-F", "OpenFlow10"],
        V1_1 => &["-F", "OpenFlow11"],
        _ => &[],
    }
}

fn encoded(version: Version, lines: &[String]) -> (Vec<FlowMod>, Vec<u8>) {
    let mut buf = BytesMut::new();
    let mut flows = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        let flow = ovs::parse_flow(version, line).unwrap_or_else(|e| panic!("{line}: {e}"));
        flow.encode(version, Xid(i as u32 + 1), &mut buf).unwrap_or_else(|e| panic!("{line}: {e}"));
        flows.push(flow);
    }
    (flows, buf.to_vec())
}

#[test]
fn ovs_prints_our_bytes_as_it_prints_its_own() {
    for version in [V1_0, V1_1, V1_3] {
        let lines = made_up(version, 600);
        let (flows, bytes) = encoded(version, &lines);
        let Some(ours) = ofctl(version, &["ofp-parse", "-"], &bytes) else { return };
        let mut arguments = vec!["parse-flows", "-"];
        arguments.splice(0..0, without_extensions(version).iter().copied());
        let input = lines.join("\n") + "\n";
        let Some(theirs) = ofctl(version, &arguments, input.as_bytes()) else { return };
        let is_flow = |line: &&str| line.contains("FLOW_MOD");
        let ours: Vec<&str> = ours.lines().filter(is_flow).collect();
        let theirs: Vec<&str> = theirs.lines().filter(is_flow).collect();
        assert_eq!(ours.len(), lines.len());
        assert_eq!(theirs.len(), lines.len());
        for (i, line) in lines.iter().enumerate() {
            assert_eq!(ours[i], theirs[i], "{version}: {line}");
        }
        // And its own bytes mean the same to us.
        let Some(dumps) = ovs_bytes(version, &lines) else { return };
        assert_eq!(dumps.len(), lines.len());
        for (i, (_, bytes)) in dumps.iter().enumerate() {
            let (_, decoded) = Message::decode(version, bytes).expect("bytes of Open vSwitch");
            let Message::FlowMod(decoded) = decoded else { panic!("{}", lines[i]) };
            // For "no tag" Open vSwitch gives 1.0 a priority too, which means nothing there.
            let (a, b) = (FlowText(version, &decoded), FlowText(version, &flows[i]));
            assert_eq!(a.to_string(), b.to_string(), "{version}: {}", lines[i]);
            if version > V1_1 || !a.to_string().contains("vlan_tci=0x0000") {
                assert_eq!(decoded, flows[i], "{version}: {}", lines[i]);
            }
        }
        println!("{version}: {} flows", lines.len());
    }
}

#[test]
fn ovs_shows_flow_entries_as_we_do() {
    for version in [V1_0, V1_1, V1_3] {
        let mut stats = Vec::new();
        for (i, line) in made_up(version, 900).iter().skip(600).enumerate() {
            let flow = ovs::parse_flow(version, line).unwrap_or_else(|e| panic!("{line}: {e}"));
            stats.push(FlowStats {
                table_id: i as u8 % 200,
                duration_sec: i as u32 * 7,
                duration_nsec: [0, 5_000_000, 123_456_789, 999_000_000][i % 4],
                priority: flow.priority,
                idle_timeout: flow.idle_timeout,
                hard_timeout: flow.hard_timeout,
                flags: if version <= V1_1 { FlowModFlags(0) } else { flow.flags },
                cookie: flow.cookie,
                packet_count: i as u64,
                byte_count: u64::MAX >> (i % 60 + 1),
                match_: flow.match_,
                instructions: flow.instructions,
                ..FlowStats::default()
            });
        }
        let mut buf = BytesMut::new();
        for part in stats.chunks(50) {
            let reply = MultipartReply {
                flags: MultipartFlags(0),
                body: MultipartReplyBody::Flow(part.to_vec()),
            };
            reply.encode(version, Xid(1), &mut buf).expect("fits");
        }
        let Some(text) = ofctl(version, &["ofp-parse", "-"], &buf) else { return };
        let shown: Vec<&str> = text.lines().filter(|line| line.starts_with(" cookie=")).collect();
        assert_eq!(shown.len(), stats.len(), "{text}");
        for (line, stats) in shown.into_iter().zip(&stats) {
            assert_eq!(FlowStatsText::new(version, stats).to_string(), line[1..], "{version}");
            assert_eq!(
                ovs::parse_flow_stats(version, line).as_ref(),
                Ok(stats),
                "{version}: {line}"
            );
            let flow = ovs::parse_flow(version, line);
            if version != V1_0 {
                let flow = flow.unwrap_or_else(|e| panic!("{line}: {e}"));
                assert_eq!(flow.match_, stats.match_);
                assert_eq!(flow.instructions, stats.instructions);
            }
        }
    }
}

#[test]
fn ovs_reads_what_we_write() {
    // What dump-flows shows can be given to add-flow again, and so can ours.
    for version in [V1_0, V1_1, V1_3] {
        let lines = made_up(version, 300);
        let (flows, _) = encoded(version, &lines);
        let texts: Vec<String> = flows.iter().map(|f| FlowText(version, f).to_string()).collect();
        let (Some(first), Some(again)) = (ovs_bytes(version, &lines), ovs_bytes(version, &texts))
        else {
            return;
        };
        for (i, text) in texts.iter().enumerate() {
            assert_eq!(first[i], again[i], "{version}: {}\n{text}", lines[i]);
        }
    }
}

// -- properties ----------------------------------------------------------------------------------

/// Words of the language, and what may stand between them.
fn garbled() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "ip",
        "tcp",
        "icmp6",
        "arp",
        "actions",
        "=",
        ",",
        ":",
        "(",
        ")",
        "/",
        "->",
        "nw_dst",
        "10.0.0.0",
        "8",
        "0x",
        "-1",
        "tp_src",
        "set_field",
        "write_actions",
        "goto_table",
        "controller",
        "max_len",
        "vlan_tci",
        "dl_vlan",
        "0xffff",
        "field_0x0001_0",
        "cookie",
        "table",
        "priority",
        "drop",
        " ",
        "delete",
        "in_port",
        "LOCAL",
        "ipv6_src",
        "::1",
        "128",
        "0",
        "mod_vlan_vid",
        "[",
        "]",
        "é",
        "00:00:00:00:00:01",
        "duration",
        "5.5s",
        "learn",
        "experimenter",
        "0x2320",
        "unknown",
        "enqueue",
    ]);
    prop_oneof![prop::collection::vec(words, 0..24).prop_map(|words| words.concat()), ".{0,80}",]
}

proptest! {
    #[test]
    fn garbled_text_is_read_or_refused(text in garbled()) {
        for version in [V1_0, V1_3, V1_5] {
            for outcome in [
                ovs::parse_flow(version, &text).map(|f| FlowText(version, &f).to_string()),
                ovs::parse_match(version, &text).map(|m| MatchText(version, &m).to_string()),
                ovs::parse_actions(version, &text).map(|a| ActionsText(version, &a).to_string()),
                ovs::parse_instructions(version, &text)
                    .map(|i| InstructionsText(version, &i).to_string()),
                ovs::parse_flow_stats(version, &text)
                    .map(|s| FlowStatsText::new(version, &s).to_string()),
            ] {
                if let Err(error) = outcome {
                    prop_assert!(error.column <= text.chars().count() + 1);
                    prop_assert!(text.contains(&error.token));
                    prop_assert!(!error.to_string().contains('\n'));
                }
            }
        }
    }

    #[test]
    fn what_was_read_is_read_again(seed in any::<u64>(), garble in 0usize..400, with in garbled()) {
        for version in [V1_0, V1_1, V1_3] {
            let mut line = Dice(seed).flow(if version == V1_1 { V1_3 } else { version });
            // Once in a while something strange in the middle.
            if line.is_char_boundary(garble) && garble < line.len() {
                line.insert_str(garble, &with);
            }
            if let Ok(flow) = ovs::parse_flow(version, &line) {
                let text = FlowText(version, &flow).to_string();
                prop_assert_eq!(ovs::parse_flow(version, &text), Ok(flow), "{}", text);
            }
        }
    }

    #[test]
    fn any_value_has_a_text(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
        // A match of any TLVs, the known fields' sizes mended by the decoder's refusal.
        let mut message = vec![4, 14, 0, 0, 0, 0, 0, 1];
        message.extend([0; 40]);
        message.extend([0, 1]);
        message.extend((4 + bytes.len() as u16).to_be_bytes());
        message.extend(&bytes);
        message.resize(message.len().next_multiple_of(8), 0);
        let len = message.len() as u16;
        message[2..4].copy_from_slice(&len.to_be_bytes());
        if let Ok((_, Message::FlowMod(flow))) = Message::decode(V1_3, &message.into()) {
            let text = FlowText(V1_3, &flow).to_string();
            let _ = ovs::parse_flow(V1_3, &text);
        }
    }
}

#[test]
fn port_names_are_the_callers() {
    let names = |name: &str| (name == "veth-1").then_some(PortNo(9));
    let parser = ovs::Parser::new(V1_3).port_names(&names);
    let flow = parser.parse_flow("in_port=veth-1,actions=veth-1,output:veth-1").unwrap();
    assert_eq!(FlowText(V1_3, &flow).to_string(), "in_port=9 actions=output:9,output:9");
    assert!(ovs::parse_flow(V1_3, "in_port=veth-1,actions=drop").is_err());
}
