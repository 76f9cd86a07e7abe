//! `sessions`: the connections with switches, as numbers, for people and for Prometheus.
//!
//! The app runs where it is named (`ryu-manager simple_switch_13 sessions`), and nowhere else: with it
//! comes the REST port.
//!
//! | Request | Answer |
//! |---|---|
//! | `GET /metrics` | counters in the text form of OpenMetrics, which Prometheus reads |
//! | `GET /v1/sessions` | `{"sessions": [...], "totals": {...}}`: each connection with its counters |
//! | `GET /v1/tap?dpid=..&type=packet_in,..` | each message from now on, a line of JSON, without an end |
//! | `GET /v1/accept-policy` | who may connect |
//! | `PUT /v1/accept-policy` | changes that; those connected stay |

mod metrics;

pub use self::metrics::SWITCHES_MAX;

use crate::app::{
    AcceptPolicyReport, LiveBody, SessionReport, SessionSource, SessionTotals, Sessions, TapFilter,
    TapSaid,
};
use crate::ofproto::MessageType;
use crate::prelude::*;

/// What [`SessionsApp`] answers to `GET /v1/sessions`.
#[derive(Clone, Debug, Default, Serialize, Describe)]
pub struct Overview {
    /// The connections of this moment.
    pub sessions: Vec<SessionReport>,
    /// The sums since the start.
    pub totals: SessionTotals,
}

/// The state of the app.
#[derive(Debug)]
pub struct SessionsApp {
    sessions: Ctx<Sessions>,
}

/// Shows the connections with switches and what was counted of them, over REST
#[app(name = "sessions")]
impl SessionsApp {
    #[init]
    fn new(sessions: Ctx<Sessions>) -> Self {
        SessionsApp { sessions }
    }

    #[route(GET, "/metrics", answers = String, media = "application/openmetrics-text")]
    fn metrics(&mut self) -> AppResult<Response> {
        metrics::response(self.overview())
    }

    #[route(GET, "/v1/sessions")]
    fn list(&mut self) -> Json<Overview> {
        Json(self.overview())
    }

    #[route(GET, "/v1/tap", answers = TapSaid, media = "application/x-ndjson")]
    fn tap(&mut self, request: RouteRequest) -> AppResult<Response> {
        let filter = filter(request.query.as_deref().unwrap_or_default())?;
        let full = || HttpError::unavailable("there are as many taps as there may be").into();
        let body: AppResult<LiveBody> = self.source()?.tap(filter).ok_or_else(full);
        Ok(body?.response("application/x-ndjson"))
    }

    #[route(GET, "/v1/accept-policy")]
    fn accept_policy(&mut self) -> AppResult<Json<AcceptPolicyReport>> {
        Ok(Json(self.source()?.accept_policy()))
    }

    #[route(PUT, "/v1/accept-policy")]
    fn set_accept_policy(
        &mut self,
        policy: Json<serde_json::Value>,
    ) -> AppResult<Json<AcceptPolicyReport>> {
        let source = self.source()?;
        source.set_accept_policy(policy.0).map_err(HttpError::bad_request)?;
        Ok(Json(source.accept_policy()))
    }
}

impl SessionsApp {
    fn source(&self) -> AppResult<&dyn SessionSource> {
        let nobody = || HttpError::unavailable("no app has to do with switches").into();
        self.sessions.source().ok_or_else(nobody)
    }

    fn overview(&self) -> Overview {
        let Some(source) = self.sessions.source() else { return Overview::default() };
        Overview { sessions: source.sessions(), totals: source.totals() }
    }
}

/// The filter that a query asks for.
fn filter(query: &str) -> AppResult<TapFilter> {
    let mut filter = TapFilter::default();
    for part in query.split('&').filter(|part| !part.is_empty()) {
        match part.split_once('=') {
            Some(("dpid", text)) => {
                let wrong = |_| HttpError::bad_request(format!("dpid {text:?} is no datapath id"));
                filter.dpid = Some(text.parse().map_err(wrong)?);
            }
            Some(("type", names)) => {
                for name in names.split(',').filter(|name| !name.is_empty()) {
                    let mut all = MessageType::ALL.iter().copied();
                    let found = all.find(|msg_type| msg_type.name() == name);
                    let wrong = || HttpError::bad_request(format!("no message type {name:?}"));
                    filter.types.push(found.ok_or_else(wrong)?);
                }
            }
            _ => {
                let reason = format!("{part:?} is neither dpid=... nor type=...");
                return Err(HttpError::bad_request(reason).into());
            }
        }
    }
    Ok(filter)
}
