//! Whole sessions with a real Open vSwitch, in each version: handshake, requests with their answers,
//! and a storm of flow-mods of which one is bad. Needs a bridge that listens, see
//! `tests/real/sessions_ovs.sh`; without one it is skipped.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use ryu_sdn::app::{AppManager, Catalog, Plan};
use ryu_sdn::clock::Clock;
use ryu_sdn::conf::Conf;
use ryu_sdn::controller::{Controller, ControllerConfig, DuplicateDpid};
use ryu_sdn::hub::Hub;
use ryu_sdn::hub::net::TcpStream;
use ryu_sdn::ofproto::{
    AggregateStats, BundleCtrlMsg, BundleCtrlType, EchoRequest, ErrorKind, FeaturesRequest,
    FlowStatsRequest, GetAsyncRequest, GetConfigRequest, MultipartFlags, MultipartReplyBody,
    MultipartRequest, MultipartRequestBody, NxMessage, Role, RoleRequest,
};
use ryu_sdn::prelude::*;
use ryu_sdn::session::SessionConfig;

const STORM: usize = 10_000;

thread_local! {
    static SWITCHES: RefCell<Vec<Datapath>> = const { RefCell::new(Vec::new()) };
}

#[derive(Default)]
struct Holder;

/// Keeps the handles of the switches that came
#[app(name = "holder")]
impl Holder {
    #[set_ev_cls(ofp_event::StateChange, MAIN_DISPATCHER)]
    fn state(&mut self, ev: &ofp_event::StateChange) {
        SWITCHES.with_borrow_mut(|switches| switches.push(ev.datapath.clone()));
    }
}

fn flow(i: usize) -> FlowMod {
    let eth_dst = MacAddr::from([2, 0, 0, (i >> 16) as u8, (i >> 8) as u8, i as u8]);
    let instructions = Instruction::apply([Action::output(PortNo(1))]);
    FlowMod { match_: Match::new().eth_dst(eth_dst), instructions, ..FlowMod::add() }
}

async fn connect(bridge: SocketAddr, controller: &Controller) -> Datapath {
    let stream = TcpStream::connect(bridge).await.expect("the bridge listens");
    controller.attach(Rc::new(stream));
    for _ in 0..1_000 {
        if let Some(dp) = SWITCHES.with_borrow_mut(Vec::pop) {
            return dp;
        }
        hub::sleep(Duration::from_millis(10)).await;
    }
    panic!("no main phase within ten seconds");
}

fn entries(body: MultipartReplyBody) -> usize {
    match body {
        MultipartReplyBody::Flow(entries) => entries.len(),
        MultipartReplyBody::FlowDesc(entries) => entries.len(),
        other => panic!("{other:?}"),
    }
}

async fn converse(dp: &Datapath) -> Result<(), RequestError> {
    let version = dp.version();
    let features = dp.request(&FeaturesRequest).await?;
    assert_eq!(features.datapath_id, dp.id());
    assert!(!dp.ports().is_empty(), "{version}: the bridge has a port");
    dp.request(&GetConfigRequest).await?;
    let data = Bytes::from_static(b"hello");
    assert_eq!(dp.request(&EchoRequest { data: data.clone() }).await?.data, data);
    dp.barrier().await?;
    let MultipartReplyBody::Desc(desc) = dp.request(&MultipartRequest::desc()).await? else {
        panic!()
    };
    assert_eq!(Some(&desc), dp.description().as_ref());
    assert_eq!(desc.hw_desc.to_string(), "Open vSwitch");
    if version >= V1_3 {
        let role = dp.request(&RoleRequest::default()).await?;
        assert_eq!(role.role, Role::EQUAL);
        dp.request(&GetAsyncRequest).await?;
    }
    dp.request(&NxMessage::TlvTableRequest(Default::default())).await?;
    if version >= V1_3 {
        let open = BundleCtrlMsg {
            bundle_id: 1,
            ctrl_type: BundleCtrlType::OPEN_REQUEST,
            ..BundleCtrlMsg::default()
        };
        assert_eq!(dp.request(&open).await?.ctrl_type, BundleCtrlType::OPEN_REPLY);
        let discard = BundleCtrlMsg { ctrl_type: BundleCtrlType::DISCARD_REQUEST, ..open };
        assert_eq!(dp.request(&discard).await?.ctrl_type, BundleCtrlType::DISCARD_REPLY);
    }

    let all = FlowStatsRequest::default();
    let delete = FlowMod::delete();
    dp.confirm(&delete).await?;
    let mut sent = Vec::with_capacity(STORM);
    for i in 0..STORM {
        dp.room().await?;
        let mut entry = flow(i);
        if i == STORM / 2 {
            entry.instructions = Instruction::apply([Action::output(PortNo::ANY)]);
        }
        sent.push(dp.deliver(&entry));
    }
    dp.barrier().await?;
    for (i, delivery) in sent.into_iter().enumerate() {
        match delivery.await {
            Ok(()) => assert_ne!(i, STORM / 2),
            Err(RequestError::Refused(refusal)) => {
                assert_eq!(i, STORM / 2, "{refusal}");
                assert_eq!(refusal.kind(), Some(ErrorKind::BadActionBadOutPort));
            }
            Err(error) => return Err(error),
        }
    }
    let MultipartReplyBody::Aggregate(AggregateStats { flow_count, .. }) =
        dp.request(&MultipartRequest::aggregate(all.clone())).await?
    else {
        panic!()
    };
    // 1.5 has it among its optional statistics.
    assert!(version == V1_5 || flow_count as usize == STORM - 1, "{version}: {flow_count}");
    let question = match version {
        // Of the two requests of 1.5, Open vSwitch 3.1 answers this one.
        V1_5 => {
            MultipartRequest { flags: MultipartFlags(0), body: MultipartRequestBody::FlowDesc(all) }
        }
        _ => MultipartRequest::flow(all),
    };
    assert_eq!(entries(dp.request(&question).await?), STORM - 1);
    let (mut parts, mut n, mut streamed) = (dp.stream(&question), 0, 0);
    while let Some(part) = parts.next().await {
        (n, streamed) = (n + 1, streamed + entries(part?));
    }
    println!("{version}: {streamed} entries in {n} parts");
    assert_eq!(streamed, STORM - 1);
    dp.confirm(&delete).await?;
    assert_eq!(dp.pending_requests(), 0);
    Ok(())
}

