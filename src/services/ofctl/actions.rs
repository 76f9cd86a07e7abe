//! Actions and instructions as dictionaries, both ways.

use serde_json::{Map, Value, json};

use crate::app::{HttpError, ObjectSchema};
use crate::ofproto::{NICIRA, V1_0, V1_2, V1_3, V1_4, V1_5, Version};

use super::fields::{ipv4, mac, plain};
use super::names::{self, Names, number, to_int};
use super::nicira;
use super::{Reading, dictionary, items, not_implemented, payload, unwrapped};

/// How a user writes a member of an action.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Number,
    Named(&'static Names),
    Mac,
    Ipv4,
}

/// A member: what users call it, what the JSON of the action calls it, its form, its default.
type Member = (&'static str, &'static str, Kind, Option<u64>);

/// An action that is a name and members.
struct Row {
    name: &'static str,
    class: &'static str,
    first: Version,
    last: Version,
    members: &'static [Member],
    /// How many of the members are shown.
    shown: usize,
}

const fn row(
    name: &'static str,
    class: &'static str,
    versions: (Version, Version),
    members: &'static [Member],
) -> Row {
    let shown = members.len();
    Row { name, class, first: versions.0, last: versions.1, members, shown }
}

const OLD: (Version, Version) = (V1_0, V1_0);
const NEW: (Version, Version) = (V1_2, V1_5);
const PBB: (Version, Version) = (V1_3, V1_5);
const ETHERTYPE: &[Member] = &[("ethertype", "ethertype", Kind::Number, None)];

const ROWS: &[Row] = &[
    Row {
        shown: 1,
        ..row(
            "OUTPUT",
            "OFPActionOutput",
            OLD,
            &[
                ("port", "port", Kind::Named(&names::PORT), Some(0xffff)),
                ("max_len", "max_len", Kind::Number, Some(0xffe5)),
            ],
        )
    },
    row(
        "SET_VLAN_VID",
        "OFPActionVlanVid",
        OLD,
        &[("vlan_vid", "vlan_vid", Kind::Number, Some(0xffff))],
    ),
    row(
        "SET_VLAN_PCP",
        "OFPActionVlanPcp",
        OLD,
        &[("vlan_pcp", "vlan_pcp", Kind::Number, Some(0))],
    ),
    row("STRIP_VLAN", "OFPActionStripVlan", OLD, &[]),
    row("SET_DL_SRC", "OFPActionSetDlSrc", OLD, &[("dl_src", "dl_addr", Kind::Mac, None)]),
    row("SET_DL_DST", "OFPActionSetDlDst", OLD, &[("dl_dst", "dl_addr", Kind::Mac, None)]),
    row("SET_NW_SRC", "OFPActionSetNwSrc", OLD, &[("nw_src", "nw_addr", Kind::Ipv4, None)]),
    row("SET_NW_DST", "OFPActionSetNwDst", OLD, &[("nw_dst", "nw_addr", Kind::Ipv4, None)]),
    row("SET_NW_TOS", "OFPActionSetNwTos", OLD, &[("nw_tos", "tos", Kind::Number, Some(0))]),
    row("SET_TP_SRC", "OFPActionSetTpSrc", OLD, &[("tp_src", "tp", Kind::Number, Some(0))]),
    row("SET_TP_DST", "OFPActionSetTpDst", OLD, &[("tp_dst", "tp", Kind::Number, Some(0))]),
    row(
        "ENQUEUE",
        "OFPActionEnqueue",
        OLD,
        &[
            ("port", "port", Kind::Named(&names::PORT), Some(0xffff)),
            ("queue_id", "queue_id", Kind::Named(&names::QUEUE), Some(0)),
        ],
    ),
    Row {
        shown: 1,
        ..row(
            "OUTPUT",
            "OFPActionOutput",
            NEW,
            &[
                ("port", "port", Kind::Named(&names::PORT), Some(0xffff_ffff)),
                ("max_len", "max_len", Kind::Named(&names::MAX_LEN), Some(0xffe5)),
            ],
        )
    },
    row("COPY_TTL_OUT", "OFPActionCopyTtlOut", NEW, &[]),
    row("COPY_TTL_IN", "OFPActionCopyTtlIn", NEW, &[]),
    row(
        "SET_MPLS_TTL",
        "OFPActionSetMplsTtl",
        NEW,
        &[("mpls_ttl", "mpls_ttl", Kind::Number, None)],
    ),
    row("DEC_MPLS_TTL", "OFPActionDecMplsTtl", NEW, &[]),
    row("PUSH_VLAN", "OFPActionPushVlan", NEW, ETHERTYPE),
    row("POP_VLAN", "OFPActionPopVlan", NEW, &[]),
    row("PUSH_MPLS", "OFPActionPushMpls", NEW, ETHERTYPE),
    row("POP_MPLS", "OFPActionPopMpls", NEW, ETHERTYPE),
    row(
        "SET_QUEUE",
        "OFPActionSetQueue",
        NEW,
        &[("queue_id", "queue_id", Kind::Named(&names::QUEUE), None)],
    ),
    row(
        "GROUP",
        "OFPActionGroup",
        NEW,
        &[("group_id", "group_id", Kind::Named(&names::GROUP), None)],
    ),
    row("SET_NW_TTL", "OFPActionSetNwTtl", NEW, &[("nw_ttl", "nw_ttl", Kind::Number, None)]),
    row("DEC_NW_TTL", "OFPActionDecNwTtl", NEW, &[]),
    row("PUSH_PBB", "OFPActionPushPbb", PBB, ETHERTYPE),
    row("POP_PBB", "OFPActionPopPbb", PBB, &[]),
    row("METER", "OFPActionMeter", (V1_5, V1_5), &[("meter_id", "meter_id", Kind::Number, None)]),
];

