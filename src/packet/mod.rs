//! Room `packet`: the headers of frames, one file per protocol.
//!
//! A [`Packet`] is the bytes of a frame, or layers put together. Parsing is lazy: [`Packet::get`]
//! walks to the header asked for, reads that one, and copies and allocates nothing. Headers are
//! plain structs with Ryu's field names; `a / b / payload` puts them on top of each other and fills in
//! lengths and checksums that are `None`. Each has five forms by one description: bytes in, bytes
//! out, Ryu's JSON out and in, Ryu's text.
//!
//! It touches [`wire`](crate::wire) only: no I/O, no clock, no OpenFlow.
//!
//! # Example: read a frame
//!
//! ```
//! use ryu_sdn::packet::{Arp, Packet};
//! use ryu_sdn::wire::MacAddr;
//!
//! # let asker = MacAddr([2, 0, 0, 0, 0, 1]);
//! # let frame = Arp::request(asker, [10, 0, 0, 1].into(), [10, 0, 0, 2].into()).over_ethernet().to_frame()?;
//! let packet = Packet::parse(&frame);
//! if let Some(arp) = packet.get::<Arp>() {
//!     assert_eq!((arp.opcode, arp.src_mac), (Arp::REQUEST, asker));
//! }
//! assert!(packet.to_string().starts_with("ethernet(dst='ff:ff:ff:ff:ff:ff',ethertype=2054,"));
//! # Ok::<(), ryu_sdn::packet::EmitError>(())
//! ```
//!
//! # Example: build one
//!
//! ```
//! use ryu_sdn::packet::{Ethernet, Ipv4, Packet, Tcp, ethertype, ip_proto};
//! use ryu_sdn::wire::MacAddr;
//!
//! let (here, there) = (MacAddr([2, 0, 0, 0, 0, 1]), MacAddr([2, 0, 0, 0, 0, 2]));
//! let frame = (Ethernet::new(there, here, ethertype::IPV4)
//!     / Ipv4::new([10, 0, 0, 1].into(), [10, 0, 0, 2].into(), ip_proto::TCP)
//!     / Tcp { src_port: 40000, dst_port: 80, bits: Tcp::SYN, ..Tcp::default() }
//!     / [])
//!     .to_frame()?; // with zeros up to 60 bytes; `to_bytes` adds none
//! assert!(Packet::parse(&frame).verify().is_ok());
//! # Ok::<(), ryu_sdn::packet::EmitError>(())
//! ```
//!
//! # What is decided here
//!
//! - A length or checksum is an `Option`: `None` is filled in when emitted, `Some` goes out as it
//!   is. Coming in it is always `Some`, right or wrong: what was parsed is emitted as it came.
//!   [`Packet::verify`] checks. In JSON 0 stands for `None`, as it tells Ryu to compute.
//! - A header that owns bytes and one that borrows them are one type: bytes are `Cow<'a, [u8]>`, lists
//!   of options, TLVs and chunks are a [`List<'a, T>`](List), read item by item when it was parsed.
//! - Ethernet types, protocol numbers, ports and SAPs are tables of their own. (Ryu has one for all.)
//! - What is behind a fragment that is not the first is a payload. (Ryu reads a header there.)
//! - A payload of zeros only is not in JSON and text, as in Ryu; `iter` and `emit` have it.
//! - Ryu stops at a rest that is zero throughout even where a header is due; here it is read.
//! - JSON with members that a header has not is refused, as Ryu does.
//!
//! # How to add a protocol
//!
//! Say RFC 9999 had a "blink" header in UDP to port 9999: a version, a length, a checksum, TLVs.
//!
//! 1. A file `blink.rs` that describes it, with the documentation of the other headers (what it is, bit
//!    drawing, table of fields, "Ryu:", "Spec:", an example that builds and parses):
//!
//! ```text
//! header! {                              // the list of fields says it all
//!     /// A blink header. ...
//!     pub struct Blink<'a> "blink" {     // Ryu's class
//!         /// 1.
//!         version: u8 as 4 = 1,          // bits, where they are not the type's; Ryu's default
//!         /// Not used.
//!         reserved[""]: u8 as 4,         // not in JSON; kept, so that it is emitted as it came
//!         /// Bytes of header and payload.
//!         length: Option<u16>,           // None: filled in by `complete`
//!         /// Checksum.
//!         csum: Option<u16>,
//!         /// TLVs.
//!         tlvs: List<'a, BlinkTlv<'a>>,  // all that is left of the header
//!     }
//! }
//!
//! union! {                               // which item is it? By a look at its bytes.
//!     /// A TLV of a [`Blink`].
//!     pub enum BlinkTlv<'a> by |d| d.peek::<1>().map(|[kind]| kind), else Unknown(BlinkUnknown<'a>);
//!     /// How bright.
//!     1 => Level(BlinkLevel);
//! }
//!
//! tlv! {                                 // an item that announces its size
//!     /// How bright.
//!     pub struct BlinkLevel "BlinkLevel" {
//!         /// 1.
//!         kind: u8 = 1,
//!     }
//!     /// Bytes of the item.
//!     length: u8 as 8, Len::with(2) => { // it counts the two bytes before the body, too
//!         /// Percent.
//!         level: u8,
//!     }
//! }
//!
//! impl<'a> Wire<'a> for Blink<'a> {
//!     const MIN: usize = 5;
//!     fn span(w: &Window<'a>) -> Result<Span, DecodeError> {   // how far, and what follows
//!         let head = w.head::<5>(Self::CLASS)?;
//!         let length = usize::from(u16::from_be_bytes([head[1], head[2]]));
//!         w.span(Self::CLASS, length, 5, "length", None)
//!     }
//!     fn complete(&self, frame: &mut [u8], at: &Place) -> Result<(), EmitError> {
//!         if self.length.is_none() {
//!             checksum::fill_u16(frame, at, 1, at.end - at.start, Self::CLASS, "length")?;
//!         }
//!         if self.csum.is_none() {
//!             checksum::fill(frame, at, 3, Some(ip_proto::UDP), 0);   // or None: no pseudo header
//!         }
//!         Ok(())
//!     }
//!     fn verify(frame: &Sums<'_>, at: &Place) -> Result<(), VerifyError> { /* checksum::verify */ }
//! }
//! ```
//!
//! 2. Here: `mod blink;` and `pub use`.
//! 3. A row in `protocols.rs`: `Blink(Blink<'a>), udp((9999, _) | (_, 9999));`, and its name in the
//!    `use` above. `ethertype(..)`, `ip(..)`, `tcp(..)`, `sap(..)` are the other selectors; a header
//!    that only its outer one knows (`Kind::Blink` in that one's `span`) has none.
//! 4. Frames in `tests/vectors/make_packets.py`; run it. `tests/packet_vectors.rs` takes them.
//!
//! Where the list of fields is not all, a `fields!` block takes the place of `header!` (`ipv4.rs`):
//! conditions are plain `if`s, `v.left()` is how many bytes are left, `v.sized` a length and its
//! body, `v.sub` a member of a known size, `v.with::<Form, _>` a form that is not the type's own
//! (`Text`, `Base64`), `v.remark` what only JSON has, `v.rare` the name of what Ryu has not, `v.counts`
//! and `v.counted` a number and the list that it counts, `v.align` padding of an item, `v.need` the
//! size of a fixed part, `v.say` what the next items have to know. Python's `type_` is `"type_"` here, and
//! `type` in JSON. A body whose layout another field chooses is an
//! enum with a `Member` of its own (`IcmpData`). A header that is several classes of Ryu's by its
//! contents overrides `Noun::class` and `Noun::blank`. `span` must refuse what `parse` cannot read, and
//! must take at least one byte, or say `Span::NONE` where the bytes are of another protocol that has
//! no type here; nothing may recurse by the depth of the frame. Where JSON and bytes are laid out
//! differently, `v.is_bytes()` tells them apart and `v.next()` looks at the byte that comes.

