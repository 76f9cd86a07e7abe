//! The stall detector: a thread that looks at the loop's pulse, and says who holds it up.

use std::fmt;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::pulse::Shared;
use crate::clock::Clock;

/// The limit of [`Handle::watch_stalls`](super::Handle::watch_stalls), if nobody says otherwise.
pub const STALL_LIMIT: Duration = Duration::from_millis(250);

/// Watches a hub until it is dropped; see [`Handle::watch_stalls`](super::Handle::watch_stalls).
#[must_use = "the watch ends when this is dropped"]
pub struct StallWatch {
    ending: Arc<Ending>,
    thread: Option<JoinHandle<()>>,
}

/// What a watcher has seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stall {
    /// A task has been running for the limit, and still is.
    Begun {
        /// Its name and where it was spawned.
        who: String,
        /// For how long so far.
        since: Duration,
    },
    /// It has let go of the loop.
    Over {
        /// Its name and where it was spawned.
        who: String,
        /// How long it took in all, give or take a quarter of the limit.
        took: Duration,
    },
}

impl fmt::Display for Stall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stall::Begun { who, since } => {
                let ms = since.as_millis();
                write!(f, "{who} has held up all others for {ms} ms, and still does")
            }
            Stall::Over { who, took } => {
                write!(f, "{who} lets others run again: it took about {} ms", took.as_millis())
            }
        }
    }
}

#[derive(Default)]
struct Ending {
    is_over: Mutex<bool>,
    bell: Condvar,
}

impl StallWatch {
    #[expect(
        clippy::disallowed_methods,
        reason = "the watcher is a thread: who is stuck cannot watch"
    )]
    pub(super) fn start(
        shared: Arc<Shared>,
        limit: Duration,
        mut tell: impl FnMut(Stall) + Send + 'static,
    ) -> std::io::Result<StallWatch> {
        let ending = Arc::new(Ending::default());
        let theirs = ending.clone();
        let watch = move || watch(&shared, &theirs, limit, &mut tell);
        let thread = thread::Builder::new().name("ryu stall watch".to_owned()).spawn(watch)?;
        Ok(StallWatch { ending, thread: Some(thread) })
    }
}

impl Drop for StallWatch {
    #[expect(clippy::disallowed_methods, reason = "the watcher ends as soon as it is told")]
    fn drop(&mut self) {
        *self.ending.is_over.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.ending.bell.notify_all();
        let thread = self.thread.take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            log::error!("the stall watch panicked");
        }
    }
}

impl fmt::Debug for StallWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StallWatch").finish_non_exhaustive()
    }
}

/// How long the watcher waits between two looks while nothing is wrong, as a part of the limit.
const LOOKS_PER_LIMIT: u32 = 4;
/// And while somebody is stuck, so that the end is seen in time.
const LOOK_CLOSELY: Duration = Duration::from_millis(10);

#[expect(clippy::disallowed_methods, reason = "on a thread of its own, which is there to wait")]
fn watch(shared: &Shared, ending: &Ending, limit: Duration, tell: &mut dyn FnMut(Stall)) {
    // A thread of its own has a clock of its own.
    let clock = Clock::real();
    let pause = (limit / LOOKS_PER_LIMIT).max(Duration::from_millis(1));
    let mut seen = None;
    let mut stuck: Option<String> = None;
    loop {
        let pause = if stuck.is_some() { pause.min(LOOK_CLOSELY) } else { pause };
        let guard = ending.is_over.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = ending.bell.wait_timeout_while(guard, pause, |is_over| !*is_over);
        if *waited.unwrap_or_else(PoisonError::into_inner).0 {
            return;
        }
        let (now, word) = (clock.now(), shared.word());
        match (seen, word) {
            (Some((before, since)), Some(word)) if before == word => {
                let since = now.saturating_duration_since(since);
                if stuck.is_none() && since >= limit {
                    let who = shared.who(word);
                    shared.stalls.fetch_add(1, Ordering::Relaxed);
                    stuck = Some(who.clone());
                    tell(Stall::Begun { who, since });
                }
                continue;
            }
            _ => {}
        }
        if let (Some(who), Some((_, since))) = (stuck.take(), seen) {
            let took = now.saturating_duration_since(since);
            let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
            shared.longest_stall_ms.fetch_max(ms, Ordering::Relaxed);
            tell(Stall::Over { who, took });
        }
        seen = word.map(|word| (word, now));
    }
}
