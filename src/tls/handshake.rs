//! The handshake: until it is done there is no [`TlsStream`], and it has to be done in time.

use std::future::poll_fn;
use std::io::{self, Read};
use std::net::IpAddr;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConnection, Connection, ServerConnection};
use thiserror::Error;

use super::certificate::CertificateInfo;
use super::context::{Configs, TlsContext};
use super::stream::{Below, TlsStream};
use crate::hub;
use crate::hub::net::{Stream, StreamExt};
use crate::wire::hex;

/// How long a peer is given to read why it was turned away.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// The bytes of a handshake that may wait to be written; ours, with a long chain, are fewer.
const HANDSHAKE_BUFFER: usize = 64 * 1024;

/// So many bytes of the beginning are kept, to say what came instead of TLS.
const FIRST_BYTES: usize = 8;

/// Why there is no encrypted connection.
#[derive(Debug, Error)]
pub enum HandshakeError {
    /// It took too long.
    #[error("TLS handshake not finished after {0:?}")]
    TimedOut(Duration),
    /// The peer ended the connection.
    #[error("peer ended the connection during the TLS handshake")]
    Closed,
    /// The connection broke.
    #[error("connection lost during the TLS handshake: {0}")]
    Lost(io::Error),
    /// What came is no TLS.
    #[error("peer does not speak TLS, it began with {}", hex::encode(.first))]
    NotTls {
        /// Its first bytes, eight at most.
        first: Vec<u8>,
    },
    /// One side did not believe the other, or they have nothing in common.
    #[error("TLS handshake failed: {error}{}", shown(.certificate))]
    Failed {
        /// What `rustls` says.
        error: rustls::Error,
        /// The certificate that the peer has shown, if it was looked at.
        certificate: Option<Box<CertificateInfo>>,
    },
    /// The context has no certificate, or no CA.
    #[error("TLS is not set up for that: {0}")]
    NotSetUp(&'static str),
}

fn shown(certificate: &Option<Box<CertificateInfo>>) -> String {
    certificate
        .as_ref()
        .map_or(String::new(), |certificate| format!(" (certificate: {certificate})"))
}

impl TlsContext {
    /// The server's side of the handshake, `limit` at most. A peer that fails is told so before
    /// the stream is dropped. Cancel-safe only in so far as the stream is lost.
    ///
    /// # Errors
    /// [`HandshakeError`].
    ///
    /// # Panics
    /// Outside a hub.
    pub async fn accept(
        &self,
        stream: Rc<dyn Stream>,
        limit: Duration,
    ) -> Result<TlsStream, HandshakeError> {
        let configs = self.current();
        let config = configs.server.clone();
        let config = config.ok_or(HandshakeError::NotSetUp("there is no certificate"))?;
        let connection = ServerConnection::new(config).map_err(failed)?;
        finish(stream, connection.into(), &configs, limit).await
    }

