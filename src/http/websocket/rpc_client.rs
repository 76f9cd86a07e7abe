//! JSON-RPC 2.0 over a WebSocket the other way: calls to the browser.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::Duration;

use log::debug;
use serde::Serialize;
use serde_json::Value;
use thiserror::Error;

use crate::hub;
use crate::sync::oneshot;

use super::channel::{Closing, NotSent, WebSocket};
use super::message::Message;
use super::rpc_server::RpcError;

/// How many calls may wait for a client, the one that it is busy with not counted: what a browser that
/// was put aside for a moment catches up with.
pub const CALLS_MAX: usize = 1024;

/// How long a client may take to answer a call before it is called again: long for a browser, which has
/// nothing else to do, and short for one that does not know the method and so never answers.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(1);

/// Why a call to a client has no result.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum CallError {
    /// The client says no.
    #[error("the client answered: {0}")]
    Rpc(RpcError),
    /// The client's answer is none.
    #[error("the client's answer is no answer of JSON-RPC 2.0 to this call: {0}")]
    InvalidReply(String),
    /// There was no answer in [`ANSWER_TIMEOUT`].
    #[error("the client has not answered in time")]
    Elapsed,
    /// There are as many calls waiting as may.
    #[error("the client does not answer fast enough")]
    Full,
    /// The connection has ended.
    #[error("the WebSocket is closed")]
    Closed,
}

/// Calls one client, as Ryu's class of that name does: with ids from 1, each call when the one before
/// has been answered. A counted reference.
///
/// The calls wait in a queue of [`CALLS_MAX`]. A client that does not answer is called again after
/// [`ANSWER_TIMEOUT`] (Ryu waits for ever), and what it says later is dropped. One that lets its queue
/// fill is cut (1013), and gets the whole picture when it comes again.
///
/// # Example
/// ```
/// use ryu_sdn::http::websocket::{Params, WebSocket, WebSocketRpcClient};
/// use ryu_sdn::{clock::Clock, hub::{self, Hub}};
/// use serde_json::json;
///
/// Hub::new(Clock::test()).unwrap().block_on(async {
///     let (ws, browser) = WebSocket::pair("somebody");
///     let rpc = WebSocketRpcClient::new(ws);
///     let _serving = hub::spawn("browser", rpc.clone().serve_forever());
///     let params = Params::of(&[1]).unwrap();
///     let call = hub::spawn("call", async move { rpc.call("add", &params).await });
///     let asked = browser.next().await.unwrap();
///     assert_eq!(asked.text(), Some(r#"{"jsonrpc": "2.0", "id": 1, "method": "add", "params": [1]}"#));
///     browser.deliver(r#"{"jsonrpc": "2.0", "id": 1, "result": "done"}"#.into());
///     assert_eq!(call.await.unwrap(), Ok(json!("done")));
/// });
/// ```
#[derive(Clone)]
pub struct WebSocketRpcClient(Rc<Inner>);

struct Inner {
    ws: WebSocket,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    calls: VecDeque<Call>,
    serving: Option<Waker>,
}

/// The parameters of a call, as JSON: made once for all clients that are told the same.
///
/// ```
/// use ryu_sdn::http::websocket::Params;
///
/// assert_eq!(Params::of(&["a", "b"]).unwrap().to_string(), r#"["a","b"]"#);
/// ```
#[derive(Clone, Debug)]
pub struct Params(Rc<str>);

impl Params {
    /// The parameters by their places.
    ///
    /// # Errors
    /// What a value's own `Serialize` says, or that a map of it has keys that are no text.
    pub fn of(params: &[impl Serialize]) -> Result<Params, serde_json::Error> {
        Ok(Params(serde_json::to_string(params)?.into()))
    }
}

impl fmt::Display for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

struct Call {
    method: &'static str,
    params: Params,
    answer: Option<oneshot::Sender<Result<Value, CallError>>>,
}

/// What there is to do next.
enum Next {
    Call(Call),
    Unasked,
    Closed,
}

impl WebSocketRpcClient {
    /// Calls over `ws`, which nobody else may receive from.
    pub fn new(ws: WebSocket) -> Self {
        WebSocketRpcClient(Rc::new(Inner { ws, state: RefCell::default() }))
    }

    /// Calls a method of the client and waits for its result; [`serve_forever`] has to run meanwhile.
    /// Cancel-safe; the call is made all the same.
    ///
    /// [`serve_forever`]: WebSocketRpcClient::serve_forever
    ///
    /// # Errors
    /// Any [`CallError`].
    pub async fn call(&self, method: &'static str, params: &Params) -> Result<Value, CallError> {
        let (answer, answered) = oneshot::channel();
        self.put(Call { method, params: params.clone(), answer: Some(answer) })?;
        answered.await.unwrap_or(Err(CallError::Closed))
    }

