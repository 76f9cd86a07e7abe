//! Accepting switches, in the clear and with TLS.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::rc::Rc;

use log::{debug, warn};

use super::link::{Link, TlsLink};
use super::transport::{Transport, TransportAddress};
use super::{Controller, Guest, udp};
use crate::hub::net::{Stream, TcpListener, TcpStream};
use crate::hub::{self, Task};
use crate::tls::{HandshakeError, TlsContext};

/// So many TLS handshakes may be under way at a time; a peer that comes then is turned away. Each
/// takes some tens of KiB, and ends with its deadline at the latest.
pub const HANDSHAKES_MAX: usize = 1024;

impl Controller {
    /// Listens for switches on TCP; returns the address, with the port that was chosen if `addr`
    /// has 0.
    ///
    /// # Errors
    /// What `bind` says, for instance that the address is in use.
    pub fn listen(&self, addr: SocketAddr) -> io::Result<SocketAddr> {
        let address = TransportAddress { transport: Transport::Tcp, addr };
        Ok(self.listen_on(address)?.addr)
    }

    /// Listens for switches on TCP, TLS or UDP; returns the address, with the port that was chosen
    /// if it was 0. `[::]` includes IPv4, if the system does not forbid it, unless `0.0.0.0` with
    /// the same port is listened on already.
    ///
    /// # Errors
    /// What `bind` says, for instance that the address is in use; `InvalidInput` for TLS if the
    /// controller was given no certificate.
    pub fn listen_on(&self, address: TransportAddress) -> io::Result<TransportAddress> {
        let TransportAddress { transport, addr } = address;
        let v6_only = addr.ip() == IpAddr::from(Ipv6Addr::UNSPECIFIED) && self.has_v4(address);
        let (local, task) = match transport {
            Transport::Udp => udp::listen(self.clone(), addr, v6_only)?,
            Transport::Tcp => self.listen_with(addr, v6_only, None)?,
            Transport::Ssl => {
                let tls = self.0.config.tls.clone().filter(TlsContext::can_accept);
                let missing = || io::Error::new(io::ErrorKind::InvalidInput, "no certificate");
                self.listen_with(addr, v6_only, Some(tls.ok_or_else(missing)?))?
            }
        };
        let address = TransportAddress { transport, addr: local };
        self.0.listeners.borrow_mut().push((address, task));
        Ok(address)
    }

    /// Whether all of IPv4 is listened on at the same port.
    fn has_v4(&self, address: TransportAddress) -> bool {
        let datagrams = |transport| transport == Transport::Udp;
        let v4 = SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), address.addr.port());
        self.0.listeners.borrow().iter().any(|(other, _)| {
            other.addr == v4 && datagrams(other.transport) == datagrams(address.transport)
        })
    }

    fn listen_with(
        &self,
        addr: SocketAddr,
        v6_only: bool,
        tls: Option<TlsContext>,
    ) -> io::Result<(SocketAddr, Task<()>)> {
        let listener = match v6_only {
            true => TcpListener::bind_v6_only(addr)?,
            false => TcpListener::bind(addr)?,
        };
        let local = listener.local_addr();
        let controller = self.clone();
        let task = hub::spawn(format!("listen {local}"), async move {
            loop {
                let (stream, from) = listener.accept().await;
                if controller.admits(from) {
                    match &tls {
                        None => drop(controller.attach_linked(Rc::new(stream), tcp())),
                        Some(tls) => controller.secure(stream, tls.clone()),
                    }
                }
                // A backlog of callers must not keep those waiting who are connected.
                hub::yield_now().await;
            }
        });
        Ok((local, task))
    }

    /// Whether the rules let a connection from there in; the answer is counted.
    pub(super) fn admits(&self, from: SocketAddr) -> bool {
        let open = self.0.connections.borrow().len() + self.0.guests.borrow().len();
        let answer = self.0.gate.borrow_mut().ask(hub::now(), from.ip(), open);
        let Err(refused) = answer else { return true };
        match refused.to_log {
            Some(1) => warn!("connection from {from} refused: {}", refused.reason),
            Some(count) => {
                let reason = refused.reason;
                warn!("{count} connections refused, the last from {from}: {reason}");
            }
            None => debug!("connection from {from} refused: {}", refused.reason),
        }
        false
    }

    /// Does the TLS handshake in a task of its own; then the connection is served.
    fn secure(&self, stream: TcpStream, tls: TlsContext) {
        if self.0.guests.borrow().len() >= HANDSHAKES_MAX {
            self.count(|counters| counters.tls_too_many += 1);
            debug!("connection from {} refused: too many TLS handshakes", stream.peer());
            return;
        }
        let guest = Guest::new(self);
        let number = guest.number;
        let controller = self.clone();
        let task = hub::spawn(format!("tls handshake {}", stream.peer()), async move {
            let peer = stream.peer();
            let limit = controller.0.config.session.handshake_timeout;
            let secured = tls.accept(Rc::new(stream), limit).await;
            // From here on it counts as a connection.
            drop(guest);
            match secured {
                Ok(stream) => {
                    controller.count(|counters| counters.tls_done += 1);
                    let tls = Some(TlsLink::of(&stream));
                    let transport = Some(Transport::Ssl);
                    let link = Link { transport, tls, ..Link::default() };
                    controller.attach_linked(Rc::new(stream), link);
                }
                Err(error) => {
                    controller.count(|counters| counters.count_failure(&error));
                    log_failure(&peer, &error);
                }
            }
        });
        self.0.guests.borrow_mut().insert(number, task);
    }
}

fn tcp() -> Link {
    Link { transport: Some(Transport::Tcp), ..Link::default() }
}

/// The one line about a handshake that came to nothing.
fn log_failure(peer: &str, error: &HandshakeError) {
    match error {
        // A probe of the port (connect, close) is no switch and no error.
        HandshakeError::Closed => debug!("addr={peer}: {error}"),
        HandshakeError::NotTls { first } if is_hello(first) => {
            warn!(
                "addr={peer}: the switch speaks OpenFlow without TLS on a port that is for TLS; \
                 give it ssl: in place of tcp:, or the port of the listener in the clear"
            );
        }
        error => warn!("addr={peer}: {error}"),
    }
}

/// A hello of any version: version 1 to 6, type 0.
fn is_hello(first: &[u8]) -> bool {
    matches!(first, [1..=6, 0, ..])
}
