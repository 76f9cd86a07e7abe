//! VRRP, versions 2 (RFC 3768) and 3 (RFC 5798).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde_json::Value;

use super::codec::{
    Chosen, Decoder, Encoder, Form as _, Member, Noun, TextAddress, classes, fields, noun,
};
use super::list::{Each, List};
use super::span::{Place, Span, Sums, Window, Wire};
use super::{EmitError, VerifyError, checksum, ip_proto};
use crate::wire::{DecodeError, JsonError, MacAddr};

classes! {
    /// A VRRP advertisement.
    ///
    /// ```text
    ///  0       4       8              16              24              32
    /// +-------+-------+---------------+---------------+---------------+
    /// |version| type_ |     vrid      |   priority    |   count_ip    |
    /// +-------+-------+---------------+---------------+---------------+
    /// |   auth_type   | max_adver_int |           checksum            | version 2
    /// +-------+-------+---------------+-------------------------------+
    /// |  0    |     max_adver_int     |           checksum            | version 3
    /// +-------+-----------------------+-------------------------------+
    /// |   ip_addresses, count_ip times 4 bytes (16 over IPv6)         |
    /// +---------------------------------------------------------------+
    /// |   auth_data, 8 bytes                                          | version 2
    /// +---------------------------------------------------------------+
    /// ```
    ///
    /// | field | unit and range | meaning |
    /// |---|---|---|
    /// | `version` | 2 or 3 | others are refused |
    /// | `type_` | 0 to 15 | 1 is an advertisement, which is all there is |
    /// | `vrid` | 1 to 255 | which virtual router |
    /// | `priority` | 0 to 255 | 255: the addresses are the sender's; 0: it gives up |
    /// | `count_ip` | 0 to 255 | addresses; `None`: filled in |
    /// | `auth_type`, `auth_data` | | version 2: 0; 1 was a password |
    /// | `max_adver_int` | seconds (0 to 255), in version 3 0.01 s (0 to 4,095) | how often it is sent |
    /// | `checksum` | 16 bits | of the message, in version 3 with the pseudo header; `None`: filled in |
    /// | `ip_addresses` | | of the virtual router |
    ///
    /// In version 3 it is the size that says which addresses they are, as in Ryu: IPv6 if there is room
    /// for that many of them. Bytes behind the last field are payload.
    ///
    /// Ryu: `vrrp.vrrp`, its `vrrpv2` and `vrrpv3`. Spec: RFC 3768 section 5, RFC 5798 section 5.
    ///
    /// ```
    /// use ryu_sdn::packet::{Ipv4, Packet, Vrrp, VrrpV2, VrrpV3, Kind, ip_proto};
    ///
    /// let address = [192, 0, 2, 254].into();
    /// let v2 = Vrrp::from(VrrpV2 { vrid: 7, priority: 200, ip_addresses: vec![address].into(), ..VrrpV2::default() });
    /// let bytes = (v2 / []).to_bytes()?;
    /// assert_eq!(bytes, [0x21, 7, 200, 1, 0, 1, 0x53, 0xf7, 192, 0, 2, 254, 0, 0, 0, 0, 0, 0, 0, 0]);
    ///
    /// let ip = Ipv4::new([192, 0, 2, 1].into(), [224, 0, 0, 18].into(), ip_proto::VRRP);
    /// let v3 = VrrpV3 { vrid: 7, ip_addresses: vec![address].into(), ..VrrpV3::default() };
    /// let bytes = (ip / Vrrp::from(v3) / []).to_bytes()?;
    /// assert_eq!(bytes[20..], [0x31, 7, 100, 1, 0, 100, 0x05, 0x04, 192, 0, 2, 254]);
    /// let packet = Packet::parse_as(Kind::Ipv4, &bytes);
    /// assert!(packet.verify().is_ok());
    /// let Some(Vrrp::V3(back)) = packet.get() else { panic!("a header of version 3") };
    /// assert_eq!(back.ip_addresses.iter().collect::<Result<Vec<_>, _>>()?, [address]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub enum Vrrp<'a> "vrrp" by |v| v.ahead(0).map(|first| first >> 4), else V3(VrrpV3<'a>);
    /// Version 2, for IPv4.
    2 => V2(VrrpV2<'a>);
}

/// An advertisement of version 2.
///
/// Ryu: `vrrp.vrrpv2`. Spec: RFC 3768 section 5. See the table and the example of [`Vrrp`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VrrpV2<'a> {
    /// 2.
    pub version: u8,
    /// 1, an advertisement.
    pub type_: u8,
    /// Which virtual router, from 1.
    pub vrid: u8,
    /// 255: the addresses are the sender's; 0: it gives up.
    pub priority: u8,
    /// Number of addresses.
    pub count_ip: Option<u8>,
    /// 0; 1 was a password.
    pub auth_type: u8,
    /// Seconds between advertisements.
    pub max_adver_int: u8,
    /// Checksum.
    pub checksum: Option<u16>,
    /// Addresses of the virtual router.
    pub ip_addresses: List<'a, Ipv4Addr>,
    /// 0; what once was the password.
    pub auth_data: (u32, u32),
}

