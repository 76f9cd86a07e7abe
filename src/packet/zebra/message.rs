//! A message: the header that the versions have differently.

use serde_json::Value;

use crate::packet::codec::{Chosen, Decoder, Encoder, Fields, In, Noun, Number as _, Out, noun};
use crate::packet::span::{Place, Span, Window, Wire};
use crate::packet::{EmitError, Kind, checksum};
use crate::wire::{DecodeError, JsonError};

use super::ZebraContents;
use super::contents::Head;
use super::dialect::{Else, Known};

/// A message of a routing daemon to Zebra.
///
/// ```text
///  0               16      24      32              48              64
/// +---------------+-------+
/// |    length     |command|                            version 0
/// +---------------+-------+-------+---------------+
/// |    length     |marker |version|    command    |    versions 1 and 2
/// +---------------+-------+-------+---------------+---------------+
/// |    length     |marker |version|    vrf_id     |    command    |    versions 3 and 4
/// +---------------+-------+-------+---------------+---------------+
/// ```
///
/// | field | unit and range | meaning |
/// |---|---|---|
/// | `length` | bytes | header and body; `None`: filled in |
/// | `marker` | 0xfe, 0xff | what tells the versions from version 0; `None`: filled in |
/// | `version` | 0 to 4 | 0 to 3: Quagga, 4: FRRouting 2.0 and 3.0 |
/// | `vrf_id` | versions 3 and 4 | which VRF |
/// | `command` | 16 bits, in version 0: 8 | what it is; `None`: that of the body |
/// | `body` | | [`ZebraContents`] |
///
/// Messages stand one behind the other in a segment; the rest of one that is cut is a payload. What
/// Zebra says is a [`ZebraMessageFromZebra`].
///
/// Ryu: `zebra.ZebraMessage`. Spec: `zclient_create_header` of Quagga's and FRRouting's `lib/zclient.c`.
///
/// ```
/// use ryu_sdn::packet::{ZebraBody, ZebraHello, ZebraMessage};
///
/// let hello = ZebraBody::Hello(ZebraHello { route_type: 9, instance: None });
/// let message = ZebraMessage { body: hello.clone().into(), ..ZebraMessage::default() };
/// let bytes = (message / []).to_bytes()?;
/// assert_eq!(bytes, [0, 9, 0xff, 3, 0, 0, 0, 23, 9]);
/// let (back, rest) = ZebraMessage::parse(&bytes)?;
/// assert_eq!((back.command, back.body.read(), rest), (Some(23), Some(hello), &[][..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZebraMessage<'a> {
    /// Bytes of header and body.
    pub length: Option<u16>,
    /// What is in the place of version 0's command.
    pub marker: Option<u8>,
    /// Version.
    pub version: u8,
    /// VRF.
    pub vrf_id: u16,
    /// What it is.
    pub command: Option<u16>,
    /// What it says.
    pub body: ZebraContents<'a>,
}

impl Default for ZebraMessage<'_> {
    fn default() -> Self {
        let body = ZebraContents::default();
        ZebraMessage { length: None, marker: None, version: 3, vrf_id: 0, command: None, body }
    }
}

impl<'a> ZebraMessage<'a> {
    /// The newest version that is known here.
    pub const NEWEST: u8 = 4;

    /// A message with this body.
    pub fn new(version: u8, body: impl Into<ZebraContents<'a>>) -> Self {
        ZebraMessage { version, body: body.into(), ..Self::default() }
    }
}

/// Which version a message is of, by its third and fourth byte.
fn version_of(third: u8, fourth: u8) -> u8 {
    if third >= 0xfe { fourth } else { 0 }
}

/// Writes `Fields` twice: the header is visited in the same way in both directions.
macro_rules! visit {
    ($this:ident, $v:ident) => {{
        let read = $v.ahead(2).map(|third| version_of(third, $v.ahead(3).unwrap_or(0)));
        let from_zebra = $this.body.is_of_zebra();
        let ZebraMessage { length, marker, version, vrf_id, command, body } = $this;
        // The layout depends on it.
        $v.chosen("version", Known(read.unwrap_or(*version)), version)?;
        $v.field("length", length)?;
        if *version > 0 {
            $v.chosen("", Else(if *version < 4 { 0xff } else { 0xfe }), marker)?;
            $v.bits("", 8, version)?;
        }
        if *version > 2 {
            $v.field("vrf_id", vrf_id)?;
        } else {
            $v.chosen("vrf_id", Known(0), vrf_id)?;
        }
        let bits = if *version > 0 { 16 } else { 8 };
        $v.chosen("command", Command { bits, known: body.command(*version) }, command)?;
        let head = Head { version: *version, command: command.unwrap_or(0), from_zebra };
        $v.chosen("body", head, body)
    }};
}

impl<'a> Fields<'a> for ZebraMessage<'a> {
    fn fill<V: In<'a>>(&mut self, v: &mut V) -> Result<(), V::Error> {
        visit!(self, v)
    }
    fn tell<V: Out>(&self, v: &mut V) -> Result<(), V::Error> {
        visit!(self, v)
    }
}

/// Ryu's class is not what Ryu calls the protocol.
const CLASS: &str = "ZebraMessage";

