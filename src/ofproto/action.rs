//! Actions: what happens to a packet.
//!
//! Spec: 1.0 section 5.2.4, 1.3 section 7.2.5. Every action is a TLV of a multiple of eight bytes.

use std::fmt;
use std::net::Ipv4Addr;
use std::ops::{Deref, DerefMut};

use bytes::Bytes;
use smallvec::SmallVec;

use super::encode::EncodeError;
use super::ids::{GroupId, PortNo, is_v1_0};
use super::message_type::cell;
use super::oxm::{self, Field, OxmRef, OxmTlv, OxmValue, check_tlvs};
use super::version::{V1_0, Version};
use crate::wire::{DecodeError, MacAddr, Padding, Reader, Writer, hex};

/// `max_len` of an output to the controller: send the whole packet, do not buffer it (1.2+).
pub const NO_BUFFER_LEN: u16 = 0xffff;
/// Largest `max_len` that asks for a part of the packet; the default, as in Ryu.
pub const MAX_LEN: u16 = 0xffe5;

/// One action.
///
/// Where 1.0 and later versions say the same thing in different words, the encoder translates:
/// `SetField` of an address, a port, a VLAN id or priority, or the DSCP becomes the `SetDl..`,
/// `SetNw..`, `SetTp..`, `SetVlan..` action of 1.0 and `PopVlan` becomes `StripVlan`; in the other
/// direction `SetDl..`, `SetNw..` and `StripVlan` are translated. Anything else that a version
/// lacks is refused with [`EncodeError::NotInVersion`].
///
/// ```
/// use ryu_sdn::ofproto::{Action, PortNo, oxm};
///
/// assert_eq!(Action::output(PortNo(2)).to_string(), "output:2");
/// assert_eq!(Action::set_field(oxm::TCP_DST, 80).to_string(), "set_field:80->tcp_dst");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Sends the packet out of a port. Every version.
    Output {
        /// The port.
        port: PortNo,
        /// Bytes to send if the port is the controller.
        max_len: u16,
    },
    /// Sets the VLAN id, adding a tag if there is none. 1.0 only.
    SetVlanVid(u16),
    /// Sets the VLAN priority. 1.0 only.
    SetVlanPcp(u8),
    /// Removes the VLAN tag. 1.0; later [`Action::PopVlan`].
    StripVlan,
    /// Sets the Ethernet source. 1.0; later a set-field.
    SetDlSrc(MacAddr),
    /// Sets the Ethernet destination. 1.0; later a set-field.
    SetDlDst(MacAddr),
    /// Sets the IPv4 source. 1.0; later a set-field.
    SetNwSrc(Ipv4Addr),
    /// Sets the IPv4 destination. 1.0; later a set-field.
    SetNwDst(Ipv4Addr),
    /// Sets the IPv4 type of service; the DSCP is in the upper six bits. 1.0; later a set-field.
    SetNwTos(u8),
    /// Sets the TCP or UDP source port. 1.0 only.
    SetTpSrc(u16),
    /// Sets the TCP or UDP destination port. 1.0 only.
    SetTpDst(u16),
    /// Sends the packet to a queue of a port. 1.0 only.
    Enqueue {
        /// The port.
        port: PortNo,
        /// The queue.
        queue_id: u32,
    },
    /// Copies the TTL from the next-to-outermost header to the outermost.
    CopyTtlOut,
    /// Copies the TTL from the outermost header to the next one.
    CopyTtlIn,
    /// Sets the MPLS TTL.
    SetMplsTtl(u8),
    /// Decrements the MPLS TTL.
    DecMplsTtl,
    /// Adds a VLAN tag of this Ethernet type.
    PushVlan(u16),
    /// Removes the outer VLAN tag.
    PopVlan,
    /// Adds an MPLS label of this Ethernet type.
    PushMpls(u16),
    /// Removes the outer MPLS label; the type of what is below it.
    PopMpls(u16),
    /// Chooses a queue for later outputs.
    SetQueue(u32),
    /// Runs a group.
    Group(GroupId),
    /// Sets the IP TTL.
    SetNwTtl(u8),
    /// Decrements the IP TTL.
    DecNwTtl,
    /// Sets a header field. 1.2 and later.
    SetField(OxmTlv),
    /// Adds a PBB header of this Ethernet type. 1.3 and later.
    PushPbb(u16),
    /// Removes the PBB header. 1.3 and later.
    PopPbb,
    /// A vendor's action, as it came: what stands behind the experimenter id.
    Experimenter {
        /// The experimenter (vendor) id.
        experimenter: u32,
        /// The rest, padding included.
        data: Bytes,
    },
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
        match self.kind() {
            Some(kind) => kind.name(),
            None => "unknown action",
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
            Action::SetTpSrc(_) => ActionType::SetTpSrc,
            Action::SetTpDst(_) => ActionType::SetTpDst,
            Action::Enqueue { .. } => ActionType::Enqueue,
            Action::CopyTtlOut => ActionType::CopyTtlOut,
            Action::CopyTtlIn => ActionType::CopyTtlIn,
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
            Action::Experimenter { .. } => ActionType::Experimenter,
            Action::Unknown { .. } => return None,
        })
    }

    /// Reads one action.
    pub(crate) fn decode(version: Version, r: &mut Reader<'_>) -> Result<Action, DecodeError> {
        r.name("action");
        let number = r.u16()?;
        let len = usize::from(r.u16()?);
        if len < 8 || len % 8 != 0 {
            return Err(r.bad_length(2, 8, len, "action length"));
        }
        let mut b = r.sub(len - 4, "action length")?;
        let Some(kind) = ActionType::from_wire(version, number) else {
            return Ok(Action::Unknown { action_type: number, data: b.rest_bytes() });
        };
        b.name(kind.name());
        let action = match kind {
            ActionType::Output if is_v1_0(version) => {
                Action::Output { port: PortNo::from_v1_0(b.u16()?), max_len: b.u16()? }
            }
            ActionType::Output => {
                let action = Action::Output { port: PortNo(b.u32()?), max_len: b.u16()? };
                b.pad(6)?;
                action
            }
            ActionType::SetVlanVid => Action::SetVlanVid(padded(&mut b, 2, Reader::u16)?),
            ActionType::SetVlanPcp => Action::SetVlanPcp(padded(&mut b, 3, Reader::u8)?),
            ActionType::StripVlan => padded(&mut b, 4, |_| Ok(Action::StripVlan))?,
            ActionType::SetDlSrc => Action::SetDlSrc(padded(&mut b, 6, Reader::mac)?),
            ActionType::SetDlDst => Action::SetDlDst(padded(&mut b, 6, Reader::mac)?),
            ActionType::SetNwSrc => Action::SetNwSrc(b.u32()?.into()),
            ActionType::SetNwDst => Action::SetNwDst(b.u32()?.into()),
            ActionType::SetNwTos => Action::SetNwTos(padded(&mut b, 3, Reader::u8)?),
            ActionType::SetTpSrc => Action::SetTpSrc(padded(&mut b, 2, Reader::u16)?),
            ActionType::SetTpDst => Action::SetTpDst(padded(&mut b, 2, Reader::u16)?),
            ActionType::Enqueue => {
                let port = PortNo::from_v1_0(b.u16()?);
                b.pad(6)?;
                Action::Enqueue { port, queue_id: b.u32()? }
            }
            ActionType::CopyTtlOut => padded(&mut b, 4, |_| Ok(Action::CopyTtlOut))?,
            ActionType::CopyTtlIn => padded(&mut b, 4, |_| Ok(Action::CopyTtlIn))?,
            ActionType::SetMplsTtl => Action::SetMplsTtl(padded(&mut b, 3, Reader::u8)?),
            ActionType::DecMplsTtl => padded(&mut b, 4, |_| Ok(Action::DecMplsTtl))?,
            ActionType::PushVlan => Action::PushVlan(padded(&mut b, 2, Reader::u16)?),
            ActionType::PopVlan => padded(&mut b, 4, |_| Ok(Action::PopVlan))?,
            ActionType::PushMpls => Action::PushMpls(padded(&mut b, 2, Reader::u16)?),
            ActionType::PopMpls => Action::PopMpls(padded(&mut b, 2, Reader::u16)?),
            ActionType::SetQueue => Action::SetQueue(b.u32()?),
            ActionType::Group => Action::Group(GroupId(b.u32()?)),
            ActionType::SetNwTtl => Action::SetNwTtl(padded(&mut b, 3, Reader::u8)?),
            ActionType::DecNwTtl => padded(&mut b, 4, |_| Ok(Action::DecNwTtl))?,
            ActionType::SetField => Action::SetField(decode_set_field(&mut b)?),
            ActionType::PushPbb => Action::PushPbb(padded(&mut b, 2, Reader::u16)?),
            ActionType::PopPbb => padded(&mut b, 4, |_| Ok(Action::PopPbb))?,
            ActionType::Experimenter => {
                Action::Experimenter { experimenter: b.u32()?, data: b.rest_bytes() }
            }
        };
        b.finish()?;
        Ok(action)
    }

    /// Writes one action.
    pub(crate) fn encode(&self, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        match self {
            Action::Output { port, max_len } => {
                if is_v1_0(version) {
                    w.u32(8);
                    w.u16(port.encode_v1_0()?);
                    w.u16(*max_len);
                } else {
                    let mut out = [0; 16];
                    out[3] = 16;
                    out[4..8].copy_from_slice(&port.0.to_be_bytes());
                    out[8..10].copy_from_slice(&max_len.to_be_bytes());
                    w.bytes(&out);
                }
                return Ok(());
            }
            Action::Unknown { action_type, data } => {
                raw(w, *action_type, |w| w.bytes(data));
                return Ok(());
            }
            _ => {}
        }
        if let Some(other) = self.translated(version)? {
            return other.encode(version, w);
        }
        // `translated` lets only actions pass that have a number here.
        let number = self.kind().and_then(|kind| kind.wire(version));
        let Some(number) = number else {
            return Err(EncodeError::NotInVersion { what: self.name(), version });
        };
        raw(w, number, |w| match self {
            Action::SetVlanVid(v)
            | Action::SetTpSrc(v)
            | Action::SetTpDst(v)
            | Action::PushVlan(v)
            | Action::PushMpls(v)
            | Action::PopMpls(v)
            | Action::PushPbb(v) => {
                w.u16(*v);
                w.pad(2);
            }
            Action::SetVlanPcp(v)
            | Action::SetNwTos(v)
            | Action::SetMplsTtl(v)
            | Action::SetNwTtl(v) => {
                w.u8(*v);
                w.pad(3);
            }
            Action::SetDlSrc(mac) | Action::SetDlDst(mac) => {
                w.mac(*mac);
                w.pad(6);
            }
            Action::SetNwSrc(ip) | Action::SetNwDst(ip) => w.u32((*ip).into()),
            Action::SetQueue(v) => w.u32(*v),
            Action::Group(group) => w.u32(group.0),
            Action::SetField(tlv) => w.bytes(tlv.as_bytes()),
            Action::Enqueue { port, queue_id } => {
                // A port that 1.0 cannot say was refused by `translated`.
                w.u16(port.to_v1_0().unwrap_or_default());
                w.pad(6);
                w.u32(*queue_id);
            }
            Action::Experimenter { experimenter, data } => {
                w.u32(*experimenter);
                w.bytes(data);
            }
            Action::StripVlan
            | Action::CopyTtlOut
            | Action::CopyTtlIn
            | Action::DecMplsTtl
            | Action::PopVlan
            | Action::DecNwTtl
            | Action::PopPbb
            | Action::Output { .. }
            | Action::Unknown { .. } => w.pad(4),
        });
        Ok(())
    }

    /// The action that says the same in `version`, if it is another one.
    fn translated(&self, version: Version) -> Result<Option<Action>, EncodeError> {
        if !is_v1_0(version) {
            return Ok(match *self {
                Action::StripVlan => Some(Action::PopVlan),
                Action::SetDlSrc(mac) => Some(Action::set_field(oxm::ETH_SRC, mac)),
                Action::SetDlDst(mac) => Some(Action::set_field(oxm::ETH_DST, mac)),
                Action::SetNwSrc(ip) => Some(Action::set_field(oxm::IPV4_SRC, ip)),
                Action::SetNwDst(ip) => Some(Action::set_field(oxm::IPV4_DST, ip)),
                Action::SetNwTos(tos) => Some(Action::set_field(oxm::IP_DSCP, tos >> 2)),
                _ => None,
            });
        }
        match self {
            Action::PopVlan => Ok(Some(Action::StripVlan)),
            Action::SetField(tlv) => set_field_v1_0(tlv.as_oxm()).map(Some),
            Action::Enqueue { port, .. } => port.encode_v1_0().map(|_| None),
            _ => Ok(None),
        }
    }
}

