//! Reads groups; [`super::group_text`] writes them.

use super::action_reader::ActionReader;
use super::bucket_text::{BUCKET_IDS, BUCKET_MAX, read_property};
use super::error::OvsTextErrorKind;
use super::flow_text::{Given, or};
use super::group_text::{ADD_OR_MOD, COMMANDS, TYPES, is_about_buckets, is_removal};
use super::protocols::Protocols;
use super::token::{Items, expected};
use super::{Parser, Result};
use crate::ofproto::{
    ActionList, Bucket, BucketProp, BucketPropWatch, BucketPropWeight, GroupId, GroupMod,
    GroupModCommand, GroupProp, GroupType, PortNo, SelectionMethod, V1_0, V1_5,
};

const GROUP: &str = "a group, 0 to 4294967040";
const BUCKET: &str = "a bucket, 0 to 4294967040";
const SHORT: &str = "a number of 16 bits";
const KEYS: &str = "group_id, type, command_bucket_id, selection_method, selection_method_param, \
                    fields, property or bucket";

/// All that can stand before the buckets.
#[derive(Default)]
struct Head<'t> {
    group_id: Given<'t, u32>,
    group_type: Given<'t, GroupType>,
    command_bucket_id: Given<'t, u32>,
    method: Given<'t, &'t str>,
    param: Given<'t, u64>,
    fields: Given<'t, &'t str>,
    properties: Vec<GroupProp>,
}

/// One bucket as the text has it.
#[derive(Default)]
struct Words<'t> {
    bucket_id: Given<'t, u32>,
    weight: Given<'t, u16>,
    watch_port: Given<'t, PortNo>,
    watch_group: Given<'t, u32>,
    properties: Vec<BucketProp>,
    actions: ActionList,
}

impl<'t> Parser<'t> {
    /// Reads the whole text as a group-mod.
    pub(super) fn group(&self) -> Result<GroupMod> {
        let (command, word, text) = command(self.text);
        let not_here = |token| Err(self.error(token, OvsTextErrorKind::NotInVersion(self.version)));
        if self.version == V1_0 || is_about_buckets(command) && self.version < V1_5 {
            return not_here(word);
        }
        let starts = bucket_starts(text);
        let end = &text[text.len()..];
        let head = &text[..starts.first().copied().unwrap_or(text.len())];
        if let (Some(start), true) = (starts.first(), is_removal(command)) {
            let bucket = &text[*start..*start + "bucket".len()];
            return Err(self.error(bucket, expected("no bucket in a removal")));
        }
        let all = command == GroupModCommand::DELETE && head.trim().is_empty();
        let head = self.group_head(command, head)?;
        let Some((group_id, _)) = head.group_id.or(all.then_some((GroupId::ALL.0, ""))) else {
            return Err(self.error(end, expected("group_id=")));
        };
        let described =
            matches!(command, GroupModCommand::ADD | GroupModCommand::MODIFY | ADD_OR_MOD);
        if head.group_type.is_none() && described {
            return Err(self.error(end, expected("type=all, select, indirect or ff")));
        }
        let inserts = command == GroupModCommand::INSERT_BUCKET;
        if head.command_bucket_id.is_none() && inserts {
            return Err(self.error(end, expected("command_bucket_id=")));
        }
        let ends = starts.iter().skip(1).copied().chain([text.len()]);
        let mut words = Vec::new();
        for (start, end) in starts.iter().zip(ends) {
            words.push(self.bucket(&text[start + "bucket=".len()..end])?);
        }
        let group_type = or(head.group_type, GroupType::ALL);
        let weight = (group_type == GroupType::SELECT && !inserts).then_some(1);
        let mut group = GroupMod {
            command,
            group_type,
            group_id: GroupId(group_id),
            command_bucket_id: or(head.command_bucket_id, GroupMod::BUCKET_ALL),
            buckets: self.numbered(words, weight)?,
            properties: Vec::new(),
        };
        group.properties.extend(self.selection(&head)?);
        group.properties.extend(head.properties);
        Ok(group)
    }

