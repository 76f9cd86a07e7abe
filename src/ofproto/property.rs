//! What the properties of all nouns share: the experimenter's form.
//!
//! Spec: 1.4 section 7.2.1.2 and the like; a property is a TLV, padded to eight bytes that its
//! length does not count.

use bytes::Bytes;
use serde_json::Value;

use super::codec::{Codec, wire_struct};
use super::encode::EncodeError;
use super::json::JsonError;
use super::version::Version;
use crate::wire::{DecodeError, Reader, Writer, base64, hex};

wire_struct! {
    /// A vendor's property of any noun; 1.4 and later. What stands behind it is padded to eight
    /// bytes, which its length does not count.
    ///
    /// Spec: 1.5 `ofp_prop_experimenter`; 1.4 has the same for every noun, for instance
    /// `ofp_port_desc_prop_experimenter`.
    ///
    /// # Example: a vendor's property of a role status
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use ryu_sdn::ofproto::{Encode, PropExperimenter, RoleProp, RoleStatus, V1_4, Xid};
    /// use ryu_sdn::wire::hex;
    ///
    /// let data = vec![1, 2, 3, 4].into();
    /// let theirs = PropExperimenter { experimenter: 0x00ac_3e01, exp_type: 7, data };
    /// let properties = vec![RoleProp::Experimenter(theirs)];
    /// let mut buf = BytesMut::new();
    /// RoleStatus { properties, ..RoleStatus::default() }.encode(V1_4, Xid(1), &mut buf)?;
    /// assert_eq!(hex::encode(&buf[24..]), "ffff001000ac3e010000000701020304");
    /// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
    /// ```
    pub struct PropExperimenter "experimenter" "OFPPropExperimenter" {
        /// Who defined it: an IEEE OUI, or a number that ONF gave.
        experimenter: u32,
        /// Which of theirs it is, by their own count.
        exp_type: u32,
        /// The rest, as they define it.
        data: Bytes as Words,
    }
}

/// Bytes that Ryu shows as a list of 32-bit numbers; as base64 text where that does not come out
/// even.
pub(super) enum Words {}

impl Codec<Bytes> for Words {
    fn decode(_: Version, r: &mut Reader<'_>) -> Result<Bytes, DecodeError> {
        Ok(r.rest_bytes())
    }
    fn encode(value: &Bytes, _: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        w.bytes(value);
        Ok(())
    }
    fn to_json(value: &Bytes, _: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError> {
        w.bytes(value);
        if !value.len().is_multiple_of(4) {
            return Ok(base64::encode(value).into());
        }
        let word = |b: &[u8]| b.iter().fold(0, |acc, b| acc << 8 | u32::from(*b));
        Ok(value.chunks(4).map(word).collect())
    }
    fn from_json(_: Version, value: &Value) -> Result<Bytes, JsonError> {
        let word = |v: &Value| v.as_u64().and_then(|v| u32::try_from(v).ok());
        let bytes = match value {
            Value::Array(words) => {
                let words: Option<Vec<u32>> = words.iter().map(word).collect();
                words.map(|words| words.iter().flat_map(|word| word.to_be_bytes()).collect())
            }
            _ => value.as_str().and_then(base64::decode),
        };
        let bytes: Option<Vec<u8>> = bytes;
        bytes.map(Bytes::from).ok_or_else(|| JsonError::expected("32-bit numbers", value))
    }
    fn show(value: &Bytes, out: &mut String) -> bool {
        out.push_str(&hex::encode(value));
        !value.is_empty()
    }
}
