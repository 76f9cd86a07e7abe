//! Experimenters' messages that are nouns here: which they are, and how they come and go.
//!
//! On the wire they are [`Experimenter`](super::Experimenter) messages; here each is the variant of
//! [`Message`] that says what it means.

use bytes::{Bytes, BytesMut};
use serde_json::{Map, Value, json};

use super::bundle::{BUNDLE_ADD, BUNDLE_CONTROL, BundleAddMsg, BundleCtrlMsg};
use super::codec::{Codec, Member, Noun as _};
use super::encode::{Body, Encode as _, EncodeError};
use super::experimenter::{Experimenter, NICIRA, ONF};
use super::header::HEADER_LEN;
use super::ids::{Xid, is_v1_0};
use super::json::JsonError;
use super::message::Message;
use super::multipart::{
    ExperimenterMultipart, MultipartRequest, MultipartRequestBody, MultipartType,
};
use super::multipart_reply::{MultipartReply, MultipartReplyBody};
use super::nx_message::NxMessage;
use super::registry::Place;
use super::version::{V1_3, Version};
use crate::wire::{DecodeError, Reader, Writer};

/// What an experimenter's message is.
#[derive(Clone, Copy)]
enum Kind {
    BundleCtrl,
    BundleAdd,
    Nicira,
}

/// The kind of the message whose body `r` is about to read; `None` if it is nobody's we know.
fn kind(version: Version, r: &Reader<'_>) -> Option<Kind> {
    let mut ahead = r.clone();
    match (ahead.u32().ok()?, ahead.u32().ok()?) {
        (ONF, BUNDLE_CONTROL) if version == V1_3 => Some(Kind::BundleCtrl),
        (ONF, BUNDLE_ADD) if version == V1_3 => Some(Kind::BundleAdd),
        (NICIRA, subtype) if NxMessage::has(version, subtype) => Some(Kind::Nicira),
        _ => None,
    }
}

/// The class of what the house has under an experimenter's number, of messages and multipart bodies;
/// without a number, of any.
pub(super) fn name_of_ours(
    place: Place,
    version: Version,
    experimenter: u32,
    exp_type: Option<u32>,
) -> Option<&'static str> {
    let Some(exp_type) = exp_type else {
        let is_ours = matches!(experimenter, NICIRA | ONF);
        return is_ours.then_some("the extensions of Nicira and ONF");
    };
    let multipart = || {
        let numbers = Some((experimenter, exp_type));
        MultipartType::in_version(version).find(|kind| kind.vendor() == numbers)
    };
    match place {
        Place::MultipartRequest => multipart().map(|kind| kind.request_class(version)),
        Place::MultipartReply => multipart().map(|kind| kind.reply_class(version)),
        _ => {
            let head = u64::from(experimenter) << 32 | u64::from(exp_type);
            let head = Bytes::copy_from_slice(&head.to_be_bytes());
            let r = Reader::new(&head, "experimenter");
            Some(match kind(version, &r)? {
                Kind::BundleCtrl => BundleCtrlMsg::default().class(version),
                Kind::BundleAdd => BundleAddMsg::default().class(version),
                Kind::Nicira => NxMessage::blank(version, &r).class(version),
            })
        }
    }
}

/// Whether the body that `r` is about to read is that of a noun.
pub(super) fn is_known(version: Version, r: &Reader<'_>) -> bool {
    kind(version, r).is_some()
}

/// Reads the body of a message that [`is_known`].
pub(super) fn decode(version: Version, r: &mut Reader<'_>) -> Result<Message, DecodeError> {
    fn body<B: Body + Into<Message>>(
        version: Version,
        r: &mut Reader<'_>,
    ) -> Result<Message, DecodeError> {
        r.name(B::NAME);
        let noun = B::decode_body(version, r)?;
        r.finish()?;
        Ok(noun.into())
    }
    match kind(version, r) {
        Some(Kind::BundleCtrl) => body::<BundleCtrlMsg>(version, r),
        Some(Kind::BundleAdd) => body::<BundleAddMsg>(version, r),
        Some(Kind::Nicira) => body::<NxMessage>(version, r),
        None => Err(r.bad_value(0, 0, "experimenter")),
    }
}

/// Whether an experimenter's message, header included, holds a message in turn.
pub(super) fn nests(version: Version, bytes: &Bytes) -> bool {
    let mut r = Reader::new(bytes, "experimenter");
    r.pad(HEADER_LEN).is_ok() && matches!(kind(version, &r), Some(Kind::BundleAdd))
}

