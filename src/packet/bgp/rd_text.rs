//! Route distinguishers as text: `65001:10`, as routes of EVPN and flow specifications have them
//! in Ryu.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

use serde_json::Value;

use crate::packet::EmitError;
use crate::packet::codec::{Decoder, Encoder, Form, Member};
use crate::wire::{DecodeError, JsonError, base64};

use super::{BgpFourOctetAsRd, BgpIpv4AddressRd, BgpTwoOctetAsRd, RouteDistinguisher};

impl RouteDistinguisher {
    /// `65001:10`; the parts of an unknown type are that and the value in hexadecimal.
    ///
    /// Ryu: `formatted_str`.
    ///
    /// ```
    /// use ryu_sdn::packet::RouteDistinguisher;
    ///
    /// let rd: RouteDistinguisher = "192.0.2.1:7".parse()?;
    /// assert!(matches!(rd, RouteDistinguisher::Ipv4Address(_)));
    /// assert_eq!(rd.formatted_str(), "192.0.2.1:7");
    /// # Ok::<(), ryu_sdn::packet::ParseRouteDistinguisherError>(())
    /// ```
    pub fn formatted_str(&self) -> String {
        match self {
            RouteDistinguisher::TwoOctetAs(rd) => format!("{}:{}", rd.admin, rd.assigned),
            RouteDistinguisher::Ipv4Address(rd) => format!("{}:{}", rd.admin, rd.assigned),
            RouteDistinguisher::FourOctetAs(rd) => format!("{}:{}", rd.admin, rd.assigned),
            RouteDistinguisher::Unknown(rd) => {
                format!("{:#x}:0x{}", rd.type_, crate::wire::hex::encode(&rd.value))
            }
        }
    }
}

impl Default for RouteDistinguisher {
    /// `0:0`.
    fn default() -> Self {
        RouteDistinguisher::TwoOctetAs(BgpTwoOctetAsRd::default())
    }
}

/// Text that is no route distinguisher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseRouteDistinguisherError;

impl fmt::Display for ParseRouteDistinguisherError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a route distinguisher like 65001:10 or 192.0.2.1:10")
    }
}

impl std::error::Error for ParseRouteDistinguisherError {}

/// An address makes it one of an IPv4 address, an AS above 65,535 one of a four-octet AS, any other
/// AS one of a two-octet AS, as in Ryu.
impl FromStr for RouteDistinguisher {
    type Err = ParseRouteDistinguisherError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = || {
            let (admin, assigned) = text.split_once(':')?;
            if let Ok(admin) = admin.parse::<Ipv4Addr>() {
                let assigned = assigned.parse().ok()?;
                return Some(
                    BgpIpv4AddressRd { admin, assigned, ..BgpIpv4AddressRd::default() }.into(),
                );
            }
            let admin: u32 = admin.parse().ok()?;
            if let Ok(admin) = u16::try_from(admin) {
                let assigned = assigned.parse().ok()?;
                return Some(
                    BgpTwoOctetAsRd { admin, assigned, ..BgpTwoOctetAsRd::default() }.into(),
                );
            }
            let assigned = assigned.parse().ok()?;
            Some(BgpFourOctetAsRd { admin, assigned, ..BgpFourOctetAsRd::default() }.into())
        };
        parsed().ok_or(ParseRouteDistinguisherError)
    }
}

/// In JSON as text; an object where the type is unknown, which Ryu cannot say.
pub(super) enum RdText {}

/// In JSON base64 of the text: what Ryu does with flow specifications.
pub(super) enum RdBase64 {}

fn rd_of(
    value: &Value,
    text: impl FnOnce(&str) -> Option<String>,
) -> Result<RouteDistinguisher, JsonError> {
    match value.as_str() {
        None => Member::from_json(value),
        Some(given) => {
            let rd = text(given).and_then(|text| text.parse().ok());
            rd.ok_or_else(|| JsonError::expected("a route distinguisher", value))
        }
    }
}

macro_rules! rd_forms {
    ($($form:ident: |$text:ident| $out:expr, |$given:ident| $in:expr;)*) => { $(
        impl Form<'_, RouteDistinguisher> for $form {
            #[inline]
            fn decode(d: &mut Decoder<'_>) -> Result<RouteDistinguisher, DecodeError> {
                Member::decode(d)
            }
            #[inline]
            fn encode(value: &RouteDistinguisher, e: &mut Encoder<'_>) -> Result<(), EmitError> {
                value.encode(e)
            }
            fn to_json(value: &RouteDistinguisher) -> Value {
                if let RouteDistinguisher::Unknown(_) = value {
                    return Member::to_json(value);
                }
                let $text = value.formatted_str();
                $out.into()
            }
            fn from_json(value: &Value) -> Result<RouteDistinguisher, JsonError> {
                rd_of(value, |$given| $in)
            }
            fn show(value: &RouteDistinguisher, out: &mut String) {
                out.extend(["'", &value.formatted_str(), "'"]);
            }
        }
    )* };
}

rd_forms! {
    RdText: |text| text, |given| Some(given.to_owned());
    RdBase64: |text| base64::encode(text.as_bytes()), |given| text_of(given);
}

/// Text out of base64; text that has a colon is not in base64.
pub(super) fn text_of(given: &str) -> Option<String> {
    if given.contains(':') {
        return Some(given.to_owned());
    }
    String::from_utf8(base64::decode(given)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_goes_both_ways() {
        for text in ["65001:10", "192.0.2.1:65535", "4200000000:3", "65536:1", "0:4294967295"] {
            let rd: RouteDistinguisher = text.parse().expect("it is one");
            assert_eq!(rd.formatted_str(), text);
        }
        for text in ["", "1", "1:", ":1", "65536:65536", "192.0.2.1:65536", "a:b", "1:2:3", "-1:0"]
        {
            assert!(text.parse::<RouteDistinguisher>().is_err(), "{text}");
        }
    }
}
