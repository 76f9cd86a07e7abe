//! What a connection is made of, and what went wrong before there was one.

use serde::Serialize;

use super::transport::Transport;
use crate::tls::{CertificateInfo, HandshakeError, TlsStream};

/// How a switch is connected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// What carries the channel; `None` for a connection inside the process.
    pub transport: Option<Transport>,
    /// The controller has called the switch, and not the other way round.
    pub is_dialed: bool,
    /// What is known from the TLS handshake.
    pub tls: Option<TlsLink>,
}

/// What is known of a switch, and agreed with it, by TLS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TlsLink {
    /// Version and cipher suite: `TLS 1.3, TLS_AES_256_GCM_SHA384`.
    pub protocol: String,
    /// The switch's certificate; `None` if there is no CA and so none was asked for.
    pub certificate: Option<CertificateInfo>,
}

impl TlsLink {
    pub(super) fn of(stream: &TlsStream) -> TlsLink {
        TlsLink {
            protocol: stream.protocol().to_owned(),
            certificate: stream.peer_certificate().cloned(),
        }
    }
}

/// What has been counted of connections that never became sessions, and of datagrams.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TransportCounters {
    /// TLS handshakes that were completed.
    pub tls_done: u64,
    /// That took too long.
    pub tls_timed_out: u64,
    /// That the peer gave up, or whose connection broke.
    pub tls_lost: u64,
    /// That began with something that is no TLS.
    pub tls_not_tls: u64,
    /// That failed: a certificate that is missing, expired or foreign, nothing in common.
    pub tls_failed: u64,
    /// That were not begun, since there were as many as there may be.
    pub tls_too_many: u64,
    /// Datagrams that were handed to a session.
    pub udp_received: u64,
    /// Datagrams that were not one whole message: cut off, or with something behind it.
    pub udp_malformed: u64,
    /// Datagrams of senders without a session that were no hello.
    pub udp_stray: u64,
    /// Hellos for which there was no room, see
    /// [`UdpConfig::max_sessions`](super::UdpConfig::max_sessions).
    pub udp_no_room: u64,
    /// Datagrams of sessions that had not yet read those before.
    pub udp_overrun: u64,
    /// Messages to switches that are too long for a datagram.
    pub udp_too_long: u64,
}

impl TransportCounters {
    pub(super) fn count_failure(&mut self, error: &HandshakeError) {
        match error {
            HandshakeError::TimedOut(_) => self.tls_timed_out += 1,
            HandshakeError::Closed | HandshakeError::Lost(_) => self.tls_lost += 1,
            HandshakeError::NotTls { .. } => self.tls_not_tls += 1,
            HandshakeError::Failed { .. } | HandshakeError::NotSetUp(_) => self.tls_failed += 1,
        }
    }
}
