//! What stands between an app and a client's socket: two bounded queues of messages.
//!
//! ```text
//! app:  WebSocket --- waiting for the client ---> Client  :pump, or a test
//!                 <-- waiting for the app ------
//! ```

use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, poll_fn};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use thiserror::Error;

use crate::app::Response;

use super::message::Message;

/// How many bytes may wait for a client: what a browser that was put aside for a moment catches up
/// with, and what 256 clients that do not read may cost, 256 MiB.
pub const WAITING_BYTES: usize = 1 << 20;

/// How many messages may wait for a client.
pub const WAITING_MESSAGES: usize = 1024;

/// How many messages of a client may wait for the app; then nothing more is read from it.
pub const UNREAD_MESSAGES: usize = 64;

/// Why a connection has ended, or is to: a number and a text. Spec: RFC 6455 section 7.4.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    /// The number, one of the constants or 3000 to 4999; 1006 if there was no word of it at all.
    pub code: u16,
    /// The text; what does not fit into 123 bytes is cut off.
    pub reason: String,
}

impl Closing {
    /// 1000: it has served its purpose.
    pub const NORMAL: u16 = 1000;
    /// 1001: the service ends, or the page was left.
    pub const GOING_AWAY: u16 = 1001;
    /// 1002: the other side has broken the rules of the protocol.
    pub const PROTOCOL: u16 = 1002;
    /// 1006: the connection was cut. Never sent.
    pub const ABNORMAL: u16 = 1006;
    /// 1007: text that is not UTF-8.
    pub const INVALID: u16 = 1007;
    /// 1008: against the rules of the house.
    pub const POLICY: u16 = 1008;
    /// 1009: a message that is too long.
    pub const TOO_BIG: u16 = 1009;
    /// 1011: something went wrong here.
    pub const INTERNAL: u16 = 1011;
    /// 1013: too much at this moment; come again.
    pub const TRY_AGAIN: u16 = 1013;

    /// A reason with its number.
    pub fn new(code: u16, reason: impl Into<String>) -> Self {
        Closing { code, reason: reason.into() }
    }
}

impl fmt::Display for Closing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        match self.reason.as_str() {
            "" => Ok(()),
            reason => write!(f, " {}", reason.escape_debug()),
        }
    }
}

/// Why a message was not taken.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum NotSent {
    /// As much waits for the client as may.
    #[error("the client does not read fast enough")]
    Full,
    /// The connection has ended, or is ending.
    #[error("the WebSocket is closed")]
    Closed,
}

/// An app's end of a client's connection, as the method marked [`websocket`](macro@crate::app::websocket)
/// gets it. A counted reference; the connection is closed (1000) when the last one is dropped.
///
/// Nothing here waits for the client's socket but through a queue: [`WAITING_BYTES`] and
/// [`WAITING_MESSAGES`] to the client, [`UNREAD_MESSAGES`] from it. An app that listens to nothing says
/// so ([`discard`](WebSocket::discard)): a client is no longer read when its queue is full, nor its end
/// noticed.
#[derive(Clone)]
pub struct WebSocket(Arc<AppSide>);

/// Closes when it goes.
struct AppSide(Channel);

/// The client's end: the connection's pump, or a test in its place.
///
/// # Example: an app's method, called as the service would
/// ```
/// use ryu_sdn::http::websocket::{Client, WebSocket};
/// use ryu_sdn::{clock::Clock, hub::Hub};
///
/// Hub::new(Clock::test()).unwrap().block_on(async {
///     let (ws, client) = WebSocket::pair("somebody");
///     assert!(client.deliver("marco".into()));
///     assert_eq!(ws.recv().await.unwrap().text(), Some("marco"));
///     ws.send("polo").await.unwrap();
///     assert_eq!(client.next().await.unwrap().text(), Some("polo"));
///     drop(ws);
///     assert!(client.next().await.is_none());
/// });
/// ```
#[derive(Clone)]
pub struct Client(Arc<ClientSide>);

/// Ends the connection when it goes.
struct ClientSide(Channel);

#[derive(Clone)]
struct Channel(Arc<Shared>);

