//! Ethernet (IEEE 802.3 section 3.2).

use super::codec::{Noun, header};
use super::span::{Span, Window, Wire};
use super::{Kind, ethertype};
use crate::wire::{DecodeError, MacAddr};

header! {
    /// An Ethernet header.
    ///
    /// ```text
    ///  0            6            12       14
    /// +------------+------------+--------+-----
    /// |    dst     |    src     |  type  | payload
    /// +------------+------------+--------+-----
    /// ```
    ///
    /// | field | range | meaning |
    /// |---|---|---|
    /// | `dst` | 48 bits | who it is for |
    /// | `src` | 48 bits | who sends it |
    /// | `ethertype` | 0 to 65,535 | what is behind the header, see [`ethertype`]; up to 1,500 a length (LLC follows) |
    ///
    /// Ryu: `ethernet.ethernet`. Spec: IEEE 802.3 section 3.2.
    ///
    /// ```
    /// use ryu_sdn::packet::{Ethernet, ethertype};
    /// use ryu_sdn::wire::MacAddr;
    ///
    /// let eth = Ethernet::new(MacAddr::BROADCAST, MacAddr([2, 0, 0, 0, 0, 1]), ethertype::ARP);
    /// let bytes = (eth.clone() / b"hi").to_bytes()?;
    /// assert_eq!(bytes, *b"\xff\xff\xff\xff\xff\xff\x02\0\0\0\0\x01\x08\x06hi");
    /// assert_eq!(Ethernet::parse(&bytes)?, (eth, &b"hi"[..]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[derive(Copy)]
    pub struct Ethernet "ethernet" {
        /// Destination.
        dst: MacAddr = MacAddr::BROADCAST,
        /// Source.
        src: MacAddr,
        /// Type of the payload; up to 1,500 it is a length (802.3).
        ethertype: u16 = ethertype::IPV4,
    }
}

impl Ethernet {
    /// Smallest frame without checksum, in bytes; shorter ones are filled with zeros.
    pub const MIN_FRAME: usize = 60;

    /// A header.
    pub const fn new(dst: MacAddr, src: MacAddr, ethertype: u16) -> Ethernet {
        Ethernet { dst, src, ethertype }
    }

    /// Whether this is link discovery, which is between neighbours and must not be passed on.
    pub const fn is_lldp(&self) -> bool {
        self.ethertype == ethertype::LLDP
    }
}

impl<'a> Wire<'a> for Ethernet {
    const MIN: usize = 14;

    #[inline(always)] // On the way to almost every header.
    fn span(w: &Window<'a>) -> Result<Span, DecodeError> {
        let head = w.head::<14>(Self::CLASS)?;
        Ok(Span::new(14, Kind::of_ethertype(u16::from_be_bytes([head[12], head[13]]))))
    }
}
