//! Components of flow specifications that hold an operator and a value.

use serde_json::Value;

use crate::packet::EmitError;
use crate::packet::codec::{Chosen, Decoder, Encoder, Member, fields, noun};
use crate::wire::{DecodeError, JsonError};

/// Bits of an operator that say how many bytes the value takes: 1, 2, 4 or 8.
const SIZE: u8 = 0x30;

/// The power of two that `operator` says, or a larger one if `value` needs it.
fn power(operator: u8, value: u64) -> u8 {
    let needed = match value {
        0..=0xff => 0,
        0x100..=0xffff => 1,
        0x1_0000..=0xffff_ffff => 2,
        _ => 3,
    };
    needed.max((operator & SIZE) >> 4)
}

/// An operator, of which the size is made to fit a value.
struct For(u64);

impl Chosen<'_, For> for u8 {
    fn decode(_: For, d: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        Member::decode(d)
    }
    fn encode(&self, by: For, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        e.bytes(&[self & !SIZE | power(*self, by.0) << 4]);
        Ok(())
    }
    fn to_json(&self) -> Value {
        Member::to_json(self)
    }
    fn from_json(_: For, value: &Value) -> Result<Self, JsonError> {
        Member::from_json(value)
    }
    fn show(&self, out: &mut String) {
        Member::show(self, out);
    }
}

/// A value, of which an operator says the size.
struct Operator(u8);

impl Chosen<'_, Operator> for u64 {
    fn decode(by: Operator, d: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let bytes = d.take(1 << power(by.0, 0))?;
        Ok(bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte)))
    }
    fn encode(&self, by: Operator, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        let size = 1 << power(by.0, *self);
        e.bytes(&self.to_be_bytes()[8 - size..]);
        Ok(())
    }
    fn to_json(&self) -> Value {
        (*self).into()
    }
    fn from_json(_: Operator, value: &Value) -> Result<Self, JsonError> {
        Member::from_json(value)
    }
    fn show(&self, out: &mut String) {
        Member::show(self, out);
    }
}

