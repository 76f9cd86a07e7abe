//! Opaque LSAs (RFC 5250), and what those of extended prefixes and links say (RFC 7684, RFC 8665).

use std::borrow::Cow;
use std::net::Ipv4Addr;

use serde_json::Value;

use super::super::codec::{
    Chosen, Decoder, Encoder, Len, Member, TextAddress, fields, header, noun, tlv, union, wrapper,
};
use super::super::{EmitError, List};
use super::lsa::ospf_lsa;
use crate::wire::{DecodeError, JsonError};

/// Declares the three LSAs of this layout.
macro_rules! opaques {
    ($( $(#[$meta:meta])* $noun:ident $class:literal = $type:literal; )*) => { $(
        ospf_lsa! {
            $(#[$meta])*
            ///
            /// | field | meaning |
            /// |---|---|
            /// | `header` | [`OspfLsaHeader`](crate::packet::OspfLsaHeader) |
            /// | `data` | [`OspfOpaqueData`], by the header's `opaque_type` |
            pub struct $noun<'a> $class = $type {
                /// What it says.
                data: OspfOpaqueData<'a> = OspfOpaqueData::default(),
            }
            |v, header| v.chosen("data", header.opaque_type, data)
        }
    )* };
}

opaques! {
    /// Something else, for the link.
    ///
    /// Ryu: `ospf.LocalOpaqueLSA`, which it cannot read. Spec: RFC 5250 section 3. See the example of
    /// [`OspfOpaqueData`].
    OspfLocalOpaqueLsa "LocalOpaqueLSA" = 9;
    /// Something else, for the area.
    ///
    /// Ryu: `ospf.AreaOpaqueLSA`, which it cannot read. Spec: RFC 5250 section 3. See the example of
    /// [`OspfOpaqueData`].
    OspfAreaOpaqueLsa "AreaOpaqueLSA" = 10;
    /// Something else, for all.
    ///
    /// Ryu: `ospf.ASOpaqueLSA`, which it cannot read. Spec: RFC 5250 section 3. See the example of
    /// [`OspfOpaqueData`].
    OspfAsOpaqueLsa "ASOpaqueLSA" = 11;
}

/// What an opaque LSA says.
///
/// | variant | `opaque_type` | meaning |
/// |---|---|---|
/// | `ExtendedPrefix` | 7 | more about prefixes |
/// | `ExtendedLink` | 8 | more about a link |
/// | `Other` | all others | bytes |
///
/// Ryu: `ospf.OpaqueBody`. Spec: RFC 7684 sections 2 and 3.
///
/// ```
/// use ryu_sdn::packet::{
///     Ospf, OspfAreaOpaqueLsa, OspfExtendedPrefixBody, OspfExtendedPrefixTlv, OspfLsUpd, OspfLsaHeader,
///     OspfOpaqueData, OspfPrefixSid,
/// };
///
/// let sid = OspfPrefixSid { index: 5, ..OspfPrefixSid::default() };
/// let prefix = OspfExtendedPrefixTlv {
///     route_type: 1,
///     prefix_length: 16,
///     prefix: [10, 3, 0, 0].into(),
///     sub_tlvs: vec![sid.into()].into(),
///     ..OspfExtendedPrefixTlv::default()
/// };
/// let lsa = OspfAreaOpaqueLsa {
///     header: OspfLsaHeader { opaque_type: 7, ..OspfLsaHeader::of_type(OspfLsaHeader::OPAQUE_AREA) },
///     data: OspfExtendedPrefixBody { tlvs: vec![prefix.into()].into() }.into(),
/// };
/// let update = OspfLsUpd { lsas: vec![lsa.into()].into(), ..OspfLsUpd::default() };
/// let bytes = (Ospf::from(update) / []).to_bytes()?;
/// assert_eq!(bytes[48..60], [0, 1, 0, 20, 1, 16, 0, 0, 10, 3, 0, 0]);
/// assert_eq!(bytes[60..], [0, 2, 0, 8, 0, 0, 0, 0, 0, 0, 0, 5]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OspfOpaqueData<'a> {
    /// More about prefixes.
    ExtendedPrefix(OspfExtendedPrefixBody<'a>),
    /// More about a link.
    ExtendedLink(OspfExtendedLinkBody<'a>),
    /// Anything else.
    Other(Cow<'a, [u8]>),
}

impl Default for OspfOpaqueData<'_> {
    fn default() -> Self {
        OspfOpaqueData::Other(Cow::Borrowed(&[]))
    }
}

impl<'a> From<OspfExtendedPrefixBody<'a>> for OspfOpaqueData<'a> {
    fn from(body: OspfExtendedPrefixBody<'a>) -> Self {
        OspfOpaqueData::ExtendedPrefix(body)
    }
}

impl<'a> From<OspfExtendedLinkBody<'a>> for OspfOpaqueData<'a> {
    fn from(body: OspfExtendedLinkBody<'a>) -> Self {
        OspfOpaqueData::ExtendedLink(body)
    }
}

