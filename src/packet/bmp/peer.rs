//! Of which peer a BMP message tells (RFC 7854 section 4.2).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde_json::Value;

use crate::packet::EmitError;
use crate::packet::bgp::show_float;
use crate::packet::codec::{Chosen, Decoder, Encoder, Member, fields};
use crate::wire::{DecodeError, JsonError, base64};

/// Of which peer a message tells: 42 bytes behind the first six. JSON has its members among those of
/// the message.
///
/// ```text
///  0               16                              32
/// +-------+-------+---------------------------------+
/// | type  |V|L|A|O|                                 |
/// +-------+-------+   peer_distinguisher (64 bits)  |
/// |                                                 |
/// +-------------------------------------------------+
/// |            peer_address (128 bits)              |
/// +-------------------------------------------------+
/// |                    peer_as                      |
/// +-------------------------------------------------+
/// |                  peer_bgp_id                    |
/// +-------------------------------------------------+
/// |        timestamp, seconds and microseconds      |
/// +-------------------------------------------------+
/// ```
///
/// | field | unit and range | meaning |
/// |---|---|---|
/// | `peer_type` | 0 to 3 | 0: global; 1: in a VPN |
/// | `is_post_policy` | bit L | the routes passed the policy |
/// | `is_two_octet_as` | bit A | AS paths have numbers of two octets; not in JSON |
/// | `is_adj_rib_out` | bit O | the routes are those that the router sends (RFC 8671) |
/// | `reserved` | 4 bits | not in JSON |
/// | `peer_distinguisher` | 64 bits | route distinguisher of the VPN |
/// | `peer_address` | | of the peer; bit V says which version |
/// | `peer_as` | | number of the peer's AS |
/// | `peer_bgp_id` | | the peer's BGP identifier |
/// | `timestamp` | | when it was heard; 0: not known |
///
/// Ryu: `bmp.BMPPeerMessage`. Spec: RFC 7854 section 4.2. See the example of
/// [`Bmp`](super::Bmp).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BmpPeer {
    /// Kind of the peer.
    pub peer_type: u8,
    /// Behind the policy.
    pub is_post_policy: bool,
    /// AS paths have numbers of two octets.
    pub is_two_octet_as: bool,
    /// What the router sends.
    pub is_adj_rib_out: bool,
    /// Not used.
    pub reserved: u8,
    /// Of which VPN.
    pub peer_distinguisher: u64,
    /// Address of the peer.
    pub peer_address: IpAddr,
    /// AS of the peer.
    pub peer_as: u32,
    /// Identifier of the peer.
    pub peer_bgp_id: Ipv4Addr,
    /// When.
    pub timestamp: BmpTimestamp,
}

impl Default for BmpPeer {
    fn default() -> Self {
        BmpPeer {
            peer_type: 0,
            is_post_policy: false,
            is_two_octet_as: false,
            is_adj_rib_out: false,
            reserved: 0,
            peer_distinguisher: 0,
            peer_address: Ipv4Addr::UNSPECIFIED.into(),
            peer_as: 0,
            peer_bgp_id: Ipv4Addr::UNSPECIFIED,
            timestamp: BmpTimestamp::default(),
        }
    }
}

fields!(BmpPeer, |this, v| {
    let BmpPeer {
        peer_type,
        is_post_policy,
        is_two_octet_as,
        is_adj_rib_out,
        reserved,
        peer_distinguisher,
        peer_address,
        peer_as,
        peer_bgp_id,
        timestamp,
    } = this;
    v.field("peer_type", peer_type)?;
    let mut is_ipv6 = peer_address.is_ipv6();
    v.bits("", 1, &mut is_ipv6)?;
    v.flag("is_post_policy", is_post_policy)?;
    v.flag("", is_two_octet_as)?;
    v.flag("is_adj_rib_out", is_adj_rib_out)?;
    v.bits("", 4, reserved)?;
    v.field("peer_distinguisher", peer_distinguisher)?;
    v.chosen("peer_address", Padded { is_ipv6 }, peer_address)?;
    v.field("peer_as", peer_as)?;
    v.field("peer_bgp_id", peer_bgp_id)?;
    v.field("timestamp", timestamp)
});

impl BmpPeer {
    /// Kind: a peer in the router's main table.
    pub const GLOBAL: u8 = 0;
    /// Kind: a peer in a VPN.
    pub const L3VPN: u8 = 1;
    /// Bytes on the wire.
    pub(super) const SIZE: usize = 42;
}

