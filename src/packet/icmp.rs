//! ICMP (RFC 792).

use std::borrow::Cow;

use super::codec::{Decoder, Encoder, Member, Noun, fields, header, noun, noun_from_json, wrapper};
use super::span::{Place, Span, Sums, Window, Wire};
use super::{EmitError, VerifyError, checksum};
use crate::wire::{DecodeError, JsonError};

/// An ICMP message: all that is in the IP packet.
///
/// ```text
///  0       8      16              32
/// +-------+-------+---------------+-----------------
/// | type  | code  |     csum      | data, by the type
/// +-------+-------+---------------+-----------------
/// ```
///
/// | field | range | meaning |
/// |---|---|---|
/// | `type_` | 0 to 255 | [`Icmp::ECHO_REQUEST`] and its neighbours |
/// | `code` | 0 to 255 | by the type |
/// | `csum` | 16 bits | of the whole message; `None`: filled in |
/// | `data` | | [`IcmpData`] |
///
/// A message that ends inside of what its type has is refused; one without any of it is not.
///
/// A message without `data` is emitted without (Ryu adds an empty echo, whatever the type).
///
/// Ryu: `icmp.icmp`; `type_` is `type` there. Spec: RFC 792.
///
/// ```
/// use ryu_sdn::packet::{Icmp, IcmpEcho};
///
/// let ping = Icmp::echo_request(1, 7, b"hi");
/// let bytes = (ping / []).to_bytes()?;
/// assert_eq!(bytes, [8, 0, 0x8f, 0x8e, 0, 1, 0, 7, b'h', b'i']);
/// let (back, _) = Icmp::parse(&bytes)?;
/// assert_eq!(back.echo().map(|echo| echo.seq), Some(7));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Icmp<'a> {
    /// What it is.
    pub type_: u8,
    /// Which of them.
    pub code: u8,
    /// Checksum.
    pub csum: Option<u16>,
    /// What it says.
    pub data: IcmpData<'a>,
}

impl Default for Icmp<'_> {
    fn default() -> Self {
        Icmp { type_: Self::ECHO_REQUEST, code: 0, csum: None, data: IcmpData::default() }
    }
}

fields!(Icmp<'a>, |this, v| {
    let Icmp { type_, code, csum, data } = this;
    v.field("type", type_)?;
    v.field("code", code)?;
    v.field("csum", csum)?;
    v.field("data", data)
});
noun!(Icmp<'a>, "icmp");

/// What an [`Icmp`] says.
///
/// Spec: RFC 792; RFC 4884 for the sizes of what came back. See the example of [`Icmp`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IcmpData<'a> {
    /// Of an echo request or reply.
    Echo(IcmpEcho<'a>),
    /// Of a destination that cannot be reached.
    DestUnreach(IcmpDestUnreach<'a>),
    /// Of a time that was exceeded.
    TimeExceeded(IcmpTimeExceeded<'a>),
    /// Of any other type, and of a message that has nothing of what its type has.
    Other(Cow<'a, [u8]>),
}

impl Default for IcmpData<'_> {
    fn default() -> Self {
        IcmpData::Other(Cow::Borrowed(&[]))
    }
}

impl<'a> Member<'a> for IcmpData<'a> {
    fn decode(d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        if d.remaining() == 0 {
            return Member::decode(d).map(IcmpData::Other);
        }
        match d.byte_at(0) {
            Some(Icmp::ECHO_REPLY | Icmp::ECHO_REQUEST) => Member::decode(d).map(IcmpData::Echo),
            Some(Icmp::DEST_UNREACH) => Member::decode(d).map(IcmpData::DestUnreach),
            Some(Icmp::TIME_EXCEEDED) => Member::decode(d).map(IcmpData::TimeExceeded),
            _ => Member::decode(d).map(IcmpData::Other),
        }
    }
    fn encode(&self, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        match self {
            IcmpData::Echo(data) => data.encode(e),
            IcmpData::DestUnreach(data) => data.encode(e),
            IcmpData::TimeExceeded(data) => data.encode(e),
            IcmpData::Other(data) => data.encode(e),
        }
    }
    fn to_json(&self) -> serde_json::Value {
        match self {
            IcmpData::Echo(data) => data.to_json(),
            IcmpData::DestUnreach(data) => data.to_json(),
            IcmpData::TimeExceeded(data) => data.to_json(),
            IcmpData::Other(data) => data.to_json(),
        }
    }
    fn from_json(value: &serde_json::Value) -> Result<Self, JsonError> {
        if !value.is_object() {
            return Member::from_json(value).map(IcmpData::Other);
        }
        let (class, members) = wrapper(value)?;
        match class {
            "dest_unreach" => noun_from_json(class, members).map(IcmpData::DestUnreach),
            "TimeExceeded" => noun_from_json(class, members).map(IcmpData::TimeExceeded),
            _ => noun_from_json(class, members).map(IcmpData::Echo),
        }
    }
    fn show(&self, out: &mut String) {
        match self {
            IcmpData::Echo(data) => data.show(out),
            IcmpData::DestUnreach(data) => data.show(out),
            IcmpData::TimeExceeded(data) => data.show(out),
            IcmpData::Other(data) => data.show(out),
        }
    }
}

header! {
    /// The body of an echo request or reply: `id`, `seq`, and anything, which comes back.
    ///
    /// Ryu: `icmp.echo`. Spec: RFC 792, "Echo or Echo Reply Message". See the example of [`Icmp`].
    pub struct IcmpEcho<'a> "echo" {
        /// Who asks.
        id: u16,
        /// Which question.
        seq: u16,
        /// Anything.
        data: Option<Cow<'a, [u8]>>,
    }
}

header! {
    /// What could not be delivered.
    ///
    /// Ryu: `icmp.dest_unreach`. Spec: RFC 792, "Destination Unreachable Message"; RFC 1191
    /// section 4, RFC 4884 section 4.1. See the example of [`Icmp`].
    pub struct IcmpDestUnreach<'a> "dest_unreach" {
        /// Not used.
        reserved[""]: u8,
        /// Size of the original datagram in `data`, in units of 4 bytes; 0 if it is not said.
        data_len: u8,
        /// Largest packet that the next hop takes, with code 4.
        mtu: u16,
        /// The original datagram's beginning, then extensions.
        data: Option<Cow<'a, [u8]>>,
    }
}

