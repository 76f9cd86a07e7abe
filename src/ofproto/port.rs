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
use super::text::properties;
use super::version::{V1_4, Version};
use crate::wire::{DecodeError, MacAddr, Padding, Reader, Writer};
use crate::{wire_flags, wire_number};

/// A port as the switch describes it (`ofp_phy_port` in 1.0).
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `port_no` | 16 bits in 1.0, 32 later | 1.0 |
/// | `hw_addr` | 6 bytes | 1.0 |
/// | `name` | at most 15 bytes of text, zeros behind | 1.0 |
/// | `config`, `state` | bits | 1.0 |
/// | `curr`, `advertised`, `supported`, `peer` | bits, 0 if unknown | 1.0 to 1.3 |
/// | `curr_speed`, `max_speed` | kbit/s, 0 if unknown | 1.1 to 1.3 |
/// | `properties` | TLVs, one of them with the fields of the two rows above | 1.4 |
///
/// 48 bytes in 1.0, 64 in 1.1 to 1.3; from 1.4 on 40 and the properties.
///
/// Spec: 1.0 section 5.2.1, 1.3 section 7.2.1, 1.4 and 1.5 `ofp_port`.
///
/// # Example: a port has gone
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Encode, Port, PortNo, PortReason, PortState, PortStatus, V1_0, Xid};
/// use ryu_sdn::wire::hex;
///
/// let (port_no, name, state) = (PortNo(2), "s1-eth2".into(), PortState::LINK_DOWN);
/// let desc = Port { port_no, name, state, ..Port::default() };
/// let mut buf = BytesMut::new();
/// PortStatus { reason: PortReason::DELETE, desc }.encode(V1_0, Xid(1), &mut buf)?;
/// assert_eq!(
///     hex::encode(&buf),
///     "010c004000000001\
///      0100000000000000000200000000000073312d65746832000000000000000000\
///      000000000000000100000000000000000000000000000000"
/// );
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Port {
    /// Number; 1 to 0xff00 in 1.0 and to 0xffffff00 later, or [`PortNo::LOCAL`].
    pub port_no: PortNo,
    /// Ethernet address.
    pub hw_addr: MacAddr,
    /// Name of the interface, at most 15 bytes.
    pub name: PortName,
    /// What the administrator set.
    pub config: PortConfig,
    /// What the switch observes.
    pub state: PortState,
    /// Features in use; 0 if unknown.
    pub curr: PortFeatures,
    /// Features the port advertises; 0 if unknown.
    pub advertised: PortFeatures,
    /// Features the port has; 0 if unknown.
    pub supported: PortFeatures,
    /// Features the link partner advertises; 0 if unknown.
    pub peer: PortFeatures,
    /// Current speed in kbit/s; 0 in 1.0, and if unknown.
    pub curr_speed: u32,
    /// Highest speed in kbit/s; 0 in 1.0, and if unknown.
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
        // The Ethernet property has these.
        v.without(curr, "port curr")?;
        v.without(advertised, "port advertised")?;
        v.without(supported, "port supported")?;
        v.without(peer, "port peer")?;
        v.without(curr_speed, "port curr_speed")?;
        v.without(max_speed, "port max_speed")?;
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
    v.without(properties, "port properties")?;
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
    if narrow {
        v.without(curr_speed, "port curr_speed")?;
        return v.without(max_speed, "port max_speed");
    }
    v.field("curr_speed", curr_speed)?;
    v.field("max_speed", max_speed)
});
noun!(@only Port, "port", |version| if is_v1_0(version) { "OFPPhyPort" } else { "OFPPort" }, 40);
member!(Port);

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}({}) addr={} config={} state={}",
            self.port_no, self.name, self.hw_addr, self.config, self.state
        )?;
        properties(f, &self.properties)
    }
}

