//! One record: when, and one of the layouts.

use std::error::Error;
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};

use crate::wire::{DecodeError, Reader, Writer};

use super::bgp4mp::{Bgp4mpMessage, Bgp4mpStateChange};
use super::file::MrtFrame;
use super::igp::{MrtIsis, MrtOspf2, MrtOspf3};
use super::table_dump::TableDump;
use super::table_dump_v2::{PeerIndexTable, Rib, RibGeneric};

crate::wire_number! {
    /// What a record is about.
    ///
    /// Spec: RFC 6396 section 4; those up to `BGP4PLUS_01` are deprecated by its appendix B.
    ///
    /// ```
    /// use ryu_sdn::capture::mrt::MrtType;
    ///
    /// assert_eq!(MrtType::BGP4MP_ET.to_string(), "BGP4MP_ET");
    /// assert!(MrtType::BGP4MP_ET.has_microseconds());
    /// ```
    pub struct MrtType(u16) {
        /// Nothing.
        NULL = 0, "NULL";
        /// The collector has started.
        START = 1, "START";
        /// The collector ends.
        DIE = 2, "DIE";
        /// The collector has ended.
        I_AM_DEAD = 3, "I_AM_DEAD";
        /// A peer is gone.
        PEER_DOWN = 4, "PEER_DOWN";
        /// BGP, the old form.
        BGP = 5, "BGP";
        /// RIP.
        RIP = 6, "RIP";
        /// IDRP.
        IDRP = 7, "IDRP";
        /// RIPng.
        RIPNG = 8, "RIPNG";
        /// BGP with IPv6, the old form.
        BGP4PLUS = 9, "BGP4PLUS";
        /// BGP with IPv6, another old form.
        BGP4PLUS_01 = 10, "BGP4PLUS_01";
        /// A packet of OSPF for IPv4.
        OSPFV2 = 11, "OSPFv2";
        /// A route of a table, one peer.
        TABLE_DUMP = 12, "TABLE_DUMP";
        /// The peers of a table, or a route of it from all peers.
        TABLE_DUMP_V2 = 13, "TABLE_DUMP_V2";
        /// A message or a change of state of a BGP session.
        BGP4MP = 16, "BGP4MP";
        /// The same with microseconds.
        BGP4MP_ET = 17, "BGP4MP_ET";
        /// A PDU of IS-IS.
        ISIS = 32, "ISIS";
        /// The same with microseconds.
        ISIS_ET = 33, "ISIS_ET";
        /// A packet of OSPF for IPv6.
        OSPFV3 = 48, "OSPFv3";
        /// The same with microseconds.
        OSPFV3_ET = 49, "OSPFv3_ET";
    }
}

impl MrtType {
    /// Whether records of this type have microseconds in front of their payload.
    pub const fn has_microseconds(self) -> bool {
        matches!(self, MrtType::BGP4MP_ET | MrtType::ISIS_ET | MrtType::OSPFV3_ET)
    }

    /// The type without microseconds, whose layouts are the same.
    const fn plain(self) -> MrtType {
        match self {
            MrtType::BGP4MP_ET => MrtType::BGP4MP,
            MrtType::ISIS_ET => MrtType::ISIS,
            MrtType::OSPFV3_ET => MrtType::OSPFV3,
            plain => plain,
        }
    }

    /// The type with microseconds, if there is one.
    const fn extended(self) -> Option<MrtType> {
        match self {
            MrtType::BGP4MP => Some(MrtType::BGP4MP_ET),
            MrtType::ISIS => Some(MrtType::ISIS_ET),
            MrtType::OSPFV3 => Some(MrtType::OSPFV3_ET),
            _ => None,
        }
    }
}

/// One record.
///
/// | field | bytes | meaning |
/// |---|---|---|
/// | `seconds` | 4 | since 1970 UTC |
/// | `microseconds` | 0 or 4 | of that second, 0 to 999999, where the type has them |
/// | `body` | the rest | by type and subtype, which follow from it |
///
/// The length field counts the microseconds (RFC 6396 section 3). Ryu 4.34 leaves them out of it, so
/// that it cannot read what others write, nor they what it writes; ours is the RFC's.
///
/// Spec: RFC 6396 sections 2 and 3.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::capture::mrt::{MrtBody, MrtIsis, MrtRecord};
///
/// let body = MrtBody::Isis(MrtIsis { subtype: 0, pdu: (&[0x83][..]).into() });
/// let record = MrtRecord { seconds: 1, microseconds: Some(2), body };
/// let mut buf = BytesMut::new();
/// record.encode(&mut buf)?;
/// assert_eq!(buf[..], [0, 0, 0, 1, 0, 33, 0, 0, 0, 0, 0, 5, 0, 0, 0, 2, 0x83]);
/// # Ok::<(), ryu_sdn::capture::mrt::MrtEncodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MrtRecord {
    /// When it was written down, in seconds since 1970 UTC.
    pub seconds: u32,
    /// Microseconds of that second, for the types that have them.
    pub microseconds: Option<u32>,
    /// What was written down.
    pub body: MrtBody,
}

