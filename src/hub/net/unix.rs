//! Unix sockets: connections between processes of one machine.

use std::fmt;
use std::io;
use std::net::Shutdown;
use std::path::{Path, PathBuf};
use std::time::Duration;

use socket2::SockRef;

use super::acceptor::Acceptor;
use super::connected::{Connected, LeftOver};
use super::endpoint::Endpoint;
use super::read_mark::ReadMark;
use super::tcp::BACKLOG;
use crate::hub::executor::Handle;
use crate::hub::identity::Identity;
use crate::hub::{self, current};

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
    left_over: LeftOver,
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
                Ok(socket) => return UnixStream::new(&current(), socket),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    hub::sleep(CONNECT_PAUSE).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn new(hub: &Handle, socket: mio::net::UnixStream) -> io::Result<UnixStream> {
        let path = |address: io::Result<std::os::unix::net::SocketAddr>| {
            Ok::<_, io::Error>(address?.as_pathname().map(Path::to_owned).unwrap_or_default())
        };
        let peer = path(socket.peer_addr())?;
        let local = path(socket.local_addr())?;
        let identity = Identity::Unix { local: local.clone(), peer: peer.clone() };
        let endpoint = Endpoint::new(hub.clone(), socket, identity)?;
        Ok(UnixStream {
            endpoint,
            peer,
            local,
            reader: ReadMark::default(),
            left_over: LeftOver::default(),
        })
    }

    /// The path of the other end; empty if it has none, as those who connect have.
    pub fn peer_path(&self) -> &Path {
        &self.peer
    }
}

impl Connected for UnixStream {
    type Socket = mio::net::UnixStream;

    fn endpoint(&self) -> &Endpoint<mio::net::UnixStream> {
        &self.endpoint
    }

    fn reader(&self) -> &ReadMark {
        &self.reader
    }

    fn left_over(&self) -> &LeftOver {
        &self.left_over
    }

    fn close(&self, how: Shutdown) -> io::Result<()> {
        self.endpoint.socket().shutdown(how)
    }

    fn peer_text(&self) -> String {
        format!("unix:{}", self.peer.display())
    }

    fn local_text(&self) -> String {
        format!("unix:{}", self.local.display())
    }
}

impl fmt::Debug for UnixStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnixStream({} to {})", self.local_text(), self.peer_text())
    }
}

/// Accepts connections on a socket in the file system; see the example of [`UnixStream`].
///
/// The file is made here, with the rights that the process's umask leaves, and it stays when the
/// listener goes, as it does in Python: who starts again removes it first, or gets `AddrInUse`.
pub struct UnixListener {
    acceptor: Acceptor<mio::net::UnixListener>,
    path: PathBuf,
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
        let (path, identity) = (path.to_owned(), Identity::UnixListener { local: path.to_owned() });
        Ok(UnixListener { acceptor: Acceptor::new(hub, socket, identity)?, path })
    }

    /// Waits for the next connection. Cancel-safe; never fails, as
    /// [`TcpListener::accept`](super::TcpListener::accept).
    pub async fn accept(&self) -> UnixStream {
        let make = |hub: &Handle, (socket, _)| UnixStream::new(hub, socket);
        self.acceptor.next(&self.path.display(), mio::net::UnixListener::accept, make).await
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
