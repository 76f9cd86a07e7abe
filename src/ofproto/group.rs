//! Groups: their table, its commands, counters and features. 1.1 and later.
//!
//! Spec: 1.3 sections 5.6, 7.3.4.2 and 7.3.5.9 to 7.3.5.11; 1.5 section 7.3.4.3.

use serde_json::{Map, Value};

use super::action::ActionList;
use super::codec::{Noun, display, fields, member, noun, wire_struct, wire_union};
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
        v.require(properties.is_empty(), "properties of a group")?;
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
    /// Share of the traffic, relative to the other buckets. On the wire of 1.5 it is a property:
    /// the encoder makes it one, a bucket that came in has it among `properties`.
    pub weight: u16,
    /// The port that must be live. In 1.5 as `weight`.
    pub watch_port: PortNo,
    /// The group that must be live. In 1.5 as `weight`.
    pub watch_group: GroupId,
    /// Its number in the group; 1.5, refused before unless 0.
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
            v.require(*bucket_id == 0, "bucket_id")?;
            v.require(properties.is_empty(), "properties of a bucket")?;
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

impl Noun for Bucket {
    const NAME: &'static str = "bucket";

    fn class(&self, _: Version) -> &'static str {
        "OFPBucket"
    }

    fn blank(_: Version, _: &Reader<'_>) -> Bucket {
        Bucket::default()
    }

    fn blank_named(_: Version, class: &str, _: &Map<String, Value>) -> Option<Bucket> {
        (class == "OFPBucket").then(Bucket::default)
    }

    /// What is a field until 1.4 is a property in 1.5; a field that is set and a property of the
    /// same meaning are one thing, and the property counts.
    fn other_words(&self, version: Version) -> Result<Option<Bucket>, EncodeError> {
        let Bucket { weight, watch_port, watch_group, properties, .. } = self;
        let fields = (*weight, *watch_port, *watch_group);
        let plain = match version < V1_5 {
            true => properties.is_empty(),
            false => fields == (0, PortNo::ANY, GroupId::ANY),
        };
        if plain {
            return Ok(None);
        }
        let mut other = self.clone();
        if version < V1_5 {
            other.properties.retain(|property| match property {
                BucketProp::Weight(own) => {
                    other.weight = own.weight;
                    false
                }
                BucketProp::WatchPort(own) => {
                    other.watch_port = PortNo(own.watch);
                    false
                }
                BucketProp::WatchGroup(own) => {
                    other.watch_group = GroupId(own.watch);
                    false
                }
                _ => true,
            });
            return Ok((other.properties.len() != properties.len()).then_some(other));
        }
        let mut add = |property: BucketProp| {
            if !properties.iter().any(|own| own.prop_type() == property.prop_type()) {
                other.properties.push(property);
            }
        };
        if *weight != 0 {
            add(BucketProp::Weight(BucketPropWeight { weight: *weight }));
        }
        if *watch_port != PortNo::ANY {
            add(BucketProp::WatchPort(BucketPropWatch { watch: watch_port.0 }));
        }
        if *watch_group != GroupId::ANY {
            add(BucketProp::WatchGroup(BucketPropWatch { watch: watch_group.0 }));
        }
        Ok((other.properties.len() != properties.len()).then_some(other))
    }
}
member!(Bucket);
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

wire_struct! {
    /// What groups can do.
    pub struct GroupFeatures "group_features" "OFPGroupFeaturesStats" {
        /// Types of groups it has, a bit each.
        types: u32,
        /// What it can do, bits.
        capabilities: u32,
        /// Most groups, by type.
        max_groups: [u32; 4],
        /// Actions it has, a bit each, by type.
        actions: [u32; 4],
    }
}

#[cfg(test)]
mod tests {
    use bytes::BytesMut;

    use super::*;
    use crate::ofproto::{Encode as _, Message, V1_4, Xid};

    fn sent(version: Version, bucket: Bucket) -> Result<Bucket, EncodeError> {
        let group = GroupMod { buckets: vec![bucket], ..GroupMod::default() };
        let mut buf = BytesMut::new();
        group.encode(version, Xid(1), &mut buf)?;
        match Message::decode(version, &buf.freeze()) {
            Ok((_, Message::GroupMod(mut group))) => Ok(group.buckets.remove(0)),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn weight_and_watch_are_written_as_the_version_has_them() {
        let weight = BucketProp::Weight(BucketPropWeight { weight: 7 });
        let watch = BucketProp::WatchPort(BucketPropWatch { watch: 3 });
        let fields = Bucket { weight: 7, watch_port: PortNo(3), ..Bucket::default() };
        let properties = Bucket { properties: vec![weight, watch], ..Bucket::default() };
        assert_eq!(sent(V1_5, fields.clone()), Ok(properties.clone()));
        assert_eq!(sent(V1_4, properties), Ok(fields));
    }

    #[test]
    fn what_only_1_5_has_is_refused_before() {
        let numbered = Bucket { bucket_id: 1, ..Bucket::default() };
        let what = "bucket_id";
        assert_eq!(
            sent(V1_4, numbered.clone()),
            Err(EncodeError::NotInVersion { what, version: V1_4 })
        );
        assert_eq!(sent(V1_5, numbered.clone()), Ok(numbered));
    }
}
