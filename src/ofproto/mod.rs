//! Room `ofproto`: OpenFlow messages, one file per noun, the version as an argument.
//!
//! A noun (a flow-mod, a port, a match) is one type for all versions; which versions have it and
//! under which number is a row in a table: [`MessageType`] for messages, [`MultipartType`],
//! [`oxm`] for match fields, others in the files of actions and errors. OpenFlow 1.0 to 1.5 are
//! whole. What is not known survives as it came
//! ([`Message::Unknown`], [`Action::Unknown`], raw OXM fields, unknown properties).
//!
//! Apps add messages, actions, instructions and fields of their own: see [`ExperimenterBody`] and
//! [`register!`](register).
//!
//! # What a version cannot say
//!
//! A member that a version does not have is left out as long as it is as it is by default. One that
//! was set to something else is refused: encoding, and Ryu's JSON, then fail with
//! [`EncodeError::NotInVersion`], which names it (`"flow_mod importance"`), and nothing is sent.
//! There are no hints: who asks for something gets it, or hears that it cannot be had. What a
//! version says in other words is put into these: an action of 1.0 as the set-field of 1.3, the
//! weight of a bucket as the property of 1.5.
//!
//! Names are refused, numbers travel. A command, flag or reason that has a name here, and not yet
//! in that version, is refused; a number without any goes out as it is, for the switch to judge.
//!
//! It touches `wire` only: no I/O, no clock, no apps.
//!
//! # Example: from bytes to an answer
//!
//! ```
//! use bytes::{Bytes, BytesMut};
//! use ryu_sdn::ofproto::{Encode, Framing, Message, V1_3, frame};
//!
//! let received = Bytes::from_static(&[4, 2, 0, 8, 0, 0, 0, 1, 4, 2]);
//! let Framing::Message(len) = frame(&received) else { panic!() };
//! let (xid, msg) = Message::decode(V1_3, &received.slice(..len))?;
//! let mut out = BytesMut::new();
//! if let Message::EchoRequest(echo) = msg {
//!     echo.reply().encode(V1_3, xid, &mut out)?;
//! }
//! assert_eq!(&out[..], &[4, 3, 0, 8, 0, 0, 0, 1]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How to add a message
//!
//! A noun is described once, in `codec.rs`'s terms, and has five forms by that: bytes in, bytes
//! out, Ryu's JSON out and in, text. Say a version 1.6 had a "port-blink" message, number 36, with a
//! port, a duration from 1.6 on and properties behind:
//!
//! 1. A row in `message_type.rs` with the number of each version, `_` where there is none.
//! 2. A file `port_blink.rs`:
//!
//! ```text
//! /// Makes the light of a port blink.
//! #[derive(Clone, Debug, Default, PartialEq, Eq)]
//! pub struct PortBlink {
//!     /// The port.
//!     pub port_no: PortNo,
//!     /// Milliseconds.
//!     pub duration: u32,
//!     /// Properties.
//!     pub properties: Vec<BlinkProp>,
//! }
//!
//! fields!(PortBlink, |this, v| {               // each field once, in the order of the wire
//!     let PortBlink { port_no, duration, properties } = this;
//!     v.field("port_no", port_no)?;            // "name in Ryu's JSON", empty for none
//!     if v.version() >= V1_6 {                 // layouts by version are plain conditions
//!         v.field("duration", duration)?;
//!     } else {
//!         v.without(duration, "port_blink duration")?;   // if it is set: NotInVersion
//!         v.pad(4)?;
//!     }
//!     v.field("properties", properties)
//! });
//! noun!(PortBlink, "port_blink", "OFPPortBlink");     // name in errors, Ryu's class
//! display!(PortBlink, "port_blink");                  // or a `Display` of your own
//!
//! impl Body for PortBlink {
//!     const TYPE: MessageType = MessageType::PortBlink;
//! }
//!
//! wire_union! {                                // TLVs: variant, structure, type, class
//!     /// A property of a blink.
//!     pub enum BlinkProp "blink property" ("type" "length" Outside) {
//!         /// How bright.
//!         Level(BlinkPropLevel) = 0, "OFPBlinkPropLevel";
//!     }
//! }
//!
//! wire_struct! {                               // the same in every version: the list says it all
//!     /// How bright.
//!     pub struct BlinkPropLevel "level" "OFPBlinkPropLevel" {
//!         /// Percent.
//!         level: u8,
//!         pad: 3,
//!     }
//! }
//! ```
//!
//! 3. A line in `messages!` of `message.rs`, the module and its names here, its kind in the
//!    session's table.
//! 4. A vector in `tests/vectors/` for every version that has it; the hostile tests take it from
//!    there.
//!
//! A structure that announces its size stands in `v.boxed(padding, |v| ...)` with `v.len("length")`
//! where the size is; a list announced further up is `v.len_ahead("actions_len")` and
//! `v.ahead(|v| ...)`; a member in another form than its type's own is `v.with::<Form, _>(..)`.
//!
//! A message of a vendor's that says what a noun says is that noun in another layout: a `layout!`
//! block (see `nx_layout.rs`) and a row in the vendor's table ([`NxMessage`]; for statistics in
//! `multipart.rs`). What has no row stays an [`Experimenter`].

