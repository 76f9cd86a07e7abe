//! Discovery alone: what switches say goes in, with a time that the test makes up.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use crate::clock::Clock;
use crate::conf::Conf;
use crate::ofproto::{self, Dpid, PortNo, PortReason, PortState};
use crate::packet::{Ethernet, ethertype};
use crate::wire::MacAddr;

use super::counters::Refusal;
use super::discovery::{Discovery, Output, PortKey};
use super::hosts::HOSTS_PER_PORT;
use super::options::{OBSERVE_LINKS, Settings};
use super::seal::Seal;

mod known_hosts;

const SECOND: Duration = Duration::from_secs(1);

/// Discovery, a time, and cables.
struct World {
    discovery: Discovery,
    now: Instant,
    /// From port to ports.
    cables: Vec<(PortKey, PortKey)>,
    news: Vec<String>,
    sent: u64,
}

fn at(dpid: u64, port: u32) -> PortKey {
    PortKey { dpid: Dpid(dpid), port_no: PortNo(port) }
}

fn desc(port: u32, is_up: bool) -> ofproto::Port {
    let state = if is_up { PortState(0) } else { PortState::LINK_DOWN };
    ofproto::Port { port_no: PortNo(port), state, ..ofproto::Port::default() }
}

fn frame_of(n: u32) -> Vec<u8> {
    let [a, b, c, d] = n.to_be_bytes();
    let eth = Ethernet::new(MacAddr::BROADCAST, MacAddr([2, 0, a, b, c, d]), ethertype::IPV4);
    (eth / [0; 46]).to_frame().unwrap()
}

impl World {
    fn new(is_signed: bool) -> World {
        let mut conf = Conf::new();
        conf.set(&OBSERVE_LINKS, true);
        let seal = is_signed.then(|| Seal::new(b"a key of tests", u64::MAX - 5));
        World {
            discovery: Discovery::new(Settings::of(&conf), seal),
            now: Clock::test().now(),
            cables: Vec::new(),
            news: Vec::new(),
            sent: 0,
        }
    }

    fn enter(&mut self, dpid: u64, ports: u32) {
        let ports: Vec<_> = (1..=ports).map(|port| desc(port, true)).collect();
        self.discovery.enter(Dpid(dpid), &ports, self.now);
    }

    /// Everything that is due within `span`; frames take no time.
    fn pass(&mut self, span: Duration) {
        let end = self.now + span;
        self.settle();
        while let Some(deadline) = self.discovery.deadline().filter(|deadline| *deadline <= end) {
            self.now = self.now.max(deadline);
            self.discovery.handle_timeout(self.now);
            self.settle();
        }
        self.now = end;
    }

    fn settle(&mut self) {
        while let Some(output) = self.discovery.poll_output() {
            let short = |port: super::Port| format!("{}.{}", port.dpid.0, port.port_no);
            match output {
                Output::Probe { port, frame } => {
                    self.sent += 1;
                    let there = self.cables.iter().filter(|(from, _)| *from == port);
                    for (_, to) in there.copied().collect::<Vec<_>>() {
                        self.discovery.packet_in(to.dpid, to.port_no, &frame, self.now);
                    }
                }
                Output::LinkAdd(link) => {
                    self.news.push(format!("+{}-{}", short(link.src), short(link.dst)));
                }
                Output::LinkDelete(link) => {
                    self.news.push(format!("-{}-{}", short(link.src), short(link.dst)));
                }
                Output::HostAdd(host) => self.news.push(format!("host+{}", short(host.port))),
                Output::HostDelete(host) => self.news.push(format!("host-{}", short(host.port))),
                Output::HostMove { src, dst } => {
                    self.news.push(format!("host{}-{}", short(src.port), short(dst.port)));
                }
                Output::Refused { port, why } => {
                    self.news.push(format!("refused {} {why:?}", short(port)));
                }
            }
        }
    }

    fn news(&mut self) -> Vec<String> {
        self.settle();
        std::mem::take(&mut self.news)
    }

    fn plug(&mut self, a: PortKey, b: PortKey) {
        self.cables.extend([(a, b), (b, a)]);
    }

