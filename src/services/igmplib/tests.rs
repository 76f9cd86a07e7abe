//! The machines beside the clock, and the frames beside Ryu's.

use super::*;
use crate::clock::Clock;
use crate::packet::{Igmpv3Query, Igmpv3Report, Igmpv3ReportGroup};
use crate::wire::hex;
use std::time::Duration;

const GROUP: Ipv4Addr = Ipv4Addr::new(239, 1, 2, 3);
const OTHER: Ipv4Addr = Ipv4Addr::new(239, 9, 9, 9);
const SECOND: Duration = Duration::from_secs(1);

fn plain(msgtype: u8, address: Ipv4Addr) -> Igmp<'static> {
    IgmpPlain { msgtype, address, ..IgmpPlain::default() }.into()
}

fn report(group: Ipv4Addr) -> Igmp<'static> {
    plain(Igmp::REPORT_V2, group)
}

/// Outputs, one line each.
fn lines(mut poll: impl FnMut() -> Option<Output>) -> Vec<String> {
    let ports =
        |ports: &[PortNo]| ports.iter().map(PortNo::to_string).collect::<Vec<_>>().join(",");
    let mut lines = Vec::new();
    while let Some(output) = poll() {
        lines.push(match output {
            Output::SetFlow { in_port, group, to } => {
                format!("flow {in_port} {group} -> {}", ports(&to))
            }
            Output::DelFlow { in_port, group } => format!("no flow {in_port} {group}"),
            Output::Send { in_port, to, frame } => {
                format!(
                    "send {in_port} -> {to}: {}",
                    Packet::parse(&frame).get::<Igmp<'_>>().map_or_else(
                        || hex::encode(&frame),
                        |igmp| match igmp {
                            Igmp::Plain(message) =>
                                format!("{:#x} {}", message.msgtype, message.address),
                            _ => "v3".to_owned(),
                        }
                    )
                )
            }
            Output::Changed { reason, address, src, dsts } => {
                let src = src.map_or("-".to_owned(), |port| port.to_string());
                format!("{reason}: {address} {src} [{}]", ports(&dsts))
            }
        });
    }
    lines
}

#[test]
fn the_query_is_that_of_ryu() {
    let frame = query(Ipv4Addr::UNSPECIFIED, Ipv4Addr::UNSPECIFIED, MacAddr([0, 0, 0, 0, 0, 1]));
    assert_eq!(hex::encode(&frame.unwrap()), RYU_QUERY);
    let frame = query(GROUP, [10, 0, 0, 1].into(), MacAddr::ZERO).unwrap();
    let Some(Igmp::Plain(one)) = Packet::parse(&frame).get::<Igmp<'_>>() else { panic!() };
    assert_eq!((one.maxresp, one.address), (10, GROUP));
}

#[test]
fn the_querier_asks_each_minute_and_forgets_who_is_silent_for_ten_seconds() {
    let clock = Clock::test();
    let start = clock.now();
    let question = query(Ipv4Addr::UNSPECIFIED, Ipv4Addr::UNSPECIFIED, MacAddr::ZERO).unwrap();
    let mut querier = Querier::new(PortNo(2), question, start);
    let at = |querier: &mut Querier, seconds: u64| {
        let now = start + Duration::from_secs(seconds);
        while querier.deadline() <= now {
            let at = querier.deadline();
            querier.handle_timeout(at);
        }
        lines(|| querier.poll_output())
    };
    let asks = "send CONTROLLER -> FLOOD: 0x11 0.0.0.0".to_owned();
    assert_eq!(at(&mut querier, 0), std::slice::from_ref(&asks));

    querier.handle(&report(GROUP), PortNo(3));
    assert_eq!(
        at(&mut querier, 1),
        [
            "Multicast Group Added: 239.1.2.3 2 []",
            "Multicast Group Member Changed: 239.1.2.3 2 [3]",
            "flow 2 239.1.2.3 -> 3",
            "flow 3 239.1.2.3 -> CONTROLLER",
        ]
    );
    querier.handle(&plain(Igmp::REPORT_V1, GROUP), PortNo(4));
    querier.handle(&report(GROUP), PortNo(4));
    assert_eq!(
        at(&mut querier, 2),
        [
            "Multicast Group Member Changed: 239.1.2.3 2 [3,4]",
            "flow 2 239.1.2.3 -> 3,4",
            "flow 4 239.1.2.3 -> CONTROLLER",
        ]
    );
    // Both count as having answered the first question.
    assert_eq!(at(&mut querier, 59), [""; 0]);
    assert_eq!(at(&mut querier, 60), std::slice::from_ref(&asks));
    querier.handle(&report(GROUP), PortNo(4));
    assert_eq!(at(&mut querier, 69), [""; 0]);
    assert_eq!(
        at(&mut querier, 70),
        [
            "no flow 3 239.1.2.3",
            "Multicast Group Member Changed: 239.1.2.3 2 [4]",
            "flow 2 239.1.2.3 -> 4",
        ]
    );
    querier.handle(&plain(Igmp::LEAVE, GROUP), PortNo(4));
    querier.handle(&plain(Igmp::LEAVE, GROUP), PortNo(4));
    assert_eq!(
        at(&mut querier, 71),
        ["no flow 4 239.1.2.3", "no flow 2 239.1.2.3", "Multicast Group Removed: 239.1.2.3 2 []"]
    );
    assert_eq!(at(&mut querier, 120), [asks]);
}

