//! The rules of a flow specification, by family: which components there are, and how they share a
//! type byte.

use std::borrow::Cow;
use std::fmt;

use serde_json::Value;

use super::*;
use crate::packet::codec::{Form, Noun, header, noun_from_json, wrapper};

/// A number that a rule has and its body on the wire has not.
enum Aside {}

impl Form<'_, u8> for Aside {
    fn decode(_: &mut Decoder<'_>) -> Result<u8, DecodeError> {
        Ok(0)
    }
    fn encode(_: &u8, _: &mut Encoder<'_>) -> Result<(), EmitError> {
        Ok(())
    }
    fn to_json(value: &u8) -> Value {
        Member::to_json(value)
    }
    fn from_json(value: &Value) -> Result<u8, JsonError> {
        Member::from_json(value)
    }
    fn show(value: &u8, out: &mut String) {
        Member::show(value, out);
    }
}

header! {
    /// A component that has no type here, and all behind it: its size is not known.
    ///
    /// Ryu: `bgp.FlowSpecComponentUnknown`. Spec: RFC 8955 section 4.2. See the example of
    /// [`FlowSpecIpv4Nlri`].
    pub struct FlowSpecComponentUnknown<'a> "FlowSpecComponentUnknown" {
        /// Its number.
        type_["type"]: u8 => Aside = 255,
        /// The rest of the specification.
        buf: Cow<'a, [u8]>,
    }
}

/// What a rule does to a list.
trait Rule {
    /// The same rule as the last of its component; `None` if it is alone in it anyway.
    fn ended(&self) -> Option<Self>
    where
        Self: Sized;
    /// Does its component end with it?
    fn is_end(&self) -> bool;
}

/// Of prefixes and addresses there is one in a component.
macro_rules! lone {
    ($($noun:ty),*) => { $( impl Rule for $noun {
        fn ended(&self) -> Option<Self> {
            None
        }
        fn is_end(&self) -> bool {
            true
        }
    } )* };
}

lone!(
    FlowSpecDestPrefix,
    FlowSpecSrcPrefix,
    FlowSpecIpv6DestPrefix,
    FlowSpecIpv6SrcPrefix,
    FlowSpecSourceMac,
    FlowSpecDestinationMac,
    FlowSpecComponentUnknown<'_>
);

macro_rules! many {
    ($($noun:ty),*) => { $( impl Rule for $noun {
        fn ended(&self) -> Option<Self> {
            Some(Self { operator: self.operator | Self::END_OF_LIST, ..*self })
        }
        fn is_end(&self) -> bool {
            self.operator & Self::END_OF_LIST != 0
        }
    } )* };
}

many!(
    FlowSpecIpProtocol,
    FlowSpecNextHeader,
    FlowSpecPort,
    FlowSpecDestPort,
    FlowSpecSrcPort,
    FlowSpecIcmpType,
    FlowSpecIcmpCode,
    FlowSpecTcpFlags,
    FlowSpecPacketLen,
    FlowSpecDscp,
    FlowSpecFragment,
    FlowSpecIpv6Fragment,
    FlowSpecIpv6FlowLabel,
    FlowSpecEtherType,
    FlowSpecLlcDsap,
    FlowSpecLlcSsap,
    FlowSpecLlcControl,
    FlowSpecSnap,
    FlowSpecVlanId,
    FlowSpecVlanCos,
    FlowSpecInnerVlanId,
    FlowSpecInnerVlanCos
);

