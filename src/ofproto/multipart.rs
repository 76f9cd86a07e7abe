//! Multipart messages ("stats" in 1.0): requests and replies that may come in several parts.
//!
//! Spec: 1.0 section 5.3.5, 1.3 section 7.3.5. The replies are in
//! `multipart_reply.rs`, their items in the files of their nouns.

use std::fmt;

use bytes::Bytes;
use serde_json::{Map, Value};

use super::bundle::BundleFeaturesRequest;
use super::by_version::by_version;
use super::codec::{Noun, fields, noun};
use super::encode::{Body, EncodeError};
use super::experimenter::{NICIRA, ONF};
use super::extension::Given;
use super::flow_monitor::FlowMonitorRequest;
use super::flow_stats::FlowStatsRequest;
use super::ids::{GroupId, PortNo, is_v1_0};
use super::json::type_of;
use super::members::{Always, IfGiven};
use super::message_type::MessageType;
use super::nx_layout::Nxm;
use super::nx_match::COOKIE_NXM;
use super::nx_stats::NxFlowMonitorRequest;
use super::onf_flow_monitor::OnfFlowMonitorRequest;
use super::registered::Registered;
use super::registry::{self, Place};
use super::table::TableFeatures;
use super::version::{V1_0, V1_1, V1_2, V1_3, V1_5, Version};
use crate::wire::Reader;
use crate::wire_flags;

wire_flags! {
    /// Flags of a multipart request or reply; the same bit in both. 16 bits; requests in several
    /// parts came with 1.3, replies with 1.0, the other bits are reserved.
    ///
    /// Spec: 1.0 section 5.3.5, 1.3 section 7.3.5 (`ofp_multipart_request_flags` and
    /// `ofp_multipart_reply_flags`).
    ///
    /// See the example of [`MultipartReply`](super::MultipartReply).
    pub struct MultipartFlags(u16) {
        /// Another part follows.
        MORE = 1, "more";
    }
}

