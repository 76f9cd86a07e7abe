//! JSON-RPC 2.0 over a WebSocket: the client calls, methods here answer.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

use log::debug;
use serde_json::{Value, json};

use super::channel::{NotSent, WebSocket};

/// How many calls one message may have.
pub const BATCH_MAX: usize = 100;

/// Why a call has no result. Spec: JSON-RPC 2.0 section 5.1.
#[derive(Clone, Debug, PartialEq)]
pub struct RpcError {
    /// The number; those from -32768 to -32000 are the specification's.
    pub code: i64,
    /// One sentence.
    pub message: String,
    /// More about it, as the method likes; `Null` for nothing.
    pub data: Value,
}

impl RpcError {
    /// The text is not JSON.
    pub const PARSE: i64 = -32700;
    /// The JSON is no call.
    pub const INVALID_REQUEST: i64 = -32600;
    /// There is no such method.
    pub const METHOD_NOT_FOUND: i64 = -32601;
    /// The method does not take such parameters.
    pub const INVALID_PARAMS: i64 = -32602;
    /// Something went wrong here.
    pub const INTERNAL: i64 = -32603;

    /// An error with a number of any kind.
    pub fn new(code: i64, message: impl Into<String>) -> Self {
        RpcError { code, message: message.into(), data: Value::Null }
    }

    /// The parameters are wrong.
    pub fn invalid_params(message: impl Into<String>) -> Self {
        RpcError::new(RpcError::INVALID_PARAMS, message)
    }

    fn into_json(self) -> Value {
        match self.data {
            Value::Null => json!({ "code": self.code, "message": self.message }),
            data => json!({ "code": self.code, "message": self.message, "data": data }),
        }
    }

    /// The error in an answer; anything that has no number and text is none.
    pub(super) fn from_json(value: &Value) -> Option<Self> {
        let code = value.get("code")?.as_i64()?;
        let message = value.get("message")?.as_str()?.to_owned();
        let data = value.get("data").cloned().unwrap_or_default();
        Some(RpcError { code, message, data })
    }
}

impl fmt::Display for RpcError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message.escape_debug(), self.code)
    }
}

impl std::error::Error for RpcError {}

type Method = Box<dyn Fn(Value) -> Pin<Box<dyn Future<Output = Result<Value, RpcError>>>>>;

/// Answers the JSON-RPC 2.0 calls of one client, as Ryu's class of that name does: by name, one after
/// the other, batches and notifications too.
///
/// A method is given the call's `params`: a list, an object, or `Null` if there are none. What it needs
/// of an app whose state is in the app itself, it asks for with a [`Request`](trait@crate::app::Request).
///
/// # Example
/// ```
/// use ryu_sdn::http::websocket::{RpcError, WebSocket, WebSocketRpcServer};
/// use ryu_sdn::{clock::Clock, hub::{self, Hub}};
/// use serde_json::{Value, json};
///
/// Hub::new(Clock::test()).unwrap().block_on(async {
///     let (ws, client) = WebSocket::pair("somebody");
///     let server = WebSocketRpcServer::new(ws).method("double", async |params: Value| {
///         let number = params[0].as_i64().ok_or(RpcError::invalid_params("a number is wanted"))?;
///         Ok(json!(number * 2))
///     });
///     let _serving = hub::spawn("double", server.serve_forever());
///     client.deliver(r#"{"jsonrpc": "2.0", "id": 7, "method": "double", "params": [21]}"#.into());
///     let answer = client.next().await.unwrap();
///     assert_eq!(answer.text(), Some(r#"{"id":7,"jsonrpc":"2.0","result":42}"#));
/// });
/// ```
pub struct WebSocketRpcServer {
    ws: WebSocket,
    methods: BTreeMap<&'static str, Method>,
}

impl WebSocketRpcServer {
    /// A server without any methods.
    pub fn new(ws: WebSocket) -> Self {
        WebSocketRpcServer { ws, methods: BTreeMap::new() }
    }

    /// Adds a method; one of the same name is replaced.
    #[must_use]
    pub fn method<F, Fut>(mut self, name: &'static str, method: F) -> Self
    where
        F: Fn(Value) -> Fut + 'static,
        Fut: Future<Output = Result<Value, RpcError>> + 'static,
    {
        self.methods.insert(name, Box::new(move |params| Box::pin(method(params))));
        self
    }

    /// Answers until the connection has ended. While a method waits, the next call does too.
    pub async fn serve_forever(self) {
        while let Some(message) = self.ws.recv().await {
            let answer = match message.text() {
                Some(text) => self.answer(text).await,
                None => Some(failure(Value::Null, RpcError::new(RpcError::PARSE, "not a text"))),
            };
            let Some(answer) = answer else { continue };
            match self.ws.send(answer.to_string()).await {
                Ok(()) => {}
                Err(NotSent::Closed) => return,
                // Somebody else has taken the room since.
                Err(NotSent::Full) => debug!("{:?}: an answer had no room", self.ws),
            }
        }
    }

    /// The answer to a message, if there is anything to say.
    async fn answer(&self, text: &str) -> Option<Value> {
        match serde_json::from_str(text) {
            Err(error) => {
                let reason = format!("not JSON: {error}");
                Some(failure(Value::Null, RpcError::new(RpcError::PARSE, reason)))
            }
            Ok(Value::Array(calls)) if calls.is_empty() || calls.len() > BATCH_MAX => {
                let reason = format!("a batch has 1 to {BATCH_MAX} calls");
                Some(failure(Value::Null, RpcError::new(RpcError::INVALID_REQUEST, reason)))
            }
            Ok(Value::Array(calls)) => {
                let mut answers = Vec::new();
                for call in calls {
                    answers.extend(self.answer_one(call).await);
                }
                (!answers.is_empty()).then_some(Value::Array(answers))
            }
            Ok(call) => self.answer_one(call).await,
        }
    }

    async fn answer_one(&self, mut call: Value) -> Option<Value> {
        let id = call.get("id").cloned();
        let named = call.get("method").and_then(Value::as_str).map(str::to_owned);
        let is_call = call.get("jsonrpc").and_then(Value::as_str) == Some("2.0")
            && !matches!(id, Some(Value::Bool(_) | Value::Array(_) | Value::Object(_)))
            && matches!(call.get("params"), None | Some(Value::Array(_) | Value::Object(_)));
        let Some(name) = named.filter(|_| is_call) else {
            let id = id.filter(|id| id.is_string() || id.is_number()).unwrap_or_default();
            let reason = "not a call of JSON-RPC 2.0";
            return Some(failure(id, RpcError::new(RpcError::INVALID_REQUEST, reason)));
        };
        let params = call.get_mut("params").map(Value::take).unwrap_or_default();
        let result = match self.methods.get(name.as_str()) {
            Some(method) => method(params).await,
            None => {
                let reason = format!("no method {name:?}");
                Err(RpcError::new(RpcError::METHOD_NOT_FOUND, reason))
            }
        };
        // Without an id it is a notification: nobody waits for an answer.
        let id = id?;
        Some(match result {
            Ok(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
            Err(error) => failure(id, error),
        })
    }
}

fn failure(id: Value, error: RpcError) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "error": error.into_json() })
}

impl fmt::Debug for WebSocketRpcServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebSocketRpcServer")
            .field("ws", &self.ws)
            .field("methods", &self.methods.keys())
            .finish()
    }
}
