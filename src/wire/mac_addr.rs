//! A 48-bit Ethernet address.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::BitAnd;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::text_error::TextError;

/// An Ethernet (MAC) address; text form `aa:bb:cc:dd:ee:ff`, in JSON the same text.
///
/// Read are, in either case of letters, all spellings that Ryu's `mac.haddr_to_bin` takes (leading
/// zeros of a group may be missing):
///
/// | groups | digits in each | between them | for instance |
/// |---|---|---|---|
/// | 6 | up to 2 | `:` or `-` | `00:11:22:aa:bb:cc`, `0-11-22-aa-bb-cc` |
/// | 3 | up to 4 | `.`, `:` or `-` | `0011.22aa.bbcc` |
/// | 2 | 5 or 6 | `:` or `-` | `001122-aabbcc` |
/// | 1 | 11 or 12 | | `001122aabbcc` |
///
/// On the wire six bytes in the order of the text; the lowest bit of the first says group, the
/// next one locally administered.
///
/// Spec: IEEE 802, the MAC address of 48 bits; the same in every version of OpenFlow.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::wire::{MacAddr, Writer};
///
/// let mac: MacAddr = "00:00:00:00:00:0a".parse()?;
/// assert_eq!(mac, MacAddr([0, 0, 0, 0, 0, 10]));
/// assert!(MacAddr::BROADCAST.is_multicast());
/// let mut buf = BytesMut::new();
/// Writer::new(&mut buf).mac(mac);
/// assert_eq!(&buf[..], &[0, 0, 0, 0, 0, 10]);
/// assert_eq!("0000.0000.000A".parse(), Ok(mac));
/// # Ok::<(), ryu_sdn::wire::TextError>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct MacAddr(pub [u8; 6]);

/// As one number: a table of addresses is asked for every packet-in, and a slice of six bytes would
/// be hashed with its length and in a loop.
impl Hash for MacAddr {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        let [a, b, c, d, e, f] = self.0;
        state.write_u64(u64::from_be_bytes([0, 0, a, b, c, d, e, f]));
    }
}

impl MacAddr {
    /// `ff:ff:ff:ff:ff:ff`.
    pub const BROADCAST: MacAddr = MacAddr([0xff; 6]);
    /// `00:00:00:00:00:00`.
    pub const ZERO: MacAddr = MacAddr([0; 6]);
    /// `01:00:00:00:00:00`, the mask that leaves only the group bit (Ryu's `mac.UNICAST`).
    pub const GROUP_BIT: MacAddr = MacAddr([1, 0, 0, 0, 0, 0]);
    /// The nearest-bridge group address of LLDP, `01:80:c2:00:00:0e`.
    pub const LLDP_NEAREST_BRIDGE: MacAddr = MacAddr([0x01, 0x80, 0xc2, 0, 0, 0x0e]);

    /// The address as six bytes.
    pub const fn octets(self) -> [u8; 6] {
        self.0
    }

    /// The address as a number of 48 bits, as of Ryu's `mac.haddr_to_int`.
    ///
    /// ```
    /// use ryu_sdn::wire::MacAddr;
    ///
    /// let mac = MacAddr([0, 0, 0, 0, 1, 2]);
    /// assert_eq!(mac.to_bits(), 0x102);
    /// assert_eq!(MacAddr::from_bits(0x102), Some(mac));
    /// assert_eq!(MacAddr::from_bits(1 << 48), None);
    /// ```
    pub const fn to_bits(self) -> u64 {
        let [a, b, c, d, e, g] = self.0;
        u64::from_be_bytes([0, 0, a, b, c, d, e, g])
    }

    /// The address of a number; `None` if that has more than 48 bits.
    pub const fn from_bits(bits: u64) -> Option<MacAddr> {
        match bits.to_be_bytes() {
            [0, 0, a, b, c, d, e, g] => Some(MacAddr([a, b, c, d, e, g])),
            _ => None,
        }
    }

    /// Whether this is `ff:ff:ff:ff:ff:ff`.
    pub fn is_broadcast(self) -> bool {
        self == MacAddr::BROADCAST
    }

    /// Whether the group bit is set (multicast and broadcast).
    pub const fn is_multicast(self) -> bool {
        self.0[0] & 1 != 0
    }

