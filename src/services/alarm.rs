//! An app's one timer: machines without a clock say when they have something to do, and the app gets
//! an event then.

use std::time::Instant;

use crate::hub::{self, Task};
use crate::prelude::*;

/// A timer that sends its app an event. Set anew after each call of the machines.
///
/// The event goes through the app's inbox like all others, so that the machines are called by the
/// app's handlers alone, one at a time.
#[derive(Debug)]
pub(super) struct Alarm {
    app: AppHandle,
    set: Option<(Instant, Task<()>)>,
}

impl Alarm {
    pub(super) fn new(app: AppHandle) -> Self {
        Alarm { app, set: None }
    }

    /// Sends `event` at `deadline`, instead of at any other time that was said before.
    pub(super) fn set<E: Event>(&mut self, deadline: Option<Instant>, event: E) {
        if self.set.as_ref().map(|(at, _)| *at) == deadline {
            return;
        }
        // What is replaced is dropped, and so ends.
        self.set = deadline.map(|at| {
            let app = self.app.clone();
            let task = hub::spawn("alarm", async move {
                hub::sleep_until(at).await;
                // An app that has ended needs no alarm.
                let _ = app.send_event(app.name(), event).await;
            });
            (at, task)
        });
    }
}
