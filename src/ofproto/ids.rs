//! The numbers that name things: datapaths, ports, buffers, transactions.
//!
//! Spec: at each type.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::encode::EncodeError;
use super::version::{V1_0, Version};

/// A transaction id, 32 bits; a reply carries that of its request. Printed as `0x2a`. Every
/// version, in every header.
///
/// Spec: 1.0 section 5.1, 1.3 section 7.1; `xid` of `ofp_header`.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{BarrierRequest, Encode, V1_3, Xid};
///
/// let mut buf = BytesMut::new();
/// BarrierRequest.encode(V1_3, Xid(0x2a), &mut buf)?;
/// assert_eq!(buf[4..], [0, 0, 0, 0x2a]);
/// assert_eq!(Xid(0x2a).to_string(), "0x2a");
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Xid(pub u32);

impl fmt::Display for Xid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

/// A datapath id, 64 bits: the switch's MAC address in the lower 48 bits, the rest up to the
/// implementer. Every version, in the features reply.
///
/// Text form: 16 hexadecimal digits, in JSON the same text. Reading also takes fewer digits and a
/// leading `0x`.
///
/// Spec: 1.0 section 5.3.1, 1.3 section 7.3.1; `datapath_id` of `ofp_switch_features`.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Dpid, Encode, SwitchFeatures, V1_3, Xid};
///
/// assert_eq!(Dpid(0xa1).to_string(), "00000000000000a1");
/// assert_eq!("0xA1".parse(), Ok(Dpid(0xa1)));
/// assert!("switch".parse::<Dpid>().is_err());
/// let features = SwitchFeatures { datapath_id: Dpid(0xa1), ..SwitchFeatures::default() };
/// let mut buf = BytesMut::new();
/// features.encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(buf[8..16], [0, 0, 0, 0, 0, 0, 0, 0xa1]);
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dpid(pub u64);

impl fmt::Display for Dpid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for Dpid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Dpid {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Dpid, ParseIdError> {
        const ERR: ParseIdError =
            ParseIdError("a datapath id (expected up to 16 hexadecimal digits)");
        let digits = text.strip_prefix("0x").or(text.strip_prefix("0X")).unwrap_or(text);
        let plain = digits.bytes().all(|b| b.is_ascii_hexdigit());
        if !plain || digits.is_empty() || digits.len() > 16 {
            return Err(ERR);
        }
        u64::from_str_radix(digits, 16).map(Dpid).map_err(|_| ERR)
    }
}

impl Serialize for Dpid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Dpid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Dpid, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A packet held in the switch, or [`BufferId::NO_BUFFER`]; 32 bits, every version.
///
/// Spec: 1.0 sections 5.3.3, 5.3.6 and 5.4.1, 1.3 sections 7.3.4.1, 7.3.7 and 7.4.1; `OFP_NO_BUFFER`.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{BufferId, Encode, PacketOut, V1_3, Xid};
///
/// let mut buf = BytesMut::new();
/// PacketOut { buffer_id: BufferId(7), ..PacketOut::default() }.encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(buf[8..12], [0, 0, 0, 7]);
/// let mut buf = BytesMut::new();
/// PacketOut::default().encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(buf[8..12], [0xff; 4]);
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BufferId(pub u32);

impl BufferId {
    /// The packet is not held in the switch; it travels in the message.
    pub const NO_BUFFER: BufferId = BufferId(u32::MAX);

    /// Whether the switch holds the packet.
    pub const fn is_buffered(self) -> bool {
        self.0 != u32::MAX
    }
}

impl Default for BufferId {
    fn default() -> BufferId {
        BufferId::NO_BUFFER
    }
}

impl fmt::Display for BufferId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_buffered() { write!(f, "{:#x}", self.0) } else { f.write_str("none") }
    }
}

