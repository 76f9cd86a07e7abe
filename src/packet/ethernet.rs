//! Ethernet (IEEE 802.3 section 3.2).

use super::codec::{Noun, header};
use super::span::{Place, Span, Window, Wire};
use super::{EmitError, Kind, ethertype};
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
    /// | `ethertype` | 0 to 65,535 | what is behind the header, see [`ethertype`]; up to 1,500 a length |
    ///
    /// Behind a length an [`Llc`](super::Llc) header follows, and what is behind that many bytes is
    /// padding. (Ryu takes it for payload.) A length of 0 is filled in.
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

    /// The header at the front of a frame, and the bytes behind it whatever they are; `None` if the frame
    /// is too short for one. For whoever asks thousands of frames for their addresses:
    /// [`parse`](Ethernet::parse) cuts off padding as well.
    ///
    /// ```
    /// use ryu_sdn::packet::{Ethernet, ethertype};
    /// use ryu_sdn::wire::MacAddr;
    ///
    /// let frame = b"\xff\xff\xff\xff\xff\xff\x02\0\0\0\0\x01\x08\x06hi";
    /// let eth = Ethernet::new(MacAddr::BROADCAST, MacAddr([2, 0, 0, 0, 0, 1]), ethertype::ARP);
    /// assert_eq!(Ethernet::peek(frame), Some((eth, &b"hi"[..])));
    /// assert_eq!(Ethernet::peek(&[0; 13]), None);
    /// ```
    #[inline]
    pub fn peek(frame: &[u8]) -> Option<(Ethernet, &[u8])> {
        let (head, rest) = frame.split_first_chunk::<14>()?;
        let [d0, d1, d2, d3, d4, d5, s0, s1, s2, s3, s4, s5, t0, t1] = *head;
        let eth = Ethernet {
            dst: MacAddr([d0, d1, d2, d3, d4, d5]),
            src: MacAddr([s0, s1, s2, s3, s4, s5]),
            ethertype: u16::from_be_bytes([t0, t1]),
        };
        Some((eth, rest))
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
        Ok(behind_type(14, u16::from_be_bytes([head[12], head[13]])))
    }

    #[inline]
    fn complete(&self, frame: &mut [u8], at: &Place) -> Result<(), EmitError> {
        if self.ethertype == 0 { fill_length(frame, at, Self::CLASS) } else { Ok(()) }
    }
}

/// The span of a header of `head` bytes that ends in a type, or in the length of what follows.
#[inline]
pub(super) fn behind_type(head: usize, number: u16) -> Span {
    let span = Span::new(head, Kind::of_ethertype(number));
    if number > ethertype::MAX_LENGTH { span } else { span.carries(number.into(), "ethertype") }
}

/// Fills in the length at the end of a header.
#[cold]
pub(super) fn fill_length(
    frame: &mut [u8],
    at: &Place,
    what: &'static str,
) -> Result<(), EmitError> {
    let (len, max) = (at.end - at.head_end, ethertype::MAX_LENGTH);
    let Some(short) = u16::try_from(len).ok().filter(|len| *len <= max) else {
        return Err(EmitError { what, field: "ethertype", value: len as u64, max: max.into() });
    };
    frame[at.head_end - 2..at.head_end].copy_from_slice(&short.to_be_bytes());
    Ok(())
}
