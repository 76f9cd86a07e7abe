//! The learning switches of every version, spanning tree, link aggregation, IGMP, and the values by
//! switch and key: the apps on the embedded network, on a clock that stands still.

use std::cell::RefCell;
use std::time::Duration;

use ryu_sdn::app::HttpError;
use ryu_sdn::ofproto::{FlowStats, MultipartReplyBody, MultipartRequest, oxm};
use ryu_sdn::packet::{Ethernet, Igmp, IgmpPlain, Ipv4, Lacp, Packet, Udp, ethertype, ip_proto};
use ryu_sdn::prelude::*;
use ryu_sdn::services::conf_switch;
use ryu_sdn::services::igmplib::MulticastGroupStateChanged;
use ryu_sdn::services::lacplib::SlaveStateChanged;
use ryu_sdn::services::stplib::{self, BridgeConfig, PortState, Stp};
use ryu_sdn::sim::{Endpoint, Lab, Node, Topology};

const SECOND: Duration = Duration::from_secs(1);

thread_local! {
    /// What the recorders have seen; each test has a thread of its own.
    static SEEN: RefCell<Vec<String>> = RefCell::default();
    static STP: RefCell<Option<Ctx<Stp>>> = RefCell::default();
}

fn see(line: String) {
    SEEN.with_borrow_mut(|seen| seen.push(line));
}

fn seen() -> Vec<String> {
    SEEN.take()
}

/// Keeps what stplib says.
#[derive(Debug)]
struct StpRecorder;

#[app(name = "stp_recorder")]
impl StpRecorder {
    #[init]
    fn new(stp: Ctx<Stp>) -> Self {
        STP.set(Some(stp));
        StpRecorder
    }

    #[set_ev_cls(stplib::PortStateChange)]
    fn state(&mut self, ev: &stplib::PortStateChange) {
        see(format!("{} {} {}", ev.dp.id().0, ev.port_no, ev.port_state));
    }

    #[set_ev_cls(stplib::TopologyChange)]
    fn change(&mut self, ev: &stplib::TopologyChange) {
        see(format!("{} change", ev.dp.id().0));
    }
}

/// Makes switch 3 the root.
#[derive(Debug)]
struct ThirdIsRoot;

#[app(name = "third_is_root")]
impl ThirdIsRoot {
    #[init]
    fn new(stp: Ctx<Stp>) -> AppResult<Self> {
        let quick = BridgeConfig {
            priority: 0x1000,
            hello_time: SECOND,
            fwd_delay: 4 * SECOND,
            max_age: 6 * SECOND,
            ..BridgeConfig::default()
        };
        stp.set_config([(Dpid(3), quick)])?;
        Ok(ThirdIsRoot)
    }
}

/// Keeps what the other services say.
#[derive(Debug, Default)]
struct LacpRecorder;

#[app(name = "lacp_recorder")]
impl LacpRecorder {
    #[set_ev_cls(SlaveStateChanged)]
    fn changed(&mut self, ev: &SlaveStateChanged) {
        see(format!("{} {} {}", ev.datapath.id().0, ev.port, ev.enabled));
    }
}

/// Keeps what igmplib says.
#[derive(Debug, Default)]
struct IgmpRecorder;

#[app(name = "igmp_recorder")]
impl IgmpRecorder {
    #[set_ev_cls(MulticastGroupStateChanged)]
    fn changed(&mut self, ev: &MulticastGroupStateChanged) {
        let dsts: Vec<u32> = ev.dsts.iter().map(|port| port.0).collect();
        see(format!("{} {} {} {dsts:?}", ev.dp.id().0, ev.reason, ev.address));
    }
}

/// Keeps what conf_switch says.
#[derive(Debug, Default)]
struct ConfRecorder;

#[app(name = "conf_recorder")]
impl ConfRecorder {
    #[set_ev_cls(conf_switch::KeySet)]
    fn set(&mut self, ev: &conf_switch::KeySet) {
        see(format!("{} {} = {}", ev.dpid, ev.key, ev.value));
    }

    #[set_ev_cls(conf_switch::KeyDeleted)]
    fn deleted(&mut self, ev: &conf_switch::KeyDeleted) {
        see(format!("{} {} deleted", ev.dpid, ev.key));
    }

