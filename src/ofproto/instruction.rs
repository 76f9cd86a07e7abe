//! Instructions: what a flow entry does with a packet it matched.
//!
//! Spec: 1.3 section 7.2.4. 1.0 has only a list of actions, which is one
//! [`Instruction::ApplyActions`] here.

use std::fmt;
use std::ops::{Deref, DerefMut};

use bytes::Bytes;
use smallvec::SmallVec;

use super::action::{Action, ActionList};
use super::encode::EncodeError;
use super::ids::is_v1_0;
use super::version::{V1_0, V1_1, V1_3, V1_5, Version};
use crate::wire::{DecodeError, Padding, Reader, Writer, hex};

/// One instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instruction {
    /// Goes on in another table.
    GotoTable(u8),
    /// Writes the masked bits of the metadata.
    WriteMetadata {
        /// The bits.
        metadata: u64,
        /// Which of them are written.
        metadata_mask: u64,
    },
    /// Adds to the action set.
    WriteActions(ActionList),
    /// Does these now; the only one that 1.0 has.
    ApplyActions(ActionList),
    /// Empties the action set.
    ClearActions,
    /// Sends the packet through a meter. 1.3 and 1.4.
    Meter(u32),
    /// A vendor's instruction, as it came: what stands behind the experimenter id.
    Experimenter {
        /// The experimenter id.
        experimenter: u32,
        /// The rest, padding included.
        data: Bytes,
    },
    /// An instruction nobody here knows, as it came.
    Unknown {
        /// The type on the wire.
        instruction_type: u16,
        /// What stands behind type and length.
        data: Bytes,
    },
}

// Types on the wire; the same in every version that has instructions.
const GOTO_TABLE: u16 = 1;
const WRITE_METADATA: u16 = 2;
const WRITE_ACTIONS: u16 = 3;
const APPLY_ACTIONS: u16 = 4;
const CLEAR_ACTIONS: u16 = 5;
const METER: u16 = 6;
const EXPERIMENTER: u16 = 0xffff;

impl Instruction {
    /// A list of one apply-actions instruction, the usual case on every version.
    ///
    /// ```
    /// use ryu_sdn::ofproto::{Action, Instruction, PortNo};
    ///
    /// let list = Instruction::apply([Action::output(PortNo(1))]);
    /// assert_eq!(list.to_string(), "actions=output:1");
    /// ```
    #[inline]
    pub fn apply(actions: impl Into<ActionList>) -> Instructions {
        Instruction::ApplyActions(actions.into()).into()
    }

