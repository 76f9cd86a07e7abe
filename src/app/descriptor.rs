//! What `#[app]` writes down about an app: plain statics that `inventory` collects at link time.
//!
//! Nothing here runs anything. [`Catalog`](super::Catalog) looks apps up, [`Plan`](super::Plan)
//! decides what is loaded, the app's task calls the functions.

use std::any::Any;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use crate::ofproto::Version;

use super::burst::Given;
use super::context::{ContextDescriptor, Scope};
use super::describe::Schemas;
use super::error::AppResult;
use super::event::{EventKind, Phases};
use super::route::{ANY_MEDIA, FromParam, Response, RouteBody, RouteRequest};

/// A boxed future that borrows the app and the event for as long as it runs.
pub type LocalFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// An app, as data: one static for each `#[app]`.
///
/// # Example: an app registered without any macro
/// ```
/// use std::any::Any;
/// use ryu_sdn::app::{AppDescriptor, EventKind, Given, HandlerDescriptor, HandlerFn, Phases};
/// use ryu_sdn::app::ofp_event;
///
/// #[derive(Default)]
/// struct Counter {
///     packets: u64,
/// }
///
/// ryu_sdn::app::submit! {
///     AppDescriptor {
///         name: "counter",
///         type_name: "Counter",
///         handlers: &[HandlerDescriptor {
///             name: "packet_in",
///             event: EventKind::of::<ofp_event::PacketIn>(),
///             phases: Phases::ANY,
///             call: HandlerFn::Sync(|app: &mut dyn Any, given: &mut Given<'_>| {
///                 let counter: &mut Counter = app.downcast_mut().expect("the app built below");
///                 given.each(|_: &ofp_event::PacketIn| {
///                     counter.packets += 1;
///                     Ok(())
///                 })
///             }),
///         }],
///         build: |_scope| Ok(Box::new(Counter::default())),
///         ..AppDescriptor::NOTHING
///     }
/// }
/// # fn main() { assert!(ryu_sdn::app::Catalog::collect().unwrap().find("counter").is_ok()); }
/// ```
#[derive(Debug)]
pub struct AppDescriptor {
    /// The name: unique, what people type, and the brick's name on the bus.
    pub name: &'static str,
    /// Further names, such as `ryu.app.simple_switch_13`.
    pub aliases: &'static [&'static str],
    /// `module_path!()` of the `impl` block.
    pub module: &'static str,
    /// The Rust type, as logged by `instantiating app X of Y`.
    pub type_name: &'static str,
    /// One line of help, the first line of the doc comment of the `impl` block.
    pub summary: &'static str,
    /// The OpenFlow versions that the app can work with; empty means any.
    pub ofp_versions: &'static [Version],
    /// Names of apps that must be loaded before this one.
    pub requires: &'static [&'static str],
    /// Events that the app emits on behalf of another provider name (Ryu's `_EVENTS`).
    pub emits: &'static [EventKind],
    /// The shared objects that the constructor asks for; `None` for an argument that is none.
    pub contexts: &'static [Option<ContextDescriptor>],
    /// One row for each `#[set_ev_cls]`.
    pub handlers: &'static [HandlerDescriptor],
    /// One row for each `#[look_ahead]`.
    pub look_aheads: &'static [LookAheadDescriptor],
    /// One row for each `#[route]`.
    pub routes: &'static [RouteDescriptor],
    /// One row for each `#[every]`.
    pub timers: &'static [TimerDescriptor],
    /// The constructor.
    pub build: fn(&Scope<'_>) -> AppResult<Box<dyn Any>>,
    /// Called once after every app has been built and subscribed.
    pub start: Option<HookFn>,
    /// Called once at shutdown, after the last event.
    pub stop: Option<HookFn>,
}

impl AppDescriptor {
    /// A descriptor with every list empty, for `..AppDescriptor::NOTHING`.
    pub const NOTHING: AppDescriptor = AppDescriptor {
        name: "",
        aliases: &[],
        module: "",
        type_name: "",
        summary: "",
        ofp_versions: &[],
        requires: &[],
        emits: &[],
        contexts: &[],
        handlers: &[],
        look_aheads: &[],
        routes: &[],
        timers: &[],
        build: |_| Err(super::error::AppError::msg("this descriptor has no constructor")),
        start: None,
        stop: None,
    };
}

inventory::collect!(AppDescriptor);

