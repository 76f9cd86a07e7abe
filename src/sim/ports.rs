//! The ports of a switch: what they are, what the controller made of them, what went through.

use std::time::Instant;

use crate::ofproto::{
    Dpid, ErrorKind, Port, PortConfig, PortDescProp, PortDescPropEthernet, PortFeatures, PortMod,
    PortNo, PortState, PortStats, V1_0, V1_3, V1_4, Version,
};
use crate::packet::Bpdu;
use crate::wire::MacAddr;

/// The bits of a port's configuration that a port-mod may change. Those that only 1.0 has are
/// taken on 1.0 alone.
const CHANGEABLE: u32 = PortConfig::PORT_DOWN.0
    | PortConfig::NO_RECV.0
    | PortConfig::NO_FWD.0
    | PortConfig::NO_PACKET_IN.0;
const CHANGEABLE_V1_0: u32 =
    CHANGEABLE | PortConfig::NO_FLOOD.0 | PortConfig::NO_STP.0 | PortConfig::NO_RECV_STP.0;

/// 10 Gbit/s in kbit/s: what a virtual Ethernet device says of itself.
const SPEED: u32 = 10_000_000;

/// One port.
#[derive(Clone, Debug)]
pub(super) struct SwitchPort {
    /// The description; `config` may have bits that not every version shows.
    desc: Port,
    /// Kept out of flooding because the network has another way there.
    is_blocked: bool,
    counters: PortStats,
    added: Instant,
}

impl SwitchPort {
    /// A port with a link.
    pub(super) fn new(dpid: Dpid, port_no: PortNo, name: &str, now: Instant) -> Self {
        let desc = Port {
            port_no,
            hw_addr: address(dpid, port_no),
            name: name.into(),
            curr: PortFeatures::F_10GB_FD | PortFeatures::COPPER,
            curr_speed: SPEED,
            ..Port::default()
        };
        SwitchPort { desc, is_blocked: false, counters: PortStats::default(), added: now }
    }

    /// The port to the switch's own network stack, which is not there: switched off, as Open
    /// vSwitch shows it.
    pub(super) fn local(dpid: Dpid, name: &str, now: Instant) -> Self {
        let mut port = SwitchPort::new(dpid, PortNo::LOCAL, name, now);
        port.desc.curr = PortFeatures(0);
        port.desc.curr_speed = 0;
        port.desc.config = PortConfig::PORT_DOWN;
        port.desc.state = PortState::LINK_DOWN;
        port
    }

    pub(super) fn number(&self) -> PortNo {
        self.desc.port_no
    }

    /// The description as `version` shows it.
    pub(super) fn desc(&self, version: Version) -> Port {
        let mut desc = self.desc.clone();
        if version == V1_0 {
            desc.curr_speed = 0;
            if self.is_blocked {
                desc.config |= PortConfig::NO_FLOOD;
            }
        } else {
            desc.config = PortConfig(desc.config.0 & CHANGEABLE);
            if self.is_blocked {
                desc.state |= PortState::BLOCKED;
            }
            if self.is_up() {
                desc.state |= PortState::LIVE;
            }
        }
        if version >= V1_4 {
            let Port { curr, curr_speed, .. } = desc;
            let ethernet = PortDescPropEthernet { curr, curr_speed, ..Default::default() };
            desc.properties = vec![PortDescProp::Ethernet(ethernet)];
            (desc.curr, desc.curr_speed) = (PortFeatures(0), 0);
        }
        desc
    }

    /// Counters, and the age where `version` has it.
    pub(super) fn stats(&self, version: Version, now: Instant) -> PortStats {
        if version < V1_3 {
            return PortStats { port_no: self.desc.port_no, ..self.counters.clone() };
        }
        let age = now.saturating_duration_since(self.added);
        PortStats {
            port_no: self.desc.port_no,
            duration_sec: u32::try_from(age.as_secs()).unwrap_or(u32::MAX),
            duration_nsec: age.subsec_nanos(),
            ..self.counters.clone()
        }
    }

