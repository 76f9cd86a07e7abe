//! OXM fields: the table of standard match fields. Nicira's and ONF's are in `oxm_ext.rs`, one field
//! as it travels (a TLV) is in `oxm_tlv.rs`, what its value can be in `oxm_value.rs`.
//!
//! Spec: 1.3 section 7.2.3.2 and 7.2.3.7. The form is
//!
//! ```text
//!  0                 2                 3        4
//! +-----------------+---------------+-+--------+---------------+---------------+
//! |      class      |     field     |M| length | value         | mask, if M    |
//! +-----------------+---------------+-+--------+---------------+---------------+
//! ```
//!
//! Fields that have no row are kept as they came.

use std::fmt;
use std::marker::PhantomData;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::ids::PortNo;
pub use super::nx_match::COOKIE_NXM;
pub use super::oxm_ext::*;
use super::oxm_ext::{EXPERIMENTERS, NXM_0, NXM_1};
pub(crate) use super::oxm_tlv::check_tlvs;
pub use super::oxm_tlv::{OxmRef, OxmTlv};
pub use super::oxm_value::OxmValue;
use super::registry;
use super::version::Version;
use crate::wire::MacAddr;

/// The class of the standard fields.
pub const CLASS_BASIC: u16 = 0x8000;
/// The class of experimenters' fields; the payload starts with the experimenter id.
pub const CLASS_EXPERIMENTER: u16 = 0xffff;
/// Bit of `vlan_vid` that says a tag is present; the id is in the 12 bits below it.
pub const VID_PRESENT: u16 = 0x1000;
/// Nicira's first class of fields, those of OpenFlow 1.0.
pub const CLASS_NXM_0: u16 = 0x0000;
/// Nicira's second class of fields.
pub const CLASS_NXM_1: u16 = 0x0001;
/// Value of `vlan_vid` that says no tag is present.
pub const VID_NONE: u16 = 0;

/// A row of the field table with the type of its values; the handle for
/// [`Match::get`](super::Match::get) and [`Match::with`](super::Match::with). Since 1.2 as OXM,
/// Nicira's since 1.0; the encoder makes the fields of 1.0 and 1.1 of them.
///
/// | part of the TLV | size, range |
/// |---|---|
/// | class | 2 bytes |
/// | number | 7 bits, 0 to 127 |
/// | mask | 1 bit: a mask of the value's size stands behind the value |
/// | length | 1 byte: bytes behind it, 0 to 255 |
/// | experimenter | 4 bytes, in the old form of ONF's 6; only in [`CLASS_EXPERIMENTER`] |
/// | value | `size` bytes, 1 to 127 |
/// | mask | `size` bytes, if the bit is set; set bits must be equal |
///
/// Spec: 1.3 section 7.2.3.2, and 7.2.3.8 for experimenters. See the example of [`Field::new`], and
/// for the bytes that of [`OxmTlv`].
pub struct Field<T> {
    pub(crate) class: u16,
    pub(crate) number: u8,
    pub(crate) size: u8,
    /// What the payload starts with in the experimenters' class: an id, in an old form a type too.
    lead: [u8; 6],
    lead_size: u8,
    value: PhantomData<fn() -> T>,
}

impl<T> Field<T> {
    /// A field that is not in the table, for instance one of Nicira's: its class, its number
    /// (0 to 127) and the size of its value in bytes (1 to 127).
    ///
    /// ```
    /// use ryu_sdn::ofproto::{Match, oxm::Field};
    ///
    /// const REG0: Field<u32> = Field::new(0x0001, 0, 4);
    /// assert_eq!(Match::new().with(REG0, 7).get(REG0), Some(7));
    /// ```
    ///
    /// # Panics
    /// If one of them is out of range, or the class is the experimenters': see
    /// [`Field::experimenter`]. In a constant it does not compile.
    pub const fn new(class: u16, number: u8, size: u8) -> Field<T> {
        assert!(class != CLASS_EXPERIMENTER, "use Field::experimenter");
        Field::led(class, number, size, [0; 6], 0)
    }

