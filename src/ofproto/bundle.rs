//! Bundles: changes that are made together or not at all. 1.4 and later; in 1.3 as messages of
//! the ONF's, with the same content.
//!
//! Spec: 1.4 section 7.3.9, 1.5 section 7.3.5.20 (features), ONF extension EXT-230 (1.3).

use serde_json::Value;

use super::codec::{Codec, Member as _, display, fields, noun, wire_struct, wire_union};
use super::encode::{Body, EncodeError};
use super::experimenter::ONF;
use super::extension::Given;
use super::json::JsonError;
use super::members::plain_numbers;
use super::message_type::MessageType;
use super::nested::Nested;
use super::property::PropExperimenter;
use super::version::{V1_3, V1_4, Version};
use crate::wire::{DecodeError, Reader, Writer};
use crate::{wire_flags, wire_number};

/// The ONF's number of bundle-control messages.
pub(super) const BUNDLE_CONTROL: u32 = 2300;
/// The ONF's number of bundle-add messages.
pub(super) const BUNDLE_ADD: u32 = 2301;

/// What stands before a message of 1.4 when 1.3 says it as an experimenter's.
macro_rules! onf_head {
    ($v:ident, $exp_type:expr) => {
        if $v.version() < V1_4 {
            let (mut experimenter, mut exp_type) = (ONF, $exp_type);
            $v.with::<Given, _>("experimenter", &mut experimenter)?;
            $v.with::<Given, _>("exp_type", &mut exp_type)?;
            $v.remark("data", Value::Null)?;
        }
    };
}

/// Opens, closes, commits or discards a bundle, or answers that; 1.4 and later, 1.3 as the ONF's extension.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `bundle_id` | the controller's choice, one per connection and bundle | 1.4 |
/// | `ctrl_type` | 16 bits, 0 to 7 | 1.4 |
/// | `flags` | 16 bits | 1.4 |
/// | `properties` | | 1.4 |
///
/// Spec: 1.4 section 7.3.9; `ofp_bundle_ctrl_msg`.
///
/// # Example: commit, all or nothing
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{BundleCtrlMsg, BundleCtrlType, BundleFlags, Encode, V1_4, Xid};
///
/// let (ctrl_type, flags) = (BundleCtrlType::COMMIT_REQUEST, BundleFlags::ATOMIC);
/// let commit = BundleCtrlMsg { bundle_id: 9, ctrl_type, flags, properties: vec![] };
/// let mut buf = BytesMut::new();
/// commit.encode(V1_4, Xid(1), &mut buf)?;
/// assert_eq!(&buf[..], &[5, 33, 0, 16, 0, 0, 0, 1, 0, 0, 0, 9, 0, 4, 0, 1]);
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BundleCtrlMsg {
    /// The bundle.
    pub bundle_id: u32,
    /// What is to be done, or was.
    pub ctrl_type: BundleCtrlType,
    /// How the messages are carried out.
    pub flags: BundleFlags,
    /// Properties; the time stands there.
    pub properties: Vec<BundleProp>,
}

wire_number! {
    /// What is done with a bundle, and its answer; 16 bits, 1.4 and later.
    ///
    /// Spec: 1.4 section 7.3.9; `ofp_bundle_ctrl_type`.
    ///
    /// See the example of [`BundleCtrlMsg`].
    pub struct BundleCtrlType(u16) {
        /// Opens it.
        OPEN_REQUEST = 0, "open_request";
        /// It is open.
        OPEN_REPLY = 1, "open_reply";
        /// Closes it: nothing more is added.
        CLOSE_REQUEST = 2, "close_request";
        /// It is closed.
        CLOSE_REPLY = 3, "close_reply";
        /// Carries its messages out.
        COMMIT_REQUEST = 4, "commit_request";
        /// They are carried out.
        COMMIT_REPLY = 5, "commit_reply";
        /// Forgets it.
        DISCARD_REQUEST = 6, "discard_request";
        /// It is forgotten.
        DISCARD_REPLY = 7, "discard_reply";
    }
}