/// When a peer said something. In JSON one number of seconds.
///
/// Spec: RFC 7854 section 4.2. See the example of [`Bmp`](super::Bmp).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BmpTimestamp {
    /// Seconds since 1970.
    pub seconds: u32,
    /// Microseconds, 0 to 999,999.
    pub microseconds: u32,
}

impl BmpTimestamp {
    /// Seconds since 1970, with those of the second.
    pub fn as_secs_f64(&self) -> f64 {
        f64::from(self.seconds) + f64::from(self.microseconds) * 1e-6
    }
}

impl Member<'_> for BmpTimestamp {
    fn decode(d: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        Ok(BmpTimestamp { seconds: Member::decode(d)?, microseconds: Member::decode(d)? })
    }
    fn encode(&self, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        Member::encode(&self.seconds, e)?;
        Member::encode(&self.microseconds, e)
    }
    fn to_json(&self) -> Value {
        self.as_secs_f64().into()
    }
    fn from_json(value: &Value) -> Result<Self, JsonError> {
        let seconds = value.as_f64().filter(|seconds| (0.0..4_294_972_000.0).contains(seconds));
        let seconds = seconds.ok_or_else(|| JsonError::expected("seconds", value))?;
        let micros = (seconds * 1e6).round() as u64;
        // Microseconds may be more than a second when they come off the wire.
        let whole = u32::try_from(micros / 1_000_000).unwrap_or(u32::MAX);
        let rest = micros - u64::from(whole) * 1_000_000;
        let microseconds =
            u32::try_from(rest).map_err(|_| JsonError::expected("seconds", value))?;
        Ok(BmpTimestamp { seconds: whole, microseconds })
    }
    fn show(&self, out: &mut String) {
        show_float(self.as_secs_f64(), out);
    }
}

/// An address of either version in 16 bytes: zeros are in front of one of IPv4.
#[derive(Clone, Copy)]
pub(super) struct Padded {
    pub(super) is_ipv6: bool,
}

impl<'a> Chosen<'a, Padded> for IpAddr {
    fn decode(by: Padded, d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        let octets: [u8; 16] = d.array()?;
        if by.is_ipv6 {
            return Ok(Ipv6Addr::from(octets).into());
        }
        match octets {
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, v4 @ ..] => Ok(Ipv4Addr::from(v4).into()),
            [first, ..] => Err(d.bad_value(16, first.into(), "peer_address")),
        }
    }
    fn encode(&self, _: Padded, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        match self {
            IpAddr::V4(v4) => {
                e.bytes(&[0; 12]);
                e.bytes(&v4.octets());
            }
            IpAddr::V6(v6) => e.bytes(&v6.octets()),
        }
        Ok(())
    }
    fn to_json(&self) -> Value {
        match self {
            IpAddr::V4(v4) => Member::to_json(v4),
            IpAddr::V6(v6) => Member::to_json(v6),
        }
    }
    fn from_json(_: Padded, value: &Value) -> Result<Self, JsonError> {
        let address = value.as_str().and_then(|text| text.parse().ok());
        address.ok_or_else(|| JsonError::expected("an IP address", value))
    }
    fn show(&self, out: &mut String) {
        match self {
            IpAddr::V4(v4) => Member::show(v4, out),
            IpAddr::V6(v6) => Member::show(v6, out),
        }
    }
}

/// The same, which Ryu's JSON has as base64 of the text. The text itself is read, too.
#[derive(Clone, Copy)]
pub(super) struct PaddedLocal(pub(super) Padded);

impl<'a> Chosen<'a, PaddedLocal> for IpAddr {
    fn decode(by: PaddedLocal, d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        Chosen::decode(by.0, d)
    }
    fn encode(&self, by: PaddedLocal, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        Chosen::encode(self, by.0, e)
    }
    fn to_json(&self) -> Value {
        match Chosen::<Padded>::to_json(self) {
            Value::String(text) => base64::encode(text.as_bytes()).into(),
            other => other,
        }
    }
    fn from_json(by: PaddedLocal, value: &Value) -> Result<Self, JsonError> {
        let text = value.as_str().and_then(base64::decode);
        match text.and_then(|text| String::from_utf8(text).ok()) {
            Some(text) => Chosen::from_json(by.0, &text.into()),
            None => Chosen::from_json(by.0, value),
        }
    }
    fn show(&self, out: &mut String) {
        Chosen::<Padded>::show(self, out);
    }
}
