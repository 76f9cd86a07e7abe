//! Groups, meters, and flows of 1.4 and 1.5 in the text form of ovs-ofctl: vectors, errors, and
//! Open vSwitch itself as the judge.
//!
//! Vectors are in `tests/vectors/ovs_groups.txt` and `ovs_group_errors.txt`. The tests named
//! `ovs_*` run the real `ovs-ofctl`, some of them against a switch made here that keeps what it is
//! sent; without it they say so and pass.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;

use bytes::{Bytes, BytesMut};
use ryu_sdn::ofproto::ovs::{
    self, FlowStatsText, FlowText, GroupDescText, GroupStatsText, GroupText, MeterConfigText,
    MeterStatsText, MeterText,
};
use ryu_sdn::ofproto::{
    Bucket, BucketCounter, Encode, FlowDesc, FlowStats, Framing, GroupDesc, GroupId, GroupMod,
    GroupModCommand, GroupStats, Message, MeterBand, MeterBandDrop, MeterBandStats, MeterConfig,
    MeterFlags, MeterMod, MeterStats, MultipartFlags, MultipartReply, MultipartReplyBody, OxsField,
    PortNo, Stats, V1_2, V1_3, V1_4, V1_5, Version, Xid, frame,
};
use ryu_sdn::wire::hex;

fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|line| line.split(" | ").map(str::trim).collect())
}

fn version(word: &str) -> Version {
    word.parse().unwrap_or_else(|_| panic!("{word:?} is no version"))
}

/// A line as a message, by its first word.
fn parsed(version: Version, line: &str) -> Result<Message, ovs::OvsTextError> {
    Ok(match line.split([' ', '=']).next() {
        Some("group" | "group_id") => ovs::parse_group(version, line)?.into(),
        Some("meter") => ovs::parse_meter(version, line)?.into(),
        _ => ovs::parse_flow(version, line)?.into(),
    })
}

/// The text of a message, with the word in front.
fn shown(version: Version, message: &Message) -> String {
    match message {
        Message::GroupMod(group) => format!("group {}", GroupText(version, group)),
        Message::MeterMod(meter) => format!("meter {}", MeterText(meter)),
        Message::FlowMod(flow) => FlowText(version, flow).to_string(),
        other => panic!("{other}"),
    }
}

fn encoded(version: Version, message: &Message) -> Bytes {
    let mut buf = BytesMut::new();
    message.encode(version, Xid(1), &mut buf).unwrap_or_else(|e| panic!("{message}: {e}"));
    buf.freeze()
}

#[test]
fn vectors_are_read_and_written() {
    let mut count = 0;
    for row in rows(include_str!("vectors/ovs_groups.txt")) {
        let [versions, text, canonical, digits] = row[..] else { panic!("{row:?}") };
        let v = version(versions);
        let message = parsed(v, text).unwrap_or_else(|e| panic!("{v}: {text}: {e}"));
        let wanted = if canonical == "=" { text } else { canonical };
        assert_eq!(shown(v, &message), wanted, "{v}: {text}");
        assert_eq!(parsed(v, wanted), Ok(message.clone()), "{v}: {wanted}");
        let bytes = encoded(v, &message);
        assert_eq!(hex::encode(&bytes), digits, "{v}: {text}");
        assert_eq!(Message::decode(v, &bytes), Ok((Xid(1), message)), "{v}: {text}");
        for (end, _) in text.char_indices() {
            if let Err(error) = parsed(v, &text[..end]) {
                assert!(error.column <= end + 1, "{text}: {error}");
            }
        }
        count += 1;
    }
    assert!(count >= 55, "{count}");
}

#[test]
fn errors_name_column_and_word() {
    let mut count = 0;
    for row in rows(include_str!("vectors/ovs_group_errors.txt")) {
        let [versions, text, wanted] = row[..] else { panic!("{row:?}") };
        for v in versions.split(' ').map(version) {
            match parsed(v, text) {
                Ok(message) => panic!("{v}: {text}: read as {}", shown(v, &message)),
                Err(error) => assert_eq!(error.to_string(), wanted, "{v}: {text}"),
            }
            count += 1;
        }
    }
    assert!(count >= 45, "{count}");
}

