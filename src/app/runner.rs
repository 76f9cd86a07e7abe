//! An app's task: takes one item after the other out of the inbox and runs what it asks for.

use std::any::Any;
use std::cell::Cell;
use std::fmt::{self, Write as _};
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::rc::Rc;

use log::{Level, debug, error};

use crate::hub;
use crate::session::{Phase, SendError};
use crate::sync::oneshot;

use super::burst::{Events, Given};
use super::descriptor::{
    AppDescriptor, HandlerDescriptor, HandlerFn, HookFn, LocalFuture, LookAheadDescriptor,
    LookAheadFn, RouteFn,
};
use super::error::{AppError, AppResult};
use super::event::{AnyEvent, EventKind, Phases};
use super::inbox::{INBOX_CAPACITY, Inbox, Item};
use super::route::{AnswerSlot, Response, RouteRequest};

/// The state of an app together with the tables by which it is called.
pub(crate) struct Runner {
    app: Box<dyn Any>,
    descriptor: &'static AppDescriptor,
    inbox: Inbox,
    /// Handlers by event type: the slots of [`Item::Event`].
    slots: Vec<Slot>,
    /// Whether a tick of timer n is waiting in the inbox.
    ticking: Vec<Rc<Cell<bool>>>,
}

struct Slot {
    kind: EventKind,
    handlers: Vec<&'static HandlerDescriptor>,
    look_ahead: Option<LookAheadFn>,
}

/// What [`HandlerFn::Async`] holds.
type AsyncHandler = for<'a> fn(&'a mut dyn Any, &'a dyn Any) -> LocalFuture<'a, AppResult>;

/// The handler that comes next, and for which of the events.
#[derive(Default)]
struct Next {
    event: usize,
    handler: usize,
}

impl Next {
    fn is_first(&self) -> bool {
        self.event == 0 && self.handler == 0
    }
}

/// Why an app's task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// It was asked to.
    Stopped,
    /// A method of it panicked; its state cannot be trusted any more.
    Panicked,
}

/// A method panicked. What it said went to the panic hook; this only unwinds the task.
struct Panicked;

impl Runner {
    pub(crate) fn new(app: Box<dyn Any>, descriptor: &'static AppDescriptor, inbox: Inbox) -> Self {
        let mut slots: Vec<Slot> = Vec::new();
        for handler in descriptor.handlers {
            let same = |slot: &&mut Slot| slot.kind.type_id() == handler.event.type_id();
            match slots.iter_mut().find(same) {
                Some(slot) => slot.handlers.push(handler),
                None => {
                    let same = |look: &&LookAheadDescriptor| {
                        look.event.type_id() == handler.event.type_id()
                    };
                    let look_ahead = descriptor.look_aheads.iter().find(same).map(|look| look.call);
                    let (kind, handlers) = (handler.event, vec![handler]);
                    slots.push(Slot { kind, handlers, look_ahead });
                }
            }
        }
        let ticking = descriptor.timers.iter().map(|_| Rc::default()).collect();
        Runner { app, descriptor, inbox, slots, ticking }
    }

    /// The event types that the app handles, by slot, each with the phases of its handlers.
    pub(crate) fn handled(&self) -> Vec<(EventKind, Phases)> {
        let phases =
            |slot: &Slot| slot.handlers.iter().map(|handler| handler.phases).reduce(Phases::union);
        self.slots.iter().map(|slot| (slot.kind, phases(slot).unwrap_or(Phases::ANY))).collect()
    }

    /// The mark that keeps timer `slot` from having two ticks in the inbox.
    pub(crate) fn ticking(&self, slot: usize) -> Rc<Cell<bool>> {
        Rc::clone(&self.ticking[slot])
    }

    /// Runs the app until it is stopped or panics.
    pub(crate) async fn run(mut self) -> Ended {
        if let Some(start) = self.descriptor.start
            && self.hook("start", start).await.is_err()
        {
            return Ended::Panicked;
        }
        let mut served = 0_usize;
        while let Some(item) = self.inbox.get().await {
            served += item.count();
            if served >= INBOX_CAPACITY {
                // An app that feeds itself never finds its inbox empty.
                hub::yield_now().await;
                served = 0;
            }
            let done = match item {
                Item::Events { events, phase, slot } => self.events(&*events, phase, slot).await,
                Item::Route { request, slot, answer } => self.route(request, slot, answer).await,
                Item::Timer { slot } => self.timer(slot).await,
                Item::Stop => break,
            };
            if done.is_err() {
                return Ended::Panicked;
            }
        }
        if let Some(stop) = self.descriptor.stop
            && self.hook("stop", stop).await.is_err()
        {
            return Ended::Panicked;
        }
        Ended::Stopped
    }

    async fn events(
        &mut self,
        events: &dyn Events,
        phase: Option<Phase>,
        slot: usize,
    ) -> Result<(), Panicked> {
        let mut next = Next::default();
        while let Some((handler, call)) = self.run_sync(events, phase, slot, &mut next)? {
            let event = events.at(next.event);
            let result = caught_async(call(&mut *self.app, event.as_any())).await;
            self.log(handler.name, result, || short(event))?;
            next.handler += 1;
        }
        Ok(())
    }

