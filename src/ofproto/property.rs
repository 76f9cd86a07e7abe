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

/// Bytes that Ryu shows as a list of numbers of `SIZE` bytes, at most four; as base64 text where
/// that does not come out even.
pub(super) enum NumbersOf<const SIZE: usize> {}

/// 32-bit numbers.
pub(super) type Words = NumbersOf<4>;

/// Numbers below 256.
pub(super) type Octets = NumbersOf<1>;

impl<const SIZE: usize> Codec<Bytes> for NumbersOf<SIZE> {
    fn decode(_: Version, r: &mut Reader<'_>) -> Result<Bytes, DecodeError> {
        Ok(r.rest_bytes())
    }
    fn encode(value: &Bytes, _: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        w.bytes(value);
        Ok(())
    }
    fn to_json(value: &Bytes, _: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError> {
        w.bytes(value);
        if !value.len().is_multiple_of(SIZE) {
            return Ok(base64::encode(value).into());
        }
        let number = |b: &[u8]| b.iter().fold(0, |acc, b| acc << 8 | u32::from(*b));
        Ok(value.chunks(SIZE).map(number).collect())
    }
    fn from_json(_: Version, value: &Value) -> Result<Bytes, JsonError> {
        let number = |v: &Value| v.as_u64().filter(|v| v >> (8 * SIZE) == 0);
        let bytes: Option<Vec<u8>> = match value {
            Value::Array(numbers) => {
                let numbers: Option<Vec<u64>> = numbers.iter().map(number).collect();
                let tail = |number: u64| number.to_be_bytes().into_iter().skip(8 - SIZE);
                numbers.map(|numbers| numbers.into_iter().flat_map(tail).collect())
            }
            _ => value.as_str().and_then(base64::decode),
        };
        let expected = if SIZE == 1 { "numbers below 256" } else { "32-bit numbers" };
        bytes.map(Bytes::from).ok_or_else(|| JsonError::expected(expected, value))
    }
    fn show(value: &Bytes, out: &mut String) -> bool {
        out.push_str(&hex::encode(value));
        !value.is_empty()
    }
}