#[test]
fn the_fields_of_a_bucket_are_shown_where_they_are_properties() {
    // Open vSwitch 3.1 shows these bytes of 1.5 so.
    let bucket = Bucket { weight: 5, watch_port: PortNo(2), ..Bucket::default() };
    let group = GroupMod { buckets: vec![bucket], ..GroupMod::default() };
    let text = GroupText(V1_5, &group).to_string();
    assert_eq!(text, "group_id=0,type=all,bucket=bucket_id:0,weight:5,watch_port:2,actions=drop");
    let read = ovs::parse_group(V1_5, &text).expect("what was written");
    assert_eq!(encoded(V1_5, &read.into()), encoded(V1_5, &group.into()));
}

#[test]
fn a_burst_that_means_nothing_is_not_shown() {
    // As Open vSwitch 3.1 in user space answered to a meter of this rate, and as its program shows it.
    let bands = vec![MeterBand::Drop(MeterBandDrop { rate: 1_000, burst_size: 1_000 })];
    let config = MeterConfig { flags: MeterFlags::KBPS, meter_id: 1, bands };
    assert_eq!(MeterConfigText(&config).to_string(), "meter=1 kbps bands=type=drop rate=1000");
}

// -- groups and meters made up -------------------------------------------------------------------

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

    fn actions(&mut self, v: Version) -> String {
        let all = [
            "output:1",
            "2",
            "LOCAL",
            "controller",
            "controller(max_len=128)",
            "in_port",
            "flood",
            "mod_dl_src:00:00:00:00:00:07",
            "set_field:00:00:00:00:00:08->eth_dst",
            "set_field:10.1.2.3->ip_dst",
            "push_vlan:0x8100,set_field:4101->vlan_vid",
            "pop_vlan",
            "dec_ttl",
            "set_queue:4",
            "group:9",
            "set_field:80->tcp_dst",
            "output(3)",
            "set_field:0x77->tun_id",
            "set_field:0x5/0xf->metadata",
        ];
        // What 1.2 and 1.4 need an extension for stands last.
        let known = if v >= V1_5 { all.len() } else { all.len() - 1 - usize::from(v < V1_3) };
        let all = &all[..known];
        let list: Vec<&str> = (0..self.roll(4)).map(|_| self.pick(all)).collect();
        if list.is_empty() { "drop".to_owned() } else { list.join(",") }
    }

    /// A line of a file for `ovs-ofctl add-groups`.
    fn group(&mut self, v: Version) -> String {
        let commands = ["", "", "", "add ", "modify ", "delete ", "add_or_mod "];
        let more = ["insert_bucket ", "remove_bucket ", "insert_bucket "];
        let command = match v >= V1_5 && self.one_in(4) {
            true => self.pick(&more),
            false => self.pick(&commands),
        };
        let mut line = format!("{command}group_id={}", self.roll(1 << 20));
        match command {
            "delete " => return line,
            "remove_bucket " => {
                if !self.one_in(3) {
                    let id = self.pick(&["first", "last", "all", "7", "0x10"]);
                    let _ = write!(line, ",command_bucket_id={id}");
                }
                return line;
            }
            "insert_bucket " => {
                let id = self.pick(&["first", "last", "7", "4294967040"]);
                let _ = write!(line, ",command_bucket_id={id}");
                let weighs = self.one_in(2);
                self.buckets(&mut line, v, weighs, None);
                return line;
            }
            _ => {}
        }
        let kind = self.pick(&["all", "select", "select", "indirect", "ff", "fast_failover"]);
        let _ = write!(line, ",type={kind}");
        let select = kind == "select";
        if select && v >= V1_5 && self.one_in(2) {
            let method = self.pick(&["hash", "hash", "dp_hash"]);
            let _ = write!(line, " selection_method={method}");
            if self.one_in(2) {
                let _ = write!(line, ",selection_method_param={}", self.roll(1 << 40));
            }
            if method == "hash" {
                let fields = [
                    "",
                    ",fields(ip_src,ip_dst)",
                    ",fields=eth_dst",
                    ",fields(in_port_oxm,eth_src=ff:ff:ff:00:00:00,ip_src=255.255.0.0,tcp_src)",
                    ",fields(ip_src,ip_dst=0.0.0.1)",
                    ",fields(tun_id=0xff,eth_type,vlan_vid,ipv6_src=ffff::,nw_proto)",
                    ",fields(metadata,udp_src=0xff00,udp_dst)",
                ];
                line.push_str(self.pick(&fields));
            }
        }
        if kind == "indirect" {
            let _ = write!(line, ",bucket={}", self.actions(v));
        } else {
            let watches = match kind {
                "all" => None,
                kind => Some(kind.starts_with('f')),
            };
            self.buckets(&mut line, v, select, watches);
        }
        line
    }

    /// `watches`: whether each bucket must watch something; `None` if none may.
    fn buckets(&mut self, line: &mut String, v: Version, weighs: bool, watches: Option<bool>) {
        let numbered = v >= V1_5 && self.one_in(2);
        let inserts = line.starts_with("insert");
        let weighted = weighs && (inserts || !self.one_in(3));
        for i in 0..self.roll(4) {
            line.push_str(self.pick(&[",bucket=", " bucket=", ", bucket="]));
            if numbered {
                let _ = write!(line, "bucket_id:{},", 100 - i * 7);
            }
            if weighted {
                let _ = write!(line, "weight{}{},", self.pick(&["=", ":"]), self.roll(1 << 16));
            }
            if watches == Some(true) || watches.is_some() && self.one_in(4) {
                let _ = write!(line, "watch_port={},", 1 + self.roll(500));
            }
            if watches.is_some() && self.one_in(4) {
                let _ = write!(line, "watch_group:{},", self.roll(1 << 20));
            }
            line.push_str(self.pick(&["actions=", ""]));
            line.push_str(&self.actions(v));
        }
    }

    /// A meter as `ovs-ofctl add-meter` reads it.
    fn meter(&mut self) -> String {
        let mut line =
            format!("meter={},{}", 1 + self.roll(1 << 24), self.pick(&["kbps", "pktps"]));
        let burst = self.one_in(2);
        line.push_str(if burst { ",burst" } else { "" });
        line.push_str(self.pick(&["", ",stats"]));
        line.push_str(",bands=");
        for i in 0..1 + self.roll(4) {
            let kind = self.pick(&["drop", "dscp_remark"]);
            let comma = if i > 0 { "," } else { "" };
            let _ = write!(line, "{comma}type={kind},rate={}", 1 + self.roll(1 << 31));
            if burst {
                let _ = write!(line, ",burst_size={}", 1 + self.roll(1 << 20));
            }
            if kind == "dscp_remark" {
                let _ = write!(line, ",prec_level={}", 1 + self.roll(255));
            }
        }
        line
    }
}

