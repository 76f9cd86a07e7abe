//! Instructions: what a flow entry does with a packet it matched.
//!
//! Spec: 1.3 section 7.2.4, 1.5 section 7.2.5. 1.0 has only a list of actions, which is one
//! [`Instruction::ApplyActions`] here.

use std::fmt;
use std::ops::{Deref, DerefMut};

use bytes::Bytes;
use serde_json::{Map, Value};

use super::action::{Action, ActionList};
use super::codec::{Member, Noun, fields, member};
use super::encode::EncodeError;
use super::few::Few;
use super::ids::is_v1_0;
use super::json::{JsonError, type_of};
use super::members::plain_numbers;
use super::oxs::Stats;
use super::registered::Registered;
use super::registry::{self, Place};
use super::version::{V1_0, V1_3, V1_5, Version};
use crate::wire::{DecodeError, Padding, Reader, Writer, hex};
use crate::wire_flags;

/// One instruction; 1.1 and later.
///
/// On the wire a type and a length of two bytes each (the length counts both), then what the type
/// says; a multiple of eight bytes.
///
/// | variant | type | since |
/// |---|---|---|
/// | [`GotoTable`](Instruction::GotoTable) | 1 | 1.1 |
/// | [`WriteMetadata`](Instruction::WriteMetadata) | 2 | 1.1 |
/// | [`WriteActions`](Instruction::WriteActions) | 3 | 1.1 |
/// | [`ApplyActions`](Instruction::ApplyActions) | 4; in 1.0 its actions alone | 1.0 |
/// | [`ClearActions`](Instruction::ClearActions) | 5 | 1.1 |
/// | [`Meter`](Instruction::Meter) | 6 | 1.3 and 1.4; in 1.5 an action |
/// | [`StatTrigger`](Instruction::StatTrigger) | 7 | 1.5 |
/// | [`Experimenter`](Instruction::Experimenter) | 65535 | 1.1 |
///
/// What a version does not have is refused with [`EncodeError::NotInVersion`].
///
/// Spec: 1.3 section 7.2.4, 1.5 section 7.2.5; `ofp_instruction_header`.
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Action, Encode, FlowMod, GroupId, Instructions, V1_3, Xid};
///
/// let instructions = Instructions::new().write([Action::Group(GroupId(1))]).goto_table(5);
/// let mut buf = BytesMut::new();
/// FlowMod { instructions, ..FlowMod::add() }.encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(buf[56..72], [0, 3, 0, 16, 0, 0, 0, 0, 0, 22, 0, 8, 0, 0, 0, 1]);
/// assert_eq!(buf[72..], [0, 1, 0, 8, 5, 0, 0, 0]);
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instruction {
    /// Goes on in another table: 1 to 254, and behind the entry's own.
    GotoTable(u8),
    /// Writes the masked bits of the metadata.
    WriteMetadata {
        /// The bits, in their places.
        metadata: u64,
        /// Which of them are written; the others stay.
        metadata_mask: u64,
    },
    /// Adds to the action set.
    WriteActions(ActionList),
    /// Does these now; the only one that 1.0 has.
    ApplyActions(ActionList),
    /// Empties the action set.
    ClearActions,
    /// Sends the packet through a meter, by its number. 1.3 and 1.4.
    Meter(u32),
    /// Reports the entry's statistics when they pass thresholds. 1.5.
    StatTrigger {
        /// How often.
        flags: StatTriggerFlags,
        /// The thresholds: of each field the value at which, or every so often, it is reported.
        thresholds: Stats,
    },
    /// A vendor's instruction, as it came: what stands behind the experimenter id.
    Experimenter {
        /// The experimenter id.
        experimenter: u32,
        /// The rest, padding included.
        data: Bytes,
    },
    /// One that an app registered; see [`ExperimenterBody`](super::ExperimenterBody).
    Registered(Registered),
    /// An instruction nobody here knows, as it came.
    Unknown {
        /// The type on the wire.
        instruction_type: u16,
        /// What stands behind type and length.
        data: Bytes,
    },
}

