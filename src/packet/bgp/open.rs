//! How a BGP session begins (RFC 4271 section 4.2).

use std::net::Ipv4Addr;

use serde_json::Value;

use super::capability::Flat;
use super::dialect::EXTENDED;
use super::message::{MARKER, Marker};
use super::{BgpCapability, BgpOptParam};
use crate::packet::codec::{Decoder, Encoder, Form, Len, fields, noun};
use crate::packet::{EmitError, List};
use crate::wire::{DecodeError, JsonError};

/// How a session begins: who speaks, and what it can do.
///
/// ```text
///  0                               16                              32
/// +-------+-----------------------+-------------------------------+
/// |version|         my_as         |           hold_time           |  (behind marker, len and type)
/// +-------+-----------------------+-------------------------------+
/// |                        bgp_identifier                         |
/// +-------+-------------------------------------------------------+
/// |  len  |  opt_param
/// +-------+--------------------------------------------------------
/// ```
///
/// | field | unit and range | meaning |
/// |---|---|---|
/// | `marker`, `len`, `type_` | | as of any [`Bgp`](super::Bgp) |
/// | `version` | 4 | of BGP |
/// | `my_as` | 0 to 65,535 | number of the AS; 23,456 if it needs four octets |
/// | `hold_time` | seconds, 0 or 3 to 65,535 | silence that ends the session; 0: none does |
/// | `bgp_identifier` | not 0.0.0.0 | of the speaker |
/// | `opt_param_len` | bytes | of the parameters; 1 to 255 if `is_extended`; `None`: filled in |
/// | `is_extended` | | the parameters have a length of 16 bits, each and all together |
/// | `ext_opt_param_len` | bytes | that of all of them; `None`: filled in |
/// | `opt_param` | | [`BgpOptParam`]s: capabilities |
///
/// Parameters that 8 bits cannot count make an open message extended when it is emitted, if
/// `opt_param_len` is `None`. Then 255 stands in front of their length as the number of no parameter.
///
/// JSON has each capability as a parameter, whether it was one or not, and `is_extended` and
/// `ext_opt_param_len` of an extended message only: Ryu does not know those.
///
/// Ryu: `bgp.BGPOpen`. Spec: RFC 4271 section 4.2, RFC 9072.
///
/// ```
/// use ryu_sdn::packet::{Bgp, BgpCapability, BgpCapabilityFourOctetAsNumber, BgpOpen, BgpOptParam};
///
/// let wide = BgpCapabilityFourOctetAsNumber { as_number: 4_200_000_000, ..Default::default() };
/// let open = BgpOpen {
///     my_as: 65001,
///     hold_time: 180,
///     bgp_identifier: [192, 0, 2, 1].into(),
///     opt_param: vec![BgpOptParam::capability(wide)].into(),
///     ..BgpOpen::default()
/// };
/// let bytes = (Bgp::from(open) / []).to_bytes()?;
/// assert_eq!(bytes[16..28], [0, 37, 1, 4, 0xfd, 0xe9, 0, 180, 192, 0, 2, 1]);
/// assert_eq!(bytes[28..], [8, 2, 6, 65, 4, 0xfa, 0x56, 0xea, 0]);
/// let (back, _) = Bgp::parse(&bytes)?;
/// let capabilities = back.as_open().expect("it is one").capabilities()?;
/// assert!(matches!(capabilities[..], [BgpCapability::FourOctetAsNumber(can)] if can.as_number == 4_200_000_000));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BgpOpen<'a> {
    /// All bits set.
    pub marker: [u8; 16],
    /// Bytes of the message.
    pub len: Option<u16>,
    /// 1.
    pub type_: u8,
    /// 4.
    pub version: u8,
    /// Number of the AS.
    pub my_as: u16,
    /// Seconds of silence that end the session.
    pub hold_time: u16,
    /// Identifier of the speaker.
    pub bgp_identifier: Ipv4Addr,
    /// Bytes of the parameters.
    pub opt_param_len: Option<u8>,
    /// Lengths have 16 bits.
    pub is_extended: bool,
    /// Bytes of the parameters, then.
    pub ext_opt_param_len: Option<u16>,
    /// Parameters.
    pub opt_param: List<'a, BgpOptParam<'a>>,
}

