//! LLDP (IEEE 802.1AB): who is on the other end of a link.

use crate::wire::{DecodeError, MacAddr};

use super::{Ethernet, ethertype, header};

/// An LLDP packet: TLVs, of which the first three are chassis, port and time to live.
///
/// ```
/// use ryu_sdn::packet::{Ethernet, Lldp};
/// use ryu_sdn::wire::MacAddr;
///
/// let probe = Lldp::new(b"dpid:00000000000000a1", &7u32.to_be_bytes(), 120);
/// let frame = probe.frame(MacAddr([2, 0, 0, 0, 0, 7]));
/// let (eth, payload) = Ethernet::parse(&frame)?;
/// assert!(eth.dst.is_lldp_multicast());
/// let back = Lldp::parse(payload)?;
/// assert_eq!(back.chassis_id(), Some((Lldp::CHASSIS_LOCAL, &b"dpid:00000000000000a1"[..])));
/// assert_eq!(back.port_id(), Some((Lldp::PORT_COMPONENT, &[0, 0, 0, 7][..])));
/// assert_eq!(back.ttl(), Some(120));
/// # Ok::<(), ryu_sdn::wire::DecodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lldp {
    /// The TLVs, without the end.
    pub tlvs: Vec<LldpTlv>,
}

/// One TLV: 7 bits of type, 9 bits of length, a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LldpTlv {
    /// Type, 1 to 127.
    pub tlv_type: u8,
    /// Value, at most 511 bytes.
    pub value: Vec<u8>,
}

impl Lldp {
    /// Type of the end TLV.
    pub const END: u8 = 0;
    /// Type of the chassis id TLV.
    pub const CHASSIS_ID: u8 = 1;
    /// Type of the port id TLV.
    pub const PORT_ID: u8 = 2;
    /// Type of the time-to-live TLV.
    pub const TTL: u8 = 3;
    /// Chassis id subtype "locally assigned".
    pub const CHASSIS_LOCAL: u8 = 7;
    /// Port id subtype "port component".
    pub const PORT_COMPONENT: u8 = 2;

    /// A packet with a locally assigned chassis id, a port component and a time to live in seconds.
    pub fn new(chassis: &[u8], port: &[u8], ttl: u16) -> Lldp {
        let id = |subtype: u8, id: &[u8]| [&[subtype], id].concat();
        Lldp {
            tlvs: vec![
                LldpTlv { tlv_type: Lldp::CHASSIS_ID, value: id(Lldp::CHASSIS_LOCAL, chassis) },
                LldpTlv { tlv_type: Lldp::PORT_ID, value: id(Lldp::PORT_COMPONENT, port) },
                LldpTlv { tlv_type: Lldp::TTL, value: ttl.to_be_bytes().to_vec() },
            ],
        }
    }

    /// Subtype and value of the chassis id.
    pub fn chassis_id(&self) -> Option<(u8, &[u8])> {
        self.value(Lldp::CHASSIS_ID)?.split_first().map(|(subtype, id)| (*subtype, id))
    }

    /// Subtype and value of the port id.
    pub fn port_id(&self) -> Option<(u8, &[u8])> {
        self.value(Lldp::PORT_ID)?.split_first().map(|(subtype, id)| (*subtype, id))
    }

    /// Time to live in seconds.
    pub fn ttl(&self) -> Option<u16> {
        self.value(Lldp::TTL)?.first_chunk().map(|b| u16::from_be_bytes(*b))
    }

    /// The value of the first TLV of a type.
    pub fn value(&self, tlv_type: u8) -> Option<&[u8]> {
        self.tlvs.iter().find(|tlv| tlv.tlv_type == tlv_type).map(|tlv| &tlv.value[..])
    }

    /// Reads TLVs up to the end TLV or the end of `bytes`; what follows is padding.
    ///
    /// # Errors
    /// If a TLV sticks out, or the first three are not chassis, port and time to live.
    pub fn parse(bytes: &[u8]) -> Result<Lldp, DecodeError> {
        let mut lldp = Lldp::default();
        let mut rest = bytes;
        while !rest.is_empty() {
            let offset = bytes.len() - rest.len();
            let (head, body) = header::<2>("lldp", rest, offset)?;
            let head = u16::from_be_bytes(*head);
            let (tlv_type, len) = ((head >> 9) as u8, usize::from(head & 0x1ff));
            if tlv_type == Lldp::END {
                break;
            }
            let Some((value, tail)) = body.split_at_checked(len) else {
                return Err(DecodeError::bad_length("lldp", offset, len, body.len(), "tlv length"));
            };
            lldp.tlvs.push(LldpTlv { tlv_type, value: value.to_vec() });
            rest = tail;
        }
        for (i, want) in [Lldp::CHASSIS_ID, Lldp::PORT_ID, Lldp::TTL].into_iter().enumerate() {
            let found = lldp.tlvs.get(i).map_or(Lldp::END, |tlv| tlv.tlv_type);
            if found != want {
                return Err(DecodeError::bad_value("lldp", 0, found.into(), "mandatory tlv"));
            }
        }
        Ok(lldp)
    }

    /// Appends the packet with its end TLV. A value beyond 511 bytes is cut off.
    pub fn emit(&self, out: &mut Vec<u8>) {
        for tlv in &self.tlvs {
            let value = &tlv.value[..tlv.value.len().min(0x1ff)];
            let head = u16::from(tlv.tlv_type) << 9 | value.len() as u16;
            out.extend_from_slice(&head.to_be_bytes());
            out.extend_from_slice(value);
        }
        out.extend_from_slice(&[0, 0]);
    }

    /// A whole frame from `src` to the nearest bridge.
    pub fn frame(&self, src: MacAddr) -> Vec<u8> {
        let mut payload = Vec::new();
        self.emit(&mut payload);
        Ethernet::new(MacAddr::LLDP_NEAREST_BRIDGE, src, ethertype::LLDP).frame(&payload)
    }
}
