//! Connecting to any kind of address, and to hosts by name.

use std::future::{Future, poll_fn};
use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use super::address::Address;
use super::dns::resolve;
use super::read_mark::ReadMark;
use super::stream::Stream;
use super::tcp::TcpStream;
use super::unix::UnixStream;
use crate::hub::{self, Sleep};

/// A connection of either kind: what [`connect`] returns and a
/// [`Listener`](super::Listener) accepts.
#[derive(Debug)]
pub enum Socket {
    /// TCP.
    Tcp(TcpStream),
    /// A Unix socket.
    Unix(UnixStream),
}

/// Until the next address of a host is tried beside the last one (RFC 8305 section 5).
pub const CONNECT_STAGGER: Duration = Duration::from_millis(250);

/// So many addresses of a host are tried.
const ATTEMPTS_MAX: usize = 16;

/// Connects to `address`. A host is looked up without keeping anybody else waiting (see
/// [`Resolver`](super::Resolver)), and its addresses are tried one after the other, IPv6 and IPv4
/// by turns: the next one as soon as one fails, or after [`CONNECT_STAGGER`] beside it; the first
/// that answers is it. Cancel-safe. There is no limit on the time but the system's; use
/// [`hub::timeout`](crate::hub::timeout).
///
/// # Errors
///
/// What the system says of the last address, with that address before it; what the look-up says
/// (`NotFound`, `TimedOut`).
///
/// # Panics
///
/// Outside a hub.
///
/// ```
/// use ryu_sdn::{clock::Clock, hub::Hub};
/// use ryu_sdn::hub::net::{self, Hosts, Resolver, ResolverConfig};
///
/// Hub::new(Clock::real())?.block_on(async {
///     let listener = net::listen(([127, 0, 0, 1], 0))?;
///     let port = listener.local_addr().port().unwrap();
///     // Of the two addresses of this name, nobody listens at the first.
///     let hosts = Hosts::from_text("::1 twofold\n127.0.0.1 twofold");
///     net::set_resolver(Resolver::new(ResolverConfig { hosts, ..ResolverConfig::default() }));
///     let socket = net::connect(("twofold", port)).await?;
///     drop(socket);
///     let error = net::connect(("no name", port)).await.unwrap_err();
///     assert_eq!(error.to_string(), "\"no name\" cannot be the name of a host");
///     Ok::<_, std::io::Error>(())
/// })?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub async fn connect(address: impl Into<Address>) -> io::Result<Socket> {
    match address.into() {
        Address::Ip(address) => Ok(Socket::Tcp(TcpStream::connect(address).await?)),
        Address::Unix(path) => Ok(Socket::Unix(UnixStream::connect(path).await?)),
        Address::Host(host, port) => {
            let found = resolve(&host).await?;
            let addresses: Vec<_> = found.into_iter().map(|ip| (ip, port).into()).collect();
            Ok(Socket::Tcp(connect_any(&addresses).await?))
        }
    }
}

/// Connects to the first of `addresses` that answers, as [`connect`] does with those of a host.
///
/// # Errors
///
/// Of the last one that failed; `NotFound` if there is none.
///
/// # Panics
///
/// Outside a hub.
pub async fn connect_any(addresses: &[SocketAddr]) -> io::Result<TcpStream> {
    let mut waiting = addresses.iter().copied().take(ATTEMPTS_MAX);
    let mut attempts: Vec<Attempt> = Vec::new();
    let mut stagger: Option<Sleep> = None;
    let mut error = io::Error::new(io::ErrorKind::NotFound, "there is no address");
    poll_fn(move |cx| {
        loop {
            let mut at = 0;
            while let Some(attempt) = attempts.get_mut(at) {
                match attempt.future.as_mut().poll(cx) {
                    Poll::Ready(Ok(stream)) => return Poll::Ready(Ok(stream)),
                    Poll::Ready(Err(cause)) => {
                        error = io::Error::new(cause.kind(), format!("{}: {cause}", attempt.to));
                        drop(attempts.remove(at));
                        // No reason to wait for the next one.
                        stagger = None;
                    }
                    Poll::Pending => at += 1,
                }
            }
            if let Some(wait) = &mut stagger
                && Pin::new(wait).poll(cx).is_pending()
            {
                return Poll::Pending;
            }
            let Some(to) = waiting.next() else {
                stagger = None;
                if attempts.is_empty() {
                    let none = io::Error::from(io::ErrorKind::NotFound);
                    return Poll::Ready(Err(std::mem::replace(&mut error, none)));
                }
                return Poll::Pending;
            };
            attempts.push(Attempt { to, future: Box::pin(TcpStream::connect(to)) });
            stagger = Some(hub::sleep(CONNECT_STAGGER));
        }
    })
    .await
}

struct Attempt {
    to: SocketAddr,
    future: Pin<Box<dyn Future<Output = io::Result<TcpStream>>>>,
}

impl Socket {
    fn inner(&self) -> &dyn Stream {
        match self {
            Socket::Tcp(stream) => stream,
            Socket::Unix(stream) => stream,
        }
    }
}

impl Stream for Socket {
    fn poll_read(&self, cx: &mut Context<'_>, bytes: &mut [u8]) -> Poll<io::Result<usize>> {
        self.inner().poll_read(cx, bytes)
    }

    fn poll_write(&self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.inner().poll_write(cx, bytes)
    }

    fn try_read(&self, bytes: &mut [u8]) -> io::Result<usize> {
        self.inner().try_read(bytes)
    }

    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        self.inner().try_write(bytes)
    }

    fn try_write_vectored(&self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        self.inner().try_write_vectored(pieces)
    }

    fn poll_readable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.inner().poll_readable(cx)
    }

    fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.inner().poll_writable(cx)
    }

    fn shutdown_write(&self) -> io::Result<()> {
        self.inner().shutdown_write()
    }

    fn shutdown(&self) -> io::Result<()> {
        self.inner().shutdown()
    }

    fn peer(&self) -> String {
        self.inner().peer()
    }

    fn local(&self) -> String {
        self.inner().local()
    }

    fn read_mark(&self) -> Option<&ReadMark> {
        self.inner().read_mark()
    }
}
