//! Ryu's `StreamServer` and `StreamClient`: a server that goes on, and a client that comes back.

use std::cell::Cell;
use std::future::Future;
use std::io;
use std::rc::Rc;
use std::time::Duration;

use super::address::Address;
use super::connect::{Socket, connect};
use super::listen::{Listener, listen};
use super::serve::{Accept, CONCURRENCY, Faults, Served, run};
use crate::hub;
use crate::sync::Event;

/// Serves for ever: Ryu's `hub.StreamServer`. As [`serve`](super::serve), but an error or a panic of
/// a handler is logged and ends its own connection only, as in Ryu. With TLS:
/// `StreamServer::on(tls::wrap_ssl(net::listen(address)?, context)?)`.
///
/// ```
/// use std::rc::Rc;
/// use ryu_sdn::{clock::Clock, hub::{self, Hub}};
/// use ryu_sdn::hub::net::{self, Served, Socket, StreamExt, StreamServer};
///
/// async fn greet(stream: Rc<Socket>) -> Served {
///     stream.write_all(b"hello").await?;
///     Err("this ends the one connection".into())
/// }
///
/// Hub::new(Clock::real())?.block_on(async {
///     let server = StreamServer::new(([127, 0, 0, 1], 0))?;
///     let address = server.listener().local_addr();
///     let _server = hub::spawn("server", server.serve_forever(|stream, _from| greet(stream)));
///     for _ in 0..2 {
///         let mut bytes = [0; 5];
///         net::connect(address.clone()).await?.read_exact(&mut bytes).await?;
///         assert_eq!(&bytes, b"hello");
///     }
///     Ok::<_, std::io::Error>(())
/// })?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct StreamServer<A> {
    listener: A,
}

impl StreamServer<Listener> {
    /// Listens on `address`; see [`listen`].
    ///
    /// # Errors
    ///
    /// As for [`listen`].
    ///
    /// # Panics
    ///
    /// Outside a hub.
    #[track_caller]
    pub fn new(address: impl Into<Address>) -> io::Result<Self> {
        Ok(StreamServer { listener: listen(address)? })
    }
}

impl<A: Accept> StreamServer<A> {
    /// Serves what `listener` accepts.
    pub fn on(listener: A) -> Self {
        StreamServer { listener }
    }

    /// Where it listens.
    pub fn listener(&self) -> &A {
        &self.listener
    }

    /// Calls `handler` for each connection, in a task of its own, [`CONCURRENCY`] at one time. Ends
    /// when it is dropped, or a handler returns [`StopServe`](super::StopServe).
    pub async fn serve_forever<H, F>(self, handler: H)
    where
        H: Fn(Rc<A::Stream>, Address) -> F + 'static,
        F: Future<Output = Served> + 'static,
    {
        // Faults are logged, so it only ends well.
        let _ended = run(&self.listener, handler, CONCURRENCY, Faults::Log).await;
    }
}

/// Connects to one address, again and again if it has to: Ryu's `hub.StreamClient`. A counted
/// reference; clones are the same client.
///
/// ```
/// use std::{cell::Cell, rc::Rc, time::Duration};
/// use ryu_sdn::{clock::Clock, hub::{self, Hub}};
/// use ryu_sdn::hub::net::{self, StreamClient};
///
/// Hub::new(Clock::test())?.block_on(async {
///     let listener = net::listen(([127, 0, 0, 1], 0))?;
///     let client = StreamClient::new(listener.local_addr(), Some(Duration::from_secs(1)));
///     let calls = Rc::new(Cell::new(0));
///     let (calling, counted) = (client.clone(), Rc::clone(&calls));
///     let count = move |_socket| {
///         counted.set(counted.get() + 1);
///         std::future::ready(())
///     };
///     let looping = hub::spawn("client", async move {
///         calling.connect_loop(count, Duration::from_secs(10)).await
///     });
///     hub::sleep(Duration::from_secs(25)).await;
///     assert_eq!(calls.get(), 3);
///     drop(listener);
///     assert!(client.connect().await.is_none());
///     client.stop();
///     looping.await.unwrap();
///     Ok::<_, std::io::Error>(())
/// })?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone)]
pub struct StreamClient(Rc<Client>);

struct Client {
    address: Address,
    timeout: Option<Duration>,
    is_active: Cell<bool>,
    stopped: Event,
}

impl StreamClient {
    /// A client of `address` (a host by name is looked up each time) that waits for a connection
    /// for `timeout` at most; `None` leaves that to the system.
    pub fn new(address: impl Into<Address>, timeout: Option<Duration>) -> StreamClient {
        let (address, is_active) = (address.into(), Cell::new(true));
        StreamClient(Rc::new(Client { address, timeout, is_active, stopped: Event::new() }))
    }

    /// Connects, once; `None` if that fails, and the log says why.
    ///
    /// # Panics
    ///
    /// Outside a hub.
    pub async fn connect(&self) -> Option<Socket> {
        let Client { address, timeout, .. } = &*self.0;
        let connecting = connect(address.clone());
        let connected = match timeout {
            None => connecting.await,
            Some(timeout) => match hub::timeout(*timeout, connecting).await {
                Ok(connected) => connected,
                Err(_) => Err(io::ErrorKind::TimedOut.into()),
            },
        };
        connected.inspect_err(|error| log::debug!("cannot connect to {address}: {error}")).ok()
    }

    /// Until [`stop`](Self::stop): connects, hands the connection to `handler` and waits for it to
    /// return, then waits for `interval`.
    ///
    /// # Panics
    ///
    /// Outside a hub.
    pub async fn connect_loop<H, F>(&self, handler: H, interval: Duration)
    where
        H: Fn(Socket) -> F,
        F: Future<Output = ()>,
    {
        while self.0.is_active.get() {
            if let Some(socket) = self.connect().await {
                handler(socket).await;
            }
            // Over when it is stopped, or when it is time.
            let _ = hub::timeout(interval, self.0.stopped.wait()).await;
        }
    }

    /// Ends the loop: at once if it waits, else when its handler returns. There is no way back.
    pub fn stop(&self) {
        self.0.is_active.set(false);
        self.0.stopped.set();
    }
}

impl std::fmt::Debug for StreamClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StreamClient({})", self.0.address)
    }
}