    /// A field of an experimenter: whose it is, its number (0 to 127) and the size of its value in
    /// bytes (1 to 125). Its class is [`CLASS_EXPERIMENTER`], and its payload starts with the id.
    ///
    /// ```
    /// use ryu_sdn::ofproto::{Match, oxm::{Field, OxmTlv}};
    ///
    /// const DEPTH: Field<u16> = Field::experimenter(0x00ac_3e01, 5, 2);
    /// assert_eq!(Match::new().with(DEPTH, 7).get(DEPTH), Some(7));
    /// let tlv = OxmTlv::new(DEPTH, 7);
    /// assert_eq!(tlv.as_bytes(), [0xff, 0xff, 5 << 1, 6, 0x00, 0xac, 0x3e, 0x01, 0, 7]);
    /// ```
    ///
    /// # Panics
    /// If the number or the size is out of range. In a constant it does not compile.
    pub const fn experimenter(id: u32, number: u8, size: u8) -> Field<T> {
        let [a, b, c, d] = id.to_be_bytes();
        Field::led(CLASS_EXPERIMENTER, number, size, [a, b, c, d, 0, 0], 4)
    }

    /// As [`Field::experimenter`], in the form that ONF gave its first extensions: behind the id
    /// stands a type of 16 bits.
    ///
    /// # Panics
    /// As [`Field::experimenter`].
    pub const fn experimenter_typed(id: u32, number: u8, exp_type: u16, size: u8) -> Field<T> {
        let ([a, b, c, d], [e, f]) = (id.to_be_bytes(), exp_type.to_be_bytes());
        Field::led(CLASS_EXPERIMENTER, number, size, [a, b, c, d, e, f], 6)
    }

    const fn led(class: u16, number: u8, size: u8, lead: [u8; 6], lead_size: u8) -> Field<T> {
        assert!(number < 128, "a field's number is below 128");
        // The length of a TLV is one byte, and a mask may double the value.
        assert!(size > 0 && lead_size as usize + 2 * size as usize <= 255, "a size that fits");
        Field { class, number, size, lead, lead_size, value: PhantomData }
    }

    /// The row of the tables (an app's own rows among them), if the field has one.
    pub fn info(self) -> Option<&'static FieldInfo> {
        if self.class == CLASS_EXPERIMENTER {
            let tlv = OxmRef { header: self.header(false), payload: self.lead() };
            return tlv.experimenter_info();
        }
        FieldInfo::lookup(self.class, self.number)
    }

    /// What stands before the value.
    #[inline]
    pub(crate) fn lead(&self) -> &[u8] {
        self.lead.get(..usize::from(self.lead_size)).unwrap_or_default()
    }

    /// Whose it is, if the class is the experimenters'.
    pub(crate) const fn experimenter_id(&self) -> Option<u32> {
        let [a, b, c, d, ..] = self.lead;
        if self.lead_size == 0 { None } else { Some(u32::from_be_bytes([a, b, c, d])) }
    }

    /// Whether `oxm` is of this field.
    #[inline]
    pub(crate) fn is(self, oxm: OxmRef<'_>) -> bool {
        oxm.key() == self.key() && (self.lead_size == 0 || oxm.payload.starts_with(self.lead()))
    }

    /// Class and number as one sortable key.
    #[inline]
    pub(crate) const fn key(self) -> u32 {
        (self.class as u32) << 7 | self.number as u32
    }

    /// The 32-bit header of the TLV.
    #[inline]
    pub(crate) const fn header(self, masked: bool) -> u32 {
        self.key() << 9
            | (masked as u32) << 8
            | (self.lead_size as u32 + ((self.size as u32) << masked as u32))
    }
}

impl<T> Clone for Field<T> {
    fn clone(&self) -> Field<T> {
        *self
    }
}

impl<T> Copy for Field<T> {}

impl<T> fmt::Debug for Field<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.info() {
            Some(info) => f.write_str(info.name),
            None => match self.experimenter_id() {
                Some(id) => write!(f, "field({id:#010x}, {})", self.number),
                None => write!(f, "field({:#06x}, {})", self.class, self.number),
            },
        }
    }
}

/// What must be matched before a field may be.
///
/// Spec: 1.3 section 7.2.3.6.
///
/// ```
/// use ryu_sdn::ofproto::oxm::Needs;
///
/// assert_eq!(Needs::IP.to_string(), "eth_type=0x800 or eth_type=0x86dd");
/// assert_eq!(Needs::Present(0).to_string(), "in_port");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// The standard field with this number.
    Present(u8),
    /// The standard field with this number, with one of these values.
    OneOf(u8, &'static [u16]),
    /// A VLAN tag: `vlan_vid` other than "none".
    Tagged,
}

