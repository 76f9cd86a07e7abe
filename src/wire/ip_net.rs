//! IP networks: an address and how many of its leading bits name the network.
//!
//! Spec: RFC 4632 section 3.1 (IPv4), RFC 4291 section 2.3 (IPv6).

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::masked::Masked;
use super::text_error::TextError;

/// Declares one of the two: the same for 32 and for 128 bits.
macro_rules! ip_net {
    ($(#[$meta:meta])* $name:ident, $addr:ident, $bits:ident, $what:literal, $length:literal) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name {
            addr: $addr,
            prefix_len: u8,
        }

        impl $name {
            /// Every address.
            pub const ALL: $name = $name { addr: $addr::UNSPECIFIED, prefix_len: 0 };
            /// Prefix length of a network of one address.
            pub const MAX_PREFIX_LEN: u8 = $bits::BITS as u8;

            /// The network of `addr`, whose host bits are kept; `None` if `prefix_len` is more than
            /// [`MAX_PREFIX_LEN`](Self::MAX_PREFIX_LEN).
            pub const fn new(addr: $addr, prefix_len: u8) -> Option<$name> {
                if prefix_len > Self::MAX_PREFIX_LEN {
                    return None;
                }
                Some($name { addr, prefix_len })
            }

            /// The network of `addr` under `mask`; `None` if the mask is not ones in front and
            /// zeros behind ([`Masked`] holds those).
            pub const fn with_mask(addr: $addr, mask: $addr) -> Option<$name> {
                let bits = mask.to_bits();
                if bits.leading_ones() + bits.trailing_zeros() < $bits::BITS {
                    return None;
                }
                Some($name { addr, prefix_len: bits.leading_ones() as u8 })
            }

            /// The address as it was given, with its host bits.
            pub const fn addr(self) -> $addr {
                self.addr
            }

            /// How many leading bits name the network.
            pub const fn prefix_len(self) -> u8 {
                self.prefix_len
            }

            /// The prefix length as a mask, ones in front.
            pub const fn mask(self) -> $addr {
                $addr::from_bits(!Self::host_mask(self.prefix_len))
            }

            /// The first address: all host bits are 0.
            pub const fn network(self) -> $addr {
                $addr::from_bits(self.addr.to_bits() & !Self::host_mask(self.prefix_len))
            }

            /// The last address: all host bits are 1.
            pub const fn last(self) -> $addr {
                $addr::from_bits(self.addr.to_bits() | Self::host_mask(self.prefix_len))
            }

            /// The same network without host bits.
            #[must_use]
            pub const fn trimmed(self) -> $name {
                $name { addr: self.network(), prefix_len: self.prefix_len }
            }

            /// Whether any host bit of the address is set.
            pub const fn has_host_bits(self) -> bool {
                self.addr.to_bits() & Self::host_mask(self.prefix_len) != 0
            }

            /// Whether `addr` is in the network.
            pub const fn contains(self, addr: $addr) -> bool {
                let different = self.addr.to_bits() ^ addr.to_bits();
                different & !Self::host_mask(self.prefix_len) == 0
            }

            /// Whether every address of `other` is in this network.
            pub const fn contains_net(self, other: $name) -> bool {
                self.prefix_len <= other.prefix_len && self.contains(other.addr)
            }

            /// Whether some address is in both.
            pub const fn overlaps(self, other: $name) -> bool {
                self.contains_net(other) || other.contains_net(self)
            }

            /// The first `limit` addresses, in order; fewer if the network has no more. There is a
            /// limit because a network may have more addresses than a loop can ever visit.
            pub fn addresses(self, limit: usize) -> impl Iterator<Item = $addr> {
                let range = self.network().to_bits()..=self.last().to_bits();
                range.take(limit).map($addr::from_bits)
            }

            const fn host_mask(prefix_len: u8) -> $bits {
                // A shift by all the bits there are is none that Rust knows.
                match $bits::MAX.checked_shr(prefix_len as u32) {
                    Some(bits) => bits,
                    None => 0,
                }
            }
        }

        impl From<$addr> for $name {
            fn from(addr: $addr) -> $name {
                $name { addr, prefix_len: Self::MAX_PREFIX_LEN }
            }
        }

        impl From<$name> for Masked<$addr> {
            fn from(net: $name) -> Masked<$addr> {
                Masked { value: net.addr, mask: net.mask() }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}/{}", self.addr, self.prefix_len)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = TextError;

            fn from_str(text: &str) -> Result<$name, TextError> {
                let wrong = |offset, expected| TextError { what: $what, offset, expected };
                let (addr, rest) = match text.split_once('/') {
                    Some((addr, rest)) => (addr, Some(rest)),
                    None => (text, None),
                };
                let addr: $addr = addr.parse().map_err(|_| wrong(0, "an address"))?;
                let Some(rest) = rest else {
                    return Ok(addr.into());
                };
                let offset = text.len() - rest.len();
                if !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()) {
                    let net = rest.parse().ok().and_then(|len| $name::new(addr, len));
                    return net.ok_or_else(|| wrong(offset, $length));
                }
                let mask = rest.parse().map_err(|_| wrong(offset, $length))?;
                let net = $name::with_mask(addr, mask);
                net.ok_or_else(|| wrong(offset, "a mask of ones in front and zeros behind"))
            }
        }

        text_in_json!($name);
    };
}

