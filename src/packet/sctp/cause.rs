//! Error causes of SCTP chunks (RFC 9260 section 3.3.10).

use std::borrow::Cow;

use super::super::List;
use super::super::codec::{Len, fields, noun, union};
use super::chunk::IfAny;
use super::{SctpParam, item};

union! {
    /// A cause of an [`SctpAbort`](super::SctpAbort) or [`SctpError`](super::SctpError).
    ///
    /// Spec: RFC 9260 section 3.3.10. See the example of [`Sctp`](super::Sctp).
    pub enum SctpCause<'a> by |d| d.peek::<2>().map(u16::from_be_bytes), else Unknown(SctpCauseUnknown<'a>);
    /// There is no such stream.
    1 => InvalidStreamId(SctpCauseInvalidStreamId);
    /// Parameters are missing.
    2 => MissingParam(SctpCauseMissingParam<'a>);
    /// The cookie is too old.
    3 => StaleCookie(SctpCauseStaleCookie<'a>);
    /// Something has run out.
    4 => OutOfResource(SctpCauseOutOfResource);
    /// There is no way to an address.
    5 => UnresolvableAddr(SctpCauseUnresolvableAddr<'a>);
    /// A chunk was not understood.
    6 => UnrecognizedChunk(SctpCauseUnrecognizedChunk<'a>);
    /// A mandatory parameter has a bad value.
    7 => InvalidParam(SctpCauseInvalidParam);
    /// Parameters were not understood.
    8 => UnrecognizedParam(SctpCauseUnrecognizedParam<'a>);
    /// A data chunk had no data.
    9 => NoUserdata(SctpCauseNoUserdata<'a>);
    /// A cookie came while the association was being ended.
    10 => CookieWhileShutdown(SctpCauseCookieWhileShutdown);
    /// An association was started again with new addresses.
    11 => RestartWithNewAddr(SctpCauseRestartWithNewAddr<'a>);
    /// The user wants it so.
    12 => UserInitiatedAbort(SctpCauseUserInitiatedAbort<'a>);
    /// The protocol was violated.
    13 => ProtocolViolation(SctpCauseProtocolViolation<'a>);
}

item! {
    /// There is no such stream.
    ///
    /// Ryu: `sctp.cause_invalid_stream_id`. Spec: RFC 9260 section 3.3.10.1. See the example of [`Sctp`](super::Sctp).
    pub struct SctpCauseInvalidStreamId "cause_invalid_stream_id" = 1u16 as 16 {} length {
        /// The stream.
        value: u16,
        /// Not used.
        reserved[""]: u16,
    }
}

item! {
    /// The cookie is too old.
    ///
    /// Ryu: `sctp.cause_stale_cookie`. Spec: RFC 9260 section 3.3.10.3. See the example of [`Sctp`](super::Sctp).
    pub struct SctpCauseStaleCookie<'a> "cause_stale_cookie" = 3u16 as 16 {} length {
        /// By how many microseconds, 4 bytes.
        value: Option<Cow<'a, [u8]>>,
    }
}

item! {
    /// Something has run out.
    ///
    /// Ryu: `sctp.cause_out_of_resource`. Spec: RFC 9260 section 3.3.10.4. See the example of [`Sctp`](super::Sctp).
    pub struct SctpCauseOutOfResource "cause_out_of_resource" = 4u16 as 16 {} length {

    }
}

item! {
    /// There is no way to an address.
    ///
    /// Ryu: `sctp.cause_unresolvable_addr`. Spec: RFC 9260 section 3.3.10.5. See the example of [`Sctp`](super::Sctp).
    pub struct SctpCauseUnresolvableAddr<'a> "cause_unresolvable_addr" = 5u16 as 16 {} length {
        /// The address.
        value: Option<SctpParam<'a>> => IfAny,
    }
}

item! {
    /// A chunk was not understood.
    ///
    /// Ryu: `sctp.cause_unrecognized_chunk`. Spec: RFC 9260 section 3.3.10.6. See the example of [`Sctp`](super::Sctp).
    pub struct SctpCauseUnrecognizedChunk<'a> "cause_unrecognized_chunk" = 6u16 as 16 {} length {
        /// The chunk.
        value: Option<Cow<'a, [u8]>>,
    }
}

item! {
    /// A mandatory parameter has a bad value.
    ///
    /// Ryu: `sctp.cause_invalid_param`. Spec: RFC 9260 section 3.3.10.7. See the example of [`Sctp`](super::Sctp).
    pub struct SctpCauseInvalidParam "cause_invalid_param" = 7u16 as 16 {} length {

    }
}

item! {
    /// Parameters were not understood.
    ///
    /// Ryu: `sctp.cause_unrecognized_param`. Spec: RFC 9260 section 3.3.10.8. See the example of [`Sctp`](super::Sctp).
    pub struct SctpCauseUnrecognizedParam<'a> "cause_unrecognized_param" = 8u16 as 16 {} length {
        /// The parameters.
        value: Option<Cow<'a, [u8]>>,
    }
}

item! {
    /// A data chunk had no data.
    ///
    /// Ryu: `sctp.cause_no_userdata`. Spec: RFC 9260 section 3.3.10.9. See the example of [`Sctp`](super::Sctp).
    pub struct SctpCauseNoUserdata<'a> "cause_no_userdata" = 9u16 as 16 {} length {
        /// Its sequence number, 4 bytes.
        value: Option<Cow<'a, [u8]>>,
    }
}

item! {
    /// A cookie came while the association was being ended.
    ///
    /// Ryu: `sctp.cause_cookie_while_shutdown`. Spec: RFC 9260 section 3.3.10.10. See the example of [`Sctp`](super::Sctp).
    pub struct SctpCauseCookieWhileShutdown "cause_cookie_while_shutdown" = 10u16 as 16 {} length {

    }
}

item! {
    /// An association was started again with new addresses.
    ///
    /// Ryu: `sctp.cause_restart_with_new_addr`. Spec: RFC 9260 section 3.3.10.11. See the example of [`Sctp`](super::Sctp).
    pub struct SctpCauseRestartWithNewAddr<'a> "cause_restart_with_new_addr" = 11u16 as 16 {} length {
        /// The addresses.
        value: List<'a, SctpParam<'a>>,
    }
}

item! {
    /// The user wants it so.
    ///
    /// Ryu: `sctp.cause_user_initiated_abort`. Spec: RFC 9260 section 3.3.10.12. See the example of [`Sctp`](super::Sctp).
    pub struct SctpCauseUserInitiatedAbort<'a> "cause_user_initiated_abort" = 12u16 as 16 {} length {
        /// What the user says.
        value: Option<Cow<'a, [u8]>>,
    }
}

item! {
    /// The protocol was violated.
    ///
    /// Ryu: `sctp.cause_protocol_violation`. Spec: RFC 9260 section 3.3.10.13. See the example of [`Sctp`](super::Sctp).
    pub struct SctpCauseProtocolViolation<'a> "cause_protocol_violation" = 13u16 as 16 {} length {
        /// How.
        value: Option<Cow<'a, [u8]>>,
    }
}

