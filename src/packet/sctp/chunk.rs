//! Chunks of SCTP (RFC 9260 section 3.3, RFC 7053, RFC 9260 appendix for ECN).

use std::borrow::Cow;

use serde_json::Value;

use super::super::codec::{Decoder, Encoder, Form, Len, Maybe, Member, fields, noun, union};
use super::super::{EmitError, List};
use super::{SctpCause, SctpParam, item};
use crate::wire::{DecodeError, JsonError};

union! {
    /// A chunk of an [`Sctp`](super::Sctp) packet. Padding up to 4 bytes belongs to it; it is written as
    /// zeros.
    ///
    /// Spec: RFC 9260 section 3.2. See the example of [`Sctp`](super::Sctp).
    pub enum SctpChunk<'a> by |d| d.peek::<1>().map(|[kind]| kind), else Unknown(SctpUnknown<'a>);
    /// Data of a user.
    0 => Data(SctpData<'a>);
    /// Opens an association.
    1 => Init(SctpInit<'a>);
    /// Answers [`SctpInit`].
    2 => InitAck(SctpInitAck<'a>);
    /// Acknowledges data.
    3 => Sack(SctpSack<'a>);
    /// Asks whether the other is there.
    4 => Heartbeat(SctpHeartbeat<'a>);
    /// Answers [`SctpHeartbeat`].
    5 => HeartbeatAck(SctpHeartbeatAck<'a>);
    /// Ends an association at once.
    6 => Abort(SctpAbort<'a>);
    /// Ends an association.
    7 => Shutdown(SctpShutdown);
    /// Answers [`SctpShutdown`].
    8 => ShutdownAck(SctpShutdownAck);
    /// Tells errors.
    9 => Error(SctpError<'a>);
    /// Sends the cookie back.
    10 => CookieEcho(SctpCookieEcho<'a>);
    /// Answers [`SctpCookieEcho`].
    11 => CookieAck(SctpCookieAck);
    /// Tells that congestion was experienced.
    12 => EcnEcho(SctpEcnEcho);
    /// Tells that the window was reduced.
    13 => Cwr(SctpCwr);
    /// Answers [`SctpShutdownAck`].
    14 => ShutdownComplete(SctpShutdownComplete);
}

/// Data of a user.
///
/// Ryu: `sctp.chunk_data`, which has no `immediate`; in JSON it stands where it is set. Spec: RFC 9260
/// section 3.3.1, RFC 7053. See the example of [`Sctp`](super::Sctp).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct SctpData<'a> {
    /// Not used, 4 bits.
    pub reserved: u8,
    /// 1: to be acknowledged at once.
    pub immediate: u8,
    /// 1: not to be put in order.
    pub unordered: u8,
    /// 1: the first piece of a message.
    pub begin: u8,
    /// 1: the last piece of a message.
    pub end: u8,
    /// Bytes, without the padding behind it.
    pub length: Option<u16>,
    /// Sequence number.
    pub tsn: u32,
    /// Stream.
    pub sid: u16,
    /// Number in the stream.
    pub seq: u16,
    /// Protocol of the user.
    pub payload_id: u32,
    /// The data.
    pub payload_data: Cow<'a, [u8]>,
}

fields!(SctpData<'a>, |this, v| {
    let SctpData {
        reserved,
        immediate,
        unordered,
        begin,
        end,
        length,
        tsn,
        sid,
        seq,
        payload_id,
        payload_data,
    } = this;
    v.bits("", 8, &mut 0u8)?;
    v.bits("", 4, reserved)?;
    let name = v.rare("immediate", *immediate != 0);
    v.bits(name, 1, immediate)?;
    v.bits("unordered", 1, unordered)?;
    v.bits("begin", 1, begin)?;
    v.bits("end", 1, end)?;
    v.sized("length", 16, Len::with(4), length, |v| {
        v.field("tsn", tsn)?;
        v.field("sid", sid)?;
        v.field("seq", seq)?;
        v.field("payload_id", payload_id)?;
        v.field("payload_data", payload_data)
    })?;
    v.align(4);
    Ok(())
});
noun!(SctpData<'a>, "chunk_data");

/// Acknowledges data.
///
/// Ryu: `sctp.chunk_sack`. Spec: RFC 9260 section 3.3.4. See the example of [`Sctp`](super::Sctp).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct SctpSack<'a> {
    /// Not used.
    pub flags: u8,
    /// Bytes.
    pub length: Option<u16>,
    /// Last sequence number up to which all is here.
    pub tsn_ack: u32,
    /// Bytes that can still be taken.
    pub a_rwnd: u32,
    /// Number of `gapacks`.
    pub gapack_num: Option<u16>,
    /// Number of `duptsns`.
    pub duptsn_num: Option<u16>,
    /// What is here behind a gap: first and last number, both from `tsn_ack`.
    pub gapacks: List<'a, SctpGapAck>,
    /// What came twice.
    pub duptsns: List<'a, u32>,
}

fields!(SctpSack<'a>, |this, v| {
    let SctpSack { flags, length, tsn_ack, a_rwnd, gapack_num, duptsn_num, gapacks, duptsns } =
        this;
    v.bits("", 8, &mut 3u8)?;
    v.field("flags", flags)?;
    v.sized("length", 16, Len::with(4), length, |v| {
        v.field("tsn_ack", tsn_ack)?;
        v.field("a_rwnd", a_rwnd)?;
        v.counts("gapack_num", 16, gapack_num, || gapacks.len())?;
        v.counts("duptsn_num", 16, duptsn_num, || duptsns.len())?;
        v.sub("gapacks", gapack_num.map_or(0, usize::from) * 4, "gapack_num", gapacks)?;
        v.sub("duptsns", duptsn_num.map_or(0, usize::from) * 4, "duptsn_num", duptsns)
    })?;
    v.align(4);
    Ok(())
});
noun!(SctpSack<'a>, "chunk_sack");

/// A block of what a [`SctpSack`] acknowledges behind a gap. In JSON a list of two numbers.
///
/// Spec: RFC 9260 section 3.3.4. See the example of [`Sctp`](super::Sctp).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct SctpGapAck {
    /// The first, counted from `tsn_ack`.
    pub start: u16,
    /// The last, counted from `tsn_ack`.
    pub end: u16,
}

impl Member<'_> for SctpGapAck {
    fn decode(d: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        Ok(SctpGapAck { start: Member::decode(d)?, end: Member::decode(d)? })
    }
    fn encode(&self, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        self.start.encode(e)?;
        self.end.encode(e)
    }
    fn to_json(&self) -> Value {
        vec![self.start, self.end].into()
    }
    fn from_json(value: &Value) -> Result<Self, JsonError> {
        match value.as_array().map(Vec::as_slice) {
            Some([start, end]) => {
                Ok(SctpGapAck { start: Member::from_json(start)?, end: Member::from_json(end)? })
            }
            _ => Err(JsonError::expected("two numbers", value)),
        }
    }
    fn show(&self, out: &mut String) {
        out.push_str(&format!("[{}, {}]", self.start, self.end));
    }
}

/// A parameter that is there if bytes are left.
pub(super) enum IfAny {}

impl<'a> Form<'a, Option<SctpParam<'a>>> for IfAny {
    fn decode(d: &mut Decoder<'a>) -> Result<Option<SctpParam<'a>>, DecodeError> {
        if d.remaining() == 0 { Ok(None) } else { Maybe::decode(d) }
    }
    fn encode(value: &Option<SctpParam<'a>>, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        Maybe::encode(value, e)
    }
    fn to_json(value: &Option<SctpParam<'a>>) -> Value {
        Maybe::to_json(value)
    }
    fn from_json(value: &Value) -> Result<Option<SctpParam<'a>>, JsonError> {
        Maybe::from_json(value)
    }
    fn show(value: &Option<SctpParam<'a>>, out: &mut String) {
        Maybe::show(value, out);
    }
    fn check(value: &Option<SctpParam<'a>>) -> Result<(), DecodeError> {
        Maybe::check(value)
    }
}

item! {
    /// Opens an association.
    ///
    /// Ryu: `sctp.chunk_init`. Spec: RFC 9260 section 3.3.2. See the example of [`Sctp`](super::Sctp).
    pub struct SctpInit<'a> "chunk_init" = 1u8 as 8 {
        /// Not used.
        flags: u8,
    } length {
        /// Tag that packets to the sender carry.
        init_tag: u32,
        /// Bytes that the sender can take.
        a_rwnd: u32,
        /// Streams out.
        os: u16,
        /// Most streams in.
        mis: u16,
        /// First sequence number.
        i_tsn: u32,
        /// Parameters.
        params: List<'a, SctpParam<'a>>,
    }
}

item! {
    /// Answers [`SctpInit`].
    ///
    /// Ryu: `sctp.chunk_init_ack`. Spec: RFC 9260 section 3.3.3. See the example of [`Sctp`](super::Sctp).
    pub struct SctpInitAck<'a> "chunk_init_ack" = 2u8 as 8 {
        /// Not used.
        flags: u8,
    } length {
        /// Tag that packets to the sender carry.
        init_tag: u32,
        /// Bytes that the sender can take.
        a_rwnd: u32,
        /// Streams out.
        os: u16,
        /// Most streams in.
        mis: u16,
        /// First sequence number.
        i_tsn: u32,
        /// Parameters.
        params: List<'a, SctpParam<'a>>,
    }
}

item! {
    /// Asks whether the other is there.
    ///
    /// Ryu: `sctp.chunk_heartbeat`. Spec: RFC 9260 section 3.3.5. See the example of [`Sctp`](super::Sctp).
    pub struct SctpHeartbeat<'a> "chunk_heartbeat" = 4u8 as 8 {
        /// Not used.
        flags: u8,
    } length {
        /// What comes back.
        info: Option<SctpParam<'a>> => IfAny,
    }
}

