//! Every form of input, taken to packets: hex lines, raw bytes, captures.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Read};

use super::input::{LINE_MAX, Look, Place, Stopped, each_line, hex_of, look, open_capture};
use crate::capture::{CaptureError, LinkType, MAX_PACKET};
use crate::packet::{Kind, Layer, Packet, VerifyError};
use crate::wire::DecodeError;

/// A packet of the input, or what stands in its place.
#[derive(Debug)]
pub struct Frame<'a> {
    /// The packet; `None` if there are no bytes of one.
    pub packet: Option<Packet<'a>>,
    /// Bytes of a link header in front that has no type in the room `packet`.
    pub skipped: usize,
    /// What keeps it from being read, if that is told without a look at its headers.
    pub fault: Option<FrameFault>,
}

/// What is wrong with a piece of the input.
#[derive(Debug)]
pub enum FrameFault {
    /// A packet that cannot be read to its end, or with a wrong checksum; offsets count from the start
    /// of the frame.
    Packet {
        /// Ryu's name of the header that it is about.
        layer: &'static str,
        /// What is wrong.
        error: VerifyError,
    },
    /// A link type whose header is not known here.
    Link(LinkType),
    /// A line that is not hexadecimal.
    NotHex,
    /// A line, or raw bytes, of more than a packet's greatest size.
    TooLong,
    /// The capture is damaged; its rest is lost.
    Capture(CaptureError),
}

impl fmt::Display for FrameFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FrameFault::Packet { error, .. } => write!(f, "{error}"),
            FrameFault::Link(link) => write!(f, "packets of {link} cannot be read"),
            FrameFault::NotHex => f.write_str("not hexadecimal"),
            FrameFault::TooLong => f.write_str("longer than any packet"),
            FrameFault::Capture(error) => write!(f, "capture: {error}"),
        }
    }
}

impl Frame<'_> {
    /// What stands where no packet is.
    fn none(fault: FrameFault) -> Frame<'static> {
        Frame { packet: None, skipped: 0, fault: Some(fault) }
    }

    /// What is wrong with it; `verify`: wrong checksums, too.
    pub fn judge(&mut self, verify: bool) -> Option<FrameFault> {
        if let Some(fault) = self.fault.take() {
            return Some(fault);
        }
        let packet = self.packet.as_ref()?;
        let mut error = match packet.error() {
            Some(error) => VerifyError::Unreadable(error),
            None if verify => packet.verify().err()?,
            None => return None,
        };
        let layer = match &mut error {
            VerifyError::Unreadable(error) => {
                error.offset += self.skipped;
                packet.error_kind().map_or(error.what, Kind::name)
            }
            VerifyError::Wrong { what, offset, .. } => {
                *offset += self.skipped;
                what
            }
        };
        Some(FrameFault::Packet { layer, error })
    }
}

/// Takes each [`Frame`], with its place.
type Take<'t> = &'t mut dyn FnMut(&Place, Frame<'_>) -> io::Result<()>;

/// Reads `input` to its end and hands on each packet.
///
/// The form is told by the first four bytes: a capture by its magic number, text as hex lines with a
/// packet each, anything else as the bytes of one packet. `first` is the protocol that packets begin
/// with; without it, it is Ethernet, and in a capture what the packet's link type says.
///
/// ```
/// use ryu_sdn::packet::Kind;
/// use ryu_sdn::tools::feed_packets;
///
/// let text = "# a dump\n1388 0035 0008 0000\nzz\n";
/// let mut lines = Vec::new();
/// feed_packets(text.as_bytes(), Some(Kind::Udp), &mut |place, mut frame| {
///     let layers = frame.packet.iter().flat_map(|packet| packet.iter()).count();
///     lines.push(format!("{place}: {layers}, {:?}", frame.judge(false)));
///     Ok(())
/// })?;
/// assert_eq!(lines, ["line 2: 1, None", "line 3: 0, Some(NotHex)"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// If reading or `take` fails.
pub fn feed_packets(input: impl Read, first: Option<Kind>, take: Take<'_>) -> Result<(), Stopped> {
    let (look, input) = look(input)?;
    match look {
        Look::Capture => capture(input, first, take),
        Look::Text => lines(input, first.unwrap_or(Kind::Ethernet), take),
        Look::Raw => raw(input, first.unwrap_or(Kind::Ethernet), take),
    }
}

/// Each line holds one packet. `#` starts a comment.
fn lines(input: impl Read, first: Kind, take: Take<'_>) -> Result<(), Stopped> {
    each_line(input, LINE_MAX, |number, line| {
        let bytes = match line.map(hex_of) {
            None => Err(FrameFault::TooLong),
            Some(None) => return Ok(()),
            Some(Some(None)) => Err(FrameFault::NotHex),
            Some(Some(Some(bytes))) => Ok(bytes),
        };
        let frame = match &bytes {
            Ok(bytes) => parsed(first, bytes, 0),
            Err(_) => Frame { packet: None, skipped: 0, fault: bytes.err() },
        };
        take(&Place::Line(number), frame).map_err(Stopped::Output)
    })
}

/// One packet and nothing else.
fn raw(input: impl Read, first: Kind, take: Take<'_>) -> Result<(), Stopped> {
    let mut bytes = Vec::new();
    input.take(MAX_PACKET as u64 + 1).read_to_end(&mut bytes).map_err(Stopped::Input)?;
    let frame = match bytes.len() {
        0..=MAX_PACKET => parsed(first, &bytes, 0),
        _ => Frame::none(FrameFault::TooLong),
    };
    take(&Place::File, frame).map_err(Stopped::Output)
}

fn capture(input: impl Read, first: Option<Kind>, take: Take<'_>) -> Result<(), Stopped> {
    let mut reader = open_capture(input)?;
    for number in 1.. {
        match reader.next_packet() {
            Ok(Some(packet)) => {
                let frame = match first {
                    Some(first) => parsed(first, &packet.data, 0),
                    None => linked(packet.link, &packet.data),
                };
                take(&Place::Packet(number), frame).map_err(Stopped::Output)?;
            }
            Ok(None) => break,
            Err(CaptureError::Io(cause)) => return Err(Stopped::Input(cause)),
            Err(damage) => {
                let frame = Frame::none(FrameFault::Capture(damage));
                take(&Place::File, frame).map_err(Stopped::Output)?;
                break;
            }
        }
    }
    Ok(())
}

/// The packet behind `skipped` bytes.
fn parsed(first: Kind, bytes: &[u8], skipped: usize) -> Frame<'_> {
    let packet = Packet::parse_as(first, bytes.get(skipped..).unwrap_or_default());
    Frame { packet: Some(packet), skipped, fault: None }
}

