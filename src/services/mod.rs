//! The services that are built in: apps that others lean on.
//!
//! They may touch `app` and what apps may touch. They never touch the controller.

pub mod dpset;
pub mod hub;
mod mac_table;
pub mod mac_to_port;
pub mod ofctl;
pub mod ofp_handler;
pub mod sessions;
