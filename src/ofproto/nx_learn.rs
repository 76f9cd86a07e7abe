//! Nicira's learn action: flow entries that are added from packets.

use serde_json::{Map, Value, json};

use super::codec::{Codec, display, fields, noun};
use super::encode::EncodeError;
use super::json::{JsonError, wrapper};
use super::layout::layout;
use super::oxm_id::{FieldName, OxmId};
use super::version::Version;
use crate::wire::{DecodeError, Reader, Writer, base64};

/// Adds a flow entry made from the packet.
///
/// | field | size, range |
/// |---|---|
/// | `idle_timeout`, `hard_timeout` | 2 bytes each: 0 to 65535 seconds, 0 for none |
/// | `priority` | 2 bytes |
/// | `cookie` | 8 bytes |
/// | `flags` | 2 bytes: bit 0 flow-removed, 1 they go with this entry, 2 result |
/// | `table_id` | 1 byte |
/// | | 1 byte of padding |
/// | `fin_idle_timeout`, `fin_hard_timeout` | 2 bytes each: as above |
/// | `specs` | any number, the end or 2 zero bytes behind them |
///
/// Spec: ovs-actions(7), `learn` (sub-type 16).
///
/// # Example: the way back to where the packet is from; at most seven such entries
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::*;
/// use ryu_sdn::wire::hex;
///
/// let [src, dst] = [oxm::ETH_SRC_NXM, oxm::ETH_DST_NXM].map(OxmId::of);
/// let (port, vlan) = (OxmId::of(oxm::IN_PORT_NXM), OxmId::of(oxm::VLAN_TCI));
/// let (priority, table_id) = (0x8000, 1);
/// let here = FlowSpec {
///     n_bits: 48,
///     src: SpecSource::Field(src, 0),
///     dst: SpecTarget::Match(dst, 0),
/// };
/// let untagged = FlowSpec {
///     n_bits: 1,
///     src: SpecSource::Value(vec![0, 0]),
///     dst: SpecTarget::Load(vlan, 0),
/// };
/// let back = FlowSpec { n_bits: 16, src: SpecSource::Field(port, 0), dst: SpecTarget::Output };
///
/// let specs = vec![here.clone(), untagged, back];
/// let learn = NxLearn { idle_timeout: 5, priority, table_id, specs, ..NxLearn::default() };
/// let learn2 = NxLearn { priority, flags: 6, table_id, specs: vec![here], ..NxLearn::default() };
/// let limited = NxLearn2 {
///     learn: learn2,
///     limit: 7,
///     result_dst_ofs: 3,
///     result_dst: OxmId::of(oxm::REG0),
/// };
/// let rows: [(NxAction, &str); 2] = [
///     (
///         learn.into(),
///         "ffff 0040 00002320 0010 0005 0000 8000 0000000000000000 0000 01 00 0000 0000 \
///          0030 00000406 0000 00000206 0000 2801 0000 00000802 0000 1010 00000002 0000",
///     ),
///     (
///         limited.into(),
///         "ffff 0040 00002320 002d 0000 0000 8000 0000000000000000 0006 01 00 0000 0000 \
///          00000007 0003 0000 00010004 0030 00000406 0000 00000206 0000 0000 00000000",
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NxLearn {
    /// Idle timeout of the entry, in seconds.
    pub idle_timeout: u16,
    /// Hard timeout of the entry, in seconds.
    pub hard_timeout: u16,
    /// Priority of the entry.
    pub priority: u16,
    /// Cookie of the entry.
    pub cookie: u64,
    /// Bits.
    pub flags: u16,
    /// Table of the entry.
    pub table_id: u8,
    /// Idle timeout after a FIN or RST.
    pub fin_idle_timeout: u16,
    /// Hard timeout after a FIN or RST.
    pub fin_hard_timeout: u16,
    /// What the entry matches and does.
    pub specs: Vec<FlowSpec>,
}

/// What stands before the specs of a [`NxLearn`], and before the limit of a [`NxLearn2`].
enum Head {}

