//! Unix sockets: connections between processes of one machine.

use std::cell::Cell;
use std::fmt;
use std::future::poll_fn;
use std::io::{self, IoSlice, Read, Write};
use std::net::Shutdown;
use std::path::{Path, PathBuf};
use std::task::{Context, Poll};
use std::time::Duration;

use socket2::SockRef;

use super::endpoint::Endpoint;
use super::read_mark::ReadMark;
use super::stream::Stream;
use super::tcp::{ACCEPT_PAUSE, BACKLOG, is_callers_fault};
use crate::hub::executor::Handle;
use crate::hub::reactor::Direction;
use crate::hub::{self, current, timer};

/// A connection through a socket in the file system.
///
/// ```
/// use ryu_sdn::{clock::Clock, hub::{self, Hub}};
/// use ryu_sdn::hub::net::{StreamExt, UnixListener, UnixStream};
///
/// let folder = std::env::temp_dir().join(format!("doc-unix-{}", std::process::id()));
/// std::fs::create_dir_all(&folder)?;
/// let path = folder.join("socket");
/// Hub::new(Clock::real())?.block_on(async {
///     let listener = UnixListener::bind(&path)?;
///     let there = path.clone();
///     let client = hub::spawn("client", async move {
///         UnixStream::connect(&there).await?.write_all(b"hi").await
///     });
///     let stream = listener.accept().await;
///     let mut bytes = [0; 2];
///     stream.read_exact(&mut bytes).await?;
///     assert_eq!(&bytes, b"hi");
///     client.await.unwrap()
/// })?;
/// std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct UnixStream {
    endpoint: Endpoint<mio::net::UnixStream>,
    peer: PathBuf,
    local: PathBuf,
    reader: ReadMark,
}

/// How long somebody waits who finds the listener's queue full; the system does not tell when there
/// is room again.
const CONNECT_PAUSE: Duration = Duration::from_millis(10);

impl UnixStream {
    /// Connects to the socket at `path`; waits while too many others do. Cancel-safe.
    ///
    /// # Errors
    ///
    /// `NotFound`, `ConnectionRefused` (nobody listens there any more), `PermissionDenied` ...
    ///
    /// # Panics
    ///
    /// Outside a hub.
    pub async fn connect(path: impl AsRef<Path>) -> io::Result<UnixStream> {
        loop {
            match mio::net::UnixStream::connect(path.as_ref()) {
                Ok(socket) => return UnixStream::new(Endpoint::new(current(), socket)?),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    hub::sleep(CONNECT_PAUSE).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn new(endpoint: Endpoint<mio::net::UnixStream>) -> io::Result<UnixStream> {
        let path = |address: io::Result<std::os::unix::net::SocketAddr>| {
            Ok::<_, io::Error>(address?.as_pathname().map(Path::to_owned).unwrap_or_default())
        };
        let peer = path(endpoint.socket().peer_addr())?;
        let local = path(endpoint.socket().local_addr())?;
        Ok(UnixStream { endpoint, peer, local, reader: ReadMark::default() })
    }

    /// The path of the other end; empty if it has none, as those who connect have.
    pub fn peer_path(&self) -> &Path {
        &self.peer
    }

    fn close(&self, how: Shutdown) -> io::Result<()> {
        match self.endpoint.socket().shutdown(how) {
            Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(()),
            result => result,
        }
    }
}

impl Stream for UnixStream {
    fn poll_read(&self, cx: &mut Context<'_>, bytes: &mut [u8]) -> Poll<io::Result<usize>> {
        self.endpoint.poll_attempt(Direction::Read, cx, |_| self.try_read(bytes))
    }

    fn poll_write(&self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.endpoint.poll_attempt(Direction::Write, cx, |_| self.try_write(bytes))
    }

    fn try_read(&self, bytes: &mut [u8]) -> io::Result<usize> {
        let wanted = bytes.len();
        self.endpoint.transfer(Direction::Read, wanted, |mut socket| socket.read(bytes))
    }

    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        self.endpoint.transfer(Direction::Write, bytes.len(), |mut socket| socket.write(bytes))
    }

    fn try_write_vectored(&self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        let wanted = pieces.iter().map(|piece| piece.len()).sum();
        self.endpoint.transfer(Direction::Write, wanted, |mut socket| socket.write_vectored(pieces))
    }

    fn poll_readable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.endpoint.poll_ready(Direction::Read, cx).map(Ok)
    }

    fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.endpoint.poll_ready(Direction::Write, cx).map(Ok)
    }

