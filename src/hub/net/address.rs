//! Where something listens, as people write it.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use thiserror::Error;

/// Where to listen or to connect to, and where a connection comes from.
///
/// ```
/// use ryu_sdn::hub::net::Address;
///
/// let parse = |text: &str| text.parse::<Address>().unwrap();
/// assert_eq!(parse("127.0.0.1:3001"), Address::from(([127, 0, 0, 1], 3001)));
/// assert_eq!(parse("[::1]:3001").to_string(), "[::1]:3001");
/// assert_eq!(parse("www.example:80"), Address::Host("www.example".into(), 80));
/// assert_eq!(parse("unix:/run/chat"), Address::Unix("/run/chat".into()));
/// assert!("www.example".parse::<Address>().is_err(), "a port is needed");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Address {
    /// Address and port.
    Ip(SocketAddr),
    /// A host, which has to be looked up, and a port.
    Host(String, u16),
    /// The path of a socket in the file system; empty where a peer has none.
    Unix(PathBuf),
}

/// The text is no address: `host:port`, `[IPv6]:port` or `unix:/path`.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{0:?} is no address: host:port, [IPv6]:port or unix:/path")]
pub struct NotAnAddress(String);

impl Address {
    /// The IP address, if that is what it is.
    pub fn ip(&self) -> Option<IpAddr> {
        match self {
            Address::Ip(address) => Some(address.ip()),
            _ => None,
        }
    }

    /// The port, if it has one.
    pub fn port(&self) -> Option<u16> {
        match self {
            Address::Ip(address) => Some(address.port()),
            Address::Host(_, port) => Some(*port),
            Address::Unix(_) => None,
        }
    }
}

impl FromStr for Address {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || NotAnAddress(text.to_owned());
        if let Some(path) = text.strip_prefix("unix:") {
            return if path.is_empty() { Err(wrong()) } else { Ok(Address::Unix(path.into())) };
        }
        if let Ok(address) = text.parse() {
            return Ok(Address::Ip(address));
        }
        let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
        if host.is_empty() || host.contains(':') {
            return Err(wrong());
        }
        Ok(Address::Host(host.to_owned(), port.parse().map_err(|_| wrong())?))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Ip(address) => address.fmt(f),
            Address::Host(host, port) => write!(f, "{host}:{port}"),
            Address::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

impl From<SocketAddr> for Address {
    fn from(address: SocketAddr) -> Self {
        Address::Ip(address)
    }
}

impl From<(IpAddr, u16)> for Address {
    fn from(address: (IpAddr, u16)) -> Self {
        Address::Ip(address.into())
    }
}

impl From<([u8; 4], u16)> for Address {
    fn from(address: ([u8; 4], u16)) -> Self {
        Address::Ip(address.into())
    }
}

impl From<(&str, u16)> for Address {
    /// The host may be an address.
    fn from((host, port): (&str, u16)) -> Self {
        match host.parse::<IpAddr>() {
            Ok(ip) => Address::Ip((ip, port).into()),
            Err(_) => Address::Host(host.to_owned(), port),
        }
    }
}

impl From<&Path> for Address {
    fn from(path: &Path) -> Self {
        Address::Unix(path.to_owned())
    }
}
