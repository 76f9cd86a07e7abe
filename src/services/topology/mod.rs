//! `ryu.topology`: which switches, links and hosts there are.
//!
//! The app [`Switches`] (`switches`, Ryu's `ryu.topology.switches`) keeps the topology; others handle its
//! [events](event) or [ask](api). [`DiscoveryEventDumper`] logs the events.
//!
//! ```text
//!  StateChange, PortStatus, PacketIn          requests
//!            |                                   |
//!            v                                   v
//!        Switches ----- now, what was said --> discovery    a machine: no clock, no socket
//!            |  <---- probes, links, hosts ----  |  ports, schedule of probes, hosts, seal
//!            v                                   v
//!   packet-outs, Announcer --> events        answers
//! ```
//!
//! Hosts are found always, links with the option `observe-links`: then each port that is up sends an LLDP
//! frame (a *probe*) every `lldp-interval`. Where the frame comes back by a packet-in, there is a link.
//! The work is a constant for each port and interval.
//!
//! # What makes a link
//!
//! A probe is signed with a key that only this controller has, and numbered ([`Counters`] tells what is
//! refused). So of what a host can send:
//!
//! - **made up**: refused, as it cannot be signed;
//! - **recorded, and sent again later**: refused, as it is older than the last probes of that port, or
//!   than the time that they may be under way;
//! - **recorded, and sent at once by an accomplice at another port** (a tunnel between two hosts): a
//!   signature cannot tell that from a cable. It is refused where a host was seen at the second port
//!   within `lldp-host-hold`, also if the cable was pulled meanwhile. Two accomplices that have never
//!   sent anything else are believed.
//!
//! With `--nolldp-signing` probes are Ryu's, and anybody's are believed, as Ryu does; a link by a port
//! where a host was seen is marked then ([`Link::is_doubtful`]).
//!
//! # What is bounded, and by what
//!
//! | What | Bound |
//! |---|---|
//! | ports of a switch | the session's [`MAX_PORTS`](crate::session::MAX_PORTS) |
//! | links at a port | [`LINKS_PER_PORT`] |
//! | hosts, at a port and in all | [`HOSTS_PER_PORT`], [`HOSTS_MAX`]; the option `host-timeout` |
//! | addresses of a host | [`ADDRESSES_PER_HOST`] |
//! | LLDP frames that are read for a port | the option `lldp-rate-limit` |
//! | moves of a host | the option `host-move-interval` |
//! | log lines about refused frames | one for each port and minute, five in a second |
//! | events that wait for observers | 65,536; then they are lost, which is logged |
//!
//! The room may touch what `services` may.

mod announcer;
pub mod api;
mod counters;
mod discovery;
mod dumper;
mod edge;
pub mod event;
mod host;
mod hosts;
mod link;
pub mod options;
mod port;
mod port_entry;
mod probe;
mod schedule;
mod seal;
mod sighting;
mod switch;
mod switches;

#[cfg(test)]
mod tests;

pub use self::counters::{Counters, CountersRequest, Refused};
pub use self::discovery::LINKS_PER_PORT;
pub use self::dumper::DiscoveryEventDumper;
pub use self::host::{ADDRESSES_PER_HOST, Host};
pub use self::hosts::{HOSTS_MAX, HOSTS_PER_PORT};
pub use self::link::Link;
pub use self::port::Port;
pub use self::switch::Switch;
pub use self::switches::Switches;