impl<'a> Noun<'a> for ZebraMessage<'a> {
    const CLASS: &'static str = "zebra";
    fn class(&self) -> &'static str {
        CLASS
    }
    fn blank(class: &str) -> Option<Self> {
        (class == CLASS).then(Self::default)
    }
}
noun!(@member ZebraMessage<'a>, "zebra");

/// A command: its bits, and that of the body.
#[derive(Clone, Copy)]
struct Command {
    bits: u32,
    known: Option<u16>,
}

impl<'a> Chosen<'a, Command> for Option<u16> {
    fn decode(by: Command, d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        let mut command = None;
        d.bits("command", by.bits, &mut command)?;
        Ok(command)
    }
    fn encode(&self, by: Command, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        e.bits("command", by.bits, &self.or(by.known))
    }
    fn to_json(&self) -> Value {
        self.map_or(Value::Null, Value::from)
    }
    fn from_json(by: Command, value: &Value) -> Result<Self, JsonError> {
        if value.is_null() { Ok(None) } else { u16::given(value, by.bits).map(Some) }
    }
    fn show(&self, out: &mut String) {
        match self {
            Some(command) => out.push_str(&command.to_string()),
            None => out.push_str("None"),
        }
    }
}

fn span(w: &Window<'_>, next: Kind) -> Result<Span, DecodeError> {
    const WHAT: &str = ZebraMessage::CLASS;
    let [high, low, third] = *w.head::<3>(WHAT)?;
    let size = match (third, w.bytes.get(3)) {
        (..0xfe, _) => 3,
        (_, None | Some(1 | 2)) => 6,
        (_, Some(3)) | (0xfe, Some(4)) => 8,
        (_, Some(version)) => {
            let (at, version) = (w.offset + 3, usize::from(*version));
            return Err(DecodeError::bad_value(WHAT, at, version, "version"));
        }
    };
    if w.bytes.len() < size {
        return Err(w.truncated(WHAT, size));
    }
    let length = usize::from(u16::from_be_bytes([high, low]));
    w.span(WHAT, length, size, "length", Some(next))
}

fn complete(message: &ZebraMessage<'_>, frame: &mut [u8], at: &Place) -> Result<(), EmitError> {
    if message.version > ZebraMessage::NEWEST {
        let (what, value) = (ZebraMessage::CLASS, message.version.into());
        let max = ZebraMessage::NEWEST.into();
        return Err(EmitError { what, field: "version", value, max });
    }
    if message.length.is_none() {
        let length = at.head_end - at.start;
        checksum::fill_u16(frame, at, 0, length, ZebraMessage::CLASS, "length")?;
    }
    Ok(())
}

impl<'a> Wire<'a> for ZebraMessage<'a> {
    const MIN: usize = 3;

    fn span(w: &Window<'a>) -> Result<Span, DecodeError> {
        span(w, Kind::Zebra)
    }

    fn complete(&self, frame: &mut [u8], at: &Place) -> Result<(), EmitError> {
        complete(self, frame, at)
    }
}

/// A message of Zebra to a routing daemon: a [`ZebraMessage`], whose routes and import look-ups have
/// another layout.
///
/// JSON does not tell the two apart, but their bodies: out of JSON both are a [`ZebraMessage`].
///
/// Ryu: `zebra._ZebraMessageFromZebra`. Spec: `zserv_create_header` of Quagga's and FRRouting's
/// `zebra/zserv.c`.
///
/// ```
/// use ryu_sdn::packet::{ZebraBody, ZebraMessage, ZebraMessageFromZebra, ZebraPrefix, ZebraRouterIdUpdate};
///
/// let id = ZebraBody::RouterIdUpdate(ZebraRouterIdUpdate { prefix: ZebraPrefix::new([10, 0, 1, 0], 24) });
/// let message = ZebraMessageFromZebra(ZebraMessage::new(3, id.clone()));
/// let bytes = (message / []).to_bytes()?;
/// assert_eq!(bytes, [0, 14, 0xff, 3, 0, 0, 0, 22, 2, 10, 0, 1, 0, 24]);
/// let (back, _) = ZebraMessageFromZebra::parse(&bytes)?;
/// assert_eq!(back.body.read(), Some(id));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZebraMessageFromZebra<'a>(pub ZebraMessage<'a>);

impl Default for ZebraMessageFromZebra<'_> {
    fn default() -> Self {
        ZebraMessageFromZebra(ZebraMessage {
            body: ZebraContents::of_zebra(),
            ..ZebraMessage::default()
        })
    }
}

impl<'a> std::ops::Deref for ZebraMessageFromZebra<'a> {
    type Target = ZebraMessage<'a>;
    fn deref(&self) -> &ZebraMessage<'a> {
        &self.0
    }
}

impl std::ops::DerefMut for ZebraMessageFromZebra<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl<'a> Fields<'a> for ZebraMessageFromZebra<'a> {
    fn fill<V: In<'a>>(&mut self, v: &mut V) -> Result<(), V::Error> {
        self.0.fill(v)
    }
    fn tell<V: Out>(&self, v: &mut V) -> Result<(), V::Error> {
        self.0.tell(v)
    }
}

impl<'a> Noun<'a> for ZebraMessageFromZebra<'a> {
    const CLASS: &'static str = ZebraMessage::CLASS;
    fn class(&self) -> &'static str {
        CLASS
    }
    fn blank(class: &str) -> Option<Self> {
        (class == CLASS).then(Self::default)
    }
}
noun!(@member ZebraMessageFromZebra<'a>, "zebra");

impl<'a> Wire<'a> for ZebraMessageFromZebra<'a> {
    const MIN: usize = 3;

    fn span(w: &Window<'a>) -> Result<Span, DecodeError> {
        span(w, Kind::FromZebra)
    }

    fn complete(&self, frame: &mut [u8], at: &Place) -> Result<(), EmitError> {
        complete(&self.0, frame, at)
    }
}