impl fmt::Debug for BufferId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A port number, always in the 32-bit form of 1.1 and later.
///
/// OpenFlow 1.0 has 16-bit numbers; its reserved ports `0xff00` and up become `0xffffff00` and up
/// and back, so an app compares with the same constants on every version.
///
/// 0 is no port; the numbers between [`PortNo::MAX`] and [`PortNo::IN_PORT`] are reserved.
///
/// Spec: 1.0 section 5.2.1 (`ofp_port`), 1.3 section 7.2.1 (`ofp_port_no`).
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Encode, FlowMod, PortNo, V1_0, V1_3, Xid};
///
/// assert_eq!(PortNo(3).to_string(), "3");
/// assert_eq!(PortNo::CONTROLLER.to_string(), "CONTROLLER");
/// assert_eq!("flood".parse(), Ok(PortNo::FLOOD));
/// let delete = FlowMod { out_port: PortNo::CONTROLLER, ..FlowMod::delete() };
/// let (mut wide, mut narrow) = (BytesMut::new(), BytesMut::new());
/// delete.encode(V1_3, Xid(1), &mut wide)?;
/// delete.encode(V1_0, Xid(1), &mut narrow)?;
/// assert_eq!(wide[36..40], [0xff, 0xff, 0xff, 0xfd]);
/// assert_eq!(narrow[68..70], [0xff, 0xfd]);
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PortNo(pub u32);

impl PortNo {
    /// Largest number of a physical or logical port.
    pub const MAX: PortNo = PortNo(0xffff_ff00);
    /// Output: the port the packet came in by.
    pub const IN_PORT: PortNo = PortNo(0xffff_fff8);
    /// Packet-out: send the packet through the flow tables.
    pub const TABLE: PortNo = PortNo(0xffff_fff9);
    /// The traditional, non-OpenFlow pipeline of the switch.
    pub const NORMAL: PortNo = PortNo(0xffff_fffa);
    /// All ports except the incoming one and those with flooding switched off.
    pub const FLOOD: PortNo = PortNo(0xffff_fffb);
    /// All ports except the incoming one.
    pub const ALL: PortNo = PortNo(0xffff_fffc);
    /// The controller.
    pub const CONTROLLER: PortNo = PortNo(0xffff_fffd);
    /// The local networking stack of the switch.
    pub const LOCAL: PortNo = PortNo(0xffff_fffe);
    /// Wildcard in requests; `NONE` in 1.0.
    pub const ANY: PortNo = PortNo(0xffff_ffff);

    /// Whether the number stands for something other than one port (above [`PortNo::MAX`]).
    pub const fn is_reserved(self) -> bool {
        self.0 > PortNo::MAX.0
    }

    /// The number that 1.0 writes as `number`.
    #[inline]
    pub const fn from_v1_0(number: u16) -> PortNo {
        if number >= 0xff00 { PortNo(0xffff_0000 | number as u32) } else { PortNo(number as u32) }
    }

    /// The 16-bit number of 1.0; `None` for `0xff00` to `0xfffffeff`, which 1.0 cannot say.
    #[inline]
    pub const fn to_v1_0(self) -> Option<u16> {
        if self.0 < 0xff00 || self.0 >= 0xffff_ff00 { Some(self.0 as u16) } else { None }
    }

    /// [`PortNo::to_v1_0`] as the error that an encoder reports.
    pub(crate) fn encode_v1_0(self) -> Result<u16, EncodeError> {
        self.to_v1_0().ok_or(EncodeError::NotInVersion { what: "port number", version: V1_0 })
    }

    /// The name of a reserved port.
    pub const fn name(self) -> Option<&'static str> {
        match self {
            PortNo::IN_PORT => Some("IN_PORT"),
            PortNo::TABLE => Some("TABLE"),
            PortNo::NORMAL => Some("NORMAL"),
            PortNo::FLOOD => Some("FLOOD"),
            PortNo::ALL => Some("ALL"),
            PortNo::CONTROLLER => Some("CONTROLLER"),
            PortNo::LOCAL => Some("LOCAL"),
            PortNo::ANY => Some("ANY"),
            _ => None,
        }
    }
}

impl fmt::Display for PortNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "{}", self.0),
        }
    }
}

