//! Routes: what an HTTP request is to an app, and what an app answers.
//!
//! The HTTP service parses and writes; here is only what a `#[route]` method's signature speaks of.

use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::rc::Rc;
use std::str::FromStr;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::ofproto::{Dpid, PortNo};
use crate::wire::{IpNet, Ipv4Net, Ipv6Net, MacAddr};

use crate::sync::oneshot;

use super::error::{AppError, AppResult};
use super::handle::AppHandle;
use super::shape;

/// A whole answer.
pub type Response = http::Response<Bytes>;

/// A request that has matched a route; its body has been read.
#[derive(Clone, Debug)]
pub struct RouteRequest {
    /// The HTTP method, upper case.
    pub method: String,
    /// The path, as sent.
    pub path: String,
    /// The path parameters, in the order of the route; percent-decoded.
    pub params: Vec<(String, String)>,
    /// The query string without its question mark, as sent.
    pub query: Option<String>,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, whole; its size is bounded by the service.
    pub body: Bytes,
    /// Who asks, `address:port`.
    pub peer: String,
    /// Where the answer goes; of a request made by hand, nowhere (`Default`).
    pub answer: AnswerSlot,
}

impl RouteRequest {
    /// The path parameter `name`, converted.
    ///
    /// # Errors
    /// A [`HttpError`] with status 400 that names the parameter and what it should have been.
    pub fn param<T: FromParam>(&self, name: &str) -> AppResult<T> {
        let Some((_, text)) = self.params.iter().find(|(key, _)| key == name) else {
            return Err(AppError::msg(format!("route has no parameter {name:?}")));
        };
        T::from_param(text).ok_or_else(|| {
            let reason = format!("parameter {name:?} is {text:?}, expected {}", T::EXPECTED);
            HttpError::bad_request(reason).into()
        })
    }

    /// Answers with what `future` gives, as a task of the app's: the handler returns, and the app
    /// goes on with its next event while the future waits.
    ///
    /// What this returns is what the handler returns; it is not sent. To be called once.
    ///
    /// # Errors
    /// None; the type is that of a handler.
    ///
    /// # Example: a switch that takes its time keeps nobody else waiting
    /// ```
    /// use ryu_sdn::ofproto::{MultipartReplyBody, MultipartRequest};
    /// use ryu_sdn::prelude::*;
    /// use ryu_sdn::services::dpset::DpSet;
    ///
    /// struct Makers {
    ///     app: AppHandle,
    ///     dpset: Ctx<DpSet>,
    /// }
    ///
    /// #[app(name = "makers")]
    /// impl Makers {
    ///     #[init]
    ///     fn new(app: AppHandle, dpset: Ctx<DpSet>) -> Self {
    ///         Makers { app, dpset }
    ///     }
    ///
    ///     #[route(GET, "/maker/{dpid}")]
    ///     fn maker(&mut self, dpid: Dpid, request: RouteRequest) -> AppResult<Response> {
    ///         let dp = self.dpset.get(dpid).ok_or_else(|| HttpError::not_found("no such switch"))?;
    ///         request.later(&self.app, async move {
    ///             match dp.request(&MultipartRequest::desc()).await? {
    ///                 MultipartReplyBody::Desc(desc) => desc.mfr_desc.to_string().into_reply(),
    ///                 _ => "nobody knows".into_reply(),
    ///             }
    ///         })
    ///     }
    /// }
    /// ```
    pub fn later<F>(&self, app: &AppHandle, future: F) -> AppResult<Response>
    where
        F: Future<Output = AppResult<Response>> + 'static,
    {
        if let Some(answer) = self.answer.take() {
            app.spawn(format!("answer to {} {}", self.method, self.path), async move {
                // A client that has left meanwhile needs no answer.
                let _ = answer.send(future.await);
            });
        }
        Ok(Response::default())
    }
}

/// Where the answer to a request goes; see [`RouteRequest::later`].
#[derive(Clone, Default)]
pub struct AnswerSlot(Rc<RefCell<Option<Answer>>>);

type Answer = oneshot::Sender<AppResult<Response>>;

impl AnswerSlot {
    /// The slot of that answer.
    pub(super) fn of(answer: Answer) -> Self {
        AnswerSlot(Rc::new(RefCell::new(Some(answer))))
    }

    /// The answer, unless somebody has taken it upon himself.
    pub(super) fn take(&self) -> Option<Answer> {
        self.0.borrow_mut().take()
    }
}

impl fmt::Debug for AnswerSlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AnswerSlot").field(&self.0.borrow().is_some()).finish()
    }
}

/// A value that can stand in a path.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a path parameter",
    note = "accepted are `Dpid`, `MacAddr`, `PortNo`, `IpAddr`, integers, `String`, and what implements `FromParam`"
)]
pub trait FromParam: Sized {
    /// What is accepted, in words: it ends the sentence "expected ...".
    const EXPECTED: &'static str;

