//! Counters of a port.
//!
//! Spec: 1.0 section 5.3.5, 1.3 section 7.3.5.6, 1.4 and 1.5 `ofp_port_stats`.

use std::fmt;

use super::codec::{fields, noun};
use super::ids::{PortNo, is_v1_0};
use super::port_prop::PortStatsProp;
use super::text::properties;
use super::version::{V1_3, V1_4};
use crate::wire::Padding;

/// Counters of a port; all ones where the switch does not count.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `port_no` | 16 bits in 1.0, 32 later | 1.0 |
/// | `duration_sec`, `duration_nsec` | seconds, nanoseconds beyond; at the end in 1.3 | 1.3 |
/// | `rx_packets`, `tx_packets` | packets, 64 bits | 1.0 |
/// | `rx_bytes`, `tx_bytes` | bytes, 64 bits | 1.0 |
/// | `rx_dropped`, `tx_dropped`, `rx_errors`, `tx_errors` | packets, 64 bits | 1.0 |
/// | `rx_frame_err`, `rx_over_err`, `rx_crc_err`, `collisions` | 64 bits | 1.0 to 1.3 |
/// | `properties` | TLVs, these errors in one of them; the length of all is in front | 1.4 |
///
/// Spec: 1.0 section 5.3.5, 1.3 section 7.3.5.6, 1.4 and 1.5 `ofp_port_stats`.
///
/// # Example: two packets in
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Encode, MultipartReply, MultipartReplyBody, PortNo, PortStats};
/// use ryu_sdn::ofproto::{V1_0, Xid};
/// use ryu_sdn::wire::hex;
///
/// let (port_no, rx_packets, rx_bytes) = (PortNo(2), 2, 120);
/// let stats = PortStats { port_no, rx_packets, rx_bytes, ..PortStats::default() };
/// let mut buf = BytesMut::new();
/// MultipartReply::new(MultipartReplyBody::PortStats(vec![stats])).encode(V1_0, Xid(1), &mut buf)?;
/// assert_eq!(
///     hex::encode(&buf[..48]),
///     "0111007400000001000400000002000000000000000000000000000200000000\
///      00000000000000000000007800000000"
/// );
/// assert_eq!(buf.len(), 116);
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PortStats {
    /// The port.
    pub port_no: PortNo,
    /// Packets received.
    pub rx_packets: u64,
    /// Packets sent.
    pub tx_packets: u64,
    /// Bytes received.
    pub rx_bytes: u64,
    /// Bytes sent.
    pub tx_bytes: u64,
    /// Packets dropped coming in.
    pub rx_dropped: u64,
    /// Packets dropped going out.
    pub tx_dropped: u64,
    /// Errors coming in, the next three included.
    pub rx_errors: u64,
    /// Errors going out.
    pub tx_errors: u64,
    /// Frame alignment errors.
    pub rx_frame_err: u64,
    /// Overruns.
    pub rx_over_err: u64,
    /// Checksum errors.
    pub rx_crc_err: u64,
    /// Collisions.
    pub collisions: u64,
    /// Whole seconds the port has been there; 1.3 and later.
    pub duration_sec: u32,
    /// Nanoseconds beyond these, below 1,000,000,000.
    pub duration_nsec: u32,
    /// 1.4 and later: what depends on the kind of port. Three of the errors and the collisions are
    /// in [`PortStatsProp::Ethernet`] then.
    pub properties: Vec<PortStatsProp>,
}

fields!(PortStats, |this, v| {
    let PortStats {
        port_no,
        rx_packets,
        tx_packets,
        rx_bytes,
        tx_bytes,
        rx_dropped,
        tx_dropped,
        rx_errors,
        tx_errors,
        rx_frame_err,
        rx_over_err,
        rx_crc_err,
        collisions,
        duration_sec,
        duration_nsec,
        properties,
    } = this;
    let version = v.version();
    if version >= V1_4 {
        // The Ethernet property has these.
        v.without(rx_frame_err, "port stats rx_frame_err")?;
        v.without(rx_over_err, "port stats rx_over_err")?;
        v.without(rx_crc_err, "port stats rx_crc_err")?;
        v.without(collisions, "port stats collisions")?;
        return v.boxed(Padding::None, |v| {
            v.len("length")?;
            v.pad(2)?;
            v.field("port_no", port_no)?;
            v.field("duration_sec", duration_sec)?;
            v.field("duration_nsec", duration_nsec)?;
            v.field("rx_packets", rx_packets)?;
            v.field("tx_packets", tx_packets)?;
            v.field("rx_bytes", rx_bytes)?;
            v.field("tx_bytes", tx_bytes)?;
            v.field("rx_dropped", rx_dropped)?;
            v.field("tx_dropped", tx_dropped)?;
            v.field("rx_errors", rx_errors)?;
            v.field("tx_errors", tx_errors)?;
            v.field("properties", properties)
        });
    }
    v.without(properties, "port stats properties")?;
    v.field("port_no", port_no)?;
    v.pad(if is_v1_0(version) { 6 } else { 4 })?;
    v.field("rx_packets", rx_packets)?;
    v.field("tx_packets", tx_packets)?;
    v.field("rx_bytes", rx_bytes)?;
    v.field("tx_bytes", tx_bytes)?;
    v.field("rx_dropped", rx_dropped)?;
    v.field("tx_dropped", tx_dropped)?;
    v.field("rx_errors", rx_errors)?;
    v.field("tx_errors", tx_errors)?;
    v.field("rx_frame_err", rx_frame_err)?;
    v.field("rx_over_err", rx_over_err)?;
    v.field("rx_crc_err", rx_crc_err)?;
    v.field("collisions", collisions)?;
    if version >= V1_3 {
        v.field("duration_sec", duration_sec)?;
        v.field("duration_nsec", duration_nsec)
    } else {
        v.without(duration_sec, "port stats duration_sec")?;
        v.without(duration_nsec, "port stats duration_nsec")
    }
});
noun!(PortStats, "port stats", "OFPPortStats");

impl fmt::Display for PortStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "port={} rx_packets={} rx_bytes={} rx_dropped={} rx_errors={} tx_packets={} tx_bytes={} tx_dropped={} tx_errors={} collisions={}",
            self.port_no,
            self.rx_packets,
            self.rx_bytes,
            self.rx_dropped,
            self.rx_errors,
            self.tx_packets,
            self.tx_bytes,
            self.tx_dropped,
            self.tx_errors,
            self.collisions
        )?;
        let PortStats { rx_frame_err, rx_over_err, rx_crc_err, .. } = self;
        // All ones are those that the switch does not count.
        if [rx_frame_err, rx_over_err, rx_crc_err].iter().any(|n| !matches!(**n, 0 | u64::MAX)) {
            write!(
                f,
                " rx_frame_err={rx_frame_err} rx_over_err={rx_over_err} rx_crc_err={rx_crc_err}"
            )?;
        }
        if self.duration_sec | self.duration_nsec != 0 {
            write!(f, " duration={}.{:09}s", self.duration_sec, self.duration_nsec)?;
        }
        properties(f, &self.properties)
    }
}
