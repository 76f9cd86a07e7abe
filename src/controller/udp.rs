//! Switches on UDP: each sender a session, each datagram a message.
//!
//! A datagram is no connection: its sender may be forged, nobody says goodbye, and nothing that is
//! lost is sent again. So a session begins with a hello only, there are at most
//! [`UdpConfig::max_sessions`] of them, and one that hears nothing for
//! [`UdpConfig::idle_timeout`] is over. There is no DTLS.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll, Waker, ready};
use std::time::{Duration, Instant};

use bytes::{Buf, Bytes};
use log::{debug, warn};

use super::Controller;
use super::link::Link;
use super::transport::Transport;
use crate::hub::net::{Stream, UdpSocket};
use crate::hub::{self, Task};
use crate::ofproto::{Framing, frame};

/// So many bytes of a session wait to be read at most; datagrams that come then are dropped, as
/// the network drops them.
pub const UDP_BACKLOG: usize = 128 * 1024;

/// No datagram is longer.
const DATAGRAM_MAX: usize = 65_536;

/// After so many datagrams others get their turn.
const DATAGRAMS_PER_TURN: u32 = 32;

/// Errors of the socket are waited out for so long.
const ERROR_PAUSE: Duration = Duration::from_millis(100);

/// `EMSGSIZE` of Linux.
const MESSAGE_TOO_LONG: i32 = 90;

/// How switches on UDP are treated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UdpConfig {
    /// A switch that has sent nothing for this long has gone. With echo requests more often than
    /// this, one that is there never is silent for so long.
    pub idle_timeout: Duration,
    /// Most switches on one address.
    pub max_sessions: usize,
}

impl Default for UdpConfig {
    fn default() -> Self {
        UdpConfig { idle_timeout: Duration::from_secs(60), max_sessions: 1024 }
    }
}

/// The socket and those who talk through it.
struct Shared {
    socket: UdpSocket,
    controller: Controller,
    peers: RefCell<BTreeMap<SocketAddr, Weak<UdpStream>>>,
}

/// Starts to listen; returns the address and the task that receives.
pub(super) fn listen(
    controller: Controller,
    addr: SocketAddr,
    v6_only: bool,
) -> io::Result<(SocketAddr, Task<()>)> {
    let socket = match v6_only {
        true => UdpSocket::bind_v6_only(addr)?,
        false => UdpSocket::bind(addr)?,
    };
    let local = socket.local_addr();
    let shared = Rc::new(Shared { socket, controller, peers: RefCell::default() });
    let expiry = hub::spawn(format!("expire udp {local}"), expire(Rc::clone(&shared)));
    let task = hub::spawn(format!("listen udp {local}"), async move {
        // Ends together with this task.
        let _expiry = expiry;
        receive(shared).await;
    });
    Ok((local, task))
}

async fn receive(shared: Rc<Shared>) {
    let mut datagram = vec![0; DATAGRAM_MAX];
    let mut has_error = false;
    for count in 1_u32.. {
        match shared.socket.recv_from(&mut datagram).await {
            Ok((n, from)) => {
                has_error = false;
                shared.take(&datagram[..n], from);
            }
            Err(cause) => {
                if !has_error {
                    warn!("cannot receive on udp:{}: {cause}", shared.socket.local_addr());
                }
                has_error = true;
                hub::sleep(ERROR_PAUSE).await;
            }
        }
        if count % DATAGRAMS_PER_TURN == 0 {
            hub::yield_now().await;
        }
    }
}

/// Looks for those who are silent, four times in the time that they have.
async fn expire(shared: Rc<Shared>) {
    let idle = shared.controller.0.config.udp.idle_timeout;
    let mut ticks = hub::interval((idle / 4).max(Duration::from_millis(1)));
    loop {
        ticks.tick().await;
        let now = hub::now();
        let mut silent = Vec::new();
        shared.peers.borrow_mut().retain(|_, peer| {
            let Some(peer) = peer.upgrade() else { return false };
            let is_silent = now.duration_since(peer.last_heard.get()) >= idle;
            if is_silent {
                silent.push(peer);
            }
            !is_silent
        });
        for peer in silent {
            peer.end(End::Silent(idle));
        }
    }
}

impl Shared {
    /// Hands a datagram to the session of its sender.
    fn take(self: &Rc<Self>, datagram: &[u8], from: SocketAddr) {
        if frame(datagram) != Framing::Message(datagram.len()) {
            self.controller.count(|counters| counters.udp_malformed += 1);
            debug!(
                "addr={from}: dropped a datagram that is not one message: {} bytes",
                datagram.len()
            );
            return;
        }
        let known = self.peers.borrow().get(&from).and_then(Weak::upgrade);
        let peer = match known {
            Some(peer) => peer,
            None => match self.greet(datagram, from) {
                Some(peer) => peer,
                None => return,
            },
        };
        peer.push(datagram);
    }

