//! The error message.
//!
//! Spec: 1.0 section 5.4.4, 1.3 section 7.4.4.

use std::fmt;

use bytes::Bytes;

use super::codec::{fields, noun};
use super::encode::Body;
use super::error_kind::{ErrorKind, ErrorType};
use super::members::Always;
use super::message_type::MessageType;
use super::version::{V1_2, Version};

/// Says that the receiver's message was wrong, or that the connection cannot go on.
///
/// Type and code are the numbers of the connection's version; [`kind`](ErrorMsg::kind) tells what
/// they mean there.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `error_type` | a row of [`ErrorType`] | 1.0 |
/// | `code` | a row of [`ErrorKind`]; the experimenter's choice in its errors | 1.0 |
/// | `experimenter` | in type 0xffff only | 1.2 |
/// | `data` | bytes: 64 or more of the message that was wrong, or all of it | 1.0 |
///
/// Spec: 1.0 section 5.4.4, 1.3 section 7.4.4; `ofp_error_msg`, `ofp_error_experimenter_msg`.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Encode, ErrorKind, ErrorMsg, V1_3, Xid};
///
/// let err = ErrorMsg::new(V1_3, ErrorKind::BadMatchBadPrereq, vec![4, 14]).unwrap();
/// assert_eq!((err.error_type, err.code), (4, 9));
/// assert_eq!(err.kind(V1_3), Some(ErrorKind::BadMatchBadPrereq));
/// assert_eq!(err.describe(V1_3), "bad_match/bad_prereq");
/// let mut buf = BytesMut::new();
/// err.encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(&buf[..], &[4, 1, 0, 14, 0, 0, 0, 1, 0, 4, 0, 9, 4, 14]);
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
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

fields!(ErrorMsg, |this, v| {
    let ErrorMsg { error_type, code, experimenter, data } = this;
    v.field("type", error_type)?;
    if *error_type == EXPERIMENTER && v.version() >= V1_2 {
        v.remark("code", ())?;
        v.field("exp_type", code)?;
        v.with::<Always, _>("experimenter", experimenter)?;
    } else {
        v.require(experimenter.is_none(), "experimenter error")?;
        v.field("code", code)?;
    }
    v.field("data", data)
});
noun!(ErrorMsg, "error", "OFPErrorMsg");

impl Body for ErrorMsg {
    const TYPE: MessageType = MessageType::Error;
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
