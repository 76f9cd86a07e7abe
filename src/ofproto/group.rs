//! Groups: their table, its commands, counters and features. 1.1 and later.
//!
//! Spec: 1.3 sections 5.6, 7.3.4.2 and 7.3.5.9 to 7.3.5.11; 1.5 section 7.3.4.3.

use super::action::ActionList;
use super::codec::{display, fields, noun, wire_struct, wire_union};
use super::encode::Body;
use super::ids::{GroupId, PortNo};
use super::members::plain_numbers;
use super::message_type::MessageType;
use super::property::PropExperimenter;
use super::version::{V1_3, V1_5, Version};
use crate::ofproto::encode::EncodeError;
use crate::wire::{DecodeError, Padding, Reader, Writer};
use crate::wire_number;

wire_number! {
    /// What a group-mod does.
    pub struct GroupModCommand(u16) {
        /// Adds a group.
        ADD = 0, "add";
        /// Changes a group.
        MODIFY = 1, "modify";
        /// Deletes a group, or all.
        DELETE = 2, "delete";
        /// Adds buckets; 1.5.
        INSERT_BUCKET = 3, "insert_bucket";
        /// Removes buckets; 1.5.
        REMOVE_BUCKET = 5, "remove_bucket";
    }
}

wire_number! {
    /// How a group chooses among its buckets.
    pub struct GroupType(u8) {
        /// All of them: multicast.
        ALL = 0, "all";
        /// One of them, by the switch's choice and the weights.
        SELECT = 1, "select";
        /// The only one.
        INDIRECT = 2, "indirect";
        /// The first that is live.
        FF = 3, "ff";
    }
}

plain_numbers! {
    GroupModCommand: u16, GroupModCommand, |v| v.0;
    GroupType: u8, GroupType, |v| v.0;
}

/// Changes the group table.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Action, Bucket, Encode, GroupId, GroupMod, GroupType, PortNo, V1_3, Xid};
///
/// let group = GroupMod {
///     group_type: GroupType::ALL,
///     group_id: GroupId(1),
///     buckets: vec![Bucket { actions: [Action::output(PortNo(2))].into(), ..Bucket::default() }],
///     ..GroupMod::default()
/// };
/// let mut buf = BytesMut::new();
/// group.encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(buf.len(), 48);
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupMod {
    /// What to do.
    pub command: GroupModCommand,
    /// How the group chooses.
    pub group_type: GroupType,
    /// The group.
    pub group_id: GroupId,
    /// Insert and remove bucket: which, or first, last, all; 1.5.
    pub command_bucket_id: u32,
    /// The alternatives.
    pub buckets: Vec<Bucket>,
    /// Properties; 1.5.
    pub properties: Vec<GroupProp>,
}

impl GroupMod {
    /// `command_bucket_id` of commands that are about all buckets.
    pub const BUCKET_ALL: u32 = 0xffff_ffff;
}

impl Default for GroupMod {
    fn default() -> GroupMod {
        GroupMod {
            command: GroupModCommand::ADD,
            group_type: GroupType::ALL,
            group_id: GroupId(0),
            command_bucket_id: GroupMod::BUCKET_ALL,
            buckets: Vec::new(),
            properties: Vec::new(),
        }
    }
}

fields!(GroupMod, |this, v| {
    let GroupMod { command, group_type, group_id, command_bucket_id, buckets, properties } = this;
    v.field("command", command)?;
    v.field("type", group_type)?;
    v.pad(1)?;
    v.field("group_id", group_id)?;
    if v.version() < V1_5 {
        return v.field("buckets", buckets);
    }
    v.len_ahead("bucket_array_len")?;
    v.pad(2)?;
    v.field("command_bucket_id", command_bucket_id)?;
    v.ahead(|v| v.field("buckets", buckets))?;
    v.field("properties", properties)
});
noun!(GroupMod, "group_mod", "OFPGroupMod");
display!(GroupMod, "group_mod");

impl Body for GroupMod {
    const TYPE: MessageType = MessageType::GroupMod;
}

/// One alternative of a group.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `weight` | share, for select groups | 1.1 to 1.4 |
/// | `watch_port`, `watch_group` | what must be live, for fast failover | 1.1 to 1.4 |
/// | `bucket_id`, `properties` | | 1.5 |
/// | `actions` | | 1.1 |
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Share of the traffic, relative to the other buckets. From 1.5 on a property.
    pub weight: u16,
    /// The port that must be live. From 1.5 on a property.
    pub watch_port: PortNo,
    /// The group that must be live. From 1.5 on a property.
    pub watch_group: GroupId,
    /// Its number in the group; 1.5.
    pub bucket_id: u32,
    /// What it does.
    pub actions: ActionList,
    /// Properties; 1.5.
    pub properties: Vec<BucketProp>,
}

impl Default for Bucket {
    fn default() -> Bucket {
        Bucket {
            weight: 0,
            watch_port: PortNo::ANY,
            watch_group: GroupId::ANY,
            bucket_id: 0,
            actions: ActionList::new(),
            properties: Vec::new(),
        }
    }
}

