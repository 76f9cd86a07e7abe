//! The items that multipart messages carry: descriptions and counters.
//!
//! Spec: 1.0 section 5.3.5, 1.3 sections 7.3.5.1 to 7.3.5.6.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;

use super::codec::{Member, Noun, fields, member, noun};
use super::encode::EncodeError;
use super::flow_mod::FlowModFlags;
use super::ids::{GroupId, PortNo, TableId, is_v1_0};
use super::instruction::Instructions;
use super::match_::Match;
use super::members::{Fixed, Low32};
use super::multipart::has_one_reply;
use super::oxs::Stats;
use super::port_prop::PortStatsProp;
use super::version::{V1_1, V1_2, V1_3, V1_4, V1_5, Version};
use super::wire_codec;
use crate::wire::{DecodeError, Padding, Reader, Writer};

/// Text in a field of fixed size, without the zeros behind it. Shares the receive buffer. Since
/// 1.0; the field says how many bytes there can be.
///
/// Spec: 1.0 section 5.3.5, 1.3 section 7.3.5.1 (`DESC_STR_LEN` and the like).
/// See the example of [`DescStats`].
///
/// ```
/// use ryu_sdn::ofproto::Text;
///
/// assert_eq!(Text::from("Nicira, Inc.").as_str(), "Nicira, Inc.");
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Text(Bytes);

impl Text {
    /// The text before the first zero byte; bytes that are no UTF-8 are replaced.
    pub fn as_str(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.0.split(|b| *b == 0).next().unwrap_or(&[]))
    }

    /// The bytes, up to the last that is not zero.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn decode(r: &mut Reader<'_>, size: usize) -> Result<Text, DecodeError> {
        let mut bytes = r.bytes(size)?;
        let used = bytes.iter().rposition(|b| *b != 0).map_or(0, |last| last + 1);
        bytes.truncate(used);
        Ok(Text(bytes))
    }

    pub(super) fn encode(
        &self,
        w: &mut Writer<'_>,
        size: usize,
        what: &'static str,
    ) -> Result<(), EncodeError> {
        if self.0.len() > size {
            return Err(EncodeError::TooLong { what, len: self.0.len() });
        }
        w.fixed(&self.0, size);
        Ok(())
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text(Bytes::copy_from_slice(text.trim_end_matches('\0').as_bytes()))
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A peer chose these bytes: what is not printable must not reach a terminal.
        write!(f, "{}", self.as_str().escape_debug())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

/// Who made the switch.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `mfr_desc`, `hw_desc`, `sw_desc` | 256 bytes of text each, zeros behind | 1.0 |
/// | `serial_num` | 32 bytes of text, zeros behind | 1.0 |
/// | `dp_desc` | 256 bytes of text, zeros behind | 1.0 |
///
/// Spec: 1.0 section 5.3.5, 1.3 section 7.3.5.1.
///
/// # Example: a description, 1,068 bytes in all
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{DescStats, Encode, MultipartReply, MultipartReplyBody, V1_0, Xid};
///
/// let desc = DescStats { serial_num: "7".into(), dp_desc: "s1".into(), ..DescStats::default() };
/// let mut buf = BytesMut::new();
/// MultipartReply::new(MultipartReplyBody::Desc(desc)).encode(V1_0, Xid(1), &mut buf)?;
/// assert_eq!(buf[..12], [1, 17, 0x04, 0x2c, 0, 0, 0, 1, 0, 0, 0, 0]);
/// assert_eq!((buf.len(), &buf[780..782], &buf[812..815]), (1068, &b"7\0"[..], &b"s1\0"[..]));
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescStats {
    /// Manufacturer; at most 256 bytes.
    pub mfr_desc: Text,
    /// Hardware; at most 256 bytes.
    pub hw_desc: Text,
    /// Software; at most 256 bytes.
    pub sw_desc: Text,
    /// Serial number; at most 32 bytes.
    pub serial_num: Text,
    /// The datapath, for people; at most 256 bytes.
    pub dp_desc: Text,
}

fields!(DescStats, |this, v| {
    let DescStats { mfr_desc, hw_desc, sw_desc, serial_num, dp_desc } = this;
    v.with::<Fixed<256>, _>("mfr_desc", mfr_desc)?;
    v.with::<Fixed<256>, _>("hw_desc", hw_desc)?;
    v.with::<Fixed<256>, _>("sw_desc", sw_desc)?;
    v.with::<Fixed<32>, _>("serial_num", serial_num)?;
    v.with::<Fixed<256>, _>("dp_desc", dp_desc)
});
noun!(DescStats, "desc", "OFPDescStats");

impl fmt::Display for DescStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "mfr={:?} hw={:?} sw={:?} serial={:?} dp={:?}",
            self.mfr_desc, self.hw_desc, self.sw_desc, self.serial_num, self.dp_desc
        )
    }
}

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
        v.require(*out_group == GroupId::ANY, "out_group in a flow request")?;
        v.require(*cookie_mask == 0, "cookie_mask in a flow request")?;
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
        } else if version >= V1_3 {
            v.field("flags", flags)?;
            v.pad(4)?;
        } else {
            v.pad(6)?;
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
    fn decode_v1_3(version: Version, r: &mut Reader<'_>) -> Result<FlowStats, DecodeError> {
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
        let match_ = Match::decode(version, r)?;
        let instructions = Instructions::decode(version, r)?;
        r.finish()?;
        r.widen(outer);
        Ok(FlowStats {
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
            match_,
            instructions,
            reason: 0,
            stats: Stats::default(),
        })
    }
}

