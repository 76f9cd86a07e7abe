//! The session machine, driven by hand: every cell of the table, every cut of the stream.

use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};

use crate::ofproto::{
    BarrierReply, BarrierRequest, Dpid, EchoReply, EchoRequest, Encode, ErrorKind, ErrorMsg,
    Experimenter, FeaturesRequest, FlowMod, Hello, Match, Message, MultipartFlags, MultipartReply,
    MultipartReplyBody, PacketIn, PacketOut, Port, PortNo, PortReason, PortStatus, SwitchFeatures,
    Unknown, V1_0, V1_3, Version, Xid, peek_header,
};

use super::*;

mod ahead;
mod barrier;
mod cuts;
mod identity;
mod manners;
mod requests;
mod times;

const DPID: Dpid = Dpid(0xa1);

/// A session with a hand on everything that goes in and out of it.
struct Rig {
    session: Session,
    now: Instant,
}

impl Rig {
    fn new(side: Side, versions: &[Version]) -> Rig {
        Rig::with(SessionConfig { side, versions: versions.to_vec(), ..SessionConfig::default() })
    }

    fn with(config: SessionConfig) -> Rig {
        let now = crate::clock::Clock::test().now();
        let peer = Peer {
            connection: 1,
            address: "192.0.2.1:41822".to_owned(),
            first_xid: 100,
            flush: FlushList::default(),
        };
        let mut rig = Rig { session: Session::new(config, peer, now), now };
        assert!(matches!(rig.outputs()[..], [Output::Phase(Phase::Handshake)]));
        rig
    }

    /// A controller's session in the given phase.
    fn in_phase(version: Version, phase: Phase) -> Rig {
        let mut rig = Rig::new(Side::Controller, &[version]);
        if phase == Phase::Handshake {
            return rig;
        }
        rig.receive(version, &Hello::default());
        rig.sent();
        if phase == Phase::Config {
            return rig;
        }
        rig.receive(version, &features(DPID));
        if version >= V1_3 {
            let xid = xid_of(&rig.sent());
            rig.receive_as(version, xid, &ports(&[1, 2], false));
        }
        rig.sent();
        assert_eq!(rig.session.phase(), Phase::Main);
        if phase == Phase::Dead {
            rig.session.handle_end(CloseReason::Peer);
            rig.outputs();
        }
        rig
    }

    fn outputs(&mut self) -> Vec<Output> {
        std::iter::from_fn(|| self.session.poll_output()).collect()
    }

    fn receive<M: Encode>(&mut self, version: Version, message: &M) -> Vec<Output> {
        self.receive_as(version, Xid(7), message)
    }

    fn receive_as<M: Encode>(&mut self, version: Version, xid: Xid, message: &M) -> Vec<Output> {
        self.receive_bytes(bytes_of(version, xid, message))
    }

    fn receive_bytes(&mut self, bytes: impl Into<Bytes>) -> Vec<Output> {
        self.session.handle_bytes(bytes.into());
        self.outputs()
    }

    fn pass(&mut self, time: Duration) -> Vec<Output> {
        self.now += time;
        self.session.handle_timeout(self.now);
        self.outputs()
    }

    /// Takes what waits in the outbox.
    fn sent(&mut self) -> Vec<u8> {
        let mut sent = Vec::new();
        let all = self.session.datapath().flush_with(|bytes| {
            sent.extend_from_slice(bytes);
            Ok::<_, ()>(bytes.len())
        });
        assert_eq!(all, Ok(0));
        sent
    }
}

fn bytes_of<M: Encode>(version: Version, xid: Xid, message: &M) -> Bytes {
    let mut buf = BytesMut::new();
    message.encode(version, xid, &mut buf).unwrap();
    buf.freeze()
}

fn xid_of(bytes: &[u8]) -> Xid {
    peek_header(bytes).unwrap().xid
}

fn decode(version: Version, bytes: &[u8]) -> Message {
    Message::decode(version, &Bytes::copy_from_slice(bytes)).unwrap().1
}

fn error(version: Version, kind: ErrorKind) -> ErrorMsg {
    ErrorMsg::new(version, kind, Bytes::from_static(b"quoted")).unwrap()
}

