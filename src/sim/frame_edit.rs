//! Changing a frame: fields, tags, and the checksums over them.
//!
//! What a frame does not have is left alone: setting the TCP port of an ARP packet does nothing
//! (1.3 section 5.12 leaves that undefined; real switches pass the frame on).

use bytes::Bytes;

use crate::ofproto::oxm::{self, FieldInfo, OxmTlv};

use super::headers::{
    ETH_QINQ, ETH_VLAN, Headers, Network, PROTO_ICMPV6, PROTO_TCP, PROTO_UDP, u16_at, value_of,
};

/// The fields that a set-field action may name: ARP, Ethernet, VLAN, IP, TCP, UDP, ICMP.
pub(super) fn can_set(info: &FieldInfo) -> bool {
    info.class == oxm::CLASS_BASIC && matches!(info.number, 3..=9 | 11..=16 | 19..=27 | 29 | 30)
}

/// A frame on its way through the tables. It is copied when it is first changed, not before.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    shared: Bytes,
    /// The changed copy; `shared` is out of date then.
    own: Option<Vec<u8>>,
}

impl Frame {
    pub(super) fn new(bytes: Bytes) -> Self {
        Frame { shared: bytes, own: None }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.own.as_deref().unwrap_or(&self.shared)
    }

    pub(super) fn len(&self) -> usize {
        self.bytes().len()
    }

    /// The frame as it is now, to be handed on.
    pub(super) fn share(&mut self) -> Bytes {
        if let Some(own) = self.own.take() {
            self.shared = own.into();
        }
        self.shared.clone()
    }

    fn own(&mut self) -> &mut Vec<u8> {
        self.own.get_or_insert_with(|| self.shared.to_vec())
    }

    /// Carries out a set-field action.
    pub(super) fn set_field(&mut self, tlv: &OxmTlv) {
        let field = tlv.as_oxm();
        let Some(info) = field.info() else { return };
        self.set(info.number, value_of(field.value()));
    }

    /// Gives the field of this number a value.
    pub(super) fn set(&mut self, number: u8, value: u128) {
        let Some(headers) = Headers::of(self.bytes()) else { return };
        match number {
            n if n == oxm::VLAN_VID.number => self.set_tag(0x0fff, value as u16),
            n if n == oxm::VLAN_PCP.number => self.set_tag(0xe000, (value as u16) << 13),
            n if n == oxm::IP_DSCP.number => self.set_class(&headers, 0xfc, (value as u8) << 2),
            n if n == oxm::IP_ECN.number => self.set_class(&headers, 0x03, value as u8),
            number => {
                if let Some((at, size)) = headers.place(self.bytes(), number) {
                    let bytes = value.to_be_bytes();
                    self.replace(&headers, at, &bytes[bytes.len() - size..]);
                }
            }
        }
    }

    /// Sets the IP time to live. Returns false if the frame has none.
    pub(super) fn set_ttl(&mut self, ttl: u8) -> bool {
        let headers = Headers::of(self.bytes());
        let at = headers.and_then(|headers| Some((headers, ttl_at(&headers)?)));
        if let Some((headers, at)) = at {
            self.replace(&headers, at, &[ttl]);
        }
        at.is_some()
    }

    /// The IP time to live.
    pub(super) fn ttl(&self) -> Option<u8> {
        let at = ttl_at(&Headers::of(self.bytes())?)?;
        self.bytes().get(at).copied()
    }

    /// Adds an outer VLAN tag that has id and priority of the one that was the outer until now.
    pub(super) fn push_vlan(&mut self, eth_type: u16) {
        let Some(headers) = Headers::of(self.bytes()) else { return };
        let tag = u16_at(self.bytes(), 14).filter(|_| headers.is_tagged).unwrap_or(0);
        let [a, b] = eth_type.to_be_bytes();
        let [c, d] = tag.to_be_bytes();
        self.own().splice(12..12, [a, b, c, d]);
    }

    /// Removes the outer VLAN tag, if there is one.
    pub(super) fn pop_vlan(&mut self) {
        if Headers::of(self.bytes()).is_some_and(|headers| headers.is_tagged) {
            self.own().drain(12..16);
        }
    }

    /// 1.0: sets bits of the tag, adding one if there is none.
    pub(super) fn set_or_push_tag(&mut self, number: u8, value: u128) {
        match Headers::of(self.bytes()) {
            Some(headers) if !headers.is_tagged => self.push_vlan(ETH_VLAN),
            Some(_) => {}
            None => return,
        }
        self.set(number, value);
    }

