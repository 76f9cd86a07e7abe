//! What the switch will not do is refused when it is asked for, not when a packet comes.
//!
//! Spec: the errors are those of 1.0 section 5.4.4 and 1.3 section 7.4.4.

use crate::ofproto::oxm::{self, OxmTlv};
use crate::ofproto::{Action, ErrorKind, Instruction, Instructions, PortNo, V1_0, Version};

use super::frame_edit::{can_set, is_vlan_type};
use super::headers::value_of;

/// The longest list of actions, over all instructions of an entry.
const ACTIONS_MAX: usize = 256;

/// What instructions and actions are checked against.
pub(super) struct Admission<'a> {
    pub(super) version: Version,
    pub(super) tables: u8,
    pub(super) has_port: &'a dyn Fn(PortNo) -> bool,
}

impl Admission<'_> {
    /// Checks the instructions of an entry in table `table_id`.
    ///
    /// # Errors
    /// The first thing that the switch does not do.
    pub(super) fn instructions(&self, list: &Instructions, table_id: u8) -> Result<(), ErrorKind> {
        let mut seen = Vec::new();
        let mut actions = 0;
        for instruction in list {
            let kind = std::mem::discriminant(instruction);
            if seen.contains(&kind) {
                return Err(ErrorKind::BadInstructionUnsupInst);
            }
            seen.push(kind);
            match instruction {
                Instruction::GotoTable(next) if *next <= table_id || *next >= self.tables => {
                    return Err(ErrorKind::BadInstructionBadTableId);
                }
                Instruction::GotoTable(_)
                | Instruction::WriteMetadata { .. }
                | Instruction::ClearActions => {}
                Instruction::ApplyActions(list) | Instruction::WriteActions(list) => {
                    actions += list.len();
                    self.actions(list, false)?;
                }
                Instruction::Meter(_) | Instruction::StatTrigger { .. } => {
                    return Err(ErrorKind::BadInstructionUnsupInst);
                }
                Instruction::Experimenter { .. } | Instruction::Registered(_) => {
                    return Err(ErrorKind::BadInstructionBadExperimenter);
                }
                Instruction::Unknown { .. } => return Err(ErrorKind::BadInstructionUnknownInst),
            }
        }
        if actions > ACTIONS_MAX {
            return Err(ErrorKind::BadActionTooMany);
        }
        Ok(())
    }

    /// Checks a list of actions; `in_packet_out` allows what only a packet-out may say.
    ///
    /// # Errors
    /// The first thing that the switch does not do.
    pub(super) fn actions(&self, list: &[Action], in_packet_out: bool) -> Result<(), ErrorKind> {
        if list.len() > ACTIONS_MAX {
            return Err(ErrorKind::BadActionTooMany);
        }
        list.iter().try_for_each(|action| self.action(action, in_packet_out))
    }

    fn action(&self, action: &Action, in_packet_out: bool) -> Result<(), ErrorKind> {
        match action {
            Action::Output { port, .. } => self.output(*port, in_packet_out),
            Action::SetField(tlv) => set_field(tlv),
            Action::SetVlanVid(vid) if *vid > 0x0fff => Err(ErrorKind::BadActionBadArgument),
            Action::SetVlanPcp(pcp) if *pcp > 7 => Err(ErrorKind::BadActionBadArgument),
            Action::PushVlan(eth_type) if !is_vlan_type(*eth_type) => {
                Err(ErrorKind::BadActionBadArgument)
            }
            Action::SetVlanVid(_)
            | Action::SetVlanPcp(_)
            | Action::StripVlan
            | Action::SetDlSrc(_)
            | Action::SetDlDst(_)
            | Action::SetNwSrc(_)
            | Action::SetNwDst(_)
            | Action::SetNwTos(_)
            | Action::SetTpSrc(_)
            | Action::SetTpDst(_)
            | Action::PushVlan(_)
            | Action::PopVlan
            | Action::SetNwTtl(_)
            | Action::DecNwTtl => Ok(()),
            Action::Enqueue { .. } | Action::SetQueue(_) => Err(ErrorKind::BadActionBadQueue),
            Action::Group(_) => Err(ErrorKind::BadActionBadOutGroup),
            Action::Experimenter { .. } | Action::Nicira(_) | Action::Registered(_) => {
                Err(ErrorKind::BadActionBadExperimenter)
            }
            Action::CopyTtlOut
            | Action::CopyTtlIn
            // 1.1 only, which this switch does not speak.
            | Action::SetNwEcn(_)
            | Action::SetMplsLabel(_)
            | Action::SetMplsTc(_)
            | Action::SetMplsTtl(_)
            | Action::DecMplsTtl
            | Action::PushMpls(_)
            | Action::PopMpls(_)
            | Action::PushPbb(_)
            | Action::PopPbb
            | Action::CopyField { .. }
            | Action::Meter(_)
            | Action::Unknown { .. } => Err(ErrorKind::BadActionBadType),
        }
    }

    fn output(&self, port: PortNo, in_packet_out: bool) -> Result<(), ErrorKind> {
        let is_good = match port {
            PortNo::IN_PORT | PortNo::FLOOD | PortNo::ALL | PortNo::CONTROLLER | PortNo::LOCAL => {
                true
            }
            PortNo::TABLE => in_packet_out,
            // There is no other pipeline than that of the tables.
            PortNo::NORMAL => false,
            port => (self.has_port)(port),
        };
        if is_good { Ok(()) } else { Err(ErrorKind::BadActionBadOutPort) }
    }

    /// Whether a packet may claim to have come in by this port.
    pub(super) fn is_in_port(&self, port: PortNo) -> bool {
        let nobody = if self.version == V1_0 { PortNo::ANY } else { PortNo::CONTROLLER };
        port == nobody
            || matches!(port, PortNo::CONTROLLER | PortNo::LOCAL)
            || (self.has_port)(port)
    }
}