macro_rules! multipart_types {
    ( $( $(#[$doc:meta])* $row:ident $text:literal $stem:literal = $c0:tt $c1:tt $c2:tt $c3:tt $c4:tt $c5:tt; )* ) => {
        /// What a multipart message is about, whatever number its version gives it.
        ///
        /// The number is two bytes behind the header; `_` is none in this version.
        ///
        /// | meaning | 1.0 | 1.1 | 1.2 | 1.3 | 1.4 | 1.5 |
        /// |---|---|---|---|---|---|---|
        $(#[doc = concat!(
            "| `", stringify!($row), "` | ", stringify!($c0), " | ", stringify!($c1), " | ",
            stringify!($c2), " | ", stringify!($c3), " | ", stringify!($c4), " | ",
            stringify!($c5), " |"
        )])*
        ///
        /// Spec: 1.0 section 5.3.5 (`ofp_stats_types`), 1.3 section 7.3.5 (`ofp_multipart_type`).
        ///
        /// ```
        /// use ryu_sdn::ofproto::{MultipartType, V1_3, V1_5};
        ///
        /// assert_eq!(MultipartType::Flow.wire(V1_3), Some(1));
        /// assert_eq!(MultipartType::Flow.wire(V1_5), Some(17));
        /// assert_eq!(MultipartType::from_wire(V1_5, 1), Some(MultipartType::FlowDesc));
        /// assert_eq!(MultipartType::TableDesc.wire(V1_3), None);
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum MultipartType {
            $( $(#[$doc])* $row, )*
        }

        by_version! { pub MultipartType: u16; $( $row $text = $c0 $c1 $c2 $c3 $c4 $c5; )* }

        impl MultipartType {
            /// Ryu's classes of request and reply.
            const fn classes(self) -> (&'static str, &'static str) {
                match self {
                    $( MultipartType::$row => (concat!($stem, "Request"), concat!($stem, "Reply")), )*
                }
            }
        }
    };
}

multipart_types! {
    // meaning                                       1.0   1.1   1.2   1.3   1.4   1.5
    /// Who made the switch.
    Desc "desc" "OFPDescStats" =     0     0     0     0     0     0;
    /// Flow entries with their counters.
    Flow "flow" "OFPFlowStats" =     1     1     1     1     1    17;
    /// Flow entries without counters.
    FlowDesc "flow_desc" "OFPFlowDescStats" =     _     _     _     _     _     1;
    /// Sums over flow entries.
    Aggregate "aggregate" "OFPAggregateStats" =     2     2     2     2     2     2;
    /// Tables.
    Table "table" "OFPTableStats" =     3     3     3     3     3     3;
    /// Port counters.
    PortStats "port_stats" "OFPPortStats" =     4     4     4     4     4     4;
    /// Queue counters.
    Queue "queue" "OFPQueueStats" =     5     5     5     5     5     5;
    /// Group counters.
    Group "group" "OFPGroupStats" =     _     6     6     6     6     6;
    /// Groups.
    GroupDesc "group_desc" "OFPGroupDescStats" =     _     7     7     7     7     7;
    /// What groups can do.
    GroupFeatures "group_features" "OFPGroupFeaturesStats" =     _     _     8     8     8     8;
    /// Meter counters.
    Meter "meter" "OFPMeterStats" =     _     _     _     9     9     9;
    /// Meters.
    MeterConfig "meter_config" "OFPMeterConfigStats" =     _     _     _    10    10    10;
    /// What meters can do.
    MeterFeatures "meter_features" "OFPMeterFeaturesStats" =     _     _     _    11    11    11;
    /// What tables can do.
    TableFeatures "table_features" "OFPTableFeaturesStats" =     _     _     _    12    12    12;
    /// Ports.
    PortDesc "port_desc" "OFPPortDescStats" =     _     _     _    13    13    13;
    /// Tables, 1.4 and later.
    TableDesc "table_desc" "OFPTableDescStats" =     _     _     _     _    14    14;
    /// Queues, 1.4 and later.
    QueueDesc "queue_desc" "OFPQueueDescStats" =     _     _     _     _    15    15;
    /// Watches the flow tables.
    FlowMonitor "flow_monitor" "OFPFlowMonitor" =     _     _     _     _    16    16;
    /// State of the controllers' channels.
    ControllerStatus "controller_status" "OFPControllerStatusStats" =     _     _     _     _     _    18;
    /// What bundles can do.
    BundleFeatures "bundle_features" "OFPBundleFeaturesStats" =     _     _     _     _     _    19;
    /// Flow entries: Nicira's, for 1.0.
    NxFlow "nx_flow" "NXFlowStats" = _ _ _ _ _ _;
    /// Sums over flow entries: Nicira's, for 1.0.
    NxAggregate "nx_aggregate" "NXAggregateStats" = _ _ _ _ _ _;
    /// Watches the flow tables: Nicira's, up to 1.2.
    NxFlowMonitor "nx_flow_monitor" "NXFlowMonitorStats" = _ _ _ _ _ _;
    /// Watches the flow tables: the ONF's, for 1.3.
    OnfFlowMonitor "onf_flow_monitor" "ONFFlowMonitorStats" = _ _ _ _ _ _;
    /// A vendor's.
    Experimenter "experimenter" "OFPExperimenterStats" = 0xffff 0xffff 0xffff 0xffff 0xffff 0xffff;
}

impl MultipartType {
    /// The meaning of a number on the wire; `None` if `version` does not define it.
    pub fn from_wire(version: Version, number: u16) -> Option<MultipartType> {
        MultipartType::ALL.iter().copied().find(|t| t.wire(version) == Some(number))
    }

    /// The vendor's numbers of a row that is a vendor's, in the versions that have it.
    const fn extension(self) -> Option<(u32, u32, Version, Version)> {
        match self {
            MultipartType::NxFlow => Some((NICIRA, 0, V1_0, V1_0)),
            MultipartType::NxAggregate => Some((NICIRA, 1, V1_0, V1_0)),
            MultipartType::NxFlowMonitor => Some((NICIRA, 2, V1_0, V1_2)),
            MultipartType::OnfFlowMonitor => Some((ONF, 1870, V1_3, V1_3)),
            _ => None,
        }
    }

    /// The vendor's numbers of a row that is a vendor's: its id and its type.
    pub(super) fn vendor(self) -> Option<(u32, u32)> {
        self.extension().map(|(experimenter, exp_type, ..)| (experimenter, exp_type))
    }

    /// The type on the wire, which is a vendor's for rows that are; `None` if `version` has no
    /// such thing.
    pub(super) fn number(self, version: Version) -> Option<u16> {
        match self.extension() {
            None => self.wire(version),
            Some((.., since, until)) => {
                let has = since <= version && version <= until;
                MultipartType::Experimenter.wire(version).filter(|_| has)
            }
        }
    }

    /// What the multipart message is whose body `r` is about to read, its type included; `None` if
    /// `version` does not define it.
    #[inline]
    pub(super) fn peek(version: Version, r: &Reader<'_>) -> Option<MultipartType> {
        match MultipartType::from_wire(version, r.peek_u16()?)? {
            MultipartType::Experimenter => Some(MultipartType::peek_vendor(version, r)),
            known => Some(known),
        }
    }

    fn peek_vendor(version: Version, r: &Reader<'_>) -> MultipartType {
        let mut ahead = r.clone();
        let head = if is_v1_0(version) { 4 } else { 8 };
        let vendor =
            ahead.pad(head).ok().and_then(|()| Some((ahead.u32().ok()?, ahead.u32().ok()?)));
        let known = vendor.and_then(|_| {
            MultipartType::in_version(version)
                .find(|t| t.vendor().is_some() && t.vendor() == vendor)
        });
        known.unwrap_or(MultipartType::Experimenter)
    }

    /// What an encoder says that cannot send the request.
    const fn request(self) -> &'static str {
        match self {
            MultipartType::PortDesc => "port_desc request",
            _ => self.name(),
        }
    }

    /// Ryu's class of the request.
    pub(super) fn request_class(self, version: Version) -> &'static str {
        match self {
            MultipartType::Experimenter if version == V1_0 => "OFPVendorStatsRequest",
            MultipartType::MeterConfig if version >= V1_5 => "OFPMeterDescStatsRequest",
            _ => self.classes().0,
        }
    }

    /// Ryu's class of the reply; 1.1 and 1.2 have one for all.
    pub(super) fn reply_class(self, version: Version) -> &'static str {
        match self {
            _ if has_one_reply(version) => "OFPStatsReply",
            MultipartType::Experimenter if version == V1_0 => "OFPVendorStatsReply",
            MultipartType::MeterConfig if version >= V1_5 => "OFPMeterDescStatsReply",
            _ => self.classes().1,
        }
    }

    /// The rows that `version` has.
    pub(super) fn in_version(version: Version) -> impl Iterator<Item = MultipartType> {
        MultipartType::ALL.iter().copied().filter(move |t| t.number(version).is_some())
    }
}

