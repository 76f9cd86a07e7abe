//! The name of a match field without a value, as table features and copy-field have it.

use std::fmt;

use serde_json::{Value, json};

use super::codec::{Codec, Member};
use super::encode::EncodeError;
use super::json::{JsonError, wrapper};
use super::oxm::{CLASS_EXPERIMENTER, Field, FieldInfo, OxmRef, OxmTlv};
use super::oxm_json;
use super::version::{V1_5, Version};
use crate::wire::{DecodeError, Reader, Writer};

/// A match field without a value: the header of its TLV, and whose it is.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `header` | 4 bytes: class 16 bits, number 7, mask 1, length 8 (of a value) | 1.3 |
/// | `experimenter` | 4 bytes, only in class 0xffff | 1.3 |
///
/// Spec: 1.3 section 7.3.5.5.2 (`oxm_ids`), 1.5 section 7.2.6.8.
///
/// ```
/// use ryu_sdn::ofproto::{OxmId, oxm};
///
/// let id = OxmId::of(oxm::ETH_DST);
/// assert_eq!(id.to_string(), "eth_dst");
/// assert_eq!((id.header, id.experimenter), (0x8000_0606, 0));
/// ```
///
/// For its bytes see the example of [`TableFeatureProp`](super::TableFeatureProp).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct OxmId {
    /// Class, number, mask bit and length, as in a TLV.
    pub header: u32,
    /// The experimenter, if the class is theirs.
    pub experimenter: u32,
}

impl OxmId {
    /// The id of a field of the tables, without a mask.
    pub fn of<T>(field: Field<T>) -> OxmId {
        let experimenter = field.experimenter_id().unwrap_or_default();
        OxmId { header: field.header(false), experimenter }
    }

    /// Whether the field can be under a mask.
    pub fn has_mask(self) -> bool {
        self.header & 0x100 != 0
    }

    pub(super) fn is_experimenter(self) -> bool {
        self.header >> 16 == u32::from(CLASS_EXPERIMENTER)
    }

    /// The same as a TLV with nothing in it.
    fn tlv(self) -> OxmTlv {
        let class = (self.header >> 16) as u16;
        let number = (self.header >> 9) as u8 & 0x7f;
        let id = self.experimenter.to_be_bytes();
        let payload: &[u8] = if self.is_experimenter() { &id } else { &[] };
        OxmTlv::raw(class, number, false, payload)
    }
}

impl fmt::Display for OxmId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tlv = self.tlv();
        match tlv.as_oxm().info() {
            Some(info) => f.write_str(info.name),
            None => write!(f, "field_{}", tlv.as_oxm().key()),
        }
    }
}

impl Member for OxmId {
    const SIZE_MIN: usize = 4;

    fn decode(_: Version, r: &mut Reader<'_>) -> Result<OxmId, DecodeError> {
        let mut id = OxmId { header: r.u32()?, experimenter: 0 };
        if id.is_experimenter() {
            id.experimenter = r.u32()?;
        }
        Ok(id)
    }

    fn encode(&self, _: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        w.u32(self.header);
        if self.is_experimenter() {
            w.u32(self.experimenter);
        }
        Ok(())
    }

