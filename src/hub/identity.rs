//! What a descriptor is: its number, and where it leads.
//!
//! Sockets say so once, when they are made; text is made of it for those who look at the list only.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// What a [`Descriptor`](super::Descriptor) is, and where it leads. Its text is for logs:
/// `tcp 127.0.0.1:6653 to 127.0.0.1:41822`, `tcp listener 0.0.0.0:6653`.
///
/// ```
/// use ryu_sdn::{clock::Clock, hub::{self, Hub, Identity, net::TcpListener}};
///
/// Hub::new(Clock::test())?.block_on(async {
///     let listener = TcpListener::bind(([127, 0, 0, 1], 0).into())?;
///     let [descriptor] = &hub::current().descriptors()[..] else { panic!("there is one") };
///     assert_eq!(descriptor.identity, Identity::TcpListener { local: listener.local_addr() });
///     assert!(descriptor.identity.to_string().starts_with("tcp listener 127.0.0.1:"));
///     Ok::<_, std::io::Error>(())
/// })?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Identity {
    /// A TCP connection; without `local` as long as it is not connected.
    Tcp {
        /// This end.
        local: Option<SocketAddr>,
        /// The other end.
        peer: SocketAddr,
    },
    /// A socket that accepts TCP connections.
    TcpListener {
        /// Where it listens.
        local: SocketAddr,
    },
    /// A socket for datagrams.
    Udp {
        /// The address it is bound to.
        local: SocketAddr,
        /// Whom it talks to alone, if to one.
        peer: Option<SocketAddr>,
    },
    /// A connection through a Unix socket.
    Unix {
        /// The path of this end; empty if it has none, as those who connect have.
        local: PathBuf,
        /// The path of the other end, likewise.
        peer: PathBuf,
    },
    /// A socket that accepts Unix connections.
    UnixListener {
        /// Where it listens.
        local: PathBuf,
    },
    /// Where a signal is heard of.
    Signal {
        /// Its number.
        number: i32,
    },
}

impl Identity {
    /// What it is, in a word or two: `tcp`, `tcp listener`, `udp`, `unix`, `unix listener`,
    /// `signal`.
    pub fn kind(&self) -> &'static str {
        match self {
            Identity::Tcp { .. } => "tcp",
            Identity::TcpListener { .. } => "tcp listener",
            Identity::Udp { .. } => "udp",
            Identity::Unix { .. } => "unix",
            Identity::UnixListener { .. } => "unix listener",
            Identity::Signal { .. } => "signal",
        }
    }

    /// This end: an address, a path, or the number of a signal.
    pub fn local(&self) -> Option<String> {
        match self {
            Identity::Tcp { local, .. } => local.map(|local| local.to_string()),
            Identity::TcpListener { local } | Identity::Udp { local, .. } => {
                Some(local.to_string())
            }
            Identity::Unix { local, .. } | Identity::UnixListener { local } => path_text(local),
            Identity::Signal { number } => Some(number.to_string()),
        }
    }

    /// The other end, if there is one.
    pub fn peer(&self) -> Option<String> {
        match self {
            Identity::Tcp { peer, .. } => Some(peer.to_string()),
            Identity::Udp { peer, .. } => peer.map(|peer| peer.to_string()),
            Identity::Unix { peer, .. } => path_text(peer),
            _ => None,
        }
    }
}

fn path_text(path: &Path) -> Option<String> {
    (!path.as_os_str().is_empty()).then(|| path.display().to_string())
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())?;
        if let Some(local) = self.local() {
            write!(f, " {local}")?;
        }
        if let Some(peer) = self.peer() {
            write!(f, " to {peer}")?;
        }
        Ok(())
    }
}
