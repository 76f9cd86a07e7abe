//! A real Open vSwitch as the judge of the codec, over a socket.
//!
//! One way: flow-mods, group-mods and meter-mods made up for every version are sent to a bridge; what
//! it gives back, to us and to `ovs-ofctl`, must be what was sent. The other way: every message that
//! `ovs-ofctl` and the bridge exchange must encode to the bytes that it was decoded from.
//!
//! `RYU_SDN_OVS` says where the bridge listens (`unix:PATH` or `tcp:HOST:PORT`); it must speak
//! OpenFlow 1.0 to 1.5, and what is in its tables is lost. `tests/real/ofproto_ovs.sh` starts one.
//! Without it these tests say so and pass.

mod bridge;
mod captured;
mod dice;
mod fields;
mod flows;
mod groups;
mod nicira;
mod relay;
mod sent;
mod sent_groups;
