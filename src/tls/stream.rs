//! An encrypted connection, when its handshake is done.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::io::{self, IoSlice, Read, Write};
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use rustls::Connection;

use super::certificate::CertificateInfo;
use super::suites;
use crate::hub::net::{ReadMark, Stream, StreamExt};
use crate::hub::{self, Task};

/// So many bytes are encrypted ahead of what the peer takes; then it has to take some.
pub(super) const WRITE_BUFFER: usize = 64 * 1024;

/// TLS on a stream: what is written is encrypted, what is read was. It does as the
/// [`Stream`] below does, with these differences:
///
/// - What `try_write` has taken may still wait for the peer, up to 64 KiB of it; a task of the
///   hub's brings it on its way.
/// - [`shutdown_write`](Stream::shutdown_write) says `close_notify` behind what waits.
/// - The end of the stream without a `close_notify` of the peer's is an `UnexpectedEof`: bytes may
///   have been cut off.
pub struct TlsStream(Rc<Inner>);

struct Inner {
    stream: Rc<dyn Stream>,
    connection: RefCell<Connection>,
    /// Decrypted bytes that nobody has read yet.
    plaintext: Cell<usize>,
    /// The peer has said `close_notify`.
    is_ended: Cell<bool>,
    /// Nothing more will be written; the stream below is to be told when all is out.
    is_finishing: Cell<bool>,
    is_finished: Cell<bool>,
    flusher: RefCell<Option<Task<()>>>,
    is_flusher_busy: Cell<bool>,
    certificate: Option<CertificateInfo>,
    protocol: String,
}

impl TlsStream {
    /// Takes over a connection whose handshake is done.
    pub(super) fn new(stream: Rc<dyn Stream>, mut connection: Connection) -> io::Result<Self> {
        connection.set_buffer_limit(Some(WRITE_BUFFER));
        // Bytes of the peer may have come together with its last ones of the handshake.
        let state = connection.process_new_packets().map_err(invalid)?;
        let certificate = connection.peer_certificates().and_then(|chain| chain.first());
        let version = match connection.protocol_version() {
            Some(rustls::ProtocolVersion::TLSv1_2) => "TLS 1.2",
            _ => "TLS 1.3",
        };
        let suite = connection.negotiated_cipher_suite().map(|suite| suite.suite());
        Ok(TlsStream(Rc::new(Inner {
            plaintext: Cell::new(state.plaintext_bytes_to_read()),
            is_ended: Cell::new(state.peer_has_closed()),
            is_finishing: Cell::new(false),
            is_finished: Cell::new(false),
            flusher: RefCell::new(None),
            is_flusher_busy: Cell::new(false),
            certificate: certificate.map(|der| CertificateInfo::from_der(der)),
            protocol: format!("{version}, {}", suite.map_or("unknown", suites::name)),
            connection: RefCell::new(connection),
            stream,
        })))
    }

    /// What the certificate says that the peer has shown and that was found good; `None` if it was
    /// not asked for one.
    pub fn peer_certificate(&self) -> Option<&CertificateInfo> {
        self.0.certificate.as_ref()
    }

    /// Version and cipher suite: `TLS 1.3, TLS_AES_256_GCM_SHA384`.
    pub fn protocol(&self) -> &str {
        &self.0.protocol
    }
}

impl Inner {
    /// Takes in what has come and decrypts it. `WouldBlock` if nothing has.
    fn receive(self: &Rc<Self>) -> io::Result<()> {
        let mut connection = self.connection.borrow_mut();
        connection.read_tls(&mut Below(&*self.stream))?;
        match connection.process_new_packets() {
            Ok(state) => {
                self.plaintext.set(state.plaintext_bytes_to_read());
                self.is_ended.set(state.peer_has_closed());
                let must_answer = connection.wants_write();
                drop(connection);
                if must_answer { self.push() } else { Ok(()) }
            }
            Err(error) => {
                // The peer is told what was wrong as far as that goes without waiting.
                let _ = connection.write_tls(&mut Below(&*self.stream));
                Err(invalid(error))
            }
        }
    }

    /// Writes what is encrypted and waits. `WouldBlock` if some of it still does.
    fn flush(&self) -> io::Result<()> {
        let mut connection = self.connection.borrow_mut();
        while connection.wants_write() {
            connection.write_tls(&mut Below(&*self.stream))?;
        }
        if self.is_finishing.get() && !self.is_finished.replace(true) {
            self.stream.shutdown_write()?;
        }
        Ok(())
    }