/// Reads an action; `None` if the version has none of that name.
fn to_action(reading: &Reading, action: &Map<String, Value>) -> Result<Option<Value>, HttpError> {
    let version = reading.version;
    let Some(name) = action.get("type").and_then(Value::as_str) else { return Ok(None) };
    let has = |row: &&Row| row.name == name && row.first <= version && version <= row.last;
    if let Some(row) = ROWS.iter().find(has) {
        let mut members = Map::new();
        for (user, wire, kind, default) in row.members {
            let key = format!("{name}: {user}");
            let value = match (action.get(*user), default) {
                (Some(value), _) => member(version, &key, *kind, value)?,
                (None, Some(default)) => (*default).into(),
                (None, None) => return Err(missing(&key)),
            };
            members.insert((*wire).to_owned(), value);
        }
        return Ok(Some(json!({ row.class: members })));
    }
    match name {
        "SET_FIELD" if version >= V1_2 => set_field(action).map(Some),
        "COPY_FIELD" if (V1_2..V1_5).contains(&version) => {
            Err(not_implemented("action COPY_FIELD", version))
        }
        "COPY_FIELD" if version >= V1_5 => {
            let mut members = Map::new();
            for name in ["n_bits", "src_offset", "dst_offset"] {
                let value = action.get(name).ok_or_else(|| missing(name))?;
                members.insert(name.to_owned(), number(name, value)?);
            }
            let mut ids = Vec::new();
            for name in ["src_oxm_id", "dst_oxm_id"] {
                let field = action.get(name).ok_or_else(|| missing(name))?;
                // Ryu says nothing of the size of the field, and switches do not ask.
                ids.push(json!({ "OFPOxmId": {
                    "type": field, "hasmask": false, "length": 0
                } }));
            }
            members.insert("oxm_ids".to_owned(), ids.into());
            Ok(Some(json!({ "OFPActionCopyField": members })))
        }
        "EXPERIMENTER" if version == V1_2 => {
            Err(not_implemented("action EXPERIMENTER here", version))
        }
        "EXPERIMENTER" if version >= V1_3 => {
            let experimenter = action.get("experimenter").ok_or_else(|| missing("experimenter"))?;
            let experimenter = number("experimenter", experimenter)?;
            let Some(data) = payload(action)? else { return Ok(None) };
            Ok(Some(json!({ "OFPActionExperimenterUnknown": {
                "experimenter": experimenter, "data": data
            } })))
        }
        _ => Ok(None),
    }
}

fn missing(key: &str) -> HttpError {
    HttpError::bad_request(format!("{key} is missing"))
}

