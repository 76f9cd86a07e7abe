//! Actions: what happens to a packet.
//!
//! Spec: 1.0 section 5.2.4, 1.3 section 7.2.5, 1.5 section 7.2.6. Every action is a TLV of a
//! multiple of eight bytes.

use std::fmt;
use std::net::Ipv4Addr;
use std::ops::{Deref, DerefMut};

use bytes::Bytes;
use serde_json::{Map, Value};

use super::by_version::by_version;
use super::codec::{Codec, Member, Noun, fields, member};
use super::encode::EncodeError;
use super::experimenter::NICIRA;
use super::few::{self, Few};
use super::ids::{GroupId, PortNo, is_v1_0};
use super::json::{JsonError, type_of};
use super::members::{Items, Rest, list_member};
use super::nx_action::NxAction;
use super::oxm::{self, Field, OxmRef, OxmTlv, OxmValue};
use super::oxm_id::OxmId;
use super::registered::Registered;
use super::registry::{self, Place};
use super::version::{V1_1, V1_2, V1_3, Version};
use super::wire_codec;
use crate::wire::{DecodeError, MacAddr, Padding, Reader, Writer, hex};

/// `max_len` of an output to the controller: send the whole packet, do not buffer it (1.2+).
pub const NO_BUFFER_LEN: u16 = 0xffff;
/// Largest `max_len` that asks for a part of the packet; the default, as in Ryu.
pub const MAX_LEN: u16 = 0xffe5;

