//! The pcapng format: blocks, each with its length in front and behind.
//!
//! ```text
//! type  length  body, padded to 4  length
//!   4      4                          4
//! ```
//!
//! Spec: draft-ietf-opsawg-pcapng.

use std::io::Read;

use bytes::{Buf, Bytes};

use super::error::CaptureError;
use super::input::{Input, Order};
use super::link::LinkType;
use super::reader::{MAX_PACKET, Packet, time_of};

/// The most interfaces of one section that are taken; more are an error.
pub const MAX_INTERFACES: usize = 65_536;

/// The longest body of a block that is kept: a packet, its fields and its options.
const MAX_BODY: u64 = MAX_PACKET as u64 + 65_536;

/// Lengths in front and behind, and the type.
const FRAME: u64 = 12;

const SECTION_HEADER: u32 = 0x0a0d_0d0a;
const INTERFACE: u32 = 1;
const OLD_PACKET: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const ENHANCED_PACKET: u32 = 6;

/// The section that is being read.
#[derive(Debug)]
pub(super) struct Pcapng {
    order: Order,
    interfaces: Vec<Interface>,
}

/// What an interface description block says.
#[derive(Clone, Copy, Debug)]
struct Interface {
    link: LinkType,
    /// 0: packets are whole.
    snap_len: u32,
    /// Units of time to the second.
    per_second: u128,
    /// Seconds to add.
    offset: i64,
}

impl Pcapng {
    /// The type of the first block; the same in both byte orders.
    pub(super) const MAGIC: u32 = SECTION_HEADER;

    /// Reads the first section header behind its type.
    pub(super) fn start<R: Read>(input: &mut Input<R>) -> Result<Pcapng, CaptureError> {
        let mut pcapng = Pcapng { order: Order::Big, interfaces: Vec::new() };
        pcapng.section(input)?;
        Ok(pcapng)
    }

    /// Reads blocks up to the next packet.
    pub(super) fn next<R: Read>(
        &mut self,
        input: &mut Input<R>,
    ) -> Result<Option<Packet>, CaptureError> {
        while !input.at_end()? {
            let offset = input.offset();
            let block_type = self.order.u32(input.array("pcapng block")?);
            if block_type == SECTION_HEADER {
                self.section(input)?;
                continue;
            }
            let len = self.order.u32(input.array("pcapng block")?);
            let body_len = body_len(len, offset)?;
            let wanted =
                [INTERFACE, OLD_PACKET, SIMPLE_PACKET, ENHANCED_PACKET].contains(&block_type);
            if !wanted {
                input.skip(body_len, "pcapng block")?;
                self.trailer(input, len, offset)?;
                continue;
            }
            if body_len > MAX_BODY {
                return Err(bad("pcapng block length", offset, len.into(), "at most 327692"));
            }
            let body = input.bytes(body_len as usize, "pcapng block")?;
            self.trailer(input, len, offset)?;
            let mut fields = Fields { order: self.order, body, offset };
            match block_type {
                INTERFACE => self.interface(&mut fields)?,
                OLD_PACKET => return self.old_packet(&mut fields).map(Some),
                SIMPLE_PACKET => return self.simple_packet(&mut fields).map(Some),
                _ => return self.enhanced_packet(&mut fields).map(Some),
            }
        }
        Ok(None)
    }

    /// A section header behind its type: from here on another byte order and other interfaces.
    fn section<R: Read>(&mut self, input: &mut Input<R>) -> Result<(), CaptureError> {
        const WHAT: &str = "pcapng section header";
        let offset = input.offset() - 4;
        let len = input.array(WHAT)?;
        let magic = input.array(WHAT)?;
        self.order = match u32::from_be_bytes(magic) {
            0x1a2b_3c4d => Order::Big,
            0x4d3c_2b1a => Order::Little,
            other => {
                return Err(bad("pcapng byte order", offset, other.into(), "0x1a2b3c4d"));
            }
        };
        let len = self.order.u32(len);
        let [m0, m1, _, _] = input.array(WHAT)?;
        let major = self.order.u16([m0, m1]);
        if major != 1 {
            return Err(bad("pcapng major version", offset, major.into(), "1"));
        }
        // The section's own length, and options, tell nothing that is needed.
        let body_len = body_len(len, offset)?;
        let Some(rest) = body_len.checked_sub(8) else {
            return Err(bad("pcapng section header length", offset, len.into(), "at least 28"));
        };
        input.skip(rest, WHAT)?;
        self.interfaces.clear();
        self.trailer(input, len, offset)
    }

    /// The length once more.
    fn trailer<R: Read>(
        &self,
        input: &mut Input<R>,
        len: u32,
        offset: u64,
    ) -> Result<(), CaptureError> {
        let again = self.order.u32(input.array("pcapng block")?);
        if again == len {
            Ok(())
        } else {
            let accepted = "the block's first length";
            Err(bad("pcapng second block length", offset, again.into(), accepted))
        }
    }

