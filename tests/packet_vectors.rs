//! Every protocol against others: the packets of `tests/vectors/packets/`, which Ryu or scapy made
//! and Ryu and tshark judged (`tests/vectors/README.md`).
//!
//! For each: our JSON is Ryu's, our JSON makes the same bytes again, what was taken apart is
//! emitted as it came, and so is what any cut and any turned bit makes of it. A packet of which
//! that is not so stands in the list of its family with the reason, and has to leave it when it
//! becomes so.

#[path = "packet_vectors/bad.rs"]
mod bad;
#[path = "packet_vectors/bgp.rs"]
mod bgp;
#[path = "packet_vectors/bgp_routes.rs"]
mod bgp_routes;
#[path = "packet_vectors/bmp.rs"]
mod bmp;
#[path = "packet_vectors/check.rs"]
mod check;
#[path = "packet_vectors/l2.rs"]
mod l2;
#[path = "packet_vectors/l3.rs"]
mod l3;
#[path = "packet_vectors/l4.rs"]
mod l4;
#[path = "packet_vectors/monitor.rs"]
mod monitor;
#[path = "packet_vectors/routing.rs"]
mod routing;
#[path = "packet_vectors/services.rs"]
mod services;
#[path = "packet_vectors/tshark.rs"]
mod tshark;
#[path = "packet_vectors/zebra.rs"]
mod zebra;
