//! Link state advertisements (RFC 2328 appendix A.4, RFC 3101, RFC 5250).

use std::borrow::Cow;
use std::net::Ipv4Addr;

use super::super::codec::{TextAddress, fields, header, noun, union};
use super::super::{EmitError, List, checksum};
use super::TextAddresses;
use super::opaque::{OspfAreaOpaqueLsa, OspfAsOpaqueLsa, OspfLocalOpaqueLsa};

/// The header of an LSA.
///
/// ```text
///  0                               16              24              32
/// +-------------------------------+---------------+---------------+
/// |            ls_age             |    options    |     type_     |
/// +-------------------------------+---------------+---------------+
/// |      id, or opaque_type (8 bits) and opaque_id (24 bits)      |
/// +---------------------------------------------------------------+
/// |                          adv_router                           |
/// +---------------------------------------------------------------+
/// |                           ls_seqnum                           |
/// +-------------------------------+-------------------------------+
/// |           checksum            |            length             |
/// +-------------------------------+-------------------------------+
/// ```
///
/// | field | unit and range | meaning |
/// |---|---|---|
/// | `ls_age` | seconds, to 3,600 | since it was made; the upper bit: does not age |
/// | `options` | 8 bits | [`Ospf::OPTION_E`](super::Ospf::OPTION_E) and its neighbours |
/// | `type_` | 0 to 255 | [`OspfLsaHeader::ROUTER`] and its neighbours |
/// | `id` | | which, of the types that are not opaque |
/// | `opaque_type`, `opaque_id` | 8 and 24 bits | which, of the opaque types 9 to 11 |
/// | `adv_router` | | who made it |
/// | `ls_seqnum` | 32 bits, signed | from 0x80000001 |
/// | `checksum` | 16 bits | of the LSA without `ls_age`; `None`: filled in (0 where the LSA is not there) |
/// | `length` | bytes, from 20 | of the LSA; `None`: filled in (0 where the LSA is not there) |
///
/// Ryu: `ospf.LSAHeader`; `type_` is `type` there. Spec: RFC 2328 appendix A.4.1; RFC 5250 appendix
/// A.2. See the example of [`Ospf`](super::Ospf).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OspfLsaHeader {
    /// Seconds since it was made.
    pub ls_age: u16,
    /// Options.
    pub options: u8,
    /// [`OspfLsaHeader::ROUTER`] or one of its neighbours.
    pub type_: u8,
    /// Which; not of an opaque LSA.
    pub id: Ipv4Addr,
    /// Kind of an opaque LSA.
    pub opaque_type: u8,
    /// Which opaque LSA, 24 bits.
    pub opaque_id: u32,
    /// Who made it.
    pub adv_router: Ipv4Addr,
    /// Sequence number.
    pub ls_seqnum: u32,
    /// Checksum.
    pub checksum: Option<u16>,
    /// Bytes of the LSA.
    pub length: Option<u16>,
}

impl Default for OspfLsaHeader {
    fn default() -> Self {
        OspfLsaHeader {
            ls_age: 0,
            options: 0,
            type_: 0,
            id: Ipv4Addr::UNSPECIFIED,
            opaque_type: 0,
            opaque_id: 0,
            adv_router: Ipv4Addr::UNSPECIFIED,
            ls_seqnum: 0,
            checksum: None,
            length: None,
        }
    }
}

fields!(OspfLsaHeader, |this, v| {
    let OspfLsaHeader {
        ls_age,
        options,
        type_,
        id,
        opaque_type,
        opaque_id,
        adv_router,
        ls_seqnum,
        checksum,
        length,
    } = this;
    v.field("ls_age", ls_age)?;
    v.field("options", options)?;
    v.field("type_", type_)?;
    if OspfLsaHeader::is_opaque(*type_) {
        v.field("opaque_type", opaque_type)?;
        v.bits("opaque_id", 24, opaque_id)?;
    } else {
        v.with::<TextAddress, _>("id_", id)?;
    }
    v.with::<TextAddress, _>("adv_router", adv_router)?;
    v.field("ls_seqnum", ls_seqnum)?;
    v.field("checksum", checksum)?;
    v.field("length", length)
});
noun!(OspfLsaHeader, "LSAHeader");

