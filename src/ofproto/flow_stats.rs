//! Flow entries as multipart messages ask for them and tell them: one by one with counters, without
//! (1.5), and in sum.
//!
//! Spec: 1.0 section 5.3.5, 1.3 sections 7.3.5.2 and 7.3.5.3, 1.5 section 7.3.5.2.

use std::fmt;

use super::codec::{Member, Noun, fields, member, noun};
use super::encode::EncodeError;
use super::flow_mod::FlowModFlags;
use super::ids::{GroupId, PortNo, TableId, is_v1_0};
use super::instruction::Instructions;
use super::match_::Match;
use super::members::Items;
use super::multipart::has_one_reply;
use super::oxs::Stats;
use super::version::{V1_3, V1_4, V1_5, Version};
use super::wire_codec;
use crate::wire::{DecodeError, Padding, Reader, Writer};

/// Which flow entries a flow or aggregate request is about; the default is all of them.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `table_id` | 0 to 254, 255 for all | 1.0 |
/// | `out_port` | 16 bits in 1.0, 32 later; `ANY`: no restriction | 1.0 |
/// | `out_group` | 32 bits; `ANY`: no restriction | 1.1 |
/// | `cookie`, `cookie_mask` | 64 bits each; mask 0: no restriction | 1.1 |
/// | `match_` | in front of the rest in 1.0, behind it later | 1.0 |
///
/// As in a [`FlowMod`](super::FlowMod), restrictions that 1.0 does not have are refused on 1.0.
///
/// Spec: 1.0 section 5.3.5, 1.3 sections 7.3.5.2 and 7.3.5.3.
///
/// # Example: entries of table 3 that output to port 2
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Encode, FlowStatsRequest, MultipartRequest, PortNo, V1_3, Xid};
/// use ryu_sdn::wire::hex;
///
/// let (table_id, out_port) = (3, PortNo(2));
/// let request = FlowStatsRequest { table_id, out_port, ..FlowStatsRequest::default() };
/// let mut buf = BytesMut::new();
/// MultipartRequest::flow(request).encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(
///     hex::encode(&buf),
///     "0412003800000001\
///      00010000000000000300000000000002ffffffff000000000000000000000000\
///      00000000000000000001000400000000"
/// );
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowStatsRequest {
    /// The table, 0 to 254, or [`TableId::ALL`].
    pub table_id: u8,
    /// Only entries that output here, or [`PortNo::ANY`].
    pub out_port: PortNo,
    /// Only entries that use this group, or [`GroupId::ANY`].
    pub out_group: GroupId,
    /// Only entries with this cookie ...
    pub cookie: u64,
    /// ... in these bits.
    pub cookie_mask: u64,
    /// Only entries that this match covers.
    pub match_: Match,
}

impl Default for FlowStatsRequest {
    fn default() -> FlowStatsRequest {
        FlowStatsRequest {
            table_id: TableId::ALL,
            out_port: PortNo::ANY,
            out_group: GroupId::ANY,
            cookie: 0,
            cookie_mask: 0,
            match_: Match::new(),
        }
    }
}

fields!(FlowStatsRequest, |this, v| {
    let FlowStatsRequest { table_id, out_port, out_group, cookie, cookie_mask, match_ } = this;
    if is_v1_0(v.version()) {
        v.require(*out_group == GroupId::ANY, "flow request out_group")?;
        v.without(cookie, "flow request cookie")?;
        v.without(cookie_mask, "flow request cookie_mask")?;
        v.field("match", match_)?;
        v.field("table_id", table_id)?;
        v.pad(1)?;
        return v.field("out_port", out_port);
    }
    v.field("table_id", table_id)?;
    v.pad(3)?;
    v.field("out_port", out_port)?;
    v.field("out_group", out_group)?;
    v.pad(4)?;
    v.field("cookie", cookie)?;
    v.field("cookie_mask", cookie_mask)?;
    v.field("match", match_)
});

impl fmt::Display for FlowStatsRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "table={} out_port={} out_group={}",
            self.table_id, self.out_port, self.out_group
        )?;
        if self.cookie_mask != 0 {
            write!(f, " cookie={:#x}/{:#x}", self.cookie, self.cookie_mask)?;
        }
        write!(f, " {}", self.match_)
    }
}