/// Asks for statistics or descriptions.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | | type, 2 bytes: [`MultipartType`] | 1.0 |
/// | `flags` | 2 bytes; from 1.1 on 4 of padding behind | 1.0 |
/// | `body` | what is left | 1.0 |
///
/// Spec: 1.0 section 5.3.5, 1.3 section 7.3.5.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Encode, MultipartRequest, V1_0, V1_3, Xid};
///
/// let mut buf = BytesMut::new();
/// MultipartRequest::port_desc().encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(&buf[..], &[4, 18, 0, 16, 0, 0, 0, 1, 0, 13, 0, 0, 0, 0, 0, 0]);
/// let err = MultipartRequest::port_desc().encode(V1_0, Xid(1), &mut buf).unwrap_err();
/// assert_eq!(err.to_string(), "OpenFlow 1.0 has no port_desc request");
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MultipartRequest {
    /// Whether another part follows.
    pub flags: MultipartFlags,
    /// What is asked.
    pub body: MultipartRequestBody,
}

/// What a [`MultipartRequest`] asks. [`MultipartType`] has the numbers; requests without fields
/// have no body on the wire.
///
/// | request | fields | since |
/// |---|---|---|
/// | `Desc`, `Table` | | 1.0 |
/// | `Flow`, `Aggregate` | a [`FlowStatsRequest`] | 1.0 |
/// | `FlowDesc` | a [`FlowStatsRequest`] | 1.5 |
/// | `PortStats` | `port_no`, 2 bytes and 6 of padding in 1.0, 4 and 4 later | 1.0 |
/// | `Queue` | `port_no`, 2 bytes and 2 of padding in 1.0, 4 later; `queue_id`, 4 bytes | 1.0 |
/// | `Group` | `group_id`, 4 bytes and 4 of padding | 1.1 |
/// | `GroupDesc` | none; in 1.5 as `Group` | 1.1 |
/// | `GroupFeatures` | | 1.2 |
/// | `Meter`, `MeterConfig` | `meter_id`, 4 bytes and 4 of padding | 1.3 |
/// | `MeterFeatures` | | 1.3 |
/// | `TableFeatures` | tables, if they are to be changed | 1.3 |
/// | `PortDesc` | none; in 1.5 as `PortStats` | 1.3 |
/// | `TableDesc` | | 1.4 |
/// | `QueueDesc` | as `Queue` | 1.4 |
/// | `FlowMonitor` | a [`FlowMonitorRequest`] | 1.4 |
/// | `ControllerStatus` | | 1.5 |
/// | `BundleFeatures` | a [`BundleFeaturesRequest`] | 1.5 |
/// | `Experimenter` | an [`ExperimenterMultipart`] | 1.0 |
///
/// Spec: 1.0 section 5.3.5, 1.3 sections 7.3.5.1 to 7.3.5.15, 1.4 and 1.5 `ofp_multipart_type`.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Encode, MultipartFlags, MultipartRequest, MultipartRequestBody};
/// use ryu_sdn::ofproto::{PortNo, V1_0, V1_3, Xid};
/// use ryu_sdn::wire::hex;
///
/// let body = MultipartRequestBody::Queue { port_no: PortNo(2), queue_id: u32::MAX };
/// let request = MultipartRequest { flags: MultipartFlags::default(), body };
/// let mut buf = BytesMut::new();
/// request.encode(V1_0, Xid(1), &mut buf)?;
/// assert_eq!(hex::encode(&buf), "01100014000000010005000000020000ffffffff");
/// request.encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(hex::encode(&buf[20..]), "0412001800000001000500000000000000000002ffffffff");
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant)] // Lives for one send; a box would be an allocation.
pub enum MultipartRequestBody {
    /// Who made the switch.
    Desc,
    /// Flow entries.
    Flow(FlowStatsRequest),
    /// Flow entries without counters; 1.5.
    FlowDesc(FlowStatsRequest),
    /// Sums over flow entries.
    Aggregate(FlowStatsRequest),
    /// Tables.
    Table,
    /// Counters of one port, or of all: [`PortNo::ANY`].
    PortStats {
        /// The port.
        port_no: PortNo,
    },
    /// Counters of queues.
    Queue {
        /// The port, or [`PortNo::ANY`].
        port_no: PortNo,
        /// The queue, or all ones for all.
        queue_id: u32,
    },
    /// Counters of one group, or of all: [`GroupId::ALL`].
    Group {
        /// The group.
        group_id: GroupId,
    },
    /// Groups.
    GroupDesc {
        /// 1.5: the group, or [`GroupId::ALL`], which is all that older versions can ask.
        group_id: GroupId,
    },
    /// What groups can do.
    GroupFeatures,
    /// Counters of one meter, or of all: all ones.
    Meter {
        /// The meter, or all ones for all.
        meter_id: u32,
    },
    /// One meter, or all: all ones.
    MeterConfig {
        /// The meter, or all ones for all.
        meter_id: u32,
    },
    /// What meters can do.
    MeterFeatures,
    /// What tables can do; what they shall be able to do, if the list is not empty.
    TableFeatures(Vec<TableFeatures>),
    /// Ports; 1.3 and later.
    PortDesc,
    /// One port; 1.5.
    PortDescOf {
        /// The port.
        port_no: PortNo,
    },
    /// Tables; 1.4 and later.
    TableDesc,
    /// Queues; 1.4 and later.
    QueueDesc {
        /// The port, or [`PortNo::ANY`].
        port_no: PortNo,
        /// The queue, or all ones for all.
        queue_id: u32,
    },
    /// Watches the flow tables; 1.4 and later.
    FlowMonitor(FlowMonitorRequest),
    /// Controllers; 1.5.
    ControllerStatus,
    /// What bundles can do; 1.5.
    BundleFeatures(BundleFeaturesRequest),
    /// Flow entries: Nicira's, for 1.0. A cookie mask becomes a condition of the match.
    NxFlow(FlowStatsRequest),
    /// Sums over flow entries: Nicira's, for 1.0.
    NxAggregate(FlowStatsRequest),
    /// Watches the flow tables: Nicira's, up to 1.2.
    NxFlowMonitor(Vec<NxFlowMonitorRequest>),
    /// Watches the flow tables: the ONF's, for 1.3.
    OnfFlowMonitor(Vec<OnfFlowMonitorRequest>),
    /// A vendor's.
    Experimenter(ExperimenterMultipart),
    /// One that an app registered; see [`ExperimenterBody`](super::ExperimenterBody).
    Registered(Registered),
    /// Another request, as it came.
    Unknown {
        /// The type on the wire.
        multipart_type: u16,
        /// Everything behind the multipart header.
        body: Bytes,
    },
}

