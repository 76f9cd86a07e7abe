//! What was wrong with a text that was to be an address, a network or a number with a name.

use std::error::Error;
use std::fmt;

/// Why a text could not be read: what it was to be, where it went wrong, what was expected there.
///
/// The text itself is left to the caller, who knows whether it may be shown.
///
/// ```
/// use ryu_sdn::wire::MacAddr;
///
/// let err = "00:11:22:33:44:xx".parse::<MacAddr>().unwrap_err();
/// assert_eq!((err.what, err.offset), ("MAC address", 15));
/// assert_eq!(
///     err.to_string(),
///     "MAC address: expected hexadecimal digits with `:`, `-` or `.` between them at byte 15"
/// );
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextError {
    /// What the text was to be, for instance `"MAC address"`.
    pub what: &'static str,
    /// Where it went wrong, in bytes from the start of the text. Its length if the text is too
    /// short; the start of a part (the address, the mask) if that is wrong as a whole.
    pub offset: usize,
    /// What was expected there; it ends the words "expected ...".
    pub expected: &'static str,
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {} at byte {}", self.what, self.expected, self.offset)
    }
}

impl Error for TextError {}
