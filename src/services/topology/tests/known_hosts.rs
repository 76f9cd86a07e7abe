//! The short way for hosts that are known: what it takes, and that nothing is different for it.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::packet::{Arp, Ipv4, Ipv6, Vlan, ip_proto};
use crate::services::topology::options::{HOST_TIMEOUT, LLDP_HOST_HOLD};

use super::*;

/// A world whose hosts are forgotten soon, and where an LLDP frame soon makes a link of their port.
fn forgetful() -> World {
    let mut conf = Conf::new();
    conf.set(&OBSERVE_LINKS, true);
    conf.set(&HOST_TIMEOUT, 5 * SECOND);
    conf.set(&LLDP_HOST_HOLD, 3 * SECOND);
    let seal = Seal::new(b"a key of tests", 1);
    World { discovery: Discovery::new(Settings::of(&conf), Some(seal)), ..World::new(true) }
}

/// What host `n` says in one of nine ways.
fn said(n: u8, way: u8) -> Vec<u8> {
    let mac = MacAddr([2, 0, 0, 0, 0, n]);
    let eth = |kind| Ethernet::new(MacAddr::BROADCAST, mac, kind);
    let (one, other) = (Ipv4Addr::new(10, 0, 0, n), Ipv4Addr::new(10, 0, 1, n));
    let four = |src| Ipv4::new(src, [10, 0, 2, 1].into(), ip_proto::UDP);
    let six =
        |end| Ipv6 { src: Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, end, n.into()), ..Ipv6::default() };
    let ask = |from| Arp::request(mac, from, [10, 0, 2, 1].into()).over_ethernet();
    let tag = Vlan { ethertype: ethertype::IPV4, ..Vlan::default() };
    let frame = match way {
        0 => (eth(ethertype::IPV4) / four(one) / [0; 8]).to_frame(),
        1 => (eth(ethertype::IPV4) / four(other) / [0; 8]).to_frame(),
        2 => (eth(ethertype::VLAN) / tag / four(one) / [0; 8]).to_frame(),
        3 => (eth(ethertype::IPV6) / six(1) / [0; 8]).to_frame(),
        4 => (eth(ethertype::IPV6) / six(2) / [0; 8]).to_frame(),
        5 => ask(one).to_frame(),
        6 => ask(other).to_frame(),
        7 => ask(Ipv4Addr::UNSPECIFIED).to_frame(),
        _ => (eth(ethertype::CFM) / [0; 46]).to_frame(),
    };
    frame.unwrap()
}

impl World {
    fn is_heard_again(&mut self, port: PortKey, frame: &[u8]) -> bool {
        self.discovery.hear_again(port, frame, self.now)
    }

    fn long_way(&mut self, port: PortKey, frame: &[u8]) {
        self.discovery.packet_in(port.dpid, port.port_no, frame, self.now);
    }

    /// As the app does. True if the short way was enough.
    fn hears(&mut self, port: PortKey, frame: &[u8]) -> bool {
        let is_known = self.is_heard_again(port, frame);
        if !is_known {
            self.long_way(port, frame);
        }
        is_known
    }

    /// All that can be asked for.
    fn picture(&self) -> String {
        format!(
            "{:?} {:?} {:?} {:?}",
            self.discovery.hosts(None),
            self.discovery.links(None),
            self.discovery.counters(),
            self.discovery.deadline()
        )
    }
}

#[test]
fn only_what_says_nothing_new_goes_the_short_way() {
    let mut world = forgetful();
    let (here, there) = (at(1, 1), at(1, 2));
    world.enter(1, 2);
    assert!(!world.hears(here, &said(1, 0)) && !world.hears(here, &said(1, 0)), "not settled");
    world.pass(2 * SECOND);
    assert!(!world.hears(here, &said(1, 0)) && world.hears(here, &said(1, 0)));
    assert!(world.hears(here, &said(1, 2)) && world.hears(here, &said(1, 5)), "the same address");
    assert!(world.hears(here, &said(1, 7)), "none");
    for way in [1, 3, 4, 3, 0] {
        assert!(!world.hears(here, &said(1, way)) && world.hears(here, &said(1, way)), "{way}");
    }
    let host = &world.discovery.hosts(None)[0];
    assert_eq!((host.ipv4.last(), host.ipv4.len()), (Some(&Ipv4Addr::new(10, 0, 0, 1)), 2));
    assert_eq!((host.ipv6.len(), host.ipv6[1].segments()[6]), (2, 1));
    // Another host, another port, what no host sends, half a header.
    assert!(!world.is_heard_again(here, &said(2, 0)) && !world.is_heard_again(there, &said(1, 0)));
    assert!(!world.is_heard_again(here, &said(1, 8)));
    assert!(!world.is_heard_again(here, &said(1, 0)[..13]) && !world.is_heard_again(here, &[]));
    let (probe, _) = super::super::probe::write(&world.discovery.ports(Dpid(1))[1], None);
    assert!(!world.is_heard_again(here, &probe));
}

