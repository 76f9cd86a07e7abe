//! How long a peer may be silent, and what the handshake asks in each version.

use super::*;
use crate::ofproto::{DescStats, MultipartRequest, MultipartRequestBody};

#[test]
fn a_hello_may_have_less_time_than_the_rest() {
    let hello_timeout = Duration::from_secs(2);
    let mut rig = Rig::with(SessionConfig { hello_timeout, ..SessionConfig::default() });
    assert_eq!(rig.session.deadline(), Some(rig.now + hello_timeout));
    rig.pass(Duration::from_millis(1_999));
    let outputs = rig.pass(Duration::from_millis(1));
    let phase = Phase::Handshake;
    assert_eq!(closed(&outputs), Some(&CloseReason::HandshakeTimeout { phase }));
    // Once it has come, the handshake's time counts, from the connection on.
    let mut rig = Rig::with(SessionConfig { hello_timeout, ..SessionConfig::default() });
    rig.pass(Duration::from_millis(1_999));
    rig.receive(V1_0, &Hello::default());
    assert!(rig.pass(Duration::from_millis(3_000)).is_empty());
    let outputs = rig.pass(Duration::from_millis(1));
    assert!(matches!(
        closed(&outputs),
        Some(CloseReason::HandshakeTimeout { phase: Phase::Config })
    ));
}

#[test]
fn a_switch_that_says_nothing_is_idle() {
    let idle_timeout = Duration::from_secs(20);
    let config = SessionConfig {
        idle_timeout,
        echo_interval: Duration::ZERO,
        versions: vec![V1_0],
        ..SessionConfig::default()
    };
    let mut rig = Rig::with(config);
    rig.receive(V1_0, &Hello::default());
    rig.receive(V1_0, &features(DPID));
    rig.session.set_reading(rig.now, Reading::All);
    rig.pass(Duration::from_secs(19));
    rig.receive(V1_0, &BarrierReply);
    rig.session.set_reading(rig.now, Reading::All);
    assert_eq!(rig.session.deadline(), Some(rig.now + idle_timeout));
    // The time in which it is not read from does not count.
    rig.pass(Duration::from_secs(10));
    rig.session.set_reading(rig.now, Reading::Nothing);
    assert!(rig.pass(Duration::from_secs(100)).is_empty());
    rig.session.set_reading(rig.now, Reading::All);
    assert!(rig.pass(Duration::from_millis(19_999)).is_empty());
    let outputs = rig.pass(Duration::from_millis(1));
    assert_eq!(closed(&outputs), Some(&CloseReason::Idle { time: idle_timeout }));
}

#[test]
fn reading_ahead_counts_as_life_but_not_for_the_handshake() {
    let mut rig = Rig::in_phase(V1_3, Phase::Main);
    rig.session.set_reading(rig.now, Reading::Ahead);
    assert_eq!(rig.session.deadline(), Some(rig.now + Duration::from_secs(15)));
    let mut rig = Rig::in_phase(V1_3, Phase::Config);
    rig.session.set_reading(rig.now, Reading::Ahead);
    assert!(rig.pass(Duration::from_secs(14)).is_empty());
    rig.session.set_reading(rig.now, Reading::All);
    assert!(rig.pass(Duration::from_millis(4_999)).is_empty());
}

#[test]
fn every_version_says_who_the_switch_is() {
    for version in Version::ALL {
        let mut rig = Rig::new(Side::Controller, &[version]);
        rig.sent();
        rig.receive(version, &Hello::default());
        assert!(matches!(decode(version, &rig.sent()), Message::FeaturesRequest(_)));
        let mut reply = features(DPID);
        if version < V1_3 {
            reply.ports = vec![port(1), port(2)];
        }
        let outputs = rig.receive(version, &reply);
        if version >= V1_3 {
            assert_eq!(rig.session.phase(), Phase::Config);
            assert!(!outputs.iter().any(|output| matches!(output, Output::Phase(_))));
            let asked = rig.sent();
            let Message::MultipartRequest(request) = decode(version, &asked) else { panic!() };
            let any = MultipartRequestBody::PortDescOf { port_no: PortNo::ANY };
            assert!(request.body == MultipartRequestBody::PortDesc || request.body == any);
            rig.receive_as(version, xid_of(&asked), &ports(&[1], true));
            assert_eq!(rig.session.phase(), Phase::Config);
            rig.receive_as(version, xid_of(&asked), &ports(&[2], false));
        }
        let dp = rig.session.datapath().clone();
        assert_eq!((dp.phase(), dp.version(), dp.ports().len()), (Phase::Main, version, 2));
        // Then it is asked who made it; the answer is for whoever asks the handle, and no event.
        let asked = rig.sent();
        assert_eq!(decode(version, &asked), MultipartRequest::desc().into());
        let desc = DescStats::default();
        let reply = MultipartReply::new(MultipartReplyBody::Desc(desc.clone()));
        assert_eq!(rig.receive_as(version, Xid(1), &reply).len(), 1, "an app's own question");
        assert_eq!(dp.description(), None);
        assert!(rig.receive_as(version, xid_of(&asked), &reply).is_empty());
        assert_eq!(dp.description(), Some(desc));
    }
}

