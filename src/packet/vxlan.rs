//! VXLAN (RFC 7348).

use super::Kind;
use super::codec::{Noun, header};
use super::span::{Span, Window, Wire};
use crate::wire::DecodeError;

header! {
    /// A VXLAN header: the number of a virtual network, in front of an Ethernet frame.
    ///
    /// ```text
    ///  0       8                              24      32
    /// +-------+-------------------------------+-------+
    /// | flags |           reserved                    |
    /// +-------+-------------------------------+-------+
    /// |                 vni                   |   -   |
    /// +---------------------------------------+-------+
    /// ```
    ///
    /// | field | range | meaning |
    /// |---|---|---|
    /// | `flags` | 8 bits | [`Vxlan::HAS_VNI`]; without it the header is refused |
    /// | `vni` | 24 bits | the virtual network |
    ///
    /// It is found in UDP to port 4789 or 8472.
    ///
    /// Ryu: `vxlan.vxlan`. Spec: RFC 7348 section 5.
    ///
    /// ```
    /// use ryu_sdn::packet::{Ethernet, Vxlan};
    ///
    /// let bytes = (Vxlan { vni: 0x123456, ..Vxlan::default() } / Ethernet::default() / []).to_bytes()?;
    /// assert_eq!(bytes[..8], [8, 0, 0, 0, 0x12, 0x34, 0x56, 0]);
    /// let (back, frame) = Vxlan::parse(&bytes)?;
    /// assert_eq!((back.vni, frame.len()), (0x123456, 14));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct Vxlan "vxlan" {
        /// [`Vxlan::HAS_VNI`].
        flags[""]: u8 = Vxlan::HAS_VNI,
        /// Not used, 24 bits.
        reserved[""]: u32 as 24,
        /// The virtual network, 24 bits.
        vni: u32 as 24,
        /// Not used.
        reserved2[""]: u8,
    }
}

impl Vxlan {
    /// Flag: `vni` counts.
    pub const HAS_VNI: u8 = 8;
}

impl<'a> Wire<'a> for Vxlan {
    const MIN: usize = 8;

    #[inline]
    fn span(w: &Window<'a>) -> Result<Span, DecodeError> {
        let [flags, ..] = *w.head::<8>(Self::CLASS)?;
        if flags & Self::HAS_VNI == 0 {
            return Err(DecodeError::bad_value(Self::CLASS, w.offset, flags.into(), "flags"));
        }
        Ok(Span::new(8, Some(Kind::Ethernet)))
    }
}