    /// As [`flush`](Inner::flush), but what cannot be written now is left to a task.
    fn push(self: &Rc<Self>) -> io::Result<()> {
        match self.flush() {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                self.start_flusher();
                Ok(())
            }
            result => result,
        }
    }

    fn start_flusher(self: &Rc<Self>) {
        if self.is_flusher_busy.replace(true) {
            return;
        }
        let (inner, stream) = (Rc::downgrade(self), Rc::clone(&self.stream));
        // Killed together with the stream, which owns it.
        let task = hub::spawn(format!("tls flush {}", self.stream.peer()), async move {
            loop {
                let is_broken = stream.writable().await.is_err();
                let Some(inner) = inner.upgrade() else { return };
                let again = |error: &io::Error| error.kind() == io::ErrorKind::WouldBlock;
                // Whoever writes or reads next fetches the same error.
                if is_broken || !inner.flush().is_err_and(|error| again(&error)) {
                    inner.is_flusher_busy.set(false);
                    return;
                }
            }
        });
        let before = self.flusher.borrow_mut().replace(task);
        drop(before);
    }

    fn write(self: &Rc<Self>, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        if self.is_finishing.get() {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        // First what waits, so that `WouldBlock` means what it says.
        self.flush()?;
        let taken = self.connection.borrow_mut().writer().write_vectored(pieces)?;
        self.push()?;
        Ok(taken)
    }
}

impl Stream for TlsStream {
    fn poll_read(&self, cx: &mut Context<'_>, bytes: &mut [u8]) -> Poll<io::Result<usize>> {
        loop {
            match self.try_read(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    ready!(self.poll_readable(cx))?;
                }
                result => return Poll::Ready(result),
            }
        }
    }

    fn poll_write(&self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        loop {
            match self.try_write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    ready!(self.poll_writable(cx))?;
                }
                result => return Poll::Ready(result),
            }
        }
    }

    fn try_read(&self, bytes: &mut [u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        loop {
            let read = self.0.connection.borrow_mut().reader().read(bytes);
            match read {
                Ok(n) => {
                    self.0.plaintext.set(self.0.plaintext.get().saturating_sub(n));
                    return Ok(n);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.0.receive()?,
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    let text = "the peer ended the connection without ending TLS";
                    return Err(io::Error::new(io::ErrorKind::UnexpectedEof, text));
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(&[IoSlice::new(bytes)])
    }

    fn try_write_vectored(&self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        self.0.write(pieces)
    }

    fn poll_readable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.0.plaintext.get() > 0 || self.0.is_ended.get() {
            return Poll::Ready(Ok(()));
        }
        self.0.stream.poll_readable(cx)
    }

    fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            match self.0.flush() {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    ready!(self.0.stream.poll_writable(cx))?;
                }
                // An error is fetched by the write itself.
                _ => return Poll::Ready(Ok(())),
            }
        }
    }

    fn shutdown_write(&self) -> io::Result<()> {
        if !self.0.is_finishing.replace(true) {
            self.0.connection.borrow_mut().send_close_notify();
        }
        self.0.push()
    }

    fn shutdown(&self) -> io::Result<()> {
        if !self.0.is_finishing.replace(true) {
            self.0.connection.borrow_mut().send_close_notify();
            // As far as it goes without waiting.
            let _ = self.0.flush();
        }
        self.0.stream.shutdown()
    }

    fn peer(&self) -> String {
        self.0.stream.peer()
    }

    fn local(&self) -> String {
        self.0.stream.local()
    }

    fn read_mark(&self) -> Option<&ReadMark> {
        self.0.stream.read_mark()
    }
}

impl fmt::Debug for TlsStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TlsStream({} to {}, {})", self.local(), self.peer(), self.protocol())
    }
}

/// What a peer sent was not TLS, or not that of this connection.
fn invalid(error: rustls::Error) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("TLS: {error}"))
}

/// The stream below, as `rustls` wants it.
pub(super) struct Below<'a>(pub(super) &'a dyn Stream);

impl Read for Below<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.0.try_read(bytes)
    }
}

impl Write for Below<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.try_write(bytes)
    }

    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        self.0.try_write_vectored(pieces)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
