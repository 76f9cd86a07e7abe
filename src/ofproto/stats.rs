//! The items that multipart messages carry: descriptions and counters.
//!
//! Spec: 1.0 section 5.3.5, 1.3 sections 7.3.5.1 to 7.3.5.6.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;

use super::encode::EncodeError;
use super::flow_mod::FlowModFlags;
use super::ids::{GroupId, PortNo, TableId, is_v1_0};
use super::instruction::Instructions;
use super::match_::Match;
use super::version::{V1_0, Version};
use crate::wire::{DecodeError, Padding, Reader, Writer};

/// Text in a field of fixed size, without the zeros behind it. Shares the receive buffer.
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

    fn decode(r: &mut Reader<'_>, size: usize) -> Result<Text, DecodeError> {
        let mut bytes = r.bytes(size)?;
        let used = bytes.iter().rposition(|b| *b != 0).map_or(0, |last| last + 1);
        bytes.truncate(used);
        Ok(Text(bytes))
    }

    fn encode(
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

/// Who made the switch. Each text is at most 256 bytes, the serial number 32.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescStats {
    /// Manufacturer.
    pub mfr_desc: Text,
    /// Hardware.
    pub hw_desc: Text,
    /// Software.
    pub sw_desc: Text,
    /// Serial number.
    pub serial_num: Text,
    /// The datapath, for people.
    pub dp_desc: Text,
}

impl DescStats {
    pub(super) fn decode(r: &mut Reader<'_>) -> Result<DescStats, DecodeError> {
        Ok(DescStats {
            mfr_desc: Text::decode(r, 256)?,
            hw_desc: Text::decode(r, 256)?,
            sw_desc: Text::decode(r, 256)?,
            serial_num: Text::decode(r, 32)?,
            dp_desc: Text::decode(r, 256)?,
        })
    }

    pub(super) fn encode(&self, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        self.mfr_desc.encode(w, 256, "mfr_desc")?;
        self.hw_desc.encode(w, 256, "hw_desc")?;
        self.sw_desc.encode(w, 256, "sw_desc")?;
        self.serial_num.encode(w, 32, "serial_num")?;
        self.dp_desc.encode(w, 256, "dp_desc")
    }
}

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
/// As in a [`FlowMod`](super::FlowMod), restrictions that 1.0 does not have are refused on 1.0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowStatsRequest {
    /// The table, or [`TableId::ALL`].
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

impl FlowStatsRequest {
    pub(super) fn decode(
        version: Version,
        r: &mut Reader<'_>,
    ) -> Result<FlowStatsRequest, DecodeError> {
        let mut m = FlowStatsRequest::default();
        if is_v1_0(version) {
            m.match_ = Match::decode(version, r)?;
            m.table_id = r.u8()?;
            r.pad(1)?;
            m.out_port = PortNo::from_v1_0(r.u16()?);
        } else {
            m.table_id = r.u8()?;
            r.pad(3)?;
            m.out_port = PortNo(r.u32()?);
            m.out_group = GroupId(r.u32()?);
            r.pad(4)?;
            m.cookie = r.u64()?;
            m.cookie_mask = r.u64()?;
            m.match_ = Match::decode(version, r)?;
        }
        Ok(m)
    }

