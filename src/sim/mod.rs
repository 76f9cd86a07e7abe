//! The embedded network.

mod admission;
mod buffers;
mod flow_commands;
mod flow_entry;
mod flow_table;
mod frame_edit;
mod headers;
mod pattern;
mod pipeline;
mod ports;
mod random;
mod statistics;
mod switch;
mod topology;

pub use self::buffers::BUFFERS_MAX;
pub use self::switch::{Switch, SwitchConfig, SwitchOutput, TABLE_CAPACITY, TABLES};
pub use self::topology::{
    Endpoint, FORMS, HostSpec, LinkSpec, MAX_NODES, Node, SwitchSpec, Topology, TopologyError,
};