fn member(version: Version, key: &str, kind: Kind, value: &Value) -> Result<Value, HttpError> {
    Ok(match kind {
        Kind::Number => number(key, value)?,
        Kind::Named(names) => names.read(version, key, value)?.into(),
        Kind::Mac => mac(key, value)?.into(),
        Kind::Ipv4 => ipv4(key, value)?.into(),
    })
}

fn set_field(action: &Map<String, Value>) -> Result<Value, HttpError> {
    let field = action.get("field").ok_or_else(|| missing("SET_FIELD: field"))?;
    let value = action.get("value").ok_or_else(|| missing("SET_FIELD: value"))?;
    let one = |value: &Value| match value {
        Value::String(text) if to_int(value).is_some() => {
            number("SET_FIELD: value", &text[..].into())
        }
        Value::String(text) if text.contains('-') => {
            mac("SET_FIELD: value", value).map(Value::from)
        }
        other => Ok(other.clone()),
    };
    // A tuple is a value and its mask.
    let (value, mask) = match value.as_array().map(Vec::as_slice) {
        Some([value, mask]) => (one(value)?, one(mask)?),
        _ => (one(value)?, Value::Null),
    };
    Ok(json!({ "OFPActionSetField": { "field": { "OXMTlv": {
        "field": field, "mask": mask, "value": value
    } } } }))
}

/// Reads a list of actions: of 1.0, of a bucket, of an instruction. Those of a type that the version
/// does not have are left out.
pub(super) fn to_plain_actions(reading: &mut Reading, list: &Value) -> Result<Value, HttpError> {
    let mut actions = Vec::new();
    for action in items("actions", list)? {
        let action = dictionary("action", action)?;
        match to_action(reading, action)? {
            Some(action) => actions.push(action),
            None => reading.ignore_type("action", action),
        }
    }
    Ok(actions.into())
}

fn instruction(kind: &str, actions: Value) -> Value {
    let number = names::INSTRUCTION.number(V1_2, kind);
    json!({ "OFPInstructionActions": { "type": number, "actions": actions } })
}

/// Reads the instruction that `dict` is, other than one that has actions; `None` if it is none.
fn to_instruction(
    reading: &Reading,
    dict: &Map<String, Value>,
) -> Result<Option<Value>, HttpError> {
    let version = reading.version;
    let get = |key: &str| dict.get(key).ok_or_else(|| missing(key));
    Ok(Some(match dict.get("type").and_then(Value::as_str) {
        Some("CLEAR_ACTIONS") => instruction("CLEAR_ACTIONS", json!([])),
        Some("GOTO_TABLE") => {
            let table = names::TABLE.read(version, "table_id", get("table_id")?)?;
            json!({ "OFPInstructionGotoTable": { "table_id": table } })
        }
        Some("WRITE_METADATA") => {
            let metadata = number("metadata", get("metadata")?)?;
            let mask = match dict.get("metadata_mask") {
                Some(mask) => number("metadata_mask", mask)?,
                None => u64::MAX.into(),
            };
            json!({ "OFPInstructionWriteMetadata": {
                "metadata": metadata, "metadata_mask": mask
            } })
        }
        Some("METER") if (V1_3..=V1_4).contains(&version) => {
            let meter = names::METER.read(version, "meter_id", get("meter_id")?)?;
            json!({ "OFPInstructionMeter": { "meter_id": meter } })
        }
        _ => return Ok(None),
    }))
}

/// Reads `actions` of 1.2 and 1.3, among which instructions stand: those keep their order, and what
/// is left becomes one apply-actions behind them.
pub(super) fn to_actions(reading: &mut Reading, list: &Value) -> Result<Value, HttpError> {
    let (mut instructions, mut actions) = (Vec::new(), Vec::new());
    for dict in items("actions", list)? {
        let dict = dictionary("action", dict)?;
        if let Some(action) = to_action(reading, dict)? {
            actions.push(action);
        } else if dict.get("type").is_some_and(|kind| kind == "WRITE_ACTIONS") {
            push_actions(reading, "WRITE_ACTIONS", dict, &mut instructions)?;
        } else if let Some(instruction) = to_instruction(reading, dict)? {
            instructions.push(instruction);
        } else {
            reading.ignore_type("action", dict);
        }
    }
    if !actions.is_empty() {
        instructions.push(instruction("APPLY_ACTIONS", actions.into()));
    }
    Ok(instructions.into())
}

