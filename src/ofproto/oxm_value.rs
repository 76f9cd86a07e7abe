//! What the value of a field can be: integers, addresses, ports.
//!
//! Spec: 1.3 section 7.2.3.2.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::ids::PortNo;
use crate::wire::MacAddr;

/// A type that can be the value of a field: written big-endian into as many bytes as the field has.
/// Of an integer with more bytes than that the lowest are taken; one with fewer gets zeros in
/// front.
///
/// Spec: 1.3 section 7.2.3.2.
///
/// ```
/// use ryu_sdn::ofproto::oxm::OxmValue;
///
/// let mut isid = [0; 3];
/// 0x0012_3456_u32.write(&mut isid);
/// assert_eq!(isid, [0x12, 0x34, 0x56]);
/// assert_eq!(u32::read(&isid), 0x0012_3456);
/// ```
pub trait OxmValue: Copy {
    /// Writes the value into all of `out`.
    fn write(self, out: &mut [u8]);
    /// Reads the value from all of `bytes`.
    fn read(bytes: &[u8]) -> Self;
}

macro_rules! oxm_integers {
    ($($int:ty),*) => { $(
        impl OxmValue for $int {
            #[inline]
            fn write(self, out: &mut [u8]) {
                let bytes = self.to_be_bytes();
                // The usual case, without a call: sizes are the same.
                if out.len() == bytes.len() {
                    for (out, byte) in out.iter_mut().zip(bytes) {
                        *out = byte;
                    }
                    return;
                }
                let skip = bytes.len().saturating_sub(out.len());
                let lead = out.len() - (bytes.len() - skip);
                out[..lead].fill(0);
                out[lead..].copy_from_slice(&bytes[skip..]);
            }
            #[inline]
            fn read(bytes: &[u8]) -> $int {
                bytes.iter().fold(0u128, |acc, b| acc << 8 | u128::from(*b)) as $int
            }
        }
    )* };
}
oxm_integers!(u8, u16, u32, u64, u128);

impl OxmValue for PortNo {
    #[inline]
    fn write(self, out: &mut [u8]) {
        self.0.write(out);
    }
    #[inline]
    fn read(bytes: &[u8]) -> PortNo {
        PortNo(u32::read(bytes))
    }
}

impl OxmValue for MacAddr {
    #[inline]
    fn write(self, out: &mut [u8]) {
        for (out, byte) in out.iter_mut().zip(self.0) {
            *out = byte;
        }
    }
    #[inline]
    fn read(bytes: &[u8]) -> MacAddr {
        MacAddr(bytes.first_chunk().copied().unwrap_or_default())
    }
}

impl OxmValue for Ipv4Addr {
    fn write(self, out: &mut [u8]) {
        u32::from(self).write(out);
    }
    fn read(bytes: &[u8]) -> Ipv4Addr {
        Ipv4Addr::from(u32::read(bytes))
    }
}

impl OxmValue for Ipv6Addr {
    fn write(self, out: &mut [u8]) {
        u128::from(self).write(out);
    }
    fn read(bytes: &[u8]) -> Ipv6Addr {
        Ipv6Addr::from(u128::read(bytes))
    }
}
