//! The body of a message, read when it is asked for.

use std::fmt;

use serde_json::Value;

use crate::packet::EmitError;
use crate::packet::codec::{
    Chosen, Decoder, Encoder, noun_from_json, noun_to_json, noun_to_text, wrapper,
};
use crate::wire::{DecodeError, JsonError};

use super::body::{ZebraBody, ZebraUnknownMessage};
use super::dialect::{Dialect, Layout};

/// What is behind the header of a [`ZebraMessage`](super::ZebraMessage): its bytes when it was parsed, a
/// [`ZebraBody`] when it was built, or nothing.
///
/// Parsing a message does not look into it; [`read`](ZebraContents::read) does. Emitting what was
/// parsed gives the bytes as they came.
#[derive(Clone)]
pub struct ZebraContents<'a>(Repr<'a>);

#[derive(Clone)]
enum Repr<'a> {
    Parsed { bytes: &'a [u8], head: Head },
    Built { body: Option<Box<ZebraBody>>, from_zebra: bool },
}

/// What the header says about the body.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub(super) version: u8,
    pub(super) command: u16,
    pub(super) from_zebra: bool,
}

impl<'a> ZebraContents<'a> {
    /// What will be read was said by Zebra.
    pub(super) fn of_zebra() -> Self {
        ZebraContents(Repr::Built { body: None, from_zebra: true })
    }

    pub(super) fn is_of_zebra(&self) -> bool {
        match &self.0 {
            Repr::Parsed { head, .. } => head.from_zebra,
            Repr::Built { from_zebra, .. } => *from_zebra,
        }
    }

    /// The body; `None` if there is none. One that is not as its command has it is
    /// [`ZebraBody::Unknown`].
    pub fn read(&self) -> Option<ZebraBody> {
        match &self.0 {
            Repr::Parsed { bytes: [], .. } => None,
            Repr::Parsed { bytes, head } => {
                let unknown = || ZebraUnknownMessage { buf: bytes.to_vec() };
                Some(read(bytes, *head).unwrap_or_else(|| ZebraBody::Unknown(unknown())))
            }
            Repr::Built { body, .. } => body.as_deref().cloned(),
        }
    }

    /// The bytes that it was parsed from; `None` if it was built.
    pub fn as_bytes(&self) -> Option<&'a [u8]> {
        match &self.0 {
            Repr::Parsed { bytes, .. } => Some(bytes),
            Repr::Built { .. } => None,
        }
    }

    /// The command of a body that was built.
    pub(super) fn command(&self, version: u8) -> Option<u16> {
        match &self.0 {
            Repr::Parsed { .. } => None,
            Repr::Built { body, .. } => body.as_deref()?.command(version),
        }
    }
}

/// The body of a command in the first reading that takes all bytes and gives the same ones back.
fn read(bytes: &[u8], head: Head) -> Option<ZebraBody> {
    let Head { version, command, from_zebra } = head;
    let blank = ZebraBody::of_command(command, version)?;
    let readings = if version >= 4 { Dialect::TRIED } else { &[0] };
    readings.iter().find_map(|reading| {
        let at = Dialect { version, from_zebra, family: blank.family(), reading: *reading };
        let mut body = blank.clone();
        let mut d = Decoder::new("zebra", bytes, 0, None);
        body.fill_at(at, &mut d).and_then(|()| d.finish()).ok()?;
        (encode(&body, version).ok()? == bytes).then_some(body)
    })
}

/// What is written does not depend on the reading: members that are not there are `None`.
fn encode(body: &ZebraBody, version: u8) -> Result<Vec<u8>, EmitError> {
    let mut out = Vec::new();
    let mut e = Encoder::new("zebra", &mut out);
    write(body, version, &mut e)?;
    e.flush();
    Ok(out)
}

fn write(body: &ZebraBody, version: u8, e: &mut Encoder<'_>) -> Result<(), EmitError> {
    body.tell_at(Dialect { version, family: body.family(), ..Dialect::default() }, e)
}

impl Default for ZebraContents<'_> {
    fn default() -> Self {
        ZebraContents(Repr::Built { body: None, from_zebra: false })
    }
}

impl From<ZebraBody> for ZebraContents<'_> {
    fn from(body: ZebraBody) -> Self {
        ZebraContents(Repr::Built { body: Some(Box::new(body)), from_zebra: false })
    }
}

/// Two are equal if they say the same.
impl PartialEq for ZebraContents<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.read() == other.read()
    }
}

impl Eq for ZebraContents<'_> {}

impl fmt::Debug for ZebraContents<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.read().fmt(f)
    }
}

impl<'a> Chosen<'a, Head> for ZebraContents<'a> {
    fn decode(by: Head, d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        Ok(ZebraContents(Repr::Parsed { bytes: d.rest(), head: by }))
    }
    fn encode(&self, by: Head, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        match &self.0 {
            Repr::Parsed { bytes, .. } => {
                e.bytes(bytes);
                Ok(())
            }
            Repr::Built { body: Some(body), .. } => write(body, by.version, e),
            Repr::Built { body: None, .. } => Ok(()),
        }
    }
    fn to_json(&self) -> Value {
        self.read().map_or(Value::Null, |body| noun_to_json(&body))
    }
    fn from_json(_: Head, value: &Value) -> Result<Self, JsonError> {
        if value.is_null() {
            return Ok(Self::default());
        }
        let (class, members) = wrapper(value)?;
        noun_from_json::<ZebraBody>(class, members).map(Self::from)
    }
    fn show(&self, out: &mut String) {
        match self.read() {
            Some(body) => noun_to_text(&body, out),
            None => out.push_str("None"),
        }
    }
}