/// Declares components; `numeric` and `bitmask` say what the operator's bits mean.
macro_rules! operators {
    ($($(#[$meta:meta])* $noun:ident $class:literal = $type:literal, $kind:ident $({ $($flags:tt)* })?;)*) => { $(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $noun {
            /// What of the packet is compared how, and the size of the value; the last of a
            /// component has [`END_OF_LIST`](Self::END_OF_LIST). Both are filled in where they are
            /// missing.
            pub operator: u8,
            /// What it is compared with.
            pub value: u64,
        }

        impl $noun {
            /// Type of the component.
            pub const TYPE: u8 = $type;
            /// In `operator`: the last one of its component.
            pub const END_OF_LIST: u8 = 0x80;
            /// In `operator`: this one and the one before it; without it, or.
            pub const AND: u8 = 0x40;
        }
        operators!(@$kind $noun);
        $( operators!(@flags $noun { $($flags)* }); )?

        fields!($noun, |this, v| {
            v.remark("type", $type);
            let $noun { operator, value } = this;
            v.chosen("operator", For(*value), operator)?;
            v.chosen("value", Operator(*operator), value)
        });
        noun!($noun, $class);
    )* };
    (@numeric $noun:ident) => {
        impl $noun {
            /// In `operator`: the packet's is less.
            pub const LT: u8 = 4;
            /// In `operator`: the packet's is greater.
            pub const GT: u8 = 2;
            /// In `operator`: the packet's is equal.
            pub const EQ: u8 = 1;
        }
    };
    (@bitmask $noun:ident) => {
        impl $noun {
            /// In `operator`: the other way round.
            pub const NOT: u8 = 2;
            /// In `operator`: all of the bits; without it, any.
            pub const MATCH: u8 = 1;
        }
    };
    (@flags $noun:ident { $( $(#[$meta:meta])* $flag:ident = $value:literal, )* }) => {
        impl $noun {
            $( $(#[$meta])* pub const $flag: u64 = $value; )*
        }
    };
}

operators! {
    /// The protocol above IPv4.
    ///
    /// ```text
    ///  0   1   2       4   5   6   7   8
    /// +---+---+-------+---+---+---+---+------------ - -
    /// |end|and| size  | 0 | < | > | = | value, 2^size bytes
    /// +---+---+-------+---+---+---+---+------------ - -
    /// ```
    ///
    /// Ryu: `bgp.FlowSpecIPProtocol`. Spec: RFC 8955 section 4.2.2.3. See the example of
    /// [`FlowSpecIpv4Nlri`](super::FlowSpecIpv4Nlri).
    FlowSpecIpProtocol "FlowSpecIPProtocol" = 3, numeric;
    /// The protocol above IPv6.
    ///
    /// Ryu: `bgp.FlowSpecNextHeader`. Spec: RFC 8956 section 3.3. See the example of
    /// [`FlowSpecIpv4Nlri`](super::FlowSpecIpv4Nlri).
    FlowSpecNextHeader "FlowSpecNextHeader" = 3, numeric;
    /// A port, of either side.
    ///
    /// Ryu: `bgp.FlowSpecPort`. Spec: RFC 8955 section 4.2.2.4. See the example of
    /// [`FlowSpecIpv4Nlri`](super::FlowSpecIpv4Nlri).
    FlowSpecPort "FlowSpecPort" = 4, numeric;
    /// The port it goes to.
    ///
    /// Ryu: `bgp.FlowSpecDestPort`. Spec: RFC 8955 section 4.2.2.5. See the example of
    /// [`FlowSpecIpv4Nlri`](super::FlowSpecIpv4Nlri).
    FlowSpecDestPort "FlowSpecDestPort" = 5, numeric;
    /// The port it comes from.
    ///
    /// Ryu: `bgp.FlowSpecSrcPort`. Spec: RFC 8955 section 4.2.2.6. See the example of
    /// [`FlowSpecIpv4Nlri`](super::FlowSpecIpv4Nlri).
    FlowSpecSrcPort "FlowSpecSrcPort" = 6, numeric;
    /// Type of ICMP.
    ///
    /// Ryu: `bgp.FlowSpecIcmpType`. Spec: RFC 8955 section 4.2.2.7. See the example of
    /// [`FlowSpecIpv4Nlri`](super::FlowSpecIpv4Nlri).
    FlowSpecIcmpType "FlowSpecIcmpType" = 7, numeric;
    /// Code of ICMP.
    ///
    /// Ryu: `bgp.FlowSpecIcmpCode`. Spec: RFC 8955 section 4.2.2.8. See the example of
    /// [`FlowSpecIpv4Nlri`](super::FlowSpecIpv4Nlri).
    FlowSpecIcmpCode "FlowSpecIcmpCode" = 8, numeric;
    /// Flags of TCP.
    ///
    /// ```text
    ///  0   1   2       4   5   6   7   8
    /// +---+---+-------+---+---+---+---+------------ - -
    /// |end|and| size  | 0 | 0 |not| m | value, 2^size bytes
    /// +---+---+-------+---+---+---+---+------------ - -
    /// ```
    ///
    /// Ryu: `bgp.FlowSpecTCPFlags`. Spec: RFC 8955 section 4.2.2.9. See the example of
    /// [`FlowSpecIpv4Nlri`](super::FlowSpecIpv4Nlri).
    FlowSpecTcpFlags "FlowSpecTCPFlags" = 9, bitmask {
        /// Congestion window reduced.
        CWR = 0x80,
        /// Congestion was experienced.
        ECN = 0x40,
        /// The urgent pointer counts.
        URGENT = 0x20,
        /// The acknowledged sequence number counts.
        ACK = 0x10,
        /// Push.
        PUSH = 0x08,
        /// Reset.
        RST = 0x04,
        /// Synchronize sequence numbers.
        SYN = 0x02,
        /// No more data.
        FIN = 0x01,
    };
    /// Bytes of the packet.
    ///
    /// Ryu: `bgp.FlowSpecPacketLen`. Spec: RFC 8955 section 4.2.2.10. See the example of
    /// [`FlowSpecIpv4Nlri`](super::FlowSpecIpv4Nlri).
    FlowSpecPacketLen "FlowSpecPacketLen" = 10, numeric;
    /// Differentiated services code point, 6 bits.
    ///
    /// Ryu: `bgp.FlowSpecDSCP`. Spec: RFC 8955 section 4.2.2.11. See the example of
    /// [`FlowSpecIpv4Nlri`](super::FlowSpecIpv4Nlri).
    FlowSpecDscp "FlowSpecDSCP" = 11, numeric;
    /// Is it a fragment of IPv4?
    ///
    /// Ryu: `bgp.FlowSpecFragment`. Spec: RFC 8955 section 4.2.2.12. See the example of
    /// [`FlowSpecIpv4Nlri`](super::FlowSpecIpv4Nlri).
    FlowSpecFragment "FlowSpecFragment" = 12, bitmask {
        /// The last one.
        LF = 8,
        /// The first one.
        FF = 4,
        /// Any.
        ISF = 2,
        /// It must not be made fragments of.
        DF = 1,
    };
    /// Is it a fragment of IPv6?
    ///
    /// Ryu: `bgp.FlowSpecIPv6Fragment`. Spec: RFC 8956 section 3.6. See the example of
    /// [`FlowSpecIpv4Nlri`](super::FlowSpecIpv4Nlri).
    FlowSpecIpv6Fragment "FlowSpecIPv6Fragment" = 12, bitmask {
        /// The last one.
        LF = 8,
        /// The first one.
        FF = 4,
        /// Any.
        ISF = 2,
    };
    /// Flow label of IPv6, 20 bits.
    ///
    /// Ryu: `bgp.FlowSpecIPv6FlowLabel`. Spec: RFC 8956 section 3.7. See the example of
    /// [`FlowSpecIpv4Nlri`](super::FlowSpecIpv4Nlri).
    FlowSpecIpv6FlowLabel "FlowSpecIPv6FlowLabel" = 13, numeric;
    /// Ethernet type.
    ///
    /// Ryu: `bgp.FlowSpecEtherType`. Spec: draft-ietf-idr-flowspec-l2vpn-05 section 3. See the
    /// example of [`FlowSpecIpv4Nlri`](super::FlowSpecIpv4Nlri).
    FlowSpecEtherType "FlowSpecEtherType" = 14, numeric;
    /// Destination service access point of LLC.
    ///
    /// Ryu: `bgp.FlowSpecLLCDSAP`. Spec: draft-ietf-idr-flowspec-l2vpn-05 section 3. See the
    /// example of [`FlowSpecIpv4Nlri`](super::FlowSpecIpv4Nlri).
    FlowSpecLlcDsap "FlowSpecLLCDSAP" = 17, numeric;
    /// Source service access point of LLC.
    ///
    /// Ryu: `bgp.FlowSpecLLCSSAP`. Spec: draft-ietf-idr-flowspec-l2vpn-05 section 3. See the
    /// example of [`FlowSpecIpv4Nlri`](super::FlowSpecIpv4Nlri).
    FlowSpecLlcSsap "FlowSpecLLCSSAP" = 18, numeric;
    /// Control field of LLC.
    ///
    /// Ryu: `bgp.FlowSpecLLCControl`. Spec: draft-ietf-idr-flowspec-l2vpn-05 section 3. See the
    /// example of [`FlowSpecIpv4Nlri`](super::FlowSpecIpv4Nlri).
    FlowSpecLlcControl "FlowSpecLLCControl" = 19, numeric;
    /// The five bytes of SNAP.
    ///
    /// Ryu: `bgp.FlowSpecSNAP`. Spec: draft-ietf-idr-flowspec-l2vpn-05 section 3. See the
    /// example of [`FlowSpecIpv4Nlri`](super::FlowSpecIpv4Nlri).
    FlowSpecSnap "FlowSpecSNAP" = 20, numeric;
    /// VLAN of the outer tag.
    ///
    /// Ryu: `bgp.FlowSpecVLANID`. Spec: draft-ietf-idr-flowspec-l2vpn-05 section 3. See the
    /// example of [`FlowSpecIpv4Nlri`](super::FlowSpecIpv4Nlri).
    FlowSpecVlanId "FlowSpecVLANID" = 21, numeric;
    /// Priority of the outer tag.
    ///
    /// Ryu: `bgp.FlowSpecVLANCoS`. Spec: draft-ietf-idr-flowspec-l2vpn-05 section 3. See the
    /// example of [`FlowSpecIpv4Nlri`](super::FlowSpecIpv4Nlri).
    FlowSpecVlanCos "FlowSpecVLANCoS" = 22, numeric;
    /// VLAN of the inner tag.
    ///
    /// Ryu: `bgp.FlowSpecInnerVLANID`. Spec: draft-ietf-idr-flowspec-l2vpn-05 section 3. See the
    /// example of [`FlowSpecIpv4Nlri`](super::FlowSpecIpv4Nlri).
    FlowSpecInnerVlanId "FlowSpecInnerVLANID" = 23, numeric;
    /// Priority of the inner tag.
    ///
    /// Ryu: `bgp.FlowSpecInnerVLANCoS`. Spec: draft-ietf-idr-flowspec-l2vpn-05 section 3. See the
    /// example of [`FlowSpecIpv4Nlri`](super::FlowSpecIpv4Nlri).
    FlowSpecInnerVlanCos "FlowSpecInnerVLANCoS" = 24, numeric;
}