    /// What is accepted, as a JSON schema, for `/openapi.json`.
    const SCHEMA: &'static str = r#"{"type":"string"}"#;

    /// Whether a slash may stand in it, written `%2F`. Such a request is refused otherwise: what takes
    /// a part of a path for the name of a file or of a resource must not be led out of it.
    const MAY_HOLD_SLASH: bool = false;

    /// The value, or `None` if the text is not one.
    fn from_param(text: &str) -> Option<Self>;
}

macro_rules! from_param {
    ($($ty:ty => $expected:literal, $schema:literal $(, slash $slash:literal)?;)*) => {$(
        // Not listed beside an error: the note above names them all.
        #[diagnostic::do_not_recommend]
        impl FromParam for $ty {
            const EXPECTED: &'static str = $expected;
            const SCHEMA: &'static str = $schema;
            $(const MAY_HOLD_SLASH: bool = $slash;)?

            fn from_param(text: &str) -> Option<Self> {
                <$ty>::from_str(text).ok()
            }
        }
    )*};
}

from_param! {
    Dpid => "a datapath id of 16 hexadecimal digits",
        r#"{"type":"string","pattern":"^[0-9a-fA-F]{16}$"}"#;
    MacAddr => "a MAC address such as 00:00:5e:00:53:01",
        r#"{"type":"string","examples":["00:00:5e:00:53:01"]}"#;
    IpAddr => "an IP address", r#"{"anyOf":[{"type":"string","format":"ipv4"},{"type":"string","format":"ipv6"}]}"#;
    Ipv4Addr => "an IPv4 address", r#"{"type":"string","format":"ipv4"}"#;
    Ipv6Addr => "an IPv6 address", r#"{"type":"string","format":"ipv6"}"#;
    IpNet => "an IP network such as 10.0.0.0/8", r#"{"type":"string","examples":["10.0.0.0/8"]}"#, slash true;
    Ipv4Net => "an IPv4 network such as 10.0.0.0/8", r#"{"type":"string","examples":["10.0.0.0/8"]}"#, slash true;
    Ipv6Net => "an IPv6 network such as 2001:db8::/32", r#"{"type":"string","examples":["2001:db8::/32"]}"#, slash true;
    String => "text", r#"{"type":"string"}"#;
    bool => "true or false", r#"{"type":"boolean"}"#;
    u8 => "an integer from 0 to 255", r#"{"type":"integer","minimum":0,"maximum":255}"#;
    u16 => "an integer from 0 to 65535", r#"{"type":"integer","minimum":0,"maximum":65535}"#;
    u32 => "an integer from 0 to 4294967295", r#"{"type":"integer","minimum":0,"maximum":4294967295}"#;
    u64 => "an unsigned integer of 64 bits", r#"{"type":"integer","minimum":0,"maximum":18446744073709551615}"#;
    i32 => "an integer of 32 bits", r#"{"type":"integer","minimum":-2147483648,"maximum":2147483647}"#;
    i64 => "an integer of 64 bits", r#"{"type":"integer"}"#;
}

#[diagnostic::do_not_recommend]
impl FromParam for PortNo {
    const EXPECTED: &'static str = "a port number from 0 to 4294967295";
    const SCHEMA: &'static str = r#"{"type":"integer","minimum":0,"maximum":4294967295}"#;

    fn from_param(text: &str) -> Option<Self> {
        text.parse().ok().map(PortNo)
    }
}

/// A part of the request other than a path parameter: an argument that no `{name}` of the path
/// stands for.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a path parameter of this route nor a part of a request",
    note = "name the argument like a `{{parameter}}` of the path, or take `Json<T>` (the body) or `RouteRequest`"
)]
pub trait FromRequest: Sized {
    /// What it reads of a request's body, if it reads it; for `/openapi.json`.
    fn body() -> Option<RouteBody> {
        None
    }

    /// Takes the part out of the request.
    ///
    /// # Errors
    /// A [`HttpError`] with status 400 that says what is wrong with it.
    fn from_request(request: &RouteRequest) -> AppResult<Self>;
}

/// What a route reads of a request's body.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteBody {
    /// The media type; [`ANY_MEDIA`] for any.
    pub media: &'static str,
    /// The JSON schema of it.
    pub schema: serde_json::Value,
    /// Whether there has to be one.
    pub is_required: bool,
}

/// The media type of a body of which nothing is known.
pub const ANY_MEDIA: &str = "*/*";

impl FromRequest for RouteRequest {
    fn body() -> Option<RouteBody> {
        Some(RouteBody { media: ANY_MEDIA, schema: serde_json::json!({}), is_required: false })
    }

