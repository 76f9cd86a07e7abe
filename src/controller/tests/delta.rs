//! DELTA's cases for controllers, by their numbers.

use super::*;
use crate::ofproto::{
    ErrorKind, FlowMod, FlowRemoved, FlowRemovedReason, PortReason, PortStatus, Unknown,
};

fn status(number: u32) -> PortStatus {
    PortStatus { reason: PortReason::ADD, desc: port(number) }
}

/// The one message that the switch was sent, an error; with its data.
fn refusal(switch: &mut Switch) -> (Xid, Option<ErrorKind>, Bytes) {
    let heard = switch.heard();
    let [(xid, Message::Error(error))] = &heard[..] else { panic!("{heard:?}") };
    (*xid, error.kind(switch.version), error.data.clone())
}

#[test]
fn case_2_1_010_another_version_than_the_agreed_one() {
    for (agreed, other) in [(V1_3, V1_0), (V1_0, V1_3)] {
        let rig = Rig::new();
        let mut switch = rig.connect(agreed, Dpid(1));
        told();
        let mut bytes = bytes_of(agreed, Xid(99), &status(9)).to_vec();
        bytes[0] = other.wire();
        switch.send(&bytes);
        assert_eq!(rig.settle(), Vec::<String>::new(), "it is never acted on");
        let (xid, kind, data) = refusal(&mut switch);
        assert_eq!((xid, kind), (Xid(99), Some(ErrorKind::BadRequestBadVersion)));
        assert_eq!(data[..], bytes[..64]);
        assert_eq!(rig.datapath(Dpid(1)).unwrap().port(PortNo(9)), None);
        switch.say(&packet_in());
        assert_eq!(rig.settle(), ["1 packet-in"], "the connection stays");
    }
}

#[test]
fn case_2_1_020_unknown_message_type() {
    for version in [V1_0, V1_3] {
        let rig = Rig::new();
        let mut switch = rig.connect(version, Dpid(1));
        told();
        let body = bytes_of(version, Xid(0), &packet_in()).slice(8..);
        switch.say_as(Xid(98), &Unknown { msg_type: 0xcc, body });
        assert_eq!(rig.settle(), Vec::<String>::new());
        let (xid, kind, data) = refusal(&mut switch);
        assert_eq!((xid, kind), (Xid(98), Some(ErrorKind::BadRequestBadType)));
        assert_eq!((data[1], data.len()), (0xcc, 64));
        switch.say(&packet_in());
        assert_eq!(rig.settle(), ["1 packet-in"]);
    }
}

#[test]
fn case_2_1_030_handshake_without_hello() {
    let rig = Rig::new();
    let mut switch = rig.dial(V1_3);
    rig.pass(Duration::from_millis(4_999));
    assert!(!switch.is_closed());
    rig.pass(Duration::from_millis(201));
    assert!(switch.is_closed());
    assert_eq!(rig.settle(), ["1 handshake", "1 dead"]);
    rig.assert_deserted();
}

#[test]
fn case_2_1_040_message_before_hello() {
    for version in [V1_0, V1_3] {
        let rig = Rig::new();
        let mut switch = rig.dial(version);
        switch.say(&packet_in());
        switch.say(&Hello::new(&[version]));
        rig.hub.run_until_idle();
        let heard = switch.heard();
        assert!(!heard.iter().any(|(_, message)| matches!(message, Message::FeaturesRequest(_))));
        rig.pass(Duration::from_secs(1));
        assert!(switch.is_closed());
        assert_eq!(rig.settle(), ["1 handshake", "1 dead"], "no handler runs");
    }
}

#[test]
fn case_2_1_060_flow_removed_nobody_asked_for() {
    for version in [V1_0, V1_3] {
        let rig = Rig::new();
        let mut switch = rig.connect(version, Dpid(1));
        told();
        let dp = rig.datapath(Dpid(1)).unwrap();
        rig.hub.block_on(async { dp.send(&FlowMod::add()).unwrap() });
        let ports = dp.ports();
        let removed = FlowRemoved {
            reason: FlowRemovedReason::DELETE,
            match_: Match::new().in_port(PortNo(1)),
            ..FlowRemoved::default()
        };
        switch.say(&removed);
        assert_eq!(rig.settle(), ["1 flow-removed"], "apps see it as what it is");
        assert!(matches!(&switch.heard()[..], [(_, Message::FlowMod(_))]));
        assert_eq!((dp.phase(), dp.ports()), (Phase::Main, ports));
    }
}

/// The row without a number: one connection registers switch after switch.
#[test]
fn a_second_features_reply_with_another_dpid_changes_nothing() {
    let rig = Rig::new();
    let switch = rig.connect(V1_3, Dpid(1));
    told();
    for dpid in 2..100 {
        switch.say(&SwitchFeatures { datapath_id: Dpid(dpid), ..SwitchFeatures::default() });
    }
    assert_eq!(rig.settle(), Vec::<String>::new());
    assert_eq!(rig.datapath(Dpid(1)).unwrap().phase(), Phase::Main);
}

#[test]
fn case_2_1_050_a_second_main_connection_with_the_same_dpid() {
    let rig = Rig::new();
    let mut first = rig.connect(V1_3, Dpid(1));
    let mut second = rig.dial(V1_3);
    second.say(&Hello::new(&[V1_3]));
    rig.serve(&mut second);
    rig.serve(&mut first);
    assert_eq!(rig.controller.datapath(Dpid(1)).unwrap().connection(), 1, "one is listed");
    rig.pass(Duration::from_secs(1));
    assert!(second.is_closed() && !first.is_closed());
}

#[test]
fn case_2_1_080_an_auxiliary_connection_without_its_main_one() {
    let rig = Rig::new();
    let mut switch = rig.dial(V1_3);
    switch.say(&Hello::new(&[V1_3]));
    rig.hub.run_until_idle();
    switch.heard();
    switch.say(&SwitchFeatures { auxiliary_id: 1, ..switch.features() });
    rig.hub.run_until_idle();
    let (_, kind, text) = refusal(&mut switch);
    assert_eq!(kind, Some(ErrorKind::HelloFailedEperm));
    assert_eq!(text[..], *b"there is no main connection");
    rig.pass(Duration::from_secs(1));
    assert!(switch.is_closed());
    assert_eq!(rig.settle(), ["1 handshake", "1 config", "1 dead"]);
    rig.assert_deserted();
}
