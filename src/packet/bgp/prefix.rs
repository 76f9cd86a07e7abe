//! Prefixes of IPv6, and of either family behind labels and route distinguishers (RFC 4760,
//! RFC 8277, RFC 4364, RFC 4659). (Those of plain IPv4 are in `nlri.rs`.)

use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::Value;

use super::{BgpLabel, RouteDistinguisher};
use crate::packet::codec::{Chosen, Decoder, Encoder, Member, fields, noun};
use crate::packet::{EmitError, List};
use crate::wire::{DecodeError, JsonError};

/// A prefix of IPv6.
///
/// ```text
///  0       8
/// +-------+------------------- - -
/// | length| addr, as many bytes as the length needs
/// +-------+------------------- - -
/// ```
///
/// | field | unit, range | meaning |
/// |---|---|---|
/// | `length` | bits, 0 to 128 | size of the prefix |
/// | `addr` | | the address; bits behind the prefix are kept |
///
/// Ryu: `bgp.IP6AddrPrefix`. Spec: RFC 4760 section 5, RFC 2545. See the example of
/// [`BgpMpReachNlri`](super::BgpMpReachNlri).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ip6AddrPrefix {
    /// Bits of the prefix, 0 to 128.
    pub length: u8,
    /// The address; on the wire as many bytes of it as the prefix needs.
    pub addr: Ipv6Addr,
}

impl Ip6AddrPrefix {
    /// The first `length` bits of `addr`.
    pub fn new(addr: Ipv6Addr, length: u8) -> Self {
        Ip6AddrPrefix { length, addr }
    }
}

impl Default for Ip6AddrPrefix {
    fn default() -> Self {
        Ip6AddrPrefix { length: 0, addr: Ipv6Addr::UNSPECIFIED }
    }
}

fields!(Ip6AddrPrefix, |this, v| {
    let Ip6AddrPrefix { length, addr } = this;
    v.field("length", length)?;
    v.chosen("addr", *length, addr)
});
noun!(Ip6AddrPrefix, "IP6AddrPrefix");

/// Labels and an address: what Ryu has as a tuple in `addr`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labelled<'a, A> {
    /// The labels; none only if a peer leaves them out.
    pub labels: List<'a, BgpLabel>,
    /// The address.
    pub ip: A,
}

/// Labels, the VPN and an address: what Ryu has as a tuple in `addr`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelledVpn<'a, A> {
    /// The labels; none only if a peer leaves them out.
    pub labels: List<'a, BgpLabel>,
    /// Whose address it is.
    pub route_dist: RouteDistinguisher,
    /// The address.
    pub ip: A,
}

/// Bits of a route distinguisher.
const RD_BITS: u8 = 64;

/// Runs `f` in a box of the bytes that `length` bits need; the byte before is the length.
fn boxed<'a, R>(
    length: u8,
    d: &mut Decoder<'a>,
    f: impl FnOnce(&mut Decoder<'a>) -> Result<R, DecodeError>,
) -> Result<R, DecodeError> {
    let size = usize::from(length).div_ceil(8);
    if size > d.remaining() {
        let mut err = d.short(1 + size, "length");
        (err.offset, err.available) = (err.offset.saturating_sub(1), err.available + 1);
        return Err(err);
    }
    d.boxed(size, "length", f)
}

/// The labels that stand here, and the bits left of `length`.
fn labels<'a>(length: u8, d: &mut Decoder<'a>) -> Result<(List<'a, BgpLabel>, u8), DecodeError> {
    let size = BgpLabel::SIZE * BgpLabel::count(d.clone().rest());
    // The box has whole bytes, so that a label may fit into it and yet have more bits than are left.
    let left = u8::try_from(8 * size).ok().and_then(|bits| length.checked_sub(bits));
    let Some(left) = left else { return Err(d.bad_value(1, length.into(), "length")) };
    Ok((d.boxed(size, "length", Member::decode)?, left))
}

