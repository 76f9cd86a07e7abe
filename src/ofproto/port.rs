//! Ports: their description, changes of it, and commands to change it.
//!
//! Spec: 1.0 sections 5.2.1, 5.3.3 and 5.4.3; 1.3 sections 7.2.1, 7.3.4.3 and 7.4.3.

use std::borrow::Cow;
use std::fmt;

use super::codec::{fields, member, noun};
use super::encode::{Body, EncodeError};
use super::ids::{PortNo, is_v1_0};
use super::members::{Number, number_member};
use super::message_type::MessageType;
use super::port_prop::{PortDescProp, PortModProp};
use super::version::{V1_4, Version};
use crate::wire::{DecodeError, MacAddr, Padding, Reader, Writer};
use crate::{wire_flags, wire_number};

/// A port as the switch describes it (`ofp_phy_port` in 1.0).
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `port_no` | port | 1.0 |
/// | `hw_addr`, `name` | | 1.0 |
/// | `config`, `state` | bits | 1.0 |
/// | `curr`, `advertised`, `supported`, `peer` | bits, 0 if unknown | 1.0 |
/// | `curr_speed`, `max_speed` | kbit/s, 0 if unknown | 1.1 |
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Port {
    /// Number.
    pub port_no: PortNo,
    /// Ethernet address.
    pub hw_addr: MacAddr,
    /// Name of the interface.
    pub name: PortName,
    /// What the administrator set.
    pub config: PortConfig,
    /// What the switch observes.
    pub state: PortState,
    /// Features in use.
    pub curr: PortFeatures,
    /// Features the port advertises.
    pub advertised: PortFeatures,
    /// Features the port has.
    pub supported: PortFeatures,
    /// Features the link partner advertises.
    pub peer: PortFeatures,
    /// Current speed in kbit/s; 0 in 1.0.
    pub curr_speed: u32,
    /// Highest speed in kbit/s; 0 in 1.0.
    pub max_speed: u32,
    /// 1.4 and later: what depends on the kind of port. The six fields above are in
    /// [`PortDescProp::Ethernet`] then.
    pub properties: Vec<PortDescProp>,
}

impl Port {
    /// Whether packets can go through: the link is up and nobody switched the port off.
    pub fn is_up(&self) -> bool {
        !self.config.contains(PortConfig::PORT_DOWN) && !self.state.contains(PortState::LINK_DOWN)
    }
}

fields!(Port, |this, v| {
    let Port {
        port_no,
        hw_addr,
        name,
        config,
        state,
        curr,
        advertised,
        supported,
        peer,
        curr_speed,
        max_speed,
        properties,
    } = this;
    let version = v.version();
    if version >= V1_4 {
        return v.boxed(Padding::None, |v| {
            v.field("port_no", port_no)?;
            v.len("length")?;
            v.pad(2)?;
            v.field("hw_addr", hw_addr)?;
            v.pad(2)?;
            v.field("name", name)?;
            v.field("config", config)?;
            v.field("state", state)?;
            v.field("properties", properties)
        });
    }
    let narrow = is_v1_0(version);
    v.field("port_no", port_no)?;
    v.pad(if narrow { 0 } else { 4 })?;
    v.field("hw_addr", hw_addr)?;
    v.pad(if narrow { 0 } else { 2 })?;
    v.field("name", name)?;
    v.field("config", config)?;
    v.field("state", state)?;
    v.field("curr", curr)?;
    v.field("advertised", advertised)?;
    v.field("supported", supported)?;
    v.field("peer", peer)?;
    if !narrow {
        v.field("curr_speed", curr_speed)?;
        v.field("max_speed", max_speed)?;
    }
    Ok(())
});
noun!(@only Port, "port", |version| if is_v1_0(version) { "OFPPhyPort" } else { "OFPPort" }, 40);
member!(Port);

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}({}) addr={} config={} state={}",
            self.port_no, self.name, self.hw_addr, self.config, self.state
        )
    }
}

/// Name of a port: up to 15 bytes and zeros, 16 in all.
///
/// ```
/// use ryu_sdn::ofproto::PortName;
///
/// assert_eq!(PortName::from("s1-eth1").as_str(), "s1-eth1");
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct PortName(pub [u8; 16]);

impl PortName {
    /// The text before the first zero byte; bytes that are no UTF-8 are replaced.
    pub fn as_str(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.0.split(|b| *b == 0).next().unwrap_or(&[]))
    }
}

impl From<&str> for PortName {
    /// The first 15 bytes of `name`.
    fn from(name: &str) -> PortName {
        let mut out = [0; 16];
        let n = name.len().min(15);
        out[..n].copy_from_slice(&name.as_bytes()[..n]);
        PortName(out)
    }
}

impl fmt::Display for PortName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A peer chose these bytes: what is not printable must not reach a terminal.
        write!(f, "{}", self.as_str().escape_debug())
    }
}

impl fmt::Debug for PortName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

wire_flags! {
    /// What the administrator set for a port.
    pub struct PortConfig(u32) {
        /// Switched off.
        PORT_DOWN = 1 << 0, "PORT_DOWN";
        /// No spanning tree (1.0).
        NO_STP = 1 << 1, "NO_STP";
        /// Drop what comes in.
        NO_RECV = 1 << 2, "NO_RECV";
        /// Drop spanning tree packets that come in (1.0).
        NO_RECV_STP = 1 << 3, "NO_RECV_STP";
        /// Leave the port out when flooding (1.0).
        NO_FLOOD = 1 << 4, "NO_FLOOD";
        /// Drop what goes out.
        NO_FWD = 1 << 5, "NO_FWD";
        /// Send no packet-in for the port.
        NO_PACKET_IN = 1 << 6, "NO_PACKET_IN";
    }
}

