//! The embedded network.

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
pub use self::switch::{Switch, SwitchConfig, SwitchOutput, TABLE_CAPACITY, TABLES};
pub use self::topology::{
    Endpoint, FORMS, HostSpec, LinkSpec, MAX_NODES, Node, SwitchSpec, Topology, TopologyError,
};
pub use self::trace::TRACE_MAX;
pub use self::trials::{FlowTrial, PingAll};