/// What stands in a record: one variant per layout.
///
/// Spec: RFC 6396 section 4. See the example of [`MrtRecord`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MrtBody {
    /// OSPFv2.
    Ospf2(MrtOspf2),
    /// TABLE_DUMP, both subtypes.
    TableDump(TableDump),
    /// TABLE_DUMP_V2, PEER_INDEX_TABLE.
    PeerIndexTable(PeerIndexTable),
    /// TABLE_DUMP_V2, the eight subtypes of an address family each.
    Rib(Rib),
    /// TABLE_DUMP_V2, RIB_GENERIC and RIB_GENERIC_ADDPATH.
    RibGeneric(RibGeneric),
    /// BGP4MP, STATE_CHANGE and STATE_CHANGE_AS4.
    StateChange(Bgp4mpStateChange),
    /// BGP4MP, the eight subtypes of messages.
    Message(Bgp4mpMessage),
    /// ISIS.
    Isis(MrtIsis),
    /// OSPFv3.
    Ospf3(MrtOspf3),
    /// Any other type, or any other subtype of those.
    Unknown {
        /// The type, with or without microseconds.
        mrt_type: MrtType,
        /// The subtype.
        subtype: u16,
        /// What stands behind the header and the microseconds.
        data: Bytes,
    },
}

impl MrtRecord {
    /// When it was written down, since 1970 UTC. Microseconds of a second and more are added up.
    pub fn time(&self) -> Duration {
        let micros = self.microseconds.unwrap_or(0);
        Duration::from_secs(self.seconds.into()) + Duration::from_micros(micros.into())
    }

    /// The type, as the body and the microseconds make it. `None` if there are microseconds where
    /// the type cannot have them, or none where it must.
    pub fn mrt_type(&self) -> Option<MrtType> {
        let plain = match &self.body {
            MrtBody::Ospf2(_) => MrtType::OSPFV2,
            MrtBody::TableDump(_) => MrtType::TABLE_DUMP,
            MrtBody::PeerIndexTable(_) | MrtBody::Rib(_) | MrtBody::RibGeneric(_) => {
                MrtType::TABLE_DUMP_V2
            }
            MrtBody::StateChange(_) | MrtBody::Message(_) => MrtType::BGP4MP,
            MrtBody::Isis(_) => MrtType::ISIS,
            MrtBody::Ospf3(_) => MrtType::OSPFV3,
            &MrtBody::Unknown { mrt_type, .. } => {
                let fits = mrt_type.has_microseconds() == self.microseconds.is_some();
                return fits.then_some(mrt_type);
            }
        };
        if self.microseconds.is_some() { plain.extended() } else { Some(plain) }
    }

    /// The subtype, as the body makes it.
    pub fn subtype(&self) -> u16 {
        match &self.body {
            MrtBody::Ospf2(body) => body.subtype,
            MrtBody::TableDump(body) => body.subtype(),
            MrtBody::PeerIndexTable(_) => PeerIndexTable::SUBTYPE,
            MrtBody::Rib(body) => body.subtype(),
            MrtBody::RibGeneric(body) => body.subtype(),
            MrtBody::StateChange(body) => body.subtype(),
            MrtBody::Message(body) => body.subtype(),
            MrtBody::Isis(body) => body.subtype,
            MrtBody::Ospf3(body) => body.subtype,
            &MrtBody::Unknown { subtype, .. } => subtype,
        }
    }

    /// Appends the record with its header.
    ///
    /// # Errors
    /// If something does not fit the format; `out` is as before then.
    pub fn encode(&self, out: &mut BytesMut) -> Result<(), MrtEncodeError> {
        let start = out.len();
        let made = self.encode_at(start, out);
        if made.is_err() {
            out.truncate(start);
        }
        made
    }

    fn encode_at(&self, start: usize, out: &mut BytesMut) -> Result<(), MrtEncodeError> {
        let mrt_type = self.mrt_type().ok_or(MrtEncodeError::Microseconds)?;
        header(self.seconds, mrt_type, self.subtype(), 0, out);
        let payload = out.len();
        let w = &mut Writer::new(out);
        if let Some(microseconds) = self.microseconds {
            w.u32(microseconds);
        }
        match &self.body {
            MrtBody::Ospf2(body) => body.encode(w),
            MrtBody::TableDump(body) => body.encode(w)?,
            MrtBody::PeerIndexTable(body) => body.encode(w)?,
            MrtBody::Rib(body) => body.encode(w)?,
            MrtBody::RibGeneric(body) => body.encode(w)?,
            MrtBody::StateChange(body) => body.encode(w)?,
            MrtBody::Message(body) => body.encode(w)?,
            MrtBody::Isis(body) => w.bytes(&body.pdu),
            MrtBody::Ospf3(body) => body.encode(w)?,
            MrtBody::Unknown { data, .. } => w.bytes(data),
        }
        let len = out.len() - payload;
        let len =
            u32::try_from(len).map_err(|_| MrtEncodeError::TooLong { what: "record", len })?;
        out[start + 8..start + 12].copy_from_slice(&len.to_be_bytes());
        Ok(())
    }
}

