//! The services that are built in: apps that others lean on.
//!
//! They may touch `app` and what apps may touch. They never touch the controller.

mod alarm;
pub mod conf_switch;
pub mod dpset;
pub mod hub;
pub mod igmplib;
pub mod lacplib;
mod local_address;
mod mac_table;
pub mod mac_to_port;
pub mod ofctl;
pub mod ofp_handler;
pub mod sessions;
pub mod stplib;
pub mod topology;
