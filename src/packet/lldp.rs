//! LLDP (IEEE 802.1AB): who is on the other end of a link.

use std::borrow::Cow;

use super::codec::{Base64, Len, Noun, fields, header, noun, union};
use super::protocols::encode;
use super::span::{Span, Window, Wire};
use super::{Ethernet, List, Over, ethertype};
use crate::wire::{DecodeError, MacAddr};

header! {
    /// An LLDP packet: TLVs, of which the first three are chassis, port and time to live.
    ///
    /// ```text
    ///  0       7         16
    /// +-------+---------+------------------+------- - -
    /// | type  | length  | value            | next TLV
    /// +-------+---------+------------------+------- - -
    /// ```
    ///
    /// | field | meaning |
    /// |---|---|
    /// | `tlvs` | [`LldpTlv`]s; what is behind the end TLV is padding |
    ///
    /// A packet in which a TLV sticks out or is too short for its type, or in which the first three are
    /// others, is refused.
    ///
    /// Ryu: `lldp.lldp`. Spec: IEEE 802.1AB-2016 section 8.
    ///
    /// ```
    /// use ryu_sdn::packet::{Lldp, Packet};
    /// use ryu_sdn::wire::MacAddr;
    ///
    /// let probe = Lldp::new(b"dpid:00000000000000a1", &[0, 0, 0, 7], 120);
    /// let frame = probe.over_ethernet(MacAddr([2, 0, 0, 0, 0, 7])).to_bytes()?;
    /// let back = Packet::parse(&frame).get::<Lldp>().expect("a whole packet");
    /// let chassis = back.chassis_id().expect("it has one");
    /// assert_eq!((chassis.subtype, &chassis.chassis_id[..]), (7, &b"dpid:00000000000000a1"[..]));
    /// assert_eq!(back.port_id().expect("it has one").port_id[..], [0, 0, 0, 7]);
    /// assert_eq!(back.ttl(), Some(120));
    /// # Ok::<(), ryu_sdn::packet::EmitError>(())
    /// ```
    pub struct Lldp<'a> "lldp" {
        /// The TLVs.
        tlvs: List<'a, LldpTlv<'a>>,
    }
}

