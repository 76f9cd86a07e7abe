//! Bodies of types that apps register: the trait they implement, and one of them as it travels.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::codec::{Member as _, fields};
use super::encode::{Encode, EncodeError, encode_framed};
use super::ids::{Xid, is_v1_0};
use super::json::JsonError;
use super::message_type::MessageType;
use super::multipart::{MultipartRequest, MultipartRequestBody};
use super::multipart_reply::{MultipartReply, MultipartReplyBody};
use super::registry::{Place, Registration};
use super::version::Version;
use super::{Action, Instruction, Message};
use crate::wire::{DecodeError, Reader, Writer};

/// The body of an experimenter's message, action or instruction that an app defines: what stands
/// behind the experimenter id and its type.
///
/// The two methods are its wire form; its JSON is that of its `serde` derives, its members standing
/// in `{"Class": {...}}` beside those of the noun around it (`type`, `len`, `flags`,
/// `experimenter`, `exp_type`, `subtype`, `vendor`, `xid`: names that it cannot have).
/// [`register!`](crate::ofproto::register) says where it stands.
///
/// | part in front of it | size, range | since |
/// |---|---|---|
/// | `experimenter` | 4 bytes: an IEEE OUI, or a number that ONF gave | 1.0 |
/// | `exp_type` | 4 bytes, of an action or instruction 2; none if it was registered without | 1.0 |
///
/// Spec: 1.0 section 5.5.4, 1.3 section 7.5.4 (messages), 7.3.5.15 (multipart messages), 7.2.5
/// (actions) and 7.2.4 (instructions).
///
/// # Example: a message of one's own
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{EncodeError, ExperimenterBody, Message, PortNo, register};
/// use ryu_sdn::prelude::*;
/// use ryu_sdn::wire::{DecodeError, Reader, Writer};
///
/// const ACME: u32 = 0x00ac_3e01;
///
/// /// Makes the light of a port blink.
/// #[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
/// #[serde(crate = "ryu_sdn::serde")]
/// struct Blink {
///     port: u32,
///     times: u16,
/// }
///
/// impl ExperimenterBody for Blink {
///     fn read(_: Version, r: &mut Reader<'_>) -> Result<Blink, DecodeError> {
///         let blink = Blink { port: r.u32()?, times: r.u16()? };
///         r.pad(2)?;
///         Ok(blink)
///     }
///     fn write(&self, _: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
///         w.u32(self.port);
///         w.u16(self.times);
///         w.pad(2);
///         Ok(())
///     }
/// }
///
/// register! { message Blink = "AcmeBlink", ACME, 7, V1_3..=V1_5; }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut buf = BytesMut::new();
/// Blink { port: 1, times: 3 }.encode(V1_3, Xid(9), &mut buf)?;
/// assert_eq!(buf[..16], [4, 4, 0, 24, 0, 0, 0, 9, 0x00, 0xac, 0x3e, 0x01, 0, 0, 0, 7]);
/// assert_eq!(buf[16..], [0, 0, 0, 1, 0, 3, 0, 0]);
///
/// let (_, msg) = Message::decode(V1_3, &buf.freeze())?;
/// let Message::Registered(body) = &msg else { panic!() };
/// assert_eq!(body.get::<Blink>(), Some(&Blink { port: 1, times: 3 }));
/// assert_eq!(msg.to_string(), "AcmeBlink port=1 times=3");
/// assert_eq!(
///     msg.to_json(V1_3)?.to_string(),
///     r#"{"AcmeBlink":{"exp_type":7,"experimenter":11288065,"port":1,"times":3}}"#
/// );
/// let err = msg.encode(V1_0, Xid(9), &mut BytesMut::new()).unwrap_err();
/// assert_eq!(err.to_string(), "OpenFlow 1.0 has no AcmeBlink");
/// # Ok(()) }
/// ```
pub trait ExperimenterBody:
    fmt::Debug + Eq + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// Reads the body. `r` holds just that; what is left unread is an error, but for the padding of
    /// an action or instruction (fewer than 8 bytes). Payloads are
    /// [`r.rest_bytes()`](Reader::rest_bytes), which copies nothing.
    ///
    /// # Errors
    /// Those of `r`; [`Reader::bad_value`] and [`Reader::bad_length`] make others.
    fn read(version: Version, r: &mut Reader<'_>) -> Result<Self, DecodeError>;

    /// Writes the body; lengths and padding around it are not its business.
    ///
    /// # Errors
    /// [`EncodeError::NotInVersion`] for what `version` cannot say, [`EncodeError::TooLong`] for
    /// what does not fit in a field. That the whole is too long is found behind it.
    fn write(&self, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError>;
}

/// A type that was registered; [`register!`](crate::ofproto::register) implements it, and nothing
/// else should.
///
/// Spec: as [`ExperimenterBody`], since 1.0. See the example of [`ExperimenterBody`].
pub trait ExperimenterType: ExperimenterBody {
    /// What was said of it.
    fn registration() -> &'static Registration;
}

/// A body of a type that an app registered. A clone is a reference count.
///
/// On the wire it is the experimenter id, the type, and what [`ExperimenterBody::write`] writes, in
/// the versions that its [`Registration`] names; in another one, encoding it is refused.
///
/// ```text
/// Message::Registered(body) => match body.get::<Blink>() { Some(blink) => .., None => .. }
/// ```
///
/// Spec: 1.0 section 5.5.4, 1.3 section 7.5.4. See the example of [`ExperimenterBody`].
#[derive(Clone)]
pub struct Registered {
    row: &'static Registration,
    /// `None` between the reading of the number and of the body.
    body: Option<Arc<dyn AnyBody>>,
}

impl Registered {
    /// A body, ready to be part of a message.
    pub fn new<T: ExperimenterType>(body: T) -> Registered {
        Registered { row: T::registration(), body: Some(Arc::new(body)) }
    }

    /// The body, if it is a `T`.
    pub fn get<T: ExperimenterType>(&self) -> Option<&T> {
        self.body.as_ref()?.as_any().downcast_ref()
    }

    /// What was said of its type: class, id, versions.
    pub fn registration(&self) -> &'static Registration {
        self.row
    }

    /// The one that is read next.
    pub(super) fn blank(row: &'static Registration) -> Registered {
        Registered { row, body: None }
    }

    pub(super) fn decode<T: ExperimenterType>(
        row: &'static Registration,
        version: Version,
        r: &mut Reader<'_>,
    ) -> Result<Registered, DecodeError> {
        Ok(Registered { row, body: Some(Arc::new(T::read(version, r)?)) })
    }

    pub(super) fn from_json<T: ExperimenterType>(
        row: &'static Registration,
        mut members: Map<String, Value>,
    ) -> Result<Registered, JsonError> {
        // What is no structure in JSON stands under a name of its own.
        let alone = (members.len() == 1).then(|| members.get(BODY).cloned()).flatten();
        let nothing = members.is_empty();
        let object = serde_json::from_value::<T>(Value::Object(std::mem::take(&mut members)));
        let body = object.or_else(|err| match alone {
            Some(alone) => serde_json::from_value(alone),
            None if nothing => serde_json::from_value(Value::Null).map_err(|_| err),
            None => Err(err),
        });
        let body = body.map_err(|err| JsonError::new(err.to_string()))?;
        Ok(Registered { row, body: Some(Arc::new(body)) })
    }

    /// Refuses to be a message where it was registered as something else.
    pub(super) fn check_message(&self, version: Version) -> Result<(), EncodeError> {
        if self.row.place == Place::Message {
            return Ok(());
        }
        Err(EncodeError::NotInVersion { what: self.row.class, version })
    }

    /// Writes the body.
    pub(super) fn encode_body(
        &self,
        version: Version,
        w: &mut Writer<'_>,
    ) -> Result<(), EncodeError> {
        if !self.row.is_in(version) {
            return Err(EncodeError::NotInVersion { what: self.row.class, version });
        }
        self.body.as_ref().map_or(Ok(()), |body| body.write_any(version, w))
    }

    /// The members of its JSON.
    pub(super) fn members(&self) -> Map<String, Value> {
        match self.body.as_ref().map_or(Value::Null, |body| body.to_json()) {
            Value::Object(members) => members,
            Value::Null => Map::new(),
            other => Map::from_iter([(BODY.to_owned(), other)]),
        }
    }

    /// `name=value` of its members.
    pub(super) fn show(&self, out: &mut String, between: &str) {
        for (i, (name, value)) in self.members().iter().enumerate() {
            let space = if i > 0 { between } else { "" };
            match value {
                Value::String(text) => out.push_str(&format!("{space}{name}={text}")),
                other => out.push_str(&format!("{space}{name}={other}")),
            }
        }
    }

    /// `Class(name=value,...)`, the form among actions.
    pub(super) fn fmt_in_list(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.show(&mut text, ",");
        write!(f, "{}({text})", self.row.class)
    }
}

