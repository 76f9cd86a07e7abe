//! Nicira's ways to send a packet to one controller.
//!
//! Spec: ovs-actions(7).

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::codec::{Codec, Member, Spread, display, fields, noun, wire_struct};
use super::encode::EncodeError;
use super::json::JsonError;
use super::packet_in::PacketInReason;
use super::version::Version;
use crate::wire::{DecodeError, Reader, Writer, base64, hex};

wire_struct! {
    /// Sends the packet to one controller.
    ///
    /// Spec: ovs-actions(7), `controller` (sub-type 20).
    ///
    /// # Example: all of this file
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use ryu_sdn::ofproto::*;
    /// use ryu_sdn::wire::hex;
    ///
    /// let properties = vec![
    ///     NxController2Prop::MaxLen(1234),
    ///     NxController2Prop::Reason(PacketInReason::INVALID_TTL),
    ///     NxController2Prop::Userdata(vec![1, 2].into()),
    ///     NxController2Prop::Pause,
    ///     NxController2Prop::MeterId(7),
    /// ];
    /// let rows: [(NxAction, &str); 3] = [
    ///     (
    ///         NxController { max_len: 1234, controller_id: 5678, reason: PacketInReason::NO_MATCH }.into(),
    ///         "ffff 0010 00002320 0014 04d2 162e 00 00",
    ///     ),
    ///     (
    ///         NxDecTtlCntIds { cnt_ids: vec![1, 2, 3] }.into(),
    ///         "ffff 0018 00002320 0015 0003 00000000 0001 0002 0003 0000",
    ///     ),
    ///     (
    ///         NxController2 { properties }.into(),
    ///         "ffff 0038 00002320 0025 000000000000 \
    ///          0000 0008 04d2 0000 0002 0005 02 000000 0003 0006 0102 0000 0004 0004 00000000 \
    ///          0005 0008 00000007",
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
    pub struct NxController "controller" "NXActionController" {
        /// Bytes to send.
        max_len: u16,
        /// Which controller.
        controller_id: u16,
        /// Why.
        reason: PacketInReason,
        pad: 1,
    }
}

/// Sends the packet to one controller, with whatever the properties say.
///
/// ```
/// use bytes::Bytes;
/// use ryu_sdn::ofproto::{Action, NxAction, NxController2, NxController2Prop, V1_3, ovs};
///
/// let action = NxController2 {
///     properties: vec![
///         NxController2Prop::ControllerId(5),
///         NxController2Prop::Userdata(Bytes::from_static(&[1, 2])),
///     ],
/// };
/// let list = [Action::Nicira(Box::new(action.into()))];
/// let text = ovs::ActionsText(V1_3, &list).to_string();
/// assert_eq!(text, "controller(id=5,userdata=01.02)");
/// ```
///
/// | field | size |
/// |---|---|
/// | | 6 bytes of padding |
/// | `properties` | TLVs, any number |
///
/// Spec: ovs-actions(7), `controller` with `userdata`, `pause` or `meter_id` (sub-type 37). For its
/// bytes see the example of [`NxController`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NxController2 {
    /// Properties; what none of them says has its default.
    pub properties: Vec<NxController2Prop>,
}

fields!(NxController2, |this, v| {
    let NxController2 { properties } = this;
    v.pad(6)?;
    v.spread::<Properties, _>(properties)
});
noun!(NxController2, "controller", "NXActionController2");
display!(NxController2, "controller");

/// A property of [`NxController2`].
///
/// On the wire a type and a length of two bytes each (the length counts both and the value), the
/// value, and zeros up to a multiple of eight bytes.
///
/// | variant | type | value |
/// |---|---|---|
/// | [`MaxLen`](NxController2Prop::MaxLen) | 0 | 2 bytes, 2 of padding that count |
/// | [`ControllerId`](NxController2Prop::ControllerId) | 1 | 2 bytes, 2 of padding that count |
/// | [`Reason`](NxController2Prop::Reason) | 2 | 1 byte |
/// | [`Userdata`](NxController2Prop::Userdata) | 3 | any number of bytes |
/// | [`Pause`](NxController2Prop::Pause) | 4 | none |
/// | [`MeterId`](NxController2Prop::MeterId) | 5 | 4 bytes |
///
/// Spec: ovs-actions(7), `controller`.
///
/// See the example of [`NxController`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NxController2Prop {
    /// Bytes to send; 65535 (all) without this.
    MaxLen(u16),
    /// Which controller; 0 (all of them) without this.
    ControllerId(u16),
    /// Why, as in a packet-in; an action without this.
    Reason(PacketInReason),
    /// Bytes that come back in the packet-in.
    Userdata(Bytes),
    /// Whether the packet is to wait for the controller to send it on.
    Pause,
    /// The meter it passes. Not known to Ryu 4.34.
    MeterId(u32),
    /// Another one, or one of those above in an odd size, as it came.
    Unknown {
        /// The type on the wire.
        prop_type: u16,
        /// What stands behind type and length.
        data: Bytes,
    },
}

