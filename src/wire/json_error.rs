//! What was wrong with JSON, told so that a person can find the place.

use std::error::Error;
use std::fmt;

use serde_json::Value;

/// Why JSON is not the message or packet it should be.
///
/// ```
/// use ryu_sdn::ofproto::{Message, V1_3};
///
/// let json = serde_json::json!({"OFPPortMod": {"port_no": "one"}});
/// let err = Message::from_json(V1_3, &json).unwrap_err();
/// assert_eq!(err.to_string(), "OFPPortMod.port_no: expected a number in range, found \"one\"");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// Where, from the outside in.
    path: String,
    /// What is the matter.
    problem: String,
}

impl JsonError {
    pub(crate) fn new(problem: impl Into<String>) -> JsonError {
        JsonError { path: String::new(), problem: problem.into() }
    }

    /// `value` is not what was `expected`.
    pub(crate) fn expected(expected: &str, value: &Value) -> JsonError {
        let mut found = value.to_string();
        if found.len() > 60 {
            let cut = (0..=57).rev().find(|at| found.is_char_boundary(*at)).unwrap_or(0);
            found.truncate(cut);
            found.push_str("...");
        }
        JsonError::new(format!("expected {expected}, found {found}"))
    }

    /// The same, one level further out.
    pub(crate) fn within(mut self, name: impl fmt::Display) -> JsonError {
        let dot = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.path = format!("{name}{dot}{}", self.path);
        self
    }

    /// Where in the JSON, for instance `OFPFlowMod.match.OFPMatch`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is the matter, without the place.
    pub fn problem(&self) -> &str {
        &self.problem
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.problem)
    }
}

impl Error for JsonError {}
