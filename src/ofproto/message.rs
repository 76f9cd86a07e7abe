//! One message of any kind, and the list of nouns that are read and written here.
//!
//! To add a message: a row in [`MessageType`] (if it has none), a file with the noun, its
//! `Body` (decode and encode), its `Display`, and a line in `messages!` below.

use std::fmt;

use bytes::{Bytes, BytesMut};

use super::encode::{Body, Encode, EncodeError, encode_framed, encode_message};
use super::header::{HEADER_LEN, peek_header};
use super::ids::Xid;
use super::message_type::MessageType;
use super::version::{V1_0, V1_3, Version};
use super::*;
use crate::wire::{DecodeError, Reader};

macro_rules! messages {
    ( $( $variant:ident($noun:ty) $versions:ident; )* ) => {
        /// Any OpenFlow message.
        ///
        /// # Example: decode, print, encode again
        ///
        /// ```
        /// use bytes::{Bytes, BytesMut};
        /// use ryu_sdn::ofproto::{Encode, Message, V1_0, Xid};
        ///
        /// let bytes = Bytes::from_static(&[1, 2, 0, 10, 0, 0, 0, 5, b'h', b'i']);
        /// let (xid, msg) = Message::decode(V1_0, &bytes)?;
        /// assert_eq!((xid, msg.to_string().as_str()), (Xid(5), "echo_request data=2B"));
        /// let mut buf = BytesMut::new();
        /// msg.encode(V1_0, xid, &mut buf)?;
        /// assert_eq!(buf, bytes);
        /// # Ok::<(), Box<dyn std::error::Error>>(())
        /// ```
        #[derive(Clone, Debug, PartialEq)]
        #[allow(clippy::large_enum_variant)] // Boxing the usual messages would cost what this saves.
        pub enum Message {
            $(
                #[doc = concat!("See [`", stringify!($noun), "`].")]
                $variant($noun),
            )*
            /// A message that this version, or this library, does not know.
            Unknown(Unknown),
        }

        impl Message {
            /// Reads the body of a message whose type number is `msg_type`.
            #[inline]
            fn decode_body(
                version: Version,
                xid: Xid,
                msg_type: u8,
                r: &mut Reader<'_>,
            ) -> Result<(Xid, Message), DecodeError> {
                // The pair is made right here: a message is some 250 bytes, and every function
                // that passed it on would copy it.
                match MessageType::from_wire(version, msg_type) {
                    $(
                        Some(MessageType::$variant) if $versions.contains(version) => {
                            r.name(<$noun as Body>::NAME);
                            let noun = <$noun as Body>::decode_body(version, r)?;
                            r.finish()?;
                            Ok((xid, Message::$variant(noun)))
                        }
                    )*
                    _ => Ok((xid, Message::Unknown(Unknown { msg_type, body: r.rest_bytes() }))),
                }
            }

            /// What the message means; `None` for an unknown one.
            pub fn message_type(&self) -> Option<MessageType> {
                match self {
                    $( Message::$variant(_) => Some(MessageType::$variant), )*
                    Message::Unknown(_) => None,
                }
            }
        }

        impl Encode for Message {
            fn name(&self) -> &'static str {
                match self {
                    $( Message::$variant(noun) => noun.name(), )*
                    Message::Unknown(noun) => noun.name(),
                }
            }

            fn encode(&self, version: Version, xid: Xid, buf: &mut BytesMut) -> Result<(), EncodeError> {
                match self {
                    $( Message::$variant(noun) => noun.encode(version, xid, buf), )*
                    Message::Unknown(noun) => noun.encode(version, xid, buf),
                }
            }
        }

        impl fmt::Display for Message {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $( Message::$variant(noun) => fmt::Display::fmt(noun, f), )*
                    Message::Unknown(noun) => fmt::Display::fmt(noun, f),
                }
            }
        }

        $(
            impl Encode for $noun {
                fn name(&self) -> &'static str {
                    <$noun as Body>::NAME
                }

                #[inline]
                fn encode(&self, version: Version, xid: Xid, buf: &mut BytesMut) -> Result<(), EncodeError> {
                    if !$versions.contains(version) {
                        return Err(EncodeError::NotInVersion { what: <$noun as Body>::NAME, version });
                    }
                    encode_message(self, version, xid, buf)
                }
            }

            impl From<$noun> for Message {
                fn from(noun: $noun) -> Message {
                    Message::$variant(noun)
                }
            }
        )*
    };
}

