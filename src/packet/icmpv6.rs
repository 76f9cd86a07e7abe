//! ICMPv6 (RFC 4443), with neighbour discovery (RFC 4861) and multicast listeners (RFC 2710, RFC 3810).

use std::borrow::Cow;
use std::net::Ipv6Addr;

use serde_json::Value;

use super::codec::{
    Decoder, Encoder, Fields as _, Member, Noun, fields, header, noun, noun_from_json, wrapper,
};
use super::protocols::parse;
use super::span::{Place, Span, Sums, Window, Wire};
use super::{EmitError, IcmpEcho, List, NdOption, VerifyError, checksum, ip_proto, nd_option};
use crate::wire::{DecodeError, JsonError};

/// An ICMPv6 message: all that is in the IP packet.
///
/// ```text
///  0       8      16              32
/// +-------+-------+---------------+-----------------
/// | type  | code  |     csum      | data, by the type
/// +-------+-------+---------------+-----------------
/// ```
///
/// | field | range | meaning |
/// |---|---|---|
/// | `type_` | 0 to 255 | [`Icmpv6::ECHO_REQUEST`] and its neighbours |
/// | `code` | 0 to 255 | by the type |
/// | `csum` | 16 bits | of the message and the pseudo header; `None`: filled in |
/// | `data` | | [`Icmpv6Data`] |
///
/// A message that ends inside of what its type has is refused; one without any of it is not.
///
/// Ryu: `icmpv6.icmpv6`; `type_` is `type` in JSON. Spec: RFC 4443 section 2.1.
///
/// ```
/// use ryu_sdn::packet::{Icmpv6, Icmpv6Data, Ipv6, Packet, ip_proto};
///
/// let ping = Icmpv6::echo_request(7, 1, b"abcdefgh");
/// let ip = Ipv6 {
///     nxt: ip_proto::ICMPV6,
///     src: "fe80::1".parse()?,
///     dst: "ff02::1".parse()?,
///     ..Ipv6::default()
/// };
/// let bytes = (ip / ping / []).to_bytes()?;
/// assert_eq!(bytes[40..48], [0x80, 0, 0xf0, 0x91, 0, 7, 0, 1]);
///
/// let (back, _) = Icmpv6::parse(&bytes[40..])?;
/// let Icmpv6Data::Echo(echo) = back.data else { panic!() };
/// assert_eq!((echo.id, echo.seq, echo.data.as_deref()), (7, 1, Some(&b"abcdefgh"[..])));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Icmpv6<'a> {
    /// What it is.
    pub type_: u8,
    /// Which of them.
    pub code: u8,
    /// Checksum.
    pub csum: Option<u16>,
    /// What it says.
    pub data: Icmpv6Data<'a>,
}