fields!(Bucket, |this, v| {
    let version = v.version();
    let Bucket { weight, watch_port, watch_group, bucket_id, actions, properties } = this;
    v.boxed(Padding::None, |v| {
        v.len("len")?;
        if version < V1_5 {
            v.field("weight", weight)?;
            v.field("watch_port", watch_port)?;
            v.field("watch_group", watch_group)?;
            v.pad(4)?;
            return v.field("actions", actions);
        }
        v.len_ahead("action_array_len")?;
        v.field("bucket_id", bucket_id)?;
        v.ahead(|v| v.field("actions", actions))?;
        v.field("properties", properties)
    })
});
noun!(Bucket, "bucket", "OFPBucket");
display!(Bucket, "bucket");

wire_union! {
    /// A property of a group; 1.5.
    pub enum GroupProp "group property" ("type" "length" Outside) {
        /// A vendor's property.
        Experimenter(PropExperimenter) = 65535, "OFPGroupPropExperimenter";
    }
}

wire_union! {
    /// A property of a bucket; 1.5.
    pub enum BucketProp "bucket property" ("type" "length" Outside) {
        /// Share of the traffic.
        Weight(BucketPropWeight) = 0, "OFPGroupBucketPropWeight";
        /// The port that must be live.
        WatchPort(BucketPropWatch) = 1, "OFPGroupBucketPropWatch";
        /// The group that must be live.
        WatchGroup(BucketPropWatch) = 2, "OFPGroupBucketPropWatch";
        /// A vendor's property.
        Experimenter(PropExperimenter) = 65535, "OFPGroupBucketPropExperimenter";
    }
}

wire_struct! {
    /// Share of the traffic, relative to the other buckets.
    pub struct BucketPropWeight "weight" "OFPGroupBucketPropWeight" {
        /// The share.
        weight: u16,
        pad: 2,
    }
}

wire_struct! {
    /// What must be live for a bucket to be used.
    pub struct BucketPropWatch "watch" "OFPGroupBucketPropWatch" {
        /// The port or group.
        watch: u32,
    }
}

wire_struct! {
    /// Counters of a bucket.
    pub struct BucketCounter "bucket_counter" "OFPBucketCounter" {
        /// Packets.
        packet_count: u64,
        /// Bytes in them.
        byte_count: u64,
    }
}

/// Counters of a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupStats {
    /// The group.
    pub group_id: GroupId,
    /// Entries and groups that use it.
    pub ref_count: u32,
    /// Packets.
    pub packet_count: u64,
    /// Bytes in them.
    pub byte_count: u64,
    /// Whole seconds it has been there; 1.3 and later.
    pub duration_sec: u32,
    /// Nanoseconds beyond these.
    pub duration_nsec: u32,
    /// Counters of its buckets.
    pub bucket_stats: Vec<BucketCounter>,
}

fields!(GroupStats, |this, v| {
    let version = v.version();
    let GroupStats {
        group_id,
        ref_count,
        packet_count,
        byte_count,
        duration_sec,
        duration_nsec,
        bucket_stats,
    } = this;
    v.boxed(Padding::None, |v| {
        v.len("length")?;
        v.pad(2)?;
        v.field("group_id", group_id)?;
        v.field("ref_count", ref_count)?;
        v.pad(4)?;
        v.field("packet_count", packet_count)?;
        v.field("byte_count", byte_count)?;
        if version < V1_3 {
            return v.field("bucket_counters", bucket_stats);
        }
        v.field("duration_sec", duration_sec)?;
        v.field("duration_nsec", duration_nsec)?;
        v.field("bucket_stats", bucket_stats)
    })
});
noun!(GroupStats, "group stats", "OFPGroupStats");
display!(GroupStats, "group");

/// A group as the switch describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupDesc {
    /// How it chooses.
    pub group_type: GroupType,
    /// The group.
    pub group_id: GroupId,
    /// Its alternatives.
    pub buckets: Vec<Bucket>,
    /// Properties; 1.5.
    pub properties: Vec<GroupProp>,
}

fields!(GroupDesc, |this, v| {
    let version = v.version();
    let GroupDesc { group_type, group_id, buckets, properties } = this;
    v.boxed(Padding::None, |v| {
        v.len("length")?;
        v.field("type", group_type)?;
        v.pad(1)?;
        v.field("group_id", group_id)?;
        if version < V1_5 {
            return v.field("buckets", buckets);
        }
        v.len_ahead("bucket_array_len")?;
        v.pad(6)?;
        v.ahead(|v| v.field("buckets", buckets))?;
        v.field("properties", properties)
    })
});
noun!(GroupDesc, "group desc", "OFPGroupDescStats");
display!(GroupDesc, "group");

/// What groups can do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupFeatures {
    /// Types of groups it has, a bit each.
    pub types: u32,
    /// What it can do, bits.
    pub capabilities: u32,
    /// Most groups, by type.
    pub max_groups: [u32; 4],
    /// Actions it has, a bit each, by type.
    pub actions: [u32; 4],
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
