//! A small HTTP/1.1 client: one request, one connection.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, StatusCode, Uri, header};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Body;
use hyper::client::conn::http1;
use thiserror::Error;

use crate::app::Response;
use crate::hub;
use crate::hub::net::{Stream, TcpStream};

use super::io::{Io, Output, Plain};

/// Sends requests; each on a connection of its own, which is closed after the answer.
///
/// The host of a URL has to be an address or `localhost` (127.0.0.1): names are not looked up.
/// There is no TLS, and redirections are answers like any other. Has to be used inside a hub.
///
/// # Example: what an unknown name leads to
/// ```
/// use ryu_sdn::{clock::Clock, http::{ClientError, HttpClient}, hub::Hub};
///
/// Hub::new(Clock::test()).unwrap().block_on(async {
///     let error = HttpClient::default().get("http://example.net/").await.unwrap_err();
///     assert!(matches!(&error, ClientError::Name { host } if host == "example.net"));
///     assert_eq!(error.to_string(), "example.net is not an address, and names are not looked up");
/// });
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpClient {
    /// Time to connect.
    pub connect_timeout: Duration,
    /// Time for everything, from the first step to the last byte of the answer.
    pub timeout: Duration,
    /// Bytes of the answer's body.
    pub max_body: usize,
}

impl HttpClient {
    /// 3 s: two lost SYN packets.
    pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
    /// 30 s.
    pub const TIMEOUT: Duration = Duration::from_secs(30);
    /// 16 MiB: the flow tables of many switches in JSON.
    pub const MAX_BODY: usize = 16 << 20;

    /// `GET` of a URL such as `http://127.0.0.1:8080/stats/switches`. Cancel-safe: dropping the wait
    /// closes the connection.
    ///
    /// # Errors
    /// Any [`ClientError`].
    pub async fn get(&self, url: &str) -> Result<Response, ClientError> {
        let wrong = |error: http::Error| ClientError::Url { reason: error.to_string() };
        let request = Request::builder().method(Method::GET).uri(url);
        self.request(request.body(Bytes::new()).map_err(wrong)?).await
    }

    /// `GET` of a URL whose answer goes on: each piece of its body is given to `take` as it comes, until
    /// the end, or until `take` says no. There is no limit of time or size. An answer with another
    /// status than 200 is returned whole, and nothing of it taken. Cancel-safe.
    ///
    /// # Errors
    /// Any [`ClientError`].
    pub async fn listen(
        &self,
        url: &str,
        mut take: impl FnMut(Bytes) -> bool,
    ) -> Result<Option<Response>, ClientError> {
        let wrong = |error: http::Error| ClientError::Url { reason: error.to_string() };
        let request = Request::builder().method(Method::GET).uri(url);
        let mut request = request.body(Bytes::new()).map_err(wrong)?;
        let addr = address(request.uri())?;
        let connected = hub::timeout(self.connect_timeout, TcpStream::connect(addr)).await;
        let late = |_| ClientError::Timeout { what: "connection" };
        let failed = |cause| ClientError::Connect { addr, cause };
        let stream: Rc<dyn Stream> = Rc::new(connected.map_err(late)?.map_err(failed)?);
        prepare(&mut request)?;
        let output = Output::new(Rc::clone(&stream), self.timeout);
        let (mut sender, connection) = http1::handshake(Io::new(Plain(stream), output)).await?;
        let _connection = hub::spawn("http client", connection);
        let response = sender.send_request(request.map(Full::new)).await?;
        let (parts, mut body) = response.into_parts();
        if parts.status != StatusCode::OK {
            let whole = Limited::new(body, self.max_body).collect().await;
            let whole = whole.map_err(|cause| ClientError::Http { reason: innermost(&*cause) })?;
            return Ok(Some(Response::from_parts(parts, whole.to_bytes())));
        }
        while let Some(piece) = body.frame().await {
            if let Ok(bytes) = piece?.into_data()
                && !take(bytes)
            {
                break;
            }
        }
        Ok(None)
    }

    /// Any request; its URI is a whole URL. `Host` and `Connection: close` are set here, and so is
    /// the length. Cancel-safe: dropping the wait closes the connection.
    ///
    /// # Errors
    /// Any [`ClientError`].
    pub async fn request(&self, request: Request<Bytes>) -> Result<Response, ClientError> {
        let addr = address(request.uri())?;
        let exchange = async {
            let connected = hub::timeout(self.connect_timeout, TcpStream::connect(addr)).await;
            let late = |_| ClientError::Timeout { what: "connection" };
            let failed = |cause| ClientError::Connect { addr, cause };
            let stream = connected.map_err(late)?.map_err(failed)?;
            self.exchange(Rc::new(stream), request).await
        };
        let answer = hub::timeout(self.timeout, exchange).await;
        answer.unwrap_or(Err(ClientError::Timeout { what: "answer" }))
    }