union! {
    /// One TLV: 7 bits of type, 9 bits of length, a value.
    ///
    /// Spec: IEEE 802.1AB-2016 section 8.4. See the example of [`Lldp`].
    pub enum LldpTlv<'a> by |d| d.peek::<1>().map(|[first]| first >> 1), else Unknown(LldpUnknown<'a>);
    /// The end.
    0 => End(LldpEnd);
    /// Who it is.
    1 => ChassisId(LldpChassisId<'a>);
    /// By which port.
    2 => PortId(LldpPortId<'a>);
    /// For how long.
    3 => Ttl(LldpTtl);
    /// What the port is.
    4 => PortDescription(LldpPortDescription<'a>);
    /// What the sender is called.
    5 => SystemName(LldpSystemName<'a>);
    /// What the sender is.
    6 => SystemDescription(LldpSystemDescription<'a>);
    /// What the sender can do.
    7 => SystemCapabilities(LldpSystemCapabilities);
    /// By which address it is managed.
    8 => ManagementAddress(LldpManagementAddress<'a>);
    /// What an organization has defined.
    127 => OrganizationallySpecific(LldpOrganizationallySpecific<'a>);
}

/// Declares a TLV. In Ryu's JSON each has, beside its members, type and length in one number, and the
/// bytes of its value, unless these are a member already.
macro_rules! lldp_tlv {
    (
        $(#[$meta:meta])*
        pub struct $noun:ident $(<$lt:lifetime>)? $class:literal = $type:literal $([$type_name:literal])? {
            $( $(#[$fmeta:meta])* $field:ident $([$name:literal])?: $ty:ty $(=> $form:ident)?, )*
        }
        $(info $info:ident)?
        $(also $also:ident)?
    ) => {
        lldp_tlv!(
            @struct $(#[$meta])* $noun $(<$lt>)?, $type,
            $( $(#[$fmeta])* $field: $ty, )*
        );
        fields!($noun $(<$lt>)?, |this, v| {
            let typelen = u64::from(this.tlv_type) << 9 | this.len.map_or(0, u64::from);
            v.remark("typelen", typelen);
            $( v.remark_bytes(stringify!($info), || value_of(&*this)); )?
            let $noun { tlv_type, len, $($field),* } = this;
            v.bits(concat!($($type_name)?), 7, tlv_type)?;
            v.sized("len", 9, Len::BODY, len, |v| {
                $( header!(@field v, header!(@name $field $($name)?), $field, [] [$($form)?]); )*
                $( v.also(stringify!($also), $also)?; )?
                Ok(())
            })
        });
        noun!($noun $(<$lt>)?, $class);
    };
    (
        @struct $(#[$meta:meta])* $noun:ident $(<$lt:lifetime>)?, $type:literal,
        $( $(#[$fmeta:meta])* $field:ident: $ty:ty, )*
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $noun $(<$lt>)? {
            /// Type, 0 to 127.
            pub tlv_type: u8,
            /// Bytes of the value; `None`: filled in.
            pub len: Option<u16>,
            $( $(#[$fmeta])* pub $field: $ty, )*
        }
        impl $(<$lt>)? Default for $noun $(<$lt>)? {
            fn default() -> Self {
                $noun { tlv_type: $type, len: None, $( $field: Default::default(), )* }
            }
        }
    };
}

/// The bytes of a TLV's value; none if it cannot be written.
fn value_of<'a, T: Noun<'a>>(tlv: &T) -> Vec<u8> {
    let mut out = Vec::new();
    match encode(tlv, &mut out) {
        Ok(()) => out.split_off(2.min(out.len())),
        Err(_) => Vec::new(),
    }
}

lldp_tlv! {
    /// The end of the packet.
    ///
    /// Ryu: `lldp.End`. Spec: IEEE 802.1AB-2016 section 8.5.1. See the example of [`Lldp`].
    pub struct LldpEnd "End" = 0 {}
    info tlv_info
}

lldp_tlv! {
    /// Who it is.
    ///
    /// Ryu: `lldp.ChassisID`. Spec: IEEE 802.1AB-2016 section 8.5.2. See the example of [`Lldp`].
    pub struct LldpChassisId<'a> "ChassisID" = 1 {
        /// What kind of name: 4 is a MAC address, 7 is local.
        subtype: u8,
        /// The name, 1 to 255 bytes.
        chassis_id: Cow<'a, [u8]>,
    }
    info tlv_info
}

lldp_tlv! {
    /// By which port.
    ///
    /// Ryu: `lldp.PortID`. Spec: IEEE 802.1AB-2016 section 8.5.3. See the example of [`Lldp`].
    pub struct LldpPortId<'a> "PortID" = 2 {
        /// What kind of name: 2 is a port component, 3 is a MAC address, 7 is local.
        subtype: u8,
        /// The name, 1 to 255 bytes.
        port_id: Cow<'a, [u8]>,
    }
    info tlv_info
}

lldp_tlv! {
    /// For how long it is true.
    ///
    /// Ryu: `lldp.TTL`. Spec: IEEE 802.1AB-2016 section 8.5.4. See the example of [`Lldp`].
    pub struct LldpTtl "TTL" = 3 {
        /// Seconds.
        ttl: u16,
    }
    info tlv_info
}

lldp_tlv! {
    /// What the port is.
    ///
    /// Ryu: `lldp.PortDescription`; its JSON has the text as `tlv_info` and takes it by either
    /// name. Spec: IEEE 802.1AB-2016
    /// section 8.5.5. See the example of [`Lldp`].
    pub struct LldpPortDescription<'a> "PortDescription" = 4 {
        /// Text, up to 255 bytes.
        port_description["tlv_info"]: Cow<'a, [u8]>,
    }
    also port_description
}

lldp_tlv! {
    /// What the sender is called.
    ///
    /// Ryu: `lldp.SystemName`; its JSON has the text as `tlv_info` and takes it by either
    /// name. Spec: IEEE 802.1AB-2016 section 8.5.6.
    /// See the example of [`Lldp`].
    pub struct LldpSystemName<'a> "SystemName" = 5 {
        /// Text, up to 255 bytes.
        system_name["tlv_info"]: Cow<'a, [u8]>,
    }
    also system_name
}

lldp_tlv! {
    /// What the sender is.
    ///
    /// Ryu: `lldp.SystemDescription`; its JSON has the text as `tlv_info` and takes it by either
    /// name. Spec: IEEE 802.1AB-2016
    /// section 8.5.7. See the example of [`Lldp`].
    pub struct LldpSystemDescription<'a> "SystemDescription" = 6 {
        /// Text, up to 255 bytes.
        system_description["tlv_info"]: Cow<'a, [u8]>,
    }
    also system_description
}

lldp_tlv! {
    /// What the sender can do, and what of it is in use.
    ///
    /// Ryu: `lldp.SystemCapabilities`. Spec: IEEE 802.1AB-2016 section 8.5.8. See the example of
    /// [`Lldp`].
    pub struct LldpSystemCapabilities "SystemCapabilities" = 7 {
        /// What it can do: [`LldpSystemCapabilities::BRIDGE`] and its neighbours.
        system_cap: u16,
        /// What is in use.
        enabled_cap: u16,
    }
    info tlv_info
}

impl LldpSystemCapabilities {
    /// Repeater.
    pub const REPEATER: u16 = 1 << 1;
    /// Bridge.
    pub const BRIDGE: u16 = 1 << 2;
    /// Access point of a wireless network.
    pub const WLAN_ACCESS_POINT: u16 = 1 << 3;
    /// Router.
    pub const ROUTER: u16 = 1 << 4;
    /// Telephone.
    pub const TELEPHONE: u16 = 1 << 5;
    /// Cable modem.
    pub const DOCSIS: u16 = 1 << 6;
    /// Host and nothing else.
    pub const STATION_ONLY: u16 = 1 << 7;
    /// Bridge of customers' VLANs.
    pub const CVLAN: u16 = 1 << 8;
    /// Bridge of a provider's VLANs.
    pub const SVLAN: u16 = 1 << 9;
    /// Relay between two ports.
    pub const TPMR: u16 = 1 << 10;
}

/// By which address the sender is managed.
///
/// ```text
///  0                16       24       32
/// +----------------+--------+--------+
/// | type, length   |addr_len|subtype |
/// +----------------+--------+--------+
/// |       addr, addr_len - 1 bytes   |
/// +--------+-------------------------+
/// |intf sub|         intf_num        |
/// +--------+--------+----------------+
/// |  num   |oid_len |      oid       |
/// +--------+--------+----------------+
/// ```
///
/// Ryu: `lldp.ManagementAddress`. Spec: IEEE 802.1AB-2016 section 8.5.9. See the example of [`Lldp`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LldpManagementAddress<'a> {
    /// Type, 8.
    pub tlv_type: u8,
    /// Bytes of the value; `None`: filled in.
    pub len: Option<u16>,
    /// Bytes of `addr_subtype` and `addr`; `None`: filled in.
    pub addr_len: Option<u8>,
    /// What kind of address: 1 is IPv4, 2 is IPv6, 6 is a MAC address.
    pub addr_subtype: u8,
    /// The address, 1 to 31 bytes.
    pub addr: Cow<'a, [u8]>,
    /// What `intf_num` is: 1 unknown, 2 `ifIndex`, 3 a number of the system's port.
    pub intf_subtype: u8,
    /// Number of the interface.
    pub intf_num: u32,
    /// Bytes of `oid`; `None`: filled in.
    pub oid_len: Option<u8>,
    /// What kind of hardware or protocol it is, up to 128 bytes.
    pub oid: Cow<'a, [u8]>,
}

impl Default for LldpManagementAddress<'_> {
    fn default() -> Self {
        LldpManagementAddress {
            tlv_type: Lldp::MANAGEMENT_ADDRESS,
            len: None,
            addr_len: None,
            addr_subtype: 0,
            addr: Cow::Borrowed(&[]),
            intf_subtype: 0,
            intf_num: 0,
            oid_len: None,
            oid: Cow::Borrowed(&[]),
        }
    }
}

fields!(LldpManagementAddress<'a>, |this, v| {
    let typelen = u64::from(this.tlv_type) << 9 | this.len.map_or(0, u64::from);
    v.remark("typelen", typelen);
    v.remark_bytes("tlv_info", || value_of(&*this));
    let LldpManagementAddress {
        tlv_type,
        len,
        addr_len,
        addr_subtype,
        addr,
        intf_subtype,
        intf_num,
        oid_len,
        oid,
    } = this;
    v.bits("", 7, tlv_type)?;
    v.sized("len", 9, Len::BODY, len, |v| {
        v.sized("addr_len", 8, Len::BODY, addr_len, |v| {
            v.field("addr_subtype", addr_subtype)?;
            v.field("addr", addr)
        })?;
        v.field("intf_subtype", intf_subtype)?;
        v.field("intf_num", intf_num)?;
        v.sized("oid_len", 8, Len::BODY, oid_len, |v| v.field("oid", oid))
    })
});
noun!(LldpManagementAddress<'a>, "ManagementAddress");

lldp_tlv! {
    /// What an organization has defined.
    ///
    /// Ryu: `lldp.OrganizationallySpecific`. Spec: IEEE 802.1AB-2016 section 8.6. See the example of
    /// [`Lldp`].
    pub struct LldpOrganizationallySpecific<'a> "OrganizationallySpecific" = 127 {
        /// Who: 00-80-c2 is IEEE 802.1, 00-12-0f is IEEE 802.3.
        oui: [u8; 3] => Base64,
        /// Which of theirs.
        subtype: u8,
        /// What it says, up to 507 bytes.
        info: Cow<'a, [u8]>,
    }
    info tlv_info
}

lldp_tlv! {
    /// A TLV of a type that has no meaning yet.
    ///
    /// Ryu: none (it leaves the packet unread); in JSON it has the name of the base class,
    /// `LLDPBasicTLV`, with `tlv_type` and `tlv_info`. Spec: IEEE 802.1AB-2016 section 8.4. See the
    /// example of [`Lldp`].
    pub struct LldpUnknown<'a> "LLDPBasicTLV" = 126 ["tlv_type"] {
        /// What it says.
        value["tlv_info"]: Cow<'a, [u8]>,
    }
}

impl<'a> Lldp<'a> {
    /// Type of the end TLV.
    pub const END: u8 = 0;
    /// Type of the chassis id TLV.
    pub const CHASSIS_ID: u8 = 1;
    /// Type of the port id TLV.
    pub const PORT_ID: u8 = 2;
    /// Type of the time-to-live TLV.
    pub const TTL: u8 = 3;
    /// Type of the port description TLV.
    pub const PORT_DESCRIPTION: u8 = 4;
    /// Type of the system name TLV.
    pub const SYSTEM_NAME: u8 = 5;
    /// Type of the system description TLV.
    pub const SYSTEM_DESCRIPTION: u8 = 6;
    /// Type of the system capabilities TLV.
    pub const SYSTEM_CAPABILITIES: u8 = 7;
    /// Type of the management address TLV.
    pub const MANAGEMENT_ADDRESS: u8 = 8;
    /// Type of an organization's TLV.
    pub const ORGANIZATIONALLY_SPECIFIC: u8 = 127;
    /// Chassis id subtype "locally assigned".
    pub const CHASSIS_LOCAL: u8 = 7;
    /// Port id subtype "port component".
    pub const PORT_COMPONENT: u8 = 2;

    /// A packet with a locally assigned chassis id, a port component and a time to live in seconds.
    pub fn new(chassis: &'a [u8], port: &'a [u8], ttl: u16) -> Lldp<'a> {
        let chassis = LldpChassisId {
            subtype: Lldp::CHASSIS_LOCAL,
            chassis_id: chassis.into(),
            ..LldpChassisId::default()
        };
        let port = LldpPortId {
            subtype: Lldp::PORT_COMPONENT,
            port_id: port.into(),
            ..LldpPortId::default()
        };
        let ttl = LldpTtl { ttl, ..LldpTtl::default() };
        let tlvs = vec![chassis.into(), port.into(), ttl.into(), LldpEnd::default().into()];
        Lldp { tlvs: tlvs.into() }
    }

    /// The chassis id.
    pub fn chassis_id(&self) -> Option<LldpChassisId<'a>> {
        self.find(|tlv| if let LldpTlv::ChassisId(id) = tlv { Some(id) } else { None })
    }

    /// The port id.
    pub fn port_id(&self) -> Option<LldpPortId<'a>> {
        self.find(|tlv| if let LldpTlv::PortId(id) = tlv { Some(id) } else { None })
    }

    /// Time to live in seconds.
    pub fn ttl(&self) -> Option<u16> {
        self.find(|tlv| if let LldpTlv::Ttl(ttl) = tlv { Some(ttl.ttl) } else { None })
    }

    /// With the Ethernet header: from `src` to the nearest bridge.
    pub fn over_ethernet(self, src: MacAddr) -> Over<Ethernet, Lldp<'a>> {
        Ethernet::new(MacAddr::LLDP_NEAREST_BRIDGE, src, ethertype::LLDP) / self
    }

    fn find<T>(&self, which: impl FnMut(LldpTlv<'a>) -> Option<T>) -> Option<T> {
        self.tlvs.iter().filter_map(Result::ok).find_map(which)
    }
}

impl<'a> Wire<'a> for Lldp<'a> {
    const MIN: usize = 2;

    fn span(w: &Window<'a>) -> Result<Span, DecodeError> {
        let mut at = 0;
        for count in 0usize.. {
            let here = Window { bytes: &w.bytes[at..], offset: w.offset + at, ..*w };
            let want = [Lldp::CHASSIS_ID, Lldp::PORT_ID, Lldp::TTL].get(count).copied();
            if here.bytes.is_empty() && want.is_none() {
                break;
            }
            let head = u16::from_be_bytes(*here.head::<2>(Self::CLASS)?);
            let (tlv_type, len) = ((head >> 9) as u8, usize::from(head & 0x1ff));
            if want.is_some_and(|want| want != tlv_type) {
                let found = tlv_type.into();
                return Err(DecodeError::bad_value(Self::CLASS, here.offset, found, "type"));
            }
            let span = here.span(Self::CLASS, 2 + len, 2, "len", None)?;
            let least = 2 + least(tlv_type, &here.bytes[2..span.head]);
            if span.head < least {
                let at = here.offset;
                return Err(DecodeError::bad_length(Self::CLASS, at, least, span.head, "len"));
            }
            at += span.head;
            if tlv_type == Lldp::END {
                break;
            }
        }
        Ok(Span::new(at, None))
    }
}

/// Fewest bytes of a value: what a [`LldpTlv`] of this type reads.
fn least(tlv_type: u8, value: &[u8]) -> usize {
    match tlv_type {
        Lldp::CHASSIS_ID | Lldp::PORT_ID => 1,
        Lldp::TTL => 2,
        Lldp::SYSTEM_CAPABILITIES | Lldp::ORGANIZATIONALLY_SPECIFIC => 4,
        Lldp::MANAGEMENT_ADDRESS => {
            // The address's size and the address with its subtype; five bytes of the interface, and
            // the object's size and the object.
            let address = 1 + value.first().map_or(1, |len| usize::from(*len));
            address + 6 + value.get(address + 5).map_or(0, |len| usize::from(*len))
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packet::{Kind, Packet};
    use crate::wire::hex;

    const MANDATORY: &str = "02070400005e005301040607312f302f3306020078";

    fn packet(tlvs: &str) -> Vec<u8> {
        hex::decode(&format!("{MANDATORY}{tlvs}")).unwrap()
    }

    #[test]
    fn tlvs_are_built_and_read() {
        let management = LldpManagementAddress {
            addr_subtype: 1,
            addr: vec![192, 0, 2, 1].into(),
            intf_subtype: 2,
            intf_num: 7,
            oid: vec![0x2b, 6, 1].into(),
            ..LldpManagementAddress::default()
        };
        let bytes = packet("100f0501c00002010200000007032b06010000");
        let (lldp, _) = Lldp::parse(&bytes).unwrap();
        let tlvs = lldp.tlvs.items().unwrap();
        let LldpTlv::ManagementAddress(read) = &tlvs[3] else { panic!("{tlvs:?}") };
        assert_eq!((read.addr_len, read.oid_len, read.len), (Some(5), Some(3), Some(15)));
        assert_eq!((&read.addr, &read.oid), (&management.addr, &management.oid));
        let mut built = tlvs.clone();
        built[3] = management.into();
        let built = Lldp { tlvs: built.into() };
        assert_eq!((built / []).to_bytes().unwrap(), bytes);
    }

    #[test]
    fn values_that_are_too_short_are_refused() {
        for (tlv, told) in [
            ("0e0300140000", "len at offset 21 is 5, needed 6"),
            ("1000", "len at offset 21 is 2, needed 10"),
            ("10080501c000020102", "len at offset 21 is 10, needed 14"),
            ("100d0501c0000201020000000703", "len at offset 21 is 15, needed 17"),
            ("fe030080c2", "len at offset 21 is 5, needed 6"),
        ] {
            let bytes = packet(tlv);
            let err = Packet::parse_as(Kind::Lldp, &bytes).error().map(|err| err.to_string());
            let Some(err) = err else { panic!("{tlv} is read") };
            // What is missing may also be missing in the frame.
            assert!(err == format!("lldp: {told}") || err.contains("only"), "{tlv}: {err}");
        }
    }

    #[test]
    fn an_unknown_type_goes_through_json() {
        let bytes = packet("f2030102030000");
        let packet = Packet::parse_as(Kind::Lldp, &bytes);
        let json = packet.to_json();
        let tlv = &json["Packet"]["protocols"][0]["lldp"]["tlvs"][3]["LLDPBasicTLV"];
        assert_eq!((&tlv["tlv_type"], &tlv["tlv_info"]), (&121.into(), &"AQID".into()));
        let back = Packet::from_json(&json).unwrap();
        assert_eq!(back.to_bytes().unwrap(), &bytes[..]);
    }

    #[test]
    fn texts_have_two_names_in_json() {
        for (class, field, kind) in [
            ("PortDescription", "port_description", 8),
            ("SystemName", "system_name", 10),
            ("SystemDescription", "system_description", 12),
        ] {
            for name in [field, "tlv_info"] {
                let tlv = serde_json::json!({class: {name: "czE="}});
                let json =
                    serde_json::json!({"Packet": {"protocols": [{"lldp": {"tlvs": [tlv]}}]}});
                let bytes = Packet::from_json(&json).unwrap().to_bytes().unwrap();
                assert_eq!(bytes, [kind, 2, b's', b'1'], "{class} {name}");
            }
        }
    }

    #[test]
    fn text_is_that_of_ryu() {
        let name =
            LldpSystemName { system_name: b"s1"[..].into(), len: Some(2), ..Default::default() };
        assert_eq!(name.to_string(), "SystemName(len=2,tlv_info=b's1',typelen=2562)");
        let org = LldpOrganizationallySpecific {
            len: Some(6),
            oui: [0, 0x80, 0xc2],
            subtype: 1,
            info: b"\0d"[..].into(),
            ..Default::default()
        };
        assert_eq!(
            org.to_string(),
            "OrganizationallySpecific(info=b'\\x00d',len=6,oui=b'\\x00\\x80\\xc2',subtype=1,\
             tlv_info=b'\\x00\\x80\\xc2\\x01\\x00d',typelen=65030)"
        );
    }
}