/// A vendor's request or reply.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `experimenter` | 4 bytes: an IEEE OUI, or a number that ONF gave | 1.0 |
/// | `exp_type` | 4 bytes, by their own count | 1.1 |
/// | `data` | what is left | 1.0 |
///
/// Spec: 1.0 section 5.3.5 (`OFPST_VENDOR`), 1.3 section 7.3.5.15.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Encode, ExperimenterMultipart, MultipartReply, MultipartReplyBody};
/// use ryu_sdn::ofproto::{V1_3, Xid};
/// use ryu_sdn::wire::hex;
///
/// let (experimenter, exp_type, data) = (0x00ac_3e01, Some(7), vec![1, 2].into());
/// let body = ExperimenterMultipart { experimenter, exp_type, data };
/// let mut buf = BytesMut::new();
/// MultipartReply::new(MultipartReplyBody::Experimenter(body)).encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(hex::encode(&buf), "0413001a00000001ffff00000000000000ac3e01000000070102");
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExperimenterMultipart {
    /// Who defined it.
    pub experimenter: u32,
    /// Which of theirs it is; 1.1 and later, in 1.0 it is in `data` if anywhere.
    pub exp_type: Option<u32>,
    /// The rest.
    pub data: Bytes,
}

fields!(ExperimenterMultipart, |this, v| {
    let ExperimenterMultipart { experimenter, exp_type, data } = this;
    if is_v1_0(v.version()) {
        v.field("vendor", experimenter)?;
        v.with::<IfGiven, _>("exp_type", exp_type)?;
        return v.field("specific_data", data);
    }
    v.field("experimenter", experimenter)?;
    v.with::<Always, _>("exp_type", exp_type)?;
    v.field("data", data)
});
noun!(ExperimenterMultipart, "experimenter multipart", |version| {
    if is_v1_0(version) { "OFPVendorStats" } else { "OFPExperimenterMultipart" }
});

