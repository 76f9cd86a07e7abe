//! TABLE_DUMP_V2: the peers of a table once, then each route from all of them.

use std::net::{IpAddr, Ipv4Addr};

use bytes::Bytes;

use crate::packet::{BgpDialect, BgpPathAttribute, List, MpNlri, RouteFamily};
use crate::wire::{DecodeError, IpNet, Ipv4Net, Ipv6Net, Reader, Writer};

use super::record::{MrtEncodeError, address, put_address, u16_of};

/// The peers of a table; the routes behind it name them by their place in it.
///
/// ```text
/// collector's BGP id  length  view name  peer count  peers
///         4             2      length        2
/// ```
///
/// Spec: RFC 6396 section 4.3.1.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::capture::mrt::{MrtBody, MrtRecord, Peer, PeerFlags, PeerIndexTable};
///
/// let peer = Peer {
///     flags: PeerFlags::AS4,
///     bgp_id: "192.0.2.9".parse()?,
///     ip_addr: "192.0.2.1".parse()?,
///     as_num: 64_496,
/// };
/// let body = MrtBody::PeerIndexTable(PeerIndexTable {
///     bgp_id: "192.0.2.2".parse()?,
///     view_name: "x".into(),
///     peers: vec![peer],
/// });
/// let mut buf = BytesMut::new();
/// MrtRecord { seconds: 0, microseconds: None, body }.encode(&mut buf)?;
/// assert_eq!(buf[12..21], [192, 0, 2, 2, 0, 1, b'x', 0, 1]);
/// assert_eq!(buf[21..], [2, 192, 0, 2, 9, 192, 0, 2, 1, 0, 0, 0xfb, 0xf0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerIndexTable {
    /// BGP identifier of the collector.
    pub bgp_id: Ipv4Addr,
    /// Name of the view, UTF-8 by rule; empty if there is only one.
    pub view_name: Bytes,
    /// The peers; at most 65535.
    pub peers: Vec<Peer>,
}

crate::wire_flags! {
    /// What the address and the AS number of a peer look like.
    ///
    /// Spec: RFC 6396 section 4.3.1, figure 7.
    ///
    /// ```
    /// use ryu_sdn::capture::mrt::PeerFlags;
    ///
    /// assert_eq!((PeerFlags::IPV6 | PeerFlags::AS4).bits(), 3);
    /// ```
    pub struct PeerFlags(u8) {
        /// The address is IPv6.
        IPV6 = 1, "ipv6";
        /// The AS number has four bytes.
        AS4 = 2, "as4";
    }
}

/// A peer of a table.
///
/// ```text
/// flags  BGP id  address  AS number
///   1      4     4 or 16    2 or 4
/// ```
///
/// Spec: RFC 6396 section 4.3.1. See the example of [`PeerIndexTable`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Sizes of the others. Writing sets [`PeerFlags::IPV6`] by the address, and adds
    /// [`PeerFlags::AS4`] for an AS number that needs it; other bits are kept.
    pub flags: PeerFlags,
    /// BGP identifier of the peer.
    pub bgp_id: Ipv4Addr,
    /// The peer's address.
    pub ip_addr: IpAddr,
    /// The peer's AS number.
    pub as_num: u32,
}

impl PeerIndexTable {
    pub(super) const SUBTYPE: u16 = 1;

    pub(super) fn decode(r: &mut Reader<'_>) -> Result<PeerIndexTable, DecodeError> {
        r.name("PEER_INDEX_TABLE");
        let bgp_id = r.array::<4>()?.into();
        let len = usize::from(r.u16()?);
        let view_name = r.sub(len, "view name length")?.rest_bytes();
        let count = usize::from(r.u16()?);
        // A peer has at least 11 bytes, so a count that lies buys no memory.
        let mut peers = Vec::with_capacity(count.min(r.remaining() / 11));
        for _ in 0..count {
            peers.push(Peer::decode(r)?);
        }
        Ok(PeerIndexTable { bgp_id, view_name, peers })
    }

