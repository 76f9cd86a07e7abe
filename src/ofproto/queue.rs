//! Queues: their configuration, description and counters.
//!
//! Spec: 1.0 section 5.2.2 and 5.3.4, 1.3 sections 7.2.2 and 7.3.6, 1.4 section 7.3.5.8.

use bytes::Bytes;

use super::codec::{display, fields, noun, wire_struct, wire_union};
use super::encode::Body;
use super::ids::{PortNo, is_v1_0};
use super::message_type::MessageType;
use super::property::{Octets, PropExperimenter};
use super::version::{V1_2, V1_3, V1_4};
use crate::wire::Padding;

/// Asks for the queues of a port; 1.0 to 1.3. Later versions have
/// [`MultipartRequestBody::QueueDesc`](super::MultipartRequestBody::QueueDesc).
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `port` | 16 bits in 1.0, 32 later | 1.0 |
/// | | padding: 2 bytes in 1.0, 4 later | 1.0 |
///
/// Spec: 1.0 section 5.3.4, 1.3 section 7.3.6. See the example of [`QueueGetConfigReply`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueGetConfigRequest {
    /// The port, or [`PortNo::ANY`] for all.
    pub port: PortNo,
}

fields!(QueueGetConfigRequest, |this, v| {
    let QueueGetConfigRequest { port } = this;
    v.field("port", port)?;
    v.pad(if is_v1_0(v.version()) { 2 } else { 4 })
});
noun!(QueueGetConfigRequest, "queue_get_config_request", "OFPQueueGetConfigRequest");
display!(QueueGetConfigRequest, "queue_get_config_request");

impl Body for QueueGetConfigRequest {
    const TYPE: MessageType = MessageType::QueueGetConfigRequest;
}

/// The queues of a port; 1.0 to 1.3.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `port` | 16 bits in 1.0, 32 later | 1.0 |
/// | | padding: 6 bytes in 1.0, 4 later | 1.0 |
/// | `queues` | what is left | 1.0 |
///
/// Spec: 1.0 section 5.3.4, 1.3 section 7.3.6.
///
/// # Example: a port, and its queue with at least a tenth of the rate
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Encode, PacketQueue, PortNo, QueueGetConfigReply};
/// use ryu_sdn::ofproto::{QueueGetConfigRequest, QueueProp, QueuePropRate, V1_3, Xid};
/// use ryu_sdn::wire::hex;
///
/// let (mut buf, port) = (BytesMut::new(), PortNo(2));
/// QueueGetConfigRequest { port }.encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(hex::encode(&buf), "04160010000000010000000200000000");
/// let properties = vec![QueueProp::MinRate(QueuePropRate { rate: 100 })];
/// let queues = vec![PacketQueue { queue_id: 9, port, properties }];
/// QueueGetConfigReply { port, queues }.encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(
///     hex::encode(&buf[16..]),
///     "0417003000000001000000020000000000000009000000020020000000000000\
///      00010010000000000064000000000000"
/// );
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueGetConfigReply {
    /// The port that was asked about.
    pub port: PortNo,
    /// Its queues.
    pub queues: Vec<PacketQueue>,
}

fields!(QueueGetConfigReply, |this, v| {
    let QueueGetConfigReply { port, queues } = this;
    v.field("port", port)?;
    v.pad(if is_v1_0(v.version()) { 6 } else { 4 })?;
    v.field("queues", queues)
});
noun!(QueueGetConfigReply, "queue_get_config_reply", "OFPQueueGetConfigReply");
display!(QueueGetConfigReply, "queue_get_config_reply");

impl Body for QueueGetConfigReply {
    const TYPE: MessageType = MessageType::QueueGetConfigReply;
}

/// A queue of a port; 1.0 to 1.3.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `queue_id` | 32 bits | 1.0 |
/// | `port` | 32 bits | 1.2 |
/// | | length of the whole, 2 bytes | 1.0 |
/// | | padding: 2 bytes, from 1.2 on 6 | 1.0 |
/// | `properties` | TLVs | 1.0 |
///
/// Spec: 1.0 section 5.2.2, 1.3 section 7.2.2 (`ofp_packet_queue`).
/// See the example of [`QueueGetConfigReply`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PacketQueue {
    /// The queue.
    pub queue_id: u32,
    /// Its port; 1.2 and later.
    pub port: PortNo,
    /// Its rates.
    pub properties: Vec<QueueProp>,
}

fields!(PacketQueue, |this, v| {
    let version = v.version();
    let PacketQueue { queue_id, port, properties } = this;
    v.boxed(Padding::None, |v| {
        v.field("queue_id", queue_id)?;
        if version >= V1_2 {
            v.field("port", port)?;
        } else {
            v.without(port, "queue port")?;
        }
        v.len("len")?;
        v.pad(if version >= V1_2 { 6 } else { 2 })?;
        v.field("properties", properties)
    })
});
noun!(PacketQueue, "queue", "OFPPacketQueue");
display!(PacketQueue, "queue");

