//! Counters of a table, and what 1.1 and 1.2 tell of it besides.
//!
//! Spec: 1.0 section 5.3.5, 1.1 and 1.2 section A.3.5.3, 1.3 section 7.3.5.4.

use std::fmt;

use super::codec::{fields, noun};
use super::desc_stats::Text;
use super::members::{Fixed, Low32};
use super::table::TableConfig;
use super::version::{V1_1, V1_2, V1_3};

/// Counters of a table; 1.0 adds what 1.3 moved to table features.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `table_id` | 0 to 254; padding behind: 3 bytes, in 1.1 and 1.2 seven | 1.0 |
/// | `name` | 32 bytes of text, zeros behind | 1.0 to 1.2 |
/// | `wildcards` | bits of the match | 1.0 and 1.1 |
/// | `features` | | 1.1 and 1.2 |
/// | `max_entries` | entries, 32 bits | 1.0 to 1.2 |
/// | `active_count` | entries, 32 bits | 1.0 |
/// | `lookup_count`, `matched_count` | packets, 64 bits | 1.0 |
///
/// Spec: 1.0 section 5.3.5, 1.1 and 1.2 section A.3.5.3, 1.3 section 7.3.5.4.
///
/// # Example: a table of two entries
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Encode, MultipartReply, MultipartReplyBody, TableStats, V1_3, Xid};
/// use ryu_sdn::wire::hex;
///
/// let (table_id, active_count, lookup_count, matched_count) = (3, 2, 9, 7);
/// let stats =
///     TableStats { table_id, active_count, lookup_count, matched_count, ..Default::default() };
/// let mut buf = BytesMut::new();
/// MultipartReply::new(MultipartReplyBody::Table(vec![stats])).encode(V1_3, Xid(1), &mut buf)?;
/// assert_eq!(
///     hex::encode(&buf),
///     "0413002800000001\
///      0003000000000000030000000000000200000000000000090000000000000007"
/// );
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableStats {
    /// The table, 0 to 254.
    pub table_id: u8,
    /// Its name, at most 32 bytes. 1.0 to 1.2.
    pub name: Text,
    /// The wildcards it can do. 1.0 and 1.1.
    pub wildcards: u32,
    /// Entries it has room for. 1.0 to 1.2.
    pub max_entries: u32,
    /// Entries it has.
    pub active_count: u32,
    /// Packets looked up.
    pub lookup_count: u64,
    /// Packets that matched an entry.
    pub matched_count: u64,
    /// What it can do; 1.1 and 1.2.
    pub features: TableStatsFeatures,
}

fields!(TableStats, |this, v| {
    let TableStats {
        table_id,
        name,
        wildcards,
        max_entries,
        active_count,
        lookup_count,
        matched_count,
        features,
    } = this;
    let version = v.version();
    v.field("table_id", table_id)?;
    v.pad(if (V1_1..V1_3).contains(&version) { 7 } else { 3 })?;
    if version < V1_3 {
        v.with::<Fixed<32>, _>("name", name)?;
    } else {
        v.without(name, "table stats name")?;
        v.without(max_entries, "table stats max_entries")?;
    }
    if version <= V1_1 {
        v.field("wildcards", wildcards)?;
    } else {
        v.without(wildcards, "table stats wildcards")?;
    }
    if version != V1_1 && version != V1_2 {
        v.without(features, "table stats features")?;
    }
    let TableStatsFeatures {
        match_,
        wildcards,
        write_actions,
        apply_actions,
        write_setfields,
        apply_setfields,
        metadata_match,
        metadata_write,
        instructions,
        config,
    } = features;
    if version == V1_1 {
        let fields = *wildcards | *write_setfields | *apply_setfields;
        v.require(fields | *metadata_match | *metadata_write == 0, "field bits of a table")?;
        v.with::<Low32, _>("match", match_)?;
        v.field("instructions", instructions)?;
        v.field("write_actions", write_actions)?;
        v.field("apply_actions", apply_actions)?;
        v.field("config", config)?;
    }
    if version == V1_2 {
        v.field("match", match_)?;
        v.field("wildcards", wildcards)?;
        v.field("write_actions", write_actions)?;
        v.field("apply_actions", apply_actions)?;
        v.field("write_setfields", write_setfields)?;
        v.field("apply_setfields", apply_setfields)?;
        v.field("metadata_match", metadata_match)?;
        v.field("metadata_write", metadata_write)?;
        v.field("instructions", instructions)?;
        v.field("config", config)?;
    }
    if version < V1_3 {
        v.field("max_entries", max_entries)?;
    }
    v.field("active_count", active_count)?;
    v.field("lookup_count", lookup_count)?;
    v.field("matched_count", matched_count)
});
noun!(TableStats, "table stats", "OFPTableStats");

