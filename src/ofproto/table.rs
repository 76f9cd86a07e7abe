//! Tables: commands, descriptions and what they can do. 1.1 and later.
//!
//! Spec: 1.3 sections 7.3.3 (table-mod) and 7.3.5.5 (features); 1.4 and 1.5 `ofp_table_desc`
//! and `ofp_table_status`.

use bytes::Bytes;

use super::codec::{display, fields, noun, wire_struct, wire_union};
use super::desc_stats::Text;
use super::encode::{Body, EncodeError};
use super::members::{Fixed, Rest, plain_numbers};
use super::message_type::MessageType;
use super::oxm::OxmTlv;
use super::oxm_id::OxmId;
use super::property::PropExperimenter;
use super::version::{V1_4, V1_5, Version};
use crate::wire::{DecodeError, Padding, Reader, Writer};
use crate::{wire_flags, wire_number};

/// Changes a table; 1.1 and later.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `table_id` | 0 to 254, 255 for all; 3 bytes of padding behind | 1.1 |
/// | `config` | 32 bits | 1.1 |
/// | `properties` | TLVs | 1.4 |
///
/// Spec: 1.1 section A.3.3, 1.3 section 7.3.3, 1.4 and 1.5 `ofp_table_mod`.
///
/// # Example: entries of little importance may go, and an event if the table fills up
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{
///     Encode, EvictionFlags, TableConfig, TableMod, TableModProp, TableModPropEviction,
///     TableModPropVacancy, V1_4, Xid,
/// };
/// use ryu_sdn::wire::hex;
///
/// let eviction = TableModProp::Eviction(TableModPropEviction { flags: EvictionFlags::IMPORTANCE });
/// let bounds = TableModPropVacancy { vacancy_down: 10, vacancy_up: 20, ..Default::default() };
/// let properties = vec![eviction, TableModProp::Vacancy(bounds)];
/// let mut buf = BytesMut::new();
/// let config = TableConfig::EVICTION | TableConfig::VACANCY_EVENTS;
/// TableMod { table_id: 3, config, properties }.encode(V1_4, Xid(1), &mut buf)?;
/// assert_eq!(
///     hex::encode(&buf),
///     "0511002000000001\
///      030000000000000c0002000800000002000300080a140000"
/// );
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableMod {
    /// The table, 0 to 254, or [`TableId::ALL`](super::TableId::ALL).
    pub table_id: u8,
    /// How it is set up.
    pub config: TableConfig,
    /// Properties; 1.4 and later.
    pub properties: Vec<TableModProp>,
}

wire_flags! {
    /// How a table is set up; 32 bits, 1.1 and later. In 1.1 and 1.2 the lowest two bits say what
    /// happens to packets without a match: to the controller if neither is set. In 1.3 all are
    /// reserved.
    ///
    /// Spec: 1.1 section A.3.3, 1.4 section 7.3.3; `ofp_table_config`.
    ///
    /// See the example of [`TableMod`].
    pub struct TableConfig(u32) {
        /// Packets without a match go on in the next table; 1.1 and 1.2.
        TABLE_MISS_CONTINUE = 1 << 0, "table_miss_continue";
        /// Packets without a match are dropped; 1.1 and 1.2.
        TABLE_MISS_DROP = 1 << 1, "table_miss_drop";
        /// A full table may evict entries; 1.4 and later.
        EVICTION = 1 << 2, "eviction";
        /// Events about its free space; 1.4 and later.
        VACANCY_EVENTS = 1 << 3, "vacancy_events";
    }
}

plain_numbers! {
    TableConfig: u32, TableConfig, |v| v.0;
    EvictionFlags: u32, EvictionFlags, |v| v.0;
    TableFeaturesCommand: u8, TableFeaturesCommand, |v| v.0;
    TableFeatureFlags: u32, TableFeatureFlags, |v| v.0;
}

fields!(TableMod, |this, v| {
    let TableMod { table_id, config, properties } = this;
    v.field("table_id", table_id)?;
    v.pad(3)?;
    v.field("config", config)?;
    if v.version() >= V1_4 {
        v.field("properties", properties)
    } else {
        v.without(properties, "table_mod properties")
    }
});
noun!(TableMod, "table_mod", "OFPTableMod");
display!(TableMod, "table_mod");

impl Body for TableMod {
    const TYPE: MessageType = MessageType::TableMod;
}

wire_union! {
    /// A property of a table; 1.4 and later.
    ///
    /// Spec: 1.4 and 1.5 `ofp_table_mod_prop_header` and what `ofp_table_mod_prop_type` lists.
    /// See the example of [`TableMod`].
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
    /// How entries are evicted from a table; 1.4 and later.
    ///
    /// Spec: 1.4 and 1.5 `ofp_table_mod_prop_eviction`. See the example of [`TableMod`].
    pub struct TableModPropEviction "eviction" "OFPTableModPropEviction" {
        /// What is looked at.
        flags: EvictionFlags,
    }
}

wire_flags! {
    /// What is looked at when entries are evicted; 32 bits, 1.4 and later.
    ///
    /// Spec: 1.4 and 1.5 `ofp_table_mod_prop_eviction_flag`.
    ///
    /// See the example of [`TableMod`].
    pub struct EvictionFlags(u32) {
        /// Something of the switch's own.
        OTHER = 1 << 0, "other";
        /// The importance of the entries.
        IMPORTANCE = 1 << 1, "importance";
        /// How long they still live.
        LIFETIME = 1 << 2, "lifetime";
    }
}

wire_struct! {
    /// When events about the free space of a table come; 1.4 and later.
    ///
    /// Spec: 1.4 and 1.5 `ofp_table_mod_prop_vacancy`. See the example of [`TableMod`].
    pub struct TableModPropVacancy "vacancy" "OFPTableModPropVacancy" {
        /// Percent of free space below which an event comes, 0 to 100.
        vacancy_down: u8,
        /// Percent above which an event comes, 0 to 100.
        vacancy_up: u8,
        /// Percent now, 0 to 100; only the switch sets it.
        vacancy: u8,
        pad: 1,
    }
}

/// A table as the switch describes it; 1.4 and later.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | | length of the whole, 2 bytes | 1.4 |
/// | `table_id` | 0 to 254; a byte of padding behind | 1.4 |
/// | `config` | 32 bits | 1.4 |
/// | `properties` | TLVs | 1.4 |
///
/// Spec: 1.4 and 1.5 `ofp_table_desc`. See the example of [`TableStatus`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableDesc {
    /// The table.
    pub table_id: u8,
    /// How it is set up.
    pub config: TableConfig,
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
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `reason` | one byte; 7 bytes of padding behind | 1.4 |
/// | `table` | a table | 1.4 |
///
/// Spec: 1.4 and 1.5 `ofp_table_status`.
///
/// # Example: less than a tenth of a table is free
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Encode, TableDesc, TableModProp, TableModPropVacancy, TableStatus};
/// use ryu_sdn::ofproto::{TableConfig, TableReason, V1_4, Xid};
/// use ryu_sdn::wire::hex;
///
/// let vacancy = TableModPropVacancy { vacancy_down: 10, vacancy_up: 20, vacancy: 9 };
/// let properties = vec![TableModProp::Vacancy(vacancy)];
/// let table = TableDesc { table_id: 3, config: TableConfig::VACANCY_EVENTS, properties };
/// let mut buf = BytesMut::new();
/// TableStatus { reason: TableReason::VACANCY_DOWN, table }.encode(V1_4, Xid(1), &mut buf)?;
/// assert_eq!(
///     hex::encode(&buf),
///     "051f002000000001\
///      03000000000000000010030000000008000300080a140900"
/// );
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableStatus {
    /// What happened.
    pub reason: TableReason,
    /// The table as it is now.
    pub table: TableDesc,
}