/// Appends an instruction with actions, unless it has none.
fn push_actions(
    reading: &mut Reading,
    kind: &str,
    dict: &Map<String, Value>,
    instructions: &mut Vec<Value>,
) -> Result<(), HttpError> {
    let none = json!([]);
    let actions = to_plain_actions(reading, dict.get("actions").unwrap_or(&none))?;
    if actions != none {
        instructions.push(instruction(kind, actions));
    }
    Ok(())
}

/// Reads `instructions` of 1.4 and 1.5.
pub(super) fn to_instructions(reading: &mut Reading, list: &Value) -> Result<Value, HttpError> {
    let mut instructions = Vec::new();
    for dict in items("instructions", list)? {
        let dict = dictionary("instruction", dict)?;
        match dict.get("type").and_then(Value::as_str) {
            Some(kind @ ("APPLY_ACTIONS" | "WRITE_ACTIONS")) => {
                push_actions(reading, kind, dict, &mut instructions)?;
            }
            _ => match to_instruction(reading, dict)? {
                Some(instruction) => instructions.push(instruction),
                None => reading.ignore_type("instruction", dict),
            },
        }
    }
    Ok(instructions.into())
}

/// An action of 1.0 to 1.3 as text, from its JSON.
pub(super) fn action_to_str(version: Version, json: &Value) -> String {
    let (class, members) = unwrapped(json);
    let has = |row: &&Row| row.class == class && row.first <= version && version <= row.last;
    if let Some(row) = ROWS.iter().find(has) {
        let shown = row.members.iter().take(row.shown).map(|(_, wire, kind, _)| {
            let value = members.get(*wire).unwrap_or(&Value::Null);
            plain(&match kind {
                Kind::Named(names) => names.show(version, value),
                _ => value.clone(),
            })
        });
        return std::iter::once(row.name.to_owned()).chain(shown).collect::<Vec<_>>().join(":");
    }
    let member = |name: &str| plain(members.get(name).unwrap_or(&Value::Null));
    if class == "OFPActionSetField" {
        let field = members.get("field").map(|field| &field["OXMTlv"]).unwrap_or(&Value::Null);
        return format!("SET_FIELD: {{{}:{}}}", plain(&field["field"]), plain(&field["value"]));
    }
    // Actions of 1.0 have no type in JSON; those of others have who they are from.
    let is_experimenter = members.get("type").and_then(Value::as_u64) == Some(0xffff)
        || version == V1_0
            && ["vendor", "experimenter"].iter().any(|key| members.contains_key(*key));
    match version {
        _ if !is_experimenter => "UNKNOWN".to_owned(),
        V1_0 => "VENDOR".to_owned(),
        V1_2 => "UNKNOWN".to_owned(),
        _ if members.get("experimenter").and_then(Value::as_u64) == Some(NICIRA.into()) => {
            nicira::action_to_str(version, class, members)
        }
        _ => {
            let (experimenter, data) = (member("experimenter"), member("data"));
            let data = if data == "None" { "" } else { &data };
            format!("EXPERIMENTER: {{experimenter:{experimenter}, data:{data}}}")
        }
    }
}

/// A list of actions of 1.0 to 1.3.
pub(super) fn plain_actions_to_str(version: Version, list: &Value) -> Value {
    list.as_array().into_iter().flatten().map(|action| action_to_str(version, action)).collect()
}

/// The instructions of 1.2 and 1.3 as the list `actions`.
pub(super) fn actions_to_str(version: Version, list: &Value) -> Value {
    let mut shown: Vec<Value> = Vec::new();
    for json in list.as_array().into_iter().flatten() {
        let (class, members) = unwrapped(json);
        let member = |name: &str| members.get(name).unwrap_or(&Value::Null);
        let hex = |name: &str| member(name).as_u64().unwrap_or_default();
        match class {
            "OFPInstructionActions" => {
                let actions = plain_actions_to_str(version, member("actions"));
                match names::INSTRUCTION.name(version, hex("type")) {
                    Some("APPLY_ACTIONS") => {
                        shown.extend(actions.as_array().into_iter().flatten().cloned());
                    }
                    Some("WRITE_ACTIONS") if actions != json!([]) => {
                        shown.push(json!({ "WRITE_ACTIONS": actions }));
                    }
                    Some("WRITE_ACTIONS") => {}
                    Some("CLEAR_ACTIONS") => shown.push("CLEAR_ACTIONS".into()),
                    _ => shown.push("UNKNOWN".into()),
                }
            }
            "OFPInstructionGotoTable" => {
                let table = names::TABLE.show(version, member("table_id"));
                shown.push(format!("GOTO_TABLE:{}", plain(&table)).into());
            }
            "OFPInstructionWriteMetadata" => {
                let (metadata, mask) = (hex("metadata"), hex("metadata_mask"));
                let mask = if mask == 0 { String::new() } else { format!("/0x{mask:x}") };
                shown.push(format!("WRITE_METADATA:0x{metadata:x}{mask}").into());
            }
            "OFPInstructionMeter" => {
                let meter = names::METER.show(version, member("meter_id"));
                shown.push(format!("METER:{}", plain(&meter)).into());
            }
            _ => {}
        }
    }
    shown.into()
}

