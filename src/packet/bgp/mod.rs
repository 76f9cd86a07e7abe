//! BGP-4 (RFC 4271): its messages and what is in them.

mod as_path;
mod attribute;
mod capability;
mod dialect;
mod ext_community;
mod family;
mod message;
mod mp_nlri;
mod nlri;
mod open;
mod pmsi_tunnel;
mod rd;
mod update;
// Routes that are not plain IPv4.
mod esi;
mod evpn;
mod flowspec;
mod label;
mod prefix;
mod rd_text;
mod route_target;

#[cfg(test)]
mod tests;

pub use as_path::*;
pub use attribute::*;
pub use capability::*;
pub use dialect::BgpDialect;
pub use ext_community::*;
pub use family::RouteFamily;
pub use message::*;
pub use mp_nlri::*;
pub use nlri::*;
pub use open::BgpOpen;
pub use pmsi_tunnel::*;
pub use rd::*;
pub use update::BgpUpdate;

pub(crate) use ext_community::show_float;
pub(crate) use nlri::{Frame, Framed};

pub use esi::*;
pub use evpn::*;
pub use flowspec::*;
pub use label::{BgpLabel, EvpnLabel};
pub use prefix::*;
pub use rd_text::ParseRouteDistinguisherError;
pub use route_target::RouteTargetMembershipNlri;
