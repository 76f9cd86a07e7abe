//! WebSockets (RFC 6455): clients that stay connected and are told things.
//!
//! ```text
//! request --> answer.rs --> the app's #[websocket] method --> 101
//!                                  |
//! socket <-- pump (tungstenite) <--+--> WebSocket: the app's end, two bounded queues
//! ```
//!
//! An app declares one with [`#[websocket("/path")]`](macro@crate::app::websocket). Its method is told
//! of each client that connects and gets the app's end of the connection, a [`WebSocket`]; whatever
//! waits for the client is a task of the app's, for the app goes on with its next event.
//! [`WebSocketManager`] tells many clients the same, [`WebSocketRpcServer`] answers their JSON-RPC
//! calls, [`WebSocketRpcClient`] calls them.
//!
//! **Who may connect.** A web page of anywhere can make a browser open a WebSocket to here, with the
//! browser's rights (cross-site WebSocket hijacking); the browser does not stop it, but says with
//! `Origin` whose page it is. So an `Origin` has to be the service's own (scheme `http` or `https`, host
//! and port as in `Host`) or one of the option `wsapi-cors-origins`; anything else is status 403.
//! Programs other than browsers send none, and are let in.
//!
//! **What is bounded**: clients ([`HttpConfig::max_websockets`](super::HttpConfig)), bytes and messages
//! that wait for one ([`WAITING_BYTES`], [`WAITING_MESSAGES`]), messages of one that wait for the app
//! ([`UNREAD_MESSAGES`]), the size of each ([`MESSAGE_MAX`]), calls ([`CALLS_MAX`]), and the time that a
//! client may be silent ([`SILENCE`]), read nothing (`write_timeout`) or take for an answer
//! ([`ANSWER_TIMEOUT`], after which it is called again). Compression (permessage-deflate) is not offered.
//!
//! # Example: an app that repeats what it hears
//! ```
//! use ryu_sdn::prelude::*;
//!
//! struct Echo {
//!     app: AppHandle,
//! }
//!
//! /// Sends back what it is sent
//! #[app(name = "echo")]
//! impl Echo {
//!     #[init]
//!     fn new(app: AppHandle) -> Self {
//!         Echo { app }
//!     }
//!
//!     #[websocket("/echo")]
//!     fn connected(&mut self, ws: WebSocket) {
//!         self.app.spawn(format!("echo to {}", ws.peer()), async move {
//!             while let Some(message) = ws.recv().await {
//!                 if ws.send(message).await.is_err() {
//!                     break;
//!                 }
//!             }
//!         });
//!     }
//! }
//! ```

mod channel;
mod handshake;
mod manager;
mod message;
mod pump;
mod rpc_client;
mod rpc_server;

pub use self::channel::{
    Client, Closing, NotSent, UNREAD_MESSAGES, WAITING_BYTES, WAITING_MESSAGES, WebSocket,
};
pub use self::handshake::accept;
pub use self::manager::WebSocketManager;
pub use self::message::Message;
pub use self::pump::{CLOSE_GRACE, MESSAGE_MAX, SILENCE};
pub use serde_json::{Map, Value, json};

pub use self::rpc_client::{ANSWER_TIMEOUT, CALLS_MAX, CallError, Params, WebSocketRpcClient};
pub use self::rpc_server::{BATCH_MAX, RpcError, WebSocketRpcServer};

pub(super) use self::handshake::is_upgrade;
pub(super) use self::pump::run;

/// The example of docs/gui.md, so that it is compiled.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/gui.md")]
struct Page;