/// One of a type that has none here.
///
/// Ryu: none. Spec: RFC 9260 section 3.3.10. See the example of [`Sctp`](super::Sctp).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct SctpCauseUnknown<'a> {
    /// Its number.
    pub code: u16,
    /// Bytes, without the padding behind it.
    pub length: Option<u16>,
    /// What it says.
    pub value: Option<Cow<'a, [u8]>>,
}

fields!(SctpCauseUnknown<'a>, |this, v| {
    let SctpCauseUnknown { code, length, value } = this;
    v.field("code", code)?;
    v.sized("length", 16, Len::with(4), length, |v| v.field("value", value))?;
    v.align(4);
    Ok(())
});
noun!(SctpCauseUnknown<'a>, "cause_unknown");

/// Parameters are missing.
///
/// Ryu: `sctp.cause_missing_param`. Spec: RFC 9260 section 3.3.10.2. See the example of
/// [`Sctp`](super::Sctp).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct SctpCauseMissingParam<'a> {
    /// Bytes, without the padding behind it.
    pub length: Option<u16>,
    /// Number of `types`.
    pub num: Option<u32>,
    /// Types of the parameters.
    pub types: List<'a, u16>,
}

fields!(SctpCauseMissingParam<'a>, |this, v| {
    let SctpCauseMissingParam { length, num, types } = this;
    v.bits("", 16, &mut 2u16)?;
    v.sized("length", 16, Len::with(4), length, |v| {
        v.counts("num", 32, num, || types.len())?;
        v.sub("types", num.map_or(0, |num| num as usize).saturating_mul(2), "num", types)
    })?;
    v.align(4);
    Ok(())
});
noun!(SctpCauseMissingParam<'a>, "cause_missing_param");
