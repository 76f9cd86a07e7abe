//! One message, whole.

use std::fmt;

use bytes::Bytes;
use tungstenite::Utf8Bytes;

/// A message of a WebSocket: text or bytes. Cloning it copies no bytes.
///
/// Spec: RFC 6455 section 5.6. Text is UTF-8: what is not never gets here.
///
/// # Example
/// ```
/// use ryu_sdn::http::websocket::Message;
///
/// let message = Message::from("hello");
/// assert_eq!(message.text(), Some("hello"));
/// assert_eq!(message.len(), 5);
/// assert_eq!(Message::binary(vec![1, 2]).text(), None);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Message(Kind);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Text(Utf8Bytes),
    Binary(Bytes),
}

impl Message {
    /// A message of bytes.
    pub fn binary(bytes: impl Into<Bytes>) -> Self {
        Message(Kind::Binary(bytes.into()))
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.0 {
            Kind::Text(text) => Some(text),
            Kind::Binary(_) => None,
        }
    }

    /// The bytes, of text as well.
    pub fn bytes(&self) -> &[u8] {
        match &self.0 {
            Kind::Text(text) => text.as_bytes(),
            Kind::Binary(bytes) => bytes,
        }
    }

    /// How many bytes it has.
    pub fn len(&self) -> usize {
        self.bytes().len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The message in a frame; `None` for what is no message but part of the protocol.
    pub(super) fn taken(message: tungstenite::Message) -> Option<Self> {
        match message {
            tungstenite::Message::Text(text) => Some(Message(Kind::Text(text))),
            tungstenite::Message::Binary(bytes) => Some(Message(Kind::Binary(bytes))),
            _ => None,
        }
    }

    pub(super) fn into_frame(self) -> tungstenite::Message {
        match self.0 {
            Kind::Text(text) => tungstenite::Message::Text(text),
            Kind::Binary(bytes) => tungstenite::Message::Binary(bytes),
        }
    }
}

impl From<String> for Message {
    fn from(text: String) -> Self {
        Message(Kind::Text(text.into()))
    }
}

impl From<&str> for Message {
    fn from(text: &str) -> Self {
        Message(Kind::Text(text.into()))
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Text(text) => write!(f, "Message({:?})", text.as_str()),
            Kind::Binary(bytes) => write!(f, "Message({} bytes)", bytes.len()),
        }
    }
}
