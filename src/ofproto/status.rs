//! What the switch tells about controllers: role status, controller status, request forward.
//!
//! Spec: 1.4 sections 7.4.4 (role status) and 7.4.6 (request forward); 1.5 sections 7.4.7 and
//! 7.3.5.19 (controller status).

use bytes::Bytes;

use super::codec::{display, fields, noun, wire_struct, wire_union};
use super::encode::Body;
use super::members::Ascii;
use super::message_type::MessageType;
use super::nested::Nested;
use super::property::PropExperimenter;
use super::role::Role;
use crate::wire::Padding;

/// The role of this controller was changed by another one; 1.4 and later.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleStatus {
    /// The role it has now.
    pub role: Role,
    /// Why: 0 another master, 1 configuration, 2 a vendor's.
    pub reason: u8,
    /// The election of the new master.
    pub generation_id: u64,
    /// Properties.
    pub properties: Vec<RoleProp>,
}

fields!(RoleStatus, |this, v| {
    let RoleStatus { role, reason, generation_id, properties } = this;
    v.field("role", role)?;
    v.field("reason", reason)?;
    v.pad(3)?;
    v.field("generation_id", generation_id)?;
    v.field("properties", properties)
});
noun!(RoleStatus, "role_status", "OFPRoleStatus");
display!(RoleStatus, "role_status");

impl Body for RoleStatus {
    const TYPE: MessageType = MessageType::RoleStatus;
}

wire_union! {
    /// A property of a role status.
    pub enum RoleProp "role property" ("type" "length" Outside) {
        /// A vendor's property.
        Experimenter(PropExperimenter) = 65535, "OFPRolePropExperimenter";
    }
}

/// A group-mod or meter-mod of another controller; 1.4 and later.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RequestForward {
    /// The message.
    pub request: Nested,
}

fields!(RequestForward, |this, v| {
    let RequestForward { request } = this;
    v.field("request", request)
});
noun!(RequestForward, "requestforward", "OFPRequestForward");
display!(RequestForward, "requestforward");

impl Body for RequestForward {
    const TYPE: MessageType = MessageType::RequestForward;
}

/// The channel of a controller changed; 1.5.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ControllerStatus {
    /// As it is now.
    pub status: ControllerStatusStats,
}

fields!(ControllerStatus, |this, v| {
    let ControllerStatus { status } = this;
    v.field("status", status)
});
noun!(ControllerStatus, "controller_status", "OFPControllerStatus");
display!(ControllerStatus, "controller_status");

impl Body for ControllerStatus {
    const TYPE: MessageType = MessageType::ControllerStatus;
}

/// A controller as the switch sees it; 1.5.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ControllerStatusStats {
    /// Its short name.
    pub short_id: u16,
    /// Its role.
    pub role: Role,
    /// Why this is told.
    pub reason: u8,
    /// 0: the channel is up, 1: down.
    pub channel_status: u8,
    /// Properties.
    pub properties: Vec<ControllerStatusProp>,
}

fields!(ControllerStatusStats, |this, v| {
    let ControllerStatusStats { short_id, role, reason, channel_status, properties } = this;
    v.boxed(Padding::None, |v| {
        v.len("length")?;
        v.field("short_id", short_id)?;
        v.field("role", role)?;
        v.field("reason", reason)?;
        v.field("channel_status", channel_status)?;
        v.pad(6)?;
        v.field("properties", properties)
    })
});
noun!(ControllerStatusStats, "controller status", "OFPControllerStatusStats");
display!(ControllerStatusStats, "controller");

wire_union! {
    /// A property of a controller status.
    pub enum ControllerStatusProp "controller status property" ("type" "length" Outside) {
        /// Where it is.
        Uri(ControllerStatusPropUri) = 0, "OFPControllerStatusPropUri";
        /// A vendor's property.
        Experimenter(PropExperimenter) = 65535, "OFPControllerStatusPropExperimenter";
    }
}

wire_struct! {
    /// Where a controller is.
    pub struct ControllerStatusPropUri "uri" "OFPControllerStatusPropUri" {
        /// The address, as text.
        uri: Bytes as Ascii,
    }
}
