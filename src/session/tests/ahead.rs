//! Reading ahead of an app that keeps its events waiting.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::*;
use crate::ofproto::{MultipartRequest, TableStats};

fn is_ready<F: Future + Unpin>(future: &mut F) -> bool {
    pin!(future).poll(&mut Context::from_waker(Waker::noop())).is_ready()
}

fn packet_in(data: usize) -> Bytes {
    let match_ = Match::new().in_port(PortNo(1));
    bytes_of(V1_3, Xid(0), &PacketIn { match_, data: vec![0; data].into(), ..PacketIn::default() })
}

fn rig(packet_in_overflow: Overflow) -> Rig {
    let config =
        SessionConfig { versions: vec![V1_3], packet_in_overflow, ..SessionConfig::default() };
    let mut rig = Rig::with(config);
    rig.receive(V1_3, &Hello::default());
    rig.sent();
    rig.receive(V1_3, &features(DPID));
    let xid = xid_of(&rig.sent());
    rig.receive_as(V1_3, xid, &ports(&[1, 2], false));
    rig.sent();
    rig
}

impl Rig {
    fn ahead(&mut self, bytes: &Bytes) {
        self.session.handle_bytes(bytes.clone());
        self.session.read_ahead();
    }
}

fn messages(outputs: &[Output]) -> Vec<&'static str> {
    let names = outputs.iter().map(|output| match output {
        Output::Message { message, .. } => message.name(),
        other => panic!("{other:?}"),
    });
    names.collect()
}

#[test]
fn echo_and_answers_overtake_what_waits() {
    let mut rig = rig(Overflow::Wait);
    let dp = rig.session.datapath().clone();
    let mut barrier = dp.barrier();
    let mut refused = dp.deliver(&FlowMod::add());
    rig.sent();
    rig.ahead(&packet_in(60));
    rig.ahead(&bytes_of(V1_3, Xid(9), &EchoRequest { data: Bytes::from_static(b"hi") }));
    assert!(
        matches!(decode(V1_3, &rig.sent()), Message::EchoReply(reply) if &reply.data[..] == b"hi")
    );
    rig.ahead(&bytes_of(V1_3, refused.xid().unwrap(), &error(V1_3, ErrorKind::BadRequestBadType)));
    assert!(is_ready(&mut refused));
    // One that nobody asked for waits as all else does.
    rig.ahead(&bytes_of(V1_3, Xid(0xbad), &BarrierReply));
    rig.ahead(&bytes_of(V1_3, barrier.xid().unwrap(), &BarrierReply));
    assert!(is_ready(&mut barrier));
    rig.ahead(&bytes_of(V1_3, Xid(0), &status(PortReason::ADD, PortNo(3))));
    // A message that is cut in two is read on.
    let cut = packet_in(61);
    rig.ahead(&cut.slice(..30));
    assert!(rig.session.can_read_ahead());
    rig.ahead(&cut.slice(30..));
    let (ports, told): (Vec<_>, Vec<_>) =
        rig.outputs().into_iter().partition(|output| matches!(output, Output::Port { .. }));
    assert_eq!(messages(&told), ["packet_in", "barrier_reply", "port_status", "packet_in"]);
    assert_eq!((ports.len(), dp.ports().len()), (1, 3));
}

#[test]
fn what_is_read_ahead_is_bounded_and_nothing_of_it_is_lost() {
    let mut rig = rig(Overflow::Wait);
    for (data, limit) in [(0, READ_AHEAD_MESSAGES), (1_000, READ_AHEAD_BYTES / 1_000)] {
        let one = packet_in(data);
        let chunk = Bytes::from(one.repeat(64));
        let mut sent = 0;
        while rig.session.can_read_ahead() {
            rig.ahead(&chunk);
            sent += 64;
            assert!(sent <= limit + 64, "{sent}");
        }
        assert!(sent > limit / 2, "{sent}");
        rig.session.read_ahead();
        assert!(!rig.session.can_read_ahead());
        assert_eq!(rig.outputs().len(), sent);
        assert!(rig.session.can_read_ahead());
    }
    assert_eq!(rig.session.datapath().dropped_packet_ins(), 0);
}

