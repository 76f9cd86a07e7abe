//! What the log says about peers: one line for each that is broken, none for those that only look.
//!
//! A logger is one per process, so these tests have a process of their own, and one lock.

use std::rc::Rc;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use log::{Level, LevelFilter, Log, Metadata, Record};
use ryu_sdn::app::{AppManager, Catalog, Plan};
use ryu_sdn::clock::Clock;
use ryu_sdn::conf::Conf;
use ryu_sdn::controller::{Controller, ControllerConfig};
use ryu_sdn::hub::Hub;
use ryu_sdn::hub::net::{Pipe, Stream, pipe};
use ryu_sdn::ofproto::{EchoRequest, Hello, PacketIn, PortNo, SwitchFeatures, Unknown};
use ryu_sdn::prelude::*;

static LINES: Mutex<Vec<(Level, String)>> = Mutex::new(Vec::new());
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

struct Capture;

impl Log for Capture {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        // In lock step with the tests: a failed one leaves the lock poisoned, and that is all.
        let mut lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
        lines.push((record.level(), record.args().to_string()));
    }

    fn flush(&self) {}
}

/// Fails at every packet-in.
#[derive(Default)]
struct Failing;

#[app(name = "failing")]
impl Failing {
    #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
    fn packet_in(&mut self, _ev: &ofp_event::PacketIn) -> AppResult {
        Err(AppError::msg("no such host"))
    }
}

/// A controller whose log is captured.
struct House {
    hub: Hub,
    controller: Controller,
    _apps: AppManager,
    _alone: MutexGuard<'static, ()>,
}

impl House {
    fn new() -> House {
        House::with("simple_switch")
    }

    fn with(app: &str) -> House {
        let alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        // Only the first of the tests can set it.
        let _ = log::set_logger(&Capture);
        log::set_max_level(LevelFilter::Trace);
        let hub = Hub::new(Clock::test()).unwrap();
        let mut apps = AppManager::new(Rc::new(Conf::new()));
        let plan = Plan::new(&Catalog::collect().unwrap(), [app]).unwrap();
        let bus = apps.bus().clone();
        let controller = hub.block_on(async {
            apps.start(&plan).unwrap();
            Controller::new(bus, ControllerConfig::default())
        });
        hub.run_until_idle();
        let house = House { hub, controller, _apps: apps, _alone: alone };
        house.lines();
        house
    }

    fn dial(&self) -> Pipe {
        let (ours, theirs) = pipe(1024 * 1024);
        let controller = self.controller.clone();
        self.hub.block_on(async move { controller.attach(Rc::new(ours)) });
        self.hub.run_until_idle();
        theirs
    }

    /// A 1.0 switch in the main phase.
    fn connect(&self) -> Pipe {
        let switch = self.dial();
        say(&switch, 1, &Hello::default());
        say(&switch, 2, &SwitchFeatures { datapath_id: Dpid(0xa1), ..SwitchFeatures::default() });
        self.hub.run_until_idle();
        assert_eq!(self.lines(), []);
        switch
    }

    /// What has been logged above debug since the last call.
    fn lines(&self) -> Vec<(Level, String)> {
        self.hub.advance(Duration::from_secs(1));
        let mut lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = std::mem::take(&mut *lines);
        lines.into_iter().filter(|(level, _)| *level < Level::Debug).collect()
    }

    /// The one line above debug.
    fn line(&self) -> String {
        let lines = self.lines();
        let [(Level::Warn, line)] = &lines[..] else { panic!("{lines:?}") };
        line.clone()
    }
}

fn bytes_of<M: Encode>(xid: u32, message: &M) -> Bytes {
    let mut buf = BytesMut::new();
    message.encode(V1_0, Xid(xid), &mut buf).unwrap();
    buf.freeze()
}

fn say<M: Encode>(switch: &Pipe, xid: u32, message: &M) {
    send(switch, &bytes_of(xid, message));
}

fn send(switch: &Pipe, bytes: &[u8]) {
    assert_eq!(switch.try_write(bytes).unwrap(), bytes.len());
}

