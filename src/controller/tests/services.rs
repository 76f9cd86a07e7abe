//! The controller with the services and apps that are built in.

use std::any::Any;

use super::*;
use crate::app::{AnyEvent, AppDescriptor, Contexts, Event, Given, HandlerFn};
use crate::controller::DuplicateDpid;
use crate::ofproto::{PortReason, PortStatus};
use crate::ryu_apps::simple_monitor_13::SimpleMonitor13;
use crate::ryu_apps::simple_switch_13::SimpleSwitch13;
use crate::ryu_apps::simple_switch_rest_13::SimpleSwitchRest13;
use crate::services::dpset::{self, DpSet};

thread_local! {
    static SET: RefCell<Option<Ctx<DpSet>>> = const { RefCell::new(None) };
}

struct Census;

#[app(name = "census")]
impl Census {
    #[init]
    fn new(set: Ctx<DpSet>) -> Self {
        SET.set(Some(set));
        Census
    }

    #[set_ev_cls(dpset::Dp)]
    async fn dp(&mut self, ev: &dpset::Dp) {
        note(&ev.dp, format!("{} {}", if ev.enter { "enter" } else { "leave" }, ev.dp.id().0))
            .await;
    }

    #[set_ev_cls(dpset::DpReconnected)]
    async fn reconnected(&mut self, ev: &dpset::DpReconnected) {
        note(&ev.dp, format!("reconnected {}", ev.dp.id().0)).await;
    }

    #[set_ev_cls(dpset::PortAdd)]
    async fn port(&mut self, ev: &dpset::PortAdd) {
        note(&ev.dp, format!("port {}", ev.port.port_no.0)).await;
    }
}

fn dpset_of(rig: &Rig) -> Vec<(Dpid, u64)> {
    rig.hub.run_until_idle();
    let all = SET.with_borrow(|set| set.as_ref().unwrap().get_all());
    all.into_iter().map(|(dpid, dp)| (dpid, dp.connection())).collect()
}

#[test]
fn dpset_follows_comings_and_goings() {
    let rig = Rig::with(&["census"], ControllerConfig::default());
    let one = rig.connect(V1_0, Dpid(1));
    let two = rig.connect(V1_3, Dpid(2));
    two.say(&PortStatus { reason: PortReason::ADD, desc: port(9) });
    assert_eq!(dpset_of(&rig), [(Dpid(1), 1), (Dpid(2), 2)]);
    drop(one);
    assert_eq!(dpset_of(&rig), [(Dpid(2), 2)]);
    assert_eq!(rig.settle(), ["1 enter 1", "2 enter 2", "2 port 9", "1 leave 1"]);
}

#[test]
fn dpset_with_two_connections_of_one_dpid() {
    let config =
        ControllerConfig { duplicate_dpid: DuplicateDpid::Newest, ..ControllerConfig::default() };
    let rig = Rig::with(&["census"], config);
    let mut first = rig.connect(V1_3, Dpid(1));
    let mut second = rig.connect(V1_3, Dpid(1));
    rig.pass(Duration::from_secs(1));
    assert!(first.is_closed() && !second.is_closed());
    assert_eq!(dpset_of(&rig), [(Dpid(1), 2)]);
    assert_eq!(rig.settle(), ["1 enter 1", "1 leave 1", "2 enter 1"]);
    drop(second);
    assert_eq!(dpset_of(&rig), []);
    assert_eq!(rig.settle(), ["2 leave 1"]);
    rig.assert_deserted();
}

/// Ryu's event, for datapaths that come from two controllers.
#[test]
fn dpset_with_the_same_dpid_of_two_controllers() {
    let rig = Rig::with(&["census"], ControllerConfig::default());
    let one = rig.connect(V1_3, Dpid(1));
    let bus = rig.apps.bus().clone();
    let other = rig.hub.block_on(async { Controller::new(bus, ControllerConfig::default()) });
    let (ours, theirs) = pipe(ROOMY);
    rig.hub.block_on(async move { other.attach(Rc::new(ours)) });
    let (input, writes) = (BytesMut::new(), Rc::default());
    let mut two =
        Switch { pipe: theirs, version: V1_3, dpid: Dpid(1), auxiliary_id: 0, input, writes };
    two.say(&Hello::new(&[V1_3]));
    rig.serve(&mut two);
    assert_eq!(dpset_of(&rig), [(Dpid(1), 1)]);
    assert_eq!(rig.settle(), ["1 enter 1", "1 reconnected 1"]);
    drop(one);
    assert_eq!(dpset_of(&rig), [(Dpid(1), 1)], "it is the later one's place");
    assert_eq!(rig.settle(), [""; 0]);
}

