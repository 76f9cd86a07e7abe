//! Nicira's outer headers: encap, decap, the TTL of network service headers.
//!
//! Spec: ovs-actions(7). A packet type is a name space (0: by itself, 1: Ethernet types) in the
//! upper and a number in the lower 16 bits.

use bytes::Bytes;
use serde_json::{Value, json};

use super::codec::{Codec, Member, display, fields, noun, wire_struct};
use super::encode::EncodeError;
use super::json::JsonError;
use super::version::Version;
use crate::wire::{DecodeError, Reader, Writer, base64, hex};

/// Packet type of Ethernet frames.
const ETHERNET: u32 = 0;
/// Packet type of network service headers.
const NSH: u32 = 0x0001_894f;

/// Adds an outer header.
///
/// | field | size |
/// |---|---|
/// | `hdr_size` | 2 bytes |
/// | `new_pkt_type` | 4 bytes: name space and number |
/// | `properties` | TLVs, any number |
///
/// Spec: ovs-actions(7), `encap` (sub-type 46). Open vSwitch takes it from 1.3 on.
///
/// # Example: a service header with a piece of metadata, and away with it
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::*;
/// use ryu_sdn::wire::hex;
///
/// let nsh = NxEncap { new_pkt_type: 0x1_894f, ..NxEncap::default() };
/// let metadata = [0x10, 0, 10, 4, 0x12, 0x34, 0x56, 0x78, 0, 0, 0, 0];
/// let properties = vec![
///     NxEncapProp { class: 4, prop_type: 1, data: vec![2].into() },
///     NxEncapProp { class: 4, prop_type: 2, data: metadata.to_vec().into() },
/// ];
/// let rows: [(NxAction, &str); 3] = [
///     (
///         NxEncap { properties, ..nsh }.into(),
///         "ffff 0028 00002320 002e 0000 0001894f \
///          0004 01 05 02 000000 0004 02 10 1000 0a 04 12345678 00000000",
///     ),
///     (NxDecap { new_pkt_type: 0xfffe }.into(), "ffff 0010 00002320 002f 0000 0000fffe"),
///     (NxDecNshTtl {}.into(), "ffff 0010 00002320 0030 000000000000"),
/// ];
/// for (action, bytes) in rows {
///     let actions = [Action::Nicira(Box::new(action))].into();
///     let mut buf = BytesMut::new();
///     PacketOut { actions, ..PacketOut::default() }.encode(V1_3, Xid(1), &mut buf)?;
///     assert_eq!(Some(buf[24..].to_vec()), hex::decode(bytes));
/// }
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NxEncap {
    /// Size of the header in bytes; 0 if the switch knows.
    pub hdr_size: u16,
    /// What the packet is then: 0 Ethernet, 0x1894f a network service header, 0x18847 and 0x18848
    /// MPLS.
    pub new_pkt_type: u32,
    /// More about the header.
    pub properties: Vec<NxEncapProp>,
}

impl NxEncap {
    /// Ryu's class.
    pub(super) fn ryu_class(&self) -> &'static str {
        if self.new_pkt_type == NSH { "NXActionEncapNsh" } else { "NXActionEncapEther" }
    }

    /// What an action of Ryu's `class` is read into.
    pub(super) fn of_ryu_class(class: &str) -> Option<NxEncap> {
        let new_pkt_type = match class {
            "NXActionEncapEther" => ETHERNET,
            "NXActionEncapNsh" => NSH,
            _ => return None,
        };
        Some(NxEncap { new_pkt_type, ..NxEncap::default() })
    }
}

fields!(NxEncap, |this, v| {
    let NxEncap { hdr_size, new_pkt_type, properties } = this;
    v.field("hdr_size", hdr_size)?;
    v.field("new_pkt_type", new_pkt_type)?;
    v.with::<Properties, _>("properties", properties)
});
noun!(NxEncap, "encap", "NXActionEncapEther");
display!(NxEncap, "encap");

