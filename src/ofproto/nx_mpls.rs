//! MPLS labels by Nicira's actions, for OpenFlow 1.0.
//!
//! Spec: ovs-actions(7). Later versions have standard actions for all of them.

use super::codec::wire_struct;

wire_struct! {
    /// Adds an MPLS label.
    ///
    /// Spec: ovs-actions(7), `push_mpls` (sub-type 23).
    ///
    /// # Example: all of this family
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use ryu_sdn::ofproto::*;
    /// use ryu_sdn::wire::hex;
    ///
    /// let rows: [(NxAction, &str); 6] = [
    ///     (NxPushMpls { ethertype: 0x8848 }.into(), "ffff 0010 00002320 0017 8848 00000000"),
    ///     (NxPopMpls { ethertype: 0x0800 }.into(), "ffff 0010 00002320 0018 0800 00000000"),
    ///     (NxSetMplsTtl { ttl: 10 }.into(), "ffff 0010 00002320 0019 0a 0000000000"),
    ///     (NxDecMplsTtl {}.into(), "ffff 0010 00002320 001a 000000000000"),
    ///     (NxSetMplsLabel { label: 10 }.into(), "ffff 0010 00002320 001e 0000 0000000a"),
    ///     (NxSetMplsTc { tc: 7 }.into(), "ffff 0010 00002320 001f 07 0000000000"),
    /// ];
    /// for (action, bytes) in rows {
    ///     let actions = [Action::Nicira(Box::new(action))].into();
    ///     let mut buf = BytesMut::new();
    ///     PacketOut { actions, ..PacketOut::default() }.encode(V1_0, Xid(1), &mut buf)?;
    ///     assert_eq!(Some(buf[16..].to_vec()), hex::decode(bytes));
    /// }
    /// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
    /// ```
    pub struct NxPushMpls "push_mpls" "NXActionPushMpls" {
        /// Its Ethernet type.
        ethertype: u16,
        pad: 4,
    }
}

wire_struct! {
    /// Removes the outer MPLS label.
    ///
    /// Spec: ovs-actions(7), `pop_mpls` (sub-type 24).
    ///
    /// See the example of [`NxPushMpls`].
    pub struct NxPopMpls "pop_mpls" "NXActionPopMpls" {
        /// The type of what is below it.
        ethertype: u16,
        pad: 4,
    }
}

wire_struct! {
    /// Sets the MPLS TTL.
    ///
    /// Spec: ovs-actions(7), `set_mpls_ttl` (sub-type 25).
    ///
    /// See the example of [`NxPushMpls`].
    pub struct NxSetMplsTtl "set_mpls_ttl" "NXActionSetMplsTtl" {
        /// The TTL.
        ttl: u8,
        pad: 5,
    }
}

wire_struct! {
    /// Decrements the MPLS TTL.
    ///
    /// Spec: ovs-actions(7), `dec_mpls_ttl` (sub-type 26).
    ///
    /// See the example of [`NxPushMpls`].
    pub struct NxDecMplsTtl "dec_mpls_ttl" "NXActionDecMplsTtl" {
        pad: 6,
    }
}

wire_struct! {
    /// Sets the MPLS label.
    ///
    /// Spec: ovs-actions(7), `set_mpls_label` (sub-type 30).
    ///
    /// See the example of [`NxPushMpls`].
    pub struct NxSetMplsLabel "set_mpls_label" "NXActionSetMplsLabel" {
        pad: 2,
        /// The label.
        label: u32,
    }
}

wire_struct! {
    /// Sets the MPLS traffic class.
    ///
    /// Spec: ovs-actions(7), `set_mpls_tc` (sub-type 31).
    ///
    /// See the example of [`NxPushMpls`].
    pub struct NxSetMplsTc "set_mpls_tc" "NXActionSetMplsTc" {
        /// The traffic class.
        tc: u8,
        pad: 5,
    }
}
