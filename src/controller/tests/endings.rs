//! How connections end: whoever ends them, whenever, and what is left.

use super::*;
use crate::ofproto::{BarrierReply, BarrierRequest, ErrorKind};

#[test]
fn a_vanished_switch_is_closed_after_the_interval_times_misses_plus_one() {
    let rig = Rig::new();
    let mut switch = rig.connect(V1_3, Dpid(1));
    told();
    rig.pass(Duration::from_millis(59_999));
    let heard = switch.heard();
    assert_eq!(heard.len(), 3);
    assert!(heard.iter().all(|(_, message)| matches!(message, Message::EchoRequest(_))));
    assert!(!switch.is_closed());
    rig.pass(Duration::from_millis(1));
    rig.pass(Duration::from_millis(200));
    assert!(switch.is_closed());
    assert_eq!(rig.settle(), ["1 dead"]);
    rig.assert_deserted();
}

#[test]
fn a_switch_that_answers_stays() {
    let rig = Rig::new();
    let mut switch = rig.connect(V1_0, Dpid(1));
    for _ in 0..100 {
        rig.pass(Duration::from_secs(15));
        rig.serve(&mut switch);
    }
    assert!(!switch.is_closed());
}

#[test]
fn a_malformed_message_closes_only_its_connection_and_says_why_first() {
    let rig = Rig::new();
    let mut good = rig.connect(V1_3, Dpid(1));
    let mut bad = rig.connect(V1_3, Dpid(2));
    told();
    // A port status that is cut off, and more behind it that nobody will read.
    let mut status = bytes_of(V1_3, Xid(77), &packet_in()).to_vec();
    status[1] = 12;
    bad.send(&status.repeat(100));
    good.say(&packet_in());
    rig.hub.run_until_idle();
    let heard = bad.heard();
    let [(Xid(77), Message::Error(error))] = &heard[..] else { panic!("{heard:?}") };
    assert_eq!(error.kind(V1_3), Some(ErrorKind::BadRequestBadLen));
    assert_eq!(error.data[..], status[..64]);
    rig.pass(Duration::from_secs(1));
    assert!(bad.is_closed() && !good.is_closed());
    assert_eq!(rig.settle(), ["2 dead", "1 packet-in"]);
    assert_eq!(rig.controller.datapaths().len(), 1);
}

#[test]
fn connect_and_close_leaves_nothing() {
    let rig = Rig::new();
    drop(rig.dial(V1_3));
    assert_eq!(rig.settle(), ["1 handshake", "1 dead"]);
    rig.assert_deserted();
    // Closed before the controller has had a turn.
    let (ours, theirs) = pipe(64);
    drop(theirs);
    let controller = rig.controller.clone();
    rig.hub.block_on(async move { controller.attach(Rc::new(ours)) });
    assert_eq!(rig.settle(), ["2 handshake", "2 dead"]);
    // Reset.
    let switch = rig.dial(V1_3);
    switch.pipe.reset();
    assert_eq!(rig.settle(), ["3 handshake", "3 dead"]);
    rig.assert_deserted();
}

#[test]
fn ten_thousand_connects_and_closes_leave_nothing() {
    let rig = Rig::new();
    for i in 0..10_000 {
        let switch = rig.dial_through(V1_3, 4096);
        if i % 2 == 0 {
            switch.say(&Hello::new(&[V1_3]));
            rig.hub.run_until_idle();
        }
        drop(switch);
        rig.hub.run_until_idle();
    }
    assert_eq!(told().iter().filter(|line| line.ends_with("dead")).count(), 10_000);
    rig.assert_deserted();
    assert!(rig.controller.0.flush.is_empty());
}

/// Everything a 1.3 switch says in a short life.
fn script(xids: [Xid; 2]) -> Vec<u8> {
    let mut script = Vec::new();
    let mut say = |bytes: Bytes| script.extend_from_slice(&bytes);
    say(bytes_of(V1_3, Xid(1), &Hello::new(&[V1_3])));
    let features = SwitchFeatures { datapath_id: Dpid(1), ..SwitchFeatures::default() };
    say(bytes_of(V1_3, xids[0], &features));
    say(bytes_of(V1_3, xids[1], &port_desc()));
    say(bytes_of(V1_3, Xid(0), &packet_in()));
    say(bytes_of(V1_3, Xid(5), &BarrierReply));
    script
}