mod arp;
mod bgp;
mod bmp;
mod bpdu;
mod cfm;
mod checksum;
mod codec;
mod error;
mod ethernet;
mod geneve;
mod gre;
mod icmp;
mod icmpv6;
mod igmp;
mod ipv4;
mod ipv6;
mod ipv6_ext;
mod lacp;
mod linuxcooked;
mod list;
mod llc;
mod lldp;
mod mpls;
mod nd_option;
mod numbers;
mod openflow;
// The room is named for this noun.
#[allow(clippy::module_inception)]
mod packet;
mod pbb;
mod protocols;
mod sctp;
mod span;
mod stack;
mod tcp;
mod tcp_option;
mod udp;
mod usual;
mod vlan;
mod vxlan;
mod walk;
mod zebra;

// Services and routing.
mod bfd;
mod bfd_auth;
mod dhcp;
mod dhcp6;
mod dhcp_option;
mod ospf;
mod vrrp;

pub use arp::Arp;
pub use bgp::*;
pub use bmp::*;
pub use checksum::{fletcher_checksum, internet_checksum};
pub use error::{EmitError, VerifyError};
pub use ethernet::Ethernet;
pub use geneve::{Geneve, GeneveOption};
pub use gre::Gre;
pub use icmp::{Icmp, IcmpData, IcmpDestUnreach, IcmpEcho, IcmpTimeExceeded};
pub use icmpv6::*;
pub use igmp::{Igmp, IgmpPlain, Igmpv3Query, Igmpv3Report, Igmpv3ReportGroup};
pub use ipv4::Ipv4;
pub use ipv6::Ipv6;
pub use ipv6_ext::*;
pub use list::{Items, List};
pub use lldp::*;
pub use nd_option::{NdOption, NdOptionMtu, NdOptionPi, NdOptionSla, NdOptionTla, NdOptionUnknown};
pub use numbers::{ethertype, ip_proto, sap};
pub use openflow::{Openflow, OpenflowMsg};
pub use packet::{Layers, Packet};
pub use protocols::{Header, Kind, Layer};
pub use sctp::*;
pub use stack::{Over, Part};
pub use tcp::Tcp;
pub use tcp_option::*;
pub use udp::Udp;
pub use vlan::{Svlan, Vlan};
pub use vxlan::Vxlan;

// The link.
pub use bpdu::{Bpdu, BpduKind};
pub use cfm::*;
pub use lacp::Lacp;
pub use linuxcooked::LinuxCooked;
pub use llc::{Llc, LlcControl, LlcControlI, LlcControlS, LlcControlU, Snap};
pub use mpls::Mpls;
pub use pbb::Itag;

// Services and routing.
pub use bfd::Bfd;
pub use bfd_auth::*;
pub use dhcp::Dhcp;
pub use dhcp_option::{DhcpOption, DhcpOptions};
pub use dhcp6::{Dhcp6, Dhcp6Option, Dhcp6Options};
pub use ospf::*;
pub use vrrp::{Vrrp, VrrpAddresses, VrrpV2, VrrpV3};
pub use zebra::*;
