//! Blocks of IP addresses: `10.0.0.0/8`, `2001:db8::/32`, or one address.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A block of IPv4 or IPv6 addresses, in the notation of RFC 4632 and RFC 4291.
///
/// ```
/// use ryu_sdn::controller::Cidr;
///
/// let lab: Cidr = "10.1.0.0/16".parse().unwrap();
/// assert!(lab.contains("10.1.2.3".parse().unwrap()));
/// assert!(!lab.contains("10.2.0.1".parse().unwrap()));
/// assert_eq!("::1".parse::<Cidr>().unwrap().to_string(), "::1/128");
/// let wrong = "10.1.2.3/16".parse::<Cidr>().unwrap_err();
/// assert!(wrong.to_string().ends_with("has bits after the first 16; say 10.1.0.0/16"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cidr {
    /// The first address of the block.
    network: IpAddr,
    /// How many leading bits count: 0..=32 or 0..=128.
    length: u8,
}

/// What is wrong with the text of a [`Cidr`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{text:?} {reason}")]
pub struct BadCidr {
    text: String,
    reason: String,
}

impl Cidr {
    /// Whether `address` is in the block. An IPv4 address in the form of IPv6 (`::ffff:10.0.0.1`),
    /// as a socket for both kinds reports it, counts as the IPv4 address.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.network, address.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                (network.to_bits() ^ address.to_bits()) & mask_v4(self.length) == 0
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                (network.to_bits() ^ address.to_bits()) & mask_v6(self.length) == 0
            }
            _ => false,
        }
    }
}

/// A mask of `length` leading bits, which may be 0.
fn mask_v4(length: u8) -> u32 {
    u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0)
}

fn mask_v6(length: u8) -> u128 {
    u128::MAX.checked_shl(128 - u32::from(length)).unwrap_or(0)
}

impl FromStr for Cidr {
    type Err = BadCidr;

    fn from_str(text: &str) -> Result<Self, BadCidr> {
        let bad = |reason: &str| BadCidr { text: text.to_owned(), reason: reason.to_owned() };
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| {
            bad("is no block of addresses such as 10.0.0.0/8, 10.0.0.1 or fd00::/8")
        })?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let length = match length {
            None => longest,
            Some(digits) => digits
                .parse()
                .ok()
                .filter(|&length| length <= longest && digits.bytes().all(|b| b.is_ascii_digit()))
                .ok_or_else(|| {
                    bad(&format!("needs a length from 0 to {longest} after the slash"))
                })?,
        };
        let network = match address {
            IpAddr::V4(v4) => Ipv4Addr::from_bits(v4.to_bits() & mask_v4(length)).into(),
            IpAddr::V6(v6) => IpAddr::from(Ipv6Addr::from_bits(v6.to_bits() & mask_v6(length))),
        };
        if network != address {
            // It may be a slip of the address or of the length; guessing would let strangers in.
            return Err(bad(&format!("has bits after the first {length}; say {network}/{length}")));
        }
        Ok(Cidr { network, length })
    }
}

impl TryFrom<String> for Cidr {
    type Error = BadCidr;

    fn try_from(text: String) -> Result<Self, BadCidr> {
        text.parse()
    }
}

impl From<Cidr> for String {
    fn from(cidr: Cidr) -> String {
        cidr.to_string()
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.network, self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_holds_what_shares_its_bits() {
        for (block, inside, outside) in [
            ("0.0.0.0/0", "255.255.255.255", "::1"),
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.0"),
            ("10.0.0.0/9", "10.127.255.255", "10.128.0.0"),
            ("10.0.0.1", "10.0.0.1", "10.0.0.0"),
            ("10.0.0.0/8", "::ffff:10.0.0.1", "::10.0.0.1"),
            ("::/0", "fe80::1", "10.0.0.1"),
            ("2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::1"),
            ("::1/128", "::1", "::2"),
        ] {
            let block: Cidr = block.parse().unwrap();
            assert!(block.contains(inside.parse().unwrap()), "{block} {inside}");
            assert!(!block.contains(outside.parse().unwrap()), "{block} {outside}");
            assert_eq!(block.to_string().parse(), Ok(block));
        }
    }

    #[test]
    fn slips_are_refused_with_a_reason() {
        for (text, reason) in [
            ("", "is no block"),
            ("10.0.0/8", "is no block"),
            ("host/8", "is no block"),
            ("10.0.0.0/33", "from 0 to 32"),
            ("10.0.0.0/+8", "from 0 to 32"),
            ("10.0.0.0/", "from 0 to 32"),
            ("::/129", "from 0 to 128"),
            ("::1/127", "say ::/127"),
        ] {
            let error = text.parse::<Cidr>().unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }
}
