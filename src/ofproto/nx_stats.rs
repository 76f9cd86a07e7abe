//! Nicira's statistics of 1.0: flow entries and sums with `nx_match`, and flow monitors (these up
//! to 1.2).
//!
//! Spec: Open vSwitch's `nicira-ext.h`, `NXST_FLOW`, `NXST_AGGREGATE`, `NXST_FLOW_MONITOR`.

use std::fmt;

use super::codec::{display, fields, member, noun};
use super::flow_stats::{AggregateStats, FlowStats};
use super::flow_update_ext::flow_updates;
use super::ids::{PortNo, TableId};
use super::layout::layout;
use super::match_::Match;
use super::nx_layout::{Actions, AsV1_0};
use super::nx_match::{NxMatch, padding};
use crate::wire::Padding;

/// A flow entry with its counters, as Nicira tells it.
///
/// | field | unit, range |
/// |---|---|
/// | `entry` | what other versions tell too, but for `flags` |
/// | `idle_age`, `hard_age` | seconds plus one, 0 if the switch does not tell |
///
/// ```text
/// +--------+-------+---+--------------+---------------+------
/// | length | table | 0 | duration sec | duration nsec | ...
/// +----------+------+------+-----------+----------+----------+--------+---------+-------
/// | priority | idle | hard | match_len | idle_age | hard_age | cookie | packets | bytes
/// +----------+------+------+-----------+----------+----------+--------+---------+-------
/// | nx_match, padded | actions
/// +------------------+--------
/// ```
///
/// Spec: Open vSwitch's `nicira-ext.h`, `NXST_FLOW`.
///
/// # Example: one entry
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::*;
/// use ryu_sdn::wire::hex;
///
/// let entry = FlowStats {
///     cookie: 0x1234,
///     duration_nsec: 144_000_000,
///     priority: 100,
///     match_: Match::new().in_port(PortNo(1)).reg0(5),
///     instructions: Instructions::new().apply([Action::output(PortNo(1))]),
///     ..FlowStats::default()
/// };
/// let stats = NxFlowStats { entry, idle_age: 1, hard_age: 1 };
/// let body = MultipartReplyBody::NxFlow(vec![stats]);
/// let mut buf = BytesMut::new();
/// MultipartReply { flags: MultipartFlags(0), body }.encode(V1_0, Xid(9), &mut buf)?;
/// let parts = [
///     "0111 0060 00000009 ffff 0000 00002320 00000000 00000000",
///     "0048 00 00 00000000 08954400 0064 0000 0000 000e 0001 0001",
///     "0000000000001234 0000000000000000 0000000000000000",
///     "00000002 0001 00010004 00000005 0000", // in_port, reg0, padding
///     "0000 0008 0001 ffe5",
/// ];
/// assert_eq!(Some(buf.to_vec()), hex::decode(&parts.concat()));
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NxFlowStats {
    /// The entry.
    pub entry: FlowStats,
    /// Seconds since the last packet, plus one; 0: unknown.
    pub idle_age: u16,
    /// Seconds since the last change, plus one; 0: unknown.
    pub hard_age: u16,
}

fields!(NxFlowStats, |this, v| {
    let NxFlowStats { entry, idle_age, hard_age } = this;
    let FlowStats {
        table_id,
        duration_sec,
        duration_nsec,
        priority,
        idle_timeout,
        hard_timeout,
        cookie,
        packet_count,
        byte_count,
        match_,
        instructions,
        ..
    } = entry;
    v.boxed(Padding::None, |v| {
        v.len("length")?;
        v.field("table_id", table_id)?;
        v.pad(1)?;
        v.field("duration_sec", duration_sec)?;
        v.field("duration_nsec", duration_nsec)?;
        v.field("priority", priority)?;
        v.field("idle_timeout", idle_timeout)?;
        v.field("hard_timeout", hard_timeout)?;
        v.len_ahead("match_len")?;
        v.field("idle_age", idle_age)?;
        v.field("hard_age", hard_age)?;
        v.field("cookie", cookie)?;
        v.field("packet_count", packet_count)?;
        v.field("byte_count", byte_count)?;
        v.ahead(|v| v.with::<NxMatch, _>("fields", match_))?;
        v.pad(padding(match_))?;
        v.with::<Actions, _>("actions", instructions)
    })
});
noun!(@only NxFlowStats, "flow stats", |_version| "NXFlowStats", 48);
member!(NxFlowStats);

