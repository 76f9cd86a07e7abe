//! The pcap format, reading: a head of 24 bytes, then records.
//!
//! ```text
//! head     magic  major  minor  zone  accuracy  snap length  link type
//!            4      2      2     4       4           4           4
//! record   seconds  fraction  captured  original  data
//!             4         4         4         4
//! ```
//!
//! Spec: draft-ietf-opsawg-pcap.

use std::io::Read;

use super::error::CaptureError;
use super::input::{Input, Order};
use super::link::LinkType;
use super::reader::{MAX_PACKET, Packet, time_of};

/// What the head says.
#[derive(Debug)]
pub(super) struct Pcap {
    order: Order,
    /// Fractions of a second in the second field of a record.
    per_second: u32,
    /// Kuznetzov's variant has eight more bytes in each record.
    modified: bool,
    link: LinkType,
}

impl Pcap {
    /// Reads the head behind the magic number.
    pub(super) fn start<R: Read>(
        input: &mut Input<R>,
        order: Order,
        nanoseconds: bool,
        modified: bool,
    ) -> Result<Pcap, CaptureError> {
        let head = input.array::<20>("pcap head")?;
        let [a, b, _, _, _, _, _, _, _, _, _, _, _, _, _, _, link @ ..] = head;
        let major = order.u16([a, b]);
        if major != 2 {
            return Err(CaptureError::BadField {
                what: "pcap major version",
                offset: 0,
                value: major.into(),
                accepted: "2",
            });
        }
        // The upper bits tell about checksums behind the packet, which IP lengths leave out.
        let link = LinkType((order.u32(link) & 0xffff) as u16);
        let per_second = if nanoseconds { 1_000_000_000 } else { 1_000_000 };
        Ok(Pcap { order, per_second, modified, link })
    }

    /// Reads the next record.
    pub(super) fn next<R: Read>(
        &mut self,
        input: &mut Input<R>,
    ) -> Result<Option<Packet>, CaptureError> {
        const RECORD: &str = "pcap record";
        let offset = input.offset();
        if input.at_end()? {
            return Ok(None);
        }
        let mut word = || input.array::<4>(RECORD).map(|bytes| self.order.u32(bytes));
        let (seconds, fraction, captured, original_len) = (word()?, word()?, word()?, word()?);
        if self.modified {
            input.skip(8, RECORD)?;
        }
        let len = captured as usize;
        if len > MAX_PACKET {
            return Err(CaptureError::BadField {
                what: "pcap record length",
                offset,
                value: captured.into(),
                accepted: "at most 262144",
            });
        }
        let data = input.bytes(len, RECORD)?;
        // A fraction of a second and more is wrong, but no reason to lose the packet.
        let units = u128::from(seconds) * u128::from(self.per_second) + u128::from(fraction);
        let time = time_of(units, self.per_second.into());
        Ok(Some(Packet { time, link: self.link, original_len, data }))
    }
}