wire_flags! {
    /// How often an entry's statistics are reported; 32 bits, 1.5.
    ///
    /// Spec: 1.5 section 7.2.5.6; `ofp_stat_trigger_flags`.
    ///
    /// See the example of [`Instruction`].
    pub struct StatTriggerFlags(u32) {
        /// Whenever another threshold's worth is reached.
        PERIODIC = 1 << 0, "periodic";
        /// The first time only.
        ONLY_FIRST = 1 << 1, "only_first";
    }
}

plain_numbers! {
    StatTriggerFlags: u32, StatTriggerFlags, |v| v.0;
}

// Types on the wire; the same in every version that has instructions.
const GOTO_TABLE: u16 = 1;
const WRITE_METADATA: u16 = 2;
const WRITE_ACTIONS: u16 = 3;
const APPLY_ACTIONS: u16 = 4;
const CLEAR_ACTIONS: u16 = 5;
const METER: u16 = 6;
const STAT_TRIGGER: u16 = 7;
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
            Instruction::StatTrigger { .. } => "stat_trigger instruction",
            Instruction::Experimenter { .. } => "experimenter instruction",
            Instruction::Registered(body) => body.registration().class,
            Instruction::Unknown { .. } => "unknown instruction",
        }
    }

    /// The type on the wire; `None` if `version` has no such instruction.
    fn number(&self, version: Version) -> Option<u16> {
        if is_v1_0(version) {
            return None;
        }
        Some(match self {
            Instruction::GotoTable(_) => GOTO_TABLE,
            Instruction::WriteMetadata { .. } => WRITE_METADATA,
            Instruction::WriteActions(_) => WRITE_ACTIONS,
            Instruction::ApplyActions(_) => APPLY_ACTIONS,
            Instruction::ClearActions => CLEAR_ACTIONS,
            Instruction::Meter(_) if (V1_3..V1_5).contains(&version) => METER,
            Instruction::Meter(_) => return None,
            Instruction::StatTrigger { .. } if version >= V1_5 => STAT_TRIGGER,
            Instruction::StatTrigger { .. } => return None,
            Instruction::Experimenter { .. } => EXPERIMENTER,
            Instruction::Registered(body) => {
                return (body.registration().place == Place::Instruction).then_some(EXPERIMENTER);
            }
            Instruction::Unknown { instruction_type, .. } => *instruction_type,
        })
    }

    fn of_type(version: Version, instruction_type: u16) -> Instruction {
        match instruction_type {
            GOTO_TABLE => Instruction::GotoTable(0),
            WRITE_METADATA => Instruction::WriteMetadata { metadata: 0, metadata_mask: 0 },
            WRITE_ACTIONS => Instruction::WriteActions(ActionList::new()),
            APPLY_ACTIONS => Instruction::ApplyActions(ActionList::new()),
            CLEAR_ACTIONS => Instruction::ClearActions,
            METER if (V1_3..V1_5).contains(&version) => Instruction::Meter(0),
            STAT_TRIGGER if version >= V1_5 => Instruction::StatTrigger {
                flags: StatTriggerFlags(0),
                thresholds: Stats::default(),
            },
            EXPERIMENTER => Instruction::Experimenter { experimenter: 0, data: Bytes::new() },
            _ => Instruction::Unknown { instruction_type, data: Bytes::new() },
        }
    }
}

