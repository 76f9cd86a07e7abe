//! The error message.
//!
//! Spec: 1.0 section 5.4.4, 1.3 section 7.4.4.

use std::fmt;

use bytes::Bytes;

use super::encode::{Body, EncodeError};
use super::error_kind::{ErrorKind, ErrorType};
use super::message_type::MessageType;
use super::version::{V1_2, Version};
use crate::wire::{DecodeError, Reader, Writer};

/// Says that the receiver's message was wrong, or that the connection cannot go on.
///
/// Type and code are the numbers of the connection's version; [`kind`](ErrorMsg::kind) tells what
/// they mean there.
///
/// ```
/// use ryu_sdn::ofproto::{ErrorKind, ErrorMsg, V1_3};
///
/// let err = ErrorMsg::new(V1_3, ErrorKind::BadMatchBadPrereq, vec![4, 14]).unwrap();
/// assert_eq!((err.error_type, err.code), (4, 9));
/// assert_eq!(err.kind(V1_3), Some(ErrorKind::BadMatchBadPrereq));
/// assert_eq!(err.describe(V1_3), "bad_match/bad_prereq");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorMsg {
    /// Type, in the numbers of the version.
    pub error_type: u16,
    /// Code, in the numbers of the version; `exp_type` in an experimenter's error.
    pub code: u16,
    /// Set in an experimenter's error (type 0xffff, 1.2 and later).
    pub experimenter: Option<u32>,
    /// At least 64 bytes of the message that was wrong (or all of it); text for a failed hello.
    pub data: Bytes,
}

/// Type of an experimenter's error.
const EXPERIMENTER: u16 = 0xffff;

impl ErrorMsg {
    /// Bytes of the offending message that an error should quote.
    pub const DATA_LEN: usize = 64;

    /// An error with the numbers of `version`; `None` if it has no such error.
    pub fn new(version: Version, kind: ErrorKind, data: impl Into<Bytes>) -> Option<ErrorMsg> {
        let (error_type, code) = kind.wire(version)?;
        Some(ErrorMsg { error_type, code, experimenter: None, data: data.into() })
    }

    /// What the numbers mean in `version`; `None` if they are not in the registry.
    pub fn kind(&self, version: Version) -> Option<ErrorKind> {
        ErrorKind::from_wire(version, self.error_type, self.code)
    }

    /// The error in words, for logs: `bad_request/bad_version`, `bad_request/code 77`,
    /// `type 99/code 1`.
    pub fn describe(&self, version: Version) -> String {
        if let Some(kind) = self.kind(version) {
            return kind.to_string();
        }
        match (ErrorType::from_wire(version, self.error_type), self.experimenter) {
            (_, Some(id)) => format!("experimenter {id:#010x}/type {}", self.code),
            (Some(error_type), None) => format!("{}/code {}", error_type.name(), self.code),
            (None, None) => format!("type {}/code {}", self.error_type, self.code),
        }
    }
}

impl Body for ErrorMsg {
    const NAME: &'static str = "error";
    const TYPE: MessageType = MessageType::Error;

    fn decode_body(version: Version, r: &mut Reader<'_>) -> Result<ErrorMsg, DecodeError> {
        let error_type = r.u16()?;
        let code = r.u16()?;
        let has_id = error_type == EXPERIMENTER && version >= V1_2;
        let experimenter = if has_id { Some(r.u32()?) } else { None };
        Ok(ErrorMsg { error_type, code, experimenter, data: r.rest_bytes() })
    }

    fn encode_body(&self, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        w.u16(self.error_type);
        w.u16(self.code);
        if self.error_type == EXPERIMENTER && version >= V1_2 {
            w.u32(self.experimenter.unwrap_or(0));
        } else if self.experimenter.is_some() {
            return Err(EncodeError::NotInVersion { what: "experimenter error", version });
        }
        w.bytes(&self.data);
        Ok(())
    }
}

impl fmt::Display for ErrorMsg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error type={} code={}", self.error_type, self.code)?;
        if let Some(id) = self.experimenter {
            write!(f, " experimenter={id:#010x}")?;
        }
        write!(f, " data={}B", self.data.len())
    }
}