    pub(super) fn encode(&self, w: &mut Writer<'_>) -> Result<(), MrtEncodeError> {
        w.bytes(&self.bgp_id.octets());
        w.u16(u16_of("view name", self.view_name.len())?);
        w.bytes(&self.view_name);
        w.u16(u16_of("peers", self.peers.len())?);
        self.peers.iter().for_each(|peer| peer.encode(w));
        Ok(())
    }
}

impl Peer {
    fn decode(r: &mut Reader<'_>) -> Result<Peer, DecodeError> {
        let flags = PeerFlags(r.u8()?);
        let bgp_id = r.array::<4>()?.into();
        let ip_addr = address(r, if flags.contains(PeerFlags::IPV6) { 2 } else { 1 })?;
        let as4 = flags.contains(PeerFlags::AS4);
        let as_num = if as4 { r.u32()? } else { r.u16()?.into() };
        Ok(Peer { flags, bgp_id, ip_addr, as_num })
    }

    fn encode(&self, w: &mut Writer<'_>) {
        let mut flags = PeerFlags(self.flags.0 & !PeerFlags::IPV6.0);
        if self.ip_addr.is_ipv6() {
            flags |= PeerFlags::IPV6;
        }
        let short = u16::try_from(self.as_num).ok().filter(|_| !flags.contains(PeerFlags::AS4));
        if short.is_none() {
            flags |= PeerFlags::AS4;
        }
        w.u8(flags.0);
        w.bytes(&self.bgp_id.octets());
        put_address(w, self.ip_addr);
        match short {
            Some(number) => w.u16(number),
            None => w.u32(self.as_num),
        }
    }
}

/// A route of a table, from every peer that has it.
///
/// ```text
/// sequence  length  prefix         entry count  entries
///    4        1     as many bytes       2
///                   as length needs
/// ```
///
/// | subtype | name | prefix | `multicast` | `add_path` |
/// |---|---|---|---|---|
/// | 2 | RIB_IPV4_UNICAST | IPv4 | no | no |
/// | 3 | RIB_IPV4_MULTICAST | IPv4 | yes | no |
/// | 4 | RIB_IPV6_UNICAST | IPv6 | no | no |
/// | 5 | RIB_IPV6_MULTICAST | IPv6 | yes | no |
/// | 8 | RIB_IPV4_UNICAST_ADDPATH | IPv4 | no | yes |
/// | 9 | RIB_IPV4_MULTICAST_ADDPATH | IPv4 | yes | yes |
/// | 10 | RIB_IPV6_UNICAST_ADDPATH | IPv6 | no | yes |
/// | 11 | RIB_IPV6_MULTICAST_ADDPATH | IPv6 | yes | yes |
///
/// Spec: RFC 6396 section 4.3.2, RFC 8050 section 4. The [module](super) has an example with bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rib {
    /// Number of the record, from 0.
    pub sequence: u32,
    /// The prefix. Bits outside of it are kept as far as its last byte goes; the format has no place
    /// for others.
    pub prefix: IpNet,
    /// Whether it is of the table for multicast.
    pub multicast: bool,
    /// Whether the entries have path identifiers (RFC 7911).
    pub add_path: bool,
    /// The route as each peer has it; at most 65535.
    pub entries: Vec<RibEntry>,
}

