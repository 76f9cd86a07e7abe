//! An HTTP/1.1 client: names, TLS, kept connections, redirections, and a limit for everything.

mod connection;
mod error;
mod pool;
mod target;

use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, StatusCode, Uri};

use self::connection::{Connection, Sent, body_of};
pub use self::error::ClientError;
pub use self::pool::HttpPool;
pub use self::target::join_url;
use self::target::{Target, redirected};
use crate::app::Response;
use crate::hub;
use crate::hub::net::Stream;
use crate::tls::TlsContext;

/// Sends requests and collects answers; to be used inside a hub.
///
/// - Hosts are looked up without keeping anybody else waiting, and their addresses tried in turn
///   ([`net::connect`](crate::hub::net::connect)).
/// - `https` believes the CAs of this machine, or those of [`tls`](HttpClient::tls); the name in the
///   certificate has to be the host's.
/// - Connections are kept and used again ([`HttpPool`]). When a kept one turns out to be closed, a
///   request that may be repeated is, on a new one.
/// - Redirections are followed, [`max_redirects`](HttpClient::max_redirects) at most; credentials do
///   not go along to another host, and bodies only where the status says so (307, 308).
///
/// # Example: what an unknown name leads to
/// ```
/// use ryu_sdn::{clock::Clock, http::{ClientError, HttpClient}, hub::Hub};
///
/// Hub::new(Clock::test()).unwrap().block_on(async {
///     let error = HttpClient::default().get("http://-..-/").await.unwrap_err();
///     assert!(matches!(&error, ClientError::Lookup(_)));
///     assert_eq!(error.to_string(), "\"-..-\" cannot be the name of a host");
///     let error = HttpClient::default().get("ftp://127.0.0.1/").await.unwrap_err();
///     assert_eq!(error.to_string(), "\"ftp\" is not spoken here, only http and https");
/// });
/// ```
#[derive(Clone, Debug)]
pub struct HttpClient {
    /// Time for one connection: look-up, TCP and the TLS handshake.
    pub connect_timeout: Duration,
    /// Time to the beginning of an answer, and then from each piece of it to the next.
    pub read_timeout: Duration,
    /// Time for everything, from the first step to the last byte of the last answer.
    pub timeout: Duration,
    /// Bytes of the answer's body.
    pub max_body: usize,
    /// How many redirections are followed; with 0 they are answers like any other.
    pub max_redirects: usize,
    /// Whom to believe, and who we are; `None` believes the CAs of this machine
    /// ([`TlsContext::system`]).
    pub tls: Option<TlsContext>,
    /// Connections for the next request; clones of a client share them.
    pub pool: HttpPool,
}

impl HttpClient {
    /// 3 s: two lost SYN packets.
    pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
    /// 30 s.
    pub const READ_TIMEOUT: Duration = Duration::from_secs(30);
    /// 30 s.
    pub const TIMEOUT: Duration = Duration::from_secs(30);
    /// 16 MiB: the flow tables of many switches in JSON.
    pub const MAX_BODY: usize = 16 << 20;
    /// 10, as Python's urllib and most others have it.
    pub const MAX_REDIRECTS: usize = 10;

    /// `GET` of a URL such as `http://127.0.0.1:8080/stats/switches`. Cancel-safe: dropping the wait
    /// closes the connection.
    ///
    /// # Errors
    /// Any [`ClientError`].
    pub async fn get(&self, url: &str) -> Result<Response, ClientError> {
        self.request(get(url)?).await
    }

    /// `GET` of a URL whose answer goes on: each piece of its body is given to `take` as it comes, until
    /// the end, or until `take` says no. There is no limit of time or size, and no redirection. An
    /// answer with another status than 200 is returned whole, and nothing of it taken. Cancel-safe.
    ///
    /// # Errors
    /// Any [`ClientError`].
    pub async fn listen(
        &self,
        url: &str,
        mut take: impl FnMut(Bytes) -> bool,
    ) -> Result<Option<Response>, ClientError> {
        let mut request = get(url)?;
        let target = Target::of(request.uri())?;
        let mut connection = self.connect(&target).await?;
        target.prepare(&mut request, false)?;
        let response = connection.send(request).await.map_err(|sent| sent.error)?;
        let (parts, mut body) = response.into_parts();
        if parts.status != StatusCode::OK {
            let whole = body_of(body, self.max_body, self.read_timeout).await?;
            return Ok(Some(Response::from_parts(parts, whole)));
        }
        while let Some(piece) = connection::next_piece(&mut body).await? {
            if !take(piece) {
                break;
            }
        }
        Ok(None)
    }