wire_flags! {
    /// How the messages of a bundle are carried out; 16 bits, 1.4 and later.
    ///
    /// Spec: 1.4 section 7.3.9; `ofp_bundle_flags`.
    ///
    /// See the example of [`BundleCtrlMsg`].
    pub struct BundleFlags(u16) {
        /// All of them or none, and nobody sees half of them.
        ATOMIC = 1 << 0, "atomic";
        /// In the order in which they were added.
        ORDERED = 1 << 1, "ordered";
        /// At a time that a property says (1.5).
        TIME = 1 << 2, "time";
    }
}

plain_numbers! {
    BundleCtrlType: u16, BundleCtrlType, |v| v.0;
    BundleFlags: u16, BundleFlags, |v| v.0;
}

fields!(BundleCtrlMsg, |this, v| {
    let BundleCtrlMsg { bundle_id, ctrl_type, flags, properties } = this;
    onf_head!(v, BUNDLE_CONTROL);
    v.field("bundle_id", bundle_id)?;
    v.field("type", ctrl_type)?;
    v.field("flags", flags)?;
    v.field("properties", properties)
});
noun!(BundleCtrlMsg, "bundle_control", |version| {
    if version < V1_4 { "ONFBundleCtrlMsg" } else { "OFPBundleCtrlMsg" }
});
display!(BundleCtrlMsg, "bundle_control");

impl Body for BundleCtrlMsg {
    const TYPE: MessageType = MessageType::BundleCtrlMsg;

    #[inline]
    fn number(version: Version) -> Option<u8> {
        let carrier = if version == V1_3 { MessageType::Experimenter } else { Self::TYPE };
        carrier.wire(version)
    }
}

