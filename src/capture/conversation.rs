//! Writing byte streams as a capture: TCP connections that were never on a wire.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use super::link::LinkType;
use super::writer::{PcapWriter, Precision};

/// The most payload of one segment, in bytes: what fits into an IP packet with room to spare.
const SEGMENT: usize = 32 * 1024;

const SYN: u8 = 0x02;
const FIN: u8 = 0x01;
const PSH: u8 = 0x08;
const ACK: u8 = 0x10;

/// One end of a connection that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Who called.
    Caller,
    /// Who was called.
    Called,
}

/// Writes connections, given as bytes with their times, into a pcap file that every tool reads.
///
/// Of each connection the file has an opening (SYN, SYN-ACK), the bytes of both directions in segments
/// of at most 32 KiB, and its end (FIN). There are no lone acknowledgements, and no checksums in TCP
/// (readers take 0 for "not filled in"). Times are exact to the nanosecond. IP addresses of different
/// families are both written as IPv6 (`::ffff:...`).
///
/// # Example: what a reader gets back
/// ```
/// use std::time::Duration;
/// use ryu_sdn::capture::{CaptureReader, ConversationWriter, End, Reassembler, StreamEventKind, dissect};
///
/// let mut writer = ConversationWriter::new(Vec::new())?;
/// let (caller, called) = ("10.0.0.1:1024".parse().unwrap(), "10.0.0.2:6653".parse().unwrap());
/// writer.open(7, Duration::from_secs(1), caller, called)?;
/// writer.data(7, Duration::from_secs(2), End::Called, b"hello")?;
/// writer.close(7, Duration::from_secs(3))?;
/// let file = writer.finish()?;
///
/// let (mut reassembler, mut events) = (Reassembler::default(), Vec::new());
/// for packet in CaptureReader::new(&file[..])? {
///     reassembler.push(dissect(&packet?).unwrap(), &mut events);
/// }
/// let data = events.iter().find(|event| event.kind == StreamEventKind::Data("hello".into()));
/// assert_eq!(data.unwrap().stream.to_string(), "10.0.0.2:6653 > 10.0.0.1:1024");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct ConversationWriter<W> {
    pcap: PcapWriter<W>,
    open: BTreeMap<u64, Conversation>,
}

/// Addresses and next sequence numbers: of the caller, of the called.
#[derive(Clone, Copy, Debug)]
struct Conversation {
    ends: [SocketAddr; 2],
    seq: [u32; 2],
}

impl<W: Write> ConversationWriter<W> {
    /// Writes the head of the file. Each segment is two writes, so `inner` is best buffered.
    ///
    /// # Errors
    /// Those of `inner`, here and in all that follows.
    pub fn new(inner: W) -> io::Result<Self> {
        let pcap = PcapWriter::new(inner, LinkType::RAW, Precision::Nanoseconds, 65_535)?;
        Ok(ConversationWriter { pcap, open: BTreeMap::new() })
    }

    /// A connection under a number of its own is made.
    ///
    /// # Errors
    /// Those of the file.
    pub fn open(
        &mut self,
        number: u64,
        time: Duration,
        caller: SocketAddr,
        called: SocketAddr,
    ) -> io::Result<()> {
        // Another number for each connection, so that one between the same ends is a new one.
        let mut conversation = Conversation { ends: [caller, called], seq: [number as u32; 2] };
        conversation.write(&mut self.pcap, time, End::Caller, SYN, &[])?;
        conversation.write(&mut self.pcap, time, End::Called, SYN | ACK, &[])?;
        self.open.insert(number, conversation);
        Ok(())
    }

    /// Bytes that `from` has said. A number that is not open is nobody's.
    ///
    /// # Errors
    /// Those of the file.
    pub fn data(&mut self, number: u64, time: Duration, from: End, bytes: &[u8]) -> io::Result<()> {
        let Some(conversation) = self.open.get_mut(&number) else { return Ok(()) };
        for piece in bytes.chunks(SEGMENT) {
            conversation.write(&mut self.pcap, time, from, PSH | ACK, piece)?;
        }
        Ok(())
    }