/// The member of a body that is no structure.
const BODY: &str = "body";

/// What every body can do, whatever its type.
trait AnyBody: fmt::Debug + Send + Sync {
    fn as_any(&self) -> &dyn Any;
    fn is(&self, other: &dyn AnyBody) -> bool;
    fn write_any(&self, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError>;
    fn to_json(&self) -> Value;
}

impl<T: ExperimenterBody> AnyBody for T {
    fn as_any(&self) -> &dyn Any {
        self
    }
    fn is(&self, other: &dyn AnyBody) -> bool {
        other.as_any().downcast_ref() == Some(self)
    }
    fn write_any(&self, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        ExperimenterBody::write(self, version, w)
    }
    fn to_json(&self) -> Value {
        // Only a map whose keys are no text has no JSON; there is nothing better to say of it.
        serde_json::to_value(self).unwrap_or_else(|_| format!("{self:?}").into())
    }
}

impl PartialEq for Registered {
    fn eq(&self, other: &Registered) -> bool {
        std::ptr::eq(self.row, other.row)
            && match (&self.body, &other.body) {
                (Some(a), Some(b)) => a.is(&**b),
                (a, b) => a.is_none() && b.is_none(),
            }
    }
}

impl Eq for Registered {}

impl fmt::Debug for Registered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.body {
            Some(body) => fmt::Debug::fmt(body, f),
            None => f.write_str(self.row.class),
        }
    }
}

