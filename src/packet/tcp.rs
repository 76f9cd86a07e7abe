//! TCP (RFC 9293).

use super::codec::{Noun, fields, noun};
use super::list::NoneIfEmpty;
use super::span::{Place, Span, Sums, Window, Wire};
use super::{EmitError, Kind, List, TcpOption, VerifyError, checksum, ip_proto};
use crate::wire::DecodeError;

/// A TCP header.
///
/// ```text
///  0                               16                               32
/// +-------------------------------+--------------------------------+
/// |           src_port            |            dst_port            |
/// +-------------------------------+--------------------------------+
/// |                              seq                               |
/// +----------------------------------------------------------------+
/// |                              ack                               |
/// +-------+-----------------------+--------------------------------+
/// |offset |         bits          |          window_size           |
/// +-------+-----------------------+--------------------------------+
/// |             csum              |             urgent             |
/// +-------------------------------+--------------------------------+
/// |                option, (offset - 5) times 4 bytes              |
/// +----------------------------------------------------------------+
/// ```
///
/// | field | unit and range | meaning |
/// |---|---|---|
/// | `src_port`, `dst_port` | 0 to 65,535 | ports |
/// | `seq`, `ack` | 32 bits | sequence numbers |
/// | `offset` | 4 bytes, 5 to 15 | size of the header; `None`: filled in |
/// | `bits` | 12 bits | flags: [`Tcp::FIN`] to [`Tcp::NS`]; the upper three are reserved |
/// | `window_size` | bytes, before scaling | what may be sent |
/// | `csum` | 16 bits | of header, payload and pseudo header; `None`: filled in |
/// | `urgent` | bytes | end of urgent data |
/// | `option` | up to 40 bytes | [`TcpOption`]s |
///
/// Ryu keeps the lower six of `bits` when it parses; here all twelve are kept, and in JSON.
///
/// Ryu: `tcp.tcp`. Spec: RFC 9293 section 3.1; RFC 3168 for ECE and CWR.
///
/// ```
/// use ryu_sdn::packet::Tcp;
///
/// let syn = Tcp { src_port: 40000, dst_port: 80, bits: Tcp::SYN, window_size: 1024, ..Tcp::default() };
/// let bytes = (syn / []).to_bytes()?;
/// assert_eq!(bytes[12..16], [0x50, 0x02, 0x04, 0x00]);
/// let (back, _) = Tcp::parse(&bytes)?;
/// assert!(back.has_flags(Tcp::SYN) && back.option.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tcp<'a> {
    /// Source port.
    pub src_port: u16,
    /// Destination port.
    pub dst_port: u16,
    /// Sequence number.
    pub seq: u32,
    /// Acknowledged sequence number.
    pub ack: u32,
    /// Size of the header in units of 4 bytes.
    pub offset: Option<u8>,
    /// Flags.
    pub bits: u16,
    /// Window.
    pub window_size: u16,
    /// Checksum.
    pub csum: Option<u16>,
    /// End of urgent data.
    pub urgent: u16,
    /// Options.
    pub option: List<'a, TcpOption<'a>>,
}

impl Default for Tcp<'_> {
    fn default() -> Self {
        Tcp {
            src_port: 1,
            dst_port: 1,
            seq: 0,
            ack: 0,
            offset: None,
            bits: 0,
            window_size: 0,
            csum: None,
            urgent: 0,
            option: List::default(),
        }
    }
}

fields!(hot Tcp<'a>, |this, v| {
    let Tcp { src_port, dst_port, seq, ack, offset, bits, window_size, csum, urgent, option } =
        this;
    v.field("src_port", src_port)?;
    v.field("dst_port", dst_port)?;
    v.field("seq", seq)?;
    v.field("ack", ack)?;
    v.bits("offset", 4, offset)?;
    v.bits("bits", 12, bits)?;
    v.field("window_size", window_size)?;
    v.field("csum", csum)?;
    v.field("urgent", urgent)?;
    v.with::<NoneIfEmpty, _>("option", option)?;
    v.fill_up(offset.map_or(0, |words| usize::from(words) * 4), 4);
    Ok(())
});
noun!(Tcp<'a>, "tcp");

impl Tcp<'_> {
    /// No more data from the sender.
    pub const FIN: u16 = 0x001;
    /// Synchronize sequence numbers.
    pub const SYN: u16 = 0x002;
    /// Reset the connection.
    pub const RST: u16 = 0x004;
    /// Push.
    pub const PSH: u16 = 0x008;
    /// `ack` counts.
    pub const ACK: u16 = 0x010;
    /// `urgent` counts.
    pub const URG: u16 = 0x020;
    /// Congestion was experienced.
    pub const ECE: u16 = 0x040;
    /// Congestion window reduced.
    pub const CWR: u16 = 0x080;
    /// Nonce sum (historic).
    pub const NS: u16 = 0x100;

    /// Whether all of these flags are set.
    pub const fn has_flags(&self, flags: u16) -> bool {
        self.bits & flags == flags
    }
}

impl<'a> Wire<'a> for Tcp<'a> {
    const MIN: usize = 20;

    #[inline(always)] // On the way to almost every header.
    fn span(w: &Window<'a>) -> Result<Span, DecodeError> {
        let head = w.head::<20>(Self::CLASS)?;
        let src = u16::from_be_bytes([head[0], head[1]]);
        let dst = u16::from_be_bytes([head[2], head[3]]);
        let len = usize::from(head[12] >> 4) * 4;
        w.span(Self::CLASS, len, 20, "offset", Kind::of_tcp(src, dst))
    }

    #[inline]
    fn complete(&self, frame: &mut [u8], at: &Place) -> Result<(), EmitError> {
        if self.offset.is_none() {
            let words = (at.head_end - at.start).div_ceil(4);
            if words > 15 {
                let what = Self::CLASS;
                return Err(EmitError { what, field: "offset", value: words as u64, max: 15 });
            }
            frame[at.start + 12] |= (words as u8) << 4;
        }
        if self.csum.is_none() {
            checksum::fill(frame, at, 16, Some(ip_proto::TCP), 0);
        }
        Ok(())
    }

    fn verify(frame: &Sums<'_>, at: &Place) -> Result<(), VerifyError> {
        checksum::verify(frame, at, 16, Some(ip_proto::TCP), Self::CLASS)
    }
}
