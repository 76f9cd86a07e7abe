//! Nicira's actions on the bits of fields: move, load, push, pop, output.
//!
//! Spec: ovs-actions(7). A range of bits is `ofs_nbits`: the first bit times 64 and the number of bits
//! less one.

use serde_json::{Map, Value, json};

use super::codec::{Member, Spread, display, fields, noun, wire_struct};
use super::encode::EncodeError;
use super::json::JsonError;
use super::oxm::OxmTlv;
use super::oxm_id::{FieldName, OxmId};
use super::oxm_json;
use super::version::Version;
use crate::wire::{DecodeError, Reader, Writer};

wire_struct! {
    /// Copies bits from one field to another.
    ///
    /// Spec: ovs-actions(7), `move` (sub-type 6).
    ///
    /// # Example: all of this family
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use ryu_sdn::ofproto::*;
    /// use ryu_sdn::wire::hex;
    ///
    /// let mac = OxmId::of(oxm::ETH_SRC_NXM);
    /// let [reg0, reg1, reg2, reg5] = [oxm::REG0, oxm::REG1, oxm::REG2, oxm::REG5].map(OxmId::of);
    /// let (src_ofs, dst_ofs) = (0, 16);
    /// let bits = NxRegMove { n_bits: 16, src_ofs, dst_ofs, src_field: mac, dst_field: reg1 };
    /// let option = OxmId { header: 0x0001_507c, experimenter: 0 }; // tun_metadata0
    /// let rows: [(NxAction, &str); 8] = [
    ///     (bits.into(), "ffff 0018 00002320 0006 0010 0000 0010 00000406 00010204"),
    ///     (
    ///         NxRegLoad { ofs_nbits: 4 << 6 | 7, dst: reg0, value: 0x12 }.into(),
    ///         "ffff 0018 00002320 0007 0107 00010004 0000000000000012",
    ///     ),
    ///     (
    ///         NxOutputReg { ofs_nbits: 15, src: reg0, max_len: 0xffff }.into(),
    ///         "ffff 0018 00002320 000f 000f 00010004 ffff 000000000000",
    ///     ),
    ///     (
    ///         NxStackPush { start: 3, field: reg2, end: 4 }.into(),
    ///         "ffff 0018 00002320 001b 0003 00010404 0004 000000000000",
    ///     ),
    ///     (
    ///         NxStackPop { start: 3, field: reg2, end: 4 }.into(),
    ///         "ffff 0018 00002320 001c 0003 00010404 0004 000000000000",
    ///     ),
    ///     (
    ///         NxOutputReg2 { ofs_nbits: 6 << 6 | 15, src: reg5, max_len: 0xffff }.into(),
    ///         "ffff 0018 00002320 0020 018f ffff 00010a04 000000000000",
    ///     ),
    ///     (
    ///         NxRegLoad2 { field: oxm::OxmTlv::new(oxm::REG3, 5) }.into(),
    ///         "ffff 0018 00002320 0021 00010604 00000005 000000000000",
    ///     ),
    ///     (
    ///         NxDeleteField { field: option }.into(),
    ///         "ffff 0018 00002320 0032 0001507c 00000000000000000000",
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
    pub struct NxRegMove "move" "NXActionRegMove" {
        /// How many bits.
        n_bits: u16,
        /// First bit in the source.
        src_ofs: u16,
        /// First bit in the destination.
        dst_ofs: u16,
        /// Source.
        src_field: OxmId as FieldName,
        /// Destination.
        dst_field: OxmId as FieldName,
    }
}

wire_struct! {
    /// Sets bits of a field.
    ///
    /// Spec: ovs-actions(7), `load` (sub-type 7).
    ///
    /// See the example of [`NxRegMove`].
    pub struct NxRegLoad "load" "NXActionRegLoad" {
        /// First bit times 64 and number of bits less one.
        ofs_nbits: u16,
        /// Destination.
        dst: OxmId as FieldName,
        /// The value.
        value: u64,
    }
}

wire_struct! {
    /// Sends the packet out of the port that a field holds.
    ///
    /// Spec: ovs-actions(7), `output` of a field (sub-type 15).
    ///
    /// See the example of [`NxRegMove`].
    pub struct NxOutputReg "output_reg" "NXActionOutputReg" {
        /// First bit times 64 and number of bits less one.
        ofs_nbits: u16,
        /// Where the port is.
        src: OxmId as FieldName,
        /// Bytes to send if the port is the controller.
        max_len: u16,
        pad: 6,
    }
}

/// Puts bits of a field on the stack.
///
/// | field | size, range |
/// |---|---|
/// | `start` | 2 bytes: the first bit, from 0 |
/// | `field` | 4 bytes; 8 if it is an experimenter's |
/// | `end` | 2 bytes: how many bits, from 1 |
/// | | 6 bytes of padding; 2 behind an experimenter's field |
///
/// Spec: ovs-actions(7), `push` (sub-type 27).
///
/// See the example of [`NxRegMove`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NxStackPush {
    /// First bit.
    pub start: u16,
    /// The field.
    pub field: OxmId,
    /// How many bits.
    pub end: u16,
}

fields!(NxStackPush, |this, v| {
    let NxStackPush { start, field, end } = this;
    v.field("start", start)?;
    v.with::<FieldName, _>("field", field)?;
    v.field("end", end)?;
    // The name of an experimenter's field takes four bytes of the padding.
    v.pad(if field.is_experimenter() { 2 } else { 6 })
});
noun!(NxStackPush, "push", "NXActionStackPush");
display!(NxStackPush, "push");