impl NxController2Prop {
    fn of(prop_type: u16, data: Bytes) -> NxController2Prop {
        match (prop_type, &data[..]) {
            // Their padding is in their length.
            (0, &[a, b, 0, 0]) => NxController2Prop::MaxLen(u16::from_be_bytes([a, b])),
            (1, &[a, b, 0, 0]) => NxController2Prop::ControllerId(u16::from_be_bytes([a, b])),
            (2, &[reason]) => NxController2Prop::Reason(PacketInReason(reason)),
            (3, _) => NxController2Prop::Userdata(data),
            (4, []) => NxController2Prop::Pause,
            (5, &[a, b, c, d]) => NxController2Prop::MeterId(u32::from_be_bytes([a, b, c, d])),
            _ => NxController2Prop::Unknown { prop_type, data },
        }
    }

    fn prop_type(&self) -> u16 {
        match self {
            NxController2Prop::MaxLen(_) => 0,
            NxController2Prop::ControllerId(_) => 1,
            NxController2Prop::Reason(_) => 2,
            NxController2Prop::Userdata(_) => 3,
            NxController2Prop::Pause => 4,
            NxController2Prop::MeterId(_) => 5,
            NxController2Prop::Unknown { prop_type, .. } => *prop_type,
        }
    }
}

/// The properties: TLVs, padded to eight bytes that their length does not count.
enum Properties {}