    #[set_ev_cls(conf_switch::DpidDeleted)]
    fn dpid_deleted(&mut self, ev: &conf_switch::DpidDeleted) {
        see(format!("{} deleted", ev.dpid));
    }
}

fn start(topology: Topology, version: Version, apps: &[&str]) -> Lab {
    let lab = Lab::new("minimal", apps).topology(topology).versions([version]);
    lab.spanning_tree(false).start().unwrap_or_else(|error| panic!("{apps:?}: {error}"))
}

/// Three switches in a ring with a host at port 1 of each; switch n has n + 1 at port 2 and n - 1
/// at port 3.
fn ring() -> Topology {
    let mut ring = Topology::new("ring");
    let switches = [1, 2, 3].map(|n| ring.add_switch(format!("s{n}"), Dpid(n)));
    for (n, switch) in switches.iter().enumerate() {
        let host = ring.add_host(format!("h{}", n + 1));
        ring.add_link_at(Endpoint { node: host, port: 0 }, Endpoint { node: *switch, port: 1 });
    }
    for n in 0..3 {
        let (a, b) = (switches[n], switches[(n + 1) % 3]);
        ring.add_link_at(Endpoint { node: a, port: 2 }, Endpoint { node: b, port: 3 });
    }
    ring
}

/// One switch with a host at each of so many ports.
fn star(dpid: u64, hosts: u32) -> Topology {
    let mut star = Topology::new("star");
    let switch = star.add_switch("s1", Dpid(dpid));
    add_hosts(&mut star, switch, 1..=hosts);
    star
}

fn add_hosts(topology: &mut Topology, switch: Node, ports: impl IntoIterator<Item = u32>) {
    for port in ports {
        let host = topology.add_host(format!("h{}", topology.hosts.len() + 1));
        topology.add_link_at(Endpoint { node: host, port: 0 }, Endpoint { node: switch, port });
    }
}

/// Frames that went out by each port of a switch so far.
fn sent(lab: &mut Lab, switch: u64) -> BTreeMap<u32, u64> {
    let dp = lab.datapaths().into_iter().find(|dp| dp.id() == Dpid(switch)).unwrap();
    let reply = lab.run(async { dp.request(&MultipartRequest::port_stats(PortNo::ANY)).await });
    let Ok(MultipartReplyBody::PortStats(stats)) = reply else { panic!("{reply:?}") };
    stats.iter().map(|port| (port.port_no.0, port.tx_packets)).collect()
}

/// Frames that went out by any port of the three switches of the ring.
fn frames(lab: &mut Lab) -> u64 {
    (1..=3).map(|switch| sent(lab, switch).values().sum::<u64>()).sum()
}

fn states(dpid: u64) -> Vec<PortState> {
    STP.with_borrow(|stp| {
        let look = |bridge: &stplib::Bridge| {
            (1..=3).map(|port| bridge.port_state(port).unwrap()).collect()
        };
        stp.as_ref().unwrap().bridge(Dpid(dpid), look).unwrap()
    })
}

fn root_of(dpid: u64) -> u64 {
    STP.with_borrow(|stp| {
        let root = stp.as_ref().unwrap().bridge(Dpid(dpid), |bridge| bridge.root());
        root.unwrap().mac().to_bits()
    })
}

fn entries(lab: &Lab, what: impl Fn(&FlowStats) -> bool) -> Vec<FlowStats> {
    lab.flows("s1").into_iter().filter(|flow| what(flow)).collect()
}

// -- the learning switch of every version ------------------------------------------------------

