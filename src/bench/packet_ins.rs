//! The packet-ins of all switches, many in one buffer, of which a few bytes change.

use std::net::Ipv4Addr;

use bytes::{Bytes, BytesMut};

use crate::ofproto::{BufferId, Encode, Match, PacketIn, PortNo, Version, Xid};
use crate::packet::{Arp, Ethernet, Ipv4, Udp, ethertype, ip_proto};
use crate::wire::{MacAddr, Octets};

/// Bytes of the frame in a packet-in, as cbench has it.
const FRAME: usize = 64;

/// The headers of such a frame: Ethernet, IPv4, UDP.
const HEADERS: usize = 14 + 20 + 8;

/// Bytes of packet-ins that are made at once, about.
const CHUNK: usize = 64 * 1024;

/// Where a packet-in, of any version, has its transaction id, and behind it the buffer id.
const XID: usize = 4;

/// Where packet-ins of new flows come in.
const IN_PORT: PortNo = PortNo(1);

/// Where the address is that they go to.
const LEARNED_PORT: PortNo = PortNo(2);

/// How many numbers the buffer ids go round in.
const BUFFER_IDS: u64 = 1 << 16;

/// The buffer id of packet-in number `number` of a switch.
pub(super) fn buffer_id(number: u64) -> u32 {
    (number % BUFFER_IDS) as u32
}

/// Makes packet-ins. Number `n` of switch `s` is always the same bytes.
pub(super) struct PacketIns {
    /// Packet-ins of one length, one behind the other.
    buffer: Vec<u8>,
    len: usize,
    macs: u32,
    buffered: bool,
    version: Version,
}

impl PacketIns {
    /// For packet-ins of `version` with `macs` source addresses for each switch, which name a buffer or
    /// not.
    pub(super) fn new(version: Version, macs: u32, buffered: bool) -> PacketIns {
        let (hosts, payload) = ([10, 0, 0, 1], vec![0x5a; FRAME - HEADERS]);
        let udp = Udp { src_port: 4000, dst_port: 4001, ..Udp::default() };
        let frame = Ethernet::new(MacAddr::ZERO, MacAddr::ZERO, ethertype::IPV4)
            / Ipv4::new(hosts.into(), [10, 0, 0, 2].into(), ip_proto::UDP)
            / udp
            / payload;
        let message = encoded(version, IN_PORT, BufferId(0), frame.to_bytes());
        let len = message.len();
        let buffer = message.repeat((CHUNK / len).max(1));
        PacketIns { buffer, len, macs, buffered, version }
    }

    /// Bytes of one packet-in.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Packet-ins of `switch` from number `next` on; `most` of them, or as many as one buffer has.
    pub(super) fn fill(&mut self, switch: u16, next: u64, most: usize) -> &[u8] {
        let len = self.len;
        let count = most.min(self.buffer.len() / len);
        let bytes = &mut self.buffer[..count * len];
        let mut addresses = [0; 12];
        addresses[..6].copy_from_slice(&destination(switch).0);
        addresses[6..].copy_from_slice(&source(switch, 0).0);
        let mut mac = (next % u64::from(self.macs)) as u32;
        for (packet_in, number) in bytes.chunks_exact_mut(len).zip(next..) {
            let kept = if self.buffered { buffer_id(number) } else { BufferId::NO_BUFFER.0 };
            let ids = (u64::from(number as u32) << 32) | u64::from(kept);
            packet_in[XID..XID + 8].copy_from_slice(&ids.to_be_bytes());
            addresses[9..].copy_from_slice(&mac.to_be_bytes()[1..]);
            let frame = len - FRAME;
            packet_in[frame..frame + 12].copy_from_slice(&addresses);
            mac += 1;
            if mac == self.macs {
                mac = 0;
            }
        }
        bytes
    }

    /// The packet-in with which the address that all frames of `switch` go to says where it is.
    pub(super) fn announcement(&self, switch: u16) -> Bytes {
        let [high, low] = switch.to_be_bytes();
        let (mac, ip) = (destination(switch), Ipv4Addr::new(10, high, low, 2));
        // A reply that nobody asked for, to everyone.
        let arp = Arp { dst_mac: mac, ..Arp::request(mac, ip, ip).reply(mac) };
        let frame = Ethernet::new(MacAddr::BROADCAST, mac, ethertype::ARP) / arp / [];
        encoded(self.version, LEARNED_PORT, BufferId::NO_BUFFER, frame.to_frame())
    }
}

/// Where the frames of `switch` go: `02:ss:ss:ff:ff:ff`.
fn destination(switch: u16) -> MacAddr {
    source(switch, 0xff_ffff)
}

