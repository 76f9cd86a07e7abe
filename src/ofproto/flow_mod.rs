//! Flow-mod: changes the flow table.
//!
//! Spec: 1.0 section 5.3.3, 1.3 section 7.3.4.1, 1.5 section 7.3.4.2.

use std::fmt;

use super::codec::{Member as _, fields, noun};
use super::encode::{Body, EncodeError};
use super::ids::{BufferId, GroupId, PortNo, TableId, is_v1_0};
use super::instruction::Instructions;
use super::match_::Match;
use super::members::{Number, number_member};
use super::message_type::MessageType;
use super::version::{V1_0, V1_1, V1_2, V1_3, V1_4, Version};
use crate::wire::{DecodeError, Reader, Writer};
use crate::{wire_flags, wire_number};

/// Adds, changes or deletes flow entries; every version.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `cookie` | 64 bits; all ones are reserved | 1.0 |
/// | `cookie_mask` | 0: the cookie does not restrict | 1.1 |
/// | `table_id` | table, 0 to 254; 255 for all in deletes | 1.1 |
/// | `command` | 0 to 4 | 1.0 |
/// | `idle_timeout`, `hard_timeout` | seconds, 0 for never | 1.0 |
/// | `priority` | 0 to 65,535, higher wins | 1.0 |
/// | `buffer_id` | | 1.0 |
/// | `out_port` | `ANY`: no restriction | 1.0 |
/// | `out_group` | `ANY`: no restriction | 1.1 |
/// | `flags` | bits | 1.0 |
/// | `importance` | 0 to 65,535, higher stays longer | 1.4 |
/// | `match_` | | 1.0 |
/// | `instructions` | in 1.0 the actions of an apply-actions instruction | 1.0 |
///
/// Spec: 1.0 section 5.3.3, 1.3 section 7.3.4.1, 1.5 section 7.3.4.2; `ofp_flow_mod`.
///
/// What a version does not have is refused if it is set: without a cookie mask, an `out_group` or a
/// table other than 0 or all, none of which 1.0 has, a delete would delete more than was asked.
///
/// # Example: an entry for one source and destination
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Action, Encode, FlowMod, Instruction, Match, PortNo, V1_0, V1_3, Xid};
/// use ryu_sdn::wire::{MacAddr, hex};
///
/// let entry = FlowMod {
///     priority: 1,
///     match_: Match::new().in_port(PortNo(1)).eth_dst(MacAddr([0, 0, 0, 0, 0, 2])),
///     instructions: Instruction::apply([Action::output(PortNo(2))]),
///     ..FlowMod::add()
/// };
/// assert_eq!(
///     entry.to_string(),
///     "flow_mod add priority=1,in_port=1,eth_dst=00:00:00:00:00:02 actions=output:2"
/// );
/// let mut buf = BytesMut::new();
/// entry.encode(V1_3, Xid(1), &mut buf)?;
/// let parts = [
///     "040e 0060 00000001",                                      // header
///     "0000000000000000 0000000000000000",                       // cookie, mask
///     "00 00 0000 0000 0001 ffffffff ffffffff ffffffff 0000 0000", // table to importance
///     "0001 0016 80000004 00000001 80000606 000000000002 0000",  // match
///     "0004 0018 00000000 0000 0010 00000002 ffe5 000000000000", // apply: output
/// ];
/// assert_eq!(Some(buf.to_vec()), hex::decode(&parts.concat()));
/// entry.encode(V1_0, Xid(2), &mut buf)?;
/// assert_eq!(buf[96 + 72..], [0, 0, 0, 8, 0, 2, 0xff, 0xe5]);
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowMod {
    /// The controller's tag; all ones are reserved.
    pub cookie: u64,
    /// Modify and delete: which bits of the entry's cookie must equal `cookie`.
    pub cookie_mask: u64,
    /// The table, 0 to 254; in deletes also [`TableId::ALL`].
    pub table_id: u8,
    /// What to do.
    pub command: FlowModCommand,
    /// Seconds without a packet after which the entry goes; 0 for never.
    pub idle_timeout: u16,
    /// Seconds after which the entry goes; 0 for never.
    pub hard_timeout: u16,
    /// Higher wins, 0 to 65,535; Ryu's default is [`FlowMod::DEFAULT_PRIORITY`].
    pub priority: u16,
    /// A buffered packet to run through the table afterwards.
    pub buffer_id: BufferId,
    /// Delete: only entries that output here; [`PortNo::ANY`] for all.
    pub out_port: PortNo,
    /// Delete: only entries that use this group; [`GroupId::ANY`] for all.
    pub out_group: GroupId,
    /// Wishes about the entry.
    pub flags: FlowModFlags,
    /// The lower, the sooner the switch may evict the entry; 1.4 and later, refused before unless 0.
    pub importance: u16,
    /// Which packets.
    pub match_: Match,
    /// What happens to them.
    pub instructions: Instructions,
}