fields!(Instruction, |this, v| {
    let number = this.number(v.version());
    let what = this.name();
    v.boxed(Padding::Inside, |v| {
        v.number("type", number, what)?;
        v.len("len")?;
        match this {
            Instruction::GotoTable(table_id) => v.field("table_id", table_id),
            Instruction::WriteMetadata { metadata, metadata_mask } => {
                v.pad(4)?;
                v.field("metadata", metadata)?;
                v.field("metadata_mask", metadata_mask)
            }
            Instruction::WriteActions(actions) | Instruction::ApplyActions(actions) => {
                v.pad(4)?;
                v.field("actions", actions)
            }
            Instruction::ClearActions => {
                v.pad(4)?;
                v.remark("actions", Vec::<Value>::new())
            }
            Instruction::Meter(meter_id) => v.field("meter_id", meter_id),
            Instruction::StatTrigger { flags, thresholds } => {
                v.field("flags", flags)?;
                v.field("thresholds", thresholds)
            }
            Instruction::Experimenter { experimenter, data } => {
                v.field("experimenter", experimenter)?;
                v.field("data", data)
            }
            Instruction::Registered(body) => {
                let (mut experimenter, subtype) = body.registration().key();
                v.field("experimenter", &mut experimenter)?;
                if subtype.is_some() {
                    v.number("subtype", subtype, what)?;
                }
                v.registered(body)
            }
            Instruction::Unknown { data, .. } => v.field("data", data),
        }
    })
});

impl Noun for Instruction {
    const NAME: &'static str = "instruction";

    fn class(&self, _: Version) -> &'static str {
        match self {
            Instruction::GotoTable(_) => "OFPInstructionGotoTable",
            Instruction::WriteMetadata { .. } => "OFPInstructionWriteMetadata",
            Instruction::WriteActions(_)
            | Instruction::ApplyActions(_)
            | Instruction::ClearActions => "OFPInstructionActions",
            Instruction::Meter(_) => "OFPInstructionMeter",
            Instruction::StatTrigger { .. } => "OFPInstructionStatTrigger",
            Instruction::Experimenter { .. } => "OFPInstructionExperimenter",
            Instruction::Registered(body) => body.registration().class,
            Instruction::Unknown { .. } => "OFPInstructionUnknown",
        }
    }

    #[inline]
    fn blank(version: Version, r: &Reader<'_>) -> Instruction {
        match r.peek_u16().unwrap_or_default() {
            EXPERIMENTER => experimenters(version, r),
            number => Instruction::of_type(version, number),
        }
    }

    fn blank_named(
        version: Version,
        class: &str,
        members: &Map<String, Value>,
    ) -> Option<Instruction> {
        Instruction::of_class(version, class, members).or_else(|| {
            let row = registry::of_class(&[Place::Instruction], version, class)?;
            Some(Instruction::Registered(Registered::blank(row)))
        })
    }
}
member!(Instruction);

/// What the experimenter's instruction that comes next is read into.
#[cold]
fn experimenters(version: Version, r: &Reader<'_>) -> Instruction {
    let mut body = r.clone();
    match body.pad(4).ok().and_then(|()| registry::next(Place::Instruction, version, &body)) {
        Some(row) => Instruction::Registered(Registered::blank(row)),
        None => Instruction::of_type(version, EXPERIMENTER),
    }
}

/// Whether the house has an instruction of this class.
pub(super) fn is_class_of_ours(version: Version, class: &str) -> bool {
    let numbered = |number: u16| Map::from_iter([("type".to_owned(), number.into())]);
    [APPLY_ACTIONS, 0]
        .iter()
        .any(|n| Instruction::of_class(version, class, &numbered(*n)).is_some())
}

impl Instruction {
    /// One of the house, to be filled.
    fn of_class(
        version: Version,
        class: &str,
        members: &Map<String, Value>,
    ) -> Option<Instruction> {
        // Of the classes, only that of actions leaves open which type it is.
        let given = type_of(members, "type");
        let known = [GOTO_TABLE, WRITE_METADATA, METER, STAT_TRIGGER, EXPERIMENTER];
        given
            .into_iter()
            .chain(known)
            .map(|number| Instruction::of_type(version, number))
            .find(|instruction| instruction.class(version) == class)
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
            Instruction::StatTrigger { flags, thresholds } => {
                write!(f, "stat_trigger:{flags}({thresholds})")
            }
            Instruction::Experimenter { experimenter, data } => {
                write!(f, "experimenter:{experimenter:#010x}:{}", hex::encode(data))
            }
            Instruction::Registered(body) => body.fmt_in_list(f),
            Instruction::Unknown { instruction_type, data } => {
                write!(f, "unknown:{instruction_type}:{}", hex::encode(data))
            }
        }
    }
}

