//! What apps may know of the connections: a context that whoever runs the controller provides.
//!
//! An app cannot reach the controller, and should not. What it may see of it is this trait.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde::Serialize;
use serde_json::{Value, json};

use crate::ofproto::{Dpid, MessageType};
use crate::session::SessionCounters;

use super::context::{Context, Scope};
use super::error::AppResult;
use super::live::LiveBody;
use super::{Describe, Schemas};

/// Where the reports come from: the controller.
pub trait SessionSource {
    /// The connections of this moment, in the order of their coming.
    fn sessions(&self) -> Vec<SessionReport>;

    /// The sums over all connections since the start.
    fn totals(&self) -> SessionTotals;

    /// The messages of all connections from now on, as lines of JSON for as long as somebody reads
    /// them; `None` if there are as many taps as there may be.
    fn tap(&self, filter: TapFilter) -> Option<LiveBody>;

    /// Who may connect.
    fn accept_policy(&self) -> AcceptPolicyReport;

    /// Changes who may connect; those connected stay.
    ///
    /// # Errors
    /// What is wrong with the policy; nothing has changed then.
    fn set_accept_policy(&self, policy: Value) -> Result<(), String>;
}

/// The connections of the controller, for apps that report on them: a shared context.
///
/// Where there is no controller (no app has to do with switches), there are no connections.
#[derive(Clone, Default)]
pub struct Sessions(Option<Rc<dyn SessionSource>>);

impl Sessions {
    /// The sessions of that source.
    pub fn of(source: Rc<dyn SessionSource>) -> Self {
        Sessions(Some(source))
    }

    /// The source, if there is a controller.
    pub fn source(&self) -> Option<&dyn SessionSource> {
        self.0.as_deref()
    }
}

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Sessions").field(&self.0.is_some()).finish()
    }
}

#[diagnostic::do_not_recommend]
impl Context for Sessions {
    const KEY: &'static str = "sessions";

    /// Comes into play only where [nobody provided](super::AppManager::provide) one.
    fn build(_scope: &Scope<'_>) -> AppResult<Self> {
        Ok(Sessions::default())
    }
}

/// Which messages a tap shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TapFilter {
    /// Only those of this switch.
    pub dpid: Option<Dpid>,
    /// Only those of these types; if there are none, of all.
    pub types: Vec<MessageType>,
}

/// Who may connect.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Describe)]
pub struct AcceptPolicyReport {
    /// If there are any, only connections from these blocks of addresses are taken.
    pub allow: Vec<String>,
    /// None from these is, even if they are in `allow`.
    pub deny: Vec<String>,
    /// So many connections per minute are; 0 = no limit.
    pub rate_per_minute: u32,
    /// Seconds that an address has to wait before it may connect again; 0 = none.
    pub hold_time: f64,
    /// At most so many connections at a time; 0 = no limit.
    pub max_connections: u32,
}

/// A message that a tap shows, one line of JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Describe)]
pub struct TapLine {
    /// Seconds since 1970.
    pub time: f64,
    /// The number of the connection.
    pub connection: u64,
    /// The datapath id.
    pub dpid: Dpid,
    /// The switch has sent it, and not the controller.
    pub from_switch: bool,
    /// The message, whole, in hexadecimal.
    pub bytes: String,
}

/// A line of a tap in place of lines for which there was no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Describe)]
pub struct TapLost {
    /// How many.
    pub lost: u64,
}

/// What each line of a tap is: a [`TapLine`] or a [`TapLost`].
#[derive(Clone, Copy, Debug)]
pub enum TapSaid {}

impl Describe for TapSaid {
    fn schema(schemas: &mut Schemas) -> Value {
        let of_a_line = [TapLine::schema(schemas), TapLost::schema(schemas)];
        json!({ "description": "each line is one of these", "anyOf": of_a_line })
    }
}

/// One connection.
#[derive(Clone, Debug, PartialEq, Serialize, Describe)]
pub struct SessionReport {
    /// Its number, counted from the start of the program.
    pub connection: u64,
    /// The datapath id, 16 hexadecimal digits; `None` until the features reply.
    pub dpid: Option<String>,
    /// The address of the switch.
    pub peer: String,
    /// `tcp`, `ssl`, `udp`; `memory` for a connection inside the process.
    pub transport: String,
    /// The controller has called the switch.
    pub dialed: bool,
    /// Protocol and the switch's certificate, if the connection is encrypted.
    #[describe(as = Option<BTreeMap<String, Value>>)]
    pub tls: Option<Value>,
    /// The agreed version; `None` before the hello.
    pub version: Option<String>,
    /// The dispatcher phase.
    pub state: String,
    /// Seconds since the connection was made.
    pub age: f64,
    /// Bytes that wait to be written.
    pub waiting_bytes: usize,
    /// Messages that wait to be written.
    pub waiting_messages: usize,
    /// Requests and deliveries that wait for what becomes of them.
    pub pending_requests: usize,
    /// What was counted.
    pub counters: SessionCounters,
}

/// Sums since the start.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Describe)]
pub struct SessionTotals {
    /// Connections that were made.
    pub connections: u64,
    /// What all of them have counted, those that are over included.
    pub counters: SessionCounters,
    /// How sessions that had not reached the main phase ended, by reason.
    pub handshake_failures: BTreeMap<&'static str, u64>,
    /// How sessions that had, ended, by reason.
    pub endings: BTreeMap<&'static str, u64>,
    /// How many connections were let in (`accepted`), and refused, by reason.
    pub accept: BTreeMap<&'static str, u64>,
    /// What was counted of TLS handshakes and datagrams.
    pub transport: BTreeMap<String, u64>,
}