impl Member for FlowStats {
    const SIZE_MIN: usize = <FlowStats as Noun>::SIZE_MIN;

    /// The versions of the day by hand; a test compares it with the description.
    #[inline]
    fn decode(version: Version, r: &mut Reader<'_>) -> Result<FlowStats, DecodeError> {
        if version == V1_3 || version == V1_4 {
            return FlowStats::decode_v1_3(version, r);
        }
        wire_codec::decode(version, r)
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
        write!(
            f,
            "table={} cookie={:#x} duration={}.{:09}s packets={} bytes={}",
            self.table_id,
            self.cookie,
            self.duration_sec,
            self.duration_nsec,
            self.packet_count,
            self.byte_count
        )?;
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
/// let stats = Stats::new().with(OxsField::FlowCount, &[2]);
/// let sums = AggregateStats { packet_count: 7, byte_count: 420, flow_count: 2, stats };
/// let reply = MultipartReply::new(MultipartReplyBody::Aggregate(sums));
/// let mut buf = BytesMut::new();
/// reply.encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(hex::encode(&buf[16..]), "000000000000000700000000000001a40000000200000000");
/// buf.clear();
/// reply.encode(V1_5, Xid(1), &mut buf)?;
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
        return v.field("stats", stats);
    }
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
        let AggregateStats { packet_count, byte_count, flow_count, .. } = self;
        write!(f, "packets={packet_count} bytes={byte_count} flows={flow_count}")
    }
}

