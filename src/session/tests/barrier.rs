//! A handshake that ends with a barrier.

use super::*;

/// A session that waits for the answer to its barrier, which has this transaction id.
fn waiting(version: Version) -> (Rig, Xid) {
    let mut rig = Rig::with(SessionConfig {
        versions: vec![version],
        handshake_barrier: true,
        ..SessionConfig::default()
    });
    rig.sent();
    rig.receive(version, &Hello::default());
    rig.sent();
    let outputs = rig.receive(version, &features(DPID));
    assert!(matches!(outputs[..], [Output::Message { phase: Phase::Config, .. }]), "{outputs:?}");
    if version >= V1_3 {
        let xid = xid_of(&rig.sent());
        let outputs = rig.receive_as(version, xid, &ports(&[1, 2], false));
        assert!(matches!(outputs[..], [Output::Message { phase: Phase::Config, .. }]));
    }
    let barrier = rig.sent();
    assert!(matches!(decode(version, &barrier), Message::BarrierRequest(_)));
    assert_eq!(rig.session.phase(), Phase::Config);
    let xid = xid_of(&barrier);
    (rig, xid)
}

#[test]
fn the_main_phase_begins_when_the_barrier_is_answered() {
    for version in Version::ALL {
        let (mut rig, xid) = waiting(version);
        // Somebody else's.
        let outputs = rig.receive_as(version, Xid(!xid.0), &BarrierReply);
        assert!(matches!(outputs[..], [Output::Message { .. }]), "{version}: {outputs:?}");
        assert_eq!(rig.session.phase(), Phase::Config);
        let outputs = rig.receive_as(version, xid, &BarrierReply);
        assert!(matches!(outputs[..], [Output::Phase(Phase::Main)]), "{version}: {outputs:?}");
        // From here on, such a reply is news as any other.
        let outputs = rig.receive_as(version, xid, &BarrierReply);
        assert!(matches!(outputs[..], [Output::Message { phase: Phase::Main, .. }]));
    }
}

#[test]
fn ports_that_change_while_the_barrier_is_awaited_are_right_afterwards() {
    let (mut rig, xid) = waiting(V1_3);
    for change in [status(PortReason::ADD, PortNo(7)), status(PortReason::DELETE, PortNo(1))] {
        let outputs = rig.receive(V1_3, &change);
        assert!(matches!(outputs[..], [Output::Message { phase: Phase::Config, .. }]));
    }
    rig.receive_as(V1_3, xid, &BarrierReply);
    let numbers = rig.session.datapath().ports().into_iter().map(|port| port.port_no.0);
    assert_eq!(numbers.collect::<Vec<_>>(), [2, 7]);
}

#[test]
fn a_barrier_that_is_refused_or_not_answered_ends_the_handshake() {
    let (mut rig, xid) = waiting(V1_3);
    let outputs = rig.receive_as(V1_3, xid, &error(V1_3, ErrorKind::BadRequestBadType));
    assert_eq!(closed(&outputs), Some(&CloseReason::BarrierRefused));
    let (mut rig, _) = waiting(V1_3);
    let outputs = rig.pass(Duration::from_secs(5));
    let timeout = CloseReason::HandshakeTimeout { phase: Phase::Config };
    assert_eq!(closed(&outputs), Some(&timeout));
}
