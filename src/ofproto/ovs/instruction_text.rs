//! Instructions as text: `meter:1,output:2,write_metadata:0x1/0xff,goto_table:3`.

use std::fmt;

use super::action_reader::{ActionReader, INSTRUCTIONS};
use super::action_text::ActionsText;
use super::error::OvsTextErrorKind;
use super::protocols::Protocols;
use super::token::{Item, Items, expected};
use super::{Parser, Result};
use crate::ofproto::{
    Action, Instruction, Instructions, TableId, V1_0, V1_3, V1_5, Version, registered,
};
use crate::wire::hex;

/// Instructions the way `ovs-ofctl dump-flows` of this version shows them, without `actions=`:
/// the applied actions by themselves, everything in the order in which a switch executes it.
/// [`parse_instructions`](super::parse_instructions) reads them back.
///
/// Forms: `meter:1`, the applied actions, `clear_actions`, `write_actions(output:2)`,
/// `write_metadata:0x1/0xff`, `goto_table:3`; vendors' and unknown ones are
/// `experimenter_instruction:ID:HEX` and `unknown_instruction:TYPE:HEX`.
///
/// In 1.1 and later; of 1.0 there are only the applied actions.
///
/// Spec: ovs-actions(7).
///
/// ```
/// use ryu_sdn::ofproto::{Action, Instructions, PortNo, V1_3, ovs::InstructionsText};
///
/// let list = Instructions::new().goto_table(1).apply([Action::output(PortNo(2))]);
/// assert_eq!(InstructionsText(V1_3, &list).to_string(), "output:2,goto_table:1");
/// assert_eq!(InstructionsText(V1_3, &Instructions::new()).to_string(), "drop");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct InstructionsText<'a>(pub Version, pub &'a Instructions);

impl fmt::Display for InstructionsText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut empty = true;
        for stage in STAGES {
            for instruction in self.1.iter().filter(|i| Stage::of(i) == *stage) {
                if matches!(instruction, Instruction::ApplyActions(list) if list.is_empty()) {
                    continue;
                }
                if !empty {
                    f.write_str(",")?;
                }
                empty = false;
                self.write(f, instruction)?;
            }
        }
        if empty { f.write_str("drop") } else { Ok(()) }
    }
}

impl InstructionsText<'_> {
    fn write(&self, f: &mut fmt::Formatter<'_>, instruction: &Instruction) -> fmt::Result {
        match instruction {
            Instruction::GotoTable(table) => write!(f, "goto_table:{table}"),
            Instruction::WriteMetadata { metadata, metadata_mask } => {
                let zero = |v: u64| if v == 0 { "0".to_owned() } else { format!("{v:#x}") };
                write!(f, "write_metadata:{}", zero(*metadata))?;
                match *metadata_mask {
                    u64::MAX => Ok(()),
                    mask => write!(f, "/{}", zero(mask)),
                }
            }
            Instruction::WriteActions(list) => {
                write!(f, "write_actions({})", ActionsText(self.0, list))
            }
            Instruction::ApplyActions(list) => write!(f, "{}", ActionsText(self.0, list)),
            Instruction::ClearActions => f.write_str("clear_actions"),
            Instruction::Meter(meter) => write!(f, "meter:{meter}"),
            Instruction::StatTrigger { .. } => write!(f, "{instruction}"),
            Instruction::Registered(_) => match registered::raw_instruction(self.0, instruction) {
                Some(raw) => self.write(f, &raw),
                None => write!(f, "{instruction}"),
            },
            Instruction::Experimenter { experimenter, data } => {
                let data = hex::encode(data);
                write!(f, "experimenter_instruction:{experimenter:#010x}:{data}")
            }
            Instruction::Unknown { instruction_type, data } => {
                write!(f, "unknown_instruction:{instruction_type}:{}", hex::encode(data))
            }
        }
    }
}

/// The order of execution, which is also the order of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Meter,
    Apply,
    Clear,
    Write,
    Metadata,
    Goto,
    Other,
}

const STAGES: &[Stage] = &[
    Stage::Meter,
    Stage::Apply,
    Stage::Clear,
    Stage::Write,
    Stage::Metadata,
    Stage::Goto,
    Stage::Other,
];

impl Stage {
    fn of(instruction: &Instruction) -> Stage {
        match instruction {
            Instruction::Meter(_) => Stage::Meter,
            Instruction::ApplyActions(_) => Stage::Apply,
            Instruction::ClearActions => Stage::Clear,
            Instruction::WriteActions(_) => Stage::Write,
            Instruction::WriteMetadata { .. } => Stage::Metadata,
            Instruction::GotoTable(_) => Stage::Goto,
            Instruction::StatTrigger { .. }
            | Instruction::Experimenter { .. }
            | Instruction::Registered(_)
            | Instruction::Unknown { .. } => Stage::Other,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Stage::Meter => "meter",
            Stage::Apply => "the actions",
            Stage::Clear => "clear_actions",
            Stage::Write => "write_actions",
            Stage::Metadata => "write_metadata",
            Stage::Goto => "goto_table",
            Stage::Other => "an unknown instruction",
        }
    }
}