    /// So many bytes of `from` are not written: a reader will find them missing.
    pub fn gap(&mut self, number: u64, from: End, len: usize) {
        if let Some(conversation) = self.open.get_mut(&number) {
            conversation.advance(from, len as u32);
        }
    }

    /// The connection is over.
    ///
    /// # Errors
    /// Those of the file.
    pub fn close(&mut self, number: u64, time: Duration) -> io::Result<()> {
        let Some(mut conversation) = self.open.remove(&number) else { return Ok(()) };
        conversation.write(&mut self.pcap, time, End::Caller, FIN | ACK, &[])?;
        conversation.write(&mut self.pcap, time, End::Called, FIN | ACK, &[])
    }

    /// Flushes and gives the file back.
    ///
    /// # Errors
    /// Those of the file.
    pub fn finish(self) -> io::Result<W> {
        self.pcap.finish()
    }
}

impl Conversation {
    fn advance(&mut self, from: End, len: u32) {
        let seq = &mut self.seq[from as usize];
        *seq = seq.wrapping_add(len);
    }

    fn write<W: Write>(
        &mut self,
        pcap: &mut PcapWriter<W>,
        time: Duration,
        from: End,
        flags: u8,
        payload: &[u8],
    ) -> io::Result<()> {
        let (own, other) = (from as usize, 1 - from as usize);
        let mut tcp = Vec::with_capacity(20 + payload.len());
        tcp.extend_from_slice(&self.ends[own].port().to_be_bytes());
        tcp.extend_from_slice(&self.ends[other].port().to_be_bytes());
        tcp.extend_from_slice(&self.seq[own].to_be_bytes());
        let ack = if flags & ACK == 0 { 0 } else { self.seq[other] };
        tcp.extend_from_slice(&ack.to_be_bytes());
        // Header of five words, the flags, a window as large as can be, no checksum, nothing urgent.
        tcp.extend_from_slice(&[0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
        tcp.extend_from_slice(payload);
        pcap.write(time, &ip_packet(self.ends[own].ip(), self.ends[other].ip(), &tcp))?;
        let phantom = u32::from(flags & (SYN | FIN) != 0);
        self.advance(from, payload.len() as u32 + phantom);
        Ok(())
    }
}

/// The packet of that payload, which fits.
fn ip_packet(from: IpAddr, to: IpAddr, tcp: &[u8]) -> Vec<u8> {
    const TCP: u8 = 6;
    const HOPS: u8 = 64;
    let mut packet = Vec::with_capacity(40 + tcp.len());
    match (from, to) {
        (IpAddr::V4(from), IpAddr::V4(to)) => {
            packet.extend_from_slice(&[0x45, 0]);
            packet.extend_from_slice(&(20 + tcp.len() as u16).to_be_bytes());
            packet.extend_from_slice(&[0, 0, 0x40, 0, HOPS, TCP, 0, 0]);
            packet.extend_from_slice(&from.octets());
            packet.extend_from_slice(&to.octets());
            let checksum = checksum(&packet);
            packet[10..12].copy_from_slice(&checksum.to_be_bytes());
        }
        _ => {
            let wide = |ip| match ip {
                IpAddr::V4(ip) => ip.to_ipv6_mapped(),
                IpAddr::V6(ip) => ip,
            };
            packet.extend_from_slice(&[0x60, 0, 0, 0]);
            packet.extend_from_slice(&(tcp.len() as u16).to_be_bytes());
            packet.extend_from_slice(&[TCP, HOPS]);
            packet.extend_from_slice(&wide(from).octets());
            packet.extend_from_slice(&wide(to).octets());
        }
    }
    packet.extend_from_slice(tcp);
    packet
}

/// Of a header of whole words, RFC 1071.
fn checksum(header: &[u8]) -> u16 {
    let words =
        header.chunks_exact(2).map(|word| u32::from(u16::from_be_bytes([word[0], word[1]])));
    let mut sum: u32 = words.sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}