#[test]
fn the_learning_switch_has_the_entries_of_ryus_in_each_version() {
    let rows = [
        ("simple_switch", V1_0, 0x8000, true, 0, true),
        ("simple_switch_12", V1_2, 0, true, 0, false),
        ("simple_switch_13", V1_3, 1, true, 1, false),
        ("simple_switch_14", V1_4, 1, true, 1, false),
        ("simple_switch_15", V1_5, 1, false, 1, false),
    ];
    for (app, version, priority, with_source, table_miss, flow_removed) in rows {
        let mut lab = start(star(1, 3), version, &[app]);
        let pings = lab.pingall();
        assert!(pings.is_complete(), "{app}:\n{pings}");
        assert_eq!(lab.network().version("s1").unwrap(), Some(version), "{app}");
        let is_miss = |flow: &FlowStats| flow.priority == 0 && flow.match_.is_empty();
        assert_eq!(entries(&lab, is_miss).len(), table_miss, "{app}");
        let learned = entries(&lab, |flow| flow.match_.contains(oxm::ETH_DST));
        // With the source one for each pair and direction; so it is without, with a host a port.
        assert_eq!(learned.len(), 6, "{app}");
        for flow in &learned {
            assert_eq!(flow.priority, priority, "{app}");
            assert!(flow.match_.contains(oxm::IN_PORT), "{app}");
            assert_eq!(flow.match_.contains(oxm::ETH_SRC), with_source, "{app}");
        }
        let flags = lab.trace().into_iter().filter(|line| line.contains("flow_mod"));
        let removed = flags.filter(|line| line.to_lowercase().contains("send_flow_rem")).count();
        assert_eq!(removed > 0, flow_removed, "{app}");
        // What was learned serves without the controller.
        let before = lab.trace().len();
        assert!(lab.pingall().is_complete(), "{app}");
        assert_eq!(lab.trace().len(), before, "{app}");
    }
}

// -- spanning tree -----------------------------------------------------------------------------

#[test]
fn without_a_spanning_tree_a_ring_storms() {
    // The control of the tests below: the same ring, the same measure.
    let mut lab = start(ring(), V1_3, &["simple_switch_13"]);
    let before = frames(&mut lab);
    lab.ping("h1", "h2");
    lab.advance(SECOND);
    let storm = frames(&mut lab) - before;
    assert!(storm > 1000, "{storm} frames in a second");
}

#[test]
fn a_ring_with_a_spanning_tree_does_not_storm() {
    for (app, version) in [("simple_switch_stp", V1_0), ("simple_switch_stp_13", V1_3)] {
        let mut lab = start(ring(), version, &[app, "stp_recorder"]);
        // The switches are there, the ports listen: nothing gets through.
        assert_eq!(lab.ping("h1", "h2"), None, "{app}");
        lab.advance(10 * SECOND);
        let all = vec![PortState::Listen; 3];
        assert_eq!(states(1), all, "{app}");
        assert_eq!(lab.ping("h1", "h3"), None, "{app}");
        lab.advance(25 * SECOND);

        assert_eq!((root_of(1), root_of(2), root_of(3)), (1, 1, 1), "{app}");
        let forward = PortState::Forward;
        assert_eq!(states(1), [forward; 3], "{app}");
        assert_eq!(states(2), [forward; 3], "{app}");
        assert_eq!(states(3), [forward, forward, PortState::Block], "{app}");
        let pings = lab.pingall();
        assert!(pings.is_complete(), "{app}:\n{pings}");

        // Twenty quiet seconds: hellos, nothing else. Then a broadcast: each switch once.
        lab.advance(60 * SECOND);
        let before = frames(&mut lab);
        lab.advance(20 * SECOND);
        let quiet = frames(&mut lab) - before;
        if !(60..=70).contains(&quiet) {
            let trace = lab.trace();
            panic!("{app}: {quiet} frames in 20 s:\n{}", trace[trace.len() - 40..].join("\n"));
        }
        let (broadcast, src) = (MacAddr::BROADCAST, MacAddr([0, 0, 0, 0, 0, 1]));
        let hello = Ethernet::new(broadcast, src, 0x88b5) / vec![0; 46];
        let before: Vec<u64> = (1..=3).map(|switch| sent(&mut lab, switch)[&1]).collect();
        lab.inject("h1", hello.to_bytes().unwrap());
        lab.advance(SECOND);
        let after: Vec<u64> = (1..=3).map(|switch| sent(&mut lab, switch)[&1]).collect();
        let copies: Vec<u64> =
            after.iter().zip(&before).map(|(after, before)| after - before).collect();
        // Those of switch 1 are hellos, for the port of a host has no other.
        assert!(
            copies[0] <= 1 && (1..=2).contains(&copies[1]) && (1..=2).contains(&copies[2]),
            "{app}: {copies:?}"
        );
    }
}