/// A frame that `simple_switch` floods.
fn packet_in() -> PacketIn {
    let match_ = Match::new().in_port(PortNo(1));
    PacketIn { match_, data: vec![2; 60].into(), ..PacketIn::default() }
}

#[test]
fn who_connects_and_closes_is_no_news() {
    let house = House::new();
    drop(house.dial());
    house.dial().reset();
    // In the middle of a header.
    let switch = house.dial();
    send(&switch, &[1, 0, 0]);
    drop(switch);
    // As a switch.
    drop(house.connect());
    assert_eq!(house.lines(), []);
}

#[test]
fn a_malformed_message_is_one_line_with_address_type_and_offset() {
    let house = House::new();
    let switch = house.connect();
    // A port status that says it is longer than its ports allow, again and again.
    let broken = [1, 12, 0, 16, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0];
    send(&switch, &broken.repeat(100));
    let line = house.line();
    let address = switch.local();
    for part in [&*format!("addr={address}:"), "dpid=00000000000000a1", "type 12", "offset "] {
        assert!(line.contains(part), "{part} is not in: {line}");
    }
}

#[test]
fn what_is_not_openflow_is_one_line_with_address_type_and_offset() {
    let house = House::new();
    let switch = house.dial();
    send(&switch, &[1, 10, 0, 7, 0, 0, 0, 0]);
    let line = house.line();
    let address = switch.local();
    for part in [&*format!("addr={address}:"), "type 10", "offset 2"] {
        assert!(line.contains(part), "{part} is not in: {line}");
    }
}

#[test]
fn every_other_end_is_one_line_too() {
    let house = House::new();
    let address = |switch: &Pipe| format!("addr={}:", switch.local());
    // A message before the hello.
    let switch = house.dial();
    say(&switch, 1, &packet_in());
    let line = house.line();
    assert!(line.contains(&address(&switch)) && line.contains("type 10"), "{line}");
    // Silence.
    let switch = house.dial();
    house.hub.advance(Duration::from_secs(5));
    let line = house.line();
    assert!(line.contains(&address(&switch)) && line.contains("handshake"), "{line}");
    // A switch that vanishes.
    let switch = house.connect();
    house.hub.advance(Duration::from_secs(60));
    let line = house.line();
    assert!(line.contains(&address(&switch)) && line.contains("echo"), "{line}");
}

/// The frames that wait for the app when their switch is closed cannot be answered: that is no
/// error of the app, and not worth a line for each.
#[test]
fn what_a_dead_switch_left_in_the_inbox_is_not_logged() {
    let house = House::new();
    let switch = house.connect();
    let mut burst = bytes_of(3, &packet_in()).repeat(100);
    burst.extend_from_slice(&[1, 10, 0, 7]);
    send(&switch, &burst);
    let line = house.line();
    assert!(line.contains("not OpenFlow"), "{line}");
}

#[test]
fn a_peer_that_keeps_breaking_the_rules_does_not_fill_the_log() {
    let house = House::new();
    let switch = house.connect();
    let unknown = Unknown { msg_type: 0xcc, body: Bytes::new() };
    send(&switch, &bytes_of(9, &unknown).repeat(1_000));
    let lines = house.lines();
    assert!((2..=9).contains(&lines.len()), "{lines:?}");
    assert!(lines[0].1.contains("type 204") && lines[0].1.contains(&switch.local()));
    say(&switch, 10, &EchoRequest::default());
    assert_eq!(house.lines(), []);
}

#[test]
fn a_handler_that_fails_is_one_line_that_shows_the_beginning_of_its_event() {
    let house = House::with("failing");
    let switch = house.connect();
    let data = "\u{e9}\n".repeat(20_000);
    say(&switch, 3, &PacketIn { data: data.into(), ..packet_in() });
    let lines = house.lines();
    let [(Level::Error, line)] = &lines[..] else { panic!("{lines:?}") };
    for part in ["app failing: handler packet_in: no such host", "00000000000000a1", "PacketIn"] {
        assert!(line.contains(part), "{part} is not in: {line}");
    }
    assert!(line.len() < 1_000 && !line.contains('\n'), "{line}");
}
