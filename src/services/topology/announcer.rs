//! Tells observers what happened, in order, without the app having to wait for them.
//!
//! An app that asks `switches` for links in a handler waits for the answer. Were `switches` to wait until
//! that app's inbox has room, neither would ever go on. So events that do not fit wait here.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt;
use std::rc::Rc;

use log::error;

use crate::app::{AppHandle, Bus, Event, Held};
use crate::sync;

/// Events that wait for observers, at most; what is more is lost, which is logged.
const BACKLOG_MAX: usize = 65_536;

/// Gives an event to the bus.
type Telling = Box<dyn FnOnce(&Bus) -> Result<(), Held>>;

/// A counted reference.
#[derive(Clone)]
pub(super) struct Announcer(Rc<Inner>);

struct Inner {
    bus: Bus,
    backlog: RefCell<VecDeque<Telling>>,
    /// Whether an event is being delivered that came before those in the backlog.
    is_busy: Cell<bool>,
    stirred: sync::Event,
    lost: Cell<u64>,
}

impl Announcer {
    /// One for the app behind `app`, with its task.
    pub(super) fn new(app: &AppHandle) -> Announcer {
        let announcer = Announcer(Rc::new(Inner {
            bus: app.bus().clone(),
            backlog: RefCell::default(),
            is_busy: Cell::new(false),
            stirred: sync::Event::new(),
            lost: Cell::new(0),
        }));
        app.spawn("topology announcer", announcer.clone().run());
        announcer
    }

    /// Tells everybody who observes it.
    pub(super) fn tell<E: Event>(&self, event: E) {
        let Inner { bus, backlog, is_busy, lost, .. } = &*self.0;
        let mut backlog = backlog.borrow_mut();
        if !is_busy.get() && backlog.is_empty() {
            match bus.offer(None, || event) {
                Ok(()) => return,
                Err(held) => backlog.push_back(Box::new(|_| Err(held))),
            }
        } else if backlog.len() < BACKLOG_MAX {
            backlog.push_back(Box::new(|bus| bus.offer(None, || event)));
        } else {
            if lost.replace(lost.get() + 1) == 0 {
                error!(
                    "topology: {BACKLOG_MAX} events wait for observers that do not take them: \
                     further ones are lost"
                );
            }
            return;
        }
        drop(backlog);
        self.0.stirred.set();
    }

    async fn run(self) {
        loop {
            self.0.stirred.wait().await;
            self.0.stirred.clear();
            while let Some(telling) = self.next() {
                self.0.is_busy.set(true);
                if let Err(held) = telling(&self.0.bus) {
                    held.deliver().await;
                }
                self.0.is_busy.set(false);
            }
        }
    }

    fn next(&self) -> Option<Telling> {
        self.0.backlog.borrow_mut().pop_front()
    }
}

impl fmt::Debug for Announcer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Announcer({} waiting)", self.0.backlog.borrow().len())
    }
}