header! {
    /// What was under way for too long.
    ///
    /// Ryu: `icmp.TimeExceeded`. Spec: RFC 792, "Time Exceeded Message"; RFC 4884 section 4.2. See
    /// the example of [`Icmp`].
    pub struct IcmpTimeExceeded<'a> "TimeExceeded" {
        /// Not used.
        reserved[""]: u8,
        /// Size of the original datagram in `data`, in units of 4 bytes; 0 if it is not said.
        data_len: u8,
        /// Not used.
        reserved2[""]: u16,
        /// The original datagram's beginning, then extensions.
        data: Option<Cow<'a, [u8]>>,
    }
}

impl<'a> Icmp<'a> {
    /// Type of an echo reply.
    pub const ECHO_REPLY: u8 = 0;
    /// Type of "destination unreachable".
    pub const DEST_UNREACH: u8 = 3;
    /// Type of "source quench".
    pub const SRC_QUENCH: u8 = 4;
    /// Type of a redirect.
    pub const REDIRECT: u8 = 5;
    /// Type of an echo request.
    pub const ECHO_REQUEST: u8 = 8;
    /// Type of "time exceeded".
    pub const TIME_EXCEEDED: u8 = 11;

    /// Are you there?
    pub fn echo_request(id: u16, seq: u16, data: impl Into<Cow<'a, [u8]>>) -> Self {
        let data = IcmpData::Echo(IcmpEcho { id, seq, data: Some(data.into()) });
        Icmp { type_: Self::ECHO_REQUEST, data, ..Self::default() }
    }

    /// The answer to an echo request, with a new checksum; `None` to all other messages.
    pub fn echo_reply(&self) -> Option<Self> {
        let request = self.type_ == Self::ECHO_REQUEST;
        let data = self.echo().filter(|_| request)?.clone();
        Some(Icmp { type_: Self::ECHO_REPLY, data: IcmpData::Echo(data), ..Self::default() })
    }

    /// The body, if this is an echo request or reply.
    pub fn echo(&self) -> Option<&IcmpEcho<'a>> {
        match &self.data {
            IcmpData::Echo(echo) => Some(echo),
            _ => None,
        }
    }
}

impl<'a> Wire<'a> for Icmp<'a> {
    const MIN: usize = 4;

    #[inline]
    fn span(w: &Window<'a>) -> Result<Span, DecodeError> {
        let [kind, ..] = *w.head::<4>(Self::CLASS)?;
        if (5..8).contains(&w.bytes.len()) {
            let data = Window { bytes: &w.bytes[4..], offset: w.offset + 4, ..*w };
            match kind {
                Self::ECHO_REPLY | Self::ECHO_REQUEST => drop(data.head::<4>(IcmpEcho::CLASS)?),
                Self::DEST_UNREACH => drop(data.head::<4>(IcmpDestUnreach::CLASS)?),
                Self::TIME_EXCEEDED => drop(data.head::<4>(IcmpTimeExceeded::CLASS)?),
                _ => {}
            }
        }
        Ok(Span::all(w))
    }

    fn complete(&self, frame: &mut [u8], at: &Place) -> Result<(), EmitError> {
        if self.csum.is_none() {
            checksum::fill(frame, at, 2, None, 0);
        }
        Ok(())
    }

    fn verify(frame: &Sums<'_>, at: &Place) -> Result<(), VerifyError> {
        checksum::verify(frame, at, 2, None, Self::CLASS)
    }
}
