//! What the bytes of BGP do not say: what speakers agreed about, or how a file writes it.

use super::message::HEAD;
use super::{Bgp, BgpPathAttribute, MpNlri, RouteFamily};
use crate::packet::List;
use crate::packet::codec::{Chosen as _, Decoder, Fields as _, Noun as _, Visit as _};
use crate::packet::span::Window;
use crate::wire::DecodeError;

/// AS numbers have two octets.
pub(super) const TWO: u32 = 1;
/// AS numbers have four octets.
pub(super) const FOUR: u32 = 2;
/// `MP_REACH_NLRI` has the next hops only.
pub(super) const RIB: u32 = 4;

/// Lengths of optional parameters have two octets.
pub(super) const EXTENDED: u32 = 8;

/// How bytes of BGP are laid out where they do not say it themselves.
///
/// Whoever does not know lets [`Bgp::parse`] look at the bytes: see [`BgpAsPath`](super::BgpAsPath).
///
/// Spec: RFC 6793 section 4.1, RFC 6396 section 4.3.4.
///
/// ```
/// use ryu_sdn::packet::{BgpDialect, BgpPathAttribute};
///
/// // Two segments of one AS, or one of three? It was agreed about.
/// let path = [0x40, 2, 8, 2, 1, 0, 7, 2, 1, 0, 9];
/// let two = BgpPathAttribute::list_in(&path, BgpDialect::TwoOctet).items()?;
/// let BgpPathAttribute::AsPath(two) = &two[0] else { panic!("it is a path") };
/// assert_eq!(two.value.segments()?, [(2, vec![7]), (2, vec![9])]);
///
/// let four = BgpPathAttribute::list_in(&path, BgpDialect::FourOctet).items()?;
/// let BgpPathAttribute::AsPath(four) = &four[0] else { panic!("it is a path") };
/// assert!(four.value.segments().is_err(), "there is no second one then");
/// # Ok::<(), ryu_sdn::wire::DecodeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BgpDialect {
    /// A session of which one speaker does not know AS numbers of four octets.
    TwoOctet,
    /// A session of two that do.
    FourOctet,
    /// A table in a file, as `TABLE_DUMP_V2` of MRT has it: AS numbers of four octets, and of
    /// `MP_REACH_NLRI` the next hops only ([`BgpMpReachNextHop`](super::BgpMpReachNextHop)). A whole
    /// one, which some write against the rule, is read, too. (Ryu writes
    /// such tables with numbers of two octets, which nobody can know.)
    Rib,
}

impl BgpDialect {
    fn said(self) -> u32 {
        match self {
            BgpDialect::TwoOctet => TWO,
            BgpDialect::FourOctet => FOUR,
            BgpDialect::Rib => FOUR | RIB,
        }
    }
}

impl<'a> Bgp<'a> {
    /// As [`parse`](Bgp::parse), by one who knows what the bytes do not say.
    ///
    /// # Errors
    /// If the message is cut, or lies about itself.
    pub fn parse_in(
        bytes: &'a [u8],
        dialect: BgpDialect,
    ) -> Result<(Bgp<'a>, &'a [u8]), DecodeError> {
        let w = Window { bytes, offset: 0, imposed_by: None };
        let head = w.head::<HEAD>(Self::CLASS)?;
        let len = u16::from_be_bytes([head[16], head[17]]).into();
        let (own, rest) = bytes.split_at(w.span(Self::CLASS, len, HEAD, "len", None)?.head);
        let mut d = Decoder::new(Self::CLASS, own, 0, None);
        d.say(dialect.said());
        let mut message = Bgp::default();
        message.fill(&mut d)?;
        Ok((message, rest))
    }
}

impl<'a> BgpPathAttribute<'a> {
    /// The attributes that `bytes` are, one after the other, by one who knows what they do not say.
    pub fn list_in(bytes: &'a [u8], dialect: BgpDialect) -> List<'a, BgpPathAttribute<'a>> {
        List::parsed(bytes, 0, Bgp::CLASS, dialect.said())
    }
}

impl<'a> MpNlri<'a> {
    /// The routes of a family that `bytes` are, one after the other.
    ///
    /// ```
    /// use ryu_sdn::packet::{IpAddrPrefix, MpNlri, RouteFamily};
    ///
    /// let routes = MpNlri::of_bytes(RouteFamily::IPV4_UC, &[8, 10, 16, 172, 16]);
    /// let MpNlri::Ipv4(routes) = routes else { panic!("of IPv4") };
    /// assert_eq!(routes.items()?[1], IpAddrPrefix::new([172, 16, 0, 0].into(), 16));
    /// # Ok::<(), ryu_sdn::wire::DecodeError>(())
    /// ```
    pub fn of_bytes(family: RouteFamily, bytes: &'a [u8]) -> MpNlri<'a> {
        // A list fails when its items are read.
        let mut d = Decoder::new(Bgp::CLASS, bytes, 0, None);
        MpNlri::decode(family, &mut d).unwrap_or(MpNlri::Unknown(bytes.into()))
    }
}