impl Spread<Vec<NxController2Prop>> for Properties {
    const NAMES: &'static [&'static str] =
        &["max_len", "controller_id", "reason", "userdata", "pause", "meter_id", "properties"];

    fn decode(_: Version, r: &mut Reader<'_>) -> Result<Vec<NxController2Prop>, DecodeError> {
        let mut all = Vec::new();
        while !r.is_empty() {
            let prop_type = r.u16()?;
            let len = usize::from(r.u16()?);
            let Some(size) = len.checked_sub(4) else {
                return Err(r.bad_length(2, 4, len, "property length"));
            };
            all.push(NxController2Prop::of(prop_type, r.bytes(size)?));
            r.pad(len.wrapping_neg() & 7)?;
        }
        Ok(all)
    }

    fn encode(
        all: &Vec<NxController2Prop>,
        _: Version,
        w: &mut Writer<'_>,
    ) -> Result<(), EncodeError> {
        for prop in all {
            let (a, b, c);
            let data: &[u8] = match prop {
                NxController2Prop::MaxLen(v) | NxController2Prop::ControllerId(v) => {
                    let [high, low] = v.to_be_bytes();
                    a = [high, low, 0, 0];
                    &a
                }
                NxController2Prop::Reason(v) => {
                    b = [v.0];
                    &b
                }
                NxController2Prop::MeterId(v) => {
                    c = v.to_be_bytes();
                    &c
                }
                NxController2Prop::Userdata(data) => data,
                NxController2Prop::Pause => &[],
                NxController2Prop::Unknown { data, .. } => data,
            };
            let len = 4 + data.len();
            w.u16(prop.prop_type());
            // What is too long for this is too long for the message.
            w.u16(len as u16);
            w.bytes(data);
            w.pad(len.wrapping_neg() & 7);
        }
        Ok(())
    }

    fn to_members(all: &Vec<NxController2Prop>, _: Version, members: &mut Map<String, Value>) {
        let mut unknown = Vec::new();
        for prop in all {
            let (name, value): (_, Value) = match prop {
                NxController2Prop::MaxLen(v) => ("max_len", (*v).into()),
                NxController2Prop::ControllerId(v) => ("controller_id", (*v).into()),
                NxController2Prop::Reason(v) => ("reason", v.0.into()),
                NxController2Prop::Userdata(data) => ("userdata", data.iter().copied().collect()),
                NxController2Prop::Pause => ("pause", true.into()),
                NxController2Prop::MeterId(v) => ("meter_id", (*v).into()),
                NxController2Prop::Unknown { prop_type, data } => {
                    unknown.push(json!({ "type": prop_type, "data": base64::encode(data) }));
                    continue;
                }
            };
            members.insert(name.to_owned(), value);
        }
        if !unknown.is_empty() {
            members.insert("properties".to_owned(), unknown.into());
        }
    }

    fn from_members(
        version: Version,
        members: &Map<String, Value>,
    ) -> Result<Vec<NxController2Prop>, JsonError> {
        let given = |name: &str| members.get(name).filter(|value| !value.is_null());
        let mut all = Vec::new();
        for name in Self::NAMES {
            let Some(value) = given(name) else { continue };
            let within = |err: JsonError| err.within(name);
            let short = || u16::from_json(version, value).map_err(within);
            all.push(match *name {
                "max_len" => NxController2Prop::MaxLen(short()?),
                "controller_id" => NxController2Prop::ControllerId(short()?),
                "reason" => NxController2Prop::Reason(
                    PacketInReason::from_json(version, value).map_err(within)?,
                ),
                "userdata" => NxController2Prop::Userdata(
                    Vec::<u8>::from_json(version, value).map_err(within)?.into(),
                ),
                "pause" => match value.as_bool() {
                    Some(true) => NxController2Prop::Pause,
                    Some(false) => continue,
                    None => return Err(within(JsonError::expected("true or false", value))),
                },
                "meter_id" => {
                    NxController2Prop::MeterId(u32::from_json(version, value).map_err(within)?)
                }
                _ => {
                    for one in value.as_array().into_iter().flatten() {
                        let bad = || within(JsonError::expected("type and data", one));
                        let number = one["type"].as_u64().and_then(|v| u16::try_from(v).ok());
                        let data = one["data"].as_str().and_then(base64::decode);
                        let (Some(number), Some(data)) = (number, data) else {
                            return Err(bad());
                        };
                        all.push(NxController2Prop::of(number, data.into()));
                    }
                    continue;
                }
            });
        }
        Ok(all)
    }

    fn show(all: &Vec<NxController2Prop>, out: &mut String) -> bool {
        for (i, prop) in all.iter().enumerate() {
            let text = match prop {
                NxController2Prop::MaxLen(v) => format!("max_len={v}"),
                NxController2Prop::ControllerId(v) => format!("controller_id={v}"),
                NxController2Prop::Reason(v) => format!("reason={v}"),
                NxController2Prop::Userdata(data) => format!("userdata={}", hex::encode(data)),
                NxController2Prop::Pause => "pause".to_owned(),
                NxController2Prop::MeterId(v) => format!("meter_id={v}"),
                NxController2Prop::Unknown { prop_type, data } => {
                    format!("property_{prop_type}={}", hex::encode(data))
                }
            };
            out.push_str(if i > 0 { " " } else { "" });
            out.push_str(&text);
        }
        !all.is_empty()
    }
}

/// Decrements the TTL; if it runs out, these controllers hear of it.
///
/// | field | size |
/// |---|---|
/// | | 2 bytes: how many controllers |
/// | | 4 bytes of padding |
/// | `cnt_ids` | 2 bytes each |
///
/// Spec: ovs-actions(7), `dec_ttl` with numbers (sub-type 21).
///
/// See the example of [`NxController`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NxDecTtlCntIds {
    /// Which controllers.
    pub cnt_ids: Vec<u16>,
}

fields!(NxDecTtlCntIds, |this, v| {
    let NxDecTtlCntIds { cnt_ids } = this;
    v.with::<Counted, _>("cnt_ids", cnt_ids)
});
noun!(NxDecTtlCntIds, "dec_ttl", "NXActionDecTtlCntIds");
display!(NxDecTtlCntIds, "dec_ttl");

/// A number, four bytes of padding, so many numbers.
enum Counted {}

impl Codec<Vec<u16>> for Counted {
    fn decode(_: Version, r: &mut Reader<'_>) -> Result<Vec<u16>, DecodeError> {
        let count = r.u16()?;
        r.pad(4)?;
        let ids = (0..count).map(|_| r.u16()).collect::<Result<_, _>>()?;
        Ok(ids)
    }
    fn encode(ids: &Vec<u16>, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        w.u16(ids.len() as u16);
        w.pad(4);
        ids.encode(version, w)
    }
    fn to_json(ids: &Vec<u16>, version: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError> {
        w.u16(ids.len() as u16);
        w.pad(4);
        ids.to_json(version, w)
    }
    fn from_json(version: Version, value: &Value) -> Result<Vec<u16>, JsonError> {
        Vec::from_json(version, value)
    }
    fn show(ids: &Vec<u16>, out: &mut String) -> bool {
        ids.show(out)
    }
}
