//! A 48-bit Ethernet address.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An Ethernet (MAC) address; text form `aa:bb:cc:dd:ee:ff`, in JSON the same text.
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
/// # Ok::<(), ryu_sdn::wire::ParseMacAddrError>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MacAddr(pub [u8; 6]);

impl MacAddr {
    /// `ff:ff:ff:ff:ff:ff`.
    pub const BROADCAST: MacAddr = MacAddr([0xff; 6]);
    /// `00:00:00:00:00:00`.
    pub const ZERO: MacAddr = MacAddr([0; 6]);
    /// The nearest-bridge group address of LLDP, `01:80:c2:00:00:0e`.
    pub const LLDP_NEAREST_BRIDGE: MacAddr = MacAddr([0x01, 0x80, 0xc2, 0, 0, 0x0e]);

    /// The address as six bytes.
    pub const fn octets(self) -> [u8; 6] {
        self.0
    }

    /// Whether this is `ff:ff:ff:ff:ff:ff`.
    pub fn is_broadcast(self) -> bool {
        self == MacAddr::BROADCAST
    }

    /// Whether the group bit is set (multicast and broadcast).
    pub const fn is_multicast(self) -> bool {
        self.0[0] & 1 != 0
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

impl FromStr for MacAddr {
    type Err = ParseMacAddrError;

    fn from_str(text: &str) -> Result<MacAddr, ParseMacAddrError> {
        let mut octets = [0; 6];
        let mut parts = text.split(':');
        for octet in &mut octets {
            let part = parts.next().ok_or(ParseMacAddrError)?;
            if part.len() != 2 || !part.bytes().all(|b| b.is_ascii_hexdigit()) {
                return Err(ParseMacAddrError);
            }
            *octet = u8::from_str_radix(part, 16).map_err(|_| ParseMacAddrError)?;
        }
        if parts.next().is_some() { Err(ParseMacAddrError) } else { Ok(MacAddr(octets)) }
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

/// The text is not six pairs of hexadecimal digits with colons between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseMacAddrError;

impl fmt::Display for ParseMacAddrError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an Ethernet address (expected aa:bb:cc:dd:ee:ff)")
    }
}

impl Error for ParseMacAddrError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_round_trip_and_refusals() {
        for good in ["00:11:22:aa:bb:ff", "ff:ff:ff:ff:ff:ff"] {
            assert_eq!(good.parse::<MacAddr>().unwrap().to_string(), good);
        }
        for bad in
            ["", "00", "0:1:2:3:4:5", "00:11:22:33:44", "00:11:22:33:44:55:66", "+1:11:22:33:44:55"]
        {
            assert!(bad.parse::<MacAddr>().is_err(), "{bad}");
        }
    }

    #[test]
    fn bridge_groups() {
        assert!(MacAddr::LLDP_NEAREST_BRIDGE.is_lldp_multicast());
        assert!(MacAddr([1, 0x80, 0xc2, 0, 0, 0x0f]).is_bridge_filtered());
        assert!(!MacAddr([1, 0x80, 0xc2, 0, 0, 0x10]).is_bridge_filtered());
    }
}
