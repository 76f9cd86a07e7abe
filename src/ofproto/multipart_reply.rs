//! The replies of multipart messages.
//!
//! Spec: 1.0 section 5.3.5, 1.3 section 7.3.5.

use std::fmt;

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::bundle::BundleFeatures;
use super::codec::{Codec, Member, Noun, Own, fields};
use super::desc_stats::DescStats;
use super::encode::{Body, EncodeError};
use super::extension::Given;
use super::flow_monitor::FlowUpdate;
use super::flow_stats::{AggregateStats, FlowDesc, FlowStats};
use super::group::{GroupDesc, GroupStats};
use super::group_features::GroupFeatures;
use super::ids::is_v1_0;
use super::json::{JsonError, type_of};
use super::message_type::MessageType;
use super::meter::{MeterConfig, MeterFeatures, MeterStats};
use super::multipart::{
    ExperimenterMultipart, MultipartFlags, MultipartType, has_one_reply, registered, write_list,
};
use super::nx_stats::{NxAggregateStats, NxFlowStats, NxFlowUpdate};
use super::onf_flow_monitor::OnfFlowUpdate;
use super::port::Port;
use super::port_stats::PortStats;
use super::queue::{QueueDesc, QueueStats};
use super::registered::Registered;
use super::registry::{self, Place};
use super::status::ControllerStatusStats;
use super::table::{TableDesc, TableFeatures};
use super::table_stats::TableStats;
use super::version::Version;
use crate::wire::{DecodeError, Reader, Writer, base64};

/// The answer to a [`MultipartRequest`](super::MultipartRequest), or a part of it.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | | type, 2 bytes: [`MultipartType`], as in the request | 1.0 |
/// | `flags` | 2 bytes; from 1.1 on 4 of padding behind | 1.0 |
/// | `body` | what is left | 1.0 |
///
/// Spec: 1.0 section 5.3.5, 1.3 section 7.3.5.
///
/// # Example: the first of several parts
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Encode, MultipartFlags, MultipartReply, MultipartReplyBody};
/// use ryu_sdn::ofproto::{TableStats, V1_3, Xid};
/// use ryu_sdn::wire::hex;
///
/// let body = MultipartReplyBody::Table(vec![TableStats::default()]);
/// let part = MultipartReply { flags: MultipartFlags::MORE, body };
/// let mut buf = BytesMut::new();
/// part.encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(hex::encode(&buf[..24]), "041300280000000100030001000000000000000000000000");
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MultipartReply {
    /// Whether another part follows, under the same xid.
    pub flags: MultipartFlags,
    /// The answer.
    pub body: MultipartReplyBody,
}

