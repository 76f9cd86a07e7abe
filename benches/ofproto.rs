//! Speed of the codec on the messages that decide how fast a controller is.
//!
//! Aims: a packet-in of 60 bytes decoded and its in_port read in 40 ns, a 1.3 flow-mod with three
//! match fields and one output encoded in 50 ns, flow statistics at 1 GB/s; each at least 300 times
//! as fast as Ryu's.
//!
//! With `RYU_PYTHON` naming a Python that has Ryu 4.34, the same messages are given to Ryu's parser
//! and serializer in the same run, and the ratios are printed last (CONTRIBUTING.md says how to get
//! such a Python).

mod ryu_peer;

use std::hint::black_box;

use bytes::{Bytes, BytesMut};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ryu_sdn::ofproto::*;
use ryu_sdn::wire::MacAddr;

use ryu_peer::Row;

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

/// What is measured against Ryu.
fn rows() -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut row = |name: String, kind, bytes: Bytes, call: Box<dyn FnMut()>| {
        rows.push(Row { task: format!("{name} {kind}"), name, bytes: bytes.into(), call });
    };
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
        row(format!("decode packet_in {version}"), "parse", bytes, Box::new(decode));
        let (entry, mut buf) = (entry(1), BytesMut::with_capacity(1 << 12));
        let bytes = wire(version, &entry);
        let encode = move || {
            buf.clear();
            black_box(&entry).encode(version, Xid(1), &mut buf).expect("it was encoded before");
            black_box(&buf);
        };
        row(format!("encode flow_mod {version}"), "serialize", bytes, Box::new(encode));
    }
    let one = FlowStats {
        match_: entry(1).match_,
        instructions: entry(1).instructions,
        ..FlowStats::default()
    };
    let bytes = wire(V1_3, &MultipartReply::new(MultipartReplyBody::Flow(vec![one; 500])));
    let ours = bytes.clone();
    let decode = move || drop(black_box(Message::decode(V1_3, black_box(&ours))));
    row("decode 500 flow_stats 1.3".into(), "parse", bytes, Box::new(decode));
    rows
}

fn with_ryu(_: &mut Criterion) {
    ryu_peer::compare("ofproto_ryu.py", rows);
}

criterion_group!(ofproto, benches, with_ryu);
criterion_main!(ofproto);
