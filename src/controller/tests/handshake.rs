//! From the connection to the main phase, and what is written meanwhile.

use super::*;
use crate::ofproto::{BarrierRequest, EchoRequest};

#[test]
fn a_1_0_switch_through_the_controller() {
    let rig = Rig::new();
    let mut switch = rig.dial(V1_0);
    assert!(matches!(&switch.heard()[..], [(_, Message::Hello(_))]));
    switch.say(&Hello::default());
    assert_eq!(rig.settle(), ["1 handshake", "1 config"]);
    let heard = switch.heard();
    let [(xid, Message::FeaturesRequest(_))] = heard[..] else { panic!("{heard:?}") };
    switch.say_as(xid, &SwitchFeatures { ports: vec![port(3)], ..switch.features() });
    assert_eq!(rig.settle(), ["1 features 1", "1 main"]);
    assert_eq!(rig.datapath(Dpid(1)).unwrap().ports(), [port(3)]);
    let heard = switch.heard();
    let [(xid, message @ Message::MultipartRequest(_))] = &heard[..] else { panic!("{heard:?}") };
    assert_eq!(switch.writes.get(), 3);
    // Who made it is for whoever asks the handle.
    switch.answer(*xid, message);
    assert_eq!(rig.settle(), Vec::<String>::new());
    assert_eq!(rig.datapath(Dpid(1)).unwrap().description(), Some(DescStats::default()));
}

#[test]
fn a_1_3_switch_through_the_controller() {
    let rig = Rig::new();
    let mut switch = rig.dial(V1_3);
    assert!(matches!(&switch.heard()[..], [(_, Message::Hello(hello))]
        if hello.speaks(V1_3) == Some(true) && hello.speaks(V1_0) == Some(true)));
    switch.say(&Hello::new(&[V1_0, V1_3]));
    assert_eq!(rig.settle(), ["1 handshake", "1 config"]);
    let heard = switch.heard();
    let [(xid, Message::FeaturesRequest(_))] = heard[..] else { panic!("{heard:?}") };
    switch.say_as(xid, &switch.features());
    assert_eq!(rig.settle(), ["1 features 1"]);
    let heard = switch.heard();
    let [(xid, Message::MultipartRequest(_))] = heard[..] else { panic!("{heard:?}") };
    switch.say_as(xid, &port_desc());
    assert_eq!(rig.settle(), ["1 main"]);
    assert_eq!(rig.datapath(Dpid(1)).unwrap().ports(), [port(1), port(2)]);
    assert_eq!(switch.writes.get(), 4);
}

#[test]
fn one_write_for_all_that_is_sent_in_a_turn() {
    let rig = Rig::new();
    let mut switches = [rig.connect(V1_3, Dpid(1)), rig.connect(V1_0, Dpid(2))];
    let before: Vec<u32> = switches.iter().map(|switch| switch.writes.get()).collect();
    // By the session: answers to what comes in one segment.
    for switch in &switches {
        let echo = bytes_of(switch.version, Xid(9), &EchoRequest::default());
        switch.send(&echo.repeat(50));
    }
    rig.hub.run_until_idle();
    // By apps, in a later turn.
    rig.hub.block_on(async {
        for dp in rig.controller.datapaths() {
            for _ in 0..50 {
                dp.send(&BarrierRequest).unwrap();
            }
        }
    });
    for (switch, before) in switches.iter_mut().zip(before) {
        assert_eq!(switch.heard().len(), 100);
        assert_eq!(switch.writes.get() - before, 2);
    }
    // A turn in which nothing is sent writes nothing.
    rig.pass(Duration::from_secs(1));
    let after: u32 = switches.iter().map(|switch| switch.writes.get()).sum();
    rig.pass(Duration::from_secs(1));
    assert_eq!(switches.iter().map(|switch| switch.writes.get()).sum::<u32>(), after);
}

#[test]
fn silence_and_dripping_are_closed_in_time() {
    let rig = Rig::new();
    let mut silent = rig.dial(V1_3);
    let mut dripping = rig.dial(V1_3);
    let hello = bytes_of(V1_3, Xid(7), &Hello::new(&[V1_3]));
    for byte in hello.iter().take(9) {
        dripping.send(&[*byte]);
        rig.pass(Duration::from_millis(500));
    }
    assert!(!silent.is_closed() && !dripping.is_closed());
    rig.pass(Duration::from_millis(499));
    assert!(!silent.is_closed() && !dripping.is_closed());
    rig.pass(Duration::from_millis(1));
    rig.pass(Duration::from_millis(200));
    assert!(silent.is_closed() && dripping.is_closed());
    assert_eq!(rig.settle(), ["1 handshake", "2 handshake", "1 dead", "2 dead"]);
    rig.assert_deserted();
}

#[test]
fn a_switch_that_is_stuck_before_its_ports_is_closed_in_time() {
    let rig = Rig::new();
    let mut switch = rig.dial(V1_3);
    switch.say(&Hello::new(&[V1_3]));
    switch.say(&switch.features());
    rig.pass(Duration::from_millis(5_200));
    assert!(switch.is_closed());
    assert_eq!(rig.settle(), ["1 handshake", "1 config", "1 features 1", "1 dead"]);
}

/// A peer that never stops talking must not talk its way past the end of the handshake.
#[test]
fn a_flood_does_not_put_off_the_end_of_the_handshake() {
    let rig = Rig::new();
    let mut switch = rig.dial(V1_3);
    let echo = bytes_of(V1_3, Xid(9), &EchoReply::default()).repeat(16 * 1024);
    let hub = &rig.hub;
    hub.block_on(async {
        // Each time the controller reads, there is more than it takes at once.
        switch.send(&echo);
        for _ in 0..60 {
            switch.send_some(&echo);
            hub.clock().advance(Duration::from_millis(100));
            hub::yield_now().await;
            hub::yield_now().await;
        }
    });
    assert!(switch.is_closed());
    rig.pass(Duration::from_secs(1));
    assert_eq!(rig.settle(), ["1 handshake", "1 dead"]);
}
