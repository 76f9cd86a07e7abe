//! Groups: their table, its commands, counters and features. 1.1 and later.
//!
//! Spec: 1.3 sections 5.6, 7.3.4.2 and 7.3.5.9 to 7.3.5.11; 1.5 section 7.3.4.3.

use serde_json::{Map, Value};

use super::action::ActionList;
use super::codec::{Noun, display, fields, member, noun, wire_struct, wire_union};
use super::encode::Body;
use super::ids::{GroupId, PortNo};
use super::members::{Number, number_member, plain_numbers};
use super::message_type::MessageType;
use super::property::PropExperimenter;
use super::version::{V1_3, V1_5, Version};
use crate::ofproto::encode::EncodeError;
use crate::wire::{DecodeError, Padding, Reader, Writer};
use crate::wire_number;

wire_number! {
    /// What a group-mod does; 16 bits on the wire, 1.1 and later. 4 is reserved.
    ///
    /// The commands about buckets are refused before 1.5. The number of one that a peer sends
    /// nevertheless has bit 16 set here, and comes out again as it came.
    ///
    /// Spec: 1.3 section 7.3.4.2, 1.5 section 7.3.4.3; `ofp_group_mod_command`.
    ///
    /// See the example of [`GroupMod`].
    pub struct GroupModCommand(u32) {
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
    /// How a group chooses among its buckets; 8 bits, 1.1 and later. 128 to 255 are the switch's.
    ///
    /// Spec: 1.3 section 7.3.4.2, 1.5 section 7.3.4.3; `ofp_group_type`.
    ///
    /// See the example of [`GroupMod`].
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

impl GroupModCommand {
    /// Marks the number of a command about buckets that came where there is none.
    const UNNAMED: u32 = 1 << 16;

    /// Whether it is about single buckets.
    fn is_about_buckets(self) -> bool {
        matches!(self, GroupModCommand::INSERT_BUCKET | GroupModCommand::REMOVE_BUCKET)
    }
}

impl Number for GroupModCommand {
    fn size(_: Version) -> usize {
        2
    }
    fn from_wire(version: Version, number: u64) -> GroupModCommand {
        let command = GroupModCommand(number as u32);
        if version < V1_5 && command.is_about_buckets() {
            return GroupModCommand(command.0 | GroupModCommand::UNNAMED);
        }
        command
    }
    fn to_wire(self, version: Version) -> Result<u64, EncodeError> {
        let plain = GroupModCommand(self.0 & !GroupModCommand::UNNAMED);
        if version < V1_5 {
            let what = match self {
                GroupModCommand::INSERT_BUCKET => "insert_bucket command",
                GroupModCommand::REMOVE_BUCKET => "remove_bucket command",
                _ if plain.is_about_buckets() => return Ok(plain.0.into()),
                _ if self.0 <= 0xffff => return Ok(self.0.into()),
                _ => "group_mod command",
            };
            return Err(EncodeError::NotInVersion { what, version });
        }
        match u16::try_from(self.0) {
            Ok(number) => Ok(number.into()),
            Err(_) => Err(EncodeError::NotInVersion { what: "group_mod command", version }),
        }
    }
}
number_member!(GroupModCommand);

plain_numbers! {
    GroupType: u8, GroupType, |v| v.0;
}

/// Changes the group table; 1.1 and later.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `command` | | 1.1 |
/// | `group_type` | | 1.1 |
/// | `group_id` | 0 to 0xffff_ff00; in deletes also `ALL` | 1.1 |
/// | `command_bucket_id` | a bucket's number, or 0xffff_fffd first, ..fe last, ..ff all | 1.5 |
/// | `buckets` | none in deletes | 1.1 |
/// | `properties` | | 1.5 |
///
/// Spec: 1.3 section 7.3.4.2, 1.5 section 7.3.4.3; `ofp_group_mod`.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Action, Bucket, Encode, GroupId, GroupMod, GroupType, PortNo, V1_3, Xid};
/// use ryu_sdn::wire::hex;
///
/// let group = GroupMod {
///     group_type: GroupType::ALL,
///     group_id: GroupId(1),
///     buckets: vec![Bucket { actions: [Action::output(PortNo(2))].into(), ..Bucket::default() }],
///     ..GroupMod::default()
/// };
/// let mut buf = BytesMut::new();
/// group.encode(V1_3, Xid(1), &mut buf)?;
/// let parts = [
///     "040f 0030 00000001 0000 00 00 00000001",        // header, add, all, group
///     "0020 0000 ffffffff ffffffff 00000000",          // bucket
///     "0000 0010 00000002 ffe5 000000000000",          // output
/// ];
/// assert_eq!(Some(buf.to_vec()), hex::decode(&parts.concat()));
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupMod {
    /// What to do.
    pub command: GroupModCommand,
    /// How the group chooses.
    pub group_type: GroupType,
    /// The group; in deletes also [`GroupId::ALL`].
    pub group_id: GroupId,
    /// Insert and remove bucket: which, or first, last, all; 1.5, refused before unless
    /// [`BUCKET_ALL`](GroupMod::BUCKET_ALL).
    pub command_bucket_id: u32,
    /// The alternatives.
    pub buckets: Vec<Bucket>,
    /// Properties; 1.5, refused before.
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
        v.require(*command_bucket_id == GroupMod::BUCKET_ALL, "group_mod command_bucket_id")?;
        v.without(properties, "group_mod properties")?;
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

/// One alternative of a group; 1.1 and later.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `weight` | share, 0 to 65,535, for select groups; 0 in others | 1.1; in 1.5 a property |
/// | `watch_port`, `watch_group` | what must be live, for fast failover | 1.1; in 1.5 properties |
/// | `bucket_id` | 0 to 0xffff_ff00 | 1.5 |
/// | `actions` | done as an action set | 1.1 |
/// | `properties` | | 1.5; before, what the fields say |
///
/// Spec: 1.3 section 7.3.4.2, 1.5 section 7.3.4.3; `ofp_bucket`.
///
/// # Example: a bucket of a fast failover group
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Bucket, Encode, GroupId, GroupMod, GroupType, PortNo, V1_3, V1_5, Xid};
///
/// let buckets = vec![Bucket { watch_port: PortNo(2), ..Bucket::default() }];
/// let (group_type, group_id) = (GroupType::FF, GroupId(1));
/// let group = GroupMod { group_type, group_id, buckets, ..GroupMod::default() };
/// let mut buf = BytesMut::new();
/// group.encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(buf[16..], [0, 16, 0, 0, 0, 0, 0, 2, 255, 255, 255, 255, 0, 0, 0, 0]);
/// buf.clear();
/// group.encode(V1_5, Xid(1), &mut buf)?;
/// assert_eq!(buf[24..], [0, 16, 0, 0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 0, 0, 2]);
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
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
            v.without(bucket_id, "bucket bucket_id")?;
            v.without(properties, "bucket properties")?;
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
    ///
    /// Spec: 1.5 section 7.3.4.3; `ofp_group_prop_header`.
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use ryu_sdn::ofproto::{Encode, GroupMod, GroupProp, ONF, PropExperimenter, V1_5, Xid};
    ///
    /// let data = vec![0, 0, 0, 3].into();
    /// let prop = PropExperimenter { experimenter: ONF, exp_type: 2, data };
    /// let properties = vec![GroupProp::Experimenter(prop)];
    /// let mut buf = BytesMut::new();
    /// GroupMod { properties, ..GroupMod::default() }.encode(V1_5, Xid(1), &mut buf)?;
    /// assert_eq!(buf[24..32], [0xff, 0xff, 0, 16, 0x4f, 0x4e, 0x46, 0]);
    /// assert_eq!(buf[32..], [0, 0, 0, 2, 0, 0, 0, 3]);
    /// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
    /// ```
    pub enum GroupProp "group property" ("type" "length" Outside) {
        /// A vendor's property.
        Experimenter(PropExperimenter) = 65535, "OFPGroupPropExperimenter";
    }
}

wire_union! {
    /// A property of a bucket; 1.5. Earlier versions have the fields of [`Bucket`] for weight and
    /// watches; the encoder translates.
    ///
    /// Spec: 1.5 section 7.3.4.3; `ofp_group_bucket_prop_header`.
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use ryu_sdn::ofproto::{
    ///     Bucket, BucketProp, BucketPropWatch, BucketPropWeight, Encode, GroupMod, V1_5, Xid,
    /// };
    ///
    /// let watch = BucketProp::WatchPort(BucketPropWatch { watch: 2 });
    /// let weight = BucketProp::Weight(BucketPropWeight { weight: 3 });
    /// let buckets = vec![Bucket { properties: vec![watch, weight], ..Bucket::default() }];
    /// let mut buf = BytesMut::new();
    /// GroupMod { buckets, ..GroupMod::default() }.encode(V1_5, Xid(1), &mut buf)?;
    /// assert_eq!(buf[32..], [0, 1, 0, 8, 0, 0, 0, 2, 0, 0, 0, 8, 0, 3, 0, 0]);
    /// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
    /// ```
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
    /// Share of the traffic, relative to the other buckets; 1.5, of select groups.
    ///
    /// Spec: 1.5 section 7.3.4.3; `ofp_group_bucket_prop_weight`.
    ///
    /// See the example of [`BucketProp`].
    pub struct BucketPropWeight "weight" "OFPGroupBucketPropWeight" {
        /// The share, 0 to 65,535.
        weight: u16,
        pad: 2,
    }
}

wire_struct! {
    /// What must be live for a bucket to be used; 1.5, of fast failover groups.
    ///
    /// Spec: 1.5 section 7.3.4.3; `ofp_group_bucket_prop_watch`.
    ///
    /// See the example of [`BucketProp`].
    pub struct BucketPropWatch "watch" "OFPGroupBucketPropWatch" {
        /// The port or group, as the type of the property says; all ones for any.
        watch: u32,
    }
}

wire_struct! {
    /// Counters of a bucket; 1.1 and later.
    ///
    /// Spec: 1.3 section 7.3.5.9; `ofp_bucket_counter`.
    ///
    /// See the example of [`GroupStats`].
    pub struct BucketCounter "bucket_counter" "OFPBucketCounter" {
        /// Packets; all ones if they are not counted.
        packet_count: u64,
        /// Bytes in them; all ones if they are not counted.
        byte_count: u64,
    }
}

/// Counters of a group; 1.1 and later. A multipart reply holds any number.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `group_id` | | 1.1 |
/// | `ref_count` | flow entries and groups | 1.1 |
/// | `packet_count`, `byte_count` | all ones if not counted | 1.1 |
/// | `duration_sec`, `duration_nsec` | seconds, nanoseconds beyond | 1.3 |
/// | `bucket_stats` | in the order of the buckets | 1.1 |
///
/// Spec: 1.3 section 7.3.5.9; `ofp_group_stats`.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{
///     BucketCounter, Encode, GroupId, GroupStats, MultipartFlags, MultipartReply,
///     MultipartReplyBody, V1_3, Xid,
/// };
///
/// let bucket = BucketCounter { packet_count: 3, byte_count: 180 };
/// let (group_id, bucket_stats) = (GroupId(1), vec![bucket]);
/// let stats = GroupStats { group_id, duration_sec: 60, bucket_stats, ..GroupStats::default() };
/// let body = MultipartReplyBody::Group(vec![stats]);
/// let mut buf = BytesMut::new();
/// MultipartReply { flags: MultipartFlags(0), body }.encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(buf[16..32], [0, 56, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
/// assert_eq!(buf[48..56], [0, 0, 0, 60, 0, 0, 0, 0]);
/// assert_eq!(buf[56..], [0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 180]);
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupStats {
    /// The group.
    pub group_id: GroupId,
    /// Entries and groups that use it.
    pub ref_count: u32,
    /// Packets; all ones if they are not counted.
    pub packet_count: u64,
    /// Bytes in them; all ones if they are not counted.
    pub byte_count: u64,
    /// Whole seconds it has been there; 1.3 and later.
    pub duration_sec: u32,
    /// Nanoseconds beyond these, 0 to 999,999,999; 1.3 and later.
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
            v.without(duration_sec, "group stats duration_sec")?;
            v.without(duration_nsec, "group stats duration_nsec")?;
            return v.field("bucket_counters", bucket_stats);
        }
        v.field("duration_sec", duration_sec)?;
        v.field("duration_nsec", duration_nsec)?;
        v.field("bucket_stats", bucket_stats)
    })
});
noun!(GroupStats, "group stats", "OFPGroupStats");
display!(GroupStats, "group");