/// The message as Ryu shows it, if that is another one: what it has no class for in `version` is
/// an experimenter's there.
pub(super) fn plain(message: &Message, version: Version) -> Result<Option<Message>, EncodeError> {
    let plain = match message {
        Message::Nicira(_) if !is_v1_0(version) => {
            let mut buf = BytesMut::new();
            message.encode(version, Xid(0), &mut buf)?;
            let bytes = buf.freeze();
            let mut r = Reader::new(&bytes, "experimenter");
            // The encoder has just written all of it.
            let read = r.pad(HEADER_LEN).and_then(|()| Experimenter::decode(version, &mut r));
            debug_assert!(read.is_ok());
            read.unwrap_or_default().into()
        }
        Message::MultipartRequest(request)
            if !is_v1_0(version) && is_nicira(request.body.multipart_type()) =>
        {
            let body = MultipartRequestBody::Experimenter(raw(message, version)?);
            MultipartRequest { flags: request.flags, body }.into()
        }
        Message::MultipartReply(reply)
            if reply.body.multipart_type() == Some(MultipartType::OnfFlowMonitor)
                || !is_v1_0(version) && is_nicira(reply.body.multipart_type()) =>
        {
            let body = MultipartReplyBody::Experimenter(raw(message, version)?);
            MultipartReply { flags: reply.flags, body }.into()
        }
        _ => return Ok(None),
    };
    Ok(Some(plain))
}

/// Whether a multipart message is Nicira's.
fn is_nicira(kind: Option<MultipartType>) -> bool {
    kind.and_then(MultipartType::vendor).is_some_and(|(vendor, _)| vendor == NICIRA)
}

/// Ryu shows what a switch sent in 1.0 inside of a vendor message.
pub(super) fn wrapped(message: &Message, version: Version, value: Value) -> Value {
    match message {
        Message::Nicira(message) if is_v1_0(version) && message.is_from_switch() => {
            json!({ "OFPVendor": { "data": value, "vendor": NICIRA } })
        }
        _ => value,
    }
}

/// What [`wrapped`] put inside of a vendor message.
pub(super) fn unwrapped<'a>(
    version: Version,
    class: &str,
    members: &'a Map<String, Value>,
) -> Option<&'a Value> {
    let vendor = members.get("vendor").and_then(Value::as_u64);
    let is_nicira = vendor.is_none_or(|vendor| vendor == u64::from(NICIRA));
    let data = members.get("data").filter(|data| data.is_object());
    let of_ours = || data?.as_object()?.keys().next().filter(|class| class.starts_with("NXT"));
    data.filter(|_| is_v1_0(version) && class == "OFPVendor" && is_nicira && of_ours().is_some())
}

/// A vendor's multipart message as the vendor sees it.
fn raw(message: &Message, version: Version) -> Result<ExperimenterMultipart, EncodeError> {
    let mut buf = BytesMut::new();
    message.encode(version, Xid(0), &mut buf)?;
    let bytes = buf.freeze();
    let mut r = Reader::new(&bytes, "experimenter");
    // The encoder has just written all of it.
    let read = r
        .pad(HEADER_LEN + if is_v1_0(version) { 4 } else { 8 })
        .and_then(|()| ExperimenterMultipart::decode(version, &mut r));
    debug_assert!(read.is_ok());
    Ok(read.unwrap_or_default())
}

/// The noun that an experimenter's message from JSON is; any other message comes back.
pub(super) fn known(version: Version, message: Message) -> Message {
    let raw = match &message {
        Message::Experimenter(_) => true,
        Message::MultipartRequest(request) => {
            matches!(request.body, MultipartRequestBody::Experimenter(_))
        }
        Message::MultipartReply(reply) => {
            matches!(reply.body, MultipartReplyBody::Experimenter(_))
        }
        _ => false,
    };
    let mut buf = BytesMut::new();
    if !raw || message.encode(version, Xid(0), &mut buf).is_err() {
        return message;
    }
    // What its owner would refuse stays what it is, and so do apps' messages: they have classes.
    match Message::decode(version, &buf.freeze()) {
        Ok((_, known)) if is_noun(&known) => known,
        _ => message,
    }
}

/// Whether it is one of the nouns here that travel as an experimenter's.
fn is_noun(message: &Message) -> bool {
    let kind = match message {
        Message::Nicira(_) | Message::BundleCtrlMsg(_) | Message::BundleAddMsg(_) => return true,
        Message::MultipartRequest(request) => request.body.multipart_type(),
        Message::MultipartReply(reply) => reply.body.multipart_type(),
        _ => None,
    };
    kind.and_then(MultipartType::vendor).is_some()
}

/// A number that the kind of the noun decides: it was looked at before, and text leaves it out.
pub(super) enum Given {}

impl Codec<u32> for Given {
    #[inline]
    fn decode(version: Version, r: &mut Reader<'_>) -> Result<u32, DecodeError> {
        u32::decode(version, r)
    }
    #[inline]
    fn encode(value: &u32, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        value.encode(version, w)
    }
    fn to_json(value: &u32, version: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError> {
        value.to_json(version, w)
    }
    fn from_json(version: Version, value: &Value) -> Result<u32, JsonError> {
        u32::from_json(version, value)
    }
    fn show(_: &u32, _: &mut String) -> bool {
        false
    }
}
