//! Contexts: objects that apps share, built once before the apps (Ryu's `_CONTEXTS`).

use std::any::{Any, TypeId};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Deref;
use std::rc::Rc;

use crate::conf::Conf;

use super::error::{AppError, AppResult};
use super::handle::AppHandle;

/// A type of which one object is shared by all apps that ask for it.
///
/// An app declares it by asking for a [`Ctx`] in its `#[init]` function; nothing else is needed.
/// State inside is the context's own business: one thread, so a `RefCell` will do, as long as no
/// borrow is held over an `.await`.
///
/// # Example: a table that two apps share
/// ```
/// use std::cell::RefCell;
/// use std::collections::HashMap;
/// use ryu_sdn::prelude::*;
///
/// #[derive(Default)]
/// struct HostNames(RefCell<HashMap<MacAddr, String>>);
///
/// impl Context for HostNames {
///     const KEY: &'static str = "host_names";
///     fn build(_scope: &Scope<'_>) -> AppResult<Self> {
///         Ok(HostNames::default())
///     }
/// }
///
/// struct Namer {
///     names: Ctx<HostNames>,
/// }
///
/// #[app(name = "namer")]
/// impl Namer {
///     #[init]
///     fn new(names: Ctx<HostNames>) -> Self {
///         Namer { names }
///     }
///
///     #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
///     fn packet_in(&mut self, _ev: &ofp_event::PacketIn) {
///         self.names.0.borrow_mut().clear();
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a context",
    label = "not a context",
    note = "give it `impl Context` with a key and a function that builds it"
)]
pub trait Context: Sized + 'static {
    /// The key, logged by `creating context KEY`. Two types with one key are a start-up error.
    const KEY: &'static str;
    /// Names of apps that must run for the context to work (those which keep it up to date).
    const REQUIRES: &'static [&'static str] = &[];

    /// Builds the object, once.
    ///
    /// # Errors
    /// Whatever keeps it from being built; the start-up ends with that message.
    fn build(scope: &Scope<'_>) -> AppResult<Self>;
}

/// A shared context: a counted reference.
pub struct Ctx<T>(Rc<T>);

impl<T> Ctx<T> {
    /// Wraps an object that is shared by hand, as tests do.
    pub fn new(value: T) -> Self {
        Ctx(Rc::new(value))
    }
}

impl<T> Clone for Ctx<T> {
    fn clone(&self) -> Self {
        Ctx(Rc::clone(&self.0))
    }
}

impl<T> Deref for Ctx<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: fmt::Debug> fmt::Debug for Ctx<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A context, as data.
#[derive(Clone, Copy, Debug)]
pub struct ContextDescriptor {
    /// [`Context::KEY`].
    pub key: &'static str,
    /// The Rust type.
    pub type_name: fn() -> &'static str,
    /// [`Context::REQUIRES`].
    pub requires: &'static [&'static str],
    /// [`Context::build`], erased.
    pub build: fn(&Scope<'_>) -> AppResult<Rc<dyn Any>>,
    type_id: fn() -> TypeId,
}

impl ContextDescriptor {
    /// The descriptor of `T`.
    pub const fn of<T: Context>() -> Self {
        ContextDescriptor {
            key: T::KEY,
            type_name: std::any::type_name::<T>,
            requires: T::REQUIRES,
            build: |scope| Ok(Rc::new(T::build(scope)?)),
            type_id: TypeId::of::<T>,
        }
    }

    /// Whether both describe the same type.
    pub fn same_type(&self, other: &ContextDescriptor) -> bool {
        (self.type_id)() == (other.type_id)()
    }
}

/// The contexts that have been built, by key.
#[derive(Default)]
pub struct Contexts {
    built: BTreeMap<&'static str, Rc<dyn Any>>,
}

impl Contexts {
    /// Keeps a context that was built.
    pub fn insert(&mut self, key: &'static str, context: Rc<dyn Any>) {
        self.built.insert(key, context);
    }

    /// The context of type `T`, if it has been built.
    pub fn get<T: Context>(&self) -> Option<Ctx<T>> {
        Rc::clone(self.built.get(T::KEY)?).downcast().ok().map(Ctx)
    }
}

/// What a constructor can ask for: the app's handle, the contexts built so far, the options.
pub struct Scope<'a> {
    app: &'a AppHandle,
    contexts: &'a Contexts,
}

impl<'a> Scope<'a> {
    /// A scope for the app behind `app`.
    pub fn new(app: &'a AppHandle, contexts: &'a Contexts) -> Self {
        Scope { app, contexts }
    }

    /// The handle of the app being built. A context sees the handle of the bus with the name of
    /// its key.
    pub fn app(&self) -> &AppHandle {
        self.app
    }

    /// The resolved options.
    pub fn conf(&self) -> &Conf {
        self.app.conf()
    }

    /// The shared context `T`.
    ///
    /// # Errors
    /// The context was not declared by any app, so that it has not been built.
    pub fn context<T: Context>(&self) -> AppResult<Ctx<T>> {
        self.contexts.get().ok_or_else(|| {
            AppError::msg(format!("context {} was not built before it was asked for", T::KEY))
        })
    }
}

/// A type that may stand in the argument list of an `#[init]` function.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of an #[init] function",
    note = "accepted are `AppHandle` and `Ctx<T>` with `T: Context`"
)]
pub trait InitArg: Sized {
    /// The context behind the argument, if it is one.
    const CONTEXT: Option<ContextDescriptor>;

    /// Takes the argument out of the scope.
    ///
    /// # Errors
    /// The context was not built.
    fn from_scope(scope: &Scope<'_>) -> AppResult<Self>;
}

impl InitArg for AppHandle {
    const CONTEXT: Option<ContextDescriptor> = None;

    fn from_scope(scope: &Scope<'_>) -> AppResult<Self> {
        Ok(scope.app().clone())
    }
}

impl<T: Context> InitArg for Ctx<T> {
    const CONTEXT: Option<ContextDescriptor> = Some(ContextDescriptor::of::<T>());

    fn from_scope(scope: &Scope<'_>) -> AppResult<Self> {
        scope.context::<T>()
    }
}
