//! What BGP is for: routes that are new and routes that are no more (RFC 4271 section 4.3).

use super::message::{MARKER, Marker};
use super::nlri::Framed;
use super::{
    BgpAsPath, BgpMpReachNlri, BgpMpUnreachNlri, BgpNlri, BgpPathAttribute, BgpWithdrawnRoute,
};
use crate::packet::List;
use crate::packet::codec::{Len, fields, noun};

/// Routes that are no more, and routes that are new with what is to be said about them.
///
/// ```text
///  0               16
/// +---------------+-----------------------------------   (behind marker, len and type)
/// |      len      | withdrawn_routes
/// +---------------+-----------------------------------
/// |      len      | path_attributes
/// +---------------+-----------------------------------
/// | nlri
/// +---------------------------------------------------
/// ```
///
/// | field | unit and range | meaning |
/// |---|---|---|
/// | `marker`, `len`, `type_` | | as of any [`Bgp`](super::Bgp) |
/// | `withdrawn_routes_len` | bytes | of the withdrawn routes; `None`: filled in |
/// | `withdrawn_routes` | | [`BgpWithdrawnRoute`]s |
/// | `total_path_attribute_len` | bytes | of the attributes; `None`: filled in |
/// | `path_attributes` | | [`BgpPathAttribute`]s |
/// | `nlri` | | [`BgpNlri`]s: the routes, of IPv4 |
///
/// Routes of other families are in the attributes [`BgpMpReachNlri`] and [`BgpMpUnreachNlri`]. An
/// update with nothing in it says that there are no more routes to come (RFC 4724).
///
/// Ryu: `bgp.BGPUpdate`. Spec: RFC 4271 section 4.3.
///
/// ```
/// use ryu_sdn::packet::{Bgp, BgpAsPath, BgpAsPathSegment, BgpNextHop, BgpNlri, BgpOrigin, BgpUpdate};
///
/// let update = BgpUpdate {
///     path_attributes: vec![
///         BgpOrigin::new(BgpOrigin::IGP).into(),
///         BgpAsPath::new(vec![BgpAsPathSegment::sequence([65001])]).into(),
///         BgpNextHop::new([192, 0, 2, 1].into()).into(),
///     ]
///     .into(),
///     nlri: vec![BgpNlri::new([10, 0, 0, 0].into(), 8)].into(),
///     ..BgpUpdate::default()
/// };
/// let bytes = (Bgp::from(update) / []).to_bytes()?;
/// assert_eq!(bytes[16..27], [0, 43, 2, 0, 0, 0, 18, 0x40, 1, 1, 0]);
/// assert_eq!(bytes[27..], [0x40, 2, 4, 2, 1, 0xfd, 0xe9, 0x40, 3, 4, 192, 0, 2, 1, 8, 10]);
/// let (back, _) = Bgp::parse(&bytes)?;
/// let routes = back.as_update().expect("it is one").nlri.items()?;
/// assert_eq!(routes, [BgpNlri { length: 8, addr: [10, 0, 0, 0].into() }]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BgpUpdate<'a> {
    /// All bits set.
    pub marker: [u8; 16],
    /// Bytes of the message.
    pub len: Option<u16>,
    /// 2.
    pub type_: u8,
    /// Bytes of the withdrawn routes.
    pub withdrawn_routes_len: Option<u16>,
    /// Routes that are no more.
    pub withdrawn_routes: List<'a, BgpWithdrawnRoute>,
    /// Bytes of the attributes.
    pub total_path_attribute_len: Option<u16>,
    /// What is to be said about the routes.
    pub path_attributes: List<'a, BgpPathAttribute<'a>>,
    /// The routes.
    pub nlri: List<'a, BgpNlri>,
}

impl Default for BgpUpdate<'_> {
    fn default() -> Self {
        BgpUpdate {
            marker: MARKER,
            len: None,
            type_: 2,
            withdrawn_routes_len: None,
            withdrawn_routes: List::default(),
            total_path_attribute_len: None,
            path_attributes: List::default(),
            nlri: List::default(),
        }
    }
}

fields!(BgpUpdate<'a>, |this, v| {
    let BgpUpdate {
        marker,
        len,
        type_,
        withdrawn_routes_len,
        withdrawn_routes,
        total_path_attribute_len,
        path_attributes,
        nlri,
    } = this;
    v.with::<Marker, _>("", marker)?;
    v.sized("len", 16, Len::with(18), len, |v| {
        v.field("type", type_)?;
        v.sized("withdrawn_routes_len", 16, Len::BODY, withdrawn_routes_len, |v| {
            v.with::<Framed, _>("withdrawn_routes", withdrawn_routes)
        })?;
        v.sized("total_path_attribute_len", 16, Len::BODY, total_path_attribute_len, |v| {
            v.with::<Framed, _>("path_attributes", path_attributes)
        })?;
        v.with::<Framed, _>("nlri", nlri)
    })
});
noun!(BgpUpdate<'a>, "BGPUpdate");

impl<'a> BgpUpdate<'a> {
    /// The attribute with the ASes through which the routes came.
    pub fn as_path(&self) -> Option<BgpAsPath<'a>> {
        self.find(|a| if let BgpPathAttribute::AsPath(path) = a { Some(path) } else { None })
    }

    /// The attribute with routes of any family.
    pub fn mp_reach_nlri(&self) -> Option<BgpMpReachNlri<'a>> {
        self.find(|a| if let BgpPathAttribute::MpReachNlri(reach) = a { Some(reach) } else { None })
    }

    /// The attribute with routes of any family that are no more.
    pub fn mp_unreach_nlri(&self) -> Option<BgpMpUnreachNlri<'a>> {
        self.find(|a| if let BgpPathAttribute::MpUnreachNlri(un) = a { Some(un) } else { None })
    }

    fn find<T>(&self, which: impl FnMut(BgpPathAttribute<'a>) -> Option<T>) -> Option<T> {
        self.path_attributes.iter().filter_map(Result::ok).find_map(which)
    }
}
