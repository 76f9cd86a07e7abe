//! Sockets, and what can stand in for one.
//!
//! | Type | Is a [`Stream`] | What it is |
//! |---|---|---|
//! | [`TcpStream`] | yes | a TCP connection, `TCP_NODELAY` set |
//! | [`TcpListener`] | | accepts them |
//! | [`UdpSocket`] | | datagrams |
//! | [`Pipe`] | yes | a connection inside the process: no descriptors, works on a test clock |
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

mod endpoint;
mod pipe;
mod stream;
mod tcp;
mod udp;

pub(super) use self::endpoint::Endpoint;
pub use self::pipe::{Pipe, pipe};
pub use self::stream::{Stream, StreamExt};
pub use self::tcp::{ACCEPT_PAUSE, TcpListener, TcpStream};
pub use self::udp::UdpSocket;