fn features(dpid: Dpid) -> SwitchFeatures {
    SwitchFeatures { datapath_id: dpid, ..SwitchFeatures::default() }
}

fn port(number: u32) -> Port {
    Port { port_no: PortNo(number), ..Port::default() }
}

fn ports(numbers: &[u32], more: bool) -> MultipartReply {
    let body = MultipartReplyBody::PortDesc(numbers.iter().map(|number| port(*number)).collect());
    let flags = if more { MultipartFlags::MORE } else { MultipartFlags(0) };
    MultipartReply { flags, body }
}

fn status(reason: PortReason, number: PortNo) -> PortStatus {
    PortStatus { reason, desc: Port { port_no: number, ..Port::default() } }
}

fn closed(outputs: &[Output]) -> Option<&CloseReason> {
    outputs.iter().find_map(|output| match output {
        Output::Close(reason) => Some(reason),
        _ => None,
    })
}

/// One message of each kind, as far as the version has it.
fn samples(version: Version) -> Vec<(Kind, Message)> {
    let samples: Vec<(Kind, Message)> = vec![
        (Kind::Hello, Hello::default().into()),
        (Kind::Error, error(version, ErrorKind::BadRequestBadType).into()),
        (Kind::EchoRequest, EchoRequest { data: Bytes::from_static(b"are you there") }.into()),
        (Kind::EchoReply, EchoReply::default().into()),
        (Kind::Experimenter, Experimenter::default().into()),
        (Kind::Features, features(DPID).into()),
        (
            Kind::FromSwitch,
            PacketIn { match_: Match::new().in_port(PortNo(1)), ..PacketIn::default() }.into(),
        ),
        (Kind::FromSwitch, BarrierReply.into()),
        (Kind::FromController, FeaturesRequest.into()),
        (Kind::FromController, FlowMod::add().into()),
        (Kind::FromController, PacketOut::default().into()),
        (Kind::FromController, BarrierRequest.into()),
        (Kind::Unknown, Unknown { msg_type: 0xcc, body: Bytes::from_static(&[0; 8]) }.into()),
    ];
    let says = |message: &Message| message.encode(version, Xid(1), &mut BytesMut::new()).is_ok();
    samples.into_iter().filter(|(_, message)| says(message)).collect()
}