wire_union! {
    /// A property of a queue; 1.0 to 1.3. Not all versions have each: the highest rate and a
    /// vendor's came with 1.2.
    ///
    /// Spec: 1.0 section 5.2.2, 1.3 section 7.2.2 (`ofp_queue_properties`).
    /// See the example of [`QueueGetConfigReply`].
    pub enum QueueProp "queue property" ("property" "len" None) {
        /// Nothing.
        None(QueuePropNone) = 0, "OFPQueuePropNone";
        /// Least rate.
        MinRate(QueuePropRate) = 1, "OFPQueuePropMinRate";
        /// Highest rate.
        MaxRate(QueuePropRate) = 2, "OFPQueuePropMaxRate";
        /// A vendor's property.
        Experimenter(QueuePropExperimenter) = 65535, "OFPQueuePropExperimenter";
    }
}

wire_struct! {
    /// No property. 1.0 and 1.1.
    ///
    /// Spec: 1.0 section 5.2.2 (`OFPQT_NONE`). See the example of [`QueueGetConfigReply`].
    pub struct QueuePropNone "none" "OFPQueuePropNone" {
        pad: 4,
    }
}

wire_struct! {
    /// A rate of a queue; 1.0 to 1.3.
    ///
    /// Spec: 1.0 section 5.2.2, 1.3 section 7.2.2 (`ofp_queue_prop_min_rate` and
    /// `ofp_queue_prop_max_rate`). See the example of [`QueueGetConfigReply`].
    pub struct QueuePropRate "rate" "OFPQueuePropRate" {
        pad: 4,
        /// Tenths of a percent of the port's speed; above 1000 it is off, all ones if not set.
        rate: u16,
        pad: 6,
    }
}

wire_struct! {
    /// A vendor's property of a queue; 1.2 and 1.3. Later versions have [`PropExperimenter`].
    ///
    /// Spec: 1.3 section 7.2.2 (`ofp_queue_prop_experimenter`).
    /// See the example of [`QueueGetConfigReply`].
    pub struct QueuePropExperimenter "experimenter" "OFPQueuePropExperimenter" {
        pad: 4,
        /// Who defined it: an IEEE OUI, or a number that ONF gave.
        experimenter: u32,
        pad: 4,
        /// The rest, as they define it.
        data: Bytes as Octets,
    }
}

/// Counters of a queue.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `port_no` | 16 bits (and two bytes of padding behind) in 1.0, 32 later | 1.0 |
/// | `queue_id` | 32 bits | 1.0 |
/// | `tx_bytes`, `tx_packets`, `tx_errors` | 64 bits, all ones if not counted | 1.0 |
/// | `duration_sec`, `duration_nsec` | seconds, nanoseconds beyond | 1.3 |
/// | `properties` | TLVs; the whole starts with its length and 6 bytes of padding then | 1.4 |
///
/// Spec: 1.0 section 5.3.5, 1.3 section 7.3.5.8, 1.4 and 1.5 `ofp_queue_stats`.
///
/// # Example: a queue that sent two packets
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Encode, MultipartReply, MultipartReplyBody, PortNo, QueueStats};
/// use ryu_sdn::ofproto::{V1_3, Xid};
/// use ryu_sdn::wire::hex;
///
/// let (port_no, queue_id, tx_bytes, tx_packets) = (PortNo(2), 9, 120, 2);
/// let stats = QueueStats { port_no, queue_id, tx_bytes, tx_packets, ..QueueStats::default() };
/// let mut buf = BytesMut::new();
/// let body = MultipartReplyBody::Queue(vec![stats]);
/// MultipartReply::new(body).encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(
///     hex::encode(&buf),
///     "0413003800000001\
///      0005000000000000000000020000000900000000000000780000000000000002\
///      00000000000000000000000000000000"
/// );
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueStats {
    /// Its port.
    pub port_no: PortNo,
    /// The queue.
    pub queue_id: u32,
    /// Bytes sent.
    pub tx_bytes: u64,
    /// Packets sent.
    pub tx_packets: u64,
    /// Packets dropped because the queue was full.
    pub tx_errors: u64,
    /// Whole seconds it has been there; 1.3 and later.
    pub duration_sec: u32,
    /// Nanoseconds beyond these, below 1,000,000,000.
    pub duration_nsec: u32,
    /// Properties; 1.4 and later.
    pub properties: Vec<QueueStatsProp>,
}

