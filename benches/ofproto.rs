//! Speed of the codec on the messages that decide how fast a controller is.
//!
//! Aims: a packet-in of 60 bytes decoded and its in_port read in 40 ns, a 1.3 flow-mod with three
//! match fields and one output encoded in 50 ns, flow statistics at 1 GB/s; each at least 300 times
//! as fast as Ryu's.
//!
//! With `RYU_PYTHON` naming a Python that has Ryu 4.34, the same messages are given to Ryu's parser
//! and serializer in the same run, and the ratios are printed last (CONTRIBUTING.md says how to get
//! such a Python).

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ryu_sdn::ofproto::*;
use ryu_sdn::wire::MacAddr;

fn wire(version: Version, msg: &impl Encode) -> Bytes {
    let mut buf = BytesMut::new();
    msg.encode(version, Xid(1), &mut buf).expect("the message exists in this version");
    buf.freeze()
}

fn entry(port: u32) -> FlowMod {
    FlowMod {
        priority: 1,
        match_: Match::new()
            .in_port(PortNo(port))
            .eth_dst(MacAddr([2, 0, 0, 0, 0, 1]))
            .eth_src(MacAddr([2, 0, 0, 0, 0, 2])),
        instructions: Instruction::apply([Action::output(PortNo(2))]),
        ..FlowMod::add()
    }
}

fn benches(c: &mut Criterion) {
    let packet_in = PacketIn {
        total_len: 60,
        match_: Match::new().in_port(PortNo(3)),
        data: vec![7; 60].into(),
        ..PacketIn::default()
    };
    for version in [V1_0, V1_3] {
        let bytes = wire(version, &packet_in);
        c.bench_function(&format!("decode packet_in {version}"), |b| {
            b.iter(|| match Message::decode(version, black_box(&bytes)) {
                Ok((_, Message::PacketIn(msg))) => black_box(msg.in_port()),
                other => panic!("{other:?}"),
            });
        });
        let entry = entry(1);
        let mut buf = BytesMut::with_capacity(1 << 16);
        c.bench_function(&format!("encode flow_mod {version}"), |b| {
            b.iter(|| {
                buf.clear();
                black_box(&entry).encode(version, Xid(1), &mut buf)
            });
        });
        c.bench_function(&format!("build and encode flow_mod {version}"), |b| {
            b.iter(|| {
                buf.clear();
                self::entry(black_box(1)).encode(version, Xid(1), &mut buf)
            });
        });
    }

    let one = FlowStats {
        match_: entry(1).match_,
        instructions: entry(1).instructions,
        ..FlowStats::default()
    };
    let reply = MultipartReply::new(MultipartReplyBody::Flow(vec![one; 500]));
    let bytes = wire(V1_3, &reply);
    let mut group = c.benchmark_group("flow stats");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("decode 500 entries 1.3", |b| {
        b.iter(|| Message::decode(V1_3, black_box(&bytes)));
    });
    group.finish();
}

/// What is measured against Ryu: a name, what Ryu is to do, the bytes, and the same done here.
type Row = (String, &'static str, Bytes, Box<dyn FnMut()>);

fn rows() -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let packet_in = PacketIn {
        total_len: 60,
        match_: Match::new().in_port(PortNo(3)),
        data: vec![7; 60].into(),
        ..PacketIn::default()
    };
    for version in [V1_0, V1_3] {
        let bytes = wire(version, &packet_in);
        let ours = bytes.clone();
        let decode = move || match Message::decode(version, black_box(&ours)) {
            Ok((_, Message::PacketIn(msg))) => drop(black_box(msg.in_port())),
            other => panic!("{other:?}"),
        };
        rows.push((format!("decode packet_in {version}"), "parse", bytes, Box::new(decode)));
        let (entry, mut buf) = (entry(1), BytesMut::with_capacity(1 << 12));
        let bytes = wire(version, &entry);
        let encode = move || {
            buf.clear();
            black_box(&entry).encode(version, Xid(1), &mut buf).expect("it was encoded before");
            black_box(&buf);
        };
        rows.push((format!("encode flow_mod {version}"), "serialize", bytes, Box::new(encode)));
    }
    let one = FlowStats {
        match_: entry(1).match_,
        instructions: entry(1).instructions,
        ..FlowStats::default()
    };
    let bytes = wire(V1_3, &MultipartReply::new(MultipartReplyBody::Flow(vec![one; 500])));
    let ours = bytes.clone();
    let decode = move || drop(black_box(Message::decode(V1_3, black_box(&ours))));
    rows.push(("decode 500 flow_stats 1.3".into(), "parse", bytes, Box::new(decode)));
    rows
}

/// Nanoseconds of one call: the best of nine rounds of about 50 ms, as on Ryu's side.
fn best(mut call: impl FnMut()) -> f64 {
    let mut round = |count: u32| {
        let start = Instant::now();
        (0..count).for_each(|_| call());
        start.elapsed()
    };
    let once = (round(1000) / 1000).max(Duration::from_nanos(1));
    let count = (Duration::from_millis(50).as_nanos() / once.as_nanos()).max(1) as u32;
    let rounds = (0..9).map(|_| round(count).as_nanos() as f64 / f64::from(count));
    rounds.fold(f64::INFINITY, f64::min)
}

/// Both sides on the same messages, in turn; one line each.
fn against_ryu(python: &str) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/ofproto_ryu.py");
    println!("{:<28} {:>10} {:>14} {:>9}", "", "ours, ns", "Ryu 4.34, ns", "ratio");
    for (name, kind, bytes, call) in rows() {
        let ours = best(call);
        let mut line = format!("{name} {kind} ");
        bytes.iter().for_each(|b| write!(line, "{b:02x}").expect("text grows"));
        let mut ryu = Command::new(python)
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|err| panic!("{python}: {err}"));
        let mut stdin = ryu.stdin.take().expect("it is piped");
        writeln!(stdin, "{line}").expect("the script reads");
        drop(stdin);
        let out = ryu.wait_with_output().expect("the script ends");
        let text = String::from_utf8_lossy(&out.stdout);
        let theirs = text.trim().rsplit(' ').next().and_then(|ns| ns.parse::<f64>().ok());
        let theirs = theirs.unwrap_or_else(|| panic!("{name}: Ryu's side failed"));
        println!("{name:<28} {ours:>10.1} {theirs:>14.0} {:>9.0}", theirs / ours);
    }
}

fn with_ryu(_: &mut Criterion) {
    match std::env::var("RYU_PYTHON") {
        Ok(python) => against_ryu(&python),
        Err(_) => println!("no comparison with Ryu: RYU_PYTHON names no Python that has it"),
    }
}

criterion_group!(ofproto, benches, with_ryu);
criterion_main!(ofproto);