wire_number! {
    /// What happened to a table; 8 bits, 1.4 and later. The rest is reserved.
    ///
    /// Spec: 1.4 and 1.5 `ofp_table_reason`.
    ///
    /// See the example of [`TableStatus`].
    pub struct TableReason(u8) {
        /// Less space is free than the lower bound.
        VACANCY_DOWN = 3, "vacancy_down";
        /// More space is free than the upper bound.
        VACANCY_UP = 4, "vacancy_up";
    }
}

plain_numbers! {
    TableReason: u8, TableReason, |v| v.0;
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
///
/// | field | unit, range | since |
/// |---|---|---|
/// | | length of the whole, 2 bytes | 1.3 |
/// | `table_id` | 0 to 254 | 1.3 |
/// | `command`, `features` | one byte and four | 1.5; padding before |
/// | `name` | 32 bytes of text, zeros behind | 1.3 |
/// | `metadata_match`, `metadata_write` | 64 bits each | 1.3 |
/// | `config` | 32 bits | 1.3 |
/// | `max_entries` | entries, 32 bits | 1.3 |
/// | `properties` | TLVs | 1.3 |
///
/// Spec: 1.3 section 7.3.5.5.1, 1.4 and 1.5 `ofp_table_features`.
/// See the example of [`TableFeatureProp`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableFeatures {
    /// The table, 0 to 254.
    pub table_id: u8,
    /// What the controller wants; 1.5.
    pub command: TableFeaturesCommand,
    /// What the table is for; 1.5.
    pub features: TableFeatureFlags,
    /// Its name, at most 32 bytes.
    pub name: Text,
    /// Bits of the metadata it can match.
    pub metadata_match: u64,
    /// Bits of the metadata it can write.
    pub metadata_write: u64,
    /// How it can be set up; `capabilities` in 1.5.
    pub config: TableConfig,
    /// Entries it has room for, at most.
    pub max_entries: u32,
    /// What it can match and do.
    pub properties: Vec<TableFeatureProp>,
}