#[test]
fn a_link_that_goes_is_replaced_and_what_was_learned_is_forgotten() {
    for (app, version) in [("simple_switch_stp", V1_0), ("simple_switch_stp_13", V1_3)] {
        let mut lab = start(ring(), version, &[app, "stp_recorder"]);
        lab.advance(35 * SECOND);
        assert!(lab.pingall().is_complete(), "{app}");
        lab.advance(60 * SECOND);
        seen();
        // Switch 3's way to the root is its port 2, and its port 3 blocks.
        lab.link_down("s3", "s1");
        let after_cut = seen();
        assert!(after_cut.contains(&"3 2 DISABLE".to_owned()), "{app}: {after_cut:?}");
        assert!(after_cut.contains(&"3 3 LISTEN".to_owned()), "{app}: {after_cut:?}");
        assert_eq!(lab.ping("h1", "h3"), None, "{app}");
        lab.advance(28 * SECOND);
        assert_eq!(lab.ping("h1", "h3"), None, "{app}: twice the forward delay is not over");
        lab.advance(2 * SECOND);
        let pings = lab.pingall();
        assert!(pings.is_complete(), "{app}:\n{pings}");
        let told = seen();
        for dpid in 1..=3 {
            assert!(told.contains(&format!("{dpid} change")), "{app}: {told:?}");
        }
        // And back again.
        lab.link_up("s3", "s1");
        lab.advance(32 * SECOND);
        assert_eq!(states(3)[2], PortState::Block, "{app}");
        let pings = lab.pingall();
        assert!(pings.is_complete(), "{app}:\n{pings}");
        let before = frames(&mut lab);
        lab.advance(20 * SECOND);
        let quiet = frames(&mut lab) - before;
        assert!(quiet <= 75, "{app}: {quiet} frames in 20 s");
    }
}

#[test]
fn the_priority_that_an_app_sets_makes_the_root_and_its_timers_count() {
    let apps = ["simple_switch_stp", "third_is_root", "stp_recorder"];
    let mut lab = start(ring(), V1_0, &apps);
    lab.advance(9 * SECOND);
    assert_eq!((root_of(1), root_of(2), root_of(3)), (3, 3, 3));
    // Twice four seconds after the first hello.
    let pings = lab.pingall();
    assert!(pings.is_complete(), "{pings}");
}

#[test]
fn a_switch_that_goes_and_comes_back_finds_its_place() {
    let mut lab = start(ring(), V1_3, &["simple_switch_stp_13", "stp_recorder"]);
    lab.advance(35 * SECOND);
    lab.stop_switch("s1");
    lab.advance(55 * SECOND);
    assert_eq!((root_of(2), root_of(3)), (2, 2));
    assert!(lab.ping("h2", "h3").is_some());
    lab.start_switch("s1");
    lab.advance(60 * SECOND);
    assert_eq!((root_of(1), root_of(2), root_of(3)), (1, 1, 1));
    let before = lab.trace().len();
    let pings = lab.pingall();
    let trace = &lab.trace()[before..];
    assert!(
        pings.is_complete(),
        "{pings}\n{:?} {:?} {:?}\n{}",
        states(1),
        states(2),
        states(3),
        trace[..trace.len().min(60)].join("\n")
    );
}

// -- link aggregation --------------------------------------------------------------------------

/// What a host with a bond sends; often or not.
fn lacpdu(is_short: bool) -> Vec<u8> {
    let src = MacAddr([0, 0, 0, 0, 0, 1]);
    let lacp = Lacp {
        actor_system_priority: 65535,
        actor_system: src,
        actor_key: 9,
        actor_port: 1,
        actor_state_activity: true,
        actor_state_timeout: is_short,
        actor_state_aggregation: true,
        ..Lacp::default()
    };
    (Ethernet::new(Lacp::GROUP, src, ethertype::SLOW) / lacp).to_frame().unwrap()
}

