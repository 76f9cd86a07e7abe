//! Actions as text: `strip_vlan,mod_dl_dst:00:00:00:00:00:02,output:2`.

use std::fmt;

use bytes::BytesMut;

use super::bits::Bits;
use super::field::OvsField;
use super::match_text::{raw_name, raw_value};
use super::nx_text::nx_text;
use super::tunnel_option;
use crate::ofproto::codec::Member as _;
use crate::ofproto::experimenter::NICIRA;
use crate::ofproto::oxm::{self, OxmRef, OxmTlv, OxmValue};
use crate::ofproto::{Action, OxmId, PortNo, V1_0, V1_1, V1_2, Version, registered};
use crate::wire::{Writer, hex};

/// A list of actions the way `ovs-ofctl dump-flows` of this version shows it, without `actions=`.
/// [`parse_actions`](super::parse_actions) reads it back.
///
/// `max_len` of an output is shown only where it means something, at the controller; read back,
/// other outputs have 0. Other vendors' actions than Nicira's, and those that nobody knows, are shown
/// as `experimenter:ID:HEX` and `unknown:TYPE:HEX`, and read back too; so are those that apps
/// registered.
///
/// | action | form |
/// |---|---|
/// | none | `drop` |
/// | output | `output:2`, `LOCAL`, `CONTROLLER:65535` |
/// | set a field | `mod_nw_dst:10.0.0.1` in 1.0 and 1.1, `set_field:10.0.0.1->ip_dst` later |
/// | VLAN | `strip_vlan` in 1.0, `push_vlan:0x8100` and `pop_vlan` later |
/// | others | `group:7`, `dec_ttl`, `push_mpls:0x8847`, `enqueue:1:2`, ... |
///
/// Spec: ovs-actions(7).
///
/// ```
/// use ryu_sdn::ofproto::{Action, ActionList, V1_0, V1_3, ovs::ActionsText, oxm};
///
/// let list: ActionList = [Action::set_field(oxm::TCP_DST, 80), Action::to_controller()].into();
/// assert_eq!(ActionsText(V1_3, &list).to_string(), "set_field:80->tcp_dst,CONTROLLER:65535");
/// assert_eq!(ActionsText(V1_0, &list).to_string(), "mod_tp_dst:80,CONTROLLER:65535");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ActionsText<'a>(pub Version, pub &'a [Action]);

impl fmt::Display for ActionsText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.1.is_empty() {
            return f.write_str("drop");
        }
        for (i, action) in self.1.iter().enumerate() {
            if i > 0 {
                f.write_str(",")?;
            }
            // What apps registered is shown so that those who did not can read it back too.
            match registered::raw_action(self.0, action) {
                Some(raw) => write_action(f, self.0, &raw)?,
                None => write_action(f, self.0, &spoken(self.0, action.clone()))?,
            }
        }
        Ok(())
    }
}

/// One of Nicira's that has something that the text cannot say, as bytes.
fn raw_nicira(f: &mut fmt::Formatter<'_>, version: Version, action: &Action) -> fmt::Result {
    let mut buf = BytesMut::new();
    // Type, length and experimenter stand before the rest.
    match action.encode(version, &mut Writer::new(&mut buf)) {
        Ok(()) if buf.len() > 8 => {
            write!(f, "experimenter:{NICIRA:#010x}:{}", hex::encode(&buf[8..]))
        }
        _ => write!(f, "{action}"),
    }
}

fn write_action(f: &mut fmt::Formatter<'_>, version: Version, action: &Action) -> fmt::Result {
    // That of 1.0 adds a tag if there is none, those of 1.1 do not.
    let vlan = if version == V1_1 { "set" } else { "mod" };
    match action {
        Action::Output { port: PortNo::CONTROLLER, max_len } => write!(f, "CONTROLLER:{max_len}"),
        Action::Output { port, .. } if port.name().is_some() => write!(f, "{port}"),
        Action::Output { port, .. } => write!(f, "output:{port}"),
        Action::SetVlanVid(v) => write!(f, "{vlan}_vlan_vid:{v}"),
        Action::SetVlanPcp(v) => write!(f, "{vlan}_vlan_pcp:{v}"),
        Action::StripVlan => f.write_str("strip_vlan"),
        Action::SetDlSrc(mac) => write!(f, "mod_dl_src:{mac}"),
        Action::SetDlDst(mac) => write!(f, "mod_dl_dst:{mac}"),
        Action::SetNwSrc(ip) => write!(f, "mod_nw_src:{ip}"),
        Action::SetNwDst(ip) => write!(f, "mod_nw_dst:{ip}"),
        Action::SetNwTos(v) => write!(f, "mod_nw_tos:{v}"),
        Action::SetTpSrc(v) => write!(f, "mod_tp_src:{v}"),
        Action::SetTpDst(v) => write!(f, "mod_tp_dst:{v}"),
        Action::Enqueue { port, queue_id } => write!(f, "enqueue:{port}:{queue_id}"),
        Action::CopyTtlOut => f.write_str("copy_ttl_out"),
        Action::CopyTtlIn => f.write_str("copy_ttl_in"),
        Action::SetNwEcn(v) => write!(f, "mod_nw_ecn:{v}"),
        Action::SetMplsLabel(v) => write!(f, "set_mpls_label({v})"),
        Action::SetMplsTc(v) => write!(f, "set_mpls_tc({v})"),
        Action::SetMplsTtl(v) => write!(f, "set_mpls_ttl({v})"),
        Action::DecMplsTtl => f.write_str("dec_mpls_ttl"),
        Action::PushVlan(v) => write!(f, "push_vlan:{v:#06x}"),
        Action::PopVlan => f.write_str("pop_vlan"),
        Action::PushMpls(v) => write!(f, "push_mpls:{v:#06x}"),
        Action::PopMpls(v) => write!(f, "pop_mpls:{v:#06x}"),
        Action::SetQueue(v) => write!(f, "set_queue:{v}"),
        Action::Group(group) => write!(f, "group:{group}"),
        Action::SetNwTtl(v) => write!(f, "mod_nw_ttl:{v}"),
        Action::DecNwTtl => f.write_str("dec_ttl"),
        Action::PushPbb(v) => write!(f, "push_pbb:{v:#06x}"),
        Action::PopPbb => f.write_str("pop_pbb"),
        Action::SetField(tlv) => {
            let tlv = tlv.as_oxm();
            match set_field_text(tlv) {
                Some(text) => f.write_str(&text),
                None => write!(f, "set_field:{}->{}", raw_value(tlv), raw_name(tlv)),
            }
        }
        Action::CopyField { n_bits, src_offset, dst_offset, oxm_ids: [src, dst] } => {
            let bits = |id: &OxmId, ofs: &u16| Bits::of(*id, *ofs, *n_bits).map(Bits::text);
            match (bits(src, src_offset), bits(dst, dst_offset)) {
                (Some(src), Some(dst)) => write!(f, "move:{src}->{dst}"),
                _ => write!(f, "{action}"),
            }
        }
        Action::Meter(_) | Action::Registered(_) => write!(f, "{action}"),
        Action::Nicira(nicira) => match nx_text(version, nicira) {
            Some(text) => f.write_str(&text),
            None => raw_nicira(f, version, action),
        },
        Action::Experimenter { experimenter, data } => {
            write!(f, "experimenter:{experimenter:#010x}:{}", hex::encode(data))
        }
        Action::Unknown { action_type, data } => {
            write!(f, "unknown:{action_type}:{}", hex::encode(data))
        }
    }
}

