//! `sessions`: the connections with switches, as numbers, for people and for Prometheus.
//!
//! The app runs where it is named (`ryu-manager simple_switch_13 sessions`), and nowhere else: with it
//! comes the REST port.
//!
//! | Request | Answer |
//! |---|---|
//! | `GET /metrics` | counters in the text form of OpenMetrics, which Prometheus reads |
//! | `GET /v1/sessions` | `{"sessions": [...], "totals": {...}}`: each connection with its counters |
//! | `GET /v1/accept-policy` | who may connect |
//! | `PUT /v1/accept-policy` | changes that; those connected stay |

mod metrics;

pub use self::metrics::SWITCHES_MAX;

use crate::app::{SessionReport, SessionSource, SessionTotals, Sessions};
use crate::prelude::*;

/// What [`SessionsApp`] answers to `GET /v1/sessions`.
#[derive(Clone, Debug, Default, Serialize)]
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

    #[route(GET, "/metrics")]
    fn metrics(&mut self) -> AppResult<Response> {
        metrics::response(self.overview())
    }

    #[route(GET, "/v1/sessions")]
    fn list(&mut self) -> Json<Overview> {
        Json(self.overview())
    }

    #[route(GET, "/v1/accept-policy")]
    fn accept_policy(&mut self) -> AppResult<Json<serde_json::Value>> {
        Ok(Json(self.source()?.accept_policy()))
    }

    #[route(PUT, "/v1/accept-policy")]
    fn set_accept_policy(
        &mut self,
        policy: Json<serde_json::Value>,
    ) -> AppResult<Json<serde_json::Value>> {
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