#[test]
fn dpset_forgets_whoever_is_gone_before_it_was_told() {
    let rig = Rig::with(&["census"], ControllerConfig::default());
    gate().clear();
    for dpid in 1..=300 {
        drop(rig.connect(V1_3, Dpid(dpid)));
    }
    gate().set();
    assert_eq!(dpset_of(&rig), []);
    let lines = rig.settle();
    assert_eq!(lines.iter().filter(|line| line.contains("enter")).count(), 300);
    assert_eq!(lines.iter().filter(|line| line.contains("leave")).count(), 300);
}

/// Panics at the tenth packet-in.
#[derive(Default)]
struct Fragile {
    seen: u32,
}

#[app(name = "fragile")]
impl Fragile {
    #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
    async fn packet_in(&mut self, _ev: &ofp_event::PacketIn) {
        self.seen += 1;
        hub::yield_now().await;
        assert!(self.seen < 10, "as asked for");
    }
}

#[test]
fn an_app_that_panics_while_its_switch_floods_stops_nobody() {
    let rig = Rig::with(&["fragile", "watcher"], ControllerConfig::default());
    let mut switch = rig.connect(V1_3, Dpid(1));
    told();
    switch.send(&bytes_of(V1_3, Xid(7), &packet_in()).repeat(2_000));
    assert_eq!(rig.settle().len(), 2_000);
    assert!(!rig.apps.running().contains(&"fragile"));
    rig.pass(Duration::from_secs(15));
    rig.serve(&mut switch);
    switch.say(&packet_in());
    assert_eq!(rig.settle(), ["1 packet-in"]);
}

/// Calls the handlers that want `event` in `phase`.
fn tell<E: Event>(app: &AppDescriptor, state: &mut dyn Any, event: &E, phase: Phase) {
    for handler in app.handlers {
        let wanted = handler.event.type_id() == event.kind().type_id();
        if let HandlerFn::Sync(call) = handler.call
            && wanted
            && handler.phases.accept(Some(phase))
        {
            call(state, &mut Given::one(event)).unwrap();
        }
    }
}

/// What an app remembers after `connect` and the end of 50 switches that got as far as to say who
/// they are, and no further.
fn memory_of(name: &str) -> String {
    let rig = Rig::new();
    let catalog = Catalog::collect().unwrap();
    let app = catalog.find(name).unwrap();
    let handle = AppHandle::new(name, rig.apps.bus().clone(), Rc::new(Conf::new()));
    let mut state = (app.build)(&Scope::new(&handle, &Contexts::default())).unwrap();
    for dpid in 1..=50 {
        let mut switch = rig.dial(V1_3);
        switch.dpid = Dpid(dpid);
        switch.say(&Hello::new(&[V1_3]));
        switch.say(&switch.features());
        rig.hub.run_until_idle();
        let datapath = rig.controller.datapaths().remove(0);
        assert_eq!((datapath.id(), datapath.phase()), (Dpid(dpid), Phase::Config));
        let (msg, more) = (switch.features(), false);
        let features = ofp_event::SwitchFeatures { datapath, xid: Xid(1), msg, more };
        rig.hub.block_on(async { tell(app, &mut *state, &features, Phase::Config) });
        drop(switch);
        rig.hub.run_until_idle();
        let datapath = features.datapath;
        tell(
            app,
            &mut *state,
            &ofp_event::StateChange { datapath, phase: Phase::Dead },
            Phase::Dead,
        );
    }
    match name {
        "simple_switch_13" => format!("{:?}", state.downcast::<SimpleSwitch13>().unwrap()),
        "simple_switch_rest_13" => format!("{:?}", state.downcast::<SimpleSwitchRest13>().unwrap()),
        _ => format!("{:?}", state.downcast::<SimpleMonitor13>().unwrap()),
    }
}

#[test]
fn the_bundled_switches_forget_who_never_got_far() {
    let fresh = format!("{:?}", SimpleSwitch13::default());
    assert_eq!(memory_of("simple_switch_13"), fresh);
    let fresh = format!("{:?}", SimpleSwitchRest13::default());
    assert_eq!(memory_of("simple_switch_rest_13"), fresh);
    let fresh = format!("{:?}", SimpleMonitor13::default());
    assert_eq!(memory_of("simple_monitor_13"), fresh);
}
