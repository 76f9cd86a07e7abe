//! A value and which of its bits count.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::ip_net::{Ipv4Net, Ipv6Net};
use super::mac_addr::MacAddr;
use super::text_error::TextError;

/// An address and a mask whose ones say which bits of it count, in any pattern, as the arbitrary
/// masks of OpenFlow 1.1 and later: text form `value/mask`, in JSON the same text.
///
/// Read are `value/mask`, for an IP address also `value/length`, and a value alone, all of whose
/// bits count. Shown is a value alone if all its bits count, an IP address with its prefix length
/// if the mask is one, and the mask in all other cases.
///
/// Bits of the value outside of the mask are kept. A switch may refuse them (1.3 section 7.2.3.5:
/// such a bit of an OXM must be 0), so [`trimmed`](Masked::trimmed) leaves them out.
///
/// Spec: 1.1 section A.2.3 (masks of MAC and IPv4 addresses), 1.3 section 7.2.3.5 (`oxm_hasmask`).
///
/// ```
/// use std::net::Ipv4Addr;
/// use ryu_sdn::wire::{MacAddr, Masked};
///
/// // The last byte counts, and the first.
/// let odd: Masked<Ipv4Addr> = "10.0.0.1/255.0.0.255".parse()?;
/// assert!(odd.matches("10.99.99.1".parse()?));
/// assert_eq!(odd.to_string(), "10.0.0.1/255.0.0.255");
/// assert_eq!("10.0.0.0/255.0.0.0".parse::<Masked<Ipv4Addr>>()?.to_string(), "10.0.0.0/8");
///
/// let group: Masked<MacAddr> = "01:00:00:00:00:00/01:00:00:00:00:00".parse()?;
/// assert!(group.matches(MacAddr::BROADCAST));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Masked<A> {
    /// What the bits that count are to be.
    pub value: A,
    /// The bits that count.
    pub mask: A,
}

/// What can have a mask: [`MacAddr`], [`Ipv4Addr`] and [`Ipv6Addr`]. Nothing else can be it.
pub trait Maskable: Copy + Eq + fmt::Display + FromStr + sealed::Sealed {
    /// What it is called in errors.
    #[doc(hidden)]
    const WHAT: &'static str;
    /// A mask under which every bit counts.
    #[doc(hidden)]
    const ALL_ONES: Self;
    /// What may stand behind the stroke.
    #[doc(hidden)]
    const MASKS: &'static str;

    /// The bits that are set in both.
    #[doc(hidden)]
    fn and(self, other: Self) -> Self;

    /// The prefix length of a mask, for addresses that are written with one.
    #[doc(hidden)]
    fn prefix_len(mask: Self) -> Option<u8>;

    /// The mask of a prefix length, for addresses that are written with one.
    #[doc(hidden)]
    fn prefix_mask(len: u8) -> Option<Self>;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::MacAddr {}
    impl Sealed for super::Ipv4Addr {}
    impl Sealed for super::Ipv6Addr {}
}

impl Maskable for MacAddr {
    const WHAT: &'static str = "MAC address with mask";
    const ALL_ONES: MacAddr = MacAddr::BROADCAST;
    const MASKS: &'static str = "a mask such as ff:ff:ff:00:00:00";

    fn and(self, other: MacAddr) -> MacAddr {
        self & other
    }

    fn prefix_len(_: MacAddr) -> Option<u8> {
        None
    }

    fn prefix_mask(_: u8) -> Option<MacAddr> {
        None
    }
}

impl Maskable for Ipv4Addr {
    const WHAT: &'static str = "IPv4 address with mask";
    const ALL_ONES: Ipv4Addr = Ipv4Addr::BROADCAST;
    const MASKS: &'static str = "a prefix length from 0 to 32, or a mask";

    fn and(self, other: Ipv4Addr) -> Ipv4Addr {
        Ipv4Addr::from_bits(self.to_bits() & other.to_bits())
    }

    fn prefix_len(mask: Ipv4Addr) -> Option<u8> {
        Ipv4Net::with_mask(mask, mask).map(Ipv4Net::prefix_len)
    }

    fn prefix_mask(len: u8) -> Option<Ipv4Addr> {
        Ipv4Net::new(Ipv4Addr::UNSPECIFIED, len).map(Ipv4Net::mask)
    }
}

impl Maskable for Ipv6Addr {
    const WHAT: &'static str = "IPv6 address with mask";
    const ALL_ONES: Ipv6Addr = Ipv6Addr::from_bits(u128::MAX);
    const MASKS: &'static str = "a prefix length from 0 to 128, or a mask";

    fn and(self, other: Ipv6Addr) -> Ipv6Addr {
        Ipv6Addr::from_bits(self.to_bits() & other.to_bits())
    }

    fn prefix_len(mask: Ipv6Addr) -> Option<u8> {
        Ipv6Net::with_mask(mask, mask).map(Ipv6Net::prefix_len)
    }

    fn prefix_mask(len: u8) -> Option<Ipv6Addr> {
        Ipv6Net::new(Ipv6Addr::UNSPECIFIED, len).map(Ipv6Net::mask)
    }
}

impl<A: Maskable> Masked<A> {
    /// `value`, all of whose bits count.
    pub fn exact(value: A) -> Masked<A> {
        Masked { value, mask: A::ALL_ONES }
    }

    /// The same condition without bits outside of the mask.
    #[must_use]
    pub fn trimmed(self) -> Masked<A> {
        Masked { value: self.value.and(self.mask), ..self }
    }

    /// Whether every bit counts.
    pub fn is_exact(self) -> bool {
        self.mask == A::ALL_ONES
    }

    /// Whether `value` has the bits that count as they are to be.
    pub fn matches(self, value: A) -> bool {
        value.and(self.mask) == self.value.and(self.mask)
    }
}

impl<A: Maskable> From<A> for Masked<A> {
    fn from(value: A) -> Masked<A> {
        Masked::exact(value)
    }
}

impl<A: Maskable> fmt::Display for Masked<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)?;
        if self.is_exact() {
            return Ok(());
        }
        match A::prefix_len(self.mask) {
            Some(len) => write!(f, "/{len}"),
            None => write!(f, "/{}", self.mask),
        }
    }
}

impl<A: Maskable> fmt::Debug for Masked<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<A: Maskable> FromStr for Masked<A> {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Masked<A>, TextError> {
        let wrong = |offset, expected| TextError { what: A::WHAT, offset, expected };
        let (value, mask) = match text.split_once('/') {
            Some((value, mask)) => (value, Some(mask)),
            None => (text, None),
        };
        let value = value.parse().map_err(|_| wrong(0, "an address"))?;
        let Some(mask) = mask else {
            return Ok(Masked::exact(value));
        };
        let offset = text.len() - mask.len();
        let digits = mask.bytes().all(|b| b.is_ascii_digit());
        let by_length = mask.parse().ok().filter(|_| digits).and_then(A::prefix_mask);
        let mask = by_length.or_else(|| mask.parse().ok());
        Ok(Masked { value, mask: mask.ok_or_else(|| wrong(offset, A::MASKS))? })
    }
}

impl<A: Maskable> Serialize for Masked<A> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, A: Maskable> Deserialize<'de> for Masked<A> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Masked<A>, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
