//! The number that names a port.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::wire::TextError;

use super::dpid::python_integer;
use super::encode::EncodeError;
use super::version::V1_0;

/// A port number, always in the 32-bit form of 1.1 and later.
///
/// OpenFlow 1.0 has 16-bit numbers; its reserved ports `0xff00` and up become `0xffffff00` and up
/// and back, so an app compares with the same constants on every version.
///
/// 0 is no port; the numbers between [`PortNo::MAX`] and [`PortNo::IN_PORT`] are reserved.
///
/// Text form: decimal, or the name of a reserved port, read in either case of letters. In JSON a
/// number. Ryu has two more forms: what its users may say, [`PortNo::from_user`], and the eight
/// hexadecimal digits of its topology interface, [`PortNo::digits`] and [`PortNo::from_digits`].
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

    /// The number as eight hexadecimal digits, as Ryu's `port_no_lib.port_no_to_str` and its
    /// topology interface write it.
    ///
    /// ```
    /// use ryu_sdn::ofproto::PortNo;
    ///
    /// assert_eq!(PortNo::LOCAL.digits().to_string(), "fffffffe");
    /// assert_eq!(PortNo::from_digits("0000000a"), Ok(PortNo(10)));
    /// ```
    pub fn digits(self) -> impl fmt::Display {
        struct Digits(u32);

        impl fmt::Display for Digits {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:08x}", self.0)
            }
        }

        Digits(self.0)
    }

    /// Reads what Ryu's `ofctl_rest` takes for a port: an integer as Python writes it (`0x10`, but not
    /// `010`), or the name of a reserved port in either case of letters, with or without `OFPP_` in
    /// front, also `MAX` and 1.0's `NONE`.
    ///
    /// ```
    /// use ryu_sdn::ofproto::PortNo;
    ///
    /// assert_eq!(PortNo::from_user("0x10"), Ok(PortNo(16)));
    /// assert_eq!(PortNo::from_user("OFPP_LOCAL"), Ok(PortNo::LOCAL));
    /// ```
    ///
    /// # Errors
    /// If it is anything else.
    pub fn from_user(text: &str) -> Result<PortNo, TextError> {
        if let Ok(number) = python_integer(text) {
            let number = u32::try_from(number);
            return number.map(PortNo).map_err(|_| wrong("an integer of 32 bits"));
        }
        let name = match text.split_at_checked(5) {
            Some((prefix, name)) if prefix.eq_ignore_ascii_case("OFPP_") => name,
            _ => text,
        };
        match name {
            _ if name.starts_with(|c: char| c.is_ascii_digit()) => {
                Err(wrong("an integer as Python writes it"))
            }
            _ if name.eq_ignore_ascii_case("MAX") => Ok(PortNo::MAX),
            _ if name.eq_ignore_ascii_case("NONE") => Ok(PortNo::ANY),
            _ => name.parse(),
        }
    }

    /// Reads exactly eight hexadecimal digits, as Ryu's `port_no_lib.str_to_port_no`.
    ///
    /// # Errors
    /// If it is anything else.
    pub fn from_digits(text: &str) -> Result<PortNo, TextError> {
        let expected = "8 hexadecimal digits";
        let wrong = |offset| TextError { what: "port number", offset, expected };
        let stray = text.find(|c: char| !c.is_ascii_hexdigit());
        match stray {
            Some(at) => Err(wrong(at)),
            None if text.len() != 8 => Err(wrong(text.len().min(8))),
            None => u32::from_str_radix(text, 16).map(PortNo).map_err(|_| wrong(0)),
        }
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
    type Err = TextError;

    fn from_str(text: &str) -> Result<PortNo, TextError> {
        if text.starts_with(|c: char| c.is_ascii_digit()) {
            return text.parse().map(PortNo).map_err(|_| wrong("an integer of 32 bits"));
        }
        let mut reserved = (PortNo::IN_PORT.0..=u32::MAX).map(PortNo);
        let found =
            reserved.find(|port| port.name().is_some_and(|name| name.eq_ignore_ascii_case(text)));
        found.ok_or_else(|| wrong("an integer of 32 bits or the name of a reserved port"))
    }
}

fn wrong(expected: &'static str) -> TextError {
    TextError { what: "port number", offset: 0, expected }
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
    fn text() {
        for (text, port) in [
            ("0", Some(PortNo(0))),
            ("4294967295", Some(PortNo::ANY)),
            ("in_port", Some(PortNo::IN_PORT)),
            ("0xfffffffb", None),
            ("ofpp_controller", None),
            ("MAX", None),
            ("none", None),
        ] {
            assert_eq!(text.parse().ok(), port, "{text}");
            assert!(PortNo::from_user(text).is_ok(), "{text}");
        }
        for bad in ["", "+1", "-1", "4294967296", "OFPP_", "OFPP_1", "eth0", "\u{e9}\u{e9}\u{e9}"] {
            assert!(bad.parse::<PortNo>().is_err(), "{bad}");
            assert!(PortNo::from_user(bad).is_err(), "{bad}");
        }
        for (bad, offset) in [("", 0), ("0000000", 7), ("000000000", 8), ("0x000001", 1)] {
            assert_eq!(PortNo::from_digits(bad).unwrap_err().offset, offset, "{bad}");
        }
    }
}