fn groups(v: Version, count: usize) -> Vec<String> {
    let mut dice = Dice(u64::from(v.wire()));
    (0..count).map(|_| dice.group(v)).collect()
}

fn group(v: Version, line: &str) -> GroupMod {
    ovs::parse_group(v, line).unwrap_or_else(|e| panic!("{v}: {line}: {e}"))
}

#[test]
fn made_up_groups_and_meters_survive_writing() {
    for v in [V1_2, V1_3, V1_4, V1_5] {
        for line in groups(v, 1_000) {
            let read = group(v, &line);
            let text = GroupText(v, &read).to_string();
            assert_eq!(ovs::parse_group(v, &text), Ok(read.clone()), "{v}: {line}\n{text}");
            let message = Message::from(read);
            let bytes = encoded(v, &message);
            assert_eq!(Message::decode(v, &bytes), Ok((Xid(1), message)), "{v}: {line}");
        }
    }
    let mut dice = Dice(5);
    for line in (0..1_000).map(|_| dice.meter()) {
        let meter = ovs::parse_meter(V1_3, &line).unwrap_or_else(|e| panic!("{line}: {e}"));
        let text = MeterText(&meter).to_string();
        assert_eq!(ovs::parse_meter(V1_3, &text), Ok(meter), "{line}\n{text}");
    }
}

