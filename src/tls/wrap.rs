//! `wrap_ssl`: TLS around a listener, and around a connection.

use std::future::Future;
use std::io;
use std::rc::Rc;
use std::time::Duration;

use super::context::TlsContext;
use super::handshake::HandshakeError;
use super::stream::TlsStream;
use crate::hub;
use crate::hub::net::{Accept, Address, Stream, StreamExt};

/// Time for a handshake, unless told otherwise.
pub const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// Time for a peer to take what was written for it when its handler has returned.
const LINGER: Duration = Duration::from_secs(5);

/// A listener whose connections begin with a handshake; see [`wrap_ssl`].
#[derive(Debug)]
pub struct TlsListener<L> {
    listener: L,
    context: TlsContext,
    timeout: Duration,
}

/// TLS on each connection of `listener`, for [`serve`](hub::net::serve): the server's side of
/// eventlet's `wrap_ssl`. The handshake runs in the connection's own task (a caller that says
/// nothing keeps nobody waiting) and takes at most [`HANDSHAKE_TIMEOUT`]; who fails it never gets to
/// the handler. Renewed certificates ([`TlsContext::reload`]) hold for those who come then.
///
/// # Errors
///
/// [`HandshakeError::NotSetUp`] if the context has no certificate.
///
/// ```
/// # use std::{fs, rc::Rc};
/// # let folder = std::env::temp_dir().join(format!("doc-tls-{}", std::process::id()));
/// # fs::create_dir_all(&folder)?;
/// # let (key, chain) = (folder.join("key.pem"), folder.join("cert.pem"));
/// # let made = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
/// # fs::write(&key, made.signing_key.serialize_pem())?;
/// # fs::write(&chain, made.cert.pem())?;
/// use ryu_sdn::{clock::Clock, hub::{self, Hub}};
/// use ryu_sdn::hub::net::{self, Served, StopServe, StreamExt};
/// use ryu_sdn::tls::{self, TlsContext, TlsSettings, TlsStream};
///
/// async fn greet(stream: Rc<TlsStream>) -> Served {
///     stream.write_all(b"hello").await?;
///     Err(StopServe.into())
/// }
///
/// let server = TlsSettings { identity: Some((key, chain.clone())), ..TlsSettings::default() };
/// let server = TlsContext::load(server)?;
/// let client = TlsContext::load(TlsSettings { ca_certs: Some(chain), ..TlsSettings::default() })?;
/// Hub::new(Clock::real())?.block_on(async {
///     let listener = net::listen(([127, 0, 0, 1], 0))?;
///     let address = listener.local_addr();
///     let listener = tls::wrap_ssl(listener, server)?;
///     let serving = hub::spawn("server", async {
///         net::serve(listener, |stream, _from| greet(stream), net::CONCURRENCY).await.is_ok()
///     });
///     let socket = Rc::new(net::connect(address).await?);
///     let stream = tls::wrap_ssl_client(socket, Some("localhost"), &client).await?;
///     let mut bytes = [0; 5];
///     stream.read_exact(&mut bytes).await?;
///     assert_eq!(&bytes, b"hello");
///     assert_eq!(stream.read(&mut bytes).await?, 0); // ended as TLS ends, not cut off
///     assert_eq!(serving.await, Ok(true));
///     Ok::<_, Box<dyn std::error::Error>>(())
/// })?;
/// # fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn wrap_ssl<L: Accept>(
    listener: L,
    context: TlsContext,
) -> Result<TlsListener<L>, HandshakeError> {
    if !context.can_accept() {
        return Err(HandshakeError::NotSetUp("there is no certificate"));
    }
    Ok(TlsListener { listener, context, timeout: HANDSHAKE_TIMEOUT })
}

/// TLS on a connection that we have made: the client's side of eventlet's `wrap_ssl`. With a `name`
/// the server's certificate has to be for that. It is [`TlsContext::connect`] with
/// [`HANDSHAKE_TIMEOUT`]; see the example of [`wrap_ssl`].
///
/// # Errors
///
/// [`HandshakeError`].
///
/// # Panics
///
/// Outside a hub.
pub async fn wrap_ssl_client(
    stream: Rc<dyn Stream>,
    name: Option<&str>,
    context: &TlsContext,
) -> Result<TlsStream, HandshakeError> {
    context.connect(stream, name, HANDSHAKE_TIMEOUT).await
}

impl<L> TlsListener<L> {
    /// Gives each handshake `timeout` instead.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        TlsListener { timeout, ..self }
    }

    /// The listener inside.
    pub fn get_ref(&self) -> &L {
        &self.listener
    }
}

impl<L: Accept> Accept for TlsListener<L> {
    type Raw = L::Raw;
    type Stream = TlsStream;
    type Terms = (L::Terms, TlsContext, Duration);

    fn terms(&self) -> Self::Terms {
        (self.listener.terms(), self.context.clone(), self.timeout)
    }

    fn accept(&self) -> impl Future<Output = (L::Raw, Address)> {
        self.listener.accept()
    }

    async fn greet((terms, context, timeout): Self::Terms, raw: L::Raw) -> io::Result<TlsStream> {
        let stream = Rc::new(L::greet(terms, raw).await?);
        let accepted = context.accept(stream, timeout).await;
        accepted.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }

    /// What was written may still wait in our buffer, and then comes `close_notify`.
    async fn close(stream: &TlsStream) {
        if stream.shutdown_write().is_ok() {
            let _ = hub::timeout(LINGER, stream.writable()).await;
        }
        let _ = stream.shutdown();
    }
}