impl fmt::Display for ExperimenterMultipart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "id={:#010x}", self.experimenter)?;
        if let Some(exp_type) = self.exp_type {
            write!(f, " type={exp_type}")?;
        }
        write!(f, " data={}B", self.data.len())
    }
}

impl MultipartRequest {
    fn of(body: MultipartRequestBody) -> MultipartRequest {
        MultipartRequest { flags: MultipartFlags(0), body }
    }

    /// Asks who made the switch.
    pub fn desc() -> MultipartRequest {
        MultipartRequest::of(MultipartRequestBody::Desc)
    }

    /// Asks for flow entries.
    pub fn flow(request: FlowStatsRequest) -> MultipartRequest {
        MultipartRequest::of(MultipartRequestBody::Flow(request))
    }

    /// Asks for sums over flow entries.
    pub fn aggregate(request: FlowStatsRequest) -> MultipartRequest {
        MultipartRequest::of(MultipartRequestBody::Aggregate(request))
    }

    /// Asks for the tables.
    pub fn table() -> MultipartRequest {
        MultipartRequest::of(MultipartRequestBody::Table)
    }

    /// Asks for the counters of one port, or of all with [`PortNo::ANY`].
    pub fn port_stats(port_no: PortNo) -> MultipartRequest {
        MultipartRequest::of(MultipartRequestBody::PortStats { port_no })
    }

    /// Asks for the ports; 1.3 and later (1.0 has them in the features reply).
    pub fn port_desc() -> MultipartRequest {
        MultipartRequest::of(MultipartRequestBody::PortDesc)
    }
}

impl MultipartRequestBody {
    /// What is asked; `None` for an unknown request.
    pub fn multipart_type(&self) -> Option<MultipartType> {
        use MultipartRequestBody as B;
        Some(match self {
            B::Desc => MultipartType::Desc,
            B::Flow(_) => MultipartType::Flow,
            B::FlowDesc(_) => MultipartType::FlowDesc,
            B::Aggregate(_) => MultipartType::Aggregate,
            B::Table => MultipartType::Table,
            B::PortStats { .. } => MultipartType::PortStats,
            B::Queue { .. } => MultipartType::Queue,
            B::Group { .. } => MultipartType::Group,
            B::GroupDesc { .. } => MultipartType::GroupDesc,
            B::GroupFeatures => MultipartType::GroupFeatures,
            B::Meter { .. } => MultipartType::Meter,
            B::MeterConfig { .. } => MultipartType::MeterConfig,
            B::MeterFeatures => MultipartType::MeterFeatures,
            B::TableFeatures(_) => MultipartType::TableFeatures,
            B::PortDesc | B::PortDescOf { .. } => MultipartType::PortDesc,
            B::TableDesc => MultipartType::TableDesc,
            B::QueueDesc { .. } => MultipartType::QueueDesc,
            B::FlowMonitor(_) => MultipartType::FlowMonitor,
            B::ControllerStatus => MultipartType::ControllerStatus,
            B::BundleFeatures(_) => MultipartType::BundleFeatures,
            B::NxFlow(_) => MultipartType::NxFlow,
            B::NxAggregate(_) => MultipartType::NxAggregate,
            B::NxFlowMonitor(_) => MultipartType::NxFlowMonitor,
            B::OnfFlowMonitor(_) => MultipartType::OnfFlowMonitor,
            B::Experimenter(_) | B::Registered(_) => MultipartType::Experimenter,
            B::Unknown { .. } => return None,
        })
    }