mod action;
mod async_config;
mod bundle;
mod by_version;
mod codec;
mod config;
mod desc_stats;
mod dpid;
mod echo;
mod empty;
mod encode;
mod error_kind;
mod error_msg;
mod experimenter;
mod extension;
mod few;
mod flow_mod;
mod flow_monitor;
mod flow_removed;
mod flow_stats;
mod flow_update_ext;
mod group;
mod group_features;
mod header;
mod hello;
mod ids;
mod instruction;
mod json;
mod json_text;
mod layout;
mod match_;
mod match_fixed;
mod match_json;
mod match_v1_0;
mod match_v1_1;
mod members;
mod message;
mod message_type;
mod meter;
mod multipart;
mod multipart_reply;
mod nested;
mod ntr;
mod nx_action;
mod nx_bundle;
mod nx_controller;
mod nx_ct_flush;
mod nx_encap;
mod nx_layout;
mod nx_learn;
mod nx_match;
mod nx_message;
mod nx_mpls;
mod nx_nat;
mod nx_packet_in;
mod nx_register;
mod nx_sample;
mod nx_stats;
mod nx_tlv_table;
mod onf_flow_monitor;
pub mod ovs;
pub mod oxm;
mod oxm_ext;
mod oxm_id;
mod oxm_json;
mod oxm_tlv;
mod oxm_value;
mod oxs;
mod packet_in;
mod packet_out;
mod port;
mod port_no;
mod port_prop;
mod port_stats;
mod prerequisites;
mod property;
mod queue;
mod registered;
mod registry;
mod role;
mod status;
mod switch_features;
mod table;
mod table_stats;
mod text;
mod version;
mod wire_codec;

