//! The messages of BMP.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr};

use serde_json::Value;

use super::peer::{Padded, PaddedLocal};
use super::{BmpInfo, BmpPeer, BmpStat, BmpTerminationInfo};
use crate::packet::bgp::{Bgp, Framed};
use crate::packet::codec::{
    Chosen, Decoder, Encoder, Len, Member, Noun, classes, fields, noun, tlv,
};
use crate::packet::protocols::parse;
use crate::packet::span::{Place, Span, Window, Wire};
use crate::packet::{EmitError, Kind, List};
use crate::wire::{DecodeError, DecodeErrorKind, JsonError};

/// Bytes of a message that says nothing.
const HEAD: usize = 6;

/// What the length counts in front of the type.
const COUNTED: Len = Len::with(HEAD - 1);

classes! {
    /// A BMP message. One segment of TCP may have several; each is a layer.
    ///
    /// ```text
    ///  0       8                               40      48
    /// +-------+-------------------------------+-------+---------------
    /// |version|              len              | type  | by the type
    /// +-------+-------------------------------+-------+---------------
    /// ```
    ///
    /// | field | unit and range | meaning |
    /// |---|---|---|
    /// | `version` | 3 | of BMP; others are refused |
    /// | `len` | bytes, at least 6 | of the message; `None`: filled in |
    /// | `type_` | 0 to 5 | by it the variant |
    ///
    /// BMP has no port of its own: parsing starts with it ([`Packet::parse_as`](crate::packet::Packet::parse_as)).
    ///
    /// Ryu: `bmp.BMPMessage`. Spec: RFC 7854 section 4.1.
    ///
    /// ```
    /// use ryu_sdn::packet::{Bmp, BmpInitiation, BmpInfo};
    ///
    /// let hello = BmpInitiation { info: vec![BmpInfo::new(2, &b"a"[..])].into(), ..BmpInitiation::default() };
    /// let bytes = (Bmp::from(hello) / []).to_bytes()?;
    /// assert_eq!(bytes, [3, 0, 0, 0, 11, 4, 0, 2, 0, 1, b'a']);
    /// let (back, _) = Bmp::parse(&bytes)?;
    /// let Bmp::Initiation(hello) = back else { panic!("it is one") };
    /// assert_eq!(hello.info.items()?[0].value[..], *b"a");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub enum Bmp<'a> "bmp" by |v| v.ahead(5), else Unknown(BmpUnknown<'a>);
    /// What a peer said.
    0 => RouteMonitoring(BmpRouteMonitoring<'a>);
    /// Counts.
    1 => StatisticsReport(BmpStatisticsReport<'a>);
    /// A session ended.
    2 => PeerDownNotification(BmpPeerDownNotification<'a>);
    /// A session began.
    3 => PeerUpNotification(BmpPeerUpNotification<'a>);
    /// Who the router is.
    4 => Initiation(BmpInitiation<'a>);
    /// Why the router closes the connection.
    5 => Termination(BmpTermination<'a>);
}

impl Bmp<'_> {
    /// The peer of which the message tells, if it tells of one.
    pub fn peer(&self) -> Option<&BmpPeer> {
        match self {
            Bmp::RouteMonitoring(message) => Some(&message.peer),
            Bmp::StatisticsReport(message) => Some(&message.peer),
            Bmp::PeerDownNotification(message) => Some(&message.peer),
            Bmp::PeerUpNotification(message) => Some(&message.peer),
            Bmp::Initiation(_) | Bmp::Termination(_) | Bmp::Unknown(_) => None,
        }
    }
}

impl<'a> Wire<'a> for Bmp<'a> {
    const MIN: usize = HEAD;

    fn span(w: &Window<'a>) -> Result<Span, DecodeError> {
        let head = w.head::<HEAD>(Self::CLASS)?;
        let [version, a, b, c, d, type_] = *head;
        if version != 3 {
            return Err(DecodeError::bad_value(Self::CLASS, w.offset, version.into(), "version"));
        }
        let len = usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap_or(usize::MAX);
        let span = w.span(Self::CLASS, len, HEAD, "len", Some(Kind::Bmp))?;
        if type_ <= 3 && len < HEAD + BmpPeer::SIZE {
            return Err(DecodeError {
                what: Self::CLASS,
                offset: w.offset + HEAD,
                needed: BmpPeer::SIZE,
                available: len - HEAD,
                imposed_by: None,
                kind: DecodeErrorKind::Truncated,
            });
        }
        parse::<Bmp<'_>>(Window { bytes: w.bytes.get(..len).unwrap_or(w.bytes), ..*w })?;
        Ok(span)
    }

    fn complete(&self, frame: &mut [u8], at: &Place) -> Result<(), EmitError> {
        let Bmp::StatisticsReport(report) = self else { return Ok(()) };
        if report.stats_count.is_none() {
            let count = report.stats.iter().count() as u64;
            let too_many = |_| EmitError {
                what: Self::CLASS,
                field: "stats_count",
                value: count,
                max: u32::MAX.into(),
            };
            let count = u32::try_from(count).map_err(too_many)?;
            let place = at.start + HEAD + BmpPeer::SIZE;
            frame[place..place + 4].copy_from_slice(&count.to_be_bytes());
        }
        Ok(())
    }
}

/// What a peer said.
///
/// | field | meaning |
/// |---|---|
/// | `version`, `len`, `type_` | as of any [`Bmp`] |
/// | `peer` | which peer |
/// | `bgp_update` | what it said |
///
/// Ryu: `bmp.BMPRouteMonitoring`. Spec: RFC 7854 section 4.6. See the example of
/// [`BmpPeerDownNotification`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BmpRouteMonitoring<'a> {
    /// 3.
    pub version: u8,
    /// Bytes of the message.
    pub len: Option<u32>,
    /// 0.
    pub type_: u8,
    /// Which peer.
    pub peer: BmpPeer,
    /// What it said.
    pub bgp_update: Bgp<'a>,
}

impl Default for BmpRouteMonitoring<'_> {
    fn default() -> Self {
        let peer = BmpPeer::default();
        BmpRouteMonitoring { version: 3, len: None, type_: 0, peer, bgp_update: Bgp::default() }
    }
}

fields!(BmpRouteMonitoring<'a>, |this, v| {
    let BmpRouteMonitoring { version, len, type_, peer, bgp_update } = this;
    v.field("version", version)?;
    v.sized("len", 32, COUNTED, len, |v| {
        v.field("type", type_)?;
        v.flat(peer)?;
        v.field("bgp_update", bgp_update)
    })
});
noun!(BmpRouteMonitoring<'a>, "BMPRouteMonitoring");

/// Counts about a peer.
///
/// | field | range | meaning |
/// |---|---|---|
/// | `version`, `len`, `type_` | | as of any [`Bmp`] |
/// | `peer` | | which peer |
/// | `stats_count` | 32 bits | how many; `None`: filled in; not in JSON |
/// | `stats` | | the counts |
///
/// Ryu: `bmp.BMPStatisticsReport`. Spec: RFC 7854 section 4.8.
///
/// ```
/// use ryu_sdn::packet::{Bmp, BmpStat, BmpStatisticsReport};
///
/// let rejected = BmpStat::new(0, 100u32.to_be_bytes().to_vec());
/// let report = BmpStatisticsReport { stats: vec![rejected].into(), ..BmpStatisticsReport::default() };
/// let bytes = (Bmp::from(report) / []).to_bytes()?;
/// assert_eq!(bytes[48..], [0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 100]);
/// # Ok::<(), ryu_sdn::packet::EmitError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BmpStatisticsReport<'a> {
    /// 3.
    pub version: u8,
    /// Bytes of the message.
    pub len: Option<u32>,
    /// 1.
    pub type_: u8,
    /// Which peer.
    pub peer: BmpPeer,
    /// How many counts.
    pub stats_count: Option<u32>,
    /// The counts.
    pub stats: List<'a, BmpStat<'a>>,
}

impl Default for BmpStatisticsReport<'_> {
    fn default() -> Self {
        BmpStatisticsReport {
            version: 3,
            len: None,
            type_: 1,
            peer: BmpPeer::default(),
            stats_count: None,
            stats: List::default(),
        }
    }
}