/// Writes labels; says how many of `length` bits are left.
fn put_labels(
    labels: &List<'_, BgpLabel>,
    length: u8,
    e: &mut Encoder<'_>,
) -> Result<u8, EmitError> {
    let bytes = labels.to_bytes()?;
    let left = u8::try_from(8 * bytes.len()).ok().and_then(|bits| length.checked_sub(bits));
    let Some(left) = left else {
        return Err(e.too_large("labels", 8 * bytes.len() as u64, length.into()));
    };
    e.bytes(&bytes);
    Ok(left)
}

/// Labels out of JSON, the last one at the bottom.
fn labels_of<'a>(value: &Value) -> Result<List<'a, BgpLabel>, JsonError> {
    let labels: List<'_, BgpLabel> = Member::from_json(value)?;
    let labels = labels.items().map_err(|_| JsonError::expected("labels", value))?;
    let labels: Vec<u32> = labels.iter().map(|label| label.label).collect();
    Ok(BgpLabel::stack(&labels))
}

impl<'a, A: Chosen<'a, u8>> Chosen<'a, u8> for Labelled<'a, A> {
    fn decode(by: u8, d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        boxed(by, d, |d| {
            let (labels, left) = labels(by, d)?;
            Ok(Labelled { labels, ip: A::decode(left, d)? })
        })
    }
    fn encode(&self, by: u8, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        let left = put_labels(&self.labels, by, e)?;
        self.ip.encode(left, e)
    }
    fn to_json(&self) -> Value {
        vec![self.labels.to_json(), self.ip.to_json()].into()
    }
    fn from_json(_: u8, value: &Value) -> Result<Self, JsonError> {
        match value.as_array().map(Vec::as_slice) {
            Some([labels, ip]) => {
                Ok(Labelled { labels: labels_of(labels)?, ip: A::from_json(0, ip)? })
            }
            _ => Err(JsonError::expected("[labels, address]", value)),
        }
    }
    fn show(&self, out: &mut String) {
        out.push('(');
        self.labels.show(out);
        out.push_str(", ");
        self.ip.show(out);
        out.push(')');
    }
}

impl<'a, A: Chosen<'a, u8>> Chosen<'a, u8> for LabelledVpn<'a, A> {
    fn decode(by: u8, d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        boxed(by, d, |d| {
            let (labels, left) = labels(by, d)?;
            let Some(left) = left.checked_sub(RD_BITS) else {
                return Err(d.bad_value(1, by.into(), "length"));
            };
            let route_dist = Member::decode(d)?;
            Ok(LabelledVpn { labels, route_dist, ip: A::decode(left, d)? })
        })
    }
    fn encode(&self, by: u8, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        let left = put_labels(&self.labels, by, e)?;
        let Some(left) = left.checked_sub(RD_BITS) else {
            return Err(e.too_large("route_dist", RD_BITS.into(), left.into()));
        };
        self.route_dist.encode(e)?;
        self.ip.encode(left, e)
    }
    fn to_json(&self) -> Value {
        vec![self.labels.to_json(), self.route_dist.to_json(), self.ip.to_json()].into()
    }
    fn from_json(_: u8, value: &Value) -> Result<Self, JsonError> {
        match value.as_array().map(Vec::as_slice) {
            Some([labels, rd, ip]) => Ok(LabelledVpn {
                labels: labels_of(labels)?,
                route_dist: Member::from_json(rd)?,
                ip: A::from_json(0, ip)?,
            }),
            _ => Err(JsonError::expected("[labels, route distinguisher, address]", value)),
        }
    }
    fn show(&self, out: &mut String) {
        out.push('(');
        self.labels.show(out);
        out.push_str(", ");
        self.route_dist.show(out);
        out.push_str(", ");
        self.ip.show(out);
        out.push(')');
    }
}

