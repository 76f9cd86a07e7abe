//! Nicira's connection tracking: `ct`, and `nat` inside of it.

use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::Value;

use super::action::{Action, ActionList};
use super::codec::{Codec, Member, display, fields, noun};
use super::encode::EncodeError;
use super::experimenter::NICIRA;
use super::json::JsonError;
use super::oxm_id::{FieldName, OxmId};
use super::version::Version;
use crate::wire::{DecodeError, Reader, Writer};

/// Looks up the connection that the packet belongs to.
///
/// | field | size, range |
/// |---|---|
/// | `flags` | 2 bytes |
/// | `zone_src` | 4 bytes, 8 if it is an experimenter's; 0 for none |
/// | `zone_ofs_nbits` | 2 bytes: 0 to 65535 |
/// | `recirc_table` | 1 byte: 0 to 254, or 255 |
/// | | 3 bytes of padding |
/// | `alg` | 2 bytes: 0 for none |
/// | `actions` | any number, with Nicira's `nat` among them |
///
/// Spec: ovs-actions(7), `ct` (sub-type 35).
///
/// # Example: connections with another source address; a copy with no connection
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::*;
/// use ryu_sdn::wire::hex;
///
/// let nat = NxNat {
///     flags: 0b1_0001, // source, random
///     range_ipv4_min: Some([10, 1, 12, 0].into()),
///     range_ipv4_max: Some([10, 1, 13, 255].into()),
///     range_proto_min: Some(1),
///     range_proto_max: Some(1023),
///     ..NxNat::default()
/// };
/// let one = |action: NxAction| [Action::Nicira(Box::new(action))].into();
/// let source = NxCt { flags: 1, actions: one(nat.into()), ..NxCt::default() };
/// let clear = NxClone { actions: one(NxCtClear {}.into()) };
/// let rows: [(NxAction, &str); 2] = [
///     (
///         source.into(),
///         "ffff 0038 00002320 0023 0001 00000000 0000 ff 000000 0000 \
///          ffff 0020 00002320 0024 0000 0011 0033 0a010c00 0a010dff 0001 03ff 00000000",
///     ),
///     (
///         clear.into(),
///         "ffff 0020 00002320 002a 000000000000 ffff 0010 00002320 002b 000000000000",
///     ),
/// ];
/// for (action, bytes) in rows {
///     let actions = [Action::Nicira(Box::new(action))].into();
///     let mut buf = BytesMut::new();
///     PacketOut { actions, ..PacketOut::default() }.encode(V1_0, Xid(1), &mut buf)?;
///     assert_eq!(Some(buf[16..].to_vec()), hex::decode(bytes));
/// }
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NxCt {
    /// Bit 0: commit, bit 1: force.
    pub flags: u16,
    /// The field that holds the zone; none: the zone is `zone_ofs_nbits`.
    pub zone_src: OxmId,
    /// First bit times 64 and number of bits less one, or the zone.
    pub zone_ofs_nbits: u16,
    /// The table to go on in; 255 for none.
    pub recirc_table: u8,
    /// Port of the protocol whose connections belong together, 21 for FTP.
    pub alg: u16,
    /// What is done to the connection.
    pub actions: ActionList,
}

impl Default for NxCt {
    fn default() -> NxCt {
        NxCt {
            flags: 0,
            zone_src: OxmId::default(),
            zone_ofs_nbits: 0,
            recirc_table: 255,
            alg: 0,
            actions: ActionList::new(),
        }
    }
}

fields!(NxCt, |this, v| {
    let NxCt { flags, zone_src, zone_ofs_nbits, recirc_table, alg, actions } = this;
    v.field("flags", flags)?;
    v.with::<FieldName, _>("zone_src", zone_src)?;
    v.field("zone_ofs_nbits", zone_ofs_nbits)?;
    v.field("recirc_table", recirc_table)?;
    v.pad(3)?;
    v.field("alg", alg)?;
    v.with::<InnerActions<true>, _>("actions", actions)
});
noun!(NxCt, "ct", "NXActionCT");
display!(NxCt, "ct");

