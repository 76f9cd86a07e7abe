//! The match as a member: Ryu's JSON of it, with the fields of OXM.

use bytes::{Bytes, BytesMut};
use serde_json::{Map, Value, json};

use super::codec::{Fields, Member};
use super::encode::EncodeError;
use super::json::{JsonError, ToJson, from_inner, unwrap_class};
use super::match_::{self, Match};
use super::match_v1_0 as v1_0;
use super::match_v1_1 as v1_1;
use super::oxm::{self, OxmTlv};
use super::oxm_json;
use super::version::{V1_0, V1_1, V1_2, Version};
use super::wire_codec::{Decoder, Encoder};
use crate::wire::{DecodeError, Reader, Writer};

impl Member for Match {
    #[inline]
    fn decode(version: Version, r: &mut Reader<'_>) -> Result<Match, DecodeError> {
        Match::decode_wire(version, r)
    }

    #[inline]
    fn refill(&mut self, version: Version, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        self.refill_wire(version, r)
    }

    #[inline]
    fn encode(&self, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        self.encode_wire(version, w)
    }

    fn to_json(&self, version: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError> {
        if !self.is_oxm(version) {
            let mut v = ToJson::new(version, w);
            match version {
                V1_0 => attributes::<v1_0::Attributes>(version, &self.fixed()?).tell(&mut v)?,
                _ => attributes::<v1_1::Attributes>(version, &self.standard()?).tell(&mut v)?,
            }
            return Ok(json!({ "OFPMatch": v.into_members() }));
        }
        self.encode(version, w)?;
        Ok(self.with_tlvs(|tlvs| {
            let fields: Vec<Value> =
                match_::iter(tlvs).map(|oxm| oxm_json::to_json(named(version), oxm)).collect();
            let length = 4 + tlvs.len();
            json!({ "OFPMatch": {
                "type": match_::OXM_MATCH, "length": length, "oxm_fields": fields
            } })
        }))
    }

    fn from_json(version: Version, value: &Value) -> Result<Match, JsonError> {
        let members = unwrap_class(value, "OFPMatch")?;
        let inner = match version {
            V1_0 => fixed_from_json(members),
            V1_1 if members.contains_key("oxm_fields") => {
                oxm_from_json(version, members).map(|m| m.with_tlvs(Match::as_v1_1_oxm))
            }
            V1_1 => standard_from_json(members),
            _ => oxm_from_json(version, members),
        };
        inner.map_err(|err| err.within("OFPMatch"))
    }

    fn show(&self, out: &mut String) -> bool {
        use std::fmt::Write as _;
        !self.is_empty() && write!(out, "[{self}]").is_ok()
    }
}

/// The version whose names OXM fields have: the first that has them.
fn named(version: Version) -> Version {
    version.max(V1_2)
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
        let tlv: OxmTlv = oxm_json::from_json(named(version), item)
            .map_err(|err| err.within(format_args!("oxm_fields[{i}]")))?;
        tlvs.extend_from_slice(tlv.as_bytes());
    }
    // What a peer could not send is refused here too.
    oxm::check_tlvs(&tlvs, 0).map_err(|err| JsonError::new(err.to_string()))?;
    Ok(Match::from_tlvs(&tlvs))
}

fn fixed_from_json(members: &Map<String, Value>) -> Result<Match, JsonError> {
    let mut attributes = v1_0::Attributes::default();
    if !members.contains_key("wildcards") {
        attributes.wildcards = v1_0::wildcards_of(given(members));
    }
    from_inner(V1_0, members, &[], &mut attributes)?;
    let bytes = bytes(V1_0, &attributes);
    Ok(Match::from_fixed(bytes.first_chunk().copied().unwrap_or([0; v1_0::LEN])))
}

fn standard_from_json(members: &Map<String, Value>) -> Result<Match, JsonError> {
    let mut attributes = match members.contains_key("wildcards") {
        true => v1_1::Attributes::default(),
        false => v1_1::Attributes::looking_at(given(members)),
    };
    from_inner(V1_1, members, &[], &mut attributes)?;
    Ok(Match::from_standard(bytes(V1_1, &attributes).freeze()))
}

/// The names of the members that say something.
fn given(members: &Map<String, Value>) -> impl Iterator<Item = &String> {
    members.iter().filter(|(_, value)| !value.is_null()).map(|(name, _)| name)
}

/// The fixed bytes of a version as what they hold.
fn attributes<A: Fields + Default>(version: Version, fixed: &[u8]) -> A {
    let bytes = Bytes::copy_from_slice(fixed);
    let mut attributes = A::default();
    // Every one of the bytes is there, and any value is one.
    let read = attributes.fill(&mut Decoder::new(version, &mut Reader::new(&bytes, "match")));
    debug_assert!(read.is_ok());
    attributes
}

/// The fixed bytes that hold these.
fn bytes(version: Version, attributes: &impl Fields) -> BytesMut {
    let mut buf = BytesMut::with_capacity(v1_1::LEN);
    let written = attributes.tell(&mut Encoder::new(version, &mut Writer::new(&mut buf)));
    debug_assert!(written.is_ok());
    buf
}
