//! What [`Query::answer`](super::Query::answer) gives, as JSON schemas, for each version.
//!
//! The members are those of OpenFlow's messages, with what `reply.rs` makes of them, as one table; names of
//! numbers, fields and actions come from the tables that read them. `tests/openapi/ofctl.rs` holds every
//! answer there is against them, and every member of the table against the answers.
//!
//! Each type here stands for the answer of one query: `#[route(GET, "/x/{dpid}", answers = answers::Flow)]`.
//! No value of them is ever made.

use serde_json::{Value, json};

use crate::app::{Describe, ObjectSchema, Schemas};
use crate::ofproto::{V1_0, V1_2, V1_3, V1_4, V1_5, Version};

use super::actions::action_schemas;
use super::fields::match_schema;
use super::names::{self, Names};
use super::reply::OXM_V1_2;
use super::{Query, VERSIONS};

/// What stands in a member.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// A number that is not negative.
    Number,
    Text,
    /// A number, or its name.
    Named(&'static Names),
    /// A name, or `UNKNOWN`.
    Type(&'static Names),
    /// A name, or nothing for a type that has none.
    TypeOrNull(&'static Names),
    /// The name of a band, or what Ryu says for one that has none.
    Band,
    /// Names of the bits that are set.
    Bits(&'static Names),
    /// Names of fields, as 1.2 numbers them.
    FieldNames,
    Numbers,
    /// Numbers, or base64 text where they do not come out even.
    Data,
    /// An object.
    One(&'static [Row]),
    List(&'static [Row]),
    /// A list whose items have what their types have, or [`OTHERS`].
    Properties(&'static [Row]),
    /// The statistics of 1.5.
    Stats,
    /// A list of one object for each type of group.
    ByGroupType(&'static Kind),
    /// `{"OFPOxmId": {..}}`, or an experimenter's.
    OxmIds,
    /// `{field: value}` or `{field: [value, mask]}`
    OxmValues,
    Match,
    /// Actions as text.
    ActionTexts,
    /// Instructions as text, and written actions as `{"WRITE_ACTIONS": [..]}`.
    InstructionTexts,
    /// Actions as dictionaries.
    ActionDicts,
    InstructionDicts,
    /// What is inside is not always there.
    Maybe(&'static Kind),
}

/// A member: name, what it is, first and last version.
type Row = (&'static str, Kind, Version, Version);

/// Rows by versions: `V1_0..V1_5: "name" kind, ..;`. A kind of several words stands in parentheses.
macro_rules! rows {
    ($( $first:ident..$last:ident: $( $name:literal $kind:tt ),+ ; )*) => {
        &[ $( $( ($name, rows!(@kind $kind), $first, $last), )+ )* ]
    };
    (@kind ($($kind:tt)+)) => {{
        use self::Kind::*;
        $($kind)+
    }};
    (@kind $kind:ident) => { Kind::$kind };
}

const BY_DPID: &str = "the datapath id, in decimal, is the key";

/// What a property has that is an experimenter's, or of a type that nobody knows.
const OTHERS: &[Row] = rows! {
    V1_2..V1_5: "data" (Maybe(&Data)), "experimenter" (Maybe(&Number)), "buf" (Maybe(&Text));
    V1_4..V1_5: "exp_type" (Maybe(&Number));
};

const DESC: &[Row] = rows! {
    // Of a switch that did not answer in time there is nothing.
    V1_0..V1_5: "mfr_desc" (Maybe(&Text)), "hw_desc" (Maybe(&Text)), "sw_desc" (Maybe(&Text)),
        "serial_num" (Maybe(&Text)), "dp_desc" (Maybe(&Text));
};

const SPAN_S: &[Row] = rows! { V1_5..V1_5: "duration_sec" Number, "duration_nsec" Number; };
const IDLE_S: &[Row] = rows! { V1_5..V1_5: "idle_time_sec" Number, "idle_time_nsec" Number; };

const STATS: &[Row] = rows! {
    V1_5..V1_5: "duration" (Maybe(&One(SPAN_S))), "idle_time" (Maybe(&One(IDLE_S))),
        "flow_count" (Maybe(&Number)), "packet_count" (Maybe(&Number)), "byte_count" (Maybe(&Number));
};

const FLOW: &[Row] = rows! {
    V1_0..V1_5: "priority" Number, "match" Match;
    V1_0..V1_3: "table_id" (Named(&names::TABLE));
    V1_4..V1_5: "table_id" Number;
    V1_2..V1_5: "length" Number;
    V1_0..V1_4: "cookie" Number, "idle_timeout" Number, "hard_timeout" Number, "packet_count" Number,
        "byte_count" Number, "duration_sec" Number, "duration_nsec" Number;
    V1_3..V1_4: "flags" Number;
    V1_4..V1_4: "importance" Number;
    V1_0..V1_0: "actions" ActionTexts;
    V1_2..V1_3: "actions" InstructionTexts;
    V1_4..V1_4: "instructions" InstructionDicts;
    V1_5..V1_5: "reason" Number, "stats" Stats;
};

/// Up to 1.4 the same as [`FLOW`].
const FLOW_DESC: &[Row] = rows! {
    V1_5..V1_5: "priority" Number, "match" Match, "table_id" Number, "length" Number, "cookie" Number,
        "idle_timeout" Number, "hard_timeout" Number, "flags" Number, "importance" Number,
        "instructions" InstructionDicts, "stats" Stats;
};

const AGGREGATE: &[Row] = rows! {
    V1_0..V1_4: "packet_count" Number, "byte_count" Number, "flow_count" Number;
    V1_5..V1_5: "length" Number, "stats" Stats;
};

const TABLE: &[Row] = rows! {
    V1_0..V1_5: "table_id" (Named(&names::TABLE)), "active_count" Number, "lookup_count" Number,
        "matched_count" Number;
    V1_0..V1_2: "name" Text, "max_entries" Number;
    V1_0..V1_0: "wildcards" (Bits(&names::WILDCARD));
    V1_2..V1_2: "wildcards" FieldNames, "match" FieldNames, "write_setfields" FieldNames,
        "apply_setfields" FieldNames, "write_actions" (Bits(&names::ACTION)),
        "apply_actions" (Bits(&names::ACTION)), "instructions" (Bits(&names::INSTRUCTION)),
        "config" (Bits(&names::TABLE_MISS)), "metadata_match" Number, "metadata_write" Number;
};

const ID: &[Row] = rows! {
    V1_3..V1_5: "type" Number, "len" Number, "data" (Maybe(&Text));
};

const OXM_ID: &[Row] = rows! { V1_3..V1_5: "type" Text, "hasmask" Number, "length" Number; };
const EXPERIMENTER_OXM_ID: &[Row] = rows! { V1_4..V1_5: "exp_id" Number; };

/// As [`OXM_ID`], or with the number of who defined it.
const FIELD_ID: &[Row] = rows! {
    V1_3..V1_5: "type" Text, "hasmask" Number, "length" Number;
    V1_4..V1_5: "exp_id" (Maybe(&Number));
};

const TABLE_FEATURES: &[Row] = rows! {
    V1_3..V1_5: "table_id" (Named(&names::TABLE)), "name" Text, "metadata_match" Number,
        "metadata_write" Number, "max_entries" Number, "properties" (List(TABLE_FEATURE));
    V1_3..V1_4: "config" Number;
    V1_4..V1_5: "length" Number;
    V1_5..V1_5: "capabilities" Number, "command" Number, "features" Number;
};

const TABLE_FEATURE: &[Row] = rows! {
    V1_3..V1_5: "type" (Type(&names::TABLE_PROP)), "instruction_ids" (Maybe(&List(ID))),
        "action_ids" (Maybe(&List(ID))), "oxm_ids" (Maybe(&List(FIELD_ID))),
        "table_ids" (Maybe(&Numbers));
    V1_5..V1_5: "oxm_values" (Maybe(&OxmValues));
};

const PORT: &[Row] = rows! {
    V1_0..V1_5: "port_no" (Named(&names::PORT)), "rx_packets" Number, "tx_packets" Number,
        "rx_bytes" Number, "tx_bytes" Number, "rx_dropped" Number, "tx_dropped" Number,
        "rx_errors" Number, "tx_errors" Number;
    V1_0..V1_3: "rx_frame_err" Number, "rx_over_err" Number, "rx_crc_err" Number,
        "collisions" Number;
    V1_3..V1_5: "duration_sec" Number, "duration_nsec" Number;
    V1_4..V1_5: "length" Number, "properties" (Properties(PORT_PROP));
};

const PORT_PROP: &[Row] = rows! {
    V1_4..V1_5: "type" (Type(&names::PORT_STATS_PROP)), "length" Number,
        "rx_frame_err" (Maybe(&Number)), "rx_over_err" (Maybe(&Number)),
        "rx_crc_err" (Maybe(&Number)), "collisions" (Maybe(&Number)), "flags" (Maybe(&Number)),
        "tx_freq_lmda" (Maybe(&Number)), "tx_offset" (Maybe(&Number)),
        "tx_grid_span" (Maybe(&Number)), "rx_freq_lmda" (Maybe(&Number)),
        "rx_offset" (Maybe(&Number)), "rx_grid_span" (Maybe(&Number)), "tx_pwr" (Maybe(&Number)),
        "rx_pwr" (Maybe(&Number)), "bias_current" (Maybe(&Number)),
        "temperature" (Maybe(&Number));
};

const PORT_DESC: &[Row] = rows! {
    V1_0..V1_5: "port_no" (Named(&names::PORT)), "hw_addr" Text, "name" Text, "config" Number,
        "state" Number;
    V1_0..V1_3: "curr" Number, "advertised" Number, "supported" Number, "peer" Number;
    V1_2..V1_3: "curr_speed" Number, "max_speed" Number;
    V1_4..V1_5: "length" Number, "properties" (Properties(PORT_DESC_PROP));
};

const PORT_DESC_PROP: &[Row] = rows! {
    V1_4..V1_5: "type" (Type(&names::PORT_DESC_PROP)), "length" Number, "curr" (Maybe(&Number)),
        "advertised" (Maybe(&Number)), "supported" (Maybe(&Number)), "peer" (Maybe(&Number)),
        "curr_speed" (Maybe(&Number)), "max_speed" (Maybe(&Number)),
        "tx_min_freq_lmda" (Maybe(&Number)), "tx_max_freq_lmda" (Maybe(&Number)),
        "tx_grid_freq_lmda" (Maybe(&Number)), "rx_min_freq_lmda" (Maybe(&Number)),
        "rx_max_freq_lmda" (Maybe(&Number)), "rx_grid_freq_lmda" (Maybe(&Number)),
        "tx_pwr_min" (Maybe(&Number)), "tx_pwr_max" (Maybe(&Number));
    V1_5..V1_5: "oxm_ids" (Maybe(&OxmIds)), "port_nos" (Maybe(&Numbers));
};

const QUEUE: &[Row] = rows! {
    V1_0..V1_5: "port_no" Number, "queue_id" Number, "tx_bytes" Number, "tx_packets" Number,
        "tx_errors" Number;
    V1_3..V1_5: "duration_sec" Number, "duration_nsec" Number;
    V1_4..V1_5: "length" Number, "properties" (Properties(QUEUE_STATS_PROP));
};

const QUEUE_STATS_PROP: &[Row] = rows! {
    V1_4..V1_5: "type" (Type(&names::QUEUE_STATS_PROP)), "length" Number;
};

const QUEUE_CONFIG: &[Row] = rows! {
    V1_2..V1_3: "port" (Named(&names::PORT)), "queues" (List(CONFIGURED_QUEUE));
};

const CONFIGURED_QUEUE: &[Row] = rows! {
    V1_2..V1_2: "port" (Named(&names::PORT));
    V1_3..V1_3: "port" (Named(&names::PORT));
    V1_2..V1_3: "queue_id" (Named(&names::QUEUE)), "properties" (Properties(QUEUE_PROP));
};

const QUEUE_PROP: &[Row] = rows! {
    V1_2..V1_3: "property" (Type(&names::QUEUE_PROP)), "rate" (Maybe(&Number));
};

const QUEUE_DESC: &[Row] = rows! {
    V1_4..V1_5: "port_no" Number, "queue_id" Number, "len" Number,
        "properties" (Properties(QUEUE_DESC_PROP));
};

const QUEUE_DESC_PROP: &[Row] = rows! {
    V1_4..V1_5: "type" (Type(&names::QUEUE_DESC_PROP)), "length" Number, "rate" (Maybe(&Number));
};

const METER_FEATURES: &[Row] = rows! {
    V1_3..V1_5: "max_meter" Number, "band_types" (Bits(&names::BAND)),
        "capabilities" (Bits(&names::METER_FLAG)), "max_bands" Number, "max_color" Number;
};

const METER_CONFIG: &[Row] = rows! {
    V1_3..V1_5: "meter_id" (Named(&names::METER)), "flags" (Bits(&names::METER_FLAG)),
        "bands" (List(METER_BAND));
    V1_4..V1_5: "length" Number;
};

const METER_BAND: &[Row] = rows! {
    V1_3..V1_5: "type" Band, "rate" (Maybe(&Number)), "burst_size" (Maybe(&Number)),
        "prec_level" (Maybe(&Number)), "experimenter" (Maybe(&Number)), "buf" (Maybe(&Text));
    V1_4..V1_5: "len" Number;
};

const METER: &[Row] = rows! {
    V1_3..V1_5: "meter_id" (Named(&names::METER)), "len" Number, "packet_in_count" Number,
        "byte_in_count" Number, "duration_sec" Number, "duration_nsec" Number,
        "band_stats" (List(BAND_STATS));
    V1_3..V1_4: "flow_count" Number;
    V1_5..V1_5: "ref_count" Number;
};

const BAND_STATS: &[Row] = rows! {
    V1_3..V1_5: "packet_band_count" Number, "byte_band_count" Number;
};

const GROUP_FEATURES: &[Row] = rows! {
    V1_2..V1_5: "types" (Bits(&names::GROUP_TYPE)),
        "capabilities" (Bits(&names::GROUP_CAPABILITY)), "max_groups" (ByGroupType(&Number)),
        "actions" (ByGroupType(&Bits(&names::ACTION)));
};

const GROUP_DESC: &[Row] = rows! {
    V1_2..V1_3: "type" (TypeOrNull(&names::GROUP_TYPE));
    V1_4..V1_5: "type" (Type(&names::GROUP_TYPE)), "length" Number;
    V1_2..V1_5: "group_id" (Named(&names::GROUP)), "buckets" (List(BUCKET));
    V1_5..V1_5: "bucket_array_len" Number, "properties" (List(GROUP_PROP));
};

const GROUP_PROP: &[Row] = rows! {
    V1_5..V1_5: "OFPGroupPropExperimenter" (Maybe(&One(GROUP_PROP_MEMBERS))),
        "OFPPropUnknown" (Maybe(&One(UNKNOWN_PROP)));
};

const UNKNOWN_PROP: &[Row] = rows! { V1_5..V1_5: "type" Number, "length" Number, "buf" Text; };

const GROUP_PROP_MEMBERS: &[Row] = rows! {
    V1_5..V1_5: "type" Number, "length" Number, "experimenter" Number, "exp_type" Number, "data" Data;
};

const BUCKET: &[Row] = rows! {
    V1_2..V1_4: "weight" Number, "watch_port" Number, "watch_group" Number;
    V1_2..V1_3: "actions" ActionTexts;
    V1_4..V1_5: "actions" ActionDicts, "len" Number;
    V1_5..V1_5: "action_array_len" Number, "bucket_id" Number, "properties" (Properties(BUCKET_PROP));
};

const BUCKET_PROP: &[Row] = rows! {
    V1_5..V1_5: "type" (Type(&names::BUCKET_PROP)), "length" Number, "weight" (Maybe(&Number)),
        "watch" (Maybe(&Number));
};

const GROUP: &[Row] = rows! {
    V1_2..V1_5: "group_id" (Named(&names::GROUP)), "length" Number, "ref_count" Number,
        "packet_count" Number, "byte_count" Number, "bucket_stats" (List(BUCKET_STATS));
    V1_3..V1_5: "duration_sec" Number, "duration_nsec" Number;
};

const BUCKET_STATS: &[Row] = rows! { V1_2..V1_5: "packet_count" Number, "byte_count" Number; };

const ROLE: &[Row] = rows! {
    V1_2..V1_5: "role" (Named(&names::ROLE)), "generation_id" Number;
    V1_5..V1_5: "short_id" Number;
};

/// What stands in the JSON of an instruction, by the name of its type.
const INSTRUCTIONS: &[(&str, &[Row])] = &[
    ("GOTO_TABLE", rows! { V1_4..V1_5: "table_id" Number; }),
    ("WRITE_METADATA", rows! { V1_4..V1_5: "metadata" Number, "metadata_mask" Number; }),
    ("WRITE_ACTIONS", rows! { V1_4..V1_5: "actions" ActionDicts; }),
    ("APPLY_ACTIONS", rows! { V1_4..V1_5: "actions" ActionDicts; }),
    ("CLEAR_ACTIONS", rows! { V1_4..V1_5: "actions" ActionDicts; }),
    ("METER", rows! { V1_4..V1_4: "meter_id" Number; }),
];

macro_rules! answers {
    ($($(#[$doc:meta])* $query:ident $rows:ident,)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug)]
            pub enum $query {}

            impl Describe for $query {
                fn schema(schemas: &mut Schemas) -> Value {
                    let name = concat!("ofctl_", stringify!($query));
                    schemas.of::<$query>(name, |schemas| of_query(Query::$query, schemas))
                }
            }
        )*

        /// The rows of a query.
        fn rows_of(query: Query) -> &'static [Row] {
            match query {
                $(Query::$query => $rows,)*
            }
        }
    };
}

answers! {
    /// The answer of [`Query::Desc`].
    Desc DESC,
    /// The answer of [`Query::Flow`].
    Flow FLOW,
    /// The answer of [`Query::FlowDesc`].
    FlowDesc FLOW_DESC,
    /// The answer of [`Query::Aggregate`].
    Aggregate AGGREGATE,
    /// The answer of [`Query::Table`].
    Table TABLE,
    /// The answer of [`Query::TableFeatures`].
    TableFeatures TABLE_FEATURES,
    /// The answer of [`Query::Port`].
    Port PORT,
    /// The answer of [`Query::Queue`].
    Queue QUEUE,
    /// The answer of [`Query::QueueConfig`].
    QueueConfig QUEUE_CONFIG,
    /// The answer of [`Query::QueueDesc`].
    QueueDesc QUEUE_DESC,
    /// The answer of [`Query::MeterFeatures`].
    MeterFeatures METER_FEATURES,
    /// The answer of [`Query::MeterConfig`].
    MeterConfig METER_CONFIG,
    /// The answer of [`Query::MeterDesc`].
    MeterDesc METER_CONFIG,
    /// The answer of [`Query::Meter`].
    Meter METER,
    /// The answer of [`Query::GroupFeatures`].
    GroupFeatures GROUP_FEATURES,
    /// The answer of [`Query::GroupDesc`].
    GroupDesc GROUP_DESC,
    /// The answer of [`Query::Group`].
    Group GROUP,
    /// The answer of [`Query::PortDesc`].
    PortDesc PORT_DESC,
    /// The answer of [`Query::Role`].
    Role ROLE,
}

/// The answer of a query: by the version, one of several.
fn of_query(query: Query, schemas: &mut Schemas) -> Value {
    let mut forms: Vec<(Vec<Version>, Value)> = Vec::new();
    for version in VERSIONS.into_iter().filter(|version| query.is_in(*version)) {
        let form = in_version(query, version, schemas);
        match forms.last_mut() {
            Some((versions, last)) if *last == form => versions.push(version),
            _ => forms.push((vec![version], form)),
        }
    }
    let forms = forms.into_iter().map(|(versions, mut form)| {
        let versions: Vec<String> = versions.iter().map(Version::to_string).collect();
        form["title"] = format!("OpenFlow {}", versions.join(", ")).into();
        form
    });
    let mut forms: Vec<Value> = forms.collect();
    let schema = if forms.len() == 1 { forms.remove(0) } else { json!({ "anyOf": forms }) };
    json!({ "type": "object", "description": BY_DPID, "additionalProperties": schema })
}

/// What the query answers in that version.
fn in_version(query: Query, version: Version, schemas: &mut Schemas) -> Value {
    let rows = match query {
        Query::FlowDesc if version < V1_5 => FLOW,
        _ => rows_of(query),
    };
    match query {
        Query::Desc => object(rows, version, schemas),
        _ => json!({ "type": "array", "items": object(rows, version, schemas) }),
    }
}

/// An object that has nothing but these members.
fn object(rows: &[Row], version: Version, schemas: &mut Schemas) -> Value {
    let mut object = ObjectSchema::new("");
    for (name, kind, first, last) in rows {
        if *first <= version && version <= *last {
            let (kind, is_required) = match kind {
                Kind::Maybe(kind) => (*kind, false),
                kind => (kind, true),
            };
            object.member(name, is_required, "", of_kind(*kind, version, schemas));
        }
    }
    closed(object.finish())
}

fn closed(mut object: Value) -> Value {
    object["additionalProperties"] = false.into();
    object
}

fn list(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

/// Words of a table, and others.
fn words(names: &Names, version: Version, others: &[&'static str]) -> Value {
    let words: Vec<&str> = others.iter().copied().chain(names.all(version)).collect();
    json!({ "type": "string", "enum": words })
}

fn of_kind(kind: Kind, version: Version, schemas: &mut Schemas) -> Value {
    let number = || json!({ "type": "integer", "minimum": 0 });
    let text = || json!({ "type": "string" });
    match kind {
        Kind::Number => number(),
        Kind::Text => text(),
        Kind::Named(names) if names.all(version).next().is_none() => number(),
        Kind::Named(names) => json!({ "anyOf": [number(), words(names, version, &[])] }),
        Kind::Type(names) => words(names, version, &["UNKNOWN"]),
        Kind::TypeOrNull(names) => {
            json!({ "anyOf": [words(names, version, &[]), { "type": "null" }] })
        }
        Kind::Band if version == V1_3 => words(&names::BAND, version, &[""]),
        Kind::Band => words(&names::BAND, version, &["UNKNOWN"]),
        Kind::Bits(names) => list(words(names, version, &[])),
        Kind::FieldNames => list(json!({ "type": "string", "enum": OXM_V1_2.as_slice() })),
        Kind::Numbers => list(number()),
        Kind::Data => json!({ "anyOf": [list(number()), text()] }),
        Kind::One(rows) => object(rows, version, schemas),
        Kind::List(rows) => list(object(rows, version, schemas)),
        Kind::Properties(rows) => list(object(&[rows, OTHERS].concat(), version, schemas)),
        Kind::Stats => {
            let mut stats = object(STATS, version, schemas);
            // Fields of experimenters, by their numbers or as apps have registered them.
            stats["additionalProperties"] = json!({});
            stats
        }
        Kind::ByGroupType(kind) => {
            let each = names::GROUP_TYPE.all(version).map(|name| {
                let mut object = ObjectSchema::new("");
                object.member(name, true, "", of_kind(*kind, version, schemas));
                closed(object.finish())
            });
            json!({ "type": "array", "items": { "anyOf": each.collect::<Vec<_>>() } })
        }
        Kind::OxmIds => {
            let wrapped = |class: &str, of_class: Value| {
                let mut id = ObjectSchema::new("");
                id.member(class, true, "", of_class);
                closed(id.finish())
            };
            let theirs = [OXM_ID, EXPERIMENTER_OXM_ID].concat();
            list(json!({ "anyOf": [
                wrapped("OFPOxmId", object(OXM_ID, version, schemas)),
                wrapped("OFPExperimenterOxmId", object(&theirs, version, schemas)),
            ] }))
        }
        Kind::OxmValues => {
            let value = json!({ "type": ["integer", "string"] });
            let masked = json!({ "type": "array", "items": value, "minItems": 2, "maxItems": 2 });
            list(json!({
                "type": "object",
                "description": "the field's name is the key; with a mask there are two",
                "additionalProperties": { "anyOf": [value, masked] },
            }))
        }
        Kind::Match => match_schema(version),
        Kind::ActionTexts => list(text()),
        Kind::InstructionTexts => {
            let mut written = ObjectSchema::new("");
            written.member("WRITE_ACTIONS", true, "", list(text()));
            list(json!({ "anyOf": [text(), closed(written.finish())] }))
        }
        Kind::ActionDicts => list(action(version, schemas)),
        Kind::InstructionDicts => {
            let known = INSTRUCTIONS.iter().filter_map(|(name, rows)| {
                names::INSTRUCTION.number(version, name)?;
                Some(typed(name, object(rows, version, schemas)))
            });
            let mut all: Vec<Value> = known.collect();
            let known: Vec<&str> = INSTRUCTIONS.iter().map(|(name, _)| *name).collect();
            all.push(other(&names::INSTRUCTION, version, &known));
            list(json!({ "anyOf": all }))
        }
        Kind::Maybe(kind) => of_kind(*kind, version, schemas),
    }
}

/// An action of 1.4 or 1.5.
fn action(version: Version, schemas: &mut Schemas) -> Value {
    let make = |_: &mut Schemas| {
        let known = action_schemas(version);
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        let mut all: Vec<Value> =
            known.iter().map(|(name, members)| typed(name, members.clone())).collect();
        all.push(other(&names::ACTION, version, &names));
        json!({ "anyOf": all })
    };
    match version {
        V1_4 => schemas.of::<[Flow; 4]>("ofctl_action_1_4", make),
        _ => schemas.of::<[Flow; 5]>("ofctl_action_1_5", make),
    }
}

/// An object with a type of that name, and how long it is on the wire.
fn typed(name: &str, mut members: Value) -> Value {
    members["properties"]["type"] = json!({ "const": name });
    members["properties"]["len"] = json!({ "type": "integer", "minimum": 0 });
    let required = members["required"].as_array().cloned().unwrap_or_default();
    let own = ["type".into(), "len".into()].into_iter();
    members["required"] = own.chain(required).collect();
    closed(members)
}

/// What is not of the types that have rows: who defined it knows its members.
fn other(names: &Names, version: Version, known: &[&str]) -> Value {
    let others = names.all(version).filter(|name| !known.contains(name)).chain(["UNKNOWN"]);
    json!({
        "type": "object",
        "description": "its further members are as who defined it has them",
        "required": ["type"],
        "properties": { "type": { "type": "string", "enum": others.collect::<Vec<_>>() } },
        "additionalProperties": true,
    })
}
