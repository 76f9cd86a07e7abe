//! GRE (RFC 2784, RFC 2890), also of PPTP (RFC 2637).

use super::codec::{Maybe, Noun, fields, noun};
use super::geneve::inside;
use super::span::{Place, Span, Sums, Window, Wire};
use super::{EmitError, VerifyError, checksum, ethertype};
use crate::wire::DecodeError;

/// A GRE header.
///
/// ```text
///  0 1 2 3 4     8 9    13    16                     32
/// +-+-+-+-+-----+-+----+-----+----------------------+
/// |C|R|K|S|  -  |A| -  | ver |       protocol       |
/// +-+-+-+-+-----+-+----+-----+----------------------+
/// |      checksum, if C      |          -           |
/// +--------------------------+----------------------+
/// |                    key, if K                    |
/// +-------------------------------------------------+
/// |                seq_number, if S                 |
/// +-------------------------------------------------+
/// |                ack_number, if A                 |
/// +-------------------------------------------------+
/// ```
///
/// | field | range | meaning |
/// |---|---|---|
/// | `version` | 0, 1 | 1 is that of PPTP; others are refused |
/// | `protocol` | Ethernet type | what follows |
/// | `checksum` | | of header and payload; `None`: there is none, `Some(None)`: filled in |
/// | `key` | 32 bits | which tunnel; [`vsid`](Gre::vsid) and [`flow_id`](Gre::flow_id) of NVGRE |
/// | `seq_number` | 32 bits | counts the packets |
/// | `ack_number` | 32 bits | of PPTP: the last one seen |
///
/// A header with a route in it (R, RFC 1701) is refused. In JSON a `checksum` of 0 is filled in, and
/// `key` and `ack_number` stand only where they are there: Ryu reads the first, but leaves it out.
///
/// Ryu: `gre.gre`. Spec: RFC 2784 section 2, RFC 2890 section 2, RFC 7637 section 3.2 (NVGRE), RFC
/// 2637 section 4.1 (PPTP).
///
/// ```
/// use ryu_sdn::packet::{Ethernet, Gre};
///
/// let bytes = (Gre::nvgre(0x123456, 7) / Ethernet::default() / []).to_bytes()?;
/// assert_eq!(bytes[..8], [0x20, 0, 0x65, 0x58, 0x12, 0x34, 0x56, 7]);
/// let (back, _) = Gre::parse(&bytes)?;
/// assert_eq!((back.vsid(), back.flow_id(), back.checksum), (Some(0x123456), Some(7), None));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gre {
    /// 0, or 1 for PPTP.
    pub version: u8,
    /// What follows; see [`ethertype`].
    pub protocol: u16,
    /// Checksum.
    pub checksum: Option<Option<u16>>,
    /// Behind the checksum, not used.
    pub offset: u16,
    /// Which tunnel.
    pub key: Option<u32>,
    /// Sequence number.
    pub seq_number: Option<u32>,
    /// Acknowledged sequence number.
    pub ack_number: Option<u32>,
    /// Not used, 4 bits in front of A.
    pub reserved: u8,
    /// Not used, 4 bits behind A.
    pub reserved2: u8,
}

impl Default for Gre {
    fn default() -> Self {
        Gre {
            version: 0,
            protocol: ethertype::IPV4,
            checksum: None,
            offset: 0,
            key: None,
            seq_number: None,
            ack_number: None,
            reserved: 0,
            reserved2: 0,
        }
    }
}

fields!(Gre, |this, v| {
    let mut has = [
        this.checksum.is_some(),
        this.key.is_some(),
        this.seq_number.is_some(),
        this.ack_number.is_some(),
    ];
    let [c, k, s, a] = &mut has;
    let Gre {
        version,
        protocol,
        checksum,
        offset,
        key,
        seq_number,
        ack_number,
        reserved,
        reserved2,
    } = this;
    v.bits("", 1, c)?;
    v.bits("", 1, &mut false)?;
    v.bits("", 1, k)?;
    v.bits("", 1, s)?;
    v.bits("", 4, reserved)?;
    v.bits("", 1, a)?;
    v.bits("", 4, reserved2)?;
    v.bits("version", 3, version)?;
    v.field("protocol", protocol)?;
    // Who reads bytes has to know what is there; all others see for themselves.
    let all = v.left().is_none();
    if all || *c {
        v.with::<Maybe, _>("checksum", checksum)?;
    }
    if checksum.is_some() {
        v.field("", offset)?;
    }
    if all || *k {
        let name = v.rare("key", key.is_some());
        v.with::<Maybe, _>(name, key)?;
    }
    if all || *s {
        v.with::<Maybe, _>("seq_number", seq_number)?;
    }
    if all || *a {
        let name = v.rare("ack_number", ack_number.is_some());
        v.with::<Maybe, _>(name, ack_number)?;
    }
    Ok(())
});
noun!(Gre, "gre");

impl Gre {
    /// The header of NVGRE: `vsid` is the virtual subnet, 24 bits.
    pub fn nvgre(vsid: u32, flow_id: u8) -> Gre {
        let key = Some(vsid << 8 | u32::from(flow_id));
        Gre { protocol: ethertype::TRANSPARENT_ETHERNET, key, ..Gre::default() }
    }

    /// The virtual subnet of NVGRE: the upper 24 bits of `key`.
    pub fn vsid(&self) -> Option<u32> {
        self.key.map(|key| key >> 8)
    }

    /// The flow of NVGRE: the lower 8 bits of `key`.
    pub fn flow_id(&self) -> Option<u8> {
        self.key.map(|key| key as u8)
    }
}

impl<'a> Wire<'a> for Gre {
    const MIN: usize = 4;

    #[inline]
    fn span(w: &Window<'a>) -> Result<Span, DecodeError> {
        let &[flags, more, p0, p1] = w.head::<4>(Self::CLASS)?;
        let version = more & 7;
        if version > 1 {
            return Err(DecodeError::bad_value(
                Self::CLASS,
                w.offset + 1,
                version.into(),
                "version",
            ));
        }
        if flags & 0x40 != 0 {
            return Err(DecodeError::bad_value(Self::CLASS, w.offset, flags.into(), "flags"));
        }
        let mut len = 4;
        for is_there in [flags & 0x80, flags & 0x20, flags & 0x10, more & 0x80] {
            if is_there != 0 {
                let field = Window { bytes: &w.bytes[len..], offset: w.offset + len, ..*w };
                field.head::<4>(Self::CLASS)?;
                len += 4;
            }
        }
        Ok(Span::new(len, inside(u16::from_be_bytes([p0, p1]))))
    }

    fn complete(&self, frame: &mut [u8], at: &Place) -> Result<(), EmitError> {
        if self.checksum == Some(None) {
            checksum::fill(frame, at, 4, None, 0);
        }
        Ok(())
    }

    fn verify(frame: &Sums<'_>, at: &Place) -> Result<(), VerifyError> {
        match frame.get(at.start) {
            Some(flags) if flags & 0x80 != 0 => checksum::verify(frame, at, 4, None, Self::CLASS),
            _ => Ok(()),
        }
    }
}
