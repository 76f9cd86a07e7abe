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
        if !self.is_held && mark.0.get() {
            let text = "another task waits to read from here: one reader at a time";
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::ResourceBusy, text)));
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
