//! UDP: datagrams, to and from anybody.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll};

use socket2::{Protocol, Type};

use super::endpoint::Endpoint;
use super::read_mark::{Claim, ReadMark};
use super::tcp::v6_only;
use crate::hub::current;
use crate::hub::executor::Handle;
use crate::hub::identity::Identity;
use crate::hub::reactor::Direction;

/// A socket for datagrams.
///
/// ```
/// use ryu_sdn::{clock::Clock, hub::Hub, hub::net::UdpSocket};
///
/// let hub = Hub::new(Clock::real())?;
/// hub.block_on(async {
///     let here = UdpSocket::bind("127.0.0.1:0".parse().unwrap())?;
///     let there = UdpSocket::bind("127.0.0.1:0".parse().unwrap())?;
///     here.send_to(b"hi", there.local_addr()).await?;
///     let mut bytes = [0; 1500];
///     assert_eq!(there.recv_from(&mut bytes).await?, (2, here.local_addr()));
///     Ok::<_, std::io::Error>(())
/// })?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct UdpSocket {
    endpoint: Endpoint<mio::net::UdpSocket>,
    address: SocketAddr,
    reader: ReadMark,
}

impl UdpSocket {
    /// Binds to `address`; port 0 lets the system choose one.
    ///
    /// # Errors
    ///
    /// What the system says: `AddrInUse`, `PermissionDenied`, `AddrNotAvailable` ...
    ///
    /// # Panics
    ///
    /// Outside a hub.
    #[track_caller]
    pub fn bind(address: SocketAddr) -> io::Result<UdpSocket> {
        let hub = current();
        UdpSocket::from_mio(hub, mio::net::UdpSocket::bind(address)?)
    }

    /// As [`bind`](Self::bind), on an IPv6 address that leaves IPv4 alone: `[::]` beside `0.0.0.0`.
    #[track_caller]
    pub fn bind_v6_only(address: SocketAddr) -> io::Result<UdpSocket> {
        let hub = current();
        let socket = v6_only(address, Type::DGRAM, Protocol::UDP)?;
        UdpSocket::from_mio(hub, mio::net::UdpSocket::from_std(socket.into()))
    }

    fn from_mio(hub: Handle, socket: mio::net::UdpSocket) -> io::Result<UdpSocket> {
        let address = socket.local_addr()?;
        let identity = Identity::Udp { local: address, peer: None };
        let endpoint = Endpoint::new(hub, socket, identity)?;
        Ok(UdpSocket { endpoint, address, reader: ReadMark::default() })
    }

    /// Waits for a datagram; returns how many bytes of it fit into `bytes` (the rest is lost) and
    /// who sent it. Cancel-safe.
    ///
    /// # Errors
    ///
    /// `ConnectionRefused`, for instance, when an earlier datagram reached no one. `ResourceBusy` if
    /// another task waits for a datagram of this socket.
    pub async fn recv_from(&self, bytes: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        let mut claim = Claim::new(Some(&self.reader));
        poll_fn(|cx| {
            claim.poll(|| {
                self.endpoint.poll_attempt(Direction::Read, cx, |endpoint| {
                    endpoint.attempt(Direction::Read, |socket| socket.recv_from(bytes))
                })
            })
        })
        .await
    }

    /// Talks to `peer` alone from now on: [`send`](Self::send) goes there, what others send is not
    /// received, and a `peer` that is not there is an error of the next operation.
    ///
    /// # Errors
    ///
    /// What the system says: `NetworkUnreachable` ...
    ///
    /// ```
    /// use ryu_sdn::{clock::Clock, hub::Hub, hub::net::UdpSocket};
    ///
    /// Hub::new(Clock::real())?.block_on(async {
    ///     let here = UdpSocket::bind("127.0.0.1:0".parse().unwrap())?;
    ///     let there = UdpSocket::bind("127.0.0.1:0".parse().unwrap())?;
    ///     let stranger = UdpSocket::bind("127.0.0.1:0".parse().unwrap())?;
    ///     here.connect(there.local_addr())?;
    ///     stranger.send_to(b"spam", here.local_addr()).await?;
    ///     there.send_to(b"news", here.local_addr()).await?;
    ///     let mut bytes = [0; 16];
    ///     let (n, from) = here.recv_from(&mut bytes).await?;
    ///     assert_eq!((&bytes[..n], from), (&b"news"[..], there.local_addr()));
    ///     Ok::<_, std::io::Error>(())
    /// })?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn connect(&self, peer: SocketAddr) -> io::Result<()> {
        self.endpoint.socket().connect(peer)?;
        // Bound to any address, it has one now.
        let local = self.endpoint.socket().local_addr()?;
        self.endpoint.set_identity(Identity::Udp { local, peer: Some(peer) });
        Ok(())
    }

    /// Sends one datagram to the peer of [`connect`](Self::connect); as [`send_to`](Self::send_to).
    ///
    /// # Errors
    ///
    /// `NotConnected` without a peer; `ConnectionRefused` when an earlier datagram reached no one.
    pub async fn send(&self, bytes: &[u8]) -> io::Result<usize> {
        poll_fn(|cx| {
            self.endpoint.poll_attempt(Direction::Write, cx, |endpoint| {
                endpoint.attempt(Direction::Write, |socket| socket.send(bytes))
            })
        })
        .await
    }

    /// Sends one datagram, waiting for room in the socket's buffer. Cancel-safe: it is sent whole
    /// or not at all.
    ///
    /// # Errors
    ///
    /// What the system says: `NetworkUnreachable`, a datagram that is too long ...
    pub async fn send_to(&self, bytes: &[u8], to: SocketAddr) -> io::Result<usize> {
        poll_fn(|cx| {
            self.endpoint.poll_attempt(Direction::Write, cx, |endpoint| {
                endpoint.attempt(Direction::Write, |socket| socket.send_to(bytes, to))
            })
        })
        .await
    }

    /// Sends one datagram now. `WouldBlock` if there is no room for it in the socket's buffer.
    ///
    /// # Errors
    ///
    /// As for [`send_to`](Self::send_to).
    pub fn try_send_to(&self, bytes: &[u8], to: SocketAddr) -> io::Result<usize> {
        self.endpoint.attempt(Direction::Write, |socket| socket.send_to(bytes, to))
    }

    /// Waits until [`try_send_to`](Self::try_send_to) is worth trying. Any number of tasks may wait.
    pub fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.endpoint.poll_ready(Direction::Write, cx)
    }

    /// The address it is bound to.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }
}

impl fmt::Debug for UdpSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UdpSocket({})", self.address)
    }
}
