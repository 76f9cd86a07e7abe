//! What a session does not do: answer errors, probe whom it does not listen to, repeat a peer's words
//! at length.

use super::*;

#[test]
fn an_error_is_never_answered_with_one() {
    let mut other = bytes_of(V1_0, Xid(5), &error(V1_0, ErrorKind::BadRequestBadVersion)).to_vec();
    let mut rig = Rig::in_phase(V1_3, Phase::Main);
    let outputs = rig.receive_bytes(other.clone());
    assert!(matches!(outputs[..], [Output::Violation(Violation::Version { msg_type: 1, .. })]));
    assert!(rig.sent().is_empty());
    // One that is cut off ends the session without another word, too.
    (other[0], other[3]) = (4, 9);
    let outputs = rig.receive_bytes(other[..9].to_vec());
    assert!(matches!(closed(&outputs), Some(CloseReason::Malformed { msg_type: 1, .. })));
    assert!(rig.sent().is_empty());
}

#[test]
fn no_echo_request_before_there_is_a_version_to_send_it_in() {
    let mut rig = Rig::with(SessionConfig {
        echo_interval: Duration::from_secs(1),
        ..SessionConfig::default()
    });
    rig.sent();
    rig.pass(Duration::from_millis(2_500));
    assert!(rig.sent().is_empty());
    rig.receive(V1_0, &Hello::default());
    rig.sent();
    rig.pass(Duration::ZERO);
    assert!(matches!(decode(V1_0, &rig.sent()), Message::EchoRequest(_)));
}

#[test]
fn who_is_not_read_from_is_not_called_silent() {
    let mut rig = Rig::in_phase(V1_3, Phase::Main);
    for _ in 0..3 {
        rig.pass(Duration::from_secs(15));
    }
    rig.sent();
    rig.session.set_reading(rig.now, Reading::Nothing);
    assert_eq!(rig.session.deadline(), None);
    assert!(rig.pass(Duration::from_secs(600)).is_empty());
    assert!(rig.sent().is_empty());
    // Read from again, it has all of the time that a switch has.
    rig.session.set_reading(rig.now, Reading::All);
    for _ in 0..3 {
        assert!(rig.pass(Duration::from_millis(14_999)).is_empty() && rig.sent().is_empty());
        assert!(rig.pass(Duration::from_millis(1)).is_empty() && !rig.sent().is_empty());
    }
    let outputs = rig.pass(Duration::from_secs(15));
    assert_eq!(closed(&outputs), Some(&CloseReason::Silent { unanswered: 3 }));
}

#[test]
fn a_handshake_that_is_held_up_here_has_more_time_but_not_for_ever() {
    let mut rig = Rig::in_phase(V1_3, Phase::Config);
    rig.pass(Duration::from_secs(3));
    rig.session.set_reading(rig.now, Reading::Nothing);
    assert!(rig.pass(Duration::from_secs(20)).is_empty());
    rig.session.set_reading(rig.now, Reading::All);
    assert!(rig.pass(Duration::from_millis(1_999)).is_empty());
    let outputs = rig.pass(Duration::from_millis(1));
    assert!(matches!(closed(&outputs), Some(CloseReason::HandshakeTimeout { .. })));
    // Held up again and again, by a flood of its own making.
    let mut rig = Rig::in_phase(V1_3, Phase::Config);
    for _ in 0..499 {
        rig.session.set_reading(rig.now, Reading::Nothing);
        assert!(rig.pass(Duration::from_millis(100)).is_empty());
        rig.session.set_reading(rig.now, Reading::All);
    }
    let outputs = rig.pass(Duration::from_millis(100));
    assert!(matches!(closed(&outputs), Some(CloseReason::HandshakeTimeout { .. })));
}

#[test]
fn ports_that_come_and_go_while_they_are_described() {
    let mut rig = Rig::in_phase(V1_3, Phase::Config);
    rig.receive(V1_3, &features(DPID));
    let xid = xid_of(&rig.sent());
    rig.receive_as(V1_3, xid, &ports(&[1, 2], true));
    rig.receive(V1_3, &status(PortReason::DELETE, PortNo(1)));
    rig.receive(V1_3, &status(PortReason::ADD, PortNo(9)));
    rig.receive(V1_3, &status(PortReason::DELETE, PortNo(77)));
    rig.receive(V1_3, &status(PortReason::ADD, PortNo::ANY));
    rig.receive_as(V1_3, xid, &ports(&[3], false));
    let numbers: Vec<u32> = rig.session.datapath().ports().iter().map(|p| p.port_no.0).collect();
    assert_eq!((rig.session.phase(), &numbers[..]), (Phase::Main, &[2, 3, 9][..]));
}

#[test]
fn a_description_without_end_is_bounded() {
    let mut rig = Rig::in_phase(V1_3, Phase::Config);
    rig.receive(V1_3, &features(DPID));
    let xid = xid_of(&rig.sent());
    let many: Vec<u32> = (1..=1_000).collect();
    let part = bytes_of(V1_3, xid, &ports(&many, true));
    let mut n = 0;
    // The same thousand again and again keeps a thousand; it is time that ends it.
    while n < 200 {
        assert_eq!(closed(&rig.receive_bytes(part.clone())), None);
        n += 1;
    }
    let outputs = rig.pass(Duration::from_secs(5));
    assert!(matches!(closed(&outputs), Some(CloseReason::HandshakeTimeout { .. })));
    // New ones without end are too many.
    let mut rig = Rig::in_phase(V1_3, Phase::Config);
    rig.receive(V1_3, &features(DPID));
    let xid = xid_of(&rig.sent());
    for first in (1..).step_by(1_000) {
        let new: Vec<u32> = (first..first + 1_000).collect();
        let outputs = rig.receive_as(V1_3, xid, &ports(&new, true));
        if let Some(reason) = closed(&outputs) {
            assert_eq!(reason, &CloseReason::TooManyPorts { limit: MAX_PORTS });
            assert!(!outputs.iter().any(|output| matches!(output, Output::Message { .. })));
            break;
        }
        assert!(first < 70_000);
    }
}

#[test]
fn a_refusal_is_repeated_in_one_short_line() {
    let mut rig = Rig::new(Side::Controller, &[V1_3]);
    let data = b"\x1b[2J\nforged line ".repeat(3_000);
    let refusal = ErrorMsg::new(V1_0, ErrorKind::HelloFailedIncompatible, data).unwrap();
    let outputs = rig.receive(V1_0, &refusal);
    let line = closed(&outputs).unwrap().to_string();
    assert!(line.len() < 1_000 && !line.contains(['\n', '\x1b']), "{line}");
}
