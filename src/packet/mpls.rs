//! MPLS labels (RFC 3032).

use super::Kind;
use super::codec::{Noun, header};
use super::span::{Span, Window, Wire};
use crate::wire::DecodeError;

header! {
    /// A label of MPLS (Ethernet types 0x8847 and 0x8848), one header for each of the stack.
    ///
    /// ```text
    ///  0                    20    23   24        32
    /// +--------------------+-----+---+----------+-----
    /// |       label        | exp |bsb|   ttl    | next label or payload
    /// +--------------------+-----+---+----------+-----
    /// ```
    ///
    /// | field | range | meaning |
    /// |---|---|---|
    /// | `label` | 0 to 1,048,575 | 0 to 15 are reserved |
    /// | `exp` | 0 to 7 | traffic class |
    /// | `bsb` | 0, 1 | bottom of the stack: no label behind this one |
    /// | `ttl` | 0 to 255 | hops left |
    ///
    /// Nothing says what is below the bottom label. If the first half-byte is 4 it is IPv4, 6 is IPv6
    /// (RFC 4928), all else is a payload. (Ryu: always IPv4.)
    ///
    /// Ryu: `mpls.mpls`. Spec: RFC 3032 section 2.1.
    ///
    /// ```
    /// use ryu_sdn::packet::{Kind, Mpls, Packet};
    ///
    /// let outer = Mpls { label: 16, bsb: false, ..Mpls::default() };
    /// let inner = Mpls { label: 1_048_575, exp: 7, bsb: true, ttl: 1 };
    /// let bytes = (outer / inner / []).to_bytes()?;
    /// assert_eq!(bytes, [0, 1, 0, 255, 0xff, 0xff, 0xff, 1]);
    /// let packet = Packet::parse_as(Kind::Mpls, &bytes);
    /// assert_eq!(packet.all::<Mpls>().collect::<Vec<_>>(), [outer, inner]);
    /// # Ok::<(), ryu_sdn::packet::EmitError>(())
    /// ```
    #[derive(Copy)]
    pub struct Mpls "mpls" {
        /// The label, 20 bits.
        label: u32 as 20,
        /// Traffic class, 0 to 7.
        exp: u8 as 3,
        /// No label behind this one.
        bsb: bool as 1 = true,
        /// Hops left.
        ttl: u8 = 255,
    }
}

impl<'a> Wire<'a> for Mpls {
    const MIN: usize = 4;

    #[inline]
    fn span(w: &Window<'a>) -> Result<Span, DecodeError> {
        let head = w.head::<4>(Self::CLASS)?;
        let next = if head[2] & 1 == 0 {
            Some(Kind::Mpls)
        } else {
            match w.bytes.get(4).map(|below| below >> 4) {
                Some(4) => Some(Kind::Ipv4),
                Some(6) => Some(Kind::Ipv6),
                _ => None,
            }
        };
        Ok(Span::new(4, next))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packet::Packet;

    #[test]
    fn ten_thousand_labels_are_walked() {
        let mut bytes = vec![0x88, 0x47];
        bytes.splice(0..0, [0; 12]);
        for _ in 0..10_000 {
            bytes.extend_from_slice(&[0, 1, 0, 9]);
        }
        bytes.extend_from_slice(&[0, 1, 1, 9, 0x55]);
        let packet = Packet::parse(&bytes);
        assert_eq!(packet.all::<Mpls>().count(), 10_001);
        assert_eq!((packet.payload().as_ref(), packet.error()), (&[0x55][..], None));
        let mut apart = packet.clone();
        apart.layers_mut();
        assert_eq!(apart.to_bytes().unwrap(), bytes);
    }

    #[test]
    fn a_stack_without_a_bottom_ends_with_the_bytes() {
        let packet = Packet::parse_as(Kind::Mpls, &[0, 1, 0, 9, 0, 1, 0, 9]);
        assert_eq!((packet.iter().count(), packet.error()), (2, None));
    }

    #[test]
    fn text_is_that_of_ryu() {
        let label = Mpls { label: 1000, exp: 5, bsb: true, ttl: 64 };
        assert_eq!(label.to_string(), "mpls(bsb=1,exp=5,label=1000,ttl=64)");
    }
}
