//! Who is who: two connections that say that they are the same switch.

use super::*;
use crate::app::INBOX_CAPACITY;
use crate::controller::{DuplicateDpid, PROBE_TIME};
use crate::ofproto::{ErrorKind, FlowMod};
use crate::services::dpset;

/// Notes everything that is said of a switch, with the datapath id that it has for the apps.
#[derive(Default)]
struct Registrar;

#[app(name = "registrar")]
impl Registrar {
    #[set_ev_cls(ofp_event::StateChange)]
    async fn state(&mut self, ev: &ofp_event::StateChange) {
        note(&ev.datapath, format!("{} of {}", ev.phase, ev.datapath.id().0)).await;
    }

    #[set_ev_cls(dpset::Dp)]
    async fn dp(&mut self, ev: &dpset::Dp) {
        note(&ev.dp, if ev.enter { "enter" } else { "leave" }.to_owned()).await;
    }

    #[set_ev_cls(ofp_event::SwitchFeatures)]
    async fn features(&mut self, ev: &ofp_event::SwitchFeatures) {
        note(&ev.datapath, "features".to_owned()).await;
    }

    #[set_ev_cls(ofp_event::PortDescStatsReply)]
    async fn ports(&mut self, ev: &ofp_event::PortDescStatsReply) {
        note(&ev.datapath, "ports".to_owned()).await;
    }

    #[set_ev_cls(ofp_event::EchoReply)]
    async fn echo(&mut self, ev: &ofp_event::EchoReply) {
        note(&ev.datapath, "echo".to_owned()).await;
    }

    #[set_ev_cls(ofp_event::PacketIn)]
    async fn packet_in(&mut self, ev: &ofp_event::PacketIn) {
        note(&ev.datapath, "packet-in".to_owned()).await;
    }
}

const LET_IN: [&str; 6] =
    ["2 handshake of 0", "2 config of 0", "2 features", "2 ports", "2 main of 1", "2 enter"];
const TURNED_AWAY: [&str; 3] = ["2 handshake of 0", "2 config of 0", "2 dead of 0"];

fn registrar(duplicate_dpid: DuplicateDpid) -> (Rig, Switch) {
    let config = ControllerConfig { duplicate_dpid, ..ControllerConfig::default() };
    let rig = Rig::with(&["registrar"], config);
    let first = rig.connect(V1_3, Dpid(1));
    rig.settle();
    (rig, first)
}

/// A second switch of the first one's datapath id, as far as that it has said so.
fn claim(rig: &Rig) -> Switch {
    let mut second = rig.dial(V1_3);
    second.say(&Hello::new(&[V1_3]));
    rig.serve(&mut second);
    second
}

/// The connection that has the datapath id.
fn holder(rig: &Rig) -> u64 {
    rig.controller.datapath(Dpid(1)).expect("there is one").connection()
}

fn echoes(switch: &mut Switch) -> usize {
    let heard = switch.heard();
    assert!(heard.iter().all(|(_, message)| matches!(message, Message::EchoRequest(_))));
    for (xid, message) in &heard {
        switch.answer(*xid, message);
    }
    heard.len()
}

#[test]
fn a_first_that_answers_keeps_its_place_and_the_second_is_no_event() {
    let (rig, mut first) = registrar(DuplicateDpid::Probe);
    let mut second = claim(&rig);
    assert!(second.heard().is_empty(), "it is not even asked for its ports");
    rig.pass(PROBE_TIME / 2);
    assert_eq!(echoes(&mut first), 1);
    rig.hub.run_until_idle();
    let heard = second.heard();
    let [(_, Message::Error(error))] = &heard[..] else { panic!("{heard:?}") };
    assert_eq!(error.kind(V1_3), Some(ErrorKind::HelloFailedEperm));
    assert_eq!(error.data[..], *b"this datapath id is connected already");
    rig.pass(Duration::from_secs(1));
    assert!(second.is_closed() && !first.is_closed());
    // Of the second, apps are told what it was before it said who it is. The echo is no event.
    assert_eq!(rig.settle(), TURNED_AWAY);
    first.say(&packet_in());
    assert_eq!(rig.settle(), ["1 packet-in"]);
    assert_eq!(rig.datapath(Dpid(1)).unwrap().generation(), 1);
    assert_eq!(rig.controller.datapaths().len(), 1);
}

