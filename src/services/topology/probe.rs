//! A probe: the LLDP frame that a switch sends out of a port, so that another one hands it in.
//!
//! The frame is Ryu's, so that both find each other's, with one TLV more if probes are signed:
//!
//! ```text
//! chassis id  1: subtype 7 (local), "dpid:" and 16 hexadecimal digits
//! port id     2: subtype 2 (port component), the port's number in 4 bytes
//! TTL         3: 120
//! specific  127: 02-72-79, subtype 1, the number of the probe in 8 bytes, signature in 32 bytes
//! end         0
//! ```
//!
//! 02-72-79 is a locally administered identifier: nobody has it, and everybody may use it. The
//! signature is over the packet up to itself. What is signed is 97 bytes, which is below the 128 of a
//! packet-in that an OpenFlow 1.0 switch cuts off.
//!
//! Spec: IEEE 802.1AB-2016 sections 8.4, 8.5 and 8.6.

use bytes::Bytes;

use crate::ofproto::{Dpid, PortNo};
use crate::packet::{Ethernet, ethertype};
use crate::wire::MacAddr;

use super::port::Port;
use super::seal::{Seal, TAG_SIZE};

/// The prefix of a chassis id that is ours.
const CHASSIS_PREFIX: &str = "dpid:";
/// Subtypes of the chassis id, the port id and the TLV of our own.
const LOCAL: u8 = 7;
const PORT_COMPONENT: u8 = 2;
const SIGNATURE: [u8; 4] = [0x02, 0x72, 0x79, 1];
/// Seconds; nobody looks at it, as with Ryu.
const TTL: [u8; 2] = [0, 120];
/// TLVs that are looked at; probes have five.
const TLVS_MAX: usize = 16;

const CHASSIS_ID: u8 = 1;
const PORT_ID: u8 = 2;
const TIME_TO_LIVE: u8 = 3;
const SPECIFIC: u8 = 127;
const END: u8 = 0;

const HEADER: usize = 14;

/// What a frame says about where it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Claim<'a> {
    /// The switch that is to have sent it.
    pub(super) dpid: Dpid,
    /// Its port.
    pub(super) port_no: PortNo,
    /// Its signature, if it has one.
    pub(super) signature: Option<Signature<'a>>,
}

/// The signature of a frame, of which nobody knows whether it is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Signature<'a> {
    /// The number of the probe.
    pub(super) number: u64,
    /// What is signed.
    pub(super) message: &'a [u8],
    /// The keyed hash.
    pub(super) tag: &'a [u8],
}

/// The frame to be sent out of `port`, and its number if it is signed.
pub(super) fn write(port: &Port, seal: Option<&mut Seal>) -> (Bytes, u64) {
    let mut frame = Vec::with_capacity(128);
    frame.extend(MacAddr::LLDP_NEAREST_BRIDGE.0);
    frame.extend(port.hw_addr.0);
    frame.extend(ethertype::LLDP.to_be_bytes());
    tlv(&mut frame, CHASSIS_ID, CHASSIS_PREFIX.len() + 17);
    frame.push(LOCAL);
    frame.extend(CHASSIS_PREFIX.bytes());
    frame.extend(digits(port.dpid));
    tlv(&mut frame, PORT_ID, 5);
    frame.push(PORT_COMPONENT);
    frame.extend(port.port_no.0.to_be_bytes());
    tlv(&mut frame, TIME_TO_LIVE, TTL.len());
    frame.extend(TTL);
    let mut number = 0;
    if let Some(seal) = seal {
        number = seal.number();
        tlv(&mut frame, SPECIFIC, SIGNATURE.len() + 8 + TAG_SIZE);
        frame.extend(SIGNATURE);
        frame.extend(number.to_be_bytes());
        let tag = seal.sign(&frame[HEADER..]);
        frame.extend(tag);
    }
    tlv(&mut frame, END, 0);
    if frame.len() < Ethernet::MIN_FRAME {
        frame.resize(Ethernet::MIN_FRAME, 0);
    }
    (frame.into(), number)
}

/// The head of a TLV: 7 bits of type, 9 bits of length.
fn tlv(frame: &mut Vec<u8>, kind: u8, len: usize) {
    frame.extend((u16::from(kind) << 9 | len as u16).to_be_bytes());
}

fn digits(dpid: Dpid) -> [u8; 16] {
    let mut digits = [0; 16];
    for (at, digit) in digits.iter_mut().enumerate() {
        *digit = b"0123456789abcdef"[(dpid.0 >> (60 - 4 * at) & 0xf) as usize];
    }
    digits
}

/// Whether `frame` is link discovery of any kind.
pub(super) fn is_lldp(frame: &[u8]) -> bool {
    frame.get(12..HEADER) == Some(&ethertype::LLDP.to_be_bytes())
}

/// What a frame says; `None` if it is none of ours (a telephone's, say) or is broken.
pub(super) fn read(frame: &[u8]) -> Option<Claim<'_>> {
    let mut walk = Walk { frame, at: HEADER };
    let dpid = dpid(walk.expect(CHASSIS_ID)?)?;
    let (&subtype, port_no) = walk.expect(PORT_ID)?.split_first()?;
    let port_no: [u8; 4] = port_no.try_into().ok().filter(|_| subtype == PORT_COMPONENT)?;
    walk.expect(TIME_TO_LIVE).filter(|ttl| ttl.len() >= TTL.len())?;
    let mut signature = None;
    for _ in 0..TLVS_MAX {
        // Ryu writes an end; that there is one is not what makes a frame true.
        let Some((kind, value)) = walk.next() else { break };
        if kind == END {
            break;
        }
        if kind == SPECIFIC && signature.is_none() {
            signature = signed(frame, walk.at, value);
        }
    }
    Some(Claim { dpid, port_no: PortNo(u32::from_be_bytes(port_no)), signature })
}

