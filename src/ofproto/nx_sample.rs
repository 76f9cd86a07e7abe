//! Nicira's sampling of packets for IPFIX.
//!
//! Spec: ovs-actions(7).

use super::codec::wire_struct;

wire_struct! {
    /// Samples packets for IPFIX.
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