#[test]
fn case_3_1_060_fifty_impostors() {
    for at_once in [true, false] {
        let (rig, mut first) = registrar(DuplicateDpid::Probe);
        let dp = rig.datapath(Dpid(1)).unwrap();
        rig.hub.block_on(async { dp.send(&FlowMod::add()).unwrap() });
        rig.hub.run_until_idle();
        assert!(matches!(&first.heard()[..], [(_, Message::FlowMod(_))]));
        let mut impostors = Vec::new();
        let mut echoed = 0;
        for _ in 0..50 {
            impostors.push(claim(&rig));
            if !at_once {
                echoed += echoes(&mut first);
                rig.hub.run_until_idle();
            }
        }
        // Nothing but echo requests, and one for all who come at a time: no entry is touched.
        echoed += echoes(&mut first);
        assert_eq!(echoed, if at_once { 1 } else { 50 });
        rig.pass(Duration::from_secs(1));
        assert!(impostors.iter_mut().all(Switch::is_closed));
        let lines = rig.settle();
        assert_eq!(lines.len(), 3 * 50, "{lines:?}");
        assert!(lines.iter().all(|line| line.ends_with("of 0")), "{lines:?}");
        assert_eq!(holder(&rig), 1);
        assert_eq!(rig.controller.connections().len(), 1);
        assert!(first.heard().is_empty());
        drop((first, impostors));
        assert_eq!(rig.settle(), ["1 dead of 1", "1 leave"]);
        rig.assert_deserted();
    }
}

#[test]
fn a_first_that_is_silent_leaves_before_the_second_enters() {
    let (rig, mut first) = registrar(DuplicateDpid::Probe);
    let second = claim(&rig);
    assert_eq!(rig.settle(), TURNED_AWAY[..2]);
    rig.pass(PROBE_TIME - Duration::from_millis(1));
    assert_eq!((rig.settle().len(), holder(&rig)), (0, 1));
    rig.pass(Duration::from_millis(1));
    let mut second = second;
    rig.serve(&mut second);
    rig.pass(Duration::from_secs(1));
    assert!(first.is_closed() && !second.is_closed());
    let leaves = ["1 dead of 1", "1 leave"].into_iter();
    let expected: Vec<_> = leaves.chain(LET_IN[2..].iter().copied()).collect();
    assert_eq!(rig.settle(), expected);
    assert_eq!(holder(&rig), 2);
    assert_eq!(rig.datapath(Dpid(1)).unwrap().generation(), 2);
}

#[test]
fn whatever_comes_in_time_is_a_sign_of_life() {
    let (rig, mut first) = registrar(DuplicateDpid::Probe);
    let mut second = claim(&rig);
    rig.pass(PROBE_TIME / 2);
    first.say(&packet_in());
    rig.pass(PROBE_TIME * 2);
    assert!(second.is_closed() && !first.is_closed());
    assert_eq!(holder(&rig), 1);
    // What was said before the question says nothing.
    second = claim(&rig);
    rig.pass(PROBE_TIME);
    rig.serve(&mut second);
    assert_eq!(holder(&rig), 3);
}

