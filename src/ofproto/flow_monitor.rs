//! Flow monitors: a watch on changes of the flow tables. 1.4 and later.
//!
//! Spec: 1.4 section 7.3.5.18.

use std::fmt;

use bytes::Bytes;
use serde_json::{Map, Value};

use super::codec::{Noun, display, fields, member, noun};
use super::encode::EncodeError;
use super::flow_removed::FlowRemovedReason;
use super::ids::{GroupId, PortNo, TableId, Xid};
use super::instruction::Instructions;
use super::json::type_of;
use super::match_::Match;
use super::members::plain_numbers;
use super::version::Version;
use crate::wire::{DecodeError, Padding, Reader, Writer, hex};
use crate::{wire_flags, wire_number};

/// Asks for changes of flow entries, or no longer; 1.4 and later.
///
/// It is the body of a multipart request.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `monitor_id` | the controller's choice, one per connection and monitor | 1.4 |
/// | `out_port` | `ANY`: no restriction | 1.4 |
/// | `out_group` | `ANY`: no restriction | 1.4 |
/// | `monitor_flags` | 16 bits | 1.4 |
/// | `table_id` | 0 to 254; 255 for all | 1.4 |
/// | `command` | 8 bits | 1.4 |
/// | `match_` | | 1.4 |
///
/// Spec: 1.4 section 7.3.5.18; `ofp_flow_monitor_request`.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{
///     Encode, FlowMonitorFlags, FlowMonitorRequest, MultipartFlags, MultipartRequest,
///     MultipartRequestBody, V1_4, Xid,
/// };
///
/// let changes = FlowMonitorFlags::ADD | FlowMonitorFlags::REMOVED | FlowMonitorFlags::MODIFY;
/// let told = FlowMonitorFlags::INITIAL | FlowMonitorFlags::INSTRUCTIONS;
/// let (monitor_id, monitor_flags) = (1, changes | told);
/// let watch = FlowMonitorRequest { monitor_id, monitor_flags, ..FlowMonitorRequest::default() };
/// let body = MultipartRequestBody::FlowMonitor(watch);
/// let mut buf = BytesMut::new();
/// MultipartRequest { flags: MultipartFlags(0), body }.encode(V1_4, Xid(1), &mut buf)?;
/// assert_eq!(buf[16..28], [0, 0, 0, 1, 255, 255, 255, 255, 255, 255, 255, 255]);
/// assert_eq!(buf[28..], [0, 0b1_1111, 255, 0, 0, 1, 0, 4, 0, 0, 0, 0]);
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowMonitorRequest {
    /// The number of the monitor.
    pub monitor_id: u32,
    /// Only entries that output here, or [`PortNo::ANY`].
    pub out_port: PortNo,
    /// Only entries that use this group, or [`GroupId::ANY`].
    pub out_group: GroupId,
    /// Which changes, and how they are told.
    pub monitor_flags: FlowMonitorFlags,
    /// The table, or [`TableId::ALL`].
    pub table_id: u8,
    /// What is done with the monitor.
    pub command: FlowMonitorCommand,
    /// Only entries that this match covers.
    pub match_: Match,
}

impl Default for FlowMonitorRequest {
    fn default() -> FlowMonitorRequest {
        FlowMonitorRequest {
            monitor_id: 0,
            out_port: PortNo::ANY,
            out_group: GroupId::ANY,
            monitor_flags: FlowMonitorFlags(0),
            table_id: TableId::ALL,
            command: FlowMonitorCommand::ADD,
            match_: Match::new(),
        }
    }
}

wire_flags! {
    /// Which changes of flow entries are told, and how; 16 bits, 1.4 and later.
    ///
    /// Spec: 1.4 section 7.3.5.18; `ofp_flow_monitor_flags`.
    ///
    /// See the example of [`FlowMonitorRequest`].
    pub struct FlowMonitorFlags(u16) {
        /// What is there at first.
        INITIAL = 1 << 0, "initial";
        /// New entries.
        ADD = 1 << 1, "add";
        /// Entries that are gone.
        REMOVED = 1 << 2, "removed";
        /// Entries that changed.
        MODIFY = 1 << 3, "modify";
        /// With their instructions.
        INSTRUCTIONS = 1 << 4, "instructions";
        /// One's own changes in full too.
        NO_ABBREV = 1 << 5, "no_abbrev";
        /// Only one's own changes.
        ONLY_OWN = 1 << 6, "only_own";
    }
}

