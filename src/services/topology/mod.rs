//! `ryu.topology`: which switches, links and hosts there are.

pub mod api;
pub mod event;
mod host;
mod link;
mod port;
mod switch;
mod switches;

pub use self::host::{ADDRESSES_PER_HOST, Host};
pub use self::link::Link;
pub use self::port::Port;
pub use self::switch::Switch;
pub use self::switches::Switches;
