//! A connection that carries bytes both ways, whatever it is made of.

use std::future::{Future, poll_fn};
use std::io::{self, IoSlice};
use std::task::{Context, Poll};

use super::read_mark::{Claim, ReadMark};

/// A byte stream to a peer: a [`TcpStream`](super::TcpStream), a [`Pipe`](super::Pipe), or what
/// wraps one of them.
///
/// The `try_` methods do not wait; after one has said `WouldBlock`, the `poll_` method of the same
/// direction waits until it is worth trying again.
///
/// Any number of tasks may wait to write. **One at a time reads**: a second task that awaits
/// [`read`](StreamExt::read), [`read_exact`](StreamExt::read_exact) or
/// [`readable`](StreamExt::readable) while another does gets a `ResourceBusy`, for each of the two
/// would get some of the bytes. So does one that reads through [`AsyncStream`](super::AsyncStream).
/// (The `poll_` methods are for who makes a stream or owns it alone: they cannot know when a wait was
/// given up, and do not look.)
///
/// ```
/// use std::{io::ErrorKind, rc::Rc};
/// use ryu_sdn::{clock::Clock, hub::{self, Hub}, hub::net::{self, StreamExt}};
///
/// Hub::new(Clock::test()).unwrap().block_on(async {
///     let (ours, theirs) = net::pipe(16);
///     let ours = Rc::new(ours);
///     let first = Rc::clone(&ours);
///     let first = hub::spawn("first", async move { first.read(&mut [0; 8]).await });
///     hub::yield_now().await;
///     let second = ours.read(&mut [0; 8]).await.unwrap_err();
///     assert_eq!(second.kind(), ErrorKind::ResourceBusy);
///     theirs.write_all(b"hi").await.unwrap();
///     assert_eq!(first.await.unwrap().unwrap(), 2);
/// });
/// ```
///
/// Made into a trait object where the kind does not matter: `Rc<dyn Stream>`. The `async` methods
/// are in [`StreamExt`].
pub trait Stream: 'static {
    /// Reads into `bytes`, waiting for the first byte; 0 means that the peer has finished writing
    /// (or that `bytes` is empty).
    ///
    /// # Errors
    ///
    /// What the connection died of: `ConnectionReset`, `TimedOut` ... The same is true of the other
    /// operations, with `BrokenPipe` for writing to a peer that has gone.
    fn poll_read(&self, cx: &mut Context<'_>, bytes: &mut [u8]) -> Poll<io::Result<usize>>;

    /// Writes as much of `bytes` as there is room for, waiting for room for one byte.
    fn poll_write(&self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>>;

    /// Reads what is there. `WouldBlock` if nothing is.
    fn try_read(&self, bytes: &mut [u8]) -> io::Result<usize>;

    /// Writes what there is room for. `WouldBlock` if there is none.
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize>;

    /// As [`try_write`](Stream::try_write), from several pieces in one go.
    fn try_write_vectored(&self, pieces: &[IoSlice<'_>]) -> io::Result<usize>;

    /// Waits until [`try_read`](Stream::try_read) is worth trying: there is something to read, or
    /// the end of the stream, or an error to fetch.
    fn poll_readable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Waits until [`try_write`](Stream::try_write) is worth trying.
    fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Tells the peer that nothing more will be written; reading goes on.
    fn shutdown_write(&self) -> io::Result<()>;

    /// Ends both directions now; who waits on this stream is woken.
    fn shutdown(&self) -> io::Result<()>;

    /// The other end, for the log: `127.0.0.1:41822`, `[::1]:5`, `mem:3`.
    fn peer(&self) -> String;

    /// This end, in the same form.
    fn local(&self) -> String;

    /// The mark of whoever waits to read; `None` where anybody may.
    fn read_mark(&self) -> Option<&ReadMark> {
        None
    }
}

/// The operations of a [`Stream`] that are awaited.
pub trait StreamExt: Stream {
    /// Reads at least one byte into `bytes` and returns how many; 0 is the end of the stream.
    /// Cancel-safe: a dropped read has read nothing.
    ///
    /// # Errors
    ///
    /// `ResourceBusy` if another task reads, see [`Stream`]; else those of the stream.
    fn read(&self, bytes: &mut [u8]) -> impl Future<Output = io::Result<usize>> {
        let mut claim = Claim::new(self.read_mark());
        poll_fn(move |cx| claim.poll(|| self.poll_read(cx, bytes)))
    }

    /// Fills `bytes`. Not cancel-safe: what was read is lost with the future.
    ///
    /// # Errors
    ///
    /// `UnexpectedEof` if the stream ends before.
    fn read_exact(&self, bytes: &mut [u8]) -> impl Future<Output = io::Result<()>> {
        async move {
            let mut filled = 0;
            while filled < bytes.len() {
                match self.read(&mut bytes[filled..]).await? {
                    0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                    n => filled += n,
                }
            }
            Ok(())
        }
    }

    /// Writes some of `bytes`, at least one, and returns how many. Cancel-safe.
    fn write(&self, bytes: &[u8]) -> impl Future<Output = io::Result<usize>> {
        poll_fn(|cx| self.poll_write(cx, bytes))
    }

    /// Writes all of `bytes`. Not cancel-safe: some may have been written.
    fn write_all(&self, mut bytes: &[u8]) -> impl Future<Output = io::Result<()>> {
        async move {
            while !bytes.is_empty() {
                match self.write(bytes).await? {
                    0 => return Err(io::ErrorKind::WriteZero.into()),
                    n => bytes = &bytes[n..],
                }
            }
            Ok(())
        }
    }

    /// Waits until [`try_read`](Stream::try_read) is worth trying. Cancel-safe.
    ///
    /// # Errors
    ///
    /// As for [`read`](StreamExt::read).
    fn readable(&self) -> impl Future<Output = io::Result<()>> {
        let mut claim = Claim::new(self.read_mark());
        poll_fn(move |cx| claim.poll(|| self.poll_readable(cx)))
    }

    /// Waits until [`try_write`](Stream::try_write) is worth trying. Cancel-safe.
    fn writable(&self) -> impl Future<Output = io::Result<()>> {
        poll_fn(|cx| self.poll_writable(cx))
    }
}

impl<S: Stream + ?Sized> StreamExt for S {}