fn set_field(tlv: &OxmTlv) -> Result<(), ErrorKind> {
    let field = tlv.as_oxm();
    let info = field.info().filter(|info| can_set(info)).ok_or(ErrorKind::BadActionBadSetType)?;
    if field.has_mask() || field.value().len() != usize::from(info.size) {
        return Err(ErrorKind::BadActionBadSetLen);
    }
    let value = value_of(field.value());
    let no_tag = info.number == oxm::VLAN_VID.number && value & u128::from(oxm::VID_PRESENT) == 0;
    if no_tag || value >> info.bits != 0 {
        return Err(ErrorKind::BadActionBadSetArgument);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ofproto::{GroupId, V1_3};

    fn check(list: Instructions) -> Result<(), ErrorKind> {
        let has_port = |port| port == PortNo(1);
        Admission { version: V1_3, tables: 8, has_port: &has_port }.instructions(&list, 3)
    }

    #[test]
    fn what_the_switch_does_is_let_in() {
        let list = Instructions::new()
            .apply([
                Action::PushVlan(0x8100),
                Action::set_field(oxm::VLAN_VID, oxm::VID_PRESENT | 5),
                Action::output(PortNo(1)),
                Action::to_controller(),
            ])
            .goto_table(4);
        assert_eq!(check(list), Ok(()));
    }

    #[test]
    fn what_it_does_not_is_refused_by_name() {
        let apply = |action: Action| Instruction::apply([action]);
        let rows = [
            (apply(Action::output(PortNo(2))), ErrorKind::BadActionBadOutPort),
            (apply(Action::output(PortNo::TABLE)), ErrorKind::BadActionBadOutPort),
            (apply(Action::output(PortNo::NORMAL)), ErrorKind::BadActionBadOutPort),
            (apply(Action::Group(GroupId(1))), ErrorKind::BadActionBadOutGroup),
            (apply(Action::SetQueue(1)), ErrorKind::BadActionBadQueue),
            (apply(Action::PushMpls(0x8847)), ErrorKind::BadActionBadType),
            (apply(Action::PushVlan(0x0800)), ErrorKind::BadActionBadArgument),
            (apply(Action::set_field(oxm::IN_PORT, PortNo(1))), ErrorKind::BadActionBadSetType),
            (apply(Action::set_field(oxm::VLAN_VID, 5)), ErrorKind::BadActionBadSetArgument),
            (apply(Action::set_field(oxm::IP_DSCP, 64)), ErrorKind::BadActionBadSetArgument),
            (Instructions::new().goto_table(3), ErrorKind::BadInstructionBadTableId),
            (Instructions::new().goto_table(8), ErrorKind::BadInstructionBadTableId),
            (Instructions::new().meter(1), ErrorKind::BadInstructionUnsupInst),
        ];
        for (list, error) in rows {
            assert_eq!(check(list.clone()), Err(error), "{list}");
        }
    }
}