/// How a value is written as text. It says nothing about the wire, where all are big-endian.
///
/// Spec: none; the text is the same in every version.
///
/// ```
/// use ryu_sdn::ofproto::oxm::{self, OxmTlv, ValueKind};
///
/// assert_eq!(oxm::ETH_TYPE.info().unwrap().kind, ValueKind::Hex);
/// assert_eq!(OxmTlv::new(oxm::ETH_TYPE, 2048).to_string(), "eth_type=0x800");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// A decimal number.
    Decimal,
    /// A hexadecimal number.
    Hex,
    /// A port number or name.
    Port,
    /// An Ethernet address.
    Mac,
    /// An IPv4 address.
    Ipv4,
    /// An IPv6 address.
    Ipv6,
}

/// One row of a table of fields. The numbers of the wire are `class`, `number`, `size` and, for an
/// experimenter's, `experimenter` and `exp_type`; [`Field`] says where they stand.
///
/// Spec: 1.3 section 7.2.3.7; ovs-fields(7) for Nicira's.
///
/// ```
/// use ryu_sdn::ofproto::{V1_3, V1_4, oxm::{FieldInfo, Needs}};
///
/// let info = FieldInfo::lookup(0x8000, 41).unwrap();
/// assert_eq!((info.name, info.size, info.bits, info.since), ("pbb_uca", 1, 1, V1_4));
/// assert_eq!((info.maskable, info.needs), (false, Needs::PBB));
/// // In 1.3 it was an experimenter's field.
/// assert_eq!(FieldInfo::by_name_in(V1_3, "pbb_uca").unwrap().class, 0xffff);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldInfo {
    /// Ryu's name, for instance `"eth_dst"`.
    pub name: &'static str,
    /// The OXM class: 0x8000 standard, 0 and 1 Nicira's, 0xffff experimenters'.
    pub class: u16,
    /// The number within the class, 0 to 127.
    pub number: u8,
    /// Size of the value in bytes, 1 to 127.
    pub size: u8,
    /// Bits of the value that mean something, the lowest ones; 255 for more than that.
    pub bits: u8,
    /// Whether the specification lets it be masked.
    pub maskable: bool,
    /// First version that has it (as OXM).
    pub since: Version,
    /// The field of 1.0's `ofp_match` that means the same, if there is one.
    pub v1_0: Option<&'static str>,
    /// What must be matched too.
    pub needs: Needs,
    /// How the value is written.
    pub kind: ValueKind,
    /// Whose field it is, in the experimenters' class.
    pub experimenter: Option<u32>,
    /// The type behind the experimenter id, in the old form of ONF's extensions.
    pub exp_type: Option<u16>,
    /// Last version that has it in this form.
    pub until: Version,
}

impl FieldInfo {
    /// A row for a field of one's own, to be registered: exact, written in hexadecimal, needing
    /// nothing, in every version with OXM. The name must still be given.
    ///
    /// ```
    /// use ryu_sdn::ofproto::{oxm::{Field, FieldInfo}, register};
    ///
    /// const DEPTH: Field<u16> = Field::experimenter(0x00ac_3e01, 5, 2);
    /// register! { field FieldInfo { name: "acme_depth", maskable: true, ..FieldInfo::of(DEPTH) } }
    /// # fn main() { assert_eq!(format!("{DEPTH:?}"), "acme_depth"); }
    /// ```
    pub const fn of<T>(field: Field<T>) -> FieldInfo {
        let [.., a, b] = field.lead;
        FieldInfo {
            name: "",
            class: field.class,
            number: field.number,
            size: field.size,
            bits: if field.size < 32 { field.size * 8 } else { u8::MAX },
            maskable: false,
            since: Version::V1_2,
            v1_0: None,
            needs: Needs::Nothing,
            kind: ValueKind::Hex,
            experimenter: field.experimenter_id(),
            exp_type: if field.lead_size == 6 { Some(u16::from_be_bytes([a, b])) } else { None },
            until: Version::V1_5,
        }
    }

