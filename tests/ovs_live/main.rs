//! A real Open vSwitch as the judge of the codec, over a socket.
//!
//! One way: flow-mods, group-mods and meter-mods made up for every version are sent to a bridge; what
//! it gives back, to us and to `ovs-ofctl`, must be what was sent. The other way: every message that
//! `ovs-ofctl` and the bridge exchange must encode to the bytes that it was decoded from.
//!
//! `RYU_SDN_OVS` says where the bridge listens (`unix:PATH` or `tcp:HOST:PORT`); it must speak
//! OpenFlow 1.0 to 1.5, and what is in its tables is lost. `tests/real/ofproto_ovs.sh` starts one.
//! Without it these tests say so and pass. `RYU_SDN_OVS_SEED` makes other messages.
//!
//! # What Open vSwitch 3.1 says in other words
//!
//! Its answers are compared after these changes to what was sent (`flows::normal`), and no others:
//!
//! - A field of Nicira's for which there is a standard one comes back as that; `vlan_tci` as id and
//!   priority, where one bit of the priority stands for all; `nw_tos` as the code point. Set-fields of
//!   `in_port_nxm`, `nw_tos` and `vlan_tci` stay what they are. In 1.1 it is the other way round: the answer is an
//!   OXM match with Nicira's names.
//! - Registers come back in 32 bits, from 1.5 on in pairs as packet registers (class 0x8001).
//! - `tcp_flags` is Nicira's in 1.2, ONF's in 1.3 and 1.4, the standard one in 1.5.
//! - `ct_state` and `tun_flags` always have a mask, of the bits that it knows.
//! - In text, outputs to others than the controller have no length; in bytes they keep it.
//! - A meter without the flag for bursts tells its rate as the size of its bursts (the datapath in user
//!   space).
//! - In JSON a hello has no elements before 1.3, and the message in a bundle has no xid, as with Ryu.
//!
//! Not tried, because this switch has not got them: `in_phy_port`, PBB, IPv6 extension headers, the
//! copying of TTLs, bands that remark, and (a matter of its own) packet types.

mod bridge;
mod captured;
mod dice;
mod fields;
mod flows;
mod groups;
mod named;
mod nicira;
mod relay;
mod sent;
mod sent_groups;
