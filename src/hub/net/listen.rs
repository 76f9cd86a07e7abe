//! Listening on any kind of address.

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Protocol, Socket as RawSocket, Type};

use super::address::Address;
use super::connect::Socket;
use super::serve::Accept;
use super::tcp::{BACKLOG, TcpListener};
use super::unix::UnixListener;
use crate::hub::current;

/// How to listen, beyond the address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListenOptions {
    /// How many callers may wait to be accepted; [`BACKLOG`] at first. The system has a bound of its
    /// own.
    pub backlog: i32,
    /// Whether other processes may listen on the same port, and callers are shared out
    /// (`SO_REUSEPORT`). Not at first: eventlet does so, and a program that is started twice
    /// by mistake loses half of its callers without a word.
    pub reuse_port: bool,
    /// Whether an IPv6 address leaves IPv4 alone; `None` is the system's habit.
    pub v6_only: Option<bool>,
}

impl Default for ListenOptions {
    fn default() -> Self {
        ListenOptions { backlog: BACKLOG, reuse_port: false, v6_only: None }
    }
}

/// Accepts connections of either kind: what [`listen`] returns.
#[derive(Debug)]
pub enum Listener {
    /// On an IPv4 or IPv6 address.
    Tcp(TcpListener),
    /// On a path.
    Unix(UnixListener),
}

/// Listens on `address`: IPv4, IPv6, or the path of a Unix socket. `SO_REUSEADDR` is set, so a
/// program that was just stopped can be started again. Port 0 lets the system choose.
///
/// # Errors
///
/// What the system says (`AddrInUse`, `PermissionDenied` ...); `InvalidInput` for a host's name,
/// which might be several places: [`resolve`](super::resolve) it first.
///
/// # Panics
///
/// Outside a hub.
///
/// ```
/// use ryu_sdn::{clock::Clock, hub::{self, Hub}};
/// use ryu_sdn::hub::net::{self, Address, StreamExt};
///
/// Hub::new(Clock::real())?.block_on(async {
///     let listener = net::listen(([127, 0, 0, 1], 0))?;
///     let address = listener.local_addr();
///     let client = hub::spawn("client", async move {
///         net::connect(("127.0.0.1", address.port().unwrap())).await?.write_all(b"hi").await
///     });
///     let (stream, from) = listener.accept().await;
///     assert_eq!(from.ip(), Some([127, 0, 0, 1].into()));
///     let mut bytes = [0; 2];
///     stream.read_exact(&mut bytes).await?;
///     client.await.unwrap()
/// })?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[track_caller]
pub fn listen(address: impl Into<Address>) -> io::Result<Listener> {
    listen_with(address, &ListenOptions::default())
}

/// As [`listen`], with options.
///
/// # Errors
///
/// As for [`listen`].
///
/// # Panics
///
/// Outside a hub.
#[track_caller]
pub fn listen_with(address: impl Into<Address>, options: &ListenOptions) -> io::Result<Listener> {
    let hub = current();
    match address.into() {
        Address::Ip(address) => {
            let socket = bound(address, options)?;
            socket.listen(options.backlog)?;
            let socket = mio::net::TcpListener::from_std(socket.into());
            Ok(Listener::Tcp(TcpListener::from_mio(&hub, socket)?))
        }
        Address::Unix(path) => {
            Ok(Listener::Unix(UnixListener::bind_on(&hub, &path, options.backlog)?))
        }
        Address::Host(host, _) => {
            let text = format!("cannot listen on a host's name: {host}");
            Err(io::Error::new(io::ErrorKind::InvalidInput, text))
        }
    }
}

fn bound(address: SocketAddr, options: &ListenOptions) -> io::Result<RawSocket> {
    let domain = Domain::for_address(address);
    let socket = RawSocket::new(domain, Type::STREAM, Some(Protocol::TCP))?;
    socket.set_nonblocking(true)?;
    socket.set_reuse_address(true)?;
    if options.reuse_port {
        socket.set_reuse_port(true)?;
    }
    if let (Some(v6_only), Domain::IPV6) = (options.v6_only, domain) {
        socket.set_only_v6(v6_only)?;
    }
    socket.bind(&address.into())?;
    Ok(socket)
}

impl Listener {
    /// Waits for the next connection and returns it with the address it came from. Cancel-safe;
    /// never fails, see [`TcpListener::accept`].
    pub async fn accept(&self) -> (Socket, Address) {
        match self {
            Listener::Tcp(listener) => {
                let (stream, from) = listener.accept().await;
                (Socket::Tcp(stream), Address::Ip(from))
            }
            Listener::Unix(listener) => {
                let stream = listener.accept().await;
                let from = Address::Unix(stream.peer_path().to_owned());
                (Socket::Unix(stream), from)
            }
        }
    }

    /// Where it listens, with the port that the system chose.
    pub fn local_addr(&self) -> Address {
        match self {
            Listener::Tcp(listener) => Address::Ip(listener.local_addr()),
            Listener::Unix(listener) => Address::Unix(listener.path().to_owned()),
        }
    }
}

impl Accept for Listener {
    type Raw = Socket;
    type Stream = Socket;
    type Terms = ();

    fn terms(&self) {}

    async fn accept(&self) -> (Socket, Address) {
        Listener::accept(self).await
    }

    async fn greet((): (), raw: Socket) -> io::Result<Socket> {
        Ok(raw)
    }
}
