//! A host, at the edge of the network.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use serde::Serialize;

use crate::app::Describe;
use crate::wire::MacAddr;

use super::port::Port;

/// Most addresses that are kept for one host, of each kind; then the one heard of the longest ago goes.
pub const ADDRESSES_PER_HOST: usize = 16;

/// A host and where it is: Ryu's `ryu.topology.switches.Host`.
///
/// Two are equal if they have the same Ethernet address at the same port, as in Ryu.
///
/// ```
/// use ryu_sdn::services::topology::{Host, Port};
/// use ryu_sdn::wire::MacAddr;
///
/// let mut host = Host::new(MacAddr([0, 0, 0, 0, 0, 1]), Port::default());
/// host.saw_ipv4("10.0.0.1".parse()?);
/// host.saw_ipv4("10.0.0.9".parse()?);
/// host.saw_ipv4("10.0.0.1".parse()?);
/// assert!(serde_json::to_string(&host)?.starts_with(
///     r#"{"mac":"00:00:00:00:00:01","ipv4":["10.0.0.9","10.0.0.1"],"ipv6":[],"port":{"dpid""#
/// ));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Serialize, Describe)]
pub struct Host {
    /// The Ethernet address.
    pub mac: MacAddr,
    /// Its IPv4 addresses, the one used last at the end.
    pub ipv4: Vec<Ipv4Addr>,
    /// Its IPv6 addresses, the one used last at the end.
    pub ipv6: Vec<Ipv6Addr>,
    /// Where it is.
    pub port: Port,
}

impl Host {
    /// A host of which no IP address is known.
    pub fn new(mac: MacAddr, port: Port) -> Host {
        Host { mac, ipv4: Vec::new(), ipv6: Vec::new(), port }
    }

    /// It used this address.
    pub fn saw_ipv4(&mut self, address: Ipv4Addr) {
        note(&mut self.ipv4, address);
    }

    /// It used this address.
    pub fn saw_ipv6(&mut self, address: Ipv6Addr) {
        note(&mut self.ipv6, address);
    }
}

/// Puts `address` at the end.
fn note<A: PartialEq>(addresses: &mut Vec<A>, address: A) {
    if addresses.last() == Some(&address) {
        return;
    }
    addresses.retain(|known| *known != address);
    if addresses.len() == ADDRESSES_PER_HOST {
        addresses.remove(0);
    }
    addresses.push(address);
}

impl PartialEq for Host {
    fn eq(&self, other: &Host) -> bool {
        (self.mac, self.port) == (other.mac, other.port)
    }
}

impl Eq for Host {}

/// As Ryu's: `Host<mac=00:00:00:00:00:01, port=Port<..>,10.0.0.1>`.
impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Host { mac, ipv4, ipv6, port } = self;
        write!(f, "Host<mac={mac}, port={port},")?;
        for (at, address) in ipv4.iter().enumerate() {
            write!(f, "{}{address}", if at == 0 { "" } else { "," })?;
        }
        for (at, address) in ipv6.iter().enumerate() {
            write!(f, "{}{address}", if at == 0 { "" } else { "," })?;
        }
        f.write_str(">")
    }
}