#[test]
fn a_host_with_a_bond_is_answered_until_it_falls_silent() {
    for (app, version) in [("simple_switch_lacp", V1_0), ("simple_switch_lacp_13", V1_3)] {
        let mut lab = start(star(1, 6), version, &[app, "lacp_recorder"]);
        assert!(lab.pingall().is_complete(), "{app}");
        let watches = |lab: &Lab| {
            let slow = |flow: &FlowStats| flow.match_.get(oxm::ETH_TYPE) == Some(ethertype::SLOW);
            let flows = entries(lab, slow);
            flows.iter().map(|flow| (flow.priority, flow.idle_timeout)).collect::<Vec<_>>()
        };
        let before = sent(&mut lab, 1);
        lab.inject("h1", lacpdu(false));
        lab.advance(SECOND);
        assert_eq!(seen(), ["1 1 true"], "{app}");
        assert_eq!(watches(&lab), [(65535, 90)], "{app}");
        let after = sent(&mut lab, 1);
        assert_eq!(after[&1] - before[&1], 1, "{app}: one answer");
        assert!((2..=6).all(|port| after[&port] == before[&port]), "{app}: nobody else sees it");
        // What was learned is forgotten, and everybody reaches everybody again.
        assert_eq!(entries(&lab, |flow| flow.match_.contains(oxm::ETH_DST)).len(), 0, "{app}");
        assert!(lab.pingall().is_complete(), "{app}");

        // It wants them often now; the entry follows.
        lab.inject("h1", lacpdu(true));
        lab.advance(SECOND);
        assert_eq!(watches(&lab), [(65535, 3)], "{app}");
        for _ in 0..5 {
            lab.inject("h1", lacpdu(true));
            lab.advance(2 * SECOND);
        }
        assert_eq!(seen(), [""; 0], "{app}");
        lab.advance(5 * SECOND);
        assert_eq!(seen(), ["1 1 false"], "{app}");
        assert_eq!(watches(&lab), [], "{app}");

        // A port without a bond is not answered.
        let before = sent(&mut lab, 1);
        lab.inject("h6", lacpdu(true));
        lab.advance(SECOND);
        assert_eq!((seen().len(), sent(&mut lab, 1)), (0, before), "{app}");
    }
}

#[test]
fn an_answer_says_what_the_host_said() {
    // Looked at where a host would: the answer goes back by the port that it came in by.
    let mut lab = start(star(1, 2), V1_3, &["simple_switch_lacp_13"]);
    lab.inject("h2", lacpdu(true));
    lab.advance(SECOND);
    let out = lab.trace().into_iter().rfind(|line| line.contains("packet_out")).unwrap();
    assert!(out.contains("IN_PORT") || out.contains("in_port"), "{out}");
}

// -- IGMP --------------------------------------------------------------------------------------

const GROUP: std::net::Ipv4Addr = std::net::Ipv4Addr::new(239, 1, 2, 3);

fn igmp(host: u8, msgtype: u8) -> Vec<u8> {
    let (src, group) = (MacAddr([0, 0, 0, 0, 0, host]), MacAddr([1, 0, 0x5e, 1, 2, 3]));
    let ip = Ipv4 { ttl: 1, ..Ipv4::new([10, 0, 0, host].into(), GROUP, ip_proto::IGMP) };
    let igmp = Igmp::from(IgmpPlain { msgtype, csum: None, address: GROUP, ..Default::default() });
    (Ethernet::new(group, src, ethertype::IPV4) / ip / igmp).to_frame().unwrap()
}

fn television(host: u8) -> Vec<u8> {
    let (src, group) = (MacAddr([0, 0, 0, 0, 0, host]), MacAddr([1, 0, 0x5e, 1, 2, 3]));
    let ip = Ipv4::new([10, 0, 0, host].into(), GROUP, ip_proto::UDP);
    let udp = Udp { src_port: 5000, dst_port: 5000, ..Udp::default() };
    (Ethernet::new(group, src, ethertype::IPV4) / ip / udp / b"news").to_frame().unwrap()
}

/// The ports of a switch that frames of the group went out by.
fn watch(lab: &mut Lab, switch: u64, server: &str, host: u8) -> Vec<u32> {
    let before = sent(lab, switch);
    lab.inject(server, television(host));
    lab.advance(Duration::from_millis(100));
    let after = sent(lab, switch);
    after.into_iter().filter(|(port, count)| before[port] < *count).map(|(port, _)| port).collect()
}