fn dpid(chassis_id: &[u8]) -> Option<Dpid> {
    let (&subtype, name) = chassis_id.split_first()?;
    let name = str::from_utf8(name).ok().filter(|_| subtype == LOCAL)?;
    Dpid::from_digits(name.strip_prefix(CHASSIS_PREFIX)?).ok()
}

/// The signature in a TLV that ends at `end`.
fn signed<'a>(frame: &'a [u8], end: usize, value: &'a [u8]) -> Option<Signature<'a>> {
    let rest = value.strip_prefix(&SIGNATURE)?;
    let (number, tag) = rest.split_first_chunk::<8>()?;
    let message = frame.get(HEADER..end.checked_sub(TAG_SIZE)?)?;
    let number = u64::from_be_bytes(*number);
    (tag.len() == TAG_SIZE).then_some(Signature { number, message, tag })
}

/// The way from TLV to TLV.
struct Walk<'a> {
    frame: &'a [u8],
    at: usize,
}

impl<'a> Walk<'a> {
    /// Type and value of the next TLV; `None` if it sticks out.
    fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (head, rest) = self.frame.get(self.at..)?.split_first_chunk::<2>()?;
        let head = u16::from_be_bytes(*head);
        let value = rest.get(..usize::from(head & 0x1ff))?;
        self.at += 2 + value.len();
        Some(((head >> 9) as u8, value))
    }

    /// The value of the next TLV, which has to be of this type.
    fn expect(&mut self, kind: u8) -> Option<&'a [u8]> {
        self.next().filter(|(found, _)| *found == kind).map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use crate::ofproto;
    use crate::packet::{Lldp, Packet};
    use crate::wire::hex;

    use super::*;

    fn port() -> Port {
        let hw_addr = MacAddr([2, 0, 0, 0, 0, 7]);
        Port::new(Dpid(0xa1), &ofproto::Port { port_no: PortNo(7), hw_addr, ..Default::default() })
    }

    /// The first by Ryu 4.34's `LLDPPacket.lldp_packet(0xa1, 7, '02:00:00:00:00:07', 120)`.
    #[test]
    fn without_a_signature_it_is_ryus_frame() {
        let (frame, _) = write(&port(), None);
        let ryus = "0180c200000e02000000000788cc\
                    021607647069643a30303030303030303030303030306131\
                    040502000000070602007800000000000000\
                    00000000";
        assert_eq!(hex::encode(&frame), ryus);
        let claim = Claim { dpid: Dpid(0xa1), port_no: PortNo(7), signature: None };
        assert_eq!(read(&frame), Some(claim));
    }

    #[test]
    fn a_signed_one_is_lldp_for_everybody() {
        let mut seal = Seal::new(b"key", 5);
        let (frame, number) = write(&port(), Some(&mut seal));
        assert_eq!((frame.len(), number), (97, 5));
        let packet = Packet::parse(&frame);
        let lldp = packet.get::<Lldp>().unwrap();
        assert_eq!((lldp.tlvs.iter().count(), lldp.ttl()), (5, Some(120)));
        let signature = read(&frame).unwrap().signature.unwrap();
        assert_eq!(signature.number, 5);
        assert!(seal.verify(signature.message, signature.tag));
        assert_eq!(seal.number(), 6);
    }

    /// Each bit of what is signed counts, and no cut of the frame passes for the whole.
    #[test]
    fn no_other_frame_has_the_signature() {
        let mut seal = Seal::new(b"key", 5);
        let (frame, _) = write(&port(), Some(&mut seal));
        let is_good = |frame: &[u8]| {
            read(frame)
                .and_then(|claim| claim.signature)
                .is_some_and(|signature| seal.verify(signature.message, signature.tag))
        };
        assert!(is_good(&frame));
        for bit in HEADER * 8..(frame.len() - 2) * 8 {
            let mut bad = frame.to_vec();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(!is_good(&bad), "bit {bit}");
        }
        for end in 0..frame.len() - 2 {
            assert!(!is_good(&frame[..end]), "cut at {end}");
        }
    }

    #[test]
    fn what_is_none_of_ours_is_passed_by() {
        let (frame, _) = write(&port(), None);
        // A MAC address for a chassis, a name for a port, a short number, a stranger's prefix.
        for (at, byte) in [(16, 4), (17, b'x'), (40, 3), (39, 4), (22, b'g'), (14, 4)] {
            let mut other = frame.to_vec();
            other[at] = byte;
            assert_eq!(read(&other), None, "byte {at}");
        }
        // TLVs of no length, and a thousand of them, and no end.
        for tail in [[0xfe, 0].repeat(1000), vec![8, 0], vec![0xff, 0xff], Vec::new()] {
            let mut long = frame[..49].to_vec();
            long.extend(tail);
            assert_eq!(read(&long).map(|claim| claim.signature), Some(None));
        }
        assert!(is_lldp(&frame) && !is_lldp(&frame[..13]) && read(&[]).is_none());
    }
}