    /// The row for a class and number; experimenters' fields need more, see [`OxmRef::info`].
    #[inline]
    pub fn lookup(class: u16, number: u8) -> Option<&'static FieldInfo> {
        let table = match class {
            CLASS_BASIC => FIELDS,
            CLASS_NXM_0 => NXM_0,
            CLASS_NXM_1 => NXM_1,
            _ => return registry::field(class, number, None, None),
        };
        // Rows stand in order of number, at first without gaps: try the direct hit first.
        match table.get(usize::from(number)) {
            Some(info) if info.number == number => Some(info),
            _ => FieldInfo::lookup_on(table, class, number),
        }
    }

    fn lookup_on(
        table: &'static [FieldInfo],
        class: u16,
        number: u8,
    ) -> Option<&'static FieldInfo> {
        let row = table.iter().find(|info| info.number == number);
        row.or_else(|| registry::field(class, number, None, None))
    }

    /// Every row of every class, those that apps registered last.
    pub fn all() -> impl Iterator<Item = &'static FieldInfo> {
        FieldInfo::ours().chain(registry::fields())
    }

    /// Every row of the house.
    pub(crate) fn ours() -> impl Iterator<Item = &'static FieldInfo> {
        [FIELDS, NXM_0, NXM_1, EXPERIMENTERS].into_iter().flatten()
    }

    /// The row that Ryu means by this name in `version`.
    pub fn by_name_in(version: Version, name: &str) -> Option<&'static FieldInfo> {
        let mut rows = FieldInfo::all().filter(|info| info.name == name);
        rows.find(|info| info.since <= version && version <= info.until)
    }

    /// Bytes of the payload before the value: experimenter id and type.
    #[inline]
    pub(crate) fn lead(&self) -> usize {
        match (self.experimenter, self.exp_type) {
            (None, _) => 0,
            (Some(_), None) => 4,
            (Some(_), Some(_)) => 6,
        }
    }

    /// The row with this name; of several, the standard one.
    pub fn by_name(name: &str) -> Option<&'static FieldInfo> {
        FieldInfo::all().find(|info| info.name == name)
    }
}

macro_rules! oxm_fields {
    (
        $( $(#[$doc:meta])* $konst:ident $method:ident: $ty:ty = $number:literal,
           $size:literal bytes $bits:literal bits, $mask:ident $(($masked:ident))?, $since:ident,
           v1_0 $v10:expr, $kind:ident, $needs:expr; )*
    ) => {
        $(
            $(#[$doc])*
            ///
            /// | number | bytes | bits | mask | since | prerequisite | in 1.0 |
            /// |---|---|---|---|---|---|---|
            #[doc = concat!(
                "| ", $number, " | ", $size, " | ", $bits, " | `", stringify!($mask), "` | `",
                stringify!($since), "` | `", stringify!($needs), "` | `", stringify!($v10), "` |"
            )]
            pub const $konst: Field<$ty> = Field::new(CLASS_BASIC, $number, $size);
        )*

        /// The table: a row per standard field, in order of number.
        pub static FIELDS: &[FieldInfo] = &[ $( FieldInfo {
            name: stringify!($method),
            class: CLASS_BASIC,
            number: $number,
            size: $size,
            bits: $bits,
            maskable: oxm_fields!(@maskable $mask),
            since: Version::$since,
            v1_0: $v10,
            needs: $needs,
            kind: ValueKind::$kind,
            experimenter: None,
            exp_type: None,
            until: Version::V1_5,
        }, )* ];

        /// One method per row of the [field table](crate::ofproto::oxm).
        impl super::match_::Match {
            $(
                $(#[$doc])*
                #[must_use]
                #[inline(always)]
                pub fn $method(self, value: $ty) -> Self {
                    self.with($konst, value)
                }
                $(
                    #[doc = concat!("[`", stringify!($method), "`](Self::", stringify!($method),
                        ") under a mask: set bits must be equal.")]
                    #[must_use]
                    #[inline]
                    pub fn $masked(self, value: $ty, mask: $ty) -> Self {
                        self.with_masked($konst, value, mask)
                    }
                )?
            )*
        }
    };
    (@maskable exact) => { false };
    (@maskable mask) => { true };
}