/// `set_field:VALUE->FIELD` of a field that has a row.
pub(super) fn set_field_text(tlv: OxmRef<'_>) -> Option<String> {
    if let Some(row) = tunnel_option::of_tlv(tlv) {
        // As a match, to see whether it is there; not to be set.
        return tunnel_option::text(tlv).map(|value| format!("set_field:{value}->{}", row.name));
    }
    let row = OvsField::of_tlv(tlv)?;
    let mut text = "set_field:".to_owned();
    row.write(&mut text, u128::read(tlv.value()), tlv.mask().map(u128::read), false).ok()?;
    text.push_str("->");
    text.push_str(row.name);
    Some(text)
}

/// The action in the words of this version: 1.0 and 1.1 have one action per field, later versions
/// one for all. The encoder translates in the same way.
pub(super) fn spoken(version: Version, action: Action) -> Action {
    if version >= V1_2 {
        return match action {
            Action::StripVlan => Action::PopVlan,
            Action::SetDlSrc(mac) => Action::set_field(oxm::ETH_SRC, mac),
            Action::SetDlDst(mac) => Action::set_field(oxm::ETH_DST, mac),
            Action::SetNwSrc(ip) => Action::set_field(oxm::IPV4_SRC, ip),
            Action::SetNwDst(ip) => Action::set_field(oxm::IPV4_DST, ip),
            Action::SetNwTos(tos) => Action::set_field(oxm::IP_DSCP, tos >> 2),
            Action::SetNwEcn(ecn) => Action::set_field(oxm::IP_ECN, ecn),
            Action::SetMplsLabel(label) => Action::set_field(oxm::MPLS_LABEL, label),
            Action::SetMplsTc(tc) => Action::set_field(oxm::MPLS_TC, tc),
            other => other,
        };
    }
    match &action {
        Action::PopVlan if version == V1_0 => Action::StripVlan,
        Action::StripVlan if version == V1_1 => Action::PopVlan,
        Action::SetField(tlv) => set_field_old(version, tlv).unwrap_or(action),
        _ => action,
    }
}

/// The action of 1.0 or 1.1 that sets this field.
pub(super) fn set_field_old(version: Version, tlv: &OxmTlv) -> Option<Action> {
    if tlv.as_oxm().has_mask() {
        return None;
    }
    let v = u128::read(tlv.as_oxm().value());
    Some(match OvsField::of_tlv(tlv.as_oxm())?.oxm {
        "eth_src" => Action::SetDlSrc(tlv.get(oxm::ETH_SRC)?),
        "eth_dst" => Action::SetDlDst(tlv.get(oxm::ETH_DST)?),
        "ipv4_src" => Action::SetNwSrc(tlv.get(oxm::IPV4_SRC)?),
        "ipv4_dst" => Action::SetNwDst(tlv.get(oxm::IPV4_DST)?),
        "ip_dscp" => Action::SetNwTos((v as u8) << 2),
        "tcp_src" | "udp_src" => Action::SetTpSrc(v as u16),
        "tcp_dst" | "udp_dst" => Action::SetTpDst(v as u16),
        "vlan_vid" if v & 0x1000 != 0 => Action::SetVlanVid(v as u16 & 0x0fff),
        "vlan_pcp" => Action::SetVlanPcp(v as u8),
        "sctp_src" if version == V1_1 => Action::SetTpSrc(v as u16),
        "sctp_dst" if version == V1_1 => Action::SetTpDst(v as u16),
        "ip_ecn" if version == V1_1 => Action::SetNwEcn(v as u8),
        "mpls_label" if version == V1_1 => Action::SetMplsLabel(v as u32),
        "mpls_tc" if version == V1_1 => Action::SetMplsTc(v as u8),
        _ => return None,
    })
}