wire_flags! {
    /// What the switch observes at a port. Bits 8 and 9 are the spanning tree state in 1.0.
    pub struct PortState(u32) {
        /// No link.
        LINK_DOWN = 1 << 0, "LINK_DOWN";
        /// Blocked by a protocol of the switch (1.1 and later).
        BLOCKED = 1 << 1, "BLOCKED";
        /// Live for fast failover (1.1 and later).
        LIVE = 1 << 2, "LIVE";
    }
}

wire_flags! {
    /// Speeds and media of a port, with the bits of 1.1 and later.
    ///
    /// The bits of 1.0 from `COPPER` up stand four lower; they are moved on the way in and out.
    pub struct PortFeatures(u32) {
        /// 10 Mbit/s half duplex.
        F_10MB_HD = 1 << 0, "10MB_HD";
        /// 10 Mbit/s full duplex.
        F_10MB_FD = 1 << 1, "10MB_FD";
        /// 100 Mbit/s half duplex.
        F_100MB_HD = 1 << 2, "100MB_HD";
        /// 100 Mbit/s full duplex.
        F_100MB_FD = 1 << 3, "100MB_FD";
        /// 1 Gbit/s half duplex.
        F_1GB_HD = 1 << 4, "1GB_HD";
        /// 1 Gbit/s full duplex.
        F_1GB_FD = 1 << 5, "1GB_FD";
        /// 10 Gbit/s full duplex.
        F_10GB_FD = 1 << 6, "10GB_FD";
        /// 40 Gbit/s full duplex.
        F_40GB_FD = 1 << 7, "40GB_FD";
        /// 100 Gbit/s full duplex.
        F_100GB_FD = 1 << 8, "100GB_FD";
        /// 1 Tbit/s full duplex.
        F_1TB_FD = 1 << 9, "1TB_FD";
        /// Another speed.
        OTHER = 1 << 10, "OTHER";
        /// Copper.
        COPPER = 1 << 11, "COPPER";
        /// Fibre.
        FIBER = 1 << 12, "FIBER";
        /// Auto-negotiation.
        AUTONEG = 1 << 13, "AUTONEG";
        /// Pause.
        PAUSE = 1 << 14, "PAUSE";
        /// Asymmetric pause.
        PAUSE_ASYM = 1 << 15, "PAUSE_ASYM";
    }
}

/// Bits 0 to 6 mean the same everywhere. The 25 bits above them are turned by four places, so that
/// bits nobody defined survive a round trip too.
impl Number for PortFeatures {
    #[inline]
    fn size(_: Version) -> usize {
        4
    }
    #[inline]
    fn from_wire(version: Version, number: u64) -> PortFeatures {
        let bits = number as u32;
        if !is_v1_0(version) {
            return PortFeatures(bits);
        }
        let high = bits >> 7;
        PortFeatures(bits & 0x7f | ((high << 4 | high >> 21) & 0x1ff_ffff) << 7)
    }
    #[inline]
    fn to_wire(self, version: Version) -> Result<u64, EncodeError> {
        let bits = self.0;
        if !is_v1_0(version) {
            return Ok(bits.into());
        }
        let high = bits >> 7;
        Ok((bits & 0x7f | ((high >> 4 | high << 21) & 0x1ff_ffff) << 7).into())
    }
}
number_member!(PortFeatures);

wire_number! {
    /// What happened to a port.
    pub struct PortReason(u8) {
        /// It is new.
        ADD = 0, "add";
        /// It is gone.
        DELETE = 1, "delete";
        /// Its description changed.
        MODIFY = 2, "modify";
    }
}

/// A port was added, removed or changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PortStatus {
    /// Which of these.
    pub reason: PortReason,
    /// The port as it is now.
    pub desc: Port,
}

fields!(PortStatus, |this, v| {
    let PortStatus { reason, desc } = this;
    v.field("reason", reason)?;
    v.pad(7)?;
    v.field("desc", desc)
});
noun!(PortStatus, "port_status", "OFPPortStatus");

impl Body for PortStatus {
    const TYPE: MessageType = MessageType::PortStatus;
}

impl fmt::Display for PortStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "port_status {}: {}", self.reason, self.desc)
    }
}

/// Changes the configuration of a port.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PortMod {
    /// The port.
    pub port_no: PortNo,
    /// Its Ethernet address, as a check.
    pub hw_addr: MacAddr,
    /// The new bits.
    pub config: PortConfig,
    /// Which bits change.
    pub mask: PortConfig,
    /// Features to advertise; none leaves them as they are. From 1.4 on a property.
    pub advertise: PortFeatures,
    /// 1.4 and later: what depends on the kind of port.
    pub properties: Vec<PortModProp>,
}

fields!(PortMod, |this, v| {
    let PortMod { port_no, hw_addr, config, mask, advertise, properties } = this;
    let narrow = is_v1_0(v.version());
    v.field("port_no", port_no)?;
    v.pad(if narrow { 0 } else { 4 })?;
    v.field("hw_addr", hw_addr)?;
    v.pad(if narrow { 0 } else { 2 })?;
    v.field("config", config)?;
    v.field("mask", mask)?;
    if v.version() >= V1_4 {
        return v.field("properties", properties);
    }
    v.field("advertise", advertise)?;
    v.pad(4)
});
noun!(PortMod, "port_mod", "OFPPortMod");

impl Body for PortMod {
    const TYPE: MessageType = MessageType::PortMod;
}

impl fmt::Display for PortMod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "port_mod port={} addr={} config={} mask={} advertise={}",
            self.port_no, self.hw_addr, self.config, self.mask, self.advertise
        )
    }
}