/// An action of 1.4 and 1.5 as a dictionary.
pub(super) fn action_to_dict(version: Version, json: &Value) -> Value {
    let (class, members) = unwrapped(json);
    let mut dict = members.clone();
    let kind = dict.get("type").cloned().unwrap_or_default();
    dict.insert("type".to_owned(), names::ACTION.show_type(version, &kind));
    match class {
        "OFPActionSetField" => {
            let field = dict.remove("field").unwrap_or_default();
            for name in ["field", "mask", "value"] {
                dict.insert(name.to_owned(), field["OXMTlv"][name].clone());
            }
        }
        "OFPActionCopyField" => {
            let ids = dict.remove("oxm_ids").unwrap_or_default();
            for (i, name) in ["src_oxm_id", "dst_oxm_id"].into_iter().enumerate() {
                dict.insert(name.to_owned(), ids[i]["OFPOxmId"]["type"].clone());
            }
        }
        _ => {}
    }
    dict.into()
}

/// What [`action_to_dict`] makes of the actions that have a name: that, and the schema of the members. All
/// actions have `type` and `len` besides.
pub(super) fn action_schemas(version: Version) -> Vec<(&'static str, Value)> {
    let members = |members: &[(&str, Value)]| {
        let mut object = ObjectSchema::new("");
        for (name, schema) in members {
            object.member(name, true, "", schema.clone());
        }
        object.finish()
    };
    let number = json!({ "type": "integer", "minimum": 0 });
    let has = |row: &&Row| row.first <= version && version <= row.last;
    let mut all: Vec<(&str, Value)> = ROWS
        .iter()
        .filter(has)
        .map(|row| {
            let of_row: Vec<(&str, Value)> =
                row.members.iter().map(|(_, wire, ..)| (*wire, number.clone())).collect();
            (row.name, members(&of_row))
        })
        .collect();
    let value = json!({ "type": ["integer", "string", "null"] });
    let text = json!({ "type": "string" });
    let set_field = [("field", text.clone()), ("value", value.clone()), ("mask", value)];
    all.push(("SET_FIELD", members(&set_field)));
    if version >= V1_5 {
        let numbers = ["n_bits", "src_offset", "dst_offset"].map(|name| (name, number.clone()));
        let fields = ["src_oxm_id", "dst_oxm_id"].map(|name| (name, text.clone()));
        all.push(("COPY_FIELD", members(&[&numbers[..], &fields[..]].concat())));
    }
    all
}

/// A list of actions of 1.4 and 1.5.
pub(super) fn actions_to_dicts(version: Version, list: &Value) -> Value {
    list.as_array().into_iter().flatten().map(|action| action_to_dict(version, action)).collect()
}

/// The instructions of 1.4 and 1.5.
pub(super) fn instructions_to_str(version: Version, list: &Value) -> Value {
    let shown = list.as_array().into_iter().flatten().map(|json| {
        let (class, members) = unwrapped(json);
        let mut dict = members.clone();
        let kind = dict.get("type").cloned().unwrap_or_default();
        dict.insert("type".to_owned(), names::INSTRUCTION.show_type(version, &kind));
        if class == "OFPInstructionActions" {
            let actions = dict.get("actions").cloned().unwrap_or_else(|| json!([]));
            dict.insert("actions".to_owned(), actions_to_dicts(version, &actions));
        }
        Value::from(dict)
    });
    shown.collect()
}
