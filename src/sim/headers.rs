//! Where the headers of a frame begin, and the values of their fields by OXM number.
//!
//! The switch looks at frames as hardware does: it takes what is there, and where a header is cut
//! short or strange its fields are simply absent.

use crate::ofproto::PortNo;
use crate::ofproto::oxm;

pub(super) const ETH_VLAN: u16 = 0x8100;
pub(super) const ETH_QINQ: u16 = 0x88a8;
pub(super) const ETH_IPV4: u16 = 0x0800;
pub(super) const ETH_ARP: u16 = 0x0806;
pub(super) const ETH_IPV6: u16 = 0x86dd;
/// What a frame with a length in place of an Ethernet type counts as (1.0 section 3.4).
const NOT_ETH_TYPE: u16 = 0x05ff;

pub(super) const PROTO_ICMP: u8 = 1;
pub(super) const PROTO_TCP: u8 = 6;
pub(super) const PROTO_UDP: u8 = 17;
pub(super) const PROTO_ICMPV6: u8 = 58;
const PROTO_SCTP: u8 = 132;

/// The most VLAN tags that are looked behind.
const TAGS_MAX: usize = 4;
/// The most IPv6 extension headers that are looked behind.
const EXTENSIONS_MAX: usize = 8;

/// What stands behind the Ethernet header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Network {
    /// ARP for IPv4 over Ethernet.
    Arp,
    /// IPv4.
    Ipv4,
    /// IPv6.
    Ipv6,
    /// One MPLS label or more.
    Mpls,
    /// Something else, or cut short.
    Other,
}

/// The offsets of a frame's headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Headers {
    /// Whether a VLAN tag stands at offset 12.
    pub(super) is_tagged: bool,
    /// Where the Ethernet type behind the tags stands.
    pub(super) type_at: usize,
    /// The Ethernet type behind the tags.
    pub(super) eth_type: u16,
    /// What the network header is.
    pub(super) network: Network,
    /// Where it begins.
    pub(super) network_at: usize,
    /// The IP protocol, if there is an IP header.
    pub(super) proto: Option<u8>,
    /// Where the transport header begins, if it is in this frame.
    pub(super) transport_at: Option<usize>,
}

impl Headers {
    /// Finds the headers; `None` if there is not even an Ethernet header.
    pub(super) fn of(frame: &[u8]) -> Option<Headers> {
        let mut type_at = 12;
        let mut eth_type = u16_at(frame, type_at)?;
        let is_tagged = is_tag(eth_type);
        for _ in 0..TAGS_MAX {
            if !is_tag(eth_type) {
                break;
            }
            type_at += 4;
            eth_type = u16_at(frame, type_at)?;
        }
        let network_at = type_at + 2;
        if eth_type < 0x600 {
            eth_type = NOT_ETH_TYPE;
        }
        let mut headers = Headers {
            is_tagged,
            type_at,
            eth_type,
            network: Network::Other,
            network_at,
            proto: None,
            transport_at: None,
        };
        headers.find_network(frame.get(network_at..).unwrap_or_default());
        Some(headers)
    }

    fn find_network(&mut self, rest: &[u8]) {
        match self.eth_type {
            ETH_ARP if rest.len() >= 28 && rest.starts_with(&[0, 1, 8, 0, 6, 4]) => {
                self.network = Network::Arp;
            }
            ETH_IPV4 if rest.len() >= 20 && rest[0] >> 4 == 4 => {
                let size = usize::from(rest[0] & 15) * 4;
                if size < 20 {
                    return;
                }
                self.network = Network::Ipv4;
                self.proto = Some(rest[9]);
                let fragment = u16::from_be_bytes([rest[6], rest[7]]) & 0x1fff;
                if fragment == 0 && size <= rest.len() {
                    self.transport_at = Some(self.network_at + size);
                }
            }
            ETH_IPV6 if rest.len() >= 40 && rest[0] >> 4 == 6 => {
                self.network = Network::Ipv6;
                self.find_ipv6_transport(rest);
            }
            0x8847 | 0x8848 if rest.len() >= 4 => self.network = Network::Mpls,
            _ => {}
        }
    }

    fn find_ipv6_transport(&mut self, rest: &[u8]) {
        let mut proto = rest[6];
        let mut at = 40;
        for _ in 0..EXTENSIONS_MAX {
            self.proto = Some(proto);
            match (proto, rest.get(at..at + 8)) {
                // Hop-by-hop, routing, destination options: type of the next, length in eights.
                (0 | 43 | 60, Some(header)) => {
                    proto = header[0];
                    at += 8 + usize::from(header[1]) * 8;
                }
                (44, Some(header)) => {
                    proto = header[0];
                    self.proto = Some(proto);
                    if u16::from_be_bytes([header[2], header[3]]) >> 3 != 0 {
                        return;
                    }
                    at += 8;
                }
                (0 | 43 | 44 | 60, None) => return,
                _ => {
                    self.transport_at = Some(self.network_at + at).filter(|_| at <= rest.len());
                    return;
                }
            }
        }
    }