    /// The client's side. With a `name` the server's certificate has to be for that; without, it is
    /// enough that the CA has signed it.
    ///
    /// # Errors
    /// [`HandshakeError`].
    ///
    /// # Panics
    /// Outside a hub.
    pub async fn connect(
        &self,
        stream: Rc<dyn Stream>,
        name: Option<&str>,
        limit: Duration,
    ) -> Result<TlsStream, HandshakeError> {
        let configs = self.current();
        let clients = configs.clients.as_ref();
        let clients = clients.ok_or(HandshakeError::NotSetUp("there is no CA"))?;
        let (config, name) = match name {
            Some(name) => {
                let bad = |_| HandshakeError::NotSetUp("the name is none that a server can have");
                (&clients[1], ServerName::try_from(name.to_owned()).map_err(bad)?)
            }
            // Nobody looks at it, and an address is not sent.
            None => (&clients[0], ServerName::from(IpAddr::from([0, 0, 0, 0]))),
        };
        let connection = ClientConnection::new(config.clone(), name).map_err(failed)?;
        finish(stream, connection.into(), &configs, limit).await
    }
}

fn failed(error: rustls::Error) -> HandshakeError {
    HandshakeError::Failed { error, certificate: None }
}

async fn finish(
    stream: Rc<dyn Stream>,
    mut connection: Connection,
    configs: &Configs,
    limit: Duration,
) -> Result<TlsStream, HandshakeError> {
    connection.set_buffer_limit(Some(HANDSHAKE_BUFFER));
    let done = hub::timeout(limit, shake(&*stream, &mut connection, configs)).await;
    match done.unwrap_or(Err(HandshakeError::TimedOut(limit))) {
        Ok(()) => TlsStream::new(stream, connection).map_err(HandshakeError::Lost),
        Err(error) => {
            let says_why = matches!(error, HandshakeError::Failed { .. });
            if says_why && stream.shutdown_write().is_ok() {
                let _ = hub::timeout(LAST_WORDS, drain(&*stream)).await;
            }
            Err(error)
        }
    }
}

async fn shake(
    stream: &dyn Stream,
    connection: &mut Connection,
    configs: &Configs,
) -> Result<(), HandshakeError> {
    let mut first = Vec::with_capacity(FIRST_BYTES);
    loop {
        let mut is_stuck = true;
        if connection.wants_write() {
            match connection.write_tls(&mut Below(stream)) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                result => is_stuck = result.map(|_| false).map_err(HandshakeError::Lost)?,
            }
        }
        if !connection.is_handshaking() && !connection.wants_write() {
            return Ok(());
        }
        // Also while there is something to write: the peer may not read before it has written.
        if connection.is_handshaking() {
            match connection.read_tls(&mut Noting(Below(stream), &mut first)) {
                Ok(0) => return Err(HandshakeError::Closed),
                Ok(_) => {
                    is_stuck = false;
                    process(stream, connection, configs, &first)?;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(HandshakeError::Lost(error)),
            }
        }
        if is_stuck {
            let (reads, writes) = (connection.is_handshaking(), connection.wants_write());
            let wait = |cx: &mut Context<'_>| {
                if reads && let Poll::Ready(ready) = stream.poll_readable(cx) {
                    return Poll::Ready(ready);
                }
                if writes { stream.poll_writable(cx) } else { Poll::Pending }
            };
            poll_fn(wait).await.map_err(HandshakeError::Lost)?;
        } else {
            // A peer with much to say is one of many.
            hub::yield_now().await;
        }
    }
}

/// Looks at what has come.
fn process(
    stream: &dyn Stream,
    connection: &mut Connection,
    configs: &Configs,
    first: &[u8],
) -> Result<(), HandshakeError> {
    configs.seen.clear();
    match connection.process_new_packets() {
        // Without this a peer that says goodbye in the middle would be waited for.
        Ok(state) if state.peer_has_closed() => Err(HandshakeError::Closed),
        Ok(_) => Ok(()),
        Err(_) if !first.first().is_some_and(is_tls) => {
            Err(HandshakeError::NotTls { first: first.to_vec() })
        }
        Err(error) => {
            let certificate = configs.seen.take().map(Box::new);
            let _ = connection.write_tls(&mut Below(stream));
            Err(HandshakeError::Failed { error, certificate })
        }
    }
}

/// Whether a record of TLS begins like that: change_cipher_spec (20) to application_data (23).
fn is_tls(first: &u8) -> bool {
    (20..=23).contains(first)
}

async fn drain(stream: &dyn Stream) {
    let mut bytes = [0; 1024];
    while stream.read(&mut bytes).await.is_ok_and(|n| n > 0) {
        hub::yield_now().await;
    }
}

/// Keeps the first bytes that are read.
struct Noting<'a>(Below<'a>, &'a mut Vec<u8>);

impl Read for Noting<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let n = self.0.read(bytes)?;
        let room = FIRST_BYTES - self.1.len();
        self.1.extend_from_slice(&bytes[..n.min(room)]);
        Ok(n)
    }
}