/// Counters of a table; 1.0 adds what 1.3 moved to table features.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `table_id` | 0 to 254; padding behind: 3 bytes, in 1.1 and 1.2 seven | 1.0 |
/// | `name` | 32 bytes of text, zeros behind | 1.0 to 1.2 |
/// | `wildcards` | bits of the match | 1.0 and 1.1 |
/// | `features` | | 1.1 and 1.2 |
/// | `max_entries` | entries, 32 bits | 1.0 to 1.2 |
/// | `active_count` | entries, 32 bits | 1.0 |
/// | `lookup_count`, `matched_count` | packets, 64 bits | 1.0 |
///
/// Spec: 1.0 section 5.3.5, 1.1 and 1.2 section A.3.5.3, 1.3 section 7.3.5.4.
///
/// # Example: a table of two entries
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Encode, MultipartReply, MultipartReplyBody, TableStats, V1_3, Xid};
/// use ryu_sdn::wire::hex;
///
/// let (table_id, active_count, lookup_count, matched_count) = (3, 2, 9, 7);
/// let stats =
///     TableStats { table_id, active_count, lookup_count, matched_count, ..Default::default() };
/// let mut buf = BytesMut::new();
/// MultipartReply::new(MultipartReplyBody::Table(vec![stats])).encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(
///     hex::encode(&buf),
///     "0413002800000001\
///      0003000000000000030000000000000200000000000000090000000000000007"
/// );
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableStats {
    /// The table, 0 to 254.
    pub table_id: u8,
    /// Its name, at most 32 bytes. 1.0 to 1.2.
    pub name: Text,
    /// The wildcards it can do. 1.0 and 1.1.
    pub wildcards: u32,
    /// Entries it has room for. 1.0 to 1.2.
    pub max_entries: u32,
    /// Entries it has.
    pub active_count: u32,
    /// Packets looked up.
    pub lookup_count: u64,
    /// Packets that matched an entry.
    pub matched_count: u64,
    /// What it can do; 1.1 and 1.2.
    pub features: TableStatsFeatures,
}

fields!(TableStats, |this, v| {
    let TableStats {
        table_id,
        name,
        wildcards,
        max_entries,
        active_count,
        lookup_count,
        matched_count,
        features,
    } = this;
    let version = v.version();
    v.field("table_id", table_id)?;
    v.pad(if (V1_1..V1_3).contains(&version) { 7 } else { 3 })?;
    if version < V1_3 {
        v.with::<Fixed<32>, _>("name", name)?;
    }
    if version <= V1_1 {
        v.field("wildcards", wildcards)?;
    }
    let TableStatsFeatures {
        match_,
        wildcards,
        write_actions,
        apply_actions,
        write_setfields,
        apply_setfields,
        metadata_match,
        metadata_write,
        instructions,
        config,
    } = features;
    if version == V1_1 {
        let fields = *wildcards | *write_setfields | *apply_setfields;
        v.require(fields | *metadata_match | *metadata_write == 0, "field bits of a table")?;
        v.with::<Low32, _>("match", match_)?;
        v.field("instructions", instructions)?;
        v.field("write_actions", write_actions)?;
        v.field("apply_actions", apply_actions)?;
        v.field("config", config)?;
    }
    if version == V1_2 {
        v.field("match", match_)?;
        v.field("wildcards", wildcards)?;
        v.field("write_actions", write_actions)?;
        v.field("apply_actions", apply_actions)?;
        v.field("write_setfields", write_setfields)?;
        v.field("apply_setfields", apply_setfields)?;
        v.field("metadata_match", metadata_match)?;
        v.field("metadata_write", metadata_write)?;
        v.field("instructions", instructions)?;
        v.field("config", config)?;
    }
    if version < V1_3 {
        v.field("max_entries", max_entries)?;
    }
    v.field("active_count", active_count)?;
    v.field("lookup_count", lookup_count)?;
    v.field("matched_count", matched_count)
});
noun!(TableStats, "table stats", "OFPTableStats");