impl Needs {
    /// IPv4 or IPv6, by `eth_type`.
    pub const IP: Needs = Needs::OneOf(5, &[0x0800, 0x86dd]);
    /// IPv4, by `eth_type`.
    pub const IPV4: Needs = Needs::OneOf(5, &[0x0800]);
    /// IPv6, by `eth_type`.
    pub const IPV6: Needs = Needs::OneOf(5, &[0x86dd]);
    /// ARP, by `eth_type`.
    pub const ARP: Needs = Needs::OneOf(5, &[0x0806]);
    /// MPLS, by `eth_type`.
    pub const MPLS: Needs = Needs::OneOf(5, &[0x8847, 0x8848]);
    /// PBB, by `eth_type`.
    pub const PBB: Needs = Needs::OneOf(5, &[0x88e7]);
    /// ICMP, by `ip_proto`.
    pub const ICMPV4: Needs = Needs::OneOf(10, &[1]);
    /// TCP, by `ip_proto`.
    pub const TCP: Needs = Needs::OneOf(10, &[6]);
    /// UDP, by `ip_proto`.
    pub const UDP: Needs = Needs::OneOf(10, &[17]);
    /// ICMPv6, by `ip_proto`.
    pub const ICMPV6: Needs = Needs::OneOf(10, &[58]);
    /// SCTP, by `ip_proto`.
    pub const SCTP: Needs = Needs::OneOf(10, &[132]);
    /// A neighbour solicitation or advertisement, by `icmpv6_type`.
    pub const ND: Needs = Needs::OneOf(29, &[135, 136]);
    /// A neighbour solicitation, by `icmpv6_type`.
    pub const ND_SOLICIT: Needs = Needs::OneOf(29, &[135]);
    /// A neighbour advertisement, by `icmpv6_type`.
    pub const ND_ADVERT: Needs = Needs::OneOf(29, &[136]);
    /// A network service header, by `eth_type`.
    pub const NSH: Needs = Needs::OneOf(5, &[0x894f]);
    /// ARP or reverse ARP, by `eth_type`: what Open vSwitch lets its own fields be matched on.
    pub const ARP_OR_RARP: Needs = Needs::OneOf(5, &[0x0806, 0x8035]);
}