impl OspfLsaHeader {
    /// Type: a router and its links.
    pub const ROUTER: u8 = 1;
    /// Type: a network and its routers.
    pub const NETWORK: u8 = 2;
    /// Type: a network in another area.
    pub const SUMMARY: u8 = 3;
    /// Type: a border router in another area.
    pub const ASBR_SUMMARY: u8 = 4;
    /// Type: a network outside.
    pub const AS_EXTERNAL: u8 = 5;
    /// Type: a network outside, told within an area that is not so stubby.
    pub const AS_NSSA: u8 = 7;
    /// Type: something else, for the link.
    pub const OPAQUE_LINK: u8 = 9;
    /// Type: something else, for the area.
    pub const OPAQUE_AREA: u8 = 10;
    /// Type: something else, for all.
    pub const OPAQUE_AS: u8 = 11;

    /// Bytes of a header.
    pub const SIZE: usize = 20;

    /// A header of an LSA of this type.
    pub fn of_type(type_: u8) -> Self {
        OspfLsaHeader { type_, ..OspfLsaHeader::default() }
    }

    const fn is_opaque(type_: u8) -> bool {
        matches!(type_, Self::OPAQUE_LINK..=Self::OPAQUE_AS)
    }

    /// Bytes of the LSA behind its header.
    pub(super) fn body(&self) -> usize {
        self.length.map_or(0, usize::from).saturating_sub(Self::SIZE)
    }

    /// Fills in what is `None` in the LSA that has been written.
    pub(super) fn mend(&self, lsa: &mut [u8]) -> Result<(), EmitError> {
        if self.length.is_none() {
            let Ok(length) = u16::try_from(lsa.len()) else {
                let (value, max) = (lsa.len() as u64, u16::MAX.into());
                return Err(EmitError { what: "ospf", field: "length", value, max });
            };
            lsa[18..20].copy_from_slice(&length.to_be_bytes());
        }
        if self.checksum.is_none() {
            let sum = checksum::fletcher_checksum(&lsa[2..], 14);
            lsa[16..18].copy_from_slice(&sum.to_be_bytes());
        }
        Ok(())
    }
}

/// Fewest bytes behind the header of an LSA of this type.
pub(super) fn least(type_: u8) -> usize {
    match type_ {
        OspfLsaHeader::ROUTER | OspfLsaHeader::NETWORK => 4,
        OspfLsaHeader::SUMMARY | OspfLsaHeader::ASBR_SUMMARY => 8,
        OspfLsaHeader::AS_EXTERNAL | OspfLsaHeader::AS_NSSA => 16,
        _ => 0,
    }
}

