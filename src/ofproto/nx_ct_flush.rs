//! Forgets tracked connections.
//!
//! Spec: Open vSwitch's `nicira-ext.h`, `NXT_CT_FLUSH`; ovs-ofctl(8), `ct-flush`. Since Open
//! vSwitch 3.1.

use std::net::Ipv6Addr;

use super::codec::{display, fields, noun, wire_struct, wire_union};

wire_struct! {
    /// Forgets the connections that all of this is true of.
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `NXT_CT_FLUSH`.
    ///
    /// # Example: a host's pings of another one, in zone 5
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use ryu_sdn::ofproto::*;
    /// use ryu_sdn::wire::hex;
    ///
    /// let ping = vec![
    ///     NxCtTupleProp::Src(NxCtSrc { addr: "::ffff:10.0.0.1".parse().unwrap() }),
    ///     NxCtTupleProp::IcmpId(NxCtIcmpId { value: 9 }),
    ///     NxCtTupleProp::IcmpType(NxCtIcmpType { value: 8 }),
    ///     NxCtTupleProp::IcmpCode(NxCtIcmpCode { value: 0 }),
    /// ];
    /// let pong = vec![
    ///     NxCtTupleProp::Dst(NxCtDst { addr: "::ffff:10.0.0.9".parse().unwrap() }),
    ///     NxCtTupleProp::IcmpId(NxCtIcmpId { value: 0 }),
    ///     NxCtTupleProp::IcmpType(NxCtIcmpType { value: 0 }),
    ///     NxCtTupleProp::IcmpCode(NxCtIcmpCode { value: 0 }),
    /// ];
    /// let properties = vec![
    ///     NxCtFlushProp::Orig(NxCtOrigTuple { fields: ping }),
    ///     NxCtFlushProp::Reply(NxCtReplyTuple { fields: pong }),
    ///     NxCtFlushProp::Zone(NxCtZone { zone_id: 5 }),
    /// ];
    /// let mut buf = BytesMut::new();
    /// NxMessage::CtFlush(NxCtFlush { ip_proto: 1, properties }).encode(V1_0, Xid(2), &mut buf)?;
    /// let parts = [
    ///     "0104 0090 00000002 00002320 00000020 01 00000000000000",
    ///     "0000 0038 00000000", // the first direction
    ///     "0000 0014 00000000000000000000ffff0a000001 00000000",
    ///     "0004 0008 0009 0000 0005 0005 08 000000 0006 0005 00 000000",
    ///     "0001 0038 00000000", // the other one
    ///     "0001 0014 00000000000000000000ffff0a000009 00000000",
    ///     "0004 0008 0000 0000 0005 0005 00 000000 0006 0005 00 000000",
    ///     "0002 0008 0005 0000", // the zone
    /// ];
    /// assert_eq!(Some(buf.to_vec()), hex::decode(&parts.concat()));
    /// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
    /// ```
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
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `NXT_CT_FLUSH`.
    ///
    /// See the example of [`NxCtFlush`].
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
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `NXT_CT_ORIG_TUPLE`.
    ///
    /// See the example of [`NxCtFlush`].
    pub struct NxCtOrigTuple "orig" "NXTCtOrigTuple" {
        pad: 4,
        /// Which.
        fields: Vec<NxCtTupleProp>,
    }
}

wire_struct! {
    /// Addresses and ports in the other direction, as far as they matter.
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `NXT_CT_REPLY_TUPLE`.
    ///
    /// See the example of [`NxCtFlush`].
    pub struct NxCtReplyTuple "reply" "NXTCtReplyTuple" {
        pad: 4,
        /// Which.
        fields: Vec<NxCtTupleProp>,
    }
}

wire_struct! {
    /// A zone of connections.
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `NXT_CT_ZONE_ID`.
    ///
    /// See the example of [`NxCtFlush`].
    pub struct NxCtZone "zone" "NXTCtZone" {
        /// The zone.
        zone_id: u16,
        pad: 2,
    }
}

wire_union! {
    /// An address or a port of a tuple.
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `CT_TUPLE_SRC`.
    ///
    /// See the example of [`NxCtFlush`].
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
    ///
    /// | field | size, range |
    /// |---|---|
    /// | `addr` | 16 bytes: IPv6, or IPv4 mapped into it |
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `CT_TUPLE_SRC`.
    ///
    /// See the example of [`NxCtFlush`].
    NxCtSrc "src" "NXTCtTupleSrc";
    /// The destination address of a tuple.
    ///
    /// | field | size, range |
    /// |---|---|
    /// | `addr` | 16 bytes: IPv6, or IPv4 mapped into it |
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `CT_TUPLE_DST`.
    ///
    /// See the example of [`NxCtFlush`].
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
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `CT_TUPLE_SRC_PORT`.
    ///
    /// # Example: from a port to a port
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use ryu_sdn::ofproto::*;
    /// use ryu_sdn::wire::hex;
    ///
    /// let fields = vec![
    ///     NxCtTupleProp::SrcPort(NxCtSrcPort { value: 80 }),
    ///     NxCtTupleProp::DstPort(NxCtDstPort { value: 443 }),
    /// ];
    /// let properties = vec![NxCtFlushProp::Orig(NxCtOrigTuple { fields })];
    /// let mut buf = BytesMut::new();
    /// NxMessage::CtFlush(NxCtFlush { ip_proto: 6, properties }).encode(V1_0, Xid(2), &mut buf)?;
    /// let parts = ["0000 0018 00000000", "0002 0008 0050 0000 0003 0008 01bb 0000"];
    /// assert_eq!(Some(buf[24..].to_vec()), hex::decode(&parts.concat()));
    /// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
    /// ```
    NxCtSrcPort "src_port" "NXTCtTupleSrcPort": u16, 2;
    /// The destination port of a tuple.
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `CT_TUPLE_DST_PORT`.
    ///
    /// See the example of [`NxCtSrcPort`].
    NxCtDstPort "dst_port" "NXTCtTupleDstPort": u16, 2;
    /// The identifier of ICMP of a tuple.
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `CT_TUPLE_ICMP_ID`.
    ///
    /// See the example of [`NxCtFlush`].
    NxCtIcmpId "icmp_id" "NXTCtTupleIcmpId": u16, 2;
    /// The type of ICMP of a tuple.
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `CT_TUPLE_ICMP_TYPE`.
    ///
    /// See the example of [`NxCtFlush`].
    NxCtIcmpType "icmp_type" "NXTCtTupleIcmpType": u8, 0;
    /// The code of ICMP of a tuple.
    ///
    /// Spec: Open vSwitch's `nicira-ext.h`, `CT_TUPLE_ICMP_CODE`.
    ///
    /// See the example of [`NxCtFlush`].
    NxCtIcmpCode "icmp_code" "NXTCtTupleIcmpCode": u8, 0;
}
