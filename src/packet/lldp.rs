//! LLDP (IEEE 802.1AB): who is on the other end of a link.

use std::borrow::Cow;

use super::codec::{Len, Noun, fields, header, noun, union};
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
    /// A packet in which a TLV sticks out, or in which the first three are others, is refused.
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
}

/// Declares a TLV. In Ryu's JSON each has, beside its members, type and length in one number, and the
/// bytes of its value.
macro_rules! lldp_tlv {
    (
        $(#[$meta:meta])*
        pub struct $noun:ident $(<$lt:lifetime>)? $class:literal = $type:literal {
            $( $(#[$fmeta:meta])* $field:ident: $ty:ty, )*
        }
        info |$this:ident| $info:expr
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
        impl $(<$lt>)? $noun $(<$lt>)? {
            fn info(&self) -> Vec<u8> {
                let $this = self;
                $info
            }
        }
        fields!($noun $(<$lt>)?, |this, v| {
            let typelen = u64::from(this.tlv_type) << 9 | this.len.map_or(0, u64::from);
            v.remark("typelen", typelen);
            v.remark_bytes("tlv_info", || this.info());
            let $noun { tlv_type, len, $($field),* } = this;
            v.bits("", 7, tlv_type)?;
            v.sized("len", 9, Len::BODY, len, |v| {
                $( v.field(stringify!($field), $field)?; )*
                Ok(())
            })
        });
        noun!($noun $(<$lt>)?, $class);
    };
}

lldp_tlv! {
    /// The end of the packet.
    ///
    /// Ryu: `lldp.End`. Spec: IEEE 802.1AB-2016 section 8.5.1.
    pub struct LldpEnd "End" = 0 {}
    info |_this| Vec::new()
}

lldp_tlv! {
    /// Who it is.
    ///
    /// Ryu: `lldp.ChassisID`. Spec: IEEE 802.1AB-2016 section 8.5.2.
    pub struct LldpChassisId<'a> "ChassisID" = 1 {
        /// What kind of name: 4 is a MAC address, 7 is local.
        subtype: u8,
        /// The name, 1 to 255 bytes.
        chassis_id: Cow<'a, [u8]>,
    }
    info |this| [&[this.subtype], &this.chassis_id[..]].concat()
}

lldp_tlv! {
    /// By which port.
    ///
    /// Ryu: `lldp.PortID`. Spec: IEEE 802.1AB-2016 section 8.5.3.
    pub struct LldpPortId<'a> "PortID" = 2 {
        /// What kind of name: 2 is a port component, 3 is a MAC address, 7 is local.
        subtype: u8,
        /// The name, 1 to 255 bytes.
        port_id: Cow<'a, [u8]>,
    }
    info |this| [&[this.subtype], &this.port_id[..]].concat()
}

lldp_tlv! {
    /// For how long it is true.
    ///
    /// Ryu: `lldp.TTL`. Spec: IEEE 802.1AB-2016 section 8.5.4.
    pub struct LldpTtl "TTL" = 3 {
        /// Seconds.
        ttl: u16,
    }
    info |this| this.ttl.to_be_bytes().to_vec()
}

lldp_tlv! {
    /// A TLV that has no type here.
    ///
    /// Spec: IEEE 802.1AB-2016 section 8.4.
    pub struct LldpUnknown<'a> "LLDPBasicTLV" = 126 {
        /// What it says.
        value: Cow<'a, [u8]>,
    }
    info |this| this.value.to_vec()
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
            at += span.head;
            if tlv_type == Lldp::END {
                break;
            }
        }
        Ok(Span::new(at, None))
    }
}