#[test]
fn garbled_groups_and_meters_are_read_or_refused() {
    let strange = ["(", ")", "=", ",", "bucket=", "bands=", "é", "fields(", "0x", "-1", " ", "all"];
    for v in [V1_3, V1_5] {
        let mut dice = Dice(9);
        for line in groups(v, 2_000) {
            let mut line = match dice.one_in(3) {
                true => dice.meter(),
                false => line,
            };
            for _ in 0..1 + dice.roll(3) {
                let at = dice.roll(line.len() as u64 + 1) as usize;
                if line.is_char_boundary(at) {
                    line.insert_str(at, dice.pick(&strange));
                }
            }
            let columns = line.chars().count() + 1;
            match ovs::parse_group(v, &line) {
                Ok(read) => {
                    let text = GroupText(v, &read).to_string();
                    assert_eq!(ovs::parse_group(v, &text), Ok(read), "{v}: {line}\n{text}");
                }
                Err(error) => assert!(error.column <= columns, "{line}: {error}"),
            }
            match ovs::parse_meter(v, &line) {
                Ok(read) => {
                    let text = MeterText(&read).to_string();
                    assert_eq!(ovs::parse_meter(v, &text), Ok(read), "{v}: {line}\n{text}");
                }
                Err(error) => assert!(error.column <= columns, "{line}: {error}"),
            }
        }
    }
}

// -- Open vSwitch as the judge -------------------------------------------------------------------

/// Runs ovs-ofctl; `None` (with the reason printed) if it is not there.
fn ofctl(v: Version, arguments: &[&str], input: &[u8]) -> Option<String> {
    let number = format!("OpenFlow1{}", v.wire() - 1);
    let child = Command::new("ovs-ofctl")
        .args(["-O", &number, "-vconsole:off", "--no-names"])
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
    let writer = thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().expect("ovs-ofctl ends");
    let _ = writer.join();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "ovs-ofctl {arguments:?}: {errors}");
    Some(String::from_utf8(output.stdout).expect("ovs-ofctl writes text"))
}

/// A switch that says hello, answers barriers and keeps everything else, until its listener's
/// address is called by somebody who says nothing.
fn switch(v: Version) -> (String, mpsc::Receiver<Bytes>, thread::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let (kept, receiver) = mpsc::channel();
    let thread = thread::spawn(move || {
        for stream in listener.incoming() {
            if !serve(v, stream.expect("a connection"), &kept) {
                return;
            }
        }
    });
    (address, receiver, thread)
}

fn serve(v: Version, mut stream: TcpStream, kept: &mpsc::Sender<Bytes>) -> bool {
    let mut buf = Vec::new();
    let mut chunk = [0; 4096];
    let mut any = false;
    let wire = v.wire();
    stream.write_all(&[wire, 0, 0, 8, 0, 0, 0, 0]).expect("room for a hello");
    loop {
        let len = stream.read(&mut chunk).unwrap_or(0);
        if len == 0 {
            return any;
        }
        any = true;
        buf.extend_from_slice(&chunk[..len]);
        while let Framing::Message(len) = frame(&buf) {
            let message = Bytes::from(buf.drain(..len).collect::<Vec<u8>>());
            match message[1] {
                0 => {}
                20 => {
                    let answer = [&[wire, 21, 0, 8], &message[4..8]].concat();
                    stream.write_all(&answer).expect("room for an answer");
                }
                _ => kept.send(message).expect("a receiver"),
            }
        }
    }
}

/// What ovs-ofctl sends for each of these, with `SWITCH` in the place of the switch.
fn sent(v: Version, runs: &[Vec<&str>]) -> Option<Vec<Bytes>> {
    let (address, receiver, thread) = switch(v);
    let target = format!("tcp:{address}");
    let mut there = true;
    for run in runs {
        let run: Vec<&str> =
            run.iter().map(|word| if *word == "SWITCH" { &target } else { *word }).collect();
        there = there && ofctl(v, &run, b"").is_some();
    }
    drop(TcpStream::connect(address).expect("the switch listens"));
    thread.join().expect("the switch ends");
    there.then(|| receiver.try_iter().collect())
}

/// The same message with the transaction that all of ours have.
fn with_xid(bytes: &Bytes) -> Bytes {
    [&bytes[..4], &[0, 0, 0, 1], &bytes[8..]].concat().into()
}

/// What Open vSwitch prints for each of these messages, without the line of the header.
fn printed(v: Version, messages: &[Bytes]) -> Option<Vec<String>> {
    let text = ofctl(v, &["ofp-parse", "-"], &messages.concat())?;
    let mut all: Vec<String> = Vec::new();
    for line in text.lines() {
        match line.starts_with("OFP") {
            // The first line of a meter-mod has the meter in it.
            true => all.push(line.split_once("): ").map_or("", |(_, text)| text).to_owned()),
            false if line.is_empty() => {}
            false => {
                let last = all.last_mut().unwrap_or_else(|| panic!("{text}"));
                last.push_str(if last.is_empty() { "" } else { "\n" });
                last.push_str(line);
            }
        }
    }
    assert_eq!(all.len(), messages.len(), "{text}");
    Some(all)
}

