//! What Linux puts in front of packets that are captured on "any" interface.

use super::codec::{Base64, Noun, header};
use super::span::{Span, Window, Wire};
use super::{Kind, ethertype};
use crate::wire::DecodeError;

header! {
    /// A header of a cooked capture (link type 113), which takes the place of the link's own.
    ///
    /// ```text
    ///  0                16               32
    /// +----------------+----------------+
    /// |    pkt_type    |  arphrd_type   |
    /// +----------------+----------------+
    /// | address_length |                |
    /// +----------------+    address     +
    /// |                                 |
    /// +                +----------------+
    /// |                |   proto_type   |
    /// +----------------+----------------+
    /// ```
    ///
    /// | field | range | meaning |
    /// |---|---|---|
    /// | `pkt_type` | 0 to 4 | to us, to all, to many, to another, sent by us |
    /// | `arphrd_type` | 0 to 65,535 | kind of link; 1 is Ethernet |
    /// | `address_length` | bytes, 0 to 8 | how many of `address` count |
    /// | `address` | 8 bytes | of the sender |
    /// | `proto_type` | 0 to 65,535 | what is behind, see [`ethertype`]; 4 is LLC |
    ///
    /// (Ryu takes any `proto_type` up to 1,500 for LLC. Those are Linux's own numbers.)
    ///
    /// Nothing announces such a header: [`Packet::parse_as`](super::Packet::parse_as) is where it
    /// comes from.
    ///
    /// Ryu: `linux.linuxcooked`. Spec: LINKTYPE_LINUX_SLL of the Tcpdump group.
    ///
    /// ```
    /// use ryu_sdn::packet::{Arp, Kind, LinuxCooked, Packet, ethertype};
    ///
    /// let cooked = LinuxCooked {
    ///     pkt_type: LinuxCooked::OUTGOING,
    ///     address_length: 6,
    ///     address: [0, 0, 0x5e, 0, 0x53, 0x11, 0, 0],
    ///     proto_type: ethertype::ARP,
    ///     ..LinuxCooked::default()
    /// };
    /// let bytes = (cooked / Arp::default()).to_bytes()?;
    /// assert_eq!(bytes[..16], [0, 4, 0, 1, 0, 6, 0, 0, 0x5e, 0, 0x53, 0x11, 0, 0, 8, 6]);
    /// let packet = Packet::parse_as(Kind::LinuxCooked, &bytes);
    /// assert_eq!(packet.get::<LinuxCooked>(), Some(cooked));
    /// assert!(packet.has(Kind::Arp));
    /// # Ok::<(), ryu_sdn::packet::EmitError>(())
    /// ```
    #[derive(Copy)]
    pub struct LinuxCooked "linuxcooked" {
        /// To whom it goes.
        pkt_type: u16,
        /// Kind of link.
        arphrd_type: u16 = 1,
        /// How many bytes of `address` count.
        address_length: u16,
        /// Address of the sender.
        address: [u8; 8] => Base64,
        /// Type of what is behind the header.
        proto_type: u16 = ethertype::IPV4,
    }
}

impl LinuxCooked {
    /// Packet type: sent by us.
    pub const OUTGOING: u16 = 4;
    /// Type of the payload: LLC.
    pub const LLC: u16 = 4;
    /// Kind of link whose types are not those of Ethernet: netlink.
    const NETLINK: u16 = 824;
}

impl<'a> Wire<'a> for LinuxCooked {
    const MIN: usize = 16;

    #[inline]
    fn span(w: &Window<'a>) -> Result<Span, DecodeError> {
        let head = w.head::<16>(Self::CLASS)?;
        let next = match u16::from_be_bytes([head[14], head[15]]) {
            _ if u16::from_be_bytes([head[2], head[3]]) == Self::NETLINK => None,
            Self::LLC => Some(Kind::Llc),
            0..=ethertype::MAX_LENGTH => None,
            number => Kind::of_ethertype(number),
        };
        Ok(Span::new(16, next))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packet::Packet;

    #[test]
    fn only_one_small_type_is_llc() {
        for (arphrd_type, proto_type, next) in [
            (1, 4, Some(Kind::Llc)),
            (1, 1, None),
            (1, 0x0c, None),
            (824, 4, None),
            (1, 0x0806, Some(Kind::Arp)),
        ] {
            let cooked = LinuxCooked { arphrd_type, proto_type, ..LinuxCooked::default() };
            let bytes = (cooked / [0; 28]).to_bytes().unwrap();
            let packet = Packet::parse_as(Kind::LinuxCooked, &bytes);
            let found = packet.error().map(|_| Kind::Arp).or(packet.iter().nth(1).unwrap().kind());
            assert_eq!(found, next, "{arphrd_type} {proto_type}");
        }
    }

    #[test]
    fn text_is_that_of_ryu() {
        let cooked = LinuxCooked { address: *b"\0\0^\0S\x11\0\0", ..LinuxCooked::default() };
        assert_eq!(
            cooked.to_string(),
            "linuxcooked(address=b'\\x00\\x00^\\x00S\\x11\\x00\\x00',address_length=0,\
             arphrd_type=1,pkt_type=0,proto_type=2048)"
        );
    }
}