/// In JSON the text of `Display`; reading takes what `FromStr` takes.
macro_rules! text_in_json {
    ($name:ty) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

ip_net! {
    /// An IPv4 network, or an address in one: text form `10.0.0.1/24`, in JSON the same text.
    ///
    /// Read are a prefix length, a mask of ones in front (`10.0.0.1/255.255.255.0`), and an address
    /// alone, which is a network of one. Host bits are kept, so that `10.0.0.1/24` can say both a
    /// host's address and its network; who wants none asks [`has_host_bits`](Self::has_host_bits)
    /// or says [`trimmed`](Self::trimmed). A wildcard mask with the ones behind is refused: `netaddr`
    /// (and so Ryu) takes `0.0.0.255` for `/24`, Open vSwitch for the last eight bits. [`Masked`]
    /// holds it, and means the latter.
    ///
    /// Ordered by address, then by prefix length.
    ///
    /// Spec: RFC 4632 section 3.1.
    ///
    /// ```
    /// use std::net::Ipv4Addr;
    /// use ryu_sdn::wire::Ipv4Net;
    ///
    /// let net: Ipv4Net = "172.16.20.1/255.255.255.0".parse()?;
    /// assert_eq!(net.to_string(), "172.16.20.1/24");
    /// assert_eq!(net.trimmed().to_string(), "172.16.20.0/24");
    /// assert_eq!(net.last(), Ipv4Addr::new(172, 16, 20, 255));
    /// assert!(net.contains(Ipv4Addr::new(172, 16, 20, 99)));
    /// assert_eq!(net.addresses(2).last(), Some(Ipv4Addr::new(172, 16, 20, 1)));
    ///
    /// let err = "10.0.0.0/33".parse::<Ipv4Net>().unwrap_err();
    /// assert_eq!(err.to_string(), "IPv4 network: expected a prefix length from 0 to 32, or a mask at byte 9");
    /// # Ok::<(), ryu_sdn::wire::TextError>(())
    /// ```
    Ipv4Net, Ipv4Addr, u32, "IPv4 network", "a prefix length from 0 to 32, or a mask"
}

ip_net! {
    /// An IPv6 network, or an address in one: text form `2001:db8::1/64`, in JSON the same text.
    ///
    /// Read are a prefix length, a mask of ones in front (`2001:db8::/ffff:ffff::`), and an address
    /// alone, which is a network of one. Host bits are kept, as in [`Ipv4Net`](super::Ipv4Net). A
    /// zone (`fe80::1%eth0`) is refused: the name means something on one machine only.
    ///
    /// Ordered by address, then by prefix length.
    ///
    /// Spec: RFC 4291 sections 2.2 and 2.3; the text is that of RFC 5952.
    ///
    /// ```
    /// use ryu_sdn::wire::Ipv6Net;
    ///
    /// let net: Ipv6Net = "2001:DB8:0::1/64".parse()?;
    /// assert_eq!(net.to_string(), "2001:db8::1/64");
    /// assert_eq!(net.mask().to_string(), "ffff:ffff:ffff:ffff::");
    /// assert!(net.contains_net("2001:db8::8000:0/97".parse()?));
    /// # Ok::<(), ryu_sdn::wire::TextError>(())
    /// ```
    Ipv6Net, Ipv6Addr, u128, "IPv6 network", "a prefix length from 0 to 128, or a mask"
}

/// An IPv4 or an IPv6 network: text form that of [`Ipv4Net`] or [`Ipv6Net`], in JSON the same text.
///
/// Every IPv4 network is ordered before every IPv6 network.
///
/// Spec: RFC 4632 section 3.1, RFC 4291 section 2.3.
///
/// ```
/// use ryu_sdn::wire::IpNet;
///
/// let nets: Vec<IpNet> = serde_json::from_str(r#"["2001:db8::/32", "10.0.0.0/8"]"#)?;
/// assert!(nets[1] < nets[0]);
/// assert!(nets[1].contains("10.1.2.3".parse()?));
/// assert!(!nets[1].contains("2001:db8::1".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IpNet {
    /// An IPv4 network.
    V4(Ipv4Net),
    /// An IPv6 network.
    V6(Ipv6Net),
}

