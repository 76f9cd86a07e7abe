//! Parameters of SCTP chunks (RFC 9260 section 3.2.1).

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::super::List;
use super::super::codec::{Len, fields, noun, union};
use super::item;

union! {
    /// A parameter of a chunk.
    ///
    /// Spec: RFC 9260 section 3.2.1. See the example of [`Sctp`](super::Sctp).
    pub enum SctpParam<'a> by |d| d.peek::<2>().map(u16::from_be_bytes), else Unknown(SctpParamUnknown<'a>);
    /// What a heartbeat brings back.
    1 => Heartbeat(SctpParamHeartbeat<'a>);
    /// An IPv4 address of the sender.
    5 => Ipv4(SctpParamIpv4);
    /// An IPv6 address of the sender.
    6 => Ipv6(SctpParamIpv6);
    /// The cookie that is to come back.
    7 => StateCookie(SctpParamStateCookie<'a>);
    /// A parameter that was not understood.
    8 => UnrecognizedParam(SctpParamUnrecognizedParam<'a>);
    /// How much longer the cookie should live.
    9 => CookiePreserve(SctpParamCookiePreserve);
    /// A name of the sender (no longer used).
    11 => HostAddr(SctpParamHostAddr<'a>);
    /// Kinds of addresses that the sender understands.
    12 => SupportedAddr(SctpParamSupportedAddr<'a>);
    /// Congestion notification is understood.
    32768 => Ecn(SctpParamEcn<'a>);
}

item! {
    /// What a heartbeat brings back.
    ///
    /// Ryu: `sctp.param_heartbeat`. Spec: RFC 9260 section 3.3.5. See the example of [`Sctp`](super::Sctp).
    pub struct SctpParamHeartbeat<'a> "param_heartbeat" = 1u16 as 16 {} length {
        /// What it says.
        value: Option<Cow<'a, [u8]>>,
    }
}

item! {
    /// An IPv4 address of the sender.
    ///
    /// Ryu: `sctp.param_ipv4`. Spec: RFC 9260 section 3.3.2.1.1. See the example of [`Sctp`](super::Sctp).
    pub struct SctpParamIpv4 "param_ipv4" = 5u16 as 16 {} length {
        /// The address.
        value: Ipv4Addr = Ipv4Addr::LOCALHOST,
    }
}

item! {
    /// An IPv6 address of the sender.
    ///
    /// Ryu: `sctp.param_ipv6`. Spec: RFC 9260 section 3.3.2.1.2. See the example of [`Sctp`](super::Sctp).
    pub struct SctpParamIpv6 "param_ipv6" = 6u16 as 16 {} length {
        /// The address.
        value: Ipv6Addr = Ipv6Addr::LOCALHOST,
    }
}

item! {
    /// The cookie that is to come back.
    ///
    /// Ryu: `sctp.param_state_cookie`. Spec: RFC 9260 section 3.3.3.1.1. See the example of [`Sctp`](super::Sctp).
    pub struct SctpParamStateCookie<'a> "param_state_cookie" = 7u16 as 16 {} length {
        /// What it says.
        value: Option<Cow<'a, [u8]>>,
    }
}

item! {
    /// A parameter that was not understood.
    ///
    /// Ryu: `sctp.param_unrecognized_param`. Spec: RFC 9260 section 3.3.3.1.2. See the example of [`Sctp`](super::Sctp).
    pub struct SctpParamUnrecognizedParam<'a> "param_unrecognized_param" = 8u16 as 16 {} length {
        /// What it says.
        value: Option<Cow<'a, [u8]>>,
    }
}

item! {
    /// How much longer the cookie should live.
    ///
    /// Ryu: `sctp.param_cookie_preserve`. Spec: RFC 9260 section 3.3.2.1.3. See the example of [`Sctp`](super::Sctp).
    pub struct SctpParamCookiePreserve "param_cookie_preserve" = 9u16 as 16 {} length {
        /// Milliseconds.
        value: u32,
    }
}

item! {
    /// A name of the sender (no longer used).
    ///
    /// Ryu: `sctp.param_host_addr`. Spec: RFC 4960 section 3.3.2.1. See the example of [`Sctp`](super::Sctp).
    pub struct SctpParamHostAddr<'a> "param_host_addr" = 11u16 as 16 {} length {
        /// What it says.
        value: Option<Cow<'a, [u8]>>,
    }
}

item! {
    /// Kinds of addresses that the sender understands.
    ///
    /// Ryu: `sctp.param_supported_addr`. Spec: RFC 9260 section 3.3.2.1.4. See the example of [`Sctp`](super::Sctp).
    pub struct SctpParamSupportedAddr<'a> "param_supported_addr" = 12u16 as 16 {} length {
        /// Types of parameters: 5, 6, 11.
        value: List<'a, u16>,
    }
}

item! {
    /// Congestion notification is understood.
    ///
    /// Ryu: `sctp.param_ecn`. Spec: RFC 4960 appendix A. See the example of [`Sctp`](super::Sctp).
    pub struct SctpParamEcn<'a> "param_ecn" = 32768u16 as 16 {} length {
        /// Nothing.
        value: Option<Cow<'a, [u8]>>,
    }
}

/// One of a type that has none here.
///
/// Ryu: none. Spec: RFC 9260 section 3.2.1. See the example of [`Sctp`](super::Sctp).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct SctpParamUnknown<'a> {
    /// Its number.
    pub kind: u16,
    /// Bytes, without the padding behind it.
    pub length: Option<u16>,
    /// What it says.
    pub value: Option<Cow<'a, [u8]>>,
}

fields!(SctpParamUnknown<'a>, |this, v| {
    let SctpParamUnknown { kind, length, value } = this;
    v.field("type", kind)?;
    v.sized("length", 16, Len::with(4), length, |v| v.field("value", value))?;
    v.align(4);
    Ok(())
});
noun!(SctpParamUnknown<'a>, "param_unknown");