impl FlowMod {
    /// The hot path of 1.0: the match, twenty-four bytes, the actions.
    fn encode_v1_0(&self, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        let lacks = |what| Err(EncodeError::NotInVersion { what, version: V1_0 });
        if self.cookie_mask != 0 {
            return lacks("flow_mod cookie_mask");
        }
        if self.table_id != 0 && self.table_id != TableId::ALL {
            return lacks("flow_mod table_id");
        }
        if self.out_group != GroupId::ANY {
            return lacks("flow_mod out_group");
        }
        if self.importance != 0 {
            return lacks("flow_mod importance");
        }
        let command = self.command.to_wire(V1_0)? as u16;
        let flags = self.flags.to_wire(V1_0)? as u16;
        let out_port = self.out_port.encode_v1_0()?;
        let (match_, out) = w.room::<64>().split_first_chunk_mut().expect("64 is more than 40");
        self.match_.fixed_onto(match_)?;
        out[0..8].copy_from_slice(&self.cookie.to_be_bytes());
        out[8..10].copy_from_slice(&command.to_be_bytes());
        out[10..12].copy_from_slice(&self.idle_timeout.to_be_bytes());
        out[12..14].copy_from_slice(&self.hard_timeout.to_be_bytes());
        out[14..16].copy_from_slice(&self.priority.to_be_bytes());
        out[16..20].copy_from_slice(&self.buffer_id.0.to_be_bytes());
        out[20..22].copy_from_slice(&out_port.to_be_bytes());
        out[22..24].copy_from_slice(&flags.to_be_bytes());
        self.instructions.encode(V1_0, w)
    }

    /// Ryu's default priority.
    pub const DEFAULT_PRIORITY: u16 = 0x8000;

    /// Adds an entry: table 0, priority 32,768, no timeout, no buffer, matching everything,
    /// dropping it.
    #[inline]
    pub const fn add() -> FlowMod {
        FlowMod::entry(Match::new(), Instructions::new())
    }

    /// Adds an entry for these packets that does this with them; else as [`add`](FlowMod::add).
    ///
    /// ```
    /// use ryu_sdn::ofproto::{Action, FlowMod, Instruction, Match, PortNo};
    ///
    /// let (match_, to_2) = (Match::new().in_port(PortNo(1)), [Action::output(PortNo(2))]);
    /// let entry = FlowMod { priority: 7, ..FlowMod::entry(match_, Instruction::apply(to_2)) };
    /// assert_eq!(entry.to_string(), "flow_mod add priority=7,in_port=1 actions=output:2");
    /// ```
    ///
    /// What is given stays where it is put, so this is also the way in which nothing is made only to be
    /// dropped.
    #[inline]
    pub const fn entry(match_: Match, instructions: Instructions) -> FlowMod {
        FlowMod {
            cookie: 0,
            cookie_mask: 0,
            table_id: 0,
            command: FlowModCommand::ADD,
            idle_timeout: 0,
            hard_timeout: 0,
            priority: FlowMod::DEFAULT_PRIORITY,
            buffer_id: BufferId::NO_BUFFER,
            out_port: PortNo::ANY,
            out_group: GroupId::ANY,
            flags: FlowModFlags(0),
            importance: 0,
            match_,
            instructions,
        }
    }

