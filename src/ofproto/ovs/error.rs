//! Why a text could not be read: where, which word, and what would have been right.

use std::error::Error;
use std::fmt;

use crate::ofproto::Version;

/// A text in the form of ovs-ofctl that cannot be read, or says what cannot be expressed. Its text
/// is `column N: "WORD": WHAT`; of a long word the first 60 characters are shown.
///
/// | field | unit, range |
/// |---|---|
/// | `column` | characters, from 1 |
/// | `token` | as it stands in the text |
/// | `kind` | see there |
///
/// Spec: none; the texts are those of ovs-ofctl(8).
///
/// ```
/// use ryu_sdn::ofproto::{V1_3, ovs};
///
/// let err = ovs::parse_flow(V1_3, "ip,nw_dst=10.0.0.0/33,actions=drop").unwrap_err();
/// assert_eq!(err.column, 11);
/// assert_eq!(
///     err.to_string(),
///     "column 11: \"10.0.0.0/33\": expected an IPv4 address, or one with /PREFIX or /MASK"
/// );
/// let err = ovs::parse_flow(V1_3, "actions=load:256->reg0[0..7]").unwrap_err();
/// assert_eq!(
///     err.to_string(),
///     "column 14: \"256\": expected a number that fits into the bits"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OvsTextError {
    /// Where the word begins, in characters from 1.
    pub column: usize,
    /// The word; empty if something is missing at this place.
    pub token: String,
    /// What is wrong with it.
    pub kind: OvsTextErrorKind,
}

/// What is wrong with the word that [`OvsTextError`] names.
///
/// Spec: none; what a version has is in the tables of fields and actions.
///
/// See the example of [`OvsTextError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OvsTextErrorKind {
    /// The form is wrong, or the value, or it is out of range.
    Expected(&'static str),
    /// Neither a match field nor an attribute of a flow.
    UnknownField,
    /// Not an action, not an instruction, not the name of a port.
    UnknownAction,
    /// Open vSwitch knows it, the types of this library do not express it: what it belongs to.
    NotSupported(&'static str),
    /// This version of the protocol has no such thing (or it is Open vSwitch's extension to it).
    NotInVersion(Version),
    /// A field that depends on another one: which protocols would do.
    Needs(&'static str),
    /// It was said already, with another value.
    Contradiction,
    /// Instructions have a fixed order: the one that must not stand before this one.
    Order(&'static str),
}

impl OvsTextError {
    /// An error about `token`, which is a part of `text`.
    pub(super) fn new(text: &str, token: &str, kind: OvsTextErrorKind) -> OvsTextError {
        // Tokens are slices of the text, so their addresses say where they stand.
        let offset = (token.as_ptr() as usize).wrapping_sub(text.as_ptr() as usize);
        let before = text.get(..offset).unwrap_or(text);
        OvsTextError { column: before.chars().count() + 1, token: token.to_owned(), kind }
    }
}

/// Characters of a word that are shown.
const SHOWN: usize = 60;

impl fmt::Display for OvsTextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: ", self.column)?;
        if !self.token.is_empty() {
            let shown: String = self.token.chars().take(SHOWN).collect();
            let more = if shown.len() < self.token.len() { "..." } else { "" };
            write!(f, "\"{}{more}\": ", shown.escape_debug())?;
        }
        fmt::Display::fmt(&self.kind, f)
    }
}

impl fmt::Display for OvsTextErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OvsTextErrorKind::Expected(what) => write!(f, "expected {what}"),
            OvsTextErrorKind::UnknownField => f.write_str(
                "no match field and no attribute of a flow (they are named as in ovs-fields(7))",
            ),
            OvsTextErrorKind::UnknownAction => {
                f.write_str("no action, no instruction and no port (named as in ovs-actions(7))")
            }
            OvsTextErrorKind::NotSupported(what) => write!(f, "{what} are not supported"),
            OvsTextErrorKind::NotInVersion(version) => {
                write!(f, "OpenFlow {version} without extensions cannot say this")
            }
            OvsTextErrorKind::Needs(what) => write!(f, "needs {what} in the match"),
            OvsTextErrorKind::Contradiction => f.write_str("given before with another value"),
            OvsTextErrorKind::Order(before) => write!(f, "must not stand behind {before}"),
        }
    }
}

impl Error for OvsTextError {}