    /// A session for a sender that is new and says hello.
    fn greet(self: &Rc<Self>, datagram: &[u8], from: SocketAddr) -> Option<Rc<UdpStream>> {
        const HELLO: u8 = 0;
        if datagram[1] != HELLO {
            self.controller.count(|counters| counters.udp_stray += 1);
            debug!("addr={from}: dropped a datagram, it has not said hello");
            return None;
        }
        let max = self.controller.0.config.udp.max_sessions;
        if self.peers.borrow().len() >= max {
            self.controller.count(|counters| counters.udp_no_room += 1);
            debug!("addr={from}: there are {max} switches on UDP already");
            return None;
        }
        if !self.controller.admits(from) {
            return None;
        }
        let peer = Rc::new(UdpStream {
            shared: Rc::clone(self),
            peer: from,
            last_heard: Cell::new(hub::now()),
            incoming: RefCell::default(),
            waiting: Cell::new(0),
            end: Cell::new(None),
            readers: RefCell::default(),
        });
        self.peers.borrow_mut().insert(from, Rc::downgrade(&peer));
        let link = Link { transport: Some(Transport::Udp), ..Link::default() };
        self.controller.attach_linked(Rc::clone(&peer) as Rc<dyn Stream>, link);
        Some(peer)
    }
}

/// One sender's share of the socket.
struct UdpStream {
    shared: Rc<Shared>,
    peer: SocketAddr,
    last_heard: Cell<Instant>,
    incoming: RefCell<VecDeque<Bytes>>,
    /// The bytes in `incoming`.
    waiting: Cell<usize>,
    end: Cell<Option<End>>,
    readers: RefCell<Vec<Waker>>,
}

/// Why nothing more will come.
#[derive(Clone, Copy)]
enum End {
    /// We have said all. The peer cannot be waited for: it never says that it has.
    Ours,
    /// Nothing was heard for so long.
    Silent(Duration),
}

impl UdpStream {
    fn push(&self, datagram: &[u8]) {
        self.last_heard.set(hub::now());
        let waiting = self.waiting.get() + datagram.len();
        if waiting > UDP_BACKLOG || self.end.get().is_some() {
            self.shared.controller.count(|counters| counters.udp_overrun += 1);
            return;
        }
        self.shared.controller.count(|counters| counters.udp_received += 1);
        self.waiting.set(waiting);
        self.incoming.borrow_mut().push_back(Bytes::copy_from_slice(datagram));
        self.wake();
    }

    fn end(&self, end: End) {
        if self.end.get().is_none() {
            self.end.set(Some(end));
        }
        self.wake();
    }

    fn wake(&self) {
        let readers = self.readers.take();
        readers.into_iter().for_each(Waker::wake);
    }

    /// Sends each message in a datagram of its own.
    fn send(&self, bytes: &[u8]) -> io::Result<usize> {
        let mut sent = 0;
        while sent < bytes.len() {
            let rest = &bytes[sent..];
            // An outbox holds whole messages.
            let Framing::Message(len) = frame(rest) else {
                return Err(io::Error::new(io::ErrorKind::InvalidInput, "no whole message"));
            };
            match self.shared.socket.try_send_to(&rest[..len], self.peer) {
                Ok(_) => {}
                Err(error) if error.raw_os_error() == Some(MESSAGE_TOO_LONG) => {
                    self.shared.controller.count(|counters| counters.udp_too_long += 1);
                    warn!("addr={}: a message of {len} bytes fits into no datagram", self.peer);
                }
                Err(_) if sent > 0 => return Ok(sent),
                Err(error) => return Err(error),
            }
            sent += len;
        }
        Ok(sent)
    }
}

impl Stream for UdpStream {
    fn poll_read(&self, cx: &mut Context<'_>, bytes: &mut [u8]) -> Poll<io::Result<usize>> {
        ready!(self.poll_readable(cx))?;
        Poll::Ready(self.try_read(bytes))
    }

    fn poll_write(&self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        loop {
            match self.send(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    ready!(self.poll_writable(cx))?;
                }
                result => return Poll::Ready(result),
            }
        }
    }

    fn try_read(&self, bytes: &mut [u8]) -> io::Result<usize> {
        let mut incoming = self.incoming.borrow_mut();
        if let Some(first) = incoming.front_mut() {
            let n = first.len().min(bytes.len());
            first.copy_to_slice(&mut bytes[..n]);
            if first.is_empty() {
                incoming.pop_front();
            }
            self.waiting.set(self.waiting.get() - n);
            return Ok(n);
        }
        match self.end.get() {
            None => Err(io::ErrorKind::WouldBlock.into()),
            Some(End::Ours) => Ok(0),
            Some(End::Silent(time)) => {
                let text = format!("nothing received on UDP for {time:?}");
                Err(io::Error::new(io::ErrorKind::TimedOut, text))
            }
        }
    }

    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        self.send(bytes)
    }

    fn try_write_vectored(&self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        self.send(&pieces.iter().flat_map(|piece| piece.iter().copied()).collect::<Vec<u8>>())
    }

    fn poll_readable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.incoming.borrow().is_empty() || self.end.get().is_some() {
            return Poll::Ready(Ok(()));
        }
        let mut readers = self.readers.borrow_mut();
        if !readers.iter().any(|waiter| waiter.will_wake(cx.waker())) {
            readers.push(cx.waker().clone());
        }
        Poll::Pending
    }

    fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.shared.socket.poll_writable(cx).map(Ok)
    }

    fn shutdown_write(&self) -> io::Result<()> {
        self.end(End::Ours);
        Ok(())
    }

    fn shutdown(&self) -> io::Result<()> {
        self.shared.peers.borrow_mut().remove(&self.peer);
        self.end(End::Ours);
        Ok(())
    }

    fn peer(&self) -> String {
        self.peer.to_string()
    }

    fn local(&self) -> String {
        self.shared.socket.local_addr().to_string()
    }
}
