//! Unix signals, as something to await.

use std::fmt;
use std::future::poll_fn;
use std::io::{self, Read};
use std::os::unix::net::UnixStream;
use std::task::{Context, Poll};

use signal_hook::SigId;
use signal_hook::low_level::{pipe, unregister};

use super::handle::Handle;
use super::identity::Identity;
use super::net::Endpoint;
use super::reactor::Direction;

/// Hears of some signals, instead of the process being ended by them.
///
/// A signal handler may do next to nothing; this one writes a byte into a socket pair, and the loop
/// reads it. Dropping this stops the listening (the process is then deaf to the signal: its default
/// action is not brought back).
///
/// ```no_run
/// use ryu_sdn::hub::Signals;
/// # async fn stop() -> std::io::Result<()> {
/// const SIGINT: i32 = 2;
/// const SIGTERM: i32 = 15;
/// let signals = Signals::new(&[SIGINT, SIGTERM])?;
/// let signal = signals.recv().await;
/// log::info!("signal {signal}, stopping");
/// # Ok(()) }
/// ```
pub struct Signals {
    lines: Vec<Line>,
}

struct Line {
    signal: i32,
    id: SigId,
    endpoint: Endpoint<mio::net::UnixStream>,
}

impl Signals {
    /// Listens for `signals`, by number.
    ///
    /// # Errors
    ///
    /// If there are no descriptors left, or a signal is not one that can be caught.
    ///
    /// # Panics
    ///
    /// Outside a hub (there, use [`new_on`](Self::new_on)). For `SIGKILL`, `SIGSTOP`, `SIGILL`,
    /// `SIGFPE` and `SIGSEGV`, which nobody can handle this way.
    #[track_caller]
    pub fn new(signals: &[i32]) -> io::Result<Signals> {
        Signals::new_on(&super::current(), signals)
    }

    /// As [`new`](Self::new), before the hub runs.
    pub fn new_on(hub: &Handle, signals: &[i32]) -> io::Result<Signals> {
        let mut listening = Signals { lines: Vec::with_capacity(signals.len()) };
        for &signal in signals {
            let (ours, handlers) = UnixStream::pair()?;
            ours.set_nonblocking(true)?;
            let ours = mio::net::UnixStream::from_std(ours);
            let identity = Identity::Signal { number: signal };
            let endpoint = Endpoint::new(hub.clone(), ours, identity)?;
            let id = pipe::register(signal, handlers)?;
            listening.lines.push(Line { signal, id, endpoint });
        }
        Ok(listening)
    }

    /// Waits for the next signal and returns its number; of several that are there, the one that
    /// comes first in the list given to [`new`](Self::new). Cancel-safe.
    pub async fn recv(&self) -> i32 {
        poll_fn(|cx| self.poll_recv(cx)).await
    }

    fn poll_recv(&self, cx: &mut Context<'_>) -> Poll<i32> {
        for line in &self.lines {
            let byte = line.endpoint.poll_attempt(Direction::Read, cx, |endpoint| {
                // One byte per signal; the second Ctrl-C is not lost in the first.
                endpoint.attempt(Direction::Read, |mut socket| socket.read(&mut [0]))
            });
            match byte {
                Poll::Pending => {}
                Poll::Ready(Ok(0)) => unreachable!("the signal handler holds the other end"),
                Poll::Ready(Ok(_)) => return Poll::Ready(line.signal),
                Poll::Ready(Err(error)) => {
                    log::error!("cannot hear of signal {} any more: {error}", line.signal);
                }
            }
        }
        Poll::Pending
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        for line in &self.lines {
            unregister(line.id);
        }
    }
}

impl fmt::Debug for Signals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.lines.iter().map(|line| line.signal)).finish()
    }
}