    fn shutdown_write(&self) -> io::Result<()> {
        self.close(Shutdown::Write)
    }

    fn shutdown(&self) -> io::Result<()> {
        self.close(Shutdown::Both)
    }

    fn peer(&self) -> String {
        format!("unix:{}", self.peer.display())
    }

    fn local(&self) -> String {
        format!("unix:{}", self.local.display())
    }

    fn read_mark(&self) -> Option<&ReadMark> {
        Some(&self.reader)
    }
}

impl fmt::Debug for UnixStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnixStream({} to {})", self.local(), self.peer())
    }
}

/// Accepts connections on a socket in the file system; see the example of [`UnixStream`].
///
/// The file is made here, with the rights that the process's umask leaves, and it stays when the
/// listener goes, as it does in Python: who starts again removes it first, or gets `AddrInUse`.
pub struct UnixListener {
    endpoint: Endpoint<mio::net::UnixListener>,
    path: PathBuf,
    /// Whether the last try found no descriptor or no memory.
    is_short: Cell<bool>,
}

impl UnixListener {
    /// Makes a socket at `path` and listens.
    ///
    /// # Errors
    ///
    /// `AddrInUse` if there is a file already, `PermissionDenied`, `NotFound` (the folder) ...
    ///
    /// # Panics
    ///
    /// Outside a hub.
    #[track_caller]
    pub fn bind(path: impl AsRef<Path>) -> io::Result<UnixListener> {
        UnixListener::bind_on(&current(), path.as_ref(), BACKLOG)
    }

    pub(super) fn bind_on(hub: &Handle, path: &Path, backlog: i32) -> io::Result<UnixListener> {
        let socket = mio::net::UnixListener::bind(path)?;
        // `listen` once more only changes the length of the queue.
        SockRef::from(&socket).listen(backlog)?;
        let endpoint = Endpoint::new(hub.clone(), socket)?;
        Ok(UnixListener { endpoint, path: path.to_owned(), is_short: Cell::new(false) })
    }

    /// Waits for the next connection. Cancel-safe; never fails, as
    /// [`TcpListener::accept`](super::TcpListener::accept).
    pub async fn accept(&self) -> UnixStream {
        loop {
            let accepted = poll_fn(|cx| {
                self.endpoint.poll_attempt(Direction::Read, cx, |endpoint| {
                    endpoint.attempt(Direction::Read, |socket| socket.accept())
                })
            });
            let result = accepted.await.and_then(|(socket, _)| {
                UnixStream::new(Endpoint::new(self.endpoint.hub().clone(), socket)?)
            });
            match result {
                Ok(stream) => {
                    if self.is_short.replace(false) {
                        log::warn!("accepting on {} again", self.path.display());
                    }
                    return stream;
                }
                Err(error) if is_callers_fault(&error) => {
                    log::debug!("a connection to {} was gone: {error}", self.path.display());
                }
                Err(error) => {
                    if !self.is_short.replace(true) {
                        let pause = ACCEPT_PAUSE.as_millis();
                        let path = self.path.display();
                        log::warn!("cannot accept on {path}, tried every {pause} ms: {error}");
                    }
                    let hub = self.endpoint.hub();
                    hub.sleep_until(timer::after(hub.now(), ACCEPT_PAUSE)).await;
                }
            }
        }
    }

    /// Where it listens.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl fmt::Debug for UnixListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnixListener({})", self.path.display())
    }
}