fields!(QueueStats, |this, v| {
    let version = v.version();
    let QueueStats {
        port_no,
        queue_id,
        tx_bytes,
        tx_packets,
        tx_errors,
        duration_sec,
        duration_nsec,
        properties,
    } = this;
    v.boxed(Padding::None, |v| {
        if version >= V1_4 {
            v.len("length")?;
            v.pad(6)?;
        }
        v.field("port_no", port_no)?;
        v.pad(if is_v1_0(version) { 2 } else { 0 })?;
        v.field("queue_id", queue_id)?;
        v.field("tx_bytes", tx_bytes)?;
        v.field("tx_packets", tx_packets)?;
        v.field("tx_errors", tx_errors)?;
        if version >= V1_3 {
            v.field("duration_sec", duration_sec)?;
            v.field("duration_nsec", duration_nsec)?;
        } else {
            v.without(duration_sec, "queue stats duration_sec")?;
            v.without(duration_nsec, "queue stats duration_nsec")?;
        }
        if version >= V1_4 {
            v.field("properties", properties)
        } else {
            v.without(properties, "queue stats properties")
        }
    })
});
noun!(QueueStats, "queue stats", "OFPQueueStats");
display!(QueueStats, "queue");

wire_union! {
    /// A property of queue counters; 1.4 and later.
    ///
    /// Spec: 1.4 and 1.5 `ofp_queue_stats_prop_header`. See the example of [`PropExperimenter`].
    pub enum QueueStatsProp "queue statistics property" ("type" "length" Outside) {
        /// A vendor's property.
        Experimenter(PropExperimenter) = 65535, "OFPQueueStatsPropExperimenter";
    }
}

/// A queue as the switch describes it; 1.4 and later.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `port_no` | 32 bits | 1.4 |
/// | `queue_id` | 32 bits | 1.4 |
/// | | length of the whole, 2 bytes; 6 bytes of padding | 1.4 |
/// | `properties` | TLVs | 1.4 |
///
/// Spec: 1.4 and 1.5 `ofp_queue_desc`. See the example of [`QueueDescProp`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueDesc {
    /// Its port.
    pub port_no: PortNo,
    /// The queue.
    pub queue_id: u32,
    /// Its rates.
    pub properties: Vec<QueueDescProp>,
}

fields!(QueueDesc, |this, v| {
    let QueueDesc { port_no, queue_id, properties } = this;
    v.boxed(Padding::None, |v| {
        v.field("port_no", port_no)?;
        v.field("queue_id", queue_id)?;
        v.len("len")?;
        v.pad(6)?;
        v.field("properties", properties)
    })
});
noun!(QueueDesc, "queue desc", "OFPQueueDesc");
display!(QueueDesc, "queue");

wire_union! {
    /// A property of a queue; 1.4 and later.
    ///
    /// Spec: 1.4 and 1.5 `ofp_queue_desc_prop_header` and what `ofp_queue_desc_prop_type` lists.
    ///
    /// # Example: a queue with at least a tenth of the rate, at most all of it
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use ryu_sdn::ofproto::{Encode, MultipartReply, MultipartReplyBody, PortNo, QueueDesc};
    /// use ryu_sdn::ofproto::{QueueDescProp, QueueDescPropRate, V1_4, Xid};
    /// use ryu_sdn::wire::hex;
    ///
    /// let min = QueueDescProp::MinRate(QueueDescPropRate { rate: 100 });
    /// let max = QueueDescProp::MaxRate(QueueDescPropRate { rate: 1000 });
    /// let queue = QueueDesc { port_no: PortNo(2), queue_id: 9, properties: vec![min, max] };
    /// let mut buf = BytesMut::new();
    /// let body = MultipartReplyBody::QueueDesc(vec![queue]);
    /// MultipartReply::new(body).encode(V1_4, Xid(1), &mut buf)?;
    /// assert_eq!(
    ///     hex::encode(&buf),
    ///     "0513003000000001\
    ///      000f000000000000000000020000000900200000000000000001000800640000\
    ///      0002000803e80000"
    /// );
    /// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
    /// ```
    pub enum QueueDescProp "queue description property" ("type" "length" Outside) {
        /// Least rate.
        MinRate(QueueDescPropRate) = 1, "OFPQueueDescPropMinRate";
        /// Highest rate.
        MaxRate(QueueDescPropRate) = 2, "OFPQueueDescPropMaxRate";
        /// A vendor's property.
        Experimenter(PropExperimenter) = 65535, "OFPQueueDescPropExperimenter";
    }
}

wire_struct! {
    /// A rate of a queue; 1.4 and later.
    ///
    /// Spec: 1.4 and 1.5 `ofp_queue_desc_prop_min_rate` and `ofp_queue_desc_prop_max_rate`.
    /// See the example of [`QueueDescProp`].
    pub struct QueueDescPropRate "rate" "OFPQueueDescPropRate" {
        /// Tenths of a percent of the port's speed; above 1000 it is off, all ones if not set.
        rate: u16,
        pad: 2,
    }
}
