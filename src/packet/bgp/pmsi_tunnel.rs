//! By which tunnel multicast of a VPN comes (RFC 6514).

use std::borrow::Cow;
use std::net::IpAddr;

use serde_json::Value;

use super::attribute::EXTENDED_LENGTH;
use crate::packet::EmitError;
use crate::packet::codec::{
    Chosen, Decoder, Encoder, Form, Member, fields, header, noun, noun_from_json, wrapper,
};
use crate::wire::{DecodeError, JsonError};

/// By which tunnel broadcast and multicast of a VPN come.
///
/// ```text
///  0       8       16                      40
/// +-------+-------+-----------------------+-------------------------
/// | flags | type  |         label         | tunnel_id, by the type
/// +-------+-------+-----------------------+-------------------------
/// ```
///
/// | field | range | meaning |
/// |---|---|---|
/// | `flags`, `type_`, `length` | | as of any [`BgpPathAttribute`](super::BgpPathAttribute) |
/// | `pmsi_flags` | 8 bits | 1: leaves are to answer |
/// | `tunnel_type` | 0 to 255 | 0: no tunnel; 6: a copy for each |
/// | `label` | 24 bits | a VNI, or an MPLS label in the upper 20 |
/// | `tunnel_id` | | [`PmsiTunnelId`] |
///
/// Ryu's JSON does not have the label, and so ours has not.
///
/// Ryu: `bgp.BGPPathAttributePmsiTunnel`. Spec: RFC 6514 section 5.
///
/// ```
/// use ryu_sdn::packet::{Bgp, BgpPmsiTunnel, BgpUpdate, PmsiTunnelIdIngressReplication};
///
/// let to = PmsiTunnelIdIngressReplication { tunnel_endpoint_ip: [192, 0, 2, 1].into() };
/// let tunnel = BgpPmsiTunnel {
///     pmsi_flags: 1,
///     tunnel_type: BgpPmsiTunnel::INGRESS_REPLICATION,
///     label: 100 << 4 | 1,
///     tunnel_id: to.into(),
///     ..BgpPmsiTunnel::default()
/// };
/// let update = BgpUpdate { path_attributes: vec![tunnel.into()].into(), ..BgpUpdate::default() };
/// let bytes = (Bgp::from(update) / []).to_bytes()?;
/// assert_eq!(bytes[23..], [0xc0, 22, 9, 1, 6, 0, 0x06, 0x41, 192, 0, 2, 1]);
/// # Ok::<(), ryu_sdn::packet::EmitError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BgpPmsiTunnel<'a> {
    /// Flags of the attribute.
    pub flags: u8,
    /// 22.
    pub type_: u8,
    /// Bytes of the value; `None`: filled in.
    pub length: Option<u16>,
    /// Flags of the tunnel.
    pub pmsi_flags: u8,
    /// Kind of the tunnel.
    pub tunnel_type: u8,
    /// Label in the tunnel, 24 bits.
    pub label: u32,
    /// Which tunnel.
    pub tunnel_id: PmsiTunnelId<'a>,
}

impl Default for BgpPmsiTunnel<'_> {
    fn default() -> Self {
        BgpPmsiTunnel {
            flags: 0xc0,
            type_: 22,
            length: None,
            pmsi_flags: 0,
            tunnel_type: 0,
            label: 0,
            tunnel_id: PmsiTunnelId::default(),
        }
    }
}

fields!(BgpPmsiTunnel<'a>, |this, v| {
    let BgpPmsiTunnel { flags, type_, length, pmsi_flags, tunnel_type, label, tunnel_id } = this;
    v.field("flags", flags)?;
    v.field("type", type_)?;
    let is_wide = *flags & EXTENDED_LENGTH != 0;
    v.sized_wide("length", is_wide, EXTENDED_LENGTH, length, |v, _| {
        v.field("pmsi_flags", pmsi_flags)?;
        v.field("tunnel_type", tunnel_type)?;
        v.bits("", 24, label)?;
        v.chosen("tunnel_id", *tunnel_type, tunnel_id)
    })
});
noun!(BgpPmsiTunnel<'a>, "BGPPathAttributePmsiTunnel");

impl BgpPmsiTunnel<'_> {
    /// Kind: no tunnel.
    pub const NO_TUNNEL: u8 = 0;
    /// Kind: the sender makes a copy for each.
    pub const INGRESS_REPLICATION: u8 = 6;

    /// The label, if it is one of MPLS.
    pub const fn mpls_label(&self) -> u32 {
        self.label >> 4
    }
}