    fn to_json(&self, version: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError> {
        self.encode(version, w)?;
        let tlv = self.tlv();
        let name = match tlv.as_oxm() {
            oxm if self.is_experimenter() => format!("field_{}", OxmRef::key(oxm)),
            oxm => oxm_json::name_of(version, oxm),
        };
        let length = self.header & 0xff;
        Ok(if self.is_experimenter() {
            json!({ "OFPExperimenterOxmId": {
                "type": name, "hasmask": u8::from(self.has_mask()), "length": length,
                "exp_id": self.experimenter
            } })
        } else {
            json!({ "OFPOxmId": {
                "type": name, "hasmask": u8::from(self.has_mask()), "length": length
            } })
        })
    }

    fn from_json(version: Version, value: &Value) -> Result<OxmId, JsonError> {
        let (class, members) = wrapper(value)?;
        let mut id = OxmId::default();
        let mut named = false;
        let mut sized = false;
        for (name, value) in members {
            let bad = |what| JsonError::expected(what, value).within(name).within(class);
            match name.as_str() {
                "type" => {
                    let field = value.as_str().ok_or_else(|| bad("the name of a field"))?;
                    let numbered =
                        || field.strip_prefix("field_").and_then(|n| n.parse::<u32>().ok());
                    let key = match FieldInfo::by_name_in(version, field) {
                        Some(info) => u32::from(info.class) << 7 | u32::from(info.number),
                        None => numbered()
                            .filter(|key| key >> 23 == 0)
                            .ok_or_else(|| bad("the name of a field"))?,
                    };
                    id.header |= key << 9;
                    named = true;
                }
                "hasmask" => {
                    let has = match value {
                        Value::Number(_) => value.as_u64().map(|v| v != 0),
                        _ => value.as_bool(),
                    };
                    id.header |= u32::from(has.ok_or_else(|| bad("true or false"))?) << 8;
                }
                "length" => {
                    sized = true;
                    let length = value.as_u64().filter(|v| *v < 256);
                    id.header |= length.ok_or_else(|| bad("a size below 256"))? as u32;
                }
                "exp_id" if class == "OFPExperimenterOxmId" => {
                    let number = value.as_u64().and_then(|v| u32::try_from(v).ok());
                    id.experimenter = number.ok_or_else(|| bad("a number in range"))?;
                }
                _ => return Err(bad("no such member")),
            }
        }
        // Ryu writes none before 1.5, and then that of the field. What a peer sent is kept.
        if version >= V1_5
            && !sized
            && let Some(info) = id.tlv().as_oxm().info()
        {
            id.header |= u32::from(info.size) << u32::from(id.has_mask());
        }
        match class {
            "OFPOxmId" if named && !id.is_experimenter() => Ok(id),
            "OFPExperimenterOxmId" if named => {
                id.header |= u32::from(CLASS_EXPERIMENTER) << 16;
                Ok(id)
            }
            _ => Err(JsonError::expected("OFPOxmId with a type", value)),
        }
    }

    fn show(&self, out: &mut String) -> bool {
        out.push_str(&self.to_string());
        true
    }
}

/// A field as Nicira's actions have it: in JSON its name, empty for none.
pub(super) enum FieldName {}

impl FieldName {
    /// Bytes of an option of tunnels where nobody said how many.
    const OPTION: u32 = 124;

    /// Ryu's name; of an option of tunnels that has so many bytes with these behind it:
    /// `field_168:8`.
    pub(super) fn name(id: OxmId, version: Version) -> String {
        if id == OxmId::default() {
            return String::new();
        }
        let name = oxm_json::name_of(version, id.tlv().as_oxm());
        match id.header & 0xff {
            size if id.tlv().as_oxm().is_tunnel_option() && size != FieldName::OPTION => {
                format!("{name}:{size}")
            }
            _ => name,
        }
    }

    /// A field of another version, or an option of tunnels: those of which the number says the size.
    fn numbered(name: &str) -> Option<OxmId> {
        let digits = name.strip_prefix("field_")?;
        let (key, size) = match digits.split_once(':') {
            Some((key, size)) => (key, Some(size.parse::<u8>().ok()?)),
            None => (digits, None),
        };
        let header = key.parse::<u32>().ok()?.checked_mul(1 << 9)?;
        let id = OxmId { header, experimenter: 0 };
        let tlv = id.tlv();
        let size = match tlv.as_oxm() {
            oxm if oxm.is_tunnel_option() => size.map_or(FieldName::OPTION, u32::from),
            _ if size.is_some() => return None,
            oxm => oxm.info().filter(|info| info.class != CLASS_EXPERIMENTER)?.size.into(),
        };
        Some(OxmId { header: header | size, ..id })
    }
}

impl Codec<OxmId> for FieldName {
    fn decode(version: Version, r: &mut Reader<'_>) -> Result<OxmId, DecodeError> {
        OxmId::decode(version, r)
    }
    fn encode(value: &OxmId, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        value.encode(version, w)
    }
    fn to_json(value: &OxmId, version: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError> {
        value.encode(version, w)?;
        Ok(FieldName::name(*value, version).into())
    }
    fn from_json(version: Version, value: &Value) -> Result<OxmId, JsonError> {
        let bad = || JsonError::expected("the name of a field", value);
        let name = value.as_str().ok_or_else(bad)?;
        if name.is_empty() {
            return Ok(OxmId::default());
        }
        let Some(info) = FieldInfo::by_name_in(version, name) else {
            return FieldName::numbered(name).ok_or_else(bad);
        };
        let key = u32::from(info.class) << 7 | u32::from(info.number);
        let length = info.lead() + usize::from(info.size);
        let experimenter = info.experimenter.unwrap_or_default();
        Ok(OxmId { header: key << 9 | length as u32, experimenter })
    }
    fn show(value: &OxmId, out: &mut String) -> bool {
        out.push_str(&value.to_string());
        true
    }
}