    fn group_head(&self, command: GroupModCommand, text: &'t str) -> Result<Head<'t>> {
        let mut head = Head::default();
        let mut items = Items::new(text);
        while let Some(item) = items.next(self)? {
            let key = item.key;
            let Some(value) = item.value else { return Err(self.error(key, expected(KEYS))) };
            let since_v1_5 = || match self.version >= V1_5 {
                true => Ok(()),
                false => Err(self.error(key, OvsTextErrorKind::NotInVersion(self.version))),
            };
            match key {
                "group_id" => {
                    let number = match value {
                        "all" if command == GroupModCommand::DELETE => GroupId::ALL.0,
                        "all" => {
                            return Err(self.error(value, expected(GROUP)));
                        }
                        _ => self.up_to(value, GroupId::MAX.0, GROUP)?,
                    };
                    self.set(&mut head.group_id, key, number)?;
                }
                "type" => {
                    let known = TYPES.iter().find(|(word, _)| *word == value).map(|row| row.1);
                    // The numbers without a name are experimenters'.
                    let number = || self.int(value, "").ok().filter(|v: &u8| *v > 3).map(GroupType);
                    let Some(group_type) = known.or_else(number) else {
                        return Err(self.error(value, expected("all, select, indirect or ff")));
                    };
                    self.set(&mut head.group_type, key, group_type)?;
                }
                "command_bucket_id" => {
                    since_v1_5()?;
                    let known = BUCKET_IDS.iter().find(|(word, _)| *word == value);
                    let number = match known {
                        Some((_, number)) => *number,
                        None => self.up_to(value, BUCKET_MAX, BUCKET)?,
                    };
                    self.set(&mut head.command_bucket_id, key, number)?;
                }
                "selection_method" => {
                    since_v1_5()?;
                    if value.is_empty() || value.len() > 15 {
                        return Err(self.error(value, expected("a name of at most 15 bytes")));
                    }
                    self.set(&mut head.method, key, value)?;
                }
                "selection_method_param" => {
                    since_v1_5()?;
                    self.set(&mut head.param, key, self.int_64(value)?)?;
                }
                "fields" => {
                    since_v1_5()?;
                    self.set(&mut head.fields, key, value)?;
                }
                "property" => {
                    since_v1_5()?;
                    head.properties.push(self.property(value)?);
                }
                _ => return Err(self.error(key, expected(KEYS))),
            }
        }
        Ok(head)
    }

    /// The property that says how the group selects.
    fn selection(&self, head: &Head<'t>) -> Result<Option<GroupProp>> {
        let Some((method, _)) = head.method else {
            let alone = head.param.map(|(_, key)| key).or(head.fields.map(|(_, key)| key));
            return match alone {
                Some(key) => Err(self.error(key, expected("selection_method= too"))),
                None => Ok(None),
            };
        };
        if let (Some((_, key)), false) = (head.fields, method == "hash") {
            return Err(self.error(key, expected("selection_method=hash with fields")));
        }
        let fields = self.selection_fields(or(head.fields, ""))?;
        let param = or(head.param, 0);
        Ok(Some(SelectionMethod { method: method.into(), param, fields }.to_prop()))
    }

    /// What stands behind `bucket=`.
    fn bucket(&self, text: &'t str) -> Result<Words<'t>> {
        let mut words = Words::default();
        let mut actions = ActionReader::new(self, Protocols::default());
        let mut told = false;
        let mut items = Items::new(text);
        while let Some(key) = items.key() {
            if matches!(key, "actions" | "action") {
                let Some(rest) = items.rest.strip_prefix('=') else {
                    return Err(self.error(key, expected("= and a list behind this word")));
                };
                (items.rest, told) = (rest, true);
                continue;
            }
            let value = items.value(self)?;
            if key.is_empty() {
                let at = value.unwrap_or(items.rest);
                return Err(self.error(at, expected("a name before the value")));
            }
            let since_v1_5 = || match self.version >= V1_5 {
                true => Ok(()),
                false => Err(self.error(key, OvsTextErrorKind::NotInVersion(self.version))),
            };
            match (key, value) {
                ("bucket_id", Some(value)) => {
                    since_v1_5()?;
                    let number = self.up_to(value, BUCKET_MAX, BUCKET)?;
                    self.set(&mut words.bucket_id, key, number)?;
                }
                ("weight", Some(value)) => {
                    self.set(&mut words.weight, key, self.int(value, SHORT)?)?;
                }
                ("watch_port", Some(value)) => {
                    self.set(&mut words.watch_port, key, self.port(value)?)?;
                }
                ("watch_group", Some(value)) => {
                    let number = self.up_to(value, GroupId::MAX.0, GROUP)?;
                    self.set(&mut words.watch_group, key, number)?;
                }
                ("property", Some(value)) => {
                    since_v1_5()?;
                    words.properties.push(self.property(value)?);
                }
                _ => {
                    actions.item(&super::token::Item { key, value })?;
                    told = true;
                }
            }
        }
        if !told {
            let at = if text.is_empty() { text } else { text.trim_end_matches([',', ' ']) };
            return Err(self.error(&at[at.len()..], expected("actions= in this bucket")));
        }
        words.actions = actions.list;
        Ok(words)
    }

    /// The buckets, each with a number if the version has them; `weight` is for those that do not
    /// say theirs.
    fn numbered(&self, words: Vec<Words<'t>>, weight: Option<u16>) -> Result<Vec<Bucket>> {
        let mut taken = std::collections::BTreeSet::new();
        for (number, key) in words.iter().filter_map(|words| words.bucket_id) {
            if !taken.insert(number) {
                let kind = expected("a bucket_id that no other bucket has");
                return Err(self.error(key, kind));
            }
        }
        let mut free = (0..).filter(|number| !taken.contains(number));
        let one = |words: Words<'t>| {
            let weight = words.weight.map(|(weight, _)| weight).or(weight);
            let watch_port = or(words.watch_port, PortNo::ANY);
            let watch_group = GroupId(or(words.watch_group, GroupId::ANY.0));
            let actions = words.actions;
            if self.version < V1_5 {
                let weight = weight.unwrap_or(0);
                return Bucket { weight, watch_port, watch_group, actions, ..Bucket::default() };
            }
            let watch = |(watch, _)| BucketPropWatch { watch };
            let port = words.watch_port.map(|(port, key)| (port.0, key));
            let mut properties = Vec::new();
            properties.extend(weight.map(|weight| BucketProp::Weight(BucketPropWeight { weight })));
            properties.extend(port.map(watch).map(BucketProp::WatchPort));
            properties.extend(words.watch_group.map(watch).map(BucketProp::WatchGroup));
            properties.extend(words.properties);
            let given = words.bucket_id.map(|(number, _)| number);
            // There are fewer buckets in a text than there are numbers.
            let bucket_id = given.or_else(|| free.next()).unwrap_or_default();
            Bucket { bucket_id, actions, properties, ..Bucket::default() }
        };
        Ok(words.into_iter().map(one).collect())
    }

    fn property<T: crate::ofproto::codec::Member>(&self, text: &str) -> Result<T> {
        const PROPERTY: &str = "a property in hexadecimal, with its type, length and padding";
        read_property(text).ok_or_else(|| self.error(text, expected(PROPERTY)))
    }

    /// A number of 32 bits that is not larger than `max`.
    fn up_to(&self, text: &str, max: u32, what: &'static str) -> Result<u32> {
        let number = self.int(text, what)?;
        if number > max { Err(self.error(text, expected(what))) } else { Ok(number) }
    }
}

/// Takes the command off, if there is one, `delete` or `group delete`: the command, the first word
/// and the rest.
fn command(text: &str) -> (GroupModCommand, &str, &str) {
    fn split(text: &str) -> (&str, &str) {
        let text = text.trim_start();
        let is_end = |c: char| c.is_whitespace() || matches!(c, ',' | '=' | ':');
        text.split_at(text.find(is_end).unwrap_or(text.len()))
    }
    let (first, rest) = split(text);
    let (word, rest) = if first == "group" { split(rest) } else { (first, rest) };
    match COMMANDS.iter().find(|(name, _)| *name == word) {
        Some((_, command)) => (*command, word, rest),
        None if first == "group" => {
            (GroupModCommand::ADD, first, &text[text.len() - rest.len() - word.len()..])
        }
        None => (GroupModCommand::ADD, first, text),
    }
}

/// Where buckets begin: each `bucket=` that is a word of its own and in no parentheses.
fn bucket_starts(text: &str) -> Vec<usize> {
    let mut starts = Vec::new();
    let (mut depth, mut before) = (0usize, ' ');
    for (i, c) in text.char_indices() {
        let is_word = matches!(before, ',' | ' ' | '\t' | '\r' | '\n');
        if depth == 0 && is_word && text[i..].starts_with("bucket=") {
            starts.push(i);
        }
        depth = match c {
            '(' => depth + 1,
            ')' => depth.saturating_sub(1),
            _ => depth,
        };
        before = c;
    }
    starts
}