/// Reads a value, skips `pad` bytes behind it.
fn padded<'a, T>(
    r: &mut Reader<'a>,
    pad: usize,
    read: impl FnOnce(&mut Reader<'a>) -> Result<T, DecodeError>,
) -> Result<T, DecodeError> {
    let value = read(r)?;
    r.pad(pad)?;
    Ok(value)
}

fn decode_set_field(b: &mut Reader<'_>) -> Result<OxmTlv, DecodeError> {
    let offset = b.offset();
    let available = b.remaining();
    let body = b.rest();
    let Some((oxm, rest)) = OxmRef::split_first(body) else {
        return Err(DecodeError::bad_length("set_field", offset, 4, available, "oxm length"));
    };
    let size = available - rest.len();
    check_tlvs(&body[..size], offset)?;
    if rest.len() != (size + 4).wrapping_neg() & 7 {
        let needed = (size + 4).next_multiple_of(8);
        return Err(DecodeError::bad_length(
            "set_field",
            offset - 2,
            needed,
            available + 4,
            "action length",
        ));
    }
    Ok(OxmTlv::from_ref(oxm))
}

/// Writes type, length and body, padded to eight.
fn raw(w: &mut Writer<'_>, number: u16, body: impl FnOnce(&mut Writer<'_>)) {
    w.scope(2, Padding::Inside, |w| {
        w.u16(number);
        w.u16(0);
        body(w);
    });
}

