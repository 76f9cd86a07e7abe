//! Every event that a switch's message becomes reaches an app that handles it: a controller on a
//! test clock, a scripted switch on the other end of a pipe in memory, one row for each event.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use bytes::BytesMut;
use ryu_sdn::app::{AppManager, Catalog, Plan};
use ryu_sdn::clock::Clock;
use ryu_sdn::conf::Conf;
use ryu_sdn::controller::{Controller, ControllerConfig};
use ryu_sdn::hub::Hub;
use ryu_sdn::hub::net::{Pipe, Stream as _, pipe};
use ryu_sdn::ofproto::*;
use ryu_sdn::prelude::*;
use ryu_sdn::session::SessionConfig;
use ryu_sdn::wire::{DecodeError, Reader, Writer};

thread_local! {
    /// What the app was told: the event, then the message.
    static TOLD: RefCell<Vec<(&'static str, String)>> = const { RefCell::new(Vec::new()) };
}

/// What an app registered.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Lamp {
    on: u8,
}

impl ExperimenterBody for Lamp {
    fn read(_: Version, r: &mut Reader<'_>) -> Result<Lamp, DecodeError> {
        Ok(Lamp { on: r.u8()? })
    }
    fn write(&self, _: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        w.u8(self.on);
        Ok(())
    }
}

const ACME: u32 = 0x00ac_3e01;

register! { message Lamp = "AcmeLamp", ACME, 7, V1_0..=V1_5; }

/// A part of a multipart reply.
fn part(body: MultipartReplyBody) -> Message {
    MultipartReply { flags: MultipartFlags(0), body }.into()
}

/// An app with a handler for each event, and the table of what makes each: the event, the version
/// in which the switch says it, the message (`None` if the handshake has it).
macro_rules! events {
    ($( $handler:ident $event:ident $version:ident $message:expr; )*) => {
        #[derive(Default)]
        struct Herald;

        #[app(name = "herald")]
        impl Herald {
            $(
                #[set_ev_cls(ofp_event::$event)]
                fn $handler(&mut self, ev: &ofp_event::$event) {
                    let told = (<ofp_event::$event as Event>::NAME, format!("{:?}", ev.msg));
                    TOLD.with_borrow_mut(|all| all.push(told));
                }
            )*
        }

        fn rows() -> Vec<(&'static str, Version, Option<Message>)> {
            vec![ $( (<ofp_event::$event as Event>::NAME, $version, $message), )* ]
        }
    };
}

use MultipartReplyBody as Part;