#[test]
fn multicast_reaches_those_who_asked_for_it() {
    for (app, version) in [("simple_switch_igmp", V1_0), ("simple_switch_igmp_13", V1_3)] {
        let mut lab = start(star(1, 4), version, &[app, "igmp_recorder"]);
        // Nobody has asked: flooded, as Ryu does it.
        assert_eq!(watch(&mut lab, 1, "h2", 2), [1, 3, 4], "{app}");
        lab.inject("h3", igmp(3, Igmp::REPORT_V2));
        lab.advance(SECOND);
        assert_eq!(
            seen(),
            [
                "1 Multicast Group Added 239.1.2.3 []",
                "1 Multicast Group Member Changed 239.1.2.3 [3]",
            ],
            "{app}"
        );
        assert_eq!(watch(&mut lab, 1, "h2", 2), [3], "{app}");
        lab.inject("h4", igmp(4, Igmp::REPORT_V1));
        lab.advance(SECOND);
        assert_eq!(watch(&mut lab, 1, "h2", 2), [3, 4], "{app}");
        lab.inject("h3", igmp(3, Igmp::LEAVE));
        lab.advance(SECOND);
        assert_eq!(watch(&mut lab, 1, "h2", 2), [4], "{app}");
        // The question of the next minute finds nobody.
        lab.advance(75 * SECOND);
        assert!(seen().contains(&"1 Multicast Group Removed 239.1.2.3 []".to_owned()), "{app}");
        assert_eq!(entries(&lab, |flow| flow.match_.contains(oxm::IPV4_DST)).len(), 0, "{app}");
    }
}

#[test]
fn a_snooper_learns_the_querier_and_tells_it_who_asks() {
    for (app, version) in [("simple_switch_igmp", V1_0), ("simple_switch_igmp_13", V1_3)] {
        // Switch 1 has the server at port 2 and switch 2 at port 3; switch 2 has switch 1 at port 1.
        let mut two = Topology::new("two");
        let (a, b) = (two.add_switch("s1", Dpid(1)), two.add_switch("s2", Dpid(2)));
        add_hosts(&mut two, a, [1, 2]);
        add_hosts(&mut two, b, [2, 3]);
        two.add_link_at(Endpoint { node: a, port: 3 }, Endpoint { node: b, port: 1 });
        let mut lab = start(two, version, &[app, "igmp_recorder"]);
        lab.advance(61 * SECOND);
        assert_eq!(seen(), [""; 0], "{app}");
        lab.inject("h3", igmp(3, Igmp::REPORT_V2));
        lab.advance(SECOND);
        let told = seen();
        for line in [
            "2 Multicast Group Added 239.1.2.3 []",
            "2 Multicast Group Member Changed 239.1.2.3 [2]",
            "1 Multicast Group Member Changed 239.1.2.3 [3]",
        ] {
            assert!(told.contains(&line.to_owned()), "{app}: {told:?}");
        }
        assert_eq!(watch(&mut lab, 1, "h2", 2), [3], "{app}");
        assert_eq!(watch(&mut lab, 2, "h2", 2), [2], "{app}");
        lab.inject("h3", igmp(3, Igmp::LEAVE));
        lab.advance(2 * SECOND);
        let told = seen();
        for dpid in [1, 2] {
            let line = format!("{dpid} Multicast Group Removed 239.1.2.3 []");
            assert!(told.contains(&line), "{app}: {told:?}");
        }
    }
}

#[test]
fn hosts_reach_each_other_beside_igmp_and_lacp() {
    let apps = [
        ("simple_switch_igmp", V1_0),
        ("simple_switch_igmp_13", V1_3),
        ("simple_switch_lacp", V1_0),
        ("simple_switch_lacp_13", V1_3),
    ];
    for (app, version) in apps {
        let mut lab = start(star(1, 4), version, &[app]);
        let pings = lab.pingall();
        assert!(pings.is_complete(), "{app}:\n{pings}");
        // A frame of the switches' own is no reason to send a question of a minute twice.
        let questions = lab.trace().iter().filter(|line| line.contains("packet_out")).count();
        lab.advance(30 * SECOND);
        let later = lab.trace().iter().filter(|line| line.contains("packet_out")).count();
        assert_eq!(questions, later, "{app}");
    }
}

// -- values by switch and key ------------------------------------------------------------------

