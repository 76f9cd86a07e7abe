//! `hub`: the loop, seen from inside: tasks, timers, descriptors, queues, and who takes how long.
//!
//! The app runs where it is named (`ryu-manager simple_switch_13 hub`), and nowhere else: with it
//! comes the REST port.
//!
//! | Request | Answer |
//! |---|---|
//! | `GET /v1/hub` | [`Overview`] as JSON |
//!
//! The same in the log: `kill -USR1` of the controller's process.

use std::time::Duration;

use crate::app::Bus;
use crate::hub::{self, Handle, tpool};
use crate::prelude::*;

/// Tasks that are listed, at most; there may be one for each client and switch.
pub const TASKS_MAX: usize = 1000;

/// Descriptors that are listed, at most; likewise.
pub const DESCRIPTORS_MAX: usize = 1000;

/// What `GET /v1/hub` answers.
///
/// ```
/// use ryu_sdn::{clock::Clock, hub::{self, Hub}, services::hub::Overview};
///
/// Hub::new(Clock::test()).unwrap().block_on(async {
///     hub::spawn_n("waits", std::future::pending());
///     let shown = Overview::of(&hub::current());
///     assert_eq!((shown.task_count, shown.tasks[0].name.as_str()), (1, "waits"));
///     assert_eq!(shown.turns.stalls, 0);
/// });
/// ```
#[derive(Clone, Debug, Default, Serialize, Describe)]
pub struct Overview {
    /// How busy the loop is.
    #[serde(rename = "loop")]
    pub turns: Turns,
    /// How many tasks have not finished.
    pub task_count: usize,
    /// Those of them that were spawned first, [`TASKS_MAX`] at most.
    pub tasks: Vec<TaskShown>,
    /// Timers.
    pub timers: TimersShown,
    /// How many sockets and other descriptors the loop waits for.
    pub descriptor_count: usize,
    /// Those of them that come first by their tokens, [`DESCRIPTORS_MAX`] at most.
    pub descriptors: Vec<DescriptorShown>,
    /// The inboxes of the apps.
    pub inboxes: Vec<InboxShown>,
    /// The threads for blocking work.
    pub threads: ThreadsShown,
}

/// The loop's time, from its start.
#[derive(Clone, Debug, Default, Serialize, Describe)]
pub struct Turns {
    /// How often tasks were polled (modulo 2^32).
    pub polls: u32,
    /// How often sockets and timers were looked at.
    pub looks: u64,
    /// The length of the run queue: tasks that will run next.
    pub runnable: usize,
    /// The length of the line in the background.
    pub runnable_in_background: usize,
    /// Seconds spent in tasks.
    pub busy_s: f64,
    /// Seconds spent waiting.
    pub waited_s: f64,
    /// The longest time for which sockets and timers had to wait, in milliseconds.
    pub longest_turn_ms: f64,
    /// The longest run of a task without a wait, of those that were timed, in milliseconds.
    pub longest_poll_ms: Option<f64>,
    /// Whose it was: name and place of spawning.
    pub longest_poll_task: Option<String>,
    /// How often a task held up the loop for longer than `stall-limit`.
    pub stalls: u64,
    /// The longest of these, in milliseconds.
    pub longest_stall_ms: f64,
}

/// A task.
#[derive(Clone, Debug, Serialize, Describe)]
pub struct TaskShown {
    /// Its number.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// File, line and column of the call that spawned it.
    pub spawned_at: String,
    /// Whether it has begun.
    pub started: bool,
    /// Whether it will run next.
    pub runnable: bool,
    /// Whether it runs in the background: connections of REST do.
    pub in_background: bool,
}

/// The timers.
#[derive(Clone, Debug, Default, Serialize, Describe)]
pub struct TimersShown {
    /// How many are armed.
    pub armed: usize,
    /// The time until the next one fires, in milliseconds.
    pub next_ms: Option<f64>,
}

/// A descriptor.
#[derive(Clone, Debug, Serialize, Describe)]
pub struct DescriptorShown {
    /// Its number, as in `/proc/PID/fd`.
    pub fd: i32,
    /// What it is: `tcp`, `tcp listener`, `udp`, `unix`, `unix listener`, `signal`.
    pub kind: &'static str,
    /// This end: address or path.
    pub local: Option<String>,
    /// The other end.
    pub peer: Option<String>,
    /// Its place in the loop's list.
    pub token: usize,
    /// Whether reading is worth trying.
    pub readable: bool,
    /// Whether writing is worth trying.
    pub writable: bool,
    /// Tasks that wait to read.
    pub readers: usize,
    /// Tasks that wait to write.
    pub writers: usize,
}

/// An app's inbox.
#[derive(Clone, Debug, Serialize, Describe)]
pub struct InboxShown {
    /// The app.
    pub app: String,
    /// Events, requests and timers that wait for it.
    pub length: usize,
    /// How many fit; who sends more waits.
    pub capacity: usize,
}

/// The threads for blocking work.
#[derive(Clone, Debug, Default, Serialize, Describe)]
pub struct ThreadsShown {
    /// How many there may be.
    pub size: usize,
    /// How many there are.
    pub started: usize,
    /// How many of them have nothing to do.
    pub idle: usize,
    /// Tasks that wait for one.
    pub waiting: usize,
}

