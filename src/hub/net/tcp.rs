//! TCP: streams, and the listener that accepts them.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::net::{Shutdown, SocketAddr};
use std::time::Duration;

use socket2::{Domain, Protocol, SockRef, Socket, TcpKeepalive, Type};

use super::acceptor::Acceptor;
use super::connected::{Connected, LeftOver};
use super::endpoint::Endpoint;
use super::read_mark::ReadMark;
use crate::hub::current;
use crate::hub::executor::Handle;
use crate::hub::identity::Identity;
use crate::hub::reactor::Direction;

/// A TCP connection. Small writes go out at once (`TCP_NODELAY`): the hub's users gather their
/// bytes themselves, and write once per turn. The system asks a silent peer whether it is still
/// there (`SO_KEEPALIVE`): after a minute, then every ten seconds, six times.
pub struct TcpStream {
    endpoint: Endpoint<mio::net::TcpStream>,
    peer: SocketAddr,
    local: SocketAddr,
    reader: ReadMark,
    left_over: LeftOver,
}

impl TcpStream {
    /// Connects to `address`; cancel-safe: dropping the wait closes the socket. There is no limit
    /// on the time but the system's; use [`hub::timeout`](crate::hub::timeout).
    ///
    /// # Errors
    ///
    /// What the system says: `ConnectionRefused`, `TimedOut`, `NetworkUnreachable` ...
    ///
    /// # Panics
    ///
    /// Outside a hub.
    pub async fn connect(address: SocketAddr) -> io::Result<TcpStream> {
        TcpStream::finish(mio::net::TcpStream::connect(address)?, address).await
    }

    /// As [`connect`](Self::connect), from an address of this machine: eventlet's `bind`. Port 0 lets
    /// the system choose one.
    ///
    /// # Errors
    ///
    /// As for [`connect`](Self::connect), and of the own address: `AddrInUse`, `AddrNotAvailable`.
    ///
    /// # Panics
    ///
    /// Outside a hub.
    ///
    /// ```
    /// use ryu_sdn::{clock::Clock, hub::Hub, hub::net::{TcpListener, TcpStream}};
    ///
    /// Hub::new(Clock::real())?.block_on(async {
    ///     let listener = TcpListener::bind(([127, 0, 0, 1], 0).into())?;
    ///     let local = ([127, 0, 0, 2], 0).into();
    ///     let client = TcpStream::connect_from(listener.local_addr(), local).await?;
    ///     let (_server, from) = listener.accept().await;
    ///     assert_eq!((from, from.ip()), (client.local_addr(), [127, 0, 0, 2].into()));
    ///     Ok::<_, std::io::Error>(())
    /// })?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub async fn connect_from(address: SocketAddr, local: SocketAddr) -> io::Result<TcpStream> {
        /// It is under way.
        const EINPROGRESS: i32 = 115;
        let domain = Domain::for_address(address);
        let socket = Socket::new(domain, Type::STREAM, Some(Protocol::TCP))?;
        socket.set_nonblocking(true)?;
        socket.bind(&local.into())?;
        match socket.connect(&address.into()) {
            Err(error) if error.raw_os_error() != Some(EINPROGRESS) => return Err(error),
            _ => {}
        }
        TcpStream::finish(mio::net::TcpStream::from_std(socket.into()), address).await
    }

    /// Waits until the connection is made.
    async fn finish(socket: mio::net::TcpStream, address: SocketAddr) -> io::Result<TcpStream> {
        let identity = Identity::Tcp { local: None, peer: address };
        let endpoint = Endpoint::new(current(), socket, identity)?;
        poll_fn(|cx| {
            endpoint.poll_attempt(Direction::Write, cx, |endpoint| {
                if let Some(error) = endpoint.socket().take_error()? {
                    return Err(error);
                }
                match endpoint.socket().peer_addr() {
                    // Not connected yet, and no error either: the readiness was a guess.
                    Err(error) if error.kind() == io::ErrorKind::NotConnected => {
                        endpoint.clear(Direction::Write);
                        Err(io::ErrorKind::WouldBlock.into())
                    }
                    result => result.map(drop),
                }
            })
        })
        .await?;
        TcpStream::new(endpoint, address)
    }

    fn new(endpoint: Endpoint<mio::net::TcpStream>, peer: SocketAddr) -> io::Result<TcpStream> {
        endpoint.socket().set_nodelay(true)?;
        SockRef::from(endpoint.socket()).set_tcp_keepalive(&KEEPALIVE)?;
        let local = endpoint.socket().local_addr()?;
        endpoint.set_identity(Identity::Tcp { local: Some(local), peer });
        Ok(TcpStream {
            endpoint,
            peer,
            local,
            reader: ReadMark::default(),
            left_over: LeftOver::default(),
        })
    }

    /// The address of the other end.
    pub fn peer_addr(&self) -> SocketAddr {
        self.peer
    }

    /// The address of this end.
    pub fn local_addr(&self) -> SocketAddr {
        self.local
    }
}

impl Connected for TcpStream {
    type Socket = mio::net::TcpStream;

    fn endpoint(&self) -> &Endpoint<mio::net::TcpStream> {
        &self.endpoint
    }