#[test]
fn with_newest_the_first_goes_at_once_and_still_leaves_first() {
    let (rig, mut first) = registrar(DuplicateDpid::Newest);
    let second = claim(&rig);
    let leaves = ["2 handshake of 0", "2 config of 0", "1 dead of 1", "1 leave"].into_iter();
    let expected: Vec<_> = leaves.chain(LET_IN[2..].iter().copied()).collect();
    assert_eq!(rig.settle(), expected);
    rig.pass(Duration::from_secs(1));
    assert!(first.is_closed());
    assert!(first.heard().is_empty(), "it was asked nothing");
    assert_eq!(holder(&rig), 2);
    drop(second);
    assert_eq!(rig.settle(), ["2 dead of 1", "2 leave"]);
    rig.assert_deserted();
}

#[test]
fn a_claimant_that_goes_or_gives_up_meanwhile_changes_nothing() {
    for is_reset in [false, true] {
        let (rig, first) = registrar(DuplicateDpid::Probe);
        let second = claim(&rig);
        rig.pass(PROBE_TIME / 2);
        if is_reset {
            second.pipe.reset();
        }
        drop(second);
        assert_eq!(rig.settle(), TURNED_AWAY);
        rig.pass(PROBE_TIME * 3);
        assert_eq!((rig.settle().len(), holder(&rig)), (0, 1), "the silent first stays");
        drop(first);
        rig.hub.run_until_idle();
        rig.assert_deserted();
    }
}

/// The one that asks goes: those who waited with it have to ask anew.
#[test]
fn of_many_claimants_one_gets_the_place_of_the_dead() {
    for first_goes in [false, true] {
        let (rig, mut dead) = registrar(DuplicateDpid::Probe);
        let mut claimants: Vec<_> = (0..50).map(|_| claim(&rig)).collect();
        if first_goes {
            rig.pass(PROBE_TIME / 2);
            claimants.remove(0);
        }
        for _ in 0..8 {
            rig.pass(PROBE_TIME);
            for claimant in &mut claimants {
                rig.serve(claimant);
            }
        }
        let open: Vec<_> =
            claimants.iter_mut().filter_map(|c| (!c.is_closed()).then_some(())).collect();
        assert_eq!((open.len(), dead.is_closed()), (1, true), "first goes: {first_goes}");
        let lines = rig.settle();
        let count = |end: &str| lines.iter().filter(|line| line.ends_with(end)).count();
        assert_eq!((count("enter"), count("leave"), count("main of 1")), (1, 1, 1), "{lines:?}");
        let at = |end: &str| lines.iter().position(|line| line.ends_with(end));
        assert!(at("leave") < at("features"), "{lines:?}");
        assert_eq!(rig.controller.connections().len(), 1);
    }
}

/// A holder is one as soon as it was let in, before the main phase.
#[test]
fn one_in_its_handshake_holds_its_place_too() {
    let rig = Rig::with(&["registrar"], ControllerConfig::default());
    let first = rig.dial(V1_3);
    first.say(&Hello::new(&[V1_3]));
    first.say(&first.features());
    rig.hub.run_until_idle();
    let (mut first, mut second) = (first, claim(&rig));
    rig.serve(&mut first);
    rig.pass(Duration::from_secs(1));
    assert!(second.is_closed());
    assert_eq!(rig.datapath(Dpid(1)).unwrap().connection(), 1);
}

/// Apps are slow: the second waits until they have been told that the first has left.
#[test]
fn a_leave_that_waits_in_front_of_a_full_inbox_holds_the_enter_back() {
    let (rig, first) = registrar(DuplicateDpid::Newest);
    gate().clear();
    let all = INBOX_CAPACITY * 3;
    first.send(&bytes_of(V1_3, Xid(7), &packet_in()).repeat(all));
    rig.hub.run_until_idle();
    let mut second = claim(&rig);
    rig.pass(Duration::from_secs(3));
    assert!(second.heard().is_empty(), "it is not asked for its ports yet");
    gate().set();
    rig.serve(&mut second);
    let lines = rig.settle();
    let at = |wanted: &str| lines.iter().position(|line| line == wanted).expect(wanted);
    let last = lines.iter().rposition(|line| line == "1 packet-in").unwrap();
    assert!(last < at("1 dead of 1"), "what it sent comes before its end");
    assert!(at("1 dead of 1") < at("2 features") && at("1 leave") < at("2 enter"));
    assert_eq!(holder(&rig), 2);
}

