//! Features reply: who the switch is and what it can do.
//!
//! Spec: 1.0 section 5.3.1, 1.3 section 7.3.1.

use std::fmt;

use super::codec::{fields, noun};
use super::encode::{Body, EncodeError};
use super::ids::{Dpid, is_v1_0};
use super::members::{ByNumber, Number, number_member};
use super::message_type::MessageType;
use super::port::Port;
use super::version::{V1_3, Version};
use crate::wire::{DecodeError, Reader, Writer};
use crate::wire_flags;

/// The answer to a features request.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `datapath_id` | 64 bits, often an Ethernet address in the lower 48 | 1.0 |
/// | `n_buffers` | packets | 1.0 |
/// | `n_tables` | tables, 1 to 255 | 1.0 |
/// | `auxiliary_id` | 0 for the main connection | 1.3 |
/// | `capabilities` | bits | 1.0 |
/// | `actions` | bits; 32 reserved ones later | 1.0 only |
/// | `ports` | what is left | 1.0 to 1.2 |
///
/// Spec: 1.0 section 5.3.1, 1.3 section 7.3.1.
///
/// # Example: a switch of 254 tables
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Capabilities, Dpid, Encode, SwitchFeatures, V1_3, Xid};
/// use ryu_sdn::wire::hex;
///
/// let features = SwitchFeatures {
///     datapath_id: Dpid(0xa1),
///     n_tables: 254,
///     capabilities: Capabilities::FLOW_STATS | Capabilities::QUEUE_STATS,
///     ..SwitchFeatures::default()
/// };
/// let mut buf = BytesMut::new();
/// features.encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(
///     hex::encode(&buf),
///     "0406002000000001\
///      00000000000000a100000000fe0000000000004100000000"
/// );
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SwitchFeatures {
    /// The switch.
    pub datapath_id: Dpid,
    /// Packets it can hold at once; 0 for none.
    pub n_buffers: u32,
    /// Flow tables it has, 1 to 255.
    pub n_tables: u8,
    /// Which auxiliary connection this is; 0 is the main one. 1.3 and later.
    pub auxiliary_id: u8,
    /// What it can do.
    pub capabilities: Capabilities,
    /// 1.0: bit N says that it has the action of type N. Reserved from 1.3 on.
    pub actions: u32,
    /// 1.0 to 1.2: its ports. Later versions ask with a port description request.
    pub ports: Vec<Port>,
}

wire_flags! {
    /// What a switch can do: 32 bits since 1.0. Bit 4 and those above 8 are reserved, in 1.5 those
    /// above 10 (9 is bundles, 10 flow monitoring; they have no name here).
    ///
    /// `STP` is bit 3 in 1.0, where later versions have `GROUP_STATS`; it is bit 16 here.
    ///
    /// Spec: 1.0 section 5.3.1, 1.3 section 7.3.1 (`ofp_capabilities`).
    /// See the example of [`SwitchFeatures`].
    pub struct Capabilities(u32) {
        /// Flow statistics.
        FLOW_STATS = 1 << 0, "FLOW_STATS";
        /// Table statistics.
        TABLE_STATS = 1 << 1, "TABLE_STATS";
        /// Port statistics.
        PORT_STATS = 1 << 2, "PORT_STATS";
        /// Group statistics (1.1 and later).
        GROUP_STATS = 1 << 3, "GROUP_STATS";
        /// Can put IP fragments together.
        IP_REASM = 1 << 5, "IP_REASM";
        /// Queue statistics.
        QUEUE_STATS = 1 << 6, "QUEUE_STATS";
        /// Matches addresses in ARP packets (1.0 and 1.1).
        ARP_MATCH_IP = 1 << 7, "ARP_MATCH_IP";
        /// Blocks looping ports (1.2 and later).
        PORT_BLOCKED = 1 << 8, "PORT_BLOCKED";
        /// Spanning tree (1.0).
        STP = 1 << 16, "STP";
    }
}

impl Capabilities {
    /// Exchanges bits 3 and 16, which makes ours from 1.0's and back.
    fn swapped(self) -> Capabilities {
        let Capabilities(bits) = self;
        let swap = (bits >> 3 ^ bits >> 16) & 1;
        Capabilities(bits ^ (swap << 3 | swap << 16))
    }
}

impl Number for Capabilities {
    #[inline]
    fn size(_: Version) -> usize {
        4
    }
    #[inline]
    fn from_wire(version: Version, number: u64) -> Capabilities {
        let bits = Capabilities(number as u32);
        if is_v1_0(version) { bits.swapped() } else { bits }
    }
    #[inline]
    fn to_wire(self, version: Version) -> Result<u64, EncodeError> {
        let bits = if is_v1_0(version) { self.swapped() } else { self };
        Ok(bits.0.into())
    }
}
number_member!(Capabilities);

fields!(SwitchFeatures, |this, v| {
    let SwitchFeatures {
        datapath_id,
        n_buffers,
        n_tables,
        auxiliary_id,
        capabilities,
        actions,
        ports,
    } = this;
    let version = v.version();
    v.field("datapath_id", datapath_id)?;
    v.field("n_buffers", n_buffers)?;
    v.field("n_tables", n_tables)?;
    if version >= V1_3 {
        v.field("auxiliary_id", auxiliary_id)?;
        v.pad(2)?;
    } else {
        v.without(auxiliary_id, "features_reply auxiliary_id")?;
        v.pad(3)?;
    }
    v.field("capabilities", capabilities)?;
    v.field(if is_v1_0(version) { "actions" } else { "" }, actions)?;
    if version < V1_3 {
        v.with::<ByNumber, _>("ports", ports)
    } else {
        v.without(ports, "features_reply ports")
    }
});
noun!(SwitchFeatures, "features_reply", "OFPSwitchFeatures");

impl Body for SwitchFeatures {
    const TYPE: MessageType = MessageType::SwitchFeatures;
}

impl fmt::Display for SwitchFeatures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "features_reply dpid={} buffers={} tables={} aux={} capabilities={}",
            self.datapath_id, self.n_buffers, self.n_tables, self.auxiliary_id, self.capabilities
        )?;
        for port in &self.ports {
            write!(f, " port {port}")?;
        }
        Ok(())
    }
}
