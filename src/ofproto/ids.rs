//! The numbers that name things: datapaths, ports, buffers, transactions.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::encode::EncodeError;
use super::version::{V1_0, Version};

/// A transaction id; a reply carries that of its request. Printed as `0x2a`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Xid(pub u32);

impl fmt::Display for Xid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

/// A datapath id: the switch's MAC address in the lower 48 bits, the rest up to the implementer.
///
/// Text form: 16 hexadecimal digits, in JSON the same text. Reading also takes fewer digits and a
/// leading `0x`.
///
/// ```
/// use ryu_sdn::ofproto::Dpid;
///
/// assert_eq!(Dpid(0xa1).to_string(), "00000000000000a1");
/// assert_eq!("0xA1".parse(), Ok(Dpid(0xa1)));
/// assert!("switch".parse::<Dpid>().is_err());
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

/// A packet held in the switch, or [`BufferId::NO_BUFFER`].
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
/// ```
/// use ryu_sdn::ofproto::PortNo;
///
/// assert_eq!(PortNo(3).to_string(), "3");
/// assert_eq!(PortNo::CONTROLLER.to_string(), "CONTROLLER");
/// assert_eq!("flood".parse(), Ok(PortNo::FLOOD));
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

/// A group of the group table (1.1 and later).
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

/// A flow table, 0 to 254, or [`TableId::ALL`]. Plain `u8` in the messages, as in Ryu; this type
/// only holds the names.
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