impl Parser<'_> {
    /// Reads the whole text as instructions.
    pub(super) fn instructions(&self) -> Result<Instructions> {
        self.read_instructions(self.text, Protocols::default())
    }

    /// Reads what stands behind `actions=`.
    pub(super) fn read_instructions(&self, text: &str, with: Protocols) -> Result<Instructions> {
        let mut apply = ActionReader::new(self, with);
        let mut others: Vec<Instruction> = Vec::new();
        let mut last: Option<Stage> = None;
        let mut items = Items::new(text);
        while let Some(item) = items.next(self)? {
            let instruction = self.instruction(&item, &apply)?;
            let stage = instruction.as_ref().map_or(Stage::Apply, Stage::of);
            if let Some(last) = last {
                let twice = last == stage && !matches!(stage, Stage::Apply | Stage::Other);
                if last > stage || twice {
                    let kind = OvsTextErrorKind::Order(last.name());
                    return Err(self.error(item.key, kind));
                }
            }
            if apply.dropped() && instruction.is_some() {
                return Err(self.error(item.key, expected("nothing beside drop")));
            }
            if last.is_some() && item.key.eq_ignore_ascii_case("drop") {
                return Err(self.error(item.key, expected("nothing beside drop")));
            }
            last = Some(stage);
            match instruction {
                Some(instruction) => others.push(instruction),
                None => apply.item(&item)?,
            }
        }
        if !apply.list.is_empty() {
            let behind = others.iter().take_while(|i| Stage::of(i) == Stage::Meter).count();
            others.insert(behind, Instruction::ApplyActions(apply.list));
        }
        Ok(others.into())
    }

    /// The instruction that this item is; `None` if it is an action.
    fn instruction(
        &self,
        item: &Item<'_>,
        apply: &ActionReader<'_>,
    ) -> Result<Option<Instruction>> {
        let key = item.key.to_ascii_lowercase();
        if !INSTRUCTIONS.contains(&key.as_str()) {
            return Ok(None);
        }
        // From 1.5 on an action like others.
        if key == "meter" && self.version >= V1_5 {
            return Ok(None);
        }
        if self.version == V1_0 {
            return Err(self.error(item.key, OvsTextErrorKind::NotInVersion(self.version)));
        }
        let value = |what| {
            let there = item.value.filter(|v| !v.is_empty());
            there.ok_or_else(|| self.error(item.key, expected(what)))
        };
        Ok(Some(match key.as_str() {
            "goto_table" => {
                const TABLE: &str = "a table, 0 to 254";
                let text = value(TABLE)?;
                let table = self.int(text, TABLE)?;
                if table > TableId::MAX {
                    return Err(self.error(text, expected(TABLE)));
                }
                Instruction::GotoTable(table)
            }
            "write_metadata" => {
                let text = value("a number of 64 bits, or one with /MASK")?;
                let (metadata, mask) = text.split_once('/').unwrap_or((text, "-1"));
                Instruction::WriteMetadata {
                    metadata: self.int_64(metadata)?,
                    metadata_mask: self.int_64(mask)?,
                }
            }
            "write_actions" => {
                let mut nested = apply.nested();
                let mut items = Items::new(item.value.unwrap_or_default());
                while let Some(item) = items.next(self)? {
                    nested.item(&item)?;
                }
                Instruction::WriteActions(nested.list)
            }
            "clear_actions" => {
                if let Some(value) = item.value.filter(|v| !v.is_empty()) {
                    return Err(self.error(value, expected("no value of this word")));
                }
                Instruction::ClearActions
            }
            "meter" => {
                const METER: &str = "a meter, 1 to 4294901760";
                if !(V1_3..V1_5).contains(&self.version) {
                    return Err(self.error(item.key, OvsTextErrorKind::NotInVersion(self.version)));
                }
                let text = value(METER)?;
                match self.int(text, METER)? {
                    meter @ 1..=0xffff_0000 => Instruction::Meter(meter),
                    _ => return Err(self.error(text, expected(METER))),
                }
            }
            "experimenter_instruction" => {
                let (experimenter, data) = apply.numbered_hex(item, 4)?;
                let raw = Instruction::Experimenter { experimenter, data };
                registered::instruction_of_raw(self.version, raw)
            }
            "unknown_instruction" => {
                let (instruction_type, data) = apply.numbered_hex(item, 4)?;
                Instruction::Unknown { instruction_type, data }
            }
            _ => {
                let what = "the actions themselves: they are applied, unless in write_actions(..)";
                return Err(self.error(item.key, expected(what)));
            }
        }))
    }
}

/// Whether a list does nothing at all.
pub(super) fn is_nothing(list: &Instructions) -> bool {
    let nothing = |actions: &[Action]| actions.is_empty();
    list.iter().all(|i| matches!(i, Instruction::ApplyActions(actions) if nothing(actions)))
}
