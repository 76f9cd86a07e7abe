//! One reader at a time: two tasks that wait for the same bytes would each get some of them.
//!
//! Whoever waits holds the mark of the socket; who comes meanwhile is told. A read that is dropped
//! gives the mark back, so giving up and reading again is no second reader.

use std::cell::Cell;
use std::io;
use std::task::Poll;

/// Whether a task waits to read from a socket; each socket has one, see
/// [`Stream::read_mark`](super::Stream::read_mark).
#[derive(Debug, Default)]
pub struct ReadMark(Cell<bool>);

impl ReadMark {
    /// The error of who comes second, if somebody waits.
    fn refuse(&self) -> io::Result<()> {
        if !self.0.get() {
            return Ok(());
        }
        let text = "another task waits to read from here: one reader at a time";
        Err(io::Error::new(io::ErrorKind::ResourceBusy, text))
    }
}

/// Polls a read on behalf of nobody in particular: refused while somebody waits, and not in anybody's
/// way itself, since nobody would say when it was given up.
pub(super) fn poll_unclaimed<R>(
    mark: Option<&ReadMark>,
    read: impl FnOnce() -> Poll<io::Result<R>>,
) -> Poll<io::Result<R>> {
    mark.map_or(Ok(()), ReadMark::refuse)?;
    read()
}

/// The reads of one holder, one after the other: the mark is held while one of them waits.
#[derive(Debug, Default)]
pub(super) struct Reads(Cell<bool>);

impl Reads {
    /// Polls a read unless somebody else's waits.
    pub(super) fn poll<R>(
        &self,
        mark: Option<&ReadMark>,
        read: impl FnOnce() -> Poll<io::Result<R>>,
    ) -> Poll<io::Result<R>> {
        let Some(mark) = mark else { return read() };
        if !self.0.get() {
            mark.refuse()?;
        }
        let polled = read();
        let waits = polled.is_pending();
        if self.0.replace(waits) || waits {
            mark.0.set(waits);
        }
        polled
    }

    /// Gives the mark back: the read that waits is given up.
    pub(super) fn give_up(&self, mark: Option<&ReadMark>) {
        if let (true, Some(mark)) = (self.0.take(), mark) {
            mark.0.set(false);
        }
    }
}

/// One read, from its first poll to its drop.
pub(super) struct Claim<'a> {
    mark: Option<&'a ReadMark>,
    is_held: bool,
}

impl<'a> Claim<'a> {
    /// Nothing is held yet: a read that need not wait never is in anybody's way.
    pub(super) fn new(mark: Option<&'a ReadMark>) -> Self {
        Claim { mark, is_held: false }
    }

    /// Polls the read unless another one waits.
    pub(super) fn poll<R>(
        &mut self,
        read: impl FnOnce() -> Poll<io::Result<R>>,
    ) -> Poll<io::Result<R>> {
        let Some(mark) = self.mark else { return read() };
        if !self.is_held {
            mark.refuse()?;
        }
        let polled = read();
        if polled.is_pending() {
            self.is_held = true;
            mark.0.set(true);
        }
        polled
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        if let (true, Some(mark)) = (self.is_held, self.mark) {
            mark.0.set(false);
        }
    }
}
