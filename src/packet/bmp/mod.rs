//! The BGP monitoring protocol, version 3 (RFC 7854): what a router hears and says in BGP.

mod message;
mod peer;
mod tlv;

#[cfg(test)]
mod tests;

pub use message::*;
pub use peer::{BmpPeer, BmpTimestamp};
pub use tlv::{BmpInfo, BmpStat, BmpTerminationInfo};