    /// Calls a method of the client without waiting: its result is of no interest.
    ///
    /// # Errors
    /// `Full`, after which the client is cut, or `Closed`.
    pub fn call_soon(&self, method: &'static str, params: &Params) -> Result<(), CallError> {
        self.put(Call { method, params: params.clone(), answer: None })
    }

    fn put(&self, call: Call) -> Result<(), CallError> {
        if self.0.ws.is_closed() {
            return Err(CallError::Closed);
        }
        let mut state = self.0.state.borrow_mut();
        if state.calls.len() >= CALLS_MAX {
            drop(state);
            let reason = format!("{CALLS_MAX} calls wait for an answer");
            self.0.ws.close(Closing::new(Closing::TRY_AGAIN, reason));
            return Err(CallError::Full);
        }
        state.calls.push_back(call);
        let serving = state.serving.take();
        drop(state);
        serving.into_iter().for_each(Waker::wake);
        Ok(())
    }

    /// Makes the calls, one after the other, until the connection has ended.
    pub async fn serve_forever(self) {
        for id in 1_u64.. {
            let call = loop {
                match self.next().await {
                    Next::Call(call) => break call,
                    Next::Unasked => debug!("{:?} sends what nobody has asked for", self.0.ws),
                    Next::Closed => return self.forget(),
                }
            };
            let Call { method, params, answer } = call;
            let text = format!(
                r#"{{"jsonrpc": "2.0", "id": {id}, "method": {}, "params": {params}}}"#,
                Value::from(method)
            );
            let sent = async {
                match self.0.ws.send(text).await {
                    Ok(()) => {}
                    Err(NotSent::Closed) => return Err(CallError::Closed),
                    Err(NotSent::Full) => return Err(CallError::Full),
                }
                loop {
                    let reply = self.0.ws.recv().await.ok_or(CallError::Closed)?;
                    match result(&reply, id) {
                        // To a call that was given up.
                        None => debug!("{:?} answers late", self.0.ws),
                        Some(result) => return result,
                    }
                }
            };
            let result = hub::timeout(ANSWER_TIMEOUT, sent).await;
            let result = result.unwrap_or(Err(CallError::Elapsed));
            match &result {
                Err(error @ (CallError::InvalidReply(_) | CallError::Elapsed)) => {
                    debug!("{:?}: {method}: {error}", self.0.ws);
                }
                Err(CallError::Closed) => return self.forget(),
                _ => {}
            }
            if let Some(answer) = answer {
                // Whoever asked may have given up.
                let _ = answer.send(result);
            }
        }
    }

    async fn next(&self) -> Next {
        poll_fn(|cx| {
            if let Poll::Ready(message) = self.0.ws.poll_recv(cx) {
                return Poll::Ready(message.map_or(Next::Closed, |_| Next::Unasked));
            }
            let mut state = self.0.state.borrow_mut();
            if let Some(call) = state.calls.pop_front() {
                return Poll::Ready(Next::Call(call));
            }
            state.serving = Some(cx.waker().clone());
            Poll::Pending
        })
        .await
    }

    /// Drops what waits; whoever waits for it is told.
    fn forget(&self) {
        let calls = std::mem::take(&mut self.0.state.borrow_mut().calls);
        drop(calls);
    }

    /// The client's connection.
    pub fn ws(&self) -> &WebSocket {
        &self.0.ws
    }

    /// How many calls wait.
    pub fn waiting(&self) -> usize {
        self.0.state.borrow().calls.len()
    }
}

/// What a reply says; `None` if it is to an earlier call.
fn result(reply: &Message, id: u64) -> Option<Result<Value, CallError>> {
    let invalid = || {
        let shown: String = String::from_utf8_lossy(reply.bytes()).chars().take(120).collect();
        CallError::InvalidReply(shown.escape_debug().to_string())
    };
    let mut value: Value = serde_json::from_slice(reply.bytes()).unwrap_or_default();
    let answered = value.get("id").and_then(Value::as_u64);
    if answered.is_some_and(|answered| answered < id) {
        return None;
    }
    if value.get("jsonrpc").and_then(Value::as_str) != Some("2.0") || answered != Some(id) {
        return Some(Err(invalid()));
    }
    if let Some(error) = value.get("error").filter(|error| !error.is_null()) {
        return Some(Err(RpcError::from_json(error).map_or_else(invalid, CallError::Rpc)));
    }
    Some(value.get_mut("result").map(Value::take).ok_or_else(invalid))
}

impl fmt::Debug for WebSocketRpcClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let waiting = self.waiting();
        f.debug_struct("WebSocketRpcClient")
            .field("ws", &self.0.ws)
            .field("waiting", &waiting)
            .finish()
    }
}