    fn links(&self) -> BTreeSet<(PortKey, PortKey)> {
        let links = self.discovery.links(None);
        links.iter().map(|link| (PortKey::of(&link.src), PortKey::of(&link.dst))).collect()
    }

    fn port(&mut self, key: PortKey, is_up: bool) {
        let desc = desc(key.port_no.0, is_up);
        self.discovery.port_status(key.dpid, PortReason::MODIFY, &desc, self.now);
    }
}

#[test]
fn the_other_direction_is_looked_at_soon() {
    let mut world = World::new(true);
    world.enter(1, 1);
    world.pass(10 * SECOND);
    // Port 1.1 has had its probe; 2.1 finds it, and need not wait for the next one.
    world.plug(at(1, 1), at(2, 1));
    let last = world.sent;
    world.pass(Duration::from_millis(200));
    assert_eq!(world.sent, last);
    world.enter(2, 1);
    world.pass(Duration::from_millis(100));
    assert_eq!(world.news(), ["+2.1-1.1", "+1.1-2.1"]);
}

#[test]
fn a_port_may_have_links_to_several() {
    for is_signed in [true, false] {
        let mut world = World::new(is_signed);
        (1..=4).for_each(|dpid| world.enter(dpid, 1));
        for a in 1..=4 {
            for b in (a + 1)..=4 {
                world.plug(at(a, 1), at(b, 1));
            }
        }
        world.pass(SECOND);
        assert_eq!(world.links().len(), 12);
        // One leaves the hub: its links are missed, the others stay.
        world.cables.retain(|(a, b)| a.dpid != Dpid(4) && b.dpid != Dpid(4));
        world.pass(4 * SECOND);
        assert_eq!(world.links().len(), 6);
        world.port(at(1, 1), false);
        assert_eq!(world.links().len(), 2);
    }
}

/// The time from the last probe that came through to the news: between two and four intervals, and
/// the other direction is not waited for much longer.
#[test]
fn missed_probes_end_a_link() {
    let mut world = World::new(true);
    world.enter(1, 1);
    world.enter(2, 1);
    world.plug(at(1, 1), at(2, 1));
    for cut in [0, 200, 400, 600, 800, 899] {
        world.pass(10 * SECOND + Duration::from_millis(cut));
        assert_eq!(world.links().len(), 2);
        world.news();
        let cables = std::mem::take(&mut world.cables);
        world.pass(Duration::from_millis(1799));
        assert_eq!(world.links().len(), 2, "cut at {cut}: only two were missed");
        world.pass(Duration::from_millis(1840));
        assert_eq!(world.links().len(), 0, "cut at {cut}");
        world.cables = cables;
        world.pass(2 * SECOND);
        assert_eq!(world.links().len(), 2, "found again");
    }
}

/// A controller that was stopped for a while has missed nothing that it did not ask for.
#[test]
fn a_pause_ends_no_link() {
    let mut world = World::new(true);
    world.enter(1, 1);
    world.enter(2, 1);
    world.plug(at(1, 1), at(2, 1));
    world.pass(SECOND);
    world.news();
    world.now += 60 * SECOND;
    world.pass(10 * SECOND);
    assert_eq!(world.news(), [""; 0]);
}

#[test]
fn a_probe_that_could_not_be_sent_is_not_missed() {
    let mut world = World::new(true);
    world.enter(1, 1);
    world.enter(2, 1);
    world.plug(at(1, 1), at(2, 1));
    world.pass(SECOND);
    world.news();
    for _ in 0..20 {
        world.now += SECOND;
        world.discovery.handle_timeout(world.now);
        while let Some(output) = world.discovery.poll_output() {
            let Output::Probe { port, .. } = output else { panic!("{output:?}") };
            world.discovery.unsent(port);
        }
    }
    assert_eq!(world.links().len(), 2);
    assert_eq!(world.discovery.counters().lldp_unsent, 40);
    world.pass(SECOND);
    assert_eq!((world.links().len(), world.news().len()), (2, 0));
}