/// A property of [`NxEncap`].
///
/// Class 4 is about network service headers: type 1 is their metadata type (1 or 2, a byte), type 2
/// a piece of metadata (class, type, size, bytes).
///
/// | field | size |
/// |---|---|
/// | `class` | 2 bytes |
/// | `prop_type` | 1 byte |
/// | | 1 byte: the length, of the value and the 4 bytes up to here |
/// | `data` | the value |
/// | | zeros up to a multiple of 8 bytes |
///
/// Spec: ovs-actions(7), `encap`.
///
/// See the example of [`NxEncap`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NxEncapProp {
    /// Whose property it is.
    pub class: u16,
    /// Which of theirs.
    pub prop_type: u8,
    /// What it says, at most 251 bytes.
    pub data: Bytes,
}

/// The properties, each padded to eight bytes that its size does not count. Ryu 4.34 knows of none;
/// where there is none JSON has no such member.
enum Properties {}

impl Codec<Vec<NxEncapProp>> for Properties {
    fn decode(_: Version, r: &mut Reader<'_>) -> Result<Vec<NxEncapProp>, DecodeError> {
        let mut all = Vec::new();
        while !r.is_empty() {
            let (class, prop_type) = (r.u16()?, r.u8()?);
            let len = usize::from(r.u8()?);
            let Some(size) = len.checked_sub(4) else {
                return Err(r.bad_length(1, 4, len, "property length"));
            };
            let data = r.bytes(size)?;
            r.pad(len.wrapping_neg() & 7)?;
            all.push(NxEncapProp { class, prop_type, data });
        }
        Ok(all)
    }
    fn encode(
        all: &Vec<NxEncapProp>,
        version: Version,
        w: &mut Writer<'_>,
    ) -> Result<(), EncodeError> {
        for NxEncapProp { class, prop_type, data } in all {
            let Ok(len) = u8::try_from(4 + data.len()) else {
                let what = "property of an encap above 251 bytes";
                return Err(EncodeError::NotInVersion { what, version });
            };
            w.u16(*class);
            w.u8(*prop_type);
            w.u8(len);
            w.bytes(data);
            w.pad(usize::from(len).wrapping_neg() & 7);
        }
        Ok(())
    }
    fn to_json(
        all: &Vec<NxEncapProp>,
        version: Version,
        w: &mut Writer<'_>,
    ) -> Result<Value, EncodeError> {
        Properties::encode(all, version, w)?;
        if all.is_empty() {
            return Ok(Value::Null);
        }
        let one = |prop: &NxEncapProp| {
            let data = base64::encode(&prop.data);
            json!({ "class": prop.class, "type": prop.prop_type, "data": data })
        };
        Ok(all.iter().map(one).collect())
    }
    fn from_json(version: Version, value: &Value) -> Result<Vec<NxEncapProp>, JsonError> {
        let list = value.as_array().ok_or_else(|| JsonError::expected("a list", value))?;
        let one = |prop: &Value| {
            Ok(NxEncapProp {
                class: u16::from_json(version, &prop["class"])?,
                prop_type: u8::from_json(version, &prop["type"])?,
                data: Bytes::from_json(version, &prop["data"])?,
            })
        };
        list.iter().map(one).collect()
    }
    fn show(all: &Vec<NxEncapProp>, out: &mut String) -> bool {
        for (i, prop) in all.iter().enumerate() {
            out.push_str(if i > 0 { "," } else { "" });
            let data = hex::encode(&prop.data);
            out.push_str(&format!("{}:{}:{data}", prop.class, prop.prop_type));
        }
        !all.is_empty()
    }
}

wire_struct! {
    /// Removes the outer header. Ryu 4.34 does not know it.
    ///
    /// Spec: ovs-actions(7), `decap` (sub-type 47).
    ///
    /// See the example of [`NxEncap`].
    pub struct NxDecap "decap" "NXActionUnknown" {
        pad: 2,
        /// What the packet must be then; 0xfffe: whatever it is.
        new_pkt_type: u32,
    }
}

wire_struct! {
    /// Decrements the TTL of the network service header.
    ///
    /// Spec: ovs-actions(7), `dec_nsh_ttl` (sub-type 48).
    ///
    /// See the example of [`NxEncap`].
    pub struct NxDecNshTtl "dec_nsh_ttl" "NXActionDecNshTtl" {
        pad: 6,
    }
}
