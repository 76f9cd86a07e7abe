//! The bus: who observes which event, and the way into each app's inbox.

use std::any::TypeId;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};
use std::rc::Rc;

use log::debug;

use crate::session::Phase;
use crate::sync::{TryPutError, oneshot};

use super::burst::{Burst, Events, One};
use super::error::{AppError, AppResult};
use super::event::{Asked, Event, EventKind, Phases, Request};
use super::inbox::{Inbox, Item};
use super::route::{HttpError, Response, RouteRequest};

/// Carries events from whoever emits them to the inboxes of those who observe them.
///
/// A counted reference; one for each running set of apps. It never runs a handler: it only queues,
/// and waits where a queue is full, which is how a slow app slows the peers that feed it.
#[derive(Clone, Default)]
pub struct Bus(Rc<Inner>);

#[derive(Default)]
struct Inner {
    apps: RefCell<BTreeMap<String, Brick>>,
    /// The list behind each type is replaced, never changed, so that a publisher can keep walking
    /// the one it has while it waits.
    observers: RefCell<HashMap<TypeId, Rc<[Observer]>, BuildHasherDefault<TypeIdHasher>>>,
}

/// A running app, as the bus sees it.
struct Brick {
    inbox: Inbox,
    /// The event types that the app handles, by slot.
    slots: Vec<TypeId>,
}

#[derive(Clone)]
struct Observer {
    app: Rc<str>,
    inbox: Inbox,
    phases: Phases,
    slot: usize,
}

impl Observer {
    /// Puts `events` into the inbox; false if that is full. A closed inbox belongs to an app that is
    /// gone: there is nobody to tell.
    fn take(&self, events: &Rc<dyn Events>, phase: Option<Phase>) -> bool {
        let item = Item::Events { events: Rc::clone(events), phase, slot: self.slot };
        !matches!(self.inbox.try_put(item), Err(TryPutError::Full(_)))
    }
}

/// An event (or a burst of them) of which some observers have been told and the next has a full
/// inbox.
///
/// It is rare, and every packet-in is answered with whether there is one: so it is a pointer's size.
#[must_use = "the event is lost to the other observers unless it is delivered"]
pub struct Held(Box<Rest>);

/// What is left to be done.
struct Rest {
    events: Rc<dyn Events>,
    phase: Option<Phase>,
    observers: Rc<[Observer]>,
    next: usize,
}

impl Held {
    /// Waits for room in one inbox after the other.
    pub async fn deliver(self) {
        let Rest { events, phase, observers, next } = *self.0;
        let rest = observers[next..].iter().filter(|observer| observer.phases.accept(phase));
        for Observer { inbox, slot, .. } in rest {
            let item = Item::Events { events: Rc::clone(&events), phase, slot: *slot };
            let _ = inbox.put(item).await;
        }
    }
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Rest { events, observers, next, .. } = &*self.0;
        write!(f, "{events:?} held by {}", observers[*next].app)
    }
}

/// Why an event did not reach an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventLost {
    /// No app of that name runs.
    #[error("no such app is running")]
    NoSuchApp,
    /// The app has no handler for the event.
    #[error("the app has no handler for it")]
    NoHandler,
    /// The app's inbox is full; only the `try_` forms say so, the others wait.
    #[error("the inbox is full")]
    Full,
    /// The app ended before it could be given the event.
    #[error("the app has ended")]
    Ended,
    /// The request was taken, and dropped without an answer.
    #[error("the request was not answered")]
    NotAnswered,
}

impl Bus {
    /// Makes an app known. `handled` lists the event types by slot with the phases of all their
    /// handlers together.
    pub(crate) fn register(&self, name: &str, inbox: Inbox, handled: &[(EventKind, Phases)]) {
        let slots = handled.iter().map(|(kind, _)| kind.type_id()).collect();
        let app: Rc<str> = name.into();
        for (slot, (kind, phases)) in handled.iter().enumerate() {
            self.observe(
                kind.type_id(),
                Observer { app: app.clone(), inbox: inbox.clone(), phases: *phases, slot },
            );
        }
        self.0.apps.borrow_mut().insert(name.to_owned(), Brick { inbox, slots });
    }