wire_number! {
    /// What is done with a flow monitor; 8 bits, 1.4 and later.
    ///
    /// Spec: 1.4 section 7.3.5.18; `ofp_flow_monitor_command`.
    ///
    /// See the example of [`FlowMonitorRequest`].
    pub struct FlowMonitorCommand(u8) {
        /// Adds it.
        ADD = 0, "add";
        /// Changes it.
        MODIFY = 1, "modify";
        /// Deletes it.
        DELETE = 2, "delete";
    }
}

plain_numbers! {
    FlowMonitorFlags: u16, FlowMonitorFlags, |v| v.0;
    FlowMonitorCommand: u8, FlowMonitorCommand, |v| v.0;
}

fields!(FlowMonitorRequest, |this, v| {
    let FlowMonitorRequest {
        monitor_id,
        out_port,
        out_group,
        monitor_flags,
        table_id,
        command,
        match_,
    } = this;
    v.field("monitor_id", monitor_id)?;
    v.field("out_port", out_port)?;
    v.field("out_group", out_group)?;
    v.field("monitor_flags", monitor_flags)?;
    v.field("table_id", table_id)?;
    v.field("command", command)?;
    v.field("match", match_)
});
display!(FlowMonitorRequest, "flow_monitor");

/// One change of the flow tables; 1.4 and later.
///
/// A multipart reply holds any number: a length and an event of two bytes each, then what the event
/// says.
///
/// | variant | event | since |
/// |---|---|---|
/// | [`Full`](FlowUpdate::Full) | 0 to 3 | 1.4 |
/// | [`Abbrev`](FlowUpdate::Abbrev) | 4 | 1.4 |
/// | [`Paused`](FlowUpdate::Paused) | 5 | 1.4 |
/// | [`Resumed`](FlowUpdate::Resumed) | 6 | 1.4 |
///
/// Spec: 1.4 section 7.3.5.18; `ofp_flow_update_header`.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{
///     Encode, FlowUpdate, MultipartFlags, MultipartReply, MultipartReplyBody, V1_4, Xid,
/// };
///
/// let updates = vec![FlowUpdate::Abbrev { xid: Xid(9) }, FlowUpdate::Paused];
/// let body = MultipartReplyBody::FlowMonitor(updates);
/// let mut buf = BytesMut::new();
/// MultipartReply { flags: MultipartFlags(0), body }.encode(V1_4, Xid(1), &mut buf)?;
/// assert_eq!(buf[16..], [0, 8, 0, 4, 0, 0, 0, 9, 0, 8, 0, 5, 0, 0, 0, 0]);
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FlowUpdate {
    /// An entry was there at first (event 0), added (1), removed (2) or modified (3).
    Full(FlowUpdateFull),
    /// A change that this controller made: the xid of its flow-mod.
    Abbrev {
        /// The xid.
        xid: Xid,
    },
    /// The switch stops telling, for it cannot keep up.
    Paused,
    /// It goes on.
    Resumed,
    /// An event nobody here knows, as it came.
    Unknown {
        /// The event on the wire.
        event: u16,
        /// What stands behind length and event.
        data: Bytes,
    },
}

/// An entry that changed; 1.4 and later.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `event` | 0 to 3 | 1.4 |
/// | `table_id` | 0 to 254 | 1.4 |
/// | `reason` | 8 bits, in event 2 | 1.4 |
/// | `idle_timeout`, `hard_timeout` | seconds, 0 for never | 1.4 |
/// | `priority` | 0 to 65,535, higher wins | 1.4 |
/// | `cookie` | 64 bits | 1.4 |
/// | `match_` | | 1.4 |
/// | `instructions` | none if they were not asked for | 1.4 |
///
/// Spec: 1.4 section 7.3.5.18; `ofp_flow_update_full`.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{
///     Encode, FlowUpdate, FlowUpdateFull, MultipartFlags, MultipartReply, MultipartReplyBody,
///     V1_4, Xid,
/// };
///
/// let entry = FlowUpdateFull { event: 1, idle_timeout: 60, priority: 10, ..Default::default() };
/// let body = MultipartReplyBody::FlowMonitor(vec![FlowUpdate::Full(entry)]);
/// let mut buf = BytesMut::new();
/// MultipartReply { flags: MultipartFlags(0), body }.encode(V1_4, Xid(1), &mut buf)?;
/// assert_eq!(buf[16..32], [0, 32, 0, 1, 0, 0, 0, 60, 0, 0, 0, 10, 0, 0, 0, 0]);
/// assert_eq!(buf[32..], [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 4, 0, 0, 0, 0]);
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FlowUpdateFull {
    /// 0 initial, 1 added, 2 removed, 3 modified.
    pub event: u16,
    /// Its table.
    pub table_id: u8,
    /// Why it was removed, as in a flow-removed.
    pub reason: FlowRemovedReason,
    /// Its idle timeout in seconds; 0 for never.
    pub idle_timeout: u16,
    /// Its hard timeout in seconds; 0 for never.
    pub hard_timeout: u16,
    /// Its priority.
    pub priority: u16,
    /// Its tag.
    pub cookie: u64,
    /// Its match.
    pub match_: Match,
    /// Its instructions.
    pub instructions: Instructions,
}