/// A route of any address family, from every peer that has it.
///
/// ```text
/// sequence  AFI  SAFI  NLRI  entry count  entries
///    4       2    1               2
/// ```
///
/// Subtype 6, RIB_GENERIC, or 12 with path identifiers, RIB_GENERIC_ADDPATH. RFC 8050 puts the
/// identifier of the latter before the NLRI; Ryu, GoBGP and OpenBGPD put one into each entry, as in
/// the tables of one family. Read and written are both: what is whole with identifiers in the entries
/// is read so, and what is not, by the RFC; then `nlri` starts with the identifier, and the entries
/// have none.
///
/// Spec: RFC 6396 section 4.3.3, RFC 8050 section 4.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::capture::mrt::{MrtBody, MrtRecord, RibGeneric};
///
/// let body = MrtBody::RibGeneric(RibGeneric {
///     sequence: 1,
///     afi: 1,
///     safi: 4, // with a label
///     nlri: (&[32, 0, 1, 1, 10][..]).into(), // 32 bits: the label 16, and 10/8
///     add_path: false,
///     entries: Vec::new(),
/// });
/// let mut buf = BytesMut::new();
/// MrtRecord { seconds: 0, microseconds: None, body }.encode(&mut buf)?;
/// assert_eq!(buf[12..], [0, 0, 0, 1, 0, 1, 4, 32, 0, 1, 1, 10, 0, 0]);
/// # Ok::<(), ryu_sdn::capture::mrt::MrtEncodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RibGeneric {
    /// Number of the record, from 0.
    pub sequence: u32,
    /// Address family, a number of IANA's registry.
    pub afi: u16,
    /// Subsequent address family, a number of IANA's registry.
    pub safi: u8,
    /// One NLRI with its length in front, as the address family has it; before it four bytes of path
    /// identifier if the record has that there.
    pub nlri: Bytes,
    /// Whether the entries have path identifiers (RFC 7911).
    pub add_path: bool,
    /// The route as each peer has it; at most 65535.
    pub entries: Vec<RibEntry>,
}

/// A route as one peer has it.
///
/// ```text
/// peer index  originated  path identifier  length  attributes
///     2           4           0 or 4         2       length
/// ```
///
/// AS numbers in the path attributes have four bytes whatever the session spoke, and MP_REACH_NLRI
/// holds the next hop and its length only (RFC 6396 section 4.3.4).
///
/// Spec: RFC 6396 section 4.3.4, RFC 8050 section 4. The [module](super) has an example with bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RibEntry {
    /// Place of the peer in the [`PeerIndexTable`], from 0.
    pub peer_index: u16,
    /// When the route was heard first, in seconds since 1970 UTC.
    pub originated: u32,
    /// The path identifier, in a table that has them.
    pub path_id: Option<u32>,
    /// The path attributes, one after the other; see
    /// [`path_attributes`](RibEntry::path_attributes).
    pub attributes: Bytes,
}

impl RibEntry {
    /// The path attributes, as such a table has them. Each is read when it is asked for.
    ///
    /// ```
    /// use ryu_sdn::capture::mrt::RibEntry;
    /// use ryu_sdn::packet::{BgpOrigin, BgpPathAttribute, List};
    ///
    /// let made: List<'_, BgpPathAttribute<'_>> = vec![BgpOrigin::new(BgpOrigin::IGP).into()].into();
    /// let attributes = made.to_bytes()?.into_owned().into();
    /// let entry = RibEntry { peer_index: 0, originated: 0, path_id: None, attributes };
    /// assert_eq!(entry.attributes[..], [0x40, 1, 1, 0]);
    /// for attribute in entry.path_attributes().iter() {
    ///     assert!(matches!(attribute?, BgpPathAttribute::Origin(origin) if origin.value == 0));
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn path_attributes(&self) -> List<'_, BgpPathAttribute<'_>> {
        BgpPathAttribute::list_in(&self.attributes, BgpDialect::Rib)
    }
}

impl Rib {
    pub(super) fn subtype(&self) -> u16 {
        let plain = match self.prefix {
            IpNet::V4(_) => 2,
            IpNet::V6(_) => 4,
        };
        plain + u16::from(self.multicast) + if self.add_path { 6 } else { 0 }
    }