    /// Forgets an app and refuses whatever is still sent to it.
    pub(crate) fn unregister(&self, name: &str) {
        let Some(brick) = self.0.apps.borrow_mut().remove(name) else { return };
        brick.inbox.close();
        let mut observers = self.0.observers.borrow_mut();
        for list in observers.values_mut() {
            if list.iter().any(|observer| &*observer.app == name) {
                *list = list.iter().filter(|observer| &*observer.app != name).cloned().collect();
            }
        }
        observers.retain(|_, list| !list.is_empty());
    }

    fn observe(&self, event: TypeId, observer: Observer) {
        let mut observers = self.0.observers.borrow_mut();
        let list = observers.entry(event).or_insert_with(|| Rc::from([]));
        *list = list.iter().cloned().chain([observer]).collect();
    }

    /// The apps that run, each with how many items wait in its inbox and how many fit.
    pub fn inboxes(&self) -> Vec<(String, usize, usize)> {
        let apps = self.0.apps.borrow();
        let inbox = |brick: &Brick| (brick.inbox.load(), brick.inbox.capacity());
        let all = apps.iter().map(|(name, brick)| (name.clone(), inbox(brick)));
        all.map(|(name, (length, capacity))| (name, length, capacity)).collect()
    }

    /// Whether an app of that name runs.
    pub fn is_running(&self, name: &str) -> bool {
        self.0.apps.borrow().contains_key(name)
    }

    /// The names of those who observe `kind`, in the order in which they are told.
    pub fn observers_of(&self, kind: EventKind) -> Vec<String> {
        let observers = self.0.observers.borrow();
        let list = observers.get(&kind.type_id());
        list.map(|list| list.iter().map(|o| o.app.to_string()).collect()).unwrap_or_default()
    }

    /// Whether anybody observes `E` in `phase`: emitters may save themselves the making of it.
    pub fn is_observed<E: Event>(&self, phase: Option<Phase>) -> bool {
        let observers = self.0.observers.borrow();
        let list = observers.get(&TypeId::of::<E>());
        list.is_some_and(|list| list.iter().any(|observer| observer.phases.accept(phase)))
    }

    /// Gives the event that `make` makes to everyone who observes it in `phase`, as far as their
    /// inboxes have room. Where nobody observes it, it is not made.
    ///
    /// This is the fast way: no future is built as long as there is room.
    ///
    /// # Errors
    /// [`Held`]: an inbox is full. Its [`deliver`](Held::deliver) waits for room and goes on.
    pub fn offer<E: Event>(
        &self,
        phase: Option<Phase>,
        make: impl FnOnce() -> E,
    ) -> Result<(), Held> {
        match self.observers::<E>(phase) {
            Some(observers) => Bus::hand(observers, phase, Rc::new(One(make()))),
            None => Ok(()),
        }
    }

    /// As [`Bus::offer`], for several events that came together: an observer gets them as one item.
    /// Takes what is in `events`.
    pub(crate) fn offer_all<E: Event>(
        &self,
        phase: Option<Phase>,
        events: &mut Vec<E>,
    ) -> Result<(), Held> {
        match self.observers::<E>(phase) {
            Some(observers) => Bus::hand(observers, phase, Rc::new(Burst(std::mem::take(events)))),
            None => {
                events.clear();
                Ok(())
            }
        }
    }

    /// Those who observe `E`, if one of them does so in `phase`.
    #[inline]
    fn observers<E: Event>(&self, phase: Option<Phase>) -> Option<Rc<[Observer]>> {
        let observers = self.0.observers.borrow();
        let list = observers.get(&TypeId::of::<E>())?;
        let is_wanted = list.iter().any(|observer| observer.phases.accept(phase));
        is_wanted.then(|| Rc::clone(list))
    }

    fn hand(
        observers: Rc<[Observer]>,
        phase: Option<Phase>,
        events: Rc<dyn Events>,
    ) -> Result<(), Held> {
        for (next, observer) in observers.iter().enumerate() {
            if observer.phases.accept(phase) && !observer.take(&events, phase) {
                return Err(Held(Box::new(Rest { events, phase, observers, next })));
            }
        }
        Ok(())
    }