/// Adds a message to a bundle; 1.4 and later. Its xid must be that of this message.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `bundle_id` | a bundle that is open | 1.4 |
/// | `flags` | the bits the bundle was opened with | 1.4 |
/// | `message` | any that changes the switch, header included | 1.4 |
/// | `properties` | behind the message, which is filled up to eight bytes then | 1.4 |
///
/// Spec: 1.4 section 7.3.9; `ofp_bundle_add_msg`.
///
/// # Example: the deletion of group 1 in bundle 9
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{
///     BundleAddMsg, BundleFlags, Encode, GroupId, GroupMod, GroupModCommand, Nested, V1_4, Xid,
/// };
///
/// let (command, group_id) = (GroupModCommand::DELETE, GroupId(1));
/// let delete = GroupMod { command, group_id, ..GroupMod::default() };
/// let message = Nested { xid: Xid(7), message: Box::new(delete.into()) };
/// let mut buf = BytesMut::new();
/// let flags = BundleFlags::ATOMIC;
/// BundleAddMsg { bundle_id: 9, flags, message, properties: vec![] }
///     .encode(V1_4, Xid(7), &mut buf)?;
/// assert_eq!(buf[..16], [5, 34, 0, 32, 0, 0, 0, 7, 0, 0, 0, 9, 0, 0, 0, 1]);
/// assert_eq!(buf[16..], [5, 15, 0, 16, 0, 0, 0, 7, 0, 2, 0, 0, 0, 0, 0, 1]);
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BundleAddMsg {
    /// The bundle.
    pub bundle_id: u32,
    /// As in [`BundleCtrlMsg`].
    pub flags: BundleFlags,
    /// The message.
    pub message: Nested,
    /// Properties.
    pub properties: Vec<BundleProp>,
}

fields!(BundleAddMsg, |this, v| {
    let BundleAddMsg { bundle_id, flags, message, properties } = this;
    onf_head!(v, BUNDLE_ADD);
    v.field("bundle_id", bundle_id)?;
    v.pad(2)?;
    v.field("flags", flags)?;
    v.field("message", message)?;
    v.with::<AfterMessage, _>("properties", properties)
});
noun!(BundleAddMsg, "bundle_add_message", |version| {
    if version < V1_4 { "ONFBundleAddMsg" } else { "OFPBundleAddMsg" }
});
display!(BundleAddMsg, "bundle_add_message");

impl Body for BundleAddMsg {
    const TYPE: MessageType = MessageType::BundleAddMsg;

    #[inline]
    fn number(version: Version) -> Option<u8> {
        let carrier = if version == V1_3 { MessageType::Experimenter } else { Self::TYPE };
        carrier.wire(version)
    }
}

wire_union! {
    /// A property of a bundle; 1.4 and later.
    ///
    /// Spec: 1.4 section 7.3.9; `ofp_bundle_prop_header`.
    ///
    /// # Example: a bundle for a moment in 2023
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use ryu_sdn::ofproto::{
    ///     BundleCtrlMsg, BundleCtrlType, BundleFlags, BundleProp, BundlePropTime, Encode, Time, V1_5,
    ///     Xid,
    /// };
    /// use ryu_sdn::wire::hex;
    ///
    /// let scheduled_time = Time { seconds: 1_700_000_000, nanoseconds: 500 };
    /// let properties = vec![BundleProp::Time(BundlePropTime { scheduled_time })];
    /// let (ctrl_type, flags) = (BundleCtrlType::COMMIT_REQUEST, BundleFlags::TIME);
    /// let commit = BundleCtrlMsg { bundle_id: 9, ctrl_type, flags, properties };
    /// let mut buf = BytesMut::new();
    /// commit.encode(V1_5, Xid(1), &mut buf)?;
    /// assert_eq!(hex::encode(&buf[16..]), "0001001800000000000000006553f100000001f400000000");
    /// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
    /// ```
    pub enum BundleProp "bundle property" ("type" "length" Outside) {
        /// When it is to be committed; 1.5.
        Time(BundlePropTime) = 1, "OFPBundlePropTime", since V1_5;
        /// A vendor's property.
        Experimenter(PropExperimenter) = 65535, "OFPBundlePropExperimenter";
    }
}

wire_struct! {
    /// When a bundle is to be committed; 1.5.
    ///
    /// Spec: 1.5 `ofp_bundle_prop_time`.
    ///
    /// See the example of [`BundleProp`].
    pub struct BundlePropTime "time" "OFPBundlePropTime" {
        pad: 4,
        /// When.
        scheduled_time: Time,
    }
}

wire_struct! {
    /// A moment, or a span, of a bundle; 1.5.
    ///
    /// Spec: 1.5 `ofp_time`.
    ///
    /// See the example of [`BundleProp`].
    pub struct Time "time" "OFPTime" {
        /// Seconds; of a moment, since 1970 in TAI.
        seconds: u64,
        /// Nanoseconds beyond these, 0 to 999,999,999.
        nanoseconds: u32,
        pad: 4,
    }
}

/// The properties behind the message in a bundle-add: the message is padded to eight bytes then.
enum AfterMessage {}

impl Codec<Vec<BundleProp>> for AfterMessage {
    fn decode(version: Version, r: &mut Reader<'_>) -> Result<Vec<BundleProp>, DecodeError> {
        // The message starts at a multiple of eight.
        r.pad_if_any(r.offset().wrapping_neg() & 7);
        Vec::decode(version, r)
    }
    fn encode(
        value: &Vec<BundleProp>,
        version: Version,
        w: &mut Writer<'_>,
    ) -> Result<(), EncodeError> {
        if !value.is_empty() {
            w.pad(w.len().wrapping_neg() & 7);
        }
        value.encode(version, w)
    }
    fn to_json(
        value: &Vec<BundleProp>,
        version: Version,
        w: &mut Writer<'_>,
    ) -> Result<Value, EncodeError> {
        if !value.is_empty() {
            w.pad(w.len().wrapping_neg() & 7);
        }
        value.to_json(version, w)
    }
    fn from_json(version: Version, value: &Value) -> Result<Vec<BundleProp>, JsonError> {
        Vec::from_json(version, value)
    }
    fn show(value: &Vec<BundleProp>, out: &mut String) -> bool {
        value.show(out)
    }
}

wire_struct! {
    /// What bundles can do; 1.5. The body of a multipart reply.
    ///
    /// Spec: 1.5 section 7.3.5.20; `ofp_bundle_features`.
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use ryu_sdn::ofproto::{
    ///     BundleFeatures, BundleFlags, Encode, MultipartFlags, MultipartReply, MultipartReplyBody, V1_5, Xid,
    /// };
    ///
    /// let features = BundleFeatures { capabilities: BundleFlags(0b111), properties: vec![] };
    /// let body = MultipartReplyBody::BundleFeatures(features);
    /// let mut buf = BytesMut::new();
    /// MultipartReply { flags: MultipartFlags(0), body }.encode(V1_5, Xid(1), &mut buf)?;
    /// assert_eq!(buf[8..], [0, 19, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0]);
    /// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
    /// ```
    pub struct BundleFeatures "bundle_features" "OFPBundleFeaturesStats" {
        /// Flags of bundles it has.
        capabilities: BundleFlags,
        pad: 6,
        /// Properties.
        properties: Vec<BundleFeaturesProp>,
    }
}

wire_struct! {
    /// Asks what bundles can do; 1.5. The body of a multipart request.
    ///
    /// Spec: 1.5 section 7.3.5.20; `ofp_bundle_features_request`.
    ///
    /// See the example of [`BundleFeaturesProp`].
    pub struct BundleFeaturesRequest "bundle_features" "OFPBundleFeaturesStatsRequest" {
        /// What is asked for.
        feature_request_flags: BundleFeatureFlags,
        pad: 4,
        /// Properties.
        properties: Vec<BundleFeaturesProp>,
    }
}

wire_flags! {
    /// What is asked for about bundles; 32 bits, 1.5.
    ///
    /// Spec: 1.5 section 7.3.5.20; `ofp_bundle_feature_flags`.
    ///
    /// See the example of [`BundleFeaturesProp`].
    pub struct BundleFeatureFlags(u32) {
        /// What time it is there.
        TIMESTAMP = 1 << 0, "timestamp";
        /// The limits of scheduling, which the properties set.
        TIME_SET_SCHED = 1 << 1, "time_set_sched";
    }
}

plain_numbers! {
    BundleFeatureFlags: u32, BundleFeatureFlags, |v| v.0;
}

wire_union! {
    /// A property of the features of bundles; 1.5.
    ///
    /// Spec: 1.5 section 7.3.5.20; `ofp_bundle_features_prop_header`.
    ///
    /// # Example: what time is it there?
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use ryu_sdn::ofproto::{
    ///     BundleFeatureFlags, BundleFeaturesProp, BundleFeaturesPropTime, BundleFeaturesRequest, Encode,
    ///     MultipartFlags, MultipartRequest, MultipartRequestBody, Time, V1_5, Xid,
    /// };
    ///
    /// let timestamp = Time { seconds: 2, nanoseconds: 1 };
    /// let mine = BundleFeaturesPropTime { timestamp, ..BundleFeaturesPropTime::default() };
    /// let properties = vec![BundleFeaturesProp::Time(mine)];
    /// let feature_request_flags = BundleFeatureFlags::TIMESTAMP;
    /// let request = BundleFeaturesRequest { feature_request_flags, properties };
    /// let body = MultipartRequestBody::BundleFeatures(request);
    /// let mut buf = BytesMut::new();
    /// MultipartRequest { flags: MultipartFlags(0), body }.encode(V1_5, Xid(1), &mut buf)?;
    /// assert_eq!(buf[16..32], [0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 72, 0, 0, 0, 0]);
    /// assert_eq!(buf[80..], [0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0]);
    /// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
    /// ```
    pub enum BundleFeaturesProp "bundle features property" ("type" "length" Outside) {
        /// How well it keeps time.
        Time(BundleFeaturesPropTime) = 1, "OFPBundleFeaturesPropTime";
        /// A vendor's property.
        Experimenter(PropExperimenter) = 65535, "OFPBundleFeaturesPropExperimenter";
    }
}

wire_struct! {
    /// How well scheduled bundles keep time; 1.5.
    ///
    /// Spec: 1.5 section 7.3.5.20; `ofp_bundle_features_prop_time`.
    ///
    /// See the example of [`BundleFeaturesProp`].
    pub struct BundleFeaturesPropTime "time" "OFPBundleFeaturesPropTime" {
        pad: 4,
        /// How exactly, a span.
        sched_accuracy: Time,
        /// How far ahead, a span.
        sched_max_future: Time,
        /// How late, a span.
        sched_max_past: Time,
        /// The clock of the sender, a moment.
        timestamp: Time,
    }
}