/// Each port has its turn once in an interval, whatever their number; and no tick has more than its
/// share.
#[test]
fn the_work_is_spread_and_grows_with_the_ports_only() {
    let mut per_port = Vec::new();
    for switches in [10, 200, 1000] {
        let mut world = World::new(true);
        let ports = 20;
        for dpid in 0..switches {
            world.enter(dpid + 1, ports);
        }
        // A ring of bundles, so that there are as many links as ports.
        for dpid in 0..switches {
            for port in 1..=ports / 2 {
                let next = (dpid + 1) % switches + 1;
                world.plug(at(dpid + 1, port), at(next, port + ports / 2));
            }
        }
        // The search for a cable in this test is a scan: by source.
        world.cables.sort();
        let cables = std::mem::take(&mut world.cables);
        let mut most = 0;
        let end = world.now + 9 * SECOND;
        while let Some(deadline) = world.discovery.deadline().filter(|deadline| *deadline <= end) {
            world.now = world.now.max(deadline);
            world.discovery.handle_timeout(world.now);
            let mut at_once = 0;
            while let Some(output) = world.discovery.poll_output() {
                let Output::Probe { port, frame } = output else { continue };
                (at_once, world.sent) = (at_once + 1, world.sent + 1);
                if let Ok(found) = cables.binary_search_by_key(&port, |(from, _)| *from) {
                    let to = cables[found].1;
                    world.discovery.packet_in(to.dpid, to.port_no, &frame, world.now);
                }
            }
            most = most.max(at_once);
        }
        let all = switches * u64::from(ports);
        assert_eq!(world.links().len() as u64, all, "{switches} switches");
        let share = (all as f64 * 0.01 / 0.9 * 1.25).ceil() as u64;
        assert!(most <= share.max(64), "{switches} switches: {most} at once");
        per_port.push(world.sent as f64 / all as f64);
    }
    // Ten intervals, a first probe and an early one; less what the last tick does not round up.
    assert!(per_port.iter().all(|probes| (9.0..=12.5).contains(probes)), "{per_port:?}");
}

#[test]
fn refusals_are_logged_once_a_minute() {
    let mut world = World::new(true);
    world.enter(1, 1);
    world.enter(2, 1);
    let (forged, _) = super::probe::write(&world.discovery.ports(Dpid(2))[0], None);
    for _ in 0..50 {
        world.discovery.packet_in(Dpid(1), PortNo(1), &forged, world.now);
    }
    assert_eq!(world.news(), [format!("refused 1.1 {:?}", Refusal::Unsigned)]);
    assert_eq!(world.discovery.counters().lldp_refused.unsigned, 50);
    world.pass(59 * SECOND);
    world.discovery.packet_in(Dpid(1), PortNo(1), &forged, world.now);
    assert_eq!(world.news(), [""; 0]);
    world.pass(SECOND);
    world.discovery.packet_in(Dpid(1), PortNo(1), &forged, world.now);
    assert_eq!(world.news().len(), 1);
}

/// Frames whole, cut at each byte and with each byte set to 0 and 255: nothing comes of them, and the
/// links stay.
#[test]
fn broken_lldp_does_nothing() {
    let mut world = World::new(true);
    world.enter(1, 2);
    world.enter(2, 2);
    world.plug(at(1, 1), at(2, 1));
    world.pass(SECOND);
    world.news();
    let port = world.discovery.ports(Dpid(2))[1];
    let (frame, _) = super::probe::write(&port, Some(&mut Seal::new(b"another key", 0)));
    let mut bad: Vec<Vec<u8>> = (0..frame.len()).map(|end| frame[..end].to_vec()).collect();
    for at in 0..frame.len() {
        for byte in [0, 255] {
            let mut changed = frame.to_vec();
            changed[at] = byte;
            bad.push(changed);
        }
    }
    for frame in bad {
        world.discovery.packet_in(Dpid(1), PortNo(2), &frame, world.now);
        world.pass(Duration::from_millis(11));
    }
    let news = world.news();
    assert!(news.iter().all(|line| line.starts_with("refused 1.2") || line.starts_with("host")));
    assert_eq!(world.links().len(), 2);
}