#[test]
fn the_querier_follows_so_many_groups_and_no_more() {
    let mut querier = Querier::new(PortNo(2), Octets::new(), Clock::test().now());
    for number in 0..2 * GROUPS_MAX as u32 {
        querier.handle(&report(Ipv4Addr::from(0xef00_0000 + number)), PortNo(3));
    }
    let added = lines(|| querier.poll_output());
    let added = added.iter().filter(|line| line.starts_with("Multicast Group Added")).count();
    assert_eq!(added, GROUPS_MAX);
}

struct Snooped {
    snooper: Snooper,
    clock: Clock,
}

impl Snooped {
    fn new() -> Self {
        Snooped { snooper: Snooper::default(), clock: Clock::test() }
    }

    /// A snooper that has heard a querier by port 1.
    fn asked() -> Self {
        let mut new = Snooped::new();
        new.hear(plain(Igmp::QUERY, Ipv4Addr::UNSPECIFIED), 1);
        new
    }

    fn hear(&mut self, igmp: Igmp<'static>, port: u32) -> Vec<String> {
        let eth = Ethernet::new(ALL_HOSTS.1, MacAddr([2, 0, 0, 0, 0, port as u8]), ethertype::IPV4);
        let ip = Ipv4::new([10, 0, 0, port as u8].into(), GROUP, ip_proto::IGMP);
        let frame: Octets = (eth / ip.clone() / igmp.clone()).to_frame().unwrap().into();
        let now = self.clock.now();
        self.snooper.handle(&eth, &ip, &igmp, PortNo(port), &frame, now);
        lines(|| self.snooper.poll_output())
    }

    fn wait(&mut self, span: Duration) -> Vec<String> {
        let end = self.clock.now() + span;
        while let Some(at) = self.snooper.deadline().filter(|at| *at <= end) {
            self.clock.advance_to(at);
            self.snooper.handle_timeout(at);
        }
        self.clock.advance_to(end);
        lines(|| self.snooper.poll_output())
    }
}

#[test]
fn the_snooper_passes_the_first_report_on_and_serves_all() {
    let mut net = Snooped::new();
    // Nobody knows a querier: the group is known, and that is all.
    assert_eq!(
        net.hear(report(GROUP), 3),
        ["Multicast Group Added: 239.1.2.3 - []", "flow 3 239.1.2.3 -> CONTROLLER"]
    );
    assert_eq!(
        net.hear(plain(Igmp::QUERY, Ipv4Addr::UNSPECIFIED), 1),
        [
            "Multicast Group Member Changed: 239.1.2.3 1 [3]",
            "flow 1 239.1.2.3 -> 3",
            "send 1 -> FLOOD: 0x11 0.0.0.0",
        ]
    );
    assert_eq!(net.hear(report(GROUP), 3), ["send 3 -> 1: 0x16 239.1.2.3"]);
    assert_eq!(
        net.hear(report(GROUP), 4),
        [
            "flow 4 239.1.2.3 -> CONTROLLER",
            "Multicast Group Member Changed: 239.1.2.3 1 [3,4]",
            "flow 1 239.1.2.3 -> 3,4",
        ]
    );
    assert_eq!(net.wait(60 * SECOND), [""; 0]);
}

#[test]
fn a_group_that_nobody_reports_after_a_query_is_removed() {
    let mut net = Snooped::asked();
    net.hear(report(GROUP), 3);
    net.hear(report(OTHER), 4);
    assert_eq!(net.wait(11 * SECOND), [""; 0]);
    net.hear(plain(Igmp::QUERY, Ipv4Addr::UNSPECIFIED), 1);
    assert_eq!(net.hear(report(OTHER), 4), ["send 4 -> 1: 0x16 239.9.9.9"]);
    assert_eq!(net.wait(9 * SECOND), [""; 0]);
    assert_eq!(
        net.wait(2 * SECOND),
        ["Multicast Group Removed: 239.1.2.3 1 []", "no flow 1 239.1.2.3", "no flow 3 239.1.2.3"]
    );
    // A question for one group says nothing of the others.
    net.hear(plain(Igmp::QUERY, GROUP), 1);
    assert_eq!(net.wait(20 * SECOND), [""; 0]);
    net.hear(plain(Igmp::QUERY, OTHER), 1);
    assert_eq!(
        net.wait(20 * SECOND),
        ["Multicast Group Removed: 239.9.9.9 1 []", "no flow 1 239.9.9.9", "no flow 4 239.9.9.9"]
    );
}

