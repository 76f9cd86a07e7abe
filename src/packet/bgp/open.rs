//! How a BGP session begins (RFC 4271 section 4.2).

use std::net::Ipv4Addr;

use super::capability::Flat;
use super::message::{MARKER, Marker};
use super::{BgpCapability, BgpOptParam};
use crate::packet::List;
use crate::packet::codec::{Len, fields, noun};
use crate::wire::DecodeError;

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
/// | `opt_param_len` | bytes | of the parameters; `None`: filled in |
/// | `opt_param` | | [`BgpOptParam`]s: capabilities |
///
/// JSON has each capability as a parameter, whether it was one or not. A list of parameters that is
/// longer than 255 bytes (RFC 9072) is refused.
///
/// Ryu: `bgp.BGPOpen`. Spec: RFC 4271 section 4.2.
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
        opt_param,
    } = this;
    v.with::<Marker, _>("", marker)?;
    v.sized("len", 16, Len::with(18), len, |v| {
        v.field("type", type_)?;
        v.field("version", version)?;
        v.field("my_as", my_as)?;
        v.field("hold_time", hold_time)?;
        v.field("bgp_identifier", bgp_identifier)?;
        v.sized("opt_param_len", 8, Len::BODY, opt_param_len, |v| {
            v.with::<Flat, _>("opt_param", opt_param)
        })
    })
});
noun!(BgpOpen<'a>, "BGPOpen");

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