/// Our text of a group-mod in the words of ofp-print.
fn as_printed(v: Version, group: &GroupMod) -> String {
    let text = GroupText(v, group).to_string();
    let (command, rest) = match text.split_once(' ') {
        Some((word, rest)) => (word.to_uppercase(), rest.to_owned()),
        None => ("ADD".to_owned(), text),
    };
    match &command[..] {
        "MODIFY" => format!(" MOD {rest}"),
        // It prints a type here too, which it does not read.
        "DELETE" => format!(" DEL {rest},type=all").replace("=all,", "=4294967292,"),
        _ => format!(" {command} {rest}"),
    }
}

#[test]
fn ovs_sends_the_same_bytes_for_groups_and_prints_the_same() {
    for v in [V1_2, V1_3, V1_4, V1_5] {
        let mut lines = groups(v, 400);
        lines.push("delete group_id=all".to_owned());
        let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("groups{v}"));
        std::fs::write(&file, lines.join("\n") + "\n").expect("a file");
        let file = file.to_str().expect("UTF-8");
        let Some(theirs) = sent(v, &[vec!["add-groups", "SWITCH", file]]) else { return };
        assert_eq!(theirs.len(), lines.len(), "{v}");
        let Some(texts) = printed(v, &theirs) else { return };
        for ((line, theirs), text) in lines.iter().zip(&theirs).zip(&texts) {
            let ours = group(v, line);
            let bytes = encoded(v, &ours.clone().into());
            assert_eq!(hex::encode(&bytes), hex::encode(&with_xid(theirs)), "{v}: {line}");
            assert_eq!(&as_printed(v, &ours), text, "{v}: {line}");
        }
        println!("{v}: {} groups", lines.len());
    }
}

#[test]
fn ovs_sends_the_same_bytes_for_meters_and_prints_the_same() {
    for v in [V1_3, V1_4, V1_5] {
        let mut dice = Dice(u64::from(v.wire()));
        let mut lines: Vec<String> = (0..40).map(|_| dice.meter()).collect();
        lines.extend(["meter=all", "meter=7"].map(str::to_owned));
        let command = |i: usize| match i {
            40.. => ("del-meter", "delete ", "DEL"),
            _ if i.is_multiple_of(3) => ("mod-meter", "modify ", "MOD"),
            _ => ("add-meter", "", "ADD"),
        };
        let runs: Vec<Vec<&str>> =
            lines.iter().enumerate().map(|(i, l)| vec![command(i).0, "SWITCH", l]).collect();
        let Some(theirs) = sent(v, &runs) else { return };
        assert_eq!(theirs.len(), lines.len(), "{v}");
        let Some(texts) = printed(v, &theirs) else { return };
        for (i, line) in lines.iter().enumerate() {
            let (_, word, shouted) = command(i);
            let ours = ovs::parse_meter(v, &format!("{word}{line}"));
            let ours = ours.unwrap_or_else(|e| panic!("{line}: {e}"));
            let bytes = encoded(v, &ours.clone().into());
            assert_eq!(hex::encode(&bytes), hex::encode(&with_xid(&theirs[i])), "{v}: {line}");
            let text = MeterText(&ours).to_string();
            let text = format!("{shouted} {}", text.strip_prefix(word).expect("the command"));
            // It has a line for each band, and bands even of a deletion.
            let joined = texts[i].replace("bands=\n", "bands=").replace('\n', " ");
            let joined = if i >= 40 { joined.replace(" bands=", "") } else { joined };
            assert_eq!(text, joined, "{v}: {line}");
        }
        println!("{v}: {} meters", lines.len());
    }
}

fn reply(v: Version, body: MultipartReplyBody) -> Bytes {
    encoded(v, &MultipartReply { flags: MultipartFlags(0), body }.into())
}