    /// Any request; its URI is a whole URL. `Host` is set here, and so is the length. Cancel-safe:
    /// dropping the wait closes the connection.
    ///
    /// # Errors
    /// Any [`ClientError`].
    pub async fn request(&self, request: Request<Bytes>) -> Result<Response, ClientError> {
        let answer = hub::timeout(self.timeout, Box::pin(self.follow(request))).await;
        answer.unwrap_or(Err(ClientError::Timeout { what: "answer" }))
    }

    /// As [`request`](HttpClient::request), on a connection that is there already; it is not kept,
    /// and redirections are answers like any other.
    ///
    /// # Errors
    /// Any [`ClientError`] but those of connecting.
    pub async fn request_on(
        &self,
        stream: Rc<dyn Stream>,
        mut request: Request<Bytes>,
    ) -> Result<Response, ClientError> {
        let exchange = async {
            Target::of(request.uri())?.prepare(&mut request, false)?;
            let mut connection = Connection::start(stream, self.timeout).await?;
            self.exchange(&mut connection, request).await.map_err(|sent| sent.error)
        };
        let answer = hub::timeout(self.timeout, exchange).await;
        answer.unwrap_or(Err(ClientError::Timeout { what: "answer" }))
    }

    /// From one place to the next, to an answer.
    async fn follow(&self, mut request: Request<Bytes>) -> Result<Response, ClientError> {
        let mut redirects = 0;
        loop {
            let response = self.once(request.clone()).await?;
            let next = match self.max_redirects {
                0 => None,
                _ => redirected(request, &response)?,
            };
            let Some(next) = next else { return Ok(response) };
            if redirects == self.max_redirects {
                return Err(ClientError::Redirects { limit: self.max_redirects });
            }
            redirects += 1;
            request = next;
        }
    }

    /// One request and its answer, on a kept connection or on a new one.
    async fn once(&self, mut request: Request<Bytes>) -> Result<Response, ClientError> {
        let target = Target::of(request.uri())?;
        target.prepare(&mut request, self.pool.keeps())?;
        while let Some(mut connection) = self.pool.take(&target, self.tls.as_ref()) {
            match self.exchange(&mut connection, request.clone()).await {
                Ok(response) => return Ok(self.keep(target, connection, response)),
                // Closed by the server while it was idle: it has not seen this request, or it may
                // see it twice.
                Err(sent) if !sent.arrived || sent.is_cut && is_idempotent(request.method()) => {}
                Err(sent) => return Err(sent.error),
            }
        }
        let mut connection = self.connect(&target).await?;
        match self.exchange(&mut connection, request).await {
            Ok(response) => Ok(self.keep(target, connection, response)),
            Err(sent) => Err(sent.error),
        }
    }

    fn keep(&self, target: Target, connection: Connection, response: Response) -> Response {
        if connection::may_be_kept(&response) {
            self.pool.put(target, self.tls.clone(), connection);
        }
        response
    }

    async fn connect(&self, target: &Target) -> Result<Connection, ClientError> {
        let connecting = async {
            let stream = target.connect(self.tls.as_ref(), self.connect_timeout).await?;
            Connection::start(stream, self.timeout).await
        };
        // In a box: most requests find a connection that is there.
        let connected = hub::timeout(self.connect_timeout, Box::pin(connecting)).await;
        connected.unwrap_or(Err(ClientError::Timeout { what: "connection" }))
    }

    async fn exchange(
        &self,
        connection: &mut Connection,
        request: Request<Bytes>,
    ) -> Result<Response, Sent> {
        let begun = hub::timeout(self.read_timeout, connection.send(request)).await;
        let late = ClientError::Timeout { what: "answer" };
        let (parts, body) = begun.unwrap_or(Err(Sent::arrived(late)))?.into_parts();
        let body = body_of(body, self.max_body, self.read_timeout).await.map_err(Sent::arrived)?;
        Ok(Response::from_parts(parts, body))
    }
}

impl Default for HttpClient {
    fn default() -> Self {
        HttpClient {
            connect_timeout: HttpClient::CONNECT_TIMEOUT,
            read_timeout: HttpClient::READ_TIMEOUT,
            timeout: HttpClient::TIMEOUT,
            max_body: HttpClient::MAX_BODY,
            max_redirects: HttpClient::MAX_REDIRECTS,
            tls: None,
            pool: HttpPool::default(),
        }
    }
}

fn get(url: &str) -> Result<Request<Bytes>, ClientError> {
    let uri: Uri = url
        .parse()
        .map_err(|error: http::uri::InvalidUri| ClientError::Url { reason: error.to_string() })?;
    let mut request = Request::new(Bytes::new());
    *request.uri_mut() = uri;
    Ok(request)
}

/// Whether doing it twice is doing it once (RFC 9110 section 9.2.2).
fn is_idempotent(method: &Method) -> bool {
    [Method::GET, Method::HEAD, Method::PUT, Method::DELETE, Method::OPTIONS, Method::TRACE]
        .contains(method)
}
