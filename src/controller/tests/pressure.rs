//! Peers and apps that are slow, each way: who waits for whom, and who does not.

use super::*;
use crate::app::INBOX_CAPACITY;
use crate::controller::pump::READ_AHEAD_AFTER;
use crate::ofproto::BarrierRequest;
use crate::session::{OUTBOX_HIGH_WATER, READ_AHEAD_BYTES};

/// A packet-out of about 60 kB.
fn bulky() -> PacketOut {
    PacketOut { data: vec![0; 60_000].into(), ..PacketOut::default() }
}

fn send_bulk(rig: &Rig, dp: &Datapath, n: usize) {
    rig.hub.block_on(async {
        for _ in 0..n {
            dp.send(&bulky()).unwrap();
        }
    });
    rig.hub.run_until_idle();
}

#[test]
fn a_switch_that_stops_reading_is_not_read_from_and_closed_in_time() {
    let rig = Rig::new();
    let mut other = rig.connect(V1_3, Dpid(2));
    let mut stuck = rig.dial_through(V1_3, 4096);
    rig.take_to_main(&mut stuck);
    told();
    let dp = rig.datapath(Dpid(1)).unwrap();
    send_bulk(&rig, &dp, 3);
    assert!(dp.is_blocked() && !dp.is_congested());
    // Below the high-water mark it is still read from.
    stuck.say(&packet_in());
    assert_eq!(rig.settle(), ["2 packet-in"]);
    send_bulk(&rig, &dp, 3);
    assert!(dp.waiting_bytes() > OUTBOX_HIGH_WATER);
    stuck.say(&packet_in());
    assert_eq!(rig.settle(), Vec::<String>::new());
    // The others are unharmed.
    rig.pass(Duration::from_millis(4_999));
    other.say(&packet_in());
    assert_eq!(rig.settle(), ["1 packet-in"]);
    assert_eq!(dp.phase(), Phase::Main);
    rig.pass(Duration::from_millis(1));
    assert_eq!(dp.phase(), Phase::Dead);
    rig.pass(Duration::from_secs(1));
    assert_eq!(rig.settle(), ["2 dead"]);
    assert!(!other.is_closed());
    assert_eq!(dp.waiting_bytes(), 0);
    assert_eq!(rig.controller.datapaths().len(), 1);
}

#[test]
fn a_silent_switch_that_does_not_read_is_closed_as_soon() {
    let rig = Rig::new();
    let mut stuck = rig.dial_through(V1_3, 4096);
    rig.take_to_main(&mut stuck);
    let dp = rig.datapath(Dpid(1)).unwrap();
    send_bulk(&rig, &dp, 1);
    rig.pass(Duration::from_millis(4_999));
    assert_eq!(dp.phase(), Phase::Main);
    rig.pass(Duration::from_millis(1));
    assert_eq!(dp.phase(), Phase::Dead);
}

#[test]
fn a_switch_that_reads_a_little_is_slow_and_not_gone() {
    let rig = Rig::new();
    let mut slow = rig.dial_through(V1_3, 4096);
    rig.take_to_main(&mut slow);
    let dp = rig.datapath(Dpid(1)).unwrap();
    send_bulk(&rig, &dp, 20);
    // Two minutes above the high-water mark: nothing is read from it, but it takes what is sent.
    for _ in 0..30 {
        rig.pass(Duration::from_secs(4));
        slow.take(4096);
        rig.hub.run_until_idle();
        assert!(dp.is_congested());
        assert_eq!(dp.phase(), Phase::Main);
    }
}

/// What was blocked goes out with the flush at the end of a turn, not by the pump: the pump must
/// learn of it.
#[test]
fn progress_at_the_end_of_a_turn_is_progress() {
    let rig = Rig::new();
    let mut switch = rig.dial_through(V1_3, 70_000);
    rig.take_to_main(&mut switch);
    let dp = rig.datapath(Dpid(1)).unwrap();
    send_bulk(&rig, &dp, 2);
    assert!(dp.is_blocked());
    rig.hub.block_on(async {
        switch.take(70_000);
        dp.send(&BarrierRequest).unwrap();
    });
    rig.hub.run_until_idle();
    assert!(!dp.is_blocked());
    rig.pass(Duration::from_secs(6));
    assert_eq!(dp.phase(), Phase::Main);
}

/// The pump may look while more than the high-water mark waits, and the flush at the end of that
/// turn write all of it: then reading has to go on.
#[test]
fn reading_goes_on_when_the_outbox_empties_in_one_write() {
    let rig = Rig::new();
    let mut switch = rig.connect(V1_3, Dpid(1));
    told();
    let dp = rig.datapath(Dpid(1)).unwrap();
    rig.hub.block_on(async {
        let app = hub::spawn("app", async move {
            for _ in 0..6 {
                dp.send(&bulky()).unwrap();
            }
            assert!(dp.is_congested());
        });
        switch.say(&packet_in());
        app.await.unwrap();
    });
    assert_eq!(rig.settle(), ["1 packet-in"]);
    assert_eq!(switch.heard().len(), 6);
    switch.say(&packet_in());
    assert_eq!(rig.settle(), ["1 packet-in"]);
}