fields!(BmpStatisticsReport<'a>, |this, v| {
    let BmpStatisticsReport { version, len, type_, peer, stats_count, stats } = this;
    v.field("version", version)?;
    v.sized("len", 32, COUNTED, len, |v| {
        v.field("type", type_)?;
        v.flat(peer)?;
        v.field("", stats_count)?;
        v.with::<Framed, _>("stats", stats)
    })
});
noun!(BmpStatisticsReport<'a>, "BMPStatisticsReport");

/// A session ended.
///
/// | field | range | meaning |
/// |---|---|---|
/// | `version`, `len`, `type_` | | as of any [`Bmp`] |
/// | `peer` | | which peer |
/// | `reason` | 1 to 6 | [`BmpPeerDownNotification::LOCAL_NOTIFICATION`] and its neighbours |
/// | `data` | | [`BmpPeerDownData`], by the reason |
///
/// Ryu: `bmp.BMPPeerDownNotification`; it forgets a reason that it does not know. Spec: RFC 7854
/// section 4.9.
///
/// ```
/// use ryu_sdn::packet::{BgpNotification, Bmp, BmpPeer, BmpPeerDownNotification};
///
/// let down = BmpPeerDownNotification {
///     peer: BmpPeer { peer_address: [192, 0, 2, 1].into(), peer_as: 65001, ..BmpPeer::default() },
///     reason: BmpPeerDownNotification::LOCAL_NOTIFICATION,
///     data: BgpNotification::new(6, 2, &[][..]).into(),
///     ..BmpPeerDownNotification::default()
/// };
/// let bytes = (Bmp::from(down) / []).to_bytes()?;
/// assert_eq!(bytes[..6], [3, 0, 0, 0, 70, 2]);
/// assert_eq!((&bytes[28..36], bytes[48]), (&[192, 0, 2, 1, 0, 0, 0xfd, 0xe9][..], 1));
/// assert_eq!(bytes[65..], [0, 21, 3, 6, 2]);
/// # Ok::<(), ryu_sdn::packet::EmitError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BmpPeerDownNotification<'a> {
    /// 3.
    pub version: u8,
    /// Bytes of the message.
    pub len: Option<u32>,
    /// 2.
    pub type_: u8,
    /// Which peer.
    pub peer: BmpPeer,
    /// Why.
    pub reason: u8,
    /// More closely.
    pub data: BmpPeerDownData<'a>,
}

