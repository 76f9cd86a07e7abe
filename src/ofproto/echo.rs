//! Echo request and reply: is the other side alive?
//!
//! Spec: 1.0 section 5.5.2 and 5.5.3, 1.3 section 7.5.2 and 7.5.3.

use std::fmt;

use bytes::Bytes;

use super::codec::{fields, noun};
use super::encode::Body;
use super::message_type::MessageType;

/// Asks for an [`EchoReply`] with the same data; every version, from either side.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `data` | at most 65,527 bytes | 1.0 |
///
/// Spec: 1.0 section 5.5.2, 1.3 section 7.5.2.
///
/// ```
/// use bytes::{Bytes, BytesMut};
/// use ryu_sdn::ofproto::{EchoRequest, Encode, V1_3, Xid};
///
/// let mut buf = BytesMut::new();
/// EchoRequest { data: Bytes::from_static(b"hi") }.encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(&buf[..], b"\x04\x02\x00\x0a\x00\x00\x00\x01hi");
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EchoRequest {
    /// Anything, for instance the time of sending.
    pub data: Bytes,
}

/// Answers an [`EchoRequest`], with its xid and its data; every version, from either side.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `data` | at most 65,527 bytes | 1.0 |
///
/// Spec: 1.0 section 5.5.3, 1.3 section 7.5.3.
///
/// ```
/// use bytes::{Bytes, BytesMut};
/// use ryu_sdn::ofproto::{EchoRequest, Encode, V1_0, Xid};
///
/// let request = EchoRequest { data: Bytes::from_static(b"hi") };
/// let mut buf = BytesMut::new();
/// request.reply().encode(V1_0, Xid(1), &mut buf)?;
/// assert_eq!(&buf[..], b"\x01\x03\x00\x0a\x00\x00\x00\x01hi");
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
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
