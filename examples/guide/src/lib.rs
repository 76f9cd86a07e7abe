//! The listings of docs/tutorial.md and docs/porting-from-ryu.md. `tests/guides.rs` of the library
//! compares them with the pages; `tests/lab.rs` here runs them.

pub mod acme;
pub mod first_hub;
pub mod first_monitor;
pub mod first_switch;
pub mod idioms;
pub mod ported_switch;