struct Shared {
    peer: String,
    /// The pump travels in the extensions of a `Response`, which have to be `Send`; hence the lock,
    /// which nobody ever waits for.
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// From the app.
    waiting: VecDeque<Message>,
    waiting_bytes: usize,
    skipped: u64,
    /// From the client.
    unread: VecDeque<Message>,
    is_discarding: bool,
    /// The app, or the service, wants the end.
    closing: Option<Closing>,
    /// Nothing comes or goes any more.
    ended: Option<Closing>,
    /// Those of the app's tasks that wait.
    app: Vec<Waker>,
    pump: Option<Waker>,
}

impl State {
    fn has_room(&self, len: usize) -> bool {
        // One message always fits, however long.
        let fits = self.waiting_bytes + len <= WAITING_BYTES || self.waiting.is_empty();
        fits && self.waiting.len() < WAITING_MESSAGES
    }

    fn is_closed(&self) -> bool {
        self.closing.is_some() || self.ended.is_some()
    }
}

impl WebSocket {
    /// Both ends of a connection; `peer` is who is at the other one, for the log.
    pub fn pair(peer: &str) -> (WebSocket, Client) {
        let shared = Shared { peer: peer.to_owned(), state: Mutex::default() };
        let channel = Channel(Arc::new(shared));
        (WebSocket(Arc::new(AppSide(channel.clone()))), Client(Arc::new(ClientSide(channel))))
    }

    /// The next message of the client; `None` when the connection has ended. Cancel-safe.
    pub fn recv(&self) -> impl Future<Output = Option<Message>> {
        poll_fn(|cx| self.poll_recv(cx))
    }

    /// The poll of [`recv`](WebSocket::recv).
    pub fn poll_recv(&self, cx: &mut Context<'_>) -> Poll<Option<Message>> {
        let mut state = self.channel().state();
        if let Some(message) = state.unread.pop_front() {
            Channel::wake(state, false);
            return Poll::Ready(Some(message));
        }
        if state.is_closed() {
            return Poll::Ready(None);
        }
        note(&mut state.app, cx);
        Poll::Pending
    }

    /// Sends a message; waits while there is no room for it. Cancel-safe.
    ///
    /// # Errors
    /// `Closed`.
    pub async fn send(&self, message: impl Into<Message>) -> Result<(), NotSent> {
        let message = message.into();
        poll_fn(|cx| {
            let mut state = self.channel().state();
            if state.is_closed() || state.has_room(message.len()) {
                return Poll::Ready(());
            }
            note(&mut state.app, cx);
            Poll::Pending
        })
        .await;
        self.try_send(message)
    }

    /// Sends a message if there is room for it, without waiting.
    ///
    /// # Errors
    /// `Full` or `Closed`; the message is lost.
    pub fn try_send(&self, message: impl Into<Message>) -> Result<(), NotSent> {
        let message = message.into();
        let mut state = self.channel().state();
        if state.is_closed() {
            return Err(NotSent::Closed);
        }
        if !state.has_room(message.len()) {
            state.skipped += 1;
            return Err(NotSent::Full);
        }
        state.waiting_bytes += message.len();
        state.waiting.push_back(message);
        Channel::wake(state, false);
        Ok(())
    }

    /// Ends the connection, after what waits for the client. The first reason counts.
    pub fn close(&self, closing: Closing) {
        self.channel().close(closing);
    }

    /// From now on, messages of the client are read and dropped.
    pub fn discard(&self) {
        let mut state = self.channel().state();
        state.is_discarding = true;
        state.unread.clear();
        Channel::wake(state, false);
    }

    /// Waits for the end, and says how it came. Cancel-safe.
    pub fn closed(&self) -> impl Future<Output = Closing> {
        poll_fn(|cx| {
            let mut state = self.channel().state();
            match state.ended.clone() {
                Some(closing) => Poll::Ready(closing),
                None => {
                    note(&mut state.app, cx);
                    Poll::Pending
                }
            }
        })
    }

    /// Whether nothing can be sent any more.
    pub fn is_closed(&self) -> bool {
        self.channel().state().is_closed()
    }

    /// How many messages [`try_send`](WebSocket::try_send) has had no room for.
    pub fn skipped(&self) -> u64 {
        self.channel().state().skipped
    }