/// One action; at each variant stand the versions that have it.
///
/// On the wire a type and a length of two bytes each (the length counts both), then what the type
/// says, with zeros up to a multiple of eight bytes.
///
/// Spec: 1.0 section 5.2.4, 1.3 section 7.2.5, 1.5 section 7.2.6; `ofp_action_header`.
///
/// Where 1.0 and later versions say the same thing in different words, the encoder translates:
/// `SetField` of an address, a port, a VLAN id or priority, or the DSCP becomes the `SetDl..`,
/// `SetNw..`, `SetTp..`, `SetVlan..` action of 1.0 and 1.1, that of the ECN or of an MPLS label or
/// class the `SetNwEcn`, `SetMplsLabel`, `SetMplsTc` action of 1.1, and `PopVlan` becomes the
/// `StripVlan` of 1.0; in the other direction `SetDl..`, `SetNw..`, `SetMpls..` and `StripVlan` are
/// translated. Anything else that a version lacks is refused with [`EncodeError::NotInVersion`].
///
/// ```
/// use ryu_sdn::ofproto::{Action, PortNo, oxm};
///
/// assert_eq!(Action::output(PortNo(2)).to_string(), "output:2");
/// assert_eq!(Action::set_field(oxm::TCP_DST, 80).to_string(), "set_field:80->tcp_dst");
/// ```
///
/// # Example: the same two actions in 1.3 and in 1.0
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Action, BufferId, Encode, PacketOut, PortNo, V1_0, V1_3, Xid, oxm};
///
/// let actions = [Action::set_field(oxm::VLAN_VID, 0x1005), Action::output(PortNo(2))].into();
/// let out = PacketOut { buffer_id: BufferId(7), actions, ..PacketOut::default() };
/// let (mut new, mut old) = (BytesMut::new(), BytesMut::new());
/// out.encode(V1_3, Xid(1), &mut new)?;
/// out.encode(V1_0, Xid(1), &mut old)?;
/// assert_eq!(new[24..40], [0, 25, 0, 16, 0x80, 0, 0x0c, 2, 0x10, 5, 0, 0, 0, 0, 0, 0]);
/// assert_eq!(new[40..], [0, 0, 0, 16, 0, 0, 0, 2, 0xff, 0xe5, 0, 0, 0, 0, 0, 0]);
/// assert_eq!(old[16..], [0, 1, 0, 8, 0, 5, 0, 0, 0, 0, 0, 8, 0, 2, 0xff, 0xe5]);
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Sends the packet out of a port. Every version.
    Output {
        /// The port; 16 bits in 1.0.
        port: PortNo,
        /// Bytes to send if the port is the controller, 0 to [`MAX_LEN`], or [`NO_BUFFER_LEN`];
        /// other ports ignore it.
        max_len: u16,
    },
    /// Sets the VLAN id, 0 to 4,095. 1.0, where a tag is added if there is none, and 1.1, where
    /// one must be there.
    SetVlanVid(u16),
    /// Sets the VLAN priority, 0 to 7. 1.0 and 1.1, as with the id.
    SetVlanPcp(u8),
    /// Removes the VLAN tag. 1.0; later [`Action::PopVlan`].
    StripVlan,
    /// Sets the Ethernet source. 1.0 and 1.1; later a set-field.
    SetDlSrc(MacAddr),
    /// Sets the Ethernet destination. 1.0 and 1.1; later a set-field.
    SetDlDst(MacAddr),
    /// Sets the IPv4 source. 1.0 and 1.1; later a set-field.
    SetNwSrc(Ipv4Addr),
    /// Sets the IPv4 destination. 1.0 and 1.1; later a set-field.
    SetNwDst(Ipv4Addr),
    /// Sets the IPv4 type of service; the DSCP is in the upper six bits. 1.0 and 1.1; later a
    /// set-field.
    SetNwTos(u8),
    /// Sets the ECN bits, 0 to 3. 1.1; later a set-field.
    SetNwEcn(u8),
    /// Sets the TCP, UDP or SCTP source port. 1.0 and 1.1 only.
    SetTpSrc(u16),
    /// Sets the TCP, UDP or SCTP destination port. 1.0 and 1.1 only.
    SetTpDst(u16),
    /// Sends the packet to a queue of a port. 1.0 only.
    Enqueue {
        /// The port: a physical one, or [`PortNo::IN_PORT`].
        port: PortNo,
        /// The queue, a number of the port's own.
        queue_id: u32,
    },
    /// Copies the TTL from the next-to-outermost header to the outermost. 1.1 and later.
    CopyTtlOut,
    /// Copies the TTL from the outermost header to the next one. 1.1 and later.
    CopyTtlIn,
    /// Sets the MPLS label, 0 to 0xf_ffff. 1.1; later a set-field.
    SetMplsLabel(u32),
    /// Sets the MPLS traffic class, 0 to 7. 1.1; later a set-field.
    SetMplsTc(u8),
    /// Sets the MPLS TTL, 0 to 255. 1.1 and later.
    SetMplsTtl(u8),
    /// Decrements the MPLS TTL. 1.1 and later.
    DecMplsTtl,
    /// Adds a VLAN tag of this Ethernet type, 0x8100 or 0x88a8. 1.1 and later.
    PushVlan(u16),
    /// Removes the outer VLAN tag. 1.1 and later.
    PopVlan,
    /// Adds an MPLS label of this Ethernet type, 0x8847 or 0x8848. 1.1 and later.
    PushMpls(u16),
    /// Removes the outer MPLS label; the Ethernet type of what is below it. 1.1 and later.
    PopMpls(u16),
    /// Chooses a queue for later outputs. 1.1 and later.
    SetQueue(u32),
    /// Runs a group. 1.1 and later.
    Group(GroupId),
    /// Sets the TTL of IPv4 or the hop limit of IPv6, 0 to 255. 1.1 and later.
    SetNwTtl(u8),
    /// Decrements the TTL of IPv4 or the hop limit of IPv6. 1.1 and later.
    DecNwTtl,
    /// Sets a header field. 1.2 and later; under a mask 1.5.
    SetField(OxmTlv),
    /// Adds a PBB header of this Ethernet type, 0x88e7. 1.3 and later.
    PushPbb(u16),
    /// Removes the PBB header. 1.3 and later.
    PopPbb,
    /// Copies bits from one field to another. 1.5.
    CopyField {
        /// How many bits.
        n_bits: u16,
        /// First bit in the source; 0 is the lowest.
        src_offset: u16,
        /// First bit in the destination; 0 is the lowest.
        dst_offset: u16,
        /// Source and destination.
        oxm_ids: [OxmId; 2],
    },
    /// Sends the packet through a meter. 1.5; in 1.3 and 1.4 an instruction.
    Meter(u32),
    /// A vendor's action, as it came: what stands behind the experimenter id. Type 0xffff, every
    /// version.
    Experimenter {
        /// The experimenter (vendor) id.
        experimenter: u32,
        /// The rest, padding included.
        data: Bytes,
    },
    /// One of Nicira's; not in 1.2.
    Nicira(Box<NxAction>),
    /// One that an app registered; see [`ExperimenterBody`](super::ExperimenterBody).
    Registered(Registered),
    /// An action this version does not define, as it came.
    Unknown {
        /// The type on the wire.
        action_type: u16,
        /// What stands behind type and length.
        data: Bytes,
    },
}

impl Action {
    /// Output to `port`; to the controller with [`MAX_LEN`].
    #[inline]
    pub const fn output(port: PortNo) -> Action {
        Action::Output { port, max_len: MAX_LEN }
    }

    /// Output of the whole packet to the controller, unbuffered.
    pub const fn to_controller() -> Action {
        Action::Output { port: PortNo::CONTROLLER, max_len: NO_BUFFER_LEN }
    }

    /// Set-field.
    pub fn set_field<T: OxmValue>(field: Field<T>, value: T) -> Action {
        Action::SetField(OxmTlv::new(field, value))
    }