item! {
    /// Answers [`SctpHeartbeat`].
    ///
    /// Ryu: `sctp.chunk_heartbeat_ack`. Spec: RFC 9260 section 3.3.6. See the example of [`Sctp`](super::Sctp).
    pub struct SctpHeartbeatAck<'a> "chunk_heartbeat_ack" = 5u8 as 8 {
        /// Not used.
        flags: u8,
    } length {
        /// What comes back.
        info: Option<SctpParam<'a>> => IfAny,
    }
}

item! {
    /// Ends an association at once.
    ///
    /// Ryu: `sctp.chunk_abort`. Spec: RFC 9260 section 3.3.7. See the example of [`Sctp`](super::Sctp).
    pub struct SctpAbort<'a> "chunk_abort" = 6u8 as 8 {
        /// Not used, 7 bits.
        reserved[""]: u8 as 7,
        /// 1: the verification tag is that of the other side.
        tflag: u8 as 1,
    } length {
        /// Why.
        causes: List<'a, SctpCause<'a>>,
    }
}

item! {
    /// Ends an association.
    ///
    /// Ryu: `sctp.chunk_shutdown`. Spec: RFC 9260 section 3.3.8. See the example of [`Sctp`](super::Sctp).
    pub struct SctpShutdown "chunk_shutdown" = 7u8 as 8 {
        /// Not used.
        flags: u8,
    } length {
        /// Last sequence number up to which all is here.
        tsn_ack: u32,
    }
}