events! {
    hello Hello V1_3 None;
    error ErrorMsg V1_3 Some(ErrorMsg::default().into());
    echo_request EchoRequest V1_3 Some(EchoRequest::default().into());
    echo_reply EchoReply V1_3 Some(EchoReply::default().into());
    experimenter Experimenter V1_3 Some(Experimenter { experimenter: 9, exp_type: Some(1), ..Default::default() }.into());
    nicira Nicira V1_3 Some(NxMessage::RoleReply(RoleReply { role: Role::MASTER, ..Default::default() }).into());
    registered Registered V1_4 Some(Lamp { on: 1 }.into());
    features SwitchFeatures V1_0 None;
    config GetConfigReply V1_3 Some(GetConfigReply::default().into());
    packet_in PacketIn V1_5 Some(PacketIn {
        match_: Match::new().in_port(PortNo(1)), ..PacketIn::default()
    }.into());
    flow_removed FlowRemoved V1_5 Some(FlowRemoved::default().into());
    port_status PortStatus V1_4 Some(PortStatus {
        reason: PortReason::ADD, desc: Port { port_no: PortNo(9), ..Port::default() },
    }.into());
    barrier BarrierReply V1_1 Some(BarrierReply.into());
    role RoleReply V1_2 Some(RoleReply::default().into());
    queue_config QueueGetConfigReply V1_3 Some(QueueGetConfigReply::default().into());
    get_async GetAsyncReply V1_4 Some(GetAsyncReply::default().into());
    role_status RoleStatus V1_4 Some(RoleStatus { role: Role::SLAVE, ..Default::default() }.into());
    table_status TableStatus V1_4 Some(TableStatus { reason: TableReason::VACANCY_DOWN, ..Default::default() }.into());
    request_forward RequestForward V1_4 Some(RequestForward {
        request: Nested { xid: Xid(3), message: Box::new(GroupMod::default().into()) },
    }.into());
    bundle BundleCtrlMsg V1_3 Some(BundleCtrlMsg { ctrl_type: BundleCtrlType::COMMIT_REPLY, ..Default::default() }.into());
    controller_status ControllerStatus V1_5 Some(ControllerStatus::default().into());
    nx_flow NxFlowStatsReply V1_0 Some(part(Part::NxFlow(vec![])));
    nx_aggregate NxAggregateStatsReply V1_0 Some(part(Part::NxAggregate(vec![])));
    nx_flow_monitor NxFlowMonitorReply V1_0 Some(part(Part::NxFlowMonitor(vec![])));
    onf_flow_monitor OnfFlowMonitorReply V1_3 Some(part(Part::OnfFlowMonitor(vec![])));
    desc DescStatsReply V1_3 Some(part(Part::Desc(DescStats::default())));
    flow FlowStatsReply V1_2 Some(part(Part::Flow(vec![FlowStats::default()])));
    aggregate AggregateStatsReply V1_3 Some(part(Part::Aggregate(AggregateStats::default())));
    table TableStatsReply V1_1 Some(part(Part::Table(vec![TableStats::default()])));
    ports PortStatsReply V1_4 Some(part(Part::PortStats(vec![PortStats::default()])));
    port_desc PortDescStatsReply V1_3 None;
    queue QueueStatsReply V1_3 Some(part(Part::Queue(vec![QueueStats::default()])));
    group GroupStatsReply V1_3 Some(part(Part::Group(vec![GroupStats::default()])));
    group_desc GroupDescStatsReply V1_5 Some(part(Part::GroupDesc(vec![GroupDesc::default()])));
    group_features GroupFeaturesStatsReply V1_2
        Some(part(Part::GroupFeatures(GroupFeatures::default())));
    meter MeterStatsReply V1_3 Some(part(Part::Meter(vec![MeterStats::default()])));
    meter_config MeterConfigStatsReply V1_5
        Some(part(Part::MeterConfig(vec![MeterConfig::default()])));
    meter_features MeterFeaturesStatsReply V1_3
        Some(part(Part::MeterFeatures(vec![MeterFeatures::default()])));
    table_features TableFeaturesStatsReply V1_3
        Some(part(Part::TableFeatures(vec![TableFeatures::default()])));
    table_desc TableDescStatsReply V1_4 Some(part(Part::TableDesc(vec![TableDesc::default()])));
    queue_desc QueueDescStatsReply V1_4 Some(part(Part::QueueDesc(vec![QueueDesc::default()])));
    flow_monitor FlowMonitorReply V1_4 Some(part(Part::FlowMonitor(vec![])));
    flow_desc FlowDescStatsReply V1_5 Some(part(Part::FlowDesc(vec![FlowDesc::default()])));
    controller_stats ControllerStatusStatsReply V1_5
        Some(part(Part::ControllerStatus(vec![ControllerStatusStats::default()])));
    bundle_features BundleFeaturesStatsReply V1_5
        Some(part(Part::BundleFeatures(BundleFeatures::default())));
    experimenter_stats ExperimenterStatsReply V1_3 Some(part(Part::Experimenter(
        ExperimenterMultipart { experimenter: 9, exp_type: Some(1), ..Default::default() },
    )));
    stats StatsReply V1_3
        Some(part(Part::Unknown { multipart_type: 0x7777, body: Bytes::new() }));
}

/// A switch in the main phase, and its controller.
struct Rig {
    hub: Hub,
    _apps: AppManager,
    _controller: Controller,
    switch: Pipe,
    version: Version,
}

