//! Flow-removed: an entry has gone.
//!
//! Spec: 1.0 section 5.4.2, 1.3 section 7.4.2.

use std::fmt;

use super::encode::{Body, EncodeError};
use super::ids::is_v1_0;
use super::match_::Match;
use super::message_type::MessageType;
use super::version::Version;
use crate::wire::{DecodeError, Reader, Writer};
use crate::wire_number;

/// A flow entry that asked for it has gone.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `duration_sec`, `duration_nsec` | seconds, nanoseconds beyond | 1.0 |
/// | `idle_timeout` | seconds | 1.0 |
/// | `hard_timeout` | seconds | 1.2; 0 in 1.0 |
/// | `table_id` | table | 1.1; 0 in 1.0 |
/// | `packet_count`, `byte_count` | all ones if not counted | 1.0 |
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FlowRemoved {
    /// The entry's tag.
    pub cookie: u64,
    /// The entry's priority.
    pub priority: u16,
    /// Why it went.
    pub reason: FlowRemovedReason,
    /// The table it was in.
    pub table_id: u8,
    /// Whole seconds it lived.
    pub duration_sec: u32,
    /// Nanoseconds beyond these.
    pub duration_nsec: u32,
    /// Its idle timeout in seconds.
    pub idle_timeout: u16,
    /// Its hard timeout in seconds.
    pub hard_timeout: u16,
    /// Packets it matched.
    pub packet_count: u64,
    /// Bytes in them.
    pub byte_count: u64,
    /// Its match.
    pub match_: Match,
}

wire_number! {
    /// Why a flow entry went.
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

impl Body for FlowRemoved {
    const NAME: &'static str = "flow_removed";
    const TYPE: MessageType = MessageType::FlowRemoved;

    fn decode_body(version: Version, r: &mut Reader<'_>) -> Result<FlowRemoved, DecodeError> {
        let narrow = is_v1_0(version);
        let mut m = FlowRemoved::default();
        if narrow {
            m.match_ = Match::decode(version, r)?;
        }
        m.cookie = r.u64()?;
        m.priority = r.u16()?;
        m.reason = FlowRemovedReason(r.u8()?);
        if narrow {
            r.pad(1)?;
        } else {
            m.table_id = r.u8()?;
        }
        m.duration_sec = r.u32()?;
        m.duration_nsec = r.u32()?;
        m.idle_timeout = r.u16()?;
        if narrow {
            r.pad(2)?;
        } else {
            m.hard_timeout = r.u16()?;
        }
        m.packet_count = r.u64()?;
        m.byte_count = r.u64()?;
        if !narrow {
            m.match_ = Match::decode(version, r)?;
        }
        Ok(m)
    }

    fn encode_body(&self, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        let narrow = is_v1_0(version);
        if narrow {
            self.match_.encode(version, w)?;
        }
        w.u64(self.cookie);
        w.u16(self.priority);
        w.u8(self.reason.0);
        w.u8(if narrow { 0 } else { self.table_id });
        w.u32(self.duration_sec);
        w.u32(self.duration_nsec);
        w.u16(self.idle_timeout);
        w.u16(if narrow { 0 } else { self.hard_timeout });
        w.u64(self.packet_count);
        w.u64(self.byte_count);
        if narrow { Ok(()) } else { self.match_.encode(version, w) }
    }
}

impl fmt::Display for FlowRemoved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "flow_removed reason={} table={} cookie={:#x} priority={} {} duration={}.{:09}s idle_timeout={} hard_timeout={} packets={} bytes={}",
            self.reason,
            self.table_id,
            self.cookie,
            self.priority,
            self.match_,
            self.duration_sec,
            self.duration_nsec,
            self.idle_timeout,
            self.hard_timeout,
            self.packet_count,
            self.byte_count
        )
    }
}
