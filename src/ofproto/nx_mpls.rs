//! MPLS labels by Nicira's actions, for OpenFlow 1.0.
//!
//! Spec: ovs-actions(7). Later versions have standard actions for all of them.

use super::codec::wire_struct;

wire_struct! {
    /// Adds an MPLS label.
    pub struct NxPushMpls "push_mpls" "NXActionPushMpls" {
        /// Its Ethernet type.
        ethertype: u16,
        pad: 4,
    }
}

wire_struct! {
    /// Removes the outer MPLS label.
    pub struct NxPopMpls "pop_mpls" "NXActionPopMpls" {
        /// The type of what is below it.
        ethertype: u16,
        pad: 4,
    }
}

wire_struct! {
    /// Sets the MPLS TTL.
    pub struct NxSetMplsTtl "set_mpls_ttl" "NXActionSetMplsTtl" {
        /// The TTL.
        ttl: u8,
        pad: 5,
    }
}

wire_struct! {
    /// Decrements the MPLS TTL.
    pub struct NxDecMplsTtl "dec_mpls_ttl" "NXActionDecMplsTtl" {
        pad: 6,
    }
}

wire_struct! {
    /// Sets the MPLS label.
    pub struct NxSetMplsLabel "set_mpls_label" "NXActionSetMplsLabel" {
        pad: 2,
        /// The label.
        label: u32,
    }
}

wire_struct! {
    /// Sets the MPLS traffic class.
    pub struct NxSetMplsTc "set_mpls_tc" "NXActionSetMplsTc" {
        /// The traffic class.
        tc: u8,
        pad: 5,
    }
}