impl Default for BmpPeerDownNotification<'_> {
    fn default() -> Self {
        BmpPeerDownNotification {
            version: 3,
            len: None,
            type_: 2,
            peer: BmpPeer::default(),
            reason: Self::REMOTE_NO_NOTIFICATION,
            data: BmpPeerDownData::None,
        }
    }
}

fields!(BmpPeerDownNotification<'a>, |this, v| {
    let BmpPeerDownNotification { version, len, type_, peer, reason, data } = this;
    v.field("version", version)?;
    v.sized("len", 32, COUNTED, len, |v| {
        v.field("type", type_)?;
        v.flat(peer)?;
        v.field("reason", reason)?;
        v.chosen("data", *reason, data)
    })
});
noun!(BmpPeerDownNotification<'a>, "BMPPeerDownNotification");

impl BmpPeerDownNotification<'_> {
    /// Reason: the router sent a notification.
    pub const LOCAL_NOTIFICATION: u8 = 1;
    /// Reason: the router closed the session without.
    pub const LOCAL_NO_NOTIFICATION: u8 = 2;
    /// Reason: the peer sent a notification.
    pub const REMOTE_NOTIFICATION: u8 = 3;
    /// Reason: the peer closed the session without.
    pub const REMOTE_NO_NOTIFICATION: u8 = 4;
}

/// Why a session ended, more closely.
///
/// Spec: RFC 7854 section 4.9. See the example of [`BmpPeerDownNotification`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum BmpPeerDownData<'a> {
    /// Nothing: the peer closed the session without a word.
    #[default]
    None,
    /// The notification that was sent or came.
    Message(Bgp<'a>),
    /// The event of the router's state machine (RFC 4271 section 8.1).
    Event(u16),
    /// Anything, for other reasons.
    Other(Cow<'a, [u8]>),
}

impl<'a, T: Into<Bgp<'a>>> From<T> for BmpPeerDownData<'a> {
    fn from(message: T) -> Self {
        BmpPeerDownData::Message(message.into())
    }
}

/// `by` is the reason.
impl<'a> Chosen<'a, u8> for BmpPeerDownData<'a> {
    fn decode(by: u8, d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        match by {
            1 | 3 => Member::decode(d).map(BmpPeerDownData::Message),
            2 => Member::decode(d).map(BmpPeerDownData::Event),
            4 if d.remaining() == 0 => Ok(BmpPeerDownData::None),
            _ => Member::decode(d).map(BmpPeerDownData::Other),
        }
    }
    fn encode(&self, _: u8, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        match self {
            BmpPeerDownData::None => Ok(()),
            BmpPeerDownData::Message(message) => message.encode(e),
            BmpPeerDownData::Event(event) => Member::encode(event, e),
            BmpPeerDownData::Other(bytes) => bytes.encode(e),
        }
    }
    fn to_json(&self) -> Value {
        match self {
            BmpPeerDownData::None => Value::Null,
            BmpPeerDownData::Message(message) => message.to_json(),
            BmpPeerDownData::Event(event) => vec![*event].into(),
            BmpPeerDownData::Other(bytes) => bytes.to_json(),
        }
    }
    fn from_json(_: u8, value: &Value) -> Result<Self, JsonError> {
        match value {
            Value::Null => Ok(BmpPeerDownData::None),
            Value::Object(_) => Member::from_json(value).map(BmpPeerDownData::Message),
            Value::Number(_) => Member::from_json(value).map(BmpPeerDownData::Event),
            Value::Array(event) if event.len() == 1 => {
                Member::from_json(&event[0]).map(BmpPeerDownData::Event)
            }
            _ => Member::from_json(value).map(BmpPeerDownData::Other),
        }
    }
    fn show(&self, out: &mut String) {
        match self {
            BmpPeerDownData::None => out.push_str("None"),
            BmpPeerDownData::Message(message) => message.show(out),
            BmpPeerDownData::Event(event) => out.push_str(&format!("({event},)")),
            BmpPeerDownData::Other(bytes) => bytes.show(out),
        }
    }
}