fields!(FlowUpdateFull, |this, v| {
    let FlowUpdateFull {
        event: _,
        table_id,
        reason,
        idle_timeout,
        hard_timeout,
        priority,
        cookie,
        match_,
        instructions,
    } = this;
    v.field("table_id", table_id)?;
    v.field("reason", reason)?;
    v.field("idle_timeout", idle_timeout)?;
    v.field("hard_timeout", hard_timeout)?;
    v.field("priority", priority)?;
    v.pad(4)?;
    v.field("cookie", cookie)?;
    v.field("match", match_)?;
    v.field("instructions", instructions)
});
noun!(FlowUpdateFull, "flow update", "OFPFlowUpdateFull");
display!(FlowUpdateFull, "full");

const ABBREV: u16 = 4;
const PAUSED: u16 = 5;
const RESUMED: u16 = 6;

impl FlowUpdate {
    /// The event on the wire.
    pub fn event(&self) -> u16 {
        match self {
            FlowUpdate::Full(full) => full.event,
            FlowUpdate::Abbrev { .. } => ABBREV,
            FlowUpdate::Paused => PAUSED,
            FlowUpdate::Resumed => RESUMED,
            FlowUpdate::Unknown { event, .. } => *event,
        }
    }

    fn of_event(event: u16) -> FlowUpdate {
        match event {
            0..=3 => FlowUpdate::Full(FlowUpdateFull { event, ..FlowUpdateFull::default() }),
            ABBREV => FlowUpdate::Abbrev { xid: Xid(0) },
            PAUSED => FlowUpdate::Paused,
            RESUMED => FlowUpdate::Resumed,
            _ => FlowUpdate::Unknown { event, data: Bytes::new() },
        }
    }
}

fields!(FlowUpdate, |this, v| {
    let event = this.event();
    v.boxed(Padding::None, |v| {
        v.len("length")?;
        v.number("event", Some(event), "flow update")?;
        match this {
            FlowUpdate::Full(full) => v.inline(full),
            FlowUpdate::Abbrev { xid } => v.field("xid", xid),
            FlowUpdate::Paused | FlowUpdate::Resumed => v.pad(4),
            FlowUpdate::Unknown { data, .. } => v.field("buf", data),
        }
    })
});

impl Noun for FlowUpdate {
    const NAME: &'static str = "flow update";

    fn class(&self, _: Version) -> &'static str {
        match self {
            FlowUpdate::Full(_) => "OFPFlowUpdateFull",
            FlowUpdate::Abbrev { .. } => "OFPFlowUpdateAbbrev",
            FlowUpdate::Paused | FlowUpdate::Resumed => "OFPFlowUpdatePaused",
            FlowUpdate::Unknown { .. } => "OFPFlowUpdateUnknown",
        }
    }

    fn blank(_: Version, r: &Reader<'_>) -> FlowUpdate {
        // Behind the length.
        FlowUpdate::of_event(r.peek_u32().unwrap_or_default() as u16)
    }

    fn blank_named(
        version: Version,
        class: &str,
        members: &Map<String, Value>,
    ) -> Option<FlowUpdate> {
        let given = type_of(members, "event");
        let known = [0, ABBREV, PAUSED];
        let mut all = given.into_iter().chain(known).map(FlowUpdate::of_event);
        all.find(|update| update.class(version) == class)
    }
}
member!(FlowUpdate);

impl fmt::Display for FlowUpdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FlowUpdate::Full(full) => write!(f, "event={} {full}", full.event),
            FlowUpdate::Abbrev { xid } => write!(f, "abbrev xid={xid}"),
            FlowUpdate::Paused => f.write_str("paused"),
            FlowUpdate::Resumed => f.write_str("resumed"),
            FlowUpdate::Unknown { event, data } => {
                write!(f, "unknown:{event}:{}", hex::encode(data))
            }
        }
    }
}