impl Rig {
    fn new(version: Version) -> Rig {
        TOLD.take();
        let hub = Hub::new(Clock::test()).unwrap();
        let mut apps = AppManager::new(Rc::new(Conf::new()));
        let plan = Plan::new(&Catalog::collect().unwrap(), ["herald"]).unwrap();
        let bus = apps.bus().clone();
        let session = SessionConfig { versions: vec![version], ..SessionConfig::default() };
        let config = ControllerConfig { session, ..ControllerConfig::default() };
        let (ours, switch) = pipe(1 << 20);
        let controller = hub.block_on(async {
            apps.start(&plan).unwrap();
            let controller = Controller::new(bus, config);
            controller.attach(Rc::new(ours));
            controller
        });
        let rig = Rig { hub, _apps: apps, _controller: controller, switch, version };
        rig.say(Xid(1), &Hello::new(&[version]).into());
        rig.serve();
        rig
    }

    fn say(&self, xid: Xid, message: &Message) {
        let mut bytes = BytesMut::new();
        message.encode(self.version, xid, &mut bytes).unwrap();
        assert_eq!(self.switch.try_write(&bytes).unwrap(), bytes.len());
    }

    /// Answers what the handshake asks, until nothing more is.
    fn serve(&self) {
        let mut input = BytesMut::new();
        loop {
            self.hub.run_until_idle();
            let mut chunk = [0; 4096];
            match self.switch.try_read(&mut chunk) {
                Ok(n) if n > 0 => input.extend_from_slice(&chunk[..n]),
                _ => return,
            }
            while let Framing::Message(len) = frame(&input) {
                let bytes = input.split_to(len).freeze();
                let (xid, message) = Message::decode(self.version, &bytes).unwrap();
                match message {
                    Message::FeaturesRequest(_) => {
                        self.say(
                            xid,
                            &SwitchFeatures { datapath_id: Dpid(1), ..Default::default() }.into(),
                        );
                    }
                    Message::MultipartRequest(request) => match request.body {
                        MultipartRequestBody::Desc => {
                            self.say(xid, &part(Part::Desc(Default::default())));
                        }
                        _ => self.say(xid, &part(Part::PortDesc(vec![]))),
                    },
                    _ => {}
                }
            }
        }
    }
}

#[test]
fn every_event_reaches_an_app_from_its_message() {
    for (event, version, message) in rows() {
        let rig = Rig::new(version);
        let Some(message) = message else {
            let told = TOLD.take();
            assert!(told.iter().any(|(name, _)| *name == event), "{event} is in {told:?}");
            continue;
        };
        TOLD.take();
        rig.say(Xid(7), &message);
        rig.hub.run_until_idle();
        let told = TOLD.take();
        let [(name, said)] = &told[..] else { panic!("{event} in {version}: {told:?}") };
        assert_eq!(*name, event, "{version}: {message}");
        // What it says is what was sent.
        assert!(format!("{message:?}").contains(said), "{said} of {message:?}");
    }
}

#[test]
fn the_table_has_every_event_of_a_message() {
    let source = include_str!("../src/app/ofp_event.rs");
    let block = source.split_once("\nmessages! {").unwrap().1.split_once("\n}\n").unwrap().0;
    let names = block.lines().filter_map(|line| line.trim().strip_suffix("\";"));
    let all: BTreeSet<_> = names.filter_map(|line| line.rsplit_once('"')).map(|n| n.1).collect();
    let tested: BTreeSet<_> = rows().into_iter().map(|(event, ..)| event).collect();
    assert_eq!(tested, all);
}

#[test]
fn a_message_that_nobody_has_an_event_for_tells_nobody() {
    // A request of a controller's, from a switch: the session refuses it.
    let rig = Rig::new(V1_4);
    TOLD.take();
    rig.say(Xid(7), &TableMod::default().into());
    rig.hub.run_until_idle();
    assert_eq!(TOLD.take(), []);
}
