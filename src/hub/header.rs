//! A task's header: what is known of every task, whatever its result type, and what few have.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::rc::Rc;

use super::run_queue::Key;
use super::task::{JoinError, message_of};

/// What is known of every task.
pub(super) struct Header {
    pub(super) id: TaskId,
    pub(super) name: Cow<'static, str>,
    pub(super) place: &'static Location<'static>,
    pub(super) key: Key,
    pub(super) state: Cell<State>,
    /// Set by a delayed task when its time has come; others have begun when they were polled.
    pub(super) delay: Option<Rc<Cell<bool>>>,
    /// What few tasks have.
    extras: Cell<Option<Box<Extras>>>,
}

/// Links, and why a task was killed or how it ended, if words are needed for that.
#[derive(Default)]
pub(super) struct Extras {
    links: Vec<(LinkId, Link)>,
    made: u64,
    reason: Option<Cow<'static, str>>,
    error: Option<JoinError>,
}

pub(super) type Link = Box<dyn FnOnce(Result<(), JoinError>)>;

/// Names a link of a task, to [take it away](super::Task::unlink).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LinkId(pub(super) u64);

impl Header {
    pub(super) fn new(
        id: TaskId,
        key: Key,
        name: Cow<'static, str>,
        place: &'static Location<'static>,
    ) -> Self {
        let (state, extras) = (Cell::new(State::New), Cell::new(None));
        Header { id, name, place, key, state, delay: None, extras }
    }

    pub(super) fn is_finished(&self) -> bool {
        matches!(self.state.get(), State::Finished(_))
    }

    pub(super) fn is_started(&self) -> bool {
        match &self.delay {
            Some(has_begun) => has_begun.get(),
            None => self.state.get() != State::New,
        }
    }

    /// How it ended, if it did.
    pub(super) fn exit(&self) -> Option<Result<(), JoinError>> {
        match self.state.get() {
            State::Finished(How::Returned) => Some(Ok(())),
            State::Finished(How::Killed) => Some(Err(JoinError::Killed)),
            State::Finished(How::InWords) => {
                let error = self.with_extras(|extras| extras.error.clone());
                Some(Err(error.unwrap_or(JoinError::Killed)))
            }
            State::New | State::Alive | State::Killed => None,
        }
    }

    /// Notes the end, and gives out what there was to be done then.
    pub(super) fn finish(&self, error: Option<&JoinError>) -> Option<Box<Extras>> {
        let how = match error {
            None => How::Returned,
            Some(JoinError::Killed) => How::Killed,
            Some(_) => How::InWords,
        };
        self.state.set(State::Finished(how));
        let extras = self.extras.take();
        if how == How::InWords {
            let error = error.cloned();
            self.extras.set(Some(Box::new(Extras { error, ..Extras::default() })));
        }
        extras
    }

    pub(super) fn run_links(&self, extras: Extras) {
        for (_, link) in extras.links {
            let Some(exit) = self.exit() else { return };
            call_link(self, link, exit);
        }
    }

    pub(super) fn add_link(&self, link: Link) -> LinkId {
        self.with_extras(|extras| {
            extras.made += 1;
            let id = LinkId(extras.made);
            extras.links.push((id, link));
            id
        })
    }

    pub(super) fn remove_link(&self, id: LinkId) -> bool {
        let Some(mut extras) = self.extras.take() else { return false };
        let at = extras.links.iter().position(|(other, _)| *other == id);
        let link = at.map(|at| extras.links.remove(at));
        self.extras.set(Some(extras));
        // What it had captured is dropped here, and may come back to this list.
        link.is_some()
    }

    /// The first reason counts.
    pub(super) fn give_reason(&self, reason: Cow<'static, str>) {
        if matches!(self.state.get(), State::New | State::Alive) {
            self.with_extras(|extras| _ = extras.reason.get_or_insert(reason));
        }
    }

    pub(super) fn take_reason(&self) -> Option<Cow<'static, str>> {
        let mut extras = self.extras.take()?;
        let reason = extras.reason.take();
        self.extras.set(Some(extras));
        reason
    }

    fn with_extras<R>(&self, f: impl FnOnce(&mut Extras) -> R) -> R {
        let mut extras = self.extras.take().unwrap_or_default();
        let result = f(&mut extras);
        self.extras.set(Some(extras));
        result
    }
}

impl fmt::Display for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' ({}, spawned at {})", self.name, self.id, self.place)
    }
}

pub(super) fn call_link(header: &Header, link: Link, exit: Result<(), JoinError>) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| link(exit))) {
        log::error!("a link of task {header} panicked: {}", message_of(payload));
    }
}

/// See the drawing at the top of `task.rs`; whether it is being polled is known from its cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It has a future that was never polled.
    New,
    /// It has a future that may be polled.
    Alive,
    /// It is to be ended at its next turn.
    Killed,
    /// It has no future any more.
    Finished(How),
}

/// How a task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    Returned,
    Killed,
    /// It panicked or was killed for a reason: see the extras.
    InWords,
}

/// The number of a task, counted from 1 in each hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId(pub(super) u64);

impl TaskId {
    /// The number itself.
    pub fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// What there is to know of a task from outside: see [`getcurrent`](super::getcurrent) and
/// [`Handle::tasks`](super::Handle::tasks).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskInfo {
    /// Its number.
    pub id: TaskId,
    /// The name it was spawned with.
    pub name: Cow<'static, str>,
    /// Where it was spawned.
    pub place: &'static Location<'static>,
    /// Whether its body has begun.
    pub is_started: bool,
    /// Whether it will be polled in the next batch, or when it is the background's turn: it has been
    /// woken, or was killed.
    pub is_runnable: bool,
    /// Whether it runs [in the background](super::Task::in_background).
    pub is_in_background: bool,
}