impl fmt::Display for Registered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::from(" ");
        self.show(&mut text, " ");
        write!(f, "{}{}", self.row.class, text.trim_end())
    }
}

// As a message, and as the body of a multipart message: the id, its type, the rest.
fields!(Registered, |this, v| {
    let row = this.registration();
    let (mut experimenter, exp_type) = (row.experimenter, row.exp_type);
    let name = if is_v1_0(v.version()) { "vendor" } else { "experimenter" };
    v.field(name, &mut experimenter)?;
    if let Some(mut exp_type) = exp_type {
        v.field("exp_type", &mut exp_type)?;
    }
    v.registered(this)
});

/// A message.
impl Encode for Registered {
    fn name(&self) -> &'static str {
        self.row.class
    }

    fn encode(&self, version: Version, xid: Xid, buf: &mut BytesMut) -> Result<(), EncodeError> {
        encode_message(self.row, version, xid, buf, |w| self.encode_body(version, w))
    }
}

/// Sends a body as what it was registered for; `register!` calls it.
#[doc(hidden)]
pub fn encode_registered<T: ExperimenterType>(
    body: &T,
    version: Version,
    xid: Xid,
    buf: &mut BytesMut,
) -> Result<(), EncodeError> {
    encode_message(T::registration(), version, xid, buf, |w| body.write(version, w))
}