/// A group as the switch describes it; 1.1 and later. A multipart reply holds any number.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `group_type` | | 1.1 |
/// | `group_id` | | 1.1 |
/// | `buckets` | | 1.1 |
/// | `properties` | | 1.5 |
///
/// Spec: 1.3 section 7.3.5.10; `ofp_group_desc`.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{
///     Bucket, Encode, GroupDesc, GroupId, GroupType, MultipartFlags, MultipartReply,
///     MultipartReplyBody, V1_3, Xid,
/// };
///
/// let buckets = vec![Bucket { weight: 1, ..Bucket::default() }];
/// let (group_type, group_id) = (GroupType::SELECT, GroupId(1));
/// let group = GroupDesc { group_type, group_id, buckets, ..GroupDesc::default() };
/// let body = MultipartReplyBody::GroupDesc(vec![group]);
/// let mut buf = BytesMut::new();
/// MultipartReply { flags: MultipartFlags(0), body }.encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(buf[16..24], [0, 24, 1, 0, 0, 0, 0, 1]);
/// assert_eq!(buf[24..], [0, 16, 0, 1, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0]);
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
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
            v.without(properties, "group desc properties")?;
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
        let what = "bucket bucket_id";
        assert_eq!(
            sent(V1_4, numbered.clone()),
            Err(EncodeError::NotInVersion { what, version: V1_4 })
        );
        assert_eq!(sent(V1_5, numbered.clone()), Ok(numbered));
    }
}