impl Default for VrrpV2<'_> {
    fn default() -> Self {
        VrrpV2 {
            version: 2,
            type_: Vrrp::ADVERTISEMENT,
            vrid: 1,
            priority: Vrrp::PRIORITY_BACKUP_DEFAULT,
            count_ip: None,
            auth_type: 0,
            max_adver_int: 1,
            checksum: None,
            ip_addresses: List::default(),
            auth_data: (0, 0),
        }
    }
}

fields!(VrrpV2<'a>, |this, v| {
    let VrrpV2 {
        version,
        type_,
        vrid,
        priority,
        count_ip,
        auth_type,
        max_adver_int,
        checksum,
        ip_addresses,
        auth_data,
    } = this;
    v.bits("version", 4, version)?;
    v.bits("type", 4, type_)?;
    v.field("vrid", vrid)?;
    v.field("priority", priority)?;
    v.field("count_ip", count_ip)?;
    v.field("auth_type", auth_type)?;
    v.field("max_adver_int", max_adver_int)?;
    v.field("checksum", checksum)?;
    v.chosen("ip_addresses", *count_ip, ip_addresses)?;
    v.field("auth_data", auth_data)?;
    // Of what Ryu would put around it.
    v.aside("identification", 0);
    Ok(())
});
noun!(VrrpV2<'a>, "vrrpv2");

/// An advertisement of version 3.
///
/// Ryu: `vrrp.vrrpv3`. Spec: RFC 5798 section 5. See the table and the example of [`Vrrp`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VrrpV3<'a> {
    /// 3.
    pub version: u8,
    /// 1, an advertisement.
    pub type_: u8,
    /// Which virtual router, from 1.
    pub vrid: u8,
    /// 255: the addresses are the sender's; 0: it gives up.
    pub priority: u8,
    /// Number of addresses.
    pub count_ip: Option<u8>,
    /// Not used, 4 bits.
    pub reserved: u8,
    /// Time between advertisements in 0.01 s, 12 bits.
    pub max_adver_int: u16,
    /// Checksum.
    pub checksum: Option<u16>,
    /// Addresses of the virtual router.
    pub ip_addresses: VrrpAddresses<'a>,
}

impl Default for VrrpV3<'_> {
    fn default() -> Self {
        VrrpV3 {
            version: 3,
            type_: Vrrp::ADVERTISEMENT,
            vrid: 1,
            priority: Vrrp::PRIORITY_BACKUP_DEFAULT,
            count_ip: None,
            reserved: 0,
            max_adver_int: 100,
            checksum: None,
            ip_addresses: VrrpAddresses::default(),
        }
    }
}

