//! What listeners have in common, whatever their family: they take the next connection, and live
//! through a shortage.

use std::cell::Cell;
use std::fmt::Display;
use std::future::poll_fn;
use std::io;
use std::os::fd::AsRawFd;
use std::time::Duration;

use super::endpoint::Endpoint;
use crate::hub::executor::Handle;
use crate::hub::identity::Identity;
use crate::hub::reactor::Direction;
use crate::hub::timer;

/// How long a listener that has run out of descriptors leaves callers in the backlog before it
/// tries again: long enough not to spin, short enough not to be noticed once one is free.
pub const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A listening socket.
pub(super) struct Acceptor<L: mio::event::Source> {
    endpoint: Endpoint<L>,
    /// Whether the last try found no descriptor or no memory.
    is_short: Cell<bool>,
}

impl<L: mio::event::Source> Acceptor<L> {
    pub(super) fn new(hub: &Handle, socket: L, identity: Identity) -> io::Result<Self>
    where
        L: AsRawFd,
    {
        let endpoint = Endpoint::new(hub.clone(), socket, identity)?;
        Ok(Acceptor { endpoint, is_short: Cell::new(false) })
    }

    /// Waits for the next connection: what `make` makes of what the system's `accept` gave. `place`
    /// is where it listens, for the log. Cancel-safe; never fails, see
    /// [`TcpListener::accept`](super::TcpListener::accept).
    pub(super) async fn next<A, T>(
        &self,
        place: &dyn Display,
        accept: impl Fn(&L) -> io::Result<A>,
        make: impl Fn(&Handle, A) -> io::Result<T>,
    ) -> T {
        let hub = self.endpoint.hub();
        loop {
            let accepted = poll_fn(|cx| {
                self.endpoint.poll_attempt(Direction::Read, cx, |endpoint| {
                    endpoint.attempt(Direction::Read, &accept)
                })
            });
            match accepted.await.and_then(|accepted| make(hub, accepted)) {
                Ok(stream) => {
                    if self.is_short.replace(false) {
                        log::warn!("accepting on {place} again");
                    }
                    return stream;
                }
                Err(error) if is_callers_fault(&error) => {
                    log::debug!("a connection to {place} was gone at once: {error}");
                }
                Err(error) => {
                    // Ten tries a second would fill the log: the beginning and the end are said.
                    if !self.is_short.replace(true) {
                        let pause = ACCEPT_PAUSE.as_millis();
                        log::warn!("cannot accept on {place}, tried every {pause} ms: {error}");
                    }
                    hub.sleep_until(timer::after(hub.now(), ACCEPT_PAUSE)).await;
                }
            }
        }
    }
}

/// Whether this connection failed, and the next may well be accepted. Linux reports errors that are
/// already known of a new connection from `accept`.
fn is_callers_fault(error: &io::Error) -> bool {
    use io::ErrorKind::{
        BrokenPipe, ConnectionAborted, ConnectionReset, HostUnreachable, InvalidInput, NetworkDown,
        NetworkUnreachable, NotConnected, PermissionDenied, TimedOut,
    };
    matches!(
        error.kind(),
        BrokenPipe
            | ConnectionAborted
            | ConnectionReset
            | HostUnreachable
            // Options cannot be set on a connection that was reset in the backlog.
            | InvalidInput
            | NetworkDown
            | NetworkUnreachable
            | NotConnected
            // The firewall.
            | PermissionDenied
            | TimedOut
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_callers_own_faults_are_passed_over_without_a_pause() {
        const ECONNABORTED: i32 = 103;
        const ENFILE: i32 = 23;
        const EMFILE: i32 = 24;
        const ENOMEM: i32 = 12;
        const ENOBUFS: i32 = 105;
        assert!(is_callers_fault(&io::Error::from_raw_os_error(ECONNABORTED)));
        for shortage in [ENFILE, EMFILE, ENOMEM, ENOBUFS] {
            assert!(!is_callers_fault(&io::Error::from_raw_os_error(shortage)));
        }
    }
}
