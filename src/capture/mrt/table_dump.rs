//! TABLE_DUMP: a route of a table, from one peer; the older form.

use std::net::IpAddr;

use bytes::Bytes;

use crate::packet::{BgpDialect, BgpPathAttribute, List};
use crate::wire::{DecodeError, IpNet, Reader, Writer};

use super::record::{MrtEncodeError, address, family, put_address, u16_of};

/// A route of a table, from one peer.
///
/// ```text
/// view  sequence  prefix  length  status  originated  peer   peer AS  length  attributes
///  2       2      4 or 16    1       1         4      4 or 16    2       2      length
/// ```
///
/// Subtype 1 is IPv4, 2 is IPv6; both addresses are of it. AS numbers have two bytes, in the path
/// attributes too.
///
/// Spec: RFC 6396 section 4.2.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::capture::mrt::{MrtBody, MrtRecord, TableDump};
///
/// let body = MrtBody::TableDump(TableDump {
///     view: 0,
///     sequence: 1,
///     prefix: "10.0.0.0/8".parse()?,
///     status: 1,
///     originated: 2,
///     peer_ip: "192.0.2.1".parse()?,
///     peer_as: 64_496,
///     attributes: (&[0x40, 1, 1, 0][..]).into(),
/// });
/// let mut buf = BytesMut::new();
/// MrtRecord { seconds: 0, microseconds: None, body }.encode(&mut buf)?;
/// assert_eq!(buf[12..22], [0, 0, 0, 1, 10, 0, 0, 0, 8, 1]);
/// assert_eq!(buf[22..36], [0, 0, 0, 2, 192, 0, 2, 1, 0xfb, 0xf0, 0, 4, 0x40, 1]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableDump {
    /// Number of the view, where the collector has several.
    pub view: u16,
    /// Number of the record, which starts again after 65535.
    pub sequence: u16,
    /// The prefix; bits outside of it are kept as they stand in the file.
    pub prefix: IpNet,
    /// Unused; 1 by rule.
    pub status: u8,
    /// When the route was heard first, in seconds since 1970 UTC.
    pub originated: u32,
    /// The peer's address.
    pub peer_ip: IpAddr,
    /// The peer's AS number.
    pub peer_as: u16,
    /// The path attributes, one after the other; see
    /// [`path_attributes`](TableDump::path_attributes).
    pub attributes: Bytes,
}

impl TableDump {
    /// The path attributes, with AS numbers of two octets. Each is read when it is asked for.
    pub fn path_attributes(&self) -> List<'_, BgpPathAttribute<'_>> {
        BgpPathAttribute::list_in(&self.attributes, BgpDialect::TwoOctet)
    }

    pub(super) fn subtype(&self) -> u16 {
        match self.prefix {
            IpNet::V4(_) => 1,
            IpNet::V6(_) => 2,
        }
    }

    pub(super) fn decode(subtype: u16, r: &mut Reader<'_>) -> Result<TableDump, DecodeError> {
        r.name("TABLE_DUMP");
        let (view, sequence) = (r.u16()?, r.u16()?);
        let (prefix, len) = (address(r, subtype)?, r.u8()?);
        let prefix = IpNet::new(prefix, len);
        let prefix = prefix.ok_or_else(|| r.bad_value(1, len.into(), "prefix length"))?;
        let (status, originated) = (r.u8()?, r.u32()?);
        let (peer_ip, peer_as) = (address(r, subtype)?, r.u16()?);
        let attributes_len = usize::from(r.u16()?);
        let attributes = r.sub(attributes_len, "attribute length")?.rest_bytes();
        Ok(TableDump { view, sequence, prefix, status, originated, peer_ip, peer_as, attributes })
    }

    pub(super) fn encode(&self, w: &mut Writer<'_>) -> Result<(), MrtEncodeError> {
        family(self.prefix.addr(), self.peer_ip)?;
        w.u16(self.view);
        w.u16(self.sequence);
        put_address(w, self.prefix.addr());
        w.u8(self.prefix.prefix_len());
        w.u8(self.status);
        w.u32(self.originated);
        put_address(w, self.peer_ip);
        w.u16(self.peer_as);
        w.u16(u16_of("path attributes", self.attributes.len())?);
        w.bytes(&self.attributes);
        Ok(())
    }
}
