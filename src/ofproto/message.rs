//! One message of any kind, and the list of nouns that are read and written here.
//!
//! How to add one is told at the top of the room, in `mod.rs`.

use std::fmt;

use bytes::{Bytes, BytesMut};
use serde_json::{Map, Value, json};

use super::codec::{Fields as _, Noun};
use super::encode::{Body, Encode, EncodeError, encode_framed, encode_message};
use super::header::{HEADER_LEN, peek_header};
use super::ids::Xid;
use super::json::{self, JsonError};
use super::message_type::MessageType;
use super::registry::{self, Place};
use super::version::Version;
use super::wire_codec::Decoder;
use super::*;
use crate::wire::{DecodeError, Reader, base64};

macro_rules! messages {
    ( $( $variant:ident($noun:ty); )* ) => {
        /// Any OpenFlow message.
        ///
        /// | part | size, range | since |
        /// |---|---|---|
        /// | version | one byte, 1 to 6: [`Version`] | 1.0 |
        /// | type | one byte: [`MessageType`] | 1.0 |
        /// | length | 2 bytes: bytes of the whole message, 8 to 65,535 | 1.0 |
        /// | xid | 4 bytes: an answer has that of its request | 1.0 |
        /// | body | the noun | 1.0 |
        ///
        /// Spec: 1.0 section 5.1, 1.3 section 7.1.
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
            /// An experimenter message that an app registered; see
            /// [`ExperimenterBody`](super::ExperimenterBody).
            Registered(Registered),
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
                    Some(MessageType::Experimenter) if extension::is_known(version, r) => {
                        Ok((xid, extension::decode(version, r)?))
                    }
                    // Apps' messages; they cannot register what the house knows.
                    Some(MessageType::Experimenter)
                        if registry::next(Place::Message, version, r).is_some() =>
                    {
                        Message::decode_registered(version, xid, r)
                    }
                    $(
                        Some(MessageType::$variant) => {
                            r.name(<$noun as Noun>::NAME);
                            let noun = <$noun as Body>::decode_body(version, r)?;
                            r.finish()?;
                            Ok((xid, Message::$variant(noun)))
                        }
                    )*
                    _ => Ok((xid, Message::Unknown(Unknown { msg_type, body: r.rest_bytes() }))),
                }
            }

            /// Ryu's JSON of the message (its `to_jsondict`), the sizes of its parts included.
            ///
            /// ```
            /// use ryu_sdn::ofproto::{EchoRequest, Message, V1_3};
            ///
            /// let msg = Message::from(EchoRequest { data: (&b"hoge"[..]).into() });
            /// let json = msg.to_json(V1_3)?;
            /// assert_eq!(json.to_string(), r#"{"OFPEchoRequest":{"data":"aG9nZQ=="}}"#);
            /// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
            /// ```
            ///
            /// # Errors
            /// As [`Encode::encode`]: what `version` cannot say has no JSON in it either.
            pub fn to_json(&self, version: Version) -> Result<Value, EncodeError> {
                if let Some(plain) = extension::plain(self, version)? {
                    return plain.to_json(version);
                }
                let mut value = Value::Null;
                let mut buf = BytesMut::new();
                match self {
                    $( Message::$variant(noun) => {
                        noun.check_version(version)?;
                        let name = <$noun as Noun>::NAME;
                        encode_framed(name, version, 0, Xid(0), &mut buf, |w| {
                            value = json::wrapped(noun, version, w)?;
                            Ok(())
                        })?;
                    } )*
                    Message::Registered(body) => {
                        encode_framed(body.name(), version, 0, Xid(0), &mut buf, |w| {
                            body.check_message(version)?;
                            let mut v = json::ToJson::new(version, w);
                            body.tell(&mut v)?;
                            value = json!({ body.name(): v.into_members() });
                            Ok(())
                        })?;
                    }
                    Message::Unknown(noun) => {
                        noun.encode(version, Xid(0), &mut buf)?;
                        value = json!({ "OFPUnknown": {
                            "msg_type": noun.msg_type, "body": base64::encode(&noun.body)
                        } });
                    }
                }
                Ok(extension::wrapped(self, version, value))
            }

            /// The body of Ryu's `class`.
            fn body_from_json(
                version: Version,
                class: &str,
                members: &Map<String, Value>,
            ) -> Result<Message, JsonError> {
                $(
                    if <$noun as Body>::number(version).is_some()
                        && let Some(mut noun) = <$noun as Noun>::blank_named(version, class, members)
                    {
                        json::from_members(version, members, &["xid"], &mut noun)?;
                        return Ok(Message::$variant(noun));
                    }
                )*
                match registry::of_class(&[Place::Message], version, class) {
                    Some(row) => {
                        let mut body = Registered::blank(row);
                        json::from_inner(version, members, &["xid"], &mut body)?;
                        Ok(Message::Registered(body))
                    }
                    None => Err(JsonError::new(format!("no such message in OpenFlow {version}"))),
                }
            }

            /// Whether a message of the house has this class.
            pub(super) fn is_class_of_ours(version: Version, class: &str) -> bool {
                let numbered = Map::from_iter([("type".to_owned(), 0.into())]);
                let is_apps = |message: Message| matches!(
                    message,
                    Message::MultipartRequest(MultipartRequest {
                        body: MultipartRequestBody::Registered(_), ..
                    }) | Message::MultipartReply(MultipartReply {
                        body: MultipartReplyBody::Registered(_), ..
                    })
                );
                $(
                    if <$noun as Body>::number(version).is_some()
                        && <$noun as Noun>::blank_named(version, class, &numbered)
                            .is_some_and(|noun| !is_apps(noun.into()))
                    {
                        return true;
                    }
                )*
                class == "OFPUnknown"
            }

            /// What the message means; `None` for an unknown one.
            pub fn message_type(&self) -> Option<MessageType> {
                match self {
                    $( Message::$variant(_) => Some(MessageType::$variant), )*
                    Message::Registered(_) => Some(MessageType::Experimenter),
                    Message::Unknown(_) => None,
                }
            }
        }

        impl Encode for Message {
            fn name(&self) -> &'static str {
                match self {
                    $( Message::$variant(noun) => noun.name(), )*
                    Message::Registered(noun) => noun.name(),
                    Message::Unknown(noun) => noun.name(),
                }
            }

            fn encode(&self, version: Version, xid: Xid, buf: &mut BytesMut) -> Result<(), EncodeError> {
                match self {
                    $( Message::$variant(noun) => noun.encode(version, xid, buf), )*
                    Message::Registered(noun) => noun.encode(version, xid, buf),
                    Message::Unknown(noun) => noun.encode(version, xid, buf),
                }
            }
        }

        impl fmt::Display for Message {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $( Message::$variant(noun) => fmt::Display::fmt(noun, f), )*
                    Message::Registered(noun) => fmt::Display::fmt(noun, f),
                    Message::Unknown(noun) => fmt::Display::fmt(noun, f),
                }
            }
        }

        $(
            impl $noun {
                /// Refuses versions that do not have the message.
                fn check_version(&self, version: Version) -> Result<(), EncodeError> {
                    match <$noun as Body>::number(version) {
                        Some(_) => Ok(()),
                        None => Err(EncodeError::NotInVersion { what: <$noun as Noun>::NAME, version }),
                    }
                }
            }

            impl Encode for $noun {
                fn name(&self) -> &'static str {
                    <$noun as Noun>::NAME
                }

                #[inline]
                fn encode(&self, version: Version, xid: Xid, buf: &mut BytesMut) -> Result<(), EncodeError> {
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

messages! {
    Hello(Hello);
    Error(ErrorMsg);
    EchoRequest(EchoRequest);
    EchoReply(EchoReply);
    Experimenter(Experimenter);
    Nicira(NxMessage);
    FeaturesRequest(FeaturesRequest);
    SwitchFeatures(SwitchFeatures);
    GetConfigRequest(GetConfigRequest);
    GetConfigReply(GetConfigReply);
    SetConfig(SetConfig);
    PacketIn(PacketIn);
    FlowRemoved(FlowRemoved);
    PortStatus(PortStatus);
    PacketOut(PacketOut);
    FlowMod(FlowMod);
    GroupMod(GroupMod);
    PortMod(PortMod);
    TableMod(TableMod);
    MultipartRequest(MultipartRequest);
    MultipartReply(MultipartReply);
    BarrierRequest(BarrierRequest);
    BarrierReply(BarrierReply);
    QueueGetConfigRequest(QueueGetConfigRequest);
    QueueGetConfigReply(QueueGetConfigReply);
    RoleRequest(RoleRequest);
    RoleReply(RoleReply);
    GetAsyncRequest(GetAsyncRequest);
    GetAsyncReply(GetAsyncReply);
    SetAsync(SetAsync);
    MeterMod(MeterMod);
    RoleStatus(RoleStatus);
    TableStatus(TableStatus);
    RequestForward(RequestForward);
    BundleCtrlMsg(BundleCtrlMsg);
    BundleAddMsg(BundleAddMsg);
    ControllerStatus(ControllerStatus);
}

impl Message {
    /// Reads a message that an app registered.
    #[cold]
    fn decode_registered(
        version: Version,
        xid: Xid,
        r: &mut Reader<'_>,
    ) -> Result<(Xid, Message), DecodeError> {
        let Some(row) = registry::next(Place::Message, version, r) else {
            return Err(r.bad_value(0, 0, "experimenter"));
        };
        let mut body = Registered::blank(row);
        body.fill(&mut Decoder::new(version, r))?;
        r.finish()?;
        Ok((xid, Message::Registered(body)))
    }

    /// Reads Ryu's JSON of a message (its `from_jsondict`), sizes (`len`, `length`) optional. The
    /// xid is that of the member `xid`, 0 if there is none. A member that is absent keeps its
    /// default.
    ///
    /// ```
    /// use ryu_sdn::ofproto::{Message, V1_3, Xid};
    ///
    /// let json = serde_json::json!({"OFPEchoRequest": {"data": "aG9nZQ==", "xid": 7}});
    /// let (xid, msg) = Message::from_json(V1_3, &json)?;
    /// assert_eq!((xid, msg.to_string().as_str()), (Xid(7), "echo_request data=4B"));
    /// # Ok::<(), ryu_sdn::ofproto::JsonError>(())
    /// ```
    ///
    /// # Errors
    /// If a value is not what its member takes, a member or class is none of Ryu's, or `version`
    /// has no such message; the error says where.
    pub fn from_json(version: Version, value: &Value) -> Result<(Xid, Message), JsonError> {
        let (class, members) = json::wrapper(value)?;
        let xid = match members.get("xid") {
            None | Some(Value::Null) => Xid(0),
            Some(xid) => <Xid as super::codec::Member>::from_json(version, xid)
                .map_err(|e| e.within("xid").within(class))?,
        };
        if class == "OFPUnknown" {
            let msg_type = json::type_of(members, "msg_type").and_then(|t| u8::try_from(t).ok());
            let body = members.get("body").and_then(Value::as_str).and_then(base64::decode);
            return match (msg_type, body) {
                (Some(msg_type), Some(body)) => {
                    Ok((xid, Message::Unknown(Unknown { msg_type, body: body.into() })))
                }
                _ => Err(JsonError::expected("msg_type and body", value)),
            };
        }
        if let Some(inner) = extension::unwrapped(version, class, members) {
            let (_, message) = Message::from_json(version, inner).map_err(|e| e.within(class))?;
            return Ok((xid, message));
        }
        let message = Message::body_from_json(version, class, members);
        Ok((xid, extension::known(version, message.map_err(|err| err.within(class))?)))
    }

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
        if header.msg_type == PacketIn::NUMBER {
            return packet_in(version, header.xid, &mut r);
        }
        Message::decode_body(version, header.xid, header.msg_type, &mut r)
    }
}

/// The hot path: a function of its own makes the message where it is wanted. In the one for all
/// messages it is made beside and copied, which takes as long as everything else.
#[inline(never)]
fn packet_in(
    version: Version,
    xid: Xid,
    r: &mut Reader<'_>,
) -> Result<(Xid, Message), DecodeError> {
    r.name(PacketIn::NAME);
    let msg = PacketIn::decode_body(version, r)?;
    r.finish()?;
    Ok((xid, Message::PacketIn(msg)))
}

/// A message that this version, or this library, does not know, as it came.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `msg_type` | one byte of the header, without a row in [`MessageType`] | 1.0 |
/// | `body` | everything behind the header, at most 65,527 bytes | 1.0 |
///
/// Spec: none; what a version has is in 1.0 section 5.1, 1.3 section 7.1 (`ofp_type`).
///
/// ```
/// use bytes::{Bytes, BytesMut};
/// use ryu_sdn::ofproto::{Encode, Message, V1_3};
///
/// let bytes = Bytes::from_static(&[4, 99, 0, 10, 0, 0, 0, 1, 0xab, 0xcd]);
/// let (xid, msg) = Message::decode(V1_3, &bytes)?;
/// assert_eq!(msg.to_string(), "unknown type=99 body=2B");
/// let mut buf = BytesMut::new();
/// msg.encode(V1_3, xid, &mut buf)?;
/// assert_eq!(buf, bytes);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