    /// What a request of this type is read into.
    fn blank(version: Version, kind: MultipartType) -> MultipartRequestBody {
        use MultipartRequestBody as B;
        match kind {
            MultipartType::PortDesc if version >= V1_5 => B::PortDescOf { port_no: PortNo::ANY },
            MultipartType::PortDesc => B::PortDesc,
            MultipartType::Desc => B::Desc,
            MultipartType::Flow => B::Flow(FlowStatsRequest::default()),
            MultipartType::FlowDesc => B::FlowDesc(FlowStatsRequest::default()),
            MultipartType::Aggregate => B::Aggregate(FlowStatsRequest::default()),
            MultipartType::Table => B::Table,
            MultipartType::PortStats => B::PortStats { port_no: PortNo::ANY },
            MultipartType::Queue => B::Queue { port_no: PortNo::ANY, queue_id: u32::MAX },
            MultipartType::Group => B::Group { group_id: GroupId::ALL },
            MultipartType::GroupDesc => B::GroupDesc { group_id: GroupId::ALL },
            MultipartType::GroupFeatures => B::GroupFeatures,
            MultipartType::Meter => B::Meter { meter_id: u32::MAX },
            MultipartType::MeterConfig => B::MeterConfig { meter_id: u32::MAX },
            MultipartType::MeterFeatures => B::MeterFeatures,
            MultipartType::TableFeatures => B::TableFeatures(Vec::new()),
            MultipartType::TableDesc => B::TableDesc,
            MultipartType::QueueDesc => B::QueueDesc { port_no: PortNo::ANY, queue_id: u32::MAX },
            MultipartType::FlowMonitor => B::FlowMonitor(FlowMonitorRequest::default()),
            MultipartType::ControllerStatus => B::ControllerStatus,
            MultipartType::BundleFeatures => B::BundleFeatures(BundleFeaturesRequest::default()),
            MultipartType::NxFlow => B::NxFlow(FlowStatsRequest::default()),
            MultipartType::NxAggregate => B::NxAggregate(FlowStatsRequest::default()),
            MultipartType::NxFlowMonitor => B::NxFlowMonitor(Vec::new()),
            MultipartType::OnfFlowMonitor => B::OnfFlowMonitor(Vec::new()),
            MultipartType::Experimenter => B::Experimenter(ExperimenterMultipart::default()),
        }
    }
}

/// The experimenter's body that comes next, behind the multipart header, if an app registered it.
#[cold]
pub(super) fn registered(place: Place, version: Version, r: &Reader<'_>) -> Option<Registered> {
    let mut body = r.clone();
    body.pad(if is_v1_0(version) { 4 } else { 8 }).ok()?;
    registry::next(place, version, &body).map(Registered::blank)
}

/// Name of the type of a request in JSON: 1.1 and 1.2 do without.
pub(super) fn type_name(version: Version) -> &'static str {
    if has_one_reply(version) { "" } else { "type" }
}

/// Whether one class in JSON stands for all replies; then it names the type.
pub(super) fn has_one_reply(version: Version) -> bool {
    (V1_1..V1_3).contains(&version)
}