    /// Who is at the other end: `127.0.0.1:41822`.
    pub fn peer(&self) -> &str {
        &self.channel().0.peer
    }

    fn channel(&self) -> &Channel {
        &self.0.0
    }
}

impl PartialEq for WebSocket {
    /// Whether both are of one connection.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for WebSocket {}

impl Drop for AppSide {
    fn drop(&mut self) {
        self.0.close(Closing::new(Closing::NORMAL, ""));
    }
}

impl Client {
    /// The client's end in an app's answer to a request for a WebSocket.
    pub fn of(response: &Response) -> Option<Client> {
        response.extensions().get().cloned()
    }

    /// A message for the app; false, and the message is lost, if it has no room or has closed.
    pub fn deliver(&self, message: Message) -> bool {
        let mut state = self.channel().state();
        if state.is_closed() || (state.unread.len() >= UNREAD_MESSAGES && !state.is_discarding) {
            return false;
        }
        if !state.is_discarding {
            state.unread.push_back(message);
            Channel::wake(state, true);
        }
        true
    }

    /// What the app sends next; `None` when it has closed. Cancel-safe.
    pub fn next(&self) -> impl Future<Output = Option<Message>> {
        poll_fn(|cx| {
            if let Some(message) = self.take() {
                return Poll::Ready(Some(message));
            }
            if self.closing().is_some() || self.channel().state().ended.is_some() {
                return Poll::Ready(None);
            }
            self.watch(cx);
            Poll::Pending
        })
    }

    /// What the app has sent, if anything waits.
    pub fn take(&self) -> Option<Message> {
        let mut state = self.channel().state();
        let message = state.waiting.pop_front()?;
        state.waiting_bytes -= message.len();
        Channel::wake(state, true);
        Some(message)
    }

    /// Why the app wants the end, once it does.
    pub fn closing(&self) -> Option<Closing> {
        self.channel().state().closing.clone()
    }

    /// Asks for the end in the place of the app.
    pub(in crate::http) fn close(&self, closing: Closing) {
        self.channel().close(closing);
    }

    /// The connection has ended.
    pub fn end(&self, closing: Closing) {
        self.channel().end(closing);
    }

    /// Whether a message can be delivered.
    pub(super) fn has_room(&self) -> bool {
        let state = self.channel().state();
        state.unread.len() < UNREAD_MESSAGES || state.is_discarding
    }

    /// Wakes the task when the app has done something.
    pub(super) fn watch(&self, cx: &mut Context<'_>) {
        self.channel().state().pump = Some(cx.waker().clone());
    }

    fn channel(&self) -> &Channel {
        &self.0.0
    }
}

impl Drop for ClientSide {
    fn drop(&mut self) {
        self.0.end(Closing::new(Closing::ABNORMAL, ""));
    }
}

impl Channel {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn close(&self, closing: Closing) {
        let mut state = self.state();
        if !state.is_closed() {
            state.closing = Some(closing);
        }
        let (app, pump) = (std::mem::take(&mut state.app), state.pump.take());
        drop(state);
        app.into_iter().chain(pump).for_each(Waker::wake);
    }

    fn end(&self, closing: Closing) {
        let mut state = self.state();
        if state.ended.is_none() {
            state.ended = Some(closing);
            state.waiting.clear();
            state.waiting_bytes = 0;
        }
        Channel::wake(state, true);
    }

    /// Lets go of the lock and wakes one side.
    fn wake(mut state: MutexGuard<'_, State>, is_app: bool) {
        let app = if is_app { std::mem::take(&mut state.app) } else { Vec::new() };
        let pump = if is_app { None } else { state.pump.take() };
        drop(state);
        app.into_iter().chain(pump).for_each(Waker::wake);
    }
}

fn note(wakers: &mut Vec<Waker>, cx: &Context<'_>) {
    if !wakers.iter().any(|waker| waker.will_wake(cx.waker())) {
        wakers.push(cx.waker().clone());
    }
}

impl fmt::Debug for WebSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WebSocket({})", self.peer())
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Client({})", self.channel().0.peer)
    }
}
