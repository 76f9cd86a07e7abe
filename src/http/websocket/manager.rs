//! Many clients who are told the same.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;

use super::channel::{NotSent, WebSocket};
use super::message::Message;

/// The clients of an app that are told the same: Ryu's class of that name. A counted reference.
///
/// A client that reads too slowly misses something, which is counted, and keeps nobody waiting.
///
/// # Example
/// ```
/// use ryu_sdn::http::websocket::{WebSocket, WebSocketManager};
///
/// let clients = WebSocketManager::default();
/// let (ws, client) = WebSocket::pair("somebody");
/// clients.add(ws);
/// clients.broadcast("news");
/// assert_eq!(client.take().unwrap().text(), Some("news"));
/// drop(client);
/// clients.broadcast("older news");
/// assert!(clients.is_empty());
/// ```
#[derive(Clone, Default)]
pub struct WebSocketManager(Rc<Members>);

#[derive(Default)]
struct Members {
    clients: RefCell<Vec<WebSocket>>,
    skipped: Cell<u64>,
}

impl WebSocketManager {
    /// One more client; it is forgotten when its connection has ended.
    pub fn add(&self, ws: WebSocket) {
        let mut clients = self.0.clients.borrow_mut();
        clients.retain(|client| !client.is_closed());
        clients.push(ws);
    }

    /// Sends the message to every client that has room for it.
    pub fn broadcast(&self, message: impl Into<Message>) {
        let message = message.into();
        self.0.clients.borrow_mut().retain(|client| match client.try_send(message.clone()) {
            Ok(()) => true,
            Err(NotSent::Full) => {
                self.0.skipped.set(self.0.skipped.get() + 1);
                true
            }
            Err(NotSent::Closed) => false,
        });
    }

    /// How many clients there are, those included that have just left.
    pub fn len(&self) -> usize {
        self.0.clients.borrow().len()
    }

    /// Whether nobody listens.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many messages clients have missed because they read too slowly.
    pub fn skipped(&self) -> u64 {
        self.0.skipped.get()
    }
}

impl fmt::Debug for WebSocketManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let skipped = self.skipped();
        f.debug_struct("WebSocketManager")
            .field("clients", &self.len())
            .field("skipped", &skipped)
            .finish()
    }
}
