//! OXS: the extensible statistics of 1.5.
//!
//! Spec: 1.5 section 7.2.4. The form is that of a match: a row of TLVs of class 0x8002.

use std::fmt;

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::codec::Member;
use super::encode::EncodeError;
use super::json::{JsonError, unwrap_class};
use super::version::Version;
use crate::wire::{DecodeError, Reader, Writer, base64, hex};

/// Statistics of a flow entry or of several, 1.5: a row of TLVs, kept as it came.
///
/// | part | size, range | since |
/// |---|---|---|
/// | | 2 bytes of padding | 1.5 |
/// | length | 2 bytes: from the padding on, without that at the end | 1.5 |
/// | fields | TLVs of class 0x8002: [`OxsField`] | 1.5 |
/// | | zeros to a multiple of 8 | 1.5 |
///
/// Spec: 1.5 section 7.2.4 (`ofp_stats`).
///
/// ```
/// use ryu_sdn::ofproto::{OxsField, Stats};
///
/// let stats = Stats::new().with(OxsField::PacketCount, &[7]).with(OxsField::Duration, &[3, 500]);
/// assert_eq!(stats.get(OxsField::PacketCount), Some([7, 0]));
/// assert_eq!(stats.to_string(), "packet_count=7,duration=3.000000500s");
/// ```
///
/// For its bytes see the example of [`AggregateStats`](super::AggregateStats).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Stats(Bytes);

/// The statistics that have a number; 1.5.
///
/// | field | number | size | unit |
/// |---|---|---|---|
/// | `Duration` | 0 | 4 and 4 bytes | seconds, nanoseconds beyond |
/// | `IdleTime` | 1 | 4 and 4 bytes | seconds, nanoseconds beyond |
/// | `FlowCount` | 3 | 4 bytes | entries |
/// | `PacketCount` | 4 | 8 bytes | packets |
/// | `ByteCount` | 5 | 8 bytes | bytes |
///
/// Spec: 1.5 section 7.2.4 (`oxs_ofb_stat_fields`).
///
/// See the example of [`Stats`], and for the bytes that of [`FlowDesc`](super::FlowDesc).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OxsField {
    /// Time the entry has lived: seconds and nanoseconds.
    Duration,
    /// Time since the last packet: seconds and nanoseconds.
    IdleTime,
    /// Entries summed up.
    FlowCount,
    /// Packets.
    PacketCount,
    /// Bytes.
    ByteCount,
}

/// Name, field, number, size of one word, words.
const ROWS: [(&str, OxsField, u8, usize, usize); 5] = [
    ("duration", OxsField::Duration, 0, 4, 2),
    ("idle_time", OxsField::IdleTime, 1, 4, 2),
    ("flow_count", OxsField::FlowCount, 3, 4, 1),
    ("packet_count", OxsField::PacketCount, 4, 8, 1),
    ("byte_count", OxsField::ByteCount, 5, 8, 1),
];
const CLASS: u16 = 0x8002;

