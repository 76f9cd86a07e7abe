//! What is counted, against traffic of which every message is known.

use std::collections::BTreeMap;

use super::*;
use crate::app::SessionSource;
use crate::ofproto::{BarrierReply, BarrierRequest, EchoRequest, FlowRemoved};
use crate::session::SessionCounters;

fn by_type(counts: &[(&'static str, u64)]) -> BTreeMap<&'static str, u64> {
    counts.iter().copied().collect()
}

#[track_caller]
fn assert_adds_up(counters: &SessionCounters, waiting: u64) {
    let SessionCounters { received, decoded, failed, refused, dropped, .. } = *counters;
    assert_eq!(received, decoded + failed + refused + dropped, "{counters:?}");
    let SessionCounters { encoded, sent, unsent, .. } = *counters;
    assert_eq!(encoded, sent + unsent + waiting, "{counters:?}");
    assert!(counters.events + counters.answers <= decoded, "{counters:?}");
    assert_eq!(counters.received_by_type.values().sum::<u64>(), received);
    assert_eq!(counters.encoded_by_type.values().sum::<u64>(), encoded);
}

#[test]
fn every_message_of_a_script_is_counted_once() {
    let rig = Rig::new();
    let mut switch = rig.connect(V1_3, Dpid(1));
    let dp = rig.datapath(Dpid(1)).unwrap();
    let after_handshake = dp.counters();
    assert_adds_up(&after_handshake, 0);
    let handshake_in = [("features_reply", 1), ("hello", 1), ("multipart_reply", 2)];
    assert_eq!(after_handshake.received_by_type, by_type(&handshake_in));
    // The answer to the session's own question is nobody's event.
    assert_eq!((after_handshake.events, after_handshake.answers), (3, 0));
    let handshake_out = [("features_request", 1), ("hello", 1), ("multipart_request", 2)];
    assert_eq!(after_handshake.encoded_by_type, by_type(&handshake_out));

    let mut sent = 0;
    let mut say = |message: &[u8]| {
        sent += message.len() as u64;
        switch.send(message);
    };
    let packet_in = bytes_of(V1_3, Xid(0), &packet_in());
    for _ in 0..3 {
        say(&packet_in);
    }
    say(&bytes_of(V1_3, Xid(1), &EchoRequest::default()));
    say(&bytes_of(V1_3, Xid(2), &FlowRemoved::default()));
    // Another version than the agreed one: answered with an error, and not looked at.
    say(&bytes_of(V1_0, Xid(3), &EchoRequest::default()));
    // An answer to a request of an app.
    let answer = dp.barrier();
    rig.hub.run_until_idle();
    let barrier = switch.heard().into_iter().find_map(|(xid, message)| {
        matches!(message, Message::BarrierRequest(BarrierRequest)).then_some(xid)
    });
    let reply = bytes_of(V1_3, barrier.unwrap(), &BarrierReply);
    sent += reply.len() as u64;
    switch.send(&reply);
    rig.hub.block_on(answer).unwrap();
    dp.send(&FlowMod::default()).unwrap();
    let waiting = dp.counters();
    assert_adds_up(&waiting, 1);
    rig.hub.run_until_idle();

    let counters = dp.counters();
    assert_adds_up(&counters, 0);
    assert_eq!(counters.sent, waiting.sent + 1);
    assert_eq!(counters.received, 4 + 7);
    assert_eq!((counters.refused, counters.failed, counters.dropped), (1, 0, 0));
    assert_eq!(counters.events, 3 + 5);
    assert_eq!(counters.answers, 1);
    assert_eq!(counters.received_bytes, after_handshake.received_bytes + sent);
    let received = [
        ("barrier_reply", 1),
        ("echo_request", 2),
        ("features_reply", 1),
        ("flow_removed", 1),
        ("hello", 1),
        ("multipart_reply", 2),
        ("packet_in", 3),
    ];
    assert_eq!(counters.received_by_type, by_type(&received));
    let encoded = [
        ("barrier_request", 1),
        ("echo_reply", 1),
        ("error", 1),
        ("features_request", 1),
        ("flow_mod", 1),
        ("hello", 1),
        ("multipart_request", 2),
    ];
    assert_eq!(counters.encoded_by_type, by_type(&encoded));
    assert_eq!(counters.sent_bytes, dp.written_bytes());

    // A malformed one ends the session; what was counted stays in the sums.
    let mut bad = bytes_of(V1_3, Xid(9), &FlowRemoved::default()).to_vec();
    bad[1] = 10;
    switch.send(&bad);
    rig.pass(Duration::from_secs(1));
    assert!(switch.is_closed());
    let totals = rig.controller.totals();
    assert_adds_up(&totals.counters, 0);
    assert_eq!((totals.connections, totals.counters.received), (1, 12));
    assert_eq!(totals.counters.failed, 1);
    assert_eq!(totals.endings, by_type(&[("malformed", 1)]));
    assert!(totals.handshake_failures.is_empty());
    assert!(SessionSource::sessions(&rig.controller).is_empty());
}

#[test]
fn messages_that_cannot_be_sent_are_counted() {
    let rig = Rig::new();
    let _switch = rig.connect(V1_0, Dpid(1));
    let dp = rig.datapath(Dpid(1)).unwrap();
    let before = dp.counters();
    // 1.0 has no meters.
    assert!(dp.send(&crate::ofproto::MeterMod::default()).is_err());
    let after = dp.counters();
    assert_eq!(after.encode_failed, before.encode_failed + 1);
    assert_eq!(after.encoded, before.encoded);
    assert_adds_up(&after, 0);
}

#[test]
fn handshakes_that_fail_are_told_apart() {
    let rig = Rig::new();
    drop(rig.dial(V1_3));
    rig.hub.run_until_idle();
    let silent = rig.dial(V1_3);
    rig.pass(Duration::from_secs(6));
    drop(silent);
    let eager = rig.dial(V1_3);
    eager.say(&packet_in());
    rig.pass(Duration::from_secs(1));
    let garbage = rig.dial(V1_3);
    garbage.send(b"\x04\x00\x00\x03\x00\x00\x00\x00");
    rig.pass(Duration::from_secs(1));
    let totals = rig.controller.totals();
    let wanted = [("before_hello", 1), ("framing", 1), ("handshake_timeout", 1), ("peer", 1)];
    assert_eq!(totals.handshake_failures, by_type(&wanted));
    assert!(totals.endings.is_empty());
    assert_adds_up(&totals.counters, 0);
}

#[test]
fn a_report_says_how_a_switch_is_connected() {
    let rig = Rig::new();
    let young = rig.dial(V1_3);
    rig.pass(Duration::from_secs(2));
    let _grown = rig.connect(V1_0, Dpid(0xa1));
    let reports = rig.hub.block_on(async { SessionSource::sessions(&rig.controller) });
    let [first, second] = &reports[..] else { panic!("{reports:?}") };
    assert_eq!((first.connection, first.state.as_str()), (1, "handshake"));
    assert_eq!((&first.dpid, &first.version, first.age), (&None, &None, 2.0));
    assert_eq!(first.transport, "memory");
    assert_eq!((second.connection, second.state.as_str()), (2, "main"));
    assert_eq!(second.dpid.as_deref(), Some("00000000000000a1"));
    assert_eq!(second.version.as_deref(), Some("1.0"));
    assert_eq!(second.counters.received_by_type["hello"], 1);
    drop(young);
}

#[test]
fn the_log_line_says_the_increase_and_the_total() {
    let last = SessionCounters { received: 3, sent: 2, ..SessionCounters::default() };
    let now = SessionCounters { received: 10, sent: 2, sent_bytes: 80, ..last.clone() };
    assert_eq!(
        crate::controller::totals::line(2, &last, &now),
        "sessions: 2 connected; received +7 (10), failed +0 (0), events +0 (0), dropped +0 (0); \
         encoded +0 (0), sent +0 (2); bytes in +0 (0), out +80 (80)"
    );
}

#[test]
fn the_log_lines_end_with_the_controller() {
    let rig = Rig::new();
    let tasks = rig.hub.handle().task_count();
    rig.hub.block_on(async { rig.controller.log_every(Duration::ZERO) });
    assert_eq!(rig.hub.handle().task_count(), tasks);
    rig.hub.block_on(async { rig.controller.log_every(Duration::from_secs(1)) });
    rig.pass(Duration::from_secs(5));
    assert_eq!(rig.hub.handle().task_count(), tasks + 1);
    rig.hub.block_on(rig.controller.shutdown(Duration::from_secs(1)));
    rig.hub.run_until_idle();
    rig.assert_deserted();
}
