//! TLVs of connectivity fault management (IEEE 802.1Q-2018 section 21.5).

use std::borrow::Cow;

use crate::packet::codec::{Base64, Len, fields, noun, tlv, union};
use crate::wire::MacAddr;

union! {
    /// A TLV of a [`Cfm`](super::Cfm) message.
    ///
    /// Those of a fixed size have `extra` for the bytes that a later version may add; it is not in JSON.
    ///
    /// Spec: IEEE 802.1Q-2018 section 21.5. See the example of [`Cfm`](super::Cfm).
    pub enum CfmTlv<'a> by |d| d.peek::<1>().map(|[first]| first), else Unknown(CfmUnknownTlv<'a>);
    /// Who sends it.
    1 => SenderId(CfmSenderIdTlv<'a>);
    /// Whether the port forwards.
    2 => PortStatus(CfmPortStatusTlv<'a>);
    /// Anything.
    3 => Data(CfmDataTlv<'a>);
    /// Whether the interface is up.
    4 => InterfaceStatus(CfmInterfaceStatusTlv<'a>);
    /// Where a link trace came in.
    5 => ReplyIngress(CfmReplyIngressTlv<'a>);
    /// Where a link trace goes out.
    6 => ReplyEgress(CfmReplyEgressTlv<'a>);
    /// Who passes a link trace on.
    7 => LtmEgressIdentifier(CfmLtmEgressIdentifierTlv<'a>);
    /// Who passed a link trace on, and to whom.
    8 => LtrEgressIdentifier(CfmLtrEgressIdentifierTlv<'a>);
    /// What an organization has defined.
    31 => OrganizationSpecific(CfmOrganizationSpecificTlv<'a>);
}

impl CfmTlv<'_> {
    /// Type of the end, which is one byte.
    pub const END: u8 = 0;
}

/// A length that does not count the subtype behind it.
const BEHIND_SUBTYPE: Len = Len { before: 0, unit: 1, bias: 1 };

/// Who sends the message.
///
/// ```text
///  0       8               24      32
/// +-------+---------------+-------+
/// |   1   |    length     |id len |
/// +-------+---------------+-------+
/// |subtype| chassis_id ...
/// +-------+-----------------------+
/// |dom len| ma_domain ...
/// +-------+-----------------------+
/// |ma len | ma ...
/// +-------+-----------------------+
/// ```
///
/// Without a chassis id there is no subtype, and the TLV may end in front of the domain, or in front
/// of the address: `length` says so. If that is `None`, it ends where nothing follows, but as Ryu
/// writes it, an id is followed by the length of the domain and a domain by that of the address.
///
/// Ryu: `cfm.sender_id_tlv`. Spec: IEEE 802.1Q-2018 section 21.5.3. See the example of
/// [`Cfm`](super::Cfm).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CfmSenderIdTlv<'a> {
    /// Bytes behind this field.
    pub length: Option<u16>,
    /// Bytes of `chassis_id`.
    pub chassis_id_length: Option<u8>,
    /// What kind of name: 4 is a MAC address, 7 is local.
    pub chassis_id_subtype: u8,
    /// Name of the sender.
    pub chassis_id: Cow<'a, [u8]>,
    /// Bytes of `ma_domain`.
    pub ma_domain_length: Option<u8>,
    /// Kind of `ma`, an object identifier.
    pub ma_domain: Cow<'a, [u8]>,
    /// Bytes of `ma`.
    pub ma_length: Option<u8>,
    /// By which address the sender is managed.
    pub ma: Cow<'a, [u8]>,
    /// What later versions add.
    pub extra: Cow<'a, [u8]>,
}

impl Default for CfmSenderIdTlv<'_> {
    fn default() -> Self {
        CfmSenderIdTlv {
            length: None,
            chassis_id_length: None,
            chassis_id_subtype: 4,
            chassis_id: Cow::default(),
            ma_domain_length: None,
            ma_domain: Cow::default(),
            ma_length: None,
            ma: Cow::default(),
            extra: Cow::default(),
        }
    }
}

fields!(CfmSenderIdTlv<'a>, |this, v| {
    let CfmSenderIdTlv {
        length,
        chassis_id_length,
        chassis_id_subtype,
        chassis_id,
        ma_domain_length,
        ma_domain,
        ma_length,
        ma,
        extra,
    } = this;
    v.bits("", 8, &mut 1u8)?;
    let said = length.map(usize::from);
    v.sized("length", 16, Len::BODY, length, |v| {
        if v.is_bytes() && v.next().map_or(chassis_id.is_empty(), |first| first == 0) {
            v.bits("chassis_id_length", 8, chassis_id_length)?;
        } else {
            v.sized("chassis_id_length", 8, BEHIND_SUBTYPE, chassis_id_length, |v| {
                v.field("chassis_id_subtype", chassis_id_subtype)?;
                v.field("chassis_id", chassis_id)
            })?;
        }
        let id = if chassis_id.is_empty() { 1 } else { 2 + chassis_id.len() };
        let more = !ma.is_empty() || !extra.is_empty();
        let follows = more || !ma_domain.is_empty() || said.map_or(id > 1, |said| said > id);
        if !v.is_bytes() || v.left().map_or(follows, |left| left > 0) {
            v.sized("ma_domain_length", 8, Len::BODY, ma_domain_length, |v| {
                v.field("ma_domain", ma_domain)
            })?;
        }
        let domain = id + 1 + ma_domain.len();
        let follows = more || said.map_or(!ma_domain.is_empty(), |said| said > domain);
        if !v.is_bytes() || v.left().map_or(follows, |left| left > 0) {
            v.sized("ma_length", 8, Len::BODY, ma_length, |v| v.field("ma", ma))?;
        }
        v.field("", extra)
    })
});
noun!(CfmSenderIdTlv<'a>, "sender_id_tlv");

tlv! {
    /// Whether the port forwards.
    ///
    /// Ryu: `cfm.port_status_tlv`. Spec: IEEE 802.1Q-2018 section 21.5.4. See the example of
    /// [`Cfm`](super::Cfm).
    pub struct CfmPortStatusTlv<'a> "port_status_tlv" {
        /// 2.
        tlv_type[""]: u8 = 2,
    }
    /// Bytes behind this field.
    length: u16 as 16, Len::BODY => {
        /// 1: blocked, 2: up.
        port_status: u8 = 2,
        /// What later versions add.
        extra[""]: Cow<'a, [u8]>,
    }
}

tlv! {
    /// Anything.
    ///
    /// Ryu: `cfm.data_tlv`. Spec: IEEE 802.1Q-2018 section 21.5.6. See the example of
    /// [`Cfm`](super::Cfm).
    pub struct CfmDataTlv<'a> "data_tlv" {
        /// 3.
        tlv_type[""]: u8 = 3,
    }
    /// Bytes behind this field.
    length: u16 as 16, Len::BODY => {
        /// Anything.
        data_value: Cow<'a, [u8]>,
    }
}

tlv! {
    /// Whether the interface is up.
    ///
    /// Ryu: `cfm.interface_status_tlv`. Spec: IEEE 802.1Q-2018 section 21.5.5. See the example of
    /// [`Cfm`](super::Cfm).
    pub struct CfmInterfaceStatusTlv<'a> "interface_status_tlv" {
        /// 4.
        tlv_type[""]: u8 = 4,
    }
    /// Bytes behind this field.
    length: u16 as 16, Len::BODY => {
        /// 1 up, 2 down, 3 testing, 4 unknown, 5 dormant, 6 not present, 7 lower layer down.
        interface_status: u8 = 1,
        /// What later versions add.
        extra[""]: Cow<'a, [u8]>,
    }
}

/// The two TLVs of a link trace's way through a bridge.
macro_rules! reply {
    ($(#[$meta:meta])* $noun:ident $class:literal = $type:literal) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $noun<'a> {
            /// Bytes behind this field.
            pub length: Option<u16>,
            /// 1: passes, 2: down, 3: blocked, 4: not in the VLAN.
            pub action: u8,
            /// Address of the port.
            pub mac_address: MacAddr,
            /// Bytes of `port_id`.
            pub port_id_length: Option<u8>,
            /// What kind of name: 3 is a MAC address, 5 is the interface's.
            pub port_id_subtype: u8,
            /// Name of the port; without one, its length and subtype may be absent, too.
            pub port_id: Cow<'a, [u8]>,
            /// What later versions add.
            pub extra: Cow<'a, [u8]>,
        }
        impl Default for $noun<'_> {
            fn default() -> Self {
                $noun {
                    length: None,
                    action: 1,
                    mac_address: MacAddr::ZERO,
                    port_id_length: None,
                    port_id_subtype: 0,
                    port_id: Cow::default(),
                    extra: Cow::default(),
                }
            }
        }
        fields!($noun<'a>, |this, v| {
            let $noun {
                length,
                action,
                mac_address,
                port_id_length,
                port_id_subtype,
                port_id,
                extra,
            } = this;
            v.bits("", 8, &mut ($type as u8))?;
            let said = length.is_some_and(|said| said > 7);
            v.sized("length", 16, Len::BODY, length, |v| {
                v.field("action", action)?;
                v.field("mac_address", mac_address)?;
                let follows = said || !port_id.is_empty() || !extra.is_empty();
                if !v.is_bytes() || v.left().map_or(follows, |left| left > 0) {
                    v.sized("port_id_length", 8, BEHIND_SUBTYPE, port_id_length, |v| {
                        v.field("port_id_subtype", port_id_subtype)?;
                        v.field("port_id", port_id)
                    })?;
                }
                v.field("", extra)
            })
        });
        noun!($noun<'a>, $class);
    };
}

reply! {
    /// Where a link trace came in.
    ///
    /// Ryu: `cfm.reply_ingress_tlv`. Spec: IEEE 802.1Q-2018 section 21.9.8. See the example of
    /// [`Cfm`](super::Cfm).
    CfmReplyIngressTlv "reply_ingress_tlv" = 5
}

reply! {
    /// Where a link trace goes out.
    ///
    /// Ryu: `cfm.reply_egress_tlv`. Spec: IEEE 802.1Q-2018 section 21.9.9. See the example of
    /// [`Cfm`](super::Cfm).
    CfmReplyEgressTlv "reply_egress_tlv" = 6
}

tlv! {
    /// Who passes a link trace on.
    ///
    /// Ryu: `cfm.ltm_egress_identifier_tlv`. Spec: IEEE 802.1Q-2018 section 21.8.8. See the example of
    /// [`Cfm`](super::Cfm).
    pub struct CfmLtmEgressIdentifierTlv<'a> "ltm_egress_identifier_tlv" {
        /// 7.
        tlv_type[""]: u8 = 7,
    }
    /// Bytes behind this field.
    length: u16 as 16, Len::BODY => {
        /// Number within the bridge.
        egress_id_ui: u16,
        /// Address of the bridge.
        egress_id_mac: MacAddr,
        /// What later versions add.
        extra[""]: Cow<'a, [u8]>,
    }
}

