//! Fields that apps registered, in the text of ovs-ofctl: their name, and a value as their row says.

use super::error::OvsTextErrorKind;
use super::token::{self, expected, number};
use super::{Parser, Result};
use crate::ofproto::oxm::{FieldInfo, OxmRef, OxmTlv, OxmValue, ValueKind};
use crate::ofproto::{PortNo, V1_0, Version, registry};

/// The row of a field on the wire, if an app registered it and its size is right.
pub(super) fn of_tlv(tlv: OxmRef<'_>) -> Option<&'static FieldInfo> {
    let info = tlv.info().filter(|info| registry::is_registered(info))?;
    (tlv.value().len() == usize::from(info.size)).then_some(info)
}

/// The row of a name, in the versions that have it.
pub(super) fn named(version: Version, name: &str) -> Option<&'static FieldInfo> {
    // In 1.0 it is found too, so that it can be refused by its name.
    let is_in = |info: &FieldInfo| version == V1_0 || (info.since..=info.until).contains(&version);
    registry::fields().find(|info| info.name == name && is_in(info))
}

/// Writes `value` or `value/mask`.
pub(super) fn text(tlv: OxmRef<'_>) -> String {
    let whole = tlv.to_string();
    whole.split_once('=').map_or(whole.clone(), |(_, value)| value.to_owned())
}

/// Reads `value` or `value/mask`.
pub(super) fn parse(
    p: &Parser<'_>,
    info: &'static FieldInfo,
    token: &str,
    text: &str,
) -> Result<OxmTlv> {
    if p.version == V1_0 {
        return Err(p.error(token, OvsTextErrorKind::NotInVersion(p.version)));
    }
    let form = match (info.kind, info.maskable) {
        (ValueKind::Mac, false) => "an Ethernet address",
        (ValueKind::Mac, true) => "an Ethernet address, or one with /MASK",
        (ValueKind::Ipv4, false) => "an IPv4 address",
        (ValueKind::Ipv4, true) => "an IPv4 address, or one with /MASK",
        (ValueKind::Ipv6, false) => "an IPv6 address",
        (ValueKind::Ipv6, true) => "an IPv6 address, or one with /MASK",
        (ValueKind::Port, false) => "a port",
        (ValueKind::Port, true) => "a port, or a number with /MASK",
        (_, false) => "a number in range",
        (_, true) => "a number in range, or one with /MASK",
    };
    let fail = || p.error(text, expected(form));
    let one = |text: &str| {
        let value = match info.kind {
            ValueKind::Mac => token::mac(text),
            ValueKind::Ipv4 => token::ipv4(text),
            ValueKind::Ipv6 => token::ipv6(text),
            ValueKind::Port => number(text).or_else(|| Some(text.parse::<PortNo>().ok()?.0.into())),
            ValueKind::Decimal | ValueKind::Hex => number(text),
        };
        let bits = usize::from(info.size) * 8;
        let value = value.filter(|v| bits >= 128 || v >> bits == 0)?;
        let mut bytes = vec![0; usize::from(info.size)];
        value.write(&mut bytes);
        Some(bytes)
    };
    match text.split_once('/') {
        None => Ok(OxmTlv::of_row(info, &one(text).ok_or_else(fail)?, None)),
        Some((value, mask)) if info.maskable => {
            let mut value = one(value).ok_or_else(fail)?;
            let mask = one(mask).ok_or_else(fail)?;
            value.iter_mut().zip(&mask).for_each(|(v, m)| *v &= *m);
            Ok(OxmTlv::of_row(info, &value, Some(&mask)))
        }
        Some(_) => Err(fail()),
    }
}