layout!(Head, NxLearn, |this, v| {
    let NxLearn {
        idle_timeout,
        hard_timeout,
        priority,
        cookie,
        flags,
        table_id,
        fin_idle_timeout,
        fin_hard_timeout,
        specs: _,
    } = this;
    v.field("idle_timeout", idle_timeout)?;
    v.field("hard_timeout", hard_timeout)?;
    v.field("priority", priority)?;
    v.field("cookie", cookie)?;
    v.field("flags", flags)?;
    v.field("table_id", table_id)?;
    v.pad(1)?;
    v.field("fin_idle_timeout", fin_idle_timeout)?;
    v.field("fin_hard_timeout", fin_hard_timeout)
});

fields!(NxLearn, |this, v| {
    v.laid_out::<Head, _>(this)?;
    let NxLearn { specs, .. } = this;
    v.with::<Specs, _>("specs", specs)
});
noun!(NxLearn, "learn", "NXActionLearn");
display!(NxLearn, "learn");

/// [`NxLearn`] with a limit, and a bit that says whether it was kept. Ryu 4.34 does not know it.
///
/// | field | size, range |
/// |---|---|
/// | `idle_timeout`, `hard_timeout` | 2 bytes each: 0 to 65535 seconds, 0 for none |
/// | `priority` | 2 bytes |
/// | `cookie` | 8 bytes |
/// | `flags` | 2 bytes: bit 0 flow-removed, 1 they go with this entry, 2 result |
/// | `table_id` | 1 byte |
/// | | 1 byte of padding |
/// | `fin_idle_timeout`, `fin_hard_timeout` | 2 bytes each: as above |
/// | `limit` | 4 bytes: 0 for any number |
/// | `result_dst_ofs` | 2 bytes: a bit, from 0 |
/// | | 2 bytes of padding |
/// | `result_dst` | 4 bytes, 8 if it is an experimenter's; only with bit 2 of `flags` |
/// | `specs` | any number, the end or 2 zero bytes behind them |
///
/// Spec: ovs-actions(7), `learn` with `limit` (sub-type 45).
///
/// See the example of [`NxLearn`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NxLearn2 {
    /// What is learned; bit 2 of its flags says that there is a `result_dst`.
    pub learn: NxLearn,
    /// How many entries there may be; 0 for any number.
    pub limit: u32,
    /// Which bit of `result_dst`.
    pub result_dst_ofs: u16,
    /// The field that gets 1 if the entry is there in the end, 0 if there were too many.
    pub result_dst: OxmId,
}

/// Bit of the flags: `result_dst` is there.
const WRITE_RESULT: u16 = 4;

fields!(NxLearn2, |this, v| {
    let NxLearn2 { learn, limit, result_dst_ofs, result_dst } = this;
    v.laid_out::<Head, _>(learn)?;
    let NxLearn { flags, specs, .. } = learn;
    v.field("limit", limit)?;
    v.field("result_dst_ofs", result_dst_ofs)?;
    v.pad(2)?;
    if *flags & WRITE_RESULT != 0 {
        v.with::<FieldName, _>("result_dst", result_dst)?;
    }
    v.with::<Specs, _>("specs", specs)
});
noun!(NxLearn2, "learn", "NXActionUnknown");
display!(NxLearn2, "learn");

/// One match or action of a learned entry: bits from somewhere to somewhere.
///
/// | field | size, range |
/// |---|---|
/// | | 2 bytes: bit 13 a value, bits 11, 12 what for (0 match, 1 load, 2 output), `n_bits` |
/// | `src` | a field (4 bytes, 8 of an experimenter's) and its first bit (2 bytes); or a value |
/// | `dst` | a field and its first bit; nothing of an output |
///
/// Spec: ovs-actions(7), `learn`.
///
/// See the example of [`NxLearn`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowSpec {
    /// How many bits, 1 to 2047.
    pub n_bits: u16,
    /// Where they are from.
    pub src: SpecSource,
    /// What they are for.
    pub dst: SpecTarget,
}

/// Where the bits of a [`FlowSpec`] are from.
///
/// Spec: ovs-actions(7), `learn`: bit 13 of the head of a [`FlowSpec`].
///
/// See the example of [`NxLearn`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpecSource {
    /// A field of the packet, and the first bit in it.
    Field(OxmId, u16),
    /// A value, big-endian, in as many 16-bit words as the bits need.
    Value(Vec<u8>),
}

