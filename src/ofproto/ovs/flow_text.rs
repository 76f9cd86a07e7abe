//! Flow-mods and flow entries as text:
//! `cookie=0x1, idle_timeout=5, priority=10,ip,nw_dst=10.0.0.0/8 actions=output:2`.

use std::fmt;

use super::error::OvsTextErrorKind;
use super::instruction_text::{InstructionsText, is_nothing};
use super::match_text::MatchText;
use super::protocols::Protocols;
use super::token::{Item, Items, expected};
use super::{Parser, Result};
use crate::ofproto::{
    BufferId, FlowMod, FlowModCommand, FlowModFlags, FlowStats, GroupId, Instructions, Match,
    OxsField, PortNo, Stats, TableId, V1_0, V1_2, V1_3, V1_4, V1_5, Version,
};

/// A flow-mod in the form of `ovs-ofctl dump-flows --no-stats`, with the command in front if it is
/// not `add`, and with the attributes that only flow-mods have.
/// [`parse_flow`](super::parse_flow) reads it back.
///
/// What means nothing to the command is left out: the cookie mask of an `add`, the cookie of a
/// delete without a mask.
///
/// Form: `COMMAND cookie=0x1, table=2, idle_timeout=10, priority=5,MATCH actions=INSTRUCTIONS`,
/// each part only if it is not the default; seconds are decimal, cookies hexadecimal. In every
/// version.
///
/// Spec: ovs-ofctl(8), "Flow Syntax".
///
/// ```
/// use ryu_sdn::ofproto::{FlowMod, Match, TableId, V1_3, ovs::FlowText};
///
/// let flow = FlowMod { table_id: 2, match_: Match::new().eth_type(0x86dd), ..FlowMod::delete() };
/// assert_eq!(FlowText(V1_3, &flow).to_string(), "delete table=2, ipv6");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct FlowText<'a>(pub Version, pub &'a FlowMod);

impl fmt::Display for FlowText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.write(&mut text)?;
        // A delete of everything ends with what would separate it from a match.
        f.write_str(text.trim_end_matches([' ', ',']))
    }
}

impl FlowText<'_> {
    fn write(&self, f: &mut dyn fmt::Write) -> fmt::Result {
        let FlowText(version, flow) = *self;
        let is_delete = is_delete(flow.command);
        if flow.command != FlowModCommand::ADD {
            write!(f, "{} ", flow.command)?;
        }
        if flow.cookie_mask != 0 && flow.command != FlowModCommand::ADD {
            write!(f, "cookie={:#x}/{:#x}, ", flow.cookie, flow.cookie_mask)?;
        } else if flow.cookie != 0 && !is_delete {
            write!(f, "cookie={:#x}, ", flow.cookie)?;
        }
        let all = version == V1_0 && flow.table_id == TableId::ALL;
        if flow.table_id != default_table(version, flow.command) && !all {
            write!(f, "table={}, ", flow.table_id)?;
        }
        timeouts(f, flow.idle_timeout, flow.hard_timeout)?;
        if flow.out_port != PortNo::ANY {
            write!(f, "out_port={}, ", flow.out_port)?;
        }
        if flow.out_group != GroupId::ANY {
            write!(f, "out_group={}, ", flow.out_group.0)?;
        }
        if flow.buffer_id.is_buffered() {
            write!(f, "buffer_id={}, ", flow.buffer_id)?;
        }
        flags(f, flow.flags)?;
        importance(f, version, flow.importance)?;
        let shown = conditions(f, version, flow.priority, &flow.match_)?;
        if is_delete && is_nothing(&flow.instructions) {
            return Ok(());
        }
        instructions(f, shown, version, &flow.instructions)
    }
}

