//! What apps may know of the connections: a context that whoever runs the controller provides.
//!
//! An app cannot reach the controller, and should not. What it may see of it is this trait.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde::Serialize;
use serde_json::Value;

use crate::ofproto::{Dpid, MessageType};
use crate::session::SessionCounters;

use super::context::{Context, Scope};
use super::error::AppResult;
use super::live::LiveBody;

/// Where the reports come from: the controller.
pub trait SessionSource {
    /// The connections of this moment, in the order of their coming.
    fn sessions(&self) -> Vec<SessionReport>;

    /// The sums over all connections since the start.
    fn totals(&self) -> SessionTotals;

    /// The messages of all connections from now on, as lines of JSON for as long as somebody reads
    /// them; `None` if there are as many taps as there may be.
    fn tap(&self, filter: TapFilter) -> Option<LiveBody>;

    /// Who may connect, as JSON.
    fn accept_policy(&self) -> Value;

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

/// One connection.
#[derive(Clone, Debug, PartialEq, Serialize)]
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
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
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