item! {
    /// Answers [`SctpShutdown`].
    ///
    /// Ryu: `sctp.chunk_shutdown_ack`. Spec: RFC 9260 section 3.3.9. See the example of [`Sctp`](super::Sctp).
    pub struct SctpShutdownAck "chunk_shutdown_ack" = 8u8 as 8 {
        /// Not used.
        flags: u8,
    } length {

    }
}

item! {
    /// Tells errors.
    ///
    /// Ryu: `sctp.chunk_error`. Spec: RFC 9260 section 3.3.10. See the example of [`Sctp`](super::Sctp).
    pub struct SctpError<'a> "chunk_error" = 9u8 as 8 {
        /// Not used.
        flags: u8,
    } length {
        /// What.
        causes: List<'a, SctpCause<'a>>,
    }
}

item! {
    /// Sends the cookie back.
    ///
    /// Ryu: `sctp.chunk_cookie_echo`. Spec: RFC 9260 section 3.3.11. See the example of [`Sctp`](super::Sctp).
    pub struct SctpCookieEcho<'a> "chunk_cookie_echo" = 10u8 as 8 {
        /// Not used.
        flags: u8,
    } length {
        /// The cookie.
        cookie: Option<Cow<'a, [u8]>>,
    }
}

item! {
    /// Answers [`SctpCookieEcho`].
    ///
    /// Ryu: `sctp.chunk_cookie_ack`. Spec: RFC 9260 section 3.3.12. See the example of [`Sctp`](super::Sctp).
    pub struct SctpCookieAck "chunk_cookie_ack" = 11u8 as 8 {
        /// Not used.
        flags: u8,
    } length {

    }
}

item! {
    /// Tells that congestion was experienced.
    ///
    /// Ryu: `sctp.chunk_ecn_echo`. Spec: RFC 4960 appendix A. See the example of [`Sctp`](super::Sctp).
    pub struct SctpEcnEcho "chunk_ecn_echo" = 12u8 as 8 {
        /// Not used.
        flags: u8,
    } length {
        /// Lowest sequence number that saw it.
        low_tsn: u32,
    }
}

item! {
    /// Tells that the window was reduced.
    ///
    /// Ryu: `sctp.chunk_cwr`. Spec: RFC 4960 appendix A. See the example of [`Sctp`](super::Sctp).
    pub struct SctpCwr "chunk_cwr" = 13u8 as 8 {
        /// Not used.
        flags: u8,
    } length {
        /// Lowest sequence number that saw it.
        low_tsn: u32,
    }
}

item! {
    /// Answers [`SctpShutdownAck`].
    ///
    /// Ryu: `sctp.chunk_shutdown_complete`. Spec: RFC 9260 section 3.3.13. See the example of [`Sctp`](super::Sctp).
    pub struct SctpShutdownComplete "chunk_shutdown_complete" = 14u8 as 8 {
        /// Not used, 7 bits.
        reserved[""]: u8 as 7,
        /// 1: the verification tag is that of the other side.
        tflag: u8 as 1,
    } length {

    }
}

/// A chunk of a type that has none here.
///
/// Ryu: none. Spec: RFC 9260 section 3.2. See the example of [`Sctp`](super::Sctp).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct SctpUnknown<'a> {
    /// Its number.
    pub kind: u8,
    /// Flags.
    pub flags: u8,
    /// Bytes, without the padding behind it.
    pub length: Option<u16>,
    /// What it says.
    pub value: Option<Cow<'a, [u8]>>,
}

fields!(SctpUnknown<'a>, |this, v| {
    let SctpUnknown { kind, flags, length, value } = this;
    v.field("type", kind)?;
    v.field("flags", flags)?;
    v.sized("length", 16, Len::with(4), length, |v| v.field("value", value))?;
    v.align(4);
    Ok(())
});
noun!(SctpUnknown<'a>, "chunk_unknown");