    fn set_tag(&mut self, mask: u16, bits: u16) {
        let Some(tag) = u16_at(self.bytes(), 14) else { return };
        if Headers::of(self.bytes()).is_some_and(|headers| headers.is_tagged) {
            let tag = tag & !mask | bits & mask;
            self.own()[14..16].copy_from_slice(&tag.to_be_bytes());
        }
    }

    fn set_class(&mut self, headers: &Headers, mask: u8, bits: u8) {
        let at = headers.network_at;
        match headers.network {
            Network::Ipv4 => {
                let class = self.bytes()[at + 1] & !mask | bits & mask;
                self.replace(headers, at + 1, &[class]);
            }
            Network::Ipv6 => {
                // The class straddles the first two bytes.
                let word = u16_at(self.bytes(), at).unwrap_or(0);
                let (mask, bits) = (u16::from(mask) << 4, u16::from(bits) << 4);
                let word = word & !mask | bits & mask;
                self.own()[at..at + 2].copy_from_slice(&word.to_be_bytes());
            }
            _ => {}
        }
    }

    /// Writes `new` at `at`, and corrects the checksums that cover it.
    fn replace(&mut self, headers: &Headers, at: usize, new: &[u8]) {
        let end = at + new.len();
        if self.bytes().get(at..end) == Some(new) {
            return;
        }
        // Whole words of 16 bits, counted from the network header, which begins the sums.
        let from = at - (at.wrapping_sub(headers.network_at) & 1);
        let to = end + (end.wrapping_sub(headers.network_at) & 1);
        let before = self.bytes().get(from..to).unwrap_or_default().to_vec();
        self.own()[at..end].copy_from_slice(new);
        let after = self.bytes().get(from..to).unwrap_or_default().to_vec();
        if at < headers.network_at {
            return;
        }
        let in_ipv4_header = headers.network == Network::Ipv4
            && headers.transport_at.is_none_or(|transport| at < transport);
        if in_ipv4_header {
            self.correct(headers.network_at + 10, &before, &after, false);
        }
        if let Some((sum_at, is_optional)) = transport_sum(headers, at) {
            self.correct(sum_at, &before, &after, is_optional);
        }
    }

    /// Updates one checksum for words that have changed (RFC 1624).
    fn correct(&mut self, sum_at: usize, before: &[u8], after: &[u8], is_optional: bool) {
        let Some(sum) = u16_at(self.bytes(), sum_at) else { return };
        // UDP over IPv4: zero says that there is no checksum.
        if is_optional && sum == 0 {
            return;
        }
        let words = |bytes: &[u8]| -> Vec<u16> {
            bytes
                .chunks(2)
                .map(|b| u16::from_be_bytes([b[0], b.get(1).copied().unwrap_or(0)]))
                .collect()
        };
        let mut total = u64::from(!sum);
        total += words(before).into_iter().map(|word| u64::from(!word)).sum::<u64>();
        total += words(after).into_iter().map(u64::from).sum::<u64>();
        while total > 0xffff {
            total = (total & 0xffff) + (total >> 16);
        }
        let mut sum = !(total as u16);
        if is_optional && sum == 0 {
            sum = 0xffff;
        }
        self.own()[sum_at..sum_at + 2].copy_from_slice(&sum.to_be_bytes());
    }
}

fn ttl_at(headers: &Headers) -> Option<usize> {
    match headers.network {
        Network::Ipv4 => Some(headers.network_at + 8),
        Network::Ipv6 => Some(headers.network_at + 7),
        _ => None,
    }
}

/// Where the transport checksum stands that covers the byte at `at` (the transport header and the
/// addresses), and whether it may be absent.
fn transport_sum(headers: &Headers, at: usize) -> Option<(usize, bool)> {
    let transport = headers.transport_at?;
    let net = headers.network_at;
    let in_addresses = match headers.network {
        Network::Ipv4 => (net + 12..net + 20).contains(&at),
        Network::Ipv6 => (net + 8..net + 40).contains(&at),
        _ => false,
    };
    let is_own = at >= transport;
    match headers.proto? {
        PROTO_TCP if is_own || in_addresses => Some((transport + 16, false)),
        PROTO_UDP if is_own || in_addresses => {
            Some((transport + 6, headers.network == Network::Ipv4))
        }
        PROTO_ICMPV6 if is_own || in_addresses => Some((transport + 2, false)),
        super::headers::PROTO_ICMP if is_own => Some((transport + 2, false)),
        _ => None,
    }
}