fields!(VrrpV3<'a>, |this, v| {
    let VrrpV3 {
        version,
        type_,
        vrid,
        priority,
        count_ip,
        reserved,
        max_adver_int,
        checksum,
        ip_addresses,
    } = this;
    v.bits("version", 4, version)?;
    v.bits("type", 4, type_)?;
    v.field("vrid", vrid)?;
    v.field("priority", priority)?;
    v.field("count_ip", count_ip)?;
    v.bits("", 4, reserved)?;
    v.bits("max_adver_int", 12, max_adver_int)?;
    v.field("checksum", checksum)?;
    v.chosen("ip_addresses", *count_ip, ip_addresses)?;
    v.remark_none("auth_type");
    v.remark_none("auth_data");
    v.aside("identification", 0);
    Ok(())
});
noun!(VrrpV3<'a>, "vrrpv3");

/// The addresses of a virtual router.
///
/// | variant | bytes |
/// |---|---|
/// | `V4` | 4 for each |
/// | `V6` | 16 for each |
///
/// Spec: RFC 5798 section 5.2.9. See the example of [`Vrrp`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VrrpAddresses<'a> {
    /// Of IPv4.
    V4(List<'a, Ipv4Addr>),
    /// Of IPv6.
    V6(List<'a, Ipv6Addr>),
}

impl Default for VrrpAddresses<'_> {
    fn default() -> Self {
        VrrpAddresses::V4(List::default())
    }
}

impl From<Vec<Ipv4Addr>> for VrrpAddresses<'_> {
    fn from(addresses: Vec<Ipv4Addr>) -> Self {
        VrrpAddresses::V4(addresses.into())
    }
}

impl From<Vec<Ipv6Addr>> for VrrpAddresses<'_> {
    fn from(addresses: Vec<Ipv6Addr>) -> Self {
        VrrpAddresses::V6(addresses.into())
    }
}

impl VrrpAddresses<'_> {
    /// Reads the addresses in their order.
    pub fn iter(&self) -> impl Iterator<Item = Result<IpAddr, DecodeError>> {
        let (v4, v6) = match self {
            VrrpAddresses::V4(list) => (Some(list), None),
            VrrpAddresses::V6(list) => (None, Some(list)),
        };
        let v4 = v4.into_iter().flat_map(List::iter).map(|address| address.map(IpAddr::V4));
        v4.chain(v6.into_iter().flat_map(List::iter).map(|address| address.map(IpAddr::V6)))
    }
}

/// The number of addresses chooses: how many bytes they take, of which kind they are.
impl<'a> Chosen<'a, Option<u8>> for List<'a, Ipv4Addr> {
    fn decode(by: Option<u8>, d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        d.boxed(4 * by.map_or(0, usize::from), "count_ip", Member::decode)
    }
    fn encode(&self, _: Option<u8>, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        Member::encode(self, e)
    }
    fn to_json(&self) -> Value {
        Each::<TextAddress>::to_json(self)
    }
    fn from_json(_: Option<u8>, value: &Value) -> Result<Self, JsonError> {
        Each::<TextAddress>::from_json(value)
    }
    fn show(&self, out: &mut String) {
        Member::show(self, out);
    }
}

impl<'a> Chosen<'a, Option<u8>> for VrrpAddresses<'a> {
    fn decode(by: Option<u8>, d: &mut Decoder<'a>) -> Result<Self, DecodeError> {
        // The header's size was found in the same way.
        match by.map_or(0, usize::from) {
            count @ 1.. if d.remaining() == 16 * count => Member::decode(d).map(VrrpAddresses::V6),
            _ => Chosen::decode(by, d).map(VrrpAddresses::V4),
        }
    }
    fn encode(&self, _: Option<u8>, e: &mut Encoder<'_>) -> Result<(), EmitError> {
        match self {
            VrrpAddresses::V4(list) => Member::encode(list, e),
            VrrpAddresses::V6(list) => Member::encode(list, e),
        }
    }
    fn to_json(&self) -> Value {
        match self {
            VrrpAddresses::V4(list) => Each::<TextAddress>::to_json(list),
            VrrpAddresses::V6(list) => Each::<TextAddress>::to_json(list),
        }
    }
    fn from_json(_: Option<u8>, value: &Value) -> Result<Self, JsonError> {
        Each::<TextAddress>::from_json(value)
            .map(VrrpAddresses::V4)
            .or_else(|_| Each::<TextAddress>::from_json(value).map(VrrpAddresses::V6))
    }
    fn show(&self, out: &mut String) {
        match self {
            VrrpAddresses::V4(list) => Member::show(list, out),
            VrrpAddresses::V6(list) => Member::show(list, out),
        }
    }
}

