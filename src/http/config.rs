//! The limits of the HTTP service: what a client may send, and how long it may take.

use std::time::Duration;

/// What a client may send, and how long it may take; the default of each is a constant of
/// [`HttpConfig`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpConfig {
    /// Bytes of a request's body; more is status 413.
    pub max_body: usize,
    /// Bytes of a request's head, request line and headers together; more is status 431.
    pub max_header_bytes: usize,
    /// Header lines of a request; more is status 431.
    pub max_headers: usize,
    /// Bytes of a request's target (path and query); more is status 414.
    pub max_uri: usize,
    /// Time for a request's head from its first byte (on a new connection, from its beginning);
    /// then status 408, or nothing if not a byte has come.
    pub header_timeout: Duration,
    /// Time for a request's whole body; then status 408.
    pub body_timeout: Duration,
    /// Time for the app to answer; then status 504.
    pub answer_timeout: Duration,
    /// Time between two requests on one connection; then it is closed.
    pub idle_timeout: Duration,
    /// Time in which a client takes not a single byte of what waits for it; then the connection is
    /// closed.
    pub write_timeout: Duration,
    /// Time that an app has for each request of a client that has finished sending: it may have
    /// left, or it may only have nothing more to say.
    pub half_close_grace: Duration,
    /// Connections at one time. One more takes the place of the one whose client has owed us
    /// something for longest; if all wait for apps, it is told 503.
    pub max_connections: usize,
    /// Connections that may go on as WebSockets at one time, but half of all at most; one more is told
    /// 503.
    pub max_websockets: usize,
}

impl HttpConfig {
    /// 1 MiB: the largest request of Ryu's REST applications, a group with all its buckets, is some
    /// tens of kilobytes.
    pub const MAX_BODY: usize = 1 << 20;
    /// 16 KiB: twice what browsers send with a full jar of cookies.
    pub const MAX_HEADER_BYTES: usize = 16 << 10;
    /// 100, as hyper and Apache have it.
    pub const MAX_HEADERS: usize = 100;
    /// 8 KiB: RFC 9110 section 4.1 asks for 8,000 at least.
    pub const MAX_URI: usize = 8 << 10;
    /// 10 s: a head is one segment from anybody who means well.
    pub const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
    /// 30 s: [`MAX_BODY`](HttpConfig::MAX_BODY) over a line of 300 kbit/s.
    pub const BODY_TIMEOUT: Duration = Duration::from_secs(30);
    /// 60 s: longer than any request to a switch waits, short enough to find out about a stuck app.
    pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);
    /// 60 s: monitoring polls more often than that, and may keep its connection.
    pub const IDLE_TIMEOUT: Duration = Duration::from_secs(60);
    /// 30 s: a peer that has not opened its window for so long reads no more.
    pub const WRITE_TIMEOUT: Duration = Duration::from_secs(30);
    /// 1 s: the answer is there in milliseconds, and who has left holds the app no longer.
    pub const HALF_CLOSE_GRACE: Duration = Duration::from_secs(1);
    /// 512: at some 15 kB each (measured idle, after a request), 8 MB; and half of the 1,024
    /// descriptors that a process usually may have stay for the switches.
    pub const MAX_CONNECTIONS: usize = 512;
    /// 256: half of all connections stay for requests.
    pub const MAX_WEBSOCKETS: usize = 256;
}

impl Default for HttpConfig {
    fn default() -> Self {
        HttpConfig {
            max_body: HttpConfig::MAX_BODY,
            max_header_bytes: HttpConfig::MAX_HEADER_BYTES,
            max_headers: HttpConfig::MAX_HEADERS,
            max_uri: HttpConfig::MAX_URI,
            header_timeout: HttpConfig::HEADER_TIMEOUT,
            body_timeout: HttpConfig::BODY_TIMEOUT,
            answer_timeout: HttpConfig::ANSWER_TIMEOUT,
            idle_timeout: HttpConfig::IDLE_TIMEOUT,
            write_timeout: HttpConfig::WRITE_TIMEOUT,
            half_close_grace: HttpConfig::HALF_CLOSE_GRACE,
            max_connections: HttpConfig::MAX_CONNECTIONS,
            max_websockets: HttpConfig::MAX_WEBSOCKETS,
        }
    }
}