/// What a table of 1.1 and 1.2 can do: bits by the numbers of fields (in 1.1 by those of its
/// wildcards), actions and instructions. Later versions have table features.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `match_` | bits: 32 in 1.1, 64 in 1.2 | 1.1 and 1.2 |
/// | `wildcards` | 64 bits | 1.2 |
/// | `write_actions`, `apply_actions` | 32 bits each | 1.1 and 1.2 |
/// | `write_setfields`, `apply_setfields` | 64 bits each | 1.2 |
/// | `metadata_match`, `metadata_write` | 64 bits each | 1.2 |
/// | `instructions` | 32 bits; in 1.1 behind `match_` | 1.1 and 1.2 |
/// | `config` | 32 bits, as in a [`TableMod`](super::TableMod) | 1.1 and 1.2 |
///
/// Spec: 1.1 and 1.2, both section A.3.5.3.
///
/// # Example: a table that matches Ethernet addresses and applies outputs
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Encode, MultipartReply, MultipartReplyBody, TableStats};
/// use ryu_sdn::ofproto::{TableStatsFeatures, V1_2, Xid};
/// use ryu_sdn::wire::hex;
///
/// let (match_, apply_actions, instructions) = (1 << 3 | 1 << 4, 1 << 0, 1 << 4);
/// let features =
///     TableStatsFeatures { match_, apply_actions, instructions, ..Default::default() };
/// let stats = TableStats { features, max_entries: 100, ..TableStats::default() };
/// let mut buf = BytesMut::new();
/// MultipartReply::new(MultipartReplyBody::Table(vec![stats])).encode(V1_2, Xid(1), &mut buf)?;
/// assert_eq!(
///     hex::encode(&buf[56..]),
///     "0000000000000018000000000000000000000000000000010000000000000000\
///      0000000000000000000000000000000000000000000000000000001000000000\
///      000000640000000000000000000000000000000000000000"
/// );
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TableStatsFeatures {
    /// Fields it can match.
    pub match_: u64,
    /// Fields it can leave open; 1.2.
    pub wildcards: u64,
    /// Actions of write-actions.
    pub write_actions: u32,
    /// Actions of apply-actions.
    pub apply_actions: u32,
    /// Fields that write-actions can set; 1.2.
    pub write_setfields: u64,
    /// Fields that apply-actions can set; 1.2.
    pub apply_setfields: u64,
    /// Bits of the metadata it can match; 1.2.
    pub metadata_match: u64,
    /// Bits of the metadata it can write; 1.2.
    pub metadata_write: u64,
    /// Instructions.
    pub instructions: u32,
    /// What happens to packets that no entry matches: 0 to the controller, 1 to the next table,
    /// 2 dropped.
    pub config: u32,
}

impl fmt::Display for TableStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "table={} active={} lookup={} matched={}",
            self.table_id, self.active_count, self.lookup_count, self.matched_count
        )
    }
}

/// Counters of a port; all ones where the switch does not count.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `port_no` | 16 bits in 1.0, 32 later | 1.0 |
/// | `duration_sec`, `duration_nsec` | seconds, nanoseconds beyond; at the end in 1.3 | 1.3 |
/// | `rx_packets`, `tx_packets` | packets, 64 bits | 1.0 |
/// | `rx_bytes`, `tx_bytes` | bytes, 64 bits | 1.0 |
/// | `rx_dropped`, `tx_dropped`, `rx_errors`, `tx_errors` | packets, 64 bits | 1.0 |
/// | `rx_frame_err`, `rx_over_err`, `rx_crc_err`, `collisions` | 64 bits | 1.0 to 1.3 |
/// | `properties` | TLVs, these errors in one of them; the length of all is in front | 1.4 |
///
/// Spec: 1.0 section 5.3.5, 1.3 section 7.3.5.6, 1.4 and 1.5 `ofp_port_stats`.
///
/// # Example: two packets in
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Encode, MultipartReply, MultipartReplyBody, PortNo, PortStats};
/// use ryu_sdn::ofproto::{V1_0, Xid};
/// use ryu_sdn::wire::hex;
///
/// let (port_no, rx_packets, rx_bytes) = (PortNo(2), 2, 120);
/// let stats = PortStats { port_no, rx_packets, rx_bytes, ..PortStats::default() };
/// let mut buf = BytesMut::new();
/// MultipartReply::new(MultipartReplyBody::PortStats(vec![stats])).encode(V1_0, Xid(1), &mut buf)?;
/// assert_eq!(
///     hex::encode(&buf[..48]),
///     "0111007400000001000400000002000000000000000000000000000200000000\
///      00000000000000000000007800000000"
/// );
/// assert_eq!(buf.len(), 116);
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PortStats {
    /// The port.
    pub port_no: PortNo,
    /// Packets received.
    pub rx_packets: u64,
    /// Packets sent.
    pub tx_packets: u64,
    /// Bytes received.
    pub rx_bytes: u64,
    /// Bytes sent.
    pub tx_bytes: u64,
    /// Packets dropped coming in.
    pub rx_dropped: u64,
    /// Packets dropped going out.
    pub tx_dropped: u64,
    /// Errors coming in, the next three included.
    pub rx_errors: u64,
    /// Errors going out.
    pub tx_errors: u64,
    /// Frame alignment errors.
    pub rx_frame_err: u64,
    /// Overruns.
    pub rx_over_err: u64,
    /// Checksum errors.
    pub rx_crc_err: u64,
    /// Collisions.
    pub collisions: u64,
    /// Whole seconds the port has been there; 1.3 and later.
    pub duration_sec: u32,
    /// Nanoseconds beyond these, below 1,000,000,000.
    pub duration_nsec: u32,
    /// 1.4 and later: what depends on the kind of port. Three of the errors and the collisions are
    /// in [`PortStatsProp::Ethernet`] then.
    pub properties: Vec<PortStatsProp>,
}

