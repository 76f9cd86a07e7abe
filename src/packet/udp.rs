//! UDP (RFC 768).

use super::codec::{Noun, header};
use super::span::{Place, Span, Sums, Window, Wire};
use super::{EmitError, Kind, VerifyError, checksum, ip_proto};
use crate::wire::DecodeError;

header! {
    /// A UDP header.
    ///
    /// ```text
    ///  0              16               32              48              64
    /// +---------------+----------------+---------------+---------------+-----
    /// |   src_port    |    dst_port    | total_length  |     csum      | payload
    /// +---------------+----------------+---------------+---------------+-----
    /// ```
    ///
    /// | field | unit and range | meaning |
    /// |---|---|---|
    /// | `src_port`, `dst_port` | 0 to 65,535 | ports |
    /// | `total_length` | bytes, from 8 | header and payload; `None`: filled in |
    /// | `csum` | 16 bits | of header, payload and pseudo header; 0: there is none; `None`: filled in |
    ///
    /// A sum of 0 is sent as 0xffff, as the RFC says (Ryu sends 0, which says that there is none).
    ///
    /// Ryu: `udp.udp`. Spec: RFC 768; RFC 8200 section 8.1 over IPv6.
    ///
    /// ```
    /// use ryu_sdn::packet::Udp;
    ///
    /// let udp = Udp { src_port: 5000, dst_port: 53, total_length: None, csum: Some(0) };
    /// let bytes = (udp / b"x").to_bytes()?;
    /// assert_eq!(bytes, [0x13, 0x88, 0, 53, 0, 9, 0, 0, b'x']);
    /// assert_eq!(Udp::parse(&bytes)?.1, b"x");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[derive(Copy)]
    pub struct Udp "udp" {
        /// Source port.
        src_port: u16 = 1,
        /// Destination port.
        dst_port: u16 = 1,
        /// Bytes of header and payload.
        total_length: Option<u16>,
        /// Checksum; 0 says that there is none.
        csum: Option<u16>,
    }
}

impl<'a> Wire<'a> for Udp {
    const MIN: usize = 8;

    #[inline(always)] // On the way to almost every header.
    fn span(w: &Window<'a>) -> Result<Span, DecodeError> {
        let &[s0, s1, d0, d1, l0, l1, ..] = w.head::<8>(Self::CLASS)?;
        let total = usize::from(u16::from_be_bytes([l0, l1]));
        if total < 8 {
            let field = "total_length";
            return Err(DecodeError::bad_length(Self::CLASS, w.offset, 8, total, field));
        }
        let next = Kind::of_udp(u16::from_be_bytes([s0, s1]), u16::from_be_bytes([d0, d1]));
        Ok(Span::new(8, next).until(total, "total_length"))
    }

    #[inline]
    fn complete(&self, frame: &mut [u8], at: &Place) -> Result<(), EmitError> {
        if self.total_length.is_none() {
            checksum::fill_u16(frame, at, 4, at.end - at.start, Self::CLASS, "total_length")?;
        }
        if self.csum.is_none() {
            checksum::fill(frame, at, 6, Some(ip_proto::UDP), 0xffff);
        }
        Ok(())
    }

    fn verify(frame: &Sums<'_>, at: &Place) -> Result<(), VerifyError> {
        let field = frame.get(at.start + 6..at.start + 8);
        let over_ipv4 = at.outer.is_some_and(|(kind, _)| kind == Kind::Ipv4);
        if field == Some(&[0, 0]) && over_ipv4 {
            return Ok(());
        }
        checksum::verify(frame, at, 6, Some(ip_proto::UDP), Self::CLASS)
    }
}