/// Status, content type and body.
fn ask(lab: &mut Lab, method: &str, path: &str, body: &'static str) -> (u16, String, String) {
    match lab.request(method, &format!("/v1.0/conf/switches{path}"), body) {
        Ok(response) => {
            let kind = response.headers().get("content-type");
            let kind = kind.map_or("", |kind| kind.to_str().unwrap()).to_owned();
            (response.status().as_u16(), kind, String::from_utf8_lossy(response.body()).into())
        }
        Err(error) => match error.downcast_ref::<HttpError>() {
            Some(refusal) => (refusal.status.as_u16(), String::new(), refusal.reason.clone()),
            None => panic!("{error}"),
        },
    }
}

#[test]
fn values_are_kept_by_switch_and_key() {
    let mut lab = start(star(1, 1), V1_3, &["rest_conf_switch", "conf_recorder"]);
    let (a, b) = ("/0000000000000001", "/00000000000000ab");
    let json = |body: &str| (200, "application/json".to_owned(), body.to_owned());
    let html = "text/html; charset=UTF-8".to_owned();
    let empty = |status| (status, html.clone(), String::new());
    let no_dpid =
        |status: u16| (status, html.clone(), "no dpid is found 0000000000000001".to_owned());

    assert_eq!(ask(&mut lab, "GET", "", ""), json("[]"));
    assert_eq!(ask(&mut lab, "GET", a, ""), no_dpid(404));
    assert_eq!(ask(&mut lab, "DELETE", a, ""), no_dpid(404));
    assert_eq!(ask(&mut lab, "PUT", &format!("{b}/ovsdb_addr"), "\"tcp:192.0.2.1\""), empty(201));
    assert_eq!(ask(&mut lab, "PUT", &format!("{a}/any"), "{\"x\": [1, null]}"), empty(201));
    assert_eq!(ask(&mut lab, "PUT", &format!("{a}/nothing"), ""), empty(201));
    assert_eq!(ask(&mut lab, "GET", "", ""), json("[\"00000000000000ab\", \"0000000000000001\"]"));
    assert_eq!(ask(&mut lab, "GET", a, ""), json("[\"any\", \"nothing\"]"));
    assert_eq!(ask(&mut lab, "GET", &format!("{a}/any"), ""), json("{\"x\": [1, null]}"));
    assert_eq!(ask(&mut lab, "GET", &format!("{a}/nothing"), ""), json("{}"));

    let bad = ask(&mut lab, "PUT", &format!("{a}/bad"), "{'x'");
    assert_eq!((bad.0, bad.2.as_str()), (400, "invalid syntax {'x'"));
    let missing = ask(&mut lab, "GET", &format!("{a}/bad"), "");
    assert_eq!((missing.0, missing.2.as_str()), (404, "no dpid/key is found 0000000000000001 bad"));
    assert_eq!(ask(&mut lab, "DELETE", &format!("{a}/bad"), "").0, 404);
    let markup = ask(&mut lab, "GET", &format!("{a}/<b>"), "");
    assert_eq!(markup.2, "no dpid/key is found 0000000000000001 &lt;b&gt;");
    assert_eq!(ask(&mut lab, "DELETE", &format!("{a}/any"), ""), empty(200));
    assert_eq!(ask(&mut lab, "GET", a, ""), json("[\"nothing\"]"));
    assert_eq!(ask(&mut lab, "DELETE", b, ""), empty(202));
    assert_eq!(ask(&mut lab, "GET", "", ""), json("[\"0000000000000001\"]"));
    for odd in ["/1", "/000000000000000G", "/00000000000000AB"] {
        assert_eq!(ask(&mut lab, "GET", odd, "").0, 404, "{odd}");
    }
    assert_eq!(
        seen(),
        [
            "00000000000000ab ovsdb_addr = \"tcp:192.0.2.1\"",
            "0000000000000001 any = {\"x\":[1,null]}",
            "0000000000000001 nothing = {}",
            "0000000000000001 any deleted",
            "00000000000000ab deleted",
        ]
    );
}

#[test]
fn a_frame_is_what_it_was_made_of() {
    // The frames of these tests, as a host reads them.
    let packet = igmp(3, Igmp::LEAVE);
    assert!(matches!(Packet::parse(&packet).get::<Igmp<'_>>(), Some(Igmp::Plain(_))));
    assert!(Packet::parse(&lacpdu(true)).get::<Lacp>().is_some());
    assert_eq!(Packet::parse(&television(2)).get::<Ipv4<'_>>().unwrap().dst, GROUP);
}
