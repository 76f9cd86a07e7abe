//! Attribute macros of ryu-sdn.
