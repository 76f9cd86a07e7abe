//! What connected sockets have in common, whatever their family: they are [streams](Stream).
//!
//! A small read asks for more than is wanted, into a buffer that all sockets share: if the socket gives
//! less than that, it is empty, and the system call that would only say so is spared. What came beyond
//! what was wanted is kept for the next read.

use std::cell::{Cell, RefCell};
use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::net::Shutdown;
use std::task::{Context, Poll};

use super::endpoint::Endpoint;
use super::read_mark::ReadMark;
use super::stream::Stream;
use crate::hub::reactor::Direction;

/// A connection through a socket of the system: what differs by the family.
pub(super) trait Connected: 'static {
    /// `mio`'s socket.
    type Socket: mio::event::Source;
    /// The socket, registered.
    fn endpoint(&self) -> &Endpoint<Self::Socket>;
    /// Its one reader.
    fn reader(&self) -> &ReadMark;
    /// What was read before it was asked for.
    fn left_over(&self) -> &LeftOver;
    /// The system's `shutdown`.
    fn close(&self, how: Shutdown) -> io::Result<()>;
    /// As [`Stream::peer`].
    fn peer_text(&self) -> String;
    /// As [`Stream::local`].
    fn local_text(&self) -> String;
}

/// How much more than is wanted is asked for; who wants as much gets what the socket has.
const SPARE: usize = 2048;

thread_local! {
    static SPARE_BUFFER: RefCell<[u8; SPARE]> = const { RefCell::new([0; SPARE]) };
}

/// Bytes of a socket that nobody has asked for yet: less than [`SPARE`] and one byte.
#[derive(Debug, Default)]
pub(super) struct LeftOver {
    bytes: RefCell<Vec<u8>>,
    /// How many of them have been given out.
    given: Cell<usize>,
}

impl LeftOver {
    fn is_empty(&self) -> bool {
        self.bytes.borrow().is_empty()
    }

    fn keep(&self, bytes: &[u8]) {
        self.bytes.borrow_mut().extend_from_slice(bytes);
    }

    /// Gives out as many as fit. The memory goes with the last: an idle connection owns none.
    fn take(&self, into: &mut [u8]) -> usize {
        let mut bytes = self.bytes.borrow_mut();
        let rest = &bytes[self.given.get()..];
        let n = rest.len().min(into.len());
        into[..n].copy_from_slice(&rest[..n]);
        if n == rest.len() {
            self.given.set(0);
            *bytes = Vec::new();
        } else {
            self.given.set(self.given.get() + n);
        }
        n
    }
}

/// That the peer was faster is no error.
fn closed(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(()),
        result => result,
    }
}

impl<C: Connected> Stream for C
where
    for<'a> &'a C::Socket: Read + Write,
{
    fn poll_read(&self, cx: &mut Context<'_>, bytes: &mut [u8]) -> Poll<io::Result<usize>> {
        if !self.left_over().is_empty() {
            return Poll::Ready(Ok(self.left_over().take(bytes)));
        }
        self.endpoint().poll_attempt(Direction::Read, cx, |_| self.try_read(bytes))
    }

    fn poll_write(&self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.endpoint().poll_attempt(Direction::Write, cx, |_| self.try_write(bytes))
    }

    fn try_read(&self, bytes: &mut [u8]) -> io::Result<usize> {
        if !self.left_over().is_empty() {
            return Ok(self.left_over().take(bytes));
        }
        let wanted = bytes.len();
        if wanted == 0 || wanted >= SPARE {
            return self
                .endpoint()
                .transfer(Direction::Read, wanted, |mut socket| socket.read(bytes));
        }
        SPARE_BUFFER.with_borrow_mut(|spare| {
            let n = self.endpoint().transfer(Direction::Read, wanted + SPARE, |mut socket| {
                socket.read_vectored(&mut [IoSliceMut::new(bytes), IoSliceMut::new(spare)])
            })?;
            if n > wanted {
                self.left_over().keep(&spare[..n - wanted]);
            }
            Ok(n.min(wanted))
        })
    }

    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        let wanted = bytes.len();
        self.endpoint().transfer(Direction::Write, wanted, |mut socket| socket.write(bytes))
    }

    fn try_write_vectored(&self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        let wanted = pieces.iter().map(|piece| piece.len()).sum();
        let write = |mut socket: &C::Socket| socket.write_vectored(pieces);
        self.endpoint().transfer(Direction::Write, wanted, write)
    }

    fn poll_readable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.left_over().is_empty() {
            return Poll::Ready(Ok(()));
        }
        self.endpoint().poll_ready(Direction::Read, cx).map(Ok)
    }

    fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.endpoint().poll_ready(Direction::Write, cx).map(Ok)
    }

    fn shutdown_write(&self) -> io::Result<()> {
        closed(self.close(Shutdown::Write))
    }

    fn shutdown(&self) -> io::Result<()> {
        closed(self.close(Shutdown::Both))
    }

    fn peer(&self) -> String {
        self.peer_text()
    }

    fn local(&self) -> String {
        self.local_text()
    }

    fn read_mark(&self) -> Option<&ReadMark> {
        Some(self.reader())
    }
}