/// The 1.0 action that sets this field.
fn set_field_v1_0(oxm: OxmRef<'_>) -> Result<Action, EncodeError> {
    let lacks = |what| Err(EncodeError::NotInVersion { what, version: V1_0 });
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
            | Action::SetMplsTtl(v)
            | Action::SetNwTtl(v) => write!(f, "{name}:{v}"),
            Action::SetDlSrc(mac) | Action::SetDlDst(mac) => write!(f, "{name}:{mac}"),
            Action::SetNwSrc(ip) | Action::SetNwDst(ip) => write!(f, "{name}:{ip}"),
            Action::Enqueue { port, queue_id } => write!(f, "{name}:{port}:{queue_id}"),
            Action::PushVlan(v) | Action::PushMpls(v) | Action::PopMpls(v) | Action::PushPbb(v) => {
                write!(f, "{name}:{v:#06x}")
            }
            Action::SetQueue(v) => write!(f, "{name}:{v}"),
            Action::Group(group) => write!(f, "{name}:{group}"),
            Action::SetField(tlv) => {
                write!(f, "{name}:")?;
                tlv.fmt_set_field(f)
            }
            Action::Experimenter { experimenter, data } => {
                write!(f, "{name}:{experimenter:#010x}:{}", hex::encode(data))
            }
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
    ( $( $row:ident $text:literal = $c0:tt $c1:tt $c2:tt $c3:tt $c4:tt $c5:tt; )* ) => {
        /// What an action means, whatever number its version gives it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum ActionType { $( $row, )* }

        impl ActionType {
            const ALL: &'static [ActionType] = &[ $( ActionType::$row, )* ];

            const fn name(self) -> &'static str {
                match self { $( ActionType::$row => $text, )* }
            }

            #[inline]
            const fn wire(self, version: Version) -> Option<u16> {
                let columns: &[Option<u16>; 6] = match self {
                    $( ActionType::$row => &[ cell!($c0), cell!($c1), cell!($c2), cell!($c3), cell!($c4), cell!($c5) ], )*
                };
                columns[version.column()]
            }
        }
    };
}

