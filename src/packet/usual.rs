//! The headers of the frames that most packets are: Ethernet, IPv4 without options, TCP or UDP.
//!
//! The [walk](super::walk) reads any frame; asking header by header what follows costs it more than
//! these few comparisons. A test compares the two on every damage of such frames.

use super::{Kind, ethertype, ip_proto};

/// The bytes of the header of kind `wanted` in an Ethernet frame; `None` if the frame is not of the
/// usual kind up to that header, or has none: then the walk has to be asked.
#[inline(always)] // Into the one function that every `get` calls.
pub(super) fn find(frame: &[u8], wanted: Kind) -> Option<&[u8]> {
    let (ethernet, ip) = frame.split_first_chunk::<14>()?;
    if wanted == Kind::Ethernet {
        return Some(ethernet);
    }
    // The version and the length of a header without options are one byte.
    let (head, _) = ip.split_first_chunk::<20>()?;
    if u16::from_be_bytes([ethernet[12], ethernet[13]]) != ethertype::IPV4 || head[0] != 0x45 {
        return None;
    }
    let inside = ip.get(20..u16::from_be_bytes([head[2], head[3]]).into())?;
    if wanted == Kind::Ipv4 {
        return Some(head);
    }
    let is_fragment = u16::from_be_bytes([head[6], head[7]]) & 0x3fff != 0;
    match (head[9], wanted) {
        (ip_proto::TCP, Kind::Tcp) if !is_fragment => {
            let offset = usize::from(inside.first_chunk::<20>()?[12] >> 4) * 4;
            if offset >= 20 { inside.get(..offset) } else { None }
        }
        (ip_proto::UDP, Kind::Udp) if !is_fragment => {
            let head = inside.first_chunk::<8>()?;
            (u16::from_be_bytes([head[4], head[5]]) >= 8).then_some(head)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::walk;
    use super::super::{Ethernet, Ipv4, Packet, Tcp, Udp};
    use super::*;

    /// Cut at every length and with every bit turned, of a frame with TCP and of one with UDP: what is
    /// found here, the walk finds too.
    #[test]
    fn it_finds_what_the_walk_finds() {
        let ip = |proto| Ipv4::new([10, 0, 0, 1].into(), [10, 0, 0, 2].into(), proto);
        let ethernet = Ethernet::new([2; 6].into(), [4; 6].into(), ethertype::IPV4);
        let tcp = Tcp { src_port: 1, dst_port: 2, ..Tcp::default() };
        let udp = Udp { src_port: 3, dst_port: 4, ..Udp::default() };
        let frames = [
            (ethernet / ip(ip_proto::TCP) / tcp / *b"data").to_frame().unwrap(),
            (ethernet / ip(ip_proto::UDP) / udp / *b"data").to_frame().unwrap(),
        ];
        let mut found = 0;
        for frame in frames {
            let cuts = (0..=frame.len()).map(|len| frame[..len].to_vec());
            let turned = (0..frame.len() * 8).map(|bit| {
                let mut bytes = frame.clone();
                bytes[bit / 8] ^= 1 << (bit % 8);
                bytes
            });
            for bytes in cuts.chain(turned) {
                for wanted in [Kind::Ethernet, Kind::Ipv4, Kind::Tcp, Kind::Udp, Kind::Arp] {
                    if let Some(head) = find(&bytes, wanted) {
                        let walked = walk::walked(&bytes, Kind::Ethernet, wanted);
                        assert_eq!(Some(head), walked, "{wanted:?} in {bytes:02x?}");
                        found += 1;
                    }
                }
                // And through the API: the header reads, or neither way has it.
                let packet = Packet::parse(&bytes);
                assert_eq!(
                    packet.has(Kind::Tcp),
                    packet.iter().any(|l| l.kind() == Some(Kind::Tcp))
                );
            }
        }
        assert!(found > 1000, "{found}");
    }
}