#[test]
fn a_slow_app_slows_the_peer_that_feeds_it() {
    let rig = Rig::new();
    let mut feeding = rig.dial_through(V1_3, 4096);
    rig.take_to_main(&mut feeding);
    told();
    gate().clear();
    let one = bytes_of(V1_3, Xid(7), &packet_in());
    let mut sent = 0;
    // It takes what fits the inbox and what is read ahead, then no more.
    for _ in 0..1_000 {
        while feeding.pipe.writable_bytes() >= one.len() {
            feeding.send(&one);
            sent += 1;
        }
        rig.pass(READ_AHEAD_AFTER);
    }
    let ahead = READ_AHEAD_BYTES / one.len();
    // The last burst in the inbox may be larger than the room for it, and one waits.
    let most = 2 * INBOX_CAPACITY + ahead + 100;
    assert!((INBOX_CAPACITY + ahead..most).contains(&sent), "{sent}");
    assert_eq!(rig.settle(), Vec::<String>::new());
    gate().set();
    let mut served = rig.settle().len();
    assert_eq!(served, sent, "nothing is lost");
    feeding.send(&one);
    served += rig.settle().len();
    assert_eq!(served, sent + 1);
}

/// An app that is slow has no say in whether the switch that feeds it gets what was sent to it.
#[test]
fn a_full_inbox_does_not_keep_the_outbox_from_being_written() {
    let rig = Rig::new();
    let mut switch = rig.dial_through(V1_3, 20_000);
    rig.take_to_main(&mut switch);
    let dp = rig.datapath(Dpid(1)).unwrap();
    gate().clear();
    switch.send(&bytes_of(V1_3, Xid(7), &packet_in()).repeat(150));
    rig.hub.run_until_idle();
    send_bulk(&rig, &dp, 2);
    let mut got = 0;
    for _ in 0..100 {
        got += switch.take(20_000);
        rig.hub.run_until_idle();
    }
    assert!(got > 120_000, "{got} bytes of what was sent have arrived");
    assert_eq!(dp.waiting_bytes(), 0);
}

#[test]
fn a_full_inbox_does_not_keep_a_connection_from_being_closed() {
    let rig = Rig::new();
    let mut switches = [V1_0, V1_3].map(|version| {
        let mut switch = rig.dial_through(version, 20_000);
        switch.dpid = Dpid(u64::from(version.wire()));
        rig.take_to_main(&mut switch);
        switch
    });
    told();
    gate().clear();
    for switch in &switches {
        switch.send(&bytes_of(switch.version, Xid(7), &packet_in()).repeat(150));
        rig.hub.run_until_idle();
    }
    // One is closed by an app, the other one does not read.
    rig.datapath(Dpid(1)).unwrap().close();
    let stuck = rig.datapath(Dpid(4)).unwrap();
    send_bulk(&rig, &stuck, 2);
    rig.pass(Duration::from_secs(6));
    assert!(switches.iter_mut().all(Switch::is_closed));
    gate().set();
    let told = rig.settle();
    for dead in ["1 dead", "2 dead"] {
        assert_eq!(told.iter().filter(|line| *line == dead).count(), 1);
    }
    rig.assert_deserted();
}

#[test]
fn an_app_that_is_slow_for_long_does_not_make_its_switch_look_dead() {
    let rig = Rig::new();
    let mut switch = rig.connect(V1_3, Dpid(1));
    gate().clear();
    switch.send(&bytes_of(V1_3, Xid(7), &packet_in()).repeat(150));
    for _ in 0..40 {
        rig.pass(Duration::from_secs(5));
        rig.serve(&mut switch);
    }
    gate().set();
    for _ in 0..40 {
        rig.pass(Duration::from_secs(5));
        rig.serve(&mut switch);
    }
    assert_eq!(rig.datapath(Dpid(1)).unwrap().phase(), Phase::Main);
}

#[test]
fn one_switch_that_floods_does_not_starve_another() {
    let rig = Rig::new();
    let flooding = rig.connect(V1_3, Dpid(1));
    let mut quiet = rig.connect(V1_3, Dpid(2));
    let flood = bytes_of(V1_3, Xid(7), &packet_in()).repeat(4_096);
    let turns = rig.hub.block_on(async {
        flooding.send_some(&flood);
        hub::yield_now().await;
        quiet.say(&crate::ofproto::EchoRequest::default());
        let mut turns = 0;
        while quiet.heard().is_empty() {
            flooding.send_some(&flood);
            hub::yield_now().await;
            turns += 1;
            assert!(turns < 100);
        }
        turns
    });
    assert!(turns <= 3, "{turns}");
}

#[test]
fn an_app_that_is_slow_does_not_end_the_handshake_of_a_switch() {
    let rig = Rig::new();
    let flooding = rig.connect(V1_3, Dpid(1));
    gate().clear();
    flooding.send(&bytes_of(V1_3, Xid(7), &packet_in()).repeat(300));
    let mut switch = rig.dial(V1_3);
    switch.dpid = Dpid(2);
    switch.say(&Hello::new(&[V1_3]));
    rig.pass(Duration::from_secs(20));
    gate().set();
    rig.serve(&mut switch);
    assert_eq!(rig.datapath(Dpid(2)).unwrap().phase(), Phase::Main);
}