    /// Changes the instructions of all entries that the match covers.
    pub fn modify() -> FlowMod {
        FlowMod { command: FlowModCommand::MODIFY, ..FlowMod::add() }
    }

    /// Changes the instructions of the one entry with this match and priority.
    pub fn modify_strict() -> FlowMod {
        FlowMod { command: FlowModCommand::MODIFY_STRICT, ..FlowMod::add() }
    }

    /// Deletes all entries of table 0 that the match covers; with `table_id: TableId::ALL` those
    /// of every table.
    pub fn delete() -> FlowMod {
        FlowMod { command: FlowModCommand::DELETE, ..FlowMod::add() }
    }

    /// Deletes the one entry of table 0 with this match and priority.
    pub fn delete_strict() -> FlowMod {
        FlowMod { command: FlowModCommand::DELETE_STRICT, ..FlowMod::add() }
    }
}

impl Default for FlowMod {
    fn default() -> FlowMod {
        FlowMod::add()
    }
}

wire_number! {
    /// What a flow-mod does; every version. 16 bits in 1.0, 8 later.
    ///
    /// Spec: 1.0 section 5.3.3, 1.3 section 7.3.4.1, 1.5 section 7.3.4.2; `ofp_flow_mod_command`.
    ///
    /// See the example of [`FlowMod`].
    pub struct FlowModCommand(u16) {
        /// Adds an entry.
        ADD = 0, "add";
        /// Changes all covered entries.
        MODIFY = 1, "modify";
        /// Changes one entry.
        MODIFY_STRICT = 2, "modify_strict";
        /// Deletes all covered entries.
        DELETE = 3, "delete";
        /// Deletes one entry.
        DELETE_STRICT = 4, "delete_strict";
    }
}

wire_flags! {
    /// Wishes about a flow entry; 16 bits on the wire, every version.
    ///
    /// Bit 2 is `EMERG` in 1.0 and `RESET_COUNTS` from 1.2 on; `EMERG` is bit 16 here, so that
    /// neither can be taken for the other. A flag is refused in a version before its own. A bit that
    /// a peer sets before the version gives it a name (2 to 4) is 16 places higher here, and comes
    /// out again as it came.
    ///
    /// Spec: 1.0 section 5.3.3, 1.3 section 7.3.4.1, 1.5 section 7.3.4.2; `ofp_flow_mod_flags`.
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use ryu_sdn::ofproto::{Encode, FlowMod, FlowModFlags, V1_0, V1_3, Xid};
    ///
    /// let mut buf = BytesMut::new();
    /// FlowMod { flags: FlowModFlags::EMERG, ..FlowMod::add() }.encode(V1_0, Xid(1), &mut buf)?;
    /// assert_eq!(buf[70..72], [0, 4]);
    /// let mut buf = BytesMut::new();
    /// FlowMod { flags: FlowModFlags::RESET_COUNTS, ..FlowMod::add() }
    ///     .encode(V1_3, Xid(1), &mut buf)?;
    /// assert_eq!(buf[44..46], [0, 4]);
    /// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
    /// ```
    pub struct FlowModFlags(u32) {
        /// Send a flow-removed message when the entry goes.
        SEND_FLOW_REM = 1 << 0, "send_flow_rem";
        /// Refuse to add an entry that overlaps another of the same priority.
        CHECK_OVERLAP = 1 << 1, "check_overlap";
        /// Reset the counters (1.2 and later).
        RESET_COUNTS = 1 << 2, "reset_counts";
        /// Do not count packets (1.3 and later).
        NO_PKT_COUNTS = 1 << 3, "no_packet_counts";
        /// Do not count bytes (1.3 and later).
        NO_BYT_COUNTS = 1 << 4, "no_byte_counts";
        /// An entry for when the controller is lost (1.0).
        EMERG = 1 << 16, "emerg";
    }
}

