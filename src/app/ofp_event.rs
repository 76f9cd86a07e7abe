//! The events of the OpenFlow side, by Ryu's names without their `EventOFP`.
//!
//! Each is an [`OfpEvent`]: the message with its datapath. Handling any of them loads
//! `ofp_handler`, and with it the listening sockets.

use std::fmt;

use crate::ofproto::{self, Message, MultipartReply, MultipartReplyBody, PortNo, PortReason, Xid};
use crate::session::{Datapath, Phase};

use super::burst::BURST;
use super::bus::{Bus, Held};
use super::event::Event;

/// The app that provides the events.
const PROVIDER: &str = "ofp_handler";

/// A message from a switch.
pub struct OfpEvent<M> {
    /// The switch.
    pub datapath: Datapath,
    /// The transaction id of the message.
    pub xid: Xid,
    /// The message; of a multipart reply, the body of this part.
    pub msg: M,
    /// Whether further parts of a multipart reply follow. Every part is an event of its own.
    pub more: bool,
}

impl<M: fmt::Debug> fmt::Debug for OfpEvent<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {:?}", self.datapath, self.xid, self.msg)
    }
}

macro_rules! messages {
    ($($(#[$doc:meta])* $event:ident($body:ty) = $name:literal;)*) => {$(
        $(#[$doc])*
        pub type $event = OfpEvent<$body>;

        #[diagnostic::do_not_recommend]
        impl Event for OfpEvent<$body> {
            const NAME: &'static str = $name;
            const PROVIDER: &'static str = PROVIDER;
        }
    )*};
}

messages! {
    /// A hello, in the handshake phase.
    Hello(ofproto::Hello) = "EventOFPHello";
    /// An error, in any phase.
    ErrorMsg(ofproto::ErrorMsg) = "EventOFPErrorMsg";
    /// An echo request; the session has answered it.
    EchoRequest(ofproto::EchoRequest) = "EventOFPEchoRequest";
    /// An echo reply.
    EchoReply(ofproto::EchoReply) = "EventOFPEchoReply";
    /// An experimenter message (1.0: vendor).
    Experimenter(ofproto::Experimenter) = "EventOFPExperimenter";
    /// A message of Nicira's, whatever the version.
    Nicira(ofproto::NxMessage) = "EventNicira";
    /// An experimenter message, or a part of an experimenter's answer, whose type an app registered:
    /// [`msg.get::<T>()`](ofproto::Registered::get).
    Registered(ofproto::Registered) = "EventOFPRegistered";
    /// The features reply, in the config phase: the moment to install first flow entries.
    SwitchFeatures(ofproto::SwitchFeatures) = "EventOFPSwitchFeatures";
    /// The answer to a get-config request.
    GetConfigReply(ofproto::GetConfigReply) = "EventOFPGetConfigReply";
    /// A frame that a switch sends to the controller.
    PacketIn(ofproto::PacketIn) = "EventOFPPacketIn";
    /// A flow entry has gone.
    FlowRemoved(ofproto::FlowRemoved) = "EventOFPFlowRemoved";
    /// A port was added, removed or changed.
    PortStatus(ofproto::PortStatus) = "EventOFPPortStatus";
    /// The answer to a barrier request.
    BarrierReply(ofproto::BarrierReply) = "EventOFPBarrierReply";
    /// The answer to a role request.
    RoleReply(ofproto::RoleReply) = "EventOFPRoleReply";
    /// The answer to a request for the queues of a port (until 1.3).
    QueueGetConfigReply(ofproto::QueueGetConfigReply) = "EventOFPQueueGetConfigReply";
    /// The answer to a get-async request (1.3 and later).
    GetAsyncReply(ofproto::GetAsyncReply) = "EventOFPGetAsyncReply";
    /// The controller's role was changed by another controller (1.4 and later).
    RoleStatus(ofproto::RoleStatus) = "EventOFPRoleStatus";
    /// A table changed (1.4 and later).
    TableStatus(ofproto::TableStatus) = "EventOFPTableStatus";
    /// A request of another controller (1.4 and later).
    RequestForward(ofproto::RequestForward) = "EventOFPRequestForward";
    /// The answer to a bundle control message (1.4 and later; 1.3 with ONF's extension).
    BundleCtrlMsg(ofproto::BundleCtrlMsg) = "EventOFPBundleCtrlMsg";
    /// The state of a controller's channel (1.5).
    ControllerStatus(ofproto::ControllerStatus) = "EventOFPControllerStatus";
    /// A part of the flow entries, in Nicira's form (1.0).
    NxFlowStatsReply(Vec<ofproto::NxFlowStats>) = "EventNXFlowStatsReply";
    /// The sums over flow entries, in Nicira's form (1.0).
    NxAggregateStatsReply(Vec<ofproto::NxAggregateStats>) = "EventNXAggregateStatsReply";
    /// Changes of flow entries that a monitor of Nicira's tells (1.0 to 1.2).
    NxFlowMonitorReply(Vec<ofproto::NxFlowUpdate>) = "EventNXFlowMonitorStatsReply";
    /// Changes of flow entries that a monitor of the ONF's tells (1.3).
    OnfFlowMonitorReply(Vec<ofproto::OnfFlowUpdate>) = "EventONFFlowMonitorStatsReply";
    /// A part of the description of the switch.
    DescStatsReply(ofproto::DescStats) = "EventOFPDescStatsReply";
    /// A part of the flow entries.
    FlowStatsReply(Vec<ofproto::FlowStats>) = "EventOFPFlowStatsReply";
    /// The sums over flow entries.
    AggregateStatsReply(ofproto::AggregateStats) = "EventOFPAggregateStatsReply";
    /// A part of the table counters.
    TableStatsReply(Vec<ofproto::TableStats>) = "EventOFPTableStatsReply";
    /// A part of the port counters.
    PortStatsReply(Vec<ofproto::PortStats>) = "EventOFPPortStatsReply";
    /// A part of the port descriptions (1.3 and later).
    PortDescStatsReply(Vec<ofproto::Port>) = "EventOFPPortDescStatsReply";
    /// A part of the queue counters.
    QueueStatsReply(Vec<ofproto::QueueStats>) = "EventOFPQueueStatsReply";
    /// A part of the group counters (1.1 and later).
    GroupStatsReply(Vec<ofproto::GroupStats>) = "EventOFPGroupStatsReply";
    /// A part of the groups (1.1 and later).
    GroupDescStatsReply(Vec<ofproto::GroupDesc>) = "EventOFPGroupDescStatsReply";
    /// What groups can do (1.2 and later).
    GroupFeaturesStatsReply(ofproto::GroupFeatures) = "EventOFPGroupFeaturesStatsReply";
    /// A part of the meter counters (1.3 and later).
    MeterStatsReply(Vec<ofproto::MeterStats>) = "EventOFPMeterStatsReply";
    /// A part of the meters (1.3 and later); Ryu calls it `EventOFPMeterDescStatsReply` in 1.5.
    MeterConfigStatsReply(Vec<ofproto::MeterConfig>) = "EventOFPMeterConfigStatsReply";
    /// What meters can do (1.3 and later).
    MeterFeaturesStatsReply(Vec<ofproto::MeterFeatures>) = "EventOFPMeterFeaturesStatsReply";
    /// A part of what tables can do (1.3 and later).
    TableFeaturesStatsReply(Vec<ofproto::TableFeatures>) = "EventOFPTableFeaturesStatsReply";
    /// A part of the tables (1.4 and later).
    TableDescStatsReply(Vec<ofproto::TableDesc>) = "EventOFPTableDescStatsReply";
    /// A part of the queues (1.4 and later).
    QueueDescStatsReply(Vec<ofproto::QueueDesc>) = "EventOFPQueueDescStatsReply";
    /// A part of what a flow monitor saw (1.4 and later).
    FlowMonitorReply(Vec<ofproto::FlowUpdate>) = "EventOFPFlowMonitorReply";
    /// A part of the flow entries without counters (1.5).
    FlowDescStatsReply(Vec<ofproto::FlowDesc>) = "EventOFPFlowDescStatsReply";
    /// A part of the states of controllers' channels (1.5).
    ControllerStatusStatsReply(Vec<ofproto::ControllerStatusStats>) = "EventOFPControllerStatusStatsReply";
    /// What bundles can do (1.5).
    BundleFeaturesStatsReply(ofproto::BundleFeatures) = "EventOFPBundleFeaturesStatsReply";
    /// A part of an experimenter's answer.
    ExperimenterStatsReply(ofproto::ExperimenterMultipart) = "EventOFPExperimenterStatsReply";
    /// A multipart reply of a type that nobody knows, as it came.
    StatsReply(ofproto::MultipartReply) = "EventOFPStatsReply";
}

/// The phase of a datapath has changed: Ryu's `EventOFPStateChange`. A handler's dispatchers are
/// compared with the new phase.
#[derive(Debug)]
pub struct StateChange {
    /// The switch.
    pub datapath: Datapath,
    /// Its new phase.
    pub phase: Phase,
}

#[diagnostic::do_not_recommend]
impl Event for StateChange {
    const NAME: &'static str = "EventOFPStateChange";
    const PROVIDER: &'static str = PROVIDER;
}

/// The port table of a datapath has changed: Ryu's `EventOFPPortStateChange`.
#[derive(Debug)]
pub struct PortStateChange {
    /// The switch.
    pub datapath: Datapath,
    /// Why.
    pub reason: PortReason,
    /// Which port.
    pub port_no: PortNo,
}

#[diagnostic::do_not_recommend]
impl Event for PortStateChange {
    const NAME: &'static str = "EventOFPPortStateChange";
    const PROVIDER: &'static str = PROVIDER;
}

/// The packet-ins of one session on their way to the bus: those that follow each other travel
/// together, as one item of an inbox.
#[derive(Debug)]
pub struct PacketIns {
    bus: Bus,
    kept: Vec<PacketIn>,
    /// The phase that those kept came in.
    phase: Phase,
}

impl PacketIns {
    /// A way to the apps on `bus`.
    pub fn new(bus: Bus) -> PacketIns {
        PacketIns { bus, kept: Vec::new(), phase: Phase::Main }
    }

    /// Takes the one that `make` makes. It is kept back until there are enough of them, or
    /// [`end`](PacketIns::end) is called: before anything else of this session is offered, and before
    /// anybody waits.
    ///
    /// # Errors
    /// [`Held`]: those that were kept back found an inbox full; the driver waits with
    /// [`Held::deliver`] before it reads on.
    ///
    /// # Panics
    /// Never: room is made before.
    #[inline]
    pub fn offer(
        &mut self,
        datapath: &Datapath,
        xid: Xid,
        phase: Phase,
        make: impl FnOnce() -> ofproto::PacketIn,
    ) -> Result<(), Held> {
        let before = match phase == self.phase && self.kept.len() < self.kept.capacity() {
            true => Ok(()),
            false => self.make_room(phase),
        };
        // Asked again, so that nothing stands between the making of it and the place where it stays.
        assert!(self.kept.len() < self.kept.capacity(), "room was made");
        self.kept.push(OfpEvent { datapath: datapath.clone(), xid, msg: make(), more: false });
        match before {
            Ok(()) if self.kept.len() >= BURST => self.end(),
            before => before,
        }
    }

    /// Makes room for one more of this phase; gives away those of another.
    #[cold]
    fn make_room(&mut self, phase: Phase) -> Result<(), Held> {
        let before = match phase == self.phase {
            true => Ok(()),
            false => self.end(),
        };
        self.phase = phase;
        // Two of them are the beginning of many.
        self.kept.reserve_exact(if self.kept.is_empty() { 1 } else { BURST - self.kept.len() });
        before
    }

    /// Gives away what was kept back.
    ///
    /// # Errors
    /// [`Held`]: an inbox is full.
    #[inline]
    pub fn end(&mut self) -> Result<(), Held> {
        match self.kept.is_empty() {
            true => Ok(()),
            false => self.bus.offer_all(Some(self.phase), &mut self.kept),
        }
    }
}

/// Gives a message to the apps that observe its event in `phase`, as far as their inboxes have
/// room.
///
/// Messages that only a controller sends have no event; the session lets none of them through.
///
/// # Errors
/// [`Held`]: an inbox is full; the driver waits with [`Held::deliver`] before it reads on.
pub fn offer(
    bus: &Bus,
    datapath: &Datapath,
    xid: Xid,
    phase: Phase,
    message: Message,
) -> Result<(), Held> {
    let to = To { bus, datapath, xid, phase };
    match message {
        Message::PacketIn(msg) => to.offer(msg, false),
        Message::Hello(msg) => to.offer(msg, false),
        Message::Error(msg) => to.offer(msg, false),
        Message::EchoRequest(msg) => to.offer(msg, false),
        Message::EchoReply(msg) => to.offer(msg, false),
        Message::Experimenter(msg) => to.offer(msg, false),
        Message::Nicira(msg) => to.offer(msg, false),
        Message::Registered(msg) => to.offer(msg, false),
        Message::SwitchFeatures(msg) => to.offer(msg, false),
        Message::GetConfigReply(msg) => to.offer(msg, false),
        Message::FlowRemoved(msg) => to.offer(msg, false),
        Message::PortStatus(msg) => to.offer(msg, false),
        Message::BarrierReply(msg) => to.offer(msg, false),
        Message::RoleReply(msg) => to.offer(msg, false),
        Message::MultipartReply(msg) => to.offer_part(msg),
        Message::QueueGetConfigReply(msg) => to.offer(msg, false),
        Message::GetAsyncReply(msg) => to.offer(msg, false),
        Message::RoleStatus(msg) => to.offer(msg, false),
        Message::TableStatus(msg) => to.offer(msg, false),
        Message::RequestForward(msg) => to.offer(msg, false),
        Message::BundleCtrlMsg(msg) => to.offer(msg, false),
        Message::ControllerStatus(msg) => to.offer(msg, false),
        Message::FeaturesRequest(_)
        | Message::GetConfigRequest(_)
        | Message::SetConfig(_)
        | Message::PacketOut(_)
        | Message::FlowMod(_)
        | Message::PortMod(_)
        | Message::MultipartRequest(_)
        | Message::BarrierRequest(_)
        | Message::RoleRequest(_)
        | Message::GroupMod(_)
        | Message::TableMod(_)
        | Message::MeterMod(_)
        | Message::QueueGetConfigRequest(_)
        | Message::GetAsyncRequest(_)
        | Message::SetAsync(_)
        | Message::BundleAddMsg(_)
        | Message::Unknown(_) => Ok(()),
    }
}

/// Where a message goes.
struct To<'a> {
    bus: &'a Bus,
    datapath: &'a Datapath,
    xid: Xid,
    phase: Phase,
}

impl To<'_> {
    #[inline]
    fn offer<M>(&self, msg: M, more: bool) -> Result<(), Held>
    where
        OfpEvent<M>: Event,
    {
        let To { datapath, xid, .. } = *self;
        let event = || OfpEvent { datapath: datapath.clone(), xid, msg, more };
        self.bus.offer(Some(self.phase), event)
    }

    fn offer_part(&self, reply: MultipartReply) -> Result<(), Held> {
        let more = reply.has_more();
        let flags = reply.flags;
        match reply.body {
            MultipartReplyBody::Desc(body) => self.offer(body, more),
            MultipartReplyBody::Flow(body) => self.offer(body, more),
            MultipartReplyBody::FlowDesc(body) => self.offer(body, more),
            MultipartReplyBody::Aggregate(body) => self.offer(body, more),
            MultipartReplyBody::Table(body) => self.offer(body, more),
            MultipartReplyBody::PortStats(body) => self.offer(body, more),
            MultipartReplyBody::Queue(body) => self.offer(body, more),
            MultipartReplyBody::Group(body) => self.offer(body, more),
            MultipartReplyBody::GroupDesc(body) => self.offer(body, more),
            MultipartReplyBody::GroupFeatures(body) => self.offer(body, more),
            MultipartReplyBody::Meter(body) => self.offer(body, more),
            MultipartReplyBody::MeterConfig(body) => self.offer(body, more),
            MultipartReplyBody::MeterFeatures(body) => self.offer(body, more),
            MultipartReplyBody::TableFeatures(body) => self.offer(body, more),
            MultipartReplyBody::PortDesc(body) => self.offer(body, more),
            MultipartReplyBody::TableDesc(body) => self.offer(body, more),
            MultipartReplyBody::QueueDesc(body) => self.offer(body, more),
            MultipartReplyBody::FlowMonitor(body) => self.offer(body, more),
            MultipartReplyBody::ControllerStatus(body) => self.offer(body, more),
            MultipartReplyBody::BundleFeatures(body) => self.offer(body, more),
            MultipartReplyBody::Experimenter(body) => self.offer(body, more),
            MultipartReplyBody::Registered(body) => self.offer(body, more),
            MultipartReplyBody::NxFlow(body) => self.offer(body, more),
            MultipartReplyBody::NxAggregate(body) => self.offer(body, more),
            MultipartReplyBody::NxFlowMonitor(body) => self.offer(body, more),
            MultipartReplyBody::OnfFlowMonitor(body) => self.offer(body, more),
            body @ MultipartReplyBody::Unknown { .. } => {
                self.offer(MultipartReply { flags, body }, more)
            }
        }
    }
}
