//! Auxiliary connections: taken beside a main connection, and gone with it.

use super::*;
use crate::app::INBOX_CAPACITY;
use crate::controller::AUXILIARIES_MAX;
use crate::ofproto::{BarrierReply, BarrierRequest, ErrorKind, PacketOut, PortReason, PortStatus};

impl Rig {
    /// Connects an auxiliary connection of datapath 1, as far as that goes.
    fn connect_auxiliary(&self, version: Version, auxiliary_id: u8) -> Switch {
        self.connect_auxiliary_from(version, auxiliary_id, None)
    }

    fn connect_auxiliary_from(&self, version: Version, id: u8, peer: Option<&str>) -> Switch {
        let mut switch = self.dial_from(version, ROOMY, peer);
        switch.auxiliary_id = id;
        switch.say(&Hello::new(&[version]));
        self.hub.run_until_idle();
        for (xid, message) in switch.heard() {
            switch.answer(xid, &message);
        }
        self.hub.run_until_idle();
        switch
    }
}

/// What the switch was told when it was turned away.
fn refusal(rig: &Rig, switch: &mut Switch) -> String {
    let heard = switch.heard();
    let [(_, Message::Error(error))] = &heard[..] else { panic!("{heard:?}") };
    assert_eq!(error.kind(switch.version), Some(ErrorKind::HelloFailedEperm));
    rig.pass(Duration::from_secs(1));
    assert!(switch.is_closed());
    String::from_utf8(error.data.to_vec()).unwrap()
}

#[test]
fn what_it_says_is_said_by_the_main_connection() {
    let rig = Rig::new();
    let main = rig.connect(V1_3, Dpid(1));
    let mut auxiliary = rig.connect_auxiliary(V1_3, 1);
    assert!(auxiliary.heard().is_empty(), "it is asked nothing");
    assert!(rig.settle().ends_with(&["2 handshake".to_owned(), "2 config".to_owned()]));
    auxiliary.say(&packet_in());
    auxiliary.say(&PortStatus { reason: PortReason::ADD, desc: port(9) });
    main.say(&packet_in());
    assert_eq!(rig.settle(), ["1 packet-in", "1 port-status 9", "1 packet-in"]);
    let dp = rig.datapath(Dpid(1)).unwrap();
    assert_eq!(dp.connection(), 1);
    assert_eq!(dp.port(PortNo(9)), Some(port(9)), "the ports are those of the switch");
    // It answers for itself; that is no event of a switch, and no second features reply is one.
    auxiliary.say(&crate::ofproto::EchoRequest::default());
    rig.hub.run_until_idle();
    assert!(matches!(&auxiliary.heard()[..], [(Xid(7), Message::EchoReply(_))]));
    auxiliary.say(&SwitchFeatures { datapath_id: Dpid(2), ..SwitchFeatures::default() });
    assert!(rig.settle().is_empty());
}

#[test]
fn an_app_may_choose_the_connection() {
    let rig = Rig::new();
    let mut main = rig.connect(V1_3, Dpid(1));
    let dp = rig.datapath(Dpid(1)).unwrap();
    assert!(dp.auxiliary(1).is_none() && dp.auxiliary(0).is_none());
    let mut auxiliary = rig.connect_auxiliary(V1_3, 1);
    let handle = dp.auxiliary(1).expect("it was taken");
    let of = handle.auxiliary_of().unwrap();
    assert_eq!(
        (of.dpid, of.auxiliary_id, handle.id(), handle.generation()),
        (Dpid(1), 1, Dpid(0), 0)
    );
    assert_eq!(dp.auxiliaries(), [(1, handle.clone())]);
    assert!(handle.to_string().contains("aux=1"));
    handle.send(&PacketOut::default()).unwrap();
    let answer = handle.barrier();
    rig.hub.run_until_idle();
    assert!(main.heard().is_empty());
    let heard = auxiliary.heard();
    let [(_, Message::PacketOut(_)), (xid, Message::BarrierRequest(_))] = &heard[..] else {
        panic!("{heard:?}")
    };
    // The answer over another connection is nobody's.
    main.say_as(*xid, &BarrierReply);
    rig.hub.run_until_idle();
    assert_eq!(handle.pending_requests(), 1);
    auxiliary.say_as(*xid, &BarrierReply);
    assert!(rig.hub.block_on(answer).is_ok());
    dp.send(&BarrierRequest).unwrap();
    rig.hub.block_on(hub::yield_now());
    assert_eq!((main.heard().len(), auxiliary.heard().len()), (1, 0));
}