/// A flow entry the way `ovs-ofctl dump-flows` shows it (without the space in front).
/// [`parse_flow_stats`](super::parse_flow_stats) reads it back, and
/// [`parse_flow`](super::parse_flow) makes from it the flow-mod that adds such an entry.
///
/// Form: `cookie=0x1, duration=3.25s, table=0, n_packets=7, n_bytes=420,` and then as in
/// [`FlowText`]. In every version.
///
/// Spec: ovs-ofctl(8), "Flow Syntax" and `dump-flows`.
///
/// ```
/// use ryu_sdn::ofproto::{FlowStats, V1_3, ovs::FlowStatsText};
///
/// let stats = FlowStats { priority: 1, packet_count: 3, ..FlowStats::default() };
/// assert_eq!(
///     FlowStatsText::new(V1_3, &stats).to_string(),
///     "cookie=0x0, duration=0s, table=0, n_packets=3, n_bytes=0, priority=1 actions=drop"
/// );
/// assert_eq!(FlowStatsText::new(V1_3, &stats).no_stats().to_string(), "priority=1 actions=drop");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct FlowStatsText<'a> {
    version: Version,
    stats: &'a FlowStats,
    counters: bool,
}

impl<'a> FlowStatsText<'a> {
    /// With counters.
    pub const fn new(version: Version, stats: &'a FlowStats) -> FlowStatsText<'a> {
        FlowStatsText { version, stats, counters: true }
    }

    /// Leaves out the counters, the duration, and cookie and table if they are 0, as
    /// `ovs-ofctl --no-stats` does.
    #[must_use]
    pub const fn no_stats(self) -> FlowStatsText<'a> {
        FlowStatsText { counters: false, ..self }
    }
}

impl fmt::Display for FlowStatsText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stats = self.stats;
        if self.counters || stats.cookie != 0 {
            write!(f, "cookie={:#x}, ", stats.cookie)?;
        }
        let counters = Counters::of(self.version, stats);
        if self.counters {
            match counters.duration {
                Some((sec, nsec)) => write!(f, "duration={}, ", Duration(sec, nsec))?,
                None => f.write_str("duration=?, ")?,
            }
        }
        if self.counters || stats.table_id != 0 {
            write!(f, "table={}, ", stats.table_id)?;
        }
        if self.counters {
            let count = |n: Option<u64>| n.map_or("?".to_owned(), |n| n.to_string());
            let (packets, bytes) = (count(counters.n_packets), count(counters.n_bytes));
            write!(f, "n_packets={packets}, n_bytes={bytes}, ")?;
        }
        timeouts(f, stats.idle_timeout, stats.hard_timeout)?;
        flags(f, stats.flags)?;
        importance(f, self.version, stats.importance)?;
        if let (true, Some(age)) = (self.counters, counters.idle_age) {
            write!(f, "idle_age={age}, ")?;
        }
        let shown = conditions(f, self.version, stats.priority, &stats.match_)?;
        instructions(f, shown, self.version, &stats.instructions)
    }
}

/// Seconds, with the nanoseconds beyond as Open vSwitch shows them.
pub(super) struct Duration(pub(super) u32, pub(super) u32);

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0, self.1) {
            (sec, 0) => write!(f, "{sec}s"),
            (sec, n) if n % 1_000_000 == 0 => write!(f, "{sec}.{:03}s", n / 1_000_000),
            (sec, n) => write!(f, "{sec}.{n:09}s"),
        }
    }
}

/// The counters of an entry, wherever the version keeps them; `None` if they were not told.
struct Counters {
    duration: Option<(u32, u32)>,
    n_packets: Option<u64>,
    n_bytes: Option<u64>,
    /// Whole seconds since the last packet; 1.5.
    idle_age: Option<u64>,
}

impl Counters {
    fn of(version: Version, entry: &FlowStats) -> Counters {
        if version < V1_5 {
            let counted = |n: u64| Some(n).filter(|n| *n != u64::MAX);
            return Counters {
                duration: Some((entry.duration_sec, entry.duration_nsec)),
                n_packets: counted(entry.packet_count),
                n_bytes: counted(entry.byte_count),
                idle_age: None,
            };
        }
        let get = |field| entry.stats.get(field);
        Counters {
            // Both words have 32 bits.
            duration: get(OxsField::Duration).map(|[sec, nsec]| (sec as u32, nsec as u32)),
            n_packets: get(OxsField::PacketCount).map(|[n, _]| n),
            n_bytes: get(OxsField::ByteCount).map(|[n, _]| n),
            idle_age: get(OxsField::IdleTime).map(|[sec, _]| sec),
        }
    }
}