    /// The name, as Ryu and ovs-ofctl know it.
    pub fn name(&self) -> &'static str {
        match self {
            Instruction::GotoTable(_) => "goto_table instruction",
            Instruction::WriteMetadata { .. } => "write_metadata instruction",
            Instruction::WriteActions(_) => "write_actions instruction",
            Instruction::ApplyActions(_) => "apply_actions instruction",
            Instruction::ClearActions => "clear_actions instruction",
            Instruction::Meter(_) => "meter instruction",
            Instruction::Experimenter { .. } => "experimenter instruction",
            Instruction::Unknown { .. } => "unknown instruction",
        }
    }

    fn decode(version: Version, r: &mut Reader<'_>) -> Result<Instruction, DecodeError> {
        r.name("instruction");
        let number = r.u16()?;
        let len = usize::from(r.u16()?);
        if len < 8 || len % 8 != 0 {
            return Err(r.bad_length(2, 8, len, "instruction length"));
        }
        let mut b = r.sub(len - 4, "instruction length")?;
        let instruction = match number {
            GOTO_TABLE => {
                let table = b.u8()?;
                b.pad(3)?;
                Instruction::GotoTable(table)
            }
            WRITE_METADATA => {
                b.pad(4)?;
                Instruction::WriteMetadata { metadata: b.u64()?, metadata_mask: b.u64()? }
            }
            WRITE_ACTIONS | APPLY_ACTIONS => {
                b.pad(4)?;
                let rest = b.remaining();
                let actions = ActionList::decode(version, b.sub(rest, "instruction length")?)?;
                match number {
                    WRITE_ACTIONS => Instruction::WriteActions(actions),
                    _ => Instruction::ApplyActions(actions),
                }
            }
            CLEAR_ACTIONS if len == 8 => {
                b.pad(4)?;
                Instruction::ClearActions
            }
            METER if (V1_3..V1_5).contains(&version) => Instruction::Meter(b.u32()?),
            EXPERIMENTER => {
                Instruction::Experimenter { experimenter: b.u32()?, data: b.rest_bytes() }
            }
            _ => Instruction::Unknown { instruction_type: number, data: b.rest_bytes() },
        };
        b.finish()?;
        Ok(instruction)
    }

    #[inline]
    fn encode(&self, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        if version < V1_1
            || (matches!(self, Instruction::Meter(_)) && !(V1_3..V1_5).contains(&version))
        {
            return Err(EncodeError::NotInVersion { what: self.name(), version });
        }
        w.scope(2, Padding::Inside, |w| {
            match self {
                Instruction::GotoTable(table) => {
                    w.u16(GOTO_TABLE);
                    w.u16(0);
                    w.u8(*table);
                    w.pad(3);
                }
                Instruction::WriteMetadata { metadata, metadata_mask } => {
                    w.u16(WRITE_METADATA);
                    w.pad(6);
                    w.u64(*metadata);
                    w.u64(*metadata_mask);
                }
                Instruction::WriteActions(actions) => {
                    w.u64(u64::from(WRITE_ACTIONS) << 48);
                    actions.encode(version, w)?;
                }
                Instruction::ApplyActions(actions) => {
                    w.u64(u64::from(APPLY_ACTIONS) << 48);
                    actions.encode(version, w)?;
                }
                Instruction::ClearActions => w.u64(u64::from(CLEAR_ACTIONS) << 48),
                Instruction::Meter(meter) => {
                    w.u32(u32::from(METER) << 16);
                    w.u32(*meter);
                }
                Instruction::Experimenter { experimenter, data } => {
                    w.u32(u32::from(EXPERIMENTER) << 16);
                    w.u32(*experimenter);
                    w.bytes(data);
                }
                Instruction::Unknown { instruction_type, data } => {
                    w.u32(u32::from(*instruction_type) << 16);
                    w.bytes(data);
                }
            }
            Ok(())
        })
    }
}

impl fmt::Display for Instruction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Instruction::GotoTable(table) => write!(f, "goto_table:{table}"),
            Instruction::WriteMetadata { metadata, metadata_mask } => {
                write!(f, "write_metadata:{metadata:#x}/{metadata_mask:#x}")
            }
            Instruction::WriteActions(actions) => write!(f, "write_actions({actions})"),
            Instruction::ApplyActions(actions) => write!(f, "{actions}"),
            Instruction::ClearActions => f.write_str("clear_actions"),
            Instruction::Meter(meter) => write!(f, "meter:{meter}"),
            Instruction::Experimenter { experimenter, data } => {
                write!(f, "experimenter:{experimenter:#010x}:{}", hex::encode(data))
            }
            Instruction::Unknown { instruction_type, data } => {
                write!(f, "unknown:{instruction_type}:{}", hex::encode(data))
            }
        }
    }
}

/// A list of instructions, in order. One needs no heap. It is a slice and a bit more.
///
/// ```
/// use ryu_sdn::ofproto::{Action, Instructions, PortNo};
///
/// let list = Instructions::new().apply([Action::output(PortNo(1))]).goto_table(1);
/// assert_eq!(list.to_string(), "actions=output:1,goto_table:1");
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Instructions(SmallVec<[Instruction; 1]>);

