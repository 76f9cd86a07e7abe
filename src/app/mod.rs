//! Apps: units of behaviour that are told events and tell others.
//!
//! An app is a type with an `impl` block marked [`app`](macro@app). Each app runs as one
//! task with one bounded inbox: events, route calls and timer ticks reach its methods one at a
//! time, in order, with `&mut self`. While a method waits, other apps run.
//!
//! ```text
//! Catalog (what is compiled in) --> Plan (what to start, pure) --> AppManager (starts it)
//!                                                                     |
//! session, http, timers, other apps --> Bus --> inbox --> Runner --> the app's methods
//! ```
//!
//! The room may touch `session`, `ofproto`, `hub`, `sync` and `conf`. It never opens a socket and
//! does not know the controller.

mod app_manager;
mod attributes;
mod burst;
mod bus;
mod catalog;
mod context;
mod describe;
mod descriptor;
mod error;
mod event;
mod handle;
mod inbox;
mod live;
pub mod ofp_event;
mod plan;
mod route;
mod runner;
mod sessions;
mod shape;
#[cfg(test)]
mod tests;

pub use inventory::submit;

pub use self::app_manager::{AppManager, STOP_GRACE};
pub use self::attributes::{
    Describe, Event, Request, app, every, init, look_ahead, route, set_ev_cls, start, stop,
    websocket,
};
pub use self::burst::Given;
pub use self::bus::{Bus, EventLost, Held};
pub use self::catalog::{Catalog, CatalogError, PORTING_GUIDE};
pub use self::context::{Context, ContextDescriptor, Contexts, Ctx, InitArg, Scope};
#[doc(hidden)] // For the macros.
pub use self::describe::{AnswerOf, Described, Undescribed, words_schema};
pub use self::describe::{Describe, ObjectSchema, Schemas};
pub use self::descriptor::{
    AppDescriptor, HandlerDescriptor, HandlerFn, HookFn, LocalFuture, LookAheadDescriptor,
    LookAheadFn, ParamDescriptor, RouteDescriptor, RouteFn, TimerDescriptor,
};
pub use self::error::{AppError, AppResult};
pub use self::event::{AnyEvent, Asked, Event, EventKind, Phases, Request};
pub use self::handle::AppHandle;
pub use self::inbox::INBOX_CAPACITY;
pub use self::live::LiveBody;
pub use self::plan::{Plan, PlanError, PlanErrors, PlannedApp, PlannedRoute};
pub use self::route::{
    ANY_MEDIA, AnswerSlot, FromParam, FromRequest, HttpError, Json, Reply, Response, RouteBody,
    RouteRequest,
};
pub use self::sessions::{
    AcceptPolicyReport, SessionReport, SessionSource, SessionTotals, Sessions, TapFilter, TapLine,
    TapLost, TapSaid,
};
