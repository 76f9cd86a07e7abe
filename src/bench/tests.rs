//! The fake switch without a connection: what it counts, however the bytes are cut.

use std::time::Duration;

use bytes::{Bytes, BytesMut};

use crate::clock::Clock;
use crate::ofproto::{
    BarrierRequest, BufferId, EchoRequest, Encode, FeaturesRequest, FlowMod, Framing,
    GetConfigRequest, Message, MultipartRequest, PacketOut, RoleRequest, SetConfig, V1_0, V1_3,
    Version, Xid, frame,
};

use super::fake_switch::{FakeSwitch, Standing};
use super::{Load, Mode, Run, Summary};

fn load(version: Version, mode: Mode) -> Load {
    Load { version, mode, ..Load::new("127.0.0.1:6653".parse().unwrap()) }
}

fn encoded(version: Version, messages: &[Message]) -> Bytes {
    let mut buf = BytesMut::new();
    for (xid, message) in (1..).zip(messages) {
        message.encode(version, Xid(xid), &mut buf).unwrap();
    }
    buf.freeze()
}

/// What the switch has to say, and says no more.
fn said(fake: &mut FakeSwitch, version: Version) -> Vec<(Xid, &'static str)> {
    let mut bytes = fake.answers.split().freeze();
    let mut names = Vec::new();
    while let Framing::Message(len) = frame(&bytes) {
        let (xid, message) = Message::decode(version, &bytes.split_to(len)).unwrap();
        names.push((xid, message.name()));
    }
    assert!(bytes.is_empty());
    names
}

#[test]
fn answers_as_a_switch_must_and_counts_the_rest_however_it_is_cut() {
    for version in [V1_0, V1_3] {
        let mut messages: Vec<Message> = vec![
            FeaturesRequest.into(),
            SetConfig::default().into(),
            FlowMod::add().into(),
            GetConfigRequest.into(),
            PacketOut::default().into(),
            MultipartRequest::desc().into(),
            EchoRequest { data: Bytes::from_static(b"hello") }.into(),
            FlowMod::add().into(),
            BarrierRequest.into(),
        ];
        let mut answers = vec![
            (Xid(0), "hello"),
            (Xid(1), "features_reply"),
            (Xid(4), "get_config_reply"),
            (Xid(6), "multipart_reply"),
            (Xid(7), "echo_reply"),
            (Xid(9), "barrier_reply"),
        ];
        if version == V1_3 {
            messages.push(MultipartRequest::port_desc().into());
            messages.push(RoleRequest::default().into());
            answers.extend([(Xid(10), "multipart_reply"), (Xid(11), "role_reply")]);
        }
        let bytes = encoded(version, &messages);
        for mode in [Mode::Throughput, Mode::Latency] {
            for piece in 1..=bytes.len() {
                let now = Clock::test().now();
                let mut fake = FakeSwitch::new(&load(version, mode), 0, now);
                assert_eq!(fake.standing, Standing::Strange);
                bytes.chunks(piece).for_each(|bytes| fake.take(bytes, now).unwrap());
                let counted = (fake.counts.flow_mods, fake.counts.packet_outs);
                assert_eq!(counted, (2, 1), "{version} {mode:?} {piece}");
                assert_eq!(fake.standing, Standing::Ready);
                let said = said(&mut fake, version);
                let known = said.iter().map(|(xid, name)| (*xid, *name)).collect::<Vec<_>>();
                assert_eq!(known, answers, "{version} {mode:?} {piece}");
            }
        }
    }
}

