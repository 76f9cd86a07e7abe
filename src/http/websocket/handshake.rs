//! From a request to a WebSocket: RFC 6455 section 4.2.

use http::{HeaderMap, HeaderValue, StatusCode, header};
use sha1::{Digest, Sha1};

use crate::app::{AppResult, HttpError, Response, RouteRequest};
use crate::wire::base64;

use super::channel::WebSocket;

/// What every key is joined with: RFC 6455 section 1.3.
const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The app's end of the connection that `request` asks for, and the answer that opens it.
///
/// No extension and no subprotocol is agreed on, whatever is offered: messages here are small texts,
/// and compression would cost 300 kB for each client.
///
/// # Errors
/// Status 426 if the request asks for no WebSocket, or for another version than 13; 400 if it asks in
/// a wrong way.
pub fn accept(request: &RouteRequest) -> AppResult<(WebSocket, Response)> {
    let headers = &request.headers;
    if request.method != "GET" || !is_upgrade(headers) {
        let reason = "this is a WebSocket: ask with `Upgrade: websocket`";
        return Err(HttpError::new(StatusCode::UPGRADE_REQUIRED, reason).into());
    }
    if !lists(headers, header::CONNECTION, "upgrade") {
        return Err(HttpError::bad_request("Connection does not say upgrade").into());
    }
    if only(headers, header::SEC_WEBSOCKET_VERSION)? != "13" {
        let reason = "only version 13 of WebSocket is spoken here";
        return Err(HttpError::new(StatusCode::UPGRADE_REQUIRED, reason).into());
    }
    if !request.body.is_empty() {
        return Err(HttpError::bad_request("a request for a WebSocket has no body").into());
    }
    let key = only(headers, header::SEC_WEBSOCKET_KEY)?;
    if key.len() != 24 || base64::decode(key).is_none_or(|bytes| bytes.len() != 16) {
        return Err(HttpError::bad_request("Sec-WebSocket-Key is not 16 bytes in base64").into());
    }
    let (ws, client) = WebSocket::pair(&request.peer);
    let mut response = Response::default();
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let fields = response.headers_mut();
    fields.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    fields.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
    fields.insert(header::SEC_WEBSOCKET_ACCEPT, HeaderValue::try_from(accept_key(key))?);
    response.extensions_mut().insert(client);
    Ok((ws, response))
}

/// Whether a request asks to go on as a WebSocket.
pub(in crate::http) fn is_upgrade(headers: &HeaderMap) -> bool {
    lists(headers, header::UPGRADE, "websocket")
}

/// What proves that the request was understood.
fn accept_key(key: &str) -> String {
    base64::encode(&Sha1::digest(format!("{key}{GUID}")))
}

/// Whether one of the words in the header is `word`.
fn lists(headers: &HeaderMap, name: header::HeaderName, word: &str) -> bool {
    let values = headers.get_all(name);
    let mut words = values.iter().flat_map(|value| value.to_str().unwrap_or_default().split(','));
    words.any(|listed| listed.trim().eq_ignore_ascii_case(word))
}

/// The header's only value.
fn only(headers: &HeaderMap, name: header::HeaderName) -> Result<&str, HttpError> {
    let mut values = headers.get_all(&name).iter();
    match (values.next().map(HeaderValue::to_str), values.next()) {
        (Some(Ok(value)), None) => Ok(value.trim()),
        (None, _) => Err(HttpError::bad_request(format!("no {name}"))),
        _ => Err(HttpError::bad_request(format!("{name} is not to be understood"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 6455 section 1.3.
    #[test]
    fn the_key_of_the_specification() {
        assert_eq!(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }
}