/// Name of a port: up to 15 bytes and zeros, 16 in all. Since 1.0.
///
/// Spec: 1.0 section 5.2.1, 1.3 section 7.2.1 (`name`).
///
/// ```
/// use ryu_sdn::ofproto::PortName;
///
/// let name = PortName::from("s1-eth1");
/// assert_eq!(name.as_str(), "s1-eth1");
/// assert_eq!(&name.0, b"s1-eth1\0\0\0\0\0\0\0\0\0");
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
    /// What the administrator set for a port: 32 bits since 1.0. Bits 1, 3 and 4 are reserved from
    /// 1.1 on.
    ///
    /// Spec: 1.0 section 5.2.1, 1.3 section 7.2.1 (`ofp_port_config`).
    /// See the example of [`PortMod`].
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
    /// What the switch observes at a port: 32 bits since 1.0. Bits 8 and 9 are the spanning tree
    /// state in 1.0 (0 listens, 1 learns, 2 forwards, 3 blocks); the rest is reserved.
    ///
    /// Spec: 1.0 section 5.2.1, 1.3 section 7.2.1 (`ofp_port_state`). See the example of [`Port`].
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
    /// 32 bits since 1.0. The bits of 1.0 from `COPPER` up stand four lower; they are moved on the
    /// way in and out. Bits 16 and up are reserved.
    ///
    /// Spec: 1.0 section 5.2.1, 1.3 section 7.2.1 (`ofp_port_features`).
    /// See the example of [`PortMod`].
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
        /// 40 Gbit/s full duplex (1.1 and later).
        F_40GB_FD = 1 << 7, "40GB_FD";
        /// 100 Gbit/s full duplex (1.1 and later).
        F_100GB_FD = 1 << 8, "100GB_FD";
        /// 1 Tbit/s full duplex (1.1 and later).
        F_1TB_FD = 1 << 9, "1TB_FD";
        /// Another speed (1.1 and later).
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
    /// What happened to a port: one byte since 1.0; 3 to 255 are reserved.
    ///
    /// Spec: 1.0 section 5.4.3, 1.3 section 7.4.3 (`ofp_port_reason`). See the example of [`Port`].
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
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `reason` | one byte | 1.0 |
/// | | 7 bytes of padding | 1.0 |
/// | `desc` | a port | 1.0 |
///
/// Spec: 1.0 section 5.4.3, 1.3 section 7.4.3. See the example of [`Port`].
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
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `port_no` | 16 bits in 1.0, 32 later | 1.0 |
/// | `hw_addr` | 6 bytes; must be the port's | 1.0 |
/// | `config`, `mask` | bits; those of `mask` change to those of `config` | 1.0 |
/// | `advertise` | bits, 0 for no change | 1.0; in a property from 1.4 on |
/// | `properties` | TLVs | 1.4 |
///
/// Spec: 1.0 section 5.3.3, 1.3 section 7.3.4.3, 1.4 and 1.5 `ofp_port_mod`.
///
/// # Example: no flooding, and copper only
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Encode, PortConfig, PortFeatures, PortMod, PortNo, V1_0, Xid};
/// use ryu_sdn::wire::{MacAddr, hex};
///
/// let (port_no, hw_addr) = (PortNo(2), MacAddr([0, 0, 0, 0, 0, 2]));
/// let (config, advertise) = (PortConfig::NO_FLOOD, PortFeatures::COPPER);
/// let port_mod =
///     PortMod { port_no, hw_addr, config, mask: config, advertise, ..PortMod::default() };
/// let mut buf = BytesMut::new();
/// port_mod.encode(V1_0, Xid(1), &mut buf)?;
/// assert_eq!(
///     hex::encode(&buf),
///     "010f002000000001\
///      000200000000000200000010000000100000008000000000"
/// );
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
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
        // The Ethernet property has it.
        v.without(advertise, "port_mod advertise")?;
        return v.field("properties", properties);
    }
    v.without(properties, "port_mod properties")?;
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
        )?;
        properties(f, &self.properties)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ofproto::PortModPropEthernet;

    #[test]
    fn a_port_mod_shows_its_properties() {
        let ethernet = PortModPropEthernet { advertise: PortFeatures::COPPER };
        let other = PortModProp::Unknown { prop_type: 9, data: vec![1].into() };
        let properties = vec![PortModProp::Ethernet(ethernet), other];
        let text = PortMod { port_no: PortNo(3), properties, ..PortMod::default() }.to_string();
        let (_, shown) = text.split_once(" properties=").expect("they are shown");
        assert_eq!(shown, "[ethernet advertise=COPPER],[unknown:9:01]");
        assert!(!PortMod::default().to_string().contains("properties"));
    }
}