/// Declares a prefix behind labels.
macro_rules! labelled {
    ($(
        $(#[$meta:meta])*
        $noun:ident $class:literal, $inner:ident<$addr:ty>,
        ($($arg:ident: $ty:ty,)*), $front:literal;
    )*) => { $(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $noun<'a> {
            /// Bits of all there is in `addr`: labels, route distinguisher, prefix.
            pub length: u8,
            /// What stands before the address, and the address; on the wire as many bytes of it as
            /// the prefix needs.
            pub addr: $inner<'a, $addr>,
        }

        impl<'a> $noun<'a> {
            /// The first `prefix_len` bits of `ip` behind `labels`; `None` if there are more labels
            /// than `length` can count.
            pub fn new(ip: $addr, prefix_len: u8, labels: &[u32] $(, $arg: $ty)*) -> Option<Self> {
                let bits = 24 * labels.len() + $front + usize::from(prefix_len);
                let length = u8::try_from(bits).ok()?;
                let labels = BgpLabel::stack(labels);
                Some($noun { length, addr: $inner { labels, $($arg,)* ip } })
            }

            /// Bits of the prefix alone.
            pub fn prefix_len(&self) -> u8 {
                let labels = self.addr.labels.to_bytes().map_or(0, |bytes| 8 * bytes.len());
                let before = u8::try_from(labels + $front).unwrap_or(u8::MAX);
                self.length.saturating_sub(before)
            }

            /// Address and length of the prefix: `10.0.1.0/24`.
            ///
            /// Ryu: `prefix`.
            pub fn prefix(&self) -> String {
                format!("{}/{}", self.addr.ip, self.prefix_len())
            }
        }

        impl Default for $noun<'_> {
            fn default() -> Self {
                let ip = <$addr>::UNSPECIFIED;
                let labels = List::default();
                $noun { length: $front, addr: $inner { labels, $($arg: <$ty>::default(),)* ip } }
            }
        }

        fields!($noun<'a>, |this, v| {
            let $noun { length, addr } = this;
            v.field("length", length)?;
            v.chosen("addr", *length, addr)
        });
        noun!($noun<'a>, $class);
    )* };
}

