//! Taps: what a listener is shown, also of connections that were there before, and what it loses.

use std::task::{Context, Poll, Waker};

use serde_json::Value;

use super::*;
use crate::app::{LiveBody, SessionSource, TapFilter};
use crate::controller::TAPS_MAX;
use crate::ofproto::{EchoRequest, MessageType, peek_header};
use crate::wire::hex;

/// The lines that wait.
fn lines(body: &LiveBody) -> Vec<Value> {
    let mut cx = Context::from_waker(Waker::noop());
    let mut lines = Vec::new();
    while let Poll::Ready(Some(line)) = body.poll_next(&mut cx) {
        lines.push(serde_json::from_slice(&line).unwrap());
    }
    lines
}

/// Direction and transaction of each message.
fn seen(body: &LiveBody) -> Vec<(bool, u32)> {
    let one = |line: &Value| {
        let bytes = hex::decode(line["bytes"].as_str().unwrap()).unwrap();
        (line["from_switch"].as_bool().unwrap(), peek_header(&bytes).unwrap().xid.0)
    };
    lines(body).iter().map(one).collect()
}

#[test]
fn a_tap_shows_whole_messages_from_wherever_it_begins() {
    let rig = Rig::new();
    let mut switch = rig.connect(V1_3, Dpid(1));
    let echo = |xid| bytes_of(V1_3, Xid(xid), &EchoRequest { data: vec![7; 40].into() });
    // Half of a message is there before anybody listens.
    switch.send(&echo(1));
    let (first, second) = (echo(2), echo(3));
    switch.send(&first[..13]);
    rig.hub.run_until_idle();
    let body = rig.controller.tap(TapFilter::default()).unwrap();
    switch.send(&first[13..]);
    rig.hub.run_until_idle();
    for byte in second.chunks(1) {
        switch.send(byte);
        rig.hub.run_until_idle();
    }
    assert_eq!(seen(&body), [(true, 2), (false, 2), (true, 3), (false, 3)]);
    drop(switch.heard());

    let dp = rig.datapath(Dpid(1)).unwrap();
    let sent = dp.send(&FlowMod::default()).unwrap();
    rig.hub.run_until_idle();
    let shown = lines(&body);
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0]["dpid"], "0000000000000001");
    let (flow_mod, _) =
        Message::decode(V1_3, &hex::decode(shown[0]["bytes"].as_str().unwrap()).unwrap().into())
            .unwrap();
    assert_eq!(flow_mod, sent);
}

#[test]
fn a_message_that_was_written_in_part_before_is_left_out() {
    let rig = Rig::new();
    let mut switch = rig.dial_through(V1_3, 1200);
    rig.take_to_main(&mut switch);
    let dp = rig.datapath(Dpid(1)).unwrap();
    let echo = |size: usize| EchoRequest { data: vec![1; size].into() };
    dp.send_as(Xid(100), &echo(1500)).unwrap();
    rig.hub.run_until_idle();
    assert!(dp.is_blocked());
    let body = rig.controller.tap(TapFilter::default()).unwrap();
    dp.send_as(Xid(101), &echo(10)).unwrap();
    for _ in 0..3 {
        rig.hub.run_until_idle();
        let _ = switch.heard();
    }
    let seen = seen(&body);
    assert!(seen.contains(&(false, 101)) && !seen.contains(&(false, 100)), "{seen:?}");
}

#[test]
fn a_filter_shows_its_types_and_its_switch_only() {
    let rig = Rig::new();
    let one = rig.connect(V1_3, Dpid(1));
    let two = rig.connect(V1_3, Dpid(2));
    let filter = TapFilter { dpid: Some(Dpid(2)), types: vec![MessageType::PacketIn] };
    let body = rig.controller.tap(filter).unwrap();
    for switch in [&one, &two] {
        switch.say_as(Xid(5), &EchoRequest::default());
        switch.say_as(Xid(6), &packet_in());
    }
    rig.hub.run_until_idle();
    assert_eq!(seen(&body), [(true, 6)]);
}

#[test]
fn a_listener_that_does_not_read_loses_and_holds_up_nobody() {
    let rig = Rig::new();
    let mut switch = rig.connect(V1_3, Dpid(1));
    let body = rig.controller.tap(TapFilter::default()).unwrap();
    let big = EchoRequest { data: vec![0; 60_000].into() };
    for xid in 0..40 {
        switch.say_as(Xid(xid), &big);
        rig.hub.run_until_idle();
        assert_eq!(switch.heard().len(), 1);
    }
    let kept = lines(&body).len();
    assert!((1..80).contains(&kept), "{kept}");
    switch.say_as(Xid(77), &EchoRequest::default());
    rig.hub.run_until_idle();
    let told = lines(&body);
    assert_eq!(told[0], serde_json::json!({ "lost": 80 - kept }));
    assert_eq!(told.len(), 3);
}

#[test]
fn who_has_left_costs_nothing_and_listeners_are_bounded() {
    let rig = Rig::new();
    let switch = rig.connect(V1_3, Dpid(1));
    let tap = || rig.controller.tap(TapFilter::default());
    let bodies: Vec<LiveBody> = (0..TAPS_MAX).map(|_| tap().unwrap()).collect();
    assert!(tap().is_none());
    bodies[0].leave();
    let another = tap().unwrap();
    bodies.iter().for_each(LiveBody::leave);
    another.leave();
    assert!(rig.controller.0.watch.is_on());
    switch.say(&EchoRequest::default());
    rig.hub.run_until_idle();
    assert!(!rig.controller.0.watch.is_on());
    assert!(lines(&another).is_empty());
}