#[test]
fn the_end_may_come_after_any_byte() {
    // The session draws its transaction ids one after the other: hello, features, ports.
    let xids = |connection: u32| [Xid(connection + 1), Xid(connection + 2)];
    let len = script(xids(1)).len();
    let rig = Rig::new();
    ON_PACKET_IN.set(Some(Rc::new(|dp| {
        let _ = dp.send(&BarrierRequest);
        Ok(())
    })));
    for cut in 0..=len {
        for kind in 0..3 {
            let connection = u32::try_from(cut * 3 + kind + 1).unwrap();
            let switch = rig.dial(V1_3);
            switch.send_some(&script(xids(connection))[..cut]);
            if kind > 0 {
                rig.hub.run_until_idle();
            }
            if kind == 1 {
                switch.pipe.reset();
            }
            drop(switch);
            let lines = rig.settle();
            let of = |phase: &str| {
                let line = format!("{connection} {phase}");
                lines.iter().filter(|told| **told == line).count()
            };
            assert_eq!((of("handshake"), of("dead")), (1, 1), "cut {cut}: {lines:?}");
            assert_eq!(lines.last().unwrap(), &format!("{connection} dead"), "cut {cut}");
            assert_eq!(of("main"), usize::from(cut >= len - 8 - 102), "cut {cut}: {lines:?}");
        }
    }
    rig.assert_deserted();
}

#[test]
fn after_the_end_nothing_can_be_sent() {
    let rig = Rig::new();
    let switch = rig.connect(V1_3, Dpid(1));
    let dp = rig.datapath(Dpid(1)).unwrap();
    drop(switch);
    rig.hub.run_until_idle();
    assert_eq!(dp.send(&BarrierRequest), Err(SendError::Closed));
    assert_eq!((dp.phase(), dp.waiting_bytes(), dp.id()), (Phase::Dead, 0, Dpid(1)));
    dp.close();
    assert_eq!(rig.settle().last().unwrap(), "1 dead");
    rig.assert_deserted();
}

#[test]
fn shutdown_writes_what_was_accepted() {
    let rig = Rig::new();
    let mut one = rig.connect(V1_3, Dpid(1));
    let mut narrow = rig.dial_through(V1_3, 1_100);
    narrow.dpid = Dpid(2);
    rig.take_to_main(&mut narrow);
    let controller = rig.controller.clone();
    let heard = rig.hub.block_on(async {
        for dp in controller.datapaths() {
            for _ in 0..1_000 {
                dp.send(&BarrierRequest).unwrap();
            }
        }
        // One after the other, and never the other way round.
        let reading = async {
            let mut n = 0;
            while n < 8_000 {
                n += narrow.take(100);
                hub::yield_now().await;
            }
            n
        };
        let shutdown = hub::spawn("shutdown", {
            let controller = controller.clone();
            async move { controller.shutdown(Duration::from_secs(1)).await }
        });
        let n = reading.await;
        shutdown.await.unwrap();
        n
    });
    assert_eq!((one.heard().len(), heard), (1_000, 8_000));
    assert!(one.is_closed() && narrow.is_closed());
    rig.assert_deserted();
}

#[test]
fn shutdown_closes_in_the_order_of_connecting() {
    let rig = Rig::new();
    let switches: Vec<_> = (1..=20).map(|dpid| rig.connect(V1_3, Dpid(dpid))).collect();
    told();
    let controller = rig.controller.clone();
    rig.hub.block_on(async move { controller.shutdown(Duration::from_secs(1)).await });
    let expected: Vec<_> = (1..=20).map(|connection| format!("{connection} dead")).collect();
    assert_eq!(rig.settle(), expected);
    drop(switches);
    rig.assert_deserted();
}

#[test]
fn a_shutdown_without_time_leaves_no_connection() {
    let rig = Rig::new();
    let mut switch = rig.connect(V1_3, Dpid(1));
    let (ours, theirs) = pipe(64);
    let controller = rig.controller.clone();
    rig.hub.block_on(async move {
        // This one has not had a turn yet when its task is killed.
        controller.attach(Rc::new(ours));
        controller.shutdown(Duration::ZERO).await;
    });
    rig.hub.run_until_idle();
    assert!(switch.is_closed());
    assert!(theirs.try_read(&mut [0; 64]).is_ok(), "the stream was let go of");
    rig.assert_deserted();
}

#[test]
fn an_app_closes_a_connection_after_what_it_sent() {
    let rig = Rig::new();
    let mut switch = rig.connect(V1_3, Dpid(1));
    let dp = rig.datapath(Dpid(1)).unwrap();
    rig.hub.block_on(async {
        dp.send(&BarrierRequest).unwrap();
        dp.close();
    });
    rig.hub.run_until_idle();
    assert!(matches!(&switch.heard()[..], [(_, Message::BarrierRequest(_))]));
    rig.pass(Duration::from_secs(1));
    assert!(switch.is_closed());
    rig.assert_deserted();
}
