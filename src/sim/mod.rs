//! The embedded network: OpenFlow switches, hosts and links inside the process, for tests and for
//! people who have no switch at hand (`ryu sim`).
//!
//! ```text
//!   Topology --> Fabric (Switch, Host, links: one machine, no I/O, no clock)
//!                   |
//!                Network (drives it from the hub; a task and a Session per switch)
//!                   |                                   |
//!          loopback sockets (`ryu sim`)      pipes on a test clock (Lab)
//! ```
//!
//! [`Switch`] is an OpenFlow switch of every version as a machine; [`Network`] wires many of them up;
//! [`Lab`] adds a controller with apps and a clock that the test turns. Start with [`Lab`].
//!
//! What is bounded, and by what:
//!
//! | What | Bound |
//! |---|---|
//! | entries in a flow table | [`TABLE_CAPACITY`], or as configured; then an error |
//! | frames that a switch keeps for the controller | [`BUFFERS_MAX`]; then frames travel whole |
//! | frames on a link, in each direction | [`LINK_QUEUE`]; then they are dropped and counted |
//! | packet-ins to a controller that does not read | the session's outbox; then dropped |
//! | addresses and pings of a host | [`ARP_CACHE_MAX`], [`PINGS_MAX`] |
//! | hosts and switches, links of a named topology | [`MAX_NODES`], [`MAX_LINKS`] |
//! | lines of a trace | [`TRACE_MAX`] |
//!
//! The room may touch the rooms below it and, for the lab, `app` and `controller`; never a socket
//! but through the hub.
//!
//! # Example: where does a new flow go?
//! ```
//! use ryu_sdn::sim::Lab;
//!
//! let mut lab = Lab::new("tree,2", &["simple_switch"]).start()?;
//! assert!(lab.pingall().is_complete());
//! for flow in lab.flows("s1") {
//!     println!("{flow}");
//! }
//! # Ok::<(), ryu_sdn::sim::LabError>(())
//! ```

mod admission;
mod buffers;
mod channel;
mod fabric;
mod flow_commands;
mod flow_entry;
mod flow_table;
mod frame_edit;
mod headers;
mod host;
mod lab;
mod latency;
mod network;
mod pattern;
mod pipeline;
mod ports;
mod random;
mod replay;
pub mod report;
mod statistics;
mod switch;
mod topology;
mod trace;
mod trials;

pub use self::buffers::BUFFERS_MAX;
pub use self::channel::{RECONNECT_MAX, RECONNECT_MIN};
pub use self::fabric::LINK_QUEUE;
pub use self::host::{ARP_CACHE_MAX, Host, HostOutput, PINGS_MAX, PingId};
pub use self::lab::{Lab, LabBuilder, LabError};
pub use self::latency::Latencies;
pub use self::network::{LOOP_DELAY, Network, NetworkConfig, NetworkError, Uplink};
pub use self::replay::{Replay, ReplayError, Replayed};
pub use self::switch::{SPOKEN, Switch, SwitchConfig, SwitchOutput, TABLE_CAPACITY, TABLES};
pub use self::topology::{
    Endpoint, FORMS, HostSpec, LinkSpec, MAX_LINKS, MAX_NODES, Node, SwitchSpec, Topology,
    TopologyError,
};
pub use self::trace::TRACE_MAX;
pub use self::trials::{FlowTrial, PingAll};

#[cfg(test)]
mod tests;
