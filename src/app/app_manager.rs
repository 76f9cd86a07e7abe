//! The app manager: builds what a [`Plan`] lists, runs it, and takes it down in reverse order.

use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use log::{debug, error, info, warn};

use crate::conf::Conf;
use crate::hub::{self, Task};

use super::bus::Bus;
use super::context::{Context, Contexts, Scope};
use super::descriptor::AppDescriptor;
use super::error::{AppError, AppResult};
use super::handle::AppHandle;
use super::inbox::{self, Inbox, Item};
use super::plan::Plan;
use super::runner::{Ended, Runner};

/// How long an app may take over what waits in its inbox and its stop hook at shutdown.
pub const STOP_GRACE: Duration = Duration::from_millis(700);

/// The running apps.
///
/// It has to be made and used inside a hub.
pub struct AppManager {
    bus: Bus,
    conf: Rc<Conf>,
    provided: Vec<(&'static str, Rc<dyn std::any::Any>)>,
    running: Vec<Running>,
}

struct Running {
    descriptor: &'static AppDescriptor,
    handle: AppHandle,
    inbox: Inbox,
    task: Task<()>,
}

impl fmt::Debug for AppManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.running()).finish()
    }
}

impl AppManager {
    /// A manager without apps.
    pub fn new(conf: Rc<Conf>) -> Self {
        AppManager { bus: Bus::default(), conf, provided: Vec::new(), running: Vec::new() }
    }

    /// The bus that the apps are on.
    pub fn bus(&self) -> &Bus {
        &self.bus
    }

    /// Gives the apps a context that is made outside of them, in place of building it: what whoever
    /// runs them lets them see of its own.
    pub fn provide<T: Context>(&mut self, context: T) {
        self.provided.push((T::KEY, Rc::new(context)));
    }

    /// Builds the contexts, builds the apps, subscribes them all, then starts them.
    ///
    /// No app runs before every app is subscribed, so that none misses an early event.
    ///
    /// # Errors
    /// What the constructor of a context or of an app returned, with its name; what had been built
    /// is dropped.
    pub fn start(&mut self, plan: &Plan) -> AppResult {
        for app in &plan.apps {
            info!("loading app {}", app.shown);
        }
        let contexts = self.build_contexts(plan)?;
        let mut built = Vec::new();
        for app in &plan.apps {
            let descriptor = app.descriptor;
            info!("instantiating app {} of {}", app.shown, descriptor.type_name);
            let handle = AppHandle::new(descriptor.name, self.bus.clone(), Rc::clone(&self.conf));
            let state = (descriptor.build)(&Scope::new(&handle, &contexts))
                .map_err(|cause| AppError::msg(format!("app {}: {cause}", descriptor.name)))?;
            let inbox = inbox::inbox();
            let runner = Runner::new(state, descriptor, inbox.clone());
            built.push((descriptor, handle, inbox, runner));
        }
        for (descriptor, _, inbox, runner) in &built {
            self.bus.register(descriptor.name, inbox.clone(), &runner.handled());
        }
        self.report_bricks(plan);
        for (descriptor, handle, inbox, runner) in built {
            start_timers(descriptor, &handle, &inbox, &runner);
            let life = run(runner, handle.clone(), inbox.clone());
            let task = hub::spawn(descriptor.name, life);
            self.running.push(Running { descriptor, handle, inbox, task });
        }
        Ok(())
    }

    fn build_contexts(&self, plan: &Plan) -> AppResult<Contexts> {
        let mut contexts = Contexts::default();
        for (key, context) in &self.provided {
            contexts.insert(key, Rc::clone(context));
        }
        let is_provided = |key| self.provided.iter().any(|(provided, _)| *provided == key);
        for context in plan.contexts.iter().filter(|context| !is_provided(context.key)) {
            let handle = AppHandle::new(context.key, self.bus.clone(), Rc::clone(&self.conf));
            let built = (context.build)(&Scope::new(&handle, &contexts))
                .map_err(|cause| AppError::msg(format!("context {}: {cause}", context.key)))?;
            contexts.insert(context.key, built);
            info!("creating context {}", context.key);
        }
        Ok(contexts)
    }

    /// Ryu's report of who provides and who consumes what, at debug level.
    fn report_bricks(&self, plan: &Plan) {
        for app in plan.apps.iter().map(|app| app.descriptor) {
            debug!("BRICK {}", app.name);
            let consumed = |event: &&super::EventKind| event.provider == app.name;
            let handled = plan.apps.iter().flat_map(|other| other.descriptor.handlers);
            let mut provided: Vec<_> =
                handled.map(|handler| &handler.event).filter(consumed).collect();
            provided.extend(app.emits);
            provided.sort_by_key(|kind| kind.name);
            provided.dedup_by_key(|kind| kind.type_id());
            for kind in provided {
                debug!("  PROVIDES {} TO {:?}", kind.name, self.bus.observers_of(*kind));
            }
            for handler in app.handlers {
                debug!("  CONSUMES {} IN {:?}", handler.event.name, handler.phases);
            }
        }
    }

    /// The names of the apps that were started and still run, in order.
    pub fn running(&self) -> Vec<&'static str> {
        let alive = self.running.iter().filter(|app| !app.task.is_finished());
        alive.map(|app| app.descriptor.name).collect()
    }

    /// Stops the apps, the last started first: each serves what waits in its inbox, runs its stop
    /// hook and lets go of its tasks.
    ///
    /// All of them together have [`STOP_GRACE`], and each at most half of what is left of it, so that
    /// one that hangs leaves something to the others. What has not ended by then is dropped where
    /// it stands, and logged.
    pub async fn stop(&mut self) {
        let deadline = hub::now() + STOP_GRACE;
        while let Some(app) = self.running.pop() {
            let name = app.descriptor.name;
            let ending = async {
                let _ = app.inbox.put(Item::Stop).await;
                let _ = app.task.await;
            };
            let left = deadline.saturating_duration_since(hub::now());
            let share = if self.running.is_empty() { left } else { left / 2 };
            if hub::timeout(share, ending).await.is_err() {
                warn!("app {name} did not stop in time");
            }
            app.handle.kill_tasks();
            self.bus.unregister(name);
        }
    }
}

/// The whole life of an app's task.
async fn run(runner: Runner, handle: AppHandle, inbox: Inbox) {
    if runner.run().await == Ended::Panicked {
        handle.bus().unregister(handle.name());
        // Among what is left are requests whose senders wait for an answer.
        while inbox.try_get().is_some() {}
        handle.kill_tasks();
        error!("app {} has ended; the others go on", handle.name());
    }
}

/// One task for each `#[every]`: it puts a tick into the inbox when the last one has been served.
fn start_timers(
    descriptor: &'static AppDescriptor,
    handle: &AppHandle,
    inbox: &Inbox,
    runner: &Runner,
) {
    for (slot, timer) in descriptor.timers.iter().enumerate() {
        let waiting = runner.ticking(slot);
        let inbox = inbox.clone();
        handle.spawn(format!("{}.{}", descriptor.name, timer.name), async move {
            let mut interval = hub::interval(timer.period);
            loop {
                interval.tick().await;
                if !waiting.replace(true) && inbox.put(Item::Timer { slot }).await.is_err() {
                    break;
                }
            }
        });
    }
}
