//! Features reply: who the switch is and what it can do.
//!
//! Spec: 1.0 section 5.3.1, 1.3 section 7.3.1.

use std::fmt;

use super::encode::{Body, EncodeError};
use super::ids::{Dpid, is_v1_0};
use super::message_type::MessageType;
use super::port::Port;
use super::version::Version;
use crate::wire::{DecodeError, Reader, Writer};
use crate::wire_flags;

/// The answer to a features request.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `datapath_id` | | 1.0 |
/// | `n_buffers` | packets | 1.0 |
/// | `n_tables` | tables, 1 to 255 | 1.0 |
/// | `auxiliary_id` | 0 for the main connection | 1.3 |
/// | `capabilities` | bits | 1.0 |
/// | `actions`, `ports` | | 1.0 only |
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SwitchFeatures {
    /// The switch.
    pub datapath_id: Dpid,
    /// Packets it can hold at once.
    pub n_buffers: u32,
    /// Flow tables it has.
    pub n_tables: u8,
    /// Which auxiliary connection this is; 0 is the main one. 1.3 and later.
    pub auxiliary_id: u8,
    /// What it can do.
    pub capabilities: Capabilities,
    /// 1.0: bit N says that it has the action of type N. Reserved from 1.3 on.
    pub actions: u32,
    /// 1.0: its ports. Later versions ask with a port description request.
    pub ports: Vec<Port>,
}

wire_flags! {
    /// What a switch can do.
    ///
    /// `STP` is bit 3 in 1.0, where later versions have `GROUP_STATS`; it is bit 16 here.
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
        /// Matches addresses in ARP packets (1.0).
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

impl Body for SwitchFeatures {
    const NAME: &'static str = "features_reply";
    const TYPE: MessageType = MessageType::SwitchFeatures;

    fn decode_body(version: Version, r: &mut Reader<'_>) -> Result<SwitchFeatures, DecodeError> {
        let narrow = is_v1_0(version);
        let mut features = SwitchFeatures {
            datapath_id: Dpid(r.u64()?),
            n_buffers: r.u32()?,
            n_tables: r.u8()?,
            ..SwitchFeatures::default()
        };
        if narrow {
            r.pad(3)?;
        } else {
            features.auxiliary_id = r.u8()?;
            r.pad(2)?;
        }
        features.capabilities = Capabilities(r.u32()?);
        features.actions = r.u32()?;
        if narrow {
            features.capabilities = features.capabilities.swapped();
            features.ports.reserve_exact(r.remaining() / Port::wire_len(version));
            while !r.is_empty() {
                features.ports.push(Port::decode(version, r)?);
            }
        }
        Ok(features)
    }

    fn encode_body(&self, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        let narrow = is_v1_0(version);
        w.u64(self.datapath_id.0);
        w.u32(self.n_buffers);
        w.u8(self.n_tables);
        if narrow {
            w.pad(3);
            w.u32(self.capabilities.swapped().0);
        } else {
            w.u8(self.auxiliary_id);
            w.pad(2);
            w.u32(self.capabilities.0);
        }
        w.u32(self.actions);
        if narrow {
            return self.ports.iter().try_for_each(|port| port.encode(version, w));
        }
        Ok(())
    }
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