#[test]
fn who_leaves_is_asked_whether_anybody_is_left() {
    let mut net = Snooped::asked();
    net.hear(report(GROUP), 3);
    net.hear(report(GROUP), 4);
    net.wait(11 * SECOND);
    let asks = "send 3 -> IN_PORT: 0x11 239.1.2.3";
    assert_eq!(net.hear(plain(Igmp::LEAVE, GROUP), 3), [asks]);
    // Somebody else is behind the port.
    let again = net.hear(report(GROUP), 3);
    assert_eq!(
        again,
        ["Multicast Group Member Changed: 239.1.2.3 1 [3,4]", "flow 1 239.1.2.3 -> 3,4"]
    );
    assert_eq!(net.wait(5 * SECOND), [""; 0]);
    // Nobody is.
    net.hear(plain(Igmp::LEAVE, GROUP), 3);
    assert_eq!(
        net.wait(SECOND),
        [
            "no flow 3 239.1.2.3",
            "Multicast Group Member Changed: 239.1.2.3 1 [4]",
            "flow 1 239.1.2.3 -> 4",
        ]
    );
    // And with the last one the querier hears it.
    net.hear(plain(Igmp::LEAVE, GROUP), 4);
    assert_eq!(
        net.wait(SECOND),
        [
            "Multicast Group Removed: 239.1.2.3 1 []",
            "no flow 1 239.1.2.3",
            "no flow 4 239.1.2.3",
            "send 4 -> 1: 0x17 239.1.2.3",
        ]
    );
    // One that was not heard to join: the querier may have heard it.
    assert_eq!(net.hear(plain(Igmp::LEAVE, OTHER), 4), ["send 4 -> 1: 0x17 239.9.9.9"]);
}

#[test]
fn version_3_joins_and_leaves_and_goes_to_the_querier() {
    let record = |type_| Igmpv3ReportGroup { type_, address: GROUP, ..Default::default() };
    let v3 = |type_| {
        Igmp::from(Igmpv3Report { records: vec![record(type_)].into(), ..Default::default() })
    };
    let mut net = Snooped::new();
    let lines = net.hear(v3(4), 3);
    assert_eq!(lines.last().unwrap(), "send 3 -> FLOOD: v3");
    let mut net = Snooped::new();
    net.hear(Igmpv3Query { maxresp: 20, ..Default::default() }.into(), 1);
    assert_eq!(
        net.hear(v3(4), 3),
        [
            "Multicast Group Added: 239.1.2.3 1 []",
            "flow 3 239.1.2.3 -> CONTROLLER",
            "Multicast Group Member Changed: 239.1.2.3 1 [3]",
            "flow 1 239.1.2.3 -> 3",
            "send 3 -> 1: v3",
        ]
    );
    assert_eq!(net.hear(v3(3), 3), ["send 3 -> IN_PORT: 0x11 239.1.2.3", "send 3 -> 1: v3"]);
    assert_eq!(net.wait(SECOND).first().unwrap(), "Multicast Group Removed: 239.1.2.3 1 []");
}

#[test]
fn what_is_for_the_link_goes_where_it_went() {
    let mut net = Snooped::asked();
    assert_eq!(net.hear(report([224, 0, 0, 251].into()), 3), ["send 3 -> 1: 0x16 224.0.0.251"]);
    assert_eq!(net.hear(plain(0x99, GROUP), 3), ["send 3 -> FLOOD: 0x99 239.1.2.3"]);
}

#[test]
fn a_querier_that_moves_is_followed() {
    let mut net = Snooped::asked();
    net.hear(report(GROUP), 3);
    assert_eq!(
        net.hear(plain(Igmp::QUERY, Ipv4Addr::UNSPECIFIED), 5),
        [
            "no flow 1 239.1.2.3",
            "Multicast Group Member Changed: 239.1.2.3 5 [3]",
            "flow 5 239.1.2.3 -> 3",
            "send 5 -> FLOOD: 0x11 0.0.0.0",
        ]
    );
}

/// From Ryu's packet library, put together as `IgmpQuerier._send_query` does.
const RYU_QUERY: &str = "\
    01005e00000100000000000108004500001c000000000102d9df00000000e00000011164ee9b0000\
    0000000000000000000000000000000000000000";
