//! A session that has to be let in: it stands still until somebody says what is to become of it.

use super::*;

/// A session whose switch has said who it is, and what is said about it.
fn claimed(version: Version, auxiliary_id: u8) -> Rig {
    let mut rig = Rig::new(Side::Controller, &[version]);
    rig.session.ask_before_admission();
    rig.receive(version, &Hello::default());
    rig.sent();
    let outputs = rig.receive(version, &SwitchFeatures { auxiliary_id, ..features(DPID) });
    let claim = ClaimedIdentity { dpid: DPID, auxiliary_id };
    assert!(matches!(outputs[..], [Output::Identity(said)] if said == claim), "{outputs:?}");
    assert!(rig.sent().is_empty());
    assert_eq!((rig.session.datapath().id(), rig.session.phase()), (Dpid(0), Phase::Config));
    rig
}

#[test]
fn nothing_is_gone_through_before_and_nothing_is_lost() {
    for version in [V1_0, V1_3] {
        let mut rig = claimed(version, 0);
        assert!(rig.receive(version, &Experimenter::default()).is_empty());
        assert!(rig.receive(version, &EchoRequest::default()).is_empty());
        rig.session.admit(5);
        assert_eq!((rig.session.datapath().id(), rig.session.datapath().generation()), (DPID, 5));
        // The features are of the config phase, also where there is nothing more to ask for.
        let outputs = rig.outputs();
        let is_first = |message: &Message| matches!(message, Message::SwitchFeatures(_));
        assert!(matches!(&outputs[0], Output::Message { phase: Phase::Config, message, .. }
            if is_first(message)));
        let rest = &outputs[1..];
        match version {
            V1_0 => assert!(matches!(rest[0], Output::Phase(Phase::Main))),
            _ => assert_eq!(rest.len(), 2),
        }
        let [.., Output::Message { message: one, .. }, Output::Message { message: two, .. }] = rest
        else {
            panic!("{rest:?}")
        };
        assert!(matches!((one, two), (Message::Experimenter(_), Message::EchoRequest(_))));
        // What is said twice says nothing.
        rig.session.admit(6);
        rig.session.turn_away(CloseReason::Local);
        assert_eq!((rig.outputs().len(), rig.session.datapath().generation()), (0, 5));
    }
}

#[test]
fn an_echo_is_answered_meanwhile() {
    let mut rig = claimed(V1_3, 0);
    rig.session.set_reading(rig.now, Reading::Ahead);
    rig.session.handle_bytes(bytes_of(V1_3, Xid(9), &EchoRequest::default()));
    rig.session.read_ahead();
    assert!(matches!(decode(V1_3, &rig.sent()), Message::EchoReply(_)));
}

#[test]
fn one_that_is_turned_away_is_told_why_and_was_nobody() {
    let mut rig = claimed(V1_3, 0);
    rig.receive(V1_3, &Experimenter::default());
    let reason = CloseReason::Duplicate { dpid: DPID, holder: "192.0.2.7:1".to_owned() };
    rig.session.turn_away(reason.clone());
    let outputs = rig.outputs();
    assert!(
        matches!(&outputs[..], [Output::Phase(Phase::Dead), Output::Close(said)]
        if *said == reason),
        "{outputs:?}"
    );
    let Message::Error(error) = decode(V1_3, &rig.sent()) else { panic!() };
    assert_eq!(error.kind(V1_3), Some(ErrorKind::HelloFailedEperm));
    assert!(!error.data.windows(9).any(|part| part == b"192.0.2.7"), "nothing about others");
    assert_eq!(rig.session.datapath().id(), Dpid(0));
}

#[test]
fn who_does_not_get_in_before_the_end_of_the_handshake_is_closed() {
    let mut rig = claimed(V1_3, 0);
    rig.session.set_reading(rig.now, Reading::Ahead);
    assert!(rig.pass(Duration::from_secs(49)).is_empty());
    let outputs = rig.pass(Duration::from_secs(1));
    assert!(matches!(outputs[..], [Output::Phase(Phase::Dead), Output::Close(_)]), "{outputs:?}");
    rig.session.admit(1);
    assert_eq!((rig.outputs().len(), rig.session.phase()), (0, Phase::Dead));
}

#[test]
fn an_auxiliary_one_speaks_for_the_main_one() {
    let main = Rig::in_phase(V1_3, Phase::Main);
    let mut rig = claimed(V1_3, 3);
    rig.session.admit_auxiliary(main.session.datapath().clone());
    assert!(rig.outputs().is_empty(), "its phase is no news");
    assert!(rig.sent().is_empty(), "it is asked nothing");
    let status = PortStatus {
        reason: PortReason::ADD,
        desc: Port { port_no: PortNo(77), ..Port::default() },
    };
    assert_eq!(rig.receive(V1_3, &status).len(), 2);
    assert!(main.session.datapath().port(PortNo(77)).is_some());
    assert!(rig.session.datapath().ports().is_empty());
    // It says again who it is; then it says that it is another.
    assert!(matches!(rig.receive(V1_3, &features(DPID))[..], [Output::Message { .. }]));
    assert!(matches!(rig.receive(V1_3, &features(Dpid(9)))[..], [Output::Violation(_)]));
}