/// Does actions that leave the packet as it is for those behind. Ryu 4.34 does not know it.
///
/// | field | size |
/// |---|---|
/// | | 6 bytes of padding |
/// | `actions` | any number |
///
/// Spec: ovs-actions(7), `clone` (sub-type 42).
///
/// See the example of [`NxCt`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NxClone {
    /// What is done to the copy.
    pub actions: ActionList,
}

fields!(NxClone, |this, v| {
    let NxClone { actions } = this;
    v.pad(6)?;
    v.with::<InnerActions<false>, _>("actions", actions)
});
noun!(NxClone, "clone", "NXActionUnknown");
display!(NxClone, "clone");

impl NxClone {
    /// How many may hold one another. What is deeper is kept as it came: else a peer could nest them
    /// as deep as a message is long.
    pub(super) const DEPTH_MAX: usize = 16;
}

/// The actions inside of a `ct` (where `IN_CT`) or a `clone`. What a `ct` cannot hold, a `clone` or
/// another `ct`, is kept as it came.
enum InnerActions<const IN_CT: bool> {}

impl<const IN_CT: bool> Codec<ActionList> for InnerActions<IN_CT> {
    fn decode(version: Version, r: &mut Reader<'_>) -> Result<ActionList, DecodeError> {
        inner_actions(version, r, if IN_CT { None } else { Some(1) })
    }
    fn encode(v: &ActionList, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        v.encode(version, w)
    }
    fn to_json(v: &ActionList, version: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError> {
        v.to_json(version, w)
    }
    fn from_json(version: Version, value: &Value) -> Result<ActionList, JsonError> {
        ActionList::from_json(version, value)
    }
    fn show(value: &ActionList, out: &mut String) -> bool {
        Member::show(value, out)
    }
}

/// Reads what is inside of a `clone`, of the so-manieth, or of a `ct`.
fn inner_actions(
    version: Version,
    r: &mut Reader<'_>,
    clones: Option<usize>,
) -> Result<ActionList, DecodeError> {
    let mut list = ActionList::new();
    while !r.is_empty() {
        list.push(match r.clone().array::<10>() {
            Ok([0xff, 0xff, high, low, 0x00, 0x00, 0x23, 0x20, 0x00, subtype])
                if subtype == CLONE || (clones.is_none() && subtype == CT) =>
            {
                let len = usize::from(u16::from_be_bytes([high, low]));
                if len < 16 || !len.is_multiple_of(8) {
                    return Err(r.bad_length(0, 16, len, "action length"));
                }
                let mut b = r.sub(len, "action length")?;
                b.pad(8)?;
                match clones.filter(|clones| *clones < NxClone::DEPTH_MAX) {
                    Some(clones) => {
                        b.pad(8)?;
                        let actions = inner_actions(version, &mut b, Some(clones + 1))?;
                        Action::Nicira(Box::new(NxClone { actions }.into()))
                    }
                    None => Action::Experimenter { experimenter: NICIRA, data: b.rest_bytes() },
                }
            }
            _ => Action::decode(version, r)?,
        });
    }
    Ok(list)
}

/// The sub-type of `ct`.
const CT: u8 = 35;
/// The sub-type of `clone`.
const CLONE: u8 = 42;

/// Translates addresses of a connection.
///
/// | field | size, range |
/// |---|---|
/// | | 2 bytes of padding |
/// | `flags` | 2 bytes |
/// | | 2 bytes: which of the six follow, bit 0 the first of them |
/// | `range_ipv4_min`, `range_ipv4_max` | 4 bytes each |
/// | `range_ipv6_min`, `range_ipv6_max` | 16 bytes each |
/// | `range_proto_min`, `range_proto_max` | 2 bytes each: 1 to 65535 |
///
/// Spec: ovs-actions(7), `ct` with `nat` (sub-type 36).
///
/// See the example of [`NxCt`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NxNat {
    /// Bit 0: source, bit 1: destination, 2: persistent, 3: hash, 4: random.
    pub flags: u16,
    /// Lowest IPv4 address.
    pub range_ipv4_min: Option<Ipv4Addr>,
    /// Highest IPv4 address.
    pub range_ipv4_max: Option<Ipv4Addr>,
    /// Lowest IPv6 address.
    pub range_ipv6_min: Option<Ipv6Addr>,
    /// Highest IPv6 address.
    pub range_ipv6_max: Option<Ipv6Addr>,
    /// Lowest port.
    pub range_proto_min: Option<u16>,
    /// Highest port.
    pub range_proto_max: Option<u16>,
}