/// Whether a push-vlan action may name this Ethernet type.
pub(super) fn is_vlan_type(eth_type: u16) -> bool {
    matches!(eth_type, ETH_VLAN | ETH_QINQ)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::hex;

    /// A UDP datagram from 10.0.0.1:1000 to 10.0.0.2:2000 with right checksums.
    fn datagram() -> Vec<u8> {
        let mut frame = hex::decode(
            "000000000002 000000000001 0800 \
             4500 0020 0001 4000 4011 0000 0a000001 0a000002 03e8 07d0 000c 0000 61626364",
        )
        .unwrap();
        let sum = checksum(&frame[14..34]);
        frame[24..26].copy_from_slice(&sum.to_be_bytes());
        let sum = checksum(&pseudo(&frame));
        frame[40..42].copy_from_slice(&sum.to_be_bytes());
        frame
    }

    fn checksum(bytes: &[u8]) -> u16 {
        let words = bytes.chunks(2).map(|b| u32::from(u16::from_be_bytes([b[0], b[1]])));
        let mut sum: u32 = words.sum();
        while sum > 0xffff {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        !(sum as u16)
    }

    fn pseudo(frame: &[u8]) -> Vec<u8> {
        let mut bytes = frame[26..34].to_vec();
        bytes.extend([0, frame[23], frame[38], frame[39]]);
        bytes.extend(&frame[34..]);
        bytes
    }

    fn set(frame: &mut Frame, tlv: OxmTlv) {
        frame.set_field(&tlv);
    }

    #[test]
    fn changed_addresses_and_ports_keep_the_checksums_right() {
        let mut frame = Frame::new(datagram().into());
        set(&mut frame, OxmTlv::new(oxm::IPV4_DST, "192.168.255.254".parse().unwrap()));
        set(&mut frame, OxmTlv::new(oxm::UDP_SRC, 0xfffe));
        set(&mut frame, OxmTlv::new(oxm::IP_DSCP, 46));
        frame.set_ttl(9);
        let bytes = frame.bytes();
        assert_eq!((bytes[15], bytes[22]), (46 << 2, 9));
        assert_eq!(
            (&bytes[30..34], &bytes[34..36]),
            (&[192, 168, 255, 254][..], &[0xff, 0xfe][..])
        );
        // A sum over data with its right checksum comes out as zero.
        assert_eq!(checksum(&bytes[14..34]), 0);
        assert_eq!(checksum(&pseudo(bytes)), 0);
    }

    #[test]
    fn an_absent_udp_checksum_stays_absent() {
        let mut bytes = datagram();
        bytes[40..42].fill(0);
        let mut frame = Frame::new(bytes.into());
        set(&mut frame, OxmTlv::new(oxm::UDP_DST, 53));
        assert_eq!((&frame.bytes()[36..38], &frame.bytes()[40..42]), (&[0, 53][..], &[0, 0][..]));
    }

    #[test]
    fn tags_are_pushed_set_and_popped() {
        let mut frame = Frame::new(datagram().into());
        frame.pop_vlan();
        frame.push_vlan(ETH_VLAN);
        set(&mut frame, OxmTlv::new(oxm::VLAN_VID, oxm::VID_PRESENT | 5));
        set(&mut frame, OxmTlv::new(oxm::VLAN_PCP, 3));
        frame.push_vlan(ETH_QINQ);
        assert_eq!(hex::encode(&frame.bytes()[12..22]), "88a8600581006005".to_owned() + "0800");
        frame.pop_vlan();
        frame.pop_vlan();
        assert_eq!(frame.bytes(), datagram());
    }

    #[test]
    fn what_is_not_there_is_not_set() {
        let mut frame = Frame::new(datagram().into());
        set(&mut frame, OxmTlv::new(oxm::TCP_DST, 80));
        set(&mut frame, OxmTlv::new(oxm::ARP_OP, 2));
        set(&mut frame, OxmTlv::new(oxm::VLAN_VID, 7));
        assert_eq!(frame.share(), datagram());
        let mut short = Frame::new(Bytes::from_static(&[1, 2, 3]));
        short.push_vlan(ETH_VLAN);
        short.set_or_push_tag(6, 5);
        assert!(!short.set_ttl(1));
        assert_eq!(short.bytes(), [1, 2, 3]);
    }
}