impl Overview {
    /// The state of a hub; inboxes are not known to it.
    pub fn of(hub: &Handle) -> Overview {
        let report = hub.report();
        let threads = tpool::usage();
        let tasks = hub.tasks().into_iter().take(TASKS_MAX).map(|task| TaskShown {
            id: task.id.number(),
            name: task.name.into_owned(),
            spawned_at: task.place.to_string(),
            started: task.is_started,
            runnable: task.is_runnable,
            in_background: task.is_in_background,
        });
        let descriptors = hub.descriptors();
        let descriptors = descriptors.into_iter().take(DESCRIPTORS_MAX).map(|of| DescriptorShown {
            fd: of.fd,
            kind: of.identity.kind(),
            local: of.identity.local(),
            peer: of.identity.peer(),
            token: of.token,
            readable: of.is_readable,
            writable: of.is_writable,
            readers: of.readers,
            writers: of.writers,
        });
        Overview {
            turns: Turns {
                polls: report.polls,
                looks: report.looks,
                runnable: report.runnable,
                runnable_in_background: report.runnable_in_background,
                busy_s: report.busy.as_secs_f64(),
                waited_s: report.waited.as_secs_f64(),
                longest_turn_ms: ms(report.longest_turn),
                longest_poll_ms: report.longest_poll.as_ref().map(|longest| ms(longest.took)),
                longest_poll_task: report.longest_poll.map(|longest| longest.who),
                stalls: report.stalls,
                longest_stall_ms: ms(report.longest_stall),
            },
            task_count: report.tasks,
            tasks: tasks.collect(),
            timers: TimersShown { armed: report.timers, next_ms: report.next_timer.map(ms) },
            descriptor_count: report.sources,
            descriptors: descriptors.collect(),
            inboxes: Vec::new(),
            threads: ThreadsShown {
                size: threads.size,
                started: threads.started,
                idle: threads.idle,
                waiting: threads.waiting,
            },
        }
    }

    /// As [`of`](Overview::of), with the inboxes of the apps on `bus`.
    pub fn with_inboxes(hub: &Handle, bus: &Bus) -> Overview {
        let inboxes = bus.inboxes().into_iter();
        let inboxes = inboxes.map(|(app, length, capacity)| InboxShown { app, length, capacity });
        Overview { inboxes: inboxes.collect(), ..Overview::of(hub) }
    }

    /// Lines for the log.
    ///
    /// ```
    /// use ryu_sdn::services::hub::Overview;
    ///
    /// let lines = Overview::default().lines();
    /// assert!(lines[0].starts_with("hub: 0 tasks, 0 runnable, 0 timers, 0 descriptors"));
    /// ```
    pub fn lines(&self) -> Vec<String> {
        let Overview { turns, task_count, timers, descriptor_count: open, .. } = self;
        let (runnable, armed) = (turns.runnable, timers.armed);
        let mut lines = vec![
            format!(
                "hub: {task_count} tasks, {runnable} runnable, {armed} timers, {open} descriptors"
            ),
            format!(
                "hub: busy {:.3} s, waited {:.3} s, longest turn {:.3} ms, {} stalls (longest {} ms)",
                turns.busy_s,
                turns.waited_s,
                turns.longest_turn_ms,
                turns.stalls,
                turns.longest_stall_ms,
            ),
        ];
        if let (Some(took), Some(who)) = (turns.longest_poll_ms, &turns.longest_poll_task) {
            lines.push(format!("hub: longest without a wait {took:.3} ms: {who}"));
        }
        lines.extend(self.inboxes.iter().map(|InboxShown { app, length, capacity }| {
            format!("hub: inbox of {app} {length}/{capacity}")
        }));
        lines.extend(self.tasks.iter().map(|TaskShown { id, name, spawned_at, .. }| {
            format!("hub: task #{id} '{name}' spawned at {spawned_at}")
        }));
        lines.extend(self.descriptors.iter().map(DescriptorShown::line));
        lines
    }
}

impl DescriptorShown {
    /// A line for the log: `hub: descriptor 12 tcp 127.0.0.1:6653 to 127.0.0.1:41822, 1 to read`
    /// (one task waits to read).
    fn line(&self) -> String {
        let mut line = format!("hub: descriptor {} {}", self.fd, self.kind);
        for (between, end) in [(" ", &self.local), (" to ", &self.peer)] {
            if let Some(end) = end {
                line.push_str(between);
                line.push_str(end);
            }
        }
        for (tasks, what) in [(self.readers, "read"), (self.writers, "write")] {
            if tasks > 0 {
                line.push_str(&format!(", {tasks} to {what}"));
            }
        }
        line
    }
}

fn ms(span: Duration) -> f64 {
    span.as_secs_f64() * 1000.0
}

/// The state of the app.
#[derive(Debug)]
pub struct HubApp {
    app: AppHandle,
}

/// Shows the loop: tasks, timers, descriptors, queues, and who takes how long, over REST
#[app(name = "hub")]
impl HubApp {
    #[init]
    fn new(app: AppHandle) -> Self {
        HubApp { app }
    }

    #[route(GET, "/v1/hub")]
    fn show(&mut self) -> Json<Overview> {
        Json(Overview::with_inboxes(&hub::current(), self.app.bus()))
    }
}