    /// The name, as Ryu and ovs-ofctl know it.
    pub fn name(&self) -> &'static str {
        match (self, self.kind()) {
            (Action::Registered(body), _) => body.registration().class,
            (_, Some(kind)) => kind.name(),
            (_, None) => "unknown action",
        }
    }

    fn kind(&self) -> Option<ActionType> {
        Some(match self {
            Action::Output { .. } => ActionType::Output,
            Action::SetVlanVid(_) => ActionType::SetVlanVid,
            Action::SetVlanPcp(_) => ActionType::SetVlanPcp,
            Action::StripVlan => ActionType::StripVlan,
            Action::SetDlSrc(_) => ActionType::SetDlSrc,
            Action::SetDlDst(_) => ActionType::SetDlDst,
            Action::SetNwSrc(_) => ActionType::SetNwSrc,
            Action::SetNwDst(_) => ActionType::SetNwDst,
            Action::SetNwTos(_) => ActionType::SetNwTos,
            Action::SetNwEcn(_) => ActionType::SetNwEcn,
            Action::SetTpSrc(_) => ActionType::SetTpSrc,
            Action::SetTpDst(_) => ActionType::SetTpDst,
            Action::Enqueue { .. } => ActionType::Enqueue,
            Action::CopyTtlOut => ActionType::CopyTtlOut,
            Action::CopyTtlIn => ActionType::CopyTtlIn,
            Action::SetMplsLabel(_) => ActionType::SetMplsLabel,
            Action::SetMplsTc(_) => ActionType::SetMplsTc,
            Action::SetMplsTtl(_) => ActionType::SetMplsTtl,
            Action::DecMplsTtl => ActionType::DecMplsTtl,
            Action::PushVlan(_) => ActionType::PushVlan,
            Action::PopVlan => ActionType::PopVlan,
            Action::PushMpls(_) => ActionType::PushMpls,
            Action::PopMpls(_) => ActionType::PopMpls,
            Action::SetQueue(_) => ActionType::SetQueue,
            Action::Group(_) => ActionType::Group,
            Action::SetNwTtl(_) => ActionType::SetNwTtl,
            Action::DecNwTtl => ActionType::DecNwTtl,
            Action::SetField(_) => ActionType::SetField,
            Action::PushPbb(_) => ActionType::PushPbb,
            Action::PopPbb => ActionType::PopPbb,
            Action::CopyField { .. } => ActionType::CopyField,
            Action::Meter(_) => ActionType::Meter,
            Action::Experimenter { .. } | Action::Nicira(_) | Action::Registered(_) => {
                ActionType::Experimenter
            }
            Action::Unknown { .. } => return None,
        })
    }

    /// The action that says the same in `version`, if it is another one.
    fn translated(&self, version: Version) -> Result<Option<Action>, EncodeError> {
        if version >= V1_2 {
            return Ok(match *self {
                Action::StripVlan => Some(Action::PopVlan),
                Action::SetDlSrc(mac) => Some(Action::set_field(oxm::ETH_SRC, mac)),
                Action::SetDlDst(mac) => Some(Action::set_field(oxm::ETH_DST, mac)),
                Action::SetNwSrc(ip) => Some(Action::set_field(oxm::IPV4_SRC, ip)),
                Action::SetNwDst(ip) => Some(Action::set_field(oxm::IPV4_DST, ip)),
                Action::SetNwTos(tos) => Some(Action::set_field(oxm::IP_DSCP, tos >> 2)),
                Action::SetNwEcn(ecn) => Some(Action::set_field(oxm::IP_ECN, ecn)),
                Action::SetMplsLabel(label) => Some(Action::set_field(oxm::MPLS_LABEL, label)),
                Action::SetMplsTc(tc) => Some(Action::set_field(oxm::MPLS_TC, tc)),
                _ => None,
            });
        }
        match self {
            Action::SetField(tlv) => set_field_old(version, tlv.as_oxm()).map(Some),
            Action::StripVlan if version == V1_1 => Ok(Some(Action::PopVlan)),
            _ if version == V1_1 => Ok(None),
            Action::PopVlan => Ok(Some(Action::StripVlan)),
            Action::Enqueue { port, .. } => port.encode_v1_0().map(|_| None),
            _ => Ok(None),
        }
    }
}

