//! Where an OpenFlow channel ends, in one line of text: `tcp:127.0.0.1:6653`.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;

use thiserror::Error;

/// What carries an OpenFlow channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// TCP, in the clear.
    Tcp,
    /// TLS over TCP; Ryu and Open vSwitch call it `ssl`.
    Ssl,
    /// Datagrams, each of them one message.
    Udp,
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Transport::Tcp => "tcp",
            Transport::Ssl => "ssl",
            Transport::Udp => "udp",
        })
    }
}

/// An IP address and port, and what is spoken there.
///
/// ```
/// use ryu_sdn::controller::{Transport, TransportAddress};
///
/// let address: TransportAddress = "ssl:[::1]:6653".parse().unwrap();
/// assert_eq!(address.transport, Transport::Ssl);
/// assert_eq!(address.to_string(), "ssl:[::1]:6653");
/// // Ryu's lists of switches have no word in front: that is TCP.
/// assert_eq!("127.0.0.1:6633".parse::<TransportAddress>().unwrap().to_string(), "tcp:127.0.0.1:6633");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransportAddress {
    /// What is spoken.
    pub transport: Transport,
    /// Where.
    pub addr: SocketAddr,
}

/// What is wrong with the text of a [`TransportAddress`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0:?} is no address such as tcp:127.0.0.1:6653, ssl:[::1]:6653 or udp:0.0.0.0:6653")]
pub struct BadTransportAddress(String);

impl FromStr for TransportAddress {
    type Err = BadTransportAddress;

    fn from_str(text: &str) -> Result<Self, BadTransportAddress> {
        let (transport, rest) = match text.split_once(':') {
            Some(("tcp", rest)) => (Transport::Tcp, rest),
            Some(("ssl" | "tls", rest)) => (Transport::Ssl, rest),
            Some(("udp", rest)) => (Transport::Udp, rest),
            _ => (Transport::Tcp, text),
        };
        let localhost = |rest: &str| {
            let port = rest.strip_prefix("localhost:")?.parse().ok()?;
            Some(SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port))
        };
        let addr = rest.parse().ok().or_else(|| localhost(rest));
        let addr = addr.ok_or_else(|| BadTransportAddress(text.to_owned()))?;
        Ok(TransportAddress { transport, addr })
    }
}

impl fmt::Display for TransportAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.transport, self.addr)
    }
}

/// The address that an option's value means. Names other than `localhost`, by which everybody
/// means the same, are not looked up: that would block.
pub(super) fn ip(value: &str) -> Option<IpAddr> {
    match value {
        "localhost" => Some(Ipv4Addr::LOCALHOST.into()),
        value => value.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_reads_as_it_is_written() {
        for (text, wanted) in [
            ("tcp:10.0.0.1:1", Some("tcp:10.0.0.1:1")),
            ("tls:10.0.0.1:1", Some("ssl:10.0.0.1:1")),
            ("udp:[::]:6653", Some("udp:[::]:6653")),
            ("[::1]:6653", Some("tcp:[::1]:6653")),
            ("localhost:6653", Some("tcp:127.0.0.1:6653")),
            ("ssl:localhost:6653", Some("ssl:127.0.0.1:6653")),
            ("::1:6653", None),
            ("10.0.0.1", None),
            ("10.0.0.1:65536", None),
            ("switch.example:6653", None),
            ("ptcp:10.0.0.1:6653", None),
            ("", None),
        ] {
            let read = text.parse::<TransportAddress>();
            assert_eq!(read.ok().map(|address| address.to_string()).as_deref(), wanted, "{text}");
        }
    }
}