    fn reader(&self) -> &ReadMark {
        &self.reader
    }

    fn left_over(&self) -> &LeftOver {
        &self.left_over
    }

    fn close(&self, how: Shutdown) -> io::Result<()> {
        self.endpoint.socket().shutdown(how)
    }

    fn peer_text(&self) -> String {
        self.peer.to_string()
    }

    fn local_text(&self) -> String {
        self.local.to_string()
    }
}

impl fmt::Debug for TcpStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TcpStream({} to {})", self.local, self.peer)
    }
}

/// Linux' own habit is to ask after two hours.
const KEEPALIVE: TcpKeepalive = TcpKeepalive::new()
    .with_time(Duration::from_secs(60))
    .with_interval(Duration::from_secs(10))
    .with_retries(6);

/// Accepts TCP connections on one address. `SO_REUSEADDR` is set, so a program that was just
/// stopped can be started again.
///
/// ```
/// use ryu_sdn::{clock::Clock, hub::{self, Hub}};
/// use ryu_sdn::hub::net::{StreamExt, TcpListener, TcpStream};
///
/// let hub = Hub::new(Clock::real())?;
/// hub.block_on(async {
///     let listener = TcpListener::bind("127.0.0.1:0".parse().unwrap())?;
///     let address = listener.local_addr();
///     let client = hub::spawn("client", async move {
///         TcpStream::connect(address).await?.write_all(b"hi").await
///     });
///     let (stream, _from) = listener.accept().await;
///     let mut bytes = [0; 2];
///     stream.read_exact(&mut bytes).await?;
///     assert_eq!(&bytes, b"hi");
///     client.await.unwrap()
/// })
/// # ; Ok::<(), std::io::Error>(())
/// ```
pub struct TcpListener {
    acceptor: Acceptor<mio::net::TcpListener>,
    address: SocketAddr,
}

impl TcpListener {
    /// Listens on `address`; port 0 lets the system choose one, see
    /// [`local_addr`](Self::local_addr).
    ///
    /// # Errors
    ///
    /// What the system says: `AddrInUse`, `PermissionDenied`, `AddrNotAvailable` ...
    ///
    /// # Panics
    ///
    /// Outside a hub; there, use [`bind_on`](Self::bind_on).
    #[track_caller]
    pub fn bind(address: SocketAddr) -> io::Result<TcpListener> {
        TcpListener::bind_on(&current(), address)
    }

    /// As [`bind`](Self::bind), before the hub runs.
    pub fn bind_on(hub: &Handle, address: SocketAddr) -> io::Result<TcpListener> {
        TcpListener::from_mio(hub, mio::net::TcpListener::bind(address)?)
    }

    /// As [`bind`](Self::bind), on an IPv6 address that leaves IPv4 alone, whatever the system's
    /// habit: `[::]` beside `0.0.0.0`.
    #[track_caller]
    pub fn bind_v6_only(address: SocketAddr) -> io::Result<TcpListener> {
        let hub = current();
        let socket = v6_only(address, Type::STREAM, Protocol::TCP)?;
        socket.listen(BACKLOG)?;
        TcpListener::from_mio(&hub, mio::net::TcpListener::from_std(socket.into()))
    }

    pub(super) fn from_mio(hub: &Handle, socket: mio::net::TcpListener) -> io::Result<TcpListener> {
        let address = socket.local_addr()?;
        let identity = Identity::TcpListener { local: address };
        Ok(TcpListener { acceptor: Acceptor::new(hub, socket, identity)?, address })
    }

    /// Waits for the next connection and returns it with the address it came from. Cancel-safe.
    ///
    /// Never fails: a connection that is gone before it was accepted is passed over, and when
    /// descriptors or memory have run out the listener leaves the callers in the backlog and tries
    /// again every [`ACCEPT_PAUSE`](super::ACCEPT_PAUSE); the log has a line when that begins and when it is over.
    pub async fn accept(&self) -> (TcpStream, SocketAddr) {
        let make = |hub: &Handle, (socket, peer)| {
            let identity = Identity::Tcp { local: None, peer };
            let endpoint = Endpoint::new(hub.clone(), socket, identity)?;
            Ok((TcpStream::new(endpoint, peer)?, peer))
        };
        self.acceptor.next(&self.address, mio::net::TcpListener::accept, make).await
    }

    /// The address it listens on, with the port that the system chose.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }
}

impl fmt::Debug for TcpListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TcpListener({})", self.address)
    }
}

/// How many callers may wait to be accepted, unless told otherwise. (Eventlet's 50 loses callers in
/// a burst; the system has a bound of its own, `net.core.somaxconn`.)
pub const BACKLOG: i32 = 1024;

/// A socket bound to an IPv6 address, and to that only.
pub(super) fn v6_only(address: SocketAddr, kind: Type, protocol: Protocol) -> io::Result<Socket> {
    let socket = Socket::new(Domain::IPV6, kind, Some(protocol))?;
    socket.set_nonblocking(true)?;
    socket.set_only_v6(true)?;
    if kind == Type::STREAM {
        socket.set_reuse_address(true)?;
    }
    socket.bind(&address.into())?;
    Ok(socket)
}