/// A flow entry with its counters.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | | length of the whole, 2 bytes | 1.0 |
/// | `table_id` | 0 to 254 | 1.0 |
/// | `duration_sec`, `duration_nsec` | seconds, nanoseconds beyond | 1.0 to 1.4 |
/// | `priority` | 16 bits, higher wins | 1.0 |
/// | `idle_timeout`, `hard_timeout` | seconds, 0 for never | 1.0 to 1.4 |
/// | `flags` | bits | 1.3 and 1.4 |
/// | `importance` | 16 bits, higher stays longer | 1.4 |
/// | `cookie` | 64 bits | 1.0 to 1.4 |
/// | `packet_count`, `byte_count` | 64 bits, all ones if not counted | 1.0 to 1.4 |
/// | `match_` | behind `table_id` in 1.0, here later | 1.0 |
/// | `instructions` | what is left; in 1.0 a list of actions | 1.0 to 1.4 |
/// | `reason` | one byte: 0 asked for, 1 a trigger | 1.5 |
/// | `stats` | the counters | 1.5 |
///
/// In 1.5 there are only `table_id`, `reason`, `priority`, `match_` and `stats`; a [`FlowDesc`]
/// has the rest.
///
/// Spec: 1.0 section 5.3.5, 1.3 section 7.3.5.2, 1.4 and 1.5 `ofp_flow_stats`.
///
/// # Example: an entry that dropped seven packets
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Encode, FlowStats, MultipartReply, MultipartReplyBody, V1_3, Xid};
/// use ryu_sdn::wire::hex;
///
/// let (duration_sec, packet_count, byte_count) = (3, 7, 420);
/// let stats = FlowStats { duration_sec, packet_count, byte_count, ..FlowStats::default() };
/// let mut buf = BytesMut::new();
/// MultipartReply::new(MultipartReplyBody::Flow(vec![stats])).encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(
///     hex::encode(&buf),
///     "0413004800000001\
///      0001000000000000003800000000000300000000000000000000000000000000\
///      0000000000000000000000000000000700000000000001a40001000400000000"
/// );
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FlowStats {
    /// The table, 0 to 254.
    pub table_id: u8,
    /// Whole seconds it has lived.
    pub duration_sec: u32,
    /// Nanoseconds beyond these, below 1,000,000,000.
    pub duration_nsec: u32,
    /// Priority; the higher wins.
    pub priority: u16,
    /// Idle timeout in seconds; 0 for none.
    pub idle_timeout: u16,
    /// Hard timeout in seconds; 0 for none.
    pub hard_timeout: u16,
    /// Flags it was added with; 1.3 and later.
    pub flags: FlowModFlags,
    /// The controller's tag.
    pub cookie: u64,
    /// Packets matched; all ones if they are not counted.
    pub packet_count: u64,
    /// Bytes in them; all ones if they are not counted.
    pub byte_count: u64,
    /// Match.
    pub match_: Match,
    /// Instructions; 1.5 has them in [`FlowDesc`].
    pub instructions: Instructions,
    /// The lower, the sooner the switch may evict it; 1.4 and later.
    pub importance: u16,
    /// 1.5: why the statistics were sent; 0 if they were asked for, 1 if a trigger was passed.
    pub reason: u8,
    /// 1.5: the counters, which are not in the fields above then.
    pub stats: Stats,
}

fields!(FlowStats, |this, v| {
    let version = v.version();
    let FlowStats {
        table_id,
        duration_sec,
        duration_nsec,
        priority,
        idle_timeout,
        hard_timeout,
        flags,
        importance,
        cookie,
        packet_count,
        byte_count,
        match_,
        instructions,
        reason,
        stats,
    } = this;
    if version >= V1_5 {
        v.without(duration_sec, "flow stats duration_sec")?;
        v.without(duration_nsec, "flow stats duration_nsec")?;
        v.without(idle_timeout, "flow stats idle_timeout")?;
        v.without(hard_timeout, "flow stats hard_timeout")?;
        v.without(flags, "flow stats flags")?;
        v.without(importance, "flow stats importance")?;
        v.without(cookie, "flow stats cookie")?;
        v.without(packet_count, "flow stats packet_count")?;
        v.without(byte_count, "flow stats byte_count")?;
        v.without(instructions, "flow stats instructions")?;
        return v.boxed(Padding::None, |v| {
            v.len("length")?;
            v.pad(2)?;
            v.field("table_id", table_id)?;
            v.field("reason", reason)?;
            v.field("priority", priority)?;
            v.field("match", match_)?;
            v.field("stats", stats)
        });
    }
    let narrow = is_v1_0(version);
    v.without(reason, "flow stats reason")?;
    v.without(stats, "flow stats stats")?;
    v.boxed(Padding::None, |v| {
        v.len("length")?;
        v.field("table_id", table_id)?;
        v.pad(1)?;
        if narrow {
            v.field("match", match_)?;
        }
        v.field("duration_sec", duration_sec)?;
        v.field("duration_nsec", duration_nsec)?;
        v.field("priority", priority)?;
        v.field("idle_timeout", idle_timeout)?;
        v.field("hard_timeout", hard_timeout)?;
        if version >= V1_4 {
            v.field("flags", flags)?;
            v.field("importance", importance)?;
            v.pad(2)?;
        } else {
            v.without(importance, "flow stats importance")?;
            if version >= V1_3 {
                v.field("flags", flags)?;
                v.pad(4)?;
            } else {
                v.without(flags, "flow stats flags")?;
                v.pad(6)?;
            }
        }
        v.field("cookie", cookie)?;
        v.field("packet_count", packet_count)?;
        v.field("byte_count", byte_count)?;
        if narrow {
            return v.field("actions", instructions);
        }
        v.field("match", match_)?;
        v.field("instructions", instructions)
    })
});
noun!(@only FlowStats, "flow stats", |_version| "OFPFlowStats", 24);