    fn from_request(request: &RouteRequest) -> AppResult<Self> {
        Ok(request.clone())
    }
}

/// JSON, in (the body of a request) and out (the answer, `application/json`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Json<T> {
    fn body() -> Option<RouteBody> {
        let schema = shape::schema::<T>();
        Some(RouteBody { media: "application/json", schema, is_required: true })
    }

    fn from_request(request: &RouteRequest) -> AppResult<Self> {
        match serde_json::from_slice(&request.body) {
            Ok(value) => Ok(Json(value)),
            Err(error) => {
                Err(HttpError::bad_request(format!("body is not as expected: {error}")).into())
            }
        }
    }
}

/// What an app's route may answer with.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the answer of a route",
    note = "answer with `Json<T>`, text, `StatusCode`, `(StatusCode, answer)`, `Response` or an `AppResult` of one of them"
)]
pub trait Reply {
    /// The media type of the answer's body, for `/openapi.json`; empty if there is none.
    const MEDIA: &'static str = ANY_MEDIA;

    /// Makes the answer.
    ///
    /// # Errors
    /// The error that the handler returned, or one of serialising its value.
    fn into_reply(self) -> AppResult<Response>;
}

#[diagnostic::do_not_recommend]
impl Reply for Response {
    fn into_reply(self) -> AppResult<Response> {
        Ok(self)
    }
}

#[diagnostic::do_not_recommend]
impl Reply for () {
    const MEDIA: &'static str = "";

    fn into_reply(self) -> AppResult<Response> {
        Ok(Response::default())
    }
}

#[diagnostic::do_not_recommend]
impl Reply for StatusCode {
    const MEDIA: &'static str = "";

    fn into_reply(self) -> AppResult<Response> {
        let mut response = Response::default();
        *response.status_mut() = self;
        Ok(response)
    }
}

impl<T: Reply> Reply for (StatusCode, T) {
    const MEDIA: &'static str = T::MEDIA;

    fn into_reply(self) -> AppResult<Response> {
        let mut response = self.1.into_reply()?;
        *response.status_mut() = self.0;
        Ok(response)
    }
}

impl<T: Reply> Reply for AppResult<T> {
    const MEDIA: &'static str = T::MEDIA;

    fn into_reply(self) -> AppResult<Response> {
        self?.into_reply()
    }
}

#[diagnostic::do_not_recommend]
impl Reply for String {
    const MEDIA: &'static str = "text/plain";

    fn into_reply(self) -> AppResult<Response> {
        Ok(typed("text/plain; charset=utf-8", self.into()))
    }
}

#[diagnostic::do_not_recommend]
impl Reply for &'static str {
    const MEDIA: &'static str = "text/plain";

    fn into_reply(self) -> AppResult<Response> {
        Ok(typed("text/plain; charset=utf-8", Bytes::from_static(self.as_bytes())))
    }
}

impl<T: Serialize> Reply for Json<T> {
    const MEDIA: &'static str = "application/json";

    fn into_reply(self) -> AppResult<Response> {
        Ok(typed("application/json", serde_json::to_vec(&self.0)?.into()))
    }
}

fn typed(content_type: &'static str, body: Bytes) -> Response {
    let mut response = Response::new(body);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// An answer that says no: a status and the reason that the client is told.
///
/// An error of any other type becomes status 500 with the reason kept for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpError {
    /// The status, 400 to 599.
    pub status: StatusCode,
    /// The reason, for the client: one sentence, lower case, no final stop.
    pub reason: String,
}

impl HttpError {
    /// An error with any status.
    pub fn new(status: StatusCode, reason: impl Into<String>) -> Self {
        HttpError { status, reason: reason.into() }
    }

    /// 400: the request is wrong.
    pub fn bad_request(reason: impl Into<String>) -> Self {
        HttpError::new(StatusCode::BAD_REQUEST, reason)
    }

    /// 404: there is no such thing.
    pub fn not_found(reason: impl Into<String>) -> Self {
        HttpError::new(StatusCode::NOT_FOUND, reason)
    }

    /// 409: the request does not fit the state of things.
    pub fn conflict(reason: impl Into<String>) -> Self {
        HttpError::new(StatusCode::CONFLICT, reason)
    }

    /// 503: not at this moment.
    pub fn unavailable(reason: impl Into<String>) -> Self {
        HttpError::new(StatusCode::SERVICE_UNAVAILABLE, reason)
    }

    /// The answer: `{"error": reason, "status": number}`.
    pub fn response(&self) -> Response {
        let body = serde_json::json!({ "error": self.reason, "status": self.status.as_u16() });
        let mut response = typed("application/json", body.to_string().into());
        *response.status_mut() = self.status;
        response
    }
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.status, self.reason)
    }
}

impl std::error::Error for HttpError {}
