//! The messages of BGP.

use std::borrow::Cow;

use serde_json::Value;

use super::{BgpOpen, BgpUpdate};
use crate::packet::codec::{
    Decoder, Encoder, Form, Len, Noun, classes, fields, noun, show_bytes, tlv,
};
use crate::packet::protocols::parse;
use crate::packet::span::{Span, Window, Wire};
use crate::packet::{EmitError, Kind};
use crate::wire::{DecodeError, JsonError, base64};

/// What stands in front of every message.
pub(crate) const MARKER: [u8; 16] = [0xff; 16];

/// Bytes of a message that says nothing.
pub(crate) const HEAD: usize = 19;

classes! {
    /// A BGP message. One segment of TCP may have several; each is a layer.
    ///
    /// ```text
    ///  0                               128             144     152
    /// +-------------------------------+---------------+-------+---------------
    /// |     marker: all bits set      |      len      | type  | by the type
    /// +-------------------------------+---------------+-------+---------------
    /// ```
    ///
    /// | field | unit and range | meaning |
    /// |---|---|---|
    /// | `marker` | 16 bytes | all bits set, else the message is refused; not in JSON |
    /// | `len` | bytes, 19 to 65,535 | of the message; `None`: filled in |
    /// | `type_` | 1 to 5 | by it the variant |
    ///
    /// An update in which a route or an attribute sticks out is refused, and so is any message with
    /// bytes behind its end.
    ///
    /// Ryu: `bgp.BGPMessage`. Spec: RFC 4271 section 4.1; RFC 8654 for the largest `len`.
    ///
    /// ```
    /// use ryu_sdn::packet::{Bgp, BgpKeepAlive};
    ///
    /// let bytes = (Bgp::from(BgpKeepAlive::default()) / []).to_bytes()?;
    /// assert_eq!(bytes[..16], [0xff; 16]);
    /// assert_eq!(bytes[16..], [0, 19, 4]);
    /// let (back, rest) = Bgp::parse(&bytes)?;
    /// assert!(matches!(back, Bgp::KeepAlive(_)) && rest.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub enum Bgp<'a> "bgp" by |v| v.ahead(18), else Unknown(BgpUnknown<'a>);
    /// How a session begins.
    1 => Open(BgpOpen<'a>);
    /// Routes.
    2 => Update(BgpUpdate<'a>);
    /// Why the session ends.
    3 => Notification(BgpNotification<'a>);
    /// Still here.
    4 => KeepAlive(BgpKeepAlive);
    /// Routes are asked for again.
    5 => RouteRefresh(BgpRouteRefresh<'a>);
}

impl<'a> Bgp<'a> {
    /// The open message, if it is one.
    pub fn as_open(&self) -> Option<&BgpOpen<'a>> {
        if let Bgp::Open(open) = self { Some(open) } else { None }
    }

    /// The update, if it is one.
    pub fn as_update(&self) -> Option<&BgpUpdate<'a>> {
        if let Bgp::Update(update) = self { Some(update) } else { None }
    }
}

impl<'a> Wire<'a> for Bgp<'a> {
    const MIN: usize = HEAD;

    fn span(w: &Window<'a>) -> Result<Span, DecodeError> {
        let head = w.head::<HEAD>(Self::CLASS)?;
        let len = usize::from(u16::from_be_bytes([head[16], head[17]]));
        // What is no marker comes before what is no length.
        if head[..16] == MARKER {
            w.span(Self::CLASS, len, HEAD, "len", None)?;
        }
        // Whatever is wrong inside is said here: messages have nothing that ends with the frame.
        let bytes = w.bytes.get(..len.max(HEAD)).unwrap_or(w.bytes);
        parse::<Bgp<'_>>(Window { bytes, ..*w })?;
        Ok(Span::new(len, Some(Kind::Bgp)))
    }
}

/// 16 bytes, all bits set. Anything else is not the beginning of a message.
pub(crate) enum Marker {}

impl Form<'_, [u8; 16]> for Marker {
    #[inline]
    fn decode(d: &mut Decoder<'_>) -> Result<[u8; 16], DecodeError> {
        let marker = d.array()?;
        if marker != MARKER {
            return Err(d.bad_value(16, marker[0].into(), "marker"));
        }
        Ok(marker)
    }
    #[inline]
    fn encode(value: &[u8; 16], e: &mut Encoder<'_>) -> Result<(), EmitError> {
        e.bytes(value);
        Ok(())
    }
    fn to_json(value: &[u8; 16]) -> Value {
        base64::encode(value).into()
    }
    fn from_json(value: &Value) -> Result<[u8; 16], JsonError> {
        let bytes = value.as_str().and_then(base64::decode).and_then(|b| b.try_into().ok());
        bytes.ok_or_else(|| JsonError::expected("16 bytes in base64", value))
    }
    fn show(value: &[u8; 16], out: &mut String) {
        show_bytes(value, out);
    }
}