impl Vrrp<'_> {
    /// Type of an advertisement.
    pub const ADVERTISEMENT: u8 = 1;
    /// Priority of a router that gives up.
    pub const PRIORITY_RELEASE_RESPONSIBILITY: u8 = 0;
    /// Priority of a backup router to which nobody gave another one.
    pub const PRIORITY_BACKUP_DEFAULT: u8 = 100;
    /// Priority of the router to which the addresses belong.
    pub const PRIORITY_ADDRESS_OWNER: u8 = 255;

    /// Where advertisements go, over IPv4.
    pub const IPV4_DST: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 18);
    /// The Ethernet address of [`Vrrp::IPV4_DST`].
    pub const IPV4_DST_MAC: MacAddr = MacAddr([0x01, 0, 0x5e, 0, 0, 0x12]);
    /// Where advertisements go, over IPv6.
    pub const IPV6_DST: Ipv6Addr = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 0x12);
    /// The Ethernet address of [`Vrrp::IPV6_DST`].
    pub const IPV6_DST_MAC: MacAddr = MacAddr([0x33, 0x33, 0, 0, 0, 0x12]);
    /// Hops that an advertisement has, else it is not taken.
    pub const TTL: u8 = 255;

    /// The Ethernet address of the virtual router `vrid` for IPv4.
    ///
    /// Ryu: `vrrp_ipv4_src_mac_address`. Spec: RFC 5798 section 7.3.
    ///
    /// ```
    /// use ryu_sdn::packet::Vrrp;
    ///
    /// assert_eq!(Vrrp::ipv4_src_mac(7).to_string(), "00:00:5e:00:01:07");
    /// assert_eq!(Vrrp::ipv6_src_mac(7).to_string(), "00:00:5e:00:02:07");
    /// ```
    pub const fn ipv4_src_mac(vrid: u8) -> MacAddr {
        MacAddr([0, 0, 0x5e, 0, 1, vrid])
    }

    /// The Ethernet address of the virtual router `vrid` for IPv6.
    ///
    /// Ryu: `vrrp_ipv6_src_mac_address`. Spec: RFC 5798 section 7.3.
    pub const fn ipv6_src_mac(vrid: u8) -> MacAddr {
        MacAddr([0, 0, 0x5e, 0, 2, vrid])
    }

    /// Whether the checksum covers the pseudo header, too.
    const fn pseudo(version: u8) -> Option<u8> {
        if version == 2 { None } else { Some(ip_proto::VRRP) }
    }
}