/// What the bits of a [`FlowSpec`] are for.
///
/// Spec: ovs-actions(7), `learn`: bits 11 and 12 of the head of a [`FlowSpec`].
///
/// See the example of [`NxLearn`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpecTarget {
    /// The entry matches on a field, from this bit on.
    Match(OxmId, u16),
    /// The entry sets a field, from this bit on.
    Load(OxmId, u16),
    /// The entry sends packets out of the port that the bits are.
    Output,
}

const IMMEDIATE: u16 = 1 << 13;
const LOAD: u16 = 1 << 11;
const OUTPUT: u16 = 2 << 11;
const N_BITS: u16 = 0x7ff;

/// The specs, up to the end of the box or to a zero.
enum Specs {}

fn field(version: Version, r: &mut Reader<'_>) -> Result<(OxmId, u16), DecodeError> {
    use super::codec::Member as _;
    Ok((OxmId::decode(version, r)?, r.u16()?))
}

fn spec(version: Version, r: &mut Reader<'_>) -> Result<FlowSpec, DecodeError> {
    let head = r.u16()?;
    let n_bits = head & N_BITS;
    let src = if head & IMMEDIATE != 0 {
        SpecSource::Value(r.take(usize::from(n_bits).div_ceil(16) * 2)?.to_vec())
    } else {
        let (id, ofs) = field(version, r)?;
        SpecSource::Field(id, ofs)
    };
    let dst = match head & !(IMMEDIATE | N_BITS) {
        0 => field(version, r).map(|(id, ofs)| SpecTarget::Match(id, ofs))?,
        LOAD => field(version, r).map(|(id, ofs)| SpecTarget::Load(id, ofs))?,
        OUTPUT => SpecTarget::Output,
        _ => return Err(r.bad_value(2, usize::from(head), "flow spec header")),
    };
    Ok(FlowSpec { n_bits, src, dst })
}

impl Codec<Vec<FlowSpec>> for Specs {
    fn decode(version: Version, r: &mut Reader<'_>) -> Result<Vec<FlowSpec>, DecodeError> {
        let mut specs = Vec::new();
        while r.peek_u16().is_some_and(|head| head != 0) {
            specs.push(spec(version, r)?);
        }
        Ok(specs)
    }

    fn encode(
        specs: &Vec<FlowSpec>,
        version: Version,
        w: &mut Writer<'_>,
    ) -> Result<(), EncodeError> {
        use super::codec::Member as _;
        for FlowSpec { n_bits, src, dst } in specs {
            let source = if let SpecSource::Value(_) = src { IMMEDIATE } else { 0 };
            let target = match dst {
                SpecTarget::Match(..) => 0,
                SpecTarget::Load(..) => LOAD,
                SpecTarget::Output => OUTPUT,
            };
            w.u16(source | target | n_bits & N_BITS);
            match src {
                SpecSource::Field(id, ofs) => {
                    id.encode(version, w)?;
                    w.u16(*ofs);
                }
                SpecSource::Value(value) => {
                    // In the size that the bits ask for, whatever was given.
                    let size = usize::from(n_bits & N_BITS).div_ceil(16) * 2;
                    let skip = value.len().saturating_sub(size);
                    w.pad(size - (value.len() - skip));
                    w.bytes(&value[skip..]);
                }
            }
            if let SpecTarget::Match(id, ofs) | SpecTarget::Load(id, ofs) = dst {
                id.encode(version, w)?;
                w.u16(*ofs);
            }
        }
        Ok(())
    }

