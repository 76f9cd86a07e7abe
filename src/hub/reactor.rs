//! Readiness: the one `epoll`, and who waits for which socket.
//!
//! `mio` reports edges: *became readable*, once. So each socket is registered a single time, for
//! both directions, and the readiness is remembered here until an operation says `WouldBlock`.
//! No wait costs a system call of its own.

use std::cell::{Cell, RefCell};
use std::io;
use std::os::fd::{AsRawFd, RawFd};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use mio::event::Event;
use mio::{Events, Interest, Token};
use slab::Slab;
use smallvec::SmallVec;

use super::identity::Identity;

/// How many events one look takes in; more are left for the next look.
const EVENTS_PER_LOOK: usize = 256;

/// The token of the doorbell; sockets have their places in the slab.
const DOORBELL: Token = Token(usize::MAX);

pub(super) struct Reactor {
    poll: RefCell<mio::Poll>,
    events: RefCell<Events>,
    sources: RefCell<Slab<Rc<Source>>>,
}

impl Reactor {
    /// A reactor, and what ends its wait from another thread.
    pub(super) fn new() -> io::Result<(Self, mio::Waker)> {
        let poll = mio::Poll::new()?;
        let doorbell = mio::Waker::new(poll.registry(), DOORBELL)?;
        let reactor = Reactor {
            poll: RefCell::new(poll),
            events: RefCell::new(Events::with_capacity(EVENTS_PER_LOOK)),
            sources: RefCell::default(),
        };
        Ok((reactor, doorbell))
    }

    /// Waits for events for at most `limit` (`None`: as long as it takes), marks what became
    /// ready, and adds to `wakers` those who waited for it. False if there was no event.
    pub(super) fn wait(&self, limit: Option<Duration>, wakers: &mut Vec<Waker>) -> bool {
        let mut events = self.events.borrow_mut();
        match self.poll.borrow_mut().poll(&mut events, limit) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return false,
            // Only a descriptor closed by somebody else leads here, and no loop can go on then.
            Err(error) => panic!("the hub cannot wait for its sockets: {error}"),
        }
        let sources = self.sources.borrow();
        for event in &*events {
            // A socket may be gone by now, and its event still on the way.
            if let Some(source) = sources.get(event.token().0) {
                source.mark(event, wakers);
            }
        }
        !events.is_empty()
    }

    /// Registers a socket for both directions.
    pub(super) fn register(
        &self,
        socket: &mut (impl mio::event::Source + AsRawFd),
        identity: Identity,
    ) -> io::Result<(usize, Rc<Source>)> {
        let mut sources = self.sources.borrow_mut();
        let entry = sources.vacant_entry();
        let key = entry.key();
        let both = Interest::READABLE | Interest::WRITABLE;
        self.poll.borrow().registry().register(socket, Token(key), both)?;
        let source = Rc::new(Source::new(socket.as_raw_fd(), identity));
        entry.insert(source.clone());
        Ok((key, source))
    }

    pub(super) fn deregister(&self, key: usize, socket: &mut impl mio::event::Source) {
        if let Err(error) = self.poll.borrow().registry().deregister(socket) {
            log::debug!("could not deregister a socket: {error}");
        }
        let source = self.sources.borrow_mut().remove(key);
        drop(source);
    }

    /// Whether a task waits for some socket.
    pub(super) fn is_awaited(&self) -> bool {
        self.sources.borrow().iter().any(|(_, source)| source.is_awaited())
    }

    pub(super) fn descriptors(&self) -> Vec<Descriptor> {
        let sources = self.sources.borrow();
        sources.iter().map(|(token, source)| source.describe(token)).collect()
    }

    pub(super) fn len(&self) -> usize {
        self.sources.borrow().len()
    }

    /// Lets go of all wakers.
    #[must_use]
    pub(super) fn silence(&self) -> Vec<Waker> {
        let mut wakers = Vec::new();
        for (_, source) in &*self.sources.borrow() {
            source.take_waiters(Direction::Read, &mut wakers);
            source.take_waiters(Direction::Write, &mut wakers);
        }
        wakers
    }
}