    /// Whether the address was given locally and not by a manufacturer (IEEE 802, 8.4).
    pub const fn is_local(self) -> bool {
        self.0[0] & 2 != 0
    }

    /// Whether this is one of LLDP's three group addresses
    /// (`01:80:c2:00:00:0e`, `..:03`, `..:00`; IEEE 802.1AB-2009, 7.1).
    pub const fn is_lldp_multicast(self) -> bool {
        matches!(self.0, [0x01, 0x80, 0xc2, 0, 0, 0x0e | 0x03 | 0x00])
    }

    /// Whether a bridge must not forward it: `01:80:c2:00:00:00` to `..:0f` (IEEE 802.1Q, 8.6.3).
    pub const fn is_bridge_filtered(self) -> bool {
        matches!(self.0, [0x01, 0x80, 0xc2, 0, 0, 0..=0x0f])
    }
}

impl fmt::Display for MacAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}")
    }
}

impl fmt::Debug for MacAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<[u8; 6]> for MacAddr {
    fn from(octets: [u8; 6]) -> MacAddr {
        MacAddr(octets)
    }
}

/// The bits that are set in both, as of Ryu's `mac.haddr_bitand`.
impl BitAnd for MacAddr {
    type Output = MacAddr;

    fn bitand(mut self, mask: MacAddr) -> MacAddr {
        self.0.iter_mut().zip(mask.0).for_each(|(octet, mask)| *octet &= mask);
        self
    }
}

impl FromStr for MacAddr {
    type Err = TextError;

    fn from_str(text: &str) -> Result<MacAddr, TextError> {
        let wrong = |offset, expected| TextError { what: "MAC address", offset, expected };
        let separator = text.chars().find(|c| !c.is_ascii_hexdigit());
        if let Some(at) = text.find(|c: char| !c.is_ascii_hexdigit() && !":-.".contains(c)) {
            return Err(wrong(at, "hexadecimal digits with `:`, `-` or `.` between them"));
        }
        let count = 1 + text.chars().filter(|c| Some(*c) == separator).count();
        let (digits, expected) = match (count, separator) {
            (6, Some(':' | '-')) => (1..=2, "one or two hexadecimal digits"),
            (3, Some(_)) => (1..=4, "one to four hexadecimal digits"),
            (2, Some(':' | '-')) => (5..=6, "five or six hexadecimal digits"),
            (1, None) => (11..=12, "12 hexadecimal digits"),
            _ => return Err(wrong(text.len(), "six groups of two hexadecimal digits")),
        };
        let (mut bits, mut offset) = (0, 0);
        for group in text.split(|c| Some(c) == separator) {
            // Two kinds of separators make a group with one of them inside: no number.
            let number = u64::from_str_radix(group, 16).ok();
            let Some(number) = number.filter(|_| digits.contains(&group.len())) else {
                return Err(wrong(offset, expected));
            };
            bits = bits << (4 * digits.end()) | number;
            offset += group.len() + 1;
        }
        MacAddr::from_bits(bits).ok_or_else(|| wrong(0, expected))
    }
}

impl Serialize for MacAddr {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for MacAddr {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<MacAddr, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_round_trip_and_refusals() {
        for good in ["00:11:22:aa:bb:ff", "ff:ff:ff:ff:ff:ff"] {
            assert_eq!(good.parse::<MacAddr>().unwrap().to_string(), good);
        }
        for (bad, offset) in [
            ("", 0),
            ("00", 0),
            ("00:11:22:33:44", 14),
            ("00:11:22:33:44:55:66", 20),
            ("+1:11:22:33:44:55", 0),
            ("00:11:22:033:44:55", 9),
            ("00:11-22:33:44:55:66", 3),
            ("0011.2233.44556", 10),
            ("00:11:22:33:44:55 ", 17),
        ] {
            let error = bad.parse::<MacAddr>().unwrap_err();
            assert_eq!(error.offset, offset, "{bad}: {error}");
        }
    }

    #[test]
    fn bridge_groups() {
        assert!(MacAddr::LLDP_NEAREST_BRIDGE.is_lldp_multicast());
        assert!(MacAddr([1, 0x80, 0xc2, 0, 0, 0x0f]).is_bridge_filtered());
        assert!(!MacAddr([1, 0x80, 0xc2, 0, 0, 0x10]).is_bridge_filtered());
    }
}