    pub(super) fn decode(subtype: u16, r: &mut Reader<'_>) -> Result<Rib, DecodeError> {
        r.name("RIB");
        let sequence = r.u32()?;
        let add_path = subtype >= 8;
        let plain = if add_path { subtype - 6 } else { subtype };
        let len = r.u8()?;
        let prefix = match plain {
            2 | 3 => Ipv4Net::new(padded::<4>(r, len)?.into(), len).map(IpNet::V4),
            _ => Ipv6Net::new(padded::<16>(r, len)?.into(), len).map(IpNet::V6),
        };
        let prefix = prefix.ok_or_else(|| r.bad_value(1, len.into(), "prefix length"))?;
        let entries = entries(add_path, r)?;
        Ok(Rib { sequence, prefix, multicast: plain % 2 == 1, add_path, entries })
    }

    pub(super) fn encode(&self, w: &mut Writer<'_>) -> Result<(), MrtEncodeError> {
        w.u32(self.sequence);
        let len = self.prefix.prefix_len();
        w.u8(len);
        let size = usize::from(len).div_ceil(8);
        match self.prefix.addr() {
            IpAddr::V4(addr) => w.bytes(&addr.octets()[..size]),
            IpAddr::V6(addr) => w.bytes(&addr.octets()[..size]),
        }
        put_entries(self.add_path, &self.entries, w)
    }
}

impl RibGeneric {
    /// The route as its family has it, without the path identifier that may stand in front.
    ///
    /// ```
    /// # use ryu_sdn::capture::mrt::RibGeneric;
    /// use ryu_sdn::packet::MpNlri;
    ///
    /// let nlri = (&[32, 0, 1, 1, 10][..]).into(); // 32 bits: the label 16, and 10/8
    /// let rib = RibGeneric { sequence: 1, afi: 1, safi: 4, nlri, add_path: false, entries: vec![] };
    /// let MpNlri::LabelledIpv4(routes) = rib.route() else { panic!("IPv4 with labels") };
    /// assert_eq!(routes.items()?[0].prefix, std::net::Ipv4Addr::new(10, 0, 0, 0));
    /// # Ok::<(), ryu_sdn::wire::DecodeError>(())
    /// ```
    pub fn route(&self) -> MpNlri<'_> {
        let RibGeneric { afi, safi, .. } = *self;
        let path_id_len = if self.has_path_id_in_nlri() { 4 } else { 0 };
        let nlri = self.nlri.get(path_id_len..).unwrap_or_default();
        MpNlri::of_bytes(RouteFamily { afi, safi }, nlri)
    }

    /// Whether `path_id_len` bytes and one NLRI are all there is.
    fn is_whole(&self, path_id_len: usize) -> bool {
        let mut nlri = Reader::new(&self.nlri, "NLRI");
        let len = nlri.pad(path_id_len).and_then(|()| nlri_len(self.afi, self.safi, &mut nlri));
        len.is_ok_and(|len| path_id_len + len == self.nlri.len())
    }

    fn has_path_id_in_nlri(&self) -> bool {
        self.add_path
            && self.entries.iter().all(|entry| entry.path_id.is_none())
            && self.is_whole(4)
    }

    pub(super) fn subtype(&self) -> u16 {
        if self.add_path { 12 } else { 6 }
    }

    pub(super) fn decode(subtype: u16, r: &mut Reader<'_>) -> Result<RibGeneric, DecodeError> {
        r.name("RIB_GENERIC");
        let add_path = subtype == 12;
        let (sequence, afi, safi) = (r.u32()?, r.u16()?, r.u8()?);
        // All of the rest, or an error.
        let rest = |path_id_len: usize, mut r: Reader<'_>| {
            let mut ahead = r.clone();
            ahead.pad(path_id_len)?;
            let len = path_id_len + nlri_len(afi, safi, &mut ahead)?;
            let nlri = r.sub(len, "NLRI length")?.rest_bytes();
            let entries = entries(add_path && path_id_len == 0, &mut r)?;
            r.finish()?;
            Ok(RibGeneric { sequence, afi, safi, nlri, add_path, entries })
        };
        let made = match rest(0, r.clone()) {
            Err(error) if add_path => rest(4, r.clone()).map_err(|_: DecodeError| error),
            made => made,
        };
        r.rest();
        made
    }

    pub(super) fn encode(&self, w: &mut Writer<'_>) -> Result<(), MrtEncodeError> {
        let in_nlri = self.has_path_id_in_nlri();
        if !in_nlri && !self.is_whole(0) {
            return Err(MrtEncodeError::Nlri);
        }
        w.u32(self.sequence);
        w.u16(self.afi);
        w.u8(self.safi);
        w.bytes(&self.nlri);
        put_entries(self.add_path && !in_nlri, &self.entries, w)
    }
}

