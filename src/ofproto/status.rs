//! What the switch tells about controllers: role status, controller status, request forward.
//!
//! Spec: 1.4 sections 7.4.4 (role status) and 7.4.6 (request forward); 1.5 sections 7.4.7 and
//! 7.3.5.19 (controller status).

use bytes::Bytes;

use super::codec::{display, fields, noun, wire_struct, wire_union};
use super::encode::{Body, EncodeError};
use super::members::{Ascii, plain_numbers};
use super::message_type::MessageType;
use super::nested::Nested;
use super::property::PropExperimenter;
use super::role::Role;
use super::version::Version;
use crate::wire::{DecodeError, Padding, Reader, Writer};
use crate::wire_number;

/// The role of this controller was changed by another one; 1.4 and later.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `role` | 4 bytes | 1.4 |
/// | `reason` | one byte; 3 bytes of padding behind | 1.4 |
/// | `generation_id` | 8 bytes | 1.4 |
/// | `properties` | TLVs | 1.4 |
///
/// Spec: 1.4 and 1.5 `ofp_role_status`.
///
/// # Example: another one is the master now
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Encode, Role, RoleStatus, V1_4, Xid};
/// use ryu_sdn::wire::hex;
///
/// let status = RoleStatus { role: Role::SLAVE, generation_id: 5, ..RoleStatus::default() };
/// let mut buf = BytesMut::new();
/// status.encode(V1_4, Xid(1), &mut buf)?;
/// assert_eq!(hex::encode(&buf), "051e00180000000100000003000000000000000000000005");
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleStatus {
    /// The role it has now.
    pub role: Role,
    /// Why.
    pub reason: RoleReason,
    /// The election of the new master.
    pub generation_id: u64,
    /// Properties.
    pub properties: Vec<RoleProp>,
}

wire_number! {
    /// Why a controller has another role; 8 bits, 1.4 and later. The rest is reserved.
    ///
    /// Spec: 1.4 section 7.4.4; `ofp_controller_role_reason`.
    ///
    /// See the example of [`RoleStatus`].
    pub struct RoleReason(u8) {
        /// Another controller asked to be the master.
        MASTER_REQUEST = 0, "master_request";
        /// Somebody configured the switch.
        CONFIG = 1, "config";
        /// A vendor's reason.
        EXPERIMENTER = 2, "experimenter";
    }
}

wire_number! {
    /// Why a controller status is told; 8 bits, 1.5. The rest is reserved.
    ///
    /// Spec: 1.5 section 7.3.5.19; `ofp_controller_status_reason`.
    ///
    /// See the example of [`ControllerStatusStats`].
    pub struct ControllerStatusReason(u8) {
        /// It was asked for.
        REQUEST = 0, "request";
        /// The channel went up or down.
        CHANNEL_STATUS = 1, "channel_status";
        /// The role changed.
        ROLE = 2, "role";
        /// There is a new controller.
        CONTROLLER_ADDED = 3, "controller_added";
        /// A controller is no longer configured.
        CONTROLLER_REMOVED = 4, "controller_removed";
        /// The short name changed.
        SHORT_ID = 5, "short_id";
        /// A vendor's reason.
        EXPERIMENTER = 6, "experimenter";
    }
}

wire_number! {
    /// Whether the channel to a controller works; 8 bits, 1.5.
    ///
    /// Spec: 1.5 section 7.3.5.19; `ofp_control_channel_status`.
    ///
    /// See the example of [`ControllerStatusStats`].
    pub struct ChannelStatus(u8) {
        /// It does.
        UP = 0, "up";
        /// It does not.
        DOWN = 1, "down";
    }
}

plain_numbers! {
    RoleReason: u8, RoleReason, |v| v.0;
    ControllerStatusReason: u8, ControllerStatusReason, |v| v.0;
    ChannelStatus: u8, ChannelStatus, |v| v.0;
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
    /// A property of a role status; 1.4 and later.
    ///
    /// Spec: 1.4 and 1.5 `ofp_role_prop_header`. See the example of [`PropExperimenter`].
    pub enum RoleProp "role property" ("type" "length" Outside) {
        /// A vendor's property.
        Experimenter(PropExperimenter) = 65535, "OFPRolePropExperimenter";
    }
}