wire_number! {
    /// What a controller wants of a table's features; 8 bits, 1.5.
    ///
    /// Spec: 1.5 section 7.3.5.18.1; `ofp_table_features_command`.
    ///
    /// See the example of [`TableFeatureProp`].
    pub struct TableFeaturesCommand(u8) {
        /// These tables and no others.
        REPLACE = 0, "replace";
        /// This table as it says, the others as they are.
        MODIFY = 1, "modify";
        /// This table is to be there.
        ENABLE = 2, "enable";
        /// This table is to be gone.
        DISABLE = 3, "disable";
    }
}

wire_flags! {
    /// What a table is for; 32 bits, 1.5.
    ///
    /// Spec: 1.5 section 7.3.5.18.1; `ofp_table_feature_flag`.
    ///
    /// See the example of [`TableFeatureProp`].
    pub struct TableFeatureFlags(u32) {
        /// It can be one of ingress.
        INGRESS_TABLE = 1 << 0, "ingress_table";
        /// It can be one of egress.
        EGRESS_TABLE = 1 << 1, "egress_table";
        /// It is the first one of egress.
        FIRST_EGRESS = 1 << 4, "first_egress";
    }
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
            v.without(command, "table features command")?;
            v.without(features, "table features features")?;
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
    /// One thing that a table can do; 1.3 and later.
    ///
    /// Spec: 1.3 section 7.3.5.5.2 (`ofp_table_feature_prop_header` and what
    /// `ofp_table_feature_prop_type` lists), 1.4 and 1.5 the same with more rows.
    ///
    /// # Example: goto-table to table 1, output, and Ethernet addresses to match
    ///
    /// Just to show their forms: a switch is to send one of every kind that it has.
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use ryu_sdn::ofproto::{ActionId, Encode, InstructionId, MultipartReply, MultipartReplyBody};
    /// use ryu_sdn::ofproto::{OxmId, TableFeatureProp as Prop, TableFeatures, V1_3, Xid, oxm};
    /// use ryu_sdn::ofproto::{TableFeatureActions, TableFeatureInstructions};
    /// use ryu_sdn::ofproto::{TableFeatureNextTables, TableFeatureOxm};
    /// use ryu_sdn::wire::hex;
    ///
    /// let goto = InstructionId { instruction_type: 1, ..InstructionId::default() };
    /// let properties = vec![
    ///     Prop::Instructions(TableFeatureInstructions { instruction_ids: vec![goto] }),
    ///     Prop::NextTables(TableFeatureNextTables { table_ids: vec![1] }),
    ///     Prop::ApplyActions(TableFeatureActions { action_ids: vec![ActionId::default()] }),
    ///     Prop::Match(TableFeatureOxm { oxm_ids: vec![OxmId::of(oxm::ETH_DST)] }),
    /// ];
    /// let (name, max_entries) = ("l2".into(), 100);
    /// let table = TableFeatures { name, max_entries, properties, ..TableFeatures::default() };
    /// let mut buf = BytesMut::new();
    /// let body = MultipartReplyBody::TableFeatures(vec![table]);
    /// MultipartReply::new(body).encode(V1_3, Xid(1), &mut buf)?;
    /// assert_eq!(
    ///     hex::encode(&buf[16..]),
    ///     "00600000000000006c3200000000000000000000000000000000000000000000\
    ///      0000000000000000000000000000000000000000000000000000000000000064\
    ///      0000000800010004000200050100000000060008000000040008000880000606"
    /// );
    /// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
    /// ```
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
        TableSyncFrom(TableFeatureNextTables) = 16, "OFPTableFeaturePropNextTables", since V1_4;
        /// Fields that write-actions can copy; 1.5.
        WriteCopyfield(TableFeatureOxm) = 18, "OFPTableFeaturePropOxm", since V1_5;
        /// Fields that write-actions can copy; 1.5, for table-miss entries.
        WriteCopyfieldMiss(TableFeatureOxm) = 19, "OFPTableFeaturePropOxm", since V1_5;
        /// Fields that apply-actions can copy; 1.5.
        ApplyCopyfield(TableFeatureOxm) = 20, "OFPTableFeaturePropOxm", since V1_5;
        /// Fields that apply-actions can copy; 1.5, for table-miss entries.
        ApplyCopyfieldMiss(TableFeatureOxm) = 21, "OFPTableFeaturePropOxm", since V1_5;
        /// Packet types it takes; 1.5.
        PacketTypes(TableFeatureOxmValues) = 22, "OFPTableFeaturePropOxmValues", since V1_5;
        /// A vendor's property.
        Experimenter(PropExperimenter) = 65534, "OFPTableFeaturePropExperimenter";
        /// A vendor's property, for table-miss entries.
        ExperimenterMiss(PropExperimenter) = 65535, "OFPTableFeaturePropExperimenter";
    }
}