fields!(Icmpv6<'a>, |this, v| {
    let Icmpv6 { type_, code, csum, data } = this;
    v.field("type_", type_)?;
    v.field("code", code)?;
    v.field("csum", csum)?;
    v.field("data", data)
});
noun!(Icmpv6<'a>, "icmpv6");

impl<'a> Icmpv6<'a> {
    /// Type of "destination unreachable".
    pub const DST_UNREACH: u8 = 1;
    /// Type of "packet too big".
    pub const PACKET_TOO_BIG: u8 = 2;
    /// Type of "time exceeded".
    pub const TIME_EXCEEDED: u8 = 3;
    /// Type of "parameter problem".
    pub const PARAM_PROB: u8 = 4;
    /// Type of an echo request.
    pub const ECHO_REQUEST: u8 = 128;
    /// Type of an echo reply.
    pub const ECHO_REPLY: u8 = 129;
    /// Type of the question who listens to a group.
    pub const MLD_LISTENER_QUERY: u8 = 130;
    /// Type of the answer.
    pub const MLD_LISTENER_REPORT: u8 = 131;
    /// Type of "nobody listens any more".
    pub const MLD_LISTENER_DONE: u8 = 132;
    /// Type of a router solicitation.
    pub const ND_ROUTER_SOLICIT: u8 = 133;
    /// Type of a router advertisement.
    pub const ND_ROUTER_ADVERT: u8 = 134;
    /// Type of a neighbour solicitation.
    pub const ND_NEIGHBOR_SOLICIT: u8 = 135;
    /// Type of a neighbour advertisement.
    pub const ND_NEIGHBOR_ADVERT: u8 = 136;
    /// Type of a redirect.
    pub const ND_REDIRECT: u8 = 137;
    /// Type of a listener report of version 2.
    pub const MLDV2_LISTENER_REPORT: u8 = 143;

    /// Are you there?
    pub fn echo_request(id: u16, seq: u16, data: impl Into<Cow<'a, [u8]>>) -> Self {
        let data = Icmpv6Data::Echo(IcmpEcho { id, seq, data: Some(data.into()) });
        Icmpv6 { type_: Self::ECHO_REQUEST, data, ..Self::default() }
    }
}

impl<'a> Wire<'a> for Icmpv6<'a> {
    const MIN: usize = 4;

    #[inline]
    fn span(w: &Window<'a>) -> Result<Span, DecodeError> {
        let [kind, ..] = *w.head::<4>(Self::CLASS)?;
        // Nothing is behind it, so that it is read only to see whether it can be.
        if Icmpv6Data::has_layout(kind) {
            parse::<Self>(*w)?;
        }
        Ok(Span::all(w))
    }

    fn complete(&self, frame: &mut [u8], at: &Place) -> Result<(), EmitError> {
        if self.csum.is_none() {
            checksum::fill(frame, at, 2, Some(ip_proto::ICMPV6), 0);
        }
        Ok(())
    }

    fn verify(frame: &Sums<'_>, at: &Place) -> Result<(), VerifyError> {
        checksum::verify(frame, at, 2, Some(ip_proto::ICMPV6), Self::CLASS)
    }
}

