//! A hub stream as hyper wants it: hyper's `rt::Read` and `rt::Write` over a [`Stream`].

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::rt::{Read, ReadBufCursor, Write};

use crate::hub::net::Stream;
use crate::hub::{self, Sleep};

use super::seat::Seat;

/// How many bytes are read at once: hyper's own first buffer.
pub(super) const READ_SIZE: usize = 8 << 10;

/// A connection in two halves: where hyper reads (the stream, or the gate before it) and where it
/// writes.
pub(super) struct Io<R> {
    input: R,
    output: Output,
}

impl<R> Io<R> {
    pub(super) fn new(input: R, output: Output) -> Self {
        Io { input, output }
    }

    pub(super) fn into_input(self) -> R {
        self.input
    }
}

impl<R: Read + Unpin> Read for Io<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.input).poll_read(cx, into)
    }
}

impl<R: Unpin> Write for Io<R> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.output.poll_write(cx, &[IoSlice::new(bytes)])
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.output.stream.shutdown_write())
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.output.poll_write(cx, pieces)
    }
}

/// The stream itself, to read from.
pub(super) struct Plain(pub(super) Rc<dyn Stream>);

impl Read for Plain {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut into: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let mut bytes = [0; READ_SIZE];
        let wanted = into.remaining().min(READ_SIZE);
        let read = ready!(self.0.poll_read(cx, &mut bytes[..wanted]))?;
        into.put_slice(&bytes[..read]);
        Poll::Ready(Ok(()))
    }
}

/// Where hyper writes: gives up on a peer that takes nothing for too long.
pub(super) struct Output {
    stream: Rc<dyn Stream>,
    timeout: Duration,
    /// Runs while the peer takes nothing.
    stalled: Option<Sleep>,
    seat: Option<Rc<Seat>>,
}

impl Output {
    pub(super) fn new(stream: Rc<dyn Stream>, timeout: Duration) -> Self {
        Output { stream, timeout, stalled: None, seat: None }
    }

    /// Notes on `seat` whether something waits to be written.
    pub(super) fn noting(self, seat: Rc<Seat>) -> Self {
        Output { seat: Some(seat), ..self }
    }

    fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = self.poll_write_or_stall(cx, pieces);
        if result.is_ready() {
            self.stalled = None;
        }
        if let Some(seat) = &self.seat {
            seat.set_stalled(result.is_pending(), hub::now());
        }
        result
    }

    fn poll_write_or_stall(
        &mut self,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        loop {
            match self.stream.try_write_vectored(pieces) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                result => return Poll::Ready(result),
            }
            if self.stream.poll_writable(cx)?.is_pending() {
                break;
            }
        }
        let stalled = self.stalled.get_or_insert_with(|| hub::sleep(self.timeout));
        ready!(Pin::new(stalled).poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}