wire_struct! {
    /// Instructions of a table; 1.3 and later.
    ///
    /// Spec: 1.3 section 7.3.5.5.2 (`ofp_table_feature_prop_instructions`).
    ///
    /// See the example of [`TableFeatureProp`].
    pub struct TableFeatureInstructions "instructions" "OFPTableFeaturePropInstructions" {
        /// Their types, 4 bytes each (8 and more of an experimenter's).
        instruction_ids: Vec<InstructionId>,
    }
}

wire_struct! {
    /// Tables that a table has to do with; 1.3 and later.
    ///
    /// Spec: 1.3 section 7.3.5.5.2 (`ofp_table_feature_prop_next_tables`), 1.4 and 1.5 also
    /// `ofp_table_feature_prop_tables`.
    ///
    /// See the example of [`TableFeatureProp`].
    pub struct TableFeatureNextTables "next_tables" "OFPTableFeaturePropNextTables" {
        /// The tables, 0 to 254, one byte each.
        table_ids: Vec<u8>,
    }
}

wire_struct! {
    /// Actions of a table; 1.3 and later.
    ///
    /// Spec: 1.3 section 7.3.5.5.2 (`ofp_table_feature_prop_actions`).
    ///
    /// See the example of [`TableFeatureProp`].
    pub struct TableFeatureActions "actions" "OFPTableFeaturePropActions" {
        /// Their types, 4 bytes each (8 and more of an experimenter's).
        action_ids: Vec<ActionId>,
    }
}

wire_struct! {
    /// Fields that a table can match, set or copy; 1.3 and later.
    ///
    /// Spec: 1.3 section 7.3.5.5.2 (`ofp_table_feature_prop_oxm`).
    ///
    /// See the example of [`TableFeatureProp`].
    pub struct TableFeatureOxm "fields" "OFPTableFeaturePropOxm" {
        /// The fields, 4 bytes each (8 of an experimenter's).
        oxm_ids: Vec<OxmId>,
    }
}

wire_struct! {
    /// Values that a table takes; 1.5.
    ///
    /// Spec: 1.5 `ofp_table_feature_prop_oxm_values`.
    ///
    /// See the example of [`TableFeatureProp`].
    pub struct TableFeatureOxmValues "values" "OFPTableFeaturePropOxmValues" {
        /// The fields with their values, TLVs as in a match.
        oxm_values: Vec<OxmTlv>,
    }
}

/// The type of an instruction, without the rest of it; 1.3 and later.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `instruction_type` | 2 bytes | 1.3 |
/// | | length of the whole, 2 bytes | 1.3 |
/// | `data` | what is left | 1.3 |
///
/// Spec: 1.3 section 7.3.5.5.2, 1.4 and 1.5 `ofp_instruction_id`.
/// See the example of [`TableFeatureProp`].
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

/// The type of an action, without the rest of it; 1.3 and later.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `action_type` | 2 bytes | 1.3 |
/// | | length of the whole, 2 bytes | 1.3 |
/// | `data` | what is left | 1.3 |
///
/// Spec: 1.3 section 7.3.5.5.2, 1.4 and 1.5 `ofp_action_id`.
/// See the example of [`TableFeatureProp`].
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
