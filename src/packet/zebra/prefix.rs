//! Prefixes and addresses, in the forms that Zebra's bodies have them in.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde_json::Value;

use crate::packet::EmitError;
use crate::packet::codec::{Chosen, Decoder, Encoder, Member};
use crate::wire::{DecodeError, JsonError, base64};

use super::dialect::Family;

/// A prefix of IPv4 or IPv6. In JSON the base64 of its text, as in Ryu; the text itself is read, too.
///
/// Ryu: a string. See the example of [`ZebraMessage`](super::ZebraMessage).
///
/// ```
/// use ryu_sdn::packet::ZebraPrefix;
///
/// assert_eq!(ZebraPrefix::new([10, 0, 1, 0], 24).to_string(), "10.0.1.0/24");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ZebraPrefix {
    /// The address; bits behind the prefix are kept where the bytes have them.
    pub addr: IpAddr,
    /// Bits of the prefix.
    pub len: u8,
}

impl ZebraPrefix {
    /// The first `len` bits of `addr`.
    pub fn new(addr: impl Into<IpAddr>, len: u8) -> Self {
        ZebraPrefix { addr: addr.into(), len }
    }

    pub(super) fn family(&self) -> Family {
        family_of(&self.addr)
    }
}

impl Default for ZebraPrefix {
    fn default() -> Self {
        ZebraPrefix::new(Ipv4Addr::UNSPECIFIED, 0)
    }
}

impl fmt::Display for ZebraPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", address_text(&self.addr), self.len)
    }
}

pub(super) fn family_of(addr: &IpAddr) -> Family {
    if addr.is_ipv4() { Family::V4 } else { Family::V6 }
}

fn address_text(addr: &IpAddr) -> String {
    let text = match addr {
        IpAddr::V4(addr) => Member::to_json(addr),
        IpAddr::V6(addr) => Member::to_json(addr),
    };
    text.as_str().unwrap_or_default().to_owned()
}

/// Base64 of text.
fn text_to_json(text: &str) -> Value {
    base64::encode(text.as_bytes()).into()
}

