//! Echo request and reply: is the other side alive?
//!
//! Spec: 1.0 section 5.5.2 and 5.5.3, 1.3 section 7.5.2 and 7.5.3.

use std::fmt;

use bytes::Bytes;

use super::codec::{fields, noun};
use super::encode::Body;
use super::message_type::MessageType;

/// Asks for an [`EchoReply`] with the same data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EchoRequest {
    /// Anything.
    pub data: Bytes,
}

/// Answers an [`EchoRequest`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EchoReply {
    /// The data of the request.
    pub data: Bytes,
}

impl EchoRequest {
    /// The answer: the same data (shared, not copied).
    pub fn reply(&self) -> EchoReply {
        EchoReply { data: self.data.clone() }
    }
}

macro_rules! echo_body {
    ($noun:ident, $name:literal) => {
        fields!($noun, |this, v| {
            let $noun { data } = this;
            v.field("data", data)
        });
        noun!($noun, $name, |_version| concat!("OFP", stringify!($noun)));

        impl Body for $noun {
            const TYPE: MessageType = MessageType::$noun;
        }

        impl fmt::Display for $noun {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($name, " data={}B"), self.data.len())
            }
        }
    };
}

echo_body!(EchoRequest, "echo_request");
echo_body!(EchoReply, "echo_reply");
