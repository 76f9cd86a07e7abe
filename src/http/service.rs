//! The service: a listener, its connections, and their end.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use log::debug;

use crate::app::{Bus, HttpError, PlannedRoute};
use crate::hub::net::{Stream, TcpListener};
use crate::hub::{self, Task};
use crate::sync::Event;

use super::access::Safety;
use super::config::HttpConfig;
use super::connection;
use super::pages::Pages;
use super::router::Router;
use super::seat::Seat;

/// How long requests that are being answered may still take when the service is stopped: less than
/// the apps are given, which have to answer them.
pub const STOP_GRACE: Duration = Duration::from_millis(500);

/// Apps' routes on a TCP port. It has to be made and used inside a hub; dropping it closes
/// everything at once.
///
/// Connections are accepted and served [in the background](hub#the-background): however many clients
/// ask without a pause, switches are answered first. What an app does for a request is done by the app's
/// own task, as ever.
///
/// Every answer that is not an app's is JSON: `{"error": "...", "status": 404}`.
///
/// | Request | Answer |
/// |---|---|
/// | no such path | 404 |
/// | no such method on the path | 405 with `Allow` |
/// | `HEAD` where there is only `GET` | as for `GET`, without the body |
/// | `OPTIONS` where there is none | 204 with `Allow` |
/// | parameter that is not percent-encoded UTF-8 | 400 |
/// | malformed, or to be understood in two ways | 400, and the connection is closed |
/// | over a limit of [`HttpConfig`] | 408, 413, 414, 431; the connection is closed |
/// | from a web page of elsewhere, or for a foreign name | 403 |
/// | without a token, where one is needed | 401 |
/// | `/openapi.json`, `/docs`, unless an app has them | what the routes are |
/// | app has ended | 503 |
/// | no WebSocket asked for where there is one | 426 |
/// | as many WebSockets as may be | 503 |
/// | app failed | what its [`HttpError`] says, else 500; the cause is only logged |
pub struct HttpService {
    server: Rc<Server>,
    accepting: Option<Task<()>>,
    _watching: Option<Task<()>>,
    local_addr: SocketAddr,
}

impl HttpService {
    /// Listens on `addr` (port 0: any free one) and serves `routes`.
    ///
    /// # Errors
    /// `InvalidInput` if a path is malformed, or if two routes cannot be told apart, both of which
    /// are named; else what the system says of the address: `AddrInUse`, `PermissionDenied` ...
    ///
    /// # Panics
    /// Outside a hub.
    pub fn start(
        addr: SocketAddr,
        config: HttpConfig,
        routes: Vec<PlannedRoute>,
        bus: Bus,
    ) -> io::Result<HttpService> {
        HttpService::start_with(addr, config, Safety::default(), routes, bus)
    }

    /// As [`start`](HttpService::start), with what protects the service.
    ///
    /// # Errors
    /// As for [`start`](HttpService::start).
    ///
    /// # Panics
    /// Outside a hub.
    pub fn start_with(
        addr: SocketAddr,
        config: HttpConfig,
        safety: Safety,
        routes: Vec<PlannedRoute>,
        bus: Bus,
    ) -> io::Result<HttpService> {
        let router = Router::new(&routes)?;
        let listener = TcpListener::bind(addr)?;
        let local_addr = listener.local_addr();
        let tokens = safety.tokens.clone();
        let watching = tokens.map(|tokens| hub::spawn("http tokens", tokens.watch()));
        let is_loopback = local_addr.ip().to_canonical().is_loopback();
        let server = Server::with_safety(config, router, bus, is_loopback, safety);
        let accepting = hub::spawn(format!("http {local_addr}"), {
            let server = Rc::clone(&server);
            async move {
                loop {
                    let (stream, _) = listener.accept().await;
                    server.serve_stream(Rc::new(stream));
                    // One at a time, however many have come.
                    hub::yield_now().await;
                }
            }
        });
        let accepting = accepting.in_background();
        Ok(HttpService { server, accepting: Some(accepting), _watching: watching, local_addr })
    }

    /// The address that it listens on.
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Stops listening, closes the connections that wait for a request, and lets those go on for
    /// [`STOP_GRACE`] that are being answered. Returns at once: the rest is done by a task.
    pub fn stop(mut self) {
        self.accepting = None;
        self.server.stop();
    }
}

impl Drop for HttpService {
    fn drop(&mut self) {
        if !self.server.is_stopping() {
            self.server.close_all();
        }
    }
}

impl fmt::Debug for HttpService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let connections = self.server.connection_count();
        f.debug_struct("HttpService")
            .field("local_addr", &self.local_addr)
            .field("connections", &connections)
            .finish_non_exhaustive()
    }
}

/// What the connections share.
pub(super) struct Server {
    config: Rc<HttpConfig>,
    router: Router,
    pages: Pages,
    safety: Safety,
    bus: Bus,
    /// Only this machine can reach the service.
    is_loopback: bool,
    is_stopping: Cell<bool>,
    /// By number, so that the order is that of their coming.
    connections: RefCell<BTreeMap<u64, Connection>>,
    accepted: Cell<u64>,
    /// Set when the last connection has gone after a stop.
    is_empty: Event,
}

struct Connection {
    seat: Rc<Seat>,
    /// Killed when the connection is taken out of the table.
    _task: Task<()>,
}

impl Server {
    #[cfg(test)]
    pub(super) fn new(config: HttpConfig, router: Router, bus: Bus, is_loopback: bool) -> Rc<Self> {
        Server::with_safety(config, router, bus, is_loopback, Safety::default())
    }