/// Declares the rules of a family.
///
/// On the wire a component is a type byte and then, up to one that says it is the last, operators
/// with their values; in Ryu, and here, each of those is a rule. So the type byte stands before the
/// first rule of a component only, and the number of the type is carried from one to the next.
macro_rules! rules {
    ($(
        $(#[$meta:meta])*
        $union:ident { $( $(#[$vmeta:meta])* $variant:ident($noun:ident), )* }
    )*) => { $(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $union<'a> {
            $( $(#[$vmeta])* $variant($noun), )*
            /// Any other.
            Unknown(FlowSpecComponentUnknown<'a>),
        }

        impl<'a> $union<'a> {
            /// Type of the component.
            pub fn type_(&self) -> u8 {
                match self {
                    $( $union::$variant(_) => $noun::TYPE, )*
                    $union::Unknown(rule) => rule.type_,
                }
            }

            /// Does its component end with it?
            fn is_end(&self) -> bool {
                match self {
                    $( $union::$variant(rule) => rule.is_end(), )*
                    $union::Unknown(rule) => rule.is_end(),
                }
            }

            /// Writes what stands behind the type byte; `is_last` of its component.
            fn put(&self, is_last: bool, e: &mut Encoder<'_>) -> Result<(), EmitError> {
                match self {
                    $( $union::$variant(rule) => match rule.ended() {
                        Some(ended) if is_last => ended.encode(e),
                        _ => rule.encode(e),
                    }, )*
                    $union::Unknown(rule) => rule.encode(e),
                }
            }
        }

        impl<'a> Member<'a> for $union<'a> {
            fn decode(d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
                Self::decode_next(d, &mut 0)
            }
            fn decode_next(d: &mut Decoder<'a>, carry: &mut u8) -> Result<Self, DecodeError> {
                let type_ = if *carry != 0 { *carry } else { d.array::<1>()?[0] };
                let rule = match type_ {
                    $( $noun::TYPE => $union::$variant(Member::decode(d)?), )*
                    _ => $union::Unknown(FlowSpecComponentUnknown { type_, ..Member::decode(d)? }),
                };
                *carry = if rule.is_end() { 0 } else { type_ };
                Ok(rule)
            }
            fn encode(&self, e: &mut Encoder<'_>) -> Result<(), EmitError> {
                e.bytes(&[self.type_()]);
                self.put(true, e)
            }
            fn encode_list(rules: &[Self], e: &mut Encoder<'_>) -> Result<(), EmitError> {
                let mut open = None;
                for (i, rule) in rules.iter().enumerate() {
                    let type_ = rule.type_();
                    if open != Some(type_) {
                        e.bytes(&[type_]);
                    }
                    let goes_on = rules.get(i + 1).is_some_and(|next| next.type_() == type_);
                    rule.put(!goes_on, e)?;
                    open = (goes_on && !rule.is_end()).then_some(type_);
                }
                Ok(())
            }
            fn to_json(&self) -> Value {
                match self {
                    $( $union::$variant(rule) => rule.to_json(), )*
                    $union::Unknown(rule) => rule.to_json(),
                }
            }
            fn from_json(value: &Value) -> Result<Self, JsonError> {
                let (class, members) = wrapper(value)?;
                $( if $noun::CLASS == class {
                    return noun_from_json(class, members).map($union::$variant);
                } )*
                noun_from_json(class, members).map($union::Unknown)
            }
            fn show(&self, out: &mut String) {
                match self {
                    $( $union::$variant(rule) => rule.show(out), )*
                    $union::Unknown(rule) => rule.show(out),
                }
            }
        }

        $( impl From<$noun> for $union<'_> {
            fn from(rule: $noun) -> Self {
                $union::$variant(rule)
            }
        } )*

        impl<'a> From<FlowSpecComponentUnknown<'a>> for $union<'a> {
            fn from(rule: FlowSpecComponentUnknown<'a>) -> Self {
                $union::Unknown(rule)
            }
        }

        impl fmt::Display for $union<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut text = String::new();
                self.show(&mut text);
                f.write_str(&text)
            }
        }
    )* };
}

rules! {
    /// A rule about packets of IPv4.
    ///
    /// Rules of one type that follow each other are one component, up to one that has
    /// `END_OF_LIST`.
    ///
    /// Spec: RFC 8955 section 4.2.2. See the example of [`FlowSpecIpv4Nlri`].
    FlowSpecIpv4Rule {
        /// Where it goes.
        DestPrefix(FlowSpecDestPrefix),
        /// Where it comes from.
        SrcPrefix(FlowSpecSrcPrefix),
        /// Protocol.
        IpProtocol(FlowSpecIpProtocol),
        /// A port, of either side.
        Port(FlowSpecPort),
        /// The port it goes to.
        DestPort(FlowSpecDestPort),
        /// The port it comes from.
        SrcPort(FlowSpecSrcPort),
        /// Type of ICMP.
        IcmpType(FlowSpecIcmpType),
        /// Code of ICMP.
        IcmpCode(FlowSpecIcmpCode),
        /// Flags of TCP.
        TcpFlags(FlowSpecTcpFlags),
        /// Bytes of the packet.
        PacketLen(FlowSpecPacketLen),
        /// Differentiated services code point.
        Dscp(FlowSpecDscp),
        /// Is it a fragment?
        Fragment(FlowSpecFragment),
    }
    /// A rule about packets of IPv6.
    ///
    /// Spec: RFC 8956 section 3. See the example of [`FlowSpecIpv4Nlri`].
    FlowSpecIpv6Rule {
        /// Where it goes.
        DestPrefix(FlowSpecIpv6DestPrefix),
        /// Where it comes from.
        SrcPrefix(FlowSpecIpv6SrcPrefix),
        /// Protocol.
        NextHeader(FlowSpecNextHeader),
        /// A port, of either side.
        Port(FlowSpecPort),
        /// The port it goes to.
        DestPort(FlowSpecDestPort),
        /// The port it comes from.
        SrcPort(FlowSpecSrcPort),
        /// Type of ICMPv6.
        IcmpType(FlowSpecIcmpType),
        /// Code of ICMPv6.
        IcmpCode(FlowSpecIcmpCode),
        /// Flags of TCP.
        TcpFlags(FlowSpecTcpFlags),
        /// Bytes of the packet.
        PacketLen(FlowSpecPacketLen),
        /// Differentiated services code point.
        Dscp(FlowSpecDscp),
        /// Is it a fragment?
        Fragment(FlowSpecIpv6Fragment),
        /// Flow label.
        FlowLabel(FlowSpecIpv6FlowLabel),
    }
    /// A rule about frames. (Rules about packets in them are unknown here, as in Ryu.)
    ///
    /// Spec: draft-ietf-idr-flowspec-l2vpn-05 section 3. See the example of [`FlowSpecIpv4Nlri`].
    FlowSpecL2VpnRule {
        /// Ethernet type.
        EtherType(FlowSpecEtherType),
        /// From which station it comes.
        SourceMac(FlowSpecSourceMac),
        /// To which station it goes.
        DestinationMac(FlowSpecDestinationMac),
        /// Destination service access point of LLC.
        LlcDsap(FlowSpecLlcDsap),
        /// Source service access point of LLC.
        LlcSsap(FlowSpecLlcSsap),
        /// Control field of LLC.
        LlcControl(FlowSpecLlcControl),
        /// SNAP.
        Snap(FlowSpecSnap),
        /// VLAN of the outer tag.
        VlanId(FlowSpecVlanId),
        /// Priority of the outer tag.
        VlanCos(FlowSpecVlanCos),
        /// VLAN of the inner tag.
        InnerVlanId(FlowSpecInnerVlanId),
        /// Priority of the inner tag.
        InnerVlanCos(FlowSpecInnerVlanCos),
    }
}
