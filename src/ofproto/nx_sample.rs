//! Nicira's sampling of packets for IPFIX.
//!
//! Spec: ovs-actions(7).

use super::codec::wire_struct;

wire_struct! {
    /// Samples packets for IPFIX.
    ///
    /// Spec: ovs-actions(7), `sample` (sub-type 29).
    ///
    /// # Example: at all, of a port, of what leaves by it
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use ryu_sdn::ofproto::*;
    /// use ryu_sdn::wire::hex;
    ///
    /// let (probability, collector_set_id, obs_domain_id, obs_point_id) = (12345, 2, 3, 4);
    /// let sampling_port = 5;
    /// let port = NxSample2 {
    ///     probability,
    ///     collector_set_id,
    ///     obs_domain_id,
    ///     obs_point_id,
    ///     sampling_port,
    /// };
    /// let out = NxSample3 {
    ///     probability,
    ///     collector_set_id,
    ///     obs_domain_id,
    ///     obs_point_id,
    ///     sampling_port,
    ///     direction: 2,
    /// };
    /// let rows: [(NxAction, &str); 3] = [
    ///     (
    ///         NxSample { probability, collector_set_id, obs_domain_id, obs_point_id }.into(),
    ///         "ffff 0018 00002320 001d 3039 00000002 00000003 00000004",
    ///     ),
    ///     (
    ///         port.into(),
    ///         "ffff 0020 00002320 0026 3039 00000002 00000003 00000004 0005 000000000000",
    ///     ),
    ///     (
    ///         out.into(),
    ///         "ffff 0020 00002320 0029 3039 00000002 00000003 00000004 0005 02 0000000000",
    ///     ),
    /// ];
    /// for (action, bytes) in rows {
    ///     let actions = [Action::Nicira(Box::new(action))].into();
    ///     let mut buf = BytesMut::new();
    ///     PacketOut { actions, ..PacketOut::default() }.encode(V1_0, Xid(1), &mut buf)?;
    ///     assert_eq!(Some(buf[16..].to_vec()), hex::decode(bytes));
    /// }
    /// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
    /// ```
    pub struct NxSample "sample" "NXActionSample" {
        /// Probability, of 65535.
        probability: u16,
        /// Set of collectors.
        collector_set_id: u32,
        /// Observation domain.
        obs_domain_id: u32,
        /// Observation point.
        obs_point_id: u32,
    }
}

wire_struct! {
    /// Samples packets for IPFIX.
    ///
    /// Spec: ovs-actions(7), `sample` with `sampling_port` (sub-type 38).
    ///
    /// See the example of [`NxSample`].
    pub struct NxSample2 "sample2" "NXActionSample2" {
        /// Probability, of 65535.
        probability: u16,
        /// Set of collectors.
        collector_set_id: u32,
        /// Observation domain.
        obs_domain_id: u32,
        /// Observation point.
        obs_point_id: u32,
        /// The port whose packets are sampled.
        sampling_port: u16,
        pad: 6,
    }
}

wire_struct! {
    /// Samples packets for IPFIX, in one direction. Ryu 4.34 does not know it.
    ///
    /// Spec: ovs-actions(7), `sample` with `egress` (sub-type 41).
    ///
    /// See the example of [`NxSample`].
    pub struct NxSample3 "sample3" "NXActionUnknown" {
        /// Probability, of 65535.
        probability: u16,
        /// Set of collectors.
        collector_set_id: u32,
        /// Observation domain.
        obs_domain_id: u32,
        /// Observation point.
        obs_point_id: u32,
        /// The port whose packets are sampled.
        sampling_port: u16,
        /// 0: as the port says, 1: coming in, 2: going out.
        direction: u8,
        pad: 5,
    }
}