impl<'a> Wire<'a> for Vrrp<'a> {
    const MIN: usize = 8;

    fn span(w: &Window<'a>) -> Result<Span, DecodeError> {
        let head = w.head::<8>(Self::CLASS)?;
        let (version, count) = (head[0] >> 4, usize::from(head[3]));
        let after = |at: usize, size: usize, imposed_by| {
            let bytes = w.bytes.get(at..).unwrap_or_default();
            let rest = Window { bytes, offset: w.offset + at, imposed_by };
            if rest.bytes.len() < size {
                Err(rest.truncated(Self::CLASS, size))
            } else {
                Ok(at + size)
            }
        };
        let size = match version {
            2 => 4 * count,
            3 if w.bytes.len() >= 8 + 16 * count => 16 * count,
            3 => 4 * count,
            _ => {
                let version = version.into();
                return Err(DecodeError::bad_value(Self::CLASS, w.offset, version, "version"));
            }
        };
        let end = after(8, size, Some("count_ip"))?;
        let end = if version == 2 { after(end, 8, w.imposed_by)? } else { end };
        Ok(Span::new(end, None))
    }

    fn complete(&self, frame: &mut [u8], at: &Place) -> Result<(), EmitError> {
        let (version, count_ip, given, size) = match self {
            Vrrp::V2(v2) => (2, v2.count_ip, v2.checksum, 4),
            Vrrp::V3(v3) => {
                let size = if matches!(v3.ip_addresses, VrrpAddresses::V4(_)) { 4 } else { 16 };
                (3, v3.count_ip, v3.checksum, size)
            }
        };
        if count_ip.is_none() {
            let auth = if version == 2 { 8 } else { 0 };
            let count = (at.head_end - at.start).saturating_sub(8 + auth) / size;
            let Ok(short) = u8::try_from(count) else {
                let (what, field) = (Self::CLASS, "count_ip");
                return Err(EmitError { what, field, value: count as u64, max: u8::MAX.into() });
            };
            frame[at.start + 3] = short;
        }
        if given.is_none() {
            let own = Place { end: at.head_end, ..*at };
            checksum::fill(frame, &own, 6, Self::pseudo(version), 0);
        }
        Ok(())
    }

    fn verify(frame: &Sums<'_>, at: &Place) -> Result<(), VerifyError> {
        let own = Place { end: at.head_end, ..*at };
        let version = frame.get(at.start).map_or(0, |first| first >> 4);
        checksum::verify(frame, &own, 6, Self::pseudo(version), Self::CLASS)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Ipv4, Ipv6, Kind, Packet};
    use super::*;

    const V2: [u8; 20] =
        [0x21, 7, 200, 1, 0, 1, 0x53, 0xf7, 192, 0, 2, 254, 0, 0, 0, 0, 0, 0, 0, 0];

    #[test]
    fn text_is_that_of_ryu() {
        assert_eq!(
            Vrrp::parse(&V2).expect("version 2").0.to_string(),
            "vrrpv2(auth_data=(0, 0),auth_type=0,checksum=21495,count_ip=1,\
             ip_addresses=['192.0.2.254'],max_adver_int=1,priority=200,type=1,version=2,vrid=7)"
        );
        let mut v3 = vec![0x31, 7, 255, 1, 0x0f, 0xff, 0x93, 0x91];
        v3.extend("fe80::fe".parse::<Ipv6Addr>().expect("an address").octets());
        assert_eq!(
            Vrrp::parse(&v3).expect("version 3").0.to_string(),
            "vrrpv3(auth_data=None,auth_type=None,checksum=37777,count_ip=1,\
             ip_addresses=['fe80::fe'],max_adver_int=4095,priority=255,type=1,version=3,vrid=7)"
        );
    }

    #[test]
    fn versions_2_and_3_are_known() {
        let mut other = V2;
        other[0] = 0x41;
        let err = Vrrp::parse(&other).expect_err("version 4");
        assert_eq!((err.needed, err.imposed_by), (4, Some("version")));
        // Version 2 ends with 8 bytes whatever they are.
        let err = Vrrp::parse(&V2[..19]).expect_err("it is cut");
        assert_eq!((err.offset, err.needed, err.available, err.imposed_by), (12, 8, 7, None));
    }

    #[test]
    fn checksums_are_filled_and_verified() {
        let check = |bytes: &[u8], outer: Kind, at: usize| {
            let verify = |bytes: &[u8]| Packet::parse_as(outer, bytes).verify();
            assert_eq!(verify(bytes), Ok(()), "{outer:?}");
            let mut wrong = bytes.to_vec();
            wrong[at + 2] ^= 1;
            assert!(verify(&wrong).is_err(), "{outer:?}");
        };
        let v6 = ["fe80::1", "fe80::fe"].map(|text| text.parse::<Ipv6Addr>().expect("an address"));
        let ip = Ipv6 { nxt: ip_proto::VRRP, src: v6[0], dst: v6[1], ..Ipv6::default() };
        let v3 = VrrpV3 { ip_addresses: v6.to_vec().into(), ..VrrpV3::default() };
        let bytes = (ip / Vrrp::from(v3) / []).to_bytes().expect("it fits");
        assert_eq!((bytes.len(), bytes[43]), (40 + 8 + 32, 2));
        check(&bytes, Kind::Ipv6, 40);

        // The sum of version 2 leaves the addresses of IP out.
        let ip = Ipv4::new([192, 0, 2, 1].into(), [224, 0, 0, 18].into(), ip_proto::VRRP);
        let v2 = VrrpV2 {
            vrid: 7,
            priority: 200,
            ip_addresses: vec![[192, 0, 2, 254].into()].into(),
            ..VrrpV2::default()
        };
        let bytes = (ip / Vrrp::from(v2) / []).to_bytes().expect("it fits");
        assert_eq!(bytes[20..], V2);
        check(&bytes, Kind::Ipv4, 20);
    }

    #[test]
    fn at_most_255_addresses() {
        let many = vec![Ipv4Addr::UNSPECIFIED; 256];
        let v2 = VrrpV2 { ip_addresses: many.into(), ..VrrpV2::default() };
        let err = (Vrrp::from(v2) / []).to_bytes().expect_err("too many");
        assert_eq!((err.field, err.value, err.max), ("count_ip", 256, 255));
    }
}
