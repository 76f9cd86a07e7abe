//! The timer of an app with a machine for each switch: the machines have no clock, say when they have
//! something to do, and the app gets an event then.

use std::collections::BTreeSet;
use std::time::Instant;

use crate::hub::{self, Task};
use crate::prelude::*;

/// A timer that sends its app an `E` when a switch's machine has something to do.
///
/// The event goes through the app's inbox like all others, so that the machines are called by the
/// app's handlers alone, one at a time. Setting costs the logarithm of the number of switches.
#[derive(Debug)]
pub(super) struct Alarm<E> {
    app: AppHandle,
    deadlines: BTreeMap<Dpid, Instant>,
    in_order: BTreeSet<(Instant, Dpid)>,
    /// The event that is on its way, or will be.
    next: Option<(Instant, Task<()>)>,
    event: fn() -> E,
}

impl<E: Event + Default> Alarm<E> {
    pub(super) fn new(app: AppHandle) -> Self {
        let (deadlines, in_order) = (BTreeMap::new(), BTreeSet::new());
        Alarm { app, deadlines, in_order, next: None, event: E::default }
    }

    /// Says when a switch's machine has something to do, instead of what was said before.
    pub(super) fn set(&mut self, dpid: Dpid, deadline: Option<Instant>) {
        let before = match deadline {
            Some(at) => self.deadlines.insert(dpid, at),
            None => self.deadlines.remove(&dpid),
        };
        if let Some(at) = before {
            self.in_order.remove(&(at, dpid));
        }
        if let Some(at) = deadline {
            self.in_order.insert((at, dpid));
        }
        self.arm();
    }

    /// The switches whose machines have something to do; each says anew when it has the next time.
    pub(super) fn due(&mut self, now: Instant) -> Vec<Dpid> {
        let mut due = Vec::new();
        while let Some((at, dpid)) = self.in_order.first().copied().filter(|(at, _)| *at <= now) {
            self.in_order.remove(&(at, dpid));
            self.deadlines.remove(&dpid);
            due.push(dpid);
        }
        // The event that led here has been sent: the same time may be wanted again.
        self.next = None;
        self.arm();
        due
    }

    fn arm(&mut self) {
        let first = self.in_order.first().map(|(at, _)| *at);
        if self.next.as_ref().map(|(at, _)| *at) == first {
            return;
        }
        // What is replaced is dropped, and so ends.
        self.next = first.map(|at| {
            let (app, event) = (self.app.clone(), self.event);
            let task = hub::spawn("alarm", async move {
                hub::sleep_until(at).await;
                // An app that has ended needs no alarm.
                let _ = app.send_event(app.name(), event()).await;
            });
            (at, task)
        });
    }
}
