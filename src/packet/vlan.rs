//! Tags of virtual networks: 802.1Q and 802.1ad (IEEE 802.1Q section 9).

use super::codec::{Noun, header};
use super::span::{Span, Window, Wire};
use super::{Kind, ethertype};
use crate::wire::DecodeError;

header! {
    /// An 802.1Q tag (Ethernet type 0x8100), behind the Ethernet header or another tag.
    ///
    /// ```text
    ///  0     3   4                16               32
    /// +-----+---+----------------+----------------+-----
    /// | pcp |cfi|      vid       |   ethertype    | payload
    /// +-----+---+----------------+----------------+-----
    /// ```
    ///
    /// | field | range | meaning |
    /// |---|---|---|
    /// | `pcp` | 0 to 7 | priority |
    /// | `cfi` | 0, 1 | may be dropped first (DEI; CFI before 802.1Q-2011) |
    /// | `vid` | 0 to 4,095 | network; 0 is priority only |
    /// | `ethertype` | 0 to 65,535 | type of what is behind |
    ///
    /// Ryu: `vlan.vlan`. Spec: IEEE 802.1Q-2018 section 9.6.
    ///
    /// ```
    /// use ryu_sdn::packet::{Vlan, ethertype};
    ///
    /// let tag = Vlan { pcp: 5, cfi: true, vid: 100, ethertype: ethertype::ARP };
    /// let bytes = (tag.clone() / []).to_bytes()?;
    /// assert_eq!(bytes, [0xb0, 0x64, 0x08, 0x06]);
    /// assert_eq!(Vlan::parse(&bytes)?.0, tag);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[derive(Copy)]
    pub struct Vlan "vlan" {
        /// Priority, 0 to 7.
        pcp: u8 as 3,
        /// May be dropped first.
        cfi: bool as 1,
        /// Network, 0 to 4,095.
        vid: u16 as 12,
        /// Type of what is behind the tag.
        ethertype: u16 = ethertype::IPV4,
    }
}

header! {
    /// An 802.1ad service tag (Ethernet type 0x88a8), which a provider puts around its customer's.
    ///
    /// The layout and the fields are those of [`Vlan`].
    ///
    /// Ryu: `vlan.svlan`. Spec: IEEE 802.1Q-2018 section 9.7. See the example of [`Vlan`].
    #[derive(Copy)]
    pub struct Svlan "svlan" {
        /// Priority, 0 to 7.
        pcp: u8 as 3,
        /// May be dropped first.
        cfi: bool as 1,
        /// Network, 0 to 4,095.
        vid: u16 as 12,
        /// Type of what is behind the tag.
        ethertype: u16 = ethertype::VLAN,
    }
}

impl<'a> Wire<'a> for Vlan {
    const MIN: usize = 4;

    #[inline(always)] // On the way to almost every header.
    fn span(w: &Window<'a>) -> Result<Span, DecodeError> {
        let head = w.head::<4>(Self::CLASS)?;
        Ok(Span::new(4, Kind::of_ethertype(u16::from_be_bytes([head[2], head[3]]))))
    }
}

impl<'a> Wire<'a> for Svlan {
    const MIN: usize = 4;

    #[inline(always)] // On the way to almost every header.
    fn span(w: &Window<'a>) -> Result<Span, DecodeError> {
        let head = w.head::<4>(Self::CLASS)?;
        Ok(Span::new(4, Kind::of_ethertype(u16::from_be_bytes([head[2], head[3]]))))
    }
}
