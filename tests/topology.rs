//! The topology service on the embedded network, on a clock that stands still: links, hosts, and what
//! hosts try to make it believe.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::time::Duration;

use ryu_sdn::conf::Conf;
use ryu_sdn::packet::{Arp, Lldp};
use ryu_sdn::prelude::*;
use ryu_sdn::services::topology::event::{
    EventHostAdd, EventHostDelete, EventHostMove, EventHostRequest, EventLinkAdd, EventLinkDelete,
    EventLinkRequest, EventPortAdd, EventPortDelete, EventPortModify, EventSwitchEnter,
    EventSwitchLeave, EventSwitchReconnected, EventSwitchRequest,
};
use ryu_sdn::services::topology::options::{
    HOST_MOVE_INTERVAL, HOST_TIMEOUT, INSTALL_LLDP_FLOW, LLDP_KEY, LLDP_MISS_LIMIT, LLDP_SIGNING,
    OBSERVE_LINKS,
};
use ryu_sdn::services::topology::{Counters, CountersRequest, Host, Link, Switch};
use ryu_sdn::sim::{Lab, Node};

const SECOND: Duration = Duration::from_secs(1);

thread_local! {
    static HAPPENED: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static PROBES: RefCell<Vec<(Dpid, PortNo, Bytes)>> = const { RefCell::new(Vec::new()) };
}

/// What happened since the last time that somebody asked.
fn happened() -> Vec<String> {
    HAPPENED.with(RefCell::take)
}

/// The last probe that came in by a port.
fn probe_at(dpid: u64, port: u32) -> Bytes {
    PROBES.with_borrow(|probes| {
        let there =
            |probe: &&(Dpid, PortNo, Bytes)| (probe.0, probe.1) == (Dpid(dpid), PortNo(port));
        probes.iter().rfind(there).expect("a probe came in there").2.clone()
    })
}

/// Writes down what is told.
#[derive(Default)]
struct Watcher;

macro_rules! watcher {
    ($($method:ident $event:ident($ev:ident) $format:literal, $($value:expr),+;)*) => {
        #[app(name = "topology_watcher")]
        impl Watcher {
            $(#[set_ev_cls($event)]
            fn $method(&mut self, $ev: &$event) {
                let text = format!($format, $($value),+);
                HAPPENED.with_borrow_mut(|happened| happened.push(text));
            })*

            #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
            fn packet_in(&mut self, ev: &ofp_event::PacketIn) {
                let (dpid, port, data) = (ev.datapath.id(), ev.msg.in_port(), ev.msg.data.clone());
                if data[12..14] == [0x88, 0xcc] {
                    PROBES.with_borrow_mut(|probes| probes.push((dpid, port, data.into())));
                }
            }
        }
    };
}

watcher! {
    switch_enter EventSwitchEnter(ev) "enter {}", ev.switch.dp.id().0;
    switch_leave EventSwitchLeave(ev) "leave {}", ev.switch.dp.id().0;
    switch_again EventSwitchReconnected(ev) "again {}", ev.switch.dp.id().0;
    port_add EventPortAdd(ev) "port+ {}.{}", ev.port.dpid.0, ev.port.port_no;
    port_delete EventPortDelete(ev) "port- {}.{}", ev.port.dpid.0, ev.port.port_no;
    port_modify EventPortModify(ev) "port {}.{} {}", ev.port.dpid.0, ev.port.port_no,
        if ev.port.is_live() { "up" } else { "down" };
    link_add EventLinkAdd(ev) "link+ {}", drawn(&ev.link);
    link_delete EventLinkDelete(ev) "link- {}", drawn(&ev.link);
    host_add EventHostAdd(ev) "host+ {}", placed(&ev.host);
    host_delete EventHostDelete(ev) "host- {}", placed(&ev.host);
    host_move EventHostMove(ev) "host {} -> {}", placed(&ev.src), placed(&ev.dst);
}

