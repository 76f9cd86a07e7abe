//! The bundled apps, one file each.
//!
//! Each is written exactly as an outsider would write it: it uses the public names of `ryu_sdn`
//! and nothing else. Copy one into a crate of your own to start from.

pub mod cbench;
pub mod conf_switch_key;
pub mod example_switch_13;
pub mod gui_topology;
pub mod learning_switch;
pub mod ofctl_rest;
pub mod rest_conf_switch;
pub mod rest_topology;
pub mod simple_monitor_13;
pub mod simple_switch;
pub mod simple_switch_12;
pub mod simple_switch_13;
pub mod simple_switch_14;
pub mod simple_switch_15;
pub mod simple_switch_igmp;
pub mod simple_switch_igmp_13;
pub mod simple_switch_lacp;
pub mod simple_switch_lacp_13;
pub mod simple_switch_rest_13;
pub mod simple_switch_stp;
pub mod simple_switch_stp_13;
pub mod simple_switch_websocket_13;
pub mod ws_topology;