action_types! {
    // meaning                             1.0    1.1    1.2    1.3    1.4    1.5
    Output       "output"               =   0      0      0      0      0      0;
    SetVlanVid   "set_vlan_vid"         =   1      _      _      _      _      _;
    SetVlanPcp   "set_vlan_pcp"         =   2      _      _      _      _      _;
    StripVlan    "strip_vlan"           =   3      _      _      _      _      _;
    SetDlSrc     "set_dl_src"           =   4      _      _      _      _      _;
    SetDlDst     "set_dl_dst"           =   5      _      _      _      _      _;
    SetNwSrc     "set_nw_src"           =   6      _      _      _      _      _;
    SetNwDst     "set_nw_dst"           =   7      _      _      _      _      _;
    SetNwTos     "set_nw_tos"           =   8      _      _      _      _      _;
    SetTpSrc     "set_tp_src"           =   9      _      _      _      _      _;
    SetTpDst     "set_tp_dst"           =  10      _      _      _      _      _;
    Enqueue      "enqueue"              =  11      _      _      _      _      _;
    CopyTtlOut   "copy_ttl_out"         =   _      _     11     11     11     11;
    CopyTtlIn    "copy_ttl_in"          =   _      _     12     12     12     12;
    SetMplsTtl   "set_mpls_ttl"         =   _      _     15     15     15     15;
    DecMplsTtl   "dec_mpls_ttl"         =   _      _     16     16     16     16;
    PushVlan     "push_vlan"            =   _      _     17     17     17     17;
    PopVlan      "pop_vlan"             =   _      _     18     18     18     18;
    PushMpls     "push_mpls"            =   _      _     19     19     19     19;
    PopMpls      "pop_mpls"             =   _      _     20     20     20     20;
    SetQueue     "set_queue"            =   _      _     21     21     21     21;
    Group        "group"                =   _      _     22     22     22     22;
    SetNwTtl     "set_nw_ttl"           =   _      _     23     23     23     23;
    DecNwTtl     "dec_nw_ttl"           =   _      _     24     24     24     24;
    SetField     "set_field"            =   _      _     25     25     25     25;
    PushPbb      "push_pbb"             =   _      _      _     26     26     26;
    PopPbb       "pop_pbb"              =   _      _      _     27     27     27;
    Experimenter "experimenter"         = 0xffff 0xffff 0xffff 0xffff 0xffff 0xffff;
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
/// ```
/// use ryu_sdn::ofproto::{Action, ActionList, PortNo};
///
/// let list: ActionList = [Action::PopVlan, Action::output(PortNo::FLOOD)].into();
/// assert_eq!(list.len(), 2);
/// assert_eq!(list.to_string(), "pop_vlan,FLOOD");
/// assert_eq!(ActionList::new().to_string(), "drop");
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ActionList(SmallVec<[Action; 2]>);

impl ActionList {
    /// The empty list: drop.
    pub const fn new() -> ActionList {
        ActionList(SmallVec::new_const())
    }

    /// Adds an action at the end.
    pub fn push(&mut self, action: Action) {
        self.0.push(action);
    }

    /// Reads actions until the box is used up.
    pub(crate) fn decode(version: Version, mut r: Reader<'_>) -> Result<ActionList, DecodeError> {
        let mut list = ActionList::new();
        while !r.is_empty() {
            list.push(Action::decode(version, &mut r)?);
        }
        Ok(list)
    }

    /// Writes every action.
    #[inline]
    pub(crate) fn encode(&self, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        self.iter().try_for_each(|action| action.encode(version, w))
    }
}

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
        let mut list = SmallVec::new();
        // One by one: for the usual one or two this is half the cost of collecting.
        for action in actions {
            list.push(action);
        }
        ActionList(list)
    }
}

impl From<Vec<Action>> for ActionList {
    fn from(actions: Vec<Action>) -> ActionList {
        ActionList(actions.into())
    }
}

impl From<Action> for ActionList {
    fn from(action: Action) -> ActionList {
        [action].into()
    }
}

impl IntoIterator for ActionList {
    type Item = Action;
    type IntoIter = smallvec::IntoIter<[Action; 2]>;

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