#[test]
fn sessions_in_every_version() {
    let Ok(bridge) = std::env::var("RYU_SDN_OVS_TCP") else {
        println!(
            "skipped: RYU_SDN_OVS_TCP names no bridge (tests/real/sessions_ovs.sh starts one)"
        );
        return;
    };
    let bridge: SocketAddr = bridge.parse().expect("RYU_SDN_OVS_TCP is ADDRESS:PORT");
    for version in Version::ALL {
        let hub = Hub::new(Clock::real()).unwrap();
        let mut apps = AppManager::new(Rc::new(Conf::new()));
        let plan = Plan::new(&Catalog::collect().unwrap(), ["holder"]).unwrap();
        assert_eq!(plan.versions, Version::ALL, "no app here is picky");
        let bus = apps.bus().clone();
        hub.block_on(async {
            apps.start(&plan).unwrap();
            let session = SessionConfig { versions: vec![version], ..SessionConfig::default() };
            let controller =
                Controller::new(bus, ControllerConfig { session, ..ControllerConfig::default() });
            let dp = connect(bridge, &controller).await;
            assert_eq!(dp.version(), version);
            converse(&dp).await.unwrap_or_else(|error| panic!("{version}: {error}"));
            controller.shutdown(Duration::from_secs(1)).await;
        });
    }
}

/// Waits until `condition` holds.
async fn until(what: &str, condition: impl Fn() -> bool) {
    for _ in 0..1_000 {
        if condition() {
            return;
        }
        hub::sleep(Duration::from_millis(10)).await;
    }
    panic!("{what}: not within ten seconds");
}

/// How many entries the switch has.
async fn count(dp: &Datapath) -> u32 {
    let all = MultipartRequest::aggregate(FlowStatsRequest::default());
    match dp.request(&all).await.expect("it answers") {
        MultipartReplyBody::Aggregate(AggregateStats { flow_count, .. }) => flow_count,
        other => panic!("{other:?}"),
    }
}

#[test]
fn two_bridges_of_one_datapath_id() {
    let Ok(twins) = std::env::var("RYU_SDN_OVS_TWINS") else {
        println!("skipped: RYU_SDN_OVS_TWINS does not name two bridges of one datapath id");
        return;
    };
    let twins: Vec<SocketAddr> = twins.split(',').map(|addr| addr.parse().unwrap()).collect();
    let hub = Hub::new(Clock::real()).unwrap();
    for duplicate_dpid in [DuplicateDpid::Probe, DuplicateDpid::Newest] {
        hub.block_on(async {
            let mut apps = AppManager::new(Rc::new(Conf::new()));
            apps.start(&Plan::new(&Catalog::collect().unwrap(), ["holder"]).unwrap()).unwrap();
            let session = SessionConfig { versions: vec![V1_3], ..SessionConfig::default() };
            let config =
                ControllerConfig { session, duplicate_dpid, ..ControllerConfig::default() };
            let controller = Controller::new(apps.bus().clone(), config);
            let first = connect(twins[0], &controller).await;
            first.confirm(&FlowMod::delete()).await.unwrap();
            for i in 0..100 {
                first.send(&flow(i)).unwrap();
            }
            first.barrier().await.unwrap();
            if duplicate_dpid == DuplicateDpid::Probe {
                for _ in 0..5 {
                    let stream = TcpStream::connect(twins[1]).await.unwrap();
                    controller.attach(Rc::new(stream));
                    until("the twin is turned away", || controller.connections().len() == 1).await;
                    assert!(SWITCHES.with_borrow(Vec::is_empty), "no app has seen it");
                }
                assert_eq!(count(&first).await, 100);
                println!("probe: the first stays with 100 entries");
            } else {
                let second = connect(twins[1], &controller).await;
                assert_eq!((second.id(), first.phase()), (first.id(), Phase::Dead));
                assert!(second.generation() > first.generation());
                assert_eq!(controller.datapath(second.id()), Some(second));
                println!("newest: the second has the place");
            }
            controller.shutdown(Duration::from_secs(1)).await;
            apps.stop().await;
        });
    }
}