/// A list of instructions, in order. One needs no heap. It is a slice and a bit more.
///
/// On the wire the instructions follow one another up to the end of their box: see the example of
/// [`Instruction`]. In 1.0 the actions of the apply-actions instructions stand in their place.
///
/// Spec: 1.3 section 7.2.4, 1.5 section 7.2.5.
///
/// ```
/// use ryu_sdn::ofproto::{Action, Instructions, PortNo};
///
/// let list = Instructions::new().apply([Action::output(PortNo(1))]).goto_table(1);
/// assert_eq!(list.to_string(), "actions=output:1,goto_table:1");
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Instructions(Few<Instruction>);

impl Instructions {
    /// The empty list: drop.
    pub const fn new() -> Instructions {
        Instructions(Few::None)
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

    /// One after the other, whatever they are.
    #[inline(never)]
    fn encode_each(&self, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        self.iter().try_for_each(|instruction| match instruction {
            Instruction::ApplyActions(actions) if is_v1_0(version) => actions.encode(V1_0, w),
            _ => instruction.encode(version, w),
        })
    }

    /// The actions of every apply-actions instruction, in order: what 1.0 calls "the actions".
    pub fn applied(&self) -> impl Iterator<Item = &Action> {
        self.iter().flat_map(|instruction| match instruction {
            Instruction::ApplyActions(actions) => &actions[..],
            _ => &[],
        })
    }
}

/// What is left of the box: instructions, or 1.0's actions.
impl Member for Instructions {
    fn decode(version: Version, r: &mut Reader<'_>) -> Result<Instructions, DecodeError> {
        let mut list = Instructions::new();
        list.refill(version, r)?;
        Ok(list)
    }

    #[inline]
    fn refill(&mut self, version: Version, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        if !is_v1_0(version) {
            return self.0.refill(version, r);
        }
        *self = Instructions::new();
        if !r.is_empty() {
            self.push(Instruction::ApplyActions(ActionList::decode(version, r)?));
        }
        Ok(())
    }

    #[inline]
    fn encode(&self, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
        // The usual one, whose length is known before; a test compares it with the description.
        if let [Instruction::ApplyActions(actions)] = &self[..]
            && let [output @ Action::Output { .. }] = &actions[..]
        {
            if !is_v1_0(version) {
                w.array([0, 4, 0, 24, 0, 0, 0, 0]);
            }
            return output.encode(version, w);
        }
        self.encode_each(version, w)
    }

    fn to_json(&self, version: Version, w: &mut Writer<'_>) -> Result<Value, EncodeError> {
        if !is_v1_0(version) {
            return self.iter().map(|instruction| instruction.to_json(version, w)).collect();
        }
        let mut actions = Vec::new();
        for instruction in self {
            match instruction {
                Instruction::ApplyActions(list) => {
                    for action in list {
                        actions.push(action.to_json(version, w)?);
                    }
                }
                other => return Err(EncodeError::NotInVersion { what: other.name(), version }),
            }
        }
        Ok(actions.into())
    }

    fn from_json(version: Version, value: &Value) -> Result<Instructions, JsonError> {
        if !is_v1_0(version) {
            return Few::from_json(version, value).map(Instructions);
        }
        let actions = ActionList::from_json(version, value)?;
        Ok(if actions.is_empty() { Instructions::new() } else { Instruction::apply(actions) })
    }

    fn show(&self, out: &mut String) -> bool {
        use std::fmt::Write as _;
        write!(out, "{self}").is_ok()
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
        Instructions(Few::One(instruction))
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