/// Left out where the encoder leaves it out too: before 1.4 no switch evicts.
fn importance(f: &mut dyn fmt::Write, version: Version, importance: u16) -> fmt::Result {
    if importance != 0 && version >= V1_4 { write!(f, "importance={importance}, ") } else { Ok(()) }
}

fn timeouts(f: &mut dyn fmt::Write, idle: u16, hard: u16) -> fmt::Result {
    if idle != 0 {
        write!(f, "idle_timeout={idle}, ")?;
    }
    if hard != 0 {
        write!(f, "hard_timeout={hard}, ")?;
    }
    Ok(())
}

/// The words for flags, and the first version that has each.
const FLAGS: &[(&str, FlowModFlags, Version)] = &[
    ("send_flow_rem", FlowModFlags::SEND_FLOW_REM, V1_0),
    ("check_overlap", FlowModFlags::CHECK_OVERLAP, V1_0),
    ("reset_counts", FlowModFlags::RESET_COUNTS, V1_2),
    ("no_packet_counts", FlowModFlags::NO_PKT_COUNTS, V1_3),
    ("no_byte_counts", FlowModFlags::NO_BYT_COUNTS, V1_3),
    ("emerg", FlowModFlags::EMERG, V1_0),
];

fn flags(f: &mut dyn fmt::Write, flags: FlowModFlags) -> fmt::Result {
    let mut rest = flags.0;
    for (word, flag, _) in FLAGS {
        if rest & flag.0 != 0 {
            write!(f, "{word} ")?;
            rest &= !flag.0;
        }
    }
    if rest != 0 { write!(f, "flags={rest:#x} ") } else { Ok(()) }
}

/// Priority and match; whether there was anything to show.
fn conditions(
    f: &mut dyn fmt::Write,
    version: Version,
    priority: u16,
    m: &Match,
) -> std::result::Result<bool, fmt::Error> {
    let text = MatchText(version, m).to_string();
    let default = priority == FlowMod::DEFAULT_PRIORITY;
    if !default {
        write!(f, "priority={priority}")?;
        if !text.is_empty() {
            f.write_str(",")?;
        }
    }
    f.write_str(&text)?;
    Ok(!default || !text.is_empty())
}

fn instructions(
    f: &mut dyn fmt::Write,
    space: bool,
    version: Version,
    list: &Instructions,
) -> fmt::Result {
    f.write_str(if space { " actions=" } else { "actions=" })?;
    write!(f, "{}", InstructionsText(version, list))
}

fn is_delete(command: FlowModCommand) -> bool {
    matches!(command, FlowModCommand::DELETE | FlowModCommand::DELETE_STRICT)
}

/// Deletes are about every table unless they say which.
fn default_table(version: Version, command: FlowModCommand) -> u8 {
    if is_delete(command) && version != V1_0 { TableId::ALL } else { 0 }
}

const COMMANDS: &[(&str, FlowModCommand)] = &[
    ("add", FlowModCommand::ADD),
    ("modify", FlowModCommand::MODIFY),
    ("modify_strict", FlowModCommand::MODIFY_STRICT),
    ("delete", FlowModCommand::DELETE),
    ("delete_strict", FlowModCommand::DELETE_STRICT),
];

/// A value and the word that gave it.
pub(super) type Given<'t, T> = Option<(T, &'t str)>;