/// What happens, and how.
type Change = (&'static str, fn(&mut World));

/// Each of these is looked at in full afterwards, whether anything comes of it or not.
#[test]
fn what_changes_a_port_ends_the_short_way() {
    let changes: [Change; 5] = [
        ("it says something of itself", |world| world.port(at(1, 1), true)),
        ("it goes down", |world| world.port(at(1, 1), false)),
        ("its switch enters again", |world| world.enter(1, 1)),
        ("a link is found", |world| {
            world.plug(at(1, 1), at(2, 1));
            world.now += 3 * SECOND;
            world.enter(2, 1);
            world.pass(Duration::from_millis(100));
        }),
        ("its host is silent", |world| world.pass(6 * SECOND)),
    ];
    for (what, change) in changes {
        let mut world = forgetful();
        world.enter(1, 1);
        world.pass(2 * SECOND);
        assert!(!world.hears(at(1, 1), &said(1, 0)) && world.hears(at(1, 1), &said(1, 0)));
        change(&mut world);
        assert!(!world.is_heard_again(at(1, 1), &said(1, 0)), "{what}");
    }
}

/// To be heard by the short way is to be heard: no host is forgotten that speaks, and its port is none
/// of a link.
#[test]
fn who_is_heard_again_is_there() {
    let mut world = forgetful();
    world.enter(1, 1);
    world.enter(2, 1);
    world.pass(2 * SECOND);
    world.hears(at(1, 1), &said(1, 0));
    world.hears(at(1, 1), &said(1, 0));
    for _ in 0..20 {
        world.pass(2 * SECOND - Duration::from_millis(1));
        // A probe has gone out since; the frame that is looked at in full for it is somebody else's.
        world.hears(at(1, 1), &said(2, 0));
        world.now += SECOND;
        assert!(world.hears(at(1, 1), &said(1, 0)));
    }
    assert_eq!(world.news(), ["host+1.1", "host+1.1"]);
    world.cables.push((at(2, 1), at(1, 1)));
    world.pass(3 * SECOND - Duration::from_millis(1));
    assert_eq!((world.links().len(), world.news().len()), (0, 1), "refused, and told of once");
    world.pass(Duration::from_millis(1100));
    assert_eq!(world.links().len(), 1);
}

/// Two worlds in which the same happens; one hears all frames the long way.
#[test]
fn the_short_way_finds_what_the_long_way_finds() {
    let mut short = forgetful();
    let mut long = World { now: short.now, ..forgetful() };
    let mut seed = 1_u32;
    let mut any = move |below: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) % below
    };
    let mut taken = 0;
    for round in 0..20_000 {
        let port = at(1 + u64::from(any(2)), 1 + any(3));
        let other = at(3 - port.dpid.0, 1 + any(3));
        // Mostly at home, and mostly saying the same.
        let n = if any(50) == 0 { any(6) } else { port.port_no.0 + 3 * (port.dpid.0 as u32 - 1) };
        let frame = said(n as u8, if any(4) == 0 { any(9) as u8 } else { 0 });
        let (what, is_up, span) = (any(1000), any(3) > 0, Duration::from_millis(any(1500).into()));
        let mut news = Vec::new();
        for (world, is_short) in [(&mut short, true), (&mut long, false)] {
            match what {
                0..3 => world.enter(port.dpid.0, 3),
                3 => world.discovery.leave(port.dpid),
                4..12 => world.port(port, is_up),
                12..15 => world.plug(port, other),
                15..20 => world.cables.clear(),
                20..150 => world.pass(span),
                _ if is_short => taken += u32::from(world.hears(port, &frame)),
                _ => world.long_way(port, &frame),
            }
            news.push((world.news(), world.picture()));
        }
        assert_eq!(news[0], news[1], "round {round}");
    }
    assert!((2000..18_000).contains(&taken), "{taken}");
}
