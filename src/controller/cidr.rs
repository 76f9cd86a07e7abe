//! Blocks of IP addresses: `10.0.0.0/8`, `2001:db8::/32`, or one address.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::wire::IpNet;

/// A block of IPv4 or IPv6 addresses: an [`IpNet`] without host bits, for deciding who may come in.
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
pub struct Cidr(IpNet);

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
        self.0.contains(address.to_canonical())
    }
}

impl FromStr for Cidr {
    type Err = BadCidr;

    fn from_str(text: &str) -> Result<Self, BadCidr> {
        let bad = |reason: String| BadCidr { text: text.to_owned(), reason };
        let net: IpNet = text.parse().map_err(|err| {
            bad(format!("is no block of addresses such as 10.0.0.0/8, 10.0.0.1 or fd00::/8: {err}"))
        })?;
        if net.trimmed() != net {
            // It may be a slip of the address or of the length; guessing would let strangers in.
            let (length, meant) = (net.prefix_len(), net.trimmed());
            return Err(bad(format!("has bits after the first {length}; say {meant}")));
        }
        Ok(Cidr(net))
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
        self.0.fmt(f)
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
            ("10.0.0.0/33", "is no block"),
            ("10.0.0.0/+8", "is no block"),
            ("10.0.0.0/", "is no block"),
            ("::/129", "is no block"),
            ("::1/127", "say ::/127"),
        ] {
            let error = text.parse::<Cidr>().unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }
}
