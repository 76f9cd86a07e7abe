//! What connected sockets have in common, whatever their family: they are [streams](Stream).

use std::io::{self, IoSlice, Read, Write};
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
    /// The system's `shutdown`.
    fn close(&self, how: Shutdown) -> io::Result<()>;
    /// As [`Stream::peer`].
    fn peer_text(&self) -> String;
    /// As [`Stream::local`].
    fn local_text(&self) -> String;
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
        self.endpoint().poll_attempt(Direction::Read, cx, |_| self.try_read(bytes))
    }

    fn poll_write(&self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.endpoint().poll_attempt(Direction::Write, cx, |_| self.try_write(bytes))
    }

    fn try_read(&self, bytes: &mut [u8]) -> io::Result<usize> {
        let wanted = bytes.len();
        self.endpoint().transfer(Direction::Read, wanted, |mut socket| socket.read(bytes))
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