/// Takes bits of a field from the stack.
///
/// | field | size, range |
/// |---|---|
/// | `start` | 2 bytes: the first bit, from 0 |
/// | `field` | 4 bytes; 8 if it is an experimenter's |
/// | `end` | 2 bytes: how many bits, from 1 |
/// | | 6 bytes of padding; 2 behind an experimenter's field |
///
/// Spec: ovs-actions(7), `pop` (sub-type 28).
///
/// See the example of [`NxRegMove`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NxStackPop {
    /// First bit.
    pub start: u16,
    /// The field.
    pub field: OxmId,
    /// How many bits.
    pub end: u16,
}

fields!(NxStackPop, |this, v| {
    let NxStackPop { start, field, end } = this;
    v.field("start", start)?;
    v.with::<FieldName, _>("field", field)?;
    v.field("end", end)?;
    // The name of an experimenter's field takes four bytes of the padding.
    v.pad(if field.is_experimenter() { 2 } else { 6 })
});
noun!(NxStackPop, "pop", "NXActionStackPop");
display!(NxStackPop, "pop");

/// Sends the packet out of the port that a field holds; for fields of experimenters, whose names are
/// too long for [`NxOutputReg`].
///
/// | field | size, range |
/// |---|---|
/// | `ofs_nbits` | 2 bytes |
/// | `max_len` | 2 bytes: 0 to 65535 bytes of the packet |
/// | `src` | 4 bytes; 8 if it is an experimenter's |
/// | | 6 bytes of padding; 2 behind an experimenter's field |
///
/// Spec: ovs-actions(7), `output` of a field (sub-type 32).
///
/// See the example of [`NxRegMove`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NxOutputReg2 {
    /// First bit times 64 and number of bits less one.
    pub ofs_nbits: u16,
    /// Where the port is.
    pub src: OxmId,
    /// Bytes to send if the port is the controller.
    pub max_len: u16,
}

fields!(NxOutputReg2, |this, v| {
    let NxOutputReg2 { ofs_nbits, src, max_len } = this;
    v.field("ofs_nbits", ofs_nbits)?;
    v.field("max_len", max_len)?;
    v.with::<FieldName, _>("src", src)?;
    v.pad(if src.is_experimenter() { 2 } else { 6 })
});
noun!(NxOutputReg2, "output_reg", "NXActionOutputReg2");
display!(NxOutputReg2, "output_reg");

/// Sets a field, or those bits of it that the mask has.
///
/// | field | size |
/// |---|---|
/// | `field` | a TLV of a match: 4 bytes (8 of an experimenter's), the value, perhaps a mask |
///
/// Spec: ovs-actions(7), `set_field`, and `load` of fields above 64 bits (sub-type 33).
///
/// See the example of [`NxRegMove`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NxRegLoad2 {
    /// The field, its value, perhaps a mask.
    pub field: OxmTlv,
}

fields!(NxRegLoad2, |this, v| {
    let NxRegLoad2 { field } = this;
    v.spread::<Loaded, _>(field)
});
noun!(NxRegLoad2, "load", "NXActionRegLoad2");
display!(NxRegLoad2, "load");

/// Removes a field from the packet: an option of a tunnel. Ryu 4.34 does not know it.
///
/// | field | size |
/// |---|---|
/// | `field` | 4 bytes; 8 if it is an experimenter's |
/// | | 10 bytes of padding; 6 behind an experimenter's field |
///
/// Spec: ovs-actions(7), `delete_field` (sub-type 50).
///
/// See the example of [`NxRegMove`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NxDeleteField {
    /// The field.
    pub field: OxmId,
}

fields!(NxDeleteField, |this, v| {
    let NxDeleteField { field } = this;
    v.with::<FieldName, _>("field", field)?;
    // The name of an experimenter's field takes four bytes of the padding.
    v.pad(if field.is_experimenter() { 6 } else { 10 })
});
noun!(NxDeleteField, "delete_field", "NXActionUnknown");
display!(NxDeleteField, "delete_field");

/// A field of which JSON has name, value and mask one by one.
enum Loaded {}

impl Spread<OxmTlv> for Loaded {
    const NAMES: &'static [&'static str] = &["dst", "value", "mask"];

    fn decode(version: Version, r: &mut Reader<'_>) -> Result<OxmTlv, DecodeError> {
        let field = OxmTlv::decode(version, r)?;
        r.pad_if_any(SMALLEST);
        Ok(field)
    }

    fn encode(field: &OxmTlv, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        let start = w.len();
        field.encode(version, w)?;
        // Open vSwitch alone has options of tunnels, and it writes no more than it takes.
        if !field.as_oxm().is_tunnel_option() {
            w.pad(SMALLEST.saturating_sub(w.len() - start));
        }
        Ok(())
    }

    fn to_members(field: &OxmTlv, version: Version, members: &mut Map<String, Value>) {
        let mut json = oxm_json::to_json(version, field.as_oxm());
        for (name, from) in Self::NAMES.iter().zip(["field", "value", "mask"]) {
            members.insert((*name).to_owned(), json["OXMTlv"][from].take());
        }
    }

    fn from_members(version: Version, members: &Map<String, Value>) -> Result<OxmTlv, JsonError> {
        let member = |name| members.get(name).cloned().unwrap_or_default();
        let (field, value, mask) = (member("dst"), member("value"), member("mask"));
        let tlv = json!({ "OXMTlv": { "field": field, "value": value, "mask": mask } });
        oxm_json::from_json(version, &tlv)
    }

    fn show(field: &OxmTlv, out: &mut String) -> bool {
        field.show(out)
    }
}

/// Bytes that an action has behind its sub-type at least, as Ryu writes it.
const SMALLEST: usize = 14;