impl Instructions {
    /// The empty list: drop.
    pub const fn new() -> Instructions {
        Instructions(SmallVec::new_const())
    }

    /// Adds an apply-actions instruction.
    #[must_use]
    pub fn apply(self, actions: impl Into<ActionList>) -> Instructions {
        self.with(Instruction::ApplyActions(actions.into()))
    }

    /// Adds a write-actions instruction.
    #[must_use]
    pub fn write(self, actions: impl Into<ActionList>) -> Instructions {
        self.with(Instruction::WriteActions(actions.into()))
    }

    /// Adds a goto-table instruction.
    #[must_use]
    pub fn goto_table(self, table_id: u8) -> Instructions {
        self.with(Instruction::GotoTable(table_id))
    }

    /// Adds a meter instruction.
    #[must_use]
    pub fn meter(self, meter_id: u32) -> Instructions {
        self.with(Instruction::Meter(meter_id))
    }

    /// Adds an instruction.
    #[must_use]
    pub fn with(mut self, instruction: Instruction) -> Instructions {
        self.0.push(instruction);
        self
    }

    /// Adds an instruction.
    pub fn push(&mut self, instruction: Instruction) {
        self.0.push(instruction);
    }

    /// The actions of every apply-actions instruction, in order: what 1.0 calls "the actions".
    pub fn applied(&self) -> impl Iterator<Item = &Action> {
        self.iter().flat_map(|instruction| match instruction {
            Instruction::ApplyActions(actions) => &actions[..],
            _ => &[],
        })
    }

    /// Reads what is left: instructions, or 1.0's actions.
    pub(crate) fn decode(
        version: Version,
        r: &mut Reader<'_>,
    ) -> Result<Instructions, DecodeError> {
        let mut list = Instructions::new();
        if r.is_empty() {
            return Ok(list);
        }
        if is_v1_0(version) {
            let rest = r.remaining();
            let actions = ActionList::decode(version, r.sub(rest, "message length")?)?;
            list.push(Instruction::ApplyActions(actions));
            return Ok(list);
        }
        while !r.is_empty() {
            list.push(Instruction::decode(version, r)?);
        }
        Ok(list)
    }

    /// Writes instructions, or 1.0's actions.
    #[inline]
    pub(crate) fn encode(&self, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        self.iter().try_for_each(|instruction| match instruction {
            Instruction::ApplyActions(actions) if is_v1_0(version) => actions.encode(V1_0, w),
            _ => instruction.encode(version, w),
        })
    }
}

impl Deref for Instructions {
    type Target = [Instruction];

    fn deref(&self) -> &[Instruction] {
        &self.0
    }
}

impl DerefMut for Instructions {
    fn deref_mut(&mut self) -> &mut [Instruction] {
        &mut self.0
    }
}

impl From<Instruction> for Instructions {
    #[inline]
    fn from(instruction: Instruction) -> Instructions {
        let mut list = SmallVec::new();
        list.push(instruction);
        Instructions(list)
    }
}

impl FromIterator<Instruction> for Instructions {
    fn from_iter<I: IntoIterator<Item = Instruction>>(list: I) -> Instructions {
        Instructions(list.into_iter().collect())
    }
}

impl<const N: usize> From<[Instruction; N]> for Instructions {
    fn from(list: [Instruction; N]) -> Instructions {
        list.into_iter().collect()
    }
}

impl From<Vec<Instruction>> for Instructions {
    fn from(list: Vec<Instruction>) -> Instructions {
        Instructions(list.into())
    }
}

impl<'a> IntoIterator for &'a Instructions {
    type Item = &'a Instruction;
    type IntoIter = std::slice::Iter<'a, Instruction>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Instructions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("actions=")?;
        if self.is_empty() {
            return f.write_str("drop");
        }
        for (i, instruction) in self.iter().enumerate() {
            if i > 0 {
                f.write_str(",")?;
            }
            write!(f, "{instruction}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Instructions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
