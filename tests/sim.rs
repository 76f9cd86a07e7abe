//! The embedded network with the bundled apps, on a clock that stands still: no sockets, no sleeps.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;
use std::time::Duration;

use ryu_sdn::app::Bus;
use ryu_sdn::clock::Clock;
use ryu_sdn::controller::{Controller, ControllerConfig};
use ryu_sdn::hub::Hub;
use ryu_sdn::hub::net::{Stream, pipe};
use ryu_sdn::ofproto::{
    ErrorKind, FlowStats, FlowStatsRequest, MultipartRequest, NO_BUFFER_LEN, PortReason, PortState,
};
use ryu_sdn::packet::{Ethernet, Lldp};
use ryu_sdn::prelude::*;
use ryu_sdn::services::dpset;
use ryu_sdn::session::SessionConfig;
use ryu_sdn::sim::{Lab, LabError, Network, NetworkConfig, PingAll, Uplink};

const TOPOLOGIES: [&str; 9] = [
    "minimal",
    "single,4",
    "reversed,3",
    "linear,3",
    "linear,2,2",
    "tree,2",
    "tree,3",
    "tree,2,3",
    "torus,3,3",
];

fn lab(topology: &str, app: &str) -> Lab {
    Lab::new(topology, &[app]).seed(1).start().unwrap_or_else(|error| panic!("{topology}: {error}"))
}

fn is_complete(pings: &PingAll, what: &str) {
    assert!(pings.is_complete(), "{what}:\n{pings}");
}

#[test]
fn everybody_reaches_everybody_on_every_topology_and_version() {
    for topology in TOPOLOGIES {
        for (app, version) in [("simple_switch", V1_0), ("simple_switch_13", V1_3)] {
            let mut lab = lab(topology, app);
            is_complete(&lab.pingall(), &format!("{app} on {topology}"));
            assert_eq!(lab.network().version(&first_switch(&lab)).unwrap(), Some(version));
            // What was learned serves the second time without the controller.
            let before = packet_ins(&lab);
            is_complete(&lab.pingall(), topology);
            assert_eq!(packet_ins(&lab), before, "{app} on {topology}");
        }
    }
}

/// Learns where who is, in any version.
#[derive(Default)]
struct Learner {
    places: HashMap<(Dpid, MacAddr), PortNo>,
}

#[app(name = "learner")]
impl Learner {
    #[set_ev_cls(ofp_event::SwitchFeatures, CONFIG_DISPATCHER)]
    fn features(&mut self, ev: &ofp_event::SwitchFeatures) -> AppResult {
        // Until 1.2 what no entry takes comes to the controller anyway.
        if ev.datapath.version() >= V1_3 {
            let asks = Action::Output { port: PortNo::CONTROLLER, max_len: NO_BUFFER_LEN };
            let instructions = Instruction::apply([asks]);
            ev.datapath.send(&FlowMod { priority: 0, instructions, ..FlowMod::add() })?;
        }
        Ok(())
    }

    #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
    fn packet_in(&mut self, ev: &ofp_event::PacketIn) -> AppResult {
        let (dp, msg) = (&ev.datapath, &ev.msg);
        let (eth, _) = Ethernet::parse(&msg.data)?;
        self.places.insert((dp.id(), eth.src), msg.in_port());
        let known = self.places.get(&(dp.id(), eth.dst)).copied();
        let action = Action::output(known.unwrap_or(PortNo::FLOOD));
        if known.is_some() {
            let match_ = Match::new().in_port(msg.in_port()).eth_src(eth.src).eth_dst(eth.dst);
            let instructions = Instruction::apply([action.clone()]);
            dp.send(&FlowMod { match_, instructions, ..FlowMod::add() })?;
        }
        dp.send(&PacketOut {
            buffer_id: msg.buffer_id,
            in_port: msg.in_port(),
            actions: [action].into(),
            data: if msg.buffer_id.is_buffered() { Octets::new() } else { msg.data.clone() },
            ..PacketOut::default()
        })?;
        Ok(())
    }
}

