//! Sockets, and what can stand in for one.
//!
//! | Type | Is a [`Stream`] | What it is |
//! |---|---|---|
//! | [`TcpStream`] | yes | a TCP connection, `TCP_NODELAY` set |
//! | [`TcpListener`] | | accepts them |
//! | [`UnixStream`], [`UnixListener`] | the first | the same through a socket in the file system |
//! | [`Socket`], [`Listener`] | the first | either kind: what [`connect`] and [`listen`] return |
//! | [`UdpSocket`] | | datagrams |
//! | [`Pipe`] | yes | a connection inside the process: no descriptors, works on a test clock |
//!
//! What eventlet's `convenience` and `green.socket` have:
//!
//! | There | Here |
//! |---|---|
//! | `listen(addr, family, backlog)` | [`listen`], [`listen_with`] |
//! | `connect(addr)`, `connect(addr, bind=local)`, `gethostbyname` | [`connect`] (by name, too), [`TcpStream::connect_from`], [`resolve`] |
//! | `serve(sock, handle, concurrency)`, `StopServe` | [`serve`], [`StopServe`] |
//! | `wrap_ssl` | [`tls::wrap_ssl`](crate::tls::wrap_ssl), [`tls::wrap_ssl_client`](crate::tls::wrap_ssl_client) |
//! | `sock.makefile('r')`, `makefile('w')` | [`makefile`]: [`LineReader`], [`LineWriter`] |
//! | Ryu's `StreamServer`, `StreamClient` | [`StreamServer`], [`StreamClient`] |
//! | one reader per descriptor | the same, see [`Stream`] |
//!
//! Who moves bytes asks for a `Stream` and works on either. All methods take `&self`, so one task
//! can read from a stream while another writes to it, sharing it by `Rc`.
//!
//! ```
//! use ryu_sdn::{clock::Clock, hub::{self, Hub}};
//! use ryu_sdn::hub::net::{self, StreamExt};
//!
//! let hub = Hub::new(Clock::test()).unwrap();
//! hub.block_on(async {
//!     let (switch, controller) = net::pipe(64);
//!     let echo = hub::spawn("echo", async move {
//!         let mut bytes = [0; 16];
//!         loop {
//!             match switch.read(&mut bytes).await? {
//!                 0 => return Ok::<_, std::io::Error>(()),
//!                 n => switch.write_all(&bytes[..n]).await?,
//!             }
//!         }
//!     });
//!     controller.write_all(b"hello").await.unwrap();
//!     let mut answer = [0; 5];
//!     controller.read_exact(&mut answer).await.unwrap();
//!     assert_eq!(&answer, b"hello");
//!     drop(controller);
//!     echo.await.unwrap().unwrap();
//! });
//! ```

mod acceptor;
mod address;
mod compat;
mod connect;
mod connected;
mod dns;
mod endpoint;
mod lines;
mod listen;
mod pipe;
mod read_mark;
mod serve;
mod stream;
mod stream_server;
mod tcp;
mod udp;
mod unix;

pub use self::acceptor::ACCEPT_PAUSE;
pub use self::address::{Address, NotAnAddress};
pub use self::compat::AsyncStream;
pub use self::connect::{CONNECT_STAGGER, Socket, connect, connect_any};
pub use self::dns::{
    Hosts, ResolveError, Resolver, ResolverConfig, resolve, resolver, set_resolver,
};
pub(super) use self::endpoint::Endpoint;
pub use self::lines::{LINE_MAX, LineReader, LineWriter, WRITE_BUFFER, makefile};
pub use self::listen::{ListenOptions, Listener, listen, listen_with};
pub use self::pipe::{Pipe, pipe};
pub use self::read_mark::ReadMark;
pub use self::serve::{Accept, CONCURRENCY, ServeError, Served, StopServe, serve};
pub use self::stream::{Stream, StreamExt};
pub use self::stream_server::{StreamClient, StreamServer};
pub use self::tcp::{BACKLOG, TcpListener, TcpStream};
pub use self::udp::UdpSocket;
pub use self::unix::{UnixListener, UnixStream};

#[cfg(test)]
mod tests;