    /// As [`request`](HttpClient::request), on a connection that is there already.
    ///
    /// # Errors
    /// Any [`ClientError`] but `Connect` and `Name`.
    pub async fn request_on(
        &self,
        stream: Rc<dyn Stream>,
        request: Request<Bytes>,
    ) -> Result<Response, ClientError> {
        let answer = hub::timeout(self.timeout, self.exchange(stream, request)).await;
        answer.unwrap_or(Err(ClientError::Timeout { what: "answer" }))
    }

    async fn exchange(
        &self,
        stream: Rc<dyn Stream>,
        mut request: Request<Bytes>,
    ) -> Result<Response, ClientError> {
        prepare(&mut request)?;
        let output = Output::new(Rc::clone(&stream), self.timeout);
        let io = Io::new(Plain(stream), output);
        let (mut sender, connection) = http1::handshake(io).await?;
        // Dropped, and with it killed, when this future is.
        let _connection = hub::spawn("http client", connection);
        let response = sender.send_request(request.map(Full::new)).await?;
        let (parts, body) = response.into_parts();
        if body.size_hint().lower() > self.max_body as u64 {
            return Err(ClientError::TooLarge { limit: self.max_body });
        }
        match Limited::new(body, self.max_body).collect().await {
            Ok(body) => Ok(Response::from_parts(parts, body.to_bytes())),
            Err(cause) if cause.is::<LengthLimitError>() => {
                Err(ClientError::TooLarge { limit: self.max_body })
            }
            Err(cause) => Err(ClientError::Http { reason: innermost(&*cause) }),
        }
    }
}

impl Default for HttpClient {
    fn default() -> Self {
        HttpClient {
            connect_timeout: HttpClient::CONNECT_TIMEOUT,
            timeout: HttpClient::TIMEOUT,
            max_body: HttpClient::MAX_BODY,
        }
    }
}

/// Why there is no answer.
#[derive(Debug, Error)]
pub enum ClientError {
    /// The URL is malformed.
    #[error("malformed URL: {reason}")]
    Url {
        /// What is wrong with it.
        reason: String,
    },
    /// The URL is not an `http` one.
    #[error("{scheme:?} is not spoken here, only http")]
    Scheme {
        /// What stands before the colon.
        scheme: String,
    },
    /// The URL has a name in it, not an address.
    #[error("{host} is not an address, and names are not looked up")]
    Name {
        /// The name.
        host: String,
    },
    /// Nobody listens at the address, or it cannot be reached.
    #[error("cannot connect to {addr}: {cause}")]
    Connect {
        /// The address.
        addr: SocketAddr,
        /// What the system says.
        cause: io::Error,
    },
    /// A time limit of the [`HttpClient`] is over.
    #[error("no {what} in time")]
    Timeout {
        /// `connection` or `answer`.
        what: &'static str,
    },
    /// The answer is larger than the client is willing to take.
    #[error("answer of more than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// The connection ended too early, or what came was not HTTP.
    #[error("no answer: {reason}")]
    Http {
        /// What went wrong.
        reason: String,
    },
}

impl From<hyper::Error> for ClientError {
    fn from(cause: hyper::Error) -> Self {
        ClientError::Http { reason: innermost(&cause) }
    }
}

/// The cause at the bottom: the layers above it only say that something went wrong.
fn innermost(mut error: &(dyn std::error::Error + 'static)) -> String {
    while let Some(cause) = error.source() {
        error = cause;
    }
    error.to_string()
}

/// Where the host of a URL is.
fn address(uri: &Uri) -> Result<SocketAddr, ClientError> {
    match uri.scheme_str() {
        Some("http") => {}
        Some(scheme) => return Err(ClientError::Scheme { scheme: scheme.to_owned() }),
        None => {
            return Err(ClientError::Url { reason: "it does not begin with http://".to_owned() });
        }
    }
    let host = uri.host().unwrap_or_default();
    let literal = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let ip = match literal.parse() {
        Ok(ip) => ip,
        Err(_) if host.eq_ignore_ascii_case("localhost") => IpAddr::V4(Ipv4Addr::LOCALHOST),
        Err(_) => return Err(ClientError::Name { host: host.to_owned() }),
    };
    Ok(SocketAddr::new(ip, uri.port_u16().unwrap_or(80)))
}

/// Makes the request what goes over the wire: the target becomes a path, the host a header.
fn prepare(request: &mut Request<Bytes>) -> Result<(), ClientError> {
    let wrong = |reason: &str| ClientError::Url { reason: reason.to_owned() };
    let authority = request.uri().authority().ok_or_else(|| wrong("it has no host"))?;
    let host = authority.as_str().rsplit('@').next().unwrap_or_default();
    let host = HeaderValue::try_from(host).map_err(|_| wrong("its host is not ASCII"))?;
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    *request.uri_mut() = path.parse().map_err(|_| wrong("its path is malformed"))?;
    let headers = request.headers_mut();
    headers.insert(header::HOST, host);
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    headers.remove(header::CONTENT_LENGTH);
    headers.remove(header::TRANSFER_ENCODING);
    Ok(())
}