fields!(MultipartRequest, |this, v| {
    let version = v.version();
    let MultipartRequest { flags, body } = this;
    let kind = body.multipart_type();
    let number = match &*body {
        MultipartRequestBody::Unknown { multipart_type, .. } => Some(*multipart_type),
        MultipartRequestBody::Registered(body)
            if body.registration().place != Place::MultipartRequest =>
        {
            None
        }
        _ => kind.and_then(|kind| kind.number(version)),
    };
    // Of a request that nobody knows, nothing else tells which it is.
    let type_name = if kind.is_some() { type_name(version) } else { "type" };
    v.number(type_name, number, kind.map_or("unknown request", MultipartType::request))?;
    v.field("flags", flags)?;
    v.pad(if is_v1_0(version) { 0 } else { 4 })?;
    if let Some((mut experimenter, mut exp_type)) = kind.and_then(MultipartType::vendor) {
        let nicira = experimenter == NICIRA;
        let (vendor, subtype) =
            if nicira { ("vendor", "subtype") } else { ("experimenter", "exp_type") };
        v.with::<Given, _>(vendor, &mut experimenter)?;
        v.with::<Given, _>(subtype, &mut exp_type)?;
        if nicira && is_v1_0(version) {
            v.pad(4)?;
            v.remark("specific_data", Value::Null)?;
        }
    }
    match body {
        MultipartRequestBody::NxFlow(request) | MultipartRequestBody::NxAggregate(request) => {
            v.laid_out::<Nxm, _>(request)
        }
        MultipartRequestBody::NxFlowMonitor(monitors) => v.field("body", monitors),
        MultipartRequestBody::OnfFlowMonitor(monitors) => v.field("body", monitors),
        MultipartRequestBody::Flow(request)
        | MultipartRequestBody::FlowDesc(request)
        | MultipartRequestBody::Aggregate(request) => v.inline(request),
        MultipartRequestBody::PortStats { port_no } => {
            v.field("port_no", port_no)?;
            v.pad(if is_v1_0(version) { 6 } else { 4 })
        }
        MultipartRequestBody::Queue { port_no, queue_id } => {
            v.field("port_no", port_no)?;
            v.pad(if is_v1_0(version) { 2 } else { 0 })?;
            v.field("queue_id", queue_id)
        }
        MultipartRequestBody::QueueDesc { port_no, queue_id } => {
            v.field("port_no", port_no)?;
            v.field("queue_id", queue_id)
        }
        MultipartRequestBody::Group { group_id } => {
            v.field("group_id", group_id)?;
            v.pad(4)
        }
        MultipartRequestBody::GroupDesc { group_id } if version >= V1_5 => {
            v.field("group_id", group_id)?;
            v.pad(4)
        }
        MultipartRequestBody::GroupDesc { group_id } => {
            v.require(*group_id == GroupId::ALL, "group_desc request of one group")
        }
        MultipartRequestBody::Meter { meter_id }
        | MultipartRequestBody::MeterConfig { meter_id } => {
            v.field("meter_id", meter_id)?;
            v.pad(4)
        }
        MultipartRequestBody::TableFeatures(tables) => v.field("body", tables),
        MultipartRequestBody::PortDescOf { port_no } if version >= V1_5 => {
            v.field("port_no", port_no)?;
            v.pad(4)
        }
        MultipartRequestBody::PortDescOf { .. } => {
            v.require(false, "port_desc request of one port")
        }
        MultipartRequestBody::FlowMonitor(request) => v.inline(request),
        MultipartRequestBody::BundleFeatures(request) => v.inline(request),
        MultipartRequestBody::Experimenter(request) => v.inline(request),
        MultipartRequestBody::Registered(request) => v.inline(request),
        MultipartRequestBody::Unknown { body, .. } => v.field("body", body),
        MultipartRequestBody::Desc
        | MultipartRequestBody::Table
        | MultipartRequestBody::GroupFeatures
        | MultipartRequestBody::MeterFeatures
        | MultipartRequestBody::PortDesc
        | MultipartRequestBody::TableDesc
        | MultipartRequestBody::ControllerStatus => Ok(()),
    }
});

impl Noun for MultipartRequest {
    const NAME: &'static str = "multipart_request";

    fn class(&self, version: Version) -> &'static str {
        if let MultipartRequestBody::Registered(body) = &self.body {
            return body.registration().class;
        }
        let kind = self.body.multipart_type();
        kind.map_or("OFPMultipartRequest", |kind| kind.request_class(version))
    }

    fn blank(version: Version, r: &Reader<'_>) -> MultipartRequest {
        MultipartRequest::of(match MultipartType::peek(version, r) {
            Some(MultipartType::Experimenter) => {
                let row = registered(Place::MultipartRequest, version, r);
                row.map_or_else(
                    || MultipartRequestBody::blank(version, MultipartType::Experimenter),
                    MultipartRequestBody::Registered,
                )
            }
            Some(kind) => MultipartRequestBody::blank(version, kind),
            None => {
                let multipart_type = r.peek_u16().unwrap_or_default();
                MultipartRequestBody::Unknown { multipart_type, body: Bytes::new() }
            }
        })
    }

    fn blank_named(
        version: Version,
        class: &str,
        members: &Map<String, Value>,
    ) -> Option<MultipartRequest> {
        let kind = MultipartType::in_version(version).find(|t| t.request_class(version) == class);
        let says = |names: [&str; 2], number: u32| {
            let mut given = names.iter().filter_map(|name| members.get(*name));
            given.all(|given| given.is_null() || given.as_u64() == Some(number.into()))
        };
        if let Some((vendor, subtype)) = kind.and_then(MultipartType::vendor)
            && !(says(["vendor", "experimenter"], vendor) && says(["subtype", "exp_type"], subtype))
        {
            return None;
        }
        let body = match kind {
            Some(kind) => MultipartRequestBody::blank(version, kind),
            None if class == "OFPMultipartRequest" => MultipartRequestBody::Unknown {
                multipart_type: type_of(members, "type")?,
                body: Bytes::new(),
            },
            None => {
                let row = registry::of_class(&[Place::MultipartRequest], version, class)?;
                MultipartRequestBody::Registered(Registered::blank(row))
            }
        };
        Some(MultipartRequest::of(body))
    }

    /// The port of 1.5's request is there to be left out.
    fn settle(&mut self, _: Version) {
        if self.body == (MultipartRequestBody::PortDescOf { port_no: PortNo::ANY }) {
            self.body = MultipartRequestBody::PortDesc;
        }
    }

    fn other_words(&self, version: Version) -> Result<Option<MultipartRequest>, EncodeError> {
        if let MultipartRequestBody::NxFlow(request) | MultipartRequestBody::NxAggregate(request) =
            &self.body
            && request.cookie_mask != 0
        {
            let match_ = request.match_.clone();
            let match_ = match_.with_masked(COOKIE_NXM, request.cookie, request.cookie_mask);
            let request = FlowStatsRequest { match_, cookie: 0, cookie_mask: 0, ..request.clone() };
            let body = match self.body {
                MultipartRequestBody::NxFlow(_) => MultipartRequestBody::NxFlow(request),
                _ => MultipartRequestBody::NxAggregate(request),
            };
            return Ok(Some(MultipartRequest { flags: self.flags, body }));
        }
        let plain = version >= V1_5 && self.body == MultipartRequestBody::PortDesc;
        let body = MultipartRequestBody::PortDescOf { port_no: PortNo::ANY };
        Ok(plain.then_some(MultipartRequest { flags: self.flags, body }))
    }
}