impl IpNet {
    /// The network of `addr`, whose host bits are kept; `None` if `prefix_len` is more than the
    /// address has bits.
    pub fn new(addr: IpAddr, prefix_len: u8) -> Option<IpNet> {
        match addr {
            IpAddr::V4(addr) => Ipv4Net::new(addr, prefix_len).map(IpNet::V4),
            IpAddr::V6(addr) => Ipv6Net::new(addr, prefix_len).map(IpNet::V6),
        }
    }

    /// The address as it was given, with its host bits.
    pub const fn addr(self) -> IpAddr {
        match self {
            IpNet::V4(net) => IpAddr::V4(net.addr()),
            IpNet::V6(net) => IpAddr::V6(net.addr()),
        }
    }

    /// How many leading bits name the network.
    pub const fn prefix_len(self) -> u8 {
        match self {
            IpNet::V4(net) => net.prefix_len(),
            IpNet::V6(net) => net.prefix_len(),
        }
    }

    /// The prefix length as a mask, ones in front.
    pub const fn mask(self) -> IpAddr {
        match self {
            IpNet::V4(net) => IpAddr::V4(net.mask()),
            IpNet::V6(net) => IpAddr::V6(net.mask()),
        }
    }

    /// The first address: all host bits are 0.
    pub const fn network(self) -> IpAddr {
        match self {
            IpNet::V4(net) => IpAddr::V4(net.network()),
            IpNet::V6(net) => IpAddr::V6(net.network()),
        }
    }

    /// The last address: all host bits are 1.
    pub const fn last(self) -> IpAddr {
        match self {
            IpNet::V4(net) => IpAddr::V4(net.last()),
            IpNet::V6(net) => IpAddr::V6(net.last()),
        }
    }

    /// The same network without host bits.
    #[must_use]
    pub const fn trimmed(self) -> IpNet {
        match self {
            IpNet::V4(net) => IpNet::V4(net.trimmed()),
            IpNet::V6(net) => IpNet::V6(net.trimmed()),
        }
    }

    /// Whether `addr` is in the network. An address of the other family never is.
    pub const fn contains(self, addr: IpAddr) -> bool {
        match (self, addr) {
            (IpNet::V4(net), IpAddr::V4(addr)) => net.contains(addr),
            (IpNet::V6(net), IpAddr::V6(addr)) => net.contains(addr),
            _ => false,
        }
    }

    /// Whether every address of `other` is in this network.
    pub const fn contains_net(self, other: IpNet) -> bool {
        match (self, other) {
            (IpNet::V4(net), IpNet::V4(other)) => net.contains_net(other),
            (IpNet::V6(net), IpNet::V6(other)) => net.contains_net(other),
            _ => false,
        }
    }
}

impl From<Ipv4Net> for IpNet {
    fn from(net: Ipv4Net) -> IpNet {
        IpNet::V4(net)
    }
}

impl From<Ipv6Net> for IpNet {
    fn from(net: Ipv6Net) -> IpNet {
        IpNet::V6(net)
    }
}

impl From<IpAddr> for IpNet {
    fn from(addr: IpAddr) -> IpNet {
        match addr {
            IpAddr::V4(addr) => IpNet::V4(addr.into()),
            IpAddr::V6(addr) => IpNet::V6(addr.into()),
        }
    }
}

impl fmt::Display for IpNet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            IpNet::V4(net) => net.fmt(f),
            IpNet::V6(net) => net.fmt(f),
        }
    }
}

impl fmt::Debug for IpNet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for IpNet {
    type Err = TextError;

    fn from_str(text: &str) -> Result<IpNet, TextError> {
        // Only an IPv6 address has colons, and it has at least two of them.
        if text.contains(':') { text.parse().map(IpNet::V6) } else { text.parse().map(IpNet::V4) }
    }
}

text_in_json!(IpNet);
