//! Room `packet`.
mod arp;
mod checksum;
// Some forms wait for the protocols that come next.
#[allow(dead_code, unused_imports)]
mod codec;
mod error;
mod ethernet;
mod icmp;
mod ipv4;
mod ipv6;
mod list;
mod lldp;
mod numbers;
mod packet;
mod protocols;
mod span;
mod stack;
mod tcp;
mod tcp_option;
mod udp;
mod vlan;
mod walk;

pub use arp::Arp;
pub use checksum::internet_checksum;
pub use error::{EmitError, VerifyError};
pub use ethernet::Ethernet;
pub use icmp::{Icmp, IcmpData, IcmpDestUnreach, IcmpEcho, IcmpTimeExceeded};
pub use ipv4::Ipv4;
pub use ipv6::Ipv6;
pub use list::{Items, List};
pub use lldp::{Lldp, LldpChassisId, LldpEnd, LldpPortId, LldpTlv, LldpTtl, LldpUnknown};
pub use numbers::{ethertype, ip_proto};
pub use packet::{Layers, Packet};
pub use protocols::{Header, Kind, Layer};
pub use stack::{Over, Part};
pub use tcp::Tcp;
pub use tcp_option::*;
pub use udp::Udp;
pub use vlan::{Svlan, Vlan};