    pub(super) fn encode(&self, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        if is_v1_0(version) {
            let lacks = |what| Err(EncodeError::NotInVersion { what, version: V1_0 });
            if self.out_group != GroupId::ANY {
                return lacks("out_group in a flow request");
            }
            if self.cookie_mask != 0 {
                return lacks("cookie_mask in a flow request");
            }
            self.match_.encode(version, w)?;
            w.u8(self.table_id);
            w.pad(1);
            w.u16(self.out_port.encode_v1_0()?);
            return Ok(());
        }
        w.u8(self.table_id);
        w.pad(3);
        w.u32(self.out_port.0);
        w.u32(self.out_group.0);
        w.pad(4);
        w.u64(self.cookie);
        w.u64(self.cookie_mask);
        self.match_.encode(version, w)
    }
}

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
/// | `duration_sec`, `duration_nsec` | seconds, nanoseconds beyond | 1.0 |
/// | `idle_timeout`, `hard_timeout` | seconds, 0 for never | 1.0 |
/// | `flags` | bits | 1.3 |
/// | `packet_count`, `byte_count` | all ones if not counted | 1.0 |
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FlowStats {
    /// The table.
    pub table_id: u8,
    /// Whole seconds it has lived.
    pub duration_sec: u32,
    /// Nanoseconds beyond these.
    pub duration_nsec: u32,
    /// Priority.
    pub priority: u16,
    /// Idle timeout in seconds.
    pub idle_timeout: u16,
    /// Hard timeout in seconds.
    pub hard_timeout: u16,
    /// Flags it was added with; none in 1.0.
    pub flags: FlowModFlags,
    /// The controller's tag.
    pub cookie: u64,
    /// Packets matched.
    pub packet_count: u64,
    /// Bytes in them.
    pub byte_count: u64,
    /// Match.
    pub match_: Match,
    /// Instructions.
    pub instructions: Instructions,
}

impl FlowStats {
    /// The smallest entry of any version, in bytes.
    pub(super) const WIRE_LEN_MIN: usize = 56;

    pub(super) fn decode(version: Version, r: &mut Reader<'_>) -> Result<FlowStats, DecodeError> {
        let len = usize::from(r.u16()?);
        if len < FlowStats::WIRE_LEN_MIN {
            return Err(r.bad_length(2, FlowStats::WIRE_LEN_MIN, len, "flow stats length"));
        }
        let mut b = r.sub(len - 2, "flow stats length")?;
        let mut m = FlowStats { table_id: b.u8()?, ..FlowStats::default() };
        b.pad(1)?;
        let narrow = is_v1_0(version);
        if narrow {
            m.match_ = Match::decode(version, &mut b)?;
        }
        m.duration_sec = b.u32()?;
        m.duration_nsec = b.u32()?;
        m.priority = b.u16()?;
        m.idle_timeout = b.u16()?;
        m.hard_timeout = b.u16()?;
        if narrow {
            b.pad(6)?;
        } else {
            m.flags = FlowModFlags::from_wire(version, b.u16()?);
            b.pad(4)?;
        }
        m.cookie = b.u64()?;
        m.packet_count = b.u64()?;
        m.byte_count = b.u64()?;
        if !narrow {
            m.match_ = Match::decode(version, &mut b)?;
        }
        m.instructions = Instructions::decode(version, &mut b)?;
        Ok(m)
    }

    pub(super) fn encode(&self, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        let narrow = is_v1_0(version);
        w.scope(0, Padding::None, |w| {
            w.u16(0);
            w.u8(self.table_id);
            w.pad(1);
            if narrow {
                self.match_.encode(version, w)?;
            }
            w.u32(self.duration_sec);
            w.u32(self.duration_nsec);
            w.u16(self.priority);
            w.u16(self.idle_timeout);
            w.u16(self.hard_timeout);
            if narrow {
                w.pad(6);
            } else {
                w.u16(self.flags.to_wire(version)?);
                w.pad(4);
            }
            w.u64(self.cookie);
            w.u64(self.packet_count);
            w.u64(self.byte_count);
            if !narrow {
                self.match_.encode(version, w)?;
            }
            self.instructions.encode(version, w)
        })
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AggregateStats {
    /// Packets matched.
    pub packet_count: u64,
    /// Bytes in them.
    pub byte_count: u64,
    /// Entries.
    pub flow_count: u32,
}

impl AggregateStats {
    pub(super) fn decode(r: &mut Reader<'_>) -> Result<AggregateStats, DecodeError> {
        let (packet_count, byte_count, flow_count) = (r.u64()?, r.u64()?, r.u32()?);
        r.pad(4)?;
        Ok(AggregateStats { packet_count, byte_count, flow_count })
    }

    pub(super) fn encode(&self, w: &mut Writer<'_>) {
        w.u64(self.packet_count);
        w.u64(self.byte_count);
        w.u32(self.flow_count);
        w.pad(4);
    }
}

impl fmt::Display for AggregateStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let AggregateStats { packet_count, byte_count, flow_count } = self;
        write!(f, "packets={packet_count} bytes={byte_count} flows={flow_count}")
    }
}