#[test]
fn every_cell_of_the_controllers_table() {
    for version in Version::ALL {
        for phase in Phase::ALL {
            for (kind, message) in samples(version) {
                let mut rig = Rig::in_phase(version, phase);
                rig.sent();
                let outputs = rig.receive(version, &message);
                let what = format!("{version} {phase} {kind:?}: {outputs:?}");
                let delivered = outputs.iter().any(
                    |output| matches!(output, Output::Message { phase: p, .. } if *p == phase),
                );
                match cell(Side::Controller, phase, kind) {
                    Cell::Ignore => assert!(outputs.is_empty(), "{what}"),
                    Cell::Deliver => assert!(delivered && outputs.len() == 1, "{what}"),
                    Cell::Close => {
                        assert!(!delivered && closed(&outputs).is_some(), "{what}");
                        assert_eq!(rig.session.phase(), Phase::Dead, "{what}");
                    }
                    Cell::Refuse => {
                        assert!(matches!(outputs[..], [Output::Violation(_)]), "{what}");
                        let Message::Error(error) = decode(version, &rig.sent()) else {
                            panic!("{what}");
                        };
                        assert_eq!(
                            error.kind(version),
                            Some(ErrorKind::BadRequestBadType),
                            "{what}"
                        );
                    }
                    Cell::Act => {
                        let echo_first = phase == Phase::Handshake
                            && matches!(kind, Kind::EchoRequest | Kind::EchoReply);
                        assert_eq!(delivered, !echo_first, "{what}");
                        if kind == Kind::EchoRequest {
                            let reply = decode(version, &rig.sent());
                            assert!(
                                matches!(reply, Message::EchoReply(reply) if &reply.data[..] == b"are you there")
                            );
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn every_cell_of_the_switchs_table() {
    for version in [V1_0, V1_3] {
        for phase in [Phase::Handshake, Phase::Main, Phase::Dead] {
            for (kind, message) in samples(version) {
                let mut rig = Rig::new(Side::Switch, &[version]);
                if phase != Phase::Handshake {
                    rig.receive(version, &Hello::default());
                }
                if phase == Phase::Dead {
                    rig.session.handle_end(CloseReason::Peer);
                    rig.outputs();
                }
                rig.sent();
                let outputs = rig.receive(version, &message);
                let what = format!("{version} {phase} {kind:?}: {outputs:?}");
                match cell(Side::Switch, phase, kind) {
                    Cell::Ignore => assert!(outputs.is_empty(), "{what}"),
                    Cell::Deliver => {
                        assert!(matches!(outputs[..], [Output::Message { .. }]), "{what}")
                    }
                    Cell::Close => assert!(closed(&outputs).is_some(), "{what}"),
                    Cell::Refuse => {
                        assert!(matches!(outputs[..], [Output::Violation(_)]), "{what}")
                    }
                    Cell::Act => assert_eq!(closed(&outputs), None, "{what}"),
                }
            }
        }
    }
}

#[test]
fn a_1_0_switch_is_known_after_its_features() {
    let mut rig = Rig::new(Side::Controller, &[V1_0, V1_3]);
    // The hello offers both versions.
    assert!(
        matches!(decode(V1_3, &rig.sent()), Message::Hello(hello) if hello.bitmap() == Some(0b10010))
    );
    let outputs = rig.receive(V1_0, &Hello::default());
    assert!(matches!(
        outputs[..],
        [Output::Message { phase: Phase::Handshake, .. }, Output::Phase(Phase::Config)]
    ));
    assert!(matches!(decode(V1_0, &rig.sent()), Message::FeaturesRequest(_)));
    let reply = SwitchFeatures { ports: vec![port(1), port(2)], ..features(DPID) };
    let outputs = rig.receive(V1_0, &reply);
    // The features reply is an event of the phase before it.
    assert!(matches!(
        outputs[..],
        [Output::Phase(Phase::Main), Output::Message { phase: Phase::Config, .. }]
            | [Output::Message { phase: Phase::Config, .. }, Output::Phase(Phase::Main)]
    ));
    let dp = rig.session.datapath();
    assert_eq!((dp.id(), dp.version(), dp.ports().len()), (DPID, V1_0, 2));
}

#[test]
fn a_1_3_switch_is_known_after_the_last_part_of_its_ports() {
    let mut rig = Rig::in_phase(V1_3, Phase::Config);
    rig.receive(V1_3, &features(DPID));
    let asked = rig.sent();
    assert!(matches!(decode(V1_3, &asked), Message::MultipartRequest(_)));
    let xid = xid_of(&asked);
    rig.receive_as(V1_3, xid, &ports(&[1], true));
    // The answer to somebody else's question ends nothing.
    rig.receive_as(V1_3, Xid(xid.0 ^ 1), &ports(&[9], false));
    assert_eq!(rig.session.phase(), Phase::Config);
    let outputs = rig.receive_as(V1_3, xid, &ports(&[2], false));
    assert!(outputs.iter().any(|output| matches!(output, Output::Phase(Phase::Main))));
    let numbers: Vec<u32> = rig.session.datapath().ports().iter().map(|p| p.port_no.0).collect();
    assert_eq!(numbers, [1, 2]);
}

#[test]
fn a_hello_from_the_future_is_understood() {
    let mut rig = Rig::new(Side::Controller, &[V1_3]);
    // Version 9, an element that nobody knows, then the bitmap.
    let hello =
        b"\x09\x00\x00\x18\x00\x00\x00\x01\x00\x07\x00\x06ab\0\0\x00\x01\x00\x08\x00\x00\x02\x10";
    rig.receive_bytes(&hello[..]);
    assert_eq!((rig.session.phase(), rig.session.datapath().version()), (Phase::Config, V1_3));
}

#[test]
fn versions_that_do_not_meet_are_told_so() {
    let mut rig = Rig::new(Side::Controller, &[V1_3]);
    rig.sent();
    let outputs = rig.receive(V1_0, &Hello::default());
    assert!(matches!(closed(&outputs), Some(CloseReason::Versions(_))));
    let Message::Error(error) = decode(V1_3, &rig.sent()) else { panic!() };
    assert_eq!(error.kind(V1_3), Some(ErrorKind::HelloFailedIncompatible));
    assert!(String::from_utf8_lossy(&error.data).starts_with("unsupported version 0x01"));
}

#[test]
fn a_peer_that_refuses_the_hello_ends_the_session() {
    let mut rig = Rig::new(Side::Controller, &[V1_3]);
    let outputs = rig.receive(V1_0, &error(V1_0, ErrorKind::HelloFailedIncompatible));
    assert!(matches!(outputs[0], Output::Message { .. }));
    assert!(matches!(closed(&outputs), Some(CloseReason::HelloRefused(_))));
}

#[test]
fn another_version_than_agreed_is_answered_with_an_error() {
    for phase in [Phase::Config, Phase::Main] {
        let mut rig = Rig::in_phase(V1_3, phase);
        let bytes = bytes_of(V1_0, Xid(5), &BarrierReply);
        let outputs = rig.receive_bytes(bytes.clone());
        assert!(matches!(outputs[..], [Output::Violation(Violation::Version { version: 1, .. })]));
        let sent = rig.sent();
        assert_eq!(xid_of(&sent), Xid(5));
        let Message::Error(error) = decode(V1_3, &sent) else { panic!() };
        assert_eq!(error.kind(V1_3), Some(ErrorKind::BadRequestBadVersion));
        assert_eq!(error.data, bytes);
    }
}

#[test]
fn a_second_features_reply_cannot_change_who_the_switch_is() {
    let mut rig = Rig::in_phase(V1_3, Phase::Main);
    let outputs = rig.receive(V1_3, &features(Dpid(0xbad)));
    assert!(matches!(outputs[..], [Output::Violation(Violation::Identity { .. })]));
    assert_eq!(rig.session.datapath().id(), DPID);
    // The same again is an answer to an app's question.
    let outputs = rig.receive(V1_3, &features(DPID));
    assert!(matches!(outputs[..], [Output::Message { phase: Phase::Main, .. }]));
}

#[test]
fn an_auxiliary_connection_is_refused() {
    let mut rig = Rig::in_phase(V1_3, Phase::Config);
    let outputs = rig.receive(V1_3, &SwitchFeatures { auxiliary_id: 1, ..features(DPID) });
    assert!(matches!(closed(&outputs), Some(CloseReason::Auxiliary { .. })));
}

#[test]
fn ports_follow_their_status_and_lies_change_nothing() {
    let mut rig = Rig::in_phase(V1_3, Phase::Main);
    let outputs = rig.receive(V1_3, &status(PortReason::ADD, PortNo(3)));
    assert!(matches!(
        outputs[..],
        [Output::Message { .. }, Output::Port { number: PortNo(3), .. }]
            | [Output::Port { number: PortNo(3), .. }, Output::Message { .. }]
    ));
    assert!(rig.session.datapath().port(PortNo(3)).is_some());
    rig.receive(V1_3, &status(PortReason::DELETE, PortNo(3)));
    assert!(rig.session.datapath().port(PortNo(3)).is_none());
    for lie in [
        status(PortReason::ADD, PortNo(0)),
        status(PortReason::ADD, PortNo::ANY),
        status(PortReason::ADD, PortNo::FLOOD),
        status(PortReason(3), PortNo(4)),
        status(PortReason::DELETE, PortNo(77)),
    ] {
        let before = rig.session.datapath().ports();
        rig.receive(V1_3, &lie);
        assert_eq!(rig.session.datapath().ports(), before, "{lie}");
    }
}

#[test]
fn silence_before_the_end_of_the_handshake_ends_it() {
    for phase in [Phase::Handshake, Phase::Config] {
        let mut rig = Rig::in_phase(V1_3, phase);
        assert_eq!(rig.session.deadline(), Some(rig.now + Duration::from_secs(5)));
        assert!(rig.pass(Duration::from_millis(4999)).is_empty());
        let outputs = rig.pass(Duration::from_millis(1));
        assert_eq!(closed(&outputs), Some(&CloseReason::HandshakeTimeout { phase }));
        assert_eq!(rig.session.deadline(), None);
    }
}

#[test]
fn a_vanished_switch_is_noticed_after_the_interval_times_misses_plus_one() {
    let mut rig = Rig::in_phase(V1_3, Phase::Main);
    for _ in 0..3 {
        assert!(rig.pass(Duration::from_secs(15)).is_empty());
        assert!(matches!(decode(V1_3, &rig.sent()), Message::EchoRequest(_)));
    }
    let outputs = rig.pass(Duration::from_secs(15));
    assert_eq!(closed(&outputs), Some(&CloseReason::Silent { unanswered: 3 }));
}

#[test]
fn any_message_is_a_sign_of_life() {
    let mut rig = Rig::in_phase(V1_3, Phase::Main);
    for _ in 0..20 {
        assert!(rig.pass(Duration::from_secs(15)).is_empty());
        rig.sent();
        rig.receive(V1_3, &BarrierReply);
    }
    assert_eq!(rig.session.phase(), Phase::Main);
}

#[test]
fn echo_can_be_switched_off() {
    for config in [
        SessionConfig { echo_max_unanswered: 0, ..SessionConfig::default() },
        SessionConfig { echo_interval: Duration::ZERO, ..SessionConfig::default() },
    ] {
        let mut rig = Rig::with(config);
        rig.receive(V1_0, &Hello::default());
        rig.receive(V1_0, &features(DPID));
        rig.sent();
        assert_eq!(rig.session.deadline(), None);
        rig.pass(Duration::from_secs(86_400));
        assert!(rig.sent().is_empty());
    }
}

#[test]
fn a_header_that_cannot_be_one_is_fatal_at_once() {
    for phase in [Phase::Handshake, Phase::Config, Phase::Main] {
        for length in 0..8 {
            let mut rig = Rig::in_phase(V1_3, phase);
            // Four bytes are enough to know.
            let outputs = rig.receive_bytes(vec![4, 0, 0, length]);
            assert!(matches!(closed(&outputs), Some(CloseReason::Framing { .. })), "{length}");
        }
    }
}

#[test]
fn a_malformed_message_closes_with_its_offset() {
    let mut rig = Rig::in_phase(V1_3, Phase::Handshake);
    // A hello whose element says that it is zero bytes long: one stranger, 16 bytes.
    let outputs =
        rig.receive_bytes(&b"\x04\x00\x00\x10\x00\x00\x00\x01\x00\x01\x00\x00\x00\x00\x00\x12"[..]);
    let Some(reason @ CloseReason::Malformed { msg_type: 0, xid: Xid(1), .. }) = closed(&outputs)
    else {
        panic!("{outputs:?}");
    };
    assert!(reason.to_string().contains("offset 10"), "{reason}");
}

#[test]
fn after_the_end_nothing_is_taken_and_nothing_is_sent() {
    let mut rig = Rig::in_phase(V1_3, Phase::Main);
    let dp = rig.session.datapath().clone();
    dp.send(&BarrierRequest).unwrap();
    assert_eq!(rig.session.handle_end(CloseReason::Peer), ());
    assert_eq!(dp.send(&BarrierRequest), Err(SendError::Closed));
    let outputs = rig.outputs();
    assert!(matches!(outputs[..], [Output::Phase(Phase::Dead), Output::Close(CloseReason::Peer)]));
    drop(rig);
    assert_eq!((dp.phase(), dp.waiting_bytes()), (Phase::Dead, 0));
}

#[test]
fn a_switch_that_does_not_read_has_a_bounded_outbox() {
    let rig = Rig::in_phase(V1_3, Phase::Main);
    let dp = rig.session.datapath();
    let frame = PacketOut { data: vec![0; 60_000].into(), ..PacketOut::default() };
    let mut taken = 0;
    while dp.send(&frame).is_ok() {
        taken += 1;
        assert!(taken < 1000);
    }
    assert_eq!(dp.send(&frame), Err(SendError::Full));
    assert!(dp.is_congested() && dp.waiting_bytes() < OUTBOX_LIMIT + 65_536);
}

#[test]
fn transaction_ids_wrap() {
    let peer = Peer {
        connection: 1,
        address: String::new(),
        first_xid: u32::MAX,
        flush: FlushList::default(),
    };
    let session = Session::new(SessionConfig::default(), peer, crate::clock::Clock::test().now());
    // The hello took the last one.
    assert_eq!(session.datapath().next_xid(), Xid(0));
}
