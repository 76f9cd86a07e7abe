//! Groups as text:
//! `group_id=1,type=select,bucket=weight:5,actions=output:1,bucket=actions=output:2`.

use std::fmt;

use super::action_text::ActionsText;
use super::bucket_text::{BucketWriter, bucket_id, unread_property};
use super::error::OvsTextErrorKind;
use super::selection_text::write_selection;
use super::{Parser, Result};
use crate::ofproto::codec::Noun as _;
use crate::ofproto::{
    Bucket, GroupDesc, GroupId, GroupMod, GroupModCommand, GroupProp, GroupStats, GroupType,
    SelectionMethod, V1_3, V1_5, Version,
};

/// Adds a group or changes it: Open vSwitch's own command.
pub(super) const ADD_OR_MOD: GroupModCommand = GroupModCommand(0x8000);

/// The words for commands, as in the files of `ovs-ofctl add-groups`.
pub(super) const COMMANDS: &[(&str, GroupModCommand)] = &[
    ("add", GroupModCommand::ADD),
    ("modify", GroupModCommand::MODIFY),
    ("add_or_mod", ADD_OR_MOD),
    ("delete", GroupModCommand::DELETE),
    ("insert_bucket", GroupModCommand::INSERT_BUCKET),
    ("remove_bucket", GroupModCommand::REMOVE_BUCKET),
];

/// The words for types; the first of each is the one that is written.
pub(super) const TYPES: &[(&str, GroupType)] = &[
    ("all", GroupType::ALL),
    ("select", GroupType::SELECT),
    ("indirect", GroupType::INDIRECT),
    ("ff", GroupType::FF),
    ("fast_failover", GroupType::FF),
];

/// Whether this command is about some of a group's buckets.
pub(super) fn is_about_buckets(command: GroupModCommand) -> bool {
    matches!(command, GroupModCommand::INSERT_BUCKET | GroupModCommand::REMOVE_BUCKET)
}

/// Whether this command says nothing of a group but which one.
pub(super) fn is_removal(command: GroupModCommand) -> bool {
    matches!(command, GroupModCommand::DELETE | GroupModCommand::REMOVE_BUCKET)
}

/// A group-mod in the form of `ovs-ofctl dump-groups`, with the command in front if it is not
/// `add`. [`parse_group`](super::parse_group) reads it back.
///
/// A bucket of a select group without a weight counts as one of weight 1, which is not shown;
/// read back it has that weight.
///
/// Form: `COMMAND group_id=1,type=select,bucket=weight:5,actions=output:1,bucket=...`; before
/// `actions`, a bucket has `bucket_id` (1.5), `weight`, `watch_port` and `watch_group`, if they say
/// anything.
///
/// Spec: ovs-ofctl(8), "Group Syntax".
///
/// ```
/// use ryu_sdn::ofproto::{GroupId, GroupMod, GroupModCommand, V1_3, ovs::GroupText};
///
/// let group = GroupMod {
///     command: GroupModCommand::DELETE,
///     group_id: GroupId::ALL,
///     ..GroupMod::default()
/// };
/// assert_eq!(GroupText(V1_3, &group).to_string(), "delete group_id=all");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct GroupText<'a>(pub Version, pub &'a GroupMod);

impl fmt::Display for GroupText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let GroupText(version, group) = *self;
        let command = group.command;
        if command != GroupModCommand::ADD {
            match COMMANDS.iter().find(|(_, known)| *known == command) {
                Some((word, _)) => write!(f, "{word} ")?,
                None => write!(f, "command:{} ", command.0)?,
            }
        }
        let which = group.command_bucket_id != GroupMod::BUCKET_ALL || is_about_buckets(command);
        if version >= V1_5 && which {
            write!(f, "command_bucket_id:{},", bucket_id(group.command_bucket_id))?;
        }
        // What is not about the whole group does not say its type; Open vSwitch sends this one.
        let partial = is_removal(command) || is_about_buckets(command);
        let implied = partial.then_some(GroupType::ALL);
        Shown {
            version,
            group_type: group.group_type,
            implied,
            group_id: group.group_id,
            buckets: &group.buckets,
            properties: &group.properties,
        }
        .write(f)
    }
}

/// A group the way `ovs-ofctl dump-groups` shows it (without the space in front).
/// [`parse_group_desc`](super::parse_group_desc) reads it back, and
/// [`parse_group`](super::parse_group) makes from it the group-mod that adds such a group. The form
/// is that of [`GroupText`]. In 1.1 and later.
///
/// Spec: ovs-ofctl(8), "Group Syntax" and `dump-groups`.
///
/// ```
/// use ryu_sdn::ofproto::{Action, Bucket, GroupDesc, GroupId, PortNo, V1_3, ovs::GroupDescText};
///
/// let bucket = Bucket { actions: [Action::output(PortNo(2))].into(), ..Bucket::default() };
/// let group = GroupDesc { group_id: GroupId(7), buckets: vec![bucket], ..GroupDesc::default() };
/// let text = GroupDescText(V1_3, &group).to_string();
/// assert_eq!(text, "group_id=7,type=all,bucket=actions=output:2");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct GroupDescText<'a>(pub Version, pub &'a GroupDesc);