/// Takes packet-ins, when it gets round to it, and nothing else.
#[derive(Default)]
struct Sluggard;

#[app(name = "sluggard")]
impl Sluggard {
    #[set_ev_cls(ofp_event::PacketIn)]
    async fn packet_in(&mut self, ev: &ofp_event::PacketIn) {
        note(&ev.datapath, "packet-in".to_owned()).await;
    }
}

/// An app keeps the first from being read: that nothing comes from it is not its fault.
#[test]
fn a_first_that_is_not_read_is_not_given_up() {
    let rig = Rig::with(&["sluggard"], ControllerConfig::default());
    let mut first = rig.connect(V1_3, Dpid(1));
    gate().clear();
    let bytes = bytes_of(V1_3, Xid(7), &packet_in()).repeat(10_000);
    first.send(&bytes);
    rig.hub.run_until_idle();
    let mut second = claim(&rig);
    rig.pass(PROBE_TIME);
    rig.pass(PROBE_TIME);
    assert!(second.is_closed() && !first.is_closed());
    gate().set();
    assert_eq!(rig.settle().iter().filter(|line| *line == "1 packet-in").count(), 10_000);
    assert_eq!(holder(&rig), 1);
}

/// The first was busy and has gone, but that stands behind what an app has not taken yet.
#[test]
fn one_that_comes_back_is_let_in_when_what_it_had_said_is_told() {
    let rig = Rig::with(&["sluggard"], ControllerConfig::default());
    let first = rig.connect(V1_3, Dpid(1));
    gate().clear();
    first.send(&bytes_of(V1_3, Xid(7), &packet_in()).repeat(10_000));
    rig.hub.run_until_idle();
    drop(first);
    let mut second = claim(&rig);
    rig.pass(PROBE_TIME / 2);
    gate().set();
    assert_eq!(rig.settle().iter().filter(|line| *line == "1 packet-in").count(), 10_000);
    assert!(!second.is_closed());
    assert_eq!(holder(&rig), 2);
}

/// Row O35: what a switch has sent comes before the announcement that follows it.
#[test]
fn announcements_queue_behind_what_was_sent_before() {
    for is_slow in [false, true] {
        let rig = Rig::with(&["registrar"], ControllerConfig::default());
        let mut switch = rig.dial(V1_3);
        if is_slow {
            gate().clear();
        }
        switch.say(&Hello::new(&[V1_3]));
        rig.hub.run_until_idle();
        switch.heard();
        // Three while it is asked for its ports, then the ports, then many, then the end: all of it
        // is under way before the apps see any.
        switch.say(&switch.features());
        switch.send(&bytes_of(V1_3, Xid(0), &packet_in()).repeat(3));
        rig.serve(&mut switch);
        let all = INBOX_CAPACITY * 3;
        switch.send(&bytes_of(V1_3, Xid(0), &packet_in()).repeat(all));
        drop(switch);
        gate().set();
        let lines = rig.settle();
        let mut expected = vec!["1 handshake of 0", "1 config of 0", "1 features"];
        expected.extend(["1 packet-in"; 3]);
        expected.extend(["1 ports", "1 main of 1"]);
        expected.extend(vec!["1 packet-in"; all]);
        expected.push("1 dead of 1");
        // Those of dpset take a step more; what follows is of the one after the other.
        let own: Vec<_> =
            lines.iter().filter(|l| !l.ends_with("enter") && !l.ends_with("leave")).collect();
        assert_eq!(own, expected, "slow: {is_slow}");
        let at = |wanted: &str| lines.iter().position(|line| line == wanted).expect(wanted);
        assert!(at("1 main of 1") < at("1 enter") && at("1 dead of 1") < at("1 leave"));
        rig.assert_deserted();
    }
}