impl Body for MultipartRequest {
    const TYPE: MessageType = MessageType::MultipartRequest;
}

impl fmt::Display for MultipartRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("multipart_request")?;
        if !self.flags.is_empty() {
            write!(f, " flags={}", self.flags)?;
        }
        if let Some(kind) = self.body.multipart_type() {
            write!(f, " {}", kind.name())?;
        }
        match &self.body {
            MultipartRequestBody::Flow(request)
            | MultipartRequestBody::FlowDesc(request)
            | MultipartRequestBody::Aggregate(request) => write!(f, " {request}"),
            MultipartRequestBody::PortStats { port_no }
            | MultipartRequestBody::PortDescOf { port_no } => write!(f, " port={port_no}"),
            MultipartRequestBody::Queue { port_no, queue_id }
            | MultipartRequestBody::QueueDesc { port_no, queue_id } => {
                write!(f, " port={port_no} queue={queue_id}")
            }
            MultipartRequestBody::Group { group_id }
            | MultipartRequestBody::GroupDesc { group_id } => write!(f, " group={group_id}"),
            MultipartRequestBody::Meter { meter_id }
            | MultipartRequestBody::MeterConfig { meter_id } => write!(f, " meter={meter_id}"),
            MultipartRequestBody::TableFeatures(tables) => write_list(f, tables),
            MultipartRequestBody::FlowMonitor(request) => write!(f, " {request}"),
            MultipartRequestBody::NxFlow(request) | MultipartRequestBody::NxAggregate(request) => {
                write!(f, " {request}")
            }
            MultipartRequestBody::NxFlowMonitor(monitors) => write_list(f, monitors),
            MultipartRequestBody::OnfFlowMonitor(monitors) => write_list(f, monitors),
            MultipartRequestBody::BundleFeatures(request) => write!(f, " {request}"),
            MultipartRequestBody::Experimenter(request) => write!(f, " {request}"),
            MultipartRequestBody::Registered(request) => write!(f, " {request}"),
            MultipartRequestBody::Unknown { multipart_type, body } => {
                write!(f, " unknown type={multipart_type} body={}B", body.len())
            }
            MultipartRequestBody::Desc
            | MultipartRequestBody::Table
            | MultipartRequestBody::GroupFeatures
            | MultipartRequestBody::MeterFeatures
            | MultipartRequestBody::PortDesc
            | MultipartRequestBody::TableDesc
            | MultipartRequestBody::ControllerStatus => Ok(()),
        }
    }
}

/// Every item in brackets.
pub(super) fn write_list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, list: &[T]) -> fmt::Result {
    list.iter().try_for_each(|item| write!(f, " [{item}]"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_twice_in_a_column() {
        for version in Version::ALL {
            for &t in MultipartType::ALL {
                if let Some(number) = t.wire(version) {
                    assert_eq!(MultipartType::from_wire(version, number), Some(t), "{version}");
                }
            }
        }
    }
}
