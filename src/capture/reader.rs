//! Reading a capture packet by packet, whichever format it has.

use std::fmt;
use std::io::Read;
use std::iter::FusedIterator;
use std::time::Duration;

use bytes::Bytes;

use super::error::CaptureError;
use super::input::{Input, Order};
use super::link::LinkType;
use super::pcap::Pcap;
use super::pcapng::Pcapng;

/// The most bytes of one packet that are taken; a longer record is an error. It is the limit of
/// libpcap, too.
pub const MAX_PACKET: usize = 262_144;

/// How many bytes [`is_capture`] needs.
pub const MAGIC_LEN: usize = 4;

/// One packet of a capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// When it was captured, since 1970 UTC; `None` if the file does not say.
    pub time: Option<Duration>,
    /// What the bytes start with.
    pub link: LinkType,
    /// Size of the packet on the wire in bytes; more than `data` if the snap length cut it.
    pub original_len: u32,
    /// The bytes that were captured.
    pub data: Bytes,
}

/// Do these bytes start a capture that [`CaptureReader`] reads? At least [`MAGIC_LEN`] of them
/// are needed for a yes.
///
/// ```
/// use ryu_sdn::capture::is_capture;
///
/// assert!(is_capture(&[0xd4, 0xc3, 0xb2, 0xa1]));
/// assert!(is_capture(&[0x0a, 0x0d, 0x0d, 0x0a]));
/// assert!(!is_capture(&[4, 0, 0, 8]));
/// ```
pub fn is_capture(start: &[u8]) -> bool {
    start.first_chunk().is_some_and(|magic| Format::from_magic(*magic).is_some())
}

/// Reads packets from a pcap or pcapng file, as they come: an iterator over packets, or the error
/// that ends it.
///
/// pcap: both byte orders, micro- and nanoseconds, and the variant of Kuznetzov. pcapng: several
/// sections and interfaces, enhanced, simple and the old packet blocks, the time resolution and
/// offset of each interface; all other blocks are skipped.
#[derive(Debug)]
pub struct CaptureReader<R> {
    input: Input<R>,
    format: Reading,
    ended: bool,
}

#[derive(Debug)]
enum Reading {
    Pcap(Pcap),
    Pcapng(Pcapng),
}

/// What the first four bytes tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Pcap { order: Order, nanoseconds: bool, modified: bool },
    Pcapng,
}

impl Format {
    fn from_magic(magic: [u8; MAGIC_LEN]) -> Option<Format> {
        if u32::from_be_bytes(magic) == Pcapng::MAGIC {
            return Some(Format::Pcapng);
        }
        [Order::Big, Order::Little].into_iter().find_map(|order| {
            let (nanoseconds, modified) = match order.u32(magic) {
                0xa1b2_c3d4 => (false, false),
                0xa1b2_3c4d => (true, false),
                0xa1b2_cd34 => (false, true),
                _ => return None,
            };
            Some(Format::Pcap { order, nanoseconds, modified })
        })
    }
}

impl<R: Read> CaptureReader<R> {
    /// Reads the head of the file. `inner` needs no buffer of its own.
    ///
    /// # Errors
    /// If reading fails, or it is no capture, or the head is cut short.
    pub fn new(inner: R) -> Result<Self, CaptureError> {
        let mut input = Input::new(inner);
        let mut start = Vec::new();
        while start.len() < MAGIC_LEN && !input.at_end()? {
            start.extend(input.array::<1>("magic number")?);
        }
        let format = start.first_chunk().and_then(|magic| Format::from_magic(*magic));
        let format = match format {
            Some(Format::Pcap { order, nanoseconds, modified }) => {
                Reading::Pcap(Pcap::start(&mut input, order, nanoseconds, modified)?)
            }
            Some(Format::Pcapng) => Reading::Pcapng(Pcapng::start(&mut input)?),
            None => {
                let looks_like = looks_like(&start);
                return Err(CaptureError::UnknownFormat { start, looks_like });
            }
        };
        Ok(CaptureReader { input, format, ended: false })
    }

    /// The next packet; `None` at the end.
    ///
    /// # Errors
    /// If reading fails or the file is damaged. Nothing more can be read then.
    pub fn next_packet(&mut self) -> Result<Option<Packet>, CaptureError> {
        if self.ended {
            return Ok(None);
        }
        let packet = match &mut self.format {
            Reading::Pcap(pcap) => pcap.next(&mut self.input),
            Reading::Pcapng(pcapng) => pcapng.next(&mut self.input),
        };
        self.ended = !matches!(packet, Ok(Some(_)));
        packet
    }
}

impl<R: Read> Iterator for CaptureReader<R> {
    type Item = Result<Packet, CaptureError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_packet().transpose()
    }
}

impl<R: Read> FusedIterator for CaptureReader<R> {}

impl fmt::Display for Packet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} packet, {} of {} bytes", self.link, self.data.len(), self.original_len)
    }
}

/// Formats that people try, and that have to be unpacked or converted first.
fn looks_like(start: &[u8]) -> Option<&'static str> {
    const KNOWN: [(&[u8], &str); 5] = [
        (&[0x1f, 0x8b], "a gzip file, unpack it first"),
        (&[0x28, 0xb5, 0x2f, 0xfd], "a zstd file, unpack it first"),
        (&[0xfd, b'7', b'z', b'X'], "an xz file, unpack it first"),
        (&[0x04, 0x22, 0x4d, 0x18], "an lz4 file, unpack it first"),
        (b"snoo", "a snoop file, convert it first (editcap -F pcapng)"),
    ];
    KNOWN.iter().find(|(magic, _)| start.starts_with(magic)).map(|(_, name)| *name)
}

/// A time given in fractions of a second: `units` of them, `per_second` to the second.
pub(super) fn time_of(units: u128, per_second: u128) -> Option<Duration> {
    let seconds = u64::try_from(units / per_second).ok()?;
    let nanos = u32::try_from(units % per_second * 1_000_000_000 / per_second).ok()?;
    Some(Duration::new(seconds, nanos))
}