/// All that can stand before `actions=`, and what stands behind it.
#[derive(Default)]
struct Parts<'t> {
    table: Given<'t, u8>,
    cookie: Given<'t, (u64, Option<u64>)>,
    priority: Given<'t, u16>,
    idle_timeout: Given<'t, u16>,
    hard_timeout: Given<'t, u16>,
    out_port: Given<'t, PortNo>,
    out_group: Given<'t, u32>,
    buffer_id: Given<'t, u32>,
    importance: Given<'t, u16>,
    /// `None` in these is a `?`: not told.
    duration: Given<'t, Option<(u32, u32)>>,
    n_packets: Given<'t, Option<u64>>,
    n_bytes: Given<'t, Option<u64>>,
    idle_age: Given<'t, u32>,
    /// Seconds that only Nicira's flow statistics have.
    hard_age: Given<'t, u32>,
    flags: FlowModFlags,
    conditions: Vec<Item<'t>>,
    actions: Option<&'t str>,
}

/// The value, or the one that goes without saying.
pub(super) fn or<T: Copy>(given: Given<'_, T>, default: T) -> T {
    given.map_or(default, |(value, _)| value)
}

impl Parts<'_> {
    /// The counters as 1.5 has them: those that were told, in the order of Open vSwitch.
    fn stats(&self) -> Stats {
        let mut stats = Stats::new();
        if let Some((Some((sec, nsec)), _)) = self.duration {
            stats = stats.with(OxsField::Duration, &[sec.into(), nsec.into()]);
        }
        if let Some((seconds, _)) = self.idle_age {
            stats = stats.with(OxsField::IdleTime, &[seconds.into()]);
        }
        if let Some((Some(packets), _)) = self.n_packets {
            stats = stats.with(OxsField::PacketCount, &[packets]);
        }
        if let Some((Some(bytes), _)) = self.n_bytes {
            stats = stats.with(OxsField::ByteCount, &[bytes]);
        }
        stats
    }
}

impl<'t> Parser<'t> {
    /// Reads the whole text as a flow-mod.
    pub(super) fn flow(&self) -> Result<FlowMod> {
        let (command, text) = command(self.text);
        let parts = self.parts(text)?;
        let not_here = |token| Err(self.error(token, OvsTextErrorKind::NotInVersion(self.version)));
        let is_delete = is_delete(command);
        let mut flow = FlowMod {
            command,
            table_id: or(parts.table, default_table(self.version, command)),
            priority: or(parts.priority, FlowMod::DEFAULT_PRIORITY),
            idle_timeout: or(parts.idle_timeout, 0),
            hard_timeout: or(parts.hard_timeout, 0),
            out_port: or(parts.out_port, PortNo::ANY),
            out_group: GroupId(or(parts.out_group, GroupId::ANY.0)),
            buffer_id: BufferId(or(parts.buffer_id, BufferId::NO_BUFFER.0)),
            flags: parts.flags,
            importance: or(parts.importance, 0),
            match_: self.build_match(&parts.conditions)?,
            ..FlowMod::add()
        };
        if let Some((table, token)) = parts.table {
            if self.version == V1_0 && table != 0 {
                return not_here(token);
            }
            if table == TableId::ALL && !is_delete {
                return Err(self.error(token, expected("a table, 0 to 254")));
            }
        }
        match parts.cookie {
            Some(((_, Some(_)), token)) if self.version == V1_0 => return not_here(token),
            Some(((_, Some(_)), token)) if command == FlowModCommand::ADD => {
                return Err(self.error(token, expected("a cookie without a mask in an addition")));
            }
            Some(((_, None), token)) if is_delete => {
                return Err(self.error(token, expected("cookie=COOKIE/MASK in a deletion")));
            }
            Some(((cookie, mask), _)) => {
                flow.cookie = cookie;
                flow.cookie_mask = mask.unwrap_or(0);
            }
            None => {}
        }
        if let (V1_0, Some((_, token))) = (self.version, parts.out_group) {
            return not_here(token);
        }
        match parts.actions {
            Some(text) => {
                flow.instructions = self.read_instructions(text, Protocols::of(&flow.match_))?;
            }
            None if is_delete => {}
            None => return Err(self.error(&text[text.len()..], expected("actions="))),
        }
        Ok(flow)
    }