fields!(Action, |this, v| {
    let version = v.version();
    let number = match &*this {
        Action::Unknown { action_type, .. } => Some(*action_type),
        Action::Nicira(_) if !has_nicira(version) => None,
        Action::Registered(body) if body.registration().place != Place::Action => None,
        known => known.kind().and_then(|kind| kind.wire(version)),
    };
    let what = this.name();
    // In 1.0 the class tells the type, save that of an action nobody knows.
    let told = is_v1_0(version) && !matches!(&*this, Action::Unknown { .. });
    let (type_name, len_name) = if told { ("", "") } else { ("type", "len") };
    v.boxed(Padding::Inside, |v| {
        v.number(type_name, number, what)?;
        v.len(len_name)?;
        match this {
            Action::Output { port, max_len } => {
                v.field("port", port)?;
                v.field("max_len", max_len)?;
                v.pad(if is_v1_0(version) { 0 } else { 6 })
            }
            Action::SetVlanVid(vid) => v.field("vlan_vid", vid),
            Action::SetVlanPcp(pcp) => v.field("vlan_pcp", pcp),
            Action::SetDlSrc(mac) | Action::SetDlDst(mac) => {
                v.field("dl_addr", mac)?;
                v.pad(6)
            }
            Action::SetNwSrc(ip) | Action::SetNwDst(ip) => v.field("nw_addr", ip),
            Action::SetNwTos(tos) => v.field("tos", tos),
            Action::SetNwEcn(ecn) => v.field("nw_ecn", ecn),
            Action::SetTpSrc(port) | Action::SetTpDst(port) => v.field("tp", port),
            Action::Enqueue { port, queue_id } => {
                v.field("port", port)?;
                v.pad(6)?;
                v.field("queue_id", queue_id)
            }
            Action::SetMplsLabel(label) => v.field("mpls_label", label),
            Action::SetMplsTc(tc) => v.field("mpls_tc", tc),
            Action::SetMplsTtl(ttl) => v.field("mpls_ttl", ttl),
            Action::SetNwTtl(ttl) => v.field("nw_ttl", ttl),
            Action::PushVlan(ethertype)
            | Action::PushMpls(ethertype)
            | Action::PopMpls(ethertype)
            | Action::PushPbb(ethertype) => v.field("ethertype", ethertype),
            Action::SetQueue(queue_id) => v.field("queue_id", queue_id),
            Action::Group(group_id) => v.field("group_id", group_id),
            Action::SetField(field) => v.field("field", field),
            Action::CopyField { n_bits, src_offset, dst_offset, oxm_ids } => {
                v.field("n_bits", n_bits)?;
                v.field("src_offset", src_offset)?;
                v.field("dst_offset", dst_offset)?;
                v.pad(2)?;
                v.with::<TwoIds, _>("oxm_ids", oxm_ids)
            }
            Action::Meter(meter_id) => v.field("meter_id", meter_id),
            Action::Experimenter { experimenter, data } => {
                v.field(if is_v1_0(version) { "vendor" } else { "experimenter" }, experimenter)?;
                // Ryu knows of no data in 1.2.
                if (V1_1..V1_3).contains(&version) {
                    return v.with::<Rest, _>("data", data);
                }
                v.field("data", data)
            }
            Action::Nicira(action) => {
                let mut experimenter = NICIRA;
                let subtype = action.subtype();
                let name = if is_v1_0(version) { "vendor" } else { "experimenter" };
                v.field(name, &mut experimenter)?;
                v.number("subtype", Some(subtype), "nicira action")?;
                v.inline(action)
            }
            Action::Registered(body) => {
                let (mut experimenter, subtype) = body.registration().key();
                v.field(
                    if is_v1_0(version) { "vendor" } else { "experimenter" },
                    &mut experimenter,
                )?;
                if subtype.is_some() {
                    v.number("subtype", subtype, what)?;
                }
                v.registered(body)
            }
            Action::Unknown { data, .. } => v.field("data", data),
            Action::StripVlan
            | Action::CopyTtlOut
            | Action::CopyTtlIn
            | Action::DecMplsTtl
            | Action::PopVlan
            | Action::DecNwTtl
            | Action::PopPbb => v.pad(4),
        }
    })
});

impl Noun for Action {
    const NAME: &'static str = "action";

    fn class(&self, version: Version) -> &'static str {
        if let Action::Nicira(action) = self {
            return action.class();
        }
        if let Action::Registered(body) = self {
            return body.registration().class;
        }
        match self.kind() {
            Some(ActionType::Experimenter) if is_v1_0(version) => "OFPActionVendorUnknown",
            Some(ActionType::Experimenter) if version <= V1_2 => "OFPActionExperimenter",
            Some(kind) => kind.class(),
            None => "OFPActionUnknown",
        }
    }

    #[inline]
    fn blank(version: Version, r: &Reader<'_>) -> Action {
        let action_type = r.peek_u16().unwrap_or_default();
        match ActionType::from_wire(version, action_type) {
            Some(ActionType::Experimenter) => experimenters(version, r),
            Some(kind) => kind.blank(),
            None => Action::Unknown { action_type, data: Bytes::new() },
        }
    }

    fn blank_named(version: Version, class: &str, members: &Map<String, Value>) -> Option<Action> {
        Action::of_class(version, class, members).or_else(|| {
            let row = registry::of_class(&[Place::Action], version, class)?;
            Some(Action::Registered(Registered::blank(row)))
        })
    }

    #[inline]
    fn other_words(&self, version: Version) -> Result<Option<Action>, EncodeError> {
        self.translated(version)
    }
}

impl Action {
    /// One of the house, to be filled.
    fn of_class(version: Version, class: &str, members: &Map<String, Value>) -> Option<Action> {
        let known = ActionType::ALL
            .iter()
            .find(|kind| kind.wire(version).is_some() && kind.blank().class(version) == class);
        let unknown = || {
            let action_type = type_of(members, "type")?;
            let action = Action::Unknown { action_type, data: Bytes::new() };
            (class == "OFPActionUnknown").then_some(action)
        };
        let nicira = || {
            let action = NxAction::of_class(class, members).filter(|_| has_nicira(version))?;
            Some(Action::Nicira(Box::new(action)))
        };
        known.map(|kind| kind.blank()).or_else(nicira).or_else(unknown)
    }
}

