//! Writing a pcap file, which every tool reads.

use std::io::{self, Write};
use std::time::Duration;

use super::link::LinkType;
use super::reader::Packet;

/// How exact the times in a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// Millionths of a second; what is finer is cut off.
    Microseconds,
    /// Billionths of a second.
    Nanoseconds,
}

/// Writes packets into a pcap file (little-endian) as they come.
///
/// # Example: what a reader gets back
///
/// ```
/// use std::time::Duration;
/// use ryu_sdn::capture::{CaptureReader, LinkType, PcapWriter, Precision};
///
/// let mut writer = PcapWriter::new(Vec::new(), LinkType::RAW, Precision::Microseconds, 4)?;
/// writer.write(Duration::new(7, 1_999), b"longer than four")?;
/// let file = writer.finish()?;
///
/// let packet = CaptureReader::new(&file[..])?.next_packet()?.unwrap();
/// assert_eq!(packet.time, Some(Duration::new(7, 1_000)));
/// assert_eq!((&packet.data[..], packet.original_len), (&b"long"[..], 16));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct PcapWriter<W> {
    inner: W,
    link: LinkType,
    precision: Precision,
    snap_len: u32,
}

impl<W: Write> PcapWriter<W> {
    /// Writes the head of the file. Of each packet at most `snap_len` bytes will be kept. Each
    /// packet is two writes, so `inner` is best buffered.
    ///
    /// # Errors
    /// Those of `inner`.
    pub fn new(
        mut inner: W,
        link: LinkType,
        precision: Precision,
        snap_len: u32,
    ) -> io::Result<Self> {
        let magic: u32 = match precision {
            Precision::Microseconds => 0xa1b2_c3d4,
            Precision::Nanoseconds => 0xa1b2_3c4d,
        };
        let mut head = [0; 24];
        head[..4].copy_from_slice(&magic.to_le_bytes());
        head[4..6].copy_from_slice(&2_u16.to_le_bytes());
        head[6..8].copy_from_slice(&4_u16.to_le_bytes());
        head[16..20].copy_from_slice(&snap_len.to_le_bytes());
        head[20..22].copy_from_slice(&link.0.to_le_bytes());
        inner.write_all(&head)?;
        Ok(PcapWriter { inner, link, precision, snap_len })
    }

    /// Writes one packet, captured at `time` since 1970.
    ///
    /// # Errors
    /// Those of `inner`; [`io::ErrorKind::InvalidInput`] if the time (until 2106) or the packet
    /// (4 GiB) does not fit the format. Nothing is written then.
    pub fn write(&mut self, time: Duration, packet: &[u8]) -> io::Result<()> {
        let original = u32::try_from(packet.len());
        let original = original.map_err(|_| misfit("packet does not fit a pcap file"))?;
        self.record(time, packet, original)
    }

    /// Writes a packet of another capture. What that has cut off stays known; a packet without a
    /// time gets 0, which pcap has no other word for.
    ///
    /// # Errors
    /// Those of `inner`; [`io::ErrorKind::InvalidInput`] if the packet is of another link type than
    /// the file, or its time does not fit the format. Nothing is written then.
    pub fn write_packet(&mut self, packet: &Packet) -> io::Result<()> {
        if packet.link != self.link {
            let what = format!("{} packet in a file of {}", packet.link, self.link);
            return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
        }
        let captured = u32::try_from(packet.data.len());
        let captured = captured.map_err(|_| misfit("packet does not fit a pcap file"))?;
        let original = packet.original_len.max(captured);
        self.record(packet.time.unwrap_or_default(), &packet.data, original)
    }

    fn record(&mut self, time: Duration, data: &[u8], original: u32) -> io::Result<()> {
        let seconds = u32::try_from(time.as_secs());
        let seconds = seconds.map_err(|_| misfit("time does not fit a pcap file"))?;
        let fraction = match self.precision {
            Precision::Microseconds => time.subsec_micros(),
            Precision::Nanoseconds => time.subsec_nanos(),
        };
        let data = &data[..data.len().min(self.snap_len as usize)];
        let mut record = [0; 16];
        let fields = [seconds, fraction, data.len() as u32, original];
        for (place, value) in record.chunks_exact_mut(4).zip(fields) {
            place.copy_from_slice(&value.to_le_bytes());
        }
        self.inner.write_all(&record)?;
        self.inner.write_all(data)
    }

    /// Hands what was written on, for a capture that somebody reads while it grows.
    ///
    /// # Errors
    /// Those of `inner`.
    pub fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }

    /// Flushes and gives the file back.
    ///
    /// # Errors
    /// Those of `inner`.
    pub fn finish(mut self) -> io::Result<W> {
        self.inner.flush()?;
        Ok(self.inner)
    }
}

fn misfit(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, what)
}