#[test]
fn everybody_reaches_everybody_in_every_version() {
    for version in Version::ALL {
        let lab = Lab::new("tree,2", &["learner"]).seed(1).versions([version]).start();
        let mut lab = lab.unwrap_or_else(|error| panic!("{version}: {error}"));
        is_complete(&lab.pingall(), &version.to_string());
        assert_eq!(lab.network().version(&first_switch(&lab)).unwrap(), Some(version));
        let before = packet_ins(&lab);
        is_complete(&lab.pingall(), &version.to_string());
        assert_eq!(packet_ins(&lab), before, "{version}: what was learned serves");
    }
}

fn first_switch(lab: &Lab) -> String {
    lab.network().topology().switches[0].name.clone()
}

fn packet_ins(lab: &Lab) -> usize {
    messages(lab, "> ", "packet_in")
}

fn messages(lab: &Lab, direction: &str, what: &str) -> usize {
    lab.trace().iter().filter(|line| line.contains(direction) && line.contains(what)).count()
}

#[test]
fn the_tutorial_switch_works_too() {
    is_complete(&lab("linear,3", "example_switch_13").pingall(), "example_switch_13");
}

#[test]
fn two_runs_of_one_seed_exchange_the_same_messages() {
    let run = |seed| {
        let mut lab = Lab::new("tree,2", &["simple_switch_13"]).seed(seed).start().unwrap();
        lab.pingall();
        let trial = lab.set_up_flows(20, 4);
        assert_eq!((trial.set_up.len(), trial.lost), (20, 0));
        lab.link_down("s1", "s2");
        lab.advance(Duration::from_secs(60));
        lab.trace()
    };
    let (first, again, other) = (run(7), run(7), run(8));
    assert!(first.len() > 500, "{}", first.len());
    for (line, (a, b)) in first.iter().zip(&again).enumerate() {
        assert_eq!(a, b, "line {line}");
    }
    assert_eq!(first.len(), again.len());
    assert_ne!(first, other);
}

#[test]
fn link_discovery_is_never_passed_on() {
    for app in ["simple_switch", "simple_switch_13", "example_switch_13"] {
        let mut lab = lab("linear,2", app);
        let outs = messages(&lab, "< ", "packet_out");
        let host = MacAddr([0, 0, 0, 0, 0, 1]);
        let probe = Lldp::new(b"chassis", b"port", 120).over_ethernet(host);
        lab.inject("h1", probe.to_frame().expect("small values"));
        assert_eq!(packet_ins(&lab), 1, "{app}");
        assert_eq!(messages(&lab, "< ", "packet_out"), outs, "{app}");
    }
}

#[test]
fn a_pulled_cable_is_told_and_pings_fail_until_it_is_back() {
    for app in ["simple_switch", "simple_switch_13"] {
        let mut lab = lab("linear,3", app);
        is_complete(&lab.pingall(), app);
        lab.link_down("s1", "s2");
        assert_eq!(messages(&lab, "> ", "port_status"), 2);
        let down = lab.datapaths().into_iter().flat_map(|dp| dp.ports());
        let down =
            down.filter(|p| p.state.contains(PortState::LINK_DOWN) && !p.port_no.is_reserved());
        assert_eq!(down.map(|p| p.name.to_string()).collect::<Vec<_>>(), ["s1-eth2", "s2-eth2"]);
        assert_eq!(lab.ping("h1", "h2"), None);
        assert!(lab.ping("h2", "h3").is_some());
        lab.link_up("s1", "s2");
        is_complete(&lab.pingall(), app);
    }
}

#[test]
fn a_switch_that_was_off_comes_back_with_empty_tables() {
    let mut lab = lab("linear,3", "simple_switch_13");
    is_complete(&lab.pingall(), "before");
    assert_eq!(lab.flows("s2").len(), 7);
    lab.stop_switch("s2");
    assert_eq!((lab.flows("s2").len(), lab.datapaths().len()), (0, 2));
    assert_eq!(lab.ping("h1", "h3"), None);
    lab.start_switch("s2");
    assert_eq!(lab.flows("s2").len(), 1);
    is_complete(&lab.pingall(), "after");
}