#[test]
fn ovs_shows_groups_and_meters_as_we_do() {
    for v in [V1_2, V1_3, V1_4, V1_5] {
        let descs: Vec<GroupDesc> = groups(v, 600)
            .iter()
            .map(|line| group(v, line))
            .filter(|group| group.command == GroupModCommand::ADD)
            .map(|GroupMod { group_type, group_id, buckets, properties, .. }| GroupDesc {
                group_type,
                group_id,
                buckets,
                properties,
            })
            .collect();
        assert!(descs.len() > 150, "{}", descs.len());
        let part = |part: &[GroupDesc]| reply(v, MultipartReplyBody::GroupDesc(part.to_vec()));
        let messages: Vec<Bytes> = descs.chunks(40).map(part).collect();
        let Some(texts) = printed(v, &messages) else { return };
        let theirs: Vec<&str> = texts.iter().flat_map(|text| text.lines()).collect();
        assert_eq!(theirs.len(), descs.len(), "{v}");
        for (desc, theirs) in descs.iter().zip(theirs) {
            assert_eq!(format!(" {}", GroupDescText(v, desc)), theirs, "{v}");
            assert_eq!(ovs::parse_group_desc(v, theirs).as_ref(), Ok(desc), "{v}: {theirs}");
        }
        let stats: Vec<GroupStats> = (0..60u32)
            .map(|i| GroupStats {
                group_id: GroupId(i * 7),
                ref_count: i,
                packet_count: u64::MAX >> (i % 60 + 1),
                byte_count: i.into(),
                duration_sec: if v >= V1_3 { i * 3 } else { 0 },
                duration_nsec: if v >= V1_3 {
                    [0, 5_000_000, 123_456_789][i as usize % 3]
                } else {
                    0
                },
                bucket_stats: (0..u64::from(i % 4))
                    .map(|n| BucketCounter { packet_count: n, byte_count: n * 100 })
                    .collect(),
            })
            .collect();
        let Some(texts) = printed(v, &[reply(v, MultipartReplyBody::Group(stats.clone()))]) else {
            return;
        };
        for (stats, theirs) in stats.iter().zip(texts[0].lines()) {
            assert_eq!(format!(" {}", GroupStatsText(v, stats)), theirs, "{v}");
        }
    }
}

#[test]
fn ovs_shows_meters_and_their_counters_as_we_do() {
    for v in [V1_3, V1_4, V1_5] {
        let mut dice = Dice(77);
        for i in 0..60u32 {
            let MeterMod { flags, meter_id, bands, .. } =
                ovs::parse_meter(v, &dice.meter()).expect("a meter");
            let config = MeterConfig { flags, meter_id, bands };
            let stats = MeterStats {
                meter_id,
                flow_count: i,
                packet_in_count: u64::from(i) << 33,
                byte_in_count: i.into(),
                duration_sec: i,
                duration_nsec: [0, 5_000_000, 123_456_789][i as usize % 3],
                band_stats: (0..u64::from(i % 3))
                    .map(|n| MeterBandStats { packet_band_count: n, byte_band_count: n * 9 })
                    .collect(),
            };
            // One at a time: what stands on one line here has several there.
            let messages = [
                reply(v, MultipartReplyBody::MeterConfig(vec![config.clone()])),
                reply(v, MultipartReplyBody::Meter(vec![stats.clone()])),
            ];
            let Some(texts) = printed(v, &messages) else { return };
            let joined = texts[0].replace("bands=\n", "bands=").replace('\n', " ");
            assert_eq!(MeterConfigText(&config).to_string(), joined, "{v}");
            assert_eq!(ovs::parse_meter_config(v, &texts[0]), Ok(config), "{v}: {}", texts[0]);
            let joined = texts[1].replace('\n', " ");
            assert_eq!(MeterStatsText(&stats).to_string(), joined, "{v}");
        }
    }
}

/// Flows with what 1.4 and 1.5 added.
fn flows(v: Version, count: usize) -> Vec<String> {
    let mut dice = Dice(u64::from(v.wire()) * 31);
    let mut one = || {
        let mut line = String::new();
        if dice.one_in(2) {
            let _ = write!(line, "importance={},", dice.roll(1 << 16));
        }
        if dice.one_in(3) {
            let _ = write!(line, "idle_timeout={},table={},", dice.roll(1 << 16), dice.roll(200));
        }
        if dice.one_in(3) {
            let _ = write!(line, "send_flow_rem,priority={},", dice.roll(1 << 16));
        }
        line.push_str(dice.pick(&[
            "ip,nw_dst=10.0.0.0/8,",
            "tcp,tp_dst=80,",
            "in_port=3,",
            "",
            "ipv6,",
        ]));
        line.push_str("actions=");
        if dice.one_in(3) {
            let _ = write!(line, "meter:{},", 1 + dice.roll(1 << 16));
        }
        line.push_str(&dice.actions(v).replace("drop", "output:5").replace("dec_ttl", "output:6"));
        if dice.one_in(3) {
            line.push_str(",write_actions(output:7),goto_table:201");
        }
        line.replace(",set_field:10.1.2.3->ip_dst", "")
            .replace("set_field:10.1.2.3->ip_dst", "8")
            .replace(",set_field:80->tcp_dst", "")
            .replace("set_field:80->tcp_dst", "8")
            .replace("pop_vlan", "output:9")
    };
    (0..count).map(|_| one()).collect()
}