/// Layouts that are the same in every version.
const EVERY: Versions = Versions(0b11_1111);
/// Layouts that differ between versions, and the versions that are written down so far. In the
/// others such a message is [`Unknown`] coming in and [`EncodeError::NotInVersion`] going out.
const KNOWN: Versions = Versions(1 << V1_0.column() | 1 << V1_3.column());

/// A set of versions, a bit per column of the tables.
#[derive(Clone, Copy)]
struct Versions(u8);

impl Versions {
    #[inline]
    const fn contains(self, version: Version) -> bool {
        self.0 >> version.column() & 1 != 0
    }
}

messages! {
    Hello(Hello) EVERY;
    Error(ErrorMsg) EVERY;
    EchoRequest(EchoRequest) EVERY;
    EchoReply(EchoReply) EVERY;
    Experimenter(Experimenter) EVERY;
    FeaturesRequest(FeaturesRequest) EVERY;
    SwitchFeatures(SwitchFeatures) KNOWN;
    GetConfigRequest(GetConfigRequest) EVERY;
    GetConfigReply(GetConfigReply) EVERY;
    SetConfig(SetConfig) EVERY;
    PacketIn(PacketIn) KNOWN;
    FlowRemoved(FlowRemoved) KNOWN;
    PortStatus(PortStatus) KNOWN;
    PacketOut(PacketOut) KNOWN;
    FlowMod(FlowMod) KNOWN;
    PortMod(PortMod) KNOWN;
    MultipartRequest(MultipartRequest) KNOWN;
    MultipartReply(MultipartReply) KNOWN;
    BarrierRequest(BarrierRequest) EVERY;
    BarrierReply(BarrierReply) EVERY;
    RoleRequest(RoleRequest) KNOWN;
    RoleReply(RoleReply) KNOWN;
}

impl Message {
    /// Reads one whole message, header included: `bytes` must be exactly that (see
    /// [`frame`](super::frame)).
    ///
    /// `version` is the negotiated one and must stand in the header too, except in a hello, which
    /// may carry any number.
    ///
    /// # Errors
    /// If the header and `bytes` disagree about the length, the header's version is another one,
    /// or the body is not what its type says.
    pub fn decode(version: Version, bytes: &Bytes) -> Result<(Xid, Message), DecodeError> {
        let mut r = Reader::new(bytes, "header");
        let Some(header) = peek_header(bytes) else {
            return Err(match r.pad(HEADER_LEN) {
                Err(err) => err,
                Ok(()) => r.bad_length(0, HEADER_LEN, bytes.len(), "message length"),
            });
        };
        if usize::from(header.length) != bytes.len() {
            let length = usize::from(header.length);
            return Err(DecodeError::bad_length("header", 2, bytes.len(), length, "header length"));
        }
        r.pad(HEADER_LEN)?;
        if MessageType::Hello.wire(version) == Some(header.msg_type) {
            r.name("hello");
            return Ok((header.xid, Message::Hello(Hello::decode_any(header.version, &mut r)?)));
        }
        if header.version != version.wire() {
            return Err(DecodeError::bad_value(
                "header",
                0,
                header.version.into(),
                "header version",
            ));
        }
        Message::decode_body(version, header.xid, header.msg_type, &mut r)
    }
}

/// A message that this version, or this library, does not know, as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The type on the wire.
    pub msg_type: u8,
    /// Everything behind the header.
    pub body: Bytes,
}

impl Encode for Unknown {
    fn name(&self) -> &'static str {
        "unknown message"
    }

    fn encode(&self, version: Version, xid: Xid, buf: &mut BytesMut) -> Result<(), EncodeError> {
        encode_framed(self.name(), version, self.msg_type, xid, buf, |w| {
            w.bytes(&self.body);
            Ok(())
        })
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown type={} body={}B", self.msg_type, self.body.len())
    }
}

impl From<Unknown> for Message {
    fn from(noun: Unknown) -> Message {
        Message::Unknown(noun)
    }
}
