//! What the expansions of `#[app]` and the derives name, as `ryu_sdn::__private`.
//!
//! Not public: it changes with the macros. The traits are here for their messages: each stands for
//! one mistake in a signature and says what is right.

use std::any::Any;

pub use crate::app::{
    ANY_MEDIA, AnswerOf, AppDescriptor, Describe, Described, Event, EventKind, FromRequest,
    HandlerDescriptor, HandlerFn, HookFn, InitArg, LookAheadDescriptor, ObjectSchema,
    ParamDescriptor, Phases, Reply, Request, RouteDescriptor, RouteFn, RouteRequest, Schemas,
    TimerDescriptor, Undescribed, submit, words_schema,
};

pub use serde_json::Value;

pub use bytes::BytesMut;

pub use crate::http::websocket::accept;

pub use crate::ofproto::{Entry, encode_registered};

pub use crate::app::AppResult;

/// The app behind a descriptor's call.
///
/// # Panics
/// The bus called a descriptor with an app of another type, which is a bug of the house.
#[track_caller]
pub fn app_mut<T: 'static>(app: &mut dyn Any) -> &mut T {
    app.downcast_mut().expect("a descriptor is called with the app that it built")
}

/// The same, only to be looked at.
///
/// # Panics
/// As [`app_mut`].
#[track_caller]
pub fn app_ref<T: 'static>(app: &dyn Any) -> &T {
    app.downcast_ref().expect("a descriptor is called with the app that it built")
}

/// An app that has been made, boxed for the manager.
///
/// # Errors
/// None; the signature is the one of [`AppDescriptor::build`].
pub fn built<T: 'static>(app: T) -> AppResult<Box<dyn Any>> {
    Ok(Box::new(app))
}

/// The type of a handler's argument, seen from the event `E` that its mark names.
#[diagnostic::on_unimplemented(
    message = "the handler takes `&{Self}`, but its #[set_ev_cls] names `{E}`",
    label = "not the event that #[set_ev_cls] names",
    note = "the mark and the argument name the same type: `#[set_ev_cls(E, ..)] fn handler(&mut self, ev: &E)`"
)]
pub trait HandlerEvent<E>: Sized {
    /// The event, which is of its own type.
    fn taken(event: &E) -> &Self;
}

#[diagnostic::do_not_recommend]
impl<E> HandlerEvent<E> for E {
    fn taken(event: &E) -> &Self {
        event
    }
}

/// The event behind a descriptor's call of an `async` handler.
///
/// # Panics
/// As [`app_mut`].
#[track_caller]
pub fn event_ref<E: 'static>(event: &dyn Any) -> &E {
    event.downcast_ref().expect("a handler is called with the event that it observes")
}

/// What a handler, a hook or a timer may answer with.
#[diagnostic::on_unimplemented(
    message = "a handler or hook cannot answer with `{Self}`",
    label = "neither `AppResult` nor nothing",
    note = "write `-> AppResult`, or no return type at all"
)]
pub trait HandlerAnswer {
    /// The answer as the bus wants it.
    ///
    /// # Errors
    /// What the handler answered.
    fn into_result(self) -> AppResult;
}

#[diagnostic::do_not_recommend]
impl HandlerAnswer for () {
    fn into_result(self) -> AppResult {
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl HandlerAnswer for AppResult {
    fn into_result(self) -> AppResult {
        self
    }
}

/// What the `#[init]` function of the app `T` may answer with.
#[diagnostic::on_unimplemented(
    message = "an #[init] function of `{T}` cannot answer with `{Self}`",
    label = "neither `Self` nor `AppResult<Self>`"
)]
pub trait InitAnswer<T> {
    /// The app.
    ///
    /// # Errors
    /// What the function answered.
    fn into_app(self) -> AppResult<T>;
}

#[diagnostic::do_not_recommend]
impl<T> InitAnswer<T> for T {
    fn into_app(self) -> AppResult<T> {
        Ok(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T> InitAnswer<T> for AppResult<T> {
    fn into_app(self) -> AppResult<T> {
        self
    }
}

/// An app that is made without an `#[init]` function.
#[diagnostic::on_unimplemented(
    message = "nothing says how to make a `{Self}`",
    label = "has no constructor",
    note = "give it `#[derive(Default)]` or an #[init] function: `#[init] fn new() -> Self`"
)]
pub trait DefaultApp: Sized {
    /// The app in its first state.
    fn default_app() -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Default> DefaultApp for T {
    fn default_app() -> Self {
        T::default()
    }
}