#[test]
fn flows_stay_while_the_controller_is_away_and_it_comes_back() {
    for app in ["simple_switch", "simple_switch_13"] {
        let mut lab = lab("single,3", app);
        assert!(lab.ping("h1", "h2").is_some());
        lab.stop_controller();
        lab.advance(Duration::from_secs(7));
        assert!(lab.ping("h1", "h2").is_some(), "{app}");
        assert_eq!(lab.ping("h1", "h3"), None);
        lab.start_controller();
        is_complete(&lab.pingall(), app);
    }
}

#[test]
fn the_monitor_asks_and_is_answered() {
    let mut lab = lab("single,3", "simple_monitor_13");
    is_complete(&lab.pingall(), "simple_monitor_13");
    lab.advance(Duration::from_secs(25));
    assert_eq!(messages(&lab, "< ", "multipart_request flow"), 2);
    assert_eq!(messages(&lab, "> ", "multipart_reply flow"), 2);
    assert_eq!(messages(&lab, "< ", "multipart_request port_stats"), 2);
    assert_eq!(messages(&lab, "> ", "multipart_reply port_stats"), 2);
    let flows: Vec<FlowStats> = lab.flows("s1").into_iter().filter(|f| f.priority == 1).collect();
    assert_eq!(flows.len(), 6);
    assert!(flows.iter().all(|flow| flow.packet_count > 0 && flow.duration_sec == 25));
}