/// A handler method, as data.
#[derive(Debug)]
pub struct HandlerDescriptor {
    /// The method's name.
    pub name: &'static str,
    /// The event it takes.
    pub event: EventKind,
    /// The phases in which it wants the event.
    pub phases: Phases,
    /// The method.
    pub call: HandlerFn,
}

/// A method that is shown the events of a burst before their handlers run, as data.
#[derive(Debug)]
pub struct LookAheadDescriptor {
    /// The event it takes.
    pub event: EventKind,
    /// The method.
    pub call: LookAheadFn,
}

/// Such a method with its types erased: the app, then the events. What it says of them is logged.
pub type LookAheadFn = fn(&dyn Any, &mut Given<'_>) -> AppResult;

/// A handler method with its types erased: the app, then the event or events.
#[derive(Clone, Copy, Debug)]
pub enum HandlerFn {
    /// `fn`: runs to its end, on one event after the other. If it fails at one, it is called again
    /// with those behind that.
    Sync(fn(&mut dyn Any, &mut Given<'_>) -> AppResult),
    /// `async fn`, with one event: other apps run while it waits.
    Async(for<'a> fn(&'a mut dyn Any, &'a dyn Any) -> LocalFuture<'a, AppResult>),
}

/// A life-cycle or timer method with its app's type erased.
#[derive(Clone, Copy, Debug)]
pub enum HookFn {
    /// `fn`.
    Sync(fn(&mut dyn Any) -> AppResult),
    /// `async fn`.
    Async(for<'a> fn(&'a mut dyn Any) -> LocalFuture<'a, AppResult>),
}

/// A method that is called again and again: `#[every(seconds = 10)]`.
#[derive(Debug)]
pub struct TimerDescriptor {
    /// The method's name.
    pub name: &'static str,
    /// Time between two calls. A call that is late is not made up for: at most one is waiting.
    pub period: Duration,
    /// The method.
    pub call: HookFn,
}

/// A route method, as data.
#[derive(Debug)]
pub struct RouteDescriptor {
    /// The method's name.
    pub name: &'static str,
    /// The HTTP method, upper case.
    pub method: &'static str,
    /// The path with its parameters in braces: `/l2/{dpid}`.
    pub path: &'static str,
    /// The doc comment of the method, for `/openapi.json`.
    pub help: &'static str,
    /// Those parameters of the path that are arguments of the method.
    pub params: &'static [ParamDescriptor],
    /// What each other argument reads of a request's body.
    pub takes: &'static [fn() -> Option<RouteBody>],
    /// The media type of the answer; empty for none, [`ANY_MEDIA`] for any.
    pub gives: &'static str,
    /// The status of an answer that is no error.
    pub status: u16,
    /// The JSON schema of the answer; `None` if nothing is known of it.
    pub answers: fn(&mut Schemas) -> Option<serde_json::Value>,
    /// The method.
    pub call: RouteFn,
}

impl RouteDescriptor {
    /// A descriptor that answers nothing on no path, for `..RouteDescriptor::NOTHING`.
    pub const NOTHING: RouteDescriptor = RouteDescriptor {
        name: "",
        method: "GET",
        path: "",
        help: "",
        params: &[],
        takes: &[],
        gives: ANY_MEDIA,
        status: 200,
        answers: |_| None,
        call: RouteFn::Sync(|_, _| Ok(Response::default())),
    };
}

/// A parameter of a path, as data.
#[derive(Debug)]
pub struct ParamDescriptor {
    /// Its name.
    pub name: &'static str,
    /// What is accepted, in words.
    pub expected: &'static str,
    /// What is accepted, as a JSON schema.
    pub schema: &'static str,
    /// Whether `%2F` may stand in it.
    pub may_hold_slash: bool,
}

impl ParamDescriptor {
    /// A parameter of the type `T`.
    pub const fn of<T: FromParam>(name: &'static str) -> ParamDescriptor {
        ParamDescriptor {
            name,
            expected: T::EXPECTED,
            schema: T::SCHEMA,
            may_hold_slash: T::MAY_HOLD_SLASH,
        }
    }
}

/// A route method with its app's type erased.
#[derive(Clone, Copy, Debug)]
pub enum RouteFn {
    /// `fn`.
    Sync(fn(&mut dyn Any, &RouteRequest) -> AppResult<Response>),
    /// `async fn`.
    Async(for<'a> fn(&'a mut dyn Any, &'a RouteRequest) -> LocalFuture<'a, AppResult<Response>>),
}