    fn to_json(
        specs: &Vec<FlowSpec>,
        version: Version,
        w: &mut Writer<'_>,
    ) -> Result<Value, EncodeError> {
        Specs::encode(specs, version, w)?;
        let place = |id: &OxmId, ofs: &u16| json!([FieldName::name(*id, version), ofs]);
        let one = |spec: &FlowSpec| {
            let src = match &spec.src {
                SpecSource::Field(id, ofs) => place(id, ofs),
                SpecSource::Value(value) => {
                    let number = value.iter().try_fold(0u128, |acc, b| {
                        (acc >> 120 == 0).then_some(acc << 8 | u128::from(*b))
                    });
                    match number {
                        // Numbers of a `Value` end at 64 bits; see `json_text.rs`.
                        Some(wide) if value.len() <= 16 => u64::try_from(wide)
                            .map_or_else(|_| wide.to_string().into(), Value::from),
                        Some(small) if small >> 64 == 0 => (small as u64).into(),
                        _ => base64::encode(value).into(),
                    }
                }
            };
            let (class, dst) = match &spec.dst {
                SpecTarget::Match(id, ofs) => ("NXFlowSpecMatch", place(id, ofs)),
                SpecTarget::Load(id, ofs) => ("NXFlowSpecLoad", place(id, ofs)),
                SpecTarget::Output => ("NXFlowSpecOutput", "".into()),
            };
            json!({ class: { "src": src, "dst": dst, "n_bits": spec.n_bits } })
        };
        Ok(specs.iter().map(one).collect())
    }

    fn from_json(version: Version, value: &Value) -> Result<Vec<FlowSpec>, JsonError> {
        let list = value.as_array().ok_or_else(|| JsonError::expected("a list", value))?;
        let one = |(i, spec): (usize, &Value)| {
            let read = wrapper(spec).and_then(|(class, m)| spec_from_json(version, class, m));
            read.map_err(|err| err.within(format_args!("[{i}]")))
        };
        list.iter().enumerate().map(one).collect()
    }

    fn show(specs: &Vec<FlowSpec>, out: &mut String) -> bool {
        use std::fmt::Write as _;
        write!(out, "{specs:?}").is_ok() && !specs.is_empty()
    }
}

fn spec_from_json(
    version: Version,
    class: &str,
    members: &Map<String, Value>,
) -> Result<FlowSpec, JsonError> {
    let none = Value::Null;
    let member = |name: &str| members.get(name).unwrap_or(&none);
    let n_bits = member("n_bits").as_u64().filter(|n| (1..=2047).contains(n));
    let n_bits = n_bits.ok_or_else(|| JsonError::expected("1 to 2047", member("n_bits")))? as u16;
    let place = |value: &Value| {
        let bad = || JsonError::expected("[field, first bit]", value);
        let [name, ofs] = value.as_array().ok_or_else(bad)?.as_slice() else { return Err(bad()) };
        let ofs = ofs.as_u64().and_then(|v| u16::try_from(v).ok()).ok_or_else(bad)?;
        Ok((<FieldName as Codec<OxmId>>::from_json(version, name)?, ofs))
    };
    let size = usize::from(n_bits).div_ceil(16) * 2;
    let src = match member("src") {
        Value::Array(_) => place(member("src")).map(|(id, ofs)| SpecSource::Field(id, ofs))?,
        // Bytes only where they are more than a number of 128 bits.
        Value::String(text) if size > 16 => {
            let value = base64::decode(text);
            SpecSource::Value(value.ok_or_else(|| JsonError::expected("base64", member("src")))?)
        }
        other => {
            let wide = || other.as_str().and_then(|digits| digits.parse().ok());
            let number: Option<u128> = other.as_u64().map(u128::from).or_else(wide);
            let fits = |n: &u128| size >= 16 || n >> (size * 8) == 0;
            let Some(number) = number.filter(fits) else {
                return Err(JsonError::expected("a number of n_bits", other));
            };
            let mut value = vec![0; size.saturating_sub(16)];
            value.extend_from_slice(&number.to_be_bytes()[16 - size.min(16)..]);
            SpecSource::Value(value)
        }
    };
    let dst = match class {
        "NXFlowSpecMatch" => place(member("dst")).map(|(id, ofs)| SpecTarget::Match(id, ofs))?,
        "NXFlowSpecLoad" => place(member("dst")).map(|(id, ofs)| SpecTarget::Load(id, ofs))?,
        "NXFlowSpecOutput" => SpecTarget::Output,
        other => return Err(JsonError::new(format!("{other} is no flow spec"))),
    };
    Ok(FlowSpec { n_bits, src, dst })
}
