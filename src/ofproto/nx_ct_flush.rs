//! Forgets tracked connections.
//!
//! Spec: Open vSwitch's `nicira-ext.h`, `NXT_CT_FLUSH`; ovs-ofctl(8), `ct-flush`. Since Open
//! vSwitch 3.1.

use std::net::Ipv6Addr;

use super::codec::{display, fields, noun, wire_struct, wire_union};

wire_struct! {
    /// Forgets the connections that all of this is true of.
    pub struct NxCtFlush "ct_flush" "NXTCtFlush" {
        /// Protocol above IP; 0 for any.
        ip_proto: u8,
        pad: 7,
        /// What else must be so.
        properties: Vec<NxCtFlushProp>,
    }
}

wire_union! {
    /// What must be true of a connection.
    pub enum NxCtFlushProp "ct_flush property" ("type" "length" Outside) {
        /// Its tuple in the direction of its first packet.
        Orig(NxCtTuple) = 0, "NXTCtOrigTuple";
        /// Its tuple in the other direction.
        Reply(NxCtTuple) = 1, "NXTCtReplyTuple";
        /// Its zone.
        Zone(NxCtZone) = 2, "NXTCtZone";
    }
}

wire_struct! {
    /// Addresses and ports, as far as they matter.
    pub struct NxCtTuple "tuple" "NXTCtTuple" {
        pad: 4,
        /// Which.
        fields: Vec<NxCtTupleProp>,
    }
}

wire_struct! {
    /// A zone of connections.
    pub struct NxCtZone "zone" "NXTCtZone" {
        /// The zone.
        zone_id: u16,
        pad: 2,
    }
}

wire_union! {
    /// An address or a port of a tuple.
    pub enum NxCtTupleProp "tuple property" ("type" "length" Outside) {
        /// Source address.
        Src(NxCtAddr) = 0, "NXTCtTupleAddr";
        /// Destination address.
        Dst(NxCtAddr) = 1, "NXTCtTupleAddr";
        /// Source port.
        SrcPort(NxCtPort) = 2, "NXTCtTuplePort";
        /// Destination port.
        DstPort(NxCtPort) = 3, "NXTCtTuplePort";
        /// Identifier of ICMP.
        IcmpId(NxCtPort) = 4, "NXTCtTuplePort";
        /// Type of ICMP.
        IcmpType(NxCtByte) = 5, "NXTCtTupleByte";
        /// Code of ICMP.
        IcmpCode(NxCtByte) = 6, "NXTCtTupleByte";
    }
}

/// An address of a tuple.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NxCtAddr {
    /// The address; one of IPv4 is mapped into IPv6 (`::ffff:10.0.0.1`).
    pub addr: Ipv6Addr,
}

impl Default for NxCtAddr {
    fn default() -> NxCtAddr {
        NxCtAddr { addr: Ipv6Addr::UNSPECIFIED }
    }
}

fields!(NxCtAddr, |this, v| {
    let NxCtAddr { addr } = this;
    v.field("addr", addr)
});
noun!(NxCtAddr, "addr", "NXTCtTupleAddr");
display!(NxCtAddr, "addr");

wire_struct! {
    /// A number of 16 bits of a tuple.
    pub struct NxCtPort "port" "NXTCtTuplePort" {
        /// The number.
        value: u16,
        pad: 2,
    }
}

wire_struct! {
    /// A number of eight bits of a tuple.
    pub struct NxCtByte "byte" "NXTCtTupleByte" {
        /// The number.
        value: u8,
    }
}
