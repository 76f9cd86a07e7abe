//! What groups can do.

use super::codec::{display, fields, noun};
use super::encode::EncodeError;
use super::members::plain_numbers;
use super::version::{V1_3, Version};
use crate::wire::{DecodeError, Reader, Writer};
use crate::wire_flags;

/// What groups can do; 1.2 and later. The body of a multipart reply.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `types` | a bit for each type | 1.2 |
/// | `capabilities` | bits | 1.2 |
/// | `max_groups` | groups, by type | 1.2 |
/// | `actions` | a bit for each action, by type | 1.2 |
///
/// Spec: 1.3 section 7.3.5.11; `ofp_group_features`.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{
///     Encode, GroupCapabilities, GroupFeatures, GroupTypes, MultipartFlags, MultipartReply,
///     MultipartReplyBody, V1_3, Xid,
/// };
///
/// let (max_groups, actions) = ([100; 4], [1 << 22 | 1; 4]);
/// let can = GroupCapabilities::SELECT_WEIGHT | GroupCapabilities::SELECT_LIVENESS;
/// let can = GroupFeatures { types: GroupTypes(0b1111), capabilities: can, max_groups, actions };
/// let body = MultipartReplyBody::GroupFeatures(can);
/// let mut buf = BytesMut::new();
/// MultipartReply { flags: MultipartFlags(0), body }.encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(buf[16..28], [0, 0, 0, 0b1111, 0, 0, 0, 0b11, 0, 0, 0, 100]);
/// assert_eq!(buf[36..48], [0, 0, 0, 100, 0, 0x40, 0, 1, 0, 0x40, 0, 1]);
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupFeatures {
    /// Types of groups it has.
    pub types: GroupTypes,
    /// What it can do.
    pub capabilities: GroupCapabilities,
    /// Most groups, of type 0, 1, 2, 3.
    pub max_groups: [u32; 4],
    /// Actions it has, of type 0, 1, 2, 3: bit N is the action of number N.
    pub actions: [u32; 4],
}

wire_flags! {
    /// Types of groups that a switch has: bit N is type N; 32 bits, 1.2 and later.
    ///
    /// Spec: 1.3 section 7.3.5.11; the bits are those of `ofp_group_type`.
    ///
    /// See the example of [`GroupFeatures`].
    pub struct GroupTypes(u32) {
        /// All buckets.
        ALL = 1 << 0, "all";
        /// One bucket.
        SELECT = 1 << 1, "select";
        /// The only bucket.
        INDIRECT = 1 << 2, "indirect";
        /// The first bucket that is alive.
        FF = 1 << 3, "ff";
    }
}

wire_flags! {
    /// What groups of a switch can do; 32 bits, 1.2 and later.
    ///
    /// Spec: 1.3 section 7.3.5.11; `ofp_group_capabilities`.
    ///
    /// See the example of [`GroupFeatures`].
    pub struct GroupCapabilities(u32) {
        /// Weights of the buckets of select groups.
        SELECT_WEIGHT = 1 << 0, "select_weight";
        /// Select groups see whether a bucket is alive.
        SELECT_LIVENESS = 1 << 1, "select_liveness";
        /// Groups in groups.
        CHAINING = 1 << 2, "chaining";
        /// Such chains are looked at for loops, and refused.
        CHAINING_CHECKS = 1 << 3, "chaining_checks";
    }
}

plain_numbers! {
    GroupTypes: u32, GroupTypes, |v| v.0;
    GroupCapabilities: u32, GroupCapabilities, |v| v.0;
}

fields!(GroupFeatures, |this, v| {
    let GroupFeatures { types, capabilities, max_groups, actions } = this;
    // In 1.2 Ryu tells its size, which is not on the wire.
    if v.version() < V1_3 {
        v.remark("length", 40)?;
    }
    v.field("types", types)?;
    v.field("capabilities", capabilities)?;
    v.field("max_groups", max_groups)?;
    v.field("actions", actions)
});
noun!(GroupFeatures, "group_features", "OFPGroupFeaturesStats");
display!(GroupFeatures, "group_features");
