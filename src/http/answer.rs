//! From a request to its answer: who may ask, which route it is for, what the app said.

use std::convert::Infallible;
use std::rc::Rc;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Version, header};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body, Incoming};
use log::{error, info};

use crate::app::{HttpError, LiveBody, PlannedRoute, Response, RouteRequest};
use crate::hub;

use super::access_log::AccessLine;
use super::body::{AnswerBody, Listener};
use super::date::Date;
use super::head;
use super::router::Found;
use super::seat::{Refusal, Seat};
use super::service::Server;

/// What a request is for.
type Target = (PlannedRoute, Vec<(String, String)>);

/// Answers one request; never fails, since every failure is an answer.
pub(super) async fn answer(
    server: Rc<Server>,
    seat: Rc<Seat>,
    peer: Rc<str>,
    request: http::Request<Incoming>,
) -> Result<http::Response<AnswerBody>, Infallible> {
    let clock = hub::current().clock();
    let started = clock.now();
    let (parts, body) = request.into_parts();
    let is_head = parts.method == Method::HEAD;
    let (line, mut response) = match seat.take_refusal() {
        Some(Refusal { line, error }) => (line, closing(error.response())),
        None => {
            let line = format!("{} {} {:?}", parts.method, parts.uri, parts.version);
            let origin = server.safety().admitted(&parts.headers);
            let exchange = Exchange { server: &server, seat: &seat, peer: &peer };
            let mut response = exchange.respond(parts, body).await;
            server.safety().share(&mut response, origin);
            (line, response)
        }
    };
    let date = Date::new(clock.wall());
    complete(&mut response, &date, server.is_stopping());
    info!(
        "{}",
        AccessLine {
            peer: &peer,
            date,
            request: &line,
            status: response.status(),
            body_len: if is_head { 0 } else { response.body().len() },
            took: clock.now() - started,
        }
    );
    if let Some(live) = response.extensions_mut().remove::<LiveBody>() {
        // It keeps its seat, and the connection has no request after it.
        return Ok(closing(response).map(|_| AnswerBody::Live(Listener(live))));
    }
    seat.finish(hub::now());
    Ok(response.map(|body| AnswerBody::Whole(Full::new(body))))
}

/// What is needed to answer a request that has been understood.
struct Exchange<'a> {
    server: &'a Server,
    seat: &'a Seat,
    peer: &'a str,
}

impl Exchange<'_> {
    async fn respond(&self, parts: Parts, body: Incoming) -> Response {
        let target = self.target(&parts);
        // Who waits for leave to send the body is told at once that there is no use in it.
        let waits = parts.headers.contains_key(header::EXPECT) && !body.is_end_stream();
        match target {
            Err(response) if waits => closing(*response),
            // The body is read in any case: what comes after it is the next request.
            Err(response) => match self.read(body).await {
                Ok(_) => *response,
                Err(error) => closing(error.response()),
            },
            Ok(target) => match self.read(body).await {
                Ok(body) => self.call(target, parts, body).await,
                Err(error) => closing(error.response()),
            },
        }
    }

    /// The route that a request is for, or what there is to say instead.
    fn target(&self, parts: &Parts) -> Result<Target, Box<Response>> {
        let refused = |error: HttpError| Box::new(error.response());
        let host = host(parts).map_err(refused)?;
        let safety = self.server.safety();
        safety.check_host(host.as_deref(), self.server.is_loopback()).map_err(refused)?;
        if let Some(response) = safety.preflight(parts) {
            return Err(Box::new(response));
        }
        safety.check_origin(parts, host.as_deref()).map_err(refused)?;
        safety.check_token(&parts.headers).map_err(|response| Box::new(closing(*response)))?;
        check_expectation(&parts.headers).map_err(refused)?;
        let path = parts.uri.path();
        if path == "*" {
            return Err(Box::new(allowing(StatusCode::NO_CONTENT, None)));
        }
        match self.server.router().find(&parts.method, path).map_err(refused)? {
            Found::Route(route, params) => Ok((route, params)),
            Found::Options(allow) => Err(Box::new(allowing(StatusCode::NO_CONTENT, Some(allow)))),
            Found::WrongMethod(allow) => {
                let reason = format!("no {} here", parts.method);
                let mut response =
                    HttpError::new(StatusCode::METHOD_NOT_ALLOWED, reason).response();
                response.headers_mut().insert(header::ALLOW, allow);
                Err(Box::new(response))
            }
            Found::Nothing => {
                let reads = parts.method == Method::GET || parts.method == Method::HEAD;
                let page = self.server.pages().find(path).filter(|_| reads);
                let nothing = || HttpError::not_found("no such path").response();
                Err(Box::new(page.unwrap_or_else(nothing)))
            }
        }
    }

    /// The whole body.
    async fn read(&self, body: Incoming) -> Result<Bytes, HttpError> {
        if body.is_end_stream() {
            return Ok(Bytes::new());
        }
        let limits = self.server.config();
        let body = Limited::new(body, limits.max_body).collect();
        match hub::timeout(limits.body_timeout, body).await {
            Ok(Ok(body)) => Ok(body.to_bytes()),
            Ok(Err(cause)) if cause.is::<LengthLimitError>() => Err(head::body_too_large(limits)),
            Ok(Err(cause)) => Err(HttpError::bad_request(format!("body: {}", root(&*cause)))),
            Err(hub::Elapsed) => {
                let reason = "the body did not come in time";
                Err(HttpError::new(StatusCode::REQUEST_TIMEOUT, reason))
            }
        }
    }

    /// What the app answers.
    async fn call(&self, (route, params): Target, parts: Parts, body: Bytes) -> Response {
        self.seat.work();
        let request = RouteRequest {
            method: parts.method.as_str().to_owned(),
            path: parts.uri.path().to_owned(),
            params,
            query: parts.uri.query().map(str::to_owned),
            headers: parts.headers,
            body,
            peer: self.peer.to_owned(),
            answer: Default::default(),
        };
        let called = self.server.bus().call_route(route.app, route.slot, request);
        let limit = self.server.config().answer_timeout;
        let failed = |detail: String| {
            let PlannedRoute { app, route, .. } = route;
            error!("app {app}: route {} ({} {}): {detail}", route.name, route.method, route.path);
        };
        match hub::timeout(limit, called).await {
            Ok(Ok(response)) if response.status().is_informational() => {
                failed(format!("status {} is no answer", response.status()));
                internal_error()
            }
            Ok(Ok(response)) => response,
            Ok(Err(cause)) => match cause.downcast_ref::<HttpError>() {
                Some(error) => error.response(),
                None => {
                    failed(cause.to_string());
                    internal_error()
                }
            },
            Err(hub::Elapsed) => {
                failed(format!("no answer in {} s", limit.as_secs()));
                let reason = format!("app {} has not answered in time", route.app);
                HttpError::new(StatusCode::GATEWAY_TIMEOUT, reason).response()
            }
        }
    }
}