impl Member for Action {
    const SIZE_MIN: usize = 8;

    fn decode(version: Version, r: &mut Reader<'_>) -> Result<Action, DecodeError> {
        wire_codec::decode(version, r)
    }

    /// An output, the usual action, by hand, as in `encode`.
    #[inline]
    fn decode_onto<L>(list: &mut L, version: Version, r: &mut Reader<'_>) -> Result<(), DecodeError>
    where
        L: Items<Item = Action>,
    {
        if !is_v1_0(version)
            && let Some([0, 0, 0, 16, a, b, c, d, high, low, ..]) = r.peek_array::<16>()
        {
            r.pad(16)?;
            let port = PortNo(u32::from_be_bytes([a, b, c, d]));
            list.add(Action::Output { port, max_len: u16::from_be_bytes([high, low]) });
            return Ok(());
        }
        wire_codec::decode_onto(list, version, r)
    }

    /// An output, the usual action, by hand; a test compares it with the description.
    #[inline(always)] // It is a comparison and eight or sixteen bytes.
    fn encode(&self, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        match self {
            Action::Output { port, max_len } if !is_v1_0(version) => {
                let out = w.room::<16>();
                out[3] = 16;
                out[4..8].copy_from_slice(&port.0.to_be_bytes());
                out[8..10].copy_from_slice(&max_len.to_be_bytes());
                Ok(())
            }
            Action::Output { port, max_len } => {
                let [p0, p1] = port.encode_v1_0()?.to_be_bytes();
                let [l0, l1] = max_len.to_be_bytes();
                w.array([0, 0, 0, 8, p0, p1, l0, l1]);
                Ok(())
            }
            _ => self.encode_described(version, w),
        }
    }

    member!(@json);
}

impl Action {
    /// Any action, by its description. Not in line: so the usual one is.
    #[inline(never)]
    fn encode_described(&self, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        wire_codec::encode(self, version, w)
    }
}

/// Whether Nicira's actions are read as such in this version; Ryu does not in 1.2.
pub(super) fn has_nicira(version: Version) -> bool {
    version != V1_2
}

/// What the experimenter's action that comes next is read into: ours first, then those of apps.
#[cold]
fn experimenters(version: Version, r: &Reader<'_>) -> Action {
    let nicira = match r.clone().array::<10>() {
        Ok([_, _, _, _, 0x00, 0x00, 0x23, 0x20, high, low]) if has_nicira(version) => {
            Some(NxAction::of_subtype(u16::from_be_bytes([high, low])))
        }
        _ => None,
    };
    if let Some(known) = nicira.as_ref().filter(|action| !is_unknown(action)) {
        return Action::Nicira(Box::new(known.clone()));
    }
    let mut body = r.clone();
    let registered = body.pad(4).ok().and_then(|()| registry::next(Place::Action, version, &body));
    match (registered, nicira) {
        (Some(row), _) => Action::Registered(Registered::blank(row)),
        (None, Some(unknown)) => Action::Nicira(Box::new(unknown)),
        (None, None) => ActionType::Experimenter.blank(),
    }
}

fn is_unknown(action: &NxAction) -> bool {
    matches!(action, NxAction::Unknown { .. })
}

/// The class of the action that the house has under an experimenter's number; without a number, of
/// any.
pub(super) fn name_of_ours(
    version: Version,
    experimenter: u32,
    subtype: Option<u32>,
) -> Option<&'static str> {
    if experimenter != NICIRA || !has_nicira(version) {
        return None;
    }
    match subtype {
        None => Some("Nicira's actions"),
        Some(subtype) => {
            let action = NxAction::of_subtype(u16::try_from(subtype).ok()?);
            (!is_unknown(&action)).then(|| action.class())
        }
    }
}

/// Whether the house has an action of this class.
pub(super) fn is_class_of_ours(version: Version, class: &str) -> bool {
    let numbered = Map::from_iter(["type", "subtype"].map(|name| (name.to_owned(), 0.into())));
    Action::of_class(version, class, &numbered).is_some()
}

/// The two fields of a copy-field action, in Ryu's JSON a list.
enum TwoIds {}

impl Codec<[OxmId; 2]> for TwoIds {
    fn decode(version: Version, r: &mut Reader<'_>) -> Result<[OxmId; 2], DecodeError> {
        Ok([OxmId::decode(version, r)?, OxmId::decode(version, r)?])
    }
    fn encode(value: &[OxmId; 2], version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        value.iter().try_for_each(|id| id.encode(version, w))
    }
    fn to_json(
        value: &[OxmId; 2],
        version: Version,
        w: &mut Writer<'_>,
    ) -> Result<Value, EncodeError> {
        value.iter().map(|id| id.to_json(version, w)).collect()
    }
    fn from_json(version: Version, value: &Value) -> Result<[OxmId; 2], JsonError> {
        let ids = Vec::<OxmId>::from_json(version, value)?;
        <[OxmId; 2]>::try_from(ids).map_err(|_| JsonError::expected("two fields", value))
    }
    fn show(value: &[OxmId; 2], out: &mut String) -> bool {
        value[0].show(out) && value[1].show(out)
    }
}

