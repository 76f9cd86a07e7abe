//! An app's own end of the bus: what it sends with, and the tasks it owns.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::rc::Rc;

use crate::conf::Conf;
use crate::hub::{self, Task};

use super::bus::{Bus, EventLost};
use super::event::{Event, Request};

/// What an app asks for in its `#[init]` function to send events and to start tasks.
#[derive(Clone)]
pub struct AppHandle(Rc<Inner>);

struct Inner {
    name: String,
    bus: Bus,
    conf: Rc<Conf>,
    tasks: RefCell<Vec<Task<()>>>,
}

impl AppHandle {
    /// A handle for the app `name`. The manager makes them; tests may.
    pub fn new(name: &str, bus: Bus, conf: Rc<Conf>) -> Self {
        let tasks = RefCell::default();
        AppHandle(Rc::new(Inner { name: name.to_owned(), bus, conf, tasks }))
    }

    /// The app's name.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The resolved options.
    pub fn conf(&self) -> &Conf {
        &self.0.conf
    }

    /// The bus that the app is on.
    pub fn bus(&self) -> &Bus {
        &self.0.bus
    }

    /// Starts a task that belongs to the app: it ends when the app ends.
    #[track_caller]
    pub fn spawn<F>(&self, name: impl Into<Cow<'static, str>>, future: F)
    where
        F: Future<Output = ()> + 'static,
    {
        let task = hub::spawn(name, future);
        let mut tasks = self.0.tasks.borrow_mut();
        tasks.retain(|task| !task.is_finished());
        tasks.push(task);
    }

    /// Gives an event to one app; waits while its inbox is full.
    ///
    /// # Errors
    /// Any [`EventLost`] but `Full`.
    pub async fn send_event<E: Event>(&self, to: &str, event: E) -> Result<(), EventLost> {
        self.0.bus.send(self.name(), to, event).await
    }

    /// Gives an event to one app, from a handler that is not `async`.
    ///
    /// # Errors
    /// Any [`EventLost`]; `Full` if the app cannot take it at this moment.
    pub fn try_send_event<E: Event>(&self, to: &str, event: E) -> Result<(), EventLost> {
        self.0.bus.try_send(self.name(), to, event)
    }

    /// Gives an event to everyone who observes it; waits while an inbox is full.
    pub async fn send_event_to_observers<E: Event>(&self, event: E) {
        self.0.bus.publish(event, None).await;
    }

    /// Gives an event to everyone who observes it, from a handler that is not `async`.
    ///
    /// # Errors
    /// [`EventLost::Full`], see [`Bus::try_publish`].
    pub fn try_send_event_to_observers<E: Event>(&self, event: E) -> Result<(), EventLost> {
        self.0.bus.try_publish(event, None)
    }

    /// Asks the app that provides `R` and waits for its answer.
    ///
    /// An app that asks itself waits for ever in a handler: its own inbox is served in order.
    ///
    /// # Errors
    /// Any [`EventLost`] but `Full`.
    pub async fn send_request<R: Request>(&self, request: R) -> Result<R::Reply, EventLost> {
        self.0.bus.ask(self.name(), R::PROVIDER, request).await
    }

    /// Ends the app's tasks.
    pub(crate) fn kill_tasks(&self) {
        // Taken out first: dropping a task may run code that spawns or asks for this list.
        let tasks = self.0.tasks.take();
        drop(tasks);
    }
}

impl fmt::Debug for AppHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AppHandle({})", self.0.name)
    }
}