/// Says nothing of the cause: that is for the log.
fn internal_error() -> Response {
    HttpError::new(StatusCode::INTERNAL_SERVER_ERROR, "internal error").response()
}

/// The host that a request is for, `name[:port]`; HTTP/1.0 may leave it out.
fn host(parts: &Parts) -> Result<Option<String>, HttpError> {
    let mut values = parts.headers.get_all(header::HOST).iter();
    let (named, more) = (values.next(), values.next());
    if more.is_some() {
        return Err(HttpError::bad_request("more than one Host"));
    }
    let Some(named) = named else {
        return match parts.version {
            Version::HTTP_10 => Ok(parts.uri.authority().map(|authority| authority.to_string())),
            _ => Err(HttpError::bad_request("no Host")),
        };
    };
    let named = named.to_str().unwrap_or_default();
    let is_authority = named.parse::<http::uri::Authority>().is_ok();
    if !is_authority || named.contains('@') {
        return Err(HttpError::bad_request("Host is not a name or an address"));
    }
    // RFC 9112 section 3.2: whoever sends an absolute target sends the same host. One that does not
    // has been on its way through something that understands it differently.
    match parts.uri.authority() {
        Some(authority) if !authority.as_str().eq_ignore_ascii_case(named) => {
            Err(HttpError::bad_request("Host is not the host of the request target"))
        }
        _ => Ok(Some(named.to_owned())),
    }
}

/// RFC 9110 section 10.1.1.
fn check_expectation(headers: &HeaderMap) -> Result<(), HttpError> {
    let mut expected = headers.get_all(header::EXPECT).iter();
    match expected.all(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue")) {
        true => Ok(()),
        false => {
            Err(HttpError::new(StatusCode::EXPECTATION_FAILED, "only 100-continue is expected"))
        }
    }
}

fn allowing(status: StatusCode, allow: Option<HeaderValue>) -> Response {
    let any = HeaderValue::from_static("DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT");
    let mut response = Response::default();
    *response.status_mut() = status;
    response.headers_mut().insert(header::ALLOW, allow.unwrap_or(any));
    response
}

/// The last answer on its connection.
fn closing(mut response: Response) -> Response {
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// Sets what is not for the app to say, and takes away what it has said of it.
fn complete(response: &mut Response, date: &Date, is_last: bool) {
    // Statuses without a body (RFC 9110 sections 15.3.5, 15.3.6, 15.4.5).
    let bodiless = [StatusCode::NO_CONTENT, StatusCode::RESET_CONTENT, StatusCode::NOT_MODIFIED];
    if bodiless.contains(&response.status()) {
        *response.body_mut() = Bytes::new();
    }
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.remove(header::TRANSFER_ENCODING);
    if let Ok(date) = HeaderValue::try_from(date.header()) {
        headers.insert(header::DATE, date);
    }
    if is_last {
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
}

/// The cause at the bottom: hyper's own words are about its inside.
fn root<'e>(
    mut error: &'e (dyn std::error::Error + 'static),
) -> &'e (dyn std::error::Error + 'static) {
    while let Some(cause) = error.source() {
        error = cause;
    }
    error
}