/// The action of 1.0 or 1.1 that sets this field.
fn set_field_old(version: Version, oxm: OxmRef<'_>) -> Result<Action, EncodeError> {
    let lacks = |what| Err(EncodeError::NotInVersion { what, version });
    if oxm.has_mask() {
        return lacks("set_field under a mask");
    }
    let value = oxm.value();
    Ok(match oxm.info().map(|info| info.name) {
        Some("eth_src") => Action::SetDlSrc(MacAddr::read(value)),
        Some("eth_dst") => Action::SetDlDst(MacAddr::read(value)),
        Some("ipv4_src") => Action::SetNwSrc(Ipv4Addr::read(value)),
        Some("ipv4_dst") => Action::SetNwDst(Ipv4Addr::read(value)),
        Some("ip_dscp") => Action::SetNwTos(u8::read(value) << 2),
        Some("tcp_src" | "udp_src") => Action::SetTpSrc(u16::read(value)),
        Some("tcp_dst" | "udp_dst") => Action::SetTpDst(u16::read(value)),
        Some("vlan_vid") => Action::SetVlanVid(u16::read(value) & 0x0fff),
        Some("vlan_pcp") => Action::SetVlanPcp(u8::read(value)),
        Some("sctp_src") if version == V1_1 => Action::SetTpSrc(u16::read(value)),
        Some("sctp_dst") if version == V1_1 => Action::SetTpDst(u16::read(value)),
        Some("ip_ecn") if version == V1_1 => Action::SetNwEcn(u8::read(value)),
        Some("mpls_label") if version == V1_1 => Action::SetMplsLabel(u32::read(value)),
        Some("mpls_tc") if version == V1_1 => Action::SetMplsTc(u8::read(value)),
        Some(_) => return lacks("set_field of this field"),
        None => return lacks("set_field of an extension field"),
    })
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name();
        match self {
            Action::Output { port: PortNo::CONTROLLER, max_len } => {
                write!(f, "CONTROLLER:{max_len}")
            }
            Action::Output { port, .. } if port.name().is_some() => write!(f, "{port}"),
            Action::Output { port, .. } => write!(f, "output:{port}"),
            Action::SetVlanVid(v) | Action::SetTpSrc(v) | Action::SetTpDst(v) => {
                write!(f, "{name}:{v}")
            }
            Action::SetVlanPcp(v)
            | Action::SetNwTos(v)
            | Action::SetNwEcn(v)
            | Action::SetMplsTc(v)
            | Action::SetMplsTtl(v)
            | Action::SetNwTtl(v) => write!(f, "{name}:{v}"),
            Action::SetDlSrc(mac) | Action::SetDlDst(mac) => write!(f, "{name}:{mac}"),
            Action::SetNwSrc(ip) | Action::SetNwDst(ip) => write!(f, "{name}:{ip}"),
            Action::Enqueue { port, queue_id } => write!(f, "{name}:{port}:{queue_id}"),
            Action::PushVlan(v) | Action::PushMpls(v) | Action::PopMpls(v) | Action::PushPbb(v) => {
                write!(f, "{name}:{v:#06x}")
            }
            Action::SetQueue(v) | Action::Meter(v) | Action::SetMplsLabel(v) => {
                write!(f, "{name}:{v}")
            }
            Action::CopyField { n_bits, src_offset, dst_offset, oxm_ids: [src, dst] } => {
                write!(f, "{name}:{src}[{src_offset}..{}]->", src_offset.saturating_add(*n_bits))?;
                write!(f, "{dst}[{dst_offset}..{}]", dst_offset.saturating_add(*n_bits))
            }
            Action::Group(group) => write!(f, "{name}:{group}"),
            Action::SetField(tlv) => {
                write!(f, "{name}:")?;
                tlv.fmt_set_field(f)
            }
            Action::Experimenter { experimenter, data } => {
                write!(f, "{name}:{experimenter:#010x}:{}", hex::encode(data))
            }
            Action::Nicira(action) => write!(f, "{action}"),
            Action::Registered(body) => body.fmt_in_list(f),
            Action::Unknown { action_type, data } => {
                write!(f, "unknown:{action_type}:{}", hex::encode(data))
            }
            Action::StripVlan
            | Action::CopyTtlOut
            | Action::CopyTtlIn
            | Action::DecMplsTtl
            | Action::PopVlan
            | Action::DecNwTtl
            | Action::PopPbb => f.write_str(name),
        }
    }
}