oxm_fields! {
    /// Port the packet came in by, physical or logical.
    IN_PORT in_port: PortNo = 0, 4 bytes 32 bits, exact, V1_2, v1_0 Some("in_port"), Port, Needs::Nothing;
    /// Physical port underneath a logical `in_port`.
    IN_PHY_PORT in_phy_port: PortNo = 1, 4 bytes 32 bits, exact, V1_2, v1_0 None, Port, Needs::Present(0);
    /// Metadata passed between tables.
    METADATA metadata: u64 = 2, 8 bytes 64 bits, mask(metadata_masked), V1_2, v1_0 None, Hex, Needs::Nothing;
    /// Ethernet destination address.
    ETH_DST eth_dst: MacAddr = 3, 6 bytes 48 bits, mask(eth_dst_masked), V1_2, v1_0 Some("dl_dst"), Mac, Needs::Nothing;
    /// Ethernet source address.
    ETH_SRC eth_src: MacAddr = 4, 6 bytes 48 bits, mask(eth_src_masked), V1_2, v1_0 Some("dl_src"), Mac, Needs::Nothing;
    /// Ethernet type after VLAN tags.
    ETH_TYPE eth_type: u16 = 5, 2 bytes 16 bits, exact, V1_2, v1_0 Some("dl_type"), Hex, Needs::Nothing;
    /// VLAN id with [`VID_PRESENT`], or [`VID_NONE`].
    VLAN_VID vlan_vid: u16 = 6, 2 bytes 13 bits, mask(vlan_vid_masked), V1_2, v1_0 Some("dl_vlan"), Hex, Needs::Nothing;
    /// VLAN priority, 0 to 7.
    VLAN_PCP vlan_pcp: u8 = 7, 1 bytes 3 bits, exact, V1_2, v1_0 Some("dl_vlan_pcp"), Decimal, Needs::Tagged;
    /// Diffserv code point, 0 to 63.
    IP_DSCP ip_dscp: u8 = 8, 1 bytes 6 bits, exact, V1_2, v1_0 Some("nw_tos"), Decimal, Needs::IP;
    /// ECN bits, 0 to 3.
    IP_ECN ip_ecn: u8 = 9, 1 bytes 2 bits, exact, V1_2, v1_0 None, Decimal, Needs::IP;
    /// IP protocol.
    IP_PROTO ip_proto: u8 = 10, 1 bytes 8 bits, exact, V1_2, v1_0 Some("nw_proto"), Decimal, Needs::IP;
    /// IPv4 source address.
    IPV4_SRC ipv4_src: Ipv4Addr = 11, 4 bytes 32 bits, mask(ipv4_src_masked), V1_2, v1_0 Some("nw_src"), Ipv4, Needs::IPV4;
    /// IPv4 destination address.
    IPV4_DST ipv4_dst: Ipv4Addr = 12, 4 bytes 32 bits, mask(ipv4_dst_masked), V1_2, v1_0 Some("nw_dst"), Ipv4, Needs::IPV4;
    /// TCP source port.
    TCP_SRC tcp_src: u16 = 13, 2 bytes 16 bits, exact, V1_2, v1_0 Some("tp_src"), Decimal, Needs::TCP;
    /// TCP destination port.
    TCP_DST tcp_dst: u16 = 14, 2 bytes 16 bits, exact, V1_2, v1_0 Some("tp_dst"), Decimal, Needs::TCP;
    /// UDP source port.
    UDP_SRC udp_src: u16 = 15, 2 bytes 16 bits, exact, V1_2, v1_0 Some("tp_src"), Decimal, Needs::UDP;
    /// UDP destination port.
    UDP_DST udp_dst: u16 = 16, 2 bytes 16 bits, exact, V1_2, v1_0 Some("tp_dst"), Decimal, Needs::UDP;
    /// SCTP source port.
    SCTP_SRC sctp_src: u16 = 17, 2 bytes 16 bits, exact, V1_2, v1_0 Some("tp_src"), Decimal, Needs::SCTP;
    /// SCTP destination port.
    SCTP_DST sctp_dst: u16 = 18, 2 bytes 16 bits, exact, V1_2, v1_0 Some("tp_dst"), Decimal, Needs::SCTP;
    /// ICMP type.
    ICMPV4_TYPE icmpv4_type: u8 = 19, 1 bytes 8 bits, exact, V1_2, v1_0 Some("tp_src"), Decimal, Needs::ICMPV4;
    /// ICMP code.
    ICMPV4_CODE icmpv4_code: u8 = 20, 1 bytes 8 bits, exact, V1_2, v1_0 Some("tp_dst"), Decimal, Needs::ICMPV4;
    /// ARP opcode.
    ARP_OP arp_op: u16 = 21, 2 bytes 16 bits, exact, V1_2, v1_0 Some("nw_proto"), Decimal, Needs::ARP;
    /// ARP sender IPv4 address.
    ARP_SPA arp_spa: Ipv4Addr = 22, 4 bytes 32 bits, mask(arp_spa_masked), V1_2, v1_0 Some("nw_src"), Ipv4, Needs::ARP;
    /// ARP target IPv4 address.
    ARP_TPA arp_tpa: Ipv4Addr = 23, 4 bytes 32 bits, mask(arp_tpa_masked), V1_2, v1_0 Some("nw_dst"), Ipv4, Needs::ARP;
    /// ARP sender Ethernet address.
    ARP_SHA arp_sha: MacAddr = 24, 6 bytes 48 bits, mask(arp_sha_masked), V1_2, v1_0 None, Mac, Needs::ARP;
    /// ARP target Ethernet address.
    ARP_THA arp_tha: MacAddr = 25, 6 bytes 48 bits, mask(arp_tha_masked), V1_2, v1_0 None, Mac, Needs::ARP;
    /// IPv6 source address.
    IPV6_SRC ipv6_src: Ipv6Addr = 26, 16 bytes 128 bits, mask(ipv6_src_masked), V1_2, v1_0 None, Ipv6, Needs::IPV6;
    /// IPv6 destination address.
    IPV6_DST ipv6_dst: Ipv6Addr = 27, 16 bytes 128 bits, mask(ipv6_dst_masked), V1_2, v1_0 None, Ipv6, Needs::IPV6;
    /// IPv6 flow label, 20 bits.
    IPV6_FLABEL ipv6_flabel: u32 = 28, 4 bytes 20 bits, mask(ipv6_flabel_masked), V1_2, v1_0 None, Hex, Needs::IPV6;
    /// ICMPv6 type.
    ICMPV6_TYPE icmpv6_type: u8 = 29, 1 bytes 8 bits, exact, V1_2, v1_0 None, Decimal, Needs::ICMPV6;
    /// ICMPv6 code.
    ICMPV6_CODE icmpv6_code: u8 = 30, 1 bytes 8 bits, exact, V1_2, v1_0 None, Decimal, Needs::ICMPV6;
    /// Target address of neighbour discovery.
    IPV6_ND_TARGET ipv6_nd_target: Ipv6Addr = 31, 16 bytes 128 bits, exact, V1_2, v1_0 None, Ipv6, Needs::ND;
    /// Source link-layer address of a neighbour solicitation.
    IPV6_ND_SLL ipv6_nd_sll: MacAddr = 32, 6 bytes 48 bits, exact, V1_2, v1_0 None, Mac, Needs::ND_SOLICIT;
    /// Target link-layer address of a neighbour advertisement.
    IPV6_ND_TLL ipv6_nd_tll: MacAddr = 33, 6 bytes 48 bits, exact, V1_2, v1_0 None, Mac, Needs::ND_ADVERT;
    /// MPLS label, 20 bits.
    MPLS_LABEL mpls_label: u32 = 34, 4 bytes 20 bits, exact, V1_2, v1_0 None, Decimal, Needs::MPLS;
    /// MPLS traffic class, 0 to 7.
    MPLS_TC mpls_tc: u8 = 35, 1 bytes 3 bits, exact, V1_2, v1_0 None, Decimal, Needs::MPLS;
    /// MPLS bottom-of-stack bit.
    MPLS_BOS mpls_bos: u8 = 36, 1 bytes 1 bits, exact, V1_3, v1_0 None, Decimal, Needs::MPLS;
    /// PBB service instance id, 24 bits.
    PBB_ISID pbb_isid: u32 = 37, 3 bytes 24 bits, mask(pbb_isid_masked), V1_3, v1_0 None, Decimal, Needs::PBB;
    /// Metadata of a logical port, for instance a tunnel's key.
    TUNNEL_ID tunnel_id: u64 = 38, 8 bytes 64 bits, mask(tunnel_id_masked), V1_3, v1_0 None, Hex, Needs::Nothing;
    /// IPv6 extension header bits.
    IPV6_EXTHDR ipv6_exthdr: u16 = 39, 2 bytes 9 bits, mask(ipv6_exthdr_masked), V1_3, v1_0 None, Hex, Needs::IPV6;
    /// PBB use-customer-address bit.
    PBB_UCA pbb_uca: u8 = 41, 1 bytes 1 bits, exact, V1_4, v1_0 None, Decimal, Needs::PBB;
    /// TCP flags.
    TCP_FLAGS tcp_flags: u16 = 42, 2 bytes 12 bits, mask(tcp_flags_masked), V1_5, v1_0 None, Hex, Needs::TCP;
    /// Output port of the action set.
    ACTSET_OUTPUT actset_output: PortNo = 43, 4 bytes 32 bits, exact, V1_5, v1_0 None, Port, Needs::Nothing;
    /// Packet type: name space and number.
    PACKET_TYPE packet_type: u32 = 44, 4 bytes 32 bits, exact, V1_5, v1_0 None, Hex, Needs::Nothing;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_in_order_and_fit() {
        for (i, info) in FIELDS.iter().enumerate() {
            assert_eq!(usize::from(info.number), i + usize::from(i >= 40), "{}", info.name);
            assert!(usize::from(info.bits) <= usize::from(info.size) * 8, "{}", info.name);
            assert!(std::ptr::eq(FieldInfo::by_name(info.name).unwrap(), info));
        }
        assert_eq!(FIELDS.len(), 44);
        // Three have a second form, in the experimenters' class of older versions.
        let names: std::collections::BTreeSet<_> = FieldInfo::all().map(|i| i.name).collect();
        assert_eq!((names.len(), FieldInfo::all().count()), (123, 126));
    }
}
