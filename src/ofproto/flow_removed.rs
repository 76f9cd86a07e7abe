//! Flow-removed: an entry has gone.
//!
//! Spec: 1.0 section 5.4.2, 1.3 section 7.4.2.

use std::fmt;

use super::codec::{fields, noun};
use super::encode::Body;
use super::ids::is_v1_0;
use super::match_::Match;
use super::message_type::MessageType;
use super::oxs::Stats;
use super::version::{V1_2, V1_5};
use crate::wire_number;

/// A flow entry that asked for it has gone; every version.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `cookie` | 64 bits | 1.0 |
/// | `priority` | 0 to 65,535 | 1.0 |
/// | `reason` | 0 to 5 | 1.0 |
/// | `table_id` | table, 0 to 254 | 1.1; 0 in 1.0 |
/// | `duration_sec`, `duration_nsec` | seconds, nanoseconds beyond | 1.0 to 1.4 |
/// | `idle_timeout` | seconds, 0 for never | 1.0 |
/// | `hard_timeout` | seconds, 0 for never | 1.2; 0 before |
/// | `packet_count`, `byte_count` | all ones if not counted | 1.0 to 1.4 |
/// | `match_` | | 1.0 |
/// | `stats` | | 1.5 |
///
/// Spec: 1.0 section 5.4.2, 1.3 section 7.4.2; `ofp_flow_removed`.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Encode, FlowRemoved, FlowRemovedReason, V1_3, Xid};
/// use ryu_sdn::wire::hex;
///
/// let reason = FlowRemovedReason::HARD_TIMEOUT;
/// let lived = FlowRemoved { duration_sec: 60, hard_timeout: 60, ..FlowRemoved::default() };
/// let gone = FlowRemoved { reason, priority: 10, packet_count: 2, byte_count: 120, ..lived };
/// let mut buf = BytesMut::new();
/// gone.encode(V1_3, Xid(1), &mut buf)?;
/// let parts = [
///     "040b 0038 00000001 0000000000000000",            // header, cookie
///     "000a 01 00 0000003c 00000000 0000 003c",         // priority to hard_timeout
///     "0000000000000002 0000000000000078 0001 0004 00000000", // counters, match
/// ];
/// assert_eq!(Some(buf.to_vec()), hex::decode(&parts.concat()));
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FlowRemoved {
    /// The entry's tag.
    pub cookie: u64,
    /// The entry's priority.
    pub priority: u16,
    /// Why it went.
    pub reason: FlowRemovedReason,
    /// The table it was in, 0 to 254.
    pub table_id: u8,
    /// Whole seconds it lived.
    pub duration_sec: u32,
    /// Nanoseconds beyond these, 0 to 999,999,999.
    pub duration_nsec: u32,
    /// Its idle timeout in seconds; 0 for never.
    pub idle_timeout: u16,
    /// Its hard timeout in seconds; 0 for never.
    pub hard_timeout: u16,
    /// Packets it matched; all ones if they were not counted.
    pub packet_count: u64,
    /// Bytes in them; all ones if they were not counted.
    pub byte_count: u64,
    /// Its match.
    pub match_: Match,
    /// 1.5: the counters, which are not in the fields above then.
    pub stats: Stats,
}

wire_number! {
    /// Why a flow entry went; 8 bits, every version.
    ///
    /// Spec: 1.0 section 5.4.2, 1.3 section 7.4.2; `ofp_flow_removed_reason`.
    ///
    /// See the example of [`FlowRemoved`].
    pub struct FlowRemovedReason(u8) {
        /// No packet for the idle timeout.
        IDLE_TIMEOUT = 0, "idle_timeout";
        /// The hard timeout.
        HARD_TIMEOUT = 1, "hard_timeout";
        /// A flow-mod deleted it.
        DELETE = 2, "delete";
        /// Its group was deleted (1.1 and later).
        GROUP_DELETE = 3, "group_delete";
        /// Its meter was deleted (1.4 and later).
        METER_DELETE = 4, "meter_delete";
        /// The switch made room (1.4 and later).
        EVICTION = 5, "eviction";
    }
}

fields!(FlowRemoved, |this, v| {
    let FlowRemoved {
        cookie,
        priority,
        reason,
        table_id,
        duration_sec,
        duration_nsec,
        idle_timeout,
        hard_timeout,
        packet_count,
        byte_count,
        match_,
        stats,
    } = this;
    let version = v.version();
    if version >= V1_5 {
        v.without(duration_sec, "flow_removed duration_sec")?;
        v.without(duration_nsec, "flow_removed duration_nsec")?;
        v.without(packet_count, "flow_removed packet_count")?;
        v.without(byte_count, "flow_removed byte_count")?;
        v.field("table_id", table_id)?;
        v.field("reason", reason)?;
        v.field("priority", priority)?;
        v.field("idle_timeout", idle_timeout)?;
        v.field("hard_timeout", hard_timeout)?;
        v.field("cookie", cookie)?;
        v.field("match", match_)?;
        return v.field("stats", stats);
    }
    v.without(stats, "flow_removed stats")?;
    let narrow = is_v1_0(version);
    if narrow {
        v.field("match", match_)?;
    }
    v.field("cookie", cookie)?;
    v.field("priority", priority)?;
    v.field("reason", reason)?;
    if narrow {
        v.without(table_id, "flow_removed table_id")?;
        v.pad(1)?;
    } else {
        v.field("table_id", table_id)?;
    }
    v.field("duration_sec", duration_sec)?;
    v.field("duration_nsec", duration_nsec)?;
    v.field("idle_timeout", idle_timeout)?;
    if version >= V1_2 {
        v.field("hard_timeout", hard_timeout)?;
    } else {
        v.without(hard_timeout, "flow_removed hard_timeout")?;
        v.pad(2)?;
    }
    v.field("packet_count", packet_count)?;
    v.field("byte_count", byte_count)?;
    if narrow { Ok(()) } else { v.field("match", match_) }
});
noun!(FlowRemoved, "flow_removed", "OFPFlowRemoved");

impl Body for FlowRemoved {
    const TYPE: MessageType = MessageType::FlowRemoved;
}

impl fmt::Display for FlowRemoved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "flow_removed reason={} table={} cookie={:#x} priority={} {}",
            self.reason, self.table_id, self.cookie, self.priority, self.match_
        )?;
        let timeouts = [self.idle_timeout, self.hard_timeout];
        let timeouts = format_args!("idle_timeout={} hard_timeout={}", timeouts[0], timeouts[1]);
        if !self.stats.is_empty() {
            // These are all the counters that 1.5 has.
            return write!(f, " {timeouts} {}", self.stats);
        }
        write!(
            f,
            " duration={}.{:09}s {timeouts} packets={} bytes={}",
            self.duration_sec, self.duration_nsec, self.packet_count, self.byte_count
        )
    }
}