macro_rules! action_types {
    ( $( $row:ident $text:literal $class:literal, $blank:expr, = $c0:tt $c1:tt $c2:tt $c3:tt $c4:tt $c5:tt; )* ) => {
        /// What an action means, whatever number its version gives it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum ActionType { $( $row, )* }

        by_version! { pub(crate) ActionType: u16; $( $row $text = $c0 $c1 $c2 $c3 $c4 $c5; )* }

        impl ActionType {
            /// Ryu's class.
            const fn class(self) -> &'static str {
                match self { $( ActionType::$row => $class, )* }
            }

            /// An action to be filled.
            #[inline]
            fn blank(self) -> Action {
                match self { $( ActionType::$row => $blank, )* }
            }
        }
    };
}

action_types! {
    // meaning, Ryu's class, what is filled, numbers in 1.0 1.1 1.2 1.3 1.4 1.5
    Output "output" "OFPActionOutput", Action::Output { port: PortNo(0), max_len: MAX_LEN },
        = 0 0 0 0 0 0;
    SetVlanVid "set_vlan_vid" "OFPActionVlanVid", Action::SetVlanVid(0),
        = 1 1 _ _ _ _;
    SetVlanPcp "set_vlan_pcp" "OFPActionVlanPcp", Action::SetVlanPcp(0),
        = 2 2 _ _ _ _;
    StripVlan "strip_vlan" "OFPActionStripVlan", Action::StripVlan,
        = 3 _ _ _ _ _;
    SetDlSrc "set_dl_src" "OFPActionSetDlSrc", Action::SetDlSrc(MacAddr::ZERO),
        = 4 3 _ _ _ _;
    SetDlDst "set_dl_dst" "OFPActionSetDlDst", Action::SetDlDst(MacAddr::ZERO),
        = 5 4 _ _ _ _;
    SetNwSrc "set_nw_src" "OFPActionSetNwSrc", Action::SetNwSrc(Ipv4Addr::UNSPECIFIED),
        = 6 5 _ _ _ _;
    SetNwDst "set_nw_dst" "OFPActionSetNwDst", Action::SetNwDst(Ipv4Addr::UNSPECIFIED),
        = 7 6 _ _ _ _;
    SetNwTos "set_nw_tos" "OFPActionSetNwTos", Action::SetNwTos(0),
        = 8 7 _ _ _ _;
    SetNwEcn "set_nw_ecn" "OFPActionSetNwEcn", Action::SetNwEcn(0),
        = _ 8 _ _ _ _;
    SetTpSrc "set_tp_src" "OFPActionSetTpSrc", Action::SetTpSrc(0),
        = 9 9 _ _ _ _;
    SetTpDst "set_tp_dst" "OFPActionSetTpDst", Action::SetTpDst(0),
        = 10 10 _ _ _ _;
    Enqueue "enqueue" "OFPActionEnqueue", Action::Enqueue { port: PortNo(0), queue_id: 0 },
        = 11 _ _ _ _ _;
    CopyTtlOut "copy_ttl_out" "OFPActionCopyTtlOut", Action::CopyTtlOut,
        = _ 11 11 11 11 11;
    CopyTtlIn "copy_ttl_in" "OFPActionCopyTtlIn", Action::CopyTtlIn,
        = _ 12 12 12 12 12;
    SetMplsLabel "set_mpls_label" "OFPActionSetMplsLabel", Action::SetMplsLabel(0),
        = _ 13 _ _ _ _;
    SetMplsTc "set_mpls_tc" "OFPActionSetMplsTc", Action::SetMplsTc(0),
        = _ 14 _ _ _ _;
    SetMplsTtl "set_mpls_ttl" "OFPActionSetMplsTtl", Action::SetMplsTtl(0),
        = _ 15 15 15 15 15;
    DecMplsTtl "dec_mpls_ttl" "OFPActionDecMplsTtl", Action::DecMplsTtl,
        = _ 16 16 16 16 16;
    PushVlan "push_vlan" "OFPActionPushVlan", Action::PushVlan(0),
        = _ 17 17 17 17 17;
    PopVlan "pop_vlan" "OFPActionPopVlan", Action::PopVlan,
        = _ 18 18 18 18 18;
    PushMpls "push_mpls" "OFPActionPushMpls", Action::PushMpls(0),
        = _ 19 19 19 19 19;
    PopMpls "pop_mpls" "OFPActionPopMpls", Action::PopMpls(0),
        = _ 20 20 20 20 20;
    SetQueue "set_queue" "OFPActionSetQueue", Action::SetQueue(0),
        = _ 21 21 21 21 21;
    Group "group" "OFPActionGroup", Action::Group(GroupId(0)),
        = _ 22 22 22 22 22;
    SetNwTtl "set_nw_ttl" "OFPActionSetNwTtl", Action::SetNwTtl(0),
        = _ 23 23 23 23 23;
    DecNwTtl "dec_nw_ttl" "OFPActionDecNwTtl", Action::DecNwTtl,
        = _ 24 24 24 24 24;
    SetField "set_field" "OFPActionSetField", Action::SetField(OxmTlv::default()),
        = _ _ 25 25 25 25;
    PushPbb "push_pbb" "OFPActionPushPbb", Action::PushPbb(0),
        = _ _ _ 26 26 26;
    PopPbb "pop_pbb" "OFPActionPopPbb", Action::PopPbb,
        = _ _ _ 27 27 27;
    CopyField "copy_field" "OFPActionCopyField", Action::CopyField { n_bits: 0, src_offset: 0, dst_offset: 0, oxm_ids: Default::default() },
        = _ _ _ _ _ 28;
    Meter "meter" "OFPActionMeter", Action::Meter(0),
        = _ _ _ _ _ 29;
    Experimenter "experimenter" "OFPActionExperimenterUnknown", Action::Experimenter { experimenter: 0, data: Bytes::new() },
        = 0xffff 0xffff 0xffff 0xffff 0xffff 0xffff;
}