    /// Reads the whole text as a flow entry.
    pub(super) fn flow_stats(&self) -> Result<FlowStats> {
        let parts = self.parts(self.text)?;
        let foreign = [
            parts.out_port.map(|(_, token)| token),
            parts.out_group.map(|(_, token)| token),
            parts.buffer_id.map(|(_, token)| token),
        ];
        if let Some(token) = foreign.into_iter().flatten().next() {
            return Err(self.error(token, expected("what flow statistics have")));
        }
        // 1.5 has one of the two by itself.
        let idle_age = parts.idle_age.filter(|_| self.version < V1_5);
        if let Some((_, token)) = parts.hard_age.or(idle_age) {
            let kind = OvsTextErrorKind::NotSupported("the ages of Nicira's flow statistics");
            return Err(self.error(token, kind));
        }
        let (cookie, token) = parts.cookie.unwrap_or(((0, None), ""));
        let (cookie, None) = cookie else {
            return Err(self.error(token, expected("a cookie without a mask")));
        };
        let Some(actions) = parts.actions else {
            let end = &self.text[self.text.len()..];
            return Err(self.error(end, expected("actions=")));
        };
        let match_ = self.build_match(&parts.conditions)?;
        let instructions = self.read_instructions(actions, Protocols::of(&match_))?;
        let entry = FlowStats {
            table_id: or(parts.table, 0),
            priority: or(parts.priority, FlowMod::DEFAULT_PRIORITY),
            idle_timeout: or(parts.idle_timeout, 0),
            hard_timeout: or(parts.hard_timeout, 0),
            flags: parts.flags,
            importance: or(parts.importance, 0),
            cookie,
            instructions,
            match_,
            ..FlowStats::default()
        };
        if self.version >= V1_5 {
            return Ok(FlowStats { stats: parts.stats(), ..entry });
        }
        let Some((duration_sec, duration_nsec)) = or(parts.duration, Some((0, 0))) else {
            let token = parts.duration.map_or(self.text, |(_, token)| token);
            return Err(self.error(token, expected("a duration, which this version always has")));
        };
        Ok(FlowStats {
            duration_sec,
            duration_nsec,
            packet_count: or(parts.n_packets, Some(0)).unwrap_or(u64::MAX),
            byte_count: or(parts.n_bytes, Some(0)).unwrap_or(u64::MAX),
            ..entry
        })
    }

