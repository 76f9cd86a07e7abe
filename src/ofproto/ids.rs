//! The numbers that name things: transactions, buffers, groups, tables. Datapaths and ports have
//! files of their own.
//!
//! Spec: at each type.

use std::fmt;

use serde::{Deserialize, Serialize};

// All numbers come from one place, wherever their file is.
pub use super::dpid::Dpid;
pub use super::port_no::PortNo;
use super::version::{V1_0, Version};

/// A transaction id, 32 bits; a reply carries that of its request. Printed as `0x2a`. Every
/// version, in every header.
///
/// Spec: 1.0 section 5.1, 1.3 section 7.1; `xid` of `ofp_header`.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{BarrierRequest, Encode, V1_3, Xid};
///
/// let mut buf = BytesMut::new();
/// BarrierRequest.encode(V1_3, Xid(0x2a), &mut buf)?;
/// assert_eq!(buf[4..], [0, 0, 0, 0x2a]);
/// assert_eq!(Xid(0x2a).to_string(), "0x2a");
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Xid(pub u32);

impl fmt::Display for Xid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

/// A packet held in the switch, or [`BufferId::NO_BUFFER`]; 32 bits, every version.
///
/// Spec: 1.0 sections 5.3.3, 5.3.6 and 5.4.1, 1.3 sections 7.3.4.1, 7.3.7 and 7.4.1; `OFP_NO_BUFFER`.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{BufferId, Encode, PacketOut, V1_3, Xid};
///
/// let mut buf = BytesMut::new();
/// PacketOut { buffer_id: BufferId(7), ..PacketOut::default() }.encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(buf[8..12], [0, 0, 0, 7]);
/// let mut buf = BytesMut::new();
/// PacketOut::default().encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(buf[8..12], [0xff; 4]);
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BufferId(pub u32);

impl BufferId {
    /// The packet is not held in the switch; it travels in the message.
    pub const NO_BUFFER: BufferId = BufferId(u32::MAX);

    /// Whether the switch holds the packet.
    pub const fn is_buffered(self) -> bool {
        self.0 != u32::MAX
    }
}

impl Default for BufferId {
    fn default() -> BufferId {
        BufferId::NO_BUFFER
    }
}

impl fmt::Display for BufferId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_buffered() { write!(f, "{:#x}", self.0) } else { f.write_str("none") }
    }
}

impl fmt::Debug for BufferId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A group of the group table, 0 to [`GroupId::MAX`]; 32 bits, 1.1 and later.
///
/// Spec: 1.3 section 7.3.4.2, 1.5 section 7.3.4.3; `ofp_group`.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Encode, GroupId, GroupMod, GroupModCommand, V1_3, Xid};
///
/// let (command, group_id) = (GroupModCommand::DELETE, GroupId::ALL);
/// let mut buf = BytesMut::new();
/// GroupMod { command, group_id, ..GroupMod::default() }.encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(buf[8..], [0, 2, 0, 0, 0xff, 0xff, 0xff, 0xfc]);
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GroupId(pub u32);

impl GroupId {
    /// Largest number of a group.
    pub const MAX: GroupId = GroupId(0xffff_ff00);
    /// Every group, in deletes.
    pub const ALL: GroupId = GroupId(0xffff_fffc);
    /// Wildcard in requests.
    pub const ANY: GroupId = GroupId(0xffff_ffff);
}

impl fmt::Display for GroupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            GroupId::ALL => f.write_str("ALL"),
            GroupId::ANY => f.write_str("ANY"),
            GroupId(number) => write!(f, "{number}"),
        }
    }
}

impl fmt::Debug for GroupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A flow table, 0 to 254, or [`TableId::ALL`]; 8 bits, 1.1 and later. Plain `u8` in the messages,
/// as in Ryu; this type only holds the names.
///
/// Spec: 1.3 sections 7.3.3 and 7.3.4.1; `ofp_table`.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Encode, FlowMod, TableId, V1_3, Xid};
///
/// let mut buf = BytesMut::new();
/// FlowMod { table_id: TableId::ALL, ..FlowMod::delete() }.encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(buf[24..26], [0xff, 3]);
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct TableId;

impl TableId {
    /// Largest number of a table.
    pub const MAX: u8 = 0xfe;
    /// Every table, in deletes and statistics requests.
    pub const ALL: u8 = 0xff;
}

/// Whether `version` writes ports as 16 bits and matches as 40 fixed bytes.
#[inline]
pub(crate) fn is_v1_0(version: Version) -> bool {
    version == V1_0
}