#[test]
fn ovs_prints_our_flows_of_1_4_and_1_5_as_its_own() {
    for v in [V1_4, V1_5] {
        let lines = flows(v, 400);
        let parse =
            |line: &String| ovs::parse_flow(v, line).unwrap_or_else(|e| panic!("{v}: {line}: {e}"));
        let ours: Vec<_> = lines.iter().map(parse).collect();
        let bytes: Vec<Bytes> = ours.iter().map(|flow| encoded(v, &flow.clone().into())).collect();
        let Some(texts) = printed(v, &bytes) else { return };
        let format = format!("OXM-OpenFlow1{}", v.wire() - 1);
        let input = lines.join("\n") + "\n";
        let arguments = ["-F", &format, "parse-flows", "-"];
        let Some(theirs) = ofctl(v, &arguments, input.as_bytes()) else { return };
        let theirs: Vec<&str> =
            theirs.lines().filter_map(|line| line.split_once("): ")).map(|(_, t)| t).collect();
        assert_eq!(theirs.len(), lines.len(), "{v}");
        for (i, line) in lines.iter().enumerate() {
            assert_eq!(texts[i], theirs[i], "{v}: {line}");
            let text = FlowText(v, &ours[i]).to_string();
            assert_eq!(ovs::parse_flow(v, &text).as_ref(), Ok(&ours[i]), "{v}: {line}\n{text}");
        }
        let entries: Vec<FlowStats> = ours
            .iter()
            .enumerate()
            .map(|(i, flow)| {
                let mut entry = FlowStats {
                    table_id: flow.table_id,
                    priority: flow.priority,
                    idle_timeout: flow.idle_timeout,
                    flags: flow.flags,
                    importance: flow.importance,
                    cookie: i as u64,
                    match_: flow.match_.clone(),
                    instructions: flow.instructions.clone(),
                    ..FlowStats::default()
                };
                let (n, nsec) = (i as u64, [0, 5_000_000, 123_456_789][i % 3]);
                if v < V1_5 {
                    (entry.duration_sec, entry.duration_nsec) = (i as u32, nsec);
                    (entry.packet_count, entry.byte_count) = (n, u64::MAX - n % 3);
                    return entry;
                }
                entry.stats = Stats::new().with(OxsField::Duration, &[n, nsec.into()]);
                if i % 2 == 0 {
                    entry.stats = entry.stats.with(OxsField::IdleTime, &[n]);
                }
                entry.stats = entry.stats.with(OxsField::PacketCount, &[n * 3]);
                if i % 5 > 0 {
                    entry.stats = entry.stats.with(OxsField::ByteCount, &[n << 40]);
                }
                entry
            })
            .collect();
        let part = |part: &[FlowStats]| {
            let body = match v {
                V1_4 => MultipartReplyBody::Flow(part.to_vec()),
                _ => {
                    let desc = |entry: &FlowStats| FlowDesc { entry: entry.clone() };
                    MultipartReplyBody::FlowDesc(part.iter().map(desc).collect())
                }
            };
            reply(v, body)
        };
        let messages: Vec<Bytes> = entries.chunks(50).map(part).collect();
        let Some(texts) = printed(v, &messages) else { return };
        let theirs: Vec<&str> = texts.iter().flat_map(|text| text.lines()).collect();
        assert_eq!(theirs.len(), entries.len(), "{v}");
        for (entry, theirs) in entries.iter().zip(theirs) {
            assert_eq!(format!(" {}", FlowStatsText::new(v, entry)), theirs, "{v}");
            assert_eq!(ovs::parse_flow_stats(v, theirs).as_ref(), Ok(entry), "{v}: {theirs}");
        }
    }
}
