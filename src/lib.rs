#![doc = include_str!("../README.md")]
// Nothing in here may stop the loop: see clippy.toml. Tests may block.
#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

// The bundled apps name this crate as an outsider would.
extern crate self as ryu_sdn;

pub mod app;
pub mod bench;
pub mod capture;
pub mod clock;
pub mod conf;
pub mod controller;
pub mod http;
pub mod hub;
pub mod logging;
pub mod manager;
pub mod ofproto;
pub mod packet;
pub mod pool;
pub mod prelude;
pub mod services;
pub mod session;
pub mod sim;
pub mod sync;
pub mod tls;
pub mod tools;
pub mod wire;

#[doc(hidden)]
#[path = "expansion.rs"]
pub mod __private;

pub use serde;

#[path = "../ryu_apps/mod.rs"]
pub mod ryu_apps;