fn drawn(link: &Link) -> String {
    let Link { src, dst, .. } = link;
    format!("{}.{}-{}.{}", src.dpid.0, src.port_no, dst.dpid.0, dst.port_no)
}

fn placed(host: &Host) -> String {
    format!("{}@{}.{}", host.mac.0[5], host.port.dpid.0, host.port.port_no)
}

fn observing() -> Conf {
    let mut conf = Conf::new();
    conf.set(&OBSERVE_LINKS, true);
    conf
}

fn lab_with(topology: &str, apps: &[&str], version: Version, conf: Conf) -> Lab {
    let lab = Lab::new(topology, apps).seed(1).versions([version]).conf(conf).start();
    let mut lab = lab.unwrap_or_else(|error| panic!("{topology} {version}: {error}"));
    lab.advance(SECOND);
    lab
}

/// With the learning switch of 1.3, watched.
fn lab(topology: &str, conf: Conf) -> Lab {
    let apps = ["simple_switch_13", "topology_watcher", "rest_topology"];
    let lab = lab_with(topology, &apps, V1_3, conf);
    happened();
    lab
}

fn switches(lab: &mut Lab) -> Vec<Switch> {
    let bus = lab.bus();
    let ask = EventSwitchRequest { dpid: None };
    lab.run(async move { bus.ask("test", "switches", ask).await }).expect("it answers").switches
}

fn links(lab: &mut Lab) -> BTreeSet<String> {
    let bus = lab.bus();
    let ask = EventLinkRequest { dpid: None };
    let links = lab.run(async move { bus.ask("test", "switches", ask).await }).expect("it answers");
    links.links.iter().map(drawn).collect()
}

fn hosts(lab: &mut Lab) -> Vec<Host> {
    let bus = lab.bus();
    let ask = EventHostRequest { dpid: None };
    lab.run(async move { bus.ask("test", "switches", ask).await }).expect("it answers").hosts
}

fn places(lab: &mut Lab) -> Vec<String> {
    hosts(lab).iter().map(placed).collect()
}

fn counters(lab: &mut Lab) -> Counters {
    let bus = lab.bus();
    lab.run(async move { bus.ask("test", "switches", CountersRequest).await }).expect("it answers")
}

/// What the topology says that there is, in both directions of each cable that is in.
fn wired(lab: &Lab, is_in: impl Fn(&str, &str) -> bool) -> BTreeSet<String> {
    let topology = lab.network().topology();
    let mut all = BTreeSet::new();
    for link in &topology.links {
        let (Node::Switch(a), Node::Switch(b)) = (link.a.node, link.b.node) else { continue };
        let (a, b) = (&topology.switches[a], &topology.switches[b]);
        if is_in(&a.name, &b.name) {
            let (a, b) = (a.dpid.0, b.dpid.0);
            all.insert(format!("{a}.{}-{b}.{}", link.a.port, link.b.port));
            all.insert(format!("{b}.{}-{a}.{}", link.b.port, link.a.port));
        }
    }
    all
}

fn get(lab: &mut Lab, path: &str) -> String {
    let response = lab.request("GET", path, "").unwrap_or_else(|error| panic!("{path}: {error}"));
    assert_eq!(response.headers()["content-type"], "application/json", "{path}");
    String::from_utf8(response.body().to_vec()).expect("text")
}

/// A frame as host `n` of the network sends it, to everybody.
fn arp(n: u8) -> Vec<u8> {
    let mac = MacAddr([0, 0, 0, 0, 0, n]);
    let arp = Arp::request(mac, [10, 0, 0, n].into(), [10, 0, 0, 99].into());
    arp.over_ethernet().to_frame().expect("it fits")
}

/// Ryu's LLDP frame for any port that a host may name.
fn forged(dpid: u64, port: u32) -> Vec<u8> {
    let chassis = format!("dpid:{dpid:016x}");
    let port = port.to_be_bytes();
    let lldp = Lldp::new(chassis.as_bytes(), &port, 120);
    lldp.over_ethernet(MacAddr([2, 0, 0, 0, 0, 9])).to_frame().expect("it fits")
}