/// Whatever a switch says of its ports, what is known is what it said last.
#[test]
fn ports_are_what_was_said_of_them() {
    let mut world = World::new(true);
    world.enter(1, 3);
    let mut model: BTreeSet<u32> = (1..=3).collect();
    let numbers = [0, 1, 2, 3, 4, 0xffff_ff00, 0xffff_fffe, 0xffff_ffff, 0xffff_ff01];
    let mut seed = 7_u32;
    for _ in 0..10_000 {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let number = numbers[(seed >> 16) as usize % numbers.len()];
        let reason = PortReason((seed >> 24) as u8 % 4);
        world.discovery.port_status(Dpid(1), reason, &desc(number, seed & 1 == 0), world.now);
        let can_be = number != 0 && number <= 0xffff_ff00;
        match reason {
            PortReason::ADD | PortReason::MODIFY if can_be => drop(model.insert(number)),
            PortReason::DELETE => drop(model.remove(&number)),
            _ => {}
        }
        if seed.is_multiple_of(97) {
            world.pass(Duration::from_millis(20));
        }
    }
    let known: BTreeSet<u32> =
        world.discovery.ports(Dpid(1)).iter().map(|port| port.port_no.0).collect();
    assert_eq!(known, model);
    world.discovery.leave(Dpid(1));
    world.pass(10 * SECOND);
    assert!(world.discovery.ports(Dpid(1)).is_empty() && world.discovery.deadline().is_none());
}

#[test]
fn the_table_of_hosts_has_bounds() {
    let mut world = World::new(true);
    world.enter(1, 2);
    world.pass(3 * SECOND);
    world.discovery.packet_in(Dpid(1), PortNo(2), &frame_of(0), world.now);
    for n in 1..=HOSTS_PER_PORT as u32 + 1000 {
        world.discovery.packet_in(Dpid(1), PortNo(1), &frame_of(n), world.now);
    }
    assert_eq!(world.discovery.hosts(Some(Dpid(1))).len(), HOSTS_PER_PORT + 1);
    assert_eq!(world.discovery.counters().hosts_dropped, 1000);
    // The host at the other port is still there.
    assert_eq!(world.discovery.hosts(None)[0].port.port_no, PortNo(2));
    let news = world.news();
    assert_eq!(news.iter().filter(|line| *line == "host-1.1").count(), 1000);
    // Silent for an hour, all are forgotten; as many as there are take a while.
    world.pass(3600 * SECOND + SECOND);
    assert!(world.discovery.hosts(None).is_empty());
}

/// Before a port's first probes had time to come back, hosts wait.
#[test]
fn who_is_behind_a_link_is_no_host() {
    let mut world = World::new(true);
    world.plug(at(1, 1), at(2, 1));
    world.enter(1, 2);
    world.pass(Duration::from_millis(100));
    for port in [1, 2] {
        world.discovery.packet_in(Dpid(1), PortNo(port), &frame_of(port), world.now);
    }
    assert_eq!(world.news(), [""; 0]);
    world.enter(2, 1);
    world.pass(3 * SECOND);
    assert_eq!(world.news(), ["+2.1-1.1", "+1.1-2.1", "host+1.2"]);
    world.discovery.packet_in(Dpid(1), PortNo(1), &frame_of(1), world.now);
    assert_eq!(world.news(), [""; 0]);
    // The cable is pulled, and in again: still none.
    world.port(at(1, 1), false);
    world.port(at(1, 1), true);
    world.discovery.packet_in(Dpid(1), PortNo(1), &frame_of(1), world.now);
    world.pass(3 * SECOND);
    assert_eq!(world.news(), ["-1.1-2.1", "-2.1-1.1", "+1.1-2.1", "+2.1-1.1"]);
}

/// Another controller's probes come in everywhere.
#[test]
fn refusals_are_not_logged_for_all_ports_at_once() {
    let mut world = World::new(true);
    world.enter(1, 100);
    world.enter(2, 1);
    let (forged, _) = super::probe::write(&world.discovery.ports(Dpid(2))[0], None);
    for _ in 0..3 {
        for port in 1..=100 {
            world.discovery.packet_in(Dpid(1), PortNo(port), &forged, world.now);
        }
        assert_eq!(world.news().len(), 5);
        world.now += SECOND;
    }
}