/// Looks into a frame.
pub(super) fn decode(frame: &MrtFrame) -> Result<MrtRecord, DecodeError> {
    let MrtFrame { seconds, mrt_type, subtype, ref payload, .. } = *frame;
    let r = &mut Reader::new(payload, "MRT record");
    let microseconds = if mrt_type.has_microseconds() { Some(r.u32()?) } else { None };
    let body = match (mrt_type.plain(), subtype) {
        (MrtType::OSPFV2, _) => MrtBody::Ospf2(MrtOspf2::decode(subtype, r)?),
        (MrtType::TABLE_DUMP, 1 | 2) => MrtBody::TableDump(TableDump::decode(subtype, r)?),
        (MrtType::TABLE_DUMP_V2, PeerIndexTable::SUBTYPE) => {
            MrtBody::PeerIndexTable(PeerIndexTable::decode(r)?)
        }
        (MrtType::TABLE_DUMP_V2, 2..=5 | 8..=11) => MrtBody::Rib(Rib::decode(subtype, r)?),
        (MrtType::TABLE_DUMP_V2, 6 | 12) => MrtBody::RibGeneric(RibGeneric::decode(subtype, r)?),
        (MrtType::BGP4MP, 0 | 5) => MrtBody::StateChange(Bgp4mpStateChange::decode(subtype, r)?),
        (MrtType::BGP4MP, 1 | 4 | 6..=11) => MrtBody::Message(Bgp4mpMessage::decode(subtype, r)?),
        (MrtType::ISIS, _) => MrtBody::Isis(MrtIsis { subtype, pdu: r.rest_bytes() }),
        (MrtType::OSPFV3, _) => MrtBody::Ospf3(MrtOspf3::decode(subtype, r)?),
        _ => MrtBody::Unknown { mrt_type, subtype, data: r.rest_bytes() },
    };
    r.finish()?;
    Ok(MrtRecord { seconds, microseconds, body })
}

/// Appends the header of a record.
pub(super) fn header(seconds: u32, mrt_type: MrtType, subtype: u16, len: u32, out: &mut BytesMut) {
    out.put_u32(seconds);
    out.put_u16(mrt_type.0);
    out.put_u16(subtype);
    out.put_u32(len);
}

/// Reads an address of the family `afi`: 1 is IPv4, 2 is IPv6.
pub(super) fn address(r: &mut Reader<'_>, afi: u16) -> Result<IpAddr, DecodeError> {
    match afi {
        1 => Ok(IpAddr::from(r.array::<4>()?)),
        2 => Ok(IpAddr::from(r.array::<16>()?)),
        _ => Err(r.bad_value(2, afi.into(), "address family")),
    }
}

/// Appends an address.
pub(super) fn put_address(w: &mut Writer<'_>, address: IpAddr) {
    match address {
        IpAddr::V4(address) => w.bytes(&address.octets()),
        IpAddr::V6(address) => w.bytes(&address.octets()),
    }
}

/// The family of both addresses.
pub(super) fn family(one: IpAddr, other: IpAddr) -> Result<u16, MrtEncodeError> {
    match (one, other) {
        (IpAddr::V4(_), IpAddr::V4(_)) => Ok(1),
        (IpAddr::V6(_), IpAddr::V6(_)) => Ok(2),
        _ => Err(MrtEncodeError::TwoFamilies),
    }
}

/// A length or a count as its field of 16 bits.
pub(super) fn u16_of(what: &'static str, len: usize) -> Result<u16, MrtEncodeError> {
    u16::try_from(len).map_err(|_| MrtEncodeError::TooLong { what, len })
}

/// Why a record cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MrtEncodeError {
    /// Microseconds in a type that has none, or none in a type that has them.
    Microseconds,
    /// An AS number of more than 16 bits in a layout of two bytes.
    As4 {
        /// The number.
        number: u32,
    },
    /// Two addresses of different families where one field tells the family of both.
    TwoFamilies,
    /// More bytes or entries than their field can count.
    TooLong {
        /// What, for instance `"path attributes"`.
        what: &'static str,
        /// Its bytes or entries.
        len: usize,
    },
    /// An entry with a path identifier in a table without, or the other way round.
    PathId,
    /// Bytes that are not one whole NLRI of the address family.
    Nlri,
}

impl fmt::Display for MrtEncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MrtEncodeError::Microseconds => {
                f.write_str("microseconds do not go with the type of the MRT record")
            }
            MrtEncodeError::As4 { number } => {
                write!(f, "AS number {number} does not fit two bytes (as4 is false)")
            }
            MrtEncodeError::TwoFamilies => {
                f.write_str("an IPv4 and an IPv6 address in one MRT record")
            }
            MrtEncodeError::TooLong { what, len } => {
                write!(f, "{what} of the MRT record: {len} do not fit their field")
            }
            MrtEncodeError::PathId => {
                f.write_str("path identifiers do not go with add_path of the table")
            }
            MrtEncodeError::Nlri => f.write_str("nlri is not one whole NLRI of its family"),
        }
    }
}

impl Error for MrtEncodeError {}