union! {
    /// A link state advertisement.
    ///
    /// Spec: RFC 2328 appendix A.4. See the example of [`Ospf`](super::Ospf).
    pub enum OspfLsa<'a> by |d| d.peek::<4>().map(|head| head[3]), else Unknown(OspfUnknownLsa<'a>);
    /// A router and its links.
    1 => Router(OspfRouterLsa<'a>);
    /// A network and its routers.
    2 => Network(OspfNetworkLsa<'a>);
    /// A network in another area.
    3 => Summary(OspfSummaryLsa<'a>);
    /// A border router in another area.
    4 => AsbrSummary(OspfAsbrSummaryLsa<'a>);
    /// A network outside.
    5 => AsExternal(OspfAsExternalLsa<'a>);
    /// A network outside, told within an area that is not so stubby.
    7 => NssaExternal(OspfNssaExternalLsa<'a>);
    /// Something else, for the link.
    9 => LocalOpaque(OspfLocalOpaqueLsa<'a>);
    /// Something else, for the area.
    10 => AreaOpaque(OspfAreaOpaqueLsa<'a>);
    /// Something else, for all.
    11 => AsOpaque(OspfAsOpaqueLsa<'a>);
}

/// Declares an LSA: its fields, how they are visited, and what else there is to fill in.
macro_rules! ospf_lsa {
    (
        $(#[$meta:meta])*
        pub struct $noun:ident<$lt:lifetime> $class:literal = $type:literal {
            $( $(#[$fmeta:meta])* $field:ident: $ty:ty = $value:expr, )*
        }
        |$v:ident, $header:ident| $body:expr
        $(, mend |$lsa:ident| $mend:expr)?
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $noun<$lt> {
            /// Its header.
            pub header: $crate::packet::OspfLsaHeader,
            $( $(#[$fmeta])* pub $field: $ty, )*
        }
        impl Default for $noun<'_> {
            fn default() -> Self {
                let header = $crate::packet::OspfLsaHeader::of_type($type);
                $noun { header, $( $field: $value, )* }
            }
        }
        $crate::packet::codec::fields!($noun<'a>, |this, $v| {
            let mark = $v.mark();
            let $noun { header: $header, $($field),* } = this;
            $v.field("header", $header)?;
            $v.within($header.body(), "length", |$v| $body)?;
            $v.mend(mark, |lsa| {
                $( let $lsa = &mut *lsa; $mend; )?
                $header.mend(lsa)
            })
        });
        $crate::packet::codec::noun!($noun<'a>, $class);
    };
}
pub(super) use ospf_lsa;

ospf_lsa! {
    /// A router and its links.
    ///
    /// | field | unit and range | meaning |
    /// |---|---|---|
    /// | `header` | | [`OspfLsaHeader`] |
    /// | `flags` | 8 bits | [`OspfRouterLsa::BORDER`] and its neighbours |
    /// | `reserved` | 8 bits | not used; not in JSON |
    /// | `num` | 16 bits | number of the links; `None`: filled in; not in JSON |
    /// | `links` | | [`OspfLink`]s |
    ///
    /// Ryu: `ospf.RouterLSA`. Spec: RFC 2328 appendix A.4.2. See the example of [`Ospf`](super::Ospf).
    pub struct OspfRouterLsa<'a> "RouterLSA" = 1 {
        /// [`OspfRouterLsa::BORDER`] and its neighbours.
        flags: u8 = 0,
        /// Not used.
        reserved: u8 = 0,
        /// Number of the links.
        num: Option<u16> = None,
        /// The links.
        links: List<'a, OspfLink<'a>> = List::default(),
    }
    |v, header| {
        v.field("flags", flags)?;
        v.field("", reserved)?;
        v.field("", num)?;
        v.field("links", links)
    },
    mend |lsa| if num.is_none() {
        let count = links.iter().count();
        let Ok(short) = u16::try_from(count) else {
            let (value, max) = (count as u64, u16::MAX.into());
            return Err(EmitError { what: "ospf", field: "number of links", value, max });
        };
        lsa[22..24].copy_from_slice(&short.to_be_bytes());
    }
}

impl OspfRouterLsa<'_> {
    /// Flag: the router is in several areas.
    pub const BORDER: u8 = 0x01;
    /// Flag: the router knows routes to the outside.
    pub const EXTERNAL: u8 = 0x02;
    /// Flag: the router is an end of a virtual link.
    pub const VIRTUAL: u8 = 0x04;
    /// Flag: the router translates type 7 always (RFC 3101).
    pub const NT: u8 = 0x10;
    /// Flag of short cuts (an extension of some vendors).
    pub const SHORTCUT: u8 = 0x20;
}

/// A link of an [`OspfRouterLsa`].
///
/// | field | unit and range | meaning |
/// |---|---|---|
/// | `id` | | what is on the other end, by the type |
/// | `data` | | the router's address, or the mask |
/// | `type_` | 0 to 255 | [`OspfLink::P2P`] to [`OspfLink::VIRTUAL`] |
/// | `tos` | 0 to 255 | number of `tos_metrics` |
/// | `metric` | 16 bits | what it costs |
/// | `tos_metrics` | | [`OspfTosMetric`]s of old; not in JSON, as Ryu does not know them |
///
/// Ryu: `ospf.RouterLSA.Link`. Spec: RFC 2328 appendix A.4.2. See the example of [`Ospf`](super::Ospf).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OspfLink<'a> {
    /// What is on the other end.
    pub id: Ipv4Addr,
    /// The router's address, or the mask.
    pub data: Ipv4Addr,
    /// [`OspfLink::P2P`] or one of its neighbours.
    pub type_: u8,
    /// Number of `tos_metrics`.
    pub tos: u8,
    /// What it costs.
    pub metric: u16,
    /// What it costs by type of service.
    pub tos_metrics: List<'a, OspfTosMetric>,
}

impl Default for OspfLink<'_> {
    fn default() -> Self {
        OspfLink {
            id: Ipv4Addr::UNSPECIFIED,
            data: Ipv4Addr::UNSPECIFIED,
            type_: Self::STUB,
            tos: 0,
            metric: 10,
            tos_metrics: List::default(),
        }
    }
}

fields!(OspfLink<'a>, |this, v| {
    let OspfLink { id, data, type_, tos, metric, tos_metrics } = this;
    v.with::<TextAddress, _>("id_", id)?;
    v.with::<TextAddress, _>("data", data)?;
    v.field("type_", type_)?;
    v.field("tos", tos)?;
    v.field("metric", metric)?;
    v.sub("", 4 * usize::from(*tos), "tos", tos_metrics)
});
noun!(OspfLink<'a>, "Link");

impl OspfLink<'_> {
    /// Type: to one router.
    pub const P2P: u8 = 1;
    /// Type: to a network with several routers.
    pub const TRANSIT: u8 = 2;
    /// Type: to a network with no other router.
    pub const STUB: u8 = 3;
    /// Type: a virtual link.
    pub const VIRTUAL: u8 = 4;
}

header! {
    /// What something costs for a type of service.
    ///
    /// | field | unit and range | meaning |
    /// |---|---|---|
    /// | `tos` | 0 to 255 | type of service |
    /// | `metric` | 24 bits (16 in a link) | what it costs |
    ///
    /// Ryu has none. Spec: RFC 2328 appendices A.4.2 and A.4.4. See the example of
    /// [`Ospf`](super::Ospf).
    #[derive(Copy)]
    pub struct OspfTosMetric "TOS" {
        /// Type of service.
        tos: u8,
        /// What it costs.
        metric: u32 as 24,
    }
}

ospf_lsa! {
    /// A network and its routers.
    ///
    /// | field | meaning |
    /// |---|---|
    /// | `header` | [`OspfLsaHeader`] |
    /// | `mask` | of the network |
    /// | `routers` | that are on it |
    ///
    /// Ryu: `ospf.NetworkLSA`. Spec: RFC 2328 appendix A.4.3. See the example of [`Ospf`](super::Ospf).
    pub struct OspfNetworkLsa<'a> "NetworkLSA" = 2 {
        /// Mask of the network.
        mask: Ipv4Addr = Ipv4Addr::UNSPECIFIED,
        /// Routers on it.
        routers: List<'a, Ipv4Addr> = List::default(),
    }
    |v, header| {
        v.with::<TextAddress, _>("mask", mask)?;
        v.with::<TextAddresses, _>("routers", routers)
    }
}

/// Declares the two LSAs of this layout.
macro_rules! summaries {
    ($( $(#[$meta:meta])* $noun:ident $class:literal = $type:literal; )*) => { $(
        ospf_lsa! {
            $(#[$meta])*
            ///
            /// | field | unit and range | meaning |
            /// |---|---|---|
            /// | `header` | | [`OspfLsaHeader`] |
            /// | `mask` | | of the network; 0.0.0.0 of a router |
            /// | `tos` | 0 | type of service |
            /// | `metric` | 24 bits | what it costs |
            /// | `tos_metrics` | | [`OspfTosMetric`]s of old; not in JSON |
            pub struct $noun<'a> $class = $type {
                /// Mask of the network; 0.0.0.0 of a router.
                mask: Ipv4Addr = Ipv4Addr::UNSPECIFIED,
                /// Type of service, 0.
                tos: u8 = 0,
                /// What it costs, 24 bits.
                metric: u32 = 0,
                /// What it costs by type of service.
                tos_metrics: List<'a, OspfTosMetric> = List::default(),
            }
            |v, header| {
                v.with::<TextAddress, _>("mask", mask)?;
                v.field("tos", tos)?;
                v.bits("metric", 24, metric)?;
                v.field("", tos_metrics)
            }
        }
    )* };
}

summaries! {
    /// A network in another area.
    ///
    /// Ryu: `ospf.SummaryLSA`. Spec: RFC 2328 appendix A.4.4. See the example of [`Ospf`](super::Ospf).
    OspfSummaryLsa "SummaryLSA" = 3;
    /// A border router in another area.
    ///
    /// Ryu: `ospf.ASBRSummaryLSA`, which it cannot read. Spec: RFC 2328 appendix A.4.4. See the example
    /// of [`Ospf`](super::Ospf).
    OspfAsbrSummaryLsa "ASBRSummaryLSA" = 4;
}

/// Declares the two LSAs of this layout.
macro_rules! externals {
    ($( $(#[$meta:meta])* $noun:ident $class:literal = $type:literal; )*) => { $(
        ospf_lsa! {
            $(#[$meta])*
            ///
            /// | field | meaning |
            /// |---|---|
            /// | `header` | [`OspfLsaHeader`] |
            /// | `extnws` | one [`OspfExternalNetwork`] |
            /// | `tos_routes` | [`OspfTosRoute`]s of old; not in JSON |
            pub struct $noun<'a> $class = $type {
                /// The network.
                extnws: List<'a, OspfExternalNetwork> = List::default(),
                /// Ways to it by type of service.
                tos_routes: List<'a, OspfTosRoute> = List::default(),
            }
            |v, header| {
                v.sub("extnws", 16, "length", extnws)?;
                v.field("", tos_routes)
            }
        }
    )* };
}

externals! {
    /// A network outside.
    ///
    /// Ryu takes what is behind the first network for more of them; the RFC has ways to the same one.
    ///
    /// Ryu: `ospf.ASExternalLSA`. Spec: RFC 2328 appendix A.4.5. See the example of [`Ospf`](super::Ospf).
    OspfAsExternalLsa "ASExternalLSA" = 5;
    /// A network outside, told within an area that is not so stubby.
    ///
    /// Ryu: `ospf.NSSAExternalLSA`, which it cannot read. Spec: RFC 3101 section 2.1. See the example of
    /// [`Ospf`](super::Ospf).
    OspfNssaExternalLsa "NSSAExternalLSA" = 7;
}

header! {
    /// A network outside.
    ///
    /// | field | unit and range | meaning |
    /// |---|---|---|
    /// | `mask` | | of the network |
    /// | `flags` | 8 bits | [`OspfExternalNetwork::METRIC_TYPE_2`]; the lower seven: type of service, 0 |
    /// | `metric` | 24 bits | what it costs |
    /// | `fwd_addr` | | to whom to send; 0.0.0.0: the router that tells it |
    /// | `tag` | 32 bits | for border routers |
    ///
    /// Ryu: `ospf.ASExternalLSA.ExternalNetwork`. Spec: RFC 2328 appendix A.4.5. See the example of
    /// [`Ospf`](super::Ospf).
    #[derive(Copy)]
    pub struct OspfExternalNetwork "ExternalNetwork" {
        /// Mask of the network.
        mask: Ipv4Addr => TextAddress = Ipv4Addr::UNSPECIFIED,
        /// [`OspfExternalNetwork::METRIC_TYPE_2`].
        flags: u8,
        /// What it costs.
        metric: u32 as 24,
        /// To whom to send.
        fwd_addr: Ipv4Addr => TextAddress = Ipv4Addr::UNSPECIFIED,
        /// For border routers.
        tag: u32,
    }
}

impl OspfExternalNetwork {
    /// Flag: it costs more than any way inside.
    pub const METRIC_TYPE_2: u8 = 0x80;
}

header! {
    /// A way to a network outside for a type of service.
    ///
    /// | field | unit and range | meaning |
    /// |---|---|---|
    /// | `flags` | 8 bits | [`OspfExternalNetwork::METRIC_TYPE_2`], and the type of service |
    /// | `metric` | 24 bits | what it costs |
    /// | `fwd_addr` | | to whom to send |
    /// | `tag` | 32 bits | for border routers |
    ///
    /// Ryu has none. Spec: RFC 2328 appendix A.4.5. See the example of [`Ospf`](super::Ospf).
    #[derive(Copy)]
    pub struct OspfTosRoute "TOSRoute" {
        /// [`OspfExternalNetwork::METRIC_TYPE_2`], and the type of service.
        flags: u8,
        /// What it costs.
        metric: u32 as 24,
        /// To whom to send.
        fwd_addr: Ipv4Addr => TextAddress = Ipv4Addr::UNSPECIFIED,
        /// For border routers.
        tag: u32,
    }
}

ospf_lsa! {
    /// An LSA of another type.
    ///
    /// | field | meaning |
    /// |---|---|
    /// | `header` | [`OspfLsaHeader`] |
    /// | `data` | what it says |
    ///
    /// Ryu: `ospf.LSA`, which it cannot read. Spec: RFC 2328 appendix A.4.1. See the example of
    /// [`Ospf`](super::Ospf).
    pub struct OspfUnknownLsa<'a> "LSA" = 0 {
        /// What it says.
        data: Cow<'a, [u8]> = Cow::Borrowed(&[]),
    }
    |v, header| v.field("data", data)
}
