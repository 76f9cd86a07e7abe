//! The table of protocols: one row for each.

use std::borrow::Cow;
use std::fmt;

use serde_json::{Map, Value};

use super::codec::{
    Decoder, Encoder, Member as _, Noun, noun_check, noun_from_json, noun_to_json, noun_to_text,
};
use super::span::{Place, Span, Sums, Window, Wire};
use super::{EmitError, VerifyError};
use crate::wire::{DecodeError, JsonError};

// What the rows name.
use super::{Arp, Bgp, Bmp, Ethernet, Icmp, Ipv4, Ipv6, Lldp, Svlan, Tcp, Udp, Vlan};
use super::{Bpdu, Cfm, Itag, Lacp, LinuxCooked, Llc, Mpls, Snap};
use super::{Geneve, Gre, Icmpv6, Igmp, Sctp, Vxlan};
// Services and routing.
use super::{Bfd, Dhcp, Dhcp6, Ospf, Vrrp};
use super::{Openflow, ZebraMessage, ZebraMessageFromZebra};

/// A header of some protocol. The table in `protocols.rs` implements it.
// Sealed: what a header has to be is the room's own business.
#[allow(private_bounds)]
pub trait Header<'a>: Wire<'a> + Clone + fmt::Display + Into<Layer<'a>> {
    /// Its protocol.
    const KIND: Kind;

    /// The header of a layer, if it is of this protocol.
    fn of<'l>(layer: &'l Layer<'a>) -> Option<&'l Self>;

    /// The header of a layer, if it is of this protocol, to be changed.
    fn of_mut<'l>(layer: &'l mut Layer<'a>) -> Option<&'l mut Self>;
}