/// A registered socket, pipe or other descriptor: see [`Handle::descriptors`].
///
/// [`Handle::descriptors`]: super::Handle::descriptors
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Descriptor {
    /// Its number, as `/proc/PID/fd`, `ss -p` and `lsof` have it.
    pub fd: RawFd,
    /// What it is, and where it leads.
    pub identity: Identity,
    /// Its place in the reactor's list, by which `epoll` knows it (`tfd`'s `data` in
    /// `/proc/PID/fdinfo/FD` of the `epoll` descriptor).
    pub token: usize,
    /// Whether reading is worth trying.
    pub is_readable: bool,
    /// Whether writing is worth trying.
    pub is_writable: bool,
    /// How many tasks wait to read from it.
    pub readers: usize,
    /// How many tasks wait to write to it.
    pub writers: usize,
}

/// The two ways in which bytes go through a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// From the peer.
    Read = 0,
    /// To the peer.
    Write = 1,
}

/// What is known of one socket's readiness, and who waits for it.
pub(super) struct Source {
    directions: [Line; 2],
    fd: RawFd,
    /// For those who look at the list; nothing else reads it.
    identity: RefCell<Identity>,
}

struct Line {
    /// An operation is worth trying.
    is_ready: Cell<bool>,
    /// It will be for ever: the peer has closed this direction, or there is an error to fetch.
    is_closed: Cell<bool>,
    waiters: RefCell<SmallVec<[Waker; 1]>>,
}

impl Source {
    /// Ready at first, as far as anybody knows: the first operation finds out, without waiting for
    /// the first event.
    fn new(fd: RawFd, identity: Identity) -> Self {
        let line = || Line {
            is_ready: Cell::new(true),
            is_closed: Cell::new(false),
            waiters: RefCell::default(),
        };
        Source { directions: [line(), line()], fd, identity: RefCell::new(identity) }
    }

    fn mark(&self, event: &Event, wakers: &mut Vec<Waker>) {
        let is_broken = event.is_error();
        let read_closed = event.is_read_closed() || is_broken;
        let write_closed = event.is_write_closed() || is_broken;
        for (direction, is_ready, is_closed) in [
            (Direction::Read, event.is_readable() || read_closed, read_closed),
            (Direction::Write, event.is_writable() || write_closed, write_closed),
        ] {
            let line = &self.directions[direction as usize];
            if is_closed {
                line.is_closed.set(true);
            }
            if is_ready {
                line.is_ready.set(true);
                self.take_waiters(direction, wakers);
            }
        }
    }

    fn take_waiters(&self, direction: Direction, wakers: &mut Vec<Waker>) {
        wakers.extend(self.directions[direction as usize].waiters.borrow_mut().drain(..));
    }

    pub(super) fn is_ready(&self, direction: Direction) -> bool {
        self.directions[direction as usize].is_ready.get()
    }

    /// An operation said `WouldBlock`: the next edge will be reported.
    pub(super) fn clear(&self, direction: Direction) {
        self.directions[direction as usize].is_ready.set(false);
    }

    /// An operation moved less than was asked of it, so the next one would say `WouldBlock`, and
    /// is spared. Not if the direction is closed: there was an edge for that, and no second one
    /// will tell of the end of the stream.
    pub(super) fn clear_unless_closed(&self, direction: Direction) {
        let line = &self.directions[direction as usize];
        if !line.is_closed.get() {
            line.is_ready.set(false);
        }
    }

    /// Waits until an operation is worth trying. Any number of tasks may wait for one direction.
    pub(super) fn poll_ready(&self, direction: Direction, cx: &Context<'_>) -> Poll<()> {
        let line = &self.directions[direction as usize];
        if line.is_ready.get() {
            return Poll::Ready(());
        }
        let mut waiters = line.waiters.borrow_mut();
        if !waiters.iter().any(|waiter| waiter.will_wake(cx.waker())) {
            waiters.push(cx.waker().clone());
        }
        Poll::Pending
    }

    /// From now on it is something else: a connection that is made, for instance.
    pub(super) fn set_identity(&self, identity: Identity) {
        *self.identity.borrow_mut() = identity;
    }

    fn describe(&self, token: usize) -> Descriptor {
        let [read, write] = &self.directions;
        Descriptor {
            fd: self.fd,
            identity: self.identity.borrow().clone(),
            token,
            is_readable: read.is_ready.get(),
            is_writable: write.is_ready.get(),
            readers: read.waiters.borrow().len(),
            writers: write.waiters.borrow().len(),
        }
    }

    fn is_awaited(&self) -> bool {
        self.directions.iter().any(|line| !line.waiters.borrow().is_empty())
    }
}
