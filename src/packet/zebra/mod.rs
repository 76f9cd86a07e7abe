//! Zebra's protocol: how the routing daemons of Quagga and FRRouting talk to the one that owns the
//! kernel's routes. Versions 0, 1, 2 and 3 are Quagga's, 4 is FRRouting's 2.0 and 3.0.
//!
//! There is no specification but the sources of the daemons (`lib/zclient.c`, `zebra/zserv.c`,
//! `zebra/zebra_rnh.c`, `lib/bfd.c`). The bits of a body depend on the version, on who speaks and, in
//! version 4, on which FRRouting it is: all of that is a [`Dialect`](dialect::Dialect).
//!
//! A body more is a struct with a `layout!` and a row in the table in `body.rs`.

mod bfd;
mod body;
mod contents;
mod dialect;
mod float;
mod import;
mod interface;
mod link_params;
mod lookup;
mod message;
mod mpls;
mod name;
mod next_hop;
mod prefix;
mod redistribute;
mod registered;
mod route;
mod router_id;
#[cfg(test)]
mod tests;
mod vrf;

pub use bfd::{ZebraBfdClient, ZebraBfdDeregister, ZebraBfdDestination, ZebraBfdUpdate};
pub use body::{ZebraBody, ZebraNothing, ZebraUnknownMessage};
pub use contents::ZebraContents;
pub use float::ZebraFloat;
pub use import::ZebraImportLookup;
pub use interface::{
    ZebraInterface, ZebraInterfaceAddress, ZebraInterfaceNbrAddress, ZebraInterfaceRadv,
    ZebraInterfaceVrfUpdate,
};
pub use link_params::{InterfaceLinkParams, ZebraInterfaceLinkParams};
pub use lookup::{ZebraNexthopLookup, ZebraNexthopLookupMrib, ZebraNexthopUpdate};
pub use message::{ZebraMessage, ZebraMessageFromZebra};
pub use mpls::ZebraMplsLabels;
pub use next_hop::{ZebraNextHop, ZebraNextHopKind};
pub use prefix::ZebraPrefix;
pub use redistribute::{ZebraHello, ZebraRedistribute};
pub use registered::{RegisteredNexthop, ZebraNexthopRegister};
pub use route::{ZebraRoute, ZebraRouteNexthops};
pub use router_id::ZebraRouterIdUpdate;
pub use vrf::ZebraVrf;