    fn has(&self, bit: PortConfig) -> bool {
        self.desc.config.contains(bit)
    }

    pub(super) fn is_up(&self) -> bool {
        self.desc.is_up()
    }

    /// Whether a frame that comes in is taken; counts it. What bridges say to each other has a bit
    /// of its own.
    pub(super) fn receive(&mut self, frame: &[u8]) -> bool {
        let size = frame.len();
        let is_bpdu = frame.starts_with(&Bpdu::BRIDGE_GROUP.octets());
        let refused = if is_bpdu { PortConfig::NO_RECV_STP } else { PortConfig::NO_RECV };
        let takes = self.is_up() && !self.has(refused);
        if takes {
            self.counters.rx_packets += 1;
            self.counters.rx_bytes += size as u64;
        } else {
            self.counters.rx_dropped += 1;
        }
        takes
    }

    /// Whether a frame goes out; counts it.
    pub(super) fn transmit(&mut self, size: usize) -> bool {
        let takes = self.is_up() && !self.has(PortConfig::NO_FWD);
        if takes {
            self.counters.tx_packets += 1;
            self.counters.tx_bytes += size as u64;
        } else {
            self.counters.tx_dropped += 1;
        }
        takes
    }

    /// A frame that was sent found no room on the link.
    pub(super) fn lose(&mut self) {
        self.counters.tx_dropped += 1;
    }

    /// Whether flooded frames go out here.
    pub(super) fn floods(&self) -> bool {
        !self.is_blocked && !self.has(PortConfig::NO_FLOOD)
    }

    /// Whether frames from here may go to the controller.
    pub(super) fn may_ask(&self) -> bool {
        !self.has(PortConfig::NO_PACKET_IN)
    }

    /// The cable was plugged in or pulled. Returns whether that changes anything.
    pub(super) fn set_link(&mut self, is_up: bool) -> bool {
        let down = PortState::LINK_DOWN.0;
        let state = if is_up { self.desc.state.0 & !down } else { self.desc.state.0 | down };
        std::mem::replace(&mut self.desc.state, PortState(state)).0 != state
    }

    /// The spanning tree leaves the port out, or takes it in. Returns whether that changes anything.
    pub(super) fn set_blocked(&mut self, is_blocked: bool) -> bool {
        std::mem::replace(&mut self.is_blocked, is_blocked) != is_blocked
    }

    /// Carries out a port-mod. Returns whether the port is another one now.
    ///
    /// # Errors
    /// The address is another port's, or a bit is not one to be changed.
    pub(super) fn apply(
        &mut self,
        port_mod: &PortMod,
        version: Version,
    ) -> Result<bool, ErrorKind> {
        if port_mod.hw_addr != self.desc.hw_addr {
            return Err(ErrorKind::PortModFailedBadHwAddr);
        }
        let changeable = if version == V1_0 { CHANGEABLE_V1_0 } else { CHANGEABLE };
        let mask = port_mod.mask.0;
        if version > V1_0 && mask & !changeable != 0 {
            return Err(ErrorKind::PortModFailedBadConfig);
        }
        let mask = mask & changeable;
        let config = self.desc.config.0 & !mask | port_mod.config.0 & mask;
        let before = std::mem::replace(&mut self.desc.config, PortConfig(config));
        let is_changed = before.0 != config;
        Ok(is_changed)
    }
}

/// The address of a port: locally administered, from the datapath id and the port's number.
fn address(dpid: Dpid, port_no: PortNo) -> MacAddr {
    let id = dpid.0.to_be_bytes();
    if port_no == PortNo::LOCAL {
        return MacAddr([id[2], id[3], id[4], id[5], id[6], id[7]]);
    }
    let [.., p, q] = port_no.0.to_be_bytes();
    MacAddr([0x02, id[5], id[6], id[7], p, q])
}
