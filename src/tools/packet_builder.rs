//! `ryu packet build`: lines of Ryu's JSON taken to packets.

use std::error::Error;
use std::fmt;
use std::io::{Read, Write};

use bytes::BytesMut;
use serde_json::Value;

use super::assembler::{BadLine, hex_lines};
use super::input::Stopped;
use crate::ofproto::{Encode as _, EncodeError, Message, Version, value_of_text};
use crate::packet::{EmitError, Kind, Layer, Openflow, Packet};
use crate::wire::JsonError;

/// Makes packets from lines of Ryu's JSON, one of each, and prints them as hex lines.
///
/// Lengths and checksums that are 0, null or left out are filled in, all else goes out as it is. Blank
/// lines and those that begin with `#` say nothing; a member `error` beside `Packet`, as
/// [`PacketListing`](super::PacketListing) prints it, is passed over.
///
/// An OpenFlow message inside is an `OFPUnparseableMsg`, or a class of Ryu's, whose JSON does not say
/// of which version it is: that is to be told here.
///
/// ```
/// use ryu_sdn::tools::PacketBuilder;
///
/// let lines = "{\"Packet\": {\"protocols\": [{\"vlan\": {\"vid\": 7}}, \"aGk=\"]}}\n{}\n";
/// let mut builder = PacketBuilder::default();
/// let (mut out, mut errors) = (Vec::new(), Vec::new());
/// builder.run(lines.as_bytes(), &mut out, &mut errors)?;
/// assert_eq!((&out[..], builder.bad()), (&b"000708006869\n"[..], 1));
/// assert!(errors.starts_with(b"error: line 2: "));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct PacketBuilder {
    /// Version of the OpenFlow messages inside.
    pub version: Option<Version>,
    /// Whether zeros follow an Ethernet frame up to 60 bytes, as Ryu sends it.
    pub pad: bool,
    bad: u64,
}

impl PacketBuilder {
    /// Lines that told an error.
    pub fn bad(&self) -> u64 {
        self.bad
    }

    /// The packet of one line; `None` if the line says nothing.
    ///
    /// # Errors
    /// What is wrong with the line, and where in it.
    pub fn line(&self, line: &str) -> Result<Option<Vec<u8>>, BuildError> {
        let start = line.trim_start();
        if start.is_empty() || start.starts_with('#') {
            return Ok(None);
        }
        let mut json = value_of_text(line)?;
        if let Some(members) = json.as_object_mut().filter(|it| it.contains_key("Packet")) {
            members.remove("error");
        }
        let protocols = json.pointer_mut("/Packet/protocols").and_then(Value::as_array_mut);
        for (i, layer) in protocols.into_iter().flatten().enumerate() {
            let Some(msg) = layer.pointer_mut("/openflow/msg") else { continue };
            self.plain(msg).map_err(|err| match err {
                BuildError::RyuJson(err) => BuildError::RyuJson(
                    err.within("openflow.msg").within(format!("[{i}]")).within("Packet.protocols"),
                ),
                err => err,
            })?;
        }
        let packet = Packet::from_json(&json)?;
        let is_ethernet =
            packet.iter().next().and_then(|layer| layer.kind()) == Some(Kind::Ethernet);
        let bytes = if self.pad && is_ethernet { packet.to_frame()? } else { packet.to_bytes()? };
        Ok(Some(bytes))
    }

    /// Takes a message's class to the `OFPUnparseableMsg` that it is on the wire.
    fn plain(&self, msg: &mut Value) -> Result<(), BuildError> {
        const PLAIN: &str = "OFPUnparseableMsg";
        let class = msg.as_object().and_then(|members| members.keys().next());
        let Some(class) = class.filter(|class| *class != PLAIN) else { return Ok(()) };
        let Some(version) = self.version else {
            let problem = format!("{class} has a version, which is to be told (--ofp-version)");
            return Err(JsonError::new(problem).into());
        };
        let (xid, message) = Message::from_json(version, msg)?;
        let mut bytes = BytesMut::new();
        message.encode(version, xid, &mut bytes)?;
        // What was encoded has a header.
        if let Ok((openflow, _)) = Openflow::parse(&bytes)
            && let Some(plain) = Layer::from(openflow).to_json().pointer_mut("/openflow/msg")
        {
            *msg = plain.take();
        }
        Ok(())
    }

    /// Reads `input` to its end; prints packets to `out` and what is wrong to `errors`.
    ///
    /// # Errors
    /// If reading or writing fails. A bad line is no such failure: the rest goes on.
    pub fn run(
        &mut self,
        input: impl Read,
        out: &mut impl Write,
        errors: &mut impl Write,
    ) -> Result<(), Stopped> {
        let mut bad = 0;
        let done = hex_lines(input, out, errors, &mut bad, |text| self.line(text));
        self.bad += bad;
        done
    }
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BuildError {
    /// JSON that is no packet of Ryu's.
    RyuJson(JsonError),
    /// A value that its field cannot hold.
    Emit(EmitError),
    /// An OpenFlow message that the version cannot say.
    Encode(EncodeError),
    /// Bytes that are not UTF-8.
    NotText,
    /// A line longer than the JSON of any packet.
    TooLong,
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BuildError::RyuJson(error) => write!(f, "{error}"),
            BuildError::Emit(error) => write!(f, "{error}"),
            BuildError::Encode(error) => write!(f, "{error}"),
            BuildError::NotText => f.write_str("not UTF-8 text"),
            BuildError::TooLong => f.write_str("the line is longer than any packet"),
        }
    }
}

impl Error for BuildError {}

impl BadLine for BuildError {
    const NOT_TEXT: BuildError = BuildError::NotText;
    const TOO_LONG: BuildError = BuildError::TooLong;
}

impl From<JsonError> for BuildError {
    fn from(error: JsonError) -> BuildError {
        BuildError::RyuJson(error)
    }
}

impl From<EmitError> for BuildError {
    fn from(error: EmitError) -> BuildError {
        BuildError::Emit(error)
    }
}

impl From<EncodeError> for BuildError {
    fn from(error: EncodeError) -> BuildError {
        BuildError::Encode(error)
    }
}