#[test]
fn packet_ins_are_dropped_if_asked_for_and_nothing_else_is() {
    let mut rig = rig(Overflow::Drop);
    let chunk = Bytes::from(packet_in(60).repeat(100));
    let echo = bytes_of(V1_3, Xid(9), &EchoRequest::default());
    for _ in 0..1_000 {
        rig.ahead(&chunk);
        rig.ahead(&echo);
        assert!(matches!(decode(V1_3, &rig.sent()), Message::EchoReply(_)));
        assert!(rig.session.can_read_ahead());
    }
    // Something else does not fit: there it stops.
    let removed = bytes_of(V1_3, Xid(0), &status(PortReason::ADD, PortNo(3)));
    while rig.session.can_read_ahead() {
        rig.ahead(&removed);
    }
    let kept = rig.outputs();
    let packet_ins = kept
        .iter()
        .filter(|output| matches!(output, Output::Message { message: Message::PacketIn(_), .. }))
        .count();
    let dropped = rig.session.datapath().dropped_packet_ins();
    assert_eq!(packet_ins as u64 + dropped, 100_000);
    assert!(packet_ins <= READ_AHEAD_MESSAGES);
}

/// An app that waits for an answer while its inbox is full waits for ever if the answer stands behind
/// packet-ins that nobody may read.
#[test]
fn for_one_who_waits_for_an_answer_reading_goes_on() {
    let mut rig = rig(Overflow::Wait);
    let dp = rig.session.datapath().clone();
    let chunk = Bytes::from(packet_in(60).repeat(100));
    while rig.session.can_read_ahead() {
        rig.ahead(&chunk);
    }
    let mut barrier = dp.barrier();
    rig.session.read_ahead();
    assert!(rig.session.can_read_ahead());
    rig.ahead(&bytes_of(V1_3, barrier.xid().unwrap(), &BarrierReply));
    assert!(is_ready(&mut barrier));
    assert!(dp.dropped_packet_ins() > 0);
    drop(barrier);
    rig.ahead(&chunk);
    assert!(!rig.session.can_read_ahead());
}

#[test]
fn the_parts_of_a_stream_stay_in_order() {
    let mut rig = rig(Overflow::Wait);
    let dp = rig.session.datapath().clone();
    let mut parts = dp.stream(&MultipartRequest::table());
    let xid = parts.xid().unwrap();
    let part = |n: usize| {
        let body = MultipartReplyBody::Table(vec![TableStats::default(); n]);
        bytes_of(V1_3, xid, &MultipartReply { flags: MultipartFlags::MORE, body })
    };
    let next = |parts: &mut AnswerParts| match pin!(parts.next())
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(Some(Ok(MultipartReplyBody::Table(part)))) => Some(part.len()),
        _ => None,
    };
    for n in 0..STREAM_PARTS + 2 {
        rig.ahead(&part(n));
    }
    // There is room again; but two wait already.
    assert_eq!(next(&mut parts), Some(0));
    rig.ahead(&part(STREAM_PARTS + 2));
    let mut taken = vec![0];
    for _ in 0..3 {
        taken.extend(std::iter::from_fn(|| next(&mut parts)));
        while rig.session.poll_output().is_some() {}
    }
    taken.extend(std::iter::from_fn(|| next(&mut parts)));
    assert_eq!(taken, (0..=STREAM_PARTS + 2).collect::<Vec<_>>());
}

#[test]
fn what_is_wrong_is_found_in_its_turn() {
    let mut rig = rig(Overflow::Wait);
    rig.ahead(&packet_in(60));
    rig.ahead(&Bytes::from_static(b"\x01\x13\x00\x08\x00\x00\x00\x05"));
    rig.ahead(&Bytes::from_static(b"\x04\x00\x00\x03"));
    assert!(!rig.session.can_read_ahead());
    let outputs = rig.outputs();
    assert!(matches!(outputs[0], Output::Message { .. }));
    assert!(matches!(outputs[1], Output::Violation(Violation::Version { .. })));
    assert!(matches!(closed(&outputs), Some(CloseReason::Framing { .. })));
}

#[test]
fn who_hangs_up_answers_nobody_and_what_it_said_is_told() {
    let mut rig = rig(Overflow::Wait);
    let dp = rig.session.datapath().clone();
    let mut barrier = dp.barrier();
    rig.ahead(&packet_in(60));
    rig.session.hang_up();
    assert!(is_ready(&mut barrier));
    assert!(is_ready(&mut dp.barrier()));
    assert_eq!(messages(&rig.outputs()), ["packet_in"]);
}