impl fmt::Display for GroupDescText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let GroupDesc { group_type, group_id, buckets, properties } = self.1;
        let (version, group_type, group_id) = (self.0, *group_type, *group_id);
        Shown { version, group_type, implied: None, group_id, buckets, properties }.write(f)
    }
}

/// Counters of a group the way `ovs-ofctl dump-group-stats` shows them (without the space in
/// front). There is no reading them back. In 1.1 and later.
///
/// Spec: ovs-ofctl(8), `dump-group-stats`.
///
/// ```
/// use ryu_sdn::ofproto::{GroupId, GroupStats, V1_3, ovs::GroupStatsText};
///
/// let stats = GroupStats { group_id: GroupId(7), duration_sec: 3, ..GroupStats::default() };
/// assert_eq!(
///     GroupStatsText(V1_3, &stats).to_string(),
///     "group_id=7,duration=3s,ref_count=0,packet_count=0,byte_count=0"
/// );
/// ```
#[derive(Clone, Copy, Debug)]
pub struct GroupStatsText<'a>(pub Version, pub &'a GroupStats);

impl fmt::Display for GroupStatsText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stats = self.1;
        write!(f, "group_id={},", stats.group_id.0)?;
        // Earlier versions do not tell it.
        if self.0 >= V1_3 {
            let time = super::flow_text::Duration(stats.duration_sec, stats.duration_nsec);
            write!(f, "duration={time},")?;
        }
        write!(f, "ref_count={},", stats.ref_count)?;
        write!(f, "packet_count={},byte_count={}", stats.packet_count, stats.byte_count)?;
        for (i, bucket) in stats.bucket_stats.iter().enumerate() {
            let (packets, bytes) = (bucket.packet_count, bucket.byte_count);
            write!(f, ",bucket{i}:packet_count={packets},byte_count={bytes}")?;
        }
        Ok(())
    }
}

/// What the texts of group-mods and of groups have in common.
struct Shown<'a> {
    version: Version,
    group_type: GroupType,
    /// The type that goes without saying.
    implied: Option<GroupType>,
    group_id: GroupId,
    buckets: &'a [Bucket],
    properties: &'a [GroupProp],
}

impl Shown<'_> {
    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.group_id {
            GroupId::ALL => f.write_str("group_id=all")?,
            GroupId(number) => write!(f, "group_id={number}")?,
        }
        if self.implied != Some(self.group_type) {
            match TYPES.iter().find(|(_, known)| *known == self.group_type) {
                Some((word, _)) => write!(f, ",type={word}")?,
                None => write!(f, ",type={}", self.group_type.0)?,
            }
        }
        if self.version >= V1_5 {
            self.properties(f)?;
        }
        // In a select group every bucket weighs something.
        let weight = match self.group_type {
            GroupType::SELECT if self.implied.is_none() => 1,
            _ => 0,
        };
        for bucket in self.buckets {
            f.write_str(",bucket=")?;
            // What the encoder would send: from 1.5 on weight and watch are properties. What it
            // refuses is shown as it is.
            let other = bucket.other_words(self.version).unwrap_or_default();
            let bucket = other.as_ref().unwrap_or(bucket);
            let shown = BucketWriter::new(self.version, bucket);
            shown.write(f, weight)?;
            write!(f, "actions={}", ActionsText(self.version, &bucket.actions))?;
        }
        Ok(())
    }

    fn properties(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.properties;
        if let Some((first, behind)) = rest.split_first()
            && let Some(selection) = SelectionMethod::of_prop(first)
            && write_selection(f, &selection)?
        {
            rest = behind;
        }
        rest.iter().try_for_each(|prop| write!(f, ",property:{}", unread_property(prop)))
    }
}

impl Parser<'_> {
    /// Reads the whole text as a group.
    pub(super) fn group_desc(&self) -> Result<GroupDesc> {
        let group = self.group()?;
        let word = self.text.split_whitespace().next().unwrap_or_default();
        let plain = group.command == GroupModCommand::ADD
            && group.command_bucket_id == GroupMod::BUCKET_ALL
            && !matches!(word, "group" | "add");
        if !plain {
            let kind = OvsTextErrorKind::Expected("a group, not a command");
            return Err(self.error(word, kind));
        }
        let GroupMod { group_type, group_id, buckets, properties, .. } = group;
        Ok(GroupDesc { group_type, group_id, buckets, properties })
    }
}