#[test]
fn a_switch_may_refuse_to_say_who_made_it() {
    let mut rig = Rig::new(Side::Controller, &[V1_0]);
    rig.receive(V1_0, &Hello::default());
    rig.sent();
    rig.receive(V1_0, &features(DPID));
    let xid = xid_of(&rig.sent());
    assert!(rig.receive_as(V1_0, xid, &error(V1_0, ErrorKind::BadRequestBadType)).is_empty());
    assert_eq!(rig.receive_as(V1_0, xid, &error(V1_0, ErrorKind::BadRequestBadType)).len(), 1);
    assert_eq!(rig.session.phase(), Phase::Main);
}

#[test]
fn a_switch_may_say_who_made_it_in_its_own_way() {
    let mut rig = Rig::new(Side::Controller, &[V1_0]);
    rig.receive(V1_0, &Hello::default());
    rig.sent();
    rig.receive(V1_0, &features(DPID));
    let asked = xid_of(&rig.sent());
    // A reply without the texts: nobody else has asked for it.
    let reply = |xid: Xid| [&[1, 17, 0, 12][..], &xid.0.to_be_bytes(), &[0; 4]].concat();
    assert!(rig.receive_bytes(reply(asked)).is_empty());
    assert_eq!(rig.session.phase(), Phase::Main);
    // The same again is malformed.
    assert!(closed(&rig.receive_bytes(reply(asked))).is_some());
}

#[test]
fn a_switch_without_a_datapath_id_is_none() {
    for version in Version::ALL {
        let mut rig = Rig::in_phase(version, Phase::Config);
        let outputs = rig.receive(version, &features(Dpid(0)));
        assert_eq!(closed(&outputs), Some(&CloseReason::NoDatapathId));
        assert!(!outputs.iter().any(|output| matches!(output, Output::Message { .. })));
    }
}

#[test]
fn a_second_hello_is_ignored() {
    for version in Version::ALL {
        for phase in [Phase::Config, Phase::Main] {
            let mut rig = Rig::in_phase(version, phase);
            for other in Version::ALL {
                assert!(rig.receive(other, &Hello::new(&[other])).is_empty());
                assert!(rig.sent().is_empty());
            }
            assert_eq!((rig.session.phase(), rig.session.datapath().version()), (phase, version));
        }
    }
}

/// Each version against each other one, by number and by bitmap: they agree exactly if they are the
/// same or (without a bitmap) if the switch's is higher, for then it has to speak ours, too.
#[test]
fn every_pair_of_versions_agrees_or_is_told_why_not() {
    for ours in Version::ALL {
        for theirs in Version::ALL {
            for with_bitmap in [false, true] {
                let mut rig = Rig::new(Side::Controller, &[ours]);
                rig.sent();
                let hello = if with_bitmap { Hello::new(&[theirs]) } else { Hello::default() };
                let outputs = rig.receive_as(theirs, Xid(0x55), &hello);
                let agrees = if with_bitmap { ours == theirs } else { ours <= theirs };
                let what = format!("{ours} {theirs} {with_bitmap}");
                if agrees {
                    let dp = rig.session.datapath();
                    assert_eq!((dp.phase(), dp.version()), (Phase::Config, ours), "{what}");
                    continue;
                }
                let Some(CloseReason::Versions(text)) = closed(&outputs) else { panic!("{what}") };
                let sent = rig.sent();
                assert_eq!((sent[0], xid_of(&sent)), (ours.wire(), Xid(0x55)), "{what}");
                let Message::Error(error) = decode(ours, &sent) else { panic!("{what}") };
                assert_eq!((error.error_type, error.code), (0, 0), "{what}");
                assert_eq!(error.kind(ours), Some(ErrorKind::HelloFailedIncompatible), "{what}");
                assert_eq!(error.data, text.as_bytes(), "{what}");
                assert!(text.contains(&format!("0x{:02x}", ours.wire())), "{what}: {text}");
            }
        }
    }
}
