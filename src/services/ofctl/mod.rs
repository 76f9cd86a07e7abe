//! `ofctl`: Ryu's dictionaries for flows, groups, meters, ports and statistics.
//!
//! Ryu has them in five modules, `ofctl_v1_0` to `ofctl_v1_5`, which `ofctl_rest` and many programs
//! use. Here they are tables with the version as an argument. They stand on the JSON that
//! [`ofproto`](crate::ofproto) has of each message: a request is read into JSON and then a message,
//! a reply is made JSON and then given its shape.
//!
//! | To | with |
//! |---|---|
//! | read a body | [`literal`] |
//! | ask for statistics | [`Query::request`], then [`Query::answer`] of the parts that came |
//! | change something | [`Command::message`] |
//! | ask and wait, as `ryu.app.ofctl.api` does | [`get_datapath`], [`get_datapaths`], [`send_msg`], [`send_request`], [`send_multi`] |
//!
//! # Example: a flow entry as users write it
//! ```
//! use ryu_sdn::ofproto::V1_3;
//! use ryu_sdn::services::ofctl::{Command, literal};
//!
//! let flow = literal(b"{'priority': 7, 'match': {'dl_vlan': '5'}, 'actions': [
//!     {'type': 'OUTPUT', 'port': 'LOCAL'}]}")?;
//! let made = Command::FlowAdd.message(V1_3, &flow)?;
//! assert_eq!(
//!     made.message.to_string(),
//!     "flow_mod add priority=7,vlan_vid=0x1005 actions=LOCAL"
//! );
//! assert!(made.ignored.is_empty());
//! # Ok::<(), ryu_sdn::app::HttpError>(())
//! ```

mod actions;
pub mod answers;
mod api;
mod command;
mod fields;
mod literal;
mod names;
mod nicira;
mod python_json;
mod query;
mod reply;

use serde_json::Map;

use crate::app::HttpError;
use crate::ofproto::{Dpid, Message, V1_0, V1_2, V1_3, V1_4, V1_5, Version};
use crate::wire::base64;

pub use self::api::{OfctlError, get_datapath, get_datapaths, send_msg, send_multi, send_request};
pub use self::command::{Command, Made};
pub use self::literal::{DEPTH_MAX, literal};
pub use self::python_json::to_text;
pub use self::query::Query;

/// What dictionaries are made of, for apps that have no `serde_json` of their own.
pub use serde_json::{Value, json};

/// The versions for which Ryu has dictionaries.
pub const VERSIONS: [Version; 5] = [V1_0, V1_2, V1_3, V1_4, V1_5];

/// A datapath id as `ofctl_rest` takes it: a number in any notation of Python's, or the text of one.
///
/// # Errors
/// Status 400.
///
/// ```
/// use ryu_sdn::ofproto::Dpid;
/// use ryu_sdn::services::ofctl::dpid;
///
/// assert_eq!(dpid(&"0x10".into()), Ok(Dpid(16)));
/// assert_eq!(dpid(&10.into()), Ok(Dpid(10)));
/// assert!(dpid(&"010".into()).is_err());
/// ```
pub fn dpid(value: &Value) -> Result<Dpid, HttpError> {
    let number = names::number("dpid", value)?;
    number.as_u64().map(Dpid).ok_or_else(|| names::no_number("dpid", value))
}

/// What stays the same while a body is read.
struct Reading {
    version: Version,
    /// What was left out, because the version does not have it.
    ignored: Vec<String>,
}

impl Reading {
    fn new(version: Version) -> Self {
        Reading { version, ignored: Vec::new() }
    }

    fn ignore(&mut self, what: String) {
        self.ignored.push(what);
    }

    /// Leaves out a dictionary for what its `type` is.
    fn ignore_type(&mut self, what: &str, dict: &Map<String, Value>) {
        let kind = dict.get("type").unwrap_or(&Value::Null);
        self.ignore(format!("{what} of type {}", fields::plain(kind)));
    }
}

/// Makes the message of its JSON.
fn message(version: Version, json: &Value) -> Result<Message, HttpError> {
    let made = Message::from_json(version, json);
    made.map(|(_, message)| message).map_err(|err| HttpError::bad_request(err.to_string()))
}

/// Class and members of `{"class": {...}}`; empty ones if it is none.
fn unwrapped(json: &Value) -> (&str, &Map<String, Value>) {
    static NONE: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
    let first = json.as_object().and_then(|outer| outer.iter().next());
    match first {
        Some((class, Value::Object(members))) => (class, members),
        _ => ("", &NONE),
    }
}

/// The items of a list that a user wrote.
fn items<'a>(key: &str, value: &'a Value) -> Result<&'a Vec<Value>, HttpError> {
    let wrong = || HttpError::bad_request(format!("{key} is {value}, expected a list"));
    value.as_array().ok_or_else(wrong)
}

/// The members of a dictionary that a user wrote.
fn dictionary<'a>(key: &str, value: &'a Value) -> Result<&'a Map<String, Value>, HttpError> {
    let wrong = || HttpError::bad_request(format!("{key} is {value}, expected a dictionary"));
    value.as_object().ok_or_else(wrong)
}

/// The bytes under `data`, as base64; `None` if `data_type` is not one that is known.
fn payload(dict: &Map<String, Value>) -> Result<Option<String>, HttpError> {
    let text = match dict.get("data") {
        None => "",
        Some(Value::String(text)) => text,
        Some(other) => {
            return Err(HttpError::bad_request(format!("data is {other}, expected text")));
        }
    };
    let wrong = |what: &str| HttpError::bad_request(format!("data is not {what}"));
    let bytes = match dict.get("data_type").map_or(Some("ascii"), Value::as_str) {
        Some("base64") => base64::decode(text).ok_or_else(|| wrong("base64"))?,
        Some("ascii") if text.is_ascii() => text.as_bytes().to_vec(),
        Some("ascii") => return Err(wrong("ASCII")),
        _ => return Ok(None),
    };
    Ok(Some(base64::encode(&bytes)))
}

/// Status 501: the version has no such thing.
fn not_implemented(what: &str, version: Version) -> HttpError {
    let reason = format!("OpenFlow {version} has no {what}");
    HttpError::new(http::StatusCode::NOT_IMPLEMENTED, reason)
}