/// Reads base64 of text, or the text.
fn text_from_json<T>(
    value: &Value,
    what: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<T, JsonError> {
    let text = value.as_str().ok_or_else(|| JsonError::expected(what, value))?;
    let inner = base64::decode(text).and_then(|bytes| String::from_utf8(bytes).ok());
    let found = inner.and_then(|inner| read(&inner)).or_else(|| read(text));
    found.ok_or_else(|| JsonError::expected(what, value))
}

fn read_prefix(text: &str) -> Option<ZebraPrefix> {
    let (addr, len) = text.split_once('/')?;
    Some(ZebraPrefix { addr: addr.parse().ok()?, len: len.parse().ok()? })
}

pub(super) fn decode_address(family: Family, d: &mut Decoder<'_>) -> Result<IpAddr, DecodeError> {
    Ok(match family {
        Family::V4 => <Ipv4Addr as Member>::decode(d)?.into(),
        Family::V6 => <Ipv6Addr as Member>::decode(d)?.into(),
    })
}

fn encode_address(addr: &IpAddr, e: &mut Encoder<'_>) -> Result<(), EmitError> {
    match addr {
        IpAddr::V4(addr) => Member::encode(addr, e),
        IpAddr::V6(addr) => Member::encode(addr, e),
    }
}

/// How a prefix stands on the wire.
#[derive(Clone, Copy)]
pub(super) enum How {
    /// Its length, and as many bytes as that needs; the command says the family.
    Short(Family),
    /// The same behind a family of two bytes.
    FamilyShort,
    /// A family of one byte, the whole address, its length.
    FamilyWhole,
    /// The same behind a family of four bytes.
    WideFamilyWhole,
    /// Its length, and the whole address; the command says the family.
    LengthWhole(Family),
}

fn decode_family(width: u32, d: &mut Decoder<'_>) -> Result<Family, DecodeError> {
    let number = match width {
        8 => <u8 as Member>::decode(d)?.into(),
        16 => <u16 as Member>::decode(d)?.into(),
        _ => <u32 as Member>::decode(d)?,
    };
    Family::of(number).ok_or_else(|| d.bad_value(width as usize / 8, number as usize, "family"))
}

fn decode_short(family: Family, d: &mut Decoder<'_>) -> Result<ZebraPrefix, DecodeError> {
    let len = <u8 as Member>::decode(d)?;
    let bits = if family == Family::V4 { 32 } else { 128 };
    if len > bits {
        return Err(d.bad_value(1, len.into(), "length"));
    }
    let used = usize::from(len).div_ceil(8);
    let mut octets = [0; 16];
    octets[..used].copy_from_slice(d.take(used)?);
    Ok(match (family, octets.first_chunk::<4>()) {
        (Family::V4, Some(octets)) => ZebraPrefix::new(*octets, len),
        _ => ZebraPrefix::new(octets, len),
    })
}

fn encode_short(prefix: &ZebraPrefix, e: &mut Encoder<'_>) -> Result<(), EmitError> {
    let used = usize::from(prefix.len).div_ceil(8);
    let (v4, v6);
    let octets: &[u8] = match prefix.addr {
        IpAddr::V4(addr) => {
            v4 = addr.octets();
            &v4
        }
        IpAddr::V6(addr) => {
            v6 = addr.octets();
            &v6
        }
    };
    let Some(octets) = octets.get(..used) else {
        return Err(e.too_large("prefix", prefix.len.into(), octets.len() as u64 * 8));
    };
    Member::encode(&prefix.len, e)?;
    e.bytes(octets);
    Ok(())
}

impl<'a> Chosen<'a, How> for ZebraPrefix {
    fn decode(by: How, d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        match by {
            How::Short(family) => decode_short(family, d),
            How::FamilyShort => {
                let family = decode_family(16, d)?;
                decode_short(family, d)
            }
            How::FamilyWhole | How::WideFamilyWhole => {
                let width = if matches!(by, How::FamilyWhole) { 8 } else { 32 };
                let family = decode_family(width, d)?;
                let addr = decode_address(family, d)?;
                Ok(ZebraPrefix { addr, len: Member::decode(d)? })
            }
            How::LengthWhole(family) => {
                let len = Member::decode(d)?;
                Ok(ZebraPrefix { addr: decode_address(family, d)?, len })
            }
        }
    }
    fn encode(&self, by: How, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        let family = self.family() as u8;
        match by {
            How::Short(_) => encode_short(self, e),
            How::FamilyShort => {
                Member::encode(&u16::from(family), e)?;
                encode_short(self, e)
            }
            How::FamilyWhole => {
                Member::encode(&family, e)?;
                encode_address(&self.addr, e)?;
                Member::encode(&self.len, e)
            }
            How::WideFamilyWhole => {
                Member::encode(&u32::from(family), e)?;
                encode_address(&self.addr, e)?;
                Member::encode(&self.len, e)
            }
            How::LengthWhole(_) => {
                Member::encode(&self.len, e)?;
                encode_address(&self.addr, e)
            }
        }
    }
    fn to_json(&self) -> Value {
        text_to_json(&self.to_string())
    }
    fn from_json(_: How, value: &Value) -> Result<Self, JsonError> {
        text_from_json(value, "a prefix", read_prefix)
    }
    fn show(&self, out: &mut String) {
        out.extend(["'", &self.to_string(), "'"]);
    }
}

/// A prefix that is there or not.
impl<'a> Chosen<'a, Option<How>> for Option<ZebraPrefix> {
    fn decode(by: Option<How>, d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        by.map(|how| Chosen::decode(how, d)).transpose()
    }
    fn encode(&self, by: Option<How>, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        by.map_or(Ok(()), |how| Chosen::encode(&self.unwrap_or_default(), how, e))
    }
    fn to_json(&self) -> Value {
        self.as_ref().map_or(Value::Null, Chosen::<How>::to_json)
    }
    fn from_json(by: Option<How>, value: &Value) -> Result<Self, JsonError> {
        let how = by.unwrap_or(How::FamilyShort);
        if value.is_null() { Ok(None) } else { Chosen::from_json(how, value).map(Some) }
    }
    fn show(&self, out: &mut String) {
        match self {
            Some(prefix) => Chosen::<How>::show(prefix, out),
            None => out.push_str("None"),
        }
    }
}

/// An address of a family that is known.
impl<'a> Chosen<'a, Family> for IpAddr {
    fn decode(by: Family, d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        decode_address(by, d)
    }
    fn encode(&self, _: Family, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        encode_address(self, e)
    }
    fn to_json(&self) -> Value {
        text_to_json(&address_text(self))
    }
    fn from_json(_: Family, value: &Value) -> Result<Self, JsonError> {
        text_from_json(value, "an address", |text| text.parse().ok())
    }
    fn show(&self, out: &mut String) {
        out.extend(["'", &address_text(self), "'"]);
    }
}

/// An address that is there or not; one that should be and is not is written as zeros.
impl<'a> Chosen<'a, Option<Family>> for Option<IpAddr> {
    fn decode(by: Option<Family>, d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        by.map(|family| decode_address(family, d)).transpose()
    }
    fn encode(&self, by: Option<Family>, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        match (by, self) {
            (None, _) => Ok(()),
            (Some(_), Some(addr)) => encode_address(addr, e),
            (Some(Family::V4), None) => Member::encode(&Ipv4Addr::UNSPECIFIED, e),
            (Some(Family::V6), None) => Member::encode(&Ipv6Addr::UNSPECIFIED, e),
        }
    }
    fn to_json(&self) -> Value {
        self.as_ref().map_or(Value::Null, Chosen::<Family>::to_json)
    }
    fn from_json(_: Option<Family>, value: &Value) -> Result<Self, JsonError> {
        if value.is_null() { Ok(None) } else { Chosen::from_json(Family::V4, value).map(Some) }
    }
    fn show(&self, out: &mut String) {
        match self {
            Some(addr) => Chosen::<Family>::show(addr, out),
            None => out.push_str("None"),
        }
    }
}

/// A family of two bytes and a whole address; there or not.
#[derive(Clone, Copy)]
pub(super) struct FamilyAddress(pub(super) bool);

impl<'a> Chosen<'a, FamilyAddress> for Option<IpAddr> {
    fn decode(by: FamilyAddress, d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        if !by.0 {
            return Ok(None);
        }
        let family = decode_family(16, d)?;
        decode_address(family, d).map(Some)
    }
    fn encode(&self, by: FamilyAddress, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        match self {
            Some(addr) if by.0 => {
                Member::encode(&(family_of(addr) as u16), e)?;
                encode_address(addr, e)
            }
            _ => Ok(()),
        }
    }
    fn to_json(&self) -> Value {
        Chosen::<Option<Family>>::to_json(self)
    }
    fn from_json(_: FamilyAddress, value: &Value) -> Result<Self, JsonError> {
        Chosen::<Option<Family>>::from_json(None, value)
    }
    fn show(&self, out: &mut String) {
        Chosen::<Option<Family>>::show(self, out);
    }
}

/// An address where others have a prefix: JSON and text have no length either.
#[derive(Clone, Copy)]
pub(super) struct Whole(pub(super) Family);

fn whole(addr: IpAddr) -> ZebraPrefix {
    ZebraPrefix { addr, len: if addr.is_ipv4() { 32 } else { 128 } }
}

impl<'a> Chosen<'a, Whole> for ZebraPrefix {
    fn decode(by: Whole, d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        decode_address(by.0, d).map(whole)
    }
    fn encode(&self, _: Whole, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        encode_address(&self.addr, e)
    }
    fn to_json(&self) -> Value {
        Chosen::<Family>::to_json(&self.addr)
    }
    fn from_json(_: Whole, value: &Value) -> Result<Self, JsonError> {
        Chosen::from_json(Family::V4, value).map(whole)
    }
    fn show(&self, out: &mut String) {
        Chosen::<Family>::show(&self.addr, out);
    }
}
