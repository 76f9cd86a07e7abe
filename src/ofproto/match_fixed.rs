//! What the fixed matches of 1.0 and 1.1 share: the IP conditions, and the row of TLVs that is made
//! of them.
//!
//! Spec: 1.0 section 5.2.3, 1.1 section A.2.3.1.

use std::net::Ipv4Addr;

use super::oxm::{self, Field, OxmValue};

/// Ethernet type of IPv4.
const IPV4: u16 = 0x0800;
/// Ethernet types of ARP and of RARP, which Open vSwitch treats alike.
const ARP: u16 = 0x0806;
const RARP: u16 = 0x8035;

/// The conditions on IP and what is above it; `None` is a wildcard. They mean something under
/// some Ethernet types only.
pub(super) struct Ip {
    /// Type of service; the DSCP is in the upper six bits.
    pub(super) tos: Option<u8>,
    /// IP protocol, or ARP opcode.
    pub(super) proto: Option<u8>,
    /// Address, and the bits of it that count.
    pub(super) src: (u32, u32),
    pub(super) dst: (u32, u32),
    /// Port, or ICMP type and code.
    pub(super) tp_src: Option<u16>,
    pub(super) tp_dst: Option<u16>,
}

/// Appends TLVs, in order of number, to a buffer that has room for all that a fixed match can say.
pub(super) struct Tlvs<'a> {
    out: &'a mut [u8],
    len: usize,
}

impl<'a> Tlvs<'a> {
    pub(super) fn new(out: &'a mut [u8]) -> Tlvs<'a> {
        Tlvs { out, len: 0 }
    }

    /// How many bytes were written.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn put<T: OxmValue>(&mut self, field: Field<T>, value: T) {
        let end = self.len + 4 + usize::from(field.size);
        self.out[self.len..self.len + 4].copy_from_slice(&field.header(false).to_be_bytes());
        value.write(&mut self.out[self.len + 4..end]);
        self.len = end;
    }

    pub(super) fn put_some<T: OxmValue>(&mut self, field: Field<T>, value: Option<T>) {
        if let Some(value) = value {
            self.put(field, value);
        }
    }

    /// A value of which only the set bits of `mask` count; all of them, or none, need no mask.
    pub(super) fn put_masked<T: OxmValue>(&mut self, field: Field<T>, value: u64, mask: u64) {
        let size = usize::from(field.size);
        let ones = u64::MAX >> (64 - 8 * size);
        let (start, end) = (self.len + 4, self.len + 4 + size);
        let masked = match mask & ones {
            0 => return,
            all if all == ones => false,
            _ => true,
        };
        self.out[self.len..start].copy_from_slice(&field.header(masked).to_be_bytes());
        (value & mask).write(&mut self.out[start..end]);
        self.len = end;
        if masked {
            mask.write(&mut self.out[end..end + size]);
            self.len += size;
        }
    }

    /// The conditions that mean something under this Ethernet type; a switch is told to ignore the
    /// others (IP fields without the IP type, ports without the protocol), so they are left out.
    pub(super) fn put_ip(&mut self, dl_type: Option<u16>, ip: &Ip) {
        match dl_type {
            Some(IPV4) => {
                self.put_some(oxm::IP_DSCP, ip.tos.map(|tos| tos >> 2));
                self.put_some(oxm::IP_PROTO, ip.proto);
                self.put_address(oxm::IPV4_SRC, ip.src);
                self.put_address(oxm::IPV4_DST, ip.dst);
                match ip.proto {
                    Some(1) => {
                        self.put_some(oxm::ICMPV4_TYPE, ip.tp_src.map(|v| v as u8));
                        self.put_some(oxm::ICMPV4_CODE, ip.tp_dst.map(|v| v as u8));
                    }
                    Some(6) => {
                        self.put_some(oxm::TCP_SRC, ip.tp_src);
                        self.put_some(oxm::TCP_DST, ip.tp_dst);
                    }
                    Some(17) => {
                        self.put_some(oxm::UDP_SRC, ip.tp_src);
                        self.put_some(oxm::UDP_DST, ip.tp_dst);
                    }
                    Some(132) => {
                        self.put_some(oxm::SCTP_SRC, ip.tp_src);
                        self.put_some(oxm::SCTP_DST, ip.tp_dst);
                    }
                    _ => {}
                }
            }
            Some(ARP | RARP) => {
                self.put_some(oxm::ARP_OP, ip.proto.map(u16::from));
                self.put_address(oxm::ARP_SPA, ip.src);
                self.put_address(oxm::ARP_TPA, ip.dst);
            }
            _ => {}
        }
    }

    fn put_address(&mut self, field: Field<Ipv4Addr>, (value, mask): (u32, u32)) {
        self.put_masked(field, value.into(), mask.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_of_all_bits_or_none_is_no_mask() {
        let written = |mask| {
            let mut out = [0; 24];
            let mut w = Tlvs::new(&mut out);
            w.put_masked(oxm::IPV4_SRC, 0x0a00_0001, mask);
            let len = w.len();
            out[..len].to_vec()
        };
        assert!(written(0).is_empty());
        assert_eq!(written(0xffff_ffff), [0x80, 0, 22, 4, 10, 0, 0, 1]);
        assert_eq!(written(0xffff_0000), [0x80, 0, 23, 8, 10, 0, 0, 0, 255, 255, 0, 0]);
    }
}
