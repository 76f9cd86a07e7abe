//! The Ethernet address that a switch has itself.

use crate::prelude::*;

/// The address of a switch's own port; of a switch without one, the lower 48 bits of its datapath id,
/// which is where such ids usually have it.
pub(super) fn local_address(dp: &Datapath) -> MacAddr {
    let own = dp.port(PortNo::LOCAL).map(|port| port.hw_addr);
    let from_id = || MacAddr::from_bits(dp.id().0 & 0xffff_ffff_ffff).unwrap_or_default();
    own.filter(|address| *address != MacAddr::ZERO).unwrap_or_else(from_id)
}
