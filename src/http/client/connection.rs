//! One connection to a server, driven by a task of its own.

use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Version, header};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use hyper::client::conn::http1::{self, SendRequest};

use super::error::ClientError;
use crate::app::Response;
use crate::http::io::{Io, Output, Plain};
use crate::hub::net::Stream;
use crate::hub::{self, Task};

/// A connection on which requests can be sent, one after the other. Dropped, it is closed.
pub(super) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    /// Killed with the connection.
    _driver: Task<Result<(), hyper::Error>>,
}

/// Why there is no answer, and what may have become of the request.
pub(super) struct Sent {
    pub(super) error: ClientError,
    /// The server may have seen it.
    pub(super) arrived: bool,
    /// The connection ended before the answer began.
    pub(super) is_cut: bool,
}

impl Sent {
    pub(super) fn arrived(error: ClientError) -> Sent {
        Sent { error, arrived: true, is_cut: false }
    }
}

impl Connection {
    /// Starts to speak HTTP; a server that takes nothing for `stall` has gone.
    pub(super) async fn start(
        stream: Rc<dyn Stream>,
        stall: Duration,
    ) -> Result<Connection, ClientError> {
        let output = Output::new(Rc::clone(&stream), stall);
        let (sender, driver) = http1::handshake(Io::new(Plain(stream), output)).await?;
        Ok(Connection { sender, _driver: hub::spawn("http client", driver) })
    }

    /// Sends `request` and waits for the head of its answer.
    pub(super) async fn send(
        &mut self,
        request: Request<Bytes>,
    ) -> Result<http::Response<Incoming>, Sent> {
        if let Err(error) = self.sender.ready().await {
            return Err(Sent { error: error.into(), arrived: false, is_cut: true });
        }
        self.sender.try_send_request(request.map(Full::new)).await.map_err(|mut failed| {
            let arrived = failed.take_message().is_none();
            let error = failed.into_error();
            let is_cut = error.is_incomplete_message() || error.is_closed() || error.is_canceled();
            Sent { is_cut: is_cut || is_reset(&error), error: error.into(), arrived }
        })
    }

    /// Whether it is of no use any more.
    pub(super) fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }
}

/// Whether the server has reset the connection, as it does with what comes after its goodbye.
fn is_reset(error: &hyper::Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<std::io::Error>() {
            use std::io::ErrorKind::{BrokenPipe, ConnectionReset};
            return matches!(error.kind(), ConnectionReset | BrokenPipe);
        }
        cause = error.source();
    }
    false
}

/// Whether the server goes on after this answer.
pub(super) fn may_be_kept(response: &Response) -> bool {
    let mut connection = response.headers().get_all(header::CONNECTION).iter();
    let closes = connection.any(|value| {
        let mut words = value.as_bytes().split(|&byte| byte == b',');
        words.any(|word| word.trim_ascii().eq_ignore_ascii_case(b"close"))
    });
    response.version() == Version::HTTP_11 && !closes
}

/// The whole body, `limit` bytes at most, no longer than `pause` between two pieces.
pub(super) async fn body_of(
    mut body: Incoming,
    limit: usize,
    pause: Duration,
) -> Result<Bytes, ClientError> {
    let too_large = || ClientError::TooLarge { limit };
    if body.size_hint().lower() > limit as u64 {
        return Err(too_large());
    }
    let (mut first, mut rest) = (Bytes::new(), Vec::new());
    loop {
        let piece = hub::timeout(pause, next_piece(&mut body)).await;
        let late = |_| ClientError::Timeout { what: "more of the answer" };
        let Some(piece) = piece.map_err(late)?? else { break };
        if first.len() + rest.len() + piece.len() > limit {
            return Err(too_large());
        }
        // Most bodies are one piece, and need not be copied.
        if first.is_empty() && rest.is_empty() {
            first = piece;
        } else {
            rest.extend_from_slice(&std::mem::take(&mut first));
            rest.extend_from_slice(&piece);
        }
    }
    Ok(if rest.is_empty() { first } else { rest.into() })
}

/// The next bytes of a body; `None` at its end.
pub(super) async fn next_piece(body: &mut Incoming) -> Result<Option<Bytes>, ClientError> {
    while let Some(frame) = body.frame().await {
        // What is no data is trailers.
        if let Ok(bytes) = frame?.into_data() {
            return Ok(Some(bytes));
        }
    }
    Ok(None)
}