#[test]
fn every_link_is_found_in_every_version() {
    for version in Version::ALL {
        for topology in ["linear,3", "tree,3", "torus,3,3"] {
            let mut lab = lab_with(topology, &["rest_topology"], version, observing());
            let known = wired(&lab, |_, _| true);
            assert_eq!(links(&mut lab), known, "{topology} {version}");
            // And it stays, with nothing refused and nobody taken for a host.
            lab.advance(60 * SECOND);
            assert_eq!(links(&mut lab), known, "{topology} {version}");
            let counters = counters(&mut lab);
            assert_eq!(counters.lldp_refused, Default::default(), "{topology} {version}");
            assert_eq!(counters.lldp_received, counters.lldp_accepted, "{topology} {version}");
            assert_eq!(hosts(&mut lab), [], "{topology} {version}");
        }
    }
}

/// Were LLDP passed on, there would be links between switches that are no neighbours; were it learned
/// from, frames would go astray.
#[test]
fn bundled_switches_neither_flood_lldp_nor_learn_from_it() {
    let apps = [
        ("simple_switch", V1_0),
        ("simple_switch_13", V1_3),
        ("simple_switch_rest_13", V1_3),
        ("simple_monitor_13", V1_3),
        ("example_switch_13", V1_3),
    ];
    for (app, version) in apps {
        let mut conf = observing();
        // What the apps see by their own table-miss entries is enough.
        conf.set(&INSTALL_LLDP_FLOW, false);
        let mut lab = lab_with("tree,3", &[app, "rest_topology"], version, conf);
        let known = wired(&lab, |_, _| true);
        assert!(lab.pingall().is_complete(), "{app}");
        lab.advance(5 * SECOND);
        assert_eq!(links(&mut lab), known, "{app}");
        lab.inject("h1", forged(7, 1));
        lab.advance(SECOND);
        let counted = counters(&mut lab);
        // At the switch of the host, and nowhere else.
        assert_eq!((counted.lldp_refused.unsigned, counted.lldp_refused.stale), (1, 0), "{app}");
        assert!(lab.pingall().is_complete(), "{app}");
    }
}