impl fmt::Display for NxFlowStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.entry)?;
        match (self.idle_age, self.hard_age) {
            (0, 0) => Ok(()),
            (idle, hard) => write!(f, " idle_age={idle} hard_age={hard}"),
        }
    }
}

/// The sums over flow entries, as Nicira tells them: the layout of 1.0. Ryu puts the one item in a
/// list.
///
/// | field | size |
/// |---|---|
/// | `sums` | packets and bytes, 8 bytes each; entries, 4 bytes |
/// | | 4 bytes of padding |
///
/// Spec: Open vSwitch's `nicira-ext.h`, `NXST_AGGREGATE`.
///
/// # Example: three packets of four bytes in all, and five entries
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::*;
/// use ryu_sdn::wire::hex;
///
/// let (packet_count, byte_count, flow_count) = (3, 4, 5);
/// let none = AggregateStats::default();
/// let sums = AggregateStats { packet_count, byte_count, flow_count, ..none };
/// let body = MultipartReplyBody::NxAggregate(vec![NxAggregateStats { sums }]);
/// let mut buf = BytesMut::new();
/// MultipartReply { flags: MultipartFlags(0), body }.encode(V1_0, Xid(9), &mut buf)?;
/// let parts = [
///     "0111 0030 00000009 ffff 0000 00002320 00000001 00000000",
///     "0000000000000003 0000000000000004 00000005 00000000",
/// ];
/// assert_eq!(Some(buf.to_vec()), hex::decode(&parts.concat()));
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NxAggregateStats {
    /// The sums.
    pub sums: AggregateStats,
}

layout!(Sums, AggregateStats, |this, v| {
    let AggregateStats { packet_count, byte_count, flow_count, stats } = this;
    v.without(stats, "stats in an aggregate of Nicira's")?;
    v.field("packet_count", packet_count)?;
    v.field("byte_count", byte_count)?;
    v.field("flow_count", flow_count)?;
    v.pad(4)
});

enum Sums {}

fields!(NxAggregateStats, |this, v| {
    let NxAggregateStats { sums } = this;
    v.laid_out::<Sums, _>(sums)
});
noun!(NxAggregateStats, "aggregate", "NXAggregateStats");

impl fmt::Display for NxAggregateStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.sums, f)
    }
}

/// Asks for changes of flow entries: one monitor.
///
/// | field | unit, range | meaning |
/// |---|---|---|
/// | `id` | | number of the monitor |
/// | `flags` | bits | 0 initial, 1 add, 2 delete, 3 modify, 4 with actions, 5 own changes too |
/// | `out_port` | `ANY`: no restriction | only entries that output here |
/// | `table_id` | 255 for all | the table |
///
/// Spec: Open vSwitch's `nicira-ext.h`, `NXST_FLOW_MONITOR`.
///
/// # Example: every change of entries for what comes in by port 1
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::*;
/// use ryu_sdn::wire::hex;
///
/// let match_ = Match::new().in_port(PortNo(1));
/// let monitor = NxFlowMonitorRequest { flags: 0x3f, match_, ..NxFlowMonitorRequest::default() };
/// let body = MultipartRequestBody::NxFlowMonitor(vec![monitor]);
/// let mut buf = BytesMut::new();
/// MultipartRequest { flags: MultipartFlags(0), body }.encode(V1_0, Xid(9), &mut buf)?;
/// let parts = [
///     "0110 0030 00000009 ffff 0000 00002320 00000002 00000000",
///     "00000000 003f ffff 0006 ff 0000000000",
///     "00000002 0001 0000", // in_port, padding
/// ];
/// assert_eq!(Some(buf.to_vec()), hex::decode(&parts.concat()));
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NxFlowMonitorRequest {
    /// The number of the monitor.
    pub id: u32,
    /// Which changes, and how they are told; bits.
    pub flags: u16,
    /// Only entries that output here, or [`PortNo::ANY`].
    pub out_port: PortNo,
    /// The table, or [`TableId::ALL`].
    pub table_id: u8,
    /// Only entries that this match covers.
    pub match_: Match,
}

