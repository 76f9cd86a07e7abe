//! The Internet checksum (RFC 1071), and what it covers in TCP and UDP.

use std::cell::{Cell, OnceCell};
use std::ops::Deref;

use super::span::Place;
use super::{EmitError, Kind, VerifyError};

/// The checksum of `bytes`: the complement of their sum as 16-bit numbers, carries added in. Over
/// a header that holds its own right checksum it is 0.
///
/// ```
/// use ryu_sdn::packet::internet_checksum;
///
/// assert_eq!(internet_checksum(&[0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]), !0xddf2);
/// ```
pub fn internet_checksum(bytes: &[u8]) -> u16 {
    !fold(sum(bytes))
}

/// The sum of the 16-bit numbers in `bytes`, carries kept: a later [`fold`] adds them in.
#[inline]
pub(crate) fn sum(bytes: &[u8]) -> u64 {
    // Eight bytes at a time: 2^16 is 1 for this sum, so numbers of 32 bits are as good as two of 16.
    let (groups, rest) = bytes.as_chunks::<8>();
    let mut sum = 0u64;
    for group in groups {
        let word = u64::from_be_bytes(*group);
        sum += (word >> 32) + (word & 0xffff_ffff);
    }
    let (pairs, odd) = rest.as_chunks::<2>();
    sum += pairs.iter().map(|pair| u64::from(u16::from_be_bytes(*pair))).sum::<u64>();
    if let [last] = odd {
        sum += u64::from(*last) << 8;
    }
    sum
}

/// Adds the carries in until 16 bits are left.
#[inline]
pub(crate) fn fold(mut sum: u64) -> u16 {
    sum = (sum & 0xffff_ffff) + (sum >> 32);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    sum as u16
}

/// The sum of the pseudo header (RFC 9293 section 3.1, RFC 8200 section 8.1) for `len` bytes of
/// `proto`; `None` if what is around is neither IPv4 nor IPv6.
#[inline]
pub(crate) fn pseudo_header(frame: &[u8], at: &Place, proto: u8, len: usize) -> Option<u64> {
    let (kind, outer) = at.outer?;
    let addresses = match kind {
        Kind::Ipv4 => match *frame.get(outer)? {
            0x45 => sum(frame.get(outer + 12..outer + 20)?),
            _ => {
                let last_hop = super::ipv4::last_hop(frame.get(outer..)?)?;
                sum(frame.get(outer + 12..outer + 16)?) + sum(&last_hop)
            }
        },
        Kind::Ipv6 => match *frame.get(outer + 6)? {
            nxt if nxt == proto => sum(frame.get(outer + 8..outer + 40)?),
            _ => sum(super::ipv6::ends(frame.get(outer..)?)?.as_flattened()),
        },
        _ => return None,
    };
    Some(addresses + u64::from(proto) + len as u64)
}

/// Fills the checksum `at_byte` bytes into the header: over the header and all it carries, with the
/// pseudo header if `proto` is given. `zero` is what stands in for a result of 0.
///
/// With `proto` and no IP header around there is nothing to compute, and the field stays 0.
#[inline]
pub(crate) fn fill(frame: &mut [u8], at: &Place, at_byte: usize, proto: Option<u8>, zero: u16) {
    let pseudo = match proto {
        None => 0,
        Some(proto) => match pseudo_header(frame, at, proto, at.end - at.start) {
            Some(sum) => sum,
            None => return,
        },
    };
    let Some(own) = frame.get_mut(at.start..at.end) else { return };
    let Some((field, _)) = own.get_mut(at_byte..).and_then(|rest| rest.split_first_chunk_mut())
    else {
        return;
    };
    *field = [0, 0];
    let result = !fold(pseudo + sum(own));
    let result = if result == 0 { zero } else { result };
    own[at_byte..at_byte + 2].copy_from_slice(&result.to_be_bytes());
}

/// The checksum of Fletcher as OSPF has it (RFC 905 annex B, modulo 255) for the two bytes at `at_byte`
/// of `bytes`, which count as zeros. Ryu: `packet_utils.fletcher_checksum`.
///
/// ```
/// use ryu_sdn::packet::fletcher_checksum;
///
/// let sum = fletcher_checksum(&[1, 2, 3, 4, 0, 0, 5, 6], 4);
/// let [high, low] = sum.to_be_bytes();
/// assert_eq!(fletcher_checksum(&[1, 2, 3, 4, high, low, 5, 6], 4), sum);
/// ```
pub fn fletcher_checksum(bytes: &[u8], at_byte: usize) -> u16 {
    let (mut c0, mut c1) = (0u64, 0u64);
    for (at, byte) in bytes.iter().enumerate() {
        if at != at_byte && at != at_byte + 1 {
            c0 += u64::from(*byte);
        }
        // Both stay small: an LSA has at most 65,535 bytes, so that no sum comes near 64 bits.
        c1 += c0;
    }
    let (c0, c1) = (c0 % 255, c1 % 255);
    let behind = bytes.len().saturating_sub(at_byte + 1) as u64;
    let x = (behind * c0 + 255 - c1) % 255;
    let y = (510 - c0 - x) % 255;
    // Zero would say that there is no checksum.
    let byte = |value: u64| if value == 0 { 255 } else { value as u16 };
    byte(x) << 8 | byte(y)
}