#[test]
fn what_is_no_openflow_is_told_and_not_waited_for() {
    let now = Clock::test().now();
    for kind in [0, 13, 14, 200] {
        let mut fake = FakeSwitch::new(&load(V1_0, Mode::Throughput), 0, now);
        let error = fake.take(&[1, kind, 0, 7, 0, 0, 0, 1], now).unwrap_err();
        assert!(error.0.contains("header length"), "{}", error.0);
        assert_eq!(fake.counts.flow_mods + fake.counts.packet_outs, 0);
    }
    for piece in [1, 2, 100] {
        let mut fake = FakeSwitch::new(&load(V1_0, Mode::Throughput), 0, now);
        let mut pieces = b"HTTP/1.1 400 Bad Request".chunks(piece);
        let error = pieces.find_map(|bytes| fake.take(bytes, now).err()).unwrap();
        assert_eq!(error.0, "a message of version 0x48", "{piece}");
    }
}

#[test]
fn a_response_ends_the_probe_whose_buffer_it_names_or_that_of_anybody() {
    let clock = Clock::test();
    for version in [V1_0, V1_3] {
        let named = |buffer_id| -> [Message; 2] {
            [
                FlowMod { buffer_id, ..FlowMod::add() }.into(),
                PacketOut { buffer_id, ..PacketOut::default() }.into(),
            ]
        };
        for (at, answer) in named(BufferId(7)).into_iter().enumerate() {
            let sent = clock.now();
            let mut fake = FakeSwitch::new(&load(version, Mode::Latency), 0, sent);
            fake.probe(7, sent);
            clock.advance(Duration::from_micros(50));
            // The late second answer to the one before.
            let late = encoded(version, &[named(BufferId(6))[at].clone()]);
            fake.take(&late, clock.now()).unwrap();
            assert!(!fake.is_idle(), "{version} {at}");
            clock.advance(Duration::from_micros(50));
            fake.take(&encoded(version, &[answer]), clock.now()).unwrap();
            assert!(fake.is_idle());
            assert_eq!(fake.times.max(), Some(Duration::from_micros(100)));
            assert_eq!(fake.counts.flow_mods + fake.counts.packet_outs, 2);
            // A controller that does not name buffers.
            fake.probe(8, clock.now());
            let unnamed = encoded(version, &[named(BufferId::NO_BUFFER)[at].clone()]);
            fake.take(&unnamed, clock.now()).unwrap();
            assert!(fake.is_idle());
            // One that does not answer.
            fake.probe(9, clock.now());
            clock.advance(Duration::from_millis(999));
            assert!(!fake.give_up(clock.now()));
            clock.advance(Duration::from_millis(1));
            assert!(fake.give_up(clock.now()) && fake.is_idle());
            assert_eq!((fake.counts.lost, fake.times.len()), (1, 2));
        }
    }
}

#[test]
fn the_text_is_cbenchs() {
    let clock = Clock::test();
    let run = |flow_mods| Run {
        elapsed: Duration::from_millis(500),
        per_switch: vec![flow_mods, 0],
        flow_mods,
        packet_ins: 3 * flow_mods,
        ..Run::at(clock.wall())
    };
    let (first, second) = (run(1000), run(2000));
    let text = first.to_string();
    // `HH:MM:SS.mmm`, which is what the clock says.
    assert_eq!(&text[12..], " 2   switches: flows/sec:  1000  0   total = 2.000000 per ms ");
    assert!(text[..12].bytes().all(|b| b.is_ascii_digit() || b":.".contains(&b)), "{text}");
    let mut summary = Summary::of(&[first, second]).unwrap();
    assert_eq!(
        summary.to_string(),
        "RESULT: 2 switches 2 tests min/max/avg/stdev = 2000.00/4000.00/3000.00/1000.00 responses/s"
    );
    assert_eq!(summary.packet_ins, 9000.0);
    assert_eq!(summary.to_json()["latency_us"], serde_json::Value::Null);
    summary.times.add(Duration::from_micros(20));
    let text = summary.to_string();
    let latency = text.lines().nth(1).unwrap();
    assert_eq!(
        latency,
        "LATENCY: 1 packet-ins 0 lost p50/p90/p99/p99.9/max = 20.0/20.0/20.0/20.0/20.0 us"
    );
    assert_eq!(Summary::of(&[]), None);
}