fn encode_message(
    row: &'static Registration,
    version: Version,
    xid: Xid,
    buf: &mut BytesMut,
    body: impl FnOnce(&mut Writer<'_>) -> Result<(), EncodeError>,
) -> Result<(), EncodeError> {
    let message_type = match row.place {
        Place::MultipartRequest => MessageType::MultipartRequest,
        Place::MultipartReply => MessageType::MultipartReply,
        _ => MessageType::Experimenter,
    };
    let is_message = !matches!(row.place, Place::Action | Place::Instruction);
    let number = message_type.wire(version).filter(|_| is_message && row.is_in(version));
    let Some(number) = number else {
        return Err(EncodeError::NotInVersion { what: row.class, version });
    };
    encode_framed(row.class, version, number, xid, buf, |w| {
        if message_type != MessageType::Experimenter {
            // No flags.
            w.bytes(&[0xff, 0xff, 0, 0]);
            w.pad(if is_v1_0(version) { 0 } else { 4 });
        }
        w.u32(row.experimenter);
        if let Some(exp_type) = row.exp_type {
            w.u32(exp_type);
        }
        body(w)
    })
}

impl From<Registered> for Message {
    /// A message of its own, or the multipart message around it. What was registered as an action or
    /// an instruction is no message, and none can be encoded of it.
    fn from(body: Registered) -> Message {
        match body.row.place {
            Place::MultipartRequest => {
                let body = MultipartRequestBody::Registered(body);
                MultipartRequest { flags: super::MultipartFlags(0), body }.into()
            }
            Place::MultipartReply => {
                MultipartReply::new(MultipartReplyBody::Registered(body)).into()
            }
            _ => Message::Registered(body),
        }
    }
}

impl From<Registered> for Action {
    fn from(body: Registered) -> Action {
        Action::Registered(body)
    }
}

impl From<Registered> for Instruction {
    fn from(body: Registered) -> Instruction {
        Instruction::Registered(body)
    }
}

/// An action of an app in the form of one that nobody knows; `None` for others, and if `version`
/// cannot say it.
pub(super) fn raw_action(version: Version, action: &Action) -> Option<Action> {
    let Action::Registered(_) = action else { return None };
    let (experimenter, data) = raw(|w| action.encode(version, w))?;
    Some(Action::Experimenter { experimenter, data })
}

/// The action that an experimenter's bytes are, if an app registered it.
pub(super) fn action_of_raw(version: Version, raw: Action) -> Action {
    let known = known(|w| raw.encode(version, w), |r| Action::decode(version, r));
    known.filter(|action| matches!(action, Action::Registered(_))).unwrap_or(raw)
}

/// The same of an instruction.
pub(super) fn raw_instruction(version: Version, instruction: &Instruction) -> Option<Instruction> {
    let (experimenter, data) = raw(|w| instruction.encode(version, w))?;
    Some(Instruction::Experimenter { experimenter, data })
}

/// As [`action_of_raw`].
pub(super) fn instruction_of_raw(version: Version, raw: Instruction) -> Instruction {
    let known = known(|w| raw.encode(version, w), |r| Instruction::decode(version, r));
    known.filter(|known| matches!(known, Instruction::Registered(_))).unwrap_or(raw)
}

/// The id, and what stands behind it.
fn raw(encode: impl FnOnce(&mut Writer<'_>) -> Result<(), EncodeError>) -> Option<(u32, Bytes)> {
    let bytes = written(encode)?;
    let id = bytes.get(4..8)?.first_chunk()?;
    Some((u32::from_be_bytes(*id), bytes.slice(8..)))
}

fn known<T>(
    encode: impl FnOnce(&mut Writer<'_>) -> Result<(), EncodeError>,
    decode: impl FnOnce(&mut Reader<'_>) -> Result<T, DecodeError>,
) -> Option<T> {
    decode(&mut Reader::new(&written(encode)?, "experimenter")).ok()
}

fn written(encode: impl FnOnce(&mut Writer<'_>) -> Result<(), EncodeError>) -> Option<Bytes> {
    let mut buf = BytesMut::new();
    encode(&mut Writer::new(&mut buf)).ok()?;
    Some(buf.freeze())
}

/// Registers messages, multipart bodies, actions, instructions and match fields of one's own: a row
/// for each, anywhere in the crate.
///
/// ```text
/// register! {
///     // place  type  = class in JSON, experimenter id, its type or _ for any, versions;
///     message Blink   = "AcmeBlink", ACME, 7, V1_3..=V1_5;
///     multipart_request LightsRequest = "AcmeLightsRequest", ACME, 1, V1_3..=V1_5;
///     multipart_reply LightsReply = "AcmeLightsReply", ACME, 1, V1_3..=V1_5;
///     action Mirror   = "AcmeActionMirror", ACME, 2, V1_0..=V1_5;
///     instruction Tap = "AcmeInstructionTap", ACME, _, V1_3..=V1_5;
///     // a field: a row of its own
///     field FieldInfo { name: "acme_depth", ..FieldInfo::of(DEPTH) };
/// }
/// ```
///
/// A type implements [`ExperimenterBody`](crate::ofproto::ExperimenterBody) and is registered
/// once. Its numbers are read as it from then on: a message comes as
/// [`Message::Registered`](crate::ofproto::Message::Registered), an action as
/// [`Action::Registered`](crate::ofproto::Action::Registered), and so on. In the other direction
/// a message or multipart body is sent as it is (it is [`Encode`](crate::ofproto::Encode)), and
/// an action or instruction made of it by `into()`. In other versions, and without a registration,
/// such a thing stays as it came (`Experimenter`), and encoding it is
/// [`NotInVersion`](crate::ofproto::EncodeError::NotInVersion).
///
/// Two registrations of one number, class or name, or one that the house has, end the start-up with
/// both names; see [`check_registrations`](crate::ofproto::check_registrations).
#[macro_export]
#[doc(hidden)]
macro_rules! __register {
    () => {};
    (field $info:expr; $($rest:tt)*) => {
        $crate::__register!(field $info);
        $crate::__register!($($rest)*);
    };
    (field $info:expr) => {
        $crate::__private::submit! { $crate::__private::Entry::Field($info, module_path!()) }
    };
    ($place:ident $ty:ty = $class:expr, $id:expr, _, $since:ident ..= $until:ident; $($rest:tt)*) => {
        $crate::__register!(@row $place $ty, $class, $id, None, $since, $until);
        $crate::__register!($($rest)*);
    };
    ($place:ident $ty:ty = $class:expr, $id:expr, $exp_type:expr, $since:ident ..= $until:ident; $($rest:tt)*) => {
        $crate::__register!(@row $place $ty, $class, $id, Some($exp_type), $since, $until);
        $crate::__register!($($rest)*);
    };
    (@row $place:ident $ty:ty, $class:expr, $id:expr, $exp_type:expr, $since:ident, $until:ident) => {
        const _: () = {
            static ROW: $crate::ofproto::Registration = $crate::ofproto::Registration::of::<$ty>(
                $crate::__register!(@place $place),
                $class,
                ($id, $exp_type),
                ($crate::ofproto::Version::$since, $crate::ofproto::Version::$until),
                concat!(module_path!(), "::", stringify!($ty)),
            );
            $crate::__private::submit! { $crate::__private::Entry::Body(&ROW) }
            impl $crate::ofproto::ExperimenterType for $ty {
                fn registration() -> &'static $crate::ofproto::Registration {
                    &ROW
                }
            }
            $crate::__register!(@into $place $ty);
        };
    };
    (@place message) => { $crate::ofproto::Place::Message };
    (@place multipart_request) => { $crate::ofproto::Place::MultipartRequest };
    (@place multipart_reply) => { $crate::ofproto::Place::MultipartReply };
    (@place action) => { $crate::ofproto::Place::Action };
    (@place instruction) => { $crate::ofproto::Place::Instruction };
    (@place $other:ident) => {
        compile_error!(concat!(
            "`", stringify!($other), "` is no place: message, multipart_request, multipart_reply, \
             action, instruction or field"
        ))
    };
    (@into action $ty:ty) => {
        impl From<$ty> for $crate::ofproto::Action {
            fn from(body: $ty) -> $crate::ofproto::Action {
                $crate::ofproto::Registered::new(body).into()
            }
        }
    };
    (@into instruction $ty:ty) => {
        impl From<$ty> for $crate::ofproto::Instruction {
            fn from(body: $ty) -> $crate::ofproto::Instruction {
                $crate::ofproto::Registered::new(body).into()
            }
        }
    };
    (@into $message:ident $ty:ty) => {
        impl From<$ty> for $crate::ofproto::Message {
            fn from(body: $ty) -> $crate::ofproto::Message {
                $crate::ofproto::Registered::new(body).into()
            }
        }
        impl $crate::ofproto::Encode for $ty {
            fn name(&self) -> &'static str {
                <$ty as $crate::ofproto::ExperimenterType>::registration().class
            }
            fn encode(
                &self,
                version: $crate::ofproto::Version,
                xid: $crate::ofproto::Xid,
                buf: &mut $crate::__private::BytesMut,
            ) -> Result<(), $crate::ofproto::EncodeError> {
                $crate::__private::encode_registered(self, version, xid, buf)
            }
        }
    };
}