/// Which tunnel.
///
/// Spec: RFC 6514 section 5. See the example of [`BgpPmsiTunnel`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PmsiTunnelId<'a> {
    /// None.
    #[default]
    None,
    /// To one router.
    IngressReplication(PmsiTunnelIdIngressReplication),
    /// Of a kind that has no type here.
    Unknown(PmsiTunnelIdUnknown<'a>),
}

impl From<PmsiTunnelIdIngressReplication> for PmsiTunnelId<'_> {
    fn from(id: PmsiTunnelIdIngressReplication) -> Self {
        PmsiTunnelId::IngressReplication(id)
    }
}

impl<'a> From<PmsiTunnelIdUnknown<'a>> for PmsiTunnelId<'a> {
    fn from(id: PmsiTunnelIdUnknown<'a>) -> Self {
        PmsiTunnelId::Unknown(id)
    }
}

header! {
    /// To one router.
    ///
    /// Ryu: `bgp.PmsiTunnelIdIngressReplication`. Spec: RFC 6514 section 5. See the example of
    /// [`BgpPmsiTunnel`].
    #[derive(Copy)]
    pub struct PmsiTunnelIdIngressReplication "PmsiTunnelIdIngressReplication" {
        /// Its address, of either version.
        tunnel_endpoint_ip: IpAddr => EitherVersion = IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED),
    }
}

header! {
    /// Of a kind that has no type here.
    ///
    /// Ryu: `bgp.PmsiTunnelIdUnknown`. Spec: RFC 6514 section 5. See the example of
    /// [`BgpPmsiTunnel`].
    pub struct PmsiTunnelIdUnknown<'a> "PmsiTunnelIdUnknown" {
        /// What it says.
        value: Cow<'a, [u8]>,
    }
}

/// `by` is the kind of the tunnel.
impl<'a> Chosen<'a, u8> for PmsiTunnelId<'a> {
    fn decode(by: u8, d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        match (by, d.remaining()) {
            (BgpPmsiTunnel::NO_TUNNEL, 0) => Ok(PmsiTunnelId::None),
            (BgpPmsiTunnel::INGRESS_REPLICATION, 4 | 16) => {
                Member::decode(d).map(PmsiTunnelId::IngressReplication)
            }
            _ => Member::decode(d).map(PmsiTunnelId::Unknown),
        }
    }
    fn encode(&self, _: u8, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        match self {
            PmsiTunnelId::None => Ok(()),
            PmsiTunnelId::IngressReplication(id) => id.encode(e),
            PmsiTunnelId::Unknown(id) => id.encode(e),
        }
    }
    fn to_json(&self) -> Value {
        match self {
            PmsiTunnelId::None => Value::Null,
            PmsiTunnelId::IngressReplication(id) => id.to_json(),
            PmsiTunnelId::Unknown(id) => id.to_json(),
        }
    }
    fn from_json(_: u8, value: &Value) -> Result<Self, JsonError> {
        if value.is_null() {
            return Ok(PmsiTunnelId::None);
        }
        match wrapper(value)? {
            (class @ "PmsiTunnelIdIngressReplication", members) => {
                noun_from_json(class, members).map(PmsiTunnelId::IngressReplication)
            }
            (class, members) => noun_from_json(class, members).map(PmsiTunnelId::Unknown),
        }
    }
    fn show(&self, out: &mut String) {
        match self {
            PmsiTunnelId::None => out.push_str("None"),
            PmsiTunnelId::IngressReplication(id) => id.show(out),
            PmsiTunnelId::Unknown(id) => id.show(out),
        }
    }
}

/// An address of the version whose size is left.
pub(crate) enum EitherVersion {}

impl<'a> Form<'a, IpAddr> for EitherVersion {
    fn decode(d: &mut Decoder<'a>) -> Result<IpAddr, DecodeError> {
        if d.remaining() == 4 {
            return d.array::<4>().map(IpAddr::from);
        }
        d.array::<16>().map(IpAddr::from)
    }
    fn encode(value: &IpAddr, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        match value {
            IpAddr::V4(v4) => Member::encode(v4, e),
            IpAddr::V6(v6) => Member::encode(v6, e),
        }
    }
    fn to_json(value: &IpAddr) -> Value {
        match value {
            IpAddr::V4(v4) => Member::to_json(v4),
            IpAddr::V6(v6) => Member::to_json(v6),
        }
    }
    fn from_json(value: &Value) -> Result<IpAddr, JsonError> {
        let address = value.as_str().and_then(|text| text.parse().ok());
        address.ok_or_else(|| JsonError::expected("an IP address", value))
    }
    fn show(value: &IpAddr, out: &mut String) {
        match value {
            IpAddr::V4(v4) => Member::show(v4, out),
            IpAddr::V6(v6) => Member::show(v6, out),
        }
    }
}