/// Counters of a table; 1.0 adds what 1.3 moved to table features.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableStats {
    /// The table.
    pub table_id: u8,
    /// Its name, at most 32 bytes. 1.0.
    pub name: Text,
    /// The wildcards it can do. 1.0.
    pub wildcards: u32,
    /// Entries it has room for. 1.0.
    pub max_entries: u32,
    /// Entries it has.
    pub active_count: u32,
    /// Packets looked up.
    pub lookup_count: u64,
    /// Packets that matched an entry.
    pub matched_count: u64,
}

impl TableStats {
    pub(super) fn decode(version: Version, r: &mut Reader<'_>) -> Result<TableStats, DecodeError> {
        let mut m = TableStats { table_id: r.u8()?, ..TableStats::default() };
        r.pad(3)?;
        if is_v1_0(version) {
            m.name = Text::decode(r, 32)?;
            m.wildcards = r.u32()?;
            m.max_entries = r.u32()?;
        }
        m.active_count = r.u32()?;
        m.lookup_count = r.u64()?;
        m.matched_count = r.u64()?;
        Ok(m)
    }

    pub(super) fn encode(&self, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        w.u8(self.table_id);
        w.pad(3);
        if is_v1_0(version) {
            self.name.encode(w, 32, "table name")?;
            w.u32(self.wildcards);
            w.u32(self.max_entries);
        }
        w.u32(self.active_count);
        w.u64(self.lookup_count);
        w.u64(self.matched_count);
        Ok(())
    }
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
    /// Nanoseconds beyond these.
    pub duration_nsec: u32,
}

impl PortStats {
    pub(super) fn decode(version: Version, r: &mut Reader<'_>) -> Result<PortStats, DecodeError> {
        let narrow = is_v1_0(version);
        let port_no = if narrow { PortNo::from_v1_0(r.u16()?) } else { PortNo(r.u32()?) };
        r.pad(if narrow { 6 } else { 4 })?;
        Ok(PortStats {
            port_no,
            rx_packets: r.u64()?,
            tx_packets: r.u64()?,
            rx_bytes: r.u64()?,
            tx_bytes: r.u64()?,
            rx_dropped: r.u64()?,
            tx_dropped: r.u64()?,
            rx_errors: r.u64()?,
            tx_errors: r.u64()?,
            rx_frame_err: r.u64()?,
            rx_over_err: r.u64()?,
            rx_crc_err: r.u64()?,
            collisions: r.u64()?,
            duration_sec: if narrow { 0 } else { r.u32()? },
            duration_nsec: if narrow { 0 } else { r.u32()? },
        })
    }

    pub(super) fn encode(&self, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        let narrow = is_v1_0(version);
        if narrow {
            w.u16(self.port_no.encode_v1_0()?);
            w.pad(6);
        } else {
            w.u32(self.port_no.0);
            w.pad(4);
        }
        for counter in [
            self.rx_packets,
            self.tx_packets,
            self.rx_bytes,
            self.tx_bytes,
            self.rx_dropped,
            self.tx_dropped,
            self.rx_errors,
            self.tx_errors,
            self.rx_frame_err,
            self.rx_over_err,
            self.rx_crc_err,
            self.collisions,
        ] {
            w.u64(counter);
        }
        if !narrow {
            w.u32(self.duration_sec);
            w.u32(self.duration_nsec);
        }
        Ok(())
    }
}

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