/// What a table of 1.1 and 1.2 can do: bits by the numbers of fields (in 1.1 by those of its
/// wildcards), actions and instructions. Later versions have table features.
///
/// | field | unit, range | since |
/// |---|---|---|
/// | `match_` | bits: 32 in 1.1, 64 in 1.2 | 1.1 and 1.2 |
/// | `wildcards` | 64 bits | 1.2 |
/// | `write_actions`, `apply_actions` | 32 bits each | 1.1 and 1.2 |
/// | `write_setfields`, `apply_setfields` | 64 bits each | 1.2 |
/// | `metadata_match`, `metadata_write` | 64 bits each | 1.2 |
/// | `instructions` | 32 bits; in 1.1 behind `match_` | 1.1 and 1.2 |
/// | `config` | 32 bits, as in a [`TableMod`](super::TableMod) | 1.1 and 1.2 |
///
/// Spec: 1.1 and 1.2, both section A.3.5.3.
///
/// # Example: a table that matches Ethernet addresses and applies outputs
///
/// ```
/// use bytes::BytesMut;
/// use ryu_sdn::ofproto::{Encode, MultipartReply, MultipartReplyBody, TableStats};
/// use ryu_sdn::ofproto::{TableStatsFeatures, V1_2, Xid};
/// use ryu_sdn::wire::hex;
///
/// let (match_, apply_actions, instructions) = (1 << 3 | 1 << 4, 1 << 0, 1 << 4);
/// let features =
///     TableStatsFeatures { match_, apply_actions, instructions, ..Default::default() };
/// let stats = TableStats { features, max_entries: 100, ..TableStats::default() };
/// let mut buf = BytesMut::new();
/// MultipartReply::new(MultipartReplyBody::Table(vec![stats])).encode(V1_2, Xid(1), &mut buf)?;
/// assert_eq!(
///     hex::encode(&buf[56..]),
///     "0000000000000018000000000000000000000000000000010000000000000000\
///      0000000000000000000000000000000000000000000000000000001000000000\
///      000000640000000000000000000000000000000000000000"
/// );
/// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TableStatsFeatures {
    /// Fields it can match.
    pub match_: u64,
    /// Fields it can leave open; 1.2.
    pub wildcards: u64,
    /// Actions of write-actions.
    pub write_actions: u32,
    /// Actions of apply-actions.
    pub apply_actions: u32,
    /// Fields that write-actions can set; 1.2.
    pub write_setfields: u64,
    /// Fields that apply-actions can set; 1.2.
    pub apply_setfields: u64,
    /// Bits of the metadata it can match; 1.2.
    pub metadata_match: u64,
    /// Bits of the metadata it can write; 1.2.
    pub metadata_write: u64,
    /// Instructions.
    pub instructions: u32,
    /// What happens to packets that no entry matches.
    pub config: TableConfig,
}

impl fmt::Display for TableStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "table={} active={} lookup={} matched={}",
            self.table_id, self.active_count, self.lookup_count, self.matched_count
        )
    }
}
