//! Tables: commands, descriptions and what they can do. 1.1 and later.
//!
//! Spec: 1.3 sections 7.3.4.1 (table-mod) and 7.3.5.5 (features); 1.4 sections 7.3.5.17
//! (description) and 7.4.5 (status).

use bytes::Bytes;

use super::codec::{display, fields, noun, wire_struct, wire_union};
use super::encode::Body;
use super::members::{Fixed, Rest};
use super::message_type::MessageType;
use super::oxm::OxmTlv;
use super::oxm_id::OxmId;
use super::property::PropExperimenter;
use super::stats::Text;
use super::version::{V1_4, V1_5};
use crate::wire::Padding;

/// Changes a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableMod {
    /// The table, or all of them.
    pub table_id: u8,
    /// Bits; in 1.1 and 1.2 what happens to packets without a match, 1.4: eviction and vacancy
    /// events.
    pub config: u32,
    /// Properties; 1.4 and later.
    pub properties: Vec<TableModProp>,
}

fields!(TableMod, |this, v| {
    let TableMod { table_id, config, properties } = this;
    v.field("table_id", table_id)?;
    v.pad(3)?;
    v.field("config", config)?;
    if v.version() >= V1_4 { v.field("properties", properties) } else { Ok(()) }
});
noun!(TableMod, "table_mod", "OFPTableMod");
display!(TableMod, "table_mod");

impl Body for TableMod {
    const TYPE: MessageType = MessageType::TableMod;
}

wire_union! {
    /// A property of a table; 1.4 and later.
    pub enum TableModProp "table property" ("type" "length" Outside) {
        /// How entries are evicted.
        Eviction(TableModPropEviction) = 2, "OFPTableModPropEviction";
        /// When vacancy events come.
        Vacancy(TableModPropVacancy) = 3, "OFPTableModPropVacancy";
        /// A vendor's property.
        Experimenter(PropExperimenter) = 65535, "OFPTableModPropExperimenter";
    }
}

wire_struct! {
    /// How entries are evicted from a table.
    pub struct TableModPropEviction "eviction" "OFPTableModPropEviction" {
        /// What is looked at, bits.
        flags: u32,
    }
}

wire_struct! {
    /// When events about the free space of a table come.
    pub struct TableModPropVacancy "vacancy" "OFPTableModPropVacancy" {
        /// Percent of free space below which an event comes.
        vacancy_down: u8,
        /// Percent above which an event comes.
        vacancy_up: u8,
        /// Percent now.
        vacancy: u8,
        pad: 1,
    }
}

/// A table as the switch describes it; 1.4 and later.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableDesc {
    /// The table.
    pub table_id: u8,
    /// Bits, as in [`TableMod`].
    pub config: u32,
    /// Properties.
    pub properties: Vec<TableModProp>,
}

fields!(TableDesc, |this, v| {
    let TableDesc { table_id, config, properties } = this;
    v.boxed(Padding::None, |v| {
        v.len("length")?;
        v.field("table_id", table_id)?;
        v.pad(1)?;
        v.field("config", config)?;
        v.field("properties", properties)
    })
});
noun!(TableDesc, "table desc", "OFPTableDesc");
display!(TableDesc, "table");

/// The state of a table changed; 1.4 and later.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableStatus {
    /// What happened: 3 for less and 4 for more free space than the bound.
    pub reason: u8,
    /// The table as it is now.
    pub table: TableDesc,
}

fields!(TableStatus, |this, v| {
    let TableStatus { reason, table } = this;
    v.field("reason", reason)?;
    v.pad(7)?;
    v.field("table", table)
});
noun!(TableStatus, "table_status", "OFPTableStatus");
display!(TableStatus, "table_status");

impl Body for TableStatus {
    const TYPE: MessageType = MessageType::TableStatus;
}

/// What a table can do; sent by a controller, what it shall be able to do. 1.3 and later.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableFeatures {
    /// The table.
    pub table_id: u8,
    /// What the controller wants: replace, modify, enable, disable; 1.5.
    pub command: u8,
    /// What the table is for, bits; 1.5.
    pub features: u32,
    /// Its name, at most 32 bytes.
    pub name: Text,
    /// Bits of the metadata it can match.
    pub metadata_match: u64,
    /// Bits of the metadata it can write.
    pub metadata_write: u64,
    /// Bits, as in [`TableMod`]; `capabilities` in 1.5.
    pub config: u32,
    /// Entries it has room for.
    pub max_entries: u32,
    /// What it can match and do.
    pub properties: Vec<TableFeatureProp>,
}

fields!(TableFeatures, |this, v| {
    let new = v.version() >= V1_5;
    let TableFeatures {
        table_id,
        command,
        features,
        name,
        metadata_match,
        metadata_write,
        config,
        max_entries,
        properties,
    } = this;
    v.boxed(Padding::None, |v| {
        v.len("length")?;
        v.field("table_id", table_id)?;
        if new {
            v.field("command", command)?;
            v.field("features", features)?;
        } else {
            v.pad(5)?;
        }
        v.with::<Fixed<32>, _>("name", name)?;
        v.field("metadata_match", metadata_match)?;
        v.field("metadata_write", metadata_write)?;
        v.field(if new { "capabilities" } else { "config" }, config)?;
        v.field("max_entries", max_entries)?;
        v.field("properties", properties)
    })
});
noun!(TableFeatures, "table features", "OFPTableFeaturesStats");
display!(TableFeatures, "table");