impl ActionType {
    #[inline]
    fn from_wire(version: Version, number: u16) -> Option<ActionType> {
        match BY_NUMBER[version.column()].get(usize::from(number)) {
            Some(kind) => *kind,
            None if number == u16::MAX => Some(ActionType::Experimenter),
            None => None,
        }
    }
}

/// The table turned round, without the experimenters' number. A number that occurs twice in a
/// version does not compile.
static BY_NUMBER: [[Option<ActionType>; 32]; 6] = {
    let mut table = [[None; 32]; 6];
    let mut row = 0;
    while row < ActionType::ALL.len() {
        let mut column = 0;
        while column < 6 {
            match ActionType::ALL[row].wire(Version::ALL[column]) {
                Some(u16::MAX) | None => {}
                Some(number) => {
                    assert!(table[column][number as usize].is_none(), "a number occurs twice");
                    table[column][number as usize] = Some(ActionType::ALL[row]);
                }
            }
            column += 1;
        }
        row += 1;
    }
    table
};

/// A list of actions, in order. Two need no heap. It is a slice and a bit more.
///
/// On the wire the actions follow one another with nothing around them: see the example of
/// [`Action`]. A message or structure that has something behind them gives their size in bytes,
/// not their number.
///
/// Spec: 1.0 section 5.2.4, 1.3 section 7.2.5, 1.5 section 7.2.6.
///
/// ```
/// use ryu_sdn::ofproto::{Action, ActionList, PortNo};
///
/// let list: ActionList = [Action::PopVlan, Action::output(PortNo::FLOOD)].into();
/// assert_eq!(list.len(), 2);
/// assert_eq!(list.to_string(), "pop_vlan,FLOOD");
/// assert_eq!(ActionList::new().to_string(), "drop");
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ActionList(Few<Action>);

impl ActionList {
    /// The empty list: drop.
    pub const fn new() -> ActionList {
        ActionList(Few::None)
    }

    /// Adds an action at the end.
    pub fn push(&mut self, action: Action) {
        self.0.push(action);
    }
}

impl Items for ActionList {
    type Item = Action;
    #[inline]
    fn sized(_: usize) -> ActionList {
        ActionList::new()
    }
    #[inline]
    fn add(&mut self, action: Action) -> &mut Action {
        self.0.push(action)
    }
    #[inline]
    fn all(&self) -> &[Action] {
        &self.0
    }
}
list_member!([] ActionList);

impl Deref for ActionList {
    type Target = [Action];

    fn deref(&self) -> &[Action] {
        &self.0
    }
}

impl DerefMut for ActionList {
    fn deref_mut(&mut self) -> &mut [Action] {
        &mut self.0
    }
}

impl FromIterator<Action> for ActionList {
    fn from_iter<I: IntoIterator<Item = Action>>(actions: I) -> ActionList {
        ActionList(actions.into_iter().collect())
    }
}

impl Extend<Action> for ActionList {
    fn extend<I: IntoIterator<Item = Action>>(&mut self, actions: I) {
        self.0.extend(actions);
    }
}

impl<const N: usize> From<[Action; N]> for ActionList {
    #[inline]
    fn from(actions: [Action; N]) -> ActionList {
        ActionList(actions.into())
    }
}

impl From<Vec<Action>> for ActionList {
    fn from(actions: Vec<Action>) -> ActionList {
        ActionList(actions.into())
    }
}

impl From<Action> for ActionList {
    #[inline]
    fn from(action: Action) -> ActionList {
        ActionList(Few::One(action))
    }
}

impl IntoIterator for ActionList {
    type Item = Action;
    type IntoIter = few::IntoIter<Action>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a ActionList {
    type Item = &'a Action;
    type IntoIter = std::slice::Iter<'a, Action>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for ActionList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("drop");
        }
        for (i, action) in self.iter().enumerate() {
            if i > 0 {
                f.write_str(",")?;
            }
            write!(f, "{action}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for ActionList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_twice_in_a_column() {
        for version in Version::ALL {
            for &kind in ActionType::ALL {
                if let Some(number) = kind.wire(version) {
                    assert_eq!(ActionType::from_wire(version, number), Some(kind));
                }
            }
        }
    }
}