impl FlowStats {
    /// An entry of 1.3 or 1.4 by hand, its fixed part in one go: these come by the ten thousand.
    #[inline]
    fn decode_v1_3<L>(list: &mut L, version: Version, r: &mut Reader<'_>) -> Result<(), DecodeError>
    where
        L: Items<Item = FlowStats>,
    {
        r.name("flow stats");
        let fixed: [u8; 48] = r.array()?;
        let u16_at = |at: usize| u16::from_be_bytes([fixed[at], fixed[at + 1]]);
        let u32_at = |at: usize| u32::from(u16_at(at)) << 16 | u32::from(u16_at(at + 2));
        let u64_at = |at: usize| u64::from(u32_at(at)) << 32 | u64::from(u32_at(at + 4));
        let size = usize::from(u16_at(0));
        let Some(rest) = size.checked_sub(fixed.len()) else {
            return Err(r.bad_length(fixed.len(), fixed.len(), size, "length"));
        };
        let outer = r.narrow(rest, "length")?;
        let entry = list.add(FlowStats {
            table_id: fixed[2],
            duration_sec: u32_at(4),
            duration_nsec: u32_at(8),
            priority: u16_at(12),
            idle_timeout: u16_at(14),
            hard_timeout: u16_at(16),
            flags: FlowModFlags(u16_at(18).into()),
            importance: if version >= V1_4 { u16_at(20) } else { 0 },
            cookie: u64_at(24),
            packet_count: u64_at(32),
            byte_count: u64_at(40),
            match_: Match::new(),
            instructions: Instructions::new(),
            reason: 0,
            stats: Stats::default(),
        });
        entry.match_.refill(version, r)?;
        entry.instructions.refill(version, r)?;
        r.finish()?;
        r.widen(outer);
        Ok(())
    }
}

impl Member for FlowStats {
    const SIZE_MIN: usize = <FlowStats as Noun>::SIZE_MIN;

    fn decode(version: Version, r: &mut Reader<'_>) -> Result<FlowStats, DecodeError> {
        wire_codec::decode(version, r)
    }

    /// The versions of the day by hand; a test compares it with the description.
    #[inline]
    fn decode_onto<L>(list: &mut L, version: Version, r: &mut Reader<'_>) -> Result<(), DecodeError>
    where
        L: Items<Item = FlowStats>,
    {
        if version == V1_3 || version == V1_4 {
            return FlowStats::decode_v1_3(list, version, r);
        }
        wire_codec::decode_onto(list, version, r)
    }

    fn encode(&self, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        wire_codec::encode(self, version, w)
    }

    member!(@json);
}

/// A flow entry whole, as 1.5 asks for separately.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | | length of the whole, 2 bytes; 2 of padding | 1.5 |
/// | `table_id` | 0 to 254; a byte of padding behind | 1.5 |
/// | `priority`, `idle_timeout`, `hard_timeout`, `flags`, `importance` | 2 bytes each | 1.5 |
/// | `cookie` | 64 bits | 1.5 |
/// | `match_`, `stats`, `instructions` | | 1.5 |
///
/// Spec: 1.5 section 7.3.5.2.
///
/// # Example: an entry that dropped seven packets
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Encode, FlowDesc, FlowStats, MultipartReply, MultipartReplyBody};
/// use ryu_sdn::ofproto::{OxsField, Stats, V1_5, Xid};
/// use ryu_sdn::wire::hex;
///
/// let stats = Stats::new().with(OxsField::PacketCount, &[7]);
/// let entry = FlowStats { cookie: 1, stats, ..FlowStats::default() };
/// let mut buf = BytesMut::new();
/// let body = MultipartReplyBody::FlowDesc(vec![FlowDesc { entry }]);
/// MultipartReply::new(body).encode(V1_5, Xid(1), &mut buf)?;
/// assert_eq!(
///     hex::encode(&buf[16..]),
///     "0030000000000000000000000000000000000000000000010001000400000000\
///      00000010800208080000000000000007"
/// );
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FlowDesc {
    /// The entry; its counters are in `stats`.
    pub entry: FlowStats,
}

fields!(FlowDesc, |this, v| {
    let FlowDesc { entry } = this;
    let FlowStats {
        table_id,
        priority,
        idle_timeout,
        hard_timeout,
        flags,
        importance,
        cookie,
        match_,
        stats,
        instructions,
        ..
    } = entry;
    v.boxed(Padding::None, |v| {
        v.len("length")?;
        v.pad(2)?;
        v.field("table_id", table_id)?;
        v.pad(1)?;
        v.field("priority", priority)?;
        v.field("idle_timeout", idle_timeout)?;
        v.field("hard_timeout", hard_timeout)?;
        v.field("flags", flags)?;
        v.field("importance", importance)?;
        v.field("cookie", cookie)?;
        v.field("match", match_)?;
        v.field("stats", stats)?;
        v.field("instructions", instructions)
    })
});
noun!(FlowDesc, "flow desc", "OFPFlowDesc");

impl fmt::Display for FlowDesc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.entry, f)
    }
}