#[test]
fn the_rest_app_answers_and_installs_what_it_is_given() {
    let mut lab = lab("single,3", "simple_switch_rest_13");
    assert!(lab.ping("h1", "h2").is_some());
    let path = "/simpleswitch/mactable/0000000000000001";
    let table = lab.request("GET", path, "").unwrap();
    let table: serde_json::Value = serde_json::from_slice(table.body()).unwrap();
    assert_eq!(table["00:00:00:00:00:01"], 1, "{table}");
    let before = lab.flows("s1").len();
    let added = lab.request("PUT", path, r#"{"mac": "00:00:00:00:00:03", "port": 3}"#).unwrap();
    assert!(added.status().is_success());
    lab.advance(Duration::ZERO);
    assert!(lab.flows("s1").len() > before);
    assert!(lab.request("GET", "/simpleswitch/mactable/00000000000000ff", "").is_err());
    assert!(lab.request("GET", "/nothing", "").is_err());
}

thread_local! {
    static SEEN: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Writes down what `dpset` announces.
#[derive(Debug, Default)]
struct DpLog;

/// Writes down what dpset announces
#[app(name = "dp_log")]
impl DpLog {
    #[set_ev_cls(dpset::Dp)]
    fn dp(&mut self, ev: &dpset::Dp) {
        let what = if ev.enter { "enter" } else { "leave" };
        note(format!("{what} {} with {} ports", ev.dp.id().0, ev.ports.len()));
    }

    #[set_ev_cls(dpset::PortModify)]
    fn port_modify(&mut self, ev: &dpset::PortModify) {
        note(format!("modify {} {}", ev.dp.id().0, ev.port.name));
    }

    #[set_ev_cls(ofp_event::PortStatus, MAIN_DISPATCHER)]
    fn port_status(&mut self, ev: &ofp_event::PortStatus) {
        assert_eq!(ev.msg.reason, PortReason::MODIFY);
    }
}

fn note(line: String) {
    SEEN.with_borrow_mut(|seen| seen.push(line));
}

#[test]
fn dpset_announces_what_happens_to_switches_and_ports() {
    let mut lab = lab("linear,2", "dp_log");
    lab.link_down("h1", "s1");
    lab.stop_switch("s2");
    lab.start_switch("s2");
    let expected = [
        // Two ports and the local one.
        "enter 1 with 3 ports",
        "enter 2 with 3 ports",
        "modify 1 s1-eth1",
        "leave 2 with 3 ports",
        "modify 1 s1-eth2",
        "modify 1 s1-eth2",
        "enter 2 with 3 ports",
    ];
    let mut seen = SEEN.take();
    // The switch's neighbour and its connection go at the same moment; which is told first is no
    // promise.
    seen[3..5].sort();
    assert_eq!(seen, expected);
}

#[test]
fn a_full_table_refuses_and_frames_go_on_through_the_controller() {
    let mut lab = Lab::new("single,4", &["simple_switch_13"]).table_capacity(3).start().unwrap();
    is_complete(&lab.pingall(), "full table");
    assert_eq!(lab.flows("s1").len(), 3);
    assert!(messages(&lab, "> ", "error") > 0);
}

#[test]
fn delay_is_what_a_ping_takes() {
    let delay = Duration::from_millis(5);
    let mut lab = Lab::new("linear,3", &["simple_switch_13"]).delay(delay).start().unwrap();
    is_complete(&lab.pingall(), "with delay");
    // Four links there and four back; the second time nobody has to be asked.
    assert_eq!(lab.ping("h1", "h3"), Some(delay * 8));
}

#[test]
fn a_torus_finds_another_way_round_when_a_link_goes() {
    let mut lab = lab("torus,3,3", "simple_switch_13");
    is_complete(&lab.pingall(), "torus");
    lab.link_down("s1x1", "s1x2");
    // Forget what points into the cut cable.
    lab.stop_controller();
    for switch in lab.network().topology().switches {
        lab.stop_switch(&switch.name);
        let network = lab.network().clone();
        lab.run(async move { network.start_switch(&switch.name) }).unwrap();
    }
    lab.start_controller();
    is_complete(&lab.pingall(), "torus without a link");
}

#[test]
fn what_cannot_be_started_says_why() {
    let error =
        |topology: &str, app: &str| Lab::new(topology, &[app]).start().unwrap_err().to_string();
    assert!(error("ring,3", "simple_switch").contains("torus,x,y"));
    assert!(error("single,2", "simple_swich").contains("simple_switch"));
    let apart = Lab::new("single,2", &["simple_switch"]).versions([V1_3]).start().unwrap_err();
    assert!(matches!(apart, LabError::Network(_)), "{apart}");
}

/// The program itself, over real sockets.
mod program {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Output, Stdio};

    fn sim(arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ryu"));
        command.arg("sim").args(arguments).output().expect("the program was built with this test")
    }

    fn text(bytes: &[u8]) -> String {
        String::from_utf8_lossy(bytes).into_owned()
    }

    #[test]
    fn pingall_prints_who_reaches_whom_and_exits_by_the_result() {
        for app in ["simple_switch", "ryu.app.simple_switch_13"] {
            let run = sim(&["--topo", "linear,3", "--test", "pingall", app]);
            let out = text(&run.stdout);
            assert!(out.contains("\nh1 -> h2 h3\nh2 -> h1 h3\nh3 -> h1 h2\n"), "{out}");
            assert!(out.contains("*** Results: 0% dropped (6/6 received)\n"), "{out}");
            assert_eq!((run.status.code(), text(&run.stderr).as_str()), (Some(0), ""), "{app}");
        }
        // Nobody forwards anything.
        let run = sim(&["--timeout", "0.05", "--test", "pingall", "ofp_handler"]);
        let out = text(&run.stdout);
        assert!(
            out.contains("h1 -> X\nh2 -> X\n*** Results: 100% dropped (0/2 received)\n"),
            "{out}"
        );
        assert_eq!(run.status.code(), Some(1));
    }

    #[test]
    fn flows_are_counted_and_timed() {
        let run = sim(&["--topo=tree,2", "--test=flows=50", "--parallel=4", "simple_switch_13"]);
        let out = text(&run.stdout);
        assert!(out.contains("*** Results: 50 set up, 0 lost, in "), "{out}");
        assert!(out.contains("\nflows=50       50 "), "{out}");
        assert_eq!(run.status.code(), Some(0));
    }

    #[test]
    fn a_wrong_command_line_is_told_what_is_right() {
        let rows: [(&[&str], &str); 7] = [
            (
                &["--topo", "ring"],
                "argument --topo: unknown topology \"ring\" (accepted: minimal, ",
            ),
            (&["--topo", "torus,2,2"], "argument --topo: topology torus: x is \"2\", expected"),
            (
                &["--test", "iperf"],
                "argument --test: invalid value: \"iperf\" (accepted: pingall, flows=N)",
            ),
            (&["--test", "flows=0"], "argument --test: invalid value: \"flows=0\""),
            (
                &["--ofp-version", "1.0", "simple_switch_13"],
                "--ofp-version: invalid value: \"1.0\" (accepted: 1.3)",
            ),
            (&["--delay-ms", "-1"], "--delay-ms"),
            (
                &["--topo=torus,3,3", "--nostp", "--test=pingall", "simple_switch"],
                "needs the spanning tree",
            ),
        ];
        for (arguments, expected) in rows {
            let run = sim(arguments);
            let err = text(&run.stderr);
            assert!(err.contains(expected), "{arguments:?}: {err}");
            assert_eq!(run.status.code(), Some(2), "{arguments:?}: {err}");
        }
    }

    #[test]
    fn without_a_test_it_stays_up_until_it_is_told_to_stop() {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ryu"))
            .args(["sim", "--topo", "single,2", "simple_switch_13"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program was built with this test");
        let out = BufReader::new(child.stdout.take().expect("stdout is a pipe"));
        let mut shown = Vec::new();
        for line in out.lines() {
            let line = line.expect("the program prints text");
            let is_up = line.starts_with("*** Up");
            shown.push(line);
            if is_up {
                break;
            }
        }
        let id = child.id().to_string();
        assert!(Command::new("kill").arg(&id).status().expect("kill exists").success());
        assert_eq!(child.wait().expect("the child is ours").code(), Some(0));
        let shown = shown.join("\n");
        for expected in
            ["OpenFlow on 127.0.0.1:", "h2 10.0.0.2 00:00:00:00:00:02", "s1 dpid 0000000000000001"]
        {
            assert!(shown.contains(expected), "{shown}");
        }
    }
}

/// Entries outlive the connection, and the next one may be of a version that cannot say them. Who asks
/// is told so, as by any switch that cannot answer.
#[test]
fn a_switch_that_cannot_say_its_answer_says_so() {
    let hub = Hub::new(Clock::test()).unwrap();
    hub.block_on(async {
        let current: Rc<RefCell<Option<Controller>>> = Rc::default();
        let open = |version| {
            let session = SessionConfig { versions: vec![version], ..SessionConfig::default() };
            let config = ControllerConfig { session, ..ControllerConfig::default() };
            let controller = Controller::new(Bus::default(), config);
            *current.borrow_mut() = Some(controller.clone());
            controller
        };
        let first = open(V1_3);
        let called = Rc::clone(&current);
        let dial = move || {
            let controller = called.borrow().clone().ok_or(io::ErrorKind::ConnectionRefused)?;
            let (theirs, ours) = pipe(65_536);
            controller.attach(Rc::new(theirs));
            Ok(Rc::new(ours) as Rc<dyn Stream>)
        };
        let topology = "minimal".parse().unwrap();
        let network =
            Network::start(topology, NetworkConfig::default(), Uplink::Dial(Rc::new(dial)));
        let limit = Duration::from_secs(10);
        network.ready(limit).await.unwrap();
        let match_ = Match::new().eth_type(0x86dd).ipv6_flabel(5);
        let entry = FlowMod { match_, ..FlowMod::add() };
        first.datapaths()[0].confirm(&entry).await.expect("it is taken");
        first.shutdown(Duration::from_secs(1)).await;

        let second = open(V1_0);
        hub::sleep(limit).await;
        let dp = second.datapaths().remove(0);
        let asked = dp.request(&MultipartRequest::flow(FlowStatsRequest::default())).await;
        let Err(RequestError::Refused(refusal)) = asked else { panic!("{asked:?}") };
        assert_eq!(refusal.kind(), Some(ErrorKind::BadRequestBadMultipart));
        // It goes on.
        dp.barrier().await.unwrap();
        network.stop();
    });
}
