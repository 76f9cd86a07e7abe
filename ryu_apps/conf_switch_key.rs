//! `conf_switch_key`: the keys that Ryu's apps use in `conf_switch`. It is no app.

/// Where the database of a switch's Open vSwitch is: `<method>:<ip>[:<port>]`.
pub const OVSDB_ADDR: &str = "ovsdb_addr";

/// The address that a switch's tunnels end at.
pub const OVS_TUNNEL_ADDR: &str = "ovs_tunnel_addr";
