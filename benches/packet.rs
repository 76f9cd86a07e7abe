//! Speed of the packet library.
//!
//! Aims: Ethernet, IPv4 and TCP to the ports in 15 ns, and not slower than `etherparse` in the same
//! run; the same built, checksums and all, in 60 ns; each at least 300 times as fast as Ryu.
//!
//! With `RYU_PYTHON` naming a Python that has Ryu 4.34, the same frames are given to Ryu in the same
//! run, and the ratios are printed last (CONTRIBUTING.md says how to get such a Python).

mod ryu_peer;

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use etherparse::{PacketBuilder, SlicedPacket, TransportSlice};
use ryu_sdn::packet::{EmitError, Ethernet, Ipv4, Layer, Packet, Tcp, ethertype, ip_proto};
use ryu_sdn::wire::MacAddr;

use ryu_peer::Row;

const SRC: MacAddr = MacAddr([2, 0, 0, 0, 0, 1]);
const DST: MacAddr = MacAddr([2, 0, 0, 0, 0, 2]);
const PAYLOAD: [u8; 6] = *b"hello!";

/// Builds the frame of these benches.
#[inline]
fn build(port: u16, out: &mut Vec<u8>) -> Result<(), EmitError> {
    let ip = Ipv4::new([10, 0, 0, 1].into(), [10, 0, 0, 2].into(), ip_proto::TCP);
    let tcp =
        Tcp { src_port: port, dst_port: 80, bits: Tcp::ACK, window_size: 1024, ..Tcp::default() };
    (Ethernet::new(DST, SRC, ethertype::IPV4) / ip / tcp / PAYLOAD).emit(out)
}

fn build_etherparse(port: u16, out: &mut Vec<u8>) {
    let builder = PacketBuilder::ethernet2(SRC.0, DST.0)
        .ipv4([10, 0, 0, 1], [10, 0, 0, 2], 64)
        .tcp(port, 80, 0, 1024)
        .ack(0);
    builder.write(out, &PAYLOAD).expect("it fits");
}

#[inline]
fn ports(frame: &[u8]) -> Option<(u16, u16)> {
    Packet::parse(frame).get::<Tcp>().map(|tcp| (tcp.src_port, tcp.dst_port))
}

#[inline]
fn ports_etherparse(frame: &[u8]) -> Option<(u16, u16)> {
    match SlicedPacket::from_ethernet(frame).ok()?.transport {
        Some(TransportSlice::Tcp(tcp)) => Some((tcp.source_port(), tcp.destination_port())),
        _ => None,
    }
}

/// All three headers, read in full.
#[inline]
fn headers(frame: &[u8]) -> (Option<Ethernet>, Option<Ipv4<'_>>, Option<Tcp<'_>>) {
    let packet = Packet::parse(frame);
    (packet.get(), packet.get(), packet.get())
}

fn frame() -> Vec<u8> {
    let mut frame = Vec::new();
    build(40000, &mut frame).expect("it fits");
    assert_eq!(ports(&frame), Some((40000, 80)));
    assert_eq!(ports_etherparse(&frame), Some((40000, 80)));
    assert_eq!(Packet::parse(&frame).verify(), Ok(()));
    frame
}

fn benches(c: &mut Criterion) {
    let frame = frame();
    let mut group = c.benchmark_group("ethernet/ipv4/tcp");
    group.bench_function("to ports", |b| b.iter(|| ports(black_box(&frame))));
    group
        .bench_function("to ports, etherparse", |b| b.iter(|| ports_etherparse(black_box(&frame))));
    group.bench_function("all headers", |b| {
        b.iter(|| black_box(headers(black_box(&frame))).2.is_some())
    });
    group.bench_function("layers", |b| {
        b.iter(|| Packet::parse(black_box(&frame)).iter().map(black_box).count())
    });
    group.bench_function("ethernet only", |b| b.iter(|| Ethernet::parse(black_box(&frame))));
    group.bench_function("verify", |b| b.iter(|| Packet::parse(black_box(&frame)).verify()));
    let mut out = Vec::with_capacity(256);
    group.bench_function("build", |b| {
        b.iter(|| {
            out.clear();
            build(black_box(40000), &mut out)
        });
    });
    group.bench_function("build, etherparse", |b| {
        b.iter(|| {
            out.clear();
            build_etherparse(black_box(40000), &mut out);
        });
    });
    group.finish();
}

/// What is measured against Ryu.
fn rows() -> Vec<Row> {
    let frame = frame();
    let row = |name: &str, task: &str, call: Box<dyn FnMut()>| Row {
        name: name.to_owned(),
        task: task.to_owned(),
        bytes: frame.clone(),
        call,
    };
    let (one, two) = (frame.clone(), frame.clone());
    let mut out = Vec::with_capacity(256);
    let to_ports = move || {
        black_box(ports(black_box(&one)));
    };
    let all_layers = move || {
        let layers = Packet::parse(black_box(&two)).iter().map(black_box::<Layer<'_>>);
        black_box(layers.count());
    };
    let built = move || {
        out.clear();
        build(black_box(40000), &mut out).expect("it fits");
        black_box(&out);
    };
    vec![
        row("to ports", "parse", Box::new(to_ports)),
        row("all layers", "parse", Box::new(all_layers)),
        row("build", "serialize", Box::new(built)),
    ]
}

fn with_ryu(_: &mut Criterion) {
    ryu_peer::compare("packet_ryu.py", rows);
}

criterion_group!(packet, benches, with_ryu);
criterion_main!(packet);