/// The bytes of a prefix of `len` bits; what the file leaves out is 0. A length that is too much
/// takes none, and is the caller's to refuse.
fn padded<const N: usize>(r: &mut Reader<'_>, len: u8) -> Result<[u8; N], DecodeError> {
    let mut octets = [0; N];
    if let Some(octets) = octets.get_mut(..usize::from(len).div_ceil(8)) {
        octets.copy_from_slice(r.take(octets.len())?);
    }
    Ok(octets)
}

/// How many bytes the NLRI at `r` has, its length and type included.
///
/// Most families count bits in one byte (RFC 4760 section 5). The others: VPLS counts bytes in two
/// (RFC 4761 section 3.2.2), EVPN and the VPNs of multicast count them in one behind a type (RFC
/// 7432 section 7, RFC 6514 section 4), flow specifications in one or two (RFC 8955 section 4.1), link
/// states in two behind a type of two (RFC 9552 section 5.2).
fn nlri_len(afi: u16, safi: u8, r: &mut Reader<'_>) -> Result<usize, DecodeError> {
    const LINK_STATE: u16 = 16_388;
    const L2VPN: u16 = 25;
    Ok(match (afi, safi) {
        (LINK_STATE, _) => {
            r.u16()?;
            4 + usize::from(r.u16()?)
        }
        (L2VPN, 65) => 2 + usize::from(r.u16()?),
        (_, 5) | (L2VPN, 70) => {
            r.u8()?;
            2 + usize::from(r.u8()?)
        }
        (_, 133 | 134) => match r.u8()? {
            len @ 0..0xf0 => 1 + usize::from(len),
            high => 2 + (usize::from(high & 0x0f) << 8 | usize::from(r.u8()?)),
        },
        _ => 1 + usize::from(r.u8()?).div_ceil(8),
    })
}

/// Reads the entry count and the entries.
fn entries(add_path: bool, r: &mut Reader<'_>) -> Result<Vec<RibEntry>, DecodeError> {
    let count = usize::from(r.u16()?);
    // An entry has at least eight bytes, so a count that lies buys no memory.
    let mut entries = Vec::with_capacity(count.min(r.remaining() / 8));
    for _ in 0..count {
        let (peer_index, originated) = (r.u16()?, r.u32()?);
        let path_id = if add_path { Some(r.u32()?) } else { None };
        let len = usize::from(r.u16()?);
        let attributes = r.sub(len, "attribute length")?.rest_bytes();
        entries.push(RibEntry { peer_index, originated, path_id, attributes });
    }
    Ok(entries)
}

/// Appends the entry count and the entries.
fn put_entries(
    add_path: bool,
    entries: &[RibEntry],
    w: &mut Writer<'_>,
) -> Result<(), MrtEncodeError> {
    w.u16(u16_of("entries", entries.len())?);
    for entry in entries {
        w.u16(entry.peer_index);
        w.u32(entry.originated);
        match (add_path, entry.path_id) {
            (true, Some(path_id)) => w.u32(path_id),
            (false, None) => {}
            _ => return Err(MrtEncodeError::PathId),
        }
        w.u16(u16_of("path attributes", entry.attributes.len())?);
        w.bytes(&entry.attributes);
    }
    Ok(())
}