    /// Where the field of this number stands, and how many bytes it has, if it is one that takes
    /// whole bytes of this frame.
    pub(super) fn place(&self, frame: &[u8], number: u8) -> Option<(usize, usize)> {
        let net = self.network_at;
        let (at, size) = match (number, self.network) {
            (3, _) => (0, 6),
            (4, _) => (6, 6),
            (5, _) => (self.type_at, 2),
            (10, Network::Ipv4) => (net + 9, 1),
            (11, Network::Ipv4) => (net + 12, 4),
            (12, Network::Ipv4) => (net + 16, 4),
            (21, Network::Arp) => (net + 6, 2),
            (24, Network::Arp) => (net + 8, 6),
            (22, Network::Arp) => (net + 14, 4),
            (25, Network::Arp) => (net + 18, 6),
            (23, Network::Arp) => (net + 24, 4),
            (26, Network::Ipv6) => (net + 8, 16),
            (27, Network::Ipv6) => (net + 24, 16),
            _ => {
                let transport = self.transport_at?;
                match (number, self.proto?) {
                    (13, PROTO_TCP) | (15, PROTO_UDP) | (17, PROTO_SCTP) => (transport, 2),
                    (14, PROTO_TCP) | (16, PROTO_UDP) | (18, PROTO_SCTP) => (transport + 2, 2),
                    (19, PROTO_ICMP) | (29, PROTO_ICMPV6) => (transport, 1),
                    (20, PROTO_ICMP) | (30, PROTO_ICMPV6) => (transport + 1, 1),
                    (31, PROTO_ICMPV6) if self.is_discovery(frame) => (transport + 8, 16),
                    _ => return None,
                }
            }
        };
        (at + size <= frame.len()).then_some((at, size))
    }

    /// Whether this is an IPv6 neighbour solicitation or advertisement.
    fn is_discovery(&self, frame: &[u8]) -> bool {
        let at = self.transport_at.filter(|_| self.proto == Some(PROTO_ICMPV6));
        at.and_then(|at| frame.get(at)).is_some_and(|kind| matches!(kind, 135 | 136))
    }
}

/// The values that a match looks at, by field number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FlowKey {
    present: u64,
    values: [u128; FlowKey::FIELDS],
}

impl FlowKey {
    const FIELDS: usize = 40;

    /// Reads all fields of a frame that came in by `in_port`.
    pub(super) fn of(frame: &[u8], in_port: PortNo, metadata: u64) -> FlowKey {
        let mut key = FlowKey { present: 0, values: [0; FlowKey::FIELDS] };
        key.put(oxm::IN_PORT.number, in_port.0.into());
        key.put(oxm::METADATA.number, metadata.into());
        key.put(oxm::TUNNEL_ID.number, 0);
        let Some(headers) = Headers::of(frame) else { return key };
        for number in 3..=31 {
            if let Some((at, size)) = headers.place(frame, number) {
                key.put(number, value_of(&frame[at..at + size]));
            }
        }
        key.put(oxm::ETH_TYPE.number, headers.eth_type.into());
        key.put_tag(frame, &headers);
        key.put_network(frame, &headers);
        if headers.is_discovery(frame) {
            key.put_discovery(frame, &headers);
        }
        key
    }

    /// The value of a field, if the frame has it.
    pub(super) fn get(&self, number: u8) -> Option<u128> {
        let value = *self.values.get(usize::from(number))?;
        (self.present & 1 << number != 0).then_some(value)
    }

    fn put(&mut self, number: u8, value: u128) {
        self.values[usize::from(number)] = value;
        self.present |= 1 << number;
    }

    fn put_tag(&mut self, frame: &[u8], headers: &Headers) {
        match u16_at(frame, 14).filter(|_| headers.is_tagged) {
            Some(tag) => {
                self.put(oxm::VLAN_VID.number, (oxm::VID_PRESENT | tag & 0x0fff).into());
                self.put(oxm::VLAN_PCP.number, (tag >> 13).into());
            }
            None => self.put(oxm::VLAN_VID.number, oxm::VID_NONE.into()),
        }
    }

