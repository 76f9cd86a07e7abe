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
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `role` | 4 bytes | 1.4 |
/// | `reason` | one byte, 0 to 2; 3 bytes of padding behind | 1.4 |
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
    /// Why: 0 another master, 1 configuration, 2 a vendor's; the rest is reserved.
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
/// | `reason` | one byte, 0 to 6 | 1.5 |
/// | `channel_status` | one byte, 0 or 1; 6 bytes of padding behind | 1.5 |
/// | `properties` | TLVs | 1.5 |
///
/// Spec: 1.5 `ofp_controller_status`.
///
/// # Example: a controller was lost
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{ControllerStatus, ControllerStatusProp, ControllerStatusPropUri};
/// use ryu_sdn::ofproto::{ControllerStatusStats, Encode, Role, V1_5, Xid};
/// use ryu_sdn::wire::hex;
///
/// let uri = ControllerStatusPropUri { uri: "tcp:10.0.0.1".into() };
/// let properties = vec![ControllerStatusProp::Uri(uri)];
/// let (short_id, role, reason, channel_status) = (1, Role::EQUAL, 1, 1);
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
    /// Why this is told: 0 it was asked for, 1 the channel, 2 the role, 3 a new controller, 4 one
    /// is gone, 5 its short name, 6 a vendor's reason; the rest is reserved.
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