tlv! {
    /// Why the session ends.
    ///
    /// | field | range | meaning |
    /// |---|---|---|
    /// | `marker`, `len`, `type_` | | as of any [`Bgp`] |
    /// | `error_code` | 1 to 7 | 6: the session ends as it was meant to |
    /// | `error_subcode` | 0 to 255 | by the code; see [`BgpNotification::reason`] |
    /// | `data` | | by the codes |
    ///
    /// Ryu: `bgp.BGPNotification`. Spec: RFC 4271 section 4.5.
    ///
    /// ```
    /// use ryu_sdn::packet::{Bgp, BgpNotification};
    ///
    /// let end = BgpNotification::new(6, 2, &b"\x04down"[..]);
    /// assert_eq!(end.reason(), Some("Cease: Administrative Shutdown"));
    /// let bytes = (Bgp::from(end) / []).to_bytes()?;
    /// assert_eq!(bytes[16..], [0, 26, 3, 6, 2, 4, b'd', b'o', b'w', b'n']);
    /// # Ok::<(), ryu_sdn::packet::EmitError>(())
    /// ```
    pub struct BgpNotification<'a> "BGPNotification" {
        /// All bits set.
        marker[""]: [u8; 16] => Marker = MARKER,
    }
    /// Bytes of the message.
    len: u16 as 16, Len::with(18) => {
        /// 3.
        type_["type"]: u8 = 3,
        /// What is wrong.
        error_code: u8,
        /// More closely.
        error_subcode: u8,
        /// Even more closely.
        data: Cow<'a, [u8]>,
    }
}

impl<'a> BgpNotification<'a> {
    /// The session ends.
    pub fn new(error_code: u8, error_subcode: u8, data: impl Into<Cow<'a, [u8]>>) -> Self {
        BgpNotification { error_code, error_subcode, data: data.into(), ..Self::default() }
    }

    /// What the two codes say, in Ryu's words where Ryu has some.
    pub fn reason(&self) -> Option<&'static str> {
        Some(match (self.error_code, self.error_subcode) {
            (1, 1) => "Message Header Error: not synchronised",
            (1, 2) => "Message Header Error: bad message len",
            (1, 3) => "Message Header Error: bad message type",
            (2, 1) => "Open Message Error: unsupported version",
            (2, 2) => "Open Message Error: bad peer AS",
            (2, 3) => "Open Message Error: bad BGP identifier",
            (2, 4) => "Open Message Error: unsupported optional param",
            (2, 5) => "Open Message Error: authentication failure",
            (2, 6) => "Open Message Error: unacceptable hold time",
            (2, 7) => "Open Message Error: Unsupported Capability",
            (2, 8) => "Open Message Error: Unassigned",
            (3, 1) => "Update Message Error: malformed attribute list",
            (3, 2) => "Update Message Error: unrecognized well-known attr",
            (3, 3) => "Update Message Error: missing well-known attr",
            (3, 4) => "Update Message Error: attribute flags error",
            (3, 5) => "Update Message Error: attribute length error",
            (3, 6) => "Update Message Error: invalid origin attr",
            (3, 7) => "Update Message Error: as routing loop",
            (3, 8) => "Update Message Error: invalid next hop attr",
            (3, 9) => "Update Message Error: optional attribute error",
            (3, 10) => "Update Message Error: invalid network field",
            (3, 11) => "Update Message Error: malformed AS_PATH",
            (4, 1) => "Hold Timer Expired",
            (5, 1) => "Finite State Machine Error",
            (6, 1) => "Cease: Maximum Number of Prefixes Reached",
            (6, 2) => "Cease: Administrative Shutdown",
            (6, 3) => "Cease: Peer De-configured",
            (6, 4) => "Cease: Administrative Reset",
            (6, 5) => "Cease: Connection Rejected",
            (6, 6) => "Cease: Other Configuration Change",
            (6, 7) => "Cease: Connection Collision Resolution",
            (6, 8) => "Cease: Out of Resources",
            _ => return None,
        })
    }
}

