//! The match as a member: Ryu's JSON of it, with the fields of OXM.

use serde_json::{Map, Value, json};

use super::codec::{Fields as _, Member};
use super::encode::EncodeError;
use super::ids::is_v1_0;
use super::json::{JsonError, ToJson, from_inner, unwrap_class};
use super::match_::{self, Match};
use super::match_v1_0::{self as v1_0, Attributes};
use super::oxm::{self, OxmTlv};
use super::oxm_json;
use super::version::Version;
use super::wire_codec::{Decoder, Encoder};
use crate::wire::{DecodeError, Reader, Writer};

impl Member for Match {
    #[inline]
    fn decode(version: Version, r: &mut Reader<'_>) -> Result<Match, DecodeError> {
        Match::decode_wire(version, r)
    }

    #[inline]
    fn encode(&self, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        self.encode_wire(version, w)
    }

    fn to_json(&self, version: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError> {
        if is_v1_0(version) {
            let attributes = attributes(&self.fixed()?);
            let mut v = ToJson::new(version, w);
            attributes.tell(&mut v)?;
            return Ok(json!({ "OFPMatch": v.into_members() }));
        }
        self.encode(version, w)?;
        Ok(self.with_tlvs(|tlvs| {
            let fields: Vec<Value> =
                match_::iter(tlvs).map(|oxm| oxm_json::to_json(version, oxm)).collect();
            let length = 4 + tlvs.len();
            json!({ "OFPMatch": {
                "type": match_::OXM_MATCH, "length": length, "oxm_fields": fields
            } })
        }))
    }

    fn from_json(version: Version, value: &Value) -> Result<Match, JsonError> {
        let members = unwrap_class(value, "OFPMatch")?;
        let inner = if is_v1_0(version) {
            fixed_from_json(version, members)
        } else {
            oxm_from_json(version, members)
        };
        inner.map_err(|err| err.within("OFPMatch"))
    }

    fn show(&self, out: &mut String) -> bool {
        use std::fmt::Write as _;
        !self.is_empty() && write!(out, "[{self}]").is_ok()
    }
}

fn oxm_from_json(version: Version, members: &Map<String, Value>) -> Result<Match, JsonError> {
    if let Some(other) = members.keys().find(|k| !["type", "length", "oxm_fields"].contains(&&***k))
    {
        return Err(JsonError::new("there is no such member").within(other));
    }
    let list = match members.get("oxm_fields") {
        None | Some(Value::Null) => return Ok(Match::new()),
        Some(list) => list,
    };
    let items = list.as_array().ok_or_else(|| JsonError::expected("a list", list));
    // As they come, in their order and twice if they come twice.
    let mut tlvs = Vec::new();
    for (i, item) in items.map_err(|err| err.within("oxm_fields"))?.iter().enumerate() {
        let tlv: OxmTlv = oxm_json::from_json(version, item)
            .map_err(|err| err.within(format_args!("oxm_fields[{i}]")))?;
        tlvs.extend_from_slice(tlv.as_bytes());
    }
    // What a peer could not send is refused here too.
    oxm::check_tlvs(&tlvs, 0).map_err(|err| JsonError::new(err.to_string()))?;
    Ok(Match::from_tlvs(&tlvs))
}

fn fixed_from_json(version: Version, members: &Map<String, Value>) -> Result<Match, JsonError> {
    let mut attributes = Attributes::default();
    if !members.contains_key("wildcards") {
        let given = members.iter().filter(|(_, value)| !value.is_null());
        attributes.wildcards = v1_0::wildcards_of(given.map(|(name, _)| name));
    }
    from_inner(version, members, &[], &mut attributes)?;
    Ok(Match::from_fixed(bytes(&attributes)))
}

/// The 40 bytes as what they hold.
fn attributes(fixed: &[u8; v1_0::LEN]) -> Attributes {
    let bytes = bytes::Bytes::copy_from_slice(fixed);
    let mut attributes = Attributes::default();
    // Every one of the forty bytes is there, and any value is one.
    let read = attributes.fill(&mut Decoder::new(Version::V1_0, &mut Reader::new(&bytes, "match")));
    debug_assert!(read.is_ok());
    attributes
}

/// The 40 bytes that hold these.
fn bytes(attributes: &Attributes) -> [u8; v1_0::LEN] {
    let mut buf = bytes::BytesMut::with_capacity(v1_0::LEN);
    let mut w = Writer::new(&mut buf);
    let written = attributes.tell(&mut Encoder::new(Version::V1_0, &mut w));
    debug_assert!(written.is_ok());
    buf.first_chunk().copied().unwrap_or([0; v1_0::LEN])
}