impl Default for BgpOpen<'_> {
    fn default() -> Self {
        BgpOpen {
            marker: MARKER,
            len: None,
            type_: 1,
            version: 4,
            my_as: 0,
            hold_time: 0,
            bgp_identifier: Ipv4Addr::UNSPECIFIED,
            opt_param_len: None,
            is_extended: false,
            ext_opt_param_len: None,
            opt_param: List::default(),
        }
    }
}

fields!(BgpOpen<'a>, |this, v| {
    let BgpOpen {
        marker,
        len,
        type_,
        version,
        my_as,
        hold_time,
        bgp_identifier,
        opt_param_len,
        is_extended,
        ext_opt_param_len,
        opt_param,
    } = this;
    v.with::<Marker, _>("", marker)?;
    v.sized("len", 16, Len::with(18), len, |v| {
        v.field("type", type_)?;
        v.field("version", version)?;
        v.field("my_as", my_as)?;
        v.field("hold_time", hold_time)?;
        v.field("bgp_identifier", bgp_identifier)?;
        let name = v.rare("is_extended", *is_extended);
        v.with::<Extended, _>(name, is_extended)?;
        if !v.is_bytes() {
            let name = v.rare("ext_opt_param_len", *is_extended);
            v.field(name, ext_opt_param_len)?;
        }
        let is_written = v.is_bytes() && v.left().is_none();
        let has_to_be = is_written && opt_param_len.is_none() && is_long(opt_param);
        if !*is_extended && !has_to_be {
            return v.sized("opt_param_len", 8, Len::BODY, opt_param_len, |v| {
                v.with::<Flat, _>("opt_param", opt_param)
            });
        }
        v.counts("opt_param_len", 8, opt_param_len, || EXTENSION.into())?;
        if v.is_bytes() {
            v.bits("", 8, &mut { EXTENSION })?;
            v.say(v.said() | EXTENDED);
            v.sized("ext_opt_param_len", 16, Len::BODY, ext_opt_param_len, |v| {
                v.with::<Flat, _>("opt_param", opt_param)
            })
        } else {
            v.with::<Flat, _>("opt_param", opt_param)
        }
    })
});
noun!(BgpOpen<'a>, "BGPOpen");

/// The number of no parameter: what follows is extended.
const EXTENSION: u8 = 255;

/// Whether parameters that were built have more bytes than 8 bits count.
fn is_long<'a>(params: &List<'a, BgpOptParam<'a>>) -> bool {
    params.as_bytes().is_none() && !params.to_bytes().is_ok_and(|bytes| bytes.len() <= 255)
}

/// Whether an extended list of parameters comes; it is only looked at.
enum Extended {}

impl Form<'_, bool> for Extended {
    fn decode(d: &mut Decoder<'_>) -> Result<bool, DecodeError> {
        Ok(d.peek().is_some_and(|[length, kind]| length != 0 && kind == EXTENSION))
    }
    fn encode(_: &bool, _: &mut Encoder<'_>) -> Result<(), EmitError> {
        Ok(())
    }
    fn to_json(value: &bool) -> Value {
        (*value).into()
    }
    fn from_json(value: &Value) -> Result<bool, JsonError> {
        value.as_bool().ok_or_else(|| JsonError::expected("true or false", value))
    }
    fn show(value: &bool, out: &mut String) {
        out.push_str(if *value { "True" } else { "False" });
    }
}

impl<'a> BgpOpen<'a> {
    /// What the speaker can do, from all parameters.
    ///
    /// # Errors
    /// If a parameter or a capability cannot be read.
    pub fn capabilities(&self) -> Result<Vec<BgpCapability<'a>>, DecodeError> {
        let mut all = Vec::new();
        for param in self.opt_param.iter() {
            if let BgpOptParam::Capability(param) = param? {
                for capability in param.capabilities.iter() {
                    all.push(capability?);
                }
            }
        }
        Ok(all)
    }
}