/// Bytes that no protocol is known for.
fn payload(bytes: &[u8], skipped: usize, fault: Option<FrameFault>) -> Frame<'_> {
    let bytes = bytes.get(skipped..).unwrap_or_default();
    let layers =
        if bytes.is_empty() { Vec::new() } else { vec![Layer::Payload(Cow::Borrowed(bytes))] };
    Frame { packet: Some(layers.into()), skipped, fault }
}

/// A packet as its link type has it.
fn linked(link: LinkType, bytes: &[u8]) -> Frame<'_> {
    match link {
        LinkType::ETHERNET => parsed(Kind::Ethernet, bytes, 0),
        LinkType::LINUX_SLL => parsed(Kind::LinuxCooked, bytes, 0),
        LinkType::LINUX_SLL2 => cooked_v2(bytes),
        LinkType::IPV4 => parsed(Kind::Ipv4, bytes, 0),
        LinkType::IPV6 => parsed(Kind::Ipv6, bytes, 0),
        // An address family in front, which says what the first half-byte behind it says.
        LinkType::NULL | LinkType::LOOP => ip(bytes, 4),
        LinkType::RAW | LinkType(12 | 14) => ip(bytes, 0),
        link => payload(bytes, 0, Some(FrameFault::Link(link))),
    }
}

/// IPv4 or IPv6 behind `skipped` bytes.
fn ip(bytes: &[u8], skipped: usize) -> Frame<'_> {
    match bytes.get(skipped).map(|first| first >> 4) {
        Some(4) => parsed(Kind::Ipv4, bytes, skipped),
        Some(6) => parsed(Kind::Ipv6, bytes, skipped),
        Some(version) => {
            let error = DecodeError::bad_value("ip", skipped, version.into(), "version");
            payload(bytes, skipped, Some(of_link("ip", error)))
        }
        None => too_short(bytes, skipped + 1),
    }
}

/// A header of Linux's second form: the type of what is behind it, then 18 bytes about the link.
fn cooked_v2(bytes: &[u8]) -> Frame<'_> {
    const LEN: usize = 20;
    const LLC: u16 = 4;
    const NETLINK: u16 = 824;
    let Some(&[p0, p1, _, _, _, _, _, _, h0, h1, ..]) = bytes.first_chunk::<LEN>() else {
        return too_short(bytes, LEN);
    };
    let next = match u16::from_be_bytes([p0, p1]) {
        _ if u16::from_be_bytes([h0, h1]) == NETLINK => None,
        LLC => Some(Kind::Llc),
        // Numbers of Linux's own.
        0..=1500 => None,
        number => Kind::of_ethertype(number),
    };
    match next {
        Some(first) => parsed(first, bytes, LEN),
        None => payload(bytes, LEN, None),
    }
}

/// Not even the link's header is there.
fn too_short(bytes: &[u8], needed: usize) -> Frame<'_> {
    let error = DecodeError {
        what: "link",
        offset: 0,
        needed,
        available: bytes.len(),
        imposed_by: None,
        kind: crate::wire::DecodeErrorKind::Truncated,
    };
    payload(bytes, 0, Some(of_link("link", error)))
}

fn of_link(layer: &'static str, error: DecodeError) -> FrameFault {
    FrameFault::Packet { layer, error: error.into() }
}