/// A group-mod or meter-mod of another controller; 1.4 and later.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `request` | a whole message with its header | 1.4 |
///
/// Spec: 1.4 and 1.5 `ofp_requestforward_header`.
///
/// # Example: somebody deleted group 7
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Encode, GroupId, GroupMod, GroupModCommand, Nested, RequestForward};
/// use ryu_sdn::ofproto::{V1_4, Xid};
/// use ryu_sdn::wire::hex;
///
/// let (command, group_id) = (GroupModCommand::DELETE, GroupId(7));
/// let delete = GroupMod { command, group_id, ..GroupMod::default() };
/// let request = Nested::new(Xid(9), delete);
/// let mut buf = BytesMut::new();
/// RequestForward { request }.encode(V1_4, Xid(0), &mut buf)?;
/// assert_eq!(hex::encode(&buf), "0520001800000000050f0010000000090002000000000007");
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RequestForward {
    /// The message, of the same version.
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
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `status` | one controller | 1.5 |
///
/// Spec: 1.5 `ofp_controller_status_header`. See the example of [`ControllerStatusStats`].
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
///
/// | field | unit, range | since |
/// |---|---|---|
/// | | length of the whole, 2 bytes | 1.5 |
/// | `short_id` | 2 bytes, all ones for none | 1.5 |
/// | `role` | 4 bytes | 1.5 |
/// | `reason` | one byte | 1.5 |
/// | `channel_status` | one byte; 6 bytes of padding behind | 1.5 |
/// | `properties` | TLVs | 1.5 |
///
/// Spec: 1.5 `ofp_controller_status`.
///
/// # Example: a controller was lost
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{
///     ChannelStatus, ControllerStatus, ControllerStatusProp, ControllerStatusPropUri,
///     ControllerStatusReason, ControllerStatusStats, Encode, Role, V1_5, Xid,
/// };
/// use ryu_sdn::wire::hex;
///
/// let uri = ControllerStatusPropUri { uri: "tcp:10.0.0.1".into() };
/// let properties = vec![ControllerStatusProp::Uri(uri)];
/// let (reason, channel_status) = (ControllerStatusReason::CHANNEL_STATUS, ChannelStatus::DOWN);
/// let (short_id, role) = (1, Role::EQUAL);
/// let status = ControllerStatusStats { short_id, role, reason, channel_status, properties };
/// let mut buf = BytesMut::new();
/// ControllerStatus { status }.encode(V1_5, Xid(1), &mut buf)?;
/// assert_eq!(
///     hex::encode(&buf),
///     "0623002800000001\
///      00200001000000010101000000000000000000107463703a31302e302e302e31"
/// );
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ControllerStatusStats {
    /// Its short name; all ones if it has none.
    pub short_id: u16,
    /// Its role.
    pub role: Role,
    /// Why this is told.
    pub reason: ControllerStatusReason,
    /// Whether the channel works.
    pub channel_status: ChannelStatus,
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
    /// A property of a controller status; 1.5.
    ///
    /// Spec: 1.5 `ofp_controller_status_prop_header`. See the example of [`ControllerStatusStats`].
    pub enum ControllerStatusProp "controller status property" ("type" "length" Outside) {
        /// Where it is.
        Uri(ControllerStatusPropUri) = 0, "OFPControllerStatusPropUri";
        /// A vendor's property.
        Experimenter(PropExperimenter) = 65535, "OFPControllerStatusPropExperimenter";
    }
}

wire_struct! {
    /// Where a controller is; 1.5.
    ///
    /// Spec: 1.5 `ofp_controller_status_prop_uri`. See the example of [`ControllerStatusStats`].
    pub struct ControllerStatusPropUri "uri" "OFPControllerStatusPropUri" {
        /// The address, as text such as `tcp:10.0.0.1`.
        uri: Bytes as Ascii,
    }
}