impl<'a> Chosen<'a, u8> for OspfOpaqueData<'a> {
    fn decode(opaque_type: u8, d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        match opaque_type {
            Self::EXTENDED_PREFIX => Member::decode(d).map(OspfOpaqueData::ExtendedPrefix),
            Self::EXTENDED_LINK => Member::decode(d).map(OspfOpaqueData::ExtendedLink),
            _ => Member::decode(d).map(OspfOpaqueData::Other),
        }
    }
    fn encode(&self, _: u8, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        match self {
            OspfOpaqueData::ExtendedPrefix(body) => body.encode(e),
            OspfOpaqueData::ExtendedLink(body) => body.encode(e),
            OspfOpaqueData::Other(bytes) => bytes.encode(e),
        }
    }
    fn to_json(&self) -> Value {
        match self {
            OspfOpaqueData::ExtendedPrefix(body) => body.to_json(),
            OspfOpaqueData::ExtendedLink(body) => body.to_json(),
            OspfOpaqueData::Other(bytes) => bytes.to_json(),
        }
    }
    fn from_json(_: u8, value: &Value) -> Result<Self, JsonError> {
        match wrapper(value) {
            Ok(("ExtendedLinkOpaqueBody", _)) => {
                Member::from_json(value).map(OspfOpaqueData::ExtendedLink)
            }
            Ok(_) => Member::from_json(value).map(OspfOpaqueData::ExtendedPrefix),
            Err(_) => Member::from_json(value).map(OspfOpaqueData::Other),
        }
    }
    fn show(&self, out: &mut String) {
        match self {
            OspfOpaqueData::ExtendedPrefix(body) => body.show(out),
            OspfOpaqueData::ExtendedLink(body) => body.show(out),
            OspfOpaqueData::Other(bytes) => bytes.show(out),
        }
    }
}

impl OspfOpaqueData<'_> {
    /// `opaque_type` of extended prefixes.
    pub const EXTENDED_PREFIX: u8 = 7;
    /// `opaque_type` of an extended link.
    pub const EXTENDED_LINK: u8 = 8;
}

header! {
    /// More about prefixes.
    ///
    /// | field | meaning |
    /// |---|---|
    /// | `tlvs` | [`OspfExtendedPrefix`]es |
    ///
    /// Ryu: `ospf.ExtendedPrefixOpaqueBody`. Spec: RFC 7684 section 2. See the example of
    /// [`OspfOpaqueData`].
    pub struct OspfExtendedPrefixBody<'a> "ExtendedPrefixOpaqueBody" {
        /// What it says.
        tlvs: List<'a, OspfExtendedPrefix<'a>>,
    }
}

header! {
    /// More about a link.
    ///
    /// | field | meaning |
    /// |---|---|
    /// | `tlvs` | [`OspfExtendedLink`]s, one of them of type 1 |
    ///
    /// Ryu: `ospf.ExtendedLinkOpaqueBody`. Spec: RFC 7684 section 3. See the example of
    /// [`OspfOpaqueData`].
    pub struct OspfExtendedLinkBody<'a> "ExtendedLinkOpaqueBody" {
        /// What it says.
        tlvs: List<'a, OspfExtendedLink<'a>>,
    }
}

/// Type and length of the TLV to come.
fn tlv_head(d: &Decoder<'_>) -> Option<(u16, u16)> {
    d.peek::<4>()
        .map(|[t0, t1, l0, l1]| (u16::from_be_bytes([t0, t1]), u16::from_be_bytes([l0, l1])))
}

union! {
    /// A TLV about prefixes.
    ///
    /// Spec: RFC 7684 section 2. See the example of [`OspfOpaqueData`].
    pub enum OspfExtendedPrefix<'a> by |d| tlv_head(d), else Unknown(OspfUnknownTlv<'a>);
    /// A prefix.
    (1, 8..) => Prefix(OspfExtendedPrefixTlv<'a>);
}

union! {
    /// A TLV inside of an [`OspfExtendedPrefixTlv`].
    ///
    /// Spec: RFC 7684 section 2.1. See the example of [`OspfOpaqueData`].
    pub enum OspfPrefixSubTlv<'a> by |d| tlv_head(d), else Unknown(OspfUnknownTlv<'a>);
    /// The segment of the prefix.
    (2, 8) => Sid(OspfPrefixSid);
}

union! {
    /// A TLV about a link.
    ///
    /// Spec: RFC 7684 section 3. See the example of [`OspfOpaqueData`].
    pub enum OspfExtendedLink<'a> by |d| tlv_head(d), else Unknown(OspfUnknownTlv<'a>);
    /// A link.
    (1, 12..) => Link(OspfExtendedLinkTlv<'a>);
}