impl fmt::Debug for PortNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<u32> for PortNo {
    fn from(number: u32) -> PortNo {
        PortNo(number)
    }
}

impl FromStr for PortNo {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<PortNo, ParseIdError> {
        const ERR: ParseIdError = ParseIdError("a port number or the name of a reserved port");
        if let Ok(number) = text.parse() {
            return Ok(PortNo(number));
        }
        (PortNo::IN_PORT.0..=u32::MAX)
            .map(PortNo)
            .find(|port| port.name().is_some_and(|name| name.eq_ignore_ascii_case(text)))
            .ok_or(ERR)
    }
}

/// The text is not what its type expects; `Display` says what that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseIdError(&'static str);

impl fmt::Display for ParseIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not {}", self.0)
    }
}

impl Error for ParseIdError {}

/// A group of the group table, 0 to [`GroupId::MAX`]; 32 bits, 1.1 and later.
///
/// Spec: 1.3 section 7.3.4.2, 1.5 section 7.3.4.3; `ofp_group`.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Encode, GroupId, GroupMod, GroupModCommand, V1_3, Xid};
///
/// let (command, group_id) = (GroupModCommand::DELETE, GroupId::ALL);
/// let mut buf = BytesMut::new();
/// GroupMod { command, group_id, ..GroupMod::default() }.encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(buf[8..], [0, 2, 0, 0, 0xff, 0xff, 0xff, 0xfc]);
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GroupId(pub u32);

impl GroupId {
    /// Largest number of a group.
    pub const MAX: GroupId = GroupId(0xffff_ff00);
    /// Every group, in deletes.
    pub const ALL: GroupId = GroupId(0xffff_fffc);
    /// Wildcard in requests.
    pub const ANY: GroupId = GroupId(0xffff_ffff);
}

impl fmt::Display for GroupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            GroupId::ALL => f.write_str("ALL"),
            GroupId::ANY => f.write_str("ANY"),
            GroupId(number) => write!(f, "{number}"),
        }
    }
}

impl fmt::Debug for GroupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A flow table, 0 to 254, or [`TableId::ALL`]; 8 bits, 1.1 and later. Plain `u8` in the messages,
/// as in Ryu; this type only holds the names.
///
/// Spec: 1.3 sections 7.3.3 and 7.3.4.1; `ofp_table`.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Encode, FlowMod, TableId, V1_3, Xid};
///
/// let mut buf = BytesMut::new();
/// FlowMod { table_id: TableId::ALL, ..FlowMod::delete() }.encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(buf[24..26], [0xff, 3]);
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct TableId;

impl TableId {
    /// Largest number of a table.
    pub const MAX: u8 = 0xfe;
    /// Every table, in deletes and statistics requests.
    pub const ALL: u8 = 0xff;
}

/// Whether `version` writes ports as 16 bits and matches as 40 fixed bytes.
#[inline]
pub(crate) fn is_v1_0(version: Version) -> bool {
    version == V1_0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_ports_map_both_ways() {
        for (narrow, wide) in [
            (1, PortNo(1)),
            (0xfeff, PortNo(0xfeff)),
            (0xff00, PortNo::MAX),
            (0xfff8, PortNo::IN_PORT),
            (0xfffb, PortNo::FLOOD),
            (0xfffd, PortNo::CONTROLLER),
            (0xfffe, PortNo::LOCAL),
            (0xffff, PortNo::ANY),
        ] {
            assert_eq!(PortNo::from_v1_0(narrow), wide);
            assert_eq!(wide.to_v1_0(), Some(narrow));
        }
        assert_eq!(PortNo(0xff00).to_v1_0(), None);
        assert_eq!(PortNo(0x1_0000).to_v1_0(), None);
    }

    #[test]
    fn dpid_text() {
        assert_eq!("1".parse(), Ok(Dpid(1)));
        for bad in ["", "0x", "+1", "00000000000000001", "g"] {
            assert!(bad.parse::<Dpid>().is_err(), "{bad}");
        }
    }
}