#[test]
fn who_may_not_be_one_is_told_why() {
    let rig = Rig::new();
    let main = rig.dial_from(V1_3, ROOMY, Some("192.0.2.1:1000"));
    let mut main = main;
    rig.take_to_main(&mut main);
    rig.settle();
    for (version, peer, why) in [
        (V1_4, "192.0.2.1:1001", "its version is not that of the main connection"),
        (V1_3, "192.0.2.2:1001", "its address is not that of the main connection"),
        (V1_3, "[2001:db8::1]:1001", "its address is not that of the main connection"),
    ] {
        let mut auxiliary = rig.connect_auxiliary_from(version, 1, Some(peer));
        assert_eq!(refusal(&rig, &mut auxiliary), why);
        let lines = rig.settle();
        assert!(lines.len() == 3 && lines[2].ends_with("dead"), "{lines:?}");
    }
    // The same address as a socket of both IPv4 and IPv6 says it.
    let mapped = "[::ffff:192.0.2.1]:1001";
    let mut auxiliary = rig.connect_auxiliary_from(V1_3, 1, Some(mapped));
    assert!(!auxiliary.is_closed());
    assert!(rig.datapath(Dpid(1)).unwrap().auxiliary(1).is_some());
    drop(main);
    rig.pass(Duration::from_secs(1));
    let mut late = rig.connect_auxiliary_from(V1_3, 2, Some(mapped));
    assert_eq!(refusal(&rig, &mut late), "there is no main connection");
    rig.assert_deserted();
}

#[test]
fn a_second_of_the_same_number_takes_the_place_of_the_first() {
    let rig = Rig::new();
    let main = rig.connect(V1_3, Dpid(1));
    let mut older = rig.connect_auxiliary(V1_3, 1);
    let dp = rig.datapath(Dpid(1)).unwrap();
    let handle = dp.auxiliary(1).unwrap();
    let mut newer = rig.connect_auxiliary(V1_3, 1);
    rig.pass(Duration::from_secs(1));
    assert!(older.is_closed() && !newer.is_closed());
    assert_ne!(dp.auxiliary(1).unwrap(), handle);
    assert_eq!(dp.auxiliaries().len(), 1);
    rig.settle();
    newer.say(&packet_in());
    assert_eq!(rig.settle(), ["1 packet-in"]);
    // Its own end ends nothing else.
    drop(newer);
    assert_eq!(rig.settle(), ["3 dead"]);
    assert!(dp.auxiliaries().is_empty());
    main.say(&packet_in());
    assert_eq!(rig.settle(), ["1 packet-in"]);
}

#[test]
fn there_are_not_more_than_a_few() {
    let rig = Rig::new();
    let _main = rig.connect(V1_3, Dpid(1));
    let most = u8::try_from(AUXILIARIES_MAX).unwrap();
    let mut all: Vec<_> = (1..=most).map(|id| rig.connect_auxiliary(V1_3, id)).collect();
    let mut more = rig.connect_auxiliary(V1_3, most + 1);
    assert_eq!(refusal(&rig, &mut more), "the switch has as many as it may");
    assert!(!all.iter_mut().any(Switch::is_closed));
    drop(all.pop());
    rig.hub.run_until_idle();
    let mut more = rig.connect_auxiliary(V1_3, 255);
    assert!(!more.is_closed());
}

#[test]
fn all_go_with_the_main_one_and_its_end_is_the_last_event() {
    for is_slow in [false, true] {
        let rig = Rig::new();
        let main = rig.connect(V1_3, Dpid(1));
        let mut all: Vec<_> = (1..=3).map(|id| rig.connect_auxiliary(V1_3, id)).collect();
        rig.settle();
        if is_slow {
            gate().clear();
        }
        let many = INBOX_CAPACITY * 2;
        for auxiliary in &all {
            auxiliary.send(&bytes_of(V1_3, Xid(0), &packet_in()).repeat(many));
        }
        if is_slow {
            rig.hub.run_until_idle();
        }
        drop(main);
        rig.pass(Duration::from_secs(1));
        gate().set();
        let lines = rig.settle();
        assert!(all.iter_mut().all(Switch::is_closed));
        assert_eq!(lines.last().unwrap(), "1 dead", "slow: {is_slow}");
        let dead = lines.iter().filter(|line| line.ends_with("dead")).count();
        assert_eq!(dead, 4, "slow: {is_slow}");
        rig.assert_deserted();
    }
}

/// The main connection was let in, but its ports are not known yet.
#[test]
fn one_that_is_early_waits_for_the_main_phase() {
    for comes in [true, false] {
        let rig = Rig::new();
        let mut main = rig.dial(V1_3);
        main.say(&Hello::new(&[V1_3]));
        rig.hub.run_until_idle();
        main.heard();
        main.say(&main.features());
        rig.hub.run_until_idle();
        let auxiliary = rig.connect_auxiliary(V1_3, 1);
        auxiliary.say(&packet_in());
        rig.settle();
        if comes {
            rig.serve(&mut main);
            assert_eq!(rig.settle(), ["1 main", "1 packet-in"]);
        } else {
            drop(main);
            rig.pass(Duration::from_secs(1));
            assert_eq!(rig.settle(), ["1 dead", "2 dead"]);
            rig.assert_deserted();
        }
    }
}