tlv! {
    /// A prefix, and more about it.
    ///
    /// In JSON `prefix` and `prefix_length` are two members. (Ryu has them as one text, but can read no
    /// such LSA.)
    ///
    /// Ryu: `ospf.ExtendedPrefixTLV`. Spec: RFC 7684 section 2.1. See the example of
    /// [`OspfOpaqueData`].
    pub struct OspfExtendedPrefixTlv<'a> "ExtendedPrefixTLV" {
        /// 1.
        type_: u16 = 1,
    }
    /// Bytes of what follows.
    length: u16 as 16, Len::BODY => {
        /// Type of the route: 0 is not said, 1 within the area, 3 between areas, 5 outside, 7 NSSA.
        route_type: u8,
        /// Bits of the prefix, 0 to 32.
        prefix_length: u8,
        /// 0: IPv4.
        address_family: u8,
        /// 0x80: of the border router that attached it; 0x40: of a node.
        flags: u8,
        /// The prefix.
        prefix: Ipv4Addr => TextAddress = Ipv4Addr::UNSPECIFIED,
        /// More about it.
        sub_tlvs: List<'a, OspfPrefixSubTlv<'a>>,
    }
}

/// The segment of a prefix.
///
/// | field | unit and range | meaning |
/// |---|---|---|
/// | `type_` | 2 | |
/// | `length` | bytes, 8 | of what follows; `None`: filled in |
/// | `flags` | 8 bits | 0x40: no pop; 0x20: mapping server; 0x10: explicit null; 0x08: value; 0x04: local |
/// | `reserved` | 8 bits | not used; not in JSON |
/// | `mt_id` | 0 to 255 | which topology |
/// | `algorithm` | 0 to 255 | how paths are found |
/// | `index` | 32 bits | of the segment |
///
/// Ryu's layout is that of a draft, with a `range_size`; in JSON that is 0. A segment of 3 bytes (a label)
/// is an [`OspfUnknownTlv`].
///
/// Ryu: `ospf.PrefixSIDSubTLV`. Spec: RFC 8665 section 5. See the example of [`OspfOpaqueData`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OspfPrefixSid {
    /// 2.
    pub type_: u16,
    /// Bytes of what follows.
    pub length: Option<u16>,
    /// How to treat it.
    pub flags: u8,
    /// Not used.
    pub reserved: u8,
    /// Which topology.
    pub mt_id: u8,
    /// How paths are found.
    pub algorithm: u8,
    /// Index of the segment.
    pub index: u32,
}

impl Default for OspfPrefixSid {
    fn default() -> Self {
        OspfPrefixSid {
            type_: 2,
            length: None,
            flags: 0,
            reserved: 0,
            mt_id: 0,
            algorithm: 0,
            index: 0,
        }
    }
}

fields!(OspfPrefixSid, |this, v| {
    let OspfPrefixSid { type_, length, flags, reserved, mt_id, algorithm, index } = this;
    v.field("type_", type_)?;
    v.sized("length", 16, Len::BODY, length, |v| {
        v.field("flags", flags)?;
        v.field("", reserved)?;
        v.field("mt_id", mt_id)?;
        v.field("algorithm", algorithm)?;
        v.remark("range_size", 0);
        v.field("index", index)
    })
});
noun!(OspfPrefixSid, "PrefixSIDSubTLV");

tlv! {
    /// A link, and more about it.
    ///
    /// Ryu: `ospf.ExtendedLinkTLV`, which is empty there. Spec: RFC 7684 section 3.1. See the example of
    /// [`OspfOpaqueData`].
    pub struct OspfExtendedLinkTlv<'a> "ExtendedLinkTLV" {
        /// 1.
        type_: u16 = 1,
    }
    /// Bytes of what follows.
    length: u16 as 16, Len::BODY => {
        /// As [`OspfLink`](crate::packet::OspfLink) has it.
        link_type: u8,
        /// Not used.
        reserved[""]: u32 as 24,
        /// What is on the other end.
        link_id: Ipv4Addr => TextAddress = Ipv4Addr::UNSPECIFIED,
        /// The router's address, or the mask.
        link_data: Ipv4Addr => TextAddress = Ipv4Addr::UNSPECIFIED,
        /// More about it.
        sub_tlvs: List<'a, OspfUnknownTlv<'a>>,
    }
}

/// A TLV that has no type here, with zeros behind it up to 4 bytes, which its length does not count.
///
/// | field | unit and range | meaning |
/// |---|---|---|
/// | `type_` | 16 bits | |
/// | `length` | bytes | of the value; `None`: filled in |
/// | `value` | bytes | what it says |
///
/// Ryu: has none. Spec: RFC 7684 section 2. See the example of [`OspfOpaqueData`].
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct OspfUnknownTlv<'a> {
    /// What it is about.
    pub type_: u16,
    /// Bytes of the value.
    pub length: Option<u16>,
    /// What it says.
    pub value: Cow<'a, [u8]>,
}

fields!(OspfUnknownTlv<'a>, |this, v| {
    let OspfUnknownTlv { type_, length, value } = this;
    v.field("type_", type_)?;
    v.sized("length", 16, Len::BODY, length, |v| v.field("value", value))?;
    v.pad(value.len().next_multiple_of(4) - value.len());
    Ok(())
});
noun!(OspfUnknownTlv<'a>, "UnknownTLV");
