//! Apps on a hub with a test clock: who is told what, when, and what goes wrong where.

mod contexts;
mod events;
mod faults;
mod lifecycle;
mod plans;
mod routes;

use std::cell::RefCell;
use std::rc::Rc;

use crate::clock::Clock;
use crate::conf::Conf;
use crate::hub::Hub;

use super::{AppManager, Catalog, Plan};

thread_local! {
    /// What the apps of these tests did, in order.
    static TRACE: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Adds a word to the trace.
fn note(word: impl Into<String>) {
    TRACE.with(|trace| trace.borrow_mut().push(word.into()));
}

/// Takes the trace.
fn trace() -> Vec<String> {
    TRACE.with(RefCell::take)
}

fn plan(names: &[&str]) -> Plan {
    Plan::new(&Catalog::collect().unwrap(), names.iter().copied()).unwrap()
}

/// A hub in which the named apps (of this test binary) run.
struct House {
    hub: Hub,
    apps: AppManager,
}

impl House {
    fn start(names: &[&str]) -> House {
        trace();
        let hub = Hub::new(Clock::test()).unwrap();
        let mut apps = AppManager::new(Rc::new(Conf::new()));
        hub.block_on(async { apps.start(&plan(names)) }).unwrap();
        hub.run_until_idle();
        House { hub, apps }
    }

    /// Runs until everybody waits, and takes the trace.
    fn settle(&self) -> Vec<String> {
        self.hub.run_until_idle();
        trace()
    }

    fn stop(mut self) -> Vec<String> {
        self.hub.block_on(async { self.apps.stop().await });
        trace()
    }
}
