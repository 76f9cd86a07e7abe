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
        Orig(NxCtOrigTuple) = 0, "NXTCtOrigTuple";
        /// Its tuple in the other direction.
        Reply(NxCtReplyTuple) = 1, "NXTCtReplyTuple";
        /// Its zone.
        Zone(NxCtZone) = 2, "NXTCtZone";
    }
}

wire_struct! {
    /// Addresses and ports in the direction of the first packet, as far as they matter.
    pub struct NxCtOrigTuple "orig" "NXTCtOrigTuple" {
        pad: 4,
        /// Which.
        fields: Vec<NxCtTupleProp>,
    }
}

wire_struct! {
    /// Addresses and ports in the other direction, as far as they matter.
    pub struct NxCtReplyTuple "reply" "NXTCtReplyTuple" {
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
        Src(NxCtSrc) = 0, "NXTCtTupleSrc";
        /// Destination address.
        Dst(NxCtDst) = 1, "NXTCtTupleDst";
        /// Source port.
        SrcPort(NxCtSrcPort) = 2, "NXTCtTupleSrcPort";
        /// Destination port.
        DstPort(NxCtDstPort) = 3, "NXTCtTupleDstPort";
        /// Identifier of ICMP.
        IcmpId(NxCtIcmpId) = 4, "NXTCtTupleIcmpId";
        /// Type of ICMP.
        IcmpType(NxCtIcmpType) = 5, "NXTCtTupleIcmpType";
        /// Code of ICMP.
        IcmpCode(NxCtIcmpCode) = 6, "NXTCtTupleIcmpCode";
    }
}

macro_rules! addresses {
    ($( $(#[$doc:meta])* $noun:ident $name:literal $class:literal; )*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $noun {
            /// The address; one of IPv4 is mapped into IPv6 (`::ffff:10.0.0.1`).
            pub addr: Ipv6Addr,
        }

        impl Default for $noun {
            fn default() -> $noun {
                $noun { addr: Ipv6Addr::UNSPECIFIED }
            }
        }

        fields!($noun, |this, v| {
            let $noun { addr } = this;
            v.field("addr", addr)
        });
        noun!($noun, $name, $class);
        display!($noun, $name);
    )* };
}

addresses! {
    /// The source address of a tuple.
    NxCtSrc "src" "NXTCtTupleSrc";
    /// The destination address of a tuple.
    NxCtDst "dst" "NXTCtTupleDst";
}

macro_rules! numbers {
    ($( $(#[$doc:meta])* $noun:ident $name:literal $class:literal: $ty:ident, $pad:literal; )*) => { $(
        wire_struct! {
            $(#[$doc])*
            pub struct $noun $name $class {
                /// The number.
                value: $ty,
                pad: $pad,
            }
        }
    )* };
}

numbers! {
    /// The source port of a tuple.
    NxCtSrcPort "src_port" "NXTCtTupleSrcPort": u16, 2;
    /// The destination port of a tuple.
    NxCtDstPort "dst_port" "NXTCtTupleDstPort": u16, 2;
    /// The identifier of ICMP of a tuple.
    NxCtIcmpId "icmp_id" "NXTCtTupleIcmpId": u16, 2;
    /// The type of ICMP of a tuple.
    NxCtIcmpType "icmp_type" "NXTCtTupleIcmpType": u8, 0;
    /// The code of ICMP of a tuple.
    NxCtIcmpCode "icmp_code" "NXTCtTupleIcmpCode": u8, 0;
}