    fn interface(&mut self, fields: &mut Fields) -> Result<(), CaptureError> {
        if self.interfaces.len() >= MAX_INTERFACES {
            let number = self.interfaces.len() as u64 + 1;
            return Err(bad("pcapng interfaces", fields.offset, number, "at most 65536"));
        }
        let link = LinkType(fields.u16()?);
        fields.u16()?;
        let snap_len = fields.u32()?;
        let mut interface = Interface { link, snap_len, per_second: 1_000_000, offset: 0 };
        // An option that does not fit ends the options, not the capture.
        while let Some((code, value)) = fields.option() {
            match (code, &value[..]) {
                (9, &[resolution, ..]) => {
                    let exponent = u32::from(resolution & 0x7f);
                    let base: u128 = if resolution & 0x80 == 0 { 10 } else { 2 };
                    // What does not fit leaves the time out of the packets.
                    interface.per_second = base.checked_pow(exponent).unwrap_or(0);
                }
                (14, value) => {
                    if let Some(bytes) = value.first_chunk() {
                        interface.offset = fields.order.u64(*bytes) as i64;
                    }
                }
                _ => {}
            }
        }
        self.interfaces.push(interface);
        Ok(())
    }

    fn enhanced_packet(&self, fields: &mut Fields) -> Result<Packet, CaptureError> {
        let number = fields.u32()?;
        self.timed_packet(fields, number)
    }

    fn old_packet(&self, fields: &mut Fields) -> Result<Packet, CaptureError> {
        let number = fields.u16()?;
        fields.u16()?; // packets that were dropped
        self.timed_packet(fields, number.into())
    }

    fn timed_packet(&self, fields: &mut Fields, number: u32) -> Result<Packet, CaptureError> {
        let interface = self.find(number, fields.offset)?;
        let (high, low) = (fields.u32()?, fields.u32()?);
        let (captured, original_len) = (fields.u32()?, fields.u32()?);
        let data = fields.take(captured as usize)?;
        let time = interface.time(u64::from(high) << 32 | u64::from(low));
        Ok(Packet { time, link: interface.link, original_len, data })
    }

    fn simple_packet(&self, fields: &mut Fields) -> Result<Packet, CaptureError> {
        let interface = self.find(0, fields.offset)?;
        let original_len = fields.u32()?;
        let mut captured = original_len as usize;
        if interface.snap_len != 0 {
            captured = captured.min(interface.snap_len as usize);
        }
        // Its captured length is said nowhere; a block that is shorter still was cut.
        let captured = captured.min(fields.body.len());
        let data = fields.take(captured)?;
        Ok(Packet { time: None, link: interface.link, original_len, data })
    }

    fn find(&self, number: u32, offset: u64) -> Result<Interface, CaptureError> {
        let found = self.interfaces.get(number as usize).copied();
        found.ok_or_else(|| {
            bad("pcapng interface number", offset, number.into(), "one that was described before")
        })
    }
}

impl Interface {
    fn time(&self, units: u64) -> Option<std::time::Duration> {
        if self.per_second == 0 {
            return None;
        }
        let time = time_of(units.into(), self.per_second)?;
        let seconds = time.as_secs().checked_add_signed(self.offset)?;
        Some(std::time::Duration::new(seconds, time.subsec_nanos()))
    }
}

/// Size of the body of a block whose length field says `len`.
fn body_len(len: u32, offset: u64) -> Result<u64, CaptureError> {
    let body = u64::from(len).checked_sub(FRAME).filter(|body| body % 4 == 0);
    body.ok_or_else(|| {
        bad("pcapng block length", offset, len.into(), "a multiple of 4 and at least 12")
    })
}

fn bad(what: &'static str, offset: u64, value: u64, accepted: &'static str) -> CaptureError {
    CaptureError::BadField { what, offset, value, accepted }
}

/// What is left of a block's body.
struct Fields {
    order: Order,
    body: Bytes,
    /// Where the block starts in the file.
    offset: u64,
}

impl Fields {
    fn u16(&mut self) -> Result<u16, CaptureError> {
        self.array().map(|bytes| self.order.u16(bytes))
    }

    fn u32(&mut self) -> Result<u32, CaptureError> {
        self.array().map(|bytes| self.order.u32(bytes))
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], CaptureError> {
        let Some(bytes) = self.body.first_chunk::<N>().copied() else {
            return Err(self.short(N));
        };
        self.body.advance(N);
        Ok(bytes)
    }

    fn take(&mut self, len: usize) -> Result<Bytes, CaptureError> {
        if len > self.body.len() {
            return Err(self.short(len));
        }
        if len > MAX_PACKET {
            let accepted = "at most 262144";
            return Err(bad("pcapng packet length", self.offset, len as u64, accepted));
        }
        Ok(self.body.split_to(len))
    }

    /// The next option: its code and value. `None` at their end.
    fn option(&mut self) -> Option<(u16, Bytes)> {
        let (code, len) = (self.u16().ok()?, usize::from(self.u16().ok()?));
        if code == 0 {
            return None;
        }
        let value = self.take(len).ok()?;
        let padding = len.wrapping_neg() & 3;
        self.body.advance(padding.min(self.body.len()));
        Some((code, value))
    }

    fn short(&self, needed: usize) -> CaptureError {
        CaptureError::Truncated {
            what: "pcapng block body",
            offset: self.offset,
            needed: needed as u64,
            available: self.body.len() as u64,
        }
    }
}