    /// Runs handlers, event by event, up to one that has to be waited for; `next` stands there then.
    /// What is to be kept from one to the next is not the task's, but this call's.
    fn run_sync(
        &mut self,
        events: &dyn Events,
        phase: Option<Phase>,
        slot: usize,
        next: &mut Next,
    ) -> Result<Option<(&'static HandlerDescriptor, AsyncHandler)>, Panicked> {
        if next.is_first() {
            self.look_ahead(events, slot)?;
        }
        let (count, handlers) = (events.count(), &self.slots[slot].handlers);
        // Where there are several handlers, each event goes through all of them before the next.
        let together = match handlers[..] {
            [HandlerDescriptor { call: HandlerFn::Sync(_), .. }] => count,
            _ => 1,
        };
        while next.event < count {
            let end = count.min(next.event + together);
            while let Some(&handler) = handlers.get(next.handler) {
                if handler.phases.accept(phase) {
                    let call = match handler.call {
                        HandlerFn::Sync(call) => call,
                        HandlerFn::Async(call) => return Ok(Some((handler, call))),
                    };
                    let (app, mut given) = (&mut *self.app, Given::of(events, next.event..end));
                    loop {
                        match caught(|| call(app, &mut given)) {
                            Ok(Ok(())) => break,
                            result => {
                                let name = self.descriptor.name;
                                let event = || short(events.at(given.next().min(end - 1)));
                                log(name, handler.name, result, event)?;
                            }
                        }
                        if !given.skip() {
                            break;
                        }
                    }
                }
                next.handler += 1;
            }
            *next = Next { event: end, handler: 0 };
        }
        Ok(None)
    }

    /// Shows the app the events of a burst before it gets the first.
    fn look_ahead(&self, events: &dyn Events, slot: usize) -> Result<(), Panicked> {
        let Some(look_ahead) = self.slots[slot].look_ahead else { return Ok(()) };
        if events.count() < 2 {
            return Ok(());
        }
        let mut given = Given::of(events, 0..events.count());
        let looked = caught(|| look_ahead(&*self.app, &mut given));
        self.log("look ahead", looked, || short(events.at(given.next().min(events.count() - 1))))
    }

    async fn route(
        &mut self,
        mut request: Box<RouteRequest>,
        slot: usize,
        answer: oneshot::Sender<AppResult<Response>>,
    ) -> Result<(), Panicked> {
        let route = &self.descriptor.routes[slot];
        if answer.is_closed() {
            debug!("{}: client left before {} ran", self.descriptor.name, route.name);
            return Ok(());
        }
        request.answer = AnswerSlot::of(answer);
        let app = &mut *self.app;
        let result = match route.call {
            RouteFn::Sync(call) => caught(|| call(app, &request)),
            RouteFn::Async(call) => caught_async(call(app, &request)).await,
        };
        match result {
            Ok(response) => {
                // A client that has left meanwhile needs no answer; one that is answered later is
                // the business of who does it.
                if let Some(answer) = request.answer.take() {
                    let _ = answer.send(response);
                }
                Ok(())
            }
            Err(panicked) => {
                let path = &request.path;
                self.log::<()>(route.name, Err(panicked), || format!("request for {path}"))
            }
        }
    }

    async fn timer(&mut self, slot: usize) -> Result<(), Panicked> {
        self.ticking[slot].set(false);
        let timer = &self.descriptor.timers[slot];
        self.hook(timer.name, timer.call).await
    }

    async fn hook(&mut self, name: &str, hook: HookFn) -> Result<(), Panicked> {
        let app = &mut *self.app;
        let result = match hook {
            HookFn::Sync(call) => caught(|| call(app)),
            HookFn::Async(call) => caught_async(call(app)).await,
        };
        self.log(name, result, String::new)
    }

    /// [`log`] for this app.
    fn log<T>(
        &self,
        method: &str,
        result: Result<AppResult<T>, Panicked>,
        about: impl Fn() -> String,
    ) -> Result<(), Panicked> {
        log(self.descriptor.name, method, result, about)
    }
}

/// Logs what a method left behind, once, with app and method.
fn log<T>(
    app: &str,
    method: &str,
    result: Result<AppResult<T>, Panicked>,
    about: impl Fn() -> String,
) -> Result<(), Panicked> {
    match result {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(cause)) => {
            log_error(app, method, &cause, &about());
            Ok(())
        }
        Err(panicked) => {
            let about = about();
            error!("app {app}: handler {method} panicked, the app is stopped: {about}");
            Err(panicked)
        }
    }
}

fn log_error(app: &str, method: &str, cause: &AppError, about: &str) {
    // To a switch that has gone nothing can be sent: the line about its end has said so, and
    // what it left in the inbox need not say it a hundred times more.
    let level = match cause.downcast_ref::<SendError>() {
        Some(SendError::Closed) => Level::Debug,
        _ => Level::Error,
    };
    log::log!(level, "app {app}: handler {method}: {cause} ({about})");
}

/// What is shown of an event, at most; a frame in it can have 64 kB.
const SHOWN: usize = 512;

/// The beginning of an event, for the log.
fn short(event: &dyn AnyEvent) -> String {
    struct Short(String);

    impl fmt::Write for Short {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            let room = SHOWN.saturating_sub(self.0.len());
            match text.char_indices().find(|(at, c)| at + c.len_utf8() > room) {
                None => self.0.push_str(text),
                Some((end, _)) => {
                    self.0.push_str(&text[..end]);
                    self.0.push_str(" ...");
                    return Err(fmt::Error);
                }
            }
            Ok(())
        }
    }

    let mut text = Short(String::new());
    // An error says that it was too long, and is shown by the dots.
    let _ = write!(text, "{event:?}");
    text.0
}

fn caught<T>(call: impl FnOnce() -> T) -> Result<T, Panicked> {
    // The app is never called again after a panic, so no broken state is observed.
    catch_unwind(AssertUnwindSafe(call)).map_err(|_| Panicked)
}

async fn caught_async<T>(future: impl Future<Output = T>) -> Result<T, Panicked> {
    let mut future = pin!(future);
    poll_fn(|cx| match caught(|| future.as_mut().poll(cx)) {
        Ok(poll) => poll.map(Ok),
        Err(panicked) => std::task::Poll::Ready(Err(panicked)),
    })
    .await
}