fields!(PortStats, |this, v| {
    let PortStats {
        port_no,
        rx_packets,
        tx_packets,
        rx_bytes,
        tx_bytes,
        rx_dropped,
        tx_dropped,
        rx_errors,
        tx_errors,
        rx_frame_err,
        rx_over_err,
        rx_crc_err,
        collisions,
        duration_sec,
        duration_nsec,
        properties,
    } = this;
    let version = v.version();
    if version >= V1_4 {
        return v.boxed(Padding::None, |v| {
            v.len("length")?;
            v.pad(2)?;
            v.field("port_no", port_no)?;
            v.field("duration_sec", duration_sec)?;
            v.field("duration_nsec", duration_nsec)?;
            v.field("rx_packets", rx_packets)?;
            v.field("tx_packets", tx_packets)?;
            v.field("rx_bytes", rx_bytes)?;
            v.field("tx_bytes", tx_bytes)?;
            v.field("rx_dropped", rx_dropped)?;
            v.field("tx_dropped", tx_dropped)?;
            v.field("rx_errors", rx_errors)?;
            v.field("tx_errors", tx_errors)?;
            v.field("properties", properties)
        });
    }
    v.field("port_no", port_no)?;
    v.pad(if is_v1_0(version) { 6 } else { 4 })?;
    v.field("rx_packets", rx_packets)?;
    v.field("tx_packets", tx_packets)?;
    v.field("rx_bytes", rx_bytes)?;
    v.field("tx_bytes", tx_bytes)?;
    v.field("rx_dropped", rx_dropped)?;
    v.field("tx_dropped", tx_dropped)?;
    v.field("rx_errors", rx_errors)?;
    v.field("tx_errors", tx_errors)?;
    v.field("rx_frame_err", rx_frame_err)?;
    v.field("rx_over_err", rx_over_err)?;
    v.field("rx_crc_err", rx_crc_err)?;
    v.field("collisions", collisions)?;
    if version >= V1_3 {
        v.field("duration_sec", duration_sec)?;
        v.field("duration_nsec", duration_nsec)?;
    }
    Ok(())
});
noun!(PortStats, "port stats", "OFPPortStats");

impl fmt::Display for PortStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "port={} rx_packets={} rx_bytes={} rx_dropped={} rx_errors={} tx_packets={} tx_bytes={} tx_dropped={} tx_errors={} collisions={}",
            self.port_no,
            self.rx_packets,
            self.rx_bytes,
            self.rx_dropped,
            self.rx_errors,
            self.tx_packets,
            self.tx_bytes,
            self.tx_dropped,
            self.tx_errors,
            self.collisions
        )
    }
}
