//! Connections that are kept for the next request.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt;
use std::rc::{Rc, Weak};
use std::time::{Duration, Instant};

use super::connection::Connection;
use super::target::Target;
use crate::hub::{self, Task};
use crate::tls::TlsContext;

/// Idle connections of [`HttpClient`](super::HttpClient)s: a counted reference, bounded in number,
/// for each server and in all, and in time. When there is no room, the one goes that was idle for
/// longest. The last one used is used first.
///
/// ```
/// use std::time::Duration;
/// use ryu_sdn::http::{HttpClient, HttpPool};
///
/// let pool = HttpPool::new(2, 100, Duration::from_secs(5));
/// let client = HttpClient { pool: pool.clone(), ..HttpClient::default() };
/// assert_eq!(client.pool.len(), 0);
/// // Every request on a connection of its own:
/// let client = HttpClient { pool: HttpPool::new(0, 0, Duration::ZERO), ..HttpClient::default() };
/// # drop(client);
/// ```
#[derive(Clone)]
pub struct HttpPool(Rc<RefCell<Idle>>);

struct Idle {
    /// In the order in which they became idle.
    connections: VecDeque<Kept>,
    max_per_server: usize,
    max: usize,
    timeout: Duration,
    /// Closes what has been idle for too long, while there is anything idle.
    reaper: Option<Task<()>>,
}

struct Kept {
    target: Target,
    /// Who believed the server; somebody else may not.
    tls: Option<TlsContext>,
    connection: Connection,
    since: Instant,
}

impl HttpPool {
    /// 8 for each server: browsers have 6.
    pub const MAX_PER_SERVER: usize = 8;
    /// 32 in all.
    pub const MAX: usize = 32;
    /// 15 s: less than nearly all servers keep theirs open.
    pub const IDLE_TIMEOUT: Duration = Duration::from_secs(15);

    /// Keeps at most `max_per_server` connections to each server and `max` in all, each for at most
    /// `idle_timeout`. With 0 of either nothing is kept.
    pub fn new(max_per_server: usize, max: usize, idle_timeout: Duration) -> HttpPool {
        let max_per_server = max_per_server.min(max);
        HttpPool(Rc::new(RefCell::new(Idle {
            connections: VecDeque::new(),
            max_per_server,
            max,
            timeout: idle_timeout,
            reaper: None,
        })))
    }

    /// How many connections are idle.
    pub fn len(&self) -> usize {
        self.0.borrow().connections.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it is worth while to keep a connection open.
    pub(super) fn keeps(&self) -> bool {
        self.0.borrow().max_per_server > 0
    }

    /// The connection to `target` that was used last, and is still open as far as is known.
    pub(super) fn take(&self, target: &Target, tls: Option<&TlsContext>) -> Option<Connection> {
        let mut idle = self.0.borrow_mut();
        loop {
            let fits = |kept: &Kept| kept.target == *target && is_same(kept.tls.as_ref(), tls);
            let at = idle.connections.iter().rposition(fits)?;
            let kept = idle.connections.remove(at)?;
            if !kept.connection.is_closed() {
                return Some(kept.connection);
            }
        }
    }

    /// Keeps `connection`, if there may be any.
    pub(super) fn put(&self, target: Target, tls: Option<TlsContext>, connection: Connection) {
        let mut idle = self.0.borrow_mut();
        if idle.max_per_server == 0 || connection.is_closed() {
            return;
        }
        let of_server = |kept: &Kept| kept.target == target;
        let full = idle.connections.iter().filter(|kept| of_server(kept)).count();
        let mut gone = Vec::new();
        if full >= idle.max_per_server {
            let oldest = idle.connections.iter().position(of_server);
            gone.extend(oldest.and_then(|at| idle.connections.remove(at)));
        }
        if idle.connections.len() >= idle.max {
            gone.extend(idle.connections.pop_front());
        }
        idle.connections.push_back(Kept { target, tls, connection, since: hub::now() });
        if idle.reaper.as_ref().is_none_or(Task::is_finished) {
            let pool = Rc::downgrade(&self.0);
            idle.reaper = Some(hub::spawn("http client pool", reap(pool)));
        }
        drop(idle);
        drop(gone);
    }

    /// Closes what has been idle for too long, or was closed by the server; says when it will be
    /// the next one's turn, if there is one.
    fn close_overdue(&self) -> Option<Instant> {
        let mut idle = self.0.borrow_mut();
        let (now, timeout) = (hub::now(), idle.timeout);
        let is_over = |kept: &Kept| kept.connection.is_closed() || now >= kept.since + timeout;
        let (gone, kept): (Vec<_>, _) = idle.connections.drain(..).partition(is_over);
        idle.connections = VecDeque::from(kept);
        let next = idle.connections.front().map(|kept| kept.since + timeout);
        drop(idle);
        drop(gone);
        next
    }
}

/// Closes connections as their time comes; ends with the last one.
async fn reap(pool: Weak<RefCell<Idle>>) {
    while let Some(next) = pool.upgrade().and_then(|pool| HttpPool(pool).close_overdue()) {
        hub::sleep_until(next).await;
    }
}

fn is_same(a: Option<&TlsContext>, b: Option<&TlsContext>) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => a.is_same(b),
        _ => false,
    }
}

impl Default for HttpPool {
    fn default() -> Self {
        HttpPool::new(Self::MAX_PER_SERVER, Self::MAX, Self::IDLE_TIMEOUT)
    }
}

impl fmt::Debug for HttpPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HttpPool({} idle)", self.len())
    }
}
