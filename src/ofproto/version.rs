//! The six versions of OpenFlow.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

/// A version of the protocol, by its number on the wire (the first byte of every message): 1 to 6;
/// the eighth bit is reserved (in 1.0 for versions under trial).
///
/// Spec: 1.0 section 5.1, 1.3 section 7.1 (`version` of `ofp_header`).
///
/// ```
/// use ryu_sdn::ofproto::{V1_3, Version};
///
/// assert_eq!(V1_3.wire(), 4);
/// assert_eq!(V1_3.to_string(), "1.3");
/// assert_eq!("1.3".parse(), Ok(V1_3));
/// assert_eq!(Version::from_wire(9), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Version {
    /// OpenFlow 1.0.
    V1_0 = 1,
    /// OpenFlow 1.1.
    V1_1 = 2,
    /// OpenFlow 1.2.
    V1_2 = 3,
    /// OpenFlow 1.3.
    V1_3 = 4,
    /// OpenFlow 1.4.
    V1_4 = 5,
    /// OpenFlow 1.5.
    V1_5 = 6,
}

/// OpenFlow 1.0.
pub const V1_0: Version = Version::V1_0;
/// OpenFlow 1.1.
pub const V1_1: Version = Version::V1_1;
/// OpenFlow 1.2.
pub const V1_2: Version = Version::V1_2;
/// OpenFlow 1.3.
pub const V1_3: Version = Version::V1_3;
/// OpenFlow 1.4.
pub const V1_4: Version = Version::V1_4;
/// OpenFlow 1.5.
pub const V1_5: Version = Version::V1_5;

impl Version {
    /// Every version, oldest first.
    pub const ALL: [Version; 6] = [V1_0, V1_1, V1_2, V1_3, V1_4, V1_5];

    /// The number on the wire, 1 to 6.
    #[inline]
    pub const fn wire(self) -> u8 {
        self as u8
    }

    /// The version with this number on the wire.
    pub const fn from_wire(number: u8) -> Option<Version> {
        match number {
            1 => Some(V1_0),
            2 => Some(V1_1),
            3 => Some(V1_2),
            4 => Some(V1_3),
            5 => Some(V1_4),
            6 => Some(V1_5),
            _ => None,
        }
    }

    /// Column of this version in the tables of this room, 0 to 5.
    #[inline]
    pub(crate) const fn column(self) -> usize {
        self as usize - 1
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}", self.column())
    }
}

impl FromStr for Version {
    type Err = ParseVersionError;

    fn from_str(text: &str) -> Result<Version, ParseVersionError> {
        Version::ALL.into_iter().find(|v| v.to_string() == text).ok_or(ParseVersionError)
    }
}

/// The text is not one of `1.0` to `1.5`.
///
/// Spec: none; the names are those of the specifications.
///
/// ```
/// use ryu_sdn::ofproto::Version;
///
/// let err = "1.6".parse::<Version>().unwrap_err();
/// assert_eq!(
///     err.to_string(),
///     "not an OpenFlow version (expected 1.0, 1.1, 1.2, 1.3, 1.4 or 1.5)"
/// );
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseVersionError;

impl fmt::Display for ParseVersionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an OpenFlow version (expected 1.0, 1.1, 1.2, 1.3, 1.4 or 1.5)")
    }
}

impl Error for ParseVersionError {}