/// Writes a length into the 16-bit field `at_byte` bytes into the header.
#[inline]
pub(crate) fn fill_u16(
    frame: &mut [u8],
    at: &Place,
    at_byte: usize,
    value: usize,
    what: &'static str,
    field: &'static str,
) -> Result<(), EmitError> {
    let Ok(short) = u16::try_from(value) else {
        return Err(EmitError { what, field, value: value as u64, max: u16::MAX.into() });
    };
    if let Some(bytes) = frame.get_mut(at.start + at_byte..at.start + at_byte + 2) {
        bytes.copy_from_slice(&short.to_be_bytes());
    }
    Ok(())
}

/// A frame that is verified, and sums of its bytes.
///
/// Checksums of nested tunnels are about the same bytes again and again. When more than [`PLAIN`]
/// times the frame has been summed, all sums from its start are made once, and each other one is a
/// difference of two: the work stays linear, however deep the nesting.
#[derive(Debug)]
pub(crate) struct Sums<'a> {
    bytes: &'a [u8],
    /// Bytes that were summed.
    work: Cell<usize>,
    /// The sum of the bytes in front of each, of which those at even places are the high ones.
    starts: OnceCell<Vec<u64>>,
}

/// How often a frame is summed as it is.
const PLAIN: usize = 4;

impl<'a> Sums<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Sums<'a> {
        Sums { bytes, work: Cell::new(0), starts: OnceCell::new() }
    }

    /// Bytes that were summed up to now.
    #[cfg(test)]
    pub(crate) fn work(&self) -> usize {
        self.work.get()
    }

    /// The sum of the 16-bit numbers from `start` to `end`, which are places in the frame.
    fn sum(&self, start: usize, end: usize) -> u64 {
        let own = self.bytes.get(start..end).unwrap_or_default();
        let more = |len| self.work.set(self.work.get().saturating_add(len));
        if self.work.get() + own.len() <= PLAIN * self.bytes.len() {
            more(own.len());
            return sum(own);
        }
        let starts = self.starts.get_or_init(|| {
            more(self.bytes.len());
            let mut starts = Vec::with_capacity(self.bytes.len() + 1);
            let mut total = 0u64;
            starts.push(total);
            for (at, byte) in self.bytes.iter().enumerate() {
                total += u64::from(*byte) << if at % 2 == 0 { 8 } else { 0 };
                starts.push(total);
            }
            starts
        });
        let (Some(before), Some(all)) = (starts.get(start), starts.get(start + own.len())) else {
            return 0;
        };
        let folded = fold(all - before);
        // At an odd place high and low bytes have changed their parts.
        u64::from(if start.is_multiple_of(2) { folded } else { folded.swap_bytes() })
    }
}

impl Deref for Sums<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.bytes
    }
}

/// Compares the checksum that stands `at_byte` bytes into the header with what it should be.
pub(crate) fn verify(
    frame: &Sums<'_>,
    at: &Place,
    at_byte: usize,
    proto: Option<u8>,
    what: &'static str,
) -> Result<(), VerifyError> {
    let own = frame.get(at.start..at.end).unwrap_or_default();
    let pseudo = match proto {
        None => 0,
        Some(proto) => match pseudo_header(frame, at, proto, own.len()) {
            Some(sum) => sum,
            None => return Ok(()),
        },
    };
    let field = own.get(at_byte..).and_then(|rest| rest.first_chunk());
    let Some(found) = field.copied().map(u16::from_be_bytes) else { return Ok(()) };
    let total = pseudo + frame.sum(at.start, at.end);
    if fold(total) == 0xffff {
        return Ok(());
    }
    // Taking a number away is adding its complement.
    let right = !fold(total + u64::from(!found));
    Err(VerifyError::Wrong {
        what,
        field: "csum",
        offset: at.start + at_byte,
        found: found.into(),
        right: right.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_the_same_either_way() {
        let bytes: Vec<u8> = (0..999u32).map(|n| (n * 37 % 256) as u8 | 1).collect();
        let sums = Sums::new(&bytes);
        for start in (0..999).step_by(7) {
            for end in (start..=999).step_by(3) {
                let plain = sum(&bytes[start..end]);
                assert_eq!(fold(sums.sum(start, end)), fold(plain), "{start} to {end}");
            }
        }
        assert!(sums.starts.get().is_some() && sums.work() <= (PLAIN + 1) * bytes.len());
    }
}
