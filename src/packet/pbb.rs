//! Provider backbone bridging (IEEE 802.1ah): a customer's frame inside of the provider's.

use super::Kind;
use super::codec::{Noun, header};
use super::span::{Span, Window, Wire};
use crate::wire::DecodeError;

header! {
    /// An instance tag (Ethernet type 0x88e7), in front of a customer's frame.
    ///
    /// ```text
    ///  0     3   4   5       8                       32
    /// +-----+---+---+-------+-----------------------+-----
    /// | pcp |dei|uca|  res  |          sid          | Ethernet header
    /// +-----+---+---+-------+-----------------------+-----
    /// ```
    ///
    /// | field | range | meaning |
    /// |---|---|---|
    /// | `pcp` | 0 to 7 | priority |
    /// | `dei` | 0, 1 | may be dropped first |
    /// | `uca` | 0, 1 | the addresses inside are the customer's |
    /// | `reserved` | 0 to 7 | zero; kept as it came, not in JSON |
    /// | `sid` | 24 bits | service instance |
    ///
    /// Ryu: `pbb.itag`. Spec: IEEE 802.1Q-2018 section 9.7 (802.1ah).
    ///
    /// ```
    /// use ryu_sdn::packet::{Ethernet, Itag, Kind, Packet};
    ///
    /// let tag = Itag { pcp: 6, dei: true, uca: true, sid: 0xabcdef, ..Itag::default() };
    /// let bytes = (tag / Ethernet::default()).to_bytes()?;
    /// assert_eq!(bytes[..4], [0xd8, 0xab, 0xcd, 0xef]);
    /// let packet = Packet::parse_as(Kind::Itag, &bytes);
    /// assert_eq!(packet.get::<Itag>(), Some(tag));
    /// assert_eq!(packet.get::<Ethernet>(), Some(Ethernet::default()));
    /// # Ok::<(), ryu_sdn::packet::EmitError>(())
    /// ```
    #[derive(Copy)]
    pub struct Itag "itag" {
        /// Priority, 0 to 7.
        pcp: u8 as 3,
        /// May be dropped first.
        dei: bool as 1,
        /// The addresses inside are the customer's.
        uca: bool as 1,
        /// Zero.
        reserved[""]: u8 as 3,
        /// Service instance, 24 bits.
        sid: u32 as 24,
    }
}

impl<'a> Wire<'a> for Itag {
    const MIN: usize = 4;

    #[inline]
    fn span(w: &Window<'a>) -> Result<Span, DecodeError> {
        w.head::<4>(Self::CLASS)?;
        Ok(Span::new(4, Some(Kind::Ethernet)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packet::{Ethernet, Packet};

    #[test]
    fn frames_in_frames_are_walked() {
        let mut bytes = Vec::new();
        for _ in 0..1000 {
            bytes.extend_from_slice(&[0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 1, 0x88, 0xe7, 7, 0, 0, 9]);
        }
        let packet = Packet::parse(&bytes);
        assert_eq!(packet.all::<Itag>().count(), 1000);
        assert_eq!(packet.all::<Ethernet>().count(), 1000);
        let mut apart = packet.clone();
        apart.layers_mut();
        assert_eq!(apart.to_bytes().unwrap(), bytes);
    }

    #[test]
    fn text_is_that_of_ryu() {
        let tag = Itag { pcp: 6, dei: true, uca: true, sid: 11_259_375, ..Itag::default() };
        assert_eq!(tag.to_string(), "itag(dei=1,pcp=6,sid=11259375,uca=1)");
    }
}
