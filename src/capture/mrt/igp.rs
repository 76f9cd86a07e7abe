//! Packets of OSPF and IS-IS.

use std::net::{IpAddr, Ipv4Addr};

use bytes::Bytes;

use crate::packet::Ospf;
use crate::wire::{DecodeError, Reader, Writer};

use super::record::{MrtEncodeError, address, family, put_address};

/// A packet of OSPF for IPv4.
///
/// ```text
/// remote address  local address  OSPF packet
///       4               4           rest
/// ```
///
/// Spec: RFC 6396 section 4.1; the packet is RFC 2328's.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::capture::mrt::{MrtBody, MrtOspf2, MrtRecord};
///
/// let body = MrtBody::Ospf2(MrtOspf2 {
///     subtype: 0,
///     remote_ip: "10.0.0.2".parse()?,
///     local_ip: "10.0.0.1".parse()?,
///     packet: (&[2, 1][..]).into(),
/// });
/// let mut buf = BytesMut::new();
/// MrtRecord { seconds: 0, microseconds: None, body }.encode(&mut buf)?;
/// assert_eq!(buf[12..], [10, 0, 0, 2, 10, 0, 0, 1, 2, 1]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MrtOspf2 {
    /// Says nothing; 0 by rule.
    pub subtype: u16,
    /// Who sent the packet.
    pub remote_ip: Ipv4Addr,
    /// Who received it.
    pub local_ip: Ipv4Addr,
    /// The OSPF packet; see [`ospf`](MrtOspf2::ospf).
    pub packet: Bytes,
}

impl MrtOspf2 {
    /// Reads the packet.
    ///
    /// # Errors
    /// If it is cut, or lies about itself.
    pub fn ospf(&self) -> Result<Ospf<'_>, DecodeError> {
        Ospf::parse(&self.packet).map(|(packet, _)| packet)
    }

    pub(super) fn decode(subtype: u16, r: &mut Reader<'_>) -> Result<MrtOspf2, DecodeError> {
        r.name("OSPFv2");
        let (remote_ip, local_ip) = (r.array::<4>()?.into(), r.array::<4>()?.into());
        Ok(MrtOspf2 { subtype, remote_ip, local_ip, packet: r.rest_bytes() })
    }

    pub(super) fn encode(&self, w: &mut Writer<'_>) {
        w.bytes(&self.remote_ip.octets());
        w.bytes(&self.local_ip.octets());
        w.bytes(&self.packet);
    }
}

/// A packet of OSPF for IPv6.
///
/// ```text
/// address family  remote address  local address  OSPF packet
///       2            4 or 16         4 or 16        rest
/// ```
///
/// The family, 1 for IPv4 and 2 for IPv6, follows from the addresses.
///
/// Spec: RFC 6396 section 4.6; the packet is RFC 5340's.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::capture::mrt::{MrtBody, MrtOspf3, MrtRecord};
///
/// let body = MrtBody::Ospf3(MrtOspf3 {
///     subtype: 0,
///     remote_ip: "fe80::2".parse()?,
///     local_ip: "fe80::1".parse()?,
///     packet: (&[3, 1][..]).into(),
/// });
/// let mut buf = BytesMut::new();
/// MrtRecord { seconds: 0, microseconds: None, body }.encode(&mut buf)?;
/// assert_eq!(buf[12..16], [0, 2, 0xfe, 0x80]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MrtOspf3 {
    /// Says nothing; 0 by rule.
    pub subtype: u16,
    /// Who sent the packet.
    pub remote_ip: IpAddr,
    /// Who received it.
    pub local_ip: IpAddr,
    /// The OSPF packet.
    pub packet: Bytes,
}

impl MrtOspf3 {
    pub(super) fn decode(subtype: u16, r: &mut Reader<'_>) -> Result<MrtOspf3, DecodeError> {
        r.name("OSPFv3");
        let afi = r.u16()?;
        let (remote_ip, local_ip) = (address(r, afi)?, address(r, afi)?);
        Ok(MrtOspf3 { subtype, remote_ip, local_ip, packet: r.rest_bytes() })
    }

    pub(super) fn encode(&self, w: &mut Writer<'_>) -> Result<(), MrtEncodeError> {
        w.u16(family(self.remote_ip, self.local_ip)?);
        put_address(w, self.remote_ip);
        put_address(w, self.local_ip);
        w.bytes(&self.packet);
        Ok(())
    }
}

/// A PDU of IS-IS, which is the whole payload.
///
/// Spec: RFC 6396 section 4.5; the PDU is RFC 1195's. See the example of
/// [`MrtRecord`](super::MrtRecord).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MrtIsis {
    /// Says nothing; 0 by rule.
    pub subtype: u16,
    /// The PDU.
    pub pdu: Bytes,
}