impl Default for NxFlowMonitorRequest {
    fn default() -> NxFlowMonitorRequest {
        NxFlowMonitorRequest {
            id: 0,
            flags: 0,
            out_port: PortNo::ANY,
            table_id: TableId::ALL,
            match_: Match::new(),
        }
    }
}

fields!(NxFlowMonitorRequest, |this, v| {
    let NxFlowMonitorRequest { id, flags, out_port, table_id, match_ } = this;
    v.field("id", id)?;
    v.field("flags", flags)?;
    v.with::<AsV1_0, _>("out_port", out_port)?;
    v.len_ahead("match_len")?;
    v.field("table_id", table_id)?;
    v.pad(5)?;
    v.ahead(|v| v.with::<NxMatch, _>("rule", match_))?;
    v.pad(padding(match_))
});
noun!(NxFlowMonitorRequest, "flow monitor request", "NXFlowMonitorRequest");
display!(NxFlowMonitorRequest, "monitor");

flow_updates! {
    /// One change of the flow tables.
    ///
    /// On the wire a length and an event of two bytes each, then what the event says.
    ///
    /// | variant | event |
    /// |---|---|
    /// | [`Full`](NxFlowUpdate::Full) | 0 to 2 |
    /// | [`Abbrev`](NxFlowUpdate::Abbrev) | 3: the xid, 4 bytes |
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `NXST_FLOW_MONITOR`.
    ///
    /// # Example: somebody deleted an entry, and I did something
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use ryu_sdn::ofproto::*;
    /// use ryu_sdn::wire::hex;
    ///
    /// let gone = NxFlowUpdateFull {
    ///     event: 1,
    ///     reason: 2,
    ///     priority: 0x8000,
    ///     table_id: 1,
    ///     match_: Match::new().with(oxm::ETH_TYPE_NXM, 0x800),
    ///     instructions: Instructions::new().apply([Action::output(PortNo(1))]),
    ///     ..NxFlowUpdateFull::default()
    /// };
    /// let updates = vec![NxFlowUpdate::Full(gone), NxFlowUpdate::Abbrev { xid: Xid(0x77) }];
    /// let body = MultipartReplyBody::NxFlowMonitor(updates);
    /// let mut buf = BytesMut::new();
    /// MultipartReply { flags: MultipartFlags(0), body }.encode(V1_0, Xid(9), &mut buf)?;
    /// let parts = [
    ///     "0111 0048 00000009 ffff 0000 00002320 00000002 00000000",
    ///     "0028 0001 0002 8000 0000 0000 0006 01 00 0000000000000000",
    ///     "00000602 0800 0000 0000 0008 0001 ffe5", // eth_type, padding, output
    ///     "0008 0003 00000077",
    /// ];
    /// assert_eq!(Some(buf.to_vec()), hex::decode(&parts.concat()));
    /// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
    /// ```
    pub enum NxFlowUpdate "NXFlowUpdateFull" "NXFlowUpdateAbbrev" "NXFlowUpdateUnknown";

    /// An entry that changed.
    ///
    /// | field | size, range |
    /// |---|---|
    /// | `event` | 2 bytes: 0 to 2; with the length before it in [`NxFlowUpdate`] |
    /// | `reason`, `priority` | 2 bytes each |
    /// | `idle_timeout`, `hard_timeout` | 2 bytes each: seconds, 0 for none |
    /// | | 2 bytes: length of the match |
    /// | `table_id` | 1 byte |
    /// | | 1 byte of padding |
    /// | `cookie` | 8 bytes |
    /// | `match_` | fields of `nx_match`, zeros up to 8 bytes |
    /// | `instructions` | actions; none if they were not asked for |
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `NXST_FLOW_MONITOR`.
    ///
    /// See the example of [`NxFlowUpdate`].
    pub struct NxFlowUpdateFull (Match) |match_, instructions, v| {
        v.ahead(|v| v.with::<NxMatch, _>("fields", match_))?;
        v.pad(padding(match_))?;
        v.with::<Actions, _>("actions", instructions)
    }
}