macro_rules! protocols {
    (
        $(
            $(#[$meta:meta])*
            $kind:ident($ty:ty)
            $(, ethertype($ethertype:pat))?
            $(, ip($ip:pat))?
            $(, udp($udp:pat))?
            $(, tcp($tcp:pat))?
            $(, sap($sap:pat))?
            ;
        )*
    ) => {
        /// The protocols that have a type here.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Kind {
            $( $(#[$meta])* $kind, )*
        }

        /// One element of a packet: a header, or the bytes that no header claims.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Layer<'a> {
            $( $(#[$meta])* $kind($ty), )*
            /// Bytes behind the last header.
            Payload(Cow<'a, [u8]>),
        }

        impl Kind {
            /// All of them, in the order of the table.
            pub const ALL: &'static [Kind] = &[$( Kind::$kind ),*];

            /// Ryu's name: `"ipv4"`.
            pub fn name(self) -> &'static str {
                name(self)
            }

            /// What an Ethernet type stands for; one of at most 1,500 is a length, and LLC follows.
            #[inline]
            pub(crate) fn of_ethertype(number: u16) -> Option<Kind> {
                match number {
                    $( $( $ethertype => Some(Kind::$kind), )? )*
                    _ => None,
                }
            }

            /// What a protocol number of IP stands for.
            #[inline]
            pub(crate) fn of_ip(number: u8) -> Option<Kind> {
                match number {
                    $( $( $ip => Some(Kind::$kind), )? )*
                    _ => None,
                }
            }

            /// What two ports of UDP stand for: source, destination.
            #[inline]
            #[allow(unreachable_patterns, reason = "a row may be the first of its kind")]
            pub(crate) fn of_udp(src: u16, dst: u16) -> Option<Kind> {
                match (src, dst) {
                    $( $( $udp => Some(Kind::$kind), )? )*
                    _ => None,
                }
            }

            /// What two ports of TCP stand for: source, destination.
            #[inline]
            #[allow(unreachable_patterns, reason = "as above")]
            pub(crate) fn of_tcp(src: u16, dst: u16) -> Option<Kind> {
                match (src, dst) {
                    $( $( $tcp => Some(Kind::$kind), )? )*
                    _ => None,
                }
            }

            /// What a service access point of LLC stands for.
            #[inline]
            pub(crate) fn of_sap(number: u8) -> Option<Kind> {
                match number {
                    $( $( $sap => Some(Kind::$kind), )? )*
                    _ => None,
                }
            }

            /// See [`Wire::span`].
            #[inline(always)] // There is one loop that calls it.
            pub(crate) fn span<'a>(self, w: &Window<'a>) -> Result<Span, DecodeError> {
                // A copy for each row: the window of the loop can stay in registers.
                match self { $( Kind::$kind => { let w = *w; <$ty as Wire<'a>>::span(&w) } )* }
            }

            /// The header that takes all of `head`.
            #[inline]
            pub(crate) fn parse<'a>(self, head: Window<'a>) -> Result<Layer<'a>, DecodeError> {
                match self { $( Kind::$kind => parse::<$ty>(head).map(Layer::$kind), )* }
            }

            /// See [`Wire::verify`].
            // The lifetime is that of the rows.
            #[allow(clippy::extra_unused_lifetimes)]
            pub(crate) fn verify<'a>(
                self,
                frame: &Sums<'_>,
                at: &Place,
            ) -> Result<(), VerifyError> {
                match self { $( Kind::$kind => <$ty as Wire<'a>>::verify(frame, at), )* }
            }
        }

        // The lifetime is that of the rows.
        #[allow(clippy::extra_unused_lifetimes)]
        fn name<'a>(kind: Kind) -> &'static str {
            match kind { $( Kind::$kind => <$ty as Noun<'a>>::CLASS, )* }
        }

        impl<'a> Layer<'a> {
            /// Its protocol; `None` for a payload.
            pub fn kind(&self) -> Option<Kind> {
                match self {
                    $( Layer::$kind(_) => Some(Kind::$kind), )*
                    Layer::Payload(_) => None,
                }
            }

            /// Appends what it has itself.
            pub(crate) fn encode(&self, out: &mut Vec<u8>) -> Result<(), EmitError> {
                match self {
                    $( Layer::$kind(header) => encode(header, out), )*
                    Layer::Payload(bytes) => {
                        out.extend_from_slice(bytes);
                        Ok(())
                    }
                }
            }

            /// See [`Wire::complete`].
            pub(crate) fn complete(&self, frame: &mut [u8], at: &Place) -> Result<(), EmitError> {
                match self {
                    $( Layer::$kind(header) => header.complete(frame, at), )*
                    Layer::Payload(_) => Ok(()),
                }
            }

            /// Ryu's JSON: `{"name": {...}}`, a payload in base64.
            pub fn to_json(&self) -> Value {
                match self {
                    $( Layer::$kind(header) => noun_to_json(header), )*
                    Layer::Payload(bytes) => bytes.to_json(),
                }
            }

            pub(crate) fn of_json(class: &str, members: &Map<String, Value>) -> Result<Self, JsonError> {
                $( if <$ty as Noun<'a>>::blank(class).is_some() {
                    return noun_from_json::<$ty>(class, members).map(Layer::$kind);
                } )*
                Err(JsonError::new(format!("unknown protocol name {class}")))
            }

            /// Looks into the lists of a header.
            pub(crate) fn check(&self) -> Result<(), DecodeError> {
                match self {
                    $( Layer::$kind(header) => noun_check(header), )*
                    Layer::Payload(_) => Ok(()),
                }
            }

            pub(crate) fn show(&self, out: &mut String) {
                match self {
                    $( Layer::$kind(header) => noun_to_text(header, out), )*
                    Layer::Payload(bytes) => bytes.show(out),
                }
            }
        }

        $(
            impl<'a> Header<'a> for $ty {
                const KIND: Kind = Kind::$kind;
                #[inline]
                fn of<'l>(layer: &'l Layer<'a>) -> Option<&'l Self> {
                    if let Layer::$kind(header) = layer { Some(header) } else { None }
                }
                #[inline]
                fn of_mut<'l>(layer: &'l mut Layer<'a>) -> Option<&'l mut Self> {
                    if let Layer::$kind(header) = layer { Some(header) } else { None }
                }
            }

            impl<'a> $ty {
                /// Reads the header at the front of `bytes`; the rest is what it carries, without
                /// what its own length field leaves out.
                ///
                /// # Errors
                /// If the header is cut, or lies about itself.
                #[inline]
                pub fn parse(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), DecodeError> {
                    parse_front::<$ty>(bytes)
                }
            }

            impl<'a> From<$ty> for Layer<'a> {
                #[inline]
                fn from(header: $ty) -> Self {
                    Layer::$kind(header)
                }
            }

            impl<'a, R> std::ops::Div<R> for $ty {
                type Output = super::Over<$ty, R>;
                #[inline]
                fn div(self, payload: R) -> Self::Output {
                    super::Over(self, payload)
                }
            }
        )*
    };
}

protocols! {
    // -- the link ------------------------------------------------------------------------------
    /// Ethernet.
    Ethernet(Ethernet);
    /// An 802.1Q tag.
    Vlan(Vlan), ethertype(0x8100);
    /// An 802.1ad service tag.
    Svlan(Svlan), ethertype(0x88a8);
    /// ARP.
    Arp(Arp), ethertype(0x0806);
    /// LLDP.
    Lldp(Lldp<'a>), ethertype(0x88cc);
    /// LLC.
    Llc(Llc), ethertype(0..=1500);
    /// SNAP.
    Snap(Snap), sap(0xaa);
    /// Spanning tree.
    Bpdu(Bpdu), sap(0x42);
    /// A label of MPLS.
    Mpls(Mpls), ethertype(0x8847 | 0x8848);
    /// An instance tag of a provider's backbone.
    Itag(Itag), ethertype(0x88e7);
    /// Link aggregation control.
    Lacp(Lacp), ethertype(0x8809);
    /// Connectivity fault management.
    Cfm(Cfm<'a>), ethertype(0x8902);
    /// Linux's header of captures on any interface.
    LinuxCooked(LinuxCooked);
    // -- the network ---------------------------------------------------------------------------
    /// IPv4.
    Ipv4(Ipv4<'a>), ethertype(0x0800);
    /// IPv6.
    Ipv6(Ipv6<'a>), ethertype(0x86dd);
    /// ICMP.
    Icmp(Icmp<'a>), ip(1);
    /// IGMP.
    Igmp(Igmp<'a>), ip(2);
    /// ICMPv6.
    Icmpv6(Icmpv6<'a>), ip(58);
    // -- the transport -------------------------------------------------------------------------
    /// TCP.
    Tcp(Tcp<'a>), ip(6);
    /// UDP.
    Udp(Udp), ip(17);
    /// SCTP.
    Sctp(Sctp<'a>), ip(132);
    // -- tunnels -------------------------------------------------------------------------------
    /// GRE.
    Gre(Gre), ip(47);
    /// VXLAN.
    Vxlan(Vxlan), udp((_, 4789 | 8472));
    /// Geneve.
    Geneve(Geneve<'a>), udp((_, 6081));
    // -- routing -------------------------------------------------------------------------------
    /// OSPF.
    Ospf(Ospf<'a>), ip(89);
    /// BGP.
    Bgp(Bgp<'a>), tcp((179, _) | (_, 179));
    /// BGP's monitoring protocol.
    Bmp(Bmp<'a>);
    // -- services ------------------------------------------------------------------------------
    /// DHCP.
    Dhcp(Dhcp<'a>), udp((67 | 68, 67) | (67, 68));
    /// DHCPv6.
    Dhcp6(Dhcp6<'a>), udp((546 | 547, 547) | (547, 546));
    /// VRRP.
    Vrrp(Vrrp<'a>), ip(112);
    /// BFD.
    Bfd(Bfd<'a>);
    // -- monitor -------------------------------------------------------------------------------
    /// OpenFlow.
    Openflow(Openflow<'a>), tcp((6653 | 6633, _) | (_, 6653 | 6633));
    /// Zebra's protocol, from Zebra.
    FromZebra(ZebraMessageFromZebra<'a>), tcp((2600, _));
    /// Zebra's protocol, to Zebra.
    Zebra(ZebraMessage<'a>), tcp((_, 2600));
}

/// The header that takes all of `head`.
// Called, it would make the header in one place and copy it to another: as long as reading it.
#[inline(always)]
pub(crate) fn parse<'a, T: Wire<'a>>(head: Window<'a>) -> Result<T, DecodeError> {
    // Said once, so that the reads of the fixed part need not ask.
    if head.bytes.len() < T::MIN {
        return Err(head.truncated(T::CLASS, T::MIN));
    }
    let mut header = T::default();
    header.fill(&mut Decoder::new(T::CLASS, head.bytes, head.offset, head.imposed_by))?;
    Ok(header)
}

#[inline]
fn parse_front<'a, T: Wire<'a>>(bytes: &'a [u8]) -> Result<(T, &'a [u8]), DecodeError> {
    let w = Window { bytes, offset: 0, imposed_by: None };
    let span = T::span(&w)?;
    if let (0, Some(first)) = (span.head, bytes.first()) {
        return Err(DecodeError::bad_value(T::CLASS, 0, (*first).into(), "type"));
    }
    let (head, rest) = bytes.split_at_checked(span.head).unwrap_or((bytes, &[]));
    let rest = rest.get(..span.end.saturating_sub(span.head)).unwrap_or(rest);
    Ok((parse(Window { bytes: head, ..w })?, rest))
}

/// Appends a header.
#[inline]
pub(crate) fn encode<'a, T: Noun<'a>>(header: &T, out: &mut Vec<u8>) -> Result<(), EmitError> {
    let mut e = Encoder::new(T::CLASS, out);
    header.tell(&mut e)?;
    e.flush();
    Ok(())
}