/// A session began.
///
/// | field | range | meaning |
/// |---|---|---|
/// | `version`, `len`, `type_` | | as of any [`Bmp`] |
/// | `peer` | | which peer |
/// | `local_address` | | of the router, in the version of the peer's; Ryu's JSON has base64 of the text |
/// | `local_port`, `remote_port` | 0 to 65,535 | ports of the session |
/// | `sent_open_message`, `received_open_message` | | how it began |
/// | `info` | | anything more; not in JSON |
///
/// Ryu: `bmp.BMPPeerUpNotification`. Spec: RFC 7854 section 4.10. See the example of
/// [`BmpPeerDownNotification`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BmpPeerUpNotification<'a> {
    /// 3.
    pub version: u8,
    /// Bytes of the message.
    pub len: Option<u32>,
    /// 3.
    pub type_: u8,
    /// Which peer.
    pub peer: BmpPeer,
    /// Address of the router.
    pub local_address: IpAddr,
    /// Port of the router.
    pub local_port: u16,
    /// Port of the peer.
    pub remote_port: u16,
    /// What the router said first; in a box, as two of them make all messages large.
    pub sent_open_message: Box<Bgp<'a>>,
    /// What the peer said first.
    pub received_open_message: Box<Bgp<'a>>,
    /// Anything more.
    pub info: List<'a, BmpInfo<'a>>,
}

impl Default for BmpPeerUpNotification<'_> {
    fn default() -> Self {
        BmpPeerUpNotification {
            version: 3,
            len: None,
            type_: 3,
            peer: BmpPeer::default(),
            local_address: Ipv4Addr::UNSPECIFIED.into(),
            local_port: 0,
            remote_port: 0,
            sent_open_message: Box::default(),
            received_open_message: Box::default(),
            info: List::default(),
        }
    }
}

fields!(BmpPeerUpNotification<'a>, |this, v| {
    let BmpPeerUpNotification {
        version,
        len,
        type_,
        peer,
        local_address,
        local_port,
        remote_port,
        sent_open_message,
        received_open_message,
        info,
    } = this;
    v.field("version", version)?;
    v.sized("len", 32, COUNTED, len, |v| {
        v.field("type", type_)?;
        v.flat(peer)?;
        let is_ipv6 = peer.peer_address.is_ipv6();
        v.chosen("local_address", PaddedLocal(Padded { is_ipv6 }), local_address)?;
        v.field("local_port", local_port)?;
        v.field("remote_port", remote_port)?;
        v.field("sent_open_message", sent_open_message)?;
        v.field("received_open_message", received_open_message)?;
        v.with::<Framed, _>("", info)
    })
});
noun!(BmpPeerUpNotification<'a>, "BMPPeerUpNotification");

tlv! {
    /// Who the router is.
    ///
    /// Ryu: `bmp.BMPInitiation`. Spec: RFC 7854 section 4.3. See the example of [`Bmp`].
    pub struct BmpInitiation<'a> "BMPInitiation" {
        /// 3.
        version: u8 = 3,
    }
    /// Bytes of the message.
    len: u32 as 32, COUNTED => {
        /// 4.
        type_["type"]: u8 = 4,
        /// What it says of itself.
        info: List<'a, BmpInfo<'a>> => Framed,
    }
}

tlv! {
    /// Why the router closes the connection.
    ///
    /// Ryu: `bmp.BMPTermination`. Spec: RFC 7854 section 4.5. See the example of [`Bmp`].
    pub struct BmpTermination<'a> "BMPTermination" {
        /// 3.
        version: u8 = 3,
    }
    /// Bytes of the message.
    len: u32 as 32, COUNTED => {
        /// 5.
        type_["type"]: u8 = 5,
        /// Why.
        info: List<'a, BmpTerminationInfo<'a>> => Framed,
    }
}

tlv! {
    /// A message of a type that has no type here. (Ryu raises.)
    ///
    /// Spec: RFC 7854 section 4.1. See the example of [`Bmp`].
    pub struct BmpUnknown<'a> "BMPMessage" {
        /// 3.
        version: u8 = 3,
    }
    /// Bytes of the message.
    len: u32 as 32, COUNTED => {
        /// Its number.
        type_["type"]: u8 = 255,
        /// What it says.
        data: Cow<'a, [u8]>,
    }
}