#[test]
fn rest_answers_as_ryus() {
    let mut lab = lab("linear,2", observing());
    lab.pingall();
    lab.advance(2 * SECOND);
    let port = |dpid, port: u32, mac: &str, name| {
        format!(
            r#"{{"dpid": "{dpid:016x}", "port_no": "{port:08x}", "hw_addr": "{mac}", "name": "{name}"}}"#
        )
    };
    let topology = switches(&mut lab);
    let name = |s: usize, p: usize| {
        let Switch { dp, ports } = &topology[s];
        let mac = ports[p].hw_addr.to_string();
        port(dp.id().0, ports[p].port_no.0, &mac, format!("s{}-eth{}", s + 1, p + 1))
    };
    let one = format!(r#"{{"dpid": "{:016x}", "ports": [{}, {}]}}"#, 1, name(0, 0), name(0, 1));
    let two = format!(r#"{{"dpid": "{:016x}", "ports": [{}, {}]}}"#, 2, name(1, 0), name(1, 1));
    assert_eq!(get(&mut lab, "/v1.0/topology/switches"), format!("[{one}, {two}]"));
    assert_eq!(get(&mut lab, "/v1.0/topology/switches/0000000000000002"), format!("[{two}]"));
    let there = format!(r#"{{"src": {}, "dst": {}}}"#, name(0, 1), name(1, 1));
    let back = format!(r#"{{"src": {}, "dst": {}}}"#, name(1, 1), name(0, 1));
    assert_eq!(get(&mut lab, "/v1.0/topology/links"), format!("[{there}, {back}]"));
    assert_eq!(get(&mut lab, "/v1.0/topology/links/0000000000000002"), format!("[{back}]"));
    let host = |n, port: String| {
        format!(
            r#"{{"mac": "00:00:00:00:00:0{n}", "ipv4": ["10.0.0.{n}"], "ipv6": [], "port": {port}}}"#
        )
    };
    let (h1, h2) = (host(1, name(0, 0)), host(2, name(1, 0)));
    assert_eq!(get(&mut lab, "/v1.0/topology/hosts"), format!("[{h1}, {h2}]"));
    assert_eq!(get(&mut lab, "/v1.0/topology/hosts/0000000000000002"), format!("[{h2}]"));
    for what in ["switches", "links", "hosts"] {
        assert_eq!(get(&mut lab, &format!("/v1.0/topology/{what}/00000000000000ff")), "[]");
        for bad in ["1", "000000000000000A", "0000000000000001x", "zzzzzzzzzzzzzzzz"] {
            let error = lab.request("GET", &format!("/v1.0/topology/{what}/{bad}"), "");
            assert!(error.is_err(), "{what}/{bad}");
        }
    }
    let counters = get(&mut lab, "/v1/topology/counters");
    assert!(counters.starts_with(r#"{"lldp_sent":"#), "{counters}");
}

/// A cut is known as soon as the switch says that the port is down, and the cable's being back within
/// one interval.
#[test]
fn a_cut_with_a_port_status_is_known_at_once() {
    let mut lab = lab("torus,3,3", observing());
    let all = wired(&lab, |_, _| true);
    lab.link_down("s1x1", "s1x2");
    let rest = wired(&lab, |a, b| (a, b) != ("s1x1", "s1x2"));
    assert_eq!(links(&mut lab), rest);
    let news = happened();
    assert_eq!(news.iter().filter(|line| line.starts_with("link- ")).count(), 2, "{news:?}");
    assert_eq!(news.iter().filter(|line| line.ends_with(" down")).count(), 2, "{news:?}");
    lab.link_up("s1x1", "s1x2");
    lab.advance(SECOND);
    assert_eq!(links(&mut lab), all);
    let news = happened();
    assert_eq!(news.iter().filter(|line| line.starts_with("link+ ")).count(), 2, "{news:?}");
    assert!(!news.iter().any(|line| line.starts_with("link- ")), "{news:?}");
}

/// No port goes down, but nothing comes through any more.
#[test]
fn a_cut_without_a_word_is_known_after_three_missed_probes() {
    let mut lab = lab("linear,3", observing());
    let mut known = wired(&lab, |_, _| true);
    // Switch 3 hands in no more LLDP: what goes there is lost.
    let dp = lab.datapaths().into_iter().find(|dp| dp.id() == Dpid(3)).expect("it is there");
    lab.run(async { dp.send(&FlowMod::delete()) }).expect("it can be told");
    lab.advance(Duration::from_millis(1700));
    assert_eq!(links(&mut lab), known, "two were missed at most");
    lab.advance(Duration::from_millis(2000));
    assert!(known.remove("2.3-3.2"));
    assert_eq!(links(&mut lab), known);
    assert_eq!(happened(), ["link- 2.3-3.2"]);
}

#[test]
fn a_cable_that_loses_every_frame_is_known_after_three_missed_probes_and_comes_back() {
    let mut lab = lab("linear,3", observing());
    let known = wired(&lab, |_, _| true);
    lab.link_silent("s2", "s3");
    lab.advance(Duration::from_millis(1700));
    assert_eq!(links(&mut lab), known, "two were missed at most");
    lab.advance(Duration::from_millis(2000));
    assert_eq!(links(&mut lab), wired(&lab, |a, b| a != "s3" && b != "s3"), "both ways");
    lab.link_up("s2", "s3");
    lab.advance(Duration::from_millis(2000));
    assert_eq!(links(&mut lab), known);
}

#[test]
fn the_number_of_missed_probes_is_an_option() {
    let mut conf = observing();
    conf.set(&LLDP_MISS_LIMIT, 10);
    let mut lab = lab("linear,2", conf);
    let dp = lab.datapaths().into_iter().find(|dp| dp.id() == Dpid(2)).expect("it is there");
    lab.run(async { dp.send(&FlowMod::delete()) }).expect("it can be told");
    lab.advance(8 * SECOND);
    assert_eq!(links(&mut lab).len(), 2);
    lab.advance(3 * SECOND);
    assert_eq!(links(&mut lab).len(), 1);
}

#[test]
fn a_switch_that_goes_takes_its_links_and_hosts_along() {
    let mut lab = lab("linear,3", observing());
    lab.pingall();
    lab.advance(2 * SECOND);
    assert_eq!(places(&mut lab), ["1@1.1", "2@2.1", "3@3.1"]);
    let all = links(&mut lab);
    happened();
    lab.stop_switch("s2");
    lab.advance(SECOND);
    assert_eq!(links(&mut lab), BTreeSet::new());
    assert_eq!(places(&mut lab), ["1@1.1", "3@3.1"]);
    assert_eq!(switches(&mut lab).len(), 2);
    let news = happened();
    assert_eq!(news.iter().filter(|line| line.starts_with("link- ")).count(), 4, "{news:?}");
    assert!(news.contains(&"leave 2".to_owned()) && news.contains(&"host- 2@2.1".to_owned()));
    lab.start_switch("s2");
    lab.advance(SECOND);
    assert_eq!(links(&mut lab), all);
    assert_eq!(switches(&mut lab).len(), 3);
}

/// Frames of hosts cross the links before these are known, and afterwards.
#[test]
fn hosts_are_found_at_the_edge_and_nowhere_else() {
    let apps = ["simple_switch_13", "topology_watcher", "rest_topology"];
    let lab = Lab::new("tree,3", &apps).seed(1).conf(observing());
    let mut lab = lab.start().expect("it starts");
    for _ in 0..3 {
        lab.pingall();
        lab.advance(SECOND);
    }
    let topology = lab.network().topology();
    let at_edge = topology.links.iter().filter_map(|link| match (link.a.node, link.b.node) {
        (Node::Switch(s), Node::Host(h)) => Some((h, topology.switches[s].dpid.0, link.a.port)),
        _ => None,
    });
    let known = at_edge.map(|(h, dpid, port)| format!("{}@{dpid}.{port}", h + 1));
    assert_eq!(places(&mut lab), known.collect::<Vec<_>>());
    assert!(hosts(&mut lab).iter().all(|host| host.ipv4.len() == 1));
    let news = happened();
    assert_eq!(news.iter().filter(|line| line.starts_with("host+ ")).count(), 8, "{news:?}");
    assert!(
        !news.iter().any(|line| line.starts_with("host- ") || line.contains(" -> ")),
        "{news:?}"
    );
}

#[test]
fn without_observe_links_there_are_hosts_and_no_probes() {
    let mut lab = lab("single,2", Conf::new());
    lab.pingall();
    assert_eq!(places(&mut lab), ["1@1.1", "2@1.2"]);
    lab.advance(10 * SECOND);
    assert_eq!((links(&mut lab).len(), counters(&mut lab).lldp_sent), (0, 0));
    lab.inject("h1", forged(2, 1));
    assert_eq!(counters(&mut lab), Counters::default());
}

#[test]
fn a_host_moves_no_faster_than_it_may() {
    let mut lab = lab("linear,2", observing());
    lab.advance(2 * SECOND);
    lab.inject("h1", arp(7));
    assert_eq!(happened(), ["host+ 7@1.1"]);
    lab.inject("h2", arp(7));
    assert_eq!(happened(), ["host 7@1.1 -> 7@2.1"]);
    assert_eq!(hosts(&mut lab)[0].ipv4, [std::net::Ipv4Addr::new(10, 0, 0, 7)]);
    // A thousand moves in no time, and the last of them a second later.
    for _ in 0..500 {
        lab.inject("h1", arp(7));
        lab.inject("h2", arp(7));
    }
    assert_eq!(happened(), [""; 0]);
    assert_eq!(counters(&mut lab).host_moves_limited, 500);
    lab.advance(SECOND);
    lab.inject("h1", arp(7));
    assert_eq!(happened(), ["host 7@2.1 -> 7@1.1"]);

    let mut conf = observing();
    conf.set(&HOST_MOVE_INTERVAL, Duration::ZERO);
    let mut lab = self::lab("single,2", conf);
    lab.advance(2 * SECOND);
    for host in ["h1", "h2", "h1", "h2"] {
        lab.inject(host, arp(7));
    }
    assert_eq!(happened().len(), 4);
}

#[test]
fn a_silent_host_is_forgotten() {
    let mut conf = observing();
    conf.set(&HOST_TIMEOUT, 30 * SECOND);
    let mut lab = lab("single,2", conf);
    lab.advance(2 * SECOND);
    lab.inject("h1", arp(1));
    lab.inject("h2", arp(2));
    lab.advance(20 * SECOND);
    lab.inject("h2", arp(2));
    happened();
    lab.advance(15 * SECOND);
    assert_eq!(happened(), ["host- 1@1.1"]);
    assert_eq!(places(&mut lab), ["2@1.2"]);
    lab.advance(20 * SECOND);
    assert_eq!(places(&mut lab), [""; 0]);
}

#[test]
fn a_host_cannot_make_up_a_link() {
    let mut lab = lab("linear,3", observing());
    let known = links(&mut lab);
    // Ports of others, of nobody, of its own switch; and without any form.
    for (dpid, port) in [(3, 1), (3, 2), (2, 1), (99, 1), (1, 2)] {
        lab.inject("h1", forged(dpid, port));
    }
    let counted = counters(&mut lab);
    assert_eq!((counted.lldp_refused.unsigned, counted.lldp_foreign), (5, 0));
    let stranger = Lldp::new(b"a telephone", b"eth0", 120).over_ethernet(MacAddr::ZERO);
    lab.inject("h1", stranger.to_frame().expect("it fits"));
    assert_eq!(counters(&mut lab).lldp_foreign, 1);
    // Signed by somebody, a bit changed.
    lab.advance(SECOND);
    for at in [30, 44, 60, 94] {
        let mut frame = probe_at(2, 2).to_vec();
        frame[at] ^= 1;
        lab.inject("h3", frame);
    }
    assert_eq!(counters(&mut lab).lldp_refused.forged, 4);
    assert_eq!(links(&mut lab), known);
    assert!(!happened().iter().any(|line| line.contains("link")));
}

/// What a host could record, were it on the cable, or had an accomplice there.
#[test]
fn a_recorded_probe_makes_no_link() {
    let mut lab = lab("linear,3", observing());
    let known = links(&mut lab);
    lab.advance(2 * SECOND);
    lab.inject("h3", arp(3));
    // Through another port: a host is there.
    let recorded = probe_at(2, 2);
    lab.inject("h3", recorded.clone());
    assert_eq!(counters(&mut lab).lldp_refused.host_port, 1);
    // It pulls its cable, so as to be taken for a switch.
    lab.link_down("h3", "s3");
    lab.link_up("h3", "s3");
    lab.advance(SECOND);
    lab.inject("h3", probe_at(2, 2));
    assert_eq!(counters(&mut lab).lldp_refused.host_port, 2);
    // Later, when nobody remembers the host.
    lab.advance(70 * SECOND);
    lab.inject("h3", recorded);
    assert_eq!(counters(&mut lab).lldp_refused.stale, 1);
    assert_eq!(links(&mut lab), known);
}

#[test]
fn a_flood_of_lldp_is_not_looked_at() {
    let mut lab = lab("linear,3", observing());
    let known = links(&mut lab);
    for second in 0..5 {
        for _ in 0..2000 {
            lab.inject("h1", forged(3, 2));
        }
        lab.advance(SECOND);
        let counted = counters(&mut lab);
        // A second's worth at once, and what a second brings.
        assert!(counted.lldp_refused.unsigned <= 200 + 100 * second, "{counted:?}");
        assert_eq!(counted.lldp_refused.unsigned + counted.lldp_limited, 2000 * (second + 1));
    }
    assert_eq!(links(&mut lab), known);
}

#[test]
fn unsigned_probes_are_ryus_and_believed_with_a_mark() {
    let mut conf = observing();
    conf.set(&LLDP_SIGNING, false);
    let mut lab = lab("linear,3", conf);
    assert_eq!(links(&mut lab), wired(&lab, |_, _| true));
    let probe = probe_at(2, 2);
    assert_eq!((probe.len(), probe[49..] == [0; 11]), (60, true), "Ryu's frame");
    lab.advance(2 * SECOND);
    lab.inject("h1", arp(1));
    assert_eq!(places(&mut lab), ["1@1.1"]);
    lab.inject("h1", forged(3, 1));
    assert!(links(&mut lab).contains("3.1-1.1"));
    let bus = lab.bus();
    let ask = EventLinkRequest { dpid: Some(Dpid(3)) };
    let links = lab.run(async move { bus.ask("test", "switches", ask).await }).unwrap().links;
    let doubtful = links.iter().filter(|link| link.is_doubtful).map(drawn);
    assert_eq!(doubtful.collect::<Vec<_>>(), ["3.1-1.1"]);
}

/// Two controllers of one network: with one key they pass over each other's probes without a word.
#[test]
fn a_key_can_be_given() {
    let mut conf = observing();
    conf.set(&LLDP_KEY, Some("too short".to_owned()));
    let error = Lab::new("minimal", &["rest_topology"]).conf(conf).start().unwrap_err();
    let wanted = "app switches: option lldp-key: 9 bytes, at least 16 are expected";
    assert_eq!(error.to_string(), wanted);
    let mut conf = observing();
    conf.set(&LLDP_KEY, Some("sixteen bytes or more".to_owned()));
    let mut lab = lab("linear,2", conf);
    let probe = probe_at(2, 2);
    lab.stop_controller();
    lab.start_controller();
    lab.advance(SECOND);
    lab.inject("h2", probe);
    let counted = counters(&mut lab).lldp_refused;
    assert_eq!((counted.forged, counted.stale), (0, 1), "{counted:?}");
    assert_eq!(links(&mut lab).len(), 2);
}

/// A port that flaps costs as many probes as another one, and the truth comes out at the end.
#[test]
fn flaps_do_not_make_probes() {
    let mut lab = lab("linear,2", observing());
    let all = links(&mut lab);
    let before = counters(&mut lab).lldp_sent;
    for _ in 0..1000 {
        lab.link_down("s1", "s2");
        lab.link_up("s1", "s2");
    }
    lab.advance(SECOND);
    let sent = counters(&mut lab).lldp_sent - before;
    assert!(sent <= 4 * 12, "{sent} probes of 4 ports in a second");
    lab.advance(SECOND);
    assert_eq!(links(&mut lab), all);
}

/// An app that asks in its handler while more events come than its inbox holds.
#[derive(Debug)]
struct Asker {
    app: AppHandle,
}

#[app(name = "topology_asker")]
impl Asker {
    #[init]
    fn new(app: AppHandle) -> Self {
        Asker { app }
    }

    #[set_ev_cls(EventLinkAdd)]
    async fn link_add(&mut self, ev: &EventLinkAdd) -> AppResult {
        let links = ryu_sdn::services::topology::api::get_all_link(&self.app).await?;
        assert!(links.contains(&ev.link));
        HAPPENED.with_borrow_mut(|happened| happened.push(drawn(&ev.link)));
        Ok(())
    }
}

#[test]
fn who_asks_in_a_handler_gets_an_answer() {
    let conf = observing();
    let mut lab = lab_with("torus,8,8,1", &["topology_asker"], V1_3, conf);
    lab.advance(2 * SECOND);
    let told: BTreeSet<_> = happened().into_iter().collect();
    assert_eq!(told, wired(&lab, |_, _| true));
    assert_eq!(told.len(), 2 * 2 * 64);
}