impl FlowModFlags {
    const EMERG_V1_0: u32 = 1 << 2;

    /// The flags that came after `version`, which is before 1.3.
    const fn later_than(version: Version) -> u32 {
        let counts = FlowModFlags::NO_PKT_COUNTS.0 | FlowModFlags::NO_BYT_COUNTS.0;
        match version {
            V1_0 | V1_1 => counts | FlowModFlags::RESET_COUNTS.0,
            _ => counts,
        }
    }

    /// What is refused, by its name.
    #[cold]
    fn refused(self, version: Version) -> EncodeError {
        let what = match self {
            _ if self.contains(FlowModFlags::RESET_COUNTS) && version < V1_2 => "reset_counts flag",
            _ if self.contains(FlowModFlags::NO_PKT_COUNTS) => "no_packet_counts flag",
            _ => "no_byte_counts flag",
        };
        EncodeError::NotInVersion { what, version }
    }
}

impl Number for FlowModFlags {
    #[inline]
    fn size(_: Version) -> usize {
        2
    }
    #[inline]
    fn from_wire(version: Version, number: u64) -> FlowModFlags {
        let mut bits = number as u32;
        if version < V1_3 {
            if is_v1_0(version) && bits & FlowModFlags::EMERG_V1_0 != 0 {
                bits = bits & !FlowModFlags::EMERG_V1_0 | FlowModFlags::EMERG.0;
            }
            let unnamed = bits & FlowModFlags::later_than(version);
            bits = bits & !unnamed | unnamed << 16;
        }
        FlowModFlags(bits)
    }
    #[inline]
    fn to_wire(self, version: Version) -> Result<u64, EncodeError> {
        let mut bits = self.0;
        if version < V1_3 {
            let later = FlowModFlags::later_than(version);
            if bits & later != 0 {
                return Err(self.refused(version));
            }
            // 1.0 has another name for what would be unnamed in bit 2.
            let unnamed = if is_v1_0(version) { later & !FlowModFlags::EMERG_V1_0 } else { later };
            bits = bits & !(unnamed << 16) | bits >> 16 & unnamed;
            if is_v1_0(version) && self.contains(FlowModFlags::EMERG) {
                bits = bits & !FlowModFlags::EMERG.0 | FlowModFlags::EMERG_V1_0;
            }
        }
        match u16::try_from(bits) {
            Ok(bits) => Ok(bits.into()),
            Err(_) => Err(EncodeError::NotInVersion { what: "flow_mod flag", version }),
        }
    }
}
number_member!(FlowModFlags);

impl Number for FlowModCommand {
    #[inline]
    fn size(version: Version) -> usize {
        if is_v1_0(version) { 2 } else { 1 }
    }
    #[inline]
    fn from_wire(_: Version, number: u64) -> FlowModCommand {
        FlowModCommand(number as u16)
    }
    #[inline]
    fn to_wire(self, version: Version) -> Result<u64, EncodeError> {
        if !is_v1_0(version) && self.0 > 0xff {
            return Err(EncodeError::NotInVersion { what: "flow_mod command", version });
        }
        Ok(self.0.into())
    }
}
number_member!(FlowModCommand);