macro_rules! data {
    (
        $(#[$meta:meta])*
        pub enum $data:ident by |$kind:ident, $left:ident|;
        $( $(#[$vmeta:meta])* $variant:ident($noun:ty) if $is:expr; )*
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $data<'a> {
            $( $(#[$vmeta])* $variant($noun), )*
            /// Of any other type, and of a message that has nothing of what its type has.
            Other(Cow<'a, [u8]>),
        }
        impl<'a> $data<'a> {
            /// Whether messages of this type are more than bytes.
            fn has_layout($kind: u8) -> bool {
                let $left = 0;
                $( $is )||*
            }
        }
        impl<'a> Member<'a> for $data<'a> {
            fn decode(d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
                let $kind = d.byte_at(0).unwrap_or_default();
                let $left = d.remaining();
                if $left == 0 {
                    return Member::decode(d).map($data::Other);
                }
                $( if $is {
                    d.start_part(<$noun as Noun<'a>>::CLASS);
                    let data = <$noun>::decode(d)?;
                    d.finish()?;
                    return Ok($data::$variant(data));
                } )*
                Member::decode(d).map($data::Other)
            }
            fn encode(&self, e: &mut Encoder<'_>) -> Result<(), EmitError> {
                match self {
                    $( $data::$variant(data) => data.tell(e), )*
                    $data::Other(data) => data.encode(e),
                }
            }
            fn to_json(&self) -> Value {
                match self {
                    $( $data::$variant(data) => data.to_json(), )*
                    $data::Other(data) => data.to_json(),
                }
            }
            fn from_json(value: &Value) -> Result<Self, JsonError> {
                if !value.is_object() {
                    return Member::from_json(value).map($data::Other);
                }
                let (class, members) = wrapper(value)?;
                $( if <$noun>::blank(class).is_some() {
                    return noun_from_json(class, members).map($data::$variant);
                } )*
                Err(JsonError::expected("data of an ICMPv6 message", value))
            }
            fn show(&self, out: &mut String) {
                match self {
                    $( $data::$variant(data) => data.show(out), )*
                    $data::Other(data) => data.show(out),
                }
            }
            fn check(&self) -> Result<(), DecodeError> {
                match self {
                    $( $data::$variant(data) => data.check(), )*
                    $data::Other(_) => Ok(()),
                }
            }
        }
    };
}

data! {
    /// What an [`Icmpv6`] says.
    ///
    /// Spec: RFC 4443 section 2.1. See the example of [`Icmpv6`].
    pub enum Icmpv6Data by |kind, left|;
    /// Of an echo request or reply.
    Echo(IcmpEcho<'a>) if matches!(kind, 128 | 129);
    /// Of a listener query of version 2: one with more than 24 bytes.
    Mldv2Query(Mldv2Query<'a>) if kind == 130 && left > 20;
    /// Of a listener query, report or done.
    Mld(Mld<'a>) if matches!(kind, 130..=132);
    /// Of a router solicitation.
    RouterSolicit(NdRouterSolicit<'a>) if kind == 133;
    /// Of a router advertisement.
    RouterAdvert(NdRouterAdvert<'a>) if kind == 134;
    /// Of a neighbour solicitation or advertisement.
    Neighbor(NdNeighbor<'a>) if matches!(kind, 135 | 136);
    /// Of a listener report of version 2.
    Mldv2Report(Mldv2Report<'a>) if kind == 143;
}

impl Default for Icmpv6Data<'_> {
    fn default() -> Self {
        Icmpv6Data::Other(Cow::Borrowed(&[]))
    }
}

/// A neighbour solicitation or advertisement.
///
/// Ryu has one option; here are all. In JSON one is an object, several are a list.
///
/// Ryu: `icmpv6.nd_neighbor`. Spec: RFC 4861 sections 4.3 and 4.4. See the example of [`NdOption`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NdNeighbor<'a> {
    /// Flags of an advertisement, 3 bits: router, solicited, override.
    pub res: u8,
    /// Not used, 29 bits.
    pub reserved: u32,
    /// Who is asked for, or answers.
    pub dst: Ipv6Addr,
    /// Options.
    pub option: List<'a, NdOption<'a>>,
}

impl Default for NdNeighbor<'_> {
    fn default() -> Self {
        let dst = Ipv6Addr::UNSPECIFIED;
        NdNeighbor { res: 0, reserved: 0, dst, option: List::default() }
    }
}

fields!(NdNeighbor<'a>, |this, v| {
    let NdNeighbor { res, reserved, dst, option } = this;
    v.need(20)?;
    v.bits("res", 3, res)?;
    v.bits("", 29, reserved)?;
    v.field("dst", dst)?;
    v.with::<nd_option::OneOrMany, _>("option", option)
});
noun!(NdNeighbor<'a>, "nd_neighbor");

impl NdNeighbor<'_> {
    /// Flag: the sender is a router.
    pub const ROUTER: u8 = 4;
    /// Flag: it is an answer.
    pub const SOLICITED: u8 = 2;
    /// Flag: what was known before is out of date.
    pub const OVERRIDE: u8 = 1;
}

header! {
    /// A router solicitation.
    ///
    /// Ryu has one option; here are all. In JSON one is an object, several are a list.
    ///
    /// Ryu: `icmpv6.nd_router_solicit`. Spec: RFC 4861 section 4.1. See the example of [`NdOption`].
    pub struct NdRouterSolicit<'a> "nd_router_solicit" {
        /// Not used.
        res: u32,
        /// Options.
        option: List<'a, NdOption<'a>> => OptionList,
    }
}
use nd_option::OneOrMany as OptionList;

/// A router advertisement.
///
/// Ryu: `icmpv6.nd_router_advert`, which has no `flags`; in JSON they stand where one is set. Spec: RFC
/// 4861 section 4.2. See the example of [`NdOption`].
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct NdRouterAdvert<'a> {
    /// Hop limit for those who hear it; 0: not said.
    pub ch_l: u8,
    /// Flags, 2 bits: addresses (M) and other things (O) come by DHCPv6.
    pub res: u8,
    /// Flags behind these, 6 bits: home agent (RFC 6275), two bits of preference (RFC 4191), proxy (RFC
    /// 4389), two not used.
    pub flags: u8,
    /// Seconds that it is a default router.
    pub rou_l: u16,
    /// Milliseconds that a neighbour is taken to be there; 0: not said.
    pub rea_t: u32,
    /// Milliseconds between questions; 0: not said.
    pub ret_t: u32,
    /// Options.
    pub options: List<'a, NdOption<'a>>,
}

fields!(NdRouterAdvert<'a>, |this, v| {
    let NdRouterAdvert { ch_l, res, flags, rou_l, rea_t, ret_t, options } = this;
    v.need(12)?;
    v.field("ch_l", ch_l)?;
    v.bits("res", 2, res)?;
    let name = v.rare("flags", *flags != 0);
    v.bits(name, 6, flags)?;
    v.field("rou_l", rou_l)?;
    v.field("rea_t", rea_t)?;
    v.field("ret_t", ret_t)?;
    v.field("options", options)
});
noun!(NdRouterAdvert<'a>, "nd_router_advert");

/// A listener query, report or done of MLD.
///
/// Ryu: `icmpv6.mld`. Spec: RFC 2710 section 3. See the example of [`Mldv2Report`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mld<'a> {
    /// Milliseconds in which to answer a query.
    pub maxresp: u16,
    /// Not used.
    pub reserved: u16,
    /// The group; `::` in a query for all.
    pub address: Ipv6Addr,
    /// Whatever is behind it.
    pub rest: Cow<'a, [u8]>,
}

impl Default for Mld<'_> {
    fn default() -> Self {
        let rest = Cow::Borrowed(&[][..]);
        Mld { maxresp: 0, reserved: 0, address: Ipv6Addr::UNSPECIFIED, rest }
    }
}

fields!(Mld<'a>, |this, v| {
    let Mld { maxresp, reserved, address, rest } = this;
    v.need(20)?;
    v.field("maxresp", maxresp)?;
    v.field("", reserved)?;
    v.field("address", address)?;
    v.field("", rest)
});
noun!(Mld<'a>, "mld");

/// A listener query of MLD version 2.
///
/// Ryu: `icmpv6.mldv2_query`. Spec: RFC 3810 section 5.1. See the example of [`Mldv2Report`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mldv2Query<'a> {
    /// Time in which to answer: milliseconds below 32,768, else a floating-point number.
    pub maxresp: u16,
    /// Not used.
    pub reserved: u16,
    /// The group; `::` in a query for all.
    pub address: Ipv6Addr,
    /// Not used, 4 bits.
    pub reserved2: u8,
    /// 1: routers do not restart their timers.
    pub s_flg: u8,
    /// Robustness, 0 to 7.
    pub qrv: u8,
    /// Time between queries: seconds below 128, else a floating-point number.
    pub qqic: u8,
    /// Number of sources.
    pub num: Option<u16>,
    /// Sources.
    pub srcs: List<'a, Ipv6Addr>,
    /// Whatever is behind it.
    pub rest: Cow<'a, [u8]>,
}

impl Default for Mldv2Query<'_> {
    fn default() -> Self {
        Mldv2Query {
            maxresp: 0,
            reserved: 0,
            address: Ipv6Addr::UNSPECIFIED,
            reserved2: 0,
            s_flg: 0,
            qrv: 2,
            qqic: 0,
            num: None,
            srcs: List::default(),
            rest: Cow::Borrowed(&[]),
        }
    }
}

fields!(Mldv2Query<'a>, |this, v| {
    let Mldv2Query { maxresp, reserved, address, reserved2, s_flg, qrv, qqic, num, srcs, rest } =
        this;
    v.need(24)?;
    v.field("maxresp", maxresp)?;
    v.field("", reserved)?;
    v.field("address", address)?;
    v.bits("", 4, reserved2)?;
    v.bits("s_flg", 1, s_flg)?;
    v.bits("qrv", 3, qrv)?;
    v.field("qqic", qqic)?;
    v.counts("num", 16, num, || srcs.len())?;
    v.sub("srcs", usize::from(num.unwrap_or(0)) * 16, "num", srcs)?;
    v.field("", rest)
});
noun!(Mldv2Query<'a>, "mldv2_query");

/// A listener report of MLD version 2.
///
/// | field | range | meaning |
/// |---|---|---|
/// | `record_num` | 0 to 65,535 | number of records; `None`: filled in |
/// | `records` | | [`Mldv2ReportGroup`]s |
///
/// Ryu: `icmpv6.mldv2_report`. Spec: RFC 3810 section 5.2.
///
/// ```
/// use ryu_sdn::packet::{Icmpv6, Icmpv6Data, Mldv2Report, Mldv2ReportGroup};
///
/// let group = Mldv2ReportGroup { type_: 4, address: "ff0e::db8:2".parse()?, ..Default::default() };
/// let report = Mldv2Report { records: vec![group].into(), ..Mldv2Report::default() };
/// let data = Icmpv6Data::Mldv2Report(report);
/// let message = Icmpv6 { type_: Icmpv6::MLDV2_LISTENER_REPORT, csum: Some(1), data, ..Icmpv6::default() };
/// let bytes = (message / []).to_bytes()?;
/// assert_eq!(bytes[..14], [143, 0, 0, 1, 0, 0, 0, 1, 4, 0, 0, 0, 0xff, 0x0e]);
///
/// let (back, _) = Icmpv6::parse(&bytes)?;
/// let Icmpv6Data::Mldv2Report(report) = back.data else { panic!() };
/// assert_eq!(report.records.items()?[0].address, "ff0e::db8:2".parse::<std::net::Ipv6Addr>()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Mldv2Report<'a> {
    /// Not used.
    pub reserved: u16,
    /// Number of records.
    pub record_num: Option<u16>,
    /// Records.
    pub records: List<'a, Mldv2ReportGroup<'a>>,
    /// Whatever is behind them.
    pub rest: Cow<'a, [u8]>,
}

fields!(Mldv2Report<'a>, |this, v| {
    let Mldv2Report { reserved, record_num, records, rest } = this;
    v.need(4)?;
    v.field("", reserved)?;
    v.counts("record_num", 16, record_num, || records.len())?;
    v.counted("records", record_num.map_or(0, usize::from), "record_num", records)?;
    v.field("", rest)
});
noun!(Mldv2Report<'a>, "mldv2_report");

/// What a listener wants of one group.
///
/// Ryu: `icmpv6.mldv2_report_group`. Spec: RFC 3810 section 5.2. See the example of [`Mldv2Report`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mldv2ReportGroup<'a> {
    /// 1: it listens to `srcs` only, 2: to all but these; 3, 4: now it does; 5, 6: some more, some
    /// fewer.
    pub type_: u8,
    /// Size of `aux` in units of 4 bytes.
    pub aux_len: Option<u8>,
    /// Number of sources.
    pub num: Option<u16>,
    /// The group.
    pub address: Ipv6Addr,
    /// Sources.
    pub srcs: List<'a, Ipv6Addr>,
    /// Anything; filled up with zeros to 4 bytes.
    pub aux: Option<Cow<'a, [u8]>>,
}

impl Default for Mldv2ReportGroup<'_> {
    fn default() -> Self {
        Mldv2ReportGroup {
            type_: 0,
            aux_len: None,
            num: None,
            address: Ipv6Addr::UNSPECIFIED,
            srcs: List::default(),
            aux: None,
        }
    }
}

fields!(Mldv2ReportGroup<'a>, |this, v| {
    let Mldv2ReportGroup { type_, aux_len, num, address, srcs, aux } = this;
    v.need(20)?;
    v.field("type_", type_)?;
    v.counts("aux_len", 8, aux_len, || aux.as_ref().map_or(0, |aux| aux.len().div_ceil(4)))?;
    v.counts("num", 16, num, || srcs.len())?;
    v.field("address", address)?;
    v.sub("srcs", num.map_or(0, usize::from) * 16, "num", srcs)?;
    v.sub("aux", aux_len.map_or(0, usize::from) * 4, "aux_len", aux)?;
    v.align(4);
    Ok(())
});
noun!(Mldv2ReportGroup<'a>, "mldv2_report_group");
