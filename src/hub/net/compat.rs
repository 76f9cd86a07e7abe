//! The traits of `futures-io`, so that crates that know no runtime work on our streams.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use futures_io::{AsyncRead, AsyncWrite};

use super::read_mark::{Reads, poll_unclaimed};
use super::stream::Stream;

/// Any [`Stream`] as `futures_io::AsyncRead` and `AsyncWrite`: for `futures-lite`, `futures-util`,
/// `async-tungstenite` and whoever else asks for these. A counted reference; clones are the same
/// stream, for a reader and a writer, say.
///
/// One reader at a time, here too: while a read of one waits, a read of another is a `ResourceBusy`.
/// These traits do not say when a read was given up, so it waits until this one reads again or is
/// dropped. (Of a reference to a stream, `&TcpStream`, not even the drop is known: its reads are
/// refused while somebody waits, but are in nobody's way.)
///
/// # Example: `futures-lite` on a pipe
///
/// ```
/// use std::rc::Rc;
/// use futures_lite::{AsyncBufReadExt, AsyncWriteExt, StreamExt, io::BufReader};
/// use ryu_sdn::{clock::Clock, hub::Hub, hub::net::{self, AsyncStream}};
///
/// Hub::new(Clock::test()).unwrap().block_on(async {
///     let (ours, theirs) = net::pipe(8);
///     let (ours, mut theirs) = (AsyncStream::new(Rc::new(ours)), AsyncStream::new(Rc::new(theirs)));
///     let mut lines = BufReader::new(ours).lines();
///     theirs.write_all(b"a\nb\n").await?;
///     theirs.close().await?;
///     assert_eq!(lines.next().await.unwrap()?, "a");
///     assert_eq!(lines.next().await.unwrap()?, "b");
///     assert!(lines.next().await.is_none());
///     Ok::<_, std::io::Error>(())
/// }).unwrap();
/// ```
pub struct AsyncStream {
    stream: Rc<dyn Stream>,
    reads: Reads,
}

impl AsyncStream {
    /// Wraps `stream`.
    pub fn new(stream: Rc<dyn Stream>) -> AsyncStream {
        AsyncStream { stream, reads: Reads::default() }
    }

    /// The stream itself.
    pub fn into_inner(self) -> Rc<dyn Stream> {
        Rc::clone(&self.stream)
    }
}

impl Clone for AsyncStream {
    fn clone(&self) -> Self {
        AsyncStream::new(Rc::clone(&self.stream))
    }
}

impl Drop for AsyncStream {
    fn drop(&mut self) {
        self.reads.give_up(self.stream.read_mark());
    }
}

impl std::fmt::Debug for AsyncStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AsyncStream({} to {})", self.stream.local(), self.stream.peer())
    }
}

impl AsyncRead for AsyncStream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let stream = &*self.stream;
        self.reads.poll(stream.read_mark(), || stream.poll_read(cx, bytes))
    }
}

impl AsyncWrite for AsyncStream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.stream.poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        poll_vectored(&*self.stream, cx, pieces)
    }

    /// What is written is on its way already.
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    /// Nothing more will be written; reading goes on.
    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.stream.shutdown_write())
    }
}

fn poll_vectored(
    stream: &dyn Stream,
    cx: &mut Context<'_>,
    pieces: &[IoSlice<'_>],
) -> Poll<io::Result<usize>> {
    loop {
        match stream.try_write_vectored(pieces) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            result => return Poll::Ready(result),
        }
        if stream.poll_writable(cx)?.is_pending() {
            return Poll::Pending;
        }
    }
}

/// The same for the streams themselves, by value and by reference.
macro_rules! futures_io {
    ($($stream:ty),*) => { $(
        impl AsyncRead for $stream {
            fn poll_read(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                bytes: &mut [u8],
            ) -> Poll<io::Result<usize>> {
                poll_unclaimed(self.read_mark(), || Stream::poll_read(&*self, cx, bytes))
            }
        }

        impl AsyncRead for &$stream {
            fn poll_read(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                bytes: &mut [u8],
            ) -> Poll<io::Result<usize>> {
                poll_unclaimed(self.read_mark(), || Stream::poll_read(*self, cx, bytes))
            }
        }

        impl AsyncWrite for $stream {
            fn poll_write(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                bytes: &[u8],
            ) -> Poll<io::Result<usize>> {
                Stream::poll_write(&*self, cx, bytes)
            }

            fn poll_write_vectored(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                pieces: &[IoSlice<'_>],
            ) -> Poll<io::Result<usize>> {
                poll_vectored(&*self, cx, pieces)
            }

            fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
                Poll::Ready(Ok(()))
            }

            fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
                Poll::Ready(self.shutdown_write())
            }
        }

        impl AsyncWrite for &$stream {
            fn poll_write(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                bytes: &[u8],
            ) -> Poll<io::Result<usize>> {
                Stream::poll_write(*self, cx, bytes)
            }

            fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
                Poll::Ready(Ok(()))
            }

            fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
                Poll::Ready(self.shutdown_write())
            }
        }
    )* };
}

futures_io!(super::TcpStream, super::UnixStream, super::Socket, super::Pipe);
