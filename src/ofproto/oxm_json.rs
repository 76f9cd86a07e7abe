//! Ryu's JSON of one OXM field: `{"OXMTlv": {"field", "mask", "value"}}`.

use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::{Value, json};

use super::codec::Member;
use super::encode::EncodeError;
use super::json::{JsonError, unwrap_class};
use super::oxm::{CLASS_EXPERIMENTER, FieldInfo, OxmRef, OxmTlv, OxmValue, ValueKind, check_tlvs};
use super::version::Version;
use crate::wire::{DecodeError, MacAddr, Reader, Writer, base64};

/// A whole TLV, as in a set-field.
impl Member for OxmTlv {
    const SIZE_MIN: usize = 4;

    #[inline]
    fn decode(_: Version, r: &mut Reader<'_>) -> Result<OxmTlv, DecodeError> {
        let offset = r.offset();
        let size = 4 + usize::from(r.peek_u32().unwrap_or_default() as u8);
        let bytes = r.take(size)?;
        check_tlvs(bytes, offset)?;
        match OxmRef::split_first(bytes) {
            Some((oxm, _)) => Ok(OxmTlv::from_ref(oxm)),
            None => Err(r.bad_length(size, 4, bytes.len(), "oxm length")),
        }
    }

    #[inline]
    fn encode(&self, _: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        w.bytes(self.as_bytes());
        Ok(())
    }

    fn to_json(&self, version: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError> {
        w.bytes(self.as_bytes());
        Ok(to_json(version, self.as_oxm()))
    }

    fn from_json(version: Version, value: &Value) -> Result<OxmTlv, JsonError> {
        from_json(version, value)
    }

    fn show(&self, out: &mut String) -> bool {
        out.push_str(&self.to_string());
        true
    }
}

/// Ryu's name for a field without a row.
const NUMBERED: &str = "field_";

/// The name that `version` has for a field; one of another version goes by its number.
pub(super) fn name_of(version: Version, oxm: OxmRef<'_>) -> String {
    let info = oxm.info().filter(|info| FieldInfo::by_name_in(version, info.name) == Some(*info));
    match info {
        Some(info) => info.name.to_owned(),
        None => format!("{NUMBERED}{}", oxm.key()),
    }
}

/// One field.
pub(super) fn to_json(version: Version, oxm: OxmRef<'_>) -> Value {
    let name = name_of(version, oxm);
    if name.starts_with(NUMBERED) {
        // All behind the header: whose it is, if the class is the experimenters', comes with it.
        let payload = oxm.payload();
        let (value, mask) = match oxm.has_mask() {
            true => (&payload[..payload.len() / 2], Some(&payload[payload.len() / 2..])),
            false => (payload, None),
        };
        let mask = mask.map(base64::encode);
        return json!({ "OXMTlv": {
            "field": name, "mask": mask, "value": base64::encode(value)
        } });
    }
    let value = |bytes: &[u8]| value_to_json(oxm.info(), bytes);
    json!({ "OXMTlv": {
        "field": name, "mask": oxm.mask().map(value), "value": value(oxm.value())
    } })
}

fn value_to_json(info: Option<&FieldInfo>, bytes: &[u8]) -> Value {
    match info.map(|info| info.kind) {
        Some(ValueKind::Mac) => MacAddr::read(bytes).to_string().into(),
        Some(ValueKind::Ipv4) => Ipv4Addr::read(bytes).to_string().into(),
        Some(ValueKind::Ipv6) => Ipv6Addr::read(bytes).to_string().into(),
        Some(ValueKind::Decimal | ValueKind::Hex | ValueKind::Port) => {
            let number = u128::read(bytes);
            match u64::try_from(number) {
                Ok(number) => number.into(),
                // Numbers of a `Value` end at 64 bits; see `json_text.rs`.
                Err(_) => number.to_string().into(),
            }
        }
        None => base64::encode(bytes).into(),
    }
}

/// Reads one field.
pub(super) fn from_json(version: Version, value: &Value) -> Result<OxmTlv, JsonError> {
    let members = unwrap_class(value, "OXMTlv")?;
    if let Some(other) = members.keys().find(|k| !["field", "mask", "value"].contains(&&***k)) {
        return Err(JsonError::new("there is no such member").within(other));
    }
    let none = Value::Null;
    let member = |name: &str| members.get(name).unwrap_or(&none);
    let Some(name) = member("field").as_str() else {
        return Err(JsonError::expected("the name of a field", member("field")).within("field"));
    };
    let mask = Some(member("mask")).filter(|mask| !mask.is_null());
    if let Some(info) = FieldInfo::by_name_in(version, name) {
        let read = |name: &'static str, json: &Value| {
            value_from_json(info, json).map_err(|err| err.within(name))
        };
        let mut value = read("value", member("value"))?;
        let mask = mask.map(|mask| read("mask", mask)).transpose()?;
        if let Some(mask) = &mask {
            value.iter_mut().zip(mask).for_each(|(v, m)| *v &= *m);
        }
        return Ok(OxmTlv::of_row(info, &value, mask.as_deref()));
    }
    let key = name.strip_prefix(NUMBERED).and_then(|digits| digits.parse::<u32>().ok());
    let Some(key) = key.filter(|key| key >> 23 == 0) else {
        return Err(JsonError::new(format!("unknown OXM field: {name}")));
    };
    let bytes = |json: &Value| {
        let bytes = json.as_str().and_then(base64::decode);
        bytes.ok_or_else(|| JsonError::expected("base64 text", json))
    };
    let mut payload = bytes(member("value"))?;
    if let Some(mask) = mask {
        payload.extend_from_slice(&bytes(mask)?);
    }
    let class = (key >> 7) as u16;
    if payload.len() > 255 || (class == CLASS_EXPERIMENTER && payload.len() < 4) {
        return Err(JsonError::expected("a value of fitting size", member("value")));
    }
    let tlv = OxmTlv::raw(class, key as u8 & 0x7f, mask.is_some(), &payload);
    check_tlvs(tlv.as_bytes(), 0).map_err(|err| JsonError::new(err.to_string()))?;
    Ok(tlv)
}

/// The bytes of a value, in the size of its row.
fn value_from_json(info: &FieldInfo, json: &Value) -> Result<Vec<u8>, JsonError> {
    let mut out = vec![0; usize::from(info.size)];
    let text = json.as_str();
    let written = match info.kind {
        ValueKind::Mac => text.and_then(|t| t.parse::<MacAddr>().ok()).map(|v| v.write(&mut out)),
        ValueKind::Ipv4 => text.and_then(|t| t.parse::<Ipv4Addr>().ok()).map(|v| v.write(&mut out)),
        ValueKind::Ipv6 => text.and_then(|t| t.parse::<Ipv6Addr>().ok()).map(|v| v.write(&mut out)),
        ValueKind::Decimal | ValueKind::Hex | ValueKind::Port => {
            let number = json.as_u64().map(u128::from).or_else(|| text?.parse().ok());
            let bits = u32::from(info.size) * 8;
            number.filter(|n| bits == 128 || n >> bits == 0).map(|v| v.write(&mut out))
        }
    };
    written.map(|()| out).ok_or_else(|| JsonError::expected("a value of this field", json))
}