impl fmt::Display for FlowStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "table={} cookie={:#x}", self.table_id, self.cookie)?;
        if self.stats.is_empty() {
            write!(
                f,
                " duration={}.{:09}s packets={} bytes={}",
                self.duration_sec, self.duration_nsec, self.packet_count, self.byte_count
            )?;
        } else {
            // These are all the counters that 1.5 has.
            write!(f, " {}", self.stats)?;
        }
        if self.reason != 0 {
            write!(f, " reason={}", self.reason)?;
        }
        if self.importance != 0 {
            write!(f, " importance={}", self.importance)?;
        }
        if self.idle_timeout != 0 {
            write!(f, " idle_timeout={}", self.idle_timeout)?;
        }
        if self.hard_timeout != 0 {
            write!(f, " hard_timeout={}", self.hard_timeout)?;
        }
        if !self.flags.is_empty() {
            write!(f, " flags={}", self.flags)?;
        }
        write!(f, " priority={},{} {}", self.priority, self.match_, self.instructions)
    }
}

/// Sums over flow entries.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `packet_count`, `byte_count` | 64 bits, all ones if not counted | 1.0 to 1.4 |
/// | `flow_count` | entries, 32 bits; 4 bytes of padding behind | 1.0 to 1.4 |
/// | `stats` | the sums | 1.5 |
///
/// Spec: 1.0 section 5.3.5, 1.3 section 7.3.5.3, 1.5 `ofp_aggregate_stats_reply`.
///
/// # Example: two entries, in two forms
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{AggregateStats, Encode, MultipartReply, MultipartReplyBody, OxsField};
/// use ryu_sdn::ofproto::{Stats, V1_3, V1_5, Xid};
/// use ryu_sdn::wire::hex;
///
/// let reply = |sums| MultipartReply::new(MultipartReplyBody::Aggregate(sums));
/// let mut buf = BytesMut::new();
/// let (packet_count, byte_count, flow_count) = (7, 420, 2);
/// let old = AggregateStats { packet_count, byte_count, flow_count, ..Default::default() };
/// reply(old).encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(hex::encode(&buf[16..]), "000000000000000700000000000001a40000000200000000");
/// buf.clear();
/// let stats = Stats::new().with(OxsField::FlowCount, &[2]);
/// reply(AggregateStats { stats, ..Default::default() }).encode(V1_5, Xid(1), &mut buf)?;
/// assert_eq!(hex::encode(&buf[16..]), "0000000c800206040000000200000000");
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AggregateStats {
    /// Packets matched.
    pub packet_count: u64,
    /// Bytes in them.
    pub byte_count: u64,
    /// Entries.
    pub flow_count: u32,
    /// 1.5: the sums, which are not in the fields above then.
    pub stats: Stats,
}

fields!(AggregateStats, |this, v| {
    let AggregateStats { packet_count, byte_count, flow_count, stats } = this;
    if v.version() >= V1_5 {
        v.without(packet_count, "aggregate packet_count")?;
        v.without(byte_count, "aggregate byte_count")?;
        v.without(flow_count, "aggregate flow_count")?;
        v.remark("length", stats.wire_len().next_multiple_of(8))?;
        return v.field("stats", stats);
    }
    v.without(stats, "aggregate stats")?;
    v.field("packet_count", packet_count)?;
    v.field("byte_count", byte_count)?;
    v.field("flow_count", flow_count)?;
    v.pad(4)
});
noun!(AggregateStats, "aggregate", |version| {
    if has_one_reply(version) { "OFPAggregateStatsReply" } else { "OFPAggregateStats" }
});

impl fmt::Display for AggregateStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let AggregateStats { packet_count, byte_count, flow_count, stats } = self;
        if !stats.is_empty() {
            // These are all the sums that 1.5 has.
            return write!(f, "{stats}");
        }
        write!(f, "packets={packet_count} bytes={byte_count} flows={flow_count}")
    }
}