    /// Takes a text apart.
    fn parts(&self, text: &'t str) -> Result<Parts<'t>> {
        let mut parts = Parts::default();
        let mut items = Items::new(text);
        while let Some(key) = items.key() {
            if matches!(key, "actions" | "action") {
                let rest = items.rest.trim_start();
                let Some(actions) = rest.strip_prefix('=') else {
                    return Err(self.error(key, expected("= and a list behind this word")));
                };
                parts.actions = Some(actions);
                break;
            }
            let value = items.value(self)?;
            if key.is_empty() {
                let at = value.unwrap_or(items.rest);
                return Err(self.error(at, expected("a name before the value")));
            }
            match value {
                Some(value) => self.attribute(&mut parts, key, value)?,
                None => self.word(&mut parts, key)?,
            }
        }
        Ok(parts)
    }

    fn word(&self, parts: &mut Parts<'t>, key: &'t str) -> Result<()> {
        match FLAGS.iter().find(|(word, ..)| *word == key) {
            Some((_, flag, since)) => {
                // The emergency flow cache went with 1.1.
                let gone = *flag == FlowModFlags::EMERG && self.version != V1_0;
                if self.version < *since || gone {
                    return Err(self.error(key, OvsTextErrorKind::NotInVersion(self.version)));
                }
                parts.flags = FlowModFlags(parts.flags.0 | flag.0);
            }
            None => parts.conditions.push(Item { key, value: None }),
        }
        Ok(())
    }

    fn attribute(&self, parts: &mut Parts<'t>, key: &'t str, value: &'t str) -> Result<()> {
        const SHORT: &str = "a number of 16 bits";
        const LONG: &str = "a number of 32 bits";
        match key {
            "table" => self.set(&mut parts.table, key, self.int(value, "a table, 0 to 255")?),
            "cookie" => {
                let (cookie, mask) = match value.split_once('/') {
                    Some((cookie, mask)) => (cookie, Some(self.int_64(mask)?)),
                    None => (value, None),
                };
                self.set(&mut parts.cookie, key, (self.int_64(cookie)?, mask))
            }
            "priority" => self.set(&mut parts.priority, key, self.int(value, SHORT)?),
            "idle_timeout" => self.set(&mut parts.idle_timeout, key, self.int(value, SHORT)?),
            "hard_timeout" => self.set(&mut parts.hard_timeout, key, self.int(value, SHORT)?),
            "out_port" => self.set(&mut parts.out_port, key, self.port(value)?),
            "out_group" => self.set(&mut parts.out_group, key, self.int(value, LONG)?),
            "buffer_id" => self.set(&mut parts.buffer_id, key, self.int(value, LONG)?),
            "importance" if self.version < V1_4 => {
                Err(self.error(key, OvsTextErrorKind::NotInVersion(self.version)))
            }
            "importance" => self.set(&mut parts.importance, key, self.int(value, SHORT)?),
            "duration" if value == "?" => self.set(&mut parts.duration, key, None),
            "duration" => self.set(&mut parts.duration, key, Some(self.duration(value)?)),
            "n_packets" => self.set(&mut parts.n_packets, key, self.count(value)?),
            "n_bytes" => self.set(&mut parts.n_bytes, key, self.count(value)?),
            "idle_age" => self.set(&mut parts.idle_age, key, self.int(value, LONG)?),
            "hard_age" => self.set(&mut parts.hard_age, key, self.int(value, LONG)?),
            "flags" => {
                let known = FLAGS.iter().fold(0, |all, (_, flag, _)| all | flag.0);
                let bits: u16 = self.int(value, SHORT)?;
                if u32::from(bits) & known != 0 {
                    return Err(self.error(value, expected("known flags by their names")));
                }
                parts.flags = FlowModFlags(parts.flags.0 | u32::from(bits));
                Ok(())
            }
            _ => {
                parts.conditions.push(Item { key, value: Some(value) });
                Ok(())
            }
        }
    }

    /// Keeps a value; refuses another one for the same thing.
    pub(super) fn set<T: PartialEq>(
        &self,
        place: &mut Given<'t, T>,
        key: &'t str,
        value: T,
    ) -> Result<()> {
        if place.as_ref().is_some_and(|(old, _)| *old != value) {
            return Err(self.error(key, OvsTextErrorKind::Contradiction));
        }
        *place = Some((value, key));
        Ok(())
    }

    /// A counter; `?` if it was not told.
    fn count(&self, text: &str) -> Result<Option<u64>> {
        if text == "?" { Ok(None) } else { self.int_64(text).map(Some) }
    }

    /// Seconds and nanoseconds of `5s` or `5.25s`.
    fn duration(&self, text: &str) -> Result<(u32, u32)> {
        const DURATION: &str = "seconds, as 5.250s";
        let plain = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        let read = || {
            let (sec, fraction) = text.strip_suffix('s')?.split_once('.').map_or_else(
                || (text.trim_end_matches('s'), "0"),
                |(sec, fraction)| (sec, fraction),
            );
            if !plain(sec) || !plain(fraction) || fraction.len() > 9 {
                return None;
            }
            let scale = 10u32.pow(9 - fraction.len() as u32);
            Some((sec.parse().ok()?, fraction.parse::<u32>().ok()? * scale))
        };
        read().ok_or_else(|| self.error(text, expected(DURATION)))
    }
}

/// Takes the command off, if there is one: `delete ip` or `flow delete ip`.
fn command(text: &str) -> (FlowModCommand, &str) {
    fn split(text: &str) -> (&str, &str) {
        let text = text.trim_start();
        text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()))
    }
    let (word, rest) = split(text);
    let (word, rest) = if word == "flow" { split(rest) } else { (word, rest) };
    match COMMANDS.iter().find(|(name, _)| *name == word) {
        Some((_, command)) => (*command, rest),
        None => (FlowModCommand::ADD, text),
    }
}
