//! A whole message inside another one.

use std::fmt;

use serde_json::Value;

use super::codec::Member;
use super::encode::{Encode, EncodeError};
use super::extension;
use super::header::{HEADER_LEN, peek_header};
use super::ids::Xid;
use super::json::JsonError;
use super::message::{Message, Unknown};
use super::message_type::MessageType;
use super::version::Version;
use crate::wire::{DecodeError, Reader, Writer};

/// A message, header included, that travels in another one: in the bundles of 1.4 and later and of
/// the ONF, in a forwarded request. The default is a hello.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `xid` | in its header, 8 bytes with version, type and length | 1.4 |
/// | `message` | what stands behind its header | 1.4 |
///
/// Spec: 1.4 sections 7.3.9 (`ofp_bundle_add_msg`) and 7.4.6 (`ofp_requestforward_header`).
///
/// See the example of [`BundleAddMsg`](super::BundleAddMsg).
#[derive(Clone, Debug, PartialEq)]
pub struct Nested {
    /// The transaction id in its header.
    pub xid: Xid,
    /// The message. One that carries a message in turn comes off the wire as
    /// [`Message::Unknown`], so that nothing nests for ever.
    pub message: Box<Message>,
}

impl Nested {
    /// A message to be nested.
    pub fn new(xid: Xid, message: impl Into<Message>) -> Nested {
        Nested { xid, message: Box::new(message.into()) }
    }
}

impl Default for Nested {
    fn default() -> Nested {
        Nested::new(Xid(0), super::hello::Hello::default())
    }
}

impl Member for Nested {
    fn decode(version: Version, r: &mut Reader<'_>) -> Result<Nested, DecodeError> {
        let mut ahead = r.clone();
        let head = peek_header(ahead.take(HEADER_LEN)?);
        let len = head.map_or(0, |head| usize::from(head.length));
        if len < HEADER_LEN {
            return Err(r.bad_length(0, HEADER_LEN, len, "nested header length"));
        }
        let bytes = r.bytes(len)?;
        let kind = head.and_then(|head| MessageType::from_wire(version, head.msg_type));
        let nests = match kind {
            Some(MessageType::BundleAddMsg | MessageType::RequestForward) => true,
            Some(MessageType::Experimenter) => extension::nests(version, &bytes),
            _ => false,
        };
        if let (Some(head), true) = (head, nests) {
            let body = bytes.slice(HEADER_LEN..);
            if head.version != version.wire() {
                return Err(r.bad_value(len, usize::from(head.version), "nested version"));
            }
            return Ok(Nested::new(head.xid, Unknown { msg_type: head.msg_type, body }));
        }
        let (xid, message) = Message::decode(version, &bytes)?;
        Ok(Nested::new(xid, message))
    }

    fn encode(&self, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        w.append(|buf| self.message.encode(version, self.xid, buf))
    }

    fn to_json(&self, version: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError> {
        self.encode(version, w)?;
        self.message.to_json(version)
    }

    fn from_json(version: Version, value: &Value) -> Result<Nested, JsonError> {
        let (xid, message) = Message::from_json(version, value)?;
        Ok(Nested::new(xid, message))
    }

    fn show(&self, out: &mut String) -> bool {
        out.push_str(&self.to_string());
        true
    }
}

impl fmt::Display for Nested {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} {}]", self.xid, self.message)
    }
}
