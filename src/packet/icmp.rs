//! ICMP (RFC 792): echo, and the rest by number.

use crate::wire::DecodeError;

use super::{header, internet_checksum};

/// An ICMP message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icmp<'a> {
    /// Are you there?
    EchoRequest(IcmpEcho<'a>),
    /// I am.
    EchoReply(IcmpEcho<'a>),
    /// Any other.
    Other {
        /// Type.
        icmp_type: u8,
        /// Code.
        code: u8,
        /// Everything behind the checksum.
        body: &'a [u8],
    },
}

/// The body of an echo request or reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IcmpEcho<'a> {
    /// Who asks.
    pub id: u16,
    /// Which question.
    pub seq: u16,
    /// Anything; comes back as it was.
    pub data: &'a [u8],
}

impl<'a> Icmp<'a> {
    /// Type of an echo reply.
    pub const ECHO_REPLY: u8 = 0;
    /// Type of an echo request.
    pub const ECHO_REQUEST: u8 = 8;

    /// Reads the message; all of `bytes` belongs to it.
    ///
    /// # Errors
    /// If it is too short or its checksum is wrong.
    pub fn parse(bytes: &'a [u8]) -> Result<Icmp<'a>, DecodeError> {
        let (&[icmp_type, code, c0, c1], body) = header::<4>("icmp", bytes, 0)?;
        if internet_checksum(bytes) != 0 {
            let found = u16::from_be_bytes([c0, c1]);
            return Err(DecodeError::bad_value("icmp", 2, found.into(), "checksum"));
        }
        if !matches!((icmp_type, code), (Icmp::ECHO_REPLY | Icmp::ECHO_REQUEST, 0)) {
            return Ok(Icmp::Other { icmp_type, code, body });
        }
        let (&[i0, i1, s0, s1], data) = header::<4>("icmp echo", body, 4)?;
        let id = u16::from_be_bytes([i0, i1]);
        let echo = IcmpEcho { id, seq: u16::from_be_bytes([s0, s1]), data };
        match icmp_type {
            Icmp::ECHO_REPLY => Ok(Icmp::EchoReply(echo)),
            _ => Ok(Icmp::EchoRequest(echo)),
        }
    }

    /// Appends the message, with its checksum.
    pub fn emit(&self, out: &mut Vec<u8>) {
        let start = out.len();
        let echo = |out: &mut Vec<u8>, icmp_type, echo: &IcmpEcho<'_>| {
            out.extend_from_slice(&[icmp_type, 0, 0, 0]);
            out.extend_from_slice(&echo.id.to_be_bytes());
            out.extend_from_slice(&echo.seq.to_be_bytes());
            out.extend_from_slice(echo.data);
        };
        match self {
            Icmp::EchoRequest(body) => echo(out, Icmp::ECHO_REQUEST, body),
            Icmp::EchoReply(body) => echo(out, Icmp::ECHO_REPLY, body),
            Icmp::Other { icmp_type, code, body } => {
                out.extend_from_slice(&[*icmp_type, *code, 0, 0]);
                out.extend_from_slice(body);
            }
        }
        let sum = internet_checksum(&out[start..]);
        out[start + 2..start + 4].copy_from_slice(&sum.to_be_bytes());
    }
}