    /// Gives `event` to everyone who observes it in `phase`; waits while an inbox is full.
    ///
    /// Not cancel-safe: dropped while it waits, some observers have the event and others have not.
    pub async fn publish<E: Event>(&self, event: E, phase: Option<Phase>) {
        if let Err(held) = self.offer(phase, || event) {
            held.deliver().await;
        }
    }

    /// Like [`Bus::publish`], but never waits.
    ///
    /// # Errors
    /// [`EventLost::Full`] if an inbox had no room: those before it have the event, it and those
    /// after it have not.
    pub fn try_publish<E: Event>(&self, event: E, phase: Option<Phase>) -> Result<(), EventLost> {
        self.offer(phase, || event).map_err(|_| EventLost::Full)
    }

    /// Gives `event` to one app; waits while its inbox is full.
    ///
    /// # Errors
    /// Any [`EventLost`] but `Full`.
    pub async fn send<E: Event>(&self, from: &str, to: &str, event: E) -> Result<(), EventLost> {
        let (inbox, slot) = self.address::<E>(from, to)?;
        debug!("EVENT {from}->{to} {}", E::NAME);
        let item = Item::Events { events: Rc::new(One(event)), phase: None, slot };
        inbox.put(item).await.map_err(|_| EventLost::Ended)
    }

    /// Like [`Bus::send`], but never waits.
    ///
    /// # Errors
    /// Any [`EventLost`].
    pub fn try_send<E: Event>(&self, from: &str, to: &str, event: E) -> Result<(), EventLost> {
        let (inbox, slot) = self.address::<E>(from, to)?;
        debug!("EVENT {from}->{to} {}", E::NAME);
        let item = Item::Events { events: Rc::new(One(event)), phase: None, slot };
        inbox.try_put(item).map_err(|refused| match refused {
            TryPutError::Full(_) => EventLost::Full,
            TryPutError::Closed(_) => EventLost::Ended,
        })
    }

    /// Asks `to` and waits for its answer.
    ///
    /// # Errors
    /// Any [`EventLost`] but `Full`.
    pub async fn ask<R: Request>(
        &self,
        from: &str,
        to: &str,
        request: R,
    ) -> Result<R::Reply, EventLost> {
        let (answer, answered) = oneshot::channel();
        self.send(from, to, Asked::new(request, from.to_owned(), answer)).await?;
        answered.await.map_err(|_| EventLost::NotAnswered)
    }

    fn address<E: Event>(&self, from: &str, to: &str) -> Result<(Inbox, usize), EventLost> {
        let apps = self.0.apps.borrow();
        let found = match apps.get(to) {
            None => Err(EventLost::NoSuchApp),
            Some(brick) => match brick.slots.iter().position(|slot| *slot == TypeId::of::<E>()) {
                Some(slot) => Ok((brick.inbox.clone(), slot)),
                None => Err(EventLost::NoHandler),
            },
        };
        if found.is_err() {
            debug!("EVENT LOST {from}->{to} {}", E::NAME);
        }
        found
    }

    /// Runs route `slot` of `app` in the app's own turn.
    ///
    /// # Errors
    /// What the route answered with, or status 503 if the app has ended.
    pub async fn call_route(
        &self,
        app: &str,
        slot: usize,
        request: RouteRequest,
    ) -> AppResult<Response> {
        let gone = || AppError::from(HttpError::unavailable(format!("app {app} has ended")));
        let inbox = self.0.apps.borrow().get(app).map(|brick| brick.inbox.clone());
        let inbox = inbox.ok_or_else(gone)?;
        let (answer, answered) = oneshot::channel();
        let request = Box::new(request);
        inbox.put(Item::Route { request, slot, answer }).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

impl fmt::Debug for Bus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.apps.borrow().keys()).finish()
    }
}

/// A `TypeId` is a hash already; hashing it again would only cost.
#[derive(Default)]
struct TypeIdHasher(u64);

impl Hasher for TypeIdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 ^= u64::from_ne_bytes(word);
        }
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = word;
    }
}