fields!(FlowMod, |this, v| {
    let FlowMod {
        cookie,
        cookie_mask,
        table_id,
        command,
        idle_timeout,
        hard_timeout,
        priority,
        buffer_id,
        out_port,
        out_group,
        flags,
        importance,
        match_,
        instructions,
    } = this;
    let version = v.version();
    if is_v1_0(version) {
        v.require(*cookie_mask == 0, "flow_mod cookie_mask")?;
        v.require(*table_id == 0 || *table_id == TableId::ALL, "flow_mod table_id")?;
        v.require(*out_group == GroupId::ANY, "flow_mod out_group")?;
        v.without(importance, "flow_mod importance")?;
        v.field("match", match_)?;
        v.field("cookie", cookie)?;
        v.field("command", command)?;
        v.field("idle_timeout", idle_timeout)?;
        v.field("hard_timeout", hard_timeout)?;
        v.field("priority", priority)?;
        v.field("buffer_id", buffer_id)?;
        v.field("out_port", out_port)?;
        v.field("flags", flags)?;
        return v.field("actions", instructions);
    }
    v.field("cookie", cookie)?;
    v.field("cookie_mask", cookie_mask)?;
    v.field("table_id", table_id)?;
    v.field("command", command)?;
    v.field("idle_timeout", idle_timeout)?;
    v.field("hard_timeout", hard_timeout)?;
    v.field("priority", priority)?;
    v.field("buffer_id", buffer_id)?;
    v.field("out_port", out_port)?;
    v.field("out_group", out_group)?;
    v.field("flags", flags)?;
    if version >= V1_4 {
        v.field("importance", importance)?;
    } else {
        v.without(importance, "flow_mod importance")?;
        v.pad(2)?;
    }
    v.field("match", match_)?;
    v.field("instructions", instructions)
});
noun!(FlowMod, "flow_mod", "OFPFlowMod");

impl Body for FlowMod {
    const TYPE: MessageType = MessageType::FlowMod;

    /// The hot path by hand, the fixed part in one go; a test compares it with the
    /// description above.
    #[inline]
    fn encode_body(&self, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        if is_v1_0(version) {
            return self.encode_v1_0(w);
        }
        let flags = self.flags.to_wire(version)? as u16;
        let command = self.command.to_wire(version)? as u8;
        if self.importance != 0 && version < V1_4 {
            return Err(EncodeError::NotInVersion { what: "flow_mod importance", version });
        }
        let out = w.room::<40>();
        out[0..8].copy_from_slice(&self.cookie.to_be_bytes());
        out[8..16].copy_from_slice(&self.cookie_mask.to_be_bytes());
        out[16] = self.table_id;
        out[17] = command;
        out[18..20].copy_from_slice(&self.idle_timeout.to_be_bytes());
        out[20..22].copy_from_slice(&self.hard_timeout.to_be_bytes());
        out[22..24].copy_from_slice(&self.priority.to_be_bytes());
        out[24..28].copy_from_slice(&self.buffer_id.0.to_be_bytes());
        out[28..32].copy_from_slice(&self.out_port.0.to_be_bytes());
        out[32..36].copy_from_slice(&self.out_group.0.to_be_bytes());
        out[36..38].copy_from_slice(&flags.to_be_bytes());
        out[38..40].copy_from_slice(&self.importance.to_be_bytes());
        self.match_.encode(version, w)?;
        self.instructions.encode(version, w)
    }
}

impl fmt::Display for FlowMod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "flow_mod {} ", self.command)?;
        if self.table_id != 0 {
            write!(f, "table={},", self.table_id)?;
        }
        if self.cookie != 0 || self.cookie_mask != 0 {
            write!(f, "cookie={:#x}", self.cookie)?;
            if self.cookie_mask != 0 {
                write!(f, "/{:#x}", self.cookie_mask)?;
            }
            f.write_str(",")?;
        }
        if self.idle_timeout != 0 {
            write!(f, "idle_timeout={},", self.idle_timeout)?;
        }
        if self.hard_timeout != 0 {
            write!(f, "hard_timeout={},", self.hard_timeout)?;
        }
        write!(f, "priority={}", self.priority)?;
        if !self.match_.is_empty() {
            write!(f, ",{}", self.match_)?;
        }
        if self.buffer_id.is_buffered() {
            write!(f, " buffer={}", self.buffer_id)?;
        }
        if self.out_port != PortNo::ANY {
            write!(f, " out_port={}", self.out_port)?;
        }
        if self.out_group != GroupId::ANY {
            write!(f, " out_group={}", self.out_group)?;
        }
        if !self.flags.is_empty() {
            write!(f, " flags={}", self.flags)?;
        }
        write!(f, " {}", self.instructions)
    }
}
