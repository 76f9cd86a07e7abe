//! What the fixed matches of 1.0 and 1.1 share: the IP conditions, the row of TLVs that is made of
//! them, and what of such a row they must refuse.
//!
//! Spec: 1.0 section 5.2.3, 1.1 section A.2.3.1.

use std::net::Ipv4Addr;

use super::oxm::{self, Field, FieldInfo, OxmRef, OxmValue};

/// Ethernet type of IPv4.
const IPV4: u16 = 0x0800;
/// Ethernet types of ARP and of RARP, which Open vSwitch treats alike.
const ARP: u16 = 0x0806;
const RARP: u16 = 0x8035;

/// `dl_vlan` that says any tag; 1.1.
pub(super) const VLAN_ANY: u16 = 0xfffe;
/// `dl_vlan` that says no tag.
pub(super) const VLAN_NONE: u16 = 0xffff;

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

/// A field's row, the value, and the mask, which is empty where all bits count.
pub(super) type Condition<'a> = (&'static FieldInfo, &'a [u8], &'a [u8]);

/// What a field and its mask ask for; `None` if no bit counts.
///
/// # Errors
/// What it is, if no fixed match can know the field.
pub(super) fn basic<'a>(oxm: OxmRef<'a>) -> Result<Option<Condition<'a>>, &'static str> {
    let info = match oxm.info() {
        Some(info) if info.class == oxm::CLASS_BASIC => info,
        _ => return Err("match on an extension field"),
    };
    let mask = oxm.mask().unwrap_or(&[]);
    let asks = mask.is_empty() || mask.iter().any(|b| *b != 0);
    Ok(asks.then_some((info, oxm.value(), mask)))
}

/// The first field that a switch would ignore for want of a type or protocol: the match would be
/// wider than it was meant to be. The type and the protocol are those that the match asks for.
pub(super) fn ignored(
    mut tlvs: &[u8],
    dl_type: Option<u16>,
    proto: Option<u8>,
) -> Option<&'static str> {
    let ipv4 = dl_type == Some(IPV4);
    let arp = matches!(dl_type, Some(ARP | RARP));
    let mpls = matches!(dl_type, Some(0x8847 | 0x8848));
    while let Some((oxm, rest)) = OxmRef::split_first(tlvs) {
        tlvs = rest;
        if oxm.mask().is_some_and(|mask| mask.iter().all(|b| *b == 0)) {
            continue;
        }
        let (seen, what) = match oxm.number() {
            8 => (ipv4, "ip_dscp match outside IPv4"),
            10 => (ipv4, "ip_proto match outside IPv4"),
            11 => (ipv4, "ipv4_src match outside IPv4"),
            12 => (ipv4, "ipv4_dst match outside IPv4"),
            13 => (ipv4 && proto == Some(6), "tcp_src match outside TCP over IPv4"),
            14 => (ipv4 && proto == Some(6), "tcp_dst match outside TCP over IPv4"),
            15 => (ipv4 && proto == Some(17), "udp_src match outside UDP over IPv4"),
            16 => (ipv4 && proto == Some(17), "udp_dst match outside UDP over IPv4"),
            17 => (ipv4 && proto == Some(132), "sctp_src match outside SCTP over IPv4"),
            18 => (ipv4 && proto == Some(132), "sctp_dst match outside SCTP over IPv4"),
            19 => (ipv4 && proto == Some(1), "icmpv4_type match outside ICMP over IPv4"),
            20 => (ipv4 && proto == Some(1), "icmpv4_code match outside ICMP over IPv4"),
            21 => (arp, "arp_op match outside ARP"),
            22 => (arp, "arp_spa match outside ARP"),
            23 => (arp, "arp_tpa match outside ARP"),
            34 => (mpls, "mpls_label match outside MPLS"),
            35 => (mpls, "mpls_tc match outside MPLS"),
            _ => (true, ""),
        };
        if !seen {
            return Some(what);
        }
    }
    None
}

/// `dl_vlan` for a `vlan_vid` under this mask; `None` if it has no words for it.
pub(super) fn vlan(vid: u16, mask: u16) -> Option<u16> {
    let present = mask & oxm::VID_PRESENT != 0;
    match (vid & oxm::VID_PRESENT != 0, mask & 0x0fff) {
        (true, 0) if present => Some(VLAN_ANY),
        (true, 0x0fff) if present => Some(vid & 0x0fff),
        // No tag, no id.
        (false, bits) if present && vid & bits == 0 => Some(VLAN_NONE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vlan_words() {
        for (vid, mask, wanted) in [
            (0x1005, 0x1fff, Some(5)),
            (0x1fff, 0x1fff, Some(0x0fff)),
            (0x1000, 0x1000, Some(VLAN_ANY)),
            (0x0000, 0x1fff, Some(VLAN_NONE)),
            (0x0000, 0x1000, Some(VLAN_NONE)),
            (0x1001, 0x1001, None),
            (0x0005, 0x0fff, None),
            (0x0005, 0x1fff, None),
        ] {
            assert_eq!(vlan(vid, mask), wanted, "{vid:#x}/{mask:#x}");
        }
    }

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
