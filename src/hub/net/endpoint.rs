//! A socket of the hub: registered once, tried when it is ready, deregistered when it is dropped.

use std::io;
use std::os::fd::AsRawFd;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use crate::hub::executor::Handle;
use crate::hub::identity::Identity;
use crate::hub::reactor::{Direction, Source};

/// A `mio` socket and its readiness.
pub(in crate::hub) struct Endpoint<S: mio::event::Source> {
    socket: S,
    source: Rc<Source>,
    key: usize,
    hub: Handle,
}

impl<S: mio::event::Source> Endpoint<S> {
    /// Registers `socket` with `hub`.
    pub(in crate::hub) fn new(hub: Handle, mut socket: S, identity: Identity) -> io::Result<Self>
    where
        S: AsRawFd,
    {
        let (key, source) = hub.reactor().register(&mut socket, identity)?;
        Ok(Endpoint { socket, source, key, hub })
    }

    /// What the list of descriptors calls it from now on.
    pub(super) fn set_identity(&self, identity: Identity) {
        self.source.set_identity(identity);
    }

    pub(super) fn hub(&self) -> &Handle {
        &self.hub
    }

    pub(super) fn socket(&self) -> &S {
        &self.socket
    }

    /// Tries `operation` if there is a chance that it succeeds. `WouldBlock` means that
    /// [`poll_ready`](Self::poll_ready) will wait for the next chance.
    pub(in crate::hub) fn attempt<R>(
        &self,
        direction: Direction,
        mut operation: impl FnMut(&S) -> io::Result<R>,
    ) -> io::Result<R> {
        if !self.source.is_ready(direction) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        loop {
            match operation(&self.socket) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.source.clear(direction);
                    return Err(error);
                }
                result => return result,
            }
        }
    }

    /// As [`attempt`](Self::attempt), for a stream operation that was asked to move `wanted` bytes
    /// and says how many it moved.
    pub(super) fn transfer(
        &self,
        direction: Direction,
        wanted: usize,
        operation: impl FnMut(&S) -> io::Result<usize>,
    ) -> io::Result<usize> {
        let moved = self.attempt(direction, operation)?;
        if 0 < moved && moved < wanted {
            self.source.clear_unless_closed(direction);
        }
        Ok(moved)
    }

    /// Waits until an operation is worth trying.
    pub(super) fn poll_ready(&self, direction: Direction, cx: &Context<'_>) -> Poll<()> {
        self.source.poll_ready(direction, cx)
    }

    /// An operation said `WouldBlock` in its own words.
    pub(super) fn clear(&self, direction: Direction) {
        self.source.clear(direction);
    }

    /// Repeats `attempt`, waiting in between, until it says something other than `WouldBlock`.
    pub(in crate::hub) fn poll_attempt<R>(
        &self,
        direction: Direction,
        cx: &Context<'_>,
        mut attempt: impl FnMut(&Self) -> io::Result<R>,
    ) -> Poll<io::Result<R>> {
        loop {
            ready!(self.poll_ready(direction, cx));
            match attempt(self) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                result => return Poll::Ready(result),
            }
        }
    }
}

impl<S: mio::event::Source> Drop for Endpoint<S> {
    fn drop(&mut self) {
        self.hub.reactor().deregister(self.key, &mut self.socket);
    }
}