type Row = (&'static str, OxsField, u8, usize, usize);

impl Stats {
    /// No statistics.
    pub const fn new() -> Stats {
        Stats(Bytes::new())
    }

    /// Adds one at the end; a time has two words, the others one. Words that are missing are 0.
    #[must_use]
    pub fn with(self, field: OxsField, words: &[u64]) -> Stats {
        let mut out = self.0.to_vec();
        for (_, _, number, size, count) in ROWS.iter().filter(|row| row.1 == field) {
            put(&mut out, *number, *size, *count, words);
        }
        Stats(out.into())
    }

    /// The words of one: of a time, seconds and nanoseconds; of the others the second is 0.
    pub fn get(&self, field: OxsField) -> Option<[u64; 2]> {
        let found = self.tlvs().find(|(row, ..)| row.is_some_and(|row| row.1 == field));
        found.and_then(|(row, _, payload)| Some(words(row?, payload)))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Row if there is one, key, payload.
    /// The size on the wire without the padding behind it.
    pub(super) fn wire_len(&self) -> usize {
        4 + self.0.len()
    }

    fn tlvs(&self) -> impl Iterator<Item = (Option<&'static Row>, u32, &[u8])> {
        let mut rest = &self.0[..];
        std::iter::from_fn(move || {
            let (tlv, behind) = split(rest)?;
            rest = behind;
            Some(tlv)
        })
    }
}

/// Appends a TLV.
fn put(out: &mut Vec<u8>, number: u8, size: usize, count: usize, words: &[u64]) {
    out.extend_from_slice(&CLASS.to_be_bytes());
    out.extend_from_slice(&[number << 1, (size * count) as u8]);
    for i in 0..count {
        let word = words.get(i).copied().unwrap_or(0).to_be_bytes();
        out.extend_from_slice(&word[8 - size..]);
    }
}

/// Cuts off the first TLV; `None` if there is no whole one.
#[allow(clippy::type_complexity)] // Row, key and payload, and what is behind.
fn split(bytes: &[u8]) -> Option<((Option<&'static Row>, u32, &[u8]), &[u8])> {
    let (header, rest) = bytes.split_first_chunk::<4>()?;
    let header = u32::from_be_bytes(*header);
    let (payload, rest) = rest.split_at_checked((header & 0xff) as usize)?;
    let key = header >> 9;
    let row = ROWS.iter().find(|row| {
        key == u32::from(CLASS) << 7 | u32::from(row.2) && payload.len() == row.3 * row.4
    });
    Some(((row, key, payload), rest))
}

fn words(row: &Row, payload: &[u8]) -> [u64; 2] {
    let mut out = [0; 2];
    for (word, bytes) in out.iter_mut().zip(payload.chunks(row.3)) {
        *word = bytes.iter().fold(0, |acc, b| acc << 8 | u64::from(*b));
    }
    out
}

impl Member for Stats {
    const SIZE_MIN: usize = 8;

    fn decode(_: Version, r: &mut Reader<'_>) -> Result<Stats, DecodeError> {
        r.pad(2)?;
        let len = usize::from(r.u16()?);
        if len < 4 {
            return Err(r.bad_length(2, 4, len, "stats length"));
        }
        let offset = r.offset();
        let bytes = r.bytes(len - 4)?;
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            match split(rest) {
                Some((_, behind)) => rest = behind,
                None => {
                    let at = offset + bytes.len() - rest.len();
                    let left = rest.len();
                    return Err(DecodeError::bad_length("stats", at, 4, left, "oxs length"));
                }
            }
        }
        r.pad(len.wrapping_neg() & 7)?;
        Ok(Stats(bytes))
    }

    fn encode(&self, _: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        let len = self.wire_len();
        let Ok(short) = u16::try_from(len) else {
            return Err(EncodeError::TooLong { what: "stats", len });
        };
        w.u32(short.into());
        w.bytes(&self.0);
        w.pad(len.wrapping_neg() & 7);
        Ok(())
    }

    fn to_json(&self, version: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError> {
        self.encode(version, w)?;
        let fields: Vec<Value> = self
            .tlvs()
            .map(|(row, key, payload)| {
                let (name, value) = match row {
                    Some(row) => {
                        let [first, second] = words(row, payload);
                        let value = if row.4 == 2 { json!([first, second]) } else { json!(first) };
                        (row.0.to_owned(), value)
                    }
                    None => (format!("field_{key}"), base64::encode(payload).into()),
                };
                json!({ "OXSTlv": { "field": name, "value": value } })
            })
            .collect();
        Ok(json!({ "OFPStats": { "length": self.wire_len(), "oxs_fields": fields } }))
    }

    fn from_json(_: Version, value: &Value) -> Result<Stats, JsonError> {
        let members = unwrap_class(value, "OFPStats")?;
        let mut out = Vec::new();
        for (name, value) in members {
            match (name.as_str(), value) {
                ("length", _) | ("oxs_fields", Value::Null) => {}
                ("oxs_fields", Value::Array(fields)) => {
                    for (i, field) in fields.iter().enumerate() {
                        let one = unwrap_class(field, "OXSTlv").and_then(|m| tlv(&mut out, m));
                        one.map_err(|err| err.within(format_args!("OFPStats.oxs_fields[{i}]")))?;
                    }
                }
                _ => return Err(JsonError::expected("no such member", value).within(name)),
            }
        }
        Ok(Stats(out.into()))
    }

    fn show(&self, out: &mut String) -> bool {
        out.push_str(&self.to_string());
        !self.is_empty()
    }
}

/// Appends the TLV that `{"field", "value"}` means.
fn tlv(out: &mut Vec<u8>, members: &Map<String, Value>) -> Result<(), JsonError> {
    let none = Value::Null;
    let (field, value) =
        (members.get("field").unwrap_or(&none), members.get("value").unwrap_or(&none));
    let name = field.as_str().unwrap_or_default();
    if let Some(row) = ROWS.iter().find(|row| row.0 == name) {
        let one = |v: &Value| v.as_u64().filter(|v| row.3 == 8 || v >> 32 == 0);
        let words: Option<Vec<u64>> = match value {
            Value::Array(words) if words.len() == row.4 => words.iter().map(one).collect(),
            single if row.4 == 1 => one(single).map(|v| vec![v]),
            _ => None,
        };
        let words = words.ok_or_else(|| JsonError::expected("a value of this field", value))?;
        put(out, row.2, row.3, row.4, &words);
        return Ok(());
    }
    let key = name.strip_prefix("field_").and_then(|n| n.parse::<u32>().ok());
    let payload = value.as_str().and_then(base64::decode).filter(|p| p.len() < 256);
    match (key.filter(|key| key >> 23 == 0), payload) {
        (Some(key), Some(payload)) => {
            out.extend_from_slice(&(key << 9 | payload.len() as u32).to_be_bytes());
            out.extend_from_slice(&payload);
            Ok(())
        }
        _ => Err(JsonError::expected("an OXS field", field)),
    }
}

impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (row, key, payload)) in self.tlvs().enumerate() {
            if i > 0 {
                f.write_str(",")?;
            }
            match row {
                Some(row) => {
                    let [first, second] = words(row, payload);
                    match row.4 {
                        2 => write!(f, "{}={first}.{second:09}s", row.0)?,
                        _ => write!(f, "{}={first}", row.0)?,
                    }
                }
                None => write!(f, "field_{key}=0x{}", hex::encode(payload))?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stats({self})")
    }
}