pub use action::{Action, ActionList, MAX_LEN, NO_BUFFER_LEN};
pub use async_config::{AsyncConfigProp, AsyncConfigPropReasons, GetAsyncReply, SetAsync};
pub use bundle::{
    BundleAddMsg, BundleCtrlMsg, BundleCtrlType, BundleFeatureFlags, BundleFeatures,
    BundleFeaturesProp, BundleFeaturesPropTime, BundleFeaturesRequest, BundleFlags, BundleProp,
    BundlePropTime, Time,
};
pub use config::{ConfigFlags, GetConfigReply, SetConfig};
pub use desc_stats::{DescStats, Text};
pub use echo::{EchoReply, EchoRequest};
pub use empty::{BarrierReply, BarrierRequest, FeaturesRequest, GetAsyncRequest, GetConfigRequest};
pub use encode::{Encode, EncodeError};
pub use error_kind::{ErrorKind, ErrorType};
pub use error_msg::ErrorMsg;
pub use experimenter::{Experimenter, NICIRA, ONF};
pub use flow_mod::{FlowMod, FlowModCommand, FlowModFlags};
pub use flow_monitor::{
    FlowMonitorCommand, FlowMonitorFlags, FlowMonitorRequest, FlowUpdate, FlowUpdateFull,
};
pub use flow_removed::{FlowRemoved, FlowRemovedReason};
pub use flow_stats::{AggregateStats, FlowDesc, FlowStats, FlowStatsRequest};
pub use group::{
    Bucket, BucketCounter, BucketProp, BucketPropWatch, BucketPropWeight, GroupDesc, GroupMod,
    GroupModCommand, GroupProp, GroupStats, GroupType,
};
pub use group_features::{GroupCapabilities, GroupFeatures, GroupTypes};
pub use header::{Framing, HEADER_LEN, Header, frame, peek_header};
pub use hello::{Hello, HelloElem};
pub use ids::{BufferId, Dpid, GroupId, PortNo, TableId, Xid};
pub use instruction::{Instruction, Instructions, StatTriggerFlags};
pub use json::JsonError;
pub(crate) use json_text::value_of_text;
pub use match_::{Fields, Match};
pub use message::{Message, Unknown};
pub use message_type::MessageType;
pub use meter::{
    MeterBand, MeterBandDrop, MeterBandDscpRemark, MeterBandExperimenter, MeterBandStats,
    MeterBandTypes, MeterCapabilities, MeterConfig, MeterFeatureFlags, MeterFeatures, MeterFlags,
    MeterMod, MeterModCommand, MeterStats,
};
pub use multipart::{
    ExperimenterMultipart, MultipartFlags, MultipartRequest, MultipartRequestBody, MultipartType,
};
pub use multipart_reply::{MultipartReply, MultipartReplyBody};
pub use nested::Nested;
pub use ntr::{NETRONOME, SelectionMethod};
pub use nx_action::{
    NxAction, NxCheckPktLarger, NxConjunction, NxCtClear, NxDecTtl, NxExit, NxFinTimeout, NxNote,
    NxOutputTrunc, NxPopQueue, NxResubmit, NxResubmitTable, NxResubmitTableCt, NxSetQueue,
    NxSetTunnel, NxSetTunnel64,
};
pub use nx_bundle::{NxBundle, NxBundleLoad, NxMultipath};
pub use nx_controller::{NxController, NxController2, NxController2Prop, NxDecTtlCntIds};
pub use nx_ct_flush::{
    NxCtDst, NxCtDstPort, NxCtFlush, NxCtFlushProp, NxCtIcmpCode, NxCtIcmpId, NxCtIcmpType,
    NxCtOrigTuple, NxCtReplyTuple, NxCtSrc, NxCtSrcPort, NxCtTupleProp, NxCtZone,
};
pub use nx_encap::{NxDecNshTtl, NxDecap, NxEncap, NxEncapProp};
pub use nx_learn::{FlowSpec, NxLearn, NxLearn2, SpecSource, SpecTarget};
pub use nx_message::{
    NxCtFlushZone, NxFlowAge, NxFlowModTableId, NxFlowMonitorCancel, NxFlowMonitorPaused,
    NxFlowMonitorResumed, NxMessage, NxSetControllerId, NxSetFlowFormat, NxSetPacketInFormat,
};
pub use nx_mpls::{NxDecMplsTtl, NxPopMpls, NxPushMpls, NxSetMplsLabel, NxSetMplsTc, NxSetMplsTtl};
pub use nx_nat::{NxClone, NxCt, NxNat};
pub use nx_packet_in::{
    NxPacketIn2, NxPacketInProp, NxPinBufferId, NxPinContinuation, NxPinCookie, NxPinFullLen,
    NxPinMetadata, NxPinPacket, NxPinReason, NxPinTableId, NxPinUserdata,
};
pub use nx_register::{
    NxDeleteField, NxOutputReg, NxOutputReg2, NxRegLoad, NxRegLoad2, NxRegMove, NxStackPop,
    NxStackPush,
};
pub use nx_sample::{NxSample, NxSample2, NxSample3};
pub use nx_stats::{
    NxAggregateStats, NxFlowMonitorRequest, NxFlowStats, NxFlowUpdate, NxFlowUpdateFull,
};
pub use nx_tlv_table::{NxTlvMap, NxTlvTableMod, NxTlvTableReply, NxTlvTableRequest};
pub use onf_flow_monitor::{OnfFlowMonitorRequest, OnfFlowUpdate, OnfFlowUpdateFull, OnfMatch};
pub use oxm_id::OxmId;
pub use oxs::{OxsField, Stats};
pub use packet_in::{PacketIn, PacketInReason, PeekedPacketIn};
pub use packet_out::PacketOut;
pub use port::{
    Port, PortConfig, PortFeatures, PortMod, PortName, PortReason, PortState, PortStatus,
};
pub use port_prop::{
    OpticalFlags, PortDescProp, PortDescPropEthernet, PortDescPropOptical, PortDescPropOxm,
    PortDescPropRecirculate, PortModProp, PortModPropEthernet, PortModPropOptical, PortStatsProp,
    PortStatsPropEthernet, PortStatsPropOptical,
};
pub use port_stats::PortStats;
pub use prerequisites::MissingPrerequisite;
pub use property::PropExperimenter;
pub use queue::{
    PacketQueue, QueueDesc, QueueDescProp, QueueDescPropRate, QueueGetConfigReply,
    QueueGetConfigRequest, QueueProp, QueuePropExperimenter, QueuePropNone, QueuePropRate,
    QueueStats, QueueStatsProp,
};
pub use registered::{ExperimenterBody, ExperimenterType, Registered};
pub use registry::{
    Place, Registration, RegistrationError, RegistrationErrors, check_registrations,
};
pub use role::{Role, RoleReply, RoleRequest};
pub use status::{
    ChannelStatus, ControllerStatus, ControllerStatusProp, ControllerStatusPropUri,
    ControllerStatusReason, ControllerStatusStats, RequestForward, RoleProp, RoleReason,
    RoleStatus,
};
pub use switch_features::{Capabilities, SwitchFeatures};
pub use table::{
    ActionId, EvictionFlags, InstructionId, TableConfig, TableDesc, TableFeatureActions,
    TableFeatureFlags, TableFeatureInstructions, TableFeatureNextTables, TableFeatureOxm,
    TableFeatureOxmValues, TableFeatureProp, TableFeatures, TableFeaturesCommand, TableMod,
    TableModProp, TableModPropEviction, TableModPropVacancy, TableReason, TableStatus,
};
pub use table_stats::{TableStats, TableStatsFeatures};
#[doc(hidden)]
pub use {registered::encode_registered, registry::Entry};

#[doc(inline)]
pub use crate::__register as register;
pub use version::{ParseVersionError, V1_0, V1_1, V1_2, V1_3, V1_4, V1_5, Version};