    pub(super) fn with_safety(
        config: HttpConfig,
        router: Router,
        bus: Bus,
        is_loopback: bool,
        safety: Safety,
    ) -> Rc<Self> {
        let pages = Pages::new(&router.routes(), safety.tokens.is_some());
        Rc::new(Server {
            config: Rc::new(config),
            router,
            pages,
            safety,
            bus,
            is_loopback,
            is_stopping: Cell::new(false),
            connections: RefCell::default(),
            accepted: Cell::new(0),
            is_empty: Event::new(),
        })
    }

    /// Serves a connection that somebody has accepted.
    pub(super) fn serve_stream(self: &Rc<Self>, stream: Rc<dyn Stream>) {
        let peer = stream.peer();
        if !self.make_room() {
            debug!("http connection from {peer} refused: {} are busy", self.connection_count());
            // Who expects a handshake would not understand it.
            if self.safety.tls.is_none() {
                refuse(&*stream);
            }
            return;
        }
        debug!("({}) accepted {peer}", std::process::id());
        let number = self.accepted.get();
        self.accepted.set(number + 1);
        let seat = Rc::new(Seat::new(hub::now()));
        let leaving = Leaving { server: Rc::clone(self), number };
        let task = hub::spawn(format!("http {peer}"), {
            let (server, seat) = (Rc::clone(self), Rc::clone(&seat));
            async move {
                let _leaving = leaving;
                let Some(tls) = server.safety.tls.clone() else {
                    return connection::serve(server, seat, stream).await;
                };
                // Who is slow at it owes us something, like one who is slow with a request.
                let limit = server.config.header_timeout;
                match tls.accept(stream, limit).await {
                    Ok(stream) => connection::serve(server, seat, Rc::new(stream)).await,
                    Err(cause) => debug!("http connection refused: {cause}"),
                }
            }
        });
        // A WebSocket is one to its end: its client, too, can call without a pause, and none of what it
        // is told is as urgent as a switch's packet.
        let task = task.in_background();
        self.connections.borrow_mut().insert(number, Connection { seat, _task: task });
    }

    /// Whether there is room for one more connection, if need be in place of the one whose client
    /// has owed us something for longest.
    fn make_room(&self) -> bool {
        if self.connection_count() < self.config.max_connections {
            return true;
        }
        let connections = self.connections.borrow();
        let owing = connections.iter().filter_map(|(number, connection)| {
            connection.seat.owing_since().map(|since| (since, *number))
        });
        let longest = owing.min();
        drop(connections);
        longest.is_some_and(|(_, number)| self.remove(number))
    }

    fn remove(&self, number: u64) -> bool {
        // Bound to a name, so that the task is killed after the borrow.
        let removed = self.connections.borrow_mut().remove(&number);
        if self.connection_count() == 0 && self.is_stopping() {
            self.is_empty.set();
        }
        removed.is_some()
    }

    fn close_all(&self) {
        let connections = self.connections.take();
        drop(connections);
    }

    pub(super) fn stop(self: &Rc<Self>) {
        self.is_stopping.set(true);
        let (busy, idle) = self
            .connections
            .take()
            .into_iter()
            .partition(|(_, connection)| connection.seat.is_busy());
        let _: BTreeMap<u64, Connection> = idle;
        for connection in busy.values() {
            connection.seat.go_away();
        }
        self.connections.replace(busy);
        if self.connection_count() == 0 {
            return;
        }
        let server = Rc::clone(self);
        let closing = async move {
            if hub::timeout(STOP_GRACE, server.is_empty.wait()).await.is_err() {
                debug!("{} requests were not answered in time", server.connection_count());
                server.close_all();
            }
        };
        hub::spawn("http stop", closing).detach();
    }

    pub(super) fn config(&self) -> &Rc<HttpConfig> {
        &self.config
    }

    pub(super) fn router(&self) -> &Router {
        &self.router
    }

    pub(super) fn pages(&self) -> &Pages {
        &self.pages
    }

    pub(super) fn safety(&self) -> &Safety {
        &self.safety
    }

    pub(super) fn bus(&self) -> &Bus {
        &self.bus
    }

    pub(super) fn is_loopback(&self) -> bool {
        self.is_loopback
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.is_stopping.get()
    }

    /// How many connections have become WebSockets.
    pub(super) fn websocket_count(&self) -> usize {
        let connections = self.connections.borrow();
        connections.values().filter(|connection| connection.seat.websocket().is_some()).count()
    }

    pub(super) fn connection_count(&self) -> usize {
        self.connections.borrow().len()
    }
}

/// Takes a connection out of the table when its task ends, however it does.
struct Leaving {
    server: Rc<Server>,
    number: u64,
}

impl Drop for Leaving {
    fn drop(&mut self) {
        self.server.remove(self.number);
    }
}

/// Says that there is no room, without waiting for anything.
fn refuse(stream: &dyn Stream) {
    let error = HttpError::unavailable("too many connections");
    let body = error.response().into_body();
    let head = format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nconnection: close\r\nretry-after: 1\r\n\r\n",
        body.len()
    );
    let mut answer = head.into_bytes();
    answer.extend_from_slice(&body);
    // What has come is taken first: closing before it is read would reset the connection. If any of
    // this fails, there is nobody to tell.
    let _ = stream.try_read(&mut [0; super::io::READ_SIZE]);
    let _ = stream.try_write(&answer);
    let _ = stream.shutdown_write();
}