macro_rules! replies {
    ( $( $(#[$doc:meta])* $row:ident($body:ty $(as $form:ident)?) $name:literal $($list:ident)?; )* ) => {
        /// What a [`MultipartReply`] answers. [`MultipartType`] has the numbers; a list is its
        /// items, one behind the other.
        ///
        /// | answer | body |
        /// |---|---|
        $(#[doc = concat!("| `", stringify!($row), "` | `", stringify!($body), "` |")])*
        ///
        /// Spec: 1.0 section 5.3.5, 1.3 sections 7.3.5.1 to 7.3.5.15, 1.4 and 1.5
        /// `ofp_multipart_type`.
        ///
        /// See the example of [`MultipartReply`], and those of the items.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[allow(clippy::large_enum_variant)] // It is read once; a box would be an allocation.
        pub enum MultipartReplyBody {
            $( $(#[$doc])* $row($body), )*
            /// One that an app registered; see [`ExperimenterBody`](super::ExperimenterBody).
            Registered(Registered),
            /// Another answer, as it came.
            Unknown {
                /// The type on the wire.
                multipart_type: u16,
                /// Everything behind the multipart header.
                body: Bytes,
            },
        }

        impl MultipartReplyBody {
            /// What is answered; `None` for an unknown reply.
            pub fn multipart_type(&self) -> Option<MultipartType> {
                match self {
                    $( MultipartReplyBody::$row(_) => Some(MultipartType::$row), )*
                    MultipartReplyBody::Registered(_) => Some(MultipartType::Experimenter),
                    MultipartReplyBody::Unknown { .. } => None,
                }
            }

            /// What a reply of this type is read into.
            fn blank(kind: MultipartType) -> MultipartReplyBody {
                match kind {
                    $( MultipartType::$row => MultipartReplyBody::$row(<$body>::default()), )*
                }
            }

            /// Takes the items of a later part of the same answer. What cannot be joined (a single
            /// object, or another type) comes back.
            ///
            /// # Errors
            /// The part that does not belong here.
            #[allow(clippy::result_large_err)] // The part comes back whole: nothing is lost, nothing boxed.
            pub fn join(&mut self, part: MultipartReplyBody) -> Result<(), MultipartReplyBody> {
                match (self, part) {
                    $( $(
                        (MultipartReplyBody::$row(all), MultipartReplyBody::$row(more)) => {
                            all.$list(more);
                        }
                    )? )*
                    (_, part) => return Err(part),
                }
                Ok(())
            }
        }

        fields!(MultipartReply, |this, v| {
            let version = v.version();
            let MultipartReply { flags, body } = this;
            let (number, what) = match &*body {
                $( MultipartReplyBody::$row(_) => (MultipartType::$row.number(version), $name), )*
                MultipartReplyBody::Registered(body) => {
                    let row = body.registration();
                    let number = MultipartType::Experimenter.wire(version);
                    (number.filter(|_| row.place == Place::MultipartReply), row.class)
                }
                MultipartReplyBody::Unknown { multipart_type, .. } => {
                    (Some(*multipart_type), "unknown reply")
                }
            };
            v.number("type", number, what)?;
            v.field("flags", flags)?;
            v.pad(if is_v1_0(version) { 0 } else { 4 })?;
            if let Some((mut experimenter, mut exp_type)) =
                body.multipart_type().and_then(MultipartType::vendor)
            {
                v.with::<Given, _>("", &mut experimenter)?;
                v.with::<Given, _>("", &mut exp_type)?;
                v.pad(if is_v1_0(version) { 4 } else { 0 })?;
            }
            match body {
                $( MultipartReplyBody::$row(body) => {
                    v.with::<replies!(@form $($form)?), _>("body", body)
                } )*
                MultipartReplyBody::Registered(body) => v.inline(body),
                MultipartReplyBody::Unknown { body, .. } => v.field("body", body),
            }
        });
    };
    (@form) => { Own };
    (@form $form:ident) => { $form };
}

replies! {
    /// Who made the switch.
    Desc(DescStats) "desc reply";
    /// Flow entries.
    Flow(Vec<FlowStats>) "flow reply" extend;
    /// Flow entries without counters; 1.5.
    FlowDesc(Vec<FlowDesc>) "flow_desc reply" extend;
    /// Sums over flow entries.
    Aggregate(AggregateStats as OneListed) "aggregate reply";
    /// Tables.
    Table(Vec<TableStats>) "table reply" extend;
    /// Port counters.
    PortStats(Vec<PortStats>) "port_stats reply" extend;
    /// Queue counters.
    Queue(Vec<QueueStats>) "queue reply" extend;
    /// Group counters; 1.1 and later.
    Group(Vec<GroupStats>) "group reply" extend;
    /// Groups; 1.1 and later.
    GroupDesc(Vec<GroupDesc>) "group_desc reply" extend;
    /// What groups can do; 1.2 and later.
    GroupFeatures(GroupFeatures) "group_features reply";
    /// Meter counters; 1.3 and later.
    Meter(Vec<MeterStats>) "meter reply" extend;
    /// Meters; 1.3 and later.
    MeterConfig(Vec<MeterConfig>) "meter_config reply" extend;
    /// What meters can do; 1.3 and later.
    MeterFeatures(Vec<MeterFeatures>) "meter_features reply" extend;
    /// What tables can do; 1.3 and later.
    TableFeatures(Vec<TableFeatures>) "table_features reply" extend;
    /// Ports; 1.3 and later.
    PortDesc(Vec<Port>) "port_desc reply" extend;
    /// Tables; 1.4 and later.
    TableDesc(Vec<TableDesc>) "table_desc reply" extend;
    /// Queues; 1.4 and later.
    QueueDesc(Vec<QueueDesc>) "queue_desc reply" extend;
    /// Changes of the flow tables; 1.4 and later.
    FlowMonitor(Vec<FlowUpdate>) "flow_monitor reply" extend;
    /// Controllers; 1.5.
    ControllerStatus(Vec<ControllerStatusStats>) "controller_status reply" extend;
    /// What bundles can do; 1.5.
    BundleFeatures(BundleFeatures) "bundle_features reply";
    /// Flow entries: Nicira's, for 1.0.
    NxFlow(Vec<NxFlowStats>) "nx_flow reply" extend;
    /// Sums over flow entries: Nicira's, for 1.0. There is one item.
    NxAggregate(Vec<NxAggregateStats>) "nx_aggregate reply" extend;
    /// Changes of the flow tables: Nicira's, up to 1.2.
    NxFlowMonitor(Vec<NxFlowUpdate>) "nx_flow_monitor reply" extend;
    /// Changes of the flow tables: the ONF's, for 1.3.
    OnfFlowMonitor(Vec<OnfFlowUpdate>) "onf_flow_monitor reply" extend;
    /// A vendor's.
    Experimenter(ExperimenterMultipart as VendorBody) "experimenter reply";
}

/// In 1.0 Ryu has a list, of one.
enum OneListed {}

impl Codec<AggregateStats> for OneListed {
    fn decode(version: Version, r: &mut Reader<'_>) -> Result<AggregateStats, DecodeError> {
        AggregateStats::decode(version, r)
    }
    fn encode(v: &AggregateStats, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        v.encode(version, w)
    }
    fn to_json(
        v: &AggregateStats,
        version: Version,
        w: &mut Writer<'_>,
    ) -> Result<Value, EncodeError> {
        let one = v.to_json(version, w)?;
        Ok(if is_v1_0(version) { vec![one].into() } else { one })
    }
    fn from_json(version: Version, value: &Value) -> Result<AggregateStats, JsonError> {
        match value.as_array().map(Vec::as_slice) {
            Some([one]) => AggregateStats::from_json(version, one),
            _ => AggregateStats::from_json(version, value),
        }
    }
    fn show(v: &AggregateStats, out: &mut String) -> bool {
        v.show(out)
    }
}

/// In 1.0 Ryu has the vendor's number and what follows as one.
enum VendorBody {}

impl Codec<ExperimenterMultipart> for VendorBody {
    fn decode(version: Version, r: &mut Reader<'_>) -> Result<ExperimenterMultipart, DecodeError> {
        ExperimenterMultipart::decode(version, r)
    }
    fn encode(
        v: &ExperimenterMultipart,
        version: Version,
        w: &mut Writer<'_>,
    ) -> Result<(), EncodeError> {
        v.encode(version, w)
    }
    fn to_json(
        v: &ExperimenterMultipart,
        version: Version,
        w: &mut Writer<'_>,
    ) -> Result<Value, EncodeError> {
        if !is_v1_0(version) {
            return v.to_json(version, w);
        }
        v.encode(version, w)?;
        let mut all = v.experimenter.to_be_bytes().to_vec();
        all.extend(v.exp_type.into_iter().flat_map(u32::to_be_bytes));
        all.extend_from_slice(&v.data);
        Ok(json!({ "OFPVendorStats": { "specific_data": base64::encode(&all) } }))
    }
    fn from_json(version: Version, value: &Value) -> Result<ExperimenterMultipart, JsonError> {
        let body = ExperimenterMultipart::from_json(version, value)?;
        if !is_v1_0(version) || value["OFPVendorStats"].get("vendor").is_some() {
            return Ok(body);
        }
        let Some(vendor) = body.data.first_chunk() else {
            return Err(JsonError::expected("a vendor's number", value));
        };
        let experimenter = u32::from_be_bytes(*vendor);
        Ok(ExperimenterMultipart { experimenter, data: body.data.slice(4..), ..body })
    }
    fn show(v: &ExperimenterMultipart, out: &mut String) -> bool {
        v.show(out)
    }
}

impl MultipartReply {
    /// A whole answer in one part.
    pub fn new(body: MultipartReplyBody) -> MultipartReply {
        MultipartReply { flags: MultipartFlags(0), body }
    }

    /// Whether another part follows.
    pub fn has_more(&self) -> bool {
        self.flags.contains(MultipartFlags::MORE)
    }
}

impl Noun for MultipartReply {
    const NAME: &'static str = "multipart_reply";

    fn class(&self, version: Version) -> &'static str {
        if let MultipartReplyBody::Registered(body) = &self.body {
            return body.registration().class;
        }
        let kind = self.body.multipart_type();
        kind.map_or("OFPMultipartReply", |kind| kind.reply_class(version))
    }

    #[inline]
    fn blank(version: Version, r: &Reader<'_>) -> MultipartReply {
        MultipartReply::new(match MultipartType::peek(version, r) {
            Some(MultipartType::Experimenter) => {
                let row = registered(Place::MultipartReply, version, r);
                row.map_or_else(
                    || MultipartReplyBody::blank(MultipartType::Experimenter),
                    MultipartReplyBody::Registered,
                )
            }
            Some(kind) => MultipartReplyBody::blank(kind),
            None => {
                let multipart_type = r.peek_u16().unwrap_or_default();
                MultipartReplyBody::Unknown { multipart_type, body: Bytes::new() }
            }
        })
    }

    fn blank_named(
        version: Version,
        class: &str,
        members: &Map<String, Value>,
    ) -> Option<MultipartReply> {
        // Where one class stands for all, the type decides.
        let given = type_of(members, "type");
        let kind = MultipartType::in_version(version).find(|t| {
            t.reply_class(version) == class
                && (!has_one_reply(version) || given.is_some() && t.wire(version) == given)
        });
        let body = match kind {
            Some(kind) => MultipartReplyBody::blank(kind),
            None if class == "OFPMultipartReply" => {
                MultipartReplyBody::Unknown { multipart_type: given?, body: Bytes::new() }
            }
            None => {
                let row = registry::of_class(&[Place::MultipartReply], version, class)?;
                MultipartReplyBody::Registered(Registered::blank(row))
            }
        };
        Some(MultipartReply::new(body))
    }
}

impl Body for MultipartReply {
    const TYPE: MessageType = MessageType::MultipartReply;
}

impl fmt::Display for MultipartReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("multipart_reply")?;
        if !self.flags.is_empty() {
            write!(f, " flags={}", self.flags)?;
        }
        if let Some(kind) = self.body.multipart_type() {
            write!(f, " {}", kind.name())?;
        }
        match &self.body {
            MultipartReplyBody::Desc(one) => write!(f, " {one}"),
            MultipartReplyBody::Flow(list) => write_list(f, list),
            MultipartReplyBody::FlowDesc(list) => write_list(f, list),
            MultipartReplyBody::Aggregate(one) => write!(f, " {one}"),
            MultipartReplyBody::Table(list) => write_list(f, list),
            MultipartReplyBody::PortStats(list) => write_list(f, list),
            MultipartReplyBody::Queue(list) => write_list(f, list),
            MultipartReplyBody::Group(list) => write_list(f, list),
            MultipartReplyBody::GroupDesc(list) => write_list(f, list),
            MultipartReplyBody::GroupFeatures(one) => write!(f, " {one}"),
            MultipartReplyBody::Meter(list) => write_list(f, list),
            MultipartReplyBody::MeterConfig(list) => write_list(f, list),
            MultipartReplyBody::MeterFeatures(list) => write_list(f, list),
            MultipartReplyBody::TableFeatures(list) => write_list(f, list),
            MultipartReplyBody::PortDesc(list) => write_list(f, list),
            MultipartReplyBody::TableDesc(list) => write_list(f, list),
            MultipartReplyBody::QueueDesc(list) => write_list(f, list),
            MultipartReplyBody::FlowMonitor(list) => write_list(f, list),
            MultipartReplyBody::ControllerStatus(list) => write_list(f, list),
            MultipartReplyBody::NxFlow(list) => write_list(f, list),
            MultipartReplyBody::NxAggregate(list) => write_list(f, list),
            MultipartReplyBody::NxFlowMonitor(list) => write_list(f, list),
            MultipartReplyBody::OnfFlowMonitor(list) => write_list(f, list),
            MultipartReplyBody::BundleFeatures(one) => write!(f, " {one}"),
            MultipartReplyBody::Experimenter(one) => write!(f, " {one}"),
            MultipartReplyBody::Registered(one) => write!(f, " {one}"),
            MultipartReplyBody::Unknown { multipart_type, body } => {
                write!(f, " unknown type={multipart_type} body={}B", body.len())
            }
        }
    }
}
