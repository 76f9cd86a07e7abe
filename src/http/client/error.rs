//! Why there is no answer.

use std::io;

use thiserror::Error;

use crate::hub::net::ResolveError;
use crate::tls::{HandshakeError, TlsError};

/// Why there is no answer.
#[derive(Debug, Error)]
pub enum ClientError {
    /// The URL is malformed.
    #[error("malformed URL: {reason}")]
    Url {
        /// What is wrong with it.
        reason: String,
    },
    /// The URL is neither an `http` nor an `https` one.
    #[error("{scheme:?} is not spoken here, only http and https")]
    Scheme {
        /// What stands before the colon.
        scheme: String,
    },
    /// The host of the URL has no address.
    #[error(transparent)]
    Lookup(#[from] ResolveError),
    /// Nobody listens at the address, or it cannot be reached.
    #[error("cannot connect to {host}: {cause}")]
    Connect {
        /// Host and port.
        host: String,
        /// What the system says.
        cause: io::Error,
    },
    /// There are no CAs to believe.
    #[error(transparent)]
    TlsSetUp(#[from] TlsError),
    /// The server is not believed, or does not speak TLS.
    #[error("{host}: {cause}")]
    Tls {
        /// Host and port.
        host: String,
        /// What went wrong.
        cause: Box<HandshakeError>,
    },
    /// A time limit of the [`HttpClient`](super::HttpClient) is over.
    #[error("no {what} in time")]
    Timeout {
        /// `connection`, `answer` (its beginning, or all of it) or `more of the answer`.
        what: &'static str,
    },
    /// The answer is larger than the client is willing to take.
    #[error("answer of more than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// One redirection led to the next.
    #[error("more than {limit} redirections")]
    Redirects {
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
