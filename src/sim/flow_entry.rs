//! A flow entry: what is looked for, what is done, how long it stays, what it has counted.

use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::ofproto::{
    Action, FlowMod, FlowModFlags, FlowRemoved, FlowRemovedReason, FlowStats, GroupId, Instruction,
    Instructions, Match, OxsField, PortNo, Stats, V1_0, V1_2, V1_5, Version,
};

use super::pattern::Pattern;

/// One row of a flow table.
#[derive(Clone, Debug)]
pub(super) struct FlowEntry {
    pub(super) table_id: u8,
    pub(super) priority: u16,
    pub(super) pattern: Pattern,
    /// As the controller wrote it, for statistics.
    pub(super) match_: Match,
    pub(super) cookie: u64,
    pub(super) flags: FlowModFlags,
    pub(super) idle_timeout: u16,
    pub(super) hard_timeout: u16,
    /// Kept to be told (1.4); no table evicts anything.
    pub(super) importance: u16,
    /// Shared with the packets that are on their way through it.
    pub(super) instructions: Rc<Instructions>,
    pub(super) added: Instant,
    pub(super) used: Instant,
    /// Where the table has filed it to be looked at; use moves the true end beyond that.
    pub(super) deadline: Option<Instant>,
    pub(super) packets: u64,
    pub(super) bytes: u64,
}

impl FlowEntry {
    pub(super) fn new(flow_mod: &FlowMod, table_id: u8, pattern: Pattern, now: Instant) -> Self {
        FlowEntry {
            table_id,
            priority: flow_mod.priority,
            pattern,
            match_: flow_mod.match_.clone(),
            cookie: flow_mod.cookie,
            flags: flow_mod.flags,
            idle_timeout: flow_mod.idle_timeout,
            hard_timeout: flow_mod.hard_timeout,
            importance: flow_mod.importance,
            instructions: Rc::new(flow_mod.instructions.clone()),
            added: now,
            used: now,
            deadline: None,
            packets: 0,
            bytes: 0,
        }
    }

    /// Whether this is the entry for what no other matches (1.3 section 5.4).
    pub(super) fn is_table_miss(&self) -> bool {
        self.priority == 0 && self.pattern.is_empty()
    }

    /// Counts a packet, as far as the entry wants that.
    pub(super) fn count(&mut self, size: usize, now: Instant) {
        if !self.flags.contains(FlowModFlags::NO_PKT_COUNTS) {
            self.packets += 1;
        }
        if !self.flags.contains(FlowModFlags::NO_BYT_COUNTS) {
            self.bytes += size as u64;
        }
        self.used = now;
    }

    /// When it will go unless it is used before, and why; `None` if it stays for good.
    pub(super) fn expiry(&self) -> Option<(Instant, FlowRemovedReason)> {
        let after = |since: Instant, seconds: u16, reason| {
            (seconds != 0).then(|| (since + Duration::from_secs(seconds.into()), reason))
        };
        let hard = after(self.added, self.hard_timeout, FlowRemovedReason::HARD_TIMEOUT);
        let idle = after(self.used, self.idle_timeout, FlowRemovedReason::IDLE_TIMEOUT);
        [hard, idle].into_iter().flatten().min_by_key(|(at, _)| *at)
    }

    /// Whether one of its actions sends to `port`; every entry does for [`PortNo::ANY`].
    pub(super) fn outputs_to(&self, port: PortNo) -> bool {
        port == PortNo::ANY
            || self.actions().any(|action| match action {
                Action::Output { port: out, .. } | Action::Enqueue { port: out, .. } => {
                    *out == port
                }
                _ => false,
            })
    }

    /// Whether one of its actions uses `group`; every entry does for [`GroupId::ANY`].
    pub(super) fn uses_group(&self, group: GroupId) -> bool {
        group == GroupId::ANY
            || self.actions().any(|action| matches!(action, Action::Group(used) if *used == group))
    }

    fn actions(&self) -> impl Iterator<Item = &Action> {
        self.instructions.iter().flat_map(|instruction| match instruction {
            Instruction::ApplyActions(actions) | Instruction::WriteActions(actions) => &actions[..],
            _ => &[],
        })
    }

    /// Packets and bytes as messages have them: all ones where they are not counted.
    fn counters(&self) -> (u64, u64) {
        let counted = |flag, count| if self.flags.contains(flag) { u64::MAX } else { count };
        let packets = counted(FlowModFlags::NO_PKT_COUNTS, self.packets);
        (packets, counted(FlowModFlags::NO_BYT_COUNTS, self.bytes))
    }

    /// The entry with its counters.
    pub(super) fn stats(&self, now: Instant) -> FlowStats {
        let age = now.saturating_duration_since(self.added);
        let (packet_count, byte_count) = self.counters();
        FlowStats {
            table_id: self.table_id,
            duration_sec: u32::try_from(age.as_secs()).unwrap_or(u32::MAX),
            duration_nsec: age.subsec_nanos(),
            priority: self.priority,
            idle_timeout: self.idle_timeout,
            hard_timeout: self.hard_timeout,
            importance: self.importance,
            flags: self.flags,
            cookie: self.cookie,
            packet_count,
            byte_count,
            match_: self.match_.clone(),
            instructions: (*self.instructions).clone(),
            ..FlowStats::default()
        }
    }

    /// The message that it has gone, if the controller wants one.
    pub(super) fn removed(
        &self,
        reason: FlowRemovedReason,
        version: Version,
        now: Instant,
    ) -> Option<FlowRemoved> {
        if !self.flags.contains(FlowModFlags::SEND_FLOW_REM) {
            return None;
        }
        let age = now.saturating_duration_since(self.added);
        let (packet_count, byte_count) = self.counters();
        if version >= V1_5 {
            return Some(FlowRemoved {
                cookie: self.cookie,
                priority: self.priority,
                reason,
                table_id: self.table_id,
                idle_timeout: self.idle_timeout,
                hard_timeout: self.hard_timeout,
                match_: self.match_.clone(),
                stats: counters_v1_5(&self.stats(now)),
                ..FlowRemoved::default()
            });
        }
        Some(FlowRemoved {
            cookie: self.cookie,
            priority: self.priority,
            reason,
            // An entry of 1.3 may outlive it, and 1.0 has no words for these.
            table_id: if version == V1_0 { 0 } else { self.table_id },
            duration_sec: u32::try_from(age.as_secs()).unwrap_or(u32::MAX),
            duration_nsec: age.subsec_nanos(),
            idle_timeout: self.idle_timeout,
            hard_timeout: if version < V1_2 { 0 } else { self.hard_timeout },
            packet_count,
            byte_count,
            match_: self.match_.clone(),
            ..FlowRemoved::default()
        })
    }
}

/// The counters of an entry as 1.5 has them.
pub(super) fn counters_v1_5(entry: &FlowStats) -> Stats {
    let age = [entry.duration_sec.into(), entry.duration_nsec.into()];
    let counted =
        [(OxsField::PacketCount, entry.packet_count), (OxsField::ByteCount, entry.byte_count)];
    let counted = counted.into_iter().filter(|(_, count)| *count != u64::MAX);
    let stats = Stats::new().with(OxsField::Duration, &age);
    counted.fold(stats, |stats, (field, count)| stats.with(field, &[count]))
}