tlv! {
    /// Who passed a link trace on, and to whom.
    ///
    /// Ryu: `cfm.ltr_egress_identifier_tlv`. Spec: IEEE 802.1Q-2018 section 21.9.7. See the example of
    /// [`Cfm`](super::Cfm).
    pub struct CfmLtrEgressIdentifierTlv<'a> "ltr_egress_identifier_tlv" {
        /// 8.
        tlv_type[""]: u8 = 8,
    }
    /// Bytes behind this field.
    length: u16 as 16, Len::BODY => {
        /// Number within the bridge before.
        last_egress_id_ui: u16,
        /// Address of the bridge before.
        last_egress_id_mac: MacAddr,
        /// Number within this bridge.
        next_egress_id_ui: u16,
        /// Address of this bridge.
        next_egress_id_mac: MacAddr,
        /// What later versions add.
        extra[""]: Cow<'a, [u8]>,
    }
}

tlv! {
    /// What an organization has defined.
    ///
    /// Ryu: `cfm.organization_specific_tlv`. Spec: IEEE 802.1Q-2018 section 21.5.2. See the example of
    /// [`Cfm`](super::Cfm).
    pub struct CfmOrganizationSpecificTlv<'a> "organization_specific_tlv" {
        /// 31.
        tlv_type[""]: u8 = 31,
    }
    /// Bytes behind this field.
    length: u16 as 16, Len::BODY => {
        /// Who.
        oui: [u8; 3] => Base64,
        /// Which of theirs.
        subtype: u8,
        /// What it says.
        value: Cow<'a, [u8]>,
    }
}

tlv! {
    /// A TLV that has no type here.
    ///
    /// Ryu: none (it raises); in JSON it has the name of the base class, `tlv`. Spec: IEEE 802.1Q-2018
    /// section 21.5.1. See the example of [`Cfm`](super::Cfm).
    pub struct CfmUnknownTlv<'a> "tlv" {
        /// Its type.
        tlv_type: u8 = 9,
    }
    /// Bytes behind this field.
    length: u16 as 16, Len::BODY => {
        /// What it says.
        value: Cow<'a, [u8]>,
    }
}