/// Who sends frames at `switch`: `02:ss:ss:mm:mm:mm`, an address of local administration.
fn source(switch: u16, mac: u32) -> MacAddr {
    let ([s1, s0], [_, m2, m1, m0]) = (switch.to_be_bytes(), mac.to_be_bytes());
    MacAddr([0x02, s1, s0, m2, m1, m0])
}

fn encoded<E: std::fmt::Debug>(
    version: Version,
    in_port: PortNo,
    buffer_id: BufferId,
    frame: Result<Vec<u8>, E>,
) -> Bytes {
    let data: Octets = frame.expect("these headers can be said").into();
    let mut buf = BytesMut::new();
    let match_ = Match::new().in_port(in_port);
    let total_len = data.len() as u16;
    let packet_in = PacketIn { buffer_id, total_len, match_, data, ..PacketIn::default() };
    packet_in.encode(version, Xid(0), &mut buf).expect("a packet-in can be said in every version");
    buf.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ofproto::Message;
    use crate::packet::Packet;

    fn read(version: Version, bytes: &[u8]) -> (Xid, PacketIn) {
        match Message::decode(version, &Bytes::copy_from_slice(bytes)) {
            Ok((xid, Message::PacketIn(packet_in))) => (xid, packet_in),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_packet_in_is_one_in_every_version_and_its_frame_is_sound() {
        for version in Version::ALL {
            let mut made = PacketIns::new(version, 3, true);
            let len = made.len();
            let bytes = made.fill(0x0102, 5, 4).to_vec();
            assert_eq!(bytes.len(), 4 * len);
            for (at, bytes) in bytes.chunks_exact(len).enumerate() {
                let (xid, packet_in) = read(version, bytes);
                assert_eq!(
                    (xid, packet_in.buffer_id),
                    (Xid(5 + at as u32), BufferId(5 + at as u32))
                );
                assert_eq!((packet_in.in_port(), packet_in.is_whole()), (PortNo(1), true));
                let packet = Packet::parse(&packet_in.data);
                packet.verify().unwrap();
                let ethernet = packet.get::<Ethernet>().unwrap();
                // Numbers 5, 6, 7, 8 of three addresses.
                let mac = [2, 0, 1, 2][at];
                assert_eq!(ethernet.src, MacAddr([2, 1, 2, 0, 0, mac]), "{version} {at}");
                assert_eq!(ethernet.dst, MacAddr([2, 1, 2, 0xff, 0xff, 0xff]));
            }
        }
    }

    #[test]
    fn without_buffers_nothing_else_differs() {
        for version in Version::ALL {
            let [mut kept, mut whole] = [true, false].map(|is| PacketIns::new(version, 3, is));
            let (kept, whole) = (kept.fill(1, 9, 1).to_vec(), whole.fill(1, 9, 1).to_vec());
            let (xid, packet_in) = read(version, &whole);
            assert_eq!((xid, packet_in.buffer_id), (Xid(9), BufferId::NO_BUFFER));
            let named = PacketIn { buffer_id: BufferId(9), ..packet_in };
            assert_eq!(read(version, &kept), (xid, named));
        }
    }

    #[test]
    fn a_packet_in_has_the_size_of_cbenchs_and_a_buffer_holds_many() {
        let mut made = PacketIns::new(crate::ofproto::V1_0, 10, true);
        assert_eq!(made.len(), 82);
        assert_eq!(made.fill(1, 0, usize::MAX).len(), CHUNK / 82 * 82);
        // The same number is the same bytes, wherever the buffer begins.
        let first = made.fill(1, 7, 1).to_vec();
        let again = made.fill(1, 0, 8)[7 * 82..].to_vec();
        assert_eq!(first, again);
    }

    #[test]
    fn the_announcement_comes_from_where_all_frames_go() {
        for version in Version::ALL {
            let made = PacketIns::new(version, 3, true);
            let (_, packet_in) = read(version, &made.announcement(9));
            assert_eq!(
                (packet_in.in_port(), packet_in.buffer_id),
                (PortNo(2), BufferId::NO_BUFFER)
            );
            let packet = Packet::parse(&packet_in.data);
            let (ethernet, arp) = (packet.get::<Ethernet>().unwrap(), packet.get::<Arp>().unwrap());
            assert_eq!((ethernet.src, ethernet.dst), (destination(9), MacAddr::BROADCAST));
            assert_eq!(
                (arp.opcode, arp.src_mac, arp.src_ip),
                (Arp::REPLY, ethernet.src, arp.dst_ip)
            );
        }
    }
}