wire_union! {
    /// One thing that a table can do.
    pub enum TableFeatureProp "table feature property" ("type" "length" Outside) {
        /// Instructions.
        Instructions(TableFeatureInstructions) = 0, "OFPTableFeaturePropInstructions";
        /// Instructions, for table-miss entries.
        InstructionsMiss(TableFeatureInstructions) = 1, "OFPTableFeaturePropInstructions";
        /// Tables that goto-table can name.
        NextTables(TableFeatureNextTables) = 2, "OFPTableFeaturePropNextTables";
        /// Tables that goto-table can name, for table-miss entries.
        NextTablesMiss(TableFeatureNextTables) = 3, "OFPTableFeaturePropNextTables";
        /// Actions of write-actions.
        WriteActions(TableFeatureActions) = 4, "OFPTableFeaturePropActions";
        /// Actions of write-actions, for table-miss entries.
        WriteActionsMiss(TableFeatureActions) = 5, "OFPTableFeaturePropActions";
        /// Actions of apply-actions.
        ApplyActions(TableFeatureActions) = 6, "OFPTableFeaturePropActions";
        /// Actions of apply-actions, for table-miss entries.
        ApplyActionsMiss(TableFeatureActions) = 7, "OFPTableFeaturePropActions";
        /// Fields it can match.
        Match(TableFeatureOxm) = 8, "OFPTableFeaturePropOxm";
        /// Fields it can leave open.
        Wildcards(TableFeatureOxm) = 10, "OFPTableFeaturePropOxm";
        /// Fields that write-actions can set.
        WriteSetfield(TableFeatureOxm) = 12, "OFPTableFeaturePropOxm";
        /// Fields that write-actions can set, for table-miss entries.
        WriteSetfieldMiss(TableFeatureOxm) = 13, "OFPTableFeaturePropOxm";
        /// Fields that apply-actions can set.
        ApplySetfield(TableFeatureOxm) = 14, "OFPTableFeaturePropOxm";
        /// Fields that apply-actions can set, for table-miss entries.
        ApplySetfieldMiss(TableFeatureOxm) = 15, "OFPTableFeaturePropOxm";
        /// Tables it is kept equal with; 1.4.
        TableSyncFrom(TableFeatureNextTables) = 16, "OFPTableFeaturePropNextTables";
        /// Fields that write-actions can copy; 1.5.
        WriteCopyfield(TableFeatureOxm) = 18, "OFPTableFeaturePropOxm";
        /// Fields that write-actions can copy; 1.5, for table-miss entries.
        WriteCopyfieldMiss(TableFeatureOxm) = 19, "OFPTableFeaturePropOxm";
        /// Fields that apply-actions can copy; 1.5.
        ApplyCopyfield(TableFeatureOxm) = 20, "OFPTableFeaturePropOxm";
        /// Fields that apply-actions can copy; 1.5, for table-miss entries.
        ApplyCopyfieldMiss(TableFeatureOxm) = 21, "OFPTableFeaturePropOxm";
        /// Packet types it takes; 1.5.
        PacketTypes(TableFeatureOxmValues) = 22, "OFPTableFeaturePropOxmValues";
        /// A vendor's property.
        Experimenter(PropExperimenter) = 65534, "OFPTableFeaturePropExperimenter";
        /// A vendor's property, for table-miss entries.
        ExperimenterMiss(PropExperimenter) = 65535, "OFPTableFeaturePropExperimenter";
    }
}

wire_struct! {
    /// Instructions of a table.
    pub struct TableFeatureInstructions "instructions" "OFPTableFeaturePropInstructions" {
        /// Their types.
        instruction_ids: Vec<InstructionId>,
    }
}

wire_struct! {
    /// Tables that a table has to do with.
    pub struct TableFeatureNextTables "next_tables" "OFPTableFeaturePropNextTables" {
        /// The tables.
        table_ids: Vec<u8>,
    }
}

wire_struct! {
    /// Actions of a table.
    pub struct TableFeatureActions "actions" "OFPTableFeaturePropActions" {
        /// Their types.
        action_ids: Vec<ActionId>,
    }
}

wire_struct! {
    /// Fields that a table can match, set or copy.
    pub struct TableFeatureOxm "fields" "OFPTableFeaturePropOxm" {
        /// The fields.
        oxm_ids: Vec<OxmId>,
    }
}

wire_struct! {
    /// Values that a table takes; 1.5.
    pub struct TableFeatureOxmValues "values" "OFPTableFeaturePropOxmValues" {
        /// The fields with their values.
        oxm_values: Vec<OxmTlv>,
    }
}

/// The type of an instruction, without the rest of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InstructionId {
    /// The type on the wire.
    pub instruction_type: u16,
    /// Of an experimenter's, its id and what else it sent.
    pub data: Bytes,
}

fields!(InstructionId, |this, v| {
    let InstructionId { instruction_type, data } = this;
    v.boxed(Padding::None, |v| {
        v.field("type", instruction_type)?;
        v.len("len")?;
        v.with::<Rest, _>("data", data)
    })
});
noun!(InstructionId, "instruction id", "OFPInstructionId");
display!(InstructionId, "instruction");

/// The type of an action, without the rest of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActionId {
    /// The type on the wire.
    pub action_type: u16,
    /// Of an experimenter's, its id and what else it sent.
    pub data: Bytes,
}

fields!(ActionId, |this, v| {
    let ActionId { action_type, data } = this;
    v.boxed(Padding::None, |v| {
        v.field("type", action_type)?;
        v.len("len")?;
        v.with::<Rest, _>("data", data)
    })
});
noun!(ActionId, "action id", "OFPActionId");
display!(ActionId, "action");
