//! Path attributes of BGP (RFC 4271 section 4.3): what an update says about its routes.

use std::borrow::Cow;
use std::net::Ipv4Addr;

use serde_json::Value;

use super::dialect::RIB;
use super::nlri::Frame;
use super::{
    BgpAs4PathSegment, BgpAsPath, BgpExtendedCommunity, BgpMpReachNextHop, BgpMpReachNlri,
    BgpMpUnreachNlri, BgpPmsiTunnel,
};
use crate::packet::codec::{
    Chosen, Decoder, Encoder, Member, Visit as _, fields, header, noun, union,
};
use crate::packet::{EmitError, List};
use crate::wire::{DecodeError, JsonError};

/// Flag: the length has two octets.
pub(crate) const EXTENDED_LENGTH: u8 = 0x10;

union! {
    /// A path attribute of a [`BgpUpdate`](super::BgpUpdate).
    ///
    /// ```text
    ///  0       8       16            24 or 32
    /// +-------+-------+-------------+------------------------
    /// | flags | type  |   length    | value, by the type
    /// +-------+-------+-------------+------------------------
    /// ```
    ///
    /// | field | range | meaning |
    /// |---|---|---|
    /// | `flags` | 8 bits | [`BgpPathAttribute::OPTIONAL`] and its neighbours |
    /// | `type_` | 0 to 255 | by it the variant |
    /// | `length` | bytes | of the value; `None`: filled in |
    ///
    /// The length has 16 bits if the flag [`BgpPathAttribute::EXTENDED_LENGTH`] is set, else 8. A
    /// value that is too long for 8 bits has the flag set when it is emitted, if `length` is `None`.
    ///
    /// Ryu: `bgp._PathAttribute`. Spec: RFC 4271 section 4.3. See the example of
    /// [`BgpUpdate`](super::BgpUpdate).
    pub enum BgpPathAttribute<'a> by
        |d| number(d),
        else Unknown(BgpUnknownAttribute<'a>);
    /// How the route came into BGP.
    1 => Origin(BgpOrigin);
    /// Through which ASes it came.
    2 => AsPath(BgpAsPath<'a>);
    /// Where to send packets.
    3 => NextHop(BgpNextHop);
    /// Which of several links is best.
    4 => MultiExitDisc(BgpMultiExitDisc);
    /// How much it is liked.
    5 => LocalPref(BgpLocalPref);
    /// A more specific route was left out.
    6 => AtomicAggregate(BgpAtomicAggregate);
    /// Who aggregated it.
    7 => Aggregator(BgpAggregator);
    /// How it is marked.
    8 => Communities(BgpCommunities<'a>);
    /// Who brought it into the AS.
    9 => OriginatorId(BgpOriginatorId);
    /// Through which clusters it came.
    10 => ClusterList(BgpClusterList<'a>);
    /// Routes of any family.
    14 => MpReachNlri(BgpMpReachNlri<'a>);
    /// Where routes of any family are reached, in a file that has the routes elsewhere.
    SHORT_REACH => MpReachNextHop(BgpMpReachNextHop<'a>);
    /// Routes of any family that are no more.
    15 => MpUnreachNlri(BgpMpUnreachNlri<'a>);
    /// How it is marked, in eight bytes.
    16 => ExtendedCommunities(BgpExtendedCommunities<'a>);
    /// Through which ASes it came, for speakers that know numbers of four octets.
    17 => As4Path(BgpAs4Path<'a>);
    /// Who aggregated it, for the same.
    18 => As4Aggregator(BgpAs4Aggregator);
    /// By which tunnel multicast comes.
    22 => PmsiTunnel(BgpPmsiTunnel<'a>);
}

/// A number of no attribute's.
const SHORT_REACH: u16 = 0x10e;

/// The number of the attribute that `d` stands at.
fn number(d: &Decoder<'_>) -> Option<u16> {
    let [flags, kind] = d.peek()?;
    if kind == 14 && d.said() & RIB != 0 {
        let (length, at) = match d.peek::<4>()? {
            [.., high, low] if flags & EXTENDED_LENGTH != 0 => (u16::from_be_bytes([high, low]), 4),
            [.., length, _] => (length.into(), 3),
        };
        // A whole one starts with the upper half of a family's number, which is not as long.
        if d.ahead(at).is_some_and(|next_hop_len| u16::from(next_hop_len) + 1 == length) {
            return Some(SHORT_REACH);
        }
    }
    Some(kind.into())
}

impl BgpPathAttribute<'_> {
    /// Flag: not every speaker has to know it.
    pub const OPTIONAL: u8 = 0x80;
    /// Flag: it is passed on.
    pub const TRANSITIVE: u8 = 0x40;
    /// Flag: someone passed it on who did not know it.
    pub const PARTIAL: u8 = 0x20;
    /// Flag: the length has 16 bits.
    pub const EXTENDED_LENGTH: u8 = EXTENDED_LENGTH;
}

impl Frame for BgpPathAttribute<'_> {
    fn frame(d: &Decoder<'_>) -> Result<usize, DecodeError> {
        let (head, length) = match (d.peek::<3>(), d.peek::<4>()) {
            (Some([flags, ..]), None) if flags & EXTENDED_LENGTH != 0 => {
                return Err(d.missing(4));
            }
            (Some([flags, ..]), Some([.., high, low])) if flags & EXTENDED_LENGTH != 0 => {
                (4, u16::from_be_bytes([high, low]).into())
            }
            (Some([.., length]), _) => (3, usize::from(length)),
            (None, _) => return Err(d.missing(3)),
        };
        let size = head + length;
        if size > d.remaining() { Err(d.short(size, "length")) } else { Ok(size) }
    }
}

/// Declares an attribute: its flags and number by default, and what its value is made of, as in
/// `header!`.
macro_rules! attribute {
    (
        $(#[$meta:meta])*
        pub struct $noun:ident $(<$lt:lifetime>)? $class:literal = $flags:literal, $number:literal {
            $(
                $(#[$fmeta:meta])*
                $field:ident $([$name:literal])? : $ty:ty $(as $bits:literal)? $(=> $form:ident)? $(= $value:expr)?
            ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $noun $(<$lt>)? {
            /// Flags of the attribute.
            pub flags: u8,
            #[doc = concat!(stringify!($number), ".")]
            pub type_: u8,
            /// Bytes of the value; `None`: filled in.
            pub length: Option<u16>,
            $( $(#[$fmeta])* pub $field: $ty, )*
        }
        impl $(<$lt>)? Default for $noun $(<$lt>)? {
            fn default() -> Self {
                $noun {
                    flags: $flags,
                    type_: $number,
                    length: None,
                    $( $field: $crate::packet::codec::header!(@value $($value)?), )*
                }
            }
        }
        fields!($noun $(<$lt>)?, |this, v| {
            let $noun { flags, type_, length, $($field),* } = this;
            v.field("flags", flags)?;
            v.field("type", type_)?;
            let is_wide = *flags & EXTENDED_LENGTH != 0;
            v.sized_wide("length", is_wide, EXTENDED_LENGTH, length, |v, _| {
                $(
                    $crate::packet::codec::header!(
                        @field v, $crate::packet::codec::header!(@name $field $($name)?), $field,
                        [$($bits)?] [$($form)?]
                    );
                )*
                Ok(())
            })
        });
        noun!($noun $(<$lt>)?, $class);
    };
}

attribute! {
    /// How the route came into BGP.
    ///
    /// Ryu: `bgp.BGPPathAttributeOrigin`. Spec: RFC 4271 section 5.1.1. See the example of
    /// [`BgpUpdate`](super::BgpUpdate).
    #[derive(Copy)]
    pub struct BgpOrigin "BGPPathAttributeOrigin" = 0x40, 1 {
        /// [`BgpOrigin::IGP`] and its neighbours.
        value: u8,
    }
}

impl BgpOrigin {
    /// From a protocol inside of the AS.
    pub const IGP: u8 = 0;
    /// From EGP.
    pub const EGP: u8 = 1;
    /// From somewhere else.
    pub const INCOMPLETE: u8 = 2;

    /// The attribute with this value.
    pub fn new(value: u8) -> Self {
        BgpOrigin { value, ..Self::default() }
    }
}

attribute! {
    /// Where to send packets.
    ///
    /// Ryu: `bgp.BGPPathAttributeNextHop`. Spec: RFC 4271 section 5.1.3. See the example of
    /// [`BgpUpdate`](super::BgpUpdate).
    #[derive(Copy)]
    pub struct BgpNextHop "BGPPathAttributeNextHop" = 0x40, 3 {
        /// The address.
        value: Ipv4Addr = Ipv4Addr::UNSPECIFIED,
    }
}

impl BgpNextHop {
    /// The attribute with this address.
    pub fn new(value: Ipv4Addr) -> Self {
        BgpNextHop { value, ..Self::default() }
    }
}

attribute! {
    /// Which of several links to an AS is best: that with the lowest value.
    ///
    /// Ryu: `bgp.BGPPathAttributeMultiExitDisc`. Spec: RFC 4271 section 5.1.4. See the example of
    /// [`BgpUpdate`](super::BgpUpdate).
    #[derive(Copy)]
    pub struct BgpMultiExitDisc "BGPPathAttributeMultiExitDisc" = 0x80, 4 {
        /// The metric.
        value: u32,
    }
}

attribute! {
    /// How much the route is liked inside of the AS: most with the highest value.
    ///
    /// Ryu: `bgp.BGPPathAttributeLocalPref`. Spec: RFC 4271 section 5.1.5. See the example of
    /// [`BgpUpdate`](super::BgpUpdate).
    #[derive(Copy)]
    pub struct BgpLocalPref "BGPPathAttributeLocalPref" = 0x40, 5 {
        /// The preference.
        value: u32,
    }
}

attribute! {
    /// A more specific route was left out.
    ///
    /// Ryu: `bgp.BGPPathAttributeAtomicAggregate`. Spec: RFC 4271 section 5.1.6. See the example
    /// of [`BgpUpdate`](super::BgpUpdate).
    #[derive(Copy)]
    pub struct BgpAtomicAggregate "BGPPathAttributeAtomicAggregate" = 0x40, 6 {}
}

attribute! {
    /// How the route is marked.
    ///
    /// Ryu: `bgp.BGPPathAttributeCommunities`. Spec: RFC 1997. See the example of
    /// [`BgpUpdate`](super::BgpUpdate).
    pub struct BgpCommunities<'a> "BGPPathAttributeCommunities" = 0xc0, 8 {
        /// The marks: an AS in the upper 16 bits, what it assigned in the lower ones, or
        /// [`BgpCommunities::NO_EXPORT`] and its neighbours.
        communities: List<'a, u32>,
    }
}

impl BgpCommunities<'_> {
    /// Not beyond the AS or confederation.
    pub const NO_EXPORT: u32 = 0xffff_ff01;
    /// To nobody.
    pub const NO_ADVERTISE: u32 = 0xffff_ff02;
    /// Not beyond the AS.
    pub const NO_EXPORT_SUBCONFED: u32 = 0xffff_ff03;
}

attribute! {
    /// Who brought the route into the AS.
    ///
    /// Ryu: `bgp.BGPPathAttributeOriginatorId`. Spec: RFC 4456 section 8. See the example of
    /// [`BgpUpdate`](super::BgpUpdate).
    #[derive(Copy)]
    pub struct BgpOriginatorId "BGPPathAttributeOriginatorId" = 0x80, 9 {
        /// Its identifier.
        value: Ipv4Addr = Ipv4Addr::UNSPECIFIED,
    }
}

attribute! {
    /// Through which clusters of route reflectors the route came.
    ///
    /// Ryu: `bgp.BGPPathAttributeClusterList`. Spec: RFC 4456 section 8. See the example of
    /// [`BgpUpdate`](super::BgpUpdate).
    pub struct BgpClusterList<'a> "BGPPathAttributeClusterList" = 0x80, 10 {
        /// Their identifiers, the nearest first.
        value: List<'a, Ipv4Addr>,
    }
}

attribute! {
    /// How the route is marked, in eight bytes each.
    ///
    /// Ryu: `bgp.BGPPathAttributeExtendedCommunities`. Spec: RFC 4360. See the example of
    /// [`BgpExtendedCommunity`].
    pub struct BgpExtendedCommunities<'a> "BGPPathAttributeExtendedCommunities" = 0xc0, 16 {
        /// The marks.
        communities: List<'a, BgpExtendedCommunity>,
    }
}

/// The number of the attribute that large communities are.
const LARGE_COMMUNITIES: u8 = 32;

impl BgpUnknownAttribute<'_> {
    /// The large communities that the attribute is, if it is one of those (type 32); see
    /// [`BgpLargeCommunity`].
    pub fn large_communities(&self) -> Option<List<'_, BgpLargeCommunity>> {
        let is_one = self.type_ == LARGE_COMMUNITIES;
        is_one.then(|| List::parsed(&self.value, 0, "BGPLargeCommunity", 0))
    }
}

impl BgpLargeCommunity {
    /// The attribute that marks a route with these.
    pub fn attribute(marks: &[BgpLargeCommunity]) -> BgpUnknownAttribute<'static> {
        let words = |mark: &BgpLargeCommunity| {
            [mark.global_administrator, mark.local_data_1, mark.local_data_2]
        };
        let value: Vec<u8> = marks.iter().flat_map(words).flat_map(u32::to_be_bytes).collect();
        let (type_, value) = (LARGE_COMMUNITIES, value.into());
        BgpUnknownAttribute { type_, value, ..BgpUnknownAttribute::default() }
    }
}

header! {
    /// A mark of a route that has room for AS numbers of four octets. Ryu has no type for it, so that in
    /// JSON, too, the attribute of such marks is one of the unknown.
    ///
    /// | field | range | meaning |
    /// |---|---|---|
    /// | `global_administrator` | 32 bits | the AS that says what the others mean |
    /// | `local_data_1`, `local_data_2` | 32 bits | what it says |
    ///
    /// Spec: RFC 8092 section 3; as text, `64496:1:2`, section 5.
    ///
    /// ```
    /// use ryu_sdn::packet::{Bgp, BgpLargeCommunity, BgpUpdate};
    ///
    /// let mark = BgpLargeCommunity { global_administrator: 65001, local_data_1: 1, local_data_2: 2 };
    /// let marks = BgpLargeCommunity::attribute(&[mark]);
    /// assert_eq!(marks.large_communities().unwrap().items()?, [mark]);
    /// let update = BgpUpdate { path_attributes: vec![marks.into()].into(), ..BgpUpdate::default() };
    /// let bytes = (Bgp::from(update) / []).to_bytes()?;
    /// assert_eq!(bytes[23..], [0xc0, 32, 12, 0, 0, 0xfd, 0xe9, 0, 0, 0, 1, 0, 0, 0, 2]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[derive(Copy)]
    pub struct BgpLargeCommunity "BGPLargeCommunity" {
        /// The AS that says what the others mean.
        global_administrator: u32,
        /// What it says.
        local_data_1: u32,
        /// What it says.
        local_data_2: u32,
    }
}

attribute! {
    /// Through which ASes the route came, with numbers of four octets, passed on by speakers that do not
    /// know these.
    ///
    /// Ryu: `bgp.BGPPathAttributeAs4Path`. Spec: RFC 6793 section 3. See the example of
    /// [`BgpAsPath`].
    pub struct BgpAs4Path<'a> "BGPPathAttributeAs4Path" = 0xc0, 17 {
        /// The segments, the nearest first.
        value: List<'a, BgpAs4PathSegment<'a>>,
    }
}

attribute! {
    /// Who aggregated the route, with a number of four octets, passed on by speakers that do not
    /// know these.
    ///
    /// Ryu: `bgp.BGPPathAttributeAs4Aggregator`. Spec: RFC 6793 section 3. See the example of
    /// [`BgpAggregator`].
    #[derive(Copy)]
    pub struct BgpAs4Aggregator "BGPPathAttributeAs4Aggregator" = 0xc0, 18 {
        /// Number of the AS.
        as_number: u32,
        /// The speaker.
        addr: Ipv4Addr = Ipv4Addr::UNSPECIFIED,
    }
}

attribute! {
    /// An attribute that has no type here.
    ///
    /// Ryu: `bgp.BGPPathAttributeUnknown`. Spec: RFC 4271 section 5. See the example of
    /// [`BgpUpdate`](super::BgpUpdate).
    pub struct BgpUnknownAttribute<'a> "BGPPathAttributeUnknown" = 0xc0, 255 {
        /// What it says.
        value: Cow<'a, [u8]>,
    }
}

/// Who aggregated the route.
///
/// Ryu: `bgp.BGPPathAttributeAggregator`. Spec: RFC 4271 section 5.1.7, RFC 6793 section 4.1.
///
/// ```
/// use ryu_sdn::packet::{Bgp, BgpAggregator, BgpAsNumber, BgpUpdate};
///
/// let who = BgpAggregator {
///     as_number: BgpAsNumber::FourOctet(4_200_000_000),
///     addr: [192, 0, 2, 1].into(),
///     ..BgpAggregator::default()
/// };
/// let update = BgpUpdate { path_attributes: vec![who.into()].into(), ..BgpUpdate::default() };
/// let bytes = (Bgp::from(update) / []).to_bytes()?;
/// assert_eq!(bytes[23..], [0xc0, 7, 8, 0xfa, 0x56, 0xea, 0, 192, 0, 2, 1]);
/// # Ok::<(), ryu_sdn::packet::EmitError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BgpAggregator {
    /// Flags of the attribute.
    pub flags: u8,
    /// 7.
    pub type_: u8,
    /// Bytes of the value, 6 or 8; `None`: filled in.
    pub length: Option<u16>,
    /// Number of the AS.
    pub as_number: BgpAsNumber,
    /// The speaker.
    pub addr: Ipv4Addr,
}

impl Default for BgpAggregator {
    fn default() -> Self {
        let as_number = BgpAsNumber::TwoOctet(0);
        let addr = Ipv4Addr::UNSPECIFIED;
        BgpAggregator { flags: 0xc0, type_: 7, length: None, as_number, addr }
    }
}

fields!(BgpAggregator, |this, v| {
    let BgpAggregator { flags, type_, length, as_number, addr } = this;
    v.field("flags", flags)?;
    v.field("type", type_)?;
    let is_wide = *flags & EXTENDED_LENGTH != 0;
    v.sized_wide("length", is_wide, EXTENDED_LENGTH, length, |v, by| {
        v.chosen("as_number", by, as_number)?;
        v.field("addr", addr)
    })
});
noun!(BgpAggregator, "BGPPathAttributeAggregator");

/// The number of an AS, in as many octets as were agreed about.
///
/// Spec: RFC 6793 section 4.1. See the example of [`BgpAggregator`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BgpAsNumber {
    /// Between speakers of which one does not know numbers of four octets.
    TwoOctet(u16),
    /// Between others.
    FourOctet(u32),
}

impl BgpAsNumber {
    /// The number.
    pub fn get(self) -> u32 {
        match self {
            BgpAsNumber::TwoOctet(number) => number.into(),
            BgpAsNumber::FourOctet(number) => number,
        }
    }
}

/// `by` is the length that JSON has; off the wire, it is how much is left. Without, a number that
/// needs four octets has them.
impl<'a> Chosen<'a, Option<u64>> for BgpAsNumber {
    fn decode(_: Option<u64>, d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        if d.remaining() == 8 {
            return Member::decode(d).map(BgpAsNumber::FourOctet);
        }
        Member::decode(d).map(BgpAsNumber::TwoOctet)
    }
    fn encode(&self, _: Option<u64>, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        match self {
            BgpAsNumber::TwoOctet(number) => Member::encode(number, e),
            BgpAsNumber::FourOctet(number) => Member::encode(number, e),
        }
    }
    fn to_json(&self) -> Value {
        self.get().into()
    }
    fn from_json(by: Option<u64>, value: &Value) -> Result<Self, JsonError> {
        let number: u32 = Member::from_json(value)?;
        match u16::try_from(number) {
            Ok(number) if by != Some(8) => Ok(BgpAsNumber::TwoOctet(number)),
            _ => Ok(BgpAsNumber::FourOctet(number)),
        }
    }
    fn show(&self, out: &mut String) {
        out.push_str(&self.get().to_string());
    }
}
