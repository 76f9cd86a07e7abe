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
use super::message_type::MessageType;
use super::nested::Nested;
use super::property::PropExperimenter;
use super::version::{V1_3, V1_4, Version};
use crate::wire::{DecodeError, Reader, Writer};

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

/// Opens, closes, commits or discards a bundle, or answers that.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BundleCtrlMsg {
    /// The bundle.
    pub bundle_id: u32,
    /// Open 0, close 2, commit 4, discard 6; their answers one more.
    pub ctrl_type: u16,
    /// Bit 0: atomic, bit 1: ordered, bit 2: at a time (1.5).
    pub flags: u16,
    /// Properties.
    pub properties: Vec<BundleProp>,
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

/// Adds a message to a bundle. Its xid must be that of this message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BundleAddMsg {
    /// The bundle.
    pub bundle_id: u32,
    /// As in [`BundleCtrlMsg`].
    pub flags: u16,
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
    /// A property of a bundle.
    pub enum BundleProp "bundle property" ("type" "length" Outside) {
        /// When it is to be committed; 1.5.
        Time(BundlePropTime) = 1, "OFPBundlePropTime";
        /// A vendor's property.
        Experimenter(PropExperimenter) = 65535, "OFPBundlePropExperimenter";
    }
}

wire_struct! {
    /// When a bundle is to be committed; 1.5.
    pub struct BundlePropTime "time" "OFPBundlePropTime" {
        pad: 4,
        /// When.
        scheduled_time: Time,
    }
}

wire_struct! {
    /// A moment, or a span, of a bundle; 1.5.
    pub struct Time "time" "OFPTime" {
        /// Seconds since 1970 in TAI.
        seconds: u64,
        /// Nanoseconds beyond these.
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
    /// What bundles can do; 1.5.
    pub struct BundleFeatures "bundle_features" "OFPBundleFeaturesStats" {
        /// Flags it has.
        capabilities: u16,
        pad: 6,
        /// Properties.
        properties: Vec<BundleFeaturesProp>,
    }
}

wire_struct! {
    /// Asks what bundles can do; 1.5.
    pub struct BundleFeaturesRequest "bundle_features" "OFPBundleFeaturesStatsRequest" {
        /// Bit 0: the time stamp is wanted, bit 1: the limits are set.
        feature_request_flags: u32,
        pad: 4,
        /// Properties.
        properties: Vec<BundleFeaturesProp>,
    }
}

wire_union! {
    /// A property of the features of bundles; 1.5.
    pub enum BundleFeaturesProp "bundle features property" ("type" "length" Outside) {
        /// How well it keeps time.
        Time(BundleFeaturesPropTime) = 1, "OFPBundleFeaturesPropTime";
        /// A vendor's property.
        Experimenter(PropExperimenter) = 65535, "OFPBundleFeaturesPropExperimenter";
    }
}

wire_struct! {
    /// How well scheduled bundles keep time; 1.5.
    pub struct BundleFeaturesPropTime "time" "OFPBundleFeaturesPropTime" {
        pad: 4,
        /// How exactly.
        sched_accuracy: Time,
        /// How far ahead.
        sched_max_future: Time,
        /// How late.
        sched_max_past: Time,
        /// The clock of the sender.
        timestamp: Time,
    }
}