tlv! {
    /// Still here.
    ///
    /// Ryu: `bgp.BGPKeepAlive`. Spec: RFC 4271 section 4.4. See the example of [`Bgp`].
    #[derive(Copy)]
    pub struct BgpKeepAlive "BGPKeepAlive" {
        /// All bits set.
        marker[""]: [u8; 16] => Marker = MARKER,
    }
    /// Bytes of the message: 19.
    len: u16 as 16, Len::with(18) => {
        /// 4.
        type_["type"]: u8 = 4,
    }
}

tlv! {
    /// A message of a type that has no type here.
    ///
    /// Spec: RFC 4271 section 4.1. See the example of [`Bgp`].
    pub struct BgpUnknown<'a> "BGPMessage" {
        /// All bits set.
        marker[""]: [u8; 16] => Marker = MARKER,
    }
    /// Bytes of the message.
    len: u16 as 16, Len::with(18) => {
        /// Its number.
        type_["type"]: u8 = 255,
        /// What it says.
        data: Cow<'a, [u8]>,
    }
}

/// Routes are asked for again.
///
/// | field | range | meaning |
/// |---|---|---|
/// | `marker`, `len`, `type_` | | as of any [`Bgp`] |
/// | `afi`, `safi` | | a [`RouteFamily`](super::RouteFamily) |
/// | `demarcation` | 0 to 2 | 1 and 2: the routes begin here, end here |
/// | `orf` | | entries of outbound route filters (RFC 5291); not in JSON |
///
/// JSON has `eor_sent`, too, which is always false: Ryu's BGP speaker uses it.
///
/// Ryu: `bgp.BGPRouteRefresh`. Spec: RFC 2918 section 3, RFC 7313 section 3.2.
///
/// ```
/// use ryu_sdn::packet::{Bgp, BgpRouteRefresh};
///
/// let again = BgpRouteRefresh { afi: 2, safi: 128, demarcation: 1, ..BgpRouteRefresh::default() };
/// let bytes = (Bgp::from(again) / []).to_bytes()?;
/// assert_eq!(bytes[16..], [0, 23, 5, 0, 2, 1, 128]);
/// # Ok::<(), ryu_sdn::packet::EmitError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BgpRouteRefresh<'a> {
    /// All bits set.
    pub marker: [u8; 16],
    /// Bytes of the message.
    pub len: Option<u16>,
    /// 5.
    pub type_: u8,
    /// Address family.
    pub afi: u16,
    /// Where in the routes this message stands.
    pub demarcation: u8,
    /// What the routes are for.
    pub safi: u8,
    /// Filters.
    pub orf: Cow<'a, [u8]>,
}

impl Default for BgpRouteRefresh<'_> {
    fn default() -> Self {
        let orf = Cow::Borrowed(&[][..]);
        let (afi, safi) = (1, 1);
        BgpRouteRefresh { marker: MARKER, len: None, type_: 5, afi, demarcation: 0, safi, orf }
    }
}

fields!(BgpRouteRefresh<'a>, |this, v| {
    let BgpRouteRefresh { marker, len, type_, afi, demarcation, safi, orf } = this;
    v.with::<Marker, _>("", marker)?;
    v.sized("len", 16, Len::with(18), len, |v| {
        v.field("type", type_)?;
        v.field("afi", afi)?;
        v.field("demarcation", demarcation)?;
        v.field("safi", safi)?;
        v.with::<NotSent, _>("eor_sent", &mut ())?;
        v.field("", orf)
    })
});
noun!(BgpRouteRefresh<'a>, "BGPRouteRefresh");

/// A false that is not on the wire.
enum NotSent {}

impl Form<'_, ()> for NotSent {
    fn decode(_: &mut Decoder<'_>) -> Result<(), DecodeError> {
        Ok(())
    }
    fn encode((): &(), _: &mut Encoder<'_>) -> Result<(), EmitError> {
        Ok(())
    }
    fn to_json((): &()) -> Value {
        false.into()
    }
    fn from_json(value: &Value) -> Result<(), JsonError> {
        if value.is_boolean() { Ok(()) } else { Err(JsonError::expected("true or false", value)) }
    }
    fn show((): &(), out: &mut String) {
        out.push_str("False");
    }
}