fields!(NxNat, |this, v| {
    let NxNat {
        flags,
        range_ipv4_min,
        range_ipv4_max,
        range_ipv6_min,
        range_ipv6_max,
        range_proto_min,
        range_proto_max,
    } = this;
    v.pad(2)?;
    v.field("flags", flags)?;
    // Which of the six follow, a bit each.
    let mut present = u16::from(range_ipv4_min.is_some())
        | u16::from(range_ipv4_max.is_some()) << 1
        | u16::from(range_ipv6_min.is_some()) << 2
        | u16::from(range_ipv6_max.is_some()) << 3
        | u16::from(range_proto_min.is_some()) << 4
        | u16::from(range_proto_max.is_some()) << 5;
    v.field("", &mut present)?;
    if v.may_follow(present & 1 != 0) {
        v.with::<Given, _>("range_ipv4_min", range_ipv4_min)?;
    }
    if v.may_follow(present & 2 != 0) {
        v.with::<Given, _>("range_ipv4_max", range_ipv4_max)?;
    }
    if v.may_follow(present & 4 != 0) {
        v.with::<Given, _>("range_ipv6_min", range_ipv6_min)?;
    }
    if v.may_follow(present & 8 != 0) {
        v.with::<Given, _>("range_ipv6_max", range_ipv6_max)?;
    }
    // Where an address that is not given is the empty text, such a port is null.
    v.remark("range_proto_min", Value::Null)?;
    if v.may_follow(present & 16 != 0) {
        v.with::<GivenPort, _>("range_proto_min", range_proto_min)?;
    }
    v.remark("range_proto_max", Value::Null)?;
    if v.may_follow(present & 32 != 0) {
        v.with::<GivenPort, _>("range_proto_max", range_proto_max)?;
    }
    Ok(())
});
noun!(NxNat, "nat", "NXActionNAT");
display!(NxNat, "nat");

/// One end of a range: in JSON the empty text if it is not given.
enum Given {}

impl<T: Member> Codec<Option<T>> for Given {
    fn decode(version: Version, r: &mut Reader<'_>) -> Result<Option<T>, DecodeError> {
        T::decode(version, r).map(Some)
    }
    fn encode(v: &Option<T>, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        v.iter().try_for_each(|v| v.encode(version, w))
    }
    fn to_json(v: &Option<T>, version: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError> {
        v.as_ref().map_or(Ok("".into()), |v| v.to_json(version, w))
    }
    fn from_json(version: Version, value: &Value) -> Result<Option<T>, JsonError> {
        match value.as_str() {
            Some("") => Ok(None),
            _ => T::from_json(version, value).map(Some),
        }
    }
    fn show(v: &Option<T>, out: &mut String) -> bool {
        v.as_ref().is_some_and(|v| v.show(out))
    }
}

/// One end of a range of ports: nothing in JSON if it is not given.
enum GivenPort {}

impl Codec<Option<u16>> for GivenPort {
    fn decode(version: Version, r: &mut Reader<'_>) -> Result<Option<u16>, DecodeError> {
        <Given as Codec<Option<u16>>>::decode(version, r)
    }
    fn encode(v: &Option<u16>, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        Given::encode(v, version, w)
    }
    fn to_json(
        v: &Option<u16>,
        version: Version,
        w: &mut Writer<'_>,
    ) -> Result<Value, EncodeError> {
        v.as_ref().map_or(Ok(Value::Null), |v| v.to_json(version, w))
    }
    fn from_json(version: Version, value: &Value) -> Result<Option<u16>, JsonError> {
        <Given as Codec<Option<u16>>>::from_json(version, value)
    }
    fn show(v: &Option<u16>, out: &mut String) -> bool {
        Given::show(v, out)
    }
}
