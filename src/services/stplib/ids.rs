//! What bridges are told apart by, and what is compared when a tree is chosen.
//!
//! Spec: IEEE 802.1D-1998 sections 8.5.1 and 9.2.5 to 9.2.7.

use std::fmt;

use crate::packet::Bpdu;
use crate::wire::MacAddr;

/// Who a bridge is: 4 bits of priority, 12 bits system id extension, an address. The lowest becomes
/// the root.
///
/// ```
/// use ryu_sdn::services::stplib::BridgeId;
/// use ryu_sdn::wire::MacAddr;
///
/// let id = BridgeId::new(0x9000, 5, MacAddr([0, 0, 0x5e, 0, 0x53, 1]));
/// assert_eq!(id.to_string(), "9005.00:00:5e:00:53:01");
/// assert!(id < BridgeId::new(0xa000, 0, MacAddr::ZERO));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BridgeId(u64);

impl BridgeId {
    /// An id. Of `priority` the upper 4 bits count, of `sys_ext_id` the lower 12.
    pub fn new(priority: u16, sys_ext_id: u16, mac: MacAddr) -> BridgeId {
        BridgeId(u64::from(priority & 0xf000 | sys_ext_id & 0x0fff) << 48 | mac.to_bits())
    }

    /// The priority, 0 to 61,440 in steps of 4,096.
    pub fn priority(self) -> u16 {
        (self.0 >> 48) as u16 & 0xf000
    }

    /// The system id extension, 0 to 4,095.
    pub fn sys_ext_id(self) -> u16 {
        (self.0 >> 48) as u16 & 0x0fff
    }

    /// The address.
    pub fn mac(self) -> MacAddr {
        MacAddr::from_bits(self.0 & 0xffff_ffff_ffff).unwrap_or_default()
    }
}

impl fmt::Display for BridgeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04x}.{}", self.0 >> 48, self.mac())
    }
}

impl fmt::Debug for BridgeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Which port of a bridge: 4 bits of priority, 12 bits of number. The lower wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PortId(u16);

impl PortId {
    pub(super) fn new(priority: u8, number: u16) -> PortId {
        PortId(u16::from(priority & 0xf0) << 8 | number & 0x0fff)
    }

    pub(super) fn priority(self) -> u8 {
        (self.0 >> 8) as u8 & 0xf0
    }

    pub(super) fn number(self) -> u16 {
        self.0 & 0x0fff
    }
}

/// How good a way to the root is: the standard's priority vector. The lower wins, member by member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Priority {
    /// Who the root is.
    pub(super) root: BridgeId,
    /// What the way there costs.
    pub(super) cost: u32,
    /// Who says so.
    pub(super) bridge: BridgeId,
    /// And at which of its ports.
    pub(super) port: PortId,
}

impl Priority {
    /// What a configuration message says.
    pub(super) fn of(bpdu: &Bpdu) -> Priority {
        let root =
            BridgeId::new(bpdu.root_priority, bpdu.root_system_id_extension, bpdu.root_mac_address);
        let bridge = BridgeId::new(
            bpdu.bridge_priority,
            bpdu.bridge_system_id_extension,
            bpdu.bridge_mac_address,
        );
        let port = PortId::new(bpdu.port_priority, bpdu.port_number);
        Priority { root, cost: bpdu.root_path_cost, bridge, port }
    }

    /// Puts it into a configuration message.
    pub(super) fn write(self, bpdu: &mut Bpdu) {
        bpdu.root_priority = self.root.priority();
        bpdu.root_system_id_extension = self.root.sys_ext_id();
        bpdu.root_mac_address = self.root.mac();
        bpdu.root_path_cost = self.cost;
        bpdu.bridge_priority = self.bridge.priority();
        bpdu.bridge_system_id_extension = self.bridge.sys_ext_id();
        bpdu.bridge_mac_address = self.bridge.mac();
        bpdu.port_priority = self.port.priority();
        bpdu.port_number = self.port.number();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_says_what_was_put_into_it() {
        let bridge = |n| BridgeId::new(0x7000, 0x0ab, MacAddr([2, 0, 0, 0, 0, n]));
        let port = PortId::new(0x90, 0xabc);
        let priority = Priority { root: bridge(1), cost: 19, bridge: bridge(2), port };
        let mut bpdu = Bpdu::default();
        priority.write(&mut bpdu);
        assert_eq!((bpdu.port_priority, bpdu.port_number), (0x90, 0xabc));
        assert_eq!((bpdu.root_priority, bpdu.root_system_id_extension), (0x7000, 0x0ab));
        let bytes = (bpdu / []).to_bytes().unwrap();
        assert_eq!(Priority::of(&Bpdu::parse(&bytes).unwrap().0), priority);
    }
}