labelled! {
    /// A prefix of IPv4 behind MPLS labels.
    ///
    /// ```text
    ///  0       8                 8 + 24 n
    /// +-------+------------- - -+------------------- - -
    /// | length| labels, 24 each | address, as many bytes as are needed
    /// +-------+------------- - -+------------------- - -
    /// ```
    ///
    /// | field | unit, range | meaning |
    /// |---|---|---|
    /// | `length` | bits, 0 to 255 | labels and prefix |
    /// | `addr.labels` | | up to the bottom of the stack |
    /// | `addr.ip` | | the address; bits behind the prefix are kept |
    ///
    /// Ryu: `bgp.LabelledIPAddrPrefix`. Spec: RFC 8277 section 2.2.
    ///
    /// ```
    /// use ryu_sdn::packet::{
    ///     Bgp, BgpMpUnreachNlri, BgpPathAttribute, BgpUpdate, LabelledIpAddrPrefix, MpNlri, RouteFamily,
    /// };
    ///
    /// let route = LabelledIpAddrPrefix::new([10, 0, 1, 0].into(), 24, &[100]).expect("it fits");
    /// let gone = BgpMpUnreachNlri::new(RouteFamily::IPV4_MPLS, vec![route]);
    /// let update = BgpUpdate { path_attributes: vec![gone.into()].into(), ..BgpUpdate::default() };
    /// let bytes = (Bgp::from(update) / []).to_bytes()?;
    /// assert_eq!(bytes[23..], [128, 15, 10, 0, 1, 4, 48, 0x00, 0x06, 0x41, 10, 0, 1]);
    ///
    /// let (back, _) = Bgp::parse(&bytes)?;
    /// let attributes = back.as_update().expect("it is one").path_attributes.items()?;
    /// let BgpPathAttribute::MpUnreachNlri(gone) = &attributes[0] else { panic!("it is one") };
    /// let MpNlri::LabelledIpv4(routes) = &gone.withdrawn_routes else { panic!("of this family") };
    /// let route = &routes.items()?[0];
    /// assert_eq!(route.to_string(), "LabelledIPAddrPrefix(addr=([100], '10.0.1.0'),length=48)");
    /// assert_eq!(route.prefix(), "10.0.1.0/24");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    LabelledIpAddrPrefix "LabelledIPAddrPrefix", Labelled<Ipv4Addr>, (), 0;
    /// A prefix of IPv6 behind MPLS labels.
    ///
    /// Ryu: `bgp.LabelledIP6AddrPrefix`. Spec: RFC 8277 section 2.2. See the example of
    /// [`LabelledIpAddrPrefix`].
    LabelledIp6AddrPrefix "LabelledIP6AddrPrefix", Labelled<Ipv6Addr>, (), 0;
    /// A prefix of IPv4 in a VPN, behind MPLS labels.
    ///
    /// ```text
    ///  0       8                 8 + 24 n           72 + 24 n
    /// +-------+------------- - -+------------------+----------- - -
    /// | length| labels, 24 each | distinguisher    | address
    /// +-------+------------- - -+------------------+----------- - -
    /// ```
    ///
    /// Ryu: `bgp.LabelledVPNIPAddrPrefix`. Spec: RFC 4364 section 4.3.4.
    ///
    /// ```
    /// use ryu_sdn::packet::LabelledVpnIpAddrPrefix;
    ///
    /// let vpn = "65001:1".parse()?;
    /// let route = LabelledVpnIpAddrPrefix::new([10, 0, 1, 0].into(), 24, &[100], vpn).expect("it fits");
    /// assert_eq!((route.length, route.prefix_len()), (112, 24));
    /// # Ok::<(), ryu_sdn::packet::ParseRouteDistinguisherError>(())
    /// ```
    LabelledVpnIpAddrPrefix "LabelledVPNIPAddrPrefix", LabelledVpn<Ipv4Addr>,
    (route_dist: RouteDistinguisher,), 64;
    /// A prefix of IPv6 in a VPN, behind MPLS labels.
    ///
    /// Ryu: `bgp.LabelledVPNIP6AddrPrefix`. Spec: RFC 4659 section 2. See the example of
    /// [`LabelledVpnIpAddrPrefix`].
    LabelledVpnIp6AddrPrefix "LabelledVPNIP6AddrPrefix", LabelledVpn<Ipv6Addr>,
    (route_dist: RouteDistinguisher,), 64;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<LabelledVpnIpAddrPrefix<'_>, DecodeError> {
        Member::decode(&mut Decoder::new("bgp", bytes, 100, None))
    }

    #[test]
    fn labels_leave_room_for_the_rest() {
        assert_eq!(LabelledIpAddrPrefix::new([10, 0, 0, 0].into(), 8, &[1; 11]), None);
        let most = LabelledIpAddrPrefix::new([10, 0, 0, 0].into(), 8, &[1; 10]).expect("248 bits");
        assert_eq!((most.length, most.prefix_len()), (248, 8));
        let mut out = Vec::new();
        let short = LabelledIpAddrPrefix { length: 24, ..most.clone() };
        let err = short.encode(&mut Encoder::new("bgp", &mut out)).unwrap_err();
        assert_eq!((err.field, err.value, err.max), ("labels", 240, 24));

        // No room for the distinguisher, an address of 33 bits, bytes that are not there.
        let err = read(&[80, 0, 6, 0x41, 0, 0, 0, 1, 0, 0, 0]).unwrap_err();
        assert_eq!(err.imposed_by, Some("length"));
        assert!(read(&[121, 0, 6, 0x41, 0, 0, 0, 1, 0, 0, 0, 1, 10, 0, 0, 0, 0]).is_err());
        let err = read(&[112, 0, 6, 0x41]).unwrap_err();
        assert_eq!((err.offset, err.needed, err.available), (100, 15, 4));
    }

    #[test]
    fn a_stack_without_a_bottom_is_none() {
        let mut d = Decoder::new("bgp", &[24, 10, 0, 2], 0, None);
        let route = LabelledIpAddrPrefix::decode(&mut d).expect("as Ryu reads it");
        assert_eq!(route.to_string(), "LabelledIPAddrPrefix(addr=([], '10.0.2.0'),length=24)");
    }
}
