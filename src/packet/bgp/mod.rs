//! BGP-4 (RFC 4271): its messages and what is in them.

mod family;
mod nlri;
mod rd;

pub use family::RouteFamily;
pub use nlri::*;
pub use rd::*;
