//! Experimenters' messages that are nouns here: which they are, and how they come and go.
//!
//! On the wire they are [`Experimenter`](super::Experimenter) messages; here each is the variant of
//! [`Message`] that says what it means.

use bytes::{Bytes, BytesMut};
use serde_json::Value;

use super::bundle::{BUNDLE_ADD, BUNDLE_CONTROL, BundleAddMsg, BundleCtrlMsg};
use super::codec::{Codec, Member};
use super::encode::{Body, Encode as _, EncodeError};
use super::experimenter::ONF;
use super::header::HEADER_LEN;
use super::ids::{Xid, is_v1_0};
use super::json::JsonError;
use super::message::Message;
use super::multipart::{ExperimenterMultipart, MultipartRequestBody, MultipartType};
use super::multipart_reply::{MultipartReply, MultipartReplyBody};
use super::version::{V1_3, Version};
use crate::wire::{DecodeError, Reader, Writer};

/// What an experimenter's message is.
#[derive(Clone, Copy)]
enum Kind {
    BundleCtrl,
    BundleAdd,
}

/// The kind of the message whose body `r` is about to read; `None` if it is nobody's we know.
fn kind(version: Version, r: &Reader<'_>) -> Option<Kind> {
    let mut ahead = r.clone();
    match (ahead.u32().ok()?, ahead.u32().ok()?) {
        (ONF, BUNDLE_CONTROL) if version == V1_3 => Some(Kind::BundleCtrl),
        (ONF, BUNDLE_ADD) if version == V1_3 => Some(Kind::BundleAdd),
        _ => None,
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
        Message::MultipartReply(reply) if is_plain(reply.body.multipart_type()) => {
            let body = MultipartReplyBody::Experimenter(raw(message, version)?);
            MultipartReply { flags: reply.flags, body }.into()
        }
        _ => return Ok(None),
    };
    Ok(Some(plain))
}

/// Whether Ryu has no class for such a reply.
fn is_plain(kind: Option<MultipartType>) -> bool {
    matches!(kind, Some(MultipartType::OnfFlowMonitor))
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
    // What its owner would refuse stays what it is.
    Message::decode(version, &buf.freeze()).map_or(message, |(_, known)| known)
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