    fn put_network(&mut self, frame: &[u8], headers: &Headers) {
        let at = headers.network_at;
        match headers.network {
            Network::Ipv4 => self.put_class(frame[at + 1]),
            Network::Ipv6 => {
                let word =
                    u32::from_be_bytes([frame[at], frame[at + 1], frame[at + 2], frame[at + 3]]);
                self.put_class((word >> 20) as u8);
                self.put(oxm::IPV6_FLABEL.number, (word & 0xf_ffff).into());
                if let Some(proto) = headers.proto {
                    self.put(oxm::IP_PROTO.number, proto.into());
                }
            }
            Network::Mpls => {
                let word =
                    u32::from_be_bytes([frame[at], frame[at + 1], frame[at + 2], frame[at + 3]]);
                self.put(oxm::MPLS_LABEL.number, (word >> 12).into());
                self.put(oxm::MPLS_TC.number, (word >> 9 & 7).into());
                self.put(oxm::MPLS_BOS.number, (word >> 8 & 1).into());
            }
            Network::Arp | Network::Other => {}
        }
    }

    fn put_class(&mut self, class: u8) {
        self.put(oxm::IP_DSCP.number, (class >> 2).into());
        self.put(oxm::IP_ECN.number, (class & 3).into());
    }

    /// The link-layer address option of neighbour discovery.
    fn put_discovery(&mut self, frame: &[u8], headers: &Headers) {
        let Some(at) = headers.transport_at else { return };
        let mut options = frame.get(at + 24..).unwrap_or_default();
        while let [kind, eights, ..] = *options {
            if eights == 0 {
                return;
            }
            let size = usize::from(eights) * 8;
            let Some(option) = options.get(..size) else { return };
            match (frame[at], kind) {
                (135, 1) => self.put(oxm::IPV6_ND_SLL.number, value_of(&option[2..8])),
                (136, 2) => self.put(oxm::IPV6_ND_TLL.number, value_of(&option[2..8])),
                _ => {}
            }
            options = &options[size..];
        }
    }
}

pub(super) fn is_tag(eth_type: u16) -> bool {
    matches!(eth_type, ETH_VLAN | ETH_QINQ)
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2).map(|b| u16::from_be_bytes([b[0], b[1]]))
}

/// Up to 16 bytes as a big-endian number.
pub(super) fn value_of(bytes: &[u8]) -> u128 {
    bytes.iter().fold(0, |value, byte| value << 8 | u128::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::hex;

    fn key(text: &str) -> FlowKey {
        FlowKey::of(&hex::decode(text).unwrap(), PortNo(7), 0)
    }

    #[test]
    fn a_tagged_tcp_segment() {
        let key = key("000000000002 000000000001 8100 600a 0800 \
             4528 0028 0001 4000 4006 0000 0a000001 0a000002 \
             1f90 0050 00000000 00000000 5002 ffff 0000 0000");
        let expected = [
            (0, 7),
            (3, 2),
            (4, 1),
            (5, 0x0800),
            (6, 0x100a),
            (7, 3),
            (8, 10),
            (9, 0),
            (10, 6),
            (11, 0x0a00_0001),
            (12, 0x0a00_0002),
            (13, 8080),
            (14, 80),
        ];
        for (number, value) in expected {
            assert_eq!(key.get(number), Some(value), "field {number}");
        }
        assert_eq!((key.get(15), key.get(21)), (None, None));
    }

    #[test]
    fn an_arp_request() {
        let key = key("ffffffffffff 000000000001 0806 0001 0800 0604 0001 \
             000000000001 0a000001 000000000000 0a000002");
        assert_eq!(
            [21, 22, 23, 24].map(|n| key.get(n)),
            [Some(1), Some(0x0a00_0001), Some(0x0a00_0002), Some(1)]
        );
        assert_eq!((key.get(6), key.get(7), key.get(10)), (Some(0), None, None));
    }

    #[test]
    fn a_later_fragment_has_no_ports() {
        let key = key("000000000002 000000000001 0800 \
             4500 001c 0001 0001 4011 0000 0a000001 0a000002 1f90 0050 0008 0000");
        assert_eq!((key.get(10), key.get(15)), (Some(17), None));
    }

    #[test]
    fn a_neighbour_solicitation_behind_an_extension_header() {
        let key = key("3333ff000002 000000000001 86dd \
             6000 0000 0028 00ff fe800000000000000000000000000001 ff0200000000000000000001ff000002 \
             3a00 0000 0000 0000 \
             8700 0000 0000 0000 fe800000000000000000000000000002 0101 000000000001");
        assert_eq!((key.get(10), key.get(29), key.get(32)), (Some(58), Some(135), Some(1)));
        assert_eq!(key.get(31), Some(0xfe80_0000_0000_0000_0000_0000_0000_0002));
        assert_eq!(key.get(33), None);
    }

    #[test]
    fn every_cut_of_a_frame_is_taken() {
        let whole = "000000000002 000000000001 8100 600a 0800 4528 0028 0001 4000 4006 0000 \
                     0a000001 0a000002 1f90 0050 00000000 00000000 5002 ffff 0000 0000";
        let bytes = hex::decode(whole).unwrap();
        for end in 0..bytes.len() {
            assert_eq!(FlowKey::of(&bytes[..end], PortNo(1), 0).get(0), Some(1));
        }
    }
}
